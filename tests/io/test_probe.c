/* SPDX-License-Identifier: MIT */
/*
 * The examination of notify endpoints, against endpoints of every kind: one that does all
 * right, and those with one fault each. Each fault must be found, and no other.
 */
#include "probe_stage.h"

/* One fault each, and what is found of it. */
static const struct {
    unsigned fault;
    const char *failed, *unknown;
} endpoints[] = {
    {GOOD, "", ""},
    {TAKES_ALL,
     "unsigned wrong-key amount other-merchant other-algorithm lower-case broken-xml empty method "
     "external-entity",
     "file-entity entity-expansion"},
    {TAKES_NONE, "at-once valid again unknown-fields coupons characters hmac-no-type",
     "unsigned wrong-key amount other-merchant other-algorithm lower-case broken-xml empty method "
     "external-entity file-entity entity-expansion"},
    {READS, "file-entity", ""},
    {RESOLVES, "external-entity", ""},
    {EXPANDS, "entity-expansion", ""},
    {NOT_AGAIN, "at-once again", ""},
    {NOT_AT_ONCE, "at-once", ""},
    {RACES, "at-once", ""},
    {BLANKS, "", ""},
    {ANY_MERCHANT, "other-merchant", ""},
    {DIES, "empty", ""},
    {ERROR_500, "", ""},
    {GETS, "method", ""},
    {STRICT, "unknown-fields", ""},
};

static void each_fault_is_found_and_no_other(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(endpoints); i++) {
        struct fixture *f = *state;
        examine(f, endpoints[i].fault, &shop);
        if (strcmp(ids(f, PROBE_FAILED), endpoints[i].failed) != 0)
            fail_msg("fault %u: failed is \"%s\", expected \"%s\"", endpoints[i].fault,
                     ids(f, PROBE_FAILED), endpoints[i].failed);
        if (strcmp(ids(f, PROBE_UNKNOWN), endpoints[i].unknown) != 0)
            fail_msg("fault %u: unknown is \"%s\", expected \"%s\"", endpoints[i].fault,
                     ids(f, PROBE_UNKNOWN), endpoints[i].unknown);
        stop(state);
        start(state);
    }
}

static void a_fetch_is_told_with_its_path(void **state)
{
    struct fixture *f = *state;
    examine(f, RESOLVES, &shop);
    assert_string_equal(found(f, "external-entity")->got, "fetched");
    assert_non_null(strstr(found(f, "external-entity")->text[LANG_EN], "/entity"));
    net_until(f->loop, &f->endpoint.fetch.done);
    assert_string_equal(buf_str(&f->endpoint.fetch.r.body), PROBE_FETCHED);
}

static void an_unhandled_error_is_remarked_on(void **state)
{
    struct fixture *f = *state;
    examine(f, ERROR_500, &shop);
    assert_int_equal(found(f, "empty")->result, PROBE_PASSED);
    assert_non_null(strstr(found(f, "empty")->text[LANG_EN], "HTTP status"));
}

/* Also where a sentence has no room for all of it. */
static void an_answer_with_the_key_is_not_quoted(void **state)
{
    struct fixture *f = *state;
    size_t count;
    examine(f, LEAKS, &shop);
    const struct probe_finding *all = probe_findings(f->probe, &count);
    assert_int_equal(count, 19);
    for (size_t i = 0; i < count; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_null(strstr(all[i].text[lang], "1920062"));
        assert_null(strstr(all[i].got, "1920062"));
    }
    const char *said = found(f, "valid")->text[LANG_EN];
    if (!strstr(said, "return_code is x") || !strstr(said, "****, not SUCCESS") ||
        !strstr(said, "a key is sent to nobody"))
        fail_msg("%s", said);
}

static void what_is_odd_about_an_acknowledgement_is_remarked_on(void **state)
{
    struct fixture *f = *state;
    examine(f, BLANKS, &shop);
    assert_int_equal(found(f, "valid")->result, PROBE_PASSED);
    assert_non_null(strstr(found(f, "valid")->text[LANG_EN], "empty lines around"));
    assert_non_null(strstr(found(f, "valid")->text[LANG_EN], "text/html"));
    assert_non_null(strstr(found(f, "again")->text[LANG_ZH], "空行"));
    assert_string_equal(found(f, "unsigned")->text[LANG_EN], "");
}

static void a_refusal_is_told_with_its_reason(void **state)
{
    struct fixture *f = *state;
    examine(f, TAKES_NONE, &shop);
    assert_string_equal(found(f, "valid")->text[LANG_EN], "it refuses: 失败");
}

/* By a signature nothing can be told of who verifies none. */
static void who_takes_forged_ones_is_not_accused_of_entities(void **state)
{
    struct fixture *f = *state;
    examine(f, TAKES_ALL, &shop);
    assert_string_equal(found(f, "file-entity")->text[LANG_EN],
                        "cannot be told: it acknowledges forged ones too");
    assert_string_equal(found(f, "entity-expansion")->got, "acknowledged");
}

static void a_slow_endpoint_is_not_asked_further(void **state)
{
    struct fixture *f = *state;
    size_t count;
    examine(f, SLOW, &shop);
    assert_string_equal(ids(f, PROBE_FAILED), "at-once valid");
    assert_string_equal(found(f, "valid")->got, "no-answer");
    assert_string_equal(found(f, "again")->got, "not-sent");
    assert_int_equal(f->endpoint.requests, 3);
    assert_int_equal(probe_error(f->probe)->status, ST_OK);
    probe_findings(f->probe, &count);
    assert_int_equal(count, 19);
}

static void the_gateway_has_one_algorithm(void **state)
{
    struct fixture *f = *state;
    examine(f, GOOD, &gateway);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_string_equal(ids(f, PROBE_UNKNOWN), "");
    size_t count, all;
    probe_findings(f->probe, &count);
    probe_checks(&all);
    assert_int_equal(count, all - 3);
}

static void our_own_listener_stands_it(void **state)
{
    struct fixture *f = *state;
    const struct profile *const shops[] = {&shop};
    struct listener *l = NULL;
    struct journal *j = NULL;
    journal_open(NULL, &j, NULL);
    struct listener_options lo = {.events = &events, .journal = j};
    assert_int_equal(listener_open(f->loop, &lo, &l, NULL), ST_OK);
    listener_profiles(l, shops, 1);
    struct probe_options o = options(f, listener_url(l), &shop);
    run(f, &o);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_string_equal(ids(f, PROBE_UNKNOWN), "");
    listener_close(l);
    loop_turn(f->loop, 0);
    journal_close(j);
}

static void examine_order(struct fixture *f, unsigned fault)
{
    struct params given = {0};
    struct endpoint *e = &f->endpoint;
    e->loop = f->loop;
    e->merchant = &shop;
    e->fault = fault;
    params_set(&given, "out_trade_no", "T20260102", NULL);
    params_set(&given, "total_fee", "888", NULL);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    struct probe_options o = options(f, httpd_url(e->httpd), &shop);
    o.given = &given;
    run(f, &o);
    params_clear(&given);
}

/* The pair comes before the order is settled by anything else. */
static void a_race_is_found_in_the_only_order_too(void **state)
{
    examine_order(*state, RACES);
    assert_string_equal(ids(*state, PROBE_FAILED), "at-once");
}

/* What it refuses from then on may be refused as a repeat, whatever else is wrong with it. */
static void of_who_takes_an_order_once_refusals_tell_nothing(void **state)
{
    examine_order(*state, NOT_AGAIN);
    assert_string_equal(ids(*state, PROBE_FAILED), "at-once valid again");
    assert_string_equal(ids(*state, PROBE_UNKNOWN),
                        "unsigned wrong-key amount other-merchant other-algorithm lower-case "
                        "broken-xml empty method external-entity file-entity entity-expansion");
}

static void all_checks_are_about_the_order_given(void **state)
{
    struct fixture *f = *state;
    struct endpoint *e = &f->endpoint;
    examine_order(f, GOOD);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_non_null(strstr(e->last, "<out_trade_no><![CDATA[T20260102]]>"));
    assert_non_null(strstr(e->last, "<total_fee><![CDATA[888]]>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_fault_is_found_and_no_other, start, stop),
        cmocka_unit_test_setup_teardown(a_fetch_is_told_with_its_path, start, stop),
        cmocka_unit_test_setup_teardown(an_unhandled_error_is_remarked_on, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_with_the_key_is_not_quoted, start, stop),
        cmocka_unit_test_setup_teardown(what_is_odd_about_an_acknowledgement_is_remarked_on, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_refusal_is_told_with_its_reason, start, stop),
        cmocka_unit_test_setup_teardown(who_takes_forged_ones_is_not_accused_of_entities, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_race_is_found_in_the_only_order_too, start, stop),
        cmocka_unit_test_setup_teardown(of_who_takes_an_order_once_refusals_tell_nothing, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_slow_endpoint_is_not_asked_further, start, stop),
        cmocka_unit_test_setup_teardown(the_gateway_has_one_algorithm, start, stop),
        cmocka_unit_test_setup_teardown(our_own_listener_stands_it, start, stop),
        cmocka_unit_test_setup_teardown(all_checks_are_about_the_order_given, start, stop),
    };
    setlocale(LC_ALL, "C.UTF-8"); /* for what answers say */
    return cmocka_run_group_tests(tests, load, unload);
}
