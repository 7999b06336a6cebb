/* SPDX-License-Identifier: MIT */
/* Every answer carries the headers that keep a page to itself, errors too. */
#include "io/cashier.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/checkout.h"
#include "core/digest.h"
#include "core/text.h"
#include "core/web.h"

#define MWEB_PATH "/cgi-bin/mmpayweb-bin/checkmweb"
#define CODE_PATH "/wxpay/bizpayurl"
#define LINK_PATH "/papay/entrustweb"
#define STYLE_PATH "/sandbox/cashier.css"
#define MWEB_SECONDS 300    /* facts/apis.md 5.4 */
#define PREPAY_SECONDS 7200 /* prepay_until is so long after the (last) ordering */
#define TOKEN_MAX DIGEST_HEX_MAX
#define FIELD_MAX 256

/* ---- Who ---- */

/* A contract's names stand on lines: none of them can look like a prepay_id. */
static void make_token(const struct cashier *c, const struct cashier_visit *v, char out[TOKEN_MAX])
{
    unsigned char digest[DIGEST_SIZE_MAX];
    char names[2 * FIELD_MAX];
    const char *what = v->order ? v->order->prepay_id : names;
    if (!v->order)
        snprintf(names, sizeof names, "%s\n%s\n%s\n", v->contract->mch_id, v->contract->plan_id,
                 v->contract->contract_code);
    size_t len =
        digest_hmac(DIGEST_SHA256, c->secret, sizeof c->secret, what, strlen(what), digest);
    digest_hex(digest, len, out);
}

static const struct order *find_order(const struct cashier *c, const char *id, bool by_mweb)
{
    size_t len = strlen(id);
    if (by_mweb)
        return len ? ledger_by_prepay(c->ledger, id) : NULL;
    for (size_t i = 0; len >= 8 && i < ledger_count(c->ledger); i++) {
        const struct order *o = ledger_at(c->ledger, i);
        size_t whole = strlen(o->prepay_id); /* the code's text is the end of the prepay_id */
        if (whole > len && whole - len == 16 && strcmp(o->prepay_id + 16, id) == 0)
            return o;
    }
    return NULL;
}

static const char *header(const struct httpd_request *q, const char *name)
{
    for (size_t i = 0; i < q->header_count; i++) {
        if (strcasecmp(q->headers[i].name, name) == 0)
            return q->headers[i].value;
    }
    return NULL;
}

static bool is_address(const char *url)
{
    bool http = strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
    return http && text_is_plain(url, strlen(url), 0) && !strpbrk(url, " \"<>");
}

/* ---- Reading ---- */

static void refuse(struct cashier_visit *v, unsigned status, const char *zh, const char *en)
{
    v->status = status;
    err_set(&v->err, ST_REFUSED, "%s%.0s", "%.0s%s", zh, en);
}

static bool is_failure(const char *code)
{
    for (size_t i = 0; checkout_failure(i); i++) {
        if (strcmp(checkout_failure(i), code) == 0)
            return true;
    }
    return false;
}

static void read_form(const struct cashier *c, const struct httpd_request *q,
                      struct cashier_visit *v)
{
    static const char type[] = "application/x-www-form-urlencoded";
    char token[TOKEN_MAX];
    struct buf value;

    make_token(c, v, token);
    buf_init(&value, FIELD_MAX);
    bool ours = q->content_type && strncasecmp(q->content_type, type, sizeof type - 1) == 0 &&
                web_form_get(q->body, q->len, "token", &value) && value.len == strlen(token) &&
                digest_same(buf_str(&value), token, value.len);
    if (!ours) {
        refuse(v, 403, "表单不是本页发出的：重新打开链接",
               "the form is not from this page: open the link again");
    } else if (!web_form_get(q->body, q->len, "act", &value) ||
               !payer_act_read(buf_str(&value), &v->word.act)) {
        refuse(v, 400, "没有选择动作", "no action was chosen");
    } else {
        if (web_form_get(q->body, q->len, "code", &value) && is_failure(buf_str(&value)))
            snprintf(v->code, sizeof v->code, "%s", buf_str(&value));
        v->word.order = v->order ? v->order->out_trade_no : v->contract->contract_code;
        v->word.mch_id = v->order ? v->order->mch_id : v->contract->mch_id;
        v->word.code = v->code[0] ? v->code : NULL;
        v->word.contract = v->contract;
        v->plays = true;
    }
    buf_clear(&value);
}

static bool is_over(const struct cashier *c, const struct cashier_visit *v)
{
    const struct order *o = v->order;
    return o->state == ORDER_NOTPAY &&
           ((v->by_mweb && c->now >= o->prepay_until - PREPAY_SECONDS + MWEB_SECONDS) ||
            c->now >= o->prepay_until || (o->expires_at && c->now >= o->expires_at));
}

static void read_order(const struct cashier *c, const struct httpd_request *q,
                       struct cashier_visit *v)
{
    struct buf value;
    size_t len = strlen(q->query);
    buf_init(&value, CASHIER_URL_MAX - 1);
    if (web_form_get(q->query, len, v->by_mweb ? "prepay_id" : "pr", &value))
        v->order = find_order(c, buf_str(&value), v->by_mweb);
    if (web_form_get(q->query, len, "redirect_url", &value) && is_address(buf_str(&value)))
        snprintf(v->redirect, sizeof v->redirect, "%s", buf_str(&value));
    buf_clear(&value);
}

/* The contract that the link in the request's address means. */
static void read_contract(const struct cashier *c, const struct httpd_request *q,
                          struct cashier_visit *v)
{
    static const char *const names[] = {"mch_id", "plan_id", "contract_code"};
    struct buf values[ARRAY_COUNT(names)] = {0};
    bool there = true;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        buf_init(&values[i], FIELD_MAX);
        there = web_form_get(q->query, strlen(q->query), names[i], &values[i]) && there;
    }
    if (there)
        v->contract = contracts_find(ledger_contracts(c->ledger), buf_str(&values[0]),
                                     buf_str(&values[1]), buf_str(&values[2]));
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        buf_clear(&values[i]);
}

static enum lang wanted_lang(const struct httpd_request *q)
{
    const char *wanted = header(q, "Accept-Language");
    return wanted && strncasecmp(wanted, "zh", 2) != 0 ? LANG_EN : LANG_ZH;
}

/* SDKs put the catalogue's path below any prefix. */
static bool is_link(const char *path)
{
    size_t len = strlen(path), end = sizeof LINK_PATH - 1;
    return len >= end && strcmp(path + len - end, LINK_PATH) == 0;
}

/* The form of a contract's page. */
static void read_signing(const struct cashier *c, const struct httpd_request *q,
                         struct cashier_visit *v)
{
    read_contract(c, q, v);
    if (!v->contract)
        refuse(v, 404, "沙箱没有这个协议：重新打开签约链接",
               "the sandbox has no such contract: open the link again");
    else if (v->contract->state != CONTRACT_SIGNING) /* a second tab must not terminate it */
        refuse(v, 409, "协议已签约、已拒绝或已解约",
               "the contract was signed, refused or terminated already");
    else
        read_form(c, q, v);
}

bool cashier_read(const struct cashier *c, const struct httpd_request *q, struct cashier_visit *v)
{
    bool post = strcmp(q->method, "POST") == 0;

    *v = (struct cashier_visit){.status = 200,
                                .lang = wanted_lang(q),
                                .style = strcmp(q->path, STYLE_PATH) == 0,
                                .by_mweb = strcmp(q->path, MWEB_PATH) == 0};
    if (post && is_link(q->path)) {
        read_signing(c, q, v);
        return true;
    }
    if (!v->style && !v->by_mweb && strcmp(q->path, CODE_PATH) != 0)
        return false;
    if (v->style)
        return true;
    read_order(c, q, v);
    if (!v->order)
        refuse(v, 404, "沙箱没有这个订单：链接不完整，或沙箱已重新启动",
               "the sandbox has no such order: the link is cut, or the sandbox was started anew");
    else if (!post && strcmp(q->method, "GET") != 0)
        refuse(v, 405, "请求方法不是 GET 或 POST", "the method is neither GET nor POST");
    else if (is_over(c, v))
        refuse(v, 200, "支付请求已失效，请重新发起支付",
               "the payment request has expired: order again");
    else if (post)
        read_form(c, q, v);
    return true;
}

/* ---- Answering ---- */

static const struct httpd_header page_headers[] = {
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; "
                                "base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-store"},
};

/* What the page says about what was done. */
static struct bi done_text(const struct cashier_visit *v)
{
    if (v->contract)
        return v->word.act == PAYER_PAY
                   ? (struct bi){"签约成功；结果以通知或查询为准",
                                 "signed; the notification or a query is the proof"}
                   : (struct bi){"没有签约；不会发通知", "not signed; nothing is notified"};
    switch (v->word.act) {
    case PAYER_PAY:
        return (struct bi){"支付成功；结果以通知或查单为准",
                           "paid; the notification or a query is the proof"};
    case PAYER_CANCEL:
        return (struct bi){"已取消；订单仍可支付", "cancelled; the order can still be paid"};
    case PAYER_FAIL:
        break;
    }
    return (struct bi){"支付失败", "the payment failed"};
}

void cashier_answer(const struct cashier *c, const struct httpd_request *q,
                    const struct cashier_visit *v, const struct err *played, struct httpd_reply *a)
{
    char token[TOKEN_MAX] = "", line[LANG_COUNT][ERR_TEXT_MAX], target[CASHIER_URL_MAX * 2];
    const struct err *err = v->err.status ? &v->err : played && played->status ? played : NULL;
    struct checkout page = {
        .lang = v->lang, .order = v->order, .contract = v->contract, .bad = err != NULL};

    a->headers = page_headers;
    a->header_count = ARRAY_COUNT(page_headers);
    a->status = err && !v->err.status ? 409 : v->status;
    buf_init(&a->body, CHECKOUT_PAGE_MAX);
    if (v->style) {
        a->content_type = "text/css; charset=utf-8";
        buf_adds(&a->body, checkout_style());
        return;
    }
    a->content_type = "text/html; charset=utf-8";
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        snprintf(line[lang], sizeof line[lang], "%s",
                 played && !err ? bi_get(done_text(v), (enum lang)lang) : "");
        if (err)
            err_line(err, (enum lang)lang, line[lang], sizeof line[lang]);
        page.message[lang] = line[lang];
    }
    page.bad = err || (played && v->order && v->word.act == PAYER_FAIL);
    page.open = !err && !played &&
                ((v->order && v->order->state == ORDER_NOTPAY) ||
                 (v->contract && v->contract->state == CONTRACT_SIGNING));
    page.redirect = v->redirect[0] && (page.open || played) ? v->redirect : NULL;
    if (v->order || v->contract)
        make_token(c, v, token);
    page.token = token;
    snprintf(target, sizeof target, "%s?%s", q->path, q->query);
    page.target = target;
    checkout_page(&page, &a->body);
}

void cashier_link(const struct cashier *c, const struct httpd_request *q, struct contract *contract,
                  const struct err *refused, struct httpd_reply *a)
{
    struct cashier_visit v = {
        .status = 200, .lang = wanted_lang(q), .contract = contract, .err = *refused};
    cashier_answer(c, q, &v, NULL, a);
}
