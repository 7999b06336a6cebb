/* SPDX-License-Identifier: MIT */
/*
 * Four pages over a value that does not change once it is answered: built once for each language.
 * Only whether it comes again changes, with what the sandbox does and what arrives.
 */
#include "tui/notice_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/diagnosis.h"
#include "tui/notify_lines.h"
#include "tui/pane.h"

#define VALUE_SHOWN 4096
#define RAW_SHOWN (256u << 10)

struct notice_view {
    struct inbox_notice notice;
    struct pane_lines pane;
    struct view *v;
    unsigned rev; /* of the inbox, when it was read again */
};

static const struct inbox_notice *notice_of(struct view *v)
{
    return &((struct notice_view *)v->data)->notice;
}

static void build_fields(struct view *v, struct lines *l)
{
    notify_fields(l, view_lang(v), notice_of(v), VALUE_SHOWN);
}

static void build_sign(struct view *v, struct lines *l)
{
    notify_sign(l, view_lang(v), notice_of(v));
}

static void build_raw(struct view *v, struct lines *l)
{
    notify_bytes(l, view_lang(v), notice_of(v), RAW_SHOWN);
}

static void build_answer(struct view *v, struct lines *l)
{
    struct redelivery next;
    redelivery_find(v->w, notice_of(v), &next);
    notify_answered(l, view_lang(v), notice_of(v), &next);
}

static const struct pane_tab tabs[] = {
    {{"字段", "fields"}, build_fields},
    {{"验签", "signature"}, build_sign},
    {{"原文", "raw"}, build_raw},
    {{"应答", "answer"}, build_answer},
};

static const struct bi name = {"通知", "Notification"};

/* One that waits for its application is read again until that has answered. */
static void follow(struct notice_view *p, struct inbox *b)
{
    struct inbox_notice again = {0};
    if (!p->notice.row.waiting || p->rev == inbox_rev(b))
        return;
    p->rev = inbox_rev(b);
    if (inbox_read(b, p->notice.row.id, &again, NULL)) {
        inbox_notice_clear(&again);
        return;
    }
    inbox_notice_clear(&p->notice);
    p->notice = again;
}

static void refresh(struct view *v)
{
    struct notice_view *p = v->data;
    follow(p, v->w->inbox);
    uint64_t stamp =
        pane_stamp(pane_stamp(PANE_STAMP, view_lang(v)), (uint64_t)p->notice.row.waiting);
    if (tabs[p->pane.at].build == build_answer)
        stamp = pane_stamp(pane_stamp(stamp, v->w->rev_log), v->w->rev_inbox);
    pane_build(v, &p->pane, tabs, stamp);
}

static void on_close(struct view *v)
{
    struct notice_view *p = v->data;
    pane_clear(&p->pane);
    inbox_notice_clear(&p->notice);
    free(p);
    v->data = NULL;
}

static void on_frame(struct view *v, struct view_frame *out)
{
    struct notice_view *p = v->data;
    const struct notice_word *word = p->notice.row.word;
    refresh(v);
    snprintf(out->state, sizeof out->state, "%s%s",
             word->level == NOTICE_IS_GOOD ? "" : notify_mark(word),
             bi_get(word->word, view_lang(v)));
    out->state_style = notify_style(word);
    pane_frame(v, &p->pane, name, tabs, ARRAY_COUNT(tabs), out);
}

static void on_draw(struct view *v, struct surface *s)
{
    struct notice_view *p = v->data;
    refresh(v);
    lines_draw(&p->pane.tab[p->pane.at], s, v->wrap);
}

/* ---- Copying ---- */

static const struct bi copies[] = {
    {"正文（原样）", "body, as it came"},
    {"请求行与首部", "request line and headers"},
    {"我们的应答", "our answer"},
    {"验签的拼接串（密钥已遮盖）", "joined text of the check (key masked)"},
};

void notice_copy(struct view *v, const struct inbox_notice *n, size_t index)
{
    const struct buf *b[] = {&n->body, &n->head, &n->answer};
    struct buf joined;

    buf_init(&joined, SIGN_JOINED_MAX);
    if (index < ARRAY_COUNT(b)) {
        v->host->copy(v->host->ctx, copies[index], buf_str(b[index]), b[index]->len);
    } else if (n->notice.trace.count) {
        sign_trace_masked(&n->notice.trace, &joined);
        v->host->copy(v->host->ctx, copies[index], buf_str(&joined), joined.len);
    } else {
        workspace_say(v->w, "没有验签步骤可复制", "there are no steps to copy");
    }
    buf_clear(&joined);
}

void notice_copy_rows(struct menu *m, enum lang lang)
{
    m->title = (struct bi){"复制", "Copy"};
    m->count = ARRAY_COUNT(copies);
    m->items = mem_alloc(m->count * sizeof(*m->items));
    for (size_t i = 0; i < m->count; i++)
        snprintf(m->items[i].label, sizeof m->items[i].label, "%s", bi_get(copies[i], lang));
}

static void copy_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    notice_copy(v, notice_of(v), index);
}

static void copy_menu(struct view *v)
{
    struct menu m = {.chosen = copy_chosen, .ctx = v};
    notice_copy_rows(&m, view_lang(v));
    v->host->menu(v->host->ctx, &m);
}

/* ---- The rest ---- */

static enum view_answer on_action(struct view *v, enum action a)
{
    struct notice_view *p = v->data;
    if (a == ACTION_COPY) {
        copy_menu(v);
        return VIEW_HANDLED;
    }
    if (a == ACTION_DIAGNOSE) {
        diagnosis_of_notice(v->w, v->host, p->notice.row.id);
        return VIEW_HANDLED;
    }
    enum view_answer answer = pane_action(v, &p->pane, ARRAY_COUNT(tabs), a);
    refresh(v);
    return answer;
}

static bool on_search(struct view *v, const char *word, int step)
{
    struct notice_view *p = v->data;
    refresh(v);
    return pane_search(&p->pane, word, step);
}

static void on_full(struct view *v, struct pager_text *out)
{
    struct notice_view *p = v->data;
    struct lines l = {0};

    pane_pager(out, name);
    if (tabs[p->pane.at].build == build_raw) {
        out->raw = true;
        buf_add(&out->text, buf_str(&p->notice.head), p->notice.head.len);
        buf_adds(&out->text, "\r\n");
        buf_add(&out->text, buf_str(&p->notice.body), p->notice.body.len);
        return;
    }
    if (tabs[p->pane.at].build == build_fields)
        notify_fields(&l, view_lang(v), &p->notice, (size_t)-1);
    else
        tabs[p->pane.at].build(v, &l);
    lines_dump(&l, &out->text);
    lines_clear(&l);
}

static void on_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct inbox_notice *n = notice_of(v);
    const struct json *f = json_first(n->found);
    const char *text = json_string(json_get(f, view_lang(v) == LANG_ZH ? "zh" : "en"));
    *is_error = n->row.word->level == NOTICE_IS_BAD;
    buf_adds(out, text ? text : bi_get(notice_trust_text(n->notice.trust), view_lang(v)));
}

static const enum action hints[] = {ACTION_TAB_RIGHT, ACTION_DIAGNOSE, ACTION_COPY, ACTION_PAGER,
                                    ACTION_SEARCH,    ACTION_WRAP,     ACTION_NONE};

static const struct view_ops ops = {
    .name = "notice",
    .close = on_close,
    .frame = on_frame,
    .draw = on_draw,
    .action = on_action,
    .help = on_help,
    .full = on_full,
    .search = on_search,
    .hints = hints,
};

struct view *notice_view_new(struct workspace *w, const struct view_host *host,
                             struct inbox_notice *n)
{
    struct view *v = view_new(&ops, w, host);
    struct notice_view *p = mem_alloc(sizeof *p);
    p->notice = *n;
    *n = (struct inbox_notice){0};
    v->data = p;
    return v;
}

void notice_view_open(struct workspace *w, const struct view_host *host, int64_t id)
{
    struct inbox_notice notice = {0};
    struct err err = {0};
    if (inbox_read(w->inbox, id, &notice, &err)) {
        workspace_complain(w, &err);
        inbox_notice_clear(&notice);
        return;
    }
    host->overlay(host->ctx, notice_view_new(w, host, &notice));
}
