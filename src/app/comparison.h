/* SPDX-License-Identifier: MIT */
/*
 * The other side's signature, or the string that it joined, beside ours: same, or why not.
 *
 * Follows what is typed and the form at once: each change begins a new search some
 * milliseconds later, in slices of the loop's turns, so that no key waits for it. A joined string
 * is digested as ours is and explained like a signature; a key in it is masked on its way in.
 */
#ifndef APP_COMPARISON_H
#define APP_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

#include "app/workspace.h"
#include "core/buf.h"
#include "core/lang.h"

#define COMPARISON_TEXT_MAX (64u << 10) /* bytes of what the other side gave */

enum comparison_state {
    COMPARISON_NONE,        /* nothing was given */
    COMPARISON_SAME,        /* also: the same as far as it goes */
    COMPARISON_SEARCHING,   /* or about to */
    COMPARISON_EXPLAINED,   /* differs, and why is known */
    COMPARISON_UNEXPLAINED, /* differs */
    COMPARISON_FAILED       /* there is nothing to compare: no key, no digest's shape */
};

struct comparison;

/* `w` outlives it. */
struct comparison *comparison_new(struct workspace *w);
void comparison_free(struct comparison *c); /* NULL is fine; the loop must still be there */

/* Takes what the other side gave. `shown` gets the text as it may stand on the screen: outer blanks
   and line ends off, the key behind "&key=" as "****". An empty text ends the comparison. */
void comparison_take(struct comparison *c, const char *text, size_t len, struct buf *shown);

/* Compares anew if form, API or merchant have moved since; call it before drawing. */
void comparison_follow(struct comparison *c);

/* Stops the search; false if none is on. What was found stays. */
bool comparison_cancel(struct comparison *c);

enum comparison_state comparison_state(const struct comparison *c);
unsigned comparison_rev(const struct comparison *c); /* moves with every news */

/* One sentence: "differs: the other side signed `body` as GBK". */
void comparison_verdict(const struct comparison *c, enum lang lang, char *out, size_t size);

/* The signature to diagnose: as it was given, or over the joined string; "" if there is none. */
const char *comparison_sign(const struct comparison *c);

/* Appends both joined strings, keys masked; `theirs` stays empty while it is not known. */
void comparison_texts(const struct comparison *c, struct buf *ours, struct buf *theirs);

#endif
