/* SPDX-License-Identifier: MIT */
/*
 * Paying, failing, closing and reversing the ledger's orders: who may do what when
 * (facts/apis.md 6.1, 6.2, 6.6, 6.7, 6.10; core/life has the same as a picture).
 */
#ifndef CORE_LEDGER_TRADE_H
#define CORE_LEDGER_TRADE_H

#include "core/ledger.h"

#define CLOSE_SECONDS (5 * 60)             /* an order is closed no sooner: facts/apis.md 6 */
#define REVERSE_SECONDS (7 * 24 * 60 * 60) /* and a payment reversed no later */

enum trade_result {
    TRADE_DONE,
    TRADE_PAID,        /* it is paid already */
    TRADE_CLOSED,      /* closed, expired or reversed */
    TRADE_WRONG_STATE, /* it has failed, or waits for something else */
    TRADE_TOO_EARLY,   /* closing: younger than CLOSE_SECONDS */
    TRADE_TOO_LATE,    /* reversing: paid longer ago than REVERSE_SECONDS */
    TRADE_NOT_SCANNED, /* reversing: no micropay */
    TRADE_REFUNDED,    /* reversing: money went back already */
    TRADE_CONSUMED,    /* reversing: the deposit was consumed */
};

/* NOTPAY, USERPAYING, ACCEPT -> SUCCESS, with a transaction_id made of `unique`. */
enum trade_result ledger_pay(struct order *o, time_t now, const char *unique);

/* The same states -> PAYERROR; `code` says why. */
enum trade_result ledger_fail(struct order *o, time_t now, const char *code);

/* NOTPAY -> CLOSED. */
enum trade_result ledger_close(struct order *o, time_t now);

/* USERPAYING, SUCCESS, PAYERROR of a micropay, SUCCESS of a deposit -> REVOKED; doing it again is
   TRADE_DONE. */
enum trade_result ledger_reverse(struct order *o, time_t now);

/* The documented code for a result; NULL for TRADE_DONE. */
const char *trade_code(enum trade_result r);

#endif
