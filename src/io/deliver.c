/* SPDX-License-Identifier: MIT */
/*
 * A delivery owns its timer or its call, never both. What finished stays to be looked at
 * until there are too many.
 */
#include "io/deliver.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/keyless.h"

#define HOLD_MS 3000 /* a held delivery goes anyway: there may be no other */
#define BODY_MAX (1u << 20)
#define ANSWER_MAX (64u << 10) /* bytes kept of an answer */

struct deliver {
    struct loop *loop;
    struct deliver_options options;
    struct delivery **items;
    size_t count, cap;
    unsigned last_id;
};

static const struct {
    const char *name;
    struct bi text;
} states[] = {
    [DELIVERY_WAITING] = {"waiting", {"等待重发", "waiting"}},
    [DELIVERY_HELD] = {"held", {"被故障规则扣住", "held by a fault rule"}},
    [DELIVERY_SENDING] = {"sending", {"发送中", "sending"}},
    [DELIVERY_DONE] = {"done", {"已确认", "acknowledged"}},
    [DELIVERY_GIVEN_UP] = {"given-up", {"已放弃", "given up"}},
};

const char *delivery_state_name(enum delivery_state s)
{
    return states[s].name;
}

struct bi delivery_state_text(enum delivery_state s)
{
    return states[s].text;
}

static void delivery_free(struct delivery *v)
{
    if (v->timer)
        loop_cancel(v->owner->loop, v->timer);
    if (v->http_id)
        http_forget(loop_http(v->owner->loop), v->http_id);
    template_clear(&v->template);
    secret_clear(&v->key);
    buf_clear(&v->body);
    buf_clear(&v->answer);
    findings_clear(&v->findings);
    free(v->mch_id);
    free(v->url);
    free(v);
}

static void set_state(struct delivery *v, enum delivery_state state)
{
    v->state = state;
    if (v->owner->options.sink)
        v->owner->options.sink(v->owner->options.ctx, v);
}

/* ---- Trying ---- */

static void try_now(void *ctx);

static void wait_ms(struct delivery *v, double ms)
{
    int whole = ms > INT_MAX ? INT_MAX : (int)ms;
    v->due = loop_now(v->owner->loop) + whole;
    v->timer = loop_timer(v->owner->loop, whole, try_now, v);
}

/* The next try, if the schedule has one. */
static void plan(struct delivery *v)
{
    double scale = v->owner->options.time_scale > 0 ? v->owner->options.time_scale : 1;
    if (v->once || v->tries >= v->event->tries) {
        set_state(v, DELIVERY_GIVEN_UP);
        return;
    }
    wait_ms(v, v->event->schedule[v->tries] * 1000.0 / scale);
    set_state(v, DELIVERY_WAITING);
}

/* Another one went out: what a rule held back may follow. */
static void release_held(struct deliver *d, const struct delivery *than)
{
    for (size_t i = 0; i < d->count; i++) {
        struct delivery *v = d->items[i];
        if (v->state == DELIVERY_HELD && v != than) {
            loop_cancel(d->loop, v->timer);
            wait_ms(v, 0);
            v->state = DELIVERY_WAITING;
        }
    }
}

static void on_answer(void *ctx, unsigned id, struct http_result *r)
{
    struct delivery *v = ctx;
    (void)id;
    v->http_id = 0;
    bool keyed = keyless_answer_of(r, &v->key);
    v->err = r->err;
    v->status = r->status;
    v->ms = r->times.total;
    buf_clear(&v->answer);
    v->answer = r->body;
    buf_init(&r->body, 0);
    findings_reset(&v->findings);
    struct answer_seen seen = {.err = &v->err,
                               .status = v->status,
                               .content_type = r->content_type,
                               .body = buf_str(&v->answer),
                               .len = v->answer.len,
                               .ms = v->ms};
    v->verdict = answer_judge(v->event->dialect == DIALECT_GATEWAY, &seen, &v->findings);
    if (keyed)
        keyless_say(&v->findings);
    release_held(v->owner, v);
    if (v->verdict == ANSWER_ACKNOWLEDGED)
        set_state(v, DELIVERY_DONE);
    else
        plan(v);
}

static bool is_fault(const struct delivery *v, enum fault_kind kind)
{
    return v->fault && v->fault->kind == kind;
}

/* The bytes of this try, with what its rule spoils. */
static enum status build(struct delivery *v)
{
    struct template t = {.event = v->event};
    params_copy(&t.params, &v->template.params);
    params_copy(&t.inner, &v->template.inner);
    if (is_fault(v, FAULT_COUPONS))
        template_add_coupons(&t);
    if (is_fault(v, FAULT_AMOUNT))
        template_alter_amount(&t);
    struct template_sign how = {.kind = v->kind,
                                .key = &v->key,
                                .with_type = !is_fault(v, FAULT_NO_SIGN_TYPE),
                                .unsigned_ = is_fault(v, FAULT_UNSIGNED),
                                .forged = is_fault(v, FAULT_FORGED),
                                .bad = is_fault(v, FAULT_BAD_SIGN)};
    buf_clear(&v->body);
    buf_init(&v->body, BODY_MAX);
    enum status st = template_write(&t, &how, NULL, &v->body, &v->err);
    if (is_fault(v, FAULT_BAD_XML))
        buf_cut(&v->body, v->body.len / 2);
    template_clear(&t);
    return st;
}

/* A rule loses this try on its way: nothing arrives, and it is repeated. */
static void lose(struct delivery *v)
{
    v->tries++;
    v->status = 0;
    v->verdict = ANSWER_INVALID;
    findings_reset(&v->findings);
    buf_clear(&v->answer);
    err_set(&v->err, ST_NETWORK, SAY("通知没有送到", "故障规则 %s 把它丢了", ""),
            SAY("it did not arrive", "the fault rule %s lost it", ""), v->fault->text);
    plan(v);
}

static void send_now(struct delivery *v)
{
    struct http_request r = {.method = "POST",
                             .url = v->url,
                             .content_type = TEMPLATE_CONTENT_TYPE,
                             .headers = template_headers(),
                             .connect_ms = ANSWER_PATIENCE_MS,
                             .total_ms = ANSWER_PATIENCE_MS,
                             .body_max = ANSWER_MAX};
    v->tries++;
    enum status st = build(v);
    r.body = buf_str(&v->body);
    r.len = v->body.len;
    if (!st)
        st = http_start(loop_http(v->owner->loop), &r, on_answer, v, &v->http_id, &v->err);
    secret_redact(&v->key, &v->body); /* it is on its way; this is for showing */
    if (st) { /* an address that is none, a value that no XML holds: repeating is no use */
        v->verdict = ANSWER_INVALID;
        set_state(v, DELIVERY_GIVEN_UP);
        return;
    }
    set_state(v, DELIVERY_SENDING);
}

static struct delivery *add(struct deliver *d);

/* The same once more, at the same time. */
static void send_twin(struct delivery *v)
{
    struct delivery *twin = add(v->owner);
    twin->event = v->event;
    memcpy(twin->order, v->order, sizeof twin->order);
    twin->mch_id = mem_strdup(v->mch_id);
    twin->url = mem_strdup(v->url);
    twin->template.event = v->event;
    params_copy(&twin->template.params, &v->template.params);
    params_copy(&twin->template.inner, &v->template.inner);
    twin->kind = v->kind;
    secret_copy(&twin->key, &v->key);
    twin->once = true;
    twin->fault = v->fault;
    send_now(twin);
}

static void try_now(void *ctx)
{
    struct delivery *v = ctx;
    struct deliver_options *o = &v->owner->options;
    bool held = v->state == DELIVERY_HELD || is_fault(v, FAULT_REORDER) || is_fault(v, FAULT_DELAY);

    v->timer = 0;
    if (held) /* its rule has had its way; this try is that one */
        v->fault = NULL;
    else
        v->fault = fault_pick(o->faults, o->fault_count, v->event->name, v->order);
    if (is_fault(v, FAULT_DELAY)) {
        wait_ms(v, v->fault->seconds * 1000);
        set_state(v, DELIVERY_WAITING);
        return;
    }
    if (is_fault(v, FAULT_REORDER)) {
        wait_ms(v, HOLD_MS);
        set_state(v, DELIVERY_HELD);
        return;
    }
    if (is_fault(v, FAULT_HANG) || is_fault(v, FAULT_CLOSE)) {
        lose(v);
        return;
    }
    send_now(v);
    if (is_fault(v, FAULT_DUPLICATE))
        send_twin(v);
}

/* ---- The list ---- */

/* Drops the oldest that is finished when there are too many. */
static void make_room(struct deliver *d)
{
    if (d->count < DELIVER_KEEP_MAX)
        return;
    for (size_t i = 0; i < d->count; i++) {
        if (d->items[i]->state != DELIVERY_DONE && d->items[i]->state != DELIVERY_GIVEN_UP)
            continue;
        delivery_free(d->items[i]);
        memmove(d->items + i, d->items + i + 1, (d->count - i - 1) * sizeof(*d->items));
        d->count--;
        return;
    }
}

static struct delivery *add(struct deliver *d)
{
    struct delivery *v = mem_alloc(sizeof *v);
    make_room(d);
    if (d->count == d->cap) {
        d->cap = d->cap ? 2 * d->cap : 16;
        d->items = mem_grow(d->items, d->cap, sizeof(*d->items));
    }
    d->items[d->count++] = v;
    v->owner = d;
    v->id = ++d->last_id;
    return v;
}

struct deliver *deliver_new(struct loop *loop, const struct deliver_options *o)
{
    struct deliver *d = mem_alloc(sizeof *d);
    d->loop = loop;
    d->options = *o;
    return d;
}

void deliver_free(struct deliver *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->count; i++)
        delivery_free(d->items[i]);
    free(d->items);
    free(d);
}

unsigned deliver_post(struct deliver *d, const struct deliver_job *job)
{
    struct delivery *v = add(d);
    v->event = job->template->event;
    snprintf(v->order, sizeof v->order, "%s", job->order ? job->order : "");
    v->mch_id = mem_strdup(job->mch_id ? job->mch_id : "");
    v->tries = job->tries;
    snprintf(v->serial, sizeof v->serial, "%s", job->serial ? job->serial : "");
    v->url = mem_strdup(job->url);
    v->template = *job->template;
    *job->template = (struct template){0};
    v->kind = v->event->has_sign ? v->event->sign : job->kind;
    secret_copy(&v->key, job->key);
    profile_redact_text(&(struct profile){.key = {.value = v->key}}, v->order);
    wait_ms(v, (double)job->wait_ms); /* never from inside the caller's request */
    set_state(v, DELIVERY_WAITING);
    return v->id;
}

long long deliver_wait_ms(const struct delivery *v)
{
    long long left = v->timer ? v->due - loop_now(v->owner->loop) : 0;
    return left > 0 ? left : 0;
}

size_t deliver_count(const struct deliver *d)
{
    return d->count;
}

const struct delivery *deliver_at(const struct deliver *d, size_t index)
{
    return index < d->count ? d->items[index] : NULL;
}
