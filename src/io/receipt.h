/* SPDX-License-Identifier: MIT */
/*
 * One notification that arrived, and what became of it: what came over the wire, what was
 * judged, what was answered, what the application behind us said.
 *
 * A value: the listener fills it, its sink keeps it. It holds none of our keys.
 */
#ifndef IO_RECEIPT_H
#define IO_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/answer.h"
#include "core/base.h"
#include "core/buf.h"
#include "core/findings.h"
#include "core/json.h"
#include "core/notice.h"
#include "io/journal.h"

#define FORWARD_HEAD_MAX 16384 /* bytes kept of its answer's head */
#define FORWARD_URL_SIZE 512   /* bytes, NUL included */

/* What the user's application said. Zeroed: nothing was forwarded. */
struct forwarded {
    bool done;
    char url[FORWARD_URL_SIZE];
    struct err err; /* why there is no answer */
    long status;
    char content_type[128]; /* "": it had none */
    char encoding[32];      /* Content-Encoding; "" */
    struct buf head;        /* status line and headers, FORWARD_HEAD_MAX of them */
    struct buf body;
    bool relayed; /* what we answer is this answer */
    double ms;
    bool taken; /* it says success: for the verdict it has to be in time as well */
    enum answer_verdict verdict;
    struct findings findings;
};

/* Zeroed is valid. */
struct receipt {
    int64_t seq;        /* counts from 1 */
    int64_t journal_id; /* 0: it could not be recorded */
    int64_t at_ms;      /* Unix time */
    char peer[64];
    char profile[65];     /* whose key was used; "" if none */
    struct notice notice; /* its `profile` is NULL */
    struct buf head;      /* request line and headers */
    struct buf body;      /* exact bytes; both without our keys: notice.key_inside */
    bool answered;        /* false: none was to be sent */
    bool acknowledged;
    bool late; /* but so late that the platform has given up: it comes again */
    unsigned status;
    struct buf answer;
    struct forwarded forward;
};
void receipt_clear(struct receipt *r);

/* The line of INTERFACE.md's `listen`; the caller frees. */
struct json *receipt_json(const struct receipt *r);

/* Writes it into the journal: a new row, or the one under its journal_id, which is set. */
enum status receipt_record(struct receipt *r, struct journal *journal, struct err *err);

#endif
