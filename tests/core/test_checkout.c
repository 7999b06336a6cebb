/* SPDX-License-Identifier: MIT */
/* The cashier's page: whatever an order says is text; buttons only while it can be paid. */
#include "spec_file.h"

#include <locale.h>
#include <string.h>

#include "core/checkout.h"

static const char hostile[] = "\"><script>alert('1')</script><img src=x onerror=y>\xe2\x80\xae";

static struct order make_order(void)
{
    struct order o = {.mch_id = (char *)(uintptr_t) "10000100",
                      .out_trade_no = (char *)(uintptr_t)hostile,
                      .api = (char *)(uintptr_t) "contractorder",
                      .total_fee = 12345};
    static const char *const names[] = {"body",          "plan_id",
                                        "contract_code", "contract_display_account",
                                        "appid",         "contract_notify_url"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        assert_int_equal(params_set(&o.request, names[i], hostile, NULL), ST_OK);
    return o;
}

static void hostile_orders_stay_text(void **state)
{
    (void)state;
    struct order o = make_order();
    struct checkout c = {.order = &o,
                         .open = true,
                         .target = "/x?pr=\"><script>",
                         .token = "AB",
                         .redirect = "https://a.cn/?a=\"><script>",
                         .message = {hostile, hostile}};
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct buf out;
        buf_init(&out, CHECKOUT_PAGE_MAX);
        c.lang = (enum lang)lang;
        checkout_page(&c, &out);
        assert_null(strstr(buf_str(&out), "<script"));
        assert_null(strstr(buf_str(&out), "<img"));
        assert_null(strstr(buf_str(&out), "\xe2\x80\xae"));
        assert_non_null(strstr(buf_str(&out), "&lt;script&gt;"));
        assert_non_null(strstr(buf_str(&out), "¥123.45"));
        assert_non_null(strstr(buf_str(&out), "id=\"contract\""));
        buf_clear(&out);
    }
    params_clear(&o.request);
}

static void buttons_are_there_while_it_can_be_paid(void **state)
{
    (void)state;
    struct order o = make_order();
    for (int open = 0; open < 2; open++) {
        struct buf out;
        struct checkout c = {
            .order = &o, .open = open, .target = "/x", .token = "AB", .redirect = "https://a.cn/"};
        buf_init(&out, CHECKOUT_PAGE_MAX);
        checkout_page(&c, &out);
        assert_int_equal(strstr(buf_str(&out), "<form") != NULL, open);
        /* it goes back by itself only when something was done */
        assert_int_equal(strstr(buf_str(&out), "http-equiv=\"refresh\"") != NULL, !open);
        buf_clear(&out);
    }
    params_clear(&o.request);
}

static void failures_are_codes(void **state)
{
    (void)state;
    size_t count = 0;
    while (checkout_failure(count))
        count++;
    assert_true(count >= 4);
    assert_string_equal(checkout_failure(0), "NOTENOUGH");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_orders_stay_text),
        cmocka_unit_test(buttons_are_there_while_it_can_be_paid),
        cmocka_unit_test(failures_are_codes),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
