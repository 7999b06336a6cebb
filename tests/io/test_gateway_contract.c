/* SPDX-License-Identifier: MIT */
/* Contracts signed with an order or from a link, queried, deducted by and terminated; what is
   notified of it, and that the books keep them. */
#include "gateway_shop.h"

/* Leaves the test if the catalogue has no such API: what is not there cannot be served. */
#define NEED(id)                                                                                   \
    do {                                                                                           \
        if (!catalog_find(&catalog, id))                                                           \
            skip();                                                                                \
    } while (0)

#define BY_CODE "contract_id=;plan_id=123;contract_code="

/* A contractorder of that number and code, whose contract is told to the shop too. */
static void order_contract(struct stage *s, const struct shop *shop, const char *number,
                           const char *code)
{
    char more[256];
    snprintf(more, sizeof more,
             "trade_type=APP;plan_id=123;contract_code=%s;contract_notify_url=%s", code, shop->url);
    place(s, shop, "contractorder", number, more);
}

static void a_contract_lives_from_payment_to_termination(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    char by_id[128];
    NEED("querycontract");
    NEED("deletecontract");
    open_stage(&s, &(struct gateway_options){.time_scale = 1e6});
    open_shop(&shop, &s);
    order_contract(&s, &shop, "PACT-01", "C1");
    expect(&s, "querycontract", BY_CODE "C1", "RESULT NULL", &r); /* not before it is paid */
    play(&s, PAYER_PAY, "PACT-01", NULL);
    wait_notices(&shop, &s, 2);
    expect(&s, "querycontract", BY_CODE "C1", "", &r);
    assert_string_equal(got(&r, "contract_state"), "0");
    assert_string_equal(got(&r, "plan_id"), "123");
    snprintf(by_id, sizeof by_id, "plan_id=;contract_code=;contract_id=%s", got(&r, "contract_id"));
    expect(&s, "querycontract", by_id, "", &r);
    assert_string_equal(got(&r, "contract_code"), "C1");
    expect(&s, "querycontract", "contract_id=;plan_id=456;contract_code=C1", "RESULT NULL", &r);
    expect(&s, "deletecontract", by_id, "", &r);
    wait_notices(&shop, &s, 3);
    assert_int_equal(shop.last.kind, EVENT_CONTRACT_DELETE);
    assert_true(notice_is_good(&shop.last));
    assert_string_equal(notice_get(&shop.last, "contract_termination_mode"), "3");
    assert_string_equal(notice_get(&shop.last, "contract_code"), "C1");
    expect(&s, "querycontract", by_id, "", &r);
    assert_string_equal(got(&r, "contract_state"), "1");
    assert_string_equal(got(&r, "contract_termination_mode"), "3");
    assert_true(params_has(&r.params, "contract_termination_remark"));
    expect(&s, "deletecontract", by_id, "RESULT NULL", &r);
    reply_clear(&r);
    close_shop(&shop, &s);
    close_stage(&s);
}

static void the_payer_terminates_too(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    open_stage(&s, &(struct gateway_options){.time_scale = 1e6});
    open_shop(&shop, &s);
    order_contract(&s, &shop, "PACT-01", "C1");
    play(&s, PAYER_PAY, "PACT-01", NULL);
    wait_notices(&shop, &s, 2);
    play(&s, PAYER_CANCEL, "C1", NULL);
    wait_notices(&shop, &s, 3);
    assert_int_equal(shop.last.kind, EVENT_CONTRACT_DELETE);
    assert_string_equal(notice_get(&shop.last, "contract_termination_mode"), "2");
    struct payer_word word = {.act = PAYER_PAY, .order = "C1"};
    struct payer_result r;
    assert_int_equal(gateway_play(s.gateway, &word, &r, NULL), ST_REFUSED);
    close_shop(&shop, &s);
    close_stage(&s);
}

/* The number of the contract C1, signed with a paid order. */
static void sign(struct stage *s, struct shop *shop, char *by_id, size_t size)
{
    struct reply r = {0};
    order_contract(s, shop, "PACT-01", "C1");
    play(s, PAYER_PAY, "PACT-01", NULL);
    wait_notices(shop, s, 2);
    expect(s, "querycontract", BY_CODE "C1", "", &r);
    snprintf(by_id, size, "%s", got(&r, "contract_id"));
    reply_clear(&r);
}

static void a_deduction_is_made_and_notified(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    char id[64], changes[512];
    NEED("pappayapply");
    NEED("querycontract");
    open_stage(&s, &(struct gateway_options){.time_scale = 1e6});
    open_shop(&shop, &s);
    sign(&s, &shop, id, sizeof id);
    snprintf(changes, sizeof changes, "out_trade_no=DEDUCT-1;contract_id=%s;notify_url=%s", id,
             shop.url);
    expect(&s, "pappayapply", changes, "", &r);
    wait_notices(&shop, &s, 3);
    assert_int_equal(shop.last.kind, EVENT_PAYMENT);
    assert_true(notice_is_good(&shop.last));
    assert_string_equal(notice_get(&shop.last, "trade_type"), "PAP");
    assert_string_equal(notice_get(&shop.last, "contract_id"), id);
    assert_string_equal(notice_get(&shop.last, "trade_state"), "SUCCESS");
    expect(&s, "pappayapply", changes, "ORDERPAID", &r);
    expect(&s, "orderquery", "out_trade_no=DEDUCT-1;transaction_id=", "", &r);
    assert_string_equal(got(&r, "trade_state"), "SUCCESS");
    assert_string_equal(got(&r, "trade_type"), "PAP");
    expect(&s, "pappayapply", "out_trade_no=DEDUCT-2;contract_id=Wx404", "CONTRACT_NOT_EXIST", &r);
    play(&s, PAYER_CANCEL, "C1", NULL);
    snprintf(changes, sizeof changes, "out_trade_no=DEDUCT-3;contract_id=%s", id);
    expect(&s, "pappayapply", changes, "CONTRACTERROR", &r);
    reply_clear(&r);
    close_shop(&shop, &s);
    close_stage(&s);
}

static void a_deduction_can_fail(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    char id[64], changes[512];
    NEED("pappayapply");
    NEED("querycontract");
    open_stage(&s, &(struct gateway_options){0}); /* real time: it stays accepted */
    open_shop(&shop, &s);
    sign(&s, &shop, id, sizeof id);
    snprintf(changes, sizeof changes, "out_trade_no=DEDUCT-1;contract_id=%s;notify_url=%s", id,
             shop.url);
    expect(&s, "pappayapply", changes, "", &r);
    expect(&s, "pappayapply", changes, "ORDER_ACCEPTED", &r);
    expect(&s, "orderquery", "out_trade_no=DEDUCT-1;transaction_id=", "", &r);
    assert_string_equal(got(&r, "trade_state"), "ACCEPT");
    play(&s, PAYER_FAIL, "DEDUCT-1", "NOTENOUGH");
    wait_notices(&shop, &s, 3);
    assert_int_equal(shop.last.trust, NOTICE_GENUINE);
    assert_string_equal(notice_get(&shop.last, "result_code"), "FAIL");
    assert_string_equal(notice_get(&shop.last, "err_code"), "NOTENOUGH");
    assert_false(shop.last.paid);
    expect(&s, "pappayapply", changes, "NOTENOUGH", &r);
    reply_clear(&r);
    close_shop(&shop, &s);
    close_stage(&s);
}

static void a_link_opens_a_contract_that_the_payer_signs(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    struct net_call call;
    char changes[256];
    NEED("entrustweb");
    NEED("querycontract");
    open_stage(&s, &(struct gateway_options){0});
    open_shop(&shop, &s);
    snprintf(changes, sizeof changes, "contract_code=L1;plan_id=123;notify_url=%s", shop.url);
    open_link(&s, "entrustweb", changes, &call);
    if (strcmp(s.code, "SUCCESS") != 0)
        fail_msg("%s: %s", s.code, s.why);
    http_result_clear(&call.r);
    call_api(&s, "querycontract", BY_CODE "L1", SIGNED, &r); /* it has no contract_id yet */
    assert_int_equal(r.outcome, OUTCOME_SUCCESS);
    assert_string_equal(got(&r, "contract_state"), "9");
    play(&s, PAYER_CANCEL, "L1", NULL); /* goes away; comes back */
    play(&s, PAYER_PAY, "L1", NULL);
    wait_notices(&shop, &s, 1);
    assert_int_equal(shop.last.kind, EVENT_CONTRACT_ADD);
    assert_true(notice_is_good(&shop.last));
    expect(&s, "querycontract", BY_CODE "L1", "", &r);
    assert_string_equal(got(&r, "contract_state"), "0");
    open_link(&s, "entrustweb", changes, &call); /* the code was signed with */
    assert_string_equal(s.code, "CONTRACT_CODE DUPLICATION");
    http_result_clear(&call.r);
    open_link(&s, "entrustweb", "plan_id=999;contract_code=L2", &call);
    assert_string_equal(s.code, "INVALID PLAN_ID");
    http_result_clear(&call.r);
    reply_clear(&r);
    close_shop(&shop, &s);
    close_stage(&s);
}

static void the_books_keep_contracts(void **state)
{
    (void)state;
    char dir[] = "/tmp/wxpc-books-XXXXXX", file[64], id[64], again[128];
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    NEED("querycontract");
    assert_non_null(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/sandbox.jsonl", dir);
    open_stage(&s, &(struct gateway_options){.data_dir = dir});
    open_shop(&shop, &s);
    sign(&s, &shop, id, sizeof id);
    close_shop(&shop, &s);
    close_stage(&s);
    open_stage(&s, &(struct gateway_options){.data_dir = dir});
    snprintf(again, sizeof again, "plan_id=;contract_code=;contract_id=%s", id);
    expect(&s, "querycontract", again, "", &r);
    assert_string_equal(got(&r, "contract_state"), "0");
    reply_clear(&r);
    close_stage(&s);
    unlink(file);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_lives_from_payment_to_termination),
        cmocka_unit_test(the_payer_terminates_too),
        cmocka_unit_test(a_deduction_is_made_and_notified),
        cmocka_unit_test(a_deduction_can_fail),
        cmocka_unit_test(a_link_opens_a_contract_that_the_payer_signs),
        cmocka_unit_test(the_books_keep_contracts),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
