/* SPDX-License-Identifier: MIT */
/*
 * Many signatures at once: rates a cause, and the feature that separates failures from passes.
 *
 * The caller judges each message and adds what came of it; here stand the counts. A feature
 * separates when nearly all failures have it and nearly no pass does, or the other way round.
 */
#ifndef CORE_BATCH_H
#define CORE_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/json.h"
#include "core/lang.h"
#include "core/params.h"

enum batch_outcome {
    BATCH_VALID,
    BATCH_EXPLAINED,
    BATCH_UNEXPLAINED,
    BATCH_UNREADABLE, /* no document, or no signature */
    BATCH_OUTCOMES
};

#define BATCH_GROUPS_MAX 64
#define BATCH_IDS_MAX 160 /* bytes of "cs-digest + sort-order" */

/* Messages that failed for the same causes. */
struct batch_group {
    char ids[BATCH_IDS_MAX];
    size_t count;
};

enum batch_feature {
    BATCH_NON_ASCII,
    BATCH_COUPON,
    BATCH_SUB_MCH,
    BATCH_HMAC,
    BATCH_MARKUP,      /* & < > " + in a value */
    BATCH_UNDERSCORES, /* __ in a value */
    BATCH_ZERO_DIGIT,  /* the signature begins with 0, or is a digit short */
    BATCH_FEATURES
};
struct bi batch_feature_text(enum batch_feature f);

/* How often a thing was seen, and how often the signature failed then. */
struct batch_count {
    size_t seen, failed;
};

#define BATCH_MERCHANTS_MAX 64

/* Zeroed is valid. */
struct batch {
    size_t outcomes[BATCH_OUTCOMES];
    struct batch_group groups[BATCH_GROUPS_MAX];
    size_t group_count;
    struct batch_count with[BATCH_FEATURES], without[BATCH_FEATURES];
    struct {
        char mch_id[33];
        struct batch_count count;
    } merchants[BATCH_MERCHANTS_MAX];
    size_t merchant_count;
    char last_pass[15], first_failure[15]; /* of time_end or time_start; "" */
};

/* Adds one message; `ids` names its causes ("" or NULL: none). `params` NULL: unreadable. */
void batch_add(struct batch *b, const struct params *params, enum batch_outcome outcome,
               const char *ids);

size_t batch_total(const struct batch *b);

/* Does the feature tell failures from passes? At least two of either are needed. */
bool batch_separates(const struct batch *b, enum batch_feature f);

/* The merchant that nine of ten failures belong to and hardly a pass; "" if there is none. */
const char *batch_merchant(const struct batch *b);

/* "all passes are older than all failures": the time of the first failure, else "". */
const char *batch_since(const struct batch *b);

/* {"total","valid","explained","unexplained","unreadable","causes":[{"ids","count","rate"}],
   "features":[…],"merchants":[…],"merchant","since"}; the caller frees. */
struct json *batch_json(const struct batch *b);

#endif
