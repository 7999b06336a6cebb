/* SPDX-License-Identifier: MIT */
/* The built-in catalogue loads whole and in order; a user's file adds, replaces, or is told why
 * not. */
#include "spec_file.h"

#include <locale.h>
#include <string.h>

#include "core/catalog.h"
#include "core/reply.h"
#include "core/validate.h"

static struct catalog builtin;

static int load_builtin(void **state)
{
    (void)state;
    struct err err = {0};
    if (catalog_load_embedded(&builtin, &err) != ST_OK) {
        char line[ERR_TEXT_MAX];
        err_line(&err, LANG_EN, line, sizeof line);
        print_error("%s\n", line);
        return -1;
    }
    return 0;
}

static int clear_builtin(void **state)
{
    (void)state;
    catalog_clear(&builtin);
    return 0;
}

static void the_order_apis_come_first(void **state)
{
    (void)state;
    static const char *const ids[] = {"unifiedorder", "contractorder", "deposit_unifiedorder",
                                      "wap"};
    assert_true(builtin.count >= ARRAY_COUNT(ids));
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
        assert_string_equal(catalog_at(&builtin, i)->id, ids[i]);
        assert_string_equal(catalog_at(&builtin, i)->origin, "built-in");
    }
    assert_int_equal(builtin.failure_count, 0);
}

/* The examples of the fields that a fresh form has on. */
static void fill(const struct spec *s, struct params *p)
{
    for (size_t i = 0; i < s->request_count; i++) {
        const struct field *f = &s->request[i];
        if (f->required || f->on) {
            assert_int_equal(params_set(p, f->name, f->example, NULL), ST_OK);
        }
    }
}

static void the_examples_of_every_api_pass_without_a_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < builtin.count; i++) {
        const struct spec *s = catalog_at(&builtin, i);
        for (int env = ENVIRONMENT_TEST; env <= (int)ENVIRONMENT_PRODUCTION; env++) {
            struct params p = {0};
            struct findings f = {0};
            fill(s, &p);
            validate(s, &p, (enum environment)env, s->sign_default, &f);
            if (f.count > 0) {
                fail_msg("%s: %s: %s", s->id, f.items[0].field, f.items[0].text[LANG_EN]);
            }
            findings_clear(&f);
            params_clear(&p);
        }
    }
}

/* One field's example beside what the others have on: nothing wrong with the field itself. */
static void each_example_passes_by_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < builtin.count; i++) {
        const struct spec *s = catalog_at(&builtin, i);
        for (size_t k = 0; k < s->request_count; k++) {
            struct params p = {0};
            struct findings f = {0};
            fill(s, &p);
            assert_int_equal(params_set(&p, s->request[k].name, s->request[k].example, NULL),
                             ST_OK);
            validate(s, &p, ENVIRONMENT_TEST, s->sign_default, &f);
            for (size_t n = 0; n < f.count; n++) {
                bool rule = false; /* a rule over several fields may well object */
                for (size_t r = 0; r < s->rule_count; r++) {
                    rule = rule || f.items[n].rule == s->rules[r].id;
                }
                if (!rule && f.items[n].severity == SEVERITY_ERROR && !f.items[n].lacking &&
                    strcmp(f.items[n].rule, "sign-type") != 0) {
                    fail_msg("%s: %s", s->id, f.items[n].text[LANG_EN]);
                }
            }
            findings_clear(&f);
            params_clear(&p);
        }
    }
}

static void conditions_fire(void **state)
{
    (void)state;
    static const struct {
        const char *api, *name, *value; /* NULL value: removed */
        const char *field, *rule;       /* the expected finding */
        enum severity severity;
    } rows[] = {
        {"unifiedorder", "product_id", NULL, "product_id", "required-when", SEVERITY_ERROR},
        {"unifiedorder", "trade_type", "JSAPI", "openid", "required-when", SEVERITY_ERROR},
        {"unifiedorder", "trade_type", "MWEB", "scene_info", "required-when", SEVERITY_ERROR},
        {"unifiedorder", "sub_openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "sub_openid",
         "sub-openid-sub-appid", SEVERITY_ERROR},
        {"unifiedorder", "sub_appid", "wx8888888888888888", "sub_mch_id", "required-when",
         SEVERITY_ERROR},
        {"unifiedorder", "version", "1.0", "version", "version-detail", SEVERITY_WARNING},
        {"unifiedorder", "out_trade_no", "12345", "out_trade_no", "min-bytes", SEVERITY_ERROR},
        {"unifiedorder", "appid", NULL, "appid", "required", SEVERITY_ERROR},
        {"unifiedorder", "detail", "notjson", "detail", "json-plain", SEVERITY_WARNING},
        {"micropay", "detail", "notjson", "detail", "json-plain", SEVERITY_WARNING},
        {"unifiedorder", "mch_id", "0123", "mch_id", "pattern", SEVERITY_ERROR},
        {"unifiedorder", "detail", "{}", "detail.goods_detail", "required", SEVERITY_ERROR},
        {"contractorder", "contract_mchid", "10000101", "contract_mchid", "contract-mchid",
         SEVERITY_ERROR},
        {"contractorder", "contract_appid", "wx1", "contract_appid", "contract-appid",
         SEVERITY_ERROR},
        {"contractorder", "trade_type", "NATIVE", "product_id", "required-when", SEVERITY_ERROR},
        {"contractorder", "openid", NULL, "openid", "required-when", SEVERITY_ERROR},
        {"contractorder", "trade_type", "MWEB", "trade_type", "mweb-unconfirmed", SEVERITY_WARNING},
        {"contractorder", "sign_type", "HMAC-SHA256", "sign_type", "hmac-unconfirmed",
         SEVERITY_WARNING},
        {"contractorder", "spbill_create_ip", "2001:db8:1111:2222::1", "spbill_create_ip",
         "max-bytes", SEVERITY_WARNING},
        {"contractorder", "contract_code", "no-hyphen", "contract_code", "type", SEVERITY_ERROR},
        {"contractorder", "request_serial", "9223372036854775808", "request_serial", "range",
         SEVERITY_ERROR},
        {"contractorder", "request_serial", "1234567890123", "request_serial", "max-bytes",
         SEVERITY_WARNING},
        {"deposit_unifiedorder", "trade_type", "JSAPI", "openid", "required-when", SEVERITY_ERROR},
        {"deposit_unifiedorder", "trade_type", "NATIVE", "trade_type", "enum", SEVERITY_ERROR},
        {"deposit_unifiedorder", "sub_mch_id", NULL, "sub_mch_id", "required", SEVERITY_ERROR},
        {"deposit_unifiedorder", "sub_openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "sub_appid",
         "required-when", SEVERITY_ERROR},
        {"deposit_unifiedorder", "sign_type", "MD5", "sign_type", "sign-type-md5",
         SEVERITY_WARNING},
        {"wap", "sub_openid", NULL, "sub_openid", "required", SEVERITY_ERROR},
        {"wap", "mch_create_ip", "::1", "mch_create_ip", "ip", SEVERITY_ERROR},
        {"wap", "service", "pay.weixin.native", "service", "enum", SEVERITY_ERROR},
        {"wap", "time_start", "20260101000000", "time_start", "time-start-alone", SEVERITY_WARNING},
        {"wap", "total_fee", NULL, "total_fee", "required", SEVERITY_ERROR},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct spec *s = catalog_find(&builtin, rows[i].api);
        struct params p = {0};
        struct findings f = {0};
        bool found = false;
        fill(s, &p);
        if (rows[i].value) {
            params_set(&p, rows[i].name, rows[i].value, NULL);
        } else {
            params_remove(&p, rows[i].name);
        }
        enum sign_kind kind = s->sign_default;
        sign_kind_read(params_get(&p, "sign_type") ? params_get(&p, "sign_type") : "", &kind);
        validate(s, &p, ENVIRONMENT_TEST, kind, &f);
        for (size_t n = 0; n < f.count; n++) {
            found = found || (strcmp(f.items[n].field, rows[i].field) == 0 &&
                              strcmp(f.items[n].rule, rows[i].rule) == 0 &&
                              f.items[n].severity == rows[i].severity);
        }
        if (!found) {
            fail_msg("%s: %s=%s gives no %s at %s", rows[i].api, rows[i].name, rows[i].value,
                     rows[i].rule, rows[i].field);
        }
        findings_clear(&f);
        params_clear(&p);
    }
}

/* What a document allows is no error; the tighter limit of today's API is a warning. */
static void contractorder_body_of_128_bytes_is_a_warning(void **state)
{
    (void)state;
    static const struct {
        const char *api;
        size_t bytes;
        int errors, warnings;
    } rows[] = {
        {"contractorder", 127, 0, 0}, {"contractorder", 128, 0, 1}, {"contractorder", 129, 1, 0},
        {"unifiedorder", 127, 0, 0},  {"unifiedorder", 128, 1, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct spec *s = catalog_find(&builtin, rows[i].api);
        struct params p = {0};
        struct findings f = {0};
        char body[256] = "";
        memset(body, 'x', rows[i].bytes);
        fill(s, &p);
        params_set(&p, "body", body, NULL);
        validate(s, &p, ENVIRONMENT_TEST, SIGN_MD5, &f);
        assert_int_equal(f.errors, rows[i].errors);
        assert_int_equal(f.count - f.errors, rows[i].warnings);
        findings_clear(&f);
        params_clear(&p);
    }
}

/* Names that one file gives and another, or the program, must know. */
static void every_error_has_a_place_and_every_next_api_is_planned(void **state)
{
    (void)state;
    static const char *const planned[] = {"unifiedorder",
                                          "contractorder",
                                          "deposit_unifiedorder",
                                          "wap",
                                          "orderquery",
                                          "closeorder",
                                          "refund",
                                          "refundquery",
                                          "micropay",
                                          "reverse",
                                          "downloadbill",
                                          "querycontract",
                                          "deletecontract",
                                          "pappayapply",
                                          "entrustweb",
                                          "deposit_orderquery",
                                          "deposit_consume",
                                          "deposit_refund",
                                          "deposit_refundquery",
                                          "deposit_reverse",
                                          "deposit_micropay"};
    for (size_t i = 0; i < builtin.count; i++) {
        const struct spec *s = catalog_at(&builtin, i);
        assert_true(s->error_count > 0);
        for (size_t k = 0; k < s->next_count; k++) {
            bool known = false;
            for (size_t n = 0; n < ARRAY_COUNT(planned); n++) {
                known = known || strcmp(planned[n], s->next[k]) == 0;
            }
            if (!known) {
                fail_msg("%s: next %s", s->id, s->next[k]);
            }
        }
    }
}

static void a_path_finds_its_api(void **state)
{
    (void)state;
    assert_string_equal(catalog_by_path(&builtin, "/pay/unifiedorder", NULL)->id, "unifiedorder");
    assert_string_equal(catalog_by_path(&builtin, "/pay/gateway", "pay.weixin.wap")->id, "wap");
    assert_string_equal(catalog_by_path(&builtin, "/pay/gateway", NULL)->id, "wap");
    assert_null(catalog_by_path(&builtin, "/pay/gateway", "pay.weixin.other"));
    assert_null(catalog_by_path(&builtin, "/pay", NULL));
}

/* refundquery answers with numbers in its names. */
static void an_indexed_field_stands_for_all_its_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *name, *field; /* NULL: none */
    } rows[] = {
        {"refund_status_0", "refund_status_$n"},
        {"refund_status_12", "refund_status_$n"},
        {"refund_status_", NULL},
        {"refund_status_x", NULL},
        {"refund_status_0_0", NULL},
        {"coupon_refund_fee_0", "coupon_refund_fee_$n"},
        {"coupon_refund_fee_3_1", "coupon_refund_fee_$n_$m"},
        {"coupon_refund_fee_3_", NULL},
        {"refund_count", "refund_count"},
        {"refund_status_$n", "refund_status_$n"}, /* as the document writes it */
    };
    const struct spec *s = catalog_find(&builtin, "refundquery");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct field *f = spec_reply_field(s, rows[i].name);
        if (!rows[i].field ? f != NULL : !f || strcmp(f->name, rows[i].field) != 0) {
            fail_msg("%s is %s", rows[i].name, f ? f->name : "unknown");
        }
    }
    const struct field *two = spec_reply_field(s, "coupon_refund_fee_$n_$m");
    char name[32], cut[8];
    assert_string_equal(field_indexed(two, 3, name, sizeof name), "coupon_refund_fee_3_0");
    assert_string_equal(field_indexed(two, 3, cut, sizeof cut), "coupon_");
    struct params p = {0};
    assert_false(field_present(two, &p));
    params_set(&p, "coupon_refund_fee_1", "1", NULL);
    assert_false(field_present(two, &p));
    params_set(&p, "coupon_refund_fee_1_0", "1", NULL);
    assert_true(field_present(two, &p));
    params_set(&p, "coupon_refund_fee_1_0", "", NULL);
    assert_false(field_present(two, &p));
    params_clear(&p);
}

/* A bill is text when all is well, XML when not; the failure is told by its text. */
static void a_bill_is_text_and_its_failure_is_explained(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum outcome outcome;
        const char *error; /* NULL: none */
    } rows[] = {
        {"\xef\xbb\xbf交易时间,公众账号ID\n`2025-01-01 00:00:00,`wx1\n", OUTCOME_SUCCESS, NULL},
        {"<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg>"
         "<error_code>20002</error_code></xml>",
         OUTCOME_COMMUNICATION_FAIL, "No Bill Exist"},
        {"", OUTCOME_UNTRUSTED, NULL},
        {" <html>", OUTCOME_UNTRUSTED, NULL},
    };
    const struct spec *s = catalog_find(&builtin, "downloadbill");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply r = {0};
        reply_read(s, NULL, NULL, 200, "text/plain", rows[i].body, strlen(rows[i].body), &r);
        assert_int_equal(r.outcome, rows[i].outcome);
        assert_int_equal(r.text_body, rows[i].outcome == OUTCOME_SUCCESS);
        assert_int_equal(r.error != NULL, rows[i].error != NULL);
        if (rows[i].error) {
            assert_string_equal(r.error->code, rows[i].error);
            assert_string_equal(r.code, "20002");
        }
        reply_clear(&r);
    }
}

static void a_mistyped_api_gets_the_nearest_name(void **state)
{
    (void)state;
    const struct spec *s = NULL;
    struct err err = {0};
    char fix[ERR_TEXT_MAX];
    assert_int_equal(catalog_get(&builtin, "unifiedorder", &s, &err), ST_OK);
    assert_non_null(s);
    assert_int_equal(catalog_get(&builtin, "unifedorder", &s, &err), ST_NOT_FOUND);
    assert_null(s);
    err_part(&err, LANG_EN, ERR_FIX, fix, sizeof fix);
    assert_string_equal(fix, "did you mean unifiedorder? wxpc apis lists them all");
    assert_int_equal(catalog_get(&builtin, "xyzzy", &s, NULL), ST_NOT_FOUND);
}

/* Built-in files are read in two steps; what the first promises is what the whole says, and texts
   that it gave out outlive the second. */
static void a_built_in_file_is_read_when_asked_for(void **state)
{
    (void)state;
    struct catalog c = {0};
    assert_int_equal(catalog_load_embedded(&c, NULL), ST_OK);
    for (size_t i = 0; i < c.count; i++) {
        struct spec head = *catalog_head(&c, i);
        assert_int_equal(head.request_count, 0);
        assert_non_null(head.text);
        struct spec *whole = NULL;
        assert_int_equal(spec_read(head.text, head.text_len, "built-in", &whole, NULL, NULL, NULL),
                         ST_OK);
        const struct spec *s = catalog_at(&c, i);
        assert_int_equal(s->request_count, whole->request_count);
        assert_int_equal(s->error_count, whole->error_count);
        assert_true(s->request_count > 0);
        assert_string_equal(head.id, whole->id);
        assert_string_equal(head.title.zh, whole->title.zh);
        assert_string_equal(head.summary.en, whole->summary.en);
        assert_string_equal(head.group.zh, whole->group.zh);
        assert_string_equal(head.path, whole->path);
        assert_string_equal(head.service ? head.service : "", whole->service ? whole->service : "");
        assert_string_equal(head.doc, whole->doc);
        assert_string_equal(head.sign_note.zh ? head.sign_note.zh : "",
                            whole->sign_note.zh ? whole->sign_note.zh : "");
        assert_int_equal(head.dialect, whole->dialect);
        assert_int_equal(head.reply, whole->reply);
        assert_int_equal(head.get, whole->get);
        assert_int_equal(head.cert, whole->cert);
        assert_int_equal(head.moves_money, whole->moves_money);
        assert_int_equal(head.sign_default, whole->sign_default);
        assert_int_equal(head.unit, whole->unit);
        assert_int_equal(head.url_max, whole->url_max);
        assert_memory_equal(head.sign_types, whole->sign_types, sizeof head.sign_types);
        spec_free(whole);
    }
    catalog_clear(&c);
}

static void a_later_file_of_the_same_id_replaces(void **state)
{
    (void)state;
    struct catalog c = {0};
    struct err err = {0};
    size_t len = 0;
    char *text = file_text(TEST_DATA "/catalog/good.json", &len);
    assert_int_equal(catalog_add(&c, text, len, "first", &err), ST_OK);
    assert_int_equal(catalog_add(&c, text, len, "second", &err), ST_OK);
    assert_int_equal(c.count, 1);
    assert_string_equal(catalog_find(&c, "order")->origin, "second");
    free(text);
    catalog_clear(&c);
    catalog_clear(&c);
}

static void a_faulty_file_is_listed_and_the_rest_works(void **state)
{
    (void)state;
    struct catalog c = {0};
    struct err err = {0};
    size_t len = 0;
    char *text = file_text(TEST_DATA "/catalog/good.json", &len);
    assert_int_equal(catalog_add(&c, "{\n\"id\": 1}", 10, "apis/x.json", &err), ST_SYNTAX);
    assert_memory_equal(err.text[LANG_EN], "apis/x.json:2: id: ", 19);
    assert_int_equal(catalog_add(&c, text, len, "apis/y.json", NULL), ST_OK);
    assert_int_equal(c.count, 1);
    assert_int_equal(c.failure_count, 1);
    assert_string_equal(c.failures[0].origin, "apis/x.json");
    assert_memory_equal(c.failures[0].err.text[LANG_EN], "apis/x.json:2: id: ", 19);
    free(text);
    catalog_clear(&c);
}

/* The document's fields are all there for who shows them, `sign` too, and none of it to type. */
static void sign_is_a_field_that_is_computed(void **state)
{
    (void)state;
    static const struct {
        const char *api;
        int64_t min, max;
    } rows[] = {{"unifiedorder", 32, 64},
                {"contractorder", 32, 64},
                {"deposit_consume", 64, 64},
                {"wap", 32, 32}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct spec *s = catalog_find(&builtin, rows[i].api);
        struct field f = spec_sign_field(s);
        assert_string_equal(f.name, "sign");
        assert_true(f.required);
        assert_int_equal(f.min, rows[i].min);
        assert_int_equal(f.max, rows[i].max);
        assert_null(spec_field(s, "sign"));
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sign_is_a_field_that_is_computed),
        cmocka_unit_test(the_order_apis_come_first),
        cmocka_unit_test(the_examples_of_every_api_pass_without_a_word),
        cmocka_unit_test(each_example_passes_by_itself),
        cmocka_unit_test(conditions_fire),
        cmocka_unit_test(contractorder_body_of_128_bytes_is_a_warning),
        cmocka_unit_test(every_error_has_a_place_and_every_next_api_is_planned),
        cmocka_unit_test(a_path_finds_its_api),
        cmocka_unit_test(an_indexed_field_stands_for_all_its_numbers),
        cmocka_unit_test(a_bill_is_text_and_its_failure_is_explained),
        cmocka_unit_test(a_mistyped_api_gets_the_nearest_name),
        cmocka_unit_test(a_built_in_file_is_read_when_asked_for),
        cmocka_unit_test(a_later_file_of_the_same_id_replaces),
        cmocka_unit_test(a_faulty_file_is_listed_and_the_rest_works),
    };
    return cmocka_run_group_tests(tests, load_builtin, clear_builtin);
}
