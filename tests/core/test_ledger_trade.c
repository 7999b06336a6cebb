/* SPDX-License-Identifier: MIT */
/* Paying, failing, closing, reversing, consuming: each act in each state. */
#include "ledger_world.h"

#include "core/ledger_deposit.h"

#define A "mch_id=1;out_trade_no=A;total_fee=88"

static void every_act_in_every_state(void **state)
{
    (void)state;
    static const struct {
        const char *api;
        enum order_state from;
        enum trade_result pay, fail, close, reverse;
    } rows[] = {
        {"unifiedorder", ORDER_NOTPAY, TRADE_DONE, TRADE_DONE, TRADE_DONE, TRADE_NOT_SCANNED},
        {"unifiedorder", ORDER_SUCCESS, TRADE_PAID, TRADE_PAID, TRADE_PAID, TRADE_NOT_SCANNED},
        {"unifiedorder", ORDER_REFUND, TRADE_PAID, TRADE_PAID, TRADE_PAID, TRADE_NOT_SCANNED},
        {"unifiedorder", ORDER_CLOSED, TRADE_CLOSED, TRADE_CLOSED, TRADE_CLOSED, TRADE_NOT_SCANNED},
        {"unifiedorder", ORDER_PAYERROR, TRADE_WRONG_STATE, TRADE_WRONG_STATE, TRADE_WRONG_STATE,
         TRADE_NOT_SCANNED},
        {"micropay", ORDER_USERPAYING, TRADE_DONE, TRADE_DONE, TRADE_WRONG_STATE, TRADE_DONE},
        {"micropay", ORDER_SUCCESS, TRADE_PAID, TRADE_PAID, TRADE_PAID, TRADE_DONE},
        {"micropay", ORDER_PAYERROR, TRADE_WRONG_STATE, TRADE_WRONG_STATE, TRADE_WRONG_STATE,
         TRADE_DONE},
        {"micropay", ORDER_REVOKED, TRADE_CLOSED, TRADE_CLOSED, TRADE_CLOSED, TRADE_DONE},
        {"micropay", ORDER_REFUND, TRADE_PAID, TRADE_PAID, TRADE_PAID, TRADE_REFUNDED},
        {"pappayapply", ORDER_ACCEPT, TRADE_DONE, TRADE_DONE, TRADE_WRONG_STATE, TRADE_NOT_SCANNED},
        {"deposit_unifiedorder", ORDER_NOTPAY, TRADE_DONE, TRADE_DONE, TRADE_DONE,
         TRADE_WRONG_STATE},
        {"deposit_unifiedorder", ORDER_SUCCESS, TRADE_PAID, TRADE_PAID, TRADE_PAID, TRADE_DONE},
        {"deposit_unifiedorder", ORDER_PAYERROR, TRADE_WRONG_STATE, TRADE_WRONG_STATE,
         TRADE_WRONG_STATE, TRADE_WRONG_STATE},
        {"deposit_unifiedorder", ORDER_REVOKED, TRADE_CLOSED, TRADE_CLOSED, TRADE_CLOSED,
         TRADE_DONE},
        {"deposit_unifiedorder", ORDER_REFUND, TRADE_PAID, TRADE_PAID, TRADE_PAID, TRADE_REFUNDED},
        {"deposit_micropay", ORDER_USERPAYING, TRADE_DONE, TRADE_DONE, TRADE_WRONG_STATE,
         TRADE_DONE},
        {"deposit_micropay", ORDER_PAYERROR, TRADE_WRONG_STATE, TRADE_WRONG_STATE,
         TRADE_WRONG_STATE, TRADE_DONE},
        {"pappayapply", ORDER_PAYERROR, TRADE_WRONG_STATE, TRADE_WRONG_STATE, TRADE_WRONG_STATE,
         TRADE_NOT_SCANNED},
        {"pappayapply", ORDER_SUCCESS, TRADE_PAID, TRADE_PAID, TRADE_PAID, TRADE_NOT_SCANNED},
        {"deposit_unifiedorder", ORDER_CLOSED, TRADE_CLOSED, TRADE_CLOSED, TRADE_CLOSED,
         TRADE_CLOSED},
    };
    struct ledger *l = ledger_new();
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char fields[64];
        snprintf(fields, sizeof fields, "mch_id=1;out_trade_no=A%zu;total_fee=88", i);
        struct order *o = place(l, rows[i].api, fields);
        enum trade_result all[4];
        for (int act = 0; act < 4; act++) {
            time_t at = NOW + CLOSE_SECONDS;
            o->state = rows[i].from;
            all[act] = act == 0   ? ledger_pay(o, at, UNIQUE)
                       : act == 1 ? ledger_fail(o, at, "NOTENOUGH")
                       : act == 2 ? ledger_close(o, at)
                                  : ledger_reverse(o, at);
            if (all[act] != TRADE_DONE) {
                assert_int_equal(o->state, rows[i].from); /* a refusal moves nothing */
                assert_non_null(trade_code(all[act]));
            }
        }
        assert_int_equal(all[0], rows[i].pay);
        assert_int_equal(all[1], rows[i].fail);
        assert_int_equal(all[2], rows[i].close);
        assert_int_equal(all[3], rows[i].reverse);
    }
    ledger_free(l);
}

static void a_payment_has_number_and_time(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = place(l, "unifiedorder", A);
    assert_int_equal(ledger_pay(o, NOW + 5, UNIQUE), TRADE_DONE);
    assert_true(o->paid_at == NOW + 5 && o->state == ORDER_SUCCESS);
    assert_int_equal(strlen(o->transaction_id), 28);
    assert_int_equal(strspn(o->transaction_id, "0123456789"), 28);
    assert_memory_equal(o->transaction_id, "420020250101", 12);
    assert_ptr_equal(ledger_by_transaction(l, "1", o->transaction_id), o);
    assert_null(ledger_by_transaction(l, "2", o->transaction_id));
    assert_null(ledger_by_transaction(l, "1", ""));
    assert_string_equal(trade_code(TRADE_PAID), "ORDERPAID");
    ledger_free(l);
}

static void an_order_is_closed_after_five_minutes(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = place(l, "unifiedorder", A);
    assert_int_equal(ledger_close(o, NOW + CLOSE_SECONDS - 1), TRADE_TOO_EARLY);
    assert_int_equal(o->state, ORDER_NOTPAY);
    assert_int_equal(ledger_close(o, NOW + CLOSE_SECONDS), TRADE_DONE);
    assert_int_equal(o->state, ORDER_CLOSED);
    o = place(l, "unifiedorder", "mch_id=1;out_trade_no=B;time_expire=20250101090000");
    assert_int_equal(ledger_fail(o, NOW + HOUR, "X"), TRADE_CLOSED);
    assert_string_equal(o->failure, "");
    ledger_free(l);
}

static void a_payment_is_reversed_within_seven_days(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = paid(l, "micropay", A);
    assert_int_equal(ledger_reverse(o, NOW + 2 + REVERSE_SECONDS), TRADE_TOO_LATE);
    assert_int_equal(ledger_reverse(o, NOW + 1 + REVERSE_SECONDS), TRADE_DONE);
    assert_int_equal(o->state, ORDER_REVOKED);
    ledger_free(l);
}

static void a_deposit_is_consumed_once(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o = place(l, "deposit_unifiedorder", A);
    assert_int_equal(ledger_consume(o, 88, 10), CONSUME_NOT_PAID);
    ledger_pay(o, NOW, UNIQUE);
    assert_int_equal(ledger_consume(o, 87, 10), CONSUME_TOTAL);
    assert_int_equal(ledger_consume(o, 88, 0), CONSUME_SUM);
    assert_int_equal(ledger_consume(o, 88, 89), CONSUME_SUM);
    assert_int_equal(ledger_consume(o, 88, -1), CONSUME_SUM);
    assert_true(o->consumed_fee == 0);
    assert_int_equal(ledger_consume(o, 88, 10), CONSUME_DONE);
    assert_int_equal(ledger_consume(o, 88, 10), CONSUME_SAME);
    assert_int_equal(ledger_consume(o, 88, 11), CONSUME_AGAIN);
    assert_int_equal(ledger_reverse(o, NOW), TRADE_CONSUMED);
    o = paid(l, "micropay", "mch_id=1;out_trade_no=M;total_fee=88;deposit=Y");
    assert_true(order_is_deposit(o) && order_is_scanned(o));
    assert_int_equal(ledger_consume(o, 88, 88), CONSUME_DONE);
    o = paid(l, "unifiedorder", "mch_id=1;out_trade_no=U;total_fee=88");
    assert_int_equal(ledger_consume(o, 88, 10), CONSUME_NO_DEPOSIT);
    ledger_free(l);
}

static void an_order_says_its_trade_type(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    assert_string_equal(order_trade_type(place(l, "unifiedorder", A ";trade_type=APP")), "APP");
    assert_string_equal(order_trade_type(place(l, "wap", "mch_id=1;out_trade_no=W")), "");
    assert_string_equal(order_trade_type(place(l, "micropay", "mch_id=1;out_trade_no=M")),
                        "MICROPAY");
    assert_string_equal(order_trade_type(place(l, "pappayapply", "mch_id=1;out_trade_no=P")),
                        "PAP");
    ledger_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_act_in_every_state),
        cmocka_unit_test(a_payment_has_number_and_time),
        cmocka_unit_test(an_order_is_closed_after_five_minutes),
        cmocka_unit_test(a_payment_is_reversed_within_seven_days),
        cmocka_unit_test(a_deposit_is_consumed_once),
        cmocka_unit_test(an_order_says_its_trade_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
