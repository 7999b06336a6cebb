/* SPDX-License-Identifier: MIT */
/* One small check a cause; each may say something about one or several parameters. */
#include "core/advice.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
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
    if (!s->sign_types[kind])
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
        add(a, "alg-default", "sign_type", "sign_type 的值不是 MD5 或 HMAC-SHA256",
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

/* ---- Bytes ---- */

static void check_wire(struct advising *a)
{
    struct span wire = a->in->wire;
    struct params read = {0};
    struct xml_info info;
    size_t at;

    if (wire.len == 0)
        return;
    if (!text_valid(wire.s, wire.len, &at)) {
        add(a, "cs-wire", "", "报文第 %zu 个字节起不是 UTF-8",
            "the body is not UTF-8 from byte %zu on", at + 1);
        return;
    }
    if (xml_read(wire.s, wire.len, &read, &info, NULL))
        add(a, "xml-shape", "", "报文不是一层的 XML%s", "the body is no flat XML%s", "");
    else if (strcmp(info.root, "xml") != 0)
        add(a, "xml-shape", "", "根元素是 <%s>，应为 <xml>", "the root element is <%s>, not <xml>",
            info.root);
    params_clear(&read);
}

/* ---- Key ---- */

static void check_key(struct advising *a)
{
    const struct secret *key = a->in->key;
    if (!key || !secret_is_set(key))
        return;
    size_t len = key->len;
    if (len != 32)
        add(a, "key-length", "", "密钥有 %zu 个字节，应为 32", "the key has %zu bytes, not 32",
            len);
}

size_t advise(const struct advice_input *in, struct advice out[ADVICE_MAX])
{
    struct advising a = {.in = in, .out = out};
    if (in->request) {
        check_algorithm(&a);
        check_sign_type(&a);
        check_names(&a);
        check_wire(&a);
    }
    check_key(&a);
    return a.count;
}
