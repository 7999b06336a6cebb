/* SPDX-License-Identifier: MIT */
/*
 * Names come from core/callup, which also knows how they are misspelt; values from the reply,
 * else the order, else the profile.
 */
#include "core/invoke.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/callup.h"
#include "core/request.h"
#include "core/text.h"
#include "core/web.h"

#define HOURS_2 7200L
#define MINUTES_5 300L

/* ---- What there is ---- */

/* clang-format off */
static const struct {
    const char *name;
    struct bi text;
    const char *needs; /* field of the reply */
    long valid_s;
} kinds[INVOKE_KIND_COUNT] = {
    [INVOKE_JSAPI] = {"JSAPI", {"公众号网页与小程序", "official account page and mini program"}, "prepay_id", HOURS_2},
    [INVOKE_APP] = {"APP", {"手机应用", "mobile app"}, "prepay_id", HOURS_2},
    [INVOKE_NATIVE] = {"NATIVE", {"扫码支付", "code to scan"}, "code_url", HOURS_2},
    [INVOKE_MWEB] = {"MWEB", {"H5 支付", "H5 page"}, "mweb_url", MINUTES_5},
};

/* Values of trade_type, as the official API and the third-party gateway write them. */
static const struct {
    const char *trade_type;
    enum invoke_kind kind;
} trade_types[] = {
    {"JSAPI", INVOKE_JSAPI}, {"APP", INVOKE_APP}, {"NATIVE", INVOKE_NATIVE},
    {"MWEB", INVOKE_MWEB}, {"pay.weixin.wap", INVOKE_MWEB},
};
/* clang-format on */

static const char *const pins[] = {"timeStamp", "timestamp", "nonceStr",     "noncestr",
                                   "appId",     "partnerid", "redirect_url", "trade_type"};

const char *invoke_kind_name(enum invoke_kind kind)
{
    return kinds[kind].name;
}

struct bi invoke_kind_text(enum invoke_kind kind)
{
    return kinds[kind].text;
}

const char *invoke_sign_name(enum invoke_kind kind)
{
    return kind == INVOKE_JSAPI ? "paySign" : kind == INVOKE_APP ? "sign" : NULL;
}

const char *invoke_pin(size_t index)
{
    return index < ARRAY_COUNT(pins) ? pins[index] : NULL;
}

bool invoke_is_pin(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(pins); i++) {
        if (strcmp(pins[i], name) == 0)
            return true;
    }
    return false;
}

bool invoke_has_start(const struct params *p)
{
    return params_has(p, "prepay_id") || params_has(p, "code_url") || params_has(p, "mweb_url");
}

/* ---- Looking things up ---- */

static const char *get(const struct params *p, const char *name)
{
    return p && params_has(p, name) ? params_get(p, name) : NULL;
}

/* Of the order: reply, else request. */
static const char *of_order(const struct invoke_source *s, const char *name)
{
    const char *value = get(s->reply, name);
    return value ? value : get(s->request, name);
}

static const char *of_any(const struct invoke_source *s, const char *name)
{
    const char *value = of_order(s, name);
    return value || !s->profile ? value : get(&s->profile->fields, name);
}

static void note(struct invoke *v, const char *zh, const char *en)
{
    if (v->note_count < INVOKE_NOTES_MAX)
        v->notes[v->note_count++] = (struct bi){zh, en};
}

/* ---- May it be called up? ---- */

static bool spec_calls_up(const struct spec *spec)
{
    for (size_t i = 0; i < INVOKE_KIND_COUNT; i++) {
        if (spec_reply_field(spec, kinds[i].needs))
            return true;
    }
    return false;
}

static enum status check_reply(const struct invoke_source *s, struct err *err)
{
    static const struct {
        const char *name, *good, *text;
    } results[] = {
        {"return_code", "SUCCESS", "return_msg"},
        {"result_code", "SUCCESS", "err_code_des"},
        {"status", "0", "message"},
    };
    if (s->spec && !spec_calls_up(s->spec))
        return err_set(err, ST_ARGUMENT,
                       SAY("接口 %s 没有可调起的支付",
                           "它的应答中没有 prepay_id、code_url 或 mweb_url", "用下单接口的应答"),
                       SAY("API %s calls no payment up",
                           "its reply has no prepay_id, code_url or mweb_url",
                           "use the reply of one that places an order"),
                       s->spec->id);
    for (size_t i = 0; i < ARRAY_COUNT(results); i++) {
        const char *value = get(s->reply, results[i].name), *text = get(s->reply, results[i].text);
        bool gateway = strcmp(results[i].name, "result_code") == 0 && value &&
                       strcmp(value, "0") == 0; /* wap-gateway.md 5: success as well */
        if (!value || gateway || strcmp(value, results[i].good) == 0)
            continue;
        const char *code = get(s->reply, "err_code");
        return err_set(
            err, ST_REFUSED,
            SAY("没有可调起的订单", "应答的 %s 是 %.32s：%.64s %.128s", "先解决下单的错误"),
            SAY("there is no order to call up", "the reply's %s is %.32s: %.64s %.128s",
                "mend the order first"),
            results[i].name, value, code ? code : "", text ? text : "");
    }
    return ST_OK;
}

static bool kind_of(const char *trade_type, enum invoke_kind *kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(trade_types); i++) {
        if (strcmp(trade_types[i].trade_type, trade_type) == 0) {
            *kind = trade_types[i].kind;
            return true;
        }
    }
    return false;
}

/* Without a trade_type: what the fields at hand, else the API's example, suggest. */
static enum invoke_kind guess_kind(const struct invoke_source *s, struct invoke *v)
{
    const struct field *f = s->spec ? spec_field(s->spec, "trade_type") : NULL;
    enum invoke_kind kind = INVOKE_JSAPI;
    if (get(s->reply, "mweb_url"))
        return INVOKE_MWEB;
    if (get(s->reply, "code_url"))
        return INVOKE_NATIVE;
    if (f && f->example && kind_of(f->example, &kind) && kind == INVOKE_APP)
        note(v, "没有 trade_type，按 APP 处理；trade_type=JSAPI 改之",
             "without a trade_type it is taken as APP; trade_type=JSAPI changes that");
    else
        note(v, "没有 trade_type，按 JSAPI 处理；trade_type=APP 改之",
             "without a trade_type it is taken as JSAPI; trade_type=APP changes that");
    return kind == INVOKE_APP ? INVOKE_APP : INVOKE_JSAPI;
}

static enum status choose_kind(const struct invoke_source *s, struct invoke *v, struct err *err)
{
    const char *word = get(s->pinned, "trade_type");
    if (!word)
        word = of_order(s, "trade_type");
    if (!word) {
        v->kind = guess_kind(s, v);
    } else if (!kind_of(word, &v->kind)) {
        return err_set(err, ST_ARGUMENT,
                       SAY("trade_type=%.32s 没有客户端调起", "能调起的是 JSAPI、APP、NATIVE、MWEB",
                           "付款码与委托扣款由服务器直接扣款"),
                       SAY("trade_type=%.32s is not called up by a client",
                           "those that are: JSAPI, APP, NATIVE, MWEB",
                           "payment codes and deductions are charged by the server"),
                       word);
    }
    if (get(s->reply, kinds[v->kind].needs))
        return ST_OK;
    return err_set(
        err, ST_ARGUMENT, SAY("缺少 %s", "%s 由它调起", "给出下单的应答，或 %s=…"),
        SAY("there is no %s", "%s is called up with it", "give the reply of the order, or %s=…"),
        kinds[v->kind].needs, kinds[v->kind].name, kinds[v->kind].needs);
}

enum status invoke_sign_kind(const struct invoke_source *s, const enum sign_kind *chosen,
                             enum sign_kind *out, struct err *err)
{
    const char *sign = get(s->reply, "sign");
    const struct params none = {0};
    if (!chosen && sign && sign_kind_from_length(strlen(sign), out))
        return ST_OK;
    const struct params *p = get(s->reply, "sign_type") || !s->request ? s->reply : s->request;
    return request_sign_kind(s->spec, s->profile, p ? p : &none, chosen, out, err);
}

/* ---- Expiry ---- */

/* Prepay ids of the older form begin with the time of the order: "wx20141027200939…". */
static time_t time_of_prepay(const char *prepay_id, time_t now)
{
    char digits[TEXT_TIME_SIZE];
    time_t t;
    if (!prepay_id || strlen(prepay_id) < 16 || strncmp(prepay_id, "wx", 2) != 0)
        return 0;
    memcpy(digits, prepay_id + 2, TEXT_TIME_SIZE - 1);
    digits[TEXT_TIME_SIZE - 1] = '\0';
    return text_time_read(digits, &t) && t <= now + 60 ? t : 0;
}

static void set_expiry(const struct invoke_source *s, struct invoke *v)
{
    const char *limit = get(s->request, "time_expire");
    time_t from = s->ordered_at ? s->ordered_at : time_of_prepay(v->prepay_id, s->now), t;
    v->valid_s = kinds[v->kind].valid_s;
    v->expires_at = from ? from + v->valid_s : 0;
    if (limit && text_time_read(limit, &t) && (!v->expires_at || t < v->expires_at))
        v->expires_at = t;
}

/* ---- Sets ---- */

static bool is_deposit(const struct invoke_source *s)
{
    return s->spec && strncmp(s->spec->id, "deposit", 7) == 0;
}

/* The appid that the client shows: the one the payer's openid belongs to. */
static const char *client_appid(const struct invoke_source *s, struct invoke *v)
{
    const char *appid = of_any(s, "appid"), *sub = of_order(s, "sub_appid");
    if (!sub && !get(s->reply, "appid"))
        sub = of_any(s, "sub_appid");
    if (!sub || (v->kind == INVOKE_APP && is_deposit(s)))
        return appid; /* facts/apis.md 5.2: of a deposit the service provider's */
    if (v->kind == INVOKE_JSAPI && get(s->request, "openid") && !get(s->request, "sub_openid"))
        return appid;
    note(v, "服务商模式：appId 取下单时的 sub_appid；openid 属于服务商的 appid 时用 appId=… 改之",
         "service provider: the appId is the order's sub_appid; if the payer's openid belongs to "
         "the provider's appid, appId=… changes it");
    return sub;
}

static const char *client_partner(const struct invoke_source *s, struct invoke *v)
{
    const char *sub = of_any(s, "sub_mch_id");
    if (!sub)
        return of_any(s, "mch_id");
    if (is_deposit(s))
        note(v, "押金：appid 是服务商的，partnerid 是子商户号，密钥是服务商的",
             "deposit: the appid is the provider's, the partnerid the sub-merchant's number, the "
             "key the provider's");
    else
        note(v, "服务商模式：partnerid 是子商户号，密钥是服务商的",
             "service provider: the partnerid is the sub-merchant's number, the key the "
             "provider's");
    return sub;
}

/* A pinned value by its spelling in either set. */
static const char *pinned(const struct invoke_source *s, enum callup_role role)
{
    const char *value = NULL;
    for (int app = 0; app < 2 && !value; app++) {
        const char *name = callup_name(app, role);
        value = name ? get(s->pinned, name) : NULL;
    }
    return value;
}

static enum status check_pins(const struct invoke_source *s, struct invoke *v, struct err *err)
{
    const char *time = pinned(s, ROLE_TIME), *nonce = pinned(s, ROLE_NONCE);
    if (time && (strspn(time, "0123456789") != strlen(time) || strlen(time) > 20))
        return err_set(err, ST_ARGUMENT,
                       SAY("时间戳 %.32s 无效", "应为 10 位秒数", "去掉它，或给出如 1774495197"),
                       SAY("the timestamp %.32s is not valid", "it is seconds in 10 digits",
                           "drop it, or give one such as 1774495197"),
                       time);
    if (time && strlen(time) != 10)
        note(v, "时间戳不是 10 位：微信要秒，13 位是毫秒",
             "the timestamp has not 10 digits: WeChat wants seconds, 13 digits are milliseconds");
    if (nonce && text_chars(nonce, strlen(nonce)) > 32)
        return err_set(err, ST_ARGUMENT, SAY("随机串过长", "最多 32 个字符", "缩短它"),
                       SAY("the nonce is too long", "32 characters at most", "shorten it"));
    return ST_OK;
}

/* The value of a role; NULL if it is unknown. `scratch` takes what is put together. */
static const char *value_of(const struct invoke_source *s, struct invoke *v, enum callup_role role,
                            struct buf *scratch)
{
    const char *pin = pinned(s, role);
    buf_reset(scratch);
    if (pin)
        return pin;
    switch (role) {
    case ROLE_APPID:
        return client_appid(s, v);
    case ROLE_TIME:
        buf_addf(scratch, "%lld", (long long)s->now);
        return buf_str(scratch);
    case ROLE_NONCE:
        return s->nonce;
    case ROLE_PACKAGE:
        if (v->kind == INVOKE_APP)
            return "Sign=WXPay";
        buf_addf(scratch, "prepay_id=%s", v->prepay_id);
        return buf_str(scratch);
    case ROLE_SIGN_TYPE:
        return sign_kind_name(s->kind);
    case ROLE_PARTNER:
        return client_partner(s, v);
    case ROLE_PREPAY:
        return v->prepay_id;
    default:
        return NULL;
    }
}

static enum status missing_id(const char *name, struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("缺少 %s", "应答与商户配置中都没有", "给出它，或用 -p 选择商户配置"),
                   SAY("there is no %s", "neither the reply nor a profile has it",
                       "give it, or choose a profile with -p"),
                   name);
}

static enum status make_set(const struct invoke_source *s, struct invoke *v, struct err *err)
{
    static const enum callup_role jsapi[] = {ROLE_APPID, ROLE_TIME, ROLE_NONCE, ROLE_PACKAGE,
                                             ROLE_SIGN_TYPE},
                                  app[] = {ROLE_APPID,   ROLE_PARTNER, ROLE_PREPAY,
                                           ROLE_PACKAGE, ROLE_NONCE,   ROLE_TIME};
    bool is_app = v->kind == INVOKE_APP;
    const enum callup_role *roles = is_app ? app : jsapi;
    size_t count = is_app ? ARRAY_COUNT(app) : ARRAY_COUNT(jsapi);
    struct buf scratch;
    enum status st = check_pins(s, v, err);

    buf_init(&scratch, PARAM_VALUE_MAX);
    for (size_t i = 0; !st && i < count; i++) {
        const char *value = value_of(s, v, roles[i], &scratch);
        const char *name = callup_name(is_app, roles[i]);
        st = value ? params_set(&v->params, name, value, err)
                   : missing_id(roles[i] == ROLE_PARTNER ? "mch_id" : "appid", err);
    }
    buf_clear(&scratch);
    if (!st && (!s->key || !secret_is_set(s->key)))
        st = err_set(
            err, ST_NOT_FOUND, SAY("没有密钥", "二次签名需要它", "给出 --key-file 或 -p"),
            SAY("there is no key", "the second signature needs it", "give --key-file or -p"));
    if (!st)
        st = sign_compute(&v->params, s->kind, s->key, &v->trace, err);
    return st;
}

/* ---- Addresses ---- */

static enum status check_redirect(const char *url, struct err *err)
{
    bool http = strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
    if (http && text_is_plain(url, strlen(url), 0) && !strpbrk(url, " \"<>"))
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("redirect_url 无效", "应为完整的 http 或 https 地址，未编码",
                       "给出如 https://shop.example.com/paid"),
                   SAY("the redirect_url is not valid",
                       "it is a complete http or https address, not encoded yet",
                       "give one such as https://shop.example.com/paid"));
}

/* mweb_url with redirect_url appended, percent-encoded whole (facts/apis.md 5.4). */
static enum status add_redirect(const char *url, const char *redirect, struct buf *out,
                                struct err *err)
{
    buf_adds(out, url);
    if (!redirect)
        return ST_OK;
    if (strstr(url, "?redirect_url=") || strstr(url, "&redirect_url="))
        return err_set(err, ST_CONFLICT, SAY("mweb_url 已带有 redirect_url", "", "去掉其中一个"),
                       SAY("the mweb_url has a redirect_url already", "", "drop one of them"));
    enum status st = check_redirect(redirect, err);
    buf_adds(out, strchr(url, '?') ? "&redirect_url=" : "?redirect_url=");
    web_encode(out, redirect, strlen(redirect));
    return st;
}

static enum status make_address(const struct invoke_source *s, struct invoke *v, struct err *err)
{
    const char *redirect = get(s->pinned, "redirect_url");
    struct buf url;
    buf_init(&url, INVOKE_URL_MAX);
    enum status st = ST_OK;
    if (v->kind == INVOKE_NATIVE)
        buf_adds(&url, get(s->reply, "code_url"));
    else
        st = add_redirect(get(s->reply, "mweb_url"), redirect, &url, err);
    if (!st && buf_status(&url))
        st = err_set(err, ST_LIMIT, SAY("地址过长", "超过 %d 字节", "缩短 redirect_url"),
                     SAY("the address is too long", "over %d bytes", "shorten redirect_url"),
                     INVOKE_URL_MAX);
    if (!st)
        v->url = buf_take(&url);
    buf_clear(&url);
    if (v->kind == INVOKE_NATIVE)
        return st;
    note(
        v,
        "在手机浏览器（不是微信内）打开；Referer 须是商户平台登记的域名，付款人 IP 须等于下单的 IP",
        "opened in the phone's browser (not inside WeChat); the Referer must be a domain registered "
        "on the merchant platform, the payer's IP the one of the order");
    if (redirect)
        note(v, "返回 redirect_url 不代表已支付：让用户点“检查支付”再查单",
             "coming back to redirect_url says nothing: show a “check payment” button and query");
    return st;
}

/* ---- Making ---- */

void invoke_clear(struct invoke *v)
{
    params_clear(&v->params);
    sign_trace_clear(&v->trace);
    free(v->url);
    free(v->prepay_id);
    *v = (struct invoke){0};
}

enum status invoke_make(const struct invoke_source *s, struct invoke *v, struct err *err)
{
    invoke_clear(v);
    if (s->untrusted)
        note(v, "应答不可信（签名不成立或缺失）：不要用它调起",
             "the reply is not to be trusted (its signature does not hold): do not call it up");
    enum status st = check_reply(s, err);
    if (!st)
        st = choose_kind(s, v, err);
    if (!st) {
        v->prepay_id = mem_strdup(get(s->reply, "prepay_id"));
        st = invoke_sign_name(v->kind) ? make_set(s, v, err) : make_address(s, v, err);
    }
    if (!st) {
        set_expiry(s, v);
        if (invoke_sign_name(v->kind))
            note(v, "客户端的成功回调不是支付凭据：以通知或查单为准",
                 "success reported to the client is no proof of payment: the notification or a "
                 "query is");
    } else {
        invoke_clear(v);
    }
    return st;
}
