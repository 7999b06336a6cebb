/* SPDX-License-Identifier: MIT */
/*
 * The call-up of the last exchange: made once for each reply, and anew on demand, so that what is
 * shown and what is copied have the same time and nonce.
 */
#include "app/workspace.h"

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

const struct invoke *workspace_invoke(struct workspace *w, bool renew, struct err *err)
{
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
