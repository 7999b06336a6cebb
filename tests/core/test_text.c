/* SPDX-License-Identifier: MIT */
/* Text as people see it: UTF-8, cells, hostile characters. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

#define ACUTE "\xcc\x81" /* U+0301, combining */

/* ---- UTF-8 ---- */

static void code_points_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        uint32_t cp; /* 0xfffd and 1 byte when not valid */
        size_t bytes;
        bool valid;
        const char *why;
    } rows[] = {
        {"A", 'A', 1, true, "ASCII"},
        {"\x7f", 0x7f, 1, true, "last of one byte"},
        {"\xc2\x80", 0x80, 2, true, "first of two"},
        {"\xdf\xbf", 0x7ff, 2, true, "last of two"},
        {"\xe0\xa0\x80", 0x800, 3, true, "first of three"},
        {"深", 0x6df1, 3, true, "Chinese"},
        {"\xed\x9f\xbf", 0xd7ff, 3, true, "before the surrogates"},
        {"\xee\x80\x80", 0xe000, 3, true, "behind the surrogates"},
        {"\xef\xbf\xbd", 0xfffd, 3, true, "U+FFFD itself is valid"},
        {"\xef\xbf\xbf", 0xffff, 3, true, "last of three"},
        {"\xf0\x90\x80\x80", 0x10000, 4, true, "first of four"},
        {"😀", 0x1f600, 4, true, "emoji"},
        {"\xf4\x8f\xbf\xbf", 0x10ffff, 4, true, "last of all"},
        {"\x80", 0xfffd, 1, false, "continuation alone"},
        {"\xbf\xbf", 0xfffd, 1, false, "continuations alone"},
        {"\xc0\x80", 0xfffd, 1, false, "over-long NUL"},
        {"\xc1\xbf", 0xfffd, 1, false, "over-long DEL"},
        {"\xe0\x9f\xbf", 0xfffd, 1, false, "over-long in three"},
        {"\xf0\x8f\xbf\xbf", 0xfffd, 1, false, "over-long in four"},
        {"\xed\xa0\x80", 0xfffd, 1, false, "first surrogate"},
        {"\xed\xbf\xbf", 0xfffd, 1, false, "last surrogate"},
        {"\xf4\x90\x80\x80", 0xfffd, 1, false, "above U+10FFFF"},
        {"\xf5\x80\x80\x80", 0xfffd, 1, false, "no lead byte"},
        {"\xf8\x88\x80\x80\x80", 0xfffd, 1, false, "five bytes"},
        {"\xff", 0xfffd, 1, false, "never in UTF-8"},
        {"\xe6\xb7", 0xfffd, 1, false, "cut off"},
        {"\xe6\xb7x", 0xfffd, 1, false, "broken by ASCII"},
        {"\xf0\x9f\x98", 0xfffd, 1, false, "emoji cut off"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        uint32_t cp = 0;
        bool valid = !rows[i].valid;
        assert_int_equal(text_next(rows[i].s, strlen(rows[i].s), &cp, &valid), rows[i].bytes);
        assert_int_equal(cp, rows[i].cp);
        assert_int_equal(valid, rows[i].valid);
        assert_int_equal(text_valid(rows[i].s, strlen(rows[i].s), NULL), rows[i].valid);
    }
}

static void every_code_point_reads_back(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x110000; cp++) {
        char s[4];
        uint32_t back;
        bool valid;
        size_t n = text_put(cp, s);
        assert_int_equal(text_next(s, n, &back, &valid), n);
        assert_true(valid);
        bool none = cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff);
        assert_int_equal(back, none ? 0xfffd : cp);
    }
}

static void the_first_invalid_byte_is_found(void **state)
{
    (void)state;
    size_t at = 99;
    assert_true(text_valid("", 0, &at));
    assert_true(text_valid("a\0b", 3, &at));
    assert_int_equal(at, 99);
    static const struct {
        const char *s;
        size_t at;
    } rows[] = {
        {"\xff", 0},        {"abc\x80", 3},      {"深圳\xe6", 6}, {"0123456789abcdef\xc0z", 16},
        {"0123456\x80", 7}, {"01234567\x80", 8},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_false(text_valid(rows[i].s, strlen(rows[i].s), &at));
        assert_int_equal(at, rows[i].at);
    }
}

static void characters_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        size_t chars;
        bool astral;
    } rows[] = {
        {"", 0, false},
        {"abc", 3, false},
        {"深圳a", 3, false},
        {"e" ACUTE, 2, false},
        {"a😀", 2, true},
        {"0123456789 深😀", 13, true},
        {"\xff\xfe", 2, false},
        {"\xf0\x9f\x98", 3, false}, /* an emoji cut off is no emoji */
        {"\xf5\x80\x80\x80", 4, false},
        {"\xef\xbf\xbf", 1, false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(text_chars(rows[i].s, strlen(rows[i].s)), rows[i].chars);
        assert_int_equal(text_has_astral(rows[i].s, strlen(rows[i].s)), rows[i].astral);
    }
}

/* ---- Cells ---- */

static void clusters_hold_their_marks(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        size_t bytes;
        int cells;
        const char *why;
    } rows[] = {
        {"ab", 1, 1, "ASCII"},
        {"a", 1, 1, "at the end"},
        {"深圳", 3, 2, "wide"},
        {"😀a", 4, 2, "emoji"},
        {"ｱ", 3, 1, "half-width"},
        {"e" ACUTE "x", 3, 1, "a mark"},
        {"e" ACUTE ACUTE "x", 5, 1, "two marks"},
        {"深" ACUTE "圳", 5, 2, "a mark on a wide character"},
        {ACUTE ACUTE "x", 4, 0, "marks without a character"},
        {"\n" ACUTE, 1, 0, "a newline takes no mark"},
        {"\t" ACUTE, 1, 1, "nor does a tab"},
        {"\x1b[", 1, 1, "raw control"},
        {"\xff" ACUTE, 1, 1, "raw byte"},
        {"a\xe2\x80\x8d", 1, 1, "a joiner is not a mark"},
        {"\xe2\x80\x8d"
         "a",
         3, 1, "raw joiner"},
        {"\xe2\x80\xae" ACUTE, 3, 1, "raw override"},
        {"👍🏽", 4, 2, "a skin tone stands for itself"},
        {"🏽", 4, 1, "raw skin tone"},
        {"\xef\xb8\x8f", 3, 1, "raw variation selector"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int cells = -9;
        assert_int_equal(text_cluster(rows[i].s, strlen(rows[i].s), &cells), rows[i].bytes);
        assert_int_equal(cells, rows[i].cells);
        assert_int_equal(text_cluster(rows[i].s, strlen(rows[i].s), NULL), rows[i].bytes);
    }
}

static void stepping_back_meets_the_same_clusters(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "abc",
        "深圳分店",
        "e" ACUTE ACUTE "x深" ACUTE "😀",
        ACUTE ACUTE "x",
        "\n" ACUTE ACUTE "y",
        "\xff" ACUTE "\xe6\xb7" ACUTE "\x80\x80\x80\x80\x80",
        "👨\xe2\x80\x8d👩\xe2\x80\x8d👧",
        "\xe2\x80\xae" ACUTE "a\xe2\x80\xae",
        "\xf0\x9f\x98深",
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        size_t len = strlen(rows[i]);
        for (size_t at = 0; at < len;) {
            size_t n = text_cluster(rows[i] + at, len - at, NULL);
            assert_int_equal(text_cluster_before(rows[i], at + n), at);
            at += n;
        }
        assert_int_equal(text_cluster_before(rows[i], 0), 0);
    }
}

static void width_is_the_sum_of_cells(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        int cells;
    } rows[] = {
        {"", 0},      {"abc", 3},  {"深圳abc", 7}, {"e" ACUTE, 1}, {"α±“…—·①─●★", 10},
        {"￥100", 5}, {"a\nb", 2}, {"❤", 1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(text_width(rows[i].s, strlen(rows[i].s)), rows[i].cells);
    }
}

static void a_clip_never_cuts_a_cluster(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        int cells;
        size_t bytes;
        int used;
        const char *why;
    } rows[] = {
        {"abc", 3, 3, 3, "fits exactly"},
        {"abcd", 3, 3, 3, "ASCII"},
        {"abc", 0, 0, 0, "no room"},
        {"abc", -1, 0, 0, "less than no room"},
        {"", 5, 0, 0, "no text"},
        {"深圳", 4, 6, 4, "wide fits"},
        {"深圳", 3, 3, 2, "the second half has no room"},
        {"深圳", 1, 0, 0, "not even one"},
        {"a深", 2, 1, 1, "wide at the edge"},
        {"e" ACUTE "e" ACUTE, 1, 3, 1, "the mark comes along"},
        {"ae" ACUTE, 1, 1, 1, "before a cluster"},
        {"深" ACUTE "x", 2, 5, 2, "mark on a wide one"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int used = -9;
        size_t n = text_clip(rows[i].s, strlen(rows[i].s), rows[i].cells, &used);
        assert_int_equal(n, rows[i].bytes);
        assert_int_equal(used, rows[i].used);
        assert_int_equal(text_clip(rows[i].s, strlen(rows[i].s), rows[i].cells, NULL), n);
    }
}

static void wrapped_lines_break_where_people_would(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        int cells;
        const char *lines; /* each closed by '|' */
        const char *why;
    } rows[] = {
        {"", 5, "", "nothing"},
        {"abc", 5, "abc|", "fits"},
        {"abcde", 5, "abcde|", "fits exactly"},
        {"abcdefgh", 5, "abcde|fgh|", "no blank: between characters"},
        {"ab cd ef", 5, "ab cd |ef|", "the blank hangs over the edge"},
        {"ab cdef", 5, "ab |cdef|", "behind a blank"},
        {"ab   cdef", 4, "ab   |cdef|", "behind all blanks"},
        {"a\nbc\n", 5, "a\n|bc\n|", "newlines end lines"},
        {"abcde\nf", 5, "abcde\n|f|", "a newline needs no room"},
        {"\n\n", 5, "\n|\n|", "empty lines"},
        {"深圳分店", 5, "深圳|分店|", "half a character has no room"},
        {"深圳，分店", 4, "深|圳，|分店|", "a comma does not begin a line"},
        {"深（圳）", 5, "深|（圳|）|", "an opening bracket does not end one, if it can be helped"},
        {"abcde \nf", 5, "abcde \n|f|", "nor is a hanging blank followed by an empty line"},
        {"订单abcdef号", 6, "订单|abcdef|号|", "a word is kept whole beside Chinese"},
        {"ab深圳", 3, "ab|深|圳|", "before a wide character"},
        {"深圳", 1, "深|圳|", "too narrow: one cluster all the same"},
        {"abc", 0, "a|b|c|", "no width at all"},
        {"e" ACUTE "e" ACUTE, 1, "e" ACUTE "|e" ACUTE "|", "marks stay"},
        {"ab " ACUTE "c", 2, "ab " ACUTE "|c|", "a hanging blank keeps its mark"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char lines[100] = "";
        size_t len = strlen(rows[i].s);
        for (size_t at = 0; at < len;) {
            size_t n = text_wrap(rows[i].s + at, len - at, rows[i].cells);
            assert_in_range(n, 1, len - at);
            strncat(lines, rows[i].s + at, n);
            strcat(lines, "|");
            at += n;
        }
        assert_string_equal(lines, rows[i].lines);
    }
}

/* ---- Hostile text ---- */

static void hostile_characters_become_visible(void **state)
{
    (void)state;
    static const unsigned nl = TEXT_KEEP_NEWLINE;
    static const unsigned tab = TEXT_KEEP_TAB;
    static const struct {
        const char *s;
        unsigned flags;
        const char *shown;
        const char *why;
    } rows[] = {
        {"", 0, "", "nothing"},
        {"abc 深圳 ￥ α é 😀", 0, "abc 深圳 ￥ α é 😀", "good text stays"},
        {"\x1b[31m", 0, "␛[31m", "escape sequence"},
        {"\x01\x1f\x7f", 0, "␁␟␡", "C0 and DEL"},
        {"\xc2\x9b"
         "31m",
         0, "<U+009B>31m", "C1"},
        {"\xc2\x85", nl, "<U+0085>", "next line"},
        {"a\nb\tc", 0, "a␊b␉c", "no flag"},
        {"a\nb\tc", nl, "a\nb␉c", "newline kept"},
        {"a\nb\tc", nl | tab, "a\nb\tc", "both kept"},
        {"a\r\nb", nl, "a\nb", "CR LF is a newline"},
        {"a\r\nb", 0, "a␍␊b", "unless newlines are shown"},
        {"a\rb\r", nl, "a␍b␍", "CR alone moves the cursor"},
        {"\r\r\n", nl, "␍\n", "only the CR before LF"},
        {"1\xe2\x80\xae"
         "2",
         0, "1<U+202E>2", "right-to-left override"},
        {"\xe2\x81\xa6\xe2\x81\xa9", 0, "<U+2066><U+2069>", "isolates"},
        {"\xe2\x80\x8b\xe2\x80\x8f", 0, "<U+200B><U+200F>", "zero width, direction mark"},
        {"\xd8\x9c", 0, "<U+061C>", "Arabic letter mark"},
        {"\xe2\x80\xa8\xe2\x80\xa9", nl, "<U+2028><U+2029>", "line, paragraph separator"},
        {"\xef\xbb\xbfid", 0, "<U+FEFF>id", "byte order mark"},
        {"a\xc2\xad"
         "b",
         0, "a<U+00AD>b", "soft hyphen"},
        {"👨\xe2\x80\x8d👩", 0, "👨<U+200D>👩", "joiner"},
        {"👍🏽", 0, "👍<U+1F3FD>", "skin tone"},
        {"❤\xef\xb8\x8f", 0, "❤<U+FE0F>", "variation selector"},
        {"\xf3\xa0\x81\xa1", 0, "<U+E0061>", "tag"},
        {"\xe3\x85\xa4", 0, "<U+3164>", "a blank that is a letter"},
        {"\xef\xbf\xbe", 0, "<U+FFFE>", "no character"},
        {"\xf4\x8f\xbf\xbf", 0, "<U+10FFFF>", "no character either"},
        {"a\xff\xe6\xb7z", 0, "a\\xFF\\xE6\\xB7z", "not UTF-8"},
        {"\xed\xa0\xbd", 0, "\\xED\\xA0\\xBD", "surrogate"},
        {"\xc0\xaf", 0, "\\xC0\\xAF", "over-long"},
        {"e" ACUTE, 0, "e" ACUTE, "a mark on a letter stays"},
        {ACUTE "e", 0, "<U+0301>e", "a mark on nothing"},
        {"\n" ACUTE, nl, "\n<U+0301>", "a mark on a newline"},
        {"\t" ACUTE, tab, "\t<U+0301>", "a mark on a tab"},
        {"\xff" ACUTE ACUTE, 0, "\\xFF<U+0301><U+0301>", "marks on a byte"},
        {"\xe2\x80\x8d" ACUTE, 0, "<U+200D><U+0301>", "a mark on a joiner"},
        {"e" ACUTE ACUTE ACUTE ACUTE, 0, "e" ACUTE ACUTE ACUTE ACUTE, "four marks stay"},
        {"e" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "x", 0,
         "e" ACUTE ACUTE ACUTE ACUTE "<U+0301><U+0301>x", "more are shown"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf out;
        buf_init(&out, 1000);
        size_t len = strlen(rows[i].s);
        text_visible(&out, rows[i].s, len, rows[i].flags);
        assert_string_equal(buf_str(&out), rows[i].shown);
        assert_true(text_is_plain(buf_str(&out), out.len, rows[i].flags));
        assert_int_equal(text_is_plain(rows[i].s, len, rows[i].flags),
                         strcmp(rows[i].s, rows[i].shown) == 0);
        assert_true(out.len <= 4 * len);
        buf_clear(&out);
    }
}

static void a_nul_is_shown(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 100);
    text_visible(&out, "a\0b", 3, TEXT_KEEP_NEWLINE | TEXT_KEEP_TAB);
    assert_string_equal(buf_str(&out), "a␀b");
    buf_clear(&out);
}

/* What is on the screen as it is must be one or two cells, or a mark, for every code point. */
static void no_code_point_reaches_the_screen_unmeasured(void **state)
{
    (void)state;
    static const struct {
        uint32_t first, last;
    } never[] = {{0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},
                 {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
                 {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0x1f3fb, 0x1f3ff}};
    struct buf out;
    buf_init(&out, 100);
    size_t row = 0;
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        char s[5] = "x";
        size_t n = 1 + text_put(cp, s + 1);
        row += row < ARRAY_COUNT(never) && cp > never[row].last;
        bool plain = text_is_plain(s, n, 0);
        if (row < ARRAY_COUNT(never) && cp >= never[row].first) {
            assert_false(plain);
        }
        if (plain) {
            int width = text_width(s, n) - 1;
            assert_in_range(width, 0, 2);
            assert_int_equal(width == 0, text_cluster(s, n, NULL) == n);
            continue;
        }
        buf_reset(&out);
        text_visible(&out, s, n, 0);
        assert_true(text_is_plain(buf_str(&out), out.len, 0));
    }
    buf_clear(&out);
}

static void one_has_no_plural(void **state)
{
    (void)state;
    assert_string_equal(text_s(1), "");
    assert_string_equal(text_s(0), "s");
    assert_string_equal(text_s(2), "s");
    assert_string_equal(text_s(UINT64_MAX), "s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_has_no_plural),
        cmocka_unit_test(code_points_are_decoded),
        cmocka_unit_test(every_code_point_reads_back),
        cmocka_unit_test(the_first_invalid_byte_is_found),
        cmocka_unit_test(characters_are_counted),
        cmocka_unit_test(clusters_hold_their_marks),
        cmocka_unit_test(stepping_back_meets_the_same_clusters),
        cmocka_unit_test(width_is_the_sum_of_cells),
        cmocka_unit_test(a_clip_never_cuts_a_cluster),
        cmocka_unit_test(wrapped_lines_break_where_people_would),
        cmocka_unit_test(hostile_characters_become_visible),
        cmocka_unit_test(a_nul_is_shown),
        cmocka_unit_test(no_code_point_reaches_the_screen_unmeasured),
    };
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        fputs("the locale C.UTF-8 is missing\n", stderr);
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
