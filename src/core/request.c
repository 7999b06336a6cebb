/* SPDX-License-Identifier: MIT */
/*
 * From values to bytes: fill, choose the algorithm, order, sign, write.
 *
 * Order on the wire is the spec's, whatever the order of typing, so that console and
 * command line cannot differ.
 */
#include "core/request.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "core/validate.h"
#include "core/xml.h"

#define EXPIRE_SECONDS (2 * 60 * 60) /* as long as a prepay_id lives: facts/apis.md 7.5 */

/* ---- Filling ---- */

struct fill {
    const struct spec *spec;
    const struct profile *profile;
    const struct request_seed *seed;
    bool demo;
    enum sign_kind kind;
    struct params *p;
    struct params *added;
};

static enum status fill_set(struct fill *f, const char *name, const char *value,
                            enum param_source source, struct err *err)
{
    enum status st = params_set_n(f->p, name, strlen(name), value, strlen(value), source, err);
    if (!st && f->added)
        st = params_set(f->added, name, "", err);
    return st;
}

/* A time in the form that the field's type has. */
static const char *time_text(const struct field *f, time_t t, char *out, size_t size)
{
    char digits[TEXT_TIME_SIZE];
    text_time_write(t, digits);
    if (f->type == FIELD_TIMESTAMP)
        snprintf(out, size, "%lld", (long long)t);
    else
        snprintf(out, size, "%.*s", f->type == FIELD_DATE ? 8 : 14, digits);
    return out;
}

static const char *profile_value(const struct profile *profile, const char *name)
{
    return profile && params_has(&profile->fields, name) ? params_get(&profile->fields, name)
                                                         : NULL;
}

bool request_generate(const struct field *field, const struct request_seed *seed,
                      const struct params *p, const struct profile *profile, char *out, size_t size)
{
    const char *text = NULL;
    char time[24];

    switch (field->source) {
    case SOURCE_NONCE:
        text = seed->nonce;
        break;
    case SOURCE_ORDER_NO:
        text = seed->order_no;
        break;
    case SOURCE_SERIAL:
        text = seed->serial;
        break;
    case SOURCE_NOW:
        text = time_text(field, seed->now, time, sizeof(time));
        break;
    case SOURCE_EXPIRE:
        text = time_text(field, seed->now + EXPIRE_SECONDS, time, sizeof(time));
        break;
    case SOURCE_IP:
        text = profile_value(profile, field->name);
        text = text ? text : "127.0.0.1";
        break;
    case SOURCE_CONSTANT:
        text = field->example;
        break;
    case SOURCE_COPY:
        text = params_has(p, field->copy_of) ? params_get(p, field->copy_of) : NULL;
        break;
    case SOURCE_PROFILE:
        text = profile_value(profile, field->name);
        break;
    case SOURCE_USER:
    case SOURCE_COUNT:
        break;
    }
    if (!text || strlen(text) >= size)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

enum param_source request_source(const struct field *field)
{
    return field->source == SOURCE_PROFILE    ? PARAM_PROFILE
           : field->source == SOURCE_CONSTANT ? PARAM_DEFAULT
                                              : PARAM_GENERATED;
}

const char *request_sign_type(const struct spec *spec, enum sign_kind kind)
{
    const struct field *f = spec_field(spec, "sign_type");
    bool needed = f && (f->required || kind != spec->sign_default || kind == SIGN_HMAC_SHA256);
    return needed ? sign_kind_name(kind) : NULL;
}

/* Is the field's value ours to make outside a demonstration too? Numbers that name an order and
   the payer's address are the user's own. */
static bool is_ours(const struct field *f)
{
    return f->source == SOURCE_NONCE || f->source == SOURCE_NOW || f->source == SOURCE_EXPIRE ||
           f->source == SOURCE_CONSTANT || f->source == SOURCE_COPY;
}

/* Fields that are always wanted go first: conditions and copies look at them. */
enum pass { PASS_PLAIN, PASS_ALL };

static enum status fill_field(struct fill *f, const struct field *field, enum pass pass,
                              struct err *err)
{
    const char *own = profile_value(f->profile, field->name);
    bool wanted = field->required || (f->demo && field->on) ||
                  (pass == PASS_ALL && validate_required(field, f->p, NULL, NULL));
    char made[256];

    if (params_find(f->p, field->name) || (pass == PASS_PLAIN && field->source == SOURCE_COPY))
        return ST_OK;
    if (strcmp(field->name, "sign_type") == 0) {
        const char *v = request_sign_type(f->spec, f->kind);
        return v ? fill_set(f, field->name, v, PARAM_DEFAULT, err) : ST_OK;
    }
    if (own && (field->source == SOURCE_PROFILE || wanted))
        return fill_set(f, field->name, own, PARAM_PROFILE, err);
    if (field->send_default)
        return fill_set(f, field->name, field->send_default, PARAM_DEFAULT, err);
    if (!wanted)
        return ST_OK;
    if ((is_ours(field) || f->demo) &&
        request_generate(field, f->seed, f->p, f->profile, made, sizeof(made)))
        return fill_set(f, field->name, made, request_source(field), err);
    /* Of a day's bill today's: on the example's nothing was paid in this sandbox. */
    const char *example = f->demo ? field->example : NULL;
    if (example && field->type == FIELD_DATE)
        example = time_text(field, f->seed->now, made, sizeof(made));
    if (example)
        return fill_set(f, field->name, example, PARAM_DEFAULT, err);
    return ST_OK;
}

enum status request_fill(const struct spec *spec, const struct profile *profile,
                         const struct request_seed *seed, bool demo, enum sign_kind kind,
                         struct params *p, struct params *added, struct err *err)
{
    struct fill f = {spec, profile, seed, demo, kind, p, added};
    enum pass pass = PASS_PLAIN;
    size_t before;

    /* What was filled may make another field required: until nothing is added any more. */
    do {
        before = p->count;
        for (size_t i = 0; i < spec->request_count; i++) {
            enum status st = fill_field(&f, &spec->request[i], pass, err);
            if (st)
                return st;
        }
    } while (pass++ == PASS_PLAIN || p->count > before);
    return ST_OK;
}

/* An API that takes one algorithm demands it, whatever the profile prefers. */
static bool is_only_kind(const struct spec *spec)
{
    size_t n = 0;
    for (size_t i = 0; i < SIGN_KIND_COUNT; i++)
        n += spec->sign_types[i];
    return n == 1;
}

static enum status refuse_sign_type(const char *word, struct err *err)
{
    struct buf shown;
    size_t len = strlen(word);
    while (len > 40 || (len > 0 && ((unsigned char)word[len] & 0xc0) == 0x80))
        len--;
    buf_init(&shown, 256);
    text_visible(&shown, word, len, 0);
    enum status st = err_set(
        err, ST_ARGUMENT,
        SAY("字段 sign_type 的值 %s 不是签名类型", "只有 MD5 与 HMAC-SHA256 两种，区分大小写",
            "改用其中之一，或去掉该字段"),
        SAY("the value %s of field sign_type is no signature type",
            "there are MD5 and HMAC-SHA256, spelt exactly so", "use one of them or drop the field"),
        buf_str(&shown));
    buf_clear(&shown);
    return st;
}

enum status request_sign_kind(const struct spec *spec, const struct profile *profile,
                              const struct params *p, const enum sign_kind *chosen,
                              enum sign_kind *out, struct err *err)
{
    const char *word = params_get(p, "sign_type");

    if (word && word[0])
        return sign_kind_read(word, out) ? ST_OK : refuse_sign_type(word, err);
    if (chosen)
        *out = *chosen;
    else if (spec && (spec->sign_is_demanded || is_only_kind(spec)))
        *out = spec->sign_default;
    else if (profile && profile->has_sign_type)
        *out = profile->sign_type;
    else
        *out = spec ? spec->sign_default : SIGN_MD5;
    return ST_OK;
}

/* ---- Building ---- */

void request_clear(struct request *r)
{
    params_clear(&r->params);
    sign_trace_clear(&r->trace);
    buf_clear(&r->body);
    memset(r, 0, sizeof(*r));
}

static enum status add_copy(struct params *to, const struct param *e, struct err *err)
{
    enum status st = params_set_n(to, e->name, e->name_len, e->value, e->value_len, e->source, err);
    if (!st && e->off)
        to->items[to->count - 1].off = true;
    return st;
}

/* The spec's fields in its order, then the others as they came; `sign` goes last. */
static enum status order_params(const struct spec *spec, const struct params *p, struct params *out,
                                struct err *err)
{
    enum status st = ST_OK;
    params_clear(out);
    for (size_t i = 0; i < spec->request_count && !st; i++) {
        const struct param *e = params_find(p, spec->request[i].name);
        if (e)
            st = add_copy(out, e, err);
    }
    for (size_t i = 0; i < p->count && !st; i++) {
        const struct param *e = &p->items[i];
        if (!params_find(out, e->name) && strcmp(e->name, "sign") != 0)
            st = add_copy(out, e, err);
    }
    return st;
}

static enum status check_merchant(const struct spec *spec, const struct profile *profile,
                                  struct err *err)
{
    if (spec->dialect == profile->dialect)
        return ST_OK;
    return err_set(
        err, ST_ARGUMENT,
        SAY("接口 %s 与商户配置 %s 不属于同一平台",
            "第三方网关与官方接口各有各的商户号和密钥，一方的密钥从不用于另一方",
            "换一个商户配置（p 或 -p），或换一个接口"),
        SAY("API %s and profile %s belong to different platforms",
            "a gateway and the official API have merchants and keys of their own, and one's "
            "key is never tried on the other",
            "choose another profile (p, or -p) or another API"),
        spec->id, profile->name ? profile->name : "?");
}

static bool join_url(const char *base, const char *path, char *out)
{
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    return snprintf(out, REQUEST_URL_MAX, "%.*s%s", (int)len, base, path) < REQUEST_URL_MAX;
}

static enum status make_url(const struct spec *spec, const struct profile *profile,
                            const char *sandbox, char *out, struct err *err)
{
    const char *own = profile_address(profile);
    bool fits = true;

    if (sandbox)
        fits = join_url(sandbox, spec->path, out);
    else if (!own)
        return err_set(err, ST_ARGUMENT,
                       SAY("商户配置 %s 没有地址", "%s 为空，也不经过内置沙箱",
                           "填写该成员，或用 --demo 启动沙箱"),
                       SAY("profile %s has no address",
                           "%s is empty, and it does not use the sandbox",
                           "set that member, or start the sandbox with --demo"),
                       profile->name ? profile->name : "?",
                       profile->dialect == DIALECT_GATEWAY ? "gateway_url" : "base_url");
    else if (profile->dialect == DIALECT_GATEWAY) /* complete; never joined: wap-gateway.md 8 */
        fits = snprintf(out, REQUEST_URL_MAX, "%s", own) < REQUEST_URL_MAX;
    else
        fits = join_url(own, spec->path, out);
    if (fits)
        return ST_OK;
    return err_set(
        err, ST_LIMIT, SAY("请求地址过长", "超过 %d 字节", "缩短商户配置中的地址"),
        SAY("the request's URL is too long", "over %d bytes", "shorten the address in the profile"),
        REQUEST_URL_MAX - 1);
}

static void add_encoded(struct buf *b, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     strchr("-_.~", c);
        if (plain) {
            buf_addc(b, *s);
        } else {
            buf_addc(b, '%');
            buf_addc(b, hex[c >> 4]);
            buf_addc(b, hex[c & 15]);
        }
    }
}

/* GET: signed raw, encoded once, %XX in upper case (signature-failures.md, papay-notify-url). */
static enum status add_query(struct request *r, struct err *err)
{
    struct buf url;
    buf_init(&url, REQUEST_URL_MAX - 1);
    buf_adds(&url, r->url);
    char separator = strchr(r->url, '?') ? '&' : '?';
    for (size_t i = 0; i < r->params.count; i++) {
        const struct param *e = &r->params.items[i];
        if (e->off || e->value_len == 0)
            continue;
        buf_addc(&url, separator);
        separator = '&';
        add_encoded(&url, e->name);
        buf_addc(&url, '=');
        add_encoded(&url, e->value);
    }
    size_t most = REQUEST_URL_MAX - 1;
    if (r->spec->url_max > 0 && (size_t)r->spec->url_max < most)
        most = (size_t)r->spec->url_max;
    enum status st = buf_status(&url);
    if (!st && url.len > most)
        st = ST_LIMIT;
    if (st)
        err_set(
            err, ST_LIMIT, SAY("请求地址过长", "超过 %zu 字节", "缩短字段的值"),
            SAY("the request's URL is too long", "over %zu bytes", "shorten the fields' values"),
            most);
    else
        memcpy(r->url, buf_str(&url), url.len + 1);
    buf_clear(&url);
    return st;
}

static enum status sign_request(const struct params *p, const struct profile *profile,
                                struct request *r, struct err *err)
{
    const char *given = params_get(p, "sign");
    r->sign_by_hand = given && given[0];
    if (r->sign_by_hand) {
        sign_trace_clear(&r->trace); /* an earlier one points into params that are gone */
        return params_set(&r->params, "sign", given, err);
    }
    if (!secret_is_set(&profile->key.value))
        return err_set(err, ST_ARGUMENT,
                       SAY("没有密钥，无法签名", "商户配置 %s 没有可用的 api_key",
                           "在配置中填写，或用 --key-file、$WXPC_KEY 提供"),
                       SAY("there is no key to sign with", "profile %s has no usable api_key",
                           "put it into the profile, or give --key-file or $WXPC_KEY"),
                       profile->name ? profile->name : "?");
    /* In first, so that the trace's pointers stay: setting its value moves no entry. */
    enum status st = params_set(&r->params, "sign", "", err);
    if (!st)
        st = sign_compute(&r->params, r->kind, &profile->key.value, &r->trace, err);
    if (!st)
        st = params_set(&r->params, "sign", r->trace.hex, err);
    return st;
}

enum status request_build(const struct spec *spec, const struct profile *profile,
                          const struct params *p, enum sign_kind kind, const char *sandbox,
                          struct request *out, struct err *err)
{
    out->spec = spec;
    out->kind = kind;
    out->get = spec->get;
    out->needs_cert = spec->cert;
    out->url[0] = '\0';
    if (!out->body.max)
        buf_init(&out->body, REQUEST_BODY_MAX);
    buf_reset(&out->body);

    enum status st = check_merchant(spec, profile, err);
    if (!st)
        st = order_params(spec, p, &out->params, err);
    if (!st)
        st = sign_request(p, profile, out, err);
    if (!st)
        st = make_url(spec, profile, sandbox, out->url, err);
    if (!st && out->get)
        st = add_query(out, err);
    else if (!st)
        st = xml_write(&out->params, &out->body, err);
    if (!st && buf_status(&out->body))
        st = err_set(
            err, ST_LIMIT, SAY("请求报文过大", "超过 %u 字节", "缩短字段的值"),
            SAY("the request's body is too large", "over %u bytes", "shorten the fields' values"),
            REQUEST_BODY_MAX);
    if (st)
        request_clear(out);
    return st;
}

enum status request_raw(const struct spec *spec, const struct profile *profile,
                        const struct request_bytes *bytes, const char *sandbox, struct request *out,
                        struct err *err)
{
    enum status st = check_merchant(spec, profile, err);

    request_clear(out);
    out->spec = spec;
    out->kind = spec->sign_default;
    out->needs_cert = spec->cert;
    out->sign_by_hand = true;
    buf_init(&out->body, bytes->len);
    if (!st && spec->get)
        st = err_set(
            err, ST_UNSUPPORTED,
            SAY("接口 %s 没有请求体", "它是 GET 请求，参数都在地址里", "去掉 --raw"),
            SAY("API %s has no body", "it is a GET, its parameters stand in the URL", "drop --raw"),
            spec->id);
    if (!st)
        st = make_url(spec, profile, sandbox, out->url, err);
    if (st) {
        request_clear(out);
        return st;
    }
    buf_add(&out->body, bytes->data, bytes->len);
    xml_read(bytes->data, bytes->len, &out->params, NULL, NULL);
    return ST_OK;
}

/* ---- Showing ---- */

bool request_has_address(const struct request *r)
{
    return r->url[0] && r->url[0] != '/';
}

void request_quote(struct buf *out, const char *s)
{
    buf_addc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'')
            buf_adds(out, "'\\''");
        else
            buf_addc(out, *s);
    }
    buf_addc(out, '\'');
}

/* curl takes what stands behind a ':' as the password, and "\:" as the character. */
static void add_cert(struct buf *out, const char *path)
{
    struct buf escaped;
    size_t len = strlen(path);
    bool p12 = len > 4 &&
               (strcasecmp(path + len - 4, ".p12") == 0 || strcasecmp(path + len - 4, ".pfx") == 0);

    buf_init(&escaped, 2 * len);
    for (const char *c = path; *c; c++) {
        if (*c == ':' || *c == '\\')
            buf_addc(&escaped, '\\');
        buf_addc(&escaped, *c);
    }
    buf_adds(out, p12 ? " --cert-type P12 --cert " : " --cert ");
    request_quote(out, buf_str(&escaped));
    buf_clear(&escaped);
}

void request_curl(const struct request *r, const struct profile *profile, struct buf *out)
{
    buf_adds(out, "curl -sS ");
    request_quote(out, r->url);
    if (r->needs_cert && profile->client_cert) {
        add_cert(out, profile->client_cert);
        if (profile->client_key) {
            buf_adds(out, " --key ");
            request_quote(out, profile->client_key);
        }
    }
    if (profile->ca_file) {
        buf_adds(out, " --cacert ");
        request_quote(out, profile->ca_file);
    }
    if (r->get)
        return;
    buf_adds(out, " -H 'Content-Type: text/xml; charset=utf-8' --data-binary ");
    request_quote(out, buf_str(&r->body));
}

struct json *request_json(const struct request *r)
{
    struct json *j = json_new_object(), *fields = json_new_object();
    for (size_t i = 0; i < r->params.count; i++) {
        const struct param *e = &r->params.items[i];
        if (!e->off && e->value_len > 0)
            json_add_string(fields, e->name, e->value);
    }
    json_add(j, "fields", fields);
    if (!r->get)
        json_add_string(j, "xml", buf_str(&r->body));
    json_add_string(j, "url", r->url);
    return j;
}
