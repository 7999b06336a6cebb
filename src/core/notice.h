/* SPDX-License-Identifier: MIT */
/*
 * A notification that arrived: bytes -> verdict.
 *
 * Tells which event it is, whose it is (the profile is picked by mch_id and appid), whether
 * its signature holds (the algorithm follows from its length when sign_type is absent) or
 * its req_info decrypts, and what our own records say against it. All fields are kept and
 * signed over, known or not. Nothing is answered or stored here.
 */
#ifndef CORE_NOTICE_H
#define CORE_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/event.h"
#include "core/findings.h"
#include "core/json.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/sign.h"
#include "core/xml.h"

enum notice_trust {
    NOTICE_UNREADABLE, /* not judged: no flat XML */
    NOTICE_NO_KEY,     /* not judged: no profile with a key for this merchant */
    NOTICE_UNSIGNED,
    NOTICE_FORGED,  /* the signature does not hold, or req_info does not decrypt */
    NOTICE_GENUINE, /* made by somebody who knows the key */
};
struct bi notice_trust_text(enum notice_trust t);

/* What our records say about a notification. Zeroed: there are no records to ask. */
struct notice_known {
    bool asked;                              /* there are records of orders sent */
    bool order;                              /* and the order is among them */
    bool deposit;                            /* it is a deposit */
    int64_t total_fee;                       /* of the order; 0: not known */
    const char *appid, *mch_id, *sub_mch_id; /* of the order; NULL: not known; borrowed */
    bool has_kind;
    enum sign_kind kind;  /* algorithm that signed the order */
    bool seen;            /* the same event of the same transaction was acknowledged before */
    int64_t seen_fee;     /* and this was its amount then (notice_fee_name()); 0: not known */
    bool seen_other;      /* but all of those told another outcome: of a failure, say */
    bool seen_paid;       /* and one of them a success */
    bool refused;         /* not acknowledged, it came with the same outcome and fee before */
    const char *other;    /* order for which this transaction was acknowledged; NULL; borrowed */
    const char *paid_by;  /* another transaction that paid the order; NULL; borrowed */
    int64_t refund_fee;   /* of the refund that was asked for; 0: not known */
    bool earlier_missing; /* what must come before it has not come: no payment before a refund */
    bool later_seen;      /* what comes after it has been here already */
};

struct notice;

/* Asked once the notification is read and its signature judged. */
typedef void (*notice_known_fn)(void *ctx, const struct notice *n, struct notice_known *out);

struct notice_context {
    const struct events *events;
    /* The current one first. One without mch_id is a bare key: tried for any merchant. */
    const struct profile *const *profiles;
    size_t profile_count;
    notice_known_fn known; /* NULL: no records */
    void *ctx;
};

/* Zeroed is valid. */
struct notice {
    enum event_kind kind;
    const struct event *event; /* borrowed; NULL for EVENT_UNKNOWN */
    bool gateway;              /* dialect: decides the form of the answer */
    enum notice_trust trust;
    struct params params; /* as received, in order */
    struct params inner;  /* inside req_info, once decrypted */
    struct xml_info xml;
    struct err parse_error;        /* of the document, or of the one inside req_info */
    const struct profile *profile; /* whose key was used; borrowed; NULL if none */
    struct sign_check sign;
    struct sign_trace trace; /* steps of the check, over `params` */
    struct notice_known known;
    bool key_inside; /* one of our keys was in it: everything here has "****" in its place */
    bool duplicate;  /* the same, with the same outcome, was here before */
    bool paid;       /* says that money moved: result_code, pay_result … */
    struct findings findings; /* an error: auto does not acknowledge it */
};

/* Judges `len` bytes of a POST. `c` must outlive `out`. `out` (zeroed or valid) is reused. A key
   that somebody sent back to us is in none of it: the signature is judged over the bytes received,
   and the key of every profile is taken out before anything is said. */
void notice_read(const struct notice_context *c, const char *data, size_t len, struct notice *n);
void notice_clear(struct notice *n);

/* Takes the keys out of the bytes that were read as well, before they are shown or kept. A body
   that holds one in disguise (character references, another encoding) is written anew from what was
   read. True if there was one. */
bool notice_redact_body(const struct notice_context *c, const struct notice *n, struct buf *body);

/* Same for any other text that came along. */
bool notice_redact(const struct notice_context *c, struct buf *text);

/* Says that a key was in it, once. */
void notice_say_key(struct notice *n);

/* A value, of the inner document or the outer; NULL if absent or empty. */
const char *notice_get(const struct notice *n, const char *name);

/* The number that the merchant gave what it is about: an order's, or a contract's code. The
   journal keeps it under this. NULL if it names none. */
const char *notice_order(const struct notice *n);

/* Which field says how much money it is about: "refund_fee" of a refund, else "total_fee". */
const char *notice_fee_name(const struct notice *n);

/* Do two of the same event tell the same: both success, or the same failure? */
bool notice_same_outcome(const struct notice *a, const struct notice *b);

/* Is it of an order that was deducted under a contract? */
bool notice_is_deduction(const struct notice *n);

/* The platform's number of the event, of a refund before that of its payment: by it a repeat is
   known. NULL if it has none. */
const char *notice_transaction(const struct notice *n);

/* Genuine, and nothing found against it: what the mode "auto" acknowledges. */
bool notice_is_good(const struct notice *n);

/* Why it is not: for return_msg, in Chinese as the platform speaks, at most 128 bytes. */
const char *notice_reason(const struct notice *n);

/* Adds "event", "sign_valid", "duplicate", "fields" and "findings" of INTERFACE.md's `listen`. */
void notice_json(const struct notice *n, struct json *object);

#endif
