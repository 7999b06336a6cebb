/* SPDX-License-Identifier: MIT */
/*
 * Params against a spec: findings.
 *
 * An error is what the API refuses; a warning is what may be refused or surprises
 * (INTERFACE.md, `validate`). Each finding names field, rule, limit and actual value in
 * both languages. Values are made visible and cut in sentences; values of sensitive
 * fields are not repeated.
 */
#ifndef CORE_VALIDATE_H
#define CORE_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/findings.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/spec.h"

/*
 * Checks the entries of `p` that are on against `spec`. `environment` decides rules such as
 * "https, publicly reachable" for notify_url: an error in production, nothing for a loopback
 * address in a test profile. `kind` is the algorithm that will sign. Fields `sign` and `key` are
 * not judged. Findings come in the order of the spec's fields, then rules, then unknown fields.
 */
void validate(const struct spec *spec, const struct params *p, enum environment environment,
              enum sign_kind kind, struct findings *out);

/* Adds a warning for every name that the API's request does not know, with the nearest that it
   does; `reply`: nor its reply. The end of what validate() does. */
void validate_names(const struct spec *spec, const struct params *p, bool reply,
                    struct findings *out);

/* The first error as a gateway meets it: what lacks (`*lacking` true) before what is malformed.
   NULL if there is no error. */
const struct finding *validate_first(const struct findings *f, bool *lacking);

/* Is `field` required as `p` stands? `*text` (may be NULL) gets the condition's text. */
bool validate_required(const struct field *field, const struct params *p,
                       const struct params *outer, struct bi *text);

/* Length of a value in the field's unit. */
size_t validate_length(const struct field *field, const char *value, size_t len);

#endif
