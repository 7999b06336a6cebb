/* SPDX-License-Identifier: MIT */
/*
 * A notification beside what went before it: repeats, the order that was sent, the order of events.
 */
#include "listener_stage.h"

static void a_repeat_is_acknowledged_again_and_said(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
    assert_true(f->got[1].notice.duplicate);
    assert_false(f->got[0].notice.duplicate);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, true), IS_FAIL); /* forged: no repeat */
    assert_false(f->got[2].notice.duplicate);
    assert_begins(shoot(f, EVENT_REFUND, NULL, NULL, false), IS_SUCCESS);
    assert_false(f->got[3].notice.duplicate);
}

static void keep_outcome(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    (void)body;
    snprintf(ctx, 40, "%d %s", row->good, row->outcome);
}

/* Sent again because it was refused: the application may have done its work all the same. */
static void a_repeat_of_what_was_refused_is_said(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){.answer = {.reply = LISTENER_FAIL}});
    shoot(f, EVENT_PAYMENT, NULL, NULL, true); /* forged: nobody's delivery */
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_false(f->got[1].notice.duplicate);
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_true(f->got[2].notice.duplicate);
    assert_true(found(&f->got[2], "duplicate"));
    shoot(f, EVENT_PAYMENT, "result_code", "FAIL", false); /* another outcome */
    assert_false(f->got[3].notice.duplicate);
    shoot(f, EVENT_PAYMENT, "transaction_id", "2", false); /* another payment */
    assert_false(f->got[4].notice.duplicate);
    shoot(f, EVENT_PAYMENT, "out_trade_no", "T9", false); /* refused before, and no better now */
    assert_false(f->got[5].notice.duplicate);
}

/* The platform did not hear it: what comes again is none that was acknowledged. */
static void what_was_acknowledged_too_late_is_no_precedent(void **state)
{
    struct fixture *f = *state;
    struct listener_answer slow = {.delay_ms = 6000}, quick = {0};
    struct buf body;
    char outcome[40];
    listen_with(f, (struct listener_options){.answer = slow});
    build(EVENT_PAYMENT, NULL, NULL, false, &body);
    send_body(f, buf_str(&body), body.len);
    net_until(f->loop, &f->arrived);
    assert_true(found(&f->got[0], "too-slow"));
    assert_int_equal(journal_get(f->journal, f->got[0].journal_id, keep_outcome, outcome, NULL), 0);
    assert_string_equal(outcome, "0 too-slow acknowledged");
    net_close(&f->client); /* the platform gives up */
    listener_answer(f->listener, EVENT_UNKNOWN, &quick);
    assert_begins(post(f, buf_str(&body), body.len), IS_SUCCESS);
    assert_true(f->got[1].notice.duplicate);
    assert_non_null(strstr(f->got[1].notice.findings.items[0].text[LANG_EN], "not acknowledged"));
    assert_begins(post(f, buf_str(&body), body.len), IS_SUCCESS);
    assert_non_null(strstr(f->got[2].notice.findings.items[0].text[LANG_EN], "was acknowledged"));
    buf_clear(&body);
}

struct word {
    const char *name, *value;
};

/* Posts one with several fields given; an empty value leaves its field out. */
static const char *shoot_kind(struct fixture *f, enum event_kind kind, const struct word *words,
                              enum sign_kind sign)
{
    struct params given = {0};
    struct template t = {0};
    struct template_source s = {.event = &events.items[kind],
                                .profile = &shop,
                                .given = &given,
                                .seed = {1735660800, "nonce", "123456789012345678901234"}};
    struct template_sign how = {.kind = sign, .key = &shop.key.value};
    struct buf body;
    buf_init(&body, 1 << 20);
    for (; words->name; words++)
        params_set(&given, words->name, words->value, NULL);
    template_fill(&s, &t, NULL);
    template_write(&t, &how, NULL, &body, NULL);
    const char *answer = post(f, buf_str(&body), body.len);
    template_clear(&t);
    params_clear(&given);
    buf_clear(&body);
    return answer;
}

static const char *shoot_words(struct fixture *f, enum event_kind kind, const struct word *words)
{
    return shoot_kind(f, kind, words, SIGN_MD5);
}

/* Whoever takes a success for the repeat of a failure loses the payment. */
static void another_outcome_is_no_repeat(void **state)
{
    static const struct {
        enum event_kind kind;
        const char *name, *values[3];
    } rows[] = {
        {EVENT_GATEWAY_PAYMENT, "pay_result", {"1", "2", "0"}},
        {EVENT_REFUND, "refund_status", {"CHANGE", "REFUNDCLOSE", "SUCCESS"}},
        {EVENT_PAYMENT, "result_code", {"FAIL", "FAILED", "SUCCESS"}},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        bool gateway = rows[i].kind == EVENT_GATEWAY_PAYMENT;
        shop.dialect = gateway ? DIALECT_GATEWAY : DIALECT_OFFICIAL;
        listen_with(f, (struct listener_options){0});
        for (size_t v = 0; v < 6; v++) { /* each, and each again */
            const char *says = shoot(f, rows[i].kind, rows[i].name, rows[i].values[v % 3], false);
            assert_begins(says, gateway ? "success" : IS_SUCCESS);
            if (f->got[v].notice.duplicate != (v >= 3) ||
                found(&f->got[v], "duplicate") != (v >= 3))
                fail_msg("%s=%s", rows[i].name, rows[i].values[v % 3]);
            receipt_clear(&f->got[v]);
        }
        f->count = 0;
        listener_close(f->listener);
        f->listener = NULL;
        journal_close(f->journal);
        f->journal = NULL;
        loop_turn(f->loop, 0);
    }
    shop.dialect = DIALECT_OFFICIAL;
}

/* Without a transaction there is the contract, which has many orders. */
static void deductions_that_failed_are_not_one_transaction(void **state)
{
    struct fixture *f = *state;
    struct word words[] = {{"contract_id", "201601091020041234"},
                           {"transaction_id", ""},
                           {"result_code", "FAIL"},
                           {"out_trade_no", "D1"},
                           {NULL, NULL}};
    listen_with(f, (struct listener_options){0});
    assert_begins(shoot_words(f, EVENT_PAYMENT, words), IS_SUCCESS);
    words[3].value = "D2";
    assert_begins(shoot_words(f, EVENT_PAYMENT, words), IS_SUCCESS);
    assert_false(f->got[1].notice.duplicate);
    assert_begins(shoot_words(f, EVENT_PAYMENT, words), IS_SUCCESS);
    assert_true(f->got[2].notice.duplicate);
}

static void the_order_sent_is_compared(void **state)
{
    struct fixture *f = *state;
    const char *order = "<xml><out_trade_no>T20250101000001</out_trade_no><total_fee>5</total_fee>"
                        "<appid>wxd930ea5d5a258f4f</appid><mch_id>10000100</mch_id></xml>";
    struct journal_row row = {
        .kind = JOURNAL_CALL, .name = "unifiedorder", .order_no = "T20250101000001", .good = true};
    struct journal_body body = {.request = {order, strlen(order)}};
    listen_with(f, (struct listener_options){0});
    journal_add(f->journal, &row, &body, NULL, NULL);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_FAIL);
    assert_true(found(&f->got[0], "amount"));
    assert_begins(shoot(f, EVENT_PAYMENT, "total_fee", "5", false), IS_SUCCESS);
    assert_begins(shoot(f, EVENT_PAYMENT, "out_trade_no", "T9", false), IS_FAIL);
    assert_true(found(&f->got[2], "unknown-order"));
}

static void add_order(struct fixture *f, const char *mch_id, const char *sub_mch_id, int fen)
{
    char order[512];
    struct journal_row row = {.kind = JOURNAL_CALL,
                              .name = "unifiedorder",
                              .mch_id = mch_id,
                              .order_no = "T20250101000001",
                              .good = true};
    snprintf(order, sizeof order,
             "<xml><out_trade_no>T20250101000001</out_trade_no><total_fee>%d</total_fee>"
             "<mch_id>%s</mch_id><sub_mch_id>%s</sub_mch_id></xml>",
             fen, mch_id, sub_mch_id);
    struct journal_body body = {.request = {order, strlen(order)}};
    assert_int_equal(journal_add(f->journal, &row, &body, NULL, NULL), ST_OK);
}

/* An order number is a merchant's own: another may use the same. */
static void an_order_is_of_the_merchant_who_is_told_of(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    add_order(f, "1900000109", "1900000110", 22);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_FAIL);
    assert_true(found(&f->got[0], "mch-id")); /* known of another merchant alone */
    add_order(f, "10000100", "", 1);
    add_order(f, "1900000109", "1900000110", 22);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
    assert_int_equal(f->got[1].notice.findings.errors, 0);
    add_order(f, "10000100", "1900000111", 33);
    add_order(f, "10000100", "1900000112", 44);
    assert_begins(shoot(f, EVENT_PAYMENT, "sub_mch_id", "1900000111", false), IS_FAIL);
    assert_int_equal(f->got[2].notice.findings.errors, 1);
    assert_true(found(&f->got[2], "amount")); /* 1 instead of 33: it is that order */
}

static void add_contract(struct fixture *f, const char *mch_id, const char *code)
{
    char order[512];
    struct journal_row row = {.kind = JOURNAL_CALL,
                              .name = "contractorder",
                              .mch_id = mch_id,
                              .order_no = "T9",
                              .good = true};
    snprintf(order, sizeof order,
             "<xml><out_trade_no>T9</out_trade_no><mch_id>%s</mch_id>"
             "<contract_code>%s</contract_code></xml>",
             mch_id, code);
    struct journal_body body = {.request = {order, strlen(order)}};
    assert_int_equal(journal_add(f->journal, &row, &body, NULL, NULL), ST_OK);
}

static void a_contract_is_known_by_its_code(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    add_order(f, "10000100", "", 1); /* asks for none */
    assert_begins(shoot(f, EVENT_CONTRACT_ADD, "contract_code", "C1", false), IS_SUCCESS);
    assert_int_equal(f->got[0].notice.findings.count, 0);
    add_contract(f, "10000100", "C1");
    add_contract(f, "1900000109", "C2");
    assert_begins(shoot(f, EVENT_CONTRACT_ADD, "contract_code", "C1", false), IS_SUCCESS);
    assert_false(found(&f->got[1], "unknown-order"));
    assert_begins(shoot(f, EVENT_CONTRACT_ADD, "contract_code", "C2", false), IS_FAIL);
    assert_true(found(&f->got[2], "mch-id"));
    assert_begins(shoot(f, EVENT_CONTRACT_ADD, "contract_code", "C3", false), IS_SUCCESS);
    assert_true(found(&f->got[3], "unknown-order"));
    assert_string_equal(f->got[3].notice.findings.items[0].field, "contract_code");
}

/* The order may be none of ours: what was told of the transaction before is all there is. */
static void a_transaction_is_of_one_order_and_amount(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
    assert_begins(shoot(f, EVENT_PAYMENT, "out_trade_no", "T9", false), IS_FAIL);
    assert_false(f->got[1].notice.duplicate);
    assert_true(found(&f->got[1], "other-order"));
    assert_begins(shoot(f, EVENT_PAYMENT, "total_fee", "9", false), IS_FAIL);
    assert_true(f->got[2].notice.duplicate);
    assert_true(found(&f->got[2], "amount"));
    assert_false(found(&f->got[2], "duplicate")); /* which says to acknowledge it */
    assert_begins(shoot(f, EVENT_PAYMENT, "total_fee", "9", true), IS_FAIL);
    assert_false(found(&f->got[3], "amount")); /* forged: it says nothing */
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
    assert_true(found(&f->got[4], "duplicate"));
    assert_begins(shoot(f, EVENT_REFUND, NULL, NULL, false), IS_SUCCESS);
    assert_begins(shoot(f, EVENT_REFUND, "out_trade_no", "T9", false), IS_FAIL);
    assert_true(found(&f->got[6], "other-order"));
    assert_int_equal(f->got[6].notice.findings.errors, 1);
}

static void keep_amount(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    (void)body;
    *(int64_t *)ctx = row->amount;
}

/* What goes back is the refund's amount, what was paid stands beside it. */
static void a_refund_is_of_its_own_amount(void **state)
{
    struct fixture *f = *state;
    struct word words[] = {{"total_fee", "100"}, {"refund_fee", "30"}, {NULL, NULL}};
    int64_t amount = 0;
    listen_with(f, (struct listener_options){0});
    assert_begins(shoot_words(f, EVENT_REFUND, words), IS_SUCCESS);
    journal_get(f->journal, f->got[0].journal_id, keep_amount, &amount, NULL);
    assert_int_equal(amount, 30);
    assert_begins(shoot_words(f, EVENT_REFUND, words), IS_SUCCESS);
    assert_true(found(&f->got[1], "duplicate"));
    words[1].value = "31";
    assert_begins(shoot_words(f, EVENT_REFUND, words), IS_FAIL);
    assert_true(found(&f->got[2], "amount"));
    add_order(f, "10000100", "", 100);
    words[1].value = "30";
    assert_begins(shoot_words(f, EVENT_REFUND, words), IS_SUCCESS);
    words[0].value = "99"; /* of an order of 100 */
    assert_begins(shoot_words(f, EVENT_REFUND, words), IS_FAIL);
    assert_true(found(&f->got[4], "amount"));
    words[0].value = "100";
    words[1].value = "31"; /* altered, also where the order is known */
    assert_begins(shoot_words(f, EVENT_REFUND, words), IS_FAIL);
    assert_true(found(&f->got[5], "amount"));
    words[1].value = "1.5";
    assert_begins(shoot_words(f, EVENT_REFUND, words), IS_FAIL);
    assert_true(found(&f->got[6], "type"));
    struct word more[] = {
        {"total_fee", "100"}, {"refund_fee", "101"}, {"refund_id", "R9"}, {NULL, NULL}};
    assert_begins(shoot_words(f, EVENT_REFUND, more), IS_FAIL);
    assert_true(found(&f->got[7], "amount"));
    assert_int_equal(f->got[7].notice.findings.errors, 1);
}

static void a_refund_before_its_payment_is_out_of_order(void **state)
{
    struct fixture *f = *state;
    const char *order =
        "<xml><out_trade_no>T20250101000001</out_trade_no><total_fee>1</total_fee></xml>";
    struct journal_row row = {
        .kind = JOURNAL_CALL, .name = "unifiedorder", .order_no = "T20250101000001", .good = true};
    struct journal_body body = {.request = {order, strlen(order)}};
    listen_with(f, (struct listener_options){0});
    journal_add(f->journal, &row, &body, NULL, NULL);
    shoot(f, EVENT_REFUND, NULL, NULL, false);
    assert_true(found(&f->got[0], "out-of-order"));
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_true(found(&f->got[1], "out-of-order"));
    shoot(f, EVENT_REFUND, "refund_id", "2", false);
    assert_false(found(&f->got[2], "out-of-order"));
}

/* One order, two transactions: one of them has to go back. */
static void an_order_paid_twice_is_said(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    shoot(f, EVENT_PAYMENT, "result_code", "FAIL", false);
    shoot(f, EVENT_PAYMENT, "transaction_id", "2", false);
    assert_false(found(&f->got[1], "paid-twice")); /* the first was no payment */
    assert_begins(shoot(f, EVENT_PAYMENT, "transaction_id", "3", false), IS_SUCCESS);
    assert_true(found(&f->got[2], "paid-twice"));
    assert_non_null(strstr(f->got[2].notice.findings.items[0].text[LANG_EN], " 2"));
    shoot(f, EVENT_PAYMENT, "transaction_id", "3", false);
    assert_false(found(&f->got[3], "paid-twice")); /* but a repeat */
    shoot(f, EVENT_REFUND, NULL, NULL, false);
    shoot(f, EVENT_PAYMENT, "transaction_id", "4", false);
    assert_true(found(&f->got[5], "paid-twice"));
    assert_false(found(&f->got[5], "out-of-order")); /* its own refund has not been here */
    struct word words[] = {{"transaction_id", "5"}, {"attach", "not-success "}, {NULL, NULL}};
    shoot_words(f, EVENT_PAYMENT, words);
    words[0].value = "6";
    shoot_words(f, EVENT_PAYMENT, words);
    assert_non_null(strstr(f->got[7].notice.findings.items[0].text[LANG_EN], " 5"));
}

static void add_refund(struct fixture *f, const char *order, const char *number, const char *fee)
{
    char text[512];
    struct journal_row row = {.kind = JOURNAL_CALL,
                              .name = "refund",
                              .mch_id = "10000100",
                              .order_no = order ? order : number,
                              .good = true};
    snprintf(text, sizeof text,
             "<xml><out_refund_no>%s</out_refund_no><refund_fee>%s</refund_fee></xml>", number,
             fee);
    struct journal_body body = {.request = {text, strlen(text)}};
    assert_int_equal(journal_add(f->journal, &row, &body, NULL, NULL), ST_OK);
}

/* What was asked for is known by its number, with or without the order's beside it. */
static void a_refund_is_of_the_amount_asked_for(void **state)
{
    static const char *const orders[] = {"T20250101000001", NULL};
    struct fixture *f = *state;
    struct word words[] = {{"out_refund_no", "R1"},
                           {"refund_id", "1"},
                           {"total_fee", "100"},
                           {"refund_fee", "41"},
                           {NULL, NULL}};
    listen_with(f, (struct listener_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++) {
        words[0].value = i ? "R2" : "R1";
        words[1].value = i ? "2" : "1";
        words[3].value = "41";
        add_refund(f, orders[i], words[0].value, "40");
        add_refund(f, orders[i], "R9", "41");
        assert_begins(shoot_words(f, EVENT_REFUND, words), IS_FAIL);
        assert_true(found(&f->got[2 * i], "amount"));
        words[3].value = "40";
        assert_begins(shoot_words(f, EVENT_REFUND, words), IS_SUCCESS);
        assert_false(found(&f->got[2 * i + 1], "amount"));
    }
}

static void add_refund_of(struct fixture *f, const char *sub_mch_id, const char *fee)
{
    char text[512];
    struct journal_row row = {.kind = JOURNAL_CALL,
                              .name = "refund",
                              .mch_id = "10000100",
                              .order_no = "T20250101000001",
                              .good = true};
    snprintf(text, sizeof text,
             "<xml><out_refund_no>R1</out_refund_no><refund_fee>%s</refund_fee>"
             "<sub_mch_id>%s</sub_mch_id></xml>",
             fee, sub_mch_id);
    struct journal_body body = {.request = {text, strlen(text)}};
    assert_int_equal(journal_add(f->journal, &row, &body, NULL, NULL), ST_OK);
}

/* Two sub-merchants may use the same numbers, of orders and of refunds. */
static void orders_of_sub_merchants_are_told_apart(void **state)
{
    struct fixture *f = *state;
    struct word one[] = {
        {"sub_mch_id", "110"}, {"total_fee", "1100"}, {"transaction_id", "1"}, {NULL, NULL}};
    struct word two[] = {
        {"sub_mch_id", "111"}, {"total_fee", "1110"}, {"transaction_id", "2"}, {NULL, NULL}};
    struct word refund[] = {{"sub_mch_id", "110"},   {"total_fee", "1100"}, {"refund_fee", "100"},
                            {"out_refund_no", "R1"}, {"refund_id", "1"},    {NULL, NULL}};
    listen_with(f, (struct listener_options){0});
    add_order(f, "10000100", "110", 1100);
    add_order(f, "10000100", "111", 1110);
    add_refund_of(f, "110", "100");
    add_refund_of(f, "111", "200");
    assert_begins(shoot_words(f, EVENT_PAYMENT, two), IS_SUCCESS);
    shoot_words(f, EVENT_REFUND, refund);
    assert_true(found(&f->got[1], "out-of-order")); /* the payment was the other's */
    assert_false(found(&f->got[1], "amount"));
    one[2].value = "3";
    assert_begins(shoot_words(f, EVENT_PAYMENT, one), IS_SUCCESS);
    assert_false(found(&f->got[2], "paid-twice"));
    one[2].value = "4";
    shoot_words(f, EVENT_PAYMENT, one);
    assert_true(found(&f->got[3], "paid-twice"));
}

/* It came, though nobody acknowledged it. */
static void a_refund_behind_a_refused_payment_is_in_order(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){.answer = {.reply = LISTENER_FAIL}});
    add_order(f, "10000100", "", 1);
    shoot(f, EVENT_PAYMENT, NULL, NULL, true); /* forged: none */
    shoot(f, EVENT_REFUND, "refund_id", "1", false);
    assert_true(found(&f->got[1], "out-of-order"));
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    shoot(f, EVENT_REFUND, "refund_id", "2", false);
    assert_false(found(&f->got[3], "out-of-order"));
}

static void a_failure_behind_its_success_is_out_of_order(void **state)
{
    static const struct {
        enum event_kind kind;
        const char *name, *bad;
    } rows[] = {{EVENT_PAYMENT, "result_code", "FAIL"}, {EVENT_REFUND, "refund_status", "CHANGE"}};
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        shoot(f, rows[i].kind, NULL, NULL, false);
        shoot(f, rows[i].kind, rows[i].name, rows[i].bad, false);
        assert_true(found(&f->got[2 * i + 1], "out-of-order"));
        assert_false(found(&f->got[2 * i], "out-of-order"));
    }
}

/* A deposit's notification has an algorithm of its own, whatever the order was signed with. */
static void of_a_fixed_algorithm_nothing_is_said(void **state)
{
    static const char *const apis[] = {"deposit_unifiedorder", "unifiedorder"};
    struct fixture *f = *state;
    const char *order = "<xml><out_trade_no>T20250101000001</out_trade_no><total_fee>1</total_fee>"
                        "<sign>0123456789ABCDEF0123456789ABCDEF</sign></xml>";
    struct journal_body body = {.request = {order, strlen(order)}};
    listen_with(f, (struct listener_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(apis); i++) {
        struct journal_row row = {
            .kind = JOURNAL_CALL, .name = apis[i], .order_no = "T20250101000001", .good = true};
        assert_int_equal(journal_add(f->journal, &row, &body, NULL, NULL), ST_OK);
        struct word words[] = {
            {"sign_type", "HMAC-SHA256"}, {"transaction_id", i ? "2" : "1"}, {NULL, NULL}};
        shoot_kind(f, i ? EVENT_PAYMENT : EVENT_DEPOSIT, words, SIGN_HMAC_SHA256);
        assert_int_equal(f->got[i].notice.trust, NOTICE_GENUINE);
        assert_int_equal(found(&f->got[i], "algorithm"), i == 1);
    }
}

/* A code may be signed again when its contract has ended: the contract has a number of its own. */
static void contracts_of_one_code_are_told_apart(void **state)
{
    struct fixture *f = *state;
    struct word first[] = {{"contract_code", "C1"}, {"contract_id", "11"}, {NULL, NULL}};
    struct word second[] = {{"contract_code", "C1"}, {"contract_id", "22"}, {NULL, NULL}};
    static const struct {
        enum event_kind kind;
        bool second;
    } rows[] = {{EVENT_CONTRACT_ADD, false},
                {EVENT_CONTRACT_DELETE, false},
                {EVENT_CONTRACT_ADD, true},
                {EVENT_CONTRACT_DELETE, true}};
    listen_with(f, (struct listener_options){0});
    add_contract(f, "10000100", "C1");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_begins(shoot_words(f, rows[i].kind, rows[i].second ? second : first), IS_SUCCESS);
        if (found(&f->got[i], "out-of-order"))
            fail_msg("row %zu", i);
    }
}

static void a_contract_that_ends_before_it_began_is_out_of_order(void **state)
{
    struct fixture *f = *state;
    struct word words[] = {{"contract_code", "C1"}, {"contract_id", "11"}, {NULL, NULL}};
    listen_with(f, (struct listener_options){0});
    shoot_words(f, EVENT_CONTRACT_DELETE, words);
    assert_false(found(&f->got[0], "out-of-order")); /* it was not asked for here */
    words[1].value = "22";
    add_contract(f, "10000100", "C1");
    shoot_words(f, EVENT_CONTRACT_DELETE, words);
    assert_true(found(&f->got[1], "out-of-order"));
    shoot_words(f, EVENT_CONTRACT_ADD, words);
    assert_true(found(&f->got[2], "out-of-order"));
    shoot_words(f, EVENT_CONTRACT_DELETE, words);
    assert_false(found(&f->got[3], "out-of-order"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_repeat_is_acknowledged_again_and_said),
        TEST(a_repeat_of_what_was_refused_is_said),
        TEST(what_was_acknowledged_too_late_is_no_precedent),
        TEST(another_outcome_is_no_repeat),
        TEST(deductions_that_failed_are_not_one_transaction),
        TEST(the_order_sent_is_compared),
        TEST(an_order_is_of_the_merchant_who_is_told_of),
        TEST(a_contract_is_known_by_its_code),
        TEST(a_transaction_is_of_one_order_and_amount),
        TEST(a_refund_is_of_its_own_amount),
        TEST(a_refund_before_its_payment_is_out_of_order),
        TEST(an_order_paid_twice_is_said),
        TEST(a_refund_is_of_the_amount_asked_for),
        TEST(orders_of_sub_merchants_are_told_apart),
        TEST(a_refund_behind_a_refused_payment_is_in_order),
        TEST(a_failure_behind_its_success_is_out_of_order),
        TEST(of_a_fixed_algorithm_nothing_is_said),
        TEST(contracts_of_one_code_are_told_apart),
        TEST(a_contract_that_ends_before_it_began_is_out_of_order),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
