/* SPDX-License-Identifier: MIT */
/* Findings: which rule fires for which value, how bad it is, and what the sentence says. */
#include "spec_file.h"

#include <locale.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "core/validate.h"

static struct spec *spec; /* tests/data/catalog/good.json */

static int load_spec(void **state)
{
    (void)state;
    spec = file_spec(TEST_DATA "/catalog/good.json");
    return 0;
}

static int free_spec(void **state)
{
    (void)state;
    spec_free(spec);
    return 0;
}

/* The request that everything starts from: nothing is wrong with it. */
static void fill(struct params *p)
{
    for (size_t i = 0; i < spec->request_count; i++) {
        const struct field *f = &spec->request[i];
        if (f->required || f->on) {
            params_set(p, f->name, f->example, NULL);
        }
    }
}

/* "name=value", "-name" removes, "!name" switches off; several are parted by ';;'. */
static void change(struct params *p, const char *words)
{
    char copy[1024];
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = copy; word;) {
        char *next = strstr(word, ";;");
        if (next) {
            *next = '\0';
            next += 2;
        }
        char *equals = strchr(word, '=');
        if (*word == '-') {
            params_remove(p, word + 1);
        } else if (*word == '!') {
            params_find(p, word + 1)->off = true;
        } else if (equals) {
            *equals = '\0';
            params_set(p, word, equals + 1, NULL);
        }
        word = next;
    }
}

/* Fit for a terminal as it is, and not empty? */
static bool text_sentence_ok(const char *s)
{
    return *s && text_is_plain(s, strlen(s), 0);
}

/* "E body max-bytes; W x y": all findings in order. */
static void describe(const struct findings *f, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *one = &f->items[i];
        buf_addf(out, "%s%c %s %s", i ? "; " : "", one->severity == SEVERITY_ERROR ? 'E' : 'W',
                 one->field, one->rule);
    }
}

static void findings_are(const char *words, enum environment environment, const char *expected)
{
    struct params p = {0};
    struct findings f = {0};
    struct buf text;
    buf_init(&text, 1u << 16);
    fill(&p);
    change(&p, words);
    validate(spec, &p, environment, SIGN_MD5, &f);
    describe(&f, &text);
    if (strcmp(buf_str(&text), expected) != 0) {
        fail_msg("%s\n  gives    %s\n  expected %s", words, buf_str(&text), expected);
    }
    for (size_t i = 0; i < f.count; i++) {
        assert_true(text_sentence_ok(f.items[i].text[LANG_ZH]));
    }
    buf_clear(&text);
    findings_clear(&f);
    params_clear(&p);
}

struct row {
    const char *change;
    const char *expected;
};

static void run(const struct row *rows, size_t count, enum environment environment)
{
    for (size_t i = 0; i < count; i++) {
        findings_are(rows[i].change, environment, rows[i].expected);
    }
}

/* clang-format off */
static void required_fields(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"", ""},
        {"-body", "E body required"},
        {"body=", "E body required"},
        {"!body", "E body required"},
        {"-body;;-appid", "E appid required; E body required"}, /* the spec's order */
        {"plan_id=", "W plan_id empty"},
        {"plan_id=1;;!plan_id", ""},
        {"-product_id;;detail=x", "E product_id required-when"},
        {"trade_type=JSAPI", "E openid required-when"},
        {"trade_type=JSAPI;;openid=o1", ""},
        {"trade_type=JSAPI;;sub_openid=o1;;sub_appid=wx1", ""},
        {"trade_type=MWEB", "E scene_info required-when"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void lengths_have_a_unit(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"body=1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567", ""},
        {"body=12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678", "W body max-bytes"},
        {"body=123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", "E body max-bytes"},
        {"body=测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试", ""}, /* 42 characters, 126 bytes */
        {"body=测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测", "E body max-bytes"},
        {"body=x", "E body min-bytes"},
        {"body=xyz", "W body min-bytes"},
        {"out_trade_no=123456789012345678901234567890123", "E out_trade_no max-bytes"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void characters_that_are_signed_unseen(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"body= 会员", "W body characters"},
        {"body=会员 ", "W body characters"},
        {"body=会员\xe3\x80\x80", "W body characters"},
        {"body=\xc2\xa0会员", "W body characters"},
        {"body=会 员", ""},
        {"body=会\t员", "E body characters"},
        {"body=会\n员", "E body characters"},
        {"body=会\x7f员", "E body characters"},
        {"body=会\xc2\x85员", "E body characters"},
        {"body=会\xff员", "E body characters"},
        {"body=会\xed\xa0\x80员", "E body characters"},
        {"body=会\xe2\x80\x8b员", "W body characters"},
        {"body=\xe2\x80\xae会员", "W body characters"},
        {"body=会员😀", "E body characters"},
        {"product_id=😀", ""},
        {"detail={\n \"goods_detail\": []\n}", ""},
        {"detail={\"goods_detail\":[]}\x01", "E detail characters"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void numbers_are_whole_and_plain(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"total_fee=1", ""},
        {"total_fee=0", "E total_fee range"},
        {"total_fee=-1", "E total_fee type"},
        {"total_fee=+1", "E total_fee type"},
        {"total_fee=01", "E total_fee type"},
        {"total_fee=0.01", "E total_fee type"},
        {"total_fee=1e3", "E total_fee type"},
        {"total_fee=1,000", "E total_fee type"},
        {"total_fee=１", "E total_fee type"},
        {"total_fee= 1", "W total_fee characters; E total_fee type"},
        {"total_fee=9223372036854775807", ""},
        {"total_fee=9223372036854775808", "E total_fee range"},
        {"plan_id=0", ""},
        {"plan_id=1.0", "E plan_id type"},
        {"plan_id=99999999999999999999", "E plan_id range"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void times_are_times_of_the_calendar(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"time_start=20240229235959", ""},
        {"time_start=20230229000000", "E time_start time"},
        {"time_start=20231301000000", "E time_start time"},
        {"time_start=20230101240000", "E time_start time"},
        {"time_start=2023010100000", "E time_start time"},
        {"time_start=2023-01-01 00:00:00", "E time_start time"},
        {"bill_date=20240229", ""},
        {"bill_date=20230229", "E bill_date time"},
        {"bill_date=2023-02-28", "E bill_date time"},
        {"timestamp=1735689600", ""},
        {"timestamp=1735689600000", "E timestamp time"},
        {"timestamp=0000000000", "E timestamp time"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void words_patterns_and_ids(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"trade_type=APP", "E trade_type enum"},
        {"trade_type=native", "E trade_type enum"},
        {"appid=wx-1", "E appid type"},
        {"appid=微信", "E appid type"},
        {"out_trade_no=12345", "E out_trade_no pattern"},
        {"out_trade_no=12345!", "E out_trade_no pattern"},
        {"nonce_str=a b", "W nonce_str type"},
        {"nonce_str=a-b", ""},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void addresses_of_machines(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"spbill_create_ip=127.0.0.1", ""},
        {"spbill_create_ip=2001:db8::1", ""},
        {"spbill_create_ip=256.1.1.1", "E spbill_create_ip ip"},
        {"spbill_create_ip=1.2.3", "E spbill_create_ip ip"},
        {"spbill_create_ip=1.2.3.4:80", "E spbill_create_ip ip"},
        {"spbill_create_ip=localhost", "E spbill_create_ip ip"},
        {"server_ip=1.2.3.4", ""},
        {"server_ip=2001:db8::1", "E server_ip ip"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void notify_addresses_in_a_test_profile(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"notify_url=http://127.0.0.1:8765/notify", ""},
        {"notify_url=http://127.9.9.9/notify", ""},
        {"notify_url=http://localhost:8765/notify", ""},
        {"notify_url=http://[::1]:8765/notify", ""},
        {"notify_url=http://192.168.1.5/notify", "W notify_url url"},
        {"notify_url=http://example.com/notify", "W notify_url url"},
        {"notify_url=https://192.168.1.5/notify", ""},
        {"notify_url=HTTPS://Example.com/notify", ""},
        {"notify_url=https://example.com", "W notify_url url"},
        {"notify_url=https://example.com/", ""},
        {"notify_url=https://example.com/a?b=c", "E notify_url url"},
        {"notify_url=https://example.com/a#b", "E notify_url url"},
        {"notify_url=https://example.com/支付", "W notify_url url"},
        {"notify_url=https://example.com/a b", "E notify_url url"},
        {"notify_url=ftp://example.com/a", "E notify_url url"},
        {"notify_url=example.com/a", "E notify_url url"},
        {"notify_url=/a", "E notify_url url"},
        {"notify_url=https:///a", "E notify_url url"},
        {"notify_url=https://user@example.com/a", "E notify_url url"},
        {"notify_url=https://example.com:0/a", "E notify_url url"},
        {"notify_url=https://example.com:65536/a", "E notify_url url"},
        {"notify_url=https://example.com:/a", "E notify_url url"},
        {"notify_url=https://example.com:8443/a", ""},
        {"notify_url=https://[::1/a", "E notify_url url"},
        {"notify_url=https://[zz]/a", "E notify_url url"},
        {"notify_url=https://exa..mple.com/a", "E notify_url url"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void notify_addresses_in_production(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"", ""},
        {"notify_url=http://example.com/notify", "E notify_url url"},
        {"notify_url=https://localhost/notify", "E notify_url url"},
        {"notify_url=http://localhost/notify", "E notify_url url; E notify_url url"},
        {"notify_url=https://127.0.0.1/notify", "E notify_url url"},
        {"notify_url=https://10.1.2.3/notify", "E notify_url url"},
        {"notify_url=https://172.16.0.1/notify", "E notify_url url"},
        {"notify_url=https://172.32.0.1/notify", ""},
        {"notify_url=https://192.168.0.1/notify", "E notify_url url"},
        {"notify_url=https://169.254.1.1/notify", "E notify_url url"},
        {"notify_url=https://100.64.0.1/notify", "E notify_url url"},
        {"notify_url=https://0.0.0.0/notify", "E notify_url url"},
        {"notify_url=https://[::1]/notify", "E notify_url url"},
        {"notify_url=https://[fe80::1]/notify", "E notify_url url"},
        {"notify_url=https://[fd00::1]/notify", "E notify_url url"},
        {"notify_url=https://[::ffff:10.0.0.1]/notify", "E notify_url url"},
        {"notify_url=https://[2001:db8::1]/notify", ""},
        {"notify_url=https://devbox/notify", "E notify_url url"},
        {"notify_url=https://devbox.local/notify", "E notify_url url"},
        {"notify_url=https://8.8.8.8/notify", ""},
        {"notify_url=https://example.com", "W notify_url url"},
        {"scene_info={\"h5_info\":{\"type\":\"Wap\",\"wap_url\":\"http://example.com\"}}", ""},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_PRODUCTION);
}

static void json_inside_a_value(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"detail=会员月卡 30 天", ""},
        {"detail=[促销] 会员月卡", ""},
        {"detail={\"goods_detail\":", "W detail json-syntax"}, /* plain text is allowed there */
        {"scene_info={\"h5_info\":", "E scene_info json-syntax"},
        {"scene_info=会员", "E scene_info json-syntax"},
        {"scene_info=[]", "E scene_info json-type"},
        {"scene_info={\"h5_info\":{},\"h5_info\":{}}", "E scene_info json-syntax"},
        {"scene_info={\"h5_info\":[]}", "E scene_info.h5_info json-type"},
        {"scene_info={\"h5_info\":{}}", "E scene_info.h5_info.type required"},
        {"scene_info={\"h5_info\":{\"type\":\"Wap\"}}", "E scene_info.h5_info.wap_url required-when"},
        {"scene_info={\"h5_info\":{\"type\":\"IOS\"}}", ""},
        {"scene_info={\"h5_info\":{\"type\":\"wap\"}}", "E scene_info.h5_info.type enum"},
        {"scene_info={\"h5_info\":{\"type\":1}}", "E scene_info.h5_info.type json-type"},
        {"scene_info={\"h5_info\":{\"type\":\"\"}}", "E scene_info.h5_info.type required"},
        {"scene_info={\"h5_info\":{\"type\":\"IOS\",\"wap_url\":\"x\"}}", "E scene_info.h5_info.wap_url url"},
        {"scene_info={}", ""},
        {"scene_info={};;trade_type=MWEB", "E scene_info.h5_info required-when"},
        {"scene_info={\"h5info\":{}}", "W scene_info.h5info unknown-field"},
        {"detail={\"goods_detail\":[]}", ""},
        {"detail={}", "E detail.goods_detail required"},
        {"detail={\"goods_detail\":{}}", "E detail.goods_detail json-type"},
        {"detail={\"goods_detail\":[1]}", "E detail.goods_detail[0] json-type"},
        {"detail={\"goods_detail\":[{\"goods_id\":\"a\",\"quantity\":1},{\"goods_id\":\"b\",\"quantity\":0}]}",
         "E detail.goods_detail[1].quantity range"},
        {"detail={\"goods_detail\":[{\"goods_id\":\"a\",\"quantity\":\"1\"}]}", "W detail.goods_detail[0].quantity json-type"},
        {"detail={\"goods_detail\":[{\"goods_id\":\"a\",\"quantity\":1.5}]}", "E detail.goods_detail[0].quantity type"},
        {"detail={\"goods_detail\":[{\"goods_id\":\"a\",\"quantity\":1,\"price\":0.5}]}", "E detail.goods_detail[0].price type"},
        {"detail={\"goods_detail\":[{\"goods_id\":\"a\",\"quantity\":null}]}", "E detail.goods_detail[0].quantity required"},
        {"detail={\"goods_detail\":[{\"goods_id\":7,\"quantity\":1}]}", "E detail.goods_detail[0].goods_id json-type"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void rules_over_several_fields(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"contract_appid=wx8888888888888888", ""},
        {"contract_appid=wx1", "E contract_appid contract-appid"},
        {"time_start=20260101000000;;time_expire=20260101000101", ""},
        {"time_start=20260101000000;;time_expire=20260101000100", "E time_expire expire-after-start"},
        {"time_start=20260101000000;;time_expire=20251231235959", "E time_expire expire-after-start"},
        {"time_start=20260101000000;;time_expire=2026", "E time_expire time"},
        {"sub_openid=o1", "E sub_openid sub-appid"},
        {"used_fee=88", ""},
        {"used_fee=89", "E used_fee used-fee"},
        {"-product_id;;trade_type=MWEB;;scene_info={\"h5_info\":{\"type\":\"IOS\"}}",
         "W scene_info scene-h5; E product_id product-or-detail"},
        {"sign_type=MD5", "W sign_type md5-unwise"},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}

static void names_that_the_api_does_not_know(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"totalfee=1", "W totalfee unknown-field"},
        {"zzz=1;;yyy=2", "W zzz unknown-field; W yyy unknown-field"},
        {"zzz=1;;!zzz", ""},
        {"sign=ABC", ""},
        {"key=secret", ""},
    };
    run(rows, ARRAY_COUNT(rows), ENVIRONMENT_TEST);
}
/* clang-format on */

static void the_algorithm_must_fit(void **state)
{
    (void)state;
    static const struct {
        enum sign_kind kind;
        const char *change;
        const char *expected;
        bool md5_only;
    } rows[] = {
        {SIGN_MD5, "", "", false},
        {SIGN_MD5, "sign_type=HMAC-SHA256", "E sign_type sign-type", false},
        {SIGN_HMAC_SHA256, "sign_type=HMAC-SHA256", "", false},
        {SIGN_HMAC_SHA256, "", "W sign_type sign-type", false},
        {SIGN_HMAC_SHA256, "sign_type=HMAC-SHA256", "E sign_type sign-type", true},
        {SIGN_MD5, "", "", true},
        {SIGN_MD5, "sign_type=SHA1", "E sign_type enum", false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params p = {0};
        struct findings f = {0};
        struct buf text;
        buf_init(&text, 4096);
        fill(&p);
        change(&p, rows[i].change);
        spec->sign_types[SIGN_HMAC_SHA256] = !rows[i].md5_only;
        validate(spec, &p, ENVIRONMENT_TEST, rows[i].kind, &f);
        spec->sign_types[SIGN_HMAC_SHA256] = true;
        describe(&f, &text);
        assert_string_equal(buf_str(&text), rows[i].expected);
        buf_clear(&text);
        findings_clear(&f);
        params_clear(&p);
    }
}

static void sentences_name_field_limit_and_value(void **state)
{
    (void)state;
    static const struct {
        const char *change, *zh, *en;
    } rows[] = {
        {"body=测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测试测",
         "body 有 129 字节，最多 128 字节（42 个汉字约 126 字节）",
         "body has 129 bytes, at most 128 (42 Chinese characters take about 126 bytes)"},
        {"total_fee=12.5", "total_fee 的单位是分，不能带小数点：12.5 元要写成 1250",
         "total_fee counts fen and takes no decimal point: 12.5 yuan is written 1250"},
        {"total_fee=0", "total_fee 至少为 1，现在是 0", "total_fee must be at least 1; it is 0"},
        {"trade_type=NATVE",
         "trade_type 只能是 JSAPI / NATIVE / MWEB，现在是 “NATVE”；是否想写 NATIVE？",
         "trade_type must be JSAPI / NATIVE / MWEB; it is “NATVE”; did you mean NATIVE?"},
        {"trade_type=JSAPI", "缺少 openid：trade_type=JSAPI 且没有 sub_openid 时必填",
         "openid is missing: required when trade_type=JSAPI without sub_openid"},
        {"!body", "body 没有启用：这个字段必填", "body is switched off: the field is required"},
        {"openid=secret openid!", "openid 格式不对：字母和数字；现在是 “****”",
         "openid has the wrong form: letters and digits; it is “****”"},
        {"body=a\x1b[31mb", "body 第 2 个字符是控制字符 U+001B，请删去",
         "body: character 2 is the control character U+001B; remove it"},
        {"contract_appid=wx1",
         "contract_appid 必须等于 appid（现在 contract_appid=wx1，appid=wx8888888888888888）",
         "contract_appid must equal appid (contract_appid=wx1, appid=wx8888888888888888)"},
        {"totalfee=1",
         "order 没有名为 totalfee 的参数：接口可能不把它算进签名；是否想写 total_fee？",
         "order has no parameter totalfee: the API may leave it out of its signature; did you mean "
         "total_fee?"},
        {"time_start=20230229000000", "time_start 不是存在的日期或时刻：20230229000000",
         "time_start is no existing date or time: 20230229000000"},
        {"plan_id=", "plan_id 为空：空值不发送，也不参与签名",
         "plan_id is empty: it is neither sent nor signed"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params p = {0};
        struct findings f = {0};
        fill(&p);
        change(&p, rows[i].change);
        validate(spec, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
        assert_true(f.count >= 1);
        assert_string_equal(f.items[0].text[LANG_ZH], rows[i].zh);
        assert_string_equal(f.items[0].text[LANG_EN], rows[i].en);
        findings_clear(&f);
        params_clear(&p);
    }
}

static void a_long_or_hostile_value_is_cut_and_made_visible(void **state)
{
    (void)state;
    struct params p = {0};
    struct findings f = {0};
    char long_value[3000];
    memset(long_value, 'x', sizeof long_value - 1);
    long_value[sizeof long_value - 1] = '\0';
    fill(&p);
    params_set(&p, "trade_type", long_value, NULL);
    params_set(&p, "spbill_create_ip", "1.2.3.4\xe2\x80\xae", NULL);
    params_set(&p, long_value + sizeof long_value - 1 - PARAM_NAME_MAX, "1", NULL);
    params_set(&p, "\xe2\x80\xaereversed", "1", NULL);
    validate(spec, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
    for (size_t i = 0; i < f.count; i++) {
        assert_true(text_sentence_ok(f.items[i].text[LANG_ZH]));
        assert_true(text_sentence_ok(f.items[i].text[LANG_EN]));
        assert_true(text_sentence_ok(f.items[i].field));
        assert_null(
            strstr(f.items[i].text[LANG_EN], "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
    }
    assert_true(f.count >= 4);
    findings_clear(&f);
    params_clear(&p);
}

static void what_lacks_comes_before_what_is_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *change, *field;
        bool lacking;
    } rows[] = {
        {"", NULL, false},
        {"plan_id=", NULL, false}, /* a warning only */
        {"body=x", "body", false},
        {"body=x;;-notify_url", "notify_url", true},
        {"body=x;;trade_type=JSAPI", "openid", true},
        {"body=x;;scene_info={\"h5_info\":{}}", "scene_info.h5_info.type", true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params p = {0};
        struct findings f = {0};
        bool lacking = true;
        fill(&p);
        change(&p, rows[i].change);
        validate(spec, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
        const struct finding *first = validate_first(&f, &lacking);
        assert_int_equal(lacking, rows[i].lacking);
        if (rows[i].field) {
            assert_non_null(first);
            assert_string_equal(first->field, rows[i].field);
        } else {
            assert_null(first);
        }
        findings_clear(&f);
        params_clear(&p);
    }
}

static void the_worst_finding_of_a_field_counts_its_insides(void **state)
{
    (void)state;
    struct params p = {0};
    struct findings f = {0};
    fill(&p);
    change(&p, "scene_info={\"x\":1,\"h5_info\":{}};;detail={\"goods_detail\":[1]};;plan_id=");
    validate(spec, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
    assert_string_equal(findings_of(&f, "scene_info")->rule, "required");
    assert_string_equal(findings_of(&f, "detail")->rule, "json-type");
    assert_string_equal(findings_of(&f, "plan_id")->rule, "empty");
    assert_null(findings_of(&f, "scene"));
    assert_null(findings_of(&f, "body"));
    findings_clear(&f);
    params_clear(&p);
}

static void findings_as_json(void **state)
{
    (void)state;
    struct params p = {0};
    struct findings f = {0};
    struct buf text;
    buf_init(&text, 4096);
    fill(&p);
    change(&p, "total_fee=0");
    validate(spec, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
    struct json *list = findings_json(&f);
    json_write(list, false, &text);
    assert_string_equal(buf_str(&text),
                        "[{\"field\":\"total_fee\",\"severity\":\"error\",\"rule\":\"range\","
                        "\"zh\":\"total_fee 至少为 1，现在是 0\","
                        "\"en\":\"total_fee must be at least 1; it is 0\"}]");
    json_free(list);
    buf_clear(&text);
    findings_clear(&f);
    params_clear(&p);
}

/* A form is checked on every key: the second round takes no memory and gives the same. */
static void the_list_keeps_its_memory(void **state)
{
    (void)state;
    struct params p = {0};
    struct findings f = {0};
    fill(&p);
    change(&p, "-body;;total_fee=0");
    validate(spec, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
    const struct finding *items = f.items;
    size_t count = f.count;
    validate(spec, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
    assert_ptr_equal(f.items, items);
    assert_int_equal(f.count, count);
    assert_int_equal(f.errors, 2);
    findings_clear(&f);
    findings_clear(&f);
    params_clear(&p);
}

/* Warnings without end do not push the error out. */
static void the_list_is_capped_and_keeps_an_error(void **state)
{
    (void)state;
    struct findings f = {0};
    struct finding_head warning = {.field = "a", .rule = "empty", .severity = SEVERITY_WARNING};
    struct finding_head error = {.field = "b", .rule = "type", .severity = SEVERITY_ERROR};
    for (int i = 0; i < 2 * FINDINGS_MAX; i++) {
        finding_more(findings_add(&f, warning, "一", "one"), "二", "two");
    }
    assert_int_equal(f.count, FINDINGS_MAX);
    assert_string_equal(f.items[FINDINGS_MAX - 1].text[LANG_EN], "onetwo");
    findings_add(&f, error, "三", "three");
    findings_add(&f, error, "四", "four");
    assert_int_equal(f.count, FINDINGS_MAX);
    assert_int_equal(f.errors, 1);
    assert_string_equal(validate_first(&f, NULL)->text[LANG_EN], "three");
    findings_clear(&f);
}

static void required_as_the_form_stands(void **state)
{
    (void)state;
    struct params p = {0};
    struct bi text = {0};
    params_set(&p, "trade_type", "NATIVE", NULL);
    assert_true(validate_required(spec_field(spec, "product_id"), &p, NULL, &text));
    assert_string_equal(text.en, "required when trade_type=NATIVE");
    assert_true(validate_required(spec_field(spec, "body"), &p, NULL, &text));
    assert_null(text.en);
    assert_false(validate_required(spec_field(spec, "openid"), &p, NULL, NULL));
    const struct field *h5 = &spec_field(spec, "scene_info")->fields[0];
    assert_false(validate_required(h5, NULL, &p, NULL));
    params_set(&p, "trade_type", "MWEB", NULL);
    assert_true(validate_required(h5, NULL, &p, NULL));
    params_clear(&p);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(required_fields),
        cmocka_unit_test(lengths_have_a_unit),
        cmocka_unit_test(characters_that_are_signed_unseen),
        cmocka_unit_test(numbers_are_whole_and_plain),
        cmocka_unit_test(times_are_times_of_the_calendar),
        cmocka_unit_test(words_patterns_and_ids),
        cmocka_unit_test(addresses_of_machines),
        cmocka_unit_test(notify_addresses_in_a_test_profile),
        cmocka_unit_test(notify_addresses_in_production),
        cmocka_unit_test(json_inside_a_value),
        cmocka_unit_test(rules_over_several_fields),
        cmocka_unit_test(names_that_the_api_does_not_know),
        cmocka_unit_test(the_algorithm_must_fit),
        cmocka_unit_test(sentences_name_field_limit_and_value),
        cmocka_unit_test(a_long_or_hostile_value_is_cut_and_made_visible),
        cmocka_unit_test(what_lacks_comes_before_what_is_malformed),
        cmocka_unit_test(the_worst_finding_of_a_field_counts_its_insides),
        cmocka_unit_test(findings_as_json),
        cmocka_unit_test(the_list_keeps_its_memory),
        cmocka_unit_test(the_list_is_capped_and_keeps_an_error),
        cmocka_unit_test(required_as_the_form_stands),
    };
    return cmocka_run_group_tests(tests, load_spec, free_spec);
}
