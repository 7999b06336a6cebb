/* SPDX-License-Identifier: MIT */
/*
 * The conclusions: which lives there are, what state each is in, what may come next. Events
 * are taken in the order of time; see order_life.h for what moves a state.
 */
#include "app/order_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/next.h"
#include "core/request.h"
#include "core/text.h"

static const char *fact(const struct order_event *e, const char *name)
{
    return params_has(&e->facts, name) ? params_get(&e->facts, name) : NULL;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* ---- Events of one merchant, by time ---- */

static const char *merchant_of(const struct order_event *e)
{
    const char *m = fact(e, "mch_id");
    return m ? m : "";
}

static int by_time(const void *a, const void *b)
{
    const struct journal_row *x = &((const struct order_event *)a)->row,
                             *y = &((const struct order_event *)b)->row;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static bool is_others(const struct order_life *o, const struct order_event *e)
{
    const char *m = merchant_of(e);
    return m[0] && o->merchant[0] && strcmp(m, o->merchant) != 0;
}

static void sort_events(struct order_life *o)
{
    if (o->all)
        qsort(o->events, o->all, sizeof(*o->events), by_time);
    snprintf(o->merchant, sizeof(o->merchant), "%s", o->wanted);
    for (size_t i = o->all; i-- > 0 && !o->merchant[0];)
        snprintf(o->merchant, sizeof(o->merchant), "%s", merchant_of(&o->events[i]));
    o->event_count = 0;
    for (size_t i = 0; i < o->all; i++) { /* a stable partition */
        struct order_event e = o->events[i];
        if (is_others(o, &e))
            continue;
        memmove(o->events + o->event_count + 1, o->events + o->event_count,
                (i - o->event_count) * sizeof(e));
        o->events[o->event_count++] = e;
    }
    o->others = o->all - o->event_count;
}

/* ---- Which lives ---- */

/* The index of its refund in an event's list, or -1. */
static int listed(const struct order_event *e, const struct order_life_one *l)
{
    char name[40];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "out_refund_no_%d", i);
        const char *ours = fact(e, name);
        snprintf(name, sizeof(name), "refund_id_%d", i);
        const char *theirs = fact(e, name);
        if ((ours && strcmp(ours, l->number) == 0) ||
            (theirs && l->theirs[0] && strcmp(theirs, l->theirs) == 0))
            return i;
    }
    return -1;
}

static bool speaks_of(const struct order_event *e, const struct order_life_one *l)
{
    const char *ours = fact(e, order_id_name(l->subject, false)),
               *theirs = fact(e, order_id_name(l->subject, true));
    if (ours && l->number[0] && strcmp(ours, l->number) == 0)
        return true;
    if (theirs && l->theirs[0] && strcmp(theirs, l->theirs) == 0)
        return true;
    return l->subject == ABOUT_REFUND && listed(e, l) >= 0;
}

bool order_life_has(const struct order_life *o, const struct order_life_one *life, size_t event)
{
    return event < o->event_count && speaks_of(&o->events[event], life);
}

static struct order_life_one *find_life(struct order_life *o, enum order_subject subject,
                                        const char *ours, const char *theirs)
{
    for (size_t i = 0; i < o->life_count; i++) {
        struct order_life_one *l = &o->lives[i];
        if (l->subject == subject &&
            ((ours && same(l->number, ours)) || (theirs && theirs[0] && same(l->theirs, theirs))))
            return l;
    }
    return NULL;
}

static void add_life(struct order_life *o, enum order_subject subject, const char *ours,
                     const char *theirs)
{
    struct order_life_one *l = find_life(o, subject, ours, theirs);
    if ((!ours && !theirs) || (!l && o->life_count == ORDER_LIVES_MAX))
        return;
    if (!l) {
        l = &o->lives[o->life_count++];
        l->subject = subject;
    }
    if (ours && !l->number[0])
        snprintf(l->number, sizeof(l->number), "%s", ours);
    if (theirs && !l->theirs[0])
        snprintf(l->theirs, sizeof(l->theirs), "%s", theirs);
}

/* Adds the lives of a subject; `only`: those with the number asked for. */
static void add_lives(struct order_life *o, enum order_subject subject, bool only)
{
    for (size_t i = 0; i < o->event_count; i++) {
        const struct order_event *e = &o->events[i];
        const char *ours = fact(e, order_id_name(subject, false)),
                   *theirs = fact(e, order_id_name(subject, true));
        bool asked = (ours && same(ours, o->number)) || (theirs && same(theirs, o->number));
        if (asked || !only)
            add_life(o, subject, ours, theirs);
    }
    for (size_t i = 0; only && i < o->life_count; i++) { /* its other number */
        struct order_life_one *l = &o->lives[i];
        for (size_t k = 0; k < o->event_count; k++) {
            if (l->subject == subject && speaks_of(&o->events[k], l))
                add_life(o, subject, fact(&o->events[k], order_id_name(subject, false)),
                         fact(&o->events[k], order_id_name(subject, true)));
        }
    }
}

/* A number that stands in the list of a refund query alone. */
static void add_listed(struct order_life *o)
{
    struct order_life_one l = {.subject = ABOUT_REFUND};
    char name[40];
    snprintf(l.number, sizeof(l.number), "%s", o->number);
    snprintf(l.theirs, sizeof(l.theirs), "%s", o->number);
    for (size_t i = 0; i < o->event_count && o->life_count == 0; i++) {
        int at = listed(&o->events[i], &l);
        if (at < 0)
            continue;
        snprintf(name, sizeof(name), "refund_id_%d", at);
        const char *theirs = fact(&o->events[i], name);
        snprintf(name, sizeof(name), "out_refund_no_%d", at);
        add_life(o, ABOUT_REFUND, fact(&o->events[i], name), theirs);
    }
}

static void find_lives(struct order_life *o)
{
    for (size_t i = 0; i < o->life_count; i++)
        order_life_one_clear(&o->lives[i]);
    o->life_count = 0;
    add_lives(o, ABOUT_ORDER, true);
    if (o->life_count) {
        add_lives(o, ABOUT_REFUND, false);
        for (size_t i = 0; i < o->event_count; i++) {
            if (same(o->events[i].row.name, "contractorder") &&
                speaks_of(&o->events[i], &o->lives[0]))
                add_life(o, ABOUT_CONTRACT, fact(&o->events[i], "contract_code"), NULL);
        }
        for (size_t i = 0; i < o->event_count; i++) { /* the contract's number with the platform */
            const char *code = fact(&o->events[i], "contract_code");
            struct order_life_one *l = code ? find_life(o, ABOUT_CONTRACT, code, NULL) : NULL;
            if (l)
                add_life(o, ABOUT_CONTRACT, code, fact(&o->events[i], "contract_id"));
        }
        return;
    }
    add_lives(o, ABOUT_CONTRACT, true);
    add_lives(o, ABOUT_REFUND, true);
    add_listed(o);
}

/* ---- Which state ---- */

/* What an event tells of this life. */
static const char *told(const struct order_event *e, const struct order_life_one *l)
{
    char name[40];
    int at;
    if (!e->trusted)
        return NULL;
    if (l->subject == ABOUT_CONTRACT)
        return e->contract_state;
    if (l->subject == ABOUT_ORDER)
        return e->row.kind == JOURNAL_NOTICE && e->failed && l->kind == LIFE_DEDUCTION
                   ? "PAYERROR"
                   : e->point.state;
    if (e->failed)
        return NULL;
    if (e->row.kind == JOURNAL_NOTICE)
        return "SUCCESS";
    at = e->asked ? listed(e, l) : -1;
    if (at < 0)
        return e->asked ? fact(e, "refund_status") : "PROCESSING";
    snprintf(name, sizeof(name), "refund_status_%d", at);
    return fact(e, name);
}

/* The more a machine is of its own, the more it says: a refund call fits any order. */
static int weight(enum life_kind kind)
{
    return kind == LIFE_ORDER ? 1 : kind == LIFE_DEPOSIT_MICROPAY ? 3 : 2;
}

static void find_kind(const struct order_life *o, struct order_life_one *l)
{
    int best = 0;
    l->kind = l->subject == ABOUT_ORDER      ? LIFE_ORDER
              : l->subject == ABOUT_CONTRACT ? LIFE_CONTRACT
                                             : LIFE_REFUND;
    for (size_t i = 0; l->subject == ABOUT_ORDER && i < o->event_count; i++) {
        const struct order_event *e = &o->events[i];
        if (!speaks_of(e, l) || !e->trusted || !e->point.state || weight(e->point.kind) <= best)
            continue;
        best = weight(e->point.kind);
        l->kind = e->point.kind;
    }
}

/* Is there a way from one state to another? */
static bool reaches(enum life_kind kind, const char *from, const char *to)
{
    size_t count;
    const struct life_step *steps = life_steps(kind, &count);
    const char *seen[32] = {from};
    size_t seen_count = 1;
    for (size_t at = 0; at < seen_count; at++) {
        for (size_t i = 0; i < count; i++) {
            bool known = false;
            if (!same(steps[i].from, seen[at]))
                continue;
            if (same(steps[i].to, to))
                return true;
            for (size_t k = 0; k < seen_count; k++)
                known = known || same(seen[k], steps[i].to);
            if (!known && seen_count < ARRAY_COUNT(seen))
                seen[seen_count++] = steps[i].to;
        }
    }
    return from == NULL;
}

/* As life_been's `by`. */
static const char *cause(const struct order_event *e, enum life_kind kind, const char *from,
                         const char *to)
{
    size_t count;
    const struct life_step *steps = life_steps(kind, &count);
    if (e->row.kind != JOURNAL_CALL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (same(steps[i].from, from) && same(steps[i].to, to) && same(steps[i].by, e->row.name))
            return steps[i].by;
    }
    return "";
}

static void find_state(const struct order_life *o, struct order_life_one *l)
{
    for (size_t i = 0; i < o->event_count; i++) {
        const struct order_event *e = &o->events[i];
        const struct life_state *s = speaks_of(e, l) ? life_state(l->kind, told(e, l)) : NULL;
        if (!s || same(s->name, l->state) || (!e->asked && !reaches(l->kind, l->state, s->name)))
            continue;
        l->steps = mem_grow(l->steps, l->step_count + 1, sizeof(*l->steps));
        l->steps[l->step_count++] =
            (struct order_step){l->state, s->name, cause(e, l->kind, l->state, s->name), i};
        l->state = s->name;
    }
}

/* ---- What is known ---- */

static void find_known(const struct order_life *o, struct order_life_one *l)
{
    for (int good = 1; good >= 0; good--) { /* what was refused last, and newest first */
        for (size_t i = o->event_count; i-- > 0;) {
            const struct order_event *e = &o->events[i];
            if (!speaks_of(e, l) || (e->trusted && !e->failed) != (good == 1))
                continue;
            for (size_t k = 0; k < e->facts.count; k++) {
                const struct param *p = &e->facts.items[k];
                if (p->value[0] && !params_find(&l->known, p->name))
                    params_set(&l->known, p->name, p->value, NULL);
            }
        }
    }
}

static const char *known(const struct order_life_one *l, const char *name)
{
    return params_has(&l->known, name) ? params_get(&l->known, name) : NULL;
}

/* What has not been refunded yet, in fen; negative: not known. */
static int64_t left_over(const struct order_life *o, const struct order_life_one *l, bool deposit)
{
    const char *whole = known(l, deposit ? "consume_fee" : "total_fee");
    const char *api = deposit ? "deposit_refund" : "refund";
    int64_t left, fee;
    if (!whole || !text_read_fen(whole, &left))
        return -1;
    for (size_t i = 0; i < o->event_count; i++) {
        const struct order_event *e = &o->events[i];
        const char *number = fact(e, "out_refund_no"), *part = fact(e, "refund_fee");
        bool again = false;
        if (!speaks_of(e, l) || !same(e->row.name, api) || !e->trusted || e->failed || !part)
            continue;
        for (size_t k = 0; k < i; k++) /* the same refund, asked for twice */
            again = again ||
                    (same(o->events[k].row.name, api) && o->events[k].trusted &&
                     !o->events[k].failed && same(fact(&o->events[k], "out_refund_no"), number));
        if (!again && text_read_fen(part, &fee))
            left -= fee < left ? fee : left;
    }
    return left;
}

/* ---- What may come next ---- */

static const struct order_event *newest(const struct order_life *o, const struct order_life_one *l,
                                        bool with_base)
{
    for (size_t i = o->event_count; i-- > 0;) {
        const struct order_event *e = &o->events[i];
        if (speaks_of(e, l) && (with_base ? e->base[0] : e->row.profile[0]))
            return e;
    }
    return NULL;
}

/* Our number is enough where the call does not demand the platform's. */
static void drop_twins(const struct order_life_one *l, struct order_next *n)
{
    for (int s = ABOUT_ORDER; s <= ABOUT_REFUND; s++) {
        const char *ours = order_id_name((enum order_subject)s, false),
                   *theirs = order_id_name((enum order_subject)s, true);
        const struct field *f = spec_field(n->spec, theirs);
        if (params_has(&n->fields, ours) && f && !f->required)
            params_remove(&n->fields, theirs);
    }
    if (l->subject == ABOUT_ORDER && !n->step) /* all of its refunds */
        params_remove(&n->fields, "out_refund_no");
    if (l->subject == ABOUT_REFUND)
        params_remove(&n->fields, "out_trade_no");
}

static void write_call(const struct order_life *o, const struct order_life_one *l,
                       struct order_next *n)
{
    const struct order_event *e = newest(o, l, false);
    struct buf out, word;
    buf_init(&out, 64u << 10);
    buf_addf(&out, "wxpc send %s", n->spec->id);
    if (e)
        buf_addf(&out, " -p %s", e->row.profile);
    for (size_t i = 0; i < n->fields.count; i++) {
        const struct param *p = &n->fields.items[i];
        if (e && (same(p->name, "appid") || same(p->name, "mch_id")))
            continue; /* the profile has them */
        buf_init(&word, 2 * ORDER_NUMBER_MAX);
        buf_addf(&word, "%s%s%s", p->name, strchr("@=", p->value[0]) ? "==" : "=", p->value);
        buf_addc(&out, ' ');
        request_quote(&out, buf_str(&word));
        buf_clear(&word);
    }
    n->command = mem_strdup(buf_str(&out));
    buf_clear(&out);
}

/* What the payer does is played in a sandbox. */
static void write_play(const struct order_life *o, const struct order_life_one *l,
                       struct order_next *n)
{
    const struct order_event *e = newest(o, l, true);
    const char *to = n->step->to;
    const char *verb = same(to, "PAYERROR") ? "fail" : same(to, "1") ? "cancel" : "pay";
    struct buf out;
    if (!e || n->step->cause != LIFE_PAYER || !l->number[0])
        return;
    buf_init(&out, 4096);
    buf_addf(&out, "wxpc sandbox %s ", verb);
    request_quote(&out, l->number);
    buf_addf(&out, " --url %s", e->base);
    n->command = mem_strdup(buf_str(&out));
    buf_clear(&out);
}

static struct order_next *add_next(const struct order_life *o, struct order_life_one *l,
                                   const struct life_step *step, const struct spec *spec)
{
    if (l->next_count == ORDER_NEXT_MAX)
        return NULL;
    struct order_next *n = &l->next[l->next_count++];
    *n = (struct order_next){.step = step, .spec = spec};
    if (spec) {
        next_fill(spec, NULL, &l->known, &n->fields);
        drop_twins(l, n);
    } else {
        write_play(o, l, n);
    }
    return n;
}

static bool is_refund(const struct life_step *s)
{
    return same(s->by, "refund") || same(s->by, "deposit_refund");
}

static void add_step(const struct order_life *o, struct order_life_one *l,
                     const struct life_step *s, const struct spec *spec)
{
    int64_t left = is_refund(s) && l->subject == ABOUT_ORDER
                       ? left_over(o, l, same(s->by, "deposit_refund"))
                       : -1;
    if (left == 0)
        return; /* nothing is left to refund */
    struct order_next *n = add_next(o, l, s, spec);
    if (n && spec && left > 0) {
        char fen[24];
        snprintf(fen, sizeof(fen), "%lld", (long long)left);
        params_set(&n->fields, "refund_fee", fen, NULL);
    }
}

static void find_next(const struct order_life *o, struct order_life_one *l,
                      const struct catalog *catalog)
{
    static const char *const queries[LIFE_COUNT][2] = {
        [LIFE_ORDER] = {"orderquery", "refundquery"},
        [LIFE_MICROPAY] = {"orderquery", "refundquery"},
        [LIFE_DEDUCTION] = {"orderquery", "refundquery"},
        [LIFE_DEPOSIT] = {"deposit_orderquery", "deposit_refundquery"},
        [LIFE_DEPOSIT_MICROPAY] = {"deposit_orderquery", "deposit_refundquery"},
        [LIFE_REFUND] = {"refundquery"},
        [LIFE_CONTRACT] = {"querycontract"},
    };
    size_t count;
    const struct life_step *steps = life_steps(l->kind, &count);
    for (size_t i = 0; i < count; i++) {
        if (!same(steps[i].from, l->state))
            continue;
        add_step(o, l, &steps[i], steps[i].by ? catalog_find(catalog, steps[i].by) : NULL);
    }
    for (size_t i = 0; i < 2; i++) {
        const char *api = queries[l->kind][i];
        if (l->kind == LIFE_REFUND && known(l, "consume_fee"))
            api = i == 0 ? "deposit_refundquery" : NULL;
        if (!api || (i == 1 && !same(l->state, "REFUND")))
            continue;
        const struct spec *spec = catalog_find(catalog, api);
        if (spec)
            add_next(o, l, NULL, spec);
    }
    for (size_t i = 0; i < l->next_count; i++) {
        if (l->next[i].spec)
            write_call(o, l, &l->next[i]);
    }
}

void order_life_settle(struct order_life *o, const struct catalog *catalog)
{
    sort_events(o);
    find_lives(o);
    for (size_t i = 0; i < o->life_count; i++) {
        struct order_life_one *l = &o->lives[i];
        find_kind(o, l);
        find_state(o, l);
        find_known(o, l);
        find_next(o, l, catalog);
    }
}

struct life_been *order_life_path(const struct order_life *o, const struct order_life_one *life,
                                  struct life_path *path)
{
    enum { NOTE = RECORD_TIME_SIZE + 24 };
    struct life_been *items = mem_alloc(life->step_count * (sizeof(*items) + NOTE) + 1);
    char *notes = (char *)(items + life->step_count);
    for (size_t i = 0; i < life->step_count; i++) {
        const struct order_step *s = &life->steps[i];
        const struct journal_row *row = &o->events[s->event].row;
        char *note = notes + i * NOTE, at[RECORD_TIME_SIZE];
        record_time(row->at_ms, at);
        snprintf(note, NOTE, "%s #%lld", at, (long long)row->id);
        items[i] = (struct life_been){s->state, s->from, s->by, note};
    }
    *path = (struct life_path){.items = items, .count = life->step_count, .present = life->state};
    return items;
}
