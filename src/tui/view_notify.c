/* SPDX-License-Identifier: MIT */
/*
 * Pane 6: the listener's state, told as it is, and what the sandbox was asked.
 *
 * Newest first. Enter shows a line in full, with the text that the sandbox joined to
 * check the signature; the workspace keeps that text with the key masked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/list.h"
#include "tui/pane.h"

struct notify {
    struct list list;
    size_t *shown; /* indices into the workspace's log, newest first */
    size_t count;
    char filter[LINES_WORD_MAX];
    uint64_t stamp;
    size_t seen; /* lines the log had: the selection stays on its line when one comes */
    unsigned rev;
};

static void notify_open(struct view *v)
{
    struct notify *n = mem_alloc(sizeof(*n));
    n->shown = mem_alloc(WORKSPACE_LOG_MAX * sizeof(*n->shown));
    v->data = n;
}

static void notify_close(struct view *v)
{
    struct notify *n = v->data;
    if (n)
        free(n->shown);
    free(n);
    v->data = NULL;
}

static bool line_matches(const struct sandbox_line *line, const char *filter)
{
    char text[1200];
    snprintf(text, sizeof(text), "%s %s %s", line->what, line->why[LANG_ZH], line->why[LANG_EN]);
    return list_match(filter, text);
}

static void refresh(struct view *v)
{
    struct notify *n = v->data;
    const struct workspace *w = v->w;
    uint64_t stamp = pane_stamp(PANE_STAMP, w->rev_log);
    for (const char *c = n->filter; *c; c++)
        stamp = pane_stamp(stamp, (unsigned char)*c);
    if (stamp == n->stamp)
        return;

    size_t before = n->count;
    bool grown = w->rev_log != n->rev && n->stamp;
    n->count = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        size_t at = (w->log_next + WORKSPACE_LOG_MAX - 1 - i) % WORKSPACE_LOG_MAX;
        if (line_matches(&w->log[at], n->filter))
            n->shown[n->count++] = at;
    }
    /* Who reads an older line keeps it; who stands on the newest follows. */
    if (grown && n->list.at > 0 && n->count > before)
        n->list.at += n->count - before;
    n->stamp = stamp;
    n->rev = w->rev_log;
    list_set(&n->list, n->count);
}

/* ---- Drawing ---- */

/* "POST /pay/unifiedorder T2026…  SIGNERROR": the last folder, the order, the code. */
static void cut_line(const char *what, struct surface_text *path, struct surface_text *order,
                     const char **code)
{
    const char *end = strstr(what, "  "), *space = strchr(what, ' ');
    *code = end ? end + 2 : "";
    *path = (struct surface_text){what, end ? (size_t)(end - what) : strlen(what)};
    *order = (struct surface_text){"", 0};
    if (!space || (end && space >= end))
        return;
    const char *start = space + 1, *stop = what + path->len;
    const char *next = memchr(start, ' ', (size_t)(stop - start));
    if (next)
        *order = (struct surface_text){next + 1, (size_t)(stop - next - 1)};
    stop = next ? next : stop;
    for (const char *c = start; c < stop; c++) {
        if (*c == '/')
            start = c + 1;
    }
    *path = (struct surface_text){start, (size_t)(stop - start)};
}

static void draw_row(void *ctx, size_t row, bool selected, struct surface *s)
{
    struct view *v = ctx;
    const struct notify *n = v->data;
    const struct sandbox_line *line = &v->w->log[n->shown[row]];
    struct surface_text path, order;
    const char *code;
    char at[9];
    (void)selected;

    pane_time(line->at, at);
    cut_line(line->what, &path, &order, &code);
    surface_put(s, 0, 0, line->ok ? THEME_OK : THEME_ERROR, line->ok ? "ok" : "x ");
    int col = surface_put(s, 0, 3, THEME_DIM, at) + 1;
    /* Of what went well the code says nothing new; of what did not it says most. */
    if (!line->ok)
        col = surface_put(s, 0, col, THEME_ERROR, code) + 1;
    col = surface_put_n(s, 0, col, THEME_TEXT, path) + 1;
    surface_put_n(s, 0, col, THEME_DIM, order);
}

/* The lines above the log; returns how many rows they take. */
static int draw_state(struct view *v, struct surface *s)
{
    const struct workspace *w = v->w;
    enum lang lang = view_lang(v);
    char line[2 * ERR_TEXT_MAX];
    int col = surface_put(s, 0, 0, THEME_LABEL, L(lang, "监听", "listener")) + 1;

    col = surface_put(s, 0, col, THEME_WARN, L(lang, "未启动", "off"));
    surface_put_cut(s, 0, col + 1, THEME_DIM,
                    L(lang, "通知接收在后续版本中提供", "notices come in a later version"));
    col = surface_put(s, 1, 0, THEME_LABEL, L(lang, "沙箱", "sandbox")) + 1;
    if (w->gateway) {
        col = surface_put(s, 1, col, THEME_OK, L(lang, "运行中", "up"));
        const char *url = gateway_url(w->gateway);
        if (col + 1 + (int)strlen(url) > s->cols && strncmp(url, "http://", 7) == 0)
            url += 7;
        surface_put_cut(s, 1, col + 1, THEME_VALUE, url);
        return 2;
    }
    if (!w->gateway_err.status) {
        col = surface_put(s, 1, col, THEME_DIM, L(lang, "未启动", "off"));
        surface_put_cut(s, 1, col + 1, THEME_DIM,
                        w->started ? L(lang, "当前商户使用自己的网关地址",
                                       "the merchant has an address of its own")
                                   : L(lang, "首次绘制后启动", "starts after the first frame"));
        return 2;
    }
    surface_put(s, 1, col, THEME_ERROR, L(lang, "启动失败", "failed"));
    err_line(&w->gateway_err, lang, line, sizeof(line));
    struct surface rest = surface_sub(s, (struct rect){2, 0, s->rows - 2, s->cols});
    return 2 + surface_put_wrapped(&rest, 0, THEME_TEXT, line);
}

static void notify_draw(struct view *v, struct surface *s)
{
    struct notify *n = v->data;
    enum lang lang = view_lang(v);

    refresh(v);
    int used = draw_state(v, s);
    if (n->filter[0]) {
        int col = surface_put(s, used, 0, THEME_KEY, "/");
        surface_put_cut(s, used++, col, THEME_MATCH, n->filter);
    }
    if (used >= s->rows)
        return;
    struct surface rows = surface_sub(s, (struct rect){used, 0, s->rows - used, s->cols});
    if (n->count == 0)
        surface_put_wrapped(&rows, 0, THEME_DIM,
                            n->filter[0] ? L(lang, "没有匹配的日志", "no line matches")
                                         : L(lang, "沙箱尚未收到请求；按 Ctrl-R 发送",
                                             "the sandbox was asked nothing yet; Ctrl-R sends"));
    list_draw(&n->list, &rows, v->focus, draw_row, v);
}

static void notify_frame(struct view *v, struct view_frame *out)
{
    const struct workspace *w = v->w;
    struct notify *n = v->data;
    enum lang lang = view_lang(v);

    refresh(v);
    snprintf(out->title, sizeof(out->title), "%s", L(lang, "通知与沙箱", "Notify, sandbox"));
    if (w->gateway) {
        const char *port = strrchr(gateway_url(w->gateway), ':');
        snprintf(out->state, sizeof(out->state), L(lang, "沙箱 %s", "sandbox %s"),
                 port ? port : "");
    } else if (w->gateway_err.status) {
        snprintf(out->state, sizeof(out->state), "%s", L(lang, "! 沙箱失败", "! sandbox"));
        out->state_style = THEME_ERROR;
    } else {
        snprintf(out->state, sizeof(out->state), "%s", L(lang, "未启动", "off"));
    }
    list_foot(&n->list, out->foot, sizeof(out->foot));
}

/* ---- Details ---- */

static const struct sandbox_line *selected(struct view *v)
{
    struct notify *n = v->data;
    refresh(v);
    return list_has(&n->list) ? &v->w->log[n->shown[n->list.at]] : NULL;
}

static void add_details(struct view *v, const struct sandbox_line *line, struct buf *out)
{
    enum lang lang = view_lang(v);
    char at[9];

    pane_time(line->at, at);
    buf_addf(out, "%s  %s  %s\n\n%s\n", at, line->ok ? "ok" : "x", line->what, line->why[lang]);
    if (line->joined)
        buf_addf(out, "\n%s\n%s\n",
                 L(lang, "沙箱验签时拼接的文本（密钥已遮盖）：",
                   "What the sandbox joined to check the signature (key masked):"),
                 line->joined);
}

static void notify_details(struct view *v, struct pager_text *out)
{
    const struct sandbox_line *line = selected(v);
    pane_pager(out, (struct bi){"沙箱日志", "Sandbox log"});
    if (line)
        add_details(v, line, &out->text);
}

/* Without a line: how a program of one's own reaches the sandbox. */
static void notify_explain(struct view *v, struct pager_text *out)
{
    const struct workspace *w = v->w;

    notify_details(v, out);
    if (selected(v))
        return;
    out->title = (struct bi){"通知与沙箱", "Notices and sandbox"};
    buf_adds(&out->text, L(view_lang(v),
                           "沙箱是内置的网关：校验请求、验签、按文档应答，不联网，不动钱。\n"
                           "它的日志显示在这里，Enter 查看验签时拼接的文本（密钥已遮盖）。\n",
                           "The sandbox is a gateway inside this program: it checks calls and "
                           "signatures and answers as documented, without network or money.\n"
                           "Its log stands here; Enter shows what it joined to check a signature "
                           "(key masked).\n"));
    if (w->gateway)
        buf_addf(&out->text,
                 L(view_lang(v),
                   "\n自己的程序把 https://api.mch.weixin.qq.com 换成 %s 即可调用。\n",
                   "\nA program of your own reaches it with %s in place of "
                   "https://api.mch.weixin.qq.com.\n"),
                 gateway_url(w->gateway));
}

static void notify_full(struct view *v, struct pager_text *out)
{
    struct notify *n = v->data;
    refresh(v);
    pane_pager(out, (struct bi){"沙箱日志", "Sandbox log"});
    for (size_t i = 0; i < n->count; i++) {
        add_details(v, &v->w->log[n->shown[i]], &out->text);
        buf_addc(&out->text, '\n');
    }
}

static enum view_answer notify_action(struct view *v, enum action a)
{
    struct notify *n = v->data;
    refresh(v);
    if (a == ACTION_OPEN && list_has(&n->list)) {
        struct pager_text text = {0};
        notify_details(v, &text);
        v->host->pager(v->host->ctx, &text);
        return VIEW_HANDLED;
    }
    return list_action(&n->list, a) ? VIEW_HANDLED : VIEW_IGNORED;
}

static bool notify_search(struct view *v, const char *word, int step)
{
    struct notify *n = v->data;
    if (step) {
        list_action(&n->list, step > 0 ? ACTION_DOWN : ACTION_UP);
    } else {
        snprintf(n->filter, sizeof(n->filter), "%s", word);
        n->list.at = 0;
    }
    refresh(v);
    return n->count > 0;
}

static void notify_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct sandbox_line *line = selected(v);
    char text[2 * ERR_TEXT_MAX];

    *is_error = line ? !line->ok : v->w->gateway_err.status != ST_OK;
    if (line) {
        buf_adds(out, line->why[view_lang(v)]);
    } else if (*is_error) {
        err_line(&v->w->gateway_err, view_lang(v), text, sizeof(text));
        buf_adds(out, text);
    }
}

static const enum action notify_hints[] = {ACTION_OPEN, ACTION_SEARCH, ACTION_PAGER, ACTION_NONE};

const struct view_ops view_notify = {
    .name = "notify",
    .open = notify_open,
    .close = notify_close,
    .frame = notify_frame,
    .draw = notify_draw,
    .action = notify_action,
    .help = notify_help,
    .explain = notify_explain,
    .full = notify_full,
    .search = notify_search,
    .hints = notify_hints,
};
