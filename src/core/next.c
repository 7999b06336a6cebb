/* SPDX-License-Identifier: MIT */
/*
 * Two tables: which fields go over under their own name, and which under another. A field
 * is taken only if the target has it; the reply's value wins over the request's.
 */
#include "core/next.h"

#include <string.h>

#include "core/base.h"

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

/* A new refund or deduction has a number of its own. */
static const struct {
    const char *api, *name;
} fresh[] = {{"refund", "out_refund_no"},
             {"deposit_refund", "out_refund_no"},
             {"pappayapply", "out_trade_no"},
             {"pappayapply", "total_fee"}};

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

struct given {
    const struct params *request, *reply;
};

static const char *value(const struct given *g, const char *name)
{
    if (g->reply && params_has(g->reply, name))
        return params_get(g->reply, name);
    return g->request && params_has(g->request, name) ? params_get(g->request, name) : NULL;
}

static void carry(const struct spec *to, const char *name, const char *text, struct params *out)
{
    if (text && spec_field(to, name) && !params_find(out, name))
        params_set(out, name, text, NULL);
}

static void fill(const struct spec *to, const struct given *g, struct params *out)
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

static void add(struct next_calls *calls, const struct spec *spec, const struct given *g, bool fits)
{
    if (calls->count == NEXT_MAX)
        return;
    struct next_call *c = &calls->items[calls->count++];
    *c = (struct next_call){.spec = spec, .fits = fits};
    fill(spec, g, &c->fields);
}

void next_fill(const struct spec *to, const struct params *request, const struct params *reply,
               struct params *out)
{
    const struct given g = {request, reply};
    fill(to, &g, out);
}

void next_clear(struct next_calls *calls)
{
    for (size_t i = 0; i < calls->count; i++)
        params_clear(&calls->items[i].fields);
    *calls = (struct next_calls){0};
}

void next_read(const struct catalog *catalog, const struct spec *from, const struct params *request,
               const struct params *reply, const char *code, struct next_calls *out)
{
    const struct given g = {request, reply};
    next_clear(out);
    life_read(from->id, request, reply, code, &out->point);
    for (int fits = 1; fits >= 0; fits--) {
        for (size_t i = 0; i < from->next_count; i++) {
            const struct spec *spec = catalog_find(catalog, from->next[i]);
            if (spec && allowed(&out->point, spec->id) == (fits == 1))
                add(out, spec, &g, fits);
        }
    }
}
