/* SPDX-License-Identifier: MIT */
/* micropay and reversals, deposits from paying to refunding, and the bill. */
#include "gateway_shop.h"

/* Leaves the test if the catalogue has no such API: what is not there cannot be served. */
#define NEED(id)                                                                                   \
    do {                                                                                           \
        if (!catalog_find(&catalog, id))                                                           \
            skip();                                                                                \
    } while (0)

#define CODE "120061098828" /* and six digits more */

static void the_code_chooses_what_a_scan_comes_to(void **state)
{
    (void)state;
    static const struct {
        const char *tail, *code, *trade_state;
    } rows[] = {
        {"009406", "", "SUCCESS"},
        {"009901", "USERPAYING", "USERPAYING"},
        {"009902", "NOTENOUGH", "PAYERROR"},
        {"009903", "AUTHCODEEXPIRE", "PAYERROR"},
        {"009904", "AUTH_CODE_ERROR", "PAYERROR"},
        {"009905", "AUTH_CODE_INVALID", "PAYERROR"},
        {"009906", "BANKERROR", "USERPAYING"},
        {"009907", "SYSTEMERROR", "USERPAYING"},
        {"009908", "NOTSUPORTCARD", "PAYERROR"},
        {"009909", "BUYER_MISMATCH", "PAYERROR"},
        {"009910", "TRADE_ERROR", "PAYERROR"},
    };
    static const char *const apis[][2] = {{"micropay", "orderquery"},
                                          {"deposit_micropay", "deposit_orderquery"}};
    NEED("micropay");
    NEED("deposit_micropay");
    for (size_t a = 0; a < ARRAY_COUNT(apis); a++) {
        struct stage s;
        open_stage(&s, &(struct gateway_options){0});
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
            char changes[128];
            struct reply r = {0};
            snprintf(changes, sizeof changes, "out_trade_no=SCAN-%02zu;auth_code=" CODE "%s", i,
                     rows[i].tail);
            expect(&s, apis[a][0], changes, rows[i].code, &r);
            if (!rows[i].code[0])
                assert_string_equal(got(&r, "trade_type"), "MICROPAY");
            snprintf(changes, sizeof changes, "out_trade_no=SCAN-%02zu;transaction_id=", i);
            expect(&s, apis[a][1], changes, "", &r);
            assert_string_equal(got(&r, "trade_state"), rows[i].trade_state);
            reply_clear(&r);
        }
        close_stage(&s);
    }
}

static void a_scan_is_settled_reversed_and_not_repeated(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    NEED("micropay");
    NEED("reverse");
    open_stage(&s, &(struct gateway_options){0});
#define WAITS "out_trade_no=SCAN-1;auth_code=" CODE "009901"
    expect(&s, "micropay", WAITS, "USERPAYING", &r);
    expect(&s, "micropay", WAITS, "USERPAYING", &r); /* the same again: still waiting */
    play(&s, PAYER_PAY, "SCAN-1", NULL);
    expect(&s, "micropay", WAITS, "ORDERPAID", &r);
    expect(&s, "reverse", "out_trade_no=SCAN-1;transaction_id=", "", &r);
    assert_string_equal(got(&r, "recall"), "N");
    expect(&s, "reverse", "out_trade_no=SCAN-1;transaction_id=", "", &r); /* idempotent */
    expect(&s, "micropay", WAITS, "ORDERREVERSED", &r);
    expect(&s, "orderquery", "out_trade_no=SCAN-1;transaction_id=", "", &r);
    assert_string_equal(got(&r, "trade_state"), "REVOKED");
    expect(&s, "refund", "out_trade_no=SCAN-1;transaction_id=", "ERROR", &r);
    expect(&s, "micropay", "out_trade_no=SCAN-2;auth_code=" CODE "001111", "", &r);
    expect(&s, "micropay", "out_trade_no=SCAN-3;auth_code=" CODE "001111", "AUTH_CODE_ERROR", &r);
    expect(&s, "micropay", "out_trade_no=SCAN-2;auth_code=" CODE "001111;total_fee=5", "ORDERPAID",
           &r);
    call_api(&s, "unifiedorder", "out_trade_no=ORDER-1", SIGNED, &r);
    play(&s, PAYER_PAY, "ORDER-1", NULL);
    expect(&s, "reverse", "out_trade_no=ORDER-1;transaction_id=", "TRADE_ERROR", &r);
    assert_string_equal(got(&r, "recall"), "N");
    test_time += 8 * 24 * 3600;
    expect(&s, "reverse", "out_trade_no=SCAN-2;transaction_id=", "REVERSE_EXPIRE", &r);
    reply_clear(&r);
    close_stage(&s);
}

static void a_fault_rule_decides_a_scan_too(void **state)
{
    (void)state;
    const char *rules[] = {"micropay=USERPAYING", NULL};
    struct stage s;
    struct reply r = {0};
    NEED("micropay");
    open_stage(&s, &(struct gateway_options){.faults = rules});
    expect(&s, "micropay", "out_trade_no=SCAN-1", "USERPAYING", &r);
    play(&s, PAYER_FAIL, "SCAN-1", "NOTENOUGH");
    expect(&s, "orderquery", "out_trade_no=SCAN-1;transaction_id=", "", &r);
    assert_string_equal(got(&r, "trade_state"), "PAYERROR");
    reply_clear(&r);
    close_stage(&s);
}

#define BOTH "transaction_id=;out_trade_no=DEP-001;total_fee=100;"

static void a_deposit_from_paying_to_refunding(void **state)
{
    (void)state;
    static const char *const types[] = {"APP", "JSAPI"};
    NEED("deposit_consume");
    NEED("deposit_refund");
    NEED("deposit_reverse");
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        char more[64], id[128];
        struct stage s;
        struct shop shop;
        struct reply r = {0};
        open_stage(&s, &(struct gateway_options){.time_scale = 1e6});
        open_shop(&shop, &s);
        snprintf(more, sizeof more, "trade_type=%s", types[i]);
        place(&s, &shop, "deposit_unifiedorder", "DEP-001", more);
        expect(&s, "deposit_consume", BOTH "consume_fee=10", "TRADE_STATE_ERROR", &r);
        play(&s, PAYER_PAY, "DEP-001", NULL);
        wait_notices(&shop, &s, 1);
        assert_true(notice_is_good(&shop.last));
        expect(&s, "orderquery", "out_trade_no=DEP-001;transaction_id=", "ORDERNOTEXIST", &r);
        expect(&s, "deposit_orderquery", BOTH, "", &r);
        assert_string_equal(got(&r, "trade_state"), "SUCCESS");
        assert_string_equal(got(&r, "consume_fee"), "");
        snprintf(id, sizeof id, "transaction_id=%s;", got(&r, "transaction_id"));
        snprintf(more, sizeof more, "out_refund_no=R1;refund_fee=10;");
        char refund[256];
        snprintf(refund, sizeof refund, "%sout_trade_no=DEP-001;total_fee=100;%s", id, more);
        expect(&s, "deposit_refund", refund, "TRADE_STATE_ERROR", &r);
        expect(&s, "deposit_consume", BOTH "consume_fee=30", "", &r);
        assert_string_equal(got(&r, "consume_fee"), "30");
        expect(&s, "deposit_consume", BOTH "consume_fee=30", "", &r); /* a retry */
        expect(&s, "deposit_consume", BOTH "consume_fee=31", "TRADE_STATE_ERROR", &r);
        expect(&s, "deposit_reverse", "transaction_id=;out_trade_no=DEP-001", "TRADE_ERROR", &r);
        expect(&s, "deposit_orderquery", BOTH, "", &r);
        assert_string_equal(got(&r, "consume_fee"), "30");
        expect(&s, "deposit_refund", refund, "", &r);
        expect(&s, "deposit_orderquery", BOTH, "", &r);
        assert_string_equal(got(&r, "trade_state"), "REFUND");
        call_api(&s, "deposit_unifiedorder", "out_trade_no=DEP-002", SIGNED, &r);
        play(&s, PAYER_PAY, "DEP-002", NULL);
        expect(&s, "deposit_reverse", "transaction_id=;out_trade_no=DEP-002", "", &r);
        expect(&s, "deposit_consume", "transaction_id=;out_trade_no=DEP-002;consume_fee=1",
               "TRADE_STATE_ERROR", &r);
        reply_clear(&r);
        close_shop(&shop, &s);
        close_stage(&s);
    }
}

static void deposits_are_asked_for_refunds(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    NEED("deposit_refundquery");
    NEED("deposit_consume");
    open_stage(&s, &(struct gateway_options){0});
    call_api(&s, "deposit_unifiedorder", "out_trade_no=DEP-001;total_fee=100", SIGNED, &r);
    play(&s, PAYER_PAY, "DEP-001", NULL);
    expect(&s, "deposit_consume", BOTH "consume_fee=30", "", &r);
    expect(&s, "deposit_orderquery", BOTH, "", &r);
    char refund[256];
    snprintf(refund, sizeof refund,
             "transaction_id=%s;out_trade_no=DEP-001;total_fee=100;refund_fee=5;out_refund_no=R1",
             got(&r, "transaction_id"));
    expect(&s, "deposit_refund", refund, "", &r);
    expect(&s, "deposit_refundquery",
           "out_refund_no=R1;refund_id=;transaction_id=;out_trade_no=", "", &r);
    assert_string_equal(got(&r, "refund_fee_0"), "5");
    expect(&s, "deposit_refundquery",
           "out_refund_no=R2;refund_id=;transaction_id=;out_trade_no=", "REFUNDNOTEXIST", &r);
    reply_clear(&r);
    close_stage(&s);
}

/* The bytes that a call answers. */
static void raw(struct stage *s, const char *id, const char *changes, struct net_call *call)
{
    struct params p = {0};
    struct reply r = {0};
    make_request(id, changes, SIGNED, &p);
    send_params(s, id, &p, &r, call);
    reply_clear(&r);
    params_clear(&p);
}

static void a_bill_is_text_or_gzip(void **state)
{
    (void)state;
    struct stage s;
    struct net_call call;
    struct reply r = {0};
    NEED("downloadbill");
    open_stage(&s, &(struct gateway_options){0});
    raw(&s, "downloadbill", "bill_date=20250101;bill_type=ALL;tar_type=", &call);
    assert_non_null(strstr(buf_str(&call.r.body), "No Bill Exist"));
    assert_non_null(strstr(buf_str(&call.r.body), "FAIL"));
    assert_non_null(strstr(buf_str(&call.r.body), "20002"));
    http_result_clear(&call.r);
    call_api(&s, "unifiedorder", "out_trade_no=BILL-1;total_fee=123", SIGNED, &r);
    play(&s, PAYER_PAY, "BILL-1", NULL);
    raw(&s, "downloadbill", "bill_date=20250101;bill_type=ALL;tar_type=", &call);
    assert_non_null(strstr(call.r.content_type, "text/plain"));
    assert_memory_equal(buf_str(&call.r.body), "交易时间,", strlen("交易时间,"));
    assert_non_null(strstr(buf_str(&call.r.body), "`1.23"));
    struct buf plain = call.r.body;
    call.r.body = (struct buf){0};
    http_result_clear(&call.r);
    raw(&s, "downloadbill", "bill_date=20250101;bill_type=ALL;tar_type=GZIP", &call);
    /* A stored block: head (10), block head (5), the text, CRC-32 and size (8). */
    assert_int_equal(call.r.body.len, plain.len + 23);
    assert_memory_equal(call.r.body.data, "\x1f\x8b\x08", 3);
    assert_memory_equal(call.r.body.data + 15, plain.data, plain.len);
    http_result_clear(&call.r);
    buf_clear(&plain);
    reply_clear(&r);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_code_chooses_what_a_scan_comes_to),
        cmocka_unit_test(a_scan_is_settled_reversed_and_not_repeated),
        cmocka_unit_test(a_fault_rule_decides_a_scan_too),
        cmocka_unit_test(a_deposit_from_paying_to_refunding),
        cmocka_unit_test(deposits_are_asked_for_refunds),
        cmocka_unit_test(a_bill_is_text_or_gzip),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
