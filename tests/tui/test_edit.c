/* SPDX-License-Identifier: MIT */
/*
 * Typing into a field, and what is drawn of it. A script is a line of words: 'text' is typed,
 * "text" is pasted (\n and \r mean line ends), other words are keys.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "tui/edit.h"

/* Runs a script; returns the bits of all results. */
static unsigned play(struct edit *e, const char *script)
{
    unsigned result = 0;
    while (*script) {
        const char *end;
        if (*script == ' ') {
            script++;
        } else if (*script == '\'' || *script == '"') {
            end = strchr(script + 1, *script);
            assert_non_null(end);
            size_t len = (size_t)(end - script - 1);
            result |= *script == '"' ? edit_paste(e, script + 1, len) : 0;
            for (size_t i = 0; *script == '\'' && i < len;) { /* a character at a time, as typed */
                uint32_t cp;
                size_t n = text_next(script + 1 + i, len - i, &cp, NULL);
                result |= edit_type(e, script + 1 + i, n);
                i += n;
            }
            script = end + 1;
        } else {
            char name[KEYS_NAME_MAX];
            struct key key;
            end = strchrnul(script, ' ');
            snprintf(name, sizeof name, "%.*s", (int)(end - script), script);
            assert_true(keys_read(name, &key));
            result |= edit_key(e, key);
            script = end;
        }
    }
    return result;
}

/* The value with '|' at the cursor. */
static void picture(const struct edit *e, char *out, size_t size)
{
    snprintf(out, size, "%.*s|%s", (int)e->at, e->text, e->text + e->at);
}

struct row {
    const char *script;
    const char *value; /* with the cursor as '|' */
    const char *why;
};

static void run_rows(const struct row *rows, size_t count, size_t max, unsigned flags)
{
    for (size_t i = 0; i < count; i++) {
        struct edit e;
        char got[256];
        edit_init(&e, max, flags);
        play(&e, rows[i].script);
        picture(&e, got, sizeof got);
        if (strcmp(got, rows[i].value) != 0) {
            fail_msg("%s: %s gives %s, expected %s", rows[i].why, rows[i].script, got,
                     rows[i].value);
        }
        edit_clear(&e);
    }
}

static void one_line_is_edited_by_clusters(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"'深圳分店' Left Left 'x'", "深圳x|分店", "the cursor steps over wide characters"},
        {"'深圳分店' Left Left Del", "深圳|店", "delete takes a character"},
        {"'深圳分店' Left Backspace", "深圳|店", "backspace takes a character"},
        {"'e\xcc\x81' 'x'", "e\xcc\x81x|", "an accent stays on its letter"},
        {"'e\xcc\x81x' Left Left 'y'", "y|e\xcc\x81x", "letter and accent are one step"},
        {"'e\xcc\x81x' Left Backspace", "|x", "letter and accent go together"},
        {"'ex' Left '\xcc\x81' Left 'y'", "y|e\xcc\x81x", "a typed accent joins its letter"},
        {"'abc' Home 'x' End 'y'", "xabcy|", "home and end"},
        {"'abc' Ctrl-A 'x' Ctrl-E 'y'", "xabcy|", "the same with Ctrl"},
        {"'abc' Home Left Backspace", "|abc", "nothing before the beginning"},
        {"'abc' Right Del", "abc|", "nothing behind the end"},
        {"'one two' Ctrl-W", "one |", "a word goes"},
        {"'one two  ' Ctrl-W", "one |", "with the blanks behind it"},
        {"'one two' Ctrl-Left Ctrl-Left 'x'", "x|one two", "left by words"},
        {"'one two' Home Ctrl-Right 'x'", "onex| two", "right by words"},
        {"'深圳 分店' Ctrl-W", "深圳 |", "Chinese is words as well"},
        {"'one two' Ctrl-U", "|", "clear"},
        {"'one two' Home Right Ctrl-K", "o|", "kill to the end"},
        {"'a b' Up Down", "a b|", "up and down are not for one line"},
        {"\"a\nb\rc\r\nd\"", "a b c d|", "pasted line ends become blanks"},
        {"'ab' Left \"x\ny\"", "ax y|b", "a paste goes in at the cursor"},
        {"\"a\xff"
         "b\xe6\xb7\"",
         "ab|", "bytes that are not UTF-8 stay out"},
    };
    run_rows(rows, ARRAY_COUNT(rows), 100, 0);
}

static void a_limit_in_bytes_is_never_passed(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"'深圳分店旗舰'", "深圳分|", "10 bytes hold three characters"},
        {"'深圳分店x'", "深圳分x|", "and a letter"},
        {"'123456789' 'e\xcc\x81'", "123456789e|", "an accent that does not fit stays out"},
        {"\"1234567890123\"", "1234567890|", "of a paste, what fits"},
        {"\"深圳分店\" Ctrl-Z", "|", "and it is undone at once"},
        {"\"12345678e\xcc\x81\"", "12345678|", "clusters are not cut"},
    };
    run_rows(rows, ARRAY_COUNT(rows), 10, 0);
}

static void undo_takes_back_words_and_pastes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"'one two' Ctrl-Z", "one |", "a typed word"},
        {"'one two' Ctrl-Z Ctrl-Z", "|", "two typed words"},
        {"'one' \"two\" Ctrl-Z", "one|", "a paste"},
        {"'one' Left 'x' Ctrl-Z", "on|e", "a move ends the run"},
        {"'one' Ctrl-U Ctrl-Z", "one|", "a cleared field comes back"},
        {"'one' Home Del Ctrl-Z", "|one", "the cursor comes back too"},
        {"'one' Ctrl-U Ctrl-Z Ctrl-Shift-Z", "|", "redo"},
        {"'one two' Ctrl-Z Ctrl-Z Ctrl-Shift-Z Ctrl-Shift-Z", "one two|", "redo everything"},
        {"'one two' Ctrl-Z 'x' Ctrl-Shift-Z", "one x|", "typing forgets what could be redone"},
        {"'ab' Backspace Backspace Ctrl-Z Ctrl-Z Ctrl-Z", "|", "down to nothing"},
        {"Ctrl-Z Ctrl-Shift-Z", "|", "nothing to undo"},
        {"'深圳' Left Del Ctrl-Z", "深|圳", "Chinese"},
    };
    run_rows(rows, ARRAY_COUNT(rows), 100, 0);
}

static void many_lines_move_by_rows(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"'ab' Enter 'c'", "ab\nc|", "Enter begins a line"},
        {"\"a\r\nb\rc\nd\"", "a\nb\nc\nd|", "line ends are one kind"},
        {"\"abc\ndef\" Up 'x'", "abcx|\ndef", "up keeps the column"},
        {"\"abc\nd\nefg\" Up Up 'x'", "abcx|\nd\nefg", "also across a shorter line"},
        {"\"abc\nd\nefg\" Up Left Up 'x'", "x|abc\nd\nefg", "until the cursor moves sideways"},
        {"\"abc\ndef\" Up Up Up 'x'", "abcx|\ndef", "not above the first"},
        {"\"abc\ndef\" Home 'x'", "abc\nx|def", "home of the line"},
        {"\"abc\ndef\" Ctrl-Home End 'x'", "abcx|\ndef", "end of the line"},
        {"\"abc\ndef\" Home Backspace", "abc|def", "backspace joins lines"},
        {"\"abc\ndef\" Up End Del", "abc|def", "delete joins lines"},
        {"\"abc\ndef\" Ctrl-Home Ctrl-K", "|\ndef", "kill to the line's end"},
        {"\"abc\ndef\" Ctrl-Home Ctrl-K Ctrl-K", "|def", "then the line end"},
        {"\"深圳分店\nabcdef\" Up Up Left Left Down 'x'", "深圳分店\nabx|cdef",
         "columns are cells, not characters"},
        {"'ab' Enter 'cd' Ctrl-Z", "ab|", "undo of a typed line takes its line end"},
    };
    run_rows(rows, ARRAY_COUNT(rows), 1000, EDIT_LINES);
}

static void results_say_what_happened(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        unsigned result;
    } rows[] = {
        {"'a'", EDIT_CHANGED},
        {"'a' Left", EDIT_CHANGED | EDIT_MOVED},
        {"Left", EDIT_KNOWN},
        {"Del", EDIT_KNOWN},
        {"Enter", 0},
        {"Tab", 0},
        {"Up", 0},
        {"F5", 0},
        {"Ctrl-R", 0},
        {"Alt-x", 0},
        {"\"a\nb\"", EDIT_CHANGED | EDIT_JOINED},
        {"\"a\xff\"", EDIT_CHANGED | EDIT_DROPPED},
        {"\"\xff\"", EDIT_DROPPED},
        {"\"12345678901\"", EDIT_CHANGED | EDIT_CUT},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct edit e;
        edit_init(&e, 10, 0);
        unsigned got = play(&e, rows[i].script);
        if (got != rows[i].result) {
            fail_msg("%s gives %u, expected %u", rows[i].script, got, rows[i].result);
        }
        edit_clear(&e);
    }
}

static void set_takes_bytes_as_they_are(void **state)
{
    (void)state;
    static const char raw[] = "a\xc9\xee\0\r\nb";
    struct edit e;
    edit_init(&e, 100, 0);
    play(&e, "'old'");
    edit_set(&e, raw, sizeof raw - 1);
    assert_int_equal(e.len, sizeof raw - 1);
    assert_memory_equal(e.text, raw, sizeof raw);
    assert_int_equal(edit_undo(&e), 0);
    play(&e, "Backspace");
    edit_kill_all(&e);
    edit_undo(&e);
    assert_memory_equal(e.text, raw, sizeof raw - 2);
    edit_set(&e, "", 0);
    assert_string_equal(e.text, "");
    edit_clear(&e);
    edit_clear(&e);
}

static void replace_is_one_change(void **state)
{
    (void)state;
    struct edit e;
    char got[64];
    edit_init(&e, 100, 0);
    play(&e, "'one two' Left");
    assert_int_equal(edit_replace(&e, "generated", 9), EDIT_CHANGED);
    assert_int_equal(edit_replace(&e, "generated", 9), 0);
    edit_undo(&e);
    picture(&e, got, sizeof got);
    assert_string_equal(got, "one tw|o");
    edit_clear(&e);
}

static void undo_memory_is_bounded(void **state)
{
    (void)state;
    struct edit e;
    int undone = 0;
    edit_init(&e, 1 << 16, 0);
    for (int i = 0; i < 2000; i++) {
        play(&e, "'x' Home");
    }
    while (edit_undo(&e)) {
        undone++;
    }
    assert_int_equal(undone, 500);
    edit_clear(&e);
}

/* ---- What is drawn ---- */

static void a_line_scrolls_and_never_shows_half_a_character(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int left; /* times the cursor goes left from the end */
        int cols;
        const char *shown; /* indent as '.' */
        int cursor;
        const char *marks;
    } rows[] = {
        {"abc", 0, 10, "abc", 3, ""},
        {"abc", 3, 10, "abc", 0, ""},
        {"0123456789", 0, 10, "56789", 5, "<"},
        {"0123456789", 1, 10, "0123456789", 9, ""},
        {"0123456789abcdef", 0, 10, "abcdef", 6, "<"},
        {"0123456789abcdef", 16, 10, "0123456789", 0, ">"},
        {"0123456789abcdef", 3, 10, "56789abcde", 8, "<>"},
        {"深圳分店旗舰", 0, 9, "分店旗舰", 8, "<"},
        {"深圳分店旗舰", 6, 9, "深圳分店", 0, ">"},
        {"x深圳分店旗舰", 0, 8, ".旗舰", 5, "<"},
        {"a\nb", 0, 10, "a␊b", 3, ""},
        {"a\xff"
         "b",
         1, 10, "a\\xFFb", 5, ""},
        {"a\xe2\x80\xae"
         "b",
         1, 20, "a<U+202E>b", 9, ""},
        {"", 0, 1, "", 0, ""},
        {"a", 0, 1, "", 0, "<"},
        {"深", 1, 1, "", 0, ">"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct edit e;
        struct edit_line line;
        struct buf out;
        edit_init(&e, 100, 0);
        edit_set(&e, rows[i].value, strlen(rows[i].value));
        for (int n = 0; n < rows[i].left; n++) {
            edit_move(&e, EDIT_LEFT);
        }
        buf_init(&out, 1000);
        struct buf shown;
        buf_init(&shown, 1000);
        edit_show_line(&e, rows[i].cols, &shown, &line);
        for (int n = 0; n < line.indent; n++) {
            buf_addc(&out, '.');
        }
        buf_adds(&out, buf_str(&shown));
        char marks[3] = "";
        snprintf(marks, sizeof marks, "%s%s", line.more_left ? "<" : "",
                 line.more_right ? ">" : "");
        if (strcmp(buf_str(&out), rows[i].shown) != 0 || line.cursor != rows[i].cursor ||
            strcmp(marks, rows[i].marks) != 0) {
            fail_msg("row %zu, \"%s\" in %d: shows \"%s\" cursor %d %s, expected \"%s\" %d %s", i,
                     rows[i].value, rows[i].cols, buf_str(&out), line.cursor, marks, rows[i].shown,
                     rows[i].cursor, rows[i].marks);
        }
        buf_clear(&out);
        buf_clear(&shown);
        edit_clear(&e);
    }
}

static void rows_wrap_and_hold_the_cursor(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int wrap;
        const char *rows; /* joined with '/' */
        int row, col;     /* of the cursor, at the end */
    } cases[] = {
        {"abc", 0, "abc", 0, 3},
        {"a\nb", 0, "a/b", 1, 1},
        {"a\n", 0, "a/", 1, 0},
        {"", 5, "", 0, 0},
        {"abcdefg", 5, "abcde/fg", 1, 2},
        {"abcde", 5, "abcde/", 1, 0},
        {"abcd", 5, "abcd", 0, 4},
        {"abcde\nf", 5, "abcde//f", 2, 1},
        {"深圳分店", 5, "深圳/分店", 1, 4},
        {"a\x01"
         "b",
         5, "a␁b", 0, 3},
        {"\n\n", 5, "//", 2, 0},
        {"\xe2\x80\xae", 4, "<U+202E>/", 1, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct edit e;
        struct buf out;
        struct edit_row r = {0};
        int row, col;
        edit_init(&e, 100, EDIT_LINES);
        edit_set(&e, cases[i].value, strlen(cases[i].value));
        e.wrap = cases[i].wrap;
        buf_init(&out, 1000);
        for (bool first = true; first || !r.last; first = false) {
            edit_row_at(&e, r.next, &r);
            if (!first) {
                buf_addc(&out, '/');
            }
            edit_show_row(&e, &r, &out);
        }
        edit_cursor(&e, &row, &col);
        if (strcmp(buf_str(&out), cases[i].rows) != 0 || row != cases[i].row ||
            col != cases[i].col) {
            fail_msg("case %zu: rows %s cursor %d,%d", i, buf_str(&out), row, col);
        }
        buf_clear(&out);
        edit_clear(&e);
    }
}

static void a_press_puts_the_cursor_where_it_was_drawn(void **state)
{
    (void)state;
    static const char value[] = "深圳abc\n\nlong line that wraps\x01 here";
    struct edit e;
    edit_init(&e, 100, EDIT_LINES);
    edit_set(&e, value, sizeof value - 1);
    e.wrap = 7;
    for (edit_move(&e, EDIT_TOP);;) {
        int row, col;
        size_t at = e.at;
        edit_cursor(&e, &row, &col);
        edit_go(&e, row, col);
        assert_int_equal(e.at, at);
        if (!edit_move(&e, EDIT_RIGHT)) {
            break;
        }
    }
    edit_go(&e, 1000, 1000);
    assert_int_equal(e.at, e.len);
    edit_go(&e, 0, 1);
    assert_int_equal(e.at, 0);
    edit_clear(&e);
}

static void a_secret_shows_stars(void **state)
{
    (void)state;
    struct edit e;
    struct edit_line line;
    struct buf out;
    buf_init(&out, 100);
    edit_init(&e, 100, EDIT_SECRET);
    play(&e, "'k深\xcc\x81y' Left");
    edit_show_line(&e, 10, &out, &line);
    assert_string_equal(buf_str(&out), "***");
    assert_int_equal(line.cursor, 2);
    play(&e, "Ctrl-U Ctrl-Z");
    assert_string_equal(e.text, "k深\xcc\x81y");
    buf_clear(&out);
    edit_clear(&e);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_is_edited_by_clusters),
        cmocka_unit_test(a_limit_in_bytes_is_never_passed),
        cmocka_unit_test(undo_takes_back_words_and_pastes),
        cmocka_unit_test(many_lines_move_by_rows),
        cmocka_unit_test(results_say_what_happened),
        cmocka_unit_test(set_takes_bytes_as_they_are),
        cmocka_unit_test(replace_is_one_change),
        cmocka_unit_test(undo_memory_is_bounded),
        cmocka_unit_test(a_line_scrolls_and_never_shows_half_a_character),
        cmocka_unit_test(rows_wrap_and_hold_the_cursor),
        cmocka_unit_test(a_press_puts_the_cursor_where_it_was_drawn),
        cmocka_unit_test(a_secret_shows_stars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
