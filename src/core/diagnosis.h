/* SPDX-License-Identifier: MIT */
/*
 * Between the files of core/diagnose.h: the search inside a diagnosis, and what its result
 * means. Nobody else includes this.
 */
#ifndef CORE_DIAGNOSIS_H
#define CORE_DIAGNOSIS_H

#include <stdbool.h>

#include "core/search.h"

struct diagnosis;

/* The right recipe gives the signature: is there nothing wrong with its form and algorithm either?
 */
bool diagnosis_right_is_valid(const struct search *s);

const struct search *diagnose_search(const struct diagnosis *d);

#endif
