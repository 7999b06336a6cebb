/* SPDX-License-Identifier: MIT */
/*
 * Calling up: second signatures against the vectors of facts/apis.md 5, whose ids a service
 * provider shows, addresses, expiry, and what is refused.
 */
#include "built_in.h"
#include "spec_file.h"

#include <stdio.h>
#include <string.h>

#include "core/invoke.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"
#define NONCE "ibuaiVcKdpRxkhJA"
#define PREPAY "wx201410272009395522657a690389285100"

/* "a=1|b=2" as params; values hold no '|'. */
static struct params read_params(const char *text)
{
    struct params p = {0};
    while (text && *text) {
        size_t len = strcspn(text, "|"), name = strcspn(text, "=");
        assert_int_equal(
            params_set_n(&p, text, name, text + name + 1, len - name - 1, PARAM_USER, NULL), ST_OK);
        text += len + (text[len] == '|');
    }
    return p;
}

struct world {
    struct params reply, request, pins;
    struct profile profile;
    struct secret key;
    struct invoke_source s;
    struct invoke v;
    struct err err;
};

struct given {
    const char *api, *reply, *request, *pins, *key;
    bool chosen;
    enum sign_kind kind;
};

static enum status make(struct world *w, const struct given *g)
{
    *w = (struct world){0};
    w->reply = read_params(g->reply);
    w->request = read_params(g->request);
    w->pins = read_params(g->pins);
    secret_set(&w->key, g->key ? g->key : KEY, strlen(g->key ? g->key : KEY));
    w->s = (struct invoke_source){.spec = g->api ? catalog_find(&catalog, g->api) : NULL,
                                  .request = g->request ? &w->request : NULL,
                                  .reply = &w->reply,
                                  .pinned = &w->pins,
                                  .key = &w->key,
                                  .now = 1735689600,
                                  .nonce = NONCE};
    assert_int_equal(invoke_sign_kind(&w->s, g->chosen ? &g->kind : NULL, &w->s.kind, &w->err),
                     ST_OK);
    return invoke_make(&w->s, &w->v, &w->err);
}

static void world_clear(struct world *w)
{
    params_clear(&w->reply);
    params_clear(&w->request);
    params_clear(&w->pins);
    secret_clear(&w->key);
    invoke_clear(&w->v);
}

/* clang-format off */
static const struct {
    struct given given;
    const char *sign;
} vectors[] = {
    /* the official example, recomputed: facts/apis.md 5.1 */
    {{"unifiedorder", "appid=wx619a931576afe069|prepay_id=wx2611334392677180ea59742b3744840000|trade_type=JSAPI", NULL,
      "nonceStr=RIPb5Upk3ku7knU6|timeStamp=1774495197", "qazwsxedcrfvtgbyhnujmikolp111111", true, SIGN_MD5},
     "1F2E9533D7D483FBCDBD0B9BCA76F97D"},
    {{"unifiedorder", "appid=wx619a931576afe069|prepay_id=wx2611334392677180ea59742b3744840000|trade_type=JSAPI", NULL,
      "nonceStr=RIPb5Upk3ku7knU6|timeStamp=1774495197", "qazwsxedcrfvtgbyhnujmikolp111111", true, SIGN_HMAC_SHA256},
     "4A04CF5B979A4920409A9DEF2322C33C96DE8E9A96830E648719C60EF991700E"},
    /* facts/apis.md 5.2; the algorithm from the length of the reply's sign */
    {{"unifiedorder", "appid=wxd930ea5d5a258f4f|mch_id=10000100|prepay_id=" PREPAY "|trade_type=APP"
      "|sign=0CB01533B8C1EF103065174F50BCA001", NULL, NULL, NULL, false, SIGN_MD5},
     "31D514CA16CCB9C6F47242A20343C88A"},
    {{"unifiedorder", "appid=wxd930ea5d5a258f4f|mch_id=10000100|prepay_id=" PREPAY "|trade_type=APP"
      "|sign=6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6", NULL, NULL, NULL, false, SIGN_MD5},
     "97A21E19025067B6892EE278F22925D43B5F44BA29320702C58599A1D9725343"},
};
/* clang-format on */

static void signatures_are_those_of_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
        struct world w;
        assert_int_equal(make(&w, &vectors[i].given), ST_OK);
        assert_string_equal(w.v.trace.hex, vectors[i].sign);
        world_clear(&w);
    }
}

/* A mini program signs the appId and does not pass it (facts/apis.md 5.1): the official example. */
static void a_mini_program_gets_the_signature_of_the_vector(void **state)
{
    (void)state;
    struct world w;
    struct buf text;
    const char *id;
    struct bi title;
    size_t seen = 0;
    assert_int_equal(make(&w, &vectors[0].given), ST_OK);
    buf_init(&text, 65536);
    for (size_t i = 0; invoke_snippet(&w.v, i, &id, &title, &text); i++, buf_reset(&text)) {
        bool mini = strstr(buf_str(&text), "wx.requestPayment(") != NULL;
        assert_non_null(strstr(buf_str(&text), vectors[0].sign));
        assert_non_null(strstr(buf_str(&text), "\"1774495197\""));
        assert_non_null(strstr(buf_str(&text), "prepay_id=wx2611334392677180ea59742b3744840000"));
        if (mini)
            assert_null(strstr(buf_str(&text), "wx619a931576afe069"));
        seen += mini;
    }
    assert_int_equal(seen, 1);
    assert_non_null(strstr(buf_str(&w.v.trace.joined), "appId=wx619a931576afe069&"));
    buf_clear(&text);
    world_clear(&w);
}

static void members_come_in_the_documentation_order(void **state)
{
    (void)state;
    static const char *const jsapi[] = {"appId", "timeStamp", "nonceStr", "package", "signType"},
                             *const app[] = {"appid",   "partnerid", "prepayid",
                                             "package", "noncestr",  "timestamp"};
    struct world w;
    assert_int_equal(make(&w, &vectors[0].given), ST_OK);
    assert_int_equal(w.v.params.count, ARRAY_COUNT(jsapi));
    for (size_t i = 0; i < ARRAY_COUNT(jsapi); i++)
        assert_string_equal(w.v.params.items[i].name, jsapi[i]);
    assert_string_equal(invoke_sign_name(w.v.kind), "paySign");
    world_clear(&w);
    assert_int_equal(make(&w, &vectors[2].given), ST_OK);
    assert_int_equal(w.v.params.count, ARRAY_COUNT(app));
    for (size_t i = 0; i < ARRAY_COUNT(app); i++)
        assert_string_equal(w.v.params.items[i].name, app[i]);
    assert_string_equal(invoke_sign_name(w.v.kind), "sign");
    world_clear(&w);
}

/* clang-format off */
static const struct {
    struct given given;
    const char *appid, *partner; /* partner NULL: no member */
} ids[] = {
    {{"unifiedorder", "appid=wxp|mch_id=1|sub_mch_id=2|sub_appid=wxs|prepay_id=x|trade_type=APP"}, "wxs", "2"},
    {{"unifiedorder", "appid=wxp|mch_id=1|sub_mch_id=2|prepay_id=x|trade_type=APP"}, "wxp", "2"},
    {{"unifiedorder", "appid=wxp|mch_id=1|sub_mch_id=2|sub_appid=wxs|prepay_id=x|trade_type=JSAPI"}, "wxs", NULL},
    {{"unifiedorder", "appid=wxp|mch_id=1|sub_mch_id=2|sub_appid=wxs|prepay_id=x|trade_type=JSAPI", "openid=o"}, "wxp", NULL},
    {{"unifiedorder", "appid=wxp|mch_id=1|sub_mch_id=2|sub_appid=wxs|prepay_id=x|trade_type=JSAPI", "sub_openid=o"}, "wxs", NULL},
    {{"unifiedorder", "appid=wxp|mch_id=1|sub_mch_id=2|sub_appid=wxs|prepay_id=x|trade_type=JSAPI", NULL, "appId=wxp"}, "wxp", NULL},
    {{"deposit_unifiedorder", "appid=wxp|mch_id=1|sub_mch_id=2|sub_appid=wxs|prepay_id=x|trade_type=APP"}, "wxp", "2"},
};
/* clang-format on */

static void a_service_provider_shows_the_ids_of_the_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
        struct world w;
        assert_int_equal(make(&w, &ids[i].given), ST_OK);
        const char *partner = params_get(&w.v.params, "partnerid");
        bool app = w.v.kind == INVOKE_APP;
        assert_string_equal(params_get(&w.v.params, app ? "appid" : "appId"), ids[i].appid);
        assert_int_equal(partner != NULL, ids[i].partner != NULL);
        if (partner)
            assert_string_equal(partner, ids[i].partner);
        world_clear(&w);
    }
}

static void the_deposit_api_demands_hmac(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(make(&w, &(struct given){"deposit_unifiedorder",
                                              "appid=a|mch_id=1|sub_mch_id=2|prepay_id=x"}),
                     ST_OK);
    assert_int_equal(w.v.kind, INVOKE_APP); /* the page's trade_type */
    assert_int_equal(w.v.trace.kind, SIGN_HMAC_SHA256);
    world_clear(&w);
}

/* clang-format off */
static const struct {
    const char *mweb_url, *redirect, *url; /* url NULL: refused */
} redirects[] = {
    {"https://wx.tenpay.com/x?prepay_id=1", NULL, "https://wx.tenpay.com/x?prepay_id=1"},
    {"https://wx.tenpay.com/x?prepay_id=1", "https://a.cn/b?c=1&d=支#e",
     "https://wx.tenpay.com/x?prepay_id=1&redirect_url=https%3A%2F%2Fa.cn%2Fb%3Fc%3D1%26d%3D%E6%94%AF%23e"},
    {"https://wx.tenpay.com/x", "http://a.cn", "https://wx.tenpay.com/x?redirect_url=http%3A%2F%2Fa.cn"},
    {"https://wx.tenpay.com/x?redirect_url=b", "http://a.cn", NULL},
    {"https://wx.tenpay.com/x", "a.cn", NULL},
    {"https://wx.tenpay.com/x", "javascript:alert(1)", NULL},
    {"https://wx.tenpay.com/x", "https://a.cn/\n", NULL},
};
/* clang-format on */

static void redirect_urls_are_encoded_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(redirects); i++) {
        struct world w;
        char reply[256], pins[256];
        snprintf(reply, sizeof reply, "trade_type=MWEB|mweb_url=%s", redirects[i].mweb_url);
        snprintf(pins, sizeof pins, "redirect_url=%s",
                 redirects[i].redirect ? redirects[i].redirect : "");
        enum status st = make(
            &w, &(struct given){"unifiedorder", reply, NULL, redirects[i].redirect ? pins : ""});
        assert_int_equal(st == ST_OK, redirects[i].url != NULL);
        if (redirects[i].url)
            assert_string_equal(w.v.url, redirects[i].url);
        world_clear(&w);
    }
}

static void expiry_counts_from_the_order(void **state)
{
    (void)state;
    struct world w;
    /* 2014-10-27 20:09:39 in UTC+8, from the prepay_id */
    assert_int_equal(make(&w, &vectors[2].given), ST_OK);
    assert_int_equal(w.v.expires_at, 1414411779 + 7200);
    world_clear(&w);
    /* the newer form says nothing about the day */
    assert_int_equal(make(&w, &vectors[0].given), ST_OK);
    assert_int_equal(w.v.expires_at, 0);
    assert_int_equal(w.v.valid_s, 7200);
    w.s.ordered_at = 1735689000;
    assert_int_equal(invoke_make(&w.s, &w.v, NULL), ST_OK);
    assert_int_equal(w.v.expires_at, 1735689000 + 7200);
    world_clear(&w);
    assert_int_equal(make(&w, &(struct given){"wap", "mweb_url=https://a.cn/?x=1|status=0"
                                                     "|result_code=0|trade_type=pay.weixin.wap"}),
                     ST_OK);
    assert_int_equal(w.v.valid_s, 300);
    world_clear(&w);
    /* the order's own end comes first */
    assert_int_equal(
        make(&w, &(struct given){"unifiedorder", "appid=a|prepay_id=" PREPAY "|trade_type=JSAPI",
                                 "time_expire=20141027204939"}),
        ST_OK);
    assert_int_equal(w.v.expires_at, 1414411779 + 2400);
    world_clear(&w);
}

/* clang-format off */
static const struct {
    struct given given;
    enum status status;
    const char *says;
} refused[] = {
    {{"unifiedorder", "return_code=FAIL|return_msg=签名错误"}, ST_REFUSED, "签名错误"},
    {{"unifiedorder", "return_code=SUCCESS|result_code=FAIL|err_code=ORDERPAID"}, ST_REFUSED, "ORDERPAID"},
    {{"wap", "status=400|message=Signature error"}, ST_REFUSED, "Signature error"},
    {{"unifiedorder", "appid=a|trade_type=JSAPI"}, ST_ARGUMENT, "prepay_id"},
    {{"unifiedorder", "prepay_id=x|trade_type=NATIVE"}, ST_ARGUMENT, "code_url"},
    {{"unifiedorder", "prepay_id=x|trade_type=MICROPAY"}, ST_ARGUMENT, "MICROPAY"},
    {{"unifiedorder", "prepay_id=x|trade_type=JSAPI"}, ST_ARGUMENT, "appid"},
    {{"unifiedorder", "prepay_id=x|appid=a|trade_type=APP"}, ST_ARGUMENT, "mch_id"},
    {{"unifiedorder", "prepay_id=x|appid=a", NULL, "timeStamp=12:00"}, ST_ARGUMENT, "12:00"},
    {{"unifiedorder", "prepay_id=x|appid=a", NULL, "nonceStr=0123456789012345678901234567890123"}, ST_ARGUMENT, "32"},
};
/* clang-format on */

static void what_cannot_be_called_up_says_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        struct world w;
        assert_int_equal(make(&w, &refused[i].given), refused[i].status);
        assert_non_null(strstr(w.err.text[LANG_ZH], refused[i].says));
        assert_non_null(strstr(w.err.text[LANG_EN], refused[i].says));
        assert_null(w.v.url);
        assert_int_equal(w.v.params.count, 0);
        world_clear(&w);
    }
}

static void a_set_needs_a_key_and_an_address_none(void **state)
{
    (void)state;
    struct world w;
    assert_int_equal(make(&w, &vectors[0].given), ST_OK);
    w.s.key = NULL;
    assert_int_equal(invoke_make(&w.s, &w.v, &w.err), ST_NOT_FOUND);
    world_clear(&w);
    assert_int_equal(make(&w, &(struct given){"unifiedorder", "code_url=weixin://x"}), ST_OK);
    w.s.key = NULL;
    assert_int_equal(invoke_make(&w.s, &w.v, &w.err), ST_OK);
    assert_string_equal(w.v.url, "weixin://x");
    world_clear(&w);
}

static void snippets_quote_hostile_values(void **state)
{
    (void)state;
    struct world w;
    struct buf text;
    const char *id;
    struct bi title;
    size_t count = 0;
    assert_int_equal(make(&w, &(struct given){"unifiedorder", "appid=a\"});evil({|prepay_id=x\n"
                                                              "|trade_type=JSAPI"}),
                     ST_OK);
    buf_init(&text, 65536);
    while (invoke_snippet(&w.v, count, &id, &title, &text)) {
        assert_true(title.zh && title.en);
        count++;
    }
    assert_int_equal(count, 3);
    assert_null(strstr(buf_str(&text), "a\"}"));
    assert_non_null(strstr(buf_str(&text), "a\\\"});evil({"));
    assert_non_null(strstr(buf_str(&text), "prepay_id=x\\n"));
    assert_null(strstr(buf_str(&text), KEY));
    buf_clear(&text);
    world_clear(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_those_of_the_vectors),
        cmocka_unit_test(a_mini_program_gets_the_signature_of_the_vector),
        cmocka_unit_test(members_come_in_the_documentation_order),
        cmocka_unit_test(a_service_provider_shows_the_ids_of_the_order),
        cmocka_unit_test(the_deposit_api_demands_hmac),
        cmocka_unit_test(redirect_urls_are_encoded_whole),
        cmocka_unit_test(expiry_counts_from_the_order),
        cmocka_unit_test(what_cannot_be_called_up_says_why),
        cmocka_unit_test(a_set_needs_a_key_and_an_address_none),
        cmocka_unit_test(snippets_quote_hostile_values),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
