/* SPDX-License-Identifier: MIT */
/* Each cause that reading a message shows, and a message that shows none of them. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "built_in.h"
#include "core/advice.h"

#define KEY "0123456789abcdefghijklmnopqrstuv"

struct row {
    const char *id;    /* the cause; NULL: nothing may be said */
    const char *field; /* "" any */
    enum message_kind kind;
    const char *api;
    const char *message; /* name=value, separated by ';' */
    const char *wire, *merchant, *key, *key_label, *url;
};

#define ORDER_OF                                                                                   \
    "appid=wx1;mch_id=10000100;nonce_str=n;body=b;out_trade_no=1;total_fee=1;"                     \
    "spbill_create_ip=1.1.1.1;notify_url=http://a.b/n;trade_type=NATIVE;product_id=1;"
#define MD5_SIGN "sign=0123456789ABCDEF0123456789ABCDEF;"
#define HMAC_SIGN "sign=0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF;"
#define JSAPI                                                                                      \
    "appId=wx1;timeStamp=1700000000;nonceStr=n;package=prepay_id=wx2;signType=MD5;"                \
    "paySign=0123456789ABCDEF0123456789ABCDEF;"

static const struct row rows[] = {
    {NULL, "", MESSAGE_ORDER, "unifiedorder", ORDER_OF MD5_SIGN, "<xml><a>b</a></xml>"},
    {NULL, "", MESSAGE_CALL, NULL, JSAPI},
    {NULL, "", MESSAGE_NOTIFY, NULL, "return_code=SUCCESS;time_end=1;" MD5_SIGN},
    {"alg-hmac-only", "sign", MESSAGE_ORDER, "deposit_consume", ORDER_OF MD5_SIGN},
    {"alg-default", "sign_type", MESSAGE_ORDER, "unifiedorder", ORDER_OF HMAC_SIGN},
    {"alg-name", "sign_type", MESSAGE_ORDER, "unifiedorder",
     ORDER_OF "sign_type=HMAC_SHA256;" HMAC_SIGN},
    {"alg-name", "sign_type", MESSAGE_ORDER, "unifiedorder", ORDER_OF "sign_type=md5;" MD5_SIGN},
    {"param-extra", "zzz_unknown", MESSAGE_ORDER, "orderquery",
     "appid=wx1;mch_id=1;out_trade_no=1;nonce_str=n;zzz_unknown=1;" MD5_SIGN},
    {"name-typo", "spbill_creat_ip", MESSAGE_ORDER, "unifiedorder",
     "appid=wx1;spbill_creat_ip=1;" MD5_SIGN},
    {"emoji", "body", MESSAGE_ORDER, "unifiedorder", "body=\xf0\x9f\x98\x80;" MD5_SIGN},
    {"papay-notify-url", "notify_url", MESSAGE_ORDER, NULL,
     "plan_id=1;contract_code=2;notify_url=http%3A%2F%2Fa.b;" MD5_SIGN},
    {"cs-wire", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN,
     "<xml><body>\xb2\xe2\xca\xd4</body></xml>"},
    {"cs-wire", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN,
     "<?xml version=\"1.0\" encoding=\"GBK\"?><xml><a>b</a></xml>"},
    {"xml-shape", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, "<root><a>b</a></root>"},
    {"xml-shape", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, "<xml><a><b>c</b></a></xml>"},
    {"xml-shape", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, "\xef\xbb\xbf<xml><a>b</a></xml>"},
    {"dup-param", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, "<xml><a>b</a><a>b</a></xml>"},
    {"dup-param", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, "<xml><a>b</a><a>c</a></xml>"},
    {"v2-v3-mix", "mchid", MESSAGE_ORDER, "unifiedorder", ORDER_OF "mchid=1;" MD5_SIGN},
    {"v2-v3-mix", "sign", MESSAGE_CALL, NULL,
     "appId=wx1;timeStamp=1700000000;nonceStr=n;package=prepay_id=wx2;"
     "paySign=c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl;"},
    {"v2-v3-mix", "signType", MESSAGE_CALL, NULL,
     "appId=wx1;timeStamp=1700000000;nonceStr=n;package=prepay_id=wx2;signType=RSA;paySign=x;"},
    {"2nd-name-case", "timeStamp", MESSAGE_CALL, NULL,
     "appId=wx1;timestamp=1700000000;nonceStr=n;package=prepay_id=wx2;signType=MD5;paySign=0123456789ABCDEF0123456789ABCDEF;"},
    {"2nd-name-case", "noncestr", MESSAGE_CALL, NULL,
     "appid=wx1;partnerid=1;prepayid=wx2;package=Sign=WXPay;timestamp=1700000000;nonceStr=n;sign=0123456789ABCDEF0123456789ABCDEF;"},
    {"2nd-ms-time", "timeStamp", MESSAGE_CALL, NULL,
     "appId=wx1;timeStamp=1700000000123;nonceStr=n;package=prepay_id=wx2;signType=MD5;paySign=0123456789ABCDEF0123456789ABCDEF;"},
    {"2nd-wrong-set", "package", MESSAGE_CALL, NULL,
     "appId=wx1;timeStamp=1700000000;nonceStr=n;package=wx2;signType=MD5;paySign=0123456789ABCDEF0123456789ABCDEF;"},
    {"alg-2nd-mismatch", "signType", MESSAGE_CALL, NULL,
     "appId=wx1;timeStamp=1700000000;nonceStr=n;package=prepay_id=wx2;signType=HMAC-SHA256;paySign=0123456789ABCDEF0123456789ABCDEF;"},
    {"2nd-sp-ids", "appId", MESSAGE_CALL, NULL, JSAPI, NULL, "appid=wx1;sub_appid=wx9;"},
    {"2nd-sp-ids", "appId", MESSAGE_CALL, NULL, JSAPI, NULL, "appid=wx8;"},
    {"verify-no-sign", "return_code", MESSAGE_ANSWER, NULL, "return_code=FAIL;return_msg=x;"},
    {"verify-no-sign", "req_info", MESSAGE_NOTIFY, NULL, "return_code=SUCCESS;req_info=abc;"},
    {"forged-notify", "sign", MESSAGE_NOTIFY, NULL, "return_code=SUCCESS;time_end=1;"},
    {"proxy-body", "xml", MESSAGE_ORDER, NULL, "xml={\"appid\":[\"wx1\"]};"},
    {"key-length", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL, "short"},
    {"key-length", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL,
     "0123456789abcdefghijklmnopqrst+/"},
    {"key-blank", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL, KEY "\n"},
    {"key-sp", "sub_mch_id", MESSAGE_ORDER, NULL, ORDER_OF "sub_mch_id=1900000110;" MD5_SIGN, NULL,
     "mch_id=1900000110;"},
    {"key-other", "mch_id", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, "mch_id=1900000999;"},
    {"key-v3", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL, NULL, "APIv3"},
    {"key-sp", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL, NULL, "子商户"},
    {"key-sandbox", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL, NULL, "sandbox"},
    {"key-sandbox", "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL, NULL, NULL,
     "https://api.mch.weixin.qq.com/xdc/apiv2sandbox"},
    {NULL, "", MESSAGE_ORDER, NULL, ORDER_OF MD5_SIGN, NULL, NULL, NULL, "sandbox",
     "https://api.mch.weixin.qq.com/xdc/apiv2sandbox"},
};

static void read_message(const char *text, struct params *out)
{
    while (text && *text) {
        const char *end = strchr(text, ';'), *equals = strchr(text, '=');
        assert_int_equal(params_set_n(out, text, (size_t)(equals - text), equals + 1,
                                      (size_t)(end - equals - 1), PARAM_USER, NULL),
                         ST_OK);
        text = end + 1;
    }
}

static size_t advise_row(const struct row *r, const struct catalog *c, struct advice *out)
{
    struct params message = {0}, merchant = {0};
    struct secret key = {0};
    const char *text = r->key ? r->key : KEY;
    read_message(r->message, &message);
    read_message(r->merchant, &merchant);
    secret_set(&key, text, strlen(text));
    struct advice_input in = {.kind = r->kind,
                              .params = &message,
                              .spec = r->api ? catalog_find(c, r->api) : NULL,
                              .key = &key,
                              .key_label = r->key_label,
                              .merchant = r->merchant ? &merchant : NULL,
                              .base_url = r->url,
                              .wire = {r->wire, r->wire ? strlen(r->wire) : 0}};
    if (r->api)
        assert_non_null(in.spec);
    size_t count = advise(&in, out);
    secret_clear(&key);
    params_clear(&message);
    params_clear(&merchant);
    return count;
}

static void each_row_is_named_in_both_languages(void **state)
{
    struct catalog *c = *state;
    struct advice out[ADVICE_MAX];
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        size_t count = advise_row(&rows[i], c, out);
        bool found = rows[i].id == NULL && count == 0;
        for (size_t k = 0; k < count; k++) {
            assert_true(out[k].seen[LANG_ZH][0] && out[k].seen[LANG_EN][0]);
            found = found || (rows[i].id && strcmp(out[k].cause->id, rows[i].id) == 0 &&
                              strcmp(out[k].field, rows[i].field) == 0);
        }
        for (size_t k = 0; k < count && !found; k++)
            print_error("said: %s (%s) %s\n", out[k].cause->id, out[k].field, out[k].seen[LANG_EN]);
        if (!found)
            fail_msg("row %zu: %s is not said", i, rows[i].id ? rows[i].id : "nothing");
    }
}

static void an_api_that_takes_md5_only_refuses_the_other(void **state)
{
    struct catalog *c = *state;
    struct advice out[ADVICE_MAX];
    size_t seen = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *s = catalog_at(c, i);
        const struct row hmac = {.kind = MESSAGE_ORDER, .api = s->id, .message = HMAC_SIGN};
        size_t count = s->sign_types[SIGN_HMAC_SHA256] ? 0 : advise_row(&hmac, c, out);
        for (size_t k = 0; k < count; k++)
            seen += strcmp(out[k].cause->id, "alg-md5-only") == 0;
    }
    assert_true(seen > 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_named_in_both_languages),
        cmocka_unit_test(an_api_that_takes_md5_only_refuses_the_other),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
