/* SPDX-License-Identifier: MIT */
/* Refunds asked for and looked up. */
#include "core/ledger_refund.h"

#include <stdlib.h>
#include <string.h>

#include "io/call_follow.h"

#define SOURCE "REFUND_SOURCE_UNSETTLED_FUNDS" /* the documented default */

const struct refusal *follow_refund(struct call *c)
{
    static const struct bi fresh = {"受理了退款", "accepted the refund"};
    static const struct bi again = {"同一退款单号再次请求，返回原来的结果",
                                    "the same refund number again: the same refund"};
    static const enum refusal_id refused[] = {
        [REFUND_DIFFERS] = REFUSE_REFUND_DIFFERS,
        [REFUND_NOT_PAID] = REFUSE_NOT_PAID,
        [REFUND_REVOKED] = REFUSE_GIVEN_BACK,
        [REFUND_NOT_CONSUMED] = REFUSE_NOT_CONSUMED,
        [REFUND_TOTAL] = REFUSE_TOTAL,
        [REFUND_SUM] = REFUSE_REFUND_SUM,
        [REFUND_MANY] = REFUSE_REFUND_MANY,
        [REFUND_TOO_LATE] = REFUSE_REFUND_LATE,
    };
    char unique[CALL_UNIQUE + 1];
    struct refund *refund;
    const struct refusal *r = follow_find_order(c);
    if (r)
        return r;
    call_letters(unique, CALL_UNIQUE);
    enum refund_result done =
        ledger_refund(c->ledger, c->order, &c->params, c->now, unique, &refund);
    if (!refund)
        return refusal_row(refused[done]);
    follow_put(c, "transaction_id", c->order->transaction_id);
    follow_put(c, "out_trade_no", c->order->out_trade_no);
    follow_put(c, "out_refund_no", refund->out_refund_no);
    follow_put(c, "refund_id", refund->refund_id);
    follow_put_fen(c, "refund_fee", refund->fee);
    follow_put_fen(c, "total_fee", c->order->total_fee);
    follow_put(c, "fee_type", params_get(&c->order->request, "fee_type"));
    follow_put_fen(c, "cash_fee", c->order->total_fee);
    follow_put_fen(c, "cash_refund_fee", refund->fee);
    c->refund = done == REFUND_NEW ? refund : NULL;
    c->changed = done == REFUND_NEW;
    c->said = done == REFUND_NEW ? fresh : again;
    return NULL;
}

/* ---- Looking up ---- */

static void put_refund(struct call *c, const struct refund *r, size_t n)
{
    bool given = params_has(&r->request, "refund_account");
    follow_put_nth(c, "out_refund_no", n, r->out_refund_no);
    follow_put_nth(c, "refund_id", n, r->refund_id);
    follow_put_nth(c, "refund_channel", n, "ORIGINAL");
    follow_put_fen_nth(c, "refund_fee", n, r->fee);
    follow_put_nth(c, "refund_status", n, refund_state_name(r->state));
    follow_put_nth(c, "refund_account", n,
                   given ? params_get(&r->request, "refund_account") : SOURCE);
    follow_put_nth(c, "refund_recv_accout", n, "支付用户的零钱");
    if (r->state == REFUND_SUCCESS)
        follow_put_moment_nth(c, "refund_success_time", n, r->settled_at);
}

/* By a refund's own number: that refund alone. */
static const struct refund *find_one(struct call *c)
{
    const char *id = follow_get(c, "refund_id"), *number = follow_get(c, "out_refund_no");
    const char *mch_id = c->merchant->mch_id;
    return id ? ledger_refund_by_id(c->ledger, mch_id, id, &c->order)
              : ledger_refund_find(c->ledger, mch_id, number, &c->order);
}

static void put_order(struct call *c, size_t count)
{
    follow_put(c, "transaction_id", c->order->transaction_id);
    follow_put(c, "out_trade_no", c->order->out_trade_no);
    follow_put_fen(c, "total_fee", c->order->total_fee);
    follow_put(c, "fee_type", params_get(&c->order->request, "fee_type"));
    follow_put_fen(c, "cash_fee", c->order->total_fee);
    follow_put_fen(c, "refund_count", (int64_t)count);
}

/* By the order's number: ten from `offset` on. */
static const struct refusal *query_page(struct call *c)
{
    const char *given = follow_get(c, "offset");
    size_t offset = given ? strtoul(given, NULL, 10) : 0;
    const struct refusal *r = follow_find_order(c);
    if (r)
        return r;
    const struct order *o = c->order;
    if (!o->refund_count)
        return refusal_row(REFUSE_NO_REFUND);
    if (offset >= o->refund_count)
        return refusal_row(REFUSE_OFFSET);
    size_t count = o->refund_count - offset;
    count = count > REFUND_PAGE ? REFUND_PAGE : count;
    follow_put_fen(c, "total_refund_count", (int64_t)o->refund_count);
    put_order(c, count);
    for (size_t i = 0; i < count; i++)
        put_refund(c, &o->refunds[offset + i], i);
    return NULL;
}

const struct refusal *follow_refundquery(struct call *c)
{
    static const struct bi said = {"查询了退款", "looked up refunds"};
    c->said = said;
    if (!follow_get(c, "refund_id") && !follow_get(c, "out_refund_no"))
        return query_page(c);
    const struct refund *one = find_one(c);
    bool deposit = strncmp(c->spec->id, "deposit_", 8) == 0;
    if (!one || order_is_deposit(c->order) != deposit)
        return refusal_row(REFUSE_NO_REFUND);
    put_order(c, 1);
    put_refund(c, one, 0);
    return NULL;
}
