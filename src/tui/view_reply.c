/* SPDX-License-Identifier: MIT */
/*
 * Pane 5: what came back, judged and explained, and the bytes it was judged by.
 *
 * One page for each question: what does it say (fields), does its signature hold (signature),
 * what exactly arrived (raw), how did it travel (HTTP), what does the client need next (call-up);
 * a bill has a table besides, which comes to the front when it arrives.
 * Before the first call: three lines that say how to begin.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "io/loop.h"
#include "tui/bill_lines.h"
#include "tui/code_save.h"
#include "tui/invoke_lines.h"
#include "tui/pane.h"
#include "tui/reply_lines.h"

#define RAW_SHOWN (256u << 10) /* bytes of a body in the pane; the pager has all */
#define VALUE_SHOWN 2048

static void build_fields(struct view *v, struct lines *l);
static void build_sign(struct view *v, struct lines *l);
static void build_raw(struct view *v, struct lines *l);
static void build_http(struct view *v, struct lines *l);
static void build_invoke(struct view *v, struct lines *l);
static void build_bill(struct view *v, struct lines *l);

static const struct pane_tab tabs[] = {
    {{"字段", "fields"}, build_fields},  {{"验签", "signature"}, build_sign},
    {{"原文", "raw"}, build_raw},        {{"HTTP", "HTTP"}, build_http},
    {{"调起", "call-up"}, build_invoke}, {{"账单", "bill"}, build_bill}, /* if there is one */
};
#define TAB_BILL (ARRAY_COUNT(tabs) - 1)

static const struct bi name = {"应答", "Response"};

#define TAB_FIELDS 0
#define TAB_RAW 2

struct reply_pane {
    struct pane_lines pane;
    bool forced;         /* the tab "raw" was not chosen but shown */
    unsigned seen;       /* rev of the exchange that the scrolling belongs to */
    int rows, cols;      /* as drawn last */
    struct bill bill;    /* of that exchange; empty when its answer is none */
    struct err bill_err; /* why a text is none */
    struct bill_table table;
    struct lines heads; /* the names of the bill's columns */
};

static void reply_open(struct view *v)
{
    v->data = mem_alloc(sizeof(struct reply_pane));
    v->wrap = true;
}

static void reply_close(struct view *v)
{
    struct reply_pane *p = v->data;
    if (p)
        pane_clear(&p->pane);
    if (p) {
        lines_clear(&p->heads);
        bill_clear(&p->bill);
    }
    free(p);
    v->data = NULL;
}

/* ---- States without an answer ---- */

static void build_guide(struct view *v, struct lines *l)
{
    enum lang lang = view_lang(v);
    char send[KEYS_NAME_MAX], profile[KEYS_NAME_MAX], esc[KEYS_NAME_MAX];

    pane_key_name(v, ACTION_SEND, send);
    pane_key_name(v, ACTION_PROFILE, profile);
    pane_key_name(v, ACTION_BACK, esc);
    pane_label(l, "1", 4);
    lines_putf(l, THEME_TEXT, L(lang, "按 %s 签名并发送表单", "%s signs and sends the form"), send);
    lines_end(l);
    pane_label(l, "2", 4);
    lines_add(l, THEME_TEXT,
              L(lang, "看窗格 3（签名步骤）和窗格 5（应答与解释）",
                "watch pane 3 (the signature) and pane 5 (the answer, explained)"));
    pane_label(l, "3", 4);
    lines_putf(l, THEME_TEXT,
               L(lang, "按 %s 再按 %s 添加自己的商户", "%s, then %s, adds a merchant of your own"),
               esc, profile);
    lines_end(l);
}

static void build_running(struct view *v, struct lines *l)
{
    const struct exchange *e = &v->w->exchange;
    enum lang lang = view_lang(v);
    char esc[KEYS_NAME_MAX];

    pane_key_name(v, ACTION_BACK, esc);
    lines_pad(l, 1);
    lines_put(l, THEME_ACCENT, L(lang, "发送中", "sending"));
    lines_putf(l, THEME_TEXT, "  %s  %.1f s", e->spec->id,
               (double)(loop_now(v->w->loop) - e->started_ms) / 1000);
    lines_end(l);
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_add(l, THEME_DIM, e->request.url);
    lines_pad(l, 1);
    lines_putf(l, THEME_DIM, L(lang, "%s 取消", "%s cancels"), esc);
    lines_end(l);
}

/* Draws the state that is not an answer; false when there is one. */
static bool build_state(struct view *v, struct lines *l)
{
    const struct exchange *e = &v->w->exchange;
    enum lang lang = view_lang(v);

    if (e->state == EXCHANGE_NONE) {
        build_guide(v, l);
        return true;
    }
    if (e->state == EXCHANGE_RUNNING) {
        build_running(v, l);
        return true;
    }
    if (e->state == EXCHANGE_FAILED) {
        pane_err(l, lang, THEME_ERROR, &e->http.err);
        if (!e->http.status)
            reply_times(l, lang, &e->http);
        if (e->http.body.len) {
            lines_pad(l, 1);
            lines_putf(l, THEME_WARN,
                       L(lang, "只收到一部分：%zu 字节%.0s，见「原文」标签",
                         "half an answer: %zu byte%s, see the tab \"raw\""),
                       e->http.body.len, text_s(e->http.body.len));
            lines_end(l);
        }
    }
    return e->http.status == 0;
}

/* ---- Tabs ---- */

/* An answer stays when the form goes on to another API: then it says whose it is. */
static void put_api(struct view *v, struct lines *l)
{
    const struct exchange *e = &v->w->exchange;
    char at[9];

    if (!e->spec || e->spec == workspace_spec(v->w))
        return;
    pane_time(e->sent_at, at);
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_putf(l, THEME_WARN, L(view_lang(v), "%s 于 %s 的应答", "the answer of %s, sent %s"),
               e->spec->id, at);
    lines_end(l);
}

static void put_fields(struct view *v, struct lines *l, size_t value_max)
{
    const struct exchange *e = &v->w->exchange;
    enum lang lang = view_lang(v);
    const struct reply_pane *p = v->data;
    char copy[KEYS_NAME_MAX];

    if (build_state(v, l))
        return;
    pane_key_name(v, ACTION_COPY, copy);
    put_api(v, l);
    reply_summary(l, lang, e);
    reply_error(l, lang, e);
    if (p->bill_err.status)
        pane_err(l, lang, THEME_ERROR, &p->bill_err);
    reply_wanted(l, lang, e, copy);
    reply_fields(l, lang, e, value_max);
}

static void build_fields(struct view *v, struct lines *l)
{
    put_fields(v, l, VALUE_SHOWN);
}

static void build_sign(struct view *v, struct lines *l)
{
    const struct exchange *e = &v->w->exchange;
    enum lang lang = view_lang(v);

    if (build_state(v, l))
        return;
    reply_sign(l, lang, &e->reply);
    pane_steps(l, lang, &e->reply.trace, &e->reply.sign);
}

/* Are there bytes that nothing could be made of? */
static bool is_unread(const struct exchange *e)
{
    return e->http.body.len && (e->state == EXCHANGE_FAILED ||
                                (e->state == EXCHANGE_DONE && e->reply.parse_error.status));
}

static void build_raw(struct view *v, struct lines *l)
{
    const struct exchange *e = &v->w->exchange;
    const struct http_result *h = &e->http;
    enum lang lang = view_lang(v);

    if (e->state < EXCHANGE_DONE) {
        build_state(v, l);
        return;
    }
    if (is_unread(e)) { /* this tab is all that is looked at: it says why */
        if (e->state == EXCHANGE_FAILED)
            pane_err(l, lang, THEME_ERROR, &h->err);
        if (h->status)
            reply_summary(l, lang, e);
        lines_end(l);
    }
    if (!h->body.len)
        lines_add(l, THEME_DIM, L(lang, "(空)", "(empty)"));
    lines_text(l, THEME_VALUE, buf_str(&h->body),
               h->body.len < RAW_SHOWN ? h->body.len : RAW_SHOWN);
    if (h->body.len > RAW_SHOWN) {
        lines_putf(l, THEME_WARN,
                   L(lang, "(另有 %zu 字节%.0s，按 v 看全文)", "(%zu byte%s more: v)"),
                   h->body.len - RAW_SHOWN, text_s(h->body.len - RAW_SHOWN));
        lines_end(l);
    }
    if (h->dropped) {
        lines_putf(
            l, THEME_WARN,
            L(lang, "(超出上限的 %zu 字节未保留%.0s)", "(dropped over the limit: %zu byte%s)"),
            h->dropped, text_s(h->dropped));
        lines_end(l);
    }
}

static void put_headers(struct lines *l, const struct buf *headers)
{
    const char *line = buf_str(headers);
    while (*line) {
        size_t n = strcspn(line, "\n"), len = n;
        while (len && line[len - 1] == '\r')
            len--;
        lines_pad(l, 1);
        lines_hang(l, 3);
        lines_put_n(l, THEME_TEXT, line, len);
        lines_end(l);
        line += n + (line[n] == '\n');
    }
}

static void build_http(struct view *v, struct lines *l)
{
    const struct exchange *e = &v->w->exchange;
    enum lang lang = view_lang(v);

    if (e->state < EXCHANGE_DONE) {
        build_state(v, l);
        return;
    }
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_putf(l, THEME_ACCENT, "%s ", e->request.get ? "GET" : "POST");
    lines_add(l, THEME_VALUE, e->request.url);
    reply_times(l, lang, &e->http);
    if (e->http.peer[0]) {
        pane_label(l, L(lang, "对端", "peer"), 10);
        lines_add(l, THEME_VALUE, e->http.peer);
    }
    if (e->http.location[0]) {
        pane_label(l, "Location", 10);
        lines_add(l, THEME_WARN, e->http.location);
    }
    lines_end(l);
    put_headers(l, &e->http.headers);
}

/* What the client needs next; a sentence where there is nothing to call up. */
static void build_invoke(struct view *v, struct lines *l)
{
    const struct reply_pane *p = v->data;
    struct invoke_look look = {
        .lang = view_lang(v), .now = v->w->clock(), .rows = p->rows, .cols = p->cols};
    char open[KEYS_NAME_MAX], generate[KEYS_NAME_MAX];
    struct err err;

    if (v->w->exchange.state < EXCHANGE_DONE) {
        build_state(v, l);
        return;
    }
    const struct invoke *call = workspace_invoke(v->w, false, &err);
    if (!call) {
        pane_err(l, look.lang, THEME_DIM, &err);
        return;
    }
    pane_key_name(v, ACTION_OPEN, open);
    pane_key_name(v, ACTION_GENERATE, generate);
    const char *base = workspace_base(v->w);
    look.sandbox = base && base[0] ? base : NULL;
    look.full_key = open;
    look.new_key = generate;
    invoke_lines(l, call, &look);
}

static void build_bill(struct view *v, struct lines *l)
{
    struct reply_pane *p = v->data;
    char full[KEYS_NAME_MAX];

    pane_key_name(v, ACTION_PAGER, full);
    bill_measure(&p->bill, view_lang(v), &p->table);
    lines_reset(&p->heads);
    bill_heads(&p->heads, &p->bill, view_lang(v), &p->table);
    bill_rows(l, &p->bill, view_lang(v), &p->table, full);
}

/* Reads the answer as a bill if it may be one, and turns to its tab or away from it. */
static void take_bill(struct view *v)
{
    struct reply_pane *p = v->data;
    const struct exchange *e = &v->w->exchange;

    bill_clear(&p->bill);
    p->bill_err.status = ST_OK;
    if (e->state == EXCHANGE_DONE && e->reply.text_body)
        bill_read(buf_str(&e->http.body), e->http.body.len, &p->bill, &p->bill_err);
    if (p->bill.columns)
        p->pane.at = TAB_BILL;
    else if (p->pane.at == TAB_BILL)
        p->pane.at = 0;
}

static size_t tab_count(const struct reply_pane *p)
{
    return p->bill.columns ? ARRAY_COUNT(tabs) : TAB_BILL;
}

/* The call-up in force if its tab is shown. */
static const struct invoke *shown_call(struct view *v)
{
    struct reply_pane *p = v->data;
    if (tabs[p->pane.at].build != build_invoke || v->w->exchange.state != EXCHANGE_DONE)
        return NULL;
    return workspace_invoke(v->w, false, NULL);
}

static bool reply_ticks(struct view *v)
{
    const struct invoke *call = shown_call(v);
    return call && invoke_counts(call, v->w->clock());
}

/* ---- The view ---- */

/* What cannot be read opens on its bytes; the next that can, on its fields again. */
static void show_unread(struct reply_pane *p, const struct exchange *e)
{
    bool unread = is_unread(e);
    if (unread && p->pane.at != TAB_RAW) {
        p->pane.at = TAB_RAW;
        p->forced = true;
    } else if (!unread && p->forced && e->state == EXCHANGE_DONE) {
        if (p->pane.at == TAB_RAW)
            p->pane.at = TAB_FIELDS;
        p->forced = false;
    }
}

static void refresh(struct view *v)
{
    struct reply_pane *p = v->data;
    const struct workspace *w = v->w;
    uint64_t stamp = pane_stamp(PANE_STAMP, w->rev_exchange);

    stamp = pane_stamp(stamp, w->exchange.state);
    stamp = pane_stamp(stamp, w->api);
    stamp = pane_stamp(stamp, view_lang(v));
    if (w->exchange.state == EXCHANGE_RUNNING)
        stamp = pane_stamp(stamp, (uint64_t)(loop_now(w->loop) - w->exchange.started_ms) / 100);
    if (shown_call(v)) {
        stamp = pane_stamp(stamp, w->rev_invoke);
        stamp = pane_stamp(stamp, (uint64_t)w->clock());
        stamp = pane_stamp(stamp, (uint64_t)p->rows << 16 | (uint64_t)p->cols);
    }
    if (w->rev_exchange != p->seen) {
        for (size_t i = 0; i < ARRAY_COUNT(tabs); i++)
            lines_home(&p->pane.tab[i]);
        p->seen = w->rev_exchange;
        take_bill(v);
        show_unread(p, &w->exchange);
    }
    pane_build(v, &p->pane, tabs, stamp);
}

/* A sentence and the names of the columns stay; the rows below scroll both ways. */
static void draw_bill(struct view *v, struct surface *s)
{
    struct reply_pane *p = v->data;
    struct lines *l = &p->pane.tab[TAB_BILL];
    struct surface names = surface_row(s, 1, 0, -1);
    struct surface below =
        surface_sub(s, (struct rect){.row = 2, .rows = s->rows - 2, .cols = s->cols});
    int most = p->table.total - s->cols;
    struct err said;

    bill_sentence(&p->bill, &said);
    surface_put_cut(s, 0, 1, said.status ? THEME_ERROR : THEME_OK, said.text[view_lang(v)]);
    if (l->left > most)
        l->left = most > 0 ? most : 0;
    p->heads.left = l->left;
    lines_draw(&p->heads, &names, false);
    lines_draw(l, &below, false);
}

static void reply_draw(struct view *v, struct surface *s)
{
    struct reply_pane *p = v->data;
    p->rows = s->rows;
    p->cols = s->cols;
    refresh(v);
    if (p->pane.at == TAB_BILL) {
        draw_bill(v, s);
        return;
    }
    lines_draw(&p->pane.tab[p->pane.at], s, v->wrap);
}

static void reply_frame(struct view *v, struct view_frame *out)
{
    struct reply_pane *p = v->data;
    refresh(v);
    reply_state(&v->w->exchange, view_lang(v), out);
    pane_frame(v, &p->pane, name, tabs, tab_count(p), out);
}

/* Can Enter explain? On the tab that shows the error. */
static bool shows_error(const struct view *v)
{
    const struct reply_pane *p = v->data;
    return tabs[p->pane.at].build == build_fields && reply_has_error(&v->w->exchange);
}

static void tell_error(struct view *v)
{
    struct pager_text t = {0};
    pane_pager(&t, (struct bi){"错误说明", "The error explained"});
    reply_error_told(&v->w->exchange, &v->w->catalog, view_lang(v), &t.text);
    v->host->pager(v->host->ctx, &t);
}

/* ---- Pinning values of the call-up ---- */

static void pinned(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct err err;
    if (workspace_pin(v->w, text, &err))
        workspace_complain(v->w, &err);
}

static void ask_pins(struct view *v, const struct invoke *call)
{
    bool url = call->kind == INVOKE_MWEB;
    struct buf now;
    buf_init(&now, INVOKE_URL_MAX);
    for (size_t i = 0; i < v->w->pins.count; i++)
        buf_addf(&now, "%s%s=%s", i ? " " : "", v->w->pins.items[i].name,
                 v->w->pins.items[i].value);
    if (!now.len && url)
        buf_adds(&now, "redirect_url=https://");
    struct prompt p = {
        .title = {"固定调起的值", "Pin values of the call-up"},
        .label = {"名=值，空格分开", "NAME=VALUE, blanks between"},
        .help = url ? (struct bi){"redirect_url：支付后返回的地址，未编码；清空则不固定",
                                  "redirect_url: where the payer returns to, not encoded; empty "
                                  "pins nothing"}
                    : (struct bi){"timeStamp= nonceStr= appId= partnerid=；清空则不固定",
                                  "timeStamp= nonceStr= appId= partnerid=; empty pins nothing"},
        .initial = buf_str(&now),
        .max = INVOKE_URL_MAX - 1,
        .done = pinned,
        .ctx = v};
    v->host->prompt(v->host->ctx, &p);
    buf_clear(&now);
}

static enum view_answer reply_action(struct view *v, enum action a)
{
    struct reply_pane *p = v->data;
    const struct invoke *call = shown_call(v);
    if (call && a == ACTION_OPEN && call->kind == INVOKE_NATIVE) {
        v->host->overlay(v->host->ctx, view_new(&view_qr, v->w, v->host));
        return VIEW_HANDLED;
    }
    if (call && a == ACTION_SAVE && call->kind == INVOKE_NATIVE) {
        code_save(v->w, v->host);
        return VIEW_HANDLED;
    }
    if (call && a == ACTION_OPEN) {
        ask_pins(v, call);
        return VIEW_HANDLED;
    }
    if (a == ACTION_OPEN && shows_error(v)) {
        tell_error(v);
        return VIEW_HANDLED;
    }
    if (call && a == ACTION_GENERATE && call->params.count) {
        workspace_invoke(v->w, true, NULL);
        return VIEW_HANDLED;
    }
    enum view_answer answer = pane_action(v, &p->pane, tab_count(p), a);
    refresh(v);
    return answer;
}

static bool reply_search(struct view *v, const char *word, int step)
{
    struct reply_pane *p = v->data;
    refresh(v);
    return pane_search(&p->pane, word, step);
}

static void reply_full(struct view *v, struct pager_text *out)
{
    struct reply_pane *p = v->data;
    const struct exchange *e = &v->w->exchange;
    struct lines l = {0};

    pane_pager(out, name);
    if (tabs[p->pane.at].build == build_raw && e->state >= EXCHANGE_DONE) {
        out->raw = true;
        buf_add(&out->text, buf_str(&e->http.body), e->http.body.len);
        return;
    }
    if (p->pane.at == TAB_BILL) {
        buf_add(&out->text, buf_str(&p->bill.text), p->bill.text.len);
        return;
    }
    if (tabs[p->pane.at].build == build_sign && e->reply.trace.count) {
        sign_trace_masked(&e->reply.trace, &out->text);
        buf_addf(&out->text, "\n\n%s\n%s\n", e->reply.sign.expected, e->reply.sign.received);
        return;
    }
    if (tabs[p->pane.at].build == build_fields)
        put_fields(v, &l, (size_t)-1);
    else
        tabs[p->pane.at].build(v, &l);
    lines_dump(&l, &out->text);
    lines_clear(&l);
}

static void reply_explain(struct view *v, struct pager_text *out)
{
    pane_pager(out, (struct bi){"应答说明", "About this answer"});
    reply_explanation(&v->w->exchange, workspace_spec(v->w), view_lang(v), &out->text);
}

static void reply_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct exchange *e = &v->w->exchange;
    char line[2 * ERR_TEXT_MAX];
    enum lang lang = view_lang(v);

    *is_error = false;
    if (e->state == EXCHANGE_FAILED) {
        *is_error = true;
        err_line(&e->http.err, lang, line, sizeof(line));
        buf_adds(out, line);
    } else if (e->state == EXCHANGE_DONE && e->reply.error) {
        *is_error = true;
        buf_addf(out, "%s: %s", e->reply.code, bi_get(e->reply.error->solution, lang));
    } else if (e->state == EXCHANGE_DONE) {
        buf_adds(out, bi_get(outcome_text(e->reply.outcome), lang));
    }
}

/* What Enter and Ctrl-G do depends on the tab. */
static const struct view_hint *reply_hint(struct view *v)
{
    static const struct view_hint usual[] = {{.action = ACTION_TAB_RIGHT},
                                             {.action = ACTION_COPY},
                                             {.action = ACTION_PAGER},
                                             {.action = ACTION_SEARCH},
                                             {.action = ACTION_WRAP},
                                             {.action = ACTION_HELP_FIELD},
                                             {0}};
    static const struct view_hint code[] = {
        {.action = ACTION_OPEN, .title = {"二维码", "QR code"}},
        {.action = ACTION_SAVE, .title = {"导出 SVG", "Export SVG"}},
        {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_COPY},
        {.action = ACTION_PAGER},
        {.action = ACTION_HELP_FIELD},
        {0}};
    static const struct view_hint address[] = {
        {.action = ACTION_OPEN, .title = {"redirect_url", "redirect_url"}},
        {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_COPY},
        {.action = ACTION_PAGER},
        {.action = ACTION_WRAP},
        {.action = ACTION_HELP_FIELD},
        {0}};
    static const struct view_hint set[] = {
        {.action = ACTION_GENERATE, .title = {"换时间与随机串", "New time, nonce"}},
        {.action = ACTION_OPEN, .title = {"固定值", "Pin"}},
        {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_COPY},
        {.action = ACTION_PAGER},
        {.action = ACTION_HELP_FIELD},
        {0}};
    static const struct view_hint error[] = {
        {.action = ACTION_OPEN, .title = {"解释错误", "Explain"}},
        {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_COPY},
        {.action = ACTION_PAGER},
        {.action = ACTION_HELP_FIELD},
        {0}};
    static const struct view_hint untrusted[] = {
        {.action = ACTION_DIAGNOSE, .title = {"为何不符", "Why it differs"}},
        {.action = ACTION_TAB_RIGHT},
        {.action = ACTION_COPY},
        {.action = ACTION_PAGER},
        {.action = ACTION_HELP_FIELD},
        {0}};
    const struct invoke *call = shown_call(v);
    const struct exchange *e = &v->w->exchange;
    if (e->state == EXCHANGE_DONE && sign_state_differs(e->reply.sign.state))
        return untrusted;
    if (shows_error(v))
        return error;
    if (!call)
        return usual;
    return call->kind == INVOKE_NATIVE ? code : call->kind == INVOKE_MWEB ? address : set;
}

const struct view_ops view_reply = {
    .name = "reply",
    .open = reply_open,
    .close = reply_close,
    .frame = reply_frame,
    .draw = reply_draw,
    .action = reply_action,
    .help = reply_help,
    .explain = reply_explain,
    .full = reply_full,
    .search = reply_search,
    .ticks = reply_ticks,
    .hint = reply_hint,
};
