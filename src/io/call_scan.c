/* SPDX-License-Identifier: MIT */
/*
 * micropay: the payer's code is scanned and the answer is the result. What it comes to is
 * chosen by the code's last four digits (README, "The sandbox"), or by a fault rule.
 */
#include <string.h>

#include "core/ledger_trade.h"
#include "io/call_follow.h"

#define CODE_DIGITS 18
#define TAIL 4

/* clang-format off */
static const struct {
    const char *tail, *code;
} outcomes[] = {
    {"9901", "USERPAYING"},
    {"9902", "NOTENOUGH"},
    {"9903", "AUTHCODEEXPIRE"},
    {"9904", "AUTH_CODE_ERROR"},
    {"9905", "AUTH_CODE_INVALID"},
    {"9906", "BANKERROR"},
    {"9907", "SYSTEMERROR"},
    {"9908", "NOTSUPORTCARD"},
    {"9909", "BUYER_MISMATCH"},
    {"9910", "TRADE_ERROR"},
};
/* clang-format on */

/* Codes behind which nobody knows yet whether the payer pays: to be queried, then reversed. */
static const char *const open_codes[] = {"USERPAYING", "BANKERROR", "SYSTEMERROR"};

static bool stays_open(const char *code)
{
    for (size_t i = 0; i < ARRAY_COUNT(open_codes); i++) {
        if (strcmp(open_codes[i], code) == 0)
            return true;
    }
    return false;
}

/* The code that an auth_code asks for and the API has; NULL: success. */
static const char *asked_for(const struct call *c, const char *auth_code)
{
    size_t len = strlen(auth_code);
    for (size_t i = 0; len == CODE_DIGITS && i < ARRAY_COUNT(outcomes); i++) {
        if (strcmp(auth_code + len - TAIL, outcomes[i].tail) == 0 &&
            spec_error(c->spec, outcomes[i].code, NULL, ERROR_BUSINESS))
            return outcomes[i].code;
    }
    return NULL;
}

/* 18 digits that begin with 10 to 15. */
static bool is_payment_code(const char *code)
{
    return strlen(code) == CODE_DIGITS && strspn(code, "0123456789") == CODE_DIGITS &&
           code[0] == '1' && code[1] <= '5';
}

/* A code is good once; the catalogue's example always is, or nobody could try twice. */
static bool was_used(struct call *c, const char *code)
{
    const struct field *f = spec_field(c->spec, "auth_code");
    if (f && f->example && strcmp(f->example, code) == 0)
        return false;
    for (size_t i = ledger_count(c->ledger); i-- > 0;) {
        const struct order *o = ledger_at(c->ledger, i);
        const char *used = params_get(&o->request, "auth_code");
        if (o != c->order && used && strcmp(used, code) == 0)
            return true;
    }
    return false;
}

static const struct refusal *refuse(struct call *c, const char *code)
{
    static const struct bi why = {"付款没有成功", "the payment did not succeed"};
    if (strcmp(code, "USERPAYING") == 0)
        return refusal_row(REFUSE_PAYING);
    return call_code(c, code, why);
}

/* The number again: what became of it, as far as it is known. */
static const struct refusal *again(struct call *c)
{
    switch (c->order->state) {
    case ORDER_USERPAYING:
        return refusal_row(REFUSE_PAYING);
    case ORDER_PAYERROR:
        return refuse(c, c->order->failure);
    default:
        return refusal_row(REFUSE_STATE);
    }
}

static const struct refusal *placed_before(struct call *c)
{
    static const enum refusal_id refused[] = {[PLACE_DIFFERS] = REFUSE_USED,
                                              [PLACE_PAID] = REFUSE_PAID,
                                              [PLACE_CLOSED] = REFUSE_CLOSED,
                                              [PLACE_FULL] = REFUSE_FULL};
    if (c->placed == PLACE_SAME)
        return again(c);
    if (c->placed == PLACE_CLOSED && c->order->state == ORDER_REVOKED)
        return refusal_row(REFUSE_REVERSED);
    return refusal_row(refused[c->placed]);
}

/* What the new order comes to. */
static const struct refusal *settle(struct call *c, const char *auth_code, const char *unique)
{
    static const struct bi said = {"付款码支付成功", "paid by the scanned code"};
    const char *code = c->wanted ? c->wanted : asked_for(c, auth_code);

    c->order->prepay_id[0] = '\0';
    c->order->prepay_until = 0;
    c->order->state = ORDER_USERPAYING;
    c->changed = true;
    if (!code && !is_payment_code(auth_code))
        code = "AUTH_CODE_INVALID";
    bool used = !code && was_used(c, auth_code);
    if (used)
        code = refusal_code(refusal_row(REFUSE_CODE_USED), c->spec);
    if (!code) {
        ledger_pay(c->order, c->now, unique);
        follow_put_payment(c);
        c->said = said;
        return NULL;
    }
    if (!stays_open(code))
        ledger_fail(c->order, c->now, code);
    return used ? refusal_row(REFUSE_CODE_USED) : refuse(c, code);
}

const struct refusal *follow_micropay(struct call *c)
{
    const char *auth_code = follow_get(c, "auth_code");
    char unique[CALL_UNIQUE + 1];

    call_letters(unique, CALL_UNIQUE);
    c->placed =
        ledger_place(c->ledger, c->spec, &c->params, c->kind, c->now, unique, &c->order, NULL);
    if (c->placed != PLACE_NEW)
        return placed_before(c);
    return settle(c, auth_code ? auth_code : "", unique);
}
