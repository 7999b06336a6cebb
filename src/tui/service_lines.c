/* SPDX-License-Identifier: MIT */
/*
 * An address is what is copied from here: where it does not fit whole, its end is kept.
 */
#include "tui/service_lines.h"

#include <stdio.h>
#include <string.h>

static const char *without_scheme(const char *url)
{
    return strncmp(url, "http://", 7) == 0 ? url + 7 : url;
}

/* An address; where it does not fit without its scheme, then without its path, then its port. */
static void put_url(struct surface *s, int col, const char *url)
{
    int room = s->cols - col;
    if ((int)strlen(url) > room)
        url = without_scheme(url);
    size_t len = strlen(url);
    if ((int)len > room)
        len = strcspn(url, "/");
    const char *port = memchr(url, ':', len);
    if ((int)len > room && port) {
        len -= (size_t)(port - url);
        url = port;
    }
    surface_put_n(s, 0, col, THEME_VALUE, (struct surface_text){url, len});
}

static void draw_failure(struct surface *s, int col, enum lang lang, const struct err *err)
{
    char why[ERR_TEXT_MAX];
    err_part(err, lang, ERR_WHY, why, sizeof why);
    if (!why[0])
        err_part(err, lang, ERR_WHAT, why, sizeof why);
    surface_put_cut(s, 0, col, THEME_TEXT, why);
}

void service_listener_row(const struct workspace *w, enum lang lang, struct surface *s)
{
    static const struct {
        struct bi word;
        unsigned style;
    } states[] = {[INBOX_OFF] = {{"未启动", "off"}, THEME_WARN},
                  [INBOX_BINDING] = {{"正在启动", "binding"}, THEME_WARN},
                  [INBOX_UP] = {{"运行中", "up"}, THEME_OK},
                  [INBOX_FAILED] = {{"启动失败", "failed"}, THEME_ERROR}};
    const struct inbox *b = w->inbox;
    enum inbox_state state = inbox_state(b);
    int col = surface_put(s, 0, 0, THEME_LABEL, L(lang, "监听", "listener")) + 1;

    col = surface_put(s, 0, col, states[state].style, bi_get(states[state].word, lang)) + 1;
    if (state == INBOX_FAILED)
        draw_failure(s, col, lang, inbox_error(b));
    else if (state == INBOX_OFF)
        surface_put_cut(s, 0, col, THEME_DIM,
                        w->demo && !w->started ? L(lang, "随后启动", "starts at once")
                                               : L(lang, "按 l 启动", "l starts it"));
    else if (inbox_unrecorded(b)->status) {
        col = surface_put_cut(s, 0, col, THEME_ERROR,
                              L(lang, "x 无记录，全部拒绝", "x no journal: refuses")) +
              1;
        put_url(s, col, inbox_url(b));
    } else if (inbox_forward(b)[0] && s->cols >= 50) {
        const char *url = without_scheme(inbox_url(b)); /* "" while it starts again */
        put_url(s, col, url);
        col += url[0] ? (int)strlen(url) + 1 : 0;
        col = surface_put(s, 0, col, THEME_DIM, "->") + 1;
        surface_put_cut(s, 0, col, THEME_VALUE, inbox_forward_shown(w->inbox));
    } else {
        put_url(s, col, inbox_url(b));
    }
}

void service_sandbox_row(const struct workspace *w, enum lang lang, struct surface *s)
{
    int col = surface_put(s, 0, 0, THEME_LABEL, L(lang, "沙箱", "sandbox")) + 1;

    if (w->gateway) {
        col = surface_put(s, 0, col, THEME_OK, L(lang, "运行中", "up")) + 1;
        put_url(s, col, gateway_url(w->gateway));
    } else if (w->gateway_err.status) {
        col = surface_put(s, 0, col, THEME_ERROR, L(lang, "启动失败", "failed")) + 1;
        draw_failure(s, col, lang, &w->gateway_err);
    } else {
        col = surface_put(s, 0, col, THEME_DIM, L(lang, "未启动", "off")) + 1;
        surface_put_cut(s, 0, col, THEME_DIM,
                        w->started ? L(lang, "这个商户不用它", "not used here")
                                   : L(lang, "随后启动", "starts at once"));
    }
}

void service_listener_state(const struct workspace *w, enum lang lang, struct view_frame *out)
{
    const struct inbox *b = w->inbox;
    const char *port = strrchr(inbox_url(b), ':');
    int digits = port ? (int)strcspn(port + 1, "/") + 1 : 0;

    switch (inbox_state(b)) {
    case INBOX_OFF:
        snprintf(out->state, sizeof out->state, "%s", L(lang, "未监听", "off"));
        break;
    case INBOX_BINDING:
        snprintf(out->state, sizeof out->state, "%s", L(lang, "正在启动", "binding"));
        break;
    case INBOX_UP:
        snprintf(out->state, sizeof out->state, L(lang, "%.*s 监听中", "%.*s up"), digits,
                 port ? port : "");
        out->state_style = THEME_OK;
        break;
    case INBOX_FAILED:
        snprintf(out->state, sizeof out->state, "%s", L(lang, "! 监听失败", "! failed"));
        out->state_style = THEME_ERROR;
        break;
    }
}
