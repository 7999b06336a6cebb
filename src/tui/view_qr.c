/* SPDX-License-Identifier: MIT */
/*
 * The QR code of the last reply over the whole screen: black on white, with the quiet zone that
 * the place allows. Where even that does not fit it scrolls and says what would help.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/qr.h"
#include "core/text.h"
#include "tui/code_save.h"
#include "tui/invoke_lines.h"
#include "tui/pane.h"

struct qr_view {
    struct qr qr;
    unsigned of;    /* rev_exchange that the code belongs to */
    int top, left;  /* first row and column drawn, when it does not fit */
    int rows, cols; /* of the place, as drawn last */
    int quiet;      /* as drawn last; -1: does not fit */
};

static const struct invoke *call_up(struct view *v)
{
    const struct invoke *i = workspace_invoke(v->w, false, NULL);
    return i && i->kind == INVOKE_NATIVE ? i : NULL;
}

/* Another reply may have come in the meantime. */
static void refresh(struct view *v)
{
    struct qr_view *q = v->data;
    const struct invoke *i = call_up(v);
    if (q->qr.size && q->of == v->w->rev_exchange)
        return;
    qr_clear(&q->qr);
    q->of = v->w->rev_exchange;
    q->top = q->left = 0;
    if (i)
        qr_encode(i->url, &q->qr, NULL);
}

static void qr_open(struct view *v)
{
    struct qr_view *q = mem_alloc(sizeof(*q));
    q->quiet = QR_QUIET;
    v->data = q;
}

static void qr_close(struct view *v)
{
    struct qr_view *q = v->data;
    if (q)
        qr_clear(&q->qr);
    free(q);
    v->data = NULL;
}

static void qr_frame(struct view *v, struct view_frame *out)
{
    struct qr_view *q = v->data;
    const struct invoke *i = call_up(v);
    refresh(v);
    snprintf(out->title, sizeof(out->title), "%s", i ? i->url : "code_url");
    if (!i)
        return;
    invoke_left(i, view_lang(v), v->w->clock(), out->state, sizeof(out->state));
    out->state_style = i->expires_at && i->expires_at <= v->w->clock() ? THEME_ERROR : THEME_OK;
    if (q->quiet < 0)
        snprintf(out->foot, sizeof(out->foot), L(view_lang(v), "需 %dx%d", "needs %dx%d"),
                 qr_columns(&q->qr, QR_QUIET_LEAST), qr_rows(&q->qr, QR_QUIET_LEAST));
}

static int clamp(int n, int most)
{
    n = n > most ? most : n;
    return n < 0 ? 0 : n;
}

static void qr_draw(struct view *v, struct surface *s)
{
    struct qr_view *q = v->data;
    struct buf row;
    refresh(v);
    if (!q->qr.size) {
        surface_put_wrapped(s, 0, THEME_DIM, L(view_lang(v), "没有 code_url", "no code_url"));
        return;
    }
    q->rows = s->rows;
    q->cols = s->cols;
    q->quiet = qr_fit(&q->qr, s->rows, s->cols);
    int quiet = q->quiet < 0 ? QR_QUIET : q->quiet;
    int rows = qr_rows(&q->qr, quiet), cols = qr_columns(&q->qr, quiet);
    q->top = clamp(q->top, rows - s->rows);
    q->left = clamp(q->left, cols - s->cols);
    surface_fill(s, SURFACE_PAPER);
    int up = rows < s->rows ? (s->rows - rows) / 2 : -q->top;
    int left = cols < s->cols ? (s->cols - cols) / 2 : -q->left;
    buf_init(&row, 4096);
    for (int i = 0; i < rows; i++) {
        buf_reset(&row);
        qr_row(&q->qr, quiet, i, &row);
        surface_put(s, up + i, left, SURFACE_PAPER, buf_str(&row));
    }
    buf_clear(&row);
}

static enum view_answer qr_action(struct view *v, enum action a)
{
    struct qr_view *q = v->data;
    switch (a) {
    case ACTION_UP:
    case ACTION_DOWN:
        q->top += a == ACTION_UP ? -1 : 1;
        return VIEW_HANDLED;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        q->top += a == ACTION_PAGE_UP ? -q->rows : q->rows;
        return VIEW_HANDLED;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        q->left += a == ACTION_LEFT ? -1 : 1;
        return VIEW_HANDLED;
    case ACTION_SAVE:
        code_save(v->w, v->host);
        return VIEW_HANDLED;
    case ACTION_OPEN:
    case ACTION_BACK:
    case ACTION_CLOSE:
        return VIEW_CLOSE;
    default:
        return VIEW_IGNORED;
    }
}

static void qr_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct qr_view *q = v->data;
    enum lang lang = view_lang(v);
    char save[KEYS_NAME_MAX];
    pane_key_name(v, ACTION_SAVE, save);
    *is_error = q->quiet < 0;
    if (q->quiet < 0)
        buf_addf(
            out,
            L(lang, "放不下：放大窗口，或 %s 导出 SVG", "too small: enlarge, or %s exports SVG"),
            save);
    else if (q->quiet < QR_QUIET)
        buf_addf(out,
                 L(lang, "留白只有 %d 格（标准为 4）：扫不出时放大窗口",
                   "quiet zone of %d modules (4 is the standard): enlarge the window if it does "
                   "not scan"),
                 q->quiet);
    else
        buf_adds(out, L(lang, "沙箱的 code_url 只能由沙箱的收银台支付；真实的用微信扫",
                        "the sandbox's code_url is paid at its cashier; a real one by WeChat"));
}

static bool qr_ticks(struct view *v)
{
    const struct invoke *i = call_up(v);
    return i && invoke_counts(i, v->w->clock());
}

static const struct view_hint *qr_hint(struct view *v)
{
    static const struct view_hint hints[] = {
        {.action = ACTION_DOWN, .title = {"滚动", "Scroll"}},
        {.action = ACTION_SAVE, .title = {"导出 SVG", "Export SVG"}},
        {.action = ACTION_COPY},
        {0}};
    const struct qr_view *q = v->data;
    return q->quiet < 0 ? hints : hints + 1; /* what fits does not scroll */
}

const struct view_ops view_qr = {
    .name = "qr",
    .open = qr_open,
    .close = qr_close,
    .frame = qr_frame,
    .draw = qr_draw,
    .action = qr_action,
    .help = qr_help,
    .ticks = qr_ticks,
    .hint = qr_hint,
};
