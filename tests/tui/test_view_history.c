/* SPDX-License-Identifier: MIT */
/* The overlay of the journal: rows, marks, comparing, bringing back, removing. */
#include "tui/harness.h"

#define OPENID "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"

static void add(struct harness *h, enum journal_kind kind, const char *order, const char *body)
{
    static const char answer[] = "<xml><return_code>FAIL</return_code>"
                                 "<return_msg>签名错误</return_msg></xml>";
    static const char head[] = "POST http://127.0.0.1:9001/pay/unifiedorder HTTP/1.1\r\n";
    char text[128];
    snprintf(text, sizeof(text), "%s \x1b[31m" OPENID, body);
    struct journal_row row = {.at_ms = 1767294245000,
                              .kind = kind,
                              .name = kind == JOURNAL_CALL ? "unifiedorder" : "payment",
                              .profile = "demo",
                              .order_no = order,
                              .amount = 125,
                              .status = 200,
                              .outcome = "communication-fail",
                              .text = text};
    char request[512];
    snprintf(request, sizeof(request),
             "<xml><body>%s</body><out_trade_no>%s</out_trade_no><openid>" OPENID
             "</openid><total_fee>125</total_fee></xml>",
             body, order);
    struct journal_body b = {.request_head = {head, sizeof(head) - 1},
                             .request = {request, strlen(request)},
                             .response = {answer, sizeof(answer) - 1}};
    assert_int_equal(journal_add(h->w.journal, &row, &b, NULL, NULL), ST_OK);
    h->w.rev_journal++;
}

static void open_history(struct harness *h, enum lang lang)
{
    struct err err;
    harness_init(h);
    harness_open(h, &view_history, lang);
    h->v.ops->close(&h->v); /* once more, with a journal */
    workspace_inbox(&h->w); /* it knows what events are called */
    assert_int_equal(workspace_journal(&h->w, &err), ST_OK);
    add(h, JOURNAL_CALL, "ORDER1", "深圳旗舰店");
    add(h, JOURNAL_NOTICE, "ORDER1", "notice");
    add(h, JOURNAL_CALL, "ORDER2", "北京店");
    h->v.ops->open(&h->v);
}

static bool offers(struct harness *h, enum action a)
{
    const struct view_hint *hint = h->v.ops->hint(&h->v);
    while ((hint->action || hint->key) && hint->action != a)
        hint++;
    return hint->action == a;
}

/* What arrived goes to the listener, what went out goes where it went, or elsewhere. */
static void notifications_are_sent_again(void **state)
{
    static const struct {
        enum journal_kind kind;
        const char *url;
    } rows[] = {{JOURNAL_NOTICE, "http://127.0.0.1:8765/notify"},
                {JOURNAL_DELIVERY, "http://127.0.0.1:9001/pay/unifiedorder"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        open_history(&h, LANG_EN);
        add(&h, rows[i].kind, "ORDER3", "again");
        harness_draw(&h, 120, 12);
        assert_true(offers(&h, ACTION_REPLAY));
        harness_act_on(&h, ACTION_REPLAY);
        assert_int_equal(h.menu.count, 4);
        assert_string_equal(h.menu.items[0].label, "byte for byte");
        assert_string_equal(h.menu.items[0].note, rows[i].url);
        h.menu.chosen(h.menu.ctx, 2);
        h.prompt.done(h.prompt.ctx, "http://127.0.0.1:1/n");
        assert_int_equal(h.w.posting.state, POSTING_RUNNING);
        harness_close(&h);
    }
}

static void rows_are_newest_first_masked_and_clean(void **state)
{
    struct harness h;
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        open_history(&h, (enum lang)lang);
        const char *text = harness_draw(&h, 120, 12);
        const char *first = strstr(text, "ORDER2"), *last = strstr(text, "深圳");
        assert_true(first && last && first < last);
        assert_true(harness_has(text, "01-02 03:04:05"));
        assert_true(harness_has(text, "1.25"));
        assert_true(harness_lacks(text, OPENID));
        assert_true(harness_clean(text));
        add(&h, JOURNAL_CALL, "ORDER3", "new"); /* while it is open */
        assert_true(harness_has(harness_draw(&h, 120, 12), "ORDER3"));
        harness_close(&h);
    }
}

/* The journal keeps ids and, of a call without an answer, why in both languages. */
static void rows_speak_the_language(void **state)
{
    static const struct {
        const char *has[6], *lacks[4];
    } rows[LANG_COUNT] = {
        [LANG_ZH] = {{"支付结果", "验签通过", "网络错误", "body  连接被拒绝", "通信失败"},
                     {"genuine", "payment", "connection", "comm"}},
        [LANG_EN] = {{"payment", "ok", "network error", "body  the connection was refused"},
                     {"genuine", "连接", "communication-fail"}},
    };
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct harness h;
        open_history(&h, (enum lang)lang);
        struct journal_row r = {.at_ms = 1767294245000,
                                .kind = JOURNAL_NOTICE,
                                .name = "payment",
                                .amount = 125,
                                .good = true,
                                .outcome = "genuine"};
        assert_int_equal(journal_add(h.w.journal, &r, &(struct journal_body){0}, NULL, NULL), 0);
        r.kind = JOURNAL_CALL;
        r.name = "refund";
        r.outcome = "network";
        r.text = "body  连接被拒绝  the connection was refused";
        assert_int_equal(journal_add(h.w.journal, &r, &(struct journal_body){0}, NULL, NULL), 0);
        h.w.rev_journal++;
        const char *text = harness_draw(&h, 160, 12);
        for (size_t i = 0; i < 6 && rows[lang].has[i]; i++)
            assert_true(harness_has(text, rows[lang].has[i]));
        for (size_t i = 0; i < 4 && rows[lang].lacks[i]; i++)
            assert_true(harness_lacks(text, rows[lang].lacks[i]));
        harness_close(&h);
    }
}

static void a_row_is_found_by_what_it_shows(void **state)
{
    static const struct {
        const char *word;
        size_t count;
    } rows[] = {{"通知", 1}, {"call", 2},  {"通信失败", 2}, {"支付", 1},
                {"1.25", 3}, {"01-02", 3}, {"!notice", 2},  {"深圳", 1}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct harness h;
        open_history(&h, LANG_ZH);
        harness_draw(&h, 120, 12);
        h.v.ops->search(&h.v, rows[i].word, 0);
        for (int turns = 0; turns < 20; turns++)
            loop_turn(h.w.loop, 0);
        char state_text[32];
        struct view_frame frame = {0};
        h.v.ops->frame(&h.v, &frame);
        snprintf(state_text, sizeof(state_text), "%zu/3", rows[i].count);
        if (strcmp(frame.state, state_text) != 0)
            fail_msg("%s: %s", rows[i].word, frame.state);
        harness_close(&h);
    }
}

static void enter_brings_a_call_back(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_EN);
    harness_draw(&h, 120, 12);
    harness_act_on(&h, ACTION_BOTTOM);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_CLOSE);
    const struct draft *d = workspace_draft(&h.w);
    assert_string_equal(params_get(&d->params, "body"), "深圳旗舰店");
    assert_string_equal(params_get(&d->params, "out_trade_no"), "ORDER1");
    assert_int_equal(h.w.exchange.state, EXCHANGE_DONE);
    assert_int_equal(h.w.exchange.reply.outcome, OUTCOME_COMMUNICATION_FAIL);
    assert_int_equal(h.w.exchange.sent_at, 1767294245);
    harness_close(&h);
}

static void a_notice_is_explained(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_EN);
    harness_draw(&h, 120, 12);
    harness_act_on(&h, ACTION_DOWN);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
    assert_string_equal(h.over, "notice");
    struct pager_text text = {0};
    h.v.ops->full(&h.v, &text);
    assert_true(harness_has(buf_str(&text.text), "notice 2"));
    assert_true(harness_lacks(buf_str(&text.text), OPENID));
    buf_clear(&text.text);
    harness_close(&h);
}

/* What comes in while it is open stands on top, also what the listener recorded itself. */
static void what_arrives_is_shown(void **state)
{
    struct harness h;
    struct err err = {0};
    struct payer_result r;
    (void)state;
    open_history(&h, LANG_EN);
    h.w.demo = true;
    assert_int_equal(workspace_start(&h.w, &err), ST_OK);
    assert_int_equal(workspace_listen(&h.w, &err), ST_OK);
    while (inbox_state(h.w.inbox) != INBOX_UP)
        loop_turn(h.w.loop, 10);
    assert_int_equal(workspace_send(&h.w, true, &err), ST_OK);
    while (h.w.exchange.state == EXCHANGE_RUNNING)
        loop_turn(h.w.loop, 10);
    assert_int_equal(workspace_pay(&h.w, &(struct payer_word){.act = PAYER_PAY}, &r, &err), ST_OK);
    harness_draw(&h, 120, 12);
    unsigned before = inbox_rev(h.w.inbox);
    while (!inbox_arrived(h.w.inbox))
        loop_turn(h.w.loop, 10);
    assert_int_not_equal(inbox_rev(h.w.inbox), before);
    assert_true(harness_has(harness_draw(&h, 120, 12), workspace_order(&h.w)));
    assert_true(harness_has(harness_draw(&h, 120, 12), "notice   payment"));
    harness_close(&h);
}

static void two_marks_are_compared(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_EN);
    harness_draw(&h, 120, 12);
    assert_int_equal(harness_act_on(&h, ACTION_COMPARE), VIEW_HANDLED);
    assert_int_equal(h.pagers, 0); /* nothing is marked: a sentence says so */
    harness_act_on(&h, ACTION_TOGGLE);
    harness_act_on(&h, ACTION_BOTTOM);
    harness_act_on(&h, ACTION_TOGGLE);
    harness_act_on(&h, ACTION_COMPARE);
    assert_int_equal(h.pagers, 1);
    assert_true(harness_has(buf_str(&h.pager), "numbers 3 and 1"));
    assert_true(harness_has(buf_str(&h.pager), "- body=北京店"));
    assert_true(harness_has(buf_str(&h.pager), "+ body=深圳旗舰店"));
    assert_true(harness_has(buf_str(&h.pager), "key=****"));
    harness_act_on(&h, ACTION_TOGGLE); /* takes the mark off */
    harness_act_on(&h, ACTION_COMPARE);
    assert_int_equal(h.pagers, 1);
    harness_close(&h);
}

static void sending_again_under_a_new_number(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_EN);
    harness_draw(&h, 120, 12);
    harness_act_on(&h, ACTION_REPLAY);
    assert_int_equal(h.menu.count, 3);
    h.menu.chosen(h.menu.ctx, 1);
    assert_int_equal(h.act, ACTION_SEND);
    assert_string_equal(params_get(&workspace_draft(&h.w)->params, "body"), "北京店");
    assert_string_not_equal(params_get(&workspace_draft(&h.w)->params, "out_trade_no"), "ORDER2");
    harness_close(&h);
}

/* The call is back and the overlay closes: the screen then opens the menu of its reply. A
   notification stands for its order's call that succeeded. */
static void next_calls_are_those_of_the_row(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_ZH);
    harness_draw(&h, 120, 12);
    assert_int_equal(h.v.ops->action(&h.v, ACTION_CALLS), VIEW_CLOSE);
    assert_string_equal(params_get(&h.w.exchange.request.params, "out_trade_no"), "ORDER2");
    harness_act_on(&h, ACTION_DOWN);
    assert_int_equal(h.v.ops->action(&h.v, ACTION_CALLS), VIEW_HANDLED); /* it failed */
    struct journal_row good = {.kind = JOURNAL_CALL,
                               .name = "unifiedorder",
                               .profile = "demo",
                               .order_no = "ORDER1",
                               .status = 200,
                               .good = true};
    struct journal_body body = {.request = {"<xml><out_trade_no>ORDER1</out_trade_no></xml>", 46},
                                .response = {"<xml><return_code>SUCCESS</return_code></xml>", 45}};
    assert_int_equal(journal_add(h.w.journal, &good, &body, NULL, NULL), ST_OK);
    assert_int_equal(h.v.ops->action(&h.v, ACTION_CALLS), VIEW_CLOSE);
    assert_string_equal(params_get(&h.w.exchange.request.params, "out_trade_no"), "ORDER1");
    harness_close(&h);
}

static void removing_asks_first(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_ZH);
    harness_draw(&h, 120, 12);
    harness_act_on(&h, ACTION_REMOVE);
    assert_int_equal(h.questions, 1);
    assert_true(h.question.danger);
    assert_int_equal(journal_count(h.w.journal, JOURNAL_ANY), 3);
    h.question.yes(h.question.ctx);
    assert_int_equal(journal_count(h.w.journal, JOURNAL_ANY), 2);
    assert_true(harness_lacks(harness_draw(&h, 120, 12), "ORDER2"));
    harness_close(&h);
}

static void the_word_filters(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_ZH);
    assert_true(h.v.ops->search(&h.v, "深圳", 0));
    const char *text = harness_draw(&h, 120, 12);
    assert_true(harness_has(text, "深圳"));
    assert_true(harness_lacks(text, "北京"));
    h.v.ops->search(&h.v, "nowhere", 0);
    harness_draw(&h, 120, 12);
    assert_int_equal(harness_act_on(&h, ACTION_REMOVE), VIEW_HANDLED);
    assert_string_equal(h.w.message.text.text[LANG_ZH], "没有选中的记录");
    assert_int_equal(h.questions, 0);
    assert_false(offers(&h, ACTION_REPLAY));
    assert_true(offers(&h, ACTION_SEARCH));
    h.v.ops->search(&h.v, "", 0);
    assert_true(harness_has(harness_draw(&h, 120, 12), "北京"));
    harness_close(&h);
}

static void any_size_is_drawn(void **state)
{
    struct harness h;
    (void)state;
    open_history(&h, LANG_ZH);
    for (int cols = 3; cols < 130; cols += 7)
        for (int rows = 3; rows < 12; rows += 2)
            harness_draw(&h, cols, rows);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_newest_first_masked_and_clean),
        cmocka_unit_test(rows_speak_the_language),
        cmocka_unit_test(a_row_is_found_by_what_it_shows),
        cmocka_unit_test(enter_brings_a_call_back),
        cmocka_unit_test(a_notice_is_explained),
        cmocka_unit_test(what_arrives_is_shown),
        cmocka_unit_test(two_marks_are_compared),
        cmocka_unit_test(sending_again_under_a_new_number),
        cmocka_unit_test(next_calls_are_those_of_the_row),
        cmocka_unit_test(notifications_are_sent_again),
        cmocka_unit_test(removing_asks_first),
        cmocka_unit_test(the_word_filters),
        cmocka_unit_test(any_size_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
