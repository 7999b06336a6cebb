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
        "<body>深圳</body><transaction_id>42</transaction_id><total_fee>125</total_fee></xml>";
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

static struct view *made; /* what the data of h->v belongs to */

static void open_life(struct harness *h, enum lang lang, const char *number)
{
    struct err err;
    harness_init(h);
    harness_open(h, &view_history, lang);
    h->v.ops->close(&h->v);
    assert_int_equal(workspace_journal(&h->w, &err), ST_OK);
    add(h, JOURNAL_CALL, "unifiedorder");
    add(h, JOURNAL_NOTICE, "payment");
    made = life_view_new(&h->w, &h->host, number, &err);
    assert_non_null(made);
    h->v = *made; /* its data comes along */
    for (int i = 0; i < 1000; i++) {
        struct view_frame f = {0};
        loop_turn(h->w.loop, 0);
        h->v.ops->frame(&h->v, &f);
        if (!strstr(f.state, "searching") && !strstr(f.state, "查找中"))
            return;
    }
    fail_msg("it never ends");
}

static void close_life(struct harness *h)
{
    harness_close(h);
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
        close_life(&h);
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
    close_life(&h);
}

static void next_calls_are_those_of_the_state(void **state)
{
    struct harness h;
    (void)state;
    open_life(&h, LANG_EN, "ORDER1");
    assert_int_equal(h.v.ops->action(&h.v, ACTION_CALLS), VIEW_HANDLED);
    assert_int_equal(h.menu.count, 2); /* refund and orderquery: it is paid */
    assert_true(harness_has(h.menu.items[0].label, "refund"));
    h.menu.chosen(h.menu.ctx, 0);
    assert_string_equal(workspace_draft(&h.w)->spec->id, "refund");
    assert_string_equal(params_get(&workspace_draft(&h.w)->params, "out_trade_no"), "ORDER1");
    assert_string_equal(life_view_number(&h.w), "ORDER1"); /* the form's */
    assert_int_equal(h.act, ACTION_BACK);
    assert_int_equal(h.focus, PLAN_FORM);
    close_life(&h);
}

static void narrow_boxes_hold_the_names(void **state)
{
    struct harness h;
    (void)state;
    open_life(&h, LANG_EN, "ORDER1");
    assert_true(harness_has(harness_draw(&h, 60, 50), "REFUND  refunded, wholly"));
    assert_true(harness_lacks(harness_draw(&h, 40, 50), "refunded, wholly"));
    assert_true(harness_has(harness_draw(&h, 40, 50), "│   REFUND  │"));
    close_life(&h);
}

static void any_size_is_drawn(void **state)
{
    struct harness h;
    (void)state;
    open_life(&h, LANG_ZH, "ORDER1");
    for (int cols = 3; cols < 130; cols += 7)
        for (int rows = 3; rows < 40; rows += 5)
            harness_draw(&h, cols, rows);
    close_life(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_states_are_drawn_and_what_led_there),
        cmocka_unit_test(an_unknown_number_is_told),
        cmocka_unit_test(next_calls_are_those_of_the_state),
        cmocka_unit_test(narrow_boxes_hold_the_names),
        cmocka_unit_test(any_size_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
