/* SPDX-License-Identifier: MIT */
/*
 * Two looks into the journal: the call that placed the order, whose parameters are read again,
 * and the notifications about it that were acknowledged.
 */
#include "io/precedent.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/xml.h"

static void keep_call(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    struct precedent *p = ctx;
    snprintf(p->order_name, sizeof p->order_name, "%s", row->name);
    xml_read(body->request.data ? body->request.data : "", body->request.len, &p->order, NULL,
             NULL);
}

static bool keep_id(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->id;
    return false;
}

static bool leads_to(const struct spec *s, enum event_kind kind)
{
    for (size_t i = 0; i < s->notification_count; i++) {
        if (strcmp(s->notifications[i].event, event_name(kind)) == 0)
            return true;
    }
    return false;
}

/* Does a notification other than a refund's follow? */
static bool places_order(const struct spec *s)
{
    for (size_t i = 0; i < s->notification_count; i++) {
        if (strcmp(s->notifications[i].event, event_name(EVENT_REFUND)) != 0)
            return true;
    }
    return false;
}

#define CALLS_MAX 16 /* of one merchant about one order number, looked at for its sub-merchant */

static bool read_call(struct precedent *p, int64_t id)
{
    params_clear(&p->order);
    return id && !journal_get(p->journal, id, keep_call, p, NULL) && p->order.count;
}

/* Does the call that was read say the same of this field? What one of them leaves out agrees. */
static bool agrees(const struct precedent *p, const struct notice *n, const char *name)
{
    const char *ours = params_get(&p->order, name), *theirs = notice_get(n, name);
    return !ours || !ours[0] || !theirs || strcmp(ours, theirs) == 0;
}

/* The newest such call of one API, or of all; the first that names the sub-merchant of `n` (NULL:
   any), else the newest. */
static int64_t find_in(struct precedent *p, struct journal_key *key, const struct notice *n)
{
    int64_t first = 0, id = 0;
    key->before = 0;
    for (int i = 0; i < CALLS_MAX && journal_find(p->journal, key, keep_id, &id); i++) {
        if (!n || (read_call(p, id) && agrees(p, n, "sub_mch_id")))
            return id;
        first = first ? first : id;
        key->before = id;
    }
    return first;
}

/* The call that placed an order: one that was answered well, else one that may have been. */
static int64_t find_call(struct precedent *p, struct journal_key *key, const struct notice *n)
{
    int64_t id = 0;
    for (int k = 0; k < 2 && !id; k++) {
        key->which = k == 1 ? JOURNAL_UNANSWERED : JOURNAL_GOOD;
        for (size_t i = 0; p->catalog && i < p->catalog->count && !id; i++) {
            if (!places_order(catalog_at(p->catalog, i)))
                continue;
            key->name = catalog_at(p->catalog, i)->id;
            id = find_in(p, key, n);
        }
        if (!p->catalog)
            id = find_in(p, key, n);
    }
    return id;
}

/* Reads the call that placed the order. Merchants may use the same number: the one who is told of
   goes first, and without such a call any other, so that the difference is told. */
static bool read_order(struct precedent *p, const struct notice *n, const char *order)
{
    struct journal_key any = {.kind = JOURNAL_CALL, .order_no = order}, same = any;
    int64_t id = find_call(p, &any, NULL);
    if (!read_call(p, id))
        return false;
    if (agrees(p, n, "mch_id") && agrees(p, n, "sub_mch_id"))
        return true;
    same.mch_id = notice_get(n, "mch_id");
    int64_t better = find_call(p, &same, n);
    return read_call(p, better ? better : id);
}

/* The fee of the refund call of that number among those of one API (NULL: any) under one order. */
static int64_t refund_asked(struct precedent *p, struct journal_key key, const struct notice *n)
{
    const char *number = notice_get(n, "out_refund_no");
    int64_t id = 0, fen = 0;
    for (int i = 0; i < CALLS_MAX && journal_find(p->journal, &key, keep_id, &id); i++) {
        const char *ours = read_call(p, id) ? params_get(&p->order, "out_refund_no") : NULL;
        const char *fee = params_get(&p->order, "refund_fee");
        if (ours && fee && strcmp(ours, number) == 0 && agrees(p, n, "sub_mch_id") &&
            text_read_fen(fee, &fen))
            return fen;
        key.before = id;
    }
    return 0;
}

/* What was asked for. The call stands under the order's number, or if that was not given under its
   own. Reads calls: what is borrowed of one is gone. */
static int64_t find_refund(struct precedent *p, const struct notice *n)
{
    const char *number = notice_get(n, "out_refund_no");
    const char *const orders[] = {notice_order(n), number};
    size_t apis = p->catalog ? p->catalog->count : 1;
    int64_t fee = 0;
    for (size_t i = 0; number && i < apis && !fee; i++) {
        const struct spec *s = p->catalog ? catalog_at(p->catalog, i) : NULL;
        if (s && !leads_to(s, EVENT_REFUND))
            continue;
        for (size_t o = 0; o < ARRAY_COUNT(orders) && !fee; o++)
            fee = refund_asked(p,
                               (struct journal_key){.kind = JOURNAL_CALL,
                                                    .order_no = orders[o],
                                                    .name = s ? s->id : NULL,
                                                    .mch_id = notice_get(n, "mch_id")},
                               n);
    }
    return fee;
}

/* A call that asks for a contract together with an order stands under the order's number. */
struct contract_search {
    struct precedent *p;
    const char *code;
    size_t seen; /* calls */
    bool any;    /* of them that name a contract */
    bool found;
};

#define CONTRACT_CALLS_MAX 200 /* the newest: no index leads to them, and a key may be waiting */

static bool asks_for_contract(const struct catalog *c, const char *name)
{
    const struct spec *s = c ? catalog_find(c, name) : NULL;
    return s ? leads_to(s, EVENT_CONTRACT_ADD) : !c;
}

static bool look_for_contract(void *ctx, const struct journal_row *row)
{
    struct contract_search *s = ctx;
    s->seen++;
    if (!asks_for_contract(s->p->catalog, row->name) || !read_call(s->p, row->id))
        return true;
    const char *code = params_get(&s->p->order, "contract_code");
    s->any = s->any || code;
    s->found = code && strcmp(code, s->code) == 0;
    return !s->found;
}

/* Reads the call that asked for the contract, of whichever merchant. `*asked`: are there such
   calls, and were all of them looked at? */
static bool read_contract(struct precedent *p, const char *code, bool *asked)
{
    struct contract_search s = {.p = p, .code = code};
    bool whole = !journal_page(p->journal, JOURNAL_CALL, 0, CONTRACT_CALLS_MAX, look_for_contract,
                               &s, NULL) &&
                 s.seen < CONTRACT_CALLS_MAX;
    *asked = s.found || (s.any && whole);
    return s.found;
}

static bool is_contract(const struct notice *n)
{
    return n->kind == EVENT_CONTRACT_ADD || n->kind == EVENT_CONTRACT_DELETE;
}

static void know_order(struct precedent *p, const struct notice *n, const char *order,
                       struct notice_known *k)
{
    bool found = read_order(p, n, order);
    if (!found && is_contract(n)) {
        k->asked = false;
        found = n->trust == NOTICE_GENUINE && read_contract(p, order, &k->asked);
    }
    if (!found)
        return;
    const char *sign = params_get(&p->order, "sign"), *fee = params_get(&p->order, "total_fee");
    k->order = true;
    k->deposit = strncmp(p->order_name, "deposit_", 8) == 0;
    k->appid = params_get(&p->order, "appid");
    k->mch_id = params_get(&p->order, "mch_id");
    k->sub_mch_id = params_get(&p->order, "sub_mch_id");
    k->has_kind = sign && sign_kind_from_length(strlen(sign), &k->kind);
    if (fee)
        text_read_fen(fee, &k->total_fee);
}

static bool is_payment(enum event_kind kind)
{
    return kind == EVENT_PAYMENT || kind == EVENT_DEPOSIT || kind == EVENT_GATEWAY_PAYMENT;
}

static bool keep_row(void *ctx, const struct journal_row *row)
{
    struct journal_row *to = ctx;
    *to = (struct journal_row){.id = row->id, .amount = row->amount};
    return false;
}

static void read_again(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    struct precedent *p = ctx;
    struct notice_context c = *p->context;
    (void)row;
    c.known = NULL;
    notice_read(&c, body->request.data ? body->request.data : "", body->request.len, &p->before);
    sign_trace_clear(&p->before.trace); /* there is a key in it */
}

/* Reads a notification of the journal again, into p->before. False: its key is not there any more,
   or its bytes are not. */
static bool read_before(struct precedent *p, int64_t id)
{
    return p->context && !journal_get(p->journal, id, read_again, p, NULL) &&
           p->before.trust == NOTICE_GENUINE;
}

/* Is what the row has genuine, and of the same sub-merchant? Its order may have the same number. */
static bool is_same_order(struct precedent *p, const struct notice *n, int64_t id)
{
    const char *sub = notice_get(n, "sub_mch_id");
    if (!read_before(p, id))
        return false;
    const char *other = notice_get(&p->before, "sub_mch_id");
    return !sub || !other || strcmp(sub, other) == 0;
}

#define REPEATS_MAX 16 /* of one transaction or order that are read again */

/* Of the order, acknowledged or not; a contract's code may be that of an earlier contract, its
   number is its own. */
static bool was_here(struct precedent *p, const struct notice *n, enum event_kind kind)
{
    struct journal_key key = {.kind = JOURNAL_NOTICE,
                              .order_no = notice_order(n),
                              .name = event_name(kind),
                              .transaction_id = is_contract(n) ? notice_transaction(n) : NULL,
                              .mch_id = notice_get(n, "mch_id")};
    struct journal_row row;
    for (int good = 1; good >= 0; good--) {
        key.which = good ? JOURNAL_GOOD : JOURNAL_NOT_GOOD;
        key.before = 0;
        for (int i = 0; i < REPEATS_MAX && journal_find(p->journal, &key, keep_row, &row); i++) {
            if ((good && !notice_get(n, "sub_mch_id")) || is_same_order(p, n, row.id))
                return true;
            key.before = row.id;
        }
    }
    return false;
}

static bool keep_order(void *ctx, const struct journal_row *row)
{
    struct precedent *p = ctx;
    snprintf(p->other, sizeof p->other, "%s", row->order_no);
    return false;
}

/* A refund's row may have the amount of its order: the first versions wrote that. */
static int64_t fee_before(const struct precedent *p, const struct notice *n, bool read,
                          int64_t amount)
{
    const char *name = notice_fee_name(n), *fee = read ? notice_get(&p->before, name) : NULL;
    int64_t fen = 0;
    if (read)
        return fee && text_read_fen(fee, &fen) ? fen : 0;
    return n->kind != EVENT_REFUND && amount > 0 ? amount : 0;
}

/* Those of the same transaction that were acknowledged, the newest first, until one tells the same.
   What cannot be read again is taken for the same. */
static void know_repeats(struct precedent *p, const struct notice *n, struct journal_key key,
                         struct notice_known *k)
{
    struct journal_row row;
    for (int i = 0; i < REPEATS_MAX && journal_find(p->journal, &key, keep_row, &row); i++) {
        bool read = read_before(p, row.id);
        if (!k->seen)
            k->seen_fee = fee_before(p, n, read, row.amount);
        k->seen = true;
        k->seen_paid = k->seen_paid || (read && p->before.paid);
        k->seen_other = read && !notice_same_outcome(&p->before, n);
        if (!k->seen_other)
            break;
        key.before = row.id;
    }
}

static bool has_same_fee(const struct notice *a, const struct notice *b)
{
    const char *name = notice_fee_name(a), *one = notice_get(a, name), *other = notice_get(b, name);
    return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Those of the same transaction that were not acknowledged: did one of them tell the same? What is
   forged is nobody's delivery. */
static void know_refused(struct precedent *p, const struct notice *n, struct journal_key key,
                         struct notice_known *k)
{
    struct journal_row row;
    key.which = JOURNAL_NOT_GOOD;
    key.before = 0;
    for (int i = 0;
         i < REPEATS_MAX && !k->refused && journal_find(p->journal, &key, keep_row, &row); i++) {
        k->refused = read_before(p, row.id) && notice_same_outcome(&p->before, n) &&
                     has_same_fee(&p->before, n);
        key.before = row.id;
    }
}

/* What was told of the same transaction. */
static void know_transaction(struct precedent *p, const struct notice *n, enum event_kind kind,
                             bool known, struct notice_known *k)
{
    struct journal_key key = {.kind = JOURNAL_NOTICE,
                              .order_no = notice_order(n),
                              .name = event_name(kind),
                              .transaction_id = notice_transaction(n),
                              .mch_id = notice_get(n, "mch_id")};
    if (known)
        know_repeats(p, n, key, k);
    if (known && key.transaction_id && (!k->seen || k->seen_other))
        know_refused(p, n, key, k);
    if (k->seen) /* and judged then */
        return;
    if (notice_get(n, "out_trade_no") && journal_find_elsewhere(p->journal, &key, keep_order, p))
        k->other = p->other;
}

/* The newest acknowledged payment of the same order, which is that of another transaction. */
static void know_payer(struct precedent *p, const struct notice *n, enum event_kind kind,
                       struct notice_known *k)
{
    struct journal_key key = {.kind = JOURNAL_NOTICE,
                              .order_no = notice_order(n),
                              .name = event_name(kind),
                              .mch_id = notice_get(n, "mch_id")};
    struct journal_row row;
    for (int i = 0; i < REPEATS_MAX && journal_find(p->journal, &key, keep_row, &row); i++) {
        bool paid = is_same_order(p, n, row.id) && p->before.paid;
        const char *number = paid ? notice_transaction(&p->before) : NULL;
        if (number) {
            snprintf(p->paid_by, sizeof p->paid_by, "%s", number);
            k->paid_by = p->paid_by;
            return;
        }
        key.before = row.id;
    }
}

void precedent_know(void *ctx, const struct notice *n, struct notice_known *k)
{
    struct precedent *p = ctx;
    const char *order = notice_order(n);
    if (!p->journal || !order)
        return;
    k->asked = journal_count(p->journal, JOURNAL_CALL) > 0;
    if (k->asked && n->kind == EVENT_REFUND && n->trust == NOTICE_GENUINE)
        k->refund_fee = find_refund(p, n);
    if (k->asked)
        know_order(p, n, order, k);
    if (n->trust != NOTICE_GENUINE)
        return;
    enum event_kind kind = n->kind == EVENT_PAYMENT && k->deposit ? EVENT_DEPOSIT : n->kind;
    /* Most are the first of their order: this one question spares them the others. */
    bool known = journal_knows(p->journal, JOURNAL_NOTICE, order);
    know_transaction(p, n, kind, known, k);
    if (kind == EVENT_REFUND)
        k->earlier_missing =
            k->order && !was_here(p, n, EVENT_PAYMENT) && !was_here(p, n, EVENT_DEPOSIT);
    if (kind == EVENT_CONTRACT_DELETE)
        k->earlier_missing = k->order && !was_here(p, n, EVENT_CONTRACT_ADD);
    if (!known)
        return;
    if (!k->seen && is_payment(kind))
        know_payer(p, n, kind, k);
    if (!k->seen && !k->paid_by && (kind == EVENT_PAYMENT || kind == EVENT_DEPOSIT))
        k->later_seen = was_here(p, n, EVENT_REFUND);
    if (!k->seen && kind == EVENT_CONTRACT_ADD)
        k->later_seen = was_here(p, n, EVENT_CONTRACT_DELETE);
}

void precedent_clear(struct precedent *p)
{
    params_clear(&p->order);
    notice_clear(&p->before);
    *p = (struct precedent){0};
}
