/* SPDX-License-Identifier: MIT */
/*
 * A pane without a screen: a workspace with a fixed clock and fixed random bytes, a host that
 * records what it is asked, and a grid that is dumped as text.
 */
#ifndef TESTS_TUI_HARNESS_H
#define TESTS_TUI_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/workspace.h"
#include "tui/grid.h"
#include "tui/view.h"

#define HARNESS_KEY "192006250b4c09247ec02edce69f6a2d" /* the documentation's example key */
#define HARNESS_BASE "http://127.0.0.1:9001"

struct harness {
    char dir[64];
    struct workspace w;
    struct view_host host;
    struct view v;
    struct grid *grid;
    struct buf dump; /* of the last draw */
    /* What the host was asked last. */
    struct buf pager;
    struct menu menu;
    struct prompt prompt;
    struct question question;
    int menus, prompts, questions, pagers;
    char over[32]; /* name of the last overlay, which is gone */
    enum plan_pane focus;
    enum action act;
};

static inline time_t harness_clock(void)
{
    return 1767294245; /* 2026-01-02 03:04:05 in UTC+8 */
}

static inline void harness_random(void *out, size_t size)
{
    memset(out, 7, size);
}

static inline void harness_menu(void *ctx, struct menu *m)
{
    struct harness *h = ctx;
    free(h->menu.items);
    h->menu = *m;
    h->menus++;
}

static inline void harness_prompt(void *ctx, const struct prompt *p)
{
    struct harness *h = ctx;
    h->prompt = *p;
    h->prompts++;
}

static inline void harness_ask(void *ctx, const struct question *q)
{
    struct harness *h = ctx;
    h->question = *q;
    h->questions++;
}

static inline void harness_pager(void *ctx, struct pager_text *t)
{
    struct harness *h = ctx;
    buf_clear(&h->pager);
    h->pager = t->text;
    h->pagers++;
}

static inline void harness_overlay(void *ctx, struct view *v)
{
    struct harness *h = ctx;
    snprintf(h->over, sizeof(h->over), "%s", v->ops->name);
    v->ops->close(v);
    free(v);
}

static inline void harness_focus(void *ctx, enum plan_pane pane)
{
    ((struct harness *)ctx)->focus = pane;
}

static inline void harness_act(void *ctx, enum action a)
{
    ((struct harness *)ctx)->act = a;
}

static inline void harness_edit(void *ctx, bool on)
{
    ((struct harness *)ctx)->v.edit = on;
}

static inline int harness_unlink(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* Writes a file below the configuration folder. */
static inline void harness_file(struct harness *h, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/wxpc", h->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/wxpc/%s", h->dir, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    chmod(path, 0600);
}

/* Makes the folder and the host; files may be written before harness_open(). */
static inline void harness_init(struct harness *h)
{
    memset(h, 0, sizeof(*h));
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    snprintf(h->dir, sizeof(h->dir), "/tmp/wxpc-view-XXXXXX");
    assert_non_null(mkdtemp(h->dir));
    setenv("XDG_CONFIG_HOME", h->dir, 1);
    setenv("XDG_DATA_HOME", h->dir, 1);
    unsetenv("WXPC_KEY");
    h->focus = PLAN_PANES;
    buf_init(&h->dump, 8u << 20);
    h->host = (struct view_host){.ctx = h,
                                 .menu = harness_menu,
                                 .prompt = harness_prompt,
                                 .ask = harness_ask,
                                 .pager = harness_pager,
                                 .overlay = harness_overlay,
                                 .focus = harness_focus,
                                 .edit = harness_edit,
                                 .act = harness_act};
}

/* Opens the workspace and a view over it. The sandbox is not started: no socket is opened. */
static inline void harness_open(struct harness *h, const struct view_ops *ops, enum lang lang)
{
    struct workspace_options o = {.demo = true,
                                  .has_lang = true,
                                  .lang = lang,
                                  .clock = harness_clock,
                                  .random = harness_random};
    struct err err = {0};
    enum status st = workspace_open(&h->w, &o, &err);
    if (st)
        print_error("%s\n", err.text[LANG_EN]);
    assert_int_equal(st, ST_OK);
    draft_profile(workspace_draft(&h->w), &h->w.profile, HARNESS_BASE);
    h->v = (struct view){.ops = ops, .w = &h->w, .host = &h->host, .focus = true, .wrap = true};
    ops->open(&h->v);
}

static inline void harness_close(struct harness *h)
{
    h->v.ops->close(&h->v);
    workspace_close(&h->w);
    grid_free(h->grid);
    buf_clear(&h->dump);
    buf_clear(&h->pager);
    free(h->menu.items);
    nftw(h->dir, harness_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* Draws the view in a frame of that size; the text. */
static inline const char *harness_draw(struct harness *h, int cols, int rows)
{
    struct view_frame f = {0};
    if (!h->grid)
        h->grid = grid_new(cols, rows, true);
    grid_resize(h->grid, cols, rows);
    surface_begin(h->grid);
    struct surface root = surface_root(h->grid);
    struct surface_frame frame = {.title = f.title, .state = f.state, .foot = f.foot};
    struct surface in = surface_sub(&root, (struct rect){1, 1, rows - 2, cols - 2});
    h->v.ops->draw(&h->v, &in);
    h->v.ops->frame(&h->v, &f);
    frame.state_style = f.state_style;
    surface_frame(&root, &frame);
    buf_reset(&h->dump);
    surface_dump(h->grid, &h->dump);
    return buf_str(&h->dump);
}

static inline enum view_answer harness_act_on(struct harness *h, enum action a)
{
    return h->v.ops->action(&h->v, a);
}

/* An answer to the current draft, judged as workspace_send() would have it judged. */
static inline void harness_reply(struct harness *h, const char *body, size_t len)
{
    struct draft *d = workspace_draft(&h->w);
    struct exchange *e = &h->w.exchange;
    struct err err = {0};

    e->spec = d->spec;
    e->sent_at = harness_clock();
    profile_clear(&e->profile);
    profile_copy(&e->profile, &h->w.profile);
    assert_int_equal(
        request_build(d->spec, &e->profile, &d->params, d->kind, d->base, &e->request, &err),
        ST_OK);
    http_result_clear(&e->http);
    e->http.status = 200;
    e->http.times =
        (struct http_times){.name = 4, .connect = 5, .tls = 66, .wait = 144, .total = 145};
    buf_init(&e->http.body, HTTP_BODY_MAX);
    buf_add(&e->http.body, body, len);
    buf_init(&e->http.headers, HTTP_HEADERS_MAX);
    buf_adds(&e->http.headers,
             "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX-Odd: \x1b]0;x\x07\r\n");
    reply_read(e->spec, &e->profile, &e->request.params, 200, "text/xml", body, len, &e->reply);
    e->state = EXCHANGE_DONE;
    h->w.rev_exchange++;
}

/* The same with a signature made over the fields. */
static inline void harness_reply_signed(struct harness *h, struct params *fields)
{
    struct sign_trace trace = {0};
    struct buf xml;
    assert_int_equal(sign_compute(fields, SIGN_MD5, &h->w.profile.key.value, &trace, NULL), ST_OK);
    params_set(fields, "sign", trace.hex, NULL);
    buf_init(&xml, 1u << 20);
    assert_int_equal(xml_write(fields, &xml, NULL), ST_OK);
    harness_reply(h, buf_str(&xml), xml.len);
    buf_clear(&xml);
    sign_trace_clear(&trace);
}

/* Does the text hold `what`? Prints the text if not. */
static inline bool harness_has(const char *text, const char *what)
{
    if (strstr(text, what))
        return true;
    print_error("no \"%s\" in:\n%s\n", what, text);
    return false;
}

static inline bool harness_lacks(const char *text, const char *what)
{
    if (!strstr(text, what))
        return true;
    print_error("\"%s\" stands in:\n%s\n", what, text);
    return false;
}

/* No control character but the newline: nothing a terminal could obey. */
static inline bool harness_clean(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if ((*p < 0x20 && *p != '\n') || *p == 0x7f || (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0))
            return false;
    }
    return true;
}

#endif
