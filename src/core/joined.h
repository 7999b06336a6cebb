/* SPDX-License-Identifier: MIT */
/*
 * Two joined strings (name=value&name=value…) side by side, parameter by parameter.
 *
 * Rows stand in the order of the first text; what only the second has follows the parameter
 * that it follows there. A text that is no such string (another separator, a digest's input
 * that was changed as a whole) is compared as one piece. Texts are bytes: they need not be UTF-8.
 */
#ifndef CORE_JOINED_H
#define CORE_JOINED_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/compare.h"
#include "core/span.h"

#define JOINED_ROWS_MAX 512 /* parameters of a text; what follows belongs to the last one */

/* One parameter; what is absent has NULL. All borrowed from the texts. */
struct joined_row {
    struct span name; /* empty: the texts are compared as a whole */
    struct span a, b; /* the values */
    enum compare_change change;
    bool moved; /* stands at another place in the second text */
    size_t at;  /* COMPARE_CHANGED: first byte that differs, at a character's start of `a` */
};

/* Zeroed is valid. */
struct joined {
    struct joined_row *rows;
    size_t count;
    size_t differing; /* rows that are not COMPARE_SAME, or moved */
};

void joined_align(struct span a, struct span b, struct joined *out);
void joined_clear(struct joined *j);

/* Splits off "&key=" and what follows it at the end; `*key` is empty without. */
struct span joined_without_key(struct span text, struct span *key);

/* Appends bytes for people: text_visible(); of one that is not UTF-8 (`utf8` false) every byte
   beyond ASCII as \xHH, because characters that come about by accident mislead. */
void joined_visible(struct buf *out, struct span value, bool utf8);

/*
 * Appends the rows as lines: two blanks and "name=value" where both agree; else "- " with the first
 * text's and "+ " with the second's, and below them a mark under the first difference. Long values
 * are cut around it. What a terminal could obey is made visible.
 */
void joined_write(const struct joined *j, struct buf *out);

#endif
