/* SPDX-License-Identifier: MIT */
/* Each function first asks what the state allows, then moves it: nothing is half done. */
#include "core/ledger_trade.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

const char *trade_code(enum trade_result r)
{
    static const char *const codes[] = {
        [TRADE_DONE] = NULL,
        [TRADE_PAID] = "ORDERPAID",
        [TRADE_CLOSED] = "ORDERCLOSED",
        [TRADE_WRONG_STATE] = "TRADE_STATE_ERROR",
        [TRADE_TOO_EARLY] = "TRADE_STATE_ERROR",
        [TRADE_TOO_LATE] = "REVERSE_EXPIRE",
        [TRADE_NOT_SCANNED] = "TRADE_ERROR",
        [TRADE_REFUNDED] = "TRADE_ERROR",
        [TRADE_CONSUMED] = "TRADE_ERROR",
    };
    return codes[r];
}

/* Why an order that does not wait for its payer cannot be paid, failed or closed. */
static enum trade_result settled(const struct order *o)
{
    switch (o->state) {
    case ORDER_SUCCESS:
    case ORDER_REFUND:
        return TRADE_PAID;
    case ORDER_CLOSED:
    case ORDER_REVOKED:
        return TRADE_CLOSED;
    default:
        return TRADE_WRONG_STATE;
    }
}

static bool is_waiting(const struct order *o)
{
    return o->state == ORDER_NOTPAY || o->state == ORDER_USERPAYING || o->state == ORDER_ACCEPT;
}

/* 28 digits, as WeChat's: 4200, the day, and what makes it unique. */
static void make_transaction(struct order *o, const char *unique)
{
    char stamp[TEXT_TIME_SIZE];
    text_time_write(o->paid_at, stamp);
    size_t len = (size_t)snprintf(o->transaction_id, sizeof(o->transaction_id), "4200%.8s", stamp);
    for (; len < 28; len++) {
        o->transaction_id[len] = (char)('0' + (unsigned char)*unique % 10);
        unique += *unique != '\0';
    }
    o->transaction_id[len] = '\0';
}

enum trade_result ledger_pay(struct order *o, time_t now, const char *unique)
{
    order_expire(o, now);
    if (!is_waiting(o))
        return settled(o);
    o->state = ORDER_SUCCESS;
    o->paid_at = now;
    make_transaction(o, unique);
    return TRADE_DONE;
}

enum trade_result ledger_fail(struct order *o, time_t now, const char *code)
{
    order_expire(o, now);
    if (!is_waiting(o))
        return settled(o);
    o->state = ORDER_PAYERROR;
    snprintf(o->failure, sizeof(o->failure), "%s", code);
    return TRADE_DONE;
}

enum trade_result ledger_close(struct order *o, time_t now)
{
    order_expire(o, now);
    if (o->state != ORDER_NOTPAY)
        return settled(o);
    if (now < o->placed_at + CLOSE_SECONDS)
        return TRADE_TOO_EARLY;
    o->state = ORDER_CLOSED;
    return TRADE_DONE;
}

enum trade_result ledger_reverse(struct order *o, time_t now)
{
    if (!order_is_scanned(o) && !order_is_deposit(o))
        return TRADE_NOT_SCANNED;
    if (o->state == ORDER_REVOKED)
        return TRADE_DONE;
    if (o->consumed_fee)
        return TRADE_CONSUMED;
    if (o->state == ORDER_REFUND)
        return TRADE_REFUNDED;
    if (o->state == ORDER_CLOSED)
        return TRADE_CLOSED;
    if (o->state == ORDER_NOTPAY || (o->state == ORDER_PAYERROR && !order_is_scanned(o)))
        return TRADE_WRONG_STATE;
    if (o->paid_at && now > o->paid_at + REVERSE_SECONDS)
        return TRADE_TOO_LATE;
    o->state = ORDER_REVOKED;
    return TRADE_DONE;
}
