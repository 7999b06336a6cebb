/* SPDX-License-Identifier: MIT */
/* The verdict comes first, then why; a word or a mark tells, never a colour alone. */
#include "tui/notify_lines.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/pane.h"

#define COLUMNS_FROM 66 /* cells: from here on rows have columns */
#define ORDER_MIN 5     /* cells: less of an order number says nothing */
#define NAME_MIN 6      /* and of a name */
#define AMOUNT_FROM 86  /* and the amount has one: before, a whole order number is worth more */

unsigned notify_style(const struct notice_word *word)
{
    return word->level == NOTICE_IS_GOOD  ? THEME_OK
           : word->level == NOTICE_IS_ODD ? THEME_WARN
                                          : THEME_ERROR;
}

const char *notify_mark(const struct notice_word *word)
{
    return word->level == NOTICE_IS_GOOD ? "ok" : word->level == NOTICE_IS_ODD ? "! " : "x ";
}

const char *notify_event(const struct inbox *b, const char *event, enum lang lang)
{
    enum event_kind kind;
    if (lang == LANG_ZH && b && event_read(event, &kind) && kind < EVENT_COUNT)
        return inbox_events(b)->items[kind].title.zh;
    return strcmp(event, "unknown") == 0 ? L(lang, "未知通知", "unknown") : event;
}

const char *notify_answer(const struct inbox_row *row, enum lang lang)
{
    if (row->waiting)
        return L(lang, "等待应用", "waiting");
    if (!row->status)
        return L(lang, "未应答", "no answer");
    if (row->invalid)
        return L(lang, "应答无效", "invalid");
    return row->acknowledged ? "SUCCESS" : "FAIL";
}

void notify_line(const struct inbox *b, const struct inbox_row *row, enum lang lang, char *out,
                 size_t size)
{
    char at[9];
    pane_time((time_t)(row->at_ms / 1000), at);
    snprintf(out, size, "%s %s %s  %s  %s", at, notify_event(b, row->event, lang), row->order,
             bi_get(row->word->word, lang), notify_answer(row, lang));
}

/* Puts a name in what `behind` cells of more important things leave, cut where it must be; the
   column behind it and a blank. */
static int put_name(struct surface *s, int col, unsigned style, const char *text, int behind)
{
    struct surface room = surface_row(s, 0, col, s->cols - col - behind);
    return col + surface_put_cut(&room, 0, 0, style, text) + 1;
}

static int cells(const char *text)
{
    return text_width(text, strlen(text));
}

/* What goes without saying: that it was acknowledged, or refused if it is worth nothing. */
static bool is_expected(const struct inbox_row *row)
{
    bool refused = row->status && !row->acknowledged && !row->invalid;
    return row->word->level == NOTICE_IS_BAD ? refused : row->acknowledged;
}

/* Verdict and time stay, and an answer that nobody expects; then the beginning of the name, then
   the other answers, unless only the end of the order fits instead. */
static void narrow_row(const struct inbox *b, const struct inbox_row *row, enum lang lang,
                       const char *at, struct surface *s)
{
    const char *answer = notify_answer(row, lang), *name = notify_event(b, row->event, lang);
    bool good = row->word->level == NOTICE_IS_GOOD;
    int col = surface_put(s, 0, 3, THEME_DIM, at) + 1, behind = cells(answer) + 1;
    bool expected = is_expected(row);
    if (!good) {
        struct surface room = surface_row(s, 0, 0, s->cols - (expected ? 0 : behind));
        const char *word = bi_get(row->word->word, lang);
        col = surface_put_cut(&room, 0, col, notify_style(row->word), word) + 1;
    }
    int rest = s->cols - col - cells(name) - 1;
    bool named = s->cols - col - behind >= NAME_MIN;
    if (expected && (!(good || s->cols > 44) || !named ||
                     (good && rest >= ORDER_MIN && rest - behind < ORDER_MIN)))
        behind = 0;
    if (named || !behind)
        col = put_name(s, col, THEME_TEXT, name, behind);
    if (behind)
        col = surface_put(s, 0, col, expected ? THEME_DIM : THEME_WARN, answer) + 1;
    if (s->cols - col >= ORDER_MIN)
        surface_put_tail(s, 0, col, THEME_DIM, row->order);
}

void notify_row(const struct inbox *b, const struct inbox_row *row, enum lang lang,
                struct surface *s)
{
    const char *event = notify_event(b, row->event, lang), *word = bi_get(row->word->word, lang);
    unsigned style = notify_style(row->word);
    char at[9], yuan[32] = "";
    int col;

    pane_time((time_t)(row->at_ms / 1000), at);
    surface_put(s, 0, 0, style, notify_mark(row->word));
    if (s->cols < COLUMNS_FROM) {
        narrow_row(b, row, lang, at, s);
        return;
    }
    surface_put(s, 0, 3, THEME_DIM, at);
    surface_put(s, 0, 12, THEME_TEXT, event);
    surface_put(s, 0, 28, style, word);
    surface_put(s, 0, 44, row->acknowledged ? THEME_TEXT : THEME_WARN, notify_answer(row, lang));
    if (s->cols < AMOUNT_FROM) {
        surface_put_tail(s, 0, 54, THEME_DIM, row->order);
        return;
    }
    if (row->amount >= 0)
        text_yuan(row->amount, yuan, sizeof yuan);
    col = surface_put(s, 0, 54, THEME_VALUE, yuan);
    surface_put_tail(s, 0, col < 62 ? 62 : col + 1, THEME_DIM, row->order);
}

/* ---- Deliveries ---- */

static unsigned delivery_style(const struct delivery *d)
{
    return d->state == DELIVERY_DONE       ? THEME_OK
           : d->state == DELIVERY_GIVEN_UP ? THEME_ERROR
                                           : THEME_WARN;
}

/* Not of one that goes out at once. */
static bool has_moment(const struct delivery *d)
{
    return d->state == DELIVERY_WAITING && (d->tries || deliver_wait_ms(d));
}

void notify_delivery_row(const struct delivery *d, enum lang lang, struct surface *s)
{
    const char *state = bi_get(delivery_state_text(d->state), lang);
    const char *name = lang == LANG_ZH ? d->event->title.zh : d->event->name;
    char due[9], next[32] = "", tries[32];

    surface_put(s, 0, 0, delivery_style(d),
                d->state == DELIVERY_DONE       ? "ok"
                : d->state == DELIVERY_GIVEN_UP ? "x "
                                                : "..");
    if (has_moment(d)) {
        pane_time(d->due_at, due);
        snprintf(next, sizeof next, L(lang, "下次 %s", "next %s"), due);
        if (3 + NAME_MIN + 1 + cells(state) + 1 + cells(next) > s->cols)
            snprintf(next, sizeof next, "%s", due);
    }
    int behind = cells(state) + 1 + (next[0] ? cells(next) + 1 : 0);
    int col = 3;
    if (s->cols - col - behind >= NAME_MIN)
        col = put_name(s, col, THEME_TEXT, name, behind);
    struct surface room = surface_row(s, 0, 0, s->cols - (next[0] ? cells(next) + 1 : 0));
    col = surface_put_cut(&room, 0, col, delivery_style(d), state) + 1;
    if (next[0])
        col = surface_put(s, 0, col, THEME_VALUE, next) + 1;
    snprintf(tries, sizeof tries, L(lang, "第 %u 次", "try %u"), d->tries);
    if (d->tries > 1 && s->cols - col >= cells(tries))
        col = surface_put(s, 0, col, THEME_DIM, tries) + 1;
    if (s->cols - col >= ORDER_MIN)
        surface_put_tail(s, 0, col, THEME_DIM, d->order);
}

static void put_own_findings(struct lines *l, enum lang lang, const struct findings *f)
{
    for (size_t i = 0; i < f->count; i++) {
        bool bad = f->items[i].severity == SEVERITY_ERROR;
        lines_pad(l, 1);
        lines_hang(l, 3);
        lines_put(l, bad ? THEME_ERROR : THEME_WARN, bad ? "x " : "! ");
        lines_add(l, THEME_TEXT, f->items[i].text[lang]);
    }
}

void notify_delivery(struct lines *l, enum lang lang, const struct delivery *d)
{
    char due[9];
    lines_pad(l, 1);
    lines_putf(l, THEME_TEXT | SURFACE_BOLD, "%s  %s", bi_get(d->event->title, lang), d->order);
    lines_end(l);
    lines_pad(l, 1);
    lines_putf(l, delivery_style(d), "%s", bi_get(delivery_state_text(d->state), lang));
    lines_putf(l, THEME_TEXT, L(lang, "，已发 %u 次", ", tries made: %u"), d->tries);
    if (has_moment(d)) {
        pane_time(d->due_at, due);
        lines_putf(l, THEME_TEXT, L(lang, "，下次 %s", ", next at %s"), due);
    }
    lines_end(l);
    pane_label(l, L(lang, "地址", "to"), 10);
    lines_add(l, THEME_VALUE, d->url);
    if (d->fault) {
        pane_label(l, L(lang, "故障规则", "fault"), 10);
        lines_add(l, THEME_WARN, d->fault->text);
    }
    notify_schedule(l, lang, d->schedule, true);
    if (d->err.status)
        pane_err(l, lang, THEME_ERROR, &d->err);
    if (d->status) {
        pane_label(l, L(lang, "收到应答", "answer"), 10);
        lines_putf(l, THEME_TEXT, "HTTP %ld  %.0f ms  %s", d->status, d->ms > 0 ? d->ms : 0,
                   bi_get(answer_verdict_text(d->verdict), lang));
        lines_end(l);
    }
    put_own_findings(l, lang, &d->findings);
    if (d->answer.len) {
        lines_end(l);
        lines_text(l, THEME_VALUE, buf_str(&d->answer), d->answer.len);
    }
    if (!d->body.len)
        return;
    lines_end(l);
    pane_heading(l, L(lang, "发出的内容", "What was sent"));
    lines_text(l, THEME_VALUE, buf_str(&d->body), d->body.len);
}

/* ---- One notification ---- */

static void put_span(struct lines *l, enum lang lang, int seconds)
{
    if (seconds == 0)
        lines_put(l, THEME_VALUE, L(lang, "立即", "at once"));
    else if (seconds % 3600 == 0)
        lines_putf(l, THEME_VALUE, L(lang, "%d 小时", "%d h"), seconds / 3600);
    else if (seconds % 60 == 0)
        lines_putf(l, THEME_VALUE, L(lang, "%d 分", "%d min"), seconds / 60);
    else
        lines_putf(l, THEME_VALUE, L(lang, "%d 秒", "%d s"), seconds);
}

void notify_schedule(struct lines *l, enum lang lang, const struct schedule *s, bool sandbox)
{
    pane_label(l, L(lang, "重发间隔", "schedule"), 10);
    for (size_t i = 0; i < s->tries; i++) {
        lines_put(l, THEME_DIM, i ? ", " : "");
        put_span(l, lang, sandbox && i == 0 ? 0 : s->wait[i]);
    }
    lines_end(l);
}

static void put_sign_word(struct lines *l, enum lang lang, const struct inbox_notice *n)
{
    const struct notice *m = &n->notice;
    bool sealed = m->event && m->event->sealed;
    if (m->trust == NOTICE_GENUINE && sealed) {
        lines_put(l, THEME_OK, L(lang, "解密成功", "decrypted"));
    } else if (m->trust == NOTICE_GENUINE) {
        lines_put(l, THEME_OK, L(lang, "验签通过", "signature ok"));
        lines_putf(l, THEME_DIM, " (%s%s)", sign_kind_name(m->sign.kind),
                   m->sign.kind_inferred ? L(lang, "，按长度推断", ", by its length") : "");
    } else {
        lines_put(l, m->trust == NOTICE_NO_KEY ? THEME_WARN : THEME_ERROR,
                  bi_get(notice_trust_text(m->trust), lang));
    }
}

static void put_answered(struct lines *l, enum lang lang, const struct inbox_row *row)
{
    if (row->status)
        lines_putf(l, row->acknowledged ? THEME_TEXT : THEME_WARN,
                   L(lang, "  已答 %s", "  answered %s"), notify_answer(row, lang));
    else
        lines_putf(l, THEME_WARN, "  %s", notify_answer(row, lang));
}

void notify_summary(struct lines *l, enum lang lang, const struct inbox_notice *n)
{
    const struct event *e = n->notice.event;
    unsigned style = notify_style(n->row.word);
    char at[9];

    pane_time((time_t)(n->row.at_ms / 1000), at);
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_putf(l, THEME_DIM, "%s  ", at);
    lines_put(l, THEME_TEXT | SURFACE_BOLD,
              e ? bi_get(e->title, lang) : L(lang, "未知通知", "unknown event"));
    lines_putf(l, THEME_TEXT, "  %s", n->row.order);
    lines_end(l);
    lines_pad(l, 1);
    lines_hang(l, 1);
    if (n->row.word->level != NOTICE_IS_GOOD) { /* else the signature is the verdict */
        lines_put(l, style | SURFACE_BOLD, notify_mark(n->row.word));
        lines_put(l, style | SURFACE_BOLD, bi_get(n->row.word->word, lang));
        lines_put(l, THEME_TEXT, "  ");
    }
    put_sign_word(l, lang, n);
    if (n->row.profile[0])
        lines_putf(l, THEME_DIM, L(lang, "  密钥来自 %s", "  key of %s"), n->row.profile);
    put_answered(l, lang, &n->row);
    lines_end(l);
    if (n->row.id < 0) {
        lines_pad(l, 1);
        lines_hang(l, 1);
        lines_add(l, THEME_ERROR,
                  L(lang, "没有写入记录：只在本次运行中可见",
                    "not in the journal: it can be seen in this session only"));
    }
    if (n->notice.parse_error.status)
        pane_err(l, lang, THEME_ERROR, &n->notice.parse_error);
}

void notify_found(struct lines *l, enum lang lang, const struct json *found)
{
    for (const struct json *f = json_first(found); f; f = json_next(f)) {
        const char *severity = json_string(json_get(f, "severity"));
        const char *text = json_string(json_get(f, lang == LANG_ZH ? "zh" : "en"));
        bool bad = severity && strcmp(severity, "error") == 0;
        lines_pad(l, 1);
        lines_hang(l, 3);
        lines_put(l, bad ? THEME_ERROR : THEME_WARN, bad ? "x " : "! ");
        lines_add(l, THEME_TEXT, text ? text : "?");
    }
}

static void put_fields(struct lines *l, enum lang lang, const struct inbox_notice *n,
                       const struct params *p, bool inside, size_t max)
{
    int col = 10;
    for (size_t i = 0; i < p->count; i++) {
        if ((int)p->items[i].name_len + 2 > col)
            col = (int)p->items[i].name_len + 2;
    }
    col = col > 26 ? 26 : col;
    for (size_t i = 0; i < p->count; i++) {
        const struct param *one = &p->items[i];
        const struct event *e = n->notice.event;
        const struct field *f = e ? event_field(e, one->name, inside) : NULL;
        pane_label(l, one->name, col);
        if (strcmp(one->name, "sign") == 0)
            pane_sign(l, THEME_SIGN, one->value);
        else
            pane_value(l, lang, THEME_VALUE, one->value, one->value_len, max);
        if (!one->value_len)
            lines_put(l, THEME_DIM, L(lang, "(空)", "(empty)"));
        if (f) {
            pane_meaning(l, lang, f, one->value);
            lines_putf(l, THEME_DIM, "  %s", bi_get(f->label, lang));
        } else if (e) {
            lines_put(l, THEME_DIM, L(lang, "  官方文档未列出", "  not in the official document"));
        }
        lines_end(l);
    }
}

void notify_fields(struct lines *l, enum lang lang, const struct inbox_notice *n, size_t max)
{
    notify_summary(l, lang, n);
    notify_found(l, lang, n->found);
    lines_end(l);
    put_fields(l, lang, n, &n->notice.params, false, max);
    if (!n->notice.inner.count)
        return;
    lines_end(l);
    pane_heading(l, L(lang, "req_info 解密后", "Inside req_info, decrypted"));
    put_fields(l, lang, n, &n->notice.inner, true, max);
}

void notify_sign(struct lines *l, enum lang lang, const struct inbox_notice *n)
{
    notify_summary(l, lang, n);
    if (!n->notice.key_inside) {
        pane_steps(l, lang, &n->notice.trace, &n->notice.sign);
        return;
    }
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_add(
        l, THEME_DIM,
        L(lang, "已在收到时判断；原文里有密钥，记录时已换成 ****，步骤不能重现",
          "it was judged when it came; a key in it was recorded as ****, and the steps cannot "
          "be shown again"));
}

static void put_text(struct lines *l, enum lang lang, const struct buf *b, size_t max)
{
    if (!b->len)
        lines_add(l, THEME_DIM, L(lang, "(空)", "(empty)"));
    lines_text(l, THEME_VALUE, buf_str(b), b->len < max ? b->len : max);
    if (b->len > max) {
        lines_putf(l, THEME_WARN,
                   L(lang, "(另有 %zu 字节%.0s，按 v 看全文)", "(%zu byte%s more: v)"),
                   b->len - max, text_s(b->len - max));
        lines_end(l);
    }
}

void notify_bytes(struct lines *l, enum lang lang, const struct inbox_notice *n, size_t max)
{
    put_text(l, lang, &n->head, max);
    lines_end(l);
    put_text(l, lang, &n->body, max);
}

/* Where the console's own sandbox stands with it. */
static void put_sandbox(struct lines *l, enum lang lang, const struct delivery *d)
{
    char due[9];
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_putf(l, delivery_style(d), L(lang, "沙箱：%s", "the sandbox: %s"),
               bi_get(delivery_state_text(d->state), lang));
    lines_putf(l, THEME_TEXT, L(lang, "，已发 %u 次（最多 %zu 次）", ", %u of %zu sent"), d->tries,
               d->schedule->tries);
    if (d->state == DELIVERY_WAITING) {
        pane_time(d->due_at, due);
        lines_putf(l, THEME_TEXT, L(lang, "，下次 %s", ", next at %s"), due);
    } else if (d->state == DELIVERY_DONE || d->state == DELIVERY_GIVEN_UP) {
        lines_put(l, THEME_TEXT, L(lang, "，不再发送", ", none follows"));
    }
    lines_end(l);
}

/* Which it was, as far as the journal has them. */
static void put_count(struct lines *l, enum lang lang, const struct redelivery *r)
{
    if (redelivery_is_over(r)) {
        lines_putf(l, THEME_TEXT,
                   L(lang, "；共到达 %zu 次，多于平台最多发的 %zu 次",
                     "; %zu arrived, more than the %zu that the platform sends"),
                   r->nth + r->later, r->schedule->tries);
        return;
    }
    if (r->nth)
        lines_putf(
            l, THEME_TEXT,
            L(lang, "；这是第 %zu 次到达（最多 %zu 次）", "; this was arrival %zu of at most %zu"),
            r->nth, r->schedule->tries);
    if (r->nth && r->later)
        lines_putf(l, THEME_TEXT, L(lang, "，之后又到 %zu 次", ", %zu came after it"), r->later);
}

static void put_gap(struct lines *l, enum lang lang, const struct redelivery *r)
{
    size_t made = r->nth ? r->nth + r->later : 1;
    int gap;
    if (redelivery_is_over(r)) {
        if (!r->done)
            lines_put(l, THEME_WARN,
                      L(lang, "，不能由此推算下一次", ": what follows cannot be told by them"));
    } else if (redelivery_gap(r, &gap)) {
        lines_put(l, THEME_WARN, L(lang, "；下一次间隔 ", "; the next follows after "));
        put_span(l, lang, gap);
        lines_putf(l, THEME_TEXT, L(lang, "，最多还有 %zu 次", ", at most %zu more"),
                   r->schedule->tries - made);
    } else if (!r->done) {
        lines_put(l, THEME_WARN,
                  L(lang, "；已是最后一次，不再重发", "; it was the last one, none follows"));
    }
}

/* An answer that came too late, as it was found. */
static void put_late(struct lines *l, enum lang lang, const struct json *found)
{
    for (const struct json *f = json_first(found); f; f = json_next(f)) {
        const char *rule = json_string(json_get(f, "rule"));
        const char *text = json_string(json_get(f, lang == LANG_ZH ? "zh" : "en"));
        if (!rule || !text || strcmp(rule, REDELIVERY_LATE) != 0)
            continue;
        lines_pad(l, 1);
        lines_hang(l, 3);
        lines_put(l, THEME_WARN, "! ");
        lines_add(l, THEME_TEXT, text);
    }
}

static void put_foreign(struct lines *l, enum lang lang, const struct notice *n)
{
    bool bare = n->trust == NOTICE_UNSIGNED;
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_put(l, THEME_ERROR, bare ? L(lang, "没有签名", "unsigned") : L(lang, "伪造", "forged"));
    lines_add(l, THEME_WARN,
              L(lang, "，不是平台发的，不会按时重发", ", not from the platform: nothing follows"));
}

static void put_next(struct lines *l, enum lang lang, const struct inbox_notice *n,
                     const struct redelivery *r)
{
    bool done = r->sandbox ? r->sandbox->state == DELIVERY_DONE : r->done;
    if (!r->schedule)
        return;
    if (r->foreign) {
        put_foreign(l, lang, &n->notice);
        return;
    }
    put_late(l, lang, n->found);
    lines_pad(l, 1);
    lines_hang(l, 1);
    lines_put(
        l, done ? THEME_TEXT : THEME_WARN,
        done ? L(lang, "平台视为已送达，不再重发", "for the platform it is delivered: it stops")
             : L(lang, "平台视为未送达", "for the platform it is not delivered"));
    put_count(l, lang, r);
    if (!r->sandbox)
        put_gap(l, lang, r);
    lines_end(l);
    if (r->sandbox)
        put_sandbox(l, lang, r->sandbox);
    notify_schedule(l, lang, r->schedule, r->sandbox != NULL);
}

/* Status line and headers, without their line ends and the empty line behind them. */
static void put_head(struct lines *l, const char *head)
{
    for (size_t n; (n = strcspn(head, "\r\n")); head += n + strspn(head + n, "\r") + 1) {
        lines_put_n(l, THEME_DIM, head, n);
        lines_hard(l);
        lines_end(l);
        if (!head[n] || !head[n + strspn(head + n, "\r")])
            break;
    }
}

void notify_answered(struct lines *l, enum lang lang, const struct inbox_notice *n,
                     const struct redelivery *next)
{
    const struct inbox_forwarded *f = &n->forward;
    const char *error = lang == LANG_ZH ? f->error_zh : f->error_en;

    pane_heading(l, L(lang, "我们的应答", "Our answer"));
    pane_label(l, L(lang, "状态", "status"), 10);
    if (n->row.status)
        lines_putf(l, THEME_TEXT, "HTTP %d  %s", n->row.status, notify_answer(&n->row, lang));
    else
        lines_put(l, THEME_WARN, notify_answer(&n->row, lang));
    lines_end(l);
    lines_text(l, THEME_VALUE, buf_str(&n->answer), n->answer.len);
    if (!n->row.waiting)
        put_next(l, lang, n, next);
    if (!f->url)
        return;
    lines_end(l);
    pane_heading(l, L(lang, "应用的应答", "The application's answer"));
    pane_label(l, L(lang, "转发到", "sent to"), 10);
    lines_add(l, THEME_VALUE, f->url);
    if (error) {
        lines_pad(l, 1);
        lines_hang(l, 1);
        lines_add(l, THEME_ERROR, error);
    } else {
        pane_label(l, L(lang, "状态", "status"), 10);
        lines_putf(l, THEME_TEXT, "HTTP %lld  %lld ms  %s", (long long)f->status, (long long)f->ms,
                   f->verdict ? f->verdict : "");
        lines_end(l);
        put_head(l, f->head ? f->head : "");
        lines_text(l, THEME_VALUE, f->body ? f->body : "", f->body ? strlen(f->body) : 0);
    }
    notify_found(l, lang, n->forward_found);
}
