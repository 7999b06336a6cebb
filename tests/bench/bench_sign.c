/* SPDX-License-Identifier: MIT */
/*
 * A whole signature (sort, join, digest, hexadecimal) against the bare digest over the same text.
 *
 * Bare: OpenSSL's EVP, algorithm fetched once, context reused, HMAC keyed once. Both run in turn,
 * round by round, so that a busy machine slows both; medians are compared. Ends with 1 when a
 * ratio is below LIMIT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "core/sign.h"

#define LIMIT 0.5
#define ROUNDS 31
#define CALLS 4000 /* in a round, of each side */
#define KEY "192006250b4c09247ec02edce69f6a2d"

static const char *const fields[][2] = {
    {"appid", "wxd930ea5d5a258f4f"},
    {"mch_id", "10000100"},
    {"device_info", "013467007045764-WEB-SZ01"},
    {"nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"},
    {"sign_type", "MD5"},
    {"body", "示例商城-测试商品-会员年度礼包"},
    {"detail", "{\"goods_detail\":[{\"goods_id\":\"1\",\"goods_name\":\"x\",\"quantity\":1}]}"},
    {"attach", "深圳分店"},
    {"out_trade_no", "20150806125346"},
    {"fee_type", "CNY"},
    {"total_fee", "888"},
    {"spbill_create_ip", "123.12.12.123"},
    {"time_start", "20091225091010"},
    {"time_expire", "20091227091010"},
    {"goods_tag", "WXG"},
    {"notify_url", "https://www.example.com/shop/checkout/v2/wxpay/notify/unifiedorder"},
    {"trade_type", "JSAPI"},
    {"limit_pay", "no_credit"},
    {"openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    {"receipt", "Y"},
};

/* What both sides work on. */
struct work {
    const struct params *params;
    const struct secret *secret;
    struct sign_trace *trace;
    enum sign_kind kind;
    const char *text; /* what is digested */
    size_t len;
    EVP_MD *md;
    EVP_MD_CTX *md_ctx;
    EVP_MAC_CTX *mac_ctx;
};

static void stop(const char *what)
{
    fprintf(stderr, "bench_sign: %s\n", what);
    exit(2);
}

static void whole(struct work *w)
{
    if (sign_compute(w->params, w->kind, w->secret, w->trace, NULL) != ST_OK)
        stop("sign_compute");
}

static void bare(struct work *w)
{
    unsigned char out[DIGEST_SIZE_MAX];
    unsigned int size = 0;
    size_t mac_size = 0;
    int ok = w->kind == SIGN_MD5
                 ? EVP_DigestInit_ex2(w->md_ctx, w->md, NULL) == 1 &&
                       EVP_DigestUpdate(w->md_ctx, w->text, w->len) == 1 &&
                       EVP_DigestFinal_ex(w->md_ctx, out, &size) == 1
                 : EVP_MAC_init(w->mac_ctx, NULL, 0, NULL) == 1 &&
                       EVP_MAC_update(w->mac_ctx, (const unsigned char *)w->text, w->len) == 1 &&
                       EVP_MAC_final(w->mac_ctx, out, &mac_size, sizeof out) == 1;
    if (!ok)
        stop("digest");
}

/* Seconds for one call, over a round of them. */
static double measure(struct work *w, void (*call)(struct work *))
{
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < CALLS; i++)
        call(w);
    clock_gettime(CLOCK_MONOTONIC, &to);
    return ((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9) / CALLS;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

static bool compare(struct work *w)
{
    double bare_s[ROUNDS], whole_s[ROUNDS];
    measure(w, bare); /* warm */
    measure(w, whole);
    for (int i = 0; i < ROUNDS; i++) {
        bare_s[i] = measure(w, bare);
        whole_s[i] = measure(w, whole);
    }
    double bare_m = median(bare_s), whole_m = median(whole_s);
    double ratio = bare_m / whole_m;
    printf("%-12s %zu bytes: bare digest %8.0f/s, whole signature %8.0f/s, ratio %.2f (>= %.2f)\n",
           sign_kind_name(w->kind), w->len, 1 / bare_m, 1 / whole_m, ratio, LIMIT);
    return ratio >= LIMIT;
}

static EVP_MAC_CTX *keyed_mac(void)
{
    char name[] = "SHA256";
    OSSL_PARAM options[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    if (ctx == NULL || EVP_MAC_init(ctx, (const unsigned char *)KEY, strlen(KEY), options) != 1)
        stop("HMAC");
    return ctx;
}

int main(void)
{
    struct params params = {0};
    struct secret secret = {0};
    struct sign_trace trace = {0};
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
        if (params_set(&params, fields[i][0], fields[i][1], NULL) != ST_OK)
            stop("params_set");
    }
    secret_set(&secret, KEY, strlen(KEY));

    struct work work = {.params = &params, .secret = &secret, .trace = &trace};
    whole(&work);
    char *text = mem_strndup(trace.joined.data, trace.joined.len);
    work.text = text;
    work.len = trace.joined.len;
    work.md = EVP_MD_fetch(NULL, "MD5", NULL);
    work.md_ctx = EVP_MD_CTX_new();
    work.mac_ctx = keyed_mac();
    if (work.md == NULL || work.md_ctx == NULL)
        stop("MD5");

    bool fast = true;
    for (int kind = 0; kind < SIGN_KIND_COUNT; kind++) {
        work.kind = (enum sign_kind)kind;
        fast = compare(&work) && fast;
    }
    EVP_MAC_CTX_free(work.mac_ctx);
    EVP_MD_CTX_free(work.md_ctx);
    EVP_MD_free(work.md);
    mem_free_secret(text);
    sign_trace_clear(&trace);
    secret_clear(&secret);
    params_clear(&params);
    digest_forget_keys();
    return fast ? 0 : 1;
}
