/* SPDX-License-Identifier: MIT */
/*
 * One turn of the program: signals, due timers, transfers, servers, watched descriptors,
 * then what asked to be closed.
 *
 * One thread, one wait. Callbacks deliver values; what must be freed is freed in the
 * closing phase at the end of the turn, never inside its own callback. After a turn in
 * which a completion started new work the next wait is zero.
 */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "io/http.h"
#include "io/httpd.h"

struct loop;

typedef void (*loop_fn)(void *ctx);
typedef void (*loop_fd_fn)(void *ctx, int fd);
typedef void (*loop_signal_fn)(void *ctx, int signo);

struct loop *loop_new(void);
void loop_free(struct loop *l);

/* The transfers of this loop; made on first use. */
struct http *loop_http(struct loop *l);

/* Monotonic milliseconds, as of this turn. */
long long loop_now(const struct loop *l);

/* Blocks `signals` (0-terminated) for the process and delivers them in turns (signalfd). Children
   must be started with the mask undone. */
enum status loop_signals(struct loop *l, const int *signals, loop_signal_fn fn, void *ctx,
                         struct err *err);

/* Calls `fn` when `fd` can be read. One watch a descriptor. */
void loop_watch(struct loop *l, int fd, loop_fd_fn fn, void *ctx);
void loop_unwatch(struct loop *l, int fd);

/* Calls `fn` once after `ms`; returns a name for loop_cancel (never 0). */
unsigned loop_timer(struct loop *l, int ms, loop_fn fn, void *ctx);
void loop_cancel(struct loop *l, unsigned timer);

/* Serves `d` from now on; loop_drop() takes it out and closes it at the end of the turn. */
void loop_serve(struct loop *l, struct httpd *d);
void loop_drop(struct loop *l, struct httpd *d);

/* Calls `fn` at the end of this turn: for freeing. */
void loop_defer(struct loop *l, loop_fn fn, void *ctx);

/* One turn; waits at most `max_ms` (-1: until something happens). */
void loop_turn(struct loop *l, int max_ms);

/* How many turns were taken: the idle test counts them. */
unsigned long loop_turns(const struct loop *l);

#endif
