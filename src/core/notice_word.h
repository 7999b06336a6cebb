/* SPDX-License-Identifier: MIT */
/*
 * One word for a notification: what a list says of it.
 *
 * The word follows from trust, findings and records in that order: what makes it worthless
 * comes before what is merely odd. Its id stands in the journal, so that a list needs no
 * bytes.
 */
#ifndef CORE_NOTICE_WORD_H
#define CORE_NOTICE_WORD_H

#include "core/base.h"
#include "core/notice.h"

enum notice_level { NOTICE_IS_GOOD, NOTICE_IS_ODD, NOTICE_IS_BAD };

struct notice_word {
    const char *id; /* "genuine", "forged", …, or the rule of the finding that decides */
    enum notice_level level;
    struct bi word; /* short: "ok", "BAD SIGN" */
};

/* Never NULL. */
const struct notice_word *notice_word_of(const struct notice *n);

/* The index-th word; NULL behind the last. */
const struct notice_word *notice_word_at(size_t index);

/* By its id, which may be followed by a blank and more; an unknown one is odd. Never NULL. */
const struct notice_word *notice_word_find(const char *id);

#endif
