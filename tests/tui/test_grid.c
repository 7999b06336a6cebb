/* SPDX-License-Identifier: MIT */
/*
 * The grid never holds half a wide character, whatever is written over it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/grid.h"

/* Row 0 with a wide character in each pair of cells. */
static struct grid *wide_grid(void)
{
    struct cell wide = {.text = "深", .width = 2};
    struct grid *g = grid_new(6, 2, false);
    for (int col = 0; col < 6; col += 2)
        grid_put(g, 0, col, &wide);
    return g;
}

/* Is each cell of width 2 followed by one of width 0, and none of these without it? */
static void assert_whole(const struct grid *g)
{
    for (int row = 0; row < g->rows; row++) {
        for (int col = 0; col < g->cols; col++) {
            bool second = col > 0 && grid_cell(g, row, col - 1)->width == 2;
            assert_int_equal(grid_cell(g, row, col)->width == 0, second);
        }
        assert_int_not_equal(grid_cell(g, row, g->cols - 1)->width, 2);
    }
}

static void a_half_that_is_left_becomes_a_blank(void **state)
{
    struct cell one = {.text = "a", .width = 1}, two = {.text = "圳", .width = 2};
    (void)state;
    for (int col = 0; col < 6; col++) {
        struct grid *g = wide_grid();
        grid_put(g, 0, col, &one);
        assert_whole(g);
        assert_string_equal(grid_cell(g, 0, col)->text, "a");
        grid_free(g);
    }
    for (int col = 0; col < 5; col++) {
        struct grid *g = wide_grid();
        grid_put(g, 0, col, &two);
        assert_whole(g);
        assert_string_equal(grid_cell(g, 0, col)->text, "圳");
        grid_free(g);
    }
}

static void a_fill_cuts_at_both_edges(void **state)
{
    (void)state;
    for (int col = 0; col < 6; col++) {
        for (int cols = 0; col + cols <= 6; cols++) {
            struct grid *g = wide_grid();
            grid_fill(g, (struct rect){.col = col, .rows = 1, .cols = cols}, 3);
            assert_whole(g);
            for (int i = col; i < col + cols; i++) {
                assert_string_equal(grid_cell(g, 0, i)->text, " ");
                assert_int_equal(grid_cell(g, 0, i)->style, 3);
            }
            grid_free(g);
        }
    }
}

static void sizes_are_brought_into_their_bounds(void **state)
{
    struct grid *g = grid_new(0, -5, false);
    (void)state;
    assert_int_equal(g->cols, 1);
    assert_int_equal(g->rows, 1);
    grid_resize(g, GRID_COLS_MAX + 1, GRID_ROWS_MAX + 1);
    assert_int_equal(g->cols, GRID_COLS_MAX);
    assert_int_equal(g->rows, GRID_ROWS_MAX);
    assert_true(g->redraw);
    assert_int_equal(g->cursor_row, -1);
    grid_free(g);
    grid_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_half_that_is_left_becomes_a_blank),
        cmocka_unit_test(a_fill_cuts_at_both_edges),
        cmocka_unit_test(sizes_are_brought_into_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
