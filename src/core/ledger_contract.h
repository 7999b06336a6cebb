/* SPDX-License-Identifier: MIT */
/*
 * The ledger's contracts (委托代扣协议): opened by entrustweb's page or signed with a
 * contractorder, queried, deducted by, terminated.
 *
 * A contract is known by merchant, template and the merchant's own contract_code; once
 * signed it has WeChat's contract_id. Pure: times are parameters.
 */
#ifndef CORE_LEDGER_CONTRACT_H
#define CORE_LEDGER_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "core/base.h"
#include "core/json.h"
#include "core/params.h"
#include "core/sign.h"

#define CONTRACTS_MAX 10000
#define CONTRACT_YEARS 20 /* how long one holds unless it is terminated */

/* facts/apis.md 6.8, contract_state. */
enum contract_state {
    CONTRACT_SIGNED = 0,
    CONTRACT_NONE = 1, /* given up or terminated */
    CONTRACT_SIGNING = 9,
};

/* facts/apis.md 4.2, contract_termination_mode. */
enum contract_termination {
    TERMINATED_NOT = 0,
    TERMINATED_EXPIRED = 1,
    TERMINATED_BY_USER = 2,
    TERMINATED_BY_API = 3,
};

struct contract {
    char *mch_id;
    char plan_id[33];
    char contract_code[129];
    char contract_id[33]; /* "" until signed */
    char *api;            /* id of the spec that opened it */
    char *out_trade_no;   /* contractorder's; "" */
    struct params request;
    enum sign_kind kind; /* algorithm of the request: notifications use it too */
    enum contract_state state;
    enum contract_termination termination;
    char *remark; /* contract_termination_remark; "" */
    time_t opened_at, signed_at, ended_at, expires_at;
};

/* Zeroed is valid and empty. */
struct contracts {
    struct contract **items; /* in order of opening */
    size_t count, cap;
};
void contracts_clear(struct contracts *all);

/* By merchant, template (NULL: any) and contract_code; by WeChat's number. NULL if unknown. */
struct contract *contracts_find(const struct contracts *all, const char *mch_id,
                                const char *plan_id, const char *contract_code);
struct contract *contracts_by_id(const struct contracts *all, const char *mch_id,
                                 const char *contract_id);

/*
 * Opens a contract for a request with plan_id and contract_code (of entrustweb or contractorder):
 * SIGNING. The one that is being signed already under that code is given again. NULL: the code is
 * in use, or there is no room; `*full` (may be NULL) tells which.
 */
struct contract *contracts_open(struct contracts *all, const char *api, const struct params *p,
                                enum sign_kind kind, time_t now, bool *full);

/* SIGNING -> SIGNED, and WeChat's number is made of the day and `digits` (10 of them are used).
   False from any other state. */
bool contract_sign(struct contract *c, time_t now, const char *digits);

/* SIGNING -> NONE: the payer gives up. SIGNED -> NONE: terminated. False if it was NONE. */
bool contract_end(struct contract *c, enum contract_termination how, const char *remark,
                  time_t now);

/* Ends it if its time is over. */
bool contract_expire(struct contract *c, time_t now);

/* The address of its notifications: contract_notify_url, or entrustweb's notify_url; NULL. */
const char *contract_notify_url(const struct contract *c);

/* As JSON with a member "contract", for --data; the caller frees. */
struct json *contract_json(const struct contract *c);

/* Takes such a contract in; one of the same merchant, template and code is replaced. Strict: what
   is damaged is ST_SYNTAX naming contract and member, and changes nothing. */
enum status contracts_take(struct contracts *all, const struct json *j, struct err *err);

#endif
