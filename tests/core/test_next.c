/* SPDX-License-Identifier: MIT */
/* What can be called next, with a catalogue of the test's own: candidates, order, fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/next.h"

#define F(field_name)                                                                              \
    {                                                                                              \
        .name = field_name                                                                         \
    }

static struct field query_fields[] = {F("appid"), F("transaction_id"), F("out_trade_no")};
static struct field refund_fields[] = {F("transaction_id"), F("out_trade_no"), F("out_refund_no"),
                                       F("total_fee"), F("refund_fee")};
static struct field pap_fields[] = {F("out_trade_no"), F("contract_id"), F("total_fee")};
static struct field list_fields[] = {F("refund_id"), F("out_refund_no")};
static const char *after_order[] = {"refund", "orderquery", "elsewhere", "closeorder",
                                    "querycontract"};

static struct spec order = {.id = "unifiedorder", .next = after_order, .next_count = 5};
static struct spec query = {.id = "orderquery",
                            .request = query_fields,
                            .request_count = 3,
                            .next = after_order,
                            .next_count = 5};
static struct spec closing = {.id = "closeorder"}, contract = {.id = "querycontract"};
static struct spec refund = {.id = "refund", .request = refund_fields, .request_count = 5};
static struct spec pap = {.id = "pappayapply", .request = pap_fields, .request_count = 3};
static struct spec list = {.id = "refundquery", .request = list_fields, .request_count = 2};
static struct spec *specs[] = {&order, &query, &closing, &contract, &refund, &pap, &list};
static const struct catalog catalog = {.rows = specs, .count = ARRAY_COUNT(specs)};

static struct params of(const char *name, const char *value)
{
    struct params p = {0};
    params_set(&p, name, value, NULL);
    return p;
}

static const struct next_call *call(const struct next_calls *calls, const char *api)
{
    for (size_t i = 0; i < calls->count; i++) {
        if (strcmp(calls->items[i].spec->id, api) == 0)
            return &calls->items[i];
    }
    fail_msg("no %s", api);
    return NULL;
}

static void what_the_state_allows_comes_first(void **state)
{
    (void)state;
    struct params request = of("out_trade_no", "T1"), reply = of("prepay_id", "wx1");
    struct next_calls calls = {0};
    params_set(&request, "total_fee", "88", NULL);
    params_set(&request, "body", "x", NULL);
    next_read(
        &catalog,
        &(struct next_source){.from = &order, .request = &request, .reply = &reply, .code = NULL},
        &calls);
    assert_string_equal(calls.point.state, "NOTPAY");
    assert_int_equal(calls.count, 4); /* the catalogue has no "elsewhere" */
    assert_string_equal(calls.items[0].spec->id, "orderquery");
    assert_string_equal(calls.items[3].spec->id, "refund");
    assert_true(call(&calls, "closeorder")->fits);
    assert_true(call(&calls, "querycontract")->fits);
    assert_false(call(&calls, "refund")->fits);
    assert_string_equal(params_get(&calls.items[0].fields, "out_trade_no"), "T1");
    assert_int_equal(calls.items[0].fields.count, 1);
    params_set(&reply, "trade_state", "SUCCESS", NULL);
    params_set(&reply, "transaction_id", "42", NULL);
    params_set(&reply, "total_fee", "77", NULL);
    next_read(
        &catalog,
        &(struct next_source){.from = &query, .request = &request, .reply = &reply, .code = ""},
        &calls);
    assert_true(call(&calls, "refund")->fits);
    assert_false(call(&calls, "closeorder")->fits);
    next_clear(&calls);
    params_clear(&request);
    params_clear(&reply);
}

static void fields_go_over_by_name_and_under_another(void **state)
{
    (void)state;
    static const char *after[] = {"refund", "pappayapply", "refundquery"};
    struct spec from = {.id = "x", .next = after, .next_count = 3};
    struct params reply = of("transaction_id", "42"), request = of("transaction_id", "41");
    struct next_calls calls = {0};
    params_set(&reply, "total_fee", "88", NULL);
    params_set(&reply, "out_refund_no", "R1", NULL);
    params_set(&reply, "refund_id_0", "50", NULL);
    params_set(&reply, "contract_id", "C1", NULL);
    params_set(&request, "out_trade_no", "T1", NULL);
    next_read(
        &catalog,
        &(struct next_source){.from = &from, .request = &request, .reply = &reply, .code = NULL},
        &calls);
    assert_null(calls.point.state);
    const struct params *p = &call(&calls, "refund")->fields;
    assert_string_equal(params_get(p, "transaction_id"), "42"); /* the reply's, not the request's */
    assert_string_equal(params_get(p, "refund_fee"), "88");
    assert_string_equal(params_get(p, "total_fee"), "88");
    assert_null(params_find(p, "out_refund_no")); /* a new refund has a new number */
    p = &call(&calls, "pappayapply")->fields;
    assert_string_equal(params_get(p, "contract_id"), "C1");
    assert_null(params_find(p, "out_trade_no"));
    p = &call(&calls, "refundquery")->fields;
    assert_string_equal(params_get(p, "refund_id"), "50");
    assert_string_equal(params_get(p, "out_refund_no"), "R1");
    next_clear(&calls);
    params_clear(&request);
    params_clear(&reply);
}

static void nothing_sent_and_nothing_told_is_fine(void **state)
{
    (void)state;
    struct next_calls calls = {0};
    next_read(&catalog,
              &(struct next_source){
                  .from = &order, .request = NULL, .reply = NULL, .code = "SYSTEMERROR"},
              &calls);
    assert_int_equal(calls.count, 4);
    assert_int_equal(calls.items[0].fields.count, 0);
    next_read(&catalog,
              &(struct next_source){.from = &closing, .request = NULL, .reply = NULL, .code = NULL},
              &calls);
    assert_int_equal(calls.count, 0);
    next_clear(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_state_allows_comes_first),
        cmocka_unit_test(fields_go_over_by_name_and_under_another),
        cmocka_unit_test(nothing_sent_and_nothing_told_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
