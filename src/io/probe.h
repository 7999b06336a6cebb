/* SPDX-License-Identifier: MIT */
/*
 * Somebody's notify endpoint under examination: the checks of core/probe, sent and judged.
 *
 * They go one after the other, because what is asked of an endpoint depends on what it was
 * told before; only the check for parallel repeats sends two at once. A port of ours, open as
 * long as the probe, sees whether external entities are resolved.
 *
 * Goes to loopback addresses only, unless the caller states that the endpoint is theirs: a
 * name is resolved once, and that very address is called.
 */
#ifndef IO_PROBE_H
#define IO_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/event.h"
#include "core/params.h"
#include "core/probe.h"
#include "core/profile.h"
#include "core/sign.h"
#include "io/journal.h"
#include "io/loop.h"

struct probe;

struct probe_options {
    const char *url;
    bool owned;                    /* it may be on another machine */
    const struct event *event;     /* what is sent; borrowed */
    const struct profile *profile; /* borrowed */
    const struct secret *key;      /* of the merchant; copied */
    enum sign_kind kind;           /* of its orders */
    const struct params *given;    /* what the user set; borrowed; with out_trade_no all checks are
                                      about that one order, else each has its own */
    int patience_ms;               /* for one answer; 0: a little more than the platform has */
    int fetch_ms;                  /* for a fetch behind the answer; 0: 2 s */
    time_t now;
    struct journal *journal;           /* each posting is recorded there; NULL: none is; borrowed */
    int64_t at_ms;                     /* Unix time in milliseconds, for that */
    const struct profile *const *keys; /* whose keys are neither shown nor recorded, besides the
                                          two above; borrowed, also their array */
    size_t key_count;
    void (*random)(void *out, size_t size);
    loop_fn done; /* all is judged, or it failed: probe_error() */
    void *ctx;
};

/*
 * Starts. ST_REFUSED: the endpoint is not on this machine, and `owned` is not set. ST_NETWORK: its
 * name does not resolve. ST_ARGUMENT: no URL, or a value that the event does not have. Resolving a
 * name waits.
 */
enum status probe_start(struct loop *loop, const struct probe_options *o, struct probe **out,
                        struct err *err);
void probe_free(struct probe *p); /* what is under way is let go; NULL is fine */

/* Where it goes, without our keys. */
const char *probe_url(const struct probe *p);

/* Why not all that was posted stands in the journal; ST_OK: it does. */
const struct err *probe_unrecorded(const struct probe *p);

/* So far, in the order of probe_checks(); those that do not apply are not among them. */
const struct probe_finding *probe_findings(const struct probe *p, size_t *count);

/* What was sent for a finding. */
struct probe_request {
    const char *method;            /* NULL: nothing was sent */
    struct buf body;               /* the exact bytes, without our keys */
    int64_t rows[PROBE_POSTS_MAX]; /* their numbers in the journal; 0: not recorded */
    size_t count;                  /* how often it was sent */
};
const struct probe_request *probe_request(const struct probe *p, size_t index);

/* Why it ended early: ST_NETWORK or ST_TIMEOUT, the endpoint cannot be reached; ST_OK: it did not.
 */
const struct err *probe_error(const struct probe *p);

#endif
