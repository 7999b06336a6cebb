/* SPDX-License-Identifier: MIT */
/*
 * Borrowed pieces of a text, and the cuts that find name and value in it.
 *
 * Nothing is copied or changed: a span points into the text and is as long-lived as
 * that. Every cut takes linear time over any bytes and makes no promise that what it
 * cuts is well-formed; the readers that use it check.
 */
#ifndef CORE_SPAN_H
#define CORE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

struct span {
    const char *s; /* NULL when nothing is left */
    size_t len;
};

/* One name and its value as they stand in the text. */
struct pair {
    struct span name;
    struct span value;
};

/* Space, tab, CR or LF: what XML and JSON call white space. */
bool span_is_blank(char c);

/* The value of a hexadecimal digit, in either case; -1 if it is none. */
int span_hex(char c);

/* Without blanks at both ends. */
struct span span_trim(struct span t);

/* How many line ends (LF) it holds. */
size_t span_lines(struct span t);

/* The text behind a byte order mark, if there is one. `data` may be NULL when `len` is 0. */
struct span span_skip_mark(const char *data, size_t len);

bool span_is(struct span a, const char *word);
bool span_same(struct span a, struct span b);

/* Takes the text before the next `c` off `*rest`; false when nothing is left. */
bool span_next_part(struct span *rest, char c, struct span *part);

/* Takes the next line off `*rest` that is neither blank nor a comment (#), without its CR LF;
   `*number` goes up by the lines passed. */
bool span_next_line(struct span *rest, struct span *line, size_t *number);

/* Appends the text without its line ends. */
void span_unwrap(struct buf *out, struct span doc);

/* Splits name=value at the first '='; false if what stands before it cannot name a field (a word
   without the punctuation of URLs and markup, outer blanks aside). */
bool span_split_pair(struct span text, struct pair *out);

/*
 * Takes the next pair of a query string off `*rest`. What stands between two '&' without being a
 * pair belongs to the value before it, and `*merged` becomes true.
 */
bool span_next_pair(struct span *rest, struct pair *out, bool *merged);

/*
 * Takes the next member of the JSON object `t`; `*at` is 0 before the first, and then the offset of
 * the ',' or '}' behind the member. The name is what stands between its quotes, the value its text.
 */
bool span_next_member(struct span t, size_t *at, struct pair *out);

#endif
