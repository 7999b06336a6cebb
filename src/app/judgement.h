/* SPDX-License-Identifier: MIT */
/*
 * What is to be said of a message besides why its signature differs: what the gateway may refuse
 * it for all the same (core/advice.h), and whether the key is the merchant's (core/oracle.h).
 *
 * One place for the command and for the console, so that both say the same.
 */
#ifndef APP_JUDGEMENT_H
#define APP_JUDGEMENT_H

#include <stddef.h>
#include <stdint.h>

#include "app/diagnosis_page.h"
#include "core/advice.h"
#include "core/diagnose.h"
#include "core/profile.h"
#include "core/wire.h"

/* A message of the gateway at hand. */
struct judgement_witness {
    const struct params *params;
    const char *file; /* that it stands in; NULL: none */
    int64_t row;      /* its number in the history; 0: none */
};

/* Borrowed for the call. */
struct judgement_input {
    const struct diagnosis *diagnosis; /* over */
    const struct spec *spec;           /* the endpoint; NULL: unknown */
    const struct secret *key;
    const struct key_candidate *keys;
    size_t key_count;
    const char *key_label;         /* what other_keys call the same key; NULL: nothing */
    const struct profile *profile; /* whose key it is said to be; NULL: unknown */
    struct wire wire;              /* as it was sent; zeroed: unknown */
    const struct judgement_witness *witnesses;
    size_t witness_count;
};

struct judgement {
    struct advice advice[ADVICE_MAX];
    size_t count;
    struct diagnosis_key key; /* borrows key, labels and file names */
};

void judge(const struct judgement_input *in, struct judgement *out);

#endif
