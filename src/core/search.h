/* SPDX-License-Identifier: MIT */
/*
 * Trying recipes until one gives the signature that was received.
 *
 * Holds the state of a search: the subject, its moves, working memory, what was found and
 * how much was tried. Two kinds of search stand on it: combinations of moves (here) and
 * sweeps over values (core/sweep.h). Both go in small steps and can be left at any time.
 *
 * Something is found only if a second computation, made from scratch, gives the received
 * signature too.
 */
#ifndef CORE_SEARCH_H
#define CORE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/moves.h"
#include "core/recipe.h"
#include "core/subject.h"

#define SEARCH_DEPTH_MAX 4 /* moves of one explanation */
#define SEARCH_FOUND_MAX 48

struct charset_hold;

/* A set of moves that together give the received signature. */
struct explanation {
    uint16_t moves[SEARCH_DEPTH_MAX]; /* indices into moves.items, in the order of applying */
    size_t count;
    size_t target; /* index of the reading that it matches */
    enum recipe_algorithm algorithm;
    int weight;
};

/* The digest states of a recipe's text after each of its pieces. */
struct beginnings {
    bool ready;
    size_t count; /* pieces */
    struct digest_state at[RECIPE_PIECES_MAX + 1];
};

struct search {
    struct subject subject;
    struct moves moves;
    struct recipe_work work;
    struct recipe levels[SEARCH_DEPTH_MAX + 1]; /* levels[0] is the right recipe */
    struct beginnings *beginnings;              /* of each level */
    struct charset_hold *charsets;              /* kept in memory */
    struct arena scratch;
    struct buf room;
    struct explanation found[SEARCH_FOUND_MAX]; /* by weight */
    size_t found_count;
    uint64_t tried;
    bool right_matches; /* the right recipe gives the signature */
};

/* Reads the subject and makes the moves. On failure `s` is cleared. */
enum status search_begin(const struct subject_input *in, struct search *s, struct err *err);
void search_end(struct search *s);

/* Is a digest one of the readings? */
bool search_hits(const struct search *s, const unsigned char *digest, size_t size);

/* Records an explanation after confirming it; false if it does not hold or holds a smaller one that
   is known. */
bool search_record(struct search *s, const uint16_t *moves, size_t count);

/* Applies moves to `r` (a copy of the right recipe); false if one of them changes nothing. */
bool search_apply(struct search *s, const uint16_t *moves, size_t count, struct recipe *r);

/* Tries the right recipe. */
void search_right(struct search *s);

/* Units of work, about one digest of an order each: what a text and the pieces handled for it cost.
 */
size_t search_cost(size_t text_len, size_t pieces);

/* ---- Combinations ---- */

/* All combinations of `depth` moves, one from each pool. */
struct nest {
    size_t depth;
    const uint16_t *pools[SEARCH_DEPTH_MAX]; /* indices of moves, by axis */
    size_t sizes[SEARCH_DEPTH_MAX];
    bool same_pool;   /* one pool for all: each combination once */
    bool cross_axis;  /* only moves of different kinds */
    bool both_orders; /* where the order of applying matters, try the other one too */
    /* Where it stands: */
    size_t level, at[SEARCH_DEPTH_MAX];
    uint16_t applied[SEARCH_DEPTH_MAX];
    struct arena_mark marks[SEARCH_DEPTH_MAX];
    bool joined; /* the working memory holds the text of the applied moves */
    uint64_t done;
};

/* Goes on until the budget (in units of search_cost()) is used up. True when all are tried. */
bool nest_step(struct search *s, struct nest *n, size_t *budget);

/* How many combinations there are, at most. */
uint64_t nest_total(const struct nest *n);

#endif
