/* SPDX-License-Identifier: MIT */
/*
 * What the sandbox does by itself a little after a call: it makes an accepted deduction and
 * lets a refund arrive. One timer an item; what is under way when the sandbox ends is found
 * in the books and queued again.
 */
#ifndef IO_SETTLE_H
#define IO_SETTLE_H

#include "core/ledger.h"
#include "io/loop.h"

#define SETTLE_MS 3000 /* before the time scale */

struct settle;

/* Called when the time has come; `out_refund_no` is NULL for an order. */
typedef void (*settle_fn)(void *ctx, const char *mch_id, const char *out_trade_no,
                          const char *out_refund_no);

struct settle *settle_new(struct loop *loop, double time_scale, settle_fn fn, void *ctx);
void settle_free(struct settle *s); /* what waits is let go; NULL is fine */

/* Queues an order in state ACCEPT, or its refund `r`. */
void settle_add(struct settle *s, const struct order *o, const struct refund *r);

/* Queues all that is under way in a ledger. */
void settle_add_all(struct settle *s, struct ledger *l);

#endif
