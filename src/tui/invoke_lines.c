/* SPDX-License-Identifier: MIT */
/* The QR code is lines like others, in black on white, so that it scrolls where it must. */
#include "tui/invoke_lines.h"

#include <stdio.h>
#include <string.h>

#include "core/qr.h"
#include "core/text.h"
#include "tui/pane.h"

#define COLUMN 12          /* where values stand */
#define SCHEME "weixin://" /* stands for the sandbox: io/cashier */

bool invoke_counts(const struct invoke *v, time_t now)
{
    return v->expires_at > now;
}

void invoke_left(const struct invoke *v, enum lang lang, time_t now, char *out, size_t size)
{
    long left = (long)(v->expires_at - now);
    if (!v->expires_at)
        snprintf(out, size, L(lang, "下单后 %ld 分钟内有效", "valid %ld min from the order on"),
                 v->valid_s / 60);
    else if (left <= 0)
        snprintf(out, size, "%s", L(lang, "已失效，重新下单", "expired: order anew"));
    else
        snprintf(out, size, L(lang, "剩 %ld:%02ld:%02ld", "%ld:%02ld:%02ld left"), left / 3600,
                 left / 60 % 60, left % 60);
}

static void put_expiry(struct lines *l, const struct invoke *v, const struct invoke_look *look)
{
    char left[64];
    bool over = v->expires_at && v->expires_at <= look->now;
    invoke_left(v, look->lang, look->now, left, sizeof left);
    lines_pad(l, 1);
    lines_put(l, THEME_ACCENT, invoke_kind_name(v->kind));
    lines_putf(l, THEME_TEXT, "  %s  ", bi_get(invoke_kind_text(v->kind), look->lang));
    lines_add(l, over ? THEME_ERROR : THEME_OK, left);
}

/* ---- Sets ---- */

static void put_set(struct lines *l, const struct invoke *v)
{
    for (size_t i = 0; i < v->params.count; i++) {
        pane_label(l, v->params.items[i].name, COLUMN);
        lines_add(l, THEME_VALUE, v->params.items[i].value);
    }
    pane_label(l, invoke_sign_name(v->kind), COLUMN);
    pane_sign(l, THEME_SIGN, v->trace.hex);
    lines_end(l);
}

static void put_trace(struct lines *l, const struct invoke *v, enum lang lang)
{
    pane_heading(l, L(lang, "二次签名", "second signature"));
    pane_label(l, L(lang, "拼接", "joined"), COLUMN);
    pane_joined(l, lang, &(struct pane_joined){.trace = &v->trace, .max = PANE_JOINED_MAX});
    lines_end(l);
    pane_label(l, L(lang, "摘要", "hash"), COLUMN);
    lines_putf(l, THEME_TEXT, L(lang, "%s，%zu 字节", "%s over %zu bytes"),
               sign_kind_name(v->trace.kind), v->trace.joined.len);
    lines_end(l);
}

static void put_snippets(struct lines *l, const struct invoke *v, enum lang lang)
{
    struct buf text;
    const char *id;
    struct bi title;
    buf_init(&text, 4 * INVOKE_URL_MAX + PARAM_VALUE_MAX);
    for (size_t i = 0; invoke_snippet(v, i, &id, &title, &text); i++) {
        lines_end(l);
        pane_heading(l, bi_get(title, lang));
        lines_text(l, THEME_VALUE, buf_str(&text), text.len);
        buf_reset(&text);
    }
    buf_clear(&text);
}

/* ---- Addresses ---- */

/* Rows that the lines above take, the longest of which are addresses. */
static int rows_above(const struct lines *l, const struct invoke *v, const struct invoke_look *look)
{
    int url = (COLUMN + (int)strlen(v->url)) / look->cols;
    int cashier = look->sandbox ? url + (int)strlen(look->sandbox) / look->cols : 0;
    return (int)l->count + url + cashier;
}

static void put_qr(struct lines *l, const struct invoke *v, const struct invoke_look *look)
{
    struct qr q = {0};
    struct buf row;
    struct err err;
    if (qr_encode(v->url, &q, &err)) {
        pane_err(l, look->lang, THEME_ERROR, &err);
        return;
    }
    if (look->cols && (qr_columns(&q, QR_QUIET) > look->cols ||
                       qr_rows(&q, QR_QUIET) + rows_above(l, v, look) + 1 > look->rows)) {
        lines_pad(l, 1);
        lines_hang(l, 1);
        lines_putf(l, THEME_WARN,
                   L(look->lang, "二维码需 %dx%d：%s 占满屏幕显示",
                     "the code takes %dx%d: %s shows it over the whole screen"),
                   qr_columns(&q, QR_QUIET), qr_rows(&q, QR_QUIET), look->full_key);
        lines_end(l);
    }
    buf_init(&row, 4096);
    for (int i = 0; i < qr_rows(&q, QR_QUIET); i++) {
        buf_reset(&row);
        qr_row(&q, QR_QUIET, i, &row);
        lines_whole(l);
        lines_add(l, SURFACE_PAPER, buf_str(&row));
    }
    buf_clear(&row);
    qr_clear(&q);
}

static void put_address(struct lines *l, const struct invoke *v, const struct invoke_look *look)
{
    pane_label(l, v->kind == INVOKE_NATIVE ? "code_url" : "URL", COLUMN);
    lines_add(l, THEME_VALUE, v->url);
    if (v->kind == INVOKE_NATIVE && look->sandbox && strncmp(v->url, SCHEME, strlen(SCHEME)) == 0) {
        pane_label(l, L(look->lang, "收银台", "cashier"), COLUMN);
        lines_putf(l, THEME_ACCENT, "%s/%s", look->sandbox, v->url + strlen(SCHEME));
        lines_end(l);
    }
    if (v->kind == INVOKE_NATIVE)
        put_qr(l, v, look);
}

/* ---- All ---- */

void invoke_lines(struct lines *l, const struct invoke *v, const struct invoke_look *look)
{
    put_expiry(l, v, look);
    if (v->url) {
        put_address(l, v, look);
    } else {
        put_set(l, v);
        lines_pad(l, 1);
        lines_putf(l, THEME_DIM, L(look->lang, "%s 换时间与随机串", "%s: new time and nonce"),
                   look->new_key);
        lines_end(l);
        put_trace(l, v, look->lang);
    }
    for (size_t i = 0; i < v->note_count; i++) {
        lines_pad(l, 1);
        lines_hang(l, 1);
        lines_add(l, THEME_DIM, bi_get(v->notes[i], look->lang));
    }
    put_snippets(l, v, look->lang);
}
