/* SPDX-License-Identifier: MIT */
/*
 * Beliefs about signatures that are passed on and do not hold, and what is true instead
 * (facts/signature-failures.md 1.2).
 *
 * A belief is recognised by what it left in the message: percent signs in `body`, a signature of 30
 * digits, an appId in capitals. Those that leave no trace are only answered, as things that need
 * not be tried.
 */
#ifndef CORE_FOLKLORE_H
#define CORE_FOLKLORE_H

#include "core/subject.h"

#define FOLKLORE_MAX 16

struct folklore {
    const char *id;    /* "folk-encode" */
    struct bi claim;   /* what is said */
    struct bi answer;  /* what is true */
    const char *cause; /* the cause that such a message fails by (core/cause.h); NULL: none */
    bool telling;      /* its trace tells that somebody believed it; else it could concern anyone */
    bool (*seen)(const struct subject *s); /* NULL: it leaves no trace */
};

/*
 * Those that concern a message whose signature does not hold: told by their trace or by one of its
 * causes, and, if it is not explained, all that could be believed of it. Rows of a table; returns
 * how many of FOLKLORE_MAX.
 */
size_t folklore_of(const struct subject *s, const char *const *causes, size_t cause_count,
                   bool explained, const struct folklore *out[FOLKLORE_MAX]);

#endif
