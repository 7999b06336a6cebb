/* SPDX-License-Identifier: MIT */
/*
 * What older books lack (refunds, failure, consumed_fee) may be absent; what is there must
 * be right.
 */
#include "core/ledger_json.h"

#include <stdlib.h>
#include <string.h>

#include "core/ledger_refund.h"
#include "core/text.h"

/* ---- Writing ---- */

static struct json *refund_json(const struct refund *r)
{
    struct json *j = json_new_object();
    json_add_string(j, "out_refund_no", r->out_refund_no);
    json_add_string(j, "refund_id", r->refund_id);
    json_add_params(j, "request", &r->request);
    json_add_string(j, "state", refund_state_name(r->state));
    json_add_int(j, "asked_at", r->asked_at);
    json_add_int(j, "settled_at", r->settled_at);
    return j;
}

struct json *order_json(const struct order *o)
{
    struct json *j = json_new_object(), *refunds = json_new_array();
    json_add_string(j, "mch_id", o->mch_id);
    json_add_string(j, "out_trade_no", o->out_trade_no);
    json_add_string(j, "api", o->api);
    json_add_params(j, "request", &o->request);
    json_add_string(j, "sign_type", sign_kind_name(o->kind));
    json_add_string(j, "state", order_state_name(o->state));
    json_add_string(j, "prepay_id", o->prepay_id);
    json_add_string(j, "transaction_id", o->transaction_id);
    json_add_int(j, "placed_at", o->placed_at);
    json_add_int(j, "paid_at", o->paid_at);
    json_add_int(j, "expires_at", o->expires_at);
    json_add_int(j, "prepay_until", o->prepay_until);
    json_add_string(j, "contract_id", o->contract_id);
    json_add_bool(j, "contract_refused", o->contract_refused);
    json_add_string(j, "failure", o->failure);
    json_add_int(j, "consumed_fee", o->consumed_fee);
    for (size_t i = 0; i < o->refund_count; i++)
        json_push(refunds, refund_json(&o->refunds[i]));
    json_add(j, "refunds", refunds);
    return j;
}

/* ---- Reading ---- */

static enum status damaged(const char *number, const char *member, struct err *err)
{
    return err_set(
        err, ST_SYNTAX,
        SAY("沙箱账本已损坏", "订单 %s 的成员 %s 缺失或不合格式", "改正它，或删除该文件后重新开始"),
        SAY("the sandbox's books are damaged", "member %2$s of order %1$s is missing or malformed",
            "mend it, or remove the file to start afresh"),
        number, member);
}

static bool take_text(const struct json *j, const char *name, char *out, size_t size)
{
    const char *s = json_string(json_get(j, name));
    if (!s || strlen(s) >= size)
        return false;
    memcpy(out, s, strlen(s) + 1);
    return true;
}

static bool take_time(const struct json *j, const char *name, time_t *out)
{
    const struct json *n = json_get(j, name);
    *out = (time_t)json_int(n, 0);
    return json_is_int(n);
}

/* A member that older books do not have. */
static bool take_new_text(const struct json *j, const char *name, char *out, size_t size)
{
    return !json_get(j, name) || take_text(j, name, out, size);
}

static int64_t take_fen(const struct params *p, const char *name)
{
    const char *text = params_get(p, name);
    int64_t fee = 0;
    return text && text_read_fen(text, &fee) ? fee : 0;
}

static bool take_refund(const struct json *j, struct refund *r)
{
    const char *state = json_string(json_get(j, "state"));
    bool whole = take_text(j, "out_refund_no", r->out_refund_no, sizeof(r->out_refund_no)) &&
                 take_text(j, "refund_id", r->refund_id, sizeof(r->refund_id)) &&
                 json_take_params(json_get(j, "request"), &r->request) && state &&
                 refund_state_read(state, &r->state) && take_time(j, "asked_at", &r->asked_at) &&
                 take_time(j, "settled_at", &r->settled_at);
    r->fee = take_fen(&r->request, "refund_fee");
    return whole;
}

static bool take_refunds(const struct json *j, struct order *o)
{
    if (j && (json_type(j) != JSON_ARRAY || json_count(j) > REFUNDS_MAX))
        return false;
    if (json_count(j) == 0)
        return true;
    o->refunds = mem_grow(NULL, json_count(j), sizeof(*o->refunds));
    for (const struct json *r = json_first(j); r; r = json_next(r)) {
        struct refund *to = &o->refunds[o->refund_count++];
        *to = (struct refund){0};
        if (!take_refund(r, to))
            return false;
    }
    return true;
}

static bool take_consumed(const struct json *j, struct order *o)
{
    o->consumed_fee = json_int(j, 0);
    return !j || (json_is_int(j) && o->consumed_fee >= 0 && o->consumed_fee <= o->total_fee);
}

/* The first member of an order that is missing or malformed; NULL if it is whole. */
static const char *order_fault(const struct json *j, struct order *o)
{
    const char *api = json_string(json_get(j, "api"));
    const char *kind = json_string(json_get(j, "sign_type"));
    const char *state = json_string(json_get(j, "state"));

    if (!api)
        return "api";
    o->api = mem_strdup(api);
    if (!json_take_params(json_get(j, "request"), &o->request))
        return "request";
    if (!kind || !sign_kind_read(kind, &o->kind))
        return "sign_type";
    if (!state || !order_state_read(state, &o->state))
        return "state";
    if (!take_text(j, "prepay_id", o->prepay_id, sizeof(o->prepay_id)))
        return "prepay_id";
    if (!take_text(j, "transaction_id", o->transaction_id, sizeof(o->transaction_id)))
        return "transaction_id";
    if (!take_text(j, "contract_id", o->contract_id, sizeof(o->contract_id)))
        return "contract_id";
    if (!take_time(j, "placed_at", &o->placed_at) || !take_time(j, "paid_at", &o->paid_at))
        return "placed_at/paid_at";
    if (!take_time(j, "expires_at", &o->expires_at) ||
        !take_time(j, "prepay_until", &o->prepay_until))
        return "expires_at/prepay_until";
    o->contract_refused = json_bool(json_get(j, "contract_refused"), false);
    o->total_fee = take_fen(&o->request, "total_fee");
    if (!take_new_text(j, "failure", o->failure, sizeof(o->failure)))
        return "failure";
    if (!take_consumed(json_get(j, "consumed_fee"), o))
        return "consumed_fee";
    return take_refunds(json_get(j, "refunds"), o) ? NULL : "refunds";
}

enum status ledger_take(struct ledger *l, const struct json *j, struct err *err)
{
    const char *mch_id = json_string(json_get(j, "mch_id"));
    const char *number = json_string(json_get(j, "out_trade_no"));

    if (json_get(j, "contract"))
        return contracts_take(ledger_contracts(l), j, err);
    if (!mch_id || !number)
        return damaged("?", mch_id ? "out_trade_no" : "mch_id", err);
    struct order *o = mem_alloc(sizeof(*o));
    o->mch_id = mem_strdup(mch_id);
    o->out_trade_no = mem_strdup(number);
    const char *fault = order_fault(j, o);
    if (fault) {
        order_free(o);
        return damaged(number, fault, err);
    }
    return ledger_put(l, o) ? ST_OK : damaged(number, "*", err);
}
