/* SPDX-License-Identifier: MIT */
/*
 * $EDITOR over the real program: what it left is taken only when it ended well, and its file is
 * gone however it went.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pty/pty.h"

/* The console over the demo with an editor that is this script; its files lie in home/tmp. */
struct stage {
    char *home;
    struct pty *p;
};

static void open_stage(struct stage *s, const char *script)
{
    char editor[512], tmp[512];
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", NULL};

    s->home = pty_home_new();
    pty_home_write(s->home, "editor.sh", script);
    pty_home_write(s->home, "tmp/.keep", "");
    snprintf(editor, sizeof(editor), "EDITOR=/bin/sh %s/editor.sh", s->home);
    snprintf(tmp, sizeof(tmp), "TMPDIR=%s/tmp", s->home);
    const char *env[] = {editor, tmp, "VISUAL", "XDG_RUNTIME_DIR", "WXPC_KEY=hidden", NULL};
    s->p = pty_start(
        &(struct pty_options){.argv = argv, .cols = 120, .rows = 36, .env = env, .home = s->home});
    pty_expect_text(s->p, "EDIT   2 Form");
    pty_keys(s->p, "F4");
}

/* Is there a file below home that fits the pattern? */
static bool exists(const struct stage *s, const char *pattern)
{
    char command[512];
    snprintf(command, sizeof(command), "ls %s/%s >/dev/null 2>&1", s->home, pattern);
    return system(command) == 0;
}

static void wait_for(const struct stage *s, const char *name)
{
    for (int i = 0; i < 400 && !exists(s, name); i++)
        usleep(50000);
    assert_true(exists(s, name));
}

static void close_stage(struct stage *s)
{
    assert_false(exists(s, "tmp/wxpc-*"));
    pty_free(s->p);
    pty_home_free(s->home);
}

/* What the editor does, and what is told; the field keeps its text. */
static void an_editor_that_fails_changes_nothing(void **state)
{
    static const struct {
        const char *script;
        const char *says;
    } rows[] = {
        {"echo lost >\"$1\"; exit 1\n", "/editor.sh ended with status 1: which means given up"},
        {"echo lost >\"$1\"; kill -9 $$\n", "/editor.sh was ended by signal 9"},
        {"rm \"$1\"\n", "the editor's text was not taken: cannot read"},
        {"head -c 2000000 /dev/zero >\"$1\"\n", "the editor's text was not taken: "},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct stage s;
        open_stage(&s, rows[i].script);
        pty_expect_text(s.p, rows[i].says);
        pty_keys(s.p, "Esc");
        pty_expect_text(s.p, "NAV ");
        pty_expect_text(s.p, "会员月卡");
        pty_keys(s.p, "Q");
        pty_expect_exit(s.p, 0);
        close_stage(&s);
    }
}

/* The console is ended while an editor has the terminal. */
static void killed_it_ends_the_editor_and_removes_its_file(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGQUIT};
    (void)state;

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct stage s;
        int status = 0;
        open_stage(&s, "trap 'touch ended; exit 1' HUP\nstty raw -echo\ntouch open\n"
                       "while :; do sleep 0.05; done\n");
        wait_for(&s, "open");
        pty_signal(s.p, signals[i]);
        assert_true(pty_wait_exit(s.p, &status));
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 128 + signals[i]);
        pty_expect_restored(s.p);
        assert_true(exists(&s, "ended"));
        close_stage(&s);
    }
}

/* Ctrl-Z in the editor: the shell sees one job, and all of it stops. */
static void a_stopped_editor_stops_the_console(void **state)
{
    struct stage s;
    (void)state;

    open_stage(&s, "touch open\nkill -STOP $$\necho back >\"$1\"\n");
    assert_true(pty_wait_stop(s.p));
    pty_continue(s.p);
    pty_expect_text(s.p, "body               back");
    pty_keys(s.p, "Ctrl-C y");
    pty_expect_exit(s.p, 0);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_editor_that_fails_changes_nothing),
        cmocka_unit_test(killed_it_ends_the_editor_and_removes_its_file),
        cmocka_unit_test(a_stopped_editor_stops_the_console),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
