/* SPDX-License-Identifier: MIT */
/* An order's life from the rows of a journal: what belongs to it, which state follows, what is
   offered next, and how it is told. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/order_page.h"
#include "app/order_search.h"
#include "core/catalog.h"
#include "io/journal.h"

struct stage {
    struct journal *journal;
    struct catalog catalog;
    struct order_search s;
    int64_t at_ms;
};

static int open_stage(void **state)
{
    struct stage *g = calloc(1, sizeof(*g));
    if (journal_open(NULL, &g->journal, NULL) || catalog_load_embedded(&g->catalog, NULL))
        return -1;
    g->at_ms = 1700000000000;
    *state = g;
    return 0;
}

static int close_stage(void **state)
{
    struct stage *g = *state;
    order_search_clear(&g->s);
    catalog_clear(&g->catalog);
    journal_close(g->journal);
    free(g);
    return 0;
}

/* "a=1;b=2" as a document. */
static void write_xml(const char *fields, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "<xml>");
    while (*fields) {
        int name = (int)strcspn(fields, "="), value = (int)strcspn(fields + name, ";") - 1;
        at += (size_t)snprintf(out + at, size - at, "<%.*s>%.*s</%.*s>", name, fields, value,
                               fields + name + 1, name, fields);
        fields += name + 1 + value;
        fields += *fields == ';';
    }
    snprintf(out + at, size - at, "</xml>");
}

static int64_t add(struct stage *g, struct journal_row row, const char *request, const char *reply)
{
    char sent[2048], received[2048];
    int64_t id = 0;
    write_xml(request, sent, sizeof(sent));
    write_xml(reply, received, sizeof(received));
    struct journal_body body = {
        .request_head = {"POST http://127.0.0.1:9001/pay/x HTTP/1.1\r\n", 44},
        .request = {sent, strlen(sent)},
        .response = {received, reply[0] ? strlen(received) : 0}};
    row.at_ms = row.at_ms ? row.at_ms : (g->at_ms += 1000);
    row.amount = -1;
    assert_int_equal(journal_add(g->journal, &row, &body, &id, NULL), ST_OK);
    return id;
}

/* The row as the console writes it: the number is out_trade_no's, if the request has one. */
static int64_t call(struct stage *g, const char *api, const char *order, const char *request,
                    const char *reply)
{
    bool good = strstr(reply, "result_code=SUCCESS") != NULL;
    return add(g,
               (struct journal_row){.kind = JOURNAL_CALL,
                                    .name = api,
                                    .profile = "shop",
                                    .mch_id = "1900000109",
                                    .order_no = order,
                                    .status = 200,
                                    .good = good,
                                    .outcome = good ? "success" : "business-fail"},
               request, reply);
}

static int64_t notice(struct stage *g, const char *event, const char *order, const char *number,
                      const char *word, const char *fields)
{
    return add(g,
               (struct journal_row){.kind = JOURNAL_NOTICE,
                                    .name = event,
                                    .profile = "shop",
                                    .mch_id = "1900000109",
                                    .order_no = order,
                                    .transaction_id = number,
                                    .status = 200,
                                    .good = strcmp(word, "genuine") == 0,
                                    .outcome = word},
               fields, "return_code=SUCCESS");
}

static const struct order_life *look(struct stage *g, const char *number)
{
    assert_int_equal(order_search_start(&g->s, g->journal, &g->catalog, number, NULL, NULL), ST_OK);
    for (int i = 0; !g->s.done; i++) {
        assert_true(i < 1000);
        assert_int_equal(order_search_step(&g->s, NULL), ST_OK);
    }
    return &g->s.life;
}

static size_t events_of(const struct order_life *o, size_t life)
{
    size_t n = 0;
    for (size_t i = 0; i < o->event_count; i++)
        n += order_life_has(o, &o->lives[life], i);
    return n;
}

static const struct order_next *next_call(const struct order_life *o, size_t life, const char *api)
{
    for (size_t i = 0; i < o->lives[life].next_count; i++) {
        const struct order_next *n = &o->lives[life].next[i];
        if (n->spec && strcmp(n->spec->id, api) == 0)
            return n;
    }
    return NULL;
}

static void order(struct stage *g, const char *number)
{
    char fields[200];
    snprintf(fields, sizeof(fields), "mch_id=1900000109;out_trade_no=%s;total_fee=100", number);
    call(g, "unifiedorder", number, fields,
         "return_code=SUCCESS;result_code=SUCCESS;prepay_id=wx1");
}

static void pay(struct stage *g, const char *number, const char *transaction)
{
    char fields[300];
    snprintf(
        fields, sizeof(fields),
        "result_code=SUCCESS;mch_id=1900000109;out_trade_no=%s;transaction_id=%s;total_fee=100",
        number, transaction);
    notice(g, "payment", number, transaction, "genuine", fields);
}

static void calls_and_notifications_make_a_state(void **state)
{
    struct stage *g = *state;
    order(g, "T1");
    order(g, "T10"); /* holds the number, and is another order */
    const struct order_life *o = look(g, "T1");
    assert_int_equal(o->life_count, 1);
    assert_int_equal(events_of(o, 0), 1);
    assert_string_equal(o->lives[0].state, "NOTPAY");
    assert_non_null(next_call(o, 0, "closeorder"));
    assert_null(next_call(o, 0, "refund"));
    assert_string_equal(o->lives[0].next[0].command,
                        "wxpc sandbox pay 'T1' --url http://127.0.0.1:9001");
    pay(g, "T1", "4200001");
    o = look(g, "T1");
    assert_string_equal(o->lives[0].state, "SUCCESS");
    assert_int_equal(o->lives[0].step_count, 2);
    assert_null(o->lives[0].steps[1].by);
    assert_null(next_call(o, 0, "closeorder"));
    assert_string_equal(
        next_call(o, 0, "refund")->command,
        "wxpc send refund -p shop 'out_trade_no=T1' 'total_fee=100' 'refund_fee=100'");
    o = look(g, "4200001"); /* the platform's number finds the order too */
    assert_string_equal(o->lives[0].number, "T1");
    assert_int_equal(events_of(o, 0), 2);
}

static void what_nobody_vouches_for_tells_nothing(void **state)
{
    static const char *const words[] = {"forged", "unsigned", "no-key", "not-success"};
    struct stage *g = *state;
    order(g, "T1");
    for (size_t i = 0; i < 4; i++)
        notice(g, "payment", "T1", "4200001", words[i],
               "result_code=SUCCESS;out_trade_no=T1;transaction_id=4200001");
    add(g,
        (struct journal_row){.kind = JOURNAL_CALL,
                             .name = "closeorder",
                             .order_no = "T1",
                             .status = 200,
                             .outcome = "untrusted"},
        "out_trade_no=T1", "return_code=SUCCESS;result_code=SUCCESS");
    add(g,
        (struct journal_row){
            .kind = JOURNAL_DELIVERY, .name = "payment", .order_no = "T1", .good = true},
        "result_code=SUCCESS;out_trade_no=T1", "return_code=SUCCESS");
    const struct order_life *o = look(g, "T1");
    assert_int_equal(events_of(o, 0), 7);
    assert_string_equal(o->lives[0].state, "NOTPAY");
}

static void a_repeat_does_not_turn_time_back_but_a_query_may(void **state)
{
    struct stage *g = *state;
    order(g, "T1");
    pay(g, "T1", "4200001");
    call(
        g, "refund", "T1", "out_trade_no=T1;out_refund_no=R1;total_fee=100;refund_fee=30",
        "return_code=SUCCESS;result_code=SUCCESS;out_trade_no=T1;out_refund_no=R1;refund_id=5001;refund_fee=30");
    pay(g, "T1", "4200001");
    call(g, "closeorder", "T1", "out_trade_no=T1",
         "return_code=SUCCESS;result_code=FAIL;err_code=ORDERPAID");
    const struct order_life *o = look(g, "T1");
    assert_string_equal(o->lives[0].state, "REFUND");
    assert_string_equal(params_get(&next_call(o, 0, "refund")->fields, "refund_fee"), "70");
    call(g, "orderquery", "T1", "out_trade_no=T1",
         "return_code=SUCCESS;result_code=SUCCESS;out_trade_no=T1;trade_state=SUCCESS");
    o = look(g, "T1");
    assert_string_equal(o->lives[0].state, "SUCCESS");
    assert_string_equal(o->lives[0].steps[3].by, "");
}

static void refunds_have_lives_of_their_own(void **state)
{
    struct stage *g = *state;
    order(g, "T1");
    pay(g, "T1", "4200001");
    call(g, "refund", "T1", "out_trade_no=T1;out_refund_no=R1;total_fee=100;refund_fee=30",
         "return_code=SUCCESS;result_code=SUCCESS;out_trade_no=T1;out_refund_no=R1;refund_id=5001");
    call(g, "refund", "T1", "out_trade_no=T1;out_refund_no=R2;total_fee=100;refund_fee=70",
         "return_code=SUCCESS;result_code=SUCCESS;out_trade_no=T1;out_refund_no=R2;refund_id=5002");
    notice(g, "refund", "T1", "5001", "genuine", "return_code=SUCCESS;req_info=xxx");
    call(
        g, "refundquery", "T1", "out_trade_no=T1",
        "return_code=SUCCESS;result_code=SUCCESS;out_trade_no=T1;refund_count=2;out_refund_no_0=R1;"
        "refund_id_0=5001;refund_status_0=SUCCESS;out_refund_no_1=R2;refund_id_1=5002;"
        "refund_status_1=CHANGE");
    const struct order_life *o = look(g, "T1");
    assert_int_equal(o->life_count, 3);
    assert_int_equal(o->lives[0].subject, ABOUT_ORDER);
    assert_null(next_call(o, 0, "refund")); /* nothing is left */
    assert_string_equal(o->lives[1].number, "R1");
    assert_string_equal(o->lives[1].state, "SUCCESS");
    assert_string_equal(o->lives[2].state, "CHANGE");
    o = look(g, "R2");
    assert_int_equal(o->life_count, 1);
    assert_int_equal(o->lives[0].kind, LIFE_REFUND);
    assert_string_equal(o->lives[0].state, "CHANGE");
    assert_int_equal(events_of(o, 0), 2);
    o = look(g, "5001"); /* the sealed notification has the platform's number only */
    assert_string_equal(o->lives[0].number, "R1");
    assert_int_equal(events_of(o, 0), 3);
}

static void contracts_are_followed_by_both_numbers(void **state)
{
    struct stage *g = *state;
    call(g, "contractorder", "T1", "out_trade_no=T1;contract_code=C1;plan_id=123;total_fee=5",
         "return_code=SUCCESS;result_code=SUCCESS;contract_result_code=SUCCESS;contract_code=C1");
    const struct order_life *o = look(g, "C1");
    assert_int_equal(o->lives[0].kind, LIFE_CONTRACT);
    assert_null(o->lives[0].state); /* it is signed by paying */
    notice(g, "contract-add", "C1", "2026001", "genuine",
           "result_code=SUCCESS;contract_code=C1;plan_id=123;contract_id=2026001");
    call(g, "pappayapply", "T2", "contract_id=2026001;out_trade_no=T2;total_fee=9",
         "return_code=SUCCESS;result_code=SUCCESS");
    o = look(g, "C1");
    assert_string_equal(o->lives[0].state, "0");
    assert_int_equal(events_of(o, 0), 3);
    assert_non_null(next_call(o, 0, "deletecontract"));
    o = look(g, "T1"); /* the order of the contract, and the contract beside it */
    assert_int_equal(o->life_count, 2);
    assert_int_equal(events_of(o, 0), 1);
    assert_string_equal(o->lives[1].number, "C1");
    assert_string_equal(o->lives[1].state, "0");
    o = look(g, "T2");
    assert_int_equal(o->lives[0].kind, LIFE_DEDUCTION);
    assert_string_equal(o->lives[0].state, "ACCEPT");
    notice(g, "contract-delete", "C1", "2026001", "genuine",
           "result_code=SUCCESS;contract_code=C1;plan_id=123;contract_id=2026001");
    o = look(g, "2026001");
    assert_string_equal(o->lives[0].state, "1");
}

static void deposits_and_scanned_payments_have_their_machines(void **state)
{
    struct stage *g = *state;
    call(g, "deposit_unifiedorder", "D1", "out_trade_no=D1;total_fee=100",
         "return_code=SUCCESS;result_code=SUCCESS");
    notice(g, "deposit", "D1", "4200001", "genuine",
           "result_code=SUCCESS;out_trade_no=D1;transaction_id=4200001;total_fee=100");
    call(g, "deposit_consume", "", "transaction_id=4200001;total_fee=100;consume_fee=60",
         "return_code=SUCCESS;result_code=SUCCESS;transaction_id=4200001");
    const struct order_life *o = look(g, "D1");
    assert_int_equal(o->lives[0].kind, LIFE_DEPOSIT);
    assert_string_equal(o->lives[0].state, "CONSUMED");
    assert_string_equal(params_get(&next_call(o, 0, "deposit_refund")->fields, "refund_fee"), "60");
    call(g, "micropay", "M1", "out_trade_no=M1;total_fee=9",
         "return_code=SUCCESS;result_code=FAIL;err_code=USERPAYING");
    o = look(g, "M1");
    assert_int_equal(o->lives[0].kind, LIFE_MICROPAY);
    assert_string_equal(o->lives[0].state, "USERPAYING");
    assert_non_null(next_call(o, 0, "reverse"));
}

static void another_merchants_order_is_another(void **state)
{
    struct stage *g = *state;
    order(g, "T1");
    add(g,
        (struct journal_row){.kind = JOURNAL_CALL,
                             .name = "closeorder",
                             .mch_id = "1230000109",
                             .order_no = "T1",
                             .status = 200,
                             .good = true,
                             .outcome = "success"},
        "mch_id=1230000109;out_trade_no=T1", "return_code=SUCCESS;result_code=SUCCESS");
    const struct order_life *o = look(g, "T1");
    assert_string_equal(o->merchant, "1230000109");
    assert_string_equal(o->lives[0].state, "CLOSED");
    assert_int_equal(o->others, 1);
    assert_int_equal(order_search_start(&g->s, g->journal, &g->catalog, "T1", "1900000109", NULL),
                     ST_OK);
    while (!g->s.done)
        assert_int_equal(order_search_step(&g->s, NULL), ST_OK);
    assert_string_equal(o->lives[0].state, "NOTPAY");
    assert_int_equal(o->others, 1);
}

static void what_can_be_no_number_is_refused(void **state)
{
    static const char *const words[] = {"", "a b", "T1\n"};
    struct stage *g = *state;
    char longest[300];
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(order_search_start(&g->s, g->journal, &g->catalog, words[i], NULL, NULL),
                         ST_ARGUMENT);
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(order_search_start(&g->s, g->journal, &g->catalog, longest, NULL, NULL),
                     ST_ARGUMENT);
    assert_int_equal(look(g, "T404")->life_count, 0);
}

/* A row's text may hold anything: it is made visible and masked, in each form. */
static void a_page_hides_the_payer_and_obeys_nothing(void **state)
{
    struct stage *g = *state;
    struct order_page_how how = {.lang = LANG_EN};
    order(g, "T1");
    add(g,
        (struct journal_row){.kind = JOURNAL_CALL,
                             .name = "closeorder",
                             .order_no = "T1",
                             .status = 200,
                             .outcome = "business-fail",
                             .text = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o \x1b[31m<b>|x"},
        "out_trade_no=T1", "return_code=SUCCESS;result_code=FAIL;err_code=SYSTEMERROR");
    const struct order_life *o = look(g, "T1");
    for (how.form = PAGE_TEXT; how.form <= PAGE_HTML; how.form++) {
        struct buf out;
        buf_init(&out, 1u << 20);
        order_page_write(o, &how, &out);
        assert_null(strchr(buf_str(&out), '\x1b'));
        assert_null(strstr(buf_str(&out), "oUpF8uMuAJO"));
        assert_non_null(strstr(buf_str(&out), "SYSTEMERROR"));
        assert_true((strstr(buf_str(&out), "<b>") == NULL) == (how.form != PAGE_TEXT));
        buf_clear(&out);
    }
    /* In Markdown a command is what a shell gets, in a block of its own. */
    struct buf page;
    buf_init(&page, 1u << 20);
    how.form = PAGE_MARKDOWN;
    order_page_write(o, &how, &page);
    assert_non_null(strstr(buf_str(&page),
                           "close → CLOSED, the merchant calls\n\n```\n"
                           "wxpc send closeorder -p shop 'out_trade_no=T1'\n```\n"));
    buf_clear(&page);
    struct json *j = order_page_json(o, false);
    const struct json *life = json_first(json_get(j, "lives"));
    assert_string_equal(json_string(json_get(life, "out_trade_no")), "T1");
    assert_int_equal(json_count(json_get(life, "events")), 2);
    assert_string_equal(json_string(json_get(json_get(life, "state"), "name")), "NOTPAY");
    json_free(j);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        TEST(calls_and_notifications_make_a_state),
        TEST(what_nobody_vouches_for_tells_nothing),
        TEST(a_repeat_does_not_turn_time_back_but_a_query_may),
        TEST(refunds_have_lives_of_their_own),
        TEST(contracts_are_followed_by_both_numbers),
        TEST(deposits_and_scanned_payments_have_their_machines),
        TEST(another_merchants_order_is_another),
        TEST(what_can_be_no_number_is_refused),
        TEST(a_page_hides_the_payer_and_obeys_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
