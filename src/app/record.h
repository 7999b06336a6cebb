/* SPDX-License-Identifier: MIT */
/*
 * One row of the journal, read back with its bytes and understood again.
 *
 * The journal keeps bytes; what they mean follows from them and from the catalogue. A key is
 * not in it: signatures are judged anew only when the caller has the merchant's profile, and
 * the outcome of then stands in the row.
 */
#ifndef APP_RECORD_H
#define APP_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/catalog.h"
#include "core/event.h"
#include "core/json.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/reply.h"
#include "io/http.h"
#include "io/journal.h"

/* Zeroed is valid. */
struct record {
    struct journal_row row; /* its texts belong to the record */
    struct buf request_head, request, response_head, response, detail;
    const struct spec *spec; /* of a call whose API the catalogue still has; borrowed */
    char url[2048];          /* of a call or a delivery; "" if the head does not say */
    struct params sent;      /* the request's, or the notification's, parameters */
    struct params received;  /* the reply's */
    bool judged;             /* `reply` holds: a call, answered, with a profile at hand */
    struct reply reply;
};

/* Reads number `id`. `profile` (may be NULL) is the merchant to judge a call's reply with.
   `out` (zeroed or valid) is reused. ST_NOT_FOUND, and what the journal says. */
struct record_source {
    struct journal *journal;
    const struct catalog *catalog;
    const struct profile *profile;
};
enum status record_read(const struct record_source *s, int64_t id, struct record *out,
                        struct err *err);
void record_clear(struct record *r);

/* How long a call or a delivery took; false if nothing is known, and every time is negative. */
bool record_times(const struct record *r, struct http_times *out);

/* A row whose texts are its own, and their end. */
void record_row_copy(struct journal_row *to, const struct journal_row *from);
void record_row_clear(struct journal_row *row);

/* "call", "notice", "delivery". */
const char *record_kind_name(enum journal_kind kind);
struct bi record_kind_text(enum journal_kind kind);

/* The outcome in words: "success", "验签通过"; an unknown one as it stands there. */
struct bi record_outcome_text(const struct journal_row *row);

/* Appends the row's text: why no answer came stands there in both languages, here in one. */
void record_text(const struct journal_row *row, enum lang lang, struct buf *out);

/* Is it a word, in either language, that lists show of kinds, outcomes and events, or, with
   RECORD_WORD_MIN bytes, part of one? `events` may be NULL. */
#define RECORD_WORD_MIN 4
bool record_is_word(const char *word, const struct events *events);
/* Does this row show it? */
bool record_shows(const struct journal_row *row, const char *word, const struct events *events);

/* Do the row's texts and numbers hold `word`, as journal_search() compares? */
bool record_holds(const struct journal_row *row, const char *word);

/* The row as JSON: {"id","at","kind","name","profile","mch_id","order","transaction_id","amount",
   "status","good","outcome","text"}. The caller frees. */
struct json *record_row_json(const struct journal_row *row);

/* "2026-01-02 03:04:05" in UTC+8, as the API counts time. */
#define RECORD_TIME_SIZE 20
void record_time(int64_t at_ms, char out[RECORD_TIME_SIZE]);

#endif
