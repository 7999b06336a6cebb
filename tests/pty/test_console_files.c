/* SPDX-License-Identifier: MIT */
/* Files of the configuration that are damaged: the console opens all the same and names the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>

#include "pty/pty.h"

static void a_damaged_file_is_named_and_locks_nobody_out(void **state)
{
    static const struct {
        const char *file;
        const char *text;
        const char *says;
    } rows[] = {
        {"settings.json", "{\"lang\": ", "wxpc/settings.json: JSON breaks off"},
        {"settings.json", "[]", "wxpc/settings.json: this is no settings file"},
        {"keys.json", "{\"send\": ", "wxpc/keys.json: JSON breaks off"},
        {"keys.json", "{\"nonsense\": \"F6\"}", "there is no action nonsense; wxpc(1) lists them"},
        {"themes/mine.json", "{\"title\": ", "themes/mine.json: JSON breaks off"},
        {"themes/mine.json", "[]", "themes/mine.json: the theme is no JSON object"},
        {"themes/mine.json", "{\"nonsense\": 1}",
         "themes/mine.json: theme: \"nonsense\" is unknown"},
    };
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", NULL};
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *home = pty_home_new();
        char path[64];
        snprintf(path, sizeof(path), ".config/wxpc/%s", rows[i].file);
        pty_home_write(home, ".config/wxpc/settings.json", "{\"theme\": \"mine\"}");
        pty_home_write(home, ".config/wxpc/themes/mine.json", "{}");
        pty_home_write(home, path, rows[i].text);
        struct pty *p =
            pty_start(&(struct pty_options){.argv = argv, .cols = 160, .rows = 40, .home = home});
        pty_expect_text(p, rows[i].says);
        pty_expect_text(p, "EDIT   2 Form");
        pty_keys(p, "Ctrl-C");
        pty_expect_exit(p, 0);
        pty_free(p);
        pty_home_free(home);
    }
}

/* A journal that cannot be opened takes nothing, and is not an empty one either. */
static void a_damaged_journal_is_not_called_empty(void **state)
{
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", "--data", "kept", NULL};
    char *home = pty_home_new();
    (void)state;

    pty_home_write(home, "kept/journal.db", "this is no database, whatever its name says");
    struct pty *p = pty_start(&(struct pty_options){.argv = argv, .cols = 120, .home = home});
    pty_expect_text(p, "EDIT   2 Form");
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_keys(p, "H");
    pty_expect_text(p, "═ History ═");
    pty_expect_gone(p, "nothing is recorded yet");
    pty_expect_text(p, "║the journal kept/journal.db is damaged");
    pty_keys(p, "Ctrl-C");
    pty_expect_exit(p, 0);
    pty_free(p);
    pty_home_free(home);
}

/* Nor one that was moved away meanwhile. */
static void a_journal_that_was_moved_is_told_in_the_history(void **state)
{
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", "--data", "kept", NULL};
    char *home = pty_home_new();
    char from[256], to[256];
    (void)state;

    snprintf(from, sizeof(from), "%s/kept/journal.db", home);
    snprintf(to, sizeof(to), "%s/kept/away.db", home);
    pty_home_write(home, "kept/a", ""); /* the folder */
    struct pty *p = pty_start(&(struct pty_options){.argv = argv, .cols = 120, .home = home});
    pty_expect_text(p, "EDIT   2 Form");
    pty_keys(p, "Ctrl-R");
    pty_expect_text(p, "prepay_id");
    assert_int_equal(rename(from, to), 0);
    pty_keys(p, "Ctrl-R");
    pty_expect_text(p, "moved or replaced");
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_keys(p, "H");
    pty_expect_text(p, "═ History ═");
    pty_expect_text(p, "║cannot write to the journal kept/journal.db");
    pty_expect_text(p, "unifiedorder"); /* what was recorded before stands below */
    pty_keys(p, "Ctrl-C");
    pty_expect_exit(p, 0);
    pty_free(p);
    pty_home_free(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_file_is_named_and_locks_nobody_out),
        cmocka_unit_test(a_damaged_journal_is_not_called_empty),
        cmocka_unit_test(a_journal_that_was_moved_is_told_in_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
