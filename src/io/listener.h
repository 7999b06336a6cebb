/* SPDX-License-Identifier: MIT */
/*
 * The notify URL: receives, judges, records, answers, hands on.
 *
 * Each POST goes through core/notice, into the journal, and only then is it answered: what
 * was acknowledged is never lost, also when the program is killed. With a forward address
 * the same bytes and headers go to the user's own application; its answer is relayed and
 * judged as the platform would.
 *
 * It says "up" only after a request of its own came through the socket it listens on.
 */
#ifndef IO_LISTENER_H
#define IO_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/catalog.h"
#include "core/event.h"
#include "core/profile.h"
#include "io/journal.h"
#include "io/listener_answer.h"
#include "io/loop.h"
#include "io/receipt.h"

struct listener;

enum listener_state { LISTENER_OFF, LISTENER_BINDING, LISTENER_UP, LISTENER_FAILED };
struct bi listener_state_text(enum listener_state s);

/* Called once the answer is decided. The callee keeps it by copying the struct and zeroing the
   original. */
typedef void (*listener_sink_fn)(void *ctx, struct receipt *r);

/* Called when a notification is recorded and the application has it; what it answers is not known
   yet. The sink follows. */
typedef void (*listener_waiting_fn)(void *ctx, const struct receipt *r);

/* Told of what is no notification: a GET, a body over the limit, TLS, a request that broke off … */
typedef void (*listener_refused_fn)(void *ctx, const struct err *err);

struct listener_options {
    const char *address; /* NULL: 127.0.0.1 */
    unsigned port;       /* 0: a free one */
    const char *path;    /* of the URL shown; everything below "/" is served. NULL: /notify */
    const char *forward; /* URL of the user's application; NULL: none */
    struct listener_answer answer;
    const struct events *events; /* borrowed */
    struct journal *journal;     /* borrowed; NULL: nothing is recorded */
    /* Why there is no journal although one is wanted: nothing is acknowledged then, and each
       notification says so. NULL or ST_OK: none is wanted. Copied. */
    const struct err *unrecorded;
    /* Whose APIs that lead to notifications are those that place orders; borrowed. NULL: any call
       in the journal does. */
    const struct catalog *catalog;
    listener_sink_fn sink;
    listener_waiting_fn waiting; /* NULL: nobody looks; as the next two */
    loop_fn changed;             /* the state moved */
    listener_refused_fn refused;
    void *ctx;
    int64_t (*clock_ms)(void); /* Unix time; NULL: the real one */
};

/* Binds and starts the check of itself. A failure leaves nothing behind; the console shows it as
   LISTENER_FAILED. ST_CONFLICT port in use, ST_ARGUMENT an address, path or forward URL that is
   none. */
enum status listener_open(struct loop *loop, const struct listener_options *o,
                          struct listener **out, struct err *err);

/* What its application has not answered is recorded and handed to the sink as such, and gets no
   answer of ours. NULL is fine. */
void listener_close(struct listener *l);

/* The merchants whose keys are tried, the current one first; borrowed until the next call. */
void listener_profiles(struct listener *l, const struct profile *const *profiles, size_t count);

/* The journal from now on, as in the options. */
void listener_journal(struct listener *l, struct journal *journal, const struct err *unrecorded);

/* How to answer from now on: one event, or with EVENT_UNKNOWN all. */
void listener_answer(struct listener *l, enum event_kind kind, const struct listener_answer *a);

/* Hands each notification that comes from now on to the application at `url` and relays its answer;
   NULL ends that. Without a listener the URL is only judged. ST_ARGUMENT one that is none, or the
   listener's own. */
enum status listener_forward(struct listener *l, const char *url, struct err *err);

/* Checks again that it can be reached: after the program was suspended. */
void listener_check(struct listener *l);

/* Has every answer gone out? Those that are never given do not count. */
bool listener_idle(const struct listener *l);

/* Has the application this one, and not answered yet? `journal_id`: of the receipt. */
bool listener_is_waiting(const struct listener *l, int64_t journal_id);

enum listener_state listener_state(const struct listener *l); /* NULL: off */
const struct err *listener_error(const struct listener *l);   /* of LISTENER_FAILED */

/* "http://127.0.0.1:8765/notify" */
const char *listener_url(const struct listener *l);

#endif
