/* SPDX-License-Identifier: MIT */
/*
 * The sandbox over real sockets on loopback: every API and trade type, every refusal of the table,
 * what public SDKs send, faults on demand, the books, and that the key is in nothing it says.
 */
#include "gateway_stage.h"

#include <sys/stat.h>

#include "core/fault.h"
#include "io/refusal.h"

/* ---- Good answers ---- */

static const struct good_row {
    const char *api, *changes, *present, *absent; /* names, blank-separated */
    enum sign_kind kind;
} good[] = {
    {"unifiedorder", "trade_type=NATIVE", "prepay_id code_url", "mweb_url sign_type err_code",
     SIGN_MD5},
    {"unifiedorder", "trade_type=JSAPI", "prepay_id", "code_url mweb_url", SIGN_MD5},
    {"unifiedorder", "trade_type=APP", "prepay_id", "code_url mweb_url", SIGN_MD5},
    {"unifiedorder", "trade_type=MWEB", "prepay_id mweb_url", "code_url", SIGN_MD5},
    {"unifiedorder", "sign_type=HMAC-SHA256;device_info=WEB", "sign_type device_info", "",
     SIGN_HMAC_SHA256},
    {"unifiedorder", "sign_type=MD5", "", "sign_type", SIGN_MD5},
    {"contractorder", "trade_type=JSAPI",
     "contract_result_code plan_id request_serial contract_code contract_display_account "
     "out_trade_no",
     "contract_err_code code_url err_code", SIGN_MD5},
    {"contractorder", "trade_type=NATIVE", "code_url", "mweb_url", SIGN_MD5},
    {"contractorder", "trade_type=APP", "prepay_id", "mweb_url code_url", SIGN_MD5},
    {"contractorder", "trade_type=MWEB;plan_id=456", "mweb_url", "code_url", SIGN_MD5},
    {"deposit_unifiedorder", "trade_type=APP", "sub_mch_id sign_type", "code_url sub_appid",
     SIGN_HMAC_SHA256},
    {"deposit_unifiedorder", "trade_type=JSAPI;sub_appid=wx8888888888888888", "sub_appid", "",
     SIGN_HMAC_SHA256},
    {"deposit_unifiedorder", "sign_type=MD5", "prepay_id", "sign_type", SIGN_MD5},
    {"wap", "", "version charset sign_type mweb_url prepay_id",
     "appid err_code err_msg err_code_des return_code", SIGN_MD5},
    {"wap", "sign_type=MD5;device_info=1000;version=2.0", "device_info", "err_code", SIGN_MD5},
};

static void assert_names(const struct reply *r, const char *names, bool present)
{
    char *copied = mem_strdup(names), *rest = copied, *one;
    while ((one = strsep(&rest, " "))) {
        if (*one && params_has(&r->params, one) != present) {
            fail_msg("%s is %s", one, present ? "missing" : "there");
        }
    }
    free(copied);
}

/* What every parser of facts/sdk-wire.md accepts. */
static void assert_wire(const struct buf *body)
{
    const char *text = buf_str(body);
    assert_memory_equal(text, "<xml", 4);
    assert_null(strstr(text, "<![CDATA[]]>"));
    assert_null(strstr(text, "/>"));
    assert_null(strstr(text, "&#"));
    assert_non_null(strstr(text, "CDATA"));
    assert_null(strstr(text, KEY));
    struct params p = {0};
    assert_int_equal(xml_read(text, body->len, &p, NULL, NULL), ST_OK);
    for (size_t i = 0; i < p.count; i++)
        assert_true(p.items[i].value_len > 0);
    params_clear(&p);
}

static void every_api_and_trade_type_is_answered(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        const struct good_row *row = &good[i];
        struct params p = {0};
        struct reply r = {0};
        struct net_call call;
        make_request(row->api, row->changes, SIGNED, &p);
        send_params(&s, row->api, &p, &r, &call);
        if (r.outcome != OUTCOME_SUCCESS || r.note_count || r.contract_failed) {
            fail_msg("%s %s: %s, %s", row->api, row->changes, outcome_name(r.outcome),
                     r.note_count ? r.notes[0].text[LANG_EN] : s.why);
        }
        assert_int_equal(r.sign.kind, row->kind);
        assert_string_equal(got(&r, "mch_id"), params_get(&p, "mch_id"));
        if (api(row->api)->dialect == DIALECT_OFFICIAL)
            assert_string_equal(got(&r, "appid"), params_get(&p, "appid"));
        assert_names(&r, row->present, true);
        assert_names(&r, row->absent, false);
        assert_wire(&call.r.body);
        assert_int_equal(strspn(got(&r, "sign"), "0123456789ABCDEF"), strlen(got(&r, "sign")));
        assert_non_null(strstr(call.r.content_type, "text/xml"));
        assert_true(s.ok);
        assert_string_equal(s.code, "SUCCESS");
        assert_string_equal(s.api, row->api);
        http_result_clear(&call.r);
        reply_clear(&r);
        params_clear(&p);
    }
    close_stage(&s);
}

static void links_lead_to_the_order(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){0});
    call_api(&s, "wap", "", SIGNED, &r);
    assert_non_null(strstr(got(&r, "mweb_url"), got(&r, "prepay_id")));
    assert_memory_equal(got(&r, "mweb_url"), gateway_url(s.gateway),
                        strlen(gateway_url(s.gateway)));
    assert_string_equal(got(&r, "trade_type"), "pay.weixin.wap");
    call_api(&s, "unifiedorder", "", SIGNED, &r);
    assert_true(strlen(got(&r, "code_url")) <= 64);
    assert_memory_equal(got(&r, "code_url"), "weixin://wxpay/", 15);
    reply_clear(&r);
    close_stage(&s);
}

/* ---- Refusals ---- */

#define PLAIN ERROR_COMMUNICATION /* unsigned */
#define THIRTY "012345678901234567890123456789"
#define LONG THIRTY THIRTY THIRTY THIRTY "01234567" /* 128 bytes */

static const struct refuse_row {
    const char *api, *changes;
    enum how how;
    enum error_layer layer;
    const char *code;
    const char *why; /* in the log */
} refused[] = {
    {"unifiedorder", "mch_id=", SIGNED, PLAIN, "MCHID_NOT_EXIST", "does not know this mch_id"},
    {"unifiedorder", "mch_id=9999", SIGNED, PLAIN, "MCHID_NOT_EXIST", "does not know this mch_id"},
    {"unifiedorder", "mch_id=10000200", SIGNED, PLAIN, "MCHID_NOT_EXIST", /* the gateway's */
     "does not know this mch_id"},
    {"unifiedorder", "", WRONG, PLAIN, "SIGNERROR", "differs from the one"},
    {"unifiedorder", "", UNSIGNED, PLAIN, "SIGNERROR", "the request has no sign"},
    {"unifiedorder", "", LOWER, PLAIN, "SIGNERROR", "lower case"},
    {"unifiedorder", "", AS_HMAC, PLAIN, "SIGNERROR", "without sign_type it is MD5, which has 32"},
    {"unifiedorder", "sign_type=MD5", AS_HMAC, PLAIN, "SIGNERROR", "64 characters, MD5 has 32"},
    {"unifiedorder", "sign_type=md5", SIGNED, PLAIN, "SIGNERROR", "none that this API takes"},
    {"unifiedorder", "sign_type=RSA", SIGNED, PLAIN, "SIGNERROR", "none that this API takes"},
    {"unifiedorder", "appid=wx0000000000000000", SIGNED, ERROR_BUSINESS, "APPID_NOT_EXIST",
     "does not know this appid"},
    {"unifiedorder", "appid=wx8888888888888888", SIGNED, ERROR_BUSINESS, "APPID_MCHID_NOT_MATCH",
     "not bound to this mch_id"},
    {"unifiedorder", "appid=", SIGNED, ERROR_BUSINESS, "LACK_PARAMS", "appid is missing"},
    {"unifiedorder", "sub_mch_id=1900000110", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST",
     "no sub-merchant"},
    {"unifiedorder", "body=", SIGNED, ERROR_BUSINESS, "LACK_PARAMS", "body is missing"},
    {"unifiedorder", "trade_type=NATIVE;product_id=", SIGNED, ERROR_BUSINESS, "LACK_PARAMS",
     "product_id is missing"},
    {"unifiedorder", "trade_type=JSAPI;openid=", SIGNED, ERROR_BUSINESS, "LACK_PARAMS",
     "openid is missing"},
    {"unifiedorder", "total_fee=0.01", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST", "total_fee"},
    {"unifiedorder", "trade_type=PAP", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST", "trade_type"},
    {"unifiedorder", "out_trade_no=A 1", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST", "out_trade_no"},
    {"unifiedorder", "notify_url=nowhere", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST", "notify_url"},
    {"unifiedorder", "body=" LONG, SIGNED, ERROR_BUSINESS, "INVALID_REQUEST",
     "body has 128 bytes, at most 127"},
    {"unifiedorder", "out_trade_no=" THIRTY "123", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST",
     "out_trade_no has 33 bytes, at most 32"},
    {"unifiedorder", "mch_id=1900000109;appid=wx8888888888888888", SIGNED, ERROR_BUSINESS,
     "LACK_PARAMS", "sub_mch_id is missing"},
    {"contractorder", "body=" LONG "1", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST",
     "body has 129 bytes, at most 128"},
    {"contractorder", "plan_id=", SIGNED, ERROR_BUSINESS, "LACK_PARAMS", "plan_id is missing"},
    {"contractorder", "total_fee=x", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST", "total_fee"},
    {"contractorder", "plan_id=x;total_fee=x", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST",
     "total_fee"}, /* the payment half decides */
    {"contractorder", "plan_id=789", SIGNED, ERROR_CONTRACT, "INVALID PLAN_ID", "no template"},
    {"contractorder", "contract_mchid=10000199", SIGNED, ERROR_CONTRACT, "PARAMETER FAIL",
     "contract_mchid"},
    {"contractorder", "contract_code=a-b", SIGNED, ERROR_CONTRACT, "PARAMETER FAIL",
     "contract_code"},
    {"deposit_unifiedorder", "mch_id=10000100;appid=wxd930ea5d5a258f4f;sub_mch_id=1900000110",
     SIGNED, ERROR_BUSINESS, "NOAUTH", "for service providers only"},
    {"deposit_unifiedorder", "sub_mch_id=1900000111", SIGNED, ERROR_BUSINESS, "INVALID_REQUEST",
     "no sub-merchant"},
    {"deposit_unifiedorder", "sub_mch_id=", SIGNED, ERROR_BUSINESS, "LACK_PARAMS",
     "sub_mch_id is missing"},
    {"deposit_unifiedorder", "sign_type=", SIGNED, ERROR_BUSINESS, "LACK_PARAMS",
     "sign_type is missing"}, /* not 签名错误: the length told the algorithm */
    {"wap", "service=pay.weixin.native", SIGNED, PLAIN, "INVALID_SERVICE",
     "does not serve this service"},
    {"wap", "service=", SIGNED, PLAIN, "LACK_PARAMS", "service is missing"},
    {"wap", "mch_id=10000100", SIGNED, PLAIN, "MCHID_NOT_EXIST", "does not know this mch_id"},
    {"wap", "", WRONG, PLAIN, "SIGNERROR", "differs from the one"},
    {"wap", "", UNSIGNED, PLAIN, "SIGNERROR", "no sign"},
    {"wap", "sign_type=RSA_1_256", SIGNED, PLAIN, "INVALID_SIGN_TYPE", "none that this API takes"},
    {"wap", "sign_type=HMAC-SHA256", SIGNED, PLAIN, "INVALID_SIGN_TYPE",
     "none that this API takes"},
    {"wap", "total_fee=", SIGNED, PLAIN, "LACK_PARAMS", "total_fee is missing"},
    {"wap", "sub_openid=", SIGNED, PLAIN, "LACK_PARAMS", "sub_openid is missing"},
    {"wap", "mch_create_ip=::1", SIGNED, PLAIN, "INVALID_REQUEST", "mch_create_ip"},
    {"wap", "charset=GBK", SIGNED, PLAIN, "INVALID_REQUEST", "charset"},
};

static void assert_unsigned(const struct reply *r, bool gateway)
{
    assert_int_equal(r->outcome, OUTCOME_COMMUNICATION_FAIL);
    assert_false(params_has(&r->params, "sign"));
    assert_int_equal(r->params.count, 2);
    assert_string_equal(got(r, gateway ? "status" : "return_code"), gateway ? "400" : "FAIL");
    assert_true(params_has(&r->params, gateway ? "message" : "return_msg"));
}

static void assert_refused(const struct reply *r, const struct refuse_row *row)
{
    bool gateway = api(row->api)->dialect == DIALECT_GATEWAY;

    if (row->layer == PLAIN) {
        assert_unsigned(r, gateway);
        return;
    }
    if (row->layer == ERROR_CONTRACT) { /* the payment stands */
        assert_int_equal(r->outcome, OUTCOME_SUCCESS);
        assert_string_equal(got(r, "contract_result_code"), "FAIL");
        assert_string_equal(got(r, "contract_err_code"), row->code);
        assert_true(params_has(&r->params, "contract_err_code_des"));
        assert_true(params_has(&r->params, "prepay_id"));
        return;
    }
    assert_int_equal(r->outcome, OUTCOME_BUSINESS_FAIL);
    assert_int_equal(r->sign.state, SIGN_VALID);
    assert_string_equal(got(r, gateway ? "result_code" : "return_code"), gateway ? "1" : "SUCCESS");
    assert_string_equal(got(r, "err_code"), row->code);
    assert_true(strlen(got(r, "err_code_des")) <= 128);
    assert_true(params_has(&r->params, gateway ? "err_msg" : "err_code_des"));
    assert_true(params_has(&r->params, "mch_id"));
    assert_false(params_has(&r->params, "prepay_id"));
}

static void each_fault_has_its_layer_code_and_text(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        const struct refuse_row *row = &refused[i];
        struct params p = {0};
        struct reply r = {0};
        struct net_call call;
        make_request(row->api, row->changes, row->how, &p);
        if (strcmp(row->changes, "service=") == 0)
            params_remove(&p, "service");
        send_params(&s, row->api, &p, &r, &call);
        const struct error_code *e = row->layer == ERROR_CONTRACT ? r.contract_error : r.error;
        if (strcmp(s.code, row->code) != 0 || !strstr(s.why, row->why) || !e ||
            strcmp(e->code, row->code) != 0 || e->layer != row->layer) {
            fail_msg("%s %s: %s (%s), explained as %s", row->api, row->changes, s.code, s.why,
                     e ? e->code : "-");
        }
        assert_refused(&r, row);
        assert_false(s.ok);
        assert_int_equal(call.r.status, 200);
        assert_wire(&call.r.body);
        http_result_clear(&call.r);
        reply_clear(&r);
        params_clear(&p);
    }
    close_stage(&s);
}

/* Where facts/apis.md has sub_mch_id "in partner mode". */
static void a_service_provider_names_its_sub_merchant(void **state)
{
    (void)state;
    struct stage s;
    size_t count = 0;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < catalog.count; i++) {
        const struct spec *spec = catalog_at(&catalog, i);
        const struct field *sub = spec_field(spec, "sub_mch_id");
        struct reply r = {0};
        if (!sub || sub->required)
            continue;
        call_api(&s, spec->id, "mch_id=1900000109;appid=wx8888888888888888;sub_mch_id=", SIGNED,
                 &r);
        bool lacks = strstr(s.why, "sub_mch_id is missing") != NULL;
        if (lacks == (strcmp(spec->id, "contractorder") == 0))
            fail_msg("%s: %s %s", spec->id, s.code, s.why);
        assert_true(!lacks || strcmp(s.code, "LACK_PARAMS") == 0 ||
                    strcmp(s.code, "PARAM_ERROR") == 0 || strcmp(s.code, "missing parameter") == 0);
        count += lacks;
        reply_clear(&r);
    }
    assert_int_equal(count, 9);
    close_stage(&s);
}

/* A refusal has no signature to spoil: the rule was not done, and is not told of. */
static void a_fault_that_was_not_done_is_not_told_of(void **state)
{
    static const char *const rules[][2] = {{"*=bad-sign"}, {"*=unsigned"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
        struct stage s;
        struct reply r = {0};
        open_stage(&s, &(struct gateway_options){.faults = rules[i]});
        call_api(&s, "unifiedorder", "", WRONG, &r);
        assert_string_equal(s.code, "SIGNERROR");
        assert_string_equal(s.fault, "-");
        call_api(&s, "unifiedorder", "", SIGNED, &r);
        assert_string_equal(s.fault, rules[i][0]);
        reply_clear(&r);
        close_stage(&s);
    }
}

static void a_failed_payment_signs_no_contract(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){0});
    call_api(&s, "contractorder", "total_fee=x", SIGNED, &r);
    assert_string_equal(got(&r, "contract_result_code"), "FAIL");
    assert_string_equal(got(&r, "contract_err_code"), "SYSTEMERROR");
    reply_clear(&r);
    close_stage(&s);
}

static void what_is_no_document_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *method, *body, *code, *text;
    } rows[] = {
        {"GET", NULL, "REQUIRE_POST_METHOD", "请使用post方法"},
        {"PUT", "<xml><a>b</a></xml>", "REQUIRE_POST_METHOD", "请使用post方法"},
        {"POST", "", "POST_DATA_EMPTY", "post数据为空"},
        {"POST", " \n", "POST_DATA_EMPTY", "post数据为空"},
        {"POST", "<xml></xml>", "POST_DATA_EMPTY", "post数据为空"},
        {"POST", "<xml><appid>", "XML_FORMAT_ERROR", "XML格式错误"},
        {"POST", "a=1&b=2", "XML_FORMAT_ERROR", "XML格式错误"},
        {"POST", "{\"appid\":\"wx1\"}", "XML_FORMAT_ERROR", "XML格式错误"},
        {"POST", "<xml><a>1</a><a>2</a></xml>", "XML_FORMAT_ERROR", "XML格式错误"},
        {"POST", "<xml><a><b>1</b></a></xml>", "XML_FORMAT_ERROR", "XML格式错误"},
        {"POST", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><a>&e;</a></xml>",
         "XML_FORMAT_ERROR", "XML格式错误"},
        {"POST", "<xml><body>\xc9\xcc\xc6\xb7</body></xml>", "NOT_UTF8", "编码格式错误"},
        {"POST", "<?xml version=\"1.0\" encoding=\"GBK\"?><xml><a>b</a></xml>", "NOT_UTF8",
         "编码格式错误"},
    };
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        for (size_t n = 0; n < catalog.count; n++) {
            const struct spec *spec = catalog_at(&catalog, n);
            bool gateway = spec->dialect == DIALECT_GATEWAY;
            if (spec->get)
                continue; /* a link is no document */
            struct profile m = merchant_of(spec);
            struct net_call call;
            struct reply r = {0};
            send_body(&s, rows[i].method, spec->path, "text/xml", rows[i].body, &call);
            reply_read(spec, &m, NULL, call.r.status, NULL, buf_str(&call.r.body), call.r.body.len,
                       &r);
            if (strcmp(s.code, rows[i].code) != 0 || strcmp(r.text, rows[i].text) != 0) {
                fail_msg("%s: %s, %s", rows[i].body, s.code, r.text);
            }
            assert_unsigned(&r, gateway);
            assert_string_equal(r.error->code, rows[i].code);
            assert_string_equal(s.joined, "-");
            reply_clear(&r);
            http_result_clear(&call.r);
            profile_clear(&m);
        }
    }
    close_stage(&s);
}

static void a_wrong_signature_says_the_documented_words(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){0});
    call_api(&s, "unifiedorder", "attach=" KEY, WRONG, &r); /* even with the key in a field */
    assert_string_equal(got(&r, "return_msg"), "签名错误");
    assert_non_null(strstr(s.joined, "&key=****"));
    assert_non_null(strstr(s.joined, "appid=wxd930ea5d5a258f4f&attach=****&body="));
    assert_int_equal(strlen(s.expected), 32);
    assert_int_equal(strlen(s.received), 32);
    assert_string_not_equal(s.expected, s.received);
    reply_clear(&r);
    close_stage(&s);
}

static void a_key_sent_as_a_field_is_not_repeated(void **state)
{
    (void)state;
    static const char *const changes[] = {"key=" KEY, "device_info=" KEY, "trade_type=" KEY,
                                          "plan_id=" KEY, "out_trade_no=" KEY};
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
        struct reply r = {0};
        call_api(&s, "contractorder", changes[i], SIGNED, &r);
        call_api(&s, "unifiedorder", changes[i], WRONG, &r);
        reply_clear(&r);
    }
    assert_true(s.events == 2 * ARRAY_COUNT(changes));
    close_stage(&s); /* looks for the key in all that was logged */
}

/* ---- The same order again ---- */

static void the_same_order_again(void **state)
{
    (void)state;
    static const struct {
        const char *api, *first, *second, *code; /* "": the same prepay_id */
        const char *why;
    } rows[] = {
        {"unifiedorder", "", "nonce_str=other", "", "the same order again"},
        {"unifiedorder", "", "time_start=20250101080000;time_expire=20250101100000", "",
         "the same order again"},
        {"unifiedorder", "", "total_fee=99", "OUT_TRADE_NO_USED", "total_fee (of 1 field) differs"},
        {"unifiedorder", "", "attach=x;body=y", "OUT_TRADE_NO_USED", "of 2 fields"},
        {"contractorder", "", "nonce_str=other", "", "the same order again"},
        {"contractorder", "", "total_fee=99", "OUT_TRADE_NO_USED", "total_fee"},
        {"deposit_unifiedorder", "", "nonce_str=other", "", "the same order again"},
        {"deposit_unifiedorder", "", "total_fee=99", "OUT_TRADE_NO_USED", "total_fee"},
        {"wap", "", "nonce_str=other", "", "the same order again"},
        {"wap", "", "total_fee=99", "OUT_TRADE_NO_USED", "total_fee"},
    };
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params p = {0};
        struct reply a = {0}, b = {0};
        struct net_call call;
        char changes[512];
        make_request(rows[i].api, rows[i].first, SIGNED, &p);
        send_params(&s, rows[i].api, &p, &a, &call);
        http_result_clear(&call.r);
        const char *contract = params_get(&p, "contract_code");
        const char *serial = params_get(&p, "request_serial");
        snprintf(changes, sizeof(changes), "out_trade_no=%s;contract_code=%s;request_serial=%s;%s",
                 params_get(&p, "out_trade_no"), contract ? contract : "", serial ? serial : "",
                 rows[i].second);
        test_time += 60;
        call_api(&s, rows[i].api, changes, SIGNED, &b);
        if (strcmp(got(&b, "err_code"), rows[i].code) != 0 || !strstr(s.why, rows[i].why)) {
            fail_msg("%s %s: %s, %s", rows[i].api, rows[i].second, s.code, s.why);
        }
        if (!rows[i].code[0])
            assert_string_equal(got(&a, "prepay_id"), got(&b, "prepay_id"));
        else
            assert_int_equal(b.outcome, OUTCOME_BUSINESS_FAIL);
        reply_clear(&a);
        reply_clear(&b);
        params_clear(&p);
    }
    close_stage(&s);
}

static void an_order_past_its_time_is_closed(void **state)
{
    (void)state;
    static const char *const apis[] = {"unifiedorder", "wap"};
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(apis); i++) {
        const char *order = "out_trade_no=EXPIRES-1;time_start=20250101080000;"
                            "time_expire=20250101090000";
        struct reply r = {0};
        test_time = START;
        call_api(&s, apis[i], order, SIGNED, &r);
        assert_int_equal(r.outcome, OUTCOME_SUCCESS);
        test_time = START + 3600;
        call_api(&s, apis[i], order, SIGNED, &r);
        assert_int_equal(r.outcome, OUTCOME_BUSINESS_FAIL);
        assert_string_equal(got(&r, "err_code"), "ORDERCLOSED");
        reply_clear(&r);
    }
    close_stage(&s);
}

static void time_can_run_faster(void **state)
{
    (void)state;
    const char *order = "out_trade_no=EXPIRES-1;time_expire=20250101090000";
    struct stage s;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){.time_scale = 60});
    call_api(&s, "unifiedorder", order, SIGNED, &r);
    test_time = START + 59;
    call_api(&s, "unifiedorder", order, SIGNED, &r);
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    test_time = START + 60;
    call_api(&s, "unifiedorder", order, SIGNED, &r);
    assert_string_equal(got(&r, "err_code"), "ORDERCLOSED");
    reply_clear(&r);
    close_stage(&s);
}

static void a_contract_code_is_used_once(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){0});
    call_api(&s, "contractorder", "contract_code=C1", SIGNED, &r);
    assert_false(r.contract_failed);
    call_api(&s, "contractorder", "contract_code=C1", SIGNED, &r);
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    assert_true(r.contract_failed);
    assert_string_equal(got(&r, "contract_err_code"), "CONTRACT_CODE DUPLICATION");
    assert_string_equal(s.code, "CONTRACT_CODE DUPLICATION");
    reply_clear(&r);
    close_stage(&s);
}

/* ---- What public SDKs send ---- */

/* Rewrites a request in a client's way. */
typedef void (*style_fn)(const struct params *p, struct buf *out);

static void add_escaped(struct buf *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '&')
            buf_adds(out, "&amp;");
        else if (*value == '<')
            buf_adds(out, "&lt;");
        else if (*value == '>')
            buf_adds(out, "&gt;");
        else
            buf_addc(out, *value);
    }
}

static void write_style(const struct params *p, const char *before, const char *root,
                        const char *indent, bool cdata, struct buf *out)
{
    buf_addf(out, "%s<%s>%s", before, root, indent);
    for (size_t i = 0; i < p->count; i++) {
        buf_addf(out, "<%s>%s", p->items[i].name, cdata ? "<![CDATA[" : "");
        if (cdata)
            buf_adds(out, p->items[i].value);
        else
            add_escaped(out, p->items[i].value);
        buf_addf(out, "%s</%s>%s", cdata ? "]]>" : "", p->items[i].name, indent);
    }
    buf_addf(out, "</%s>", root);
}

static void style_root(const struct params *p, struct buf *out)
{
    write_style(p, "", "root", "", false, out);
}

static void style_declared(const struct params *p, struct buf *out)
{
    write_style(p, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n", "xml", "\n  ",
                false, out);
}

static void style_bare_declaration(const struct params *p, struct buf *out)
{
    write_style(p, "<?xml version=\"1.0\"?>", "xml", "\r\n\t", true, out);
}

static void style_one_line(const struct params *p, struct buf *out)
{
    write_style(p, "", "xml", "", true, out);
}

static void style_bom(const struct params *p, struct buf *out)
{
    write_style(p, "\xef\xbb\xbf", "xml", " ", false, out);
}

static void style_mixed(const struct params *p, struct buf *out)
{
    buf_adds(out, "<xml><!-- sdk -->");
    for (size_t i = 0; i < p->count; i++) {
        bool markup = strpbrk(p->items[i].value, "<>&") != NULL;
        buf_addf(out, "<%s type=\"string\">%s%s%s</%s>", p->items[i].name,
                 markup ? "<![CDATA[" : "", p->items[i].value, markup ? "]]>" : "",
                 p->items[i].name);
    }
    buf_adds(out, "</xml>\n");
}

static void every_style_of_public_sdks_is_taken(void **state)
{
    (void)state;
    static const style_fn styles[] = {style_root,     style_declared, style_bare_declaration,
                                      style_one_line, style_bom,      style_mixed};
    static const char *const types[] = {NULL, "application/x-www-form-urlencoded", "text/xml",
                                        "text/xml; charset=UTF8", "application/json"};
    static const char *const prefixes[] = {"", "/v2", "/some/where/else"};
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(styles); i++) {
        for (size_t n = 0; n < catalog.count; n++) {
            const struct spec *spec = catalog_at(&catalog, n);
            if (!places(spec))
                continue;
            struct params p = {0};
            struct buf body;
            struct net_call call;
            struct reply r = {0};
            char path[128];
            struct profile m = merchant_of(spec);
            make_request(spec->id, "body=A&B <会员> \"x\" 'y';nonce_str=twice", SIGNED, &p);
            buf_init(&body, 1u << 16);
            styles[i](&p, &body);
            snprintf(path, sizeof(path), "%s%s", prefixes[n % ARRAY_COUNT(prefixes)], spec->path);
            send_body(&s, "POST", path, types[(i + n) % ARRAY_COUNT(types)], buf_str(&body), &call);
            reply_read(spec, &m, &p, call.r.status, call.r.content_type, buf_str(&call.r.body),
                       call.r.body.len, &r);
            if (r.outcome != OUTCOME_SUCCESS) {
                fail_msg("style %zu of %s: %s, %s\n%s", i, spec->id, s.code, s.why, buf_str(&body));
            }
            buf_clear(&body);
            http_result_clear(&call.r);
            reply_clear(&r);
            params_clear(&p);
            profile_clear(&m);
        }
    }
    close_stage(&s);
}

static void the_gateway_takes_a_lower_case_signature(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){0});
    call_api(&s, "wap", "", LOWER, &r);
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    call_api(&s, "wap", "limit_credit_pay=0", SIGNED, &r); /* the text 0 is signed */
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    reply_clear(&r);
    close_stage(&s);
}

static void other_paths_are_not_served(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        long status;
    } rows[] = {{"/", 200},
                {"/nowhere", 404},
                {"/pay/unifiedorder/", 404},
                {"/pay/unifiedorderx", 404},
                {"/xpay/unifiedorder", 404}};
    struct stage s;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct net_call call;
        send_body(&s, "GET", rows[i].path, NULL, NULL, &call);
        assert_int_equal(call.r.status, rows[i].status);
        assert_non_null(strstr(buf_str(&call.r.body), "/pay/unifiedorder"));
        assert_string_equal(s.api, "-");
        http_result_clear(&call.r);
    }
    close_stage(&s);
}

/* ---- Faults on demand ---- */

static void a_demanded_code_has_the_catalogues_layer(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *api, *code;
        enum error_layer layer;
    } rows[] = {
        {"unifiedorder=SYSTEMERROR", "unifiedorder", "SYSTEMERROR", ERROR_BUSINESS},
        {"*=SIGNERROR", "unifiedorder", "SIGNERROR", PLAIN},
        {"*=SIGNERROR", "wap", "SIGNERROR", PLAIN},
        {"wap=ORDERPAID", "wap", "ORDERPAID", ERROR_BUSINESS},
        {"contractorder=INVALID PLAN_ID", "contractorder", "INVALID PLAN_ID", ERROR_CONTRACT},
        {"deposit_unifiedorder=NOTENOUGH", "deposit_unifiedorder", "NOTENOUGH", ERROR_BUSINESS},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *rules[] = {rows[i].rule, NULL};
        struct stage s;
        struct reply r = {0};
        open_stage(&s, &(struct gateway_options){.faults = rules});
        call_api(&s, rows[i].api, "out_trade_no=FAULTED-1", SIGNED, &r);
        assert_refused(&r, &(struct refuse_row){
                               .api = rows[i].api, .layer = rows[i].layer, .code = rows[i].code});
        const struct error_code *e = r.contract_error ? r.contract_error : r.error;
        assert_string_equal(e->code, rows[i].code);
        assert_string_equal(s.code, rows[i].code);
        assert_string_equal(s.fault, rows[i].rule);
        assert_string_equal(s.why, "a fault rule demands it");
        call_api(&s, rows[i].api, "body=", SIGNED, &r); /* what is wrong by itself comes first */
        assert_string_equal(s.code, "LACK_PARAMS");
        assert_string_equal(s.fault, "-");
        reply_clear(&r);
        close_stage(&s);
    }
}

static void a_demanded_failure_places_no_order(void **state)
{
    (void)state;
    const char *rules[] = {"unifiedorder:first=1=SYSTEMERROR", NULL};
    struct stage s;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){.faults = rules});
    call_api(&s, "unifiedorder", "out_trade_no=RETRY-1", SIGNED, &r);
    assert_string_equal(got(&r, "err_code"), "SYSTEMERROR");
    call_api(&s, "unifiedorder", "out_trade_no=RETRY-1;total_fee=5", SIGNED, &r);
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    reply_clear(&r);
    close_stage(&s);
}

static void answers_are_spoilt_on_demand(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        long status;
        enum outcome outcome;
        enum sign_state sign;
        bool parsed;
    } rows[] = {
        {"*=bad-sign", 200, OUTCOME_UNTRUSTED, SIGN_INVALID, true},
        {"*=unsigned", 200, OUTCOME_UNTRUSTED, SIGN_ABSENT, true},
        {"*=bad-xml", 200, OUTCOME_UNTRUSTED, SIGN_VALID, false},
        {"*=http=502", 502, OUTCOME_UNTRUSTED, SIGN_VALID, false},
        {"*=http=201", 201, OUTCOME_UNTRUSTED, SIGN_VALID, true},
        {"*=delay=0.1", 200, OUTCOME_SUCCESS, SIGN_VALID, true},
        {"*:order=NONE-SUCH=bad-sign", 200, OUTCOME_SUCCESS, SIGN_VALID, true},
        {"payment=bad-sign", 200, OUTCOME_SUCCESS, SIGN_VALID, true},
        {"*=duplicate", 200, OUTCOME_SUCCESS, SIGN_VALID, true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *rules[] = {rows[i].rule, NULL};
        struct stage s;
        open_stage(&s, &(struct gateway_options){.faults = rules});
        for (size_t n = 0; n < catalog.count; n++) {
            if (!places(catalog_at(&catalog, n)))
                continue;
            struct params p = {0};
            struct reply r = {0};
            struct net_call call;
            make_request(catalog_at(&catalog, n)->id, "", SIGNED, &p);
            send_params(&s, catalog_at(&catalog, n)->id, &p, &r, &call);
            if (r.outcome != rows[i].outcome || call.r.status != rows[i].status ||
                (r.parse_error.status == ST_OK) != rows[i].parsed ||
                (rows[i].parsed && r.sign.state != rows[i].sign)) {
                fail_msg("%s: %s, status %ld", rows[i].rule, outcome_name(r.outcome),
                         call.r.status);
            }
            /* Well below the delay: libcurl's clock starts a little after ours, and rounds. */
            if (strstr(rows[i].rule, "delay"))
                assert_true(call.r.times.total >= 75);
            http_result_clear(&call.r);
            reply_clear(&r);
            params_clear(&p);
        }
        close_stage(&s);
    }
}

static void a_call_can_hang_or_be_dropped(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *code;
        enum status st;
    } rows[] = {{"*=hang", "HANG", ST_TIMEOUT}, {"*=close", "CLOSE", ST_NETWORK}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *rules[] = {rows[i].rule, NULL};
        struct stage s;
        struct net_call call;
        char url[128];
        open_stage(&s, &(struct gateway_options){.faults = rules});
        snprintf(url, sizeof(url), "%s/pay/unifiedorder", gateway_url(s.gateway));
        net_start(&call, s.loop,
                  &(struct http_request){.method = "POST",
                                         .url = url,
                                         .body = "<xml><a>b</a></xml>",
                                         .len = 19,
                                         .total_ms = 300});
        net_until(s.loop, &call.done);
        assert_int_equal(call.r.err.status, rows[i].st);
        assert_int_equal(call.r.status, 0);
        assert_string_equal(s.code, rows[i].code);
        http_result_clear(&call.r);
        close_stage(&s);
    }
}

static void rules_count_calls(void **state)
{
    (void)state;
    const char *rules[] = {"unifiedorder:every=2=SYSTEMERROR", NULL};
    static const char expected[] = "-S-S-";
    struct stage s;
    open_stage(&s, &(struct gateway_options){.faults = rules});
    for (size_t i = 0; expected[i]; i++) {
        struct reply r = {0};
        call_api(&s, "unifiedorder", "", SIGNED, &r);
        assert_int_equal(r.outcome == OUTCOME_BUSINESS_FAIL, expected[i] == 'S');
        reply_clear(&r);
    }
    close_stage(&s);
}

static void a_faulty_rule_keeps_it_shut(void **state)
{
    (void)state;
    const char *rules[] = {"unifedorder=hang", NULL};
    struct loop *l = loop_new();
    struct gateway *g = NULL;
    struct err err = {0};
    assert_int_equal(
        gateway_open(l, &catalog, &(struct gateway_options){.faults = rules}, &g, &err),
        ST_ARGUMENT);
    net_assert_says(&err, "unifiedorder", "did you mean unifiedorder?");
    assert_null(g);
    const char *many[FAULT_RULES_MAX + 2] = {0};
    for (size_t i = 0; i <= FAULT_RULES_MAX; i++)
        many[i] = "*=hang";
    assert_int_equal(gateway_open(l, &catalog, &(struct gateway_options){.faults = many}, &g, &err),
                     ST_LIMIT);
    loop_free(l);
}

/* ---- Merchants ---- */

static void a_profiles_merchant_is_served(void **state)
{
    (void)state;
    static const char text[] =
        "{\"name\":\"own\",\"api_key\":\"0123456789abcdef0123456789abcdef\",\"fields\":{"
        "\"appid\":\"wx1111111111111111\",\"mch_id\":\"1230000109\",\"sub_mch_id\":\"\"}}";
    struct stage s;
    struct reply r = {0};
    struct profile own = {0}, empty = {0};
    struct params p = {0};
    struct request request = {0};
    struct net_call call;
    struct err err = {0};

    open_stage(&s, &(struct gateway_options){0});
    assert_int_equal(profile_from_json(text, strlen(text), "t", &own, NULL), ST_OK);
    assert_int_equal(gateway_merchant(s.gateway, &own, &err), ST_OK);
    assert_int_equal(gateway_merchant(s.gateway, &own, &err), ST_OK); /* replaced */
    make_request("unifiedorder", "mch_id=1230000109;appid=wx1111111111111111", UNSIGNED, &p);
    assert_int_equal(request_build(api("unifiedorder"), &own, &p, SIGN_MD5, gateway_url(s.gateway),
                                   &request, &err),
                     ST_OK);
    net_post(&call, s.loop, request.url, buf_str(&request.body));
    reply_read(request.spec, &own, &request.params, call.r.status, NULL, buf_str(&call.r.body),
               call.r.body.len, &r);
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    assert_null(strstr(buf_str(&s.log), "0123456789abcdef0123456789abcdef"));
    empty.name = mem_strdup("empty");
    assert_int_equal(gateway_merchant(s.gateway, &empty, &err), ST_ARGUMENT);
    net_assert_says(&err, "empty", "it has no mch_id or no key");
    http_result_clear(&call.r);
    request_clear(&request);
    reply_clear(&r);
    params_clear(&p);
    profile_clear(&own);
    profile_clear(&empty);
    close_stage(&s);
}

static void merchants_have_an_end(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    enum status st = ST_OK;
    open_stage(&s, &(struct gateway_options){0});
    for (size_t i = 0; i < 100 && !st; i++) {
        struct profile p = {0};
        char number[16];
        snprintf(number, sizeof(number), "77%zu", i);
        secret_set(&p.key.value, "k", 1);
        params_set(&p.fields, "mch_id", number, NULL);
        st = gateway_merchant(s.gateway, &p, &err);
        profile_clear(&p);
    }
    assert_int_equal(st, ST_LIMIT);
    close_stage(&s);
}

static void an_api_of_the_users_own_is_answered(void **state)
{
    (void)state;
    static const char text[] =
        "{\"id\":\"query\",\"title\":{\"zh\":\"查\",\"en\":\"q\"},\"summary\":{\"zh\":\"查\","
        "\"en\":\"q\"},\"group\":{\"zh\":\"查\",\"en\":\"q\"},\"dialect\":\"official\","
        "\"method\":\"POST\",\"path\":\"/deep/pay/unifiedorder\",\"cert\":false,"
        "\"moves_money\":false,\"sign\":{\"types\":[\"MD5\"],\"default\":\"MD5\"},\"unit\":"
        "\"bytes\",\"doc\":\"t\",\"request\":[{\"name\":\"mch_id\",\"label\":{\"zh\":\"a\",\"en\":"
        "\"a\"},\"type\":\"string\",\"required\":true,\"example\":\"1\",\"source\":\"profile\","
        "\"help\":{\"zh\":\"a\",\"en\":\"a\"}}],\"response\":[{\"name\":\"trade_state\",\"label\":{"
        "\"zh\":\"a\",\"en\":\"a\"},\"type\":\"string\",\"example\":\"NOTPAY\",\"layer\":"
        "\"business_ok\",\"presence\":\"always\",\"help\":{\"zh\":\"a\",\"en\":\"a\"}}],\"errors\":"
        "[]}";
    struct catalog own = {0};
    struct err err = {0};
    struct stage s;
    struct net_call call;
    struct params p = {0}, answer = {0};
    struct buf body;
    if (catalog_load_embedded(&own, NULL) || catalog_add(&own, text, strlen(text), "own", &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
    struct catalog kept = catalog;
    catalog = own;
    open_stage(&s, &(struct gateway_options){0});
    make_request("query", "", SIGNED, &p);
    buf_init(&body, 4096);
    xml_write(&p, &body, NULL);
    send_body(&s, "POST", "/deep/pay/unifiedorder", NULL, buf_str(&body), &call); /* the longest */
    assert_string_equal(s.api, "query");
    assert_true(s.ok);
    assert_int_equal(xml_read(buf_str(&call.r.body), call.r.body.len, &answer, NULL, NULL), ST_OK);
    assert_string_equal(params_get(&answer, "trade_state"), "NOTPAY"); /* the example */
    http_result_clear(&call.r);
    buf_clear(&body);
    params_clear(&p);
    params_clear(&answer);
    close_stage(&s);
    catalog = kept;
    catalog_clear(&own);
}

/* ---- The books ---- */

static void make_folder(char *path, size_t size)
{
    snprintf(path, size, "/tmp/wxpc-gateway-XXXXXX");
    assert_non_null(mkdtemp(path));
}

static void remove_folder(const char *path)
{
    char file[300];
    snprintf(file, sizeof(file), "%s/sandbox.jsonl", path);
    unlink(file);
    assert_int_equal(rmdir(path), 0);
}

static void write_books(const char *folder, const char *text)
{
    char file[300];
    snprintf(file, sizeof(file), "%s/sandbox.jsonl", folder);
    assert_int_equal(store_write(file, text, strlen(text), 0600, NULL), ST_OK);
}

static void orders_survive_a_restart(void **state)
{
    (void)state;
    char folder[64], file[300], prepay_id[128];
    struct stage s;
    struct reply r = {0};
    struct stat st;

    make_folder(folder, sizeof(folder));
    snprintf(file, sizeof(file), "%s/sandbox.jsonl", folder);
    open_stage(&s, &(struct gateway_options){.data_dir = folder});
    assert_int_equal(stat(file, &st), -1); /* nothing is written before the first order */
    call_api(&s, "unifiedorder", "out_trade_no=KEPT-1;key=" KEY, SIGNED, &r);
    copy(prepay_id, sizeof(prepay_id), got(&r, "prepay_id"));
    call_api(&s, "contractorder", "out_trade_no=KEPT-2;contract_code=C1", SIGNED, &r);
    close_stage(&s);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    for (int again = 0; again < 2; again++) {
        open_stage(&s, &(struct gateway_options){.data_dir = folder});
        call_api(&s, "unifiedorder", "out_trade_no=KEPT-1;key=" KEY, SIGNED, &r);
        assert_string_equal(got(&r, "prepay_id"), prepay_id);
        call_api(&s, "unifiedorder", "out_trade_no=KEPT-1;body=other", SIGNED, &r);
        assert_string_equal(got(&r, "err_code"), "OUT_TRADE_NO_USED");
        call_api(&s, "contractorder", "contract_code=C1", SIGNED, &r);
        assert_true(r.contract_failed);
        close_stage(&s);
    }
    struct buf text;
    buf_init(&text, 1u << 20);
    assert_int_equal(store_read(file, &text, NULL), ST_OK);
    assert_null(strstr(buf_str(&text), KEY));
    buf_clear(&text);
    reply_clear(&r);
    remove_folder(folder);
}

static void a_line_cut_off_is_dropped(void **state)
{
    (void)state;
    char folder[64];
    struct stage s;
    struct reply r = {0};
    make_folder(folder, sizeof(folder));
    write_books(folder, "{\"wxpc_sandbox\":1}\n{\"mch_id\":\"1\",\"out_tr");
    for (int again = 0; again < 2; again++) { /* what is written behind it can be read again */
        open_stage(&s, &(struct gateway_options){.data_dir = folder});
        call_api(&s, "unifiedorder", "out_trade_no=AFTER-1", SIGNED, &r);
        assert_int_equal(r.outcome, OUTCOME_SUCCESS);
        assert_string_equal(s.why,
                            again ? "the same order again: the same prepay_id" : "order placed");
        close_stage(&s);
    }
    reply_clear(&r);
    remove_folder(folder);
}

static void damaged_books_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum status st;
        const char *zh, *en;
    } rows[] = {
        {"garbage", ST_UNSUPPORTED, "sandbox.jsonl", "no sandbox books"},
        {"garbage\n", ST_UNSUPPORTED, "sandbox.jsonl:1", "no sandbox books"},
        {"{\"wxpc_sandbox\":2}\n", ST_UNSUPPORTED, "sandbox.jsonl:1", "no sandbox books"},
        {"{\"wxpc_sandbox\":1}\n{}\n", ST_SYNTAX, "sandbox.jsonl:2", "mch_id"},
        {"{\"wxpc_sandbox\":1}\n{\"delivery\":\"a\",\"tries\":-1,\"due_at\":1}\n", ST_SYNTAX,
         "sandbox.jsonl:2", "of a notification"},
        {"{\"wxpc_sandbox\":1}\n\n", ST_SYNTAX, "sandbox.jsonl:2", "sandbox.jsonl:2"},
    };
    char folder[64];
    struct loop *l = loop_new();
    make_folder(folder, sizeof(folder));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct gateway *g = NULL;
        struct err err = {0};
        write_books(folder, rows[i].text);
        assert_int_equal(
            gateway_open(l, &catalog, &(struct gateway_options){.data_dir = folder}, &g, &err),
            rows[i].st);
        net_assert_says(&err, rows[i].zh, rows[i].en);
        assert_non_null(strstr(err.text[LANG_ZH], folder));
    }
    remove_folder(folder);
    loop_free(l);
}

static void an_order_that_cannot_be_recorded_is_refused(void **state)
{
    (void)state;
    char folder[64];
    struct stage s;
    struct reply r = {0};
    make_folder(folder, sizeof(folder));
    open_stage(&s, &(struct gateway_options){.data_dir = folder});
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(symlink("/dev/null", folder), 0);
    call_api(&s, "unifiedorder", "", SIGNED, &r);
    assert_string_equal(got(&r, "err_code"), "SYSTEMERROR");
    assert_string_equal(s.why, "the sandbox's books cannot be written");
    reply_clear(&r);
    close_stage(&s);
    unlink(folder);
}

/* At the start, not with the first order. */
static void a_folder_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct loop *l = loop_new();
    struct gateway *g = NULL;
    struct err err = {0};
    assert_int_equal(
        gateway_open(l, &catalog, &(struct gateway_options){.data_dir = "/dev/null/no"}, &g, &err),
        ST_IO);
    net_assert_says(&err, "无法写入沙箱账本 /dev/null/no/sandbox.jsonl", "Not a directory");
    loop_free(l);
}

/* Whichever writes first, nothing of the other is lost. */
static void two_sandboxes_share_a_folder(void **state)
{
    (void)state;
    char folder[64];
    struct stage a, b;
    struct reply r = {0};
    make_folder(folder, sizeof(folder));
    open_stage(&a, &(struct gateway_options){.data_dir = folder});
    open_stage(&b, &(struct gateway_options){.data_dir = folder});
    call_api(&a, "unifiedorder", "out_trade_no=FROM-A1", SIGNED, &r);
    call_api(&b, "unifiedorder", "out_trade_no=FROM-B1", SIGNED, &r);
    call_api(&a, "unifiedorder", "out_trade_no=FROM-A2", SIGNED, &r);
    close_stage(&a);
    close_stage(&b);
    open_stage(&a, &(struct gateway_options){.data_dir = folder});
    for (int i = 0; i < 3; i++) {
        static const char *const orders[] = {"out_trade_no=FROM-A1", "out_trade_no=FROM-B1",
                                             "out_trade_no=FROM-A2"};
        call_api(&a, "unifiedorder", orders[i], SIGNED, &r);
        assert_string_equal(a.why, "the same order again: the same prepay_id");
    }
    close_stage(&a);
    reply_clear(&r);
    remove_folder(folder);
}

/* ---- The table itself ---- */

static void every_row_is_complete_and_in_the_catalogue(void **state)
{
    (void)state;
    for (int i = 0; i < REFUSAL_COUNT; i++) {
        const struct refusal *row = refusal_row((enum refusal_id)i);
        assert_true(row->code && row->text && row->why.zh && row->why.en);
        assert_true(strlen(row->text) <= 128);
        for (size_t n = 0; n < catalog.count; n++) {
            const struct spec *spec = catalog_at(&catalog, n);
            bool gateway = spec->dialect == DIALECT_GATEWAY;
            enum error_layer layer = refusal_layer(row, spec);
            /* What can never be met: contracts elsewhere, ids and services of the other dialect. */
            if (layer == ERROR_CONTRACT && strcmp(spec->id, "contractorder") != 0)
                continue;
            if (gateway ? (i >= REFUSE_APPID && i <= REFUSE_PERMISSION) : i == REFUSE_SERVICE)
                continue;
            /* What only happens to an order being placed, or behind one: its tests meet those. */
            if (i >= REFUSE_NO_ORDER || spec->get ||
                (i >= REFUSE_USED && i <= REFUSE_FAILED && !places(spec)))
                continue;
            if (i == REFUSE_CERTIFICATE && !spec->cert)
                continue;
            /* A bill has few codes; its tests meet them. */
            if (!gateway && !spec_reply_field(spec, "result_code") && row->layer != PLAIN)
                continue;
            const struct error_code *e =
                spec_error(spec, refusal_code(row, spec), NULL, (int)layer);
            if (!e) {
                fail_msg("%s knows no %s of layer %d", spec->id, refusal_code(row, spec), layer);
            }
            /* Where there is no code, the text tells it. */
            if (layer == ERROR_COMMUNICATION)
                assert_ptr_equal(spec_error(spec, NULL, row->text, (int)layer), e);
        }
    }
}

static void a_port_in_use_is_said(void **state)
{
    (void)state;
    struct loop *l = loop_new();
    struct gateway *g = NULL;
    struct err err = {0};
    unsigned port;
    int fd = net_listen(&port, true);
    assert_int_equal(gateway_open(l, &catalog, &(struct gateway_options){.port = port}, &g, &err),
                     ST_CONFLICT);
    assert_null(g);
    close(fd);
    gateway_close(NULL);
    loop_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_api_and_trade_type_is_answered),
        cmocka_unit_test(links_lead_to_the_order),
        cmocka_unit_test(each_fault_has_its_layer_code_and_text),
        cmocka_unit_test(a_failed_payment_signs_no_contract),
        cmocka_unit_test(a_service_provider_names_its_sub_merchant),
        cmocka_unit_test(a_fault_that_was_not_done_is_not_told_of),
        cmocka_unit_test(what_is_no_document_is_refused),
        cmocka_unit_test(a_wrong_signature_says_the_documented_words),
        cmocka_unit_test(a_key_sent_as_a_field_is_not_repeated),
        cmocka_unit_test(the_same_order_again),
        cmocka_unit_test(an_order_past_its_time_is_closed),
        cmocka_unit_test(time_can_run_faster),
        cmocka_unit_test(a_contract_code_is_used_once),
        cmocka_unit_test(every_style_of_public_sdks_is_taken),
        cmocka_unit_test(the_gateway_takes_a_lower_case_signature),
        cmocka_unit_test(other_paths_are_not_served),
        cmocka_unit_test(a_demanded_code_has_the_catalogues_layer),
        cmocka_unit_test(a_demanded_failure_places_no_order),
        cmocka_unit_test(answers_are_spoilt_on_demand),
        cmocka_unit_test(a_call_can_hang_or_be_dropped),
        cmocka_unit_test(rules_count_calls),
        cmocka_unit_test(a_faulty_rule_keeps_it_shut),
        cmocka_unit_test(a_profiles_merchant_is_served),
        cmocka_unit_test(merchants_have_an_end),
        cmocka_unit_test(an_api_of_the_users_own_is_answered),
        cmocka_unit_test(orders_survive_a_restart),
        cmocka_unit_test(a_line_cut_off_is_dropped),
        cmocka_unit_test(damaged_books_are_named),
        cmocka_unit_test(an_order_that_cannot_be_recorded_is_refused),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_told),
        cmocka_unit_test(two_sandboxes_share_a_folder),
        cmocka_unit_test(every_row_is_complete_and_in_the_catalogue),
        cmocka_unit_test(a_port_in_use_is_said),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
