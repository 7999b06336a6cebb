/* SPDX-License-Identifier: MIT */
/*
 * What an error means, looked up in the whole catalogue: by code, by text, or in whatever a
 * person pastes (a reply, a log line, an e-mail).
 *
 * The same code means different things at different endpoints, so each explanation names the
 * APIs that share it word for word. Contract errors come with a number as their code and the
 * documented one, which holds blanks, in `*_des` (facts/apis.md 2.3): texts are matched as well.
 */
#ifndef CORE_EXPLAIN_H
#define CORE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/catalog.h"
#include "core/json.h"
#include "core/spec.h"

#define EXPLAIN_MAX 256      /* explanations */
#define EXPLAIN_SPECS_MAX 64 /* APIs of one */

/* One explanation and the APIs that share it. */
struct explain_entry {
    const struct error_code *error;
    const struct spec *specs[EXPLAIN_SPECS_MAX];
    size_t spec_count;
};

/* Zeroed is valid and empty. All is borrowed from the catalogue. */
struct explanation {
    struct explain_entry entries[EXPLAIN_MAX];
    size_t count;
};

/* The error whose code `word` is (letter case aside), or whose meaning, at `only` or at all APIs
   (NULL). Adds to `out`; nothing when it is unknown. */
void explain_word(const struct catalog *c, const struct spec *only, const char *word,
                  struct explanation *out);

/*
 * The errors that stand in `text`: those that the fields of a reply tell when it is one, else every
 * code and every text of the catalogue that occurs in it as words of its own; of two where one
 * lies in the other, the longer. Without `only` the API is taken from a path in the text or from
 * fields that one API alone answers with. Adds to `out`.
 */
void explain_paste(const struct catalog *c, const struct spec *only, const char *text, size_t len,
                   struct explanation *out);

/* "communication", "business", "contract", and what they are in words. */
const char *explain_layer(enum error_layer layer);
struct bi explain_layer_text(enum error_layer layer);
struct bi explain_retry_text(const struct error_code *e);

/* {"code","apis","layer","class","meaning","cause","solution","retry","fields"} */
struct json *explain_json(const struct explain_entry *x);

#endif
