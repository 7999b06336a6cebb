/* SPDX-License-Identifier: MIT */
/*
 * Where views draw: a clipped rectangle of a grid of cells.
 *
 * The grid is ours, in memory: views and their tests need no terminal. surface_flush() compares
 * it with what was flushed before and hands only the changed runs to ncurses, so that rows that
 * did not change cost nothing. Draw everything after each event; the grid finds the difference.
 *
 * Text passes text_visible() on its way in; no byte from outside reaches the terminal raw.
 *
 *     struct surface root = surface_root(grid);
 *     surface_begin(grid);
 *     struct surface pane = surface_sub(&root, plan.pane[PLAN_FORM]);
 *     struct surface in = surface_frame(&pane, &(struct surface_frame){.title = "2 APIs"});
 *     int col = surface_put(&in, 0, 1, THEME_LABEL, "body");
 *     surface_put_cut(&in, 0, col + 1, THEME_VALUE, value);
 *     surface_flush(grid, term, theme);
 */
#ifndef TUI_SURFACE_H
#define TUI_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "tui/layout.h"
#include "tui/theme.h"

struct term;

/* A style is an enum theme_role, with these added where a view needs them. */
enum surface_style {
    SURFACE_ROLE = 0x1f, /* the bits of the role */
    SURFACE_BOLD = 0x20,
    SURFACE_UNDERLINE = 0x40,
    SURFACE_REVERSE = 0x80,
    SURFACE_PAPER = 0x1f, /* in place of a role: black on white under every theme, for QR codes */
};

struct grid; /* grid.h */

/* ---- A frame of the console: begin, draw, flush ---- */

/* Blanks the grid (THEME_TEXT) and hides the cursor. */
void surface_begin(struct grid *g);

/* Sends the difference to the terminal. `t` and `theme` are borrowed. */
void surface_flush(struct grid *g, struct term *t, const struct theme *theme);

/* The next flush draws every cell: Ctrl-L, after another theme, after term_resume(). */
void surface_redraw(struct grid *g);

/* ---- Surfaces: values, valid until the grid is resized or freed ---- */

struct surface {
    struct grid *grid;
    int rows, cols;   /* its size; drawing outside does nothing */
    struct rect area; /* on the grid; private */
    struct rect clip; /* on the grid; private */
};

struct surface surface_root(struct grid *g);

/* A part of `s`; `r` is relative to `s` and may stick out: that part is never drawn. */
struct surface surface_sub(const struct surface *s, struct rect r);

/* One row of `s`, from `col`, `cols` cells (negative: to the right edge). */
struct surface surface_row(const struct surface *s, int row, int col, int cols);

/* ---- Drawing. Rows and columns are relative to `s`; negative ones are clipped. ---- */

/* Writes text from (row, col) to the right; returns the column behind it, so that calls chain; what
   would start behind the right edge is neither drawn nor counted. Line ends and control characters
   are shown as marks. */
int surface_put(struct surface *s, int row, int col, unsigned style, const char *text);

/* Same, for text that has a length. */
struct surface_text {
    const char *text;
    size_t len;
};
int surface_put_n(struct surface *s, int row, int col, unsigned style, struct surface_text text);

/* Same, formatted (at most 1 KiB). */
int surface_putf(struct surface *s, int row, int col, unsigned style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Same as surface_put(); what does not fit before the right edge ends in "..". */
int surface_put_cut(struct surface *s, int row, int col, unsigned style, const char *text);

/* Same; what does not fit loses its beginning to "..": of a number the end tells most. */
int surface_put_tail(struct surface *s, int row, int col, unsigned style, const char *text);

/* Ends at the right edge; returns its first column. What is too long loses its beginning. */
int surface_put_right(struct surface *s, int row, unsigned style, const char *text);

/* In the middle of the row. */
void surface_put_center(struct surface *s, int row, unsigned style, const char *text);

/* Text of any length wrapped at the surface's width from `row` on, newlines obeyed; returns the
   row behind it, clipped or not. Where the surface ends before the text, its last row ends in
   "..". */
int surface_put_wrapped(struct surface *s, int row, unsigned style, const char *text);

/* Blanks in a style: everything, or one row. */
void surface_fill(struct surface *s, unsigned style);
void surface_fill_row(struct surface *s, int row, unsigned style);

/* Gives cells that are drawn another style: the selected row, a match. */
void surface_restyle(struct surface *s, int row, int col, int cols, unsigned style);

/* A line across the whole row. */
void surface_rule(struct surface *s, int row, unsigned style);

/* Zeroed members: nothing shown, usual styles. */
struct surface_frame {
    const char *title;    /* left in the upper edge */
    const char *state;    /* the state word, right: "FAIL", "UTF-8"; kept before the title */
    const char *foot;     /* right in the lower edge: "5 of 20" */
    unsigned state_style; /* 0: THEME_TITLE */
    bool focus;           /* double lines, THEME_FRAME_FOCUS */
    bool production;      /* heavy lines, THEME_PRODUCTION: told by shape as well */
};

/* Draws a frame along the edge and returns the surface inside. */
struct surface surface_frame(struct surface *s, const struct surface_frame *f);

/* The terminal's cursor: at (row, col) if that is visible. It belongs where a person types, because
   an input method shows its box there. */
void surface_cursor(struct surface *s, int row, int col);

/* ---- For tests and the "copy view" command ---- */

/* The grid, or a surface, as text: rows ended by newlines, blanks at their ends cut. */
void surface_dump(const struct grid *g, struct buf *out);
void surface_dump_area(const struct surface *s, struct buf *out);

/* The styles: a line for each run that is not plain text, "ROW COL-COL role+bold"; then
   "cursor ROW COL" if it is visible. */
void surface_dump_styles(const struct grid *g, struct buf *out);

/* Where the cursor is; false when hidden. */
bool surface_get_cursor(const struct grid *g, int *row, int *col);

#endif
