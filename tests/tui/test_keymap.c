/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/text.h"
#include "tui/keymap.h"

static struct key key_of(const char *name)
{
    struct key key;
    assert_true(keys_read(name, &key));
    return key;
}

static enum action find(const struct keymap *m, const char *name, enum action_mode mode, int pane)
{
    return keymap_find(m, key_of(name), mode, pane);
}

/* INTERFACE.md, "Keys of the console": key, mode, what it must do. */
static void default_keys_are_those_of_the_interface(void **state)
{
    static const struct {
        const char *keys;
        unsigned modes;
        enum action action;
    } rows[] = {
        {"Ctrl-R F5", ACTION_IN_BOTH, ACTION_SEND},
        {"Esc", ACTION_IN_BOTH, ACTION_BACK},
        {"Enter e", ACTION_IN_NAV, ACTION_OPEN},
        {"Tab", ACTION_IN_BOTH, ACTION_NEXT},
        {"Shift-Tab", ACTION_IN_BOTH, ACTION_PREVIOUS},
        {"1", ACTION_IN_NAV, ACTION_PANE_1},
        {"6", ACTION_IN_NAV, ACTION_PANE_6},
        {"[", ACTION_IN_NAV, ACTION_TAB_LEFT},
        {"]", ACTION_IN_NAV, ACTION_TAB_RIGHT},
        {"Up k", ACTION_IN_NAV, ACTION_UP},
        {"Down j", ACTION_IN_NAV, ACTION_DOWN},
        {"Left h", ACTION_IN_NAV, ACTION_LEFT},
        {"Right l", ACTION_IN_NAV, ACTION_RIGHT},
        {"g", ACTION_IN_NAV, ACTION_TOP},
        {"G", ACTION_IN_NAV, ACTION_BOTTOM},
        {"PgUp", ACTION_IN_NAV, ACTION_PAGE_UP},
        {"PgDn", ACTION_IN_NAV, ACTION_PAGE_DOWN},
        {"Ctrl-P", ACTION_IN_BOTH, ACTION_PALETTE},
        {":", ACTION_IN_NAV, ACTION_PALETTE},
        {"F1", ACTION_IN_BOTH, ACTION_HELP_FIELD},
        {"?", ACTION_IN_NAV, ACTION_HELP_KEYS},
        {"/", ACTION_IN_NAV, ACTION_SEARCH},
        {"n", ACTION_IN_NAV, ACTION_SEARCH_NEXT},
        {"N", ACTION_IN_NAV, ACTION_SEARCH_PREVIOUS},
        {"y", ACTION_IN_NAV, ACTION_COPY},
        {"v", ACTION_IN_NAV, ACTION_PAGER},
        {"F3", ACTION_IN_BOTH, ACTION_PAGER},
        {"F4", ACTION_IN_BOTH, ACTION_EDITOR},
        {"Ctrl-S", ACTION_IN_BOTH, ACTION_SAVE},
        {"p", ACTION_IN_NAV, ACTION_PROFILE},
        {"Ctrl-L", ACTION_IN_BOTH, ACTION_REDRAW},
        {"F2", ACTION_IN_BOTH, ACTION_LANG},
        {"Ctrl-G", ACTION_IN_BOTH, ACTION_GENERATE},
        {"Ctrl-U", ACTION_IN_BOTH, ACTION_CLEAR_FIELD},
        {"Ctrl-Z", ACTION_IN_EDIT, ACTION_UNDO},
        {"Ctrl-Z", ACTION_IN_NAV, ACTION_SUSPEND},
        {"u", ACTION_IN_NAV, ACTION_UNDO},
        {"U", ACTION_IN_NAV, ACTION_REDO},
        {"Space", ACTION_IN_NAV, ACTION_TOGGLE},
        {"=", ACTION_IN_NAV, ACTION_COMPARE},
        {"t", ACTION_IN_NAV, ACTION_TRIGGER},
        {"P", ACTION_IN_NAV, ACTION_PAY},
        {"r", ACTION_IN_NAV, ACTION_REPLAY},
        {"H", ACTION_IN_NAV, ACTION_HISTORY},
        {"o", ACTION_IN_NAV, ACTION_CALLS},
        {"L", ACTION_IN_NAV, ACTION_LIFE},
        {"d", ACTION_IN_NAV, ACTION_DIAGNOSE},
        {"f", ACTION_IN_NAV, ACTION_ZOOM},
        {"<", ACTION_IN_NAV, ACTION_NARROWER},
        {">", ACTION_IN_NAV, ACTION_WIDER},
        {"w", ACTION_IN_NAV, ACTION_WRAP},
        {"Del", ACTION_IN_NAV, ACTION_REMOVE},
        {"q", ACTION_IN_NAV, ACTION_CLOSE},
        {"Q", ACTION_IN_NAV, ACTION_QUIT},
        {"Ctrl-C", ACTION_IN_BOTH, ACTION_QUIT},
    };
    struct keymap m;
    (void)state;

    keymap_init(&m);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char words[64], *rest = words;
        snprintf(words, sizeof(words), "%s", rows[i].keys);
        for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
            if (rows[i].modes & ACTION_IN_NAV)
                assert_int_equal(find(&m, word, ACTION_IN_NAV, 2), rows[i].action);
            if (rows[i].modes & ACTION_IN_EDIT)
                assert_int_equal(find(&m, word, ACTION_IN_EDIT, 2), rows[i].action);
        }
    }
}

static void no_printable_key_acts_in_edit(void **state)
{
    struct keymap m;
    (void)state;

    keymap_init(&m);
    for (uint32_t code = 0x20; code < 0x7F; code++)
        assert_int_equal(keymap_find(&m, (struct key){.code = code}, ACTION_IN_EDIT, 2),
                         ACTION_NONE);
}

static void a_key_for_a_pane_comes_first_there(void **state)
{
    struct keymap m;
    (void)state;

    keymap_init(&m);
    assert_int_equal(find(&m, "l", ACTION_IN_NAV, 6), ACTION_LISTEN);
    assert_int_equal(find(&m, "l", ACTION_IN_NAV, 5), ACTION_RIGHT);
    assert_int_equal(find(&m, "l", ACTION_IN_NAV, 0), ACTION_RIGHT);
}

/* Every default key of the table is taken: a name that is not read would be lost silently. */
static void every_key_of_the_action_table_is_a_key(void **state)
{
    struct keymap m;
    size_t count, words = 0;
    const struct action_row *rows = action_rows(&count);
    (void)state;

    keymap_init(&m);
    for (size_t i = 0; i < count; i++) {
        for (const char *p = rows[i].keys; *p; p += strcspn(p, " "), p += strspn(p, " "))
            words++;
    }
    assert_int_equal(m.count, words);
}

/* keys.json, what a key then does, and how the file is judged. */
static void a_file_changes_keys_and_is_judged(void **state)
{
    static const struct {
        const char *json;
        const char *key;
        enum action_mode mode;
        enum action action;
        size_t warnings;
        const char *warning; /* part of the first one, English */
    } rows[] = {
        {"{}", "Ctrl-R", ACTION_IN_NAV, ACTION_SEND, 0, ""},
        {"{\"send\": [\"F6\"]}", "F6", ACTION_IN_EDIT, ACTION_SEND, 0, ""},
        {"{\"send\": [\"F6\"]}", "Ctrl-R", ACTION_IN_EDIT, ACTION_NONE, 0, ""},
        {"{\"send\": \"F6\"}", "F6", ACTION_IN_NAV, ACTION_SEND, 0, ""},
        {"{\"quit\": null}", "Q", ACTION_IN_NAV, ACTION_NONE, 0, ""},
        {"{\"send\": [\"x\"]}", "x", ACTION_IN_NAV, ACTION_SEND, 0, ""},
        {"{\"send\": [\"x\"]}", "x", ACTION_IN_EDIT, ACTION_NONE, 0, ""},
        {"{\"undo\": [\"edit:F12\"]}", "F12", ACTION_IN_EDIT, ACTION_UNDO, 0, ""},
        {"{\"undo\": [\"edit:F12\"]}", "F12", ACTION_IN_NAV, ACTION_NONE, 0, ""},
        {"{\"send\": [\"y\"], \"copy\": [\"Y\"]}", "y", ACTION_IN_NAV, ACTION_SEND, 0, ""},
        {"{\"zoom\": [\"y\"]}", "y", ACTION_IN_NAV, ACTION_ZOOM, 1, "key y is now that of zoom"},
        {"{\"sned\": [\"F6\"]}", "F6", ACTION_IN_NAV, ACTION_NONE, 1, "send"},
        {"{\"send\": [\"Ctr-R\"]}", "Ctrl-R", ACTION_IN_NAV, ACTION_NONE, 1, "Ctrl-R"},
        {"{\"send\": 5}", "Ctrl-R", ACTION_IN_NAV, ACTION_NONE, 1, "wrong"},
        {"{\"undo\": [\"edit:x\"]}", "x", ACTION_IN_EDIT, ACTION_NONE, 1, "edit:x"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct keymap m;
        struct keymap_report report;
        struct json *j = NULL;
        char line[ERR_TEXT_MAX] = "";

        keymap_init(&m);
        assert_int_equal(json_parse(rows[i].json, strlen(rows[i].json), &j, NULL), ST_OK);
        assert_int_equal(keymap_read(&m, j, &report, NULL), ST_OK);
        assert_int_equal(find(&m, rows[i].key, rows[i].mode, 2), rows[i].action);
        assert_int_equal(report.count, rows[i].warnings);
        if (report.count)
            err_line(&report.items[0], LANG_EN, line, sizeof(line));
        assert_true(text_has_nocase(line, rows[i].warning));
        json_free(j);
    }
}

static void a_file_that_is_no_object_changes_nothing(void **state)
{
    struct keymap m, before;
    struct json *j = NULL;
    struct err err;
    (void)state;

    keymap_init(&m);
    before = m;
    assert_int_equal(json_parse("[1]", 3, &j, NULL), ST_OK);
    assert_int_equal(keymap_read(&m, j, NULL, &err), ST_SYNTAX);
    assert_memory_equal(&m, &before, sizeof(m));
    json_free(j);
}

static void hints_name_the_first_key_of_a_mode(void **state)
{
    struct keymap m;
    char out[KEYS_NAME_MAX];
    (void)state;

    keymap_init(&m);
    assert_true(keymap_hint(&m, ACTION_SEND, ACTION_IN_EDIT, out));
    assert_string_equal(out, "^R");
    assert_true(keymap_hint(&m, ACTION_UNDO, ACTION_IN_NAV, out));
    assert_string_equal(out, "u");
    assert_true(keymap_hint(&m, ACTION_UNDO, ACTION_IN_EDIT, out));
    assert_string_equal(out, "^Z");
    assert_false(keymap_hint(&m, ACTION_COPY, ACTION_IN_EDIT, out));
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_keys_are_those_of_the_interface),
        cmocka_unit_test(no_printable_key_acts_in_edit),
        cmocka_unit_test(a_key_for_a_pane_comes_first_there),
        cmocka_unit_test(every_key_of_the_action_table_is_a_key),
        cmocka_unit_test(a_file_changes_keys_and_is_judged),
        cmocka_unit_test(a_file_that_is_no_object_changes_nothing),
        cmocka_unit_test(hints_name_the_first_key_of_a_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
