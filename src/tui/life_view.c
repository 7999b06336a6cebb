/* SPDX-License-Identifier: MIT */
/*
 * Lines made from what has been found so far; `o` offers the calls that the present state
 * allows, filled in, y copies the page as Markdown.
 */
#include "tui/life_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/order_offer.h"
#include "app/order_page.h"
#include "app/order_search.h"
#include "app/record.h"
#include "core/text.h"
#include "tui/notify_lines.h"
#include "tui/pane.h"

#define PAGE_MAX (16u << 20)
#define CELL_MAX 4096
#define NARROW 60 /* cells below which dates are left out of the picture */

struct life_data {
    struct order_search search;
    struct lines lines;
    struct err err; /* of the journal */
    enum lang lang; /* of the lines */
    bool built;
    int cols; /* as drawn last */
    unsigned timer;
    struct view *v;
};

/* ---- Searching ---- */

/* Commands that reach nothing are not shown: under --demo without --data the books are here. */
static void offer(struct life_data *d)
{
    const struct workspace *w = d->v->w;
    struct order_place place = {.data = w->data_given ? w->store.data_dir : NULL};
    if (w->gateway && w->demo && !w->data_given)
        place.inside = gateway_url(w->gateway);
    order_offer(&d->search.life, &place);
}

static void on_turn(void *ctx)
{
    struct life_data *d = ctx;
    size_t had = d->search.life.all, lives = d->search.life.life_count;
    d->timer = 0;
    order_search_step(&d->search, &d->err);
    offer(d);
    if (d->search.done || had != d->search.life.all || lives != d->search.life.life_count)
        d->built = false;
    if (!d->search.done)
        d->timer = loop_timer(d->v->w->loop, 0, on_turn, d);
    d->v->w->rev_background++;
}

/* ---- Lines ---- */

static void add_title(const struct order_life_one *l, enum lang lang, struct lines *out)
{
    struct buf title;
    buf_init(&title, CELL_MAX);
    order_page_title(l, lang, &title);
    lines_pad(out, 1);
    lines_hang(out, 1);
    lines_add(out, THEME_TITLE, buf_str(&title));
    buf_clear(&title);
}

/* A payment that was played and told nobody: the state is drawn from what arrived here, which is
   less than the sandbox knows. */
static void add_unheard(struct life_data *d, const struct order_life_one *l)
{
    struct gateway *g = d->v->w->gateway;
    const char *mch_id = d->search.life.merchant, *state = NULL;
    if (g && l->subject == ABOUT_ORDER)
        state = gateway_order_state(g, mch_id, l->number);
    else if (g && l->subject == ABOUT_CONTRACT)
        state = gateway_contract_state(g, mch_id, l->number);
    const struct life_state *there = life_state(l->kind, state),
                            *here = life_state(l->kind, l->state);
    if (!there || there == here || (here && here->ours))
        return;
    lines_pad(&d->lines, 1);
    lines_hang(&d->lines, 1);
    lines_putf(&d->lines, THEME_WARN,
               L(d->lang, "沙箱里已是 %s %s，而这里还没有收到通知：按 o 查询一次",
                 "at the sandbox it is %s %s, of which no notification came here: o, then a query"),
               there->name, bi_get(there->text, d->lang));
    lines_end(&d->lines);
}

static void add_chart(struct life_data *d, const struct order_life_one *l)
{
    static const unsigned styles[] = {[LIFE_LINE_PLAIN] = THEME_DIM,
                                      [LIFE_LINE_PAST] = THEME_TEXT,
                                      [LIFE_LINE_NOW] = THEME_ACCENT};
    struct life_path path;
    struct life_lines chart = {0};
    struct life_been *items = order_life_path(&d->search.life, l, &path);
    path.cols = d->cols;
    for (size_t i = 0; i < path.count && d->cols < NARROW; i++)
        items[i].note += strlen("2026-01-02 ");
    life_chart(l->kind, &path, d->lang, d->v->w->settings.ascii, &chart);
    for (size_t i = 0; i < chart.count; i++)
        lines_add(&d->lines, styles[chart.items[i].kind], chart.items[i].text);
    life_lines_clear(&chart);
    free(items);
}

static const char *entered(const struct order_life_one *l, size_t event)
{
    for (size_t i = 0; i < l->step_count; i++) {
        if (l->steps[i].event == event)
            return l->steps[i].state;
    }
    return NULL;
}

static void add_events(struct life_data *d, const struct order_life_one *l)
{
    const struct order_life *o = &d->search.life;
    pane_heading(&d->lines, L(d->lang, "经过（UTC+8）", "What led there (UTC+8)"));
    for (size_t i = 0; i < o->event_count; i++) {
        const struct order_event *e = &o->events[i];
        const char *state = entered(l, i);
        char at[RECORD_TIME_SIZE];
        struct buf text;
        if (!order_life_has(o, l, i))
            continue;
        record_time(e->row.at_ms, at);
        buf_init(&text, CELL_MAX);
        order_page_event(e, d->lang, false, &text);
        lines_hang(&d->lines, 4);
        lines_putf(&d->lines, THEME_DIM, " %s #%lld ", at + 5, (long long)e->row.id);
        lines_putf(&d->lines, THEME_LABEL, "%s ", bi_get(record_kind_text(e->row.kind), d->lang));
        lines_putf(&d->lines, THEME_TEXT, "%s ",
                   e->row.kind == JOURNAL_CALL
                       ? e->row.name
                       : notify_event(d->v->w->inbox, e->row.name, d->lang));
        const struct life_state *entered_state = life_state(l->kind, state);
        if (entered_state)
            lines_putf(&d->lines, THEME_ACCENT, "→ %s %s  ", state,
                       bi_get(entered_state->text, d->lang));
        lines_put(&d->lines, !e->trusted || e->failed ? THEME_WARN : THEME_OK, buf_str(&text));
        lines_end(&d->lines);
        buf_clear(&text);
    }
}

static void add_nexts(struct life_data *d, const struct order_life_one *l)
{
    pane_heading(&d->lines, L(d->lang, "接下来可能发生", "What may come next"));
    if (!l->next_count)
        lines_add(&d->lines, THEME_DIM, L(d->lang, " 没有：这是终态", " nothing: this is an end"));
    for (size_t i = 0; i < l->next_count; i++) {
        const struct order_next *n = &l->next[i];
        struct buf text;
        buf_init(&text, CELL_MAX);
        order_page_next(n, d->lang, &text);
        lines_hang(&d->lines, 4);
        lines_putf(&d->lines, THEME_TEXT, " %s  ", buf_str(&text));
        lines_put(&d->lines, THEME_DIM,
                  bi_get(life_cause_text(n->step ? n->step->cause : LIFE_CALL), d->lang));
        lines_end(&d->lines);
        if (n->command) {
            lines_hang(&d->lines, 5);
            lines_putf(&d->lines, THEME_VALUE, "   %s", n->command);
            lines_end(&d->lines);
        }
        buf_clear(&text);
    }
}

static void build(struct life_data *d)
{
    const struct order_life *o = &d->search.life;
    d->lang = view_lang(d->v);
    d->built = true;
    lines_reset(&d->lines);
    if (d->err.status) {
        pane_err(&d->lines, d->lang, THEME_ERROR, &d->err);
    } else if (!o->life_count) {
        lines_add(&d->lines, THEME_DIM,
                  d->search.done
                      ? L(d->lang, "记录里没有这个单号", "nothing is recorded of this number")
                      : L(d->lang, "正在查找记录…", "looking through the journal…"));
    } else {
        add_title(&o->lives[0], d->lang, &d->lines);
        add_unheard(d, &o->lives[0]);
        add_chart(d, &o->lives[0]);
        lines_end(&d->lines);
        add_events(d, &o->lives[0]);
        lines_end(&d->lines);
        add_nexts(d, &o->lives[0]);
        if (o->life_count > 1)
            lines_end(&d->lines);
        for (size_t i = 1; i < o->life_count; i++)
            add_title(&o->lives[i], d->lang, &d->lines);
    }
}

static void refresh(struct view *v)
{
    struct life_data *d = v->data;
    if (!d->built || d->lang != view_lang(v))
        build(d);
}

/* ---- The view ---- */

static void life_close(struct view *v)
{
    struct life_data *d = v->data;
    if (!d)
        return;
    if (d->timer)
        loop_cancel(v->w->loop, d->timer);
    order_search_clear(&d->search);
    lines_clear(&d->lines);
    free(d);
    v->data = NULL;
}

static void life_frame(struct view *v, struct view_frame *out)
{
    struct life_data *d = v->data;
    enum lang lang = view_lang(v);
    const struct order_life *o = &d->search.life;
    refresh(v);
    snprintf(out->title, sizeof(out->title), "%s %.100s", L(lang, "经过", "Life of"), o->number);
    if (!d->search.done)
        snprintf(out->state, sizeof(out->state), "%s", L(lang, "查找中", "searching"));
    else if (o->life_count && o->lives[0].state)
        snprintf(out->state, sizeof(out->state), "%s", o->lives[0].state);
    lines_foot(&d->lines, out->foot, sizeof(out->foot));
}

static void life_draw(struct view *v, struct surface *s)
{
    struct life_data *d = v->data;
    if (d->cols != s->cols)
        d->built = false;
    d->cols = s->cols;
    refresh(v);
    lines_draw(&d->lines, s, v->wrap);
}

static void write_page(struct life_data *d, enum page_form form, struct buf *out)
{
    struct order_page_how how = {
        .form = form, .lang = view_lang(d->v), .ascii = d->v->w->settings.ascii};
    if (d->search.life.life_count)
        order_page_write(&d->search.life, &how, out);
}

static void life_full(struct view *v, struct pager_text *out)
{
    pane_pager(out, (struct bi){"经过", "Life"});
    write_page(v->data, PAGE_TEXT, &out->text);
}

static enum view_answer copy(struct view *v)
{
    struct buf out;
    buf_init(&out, PAGE_MAX);
    write_page(v->data, PAGE_MARKDOWN, &out);
    v->host->copy(v->host->ctx, (struct bi){"经过（Markdown）", "the life, as Markdown"},
                  buf_str(&out), out.len);
    buf_clear(&out);
    return VIEW_HANDLED;
}

/* ---- What can be called next ---- */

static const struct order_next *nth_call(const struct life_data *d, size_t index)
{
    const struct order_life_one *l = &d->search.life.lives[0];
    for (size_t i = 0; d->search.life.life_count && i < l->next_count; i++) {
        if (l->next[i].spec && index-- == 0)
            return &l->next[i];
    }
    return NULL;
}

/* Opens the form, filled in, and leaves the overlay; nothing is sent. */
static void chosen(void *ctx, size_t index)
{
    struct life_data *d = ctx;
    struct workspace *w = d->v->w;
    const struct view_host *host = d->v->host;
    const struct order_next *n = nth_call(d, index);
    struct err err;
    if (!n)
        return;
    enum status st = workspace_follow(w, n->spec->id, &n->fields, &err);
    if (st)
        workspace_complain(w, &err);
    else
        workspace_say(w, "%s 已填好，尚未发送", "%s is filled in, nothing was sent", n->spec->id);
    host->act(host->ctx, ACTION_BACK); /* the overlay is gone from here on */
    host->focus(host->ctx, PLAN_FORM);
}

static enum view_answer next_calls(struct view *v)
{
    struct life_data *d = v->data;
    struct menu m = {.title = {"后续调用", "What can be called next"}, .chosen = chosen, .ctx = d};
    const struct order_next *n;
    while (nth_call(d, m.count))
        m.count++;
    if (!m.count) {
        workspace_say(v->w, "此时没有可调用的接口", "nothing can be called now");
        return VIEW_HANDLED;
    }
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < m.count && (n = nth_call(d, i)); i++) {
        struct buf text;
        buf_init(&text, CELL_MAX);
        order_page_next(n, view_lang(v), &text);
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", n->spec->id);
        snprintf(m.items[i].other, sizeof(m.items[i].other), "%s", buf_str(&text));
        buf_clear(&text);
    }
    v->host->menu(v->host->ctx, &m);
    return VIEW_HANDLED;
}

/* ---- Actions ---- */

static enum view_answer life_action(struct view *v, enum action a)
{
    struct life_data *d = v->data;
    if (a == ACTION_CALLS)
        return next_calls(v);
    if (a == ACTION_COPY)
        return copy(v);
    return lines_action(&d->lines, a) ? VIEW_HANDLED : VIEW_IGNORED;
}

static bool life_search(struct view *v, const char *word, int step)
{
    struct life_data *d = v->data;
    refresh(v);
    return lines_search(&d->lines, word, step);
}

static const struct view_hint *life_hint(struct view *v)
{
    static const struct view_hint hints[] = {{.action = ACTION_CALLS},
                                             {.action = ACTION_COPY},
                                             {.action = ACTION_SEARCH},
                                             {.action = ACTION_PAGER},
                                             {0}};
    (void)v;
    return hints;
}

static const struct view_ops view_life = {
    .name = "life",
    .close = life_close,
    .frame = life_frame,
    .draw = life_draw,
    .action = life_action,
    .full = life_full,
    .search = life_search,
    .hint = life_hint,
};

struct view *life_view_new(struct workspace *w, const struct view_host *host, const char *number,
                           struct err *err)
{
    struct life_data *d = mem_alloc(sizeof(*d));
    if (order_search_start(&d->search, w->journal, &w->catalog, number, NULL, err)) {
        free(d);
        return NULL;
    }
    d->v = view_new(&view_life, w, host);
    d->v->data = d;
    on_turn(d); /* what is newest shows at once */
    return d->v;
}

const char *life_view_number(struct workspace *w)
{
    static const char *const names[] = {"out_trade_no",   "contract_code", "out_refund_no",
                                        "transaction_id", "contract_id",   "refund_id"};
    const struct params *from[] = {w->exchange.state != EXCHANGE_NONE ? &w->exchange.request.params
                                                                      : NULL,
                                   &workspace_draft(w)->params};
    for (size_t i = 0; i < ARRAY_COUNT(from); i++) {
        for (size_t k = 0; from[i] && k < ARRAY_COUNT(names); k++) {
            if (params_has(from[i], names[k]))
                return params_get(from[i], names[k]);
        }
    }
    return NULL;
}
