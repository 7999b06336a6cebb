/* SPDX-License-Identifier: MIT */
#include "tui/signature_lines.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define VALUE_SHOWN 512
#define ORDER_SHOWN 2 /* names from the beginning */

/* ---- Steps ---- */

static const struct bi labels[] = {
    {"1 取用", "1 take"}, {"2 排序", "2 order"}, {"3 拼接", "3 join"},
    {"4 密钥", "4 key"},  {"5 摘要", "5 hash"},  {"6 签名", "6 sign"},
};

static void step(struct lines *l, enum lang lang, size_t n)
{
    pane_label(l, bi_get(labels[n], lang), pane_width(labels, ARRAY_COUNT(labels), lang) + 3);
}

static void step_take(struct lines *l, enum lang lang, const struct sign_trace *t)
{
    step(l, lang, 0);
    lines_putf(l, THEME_ACCENT, "%zu", t->used);
    lines_putf(l, THEME_TEXT, "/%zu", t->count);
    for (size_t i = t->used; i < t->count; i++) {
        const char *why = bi_get(sign_left_text(t->pairs[i].left), lang);
        lines_put(l, THEME_DIM, i == t->used ? L(lang, "；不参与：", "; out: ") : ", ");
        lines_put(l, THEME_LABEL, t->pairs[i].param->name);
        lines_putf(l, THEME_DIM, " (%s)", why);
    }
    lines_end(l);
}

static void step_order(struct lines *l, enum lang lang, const struct signature_told *told)
{
    const struct sign_trace *t = told->trace;
    step(l, lang, 1);
    lines_put(l, THEME_DIM, L(lang, "按字节值：", "bytewise: "));
    for (size_t i = 0; i < t->used; i++) {
        bool changed = told->changed(told->ctx, t->pairs[i].param);
        if (i >= ORDER_SHOWN && i + 1 < t->used)
            continue; /* the next step shows them all; as many always, or a letter would move it */
        lines_put(l, THEME_DIM, i == 0 ? "" : i > ORDER_SHOWN ? " .. " : " < ");
        lines_put(l, changed ? THEME_ACCENT | SURFACE_UNDERLINE : THEME_LABEL,
                  t->pairs[i].param->name);
    }
    lines_end(l);
}

static void step_key(struct lines *l, enum lang lang, const struct profile *p)
{
    char text[256];
    struct err why;

    step(l, lang, 3);
    pane_key_shape(&p->key.value, lang, text, sizeof(text));
    lines_put(l, THEME_TEXT, text);
    if (p->key.source == KEY_LITERAL)
        snprintf(text, sizeof(text), L(lang, "来自 %s", "%s"), p->name);
    else
        pane_key_source(&p->key, lang, text, sizeof(text));
    lines_putf(l, THEME_DIM, L(lang, "（%s）", " (%s)"), text);
    if (!profile_key_plausible(&p->key.value, &why)) {
        err_part(&why, lang, ERR_WHAT, text, sizeof(text));
        lines_putf(l, THEME_WARN, " ! %s", text);
    }
    lines_end(l);
}

static void step_digest(struct lines *l, enum lang lang, const struct sign_trace *t)
{
    step(l, lang, 4);
    lines_put(l, THEME_ACCENT, sign_kind_name(t->kind));
    lines_putf(l, THEME_TEXT, L(lang, "，对 %zu 字节 UTF-8 计算", " over %zu bytes of UTF-8"),
               t->joined.len);
    if (t->kind == SIGN_HMAC_SHA256)
        lines_put(l, THEME_DIM, L(lang, "，HMAC 密钥同为商户密钥", ", the same key as HMAC key"));
    lines_end(l);
}

/* ---- Checks ---- */

static bool has_outer_blank(const struct param *p)
{
    return p->value_len &&
           (strchr(" \t\r\n", p->value[0]) || strchr(" \t\r\n", p->value[p->value_len - 1]));
}

static void check(struct lines *l, bool ok, const char *text)
{
    lines_put(l, ok ? THEME_OK : THEME_WARN, ok ? "ok " : "! ");
    lines_putf(l, THEME_TEXT, "%s  ", text);
}

static void add_checks(struct lines *l, enum lang lang, const struct profile *p,
                       const struct sign_trace *t)
{
    const struct param *blank = NULL, *invalid = NULL;
    char text[192];

    for (size_t i = 0; i < t->used; i++) {
        const struct param *q = t->pairs[i].param;
        if (!blank && has_outer_blank(q))
            blank = q;
        if (!invalid && !text_valid(q->value, q->value_len, NULL))
            invalid = q;
    }
    pane_label(l, L(lang, "检查", "checks"), pane_width(labels, ARRAY_COUNT(labels), lang) + 3);
    snprintf(text, sizeof(text), L(lang, "密钥 %zu", "key %zu"), p->key.value.len);
    check(l, profile_key_plausible(&p->key.value, NULL), text);
    snprintf(text, sizeof(text), "UTF-8%s%s", invalid ? ": " : "", invalid ? invalid->name : "");
    check(l, !invalid, text);
    if (blank)
        snprintf(text, sizeof(text), L(lang, "%s 首尾有空白", "%s has blanks at an end"),
                 blank->name);
    else
        snprintf(text, sizeof(text), "%s", L(lang, "首尾无空白", "trimmed"));
    check(l, !blank, text);
    lines_end(l);
}

const char *signature_step_name(size_t n, enum lang lang)
{
    return bi_get(labels[n], lang);
}

int signature_step_col(enum lang lang)
{
    return pane_width(labels, ARRAY_COUNT(labels), lang) + 3;
}

void signature_joined(struct lines *l, const struct signature_told *t)
{
    pane_joined(l, t->lang, &(struct pane_joined){t->trace, PANE_JOINED_MAX, t->changed, t->ctx});
    lines_end(l);
}

void signature_steps(struct lines *l, const struct signature_told *t)
{
    step_take(l, t->lang, t->trace);
    step_order(l, t->lang, t);
    step(l, t->lang, 2);
    signature_joined(l, t);
    step_key(l, t->lang, t->profile);
    step_digest(l, t->lang, t->trace);
    step(l, t->lang, 5);
    pane_sign(l, THEME_SIGN | SURFACE_BOLD, t->trace->hex);
    lines_end(l);
    add_checks(l, t->lang, t->profile, t->trace);
}

/* ---- The table ---- */

/* The table's widest name. */
static int name_cells(const struct sign_trace *t)
{
    int cells = 4;
    for (size_t i = 0; i < t->count; i++) {
        int n = text_width(t->pairs[i].param->name, t->pairs[i].param->name_len);
        cells = n > cells ? n : cells;
    }
    return cells < 24 ? cells : 24;
}

static void table_row(struct lines *l, const struct signature_told *t, const struct sign_pair *pair,
                      int col)
{
    const struct param *p = pair->param;
    enum lang lang = t->lang;
    bool used = pair->left == SIGN_USED;
    char bytes[16];

    lines_put(l, THEME_ACCENT, t->changed(t->ctx, p) ? ">" : " ");
    lines_put(l, used ? THEME_LABEL : THEME_DIM, p->name);
    lines_pad(l, col);
    snprintf(bytes, sizeof(bytes), "%6zu", p->value_len);
    lines_put(l, THEME_DIM, bytes);
    lines_pad(l, col + 8);
    lines_hang(l, col + 8);
    if (!used)
        lines_putf(l, THEME_WARN, L(lang, "不参与：%s  ", "left out: %s  "),
                   bi_get(sign_left_text(pair->left), lang));
    pane_value(l, lang, used ? THEME_VALUE : THEME_DIM, p->value, p->value_len, VALUE_SHOWN);
    lines_end(l);
}

void signature_table(struct lines *l, const struct signature_told *t)
{
    int col = name_cells(t->trace) + 2;
    lines_pad(l, 1);
    lines_put(l, THEME_TITLE, L(t->lang, "参数", "name"));
    lines_pad(l, col + 6 - (int)strlen("bytes") + (t->lang == LANG_ZH));
    lines_put(l, THEME_TITLE, L(t->lang, "字节", "bytes"));
    lines_pad(l, col + 8);
    lines_add(l, THEME_TITLE, L(t->lang, "值", "value"));
    for (size_t i = 0; i < t->trace->count; i++)
        table_row(l, t, &t->trace->pairs[i], col);
}
