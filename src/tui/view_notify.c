/* SPDX-License-Identifier: MIT */
/*
 * Pane 6: the listener's state, told as it is, what arrived, what the sandbox delivers and
 * what it was asked.
 *
 * Three lists as tabs, newest first. The first begins with a line for the listener and one
 * for the sandbox, which Enter opens as well; its rows are the inbox's, fetched as they come
 * into sight.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/diagnosis.h"
#include "tui/life_view.h"
#include "tui/notice_view.h"
#include "tui/notify_lines.h"
#include "tui/notify_menu.h"
#include "tui/notify_tabs.h"
#include "tui/pane.h"
#include "tui/sandbox_lines.h"
#include "tui/service_lines.h"

#define WIDE 50 /* cells: from here on the title names all tabs */

struct notify {
    struct notify_asked asked; /* first: the menus know no more of this */
    struct notify_tabs tabs;
    int cols; /* as drawn last */
};

static struct notify_tabs *tabs_of(struct view *v)
{
    return &((struct notify *)v->data)->tabs;
}

static void refresh(struct view *v)
{
    notify_tabs_refresh(tabs_of(v), v->w);
}

static const struct inbox_row *selected_notice(struct view *v)
{
    return notify_tabs_notice(tabs_of(v), v->w);
}

static const struct delivery *selected_delivery(struct view *v)
{
    return notify_tabs_delivery(tabs_of(v), v->w);
}

static const struct sandbox_line *selected_line(struct view *v)
{
    return notify_tabs_line(tabs_of(v), v->w);
}

static void notify_open(struct view *v)
{
    struct notify *n = mem_alloc(sizeof(*n));
    notify_tabs_init(&n->tabs);
    v->data = n;
}

static void notify_close(struct view *v)
{
    struct notify *n = v->data;
    if (n)
        notify_tabs_clear(&n->tabs);
    free(n);
    v->data = NULL;
}

/* ---- Drawing ---- */

static void draw_row(void *ctx, size_t row, bool selected, struct surface *s)
{
    struct view *v = ctx;
    const struct notify_tabs *n = tabs_of(v);
    (void)selected;

    if (n->tab == NOTIFY_TAB_LOG) {
        sandbox_line_row(notify_tabs_line_at(n, v->w, row), s);
    } else if (n->tab == NOTIFY_TAB_DELIVERIES) {
        notify_delivery_row(notify_tabs_delivery_at(n, v->w, row), view_lang(v), s);
    } else if (row == 0) {
        service_listener_row(v->w, view_lang(v), s);
    } else if (row == 1) {
        service_sandbox_row(v->w, view_lang(v), s);
    } else {
        const struct inbox_row *one = inbox_at(v->w->inbox, row - NOTIFY_HEAD);
        if (one)
            notify_row(v->w->inbox, one, view_lang(v), s);
    }
}

/* What an empty list says; NULL when it is none. */
static const char *empty_text(struct view *v)
{
    const struct notify_tabs *n = tabs_of(v);
    enum lang lang = view_lang(v);
    if (!notify_tabs_are_empty(n))
        return NULL;
    if (n->filter[0])
        return inbox_is_complete(v->w->inbox) || n->tab != NOTIFY_TAB_NOTICES
                   ? L(lang, "没有匹配的行", "no line matches")
                   : L(lang, "正在查找", "searching");
    if (n->tab == NOTIFY_TAB_LOG)
        return L(lang, "沙箱尚未收到请求；按 Ctrl-R 发送",
                 "the sandbox was asked nothing yet; Ctrl-R sends");
    if (n->tab == NOTIFY_TAB_DELIVERIES)
        return L(lang, "沙箱尚未投递通知；下单后按 P 付款",
                 "the sandbox has delivered nothing; P pays an order");
    if (!v->w->gateway && v->w->started) /* nobody plays the payer of a merchant's own gateway */
        return L(lang, "还没有通知；t 触发一条", "nothing arrived yet; t makes one");
    return v->w->exchange.state == EXCHANGE_DONE
               ? L(lang, "还没有通知；P 扮演付款用户", "nothing arrived yet; P plays the payer")
               : L(lang, "还没有通知；先下单，再按 P 付款",
                   "nothing arrived yet; send an order, then P pays it");
}

static void notify_draw(struct view *v, struct surface *s)
{
    struct notify *n = v->data;
    struct notify_tabs *t = &n->tabs;
    int used = 0;

    n->cols = s->cols;
    refresh(v);
    if (t->filter[0]) {
        int col = surface_put(s, 0, 0, THEME_KEY, "/");
        surface_put_cut(s, used++, col, THEME_MATCH, t->filter);
    }
    if (used >= s->rows)
        return;
    struct surface rows = surface_sub(s, (struct rect){used, 0, s->rows - used, s->cols});
    const char *empty = empty_text(v);
    int at = (int)t->list[t->tab].count;
    list_draw(&t->list[t->tab], &rows, v->focus, draw_row, v);
    if (empty && at < rows.rows) {
        struct surface rest = surface_sub(&rows, (struct rect){at, 0, rows.rows - at, rows.cols});
        surface_put_wrapped(&rest, 0, THEME_DIM, empty);
    }
}

static void notify_frame(struct view *v, struct view_frame *out)
{
    const struct notify *n = v->data;
    const struct notify_tabs *t = &n->tabs;
    enum lang lang = view_lang(v);
    size_t len;

    refresh(v);
    len = (size_t)snprintf(out->title, sizeof(out->title), "%s", L(lang, "通知", "Notify"));
    if (n->cols < WIDE && t->tab != NOTIFY_TAB_NOTICES)
        snprintf(out->title, sizeof(out->title), "%s", bi_get(notify_tab_names[t->tab], lang));
    for (int i = 0; i < NOTIFY_TAB_COUNT && n->cols >= WIDE; i++)
        len +=
            (size_t)snprintf(out->title + len, sizeof(out->title) - len,
                             i == (int)t->tab ? " [%s]" : " %s", bi_get(notify_tab_names[i], lang));
    service_listener_state(v->w, lang, out);
    if (t->tab == NOTIFY_TAB_NOTICES && t->list[NOTIFY_TAB_NOTICES].at >= NOTIFY_HEAD &&
        inbox_total(v->w->inbox) > 0)
        snprintf(out->foot, sizeof(out->foot), "%zu/%lld",
                 t->list[NOTIFY_TAB_NOTICES].at - NOTIFY_HEAD + 1,
                 t->filter[0] ? (long long)inbox_count(v->w->inbox)
                              : (long long)inbox_total(v->w->inbox));
    else
        list_foot(&t->list[t->tab], out->foot, sizeof(out->foot));
}

/* ---- Details ---- */

static void add_delivery(struct view *v, const struct delivery *d, struct buf *out)
{
    struct lines l = {0};
    notify_delivery(&l, view_lang(v), d);
    lines_dump(&l, out);
    lines_clear(&l);
}

static void notify_explain(struct view *v, struct pager_text *out)
{
    char text[2 * ERR_TEXT_MAX];
    pane_pager(out, (struct bi){"通知与沙箱", "Notices and sandbox"});
    if (inbox_state(v->w->inbox) == INBOX_FAILED) {
        err_line(inbox_error(v->w->inbox), view_lang(v), text, sizeof(text));
        buf_addf(&out->text, "! %s\n\n", text);
    }
    notify_help_page(v->w, view_lang(v), &out->text);
}

static void open_selected(struct view *v)
{
    const struct inbox_row *row = selected_notice(v);
    const struct delivery *d = selected_delivery(v);
    const struct sandbox_line *line = selected_line(v);
    struct pager_text text = {0};

    if (row) {
        notice_view_open(v->w, v->host, row->id);
        return;
    }
    if (tabs_of(v)->tab == NOTIFY_TAB_NOTICES && notify_tabs_list(tabs_of(v))->at == 0) {
        notify_listener_menu(v);
        return;
    }
    if (d) {
        pane_pager(&text, (struct bi){"投递", "Delivery"});
        add_delivery(v, d, &text.text);
    } else if (line) {
        pane_pager(&text, (struct bi){"沙箱日志", "Sandbox log"});
        sandbox_line_page(line, view_lang(v), &text.text);
    } else {
        notify_explain(v, &text);
    }
    v->host->pager(v->host->ctx, &text);
}

static void full_notice(struct view *v, const struct inbox_row *row, struct buf *out)
{
    struct inbox_notice n = {0};
    struct lines l = {0};
    struct redelivery next;
    enum lang lang = view_lang(v);
    if (!inbox_read(v->w->inbox, row->id, &n, NULL)) {
        redelivery_find(v->w, &n, &next);
        notify_fields(&l, lang, &n, (size_t)-1);
        lines_end(&l);
        notify_answered(&l, lang, &n, &next);
        lines_end(&l);
        notify_bytes(&l, lang, &n, (size_t)-1);
        lines_dump(&l, out);
    }
    lines_clear(&l);
    inbox_notice_clear(&n);
}

/* v: of the log and the deliveries all, of the notifications the selected one. */
static void notify_full(struct view *v, struct pager_text *out)
{
    struct notify_tabs *n = tabs_of(v);
    const struct inbox_row *row;

    refresh(v);
    row = selected_notice(v);
    if (n->tab == NOTIFY_TAB_NOTICES && !row) {
        notify_explain(v, out);
        return;
    }
    pane_pager(out, notify_tab_names[n->tab]);
    if (row)
        full_notice(v, row, &out->text);
    for (size_t i = 0; n->tab == NOTIFY_TAB_LOG && i < n->log_count; i++) {
        sandbox_line_page(notify_tabs_line_at(n, v->w, i), view_lang(v), &out->text);
        buf_addc(&out->text, '\n');
    }
    for (size_t i = 0; n->tab == NOTIFY_TAB_DELIVERIES && i < n->sent_count; i++) {
        add_delivery(v, notify_tabs_delivery_at(n, v->w, i), &out->text);
        buf_addc(&out->text, '\n');
    }
}

/* ---- Actions ---- */

static enum view_answer notify_move(struct view *v, enum action a)
{
    struct notify_tabs *n = tabs_of(v);
    if (a == ACTION_TAB_LEFT || a == ACTION_TAB_RIGHT) {
        notify_tabs_turn(n, a == ACTION_TAB_RIGHT ? 1 : -1);
        refresh(v);
        return VIEW_HANDLED;
    }
    if (!list_action(notify_tabs_list(tabs_of(v)), a))
        return VIEW_IGNORED;
    n->bottom = a == ACTION_BOTTOM;
    n->shown = 0;
    refresh(v);
    return VIEW_HANDLED;
}

void view_notify_show(struct view *v, int64_t id)
{
    struct notify_tabs *n = tabs_of(v);
    n->tab = NOTIFY_TAB_NOTICES;
    v->ops->search(v, "", 0); /* a word would leave rows out */
    n->shown = id;
    refresh(v);
}

static void pay(struct view *v)
{
    const struct inbox_row *row = selected_notice(v);
    const struct delivery *d = selected_delivery(v);
    const char *last = workspace_order(v->w);
    notify_payer_menu(v, last ? last : row ? row->order : d ? d->order : NULL);
}

static void replay(struct view *v)
{
    const struct inbox_row *row = selected_notice(v);
    if (row)
        notify_resend_menu(v, row->id, workspace_notify_url(v->w));
    else
        workspace_say(v->w, "先在“通知”页选中一条", "select one in the tab of notices first");
}

/* Of what is selected; where nothing is, the screen's own: of the last call. */
static enum view_answer life(struct view *v)
{
    const struct inbox_row *row = selected_notice(v);
    const struct delivery *d = selected_delivery(v);
    const char *order = row ? row->order : d ? d->order : "";
    struct err err;
    if (!order[0])
        return VIEW_IGNORED;
    struct view *over = life_view_new(v->w, v->host, order, &err);
    if (over)
        v->host->overlay(v->host->ctx, over);
    else
        workspace_complain(v->w, &err);
    return VIEW_HANDLED;
}

static enum view_answer notify_action(struct view *v, enum action a)
{
    refresh(v);
    switch ((int)a) {
    case ACTION_OPEN:
        open_selected(v);
        return VIEW_HANDLED;
    case ACTION_LISTEN:
        notify_toggle(v);
        return VIEW_HANDLED;
    case ACTION_PAY:
        pay(v);
        return VIEW_HANDLED;
    case ACTION_REPLAY:
        replay(v);
        return VIEW_HANDLED;
    case ACTION_COPY: /* where none is selected: the screen's own menu */
        if (!selected_notice(v))
            return VIEW_IGNORED;
        notify_copy_menu(v, selected_notice(v)->id);
        return VIEW_HANDLED;
    case ACTION_DIAGNOSE: /* where none is selected: the screen's own, of the newest */
        if (!selected_notice(v))
            return VIEW_IGNORED;
        diagnosis_of_notice(v->w, v->host, selected_notice(v)->id);
        return VIEW_HANDLED;
    case ACTION_LIFE:
        return life(v);
    case ACTION_TRIGGER:
        notify_trigger_menu(v);
        return VIEW_HANDLED;
    default:
        return notify_move(v, a);
    }
}

static bool notify_search(struct view *v, const char *word, int step)
{
    struct notify_tabs *n = tabs_of(v);
    if (step) {
        list_action(notify_tabs_list(tabs_of(v)), step > 0 ? ACTION_DOWN : ACTION_UP);
    } else {
        notify_tabs_filter(n, v->w, word);
    }
    refresh(v);
    return !notify_tabs_are_empty(n) ||
           (n->tab == NOTIFY_TAB_NOTICES && !inbox_is_complete(v->w->inbox));
}

static void notify_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct notify_tabs *n = tabs_of(v);
    const struct inbox_row *row = selected_notice(v);
    const struct sandbox_line *line = selected_line(v);
    const struct delivery *d = selected_delivery(v);
    const struct err *err = NULL;
    char text[2 * ERR_TEXT_MAX];

    *is_error = false;
    if (row) {
        *is_error = row->word->level == NOTICE_IS_BAD;
        notify_line(v->w->inbox, row, view_lang(v), text, sizeof text);
        buf_adds(out, text);
    } else if (line) {
        *is_error = !line->ok;
        buf_adds(out, line->why[view_lang(v)]);
    } else if (d) {
        buf_adds(out, d->url);
    } else if (n->tab == NOTIFY_TAB_NOTICES) {
        if (n->list[0].at == 0 && inbox_state(v->w->inbox) == INBOX_FAILED)
            err = inbox_error(v->w->inbox);
        else if (v->w->gateway_err.status)
            err = &v->w->gateway_err;
        if (err) {
            *is_error = true;
            err_line(err, view_lang(v), text, sizeof(text));
            buf_adds(out, text);
        } else {
            buf_adds(out, L(view_lang(v), "Enter 设置监听：应答方式、转发；F1 说明怎样从外网到达",
                            "Enter sets the listener: answers, forwarding; F1: how to be reached"));
        }
    }
}

/* What can be sent again is what arrived. */
static const struct view_hint *notify_hint(struct view *v)
{
    static const struct view_hint notices[] = {
        {.action = ACTION_OPEN},   {.action = ACTION_PAY},    {.action = ACTION_TRIGGER},
        {.action = ACTION_REPLAY}, {.action = ACTION_LISTEN}, {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_SEARCH}, {.action = ACTION_PAGER},  {0}};
    static const struct view_hint others[] = {
        {.action = ACTION_OPEN},      {.action = ACTION_PAY},
        {.action = ACTION_TRIGGER},   {.action = ACTION_LISTEN},
        {.action = ACTION_TAB_RIGHT}, {.action = ACTION_SEARCH},
        {.action = ACTION_PAGER},     {0}};
    return tabs_of(v)->tab == NOTIFY_TAB_NOTICES ? notices : others;
}

const struct view_ops view_notify = {
    .name = "notify",
    .open = notify_open,
    .close = notify_close,
    .frame = notify_frame,
    .draw = notify_draw,
    .action = notify_action,
    .help = notify_help,
    .explain = notify_explain,
    .full = notify_full,
    .search = notify_search,
    .hint = notify_hint,
};
