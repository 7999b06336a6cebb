/* SPDX-License-Identifier: MIT */
#include "core/ledger_deposit.h"

enum consume_result ledger_consume(struct order *o, int64_t total, int64_t fee)
{
    if (!order_is_deposit(o))
        return CONSUME_NO_DEPOSIT;
    if (!order_is_paid(o))
        return CONSUME_NOT_PAID;
    if (total != o->total_fee)
        return CONSUME_TOTAL;
    if (o->consumed_fee)
        return o->consumed_fee == fee ? CONSUME_SAME : CONSUME_AGAIN;
    if (fee < 1 || fee > o->total_fee)
        return CONSUME_SUM;
    o->consumed_fee = fee;
    return CONSUME_DONE;
}
