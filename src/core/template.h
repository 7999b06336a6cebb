/* SPDX-License-Identifier: MIT */
/*
 * A notification to be sent: event + order + profile -> fields -> signed bytes.
 *
 * What the sandbox delivers and what `trigger` posts is built here, so both look the same:
 * fields in name order, every value in CDATA, the order's algorithm, a refund's content
 * encrypted. Pure: times and numbers come in a seed.
 */
#ifndef CORE_TEMPLATE_H
#define CORE_TEMPLATE_H

#include <stdbool.h>
#include <time.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/event.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/sign.h"

/* What generated fields are made of. */
struct template_seed {
    time_t now;
    char nonce[33];
    char digits[25]; /* 24 random digits: transaction, refund and contract numbers */
};

struct template_source {
    const struct event *event;
    const struct params *order;    /* as it was sent; NULL: none */
    const struct params *given;    /* what the user set: wins over all else; NULL: nothing */
    const struct profile *profile; /* NULL: none */
    const char *transaction_id;    /* of an order that was paid before; NULL or "": a new one */
    const char *contract_id;       /* likewise */
    struct template_seed seed;
    /* One that was received and is sent again takes the place of order, profile and table: the
       document and what was inside, as they were read. NULL: none. */
    const struct params *received, *received_inner;
};

/* The fields of one notification. Zeroed is valid. */
struct template
{
    const struct event *event;
    struct params params; /* the document; of a sealed event without req_info */
    struct params inner;  /* sealed: the document inside */
};
void template_clear(struct template *t);

/* The number of what it tells about: of the order, or a contract's code. NULL: it has none. */
const char *template_order(const struct template *t);

/*
 * Fills `out` (zeroed or valid): what was given, then what the event's table says, then the
 * order's and the profile's value of the same name, then the example of what must be there. A name
 * in `given` that the event does not have is ST_ARGUMENT with the nearest; so is req_info given
 * together with fields of its inside. Of what was received all fields stay, known or not, but the
 * signature and the nonce.
 */
enum status template_fill(const struct template_source *s, struct template *out, struct err *err);

/*
 * The algorithm that signs it: sign_type in `given`, `chosen` (NULL: --sign-type is not there), the
 * event's own, that of what was received, the profile's, MD5. ST_ARGUMENT if one of the first two
 * would have no say: the event is encrypted or always signed with another, the signature itself is
 * in `given`, or the two differ.
 */
enum status template_kind(const struct template_source *s, const enum sign_kind *chosen,
                          enum sign_kind *out, struct err *err);

/* Does `given` hold what else is computed, the signature or req_info? It may be empty: none. */
bool template_is_signed(const struct template_source *s);

/* Coupons in an order's notification: less cash, and of the fields for them those that the event
   has (of WeChat three a coupon). */
void template_add_coupons(struct template *t);

/* Adds one fen to the amounts: validly signed, but not what was ordered. */
void template_alter_amount(struct template *t);

/* What the notification tells of is a payment that failed with this code. */
void template_tell_failure(struct template *t, const char *code);

/* Says sign_type if `kind` is HMAC-SHA256, the event has that field and it is not there. */
void template_say_kind(struct template *t, enum sign_kind kind);

struct template_sign {
    enum sign_kind kind;
    const struct secret *key;
    bool with_type; /* template_say_kind(), as most SDKs need; false: leave away also what
                       the order had, unless the user set it */
    bool unsigned_; /* leave the signature away; sealed: req_info too */
    bool forged;    /* with a key that is not the merchant's */
    bool bad;       /* one digit differs */
};

/*
 * Appends the bytes of the POST; `trace` (may be NULL) gets the steps of the signature over
 * t->params, to which `sign` (or req_info) was added unless it was given. ST_ARGUMENT: no key, or a
 * value that XML cannot hold.
 */
enum status template_write(struct template *t, const struct template_sign *how,
                           struct sign_trace *trace, struct buf *body, struct err *err);

/* The headers that the platform sends besides Content-Type, NULL-terminated. */
const char *const *template_headers(void);
#define TEMPLATE_CONTENT_TYPE "text/xml"

#endif
