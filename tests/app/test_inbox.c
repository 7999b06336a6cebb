/* SPDX-License-Identifier: MIT */
/* The inbox: what arrives is listed, found, read back; orders of a demonstration reach it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/workspace.h"
#include "core/sealed.h"
#include "core/xml.h"

#define DOC_KEY "192006250b4c09247ec02edce69f6a2d"

struct stage {
    char home[64];
    struct workspace w;
};

static void open_stage(struct stage *s, struct workspace_options o)
{
    struct err err = {0};
    memset(s, 0, sizeof *s);
    snprintf(s->home, sizeof s->home, "/tmp/wxpc-inbox-XXXXXX");
    assert_non_null(mkdtemp(s->home));
    setenv("XDG_CONFIG_HOME", s->home, 1);
    setenv("XDG_DATA_HOME", s->home, 1);
    unsetenv("WXPC_KEY");
    o.has_lang = true;
    o.lang = LANG_EN;
    if (workspace_open(&s->w, &o, &err))
        fail_msg("%s", err.text[LANG_EN]);
}

static void close_stage(struct stage *s)
{
    char command[128];
    workspace_close(&s->w);
    snprintf(command, sizeof command, "rm -r '%s'", s->home);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
}

static void turn_until_up(struct workspace *w)
{
    for (int i = 0; i < 2000 && inbox_state(w->inbox) == INBOX_BINDING; i++)
        loop_turn(w->loop, 10);
    assert_int_equal(inbox_state(w->inbox), INBOX_UP);
}

static void listen_demo(struct stage *s, const char *api, const char *const *faults)
{
    struct err err = {0};
    open_stage(s, (struct workspace_options){.demo = true, .api = api, .faults = faults});
    workspace_draft(&s->w); /* as the first frame does */
    assert_int_equal(workspace_start(&s->w, &err), ST_OK);
    assert_int_equal(workspace_listen(&s->w, &err), ST_OK);
    turn_until_up(&s->w);
}

static void send_and_wait(struct workspace *w)
{
    struct err err = {0};
    if (workspace_send(w, false, &err))
        fail_msg("%s", err.text[LANG_EN]);
    for (int i = 0; i < 2000 && w->exchange.state == EXCHANGE_RUNNING; i++)
        loop_turn(w->loop, 10);
    assert_int_equal(w->exchange.reply.outcome, OUTCOME_SUCCESS);
}

static void pay_and_wait(struct workspace *w, size_t notices)
{
    struct payer_result r;
    struct err err = {0};
    size_t want = inbox_arrived(w->inbox) + notices;
    if (workspace_pay(w, &(struct payer_word){.act = PAYER_PAY}, &r, &err))
        fail_msg("%s", err.text[LANG_EN]);
    assert_int_equal(r.announced.count, notices);
    for (int i = 0; i < 2000 && inbox_arrived(w->inbox) < want; i++)
        loop_turn(w->loop, 10);
    assert_int_equal(inbox_arrived(w->inbox), want);
}

static bool has_event(struct inbox *b, const char *event, const char *word)
{
    for (size_t i = 0; i < inbox_count(b); i++) {
        const struct inbox_row *row = inbox_at(b, i);
        if (strcmp(row->event, event) == 0 && strcmp(row->word->id, word) == 0 && row->acknowledged)
            return true;
    }
    return false;
}

/* Each API's orders lead to their notifications, which verify and are acknowledged. */
static void each_api_is_notified(void **state)
{
    (void)state;
    static const struct {
        const char *api;
        const char *events[2];
    } rows[] = {{"unifiedorder", {"payment"}},
                {"contractorder", {"payment", "contract-add"}},
                {"deposit_unifiedorder", {"deposit"}},
                {"wap", {"gateway-payment"}}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct stage s;
        size_t count = rows[i].events[1] ? 2 : 1;
        listen_demo(&s, rows[i].api, NULL);
        inbox_want(s.w.inbox, 50);
        send_and_wait(&s.w);
        pay_and_wait(&s.w, count);
        assert_int_equal(inbox_count(s.w.inbox), count);
        for (size_t k = 0; k < count; k++) {
            if (!has_event(s.w.inbox, rows[i].events[k], "genuine"))
                fail_msg("%s: %s", rows[i].api, rows[i].events[k]);
        }
        close_stage(&s);
    }
}

static void the_forms_point_to_the_listener(void **state)
{
    (void)state;
    struct stage s;
    listen_demo(&s, "contractorder", NULL);
    const struct draft *d = workspace_draft(&s.w);
    assert_string_equal(params_get(&d->params, "notify_url"), inbox_url(s.w.inbox));
    assert_string_equal(params_get(&d->params, "contract_notify_url"), inbox_url(s.w.inbox));
    assert_false(d->dirty);
    /* What somebody typed stays, and another API of another merchant points there too. */
    draft_set(workspace_draft(&s.w), "notify_url", "http://127.0.0.1:1/mine", false, NULL);
    workspace_choose_id(&s.w, "deposit_unifiedorder", NULL);
    d = workspace_draft(&s.w);
    assert_string_equal(params_get(&d->params, "notify_url"), inbox_url(s.w.inbox));
    workspace_choose_id(&s.w, "contractorder", NULL);
    d = workspace_draft(&s.w);
    assert_string_equal(params_get(&d->params, "notify_url"), "http://127.0.0.1:1/mine");
    close_stage(&s);
}

/* Whatever API is chosen, no address in its form leads elsewhere. */
static void every_form_points_to_the_listener(void **state)
{
    static const char *const names[] = {"notify_url", "contract_notify_url"};
    (void)state;
    struct stage s;
    size_t pointed = 0;
    listen_demo(&s, NULL, NULL);
    for (size_t i = 0; i < s.w.catalog.count; i++) {
        workspace_choose(&s.w, i);
        const struct params *p = &workspace_draft(&s.w)->params;
        for (size_t k = 0; k < ARRAY_COUNT(names); k++) {
            const char *url = params_has(p, names[k]) ? params_get(p, names[k]) : NULL;
            if (url && strcmp(url, inbox_url(s.w.inbox)) != 0)
                fail_msg("%s: %s is %s", workspace_spec(&s.w)->id, names[k], url);
            pointed += url != NULL;
        }
    }
    assert_true(pointed >= 6);
    close_stage(&s);
}

/* Chooses an API that follows the payment that arrived last. */
static void choose_follower(struct workspace *w, const char *api)
{
    struct inbox_notice n = {0};
    struct err err = {0};
    assert_int_equal(inbox_read(w->inbox, inbox_newest(w->inbox)->id, &n, &err), ST_OK);
    assert_int_equal(workspace_choose_id(w, api, &err), ST_OK);
    draft_set(workspace_draft(w), "out_trade_no", n.row.order, false, NULL);
    draft_set(workspace_draft(w), "transaction_id", notice_get(&n.notice, "transaction_id"), false,
              NULL);
    inbox_notice_clear(&n);
}

/* Starts a refund of the order that was paid and lets it settle: the notification arrives. */
static void refund_and_wait(struct workspace *w, const char *api, const char *order)
{
    struct payer_result r;
    struct err err = {0};
    struct payer_word word = {.act = PAYER_FAIL, .order = order, .code = "CHANGE"};
    size_t had = inbox_arrived(w->inbox);
    choose_follower(w, api);
    send_and_wait(w);
    if (workspace_pay(w, &word, &r, &err))
        fail_msg("%s", err.text[LANG_EN]);
    assert_int_equal(r.announced.count, 1);
    assert_string_equal(r.announced.items[0].url, inbox_url(w->inbox));
    for (int i = 0; i < 2000 && inbox_arrived(w->inbox) == had; i++)
        loop_turn(w->loop, 10);
    assert_string_equal(inbox_newest(w->inbox)->event, "refund");
    assert_true(inbox_newest(w->inbox)->acknowledged);
}

/* A refund names no address: the merchant's is the listener, whatever its profile says. */
static void refunds_reach_the_listener(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"unifiedorder", "refund"},
                                          {"deposit_unifiedorder", "deposit_refund"}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct stage s;
        char order[65];
        listen_demo(&s, rows[i][0], NULL);
        if (i == 0) { /* and it stays so on another port, and after a change of the merchant */
            workspace_listen_at(&s.w, 0, NULL);
            turn_until_up(&s.w);
            workspace_choose_id(&s.w, "wap", NULL);
            workspace_choose_id(&s.w, rows[i][0], NULL);
        }
        send_and_wait(&s.w);
        snprintf(order, sizeof order, "%s", workspace_order(&s.w));
        pay_and_wait(&s.w, 1);
        if (i == 1) {
            choose_follower(&s.w, "deposit_consume");
            send_and_wait(&s.w);
        }
        refund_and_wait(&s.w, rows[i][1], order);
        close_stage(&s);
    }
}

static void one_is_read_back_with_bytes_and_steps(void **state)
{
    (void)state;
    struct stage s;
    struct inbox_notice n = {0};
    listen_demo(&s, NULL, NULL);
    send_and_wait(&s.w);
    pay_and_wait(&s.w, 1);
    inbox_want(s.w.inbox, 10);
    const struct inbox_row *row = inbox_at(s.w.inbox, 0);
    assert_string_equal(row->order, workspace_order(&s.w));
    assert_string_equal(row->profile, "demo");
    assert_int_equal(row->amount, 1);
    assert_ptr_equal(inbox_newest(s.w.inbox), row);
    assert_int_equal(inbox_read(s.w.inbox, row->id, &n, NULL), ST_OK);
    assert_int_equal(n.notice.trust, NOTICE_GENUINE);
    assert_int_equal(n.notice.kind, EVENT_PAYMENT);
    assert_true(n.notice.trace.count > 5);
    assert_non_null(strstr(buf_str(&n.head), "POST /notify HTTP/1.1"));
    assert_non_null(strstr(buf_str(&n.body), "<transaction_id>"));
    assert_non_null(strstr(buf_str(&n.answer), "SUCCESS"));
    assert_null(n.forward.url);
    assert_int_equal(inbox_read(s.w.inbox, row->id, &n, NULL), ST_OK); /* reused */
    inbox_notice_clear(&n);
    struct err err = {0};
    assert_int_equal(inbox_read(s.w.inbox, 999, &n, &err), ST_NOT_FOUND);
    inbox_notice_clear(&n);
    close_stage(&s);
}

/* Whether the list was looked at before something arrived, or only afterwards. */
static void what_arrives_stands_in_the_list_once(void **state)
{
    (void)state;
    struct stage s;
    listen_demo(&s, NULL, NULL);
    send_and_wait(&s.w);
    pay_and_wait(&s.w, 1);
    inbox_want(s.w.inbox, 10);
    assert_int_equal(inbox_count(s.w.inbox), 1);
    assert_true(inbox_is_complete(s.w.inbox));
    inbox_filter(s.w.inbox, "payment"); /* from now on it is fetched, not new */
    inbox_want(s.w.inbox, 10);
    assert_int_equal(inbox_count(s.w.inbox), 1);
    inbox_filter(s.w.inbox, "!payment");
    inbox_want(s.w.inbox, 10);
    assert_int_equal(inbox_count(s.w.inbox), 0);
    close_stage(&s);
}

/* What the sandbox's fault rules spoil is told by its word, and never acknowledged. */
static void what_is_wrong_has_a_word(void **state)
{
    (void)state;
    static const struct {
        const char *fault, *word;
    } rows[] = {{"payment:first=1=forged", "forged"},
                {"payment:first=1=unsigned", "unsigned"},
                {"payment:first=1=amount", "amount"},
                {"payment:first=1=bad-sign", "forged"},
                {"payment:first=1=bad-xml", "unreadable"}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *const faults[] = {rows[i].fault, NULL};
        struct stage s;
        struct inbox_notice n = {0};
        listen_demo(&s, NULL, faults);
        send_and_wait(&s.w);
        pay_and_wait(&s.w, 1);
        inbox_want(s.w.inbox, 10);
        const struct inbox_row *row = inbox_at(s.w.inbox, 0);
        assert_string_equal(row->word->id, rows[i].word);
        assert_false(row->acknowledged);
        assert_int_equal(inbox_read(s.w.inbox, row->id, &n, NULL), ST_OK);
        assert_true(json_count(n.found) > 0);
        inbox_notice_clear(&n);
        close_stage(&s);
    }
}

static void answers_are_given_as_told(void **state)
{
    (void)state;
    static const char *const faults[] = {"payment=forged", NULL};
    struct stage s;
    listen_demo(&s, NULL, faults);
    inbox_set_answer(s.w.inbox, EVENT_PAYMENT, &(struct inbox_answer){.reply = INBOX_SUCCESS});
    send_and_wait(&s.w);
    pay_and_wait(&s.w, 1);
    inbox_want(s.w.inbox, 10);
    const struct inbox_row *row = inbox_at(s.w.inbox, 0);
    assert_string_equal(row->word->id, "forged");
    assert_true(row->acknowledged); /* the user chose so */
    close_stage(&s);
}

/* ---- Of our own ---- */

static void wait_for_posting(struct workspace *w)
{
    for (int i = 0; i < 2000 && w->posting.state == POSTING_RUNNING; i++)
        loop_turn(w->loop, 10);
    assert_int_equal(w->posting.state, POSTING_DONE);
}

static const struct inbox_row *newest_of(struct stage *s, size_t arrived)
{
    assert_int_equal(inbox_arrived(s->w.inbox), arrived);
    return inbox_newest(s->w.inbox);
}

static void one_is_sent_again(void **state)
{
    (void)state;
    struct stage s;
    struct inbox_notice n = {0}, again = {0};
    struct err err = {0};
    char url[POSTING_URL_MAX];
    listen_demo(&s, NULL, NULL);
    send_and_wait(&s.w);
    pay_and_wait(&s.w, 1);
    snprintf(url, sizeof url, "%s", workspace_notify_url(&s.w));
    assert_string_equal(url, inbox_url(s.w.inbox));
    assert_int_equal(inbox_read(s.w.inbox, newest_of(&s, 1)->id, &n, &err), ST_OK);

    assert_int_equal(workspace_resend(&s.w, &n, url, &err), ST_OK);
    assert_int_equal(workspace_resend(&s.w, &n, url, &err), ST_CONFLICT); /* one at a time */
    wait_for_posting(&s.w);
    assert_int_equal(s.w.posting.verdict, ANSWER_ACKNOWLEDGED);
    assert_int_equal(inbox_read(s.w.inbox, newest_of(&s, 2)->id, &again, &err), ST_OK);
    assert_string_equal(again.row.word->id, "duplicate");
    assert_int_equal(again.body.len, n.body.len);
    assert_memory_equal(again.body.data, n.body.data, n.body.len);

    assert_int_equal(workspace_resign(&s.w, &n, url, &err), ST_OK);
    wait_for_posting(&s.w);
    assert_int_equal(inbox_read(s.w.inbox, newest_of(&s, 3)->id, &again, &err), ST_OK);
    assert_int_equal(again.notice.trust, NOTICE_GENUINE);
    assert_string_not_equal(notice_get(&again.notice, "nonce_str"),
                            notice_get(&n.notice, "nonce_str"));
    assert_string_equal(notice_get(&again.notice, "transaction_id"),
                        notice_get(&n.notice, "transaction_id"));
    assert_int_equal(journal_count(s.w.journal, JOURNAL_DELIVERY), 2);
    inbox_notice_clear(&n);
    inbox_notice_clear(&again);
    close_stage(&s);
}

/* The sandbox hands a typed attach on: the key is seen nowhere, and the verdict is that of the
   bytes which came. */
static void a_key_in_it_is_shown_and_kept_nowhere(void **state)
{
    (void)state;
    struct stage s;
    struct inbox_notice n = {0};
    struct err err = {0};
    char url[POSTING_URL_MAX];
    listen_demo(&s, NULL, NULL);
    draft_set(workspace_draft(&s.w), "attach", DOC_KEY, false, NULL);
    send_and_wait(&s.w);
    pay_and_wait(&s.w, 1);
    snprintf(url, sizeof url, "%s", workspace_notify_url(&s.w));
    const struct inbox_row *row = newest_of(&s, 1);
    assert_true(row->acknowledged);
    assert_int_equal(inbox_read(s.w.inbox, row->id, &n, &err), ST_OK);
    assert_int_equal(n.notice.trust, NOTICE_GENUINE);
    assert_true(n.notice.key_inside);
    assert_string_equal(notice_get(&n.notice, "attach"), "****");
    assert_null(strstr(buf_str(&n.body), DOC_KEY));
    assert_non_null(strstr(buf_str(&n.body), "****"));
    assert_string_equal(n.notice.sign.expected, ""); /* no steps over other bytes */
    assert_string_equal(json_string(json_get(json_first(n.found), "rule")), "key-inside");

    const struct event *event = n.notice.event;
    n.notice.event = NULL; /* of none, there is no other way: neither says to take the other */
    assert_int_equal(workspace_resend(&s.w, &n, url, &err), ST_UNSUPPORTED);
    assert_non_null(strstr(err.text[LANG_EN], "it cannot be sent again"));
    assert_int_equal(workspace_resign(&s.w, &n, url, &err), ST_UNSUPPORTED);
    assert_non_null(strstr(err.text[LANG_EN], "it cannot be sent again"));
    n.notice.event = event;
    assert_int_equal(workspace_resend(&s.w, &n, url, &err), ST_UNSUPPORTED);
    assert_int_equal(workspace_resign(&s.w, &n, url, &err), ST_OK);
    wait_for_posting(&s.w);
    assert_int_equal(s.w.posting.verdict, ANSWER_ACKNOWLEDGED);

    params_set(&n.notice.params, "attach", DOC_KEY, NULL); /* as somebody may type it into t */
    assert_int_equal(workspace_resign(&s.w, &n, url, &err), ST_OK);
    wait_for_posting(&s.w);
    assert_null(strstr(buf_str(&s.w.posting.body), DOC_KEY));
    assert_int_equal(inbox_read(s.w.inbox, newest_of(&s, 3)->id, &n, &err), ST_OK);
    assert_int_equal(n.notice.trust, NOTICE_GENUINE);
    assert_null(strstr(buf_str(&n.body), DOC_KEY));
    inbox_notice_clear(&n);
    close_stage(&s);
}

/* Each event is made by the merchant that it is for, and verifies. */
static void each_event_can_be_made(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    listen_demo(&s, NULL, NULL);
    for (int k = 0; k < EVENT_COUNT; k++) {
        const struct event *e = &inbox_events(s.w.inbox)->items[k];
        struct template t = {0};
        struct profile p = {0};
        struct template_source source = {.event = e, .profile = &p};
        assert_int_equal(workspace_event_profile(&s.w, e, &p, &err), ST_OK);
        workspace_template_seed(&s.w, &source.seed);
        assert_int_equal(template_fill(&source, &t, &err), ST_OK);
        struct template_sign sign = {.kind = e->has_sign ? e->sign : SIGN_MD5};
        assert_int_equal(
            workspace_post_template(&s.w, &t, &p, &sign, workspace_notify_url(&s.w), &err), ST_OK);
        wait_for_posting(&s.w);
        const struct inbox_row *row = newest_of(&s, (size_t)k + 1);
        if (row->word->level == NOTICE_IS_BAD || !row->acknowledged)
            fail_msg("%s: %s", e->name, row->word->id);
        if (k != EVENT_DEPOSIT) /* without its order it looks like a payment */
            assert_string_equal(row->event, e->name);
        template_clear(&t);
        profile_clear(&p);
    }
    close_stage(&s);
}

static void make_one(struct stage *s, enum event_kind kind, const struct template_sign *sign)
{
    struct err err = {0};
    struct template t = {0};
    struct profile p = {0};
    struct template_source source = {.event = &inbox_events(s->w.inbox)->items[kind],
                                     .profile = &p};
    assert_int_equal(workspace_event_profile(&s->w, source.event, &p, &err), ST_OK);
    workspace_template_seed(&s->w, &source.seed);
    assert_int_equal(template_fill(&source, &t, &err), ST_OK);
    assert_int_equal(
        workspace_post_template(&s->w, &t, &p, sign, workspace_notify_url(&s->w), &err), ST_OK);
    wait_for_posting(&s->w);
    template_clear(&t);
    profile_clear(&p);
}

#define PAST_KEY "8Kq2mZx9Lw4Rt6Yb1Nc8Vd3Fg5Hj0PsB"

static void seal_with(struct inbox_notice *n, const char *text)
{
    struct err err = {0};
    struct secret own = {0}, key = {0};
    struct params inner = {0};
    struct buf sealed;
    secret_set(&own, DOC_KEY, 32);
    secret_set(&key, text, strlen(text));
    assert_int_equal(sealed_read(params_get(&n->notice.params, "req_info"), &own, &inner, &err),
                     ST_OK);
    assert_int_equal(sealed_write(&inner, &key, &sealed, &err), ST_OK);
    params_set(&n->notice.params, "req_info", buf_str(&sealed), NULL);
    buf_clear(&sealed);
    params_clear(&inner);
    secret_clear(&own);
    secret_clear(&key);
}

/* What is inside a refund is encrypted anew with the key in use, also when that of then is the
   profile's own or one of its other keys; where no key opens it, that is said. */
static void a_refund_is_encrypted_anew(void **state)
{
    (void)state;
    struct stage s;
    struct inbox_notice n = {0};
    struct err err = {0};
    struct secret other = {0};
    char url[POSTING_URL_MAX];
    listen_demo(&s, NULL, NULL);
    make_one(&s, EVENT_REFUND, &(struct template_sign){.kind = SIGN_MD5});
    snprintf(url, sizeof url, "%s", workspace_notify_url(&s.w));
    assert_int_equal(inbox_read(s.w.inbox, newest_of(&s, 1)->id, &n, &err), ST_OK);

    secret_set(&other, "7Kq2mZx9Lw4Rt6Yb1Nc8Vd3Fg5Hj0PsA", 32);
    workspace_key(&s.w, &other);
    params_clear(&n.notice.inner); /* as read with no key that fits */
    assert_int_equal(workspace_resign(&s.w, &n, url, &err), ST_OK); /* the profile's own does */
    wait_for_posting(&s.w);

    seal_with(&n, PAST_KEY);
    assert_int_equal(workspace_resign(&s.w, &n, url, &err), ST_UNSUPPORTED);
    assert_non_null(strstr(err.text[LANG_EN], "req_info does not decrypt"));

    s.w.profile.other_keys[0].key.source = KEY_LITERAL;
    secret_set(&s.w.profile.other_keys[0].key.value, PAST_KEY, 32);
    s.w.profile.other_key_count = 1;
    assert_int_equal(workspace_resign(&s.w, &n, url, &err), ST_OK);
    wait_for_posting(&s.w);
    assert_string_not_equal(s.w.posting.body.data, n.body.data);
    struct params outer = {0}, inner = {0};
    assert_int_equal(xml_read(s.w.posting.body.data, s.w.posting.body.len, &outer, NULL, &err),
                     ST_OK);
    assert_int_equal(sealed_read(params_get(&outer, "req_info"), &other, &inner, &err), ST_OK);
    assert_string_equal(params_get(&inner, "refund_status"), "SUCCESS");
    params_clear(&outer);
    params_clear(&inner);
    secret_clear(&other);
    inbox_notice_clear(&n);
    close_stage(&s);
}

/* A field more would hide what it is sent again for. */
static void signed_anew_it_says_its_type_as_before(void **state)
{
    (void)state;
    for (int with = 0; with < 2; with++) {
        struct stage s;
        struct inbox_notice n = {0};
        struct err err = {0};
        listen_demo(&s, NULL, NULL);
        make_one(&s, EVENT_PAYMENT,
                 &(struct template_sign){.kind = SIGN_HMAC_SHA256, .with_type = with == 1});
        assert_int_equal(inbox_read(s.w.inbox, newest_of(&s, 1)->id, &n, &err), ST_OK);
        assert_int_equal(workspace_resign(&s.w, &n, workspace_notify_url(&s.w), &err), ST_OK);
        wait_for_posting(&s.w);
        struct params sent = {0};
        const struct buf *body = &s.w.posting.body;
        assert_int_equal(xml_read(buf_str(body), body->len, &sent, NULL, &err), ST_OK);
        assert_int_equal(params_has(&sent, "sign_type"), with == 1);
        assert_int_equal(strlen(params_get(&sent, "sign")), 64);
        params_clear(&sent);
        inbox_notice_clear(&n);
        close_stage(&s);
    }
}

static void nobody_at_the_address_is_said(void **state)
{
    (void)state;
    struct stage s;
    struct inbox_notice n = {0};
    struct err err = {0};
    listen_demo(&s, NULL, NULL);
    send_and_wait(&s.w);
    pay_and_wait(&s.w, 1);
    assert_int_equal(inbox_read(s.w.inbox, newest_of(&s, 1)->id, &n, &err), ST_OK);
    assert_int_equal(workspace_resend(&s.w, &n, "nowhere", &err), ST_ARGUMENT);
    assert_int_equal(workspace_resend(&s.w, &n, "http://127.0.0.1:1/", &err), ST_OK);
    wait_for_posting(&s.w);
    assert_int_equal(s.w.posting.http.err.status, ST_NETWORK);
    assert_true(s.w.message.error);
    inbox_notice_clear(&n);
    close_stage(&s);
}

static void without_an_order_there_is_nothing_to_pay(void **state)
{
    (void)state;
    struct stage s;
    struct payer_result r;
    struct err err = {0};
    open_stage(&s, (struct workspace_options){.demo = true});
    struct payer_word word = {.act = PAYER_PAY};
    assert_int_equal(workspace_pay(&s.w, &word, &r, &err), ST_REFUSED); /* no sandbox */
    workspace_start(&s.w, &err);
    assert_int_equal(workspace_pay(&s.w, &word, &r, &err), ST_REFUSED);
    assert_non_null(strstr(err.text[LANG_EN], "no order"));
    close_stage(&s);
}

/* ---- The list ---- */

static void add_rows(struct journal *j, size_t count)
{
    char order[32];
    assert_int_equal(journal_begin(j, NULL), ST_OK);
    for (size_t i = 0; i < count; i++) {
        snprintf(order, sizeof order, "T%zu", i);
        struct journal_row row = {.kind = JOURNAL_NOTICE,
                                  .name = i % 10 ? "payment" : "refund",
                                  .order_no = order,
                                  .good = true,
                                  .status = 200,
                                  .amount = -1,
                                  .outcome = "genuine"};
        assert_int_equal(journal_add(j, &row, &(struct journal_body){0}, NULL, NULL), ST_OK);
    }
    assert_int_equal(journal_commit(j, NULL), ST_OK);
}

static void turn_until_complete(struct workspace *w)
{
    for (int i = 0; i < 2000 && !inbox_is_complete(w->inbox); i++)
        loop_turn(w->loop, 10);
    assert_true(inbox_is_complete(w->inbox));
}

static void the_list_is_fetched_as_it_is_wanted(void **state)
{
    (void)state;
    struct stage s;
    char order[32];
    open_stage(&s, (struct workspace_options){.no_history = true});
    assert_int_equal(workspace_journal(&s.w, NULL), ST_OK);
    add_rows(s.w.journal, 30000);
    workspace_start(&s.w, NULL);
    struct inbox *b = s.w.inbox;
    assert_int_equal(inbox_total(b), 0); /* not counted yet */
    for (int i = 0; i < 100 && !inbox_total(b); i++)
        loop_turn(s.w.loop, 10);
    assert_int_equal(inbox_total(b), 30000);
    assert_int_equal(inbox_count(b), 0);
    inbox_want(b, 20);
    assert_true(inbox_count(b) >= 20 && inbox_count(b) < 30000);
    assert_string_equal(inbox_at(b, 0)->order, "T29999");
    assert_string_equal(inbox_at(b, 19)->order, "T29980");
    assert_null(inbox_at(b, 30000));
    inbox_want(b, (size_t)-1);
    turn_until_complete(&s.w);
    assert_int_equal(inbox_count(b), 30000);
    assert_string_equal(inbox_at(b, 29999)->order, "T0");
    for (size_t i = 29000; i < 29999; i += 333) { /* rows are read together, from one on */
        snprintf(order, sizeof order, "T%zu", 29999 - i);
        assert_string_equal(inbox_at(b, i)->order, order);
    }
    inbox_filter(b, "refund");
    assert_int_equal(inbox_count(b), 0);
    inbox_want(b, (size_t)-1);
    turn_until_complete(&s.w);
    assert_int_equal(inbox_count(b), 3000);
    assert_string_equal(inbox_at(b, 0)->order, "T29990");
    inbox_filter(b, "!refund");
    inbox_want(b, (size_t)-1);
    turn_until_complete(&s.w);
    assert_int_equal(inbox_count(b), 27000);
    close_stage(&s);
}

/* ---- The listener ---- */

/* What cannot be recorded is refused, and stands in the list with its reason all the same. */
static void without_a_journal_nothing_is_acknowledged(void **state)
{
    (void)state;
    struct stage s;
    struct inbox_notice n = {0};
    struct err err = {0};
    char path[96];
    FILE *f;
    open_stage(&s, (struct workspace_options){.demo = true});
    snprintf(path, sizeof path, "%s/journal.db", s.home);
    f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 9000; i++)
        fputc('x', f);
    fclose(f);
    workspace_close(&s.w);
    assert_int_equal(
        workspace_open(&s.w,
                       &(struct workspace_options){
                           .demo = true, .data_dir = s.home, .has_lang = true, .lang = LANG_EN},
                       &err),
        ST_OK);
    workspace_draft(&s.w);
    assert_int_equal(workspace_start(&s.w, &err), ST_OK);
    assert_int_equal(workspace_listen(&s.w, &err), ST_OK);
    turn_until_up(&s.w);
    assert_true(s.w.message.error);
    assert_non_null(strstr(s.w.message.text.text[LANG_EN], "is damaged"));
    send_and_wait(&s.w);
    pay_and_wait(&s.w, 1);
    const struct inbox_row *row = inbox_newest(s.w.inbox);
    assert_false(row->acknowledged);
    assert_true(row->id < 0);
    assert_int_equal(inbox_read(s.w.inbox, row->id, &n, &err), ST_OK);
    assert_non_null(strstr(buf_str(&n.answer), "FAIL"));
    assert_string_equal(json_string(json_get(json_first(n.found), "rule")), "not-recorded");
    assert_non_null(strstr(json_string(json_get(json_first(n.found), "en")), "is damaged"));
    inbox_notice_clear(&n);

    remove(path); /* mended: the next start of the listener records again */
    workspace_unlisten(&s.w);
    assert_int_equal(workspace_listen(&s.w, &err), ST_OK);
    turn_until_up(&s.w);
    assert_non_null(s.w.journal);
    assert_int_equal(inbox_unrecorded(s.w.inbox)->status, ST_OK);
    close_stage(&s);
}

static void a_port_in_use_is_a_state(void **state)
{
    (void)state;
    struct stage a, b;
    struct err err = {0};
    listen_demo(&a, NULL, NULL);
    unsigned port = (unsigned)strtoul(strrchr(inbox_url(a.w.inbox), ':') + 1, NULL, 10);
    open_stage(&b, (struct workspace_options){.demo = true});
    workspace_start(&b.w, NULL);
    assert_int_equal(inbox_start(b.w.inbox, port, &err), ST_CONFLICT);
    assert_int_equal(inbox_state(b.w.inbox), INBOX_FAILED);
    assert_int_equal(inbox_error(b.w.inbox)->status, ST_CONFLICT);
    assert_int_equal(inbox_start(b.w.inbox, 0, &err), ST_OK);
    turn_until_up(&b.w);
    inbox_stop(b.w.inbox);
    assert_int_equal(inbox_state(b.w.inbox), INBOX_OFF);
    close_stage(&b);
    close_stage(&a);
}

/* An order placed before names the address: it is the same after a pause, if it can be. */
static void listening_again_is_at_the_same_address(void **state)
{
    (void)state;
    struct stage s, other;
    struct err err = {0};
    char url[128];
    listen_demo(&s, NULL, NULL);
    snprintf(url, sizeof url, "%s", inbox_url(s.w.inbox));
    unsigned port = (unsigned)strtoul(strrchr(url, ':') + 1, NULL, 10);
    workspace_unlisten(&s.w);
    loop_turn(s.w.loop, 0); /* as between two keys: the old socket goes */
    assert_int_equal(workspace_listen(&s.w, &err), ST_OK);
    turn_until_up(&s.w);
    assert_string_equal(inbox_url(s.w.inbox), url);

    workspace_unlisten(&s.w);
    loop_turn(s.w.loop, 0);
    listen_demo(&other, NULL, NULL);
    inbox_stop(other.w.inbox);
    loop_turn(other.w.loop, 0);
    assert_int_equal(inbox_start(other.w.inbox, port, &err), ST_OK);
    turn_until_up(&other.w);
    assert_int_equal(workspace_listen(&s.w, &err), ST_OK);
    turn_until_up(&s.w);
    assert_string_not_equal(inbox_url(s.w.inbox), url);
    close_stage(&other);
    close_stage(&s);
}

static void forwarding_begins_at_once(void **state)
{
    (void)state;
    struct stage app, s;
    struct inbox_notice n = {0};
    struct err err = {0};
    char url[256];
    listen_demo(&app, NULL, NULL); /* an application that verifies */
    listen_demo(&s, NULL, NULL);
    snprintf(url, sizeof url, "%s", inbox_url(s.w.inbox));
    assert_int_equal(inbox_set_forward(s.w.inbox, "ftp://x", &err), ST_ARGUMENT);
    assert_int_equal(inbox_set_forward(s.w.inbox, "http:///x", &err), ST_ARGUMENT);
    assert_int_equal(inbox_set_forward(s.w.inbox, url, &err), ST_ARGUMENT); /* itself */
    assert_string_equal(inbox_forward(s.w.inbox), "");
    assert_int_equal(inbox_set_forward(s.w.inbox, inbox_url(app.w.inbox), &err), ST_OK);
    assert_int_equal(inbox_state(s.w.inbox), INBOX_UP);
    assert_string_equal(inbox_url(s.w.inbox), url);
    send_and_wait(&s.w);
    struct payer_result r;
    assert_int_equal(workspace_pay(&s.w, &(struct payer_word){.act = PAYER_PAY}, &r, &err), ST_OK);
    for (int i = 0; i < 4000 && inbox_is_idle(s.w.inbox); i++)
        loop_turn(s.w.loop, 1);
    for (int i = 0; i < 4000 && !inbox_is_idle(s.w.inbox); i++) {
        loop_turn(s.w.loop, 1);
        loop_turn(app.w.loop, 1);
    }
    inbox_want(s.w.inbox, 10);
    assert_int_equal(inbox_read(s.w.inbox, inbox_at(s.w.inbox, 0)->id, &n, &err), ST_OK);
    assert_string_equal(n.forward.url, inbox_url(app.w.inbox));
    assert_int_equal(n.forward.status, 200);
    assert_string_equal(n.forward.verdict, "acknowledged");
    inbox_notice_clear(&n);
    close_stage(&s);
    close_stage(&app);
}

/* An order of `s` is paid, and its notification goes on to `app`, which does not run yet. */
static const struct inbox_row *open_waiting(struct stage *app, struct stage *s)
{
    struct payer_result r;
    struct err err = {0};
    listen_demo(app, NULL, NULL);
    listen_demo(s, NULL, NULL);
    inbox_want(s->w.inbox, 10);
    inbox_set_forward(s->w.inbox, inbox_url(app->w.inbox), &err);
    send_and_wait(&s->w);
    assert_true(inbox_is_idle(s->w.inbox));
    workspace_pay(&s->w, &(struct payer_word){.act = PAYER_PAY}, &r, &err);
    for (int i = 0; i < 4000 && !inbox_arrived(s->w.inbox); i++)
        loop_turn(s->w.loop, 1);
    assert_int_equal(inbox_count(s->w.inbox), 1);
    return inbox_at(s->w.inbox, 0);
}

/* Who watches sees it come, not only go. */
static void what_waits_for_its_application_is_listed(void **state)
{
    (void)state;
    struct stage app, s;
    const struct inbox_row *row = open_waiting(&app, &s);
    assert_true(row->waiting);
    assert_false(row->acknowledged);
    assert_false(inbox_is_idle(s.w.inbox));
    inbox_filter(s.w.inbox, "payment");
    inbox_want(s.w.inbox, 10);
    assert_int_equal(inbox_count(s.w.inbox), 1);
    for (int i = 0; i < 4000 && inbox_at(s.w.inbox, 0)->waiting; i++) {
        loop_turn(s.w.loop, 1);
        loop_turn(app.w.loop, 1);
    }
    row = inbox_at(s.w.inbox, 0);
    assert_true(row->acknowledged);
    assert_int_equal(row->status, 200);
    assert_int_equal(inbox_count(s.w.inbox), 1);
    assert_int_equal(inbox_arrived(s.w.inbox), 1);
    close_stage(&s);
    close_stage(&app);
}

static void a_listener_that_stops_says_who_was_waited_for(void **state)
{
    (void)state;
    struct stage app, s;
    struct inbox_notice n = {0};
    struct err err = {0};
    assert_true(open_waiting(&app, &s)->waiting);
    workspace_unlisten(&s.w);
    const struct inbox_row *row = inbox_at(s.w.inbox, 0);
    assert_false(row->waiting);
    assert_int_equal(row->status, 0);
    assert_int_equal(inbox_count(s.w.inbox), 1);
    assert_int_equal(inbox_read(s.w.inbox, row->id, &n, &err), ST_OK);
    assert_string_equal(n.forward.url, inbox_url(app.w.inbox));
    assert_non_null(strstr(n.forward.error_en, "stopped before the application had answered"));
    inbox_notice_clear(&n);
    close_stage(&s);
    close_stage(&app);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes == 0 ? limit.rlim_max : bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A journal on a full disk: the notification is refused, and shown all the same. */
static void what_cannot_be_recorded_is_shown(void **state)
{
    (void)state;
    struct stage s;
    struct inbox_notice n = {0};
    struct payer_result r;
    struct err err = {0};
    open_stage(&s, (struct workspace_options){0});
    workspace_start(&s.w, &err);
    assert_int_equal(workspace_journal(&s.w, &err), ST_OK);
    assert_int_equal(inbox_start(s.w.inbox, 0, &err), ST_OK);
    turn_until_up(&s.w);
    draft_set(workspace_draft(&s.w), "notify_url", inbox_url(s.w.inbox), false, NULL);
    send_and_wait(&s.w);
    assert_int_equal(workspace_pay(&s.w, &(struct payer_word){.act = PAYER_PAY}, &r, &err), ST_OK);
    signal(SIGXFSZ, SIG_IGN);
    limit_files(1);
    for (int i = 0; i < 2000 && !inbox_arrived(s.w.inbox); i++)
        loop_turn(s.w.loop, 10);
    limit_files(0);
    inbox_want(s.w.inbox, 10);
    const struct inbox_row *row = inbox_at(s.w.inbox, 0);
    assert_non_null(row);
    assert_true(row->id < 0);
    assert_string_equal(row->word->id, "not-recorded");
    assert_false(row->acknowledged);
    assert_string_equal(row->order, workspace_order(&s.w));
    assert_int_equal(inbox_total(s.w.inbox), 1);
    assert_int_equal(inbox_read(s.w.inbox, row->id, &n, NULL), ST_OK);
    assert_non_null(strstr(buf_str(&n.body), "<transaction_id>"));
    assert_non_null(strstr(buf_str(&n.answer), "FAIL"));
    inbox_notice_clear(&n);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_api_is_notified),
        cmocka_unit_test(the_forms_point_to_the_listener),
        cmocka_unit_test(every_form_points_to_the_listener),
        cmocka_unit_test(refunds_reach_the_listener),
        cmocka_unit_test(one_is_read_back_with_bytes_and_steps),
        cmocka_unit_test(what_arrives_stands_in_the_list_once),
        cmocka_unit_test(what_is_wrong_has_a_word),
        cmocka_unit_test(answers_are_given_as_told),
        cmocka_unit_test(one_is_sent_again),
        cmocka_unit_test(a_key_in_it_is_shown_and_kept_nowhere),
        cmocka_unit_test(each_event_can_be_made),
        cmocka_unit_test(a_refund_is_encrypted_anew),
        cmocka_unit_test(signed_anew_it_says_its_type_as_before),
        cmocka_unit_test(nobody_at_the_address_is_said),
        cmocka_unit_test(without_an_order_there_is_nothing_to_pay),
        cmocka_unit_test(the_list_is_fetched_as_it_is_wanted),
        cmocka_unit_test(without_a_journal_nothing_is_acknowledged),
        cmocka_unit_test(a_port_in_use_is_a_state),
        cmocka_unit_test(listening_again_is_at_the_same_address),
        cmocka_unit_test(forwarding_begins_at_once),
        cmocka_unit_test(what_waits_for_its_application_is_listed),
        cmocka_unit_test(a_listener_that_stops_says_who_was_waited_for),
        cmocka_unit_test(what_cannot_be_recorded_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
