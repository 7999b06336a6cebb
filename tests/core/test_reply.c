/* SPDX-License-Identifier: MIT */
/* Replies: the verdict, the order it is reached in, and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <locale.h>

#include <cmocka.h>

#include "core/catalog.h"
#include "core/reply.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"

static struct catalog catalog;
static struct profile shop;    /* official */
static struct profile gateway; /* the third-party one */

static void read_profile(const char *text, struct profile *p)
{
    assert_int_equal(profile_from_json(text, strlen(text), "test", p, NULL), ST_OK);
}

static int set_up(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    read_profile("{\"name\":\"shop\",\"api_key\":\"" KEY "\",\"fields\":{\"appid\":\"wx1\","
                 "\"mch_id\":\"10000100\"}}",
                 &shop);
    read_profile("{\"name\":\"gw\",\"dialect\":\"gateway\",\"api_key\":\"" KEY "\","
                 "\"fields\":{\"mch_id\":\"10000200\"}}",
                 &gateway);
    return catalog_load_embedded(&catalog, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    catalog_clear(&catalog);
    profile_clear(&shop);
    profile_clear(&gateway);
    digest_forget_keys();
    return 0;
}

/* How a reply is signed before it is judged. */
enum how { UNSIGNED, MD5, HMAC, LOWER, WRONG, SHORT };

/* Fields as "name=value;name=value". A name may come twice, which params cannot hold: `extra` is
   put in front as raw XML. */
static char *document(const char *fields, const char *extra, enum how how)
{
    struct params p = {0};
    struct buf out;
    char *copy = mem_strdup(fields), *rest = copy, *one;
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        assert_non_null(value);
        *value = '\0';
        assert_int_equal(params_set(&p, one, value + 1, NULL), ST_OK);
    }
    struct sign_trace trace = {0};
    struct secret key = {0};
    secret_set(&key, KEY, strlen(KEY));
    sign_compute(&p, how == HMAC ? SIGN_HMAC_SHA256 : SIGN_MD5, &key, &trace, NULL);
    if (how == LOWER) {
        for (char *c = trace.hex; *c; c++)
            *c = (char)(*c >= 'A' && *c <= 'F' ? *c + 32 : *c);
    }
    if (how == WRONG)
        trace.hex[0] = trace.hex[0] == '0' ? '1' : '0';
    if (how == SHORT)
        trace.hex[31] = '\0';
    if (how != UNSIGNED)
        params_set(&p, "sign", trace.hex, NULL);
    buf_init(&out, 1u << 16);
    buf_addf(&out, "<xml>%s\n", extra);
    for (size_t i = 0; i < p.count; i++)
        buf_addf(&out, "<%1$s><![CDATA[%2$s]]></%1$s>\n", p.items[i].name, p.items[i].value);
    buf_adds(&out, "</xml>");
    sign_trace_clear(&trace);
    secret_clear(&key);
    params_clear(&p);
    free(copy);
    return buf_take(&out);
}

static void judge(const char *api, const struct params *sent, long status, const char *type,
                  const char *text, struct reply *r)
{
    const struct spec *spec = api ? catalog_find(&catalog, api) : NULL;
    const struct profile *p = spec && spec->dialect == DIALECT_GATEWAY ? &gateway : &shop;
    reply_read(spec, p, sent, status, type, text, strlen(text), r);
}

static bool noted(const struct reply *r, const char *en)
{
    for (size_t i = 0; i < r->note_count; i++) {
        if (strstr(r->notes[i].text[LANG_EN], en))
            return true;
    }
    return false;
}

#define GOOD                                                                                       \
    "return_code=SUCCESS;return_msg=OK;appid=wx1;mch_id=10000100;nonce_str=n;result_code=SUCCESS;" \
    "trade_type=NATIVE;prepay_id=wx2;code_url=weixin://x"
#define FAILED                                                                                     \
    "return_code=SUCCESS;return_msg=OK;appid=wx1;mch_id=10000100;nonce_str=n;result_code=FAIL;"
#define WAP "status=0;message=OK;mch_id=10000200;nonce_str=n;"
#define WAP_GOOD WAP "result_code=0;trade_type=pay.weixin.wap;prepay_id=wx3;mweb_url=https://x/y"

static const struct row {
    const char *api;
    const char *fields, *extra;
    enum how how;
    enum outcome outcome;
    enum sign_state sign;
    const char *code; /* of the explanation; NULL: none */
    const char *note; /* NULL: no note at all */
    const char *reason;
} rows[] = {
    {"unifiedorder", GOOD, "", MD5, OUTCOME_SUCCESS, SIGN_VALID, NULL, NULL, "a good one"},
    {"unifiedorder", GOOD, "", HMAC, OUTCOME_SUCCESS, SIGN_VALID, NULL, NULL,
     "the algorithm follows from the length"},
    {"unifiedorder", GOOD ";unknown=x", "", MD5, OUTCOME_SUCCESS, SIGN_VALID, NULL, NULL,
     "unknown fields are signed like any"},
    {"unifiedorder", GOOD, "", WRONG, OUTCOME_UNTRUSTED, SIGN_INVALID, NULL,
     "the signature does not hold", "a wrong signature"},
    {"unifiedorder", GOOD, "", LOWER, OUTCOME_UNTRUSTED, SIGN_INVALID, NULL,
     "the signature does not hold", "the official API signs in upper case"},
    {"unifiedorder", GOOD, "", UNSIGNED, OUTCOME_UNTRUSTED, SIGN_ABSENT, NULL,
     "unsigned and cannot be trusted", "SUCCESS must be signed"},
    {"unifiedorder", GOOD, "", SHORT, OUTCOME_UNTRUSTED, SIGN_BAD_SHAPE, NULL,
     "not 32 or 64 hexadecimal digits", "a signature of 31 digits"},
    {"unifiedorder", FAILED "err_code=ORDERPAID;err_code_des=该订单已支付", "", MD5,
     OUTCOME_BUSINESS_FAIL, SIGN_VALID, "ORDERPAID", NULL, "a business failure"},
    {"unifiedorder", FAILED "err_code=ORDERPAID;err_code_des=x", "", UNSIGNED, OUTCOME_UNTRUSTED,
     SIGN_ABSENT, "ORDERPAID", "unsigned and cannot be trusted", "an unsigned business failure"},
    {"unifiedorder", FAILED "err_code=WHATEVER;err_code_des=x", "", MD5, OUTCOME_BUSINESS_FAIL,
     SIGN_VALID, NULL, NULL, "a code that nobody knows"},
    {"unifiedorder", "return_code=FAIL;return_msg=签名错误", "", UNSIGNED,
     OUTCOME_COMMUNICATION_FAIL, SIGN_ABSENT, "SIGNERROR", NULL, "FAIL needs no signature"},
    {"unifiedorder", "return_code=FAIL;return_msg=XML格式错误", "", WRONG,
     OUTCOME_COMMUNICATION_FAIL, SIGN_INVALID, "XML_FORMAT_ERROR", "the signature does not hold",
     "but one that is there is checked"},
    {"unifiedorder", "return_msg=OK;result_code=SUCCESS", "", MD5, OUTCOME_UNTRUSTED, SIGN_VALID,
     NULL, "no return_code", "not an answer of this API"},
    {"unifiedorder", "return_code=SUCCESS;mch_id=10000199;appid=wx1;result_code=SUCCESS", "", MD5,
     OUTCOME_UNTRUSTED, SIGN_VALID, NULL, "mch_id in the reply is 10000199, ours is 10000100",
     "of another merchant"},
    {"unifiedorder", "return_code=SUCCESS;mch_id=10000100;appid=wx9;result_code=SUCCESS", "", MD5,
     OUTCOME_UNTRUSTED, SIGN_VALID, NULL, "appid in the reply is wx9", "of another app"},
    {"unifiedorder", "return_code=SUCCESS;result_code=SUCCESS;nonce_str=n;prepay_id=wx2", "", MD5,
     OUTCOME_SUCCESS, SIGN_VALID, NULL, "lacks mch_id", "lacking fields are noted"},
    {"unifiedorder", GOOD, "<return_code>SUCCESS</return_code>", MD5, OUTCOME_SUCCESS, SIGN_VALID,
     NULL, "came twice", "the same value twice counts once"},
    {"unifiedorder", GOOD, "<prepay_id>wx9</prepay_id>", MD5, OUTCOME_UNTRUSTED, SIGN_VALID, NULL,
     "was not judged", "two values for one name"},
    {NULL, GOOD, "", MD5, OUTCOME_SUCCESS, SIGN_VALID, NULL, NULL, "without a catalogue entry"},
    {NULL, WAP_GOOD, "", MD5, OUTCOME_UNTRUSTED, SIGN_VALID, NULL, "ours is 10000100",
     "the gateway's dialect is seen, but the merchant is not ours"},

    /* contractorder's two results */
    {"contractorder",
     GOOD ";out_trade_no=1;contract_result_code=SUCCESS;plan_id=123;request_serial=1", "", MD5,
     OUTCOME_SUCCESS, SIGN_VALID, NULL, NULL, "both good"},
    {"contractorder",
     GOOD ";out_trade_no=1;contract_result_code=FAIL;contract_err_code=CONTRACT_CODE DUPLICATION;"
          "contract_err_code_des=x",
     "", MD5, OUTCOME_SUCCESS, SIGN_VALID, "CONTRACT_CODE DUPLICATION",
     "paying will sign no contract", "the payment stands"},
    {"contractorder",
     GOOD ";out_trade_no=1;contract_result_code=FAIL;contract_err_code=SYSTEMERROR;"
          "contract_err_code_des=system error",
     "", MD5, OUTCOME_SUCCESS, SIGN_VALID, "SYSTEMERROR", "paying will sign no contract",
     "the contract's SYSTEMERROR, not the payment's"},
    {"contractorder",
     FAILED "err_code=ORDERPAID;err_code_des=x;contract_result_code=FAIL;contract_err_code=Fail;"
            "contract_err_code_des=INVALID PLAN_ID",
     "", MD5, OUTCOME_BUSINESS_FAIL, SIGN_VALID, "INVALID PLAN_ID", NULL, "known by its text"},

    /* the gateway's dialect */
    {"wap", WAP_GOOD, "", MD5, OUTCOME_SUCCESS, SIGN_VALID, NULL, NULL, "0 is success"},
    {"wap", WAP_GOOD, "", LOWER, OUTCOME_SUCCESS, SIGN_VALID, NULL, "in lower case",
     "in lower case too"},
    {"wap", WAP "result_code=SUCCESS;trade_type=MWEB;prepay_id=a;mweb_url=b;appid=wx5",
     "<appid>wx5</appid>", MD5, OUTCOME_SUCCESS, SIGN_VALID, NULL, "came twice",
     "SUCCESS is success, appid may come twice"},
    {"wap", WAP "result_code=1;err_code=ORDERPAID;err_msg=paid;err_code_des=other", "", MD5,
     OUTCOME_BUSINESS_FAIL, SIGN_VALID, "ORDERPAID", NULL, "anything else is not"},
    {"wap", "status=400;message=Signature error", "", UNSIGNED, OUTCOME_COMMUNICATION_FAIL,
     SIGN_ABSENT, "SIGNERROR", NULL, "refusals are unsigned"},
    {"wap", WAP_GOOD, "", UNSIGNED, OUTCOME_UNTRUSTED, SIGN_ABSENT, NULL, "unsigned",
     "status 0 must be signed"},
    {"wap", WAP_GOOD, "", WRONG, OUTCOME_UNTRUSTED, SIGN_INVALID, NULL, "does not hold", "wrong"},
};

static void verdicts_are_reached_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct row *row = &rows[i];
        char *text = document(row->fields, row->extra, row->how);
        struct reply r = {0};
        judge(row->api, NULL, 200, "text/xml", text, &r);
        const struct error_code *e = r.contract_error ? r.contract_error : r.error;
        bool parsed = !r.parse_error.status;
        if (r.outcome != row->outcome || (parsed && r.sign.state != row->sign) ||
            (row->code ? !e || strcmp(e->code, row->code) != 0 : e != NULL) ||
            (row->note ? !noted(&r, row->note) : r.note_count != 0)) {
            fail_msg("%s: %s, sign %d, code %s, note %s", row->reason, outcome_name(r.outcome),
                     r.sign.state, e ? e->code : "-",
                     r.note_count ? r.notes[0].text[LANG_EN] : "-");
        }
        reply_clear(&r);
        free(text);
    }
}

/* A user's own API file need not list what comes back. */
static void without_a_result_code_in_the_catalogue_return_code_decides(void **state)
{
    (void)state;
    struct spec bare = *catalog_find(&catalog, "unifiedorder");
    bare.response_count = 0;
    static const struct {
        const char *fields;
        enum outcome outcome;
    } cases[] = {
        {"return_code=SUCCESS;appid=wx1;mch_id=10000100;nonce_str=n", OUTCOME_SUCCESS},
        {"return_code=FAIL;return_msg=no", OUTCOME_COMMUNICATION_FAIL},
        {FAILED "err_code=ORDERPAID", OUTCOME_BUSINESS_FAIL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *text = document(cases[i].fields, "", i == 1 ? UNSIGNED : MD5);
        struct reply r = {0};
        reply_read(&bare, &shop, NULL, 200, "text/xml", text, strlen(text), &r);
        assert_int_equal(r.outcome, cases[i].outcome);
        reply_clear(&r);
        free(text);
    }
}

static void texts_are_taken_from_the_dialects_fields(void **state)
{
    (void)state;
    static const struct {
        const char *api, *fields, *code, *text;
    } cases[] = {
        {"wap", WAP "result_code=1;err_code=A;err_msg=m;err_code_des=d;message=x", "A", "m"},
        {"wap", WAP "result_code=1;err_code=A;err_code_des=d", "A", "d"},
        {"wap", "status=0;mch_id=10000200;result_code=1;message=only", "", "only"},
        {"wap", "status=1;message=m;err_msg=e", "", "m"},
        {"unifiedorder", FAILED "err_code=A;err_code_des=d", "A", "d"},
        {"unifiedorder", FAILED "err_code=\x7f[31m", "\xe2\x90\xa1[31m", "OK"},
        {"unifiedorder", "return_code=FAIL;return_msg=m", "", "m"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *text = document(cases[i].fields, "", MD5);
        struct reply r = {0};
        judge(cases[i].api, NULL, 200, NULL, text, &r);
        assert_string_equal(r.code, cases[i].code);
        assert_string_equal(r.text, cases[i].text);
        reply_clear(&r);
        free(text);
    }
}

static void what_cannot_be_read_is_not_judged(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        long status;
        const char *type, *note, *why;
    } cases[] = {
        {"", 200, NULL, "was not judged", "empty"},
        {"<html><body>502 Bad Gateway</body></html>", 502, "text/html", "the HTTP status is 502",
         "HTML"},
        {"<html></html>", 200, "text/html", "the content type is text/html", "HTML"},
        {"{\"code\":1}", 200, "application/json", "content type is application/json", "JSON"},
        {"<xml><return_code>SUCC", 200, "text/xml", "was not judged", "cut off"},
        {"<xml><return_msg>\xc7\xa9\xc3\xfb</return_msg></xml>", 200, "text/xml", "was not judged",
         "UTF-8"},
        {"<?xml version=\"1.0\" encoding=\"GBK\"?><xml><a>b</a></xml>", 200, NULL, "was not judged",
         "GBK"},
        {"<!DOCTYPE x [<!ENTITY a \"b\">]><xml><a>&a;</a></xml>", 200, NULL, "was not judged",
         "DOCTYPE"},
        {"", 302, NULL, "redirect", "empty"},
        {"no", 200, "text/\x1b[31m", "content type", ""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reply r = {0};
        judge("unifiedorder", NULL, cases[i].status, cases[i].type, cases[i].text, &r);
        assert_int_equal(r.outcome, OUTCOME_UNTRUSTED);
        assert_int_equal(r.params.count, 0);
        assert_true(noted(&r, cases[i].note));
        assert_true(noted(&r, "was not judged"));
        if (!strstr(r.parse_error.text[LANG_EN], cases[i].why)) {
            fail_msg("%s: %s", cases[i].text, r.parse_error.text[LANG_EN]);
        }
        struct json *j = json_new_object();
        reply_json(&r, j);
        assert_null(json_get(j, "response"));
        assert_null(json_get(j, "sign_valid"));
        assert_string_equal(json_string(json_get(j, "outcome")), "untrusted");
        assert_non_null(json_string(json_get(json_get(j, "error"), "zh")));
        json_free(j);
        reply_clear(&r);
    }
}

static void ten_mebibytes_cost_nothing(void **state)
{
    (void)state;
    size_t len = 10u << 20;
    char *text = mem_alloc(len);
    struct reply r = {0};
    memset(text, 'a', len);
    memcpy(text, "<xml><a>", 8);
    reply_read(NULL, &shop, NULL, 200, NULL, text, len, &r);
    assert_int_equal(r.outcome, OUTCOME_UNTRUSTED);
    assert_int_equal(r.xml.fault, XML_TOO_LARGE);
    reply_clear(&r);
    free(text);
}

static void long_values_are_never_cut(void **state)
{
    (void)state;
    struct buf fields;
    struct reply r = {0};
    buf_init(&fields, 1u << 16);
    buf_adds(&fields, WAP "result_code=0;trade_type=MWEB;prepay_id=p;mweb_url=https://x/");
    for (size_t i = 0; i < 3000; i++)
        buf_addc(&fields, 'u');
    char *text = document(buf_str(&fields), "", MD5);
    judge("wap", NULL, 200, NULL, text, &r);
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    assert_int_equal(strlen(params_get(&r.params, "mweb_url")), 3000 + strlen("https://x/"));
    reply_clear(&r);
    free(text);
    buf_clear(&fields);
}

static void a_text_is_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t pad = 0; pad < 4; pad++) {
        struct buf fields;
        struct reply r = {0};
        buf_init(&fields, 4096);
        buf_adds(&fields, FAILED "err_code=A;err_code_des=");
        for (size_t i = 0; i < pad; i++)
            buf_addc(&fields, 'x');
        for (size_t i = 0; i < 200; i++)
            buf_adds(&fields, "错");
        char *text = document(buf_str(&fields), "", MD5);
        judge("unifiedorder", NULL, 200, NULL, text, &r);
        size_t len = strlen(r.text);
        assert_true(len < sizeof(r.text) && len > sizeof(r.text) - 4);
        assert_null(strstr(r.text, "\\x"));
        assert_int_equal((len - pad) % 3, 0);
        reply_clear(&r);
        free(text);
        buf_clear(&fields);
    }
}

static void what_was_sent_is_compared(void **state)
{
    (void)state;
    struct params sent = {0};
    struct reply r = {0};
    char *text = document(GOOD ";device_info=1", "", MD5);
    params_set(&sent, "mch_id", "10000100", NULL);
    params_set(&sent, "appid", "wx1", NULL);
    params_set(&sent, "sub_mch_id", "5", NULL);
    params_set(&sent, "sign", "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6",
               NULL);
    judge("unifiedorder", &sent, 200, NULL, text, &r);
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    assert_true(noted(&r, "the reply is signed with MD5, the request with HMAC-SHA256"));
    assert_true(noted(&r, "lacks sub_mch_id")); /* promised because it was sent */
    params_set(&sent, "mch_id", "1", NULL);
    judge("unifiedorder", &sent, 200, NULL, text, &r);
    assert_int_equal(r.outcome, OUTCOME_UNTRUSTED);
    params_clear(&sent);
    reply_clear(&r);
    free(text);
}

/* The signature is right, and no text of the verdict holds what was sent back. */
static void a_key_that_comes_back_is_shown_nowhere(void **state)
{
    (void)state;
    struct reply r = {0};
    char *text = document(
        FAILED "attach=your key is " KEY ";err_code=" KEY ";err_code_des=" KEY KEY, "", MD5);
    judge("unifiedorder", NULL, 200, "text/xml", text, &r);
    assert_int_equal(r.sign.state, SIGN_VALID);
    assert_string_equal(params_get(&r.params, "attach"), "your key is ****");
    assert_string_equal(r.code, "****");
    struct json *j = json_new_object();
    struct buf out;
    buf_init(&out, 1u << 20);
    reply_json(&r, j);
    json_write(j, false, &out);
    buf_adds(&out, r.text);
    sign_trace_masked(&r.trace, &out);
    assert_null(strstr(buf_str(&out), KEY));
    assert_true(noted(&r, "shown as ****"));
    buf_clear(&out);
    json_free(j);
    free(text);
    reply_clear(&r);
}

static void without_a_key_nothing_is_trusted(void **state)
{
    (void)state;
    struct profile none = {0};
    struct reply r = {0};
    char *text = document(GOOD, "", MD5);
    reply_read(catalog_find(&catalog, "unifiedorder"), &none, NULL, 200, NULL, text, strlen(text),
               &r);
    assert_int_equal(r.outcome, OUTCOME_UNTRUSTED);
    assert_int_equal(r.sign.state, SIGN_NO_KEY);
    assert_true(noted(&r, "there is no key"));
    struct json *j = json_new_object();
    reply_json(&r, j);
    assert_null(json_get(j, "sign_valid"));
    json_free(j);
    reply_read(NULL, NULL, NULL, 200, NULL, text, strlen(text), &r);
    assert_int_equal(r.outcome, OUTCOME_UNTRUSTED);
    reply_clear(&r);
    free(text);
}

static void notes_past_the_room_are_dropped(void **state)
{
    (void)state;
    struct reply r = {0};
    char *text = document(
        "return_code=SUCCESS;result_code=SUCCESS;contract_result_code=FAIL;trade_type=NATIVE",
        "<return_code>SUCCESS</return_code>", MD5);
    judge("contractorder", NULL, 500, "text/html", text, &r);
    assert_int_equal(r.outcome, OUTCOME_UNTRUSTED); /* 500 is no status of the API */
    assert_int_equal(r.note_count, REPLY_NOTES_MAX);
    reply_clear(&r);
    free(text);
}

static void json_has_the_interfaces_members(void **state)
{
    (void)state;
    static const struct {
        const char *api, *fields;
        enum how how;
        const char *json;
    } cases[] = {
        {"unifiedorder", "return_code=FAIL;return_msg=签名错误", UNSIGNED,
         "{\"response\":{\"return_code\":\"FAIL\",\"return_msg\":\"签名错误\"},"
         "\"outcome\":\"communication-fail\",\"error\":{\"text\":\"签名错误\",\"code\":"
         "\"SIGNERROR\","},
        {"unifiedorder", "return_code=FAIL;return_msg=怪事", UNSIGNED,
         "\"error\":{\"text\":\"怪事\",\"zh\":\"怪事\",\"en\":\"怪事\"}}"},
        {"unifiedorder", "return_code=FAIL", UNSIGNED, "\"en\":\"the reply gives no reason\"}}"},
        {"unifiedorder", GOOD, MD5, "\"sign_valid\":true,\"outcome\":\"success\"}"},
        {"unifiedorder", GOOD, WRONG, "\"sign_valid\":false,\"outcome\":\"untrusted\",\"error\":{"},
        {"unifiedorder", GOOD, UNSIGNED, "\"sign_valid\":false,\"outcome\":\"untrusted\""},
        {"unifiedorder", FAILED "err_code=201;err_code_des=商户订单号重复", MD5,
         "\"code\":\"201\""},
        {"contractorder", GOOD ";out_trade_no=1;contract_result_code=FAIL;contract_err_code=Fail",
         MD5, "\"outcome\":\"success\",\"contract_error\":{\"code\":\"Fail\"}"},
        {"contractorder",
         GOOD ";out_trade_no=1;contract_result_code=FAIL;contract_err_code=INVALID PLAN_ID", MD5,
         "\"contract_error\":{\"code\":\"INVALID PLAN_ID\",\"zh\":"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reply r = {0};
        struct json *j = json_new_object();
        struct buf out;
        char *text = document(cases[i].fields, "", cases[i].how);
        judge(cases[i].api, NULL, 200, NULL, text, &r);
        reply_json(&r, j);
        buf_init(&out, 1u << 16);
        json_write(j, false, &out);
        if (!strstr(buf_str(&out), cases[i].json)) {
            fail_msg("%s\nis not in\n%s", cases[i].json, buf_str(&out));
        }
        assert_null(strstr(buf_str(&out), KEY));
        assert_null(strstr(buf_str(&out), "null"));
        buf_clear(&out);
        json_free(j);
        reply_clear(&r);
        free(text);
    }
}

static void promises_depend_on_how_far_the_reply_came(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *name;
        bool expected;
    } cases[] = {
        {GOOD, "prepay_id", true},
        {GOOD, "code_url", true}, /* trade_type NATIVE */
        {GOOD, "mweb_url", false},
        {GOOD, "err_code", false},
        {GOOD, "return_msg", false}, /* sometimes */
        {FAILED "err_code=A", "prepay_id", false},
        {FAILED "err_code=A", "err_code", true},
        {"return_code=FAIL", "result_code", false},
        {"return_code=FAIL", "return_code", true},
    };
    const struct spec *spec = catalog_find(&catalog, "unifiedorder");
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reply r = {0};
        char *text = document(cases[i].fields, "", MD5);
        judge("unifiedorder", NULL, 200, NULL, text, &r);
        assert_int_equal(reply_expects(spec_reply_field(spec, cases[i].name), &r, NULL),
                         cases[i].expected);
        reply_clear(&r);
        free(text);
    }
}

static void outcomes_have_names_and_words(void **state)
{
    (void)state;
    static const char *const names[] = {"success", "business-fail", "communication-fail",
                                        "untrusted"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        assert_string_equal(outcome_name((enum outcome)i), names[i]);
        assert_true(outcome_text((enum outcome)i).zh && outcome_text((enum outcome)i).en);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_reached_in_order),
        cmocka_unit_test(without_a_result_code_in_the_catalogue_return_code_decides),
        cmocka_unit_test(texts_are_taken_from_the_dialects_fields),
        cmocka_unit_test(what_cannot_be_read_is_not_judged),
        cmocka_unit_test(ten_mebibytes_cost_nothing),
        cmocka_unit_test(long_values_are_never_cut),
        cmocka_unit_test(a_text_is_cut_at_a_character),
        cmocka_unit_test(what_was_sent_is_compared),
        cmocka_unit_test(a_key_that_comes_back_is_shown_nowhere),
        cmocka_unit_test(without_a_key_nothing_is_trusted),
        cmocka_unit_test(notes_past_the_room_are_dropped),
        cmocka_unit_test(json_has_the_interfaces_members),
        cmocka_unit_test(promises_depend_on_how_far_the_reply_came),
        cmocka_unit_test(outcomes_have_names_and_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
