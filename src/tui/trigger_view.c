/* SPDX-License-Identifier: MIT */
/*
 * What was typed is kept apart from what the template fills: each change fills and signs anew
 * (core/template), so the body shown is the body sent. A name that the event does not have is
 * refused as on the command line.
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

#define BODY_MAX (1u << 20)
#define ROWS_MAX 256
#define VALUE_MAX 4096 /* bytes typed into a prompt */

enum { TAB_FORM, TAB_BODY, TAB_ANSWER, TAB_COUNT };

static const struct bi tab_names[TAB_COUNT] = {
    {"字段", "fields"}, {"内容", "body"}, {"应答", "answer"}};

struct row {
    const char *name;
    const struct field *field; /* NULL: the address, the algorithm */
    const struct param *param; /* NULL: it takes no part */
};

struct trigger {
    const struct event *event;
    struct profile profile; /* whose key signs */
    struct params order;    /* it is about; empty: none */
    struct params given;    /* typed */
    struct template_seed seed;
    enum sign_kind kind;
    char url[POSTING_URL_MAX];
    struct template filled;
    struct buf body;
    struct err err; /* why there is no body */
    struct row rows[ROWS_MAX];
    size_t head; /* rows before the fields */
    struct form form;
    size_t page;
    int tab;
    struct lines text[TAB_COUNT];
    bool sent;
    char asked[PARAM_NAME_MAX + 1];
    char label_text[LANG_COUNT][160];
};

/* ---- Filling ---- */

static void add_row(struct trigger *t, const char *name, const struct field *field,
                    const struct param *param)
{
    if (t->form.count < ROWS_MAX)
        t->rows[t->form.count++] = (struct row){name, field, param};
}

static bool has_row(const struct trigger *t, const char *name)
{
    for (size_t i = t->head; i < t->form.count; i++) {
        if (strcmp(t->rows[i].name, name) == 0)
            return true;
    }
    return false;
}

static void add_present(struct trigger *t, const struct params *p, bool inside)
{
    for (size_t i = 0; i < p->count; i++)
        add_row(t, p->items[i].name, event_field(t->event, p->items[i].name, inside), &p->items[i]);
}

static void add_absent(struct trigger *t, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!strchr(fields[i].name, '$') && !has_row(t, fields[i].name))
            add_row(t, fields[i].name, &fields[i], NULL);
    }
}

static void build_rows(struct trigger *t)
{
    t->form.count = 0;
    add_row(t, "URL", NULL, NULL);
    if (!t->event->sealed && !t->event->has_sign)
        add_row(t, "algorithm", NULL, NULL);
    t->head = t->form.count;
    add_present(t, &t->filled.inner, true);
    add_present(t, &t->filled.params, false);
    add_absent(t, t->event->inner, t->event->inner_count);
    add_absent(t, t->event->fields, t->event->field_count);
    if (t->form.selected >= t->form.count)
        t->form.selected = t->form.count - 1;
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
    enum status st = template_fill(&s, &next, err);
    if (st)
        return st;
    template_clear(&t->filled);
    t->filled = next;
    build_rows(t);
    write_body(t);
    return ST_OK;
}

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

/* ---- Changing ---- */

/* Takes a value; one that the template refuses leaves everything as it was. */
static void set_value(struct view *v, const char *name, const char *value)
{
    struct trigger *t = v->data;
    struct params before = {0};
    struct err err = {0};
    enum status st = ST_OK;

    params_copy(&before, &t->given);
    if (value)
        st = params_set(&t->given, name, value, &err);
    else
        params_remove(&t->given, name);
    if (!st)
        st = refill(t, &err);
    if (st) {
        params_copy(&t->given, &before);
        refill(t, NULL);
        workspace_complain(v->w, &err);
    }
    params_clear(&before);
}

static void on_value(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct trigger *t = v->data;
    set_value(v, t->asked, text);
}

static void on_url(void *ctx, const char *text)
{
    struct view *v = ctx;
    struct trigger *t = v->data;
    snprintf(t->url, sizeof t->url, "%s", text);
}

static void ask_value(struct view *v, const struct row *r)
{
    struct trigger *t = v->data;
    for (int i = 0; i < LANG_COUNT; i++)
        snprintf(t->label_text[i], sizeof t->label_text[i], "%s  %s", r->name,
                 r->field ? bi_get(r->field->label, (enum lang)i) : "");
    struct prompt p = {.title = t->event->title,
                       .label = {t->label_text[LANG_ZH], t->label_text[LANG_EN]},
                       .help = r->field ? r->field->help : (struct bi){0},
                       .initial = r->param ? r->param->value : "",
                       .max = VALUE_MAX,
                       .done = on_value,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static const struct row *find_row(const struct trigger *t, const char *name)
{
    for (size_t i = t->head; i < t->form.count; i++) {
        if (strcmp(t->rows[i].name, name) == 0)
            return &t->rows[i];
    }
    return NULL;
}

static void on_choice(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct trigger *t = v->data;
    const struct row *r = find_row(t, t->asked);
    if (r && r->field && index < r->field->value_count)
        set_value(v, t->asked, r->field->values[index].value);
    else if (r)
        ask_value(v, r);
}

static void ask_choice(struct view *v, const struct row *r)
{
    struct menu m = {.chosen = on_choice, .ctx = v};
    fill_menu(r->field, r->param ? r->param->value : NULL, view_lang(v), &m);
    v->host->menu(v->host->ctx, &m);
}

static void ask_url(struct view *v)
{
    const struct trigger *t = v->data;
    struct prompt p = {.title = t->event->title,
                       .label = {"发往（通知地址）", "to (notify URL)"},
                       .initial = t->url,
                       .max = POSTING_URL_MAX - 1,
                       .done = on_url,
                       .ctx = v};
    v->host->prompt(v->host->ctx, &p);
}

static void open_row(struct view *v)
{
    struct trigger *t = v->data;
    const struct row *r = &t->rows[t->form.selected];

    if (t->form.selected == 0) {
        ask_url(v);
    } else if (t->form.selected < t->head) {
        t->kind = t->kind == SIGN_MD5 ? SIGN_HMAC_SHA256 : SIGN_MD5;
        refill(t, NULL);
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
    struct trigger *t = v->data;
    struct row r = {.name = t->asked};
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
    const struct trigger *t = v->data;
    const struct row *r = &t->rows[t->form.selected];
    if (t->form.selected < t->head || !params_find(&t->given, r->name))
        workspace_say(v->w, "%s 不是输入的值", "%s was not typed", r->name);
    else
        set_value(v, r->name, NULL);
}

static void send_now(void *ctx)
{
    struct view *v = ctx;
    struct trigger *t = v->data;
    struct template copy = {.event = t->event};
    struct err err = t->err;
    enum status st = err.status;

    if (!st && !t->url[0])
        st = err_set(&err, ST_ARGUMENT, SAY("没有地址", "", "在第一行填写，或先启动监听"),
                     SAY("there is no address", "",
                         "give one in the first row, or start the "
                         "listener"));
    params_copy(&copy.params, &t->filled.params);
    params_copy(&copy.inner, &t->filled.inner);
    if (!st)
        st = workspace_post_template(v->w, &copy, &t->profile, t->kind, t->url, &err);
    template_clear(&copy);
    if (st) {
        workspace_complain(v->w, &err);
        return;
    }
    t->sent = true;
    t->tab = TAB_ANSWER;
}

static void send(struct view *v)
{
    const struct trigger *t = v->data;
    struct question q = {
        .title = {"生产环境", "Production"}, .danger = true, .yes = send_now, .ctx = v};
    if (!t->err.status && workspace_ask_post(v->w, t->profile.name, t->url, &q.text))
        v->host->ask(v->host->ctx, &q);
    else
        send_now(v);
}

/* ---- Pages ---- */

static void build_body(struct view *v, struct lines *l)
{
    struct trigger *t = v->data;
    enum lang lang = view_lang(v);
    if (t->err.status) {
        pane_err(l, lang, THEME_ERROR, &t->err);
        return;
    }
    lines_putf(l, THEME_ACCENT, "POST %s", t->url);
    lines_end(l);
    for (const char *const *h = template_headers(); *h; h++)
        lines_add(l, THEME_DIM, *h);
    lines_add(l, THEME_DIM, "Content-Type: " TEMPLATE_CONTENT_TYPE);
    lines_end(l);
    lines_text(l, THEME_VALUE, buf_str(&t->body), t->body.len);
}

static void build_answer(struct view *v, struct lines *l)
{
    const struct trigger *t = v->data;
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
    const struct trigger *t = v->data;
    const struct row *r = &t->rows[index];

    out->name = r->name;
    if (index == 0) {
        out->value = t->url;
        out->len = strlen(t->url);
        out->mark = t->url[0] ? ' ' : '!';
        return;
    }
    if (index < t->head) {
        out->value = sign_kind_name(t->kind);
        out->len = strlen(out->value);
        out->choice = true;
        return;
    }
    out->off = !r->param;
    out->value = r->param ? r->param->value : "";
    out->len = r->param ? r->param->value_len : 0;
    out->source = params_find(&t->given, r->name) ? ' ' : r->param ? 'D' : ' ';
    if (r->field)
        form_describe(r->field, out->value, out->len, out);
}

/* ---- The view ---- */

static void on_close(struct view *v)
{
    struct trigger *t = v->data;
    template_clear(&t->filled);
    profile_clear(&t->profile);
    params_clear(&t->order);
    params_clear(&t->given);
    buf_clear(&t->body);
    for (size_t i = 0; i < TAB_COUNT; i++)
        lines_clear(&t->text[i]);
    free(t);
    v->data = NULL;
}

static void on_frame(struct view *v, struct view_frame *out)
{
    const struct trigger *t = v->data;
    enum lang lang = view_lang(v);
    size_t len =
        (size_t)snprintf(out->title, sizeof out->title, "%s", bi_get(t->event->title, lang));
    for (int i = 0; i < TAB_COUNT && len < sizeof out->title; i++)
        len += (size_t)snprintf(out->title + len, sizeof out->title - len,
                                i == t->tab ? " [%s]" : " %s", bi_get(tab_names[i], lang));
    snprintf(out->state, sizeof out->state, "%.60s", t->profile.name);
    if (t->tab == TAB_FORM)
        snprintf(out->foot, sizeof out->foot, "%zu/%zu", t->form.selected + 1, t->form.count);
    else
        lines_foot(&t->text[t->tab], out->foot, sizeof out->foot);
}

static void on_draw(struct view *v, struct surface *s)
{
    struct trigger *t = v->data;
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
    struct trigger *t = v->data;

    switch ((int)a) {
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
        workspace_template_seed(v->w, &t->seed);
        refill(t, NULL);
        return VIEW_HANDLED;
    default:
        return VIEW_IGNORED;
    }
}

static void on_full(struct view *v, struct pager_text *out)
{
    struct trigger *t = v->data;
    struct lines l = {0};
    pane_pager(out, t->event->title);
    if (t->tab == TAB_ANSWER) {
        build_answer(v, &l);
        lines_dump(&l, &out->text);
        lines_clear(&l);
    } else {
        out->raw = true;
        buf_add(&out->text, buf_str(&t->body), t->body.len);
    }
}

static void on_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct trigger *t = v->data;
    const struct row *r = &t->rows[t->form.selected];
    enum lang lang = view_lang(v);
    char text[2 * ERR_TEXT_MAX];

    *is_error = t->err.status != ST_OK;
    if (*is_error) {
        err_line(&t->err, lang, text, sizeof text);
        buf_adds(out, text);
    } else if (t->form.selected == 0) {
        buf_adds(out, L(lang, "通知发往这里；Ctrl-R 发送", "where it is posted; Ctrl-R sends it"));
    } else if (r->field) {
        buf_addf(out, "%s: %s", bi_get(r->field->label, lang), bi_get(r->field->help, lang));
    } else {
        buf_adds(out,
                 L(lang, "签名算法；Enter 切换", "the algorithm of the signature; Enter changes"));
    }
}

static void on_explain(struct view *v, struct pager_text *out)
{
    const struct trigger *t = v->data;
    const struct row *r = &t->rows[t->form.selected];
    bool is_error = false;

    out->title = (struct bi){"字段说明", "About the field"};
    if (t->form.selected < t->head || t->tab != TAB_FORM) {
        on_help(v, &out->text, &is_error);
        return;
    }
    struct explain e = {.field = r->field,
                        .name = r->name,
                        .params = &t->filled.params,
                        .lang = view_lang(v),
                        .event = true};
    explain_page(&e, &out->text);
}

static const struct view_hint hint_rows[] = {
    {ACTION_SEND, {"发送", "Send"}, NULL},      {ACTION_OPEN, {"编辑", "Edit"}, NULL},
    {ACTION_TAB_RIGHT, {NULL, NULL}, NULL},     {ACTION_ADD_FIELD, {NULL, NULL}, NULL},
    {ACTION_REMOVE, {"还原", "Restore"}, NULL}, {ACTION_GENERATE, {"新编号", "New numbers"}, NULL},
    {ACTION_BACK, {"关闭", "Close"}, NULL},     {ACTION_NONE, {NULL, NULL}, NULL},
};

static const struct view_hint *on_hint(struct view *v)
{
    (void)v;
    return hint_rows;
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
};

struct view *trigger_view_new(struct workspace *w, const struct view_host *host,
                              const struct event *e, struct err *err)
{
    struct trigger *t = mem_alloc(sizeof *t);
    struct view *v = view_new(&ops, w, host);
    v->data = t;
    t->event = e;
    enum status st = workspace_event_profile(w, e, &t->profile, err);
    if (!st) {
        t->kind = e->has_sign                ? e->sign
                  : t->profile.has_sign_type ? t->profile.sign_type
                                             : SIGN_MD5;
        take_order(t, w);
        snprintf(t->url, sizeof t->url, "%s", workspace_notify_url(w));
        workspace_template_seed(w, &t->seed);
        st = refill(t, err);
    }
    if (st) {
        on_close(v);
        free(v);
        return NULL;
    }
    return v;
}
