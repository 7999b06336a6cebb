/* SPDX-License-Identifier: MIT */
/*
 * A grid of cells in memory: what the screen is to show, and what the terminal was given last.
 *
 * A grid never holds half a wide character: what is cut by an edge becomes a blank, and
 * overwriting one half blanks the other. Every write goes through grid_put() or a fill, which
 * keep that rule.
 *
 * The members are for surface.c, which draws, and surface_flush.c, which sends; views know
 * surfaces only.
 */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/layout.h"

#define GRID_COLS_MAX 1000
#define GRID_ROWS_MAX 500
#define GRID_CELL_TEXT 18 /* bytes: a character and its marks; further marks are left out */

/* A cell; compared as bytes, so every byte is set. The second cell of a wide character has no
   text and width 0. */
struct cell {
    char text[GRID_CELL_TEXT]; /* padded with NULs */
    uint8_t width;
    uint8_t style; /* surface.h */
};

struct grid {
    int rows, cols;
    bool ascii;
    bool redraw; /* the terminal shows something else than `behind` */
    struct cell *front, *behind;
    int cursor_row, cursor_col; /* -1: hidden */
};

/* A grid of that size (brought into 1 to GRID_*_MAX), blank. `ascii`: frames of + - | =. */
struct grid *grid_new(int cols, int rows, bool ascii);
void grid_free(struct grid *g);

/* Another size; blank afterwards, and the next flush draws everything. */
void grid_resize(struct grid *g, int cols, int rows);
void grid_set_ascii(struct grid *g, bool ascii);

/* Blank, in THEME_TEXT, without a cursor. */
void grid_clear(struct grid *g);

/* ---- Cells. All places are inside the grid. ---- */

static inline struct cell grid_blank(unsigned style)
{
    return (struct cell){.text = " ", .width = 1, .style = (uint8_t)style};
}

/* In front. */
static inline struct cell *grid_cell(const struct grid *g, int row, int col)
{
    return &g->front[(size_t)row * (size_t)g->cols + (size_t)col];
}

/* Writes a cluster of `c->width` cells. */
void grid_put(const struct grid *g, int row, int col, const struct cell *c);

/* Fills with blanks; with a cell of width 1. An empty rectangle is fine. */
void grid_fill(const struct grid *g, struct rect r, unsigned style);
void grid_fill_with(const struct grid *g, struct rect r, const struct cell *c);

/* Blanks what would be left of wide characters that begin before `col` or reach behind `end`, for
   who is going to write the cells between. */
void grid_cut(const struct grid *g, int row, int col, int end);

#endif
