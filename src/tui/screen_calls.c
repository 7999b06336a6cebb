/* SPDX-License-Identifier: MIT */
/*
 * What can be called next: the menu of `o`. core/next says which calls follow from the last reply
 * and what they carry over; choosing one opens its form with that filled in, and sends nothing.
 */
#include <stdio.h>
#include <string.h>

#include "core/next.h"
#include "tui/screen.h"

/* "out_trade_no=T1 refund_fee=1": what is carried over. */
static void put_note(const struct screen *s, const struct next_call *call, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    if (!call->fits)
        len = (size_t)snprintf(out, size, "%s  ",
                               L(s->w.settings.lang, "此状态下会被拒绝", "refused in this state"));
    for (size_t i = 0; i < call->fields.count && len < size; i++) {
        const struct param *p = &call->fields.items[i];
        const char *own = params_get(&s->w.profile.fields, p->name);
        if (!own || strcmp(own, p->value) != 0) /* whose merchant it is goes without saying */
            len += (size_t)snprintf(out + len, size - len, "%s=%.64s ", p->name,
                                    p->value_len ? p->value : "?");
    }
}

static void chosen(void *ctx, size_t index)
{
    struct screen *s = ctx;
    const struct next_call *call = &s->calls.items[index];
    struct err err;
    enum status st = workspace_follow(&s->w, call->spec->id, &call->fields, &err);
    screen_focus(s, PLAN_FORM);
    if (st)
        workspace_complain(&s->w, &err);
    else
        workspace_say(&s->w, "%s 已填好，尚未发送", "%s is filled in, nothing was sent",
                      call->spec->id);
}

void screen_calls_menu(struct screen *s)
{
    const struct exchange *e = &s->w.exchange;
    enum lang lang = s->w.settings.lang;
    struct menu m = {.title = {"后续调用", "What can be called next"}, .chosen = chosen, .ctx = s};

    if (e->state != EXCHANGE_DONE || !e->spec) {
        workspace_say(&s->w, "先发送一次（Ctrl-R），再看后续调用",
                      "send a request first (Ctrl-R); then its reply says what may follow");
        return;
    }
    struct params paid = {0};
    struct next_source source = {.from = e->spec,
                                 .request = &e->request.params,
                                 .reply = &e->reply.params,
                                 .code = e->reply.code,
                                 .paid = workspace_paid(&s->w, &paid) ? &paid : NULL};
    next_read(&s->w.catalog, &source, &s->calls);
    params_clear(&paid);
    if (s->calls.count == 0) {
        workspace_say(&s->w, "%s 之后没有可调用的接口", "nothing is called after %s", e->spec->id);
        return;
    }
    m.count = s->calls.count;
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < m.count; i++) {
        const struct next_call *call = &s->calls.items[i];
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", call->spec->id);
        snprintf(m.items[i].other, sizeof(m.items[i].other), "%s", bi_get(call->spec->title, lang));
        put_note(s, call, m.items[i].note, sizeof(m.items[i].note));
    }
    s->host.menu(s, &m);
}
