/* SPDX-License-Identifier: MIT */
/*
 * What follows from the mode, the trust and the application's answer: acknowledged, refused,
 * relayed, or silence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "io/listener_answer.h"

static void modes_are_read_by_their_words(void **state)
{
    static const char *const words[] = {"auto", "success", "fail", "none"};
    enum listener_reply reply;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        assert_true(listener_reply_read(words[i], &reply));
        assert_int_equal(reply, i);
    }
    assert_false(listener_reply_read("Auto", &reply));
    assert_false(listener_reply_read("", &reply));
}

static void the_mode_decides_with_the_trust(void **state)
{
    static const struct {
        enum listener_reply reply;
        const char *message;
        enum notice_trust trust;
        bool answered, acknowledged;
        const char *says;
    } rows[] = {
        {LISTENER_AUTO, "", NOTICE_GENUINE, true, true, "OK"},
        {LISTENER_AUTO, "", NOTICE_FORGED, true, false, "处理失败"},
        {LISTENER_AUTO, "", NOTICE_NO_KEY, true, false, "处理失败"},
        {LISTENER_AUTO, "稍后", NOTICE_FORGED, true, false, "稍后"},
        {LISTENER_SUCCESS, "", NOTICE_FORGED, true, true, "OK"},
        {LISTENER_FAIL, "", NOTICE_GENUINE, true, false, "按设置回答失败"},
        {LISTENER_FAIL, "稍后", NOTICE_GENUINE, true, false, "稍后"},
        {LISTENER_NONE, "", NOTICE_GENUINE, false, false, ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct receipt r = {.notice.trust = rows[i].trust};
        struct listener_answer a = {.reply = rows[i].reply, .delay_ms = 7};
        struct httpd_reply out;
        snprintf(a.message, sizeof a.message, "%s", rows[i].message);
        listener_answer_decide(&r, &a);
        listener_answer_send(&r, &a, &out);
        if (r.answered != rows[i].answered || r.acknowledged != rows[i].acknowledged)
            fail_msg("row %zu: %s", i, buf_str(&r.answer));
        assert_int_equal(out.hang, !rows[i].answered);
        assert_int_equal(out.delay_ms, 7);
        if (rows[i].answered) {
            assert_int_equal(out.status, 200);
            assert_string_equal(out.content_type, "text/xml");
            assert_non_null(strstr(buf_str(&out.body), rows[i].says));
        }
        buf_clear(&out.body);
        receipt_clear(&r);
    }
}

static void the_applications_answer_is_relayed_unless_it_took_a_forgery(void **state)
{
    static const struct {
        enum listener_reply reply;
        enum notice_trust trust;
        bool taken;
        enum status failure;
        bool acknowledged, relayed;
    } rows[] = {
        {LISTENER_AUTO, NOTICE_GENUINE, true, ST_OK, true, true},
        {LISTENER_AUTO, NOTICE_GENUINE, false, ST_OK, false, true},
        {LISTENER_AUTO, NOTICE_FORGED, false, ST_OK, false, true},
        {LISTENER_AUTO, NOTICE_FORGED, true, ST_OK, false, false},
        {LISTENER_AUTO, NOTICE_GENUINE, false, ST_TIMEOUT, false, false},
        {LISTENER_SUCCESS, NOTICE_FORGED, false, ST_OK, true, false},
        {LISTENER_FAIL, NOTICE_GENUINE, true, ST_OK, false, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct receipt r = {.notice.trust = rows[i].trust,
                            .forward = {.done = true,
                                        .status = 201,
                                        .content_type = "a/b",
                                        .err.status = rows[i].failure,
                                        .taken = rows[i].taken}};
        struct listener_answer a = {.reply = rows[i].reply};
        struct httpd_reply out;
        buf_init(&r.forward.body, 64);
        buf_adds(&r.forward.body, "theirs");
        listener_answer_relay(&r, &a);
        listener_answer_send(&r, &a, &out);
        if (r.acknowledged != rows[i].acknowledged)
            fail_msg("row %zu", i);
        assert_int_equal(strcmp(buf_str(&out.body), "theirs") == 0, rows[i].relayed);
        assert_int_equal(strcmp(out.type, "a/b") == 0, rows[i].relayed);
        assert_int_equal(out.status, rows[i].relayed ? 201 : 200);
        buf_clear(&out.body);
        receipt_clear(&r);
    }
}

static bool is_told(const struct receipt *r)
{
    const struct findings *f = &r->notice.findings;
    return f->count == 1 && strcmp(f->items[0].rule, "too-slow") == 0 &&
           strncmp(f->items[0].text[LANG_EN], "answered after 6 s: ", 20) == 0;
}

/* The platform waits 5 s, for the application and our delay together. */
static void an_answer_after_the_platform_gave_up_is_late(void **state)
{
    static const struct {
        enum listener_reply reply;
        int delay_ms;
        double app_ms; /* 0: there is none */
        bool late, told;
    } rows[] = {
        {LISTENER_AUTO, 5000, 0, false, false},  {LISTENER_AUTO, 6000, 0, true, true},
        {LISTENER_FAIL, 6000, 0, true, true},    {LISTENER_NONE, 6000, 0, false, false},
        {LISTENER_AUTO, 3000, 3000, true, true}, {LISTENER_AUTO, 2000, 3000, false, false},
        {LISTENER_SUCCESS, 0, 6000, true, true}, {LISTENER_FAIL, 0, 6000, true, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct receipt r = {.notice.trust = NOTICE_GENUINE};
        struct listener_answer a = {.reply = rows[i].reply, .delay_ms = rows[i].delay_ms};
        r.forward.done = rows[i].app_ms > 0;
        r.forward.ms = rows[i].app_ms;
        r.forward.taken = true;
        if (r.forward.done)
            listener_answer_relay(&r, &a);
        else
            listener_answer_decide(&r, &a);
        if (r.late != rows[i].late || is_told(&r) != rows[i].told)
            fail_msg("row %zu", i);
        receipt_clear(&r);
    }
}

static void a_gateway_is_answered_in_its_own_way(void **state)
{
    struct receipt r = {.notice = {.trust = NOTICE_GENUINE, .gateway = true}};
    struct listener_answer a = {.reply = LISTENER_AUTO};
    struct httpd_reply out;
    (void)state;
    listener_answer_decide(&r, &a);
    listener_answer_send(&r, &a, &out);
    assert_string_equal(buf_str(&out.body), "success");
    assert_string_equal(out.content_type, "text/plain");
    buf_clear(&out.body);
    receipt_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_are_read_by_their_words),
        cmocka_unit_test(the_mode_decides_with_the_trust),
        cmocka_unit_test(the_applications_answer_is_relayed_unless_it_took_a_forgery),
        cmocka_unit_test(an_answer_after_the_platform_gave_up_is_late),
        cmocka_unit_test(a_gateway_is_answered_in_its_own_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
