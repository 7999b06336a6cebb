/* SPDX-License-Identifier: MIT */
/* The overlay of an order's life: found while it is looked at, drawn in both languages at any size,
   and a way to what can be called next. */
#include "tui/harness.h"

#include "tui/life_view.h"

static const char answer[] = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS"
                             "</result_code><prepay_id>wx1</prepay_id></xml>";

static void add(struct harness *h, enum journal_kind kind, const char *name)
{
    static const char head[] = "POST http://127.0.0.1:9001/pay/unifiedorder HTTP/1.1\r\n";
    static const char request[] =
        "<xml><out_trade_no>ORDER1</out_trade_no><result_code>SUCCESS</result_code>"
        "<body>\x1b[31m</body><transaction_id>42</transaction_id><total_fee>125</total_fee></xml>";
    struct journal_row row = {.at_ms = 1767294245000,
                              .kind = kind,
                              .name = name,
                              .profile = "demo",
                              .order_no = "ORDER1",
                              .amount = 125,
                              .status = 200,
                              .good = true,
                              .outcome = kind == JOURNAL_CALL ? "success" : "genuine",
                              .text = "深圳旗舰店 \x1b[31m"};
    struct journal_body b = {.request_head = {head, sizeof(head) - 1},
                             .request = {request, sizeof(request) - 1},
                             .response = {answer, sizeof(answer) - 1}};
    assert_int_equal(journal_add(h->w.journal, &row, &b, NULL, NULL), ST_OK);
}

static void open_life(struct harness *h, enum lang lang, const char *number)
{
    struct err err;
    harness_init(h);
    h->w.settings.lang = lang;
    assert_int_equal(workspace_journal(&h->w, &err), ST_OK);
    add(h, JOURNAL_CALL, "unifiedorder");
    add(h, JOURNAL_NOTICE, "payment");
    struct view *made = life_view_new(&h->w, &h->host, number, &err);
    assert_non_null(made);
    h->v = *made; /* its data comes along */
    for (int i = 0; i < 20; i++)
        loop_turn(h->w.loop, 0);
    free(made);
}

static void the_states_are_drawn_and_what_led_there(void **state)
{
    struct harness h;
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        open_life(&h, (enum lang)lang, "ORDER1");
        const char *text = harness_draw(&h, 120, 50);
        assert_true(harness_has(text, "● SUCCESS"));
        assert_true(harness_has(text, "✓ NOTPAY"));
        assert_true(harness_has(text, "#2"));
        assert_true(harness_has(text, "wxpc send refund -p demo"));
        assert_true(harness_has(text, lang == LANG_ZH ? "接下来可能发生" : "What may come next"));
        assert_true(harness_clean(text));
        harness_close(&h);
    }
}

static void an_unknown_number_is_told(void **state)
{
    struct harness h;
    struct err err;
    (void)state;
    open_life(&h, LANG_EN, "ORDER404");
    assert_true(harness_has(harness_draw(&h, 80, 12), "nothing is recorded"));
    assert_null(life_view_new(&h.w, &h.host, "a b", &err));
    assert_int_equal(err.status, ST_ARGUMENT);
    harness_close(&h);
}

static void next_calls_put_the_newest_call_back(void **state)
{
    struct harness h;
    (void)state;
    open_life(&h, LANG_EN, "ORDER1");
    assert_int_equal(h.v.ops->action(&h.v, ACTION_CALLS), VIEW_CLOSE);
    assert_string_equal(params_get(&h.w.exchange.request.params, "out_trade_no"), "ORDER1");
    assert_string_equal(life_view_number(&h.w), "ORDER1");
    harness_close(&h);
}

static void any_size_is_drawn(void **state)
{
    struct harness h;
    (void)state;
    open_life(&h, LANG_ZH, "ORDER1");
    for (int cols = 3; cols < 130; cols += 7)
        for (int rows = 3; rows < 40; rows += 5)
            harness_draw(&h, cols, rows);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_states_are_drawn_and_what_led_there),
        cmocka_unit_test(an_unknown_number_is_told),
        cmocka_unit_test(next_calls_put_the_newest_call_back),
        cmocka_unit_test(any_size_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
