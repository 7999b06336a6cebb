/* SPDX-License-Identifier: MIT */
/*
 * One turn of the program.
 *
 * Callbacks may add and take out anything at any time. Watches and servers that go are
 * only marked, and are removed when the turn closes; what comes is polled from the next
 * turn on. Timers are a heap ordered by moment and then by age, so two that are due
 * together fire in the order in which they were set.
 */
#include "io/loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

struct watch {
    int fd;
    loop_fd_fn fn;
    void *ctx;
    bool gone;
};

struct server {
    struct httpd *httpd;
    bool gone;
};

struct timer {
    long long due;
    unsigned long long age; /* counts up */
    unsigned id;
    loop_fn fn;
    void *ctx;
};

struct deferred {
    loop_fn fn;
    void *ctx;
};

struct loop {
    struct http *http;
    long long now;
    unsigned long turns;
    bool hurry; /* the next wait is zero */
    struct watch *watches;
    size_t watch_count, watch_cap;
    struct server *servers;
    size_t server_count, server_cap;
    struct timer *timers; /* heap */
    size_t timer_count, timer_cap;
    unsigned long long timer_age;
    struct deferred *deferred;
    size_t deferred_count, deferred_cap;
    struct http_fd *fds; /* scratch: signals, servers, watches */
    size_t fd_cap;
    int signal_fd; /* -1 until asked for */
    sigset_t old_mask;
    loop_signal_fn signal_fn;
    void *signal_ctx;
};

/* Room for one more item of `size` bytes. */
static void *grow(void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) {
        return items;
    }
    *cap = *cap ? 2 * *cap : 8;
    return mem_grow(items, *cap, size);
}

static long long clock_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- Timers ---- */

static bool is_before(const struct timer *a, const struct timer *b)
{
    return a->due != b->due ? a->due < b->due : a->age < b->age;
}

static void swap(struct timer *a, struct timer *b)
{
    struct timer t = *a;
    *a = *b;
    *b = t;
}

static void sift_up(struct timer *heap, size_t i)
{
    while (i > 0 && is_before(&heap[i], &heap[(i - 1) / 2])) {
        swap(&heap[i], &heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static void sift_down(struct timer *heap, size_t count, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++) {
            if (is_before(&heap[child], &heap[least])) {
                least = child;
            }
        }
        if (least == i) {
            return;
        }
        swap(&heap[i], &heap[least]);
        i = least;
    }
}

static void timer_remove(struct loop *l, size_t i)
{
    l->timers[i] = l->timers[--l->timer_count];
    if (i < l->timer_count) {
        sift_up(l->timers, i);
        sift_down(l->timers, l->timer_count, i);
    }
}

unsigned loop_timer(struct loop *l, int ms, loop_fn fn, void *ctx)
{
    l->timers = grow(l->timers, l->timer_count, &l->timer_cap, sizeof *l->timers);
    unsigned long long age = ++l->timer_age;
    unsigned id = (unsigned)(age % UINT_MAX) + 1;
    /* From now, not from the turn's beginning, which may be long ago between turns. */
    l->timers[l->timer_count++] = (struct timer){
        .due = clock_ms() + (ms > 0 ? ms : 0), .age = age, .id = id, .fn = fn, .ctx = ctx};
    sift_up(l->timers, l->timer_count - 1);
    return id;
}

void loop_cancel(struct loop *l, unsigned timer)
{
    for (size_t i = 0; i < l->timer_count; i++) {
        if (l->timers[i].id == timer) {
            timer_remove(l, i);
            return;
        }
    }
}

/* Fires what is due; what the callbacks set waits for the next turn. */
static void run_timers(struct loop *l)
{
    unsigned long long newest = l->timer_age;
    while (l->timer_count > 0 && l->timers[0].due <= l->now && l->timers[0].age <= newest) {
        struct timer t = l->timers[0];
        timer_remove(l, 0);
        t.fn(t.ctx);
    }
}

/* ---- Signals ---- */

enum status loop_signals(struct loop *l, const int *signals, loop_signal_fn fn, void *ctx,
                         struct err *err)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; signals[i]; i++) {
        sigaddset(&set, signals[i]);
    }
    int fd = signalfd(l->signal_fd, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) {
        return err_set(
            err, ST_IO, SAY("无法接收信号", "%s", "检查打开文件数的限制（ulimit -n）"),
            SAY("signals cannot be received", "%s", "check the limit of open files (ulimit -n)"),
            strerror(errno));
    }
    sigset_t before;
    sigprocmask(SIG_BLOCK, &set, &before);
    if (l->signal_fd < 0) {
        l->old_mask = before;
    }
    l->signal_fd = fd;
    l->signal_fn = fn;
    l->signal_ctx = ctx;
    return ST_OK;
}

static void run_signals(struct loop *l)
{
    struct signalfd_siginfo info;
    while (l->signal_fd >= 0 && read(l->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        l->signal_fn(l->signal_ctx, (int)info.ssi_signo);
    }
}

/* ---- Watches and servers ---- */

static struct watch *watch_find(struct loop *l, int fd)
{
    for (size_t i = 0; i < l->watch_count; i++) {
        if (l->watches[i].fd == fd && !l->watches[i].gone) {
            return &l->watches[i];
        }
    }
    return NULL;
}

void loop_watch(struct loop *l, int fd, loop_fd_fn fn, void *ctx)
{
    struct watch *w = watch_find(l, fd);
    if (!w) {
        l->watches = grow(l->watches, l->watch_count, &l->watch_cap, sizeof *l->watches);
        w = &l->watches[l->watch_count++];
    }
    *w = (struct watch){.fd = fd, .fn = fn, .ctx = ctx};
}

void loop_unwatch(struct loop *l, int fd)
{
    struct watch *w = watch_find(l, fd);
    if (w) {
        w->gone = true;
    }
}

void loop_serve(struct loop *l, struct httpd *d)
{
    l->servers = grow(l->servers, l->server_count, &l->server_cap, sizeof *l->servers);
    l->servers[l->server_count++] = (struct server){.httpd = d};
}

void loop_drop(struct loop *l, struct httpd *d)
{
    for (size_t i = 0; i < l->server_count; i++) {
        if (l->servers[i].httpd == d) {
            l->servers[i].gone = true;
        }
    }
}

void loop_defer(struct loop *l, loop_fn fn, void *ctx)
{
    l->deferred = grow(l->deferred, l->deferred_count, &l->deferred_cap, sizeof *l->deferred);
    l->deferred[l->deferred_count++] = (struct deferred){fn, ctx};
}

/* The closing phase: nobody's callback is running. */
static void close_what_asked(struct loop *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->watch_count; i++) {
        if (!l->watches[i].gone) {
            l->watches[kept++] = l->watches[i];
        }
    }
    l->watch_count = kept;
    kept = 0;
    for (size_t i = 0; i < l->server_count; i++) {
        if (l->servers[i].gone) {
            httpd_close(l->servers[i].httpd);
        } else {
            l->servers[kept++] = l->servers[i];
        }
    }
    l->server_count = kept;
    for (size_t i = 0; i < l->deferred_count; i++) { /* grows while it runs */
        struct deferred d = l->deferred[i];
        d.fn(d.ctx);
    }
    l->deferred_count = 0;
}

/* ---- The loop ---- */

struct loop *loop_new(void)
{
    struct loop *l = mem_alloc(sizeof *l);
    l->signal_fd = -1;
    l->now = clock_ms();
    return l;
}

void loop_free(struct loop *l)
{
    if (!l) {
        return;
    }
    http_free(l->http);
    for (size_t i = 0; i < l->server_count; i++) {
        l->servers[i].gone = true;
    }
    close_what_asked(l);
    if (l->signal_fd >= 0) {
        close(l->signal_fd);
        sigprocmask(SIG_SETMASK, &l->old_mask, NULL);
    }
    free(l->watches);
    free(l->servers);
    free(l->timers);
    free(l->deferred);
    free(l->fds);
    free(l);
}

struct http *loop_http(struct loop *l)
{
    if (!l->http) {
        l->http = http_new();
    }
    return l->http;
}

long long loop_now(const struct loop *l)
{
    return l->now;
}

/* How long this turn may sleep (ms; -1: as long as it likes). */
static int sleep_ms(struct loop *l, int max_ms)
{
    long long now = clock_ms();
    long long wait = max_ms < 0 ? LLONG_MAX : max_ms;
    if (l->hurry || l->deferred_count > 0) {
        return 0;
    }
    if (l->timer_count > 0 && l->timers[0].due - now < wait) {
        wait = l->timers[0].due - now;
    }
    for (size_t i = 0; i < l->server_count; i++) {
        int ms = l->servers[i].gone ? 0 : httpd_timeout(l->servers[i].httpd, now);
        if (ms >= 0 && ms < wait) {
            wait = ms;
        }
    }
    if (wait == LLONG_MAX) {
        return -1;
    }
    return wait < 0 ? 0 : wait > INT_MAX ? INT_MAX : (int)wait;
}

/* Waits; the descriptors of the watches begin at the index returned. */
static size_t wait_for_work(struct loop *l, int max_ms)
{
    size_t need = 1 + l->server_count + l->watch_count;
    if (need > l->fd_cap) {
        l->fds = mem_grow(l->fds, need, sizeof *l->fds);
        l->fd_cap = need;
    }
    size_t n = 0;
    if (l->signal_fd >= 0) {
        l->fds[n++] = (struct http_fd){.fd = l->signal_fd, .events = POLLIN};
    }
    for (size_t i = 0; i < l->server_count; i++) {
        l->fds[n++] = (struct http_fd){.fd = httpd_fd(l->servers[i].httpd), .events = POLLIN};
    }
    size_t first = n;
    for (size_t i = 0; i < l->watch_count; i++) {
        /* poll(2) skips a negative descriptor */
        int fd = l->watches[i].gone ? -1 : l->watches[i].fd;
        l->fds[n++] = (struct http_fd){.fd = fd, .events = POLLIN};
    }
    http_wait(loop_http(l), l->fds, n, sleep_ms(l, max_ms));
    return first;
}

void loop_turn(struct loop *l, int max_ms)
{
    size_t watches = l->watch_count; /* those that are polled */
    size_t first = wait_for_work(l, max_ms);
    l->turns++;
    l->now = clock_ms();
    run_signals(l);
    run_timers(l);
    l->hurry = http_run(l->http) > 0;
    for (size_t i = 0; i < l->server_count; i++) {
        if (!l->servers[i].gone) {
            httpd_run(l->servers[i].httpd, l->now);
        }
    }
    for (size_t i = 0; i < watches; i++) {
        struct watch w = l->watches[i];
        if (!w.gone && l->fds[first + i].revents) {
            w.fn(w.ctx, w.fd);
        }
    }
    close_what_asked(l);
}

unsigned long loop_turns(const struct loop *l)
{
    return l->turns;
}
