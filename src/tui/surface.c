/* SPDX-License-Identifier: MIT */
/*
 * Where views draw: a clipped rectangle of a grid of cells.
 *
 * One function writes a cell, and keeps the rule of the grid: a wide character owns two cells,
 * and whoever overwrites one of them blanks the other. The grid in front is what views draw,
 * the one behind is what the terminal was given last.
 */
#include "tui/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <curses.h>

#include "core/text.h"
#include "tui/term.h"

#define CELL_TEXT 18         /* a character and its marks; further marks are left out */
#define WRAP_MAX (64u << 10) /* bytes that are wrapped; nobody reads more in a box */
#define ROLE_MASK 0x1fu      /* the role in a style */
#define STYLES 256

/* A cell; compared as bytes, so every byte is set. The second cell of a wide character has no
   text and width 0. */
struct cell {
    char text[CELL_TEXT]; /* padded with NULs */
    uint8_t width;
    uint8_t style;
};

struct grid {
    int rows, cols;
    bool ascii;
    bool redraw; /* the terminal shows something else than `behind` */
    struct cell *front, *behind;
    int cursor_row, cursor_col; /* -1: hidden */
};

/* Pieces of frames. */
struct lines {
    const char *across, *down, *corners[4]; /* upper left, upper right, lower left, lower right */
};

static const struct lines line_sets[2][2][2] = {
    /* [production][ascii][focus] */
    {{{"─", "│", {"┌", "┐", "└", "┘"}}, {"═", "║", {"╔", "╗", "╚", "╝"}}},
     {{"-", "|", {"+", "+", "+", "+"}}, {"=", "|", {"+", "+", "+", "+"}}}},
    {{{"━", "┃", {"┏", "┓", "┗", "┛"}}, {"▓", "▓", {"▓", "▓", "▓", "▓"}}},
     {{"~", "#", {"#", "#", "#", "#"}}, {"#", "#", {"#", "#", "#", "#"}}}},
};

/* ---- Cells ---- */

static struct cell blank(unsigned style)
{
    return (struct cell){.text = " ", .width = 1, .style = (uint8_t)style};
}

static struct cell *cell_at(const struct grid *g, int row, int col)
{
    return &g->front[(size_t)row * (size_t)g->cols + (size_t)col];
}

/* Blanks what would be left of wide characters that begin before `col` or reach behind `end`. */
static void cut_halves(const struct grid *g, int row, int col, int end)
{
    if (col > 0 && col < g->cols && cell_at(g, row, col)->width == 0) {
        *cell_at(g, row, col - 1) = blank(cell_at(g, row, col - 1)->style);
    }
    if (end > 0 && end < g->cols && cell_at(g, row, end)->width == 0) {
        *cell_at(g, row, end) = blank(cell_at(g, row, end)->style);
    }
}

/* Writes a cluster of `width` cells that is inside the grid. */
static void set_cell(const struct grid *g, int row, int col, const struct cell *c)
{
    cut_halves(g, row, col, col + c->width);
    *cell_at(g, row, col) = *c;
    if (c->width == 2) {
        *cell_at(g, row, col + 1) = (struct cell){.style = c->style};
    }
}

/* Fills with a cell of width 1. */
static void fill_with(const struct grid *g, struct rect r, const struct cell *c)
{
    if (rect_is_empty(r)) {
        return;
    }
    for (int row = r.row; row < r.row + r.rows; row++) {
        cut_halves(g, row, r.col, r.col + r.cols);
        for (int col = r.col; col < r.col + r.cols; col++) {
            *cell_at(g, row, col) = *c;
        }
    }
}

static void fill_cells(const struct grid *g, struct rect r, unsigned style)
{
    struct cell c = blank(style);
    fill_with(g, r, &c);
}

/* ---- The grid ---- */

static int bounded(int n, int max)
{
    return n < 1 ? 1 : n > max ? max : n;
}

struct grid *grid_new(int cols, int rows, bool ascii)
{
    struct grid *g = mem_alloc(sizeof *g);
    g->ascii = ascii;
    grid_resize(g, cols, rows);
    return g;
}

void grid_free(struct grid *g)
{
    if (g) {
        free(g->front);
        free(g->behind);
        free(g);
    }
}

void grid_resize(struct grid *g, int cols, int rows)
{
    g->cols = bounded(cols, GRID_COLS_MAX);
    g->rows = bounded(rows, GRID_ROWS_MAX);
    size_t cells = (size_t)g->cols * (size_t)g->rows;
    g->front = mem_grow(g->front, cells, sizeof *g->front);
    g->behind = mem_grow(g->behind, cells, sizeof *g->behind);
    g->redraw = true;
    surface_begin(g);
}

void grid_set_ascii(struct grid *g, bool ascii)
{
    g->ascii = ascii;
}

void surface_begin(struct grid *g)
{
    fill_cells(g, (struct rect){.rows = g->rows, .cols = g->cols}, THEME_TEXT);
    g->cursor_row = g->cursor_col = -1;
}

void surface_redraw(struct grid *g)
{
    g->redraw = true;
}

/* ---- Flushing ---- */

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
    struct theme_style s = style_of(p->theme, style & ROLE_MASK);
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
    for (size_t at = 0; at < CELL_TEXT && c->text[at] && count < CCHARW_MAX;) {
        uint32_t cp;
        at += text_next(c->text + at, CELL_TEXT - at, &cp, NULL);
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
    const struct cell *front = cell_at(g, row, 0);
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
        if (g->redraw || memcmp(cell_at(g, row, 0), &g->behind[(size_t)row * (size_t)g->cols],
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

/* ---- Surfaces ---- */

struct surface surface_root(struct grid *g)
{
    struct rect all = {.rows = g->rows, .cols = g->cols};
    return (struct surface){.grid = g, .rows = g->rows, .cols = g->cols, .area = all, .clip = all};
}

struct surface surface_sub(const struct surface *s, struct rect r)
{
    struct surface sub = {.grid = s->grid};
    sub.area = (struct rect){
        .row = s->area.row + r.row,
        .col = s->area.col + r.col,
        .rows = r.rows > 0 ? r.rows : 0,
        .cols = r.cols > 0 ? r.cols : 0,
    };
    sub.rows = sub.area.rows;
    sub.cols = sub.area.cols;
    sub.clip = rect_meet(s->clip, sub.area);
    return sub;
}

struct surface surface_row(const struct surface *s, int row, int col, int cols)
{
    return surface_sub(s, (struct rect){.row = row,
                                        .col = col,
                                        .rows = row >= 0 && row < s->rows,
                                        .cols = cols < 0 ? s->cols - col : cols});
}

/* ---- Text ---- */

/* Draws one cluster that may be drawn; what the clip cuts of it is blank. */
static void draw_cluster(const struct surface *s, int row, int col, const struct cell *c)
{
    int left = s->clip.col;
    int right = s->clip.col + s->clip.cols;
    row += s->area.row;
    col += s->area.col;
    if (row < s->clip.row || row >= s->clip.row + s->clip.rows) {
        return;
    }
    if (col >= left && col + c->width <= right) {
        set_cell(s->grid, row, col, c);
        return;
    }
    for (int i = col; i < col + c->width; i++) {
        if (i >= left && i < right) {
            struct cell half = blank(c->style);
            set_cell(s->grid, row, i, &half);
        }
    }
}

/* Puts plain text; returns the column behind. */
static int put_plain(const struct surface *s, int row, int col, unsigned style,
                     struct surface_text text)
{
    for (size_t at = 0; at < text.len && col < s->cols;) {
        int cells;
        size_t n = text_cluster(text.text + at, text.len - at, &cells);
        struct cell c = {.width = (uint8_t)cells, .style = (uint8_t)style};
        size_t len = n < CELL_TEXT ? n : 0;
        for (size_t i = 0; n >= CELL_TEXT && i < CELL_TEXT; i++) { /* cut before a mark */
            len = ((unsigned char)text.text[at + i] & 0xc0) != 0x80 ? i : len;
        }
        memcpy(c.text, text.text + at, len);
        if (cells > 0) {
            draw_cluster(s, row, col, &c);
        }
        col += cells;
        at += n;
    }
    return col;
}

/* ASCII characters at the start of `text` that stand alone: no mark follows. */
static size_t ascii_run(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && text[n] >= ' ' && text[n] <= '~') {
        n++;
    }
    return n < len && (unsigned char)text[n] >= 0x80 && n > 0 ? n - 1 : n;
}

/* Puts `len` such characters, at one cell each; returns the column behind. */
static int put_ascii(const struct surface *s, int row, int col, unsigned style,
                     struct surface_text text)
{
    int cells = text.len < (size_t)(s->cols - col) ? (int)text.len : s->cols - col;
    struct rect r = {.row = s->area.row + row, .col = s->area.col + col, .rows = 1, .cols = cells};
    r = rect_meet(r, s->clip);
    if (s->grid && !rect_is_empty(r)) { /* without a grid: text is only measured */
        const char *from = text.text + (r.col - s->area.col - col);
        struct cell c = blank(style);
        cut_halves(s->grid, r.row, r.col, r.col + r.cols);
        for (int i = 0; i < r.cols; i++) {
            c.text[0] = from[i];
            *cell_at(s->grid, r.row, r.col + i) = c;
        }
    }
    return col + cells;
}

int surface_put_n(struct surface *s, int row, int col, unsigned style, struct surface_text text)
{
    for (size_t at = 0; at < text.len && col < s->cols;) {
        size_t run = ascii_run(text.text + at, text.len - at);
        if (run > 0) {
            col = put_ascii(s, row, col, style,
                            (struct surface_text){.text = text.text + at, .len = run});
            at += run;
            continue;
        }
        struct surface_text part = {.text = text.text + at};
        part.len = text_cluster(part.text, text.len - at, NULL);
        at += part.len;
        if (text_is_plain(part.text, part.len, 0)) {
            col = put_plain(s, row, col, style, part);
            continue;
        }
        struct buf shown;
        buf_init(&shown, 64 + 16 * part.len);
        text_visible(&shown, part.text, part.len, 0);
        col = put_plain(s, row, col, style,
                        (struct surface_text){.text = buf_str(&shown), .len = shown.len});
        buf_clear(&shown);
    }
    return col;
}

int surface_put(struct surface *s, int row, int col, unsigned style, const char *text)
{
    return surface_put_n(s, row, col, style,
                         (struct surface_text){.text = text, .len = strlen(text)});
}

int surface_putf(struct surface *s, int row, int col, unsigned style, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return surface_put(s, row, col, style, text);
}

/* Cells of the visible form, or more than `limit` as soon as that is sure. Draws nothing: a
   surface without rows clips everything. */
static int visible_cells(const char *text, size_t len, int limit)
{
    struct surface none = {.cols = limit + 1};
    return surface_put_n(&none, 0, 0, 0, (struct surface_text){.text = text, .len = len});
}

int surface_put_cut(struct surface *s, int row, int col, unsigned style, const char *text)
{
    int room = s->cols - col;
    if (room <= 0 || visible_cells(text, strlen(text), room) <= room) {
        return surface_put(s, row, col, style, text);
    }
    int dots = room < 2 ? room : 2;
    struct surface head = surface_row(s, row, 0, s->cols - dots);
    surface_put(&head, 0, col, style, text);
    return surface_put(s, row, s->cols - dots, style, dots == 2 ? ".." : ".");
}

int surface_put_right(struct surface *s, int row, unsigned style, const char *text)
{
    int col = s->cols - visible_cells(text, strlen(text), GRID_COLS_MAX * 2);
    surface_put(s, row, col, style, text);
    return col;
}

void surface_put_center(struct surface *s, int row, unsigned style, const char *text)
{
    int cells = visible_cells(text, strlen(text), s->cols);
    surface_put_cut(s, row, cells < s->cols ? (s->cols - cells) / 2 : 0, style, text);
}

int surface_put_wrapped(struct surface *s, int row, unsigned style, const char *text)
{
    struct buf shown;
    size_t len = strnlen(text, WRAP_MAX);
    buf_init(&shown, 16 * (size_t)WRAP_MAX);
    text_visible(&shown, text, len, TEXT_KEEP_NEWLINE);
    const char *rest = buf_str(&shown);
    for (size_t left = shown.len; left > 0; row++) {
        size_t n = text_wrap(rest, left, s->cols > 0 ? s->cols : 1);
        size_t end = n - (rest[n - 1] == '\n');
        put_plain(s, row, 0, style, (struct surface_text){.text = rest, .len = end});
        rest += n;
        left -= n;
    }
    buf_clear(&shown);
    return row;
}

/* ---- Fields of cells ---- */

void surface_fill(struct surface *s, unsigned style)
{
    fill_cells(s->grid, s->clip, style);
}

void surface_fill_row(struct surface *s, int row, unsigned style)
{
    struct surface one = surface_row(s, row, 0, -1);
    surface_fill(&one, style);
}

void surface_restyle(struct surface *s, int row, int col, int cols, unsigned style)
{
    struct rect r = rect_meet(surface_row(s, row, col, cols).area, s->clip);
    if (rect_is_empty(r)) {
        return;
    }
    int end = r.col + r.cols;
    while (r.col > 0 && cell_at(s->grid, r.row, r.col)->width == 0) {
        r.col--;
    }
    while (end < s->grid->cols && cell_at(s->grid, r.row, end)->width == 0) {
        end++;
    }
    for (int i = r.col; i < end; i++) {
        cell_at(s->grid, r.row, i)->style = (uint8_t)style;
    }
}

/* ---- Frames ---- */

/* Fills cells of a surface with one piece of a line. */
static void put_piece(const struct surface *s, struct rect r, unsigned style, const char *piece)
{
    struct cell c = {.width = 1, .style = (uint8_t)style};
    memcpy(c.text, piece, strlen(piece));
    r.row += s->area.row;
    r.col += s->area.col;
    fill_with(s->grid, rect_meet(r, s->clip), &c);
}

void surface_rule(struct surface *s, int row, unsigned style)
{
    put_piece(s, (struct rect){.row = row, .rows = 1, .cols = s->cols}, style,
              line_sets[0][s->grid->ascii][0].across);
}

/* A word in an edge, between blanks, that ends before `right`; returns where it begins. */
static int put_state(struct surface *s, int row, int right, unsigned style, const char *word)
{
    int cells = word && *word ? visible_cells(word, strlen(word), s->cols) + 2 : 0;
    if (cells == 0 || right - cells < 2) {
        return right;
    }
    struct surface place = surface_row(s, row, right - cells, cells);
    surface_fill(&place, style);
    surface_put(&place, 0, 1, style, word);
    return right - cells;
}

static void put_title(struct surface *s, int right, unsigned style, const char *title)
{
    int room = right - 4; /* from column 2, between blanks */
    if (!title || !*title || room < 1) {
        return;
    }
    int cells = visible_cells(title, strlen(title), room);
    struct surface place = surface_row(s, 0, 2, (cells < room ? cells : room) + 2);
    struct surface inner = surface_row(&place, 0, 1, place.cols - 2);
    surface_fill(&place, style);
    surface_put_cut(&inner, 0, 0, style, title);
}

struct surface surface_frame(struct surface *s, const struct surface_frame *f)
{
    const struct lines *l = &line_sets[f->production][s->grid->ascii][f->focus];
    unsigned style = f->production ? THEME_PRODUCTION : f->focus ? THEME_FRAME_FOCUS : THEME_FRAME;
    unsigned word = f->state_style ? f->state_style : THEME_TITLE;
    int last_row = s->rows - 1;
    int last_col = s->cols - 1;
    for (int i = 0; i < 2; i++) {
        int row = i * last_row;
        int col = i * last_col;
        put_piece(s, (struct rect){row, 0, 1, s->cols}, style, l->across);
        put_piece(s, (struct rect){row, 0, 1, 1}, style, l->corners[2 * i]);
        put_piece(s, (struct rect){row, last_col, 1, 1}, style, l->corners[2 * i + 1]);
        put_piece(s, (struct rect){1, col, last_row - 1, 1}, style, l->down);
    }
    int right = put_state(s, 0, last_col - 1, word, f->state);
    put_title(s, right, f->focus ? THEME_TITLE | SURFACE_BOLD : THEME_TITLE, f->title);
    put_state(s, last_row, last_col - 1, THEME_DIM, f->foot);
    return surface_sub(s, rect_inner((struct rect){.rows = s->rows, .cols = s->cols}));
}

void surface_cursor(struct surface *s, int row, int col)
{
    if (rect_has(s->clip, s->area.row + row, s->area.col + col)) {
        s->grid->cursor_row = s->area.row + row;
        s->grid->cursor_col = s->area.col + col;
    }
}

bool surface_get_cursor(const struct grid *g, int *row, int *col)
{
    *row = g->cursor_row;
    *col = g->cursor_col;
    return g->cursor_row >= 0;
}

/* ---- Dumps ---- */

static void dump_rect(const struct grid *g, struct rect r, struct buf *out)
{
    for (int row = r.row; row < r.row + r.rows; row++) {
        size_t end = out->len;
        for (int col = r.col; col < r.col + r.cols; col++) {
            const struct cell *c = cell_at(g, row, col);
            buf_add(out, c->text, strnlen(c->text, CELL_TEXT));
            end = c->width > 0 && strcmp(c->text, " ") != 0 ? out->len : end;
        }
        buf_cut(out, end);
        buf_addc(out, '\n');
    }
}

void surface_dump(const struct grid *g, struct buf *out)
{
    dump_rect(g, (struct rect){.rows = g->rows, .cols = g->cols}, out);
}

void surface_dump_area(const struct surface *s, struct buf *out)
{
    dump_rect(s->grid, s->clip, out);
}

static void dump_run(struct buf *out, int row, int from, int to, unsigned style)
{
    unsigned role = style & ROLE_MASK;
    buf_addf(out, "%d %d-%d %s%s%s%s\n", row, from, to,
             role == SURFACE_PAPER ? "paper" : theme_role_name(role),
             style & SURFACE_BOLD ? "+bold" : "", style & SURFACE_UNDERLINE ? "+underline" : "",
             style & SURFACE_REVERSE ? "+reverse" : "");
}

void surface_dump_styles(const struct grid *g, struct buf *out)
{
    for (int row = 0; row < g->rows; row++) {
        int from = 0;
        for (int col = 1; col <= g->cols; col++) {
            unsigned style = cell_at(g, row, from)->style;
            if (col == g->cols || cell_at(g, row, col)->style != style) {
                if (style != THEME_TEXT) {
                    dump_run(out, row, from, col - 1, style);
                }
                from = col;
            }
        }
    }
    if (g->cursor_row >= 0) {
        buf_addf(out, "cursor %d %d\n", g->cursor_row, g->cursor_col);
    }
}
