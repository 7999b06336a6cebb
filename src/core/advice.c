/* SPDX-License-Identifier: MIT */
/* One small check a cause; each may say something about one or several parameters. */
#include "core/advice.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/callup.h"
#include "core/moves_make.h"
#include "core/received.h"
#include "core/text.h"
#include "core/wire.h"
#include "core/xml.h"

struct advising {
    const struct advice_input *in;
    struct advice *out;
    size_t count;
};

static void add(struct advising *a, const char *id, const char *field, const char *zh,
                const char *en, ...) __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

static void add(struct advising *a, const char *id, const char *field, const char *zh,
                const char *en, ...)
{
    va_list args;
    struct err said;
    if (a->count == ADVICE_MAX)
        return;
    struct advice *one = &a->out[a->count++];
    one->cause = cause_get(id);
    snprintf(one->field, sizeof(one->field), "%s", field);
    va_start(args, en);
    err_vset(&said, ST_OK, zh, en, args);
    va_end(args);
    for (int lang = 0; lang < LANG_COUNT; lang++)
        err_part(&said, (enum lang)lang, ERR_WHAT, one->seen[lang], sizeof(one->seen[lang]));
}

/* ---- Algorithm ---- */

static void check_algorithm(struct advising *a)
{
    const struct spec *s = a->in->spec;
    const char *sign = params_get(a->in->params, "sign");
    enum sign_kind kind;

    if (!s || !sign || !sign_kind_from_length(strlen(sign), &kind))
        return;
    if (!s->sign_types[kind] || (s->sign_is_demanded && kind != s->sign_default))
        add(a, kind == SIGN_MD5 ? "alg-hmac-only" : "alg-md5-only", "sign",
            "签名是 %s，接口 %s 不接受这个算法", "the signature is %s, which API %s does not take",
            sign_kind_name(kind), s->id);
    else if (kind != s->sign_default && spec_field(s, "sign_type") &&
             !params_has(a->in->params, "sign_type"))
        add(a, "alg-default", "sign_type", "签名是 %s，却没有发送 sign_type，网关会按 %s 计算",
            "the signature is %s, but sign_type is not sent: the gateway will compute %s",
            sign_kind_name(kind), sign_kind_name(s->sign_default));
}

/* The exact spelling decides: "md5" and "HMAC_SHA256" are neither. */
static void check_sign_type(struct advising *a)
{
    const char *text = params_get(a->in->params, "sign_type");
    enum sign_kind kind;
    if (text && text[0] && !sign_kind_read(text, &kind))
        add(a, "alg-name", "sign_type", "sign_type 的值不是 MD5 或 HMAC-SHA256",
            "sign_type is neither MD5 nor HMAC-SHA256");
}

/* ---- Parameters ---- */

static const char *field_at(const void *ctx, size_t index)
{
    const struct spec *s = ctx;
    return index < s->request_count ? s->request[index].name : NULL;
}

static void check_names(struct advising *a)
{
    const struct spec *s = a->in->spec;
    for (size_t i = 0; s && i < a->in->params->count; i++) {
        const struct param *p = &a->in->params->items[i];
        if (p->off || !p->value_len || strcmp(p->name, "sign") == 0 || spec_field(s, p->name))
            continue;
        const char *near = text_nearest(p->name, field_at, s);
        if (near && !params_has(a->in->params, near))
            add(a, "name-typo", p->name, "参数 %s 应写作 %s", "the parameter %s should be spelt %s",
                p->name, near);
        else
            add(a, "param-extra", p->name, "接口 %2$s 不认识参数 %1$s",
                "the parameter %1$s is unknown to API %2$s", p->name, s->id);
    }
}

/* The gateway may take another of the values than the signature did. */
static void check_twice(struct advising *a)
{
    const struct params *t = a->in->twice;
    for (size_t i = 0; t && i < t->count; i++)
        add(a, "dup-param", t->items[i].name, "参数 %s 出现两次，值不同；签名只按其中一个计算",
            "the parameter %s stands there twice with different values; the signature is over one",
            t->items[i].name);
}

/* What only APIv3 knows. */
static void check_v3(struct advising *a)
{
    static const char *const names[] = {"mchid",    "sp_mchid",  "sub_mchid",
                                        "sp_appid", "amount",    "description",
                                        "payer",    "signature", "serial_no"};
    const char *sign = params_get(a->in->params, subject_sign_field(a->in->params, a->in->kind));
    const char *type = params_get(a->in->params, "signType");
    struct received r;
    received_read(sign ? sign : "", sign ? strlen(sign) : 0, &r);
    if (sign && r.shape == RECEIVED_RSA)
        add(a, "v2-v3-mix", "sign", "签名有 %zu 个字符的 base64：是 RSA 签名",
            "the signature is %zu characters of base64: RSA", strlen(sign));
    else if (type && strcmp(type, "RSA") == 0)
        add(a, "v2-v3-mix", "signType", "signType 是 RSA", "signType is RSA");
    for (size_t i = 0; a->in->kind == MESSAGE_ORDER && i < ARRAY_COUNT(names); i++) {
        if (params_has(a->in->params, names[i]) &&
            !(a->in->spec && spec_field(a->in->spec, names[i])))
            add(a, "v2-v3-mix", names[i], "参数 %s 是 APIv3 的", "the parameter %s is of APIv3",
                names[i]);
    }
}

static void check_values(struct advising *a)
{
    bool link = params_has(a->in->params, "plan_id") && params_has(a->in->params, "contract_code");
    const char *url = params_get(a->in->params, "notify_url");
    for (size_t i = 0; i < a->in->params->count; i++) {
        const struct param *p = &a->in->params->items[i];
        if (!p->off && text_has_astral(p->value, p->value_len))
            add(a, "emoji", p->name, "参数 %s 含 4 字节字符", "%s has a character of 4 bytes",
                p->name);
    }
    if (link && url && strstr(url, "%3A"))
        add(a, "papay-notify-url", "notify_url", "notify_url 在签名之前已经编码过%s",
            "notify_url was encoded before it was signed%s", "");
}

/* ---- Client-side parameters ---- */

static void check_call_names(struct advising *a, const struct callup *c)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        const char *right = callup_name(c->app, (enum callup_role)role);
        struct span given = c->given[role];
        if (right && given.s && !span_is(given, right))
            add(a, "2nd-name-case", right, "参数 %1$.*2$s 应写作 %3$s",
                "the parameter %1$.*2$s should be spelt %3$s", given.s, (int)given.len, right);
    }
}

static void check_call_values(struct advising *a, const struct callup *c)
{
    struct span time = c->values[ROLE_TIME], package = c->values[ROLE_PACKAGE];
    const char *right = c->app ? "Sign=WXPay" : "prepay_id=";
    if (time.s && (time.len != 10 || time.s[0] < '1' || time.s[0] > '9'))
        add(a, "2nd-ms-time", "timeStamp", "时间戳有 %zu 位%.0s，应为 10 位秒数",
            "the timestamp has %zu digit%s, not the 10 of seconds", time.len, text_s(time.len));
    if (package.s && (package.len < 10 || memcmp(package.s, right, 10) != 0))
        add(a, "2nd-wrong-set", "package", "package 应以 %s 开头", "package should begin with %s",
            right);
}

static void check_call_kind(struct advising *a, const struct callup *c)
{
    const char *sign = params_get(a->in->params, subject_sign_field(a->in->params, MESSAGE_CALL));
    struct span type = c->values[ROLE_SIGN_TYPE];
    enum sign_kind kind;
    if (sign && type.s && sign_kind_from_length(strlen(sign), &kind) &&
        !span_is(type, sign_kind_name(kind)))
        add(a, "alg-2nd-mismatch", "signType", "签名是 %1$s，signType 却是 %2$.*3$s",
            "the signature is %1$s, but signType is %2$.*3$s", sign_kind_name(kind), type.s,
            (int)type.len);
}

/* The client's appid must be that of the order. */
static void check_call_ids(struct advising *a, const struct callup *c)
{
    const struct params *m = a->in->merchant;
    const char *sub = m ? params_get(m, "sub_appid") : NULL,
               *sp = m ? params_get(m, "appid") : NULL;
    struct span id = c->values[ROLE_APPID];
    if (id.s && sub && sub[0] && sp && strcmp(sub, sp) != 0 && span_is(id, sp))
        add(a, "2nd-sp-ids", "appId", "appId 是服务商的 %s；下单传了 sub_appid 时要用 %s",
            "appId is the provider's %s; with sub_appid in the order it must be %s", sp, sub);
    else if (id.s && sp && sp[0] && !span_is(id, sp) && !(sub && span_is(id, sub)))
        add(a, "2nd-sp-ids", "appId", "appId 不是该商户的 appid（%s）",
            "appId is not the merchant's appid (%s)", sp);
}

static void check_call(struct advising *a)
{
    struct callup c;
    struct buf store;
    buf_init(&store, PARAM_VALUE_MAX + 64);
    callup_read(a->in->params, NULL, &store, &c);
    check_call_names(a, &c);
    check_call_values(a, &c);
    check_call_kind(a, &c);
    check_call_ids(a, &c);
    buf_clear(&store);
}

/* ---- What the gateway sent ---- */

static void check_received(struct advising *a)
{
    const struct params *p = a->in->params;
    const char *code = params_get(p, "return_code");
    if (params_get(p, "xml") && p->count <= 2)
        add(a, "proxy-body", "xml", "报文已被解析成对象（成员 xml）%s",
            "the body was parsed into an object (member xml)%s", "");
    if (params_has(p, "sign") || a->in->kind == MESSAGE_CALL)
        return;
    if (params_has(p, "req_info"))
        add(a, "verify-no-sign", "req_info", "退款通知没有 sign，内容在 req_info 里加密%s",
            "a refund notification has no sign; its content is encrypted in req_info%s", "");
    else if (code && strcmp(code, "SUCCESS") != 0)
        add(a, "verify-no-sign", "return_code", "return_code 是 %.20s：网关没有处理，也不签名",
            "return_code is %.20s: the gateway did not process it and does not sign", code);
    else if (a->in->kind == MESSAGE_NOTIFY)
        add(a, "forged-notify", "sign", "支付通知没有 sign%s",
            "a payment notification has no sign%s", "");
}

/* ---- Bytes ---- */

static bool begins_encoded(struct span t)
{
    return t.len > 3 && strncasecmp(t.s, "%3c", 3) == 0;
}

/* The length and charset that the headers declare, against the bytes. */
static void check_head(struct advising *a)
{
    struct span body = a->in->wire, length = wire_header(a->in->head, "Content-Length"),
                type = wire_header(a->in->head, "Content-Type");
    char number[24] = "";
    size_t bytes, characters;
    if (length.len > 0 && length.len < sizeof(number) && body.len > 0) {
        memcpy(number, length.s, length.len);
        size_t declared = strtoul(number, NULL, 10);
        bool fits = wire_length_fits(body, declared, &bytes, &characters);
        if (!fits && declared == characters)
            add(a, "cs-wire", "", "Content-Length 是 %1$zu，按字符数算的；正文有 %2$zu 字节",
                "Content-Length is %1$zu, the number of characters; the body has %2$zu bytes",
                declared, bytes);
        else if (!fits && declared < bytes)
            add(a, "cs-wire", "",
                "Content-Length 是 %1$zu，正文有 %2$zu 字节%3$.0s：网关只读到前一部分",
                "Content-Length is %1$zu, the body has %2$zu byte%3$s: the gateway reads a part of it",
                declared, bytes, text_s(bytes));
        else if (!fits)
            add(a, "cs-wire", "",
                "Content-Length 是 %1$zu，正文只有 %2$zu 字节%3$.0s：与签名时的不同",
                "Content-Length is %1$zu, the body has only %2$zu byte%3$s: it is not what was signed",
                declared, bytes, text_s(bytes));
    }
    const char *charset = type.len > 0 ? memmem(type.s, type.len, "charset=", 8) : NULL;
    struct span name =
        charset ? span_trim((struct span){charset + 8, (size_t)(type.s + type.len - charset - 8)})
                : (struct span){0};
    if (name.len > 0 && strchr("\"'", name.s[0]))
        name = (struct span){name.s + 1, name.len - 1};
    for (size_t i = 0; i < name.len; i++) {
        if (strchr("\"'; ", name.s[i]))
            name.len = i;
    }
    bool utf8 = (name.len == 5 && strncasecmp(name.s, "utf-8", 5) == 0) ||
                (name.len == 4 && strncasecmp(name.s, "utf8", 4) == 0);
    if (name.len > 0 && !utf8)
        add(a, "cs-wire", "", "Content-Type 声明的字符集是 %1$.*2$s，应为 UTF-8",
            "Content-Type declares the charset %1$.*2$s, not UTF-8", name.s,
            (int)(name.len < 32 ? name.len : 32));
}

/* An XML endpoint that was sent something else. False: it is no XML. */
static bool check_form(struct advising *a)
{
    const struct spec *s = a->in->spec;
    struct span body = span_trim(a->in->wire);
    if (a->in->query && s && !s->get)
        add(a, "xml-shape", "", "参数在网址里：接口 %s 要的是 POST 的 XML 正文",
            "the parameters stand in the URL: API %s takes XML in the body of a POST", s->id);
    if (body.len == 0 || body.s[0] == '<')
        return body.len > 0;
    if (body.s[0] == '{')
        add(a, "xml-shape", "", "正文是 JSON，应为 XML%s", "the body is JSON, not XML%s", "");
    else if (begins_encoded(body))
        add(a, "xml-shape", "", "正文被百分号编码过：网关收到的不是 XML%s",
            "the body was percent-encoded: what the gateway gets is no XML%s", "");
    else
        add(a, "xml-shape", "", "正文是表单（a=1&b=2），应为 XML%s",
            "the body is a form (a=1&b=2), not XML%s", "");
    return false;
}

static void check_wire(struct advising *a)
{
    struct span wire = a->in->wire;
    struct params read = {0};
    struct xml_info info;
    size_t at;

    check_head(a);
    if (!check_form(a))
        return;
    if (!text_valid(wire.s, wire.len, &at)) {
        add(a, "cs-wire", "", "报文第 %zu 个字节起不是 UTF-8",
            "the body is not UTF-8 from byte %zu on", at + 1);
        return;
    }
    enum status st = xml_read(wire.s, wire.len, &read, &info, NULL);
    bool told = a->in->twice && a->in->twice->count > 0;
    if (st && info.fault == XML_AMBIGUOUS && told)
        return;
    if (st && info.fault == XML_AMBIGUOUS)
        add(a, "dup-param", "", "第 %zu 行的参数已经出现过，值不同",
            "the parameter in line %zu was there before with another value", info.line);
    else if (st && info.fault == XML_NOT_UTF8)
        add(a, "cs-wire", "", "报文声明的编码不是 UTF-8%s",
            "the body declares an encoding other than UTF-8%s", "");
    else if (st)
        add(a, "xml-shape", "", "报文不是一层的 XML（第 %zu 行）",
            "the body is no flat XML (line %zu)", info.line);
    else if (strcmp(info.root, "xml") != 0)
        add(a, "xml-shape", "", "根元素是 <%s>，应为 <xml>", "the root element is <%s>, not <xml>",
            info.root);
    if (!st && info.repeated > 0)
        add(a, "dup-param", "", "有 %zu 个参数出现两次", "parameters that stand there twice: %zu",
            info.repeated);
    if (!st && info.bom)
        add(a, "xml-shape", "", "报文以 BOM 开头%s", "the body begins with a byte order mark%s",
            "");
    params_clear(&read);
}

/* ---- Key ---- */

static void check_key_shape(struct advising *a)
{
    const struct secret *key = a->in->key;
    size_t odd = 0;
    for (size_t i = 0; i < key->len; i++) {
        unsigned char c = (unsigned char)key->text[i];
        odd += !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }
    if (span_is_blank(key->text[0]) || span_is_blank(key->text[key->len - 1]))
        add(a, "key-blank", "", "密钥首尾有空白%s", "the key has blanks at an end%s", "");
    else if (key->len != 32)
        add(a, "key-length", "", "密钥有 %zu 个字节%.0s，应为 32", "the key has %zu byte%s, not 32",
            key->len, text_s(key->len));
    else if (odd > 0)
        add(a, "key-length", "", "密钥含 %zu 个字母和数字以外的字符%.0s",
            "the key has %zu character%s other than letters and digits", odd, text_s(odd));
}

/* Whose key is it, and where is it used? */
static void check_key_origin(struct advising *a)
{
    const struct params *p = a->in->params, *m = a->in->merchant;
    const char *mch = params_get(p, "mch_id"), *sub = params_get(p, "sub_mch_id");
    const char *ours = m ? params_get(m, "mch_id") : NULL, *label = a->in->key_label;
    bool sandbox = a->in->base_url &&
                   (strstr(a->in->base_url, "sandboxnew") || strstr(a->in->base_url, "/xdc/"));
    const char *cause = label ? moves_label_cause(label) : "";
    bool sandbox_key = strcmp(cause, "key-sandbox") == 0;

    if (ours && ours[0] && mch && strcmp(mch, ours) != 0 && sub && strcmp(sub, ours) == 0)
        add(a, "key-sp", "sub_mch_id", "密钥是子商户 %s 的，应为服务商 %s 的",
            "the key is that of the sub-merchant %s, not of the provider %s", ours, mch);
    else if (ours && ours[0] && mch && mch[0] && strcmp(mch, ours) != 0)
        add(a, "key-other", "mch_id", "密钥是商户 %s 的，报文属于商户 %s",
            "the key is that of merchant %s, the message is of merchant %s", ours, mch);
    if (sandbox && !sandbox_key)
        add(a, "key-sandbox", "", "地址是官方沙箱，密钥却不是标为沙箱的那个%s",
            "the address is the official sandbox, but the key is not the one labelled sandbox%s",
            "");
    else if (label && !(sandbox && sandbox_key) && strcmp(cause, "key-other") != 0)
        add(a, cause, "", "所用的密钥在 other_keys 里标为 %.64s",
            "the key in use is labelled %.64s in other_keys", label);
}

size_t advise(const struct advice_input *in, struct advice out[ADVICE_MAX])
{
    struct advising a = {.in = in, .out = out};
    check_v3(&a);
    check_twice(&a);
    if (in->kind == MESSAGE_ORDER) {
        check_algorithm(&a);
        check_sign_type(&a);
        check_names(&a);
        check_values(&a);
        check_wire(&a);
    } else if (in->kind == MESSAGE_CALL) {
        check_call(&a);
    }
    check_received(&a);
    if (in->key && secret_is_set(in->key)) {
        check_key_shape(&a);
        check_key_origin(&a);
    }
    return a.count;
}

bool oracle_advice(const struct oracle_verdict *v, struct advice *out)
{
    struct advising a = {.out = out};
    if (v->answer != ORACLE_OTHER_KEY)
        return false;
    add(&a, v->sealed ? "reqinfo-decrypt" : moves_label_cause(v->label), "",
        "网关用的是候选密钥 %zu（%.64s），不是商户配置的密钥",
        "the gateway uses candidate key %zu (%.64s), not the profile's", v->index + 1, v->label);
    return true;
}
