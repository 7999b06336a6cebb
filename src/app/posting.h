/* SPDX-License-Identifier: MIT */
/*
 * One notification that we post ourselves, for trying an endpoint: its bytes, the answer and
 * what the platform would make of it. Recorded in the journal as a delivery. A key of ours that
 * stands in either goes out as it is, but is not shown and not kept.
 */
#ifndef APP_POSTING_H
#define APP_POSTING_H

#include <stdbool.h>
#include <stdint.h>

#include "app/keyring.h"
#include "core/answer.h"
#include "core/base.h"
#include "core/buf.h"
#include "core/event.h"
#include "core/findings.h"
#include "io/http.h"
#include "io/journal.h"
#include "io/loop.h"

#define POSTING_URL_MAX 512  /* bytes, NUL included */
#define POSTING_TYPE_MAX 128 /* likewise, of a Content-Type */

enum posting_state { POSTING_NONE, POSTING_RUNNING, POSTING_DONE };

/* Zeroed is valid. */
struct posting {
    enum posting_state state;
    const struct event *event; /* NULL: none of the catalogue; borrowed */
    char url[POSTING_URL_MAX];
    struct buf body; /* as posted, without our keys */
    /* Valid when DONE. */
    struct http_result http;
    enum answer_verdict verdict;
    struct findings findings;
    /* Its own. */
    struct loop *loop;
    struct journal *journal;
    struct keyring keys;
    bool gateway, get;
    bool key_hidden;       /* a key stood in the body: what is recorded is not what was posted */
    struct err unrecorded; /* why the journal has it not, or not whole */
    char content_type[POSTING_TYPE_MAX], order[65], mch_id[33], profile[65];
    int64_t at_ms, journal_id;
    unsigned http_id;
    loop_fn done;
    void *ctx;
};

struct posting_job {
    struct loop *loop;
    struct journal *journal;   /* borrowed; NULL: not recorded */
    struct keyring *keys;      /* moved: whose keys are neither shown nor recorded; NULL: none */
    const struct event *event; /* NULL: none of the catalogue */
    bool gateway;              /* whose form of answer is expected */
    bool get;                  /* a GET, as `probe` tries one; it has no body */
    const char *url;
    const char *content_type; /* NULL: as the platform; "": none */
    const char *data;         /* the exact body */
    size_t len;
    const char *order, *mch_id, *profile; /* for the journal; NULL: unknown */
    int64_t at_ms;                        /* Unix time */
    loop_fn done;                         /* once the answer is judged */
    void *ctx;
};

/* Posts; `p` (zeroed or valid) is reused and must stay where it is. ST_CONFLICT while one is under
   way, ST_ARGUMENT for a URL that is none. */
enum status posting_start(struct posting *p, const struct posting_job *job, struct err *err);

/* One that is under way is let go. */
void posting_clear(struct posting *p);

#endif
