/* SPDX-License-Identifier: MIT */
/* The form: what it opens with, what a change does, that nothing typed is lost, and what a change
   of merchant may touch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <locale.h>

#include <cmocka.h>

#include "app/draft.h"
#include "core/catalog.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"

static struct catalog catalog;
static struct profile shop, other, partner;

static const struct request_seed seed = {.now = 1735689600,
                                         .nonce = "ibuaiVcKdpRxkhJAibuaiVcKdpRxkhJA",
                                         .order_no = "2025010108000011111111",
                                         .serial = "173568960011"};
static const struct request_seed later = {.now = 1735693200,
                                          .nonce = "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN",
                                          .order_no = "2025010109000022222222",
                                          .serial = "173569320022"};

static void read_profile(const char *text, struct profile *p)
{
    assert_int_equal(profile_from_json(text, strlen(text), "test", p, NULL), ST_OK);
}

static int set_up(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    read_profile("{\"name\":\"shop\",\"api_key\":\"" KEY "\",\"fields\":{\"appid\":"
                 "\"wxd930ea5d5a258f4f\",\"mch_id\":\"10000100\",\"notify_url\":"
                 "\"http://127.0.0.1:8765/notify\",\"contract_notify_url\":"
                 "\"http://127.0.0.1:8765/notify\"}}",
                 &shop);
    read_profile("{\"name\":\"other\",\"api_key\":\"0123456789abcdef0123456789abcdef\","
                 "\"sign_type\":\"HMAC-SHA256\",\"fields\":{\"appid\":\"wx8888888888888888\","
                 "\"mch_id\":\"1230000109\",\"notify_url\":\"http://127.0.0.1:9/other\","
                 "\"contract_notify_url\":\"http://127.0.0.1:9/other\"}}",
                 &other);
    read_profile("{\"name\":\"partner\",\"api_key\":\"" KEY "\",\"fields\":{\"appid\":"
                 "\"wx8888888888888888\",\"mch_id\":\"1900000109\",\"sub_mch_id\":\"1900000110\","
                 "\"notify_url\":\"http://127.0.0.1:8765/notify\"}}",
                 &partner);
    return catalog_load_embedded(&catalog, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    catalog_clear(&catalog);
    profile_clear(&shop);
    profile_clear(&other);
    profile_clear(&partner);
    digest_forget_keys();
    return 0;
}

static void open_draft(struct draft *d, const char *id, const struct profile *p)
{
    memset(d, 0, sizeof(*d));
    draft_open(d, catalog_find(&catalog, id), p, "", &seed, true);
}

static void assert_value(const struct draft *d, const char *name, const char *value)
{
    const char *got = params_get(&d->params, name);
    if (value ? !got || strcmp(got, value) != 0 : got != NULL) {
        fail_msg("%s is %s, not %s", name, got ? got : "(absent)", value ? value : "(absent)");
    }
}

static bool serves_partners(const struct spec *spec)
{
    const struct field *f = spec_field(spec, "sub_mch_id");
    return f && f->required;
}

static void a_fresh_form_is_ready_before_there_is_an_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalog.count; i++) {
        const struct spec *spec = catalog_at(&catalog, i);
        struct draft d;
        if (spec->dialect == DIALECT_GATEWAY)
            continue;
        open_draft(&d, spec->id, serves_partners(spec) ? &partner : &shop);
        assert_int_equal(d.build_err.status, ST_OK);
        assert_int_equal(d.findings.errors, 0);
        assert_true(d.request.trace.hex[0] && (spec->get || d.request.body.len > 0));
        assert_false(d.dirty || d.placed);
        assert_false(draft_undo(&d));
        draft_base(&d, "http://127.0.0.1:9001");
        assert_non_null(strstr(d.request.url, "http://127.0.0.1:9001/"));
        unsigned rev = d.rev;
        draft_base(&d, "http://127.0.0.1:9001"); /* nothing new */
        assert_int_equal(d.rev, rev);
        draft_close(&d);
        draft_close(&d);
    }
}

static void changed_is_what_differs_from_what_was_kept(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "unifiedorder", &shop);
    draft_set(&d, "body", "商", false, NULL);
    assert_true(d.dirty);
    assert_true(draft_undo(&d)); /* as it was filled */
    assert_false(d.dirty);
    assert_true(draft_redo(&d));
    assert_true(d.dirty);
    draft_renew(&d, &d.seed, true); /* what changes by itself does not hide it */
    assert_true(d.dirty);
    draft_keep(&d); /* it was sent */
    assert_false(d.dirty);
    draft_renew(&d, &(struct request_seed){0}, true);
    draft_profile(&d, &partner, NULL);
    assert_false(d.dirty);
    draft_toggle(&d, "attach");
    assert_true(d.dirty);
    draft_close(&d);
}

static void each_key_typed_signs_anew(void **state)
{
    (void)state;
    struct draft d;
    char before[SIGN_HEX_MAX];
    open_draft(&d, "unifiedorder", &shop);
    snprintf(before, sizeof before, "%s", d.request.trace.hex);
    unsigned rev = d.rev;
    assert_int_equal(draft_set(&d, "body", "商", true, NULL), ST_OK);
    assert_string_not_equal(d.request.trace.hex, before);
    assert_non_null(strstr(buf_str(&d.request.body), "<![CDATA[商]]>"));
    assert_true(d.rev > rev && d.dirty);
    rev = d.rev;
    draft_set(&d, "body", "商", true, NULL); /* no change */
    assert_int_equal(d.rev, rev);
    draft_set(&d, "body", "", true, NULL); /* kept, empty: a finding, and not sent */
    assert_value(&d, "body", "");
    assert_int_equal(d.findings.errors, 1);
    assert_null(strstr(buf_str(&d.request.body), "<body>"));
    draft_close(&d);
}

static void typing_in_one_field_is_one_step(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "unifiedorder", &shop);
    const char *first = "示例商城-会员月卡";
    assert_value(&d, "body", first);
    draft_set(&d, "body", "a", true, NULL);
    draft_set(&d, "body", "ab", true, NULL);
    draft_set(&d, "body", "abc", true, NULL);
    draft_set(&d, "attach", "x", true, NULL);
    draft_set(&d, "body", "abcd", true, NULL);
    draft_set(&d, "body", "paste", false, NULL); /* a step of its own */
    assert_true(draft_undo(&d));
    assert_value(&d, "body", "abcd");
    assert_true(draft_undo(&d));
    assert_value(&d, "body", "abc");
    assert_true(draft_undo(&d));
    assert_value(&d, "attach", NULL);
    assert_true(draft_undo(&d));
    assert_value(&d, "body", first);
    assert_false(draft_undo(&d));
    assert_true(draft_redo(&d));
    assert_value(&d, "body", "abc");
    assert_true(draft_redo(&d) && draft_redo(&d) && draft_redo(&d));
    assert_value(&d, "body", "paste");
    assert_false(draft_redo(&d));
    draft_undo(&d);
    draft_set(&d, "body", "new", true,
              NULL); /* after an undo: a step of its own, nothing to redo */
    assert_false(draft_redo(&d));
    draft_undo(&d);
    assert_value(&d, "body", "abcd");
    draft_close(&d);
}

static void undo_is_bounded_in_steps_and_bytes(void **state)
{
    (void)state;
    struct draft d;
    char text[2] = "a";
    open_draft(&d, "unifiedorder", &shop);
    for (size_t i = 0; i < DRAFT_UNDO_MAX + 50; i++) {
        text[0] = (char)('a' + i % 26);
        draft_set(&d, "body", text, false, NULL);
    }
    assert_int_equal(d.undo_count, DRAFT_UNDO_MAX);
    size_t steps = 0;
    while (draft_undo(&d))
        steps++;
    assert_int_equal(steps, DRAFT_UNDO_MAX);
    draft_close(&d);

    char *big = mem_alloc(PARAM_VALUE_MAX + 1);
    open_draft(&d, "unifiedorder", &shop);
    for (size_t i = 0; i < 20; i++) { /* twenty states of a mebibyte each */
        memset(big, 'a' + (int)i, PARAM_VALUE_MAX);
        assert_int_equal(draft_set(&d, "detail", big, false, NULL), ST_OK);
    }
    assert_true(d.undo_count >= 5 && d.undo_count <= 8);
    assert_true(draft_undo(&d));
    assert_int_equal(params_get(&d.params, "detail")[0], 'a' + 18);
    draft_close(&d);
    free(big);
}

static void too_much_changes_nothing(void **state)
{
    (void)state;
    struct draft d;
    struct err err = {0};
    char *big = mem_alloc(PARAM_VALUE_MAX + 2);
    memset(big, 'a', PARAM_VALUE_MAX + 1);
    open_draft(&d, "unifiedorder", &shop);
    unsigned rev = d.rev;
    assert_int_equal(draft_set(&d, "body", big, true, &err), ST_LIMIT);
    assert_int_equal(d.rev, rev);
    assert_false(draft_undo(&d));
    draft_close(&d);
    free(big);
}

static void a_field_switched_off_keeps_its_value(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "unifiedorder", &shop);
    draft_set(&d, "attach", "深圳分店", true, NULL);
    draft_toggle(&d, "attach");
    assert_value(&d, "attach", NULL);
    assert_null(strstr(buf_str(&d.request.body), "attach"));
    draft_toggle(&d, "attach");
    assert_value(&d, "attach", "深圳分店");
    draft_toggle(&d, "attach");
    draft_undo(&d);
    assert_value(&d, "attach", "深圳分店");
    /* One that was not there comes with its suggestion, marked by where that came from. */
    static const struct {
        const char *name, *value;
        enum param_source source;
    } rows[] = {
        {"goods_tag", "WXG", PARAM_DEFAULT},
        {"time_start", "20250101080000", PARAM_GENERATED},
        {"time_expire", "20250101100000", PARAM_GENERATED},
        {"sub_mch_id", "1900000110", PARAM_DEFAULT},
        {"invented", "", PARAM_DEFAULT},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        draft_toggle(&d, rows[i].name);
        assert_value(&d, rows[i].name, rows[i].value);
        assert_int_equal(params_find(&d.params, rows[i].name)->source, rows[i].source);
    }
    draft_close(&d);
}

static void values_are_generated_on_demand(void **state)
{
    (void)state;
    struct draft d;
    struct err err = {0};
    open_draft(&d, "contractorder", &shop);
    static const struct {
        const char *name, *value;
        enum param_source source;
    } rows[] = {
        {"out_trade_no", "2025010109000022222222", PARAM_GENERATED},
        {"nonce_str", "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN", PARAM_GENERATED},
        {"contract_code", "173569320022", PARAM_GENERATED},
        {"time_start", "20250101090000", PARAM_GENERATED},
        {"time_expire", "20250101110000", PARAM_GENERATED},
        {"contract_mchid", "10000100", PARAM_GENERATED},
        {"mch_id", "10000100", PARAM_PROFILE},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        draft_set(&d, rows[i].name, "typed", false, NULL);
        if (strcmp(rows[i].name, "contract_mchid") == 0)
            draft_set(&d, "mch_id", "10000100", false, NULL);
        assert_int_equal(draft_generate(&d, rows[i].name, &later, &err), ST_OK);
        assert_value(&d, rows[i].name, rows[i].value);
        assert_int_equal(params_find(&d.params, rows[i].name)->source, rows[i].source);
        draft_undo(&d);
        assert_value(&d, rows[i].name, "typed");
    }
    static const char *const none[] = {"body", "total_fee", "invented"};
    for (size_t i = 0; i < ARRAY_COUNT(none); i++) {
        assert_int_equal(draft_generate(&d, none[i], &later, &err), ST_UNSUPPORTED);
        assert_non_null(strstr(err.text[LANG_EN], none[i]));
    }
    draft_close(&d);
}

static void foreign_fields_come_and_go(void **state)
{
    (void)state;
    struct draft d;
    struct err err = {0};
    open_draft(&d, "unifiedorder", &shop);
    assert_int_equal(draft_add(&d, "invented", "1", &err), ST_OK);
    assert_value(&d, "invented", "1");
    assert_int_equal(draft_add(&d, "invented", "2", &err), ST_CONFLICT);
    assert_int_equal(draft_add(&d, "body", "2", &err), ST_CONFLICT);
    assert_int_equal(draft_add(&d, "key", KEY, &err), ST_REFUSED);
    assert_null(strstr(err.text[LANG_EN], KEY));
    assert_int_equal(draft_add(&d, "", "2", &err), ST_ARGUMENT);
    draft_remove(&d, "invented");
    assert_value(&d, "invented", NULL);
    draft_remove(&d, "invented");
    draft_undo(&d);
    assert_value(&d, "invented", "1");
    draft_close(&d);
}

/* Pastes into a form that has the examples and a typed attach; names what the form then holds. */
static void paste_over(const char *text, char *names, size_t size, size_t *cleared)
{
    struct draft d;
    struct paste paste = {0};
    struct draft_fill fill = {0};
    struct err err = {0};
    struct buf was, now;
    open_draft(&d, "unifiedorder", &shop);
    draft_set(&d, "attach", "typed", false, NULL);
    buf_init(&was, 1u << 16);
    buf_add(&was, buf_str(&d.request.body), d.request.body.len);
    assert_int_equal(paste_read(text, strlen(text), &paste, &err), ST_OK);
    assert_int_equal(draft_paste(&d, &paste, &fill, &err), ST_OK);
    *cleared = fill.cleared.count;
    names[0] = '\0';
    for (size_t i = 0; i < d.params.count; i++)
        snprintf(names + strlen(names), size - strlen(names), "%s ", d.params.items[i].name);
    assert_true(draft_undo(&d)); /* one step brings all of it back */
    buf_init(&now, 1u << 16);
    buf_add(&now, buf_str(&d.request.body), d.request.body.len);
    assert_string_equal(buf_str(&was), buf_str(&now));
    buf_clear(&was);
    buf_clear(&now);
    params_clear(&fill.unplaced);
    params_clear(&fill.cleared);
    paste_clear(&paste);
    draft_close(&d);
}

/* A whole request leaves nothing of what was there but the merchant's and what is generated. */
static void a_whole_document_replaces_the_form(void **state)
{
    static const char all[] = "appid mch_id nonce_str body out_trade_no total_fee "
                              "spbill_create_ip notify_url trade_type product_id attach ";
    static const struct {
        const char *text;
        size_t cleared;
        const char *names;
    } rows[] = {
        {"<xml><mch_id>1</mch_id><body>b</body><trade_type>JSAPI</trade_type></xml>", 3,
         "appid mch_id nonce_str body out_trade_no spbill_create_ip notify_url trade_type "},
        {"{\"nonce_str\":\"n\",\"product_id\":\"p\"}", 4,
         "appid mch_id nonce_str out_trade_no spbill_create_ip notify_url product_id "},
        {"body=b&sign=AB", 4,
         "appid mch_id nonce_str body out_trade_no spbill_create_ip notify_url "},
        {"body=b\ntotal_fee=2", 0, all}, /* some fields, not a request */
        {"{\"trade_type\":\"APP\"}", 0, all},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char names[512];
        size_t cleared;
        paste_over(rows[i].text, names, sizeof(names), &cleared);
        if (cleared != rows[i].cleared || strcmp(names, rows[i].names) != 0)
            fail_msg("%s: %zu cleared, %s", rows[i].text, cleared, names);
    }
}

static void a_document_fills_the_form(void **state)
{
    (void)state;
    static const char text[] = "body=粘贴&total_fee=99&invented=1&goods_tag=T&sign=ABC&key=" KEY;
    struct draft d;
    struct paste paste = {0};
    struct draft_fill fill = {0};
    struct err err = {0};
    open_draft(&d, "unifiedorder", &shop);
    assert_int_equal(paste_read(text, strlen(text), &paste, &err), ST_OK);
    assert_int_equal(draft_paste(&d, &paste, &fill, &err), ST_OK);
    assert_int_equal(fill.placed, 3);
    assert_int_equal(fill.unplaced.count, 1);
    assert_string_equal(fill.unplaced.items[0].name, "invented");
    assert_true(fill.sign_dropped && fill.key_dropped);
    assert_value(&d, "body", "粘贴");
    assert_value(&d, "total_fee", "99");
    assert_value(&d, "goods_tag", "T");
    assert_value(&d, "sign", NULL);
    assert_value(&d, "key", NULL);
    assert_value(&d, "appid", "wxd930ea5d5a258f4f");
    assert_null(strstr(buf_str(&d.request.body), KEY));
    draft_undo(&d); /* one step */
    assert_value(&d, "body", "示例商城-会员月卡");
    assert_value(&d, "goods_tag", NULL);
    params_clear(&fill.unplaced);
    params_clear(&fill.cleared);
    paste_clear(&paste);
    draft_close(&d);
}

static void a_document_that_does_not_fit_changes_nothing(void **state)
{
    (void)state;
    struct draft d;
    struct paste paste = {0};
    struct draft_fill fill = {0};
    struct err err = {0};
    char name[32];
    open_draft(&d, "unifiedorder", &shop);
    for (size_t i = d.params.count; i < PARAMS_MAX; i++) { /* the form is full */
        snprintf(name, sizeof(name), "f%zu", i);
        assert_int_equal(params_set(&d.params, name, "1", NULL), ST_OK);
    }
    params_set(&paste.params, "body", "first", NULL);
    params_set(&paste.params, "strange", "1", NULL);
    params_set(&paste.params, "goods_tag", "T", NULL);
    assert_int_equal(draft_paste(&d, &paste, &fill, &err), ST_LIMIT);
    assert_value(&d, "body", "示例商城-会员月卡");
    assert_int_equal(fill.unplaced.count, 0);
    assert_false(draft_redo(&d));
    paste_clear(&paste);
    draft_close(&d);
}

static void another_merchant_replaces_only_its_own(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "contractorder", &shop);
    draft_set(&d, "body", "typed", true, NULL);
    draft_set(&d, "notify_url", "http://127.0.0.1/typed", true, NULL);
    draft_set(&d, "attach", "x", true, NULL);
    draft_profile(&d, &other, "");
    assert_value(&d, "mch_id", "1230000109");
    assert_value(&d, "contract_mchid", "1230000109"); /* copies follow */
    assert_value(&d, "contract_appid", "wx8888888888888888");
    assert_value(&d, "contract_notify_url", "http://127.0.0.1:9/other");
    assert_value(&d, "body", "typed");
    assert_value(&d, "notify_url", "http://127.0.0.1/typed");
    assert_value(&d, "sign_type", "HMAC-SHA256"); /* announced, as the other merchant signs so */
    assert_int_equal(d.kind, SIGN_HMAC_SHA256);
    assert_int_equal(d.findings.errors, 0);
    draft_undo(&d); /* of a time before the change */
    assert_value(&d, "attach", NULL);
    assert_value(&d, "mch_id", "1230000109");
    assert_value(&d, "sign_type", "HMAC-SHA256");
    draft_redo(&d);
    assert_value(&d, "attach", "x");
    assert_value(&d, "mch_id", "1230000109");
    draft_profile(&d, &shop, "");
    assert_value(&d, "sign_type", NULL);
    assert_int_equal(d.kind, SIGN_MD5);
    assert_value(&d, "mch_id", "10000100");
    draft_close(&d);
}

static void what_was_removed_stays_away(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "deposit_unifiedorder", &partner);
    draft_remove(&d, "sign_type");
    draft_remove(&d, "notify_url");
    draft_set(&d, "body", "x", true, NULL);
    draft_undo(&d);
    draft_base(&d, "http://127.0.0.1:1");
    assert_value(&d, "sign_type", NULL);
    assert_value(&d, "notify_url", NULL);
    draft_toggle(&d, "fee_type");
    draft_profile(&d, &partner, ""); /* a switch stays what it is */
    assert_true(params_find(&d.params, "fee_type")->off);
    draft_set(&d, "sign_type", "MD5", true, NULL);
    draft_profile(&d, &other, "");
    assert_value(&d, "sign_type", "MD5"); /* typed */
    draft_close(&d);
}

static void a_copy_follows_until_somebody_types_into_it(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "contractorder", &shop);
    draft_set(&d, "mch_id", "1", true, NULL);
    draft_set(&d, "mch_id", "12", true, NULL);
    assert_value(&d, "contract_mchid", "12");
    draft_toggle(&d, "contract_mchid");
    draft_set(&d, "mch_id", "123", true, NULL);
    assert_true(params_find(&d.params, "contract_mchid")->off);
    draft_toggle(&d, "contract_mchid");
    assert_value(&d, "contract_mchid", "123");
    draft_set(&d, "contract_mchid", "other", true, NULL);
    draft_set(&d, "mch_id", "1234", true, NULL);
    assert_value(&d, "contract_mchid", "other");
    draft_close(&d);
}

static void only_what_was_generated_is_renewed(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "contractorder", &shop);
    draft_toggle(&d, "time_start");
    draft_renew(&d, &later, false);
    assert_value(&d, "nonce_str", later.nonce);
    assert_value(&d, "time_start", "20250101090000");
    assert_value(&d, "out_trade_no", seed.order_no); /* the same order */
    assert_value(&d, "contract_code", seed.serial);
    draft_renew(&d, &later, true);
    assert_value(&d, "out_trade_no", later.order_no);
    assert_value(&d, "contract_code", later.serial);
    draft_set(&d, "nonce_str", "mine", true, NULL);
    draft_set(&d, "out_trade_no", "MY-ORDER-1", true, NULL);
    draft_toggle(&d, "contract_code");
    draft_renew(&d, &seed, true);
    assert_value(&d, "nonce_str", "mine");
    assert_value(&d, "out_trade_no", "MY-ORDER-1");
    assert_true(params_find(&d.params, "contract_code")->off);
    draft_close(&d);
}

static void values_from_elsewhere_replace_all(void **state)
{
    (void)state;
    struct draft d;
    struct params given = {0}, added = {0};
    struct err err = {0};
    enum sign_kind hmac = SIGN_HMAC_SHA256;
    open_draft(&d, "unifiedorder", &shop);
    draft_set(&d, "attach", "x", true, NULL);
    params_set(&given, "body", "given", NULL);
    struct draft_values values = {.params = &given, .kind = &hmac};
    assert_int_equal(draft_load(&d, &values, &later, &added, &err), ST_OK);
    assert_value(&d, "body", "given");
    assert_value(&d, "attach", NULL);
    assert_value(&d, "out_trade_no", NULL); /* no demonstration */
    assert_value(&d, "nonce_str", later.nonce);
    assert_value(&d, "sign_type", "HMAC-SHA256");
    assert_int_equal(d.kind, SIGN_HMAC_SHA256);
    assert_true(params_find(&added, "nonce_str") && !params_find(&added, "body"));
    draft_undo(&d);
    assert_value(&d, "attach", "x");
    params_set(&given, "sign_type", "RSA", NULL);
    /* An unknown one is a finding, as one that was typed. */
    assert_int_equal(draft_load(&d, &values, &later, NULL, &err), ST_OK);
    assert_non_null(findings_of(&d.findings, "sign_type"));
    params_clear(&given);
    params_clear(&added);
    draft_close(&d);
}

static void a_wrong_sign_type_is_told_not_signed(void **state)
{
    (void)state;
    struct draft d;
    open_draft(&d, "unifiedorder", &shop);
    draft_set(&d, "sign_type", "md5", true, NULL);
    assert_int_equal(d.build_err.status, ST_ARGUMENT);
    assert_int_equal(d.request.params.count, 0);
    draft_set(&d, "sign_type", "HMAC-SHA256", true, NULL);
    assert_int_equal(d.build_err.status, ST_OK);
    assert_int_equal(strlen(d.request.trace.hex), 64);
    draft_profile(&d, &partner, "");
    draft_close(&d);
}

static void rows_stand_in_order(void **state)
{
    (void)state;
    struct draft d;
    struct draft_row rows[PARAMS_MAX];
    open_draft(&d, "unifiedorder", &shop);
    draft_add(&d, "invented", "1", NULL);
    size_t some = draft_rows(&d, false, rows, PARAMS_MAX);
    assert_string_equal(rows[0].name, "appid");
    assert_true(rows[0].required && rows[0].param && rows[0].field);
    assert_string_equal(rows[some - 1].name, "invented");
    assert_null(rows[some - 1].field);
    size_t all = draft_rows(&d, true, rows, PARAMS_MAX);
    assert_int_equal(all, catalog_find(&catalog, "unifiedorder")->request_count + 1);
    assert_string_equal(rows[all - 1].name, "invented");
    bool rest = false;
    for (size_t i = 0; i + 1 < all; i++) { /* first what is there or lacking, then what could be */
        bool shown = rows[i].param || rows[i].required;
        assert_false(rest && shown);
        rest = rest || !shown;
    }
    assert_true(rest);
    assert_int_equal(draft_rows(&d, true, rows, 3), 3); /* no more than fit */
    draft_set(&d, "trade_type", "JSAPI", true, NULL);   /* brings openid, lacking */
    some = draft_rows(&d, false, rows, PARAMS_MAX);
    bool lacking = false;
    for (size_t i = 0; i < some; i++)
        lacking = lacking || (strcmp(rows[i].name, "openid") == 0 && rows[i].required &&
                              !rows[i].param && rows[i].finding);
    assert_true(lacking);
    draft_close(&d);
}

static void the_first_row_is_the_one_to_fill(void **state)
{
    (void)state;
    struct draft d;
    struct draft_row rows[PARAMS_MAX];
    for (size_t i = 0; i < catalog.count; i++) {
        open_draft(&d, catalog_at(&catalog, i)->id, &shop);
        draft_rows(&d, false, rows, PARAMS_MAX);
        size_t first = draft_first_row(&d, false);
        if (spec_reply_field(catalog_at(&catalog, i), "prepay_id"))
            assert_string_equal(rows[first].name, "body");
        assert_int_equal(rows[first].field->source, SOURCE_USER);
        draft_close(&d);
    }
    struct field fields[] = {{.name = "a", .required = true, .source = SOURCE_NONCE},
                             {.name = "b", .source = SOURCE_USER, .on = true},
                             {.name = "c", .required = true, .source = SOURCE_USER}};
    struct spec spec = {.request = fields, .request_count = 3, .sign_types = {true}};
    memset(&d, 0, sizeof(d));
    draft_open(&d, &spec, &shop, "", &seed, false);
    assert_int_equal(draft_first_row(&d, true), 1); /* c, the required one that is empty */
    draft_rows(&d, true, rows, PARAMS_MAX);
    assert_string_equal(rows[1].name, "c");
    draft_set(&d, "c", "x", true, NULL);
    draft_rows(&d, true, rows, PARAMS_MAX);
    assert_string_equal(rows[draft_first_row(&d, true)].name, "c"); /* the first of the user's */
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_form_is_ready_before_there_is_an_address),
        cmocka_unit_test(changed_is_what_differs_from_what_was_kept),
        cmocka_unit_test(each_key_typed_signs_anew),
        cmocka_unit_test(typing_in_one_field_is_one_step),
        cmocka_unit_test(undo_is_bounded_in_steps_and_bytes),
        cmocka_unit_test(too_much_changes_nothing),
        cmocka_unit_test(a_field_switched_off_keeps_its_value),
        cmocka_unit_test(values_are_generated_on_demand),
        cmocka_unit_test(foreign_fields_come_and_go),
        cmocka_unit_test(a_whole_document_replaces_the_form),
        cmocka_unit_test(a_document_fills_the_form),
        cmocka_unit_test(a_document_that_does_not_fit_changes_nothing),
        cmocka_unit_test(another_merchant_replaces_only_its_own),
        cmocka_unit_test(what_was_removed_stays_away),
        cmocka_unit_test(a_copy_follows_until_somebody_types_into_it),
        cmocka_unit_test(only_what_was_generated_is_renewed),
        cmocka_unit_test(values_from_elsewhere_replace_all),
        cmocka_unit_test(a_wrong_sign_type_is_told_not_signed),
        cmocka_unit_test(rows_stand_in_order),
        cmocka_unit_test(the_first_row_is_the_one_to_fill),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
