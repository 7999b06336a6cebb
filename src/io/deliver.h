/* SPDX-License-Identifier: MIT */
/*
 * Notifications on their way out: the sandbox's side of a delivery.
 *
 * Each is tried as often as its event's documented schedule says, until the receiver
 * acknowledges it as the platform would understand it (core/answer). The first try is made at
 * once, also where the documents have it wait (15 s): nobody wants to sit through that in front
 * of a sandbox. A time scale shortens the waits. Fault rules are asked before each try, so
 * `payment:first=1=forged` spoils the first and leaves the repeats good.
 */
#ifndef IO_DELIVER_H
#define IO_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/answer.h"
#include "core/base.h"
#include "core/buf.h"
#include "core/event.h"
#include "core/fault.h"
#include "core/params.h"
#include "core/sign.h"
#include "core/template.h"
#include "io/loop.h"

#define DELIVER_KEEP_MAX 500 /* finished deliveries that can still be looked at */

struct deliver;

enum delivery_state {
    DELIVERY_WAITING, /* for its next try */
    DELIVERY_HELD,    /* fault reorder: until one posted later went out, or for 3 s */
    DELIVERY_SENDING,
    DELIVERY_DONE,     /* acknowledged */
    DELIVERY_GIVEN_UP, /* the schedule is over, or it can never arrive */
};
const char *delivery_state_name(enum delivery_state s); /* "waiting", … */
struct bi delivery_state_text(enum delivery_state s);

/* One notification to one address. */
struct delivery {
    unsigned id; /* counts from 1 */
    enum delivery_state state;
    const struct event *event;
    const struct schedule *schedule; /* the event's */
    char order[65];
    char *mch_id;    /* whose key signs it; "" */
    char serial[17]; /* its number in the books, unlike `id` in every run; "": not kept */
    char *url;
    unsigned tries;                 /* made so far */
    long long due;                  /* loop clock of the next try, while WAITING */
    time_t due_at;                  /* the same by the clock on the wall */
    struct buf body;                /* as sent last, without the key */
    const struct fault_rule *fault; /* that was done to the last try; NULL */
    /* The last answer. */
    struct err err;
    long status;
    double ms;
    struct buf answer;
    enum answer_verdict verdict;
    struct findings findings;
    /* How it is made; the key never leaves. */
    struct template template;
    enum sign_kind kind;
    struct secret key;
    struct deliver *owner;
    unsigned timer, http_id;
    bool detained; /* a rule delays the next try */
    bool tried;    /* this move ends a try; false: it waits for one, or one begins */
    bool once;     /* the second of a pair: not repeated */
};

/* Called when a delivery's state moved. */
typedef void (*deliver_sink_fn)(void *ctx, const struct delivery *d);

struct deliver_options {
    double time_scale;         /* seconds of the schedule that pass in one; 0: 1 */
    long patience_ms;          /* for an answer; 0: the platform's */
    struct fault_rule *faults; /* borrowed, counted in; NULL: none */
    size_t fault_count;
    time_t (*clock)(void); /* NULL: time() */
    deliver_sink_fn sink;  /* NULL: nobody looks */
    void *ctx;
};

struct deliver *deliver_new(struct loop *loop, const struct deliver_options *o);
void deliver_free(struct deliver *d); /* what is under way is let go; NULL is fine */

/* What to deliver. Everything is copied, but the template, which is moved. */
struct deliver_job {
    struct template *template;
    const char *order;
    const char *url;
    enum sign_kind kind; /* algorithm of the order */
    const struct secret *key;
    const char *mch_id; /* whose key it is; NULL */
    const char *serial; /* for the books; NULL: not kept */
    unsigned tries;     /* made in an earlier run */
    long long wait_ms;  /* until the next one */
};

/* Queues a delivery; its first try starts at once, if nothing else is said. Returns its number. */
unsigned deliver_post(struct deliver *d, const struct deliver_job *job);

/* Milliseconds until its next try; 0 if none is planned or it is due. */
long long deliver_wait_ms(const struct delivery *v);

/* Deliveries by index, in order of posting. */
size_t deliver_count(const struct deliver *d);
const struct delivery *deliver_at(const struct deliver *d, size_t index);

#endif
