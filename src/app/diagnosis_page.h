/* SPDX-License-Identifier: MIT */
/*
 * A diagnosis told to people: what holds, why not, what to change; the texts side by side;
 * what was tried, what cannot be, what would help.
 *
 * The same text stands on the console, on the command line and in a report for support. The
 * key is never in it: who has it can repeat every step.
 */
#ifndef APP_DIAGNOSIS_PAGE_H
#define APP_DIAGNOSIS_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/page.h"
#include "core/advice.h"
#include "core/diagnose.h"
#include "core/oracle.h"
#include "core/repair.h"

/* What is known of the key; `key` is borrowed and never told but for its fingerprint. */
struct diagnosis_key {
    const struct secret *key;
    struct oracle_verdict verdict;
    /* The message that the verdict rests on; neither: the one judged. */
    const char *file; /* NULL: in no file */
    int64_t row;      /* its number in the history; 0: not there */
};

struct diagnosis_told {
    const struct diagnosis *diagnosis;
    const struct advice *advice; /* of a signature that holds */
    size_t advice_count;
    const struct repair_log *repairs; /* NULL: nothing was repaired */
    const struct diagnosis_key *key;  /* NULL: nothing to say of it */
    const char *api;                  /* that a request was judged by; NULL: none */
    struct span signed_text;          /* the other side's joined text; empty: unknown */
};

/* What of it a reader wants. */
enum diagnosis_part {
    DIAGNOSIS_ALL,
    DIAGNOSIS_CAUSES,  /* why, or what was excluded and what would help */
    DIAGNOSIS_TEXTS,   /* both joined strings and signatures */
    DIAGNOSIS_STEPS,   /* each parameter: signed, or why not */
    DIAGNOSIS_ADVICE,  /* what may still be refused; the key */
    DIAGNOSIS_REPAIRS, /* what was done to the paste */
    DIAGNOSIS_PARTS
};

/* A page with the headline and that part, begin and end included. */
void diagnosis_page(const struct diagnosis_told *t, enum diagnosis_part part, struct page *p);

/* One sentence: "differs: the other side signed `body` as GBK". */
void diagnosis_headline(const struct diagnosis *d, enum lang lang, char *out, size_t size);

/* {"id","zh","en","fix","field"} each: INTERFACE.md's `advice`. The caller frees. */
struct json *advice_json(const struct advice *advice, size_t count);

/* {"length","fingerprint","proven","by","by_row"}; `proven` is absent without evidence. The caller
 * frees. */
struct json *diagnosis_key_json(const struct diagnosis_key *key);

#endif
