/* SPDX-License-Identifier: MIT */
/*
 * Drawing into the grid without a terminal.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "tui/grid.h"
#include "tui/surface.h"

static void expect_dump(const struct grid *g, const char *expected)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    surface_dump(g, &out);
    assert_string_equal(buf_str(&out), expected);
    buf_clear(&out);
}

static void expect_styles(const struct grid *g, const char *expected)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    surface_dump_styles(g, &out);
    assert_string_equal(buf_str(&out), expected);
    buf_clear(&out);
}

static void text_is_clipped_by_cells(void **state)
{
    (void)state;
    static const struct {
        int col;
        const char *text;
        const char *shown; /* in a surface of 6 cells between bars */
        int next;
        const char *why;
    } rows[] = {
        {0, "abc", "|abc   |", 3, "fits"},
        {4, "abc", "|    ab|", 6, "cut at the right"},
        {-2, "abc", "|c     |", 1, "cut at the left"},
        {0, "深圳分店", "|深圳分|", 6, "three wide characters fit"},
        {1, "深圳分店", "| 深圳 |", 7, "the fourth cell would be half: a blank"},
        {-1, "深圳", "| 圳   |", 3, "half at the left: a blank"},
        {0, "a\nb\tc", "|a␊b␉c |", 5, "control characters are marks"},
        {0, "\x1b[2J", "|␛[2J  |", 4, "an escape sequence is text"},
        {0, "\xe2\x80\xae", "|<U+202|", 6, "a bidi override is its number"},
        {0, "\xff", "|\\xFF  |", 4, "a byte that is not UTF-8"},
        {0, "e\xcc\x81x", "|e\xcc\x81x    |", 2, "a mark takes no cell"},
        {0, "", "|      |", 0, "nothing"},
        {9, "abc", "|      |", 9, "behind the edge"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct grid *g = grid_new(8, 1, false);
        struct surface root = surface_root(g);
        struct surface s = surface_sub(&root, (struct rect){0, 1, 1, 6});
        surface_put(&root, 0, 0, THEME_TEXT, "|      |");
        int next = surface_put(&s, 0, rows[i].col, THEME_TEXT, rows[i].text);
        struct buf out;
        buf_init(&out, 1000);
        surface_dump(g, &out);
        buf_cut(&out, out.len - 1);
        if (strcmp(buf_str(&out), rows[i].shown) != 0 || next != rows[i].next) {
            fail_msg("%s: shows %s next %d, expected %s %d", rows[i].why, buf_str(&out), next,
                     rows[i].shown, rows[i].next);
        }
        buf_clear(&out);
        grid_free(g);
    }
}

static void half_a_wide_character_never_stays(void **state)
{
    (void)state;
    struct grid *g = grid_new(6, 5, false);
    struct surface s = surface_root(g);
    for (int row = 0; row < 5; row++) {
        surface_put(&s, row, 0, THEME_TEXT, "深圳店");
    }
    surface_put(&s, 0, 1, THEME_TEXT, "x");
    surface_put(&s, 1, 2, THEME_TEXT, "x");
    surface_put(&s, 2, 1, THEME_TEXT, "分");
    struct surface part = surface_sub(&s, (struct rect){3, 1, 1, 2});
    surface_fill(&part, THEME_SELECTION);
    surface_restyle(&s, 4, 3, 1, THEME_MATCH);
    expect_dump(g, " x圳店\n深x 店\n 分 店\n    店\n深圳店\n");
    expect_styles(g, "3 1-2 selection\n4 2-3 match\n");
    grid_free(g);
}

static void surfaces_clip_each_other(void **state)
{
    (void)state;
    struct grid *g = grid_new(10, 4, false);
    struct surface root = surface_root(g);
    struct surface a = surface_sub(&root, (struct rect){1, 2, 5, 5});
    struct surface b = surface_sub(&a, (struct rect){1, -3, 9, 20});
    surface_fill(&b, THEME_DIM);
    surface_put(&b, 0, 0, THEME_TEXT, "0123456789");
    surface_put(&b, -1, 5, THEME_TEXT, "above");
    surface_put(&b, 5, 5, THEME_TEXT, "below");
    expect_dump(g, "\n\n  34567\n\n");
    expect_styles(g, "3 2-6 dim\n");
    surface_cursor(&b, 0, 0);
    int row, col;
    assert_false(surface_get_cursor(g, &row, &col));
    surface_cursor(&b, 1, 3);
    assert_true(surface_get_cursor(g, &row, &col));
    assert_int_equal(row * 100 + col, 302);
    struct surface none = surface_row(&root, 7, 0, -1);
    surface_fill(&none, THEME_ERROR);
    surface_put(&none, 0, 0, THEME_TEXT, "x");
    expect_dump(g, "\n\n  34567\n\n");
    grid_free(g);
}

static void long_text_is_cut_with_dots(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"12345678", "12345678"},   {"123456789", "123456.."}, {"深圳分店", "深圳分店"},
        {"深圳分店旗", "深圳分.."}, {"x深圳分店", "x深圳 .."}, {"1234567\n", "1234567␊"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct grid *g = grid_new(8, 1, false);
        struct surface s = surface_root(g);
        struct buf out;
        surface_put_cut(&s, 0, 0, THEME_TEXT, rows[i].text);
        buf_init(&out, 100);
        surface_dump(g, &out);
        buf_cut(&out, out.len - 1);
        assert_string_equal(buf_str(&out), rows[i].shown);
        buf_clear(&out);
        grid_free(g);
    }
}

static void text_stands_right_and_in_the_middle(void **state)
{
    (void)state;
    struct grid *g = grid_new(9, 4, false);
    struct surface s = surface_root(g);
    assert_int_equal(surface_put_right(&s, 0, THEME_TEXT, "18/32"), 4);
    assert_int_equal(surface_put_right(&s, 1, THEME_TEXT, "0123456789ab"), -3);
    surface_put_center(&s, 2, THEME_TEXT, "深圳");
    surface_put_center(&s, 3, THEME_TEXT, "0123456789");
    expect_dump(g, "    18/32\n3456789ab\n  深圳\n0123456..\n");
    grid_free(g);
}

static void text_wraps(void **state)
{
    (void)state;
    struct grid *g = grid_new(8, 4, false);
    struct surface s = surface_root(g);
    assert_int_equal(surface_put_wrapped(&s, 0, THEME_TEXT, "one two three\n\nfour five"), 5);
    expect_dump(g, "one two\nthree\n\nfour..\n"); /* the fifth row is missing */
    grid_free(g);
}

static void a_frame_carries_title_and_state(void **state)
{
    (void)state;
    struct grid *g = grid_new(20, 9, false);
    struct surface root = surface_root(g);
    struct surface a = surface_sub(&root, (struct rect){0, 0, 3, 20});
    struct surface b = surface_sub(&root, (struct rect){3, 0, 3, 20});
    struct surface c = surface_sub(&root, (struct rect){6, 0, 3, 20});
    struct surface in = surface_frame(
        &a,
        &(struct surface_frame){.title = "5 响应", .state = "FAIL", .state_style = THEME_ERROR});
    assert_int_equal(in.rows * 100 + in.cols, 118);
    surface_put(&in, 0, 0, THEME_TEXT, "0123456789012345678901");
    surface_frame(&b, &(struct surface_frame){.title = "2 deposit_unifiedorder",
                                              .focus = true,
                                              .state = "! 1",
                                              .foot = "5 of 20"});
    grid_set_ascii(g, true);
    surface_frame(&c, &(struct surface_frame){.title = "1 APIs", .focus = true});
    expect_dump(g, "┌─ 5 响应 ── FAIL ─┐\n"
                   "│012345678901234567│\n"
                   "└──────────────────┘\n"
                   "╔═ 2 depos..  ! 1 ═╗\n"
                   "║                  ║\n"
                   "╚════════ 5 of 20 ═╝\n"
                   "+= 1 APIs =========+\n"
                   "|                  |\n"
                   "+==================+\n");
    grid_free(g);
}

static void frames_of_any_size_stay_inside(void **state)
{
    (void)state;
    for (int rows = 0; rows < 5; rows++) {
        for (int cols = 0; cols < 14; cols++) {
            struct grid *g = grid_new(16, 7, false);
            struct surface root = surface_root(g);
            struct surface s = surface_sub(&root, (struct rect){1, 1, rows, cols});
            surface_fill(&root, THEME_DIM);
            surface_frame(&s, &(struct surface_frame){
                                  .title = "标题 title", .state = "状态", .foot = "1 of 2"});
            for (int row = 0; row < 7; row++) {
                struct surface left = surface_row(&root, row, 0, 1);
                struct surface right = surface_row(&root, row, 1 + cols, -1);
                struct buf out;
                buf_init(&out, 1000);
                surface_dump_area(&left, &out);
                surface_dump_area(&right, &out);
                assert_string_equal(buf_str(&out), "\n\n");
                buf_clear(&out);
            }
            grid_free(g);
        }
    }
}

static void styles_are_told_in_runs(void **state)
{
    (void)state;
    struct grid *g = grid_new(12, 3, false);
    struct surface s = surface_root(g);
    int col = surface_put(&s, 0, 0, THEME_LABEL, "body");
    surface_putf(&s, 0, col + 1, THEME_VALUE | SURFACE_BOLD, "%d", 42);
    surface_fill_row(&s, 1, THEME_SELECTION);
    surface_put(&s, 2, 0, THEME_ERROR | SURFACE_REVERSE | SURFACE_UNDERLINE, "x");
    surface_cursor(&s, 2, 1);
    expect_dump(g, "body 42\n\nx\n");
    expect_styles(g, "0 0-3 label\n0 5-6 value+bold\n1 0-11 selection\n"
                     "2 0-0 error+underline+reverse\ncursor 2 1\n");
    surface_begin(g);
    expect_dump(g, "\n\n\n");
    expect_styles(g, "");
    grid_free(g);
}

/* Every row of a grid is as many cells as the grid is wide, whatever was drawn. */
static void rows_keep_their_width_under_random_drawing(void **state)
{
    (void)state;
    static const char *const samples[] = {"深圳分店旗舰", "abc",       "e\xcc\x81", "￥1.00",
                                          "\x1b\x9b",     "a\xe6\xb7", "😀✅",        "\xe2\x80\x8d"};
    unsigned seed = 7;
    struct grid *g = grid_new(23, 5, false);
    struct surface root = surface_root(g);
    for (int i = 0; i < 20000; i++) {
        int n[5];
        for (int k = 0; k < 5; k++) {
            seed = seed * 1103515245u + 12345u;
            n[k] = (int)(seed >> 16 & 0x7fff);
        }
        struct surface s =
            surface_sub(&root, (struct rect){n[0] % 7 - 1, n[1] % 26 - 2, n[2] % 6, n[3] % 25});
        switch (n[4] % 6) {
        case 0:
            surface_fill(&s, THEME_DIM);
            break;
        case 1:
            surface_frame(&s, &(struct surface_frame){.title = "标题", .state = "状"});
            break;
        case 2:
            surface_restyle(&s, 0, n[3] % 5, 3, THEME_MATCH);
            break;
        default:
            surface_put(&s, n[4] % 5 - 1, n[2] % 9 - 3, THEME_TEXT,
                        samples[n[3] % (int)ARRAY_COUNT(samples)]);
        }
        if (i % 10 == 0) {
            struct buf out;
            buf_init(&out, 10000);
            surface_put(&root, 0, 22, THEME_TEXT, "|"); /* dumps cut blanks at the end */
            surface_put(&root, 1, 22, THEME_TEXT, "|");
            surface_dump(g, &out);
            const char *line = buf_str(&out);
            for (int row = 0; row < 2; row++) {
                const char *end = strchr(line, '\n');
                assert_int_equal(text_width(line, (size_t)(end - line)), 23);
                line = end + 1;
            }
            buf_clear(&out);
        }
    }
    grid_free(g);
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    struct grid *g = grid_new(-5, 1 << 30, false);
    assert_int_equal(surface_root(g).cols, 1);
    assert_int_equal(surface_root(g).rows, GRID_ROWS_MAX);
    grid_resize(g, 3, 2);
    struct surface s = surface_root(g);
    surface_put(&s, 0, 0, THEME_TEXT, "abc");
    expect_dump(g, "abc\n\n");
    grid_free(g);
    grid_free(NULL);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_clipped_by_cells),
        cmocka_unit_test(half_a_wide_character_never_stays),
        cmocka_unit_test(surfaces_clip_each_other),
        cmocka_unit_test(long_text_is_cut_with_dots),
        cmocka_unit_test(text_stands_right_and_in_the_middle),
        cmocka_unit_test(text_wraps),
        cmocka_unit_test(a_frame_carries_title_and_state),
        cmocka_unit_test(frames_of_any_size_stay_inside),
        cmocka_unit_test(styles_are_told_in_runs),
        cmocka_unit_test(rows_keep_their_width_under_random_drawing),
        cmocka_unit_test(sizes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
