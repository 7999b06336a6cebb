/* SPDX-License-Identifier: MIT */
/*
 * Two tables: which fields go over under their own name, and which under another. A field
 * is taken only if the target has it; the reply's value wins over the request's.
 */
#include "core/next.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "core/text.h"

/* Names that say which order, refund or contract is meant, or repeat what it must agree with. */
static const char *const same[] = {
    "appid",        "mch_id",    "sub_appid",     "sub_mch_id",  "transaction_id",
    "out_trade_no", "refund_id", "out_refund_no", "contract_id", "contract_code",
    "plan_id",      "total_fee", "fee_type",
};

static const struct {
    const char *api; /* of the call to fill; NULL: any */
    const char *to, *from;
} renamed[] = {
    {"refund", "refund_fee", "total_fee"},
    {"refund", "refund_fee_type", "fee_type"},
    {"deposit_consume", "consume_fee", "total_fee"},
    {"deposit_refund", "refund_fee", "consume_fee"},
    {"deposit_refund", "refund_fee", "total_fee"},
    {"deposit_refund", "refund_fee_type", "fee_type"},
    {NULL, "refund_id", "refund_id_0"}, /* the first of a list */
    {NULL, "out_refund_no", "out_refund_no_0"},
};

/* Calls that only look: no state forbids them. */
static const char *const queries[] = {"orderquery",         "refundquery",         "querycontract",
                                      "deposit_orderquery", "deposit_refundquery", "downloadbill"};

/* What has a number of its own: a new order, refund or deduction. */
static const struct {
    const char *api, *name;
} fresh[] = {{"refund", "out_refund_no"},      {"deposit_refund", "out_refund_no"},
             {"unifiedorder", "out_trade_no"}, {"micropay", "out_trade_no"},
             {"pappayapply", "out_trade_no"},  {"pappayapply", "total_fee"}};

static bool in_list(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0)
            return true;
    }
    return false;
}

static bool is_fresh(const char *api, const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(fresh); i++) {
        if (strcmp(fresh[i].api, api) == 0 && strcmp(fresh[i].name, name) == 0)
            return true;
    }
    return false;
}

static const char *value(const struct next_source *g, const char *name)
{
    const struct params *from[] = {g->reply, g->request, g->paid};
    for (size_t i = 0; i < ARRAY_COUNT(from); i++) {
        if (from[i] && params_has(from[i], name))
            return params_get(from[i], name);
    }
    return NULL;
}

static void carry(const struct spec *to, const char *name, const char *text, struct params *out)
{
    if (text && spec_field(to, name) && !params_find(out, name))
        params_set(out, name, text, NULL);
}

static void fill(const struct spec *to, const struct next_source *g, struct params *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(same); i++) {
        if (!is_fresh(to->id, same[i]))
            carry(to, same[i], value(g, same[i]), out);
    }
    for (size_t i = 0; i < ARRAY_COUNT(renamed); i++) {
        if ((!renamed[i].api || strcmp(renamed[i].api, to->id) == 0) &&
            !is_fresh(to->id, renamed[i].to))
            carry(to, renamed[i].to, value(g, renamed[i].from), out);
    }
}

/* Does the API lead from one state to another in a machine of orders? */
static bool moves_orders(const char *api)
{
    for (enum life_kind kind = 0; kind < LIFE_REFUND; kind++) {
        size_t count;
        const struct life_step *steps = life_steps(kind, &count);
        for (size_t i = 0; i < count; i++) {
            if (steps[i].from && steps[i].by && strcmp(steps[i].by, api) == 0)
                return true;
        }
    }
    return false;
}

/* What an order that is not paid has none of yet: refunds to be asked for, a contract to be used.
 */
static bool comes_later(const struct life_point *p, const char *api)
{
    static const char *const refunds[] = {"refundquery", "deposit_refundquery"};
    static const char *const contracts[] = {"deletecontract", "pappayapply"};
    if (!p->state || p->kind >= LIFE_REFUND)
        return false;
    if (in_list(refunds, ARRAY_COUNT(refunds), api))
        return !life_can(p->kind, p->state, "refund") &&
               !life_can(p->kind, p->state, "deposit_refund");
    return strcmp(p->state, "NOTPAY") == 0 && in_list(contracts, ARRAY_COUNT(contracts), api);
}

/* What the reply tells nothing of is allowed: a contractorder's contract, another order. */
static bool allowed(const struct life_point *p, const char *api)
{
    if (comes_later(p, api))
        return false;
    if (in_list(queries, ARRAY_COUNT(queries), api) || !p->state ||
        life_can(p->kind, p->state, api))
        return true;
    return p->kind < LIFE_REFUND ? !moves_orders(api) : moves_orders(api);
}

/* ---- Refunding what is left ---- */

static bool refunds(const char *api)
{
    return strcmp(api, "refund") == 0 || strcmp(api, "deposit_refund") == 0;
}

static bool read_fen(const struct params *p, const char *name, int64_t *out)
{
    return params_has(p, name) && text_read_fen(params_get(p, name), out);
}

/* What a list of all refunds of an order leaves of it; -1: it does not tell. */
static int64_t left_over(const struct params *reply)
{
    int64_t left, count, all;
    if (!reply || !read_fen(reply, "total_fee", &left) ||
        !read_fen(reply, "refund_count", &count) ||
        (read_fen(reply, "total_refund_count", &all) && all != count))
        return -1;
    for (int64_t i = 0; i < count; i++) {
        char name[32];
        int64_t fee = 0;
        snprintf(name, sizeof(name), "refund_status_%d", (int)i);
        const char *status = params_get(reply, name);
        snprintf(name, sizeof(name), "refund_fee_%d", (int)i);
        if (!read_fen(reply, name, &fee) || fee > left)
            return -1;
        left -= status && strcmp(status, "REFUNDCLOSE") == 0 ? 0 : fee;
    }
    return left;
}

/* What is left to refund of an order of which something was; -1: not known. A single refund's query
   lists that one alone, and a deposit's does not say what was consumed. */
static int64_t left_of(const struct next_source *s)
{
    bool lists = strcmp(s->from->id, "refundquery") == 0 &&
                 !(s->request && (params_has(s->request, "refund_id") ||
                                  params_has(s->request, "out_refund_no")));
    return lists ? left_over(s->reply) : -1;
}

static bool refunded_before(const struct life_point *p, const char *api)
{
    return refunds(api) && p->state && strcmp(p->state, "REFUND") == 0;
}

/* ---- All ---- */

static void add(struct next_calls *calls, const struct spec *spec, const struct next_source *g,
                bool fits)
{
    char text[24] = "";
    if (calls->count == NEXT_MAX)
        return;
    struct next_call *c = &calls->items[calls->count++];
    *c = (struct next_call){.spec = spec, .fits = fits};
    fill(spec, g, &c->fields);
    if (!refunded_before(&calls->point, spec->id) || !spec_field(spec, "refund_fee"))
        return;
    int64_t left = left_of(g);
    if (left > 0)
        snprintf(text, sizeof(text), "%lld", (long long)left);
    params_set(&c->fields, "refund_fee", text, NULL);
}

void next_fill(const struct spec *to, const struct params *request, const struct params *reply,
               struct params *out)
{
    const struct next_source g = {.request = request, .reply = reply};
    fill(to, &g, out);
}

void next_clear(struct next_calls *calls)
{
    for (size_t i = 0; i < calls->count; i++)
        params_clear(&calls->items[i].fields);
    *calls = (struct next_calls){0};
}

/* A payment that was notified since the reply. */
static void move_on(struct life_point *p)
{
    static const char *const waiting[] = {"NOTPAY", "USERPAYING", "ACCEPT"};
    const struct life_state *to = life_state(p->kind, "SUCCESS");
    if (p->state && to && in_list(waiting, ARRAY_COUNT(waiting), p->state))
        p->state = to->name;
}

void next_read(const struct catalog *catalog, const struct next_source *s, struct next_calls *out)
{
    const struct spec *from = s->from;
    next_clear(out);
    life_read(from->id, s->request, s->reply, s->code, &out->point);
    if (s->paid)
        move_on(&out->point);
    for (int fits = 1; fits >= 0; fits--) {
        for (size_t i = 0; i < from->next_count; i++) {
            const struct spec *spec = catalog_find(catalog, from->next[i]);
            if (!spec)
                continue;
            bool gone = refunded_before(&out->point, spec->id) && left_of(s) == 0;
            if ((allowed(&out->point, spec->id) && !gone) == (fits == 1))
                add(out, spec, s, fits);
        }
    }
}
