/* SPDX-License-Identifier: MIT */
/*
 * Notifications: what core/template builds is what core/notice accepts, for every event and
 * algorithm; and for everything that may be wrong, the finding that says so and whether the mode
 * "auto" acknowledges it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/notice.h"
#include "core/template.h"

#define DOC_KEY "192006250b4c09247ec02edce69f6a2d"

static struct events events;
static struct profile official, partner, gateway, keyless;

static void make(struct profile *p, const char *mch_id, const char *appid, const char *sub,
                 enum dialect dialect, const char *key)
{
    p->name = mem_strdup(mch_id);
    p->dialect = dialect;
    params_set(&p->fields, "mch_id", mch_id, NULL);
    if (appid)
        params_set(&p->fields, "appid", appid, NULL);
    if (sub)
        params_set(&p->fields, "sub_mch_id", sub, NULL);
    if (key)
        secret_set(&p->key.value, key, strlen(key));
}

static int load(void **state)
{
    (void)state;
    assert_int_equal(events_load(&events, NULL), ST_OK);
    make(&official, "10000100", "wxd930ea5d5a258f4f", NULL, DIALECT_OFFICIAL, DOC_KEY);
    make(&partner, "1900000109", "wx8888888888888888", "1900000110", DIALECT_OFFICIAL, DOC_KEY);
    make(&gateway, "10000200", NULL, NULL, DIALECT_GATEWAY, DOC_KEY);
    make(&keyless, "10000100", NULL, NULL, DIALECT_OFFICIAL, NULL);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    events_clear(&events);
    profile_clear(&official);
    profile_clear(&partner);
    profile_clear(&gateway);
    profile_clear(&keyless);
    digest_forget_keys();
    return 0;
}

static const struct profile *const all[] = {&official, &partner, &gateway};
static struct notice_context context = {&events, all, 3, NULL, NULL};

/* "a=1 b=2" as params. */
static void read_words(const char *text, struct params *p)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *save = NULL, *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        char *eq = strchr(w, '=');
        *eq = '\0';
        assert_int_equal(params_set(p, w, eq + 1, NULL), ST_OK);
    }
}

struct shot {
    enum event_kind kind;
    const struct profile *profile;
    const char *given; /* words; NULL: none */
    struct template_sign how;
};

static void build(const struct shot *s, struct buf *body)
{
    struct params given = {0};
    struct template t = {0};
    struct err err = {0};
    struct template_sign how = s->how;
    struct template_source source = {.event = &events.items[s->kind],
                                     .profile = s->profile,
                                     .given = &given,
                                     .seed = {1735660800, "abcDEF", "123456789012345678901234"}};
    read_words(s->given ? s->given : "", &given);
    if (template_fill(&source, &t, &err))
        fail_msg("%s", err.text[LANG_EN]);
    how.key = &s->profile->key.value;
    if (template_write(&t, &how, NULL, body, &err))
        fail_msg("%s", err.text[LANG_EN]);
    template_clear(&t);
    params_clear(&given);
}

static void shoot(const struct shot *s, const struct notice_context *c, struct notice *n)
{
    struct buf body;
    buf_init(&body, 1 << 20);
    build(s, &body);
    notice_read(c, buf_str(&body), body.len, n);
    buf_clear(&body);
}

static bool has(const struct notice *n, const char *rule)
{
    for (size_t i = 0; i < n->findings.count; i++) {
        if (strcmp(n->findings.items[i].rule, rule) == 0)
            return true;
    }
    return false;
}

static void dump(const struct notice *n)
{
    for (size_t i = 0; i < n->findings.count; i++)
        print_message("  %s %s: %s\n", n->findings.items[i].field, n->findings.items[i].rule,
                      n->findings.items[i].text[LANG_EN]);
}

static void what_is_built_is_accepted_without_a_word(void **state)
{
    static const struct shot shots[] = {
        {EVENT_PAYMENT, &official, NULL, {.kind = SIGN_MD5}},
        {EVENT_PAYMENT, &official, "attach=a&b<c>]]>中文\"'", {.kind = SIGN_MD5}},
        {EVENT_PAYMENT, &official, NULL, {.kind = SIGN_HMAC_SHA256}},
        {EVENT_PAYMENT, &official, NULL, {.kind = SIGN_HMAC_SHA256, .with_type = true}},
        {EVENT_PAYMENT, &partner, NULL, {.kind = SIGN_MD5}},
        {EVENT_PAYMENT,
         &partner,
         "trade_type=NATIVE",
         {.kind = SIGN_HMAC_SHA256, .with_type = true}},
        {EVENT_DEPOSIT, &partner, NULL, {.kind = SIGN_HMAC_SHA256, .with_type = true}},
        {EVENT_DEPOSIT, &partner, NULL, {.kind = SIGN_HMAC_SHA256}},
        {EVENT_CONTRACT_ADD, &official, NULL, {.kind = SIGN_MD5}},
        {EVENT_CONTRACT_ADD, &official, NULL, {.kind = SIGN_HMAC_SHA256}},
        {EVENT_CONTRACT_DELETE, &official, NULL, {.kind = SIGN_MD5}},
        {EVENT_REFUND, &official, NULL, {.kind = SIGN_MD5}},
        {EVENT_REFUND, &partner, NULL, {.kind = SIGN_MD5}},
        {EVENT_GATEWAY_PAYMENT, &gateway, NULL, {.kind = SIGN_MD5}},
        {EVENT_PAYMENT,
         &official,
         "coupon_count=1 coupon_fee_0=1 coupon_id_0=9",
         {.kind = SIGN_MD5}},
    };
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shots); i++) {
        shoot(&shots[i], &context, &n);
        dump(&n);
        assert_int_equal(n.kind, shots[i].kind);
        assert_int_equal(n.trust, NOTICE_GENUINE);
        assert_int_equal(n.findings.count, 0);
        assert_ptr_equal(n.profile, shots[i].profile);
        assert_true(n.paid);
        assert_true(notice_is_good(&n));
        assert_string_equal(notice_reason(&n), "OK");
    }
    notice_clear(&n);
}

static void the_algorithm_is_said_where_it_is_not_the_default(void **state)
{
    static const struct {
        struct shot shot;
        const char *said; /* NULL: nothing */
    } rows[] = {
        {{EVENT_PAYMENT, &official, NULL, {.with_type = true}}, NULL},
        {{EVENT_PAYMENT, &official, NULL, {.kind = SIGN_HMAC_SHA256, .with_type = true}},
         "HMAC-SHA256"},
        {{EVENT_DEPOSIT, &partner, NULL, {.kind = SIGN_HMAC_SHA256, .with_type = true}},
         "HMAC-SHA256"},
        {{EVENT_DEPOSIT, &partner, NULL, {.kind = SIGN_HMAC_SHA256}}, NULL},
        {{EVENT_GATEWAY_PAYMENT, &gateway, NULL, {.with_type = true}}, "MD5"},
        {{EVENT_GATEWAY_PAYMENT, &gateway, NULL, {0}}, NULL},
        {{EVENT_PAYMENT, &official, "sign_type=MD5", {0}}, "MD5"}, /* given by hand */
    };
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        shoot(&rows[i].shot, &context, &n);
        const char *said = notice_get(&n, "sign_type");
        if ((said == NULL) != (rows[i].said == NULL) || (said && strcmp(said, rows[i].said) != 0))
            fail_msg("row %zu: %s", i, said ? said : "-");
        assert_int_equal(n.trust, NOTICE_GENUINE);
    }
    notice_clear(&n);
}

static void what_is_wrong_is_found(void **state)
{
    static const struct {
        struct shot shot;
        const char *rule;
        enum notice_trust trust;
        bool good;
        const char *reason;
    } rows[] = {
        {{EVENT_PAYMENT, &official, NULL, {.unsigned_ = true}},
         "unsigned",
         NOTICE_UNSIGNED,
         false,
         "缺少签名"},
        {{EVENT_PAYMENT, &official, NULL, {.forged = true}},
         "forged",
         NOTICE_FORGED,
         false,
         "签名错误"},
        {{EVENT_PAYMENT, &official, NULL, {.bad = true}},
         "forged",
         NOTICE_FORGED,
         false,
         "签名错误"},
        {{EVENT_PAYMENT, &official, NULL, {.kind = SIGN_HMAC_SHA256, .forged = true}},
         "forged",
         NOTICE_FORGED,
         false,
         "签名错误"},
        {{EVENT_PAYMENT, &official, "sign=abc", {0}}, "forged", NOTICE_FORGED, false, "签名错误"},
        {{EVENT_PAYMENT, &official, "mch_id=10000999", {0}},
         "mch-id",
         NOTICE_GENUINE,
         false,
         "商户号不匹配"},
        {{EVENT_PAYMENT, &official, "appid=wx0000000000000000", {0}},
         "appid",
         NOTICE_GENUINE,
         false,
         "appid不匹配"},
        {{EVENT_PAYMENT, &official, "result_code=FAIL", {0}},
         "not-success",
         NOTICE_GENUINE,
         true,
         "OK"},
        {{EVENT_PAYMENT, &official, "total_fee=1.5", {0}},
         "type",
         NOTICE_GENUINE,
         false,
         "参数格式校验错误"},
        {{EVENT_REFUND, &official, "refund_fee=1.5", {0}},
         "type",
         NOTICE_GENUINE,
         false,
         "参数格式校验错误"},
        {{EVENT_PAYMENT, &official, "transaction_id=", {0}},
         "required",
         NOTICE_GENUINE,
         true,
         "OK"},
        {{EVENT_GATEWAY_PAYMENT, &gateway, "pay_result=1", {0}},
         "not-success",
         NOTICE_GENUINE,
         true,
         "OK"},
        {{EVENT_GATEWAY_PAYMENT, &gateway, NULL, {.forged = true}},
         "forged",
         NOTICE_FORGED,
         false,
         "签名错误"},
        {{EVENT_GATEWAY_PAYMENT, &gateway, NULL, {.kind = SIGN_HMAC_SHA256}},
         "forged", /* it knows MD5 only */
         NOTICE_FORGED,
         false,
         "签名错误"},
        {{EVENT_REFUND, &official, NULL, {.forged = true}},
         "forged",
         NOTICE_FORGED,
         false,
         "签名错误"},
        {{EVENT_REFUND, &official, "req_info=%%%", {0}},
         "forged",
         NOTICE_FORGED,
         false,
         "签名错误"},
        {{EVENT_REFUND, &official, "refund_status=CHANGE", {0}},
         "not-success",
         NOTICE_GENUINE,
         true,
         "OK"},
    };
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        shoot(&rows[i].shot, &context, &n);
        if (!has(&n, rows[i].rule) || n.trust != rows[i].trust ||
            notice_is_good(&n) != rows[i].good) {
            dump(&n);
            fail_msg("row %zu: %s", i, rows[i].rule);
        }
        assert_string_equal(notice_reason(&n), rows[i].reason);
    }
    notice_clear(&n);
}

static void what_tells_of_a_failure_is_named(void **state)
{
    static const struct {
        struct shot shot;
        const char *field;
    } rows[] = {
        {{EVENT_PAYMENT, &official, "return_code=FAIL", {0}}, "return_code"},
        {{EVENT_PAYMENT, &official, "result_code=FAIL", {0}}, "result_code"},
        {{EVENT_PAYMENT, &official, "result_code=", {0}}, "result_code"},
        {{EVENT_PAYMENT, &official, "trade_state=PAY_FAIL", {0}}, "trade_state"},
        {{EVENT_CONTRACT_ADD, &official, "result_code=FAIL", {0}}, "result_code"},
        {{EVENT_REFUND, &official, "refund_status=CHANGE", {0}}, "refund_status"},
        {{EVENT_GATEWAY_PAYMENT, &gateway, "status=1", {0}}, "status"},
        {{EVENT_GATEWAY_PAYMENT, &gateway, "result_code=1", {0}}, "result_code"},
        {{EVENT_GATEWAY_PAYMENT, &gateway, "pay_result=1", {0}}, "pay_result"},
    };
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *field = NULL;
        shoot(&rows[i].shot, &context, &n);
        for (size_t k = 0; k < n.findings.count; k++) {
            if (strcmp(n.findings.items[k].rule, "not-success") == 0)
                field = n.findings.items[k].field;
        }
        if (!field || strcmp(field, rows[i].field) != 0) {
            dump(&n);
            fail_msg("row %zu: %s", i, field ? field : "no finding");
        }
    }
    notice_clear(&n);
}

/* Nobody knows what stands in a req_info that does not open. */
static void what_cannot_be_read_is_not_judged(void **state)
{
    static const struct shot shots[] = {
        {EVENT_REFUND, &official, NULL, {.forged = true}},
        {EVENT_REFUND, &official, NULL, {.bad = true}},
        {EVENT_REFUND, &official, NULL, {.unsigned_ = true}},
        {EVENT_REFUND, &official, "req_info=%%%", {0}},
    };
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shots); i++) {
        shoot(&shots[i], &context, &n);
        assert_false(n.paid);
        assert_false(notice_is_good(&n));
        assert_int_not_equal(n.trust, NOTICE_GENUINE);
        if (has(&n, "not-success") || has(&n, "required")) {
            dump(&n);
            fail_msg("shot %zu", i);
        }
    }
    notice_clear(&n);
}

static struct notice_known facts;

static void know(void *ctx, const struct notice *n, struct notice_known *out)
{
    (void)ctx;
    (void)n;
    *out = facts;
}

static void records_are_compared(void **state)
{
    static const struct {
        struct notice_known known;
        const char *rule; /* "": nothing found */
        bool good;
        enum event_kind kind;
    } rows[] = {
        {{.asked = true, .order = true, .total_fee = 1}, "", true, EVENT_PAYMENT},
        {{.asked = true}, "unknown-order", true, EVENT_PAYMENT},
        {{.asked = true, .order = true, .total_fee = 2}, "amount", false, EVENT_PAYMENT},
        {{.asked = true, .order = true, .appid = "wxother"}, "appid", false, EVENT_PAYMENT},
        {{.asked = true, .order = true, .mch_id = "1"}, "mch-id", false, EVENT_PAYMENT},
        {{.asked = true, .order = true, .has_kind = true, .kind = SIGN_HMAC_SHA256},
         "algorithm",
         true,
         EVENT_PAYMENT},
        {{.asked = true, .order = true, .seen = true}, "duplicate", true, EVENT_PAYMENT},
        {{.seen = true, .seen_fee = 1}, "duplicate", true, EVENT_PAYMENT},
        {{.seen = true, .seen_fee = 2}, "amount", false, EVENT_PAYMENT},
        /* The order's own amount is what counts. */
        {{.asked = true, .order = true, .total_fee = 1, .seen = true, .seen_fee = 2},
         "duplicate",
         true,
         EVENT_PAYMENT},
        {{.other = "T9"}, "other-order", false, EVENT_PAYMENT},
        {{.asked = true, .order = true, .earlier_missing = true},
         "out-of-order",
         true,
         EVENT_PAYMENT},
        {{.asked = true, .order = true, .later_seen = true}, "out-of-order", true, EVENT_PAYMENT},
        {{.asked = true, .order = true, .deposit = true}, "", true, EVENT_DEPOSIT},
    };
    struct notice n = {0};
    struct notice_context c = context;
    struct shot shot = {EVENT_PAYMENT, &partner, NULL, {.kind = SIGN_MD5}};
    (void)state;
    c.known = know;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        facts = rows[i].known;
        shoot(&shot, &c, &n);
        bool found = rows[i].rule[0] ? has(&n, rows[i].rule) : n.findings.count == 0;
        if (!found || notice_is_good(&n) != rows[i].good || n.kind != rows[i].kind) {
            dump(&n);
            fail_msg("row %zu: %s", i, rows[i].rule);
        }
        assert_int_equal(n.duplicate, rows[i].known.seen);
    }
    notice_clear(&n);
}

static void a_forged_repeat_is_no_duplicate(void **state)
{
    struct notice n = {0};
    struct notice_context c = context;
    struct shot shot = {EVENT_PAYMENT, &official, NULL, {.forged = true}};
    (void)state;
    c.known = know;
    facts = (struct notice_known){.asked = true, .order = true, .seen = true};
    shoot(&shot, &c, &n);
    assert_false(n.duplicate);
    assert_false(has(&n, "duplicate"));
    notice_clear(&n);
}

/* Nobody knows who made it; that it is not this one's says nothing. */
static void a_merchant_without_a_profile_is_not_judged(void **state)
{
    static const struct shot shots[] = {
        {EVENT_PAYMENT, &official, "mch_id=1900000777", {.forged = true}},
        {EVENT_REFUND, &official, "mch_id=1900000777", {.forged = true}},
    };
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shots); i++) {
        shoot(&shots[i], &context, &n);
        assert_int_equal(n.trust, NOTICE_NO_KEY);
        assert_true(has(&n, "no-key"));
        assert_false(has(&n, "mch-id"));
        assert_false(has(&n, "forged"));
    }
    notice_clear(&n);
}

static void a_merchant_without_a_key_is_not_judged(void **state)
{
    const struct profile *none[] = {&keyless};
    struct notice_context c = {&events, none, 1, NULL, NULL};
    struct shot shot = {EVENT_PAYMENT, &official, NULL, {.kind = SIGN_MD5}};
    struct notice n = {0};
    (void)state;
    shoot(&shot, &c, &n);
    assert_int_equal(n.trust, NOTICE_NO_KEY);
    assert_true(has(&n, "no-key"));
    assert_false(notice_is_good(&n));
    struct json *j = json_new_object();
    notice_json(&n, j);
    assert_null(json_get(j, "sign_valid"));
    json_free(j);
    notice_clear(&n);
}

static void of_two_profiles_of_a_merchant_the_key_that_holds_is_taken(void **state)
{
    struct profile other = {0};
    make(&other, "10000100", "wxd930ea5d5a258f4f", NULL, DIALECT_OFFICIAL,
         "00000000000000000000000000000000");
    const struct profile *two[] = {&other, &official};
    struct notice_context c = {&events, two, 2, NULL, NULL};
    struct shot shots[] = {{EVENT_PAYMENT, &official, NULL, {.kind = SIGN_MD5}},
                           {EVENT_REFUND, &official, NULL, {.kind = SIGN_MD5}}};
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shots); i++) {
        shoot(&shots[i], &c, &n);
        assert_int_equal(n.trust, NOTICE_GENUINE);
        assert_ptr_equal(n.profile, &official);
    }
    notice_clear(&n);
    profile_clear(&other);
}

/* facts/apis.md 4.4: the vector. */
static void req_info_of_the_facts_is_decrypted(void **state)
{
    const char *xml =
        "<xml><return_code>SUCCESS</return_code><appid>wxd930ea5d5a258f4f</appid>"
        "<mch_id>10000100</mch_id><nonce_str>x</nonce_str>"
        "<req_info>WBzGpzQuNpcFxIlFjUUD9CdH4BF3YHmtiHaWV8j0mqDmyt1ktL6KiRuDf54lmRtRsuivy+"
        "W7GOHBqU/pCYFHI29h5zsVoYNuky4WwJWgve1lKN3BmGhU1XAFvvxnrPcC</req_info></xml>";
    struct notice n = {0};
    (void)state;
    notice_read(&context, xml, strlen(xml), &n);
    assert_int_equal(n.kind, EVENT_REFUND);
    assert_int_equal(n.trust, NOTICE_GENUINE);
    assert_string_equal(notice_get(&n, "out_refund_no"), "R1");
    assert_string_equal(notice_get(&n, "refund_status"), "SUCCESS");
    struct json *j = json_new_object();
    notice_json(&n, j);
    assert_string_equal(json_string(json_get(json_get(j, "fields"), "out_refund_no")), "R1");
    assert_true(json_bool(json_get(j, "sign_valid"), false));
    json_free(j);
    notice_clear(&n);
}

static void what_is_no_notification_is_refused(void **state)
{
    static const struct {
        const char *body, *rule;
        enum notice_trust trust;
    } rows[] = {
        {"", "empty", NOTICE_UNREADABLE},
        {"hello", "unreadable", NOTICE_UNREADABLE},
        {"{\"a\":1}", "unreadable", NOTICE_UNREADABLE},
        {"<xml><a>1</a>", "unreadable", NOTICE_UNREADABLE},
        {"<!DOCTYPE x [<!ENTITY e \"x\">]><xml><a>&e;</a></xml>", "unreadable", NOTICE_UNREADABLE},
        {"<xml><a>\xc4\xe3</a></xml>", "unreadable", NOTICE_UNREADABLE},
        {"<xml></xml>", "unsigned", NOTICE_UNSIGNED},
        {"<xml><req_info></req_info></xml>", "unsigned", NOTICE_UNSIGNED},
        {"<xml><return_code>FAIL</return_code></xml>", "unsigned", NOTICE_UNSIGNED},
        {"<xml><status>0</status><sign>1</sign></xml>", "forged", NOTICE_FORGED},
    };
    struct notice n = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        notice_read(&context, rows[i].body, strlen(rows[i].body), &n);
        if (!has(&n, rows[i].rule) || n.trust != rows[i].trust)
            fail_msg("row %zu", i);
        assert_false(notice_is_good(&n));
    }
    notice_clear(&n);
}

static void variants_are_validly_signed(void **state)
{
    struct params order = {0};
    struct template t = {0};
    struct template_source s = {.event = &events.items[EVENT_PAYMENT],
                                .order = &order,
                                .profile = &official,
                                .seed = {1735660800, "abcDEF", "123456789012345678901234"}};
    struct template_sign how = {.key = &official.key.value};
    struct buf body;
    struct notice n = {0};
    (void)state;
    params_set(&order, "total_fee", "100", NULL);
    buf_init(&body, 1 << 20);
    template_fill(&s, &t, NULL);
    template_add_coupons(&t);
    template_alter_amount(&t);
    assert_int_equal(template_write(&t, &how, NULL, &body, NULL), ST_OK);
    notice_read(&context, buf_str(&body), body.len, &n);
    assert_int_equal(n.trust, NOTICE_GENUINE);
    assert_string_equal(notice_get(&n, "total_fee"), "101");
    assert_string_equal(notice_get(&n, "coupon_count"), "2");
    assert_string_equal(notice_get(&n, "coupon_fee"), "50");
    assert_non_null(notice_get(&n, "coupon_id_1"));
    assert_memory_equal(body.data, "<xml>", 5);
    assert_null(strstr(buf_str(&body), DOC_KEY));
    notice_clear(&n);
    template_clear(&t);
    params_clear(&order);
    buf_clear(&body);
}

/* Less cash than the order, and no coupon of nothing, however small the order is. */
static void coupons_pay_a_part_of_any_amount(void **state)
{
    static const struct {
        const char *total, *cash, *count, *first, *second, *settled;
    } rows[] = {
        {"1", "0", "1", "1", NULL, "1"},
        {"2", "1", "1", "1", NULL, "2"},
        {"3", "1", "2", "1", "1", "2"},
        {"100", "50", "2", "49", "1", "99"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct template t = {.event = &events.items[EVENT_PAYMENT]};
        params_set(&t.params, "total_fee", rows[i].total, NULL);
        template_add_coupons(&t);
        assert_string_equal(params_get(&t.params, "cash_fee"), rows[i].cash);
        assert_string_equal(params_get(&t.params, "coupon_count"), rows[i].count);
        assert_string_equal(params_get(&t.params, "coupon_fee_0"), rows[i].first);
        assert_int_equal(params_has(&t.params, "coupon_fee_1"), rows[i].second != NULL);
        if (rows[i].second)
            assert_string_equal(params_get(&t.params, "coupon_fee_1"), rows[i].second);
        assert_string_equal(params_get(&t.params, "settlement_total_fee"), rows[i].settled);
        template_clear(&t);
    }
}

static void overrides_must_be_of_use(void **state)
{
    static const struct {
        enum event_kind kind;
        const char *given, *sentence;
    } rows[] = {
        {EVENT_PAYMENT, "totl_fee=1", "did you mean total_fee"},
        {EVENT_PAYMENT, "req_info=1", "no field req_info"},
        {EVENT_CONTRACT_ADD, "contract_termination_mode=1", "no field"},
        {EVENT_REFUND, "req_info=abc refund_fee=1", "would not be used"},
    };
    struct template t = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params given = {0};
        struct err err = {0};
        char line[ERR_TEXT_MAX];
        struct template_source s = {
            .event = &events.items[rows[i].kind], .given = &given, .profile = &official};
        read_words(rows[i].given, &given);
        assert_int_equal(template_fill(&s, &t, &err), ST_ARGUMENT);
        err_line(&err, LANG_EN, line, sizeof line);
        if (!strstr(line, rows[i].sentence))
            fail_msg("%s", line);
        params_clear(&given);
    }
}

static void a_key_is_needed_to_sign(void **state)
{
    struct template t = {0};
    struct template_source s = {.event = &events.items[EVENT_PAYMENT], .profile = &keyless};
    struct template_sign how = {.key = &keyless.key.value};
    struct buf body;
    (void)state;
    buf_init(&body, 1 << 20);
    assert_int_equal(template_fill(&s, &t, NULL), ST_OK);
    assert_int_equal(template_write(&t, &how, NULL, &body, NULL), ST_ARGUMENT);
    how.unsigned_ = true;
    assert_int_equal(template_write(&t, &how, NULL, &body, NULL), ST_OK);
    assert_null(strstr(buf_str(&body), "<sign>"));
    template_clear(&t);
    buf_clear(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_accepted_without_a_word),
        cmocka_unit_test(the_algorithm_is_said_where_it_is_not_the_default),
        cmocka_unit_test(what_is_wrong_is_found),
        cmocka_unit_test(what_tells_of_a_failure_is_named),
        cmocka_unit_test(what_cannot_be_read_is_not_judged),
        cmocka_unit_test(records_are_compared),
        cmocka_unit_test(a_forged_repeat_is_no_duplicate),
        cmocka_unit_test(a_merchant_without_a_profile_is_not_judged),
        cmocka_unit_test(a_merchant_without_a_key_is_not_judged),
        cmocka_unit_test(of_two_profiles_of_a_merchant_the_key_that_holds_is_taken),
        cmocka_unit_test(req_info_of_the_facts_is_decrypted),
        cmocka_unit_test(what_is_no_notification_is_refused),
        cmocka_unit_test(variants_are_validly_signed),
        cmocka_unit_test(coupons_pay_a_part_of_any_amount),
        cmocka_unit_test(overrides_must_be_of_use),
        cmocka_unit_test(a_key_is_needed_to_sign),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
