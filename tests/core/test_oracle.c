/* SPDX-License-Identifier: MIT */
/* Messages of the gateway prove a key or name the right one; a failed check proves nothing. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/advice.h"
#include "core/oracle.h"
#include "core/sign.h"

#define RIGHT "192006250b4c09247ec02edce69f6a2d"
#define WRONG "00000000000000000000000000000000"

static void key_of(struct secret *s, const char *text)
{
    secret_set(s, text, strlen(text));
}

/* A reply that the gateway signed with RIGHT, or a refund notification that it encrypted. */
static void make_message(struct params *p, bool sealed)
{
    static const char inner[] = "<root><out_refund_no>R1</out_refund_no></root>";
    struct secret key = {0};
    struct sign_trace t = {0};
    unsigned char digest[DIGEST_SIZE_MAX];
    char hex[DIGEST_HEX_MAX];
    struct buf raw, text;
    key_of(&key, RIGHT);
    params_set(p, "return_code", "SUCCESS", NULL);
    params_set(p, "mch_id", "10000100", NULL);
    if (sealed) {
        digest_hex(digest, digest_bytes(DIGEST_MD5, RIGHT, 32, digest), hex);
        for (char *c = hex; *c; c++)
            *c = (char)(*c >= 'A' ? *c + 32 : *c);
        buf_init(&raw, 4096);
        buf_init(&text, 4096);
        digest_aes_encrypt((const unsigned char *)hex, inner, sizeof inner - 1, &raw);
        base64_write(&text, buf_str(&raw), raw.len);
        params_set(p, "req_info", buf_str(&text), NULL);
        buf_clear(&raw);
        buf_clear(&text);
    } else {
        assert_int_equal(sign_compute(p, SIGN_HMAC_SHA256, &key, &t, NULL), ST_OK);
        params_set(p, "sign", t.hex, NULL);
        sign_trace_clear(&t);
    }
    secret_clear(&key);
}

static void ask(const struct params *p, const char *key, enum oracle_answer wanted)
{
    struct secret ours = {0};
    struct key_candidate keys[2] = {{.label = "old"}, {.label = "shop"}};
    key_of(&ours, key);
    key_of(&keys[0].key, "ffffffffffffffffffffffffffffffff");
    key_of(&keys[1].key, RIGHT);
    struct oracle_verdict v = oracle_ask(p, "10000100", &ours, keys, 2);
    assert_int_equal(v.answer, wanted);
    if (wanted == ORACLE_OTHER_KEY) {
        struct advice a = {0};
        assert_string_equal(v.label, "shop");
        assert_true(oracle_advice(&v, &a));
        assert_string_equal(a.cause->id, v.sealed ? "reqinfo-decrypt" : "key-other");
        assert_non_null(strstr(a.seen[LANG_EN], "candidate key 2 (shop)"));
    }
    secret_clear(&ours);
    secret_clear(&keys[0].key);
    secret_clear(&keys[1].key);
}

static void a_message_of_the_gateway_proves_the_key(void **state)
{
    (void)state;
    for (int sealed = 0; sealed < 2; sealed++) {
        struct params p = {0};
        make_message(&p, sealed);
        ask(&p, RIGHT, ORACLE_PROVES);
        ask(&p, WRONG, ORACLE_OTHER_KEY);
        params_set(&p, "mch_id", "1900000109", NULL);
        ask(&p, RIGHT, ORACLE_NO_EVIDENCE); /* another merchant's */
        params_clear(&p);
    }
}

static void a_changed_message_proves_nothing(void **state)
{
    struct params p = {0};
    (void)state;
    make_message(&p, false);
    params_set(&p, "total_fee", "2", NULL);
    ask(&p, RIGHT, ORACLE_SILENT);
    params_clear(&p);
    make_message(&p, true);
    params_set(&p, "req_info", "bm90aGluZw==", NULL);
    ask(&p, RIGHT, ORACLE_SILENT);
    params_clear(&p);
}

static void a_request_of_ours_is_no_evidence(void **state)
{
    struct params p = {0};
    (void)state;
    params_set(&p, "mch_id", "10000100", NULL);
    params_set(&p, "sign", "0123456789ABCDEF0123456789ABCDEF", NULL);
    ask(&p, RIGHT, ORACLE_NO_EVIDENCE);
    params_clear(&p);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_of_the_gateway_proves_the_key),
        cmocka_unit_test(a_changed_message_proves_nothing),
        cmocka_unit_test(a_request_of_ours_is_no_evidence),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
