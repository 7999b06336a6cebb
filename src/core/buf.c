/* SPDX-License-Identifier: MIT */
/*
 * Growable bytes with a ceiling.
 *
 * An append happens whole or not at all. Memory doubles up to the ceiling; a secret's
 * buffer grows by copy, because realloc would leave the old bytes behind unwiped.
 */
#include "core/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAP_FIRST 64 /* bytes of the first allocation */

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max < SIZE_MAX ? max : SIZE_MAX - 1};
}

void buf_init_secret(struct buf *b, size_t max)
{
    buf_init(b, max);
    b->secret = true;
}

void buf_clear(struct buf *b)
{
    if (b->secret) {
        mem_wipe(b->data, b->cap);
    }
    free(b->data);
    *b = (struct buf){.max = b->max, .secret = b->secret};
}

void buf_reset(struct buf *b)
{
    buf_cut(b, 0);
    b->over = false;
}

/* Room for `need` bytes and NUL; `need` is within the ceiling. */
static void reserve(struct buf *b, size_t need)
{
    if (need < b->cap) {
        return;
    }
    size_t cap = b->cap ? b->cap : CAP_FIRST;
    while (cap <= need) {
        cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
    }
    if (cap > b->max + 1) {
        cap = b->max + 1;
    }
    if (b->secret) {
        char *fresh = mem_grow(NULL, cap, 1);
        if (b->data) {
            memcpy(fresh, b->data, b->len);
            mem_wipe(b->data, b->cap);
            free(b->data);
        }
        b->data = fresh;
    } else {
        b->data = mem_grow(b->data, cap, 1);
    }
    b->cap = cap;
}

/* May `len` more bytes be appended? Remembers if not. */
static bool admit(struct buf *b, size_t len)
{
    if (b->over || len > b->max - b->len) {
        b->over = true;
        return false;
    }
    reserve(b, b->len + len);
    return true;
}

void buf_add(struct buf *b, const char *data, size_t len)
{
    if (!admit(b, len)) {
        return;
    }
    if (len > 0) {
        memcpy(b->data + b->len, data, len);
        b->len += len;
    }
    b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *format, ...)
{
    reserve(b, b->len); /* most texts fit at the first try */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = b->cap - b->len;
    int n = vsnprintf(b->data + b->len, room, format, args);
    if (n < 0) {
        b->over = true;
    } else if (!b->over && (size_t)n < room) {
        b->len += (size_t)n;
    } else if (admit(b, (size_t)n)) {
        vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    b->data[b->len] = '\0'; /* the first try may have written a part of what was refused */
    va_end(again);
    va_end(args);
}

char *buf_room(struct buf *b, size_t len)
{
    if (!admit(b, len)) {
        return NULL;
    }
    char *room = b->data + b->len;
    b->len += len;
    b->data[b->len] = '\0';
    return room;
}

void buf_cut(struct buf *b, size_t len)
{
    if (len >= b->len) {
        return;
    }
    if (b->secret) {
        mem_wipe(b->data + len, b->len - len);
    }
    b->len = len;
    b->data[len] = '\0';
}

const char *buf_str(const struct buf *b)
{
    return b->data ? b->data : "";
}

enum status buf_status(const struct buf *b)
{
    return b->over ? ST_LIMIT : ST_OK;
}

char *buf_take(struct buf *b)
{
    char *text = b->data ? b->data : mem_strdup("");
    b->data = NULL;
    b->len = 0;
    b->cap = 0;
    b->over = false;
    return text;
}
