/* SPDX-License-Identifier: MIT */
/*
 * Both grids are one size; a new size forgets what both of them held.
 */
#include "tui/grid.h"

#include <stdlib.h>

#include "core/base.h"
#include "tui/theme.h"

/* ---- Its life ---- */

void grid_clear(struct grid *g)
{
    grid_fill(g, (struct rect){.rows = g->rows, .cols = g->cols}, THEME_TEXT);
    g->cursor_row = g->cursor_col = -1;
}

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
    grid_clear(g);
}

void grid_set_ascii(struct grid *g, bool ascii)
{
    g->ascii = ascii;
}

/* ---- Cells ---- */

void grid_cut(const struct grid *g, int row, int col, int end)
{
    if (col > 0 && col < g->cols && grid_cell(g, row, col)->width == 0) {
        *grid_cell(g, row, col - 1) = grid_blank(grid_cell(g, row, col - 1)->style);
    }
    if (end > 0 && end < g->cols && grid_cell(g, row, end)->width == 0) {
        *grid_cell(g, row, end) = grid_blank(grid_cell(g, row, end)->style);
    }
}

void grid_put(const struct grid *g, int row, int col, const struct cell *c)
{
    grid_cut(g, row, col, col + c->width);
    *grid_cell(g, row, col) = *c;
    if (c->width == 2) {
        *grid_cell(g, row, col + 1) = (struct cell){.style = c->style};
    }
}

void grid_fill_with(const struct grid *g, struct rect r, const struct cell *c)
{
    if (rect_is_empty(r)) {
        return;
    }
    for (int row = r.row; row < r.row + r.rows; row++) {
        grid_cut(g, row, r.col, r.col + r.cols);
        for (int col = r.col; col < r.col + r.cols; col++) {
            *grid_cell(g, row, col) = *c;
        }
    }
}

void grid_fill(const struct grid *g, struct rect r, unsigned style)
{
    struct cell c = grid_blank(style);
    grid_fill_with(g, r, &c);
}
