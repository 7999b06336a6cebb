/* SPDX-License-Identifier: MIT */
/*
 * The console itself, in a pseudo-terminal: what a person types, sees and waits for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "demo.h"

static void opens_in_edit_at_body_with_the_real_cursor(void **state)
{
    int row, col, body_row, body_col;
    struct pty *p = start_demo();
    (void)state;

    pty_wait_quiet(p); /* the cursor is placed last */
    assert_true(pty_find(p, ">* body", &body_row, &body_col));
    pty_cursor(p, &row, &col);
    assert_int_equal(row, body_row);
    assert_true(pty_cursor_visible(p));
    assert_true(pty_mode(p, 1049));  /* the alternate screen */
    assert_true(pty_mode(p, 2004));  /* bracketed paste */
    assert_false(pty_mode(p, 1000)); /* the mouse is off until asked */
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    assert_false(pty_cursor_visible(p));
    pty_keys(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void the_first_order_succeeds_with_one_key(void **state)
{
    struct pty *p = start_demo();
    (void)state;

    pty_send(p, "测试");
    pty_expect_text(p, "11c 31B/127");
    pty_keys(p, "Ctrl-R");
    pty_expect_text(p, "unifiedorder success");
    pty_expect_text(p, "NATIVE");
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_keys(p, "y");
    pty_expect_text(p, "code_url         ");
    pty_expect_text(p, "weixin://wxpay/bizpayurl");
    pty_keys(p, "Esc");
    pty_expect_gone(p, "joined text");
    pty_keys(p, "p");
    pty_expect_text(p, "demo-partner");
    pty_keys(p, "Esc");
    pty_expect_gone(p, "demo-partner");
    pty_keys(p, "1");
    pty_expect_text(p, "NAV    1 APIs");
    pty_keys(p, "Q y");
    pty_expect_exit(p, 0);
    pty_free(p);
}

/* The first useful result: an order, paid, and its notification verified. */
static void a_paid_order_is_notified_and_verified(void **state)
{
    struct pty *p = start_demo();
    (void)state;

    pty_keys(p, "Ctrl-R");
    pty_expect_text(p, "SUCCESS");
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_send(p, "P");
    pty_expect_text(p, "NOTE ");
    pty_send(p, "6f");
    pty_expect_text(p, "payment         ok              SUCCESS");
    pty_keys(p, "Enter");
    pty_expect_text(p, "signature ok (MD5");
    pty_keys(p, "q q q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

/* What the sandbox is told to do wrong is seen, and comes right by its repeat. */
static void a_forged_notification_is_refused(void **state)
{
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", "--fault", "payment:first=1=forged",
                          NULL};
    struct pty *p = pty_start(&(struct pty_options){.argv = argv, .cols = 120, .rows = 36});
    (void)state;

    pty_expect_text(p, "listener up");
    pty_keys(p, "Ctrl-R");
    pty_expect_text(p, "SUCCESS");
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_send(p, "P");
    pty_expect_text(p, "NOTE ");
    pty_send(p, "6f");
    pty_expect_text(p, "payment         BAD SIGN        FAIL");
    pty_send(p, "]");
    pty_expect_text(p, ".. payment waiting next ");
    pty_keys(p, "q q");
    pty_free(p);
}

static void a_fault_rule_that_is_none_is_told_before_the_screen(void **state)
{
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", "--fault", "paymnt=forged", NULL};
    struct pty *p = pty_start(&(struct pty_options){.argv = argv, .cols = 120, .rows = 36});
    (void)state;

    pty_expect_text(p, "did you mean payment?");
    assert_false(pty_mode(p, 1049));
    pty_expect_exit(p, 2);
    pty_free(p);
}

/* A flow from ? to its end: the real sandbox, the real listener, and the form as it was. */
static void a_demonstration_flow_runs_to_its_end(void **state)
{
    struct pty *p = start_demo();
    (void)state;

    pty_send(p, "MINE");
    pty_expect_text(p, "MINE");
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_keys(p, "? Enter");
    pty_expect_text(p, "> native-payment");
    pty_keys(p, "Enter");
    pty_expect_text(p, "(NATIVE) 0/8");
    pty_keys(p, "Space");
    pty_expect_text(p, "1/8 Choose an API");
    pty_keys(p, "Space");
    pty_expect_text(p, "2/8 Explain");
    pty_keys(p, "Space");
    pty_expect_text(p, "unifiedorder success");
    pty_keys(p, "Space");
    pty_expect_text(p, "4/8 Explain"); /* the QR code over the panes */
    pty_expect_text(p, "weixin://wxpay/bizpayurl");
    pty_keys(p, "Space");
    pty_expect_text(p, "5/8 The user pays");
    pty_keys(p, "Space");
    pty_expect_text(p, "6/8 A notification");
    pty_expect_text(p, "signature ok");
    pty_keys(p, "Space");
    pty_expect_text(p, "2 orderquery");
    pty_keys(p, "Space");
    pty_expect_text(p, "trade_state is SUCCESS");
    pty_expect_text(p, "the end");
    pty_keys(p, "Esc");
    pty_expect_text(p, "the forms are as they were");
    pty_expect_text(p, "MINE");
    pty_keys(p, "Q y");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void a_letter_costs_few_bytes(void **state)
{
    size_t before, after;
    struct pty *p = start_demo();
    (void)state;

    pty_send(p, "x"); /* the joined text may wrap anew by it, which another letter does not do */
    pty_expect_text(p, "10c 26B/127");
    pty_wait_quiet(p);
    pty_output(p, &before);
    pty_send(p, "y");
    pty_expect_text(p, "11c 27B/127");
    pty_wait_quiet(p);
    pty_output(p, &after);
    if (after - before >= 600)
        fail_msg("%zu bytes for one letter", after - before);
    pty_free(p);
}

static void copying_names_its_way(void **state)
{
    struct pty *p = start_demo();
    size_t len;
    (void)state;

    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_keys(p, "y");
    pty_expect_text(p, "joined text");
    pty_keys(p, "Enter");
    pty_expect_text(p, "OSC 52");
    assert_non_null(strstr(pty_output(p, &len), "\x1b]52;c;"));
    pty_free(p);
}

/* 100 kB with commands, controls and Chinese, into NAV and then into EDIT. */
static void a_paste_of_100_kb_runs_nothing(void **state)
{
    struct pty *p = start_demo();
    char *text = malloc(100100);
    size_t len = 0;
    (void)state;

    while (len < 100000)
        len += (size_t)sprintf(text + len, "qQ\ny\tp中文\x12\x03:%zu\n", len);
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_paste(p, text);
    pty_expect_text(p, "bytes was not used");
    pty_expect_text(p, "nothing sent yet");
    pty_keys(p, "e");
    pty_expect_text(p, "EDIT");
    pty_paste(p, text);
    pty_expect_text(p, "line ends became blanks");
    pty_expect_text(p, "nothing sent yet");
    pty_keys(p, "Ctrl-C y");
    pty_expect_exit(p, 0);
    free(text);
    pty_free(p);
}

static void a_pasted_document_fills_the_form(void **state)
{
    struct pty *p = start_demo();
    (void)state;

    pty_paste(p, "<xml><body>from paste</body>\n<total_fee>250</total_fee><sign>X</sign></xml>");
    pty_expect_text(p, "2 fields filled in");
    pty_expect_text(p, "sign is computed anew");
    pty_expect_text(p, "= CNY 2.50");
    pty_free(p);
}

static void a_resize_storm_ends_in_the_last_size(void **state)
{
    static const int sizes[][2] = {{200, 60}, {39, 11}, {80, 24},  {1, 1},   {120, 36}, {40, 12},
                                   {84, 50},  {90, 24}, {110, 30}, {300, 9}, {20, 100}, {80, 24}};
    struct pty *p = start_demo();
    (void)state;

    pty_keys(p, "Ctrl-R");
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            pty_resize(p, sizes[i][0], sizes[i][1]);
    }
    pty_expect_text(p, "[2 Form]");
    pty_expect_text(p, "unifiedorder  success");
    pty_resize(p, 39, 11);
    pty_expect_text(p, "window too small (39x11)");
    pty_resize(p, 120, 36);
    pty_expect_text(p, "5 Response");
    pty_keys(p, "Ctrl-C");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void nothing_is_written_while_nothing_happens(void **state)
{
    size_t before, after;
    struct pty *p = start_demo();
    (void)state;

    pty_wait_quiet(p);
    pty_output(p, &before);
    pty_wait_quiet(p);
    pty_output(p, &after);
    assert_int_equal(before, after);
    pty_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_in_edit_at_body_with_the_real_cursor),
        cmocka_unit_test(the_first_order_succeeds_with_one_key),
        cmocka_unit_test(a_paid_order_is_notified_and_verified),
        cmocka_unit_test(a_forged_notification_is_refused),
        cmocka_unit_test(a_fault_rule_that_is_none_is_told_before_the_screen),
        cmocka_unit_test(a_demonstration_flow_runs_to_its_end),
        cmocka_unit_test(a_letter_costs_few_bytes),
        cmocka_unit_test(copying_names_its_way),
        cmocka_unit_test(a_paste_of_100_kb_runs_nothing),
        cmocka_unit_test(a_pasted_document_fills_the_form),
        cmocka_unit_test(a_resize_storm_ends_in_the_last_size),
        cmocka_unit_test(nothing_is_written_while_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
