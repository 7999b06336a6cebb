/* SPDX-License-Identifier: MIT */
/*
 * The lives of orders, deposits, contracts and refunds: tables of states and of what leads
 * from one to another.
 *
 * The states are trade_state, refund_status and contract_state of facts/apis.md 6; one that
 * the documents have no word for (a consumed deposit) is marked ours. Drawn as a picture,
 * asked for what may come next (core/next), and kept by the sandbox.
 */
#ifndef CORE_LIFE_H
#define CORE_LIFE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/lang.h"
#include "core/params.h"

enum life_kind {
    LIFE_ORDER,     /* unifiedorder, contractorder, wap */
    LIFE_MICROPAY,  /* the payer's code was scanned */
    LIFE_DEDUCTION, /* pappayapply: paid by contract */
    LIFE_DEPOSIT,
    LIFE_DEPOSIT_MICROPAY,
    LIFE_REFUND,
    LIFE_CONTRACT,
    LIFE_COUNT
};
struct bi life_kind_text(enum life_kind kind);

struct life_state {
    const char *name; /* as the API says it: "NOTPAY", contract_state "0" */
    struct bi text;   /* what it means, a few words */
    bool ends;        /* nothing leads out of it */
    bool ours;        /* no word of the documents */
};

/* Who or what makes a step. */
enum life_cause {
    LIFE_CALL,  /* the merchant calls the API `by` */
    LIFE_PAYER, /* the payer does it, in WeChat */
    LIFE_BANK,  /* WeChat or the bank, some time later */
    LIFE_TIME,  /* it expires */
};
struct bi life_cause_text(enum life_cause cause);

struct life_step {
    const char *from; /* state; NULL: the beginning */
    const char *to;
    enum life_cause cause;
    const char *by;    /* LIFE_CALL: id of the API; else NULL */
    const char *event; /* the notification that tells it: "payment" …; NULL: none, ask */
    struct bi text;    /* what happens, a few words */
};

/* The machine of a kind; both lists are in the order of drawing: the way of success first. */
const struct life_state *life_states(enum life_kind kind, size_t *count);
const struct life_step *life_steps(enum life_kind kind, size_t *count);

/* A state by name; NULL if the kind has none of that name. */
const struct life_state *life_state(enum life_kind kind, const char *name);

/* Does calling `api` lead out of `state` (a name, or NULL for the beginning)? */
bool life_can(enum life_kind kind, const char *state, const char *api);

/* What a reply of `api` tells: of which machine, and which state. */
struct life_point {
    enum life_kind kind;
    const char *state; /* a name of the tables; NULL: it does not tell */
};

/*
 * Reads a reply (business fields as received; `code` is its error code, "" or NULL for success) of
 * an API, whose request (may be NULL) supplies what the reply does not repeat. A query's trade_type
 * tells a micropay or deduction from an ordinary order. False: the API has no life (a bill).
 */
bool life_read(const char *api, const struct params *request, const struct params *reply,
               const char *code, struct life_point *out);

#endif
