/* SPDX-License-Identifier: MIT */
/*
 * Signatures: the vectors of facts/apis.md 5.1, 6.11 and 7.2 and of facts/wap-gateway.md 3, what is
 * left out and why, and a masked text that never holds the key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/sign.h"

#define DOC_KEY "192006250b4c09247ec02edce69f6a2d"
#define APPID                                                                                      \
    {                                                                                              \
        "appid", "wxd930ea5d5a258f4f"                                                              \
    }
#define MCH                                                                                        \
    {                                                                                              \
        "mch_id", "10000100"                                                                       \
    }
#define NONCE                                                                                      \
    {                                                                                              \
        "nonce_str", "ibuaiVcKdpRxkhJA"                                                            \
    }
#define NOTIFY                                                                                     \
    {                                                                                              \
        "notify_url", "https://example.com/wxpay/notify"                                           \
    }
#define ORDER                                                                                      \
    {                                                                                              \
        "out_trade_no", "T20250101000001"                                                          \
    }
#define JSAPI_PAY                                                                                  \
    {"timeStamp", "1774495197"}, {"appId", "wx619a931576afe069"},                                  \
        {"package", "prepay_id=wx2611334392677180ea59742b3744840000"},                             \
    {                                                                                              \
        "nonceStr", "RIPb5Upk3ku7knU6"                                                             \
    }

struct field {
    const char *name; /* a leading '-': switched off */
    const char *value;
};

/* The fields do not stand in signing order. */
static const struct vector {
    const char *title;
    const char *key; /* NULL: the documentation's */
    struct field fields[20];
    const char *md5;
    const char *hmac;
} vectors[] = {
    {
        .title = "the official example",
        .fields = {{"device_info", "1000"}, APPID, NONCE, {"body", "test"}, MCH},
        .md5 = "9A0A8659F005D6984697E2CA0A9CF3B7",
        .hmac = "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6",
    },
    {
        .title = "Chinese value",
        .fields = {APPID,
                   MCH,
                   {"body", "测试商品"},
                   NONCE,
                   NOTIFY,
                   ORDER,
                   {"total_fee", "1"},
                   {"spbill_create_ip", "127.0.0.1"},
                   {"trade_type", "NATIVE"},
                   {"product_id", "P1"}},
        .md5 = "215FE53FB622AA03D9FA2B9031892D08",
    },
    {
        .title = "sign_type is signed",
        .fields = {APPID,
                   MCH,
                   {"body", "测试商品"},
                   NONCE,
                   NOTIFY,
                   ORDER,
                   {"sign_type", "HMAC-SHA256"},
                   {"total_fee", "1"},
                   {"spbill_create_ip", "127.0.0.1"},
                   {"trade_type", "NATIVE"},
                   {"product_id", "P1"}},
        .hmac = "1656EAFD52F4973DF4DF18F02AB74BF43B825949A1ECC31F008FE9E29F298557",
    },
    {
        .title = "raw value, empty attach, sign and an entry that is off left out",
        .fields = {APPID,
                   MCH,
                   {"body", "A&B <测试> \"x\""},
                   {"attach", ""},
                   NONCE,
                   NOTIFY,
                   ORDER,
                   {"total_fee", "1"},
                   {"spbill_create_ip", "127.0.0.1"},
                   {"trade_type", "NATIVE"},
                   {"product_id", "P1"},
                   {"sign", "0CB01533B8C1EF103065174F50BCA001"},
                   {"-device_info", "1000"}},
        .md5 = "CCDC4397D06DFDF76CCD29812886173E",
    },
    {
        .title = "payment with contract",
        .fields = {APPID,
                   MCH,
                   {"contract_mchid", "10000100"},
                   {"contract_appid", "wxd930ea5d5a258f4f"},
                   {"plan_id", "123"},
                   {"contract_code", "100001256"},
                   {"request_serial", "1695"},
                   {"contract_display_account", "用户甲"},
                   {"contract_notify_url", "https://example.com/wxpay/contract"},
                   {"body", "会员月卡"},
                   NOTIFY,
                   {"total_fee", "888"},
                   {"spbill_create_ip", "127.0.0.1"},
                   {"trade_type", "JSAPI"},
                   {"openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
                   {"out_trade_no", "C20250101000001"},
                   NONCE},
        .md5 = "A8C45BD0C1DC9F0942341EAF3F633B17",
    },
    {
        .title = "deposit",
        .fields = {{"appid", "wx8888888888888888"},
                   {"mch_id", "1900000109"},
                   {"sub_mch_id", "1900000110"},
                   {"nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"},
                   {"sign_type", "HMAC-SHA256"},
                   {"body", "酒店押金"},
                   {"out_trade_no", "DEP20250101000001"},
                   {"fee_type", "CNY"},
                   {"total_fee", "888"},
                   {"spbill_create_ip", "123.12.12.123"},
                   NOTIFY,
                   {"trade_type", "APP"}},
        .hmac = "295F8AF5A57EA542EE683F75D943F481A4F87F28E6CD97F28B9297CE73A2459F",
    },
    {
        .title = "second signature of JSAPI: capitals in names sort before small letters",
        .key = "qazwsxedcrfvtgbyhnujmikolp111111",
        .fields = {JSAPI_PAY, {"signType", "MD5"}},
        .md5 = "1F2E9533D7D483FBCDBD0B9BCA76F97D",
    },
    {
        .title = "second signature of JSAPI with HMAC-SHA256",
        .key = "qazwsxedcrfvtgbyhnujmikolp111111",
        .fields = {JSAPI_PAY, {"signType", "HMAC-SHA256"}},
        .hmac = "4A04CF5B979A4920409A9DEF2322C33C96DE8E9A96830E648719C60EF991700E",
    },
    {
        .title = "contract page: values signed raw, before URL encoding",
        .fields = {{"version", "1.0"},
                   {"timestamp", "1735689600"},
                   {"request_serial", "1695"},
                   {"plan_id", "123"},
                   {"notify_url", "https://example.com/wxpay/contract"},
                   MCH,
                   {"contract_display_account", "用户甲"},
                   {"contract_code", "100001256"},
                   APPID},
        .md5 = "9369957AEB32715A8F4FAAE0E0DC4766",
    },
    {
        .title = "0 is a value",
        .fields = {{"status", "0"}, {"result_code", "0"}},
        .md5 = "3920B7410DA612F51745BA023274AF4E",
    },
    {
        .title = "one blank is a value",
        .fields = {{"status", "0"}, {"attach", " "}},
        .md5 = "170E5BB0E265ECDBCC7450597AAC05ED",
    },
    {
        .title = "no parameters: the key alone, behind '&'",
        .fields = {{"sign", "x"}, {"attach", ""}},
        .md5 = "9DE01A5A5F629DECE1F57CF780142291",
    },
};

static void fill(struct params *p, const struct field *fields)
{
    params_clear(p);
    for (; fields->name != NULL; fields++) {
        bool off = fields->name[0] == '-';
        assert_int_equal(params_set(p, fields->name + off, fields->value, NULL), ST_OK);
        params_find(p, fields->name + off)->off = off;
    }
}

static void set_key(struct secret *s, const char *key)
{
    assert_true(secret_set(s, key, strlen(key)));
}

static void check_vector(const struct vector *v, enum sign_kind kind, const char *want,
                         struct sign_trace *trace)
{
    if (want == NULL)
        return;
    struct params p = {0};
    struct secret key = {0};
    struct buf masked;
    fill(&p, v->fields);
    set_key(&key, v->key != NULL ? v->key : DOC_KEY);
    assert_int_equal(sign_compute(&p, kind, &key, trace, NULL), ST_OK);
    if (strcmp(trace->hex, want) != 0)
        fail_msg("%s: %s", v->title, trace->hex);
    assert_int_equal(trace->kind, kind);

    buf_init(&masked, SIGN_JOINED_MAX);
    sign_trace_masked(trace, &masked);
    assert_null(strstr(buf_str(&masked), key.text));
    assert_int_equal(masked.len, trace->joined_plain + strlen("&key=****"));
    assert_string_equal(buf_str(&masked) + trace->joined_plain, "&key=****");
    assert_memory_equal(buf_str(&masked), buf_str(&trace->joined), trace->joined_plain);
    buf_clear(&masked);
    secret_clear(&key);
    params_clear(&p);
}

static void signatures_follow_the_vectors(void **state)
{
    (void)state;
    struct sign_trace trace = {0}; /* one for all: reuse must not show */
    for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
        check_vector(&vectors[i], SIGN_MD5, vectors[i].md5, &trace);
        check_vector(&vectors[i], SIGN_HMAC_SHA256, vectors[i].hmac, &trace);
    }
    sign_trace_clear(&trace);
    digest_forget_keys();
}

static void the_trace_says_what_was_left_out_and_why(void **state)
{
    (void)state;
    static const struct field fields[] = {{"-sign", ""}, {"b", "2"},       {"attach", ""},
                                          {"B", "1"},    {"-detail", "x"}, {"Sign", "signed"},
                                          {"ba", "4"},   {"-off", ""},     {"sign_type", "MD5"},
                                          {"b1", "3"},   {NULL, NULL}};
    static const struct {
        const char *name;
        enum sign_left left;
    } want[] = {
        {"B", SIGN_USED},       {"Sign", SIGN_USED},    {"b", SIGN_USED},
        {"b1", SIGN_USED},      {"ba", SIGN_USED},      {"sign_type", SIGN_USED},
        {"sign", SIGN_IS_SIGN}, {"attach", SIGN_EMPTY}, {"detail", SIGN_OFF},
        {"off", SIGN_OFF},
    };
    struct params p = {0};
    struct secret key = {0};
    struct sign_trace trace = {0};
    fill(&p, fields);
    set_key(&key, DOC_KEY);
    assert_int_equal(sign_compute(&p, SIGN_MD5, &key, &trace, NULL), ST_OK);
    assert_int_equal(trace.count, ARRAY_COUNT(want));
    assert_int_equal(trace.used, 6);
    for (size_t i = 0; i < ARRAY_COUNT(want); i++) {
        assert_string_equal(trace.pairs[i].param->name, want[i].name);
        assert_int_equal(trace.pairs[i].left, want[i].left);
    }
    assert_string_equal(buf_str(&trace.joined),
                        "B=1&Sign=signed&b=2&b1=3&ba=4&sign_type=MD5&key=" DOC_KEY);
    secret_clear(&key);
    params_clear(&p);
    sign_trace_clear(&trace);
}

static void reasons_have_the_words_of_the_interface(void **state)
{
    (void)state;
    assert_string_equal(sign_left_text(SIGN_IS_SIGN).en, "is the signature");
    assert_string_equal(sign_left_text(SIGN_EMPTY).en, "empty");
    assert_string_equal(sign_left_text(SIGN_OFF).en, "switched off");
    for (int why = SIGN_USED; why <= SIGN_OFF; why++)
        assert_non_null(sign_left_text((enum sign_left)why).zh);
}

static void kinds_are_spelled_exactly(void **state)
{
    (void)state;
    enum sign_kind kind = SIGN_KIND_COUNT;
    for (int i = 0; i < SIGN_KIND_COUNT; i++) {
        assert_true(sign_kind_read(sign_kind_name((enum sign_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    static const char *const wrong[] = {"", "md5", "MD5 ", "HMAC-SHA-256", "SHA256", "HMAC"};
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
        assert_false(sign_kind_read(wrong[i], &kind));
    assert_true(sign_kind_from_length(32, &kind));
    assert_int_equal(kind, SIGN_MD5);
    assert_true(sign_kind_from_length(64, &kind));
    assert_int_equal(kind, SIGN_HMAC_SHA256);
    assert_false(sign_kind_from_length(33, &kind));
    assert_false(sign_kind_from_length(0, &kind));
}

static void without_a_key_the_trace_is_empty(void **state)
{
    (void)state;
    struct params p = {0};
    struct secret key = {0};
    struct sign_trace trace = {0};
    struct err err = {0};
    struct buf masked;
    char line[ERR_TEXT_MAX];
    assert_int_equal(params_set(&p, "a", "1", NULL), ST_OK);
    set_key(&key, DOC_KEY);
    assert_int_equal(sign_compute(&p, SIGN_MD5, &key, &trace, NULL), ST_OK);
    secret_clear(&key);
    assert_int_equal(sign_compute(&p, SIGN_MD5, &key, &trace, &err), ST_ARGUMENT);
    assert_int_equal(trace.count, 0);
    assert_int_equal(trace.joined.len, 0);
    assert_string_equal(trace.hex, "");
    err_line(&err, LANG_EN, line, sizeof line);
    assert_non_null(strstr(line, "there is no API key"));
    buf_init(&masked, 100);
    sign_trace_masked(&trace, &masked);
    assert_string_equal(buf_str(&masked), "");
    buf_clear(&masked);
    params_clear(&p);
    sign_trace_clear(&trace);
}

static void a_text_over_the_limit_is_refused(void **state)
{
    (void)state;
    struct params p = {0};
    struct secret key = {0};
    struct sign_trace trace = {0};
    size_t size = PARAM_VALUE_MAX;
    char *big = malloc(size);
    assert_non_null(big);
    memset(big, 'v', size);
    set_key(&key, DOC_KEY);
    /* "a=…&b=…&key=…" is at the limit, one byte more is over it */
    size_t rest = SIGN_JOINED_MAX - size - strlen("a=&b=&key=" DOC_KEY);
    assert_int_equal(params_set_n(&p, "a", 1, big, size, PARAM_USER, NULL), ST_OK);
    assert_int_equal(params_set_n(&p, "b", 1, big, rest, PARAM_USER, NULL), ST_OK);
    assert_int_equal(sign_compute(&p, SIGN_MD5, &key, &trace, NULL), ST_OK);
    assert_int_equal(trace.joined.len, SIGN_JOINED_MAX);
    assert_int_equal(params_set_n(&p, "b", 1, big, rest + 1, PARAM_USER, NULL), ST_OK);
    assert_int_equal(sign_compute(&p, SIGN_MD5, &key, &trace, NULL), ST_LIMIT);
    assert_int_equal(trace.joined.len, 0);
    assert_int_equal(trace.used, 0);
    free(big);
    secret_clear(&key);
    params_clear(&p);
    sign_trace_clear(&trace);
}

static void a_key_inside_a_value_is_masked_too(void **state)
{
    (void)state;
    static const struct field fields[] = {
        {"attach", "my key is " DOC_KEY "!"}, {"body", DOC_KEY}, {"a", "x"}, {NULL, NULL}};
    struct params p = {0};
    struct secret key = {0};
    struct sign_trace trace = {0};
    struct buf masked;
    fill(&p, fields);
    set_key(&key, DOC_KEY);
    assert_int_equal(sign_compute(&p, SIGN_HMAC_SHA256, &key, &trace, NULL), ST_OK);
    buf_init(&masked, 1000);
    buf_adds(&masked, "string: ");
    sign_trace_masked(&trace, &masked);
    assert_string_equal(buf_str(&masked), "string: a=x&attach=my key is ****!&body=****&key=****");
    buf_clear(&masked);
    secret_clear(&key);
    params_clear(&p);
    sign_trace_clear(&trace);
}

/* ---- Verifying ---- */

#define MD5_OK "9A0A8659F005D6984697E2CA0A9CF3B7"
#define MD5_LOWER "9a0a8659f005d6984697e2ca0a9cf3b7"
#define MD5_MIXED "9a0A8659F005D6984697E2CA0A9CF3B7"
#define MD5_WRONG "9A0A8659F005D6984697E2CA0A9CF3B8"
#define HMAC_OK "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"

static const struct {
    const char *why;
    const char *sign;      /* NULL: absent */
    const char *sign_type; /* NULL: absent */
    bool nocase, no_key;
    enum sign_state state;
    enum sign_kind kind;
    bool inferred, case_differs;
} checks[] = {
    {"holds", MD5_OK, NULL, false, false, SIGN_VALID, SIGN_MD5, true, false},
    {"64 digits are HMAC", HMAC_OK, NULL, false, false, SIGN_VALID, SIGN_HMAC_SHA256, true, false},
    {"one digit differs", MD5_WRONG, NULL, false, false, SIGN_INVALID, SIGN_MD5, true, false},
    {"lower case", MD5_LOWER, NULL, false, false, SIGN_INVALID, SIGN_MD5, true, true},
    {"lower case from a gateway", MD5_LOWER, NULL, true, false, SIGN_VALID, SIGN_MD5, true, true},
    {"mixed case", MD5_MIXED, NULL, true, false, SIGN_VALID, SIGN_MD5, true, true},
    {"no sign", NULL, NULL, false, false, SIGN_ABSENT, SIGN_MD5, true, false},
    {"empty sign", "", NULL, true, false, SIGN_ABSENT, SIGN_MD5, true, false},
    {"31 digits", "9A0A8659F005D6984697E2CA0A9CF3B", NULL, false, false, SIGN_BAD_SHAPE, SIGN_MD5,
     true, false},
    {"blank behind", MD5_OK " ", NULL, false, false, SIGN_BAD_SHAPE, SIGN_MD5, true, false},
    {"not hexadecimal", "9A0A8659F005D6984697E2CA0A9CF3BG", NULL, false, false, SIGN_BAD_SHAPE,
     SIGN_MD5, true, false},
    {"over-long, although it begins well", HMAC_OK "00", NULL, false, false, SIGN_BAD_SHAPE,
     SIGN_MD5, true, false},
    {"nothing to check with", MD5_OK, NULL, false, true, SIGN_NO_KEY, SIGN_MD5, true, false},
    {"sign_type takes part", MD5_OK, "MD5", false, false, SIGN_INVALID, SIGN_MD5, false, false},
    {"sign_type decides over length", MD5_OK, "HMAC-SHA256", false, false, SIGN_INVALID,
     SIGN_HMAC_SHA256, false, false},
    {"unknown sign_type: by length", HMAC_OK, "RSA", false, false, SIGN_INVALID, SIGN_HMAC_SHA256,
     true, false},
};

static void received_signatures_are_judged(void **state)
{
    (void)state;
    struct sign_trace trace = {0};
    for (size_t i = 0; i < ARRAY_COUNT(checks); i++) {
        struct params p = {0};
        struct secret key = {0};
        struct sign_check got;
        fill(&p, vectors[0].fields);
        if (checks[i].sign != NULL)
            assert_int_equal(params_set(&p, "sign", checks[i].sign, NULL), ST_OK);
        if (checks[i].sign_type != NULL)
            assert_int_equal(params_set(&p, "sign_type", checks[i].sign_type, NULL), ST_OK);
        if (!checks[i].no_key)
            set_key(&key, DOC_KEY);
        sign_verify(&p, &key, checks[i].nocase, i % 2 ? &trace : NULL, &got);
        if (got.state != checks[i].state || got.kind != checks[i].kind ||
            got.kind_inferred != checks[i].inferred || got.case_differs != checks[i].case_differs)
            fail_msg("%s: state %d kind %d inferred %d case %d", checks[i].why, (int)got.state,
                     (int)got.kind, got.kind_inferred, got.case_differs);
        const char *sign = checks[i].sign != NULL ? checks[i].sign : "";
        assert_memory_equal(got.received, sign, strnlen(sign, SIGN_HEX_MAX - 1));
        assert_int_equal(strlen(got.expected), checks[i].no_key       ? 0
                                               : got.kind == SIGN_MD5 ? 32
                                                                      : 64);
        if (i % 2)
            assert_string_equal(trace.hex, got.expected);
        params_clear(&p);
        secret_clear(&key);
    }
    sign_trace_clear(&trace);
    digest_forget_keys();
}

static void what_was_signed_verifies(void **state)
{
    (void)state;
    struct params p = {0};
    struct secret key = {0};
    struct sign_trace trace = {0};
    struct sign_check got;
    set_key(&key, DOC_KEY);
    for (int kind = 0; kind < SIGN_KIND_COUNT; kind++) {
        fill(&p, vectors[1].fields);
        assert_int_equal(params_set(&p, "sign_type", sign_kind_name((enum sign_kind)kind), NULL),
                         ST_OK);
        assert_int_equal(sign_compute(&p, (enum sign_kind)kind, &key, &trace, NULL), ST_OK);
        assert_int_equal(params_set(&p, "sign", trace.hex, NULL), ST_OK);
        sign_verify(&p, &key, false, &trace, &got);
        assert_int_equal(got.state, SIGN_VALID);
        assert_false(got.kind_inferred);
        params_find(&p, "sign")->off = true;
        sign_verify(&p, &key, false, NULL, &got);
        assert_int_equal(got.state, SIGN_ABSENT);
    }
    params_clear(&p);
    secret_clear(&key);
    sign_trace_clear(&trace);
    digest_forget_keys();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_follow_the_vectors),
        cmocka_unit_test(the_trace_says_what_was_left_out_and_why),
        cmocka_unit_test(reasons_have_the_words_of_the_interface),
        cmocka_unit_test(kinds_are_spelled_exactly),
        cmocka_unit_test(without_a_key_the_trace_is_empty),
        cmocka_unit_test(a_text_over_the_limit_is_refused),
        cmocka_unit_test(a_key_inside_a_value_is_masked_too),
        cmocka_unit_test(received_signatures_are_judged),
        cmocka_unit_test(what_was_signed_verifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
