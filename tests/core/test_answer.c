/* SPDX-License-Identifier: MIT */
/* Answers to notifications: what each platform concludes from it, and why. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/answer.h"

#define OK_XML "<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>"

/* clang-format off */
static const struct {
    bool gateway;
    long status;
    const char *type, *body;
    double ms;
    enum answer_verdict verdict;
    const char *rule; /* found; NULL: nothing */
} rows[] = {
    /* what SDKs answer (facts/sdk-wire.md) */
    {false, 200, "text/xml", OK_XML, 3, ANSWER_ACKNOWLEDGED, NULL},
    {false, 201, "", OK_XML, 3, ANSWER_ACKNOWLEDGED, NULL},
    {false, 200, NULL, "<xml><return_code>SUCCESS</return_code></xml>", 3, ANSWER_ACKNOWLEDGED, NULL},
    {false, 200, "text/xml", "<?xml version=\"1.0\"?>\n<xml>\n<return_code>SUCCESS</return_code>\n<return_msg/>\n<sign>X</sign>\n</xml>", 3, ANSWER_ACKNOWLEDGED, NULL},
    {false, 200, "text/plain", "<xml><return_code>FAIL</return_code></xml>", 3, ANSWER_REFUSED, NULL},
    {false, 200, "text/xml", "<xml><return_code>ERROR</return_code></xml>", 3, ANSWER_INVALID, "return-code"},
    {false, 500, "text/xml", OK_XML, 3, ANSWER_INVALID, "status"},
    {false, 302, "text/xml", OK_XML, 3, ANSWER_INVALID, "status"},
    {false, 404, "text/html", "<html></html>", 3, ANSWER_INVALID, "status"},
    {false, 200, "text/xml", OK_XML, 5001, ANSWER_INVALID, "slow"},
    {false, 200, "text/xml", "", 3, ANSWER_INVALID, "empty"},
    {false, 200, "text/xml", " \r\n", 3, ANSWER_INVALID, "empty"},
    {false, 200, "text/xml", "\n\n" OK_XML, 3, ANSWER_ACKNOWLEDGED, "blanks"},
    {false, 200, "text/xml", OK_XML "\n", 3, ANSWER_ACKNOWLEDGED, "blanks"},
    {false, 200, "text/xml", "\xef\xbb\xbf" OK_XML, 3, ANSWER_INVALID, "bom"},
    {false, 200, "text/html", "<!DOCTYPE html><html></html>", 3, ANSWER_INVALID, "html"},
    {false, 200, "text/html", "<HTML><body>login</body></HTML>", 3, ANSWER_INVALID, "html"},
    {false, 200, "application/json", "{\"code\":\"SUCCESS\"}", 3, ANSWER_INVALID, "json"},
    {false, 200, "application/json", OK_XML, 3, ANSWER_ACKNOWLEDGED, "content-type"},
    {false, 200, "text/xml", "<xml><return_code>success</return_code></xml>", 3, ANSWER_INVALID, "lower-case"},
    {false, 200, "text/xml", "<xml><code>SUCCESS</code></xml>", 3, ANSWER_INVALID, "no-return-code"},
    {false, 200, "text/plain", "success", 3, ANSWER_INVALID, "plain"},
    {false, 200, "text/plain", "OK", 3, ANSWER_INVALID, "plain"},
    {false, 200, "text/xml", OK_XML "<!-- 0.1 s --> done", 3, ANSWER_INVALID, "not-xml"},
    {false, 200, "text/xml", "Notice: undefined index" OK_XML, 3, ANSWER_INVALID, "not-xml"},
    {true, 200, "text/plain", "success", 3, ANSWER_ACKNOWLEDGED, NULL},
    {true, 200, "text/html; charset=utf-8", "success", 3, ANSWER_ACKNOWLEDGED, NULL},
    {true, 200, "text/plain", "fail", 3, ANSWER_REFUSED, NULL},
    {true, 200, "text/plain", "SUCCESS", 3, ANSWER_INVALID, "upper-case"},
    {true, 200, "text/plain", "success\n", 3, ANSWER_INVALID, "blanks"},
    {true, 200, "text/plain", "\"success\"", 3, ANSWER_INVALID, "json"},
    {true, 200, "text/xml", OK_XML, 3, ANSWER_INVALID, "xml"},
    {true, 200, "text/plain", "ok", 3, ANSWER_INVALID, "not-success"},
    {true, 500, "text/plain", "success", 3, ANSWER_INVALID, "status"},
    {true, 200, "text/plain", "success", 5001, ANSWER_INVALID, "slow"},
};
/* clang-format on */

static void answers_are_judged_as_the_platform_does(void **state)
{
    struct findings f = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct answer_seen a = {.status = rows[i].status,
                                .content_type = rows[i].type,
                                .body = rows[i].body,
                                .len = strlen(rows[i].body),
                                .ms = rows[i].ms};
        findings_reset(&f);
        enum answer_verdict v = answer_judge(rows[i].gateway, &a, &f);
        const char *rule = f.count ? f.items[0].rule : NULL;
        if (v != rows[i].verdict || f.count > 1 || (rule == NULL) != (rows[i].rule == NULL) ||
            (rule && strcmp(rule, rows[i].rule) != 0))
            fail_msg("row %zu \"%s\": %s, %s", i, rows[i].body, answer_verdict_name(v),
                     rule ? rule : "-");
        assert_int_equal(f.errors > 0, v == ANSWER_INVALID);
    }
    findings_clear(&f);
}

static void no_answer_says_why(void **state)
{
    struct err err = {0};
    struct findings f = {0};
    struct answer_seen a = {.err = &err};
    (void)state;
    err_set(&err, ST_NETWORK, SAY("连接中断", "没有收到", "先查询订单"),
            SAY("it closed the connection", "not a byte was received", "query the order"));
    assert_int_equal(answer_judge(false, &a, &f), ANSWER_INVALID);
    assert_string_equal(f.items[0].rule, "no-answer");
    assert_string_equal(f.items[0].text[LANG_ZH], "没有回答：连接中断：没有收到");
    assert_string_equal(f.items[0].text[LANG_EN],
                        "no answer: it closed the connection: not a byte was received");
    findings_reset(&f);
    err_set(&err, ST_NETWORK, "连接被拒绝", "connection refused");
    answer_judge(false, &a, &f);
    assert_string_equal(f.items[0].text[LANG_EN], "no answer: connection refused");
    findings_clear(&f);
}

static void our_own_answers_are_good(void **state)
{
    (void)state;
    for (int gateway = 0; gateway < 2; gateway++) {
        for (int good = 0; good < 2; good++) {
            struct buf out;
            struct findings f = {0};
            buf_init(&out, 1024);
            struct answer_seen a = {.status = 200};
            a.content_type = answer_write(gateway, good, good ? NULL : "签名错误", &out);
            a.body = buf_str(&out);
            a.len = out.len;
            assert_int_equal(answer_judge(gateway, &a, &f),
                             good ? ANSWER_ACKNOWLEDGED : ANSWER_REFUSED);
            assert_int_equal(f.count, 0);
            buf_clear(&out);
            findings_clear(&f);
        }
    }
}

static const struct {
    const char *body, *said;
} said[] = {
    {"<xml><return_code>FAIL</return_code><return_msg><![CDATA[签名失败]]></return_msg></xml>",
     "签名失败"},
    {"\n<xml><return_code>FAIL</return_code><return_msg>duplicate key value violates unique "
     "constraint \"orders_pkey\"</return_msg></xml>",
     "duplicate key value violates unique constraint \"orders_pkey\""},
    {"<xml><return_code><![CDATA[FAIL]]></return_code></xml>", "FAIL"},
    {"<xml><return_code>FAIL</return_code><return_msg>  </return_msg></xml>", "FAIL"},
    {"<xml><return_code>FAIL</return_code><return_msg>\xc2\x9b"
     "31m</return_msg></xml>",
     "<U+009B>31m"},
    {"fail\n", "fail"},
    {"", ""},
};

static void a_refusal_says_why(void **state)
{
    char out[ANSWER_SAID_MAX], long_one[2000] = "";
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(said); i++) {
        struct answer_seen a = {.body = said[i].body, .len = strlen(said[i].body)};
        answer_said(&a, out);
        assert_string_equal(out, said[i].said);
    }
    while (strlen(long_one) + 4 < sizeof long_one)
        strcat(long_one, "失");
    answer_said(&(struct answer_seen){.body = long_one, .len = strlen(long_one)}, out);
    assert_string_equal(out + strlen(out) - 6, "失…");
    assert_true(strlen(out) > 200);
    answer_said(&(struct answer_seen){0}, out);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_judged_as_the_platform_does),
        cmocka_unit_test(no_answer_says_why),
        cmocka_unit_test(our_own_answers_are_good),
        cmocka_unit_test(a_refusal_says_why),
    };
    setlocale(LC_ALL, "C.UTF-8"); /* for what answers say */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
