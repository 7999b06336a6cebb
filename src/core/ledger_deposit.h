/* SPDX-License-Identifier: MIT */
/*
 * Consuming a deposit (facts/apis.md 6.12): part or all of it becomes the merchant's, the
 * rest goes back to the payer at once. Once a deposit.
 */
#ifndef CORE_LEDGER_DEPOSIT_H
#define CORE_LEDGER_DEPOSIT_H

#include "core/ledger.h"

enum consume_result {
    CONSUME_DONE,
    CONSUME_SAME,     /* consumed before, by the same amount: the answer to a repeat */
    CONSUME_AGAIN,    /* consumed before, by another amount */
    CONSUME_NOT_PAID, /* not paid, or returned */
    CONSUME_NO_DEPOSIT,
    CONSUME_TOTAL, /* total_fee is not the order's */
    CONSUME_SUM,   /* consume_fee is 0 or over the deposit */
};

/* Consumes `fee` of the deposit `o`, of which the request says that it is `total`; both in fen. */
enum consume_result ledger_consume(struct order *o, int64_t total, int64_t fee);

#endif
