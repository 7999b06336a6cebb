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
#include "tui/list.h"
#include "tui/notice_view.h"
#include "tui/notify_lines.h"
#include "tui/notify_menu.h"
#include "tui/pane.h"

#define HEAD 2       /* rows before the notifications: listener, sandbox */
#define WIDE 50      /* cells: from here on the title names all tabs */
#define AHEAD 300    /* rows fetched beyond the one in sight */
#define SHOWN_MAX 64 /* newest lines among which the one that is stayed on is looked for */

enum tab { TAB_NOTICES, TAB_DELIVERIES, TAB_LOG, TAB_COUNT };

static const struct bi tab_names[TAB_COUNT] = {
    {"通知", "notices"}, {"投递", "deliveries"}, {"沙箱日志", "sandbox log"}};

struct notify {
    struct notify_asked asked; /* first: the menus know no more of this */
    struct list list[TAB_COUNT];
    enum tab tab;
    size_t *log; /* indices into the workspace's log, newest first */
    size_t log_count, log_seen;
    size_t *sent; /* indices into the sandbox's deliveries */
    size_t sent_count, sent_cap;
    char filter[LINES_WORD_MAX];
    size_t arrived; /* as the list has it */
    int cols;       /* as drawn last */
    int64_t shown;  /* number of the one that the selection stays on; 0: none */
    bool bottom;    /* follows the end while it is being fetched */
};

static void notify_open(struct view *v)
{
    struct notify *n = mem_alloc(sizeof(*n));
    n->log = mem_alloc(WORKSPACE_LOG_MAX * sizeof(*n->log));
    v->data = n;
}

static void notify_close(struct view *v)
{
    struct notify *n = v->data;
    if (n) {
        free(n->log);
        free(n->sent);
    }
    free(n);
    v->data = NULL;
}

/* ---- The rows of each tab ---- */

/* Who reads an older line keeps it; who stands on the newest, or on none, follows. */
static void keep_place(struct list *l, size_t first, size_t grown)
{
    if (l->at > first || (l->at == first && l->top > first))
        l->at += grown;
}

static void refresh_notices(struct view *v)
{
    struct notify *n = v->data;
    struct inbox *b = v->w->inbox;
    struct list *l = &n->list[TAB_NOTICES];
    size_t arrived = inbox_listed(b), before = l->count;

    inbox_want(b, n->bottom ? (size_t)-1 : l->at + AHEAD);
    if (before > HEAD && arrived > n->arrived)
        keep_place(l, HEAD, arrived - n->arrived);
    n->arrived = arrived;
    list_set(l, HEAD + inbox_count(b));
    if (before == HEAD && l->count > HEAD && l->at == 0)
        list_go(l, HEAD); /* the first that arrives is what everybody waits for */
    if (n->bottom)
        list_go(l, l->count - 1);
    n->bottom = n->bottom && !inbox_is_complete(b);
    for (size_t i = 0; n->shown && i < SHOWN_MAX && i < inbox_count(b); i++) {
        const struct inbox_row *row = inbox_at(b, i);
        if (row && row->id == n->shown)
            list_go(l, HEAD + i);
    }
}

static bool delivery_matches(const struct delivery *d, const char *filter)
{
    char text[1200];
    snprintf(text, sizeof text, "%s %s %s %s %s %.300s", d->event->name, d->event->title.zh,
             d->order, delivery_state_name(d->state), delivery_state_text(d->state).zh, d->url);
    return list_match(filter, text);
}

static void refresh_deliveries(struct view *v)
{
    struct notify *n = v->data;
    const struct deliver *d = v->w->gateway ? gateway_deliveries(v->w->gateway) : NULL;
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
        keep_place(&n->list[TAB_DELIVERIES], 0, n->sent_count - before);
    list_set(&n->list[TAB_DELIVERIES], n->sent_count);
}

static bool line_matches(const struct sandbox_line *line, const char *filter)
{
    char text[1200];
    snprintf(text, sizeof(text), "%s %s %s", line->what, line->why[LANG_ZH], line->why[LANG_EN]);
    return list_match(filter, text);
}

static void refresh_log(struct view *v)
{
    struct notify *n = v->data;
    const struct workspace *w = v->w;
    size_t before = n->log_count, grown = w->rev_log - n->log_seen;

    n->log_count = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        size_t at = (w->log_next + WORKSPACE_LOG_MAX - 1 - i) % WORKSPACE_LOG_MAX;
        if (line_matches(&w->log[at], n->filter))
            n->log[n->log_count++] = at;
    }
    if (before && grown && n->log_count > before)
        keep_place(&n->list[TAB_LOG], 0, n->log_count - before);
    n->log_seen = w->rev_log;
    list_set(&n->list[TAB_LOG], n->log_count);
}

static void refresh(struct view *v)
{
    static void (*const each[TAB_COUNT])(struct view *) = {refresh_notices, refresh_deliveries,
                                                           refresh_log};
    const struct notify *n = v->data;
    each[n->tab](v);
}

/* ---- What is selected ---- */

static struct list *list_of(struct view *v)
{
    struct notify *n = v->data;
    return &n->list[n->tab];
}

/* NULL unless it is a notification. */
static const struct inbox_row *selected_notice(struct view *v)
{
    const struct notify *n = v->data;
    const struct list *l = &n->list[TAB_NOTICES];
    return n->tab == TAB_NOTICES && list_has(l) && l->at >= HEAD
               ? inbox_at(v->w->inbox, l->at - HEAD)
               : NULL;
}

static const struct delivery *selected_delivery(struct view *v)
{
    const struct notify *n = v->data;
    const struct list *l = &n->list[TAB_DELIVERIES];
    return n->tab == TAB_DELIVERIES && list_has(l) && v->w->gateway
               ? deliver_at(gateway_deliveries(v->w->gateway), n->sent[l->at])
               : NULL;
}

static const struct sandbox_line *selected_line(struct view *v)
{
    const struct notify *n = v->data;
    const struct list *l = &n->list[TAB_LOG];
    return n->tab == TAB_LOG && list_has(l) ? &v->w->log[n->log[l->at]] : NULL;
}

/* ---- Drawing ---- */

/* An address; where it does not fit without its scheme, then without its path, then its port. */
static void put_url(struct surface *s, int col, const char *url)
{
    int room = s->cols - col;
    if ((int)strlen(url) > room && strncmp(url, "http://", 7) == 0)
        url += 7;
    size_t len = strlen(url);
    if ((int)len > room)
        len = strcspn(url, "/");
    const char *port = memchr(url, ':', len);
    if ((int)len > room && port) {
        len -= (size_t)(port - url);
        url = port;
    }
    surface_put_n(s, 0, col, THEME_VALUE, (struct surface_text){url, len});
}

static void draw_failure(struct surface *s, int col, enum lang lang, const struct err *err)
{
    char why[ERR_TEXT_MAX];
    err_part(err, lang, ERR_WHY, why, sizeof why);
    if (!why[0])
        err_part(err, lang, ERR_WHAT, why, sizeof why);
    surface_put_cut(s, 0, col, THEME_TEXT, why);
}

static void draw_listener(struct view *v, struct surface *s)
{
    static const struct {
        struct bi word;
        unsigned style;
    } states[] = {[INBOX_OFF] = {{"未启动", "off"}, THEME_WARN},
                  [INBOX_BINDING] = {{"正在启动", "binding"}, THEME_WARN},
                  [INBOX_UP] = {{"运行中", "up"}, THEME_OK},
                  [INBOX_FAILED] = {{"启动失败", "failed"}, THEME_ERROR}};
    const struct inbox *b = v->w->inbox;
    enum lang lang = view_lang(v);
    enum inbox_state state = inbox_state(b);
    int col = surface_put(s, 0, 0, THEME_LABEL, L(lang, "监听", "listener")) + 1;

    col = surface_put(s, 0, col, states[state].style, bi_get(states[state].word, lang)) + 1;
    if (state == INBOX_FAILED)
        draw_failure(s, col, lang, inbox_error(b));
    else if (state == INBOX_OFF)
        surface_put_cut(s, 0, col, THEME_DIM,
                        v->w->demo && !v->w->started ? L(lang, "随后启动", "starts at once")
                                                     : L(lang, "按 l 启动", "l starts it"));
    else if (inbox_unrecorded(b)->status) {
        col = surface_put(s, 0, col, THEME_ERROR,
                          L(lang, "x 记录不可用，全部拒绝", "x no journal, refuses all")) +
              1;
        put_url(s, col, inbox_url(b));
    } else if (inbox_forward(b)[0] && s->cols >= 50) {
        put_url(s, col, inbox_url(b) + 7);
        col += (int)strlen(inbox_url(b)) - 7 + 1;
        col = surface_put(s, 0, col, THEME_DIM, "->") + 1;
        surface_put_cut(s, 0, col, THEME_VALUE, inbox_forward(b));
    } else {
        put_url(s, col, inbox_url(b));
    }
}

static void draw_sandbox(struct view *v, struct surface *s)
{
    const struct workspace *w = v->w;
    enum lang lang = view_lang(v);
    int col = surface_put(s, 0, 0, THEME_LABEL, L(lang, "沙箱", "sandbox")) + 1;

    if (w->gateway) {
        col = surface_put(s, 0, col, THEME_OK, L(lang, "运行中", "up")) + 1;
        put_url(s, col, gateway_url(w->gateway));
    } else if (w->gateway_err.status) {
        col = surface_put(s, 0, col, THEME_ERROR, L(lang, "启动失败", "failed")) + 1;
        draw_failure(s, col, lang, &w->gateway_err);
    } else {
        col = surface_put(s, 0, col, THEME_DIM, L(lang, "未启动", "off")) + 1;
        surface_put_cut(s, 0, col, THEME_DIM,
                        w->started ? L(lang, "商户有自己的网关", "the merchant has its own")
                                   : L(lang, "随后启动", "starts at once"));
    }
}

/* "POST /pay/unifiedorder T2026…  SIGNERROR": the last folder, the order, the code. */
static void cut_line(const char *what, struct surface_text *path, struct surface_text *order,
                     const char **code)
{
    const char *end = strstr(what, "  "), *space = strchr(what, ' ');
    *code = end ? end + 2 : "";
    *path = (struct surface_text){what, end ? (size_t)(end - what) : strlen(what)};
    *order = (struct surface_text){"", 0};
    if (!space || (end && space >= end))
        return;
    const char *start = space + 1, *stop = what + path->len;
    const char *next = memchr(start, ' ', (size_t)(stop - start));
    if (next)
        *order = (struct surface_text){next + 1, (size_t)(stop - next - 1)};
    stop = next ? next : stop;
    for (const char *c = start; c < stop; c++) {
        if (*c == '/')
            start = c + 1;
    }
    *path = (struct surface_text){start, (size_t)(stop - start)};
}

static void draw_line(struct view *v, size_t row, struct surface *s)
{
    const struct notify *n = v->data;
    const struct sandbox_line *line = &v->w->log[n->log[row]];
    struct surface_text path, order;
    const char *code;
    char at[9];

    pane_time(line->at, at);
    cut_line(line->what, &path, &order, &code);
    surface_put(s, 0, 0, line->ok ? THEME_OK : THEME_ERROR, line->ok ? "ok" : "x ");
    int col = surface_put(s, 0, 3, THEME_DIM, at) + 1;
    /* Of what went well the code says nothing new; of what did not it says most. */
    if (!line->ok)
        col = surface_put(s, 0, col, THEME_ERROR, code) + 1;
    col = surface_put_n(s, 0, col, THEME_TEXT, path) + 1;
    surface_put_n(s, 0, col, THEME_DIM, order);
}

static struct notify_now now_of(const struct view *v)
{
    return (struct notify_now){loop_now(v->w->loop), v->w->clock()};
}

static void draw_row(void *ctx, size_t row, bool selected, struct surface *s)
{
    struct view *v = ctx;
    const struct notify *n = v->data;
    (void)selected;

    if (n->tab == TAB_LOG) {
        draw_line(v, row, s);
    } else if (n->tab == TAB_DELIVERIES) {
        struct notify_now now = now_of(v);
        notify_delivery_row(deliver_at(gateway_deliveries(v->w->gateway), n->sent[row]), &now,
                            view_lang(v), s);
    } else if (row == 0) {
        draw_listener(v, s);
    } else if (row == 1) {
        draw_sandbox(v, s);
    } else {
        const struct inbox_row *one = inbox_at(v->w->inbox, row - HEAD);
        if (one)
            notify_row(v->w->inbox, one, view_lang(v), s);
    }
}

/* What an empty list says; NULL when it is none. */
static const char *empty_text(struct view *v)
{
    const struct notify *n = v->data;
    enum lang lang = view_lang(v);
    size_t least = n->tab == TAB_NOTICES ? HEAD : 0;
    if (n->list[n->tab].count > least)
        return NULL;
    if (n->filter[0])
        return inbox_is_complete(v->w->inbox) || n->tab != TAB_NOTICES
                   ? L(lang, "没有匹配的行", "no line matches")
                   : L(lang, "正在查找", "searching");
    if (n->tab == TAB_LOG)
        return L(lang, "沙箱尚未收到请求；按 Ctrl-R 发送",
                 "the sandbox was asked nothing yet; Ctrl-R sends");
    if (n->tab == TAB_DELIVERIES)
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
    int used = 0;

    n->cols = s->cols;
    refresh(v);
    if (n->filter[0]) {
        int col = surface_put(s, 0, 0, THEME_KEY, "/");
        surface_put_cut(s, used++, col, THEME_MATCH, n->filter);
    }
    if (used >= s->rows)
        return;
    struct surface rows = surface_sub(s, (struct rect){used, 0, s->rows - used, s->cols});
    const char *empty = empty_text(v);
    int at = (int)n->list[n->tab].count;
    list_draw(&n->list[n->tab], &rows, v->focus, draw_row, v);
    if (empty && at < rows.rows) {
        struct surface rest = surface_sub(&rows, (struct rect){at, 0, rows.rows - at, rows.cols});
        surface_put_wrapped(&rest, 0, THEME_DIM, empty);
    }
}

static void put_state(struct view *v, struct view_frame *out)
{
    const struct inbox *b = v->w->inbox;
    enum lang lang = view_lang(v);
    const char *port = strrchr(inbox_url(b), ':');
    int digits = port ? (int)strcspn(port + 1, "/") + 1 : 0;

    switch (inbox_state(b)) {
    case INBOX_OFF:
        snprintf(out->state, sizeof out->state, "%s", L(lang, "未监听", "off"));
        break;
    case INBOX_BINDING:
        snprintf(out->state, sizeof out->state, "%s", L(lang, "正在启动", "binding"));
        break;
    case INBOX_UP:
        snprintf(out->state, sizeof out->state, L(lang, "%.*s 监听中", "%.*s up"), digits,
                 port ? port : "");
        out->state_style = THEME_OK;
        break;
    case INBOX_FAILED:
        snprintf(out->state, sizeof out->state, "%s", L(lang, "! 监听失败", "! failed"));
        out->state_style = THEME_ERROR;
        break;
    }
}

static void notify_frame(struct view *v, struct view_frame *out)
{
    const struct notify *n = v->data;
    enum lang lang = view_lang(v);
    size_t len;

    refresh(v);
    len = (size_t)snprintf(out->title, sizeof(out->title), "%s", L(lang, "通知", "Notify"));
    if (n->cols < WIDE && n->tab != TAB_NOTICES)
        snprintf(out->title, sizeof(out->title), "%s", bi_get(tab_names[n->tab], lang));
    for (int i = 0; i < TAB_COUNT && n->cols >= WIDE; i++)
        len += (size_t)snprintf(out->title + len, sizeof(out->title) - len,
                                i == (int)n->tab ? " [%s]" : " %s", bi_get(tab_names[i], lang));
    put_state(v, out);
    if (n->tab == TAB_NOTICES && n->list[TAB_NOTICES].at >= HEAD && inbox_total(v->w->inbox) > 0)
        snprintf(out->foot, sizeof(out->foot), "%zu/%lld", n->list[TAB_NOTICES].at - HEAD + 1,
                 n->filter[0] ? (long long)inbox_count(v->w->inbox)
                              : (long long)inbox_total(v->w->inbox));
    else
        list_foot(&n->list[n->tab], out->foot, sizeof(out->foot));
}

/* ---- Details ---- */

static void add_line(struct view *v, const struct sandbox_line *line, struct buf *out)
{
    enum lang lang = view_lang(v);
    char at[9];

    pane_time(line->at, at);
    buf_addf(out, "%s  %s  %s\n\n%s\n", at, line->ok ? "ok" : "x", line->what, line->why[lang]);
    if (line->joined)
        buf_addf(out, "\n%s\n%s\n",
                 L(lang, "沙箱验签时拼接的文本（密钥已遮盖）：",
                   "What the sandbox joined to check the signature (key masked):"),
                 line->joined);
}

static void add_delivery(struct view *v, const struct delivery *d, struct buf *out)
{
    struct lines l = {0};
    struct notify_now now = now_of(v);
    notify_delivery(&l, view_lang(v), d, &now);
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

static void open_notice(struct view *v, const struct inbox_row *row)
{
    struct inbox_notice notice = {0};
    struct err err = {0};
    if (inbox_read(v->w->inbox, row->id, &notice, &err)) {
        workspace_complain(v->w, &err);
        inbox_notice_clear(&notice);
        return;
    }
    v->host->overlay(v->host->ctx, notice_view_new(v->w, v->host, &notice));
}

static void open_selected(struct view *v)
{
    const struct inbox_row *row = selected_notice(v);
    const struct delivery *d = selected_delivery(v);
    const struct sandbox_line *line = selected_line(v);
    struct pager_text text = {0};

    if (row) {
        open_notice(v, row);
        return;
    }
    if (((struct notify *)v->data)->tab == TAB_NOTICES && list_of(v)->at == 0) {
        notify_listener_menu(v);
        return;
    }
    if (d) {
        pane_pager(&text, (struct bi){"投递", "Delivery"});
        add_delivery(v, d, &text.text);
    } else if (line) {
        pane_pager(&text, (struct bi){"沙箱日志", "Sandbox log"});
        add_line(v, line, &text.text);
    } else {
        notify_explain(v, &text);
    }
    v->host->pager(v->host->ctx, &text);
}

static void full_notice(struct view *v, const struct inbox_row *row, struct buf *out)
{
    struct inbox_notice n = {0};
    struct lines l = {0};
    enum lang lang = view_lang(v);
    if (!inbox_read(v->w->inbox, row->id, &n, NULL)) {
        notify_fields(&l, lang, &n, (size_t)-1);
        lines_end(&l);
        notify_answered(&l, lang, &n);
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
    struct notify *n = v->data;
    const struct inbox_row *row;

    refresh(v);
    row = selected_notice(v);
    if (n->tab == TAB_NOTICES && !row) {
        notify_explain(v, out);
        return;
    }
    pane_pager(out, tab_names[n->tab]);
    if (row)
        full_notice(v, row, &out->text);
    for (size_t i = 0; n->tab == TAB_LOG && i < n->log_count; i++) {
        add_line(v, &v->w->log[n->log[i]], &out->text);
        buf_addc(&out->text, '\n');
    }
    for (size_t i = 0; n->tab == TAB_DELIVERIES && i < n->sent_count; i++) {
        add_delivery(v, deliver_at(gateway_deliveries(v->w->gateway), n->sent[i]), &out->text);
        buf_addc(&out->text, '\n');
    }
}

/* ---- Actions ---- */

static enum view_answer notify_move(struct view *v, enum action a)
{
    struct notify *n = v->data;
    if (a == ACTION_TAB_LEFT || a == ACTION_TAB_RIGHT) {
        int step = a == ACTION_TAB_RIGHT ? 1 : TAB_COUNT - 1;
        n->tab = (enum tab)(((int)n->tab + step) % TAB_COUNT);
        refresh(v);
        return VIEW_HANDLED;
    }
    if (!list_action(list_of(v), a))
        return VIEW_IGNORED;
    n->bottom = a == ACTION_BOTTOM;
    n->shown = 0;
    refresh(v);
    return VIEW_HANDLED;
}

void view_notify_show(struct view *v, int64_t id)
{
    struct notify *n = v->data;
    n->tab = TAB_NOTICES;
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
        notify_resend_menu(v, row->id);
    else
        workspace_say(v->w, "先选中一条通知", "select a notification first");
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
    struct notify *n = v->data;
    if (step) {
        list_action(list_of(v), step > 0 ? ACTION_DOWN : ACTION_UP);
    } else {
        n->shown = 0;
        snprintf(n->filter, sizeof(n->filter), "%s", word);
        inbox_filter(v->w->inbox, word);
        n->list[TAB_DELIVERIES].at = n->list[TAB_LOG].at = 0;
        n->list[TAB_NOTICES].at = HEAD;
    }
    refresh(v);
    return n->list[n->tab].count > (n->tab == TAB_NOTICES ? HEAD : 0) ||
           (n->tab == TAB_NOTICES && !inbox_is_complete(v->w->inbox));
}

static void notify_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct notify *n = v->data;
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
    } else if (n->tab == TAB_NOTICES) {
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

static const enum action notify_hints[] = {ACTION_OPEN,   ACTION_PAY,    ACTION_TRIGGER,
                                           ACTION_REPLAY, ACTION_LISTEN, ACTION_TAB_RIGHT,
                                           ACTION_SEARCH, ACTION_PAGER,  ACTION_NONE};

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
    .hints = notify_hints,
};
