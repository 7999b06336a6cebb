/* SPDX-License-Identifier: MIT */
/*
 * The form asks, trigger.h fills: after each change the rows are other ones, so a prompt that is
 * open remembers the name of its field.
 */
#include "tui/trigger_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/explain.h"
#include "tui/fill.h"
#include "tui/form.h"
#include "tui/pane.h"
#include "tui/trigger.h"

#define VALUE_MAX 4096 /* bytes typed into a prompt */

enum { TAB_FORM, TAB_BODY, TAB_ANSWER, TAB_COUNT };

static const struct bi tab_names[TAB_COUNT] = {
    {"字段", "fields"}, {"内容", "body"}, {"应答", "answer"}};

struct trigger_view {
    struct trigger made;
    struct form form;
    size_t page;
    int tab;
    struct lines text[TAB_COUNT];
    bool sent;
    bool unsent;                    /* something was typed since */
    char asked[PARAM_NAME_MAX + 1]; /* the field that a prompt or menu is about */
    char label_text[LANG_COUNT][160];
};

/* The selected row. */
static const struct trigger_row *row_of(const struct trigger_view *t)
{
    return &t->made.rows[t->form.selected];
}

/* After a change there may be fewer rows. */
static void set_rows(struct trigger_view *t)
{
    t->form.count = t->made.count;
    if (t->form.selected >= t->form.count)
        t->form.selected = t->form.count - 1;
}

/* ---- Changing ---- */

static void set_value(struct view *v, const char *name, const char *value)
{
    struct trigger_view *t = v->data;
    const struct trigger_row *r = trigger_find(&t->made, name);
    bool same = r && r->param && value && strcmp(r->param->value, value) == 0;
    struct err err = {0};
    if (trigger_set(&t->made, name, value, &err))
        workspace_complain(v->w, &err);
    else if (!same)
        t->unsent = true;
    set_rows(t);
}

static void on_value(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct trigger_view *t = v->data;
    set_value(v, t->asked, text);
}

static void on_url(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct trigger_view *t = v->data;
    if (strcmp(t->made.url, text) != 0)
        t->unsent = true;
    snprintf(t->made.url, sizeof t->made.url, "%s", text);
}

static void ask_value(struct view *v, const struct trigger_row *r)
{
    struct trigger_view *t = v->data;
    for (int i = 0; i < LANG_COUNT; i++)
        snprintf(t->label_text[i], sizeof t->label_text[i], "%s  %s", r->name,
                 r->field ? bi_get(r->field->label, (enum lang)i) : "");
    struct prompt p = {.title = t->made.event->title,
                       .label = {t->label_text[LANG_ZH], t->label_text[LANG_EN]},
                       .help = r->field ? r->field->help : (struct bi){0},
                       .initial = r->param ? r->param->value : "",
                       .max = VALUE_MAX,
                       .done = on_value,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void on_choice(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct trigger_view *t = v->data;
    const struct trigger_row *r = trigger_find(&t->made, t->asked);
    if (r && r->field && index < r->field->value_count)
        set_value(v, t->asked, r->field->values[index].value);
    else if (r)
        ask_value(v, r);
}

static void ask_choice(struct view *v, const struct trigger_row *r)
{
    struct menu m = {.chosen = on_choice, .ctx = v};
    fill_menu(r->field, r->param ? r->param->value : NULL, view_lang(v), &m);
    v->host->menu(v->host->ctx, &m);
}

static void ask_url(struct view *v)
{
    const struct trigger_view *t = v->data;
    struct prompt p = {.title = t->made.event->title,
                       .label = {"发往（通知地址）", "to (notify URL)"},
                       .initial = t->made.url,
                       .max = POSTING_URL_MAX - 1,
                       .done = on_url,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void open_row(struct view *v)
{
    struct trigger_view *t = v->data;
    const struct trigger_row *r = row_of(t);

    if (t->form.selected == 0) {
        ask_url(v);
    } else if (t->form.selected < t->made.head) {
        trigger_turn_kind(&t->made);
        t->unsent = true;
        set_rows(t);
    } else {
        snprintf(t->asked, sizeof t->asked, "%s", r->name);
        if (r->field && r->field->value_count)
            ask_choice(v, r);
        else
            ask_value(v, r);
    }
}

static void on_name(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct trigger_view *t = v->data;
    struct trigger_row r = {.name = t->asked};
    if (!text[0])
        return;
    snprintf(t->asked, sizeof t->asked, "%.*s", PARAM_NAME_MAX, text);
    ask_value(v, &r);
}

/* Numbered fields, such as coupon_fee_0, are not rows by themselves. */
static void ask_name(struct view *v)
{
    struct prompt p = {.title = {"添加字段", "Add a field"},
                       .label = {"字段名，如 coupon_fee_0", "its name, such as coupon_fee_0"},
                       .max = PARAM_NAME_MAX,
                       .done = on_name,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void remove_row(struct view *v)
{
    const struct trigger_view *t = v->data;
    const struct trigger_row *r = row_of(t);
    if (t->form.selected < t->made.head || !trigger_has(&t->made, r->name))
        workspace_say(v->w, "%s 不是输入的值", "%s was not typed", r->name);
    else
        set_value(v, r->name, NULL);
}

static void send_now(void *ctx)
{
    struct view *v = ctx;
    struct trigger_view *t = v->data;
    struct err err = {0};
    if (trigger_send(&t->made, v->w, &err)) {
        workspace_complain(v->w, &err);
        return;
    }
    t->sent = true;
    t->unsent = false;
    t->tab = TAB_ANSWER;
}

/* What goes out is seen first: from elsewhere the key leads to the body. */
static void send(struct view *v)
{
    struct trigger_view *t = v->data;
    if (t->tab != TAB_BODY) {
        t->tab = TAB_BODY;
        return;
    }
    struct question q = {
        .title = {"生产环境", "Production"}, .danger = true, .yes = send_now, .ctx = v};
    if (!t->made.err.status && workspace_ask_post(v->w, t->made.profile.name, t->made.url, &q.text))
        v->host->ask(v->host->ctx, &q);
    else
        send_now(v);
}

/* ---- Leaving ---- */

static void drop(void *ctx)
{
    struct view *v = ctx;
    ((struct trigger_view *)v->data)->unsent = false;
    v->host->act(v->host->ctx, ACTION_BACK);
}

static enum view_answer back(struct view *v)
{
    const struct trigger_view *t = v->data;
    struct question q = {.title = {"未发送", "Not sent"}, .danger = true, .yes = drop, .ctx = v};
    if (!t->unsent)
        return VIEW_CLOSE;
    err_set(&q.text, ST_OK, SAY("放弃对通知“%1$s%2$.0s”的修改？", "", "选“否”回去，Ctrl-R 发送"),
            SAY("drop the changes of the notification \"%1$.0s%2$s\"?", "",
                "No: back to it, Ctrl-R sends it"),
            t->made.event->title.zh, t->made.event->title.en);
    v->host->ask(v->host->ctx, &q);
    return VIEW_HANDLED;
}

static bool on_unsaved(struct view *v, struct err *what)
{
    const struct trigger_view *t = v->data;
    if (t->unsent)
        err_set(what, ST_OK, SAY("通知“%1$s%2$.0s”的修改尚未发送", "", ""),
                SAY("the changes of the notification \"%1$.0s%2$s\" were not sent", "", ""),
                t->made.event->title.zh, t->made.event->title.en);
    return t->unsent;
}

/* ---- Pages ---- */

static void build_body(struct view *v, struct lines *l)
{
    struct trigger_view *t = v->data;
    enum lang lang = view_lang(v);
    if (t->made.err.status) {
        pane_err(l, lang, THEME_ERROR, &t->made.err);
        return;
    }
    lines_putf(l, THEME_ACCENT, "POST %s", t->made.url);
    lines_end(l);
    for (const char *const *h = template_headers(); *h; h++)
        lines_add(l, THEME_DIM, *h);
    lines_add(l, THEME_DIM, "Content-Type: " TEMPLATE_CONTENT_TYPE);
    lines_end(l);
    lines_text(l, THEME_VALUE, buf_str(&t->made.body), t->made.body.len);
    if (t->made.plain.len) {
        lines_end(l);
        lines_add(l, THEME_ACCENT,
                  L(lang, "req_info 解密后（仅供查看，不在发送的字节里）",
                    "req_info, decrypted (to read here; not part of the bytes sent)"));
        lines_text(l, THEME_VALUE, buf_str(&t->made.plain), t->made.plain.len);
    }
}

static void build_answer(struct view *v, struct lines *l)
{
    const struct trigger_view *t = v->data;
    const struct posting *p = &v->w->posting;
    enum lang lang = view_lang(v);
    bool good = p->verdict == ANSWER_ACKNOWLEDGED;

    if (!t->sent || p->state == POSTING_NONE) {
        lines_add(l, THEME_DIM, L(lang, "还没有发送", "nothing was sent yet"));
        return;
    }
    lines_putf(l, THEME_ACCENT, "POST %s", p->url);
    lines_end(l);
    if (p->state == POSTING_RUNNING) {
        lines_add(l, THEME_ACCENT, L(lang, "等待应答", "waiting for the answer"));
        return;
    }
    if (p->http.err.status)
        pane_err(l, lang, THEME_ERROR, &p->http.err);
    else {
        lines_putf(l, THEME_TEXT | SURFACE_BOLD, "HTTP %ld", p->http.status);
        lines_putf(l, THEME_TEXT, "  %.0f ms", p->http.times.total);
        lines_end(l);
    }
    lines_putf(l, good ? THEME_OK : THEME_ERROR, "%s%s", good ? "" : "x ",
               bi_get(answer_verdict_text(p->verdict), lang));
    lines_end(l);
    for (size_t i = 0; i < p->findings.count; i++) {
        lines_hang(l, 2);
        lines_put(l, THEME_WARN, "! ");
        lines_add(l, THEME_TEXT, p->findings.items[i].text[lang]);
    }
    lines_end(l);
    lines_text(l, THEME_VALUE, buf_str(&p->http.body), p->http.body.len);
}

static void form_row(void *ctx, size_t index, struct form_row *out)
{
    struct view *v = ctx;
    const struct trigger_view *t = v->data;
    const struct trigger_row *r = &t->made.rows[index];

    out->name = r->name;
    if (index == 0) {
        out->value = t->made.url;
        out->len = strlen(t->made.url);
        out->mark = t->made.url[0] ? ' ' : '!';
        return;
    }
    if (index < t->made.head) {
        out->name = L(view_lang(v), "算法", "algorithm");
        out->value = sign_kind_name(t->made.kind);
        out->len = strlen(out->value);
        out->choice = true;
        return;
    }
    out->off = !r->param;
    out->value = r->param ? r->param->value : "";
    out->len = r->param ? r->param->value_len : 0;
    out->source = trigger_has(&t->made, r->name) ? ' ' : r->param ? 'D' : ' ';
    if (r->field)
        form_describe(r->field, out->value, out->len, view_lang(v), out);
}

/* ---- The view ---- */

static void on_close(struct view *v)
{
    struct trigger_view *t = v->data;
    trigger_clear(&t->made);
    for (size_t i = 0; i < TAB_COUNT; i++)
        lines_clear(&t->text[i]);
    free(t);
    v->data = NULL;
}

static void on_frame(struct view *v, struct view_frame *out)
{
    const struct trigger_view *t = v->data;
    enum lang lang = view_lang(v);
    size_t len =
        (size_t)snprintf(out->title, sizeof out->title, "%s", bi_get(t->made.event->title, lang));
    for (int i = 0; i < TAB_COUNT && len < sizeof out->title; i++)
        len += (size_t)snprintf(out->title + len, sizeof out->title - len,
                                i == t->tab ? " [%s]" : " %s", bi_get(tab_names[i], lang));
    snprintf(out->state, sizeof out->state, "%.60s", t->made.profile.name);
    if (t->tab == TAB_FORM)
        snprintf(out->foot, sizeof out->foot, "%zu/%zu", t->form.selected + 1, t->form.count);
    else
        lines_foot(&t->text[t->tab], out->foot, sizeof out->foot);
}

static void on_draw(struct view *v, struct surface *s)
{
    struct trigger_view *t = v->data;
    struct lines *l = &t->text[t->tab];

    t->page = form_page(s->rows);
    if (t->tab == TAB_FORM) {
        form_draw(&t->form, s,
                  &(struct form_look){
                      .lang = view_lang(v), .focus = v->focus, .row = form_row, .ctx = v});
        return;
    }
    lines_reset(l);
    if (t->tab == TAB_BODY)
        build_body(v, l);
    else
        build_answer(v, l);
    lines_draw(l, s, v->wrap);
}

static enum view_answer on_action(struct view *v, enum action a)
{
    struct trigger_view *t = v->data;

    switch ((int)a) {
    case ACTION_BACK:
    case ACTION_CLOSE:
        return back(v);
    case ACTION_SEND:
        send(v);
        return VIEW_HANDLED;
    case ACTION_TAB_LEFT:
    case ACTION_TAB_RIGHT:
        t->tab = (t->tab + (a == ACTION_TAB_RIGHT ? 1 : TAB_COUNT - 1)) % TAB_COUNT;
        return VIEW_HANDLED;
    default:
        break;
    }
    if (t->tab != TAB_FORM)
        return lines_action(&t->text[t->tab], a) ? VIEW_HANDLED : VIEW_IGNORED;
    if (form_move(&t->form, a, t->page))
        return VIEW_HANDLED;
    switch ((int)a) {
    case ACTION_OPEN:
        open_row(v);
        return VIEW_HANDLED;
    case ACTION_ADD_FIELD:
        ask_name(v);
        return VIEW_HANDLED;
    case ACTION_REMOVE:
    case ACTION_CLEAR_FIELD:
        remove_row(v);
        return VIEW_HANDLED;
    case ACTION_GENERATE:
        trigger_renew(&t->made, v->w);
        set_rows(t);
        return VIEW_HANDLED;
    default:
        return VIEW_IGNORED;
    }
}

static void on_full(struct view *v, struct pager_text *out)
{
    struct trigger_view *t = v->data;
    struct lines l = {0};
    pane_pager(out, t->made.event->title);
    if (t->tab == TAB_ANSWER) {
        build_answer(v, &l);
        lines_dump(&l, &out->text);
        lines_clear(&l);
    } else {
        out->raw = true;
        buf_add(&out->text, buf_str(&t->made.body), t->made.body.len);
    }
}

static void on_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct trigger_view *t = v->data;
    const struct trigger_row *r = row_of(t);
    enum lang lang = view_lang(v);
    char text[2 * ERR_TEXT_MAX];

    *is_error = t->made.err.status != ST_OK;
    if (*is_error) {
        err_line(&t->made.err, lang, text, sizeof text);
        buf_adds(out, text);
    } else if (t->tab == TAB_BODY) {
        buf_adds(out, L(lang, "Ctrl-R 发送这些内容", "Ctrl-R sends this"));
    } else if (t->form.selected == 0) {
        buf_adds(out, L(lang, "通知发往这里；Ctrl-R 先显示内容，再按一次发送",
                        "where it is posted; Ctrl-R shows the body, and once more sends it"));
    } else if (r->field) {
        buf_addf(out, "%s: %s", bi_get(r->field->label, lang), bi_get(r->field->help, lang));
    } else {
        buf_adds(out,
                 L(lang, "签名算法；Enter 切换", "the algorithm of the signature; Enter changes"));
    }
}

static void on_explain(struct view *v, struct pager_text *out)
{
    const struct trigger_view *t = v->data;
    const struct trigger_row *r = row_of(t);
    bool is_error = false;

    out->title = (struct bi){"字段说明", "About the field"};
    if (t->form.selected < t->made.head || t->tab != TAB_FORM) {
        on_help(v, &out->text, &is_error);
        return;
    }
    struct explain e = {.field = r->field,
                        .name = r->name,
                        .params = &t->made.filled.params,
                        .lang = view_lang(v),
                        .event = true};
    explain_page(&e, &out->text);
}

static const struct view_hint form_hints[] = {
    {ACTION_SEND, {"先看内容", "Body first"}, NULL},
    {ACTION_OPEN, {"编辑", "Edit"}, NULL},
    {ACTION_TAB_RIGHT, {NULL, NULL}, NULL},
    {ACTION_ADD_FIELD, {NULL, NULL}, NULL},
    {ACTION_REMOVE, {"还原", "Restore"}, NULL},
    {ACTION_GENERATE, {"新编号", "New numbers"}, NULL},
    {ACTION_BACK, {"关闭", "Close"}, NULL},
    {ACTION_NONE, {NULL, NULL}, NULL},
};

static const struct view_hint body_hints[] = {
    {ACTION_SEND, {"发送", "Send"}, NULL},
    {ACTION_TAB_RIGHT, {NULL, NULL}, NULL},
    {ACTION_BACK, {"关闭", "Close"}, NULL},
    {ACTION_NONE, {NULL, NULL}, NULL},
};

static const struct view_hint answer_hints[] = {
    {ACTION_SEND, {"先看内容", "Body first"}, NULL},
    {ACTION_TAB_RIGHT, {NULL, NULL}, NULL},
    {ACTION_BACK, {"关闭", "Close"}, NULL},
    {ACTION_NONE, {NULL, NULL}, NULL},
};

static const struct view_hint *on_hint(struct view *v)
{
    static const struct view_hint *const hints[TAB_COUNT] = {form_hints, body_hints, answer_hints};
    return hints[((const struct trigger_view *)v->data)->tab];
}

static const struct view_ops ops = {
    .name = "trigger",
    .close = on_close,
    .frame = on_frame,
    .draw = on_draw,
    .action = on_action,
    .help = on_help,
    .explain = on_explain,
    .full = on_full,
    .hint = on_hint,
    .unsaved = on_unsaved,
};

struct view *trigger_view_new(struct workspace *w, const struct view_host *host,
                              const struct event *e, struct err *err)
{
    struct trigger_view *t = mem_alloc(sizeof *t);
    struct view *v = view_new(&ops, w, host);
    v->data = t;
    if (trigger_open(&t->made, w, e, err)) {
        on_close(v);
        free(v);
        return NULL;
    }
    set_rows(t);
    return v;
}
