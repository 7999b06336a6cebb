/* SPDX-License-Identifier: MIT */
/* Requests: what is filled and from where, the algorithm, the order on the wire, the bytes. */
#include "built_in.h"
#include "spec_file.h"

#include <stdio.h>
#include <string.h>

#include "core/request.h"
#include "core/validate.h"
#include "core/xml.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"

static const struct request_seed seed = {.now = 1735689600, /* 2025-01-01 08:00 in UTC+8 */
                                         .nonce = "ibuaiVcKdpRxkhJAibuaiVcKdpRxkhJA",
                                         .order_no = "2025010108000012345678",
                                         .serial = "173568960012"};

static const char official[] =
    "{\"name\":\"shop\",\"base_url\":\"https://api.example.com/v2/\",\"api_key\":\"" KEY "\","
    "\"fields\":{\"appid\":\"wxd930ea5d5a258f4f\",\"mch_id\":\"10000100\",\"attach\":\"\","
    "\"openid\":\"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o\","
    "\"notify_url\":\"https://example.com/wxpay/notify\"}}";
static const char gateway[] =
    "{\"name\":\"gw\",\"gateway_url\":\"https://pay.example.com/pay/gateway\","
    "\"api_key\":\"" KEY "\",\"fields\":{\"mch_id\":\"10000200\"}}";

static const struct spec *api(const char *id)
{
    const struct spec *s = catalog_find(&catalog, id);
    assert_non_null(s);
    return s;
}

static struct profile merchant(const char *text)
{
    struct profile p = {0};
    assert_int_equal(profile_from_json(text, strlen(text), "test", &p, NULL), ST_OK);
    return p;
}

/* The built-in demonstration merchant that an API is for. */
static struct profile demo_merchant(const struct spec *spec)
{
    const char *name = spec->dialect == DIALECT_GATEWAY                ? "demo-gateway"
                       : strcmp(spec->id, "deposit_unifiedorder") == 0 ? "demo-partner"
                                                                       : "demo";
    char path[256];
    size_t len = 0;
    snprintf(path, sizeof(path), SOURCE_DIR "/profiles/%s.json", name);
    char *text = file_text(path, &len);
    struct profile p = merchant(text);
    free(text);
    return p;
}

static struct params of(const char *const pairs[][2], size_t count)
{
    struct params p = {0};
    for (size_t i = 0; i < count; i++)
        assert_int_equal(params_set(&p, pairs[i][0], pairs[i][1], NULL), ST_OK);
    return p;
}

static void filled(const char *id, const char *profile, bool demo, struct params *p,
                   struct params *added)
{
    struct profile m = merchant(profile);
    enum sign_kind kind = SIGN_MD5;
    struct err err = {0};
    assert_int_equal(request_sign_kind(api(id), &m, p, NULL, &kind, &err), ST_OK);
    assert_int_equal(request_fill(api(id), &m, &seed, demo, kind, p, added, &err), ST_OK);
    profile_clear(&m);
}

static void assert_field(const struct params *p, const char *name, const char *value,
                         enum param_source source)
{
    const struct param *e = params_find(p, name);
    if (!e || strcmp(e->value, value) != 0 || e->source != source) {
        fail_msg("%s is %s (source %d)", name, e ? e->value : "absent", e ? (int)e->source : -1);
    }
}

static void a_demonstration_asks_for_todays_bill(void **state)
{
    (void)state;
    struct params p = {0}, added = {0};
    filled("downloadbill", official, true, &p, &added);
    assert_field(&p, "bill_date", "20250101", PARAM_DEFAULT); /* of the seed, as it happens the
                                                                  example */
    params_clear(&p);
    params_clear(&added);
    struct profile m = merchant(official);
    struct request_seed later = seed;
    later.now += 400L * 24 * 3600;
    assert_int_equal(request_fill(api("downloadbill"), &m, &later, true, SIGN_MD5, &p, NULL, NULL),
                     ST_OK);
    assert_field(&p, "bill_date", "20260205", PARAM_DEFAULT);
    profile_clear(&m);
    params_clear(&p);
}

static void outside_a_demonstration_only_what_is_known_is_filled(void **state)
{
    (void)state;
    struct params p = {0}, added = {0};
    filled("unifiedorder", official, false, &p, &added);
    assert_field(&p, "appid", "wxd930ea5d5a258f4f", PARAM_PROFILE);
    assert_field(&p, "notify_url", "https://example.com/wxpay/notify", PARAM_PROFILE);
    assert_field(&p, "nonce_str", seed.nonce, PARAM_GENERATED);
    /* The order is the user's own; openid is not required; attach is empty in the profile. */
    static const char *const absent[] = {"out_trade_no", "body",      "spbill_create_ip", "openid",
                                         "attach",       "sign_type", "time_start",       "sign"};
    for (size_t i = 0; i < ARRAY_COUNT(absent); i++)
        assert_null(params_find(&p, absent[i]));
    assert_int_equal(added.count, p.count);
    params_clear(&p);
    params_clear(&added);
}

static void what_is_there_stays_as_it_is(void **state)
{
    (void)state;
    struct params p = {0}, added = {0};
    params_set(&p, "nonce_str", "", NULL);
    params_set(&p, "appid", "mine", NULL);
    params_set(&p, "mch_id", "off", NULL);
    params_find(&p, "mch_id")->off = true;
    filled("unifiedorder", official, true, &p, &added);
    assert_field(&p, "nonce_str", "", PARAM_USER);
    assert_field(&p, "appid", "mine", PARAM_USER);
    assert_field(&p, "mch_id", "off", PARAM_USER);
    assert_true(params_find(&p, "mch_id")->off);
    assert_null(params_find(&added, "appid"));
    params_clear(&p);
    params_clear(&added);
}

static void a_condition_fills_what_it_requires(void **state)
{
    (void)state;
    static const char *const jsapi[][2] = {{"trade_type", "JSAPI"}};
    struct params p = of(jsapi, 1);
    filled("unifiedorder", official, false, &p, NULL);
    assert_field(&p, "openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", PARAM_PROFILE);
    params_clear(&p);
    static const char *const mweb[][2] = {{"trade_type", "MWEB"}};
    p = of(mweb, 1);
    filled("unifiedorder", official, true, &p, NULL);
    assert_non_null(strstr(params_get(&p, "scene_info"), "h5_info"));
    params_clear(&p);
}

static void copies_follow_what_was_given(void **state)
{
    (void)state;
    static const char *const given[][2] = {{"mch_id", "1230000109"}};
    struct params p = of(given, 1);
    filled("contractorder", official, false, &p, NULL);
    assert_field(&p, "contract_mchid", "1230000109", PARAM_GENERATED);
    assert_field(&p, "contract_appid", "wxd930ea5d5a258f4f", PARAM_GENERATED);
    assert_null(params_find(&p, "contract_code")); /* names a contract: the user's own */
    params_clear(&p);
}

static void every_demonstration_is_a_valid_request(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalog.count; i++) {
        const struct spec *spec = catalog_at(&catalog, i);
        struct profile m = demo_merchant(spec);
        struct params p = {0}, none = {0};
        struct findings findings = {0};
        struct request r = {0};
        struct err err = {0};
        enum sign_kind kind = SIGN_MD5;
        assert_int_equal(request_sign_kind(spec, &m, &none, NULL, &kind, &err), ST_OK);
        assert_int_equal(request_fill(spec, &m, &seed, true, kind, &p, NULL, &err), ST_OK);
        validate(spec, &p, m.environment, kind, &findings);
        if (findings.count) {
            fail_msg("%s: %s", spec->id, findings.items[0].text[LANG_EN]);
        }
        assert_int_equal(request_build(spec, &m, &p, kind, "http://127.0.0.1:9001", &r, &err),
                         ST_OK);
        struct sign_check check;
        sign_verify(&r.params, &m.key.value, false, NULL, &check);
        assert_int_equal(check.state, SIGN_VALID);
        assert_int_equal(check.kind, spec->sign_default);
        struct params wire = {0};
        if (!spec->get) {
            assert_int_equal(xml_read(buf_str(&r.body), r.body.len, &wire, NULL, &err), ST_OK);
            sign_verify(&wire, &m.key.value, false, NULL, &check); /* what went out holds */
            assert_int_equal(check.state, SIGN_VALID);
        }
        assert_null(strstr(buf_str(&r.body), KEY));
        params_clear(&wire);
        request_clear(&r);
        findings_clear(&findings);
        params_clear(&p);
        profile_clear(&m);
    }
}

static void the_algorithm_is_chosen_by_rank(void **state)
{
    (void)state;
    static const enum sign_kind md5 = SIGN_MD5, hmac = SIGN_HMAC_SHA256;
    static const struct {
        const char *api;  /* NULL: none */
        const char *word; /* sign_type in the document */
        const enum sign_kind *option;
        const char *profile; /* its sign_type */
        enum sign_kind kind;
        const char *reason;
    } rows[] = {
        {"unifiedorder", NULL, NULL, NULL, SIGN_MD5, "the API's default"},
        {"deposit_unifiedorder", NULL, NULL, NULL, SIGN_HMAC_SHA256, "the API's default"},
        {"unifiedorder", NULL, NULL, "HMAC-SHA256", SIGN_HMAC_SHA256, "the profile's"},
        {"wap", NULL, NULL, "HMAC-SHA256", SIGN_MD5, "the only one that the API takes"},
        {"unifiedorder", NULL, &hmac, NULL, SIGN_HMAC_SHA256, "the option"},
        {"unifiedorder", NULL, &md5, "HMAC-SHA256", SIGN_MD5, "the option before the profile"},
        {"wap", NULL, &hmac, NULL, SIGN_HMAC_SHA256, "the option before the API"},
        {"unifiedorder", "HMAC-SHA256", &md5, "MD5", SIGN_HMAC_SHA256, "the word before all"},
        {"unifiedorder", "", NULL, "HMAC-SHA256", SIGN_HMAC_SHA256, "an empty word says nothing"},
        {NULL, NULL, NULL, NULL, SIGN_MD5, "without an API"},
        {NULL, "HMAC-SHA256", NULL, NULL, SIGN_HMAC_SHA256, "without an API"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile m = {0};
        struct params p = {0};
        enum sign_kind kind = SIGN_KIND_COUNT;
        if (rows[i].word)
            params_set(&p, "sign_type", rows[i].word, NULL);
        m.has_sign_type = rows[i].profile && sign_kind_read(rows[i].profile, &m.sign_type);
        assert_int_equal(request_sign_kind(rows[i].api ? api(rows[i].api) : NULL, &m, &p,
                                           rows[i].option, &kind, NULL),
                         ST_OK);
        if (kind != rows[i].kind) {
            fail_msg("row %zu: %s", i, rows[i].reason);
        }
        params_clear(&p);
    }
}

static void an_unknown_sign_type_is_named(void **state)
{
    (void)state;
    static const char *const words[] = {"md5",      "HMAC_SHA256",
                                        "RSA",      "MD5 ",
                                        "\x1b[31m", "商商商商商商商商商商商商商商商商商商商商"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        struct params p = {0};
        struct err err = {0};
        enum sign_kind kind;
        params_set(&p, "sign_type", words[i], NULL);
        assert_int_equal(request_sign_kind(NULL, NULL, &p, NULL, &kind, &err), ST_ARGUMENT);
        assert_non_null(strstr(err.text[LANG_EN], "HMAC-SHA256"));
        assert_null(strchr(err.text[LANG_EN], '\x1b'));
        assert_null(strstr(err.text[LANG_ZH], "\\x")); /* cut at a character */
        params_clear(&p);
    }
}

static void sign_type_is_sent_when_it_must_be(void **state)
{
    (void)state;
    static const struct {
        const char *api;
        enum sign_kind kind;
        const char *value;
    } rows[] = {
        {"unifiedorder", SIGN_MD5, NULL},
        {"unifiedorder", SIGN_HMAC_SHA256, "HMAC-SHA256"},
        {"deposit_unifiedorder", SIGN_HMAC_SHA256, "HMAC-SHA256"},
        {"deposit_unifiedorder", SIGN_MD5, "MD5"},
        {"contractorder", SIGN_MD5, NULL},
        {"wap", SIGN_MD5, NULL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *got = request_sign_type(api(rows[i].api), rows[i].kind);
        assert_int_equal(got != NULL, rows[i].value != NULL);
        if (got)
            assert_string_equal(got, rows[i].value);
    }
}

static struct field of_source(enum field_source source, enum field_type type)
{
    return (struct field){.name = "x", .source = source, .type = type, .copy_of = "mch_id"};
}

static void values_are_generated_by_source_and_type(void **state)
{
    (void)state;
    static const char *const given[][2] = {{"mch_id", "1900000109"}};
    static const struct {
        enum field_source source;
        enum field_type type;
        const char *value; /* NULL: none */
    } rows[] = {
        {SOURCE_NONCE, FIELD_NONCE, "ibuaiVcKdpRxkhJAibuaiVcKdpRxkhJA"},
        {SOURCE_ORDER_NO, FIELD_STRING, "2025010108000012345678"},
        {SOURCE_SERIAL, FIELD_INT, "173568960012"},
        {SOURCE_NOW, FIELD_TIME, "20250101080000"},
        {SOURCE_NOW, FIELD_TIMESTAMP, "1735689600"},
        {SOURCE_NOW, FIELD_DATE, "20250101"},
        {SOURCE_EXPIRE, FIELD_TIME, "20250101100000"},
        {SOURCE_IP, FIELD_IP, "127.0.0.1"},
        {SOURCE_COPY, FIELD_STRING, "1900000109"},
        {SOURCE_USER, FIELD_STRING, NULL},
        {SOURCE_PROFILE, FIELD_STRING, NULL},
        {SOURCE_CONSTANT, FIELD_STRING, NULL},
    };
    struct params p = of(given, 1);
    char out[64];
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct field f = of_source(rows[i].source, rows[i].type);
        bool made = request_generate(&f, &seed, &p, NULL, out, sizeof(out));
        assert_int_equal(made, rows[i].value != NULL);
        if (made)
            assert_string_equal(out, rows[i].value);
    }
    struct field f = of_source(SOURCE_NONCE, FIELD_NONCE);
    assert_false(request_generate(&f, &seed, &p, NULL, out, 8)); /* never cut */
    params_clear(&p);
}

/* ---- Building ---- */

static const char *const small[][2] = {
    {"zzz", "unknown"},      {"total_fee", "1"}, {"body", "A&B <测试> \"x\" ]]>"},
    {"mch_id", "10000100"},  {"attach", ""},     {"nonce_str", "n"},
    {"goods_tag", "is off"}, {"appid", "wx1"},
};

static void order_on_the_wire_is_the_specs(void **state)
{
    (void)state;
    struct profile m = merchant(official);
    struct params p = of(small, ARRAY_COUNT(small)), wire = {0};
    struct request r = {0};
    struct err err = {0};
    params_find(&p, "goods_tag")->off = true;
    assert_int_equal(request_build(api("unifiedorder"), &m, &p, SIGN_MD5, NULL, &r, &err), ST_OK);
    assert_string_equal(r.url, "https://api.example.com/v2/pay/unifiedorder");
    assert_int_equal(xml_read(buf_str(&r.body), r.body.len, &wire, NULL, &err), ST_OK);
    static const char *const order[] = {"appid",     "mch_id", "nonce_str", "body",
                                        "total_fee", "zzz",    "sign"};
    assert_int_equal(wire.count, ARRAY_COUNT(order)); /* neither empty nor off */
    for (size_t i = 0; i < ARRAY_COUNT(order); i++)
        assert_string_equal(wire.items[i].name, order[i]);
    assert_string_equal(params_get(&wire, "body"), "A&B <测试> \"x\" ]]>");
    assert_string_equal(params_get(&wire, "sign"), r.trace.hex);
    /* The trace still says what was left out. */
    size_t left = r.trace.count - r.trace.used;
    assert_int_equal(left, 3); /* attach, goods_tag, sign */
    struct json *j = request_json(&r);
    assert_int_equal(json_count(json_get(j, "fields")), ARRAY_COUNT(order));
    assert_string_equal(json_string(json_get(j, "xml")), buf_str(&r.body));
    assert_string_equal(json_string(json_get(j, "url")), r.url);
    json_free(j);
    params_clear(&wire);
    params_clear(&p);
    request_clear(&r);
    profile_clear(&m);
}

static void typing_order_does_not_matter(void **state)
{
    (void)state;
    struct profile m = merchant(official);
    struct params a = of(small, ARRAY_COUNT(small)), b = {0};
    struct request ra = {0}, rb = {0};
    for (size_t i = a.count; i-- > 0;)
        params_set(&b, a.items[i].name, a.items[i].value, NULL);
    request_build(api("unifiedorder"), &m, &a, SIGN_MD5, NULL, &ra, NULL);
    request_build(api("unifiedorder"), &m, &b, SIGN_MD5, NULL, &rb, NULL);
    assert_string_equal(buf_str(&ra.body), buf_str(&rb.body));
    params_clear(&a);
    params_clear(&b);
    request_clear(&ra);
    request_clear(&rb);
    profile_clear(&m);
}

static void a_sign_by_hand_goes_out_as_it_is(void **state)
{
    (void)state;
    struct profile m = merchant(official);
    struct params p = of(small, ARRAY_COUNT(small));
    struct request r = {0};
    assert_int_equal(request_build(api("unifiedorder"), &m, &p, SIGN_MD5, NULL, &r, NULL), ST_OK);
    assert_true(r.trace.count > 0);
    params_set(&p, "sign", "BY-HAND", NULL);
    secret_clear(&m.key.value); /* no key is needed */
    assert_int_equal(request_build(api("unifiedorder"), &m, &p, SIGN_MD5, NULL, &r, NULL), ST_OK);
    assert_true(r.sign_by_hand);
    assert_int_equal(r.trace.count, 0); /* that of the build before is gone */
    assert_non_null(strstr(buf_str(&r.body), "BY-HAND"));
    params_clear(&p);
    request_clear(&r);
    profile_clear(&m);
}

static void what_cannot_be_built_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *api, *profile, *sandbox, *en;
    } rows[] = {
        {"unifiedorder", gateway, NULL, "belong to different platforms"},
        {"wap", official, NULL, "belong to different platforms"},
        {"unifiedorder", "{\"name\":\"nokey\",\"base_url\":\"http://x\"}", NULL, "no key"},
        {"unifiedorder", "{\"name\":\"nourl\",\"api_key\":\"" KEY "\"}", NULL, "no address"},
        {"wap", "{\"name\":\"nourl\",\"dialect\":\"gateway\",\"api_key\":\"" KEY "\"}", NULL,
         "gateway_url"},
    };
    struct params p = of(small, ARRAY_COUNT(small));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile m = merchant(rows[i].profile);
        struct request r = {0};
        struct err err = {0};
        assert_int_equal(
            request_build(api(rows[i].api), &m, &p, SIGN_MD5, rows[i].sandbox, &r, &err),
            ST_ARGUMENT);
        if (!strstr(err.text[LANG_EN], rows[i].en)) {
            fail_msg("%s", err.text[LANG_EN]);
        }
        assert_null(strstr(err.text[LANG_EN], KEY));
        assert_int_equal(r.params.count, 0); /* left cleared */
        profile_clear(&m);
    }
    params_clear(&p);
}

static void addresses_are_made_by_dialect(void **state)
{
    (void)state;
    static const struct {
        const char *api, *profile, *sandbox, *url;
    } rows[] = {
        {"wap", gateway, NULL, "https://pay.example.com/pay/gateway"}, /* complete, never joined */
        {"wap", gateway, "http://127.0.0.1:9", "http://127.0.0.1:9/pay/gateway"},
        {"unifiedorder", official, "http://127.0.0.1:9/", "http://127.0.0.1:9/pay/unifiedorder"},
        {"unifiedorder", official, "", "/pay/unifiedorder"}, /* not up yet */
    };
    struct params p = of(small, ARRAY_COUNT(small));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile m = merchant(rows[i].profile);
        struct request r = {0};
        assert_int_equal(
            request_build(api(rows[i].api), &m, &p, SIGN_MD5, rows[i].sandbox, &r, NULL), ST_OK);
        assert_string_equal(r.url, rows[i].url);
        assert_true(r.body.len > 0 && r.trace.hex[0]);
        assert_int_equal(request_has_address(&r), rows[i].url[0] == 'h');
        request_clear(&r);
        profile_clear(&m);
    }
    params_clear(&p);
}

static void a_long_address_is_refused(void **state)
{
    (void)state;
    struct profile m = merchant(official);
    struct params p = of(small, ARRAY_COUNT(small));
    struct request r = {0};
    free(m.base_url);
    m.base_url = mem_alloc(REQUEST_URL_MAX + 1);
    memset(m.base_url, 'a', REQUEST_URL_MAX);
    assert_int_equal(request_build(api("unifiedorder"), &m, &p, SIGN_MD5, NULL, &r, NULL),
                     ST_LIMIT);
    params_clear(&p);
    profile_clear(&m);
}

static const char get_spec[] =
    "{\"id\":\"entrust\",\"title\":{\"zh\":\"签\",\"en\":\"sign\"},\"summary\":{\"zh\":\"签\","
    "\"en\":\"sign\"},\"group\":{\"zh\":\"签\",\"en\":\"sign\"},\"dialect\":\"official\","
    "\"method\":\"GET\",\"path\":\"/papay/entrustweb\",\"cert\":true,\"moves_money\":false,"
    "\"sign\":{\"types\":[\"MD5\"],\"default\":\"MD5\"},\"unit\":\"bytes\",\"doc\":\"t\","
    "\"request\":[{\"name\":\"appid\",\"label\":{\"zh\":\"a\",\"en\":\"a\"},\"type\":\"string\","
    "\"required\":true,\"example\":\"wx1\",\"source\":\"user\",\"help\":{\"zh\":\"a\",\"en\":\"a\"}}"
    "],\"response\":[],\"errors\":[]}";

/* The vector of facts/apis.md 6.11: signed raw, encoded once, %XX in upper case. */
static void a_get_is_a_query(void **state)
{
    (void)state;
    static const char *const fields[][2] = {
        {"appid", "wxd930ea5d5a258f4f"},
        {"mch_id", "10000100"},
        {"plan_id", "123"},
        {"contract_code", "100001256"},
        {"request_serial", "1695"},
        {"contract_display_account", "用户甲"},
        {"notify_url", "https://example.com/wxpay/contract"},
        {"version", "1.0"},
        {"timestamp", "1735689600"},
        {"empty", ""},
    };
    struct spec *spec = NULL;
    struct err err = {0};
    if (spec_read(get_spec, strlen(get_spec), "test", &spec, NULL, NULL, &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
    struct profile m = merchant(official);
    struct params p = of(fields, ARRAY_COUNT(fields));
    struct request r = {0};
    assert_int_equal(request_build(spec, &m, &p, SIGN_MD5, NULL, &r, &err), ST_OK);
    assert_string_equal(r.trace.hex, "9369957AEB32715A8F4FAAE0E0DC4766");
    assert_int_equal(r.body.len, 0);
    assert_non_null(strstr(r.url, "/papay/entrustweb?appid=wxd930ea5d5a258f4f&mch_id="));
    assert_non_null(strstr(r.url, "&contract_display_account=%E7%94%A8%E6%88%B7%E7%94%B2&"));
    assert_non_null(strstr(r.url, "notify_url=https%3A%2F%2Fexample.com%2Fwxpay%2Fcontract&"));
    assert_non_null(strstr(r.url, "&sign=9369957AEB32715A8F4FAAE0E0DC4766"));
    assert_null(strstr(r.url, "empty"));
    struct json *j = request_json(&r);
    assert_null(json_get(j, "xml"));
    json_free(j);
    params_set(&p, "attach", "", NULL);
    struct buf big;
    buf_init(&big, 4096);
    for (size_t i = 0; i < 700; i++)
        buf_adds(&big, "长");
    params_set(&p, "attach", buf_str(&big), NULL);
    assert_int_equal(request_build(spec, &m, &p, SIGN_MD5, NULL, &r, &err), ST_LIMIT);
    buf_clear(&big);
    params_clear(&p);
    profile_clear(&m);
    spec_free(spec);
}

/* ---- curl ---- */

/* What a shell makes of `words`, each printed on its own with a NUL behind. */
static size_t shell_words(const char *words, char *out, size_t size)
{
    char name[] = "/tmp/wxpc-test-XXXXXX";
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    fprintf(f, "printf '%%s\\0' %s", words);
    fclose(f);
    char command[64];
    snprintf(command, sizeof(command), "sh %s", name);
    FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): our own file, named by us */
    assert_non_null(pipe);
    size_t n = fread(out, 1, size - 1, pipe);
    assert_int_equal(pclose(pipe), 0);
    remove(name);
    out[n] = '\0';
    return n;
}

static void quoting_survives_a_shell(void **state)
{
    (void)state;
    static const char *const words[] = {
        "plain", "", "it's", "''", "a\nb", "$HOME `id` \\ \"x\" !", "商户 %s", "-n", "\t\x01\x7f",
    };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        struct buf b;
        char out[256];
        buf_init(&b, 1024);
        request_quote(&b, words[i]);
        size_t n = shell_words(buf_str(&b), out, sizeof(out));
        assert_int_equal(n, strlen(words[i]) + 1);
        assert_string_equal(out, words[i]);
        buf_clear(&b);
    }
}

static void the_curl_line_sends_the_same_bytes(void **state)
{
    (void)state;
    struct profile m = merchant(official);
    struct params p = of(small, ARRAY_COUNT(small));
    struct request r = {0};
    struct buf line;
    char out[8192];
    params_set(&p, "attach", "it's $HOME\nand `more`", NULL);
    assert_int_equal(request_build(api("unifiedorder"), &m, &p, SIGN_MD5, NULL, &r, NULL), ST_OK);
    buf_init(&line, 1u << 16);
    request_curl(&r, &m, &line);
    assert_null(strstr(buf_str(&line), KEY));
    size_t n = shell_words(buf_str(&line), out, sizeof(out));
    static const char *const before[] = {"curl",
                                         "-sS",
                                         "https://api.example.com/v2/pay/unifiedorder",
                                         "-H",
                                         "Content-Type: text/xml; charset=utf-8",
                                         "--data-binary"};
    const char *word = out;
    for (size_t i = 0; i < ARRAY_COUNT(before); i++, word += strlen(word) + 1)
        assert_string_equal(word, before[i]);
    assert_string_equal(word, buf_str(&r.body));
    assert_int_equal(n, (size_t)(word - out) + r.body.len + 1);
    buf_clear(&line);
    params_clear(&p);
    request_clear(&r);
    profile_clear(&m);
}

static void curl_names_the_certificate(void **state)
{
    (void)state;
    static const struct {
        const char *cert, *key, *words;
    } rows[] = {
        {"c.pem", "k.pem", " --cert 'c.pem' --key 'k.pem' --cacert 'ca.pem'"},
        {"a:b.p12", NULL, " --cert-type P12 --cert 'a\\:b.p12' --cacert 'ca.pem'"},
        {NULL, NULL, "/papay/entrustweb' --cacert 'ca.pem'"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile m = {.client_cert = (char *)rows[i].cert,
                            .client_key = (char *)rows[i].key,
                            .ca_file = (char *)"ca.pem"};
        struct request r = {.get = true, .needs_cert = true, .url = "http://x/papay/entrustweb"};
        struct buf line;
        buf_init(&line, 4096);
        request_curl(&r, &m, &line);
        assert_non_null(strstr(buf_str(&line), rows[i].words));
        buf_clear(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_demonstration_asks_for_todays_bill),
        cmocka_unit_test(outside_a_demonstration_only_what_is_known_is_filled),
        cmocka_unit_test(what_is_there_stays_as_it_is),
        cmocka_unit_test(a_condition_fills_what_it_requires),
        cmocka_unit_test(copies_follow_what_was_given),
        cmocka_unit_test(every_demonstration_is_a_valid_request),
        cmocka_unit_test(the_algorithm_is_chosen_by_rank),
        cmocka_unit_test(an_unknown_sign_type_is_named),
        cmocka_unit_test(sign_type_is_sent_when_it_must_be),
        cmocka_unit_test(values_are_generated_by_source_and_type),
        cmocka_unit_test(order_on_the_wire_is_the_specs),
        cmocka_unit_test(typing_order_does_not_matter),
        cmocka_unit_test(a_sign_by_hand_goes_out_as_it_is),
        cmocka_unit_test(what_cannot_be_built_says_why),
        cmocka_unit_test(addresses_are_made_by_dialect),
        cmocka_unit_test(a_long_address_is_refused),
        cmocka_unit_test(a_get_is_a_query),
        cmocka_unit_test(quoting_survives_a_shell),
        cmocka_unit_test(the_curl_line_sends_the_same_bytes),
        cmocka_unit_test(curl_names_the_certificate),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
