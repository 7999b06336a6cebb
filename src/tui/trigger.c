/* SPDX-License-Identifier: MIT */
/*
 * What was typed is kept apart from what the template fills: each change fills and signs anew
 * (core/template), so the body shown is the body sent. A name that the event does not have is
 * refused as on the command line.
 */
#include "tui/trigger.h"

#include <stdio.h>
#include <string.h>

#include "core/sealed.h"

#define BODY_MAX (1u << 20)

/* ---- Filling ---- */

static void add_row(struct trigger *t, const char *name, const struct field *field,
                    const struct param *param)
{
    if (t->count < TRIGGER_ROWS_MAX)
        t->rows[t->count++] = (struct trigger_row){name, field, param};
}

const struct trigger_row *trigger_find(const struct trigger *t, const char *name)
{
    for (size_t i = t->head; i < t->count; i++) {
        if (strcmp(t->rows[i].name, name) == 0)
            return &t->rows[i];
    }
    return NULL;
}

static void add_present(struct trigger *t, const struct params *p, bool inside)
{
    for (size_t i = 0; i < p->count; i++)
        add_row(t, p->items[i].name, event_field(t->event, p->items[i].name, inside), &p->items[i]);
}

static void add_absent(struct trigger *t, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!strchr(fields[i].name, '$') && !trigger_find(t, fields[i].name))
            add_row(t, fields[i].name, &fields[i], NULL);
    }
}

static void build_rows(struct trigger *t)
{
    t->count = 0;
    add_row(t, "URL", NULL, NULL);
    if (!t->event->sealed && !t->event->has_sign)
        add_row(t, "algorithm", NULL, NULL);
    t->head = t->count;
    add_present(t, &t->filled.inner, true);
    add_present(t, &t->filled.params, false);
    add_absent(t, t->event->inner, t->event->inner_count);
    add_absent(t, t->event->fields, t->event->field_count);
}

static void write_body(struct trigger *t)
{
    struct template copy = {.event = t->event};
    struct template_sign how = {.kind = t->kind, .key = &t->profile.key.value, .with_type = true};
    params_copy(&copy.params, &t->filled.params);
    params_copy(&copy.inner, &t->filled.inner);
    buf_clear(&t->body);
    buf_init(&t->body, BODY_MAX);
    t->err = (struct err){0};
    template_write(&copy, &how, NULL, &t->body, &t->err);
    profile_redact(&t->profile, &t->body); /* for showing; what is posted is built anew */
    buf_clear(&t->plain);
    if (copy.inner.count && !t->err.status) {
        sealed_plain(&copy.inner, &t->plain, NULL);
        profile_redact(&t->profile, &t->plain);
    }
    template_clear(&copy);
}

static enum status refill(struct trigger *t, struct err *err)
{
    struct template_source s = {.event = t->event,
                                .order = t->order.count ? &t->order : NULL,
                                .given = &t->given,
                                .profile = &t->profile,
                                .seed = t->seed};
    struct template next = {0};
    enum sign_kind typed;
    enum status st = template_kind(&s, NULL, &typed, err);
    if (!st)
        st = template_fill(&s, &next, err);
    if (st)
        return st;
    if (params_has(&t->given, "sign_type"))
        t->kind = typed; /* else as it was chosen */
    template_say_kind(&next, t->kind);
    template_clear(&t->filled);
    t->filled = next;
    build_rows(t);
    write_body(t);
    return ST_OK;
}

/* ---- Its life ---- */

/* Does such a call lead to this event? What was paid may be refunded, what was signed may end. */
static bool leads_to(const struct spec *s, const struct event *event)
{
    enum event_kind kind;
    for (size_t i = 0; i < s->notification_count; i++) {
        if (!event_read(s->notifications[i].event, &kind))
            continue;
        if (kind == event->kind ||
            (event->kind == EVENT_REFUND && (kind == EVENT_PAYMENT || kind == EVENT_DEPOSIT)) ||
            (event->kind == EVENT_CONTRACT_DELETE && kind == EVENT_CONTRACT_ADD))
            return true;
    }
    return false;
}

/* The last call, if it is an order that leads to this event. */
static void take_order(struct trigger *t, const struct workspace *w)
{
    const struct exchange *e = &w->exchange;
    if (e->spec && leads_to(e->spec, t->event))
        params_copy(&t->order, &e->request.params);
    if (t->order.count && !t->event->has_sign)
        t->kind = e->request.kind;
}

enum status trigger_open(struct trigger *t, struct workspace *w, const struct event *e,
                         struct err *err)
{
    *t = (struct trigger){.event = e};
    enum status st = workspace_event_profile(w, e, &t->profile, err);
    if (st)
        return st;
    t->kind = e->has_sign ? e->sign : t->profile.has_sign_type ? t->profile.sign_type : SIGN_MD5;
    take_order(t, w);
    snprintf(t->url, sizeof t->url, "%s", workspace_notify_url(w));
    workspace_template_seed(w, &t->seed);
    return refill(t, err);
}

void trigger_clear(struct trigger *t)
{
    template_clear(&t->filled);
    profile_clear(&t->profile);
    params_clear(&t->order);
    params_clear(&t->given);
    buf_clear(&t->body);
    buf_clear(&t->plain);
    *t = (struct trigger){0};
}

/* ---- Changing ---- */

enum status trigger_set(struct trigger *t, const char *name, const char *value, struct err *err)
{
    struct params before = {0};
    enum status st = ST_OK;

    params_copy(&before, &t->given);
    if (value)
        st = params_set(&t->given, name, value, err);
    else
        params_remove(&t->given, name);
    if (!st)
        st = refill(t, err);
    if (st) {
        params_copy(&t->given, &before);
        refill(t, NULL);
    }
    params_clear(&before);
    return st;
}

bool trigger_has(const struct trigger *t, const char *name)
{
    return params_find(&t->given, name) != NULL;
}

void trigger_turn_kind(struct trigger *t)
{
    t->kind = t->kind == SIGN_MD5 ? SIGN_HMAC_SHA256 : SIGN_MD5;
    params_remove(&t->given, "sign_type"); /* typed, it would win */
    refill(t, NULL);
}

void trigger_renew(struct trigger *t, struct workspace *w)
{
    workspace_template_seed(w, &t->seed);
    refill(t, NULL);
}

enum status trigger_send(const struct trigger *t, struct workspace *w, struct err *err)
{
    struct template copy = {.event = t->event};
    enum status st = t->err.status;
    if (st && err)
        *err = t->err;
    if (!st && !t->url[0])
        st = err_set(
            err, ST_ARGUMENT, SAY("没有地址", "", "在第一行填写，或先启动监听"),
            SAY("there is no address", "", "give one in the first row, or start the listener"));
    if (st)
        return st;
    params_copy(&copy.params, &t->filled.params);
    params_copy(&copy.inner, &t->filled.inner);
    st = workspace_post_template(w, &copy, &t->profile,
                                 &(struct template_sign){.kind = t->kind, .with_type = true},
                                 t->url, err);
    template_clear(&copy);
    return st;
}
