/* SPDX-License-Identifier: MIT */
/*
 * Taking records over: what a record says by itself. What follows from all of them together
 * is order_life_settle.c's.
 */
#include "app/order_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/event.h"
#include "core/notice_word.h"

#define LIST_MAX 50 /* refunds that one query tells of */

/* Ours first. */
static const char *const ids[][2] = {
    [ABOUT_ORDER] = {"out_trade_no", "transaction_id"},
    [ABOUT_CONTRACT] = {"contract_code", "contract_id"},
    [ABOUT_REFUND] = {"out_refund_no", "refund_id"},
};

static const char *const subjects[] = {
    [ABOUT_ORDER] = "order",
    [ABOUT_CONTRACT] = "contract",
    [ABOUT_REFUND] = "refund",
};

/* What is kept of a record beside its row; the first three of the list also with "_0", "_1" … */
static const char *const kept[] = {
    "out_refund_no",  "refund_id",
    "refund_status",  "out_trade_no",
    "transaction_id", "contract_code",
    "contract_id",    "plan_id",
    "appid",          "mch_id",
    "sub_appid",      "sub_mch_id",
    "total_fee",      "fee_type",
    "refund_fee",     "consume_fee",
    "trade_type",     "trade_state",
    "contract_state", "result_code",
    "err_code",       "contract_result_code",
};
#define LISTED 3

const char *order_subject_name(enum order_subject subject)
{
    return subjects[subject];
}

const char *order_id_name(enum order_subject subject, bool theirs)
{
    return ids[subject][theirs];
}

/* ---- Facts ---- */

static void take_fact(struct order_event *e, const struct record *r, const char *name)
{
    const struct params *from = params_has(&r->received, name) ? &r->received : &r->sent;
    const char *value = params_has(from, name) ? params_get(from, name) : NULL;
    if (value && strlen(value) < ORDER_NUMBER_MAX)
        params_set(&e->facts, name, value, NULL);
}

static void take_list(struct order_event *e, const struct record *r)
{
    char name[40];
    for (int i = 0; i < LIST_MAX; i++) {
        for (size_t k = 0; k < LISTED; k++) {
            snprintf(name, sizeof(name), "%s_%d", kept[k], i);
            take_fact(e, r, name);
        }
    }
}

static void set_fact(struct order_event *e, const char *name, const char *value)
{
    if (value[0] && strlen(value) < ORDER_NUMBER_MAX && !params_has(&e->facts, name))
        params_set(&e->facts, name, value, NULL);
}

static bool is_event(const struct journal_row *row, enum event_kind kind)
{
    return row->kind != JOURNAL_CALL && strcmp(row->name, event_name(kind)) == 0;
}

static void take_facts(struct order_event *e, const struct record *r)
{
    for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
        take_fact(e, r, kept[i]);
    if (r->row.kind == JOURNAL_CALL)
        take_list(e, r);
    set_fact(e, "mch_id", r->row.mch_id);
    if (is_event(&r->row, EVENT_REFUND)) { /* its own document is encrypted: the row has them */
        set_fact(e, "out_trade_no", r->row.order_no);
        set_fact(e, "refund_id", r->row.transaction_id);
    }
}

/* The beginning of an address of this machine, as `sandbox pay --url` takes it. */
static void take_base(struct order_event *e, const char *url)
{
    static const char *const local[] = {"http://127.0.0.1:", "http://localhost:"};
    for (size_t i = 0; i < ARRAY_COUNT(local); i++) {
        size_t len = strlen(local[i]),
               port = strspn(url + (strncmp(url, local[i], len) ? 0 : len), "0123456789");
        if (strncmp(url, local[i], len) == 0 && port > 0 && port <= 5)
            snprintf(e->base, sizeof(e->base), "%.*s", (int)(len + port), url);
    }
}

/* ---- What it tells ---- */

static const char *fact(const struct order_event *e, const char *name)
{
    return params_has(&e->facts, name) ? params_get(&e->facts, name) : NULL;
}

static bool is(const char *value, const char *word)
{
    return value && strcmp(value, word) == 0;
}

static void read_call(struct order_event *e, const struct record *r)
{
    static const char *const queries[] = {"orderquery", "deposit_orderquery", "querycontract",
                                          "refundquery", "deposit_refundquery"};
    const char *code = fact(e, "err_code");
    struct life_point p = {0};

    e->trusted = r->row.status != 0 && strcmp(r->row.outcome, "untrusted") != 0;
    e->failed = !r->row.good;
    for (size_t i = 0; i < ARRAY_COUNT(queries); i++)
        e->asked = e->asked || strcmp(r->row.name, queries[i]) == 0;
    if (!e->trusted || !life_read(r->row.name, &r->sent, &r->received,
                                  e->failed ? (code ? code : r->row.outcome) : "", &p))
        return;
    if (p.kind == LIFE_CONTRACT)
        e->contract_state = p.state;
    else
        e->point = p;
    if (is(r->row.name, "pappayapply") && !e->failed)
        e->contract_state = "0"; /* who may deduct has a contract */
}

static void read_notice(struct order_event *e, const struct journal_row *row)
{
    static const struct {
        enum event_kind event;
        enum life_kind kind;
        const char *state;
    } told[] = {
        {EVENT_PAYMENT, LIFE_ORDER, "SUCCESS"},   {EVENT_GATEWAY_PAYMENT, LIFE_ORDER, "SUCCESS"},
        {EVENT_DEPOSIT, LIFE_DEPOSIT, "SUCCESS"}, {EVENT_REFUND, LIFE_ORDER, "REFUND"},
        {EVENT_CONTRACT_ADD, LIFE_CONTRACT, "0"}, {EVENT_CONTRACT_DELETE, LIFE_CONTRACT, "1"},
    };
    static const char *const worthless[] = {"unreadable", "no-key", "unsigned", "forged"};
    const char *result = fact(e, "result_code"), *word = notice_word_find(row->outcome)->id;

    e->trusted = row->kind == JOURNAL_NOTICE;
    for (size_t i = 0; i < ARRAY_COUNT(worthless); i++)
        e->trusted = e->trusted && strcmp(word, worthless[i]) != 0;
    e->failed = is(word, "not-success") || (result && !is(result, "SUCCESS"));
    for (size_t i = 0; e->trusted && !e->failed && i < ARRAY_COUNT(told); i++) {
        if (!is_event(row, told[i].event))
            continue;
        if (told[i].kind == LIFE_CONTRACT)
            e->contract_state = told[i].state;
        else
            e->point = (struct life_point){told[i].kind, told[i].state};
    }
}

/* ---- Numbers that mean the same ---- */

static bool is_id(const struct order_life *o, enum order_subject subject, const char *value)
{
    if (!value)
        return false;
    if (strcmp(value, o->number) == 0)
        return true;
    for (size_t i = 0; i < o->id_count; i++) {
        if (o->ids[i].subject == subject && strcmp(o->ids[i].value, value) == 0)
            return true;
    }
    return false;
}

static void learn(struct order_life *o, enum order_subject subject, const char *value)
{
    for (size_t i = 0; i < o->id_count; i++) {
        if (o->ids[i].subject == subject && value && strcmp(o->ids[i].value, value) == 0)
            return;
    }
    if (!value || o->id_count == ORDER_IDS_MAX)
        return;
    o->ids[o->id_count].subject = subject;
    snprintf(o->ids[o->id_count++].value, ORDER_NUMBER_MAX, "%s", value);
}

/* A refund query's list has numbers as well. */
static bool in_list(const struct order_life *o, const struct order_event *e)
{
    for (size_t i = 0; i < e->facts.count; i++) {
        const char *name = e->facts.items[i].name;
        if ((strncmp(name, "out_refund_no_", 14) == 0 || strncmp(name, "refund_id_", 10) == 0) &&
            is_id(o, ABOUT_REFUND, e->facts.items[i].value))
            return true;
    }
    return false;
}

/* Does it speak of it? What else it calls the same is learnt. */
static bool concerns(struct order_life *o, const struct order_event *e)
{
    bool any = in_list(o, e);
    for (size_t s = 0; s < ARRAY_COUNT(ids); s++) {
        enum order_subject subject = (enum order_subject)s;
        const char *ours = fact(e, ids[s][0]), *theirs = fact(e, ids[s][1]);
        if (!is_id(o, subject, ours) && !is_id(o, subject, theirs))
            continue;
        any = true;
        learn(o, subject, ours);
        learn(o, subject, theirs);
        if (subject == ABOUT_ORDER && is(e->row.name, "contractorder"))
            learn(o, ABOUT_CONTRACT, fact(e, "contract_code"));
    }
    return any;
}

/* ---- Adding ---- */

static void clear_event(struct order_event *e)
{
    record_row_clear(&e->row);
    params_clear(&e->facts);
}

static bool is_there(const struct order_life *o, int64_t id)
{
    for (size_t i = 0; i < o->all; i++) {
        if (o->events[i].row.id == id)
            return true;
    }
    return false;
}

void order_life_begin(struct order_life *o, const char *number, const char *merchant)
{
    order_life_clear(o);
    snprintf(o->number, sizeof(o->number), "%s", number);
    snprintf(o->wanted, sizeof(o->wanted), "%s", merchant ? merchant : "");
}

bool order_life_add(struct order_life *o, const struct record *r)
{
    struct order_event e = {0};
    if (is_there(o, r->row.id))
        return true;
    record_row_copy(&e.row, &r->row);
    take_facts(&e, r);
    if (!concerns(o, &e)) {
        clear_event(&e);
        return false;
    }
    if (o->all == ORDER_EVENTS_MAX) {
        o->cut = true;
        clear_event(&e);
        return true;
    }
    if (r->row.kind == JOURNAL_CALL)
        read_call(&e, r);
    else
        read_notice(&e, &r->row);
    take_base(&e, r->row.kind == JOURNAL_CALL ? r->url : "");
    if (o->all == o->cap) {
        o->cap = o->cap ? 2 * o->cap : 16;
        o->events = mem_grow(o->events, o->cap, sizeof(*o->events));
    }
    o->events[o->all++] = e;
    return true;
}

const char *order_life_alias(const struct order_life *o, const char *const *numbers, size_t count)
{
    for (size_t i = 0; i < o->id_count; i++) {
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known = known || strcmp(numbers[k], o->ids[i].value) == 0;
        if (!known)
            return o->ids[i].value;
    }
    return NULL;
}

void order_life_one_clear(struct order_life_one *l)
{
    for (size_t i = 0; i < l->next_count; i++) {
        params_clear(&l->next[i].fields);
        free(l->next[i].command);
    }
    params_clear(&l->known);
    free(l->steps);
    *l = (struct order_life_one){0};
}

void order_life_clear(struct order_life *o)
{
    for (size_t i = 0; i < o->all; i++)
        clear_event(&o->events[i]);
    free(o->events);
    for (size_t i = 0; i < o->life_count; i++)
        order_life_one_clear(&o->lives[i]);
    *o = (struct order_life){0};
}
