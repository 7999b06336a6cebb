/* SPDX-License-Identifier: MIT */
/*
 * What a letter typed into the form costs: validate, build, sign, write, over a catalogue entry of
 * 40 fields that are all on. Prints the fastest round in microseconds of processor time, as a busy
 * machine only adds; ends with 1 above LIMIT_US.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/draft.h"

#define LIMIT_US 100.0
#define FIELDS 40
#define ROUNDS 31
#define CALLS 500 /* in a round */

static void stop(const char *what)
{
    fprintf(stderr, "bench_draft: %s\n", what);
    exit(2);
}

/* A spec of 40 fields, of the kinds that the real ones have. */
static struct spec *make_spec(void)
{
    struct buf text;
    struct spec *spec = NULL;
    buf_init(&text, 1u << 20);
    buf_adds(&text,
             "{\"id\":\"bench\",\"title\":{\"zh\":\"b\",\"en\":\"b\"},\"summary\":{\"zh\":\"b\","
             "\"en\":\"b\"},\"group\":{\"zh\":\"b\",\"en\":\"b\"},\"dialect\":\"official\","
             "\"method\":\"POST\",\"path\":\"/b\",\"cert\":false,\"moves_money\":false,\"sign\":{"
             "\"types\":[\"MD5\",\"HMAC-SHA256\"],\"default\":\"HMAC-SHA256\"},\"unit\":\"bytes\","
             "\"doc\":\"b\",\"response\":[],\"errors\":[],\"request\":[");
    for (int i = 0; i < FIELDS; i++) {
        buf_addf(&text,
                 "%s{\"name\":\"field_%02d\",\"label\":{\"zh\":\"b\",\"en\":\"b\"},\"type\":"
                 "\"string\",\"max\":127,\"required\":true,\"example\":\"示例商城-会员月卡-%02d "
                 "0123456789abcdef0123456789\",\"source\":\"user\",",
                 i ? "," : "", i, i);
        if (i % 5 == 0) /* as many as in the real ones */
            buf_adds(&text, "\"pattern\":\"[^<]+\",\"pattern_text\":{\"zh\":\"b\",\"en\":\"b\"},");
        buf_adds(&text, "\"help\":{\"zh\":\"b\",\"en\":\"b\"}}");
    }
    buf_adds(&text, "]}");
    if (spec_read(buf_str(&text), text.len, "bench", &spec, NULL, NULL, NULL))
        stop("spec_read");
    buf_clear(&text);
    return spec;
}

/* Microseconds for one change, over a round of them. */
static double measure(struct draft *d)
{
    struct timespec from, to;
    char text[32];
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (int i = 0; i < CALLS; i++) {
        snprintf(text, sizeof(text), "typed %d", i);
        draft_set(d, "field_20", text, true, NULL);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    return ((double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3) /
           CALLS;
}

int main(void)
{
    static const char key[] = "192006250b4c09247ec02edce69f6a2d";
    struct profile profile = {0};
    struct request_seed seed = {.nonce = "n"};
    struct draft d = {0};
    double best = 1e9;
    struct spec *spec = make_spec();

    secret_set(&profile.key.value, key, strlen(key));
    draft_open(&d, spec, &profile, "http://127.0.0.1", &seed, true);
    if (d.build_err.status || d.findings.errors || d.params.count != FIELDS)
        stop("draft_open");
    measure(&d); /* warm */
    for (int i = 0; i < ROUNDS; i++) {
        double us = measure(&d);
        best = us < best ? us : best;
    }
    printf("draft: %.1f us a change of %d fields (limit %.0f)\n", best, FIELDS, LIMIT_US);
    draft_close(&d);
    spec_free(spec);
    profile_clear(&profile);
    digest_forget_keys();
    return best > LIMIT_US;
}
