/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's books on disk: one order, contract or notification on its way a line, the newest
 * line of a number wins.
 *
 * Written by appending, so that an order is recorded before it is answered at a cost that
 * does not grow; a line that a crash cut off is dropped. Nothing is created before the
 * first order. No key is in it; mode 0600.
 */
#ifndef IO_BOOKS_H
#define IO_BOOKS_H

#include "core/base.h"
#include "core/ledger.h"
#include "io/deliver_json.h"

struct books;

/*
 * Reads `dir`/sandbox.jsonl, if it is there, into `ledger`. A damaged line is ST_SYNTAX naming file
 * and line; another version is ST_UNSUPPORTED; a folder where nothing can be written ST_IO.
 */
enum status books_open(const char *dir, struct ledger *ledger, struct books **out, struct err *err);
void books_close(struct books *b);

/* Records an order with its refunds, or a contract, as it is now. */
enum status books_put(struct books *b, const struct order *o, struct err *err);
enum status books_put_contract(struct books *b, const struct contract *c, struct err *err);

/* Records what a notification's delivery has come to; nothing for one that keeps no record. */
enum status books_put_delivery(struct books *b, const struct delivery *v, time_t now,
                               struct err *err);

/* The deliveries that were under way when the books were written; borrowed until
   books_forget_deliveries(), after which there are none. */
const struct delivery_kept *books_deliveries(const struct books *b, size_t *count);
void books_forget_deliveries(struct books *b);

#endif
