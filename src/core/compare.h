/* SPDX-License-Identifier: MIT */
/*
 * Two maps side by side: which fields were added, removed, changed.
 *
 * Rows are in signing order (by byte value of the name), so that they line up with the
 * joined strings of both signatures. Switched-off and empty entries count as absent, as for
 * the signature.
 */
#ifndef CORE_COMPARE_H
#define CORE_COMPARE_H

#include <stddef.h>

#include "core/base.h"
#include "core/json.h"
#include "core/params.h"

enum compare_change { COMPARE_SAME, COMPARE_CHANGED, COMPARE_REMOVED, COMPARE_ADDED };
const char *compare_change_name(enum compare_change c); /* "same", "changed", "removed", "added" */
struct bi compare_change_text(enum compare_change c);

/* One name. `a` or `b` is NULL where it is absent; both are borrowed from the maps. */
struct compare_row {
    const char *name;
    const struct param *a, *b;
    enum compare_change change;
    size_t at; /* COMPARE_CHANGED: offset of the first byte that differs, at a character's start */
};

/* Zeroed is valid; rows are valid as long as the maps are unchanged. */
struct compare {
    struct compare_row *rows;
    size_t count;
    size_t differing; /* rows that are not COMPARE_SAME */
};
void compare_params(const struct params *a, const struct params *b, struct compare *out);
void compare_clear(struct compare *c);

/* [{"field","change","from","to"}] of the rows that differ; `masked`: personal values are masked.
   The caller frees. */
struct json *compare_json(const struct compare *c, bool masked);

#endif
