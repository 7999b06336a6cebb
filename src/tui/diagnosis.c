/* SPDX-License-Identifier: MIT */
/* The page of app/inquiry as lines, built again when a slice has moved it or the language has. */
#include "tui/diagnosis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/keyring.h"
#include "app/record.h"
#include "core/endpoint.h"
#include "core/personal.h"
#include "core/text.h"
#include "tui/pane.h"

#define PAGE_BYTES (16u << 20)
#define HINTS_MAX 12
#define PASTED_MAX (256u << 10) /* bytes of a message typed or pasted */

struct diagnosis_view {
    struct inquiry *inquiry;
    struct diagnosis_asker *asker; /* whose pasted message it is about; NULL: none */
    struct pane_lines pane;
    struct view_hint hints[HINTS_MAX];
};

static const struct view_ops ops;
static void build_part(struct view *v, struct lines *l);

/* In the order of enum diagnosis_part. */
static const struct pane_tab tabs[DIAGNOSIS_PARTS] = {
    {{"全部", "all"}, build_part},       {{"原因", "causes"}, build_part},
    {{"待签串", "strings"}, build_part}, {{"参数", "steps"}, build_part},
    {{"提醒", "advice"}, build_part},    {{"修复", "repairs"}, build_part},
};

static void write_part(struct view *v, enum diagnosis_part part, enum page_form form,
                       struct buf *out)
{
    struct diagnosis_view *d = v->data;
    struct page p = {.out = out,
                     .form = form,
                     .lang = view_lang(v),
                     .masked = form != PAGE_TEXT,
                     .known = &diagnose_subject(inquiry_diagnosis(d->inquiry))->params};
    inquiry_page(d->inquiry, part, &p);
}

static void build_part(struct view *v, struct lines *l)
{
    struct diagnosis_view *d = v->data;
    struct buf text;
    buf_init(&text, PAGE_BYTES);
    write_part(v, (enum diagnosis_part)d->pane.at, PAGE_TEXT, &text);
    lines_text(l, THEME_TEXT, buf_str(&text), text.len);
    buf_clear(&text);
}

static void build(struct view *v)
{
    struct diagnosis_view *d = v->data;
    uint64_t stamp = pane_stamp(pane_stamp(PANE_STAMP, inquiry_rev(d->inquiry)), view_lang(v));
    pane_build(v, &d->pane, tabs, stamp);
}

static void close_view(struct view *v)
{
    struct diagnosis_view *d = v->data;
    if (d) {
        if (d->asker)
            d->asker->view = NULL;
        inquiry_free(d->inquiry);
        pane_clear(&d->pane);
    }
    free(d);
    v->data = NULL;
}

static void open_view(struct view *v)
{
    (void)v; /* its data came with it */
}

static void draw(struct view *v, struct surface *s)
{
    struct diagnosis_view *d = v->data;
    build(v);
    lines_draw(&d->pane.tab[d->pane.at], s, v->wrap);
}

static void frame(struct view *v, struct view_frame *out)
{
    struct diagnosis_view *d = v->data;
    struct diagnose_progress p;
    enum lang lang = view_lang(v);

    build(v);
    pane_frame(v, &d->pane, (struct bi){"签名诊断", "Signature diagnosis"}, tabs, DIAGNOSIS_PARTS,
               out);
    if (inquiry_is_running(d->inquiry)) {
        inquiry_progress(d->inquiry, &p);
        snprintf(out->state, sizeof(out->state), L(lang, "查找中 %u%%", "searching %u%%"),
                 p.percent);
        out->state_style = THEME_WARN;
    }
}

static const struct {
    enum page_form form;
    struct bi title;
} copies[] = {{PAGE_MARKDOWN, {"诊断报告（Markdown）", "the report (Markdown)"}},
              {PAGE_HTML, {"诊断报告（HTML）", "the report (HTML)"}},
              {PAGE_TEXT, {"诊断报告（纯文本）", "the report (plain text)"}}};

static void copy_chosen(void *ctx, size_t index)
{
    struct view *v = ctx;
    struct diagnosis_view *d = v->data;
    struct buf text;
    buf_init(&text, PAGE_BYTES);
    write_part(v, DIAGNOSIS_ALL, copies[index].form, &text);
    personal_mask(&diagnose_subject(inquiry_diagnosis(d->inquiry))->params, &text);
    v->host->copy(v->host->ctx, copies[index].title, buf_str(&text), text.len);
    buf_clear(&text);
}

static void ask_copy(struct view *v)
{
    struct menu m = {.title = {"复制", "Copy"}, .chosen = copy_chosen, .ctx = v};
    m.count = ARRAY_COUNT(copies);
    m.items = mem_alloc(m.count * sizeof(*m.items));
    for (size_t i = 0; i < m.count; i++)
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s",
                 bi_get(copies[i].title, view_lang(v)));
    v->host->menu(v->host->ctx, &m);
}

bool diagnosis_can_go_on(const struct view *v)
{
    const struct diagnosis_view *d = v->data;
    return v->ops == &ops && diagnose_can_go_on(inquiry_diagnosis(d->inquiry));
}

static void go_on(struct view *v)
{
    struct diagnosis_view *d = v->data;
    if (inquiry_is_running(d->inquiry))
        workspace_say(v->w, "正在查找；Esc 停止", "it is searching; Esc stops it");
    else if (inquiry_go_on(d->inquiry))
        workspace_say(v->w, "继续试到底，可能要几分钟；Esc 停止",
                      "trying what was left out: it may take minutes; Esc stops");
    else
        workspace_say(v->w, "没有漏下可继续试的", "nothing was left out that could be tried");
}

static enum view_answer action(struct view *v, enum action a)
{
    struct diagnosis_view *d = v->data;
    if (a == ACTION_BACK && inquiry_is_running(d->inquiry)) {
        inquiry_cancel(d->inquiry);
        workspace_say(v->w, "已停止查找；已找到的仍在",
                      "the search has stopped; what was found stays");
        return VIEW_HANDLED;
    }
    if (a == ACTION_THOROUGH) {
        go_on(v);
        return VIEW_HANDLED;
    }
    if (a == ACTION_UNDO && d->asker) {
        pasted_repairs(&d->asker->pasted);
        return VIEW_HANDLED;
    }
    if (a == ACTION_COPY) {
        ask_copy(v);
        return VIEW_HANDLED;
    }
    enum view_answer answer = pane_action(v, &d->pane, DIAGNOSIS_PARTS, a);
    build(v);
    return answer;
}

static void help(struct view *v, struct buf *out, bool *is_error)
{
    struct diagnosis_view *d = v->data;
    char line[1024];
    *is_error = false;
    inquiry_headline(d->inquiry, view_lang(v), line, sizeof(line));
    buf_adds(out, line);
}

static void full(struct view *v, struct pager_text *out)
{
    pane_pager(out, (struct bi){"签名诊断", "Signature diagnosis"});
    write_part(v, DIAGNOSIS_ALL, PAGE_TEXT, &out->text);
}

static bool search(struct view *v, const char *word, int step)
{
    struct diagnosis_view *d = v->data;
    return pane_search(&d->pane, word, step);
}

static const struct view_hint *hint(struct view *v)
{
    static const struct view_hint first[] = {
        {.action = ACTION_THOROUGH},
        {.action = ACTION_UNDO, .title = {"取消修复", "Take a repair back"}},
        {.action = ACTION_BACK, .title = {"停止查找", "Stop the search"}}};
    static const struct view_hint hints[] = {
        {.action = ACTION_TAB_RIGHT, .title = {"下一部分", "Next part"}},
        {.action = ACTION_COPY, .title = {"复制报告", "Copy report"}},
        {.action = ACTION_SEARCH},
        {.action = ACTION_PAGER},
        {.action = ACTION_WRAP},
        {0}};
    struct diagnosis_view *d = v->data;
    const bool offered[ARRAY_COUNT(first)] = {diagnosis_can_go_on(v),
                                              d->asker && pasted_is_repaired(&d->asker->pasted),
                                              inquiry_is_running(d->inquiry)};
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_COUNT(first); i++) {
        if (offered[i])
            d->hints[n++] = first[i];
    }
    memcpy(d->hints + n, hints, sizeof(hints));
    return d->hints;
}

static const struct view_ops ops = {
    .name = "diagnosis",
    .open = open_view,
    .close = close_view,
    .frame = frame,
    .draw = draw,
    .action = action,
    .help = help,
    .full = full,
    .search = search,
    .hint = hint,
};

struct view *diagnosis_new(struct workspace *w, const struct view_host *host, struct inquiry *i)
{
    struct view *v = view_new(&ops, w, host);
    struct diagnosis_view *d = mem_alloc(sizeof(*d));
    d->inquiry = i;
    v->data = d;
    return v;
}

/* ---- Asking ---- */

static void ask(struct workspace *w, const struct view_host *host, struct inquiry_question *q)
{
    struct inquiry *i = NULL;
    struct err err;
    q->loop = w->loop;
    q->rev = &w->rev_background;
    q->store = &w->store;
    q->journal = w->journal;
    if (inquiry_start(q, &i, &err))
        workspace_complain(w, &err);
    else
        host->overlay(host->ctx, diagnosis_new(w, host, i));
}

static bool is_hex(const char *s)
{
    size_t len = strspn(s, "0123456789abcdefABCDEF");
    return len >= 16 && s[len + strspn(s + len, " \t\r\n")] == '\0';
}

void diagnosis_signature(struct workspace *w, const struct view_host *host, const char *sign)
{
    const struct draft *d = workspace_draft(w);
    struct inquiry_question q = {.profile = &w->profile,
                                 .spec = d->spec,
                                 .params = &d->request.params,
                                 .expect = sign,
                                 .request = true};
    ask(w, host, &q);
}

/* The other side's signature over the form as it stands. */
static void ask_signature(const struct diagnosis_asker *a, const char *text)
{
    char sign[129];
    snprintf(sign, sizeof(sign), "%.*s", (int)strspn(text, "0123456789abcdefABCDEF"), text);
    diagnosis_signature(a->w, a->host, sign);
}

/* The message was read, for the first time or with other repairs. */
static void on_message(void *ctx, const struct paste *paste, const struct repair_log *log)
{
    struct diagnosis_asker *a = ctx;
    struct inquiry *i = NULL;
    struct err err;
    struct inquiry_question q = {.loop = a->w->loop,
                                 .rev = &a->w->rev_background,
                                 .store = &a->w->store,
                                 .journal = a->w->journal,
                                 .profile = &a->w->profile,
                                 .params = &paste->params,
                                 .twice = &paste->twice,
                                 .repairs = log};
    wire_find((struct span){buf_str(&a->pasted.text), a->pasted.text.len}, &a->pasted.menu.found,
              log, &q.wire);
    q.spec = endpoint_of_url(&a->w->catalog, q.wire.url);
    const struct spec *form = workspace_draft(a->w)->spec;
    if (!q.spec && endpoint_fits(form, &paste->params))
        q.spec = form;
    q.request = q.spec != NULL;
    if (inquiry_start(&q, &i, &err)) {
        workspace_complain(a->w, &err);
        return;
    }
    struct diagnosis_view *d = a->view ? a->view->data : NULL;
    if (d) {
        inquiry_free(d->inquiry);
        d->inquiry = i;
        memset(d->pane.stamp, 0, sizeof(d->pane.stamp));
        return;
    }
    a->view = diagnosis_new(a->w, a->host, i);
    d = a->view->data;
    d->asker = a;
    a->host->overlay(a->host->ctx, a->view);
}

static void ask_message(struct diagnosis_asker *a, const char *text)
{
    if (a->view)
        ((struct diagnosis_view *)a->view->data)->asker = NULL;
    a->view = NULL;
    pasted_clear(&a->pasted);
    a->pasted = (struct pasted){.w = a->w, .host = a->host, .read = on_message, .ctx = a};
    pasted_start(&a->pasted, text, strlen(text));
}

void diagnosis_asker_clear(struct diagnosis_asker *a)
{
    pasted_clear(&a->pasted);
}

void diagnosis_of_text(struct diagnosis_asker *a, const char *text)
{
    const char *s = text + strspn(text, " \t\r\n");
    if (is_hex(s))
        ask_signature(a, s);
    else if (*s)
        ask_message(a, s);
}

static void on_text(void *ctx, const char *text)
{
    diagnosis_of_text(ctx, text);
}

static void ask_for_text(struct diagnosis_asker *a)
{
    struct prompt p = {
        .title = {"诊断签名", "Diagnose a signature"},
        .label = {"对方的签名，或整个报文", "the other side's signature, or a message"},
        .help = {"签名：与当前表单比较。报文：XML、JSON、日志行、curl，粘贴损坏也可以",
                 "a signature is compared with the form; a message may be XML, JSON, a line of a "
                 "log, curl, damaged by pasting"},
        .max = PASTED_MAX,
        .done = on_text,
        .ctx = a};
    a->host->prompt(a->host->ctx, &p);
}

/* The reply whose signature does not hold, or the call that was refused for its own. */
static bool ask_exchange(struct workspace *w, const struct view_host *host)
{
    const struct exchange *e = &w->exchange;
    if (e->state != EXCHANGE_DONE)
        return false;
    struct inquiry_question q = {.profile = &e->profile, .spec = NULL, .params = &e->reply.params};
    if (sign_state_differs(e->reply.sign.state)) {
        ask(w, host, &q);
        return true;
    }
    if (e->reply.outcome != OUTCOME_COMMUNICATION_FAIL || !params_has(&e->request.params, "sign"))
        return false;
    q.params = &e->request.params;
    q.spec = e->spec;
    q.request = true;
    q.wire.body = (struct span){buf_str(&e->request.body), e->request.body.len};
    ask(w, host, &q);
    return true;
}

void diagnosis_of_notice(struct workspace *w, const struct view_host *host, int64_t id)
{
    struct inbox_notice n = {0};
    struct err err;
    if (inbox_read(w->inbox, id, &n, &err)) {
        workspace_complain(w, &err);
    } else {
        struct inquiry_question q = {.profile = &w->profile, .params = &n.notice.params};
        ask(w, host, &q);
    }
    inbox_notice_clear(&n);
}

/* The merchant of that name, with its key; the current one if there is no such. */
static const struct profile *merchant_of(struct workspace *w, struct keyring *ring,
                                         const char *name)
{
    keyring_fill(ring, &w->store, &w->profile);
    for (size_t i = 0; i < ring->count; i++) {
        if (strcmp(ring->items[i]->name, name) == 0)
            return ring->items[i];
    }
    return &w->profile;
}

static void ask_record(struct workspace *w, const struct view_host *host, const struct record *r,
                       const struct profile *merchant)
{
    struct inquiry_question q = {.profile = merchant, .params = &r->sent};
    bool call = r->row.kind == JOURNAL_CALL;
    if (call && r->judged && sign_state_differs(r->reply.sign.state)) {
        q.params = &r->reply.params;
    } else if (call) {
        q.spec = r->spec;
        q.request = r->spec != NULL;
        q.wire.body = (struct span){buf_str(&r->request), r->request.len};
    }
    ask(w, host, &q);
}

void diagnosis_of_row(struct workspace *w, const struct view_host *host, int64_t id)
{
    struct record_source source = {.journal = w->journal, .catalog = &w->catalog};
    struct record r = {0};
    struct keyring ring = {0};
    struct err err;
    enum status st = record_read(&source, id, &r, &err);
    source.profile = st ? NULL : merchant_of(w, &ring, r.row.profile);
    if (!st)
        st = record_read(&source, id, &r, &err);
    if (st)
        workspace_complain(w, &err);
    else
        ask_record(w, host, &r, source.profile);
    record_clear(&r);
    keyring_clear(&ring);
}

static bool ask_notice(struct workspace *w, const struct view_host *host)
{
    const struct inbox_row *row = w->inbox ? inbox_newest(w->inbox) : NULL;
    if (row)
        diagnosis_of_notice(w, host, row->id);
    return row != NULL;
}

void diagnosis_ask(struct diagnosis_asker *a, enum plan_pane pane)
{
    if (pane == PLAN_REPLY && ask_exchange(a->w, a->host))
        return;
    if (pane == PLAN_NOTIFY && ask_notice(a->w, a->host))
        return;
    ask_for_text(a);
}
