/* SPDX-License-Identifier: MIT */
/* The table, and what its functions share. */
#include "io/call_follow.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

static const struct {
    const char *api;
    const struct refusal *(*serve)(struct call *c);
} served[] = {
    {"orderquery", follow_orderquery},
    {"closeorder", follow_closeorder},
    {"refund", follow_refund},
    {"refundquery", follow_refundquery},
    {"micropay", follow_micropay},
    {"reverse", follow_reverse},
    {"downloadbill", follow_downloadbill},
    {"querycontract", follow_querycontract},
    {"deletecontract", follow_deletecontract},
    {"pappayapply", follow_pappayapply},
    {"entrustweb", follow_entrustweb},
    {"deposit_orderquery", follow_orderquery},
    {"deposit_consume", follow_consume},
    {"deposit_refund", follow_refund},
    {"deposit_refundquery", follow_refundquery},
    {"deposit_reverse", follow_reverse},
    {"deposit_micropay", follow_micropay},
};

bool call_follow(struct call *c, const struct refusal **refused)
{
    for (size_t i = 0; i < ARRAY_COUNT(served); i++) {
        if (strcmp(served[i].api, c->spec->id) != 0)
            continue;
        c->follows = true;
        *refused = served[i].serve(c);
        return true;
    }
    return false;
}

/* ---- Fields ---- */

const char *follow_get(const struct call *c, const char *name)
{
    return params_has(&c->params, name) ? params_get(&c->params, name) : NULL;
}

void follow_put(struct call *c, const char *name, const char *value)
{
    if (value && value[0] && spec_reply_field(c->spec, name))
        params_set(&c->result, name, value, NULL);
}

void follow_put_fen(struct call *c, const char *name, int64_t fen)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)fen);
    follow_put(c, name, text);
}

/* yyyy-MM-dd HH:mm:ss; NULL for 0. */
static const char *moment(time_t t, char out[32])
{
    char s[TEXT_TIME_SIZE];
    text_time_write(t, s);
    snprintf(out, 32, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", s, s + 4, s + 6, s + 8, s + 10, s + 12);
    return t && s[0] ? out : NULL;
}

void follow_put_moment(struct call *c, const char *name, time_t t)
{
    char text[32];
    follow_put(c, name, moment(t, text));
}

void follow_put_nth(struct call *c, const char *name, size_t n, const char *value)
{
    char listed[PARAM_NAME_MAX], own[PARAM_NAME_MAX];
    snprintf(listed, sizeof(listed), "%s_$n", name);
    snprintf(own, sizeof(own), "%s_%zu", name, n);
    if (value && value[0] && spec_reply_field(c->spec, listed))
        params_set(&c->result, own, value, NULL);
}

void follow_put_fen_nth(struct call *c, const char *name, size_t n, int64_t fen)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)fen);
    follow_put_nth(c, name, n, text);
}

void follow_put_moment_nth(struct call *c, const char *name, size_t n, time_t t)
{
    char text[32];
    follow_put_nth(c, name, n, moment(t, text));
}

/* ---- Orders ---- */

static bool is_deposit_call(const struct call *c)
{
    return strncmp(c->spec->id, "deposit_", 8) == 0;
}

const struct refusal *follow_find_order(struct call *c)
{
    const char *transaction = follow_get(c, "transaction_id");
    const char *number = follow_get(c, "out_trade_no");
    struct order *o;

    if (transaction)
        o = ledger_by_transaction(c->ledger, c->merchant->mch_id, transaction);
    else
        o = ledger_find(c->ledger, c->merchant->mch_id, number ? number : "");
    if (!o)
        return refusal_row(transaction ? REFUSE_NO_TRANSACTION : REFUSE_NO_ORDER);
    if (order_is_deposit(o) != is_deposit_call(c))
        return refusal_row(REFUSE_NO_DEPOSIT);
    order_expire(o, c->now);
    c->order = o;
    return NULL;
}

static const char *request_value(const struct order *o, const char *name)
{
    return params_has(&o->request, name) ? params_get(&o->request, name) : NULL;
}

void follow_put_payment(struct call *c)
{
    static const char *const copied[] = {"device_info", "sub_openid", "fee_type", "attach"};
    const struct order *o = c->order;
    const struct field *openid = spec_reply_field(c->spec, "openid");
    const char *payer = request_value(o, "openid");
    char end[TEXT_TIME_SIZE];

    text_time_write(o->paid_at, end);
    follow_put(c, "openid", payer ? payer : openid ? openid->example : NULL);
    follow_put(c, "is_subscribe", "N");
    follow_put(c, "sub_is_subscribe", request_value(o, "sub_openid") ? "N" : NULL);
    follow_put(c, "trade_type", order_trade_type(o));
    follow_put(c, "bank_type", "OTHERS");
    follow_put_fen(c, "total_fee", o->total_fee);
    follow_put_fen(c, "cash_fee", o->total_fee);
    follow_put(c, "transaction_id", o->transaction_id);
    follow_put(c, "out_trade_no", o->out_trade_no);
    follow_put(c, "time_end", end);
    for (size_t i = 0; i < ARRAY_COUNT(copied); i++)
        follow_put(c, copied[i], request_value(o, copied[i]));
    follow_put(c, "contract_id", o->contract_id);
}
