/* SPDX-License-Identifier: MIT */
/* The sandbox's books: what the same order number comes to, who may pay and close, and that the
   books survive being written and read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/ledger_json.h"
#include "core/ledger_trade.h"

#define NOW 1735689600 /* 2025-01-01 08:00 in UTC+8 */
#define HOUR 3600
#define UNIQUE "abcdefghij0123456789"

static const struct spec unified = {.id = "unifiedorder"}, contract = {.id = "contractorder"};

/* "name=value;…" */
static struct params of(const char *fields)
{
    struct params p = {0};
    char *copy = mem_strdup(fields), *rest = copy, *one;
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        assert_non_null(value);
        *value = '\0';
        assert_int_equal(params_set(&p, one, value + 1, NULL), ST_OK);
    }
    free(copy);
    return p;
}

static enum place_result place_at(struct ledger *l, const char *fields, time_t now,
                                  const char *unique, struct order **out, struct params *differs)
{
    struct params p = of(fields);
    struct order *o;
    enum place_result r = ledger_place(l, &unified, &p, SIGN_MD5, now, unique, &o, differs);
    if (out)
        *out = o;
    params_clear(&p);
    return r;
}

#define BASE "mch_id=1;out_trade_no=A;body=x;total_fee=88;nonce_str=n1;sign=S1"

static void a_new_order_has_what_was_sent(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o;
    assert_int_equal(
        place_at(l, BASE ";key=secret;time_expire=20250101090000", NOW, UNIQUE, &o, NULL),
        PLACE_NEW);
    assert_string_equal(o->prepay_id, "wx20250101080000" UNIQUE);
    assert_string_equal(o->mch_id, "1");
    assert_string_equal(o->out_trade_no, "A");
    assert_string_equal(o->api, "unifiedorder");
    assert_int_equal(o->state, ORDER_NOTPAY);
    assert_true(o->total_fee == 88);
    assert_true(o->expires_at == NOW + HOUR);
    assert_true(o->prepay_until == NOW + 2 * HOUR);
    assert_null(params_find(&o->request, "sign"));
    assert_null(params_find(&o->request, "key"));
    assert_ptr_equal(ledger_find(l, "1", "A"), o);
    assert_null(ledger_find(l, "2", "A"));
    assert_ptr_equal(ledger_by_prepay(l, o->prepay_id), o);
    assert_null(ledger_by_prepay(l, "wx"));
    assert_ptr_equal(ledger_at(l, 0), o);
    assert_null(ledger_at(l, 1));
    ledger_free(l);
}

static void the_same_number_again(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        enum place_result result;
        const char *differs; /* the names, in order found */
        const char *reason;
    } rows[] = {
        {BASE, PLACE_SAME, "", "the same to the byte"},
        {"mch_id=1;out_trade_no=A;body=x;total_fee=88;nonce_str=n2;sign=S2", PLACE_SAME, "",
         "nonce_str and sign are free"},
        {BASE ";time_start=20250101080000;time_expire=20250101100000", PLACE_SAME, "",
         "times are free"},
        {BASE ";attach=", PLACE_SAME, "", "an empty value is none"},
        {"mch_id=1;out_trade_no=A;body=y;total_fee=89;nonce_str=n", PLACE_DIFFERS,
         "body total_fee ", "two differ"},
        {BASE ";attach=z", PLACE_DIFFERS, "attach ", "one more"},
        {"mch_id=1;out_trade_no=A;total_fee=88", PLACE_DIFFERS, "body ", "one less"},
        {"mch_id=2;out_trade_no=A;body=y", PLACE_NEW, "", "of another merchant"},
        {"mch_id=1;out_trade_no=a;body=y", PLACE_NEW, "", "numbers differ by case"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct ledger *l = ledger_new();
        struct order *first, *o;
        struct params names = {0};
        char text[128] = "";
        place_at(l, BASE, NOW, UNIQUE, &first, NULL);
        enum place_result r =
            place_at(l, rows[i].fields, NOW + 60, "zzzzzzzzzzzzzzzzzzzz", &o, &names);
        for (size_t n = 0; n < names.count; n++) {
            strcat(text, names.items[n].name);
            strcat(text, " ");
        }
        if (r != rows[i].result || strcmp(text, rows[i].differs) != 0) {
            fail_msg("%s: %d, %s", rows[i].reason, r, text);
        }
        if (r != PLACE_NEW) {
            assert_ptr_equal(o, first);
            assert_string_equal(o->prepay_id, "wx20250101080000" UNIQUE);
        }
        params_clear(&names);
        ledger_free(l);
    }
}

static void another_api_is_another_order(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct params p = of(BASE);
    struct order *o;
    ledger_place(l, &unified, &p, SIGN_MD5, NOW, UNIQUE, &o, NULL);
    assert_int_equal(ledger_place(l, &contract, &p, SIGN_MD5, NOW, UNIQUE, &o, NULL),
                     PLACE_DIFFERS);
    params_clear(&p);
    ledger_free(l);
}

static void a_session_ends_after_two_hours_and_the_order_lives_on(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o;
    place_at(l, BASE, NOW, UNIQUE, &o, NULL);
    assert_int_equal(place_at(l, BASE, NOW + 2 * HOUR - 1, "b", NULL, NULL), PLACE_SAME);
    assert_string_equal(o->prepay_id, "wx20250101080000" UNIQUE);
    assert_int_equal(place_at(l, BASE, NOW + 2 * HOUR, "b", NULL, NULL), PLACE_SAME);
    assert_string_equal(o->prepay_id, "wx20250101100000b");
    assert_true(o->prepay_until == NOW + 4 * HOUR);
    ledger_free(l);
}

static void an_order_expires_by_its_time(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o;
    const char *fields = BASE ";time_expire=20250101090000";
    place_at(l, fields, NOW, UNIQUE, &o, NULL);
    assert_int_equal(place_at(l, fields, NOW + HOUR - 1, "b", NULL, NULL), PLACE_SAME);
    assert_int_equal(place_at(l, fields, NOW + HOUR, "b", NULL, NULL), PLACE_CLOSED);
    assert_int_equal(ledger_pay(o, NOW + HOUR, "1"), TRADE_CLOSED);
    ledger_free(l);
}

static void a_contract_code_is_taken_once(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o, *refused;
    place_at(l, "mch_id=1;out_trade_no=A;contract_code=C1", NOW, "a", &o, NULL);
    place_at(l, "mch_id=1;out_trade_no=B;contract_code=C2", NOW, "b", &refused, NULL);
    refused->contract_refused = true;
    assert_true(ledger_contract_taken(l, "1", "C1", NULL));
    assert_false(ledger_contract_taken(l, "1", "C1", o));    /* by the order itself */
    assert_false(ledger_contract_taken(l, "1", "C2", NULL)); /* it was refused */
    assert_false(ledger_contract_taken(l, "2", "C1", NULL));
    ledger_free(l);
}

static void a_full_ledger_drops_the_oldest_unpaid_order(void **state)
{
    (void)state;
    struct ledger *l = ledger_new();
    struct order *o;
    for (size_t i = 0; i < LEDGER_ORDERS_MAX; i++) {
        char fields[64];
        snprintf(fields, sizeof(fields), "mch_id=1;out_trade_no=%zu", i);
        assert_int_equal(place_at(l, fields, NOW, "u", &o, NULL), PLACE_NEW);
        if (i != 7)
            ledger_pay(o, NOW, "u");
    }
    assert_int_equal(place_at(l, BASE, NOW, "u", &o, NULL), PLACE_NEW);
    assert_int_equal(ledger_count(l), LEDGER_ORDERS_MAX);
    assert_null(ledger_find(l, "1", "7"));
    ledger_pay(o, NOW, "u");
    assert_int_equal(place_at(l, "mch_id=1;out_trade_no=Z", NOW, "u", &o, NULL), PLACE_FULL);
    assert_null(o);
    ledger_free(l);
}

static char *text_of(const struct order *o)
{
    struct buf out;
    struct json *j = order_json(o);
    buf_init(&out, 1u << 20);
    json_write(j, false, &out);
    json_free(j);
    return buf_take(&out);
}

static enum status take_text(struct ledger *l, const char *text, struct err *err)
{
    struct json *j = NULL;
    assert_int_equal(json_parse(text, strlen(text), &j, NULL), ST_OK);
    enum status st = ledger_take(l, j, err);
    json_free(j);
    return st;
}

static void an_order_survives_being_written(void **state)
{
    (void)state;
    struct ledger *l = ledger_new(), *again = ledger_new();
    struct order *o;
    place_at(l, BASE ";key=192006250b4c09247ec02edce69f6a2d;time_expire=20250101090000;attach=店",
             NOW, UNIQUE, &o, NULL);
    o->kind = SIGN_HMAC_SHA256;
    o->contract_refused = true;
    char *open = text_of(o);
    ledger_pay(o, NOW + 1, UNIQUE);
    char *paid = text_of(o);
    assert_null(strstr(paid, "192006250b4c09247ec02edce69f6a2d"));
    assert_int_equal(take_text(again, open, NULL), ST_OK);
    assert_int_equal(take_text(again, paid, NULL), ST_OK); /* replaces */
    assert_int_equal(ledger_count(again), 1);
    o = ledger_find(again, "1", "A");
    char *text = text_of(o);
    assert_string_equal(text, paid);
    assert_int_equal(o->state, ORDER_SUCCESS);
    assert_int_equal(o->kind, SIGN_HMAC_SHA256);
    assert_true(o->contract_refused);
    assert_true(o->total_fee == 88 && o->expires_at == NOW + HOUR);
    free(open);
    free(paid);
    free(text);
    ledger_free(l);
    ledger_free(again);
}

static const char whole[] =
    "{\"mch_id\":\"1\",\"out_trade_no\":\"A\",\"api\":\"unifiedorder\",\"request\":{},"
    "\"sign_type\":\"MD5\",\"state\":\"NOTPAY\",\"prepay_id\":\"wx\",\"transaction_id\":\"\","
    "\"placed_at\":1,\"paid_at\":0,\"expires_at\":0,\"prepay_until\":1,\"contract_id\":\"\"}";

static void a_damaged_order_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *member, *instead; /* in the order above */
        const char *names;            /* what the sentence names; NULL: the order is taken */
    } rows[] = {
        {"", "", NULL},
        {"\"mch_id\":\"1\"", "\"mch_id\":1", "mch_id"},
        {"\"out_trade_no\":\"A\"", "\"x\":1", "out_trade_no"},
        {"\"api\":\"unifiedorder\"", "\"api\":null", "api"},
        {"\"request\":{}", "\"request\":[]", "request"},
        {"\"request\":{}", "\"request\":{\"body\":5}", "request"},
        {"\"sign_type\":\"MD5\"", "\"sign_type\":\"RSA\"", "sign_type"},
        {"\"state\":\"NOTPAY\"", "\"state\":\"OPEN\"", "state"},
        {"\"prepay_id\":\"wx\"", "\"prepay_id\":5", "prepay_id"},
        {"\"transaction_id\":\"\"",
         "\"transaction_id\":\"000000000000000000000000000000000000000000\"", "transaction_id"},
        {"\"contract_id\":\"\"", "\"x\":\"\"", "contract_id"},
        {"\"placed_at\":1", "\"placed_at\":\"1\"", "placed_at"},
        {"\"prepay_until\":1", "\"prepay_until\":1.5", "prepay_until"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct ledger *l = ledger_new();
        struct err err = {0};
        char text[2048];
        const char *at = strstr(whole, rows[i].member);
        place_at(l, "mch_id=1;out_trade_no=A;body=before", NOW, "u", NULL, NULL);
        assert_non_null(at);
        snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - whole), whole, rows[i].instead,
                 at + strlen(rows[i].member));
        enum status st = take_text(l, text, &err);
        const char *names = rows[i].names;
        if (st != (names ? ST_SYNTAX : ST_OK) || (names && !strstr(err.text[LANG_EN], names)) ||
            (names && !strstr(err.text[LANG_ZH], names))) {
            fail_msg("%s: %d %s", text, st, err.text[LANG_EN]);
        }
        assert_int_equal(params_has(&ledger_at(l, 0)->request, "body"), names != NULL);
        ledger_free(l);
    }
    struct ledger *l = ledger_new();
    assert_int_equal(take_text(l, "[]", NULL), ST_SYNTAX);
    ledger_free(l);
}

static void states_have_the_documents_names(void **state)
{
    (void)state;
    static const char *const names[] = {"NOTPAY",  "SUCCESS",    "REFUND",   "CLOSED",
                                        "REVOKED", "USERPAYING", "PAYERROR", "ACCEPT"};
    assert_int_equal(ARRAY_COUNT(names), ORDER_STATE_COUNT);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        assert_string_equal(order_state_name((enum order_state)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_order_has_what_was_sent),
        cmocka_unit_test(the_same_number_again),
        cmocka_unit_test(another_api_is_another_order),
        cmocka_unit_test(a_session_ends_after_two_hours_and_the_order_lives_on),
        cmocka_unit_test(an_order_expires_by_its_time),
        cmocka_unit_test(a_contract_code_is_taken_once),
        cmocka_unit_test(a_full_ledger_drops_the_oldest_unpaid_order),
        cmocka_unit_test(an_order_survives_being_written),
        cmocka_unit_test(a_damaged_order_is_refused),
        cmocka_unit_test(states_have_the_documents_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
