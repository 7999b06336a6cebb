/* SPDX-License-Identifier: MIT */
/*
 * Messages that the gateway signed for a merchant, out of the history: they prove its key.
 *
 * A notification that we posted ourselves proves nothing, whoever received it: it is left out. So
 * is what the embedded sandbox signed for its own merchants, unless it is them that are asked for.
 */
#ifndef APP_EVIDENCE_H
#define APP_EVIDENCE_H

#include <stddef.h>

#include "app/judgement.h"
#include "core/params.h"
#include "core/profile.h"
#include "io/journal.h"

#define EVIDENCE_MAX 16   /* messages */
#define EVIDENCE_ROWS 200 /* of the history that are looked at, newest first */

/* Zeroed is valid. */
struct evidence {
    struct params params[EVIDENCE_MAX];
    struct judgement_witness items[EVIDENCE_MAX]; /* point into `params` */
    size_t count;
};

/* Replaces what is there. `journal` NULL, or a `mch_id` that is NULL or "": nothing. `profile`:
   whose key is in question (a built-in one is asked for the sandbox's). */
void evidence_gather(struct evidence *e, struct journal *journal, const char *mch_id,
                     const struct profile *profile);
void evidence_clear(struct evidence *e);

#endif
