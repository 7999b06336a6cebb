/* SPDX-License-Identifier: MIT */
/* Pane 6: the truth about listener and sandbox, and the sandbox's log. */
#include "tui/harness.h"

#include <arpa/inet.h>

#include "tui/notice_view.h"
#include "tui/notify_lines.h"

static void log_line(struct harness *h, bool ok, const char *what, const char *zh, const char *en)
{
    struct sandbox_line *line = &h->w.log[h->w.log_next];
    free(line->joined);
    memset(line, 0, sizeof(*line));
    line->at = harness_clock();
    line->ok = ok;
    snprintf(line->what, sizeof(line->what), "%s", what);
    snprintf(line->why[LANG_ZH], sizeof(line->why[LANG_ZH]), "%s", zh);
    snprintf(line->why[LANG_EN], sizeof(line->why[LANG_EN]), "%s", en);
    line->joined = mem_strdup("appid=wx&key=****");
    h->w.log_next = (h->w.log_next + 1) % WORKSPACE_LOG_MAX;
    if (h->w.log_count < WORKSPACE_LOG_MAX)
        h->w.log_count++;
    h->w.rev_log++;
}

static void states_are_told_as_they_are(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_ZH);
    const char *text = harness_draw(&h, 50, 10);
    assert_true(harness_has(text, "监听 未启动"));
    assert_true(harness_has(text, "沙箱 未启动"));
    err_set(&h.w.gateway_err, ST_CONFLICT, SAY("沙箱没有启动", "端口被占用", "换一个端口"),
            SAY("the sandbox is not up", "the port is taken", "take another one"));
    text = harness_draw(&h, 50, 10);
    assert_true(harness_has(text, "沙箱 启动失败"));
    assert_true(harness_has(text, "端口被占用"));
    assert_true(harness_has(text, "未监听"));
    harness_close(&h);
}

static void the_sandbox_shows_its_address(void **state)
{
    struct harness h;
    struct err err;
    char url[64];
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    assert_int_equal(workspace_start(&h.w, &err), ST_OK);
    snprintf(url, sizeof(url), "sandbox up %s", gateway_url(h.w.gateway));
    assert_true(harness_has(harness_draw(&h, 60, 10), url));
    /* Too narrow for the scheme: the address is whole without it. */
    assert_true(harness_has(harness_draw(&h, 29, 10), strchr(url, '/') + 2));
    harness_close(&h);
}

static void without_the_sandbox_nobody_plays_the_payer(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    h.w.started = true;
    const char *text = harness_draw(&h, 60, 10);
    assert_true(harness_has(text, "not used here"));
    assert_true(harness_has(text, "nothing arrived yet; t makes one"));
    harness_close(&h);
}

/* The sandbox's log is the third tab. */
static void go_to_log(struct harness *h)
{
    assert_int_equal(harness_act_on(h, ACTION_TAB_LEFT), VIEW_HANDLED);
}

static void lines_come_newest_first_with_mark_and_code(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    go_to_log(&h);
    log_line(&h, true, "POST /pay/unifiedorder T1  SUCCESS", "正常", "fine");
    log_line(&h, false, "POST /pay/unifiedorder T2  SIGNERROR", "签名不符", "the sign differs");
    const char *text = harness_draw(&h, 50, 10);
    const char *bad = strstr(text, "x  03:04:05 SIGNERROR unifiedorder T2");
    const char *good = strstr(text, "ok 03:04:05 unifiedorder T1");
    assert_non_null(bad);
    assert_non_null(good);
    assert_true(bad < good);
    harness_close(&h);
}

static void enter_shows_what_the_sandbox_joined(void **state)
{
    struct harness h;
    struct buf help;
    bool error = false;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    go_to_log(&h);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
    assert_true(harness_has(buf_str(&h.pager), "ssh -N -R")); /* nothing there: the help */
    log_line(&h, false, "POST /pay/unifiedorder T2  SIGNERROR", "签名不符", "the sign differs");
    harness_draw(&h, 50, 10);
    assert_int_equal(harness_act_on(&h, ACTION_OPEN), VIEW_HANDLED);
    assert_true(harness_has(buf_str(&h.pager), "the sign differs"));
    assert_true(harness_has(buf_str(&h.pager), "appid=wx&key=****"));
    buf_init(&help, 4096);
    h.v.ops->help(&h.v, &help, &error);
    assert_string_equal(buf_str(&help), "the sign differs");
    assert_true(error);
    buf_clear(&help);
    harness_close(&h);
}

static void the_selection_stays_on_its_line_when_one_comes(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    go_to_log(&h);
    log_line(&h, true, "POST /a T1  SUCCESS", "一", "one");
    log_line(&h, true, "POST /b T2  SUCCESS", "二", "two");
    harness_draw(&h, 50, 10);
    harness_act_on(&h, ACTION_DOWN);
    log_line(&h, true, "POST /c T3  SUCCESS", "三", "three");
    harness_draw(&h, 50, 10);
    harness_act_on(&h, ACTION_OPEN);
    assert_true(harness_has(buf_str(&h.pager), "one"));
    harness_close(&h);
}

static void a_full_ring_is_shown_whole_and_filtered(void **state)
{
    struct harness h;
    char what[64];
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    go_to_log(&h);
    for (int i = 0; i < WORKSPACE_LOG_MAX + 7; i++) {
        snprintf(what, sizeof(what), "POST /pay/unifiedorder T%d  SUCCESS", i);
        log_line(&h, true, what, "正常", "fine");
    }
    const char *text = harness_draw(&h, 60, 10);
    assert_true(harness_has(text, "T206"));
    assert_true(harness_has(text, "1/200"));
    harness_act_on(&h, ACTION_BOTTOM);
    assert_true(harness_has(harness_draw(&h, 60, 10), "T7"));
    assert_true(h.v.ops->search(&h.v, "T150", 0));
    text = harness_draw(&h, 60, 10);
    assert_true(harness_has(text, "T150"));
    assert_true(harness_lacks(text, "T149"));
    harness_close(&h);
}

static void hostile_order_numbers_never_reach_the_grid_raw(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    go_to_log(&h);
    log_line(&h, false, "POST /\x1b[2J \xe2\x80\xae\x07  X\x9b", "\x1b", "\x1b");
    const char *text = harness_draw(&h, 60, 10);
    assert_true(harness_clean(text));
    assert_null(strstr(text, "\xe2\x80\xae"));
    harness_close(&h);
}

/* ---- With the listener up and the sandbox delivering ---- */

static void turn_until(struct harness *h, bool (*holds)(struct harness *h))
{
    for (int i = 0; i < 2000 && !holds(h); i++)
        loop_turn(h->w.loop, 10);
    assert_true(holds(h));
}

static bool is_up(struct harness *h)
{
    return inbox_state(h->w.inbox) == INBOX_UP;
}

static bool is_answered(struct harness *h)
{
    return h->w.exchange.state != EXCHANGE_RUNNING;
}

static bool has_arrived(struct harness *h)
{
    return inbox_arrived(h->w.inbox) > 0;
}

static void order_and_pay(struct harness *h)
{
    struct payer_result r;
    struct err err = {0};
    h->w.demo = true;
    assert_int_equal(workspace_start(&h->w, &err), ST_OK);
    assert_int_equal(workspace_listen(&h->w, &err), ST_OK);
    turn_until(h, is_up);
    assert_int_equal(workspace_send(&h->w, true, &err), ST_OK);
    turn_until(h, is_answered);
    assert_int_equal(workspace_pay(&h->w, &(struct payer_word){.act = PAYER_PAY}, &r, &err), ST_OK);
    turn_until(h, has_arrived);
}

static void a_notification_is_a_line_and_opens(void **state)
{
    struct harness h;
    char order[80];
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    harness_draw(&h, 90, 10); /* before anything is up */
    order_and_pay(&h);
    snprintf(order, sizeof(order), "payment         ok              SUCCESS   0.01    %s",
             workspace_order(&h.w));
    const char *text = harness_draw(&h, 90, 10);
    assert_true(harness_has(text, order));
    assert_true(harness_has(text, "listener up http://127.0.0.1:"));
    assert_true(harness_has(text, " up")); /* in the frame */
    text = harness_draw(&h, 32, 6);
    assert_true(harness_has(text, " payment .."));
    assert_int_equal(harness_act_on(&h, ACTION_PAGER), VIEW_IGNORED); /* the screen's */
    harness_close(&h);
}

/* A flow points at one: it stays selected when another arrives, until somebody moves. */
static void the_one_that_is_shown_stays_selected(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    order_and_pay(&h);
    harness_draw(&h, 90, 10);
    int64_t id = inbox_at(h.w.inbox, 0)->id;
    view_notify_show(&h.v, id);
    harness_act_on(&h, ACTION_REPLAY);
    h.menu.chosen(h.menu.ctx, 1);
    for (int i = 0; i < 1000 && inbox_arrived(h.w.inbox) < 2; i++)
        loop_turn(h.w.loop, 10);
    harness_draw(&h, 90, 10);
    assert_int_not_equal(inbox_at(h.w.inbox, 0)->id, id);
    struct view_frame frame = {0};
    h.v.ops->frame(&h.v, &frame);
    assert_string_equal(frame.foot, "2/2");
    harness_act_on(&h, ACTION_UP);
    harness_draw(&h, 90, 10);
    h.v.ops->frame(&h.v, &frame);
    assert_string_equal(frame.foot, "1/2");
    view_notify_show(&h.v, 0); /* the newest */
    h.v.ops->frame(&h.v, &frame);
    assert_string_equal(frame.foot, "1/2");
    harness_close(&h);
}

static void deliveries_are_listed_with_their_state(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    order_and_pay(&h);
    harness_act_on(&h, ACTION_TAB_RIGHT);
    for (int i = 0; i < 200; i++)
        loop_turn(h.w.loop, 1);
    const char *text = harness_draw(&h, 60, 8);
    assert_true(harness_has(text, "ok payment acknowledged"));
    harness_act_on(&h, ACTION_OPEN);
    assert_true(harness_has(buf_str(&h.pager), "<return_code>"));
    assert_true(harness_has(buf_str(&h.pager), "at once, 15 s"));
    harness_close(&h);
}

/* One row of that many cells, as text. */
static const char *one_row(struct harness *h, int cols, const struct inbox_row *notice,
                           const struct delivery *d, enum lang lang)
{
    if (!h->grid)
        h->grid = grid_new(cols, 1, true);
    grid_resize(h->grid, cols, 1);
    surface_begin(h->grid);
    struct surface s = surface_root(h->grid);
    if (notice)
        notify_row(h->w.inbox, notice, lang, &s);
    else
        notify_delivery_row(d, lang, &s);
    buf_reset(&h->dump);
    surface_dump(h->grid, &h->dump);
    return buf_str(&h->dump);
}

/* Verdict, time and the beginning of the name stay; a cut is marked. */
static void narrow_rows_say_where_they_are_cut(void **state)
{
    static const struct {
        enum lang lang;
        int cols;
        const char *event;
        bool acknowledged;
        const char *row;
        const char *word; /* NULL: genuine */
        bool unanswered, invalid;
    } rows[] = {
        {LANG_EN, 40, "contract-add", true, "ok 03:04:05 contract-add SUCCESS ..56789"},
        {LANG_EN, 32, "contract-add", true, "ok 03:04:05 contract-add ..56789"},
        {LANG_EN, 30, "contract-add", true, "ok 03:04:05 contract-add ..789"},
        {LANG_EN, 29, "contract-add", true, "ok 03:04:05 contrac.. SUCCESS"},
        {LANG_EN, 29, "payment", true, "ok 03:04:05 payment ..3456789"},
        {LANG_EN, 25, "payment", true, "ok 03:04:05 payment ..789"},
        {LANG_EN, 29, "contract-add", false, "ok 03:04:05 contract-add FAIL"},
        {LANG_EN, 29, "payment", false, "ok 03:04:05 payment FAIL"},
        {LANG_EN, 22, "contract-add", true, "ok 03:04:05 contract.."},
        {LANG_ZH, 29, "payment", true, "ok 03:04:05 支付结果 ..456789"},
        {LANG_ZH, 26, "payment", true, "ok 03:04:05 支付结果 ..789"},
        {LANG_ZH, 25, "payment", false, "ok 03:04:05 支付结果 FAIL"},
        {LANG_ZH, 44, "payment", true, "ok 03:04:05 支付结果 SUCCESS ORDER-123456789"},
        {LANG_EN, 66, "payment", true,
         "ok 03:04:05 payment         ok              SUCCESS   ..-123456789"},
        {LANG_EN, 29, "payment", false, "x  03:04:05 BAD SIGN payment", "forged"},
        {LANG_EN, 29, "payment", true, "x  03:04:05 BAD SIGN SUCCESS", "forged"},
        {LANG_EN, 34, "payment", true, "x  03:04:05 BAD SIGN SUCCESS ..789", "forged"},
        {LANG_EN, 38, "payment", true, "x  03:04:05 BAD SIGN payment SUCCESS", "forged"},
        {LANG_EN, 29, "payment", false, "x  03:04:05 BAD S.. no answer", "forged", true},
        {LANG_EN, 29, "payment", true, "!  03:04:05 unknown order p..", "unknown-order"},
        {LANG_EN, 29, "payment", false, "!  03:04:05 unknown or.. FAIL", "unknown-order"},
        {LANG_EN, 29, "payment", false, "!  03:04:05 unkno.. no answer", "unknown-order", true},
        {LANG_ZH, 29, "payment", false, "!  03:04:05 未知订单 未应答", "unknown-order", true},
        {LANG_ZH, 29, "payment", false, "ok 03:04:05 支付结果 应答无效", NULL, false, true},
        {LANG_EN, 29, "payment", false, "ok 03:04:05 payment invalid", NULL, false, true},
    };
    struct harness h;
    const struct inbox_row *good;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    order_and_pay(&h);
    good = inbox_at(h.w.inbox, 0);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct inbox_row r = *good;
        r.at_ms = (int64_t)harness_clock() * 1000;
        r.acknowledged = rows[i].acknowledged;
        r.invalid = rows[i].invalid;
        r.status = rows[i].unanswered ? 0 : 200;
        r.word = rows[i].word ? notice_word_find(rows[i].word) : good->word;
        snprintf(r.event, sizeof(r.event), "%s", rows[i].event);
        snprintf(r.order, sizeof(r.order), "ORDER-123456789");
        char want[96];
        snprintf(want, sizeof(want), "%s\n", rows[i].row);
        assert_string_equal(one_row(&h, rows[i].cols, &r, NULL, rows[i].lang), want);
    }
    harness_close(&h);
}

static void a_delivery_that_waits_shows_when_it_goes_on(void **state)
{
    static const struct {
        enum lang lang;
        int cols;
        const char *row;
    } rows[] = {
        {LANG_ZH, 60, ".. 支付结果 等待发送 下次 03:04:20 第 2 次 ORDER1"},
        {LANG_ZH, 34, ".. 支付结果 等待发送 下次 03:04:20"},
        {LANG_ZH, 32, ".. 支付.. 等待发送 下次 03:04:20"},
        {LANG_ZH, 28, ".. 支付 .. 等待发送 03:04:20"},
        {LANG_EN, 29, ".. payment waiting 03:04:20"},
    };
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    workspace_inbox(&h.w);
    struct delivery d = {.state = DELIVERY_WAITING,
                         .event = &inbox_events(h.w.inbox)->items[EVENT_PAYMENT],
                         .order = "ORDER1",
                         .tries = 2,
                         .due_at = harness_clock() + 15};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char want[96];
        snprintf(want, sizeof(want), "%s\n", rows[i].row);
        assert_string_equal(one_row(&h, rows[i].cols, NULL, &d, rows[i].lang), want);
    }
    harness_close(&h);
}

static const char *answered(struct harness *h, enum lang lang, const struct inbox_notice *n,
                            const struct redelivery *r)
{
    struct lines l = {0};
    notify_answered(&l, lang, n, r);
    buf_reset(&h->dump);
    lines_dump(&l, &h->dump);
    lines_clear(&l);
    return buf_str(&h->dump);
}

/* Which delivery it was and what follows; the numbers count the first one in. */
static void an_answer_says_what_the_next_delivery_will_be(void **state)
{
    static const char slow[] = "[{\"rule\":\"too-slow\",\"severity\":\"warning\","
                               "\"zh\":\"应答延迟 6 秒\",\"en\":\"delayed by 6 s\"}]";
    struct harness h;
    struct json *found = NULL;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    workspace_inbox(&h.w);
    const struct event *e = &inbox_events(h.w.inbox)->items[EVENT_PAYMENT];
    struct inbox_notice n = {.row = {.status = 200}, .notice = {.trust = NOTICE_FORGED}};
    struct delivery d = {.state = DELIVERY_WAITING,
                         .event = e,
                         .schedule = &e->schedule,
                         .tries = 2,
                         .due_at = harness_clock() + 30};
    assert_int_equal(json_parse(slow, strlen(slow), &found, NULL), ST_OK);
    const struct {
        struct redelivery r;
        bool slow;
        const char *en, *zh;
    } rows[] = {
        {{.nth = 1},
         false,
         "not delivered; this was arrival 1 of at most 15; the next follows after 15 s, at most 14 "
         "more",
         "未送达；这是第 1 次到达（最多 15 次）；下一次间隔 15 秒，最多还有 14 次"},
        {{.nth = 2}, false, "the next follows after 30 s, at most 13 more", "间隔 30 秒"},
        {{.nth = 1, .later = 1},
         false,
         "arrival 1 of at most 15, 1 came after it; the next follows after 30 s",
         "之后又到 1 次；下一次间隔 30 秒，最多还有 13 次"},
        {{0}, false, "not delivered; the next follows after 15 s", "未送达；下一次间隔 15 秒"},
        {{.nth = 15}, false, "it was the last one, none follows", "已是最后一次"},
        {{.nth = 1, .later = 16},
         false,
         "not delivered; 17 arrived, more than the 15 that the platform sends: what follows cannot "
         "be told by them\n",
         "未送达；共到达 17 次，多于平台最多发的 15 次，不能由此推算下一次\n"},
        {{.nth = 17, .done = true},
         false,
         "it stops; 17 arrived, more than the 15 that the platform sends\n",
         "不再重发；共到达 17 次，多于平台最多发的 15 次\n"},
        {{.foreign = true},
         false,
         "forged, not from the platform: nothing follows\n",
         "伪造，不是平台发的，不会按时重发\n"},
        {{.nth = 3, .done = true}, false, "delivered: it stops; this was arrival 3", "不再重发；"},
        {{.nth = 1, .late = true},
         true,
         "! delayed by 6 s\n for the platform it is not delivered; this was arrival 1",
         "! 应答延迟 6 秒\n 平台视为未送达；"},
        {{.nth = 2, .sandbox = &d},
         false,
         "not delivered; this was arrival 2 of at most 15\n the sandbox: waiting, 2 of 15 sent, next "
         "at 03:04:35\n schedule at once, 15 s, 30 s",
         "沙箱：等待发送，已发 2 次（最多 15 次），下次 03:04:35"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct redelivery r = rows[i].r;
        r.schedule = &e->schedule;
        n.found = rows[i].slow ? found : NULL;
        const char *text = answered(&h, LANG_EN, &n, &r);
        if (!strstr(text, rows[i].en))
            fail_msg("%s: %s", rows[i].en, text);
        text = answered(&h, LANG_ZH, &n, &r);
        if (!strstr(text, rows[i].zh))
            fail_msg("%s: %s", rows[i].zh, text);
    }
    struct redelivery bare = {.schedule = &e->schedule, .foreign = true};
    n.notice.trust = NOTICE_UNSIGNED;
    assert_true(harness_has(answered(&h, LANG_EN, &n, &bare), "unsigned, not from the platform"));
    assert_false(harness_has(buf_str(&h.dump), "schedule"));
    d.state = DELIVERY_DONE;
    struct redelivery r = {.schedule = &e->schedule, .nth = 2, .sandbox = &d};
    assert_true(harness_has(answered(&h, LANG_EN, &n, &r), "delivered: it stops"));
    assert_true(harness_has(buf_str(&h.dump), "the sandbox: acknowledged, 2 of 15 sent, none"));
    json_free(found);
    harness_close(&h);
}

static void the_application_s_answer_has_its_head(void **state)
{
    struct harness h;
    (void)state;
    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    workspace_inbox(&h.w);
    struct redelivery none = {0};
    struct inbox_notice n = {.row = {.status = 200},
                             .forward = {.url = "http://127.0.0.1:1/x",
                                         .head = "HTTP/1.1 200 OK\r\nX-App: one\r\n\r\n",
                                         .body = "hello",
                                         .status = 200}};
    assert_true(
        harness_has(answered(&h, LANG_EN, &n, &none), "\nHTTP/1.1 200 OK\nX-App: one\nhello\n"));
    harness_close(&h);
}

static void the_first_line_sets_the_listener(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    order_and_pay(&h);
    harness_draw(&h, 90, 10);
    harness_act_on(&h, ACTION_TOP);
    harness_act_on(&h, ACTION_OPEN);
    assert_int_equal(h.menus, 1);
    assert_string_equal(h.menu.items[0].label, "stop listening");
    assert_string_equal(h.menu.items[3].label, "answer: auto *");
    char note[32];
    snprintf(note, sizeof(note), "now %ld",
             strtol(strrchr(inbox_url(h.w.inbox), ':') + 1, NULL, 10));
    assert_string_equal(h.menu.items[h.menu.count - 1].note, note);
    h.menu.chosen(h.menu.ctx, 4); /* always success */
    assert_int_equal(inbox_answer_of(h.w.inbox, EVENT_REFUND)->reply, INBOX_SUCCESS);
    h.menu.chosen(h.menu.ctx, 0);
    assert_int_equal(inbox_state(h.w.inbox), INBOX_OFF);
    assert_true(harness_has(harness_draw(&h, 60, 10), "listener off"));
    harness_close(&h);
}

/* At once: the socket stays. */
static void forwarding_is_shown(void **state)
{
    struct harness h;
    struct err err = {0};
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    h.w.demo = true;
    assert_int_equal(workspace_start(&h.w, &err), ST_OK);
    assert_int_equal(workspace_listen(&h.w, &err), ST_OK);
    turn_until(&h, is_up);
    assert_int_equal(inbox_set_forward(h.w.inbox, "http://127.0.0.1:1/x", &err), ST_OK);
    assert_int_equal(inbox_state(h.w.inbox), INBOX_UP);
    assert_true(harness_has(harness_draw(&h, 60, 10), "/notify -> http://127.0.0.1:1/x"));
    inbox_set_forward(h.w.inbox, "http://127.0.0.1:1/x?k=192006250b4c09247ec02edce69f6a2d", &err);
    const char *text = harness_draw(&h, 90, 10); /* a key is not */
    assert_true(harness_has(text, "x?k=****"));
    harness_act_on(&h, ACTION_TOP);
    harness_act_on(&h, ACTION_OPEN);
    assert_string_equal(h.menu.items[1].note, "http://127.0.0.1:1/x?k=****");
    h.menu.chosen(h.menu.ctx, 1);
    h.prompt.done(h.prompt.ctx, "http://127.0.0.1:1/x?k=****"); /* as it was offered */
    assert_non_null(strstr(inbox_forward(h.w.inbox), "192006250b4c"));
    h.prompt.done(h.prompt.ctx, "http://127.0.0.1:1/y?k=****");
    assert_true(h.w.message.error);
    assert_non_null(strstr(inbox_forward(h.w.inbox), "/x?k=192006250b4c"));
    harness_close(&h);
}

static int listen_silently(char *url, size_t size)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    snprintf(url, size, "http://127.0.0.1:%u/x", ntohs(a.sin_port));
    return fd;
}

/* Its line and its page say so, and change when it is over. */
static void one_that_waits_for_its_application_says_so(void **state)
{
    struct harness h;
    struct err err = {0};
    struct inbox_notice n = {0};
    char url[64];
    (void)state;

    int fd = listen_silently(url, sizeof url);
    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    workspace_inbox(&h.w);
    assert_int_equal(inbox_set_forward(h.w.inbox, url, &err), ST_OK);
    order_and_pay(&h);
    assert_true(harness_has(harness_draw(&h, 90, 10), "payment         ok              waiting"));
    assert_true(harness_has(harness_draw(&h, 40, 10), "waiting"));
    assert_int_equal(inbox_read(h.w.inbox, inbox_at(h.w.inbox, 0)->id, &n, &err), ST_OK);
    struct view *page = notice_view_new(&h.w, &h.host, &n), pane = h.v;
    h.v = *page;
    assert_true(harness_has(harness_draw(&h, 90, 30), "key of demo  waiting"));
    for (int i = 0; i < 3; i++)
        harness_act_on(&h, ACTION_TAB_RIGHT);
    const char *text = harness_draw(&h, 90, 30);
    assert_true(harness_has(text, "status   waiting"));
    assert_false(harness_has(text, "for the platform"));
    workspace_unlisten(&h.w);
    text = harness_draw(&h, 90, 30);
    assert_true(harness_has(text, "status   no answer"));
    assert_true(harness_has(text, "the listener stopped before the application had answered"));
    h.v.ops->close(&h.v);
    free(page);
    h.v = pane;
    assert_true(harness_has(harness_draw(&h, 90, 10), "payment         ok              no answer"));
    harness_close(&h);
    close(fd);
}

/* The advice can be followed where it is given. */
static void a_taken_port_is_said_and_another_one_chosen(void **state)
{
    struct harness h, other;
    struct err err = {0};
    char text[16];
    (void)state;

    harness_init(&other);
    harness_open(&other, &view_notify, LANG_EN);
    other.w.demo = true;
    assert_int_equal(workspace_listen(&other.w, &err), ST_OK);
    turn_until(&other, is_up);
    snprintf(text, sizeof text, "%s", strrchr(inbox_url(other.w.inbox), ':') + 1);
    text[strcspn(text, "/")] = '\0';

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    workspace_inbox(&h.w);
    harness_draw(&h, 90, 10);
    harness_act_on(&h, ACTION_TOP);
    harness_act_on(&h, ACTION_OPEN);
    assert_string_equal(h.menu.items[h.menu.count - 1].label, "port…");
    h.menu.chosen(h.menu.ctx, h.menu.count - 1);
    h.prompt.done(h.prompt.ctx, text);
    assert_true(h.w.message.error);
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "choose \"port…\""));
    assert_null(strstr(h.w.message.text.text[LANG_EN], "--port"));
    assert_true(harness_has(harness_draw(&h, 90, 10), "listener failed"));
    h.prompt.done(h.prompt.ctx, "65536");
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "not valid"));
    h.prompt.done(h.prompt.ctx, "0");
    turn_until(&h, is_up);
    assert_true(harness_has(harness_draw(&h, 90, 10), "listener up http://127.0.0.1:"));
    harness_close(&h);
    harness_close(&other);
}

static struct buf copied;

static void on_copy(void *ctx, struct bi what, const char *text, size_t len)
{
    (void)ctx;
    (void)what;
    buf_clear(&copied);
    buf_init(&copied, 1u << 20);
    buf_add(&copied, text, len);
}

static void a_selected_one_is_copied_and_sent_again(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    h.host.copy = on_copy;
    harness_open(&h, &view_notify, LANG_EN);
    assert_int_equal(harness_act_on(&h, ACTION_COPY), VIEW_IGNORED); /* nothing is selected */
    harness_draw(&h, 90, 10);
    order_and_pay(&h);
    harness_draw(&h, 90, 10);
    harness_act_on(&h, ACTION_COPY);
    h.menu.chosen(h.menu.ctx, 0);
    assert_non_null(strstr(buf_str(&copied), "<transaction_id>"));
    h.menu.chosen(h.menu.ctx, 3);
    assert_non_null(strstr(buf_str(&copied), "&key=****"));
    assert_null(strstr(buf_str(&copied), HARNESS_KEY));
    buf_clear(&copied);
    harness_act_on(&h, ACTION_REPLAY);
    assert_int_equal(h.menu.count, 4);
    h.menu.chosen(h.menu.ctx, 1); /* newly signed */
    for (int i = 0; i < 1000 && inbox_arrived(h.w.inbox) < 2; i++)
        loop_turn(h.w.loop, 10);
    assert_true(harness_has(harness_draw(&h, 90, 10), "duplicate"));
    assert_int_equal(h.questions, 0);
    for (int i = 0; i < 1000 && h.w.posting.state == POSTING_RUNNING; i++)
        loop_turn(h.w.loop, 10);
    h.w.profile.environment = ENVIRONMENT_PRODUCTION;
    harness_act_on(&h, ACTION_REPLAY);
    h.menu.chosen(h.menu.ctx, 2); /* to another URL */
    h.prompt.done(h.prompt.ctx, "https://shop.invalid/notify");
    assert_int_equal(h.questions, 1);
    assert_string_not_equal(h.w.posting.url, "https://shop.invalid/notify");
    h.question.yes(h.question.ctx);
    assert_string_equal(h.w.posting.url, "https://shop.invalid/notify");
    harness_act_on(&h, ACTION_TRIGGER);
    assert_int_equal(h.menu.count, EVENT_COUNT);
    harness_close(&h);
}

static struct buf diagnosed; /* what the diagnosis is of, as its pages show it */

static void on_overlay(void *ctx, struct view *v)
{
    struct pager_text t = {0};
    (void)ctx;
    v->ops->full(v, &t);
    buf_clear(&diagnosed);
    diagnosed = t.text;
    v->ops->close(v);
    free(v);
}

/* The line that is selected is asked about, and not the one that came last. */
static void d_is_about_the_selected_one(void **state)
{
    struct harness h;
    struct payer_result r;
    struct err err = {0};
    (void)state;

    harness_init(&h);
    h.host.overlay = on_overlay;
    harness_open(&h, &view_notify, LANG_EN);
    assert_int_equal(harness_act_on(&h, ACTION_DIAGNOSE), VIEW_IGNORED); /* nothing is selected */
    order_and_pay(&h);
    char first[65];
    snprintf(first, sizeof first, "%s", workspace_order(&h.w));
    draft_set(workspace_draft(&h.w), "out_trade_no", "SECOND1", false, NULL);
    assert_int_equal(workspace_send(&h.w, true, &err), ST_OK);
    turn_until(&h, is_answered);
    assert_int_equal(workspace_pay(&h.w, &(struct payer_word){.act = PAYER_PAY}, &r, &err), ST_OK);
    for (int i = 0; i < 1000 && inbox_arrived(h.w.inbox) < 2; i++)
        loop_turn(h.w.loop, 10);
    harness_draw(&h, 90, 10);
    harness_act_on(&h, ACTION_BOTTOM);
    harness_draw(&h, 90, 10);
    assert_int_equal(harness_act_on(&h, ACTION_DIAGNOSE), VIEW_HANDLED);
    assert_non_null(strstr(buf_str(&diagnosed), first));
    buf_clear(&diagnosed);
    harness_close(&h);
}

static void the_payer_has_a_menu(void **state)
{
    struct harness h;
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    order_and_pay(&h);
    harness_draw(&h, 90, 10);
    harness_act_on(&h, ACTION_PAY);
    assert_int_equal(h.menu.count, 3);
    h.menu.chosen(h.menu.ctx, PAYER_PAY); /* it is paid already */
    assert_true(h.w.message.error);
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "cannot be paid"));
    h.menu.chosen(h.menu.ctx, PAYER_FAIL);
    assert_string_equal(h.prompt.initial, "NOTENOUGH");
    harness_close(&h);
}

static void who_pays_is_told_that_nobody_listens(void **state)
{
    struct harness h;
    struct err err = {0};
    (void)state;

    harness_init(&h);
    harness_open(&h, &view_notify, LANG_EN);
    h.w.demo = true;
    assert_int_equal(workspace_start(&h.w, &err), ST_OK);
    assert_int_equal(workspace_send(&h.w, true, &err), ST_OK);
    turn_until(&h, is_answered);
    harness_draw(&h, 90, 10);
    harness_act_on(&h, ACTION_PAY);
    h.menu.chosen(h.menu.ctx, PAYER_PAY);
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "is paid"));
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "the listener here is off"));
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_told_as_they_are),
        cmocka_unit_test(the_sandbox_shows_its_address),
        cmocka_unit_test(without_the_sandbox_nobody_plays_the_payer),
        cmocka_unit_test(lines_come_newest_first_with_mark_and_code),
        cmocka_unit_test(enter_shows_what_the_sandbox_joined),
        cmocka_unit_test(the_selection_stays_on_its_line_when_one_comes),
        cmocka_unit_test(a_full_ring_is_shown_whole_and_filtered),
        cmocka_unit_test(hostile_order_numbers_never_reach_the_grid_raw),
        cmocka_unit_test(a_notification_is_a_line_and_opens),
        cmocka_unit_test(the_one_that_is_shown_stays_selected),
        cmocka_unit_test(deliveries_are_listed_with_their_state),
        cmocka_unit_test(narrow_rows_say_where_they_are_cut),
        cmocka_unit_test(a_delivery_that_waits_shows_when_it_goes_on),
        cmocka_unit_test(an_answer_says_what_the_next_delivery_will_be),
        cmocka_unit_test(the_application_s_answer_has_its_head),
        cmocka_unit_test(the_first_line_sets_the_listener),
        cmocka_unit_test(forwarding_is_shown),
        cmocka_unit_test(one_that_waits_for_its_application_says_so),
        cmocka_unit_test(a_taken_port_is_said_and_another_one_chosen),
        cmocka_unit_test(a_selected_one_is_copied_and_sent_again),
        cmocka_unit_test(d_is_about_the_selected_one),
        cmocka_unit_test(the_payer_has_a_menu),
        cmocka_unit_test(who_pays_is_told_that_nobody_listens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
