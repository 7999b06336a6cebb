/* SPDX-License-Identifier: MIT */
/*
 * Sending: ask, check, build anew, start. What comes back arrives in the loop as a value and
 * is judged here. The last exchange stays until the next one is really under way.
 */
#include "app/workspace.h"

#include <string.h>

#include "core/text.h"
#include "io/keyless.h"

enum ask workspace_ask(struct workspace *w)
{
    if (w->profile.environment != ENVIRONMENT_PRODUCTION || w->demo)
        return ASK_NOTHING;
    return workspace_spec(w)->moves_money ? ASK_AMOUNT : ASK_PRODUCTION;
}

/* Is the order number spent? After a failure to reach the other side it is not: the same order must
   be sent again under the same number. */
static bool is_spent(const struct reply *r)
{
    static const char *const codes[] = {"ORDERPAID", "ORDERCLOSED", "OUT_TRADE_NO_USED"};
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if (r->outcome == OUTCOME_BUSINESS_FAIL && strcmp(r->code, codes[i]) == 0)
            return true;
    }
    return r->outcome == OUTCOME_SUCCESS;
}

static void on_reply(void *ctx, unsigned id, struct http_result *result)
{
    struct workspace *w = ctx;
    struct exchange *e = &w->exchange;

    if (id != e->http_id || e->state != EXCHANGE_RUNNING)
        return;
    e->http = *result;
    memset(result, 0, sizeof(*result));
    if (e->http.status)
        reply_read(e->spec, &e->profile, &e->request.params, e->http.status, e->http.content_type,
                   buf_str(&e->http.body), e->http.body.len, &e->reply);
    /* A key that somebody sent back is shown, copied and kept nowhere: reply.h for the fields, this
       for the bytes, of which the signature was judged. */
    keyless_answer(&e->http, &e->profile);
    e->state = e->http.err.status ? EXCHANGE_FAILED : EXCHANGE_DONE;
    for (size_t i = 0; i < w->catalog.count; i++) {
        if (w->drafts[i].spec == e->spec)
            w->drafts[i].placed = e->state == EXCHANGE_DONE && is_spent(&e->reply);
    }
    workspace_record(w);
    w->rev_exchange++;
}

static enum status refuse_invalid(const struct draft *d, struct err *err)
{
    const struct finding *f = validate_first(&d->findings, NULL);
    if (!f)
        return ST_OK;
    return err_set(
        err, ST_REFUSED, SAY("未发送：%1$s%2$.0s", "表单有 %3$zu 处错误%4$.0s", "改正后再发送"),
        SAY("not sent: %1$.0s%2$s", "the form has %3$zu error%4$s", "mend them and send again"),
        f->text[LANG_ZH], f->text[LANG_EN], d->findings.errors, text_s(d->findings.errors));
}

/* Plain HTTP shows no certificate: a sandbox's port takes the call without one. */
static enum status check_certificate(const struct workspace *w, const struct exchange *e,
                                     struct err *err)
{
    bool plain = strncmp(e->request.url, "http://", 7) == 0;
    if (!e->request.needs_cert || e->profile.client_cert || workspace_base(w) || plain)
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("未发送", "接口 %s 需要客户端证书，商户配置 %s 没有 client_cert",
                       "在配置中填写证书的路径"),
                   SAY("not sent",
                       "API %s needs a client certificate, profile %s has no client_cert",
                       "put the certificate's path into the profile"),
                   e->spec->id, e->profile.name ? e->profile.name : "?");
}

static enum status start_call(struct workspace *w, struct exchange *e, struct err *err)
{
    struct http_request r = {.method = e->request.get ? "GET" : "POST",
                             .url = e->request.url,
                             .content_type = e->request.get ? NULL : WORKSPACE_CONTENT_TYPE,
                             .body = buf_str(&e->request.body),
                             .len = e->request.body.len,
                             .ca_file = e->profile.ca_file,
                             .connect_ms = (long)w->settings.connect_ms,
                             .total_ms = (long)w->settings.total_ms};
    if (e->request.needs_cert) {
        r.client_cert = e->profile.client_cert;
        r.client_key = e->profile.client_key;
        r.client_cert_password = params_get(&e->profile.fields, "mch_id");
    }
    enum status st = check_certificate(w, e, err);
    return st ? st : http_start(loop_http(w->loop), &r, on_reply, w, &e->http_id, err);
}

/* A link is for the user's WeChat to open, not for us to call. */
static enum status refuse_link(const struct spec *spec, struct err *err)
{
    if (spec->reply != REPLY_NONE)
        return ST_OK;
    return err_set(err, ST_UNSUPPORTED,
                   SAY("未发送", "%s 是由用户在微信里打开的链接，没有应答", "到窗格 4 复制地址"),
                   SAY("not sent",
                       "%s is a link that the user opens inside WeChat; nothing answers",
                       "copy the address in pane 4"),
                   spec->id);
}

static enum status refuse_second(const struct workspace *w, struct err *err)
{
    if (w->exchange.state != EXCHANGE_RUNNING)
        return ST_OK;
    return err_set(err, ST_CONFLICT, SAY("未发送", "上一次调用还在进行", "等它结束，或按 Esc 取消"),
                   SAY("not sent", "the previous call is still under way",
                       "wait for it or cancel it with Esc"));
}

static void begin_exchange(const struct workspace *w, struct exchange *e)
{
    e->spec = workspace_spec(w);
    e->sent_at = w->clock();
    e->sent_ms = workspace_now_ms(w);
    e->started_ms = loop_now(w->loop);
    profile_copy(&e->profile, &w->profile);
    store_profile_resolve(&e->profile);
}

/* Why the sandbox has no address. */
static enum status say_no_sandbox(const struct workspace *w, struct err *err)
{
    if (!w->gateway_err.status)
        return err_set(err, ST_IO, SAY("未发送", "内置沙箱没有启动", "重新启动程序"),
                       SAY("not sent", "the embedded sandbox is not running", "start again"));
    if (err)
        *err = w->gateway_err;
    return w->gateway_err.status;
}

/* Starts what was built (`next` is moved); a failure leaves the last exchange as it is. */
static enum status launch(struct workspace *w, struct exchange *next, enum status built,
                          struct err *err)
{
    enum status st = built;
    if (!st && !request_has_address(&next->request))
        st = say_no_sandbox(w, err);
    if (!st)
        st = start_call(w, next, err);
    if (st) {
        exchange_clear(next);
        return st;
    }
    exchange_clear(&w->exchange);
    w->exchange = *next;
    w->exchange.state = EXCHANGE_RUNNING;
    workspace_record(w);
    w->rev_exchange++;
    return ST_OK;
}

/* Why there is nothing to send: the key that could not be fetched, before the request that could
   not be built without it. */
static enum status say_unbuilt(const struct workspace *w, const struct draft *d, struct err *err)
{
    const struct err *why = w->profile_err.status ? &w->profile_err : &d->build_err;
    if (err)
        *err = *why;
    return why->status;
}

enum status workspace_send(struct workspace *w, bool force, struct err *err)
{
    struct draft *d = workspace_draft(w);
    struct request_seed seed;
    struct exchange next = {0};
    enum status st = refuse_second(w, err);

    if (!st)
        st = refuse_link(workspace_spec(w), err);
    if (st)
        return st;
    workspace_start(w, NULL);
    workspace_seed(w, &seed);
    draft_renew(d, &seed, d->placed);
    d->placed = false;
    w->rev_draft++;
    if (!force && (st = refuse_invalid(d, err)))
        return st;
    if (d->build_err.status)
        return say_unbuilt(w, d, err);
    begin_exchange(w, &next);
    st = request_build(d->spec, &next.profile, &d->params, d->kind, d->base, &next.request, err);
    st = launch(w, &next, st, err);
    if (!st)
        draft_keep(d);
    return st;
}

enum status workspace_send_raw(struct workspace *w, const char *data, size_t len, struct err *err)
{
    struct exchange next = {0};
    enum status st = refuse_second(w, err);

    if (st)
        return st;
    workspace_start(w, NULL);
    begin_exchange(w, &next);
    const struct request_bytes bytes = {data, len};
    st = request_raw(next.spec, &next.profile, &bytes, workspace_base(w), &next.request, err);
    return launch(w, &next, st, err);
}

void workspace_cancel(struct workspace *w)
{
    if (w->exchange.state == EXCHANGE_RUNNING)
        http_cancel(loop_http(w->loop), w->exchange.http_id);
}
