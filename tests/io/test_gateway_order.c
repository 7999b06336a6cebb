/* SPDX-License-Identifier: MIT */
/*
 * What follows an order, over real sockets: queries, closing, refunds and their notifications, for
 * all trade types, and the documented refusals.
 */
#include "gateway_shop.h"

static void an_order_of_every_trade_type_is_followed(void **state)
{
    (void)state;
    static const struct {
        const char *api, *more, *type;
    } rows[] = {
        {"unifiedorder", "trade_type=JSAPI", "JSAPI"},
        {"unifiedorder", "trade_type=NATIVE", "NATIVE"},
        {"unifiedorder", "trade_type=APP", "APP"},
        {"unifiedorder", "trade_type=MWEB", "MWEB"},
        {"contractorder", "trade_type=APP", "APP"},
    };
    struct stage s;
    struct shop shop;
    open_stage(&s, &(struct gateway_options){.time_scale = 1e6});
    open_shop(&shop, &s);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char number[48], by_number[96], refund[512];
        struct reply r = {0};
        size_t told = shop.count;
        snprintf(number, sizeof number, "LIFE-%zu-%zu", i, told);
        snprintf(by_number, sizeof by_number, "out_trade_no=%s;transaction_id=", number);
        snprintf(refund, sizeof refund,
                 "%s;out_refund_no=R-%s;total_fee=100;refund_fee=40;notify_url=%s", by_number,
                 number, shop.url);
        place(&s, &shop, rows[i].api, number, rows[i].more);
        expect(&s, "orderquery", by_number, "", &r);
        assert_string_equal(got(&r, "trade_state"), "NOTPAY");
        assert_string_equal(got(&r, "transaction_id"), ""); /* nothing of a payment yet */
        assert_string_equal(got(&r, "openid"), "");
        expect(&s, "refund", refund, "ORDERNOTEXIST", &r);
        play(&s, PAYER_PAY, number, NULL);
        wait_notices(&shop, &s, told + 1);
        expect(&s, "orderquery", by_number, "", &r);
        assert_string_equal(got(&r, "trade_state"), "SUCCESS");
        assert_string_equal(got(&r, "trade_type"), rows[i].type);
        assert_string_equal(got(&r, "total_fee"), "100");
        expect(&s, "closeorder", by_number, "ORDERPAID", &r);
        expect(&s, "refund", refund, "", &r);
        assert_string_equal(got(&r, "refund_fee"), "40");
        wait_notices(&shop, &s, told + 2);
        assert_int_equal(shop.last.kind, EVENT_REFUND);
        assert_true(notice_is_good(&shop.last)); /* decrypted with the merchant's key */
        assert_string_equal(notice_get(&shop.last, "refund_status"), "SUCCESS");
        assert_string_equal(notice_get(&shop.last, "refund_fee"), "40");
        assert_string_equal(notice_get(&shop.last, "out_trade_no"), number);
        expect(&s, "orderquery", by_number, "", &r);
        assert_string_equal(got(&r, "trade_state"), "REFUND");
        expect(&s, "refundquery", by_number, "", &r);
        assert_string_equal(got(&r, "refund_count"), "1");
        assert_string_equal(got(&r, "refund_status_0"), "SUCCESS");
        assert_string_equal(got(&r, "refund_fee_0"), "40");
        reply_clear(&r);
    }
    close_shop(&shop, &s);
    close_stage(&s);
}

static void an_order_is_asked_for_by_either_number(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    char by_id[128];
    open_stage(&s, &(struct gateway_options){0});
    open_shop(&shop, &s);
    place(&s, &shop, "unifiedorder", "ASK-001", "attach=店A");
    play(&s, PAYER_PAY, "ASK-001", NULL);
    expect(&s, "orderquery", "out_trade_no=ASK-001;sign_type=HMAC-SHA256;transaction_id=", "", &r);
    assert_string_equal(got(&r, "attach"), "店A");
    assert_string_equal(got(&r, "sign_type"), "HMAC-SHA256"); /* the request's algorithm */
    snprintf(by_id, sizeof by_id, "transaction_id=%s;out_trade_no=", got(&r, "transaction_id"));
    expect(&s, "orderquery", by_id, "", &r);
    assert_string_equal(got(&r, "out_trade_no"), "ASK-001");
    expect(&s, "orderquery", "out_trade_no=NONE-001;transaction_id=", "ORDERNOTEXIST", &r);
    expect(&s, "orderquery",
           "transaction_id=4200000000202501010000000000;out_trade_no=", "ORDERNOTEXIST", &r);
    call_api(&s, "orderquery", "transaction_id=;out_trade_no=", SIGNED, &r);
    assert_int_equal(r.outcome, OUTCOME_BUSINESS_FAIL);
    reply_clear(&r);
    close_shop(&shop, &s);
    close_stage(&s);
}

static void closing_keeps_its_rules(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    open_stage(&s, &(struct gateway_options){0});
    open_shop(&shop, &s);
    place(&s, &shop, "unifiedorder", "CLOSE-1", "");
    expect(&s, "closeorder", "out_trade_no=NONE-001", "ORDERNOTEXIST", &r);
    expect(&s, "closeorder", "out_trade_no=CLOSE-1", "TRADE_STATE_ERROR", &r);
    assert_non_null(strstr(s.why, "5 minutes"));
    test_time += 300;
    expect(&s, "closeorder", "out_trade_no=CLOSE-1", "", &r);
    expect(&s, "closeorder", "out_trade_no=CLOSE-1", "ORDERCLOSED", &r);
    expect(&s, "orderquery", "out_trade_no=CLOSE-1;transaction_id=", "", &r);
    assert_string_equal(got(&r, "trade_state"), "CLOSED");
    place(&s, &shop, "unifiedorder", "CLOSE-2", "");
    play(&s, PAYER_FAIL, "CLOSE-2", NULL);
    test_time += 300;
    expect(&s, "closeorder", "out_trade_no=CLOSE-2", "TRADE_STATE_ERROR", &r);
    expect(&s, "orderquery", "out_trade_no=CLOSE-2;transaction_id=", "", &r);
    assert_string_equal(got(&r, "trade_state"), "PAYERROR");
    reply_clear(&r);
    close_shop(&shop, &s);
    close_stage(&s);
}

#define REFUND "out_trade_no=BACK-1;transaction_id=;total_fee=100;notify_url="

static void refunds_keep_their_rules(void **state)
{
    (void)state;
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    char first[64];
    open_stage(&s, &(struct gateway_options){0}); /* real time: refunds stay PROCESSING */
    open_shop(&shop, &s);
    place(&s, &shop, "unifiedorder", "BACK-1", "");
    expect(&s, "refundquery",
           "out_trade_no=BACK-1;transaction_id=;out_refund_no=;refund_id=", "REFUNDNOTEXIST", &r);
    play(&s, PAYER_PAY, "BACK-1", NULL);
    expect(&s, "refund", "out_trade_no=NONE-001;transaction_id=", "ORDERNOTEXIST", &r);
    expect(&s, "refund",
           "transaction_id=4200000000202501010000000000;out_trade_no=", "INVALID_TRANSACTIONID",
           &r);
    expect(&s, "refund", REFUND ";total_fee=99;refund_fee=1;out_refund_no=R1",
           "REFUND_FEE_MISMATCH", &r);
    expect(&s, "refund", REFUND ";refund_fee=60;out_refund_no=R1", "", &r);
    copy(first, sizeof first, got(&r, "refund_id"));
    expect(&s, "refund", REFUND ";refund_fee=60;out_refund_no=R1", "", &r); /* the same again */
    assert_string_equal(got(&r, "refund_id"), first);
    expect(&s, "refund", REFUND ";refund_fee=61;out_refund_no=R1", "REFUND_FEE_MISMATCH", &r);
    expect(&s, "refund", REFUND ";refund_fee=41;out_refund_no=R2", "ERROR", &r);
    expect(&s, "refund", REFUND ";refund_fee=40;out_refund_no=R2", "", &r);
    expect(&s, "refundquery", "out_trade_no=BACK-1;transaction_id=;out_refund_no=;refund_id=", "",
           &r);
    assert_string_equal(got(&r, "refund_count"), "2");
    assert_string_equal(got(&r, "out_refund_no_1"), "R2");
    assert_string_equal(got(&r, "refund_status_1"), "PROCESSING");
    expect(&s, "refundquery",
           "out_trade_no=BACK-1;offset=1;transaction_id=;out_refund_no=;refund_id=", "", &r);
    assert_string_equal(got(&r, "refund_count"), "1");
    assert_string_equal(got(&r, "out_refund_no_0"), "R2");
    expect(&s, "refundquery",
           "out_trade_no=BACK-1;offset=2;transaction_id=;out_refund_no=;refund_id=", "PARAM_ERROR",
           &r);
    play(&s, PAYER_FAIL, "BACK-1", "CHANGE"); /* the later one */
    expect(&s, "refundquery", "out_refund_no=R2;transaction_id=;out_trade_no=;refund_id=", "", &r);
    assert_string_equal(got(&r, "refund_status_0"), "CHANGE");
    assert_string_equal(got(&r, "refund_success_time_0"), "");
    expect(&s, "refundquery",
           "out_refund_no=R9;transaction_id=;out_trade_no=;refund_id=", "REFUNDNOTEXIST", &r);
    test_time += 366 * 24 * 3600;
    expect(&s, "refund", REFUND ";refund_fee=1;out_refund_no=R3", "TRADE_OVERDUE", &r);
    reply_clear(&r);
    close_shop(&shop, &s);
    close_stage(&s);
}

static void the_books_keep_a_refund_under_way(void **state)
{
    (void)state;
    char dir[] = "/tmp/wxpc-books-XXXXXX", file[64];
    struct stage s;
    struct shop shop;
    struct reply r = {0};
    assert_non_null(mkdtemp(dir));
    snprintf(file, sizeof file, "%s/sandbox.jsonl", dir);
    open_stage(&s, &(struct gateway_options){.data_dir = dir});
    open_shop(&shop, &s);
    place(&s, &shop, "unifiedorder", "BACK-1", "");
    play(&s, PAYER_PAY, "BACK-1", NULL);
    expect(&s, "refund", REFUND ";refund_fee=60;out_refund_no=R1", "", &r);
    close_shop(&shop, &s);
    close_stage(&s);
    open_stage(&s, &(struct gateway_options){.data_dir = dir, .time_scale = 1e6});
    for (int i = 0; i < 100; i++)
        loop_turn(s.loop, 5);
    expect(&s, "refundquery", "out_refund_no=R1;transaction_id=;out_trade_no=;refund_id=", "", &r);
    assert_string_equal(got(&r, "refund_status_0"), "SUCCESS"); /* it arrived after the restart */
    reply_clear(&r);
    close_stage(&s);
    unlink(file);
    rmdir(dir);
}

/* Every error code that the catalogue lists for a call can be met: by --fault, as it says. */
static void every_listed_code_can_be_demanded(void **state)
{
    (void)state;
    for (size_t n = 0; n < catalog.count; n++) {
        const struct spec *spec = catalog_at(&catalog, n);
        for (size_t i = 0; i < spec->error_count && !places(spec) && !spec->get; i++) {
            if (spec->errors[i].layer == ERROR_BUSINESS && !spec_reply_field(spec, "result_code"))
                continue; /* a bill has no such answer */
            char rule[128];
            const char *rules[] = {rule, NULL};
            struct params p = {0};
            struct reply r = {0};
            struct net_call call;
            struct stage s;
            snprintf(rule, sizeof rule, "%s=%s", spec->id, spec->errors[i].code);
            open_stage(&s, &(struct gateway_options){.faults = rules});
            make_request(spec->id, "", SIGNED, &p);
            send_params(&s, spec->id, &p, &r, &call);
            const struct error_code *e = &spec->errors[i];
            /* A text alone may betray another code, whose text is part of it. */
            bool told = r.error && (strcmp(r.error->code, e->code) == 0 ||
                                    (e->layer == ERROR_COMMUNICATION && r.error->match_count &&
                                     strstr(r.text, r.error->match[0])));
            if (!told || strcmp(s.code, e->code) != 0)
                fail_msg("%s: %s, explained as %s: %s", rule, s.code, r.error ? r.error->code : "-",
                         buf_str(&call.r.body));
            http_result_clear(&call.r);
            reply_clear(&r);
            params_clear(&p);
            close_stage(&s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_of_every_trade_type_is_followed),
        cmocka_unit_test(an_order_is_asked_for_by_either_number),
        cmocka_unit_test(closing_keeps_its_rules),
        cmocka_unit_test(refunds_keep_their_rules),
        cmocka_unit_test(the_books_keep_a_refund_under_way),
        cmocka_unit_test(every_listed_code_can_be_demanded),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
