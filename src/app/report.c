/* SPDX-License-Identifier: MIT */
/* The forms that people read are pages; the others are written to their grammar. */
#include "app/report.h"

#include <stdio.h>
#include <string.h>

#include "app/page.h"
#include "app/report_har.h"
#include "core/head.h"
#include "core/personal.h"
#include "core/request.h"
#include "core/sign.h"
#include "core/text.h"
#include "io/http_times.h"

static const char *const names[REPORT_FORM_COUNT] = {
    [REPORT_TEXT] = "text",       [REPORT_MARKDOWN] = "md", [REPORT_HTML] = "html",
    [REPORT_CURL] = "curl",       [REPORT_HTTP] = "http",   [REPORT_HAR] = "har",
    [REPORT_COMMAND] = "command",
};

const char *report_form_name(const void *unused, size_t index)
{
    (void)unused;
    return index < REPORT_FORM_COUNT ? names[index] : NULL;
}

enum status report_form_read(const char *word, enum report_form *out, struct err *err)
{
    for (size_t i = 0; i < REPORT_FORM_COUNT; i++) {
        if (strcmp(names[i], word) == 0) {
            *out = (enum report_form)i;
            return ST_OK;
        }
    }
    const char *near = text_nearest(word, report_form_name, NULL);
    return err_set(
        err, ST_ARGUMENT,
        SAY("没有格式 %1$s", "可用 text、md、html、curl、http、har、command", "是否想写 %2$s？"),
        SAY("there is no format %1$s", "there are text, md, html, curl, http, har and command",
            "did you mean %2$s?"),
        word, near ? near : "md");
}

enum status report_page_form(const char *command, const char *word, enum page_form otherwise,
                             enum page_form *out, struct err *err)
{
    static const enum page_form pages[] = {
        [REPORT_TEXT] = PAGE_TEXT, [REPORT_MARKDOWN] = PAGE_MARKDOWN, [REPORT_HTML] = PAGE_HTML};
    enum report_form form = REPORT_TEXT;
    enum status st = word ? report_form_read(word, &form, err) : ST_OK;
    *out = otherwise;
    if (st || !word)
        return st;
    if (form > REPORT_HTML)
        return err_set(
            err, ST_ARGUMENT, SAY("%1$s 没有格式 %2$s", "可用 text、md、html", "改用其中之一"),
            SAY("%1$s has no format %2$s", "it has text, md and html", "use one of them"), command,
            word);
    *out = pages[form];
    return ST_OK;
}

enum status report_rows(const struct record_source *s, const int64_t ids[2],
                        const struct report_how *how, struct buf *out, struct err *err)
{
    struct record r[2] = {{{0}}};
    enum status st = record_read(s, ids[0], &r[0], err);

    if (!st && ids[1])
        st = record_read(s, ids[1], &r[1], err);
    if (!st)
        st = ids[1] ? report_compare(&r[0], &r[1], how, out, err)
                    : report_write(&r[0], how, out, err);
    record_clear(&r[0]);
    record_clear(&r[1]);
    return st;
}

void report_clean(const struct report_how *how, const struct params *known, struct buf *text)
{
    for (size_t i = 0; i < how->secret_count; i++) {
        const struct profile *p = how->secrets[i];
        secret_redact(&p->key.value, text);
        for (size_t k = 0; k < p->other_key_count; k++)
            secret_redact(&p->other_keys[k].key.value, text);
    }
    if (!how->personal)
        personal_mask(known, text);
}

/* ---- Pages ---- */

static const struct field *field_of(const struct record *r, const char *name, bool reply)
{
    if (!r->spec)
        return NULL;
    return reply ? spec_reply_field(r->spec, name) : spec_field(r->spec, name);
}

static void add_fields(struct page *p, const struct record *r, const struct params *params,
                       bool reply)
{
    page_table(p, 3);
    page_cell(p, L(p->lang, "字段", "field"));
    page_cell(p, L(p->lang, "值", "value"));
    page_cell(p, L(p->lang, "含义", "meaning"));
    for (size_t i = 0; i < params->count; i++) {
        const struct field *f = field_of(r, params->items[i].name, reply);
        page_cell(p, params->items[i].name);
        page_cell(p, params->items[i].value);
        page_cell(p, f ? bi_get(f->label, p->lang) : "");
    }
    page_table_end(p);
}

static void add_fact(struct page *p, const char *name, const char *value)
{
    if (value && value[0]) {
        page_cell(p, name);
        page_cell(p, value);
    }
}

/* "11.6 ms: dns 0.1, connect 0.2, wait 10.9"; "" if it is not known. */
static void write_times(const struct record *r, enum lang lang, struct buf *out)
{
    struct http_times times;
    struct http_stage stages[HTTP_STAGES];

    if (!record_times(r, &times))
        return;
    buf_addf(out, "%.1f ms", times.total);
    size_t count = http_stages(&times, stages);
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s%s %.1f", i ? L(lang, "，", ", ") : L(lang, "：", ": "),
                 bi_get(stages[i].name, lang), stages[i].ms);
}

static void add_facts(struct page *p, const struct record *r)
{
    const struct journal_row *row = &r->row;
    enum lang lang = p->lang;
    char at[RECORD_TIME_SIZE], yuan[32] = "", status[16] = "";
    struct buf took;

    buf_init(&took, 256);
    write_times(r, lang, &took);
    record_time(row->at_ms, at);
    if (row->amount >= 0)
        text_yuan(row->amount, yuan, sizeof(yuan));
    if (row->status)
        snprintf(status, sizeof(status), "%d", row->status);
    page_table(p, 2);
    page_cell(p, L(lang, "项目", "item"));
    page_cell(p, L(lang, "内容", "content"));
    add_fact(p, L(lang, "时间（UTC+8）", "time (UTC+8)"), at);
    add_fact(p, "URL", r->url);
    add_fact(p, L(lang, "商户配置", "profile"), row->profile);
    add_fact(p, "mch_id", row->mch_id);
    add_fact(p, L(lang, "单号", "order"), row->order_no);
    add_fact(p, "transaction_id", row->transaction_id);
    add_fact(p, L(lang, "金额（元）", "amount (yuan)"), yuan);
    add_fact(p, L(lang, "HTTP 状态", "HTTP status"), status);
    add_fact(p, L(lang, "耗时", "time taken"), buf_str(&took));
    add_fact(p, L(lang, "结果", "outcome"), row->outcome);
    add_fact(p, L(lang, "说明", "text"), row->text);
    page_table_end(p);
    buf_clear(&took);
}

static void add_error(struct page *p, const struct record *r)
{
    const struct error_code *e = r->judged ? r->reply.error : NULL;
    const char *code = params_get(&r->received, "err_code");
    if (!e && code && r->spec)
        e = spec_error(r->spec, code, NULL, ERROR_LAYER_ANY);
    if (!e)
        return;
    page_heading(p, e->code);
    page_text(p, bi_get(e->meaning, p->lang));
    page_text(p, bi_get(e->cause, p->lang));
    page_text(p, bi_get(e->solution, p->lang));
}

/* What is joined is shown without the key: any other does as well. */
static void add_joined(struct page *p, const struct params *params)
{
    struct sign_trace trace = {0};
    struct secret any = {0};
    struct buf joined;

    if (!params_has(params, "sign"))
        return;
    secret_set(&any, "any", 3);
    enum status st = sign_compute(params, SIGN_MD5, &any, &trace, NULL);
    secret_clear(&any);
    if (st)
        return;
    buf_init(&joined, SIGN_JOINED_MAX);
    sign_trace_masked(&trace, &joined);
    sign_trace_clear(&trace);
    page_heading(p, L(p->lang, "待签串（密钥已遮盖）", "Joined text (key masked)"));
    page_code(p, buf_str(&joined), joined.len);
    buf_clear(&joined);
}

static void add_bytes(struct page *p, const char *heading, const struct buf *head,
                      const struct buf *body)
{
    if (!head->len && !body->len)
        return;
    page_heading(p, heading);
    if (head->len)
        page_code(p, buf_str(head), head->len);
    if (body->len)
        page_code(p, buf_str(body), body->len);
}

static void title_of(const struct record *r, enum lang lang, char *out, size_t size)
{
    const char *kind = bi_get(record_kind_text(r->row.kind), lang);
    snprintf(out, size, "%s %lld  %s%s%s", kind, (long long)r->row.id, r->row.name,
             r->spec ? "  " : "", r->spec ? bi_get(r->spec->title, lang) : "");
}

/* Masked before a table measures its columns; the finished text is cleaned all the same. */
static void mask_params(struct params *p)
{
    struct buf value;
    for (size_t i = 0; i < p->count; i++) {
        const struct param *e = &p->items[i];
        buf_init(&value, PARAM_VALUE_MAX);
        if (personal_is_name(e->name))
            personal_mask_value(e->value, e->value_len, &value);
        else
            buf_add(&value, e->value, e->value_len);
        personal_mask(NULL, &value);
        params_set_n(p, e->name, e->name_len, buf_str(&value), value.len, e->source, NULL);
        buf_clear(&value);
    }
}

void report_params(const struct params *from, bool personal, struct params *to)
{
    params_copy(to, from);
    if (!personal)
        mask_params(to);
}

static void add_messages(struct page *p, const struct record *r, bool personal)
{
    bool call = r->row.kind == JOURNAL_CALL;
    struct params shown = {0};

    if (r->sent.count) {
        report_params(&r->sent, personal, &shown);
        page_heading(p, call ? L(p->lang, "请求", "Request") : L(p->lang, "通知", "Notification"));
        add_fields(p, r, &shown, !call);
        add_joined(p, &shown);
    }
    if (r->received.count) {
        report_params(&r->received, personal, &shown);
        page_heading(p, call ? L(p->lang, "应答", "Response") : L(p->lang, "回应", "Answer"));
        add_fields(p, r, &shown, true);
    }
    params_clear(&shown);
}

static void add_found(struct page *p, const struct json *findings)
{
    for (const struct json *f = json_first(findings); f; f = json_next(f)) {
        const char *text = json_string(json_get(f, p->lang == LANG_ZH ? "zh" : "en"));
        if (text)
            page_text(p, text);
    }
}

static void add_forward(struct page *p, const struct json *forward)
{
    const struct json *error = json_get(forward, "error");
    const char *url = json_string(json_get(forward, "url")),
               *head = json_string(json_get(forward, "head")),
               *body = json_string(json_get(forward, "body")),
               *why = json_string(json_get(error, p->lang == LANG_ZH ? "zh" : "en"));
    char line[1200];

    page_heading(p, L(p->lang, "转发给应用", "Forwarded to the application"));
    if (error)
        snprintf(line, sizeof line, "%.500s  %.500s", url ? url : "", why ? why : "");
    else
        snprintf(line, sizeof line, "%.500s  HTTP %lld  %lld ms", url ? url : "",
                 (long long)json_int(json_get(forward, "status"), 0),
                 (long long)json_int(json_get(forward, "ms"), 0));
    page_text(p, line);
    add_found(p, json_get(forward, "findings"));
    if (head && head[0])
        page_code(p, head, strlen(head));
    if (body && body[0])
        page_code(p, body, strlen(body));
}

/* What was found of a notification, and what the user's application said to it. */
static void add_judged(struct page *p, const struct record *r)
{
    struct json *detail = NULL;
    if (r->row.kind != JOURNAL_NOTICE || !r->detail.len ||
        json_parse(buf_str(&r->detail), r->detail.len, &detail, NULL))
        return;
    if (json_first(json_get(detail, "findings"))) {
        page_heading(p, L(p->lang, "判断", "Findings"));
        add_found(p, json_get(detail, "findings"));
    }
    if (json_get(detail, "forward"))
        add_forward(p, json_get(detail, "forward"));
    json_free(detail);
}

static void write_page(const struct record *r, const struct report_how *how, enum page_form form,
                       struct buf *out)
{
    enum lang lang = how->lang;
    struct page p = {.out = out, .form = form, .lang = lang};
    char title[256];

    title_of(r, lang, title, sizeof(title));
    page_begin(&p, title);
    add_facts(&p, r);
    add_messages(&p, r, how->personal);
    add_error(&p, r);
    add_judged(&p, r);
    add_bytes(&p, L(lang, "请求原文", "Request as sent"), &r->request_head, &r->request);
    add_bytes(&p, L(lang, "应答原文", "Response as received"), &r->response_head, &r->response);
    page_end(&p);
}

/* ---- To repeat ---- */

static enum status no_url(const struct record *r, struct err *err)
{
    return err_set(err, ST_UNSUPPORTED,
                   SAY("第 %lld 号不能写成这种格式", "记录里没有它的完整地址", "改用 md 或 http"),
                   SAY("number %lld cannot be written in this form",
                       "its record holds no complete URL", "use md or http"),
                   (long long)r->row.id);
}

static enum status no_text(const struct record *r, struct err *err)
{
    return err_set(
        err, ST_UNSUPPORTED,
        SAY("第 %lld 号不能写成命令", "正文里有值为 0 的字节，命令行写不下", "改用 http"),
        SAY("number %lld cannot be written as a command",
            "its body holds a byte of zero, which no command line can", "use http"),
        (long long)r->row.id);
}

/* The header as it was; without one, curl's own is taken away. A body that begins with '@' would
   name a file of whoever runs this. */
static enum status write_curl(const struct record *r, struct buf *out, struct err *err)
{
    const char *body = buf_str(&r->request);
    char type[160], header[192];
    if (!strstr(r->url, "://"))
        return no_url(r, err);
    if (memchr(body, '\0', r->request.len))
        return no_text(r, err);
    buf_adds(out, "curl -sS ");
    request_quote(out, r->url);
    if (r->request.len || strncmp(buf_str(&r->request_head), "POST ", 5) == 0) {
        head_value(&r->request_head, "Content-Type", type, sizeof(type));
        snprintf(header, sizeof(header), type[0] ? "Content-Type: %s" : "Content-Type:%s", type);
        buf_adds(out, " -H ");
        request_quote(out, header);
        buf_adds(out, body[0] == '@' ? " --data-raw " : " --data-binary ");
        request_quote(out, body);
    }
    buf_addc(out, '\n');
    return ST_OK;
}

static void write_http(const struct record *r, struct buf *out)
{
    const struct buf *parts[] = {&r->request_head, &r->request, &r->response_head, &r->response};
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        buf_add(out, buf_str(parts[i]), parts[i]->len);
        if (parts[i]->len)
            buf_adds(out, i % 2 ? "\n\n" : "\r\n");
    }
}

static void add_word(struct buf *out, const struct param *p)
{
    struct buf word;
    buf_init(&word, PARAM_NAME_MAX + 2 + PARAM_VALUE_MAX);
    buf_addf(&word, "%s%s%s", p->name, p->value[0] == '@' || p->value[0] == '=' ? "==" : "=",
             p->value);
    buf_addc(out, ' ');
    request_quote(out, buf_str(&word));
    buf_clear(&word);
}

/* What is made anew each time is left out. */
static bool is_fresh(const char *name)
{
    return strcmp(name, "sign") == 0 || strcmp(name, "nonce_str") == 0;
}

static enum status write_command(const struct record *r, struct buf *out, struct err *err)
{
    bool call = r->row.kind == JOURNAL_CALL;
    if (!r->sent.count)
        return err_set(err, ST_UNSUPPORTED,
                       SAY("第 %lld 号不能写成命令", "它的内容读不出参数", "改用 http"),
                       SAY("number %lld cannot be written as a command",
                           "no parameters can be read from it", "use http"),
                       (long long)r->row.id);
    buf_addf(out, call ? "wxpc send %s" : "wxpc trigger %s --to URL", r->row.name);
    if (r->row.profile[0])
        buf_addf(out, " -p %s", r->row.profile);
    for (size_t i = 0; i < r->sent.count; i++) {
        if (!is_fresh(r->sent.items[i].name))
            add_word(out, &r->sent.items[i]);
    }
    buf_addc(out, '\n');
    return ST_OK;
}

/* ---- The report ---- */

static enum status write_form(const struct record *r, const struct report_how *how, struct buf *out,
                              struct err *err)
{
    switch (how->form) {
    case REPORT_CURL:
        return write_curl(r, out, err);
    case REPORT_HTTP:
        write_http(r, out);
        return ST_OK;
    case REPORT_HAR:
        report_har(r, out);
        return ST_OK;
    case REPORT_COMMAND:
        return write_command(r, out, err);
    case REPORT_MARKDOWN:
        write_page(r, how, PAGE_MARKDOWN, out);
        return ST_OK;
    case REPORT_HTML:
        write_page(r, how, PAGE_HTML, out);
        return ST_OK;
    default:
        write_page(r, how, PAGE_TEXT, out);
        return ST_OK;
    }
}

static enum status too_large(const struct record *r, struct err *err)
{
    return err_set(err, ST_LIMIT,
                   SAY("第 %lld 号不能写成这种格式", "它太大", "改用 http，那是原来的字节"),
                   SAY("number %lld cannot be written in this form", "it is too large",
                       "use http: the bytes as they were"),
                   (long long)r->row.id);
}

enum status report_write(const struct record *r, const struct report_how *how, struct buf *out,
                         struct err *err)
{
    struct buf text;
    buf_init(&text, REPORT_MAX);
    enum status st = write_form(r, how, &text, err);
    if (!st) {
        report_clean(how, &r->sent, &text);
        if (r->received.count && !how->personal)
            personal_mask(&r->received, &text);
        buf_add(out, buf_str(&text), text.len);
        st = buf_status(&text) || buf_status(out) ? too_large(r, err) : ST_OK;
    }
    buf_clear(&text);
    return st;
}
