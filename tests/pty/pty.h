/* SPDX-License-Identifier: MIT */
/*
 * A real program in a pseudo-terminal, seen through a terminal emulator (libvterm).
 *
 * A test starts the program, types, and waits for what a person would see. Nothing
 * sleeps: every wait reads the terminal until the condition holds, the program ends
 * or PTY_DEADLINE_MS has passed. Between test and program stands a leader process,
 * as a shell would: it keeps the terminal open, so that its state can be judged after
 * the program has died, and it makes Ctrl-Z work.
 *
 * For cmocka tests: the pty_expect_* macros fail the test and print the screen.
 */
#ifndef PTY_PTY_H
#define PTY_PTY_H

#include <stdbool.h>
#include <stddef.h>

/* Longest wait for anything; generous, since sanitized programs run on busy machines. */
#define PTY_DEADLINE_MS 20000
/* Silence after which output counts as quiet; only for proving that nothing happens. */
#define PTY_QUIET_MS 150

struct pty;

struct pty_options {
    const char *const *argv; /* argv[0] is the program's path; NULL-terminated */
    int cols;                /* 0: 80 */
    int rows;                /* 0: 24 */
    const char *const *env; /* "NAME=VALUE" over the base below, "NAME" alone removes; NULL: none */
    const char *home;       /* from pty_home_new(); NULL: one is made and removed */
};

/*
 * Starts the program. The base environment is PATH, TERM=xterm-256color, LC_ALL=C.UTF-8, TZ=UTC,
 * HOME and the XDG folders below it, and the sanitizers' options of the test. Its working folder
 * is HOME. Fails the test when it cannot start. Ended by pty_free(), which also kills.
 */
struct pty *pty_start(const struct pty_options *options);
void pty_free(struct pty *p);

/* A folder for HOME, made before the program starts; freed with pty_home_free(). */
char *pty_home_new(void);
void pty_home_free(char *home); /* removes the folder; NULL is fine */
/* Writes a file below `home`, folders as needed: ".config/wxpc/profiles/a.json". Mode 0600. */
void pty_home_write(const char *home, const char *path, const char *text);

/* --- typing ------------------------------------------------------------------------------- */

void pty_send(struct pty *p, const char *text);
void pty_send_bytes(struct pty *p, const char *bytes, size_t len);
/* One bracketed paste. */
void pty_paste(struct pty *p, const char *text);
/*
 * Presses keys by name, separated by blanks: "Ctrl-R", "Shift-Tab", "Alt-x", "F5", "Up", "PgDn",
 * "Enter", "Esc", "Del", "Backspace", "Space", or a character. They are sent as this terminal
 * sends them in its present modes. An unknown name fails the test.
 */
void pty_keys(struct pty *p, const char *names);

/* --- the screen ----------------------------------------------------------------------------- */

/* All rows, blanks at their ends cut, each with '\n'. UTF-8; valid until the next pty_ call. */
const char *pty_screen(struct pty *p);
/* One row, 0 at the top, blanks at its end cut; "" outside. Same validity. */
const char *pty_row(struct pty *p, int row);

/* Where `text` stands inside one row, in cells; false when it is not there. Reads no output. */
bool pty_find(struct pty *p, const char *text, int *row, int *col);

#define PTY_DEFAULT (-1)  /* a colour: the terminal's own */
#define PTY_RGB 0x1000000 /* a colour: or'ed with 0xRRGGBB; else an index 0-255 */

struct pty_cell {
    char text[32]; /* "" for an empty cell and for the second half of a wide character */
    int width;     /* cells the character takes: 1 or 2 */
    int fg;
    int bg;
    bool bold;
    bool underline;
    bool italic;
    bool blink;
    bool reverse;
};
struct pty_cell pty_cell(struct pty *p, int row, int col);

void pty_cursor(struct pty *p, int *row, int *col);
bool pty_cursor_visible(struct pty *p);

/* A DEC private mode as the program set it: 1049 alternate screen, 2004 paste, 1000-1006 mouse… */
bool pty_mode(struct pty *p, int mode);

/* Everything that the program has written, NUL-terminated, since the start; for counting bytes
   and for what no screen shows (OSC 52). Valid until the next pty_ call. */
const char *pty_output(struct pty *p, size_t *len);

/* Changes the size, as dragging a window does; the program gets SIGWINCH. */
void pty_resize(struct pty *p, int cols, int rows);

/* --- waiting -------------------------------------------------------------------------------- */

/* Each reads output until the condition holds and says whether it came to hold in time. */
bool pty_wait_text(struct pty *p, const char *text);
bool pty_wait_gone(struct pty *p, const char *text);
/* Any condition over the screen. */
bool pty_wait(struct pty *p, bool (*holds)(struct pty *p, void *ctx), void *ctx);
/* Until nothing has been written for PTY_QUIET_MS. */
void pty_wait_quiet(struct pty *p);

/* `*status` as waitpid() gives it. After this the screen is final. */
bool pty_wait_exit(struct pty *p, int *status);
/* Until the program has stopped itself (Ctrl-Z), or was (SIGSTOP: the shell takes its own line
   settings then and says "Stopped"); pty_continue() is the shell's fg. */
bool pty_wait_stop(struct pty *p);
void pty_continue(struct pty *p);

void pty_signal(struct pty *p, int sig);
int pty_pid(struct pty *p); /* of the program */

/*
 * What the program has left changed: NULL when the terminal is as it was found (line settings,
 * alternate screen, cursor, paste, mouse, keypad, colours), else a sentence that names it.
 * After pty_wait_exit() or pty_wait_stop(). Valid until the next pty_ call.
 */
const char *pty_left_behind(struct pty *p);

/* --- for cmocka ----------------------------------------------------------------------------- */

#define pty_expect_text(p, text) pty_check(p, pty_wait_text(p, text), text, __FILE__, __LINE__)
#define pty_expect_gone(p, text) pty_check(p, pty_wait_gone(p, text), text, __FILE__, __LINE__)
#define pty_expect(p, condition) pty_check(p, condition, #condition, __FILE__, __LINE__)
/* The program ends by itself with this exit status and leaves the terminal as it was. */
#define pty_expect_exit(p, status) pty_check_exit(p, status, __FILE__, __LINE__)
/* The terminal is as it was found. */
#define pty_expect_restored(p) pty_check_restored(p, __FILE__, __LINE__)

void pty_check(struct pty *p, bool ok, const char *what, const char *file, int line);
void pty_check_exit(struct pty *p, int status, const char *file, int line);
void pty_check_restored(struct pty *p, const char *file, int line);

#endif
