/* SPDX-License-Identifier: MIT */
/*
 * The request signature: pairs in order, joined text, digest.
 *
 * Runs on each key typed into the form, so it allocates nothing once the trace has grown,
 * measures the joined text before writing it in one go, and sorts by insertion: requests
 * have twenty parameters that mostly arrive in order.
 */
#include "core/sign.h"

#include <stdlib.h>
#include <string.h>

#define KEY_MARK "&key="
#define KEY_MARK_LEN (sizeof KEY_MARK - 1)
#define KEY_MASK "****"

static const char *const kind_names[SIGN_KIND_COUNT] = {
    [SIGN_MD5] = "MD5",
    [SIGN_HMAC_SHA256] = "HMAC-SHA256",
};

/* Hexadecimal digits of a signature. */
static const size_t kind_lengths[SIGN_KIND_COUNT] = {
    [SIGN_MD5] = 32,
    [SIGN_HMAC_SHA256] = 64,
};

static const struct bi left_texts[] = {
    [SIGN_USED] = {"参与签名", "signed"},
    [SIGN_IS_SIGN] = {"是签名本身", "is the signature"},
    [SIGN_EMPTY] = {"值为空", "empty"},
    [SIGN_OFF] = {"已关闭", "switched off"},
};

const char *sign_kind_name(enum sign_kind kind)
{
    return kind_names[kind];
}

bool sign_kind_read(const char *text, enum sign_kind *kind)
{
    for (size_t i = 0; i < SIGN_KIND_COUNT; i++) {
        if (strcmp(text, kind_names[i]) == 0) {
            *kind = (enum sign_kind)i;
            return true;
        }
    }
    return false;
}

bool sign_kind_from_length(size_t len, enum sign_kind *kind)
{
    for (size_t i = 0; i < SIGN_KIND_COUNT; i++) {
        if (len == kind_lengths[i]) {
            *kind = (enum sign_kind)i;
            return true;
        }
    }
    return false;
}

struct bi sign_left_text(enum sign_left why)
{
    return left_texts[why];
}

/* ---- Computing ---- */

static enum sign_left judge(const struct param *p)
{
    if (p->name_len == 4 && memcmp(p->name, "sign", 4) == 0)
        return SIGN_IS_SIGN;
    if (p->off)
        return SIGN_OFF;
    return p->value_len == 0 ? SIGN_EMPTY : SIGN_USED;
}

/* Does `a` come before `b`? By byte value; a name comes before those that begin with it. */
static bool is_before(const struct param *a, const struct param *b)
{
    unsigned char x = (unsigned char)a->name[0], y = (unsigned char)b->name[0];
    if (x != y)
        return x < y;
    size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
    int order = memcmp(a->name, b->name, len);
    return order != 0 ? order < 0 : a->name_len < b->name_len;
}

/* Sorts the used parameters to the front of the pairs; the others follow as they arrived. */
static void sort_pairs(const struct params *p, struct sign_trace *trace)
{
    if (trace->cap < p->count) {
        trace->pairs = mem_grow(trace->pairs, p->count, sizeof(*trace->pairs));
        trace->cap = p->count;
    }
    struct sign_pair *pairs = trace->pairs;
    size_t used = 0, left = p->count;
    for (size_t i = 0; i < p->count; i++) {
        const struct param *param = &p->items[i];
        enum sign_left why = judge(param);
        if (why != SIGN_USED) {
            pairs[--left] = (struct sign_pair){param, why};
            continue;
        }
        size_t at = used++;
        for (; at > 0 && is_before(param, pairs[at - 1].param); at--)
            pairs[at] = pairs[at - 1];
        pairs[at] = (struct sign_pair){param, SIGN_USED};
    }
    for (size_t a = used, b = p->count; a + 1 < b; a++) { /* they were laid down from the end */
        struct sign_pair swap = pairs[a];
        pairs[a] = pairs[--b];
        pairs[b] = swap;
    }
    trace->used = used;
    trace->count = p->count;
}

static char *put(char *to, const char *bytes, size_t len)
{
    memcpy(to, bytes, len);
    return to + len;
}

/* Writes the joined text; false when it would pass the ceiling. */
static bool join(struct sign_trace *trace, const struct secret *secret)
{
    size_t plain = 0;
    for (size_t i = 0; i < trace->used; i++)
        plain += trace->pairs[i].param->name_len + trace->pairs[i].param->value_len + 2;
    if (plain > 0)
        plain--; /* no '&' in front of the first */

    char *to = buf_room(&trace->joined, plain + KEY_MARK_LEN + secret->len);
    if (to == NULL)
        return false;
    for (size_t i = 0; i < trace->used; i++) {
        const struct param *p = trace->pairs[i].param;
        if (i > 0)
            *to++ = '&';
        to = put(to, p->name, p->name_len);
        *to++ = '=';
        to = put(to, p->value, p->value_len);
    }
    to = put(to, KEY_MARK, KEY_MARK_LEN);
    put(to, secret->text, secret->len);
    trace->joined_plain = plain;
    trace->key_len = secret->len;
    return true;
}

enum status sign_compute(const struct params *p, enum sign_kind kind, const struct secret *secret,
                         struct sign_trace *trace, struct err *err)
{
    if (!secret_is_set(secret)) {
        sign_trace_clear(trace);
        return err_set(err, ST_ARGUMENT,
                       SAY("无法计算签名", "没有 API 密钥", "在商户配置里设置密钥，或给出密钥文件"),
                       SAY("the signature cannot be computed", "there is no API key",
                           "set the key in the profile or name a key file"));
    }
    if (trace->joined.max == 0)
        buf_init_secret(&trace->joined, SIGN_JOINED_MAX);
    buf_reset(&trace->joined);
    sort_pairs(p, trace);
    if (!join(trace, secret)) {
        sign_trace_clear(trace);
        return err_set(err, ST_LIMIT,
                       SAY("无法计算签名", "待签名字符串超过 %zu 字节", "缩短参数的值"),
                       SAY("the signature cannot be computed", "the text to sign is over %zu bytes",
                           "shorten the values"),
                       (size_t)SIGN_JOINED_MAX);
    }
    unsigned char raw[DIGEST_SIZE_MAX];
    const struct buf *text = &trace->joined;
    size_t size = kind == SIGN_MD5 ? digest_bytes(DIGEST_MD5, text->data, text->len, raw)
                                   : digest_hmac(DIGEST_SHA256, secret->text, secret->len,
                                                 text->data, text->len, raw);
    digest_hex(raw, size, trace->hex);
    trace->kind = kind;
    return ST_OK;
}

void sign_trace_hide(struct sign_trace *trace)
{
    if (trace->hex[0] == '\0')
        return;
    struct secret none = {.text = mem_alloc(trace->key_len + 1), .len = trace->key_len};
    buf_reset(&trace->joined);
    join(trace, &none); /* no longer than before */
    free(none.text);
}

void sign_trace_clear(struct sign_trace *trace)
{
    buf_clear(&trace->joined);
    free(trace->pairs);
    *trace = (struct sign_trace){.joined = trace->joined};
}

void sign_trace_masked(const struct sign_trace *trace, struct buf *out)
{
    if (trace->hex[0] == '\0')
        return;
    /* A value may hold the key as well, pasted by mistake. */
    const struct secret key = {
        .text = trace->joined.data + trace->joined_plain + KEY_MARK_LEN,
        .len = trace->key_len,
    };
    struct buf text;
    buf_init_secret(&text, SIGN_JOINED_MAX);
    buf_add(&text, trace->joined.data, trace->joined_plain);
    secret_redact(&key, &text);
    buf_add(out, buf_str(&text), text.len);
    buf_adds(out, KEY_MARK KEY_MASK);
    buf_clear(&text);
}

/* ---- Verifying ---- */

/* Copies the received signature, at most to size, and its upper-case form of the same length. */
static void read_sign(const char *sign, struct sign_check *out, char upper[SIGN_HEX_MAX])
{
    size_t len = strnlen(sign, SIGN_HEX_MAX - 1);
    memcpy(out->received, sign, len);
    out->received[len] = '\0';
    for (size_t i = 0; i <= len; i++) {
        char c = out->received[i];
        upper[i] = c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c;
    }
}

static bool has_shape(const char *sign, const char *upper)
{
    enum sign_kind any;
    return sign_kind_from_length(strlen(sign), &any) &&
           strspn(upper, "0123456789ABCDEF") == strlen(sign);
}

static void choose_kind(const struct params *p, const char *sign, struct sign_check *out)
{
    const char *type = params_get(p, "sign_type");
    if (type != NULL && sign_kind_read(type, &out->kind))
        return;
    out->kind_inferred = true;
    out->kind = SIGN_MD5;
    sign_kind_from_length(strlen(sign), &out->kind);
}

static enum sign_state compare(struct sign_check *out, const char *upper, bool nocase)
{
    size_t len = strlen(out->expected);
    if (len == 0 || len != strlen(out->received) || !digest_same(out->expected, upper, len))
        return SIGN_INVALID;
    out->case_differs = !digest_same(out->expected, out->received, len);
    return out->case_differs && !nocase ? SIGN_INVALID : SIGN_VALID;
}

void sign_verify(const struct params *p, const struct secret *secret, bool nocase,
                 struct sign_trace *trace, struct sign_check *out)
{
    struct sign_trace own = {0};
    struct sign_trace *steps = trace != NULL ? trace : &own;
    *out = (struct sign_check){0};
    const char *sign = params_get(p, "sign");
    if (sign == NULL)
        sign = "";
    char upper[SIGN_HEX_MAX];
    read_sign(sign, out, upper);
    choose_kind(p, sign, out);

    /* What was expected is worth knowing whatever was received. */
    if (sign_compute(p, out->kind, secret, steps, NULL) == ST_OK)
        memcpy(out->expected, steps->hex, sizeof out->expected);
    if (sign[0] == '\0')
        out->state = SIGN_ABSENT;
    else if (!has_shape(sign, upper))
        out->state = SIGN_BAD_SHAPE;
    else
        out->state = secret_is_set(secret) ? compare(out, upper, nocase) : SIGN_NO_KEY;
    sign_trace_clear(&own);
}
