/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's books: orders by merchant and number, and what may be done to them.
 *
 * A state machine without I/O: the gateway asks, the ledger answers with an order or the
 * documented error code. Times are parameters. Capped; the oldest unpaid order goes first.
 */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/base.h"
#include "core/json.h"
#include "core/params.h"
#include "core/sign.h"
#include "core/spec.h"

#define LEDGER_ORDERS_MAX 10000

/* facts/apis.md 6.1, trade_state. */
enum order_state {
    ORDER_NOTPAY,
    ORDER_SUCCESS,
    ORDER_REFUND,
    ORDER_CLOSED,
    ORDER_REVOKED,
    ORDER_USERPAYING,
    ORDER_PAYERROR,
    ORDER_STATE_COUNT
};
const char *order_state_name(enum order_state s); /* "NOTPAY" … */

struct order {
    char *mch_id;
    char *out_trade_no;
    char *api;             /* id of the spec that placed it */
    struct params request; /* as received, without sign */
    enum sign_kind kind;   /* algorithm of the order: notifications use it too */
    enum order_state state;
    char prepay_id[65];
    char transaction_id[33]; /* "" until paid */
    int64_t total_fee;
    time_t placed_at, paid_at, expires_at; /* 0: not */
    time_t prepay_until;                   /* prepay_id's two hours */
    char contract_id[33];                  /* contractorder: "" until signed */
    bool contract_refused;                 /* contract half refused when the order was placed */
};

struct ledger;

struct ledger *ledger_new(void);
void ledger_free(struct ledger *l);

/* What placing an order came to. */
enum place_result {
    PLACE_NEW,
    PLACE_SAME,    /* same number, same parameters (nonce_str, sign, times aside): same prepay_id */
    PLACE_DIFFERS, /* same number, other parameters or API: OUT_TRADE_NO_USED */
    PLACE_PAID,    /* ORDERPAID */
    PLACE_CLOSED,  /* ORDERCLOSED */
    PLACE_FULL,    /* no room: SYSTEMERROR */
};

/*
 * Places an order, or finds the one of that number. `*out` (borrowed) is the order in all cases but
 * PLACE_FULL; for PLACE_DIFFERS `differs` (may be NULL) gets the names that differ. An order past
 * its time_expire is closed. `unique` is a random text that prepay_id is made of.
 */
enum place_result ledger_place(struct ledger *l, const struct spec *spec, const struct params *p,
                               enum sign_kind kind, time_t now, const char *unique,
                               struct order **out, struct params *differs);

/* By merchant and number; NULL if unknown. */
struct order *ledger_find(struct ledger *l, const char *mch_id, const char *out_trade_no);
struct order *ledger_by_prepay(struct ledger *l, const char *prepay_id);

/* Orders by index, in order of placing. */
size_t ledger_count(const struct ledger *l);
struct order *ledger_at(struct ledger *l, size_t index);

/* The paying user and the closing merchant: NOTPAY -> SUCCESS, CLOSED. False from any other state,
   and after expiry (which closes it); `*code` (may be NULL) is then the documented error code. */
bool ledger_pay(struct ledger *l, struct order *o, time_t now, const char *unique,
                const char **code);
bool ledger_close(struct ledger *l, struct order *o, time_t now, const char **code);

/* contractorder: is the contract_code of this merchant in use by another order's contract? */
bool ledger_contract_taken(const struct ledger *l, const char *mch_id, const char *contract_code,
                           const struct order *except);

/* One order as JSON, for --data; no key is in it. The caller frees. */
struct json *order_json(const struct order *o);

/* Takes such an order in; one of the same merchant and number is replaced. Strict: what is damaged
   is ST_SYNTAX naming order and member, and changes nothing. */
enum status ledger_take(struct ledger *l, const struct json *j, struct err *err);

#endif
