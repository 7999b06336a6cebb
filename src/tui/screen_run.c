/* SPDX-License-Identifier: MIT */
/*
 * The console on a real terminal: paint first, then sockets; one loop, one wait; every way
 * out gives the terminal back.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/screen.h"

#define READ_SIZE 65536
#define SECOND_MS 1000
#define FRAME_MS 33 /* between two paints of what arrives by itself */

static void complain_early(const struct workspace_options *o, const struct err *err)
{
    char line[ERR_TEXT_MAX];
    enum lang lang = o->has_lang ? o->lang : lang_from_locale(getenv("LC_ALL"));
    err_line(err, lang, line, sizeof(line));
    fprintf(stderr, "wxpc: %s\n", line);
}

static int exit_status(enum status st)
{
    return st == ST_IO || st == ST_NETWORK || st == ST_TIMEOUT ? 3 : 2;
}

/* ---- Input ---- */

static void on_pending(void *ctx);

/* A lone ESC, or a paste without an end, is decided by time. */
static void watch_time(struct screen *s)
{
    int ms = keys_pending(&s->keys, loop_now(s->w.loop));
    if (s->key_timer)
        loop_cancel(s->w.loop, s->key_timer);
    s->key_timer = ms < 0 ? 0 : loop_timer(s->w.loop, ms, on_pending, s);
}

static void on_pending(void *ctx)
{
    struct screen *s = ctx;
    s->key_timer = 0;
    keys_tick(&s->keys, loop_now(s->w.loop));
    watch_time(s);
}

static void on_input(void *ctx, int fd)
{
    struct screen *s = ctx;
    char bytes[READ_SIZE];
    ssize_t n;

    (void)fd;
    while ((n = term_read(s->term, bytes, sizeof(bytes))) > 0)
        screen_feed(s, bytes, (size_t)n, loop_now(s->w.loop));
    if (n < 0) { /* the terminal is gone; SIGHUP may come or not */
        s->quit = true;
        s->status = 128 + SIGHUP;
    }
    watch_time(s);
}

/* ---- Signals ---- */

static void take_size(struct screen *s)
{
    int cols, rows;
    if (!term_resize(s->term))
        return;
    term_size(s->term, &cols, &rows);
    screen_resize(s, cols, rows);
}

static void take_terminal(struct screen *s)
{
    int cols, rows;
    term_resize(s->term);
    term_size(s->term, &cols, &rows);
    screen_resize(s, cols, rows);
    surface_redraw(s->grid);
}

static void on_child(struct screen *s)
{
    int how = 0;
    if (!s->editor.pid || waitpid(s->editor.pid, &how, WNOHANG | WUNTRACED) != s->editor.pid)
        return;
    if (WIFSTOPPED(how)) { /* Ctrl-Z in the editor: to the shell we are one job, and stop too */
        term_stop(s->term);
        kill(s->editor.pid, SIGCONT);
        return;
    }
    term_resume(s->term);
    loop_watch(s->w.loop, term_fd(s->term), on_input, s);
    take_terminal(s);
    screen_editor_done(s, how);
}

/* After a stop of any kind: Ctrl-Z, SIGSTOP, a debugger. */
static void on_continued(struct screen *s)
{
    if (!s->editor.pid) {
        term_continued(s->term);
        take_terminal(s);
    }
    inbox_check(s->w.inbox); /* meanwhile anything may have happened to its socket */
}

static void on_signal(void *ctx, int signo)
{
    struct screen *s = ctx;

    if (signo == SIGCHLD) {
        on_child(s);
    } else if (signo == SIGWINCH) {
        if (!term_is_suspended(s->term))
            take_size(s);
    } else if (signo == SIGTSTP) {
        if (!term_is_suspended(s->term))
            screen_act(s, ACTION_SUSPEND);
    } else if (signo == SIGCONT) {
        on_continued(s);
    } else if (!(signo == SIGINT && s->editor.pid)) { /* the editor's own Ctrl-C is not for us */
        s->quit = true;
        s->status = 128 + signo;
    }
}

/* ---- The loop ---- */

static void on_second(void *ctx)
{
    struct screen *s = ctx;
    s->second_timer = 0;
    s->stale = true;
}

/* Does anything on the screen move by itself: the elapsed time of a call, a countdown? */
static bool is_moving(struct screen *s)
{
    bool moves = s->w.exchange.state == EXCHANGE_RUNNING;
    for (size_t i = 0; i < PLAN_PANES && !moves; i++)
        moves = !rect_is_empty(s->plan.pane[i]) && s->pane[i].ops->ticks &&
                s->pane[i].ops->ticks(&s->pane[i]);
    for (size_t i = 0; i < s->over_count && !moves; i++)
        moves = s->over[i]->ops->ticks && s->over[i]->ops->ticks(s->over[i]);
    return moves;
}

static void watch_second(struct screen *s)
{
    if (!s->second_timer && is_moving(s))
        s->second_timer = loop_timer(s->w.loop, SECOND_MS, on_second, s);
}

static void on_paint(void *ctx)
{
    ((struct screen *)ctx)->paint_timer = 0; /* the turn it ends paints */
}

/* Hundreds of notifications a second must not cost as many frames: what comes by itself waits for
   its turn, a key never does. */
static bool must_wait(struct screen *s)
{
    long long passed = loop_now(s->w.loop) - s->painted_ms;
    if (!screen_can_wait(s) || passed >= FRAME_MS)
        return false;
    if (!s->paint_timer)
        s->paint_timer = loop_timer(s->w.loop, (int)(FRAME_MS - passed), on_paint, s);
    return true;
}

static void paint(struct screen *s)
{
    if (term_is_suspended(s->term) || !screen_is_stale(s) || must_wait(s))
        return;
    s->painted_ms = loop_now(s->w.loop);
    screen_draw(s);
    surface_flush(s->grid, s->term, &s->theme);
}

static enum status start(struct screen *s, struct err *err)
{
    static const int signals[] = {SIGWINCH, SIGCHLD, SIGTERM, SIGHUP, SIGINT,
                                  SIGQUIT,  SIGTSTP, SIGCONT, 0};
    struct err late = {0};
    enum status st = loop_signals(s->w.loop, signals, on_signal, s, err);

    if (st)
        return st;
    loop_watch(s->w.loop, term_fd(s->term), on_input, s);
    term_mouse(s->term, s->w.settings.mouse);
    take_terminal(s);
    paint(s);
    if (workspace_start(&s->w, &late))
        workspace_complain(&s->w, &late);
    if (s->w.demo && workspace_listen(&s->w, &late))
        workspace_complain(&s->w, &late);
    return ST_OK;
}

static void run(struct screen *s)
{
    unsigned theme_rev = s->w.rev_profile;

    while (!s->quit) {
        if (theme_rev != s->w.rev_profile) { /* a profile may bring its own theme */
            theme_rev = s->w.rev_profile;
            screen_load_theme(s);
        }
        paint(s);
        watch_second(s);
        if (term_is_suspended(s->term) && s->editor.pid)
            loop_unwatch(s->w.loop, term_fd(s->term));
        loop_turn(s->w.loop, -1);
    }
}

int screen_run(const struct workspace_options *o)
{
    struct term_options t = {.in = STDIN_FILENO, .out = STDOUT_FILENO};
    struct screen *s = NULL;
    struct err err = {0};
    enum status st;

    term_set_locale();
    st = screen_new(o, 80, 24, &s, &err);
    if (!st) {
        st = term_open(&t, &s->term, &err);
        if (!st)
            st = start(s, &err);
        if (!st)
            run(s);
    }
    if (s)
        screen_editor_end(s);
    if (s && s->term)
        term_close(s->term);
    if (st)
        complain_early(o, &err);
    int status = st ? exit_status(st) : s->status;
    screen_free(s);
    return status;
}
