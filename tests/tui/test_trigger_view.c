/* SPDX-License-Identifier: MIT */
/* The form of a notification to be made: every field editable, the body shown is the body sent. */
#include "tui/harness.h"

#include "tui/trigger_view.h"

static void open_form(struct harness *h, enum event_kind kind)
{
    struct err err = {0};
    harness_init(h);
    harness_open(h, &view_notify, LANG_EN);
    h->w.demo = true;
    assert_int_equal(workspace_start(&h->w, &err), ST_OK);
    assert_int_equal(workspace_listen(&h->w, &err), ST_OK);
    for (int i = 0; i < 1000 && inbox_state(h->w.inbox) != INBOX_UP; i++)
        loop_turn(h->w.loop, 10);
    struct view *form =
        trigger_view_new(&h->w, &h->host, &inbox_events(h->w.inbox)->items[kind], &err);
    assert_non_null(form);
    h->v.ops->close(&h->v);
    h->v = *form;
    free(form);
    /* Callbacks go to the view that asked. */
}

/* Selects the row of a field and opens it. */
static void open_field(struct harness *h, const char *name)
{
    char mark[80];
    snprintf(mark, sizeof mark, ">  %s", name);
    harness_act_on(h, ACTION_TOP);
    for (int i = 0; i < 60 && !strstr(harness_draw(h, 90, 12), mark); i++)
        harness_act_on(h, ACTION_DOWN);
    assert_true(harness_has(harness_draw(h, 90, 12), mark));
    harness_act_on(h, ACTION_OPEN);
}

static const char *body_of(struct harness *h)
{
    struct pager_text t = {0};
    buf_clear(&h->pager);
    h->v.ops->full(&h->v, &t);
    h->pager = t.text;
    return buf_str(&h->pager);
}

static void what_is_typed_is_in_the_body(void **state)
{
    struct harness h;
    (void)state;

    open_form(&h, EVENT_PAYMENT);
    assert_true(harness_has(harness_draw(&h, 90, 30), "http://127.0.0.1:"));
    assert_non_null(strstr(body_of(&h), "<sign>"));
    open_field(&h, "attach");
    h.prompt.done(h.prompt.ctx, "\xe4\xb8\xad<&");
    assert_non_null(strstr(body_of(&h), "<attach><![CDATA[\xe4\xb8\xad<&]]></attach>"));
    open_field(&h, "result_code"); /* a choice */
    assert_int_equal(h.menus, 1);
    h.menu.chosen(h.menu.ctx, 1);
    assert_non_null(strstr(body_of(&h), "<result_code><![CDATA[FAIL]]>"));
    harness_act_on(&h, ACTION_REMOVE); /* the default again */
    assert_non_null(strstr(body_of(&h), "<result_code><![CDATA[SUCCESS]]>"));
    harness_close(&h);
}

/* Its fields are the platform's to give, not the user's. */
static void a_field_is_explained_as_the_platforms(void **state)
{
    static const char *const fields[] = {"attach", "transaction_id", "total_fee"};
    struct harness h;
    (void)state;

    open_form(&h, EVENT_PAYMENT);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct pager_text t = {0};
        open_field(&h, fields[i]);
        buf_init(&t.text, 1u << 20);
        h.v.ops->explain(&h.v, &t);
        assert_non_null(strstr(buf_str(&t.text), fields[i]));
        assert_non_null(strstr(buf_str(&t.text), "the platform gives it"));
        assert_null(strstr(buf_str(&t.text), "yours to give"));
        assert_null(strstr(buf_str(&t.text), "required"));
        buf_clear(&t.text);
    }
    harness_close(&h);
}

static void a_field_that_the_event_lacks_is_refused(void **state)
{
    struct harness h;
    (void)state;

    open_form(&h, EVENT_PAYMENT);
    harness_act_on(&h, ACTION_ADD_FIELD);
    h.prompt.done(h.prompt.ctx, "atach");
    h.prompt.done(h.prompt.ctx, "x");
    assert_true(h.w.message.error);
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "attach"));
    assert_null(strstr(body_of(&h), "atach"));
    harness_act_on(&h, ACTION_ADD_FIELD);
    h.prompt.done(h.prompt.ctx, "coupon_fee_0");
    h.prompt.done(h.prompt.ctx, "1");
    assert_non_null(strstr(body_of(&h), "<coupon_fee_0><![CDATA[1]]>"));
    harness_close(&h);
}

/* The first leads to the body, which is what the second sends. */
static void send_it(struct harness *h)
{
    harness_act_on(h, ACTION_SEND);
    harness_act_on(h, ACTION_SEND);
}

static void the_body_is_seen_before_it_is_sent(void **state)
{
    struct harness h;
    (void)state;

    open_form(&h, EVENT_REFUND);
    assert_string_equal(h.v.ops->hint(&h.v)[0].title.en, "Body first");
    harness_act_on(&h, ACTION_SEND);
    assert_int_equal(h.w.posting.state, POSTING_NONE);
    const char *text = harness_draw(&h, 90, 60);
    assert_true(harness_has(text, "[body]"));
    assert_true(
        harness_has(text, "req_info, decrypted (to read here; not part of the bytes sent)"));
    assert_true(harness_has(text, "<refund_status><![CDATA[SUCCESS]]></refund_status>"));
    assert_null(strstr(body_of(&h), "refund_status"));
    harness_act_on(&h, ACTION_SEND);
    assert_int_equal(h.w.posting.state, POSTING_RUNNING);
    harness_close(&h);
}

/* sign_type that is typed is the algorithm, and the row of it takes it back. */
static void a_typed_sign_type_is_signed_by(void **state)
{
    struct harness h;
    (void)state;

    open_form(&h, EVENT_PAYMENT);
    open_field(&h, "sign_type");
    if (h.menus)
        h.menu.chosen(h.menu.ctx, 1);
    else
        h.prompt.done(h.prompt.ctx, "HMAC-SHA256");
    assert_non_null(strstr(body_of(&h), "<sign_type><![CDATA[HMAC-SHA256]]>"));
    const char *sign = strstr(body_of(&h), "<sign><![CDATA[");
    assert_int_equal(strcspn(sign + 15, "]"), 64);
    harness_act_on(&h, ACTION_TOP);
    harness_act_on(&h, ACTION_DOWN);
    harness_act_on(&h, ACTION_OPEN);
    sign = strstr(body_of(&h), "<sign><![CDATA[");
    assert_int_equal(strcspn(sign + 15, "]"), 32);
    assert_null(strstr(body_of(&h), "HMAC-SHA256"));
    harness_close(&h);
}

static void a_deposit_takes_no_other_algorithm(void **state)
{
    struct harness h;
    (void)state;

    open_form(&h, EVENT_DEPOSIT);
    harness_act_on(&h, ACTION_ADD_FIELD);
    h.prompt.done(h.prompt.ctx, "sign_type");
    h.prompt.done(h.prompt.ctx, "MD5");
    assert_true(h.w.message.error);
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "always signed with one algorithm"));
    assert_non_null(strstr(body_of(&h), "<sign_type><![CDATA[HMAC-SHA256]]>"));
    harness_close(&h);
}

static void it_is_posted_and_the_answer_judged(void **state)
{
    struct harness h;
    (void)state;

    open_form(&h, EVENT_REFUND); /* whose content is encrypted */
    assert_true(harness_lacks(harness_draw(&h, 90, 30), "algorithm"));
    assert_non_null(strstr(body_of(&h), "<req_info>"));
    send_it(&h);
    for (int i = 0; i < 1000 && h.w.posting.state == POSTING_RUNNING; i++)
        loop_turn(h.w.loop, 10);
    const char *text = harness_draw(&h, 90, 12);
    assert_true(harness_has(text, "[answer]"));
    assert_true(harness_has(text, "HTTP 200"));
    assert_true(harness_has(text, "counts as delivered"));
    assert_int_equal(inbox_arrived(h.w.inbox), 1);
    harness_act_on(&h, ACTION_TAB_LEFT);
    assert_true(harness_has(harness_draw(&h, 90, 12), "Content-Type: text/xml"));
    harness_act_on(&h, ACTION_TAB_LEFT);
    open_field(&h, "URL");
    h.prompt.done(h.prompt.ctx, "");
    send_it(&h);
    assert_true(h.w.message.error);
    assert_non_null(strstr(h.w.message.text.text[LANG_EN], "no address"));
    harness_close(&h);
}

/* A refund is made of the order that was placed last. */
static void it_is_about_the_last_order(void **state)
{
    struct harness h;
    struct err err = {0};
    (void)state;

    open_form(&h, EVENT_PAYMENT);
    workspace_draft(&h.w);
    assert_int_equal(workspace_send(&h.w, false, &err), ST_OK);
    for (int i = 0; i < 1000 && h.w.exchange.state == EXCHANGE_RUNNING; i++)
        loop_turn(h.w.loop, 10);
    struct view *form =
        trigger_view_new(&h.w, &h.host, &inbox_events(h.w.inbox)->items[EVENT_REFUND], &err);
    assert_non_null(form);
    h.v.ops->close(&h.v);
    h.v = *form;
    free(form);
    const char *order = params_get(&h.w.exchange.request.params, "out_trade_no");
    assert_true(harness_has(harness_draw(&h, 90, 30), order));
    harness_close(&h);
}

static void f1_explains_the_field_from_the_catalogue(void **state)
{
    struct harness h;
    struct pager_text t = {0};
    (void)state;

    open_form(&h, EVENT_PAYMENT);
    buf_init(&t.text, 1u << 16);
    h.v.ops->explain(&h.v, &t); /* the address */
    assert_true(harness_has(buf_str(&t.text), "where it is posted"));
    open_field(&h, "total_fee");
    buf_reset(&t.text);
    h.v.ops->explain(&h.v, &t);
    assert_true(harness_has(buf_str(&t.text), "total_fee  "));
    assert_true(harness_has(buf_str(&t.text), "amount, whole fen"));
    buf_clear(&t.text);
    harness_close(&h);
}

/* A made notification looks like a real one to whoever gets it: the console asks, as for a send. */
static void a_production_merchant_is_asked_about(void **state)
{
    struct harness h;
    (void)state;

    open_form(&h, EVENT_PAYMENT);
    h.w.profile.environment = ENVIRONMENT_PRODUCTION;
    send_it(&h); /* to the listener, on this machine */
    assert_int_equal(h.questions, 0);
    for (int i = 0; i < 1000 && h.w.posting.state == POSTING_RUNNING; i++)
        loop_turn(h.w.loop, 10);
    harness_act_on(&h, ACTION_TAB_LEFT);
    harness_act_on(&h, ACTION_TAB_LEFT);
    open_field(&h, "URL");
    h.prompt.done(h.prompt.ctx, "https://shop.invalid/notify");
    send_it(&h);
    assert_int_equal(h.questions, 1);
    assert_true(h.question.danger);
    assert_int_equal(h.w.posting.state, POSTING_DONE); /* nothing went out */
    assert_non_null(strstr(h.question.text.text[LANG_EN], "https://shop.invalid/notify"));
    assert_non_null(strstr(h.question.text.text[LANG_ZH], "https://shop.invalid/notify"));
    h.question.yes(h.question.ctx);
    assert_string_equal(h.w.posting.url, "https://shop.invalid/notify");
    assert_int_equal(h.w.posting.state, POSTING_RUNNING);
    harness_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_in_the_body),
        cmocka_unit_test(a_field_is_explained_as_the_platforms),
        cmocka_unit_test(a_field_that_the_event_lacks_is_refused),
        cmocka_unit_test(a_production_merchant_is_asked_about),
        cmocka_unit_test(the_body_is_seen_before_it_is_sent),
        cmocka_unit_test(a_typed_sign_type_is_signed_by),
        cmocka_unit_test(a_deposit_takes_no_other_algorithm),
        cmocka_unit_test(it_is_about_the_last_order),
        cmocka_unit_test(it_is_posted_and_the_answer_judged),
        cmocka_unit_test(f1_explains_the_field_from_the_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
