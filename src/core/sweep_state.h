/* SPDX-License-Identifier: MIT */
/*
 * Between the files of core/sweep.h: what a sweep keeps, and the kinds of sweep. Nobody else
 * includes this.
 *
 * Each sweep has an outer loop (field, key, move) and an inner one over numbered candidates.
 * What the inner loop shares is made when an outer step begins: a saved digest state of all
 * that stands before the varying text, and the text behind it.
 */
#ifndef CORE_SWEEP_STATE_H
#define CORE_SWEEP_STATE_H

#include "core/search.h"

#define SWEEP_DAY 86400
#define SWEEP_AMOUNT_MAX 1000000
#define SWEEP_SUBSET_KEYS 3
#define SWEEP_SUBSET_FIELDS 20 /* fields of which every subset is tried */

struct sweep;

extern const char sweep_alphanumeric[], sweep_printable[];

struct sweep_state {
    struct digest_state before; /* all that stands before what varies */
    struct span after;          /* the text that each candidate digests besides, but the suffix */
    struct recipe recipe;
    struct recipe_work work;
    struct buf text; /* one candidate; may be a key: secret */
    /* Subsets: */
    struct digest_state at[RECIPE_PIECES_MAX + 1]; /* after each piece */
    bool any[RECIPE_PIECES_MAX + 1];               /* a piece stands before */
    bool left_out[RECIPE_PIECES_MAX];
    uint16_t varying[SWEEP_SUBSET_FIELDS]; /* places of the pieces that vary */
    size_t varying_count;
    struct span pair[RECIPE_PIECES_MAX]; /* "&name=value" in `text` */
    size_t fixed_from;                   /* the pieces behind the last that varies: `after` */
};

/* The state of a sweep, made when first asked for. */
struct sweep_state *sweep_state_of(struct sweep *w);

/* A kind's outer step: makes what its candidates share; false if there are none. And one candidate;
   false past the last. */
bool sweep_begin_key(struct search *s, struct sweep *w);
bool sweep_step_key(struct search *s, struct sweep *w);
bool sweep_begin_value(struct search *s, struct sweep *w);
bool sweep_step_value(struct search *s, struct sweep *w);
bool sweep_begin_subsets(struct search *s, struct sweep *w);
bool sweep_step_subsets(struct search *s, struct sweep *w);

/* All steps of a client's sets, as sweep_step(). */
bool sweep_step_sets(struct search *s, struct sweep *w, size_t *budget);

/* Does a move leave the key alone? */
bool sweep_is_text_move(const struct move *m);

/* Does the value of a piece vary in a sweep of this kind (enum sweep_kind)? */
bool sweep_varies(const struct search *s, int kind, const struct piece *p);

#endif
