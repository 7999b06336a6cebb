/* SPDX-License-Identifier: MIT */
/*
 * A client may have sent a key in any place, also under another merchant's number: each text that
 * came from outside is copied without them.
 */
#include "io/gateway_log.h"

#include <stdio.h>

#include "core/fault.h"
#include "io/call.h"
#include "io/cashier.h"
#include "io/deliver.h"
#include "io/httpd.h"
#include "io/merchants.h"
#include "io/payer.h"

/* A copy without them. */
static const char *redacted(const struct gateway_log *l, const char *text, struct buf *copy)
{
    buf_init(copy, SIGN_JOINED_MAX);
    if (!text)
        return NULL;
    buf_adds(copy, text);
    merchants_redact(l->merchants, copy);
    return buf_str(copy);
}

void gateway_log_call(const struct gateway_log *l, const struct gateway_served *s, const char *code,
                      struct bi text, bool ok)
{
    const struct call *c = s->call;
    struct buf joined, copies[6];

    if (!l->sink)
        return;
    buf_init(&joined, SIGN_JOINED_MAX);
    sign_trace_masked(&c->trace, &joined);
    struct gateway_event e = {
        .method = c->q->method,
        .path = redacted(l, c->q->path, &copies[0]),
        .api = c->spec ? c->spec->id : NULL,
        .order = redacted(l, c->order ? c->order->out_trade_no : call_number(c), &copies[1]),
        .code = code,
        .text = {redacted(l, text.zh, &copies[2]), redacted(l, text.en, &copies[3])},
        .joined = redacted(l, c->trace.count ? buf_str(&joined) : NULL, &copies[4]),
        .expected = c->wrong_sign ? c->trace.hex : NULL,
        .received = redacted(l, c->wrong_sign ? c->received : NULL, &copies[5]),
        .fault = s->fault ? s->fault->text : NULL,
        .ok = ok};
    l->sink(l->ctx, &e);
    buf_clear(&joined);
    for (size_t i = 0; i < ARRAY_COUNT(copies); i++)
        buf_clear(&copies[i]);
}

void gateway_log_answer(const struct gateway_log *l, const struct gateway_served *s,
                        const struct refusal *refused)
{
    const struct call *c = s->call;
    static const struct bi placed = {"已下单", "order placed"};
    static const struct bi again = {"同一订单再次下单，返回原 prepay_id",
                                    "the same order again: the same prepay_id"};
    static const struct bi answered = {"已应答", "answered"};

    if (!refused)
        refused = c->contract;
    if (refused)
        gateway_log_call(l, s, refusal_code(refused, c->spec), call_why(c, refused), false);
    else if (c->follows)
        gateway_log_call(l, s, "SUCCESS", c->said.zh ? c->said : answered, true);
    else
        gateway_log_call(l, s, "SUCCESS",
                         !c->order                ? answered
                         : c->placed == PLACE_NEW ? placed
                                                  : again,
                         true);
}

void gateway_log_delivery(const struct gateway_log *l, const struct delivery *v)
{
    char text[LANG_COUNT][2 * FINDING_TEXT_MAX];

    if (!l->sink || !v->tried)
        return;
    for (int lang = 0; lang < LANG_COUNT; lang++)
        snprintf(text[lang], sizeof text[lang], L(lang, "第 %u 次通知：%s%s%s", "try %u: %s%s%s"),
                 v->tries, bi_get(delivery_state_text(v->state), lang),
                 v->findings.count ? L(lang, "；", "; ") : "",
                 v->findings.count ? v->findings.items[0].text[lang] : "");
    struct gateway_event e = {.method = "POST",
                              .path = v->url,
                              .api = v->event->name,
                              .order = v->order,
                              .code = answer_verdict_name(v->verdict),
                              .text = {text[LANG_ZH], text[LANG_EN]},
                              .fault = v->fault ? v->fault->text : NULL,
                              .ok = v->state == DELIVERY_DONE};
    l->sink(l->ctx, &e);
}

/* An error in both languages; `line` holds it. */
static struct bi sentence(const struct err *err, char line[LANG_COUNT][ERR_TEXT_MAX])
{
    for (int lang = 0; lang < LANG_COUNT; lang++)
        err_line(err, lang, line[lang], ERR_TEXT_MAX);
    return (struct bi){line[LANG_ZH], line[LANG_EN]};
}

void gateway_log_play(const struct gateway_log *l, const struct httpd_request *q,
                      const struct payer_result *r, const struct err *err)
{
    char line[LANG_COUNT][ERR_TEXT_MAX];
    const struct order *o = r->order;
    const struct contract *x = r->contract;
    struct bi text = {"扮演付款用户", "played the paying user"};

    if (!l->sink)
        return;
    if (err->status)
        text = sentence(err, line);
    struct gateway_event e = {.method = q->method,
                              .path = q->path,
                              .order = o   ? o->out_trade_no
                                       : x ? x->contract_code
                                           : NULL,
                              .code = o ? order_state_name(o->state) : status_name(err->status),
                              .text = text,
                              .ok = !err->status};
    l->sink(l->ctx, &e);
}

void gateway_log_visit(const struct gateway_log *l, const struct httpd_request *q,
                       const struct cashier_visit *v)
{
    char line[LANG_COUNT][ERR_TEXT_MAX], number[16];
    struct bi text = {"收银台", "the cashier"};

    if (!l->sink || v->style)
        return;
    snprintf(number, sizeof number, "%u", v->status);
    if (v->err.status)
        text = sentence(&v->err, line);
    struct gateway_event e = {.method = q->method,
                              .path = q->path,
                              .order = v->order      ? v->order->out_trade_no
                                       : v->contract ? v->contract->contract_code
                                                     : NULL,
                              .code = v->order ? order_state_name(v->order->state) : number,
                              .text = text,
                              .ok = !v->err.status};
    l->sink(l->ctx, &e);
}

void gateway_log_misfit(const struct gateway_log *l, const char *line)
{
    static const struct bi plain = {"这个端口使用 TLS，来的却是明文 HTTP：把地址改为 https://，"
                                    "并信任沙箱的 CA（启动时列出的 ca.pem）",
                                    "this port speaks TLS and plain HTTP came: make the address "
                                    "https://, and trust the sandbox's CA (the ca.pem named at "
                                    "the start)"},
                           tls = {"这个端口是明文 HTTP，来的却是 TLS：把地址改为 http://，"
                                  "或用 wxpc sandbox --tls 启动",
                                  "this port speaks plain HTTP and TLS came: make the address "
                                  "http://, or start it with wxpc sandbox --tls"};
    char method[16] = "-", path[480] = "-";
    struct buf shown;
    if (!l->sink)
        return;
    if (line)
        sscanf(line, "%15s %479s", method, path);
    struct gateway_event e = {.method = method,
                              .path = redacted(l, path, &shown),
                              .code = line ? "NOT_TLS" : "NOT_HTTP",
                              .text = line ? plain : tls};
    l->sink(l->ctx, &e);
    buf_clear(&shown);
}
