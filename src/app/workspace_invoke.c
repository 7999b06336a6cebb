/* SPDX-License-Identifier: MIT */
/*
 * The call-up of the last exchange: made once for each reply, and anew on demand, so that what is
 * shown and what is copied have the same time and nonce.
 */
#include "app/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/qr.h"

#define SVG_MAX (4u << 20) /* bytes */

static enum status make(struct workspace *w, struct err *err)
{
    const struct exchange *e = &w->exchange;
    struct request_seed seed;
    struct invoke_source s = {.spec = e->spec,
                              .profile = &e->profile,
                              .request = &e->request.params,
                              .reply = &e->reply.params,
                              .pinned = &w->pins,
                              .key = &e->profile.key.value,
                              .untrusted = e->reply.outcome == OUTCOME_UNTRUSTED,
                              .ordered_at = e->sent_at};
    if (e->state != EXCHANGE_DONE)
        return err_set(err, ST_NOT_FOUND,
                       SAY("没有可调起的订单", "还没有收到应答", "先发送一次（Ctrl-R）"),
                       SAY("there is no order to call up", "no reply has arrived",
                           "send a request first (Ctrl-R)"));
    workspace_seed(w, &seed);
    s.now = seed.now;
    s.nonce = seed.nonce;
    enum status st = invoke_sign_kind(&s, NULL, &s.kind, err);
    return st ? st : invoke_make(&s, &w->invoke, err);
}

/* Another reply has a time and nonce of its own. */
static void unpin(struct workspace *w)
{
    for (size_t i = w->pins.count; i-- > 0;) {
        if (strcmp(w->pins.items[i].name, "redirect_url") != 0)
            params_remove(&w->pins, w->pins.items[i].name);
    }
}

const struct invoke *workspace_invoke(struct workspace *w, bool renew, struct err *err)
{
    if (w->invoke_known && w->invoke_of != w->rev_exchange)
        unpin(w);
    if (renew || !w->invoke_known || w->invoke_of != w->rev_exchange) {
        invoke_clear(&w->invoke);
        w->invoke_err = (struct err){0};
        make(w, &w->invoke_err);
        w->invoke_known = true;
        w->invoke_of = w->rev_exchange;
        w->rev_invoke++;
    }
    if (!w->invoke_err.status)
        return &w->invoke;
    if (err)
        *err = w->invoke_err;
    return NULL;
}

/* One "NAME=VALUE". */
static enum status read_pin(const char *word, struct params *pins, struct err *err)
{
    char name[64];
    size_t len = strcspn(word, "=");
    snprintf(name, sizeof(name), "%.*s", (int)len, word);
    if (word[len] != '=' || !invoke_is_pin(name))
        return err_set(err, ST_ARGUMENT,
                       SAY("%.64s 不能固定",
                           "能固定的有 timeStamp、nonceStr、appId、partnerid、"
                           "redirect_url、trade_type",
                           "写成 NAME=VALUE，以空格分开"),
                       SAY("%.64s cannot be pinned",
                           "what can: timeStamp, nonceStr, appId, partnerid, redirect_url, "
                           "trade_type",
                           "write NAME=VALUE, with blanks between"),
                       word);
    return params_set(pins, name, word + len + 1, err);
}

enum status workspace_pin(struct workspace *w, const char *text, struct err *err)
{
    struct params before = w->pins;
    char *words = mem_strdup(text), *rest = words, *word;
    enum status st = ST_OK;
    w->pins = (struct params){0};
    while (!st && (word = strsep(&rest, " "))) {
        if (word[0])
            st = read_pin(word, &w->pins, err);
    }
    free(words);
    if (!st && !workspace_invoke(w, true, err))
        st = err->status;
    if (!st) {
        params_clear(&before);
        return ST_OK;
    }
    params_clear(&w->pins);
    w->pins = before;
    workspace_invoke(w, true, NULL);
    return st;
}

static enum status write_code(const char *url, const char *path, struct err *err)
{
    struct qr qr = {0};
    struct buf svg;
    enum status st = qr_encode(url, &qr, err);
    buf_init(&svg, SVG_MAX);
    if (!st) {
        qr_svg(&qr, &svg);
        st = store_write(path, buf_str(&svg), svg.len, 0644, err);
    }
    buf_clear(&svg);
    qr_clear(&qr);
    return st;
}

enum status workspace_save_code(struct workspace *w, const char *path, bool replace,
                                struct err *err)
{
    const struct invoke *call = workspace_invoke(w, false, err);
    if (!call || call->kind != INVOKE_NATIVE)
        return err_set(err, ST_NOT_FOUND,
                       SAY("没有二维码可导出", "只有 NATIVE 的 code_url 是二维码", ""),
                       SAY("there is no QR code to export", "only NATIVE's code_url is one", ""));
    if (!replace && store_exists(path))
        return err_set(err, ST_CONFLICT, SAY("覆盖 %s？", "这个文件已存在", ""),
                       SAY("write over %s?", "the file is there", ""), path);
    return write_code(call->url, path, err);
}
