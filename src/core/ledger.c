/* SPDX-License-Identifier: MIT */
/*
 * Orders in an array, in order of placing: a sandbox holds few, and the newest is asked
 * for most, so it is searched from the end.
 */
#include "core/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define PREPAY_SECONDS (2 * 60 * 60) /* facts/apis.md 7.5 */

struct ledger {
    struct order **orders;
    size_t count, cap;
};

static const char *const state_names[ORDER_STATE_COUNT] = {
    [ORDER_NOTPAY] = "NOTPAY",     [ORDER_SUCCESS] = "SUCCESS", [ORDER_REFUND] = "REFUND",
    [ORDER_CLOSED] = "CLOSED",     [ORDER_REVOKED] = "REVOKED", [ORDER_USERPAYING] = "USERPAYING",
    [ORDER_PAYERROR] = "PAYERROR",
};

const char *order_state_name(enum order_state s)
{
    return state_names[s];
}

/* What may differ when the same order is sent again (INTERFACE.md). */
static const char *const free_fields[] = {"nonce_str", "sign", "time_start", "time_expire",
                                          "timestamp"};

struct ledger *ledger_new(void)
{
    return mem_alloc(sizeof(struct ledger));
}

static void order_free(struct order *o)
{
    free(o->mch_id);
    free(o->out_trade_no);
    free(o->api);
    params_clear(&o->request);
    free(o);
}

void ledger_free(struct ledger *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->count; i++)
        order_free(l->orders[i]);
    free(l->orders);
    free(l);
}

size_t ledger_count(const struct ledger *l)
{
    return l->count;
}

struct order *ledger_at(struct ledger *l, size_t index)
{
    return index < l->count ? l->orders[index] : NULL;
}

struct order *ledger_find(struct ledger *l, const char *mch_id, const char *out_trade_no)
{
    for (size_t i = l->count; i-- > 0;) {
        struct order *o = l->orders[i];
        if (strcmp(o->out_trade_no, out_trade_no) == 0 && strcmp(o->mch_id, mch_id) == 0)
            return o;
    }
    return NULL;
}

struct order *ledger_by_prepay(struct ledger *l, const char *prepay_id)
{
    for (size_t i = l->count; i-- > 0;) {
        if (strcmp(l->orders[i]->prepay_id, prepay_id) == 0)
            return l->orders[i];
    }
    return NULL;
}

/* Makes room by dropping the oldest order that nobody paid. */
static bool make_room(struct ledger *l)
{
    if (l->count < LEDGER_ORDERS_MAX)
        return true;
    for (size_t i = 0; i < l->count; i++) {
        enum order_state s = l->orders[i]->state;
        if (s != ORDER_NOTPAY && s != ORDER_CLOSED && s != ORDER_REVOKED)
            continue;
        order_free(l->orders[i]);
        memmove(l->orders + i, l->orders + i + 1, (l->count - i - 1) * sizeof(*l->orders));
        l->count--;
        return true;
    }
    return false;
}

static void append(struct ledger *l, struct order *o)
{
    if (l->count == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 16;
        l->orders = mem_grow(l->orders, l->cap, sizeof(*l->orders));
    }
    l->orders[l->count++] = o;
}

static bool is_free(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(free_fields); i++) {
        if (strcmp(free_fields[i], name) == 0)
            return true;
    }
    return false;
}

/* Adds the names that are in `a` with another value (or not) in `b`; returns how many. */
static size_t differing(const struct params *a, const struct params *b, struct params *names)
{
    size_t n = 0;
    for (size_t i = 0; i < a->count; i++) {
        const struct param *p = &a->items[i];
        const char *other = params_get(b, p->name);
        if (is_free(p->name) || strcmp(p->name, "key") == 0 || p->value_len == 0 ||
            (other && strcmp(other, p->value) == 0))
            continue;
        n++;
        if (names)
            params_set(names, p->name, "", NULL);
    }
    return n;
}

static bool is_expired(const struct order *o, time_t now)
{
    return o->state == ORDER_NOTPAY && o->expires_at && now >= o->expires_at;
}

static enum place_result place_again(struct order *o, const struct spec *spec,
                                     const struct params *p, time_t now, struct params *differs)
{
    if (is_expired(o, now))
        o->state = ORDER_CLOSED;
    if (o->state == ORDER_CLOSED || o->state == ORDER_REVOKED)
        return PLACE_CLOSED;
    if (o->state == ORDER_SUCCESS || o->state == ORDER_REFUND)
        return PLACE_PAID;
    size_t n = differing(p, &o->request, differs) + differing(&o->request, p, differs);
    return n || strcmp(o->api, spec->id) != 0 ? PLACE_DIFFERS : PLACE_SAME;
}

/* prepay_id looks like the real one: "wx", the time, then what makes it unique (36 characters). */
static void make_prepay(struct order *o, time_t now, const char *unique)
{
    char stamp[TEXT_TIME_SIZE];
    text_time_write(now, stamp);
    snprintf(o->prepay_id, sizeof(o->prepay_id), "wx%s%.20s", stamp, unique);
}

static int64_t request_fee(const struct params *p)
{
    const char *text = params_get(p, "total_fee");
    int64_t fee = 0;
    return text && text_read_fen(text, &fee) ? fee : 0;
}

enum place_result ledger_place(struct ledger *l, const struct spec *spec, const struct params *p,
                               enum sign_kind kind, time_t now, const char *unique,
                               struct order **out, struct params *differs)
{
    const char *mch_id = params_get(p, "mch_id"), *number = params_get(p, "out_trade_no");
    const char *expire = params_get(p, "time_expire");

    *out = ledger_find(l, mch_id ? mch_id : "", number ? number : "");
    if (*out) {
        enum place_result r = place_again(*out, spec, p, now, differs);
        /* The order lives on, its session does not: the same parameters open a new one. */
        if (r == PLACE_SAME && now >= (*out)->prepay_until) {
            make_prepay(*out, now, unique);
            (*out)->prepay_until = now + PREPAY_SECONDS;
        }
        return r;
    }
    if (!make_room(l))
        return PLACE_FULL;
    struct order *o = mem_alloc(sizeof(*o));
    o->mch_id = mem_strdup(mch_id ? mch_id : "");
    o->out_trade_no = mem_strdup(number ? number : "");
    o->api = mem_strdup(spec->id);
    params_copy(&o->request, p);
    params_remove(&o->request, "sign");
    params_remove(&o->request, "key"); /* sent by mistake: the books hold none */
    o->kind = kind;
    o->placed_at = now;
    o->prepay_until = now + PREPAY_SECONDS;
    o->total_fee = request_fee(p);
    if (expire)
        text_time_read(expire, &o->expires_at);
    make_prepay(o, now, unique);
    append(l, o);
    *out = o;
    return PLACE_NEW;
}

/* 28 digits, as WeChat's: 4200, the day, and what makes it unique. */
static void make_transaction(struct order *o, const char *unique)
{
    char stamp[TEXT_TIME_SIZE];
    text_time_write(o->paid_at, stamp);
    size_t len = (size_t)snprintf(o->transaction_id, sizeof(o->transaction_id), "4200%.8s", stamp);
    for (; len < 28; len++) {
        o->transaction_id[len] = (char)('0' + (unsigned char)*unique % 10);
        unique += *unique != '\0';
    }
    o->transaction_id[len] = '\0';
}

/* Why an order that is not open cannot be paid or closed. */
static const char *state_code(const struct order *o)
{
    switch (o->state) {
    case ORDER_SUCCESS:
    case ORDER_REFUND:
        return "ORDERPAID";
    case ORDER_CLOSED:
    case ORDER_REVOKED:
        return "ORDERCLOSED";
    default:
        return "TRADE_STATE_ERROR";
    }
}

static bool leave_open(struct order *o, time_t now, const char **code)
{
    if (is_expired(o, now))
        o->state = ORDER_CLOSED;
    if (o->state == ORDER_NOTPAY)
        return true;
    if (code)
        *code = state_code(o);
    return false;
}

bool ledger_pay(struct ledger *l, struct order *o, time_t now, const char *unique,
                const char **code)
{
    (void)l;
    if (!leave_open(o, now, code))
        return false;
    o->state = ORDER_SUCCESS;
    o->paid_at = now;
    make_transaction(o, unique);
    return true;
}

bool ledger_close(struct ledger *l, struct order *o, time_t now, const char **code)
{
    (void)l;
    if (!leave_open(o, now, code))
        return false;
    o->state = ORDER_CLOSED;
    return true;
}

bool ledger_contract_taken(const struct ledger *l, const char *mch_id, const char *contract_code,
                           const struct order *except)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct order *o = l->orders[i];
        const char *code = params_get(&o->request, "contract_code");
        if (o != except && code && !o->contract_refused && strcmp(code, contract_code) == 0 &&
            strcmp(o->mch_id, mch_id) == 0)
            return true;
    }
    return false;
}

/* ---- JSON ---- */

struct json *order_json(const struct order *o)
{
    struct json *j = json_new_object(), *request = json_new_object();
    json_add_string(j, "mch_id", o->mch_id);
    json_add_string(j, "out_trade_no", o->out_trade_no);
    json_add_string(j, "api", o->api);
    for (size_t i = 0; i < o->request.count; i++)
        json_add_string(request, o->request.items[i].name, o->request.items[i].value);
    json_add(j, "request", request);
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
    return j;
}

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

static bool take_request(const struct json *j, struct params *out)
{
    if (json_type(j) != JSON_OBJECT)
        return false;
    for (const struct json *f = json_first(j); f; f = json_next(f)) {
        if (!json_string(f) || params_set(out, json_name(f), json_string(f), NULL))
            return false;
    }
    return true;
}

static bool take_state(const struct json *j, enum order_state *out)
{
    const char *word = json_string(j);
    for (size_t i = 0; word && i < ORDER_STATE_COUNT; i++) {
        if (strcmp(state_names[i], word) == 0) {
            *out = (enum order_state)i;
            return true;
        }
    }
    return false;
}

/* The first member of an order that is missing or malformed; NULL if it is whole. */
static const char *order_fault(const struct json *j, struct order *o)
{
    const char *api = json_string(json_get(j, "api"));
    const char *kind = json_string(json_get(j, "sign_type"));

    if (!api)
        return "api";
    o->api = mem_strdup(api);
    if (!take_request(json_get(j, "request"), &o->request))
        return "request";
    if (!kind || !sign_kind_read(kind, &o->kind))
        return "sign_type";
    if (!take_state(json_get(j, "state"), &o->state))
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
    o->total_fee = request_fee(&o->request);
    return NULL;
}

/* Puts `o` in the place of the order of its number, or behind all. */
static void put(struct ledger *l, struct order *o)
{
    for (size_t i = l->count; i-- > 0;) {
        struct order *old = l->orders[i];
        if (strcmp(old->out_trade_no, o->out_trade_no) == 0 &&
            strcmp(old->mch_id, o->mch_id) == 0) {
            order_free(old);
            l->orders[i] = o;
            return;
        }
    }
    append(l, o);
}

enum status ledger_take(struct ledger *l, const struct json *j, struct err *err)
{
    const char *mch_id = json_string(json_get(j, "mch_id"));
    const char *number = json_string(json_get(j, "out_trade_no"));

    if (!mch_id || !number)
        return damaged("?", mch_id ? "out_trade_no" : "mch_id", err);
    struct order *o = mem_alloc(sizeof(*o));
    o->mch_id = mem_strdup(mch_id);
    o->out_trade_no = mem_strdup(number);
    const char *fault = order_fault(j, o);
    if (fault || !make_room(l)) {
        order_free(o);
        return damaged(number, fault ? fault : "*", err);
    }
    put(l, o);
    return ST_OK;
}
