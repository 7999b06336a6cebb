/* SPDX-License-Identifier: MIT */
/*
 * The request signature, step by step.
 *
 * Owns the rule that every call and every notification hangs on (facts/apis.md 7.1,
 * facts/wap-gateway.md 3): the non-empty parameters except `sign`, ordered by byte
 * value of their names, joined as name=value with '&', closed with &key=SECRET,
 * digested, printed in upper-case hex. HMAC-SHA256 uses the same text and the key
 * once more as HMAC key. "0" is not empty. `sign_type` takes part when sent.
 *
 * Pure: the same parameters give the same bytes. The steps are kept because people
 * look at them: who hunts a rejected signature needs the text that was hashed.
 *
 * `joined` contains the secret. Anything that leaves the process shows
 * sign_trace_masked() instead.
 */
#ifndef CORE_SIGN_H
#define CORE_SIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/digest.h"
#include "core/params.h"

enum sign_kind { SIGN_MD5, SIGN_HMAC_SHA256, SIGN_KIND_COUNT };

#define SIGN_HEX_MAX 65            /* 64 hexadecimal digits and NUL */
#define SIGN_JOINED_MAX (2u << 20) /* bytes of the joined text */

/* "MD5" or "HMAC-SHA256": the value that `sign_type` takes. */
const char *sign_kind_name(enum sign_kind kind);

/* Reads a sign_type value, exact spelling; false for anything else. */
bool sign_kind_read(const char *text, enum sign_kind *kind);

/* Which algorithm a signature of this length can be: 32 MD5, 64 HMAC-SHA256; false otherwise. */
bool sign_kind_from_length(size_t len, enum sign_kind *kind);

/* Why a parameter is not part of the signature. */
enum sign_left { SIGN_USED, SIGN_IS_SIGN, SIGN_EMPTY, SIGN_OFF };

/* The reason as INTERFACE.md's JSON and the screen show it ("is the signature", "empty", …). */
struct bi sign_left_text(enum sign_left why);

/* One parameter as signing saw it; borrowed from the params until they change. */
struct sign_pair {
    const struct param *param;
    enum sign_left left; /* SIGN_USED, or why it is left out */
};

/* Zeroed is valid. Reused by sign_compute() without giving memory back. */
struct sign_trace {
    enum sign_kind kind;
    struct sign_pair *pairs; /* first the used ones in signing order, then those left out */
    size_t used;             /* count of used pairs */
    size_t count;            /* all pairs */
    size_t cap;
    struct buf joined;      /* the exact text that was digested; secret inside */
    size_t joined_plain;    /* bytes of `joined` before "&key=" */
    size_t key_len;         /* bytes of the secret */
    char hex[SIGN_HEX_MAX]; /* the signature; "" while there is none */
};

/*
 * Signs `p` with `kind` under `secret` and records each step in `*trace`.
 *
 * Borrows everything; `*trace` keeps pointers into `p` and is stale when `p` changes.
 * On failure the trace is left empty.
 *
 * ST_ARGUMENT  the secret is empty
 * ST_LIMIT     the joined text would pass SIGN_JOINED_MAX
 */
enum status sign_compute(const struct params *p, enum sign_kind kind, const struct secret *secret,
                         struct sign_trace *trace, struct err *err);

/* Frees the trace and wipes the joined text. */
void sign_trace_clear(struct sign_trace *trace);

/* Appends the joined text with the key shown as exactly "****". */
void sign_trace_masked(const struct sign_trace *trace, struct buf *out);

/* For a trace whose params have been changed to hide something: the joined text is made anew from
   them, with `key_len` zero bytes for the key. The signature stays what it was. */
void sign_trace_hide(struct sign_trace *trace);

/* What became of a signature that somebody else made. */
enum sign_state {
    SIGN_VALID,
    SIGN_INVALID,
    SIGN_ABSENT,    /* no `sign`, or empty */
    SIGN_BAD_SHAPE, /* not 32 or 64 hexadecimal digits */
    SIGN_NO_KEY,    /* no secret to check with */
};

/* Is there one that does not hold? The debugger can say why. */
static inline bool sign_state_differs(enum sign_state state)
{
    return state == SIGN_INVALID || state == SIGN_BAD_SHAPE;
}

struct sign_check {
    enum sign_state state;
    enum sign_kind kind;         /* algorithm used */
    bool kind_inferred;          /* sign_type absent or unknown: from the length, else MD5 */
    bool case_differs;           /* right but for letter case; INVALID unless `nocase` */
    char expected[SIGN_HEX_MAX]; /* in every state; "" without a secret */
    char received[SIGN_HEX_MAX]; /* "" when absent; cut to size when over-long */
};

/*
 * Checks the `sign` in `p`. The algorithm is that of `sign_type` if present and known, else it
 * follows from the signature's length. If that one does not hold and the length fits, no other is
 * tried: the reason is the debugger's work. `nocase`: the gateway dialect, which may answer in
 * lower case. `trace` receives the steps (may be NULL).
 */
void sign_verify(const struct params *p, const struct secret *secret, bool nocase,
                 struct sign_trace *trace, struct sign_check *out);

#endif
