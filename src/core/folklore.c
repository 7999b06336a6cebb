/* SPDX-License-Identifier: MIT */
/* One row a belief; a trace is looked for in the values, the signature or the bytes sent. */
#include "core/folklore.h"

#include <string.h>

#include "core/charset.h"
#include "core/text.h"
#include "core/unescape.h"

/* ---- Traces ---- */

static bool any_value(const struct subject *s, bool (*is)(struct span value))
{
    for (size_t i = 0; i < s->params.count; i++) {
        const struct param *p = &s->params.items[i];
        if (is((struct span){p->value, p->value_len}))
            return true;
    }
    return false;
}

/* %E8%8C%B6: an encoder has been over letters that are not ASCII. */
static bool is_encoded(struct span v)
{
    for (size_t i = 0; i + 5 < v.len; i++) {
        if (v.s[i] == '%' && v.s[i + 3] == '%' && unescape_digit(v.s[i + 1]) >= 8 &&
            unescape_digit(v.s[i + 4]) >= 8)
            return true;
    }
    return false;
}

/* Question marks for letters, or UTF-8 read as Latin-1. */
static bool is_latin(struct span v)
{
    struct buf out;
    buf_init_secret(&out, 4 * v.len + 16);
    bool found =
        memmem(v.s, v.len, "???", 3) != NULL || rendering_write(RENDER_UNDO_LATIN1, v, &out);
    buf_clear(&out);
    return found;
}

static bool is_foreign(struct span v)
{
    for (size_t i = 0; i < v.len; i++) {
        if ((unsigned char)v.s[i] >= 0x80)
            return true;
    }
    return false;
}

static bool sees_encoded(const struct subject *s)
{
    return any_value(s, is_encoded);
}

static bool sees_latin(const struct subject *s)
{
    return any_value(s, is_latin);
}

static bool sees_chinese(const struct subject *s)
{
    return any_value(s, is_foreign);
}

static bool sees_thirty(const struct subject *s)
{
    return strlen(s->received.text) == 30 && s->received.shape == RECEIVED_DIGEST;
}

static bool sees_declaration(const struct subject *s)
{
    struct span t = span_trim(s->wire);
    return t.len > 5 && memcmp(t.s, "<?xml", 5) == 0;
}

static bool sees_xml(const struct subject *s)
{
    struct span t = span_trim(s->wire);
    return t.len > 0 && t.s[0] == '<';
}

static bool sees_call(const struct subject *s)
{
    return s->kind == MESSAGE_CALL;
}

static bool sees_address(const struct subject *s)
{
    return params_has(&s->params, "spbill_create_ip");
}

static bool sees_capitals(const struct subject *s)
{
    static const char *const names[] = {"appid", "appId", "sub_appid"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const char *v = params_get(&s->params, names[i]);
        if (v && v[0] == 'W' && v[1] == 'X')
            return true;
    }
    return params_has(&s->params, "APPID") || params_has(&s->params, "APPId");
}

static bool sees_lower(const struct subject *s)
{
    return s->received.lower && !s->gateway;
}

/* ---- The rows ---- */

static const struct folklore rows[] = {
    {"folk-encode",
     {"中文要先做 URL 编码再签名", "Chinese must be URL-encoded before signing"},
     {"不用：签名和报文都用 UTF-8 原文；编码只会掩盖字符集错误，用户会看到 %E8…，还可能超长",
      "no: sign and send the plain UTF-8 text; encoding only hides a charset mistake, payers see "
      "%E8… and the value may grow too long"},
     "val-urlencoded",
     true,
     sees_encoded},
    {"folk-latin1",
     {"中文要转成 ISO-8859-1", "Chinese must be converted to ISO-8859-1"},
     {"不要：ISO-8859-1 没有汉字，会变成 ??? 或乱码；签名前取字节时指定 UTF-8",
      "no: ISO-8859-1 has no Chinese, which becomes ??? or garbage; name UTF-8 where the bytes to "
      "sign are taken"},
     "notify-charset",
     true,
     sees_latin},
    {"folk-thirty",
     {"APP 的签名只取前 30 位就行", "the first 30 characters of an APP signature do"},
     {"不行：MD5 是完整的 32 位；取 30 位时当时的客户端没有校验，订单随后付不了",
      "no: an MD5 is 32 digits whole; a client that took 30 did not check at that point, and the "
      "order could not be paid"},
     "hash-trunc",
     true,
     sees_thirty},
    {"folk-no-chinese",
     {"body 不能有中文", "body must not be Chinese"},
     {"可以有：签名不符是因为两边取字节用的字符集不同，两边都用 UTF-8 即可",
      "it may be: such a signature differs because the two sides took the bytes in different "
      "charsets; use UTF-8 on both"},
     "cs-digest",
     false,
     sees_chinese},
    {"folk-upper",
     {"MD5 大小写都可以", "an MD5 may be in either letter case"},
     {"官方接口只认大写；小写的摘要转成大写即可",
      "the official API takes upper case only; put the digest into upper case"},
     "hash-case",
     true,
     sees_lower},
    {"folk-appid-upper",
     {"appId 要大写", "appId must be in capitals"},
     {"说的是名称的驼峰写法 appId；值要原样，全大写的值是另一个值",
      "that speaks of the camel case of the name appId; the value stays as it is, and in capitals "
      "it is another value"},
     "name-case",
     true,
     sees_capitals},
    {"folk-declaration",
     {"要去掉 <?xml …?> 那一行", "the <?xml …?> line must be removed"},
     {"没有影响；只有里面写错的 encoding 才有害",
      "it makes no difference; only a wrong encoding in it does harm"},
     "xml-shape",
     false,
     sees_declaration},
    {"folk-order",
     {"XML 元素要按文档的次序", "XML elements must stand in the documented order"},
     {"不用：网关自己按参数名排序", "no: the gateway sorts by name itself"},
     NULL,
     false,
     sees_xml},
    {"folk-nonce",
     {"调起支付的 nonceStr 必须与下单的相同", "the client's nonceStr must equal the order's"},
     {"不必：可以另取；要紧的是签名用的值就是传出的值",
      "no: it is free; what matters is that the values signed are the values passed on"},
     "2nd-regenerated",
     false,
     sees_call},
    {"folk-address",
     {"spbill_create_ip 不等于调用者的 IP 会签名错误",
      "a spbill_create_ip that is not the caller's breaks the signature"},
     {"不会：它只是一个参数，按发送的值参与签名",
      "no: it is a parameter like any other, signed with the value that is sent"},
     NULL,
     false,
     sees_address},
    {"folk-certificate",
     {"重新下载证书就好了", "downloading the certificates again helps"},
     {"V2 的签名与证书无关：只用 API 密钥（证书只用于退款等接口的连接）",
      "V2 signatures have nothing to do with certificates: only the API key takes part (the "
      "certificate is for the connection of refunds and the like)"},
     NULL,
     false,
     NULL},
};

_Static_assert(ARRAY_COUNT(rows) <= FOLKLORE_MAX, "every belief has room");

static bool concerns(const struct folklore *f, const struct subject *s, const char *const *causes,
                     size_t cause_count)
{
    for (size_t i = 0; f->cause && i < cause_count; i++) {
        if (strcmp(f->cause, causes[i]) == 0)
            return true;
    }
    return f->telling && f->seen(s);
}

size_t folklore_of(const struct subject *s, const char *const *causes, size_t cause_count,
                   bool explained, const struct folklore *out[FOLKLORE_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct folklore *f = &rows[i];
        bool possible = !explained && !f->telling && (!f->seen || f->seen(s));
        if (possible || concerns(f, s, causes, cause_count))
            out[count++] = f;
    }
    return count;
}
