/* SPDX-License-Identifier: MIT */
/*
 * From a call to the next one: what is known of its order, and a form that is about that order
 * alone. Numbers that the form still has of another are switched off, or made anew.
 */
#include "app/workspace.h"

#include <string.h>

/* Names that say which order, refund or contract is meant. */
static const char *const numbers[] = {"transaction_id", "out_trade_no", "refund_id",
                                      "out_refund_no",  "contract_id",  "contract_code",
                                      "plan_id"};

static bool says_which(const struct params *fields)
{
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
        if (params_has(fields, numbers[i]))
            return true;
    }
    return false;
}

/* What was typed in for another order, and would decide which one is meant. */
static void drop_other(struct workspace *w, const char *name)
{
    struct draft *d = workspace_draft(w);
    const struct field *f = spec_field(d->spec, name);
    const struct param *p = params_find(&d->params, name);
    struct request_seed seed;
    if (!f || !p || p->off)
        return;
    if (!f->required) {
        draft_toggle(d, name);
    } else if (f->source == SOURCE_ORDER_NO && p->source == PARAM_USER) {
        workspace_seed(w, &seed);
        draft_generate(d, name, &seed, NULL);
    }
}

enum status workspace_follow(struct workspace *w, const char *api, const struct params *fields,
                             struct err *err)
{
    enum status st = workspace_choose_id(w, api, err);
    for (size_t i = 0; !st && says_which(fields) && i < ARRAY_COUNT(numbers); i++) {
        if (!params_find(fields, numbers[i]))
            drop_other(w, numbers[i]);
    }
    for (size_t i = 0; !st && i < fields->count; i++)
        st = draft_set(workspace_draft(w), fields->items[i].name, fields->items[i].value, false,
                       err);
    w->rev_draft++;
    return st;
}

/* ---- What was notified ---- */

static bool take_number(void *ctx, const struct journal_row *row)
{
    static const char *const words[] = {"genuine", "duplicate"};
    struct params *out = ctx;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcmp(row->outcome, words[i]) == 0 && row->transaction_id[0])
            params_set(out, "transaction_id", row->transaction_id, NULL);
    }
    return false;
}

bool workspace_paid(struct workspace *w, struct params *out)
{
    static const char *const events[] = {"payment", "deposit", "gateway-payment"};
    const struct exchange *e = &w->exchange;
    const struct params *from[] = {&e->reply.params, &e->request.params};
    const char *number = NULL;
    params_clear(out);
    for (size_t i = 0; !number && i < ARRAY_COUNT(from); i++)
        number = params_has(from[i], "out_trade_no") ? params_get(from[i], "out_trade_no") : NULL;
    for (size_t i = 0; number && w->journal && !out->count && i < ARRAY_COUNT(events); i++) {
        struct journal_key key = {.kind = JOURNAL_NOTICE,
                                  .order_no = number,
                                  .name = events[i],
                                  .mch_id = params_get(&e->request.params, "mch_id")};
        journal_find(w->journal, &key, take_number, out);
    }
    return out->count > 0;
}
