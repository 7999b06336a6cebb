/* SPDX-License-Identifier: MIT */
/*
 * Errors that no call answers with: what the payer reads on the H5 page, what a client is told
 * after calling up, the codes of a failed deduction's notification, and texts that stand in for a
 * code. A table beside the catalogue, in the same form (facts/apis.md 4.1, 5 and 6.5).
 */
#ifndef CORE_EXPLAIN_MORE_H
#define CORE_EXPLAIN_MORE_H

#include <stddef.h>

#include "core/spec.h"

#define EXPLAIN_MORE_APIS 6

struct explain_more {
    const char *apis[EXPLAIN_MORE_APIS]; /* behind which calls it is met; NULL ends them early */
    struct error_code error;
};

/* The rows; the list is constant. */
const struct explain_more *explain_more(size_t *count);

#endif
