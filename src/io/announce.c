/* SPDX-License-Identifier: MIT */
#include "io/announce.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "io/call.h"

void announce_digits(char out[ANNOUNCE_DIGITS + 1])
{
    unsigned char random[ANNOUNCE_DIGITS];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        die("getrandom failed");
    for (size_t i = 0; i < sizeof random; i++)
        out[i] = (char)('0' + random[i] % 10);
    out[sizeof random] = '\0';
}

/* One notification: where it goes and what it is made of. */
struct news {
    const struct event *event;
    const char *url, *mch_id;
    const char *about; /* the number under which it is listed */
    enum sign_kind kind;
    const struct params *request;
    const struct params *given;
    const char *transaction_id, *contract_id;
    const char *without; /* a field that is not said; NULL */
};

static void post(const struct announcer *a, const struct news *n, struct announced *out)
{
    const struct merchant *m = merchants_find(a->merchants, n->event->dialect, n->mch_id);
    struct template t = {0};
    struct template_source s = {.event = n->event,
                                .order = n->request,
                                .given = n->given,
                                .transaction_id = n->transaction_id,
                                .contract_id = n->contract_id};
    if (!m || !n->url || !n->url[0] || out->count == ANNOUNCED_MAX)
        return;
    s.seed.now = a->now;
    char serial[17];
    call_letters(s.seed.nonce, 32);
    call_letters(serial, sizeof serial - 1);
    announce_digits(s.seed.digits);
    if (template_fill(&s, &t, NULL))
        return;
    if (n->without)
        params_remove(t.inner.count ? &t.inner : &t.params, n->without);
    struct deliver_job job = {.template = &t,
                              .order = n->about,
                              .url = n->url,
                              .kind = n->kind,
                              .key = &m->key,
                              .mch_id = m->mch_id,
                              .serial = serial};
    out->items[out->count].event = n->event;
    out->items[out->count].url = n->url;
    out->items[out->count].delivery = deliver_post(a->deliver, &job);
    out->count++;
}

static void set(struct params *p, const char *name, const char *value)
{
    if (value && value[0])
        params_set(p, name, value, NULL);
}

static void set_fen(struct params *p, const char *name, int64_t fen)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)fen);
    set(p, name, text);
}

/* ---- Orders ---- */

/* What the event's own table does not know of this order. */
static void give_order(const struct order *o, const struct event *e, struct params *given)
{
    bool failed = o->state == ORDER_PAYERROR, deduction = strcmp(o->api, "pappayapply") == 0;
    if (e->kind == EVENT_GATEWAY_PAYMENT && failed) {
        set(given, "pay_result", "1");
        set(given, "pay_info", o->failure);
    }
    if (e->kind != EVENT_PAYMENT || !deduction)
        return;
    set(given, "trade_type", order_trade_type(o));
    set(given, "contract_id", o->contract_id);
    set(given, "trade_state", failed ? "PAY_FAIL" : "SUCCESS");
    if (!failed)
        return;
    set(given, "result_code", "FAIL");
    set(given, "err_code", o->failure);
    set(given, "err_code_des", o->failure);
}

static bool is_contract_event(enum event_kind kind)
{
    return kind == EVENT_CONTRACT_ADD || kind == EVENT_CONTRACT_DELETE;
}

void announce_order(const struct announcer *a, const struct order *o, struct announced *out)
{
    const struct spec *spec = catalog_find(a->catalog, o->api);
    bool deduction = strcmp(o->api, "pappayapply") == 0;
    if (!spec || (o->state == ORDER_PAYERROR && spec->dialect != DIALECT_GATEWAY && !deduction))
        return;
    for (size_t i = 0; i < spec->notification_count; i++) {
        enum event_kind kind;
        struct params given = {0};
        if (!event_read(spec->notifications[i].event, &kind) || is_contract_event(kind))
            continue;
        const struct event *e = &a->events->items[kind];
        give_order(o, e, &given);
        post(a,
             &(struct news){.event = e,
                            .url = params_get(&o->request, spec->notifications[i].to),
                            .mch_id = o->mch_id,
                            .about = o->out_trade_no,
                            .kind = o->kind,
                            .request = &o->request,
                            .given = given.count ? &given : NULL,
                            .transaction_id = o->transaction_id,
                            .contract_id = o->contract_id},
             out);
        params_clear(&given);
    }
}

/* ---- Contracts ---- */

void announce_contract(const struct announcer *a, const struct contract *c, struct announced *out)
{
    bool added = c->state == CONTRACT_SIGNED;
    char mode[16];
    struct params given = {0};
    snprintf(mode, sizeof mode, "%d", (int)c->termination);
    if (!added) {
        set(&given, "contract_termination_mode", mode);
        set(&given, "contract_termination_remark", c->remark);
    }
    post(a,
         &(struct news){.event =
                            &a->events->items[added ? EVENT_CONTRACT_ADD : EVENT_CONTRACT_DELETE],
                        .url = contract_notify_url(c),
                        .mch_id = c->mch_id,
                        .about = c->out_trade_no[0] ? c->out_trade_no : c->contract_code,
                        .kind = c->kind,
                        .request = &c->request,
                        .given = given.count ? &given : NULL,
                        .contract_id = c->contract_id},
         out);
    params_clear(&given);
}

/* ---- Refunds ---- */

void announce_refund(const struct announcer *a, const struct order *o, const struct refund *r,
                     struct announced *out)
{
    const struct merchant *m = merchants_find(a->merchants, DIALECT_OFFICIAL, o->mch_id);
    const char *own =
        params_has(&r->request, "notify_url") ? params_get(&r->request, "notify_url") : NULL;
    struct params given = {0};
    set(&given, "transaction_id", o->transaction_id);
    set(&given, "out_trade_no", o->out_trade_no);
    set(&given, "refund_id", r->refund_id);
    set(&given, "out_refund_no", r->out_refund_no);
    set(&given, "refund_status", refund_state_name(r->state));
    set_fen(&given, "total_fee", o->total_fee);
    set_fen(&given, "refund_fee", r->fee);
    set_fen(&given, "settlement_refund_fee", r->fee);
    set_fen(&given, "cash_refund_fee", r->fee);
    set(&given, "refund_account", params_get(&r->request, "refund_account"));
    post(a,
         &(struct news){.event = &a->events->items[EVENT_REFUND],
                        .url = own                        ? own
                               : a->merchants->notify_url ? a->merchants->notify_url
                               : m                        ? m->notify_url
                                                          : NULL,
                        .mch_id = o->mch_id,
                        .about = o->out_trade_no,
                        .kind = o->kind,
                        .request = &o->request,
                        .given = &given,
                        .transaction_id = o->transaction_id,
                        .without = r->state == REFUND_SUCCESS ? NULL : "success_time"},
         out);
    params_clear(&given);
}
