/* SPDX-License-Identifier: MIT */
/* The checks in the order in which a merchant can do something about them. */
#include "core/ledger_refund.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

struct refund *order_refund(struct order *o, const char *out_refund_no)
{
    for (size_t i = 0; i < o->refund_count; i++) {
        if (strcmp(o->refunds[i].out_refund_no, out_refund_no) == 0)
            return &o->refunds[i];
    }
    return NULL;
}

/* The first refund of this merchant for which the text at `offset` of it is `text`. */
static struct refund *find(struct ledger *l, const char *mch_id, size_t offset, const char *text,
                           struct order **order)
{
    for (size_t i = ledger_count(l); i-- > 0;) {
        struct order *o = ledger_at(l, i);
        for (size_t k = 0; strcmp(o->mch_id, mch_id) == 0 && k < o->refund_count; k++) {
            if (strcmp((const char *)&o->refunds[k] + offset, text) == 0) {
                *order = o;
                return &o->refunds[k];
            }
        }
    }
    *order = NULL;
    return NULL;
}

struct refund *ledger_refund_find(struct ledger *l, const char *mch_id, const char *out_refund_no,
                                  struct order **order)
{
    return find(l, mch_id, offsetof(struct refund, out_refund_no), out_refund_no, order);
}

struct refund *ledger_refund_by_id(struct ledger *l, const char *mch_id, const char *refund_id,
                                   struct order **order)
{
    return find(l, mch_id, offsetof(struct refund, refund_id), refund_id, order);
}

int64_t order_refunded(const struct order *o)
{
    int64_t sum = 0;
    for (size_t i = 0; i < o->refund_count; i++)
        sum += o->refunds[i].state == REFUND_CLOSED ? 0 : o->refunds[i].fee;
    return sum;
}

int64_t order_refundable(const struct order *o)
{
    int64_t most = order_is_deposit(o) ? o->consumed_fee : o->total_fee;
    return order_is_paid(o) ? most - order_refunded(o) : 0;
}

static int64_t fen(const struct params *p, const char *name)
{
    const char *text = params_get(p, name);
    int64_t n = -1;
    return text && text_read_fen(text, &n) ? n : -1;
}

/* May this order be refunded at all? */
static enum refund_result judge_order(const struct order *o, const struct params *p, time_t now)
{
    if (o->state == ORDER_REVOKED || o->state == ORDER_CLOSED)
        return REFUND_REVOKED;
    if (!order_is_paid(o))
        return REFUND_NOT_PAID;
    if (order_is_deposit(o) && !o->consumed_fee)
        return REFUND_NOT_CONSUMED;
    if (now > o->paid_at + REFUND_SECONDS)
        return REFUND_TOO_LATE;
    return fen(p, "total_fee") == o->total_fee ? REFUND_NEW : REFUND_TOTAL;
}

static void add(struct order *o, const struct params *p, time_t now, const char *unique)
{
    char stamp[TEXT_TIME_SIZE];
    o->refunds = mem_grow(o->refunds, o->refund_count + 1, sizeof(*o->refunds));
    struct refund *r = &o->refunds[o->refund_count++];
    *r = (struct refund){.fee = fen(p, "refund_fee"), .asked_at = now};
    snprintf(r->out_refund_no, sizeof(r->out_refund_no), "%s", params_get(p, "out_refund_no"));
    params_copy(&r->request, p);
    params_remove(&r->request, "sign");
    params_remove(&r->request, "key"); /* sent by mistake: the books hold none */
    text_time_write(now, stamp);
    size_t len = (size_t)snprintf(r->refund_id, sizeof(r->refund_id), "5030%.8s", stamp);
    for (; len < 29; len++) { /* 29 digits, as WeChat's */
        r->refund_id[len] = (char)('0' + (unsigned char)*unique % 10);
        unique += *unique != '\0';
    }
    o->state = ORDER_REFUND;
}

enum refund_result ledger_refund(struct ledger *l, struct order *o, const struct params *p,
                                 time_t now, const char *unique, struct refund **out)
{
    const char *number = params_get(p, "out_refund_no");
    struct order *owner;
    struct refund *old = ledger_refund_find(l, o->mch_id, number ? number : "", &owner);

    *out = NULL;
    if (old && (owner != o || old->fee != fen(p, "refund_fee")))
        return REFUND_DIFFERS;
    if (old) {
        *out = old;
        return REFUND_SAME;
    }
    enum refund_result r = judge_order(o, p, now);
    if (r != REFUND_NEW)
        return r;
    if (fen(p, "refund_fee") < 1 || fen(p, "refund_fee") > order_refundable(o))
        return REFUND_SUM;
    if (o->refund_count == REFUNDS_MAX)
        return REFUND_MANY;
    add(o, p, now, unique);
    *out = &o->refunds[o->refund_count - 1];
    return REFUND_NEW;
}

bool refund_settle(struct refund *r, enum refund_state how, time_t now)
{
    if (r->state != REFUND_PROCESSING || how == REFUND_PROCESSING)
        return false;
    r->state = how;
    r->settled_at = now;
    return true;
}
