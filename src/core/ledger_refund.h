/* SPDX-License-Identifier: MIT */
/*
 * Refunds of the ledger's orders, of ordinary ones and of consumed deposits
 * (facts/apis.md 6.3, 6.4, 6.12).
 */
#ifndef CORE_LEDGER_REFUND_H
#define CORE_LEDGER_REFUND_H

#include "core/ledger.h"

#define REFUNDS_MAX 50                      /* partial refunds of one order */
#define REFUND_SECONDS (365 * 24 * 60 * 60) /* an order is refunded no later */
#define REFUND_PAGE 10                      /* refunds in one answer of refundquery */

enum refund_result {
    REFUND_NEW,
    REFUND_SAME,         /* the number was used for the same refund: it is that one */
    REFUND_DIFFERS,      /* the number was used for another amount or order */
    REFUND_NOT_PAID,     /* the order is not paid */
    REFUND_REVOKED,      /* reversed or closed: there is nothing to give back */
    REFUND_NOT_CONSUMED, /* a deposit is refunded after it was consumed */
    REFUND_TOTAL,        /* total_fee is not the order's */
    REFUND_SUM,          /* more than what is left */
    REFUND_MANY,         /* over REFUNDS_MAX */
    REFUND_TOO_LATE,
};

/*
 * Asks for a refund of `o` as the request `p` says (out_refund_no, total_fee, refund_fee). `*out`
 * (borrowed until the order's next refund) is the refund for REFUND_NEW, which is PROCESSING, and
 * REFUND_SAME; else NULL. `unique` is a random text that refund_id is made of.
 */
enum refund_result ledger_refund(struct ledger *l, struct order *o, const struct params *p,
                                 time_t now, const char *unique, struct refund **out);

/* PROCESSING -> what became of it. False from any other state. What was not given back can be asked
   for again. */
bool refund_settle(struct refund *r, enum refund_state how, time_t now);

/* By number; NULL if unknown. `*order` is whose it is. */
struct refund *ledger_refund_find(struct ledger *l, const char *mch_id, const char *out_refund_no,
                                  struct order **order);
struct refund *ledger_refund_by_id(struct ledger *l, const char *mch_id, const char *refund_id,
                                   struct order **order);

/* The refund of that number within an order; NULL. */
struct refund *order_refund(struct order *o, const char *out_refund_no);

/* Fen given back or on the way; fen that can still be refunded. */
int64_t order_refunded(const struct order *o);
int64_t order_refundable(const struct order *o);

#endif
