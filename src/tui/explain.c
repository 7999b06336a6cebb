/* SPDX-License-Identifier: MIT */
/*
 * Sentences are put together from the record; the record's own texts come last, unchanged.
 */
#include "tui/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* Indexed by enum field_type. */
static const struct bi type_texts[FIELD_TYPE_COUNT] = {
    [FIELD_STRING] = {"文本", "text"},
    [FIELD_INT] = {"整数", "whole number"},
    [FIELD_FEN] = {"金额，整数分", "amount, whole fen"},
    [FIELD_TIME] = {"时间 yyyyMMddHHmmss（UTC+8）", "time yyyyMMddHHmmss (UTC+8)"},
    [FIELD_DATE] = {"日期 yyyyMMdd", "date yyyyMMdd"},
    [FIELD_TIMESTAMP] = {"10 位时间戳（秒）", "timestamp, 10 digits"},
    [FIELD_ENUM] = {"枚举", "one of a list"},
    [FIELD_URL] = {"网址", "URL"},
    [FIELD_IP] = {"IPv4 或 IPv6 地址", "IPv4 or IPv6 address"},
    [FIELD_IP4] = {"IPv4 地址", "IPv4 address"},
    [FIELD_JSON] = {"JSON 文本", "JSON text"},
    [FIELD_NONCE] = {"随机文本", "random text"},
    [FIELD_ID] = {"字母和数字", "letters and digits"},
    [FIELD_OBJECT] = {"JSON 对象", "JSON object"},
    [FIELD_ARRAY] = {"JSON 数组", "JSON array"},
};

/* Indexed by enum field_source. */
static const struct bi source_texts[SOURCE_COUNT] = {
    [SOURCE_USER] = {"由你填写", "yours to give"},
    [SOURCE_PROFILE] = {"商户配置（p）", "the merchant profile (p)"},
    [SOURCE_NONCE] = {"自动生成随机串；每次发送换新", "generated; a new one for each send"},
    [SOURCE_ORDER_NO] = {"可生成订单号（Ctrl-G）", "an order number can be generated (Ctrl-G)"},
    [SOURCE_NOW] = {"可填入当前时间（Ctrl-G）", "the present time (Ctrl-G)"},
    [SOURCE_EXPIRE] = {"可填入两小时后（Ctrl-G）", "two hours from now (Ctrl-G)"},
    [SOURCE_SERIAL] = {"可生成序列号（Ctrl-G）", "a serial number can be generated (Ctrl-G)"},
    [SOURCE_IP] = {"商户配置，否则 127.0.0.1", "the profile, else 127.0.0.1"},
    [SOURCE_CONSTANT] = {"固定值", "always the same value"},
    [SOURCE_COPY] = {"跟随另一个字段", "follows another field"},
};

static const char *unit_name(const struct field *f, enum lang lang)
{
    return f->unit == UNIT_BYTES ? L(lang, "字节", "bytes") : L(lang, "字符", "characters");
}

static void add_limit(const struct field *f, enum lang lang, struct buf *out)
{
    if (f->max && f->min > 1)
        buf_addf(out, L(lang, "%" PRId64 "–%" PRId64 " %s", "%" PRId64 "-%" PRId64 " %s"), f->min,
                 f->max, unit_name(f, lang));
    else if (f->max)
        buf_addf(out, L(lang, "最长 %" PRId64 " %s", "at most %" PRId64 " %s"), f->max,
                 unit_name(f, lang));
    else
        buf_adds(out, bi_get(type_texts[f->type], lang));
}

/* "必填", "trade_type=NATIVE 时必填", "选填". */
static void add_need(const struct explain *e, struct buf *out)
{
    struct bi when = {0};

    if (e->event)
        buf_adds(out, e->field->required ? L(e->lang, "每次通知都有", "in every notification")
                                         : L(e->lang, "有时才有", "only at times"));
    else if (e->field->required)
        buf_adds(out, L(e->lang, "必填", "required"));
    else if (e->params && validate_required(e->field, e->params, NULL, &when) && when.zh)
        buf_adds(out, bi_get(when, e->lang));
    else
        buf_adds(out, L(e->lang, "选填", "optional"));
}

static const struct finding *worst(const struct explain *e)
{
    return e->findings ? findings_of(e->findings, e->path ? e->path : e->name) : NULL;
}

void explain_line(const struct explain *e, struct buf *out, bool *is_error)
{
    const struct finding *finding = worst(e);
    const struct field *f = e->field;

    *is_error = finding && finding->severity == SEVERITY_ERROR;
    if (finding) {
        buf_adds(out, finding->text[e->lang]);
        return;
    }
    if (!f) {
        buf_addf(
            out,
            L(e->lang, "%s：接口目录中没有这个字段", "%s: the catalogue does not know this field"),
            e->name);
        return;
    }
    buf_adds(out, bi_get(f->label, e->lang));
    buf_adds(out, L(e->lang, "：", ": "));
    add_limit(f, e->lang, out);
    buf_adds(out, L(e->lang, "，", ", "));
    add_need(e, out);
    if (f->help.zh) {
        buf_adds(out, L(e->lang, "。", ". "));
        buf_adds(out, bi_get(f->help, e->lang));
    }
}

/* ---- The page ---- */

static void add_head(struct buf *out, const char *name)
{
    int pad = 12 - text_width(name, strlen(name));
    buf_adds(out, name);
    buf_addf(out, "%*s", pad > 1 ? pad : 1, "");
}

static void add_values(const struct field *f, enum lang lang, struct buf *out)
{
    for (size_t i = 0; i < f->value_count; i++) {
        add_head(out, i ? "" : L(lang, "取值", "values"));
        buf_addf(out, "%s  %s\n", f->values[i].value, bi_get(f->values[i].text, lang));
    }
}

static void add_conditions(const struct field *f, enum lang lang, struct buf *out)
{
    for (size_t i = 0; i < f->when_count; i++) {
        add_head(out, i ? "" : L(lang, "条件", "condition"));
        buf_addf(out, "%s\n", bi_get(f->when[i].text, lang));
    }
}

static void add_facts(const struct explain *e, struct buf *out)
{
    const struct field *f = e->field;
    enum lang lang = e->lang;

    add_head(out, L(lang, "类型", "type"));
    buf_addf(out, "%s\n", bi_get(type_texts[f->type], lang));
    if (f->max) {
        add_head(out, L(lang, "长度", "length"));
        add_limit(f, lang, out);
        buf_addc(out, '\n');
    }
    if (f->warn_max) {
        add_head(out, "");
        buf_addf(
            out,
            L(lang, "超过 %" PRId64 " %s 时提醒：%s\n", "a warning above %" PRId64 " %s: %s\n"),
            f->warn_max, unit_name(f, lang), bi_get(f->warn_note, lang));
    }
    if (f->document) {
        add_head(out, L(lang, "文档写作", "document"));
        buf_addf(out, "%s\n", f->document);
    }
    if (f->has_range) {
        add_head(out, L(lang, "范围", "range"));
        buf_addf(out, "%" PRId64 " .. %" PRId64 "\n", f->low, f->high);
    }
    if (f->pattern_text.zh) {
        add_head(out, L(lang, "格式", "format"));
        buf_addf(out, "%s\n", bi_get(f->pattern_text, lang));
    }
    add_head(out, L(lang, "必填", "needed"));
    add_need(e, out);
    buf_addc(out, '\n');
    add_conditions(f, lang, out);
    add_values(f, lang, out);
}

static void add_origin(const struct explain *e, struct buf *out)
{
    static const struct bi sent = {
        "平台发送时给出；这里由模板填写，可以改",
        "the platform gives it; here the template does, change it freely"};
    const struct field *f = e->field;
    enum lang lang = e->lang;

    add_head(out, L(lang, "值的来源", "source"));
    buf_adds(out, bi_get(e->event ? sent : source_texts[f->source], lang));
    if (f->copy_of)
        buf_addf(out, " (%s)", f->copy_of);
    buf_addc(out, '\n');
    if (f->default_value) {
        add_head(out, L(lang, "默认值", "default"));
        buf_addf(
            out,
            L(lang, "%s（不传时网关的取值）\n", "%s (what the API assumes when it is left out)\n"),
            f->default_value);
    }
    if (f->send_default) {
        add_head(out, L(lang, "默认发送", "sent unasked"));
        buf_addf(out, "%s\n", f->send_default);
    }
    if (f->example) {
        add_head(out, L(lang, "示例", "example"));
        buf_addf(out, "%s\n", f->example);
    }
}

static void add_findings(const struct explain *e, struct buf *out)
{
    const char *path = e->path ? e->path : e->name;
    size_t len = strlen(path);
    bool first = true;

    for (size_t i = 0; e->findings && i < e->findings->count; i++) {
        const struct finding *f = &e->findings->items[i];
        bool inner = strncmp(f->field, path, len) == 0 && strchr(".[", f->field[len]);
        if (!inner && strcmp(f->field, path) != 0)
            continue;
        if (first)
            buf_addf(out, "\n%s\n", L(e->lang, "问题", "Problems"));
        first = false;
        buf_addf(out, "  %s %s\n", f->severity == SEVERITY_ERROR ? "!" : "?", f->text[e->lang]);
    }
}

static void add_inner(const struct field *f, int depth, enum lang lang, struct buf *out)
{
    for (size_t i = 0; i < f->field_count; i++) {
        const struct field *g = &f->fields[i];
        buf_addf(out, "%*s%s %s  %s", 2 + 2 * depth, "", g->required ? "*" : " ", g->name,
                 bi_get(g->label, lang));
        if (g->max) {
            buf_adds(out, L(lang, "，", ", "));
            add_limit(g, lang, out);
        }
        buf_addc(out, '\n');
        add_inner(g, depth + 1, lang, out);
    }
}

void explain_page(const struct explain *e, struct buf *out)
{
    const struct field *f = e->field;

    if (!f && e->event) {
        buf_addf(
            out,
            L(e->lang,
              "%s\n\n文档里这种通知没有这个字段。它照样发送并参与签名；平台以后会增加字段，接收方应对收到的全部字段验签。\n",
              "%s\n\nThe documentation knows no such field of this notification. It is sent and signed all the "
              "same: the platform adds fields, and a receiver has to verify over all that arrive.\n"),
            e->name);
        return;
    }
    if (!f) {
        buf_addf(
            out,
            L(e->lang,
              "%s\n\n接口目录中没有这个字段。它会随请求发送并参与签名；网关若不认识它，会报签名错误。\n",
              "%s\n\nThe catalogue does not know this field. It is sent and signed; a gateway that does not "
              "know it either answers with a signature error.\n"),
            e->name);
        return;
    }
    buf_addf(out, "%s  %s\n\n", e->name, bi_get(f->label, e->lang));
    buf_addf(out, "%s\n\n", bi_get(f->help, e->lang));
    add_facts(e, out);
    add_origin(e, out);
    if (f->field_count) {
        buf_addf(out, "\n%s\n", L(e->lang, "内部字段", "Inner fields"));
        add_inner(f, 0, e->lang, out);
    }
    add_findings(e, out);
}
