/* SPDX-License-Identifier: MIT */
/* Pane 4: the body to the byte, the curl command, the HTTP head. */
#include "tui/harness.h"

static void the_body_stands_as_it_will_be_sent(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_ZH);
    const char *text = harness_draw(&h, 70, 24);
    assert_true(harness_has(text, "请求 [XML] curl HTTP 头"));
    assert_true(harness_has(text, "<appid><![CDATA[wxd930ea5d5a258f4f]]></appid>"));
    assert_true(harness_has(text, "<body><![CDATA[示例商城-会员月卡]]></body>"));
    assert_true(harness_has(text, "<total_fee>1</total_fee>"));
    char size[32];
    snprintf(size, sizeof(size), " %zu B ", workspace_draft(&h.w)->request.body.len);
    assert_true(harness_has(text, size));
    harness_close(&h);
}

static void markup_and_values_have_other_styles(void **state)
{
    struct harness h;
    struct buf styles;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_EN);
    harness_draw(&h, 70, 24);
    buf_init(&styles, 1u << 16);
    surface_dump_styles(h.grid, &styles);
    /* Row 2 of the frame: <appid><![CDATA[wx…]]></appid> */
    assert_true(harness_has(buf_str(&styles), "2 1-7 label\n"));
    assert_true(harness_has(buf_str(&styles), "2 8-16 dim\n"));
    assert_true(harness_has(buf_str(&styles), "2 17-34 value\n"));
    buf_clear(&styles);
    harness_close(&h);
}

static void a_value_with_markup_and_newlines_stays_one_value(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_EN);
    draft_set(workspace_draft(&h.w), "body", "a<b>\n]]>c", false, NULL);
    const char *text = harness_draw(&h, 70, 30);
    assert_true(harness_has(text, "<body><![CDATA[a<b>"));
    assert_true(harness_clean(text));
    harness_close(&h);
}

static void curl_and_head_have_no_key(void **state)
{
    static const struct {
        const char *has[3];
    } tabs[] = {
        {{"[curl]", "curl -sS 'http://127.0.0.1:9001/pay/unifiedorder'", "the key is not in it"}},
        {{"[HTTP head]", "POST /pay/unifiedorder HTTP/1.1", "Host: 127.0.0.1:9001"}},
    };
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_EN);
    for (size_t i = 0; i < ARRAY_COUNT(tabs); i++) {
        harness_draw(&h, 80, 40);
        harness_act_on(&h, ACTION_TAB_RIGHT);
        const char *text = harness_draw(&h, 80, 40);
        for (size_t k = 0; k < 3; k++)
            assert_true(harness_has(text, tabs[i].has[k]));
        assert_true(harness_lacks(text, HARNESS_KEY));
    }
    harness_close(&h);
}

static void without_a_request_it_says_why(void **state)
{
    struct harness h;
    struct buf help;
    bool error = false;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_EN);
    draft_profile(workspace_draft(&h.w), &h.w.profile, NULL); /* no address */
    assert_true(harness_has(harness_draw(&h, 70, 20), "There is no request to send now"));
    buf_init(&help, 4096);
    h.v.ops->help(&h.v, &help, &error);
    assert_true(error);
    buf_clear(&help);
    harness_close(&h);
}

static void after_a_call_it_shows_the_draft(void **state)
{
    static const char body[] = "<xml><return_code>FAIL</return_code></xml>";
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_EN);
    harness_reply(&h, body, sizeof(body) - 1);
    draft_set(workspace_draft(&h.w), "body", "the next one", false, NULL);
    assert_true(harness_has(harness_draw(&h, 70, 24), "the next one"));
    harness_close(&h);
}

static void no_wrap_scrolls_sideways(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_EN);
    harness_draw(&h, 20, 10);
    assert_int_equal(harness_act_on(&h, ACTION_WRAP), VIEW_HANDLED);
    assert_true(harness_has(harness_draw(&h, 20, 10), "|<appid><![CDATA[wx|"));
    harness_act_on(&h, ACTION_RIGHT);
    assert_true(harness_has(harness_draw(&h, 20, 10), "|![CDATA[wxd930ea5d|"));
    harness_close(&h);
}

static void hostile_values_never_reach_the_grid_raw(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_xml, LANG_EN);
    draft_set(workspace_draft(&h.w), "attach", "\xe2\x80\xae\xc2\x85\t\xe2\x80\x8b", false, NULL);
    draft_toggle(workspace_draft(&h.w), "attach");
    for (int tab = 0; tab < 3; tab++) {
        const char *text = harness_draw(&h, 80, 30);
        assert_true(harness_clean(text));
        assert_null(strstr(text, "\xe2\x80\xae"));
        harness_act_on(&h, ACTION_TAB_RIGHT);
    }
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_body_stands_as_it_will_be_sent),
        cmocka_unit_test(markup_and_values_have_other_styles),
        cmocka_unit_test(a_value_with_markup_and_newlines_stays_one_value),
        cmocka_unit_test(curl_and_head_have_no_key),
        cmocka_unit_test(without_a_request_it_says_why),
        cmocka_unit_test(after_a_call_it_shows_the_draft),
        cmocka_unit_test(no_wrap_scrolls_sideways),
        cmocka_unit_test(hostile_values_never_reach_the_grid_raw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
