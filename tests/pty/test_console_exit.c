/* SPDX-License-Identifier: MIT */
/*
 * The console and its terminal: what it is left as however the program ends, what happens
 * when it is none, when an editor has it, without colour.
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
#include <time.h>

#include "demo.h"

static void suspends_and_comes_back(void **state)
{
    struct pty *p = start_demo();
    (void)state;

    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_keys(p, "Ctrl-Z");
    assert_true(pty_wait_stop(p));
    pty_expect_restored(p);
    pty_continue(p);
    pty_expect_text(p, "NAV ");
    pty_keys(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

/* SIGSTOP cannot be seen coming: the shell gives the terminal its own modes, and fg brings back a
   program that has to take it again, with its picture. */
static void stopped_from_outside_it_takes_the_terminal_back(void **state)
{
    struct pty *p = start_demo();
    (void)state;

    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_signal(p, SIGSTOP);
    assert_true(pty_wait_stop(p));
    pty_expect_text(p, "Stopped");
    pty_continue(p);
    pty_expect_gone(p, "Stopped");
    pty_keys(p, "q");
    pty_expect_exit(p, 0);
    pty_expect_restored(p);
    pty_free(p);
}

/* The linux console has one screen only: what the shell says next begins a line of its own. */
static void without_another_screen_the_shell_goes_below(void **state)
{
    struct pty *p = start_sized(80, 24, "en", (const char *const[]){"TERM=linux", NULL});
    int row, col;
    (void)state;

    pty_expect_text(p, "EDIT   2 Form");
    pty_keys(p, "Esc");
    pty_expect_text(p, "q Quit");
    pty_keys(p, "q");
    pty_expect_exit(p, 0);
    pty_cursor(p, &row, &col);
    assert_int_equal(col, 0);
    assert_string_equal(pty_row(p, row), "");
    pty_free(p);
}

/* How it is killed, and the status that says so. */
static void killed_it_gives_the_terminal_back(void **state)
{
    static const struct {
        int signal;
        bool by_signal; /* dies of it; else an exit status of 128 + signal */
    } rows[] = {{SIGTERM, false}, {SIGHUP, false}, {SIGINT, false},
                {SIGSEGV, true},  {SIGABRT, true}, {SIGKILL, true}};
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pty *p = start_demo();
        int status = 0;
        pty_signal(p, rows[i].signal);
        assert_true(pty_wait_exit(p, &status));
        if (rows[i].by_signal ? !WIFSIGNALED(status) && !WIFEXITED(status)
                              : !WIFEXITED(status) || WEXITSTATUS(status) != 128 + rows[i].signal)
            fail_msg("signal %d: status %x", rows[i].signal, (unsigned)status);
        if (rows[i].signal != SIGKILL)
            pty_expect_restored(p);
        pty_free(p);
    }
}

/* Within ten seconds, its output not read. */
static bool ends_unread(int pid)
{
    for (int i = 0; i < 100; i++) {
        if (kill(pid, 0) != 0)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    return false;
}

/* Redraws until the terminal's buffer (some 64 KiB) is full, and the program waits in a write. */
static void a_terminal_that_does_not_read_stops_no_signal(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
    (void)state;

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct pty *p = start_sized(200, 60, "en", NULL);
        int status = 0;
        pty_expect_text(p, "EDIT   2 Form");
        for (int k = 0; k < 30; k++) {
            pty_send(p, "\f");
            nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); /* a frame each */
        }
        pty_signal(p, signals[i]);
        assert_true(ends_unread(pty_pid(p)));
        assert_true(pty_wait_exit(p, &status));
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 128 + signals[i]);
        pty_free(p);
    }
}

static void the_editor_edits_the_field(void **state)
{
    char *home = pty_home_new();
    char editor[256];
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", NULL};
    (void)state;

    pty_home_write(home, "editor.sh",
                   "#!/bin/sh\ncat \"$1\" > seen\nls -l \"$1\" > mode\nprintf '新商品\\nzwei\\n' > "
                   "\"$1\"\n");
    snprintf(editor, sizeof(editor), "EDITOR=/bin/sh %s/editor.sh", home);
    const char *env[] = {editor, "VISUAL", NULL};
    struct pty *p = pty_start(
        &(struct pty_options){.argv = argv, .cols = 120, .rows = 36, .env = env, .home = home});
    pty_expect_text(p, "EDIT   2 Form");
    pty_keys(p, "F4");
    pty_expect_text(p, "8c 14B/127");
    pty_keys(p, "Ctrl-C y");
    pty_expect_exit(p, 0);
    pty_free(p);
    pty_home_free(home);
}

/* Terminal, arguments, and the sentence on it. */
static void without_a_usable_terminal_one_line_says_why(void **state)
{
    static const struct {
        const char *env;
        const char *says;
    } rows[] = {
        {"TERM=dumb", "dumb"}, {"TERM=no-such-terminal", "no-such-terminal"}, {"TERM", "TERM"}};
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *env[] = {rows[i].env, NULL};
        struct pty *p = start_sized(80, 24, "en", env);
        int status = 0;
        assert_true(pty_wait_exit(p, &status));
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 2);
        pty_expect_text(p, "wxpc: ");
        pty_expect_text(p, rows[i].says);
        pty_free(p);
    }
}

static void looks_the_same_without_colour(void **state)
{
    const char *env[] = {"NO_COLOR=1", NULL};
    struct pty *p = start_sized(80, 24, "zh", env);
    (void)state;

    pty_expect_text(p, "[2 表单]");
    pty_expect_text(p, ">* body");
    for (int row = 0; row < 24; row++) {
        for (int col = 0; col < 80; col++) {
            assert_int_equal(pty_cell(p, row, col).fg, PTY_DEFAULT);
            assert_int_equal(pty_cell(p, row, col).bg, PTY_DEFAULT);
        }
    }
    pty_keys(p, "Ctrl-C");
    pty_expect_exit(p, 0);
    pty_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suspends_and_comes_back),
        cmocka_unit_test(stopped_from_outside_it_takes_the_terminal_back),
        cmocka_unit_test(without_another_screen_the_shell_goes_below),
        cmocka_unit_test(killed_it_gives_the_terminal_back),
        cmocka_unit_test(a_terminal_that_does_not_read_stops_no_signal),
        cmocka_unit_test(the_editor_edits_the_field),
        cmocka_unit_test(without_a_usable_terminal_one_line_says_why),
        cmocka_unit_test(looks_the_same_without_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
