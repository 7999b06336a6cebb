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

static void a_contract_has_a_page_of_its_own(void **state)
{
    (void)state;
    static const char *const names[] = {"appid", "plan_id", "contract_code",
                                        "contract_display_account", "notify_url"};
    struct contract x = {.mch_id = (char *)(uintptr_t)hostile};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        assert_int_equal(params_set(&x.request, names[i], hostile, NULL), ST_OK);
    static const struct {
        enum contract_state state;
        time_t signed_at;
        bool open;
        const char *zh, *en;
    } rows[] = {
        {CONTRACT_SIGNING, 0, true, "等待签约", "waits to be signed"},
        {CONTRACT_SIGNED, 1, false, "已签约", "signed (contract_state 0)"},
        {CONTRACT_NONE, 0, false, "未签约", "not signed"},
        {CONTRACT_NONE, 1, false, "已解约", "terminated"},
    };
    for (size_t i = 0; i < 2 * ARRAY_COUNT(rows); i++) {
        enum lang lang = i % 2 ? LANG_EN : LANG_ZH;
        struct buf out;
        struct checkout c = {.lang = lang,
                             .contract = &x,
                             .open = rows[i / 2].open,
                             .target = "/papay/entrustweb?a=\"><script>",
                             .token = "AB"};
        x.state = rows[i / 2].state;
        x.signed_at = rows[i / 2].signed_at;
        buf_init(&out, CHECKOUT_PAGE_MAX);
        checkout_page(&c, &out);
        assert_non_null(strstr(buf_str(&out), lang ? rows[i / 2].en : rows[i / 2].zh));
        assert_int_equal(strstr(buf_str(&out), "id=\"sign\"") != NULL, c.open);
        assert_int_equal(strstr(buf_str(&out), "id=\"refuse\"") != NULL, c.open);
        assert_null(strstr(buf_str(&out), "id=\"pay\""));
        assert_null(strstr(buf_str(&out), "<script"));
        assert_null(strstr(buf_str(&out), "<img"));
        assert_non_null(strstr(buf_str(&out), "&lt;script&gt;"));
        buf_clear(&out);
    }
    params_clear(&x.request);
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
        cmocka_unit_test(a_contract_has_a_page_of_its_own),
        cmocka_unit_test(failures_are_codes),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
