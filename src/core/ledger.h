/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's ledger: orders by merchant and number, and the contracts beside them.
 *
 * A state machine without I/O: the gateway asks, the ledger answers with an order or with
 * why not. Times are parameters. Capped; the oldest unpaid order goes first. This file
 * places and finds; what may be done to an order is in ledger_trade, ledger_refund and
 * ledger_deposit, how it is written down in ledger_json.
 */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/base.h"
#include "core/ledger_contract.h"
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
    ORDER_ACCEPT, /* pappayapply: accepted, awaiting deduction */
    ORDER_STATE_COUNT
};
const char *order_state_name(enum order_state s); /* "NOTPAY" … */
bool order_state_read(const char *name, enum order_state *out);

/* facts/apis.md 6.4, refund_status_$n. */
enum refund_state {
    REFUND_PROCESSING,
    REFUND_SUCCESS,
    REFUND_CHANGE, /* to be handled by hand */
    REFUND_CLOSED, /* "REFUNDCLOSE" */
    REFUND_STATE_COUNT
};
const char *refund_state_name(enum refund_state s);
bool refund_state_read(const char *name, enum refund_state *out);

/* One refund of an order. */
struct refund {
    char out_refund_no[65];
    char refund_id[33];
    struct params request; /* as received, without sign */
    int64_t fee;           /* fen */
    enum refund_state state;
    time_t asked_at, settled_at; /* settled_at 0: PROCESSING */
};

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
    char contract_id[33];                  /* contractorder: "" until signed; pappayapply: whose */
    bool contract_refused;                 /* contract half refused when the order was placed */
    char failure[48];                      /* PAYERROR: the error code it failed with; "" */
    int64_t consumed_fee;                  /* of a deposit; 0: not consumed */
    struct refund *refunds;                /* in order of asking */
    size_t refund_count;
};

/* Is it a deposit, whichever call placed it? */
bool order_is_deposit(const struct order *o);

/* Was the payer's code scanned (micropay)? */
bool order_is_scanned(const struct order *o);

/* trade_type as queries and notifications say it: the request's, "MICROPAY", "PAP"; "" unknown. */
const char *order_trade_type(const struct order *o);

/* Is it paid: SUCCESS, or REFUND behind it? */
bool order_is_paid(const struct order *o);

/* Closes it if its time_expire is over; true if it is closed by that now. */
bool order_expire(struct order *o, time_t now);

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
struct order *ledger_by_transaction(struct ledger *l, const char *mch_id,
                                    const char *transaction_id);

/* Orders by index, in order of placing. */
size_t ledger_count(const struct ledger *l);
struct order *ledger_at(struct ledger *l, size_t index);

/* contractorder: is the contract_code of this merchant in use by another order's contract? */
bool ledger_contract_taken(const struct ledger *l, const char *mch_id, const char *contract_code,
                           const struct order *except);

/* The contracts: of contractorder, once paid, and of entrustweb. */
struct contracts *ledger_contracts(struct ledger *l);

/* Takes `o` (allocated, moved) in; one of the same merchant and number is replaced. False if there
   is no room: the order is freed then. */
bool ledger_put(struct ledger *l, struct order *o);
void order_free(struct order *o);

#endif
