/* SPDX-License-Identifier: MIT */
/*
 * One question after another, so the path is kept between them.
 */
#include "tui/code_save.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_LIMIT 4000 /* bytes */

/* What is being asked; one question is open at a time. */
static struct {
    struct workspace *w;
    const struct view_host *host;
    char path[PATH_LIMIT + 1];
} asked;

static void write_file(bool replace);

static void replace_file(void *ctx)
{
    (void)ctx;
    write_file(true);
}

static void ask_again(const struct err *why)
{
    struct question q = {.title = {"文件已存在", "The file is there"},
                         .text = *why,
                         .danger = true,
                         .yes = replace_file};
    asked.host->ask(asked.host->ctx, &q);
}

static void write_file(bool replace)
{
    struct err err;
    enum status st = workspace_save_code(asked.w, asked.path, replace, &err);
    char *full = st ? NULL : realpath(asked.path, NULL);
    if (st == ST_CONFLICT && !replace)
        ask_again(&err);
    else if (st)
        workspace_complain(asked.w, &err);
    else
        workspace_say(asked.w, "二维码已写入 %s", "the QR code is written to %s",
                      full ? full : asked.path);
    free(full);
}

static void named(void *ctx, const char *text)
{
    (void)ctx;
    snprintf(asked.path, sizeof(asked.path), "%s", text);
    write_file(false);
}

/* "code-T1.svg": what is no letter or digit of the order's number would not be fit for a name. */
static void suggest(const struct workspace *w, char *out, size_t size)
{
    const char *number = params_get(&w->exchange.request.params, "out_trade_no");
    int n = snprintf(out, size, "code-%.64s.svg", number && number[0] ? number : "order");
    for (int i = 5; i < n - 4; i++) {
        char c = out[i];
        bool fit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                   c == '-' || c == '_';
        out[i] = fit ? c : '_';
    }
}

void code_save(struct workspace *w, const struct view_host *host)
{
    char initial[96];
    struct prompt p = {.title = {"导出二维码", "Export the QR code"},
                       .label = {"文件（SVG）", "file (SVG)"},
                       .initial = initial,
                       .max = PATH_LIMIT,
                       .done = named};
    asked.w = w;
    asked.host = host;
    suggest(w, initial, sizeof(initial));
    host->prompt(host->ctx, &p);
}
