/* SPDX-License-Identifier: MIT */
/* Pane 5: guide, sending, failure, verdicts, fields, signature, raw bytes. */
#include "tui/harness.h"

#include "io/loop.h"

/* Name and value pairs, NULL-terminated, as a signed answer. */
static void answer(struct harness *h, const char *const *pairs)
{
    struct params p = {0};
    for (size_t i = 0; pairs[i]; i += 2)
        assert_int_equal(params_set(&p, pairs[i], pairs[i + 1], NULL), ST_OK);
    harness_reply_signed(h, &p);
    params_clear(&p);
}

#define COMMON                                                                                     \
    "return_code", "SUCCESS", "appid", "wxd930ea5d5a258f4f", "mch_id", "10000100", "nonce_str",    \
        "ibuaiVcKdpRxkhJA"

static const char *const ok[] = {COMMON,
                                 "result_code",
                                 "SUCCESS",
                                 "prepay_id",
                                 "wx201410272009395522657a690389285100",
                                 "trade_type",
                                 "NATIVE",
                                 "code_url",
                                 "weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00",
                                 NULL};

static const char *const used[] = {
    COMMON,         "result_code",    "FAIL", "err_code", "OUT_TRADE_NO_USED",
    "err_code_des", "商户订单号重复", NULL};

static void before_the_first_call_three_lines_guide(void **state)
{
    static const struct {
        enum lang lang;
        const char *has[3];
    } rows[] = {
        {LANG_ZH,
         {"1  按 Ctrl-R 签名并发送表单", "2  看窗格 3", "3  按 Esc 再按 p 添加自己的商户"}},
        {LANG_EN,
         {"1  Ctrl-R signs and sends", "2  watch pane 3", "3  Esc, then p, adds a merchant"}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        harness_init(&h);
        harness_open(&h, &view_reply, rows[i].lang);
        const char *text = harness_draw(&h, 50, 11);
        for (size_t k = 0; k < 3; k++)
            assert_true(harness_has(text, rows[i].has[k]));
        harness_close(&h);
    }
}

static void success_shows_times_verdict_and_what_is_wanted_first(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, ok);
    const char *text = harness_draw(&h, 90, 11);
    assert_true(harness_has(text, "SUCCESS  145 ms"));
    assert_true(harness_has(text, "HTTP 200  145 ms (dns 4 connect 1 tls 61 wait 78)"));
    assert_true(harness_has(text, "ok success  signature ok (MD5, by its length)"));
    assert_true(
        harness_has(text, "code_url  weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00  y"));
    assert_true(harness_has(text, "prepay_id wx201410272009395522657a690389285100"));
    harness_close(&h);
}

static void fields_come_in_order_with_label_and_meaning(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_ZH);
    answer(&h, ok);
    const char *text = harness_draw(&h, 90, 40);
    const char *first = strstr(text, "return_code "), *second = strstr(text, "nonce_str ");
    assert_non_null(first);
    assert_non_null(second);
    assert_true(first < second);
    assert_true(harness_has(text, "return_code SUCCESS = 成功  返回状态码"));
    assert_true(harness_has(text, "mch_id      10000100  商户号"));
    assert_true(harness_has(text, "文档列出、本次未返回"));
    assert_true(harness_has(text, "mweb_url    未返回"));
    harness_close(&h);
}

static void a_business_failure_is_explained(void **state)
{
    struct harness h;
    struct buf help;
    bool error = false;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, used);
    const char *text = harness_draw(&h, 90, 40);
    assert_true(harness_has(text, "x FAIL"));
    assert_true(harness_has(text, "x business failure  signature ok"));
    assert_true(harness_has(text, "OUT_TRADE_NO_USED  商户订单号重复"));
    assert_true(harness_has(text, "| means "));
    assert_true(harness_has(text, "| cause "));
    assert_true(harness_has(text, "| do "));
    assert_true(harness_has(text, "look at out_trade_no"));
    buf_init(&help, 4096);
    h.v.ops->help(&h.v, &help, &error);
    assert_true(error);
    assert_true(harness_has(buf_str(&help), "OUT_TRADE_NO_USED: "));
    buf_clear(&help);
    harness_close(&h);
}

static void a_wrong_signature_is_told_by_words(void **state)
{
    static const char body[] =
        "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code>"
        "<mch_id>10000100</mch_id><sign>00000000000000000000000000000000</sign></xml>";
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    harness_reply(&h, body, sizeof(body) - 1);
    const char *text = harness_draw(&h, 90, 20);
    assert_true(harness_has(text, "x BAD SIGN"));
    assert_true(harness_has(text, "x untrusted"));
    harness_act_on(&h, ACTION_TAB_RIGHT);
    text = harness_draw(&h, 90, 20);
    assert_true(harness_has(text, "received  00000000 00000000 00000000 00000000"));
    assert_true(harness_has(text, "key=****"));
    assert_true(harness_lacks(text, HARNESS_KEY));
    harness_close(&h);
}

static void what_is_no_xml_is_shown_raw(void **state)
{
    static const char body[] = "<html><body>502 Bad Gateway</body></html>";
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    harness_reply(&h, body, sizeof(body) - 1);
    const char *text = harness_draw(&h, 90, 20);
    assert_true(harness_has(text, "x UNTRUSTED"));
    assert_true(harness_has(text, "signature not checked"));
    assert_true(harness_has(text, "the content is not XML (line 1)"));
    assert_true(harness_has(text, body));
    answer(&h, ok); /* and the next one on its fields again */
    text = harness_draw(&h, 90, 20);
    assert_true(harness_has(text, "return_code"));
    assert_true(harness_lacks(text, "<xml>"));
    harness_act_on(&h, ACTION_TAB_RIGHT); /* a tab that was chosen stays */
    harness_act_on(&h, ACTION_TAB_RIGHT);
    harness_reply(&h, body, sizeof(body) - 1);
    harness_draw(&h, 90, 20);
    answer(&h, ok);
    assert_true(harness_has(harness_draw(&h, 90, 20), "<xml>"));
    harness_close(&h);
}

static void a_contract_result_is_judged_apart(void **state)
{
    static const char *const pairs[] = {COMMON,        "result_code",
                                        "SUCCESS",     "contract_result_code",
                                        "FAIL",        "contract_err_code",
                                        "PARAM_ERROR", "contract_err_code_des",
                                        "参数错误",    "prepay_id",
                                        "wx1",         "trade_type",
                                        "NATIVE",      NULL};
    struct harness h;
    struct err err;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    for (size_t i = 0; i < h.w.catalog.count; i++) {
        if (strcmp(catalog_at(&h.w.catalog, i)->id, "contractorder") == 0)
            workspace_choose(&h.w, i);
    }
    (void)err;
    draft_profile(workspace_draft(&h.w), &h.w.profile, HARNESS_BASE);
    answer(&h, pairs);
    const char *text = harness_draw(&h, 90, 24);
    assert_true(harness_has(text, "ok success"));
    assert_true(harness_has(text, "x the contract failed"));
    assert_true(harness_has(text, "PARAM_ERROR 参数错误"));
    assert_true(harness_has(text, "! contract"));
    harness_close(&h);
}

static void sending_shows_seconds_and_the_key_that_cancels(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    h.w.exchange.state = EXCHANGE_RUNNING;
    h.w.exchange.spec = workspace_spec(&h.w);
    h.w.exchange.started_ms = loop_now(h.w.loop) - 2300;
    h.w.rev_exchange++;
    const char *text = harness_draw(&h, 60, 11);
    assert_true(harness_has(text, "sending  unifiedorder  2.3 s"));
    assert_true(harness_has(text, "Esc cancels"));
    h.w.exchange.state = EXCHANGE_NONE;
    harness_close(&h);
}

static void a_failure_says_why_and_offers_half_an_answer(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    harness_reply(&h, "<xml><return_c", 14);
    h.w.exchange.state = EXCHANGE_FAILED;
    err_set(&h.w.exchange.http.err, ST_NETWORK, SAY("连接中断", "对端关闭", "重试"),
            SAY("the connection broke", "the peer closed it", "try again"));
    h.w.rev_exchange++;
    const char *text = harness_draw(&h, 70, 20);
    assert_true(harness_has(text, "x NETWORK"));
    assert_true(harness_has(text, "the connection broke"));
    assert_true(harness_has(text, "why the peer closed it"));
    assert_true(harness_has(text, "<xml><return_c"));
    harness_act_on(&h, ACTION_TAB_LEFT);
    harness_act_on(&h, ACTION_TAB_LEFT);
    assert_true(harness_has(harness_draw(&h, 70, 20), "half an answer: 14 bytes"));
    harness_close(&h);
}

static void an_answer_of_another_api_says_so(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, ok);
    assert_true(harness_lacks(harness_draw(&h, 70, 20), "the answer of"));
    workspace_choose(&h.w, 1);
    assert_true(harness_has(harness_draw(&h, 70, 20), "the answer of unifiedorder, sent 03:04:05"));
    harness_close(&h);
}

static void hostile_bytes_never_reach_the_grid_raw(void **state)
{
    static const char body[] = "<xml><return_code>SUCCESS</return_code><return_msg>\xe2\x80\xae"
                               "evil\xc2\x9b"
                               "31m</return_msg><result_code>\xe2\x80\x8f</result_code></xml>"
                               "\x1b]52;c;aGFjaw==\x07\x1bP\x9c\xff\xfe\r\n\x08\x08";
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    for (size_t len = sizeof(body) - 1; len > 100; len -= 30) {
        harness_reply(&h, body, len);
        for (int tab = 0; tab < 5; tab++) {
            const char *text = harness_draw(&h, 80, 30);
            assert_true(harness_clean(text));
            assert_null(strstr(text, "\xe2\x80\xae"));
            assert_null(strstr(text, "\xe2\x80\x8f"));
            harness_act_on(&h, ACTION_TAB_RIGHT);
        }
    }
    harness_close(&h);
}

static void ten_mebibytes_are_shown_without_laying_them_out(void **state)
{
    size_t len = 10u << 20;
    char *body = mem_alloc(len);
    struct harness h;
    (void)state;

    for (size_t i = 0; i < len; i++)
        body[i] = (char)(i % 97 ? 'a' + i % 26 : 0x1b);
    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    harness_reply(&h, body, len);
    for (int tab = 0; tab < 5; tab++) {
        assert_true(harness_clean(harness_draw(&h, 80, 30)));
        harness_act_on(&h, ACTION_BOTTOM);
        assert_true(harness_clean(harness_draw(&h, 80, 30)));
        harness_act_on(&h, ACTION_TAB_RIGHT);
    }
    assert_true(harness_has(harness_draw(&h, 80, 30), "10223616 bytes more: v)"));
    struct pager_text full = {0};
    h.v.ops->full(&h.v, &full);
    assert_int_equal(full.text.len, len);
    assert_true(full.raw);
    buf_clear(&full.text);
    free(body);
    harness_close(&h);
}

static void the_explanation_lists_all_fields(void **state)
{
    struct harness h;
    struct pager_text text = {0};
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, used);
    h.v.ops->explain(&h.v, &text);
    assert_true(harness_has(buf_str(&text.text), "OUT_TRADE_NO_USED"));
    assert_true(harness_has(buf_str(&text.text), "prepay_id"));
    buf_clear(&text.text);
    harness_close(&h);
}

/* To the call-up tab, which is the last one. */
static void to_call_up(struct harness *h)
{
    assert_int_equal(harness_act_on(h, ACTION_TAB_LEFT), VIEW_HANDLED);
}

static struct view *overlaid;

static void keep_overlay(void *ctx, struct view *v)
{
    (void)ctx;
    overlaid = v;
}

static void a_native_answer_has_its_code_on_paper(void **state)
{
    struct harness h;
    struct buf styles;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, ok);
    to_call_up(&h);
    const char *text = harness_draw(&h, 90, 40);
    assert_true(harness_has(text, "NATIVE  code to scan  2:00:00 left"));
    assert_true(harness_has(text, "█▀▀▀▀▀█"));
    assert_true(harness_lacks(text, "over the whole screen"));
    assert_true(h.v.ops->ticks(&h.v));
    buf_init(&styles, 1u << 20);
    surface_dump_styles(h.grid, &styles);
    assert_true(harness_has(buf_str(&styles), "5 1-37 paper")); /* quiet zone too */
    buf_clear(&styles);
    text = harness_draw(&h, 50, 13);
    assert_true(harness_has(text, "the code takes 37x19"));
    harness_act_on(&h, ACTION_TAB_RIGHT);
    assert_false(h.v.ops->ticks(&h.v)); /* not shown: nothing moves */
    harness_close(&h);
}

static void the_code_fills_the_screen(void **state)
{
    static const struct {
        int cols, rows;
        bool whole;
        const char *help;
    } rows[] = {
        {120, 34, true, "cashier"},
        {80, 20, true, "quiet zone of 3 modules"}, /* what an overlay gets at 80x24 */
        {40, 12, false, "Ctrl-S"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        struct buf help;
        bool error;
        harness_init(&h);
        harness_open(&h, &view_reply, LANG_EN);
        h.host.overlay = keep_overlay;
        answer(&h, ok);
        to_call_up(&h);
        assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
        h.v.ops->close(&h.v);
        h.v = *overlaid;
        free(overlaid);
        h.v.ops->open(&h.v);
        const char *text = harness_draw(&h, rows[i].cols, rows[i].rows);
        assert_true(harness_has(text, "█▀▀▀▀▀█") || harness_has(text, "█ ▄▄▄ █"));
        buf_init(&help, 4096);
        h.v.ops->help(&h.v, &help, &error);
        assert_true(harness_has(buf_str(&help), rows[i].help));
        assert_int_equal(error, !rows[i].whole);
        buf_clear(&help);
        harness_act_on(&h, ACTION_PAGE_DOWN);
        harness_act_on(&h, ACTION_RIGHT);
        harness_draw(&h, rows[i].cols, rows[i].rows);
        assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_CLOSE);
        harness_close(&h);
    }
}

static const char *const jsapi[] = {COMMON,      "result_code", "SUCCESS", "prepay_id",
                                    "wx2014102", "trade_type",  "JSAPI",   NULL};

static void a_set_is_shown_signed_and_copied_as_shown(void **state)
{
    struct harness h;
    struct buf copy;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, jsapi);
    to_call_up(&h);
    const char *text = harness_draw(&h, 90, 60);
    assert_true(harness_has(text, "appId      wxd930ea5d5a258f4f"));
    assert_true(harness_has(text, "package    prepay_id=wx2014102"));
    assert_true(harness_has(text, "&timeStamp="));
    assert_true(harness_has(text, "&key=****"));
    assert_true(harness_has(text, "WeixinJSBridge.invoke("));
    const struct invoke *call = workspace_invoke(&h.w, false, NULL);
    assert_non_null(call);
    char first[SIGN_HEX_MAX];
    snprintf(first, sizeof first, "%s", call->trace.hex);
    buf_init(&copy, 1u << 20);
    assert_int_equal(workspace_copy(&h.w, COPY_INVOKE, &copy, NULL), ST_OK);
    assert_true(harness_has(buf_str(&copy), first));
    buf_reset(&copy);
    assert_int_equal(workspace_copy(&h.w, COPY_SNIPPET, &copy, NULL), ST_OK);
    assert_true(harness_has(buf_str(&copy), first));
    buf_clear(&copy);
    unsigned rev = h.w.rev_invoke;
    assert_int_equal(harness_act_on(&h, ACTION_GENERATE), VIEW_HANDLED);
    assert_int_equal(h.w.rev_invoke, rev + 1);
    harness_close(&h);
}

/* The official example of facts/apis.md 5.1, but for the key: what is pinned is what is signed. */
static void values_of_the_call_up_are_pinned(void **state)
{
    struct harness h;
    struct err err;
    (void)state;
    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, jsapi);
    to_call_up(&h);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
    assert_int_equal(h.prompts, 1);
    h.prompt.done(h.prompt.ctx, "timeStamp=1774495197 nonceStr=RIPb5Upk3ku7knU6");
    const char *text = harness_draw(&h, 90, 60);
    assert_true(harness_has(text, "timeStamp  1774495197"));
    assert_true(harness_has(text, "nonceStr   RIPb5Upk3ku7knU6"));
    assert_true(harness_has(text, "&timeStamp=1774495197"));
    harness_act_on(&h, ACTION_GENERATE); /* keeps what is pinned */
    assert_true(harness_has(harness_draw(&h, 90, 60), "timeStamp  1774495197"));
    /* A refusal changes nothing. */
    static const char *const bad[] = {"timeStamp=now", "foo=1", "timeStamp", "sign=1"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        assert_int_equal(workspace_pin(&h.w, bad[i], &err), ST_ARGUMENT);
        assert_true(harness_has(harness_draw(&h, 90, 60), "nonceStr   RIPb5Upk3ku7knU6"));
    }
    answer(&h, jsapi); /* another reply has its own */
    assert_true(harness_lacks(harness_draw(&h, 90, 60), "1774495197"));
    assert_int_equal(workspace_pin(&h.w, "appId=wx1", &err), ST_OK);
    assert_int_equal(workspace_pin(&h.w, "", &err), ST_OK);
    assert_true(harness_has(harness_draw(&h, 90, 60), "appId      wxd930ea5d5a258f4f"));
    harness_close(&h);
}

static void a_refused_order_has_nothing_to_call_up(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    answer(&h, used);
    to_call_up(&h);
    const char *text = harness_draw(&h, 90, 40);
    assert_true(harness_has(text, "there is no order to call up"));
    assert_true(harness_has(text, "OUT_TRADE_NO_USED"));
    assert_false(h.v.ops->ticks(&h.v));
    harness_close(&h);
}

static void any_size_is_drawn(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_ZH);
    answer(&h, used);
    for (int cols = 3; cols < 60; cols += 7) {
        for (int rows = 3; rows < 12; rows += 3) {
            for (int tab = 0; tab < 5; tab++) {
                harness_draw(&h, cols, rows);
                harness_act_on(&h, ACTION_BOTTOM);
                harness_act_on(&h, ACTION_TAB_RIGHT);
            }
            harness_act_on(&h, ACTION_WRAP);
        }
    }
    harness_close(&h);
}

/* Enter tells what the code means here, and what else it means elsewhere. */
static void enter_explains_the_error(void **state)
{
    static const struct {
        enum lang lang;
        const char *has[4];
    } rows[] = {
        {LANG_EN,
         {"OUT_TRADE_NO_USED  商户订单号重复", "OUT_TRADE_NO_USED  at unifiedorder",
          "retry  sending the same again does not help", "The same code at other APIs"}},
        {LANG_ZH,
         {"OUT_TRADE_NO_USED  商户订单号重复", "OUT_TRADE_NO_USED  在 unifiedorder",
          "重试   原样重试无用", "在其他接口，同一个码的含义"}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        harness_init(&h);
        harness_open(&h, &view_reply, rows[i].lang);
        answer(&h, used);
        harness_draw(&h, 90, 12);
        assert_int_equal(h.v.ops->hint(&h.v)[0].action, ACTION_OPEN);
        assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
        assert_int_equal(h.pagers, 1);
        for (size_t k = 0; k < 4; k++)
            assert_true(harness_has(buf_str(&h.pager), rows[i].has[k]));
        answer(&h, ok); /* nothing to explain */
        harness_draw(&h, 90, 12);
        assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_IGNORED);
        assert_int_equal(h.pagers, 1);
        harness_close(&h);
    }
}

/* The answer of downloadbill; the totals of `refund` differ when it is not 2.30. */
static void bill(struct harness *h, const char *refund)
{
    struct buf body;
    workspace_choose(&h->w, 8);
    assert_string_equal(workspace_spec(&h->w)->id, "downloadbill");
    buf_init(&body, 65536);
    buf_adds(&body, "交易时间,商户订单号,应结订单金额,退款金额,商品名称\r\n");
    for (int i = 0; i < 30; i++)
        buf_addf(&body, "`2025-01-01 10:00:%02d,`T%d,`%d.00,`0.00,`会员\x1b[31m月卡%d\r\n", i, i, i,
                 i);
    buf_adds(&body, "`2025-01-01 12:00:00,`T1,`0.00,`2.30,`b\r\n");
    buf_addf(&body, "总交易单数,应结订单总金额,退款总金额\r\n`31,`435.00,`%s\r\n", refund);
    harness_reply(h, buf_str(&body), body.len);
    buf_clear(&body);
}

static void a_bill_is_a_table_that_scrolls_both_ways(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_ZH);
    bill(&h, "2.30");
    const char *text = harness_draw(&h, 60, 8);
    assert_true(harness_has(text, "[账单]"));
    assert_true(harness_has(text, "31 笔；合计与各行之和一致"));
    assert_true(harness_has(text, "交易时间             商户订单号  应结订单金额  退款金额"));
    assert_true(harness_has(text, "2025-01-01 10:00:00  T0                  0.00      0.00"));
    assert_true(harness_lacks(text, "\x1b"));
    harness_act_on(&h, ACTION_DOWN);
    harness_act_on(&h, ACTION_RIGHT);
    for (int i = 0; i < 20; i++)
        harness_act_on(&h, ACTION_RIGHT);
    text = harness_draw(&h, 60, 8);
    assert_true(harness_lacks(text, "月卡0"));      /* the row has gone up */
    assert_true(harness_has(text, "应结订单金额")); /* the names have not */
    assert_true(harness_lacks(text, "交易时间"));   /* but to the left */
    assert_true(harness_has(text, "会员␛[31m月卡1 "));
    harness_act_on(&h, ACTION_BOTTOM);
    text = harness_draw(&h, 60, 9);
    assert_true(harness_has(text, "应结订单金额"));
    harness_close(&h);
}

static void totals_that_differ_are_told(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    bill(&h, "2.31");
    const char *text = harness_draw(&h, 100, 8);
    assert_true(harness_has(text, "rows: 31; totals that differ from the sum of the rows: 1"));
    assert_true(harness_has(text, "trade time           out_trade_no  settled amount  refund"));
    harness_act_on(&h, ACTION_BOTTOM);
    text = harness_draw(&h, 100, 8);
    assert_true(harness_has(text, "ok settled amount        435.00"));
    assert_true(harness_has(text, "x  refunds               2.31  the rows give 2.30"));
    answer(&h, ok); /* another answer leaves the tab */
    text = harness_draw(&h, 100, 12);
    assert_true(harness_has(text, "[fields]"));
    assert_true(harness_lacks(text, "bill"));
    harness_close(&h);
}

static void a_packed_bill_that_is_damaged_says_so(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_reply, LANG_EN);
    workspace_choose(&h.w, 8);
    harness_reply(&h, "\x1f\x8b\x08\0", 4);
    const char *text = harness_draw(&h, 100, 12);
    assert_true(harness_has(text, "the gzip file is damaged"));
    assert_true(harness_has(text, "ok success  not signed (texts are not)"));
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_the_first_call_three_lines_guide),
        cmocka_unit_test(success_shows_times_verdict_and_what_is_wanted_first),
        cmocka_unit_test(fields_come_in_order_with_label_and_meaning),
        cmocka_unit_test(a_business_failure_is_explained),
        cmocka_unit_test(a_wrong_signature_is_told_by_words),
        cmocka_unit_test(what_is_no_xml_is_shown_raw),
        cmocka_unit_test(a_contract_result_is_judged_apart),
        cmocka_unit_test(sending_shows_seconds_and_the_key_that_cancels),
        cmocka_unit_test(a_failure_says_why_and_offers_half_an_answer),
        cmocka_unit_test(an_answer_of_another_api_says_so),
        cmocka_unit_test(hostile_bytes_never_reach_the_grid_raw),
        cmocka_unit_test(ten_mebibytes_are_shown_without_laying_them_out),
        cmocka_unit_test(the_explanation_lists_all_fields),
        cmocka_unit_test(a_native_answer_has_its_code_on_paper),
        cmocka_unit_test(the_code_fills_the_screen),
        cmocka_unit_test(a_set_is_shown_signed_and_copied_as_shown),
        cmocka_unit_test(values_of_the_call_up_are_pinned),
        cmocka_unit_test(a_refused_order_has_nothing_to_call_up),
        cmocka_unit_test(any_size_is_drawn),
        cmocka_unit_test(enter_explains_the_error),
        cmocka_unit_test(a_bill_is_a_table_that_scrolls_both_ways),
        cmocka_unit_test(totals_that_differ_are_told),
        cmocka_unit_test(a_packed_bill_that_is_damaged_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
