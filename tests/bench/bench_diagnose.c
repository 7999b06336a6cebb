/* SPDX-License-Identifier: MIT */
/*
 * The search of a diagnosis on an order of 13 fields that no cause explains, so that it runs to its
 * end.
 *
 * Time is that of the process, so that a busy machine does not count: one core. Limits: all single
 * causes and all pairs in FIRST_MS; a digest of the search costs at most 1/RATIO of the bare
 * digest of the whole text (it shares beginnings, so more than 1 is possible); a slice, after which
 * a search can be cancelled, in SLICE_MS; memory of the process under MEMORY_MIB. The last two also
 * for a message of 200 fields, which has to end in LONG_S.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/resource.h>

#include <openssl/evp.h>

#include "core/diagnose.h"

#define FIRST_MS 100.0
#define RATIO 0.2
#define SLICE_MS 50.0
#define MEMORY_MIB 128
#define LONG_S 10.0
#define LONG_FIELDS 200
#define BARE_CALLS 200000
#define ROUNDS 5
#define STEP 500 /* units between two looks at the stage */

static const char *const fields[][2] = {
    {"appid", "wxd930ea5d5a258f4f"},
    {"attach", "深圳分店"},
    {"body", "示例商城-会员年度礼包"},
    {"detail", "{\"goods_detail\":[{\"goods_id\":\"1\",\"goods_name\":\"x\",\"quantity\":1}]}"},
    {"mch_id", "10000100"},
    {"nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"},
    {"notify_url", "https://www.example.com/wxpay/notify"},
    {"openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    {"out_trade_no", "20150806125346"},
    {"spbill_create_ip", "123.12.12.123"},
    {"time_start", "20250812120310"},
    {"total_fee", "888"},
    {"trade_type", "JSAPI"},
    {"sign", "0123456789ABCDEF0123456789ABCDEF"},
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct diagnosis *begin(size_t more)
{
    struct params p = {0};
    struct secret key = {0};
    struct diagnosis *d = NULL;
    char name[32];
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
        params_set(&p, fields[i][0], fields[i][1], NULL);
    for (size_t i = 0; i < more; i++) {
        snprintf(name, sizeof name, "coupon_id_%zu", i);
        params_set(&p, name, "B00109391201602261535000", NULL);
    }
    secret_set(&key, "192006250b4c09247ec02edce69f6a2d", 32);
    struct subject_input in = {.params = &p, .key = &key};
    if (diagnose_start(&in, &d, NULL) != ST_OK) {
        fprintf(stderr, "bench_diagnose: it does not start\n");
        exit(2);
    }
    params_clear(&p);
    secret_clear(&key);
    return d;
}

/* Bare digests a millisecond, over the text that the order joins. */
static double bare_rate(void)
{
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size;
    struct buf text;
    struct diagnosis *d = begin(0);
    EVP_MD *md = EVP_MD_fetch(NULL, "MD5", NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    buf_init(&text, 1u << 20);
    diagnose_right_text(d, &text);
    double from = now_ms();
    for (int i = 0; i < BARE_CALLS; i++) {
        EVP_DigestInit_ex2(ctx, md, NULL);
        EVP_DigestUpdate(ctx, buf_str(&text), text.len);
        EVP_DigestFinal_ex(ctx, out, &size);
    }
    double rate = BARE_CALLS / (now_ms() - from);
    printf("order of %zu fields, %zu bytes joined\n", ARRAY_COUNT(fields) - 1, text.len);
    EVP_MD_CTX_free(ctx);
    EVP_MD_free(md);
    buf_clear(&text);
    diagnose_free(d);
    return rate;
}

static bool is_first(const struct diagnosis *d, struct diagnose_progress *p)
{
    diagnose_progress(d, p);
    return strcmp(p->stage.en, "single causes") == 0 ||
           strcmp(p->stage.en, "usual combinations") == 0 ||
           strcmp(p->stage.en, "pairs of causes") == 0;
}

/* The least of several rounds: all single causes, usual combinations and pairs. */
static bool first_part(void)
{
    struct diagnose_progress p = {0};
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double from = now_ms();
        struct diagnosis *d = begin(0);
        while (is_first(d, &p))
            diagnose_step(d, STEP);
        double took = now_ms() - from;
        best = took < best ? took : best;
        diagnose_free(d);
    }
    printf("singles and pairs: %.0f ms (<= %.0f), %llu digests\n", best, FIRST_MS,
           (unsigned long long)p.tried);
    return best <= FIRST_MS;
}

/* Searches slice by slice to the end; the longest of them in milliseconds. */
static double search(struct diagnosis *d)
{
    double longest = 0;
    bool more = true;
    while (more) {
        double at = now_ms();
        more = diagnose_step(d, DIAGNOSE_SLICE);
        double took = now_ms() - at;
        longest = took > longest ? took : longest;
    }
    return longest;
}

static bool stays_small(const struct diagnosis *d, double longest)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("longest slice: %.1f ms (<= %.0f); memory: %ld MiB (<= %d)\n", longest, SLICE_MS,
           usage.ru_maxrss / 1024, MEMORY_MIB);
    return diagnose_state(d) == DIAGNOSE_UNEXPLAINED && longest <= SLICE_MS &&
           usage.ru_maxrss / 1024 <= MEMORY_MIB;
}

static bool whole(double bare)
{
    struct diagnose_progress p;
    struct diagnosis *d = begin(0);
    double from = now_ms(), longest = search(d), took = now_ms() - from;
    diagnose_progress(d, &p);
    double ratio = (double)p.tried / took / bare;
    printf(
        "whole search: %.1f s, %.2f M digests, %.2f M/s, ratio to the bare digest %.2f (>= %.2f)\n",
        took / 1e3, (double)p.tried / 1e6, (double)p.tried / took / 1e3, ratio, RATIO);
    bool good = stays_small(d, longest) && ratio >= RATIO;
    diagnose_free(d);
    return good;
}

static bool whole_long(void)
{
    struct diagnosis *d = begin(LONG_FIELDS - (ARRAY_COUNT(fields) - 1));
    double from = now_ms(), longest = search(d), took = now_ms() - from;
    printf("message of %d fields: %.1f s (<= %.0f)\n", LONG_FIELDS, took / 1e3, LONG_S);
    bool good = stays_small(d, longest) && took / 1e3 <= LONG_S;
    diagnose_free(d);
    return good;
}

int main(void)
{
    double bare = bare_rate();
    printf("bare digest: %.2f M/s\n", bare / 1e3);
    bool good = first_part();
    good = whole(bare) && good;
    return whole_long() && good ? 0 : 1;
}
