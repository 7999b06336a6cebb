/* SPDX-License-Identifier: MIT */
/*
 * The console in its demonstration, in a pseudo-terminal.
 */
#ifndef TESTS_PTY_DEMO_H
#define TESTS_PTY_DEMO_H

#include "pty/pty.h"

static inline struct pty *start_sized(int cols, int rows, const char *lang, const char *const *env)
{
    const char *argv[] = {PROGRAM, "--demo", "--lang", lang, NULL};
    return pty_start(&(struct pty_options){.argv = argv, .cols = cols, .rows = rows, .env = env});
}

/* Waits until everything is up. */
static inline struct pty *start_demo(void)
{
    struct pty *p = start_sized(120, 36, "en", NULL);
    pty_expect_text(p, "EDIT   2 Form");
    pty_expect_text(p, "listener up");
    return p;
}

#endif
