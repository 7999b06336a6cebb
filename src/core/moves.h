/* SPDX-License-Identifier: MIT */
/*
 * Single steps away from the right recipe: each transform on each parameter that it
 * changes, each other key, suffix, order, set of parameters.
 *
 * A move knows what it does to a recipe, which causes it stands for and which fields it
 * concerns. Moves that would change nothing are not made. What a move does to the texts of
 * the message is computed once; on texts that another move has changed already it is
 * computed again.
 */
#ifndef CORE_MOVES_H
#define CORE_MOVES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/cause.h"
#include "core/recipe.h"
#include "core/subject.h"
#include "core/transform.h"

/* In the order in which moves of different kinds are applied. */
enum move_axis {
    AXIS_SET,     /* another set of parameters altogether */
    AXIS_MEMBERS, /* parameters left out or added */
    AXIS_VALUE,
    AXIS_NAME,
    AXIS_ORDER,
    AXIS_JOINT,
    AXIS_TEXT,
    AXIS_SUFFIX,
    AXIS_KEY,
    AXIS_ALGORITHM,
    AXIS_COUNT
};

/* What an axis is about: "values", "keys", … */
struct bi move_axis_text(enum move_axis axis);

#define MOVE_ALL UINT16_MAX /* origin: on all parameters */
#define MOVE_CAUSES_MAX CALLUP_CAUSES_MAX

struct move {
    enum move_axis axis;
    const struct cause *causes[MOVE_CAUSES_MAX];
    size_t cause_count; /* 0: what it means follows from what it gives (AXIS_ALGORITHM) */
    struct bi how;
    int weight;                /* the smaller, the likelier */
    int serial;                /* in the order of making */
    bool common;               /* among those whose triples are tried at once */
    bool rare;                 /* its pairs wait until the quick part is over */
    uint16_t origin;           /* AXIS_VALUE, AXIS_NAME: the piece, or MOVE_ALL */
    const struct span *fields; /* names concerned */
    size_t field_count;
    /* By axis: */
    text_fn fn; /* AXIS_VALUE, AXIS_NAME (NULL: `constant`), AXIS_TEXT */
    int arg;
    bool whole;
    struct span constant;
    const struct span *made; /* results by origin (one result for a single origin); s NULL: same */
    const uint16_t *dropped; /* AXIS_MEMBERS: origins left out */
    size_t dropped_count;
    const struct piece *pieces; /* AXIS_SET: instead of all; AXIS_MEMBERS: added */
    size_t piece_count;
    enum recipe_order order;
    const struct joint *joint;
    const struct suffix *suffix; /* AXIS_SUFFIX, or with a set or a member; NULL: as it was */
    struct span key;
    enum recipe_algorithm algorithm;
};

struct moves {
    const struct subject *subject;
    struct arena arena; /* texts of moves */
    struct move *items; /* by axis */
    size_t count, cap;
    size_t refused; /* moves that found no room */
};

#define MOVES_ARENA_MAX ((size_t)24 << 20)
#define MOVES_MAX 6000

void moves_clear(struct moves *m);

/* Adds a move that was found by other means; its texts stand in the arena. NULL at the limit. The
   array may be reallocated. */
struct move *moves_add(struct moves *m, enum move_axis axis, const char *cause, struct bi how);

/* The same for a set of a client's members. */
struct move *moves_add_set(struct moves *m, const struct callup_set *set);

/* Names one field of a move by the origin of a piece, or by its name. */
void move_field(struct moves *m, struct move *one, struct span name);

/* ---- For those who make moves ---- */

/* A copy in the moves' arena; `s` NULL at its ceiling. */
struct span moves_keep(struct moves *m, const char *s);

/* Room for pieces; NULL at the ceiling. */
struct piece *moves_pieces(struct moves *m, size_t count);
void moves_set_piece(struct piece *p, struct span name, struct span value, uint16_t origin);

/* A sentence with a pair where `format` has "%%": "signed with NAME=VALUE". */
struct bi moves_how_pair(struct moves *m, struct bi format, const char *name, const char *value);

/* The id of a cause for this kind of message and field: what is `cs-digest` in an order is
   `notify-charset` in a notification. */
const char *move_cause_id(const struct subject *s, const char *id, const struct span *field);

/*
 * Applies a move to `r`. Texts that have to be made go to `scratch`, written first to `room`. False
 * if the move has nothing to change there (any more).
 */
bool move_apply(const struct moves *m, const struct move *one, struct recipe *r,
                struct arena *scratch, struct buf *room);

/* Can two moves be tried together? They change different things. */
bool moves_combine(const struct move *a, const struct move *b);

/* Does the order in which two moves are applied matter? */
bool moves_commute(const struct move *a, const struct move *b);

#endif
