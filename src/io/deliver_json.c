/* SPDX-License-Identifier: MIT */
#include "io/deliver_json.h"

#include <stdlib.h>
#include <string.h>

static bool is_over(const struct delivery *v)
{
    return v->state == DELIVERY_DONE || v->state == DELIVERY_GIVEN_UP;
}

struct json *delivery_json(const struct delivery *v, time_t now)
{
    if (!v->serial[0] || v->once || v->state == DELIVERY_SENDING)
        return NULL;
    struct json *j = json_new_object();
    json_add_string(j, "delivery", v->serial);
    if (v->tries == 0 && !is_over(v)) {
        json_add_string(j, "event", v->event->name);
        json_add_string(j, "order", v->order);
        json_add_string(j, "mch_id", v->mch_id);
        json_add_string(j, "url", v->url);
        json_add_string(j, "sign_type", sign_kind_name(v->kind));
        json_add_params(j, "params", &v->template.params);
        json_add_params(j, "inner", &v->template.inner);
    }
    json_add_int(j, "tries", v->tries);
    json_add_int(j, "due_at", is_over(v) ? 0 : now + deliver_wait_ms(v) / 1000);
    return j;
}

bool delivery_read(const struct json *line, unsigned *tries, time_t *due_at)
{
    const struct json *n = json_get(line, "tries"), *at = json_get(line, "due_at");
    *tries = (unsigned)json_int(n, 0);
    *due_at = (time_t)json_int(at, 0);
    return json_is_int(n) && json_int(n, -1) >= 0 && json_is_int(at) && *due_at >= 0;
}

bool delivery_resume(struct deliver *d, const struct events *events, const struct delivery_kept *k,
                     const struct secret *key, time_t now)
{
    const char *event = json_string(json_get(k->whole, "event")),
               *url = json_string(json_get(k->whole, "url")),
               *type = json_string(json_get(k->whole, "sign_type"));
    struct template t = {0};
    enum event_kind kind;
    enum sign_kind sign;
    if (!event || !event_read(event, &kind) || !url || !type || !sign_kind_read(type, &sign))
        return false;
    t.event = &events->items[kind];
    if (!json_take_params(json_get(k->whole, "params"), &t.params) ||
        !json_take_params(json_get(k->whole, "inner"), &t.inner)) {
        template_clear(&t);
        return false;
    }
    deliver_post(d,
                 &(struct deliver_job){.template = &t,
                                       .order = json_string(json_get(k->whole, "order")),
                                       .url = url,
                                       .kind = sign,
                                       .key = key,
                                       .mch_id = json_string(json_get(k->whole, "mch_id")),
                                       .serial = json_string(json_get(k->whole, "delivery")),
                                       .tries = k->tries,
                                       .wait_ms = k->due_at > now ? (k->due_at - now) * 1000 : 0});
    template_clear(&t);
    return true;
}
