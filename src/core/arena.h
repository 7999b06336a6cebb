/* SPDX-License-Identifier: MIT */
/*
 * Memory that is given back all at once, or down to a mark.
 *
 * For searches: a candidate's texts are made, used and dropped a hundred thousand times a
 * second. Pieces stay where they are until the arena is cut below them. There is a ceiling;
 * what passes it is refused, never grown. Everything is wiped when it ends, as a search
 * makes variants of keys.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

#include "core/span.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* the newest first */
    struct arena_block *spare;  /* given back by a cut, for reuse; at most one */
    size_t total;               /* bytes of all blocks */
    size_t max;                 /* ceiling of `total` */
};

struct arena_mark {
    struct arena_block *block;
    size_t used;
};

void arena_init(struct arena *a, size_t max);
void arena_clear(struct arena *a); /* wipes and frees */

/* `size` bytes, aligned for any type, not zeroed; NULL at the ceiling. */
void *arena_take(struct arena *a, size_t size);

/* A copy with a NUL behind it; `s` NULL when refused. */
struct span arena_copy(struct arena *a, const char *s, size_t len);

struct arena_mark arena_mark(const struct arena *a);
void arena_cut(struct arena *a, struct arena_mark mark);

#endif
