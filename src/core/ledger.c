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
    struct contracts contracts;
};

static const char *const state_names[ORDER_STATE_COUNT] = {
    [ORDER_NOTPAY] = "NOTPAY",     [ORDER_SUCCESS] = "SUCCESS", [ORDER_REFUND] = "REFUND",
    [ORDER_CLOSED] = "CLOSED",     [ORDER_REVOKED] = "REVOKED", [ORDER_USERPAYING] = "USERPAYING",
    [ORDER_PAYERROR] = "PAYERROR", [ORDER_ACCEPT] = "ACCEPT",
};

static const char *const refund_names[REFUND_STATE_COUNT] = {
    [REFUND_PROCESSING] = "PROCESSING",
    [REFUND_SUCCESS] = "SUCCESS",
    [REFUND_CHANGE] = "CHANGE",
    [REFUND_CLOSED] = "REFUNDCLOSE",
};

/* The index of a word; `count` if it is none. */
static size_t find_word(const char *const *words, size_t count, const char *word)
{
    size_t i = 0;
    while (i < count && strcmp(words[i], word) != 0)
        i++;
    return i;
}

const char *order_state_name(enum order_state s)
{
    return state_names[s];
}

bool order_state_read(const char *name, enum order_state *out)
{
    size_t i = find_word(state_names, ORDER_STATE_COUNT, name);
    *out = i < ORDER_STATE_COUNT ? (enum order_state)i : ORDER_NOTPAY;
    return i < ORDER_STATE_COUNT;
}

const char *refund_state_name(enum refund_state s)
{
    return refund_names[s];
}

bool refund_state_read(const char *name, enum refund_state *out)
{
    size_t i = find_word(refund_names, REFUND_STATE_COUNT, name);
    *out = i < REFUND_STATE_COUNT ? (enum refund_state)i : REFUND_PROCESSING;
    return i < REFUND_STATE_COUNT;
}

/* ---- What an order is ---- */

static bool says(const struct order *o, const char *name, const char *value)
{
    const char *v = params_get(&o->request, name);
    return v && strcmp(v, value) == 0;
}

bool order_is_deposit(const struct order *o)
{
    return strncmp(o->api, "deposit_", 8) == 0 ||
           (strcmp(o->api, "micropay") == 0 && says(o, "deposit", "Y"));
}

bool order_is_scanned(const struct order *o)
{
    return strcmp(o->api, "micropay") == 0 || strcmp(o->api, "deposit_micropay") == 0;
}

const char *order_trade_type(const struct order *o)
{
    const char *type = params_get(&o->request, "trade_type");
    if (order_is_scanned(o))
        return "MICROPAY";
    if (strcmp(o->api, "pappayapply") == 0)
        return "PAP";
    return type ? type : "";
}

bool order_is_paid(const struct order *o)
{
    return o->state == ORDER_SUCCESS || o->state == ORDER_REFUND;
}

bool order_expire(struct order *o, time_t now)
{
    bool over = o->state == ORDER_NOTPAY && o->expires_at && now >= o->expires_at;
    if (over)
        o->state = ORDER_CLOSED;
    return over;
}

/* ---- The list ---- */

/* What may differ when the same order is sent again (INTERFACE.md). */
static const char *const free_fields[] = {"nonce_str", "sign", "time_start", "time_expire",
                                          "timestamp"};

struct ledger *ledger_new(void)
{
    return mem_alloc(sizeof(struct ledger));
}

void order_free(struct order *o)
{
    for (size_t i = 0; i < o->refund_count; i++)
        params_clear(&o->refunds[i].request);
    free(o->refunds);
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
    contracts_clear(&l->contracts);
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

struct order *ledger_by_transaction(struct ledger *l, const char *mch_id,
                                    const char *transaction_id)
{
    for (size_t i = l->count; i-- > 0;) {
        struct order *o = l->orders[i];
        if (transaction_id[0] && strcmp(o->transaction_id, transaction_id) == 0 &&
            strcmp(o->mch_id, mch_id) == 0)
            return o;
    }
    return NULL;
}

struct contracts *ledger_contracts(struct ledger *l)
{
    return &l->contracts;
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

/* ---- Placing ---- */

static enum place_result place_again(struct order *o, const struct spec *spec,
                                     const struct params *p, time_t now, struct params *differs)
{
    order_expire(o, now);
    if (o->state == ORDER_CLOSED || o->state == ORDER_REVOKED)
        return PLACE_CLOSED;
    if (order_is_paid(o))
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
        if (r == PLACE_SAME && (*out)->prepay_id[0] && now >= (*out)->prepay_until) {
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
    const struct contract *c = contracts_find(&l->contracts, mch_id, NULL, contract_code);
    return c && !(except && strcmp(c->out_trade_no, except->out_trade_no) == 0);
}

bool ledger_put(struct ledger *l, struct order *o)
{
    for (size_t i = l->count; i-- > 0;) {
        struct order *old = l->orders[i];
        if (strcmp(old->out_trade_no, o->out_trade_no) == 0 &&
            strcmp(old->mch_id, o->mch_id) == 0) {
            order_free(old);
            l->orders[i] = o;
            return true;
        }
    }
    if (make_room(l)) {
        append(l, o);
        return true;
    }
    order_free(o);
    return false;
}
