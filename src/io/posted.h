/* SPDX-License-Identifier: MIT */
/*
 * A notification that we posted, as a row of the journal: added when it goes out, so that what
 * it sets off finds it, and completed by the answer.
 */
#ifndef IO_POSTED_H
#define IO_POSTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/answer.h"
#include "core/event.h"
#include "io/http.h"
#include "io/journal.h"

/* All borrowed, and without our keys. */
struct posted {
    const struct event *event;            /* NULL: none of the catalogue */
    const char *method;                   /* NULL: POST */
    const char *check;                    /* id of the check of `probe` that it is; NULL: none */
    const char *url;                      /* where it went */
    const char *content_type;             /* NULL: as the platform; "": none */
    const char *data;                     /* the body */
    size_t len;                           /* bytes of it */
    bool key_hidden;                      /* a key stood in it: these are not the bytes sent */
    const char *order, *mch_id, *profile; /* NULL: unknown */
    int64_t at_ms;                        /* Unix time */
    const struct http_result *answer;     /* NULL: there is none yet */
    enum answer_verdict verdict;          /* of the answer */
};

/* Adds a row if `*id` is 0, and sets it; else completes that one. What cannot be recorded is no
   reason not to post, but told: then `*id` stays, and `*unrecorded` says why unless it has an error
   already. NULL for the journal does nothing. */
void posted_record(struct journal *j, const struct posted *p, int64_t *id, struct err *unrecorded);

#endif
