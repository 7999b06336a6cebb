/* SPDX-License-Identifier: MIT */
/*
 * A list of blocks, the newest first; one emptied block is kept, so that taking and cutting
 * around a block's end does not allocate each time.
 */
#include "core/arena.h"

#include <stdlib.h>
#include <string.h>

#include "core/base.h"

#define BLOCK_SIZE ((size_t)64 << 10)
#define ALIGN sizeof(max_align_t)

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    _Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena){.max = max};
}

static void free_block(struct arena *a, struct arena_block *b)
{
    if (b == NULL)
        return;
    a->total -= b->size;
    mem_wipe(b->bytes, b->size);
    free(b);
}

void arena_clear(struct arena *a)
{
    while (a->blocks != NULL) {
        struct arena_block *b = a->blocks;
        a->blocks = b->next;
        free_block(a, b);
    }
    free_block(a, a->spare);
    a->spare = NULL;
}

static struct arena_block *new_block(struct arena *a, size_t size)
{
    struct arena_block *b = a->spare;
    if (b != NULL && b->size >= size) {
        a->spare = NULL;
    } else {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        if (a->total + room > a->max)
            return NULL;
        b = mem_alloc(sizeof *b + room);
        b->size = room;
        a->total += room;
    }
    b->used = 0;
    b->next = a->blocks;
    a->blocks = b;
    return b;
}

void *arena_take(struct arena *a, size_t size)
{
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *b = a->blocks;
    if (b == NULL || b->size - b->used < size)
        b = new_block(a, size);
    if (b == NULL)
        return NULL;
    void *at = b->bytes + b->used;
    b->used += size;
    return at;
}

struct span arena_copy(struct arena *a, const char *s, size_t len)
{
    char *to = arena_take(a, len + 1);
    if (to == NULL)
        return (struct span){0};
    if (len > 0)
        memcpy(to, s, len);
    to[len] = '\0';
    return (struct span){to, len};
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->blocks, a->blocks != NULL ? a->blocks->used : 0};
}

void arena_cut(struct arena *a, struct arena_mark mark)
{
    while (a->blocks != mark.block) {
        struct arena_block *b = a->blocks;
        a->blocks = b->next;
        if (a->spare == NULL)
            a->spare = b;
        else
            free_block(a, b);
    }
    if (a->blocks != NULL)
        a->blocks->used = mark.used;
}
