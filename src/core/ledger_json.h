/* SPDX-License-Identifier: MIT */
/* The ledger written down and read again: one JSON object an order or contract. */
#ifndef CORE_LEDGER_JSON_H
#define CORE_LEDGER_JSON_H

#include "core/json.h"
#include "core/ledger.h"

/* One order with its refunds as JSON, for --data; no key is in it. The caller frees. */
struct json *order_json(const struct order *o);

/* Takes an order or a contract (contract_json()) in; one of the same merchant and number is
   replaced. Strict: what is damaged is ST_SYNTAX naming order and member, and changes nothing. */
enum status ledger_take(struct ledger *l, const struct json *j, struct err *err);

#endif
