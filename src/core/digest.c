/* SPDX-License-Identifier: MIT */
/*
 * The door to OpenSSL's libcrypto.
 *
 * Digests use its low-level functions, although OpenSSL 3 calls them deprecated. A search copies
 * a state for each of a million candidates, and copying an EVP context allocates and costs more
 * than the digest itself; and the first EVP_MD_fetch() of a program reads openssl.cnf and loads a
 * provider, which took a fifth of the time to the console's first frame.
 *
 * The states of the last HMAC key are kept, compared by value: most signatures in a row share
 * their key. That cache is this file's only state, and digest_forget_keys() wipes it.
 *
 * AES goes through EVP. Where the library does not offer it, the program ends: nothing can go on.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/digest.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include "core/text.h"

#define SECRET_SHOWN 4         /* characters of a secret that a profile view shows */
#define SECRET_SHOWN_FROM 12   /* characters it must have for that */
#define SECRET_SEARCHED_FROM 6 /* bytes */

/* What is kept between calls. */
static struct {
    struct digest_hmac_key states; /* of `key` */
    enum digest_kind kind;
    struct secret key; /* text NULL: nothing is kept; an empty key is kept as "" */
} kept;

const char *digest_library(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

/* ---- Saved states ---- */

static const struct {
    size_t state, block, size; /* bytes */
} shapes[DIGEST_COUNT] = {
    [DIGEST_MD5] = {sizeof(MD5_CTX), MD5_CBLOCK, MD5_DIGEST_LENGTH},
    [DIGEST_SHA1] = {sizeof(SHA_CTX), SHA_CBLOCK, SHA_DIGEST_LENGTH},
    [DIGEST_SHA256] = {sizeof(SHA256_CTX), SHA256_CBLOCK, SHA256_DIGEST_LENGTH},
    [DIGEST_SHA512] = {sizeof(SHA512_CTX), SHA512_CBLOCK, SHA512_DIGEST_LENGTH},
};

_Static_assert(sizeof(SHA512_CTX) <= DIGEST_STATE_ROOM, "the largest state fits");

void digest_start(struct digest_state *s, enum digest_kind kind)
{
    s->kind = kind;
    void *state = s->room;
    if (kind == DIGEST_MD5)
        MD5_Init(state);
    else if (kind == DIGEST_SHA1)
        SHA1_Init(state);
    else if (kind == DIGEST_SHA256)
        SHA256_Init(state);
    else
        SHA512_Init(state);
}

void digest_add(struct digest_state *s, const void *data, size_t len)
{
    void *state = s->room;
    if (s->kind == DIGEST_MD5)
        MD5_Update(state, data, len);
    else if (s->kind == DIGEST_SHA1)
        SHA1_Update(state, data, len);
    else if (s->kind == DIGEST_SHA256)
        SHA256_Update(state, data, len);
    else
        SHA512_Update(state, data, len);
}

void digest_fork(struct digest_state *to, const struct digest_state *from)
{
    to->kind = from->kind;
    memcpy(to->room, from->room, shapes[from->kind].state);
}

size_t digest_end(struct digest_state *s, unsigned char out[DIGEST_SIZE_MAX])
{
    void *state = s->room;
    if (s->kind == DIGEST_MD5)
        MD5_Final(out, state);
    else if (s->kind == DIGEST_SHA1)
        SHA1_Final(out, state);
    else if (s->kind == DIGEST_SHA256)
        SHA256_Final(out, state);
    else
        SHA512_Final(out, state);
    return shapes[s->kind].size;
}

/* Starts a state with the key, padded to a block, under a mask (RFC 2104). */
static void start_padded(struct digest_state *s, enum digest_kind kind, const unsigned char *block,
                         unsigned char mask)
{
    unsigned char padded[SHA512_CBLOCK];
    for (size_t i = 0; i < shapes[kind].block; i++)
        padded[i] = block[i] ^ mask;
    digest_start(s, kind);
    digest_add(s, padded, shapes[kind].block);
    mem_wipe(padded, sizeof padded);
}

void digest_hmac_key(struct digest_hmac_key *k, enum digest_kind kind, const void *key, size_t len)
{
    unsigned char block[SHA512_CBLOCK] = {0};
    if (len > shapes[kind].block)
        digest_bytes(kind, key, len, block);
    else if (len > 0)
        memcpy(block, key, len);
    start_padded(&k->inner, kind, block, 0x36);
    start_padded(&k->outer, kind, block, 0x5c);
    mem_wipe(block, sizeof block);
}

size_t digest_hmac_end(const struct digest_hmac_key *k, struct digest_state *s,
                       unsigned char out[DIGEST_SIZE_MAX])
{
    struct digest_state outer;
    size_t size = digest_end(s, out);
    digest_fork(&outer, &k->outer);
    digest_add(&outer, out, size);
    return digest_end(&outer, out);
}

size_t digest_bytes(enum digest_kind kind, const void *data, size_t len,
                    unsigned char out[DIGEST_SIZE_MAX])
{
    struct digest_state s;
    digest_start(&s, kind);
    digest_add(&s, data, len);
    size_t size = digest_end(&s, out);
    mem_wipe(&s, sizeof s);
    return size;
}

static bool is_kept(enum digest_kind kind, const void *key, size_t len)
{
    return kept.key.text != NULL && kept.kind == kind && kept.key.len == len &&
           digest_same(kept.key.text, key, len);
}

static void keep(enum digest_kind kind, const void *key, size_t len)
{
    digest_forget_keys();
    digest_hmac_key(&kept.states, kind, key, len);
    kept.kind = kind;
    kept.key.text = mem_alloc(len + 1);
    if (len > 0)
        memcpy(kept.key.text, key, len);
    kept.key.len = len;
}

size_t digest_hmac(enum digest_kind kind, const void *key, size_t key_len, const void *data,
                   size_t len, unsigned char out[DIGEST_SIZE_MAX])
{
    if (!is_kept(kind, key, key_len))
        keep(kind, key, key_len);
    struct digest_state s;
    digest_fork(&s, &kept.states.inner);
    digest_add(&s, data, len);
    size_t size = digest_hmac_end(&kept.states, &s, out);
    mem_wipe(&s, sizeof s);
    return size;
}

void digest_forget_keys(void)
{
    if (kept.key.text == NULL)
        return;
    mem_wipe(kept.key.text, kept.key.len);
    free(kept.key.text);
    mem_wipe(&kept, sizeof kept);
}

/* ---- AES ---- */

#define AES_BLOCK 16 /* bytes */

static void must(int ok)
{
    if (ok != 1)
        die("OpenSSL 不提供 AES-256-ECB / OpenSSL does not offer AES-256-ECB");
}

static EVP_CIPHER_CTX *aes_context(const unsigned char *key, bool encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    must(ctx != NULL);
    must(EVP_CipherInit_ex2(ctx, EVP_aes_256_ecb(), key, NULL, encrypt, NULL));
    return ctx;
}

enum status digest_aes_decrypt(const unsigned char key[DIGEST_AES_KEY], const void *data,
                               size_t len, struct buf *out, struct err *err)
{
    size_t before = out->len;
    bool held = len > 0 && len % AES_BLOCK == 0 && len <= (size_t)INT_MAX - AES_BLOCK;
    unsigned char *room =
        held ? (unsigned char *)buf_room(out, len + AES_BLOCK) : NULL; /* as EVP asks */
    if (held && room == NULL)
        return err_set(
            err, ST_LIMIT, SAY("密文太长", "上限是 %zu 字节", "改用更短的内容"),
            SAY("the ciphertext is too long", "the limit is %zu bytes", "use shorter content"),
            out->max);
    if (held) {
        EVP_CIPHER_CTX *ctx = aes_context(key, false);
        int plain = 0, tail = 0;
        must(EVP_CipherUpdate(ctx, room, &plain, data, (int)len));
        held = EVP_CipherFinal_ex(ctx, room + plain, &tail) == 1;
        EVP_CIPHER_CTX_free(ctx);
        buf_cut(out, held ? before + (size_t)(plain + tail) : before);
    }
    if (held)
        return ST_OK;
    return err_set(err, ST_SYNTAX,
                   SAY("无法解密", "长度不是 16 的倍数，或填充不成立", "检查密钥，并确认密文完整"),
                   SAY("this cannot be decrypted",
                       "its length is no multiple of 16, or its padding does not hold",
                       "check the key, and that the ciphertext is complete"));
}

void digest_aes_encrypt(const unsigned char key[DIGEST_AES_KEY], const void *data, size_t len,
                        struct buf *out)
{
    size_t before = out->len;
    unsigned char *room = (unsigned char *)buf_room(out, len + AES_BLOCK);
    if (room == NULL)
        return;
    EVP_CIPHER_CTX *ctx = aes_context(key, true);
    int size = 0, tail = 0;
    must(EVP_CipherUpdate(ctx, room, &size, data, (int)len));
    must(EVP_CipherFinal_ex(ctx, room + size, &tail));
    EVP_CIPHER_CTX_free(ctx);
    buf_cut(out, before + (size_t)(size + tail));
}

/* ---- Hexadecimal, comparison, base64 ---- */

void digest_hex(const unsigned char *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

bool digest_same(const void *a, const void *b, size_t len)
{
    return len == 0 || CRYPTO_memcmp(a, b, len) == 0;
}

void base64_write(struct buf *out, const void *data, size_t len)
{
    enum { IN = 768, OUT = IN / 3 * 4 + 1 };
    const unsigned char *from = data;
    unsigned char text[OUT];
    while (len > 0) {
        size_t n = len < IN ? len : IN;
        int size = EVP_EncodeBlock(text, from, (int)n);
        buf_add(out, (const char *)text, (size_t)size);
        from += n;
        len -= n;
    }
    mem_wipe(text, sizeof text);
}

/* The six bits of a character of base64; -1 for any other. */
static int base64_bits(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Decodes up to the first offence and returns its offset; `len` when there is none. Our own,
   because OpenSSL's block decoder counts the padding as bytes. */
static size_t base64_decode(struct buf *out, const char *text, size_t len)
{
    unsigned bits = 0;
    int held = 0, digits = 0, pads = 0; /* bits held; characters and '=' so far, modulo 4 */
    for (size_t i = 0; i < len; i++) {
        if (is_blank(text[i]))
            continue;
        if (text[i] == '=') {
            if (++pads > 2 || digits < 2 || (digits + pads) > 4)
                return i;
            continue;
        }
        int six = base64_bits(text[i]);
        if (six < 0 || pads > 0)
            return i;
        bits = (bits << 6 | (unsigned)six) & 0xffff;
        held += 6;
        digits = (digits + 1) % 4;
        if (held >= 8) {
            held -= 8;
            buf_addc(out, (char)(bits >> held & 0xff));
        }
    }
    bool whole = digits == 0 ? pads == 0 : digits + pads == 4;
    bool clean = (bits & ((1u << held) - 1)) == 0; /* bits that no encoder leaves behind */
    return whole && clean ? len : len - (len > 0);
}

enum status base64_read(struct buf *out, const char *text, size_t len, struct err *err)
{
    size_t before = out->len;
    size_t end = base64_decode(out, text, len);
    if (end < len) {
        buf_cut(out, before);
        return err_set(
            err, ST_SYNTAX,
            SAY("不是有效的 base64", "第 %zu 个字节处不符合编码规则", "确认文本没有被截断或改动"),
            SAY("this is not valid base64", "byte %zu does not follow the encoding",
                "check that the text was not cut or altered"),
            end + 1);
    }
    if (buf_status(out) != ST_OK) {
        buf_cut(out, before);
        return err_set(
            err, ST_LIMIT, SAY("base64 解码后太长", "上限是 %zu 字节", "改用更短的内容"),
            SAY("the decoded base64 is too long", "the limit is %zu bytes", "use shorter content"),
            out->max);
    }
    return ST_OK;
}

/* ---- Secrets ---- */

bool secret_set(struct secret *s, const char *text, size_t len)
{
    struct secret fresh = {0};
    bool fits = len <= SECRET_MAX && (len == 0 || memchr(text, '\0', len) == NULL);
    if (fits && len > 0) {
        fresh.text = mem_strndup(text, len);
        fresh.len = len;
    }
    secret_clear(s); /* only now: `text` may point into it */
    *s = fresh;
    return fits;
}

void secret_copy(struct secret *to, const struct secret *from)
{
    secret_set(to, from->text, from->len);
}

void secret_clear(struct secret *s)
{
    mem_wipe(s->text, s->len);
    free(s->text);
    *s = (struct secret){0};
}

bool secret_is_set(const struct secret *s)
{
    return s->len > 0;
}

bool secret_same(const struct secret *a, const struct secret *b)
{
    return a->len == b->len && digest_same(a->text, b->text, a->len);
}

void secret_masked(const struct secret *s, enum lang lang, struct buf *out)
{
    if (!secret_is_set(s)) {
        buf_adds(out, L(lang, "未设置", "not set"));
        return;
    }
    size_t chars = text_chars(s->text, s->len);
    buf_addf(out, L(lang, "%zu 个字符%.0s", "%zu character%s"), chars, text_s(chars));
    if (chars < SECRET_SHOWN_FROM)
        return;
    size_t at = 0;
    for (size_t skip = chars - SECRET_SHOWN; skip > 0; skip--) {
        uint32_t cp = 0;
        at += text_next(s->text + at, s->len - at, &cp, NULL);
    }
    buf_adds(out, L(lang, "，末尾 …", ", ends …"));
    text_visible(out, s->text + at, s->len - at, 0);
}

/* The end of the stretch of overlapping occurrences that begins with one at `start`. */
static size_t covered_until(const struct secret *s, const char *text, size_t len, size_t start)
{
    size_t end = start + s->len;
    for (size_t at = start + 1; at < end; at++) {
        size_t window = (end - 1 + s->len < len ? end - 1 + s->len : len) - at;
        const char *hit = memmem(text + at, window, s->text, s->len);
        if (hit == NULL)
            break;
        at = (size_t)(hit - text);
        end = at + s->len;
    }
    return end;
}

/* One pass over the text, in place, as "****" is shorter than what it replaces. */
static bool redact_once(const struct secret *s, struct buf *text)
{
    static const char mask[] = {'*', '*', '*', '*'};
    size_t from = 0, to = 0;
    const char *hit = memmem(text->data, text->len, s->text, s->len);
    if (hit == NULL)
        return false;
    while (hit != NULL) {
        size_t start = (size_t)(hit - text->data);
        size_t end = covered_until(s, text->data, text->len, start);
        memmove(text->data + to, text->data + from, start - from);
        to += start - from;
        memcpy(text->data + to, mask, sizeof mask);
        to += sizeof mask;
        from = end;
        hit = memmem(text->data + from, text->len - from, s->text, s->len);
    }
    memmove(text->data + to, text->data + from, text->len - from);
    to += text->len - from;
    mem_wipe(text->data + to, text->len - to);
    buf_cut(text, to);
    return true;
}

bool secret_is_in(const struct secret *s, const char *text, size_t len)
{
    return s->len >= SECRET_SEARCHED_FROM && len >= s->len &&
           memmem(text, len, s->text, s->len) != NULL;
}

void secret_fingerprint(const struct secret *s, char out[SECRET_FINGERPRINT])
{
    unsigned char digest[DIGEST_SIZE_MAX];
    out[0] = '\0';
    if (!secret_is_set(s))
        return;
    digest_bytes(DIGEST_SHA256, s->text, s->len, digest);
    digest_hex(digest, (SECRET_FINGERPRINT - 1) / 2, out);
    mem_wipe(digest, sizeof(digest));
}

void secret_redact(const struct secret *s, struct buf *text)
{
    if (s->len < SECRET_SEARCHED_FROM || text->len < s->len)
        return;
    /* Again, because what a pass leaves around a mask may spell a secret that has stars in it. */
    while (redact_once(s, text))
        ;
}

bool secret_redact_end(const struct secret *s, struct buf *text)
{
    static const char mask[] = {'*', '*', '*', '*'};
    size_t len = s->len < text->len ? s->len : text->len;
    if (s->len < SECRET_SEARCHED_FROM)
        return false;
    while (len >= sizeof mask && memcmp(text->data + text->len - len, s->text, len) != 0)
        len--;
    if (len < sizeof mask)
        return false;
    char *end = text->data + text->len - len;
    memcpy(end, mask, sizeof mask);
    mem_wipe(end + sizeof mask, len - sizeof mask);
    buf_cut(text, text->len - len + sizeof mask);
    return true;
}
