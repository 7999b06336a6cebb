/* SPDX-License-Identifier: MIT */
/*
 * The terminal: its life, its modes, its colours. One of two doors to ncurses.
 *
 * ncurses is used for output only; input is bytes for keys.h. Every mode that is switched on
 * stands in a table with what undoes it, and every way out uses that table: term_close(), the
 * die hook, a fatal signal. Other signals belong to the loop's signalfd: no handler is installed
 * for them, also not ncurses' own.
 *
 * At most one terminal is open at a time, because ncurses has one and a signal must find it.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base.h"

struct term;
struct theme_style;

enum term_color { TERM_COLOR_AUTO, TERM_COLOR_ALWAYS, TERM_COLOR_NEVER };

struct term_options {
    int in, out;           /* descriptors of a terminal; borrowed */
    const char *type;      /* NULL: $TERM */
    enum term_color color; /* AUTO obeys NO_COLOR */
};

/*
 * Sets the locale for LC_CTYPE (falls back to C.UTF-8 when the one in force is not UTF-8), checks
 * the terminal type before ncurses can end the program, and switches to the full screen: raw
 * input, application keys, bracketed paste. `*out` is the caller's.
 *
 * ST_UNSUPPORTED  type unset, unknown or without cursor addressing; no UTF-8 locale at all; the
 *                 locale in force names another character set
 * ST_IO           `in` or `out` is not a terminal
 */
enum status term_open(const struct term_options *o, struct term **out, struct err *err);

/* Undoes every mode and gives the screen back. NULL is fine. */
void term_close(struct term *t);

/* The locale part of term_open() alone: false when no UTF-8 locale can be had. */
bool term_set_locale(void);

/* Undoes every mode with write() and tcsetattr() only; does nothing when no terminal is open or it
   is suspended. Safe in a signal handler. */
void term_restore_now(void);

/* Between these two, writing may wait for a terminal that does not read; a blocked SIGTERM, SIGHUP,
   SIGINT or SIGQUIT that arrives meanwhile ends the program within a second (status 128 + signal),
   the terminal given back as far as it takes it. Uses SIGALRM and ITIMER_REAL. */
void term_watch(struct term *t);
void term_unwatch(void);

/* ---- Size and input ---- */

/* The descriptor to watch for input; not while suspended. */
int term_fd(const struct term *t);

/* Reads what is there: bytes, 0 when nothing is, -1 when the terminal is gone. */
ssize_t term_read(struct term *t, char *out, size_t size);

void term_size(const struct term *t, int *cols, int *rows);

/* After SIGWINCH: asks the terminal's size. True when it is another one; everything must be drawn
   again then. */
bool term_resize(struct term *t);

/* ---- Leaving for a while ---- */

bool term_is_suspended(const struct term *t);

/* Gives the screen back to the shell, and takes it again; afterwards everything must be drawn. */
void term_suspend(struct term *t);
void term_resume(struct term *t);

/* After SIGCONT: whoever stopped the program without its knowing (SIGSTOP) has given the terminal
   other modes and other text. Nothing while suspended, or in the background. */
void term_continued(struct term *t);

/* Ctrl-Z: suspends, stops the process, resumes when the shell continues it. Stays suspended if it
   was: then a program has the terminal, and stops with us. */
void term_stop(struct term *t);

/*
 * Suspends the terminal and starts `command` ($EDITOR, a pager: split at blanks, no shell) with
 * `file` (may be NULL) as its last argument, with default signals and nothing blocked. The caller
 * waits for `*pid` (SIGCHLD) while the loop goes on, ignores SIGINT and SIGWINCH meanwhile, and
 * then calls term_resume(). On failure the terminal has been resumed.
 *
 * ST_ARGUMENT   the command is empty or has too many words
 * ST_NOT_FOUND  no such program
 * ST_IO         it could not be started
 */
enum status term_spawn(struct term *t, const char *command, const char *file, pid_t *pid,
                       struct err *err);

/* $VISUAL, $EDITOR, or "vi"; $PAGER or "less". */
const char *term_editor(void);
const char *term_pager(void);

/* ---- Modes ---- */

/* Reports of mouse presses (SGR 1006). Off at start: they keep the terminal from selecting text. */
void term_mouse(struct term *t, bool on);
bool term_has_mouse(const struct term *t); /* switched on? */

/* A bar as cursor, where the terminal knows how: it says "here you type". */
void term_bar(struct term *t, bool on);

void term_bell(struct term *t);

/* ---- Clipboard ---- */

#define TERM_COPY_MAX (64u << 10) /* bytes through the terminal */

/*
 * Copies text to the clipboard: through wl-copy, xclip, xsel or pbcopy when there is a local
 * display, else through the terminal (OSC 52). `*tool` (borrowed) is the program that took it, or
 * NULL: sent to the terminal, which never answers and may ignore it; say so, and offer a file.
 *
 * ST_LIMIT  too long for the terminal's way; nothing was sent
 */
enum status term_copy(struct term *t, const char *text, size_t len, const char **tool,
                      struct err *err);

/* ---- For term_run.c ---- */

int term_out(const struct term *t);

/* Writes bytes of ours past ncurses, between paints; nothing while suspended. */
void term_write(struct term *t, const char *data, size_t len);

/* ---- Colours, for surface.c ---- */

/* 0 (none), 8, 16, 256 or 1 << 24. */
int term_colors(const struct term *t);

/* Does the environment ask for no colour (NO_COLOR)? */
bool term_no_color(void);

/* What ncurses needs to draw in a style: attribute bits and pair number. Pairs are made on demand,
   at most as many as the terminal has; the palette is never changed. */
void term_paint(struct term *t, const struct theme_style *style, unsigned *attr, int *pair);

/* Forgets the pairs, after another theme came into force. */
void term_forget_colors(struct term *t);

#endif
