/* SPDX-License-Identifier: MIT */
/* Refunds: sums, numbers, states, what is refused, the bill, and that the books keep them. */
#include "ledger_world.h"

#include "core/ledger_bill.h"
#include "core/ledger_deposit.h"
#include "core/ledger_json.h"
#include "core/ledger_refund.h"

#define A "mch_id=1;out_trade_no=A;total_fee=100"

static enum refund_result ask(struct ledger *l, struct order *o, const char *number, int fee,
                              time_t now, struct refund **out)
{
    char fields[256];
    struct refund *r;
    snprintf(fields, sizeof fields, "out_refund_no=%s;total_fee=100;refund_fee=%d;sign=S;key=K",
             number, fee);
    struct params p = of(fields);
    enum refund_result result = ledger_refund(l, o, &p, now, UNIQUE, &r);
    assert_true((r != NULL) == (result == REFUND_NEW || result == REFUND_SAME));
    if (out)
        *out = r;
    params_clear(&p);
    return result;
}

static void parts_add_up_to_the_order(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = place(l, "unifiedorder", A), *owner;
    struct refund *r;
    assert_int_equal(ask(l, o, "R1", 10, NOW, NULL), REFUND_NOT_PAID);
    ledger_pay(o, NOW, UNIQUE);
    assert_int_equal(ask(l, o, "R1", 101, NOW, NULL), REFUND_SUM);
    assert_int_equal(ask(l, o, "R1", 0, NOW, NULL), REFUND_SUM);
    assert_int_equal(o->state, ORDER_SUCCESS);
    assert_int_equal(ask(l, o, "R1", 60, NOW, &r), REFUND_NEW);
    assert_int_equal(o->state, ORDER_REFUND);
    assert_int_equal(r->state, REFUND_PROCESSING);
    assert_int_equal(strlen(r->refund_id), 29);
    assert_null(params_find(&r->request, "key"));
    assert_int_equal(ask(l, o, "R1", 60, NOW, &r), REFUND_SAME); /* a retry gives nothing twice */
    assert_int_equal(o->refund_count, 1);
    assert_int_equal(ask(l, o, "R1", 40, NOW, NULL), REFUND_DIFFERS);
    assert_int_equal(ask(l, o, "R2", 41, NOW, NULL), REFUND_SUM);
    assert_true(order_refundable(o) == 40);
    assert_int_equal(ask(l, o, "R2", 40, NOW, NULL), REFUND_NEW);
    assert_true(order_refundable(o) == 0 && order_refunded(o) == 100);
    assert_ptr_equal(ledger_refund_find(l, "1", "R2", &owner), &o->refunds[1]);
    assert_ptr_equal(owner, o);
    assert_null(ledger_refund_find(l, "2", "R2", &owner));
    assert_ptr_equal(ledger_refund_by_id(l, "1", o->refunds[0].refund_id, &owner), &o->refunds[0]);
    ledger_free(l);
}

static void a_number_belongs_to_one_order(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *a = paid(l, "unifiedorder", A);
    struct order *b = paid(l, "unifiedorder", "mch_id=1;out_trade_no=B;total_fee=100");
    assert_int_equal(ask(l, a, "R1", 10, NOW, NULL), REFUND_NEW);
    assert_int_equal(ask(l, b, "R1", 10, NOW, NULL), REFUND_DIFFERS);
    ledger_free(l);
}

static void what_was_closed_can_be_asked_for_again(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = paid(l, "unifiedorder", A);
    struct refund *r;
    ask(l, o, "R1", 100, NOW, &r);
    assert_false(refund_settle(r, REFUND_PROCESSING, NOW));
    assert_true(refund_settle(r, REFUND_CLOSED, NOW + 9));
    assert_true(r->settled_at == NOW + 9);
    assert_false(refund_settle(r, REFUND_SUCCESS, NOW + 9));
    assert_int_equal(ask(l, o, "R2", 100, NOW, NULL), REFUND_NEW);
    ledger_free(l);
}

static void what_cannot_be_refunded(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = paid(l, "unifiedorder", A);
    assert_int_equal(ask(l, o, "R1", 1, NOW + 2 + REFUND_SECONDS, NULL), REFUND_TOO_LATE);
    o->total_fee = 99;
    assert_int_equal(ask(l, o, "R1", 1, NOW, NULL), REFUND_TOTAL);
    o = paid(l, "micropay", "mch_id=1;out_trade_no=M;total_fee=100");
    ledger_reverse(o, NOW);
    assert_int_equal(ask(l, o, "R1", 1, NOW, NULL), REFUND_REVOKED);
    o = paid(l, "unifiedorder", "mch_id=1;out_trade_no=B;total_fee=100");
    for (int i = 0; i < REFUNDS_MAX; i++) {
        char number[16];
        snprintf(number, sizeof number, "N%d", i);
        assert_int_equal(ask(l, o, number, 1, NOW, NULL), REFUND_NEW);
    }
    assert_int_equal(ask(l, o, "N50", 1, NOW, NULL), REFUND_MANY);
    ledger_free(l);
}

static void a_deposit_is_refunded_up_to_what_was_consumed(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = paid(l, "deposit_unifiedorder", A);
    assert_int_equal(ask(l, o, "R1", 1, NOW, NULL), REFUND_NOT_CONSUMED);
    ledger_consume(o, 100, 30);
    assert_int_equal(ask(l, o, "R1", 31, NOW, NULL), REFUND_SUM);
    assert_int_equal(ask(l, o, "R1", 30, NOW, NULL), REFUND_NEW);
    ledger_free(l);
}

static void the_books_keep_refunds(void **state)
{
    (void)state;
    struct ledger *l = ledger_new(), *again = ledger_new();
    struct order *o = paid(l, "deposit_unifiedorder", A);
    struct buf a, b;
    buf_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    ledger_consume(o, 100, 30);
    ask(l, o, "R1", 10, NOW, NULL);
    ask(l, o, "R2", 10, NOW, NULL);
    refund_settle(&o->refunds[0], REFUND_CHANGE, NOW + 5);
    snprintf(o->failure, sizeof o->failure, "X");
    struct json *j = order_json(o);
    json_write(j, false, &a);
    assert_int_equal(ledger_take(again, j, NULL), ST_OK);
    json_free(j);
    j = order_json(ledger_at(again, 0));
    json_write(j, false, &b);
    assert_string_equal(buf_str(&a), buf_str(&b));
    assert_null(strstr(buf_str(&a), "\"K\""));
    json_free(j);
    static const char *const damages[][2] = {
        {"\"PROCESSING\"", "\"GONE\""},
        {"\"settled_at\":0", "\"settled_at\":\"0\""},
        {"\"consumed_fee\":30", "\"consumed_fee\":101"},
        {"\"consumed_fee\":30", "\"consumed_fee\":-1"},
        {"\"refunds\":[", "\"refunds\":[5,"},
        {"\"failure\":\"X\"", "\"failure\":1"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
        struct err err = {0};
        struct buf text;
        const char *at = strstr(buf_str(&a), damages[i][0]);
        assert_non_null(at);
        buf_init(&text, 1 << 20);
        buf_add(&text, buf_str(&a), (size_t)(at - buf_str(&a)));
        buf_adds(&text, damages[i][1]);
        buf_adds(&text, at + strlen(damages[i][0]));
        assert_int_equal(json_parse(buf_str(&text), text.len, &j, NULL), ST_OK);
        assert_int_equal(ledger_take(again, j, &err), ST_SYNTAX);
        json_free(j);
        buf_clear(&text);
    }
    buf_clear(&a);
    buf_clear(&b);
    ledger_free(l);
    ledger_free(again);
}

static void a_bill_lists_the_day_in_yuan(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = paid(l, "unifiedorder", A ";trade_type=APP;appid=wx1;body=a,b`c;attach=x\ny");
    struct buf out;
    buf_init(&out, 1 << 20);
    ask(l, o, "R1", 30, NOW + 2, NULL);
    place(l, "unifiedorder", "mch_id=1;out_trade_no=U;total_fee=5"); /* unpaid: not in it */
    paid(l, "unifiedorder", "mch_id=2;out_trade_no=O;total_fee=5");  /* another's */
    struct bill_options b = {.mch_id = "1", .day = "20250101"};
    assert_int_equal(ledger_bill(l, &b, &out), 2);
    const char *text = buf_str(&out);
    assert_memory_equal(text, "交易时间,公众账号ID,", strlen("交易时间,公众账号ID,"));
    assert_non_null(strstr(text, "\r\n`2025-01-01 08:00:01,`wx1,`1,`0,"));
    assert_non_null(strstr(text, ",`APP,`SUCCESS,`OTHERS,`CNY,`1.00,"));
    assert_non_null(strstr(text, ",`R1,`0.30,`0.00,`ORIGINAL,`PROCESSING,`a b c,`x y,"));
    assert_non_null(
        strstr(text, "申请退款总金额\r\n`2,`1.00,`0.30,`0.00,`0.00000,`1.00,`0.30\r\n"));
    buf_reset(&out);
    b.type = BILL_SUCCESS;
    assert_int_equal(ledger_bill(l, &b, &out), 1);
    assert_null(strstr(buf_str(&out), "退款状态"));
    buf_reset(&out);
    b.type = BILL_REFUND;
    assert_int_equal(ledger_bill(l, &b, &out), 1);
    assert_non_null(strstr(buf_str(&out), "退款申请时间"));
    buf_reset(&out);
    b.type = BILL_RECHARGE_REFUND;
    assert_int_equal(ledger_bill(l, &b, &out), 0);
    b.type = BILL_ALL;
    b.day = "20250102";
    assert_int_equal(ledger_bill(l, &b, &out), 0);
    assert_int_equal(out.len, 0);
    buf_clear(&out);
    ledger_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up_to_the_order),
        cmocka_unit_test(a_number_belongs_to_one_order),
        cmocka_unit_test(what_was_closed_can_be_asked_for_again),
        cmocka_unit_test(what_cannot_be_refunded),
        cmocka_unit_test(a_deposit_is_refunded_up_to_what_was_consumed),
        cmocka_unit_test(the_books_keep_refunds),
        cmocka_unit_test(a_bill_lists_the_day_in_yuan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
