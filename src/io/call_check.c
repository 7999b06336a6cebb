/* SPDX-License-Identifier: MIT */
/*
 * The checks. The first that fails decides, as with the real gateway.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/validate.h"
#include "io/call.h"

void call_detail(struct call *c, const char *zh, const char *en, ...)
{
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    vsnprintf(c->detail_text[LANG_ZH], sizeof(c->detail_text[0]), zh, args);
    vsnprintf(c->detail_text[LANG_EN], sizeof(c->detail_text[0]), en, again);
    va_end(again);
    va_end(args);
    c->detail = (struct bi){c->detail_text[LANG_ZH], c->detail_text[LANG_EN]};
}

bool call_find(struct call *c)
{
    size_t len = strlen(c->q->path), best = 0, found = 0;
    for (size_t i = 0; i < c->catalog->count; i++) {
        size_t n = strlen(catalog_head(c->catalog, i)->path);
        /* The longest end: /secapi/pay/refund also ends in /pay/refund. */
        if (n <= best || n > len ||
            strcmp(c->q->path + len - n, catalog_head(c->catalog, i)->path) != 0)
            continue;
        best = n;
        found = i;
    }
    c->spec = best ? catalog_at(c->catalog, found) : NULL;
    c->gateway = c->spec && c->spec->dialect == DIALECT_GATEWAY;
    return c->spec != NULL;
}

void call_clear(struct call *c)
{
    params_clear(&c->params);
    sign_trace_clear(&c->trace);
    findings_clear(&c->findings);
    params_clear(&c->result);
    buf_clear(&c->bill);
}

const struct refusal *call_code(struct call *c, const char *code, struct bi why)
{
    const struct error_code *e = spec_error(c->spec, code, NULL, ERROR_LAYER_ANY);
    enum error_layer layer = e ? e->layer : ERROR_BUSINESS;
    bool by_text = e && layer == ERROR_COMMUNICATION && e->match_count; /* no err_code there */
    c->made = (struct refusal){.layer = layer,
                               .gateway_layer = layer,
                               .code = code,
                               .text = by_text ? e->match[0]
                                       : e     ? e->meaning.zh
                                               : code,
                               .why = why};
    return &c->made;
}

const char *call_number(const struct call *c)
{
    static const char *const names[] = {"out_trade_no", "contract_code", "contract_id",
                                        "out_refund_no"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (params_has(&c->params, names[i]))
            return params_get(&c->params, names[i]);
    }
    return NULL;
}

/* ---- A link ---- */

static int hex(char c)
{
    const char *at = c ? strchr("0123456789abcdef0123456789ABCDEF", c) : NULL;
    return at ? (int)((at - "0123456789abcdef0123456789ABCDEF") % 16) : -1;
}

/* Percent-decodes `len` bytes; '+' is a blank, as forms and browsers write it. */
static void decode(const char *s, size_t len, struct buf *out)
{
    for (size_t i = 0; i < len; i++) {
        bool code = s[i] == '%' && i + 2 < len && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0;
        buf_addc(out, code ? (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])) : s[i] == '+' ? ' ' : s[i]);
        i += code ? 2 : 0;
    }
}

static bool read_pair(const char *s, size_t len, struct params *out)
{
    struct buf name, value;
    const char *equals = memchr(s, '=', len);
    size_t name_len = equals ? (size_t)(equals - s) : len;
    buf_init(&name, PARAM_NAME_MAX + 1);
    buf_init(&value, PARAM_VALUE_MAX);
    decode(s, name_len, &name);
    decode(s + name_len + (equals != NULL), len - name_len - (equals != NULL), &value);
    bool good =
        !buf_status(&name) && !buf_status(&value) && !memchr(buf_str(&value), 0, value.len) &&
        text_valid(buf_str(&value), value.len, NULL) &&
        text_valid(buf_str(&name), name.len, NULL) && !params_find(out, buf_str(&name)) &&
        !params_set_n(out, buf_str(&name), name.len, buf_str(&value), value.len, PARAM_USER, NULL);
    buf_clear(&name);
    buf_clear(&value);
    return good;
}

/* The query of a link that a payer opens. */
static const struct refusal *read_query(struct call *c)
{
    const char *s = c->q->query;
    if (strcmp(c->q->method, "GET") != 0)
        return refusal_row(REFUSE_VALUE);
    while (*s) {
        size_t len = strcspn(s, "&");
        if (len && !read_pair(s, len, &c->params))
            return refusal_row(REFUSE_VALUE);
        s += len + (s[len] == '&');
    }
    return c->params.count ? NULL : refusal_row(REFUSE_LACKING);
}

/* ---- Body ---- */

static enum refusal_id body_fault(enum xml_fault fault)
{
    return fault == XML_EMPTY ? REFUSE_EMPTY : fault == XML_NOT_UTF8 ? REFUSE_ENCODING : REFUSE_XML;
}

const struct refusal *call_read(struct call *c)
{
    struct xml_info info;
    struct err err = {0};
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];

    if (c->spec->get)
        return read_query(c);
    if (strcmp(c->q->method, "POST") != 0)
        return refusal_row(REFUSE_METHOD);
    if (xml_read(c->q->body, c->q->len, &c->params, &info, &err)) {
        err_line(&err, LANG_ZH, zh, sizeof(zh));
        err_line(&err, LANG_EN, en, sizeof(en));
        call_detail(c, "%s%.0s", "%.0s%s", zh, en);
        return refusal_row(body_fault(info.fault));
    }
    if (c->params.count == 0)
        return refusal_row(REFUSE_EMPTY);
    if (!c->gateway || !params_has(&c->params, "service"))
        return NULL;
    const struct spec *s =
        catalog_by_path(c->catalog, c->spec->path, params_get(&c->params, "service"));
    if (!s)
        return refusal_row(REFUSE_SERVICE);
    c->spec = s;
    return NULL;
}

/* ---- Signature ---- */

/* Without sign_type the API's default holds; where that is HMAC-SHA256 the length tells, so that a
   request that merely lacks sign_type hears that, instead of 签名错误. */
static const struct refusal *choose_kind(struct call *c)
{
    const char *type = params_get(&c->params, "sign_type"), *sign = params_get(&c->params, "sign");

    c->kind = SIGN_MD5;
    if (type && type[0]) {
        if (!sign_kind_read(type, &c->kind) || !c->spec->sign_types[c->kind])
            return refusal_row(REFUSE_SIGN_TYPE);
    } else if (c->spec->sign_default == SIGN_HMAC_SHA256 && sign) {
        sign_kind_from_length(strlen(sign), &c->kind);
    }
    return NULL;
}

/* What a look at the two signatures tells. */
static void explain_sign(struct call *c, const char *received)
{
    const char *kind = sign_kind_name(c->kind);
    size_t got = strlen(received), want = strlen(c->trace.hex);

    if (got == 0)
        call_detail(c, "请求没有 sign", "the request has no sign");
    else if (got != want && !params_has(&c->params, "sign_type"))
        call_detail(c, "sign 有 %zu 个字符%.0s；没有 sign_type 即为 %s，应为 %zu 个",
                    "sign has %zu character%s; without sign_type it is %s, which has %zu", got,
                    text_s(got), kind, want);
    else if (got != want)
        call_detail(c, "sign 有 %zu 个字符%.0s，%s 应为 %zu 个",
                    "sign has %zu character%s, %s has %zu", got, text_s(got), kind, want);
    else if (text_same_nocase(received, c->trace.hex))
        call_detail(c, "签名的字母是小写，官方接口要求大写",
                    "the signature is in lower case, the official API wants upper case");
}

static const struct refusal *check_sign(struct call *c)
{
    const char *received = params_get(&c->params, "sign");
    bool holds = false;

    received = received ? received : "";
    if (sign_compute(&c->params, c->kind, &c->merchant->key, &c->trace, NULL))
        return refusal_row(REFUSE_SIGN);
    snprintf(c->received, sizeof(c->received), "%s", received);
    if (c->gateway) /* it compares without regard to case: facts/wap-gateway.md 3 */
        holds = text_same_nocase(received, c->trace.hex);
    else
        holds = strcmp(received, c->trace.hex) == 0;
    if (holds)
        return NULL;
    c->wrong_sign = true;
    explain_sign(c, received);
    return refusal_row(REFUSE_SIGN);
}

/* ---- Certificate ---- */

/* It is the merchant's own, whoever runs the connection. */
static const struct refusal *check_certificate(struct call *c)
{
    char name[AUTHORITY_NAME_MAX];
    if (!c->authority || !c->spec->cert)
        return NULL;
    switch (
        authority_check(c->authority, c->q->certificate, c->q->certificate_len, c->today, name)) {
    case CERTIFICATE_NONE:
        call_detail(c, "没有带客户端证书", "no client certificate was shown");
        break;
    case CERTIFICATE_FOREIGN:
        call_detail(c, "客户端证书不是这个沙箱签发的",
                    "the client certificate was not issued by this sandbox");
        break;
    case CERTIFICATE_EXPIRED:
        call_detail(c, "客户端证书不在有效期内", "the client certificate is not valid today");
        break;
    case CERTIFICATE_GOOD:
        if (strcmp(name, c->merchant->mch_id) == 0)
            return NULL;
        call_detail(c, "客户端证书是商户 %s 的", "the client certificate is that of merchant %s",
                    name);
        break;
    }
    return refusal_row(REFUSE_CERTIFICATE);
}

/* ---- Ids ---- */

static bool differs(const char *given, const char *ours)
{
    return given && given[0] && ours && strcmp(given, ours) != 0;
}

static const struct refusal *check_ids(struct call *c)
{
    const struct merchant *m = c->merchant;
    const char *appid = params_get(&c->params, "appid");
    const char *sub = params_get(&c->params, "sub_mch_id");
    const struct field *needs_sub = spec_field(c->spec, "sub_mch_id");

    if (c->gateway)
        return NULL;
    if (differs(appid, m->appid))
        return refusal_row(merchants_know_appid(c->merchants, appid) ? REFUSE_BINDING
                                                                     : REFUSE_APPID);
    if (needs_sub && needs_sub->required && !m->sub_mch_id)
        return refusal_row(REFUSE_PERMISSION);
    /* Required of some: of those in partner mode, and this merchant always is. */
    if (needs_sub && needs_sub->when_count && m->sub_mch_id && !(sub && sub[0])) {
        call_detail(c, "缺少 sub_mch_id：该商户是服务商",
                    "sub_mch_id is missing: this merchant is a service provider");
        return refusal_row(REFUSE_LACKING);
    }
    if (sub && sub[0] && (!m->sub_mch_id || strcmp(sub, m->sub_mch_id) != 0))
        return refusal_row(REFUSE_SUB);
    if (differs(params_get(&c->params, "sub_appid"), m->sub_appid)) {
        call_detail(c, "sub_appid 没有绑定到该子商户号",
                    "the sub_appid is not bound to this sub_mch_id");
        return refusal_row(REFUSE_BINDING);
    }
    return NULL;
}

/* ---- Fields ---- */

/* Fields of the contract half: what is wrong with them refuses the contract, not the order. */
static bool is_contract_field(const char *name)
{
    return strncmp(name, "contract_", 9) == 0 || strcmp(name, "plan_id") == 0 ||
           strcmp(name, "request_serial") == 0;
}

/* The first error of the payment half; NULL if there is none. */
static const struct finding *payment_error(const struct findings *f)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->items[i].severity == SEVERITY_ERROR && !is_contract_field(f->items[i].field))
            return &f->items[i];
    }
    return NULL;
}

static const struct refusal *check_fields(struct call *c)
{
    bool lacking = false;

    validate(c->spec, &c->params, ENVIRONMENT_TEST, c->kind, &c->findings);
    const struct finding *first = validate_first(&c->findings, &lacking);
    if (!first)
        return NULL;
    /* Only an answer of two results can refuse the contract and take the payment. */
    bool pair = spec_reply_field(c->spec, "contract_result_code") != NULL;
    const struct finding *payment = lacking || !pair ? first : payment_error(&c->findings);
    const struct finding *said = payment ? payment : first;
    call_detail(c, "%s%.0s", "%.0s%s", said->text[LANG_ZH], said->text[LANG_EN]);
    /* A value too long was seen refused with return_code FAIL by the real gateway (facts/apis.md
       7.4); INTERFACE.md has a closed list of those faults, and this is none of them. */
    if (payment)
        return refusal_row(lacking ? REFUSE_LACKING : REFUSE_VALUE);
    c->contract = refusal_row(REFUSE_CONTRACT_VALUE);
    return NULL;
}

const struct refusal *call_check(struct call *c)
{
    static const struct refusal *(*const steps[])(struct call *) = {
        choose_kind, check_sign, check_certificate, check_ids, check_fields};
    c->merchant = merchants_find(c->merchants, c->spec->dialect, params_get(&c->params, "mch_id"));
    if (!c->merchant)
        return refusal_row(REFUSE_MERCHANT);
    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        const struct refusal *r = steps[i](c);
        if (r)
            return r;
    }
    return NULL;
}

/* ---- The order ---- */

static void explain_used(struct call *c, const struct params *names)
{
    if (names->count == 0)
        call_detail(c, "同一订单号已由接口 %s 下单", "the order number was placed through %s",
                    c->order->api);
    else
        call_detail(c, "同一订单号再次下单，但 %s 等 %zu 个字段不同%.0s",
                    "the order number came again, but %s (of %zu field%s) differs",
                    names->items[0].name, names->count, text_s(names->count));
}

static void judge_contract(struct call *c)
{
    const char *plan = params_get(&c->params, "plan_id");
    const char *code = params_get(&c->params, "contract_code");

    if (!c->contract && plan && plan[0] && !merchants_have_plan(plan))
        c->contract = refusal_row(REFUSE_PLAN);
    if (!c->contract && code &&
        ledger_contract_taken(c->ledger, c->merchant->mch_id, code, c->order))
        c->contract = refusal_row(REFUSE_CONTRACT_CODE);
    c->order->contract_refused = c->contract != NULL;
}

const struct refusal *call_place(struct call *c)
{
    static const enum refusal_id refused[] = {[PLACE_DIFFERS] = REFUSE_USED,
                                              [PLACE_PAID] = REFUSE_PAID,
                                              [PLACE_CLOSED] = REFUSE_CLOSED,
                                              [PLACE_FULL] = REFUSE_FULL};
    struct params names = {0};
    char unique[CALL_UNIQUE + 1];

    if (!spec_reply_field(c->spec, "prepay_id")) /* a user's own API that orders nothing */
        return NULL;
    call_letters(unique, CALL_UNIQUE);
    c->placed =
        ledger_place(c->ledger, c->spec, &c->params, c->kind, c->now, unique, &c->order, &names);
    bool known = c->placed == PLACE_SAME || c->placed == PLACE_DIFFERS;
    bool failed = known && c->order->state == ORDER_PAYERROR;
    if (c->placed == PLACE_DIFFERS && !failed)
        explain_used(c, &names);
    params_clear(&names);
    if (failed)
        return refusal_row(REFUSE_FAILED);
    if (c->placed != PLACE_NEW && c->placed != PLACE_SAME)
        return refusal_row(refused[c->placed]);
    judge_contract(c);
    return NULL;
}

struct bi call_why(const struct call *c, const struct refusal *refusal)
{
    return c->detail.zh ? c->detail : refusal->why;
}
