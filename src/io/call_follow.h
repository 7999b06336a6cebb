/* SPDX-License-Identifier: MIT */
/*
 * What follows an order: queries, closing, refunds, micropay, reversals, contracts,
 * deposits, the bill (facts/apis.md 6). One function an API, chosen by the spec's id; an
 * API of a user's own file is none of them.
 *
 * Each looks into the ledger, moves it or refuses, and puts the answer's business fields
 * together; nothing is sent or written here.
 */
#ifndef IO_CALL_FOLLOW_H
#define IO_CALL_FOLLOW_H

#include "io/call.h"

/* Serves a checked call if it is one of these and sets `follows`; `*refused` is what with. */
bool call_follow(struct call *c, const struct refusal **refused);

/* The functions, by file. */
const struct refusal *follow_orderquery(struct call *c); /* call_order.c */
const struct refusal *follow_closeorder(struct call *c);
const struct refusal *follow_reverse(struct call *c);
const struct refusal *follow_consume(struct call *c);
const struct refusal *follow_refund(struct call *c); /* call_refund.c */
const struct refusal *follow_refundquery(struct call *c);
const struct refusal *follow_micropay(struct call *c);    /* call_scan.c */
const struct refusal *follow_pappayapply(struct call *c); /* call_contract.c */
const struct refusal *follow_querycontract(struct call *c);
const struct refusal *follow_deletecontract(struct call *c);
const struct refusal *follow_entrustweb(struct call *c);
const struct refusal *follow_downloadbill(struct call *c); /* call_bill.c */

/* A value of the request; NULL if it is absent or empty. */
const char *follow_get(const struct call *c, const char *name);

/* Adds a field to the answer if the spec lists it and there is a value. */
void follow_put(struct call *c, const char *name, const char *value);
void follow_put_fen(struct call *c, const char *name, int64_t fen);
void follow_put_moment(struct call *c, const char *name,
                       time_t t); /* yyyy-MM-dd HH:mm:ss; 0: not */

/* Same with the number of a list behind the name: refund_fee_$n. */
void follow_put_nth(struct call *c, const char *name, size_t n, const char *value);
void follow_put_fen_nth(struct call *c, const char *name, size_t n, int64_t fen);
void follow_put_moment_nth(struct call *c, const char *name, size_t n, time_t t);

/* The order that the call means, by transaction_id (which wins) or out_trade_no, into c->order. A
   deposit is found by deposit/ calls alone, and no other order is. */
const struct refusal *follow_find_order(struct call *c);

/* The fields of a payment (facts/apis.md 4.1) of c->order, which is paid. */
void follow_put_payment(struct call *c);

#endif
