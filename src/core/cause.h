/* SPDX-License-Identifier: MIT */
/*
 * The catalogue of reasons why a signature fails (facts/signature-failures.md 1.1).
 *
 * Owns the ids, the sentences and the remedies. How a reason is tried stands with the
 * transforms; a row here says what it means when it was found. Ids of the survey are
 * kept; what the survey has no row for has an id of its own, in the last part.
 */
#ifndef CORE_CAUSE_H
#define CORE_CAUSE_H

#include <stddef.h>

#include "core/lang.h"

/* How a reason can be found. */
enum cause_mode {
    CAUSE_SEARCH = 1,   /* A: by reproducing a signature that differs */
    CAUSE_REQUEST = 2,  /* B: by reading the request as the gateway does; the signature holds */
    CAUSE_KEY = 4,      /* K: with another key or a message that proves one */
    CAUSE_EVIDENCE = 8, /* E: cannot be computed; told when the evidence points there */
};

#define CAUSE_TWINS_MAX 3

struct cause {
    const char *id;
    unsigned modes;                     /* enum cause_mode bits */
    int rank;                           /* likelihood: 1 is the commonest */
    struct bi text;                     /* what went wrong, one sentence without a final stop */
    struct bi fix;                      /* what to do, the same way */
    const char *twins[CAUSE_TWINS_MAX]; /* ids that give the same bytes by nature */
    struct bi untested; /* why no test can produce it by computing; NULL texts: it can */
};

/* All rows, by rank. */
const struct cause *cause_all(size_t *count);

/* The row of an id; ids that are not in the table are our bug (assert), so never NULL. */
const struct cause *cause_get(const char *id);

/* Same for an id from outside; NULL if unknown. */
const struct cause *cause_find(const char *id);

#endif
