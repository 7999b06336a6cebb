/* SPDX-License-Identifier: MIT */
/*
 * Shapes by length. The rows are tried in order, all that fit become targets.
 */
#include "core/received.h"

#include <string.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/span.h"

#define RSA_FROM 100 /* characters of base64 that no digest has */

#define CUT                                                                                        \
    {                                                                                              \
        "被截断", "cut off"                                                                        \
    }
#define ZERO                                                                                       \
    {                                                                                              \
        "开头的 0 丢了", "zeros lost at the beginning"                                             \
    }

/* Hexadecimal signatures of `low` to `high` digits as a digest of `size` bytes. */
static const struct {
    size_t low, high, size, from;
    bool zeros; /* the digits stand at the end, zeros were lost */
    const char *cause;
    struct bi how;
} rows[] = {
    {32, 32, 16, 0, false, NULL, {NULL, NULL}},
    {64, 64, 32, 0, false, NULL, {NULL, NULL}},
    {40, 40, 20, 0, false, NULL, {NULL, NULL}},
    {128, 128, 64, 0, false, NULL, {NULL, NULL}},
    {28, 31, 16, 0, true, "hash-leading-zero", ZERO},
    {60, 63, 32, 0, true, "hash-leading-zero", ZERO},
    {16, 16, 16, 8, false, "hash-trunc", {"只有中间 16 位", "the middle 16 digits only"}},
    {16, 31, 16, 0, false, "hash-trunc", CUT},
    {16, 63, 32, 0, false, "hash-trunc", CUT},
    {16, 39, 20, 0, false, "hash-trunc", CUT},
    {64, 127, 64, 0, false, "hash-trunc", CUT},
};

static void put_nibble(unsigned char *bytes, size_t at, int value)
{
    unsigned nibble = (unsigned)value & 15;
    bytes[at / 2] = (unsigned char)(bytes[at / 2] | (at % 2 == 0 ? nibble << 4 : nibble));
}

static void read_hex(struct span t, struct received *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows) && out->count < RECEIVED_TARGETS_MAX; i++) {
        if (t.len < rows[i].low || t.len > rows[i].high)
            continue;
        struct target *one = &out->targets[out->count++];
        *one = (struct target){.size = rows[i].size,
                               .from = rows[i].from,
                               .nibbles = rows[i].zeros ? 2 * rows[i].size : t.len,
                               .cause = rows[i].cause,
                               .how = rows[i].how};
        for (size_t k = 0; k < t.len; k++)
            put_nibble(one->want, one->nibbles - t.len + k, span_hex(t.s[k]));
    }
    for (size_t k = 0; k < t.len; k++)
        out->lower = out->lower || (t.s[k] >= 'a' && t.s[k] <= 'f');
}

static bool is_hex(struct span t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (span_hex(t.s[i]) < 0)
            return false;
    }
    return t.len > 0;
}

/* Base64 of a digest as it is. Returns false when it is none. */
static bool read_base64(struct span t, struct received *out)
{
    struct buf raw;
    buf_init(&raw, 4096);
    bool good = base64_read(&raw, t.s, t.len, NULL) == ST_OK;
    if (good && t.len >= RSA_FROM) {
        out->shape = RECEIVED_RSA;
    } else if (good && (raw.len == 16 || raw.len == 20 || raw.len == 32 || raw.len == 64)) {
        struct target *one = &out->targets[out->count++];
        *one = (struct target){.size = raw.len,
                               .nibbles = 2 * raw.len,
                               .cause = "hash-family",
                               .how = {"写成 base64 而不是十六进制", "as base64, not hexadecimal"}};
        memcpy(one->want, raw.data, raw.len);
        out->shape = RECEIVED_DIGEST;
    } else {
        good = false;
    }
    buf_clear(&raw);
    return good;
}

/* Without blanks and quotes around it. */
static struct span unwrap(struct span t)
{
    for (;;) {
        struct span inner = span_trim(t);
        if (inner.len >= 2 && strchr("\"'`", inner.s[0]) != NULL && inner.s[0] != '\0' &&
            inner.s[inner.len - 1] == inner.s[0])
            inner = (struct span){inner.s + 1, inner.len - 2};
        if (inner.len == t.len)
            return inner;
        t = inner;
    }
}

void received_read(const char *text, size_t len, struct received *out)
{
    *out = (struct received){0};
    size_t kept = len < RECEIVED_TEXT_MAX ? len : RECEIVED_TEXT_MAX;
    if (kept > 0)
        memcpy(out->text, text, kept);
    struct span t = unwrap((struct span){text, len});
    out->wrapped = t.len != len;
    if (t.len == 0)
        return;
    out->shape = RECEIVED_OTHER;
    if (is_hex(t))
        read_hex(t, out);
    else if (!read_base64(t, out))
        return;
    if (out->count > 0)
        out->shape = RECEIVED_DIGEST;
}

bool target_is(const struct target *t, const unsigned char *digest, size_t size)
{
    if (t->size != size)
        return false;
    const unsigned char *from = digest + t->from / 2; /* `from` is even */
    if (memcmp(from, t->want, t->nibbles / 2) != 0)
        return false;
    return t->nibbles % 2 == 0 || from[t->nibbles / 2] >> 4 == t->want[t->nibbles / 2] >> 4;
}

struct bi received_text(const struct received *r)
{
    if (r->shape == RECEIVED_NONE)
        return (struct bi){"没有签名", "there is no signature"};
    if (r->shape == RECEIVED_RSA)
        return (struct bi){"像 APIv3 的 RSA 签名（很长的 base64），不是 V2 签名",
                           "looks like an RSA signature of APIv3 (long base64), not of V2"};
    if (r->shape == RECEIVED_OTHER)
        return (struct bi){
            "不像任何摘要：V2 签名是 32 位（MD5）或 64 位（HMAC-SHA256）十六进制",
            "no digest looks like this: a V2 signature is 32 (MD5) or 64 (HMAC-SHA256) "
            "hexadecimal digits"};
    const struct target *t = &r->targets[0];
    if (t->cause != NULL)
        return t->how;
    if (t->size == 16)
        return (struct bi){"32 位十六进制：MD5", "32 hexadecimal digits: MD5"};
    if (t->size == 32)
        return (struct bi){"64 位十六进制：HMAC-SHA256", "64 hexadecimal digits: HMAC-SHA256"};
    if (t->size == 20)
        return (struct bi){"40 位十六进制：SHA-1", "40 hexadecimal digits: SHA-1"};
    return (struct bi){"128 位十六进制：SHA-512", "128 hexadecimal digits: SHA-512"};
}
