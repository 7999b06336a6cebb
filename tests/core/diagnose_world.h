/* SPDX-License-Identifier: MIT */
/*
 * Another program that signs, for tests: a naive signer of its own, messages with varied
 * data, and mistakes that are made in it.
 *
 * Shares nothing with the debugger but the digests, so that finding a mistake is no
 * tautology. Everything follows from the seed.
 */
#ifndef TEST_DIAGNOSE_WORLD_H
#define TEST_DIAGNOSE_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/diagnose.h"
#include "core/digest.h"
#include "core/params.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"
#define PAIRS_MAX 64
#define VALUE_MAX 4096

struct pair_text {
    char name[64];
    char value[VALUE_MAX];
};

/* How the other program signs. */
struct signer {
    struct pair_text pairs[PAIRS_MAX];
    size_t count;
    bool unsorted;
    int (*compare)(const void *, const void *); /* NULL: by byte value */
    const char *equals, *between;
    const char *before_key; /* "&key=" */
    bool no_key;
    char key[256];
    bool hmac;
    enum digest_kind kind;
    bool twice, lower, base64;
    size_t cut;                             /* keep so many characters; 0: all */
    bool strip_zeros;                       /* print as a big integer */
    void (*whole)(char *text, size_t size); /* on the text with key */
};

struct world {
    uint64_t random;
    enum message_kind kind;
    struct params message; /* as the debugger sees it, without sign */
    struct params context; /* what else is at hand */
    struct key_candidate keys[4];
    size_t key_count;
    struct signer signer;
};

static inline uint64_t roll(struct world *w)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return w->random;
}

static inline size_t below(struct world *w, size_t n)
{
    return (size_t)(roll(w) >> 11) % n;
}

static inline const char *digits_of(struct world *w, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (char)('0' + (i == 0 ? 1 + below(w, 9) : below(w, 10)));
    out[n] = '\0';
    return out;
}

static inline const char *letters_of(struct world *w, size_t n, char *out)
{
    static const char set[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (size_t i = 0; i < n; i++)
        out[i] = set[below(w, 62)];
    out[n] = '\0';
    return out;
}

/* ---- Signing, naively ---- */

static inline int by_name(const void *a, const void *b)
{
    return strcmp(((const struct pair_text *)a)->name, ((const struct pair_text *)b)->name);
}

static inline struct pair_text *pair_named(struct signer *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->pairs[i].name, name) == 0)
            return &s->pairs[i];
    }
    return NULL;
}

static inline void add_pair(struct signer *s, const char *name, const char *value)
{
    snprintf(s->pairs[s->count].name, sizeof s->pairs[0].name, "%s", name);
    snprintf(s->pairs[s->count].value, VALUE_MAX, "%s", value);
    s->count++;
}

static inline void drop_pair(struct signer *s, const char *name)
{
    struct pair_text *p = pair_named(s, name);
    if (p == NULL)
        return;
    memmove(p, p + 1, (size_t)(s->pairs + s->count - p - 1) * sizeof *p);
    s->count--;
}

static inline void sign_world(const struct signer *from, char out[DIGEST_HEX_MAX])
{
    static char text[PAIRS_MAX * 512 + 65536];
    static struct signer s;
    unsigned char raw[DIGEST_SIZE_MAX];
    s = *from;
    if (!s.unsorted)
        qsort(s.pairs, s.count, sizeof s.pairs[0], s.compare != NULL ? s.compare : by_name);
    text[0] = '\0';
    char *at = text;
    for (size_t i = 0; i < s.count; i++)
        at += sprintf(at, "%s%s%s%s", i > 0 ? s.between : "", s.pairs[i].name, s.equals,
                      s.pairs[i].value);
    if (!s.no_key)
        at += sprintf(at, "%s%s", s.before_key, s.key);
    if (s.whole != NULL)
        s.whole(text, sizeof text);
    size_t len = strlen(text);
    size_t size = s.hmac ? digest_hmac(s.kind, s.key, strlen(s.key), text, len, raw)
                         : digest_bytes(s.kind, text, len, raw);
    digest_hex(raw, size, out);
    if (s.twice) {
        for (char *c = out; *c != '\0'; c++)
            *c = (char)(*c >= 'A' && *c <= 'F' ? *c + 32 : *c);
        size = digest_bytes(s.kind, out, 2 * size, raw);
        digest_hex(raw, size, out);
    }
    if (s.lower) {
        for (char *c = out; *c != '\0'; c++)
            *c = (char)(*c >= 'A' && *c <= 'F' ? *c + 32 : *c);
    }
    if (s.base64) {
        struct buf b;
        buf_init(&b, 200);
        base64_write(&b, raw, size);
        snprintf(out, DIGEST_HEX_MAX, "%s", buf_str(&b));
        buf_clear(&b);
    }
    if (s.strip_zeros) {
        size_t zeros = strspn(out, "0");
        memmove(out, out + zeros, strlen(out + zeros) + 1);
    }
    if (s.cut > 0 && s.cut < strlen(out))
        out[s.cut] = '\0';
}

/* The other program begins right: it signs what is not empty. */
static inline void start_signer(struct world *w)
{
    struct signer *s = &w->signer;
    memset(s, 0, sizeof *s);
    s->equals = "=";
    s->between = "&";
    s->before_key = "&key=";
    s->kind = DIGEST_MD5;
    snprintf(s->key, sizeof s->key, "%s", KEY);
    for (size_t i = 0; i < w->message.count; i++) {
        if (w->message.items[i].value_len > 0 && strcmp(w->message.items[i].name, "sign") != 0)
            add_pair(s, w->message.items[i].name, w->message.items[i].value);
    }
}

static inline void use_hmac(struct signer *s)
{
    s->hmac = true;
    s->kind = DIGEST_SHA256;
}

/* ---- Messages ---- */

static inline void put(struct world *w, const char *name, const char *value)
{
    params_set(&w->message, name, value, NULL);
}

static inline void make_order(struct world *w)
{
    static const char *const bodies[] = {"示例商城-会员年度礼包", "腾讯充值中心-QQ会员充值",
                                         "深圳南山 Ünïcode 店", "购买《红楼梦》×2"};
    static const char *const attaches[] = {"深圳分店", "a=1&b=2", "id:7;\"vip\"",
                                           "line one\r\nline two", "x+y z"};
    char text[256];
    w->kind = MESSAGE_ORDER;
    put(w, "appid", "wxd930ea5d5a258f4f");
    put(w, "mch_id", digits_of(w, 10, text));
    if (below(w, 2))
        put(w, "device_info", "");
    put(w, "nonce_str", letters_of(w, 32, text));
    put(w, "body", bodies[below(w, 4)]);
    put(w, "detail",
        "{\"goods_detail\":[{\"goods_id\":\"iphone6s_16G\",\"url\":\"http://a.b/c?d=1&e=2\",\"quantity\":1,\"name\":\"手机\"}]}");
    put(w, "attach", attaches[below(w, 5)]);
    snprintf(text, sizeof text, "2025%010u", (unsigned)below(w, 999999999));
    put(w, "out_trade_no", text);
    snprintf(text, sizeof text, "%u", (unsigned)(1001 + below(w, 90000)));
    put(w, "total_fee", text);
    put(w, "spbill_create_ip", "123.12.12.123");
    snprintf(text, sizeof text, "202508%02u1203%02u", (unsigned)(10 + below(w, 18)),
             (unsigned)(10 + below(w, 49)));
    put(w, "time_start", text);
    put(w, "notify_url", "https://www.example.com/pay/notify.php");
    put(w, "trade_type", "JSAPI");
    if (below(w, 2))
        put(w, "limit_pay", "");
    snprintf(text, sizeof text, "oUpF8uMuAJO__M2pxb1Q9z%u", (unsigned)below(w, 99999));
    put(w, "openid", text);
}

static inline void make_notify(struct world *w)
{
    char text[256];
    w->kind = MESSAGE_NOTIFY;
    put(w, "appid", "wxd930ea5d5a258f4f");
    put(w, "attach", "支付测试");
    put(w, "bank_type", "CFT");
    snprintf(text, sizeof text, "%u", (unsigned)(1 + below(w, 9000)));
    put(w, "cash_fee", text);
    put(w, "coupon_count", "2");
    put(w, "coupon_fee", "10");
    put(w, "coupon_fee_0", "4");
    put(w, "coupon_fee_1", "6");
    put(w, "coupon_id_0", digits_of(w, 10, text));
    put(w, "coupon_id_1", digits_of(w, 10, text));
    put(w, "fee_type", "CNY");
    put(w, "is_subscribe", "Y");
    put(w, "mch_id", "10000100");
    put(w, "nonce_str", letters_of(w, 32, text));
    put(w, "openid", "oUpF8uMEb4qRXf22hE3X68TekukE");
    snprintf(text, sizeof text, "2025%010u", (unsigned)below(w, 999999999));
    put(w, "out_trade_no", text);
    put(w, "result_code", "SUCCESS");
    put(w, "return_code", "SUCCESS");
    put(w, "sub_mch_id", "10000200");
    put(w, "time_end", "20250903131540");
    put(w, "total_fee", "100");
    put(w, "trade_type", "JSAPI");
    put(w, "transaction_id", digits_of(w, 28, text));
}

static inline void make_call(struct world *w, bool app)
{
    char text[256], prepay[64];
    w->kind = MESSAGE_CALL;
    snprintf(prepay, sizeof prepay, "wx2025%022u%s", (unsigned)below(w, 999999999), "ab");
    snprintf(text, sizeof text, "1756%06u", (unsigned)below(w, 999999));
    if (app) {
        put(w, "appid", "wxd930ea5d5a258f4f");
        put(w, "partnerid", "1900000109");
        put(w, "prepayid", prepay);
        put(w, "package", "Sign=WXPay");
        put(w, "timestamp", text);
        put(w, "noncestr", letters_of(w, 32, prepay));
        return;
    }
    put(w, "appId", "wxd930ea5d5a258f4f");
    put(w, "timeStamp", text);
    put(w, "nonceStr", letters_of(w, 32, text));
    snprintf(text, sizeof text, "prepay_id=%s", prepay);
    put(w, "package", text);
    put(w, "signType", "MD5");
}

static inline void world_begin(struct world *w, enum message_kind kind, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->random = seed * 0x9E3779B97F4A7C15u + 88172645463325252u;
    for (int i = 0; i < 8; i++)
        roll(w);
    if (kind == MESSAGE_ORDER)
        make_order(w);
    else if (kind == MESSAGE_NOTIFY)
        make_notify(w);
    else
        make_call(w, seed % 2 == 1);
    start_signer(w);
}

static inline void world_end(struct world *w)
{
    for (size_t i = 0; i < w->key_count; i++)
        secret_clear(&w->keys[i].key);
    params_clear(&w->message);
    params_clear(&w->context);
}

static inline void offer_key(struct world *w, const char *label, const char *key)
{
    struct key_candidate *k = &w->keys[w->key_count++];
    k->label = label;
    secret_set(&k->key, key, strlen(key));
}

/* The debugger on this world, with the signature that the other program made. */
static inline struct diagnosis *world_diagnose(struct world *w, const char *sign)
{
    struct secret key = {0};
    struct diagnosis *d = NULL;
    struct err err = {0};
    const struct params *context[] = {&w->context};
    secret_set(&key, KEY, strlen(KEY));
    struct subject_input in = {.params = &w->message,
                               .expect = sign,
                               .key = &key,
                               .keys = w->keys,
                               .key_count = w->key_count,
                               .context = context,
                               .context_count = w->context.count > 0};
    if (diagnose_start(&in, &d, &err) != ST_OK) {
        char line[ERR_TEXT_MAX];
        err_line(&err, LANG_EN, line, sizeof line);
        fprintf(stderr, "diagnose_start: %s\n", line);
        abort();
    }
    secret_clear(&key);
    return d;
}

/* Is an id among what an answer names? */
static inline bool answer_names(const struct diagnose_answer *a, const char *id)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct diagnose_cause *c = &a->causes[i];
        if (strcmp(c->cause->id, id) == 0)
            return true;
        for (size_t k = 0; k < c->same_count; k++) {
            if (strcmp(c->same_as[k], id) == 0)
                return true;
        }
        for (size_t k = 0; k < CAUSE_TWINS_MAX && c->cause->twins[k] != NULL; k++) {
            if (strcmp(c->cause->twins[k], id) == 0)
                return true;
        }
    }
    return false;
}

/* Does one explanation name all of these ids? */
static inline bool diagnosis_names(const struct diagnosis *d, const char *const *ids)
{
    struct diagnose_answer a;
    for (size_t i = 0, n = diagnose_answers(d); i < n; i++) {
        bool all = true;
        diagnose_answer(d, i, &a);
        for (size_t k = 0; ids[k] != NULL && all; k++)
            all = answer_names(&a, ids[k]);
        if (all)
            return true;
    }
    return false;
}

static inline void print_diagnosis(const struct diagnosis *d)
{
    struct diagnose_answer a;
    size_t n = diagnose_answers(d);
    fprintf(stderr, "  state %d, %zu explanations\n", (int)diagnose_state(d), n);
    for (size_t i = 0; i < n && i < 6; i++) {
        diagnose_answer(d, i, &a);
        for (size_t k = 0; k < a.count; k++) {
            char text[512];
            diagnose_sentence(&a.causes[k], LANG_EN, text, sizeof text);
            fprintf(stderr, "    %c %s: %s [", k == 0 ? '-' : '+', a.causes[k].cause->id, text);
            for (size_t f = 0; f < a.causes[k].field_count; f++)
                fprintf(stderr, " %.*s", (int)a.causes[k].fields[f].len, a.causes[k].fields[f].s);
            fprintf(stderr, " ]\n");
        }
    }
}

#endif
