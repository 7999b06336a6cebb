/* SPDX-License-Identifier: MIT */
/*
 * The harness itself, on programs that every system has: what it shows, what it waits
 * for, and that it notices what a program leaves behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "pty/pty.h"

static struct pty *start_shell(const char *script)
{
    const char *argv[] = {"/bin/sh", "-c", script, NULL};
    return pty_start(&(struct pty_options){.argv = argv});
}

static void typed_text_appears_and_ctrl_d_ends(void **state)
{
    (void)state;
    struct pty *p = start_shell("exec cat");
    pty_send(p, "hello");
    pty_expect_text(p, "hello");
    pty_keys(p, "Enter");
    pty_expect_text(p, "hello\nhello\n");
    pty_keys(p, "Ctrl-D");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void wide_characters_take_two_cells(void **state)
{
    (void)state;
    struct pty *p = start_shell("printf '  商户 x'; read a");
    pty_expect_text(p, "  商户 x");
    int row, col;
    assert_true(pty_find(p, "x", &row, &col));
    assert_int_equal(col, 7);
    assert_string_equal(pty_cell(p, 0, 2).text, "商");
    assert_int_equal(pty_cell(p, 0, 2).width, 2);
    assert_string_equal(pty_cell(p, 0, 3).text, "");
    pty_cursor(p, &row, &col);
    assert_int_equal(col, 8);
    assert_string_equal(pty_row(p, 0), "  商户 x");
    assert_string_equal(pty_row(p, 24), "");
    pty_free(p);
}

static void attributes_and_colours_are_seen(void **state)
{
    (void)state;
    struct pty *p =
        start_shell("printf 'a\\033[1;7;38;5;203mb\\033[0;48;2;1;2;3mc\\033[m.'; read a");
    pty_expect_text(p, "abc.");
    assert_int_equal(pty_cell(p, 0, 0).fg, PTY_DEFAULT);
    assert_true(pty_cell(p, 0, 1).bold && pty_cell(p, 0, 1).reverse);
    assert_int_equal(pty_cell(p, 0, 1).fg, 203);
    assert_int_equal(pty_cell(p, 0, 2).bg, PTY_RGB | 0x010203);
    assert_false(pty_cell(p, 0, 2).bold);
    pty_free(p);
}

static void missing_text_is_not_found_when_the_program_ends(void **state)
{
    (void)state;
    struct pty *p = start_shell("echo one; exit 7");
    assert_false(pty_wait_text(p, "two"));
    pty_expect_text(p, "one");
    pty_expect_exit(p, 7);
    pty_free(p);
}

static void a_program_that_cannot_start_says_so(void **state)
{
    (void)state;
    const char *argv[] = {"/nonexistent/wxpc", NULL};
    struct pty *p = pty_start(&(struct pty_options){.argv = argv});
    pty_expect_text(p, "No such file");
    pty_expect_exit(p, 127);
    pty_free(p);
}

static void death_by_signal_is_told(void **state)
{
    (void)state;
    int status = 0;
    struct pty *p = start_shell("exec cat");
    pty_keys(p, "Ctrl-C");
    assert_true(pty_wait_exit(p, &status));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    pty_free(p);

    p = start_shell("exec cat");
    pty_signal(p, SIGKILL);
    assert_true(pty_wait_exit(p, &status));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    pty_free(p);
}

/* What a program does, and what it must be caught leaving behind; NULL: nothing. */
static const struct {
    const char *script;
    const char *left;
} leavers[] = {
    {"printf '\\033[?1049h\\033[?2004h\\033[?25l\\033='; printf '\\033[?1049;2004l\\033[?25h\\033>'",
     NULL},
    {"for c in smcup smkx civis bold rmkx cnorm sgr0 rmcup; do tput $c; done", NULL},
    {"printf '\\033[?1049h'", "private mode changed: 1049"},
    {"printf '\\033[?2004h'", "private mode changed: 2004"},
    {"printf '\\033[?1000;1006h\\033[?1006l'", "private mode changed: 1000"},
    {"printf '\\033[?25l'", "private mode changed: 25"},
    {"printf '\\033='", "keypad"},
    {"printf '\\033[31m'", "a colour"},
    {"printf '\\033[1m'", "an attribute"},
    {"stty -echo", "local flags"},
    {"stty -icrnl", "input flags"},
    {"stty intr ^X", "control character"},
};

static void what_a_program_leaves_behind_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof leavers / sizeof *leavers; i++) {
        struct pty *p = start_shell(leavers[i].script);
        int status;
        assert_true(pty_wait_exit(p, &status));
        const char *left = pty_left_behind(p);
        if (!leavers[i].left)
            assert_null(left);
        else if (!left || !strstr(left, leavers[i].left))
            fail_msg("%s: '%s'", leavers[i].script, left ? left : "nothing");
        pty_free(p);
    }
}

static void leaving_the_alternate_screen_brings_the_first_back(void **state)
{
    (void)state;
    struct pty *p = start_shell("echo first; printf '\\033[?1049h\\033[Hsecond'; read a;"
                                "printf '\\033[?1049l'; read a");
    pty_expect_text(p, "second");
    assert_true(pty_mode(p, 1049));
    assert_null(strstr(pty_screen(p), "first"));
    pty_keys(p, "Enter");
    pty_expect_text(p, "first");
    pty_expect_gone(p, "second");
    pty_free(p);
}

static void resize_reaches_the_program(void **state)
{
    (void)state;
    struct pty *p = start_shell("trap 'stty size' WINCH; echo ready; while :; do read a; done");
    pty_expect_text(p, "ready");
    pty_resize(p, 100, 30);
    pty_expect_text(p, "30 100");
    pty_resize(p, 40, 12);
    pty_expect_text(p, "12 40");
    pty_free(p);
}

static void a_stopped_program_goes_on(void **state)
{
    (void)state;
    struct pty *p = start_shell("echo here; kill -STOP $$; echo back; read a; echo end");
    assert_true(pty_wait_stop(p));
    pty_expect_text(p, "here");
    pty_expect_restored(p);
    pty_continue(p);
    pty_expect_text(p, "back");
    pty_keys(p, "Ctrl-Z"); /* by its key, in the foreground */
    assert_true(pty_wait_stop(p));
    pty_continue(p);
    pty_keys(p, "Enter");
    pty_expect_text(p, "end");
    pty_expect_exit(p, 0);
    pty_free(p);
}

/* Keys by name -> how `cat -v` shows the bytes. */
static const struct {
    const char *keys;
    const char *bytes;
    const char *before; /* written to the terminal first: its modes change what keys send */
} keys[] = {
    {"Up", "^[[A", ""},
    {"Up", "^[OA", "\033[?1h"},
    {"Shift-Tab", "^[[Z", ""},
    {"Ctrl-R F5", "^R^[[15~", ""},
    {"Alt-x é Space .", "^[xM-CM-) .", ""},
    {"PgDn Del Home", "^[[6~^[[3~^[[H", ""},
    {"Ctrl-Up", "^[[1;5A", ""},
    {"Esc Tab Backspace", "^[^I^?", ""},
};

static void keys_are_sent_as_a_terminal_sends_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char script[256];
        snprintf(script, sizeof script, "stty raw -echo; printf '%sready '; exec cat -vt",
                 keys[i].before);
        struct pty *p = start_shell(script);
        pty_expect_text(p, "ready");
        pty_keys(p, keys[i].keys);
        pty_expect(p, pty_wait_text(p, keys[i].bytes));
        pty_free(p);
    }
}

static void a_large_paste_does_not_block(void **state)
{
    (void)state;
    struct pty *p =
        start_shell("stty raw -echo; echo ready; head -c 1048588 | tee /dev/tty | wc -c");
    size_t len = 1 << 20;
    char *text = malloc(len + 1);
    memset(text, 'x', len);
    text[len] = '\0';
    pty_expect_text(p, "ready");
    pty_paste(p, text); /* comes back while it is sent */
    pty_expect_text(p, "1048588");
    free(text);
    pty_free(p);
}

static void queries_are_answered(void **state)
{
    (void)state;
    struct pty *p = start_shell("stty raw -echo; printf 'ab\\033[6n'; head -c 6 | cat -v");
    pty_expect_text(p, "^[[1;3R");
    pty_free(p);
}

static void output_is_kept_to_the_byte(void **state)
{
    (void)state;
    struct pty *p =
        start_shell("stty -opost; printf '\\033]52;c;eHg=\\007\\033_pt\\033_ptx\\033\\\\.'");
    int status;
    size_t len;
    assert_true(pty_wait_exit(p, &status));
    static const char want[] = "\033]52;c;eHg=\007\033_pt\033_ptx\033\\.";
    const char *out = pty_output(p, &len);
    assert_int_equal(len, sizeof want - 1);
    assert_memory_equal(out, want, len);
    pty_free(p);
}

static void the_environment_is_as_given(void **state)
{
    (void)state;
    setenv("WXPC_KEY", "from the test's own environment", 1);
    char *home = pty_home_new();
    pty_home_write(home, ".config/wxpc/settings.json", "made before");
    const char *argv[] = {"/bin/sh", "-c",
                          "cat $XDG_CONFIG_HOME/wxpc/settings.json; echo; pwd | tail -c 5;"
                          "echo \"[$TERM][$EXTRA][$TZ][$WXPC_KEY]\"; stty size",
                          NULL};
    const char *env[] = {"TERM=vt100", "EXTRA=1", "TZ", NULL};
    struct pty *p = pty_start(
        &(struct pty_options){.argv = argv, .env = env, .home = home, .cols = 60, .rows = 10});
    pty_expect_text(p, "made before");
    pty_expect_text(p, home + strlen(home) - 4);
    pty_expect_text(p, "[vt100][1][][]");
    pty_expect_text(p, "10 60");
    pty_free(p);
    pty_home_free(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typed_text_appears_and_ctrl_d_ends),
        cmocka_unit_test(wide_characters_take_two_cells),
        cmocka_unit_test(attributes_and_colours_are_seen),
        cmocka_unit_test(missing_text_is_not_found_when_the_program_ends),
        cmocka_unit_test(a_program_that_cannot_start_says_so),
        cmocka_unit_test(death_by_signal_is_told),
        cmocka_unit_test(what_a_program_leaves_behind_is_named),
        cmocka_unit_test(leaving_the_alternate_screen_brings_the_first_back),
        cmocka_unit_test(resize_reaches_the_program),
        cmocka_unit_test(a_stopped_program_goes_on),
        cmocka_unit_test(keys_are_sent_as_a_terminal_sends_them),
        cmocka_unit_test(a_large_paste_does_not_block),
        cmocka_unit_test(queries_are_answered),
        cmocka_unit_test(output_is_kept_to_the_byte),
        cmocka_unit_test(the_environment_is_as_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
