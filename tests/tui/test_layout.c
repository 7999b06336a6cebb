/* SPDX-License-Identifier: MIT */
/*
 * Dividing rectangles, and the plans of the console's screen for every size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base.h"
#include "tui/layout.h"

static void a_split_gives_each_its_part(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        int room;
        struct layout_item items[4];
        int sizes[4];
    } rows[] = {
        {"shares by weight", 30, {{LAYOUT_SHARE, 1, 0, 0}, {LAYOUT_SHARE, 2, 0, 0}}, {10, 20}},
        {"nothing is lost in rounding",
         10,
         {{LAYOUT_SHARE, 1, 0, 0}, {LAYOUT_SHARE, 1, 0, 0}, {LAYOUT_SHARE, 1, 0, 0}},
         {3, 3, 4}},
        {"fixed first", 30, {{LAYOUT_FIXED, 5, 0, 0}, {LAYOUT_SHARE, 1, 0, 0}}, {5, 25}},
        {"fit takes what it wants",
         30,
         {{LAYOUT_FIT, 12, 4, 0}, {LAYOUT_SHARE, 1, 10, 0}},
         {12, 18}},
        {"fit gives way to least sizes",
         15,
         {{LAYOUT_FIT, 12, 4, 0}, {LAYOUT_SHARE, 1, 10, 0}},
         {5, 10}},
        {"a share keeps its least",
         20,
         {{LAYOUT_SHARE, 1, 8, 0}, {LAYOUT_SHARE, 9, 0, 0}},
         {8, 12}},
        {"hidden by priority",
         20,
         {{LAYOUT_SHARE, 1, 10, 0}, {LAYOUT_FIXED, 8, 0, 2}, {LAYOUT_FIXED, 7, 0, 1}},
         {13, 0, 7}},
        {"of equal ones the last",
         20,
         {{LAYOUT_SHARE, 1, 10, 0}, {LAYOUT_FIXED, 8, 0, 1}, {LAYOUT_FIXED, 8, 0, 1}},
         {12, 8, 0}},
        {"what nobody wants goes to the last",
         20,
         {{LAYOUT_FIXED, 5, 0, 0}, {LAYOUT_FIXED, 5, 0, 0}},
         {5, 15}},
        {"too small for all", 7, {{LAYOUT_FIXED, 5, 0, 0}, {LAYOUT_FIXED, 5, 0, 0}}, {5, 2}},
        {"no room", 0, {{LAYOUT_FIXED, 5, 0, 0}, {LAYOUT_SHARE, 1, 0, 0}}, {0, 0}},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        size_t count = 0;
        while (count < 4 && (rows[i].items[count].size || rows[i].items[count].min)) {
            count++;
        }
        for (int way = LAYOUT_ROWS; way <= LAYOUT_COLS; way++) {
            struct rect area = {.row = 3, .col = 4, .rows = 9, .cols = 9};
            struct rect out[4];
            int at = way == LAYOUT_ROWS ? 3 : 4;
            *(way == LAYOUT_ROWS ? &area.rows : &area.cols) = rows[i].room;
            layout_split(area, way, rows[i].items, count, out);
            for (size_t n = 0; n < count; n++) {
                int size = way == LAYOUT_ROWS ? out[n].rows : out[n].cols;
                if (size != rows[i].sizes[n]) {
                    fail_msg("%s: item %zu has %d, expected %d", rows[i].why, n, size,
                             rows[i].sizes[n]);
                }
                assert_int_equal(way == LAYOUT_ROWS ? out[n].row : out[n].col, at);
                assert_int_equal(way == LAYOUT_ROWS ? out[n].cols : out[n].rows, 9);
                at += size;
            }
        }
    }
}

static void rectangles_meet_and_shrink(void **state)
{
    (void)state;
    struct rect a = {.row = 1, .col = 1, .rows = 4, .cols = 6};
    struct rect b = {.row = 3, .col = 5, .rows = 10, .cols = 10};
    struct rect m = rect_meet(a, b);
    assert_memory_equal(&m, (&(struct rect){3, 5, 2, 2}), sizeof m);
    assert_true(rect_is_empty(rect_meet(a, (struct rect){5, 1, 1, 1})));
    m = rect_inner(a);
    assert_memory_equal(&m, (&(struct rect){2, 2, 2, 4}), sizeof m);
    assert_true(rect_is_empty(rect_inner((struct rect){0, 0, 1, 9})));
    m = rect_center(a, 2, 100);
    assert_memory_equal(&m, (&(struct rect){2, 1, 2, 6}), sizeof m);
    assert_true(rect_has(a, 1, 1) && rect_has(a, 4, 6));
    assert_false(rect_has(a, 5, 6) || rect_has(a, 0, 1));
}

static void the_first_size_that_matches_wins(void **state)
{
    (void)state;
    static const struct {
        int cols, rows;
        enum plan_kind kind;
        int live;
        const char *panes; /* numbers of the visible ones, form focused */
    } rows[] = {
        {39, 100, PLAN_SMALL, 0, ""},    {100, 11, PLAN_SMALL, 0, ""},
        {40, 12, PLAN_PAGES, 2, "2"},    {80, 23, PLAN_PAGES, 2, "2"},
        {80, 24, PLAN_PAGES, 3, "2"},    {84, 45, PLAN_PAGES, 3, "2"},
        {84, 46, PLAN_STACK, 1, "2356"}, {40, 46, PLAN_STACK, 1, "2356"},
        {85, 46, PLAN_PAGES, 3, "2"},    {89, 60, PLAN_PAGES, 3, "2"},
        {90, 24, PLAN_B, 1, "1236"},     {90, 23, PLAN_PAGES, 2, "2"},
        {109, 60, PLAN_B, 1, "1236"},    {110, 29, PLAN_B, 1, "1236"},
        {110, 30, PLAN_A, 1, "123456"},  {120, 36, PLAN_A, 1, "123456"},
        {400, 200, PLAN_A, 1, "123456"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct plan_input in = {.cols = rows[i].cols, .rows = rows[i].rows, .focus = PLAN_FORM};
        struct plan p;
        char panes[PLAN_PANES + 1] = "";
        layout_plan(&in, &p);
        for (int n = 0; n < PLAN_PANES; n++) {
            if (!rect_is_empty(p.pane[n])) {
                snprintf(panes + strlen(panes), 2, "%d", n + 1);
            }
        }
        if (p.kind != rows[i].kind || p.live.rows != rows[i].live ||
            strcmp(panes, rows[i].panes) != 0) {
            fail_msg("%dx%d: kind %d, %d live lines, panes %s", in.cols, in.rows, (int)p.kind,
                     p.live.rows, panes);
        }
    }
}

static unsigned char covered[200][400];

static void cover(struct rect r, const struct plan_input *in)
{
    if (rect_is_empty(r)) {
        return;
    }
    if (r.row < 0 || r.col < 0 || r.row + r.rows > in->rows || r.col + r.cols > in->cols) {
        fail_msg("%dx%d: a rectangle sticks out", in->cols, in->rows);
    }
    for (int row = r.row; row < r.row + r.rows; row++) {
        for (int col = r.col; col < r.col + r.cols; col++) {
            covered[row][col]++;
        }
    }
}

static void check_cover(const struct plan_input *in)
{
    struct plan p;
    layout_plan(in, &p);
    if (p.kind == PLAN_SMALL) {
        return;
    }
    for (int row = 0; row < in->rows; row++) {
        memset(covered[row], 0, (size_t)in->cols);
    }
    for (int n = 0; n < PLAN_PANES; n++) {
        cover(p.pane[n], in);
        if (!rect_is_empty(p.pane[n]) && (p.pane[n].rows < 3 || p.pane[n].cols < 20)) {
            fail_msg("%dx%d: pane %d is useless", in->cols, in->rows, n + 1);
        }
    }
    const struct rect lines[] = {p.header, p.strip, p.live, p.help, p.status, p.hints};
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        cover(lines[i], in);
    }
    for (int row = 0; row < in->rows; row++) {
        const unsigned char *other = memchr(covered[row], 0, (size_t)in->cols);
        for (int col = 0; col < in->cols && !other; col++) {
            other = covered[row][col] != 1 ? &covered[row][col] : NULL;
        }
        if (other) {
            fail_msg("%dx%d focus %d: cell %d,%d is covered %d times", in->cols, in->rows,
                     (int)in->focus, row, (int)(other - covered[row]), *other);
        }
    }
    assert_false(rect_is_empty(p.pane[in->focus]));
    assert_int_equal(p.hints.row, in->rows - 1);
    assert_int_equal(p.status.row, in->rows - 2);
    assert_int_equal(p.help.row + p.help.rows, in->rows - 2);
    assert_int_equal(p.live.row + p.live.rows, p.help.row);
    assert_int_equal(p.strip.row + p.strip.rows, p.live.row);
    if (in->strip == 0)
        assert_true(p.strip.rows == 0 && p.help.rows == 1 && p.live.rows > 0);
    else
        assert_true(p.strip.rows > 0 && p.strip.rows <= in->strip);
    struct rect focus = p.pane[in->focus];
    assert_int_equal(layout_pane_at(&p, focus.row, focus.col), in->focus);
    assert_int_equal(layout_pane_at(&p, 0, 0), PLAN_PANES);
}

static void every_size_is_covered_exactly_once(void **state)
{
    (void)state;
    for (int rows = 1; rows <= 200; rows += rows < 60 ? 1 : 7) {
        for (int cols = 1; cols <= 400; cols += cols < 130 ? 1 : 9) {
            struct plan_input in = {
                .cols = cols, .rows = rows, .focus = (rows + cols) % PLAN_PANES};
            check_cover(&in);
            in.strip = 1 + (rows * cols) % 9;
            check_cover(&in);
        }
    }
}

static void focus_zoom_and_resizing_keep_the_cover(void **state)
{
    (void)state;
    static const int sizes[][2] = {{110, 30}, {120, 36}, {200, 60}, {90, 24}, {109, 50},
                                   {84, 46},  {60, 50},  {80, 24},  {40, 12}};
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        for (int focus = 0; focus < PLAN_PANES; focus++) {
            for (int step = -100; step <= 100; step += 10) {
                struct plan_input in = {.cols = sizes[i][0], .rows = sizes[i][1], .focus = focus};
                in.zoom = step == 0;
                in.tab = PLAN_SIGN + focus % 3;
                in.wider[focus] = step;
                in.wider[(focus + 1) % PLAN_PANES] = -step;
                check_cover(&in);
            }
        }
    }
}

static void wider_makes_the_pane_wider(void **state)
{
    (void)state;
    for (int pane = 0; pane < PLAN_PANES; pane++) {
        struct plan_input in = {.cols = 160, .rows = 40, .focus = pane};
        struct plan before, after;
        layout_plan(&in, &before);
        in.wider[pane] = 2;
        layout_plan(&in, &after);
        assert_true(after.pane[pane].cols > before.pane[pane].cols);
    }
}

static void b_shows_the_exchange_that_was_looked_at(void **state)
{
    (void)state;
    struct plan_input in = {.cols = 100, .rows = 30, .focus = PLAN_FORM, .tab = PLAN_REPLY};
    struct plan p;
    layout_plan(&in, &p);
    assert_true(p.tabs && !rect_is_empty(p.pane[PLAN_REPLY]) && rect_is_empty(p.pane[PLAN_SIGN]));
    in.focus = PLAN_XML;
    layout_plan(&in, &p);
    assert_true(!rect_is_empty(p.pane[PLAN_XML]) && rect_is_empty(p.pane[PLAN_REPLY]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_gives_each_its_part),
        cmocka_unit_test(rectangles_meet_and_shrink),
        cmocka_unit_test(the_first_size_that_matches_wins),
        cmocka_unit_test(every_size_is_covered_exactly_once),
        cmocka_unit_test(focus_zoom_and_resizing_keep_the_cover),
        cmocka_unit_test(wider_makes_the_pane_wider),
        cmocka_unit_test(b_shows_the_exchange_that_was_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
