/* SPDX-License-Identifier: MIT */
/* Selection, scrolling and filter words of lists; wrapping, scrolling and search of lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include "core/base.h"
#include "tui/grid.h"
#include "tui/lines.h"
#include "tui/list.h"

/* ---- Lists ---- */

/* Rows 0 and 4 are headings. */
static bool is_heading(const void *ctx, size_t row)
{
    (void)ctx;
    return row == 0 || row == 4;
}

static void draw_number(void *ctx, size_t row, bool selected, struct surface *s)
{
    (void)ctx;
    surface_putf(s, 0, 0, THEME_TEXT, "%s%zu", selected ? ">" : " ", row);
}

static void dump_list(struct list *l, int rows, struct buf *out)
{
    struct grid *g = grid_new(8, rows, true);
    surface_begin(g);
    struct surface s = surface_root(g);
    list_draw(l, &s, true, draw_number, NULL);
    buf_reset(out);
    surface_dump(g, out);
    grid_free(g);
}

static void selection_passes_over_headings(void **state)
{
    struct list l = {.skip = is_heading};
    (void)state;

    list_set(&l, 8);
    assert_int_equal(l.at, 1);
    assert_true(list_action(&l, ACTION_UP)); /* only the heading is above */
    assert_int_equal(l.at, 1);
    list_go(&l, 3);
    list_action(&l, ACTION_DOWN);
    assert_int_equal(l.at, 5);
    list_action(&l, ACTION_UP);
    assert_int_equal(l.at, 3);
    list_action(&l, ACTION_BOTTOM);
    assert_int_equal(l.at, 7);
    list_action(&l, ACTION_DOWN);
    assert_int_equal(l.at, 7);
    assert_false(list_action(&l, ACTION_SEND));
}

static void list_without_selectable_rows_has_no_selection(void **state)
{
    struct list l = {.skip = is_heading};
    (void)state;

    list_set(&l, 0);
    assert_false(list_has(&l));
    list_set(&l, 1);
    assert_false(list_has(&l));
    list_action(&l, ACTION_DOWN);
    assert_false(list_has(&l));
}

static void list_scrolls_with_its_selection_and_shows_the_heading(void **state)
{
    struct list l = {.skip = is_heading};
    struct buf b;
    char foot[16];
    (void)state;

    buf_init(&b, 4096);
    list_set(&l, 8);
    dump_list(&l, 3, &b);
    assert_string_equal(buf_str(&b), " 0\n>1\n 2\n");
    list_action(&l, ACTION_BOTTOM);
    dump_list(&l, 3, &b);
    assert_string_equal(buf_str(&b), " 5\n 6\n>7\n");
    list_foot(&l, foot, sizeof(foot));
    assert_string_equal(foot, "6/6");
    list_action(&l, ACTION_TOP);
    dump_list(&l, 3, &b);
    assert_string_equal(buf_str(&b), " 0\n>1\n 2\n"); /* the heading is back */
    list_action(&l, ACTION_PAGE_DOWN);
    assert_int_equal(l.at, 3);
    list_set(&l, 2); /* filtered: the window follows */
    dump_list(&l, 3, &b);
    assert_string_equal(buf_str(&b), " 0\n>1\n\n");
    list_foot(&l, foot, sizeof(foot));
    assert_string_equal(foot, "");
    buf_clear(&b);
}

static void filter_words_must_all_be_there(void **state)
{
    static const struct {
        const char *filter, *text;
        bool passes;
        const char *why;
    } rows[] = {
        {"", "unifiedorder", true, "an empty filter lets all through"},
        {"order", "unifiedorder", true, "a part is enough"},
        {"ORDER", "unifiedorder", true, "letter case does not matter"},
        {"order uni", "unifiedorder", true, "words in any order"},
        {"order wap", "unifiedorder", false, "each word must be there"},
        {"下单", "unifiedorder 统一下单", true, "Chinese matches"},
        {"!wap", "unifiedorder", true, "inverted: it is not there"},
        {"!order", "unifiedorder", false, "inverted: it is there"},
        {"!", "wow!", true, "a lone ! is a word"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (list_match(rows[i].filter, rows[i].text) != rows[i].passes)
            fail_msg("%s: %s", rows[i].filter, rows[i].why);
    }
}

/* ---- Lines ---- */

static void dump_lines(struct lines *l, int cols, int rows, bool wrap, struct buf *out)
{
    struct grid *g = grid_new(cols, rows, true);
    surface_begin(g);
    struct surface s = surface_root(g);
    lines_draw(l, &s, wrap);
    buf_reset(out);
    surface_dump(g, out);
    grid_free(g);
}

static void long_lines_wrap_beside_their_label(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    lines_put(&l, THEME_LABEL, "key");
    lines_pad(&l, 4);
    lines_hang(&l, 4);
    lines_add(&l, THEME_VALUE, "0123456789abcdefghij");
    dump_lines(&l, 18, 3, true, &b);
    assert_string_equal(buf_str(&b), "key 0123456789abcd\n    efghij\n\n");
    dump_lines(&l, 18, 2, false, &b);
    assert_string_equal(buf_str(&b), "key 0123456789abcd\n\n");
    lines_action(&l, ACTION_RIGHT);
    dump_lines(&l, 18, 2, false, &b);
    assert_string_equal(buf_str(&b), "456789abcdefghij\n\n");
    lines_clear(&l);
    buf_clear(&b);
}

static void hard_lines_break_between_characters_and_never_inside(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    lines_text(&l, THEME_VALUE, "<a>b c</a>\n商品会员", strlen("<a>b c</a>\n商品会员"));
    dump_lines(&l, 5, 4, true, &b);
    assert_string_equal(buf_str(&b), "<a>b\nc</a>\n商品\n会员\n");
    assert_int_equal(l.count, 2);
    lines_clear(&l);
    buf_clear(&b);
}

static void half_a_wide_character_is_never_drawn(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    lines_add(&l, THEME_VALUE, "a商品b");
    lines_add(&l, THEME_VALUE, "商品ab");
    dump_lines(&l, 4, 2, false, &b);
    assert_string_equal(buf_str(&b), "a商\n商品\n");
    lines_clear(&l);
    buf_clear(&b);
}

static void control_and_bidi_characters_become_marks(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    lines_add(&l, THEME_VALUE,
              "a\x1b]0;x\x07\n\xe2\x80\xae"
              "b\xff");
    dump_lines(&l, 60, 1, true, &b);
    assert_null(strchr(buf_str(&b), 0x1b));
    assert_null(strchr(buf_str(&b), 0x07));
    assert_non_null(strstr(buf_str(&b), "<U+202E>b\\xFF"));
    lines_clear(&l);
    buf_clear(&b);
}

static void fill(struct lines *l, int count)
{
    lines_reset(l);
    for (int i = 0; i < count; i++) {
        lines_putf(l, THEME_TEXT, "line %d", i);
        lines_end(l);
    }
}

static void scrolling_stops_at_both_ends(void **state)
{
    struct lines l = {0};
    struct buf b;
    char foot[16];
    (void)state;

    buf_init(&b, 4096);
    fill(&l, 10);
    dump_lines(&l, 10, 3, true, &b);
    assert_true(lines_action(&l, ACTION_UP));
    assert_int_equal(l.top, 0);
    lines_action(&l, ACTION_PAGE_DOWN);
    assert_int_equal(l.top, 2);
    lines_action(&l, ACTION_BOTTOM);
    dump_lines(&l, 10, 3, true, &b);
    assert_string_equal(buf_str(&b), "line 7\nline 8\nline 9\n");
    lines_foot(&l, foot, sizeof(foot));
    assert_string_equal(foot, "10/10");
    lines_action(&l, ACTION_DOWN);
    assert_int_equal(l.top, 7);
    fill(&l, 2); /* less content: the window comes back */
    dump_lines(&l, 10, 3, true, &b);
    assert_string_equal(buf_str(&b), "line 0\nline 1\n\n");
    lines_foot(&l, foot, sizeof(foot));
    assert_string_equal(foot, "");
    lines_clear(&l);
    buf_clear(&b);
}

static void one_long_line_scrolls_row_by_row(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    lines_text(&l, THEME_TEXT, "aaaabbbbccccdddd", 16);
    dump_lines(&l, 4, 2, true, &b);
    assert_string_equal(buf_str(&b), "aaaa\nbbbb\n");
    lines_action(&l, ACTION_DOWN);
    dump_lines(&l, 4, 2, true, &b);
    assert_string_equal(buf_str(&b), "bbbb\ncccc\n");
    lines_action(&l, ACTION_BOTTOM);
    dump_lines(&l, 4, 2, true, &b);
    assert_string_equal(buf_str(&b), "cccc\ndddd\n");
    lines_action(&l, ACTION_UP);
    dump_lines(&l, 4, 2, true, &b);
    assert_string_equal(buf_str(&b), "bbbb\ncccc\n");
    lines_clear(&l);
    buf_clear(&b);
}

static void search_goes_forward_backward_and_around(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    fill(&l, 30);
    dump_lines(&l, 10, 3, true, &b);
    assert_true(lines_search(&l, "LINE 2", 0)); /* 2, 20 to 29 */
    assert_int_equal(l.hit, 2);
    assert_true(lines_search(&l, "LINE 2", 1));
    assert_int_equal(l.hit, 20);
    dump_lines(&l, 10, 3, true, &b);
    assert_non_null(strstr(buf_str(&b), "line 20"));
    assert_true(lines_search(&l, "LINE 2", -1));
    assert_true(lines_search(&l, "LINE 2", -1)); /* around the beginning */
    assert_int_equal(l.hit, 29);
    assert_true(lines_search(&l, "LINE 2", 1)); /* around the end */
    assert_int_equal(l.hit, 2);
    assert_false(lines_search(&l, "nothing", 0));
    assert_true(lines_search(&l, "", 0)); /* ends it */
    lines_clear(&l);
    buf_clear(&b);
}

static void search_with_a_bang_finds_lines_without_the_word(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    lines_add(&l, THEME_TEXT, "<a>1</a>");
    lines_add(&l, THEME_TEXT, "value");
    lines_add(&l, THEME_TEXT, "<b>2</b>");
    dump_lines(&l, 20, 3, true, &b);
    assert_true(lines_search(&l, "!<", 0));
    assert_int_equal(l.hit, 1);
    assert_true(lines_search(&l, "!<", 1)); /* the only one */
    assert_int_equal(l.hit, 1);
    lines_clear(&l);
    buf_clear(&b);
}

static void search_marks_the_matches(void **state)
{
    struct lines l = {0};
    struct grid *g = grid_new(12, 2, true);
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    lines_add(&l, THEME_TEXT, "商品ab商品ab");
    lines_search(&l, "ab", 0);
    surface_begin(g);
    struct surface s = surface_root(g);
    lines_draw(&l, &s, true);
    surface_dump_styles(g, &b);
    assert_non_null(strstr(buf_str(&b), "0 4-5 match+underline")); /* the one in force */
    assert_non_null(strstr(buf_str(&b), "0 10-11 match"));
    grid_free(g);
    lines_clear(&l);
    buf_clear(&b);
}

static void nothing_is_drawn_in_no_room(void **state)
{
    struct lines l = {0};
    struct buf b;
    (void)state;

    buf_init(&b, 4096);
    fill(&l, 3);
    lines_hang(&l, 40);
    lines_add(&l, THEME_TEXT, "商品 商品 商品");
    for (int cols = 1; cols < 6; cols++) {
        for (int wrap = 0; wrap < 2; wrap++) {
            dump_lines(&l, cols, 1, wrap, &b);
            lines_action(&l, ACTION_BOTTOM);
            dump_lines(&l, cols, 1, wrap, &b);
            lines_search(&l, "品", 1);
        }
    }
    lines_clear(&l);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selection_passes_over_headings),
        cmocka_unit_test(list_without_selectable_rows_has_no_selection),
        cmocka_unit_test(list_scrolls_with_its_selection_and_shows_the_heading),
        cmocka_unit_test(filter_words_must_all_be_there),
        cmocka_unit_test(long_lines_wrap_beside_their_label),
        cmocka_unit_test(hard_lines_break_between_characters_and_never_inside),
        cmocka_unit_test(half_a_wide_character_is_never_drawn),
        cmocka_unit_test(control_and_bidi_characters_become_marks),
        cmocka_unit_test(scrolling_stops_at_both_ends),
        cmocka_unit_test(one_long_line_scrolls_row_by_row),
        cmocka_unit_test(search_goes_forward_backward_and_around),
        cmocka_unit_test(search_with_a_bang_finds_lines_without_the_word),
        cmocka_unit_test(search_marks_the_matches),
        cmocka_unit_test(nothing_is_drawn_in_no_room),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
