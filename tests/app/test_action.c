/* SPDX-License-Identifier: MIT */
/* The table of actions: complete, unambiguous, and bound as INTERFACE.md, "Keys of the console",
   says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/action.h"

/* One key of a row: its name, where it acts. */
struct bound {
    enum action action;
    char key[16];
    unsigned modes;
    int pane; /* 0: everywhere */
};

#define BOUND_MAX 256

/* All keys of the table. */
static size_t bindings(struct bound out[BOUND_MAX])
{
    size_t count, n = 0;
    const struct action_row *rows = action_rows(&count);
    for (size_t i = 0; i < count; i++) {
        char *copy = mem_strdup(rows[i].keys), *rest = copy, *word;
        while ((word = strsep(&rest, " "))) {
            if (!*word)
                continue;
            assert_true(n < BOUND_MAX);
            struct bound *b = &out[n++];
            *b = (struct bound){.action = rows[i].action, .modes = rows[i].modes};
            if (strncmp(word, "edit:", 5) == 0) {
                b->modes = ACTION_IN_EDIT;
                word += 5;
            } else if (word[0] >= '1' && word[0] <= '6' && word[1] == ':') {
                b->pane = word[0] - '0';
                word += 2;
            }
            assert_true(strlen(word) < sizeof(b->key));
            snprintf(b->key, sizeof(b->key), "%s", word);
            if (strlen(word) == 1 || strcmp(word, "Space") == 0)
                b->modes &= ACTION_IN_NAV; /* it prints: text in EDIT */
            assert_true(b->modes != 0);
        }
        free(copy);
    }
    return n;
}

static enum action find(const struct bound *all, size_t count, const char *key, unsigned mode,
                        int pane)
{
    for (int exact = 1; exact >= 0; exact--) {
        for (size_t i = 0; i < count; i++) {
            if (strcmp(all[i].key, key) == 0 && (all[i].modes & mode) &&
                all[i].pane == (exact ? pane : 0))
                return all[i].action;
        }
    }
    return ACTION_NONE;
}

static void keys_are_those_of_the_interface(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        unsigned modes;
        enum action action;
    } rows[] = {
        {"Ctrl-R", ACTION_IN_BOTH, ACTION_SEND},
        {"F5", ACTION_IN_BOTH, ACTION_SEND},
        {"Esc", ACTION_IN_BOTH, ACTION_BACK},
        {"Enter", ACTION_IN_NAV, ACTION_OPEN},
        {"e", ACTION_IN_NAV, ACTION_OPEN},
        {"Tab", ACTION_IN_BOTH, ACTION_NEXT},
        {"Shift-Tab", ACTION_IN_BOTH, ACTION_PREVIOUS},
        {"1", ACTION_IN_NAV, ACTION_PANE_1},
        {"2", ACTION_IN_NAV, ACTION_PANE_2},
        {"3", ACTION_IN_NAV, ACTION_PANE_3},
        {"4", ACTION_IN_NAV, ACTION_PANE_4},
        {"5", ACTION_IN_NAV, ACTION_PANE_5},
        {"6", ACTION_IN_NAV, ACTION_PANE_6},
        {"[", ACTION_IN_NAV, ACTION_TAB_LEFT},
        {"]", ACTION_IN_NAV, ACTION_TAB_RIGHT},
        {"Up", ACTION_IN_NAV, ACTION_UP},
        {"Down", ACTION_IN_NAV, ACTION_DOWN},
        {"Left", ACTION_IN_NAV, ACTION_LEFT},
        {"Right", ACTION_IN_NAV, ACTION_RIGHT},
        {"h", ACTION_IN_NAV, ACTION_LEFT},
        {"j", ACTION_IN_NAV, ACTION_DOWN},
        {"k", ACTION_IN_NAV, ACTION_UP},
        {"l", ACTION_IN_NAV, ACTION_RIGHT},
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
    struct bound all[BOUND_MAX];
    size_t count = bindings(all);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        for (unsigned mode = ACTION_IN_NAV; mode <= ACTION_IN_EDIT; mode++) {
            if ((rows[i].modes & mode) &&
                find(all, count, rows[i].key, mode, 0) != rows[i].action) {
                fail_msg("%s in mode %u is not what it must be", rows[i].key, mode);
            }
        }
    }
    assert_int_equal(find(all, count, "l", ACTION_IN_NAV, 6), ACTION_LISTEN);
    /* In EDIT letters are text, and the keys of the field are its own. */
    static const char *const texts[] = {"e",     "q", "Q",     "1",  "?",    ":",
                                        "Space", "y", "Enter", "Up", "Left", "Del"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        assert_int_equal(find(all, count, texts[i], ACTION_IN_EDIT, 2), ACTION_NONE);
}

static void no_key_means_two_things(void **state)
{
    (void)state;
    struct bound all[BOUND_MAX];
    size_t count = bindings(all);
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0; n < i; n++) {
            if (strcmp(all[i].key, all[n].key) == 0 && (all[i].modes & all[n].modes) &&
                all[i].pane == all[n].pane) {
                fail_msg("%s is bound twice", all[i].key);
            }
        }
    }
}

static void rows_are_complete_in_both_languages(void **state)
{
    (void)state;
    size_t count;
    const struct action_row *rows = action_rows(&count);
    assert_int_equal(count, ACTION_COUNT - 1); /* all but ACTION_NONE */
    for (size_t i = 0; i < count; i++) {
        const struct action_row *r = &rows[i];
        if (!r->id || !r->keys || !r->title.zh || !r->title.en || !r->help.zh || !r->help.en ||
            !r->title.zh[0] || !r->title.en[0] || !r->help.zh[0] || !r->help.en[0] || !r->modes ||
            (r->missing.zh != NULL) != (r->missing.en != NULL)) {
            fail_msg("%s is incomplete", r->id ? r->id : "a row");
            return;
        }
        assert_int_equal(strspn(r->id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(r->id));
        for (size_t n = 0; n < i; n++) {
            assert_string_not_equal(r->id, rows[n].id);
            assert_true(r->action != rows[n].action);
        }
        assert_ptr_equal(action_row(r->action), r);
        assert_int_equal(action_find(r->id), r->action);
    }
    assert_null(action_row(ACTION_NONE));
    assert_int_equal(action_find("nothing"), ACTION_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_those_of_the_interface),
        cmocka_unit_test(no_key_means_two_things),
        cmocka_unit_test(rows_are_complete_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
