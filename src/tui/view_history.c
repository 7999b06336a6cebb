/* SPDX-License-Identifier: MIT */
/*
 * The overlay of the journal: every call, notification and delivery, newest first.
 *
 * Enter puts a call back into all panes, explains a notification that came and shows the rest as
 * text; r sends again; o offers
 * what can be called after it; Space marks two, = compares them; y copies in any form of a report.
 * The search word filters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/history.h"
#include "app/report.h"
#include "core/personal.h"
#include "core/text.h"
#include "tui/diagnosis.h"
#include "tui/life_view.h"
#include "tui/list.h"
#include "tui/notice_view.h"
#include "tui/notify_lines.h"
#include "tui/notify_menu.h"
#include "tui/pager.h"
#include "tui/pane.h"

#define TERMS                                                                                      \
    "order=T20 api=refund event=payment profile=demo outcome=success kind=call amount=0.01 "       \
    "time=01-02 since=10:30 until=2h"
#define COMPARE_FORMS 3 /* text, md, html: what two rows side by side can be */
#define AHEAD 200       /* rows read beyond the selected one */

struct history_view {
    struct notify_asked notify; /* first: the menu of notifications knows no more of this */
    struct history window;
    struct list list;
    unsigned rev_journal;
    int64_t marked[2]; /* numbers; 0: none */
    int cols;          /* of the last draw */
    int64_t asked;     /* the row that an open menu or question is about */
    struct view *v;
};

static void refresh(struct view *v)
{
    struct history_view *d = v->data;
    bool searching = d->window.word[0] && d->window.state != HISTORY_READY; /* that goes first */
    bool others = !searching && history_is_stale(&d->window); /* a console beside this one */
    d->window.now_ms = workspace_now_ms(v->w);
    if (!searching && (others || d->rev_journal != v->w->rev_journal)) {
        d->rev_journal = v->w->rev_journal;
        history_refresh(&d->window);
    }
    history_need(&d->window, d->list.at + AHEAD);
    list_set(&d->list, d->window.count);
}

static void history_view_open(struct view *v)
{
    struct history_view *d = mem_alloc(sizeof(*d));
    v->data = d;
    d->v = v;
    d->rev_journal = v->w->rev_journal;
    d->window.moved = &v->w->rev_background;
    d->window.now_ms = workspace_now_ms(v->w);
    d->window.events = v->w->inbox ? inbox_events(v->w->inbox) : NULL;
    history_open(&d->window, v->w->journal, v->w->loop, JOURNAL_ANY);
    list_set(&d->list, d->window.count);
}

static void history_view_close(struct view *v)
{
    struct history_view *d = v->data;
    if (d)
        history_close(&d->window);
    free(d);
    v->data = NULL;
}

static const struct journal_row *selected(const struct history_view *d)
{
    return list_has(&d->list) ? &d->window.rows[d->list.at] : NULL;
}

/* ---- Drawing ---- */

static bool is_marked(const struct history_view *d, int64_t id)
{
    return d->marked[0] == id || d->marked[1] == id;
}

/* A column that the row has no room for is cut like its text. */
static int put_column(struct surface *s, int col, int width, unsigned style, const char *text)
{
    if (width > s->cols - col)
        width = s->cols - col;
    if (width <= 0)
        return s->cols;
    struct surface cell = surface_sub(s, (struct rect){0, col, 1, width});
    surface_put_cut(&cell, 0, 0, style, text);
    return col + width + 1;
}

static void put_text(struct surface *s, int col, const struct journal_row *r, enum lang lang)
{
    struct buf text;
    buf_init(&text, 8192);
    record_text(r, lang, &text);
    personal_mask(NULL, &text);
    surface_put_cut(s, 0, col, THEME_DIM, buf_str(&text));
    buf_clear(&text);
}

static void draw_row(void *ctx, size_t row, bool is_selected, struct surface *s)
{
    struct view *v = ctx;
    const struct history_view *d = v->data;
    const struct journal_row *r = &d->window.rows[row];
    char at[RECORD_TIME_SIZE], yuan[32] = "";
    int col = 0;
    bool wide = s->cols >= 90;
    enum lang lang = view_lang(v);
    const char *name = r->kind == JOURNAL_CALL ? r->name : notify_event(v->w->inbox, r->name, lang);
    (void)is_selected;

    record_time(r->at_ms, at);
    if (r->amount >= 0)
        text_yuan(r->amount, yuan, sizeof(yuan));
    bool waiting = !r->status && r->kind == JOURNAL_NOTICE && inbox_is_waiting(v->w->inbox, r->id);
    unsigned style = waiting ? THEME_WARN : r->good ? THEME_OK : THEME_ERROR;
    surface_put(s, 0, 0, THEME_KEY, is_marked(d, r->id) ? "*" : " ");
    col = put_column(s, 1, wide ? 14 : 8, THEME_DIM, wide ? at + 5 : at + 11);
    col = put_column(s, col, 2, style, waiting ? ".." : r->good ? "ok" : "x");
    if (wide)
        col = put_column(s, col, 8, THEME_DIM, bi_get(record_kind_text(r->kind), lang));
    col = put_column(s, col, wide ? 20 : 14, THEME_TEXT, name);
    col = put_column(s, col, wide ? 22 : 16, THEME_TEXT, r->order_no);
    if (wide)
        col = put_column(s, col, 10, THEME_TEXT, yuan);
    if (wide)
        col = put_column(s, col, 16, waiting || !r->good ? style : THEME_TEXT,
                         waiting ? L(lang, "等待应用", "waiting")
                                 : bi_get(record_outcome_text(r), lang));
    put_text(s, col, r, lang);
}

/* Why rows cannot be read, or why what happens now makes none; that the journal is read-only stands
   in the frame. NULL: they can, and it does. */
static const struct err *why_not(const struct view *v)
{
    const struct history_view *d = v->data;
    const struct err *err = &v->w->journal_err;
    if (d->window.err.status)
        return &d->window.err;
    return err->status && !workspace_journal_is_read_only(v->w) ? err : NULL;
}

static void view_draw(struct view *v, struct surface *s)
{
    struct history_view *d = v->data;
    enum lang lang = view_lang(v);
    struct surface rows = *s;

    refresh(v);
    d->cols = s->cols;
    if (d->window.word[0]) {
        int col = surface_put(s, 0, 0, THEME_KEY, "/");
        surface_put_cut(s, 0, col, THEME_MATCH, d->window.word);
        rows = surface_sub(s, (struct rect){1, 0, s->rows - 1, s->cols});
    }
    const struct err *err = why_not(v);
    if (err) {
        char line[ERR_TEXT_MAX];
        err_line(err, lang, line, sizeof(line));
        int used = surface_put_wrapped(&rows, 0, THEME_ERROR, line);
        used = used < rows.rows ? used : rows.rows;
        rows = surface_sub(&rows, (struct rect){used, 0, rows.rows - used, rows.cols});
    } else if (d->window.count == 0) {
        surface_put_wrapped(
            &rows, 0, THEME_DIM,
            d->window.word[0]
                ? L(lang, "没有匹配的记录。除了文字，还可以写：" TERMS "；前面加 ! 表示不含",
                    "nothing matches. Beside a text there are " TERMS "; a leading ! inverts")
                : L(lang, "还没有记录；发送请求或收到通知后会出现在这里",
                    "nothing is recorded yet; calls and notices will stand here"));
    }
    list_draw(&d->list, &rows, true, draw_row, v);
}

static void view_frame(struct view *v, struct view_frame *out)
{
    struct history_view *d = v->data;
    enum lang lang = view_lang(v);
    int64_t all = v->w->journal ? journal_count(v->w->journal, JOURNAL_ANY) : 0;

    refresh(v);
    snprintf(out->title, sizeof(out->title), "%s", L(lang, "历史", "History"));
    if (d->window.state != HISTORY_READY)
        snprintf(out->state, sizeof(out->state), L(lang, "查找中 %zu", "searching %zu"),
                 d->window.count);
    else if (d->window.word[0])
        snprintf(out->state, sizeof(out->state), "%zu/%lld", d->window.count, (long long)all);
    else
        snprintf(out->state, sizeof(out->state), "%lld%s", (long long)all,
                 workspace_journal_is_read_only(v->w) ? L(lang, "  只读", "  read-only") : "");
    list_foot(&d->list, out->foot, sizeof(out->foot));
}

/* ---- Records ---- */

/* The report of one row, or of two compared. False: it was said why not. */
static bool write_report(struct history_view *d, const int64_t ids[2], enum report_form form,
                         struct buf *out)
{
    struct workspace *w = d->v->w;
    const struct profile *secrets[] = {&w->profile};
    struct report_how how = {.form = form,
                             .lang = w->settings.lang,
                             .secrets = secrets,
                             .secret_count = 1,
                             .width = d->cols < PAGER_COLS ? d->cols : PAGER_COLS};
    struct record_source source = {
        .journal = w->journal, .catalog = &w->catalog, .profile = &w->profile};
    struct err err;
    enum status st = report_rows(&source, ids, &how, out, &err);

    if (st)
        workspace_complain(w, &err);
    return st == ST_OK;
}

static void report_text(struct history_view *d, const int64_t ids[2], struct pager_text *out)
{
    pane_pager(out, ids[1] ? (struct bi){"比较", "Comparison"} : (struct bi){"记录", "Record"});
    write_report(d, ids, REPORT_TEXT, &out->text);
}

static void view_full(struct view *v, struct pager_text *out)
{
    struct history_view *d = v->data;
    const struct journal_row *r = selected(d);
    if (r)
        report_text(d, (int64_t[2]){r->id, 0}, out);
    else
        pane_pager(out, (struct bi){"记录", "Record"});
}

static enum view_answer show(struct view *v)
{
    struct pager_text text = {0};
    view_full(v, &text);
    v->host->pager(v->host->ctx, &text);
    return VIEW_HANDLED;
}

static enum view_answer open_row(struct view *v, const struct journal_row *r)
{
    struct err err;
    if (r->kind == JOURNAL_NOTICE) {
        workspace_inbox(v->w);
        notice_view_open(v->w, v->host, r->id);
        return VIEW_HANDLED;
    }
    if (r->kind != JOURNAL_CALL)
        return show(v);
    if (workspace_recall(v->w, r->id, &err)) {
        workspace_complain(v->w, &err);
        return VIEW_HANDLED;
    }
    workspace_say(v->w, "已取回第 %lld 号：表单与应答是当时的内容",
                  "number %lld is back: form and reply are those of then", (long long)r->id);
    return VIEW_CLOSE;
}

static bool keep_id(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->id;
    return false;
}

/* Puts the call back, or that of a notification's order; the screen's menu of what can be called
   next is then about it. */
static enum view_answer next_calls(struct view *v, const struct journal_row *r)
{
    struct journal_key key = {.kind = JOURNAL_CALL, .order_no = r->order_no};
    int64_t id = r->kind == JOURNAL_CALL ? r->id : 0;
    struct err err;
    if (!id && !journal_find(v->w->journal, &key, keep_id, &id)) {
        workspace_say(v->w, "没有这个单号的成功调用，不知道接下来可以调用什么",
                      "no call of this order succeeded: what can follow is not known");
        return VIEW_HANDLED;
    }
    if (workspace_recall(v->w, id, &err)) {
        workspace_complain(v->w, &err);
        return VIEW_HANDLED;
    }
    return VIEW_CLOSE;
}

static enum view_answer life(struct view *v, const struct journal_row *r)
{
    struct err err;
    struct view *over =
        life_view_new(v->w, v->host, r->order_no[0] ? r->order_no : r->transaction_id, &err);
    if (over)
        v->host->overlay(v->host->ctx, over);
    else
        workspace_complain(v->w, &err);
    return VIEW_HANDLED;
}

/* ---- Marking, comparing ---- */

/* Two marks at most: a third takes the place of the older one. */
static enum view_answer mark_row(struct view *v, const struct journal_row *r)
{
    struct history_view *d = v->data;
    if (d->marked[0] == r->id) {
        d->marked[0] = d->marked[1];
        d->marked[1] = 0;
    } else if (d->marked[1] == r->id) {
        d->marked[1] = 0;
    } else if (!d->marked[0]) {
        d->marked[0] = r->id;
    } else {
        if (d->marked[1])
            d->marked[0] = d->marked[1];
        d->marked[1] = r->id;
    }
    list_action(&d->list, ACTION_DOWN);
    return VIEW_HANDLED;
}

static enum view_answer compare(struct view *v)
{
    struct history_view *d = v->data;
    struct pager_text text = {0};
    if (!d->marked[0] || !d->marked[1]) {
        workspace_say(v->w, "先用空格标记两行", "mark two rows with Space first");
        return VIEW_HANDLED;
    }
    report_text(d, d->marked, &text);
    v->host->pager(v->host->ctx, &text);
    return VIEW_HANDLED;
}

/* ---- Sending again ---- */

enum resend { RESEND_NONCE, RESEND_ORDER, RESEND_EXACT, RESEND_COUNT };

static void send_exact(void *ctx)
{
    struct history_view *d = ctx;
    struct err err;
    if (workspace_resend_exact(d->v->w, d->asked, &err))
        workspace_complain(d->v->w, &err);
}

static void ask_exact(struct history_view *d)
{
    struct question q = {
        .title = {"生产环境", "Production"}, .danger = true, .yes = send_exact, .ctx = d};
    if (workspace_ask(d->v->w) == ASK_NOTHING) {
        send_exact(d);
        return;
    }
    err_set(&q.text, ST_OK, SAY("把第 %lld 号的字节原样发往生产环境？", "商户 %s", ""),
            SAY("send the bytes of number %lld to production?", "merchant %s", ""),
            (long long)d->asked, d->v->w->profile.name ? d->v->w->profile.name : "");
    d->v->host->ask(d->v->host->ctx, &q);
}

/* With a fresh nonce the form is sent as if Ctrl-R had been pressed: it asks where it must. */
static void send_anew(struct history_view *d, bool new_order)
{
    struct workspace *w = d->v->w;
    const struct view_host *host = d->v->host;
    struct request_seed seed;
    struct err err;
    enum status st = workspace_recall(w, d->asked, &err);
    if (!st && new_order) {
        workspace_seed(w, &seed);
        st = draft_generate(workspace_draft(w), "out_trade_no", &seed, &err);
    }
    if (st) {
        workspace_complain(w, &err);
        return;
    }
    host->act(host->ctx, ACTION_BACK); /* an overlay takes no sending; `d` is gone from here on */
    host->act(host->ctx, ACTION_SEND);
}

static void resend_chosen(void *ctx, size_t index)
{
    struct history_view *d = ctx;
    if (index == RESEND_EXACT)
        ask_exact(d);
    else
        send_anew(d, index == RESEND_ORDER);
}

/* Where one of ours went it goes again; what arrived goes to the listener. */
static void resend_notice(struct view *v, const struct journal_row *r)
{
    struct record_source source = {.journal = v->w->journal, .catalog = &v->w->catalog};
    struct record record = {0};
    bool ours = r->kind == JOURNAL_DELIVERY && !record_read(&source, r->id, &record, NULL) &&
                !strstr(record.url, "****"); /* a key stood there, which is not kept */
    workspace_inbox(v->w);
    notify_resend_menu(v, r->id, ours ? record.url : workspace_notify_url(v->w));
    record_clear(&record);
}

static enum view_answer resend(struct view *v, const struct journal_row *r)
{
    static const struct bi labels[RESEND_COUNT] = {
        [RESEND_NONCE] = {"新随机串，重新签名", "with a fresh nonce, signed anew"},
        [RESEND_ORDER] = {"新订单号，重新签名", "under a new order number, signed anew"},
        [RESEND_EXACT] = {"逐字节原样", "the same bytes"},
    };
    struct history_view *d = v->data;
    struct menu m = {.title = {"重发", "Send again"}, .chosen = resend_chosen, .ctx = d};
    if (r->kind != JOURNAL_CALL) {
        resend_notice(v, r);
        return VIEW_HANDLED;
    }
    d->asked = r->id;
    m.items = mem_alloc(RESEND_COUNT * sizeof(*m.items));
    m.count = RESEND_COUNT;
    for (size_t i = 0; i < RESEND_COUNT; i++)
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", bi_get(labels[i], view_lang(v)));
    v->host->menu(v->host->ctx, &m);
    return VIEW_HANDLED;
}

/* ---- Copying, removing ---- */

static void copy_chosen(void *ctx, size_t index)
{
    struct history_view *d = ctx;
    bool both = index >= REPORT_FORM_COUNT; /* behind the forms of the row: those of the marks */
    enum report_form form = (enum report_form)(both ? index - REPORT_FORM_COUNT : index);
    const char *name = report_form_name(NULL, form);
    struct buf text;
    buf_init(&text, REPORT_MAX);
    if (write_report(d, both ? d->marked : (int64_t[2]){d->asked, 0}, form, &text))
        d->v->host->copy(d->v->host->ctx, (struct bi){name, name}, buf_str(&text), text.len);
    buf_clear(&text);
}

static enum view_answer copy(struct view *v, const struct journal_row *r)
{
    static const struct bi notes[REPORT_FORM_COUNT] = {
        [REPORT_TEXT] = {"纯文本", "plain text"},
        [REPORT_MARKDOWN] = {"Markdown，可贴到工单", "Markdown, for a ticket"},
        [REPORT_HTML] = {"自带样式的网页", "a self-contained page"},
        [REPORT_CURL] = {"curl 命令", "a curl command"},
        [REPORT_HTTP] = {"HTTP 报文原文", "raw HTTP"},
        [REPORT_HAR] = {"HAR 1.2", "HAR 1.2"},
        [REPORT_COMMAND] = {"wxpc 命令", "the wxpc command"},
    };
    struct history_view *d = v->data;
    struct menu m = {.title = {"复制", "Copy"}, .chosen = copy_chosen, .ctx = d};
    d->asked = r->id;
    m.count = REPORT_FORM_COUNT;
    if (d->marked[0] && d->marked[1])
        m.count += COMPARE_FORMS;
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < m.count; i++) {
        size_t form = i % REPORT_FORM_COUNT;
        struct menu_item *item = &m.items[i];
        if (i < REPORT_FORM_COUNT)
            snprintf(item->label, sizeof(item->label), "%s", report_form_name(NULL, form));
        else
            snprintf(item->label, sizeof(item->label), L(view_lang(v), "比较 %s", "compare %s"),
                     report_form_name(NULL, form));
        snprintf(item->note, sizeof(item->note), "%s", bi_get(notes[form], view_lang(v)));
    }
    v->host->menu(v->host->ctx, &m);
    return VIEW_HANDLED;
}

static void remove_now(void *ctx)
{
    struct history_view *d = ctx;
    struct err err;
    if (journal_remove(d->v->w->journal, d->asked, &err))
        workspace_complain(d->v->w, &err);
    char word[HISTORY_WORD_MAX];
    memcpy(word, d->window.word, sizeof(word));
    history_filter(&d->window, word);
}

static enum view_answer ask_remove(struct view *v, const struct journal_row *r)
{
    struct history_view *d = v->data;
    struct question q = {.title = {"删除", "Remove"}, .danger = true, .yes = remove_now, .ctx = d};
    if (workspace_journal(v->w, &q.text)) {
        workspace_complain(v->w, &q.text);
        return VIEW_HANDLED;
    }
    d->asked = r->id;
    err_set(&q.text, ST_OK, SAY("删除第 %lld 号记录？", "不能恢复", ""),
            SAY("remove number %lld from the journal?", "it cannot be brought back", ""),
            (long long)r->id);
    v->host->ask(v->host->ctx, &q);
    return VIEW_HANDLED;
}

/* ---- Actions ---- */

static enum view_answer diagnose(struct view *v, const struct journal_row *r)
{
    diagnosis_of_row(v->w, v->host, r->id);
    return VIEW_HANDLED;
}

static const struct {
    enum action action;
    enum view_answer (*act)(struct view *v, const struct journal_row *r);
} row_actions[] = {
    {ACTION_OPEN, open_row},     {ACTION_TOGGLE, mark_row},   {ACTION_REPLAY, resend},
    {ACTION_COPY, copy},         {ACTION_CALLS, next_calls},  {ACTION_LIFE, life},
    {ACTION_DIAGNOSE, diagnose}, {ACTION_REMOVE, ask_remove},
};

static enum view_answer view_action(struct view *v, enum action a)
{
    struct history_view *d = v->data;
    refresh(v);
    const struct journal_row *r = selected(d);

    if (a == ACTION_COMPARE)
        return compare(v);
    if (a == ACTION_BOTTOM) /* reads on: the end is a long way off in a long journal */
        history_need(&d->window, d->window.count + HISTORY_SLICE);
    list_set(&d->list, d->window.count);
    if (list_action(&d->list, a))
        return VIEW_HANDLED;
    for (size_t i = 0; i < ARRAY_COUNT(row_actions); i++) {
        if (row_actions[i].action != a)
            continue;
        if (r)
            return row_actions[i].act(v, r);
        workspace_say(v->w, "没有选中的记录", "no record is selected");
        return VIEW_HANDLED;
    }
    return VIEW_IGNORED;
}

static bool view_search(struct view *v, const char *word, int step)
{
    struct history_view *d = v->data;
    if (step) {
        list_action(&d->list, step > 0 ? ACTION_DOWN : ACTION_UP);
    } else {
        d->rev_journal = v->w->rev_journal; /* it looks at all there is */
        history_filter(&d->window, word);
        list_go(&d->list, 0);
    }
    refresh(v);
    return d->window.count > 0 || d->window.state != HISTORY_READY;
}

static void history_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct history_view *d = v->data;
    const struct journal_row *r = selected(d);
    *is_error = r && !r->good;
    if (r) {
        buf_addf(out, "%lld  %s  %s  ", (long long)r->id, r->name, r->outcome);
        record_text(r, view_lang(v), out);
    }
    personal_mask(NULL, out);
}

/* Another console may have written. */
static bool history_ticks(struct view *v)
{
    return v->w->journal && journal_path(v->w->journal);
}

static const struct view_hint *view_hint(struct view *v)
{
    static const struct view_hint call[] = {
        {.action = ACTION_OPEN, .title = {"取回", "Bring back"}},
        {.action = ACTION_REPLAY},
        {.action = ACTION_CALLS},
        {.action = ACTION_LIFE},
        {.action = ACTION_DIAGNOSE},
        {.action = ACTION_TOGGLE, .title = {"标记", "Mark"}},
        {.action = ACTION_COMPARE},
        {.action = ACTION_COPY},
        {.action = ACTION_SEARCH, .title = {"筛选", "Filter"}},
        {.action = ACTION_PAGER},
        {0}};
    static const struct view_hint notice[] = {
        {.action = ACTION_OPEN, .title = {"查看", "View"}},
        {.action = ACTION_REPLAY},
        {.action = ACTION_CALLS},
        {.action = ACTION_LIFE},
        {.action = ACTION_DIAGNOSE},
        {.action = ACTION_TOGGLE, .title = {"标记", "Mark"}},
        {.action = ACTION_COMPARE},
        {.action = ACTION_COPY},
        {.action = ACTION_SEARCH, .title = {"筛选", "Filter"}},
        {0}};
    static const struct view_hint none[] = {{.action = ACTION_SEARCH, .title = {"筛选", "Filter"}},
                                            {0}};
    const struct journal_row *r = selected(v->data);
    return !r ? none : r->kind == JOURNAL_CALL ? call : notice;
}

const struct view_ops view_history = {
    .name = "history",
    .open = history_view_open,
    .close = history_view_close,
    .frame = view_frame,
    .draw = view_draw,
    .action = view_action,
    .help = history_help,
    .full = view_full,
    .search = view_search,
    .search_terms = {"文字，或 amount=0.01 time=01-02 kind=notice api=refund since=2h",
                     "a text, or amount=0.01 time=01-02 kind=notice api=refund since=2h"},
    .ticks = history_ticks,
    .hint = view_hint,
};
