/* SPDX-License-Identifier: MIT */
/*
 * Growable bytes with a ceiling.
 *
 * A buffer is made with the largest size it may reach. What would pass the ceiling
 * is not written and the buffer remembers it: appends after that do nothing, and
 * buf_status() says ST_LIMIT. So a writer appends freely and checks once at the end.
 * The text is always NUL-terminated behind `len`.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdarg.h>

#include "core/base.h"

struct buf {
    char *data;  /* NUL-terminated; NULL only before the first append */
    size_t len;  /* bytes, without the NUL */
    size_t cap;  /* bytes allocated */
    size_t max;  /* ceiling of len */
    bool over;   /* an append was refused */
    bool secret; /* wiped before memory is given back, also when it grows */
};

/* Starts an empty buffer; allocates nothing. */
void buf_init(struct buf *b, size_t max);

/* Same, for secrets: every byte given back is wiped first. */
void buf_init_secret(struct buf *b, size_t max);

/* Frees the memory (wiping a secret) and leaves an empty buffer with the same ceiling. */
void buf_clear(struct buf *b);

/* Empties the buffer and keeps its memory for reuse. */
void buf_reset(struct buf *b);

/* Append whole or not at all. The bytes must not lie inside the buffer itself. */
void buf_add(struct buf *b, const char *data, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends `len` bytes that the caller writes at once, and returns where; NULL when refused. */
char *buf_room(struct buf *b, size_t len);

/* Cuts the text to `len` bytes; longer than the text does nothing. */
void buf_cut(struct buf *b, size_t len);

/* The text; "" for an empty buffer. Borrowed until the next change. */
const char *buf_str(const struct buf *b);

/* ST_OK, or ST_LIMIT after a refused append. */
enum status buf_status(const struct buf *b);

/* The text as an allocated string that the caller frees (mem_free_secret() for a secret, whose
   memory is handed over unwiped); the buffer is empty afterwards, also of a refusal. */
char *buf_take(struct buf *b);

#endif
