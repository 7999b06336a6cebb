/* SPDX-License-Identifier: MIT */
/*
 * What changed in the grid, handed to ncurses: its door for drawing, as term.c is for the rest.
 *
 * Rows that did not change cost a comparison; of the others the run between the first and the
 * last cell that differ is written.
 */
#include "tui/surface.h"

#include <string.h>
#include <wchar.h>

#include <curses.h>

#include "core/text.h"
#include "tui/grid.h"
#include "tui/term.h"

#define STYLES 256

void surface_redraw(struct grid *g)
{
    g->redraw = true;
}

/* What ncurses needs for each style, asked for once in a flush. */
struct paints {
    struct term *term;
    const struct theme *theme;
    bool known[STYLES];
    unsigned attr[STYLES];
    int pair[STYLES];
};

/* A terminal without colours is taken for a dark one, as most are. */
static const struct theme_style paper = {.fg = 0x000000,
                                         .bg = 0xffffff,
                                         .fg256 = 16,
                                         .bg256 = 231,
                                         .fg16 = 0,
                                         .bg16 = 15,
                                         .mono = THEME_REVERSE};

static struct theme_style style_of(const struct theme *theme, unsigned role)
{
    if (role == SURFACE_PAPER) {
        return paper;
    }
    return theme->role[role < THEME_ROLES ? role : THEME_TEXT];
}

static void learn_paint(struct paints *p, uint8_t style)
{
    struct theme_style s = style_of(p->theme, style & SURFACE_ROLE);
    uint8_t more = (uint8_t)((style & SURFACE_BOLD ? THEME_BOLD : 0) |
                             (style & SURFACE_UNDERLINE ? THEME_UNDERLINE : 0));
    s.attr |= more;
    s.mono |= more;
    if (style & SURFACE_REVERSE) {
        s.attr ^= THEME_REVERSE;
        s.mono ^= THEME_REVERSE;
    }
    term_paint(p->term, &s, &p->attr[style], &p->pair[style]);
    p->known[style] = true;
}

/* The cell for ncurses. */
static void to_curses(struct paints *p, const struct cell *c, cchar_t *out)
{
    wchar_t text[CCHARW_MAX + 1];
    size_t count = 0;
    for (size_t at = 0; at < GRID_CELL_TEXT && c->text[at] && count < CCHARW_MAX;) {
        uint32_t cp;
        at += text_next(c->text + at, GRID_CELL_TEXT - at, &cp, NULL);
        text[count++] = (wchar_t)cp;
    }
    text[count] = L'\0';
    if (!p->known[c->style]) {
        learn_paint(p, c->style);
    }
    int pair = p->pair[c->style];
    setcchar(out, text, p->attr[c->style], (short)(pair < 256 ? pair : 0), &pair);
}

/* Hands the changed part of a row to ncurses. */
static void flush_row(const struct grid *g, int row, struct paints *paints)
{
    const struct cell *front = grid_cell(g, row, 0);
    struct cell *behind = &g->behind[(size_t)row * (size_t)g->cols];
    cchar_t out[GRID_COLS_MAX];
    int from = 0;
    int end = g->cols;
    int count = 0;
    while (!g->redraw && from < end && !memcmp(&front[from], &behind[from], sizeof *front)) {
        from++;
    }
    while (!g->redraw && end > from && !memcmp(&front[end - 1], &behind[end - 1], sizeof *front)) {
        end--;
    }
    if (from == end) {
        return;
    }
    while (from > 0 && front[from].width == 0) {
        from--;
    }
    while (end < g->cols && front[end].width == 0) {
        end++;
    }
    for (int col = from; col < end; col++) {
        if (front[col].width > 0) {
            to_curses(paints, &front[col], &out[count++]);
        }
    }
    mvadd_wchnstr(row, from, out, count);
    memcpy(&behind[from], &front[from], (size_t)(end - from) * sizeof *front);
}

void surface_flush(struct grid *g, struct term *t, const struct theme *theme)
{
    struct paints paints = {.term = t, .theme = theme};
    int rows = g->rows < LINES ? g->rows : LINES;
    if (g->redraw) {
        clearok(curscr, TRUE);
    }
    for (int row = 0; row < rows; row++) {
        if (g->redraw || memcmp(grid_cell(g, row, 0), &g->behind[(size_t)row * (size_t)g->cols],
                                (size_t)g->cols * sizeof *g->front) != 0) {
            flush_row(g, row, &paints);
        }
    }
    g->redraw = false;
    bool cursor = g->cursor_row >= 0 && g->cursor_row < LINES && g->cursor_col < COLS;
    if (cursor) {
        move(g->cursor_row, g->cursor_col);
    }
    curs_set(cursor);
    wnoutrefresh(stdscr);
    term_watch(t);
    doupdate();
    term_unwatch();
}
