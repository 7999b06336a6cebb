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

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_sandbox_says_what_follows),
        TEST(another_sender_is_counted),
        TEST(the_last_of_the_schedule_is_followed_by_none),
        TEST(one_answered_too_late_is_not_delivered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
