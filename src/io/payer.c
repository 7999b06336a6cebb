/* SPDX-License-Identifier: MIT */
/* The order is recorded as paid before anything is sent: a notification speaks of what is. */
#include "io/payer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "io/call.h"

bool payer_act_read(const char *word, enum payer_act *act)
{
    static const char *const words[] = {
        [PAYER_PAY] = "pay", [PAYER_CANCEL] = "cancel", [PAYER_FAIL] = "fail"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcmp(words[i], word) == 0) {
            *act = (enum payer_act)i;
            return true;
        }
    }
    return false;
}

static enum status find_order(const struct payer *p, const struct payer_word *w, struct order **out,
                              struct err *err)
{
    struct order *found = NULL;
    for (size_t i = 0; i < ledger_count(p->ledger); i++) {
        struct order *o = ledger_at(p->ledger, i);
        if (strcmp(o->out_trade_no, w->order) != 0 ||
            (w->mch_id && strcmp(o->mch_id, w->mch_id) != 0))
            continue;
        if (found && strcmp(found->mch_id, o->mch_id) != 0)
            return err_set(err, ST_CONFLICT,
                           SAY("订单号 %.64s 不唯一", "商户 %s 和 %s 都有", "同时给出 mch_id"),
                           SAY("order number %.64s is not unique",
                               "merchants %s and %s both have it", "give the mch_id too"),
                           w->order, found->mch_id, o->mch_id);
        found = o;
    }
    *out = found;
    if (found)
        return ST_OK;
    return err_set(err, ST_NOT_FOUND, SAY("沙箱没有订单 %.64s", "", "先下单"),
                   SAY("the sandbox has no order %.64s", "", "place it first"), w->order);
}

static enum status say_state(const struct order *o, const char *code, struct err *err)
{
    return err_set(
        err, ST_REFUSED, SAY("订单 %s 不能支付", "它的状态是 %s（%s）", "重新下单，换一个订单号"),
        SAY("order %s cannot be paid", "its state is %s (%s)", "place another with a new number"),
        o->out_trade_no, order_state_name(o->state), code ? code : "-");
}

static void make_seed(const struct payer *p, struct template_seed *seed)
{
    unsigned char random[24];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        die("getrandom failed");
    seed->now = p->now;
    call_letters(seed->nonce, 32);
    for (size_t i = 0; i < sizeof random; i++)
        seed->digits[i] = (char)('0' + random[i] % 10);
    seed->digits[sizeof random] = '\0';
}

/* Queues one notification about an order. */
static void notify(const struct payer *p, struct order *o, const struct event *e, const char *url,
                   const struct params *given, struct payer_result *out)
{
    const struct merchant *m = merchants_find(p->merchants, e->dialect, o->mch_id);
    struct template t = {0};
    struct template_source s = {.event = e,
                                .order = &o->request,
                                .given = given,
                                .transaction_id = o->transaction_id,
                                .contract_id = o->contract_id};
    make_seed(p, &s.seed);
    if (!m || out->count == PAYER_NOTICES_MAX || template_fill(&s, &t, NULL))
        return;
    const char *contract = params_get(&t.params, "contract_id");
    if (e->kind == EVENT_CONTRACT_ADD && contract)
        snprintf(o->contract_id, sizeof o->contract_id, "%s", contract);
    struct deliver_job job = {&t, o->out_trade_no, url, o->kind, &m->key};
    out->notices[out->count].event = e;
    out->notices[out->count].url = url;
    out->notices[out->count].delivery = deliver_post(p->deliver, &job);
    out->count++;
}

static void notify_all(const struct payer *p, struct order *o, const struct params *given,
                       struct payer_result *out)
{
    const struct spec *spec = catalog_find(p->catalog, o->api);
    for (size_t i = 0; spec && i < spec->notification_count; i++) {
        enum event_kind kind;
        const char *url = params_get(&o->request, spec->notifications[i].to);
        if (!url || !url[0] || !event_read(spec->notifications[i].event, &kind))
            continue;
        bool contract = kind == EVENT_CONTRACT_ADD || kind == EVENT_CONTRACT_DELETE;
        if (kind == EVENT_CONTRACT_DELETE || (contract && (o->contract_refused || given)))
            continue;
        notify(p, o, &p->events->items[kind], url, given, out);
    }
}

static enum status keep(const struct payer *p, const struct order *o, struct err *err)
{
    return p->books ? books_put(p->books, o, err) : ST_OK;
}

static enum status pay(const struct payer *p, struct order *o, struct payer_result *out,
                       struct err *err)
{
    char unique[CALL_UNIQUE + 1];
    const char *code = NULL;
    call_letters(unique, CALL_UNIQUE);
    if (!ledger_pay(p->ledger, o, p->now, unique, &code))
        return say_state(o, code, err);
    enum status st = keep(p, o, err);
    if (!st)
        notify_all(p, o, NULL, out);
    return st || !o->contract_id[0] ? st : keep(p, o, err);
}

static enum status fail(const struct payer *p, struct order *o, const char *code,
                        struct payer_result *out, struct err *err)
{
    const struct spec *spec = catalog_find(p->catalog, o->api);
    struct params given = {0};
    if (o->state != ORDER_NOTPAY)
        return say_state(o, NULL, err);
    o->state = ORDER_PAYERROR;
    enum status st = keep(p, o, err);
    if (!st && spec && spec->dialect == DIALECT_GATEWAY) {
        params_set(&given, "pay_result", "1", NULL);
        st = params_set(&given, "pay_info", code ? code : "NOTENOUGH", err);
        if (!st)
            notify_all(p, o, &given, out);
    }
    params_clear(&given);
    return st;
}

enum status payer_play(const struct payer *p, const struct payer_word *w, struct payer_result *out,
                       struct err *err)
{
    struct order *o = NULL;
    *out = (struct payer_result){0};
    enum status st = find_order(p, w, &o, err);
    if (st)
        return st;
    out->order = o;
    switch (w->act) {
    case PAYER_PAY:
        return pay(p, o, out, err);
    case PAYER_FAIL:
        return fail(p, o, w->code, out, err);
    case PAYER_CANCEL:
        break;
    }
    return o->state == ORDER_NOTPAY ? ST_OK : say_state(o, NULL, err);
}

struct json *payer_json(const struct payer_result *r)
{
    struct json *j = json_new_object(), *list = json_new_array();
    const struct order *o = r->order;
    json_add_string(j, "order", o->out_trade_no);
    json_add_string(j, "mch_id", o->mch_id);
    json_add_string(j, "state", order_state_name(o->state));
    json_add_string(j, "transaction_id", o->transaction_id[0] ? o->transaction_id : NULL);
    for (size_t i = 0; i < r->count; i++) {
        struct json *n = json_new_object();
        json_add_string(n, "event", r->notices[i].event->name);
        json_add_string(n, "url", r->notices[i].url);
        json_add_int(n, "delivery", r->notices[i].delivery);
        json_push(list, n);
    }
    json_add(j, "notifications", list);
    return j;
}
