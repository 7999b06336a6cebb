/* SPDX-License-Identifier: MIT */
/* A list of items that hold numbers, not pointers: the ledger may drop and move what they name. */
#include "io/settle.h"

#include <stdlib.h>

struct item {
    struct item *next;
    struct settle *owner;
    char *mch_id, *out_trade_no, *out_refund_no;
    unsigned timer;
};

struct settle {
    struct loop *loop;
    int ms;
    settle_fn fn;
    void *ctx;
    struct item *items;
};

struct settle *settle_new(struct loop *loop, double time_scale, settle_fn fn, void *ctx)
{
    struct settle *s = mem_alloc(sizeof *s);
    double ms = SETTLE_MS / (time_scale > 0 ? time_scale : 1);
    *s = (struct settle){
        .loop = loop, .ms = ms < SETTLE_MS ? (int)ms : SETTLE_MS, .fn = fn, .ctx = ctx};
    return s;
}

static void item_free(struct item *i)
{
    free(i->mch_id);
    free(i->out_trade_no);
    free(i->out_refund_no);
    free(i);
}

void settle_free(struct settle *s)
{
    if (!s)
        return;
    while (s->items) {
        struct item *i = s->items;
        s->items = i->next;
        loop_cancel(s->loop, i->timer);
        item_free(i);
    }
    free(s);
}

static void due(void *ctx)
{
    struct item *i = ctx, **at = &i->owner->items;
    while (*at != i)
        at = &(*at)->next;
    *at = i->next;
    i->owner->fn(i->owner->ctx, i->mch_id, i->out_trade_no, i->out_refund_no);
    item_free(i);
}

void settle_add(struct settle *s, const struct order *o, const struct refund *r)
{
    struct item *i = mem_alloc(sizeof *i);
    *i = (struct item){.next = s->items,
                       .owner = s,
                       .mch_id = mem_strdup(o->mch_id),
                       .out_trade_no = mem_strdup(o->out_trade_no),
                       .out_refund_no = mem_strdup(r ? r->out_refund_no : NULL)};
    s->items = i;
    i->timer = loop_timer(s->loop, s->ms, due, i);
}

void settle_add_all(struct settle *s, struct ledger *l)
{
    for (size_t n = 0; n < ledger_count(l); n++) {
        const struct order *o = ledger_at(l, n);
        if (o->state == ORDER_ACCEPT)
            settle_add(s, o, NULL);
        for (size_t k = 0; k < o->refund_count; k++) {
            if (o->refunds[k].state == REFUND_PROCESSING)
                settle_add(s, o, &o->refunds[k]);
        }
    }
}
