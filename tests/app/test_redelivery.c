/* SPDX-License-Identifier: MIT */
/* Which delivery a notification was, and what follows it: by the journal, or by our own sandbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/redelivery.h"

struct stage {
    char home[64];
    struct workspace w;
};

static int start(void **state)
{
    struct stage *s = mem_alloc(sizeof *s);
    struct err err = {0};
    struct workspace_options o = {.demo = true, .has_lang = true, .lang = LANG_EN};
    snprintf(s->home, sizeof s->home, "/tmp/wxpc-redelivery-XXXXXX");
    assert_non_null(mkdtemp(s->home));
    setenv("XDG_CONFIG_HOME", s->home, 1);
    setenv("XDG_DATA_HOME", s->home, 1);
    unsetenv("WXPC_KEY");
    if (workspace_open(&s->w, &o, &err))
        fail_msg("%s", err.text[LANG_EN]);
    workspace_draft(&s->w);
    assert_int_equal(workspace_start(&s->w, &err), ST_OK);
    assert_int_equal(workspace_listen(&s->w, &err), ST_OK);
    for (int i = 0; i < 2000 && inbox_state(s->w.inbox) == INBOX_BINDING; i++)
        loop_turn(s->w.loop, 10);
    assert_int_equal(inbox_state(s->w.inbox), INBOX_UP);
    *state = s;
    return 0;
}

static int stop(void **state)
{
    struct stage *s = *state;
    workspace_close(&s->w);
    rmdir(s->home);
    free(s);
    return 0;
}

static void answer(struct stage *s, enum inbox_reply reply)
{
    inbox_set_answer(s->w.inbox, EVENT_UNKNOWN, &(struct inbox_answer){.reply = reply});
}

static void wait_for(struct stage *s, size_t arrived)
{
    for (int i = 0; i < 2000 && inbox_arrived(s->w.inbox) < arrived; i++)
        loop_turn(s->w.loop, 10);
    assert_int_equal(inbox_arrived(s->w.inbox), arrived);
}

/* An order is paid; its notification arrives. */
static void pay(struct stage *s)
{
    struct payer_result r;
    struct err err = {0};
    assert_int_equal(workspace_send(&s->w, false, &err), ST_OK);
    for (int i = 0; i < 2000 && s->w.exchange.state == EXCHANGE_RUNNING; i++)
        loop_turn(s->w.loop, 10);
    assert_int_equal(workspace_pay(&s->w, &(struct payer_word){.act = PAYER_PAY}, &r, &err), ST_OK);
    wait_for(s, 1);
}

static const struct delivery *first_delivery(struct stage *s)
{
    return deliver_at(gateway_deliveries(s->w.gateway), 0);
}

/* Sends it again, as another sender would, and lets the answer come. */
static void send_again(struct stage *s, const struct inbox_notice *n)
{
    size_t had = inbox_arrived(s->w.inbox);
    struct err err = {0};
    assert_int_equal(workspace_resend(&s->w, n, inbox_url(s->w.inbox), &err), ST_OK);
    wait_for(s, had + 1);
    for (int i = 0; i < 2000 && s->w.posting.state == POSTING_RUNNING; i++)
        loop_turn(s->w.loop, 10);
}

static void the_sandbox_says_what_follows(void **state)
{
    struct stage *s = *state;
    struct inbox_notice n = {0};
    struct redelivery r;
    answer(s, INBOX_FAIL);
    pay(s);
    while (first_delivery(s)->state == DELIVERY_SENDING)
        loop_turn(s->w.loop, 10);
    assert_int_equal(inbox_read(s->w.inbox, inbox_newest(s->w.inbox)->id, &n, NULL), ST_OK);
    redelivery_find(&s->w, &n, &r);
    assert_ptr_equal(r.sandbox, first_delivery(s));
    assert_int_equal(r.sandbox->state, DELIVERY_WAITING);
    assert_int_equal(r.sandbox->tries, 1);
    assert_int_equal(r.nth, 1);
    assert_int_equal(r.later, 0);
    assert_false(r.done);
    inbox_notice_clear(&n);
}

static void another_sender_is_counted(void **state)
{
    struct stage *s = *state;
    struct inbox_notice n = {0}, again = {0};
    struct redelivery r;
    int gap = 0;
    answer(s, INBOX_FAIL);
    pay(s);
    assert_int_equal(inbox_read(s->w.inbox, inbox_newest(s->w.inbox)->id, &n, NULL), ST_OK);
    struct workspace alone = s->w; /* one that has no sandbox */
    alone.gateway = NULL;
    redelivery_find(&alone, &n, &r);
    assert_null(r.sandbox);
    assert_true(redelivery_gap(&r, &gap));
    assert_int_equal(gap, 15);

    send_again(s, &n);
    assert_int_equal(inbox_read(s->w.inbox, inbox_newest(s->w.inbox)->id, &again, NULL), ST_OK);
    redelivery_find(&alone, &again, &r);
    assert_int_equal(r.nth, 2);
    assert_true(redelivery_gap(&r, &gap));
    assert_int_equal(gap, 30);
    redelivery_find(&alone, &n, &r); /* the first, looked at now */
    assert_int_equal(r.nth, 1);
    assert_int_equal(r.later, 1);
    assert_true(redelivery_gap(&r, &gap));
    assert_int_equal(gap, 30);

    answer(s, INBOX_SUCCESS);
    send_again(s, &n);
    redelivery_find(&alone, &n, &r);
    assert_int_equal(r.later, 2);
    assert_true(r.done);
    assert_false(redelivery_gap(&r, &gap));
    inbox_notice_clear(&n);
    inbox_notice_clear(&again);
}

static void the_last_of_the_schedule_is_followed_by_none(void **state)
{
    struct stage *s = *state;
    const struct event *e = &inbox_events(s->w.inbox)->items[EVENT_PAYMENT];
    struct redelivery r = {.schedule = &e->schedule, .nth = e->schedule.tries - 1};
    int gap = 0;
    assert_true(redelivery_gap(&r, &gap));
    assert_int_equal(gap, e->schedule.wait[e->schedule.tries - 1]);
    r.nth++;
    assert_false(redelivery_gap(&r, &gap));
}

/* Acknowledged, but after the platform had given up: what was found when it came tells. */
static void one_answered_too_late_is_not_delivered(void **state)
{
    struct stage *s = *state;
    struct inbox_notice n = {0};
    struct redelivery r;
    inbox_set_answer(s->w.inbox, EVENT_UNKNOWN, &(struct inbox_answer){.delay_ms = 6000});
    pay(s); /* it is in the list before it is answered */
    assert_int_equal(inbox_read(s->w.inbox, inbox_newest(s->w.inbox)->id, &n, NULL), ST_OK);
    redelivery_find(&s->w, &n, &r);
    assert_true(r.late);
    assert_false(r.done);
    inbox_notice_clear(&n);
}

static void change(struct inbox_notice *n, const char *from, const char *to)
{
    char *at = strstr(n->body.data, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
}

static void read_newest(struct stage *s, struct inbox_notice *n)
{
    assert_int_equal(inbox_read(s->w.inbox, inbox_newest(s->w.inbox)->id, n, NULL), ST_OK);
}

/* What somebody else made is none of the platform's deliveries, whichever comes first. */
static void forged_copies_are_not_counted(void **state)
{
    struct stage *s = *state;
    struct inbox_notice n = {0}, bad = {0}, again = {0};
    struct redelivery r;
    int gap;
    answer(s, INBOX_FAIL);
    pay(s);
    read_newest(s, &n);
    read_newest(s, &bad);
    struct workspace alone = s->w;
    alone.gateway = NULL;

    change(&bad, "<sign>", "<sigh>");
    change(&bad, "</sign>", "</sigh>");
    send_again(s, &bad);
    read_newest(s, &again);
    assert_int_equal(again.notice.trust, NOTICE_UNSIGNED);
    redelivery_find(&alone, &again, &r);
    assert_true(r.foreign);
    change(&bad, "<sigh>", "<sign>");
    change(&bad, "</sigh>", "</sign>");
    change(&bad, "<nonce_str>", "<nonce_stR>");
    change(&bad, "</nonce_str>", "</nonce_stR>");
    answer(s, INBOX_SUCCESS); /* it is acknowledged, and still no delivery */
    send_again(s, &bad);
    read_newest(s, &again);
    assert_int_equal(again.notice.trust, NOTICE_FORGED);
    redelivery_find(&s->w, &again, &r);
    assert_true(r.foreign);
    assert_false(r.done);
    assert_null(r.sandbox);
    assert_false(redelivery_gap(&r, &gap));

    redelivery_find(&alone, &n, &r);
    assert_false(r.foreign);
    assert_int_equal(r.nth, 1);
    assert_int_equal(r.later, 0);
    assert_false(r.done);

    answer(s, INBOX_FAIL);
    send_again(s, &n); /* forged ones before it do not make it a later one */
    read_newest(s, &again);
    redelivery_find(&alone, &again, &r);
    assert_int_equal(r.nth, 2);
    inbox_notice_clear(&n);
    inbox_notice_clear(&bad);
    inbox_notice_clear(&again);
}

/* Another merchant's, or one that tells another outcome, is another notification. */
static bool add_row(struct stage *s, const struct inbox_notice *n, const char *mch_id,
                    const char *text, const char *outcome)
{
    int64_t id;
    struct journal_row row = {.at_ms = n->row.at_ms,
                              .kind = JOURNAL_NOTICE,
                              .name = n->row.event,
                              .profile = "",
                              .mch_id = mch_id,
                              .order_no = n->row.order,
                              .transaction_id = notice_transaction(&n->notice),
                              .amount = -1,
                              .status = 200,
                              .good = true,
                              .outcome = outcome,
                              .text = text};
    return journal_add(s->w.journal, &row, &(struct journal_body){0}, &id, NULL) == ST_OK;
}

static void another_merchant_s_or_outcome_is_not_counted(void **state)
{
    struct stage *s = *state;
    struct inbox_notice n = {0};
    struct redelivery r;
    answer(s, INBOX_FAIL);
    pay(s);
    read_newest(s, &n);
    const char *own = notice_get(&n.notice, "mch_id");
    assert_non_null(own);
    struct workspace alone = s->w;
    alone.gateway = NULL;
    assert_true(add_row(s, &n, "1999999999", "", "genuine"));
    assert_true(add_row(s, &n, own, "not-success ", "not-success"));
    assert_true(add_row(s, &n, own, "", "no-key acknowledged"));
    redelivery_find(&alone, &n, &r);
    assert_int_equal(r.nth, 1);
    assert_int_equal(r.later, 0);
    assert_false(r.done);
    assert_true(add_row(s, &n, own, "duplicate ", "duplicate"));
    redelivery_find(&alone, &n, &r);
    assert_int_equal(r.later, 1);
    assert_true(r.done);
    inbox_notice_clear(&n);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sandbox_says_what_follows),
        TEST(another_sender_is_counted),
        TEST(forged_copies_are_not_counted),
        TEST(another_merchant_s_or_outcome_is_not_counted),
        TEST(the_last_of_the_schedule_is_followed_by_none),
        TEST(one_answered_too_late_is_not_delivered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
