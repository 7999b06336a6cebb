/* SPDX-License-Identifier: MIT */
/*
 * Answers to notifications: ours written, somebody else's judged.
 *
 * The official platform wants XML with return_code SUCCESS within 5 seconds, the
 * third-party gateway the seven bytes "success" (facts/apis.md 4.5, wap-gateway.md 6).
 * Anything else counts as not delivered and is repeated.
 */
#ifndef CORE_ANSWER_H
#define CORE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/findings.h"

#define ANSWER_PATIENCE_MS 5000 /* what both platforms wait */

/* Appends an answer; `reason` (may be NULL) is its return_msg. Returns the content type. */
const char *answer_write(bool gateway, bool good, const char *reason, struct buf *out);

/* Somebody's answer as it came. */
struct answer_seen {
    const struct err *err; /* no answer, or half of one; NULL or ST_OK: there is one */
    long status;
    const char *content_type; /* "" or NULL: none */
    const char *body;
    size_t len;
    double ms; /* from sending until the last byte */
};

enum answer_verdict {
    ANSWER_ACKNOWLEDGED, /* the platform stops */
    ANSWER_REFUSED,      /* a clear FAIL: the platform repeats */
    ANSWER_INVALID,      /* no answer in its eyes: it repeats as well */
};
struct bi answer_verdict_text(enum answer_verdict v);
const char *answer_verdict_name(enum answer_verdict v); /* "acknowledged", "refused", "invalid" */

/* What the platform concludes; why, and what else is odd, goes to `findings` (not emptied). An
   error there is what made it invalid. */
enum answer_verdict answer_judge(bool gateway, const struct answer_seen *a,
                                 struct findings *findings);

/* Does it say success, however late it came? */
bool answer_says_success(bool gateway, const struct answer_seen *a);

/* What a refusal says for itself: its return_msg, else its return_code, else its text; made visible
   and cut to ANSWER_SAID_MAX. */
#define ANSWER_SAID_MAX 300 /* bytes, NUL included */
void answer_said(const struct answer_seen *a, char out[ANSWER_SAID_MAX]);

#endif
