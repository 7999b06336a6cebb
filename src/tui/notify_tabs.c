/* SPDX-License-Identifier: MIT */
/*
 * Each list is made anew when it is looked at; what grew at its front moves the selection on,
 * so that whoever reads an older line keeps it.
 */
#include "tui/notify_tabs.h"

#include <stdio.h>
#include <stdlib.h>

#include "tui/sandbox_lines.h"

#define AHEAD 300    /* rows fetched beyond the one in sight */
#define SHOWN_MAX 64 /* newest lines among which the one that is stayed on is looked for */

const struct bi notify_tab_names[NOTIFY_TAB_COUNT] = {
    {"通知", "notices"}, {"投递", "deliveries"}, {"沙箱日志", "sandbox log"}};

void notify_tabs_init(struct notify_tabs *n)
{
    *n = (struct notify_tabs){.log = mem_alloc(WORKSPACE_LOG_MAX * sizeof(*n->log))};
}

void notify_tabs_clear(struct notify_tabs *n)
{
    free(n->log);
    free(n->sent);
    *n = (struct notify_tabs){0};
}

/* ---- The rows of each tab ---- */

/* Who reads an older line keeps it; who stands on the newest, or on none, follows. */
static void keep_place(struct list *l, size_t first, size_t grown)
{
    if (l->at > first || (l->at == first && l->top > first))
        l->at += grown;
}

static void refresh_notices(struct notify_tabs *n, struct workspace *w)
{
    struct inbox *b = w->inbox;
    struct list *l = &n->list[NOTIFY_TAB_NOTICES];
    size_t arrived = inbox_listed(b), before = l->count;

    inbox_want(b, n->bottom ? (size_t)-1 : l->at + AHEAD);
    if (before > NOTIFY_HEAD && arrived > n->arrived)
        keep_place(l, NOTIFY_HEAD, arrived - n->arrived);
    n->arrived = arrived;
    list_set(l, NOTIFY_HEAD + inbox_count(b));
    if (before == NOTIFY_HEAD && l->count > NOTIFY_HEAD && l->at == 0)
        list_go(l, NOTIFY_HEAD); /* the first that arrives is what everybody waits for */
    if (n->bottom)
        list_go(l, l->count - 1);
    n->bottom = n->bottom && !inbox_is_complete(b);
    for (size_t i = 0; n->shown && i < SHOWN_MAX && i < inbox_count(b); i++) {
        const struct inbox_row *row = inbox_at(b, i);
        if (row && row->id == n->shown)
            list_go(l, NOTIFY_HEAD + i);
    }
}

static bool delivery_matches(const struct delivery *d, const char *filter)
{
    char text[1200];
    snprintf(text, sizeof text, "%s %s %s %s %s %.300s", d->event->name, d->event->title.zh,
             d->order, delivery_state_name(d->state), delivery_state_text(d->state).zh, d->url);
    return list_match(filter, text);
}

static void refresh_deliveries(struct notify_tabs *n, struct workspace *w)
{
    const struct deliver *d = w->gateway ? gateway_deliveries(w->gateway) : NULL;
    size_t all = d ? deliver_count(d) : 0, before = n->sent_count;

    if (all > n->sent_cap) {
        n->sent_cap = 2 * all;
        n->sent = mem_grow(n->sent, n->sent_cap, sizeof(*n->sent));
    }
    n->sent_count = 0;
    for (size_t i = all; i > 0; i--) {
        if (delivery_matches(deliver_at(d, i - 1), n->filter))
            n->sent[n->sent_count++] = i - 1;
    }
    if (before && n->sent_count > before)
        keep_place(&n->list[NOTIFY_TAB_DELIVERIES], 0, n->sent_count - before);
    list_set(&n->list[NOTIFY_TAB_DELIVERIES], n->sent_count);
}

static void refresh_log(struct notify_tabs *n, struct workspace *w)
{
    size_t before = n->log_count, grown = w->rev_log - n->log_seen;

    n->log_count = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        size_t at = (w->log_next + WORKSPACE_LOG_MAX - 1 - i) % WORKSPACE_LOG_MAX;
        if (sandbox_line_matches(&w->log[at], n->filter))
            n->log[n->log_count++] = at;
    }
    if (before && grown && n->log_count > before)
        keep_place(&n->list[NOTIFY_TAB_LOG], 0, n->log_count - before);
    n->log_seen = w->rev_log;
    list_set(&n->list[NOTIFY_TAB_LOG], n->log_count);
}

void notify_tabs_refresh(struct notify_tabs *n, struct workspace *w)
{
    static void (*const each[NOTIFY_TAB_COUNT])(struct notify_tabs *, struct workspace *) = {
        refresh_notices, refresh_deliveries, refresh_log};
    each[n->tab](n, w);
}

void notify_tabs_turn(struct notify_tabs *n, int step)
{
    n->tab = (enum notify_tab)(((int)n->tab + NOTIFY_TAB_COUNT + step) % NOTIFY_TAB_COUNT);
}

void notify_tabs_filter(struct notify_tabs *n, struct workspace *w, const char *word)
{
    n->shown = 0;
    snprintf(n->filter, sizeof(n->filter), "%s", word);
    inbox_filter(w->inbox, word);
    n->list[NOTIFY_TAB_DELIVERIES].at = n->list[NOTIFY_TAB_LOG].at = 0;
    n->list[NOTIFY_TAB_NOTICES].at = NOTIFY_HEAD;
}

bool notify_tabs_are_empty(const struct notify_tabs *n)
{
    return n->list[n->tab].count <= (n->tab == NOTIFY_TAB_NOTICES ? NOTIFY_HEAD : 0);
}

/* ---- What is selected ---- */

struct list *notify_tabs_list(struct notify_tabs *n)
{
    return &n->list[n->tab];
}

const struct inbox_row *notify_tabs_notice(const struct notify_tabs *n, const struct workspace *w)
{
    const struct list *l = &n->list[NOTIFY_TAB_NOTICES];
    return n->tab == NOTIFY_TAB_NOTICES && list_has(l) && l->at >= NOTIFY_HEAD
               ? inbox_at(w->inbox, l->at - NOTIFY_HEAD)
               : NULL;
}

const struct delivery *notify_tabs_delivery(const struct notify_tabs *n, const struct workspace *w)
{
    const struct list *l = &n->list[NOTIFY_TAB_DELIVERIES];
    return n->tab == NOTIFY_TAB_DELIVERIES && list_has(l) && w->gateway
               ? deliver_at(gateway_deliveries(w->gateway), n->sent[l->at])
               : NULL;
}

const struct sandbox_line *notify_tabs_line(const struct notify_tabs *n, const struct workspace *w)
{
    const struct list *l = &n->list[NOTIFY_TAB_LOG];
    return n->tab == NOTIFY_TAB_LOG && list_has(l) ? &w->log[n->log[l->at]] : NULL;
}

const struct delivery *notify_tabs_delivery_at(const struct notify_tabs *n,
                                               const struct workspace *w, size_t row)
{
    return deliver_at(gateway_deliveries(w->gateway), n->sent[row]);
}

const struct sandbox_line *notify_tabs_line_at(const struct notify_tabs *n,
                                               const struct workspace *w, size_t row)
{
    return &w->log[n->log[row]];
}
