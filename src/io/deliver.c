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
    [DELIVERY_WAITING] = {"waiting", {"等待发送", "waiting"}},
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
    v->due_at = v->owner->options.clock() + (whole + 999) / 1000;
    v->timer = loop_timer(v->owner->loop, whole, try_now, v);
}

/* The next try, if the schedule has one. */
static void plan(struct delivery *v)
{
    double scale = v->owner->options.time_scale > 0 ? v->owner->options.time_scale : 1;
    if (v->once || v->tries >= v->schedule->tries) {
        set_state(v, DELIVERY_GIVEN_UP);
        return;
    }
    wait_ms(v, v->schedule->wait[v->tries] * 1000.0 / scale);
    set_state(v, DELIVERY_WAITING);
}

/* One of those behind it went out: what a rule held back may follow. */
static void release_held(struct deliver *d, const struct delivery *than)
{
    for (size_t i = 0; i < d->count; i++) {
        struct delivery *v = d->items[i];
        if (v->state == DELIVERY_HELD && v->id < than->id) {
            loop_cancel(d->loop, v->timer);
            wait_ms(v, 0);
            v->state = DELIVERY_WAITING;
        }
    }
}

static bool is_fault(const struct delivery *v, enum fault_kind kind)
{
    return v->fault && v->fault->kind == kind;
}

/* The rule let only half of it out, and no answer came. */
static void say_half(struct delivery *v)
{
    if (is_fault(v, FAULT_CLOSE))
        err_set(&v->err, ST_NETWORK, SAY("通知没有送到", "故障规则 %s 使连接在请求中途关闭", ""),
                SAY("it did not arrive",
                    "the fault rule %s closed the connection in the middle of the request", ""),
                v->fault->text);
    else
        err_set(&v->err, ST_TIMEOUT,
                SAY("通知没有送到", "故障规则 %s 只发出一半，等到超时也没有应答", ""),
                SAY("it did not arrive",
                    "the fault rule %s sent half of it, and no answer came in time", ""),
                v->fault->text);
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
    if (v->status == 0 && (is_fault(v, FAULT_CLOSE) || is_fault(v, FAULT_HANG)))
        say_half(v);
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
    v->tried = true;
    if (v->verdict == ANSWER_ACKNOWLEDGED)
        set_state(v, DELIVERY_DONE);
    else
        plan(v);
    v->tried = false;
}

/* The bytes of a try, with what `rule` (NULL: none) spoils. */
static enum status write_body(struct delivery *v, const struct fault_rule *rule, struct buf *out)
{
    enum fault_kind fault = rule ? rule->kind : FAULT_KIND_COUNT;
    struct template t = {.event = v->event};
    params_copy(&t.params, &v->template.params);
    params_copy(&t.inner, &v->template.inner);
    if (fault == FAULT_COUPONS)
        template_add_coupons(&t);
    if (fault == FAULT_AMOUNT)
        template_alter_amount(&t);
    if (fault == FAULT_CODE)
        template_tell_failure(&t, rule->code);
    struct template_sign how = {.kind = v->kind,
                                .key = &v->key,
                                .with_type = fault != FAULT_NO_SIGN_TYPE,
                                .unsigned_ = fault == FAULT_UNSIGNED,
                                .forged = fault == FAULT_FORGED,
                                .bad = fault == FAULT_BAD_SIGN};
    buf_init(out, BODY_MAX);
    enum status st = template_write(&t, &how, NULL, out, &v->err);
    if (fault == FAULT_BAD_XML)
        buf_cut(out, out->len / 2);
    template_clear(&t);
    return st;
}

/* Faults that are seen in the bytes. */
static bool spoils_bytes(enum fault_kind kind)
{
    return kind == FAULT_CODE || kind == FAULT_BAD_XML || kind == FAULT_BAD_SIGN ||
           kind == FAULT_UNSIGNED || (kind > FAULT_REORDER && kind < FAULT_KIND_COUNT);
}

/* The bytes of this try. A rule that changes none of them (an order without sign_type has none to
   leave away) was not done, and is not told of. */
static enum status build(struct delivery *v)
{
    buf_clear(&v->body);
    enum status st = write_body(v, v->fault, &v->body);
    if (!st && v->fault && spoils_bytes(v->fault->kind)) {
        struct buf good;
        bool same = !write_body(v, NULL, &good) && good.len == v->body.len &&
                    memcmp(good.data, v->body.data, good.len) == 0;
        buf_clear(&good);
        if (same)
            v->fault = NULL;
    }
    return st;
}

static void send_now(struct delivery *v)
{
    long patience = v->owner->options.patience_ms;
    patience = patience ? patience : ANSWER_PATIENCE_MS;
    struct http_request r = {.method = "POST",
                             .url = v->url,
                             .content_type = TEMPLATE_CONTENT_TYPE,
                             .headers = template_headers(),
                             .broken = is_fault(v, FAULT_CLOSE)  ? HTTP_CLOSE
                                       : is_fault(v, FAULT_HANG) ? HTTP_STALL
                                                                 : HTTP_WHOLE,
                             .connect_ms = patience,
                             .total_ms = patience,
                             .body_max = ANSWER_MAX};
    v->tries++;
    enum status st = build(v);
    r.body = buf_str(&v->body);
    r.len = v->body.len;
    if (!st)
        st = http_start(loop_http(v->owner->loop), &r, on_answer, v, &v->http_id, &v->err);
    if (r.broken)
        buf_cut(&v->body, v->body.len / 2);
    secret_redact(&v->key, &v->body); /* it is on its way; this is for showing */
    if (st) { /* an address that is none, a value that no XML holds: repeating is no use */
        v->verdict = ANSWER_INVALID;
        v->tried = true;
        set_state(v, DELIVERY_GIVEN_UP);
        v->tried = false;
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
    twin->schedule = v->schedule;
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

/* Asks the rules; true if one delays this try. */
static bool detain(struct delivery *v)
{
    struct deliver_options *o = &v->owner->options;
    v->fault = fault_pick(o->faults, o->fault_count, v->event->name, true, v->order);
    v->detained = is_fault(v, FAULT_DELAY) || is_fault(v, FAULT_REORDER);
    if (!v->detained)
        return false;
    wait_ms(v, is_fault(v, FAULT_REORDER) ? HOLD_MS : v->fault->seconds * 1000);
    set_state(v, is_fault(v, FAULT_REORDER) ? DELIVERY_HELD : DELIVERY_WAITING);
    return true;
}

static void try_now(void *ctx)
{
    struct delivery *v = ctx;
    v->timer = 0;
    if (!v->detained && detain(v))
        return;
    if (v->state == DELIVERY_HELD)
        v->fault = NULL; /* none passed it in time: nothing was reordered */
    v->detained = false; /* its rule has had its way; this try is that one */
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

static time_t real_clock(void)
{
    return time(NULL);
}

struct deliver *deliver_new(struct loop *loop, const struct deliver_options *o)
{
    struct deliver *d = mem_alloc(sizeof *d);
    d->loop = loop;
    d->options = *o;
    d->options.clock = o->clock ? o->clock : real_clock;
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
    v->schedule = event_schedule(v->event, params_has(&job->template->params, "contract_id"));
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
