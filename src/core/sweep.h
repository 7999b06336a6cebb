/* SPDX-License-Identifier: MIT */
/*
 * Sweeps: explanations that are one of very many of a kind (facts/signature-failures.md 3).
 *
 * A typing error in the key or in a value, a timestamp or an amount that was another one, any
 * subset of the fields, any set of a client's members. Each sweep shares what the candidates
 * have in common, and finds not only which value differs but what it was.
 */
#ifndef CORE_SWEEP_H
#define CORE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/search.h"

enum sweep_kind {
    SWEEP_KEY_TYPOS,       /* one edit in the key */
    SWEEP_KEY_TYPOS_MOVES, /* … together with each single move */
    SWEEP_TIMES,           /* a day before and after */
    SWEEP_AMOUNTS,         /* up to a million */
    SWEEP_VALUE_TYPOS,     /* one edit in a value */
    SWEEP_SUBSETS,         /* any fields left out */
    SWEEP_CALL_SETS,       /* any set of a client's members */
    SWEEP_KIND_COUNT
};

struct bi sweep_text(enum sweep_kind kind);

/* Where a sweep stands; zeroed is the beginning. */
struct sweep {
    enum sweep_kind kind;
    size_t outer;   /* which field, key or move */
    uint64_t inner; /* which candidate */
    uint64_t done;
    bool ready; /* `state` belongs to `outer` */
    struct sweep_state *state;
};

void sweep_init(struct sweep *w, enum sweep_kind kind);
void sweep_clear(struct sweep *w);

/* Goes on until the budget is used up. True when there is no more to try. */
bool sweep_step(struct search *s, struct sweep *w, size_t *budget);

/* How many candidates there are; 0 if the sweep does not apply to this message. */
uint64_t sweep_total(const struct search *s, enum sweep_kind kind);

/* Fields that no subset leaves out, because they are too many. */
size_t sweep_fixed_fields(const struct search *s);

/* The candidate number `index` of all texts one edit away from `in`, over `alphabet`; appended to
   `out`. False past the last. Deletions first, then swaps, replacements, insertions. */
bool sweep_edit(struct span in, uint64_t index, const char *alphabet, struct buf *out);
uint64_t sweep_edit_count(size_t len, size_t alphabet);

#endif
