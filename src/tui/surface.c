/* SPDX-License-Identifier: MIT */
/*
 * Where views draw: a clipped rectangle of a grid of cells.
 *
 * Most text is ASCII: a run of it is written cell by cell without being measured.
 */
#include "tui/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/grid.h"

#define WRAP_MAX (64u << 10) /* bytes that are wrapped; nobody reads more in a box */

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

/* ---- A frame of the console ---- */

void surface_begin(struct grid *g)
{
    grid_clear(g);
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
        grid_put(s->grid, row, col, c);
        return;
    }
    for (int i = col; i < col + c->width; i++) {
        if (i >= left && i < right) {
            struct cell half = grid_blank(c->style);
            grid_put(s->grid, row, i, &half);
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
        size_t len = n < GRID_CELL_TEXT ? n : 0;
        for (size_t i = 0; n >= GRID_CELL_TEXT && i < GRID_CELL_TEXT; i++) { /* cut before a mark */
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
        struct cell c = grid_blank(style);
        grid_cut(s->grid, r.row, r.col, r.col + r.cols);
        for (int i = 0; i < r.cols; i++) {
            c.text[0] = from[i];
            *grid_cell(s->grid, r.row, r.col + i) = c;
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

int surface_put_tail(struct surface *s, int row, int col, unsigned style, const char *text)
{
    int room = s->cols - col;
    if (room <= 2 || visible_cells(text, strlen(text), room) <= room)
        return surface_put_cut(s, row, col, style, text);
    struct surface tail = surface_row(s, row, surface_put(s, row, col, style, ".."), room - 2);
    surface_put_right(&tail, 0, style, text);
    return s->cols;
}

void surface_put_center(struct surface *s, int row, unsigned style, const char *text)
{
    int cells = visible_cells(text, strlen(text), s->cols);
    surface_put_cut(s, row, cells < s->cols ? (s->cols - cells) / 2 : 0, style, text);
}

/* A row of wrapped text behind which there is more than the surface takes: ends in "..". */
static void put_last(struct surface *s, int row, unsigned style, struct surface_text t)
{
    int room = s->cols > 2 ? s->cols - 2 : 0, used;
    t.len = text_clip(t.text, t.len, room, &used);
    put_plain(s, row, 0, style, t);
    while (t.len && t.text[t.len - 1] == ' ') {
        t.len--;
        used--;
    }
    surface_put(s, row, used, style, s->cols > 1 ? ".." : ".");
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
        struct surface_text line = {.text = rest, .len = n - (rest[n - 1] == '\n')};
        if (row + 1 == s->rows && n < left)
            put_last(s, row, style, line);
        else
            put_plain(s, row, 0, style, line);
        rest += n;
        left -= n;
    }
    buf_clear(&shown);
    return row;
}

/* ---- Fields of cells ---- */

void surface_fill(struct surface *s, unsigned style)
{
    grid_fill(s->grid, s->clip, style);
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
    while (r.col > 0 && grid_cell(s->grid, r.row, r.col)->width == 0) {
        r.col--;
    }
    while (end < s->grid->cols && grid_cell(s->grid, r.row, end)->width == 0) {
        end++;
    }
    for (int i = r.col; i < end; i++) {
        grid_cell(s->grid, r.row, i)->style = (uint8_t)style;
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
    grid_fill_with(s->grid, rect_meet(r, s->clip), &c);
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
            const struct cell *c = grid_cell(g, row, col);
            buf_add(out, c->text, strnlen(c->text, GRID_CELL_TEXT));
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
    unsigned role = style & SURFACE_ROLE;
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
            unsigned style = grid_cell(g, row, from)->style;
            if (col == g->cols || grid_cell(g, row, col)->style != style) {
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
