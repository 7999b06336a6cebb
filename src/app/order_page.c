/* SPDX-License-Identifier: MIT */
/* Three parts: the picture, what led there, what may come next; then the other lives in a line. */
#include "app/order_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/record.h"
#include "core/notice_word.h"
#include "core/personal.h"
#include "core/text.h"

#define TEXT_MAX (64u << 10)

static const char *const kind_names[LIFE_COUNT] = {
    [LIFE_ORDER] = "order",         [LIFE_MICROPAY] = "micropay",
    [LIFE_DEDUCTION] = "deduction", [LIFE_DEPOSIT] = "deposit",
    [LIFE_REFUND] = "refund",       [LIFE_DEPOSIT_MICROPAY] = "deposit-micropay",
    [LIFE_CONTRACT] = "contract",
};

static const char *const cause_names[] = {
    [LIFE_CALL] = "call", [LIFE_PAYER] = "payer", [LIFE_BANK] = "bank", [LIFE_TIME] = "time"};

/* ---- Words ---- */

static const char *number_of(const struct order_life_one *l)
{
    return l->number[0] ? l->number : l->theirs;
}

void order_page_title(const struct order_life_one *l, enum lang lang, struct buf *out)
{
    const struct life_state *s = life_state(l->kind, l->state);
    buf_addf(out, "%s %s  ", bi_get(life_kind_text(l->kind), lang), number_of(l));
    if (s)
        buf_addf(out, "%s %s", s->name, bi_get(s->text, lang));
    else
        buf_adds(out, L(lang, "还没有状态", "no state yet"));
}

static void add_text(struct buf *out, const char *text, bool personal)
{
    struct buf masked;
    buf_init(&masked, TEXT_MAX);
    buf_addf(&masked, "%.1000s", text);
    if (!personal)
        personal_mask(NULL, &masked);
    if (masked.len)
        buf_addf(out, "%s%s", out->len ? "  " : "", buf_str(&masked));
    buf_clear(&masked);
}

/* "sent by us": what a delivery of ours says, tells nothing of the order. */
void order_page_event(const struct order_event *e, enum lang lang, bool personal, struct buf *out)
{
    const char *code = params_get(&e->facts, "err_code");
    const char *outcome = bi_get(record_outcome_text(&e->row), lang);
    if (e->row.kind == JOURNAL_NOTICE)
        buf_adds(out, outcome);
    else if (e->row.kind == JOURNAL_DELIVERY)
        buf_addf(out, L(lang, "由本程序发出，%s", "sent by wxpc, %s"), outcome);
    else if (!e->failed || !code)
        buf_adds(out, outcome);
    else if (!strstr(e->row.text, code))
        buf_adds(out, code);
    if (e->row.kind != JOURNAL_DELIVERY) {
        struct buf text;
        buf_init(&text, TEXT_MAX);
        record_text(&e->row, lang, &text);
        add_text(out, buf_str(&text), personal);
        buf_clear(&text);
    }
}

void order_page_next(const struct order_next *n, enum lang lang, struct buf *out)
{
    if (!n->step) {
        buf_adds(out, n->spec ? bi_get(n->spec->title, lang) : "");
        return;
    }
    buf_addf(out, "%s → %s", bi_get(n->step->text, lang), n->step->to);
}

/* ---- The page ---- */

static void add_chart(const struct order_life *o, const struct order_life_one *l,
                      const struct order_page_how *how, struct page *p)
{
    struct life_path path;
    struct life_lines lines = {0};
    struct life_been *items = order_life_path(o, l, &path);
    struct buf text;
    buf_init(&text, TEXT_MAX);
    life_chart(l->kind, &path, how->lang, how->ascii, &lines);
    for (size_t i = 0; i < lines.count; i++)
        buf_addf(&text, "%s\n", lines.items[i].text);
    page_code(p, buf_str(&text), text.len);
    buf_clear(&text);
    life_lines_clear(&lines);
    free(items);
}

static const struct order_step *step_of(const struct order_life_one *l, size_t event)
{
    for (size_t i = 0; i < l->step_count; i++) {
        if (l->steps[i].event == event)
            return &l->steps[i];
    }
    return NULL;
}

static void add_event(const struct order_life *o, const struct order_life_one *l, size_t i,
                      const struct order_page_how *how, struct page *p)
{
    const struct order_event *e = &o->events[i];
    const struct order_step *s = step_of(l, i);
    char at[RECORD_TIME_SIZE], id[24];
    struct buf text;

    record_time(e->row.at_ms, at);
    snprintf(id, sizeof(id), "%lld", (long long)e->row.id);
    buf_init(&text, TEXT_MAX);
    order_page_event(e, how->lang, how->personal, &text);
    page_cell(p, id);
    page_cell(p, at);
    page_cell(p, bi_get(record_kind_text(e->row.kind), how->lang));
    page_cell(p, e->row.name);
    page_cell(p, s ? s->state : "");
    page_cell(p, buf_str(&text));
    buf_clear(&text);
}

static void add_events(const struct order_life *o, const struct order_life_one *l,
                       const struct order_page_how *how, struct page *p)
{
    enum lang lang = how->lang;
    page_heading(p, L(lang, "经过（UTC+8）", "What led there (UTC+8)"));
    page_table(p, 6);
    page_cell(p, L(lang, "编号", "no."));
    page_cell(p, L(lang, "时间", "time"));
    page_cell(p, L(lang, "类别", "kind"));
    page_cell(p, L(lang, "接口或通知", "API or event"));
    page_cell(p, L(lang, "状态", "state"));
    page_cell(p, L(lang, "结果", "outcome"));
    for (size_t i = 0; i < o->event_count; i++) {
        if (order_life_has(o, l, i))
            add_event(o, l, i, how, p);
    }
    page_table_end(p);
    if (o->cut)
        page_text(p,
                  L(lang, "记录太多，更早的没有列出。", "There are more, which are not listed."));
}

static void add_nexts(const struct order_life_one *l, const struct order_page_how *how,
                      struct page *p)
{
    enum lang lang = how->lang;
    page_heading(p, L(lang, "接下来可能发生", "What may come next"));
    if (!l->next_count) {
        page_text(p, L(lang, "没有：这是终态。", "Nothing: this is an end."));
        return;
    }
    page_table_commands(p, 3);
    page_cell(p, L(lang, "步骤", "step"));
    page_cell(p, L(lang, "由谁", "by"));
    page_cell(p, L(lang, "命令", "command"));
    for (size_t i = 0; i < l->next_count; i++) {
        const struct order_next *n = &l->next[i];
        struct buf text;
        buf_init(&text, TEXT_MAX);
        order_page_next(n, lang, &text);
        page_cell(p, buf_str(&text));
        page_cell(p, bi_get(life_cause_text(n->step ? n->step->cause : LIFE_CALL), lang));
        page_cell(p, n->command);
        buf_clear(&text);
    }
    page_table_end(p);
}

static void add_other(const struct order_life_one *l, struct page *p)
{
    struct buf text;
    buf_init(&text, TEXT_MAX);
    order_page_title(l, p->lang, &text);
    page_cell(p, buf_str(&text));
    buf_reset(&text);
    buf_addf(&text, "wxpc order %s", number_of(l));
    page_cell(p, buf_str(&text));
    buf_clear(&text);
}

static void add_others(const struct order_life *o, const struct order_page_how *how, struct page *p)
{
    enum lang lang = how->lang;
    struct buf text;
    if (o->life_count > 1) {
        page_heading(p, L(lang, "相关的单", "What belongs to it"));
        page_table_commands(p, 2);
        page_cell(p, L(lang, "单", "number"));
        page_cell(p, L(lang, "命令", "command"));
        for (size_t i = 1; i < o->life_count; i++)
            add_other(&o->lives[i], p);
        page_table_end(p);
    }
    if (!o->others)
        return;
    buf_init(&text, TEXT_MAX);
    buf_addf(&text,
             L(lang, "另有 %zu 条记录属于其他商户的同号单%.0s；用 mch_id=商户号 选择。",
               "%zu more record%s: another merchant's order of this number; mch_id=NUMBER "
               "chooses it."),
             o->others, text_s(o->others));
    page_text(p, buf_str(&text));
    buf_clear(&text);
}

void order_page_write(const struct order_life *o, const struct order_page_how *how, struct buf *out)
{
    struct page p = {.out = out, .form = how->form, .lang = how->lang};
    const struct order_life_one *l = &o->lives[0];
    struct buf title;
    buf_init(&title, TEXT_MAX);
    order_page_title(l, how->lang, &title);
    page_begin(&p, buf_str(&title));
    add_chart(o, l, how, &p);
    add_events(o, l, how, &p);
    add_nexts(l, how, &p);
    add_others(o, how, &p);
    page_end(&p);
    buf_clear(&title);
}

/* ---- JSON ---- */

static struct json *state_json(enum life_kind kind, const char *name)
{
    const struct life_state *s = life_state(kind, name);
    struct json *j = json_new_object();
    if (!s)
        return j;
    json_add_string(j, "name", s->name);
    json_add_string(j, "zh", s->text.zh);
    json_add_string(j, "en", s->text.en);
    json_add_bool(j, "ends", s->ends);
    return j;
}

static struct json *event_json(const struct order_life *o, const struct order_life_one *l, size_t i,
                               bool personal)
{
    const struct order_event *e = &o->events[i];
    const struct order_step *s = step_of(l, i);
    const char *code = params_get(&e->facts, "err_code");
    struct journal_row row = e->row;
    struct buf text;
    buf_init(&text, TEXT_MAX);
    add_text(&text, row.text, personal);
    row.text = buf_str(&text);
    struct json *j = record_row_json(&row);
    json_add_string(j, "err_code", code && code[0] ? code : NULL);
    json_add_string(j, "state", s ? s->state : NULL);
    buf_clear(&text);
    return j;
}

static struct json *next_json(const struct order_next *n)
{
    struct json *j = json_new_object();
    struct bi none = {NULL, NULL};
    struct bi text = n->step ? n->step->text : n->spec ? n->spec->title : none;
    json_add_string(j, "cause", cause_names[n->step ? n->step->cause : LIFE_CALL]);
    json_add_string(j, "api", n->spec ? n->spec->id : NULL);
    json_add_string(j, "state", n->step ? n->step->to : NULL);
    json_add_string(j, "event", n->step ? n->step->event : NULL);
    json_add_string(j, "zh", text.zh);
    json_add_string(j, "en", text.en);
    json_add_string(j, "command", n->command);
    return j;
}

static struct json *life_json(const struct order_life *o, const struct order_life_one *l,
                              bool personal)
{
    struct json *j = json_new_object(), *events = json_new_array(), *next = json_new_array();
    json_add_string(j, "subject", order_subject_name(l->subject));
    json_add_string(j, "kind", kind_names[l->kind]);
    json_add_string(j, order_id_name(l->subject, false), l->number[0] ? l->number : NULL);
    json_add_string(j, order_id_name(l->subject, true), l->theirs[0] ? l->theirs : NULL);
    if (l->state)
        json_add(j, "state", state_json(l->kind, l->state));
    for (size_t i = 0; i < o->event_count; i++) {
        if (order_life_has(o, l, i))
            json_push(events, event_json(o, l, i, personal));
    }
    for (size_t i = 0; i < l->next_count; i++)
        json_push(next, next_json(&l->next[i]));
    json_add(j, "events", events);
    json_add(j, "next", next);
    return j;
}

struct json *order_page_json(const struct order_life *o, bool personal)
{
    struct json *j = json_new_object(), *lives = json_new_array();
    json_add_string(j, "number", o->number);
    json_add_string(j, "mch_id", o->merchant[0] ? o->merchant : NULL);
    for (size_t i = 0; i < o->life_count; i++)
        json_push(lives, life_json(o, &o->lives[i], personal));
    json_add(j, "lives", lives);
    if (o->others)
        json_add_int(j, "others", (int64_t)o->others);
    return j;
}
