/* SPDX-License-Identifier: MIT */
/*
 * Silence is an answer too: `answered` stays false, and the server hangs.
 */
#include "io/listener_answer.h"

#include <stdio.h>
#include <string.h>

#include "core/answer.h"

bool listener_reply_read(const char *word, enum listener_reply *out)
{
    static const char *const words[] = {[LISTENER_AUTO] = "auto",
                                        [LISTENER_SUCCESS] = "success",
                                        [LISTENER_FAIL] = "fail",
                                        [LISTENER_NONE] = "none"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (enum listener_reply)i;
            return true;
        }
    }
    return false;
}

static void answer(struct receipt *r, bool good, const char *reason)
{
    buf_clear(&r->answer);
    buf_init(&r->answer, LISTENER_ANSWER_MAX);
    answer_write(r->notice.gateway, good, reason, &r->answer);
    r->answered = true;
    r->acknowledged = good;
    r->status = 200;
}

void listener_answer_refuse(struct receipt *r, const char *reason)
{
    answer(r, false, reason);
}

/* The application's slowness alone is said where its answer is judged. */
static void tell_late(struct receipt *r, const struct listener_answer *a)
{
    double ms = a->delay_ms + (r->forward.done && r->forward.ms > 0 ? r->forward.ms : 0);
    r->late = r->answered && ms > ANSWER_PATIENCE_MS;
    if (r->late && (r->acknowledged || a->delay_ms > ANSWER_PATIENCE_MS))
        findings_add(
            &r->notice.findings, (struct finding_head){"", "too-slow", SEVERITY_WARNING, false},
            "%.3g 秒后才应答：平台只等 5 秒，已放弃，会重发",
            "answered after %.3g s: the platform gives up after 5 s and will send it again",
            ms / 1000);
}

static void decide(struct receipt *r, const struct listener_answer *a)
{
    bool good =
        a->reply == LISTENER_SUCCESS || (a->reply == LISTENER_AUTO && notice_is_good(&r->notice));
    const char *reason = notice_reason(&r->notice);
    if (a->reply == LISTENER_NONE)
        return;
    if (a->message[0])
        reason = a->message;
    else if (a->reply == LISTENER_FAIL)
        reason = "按设置回答失败";
    answer(r, good, good ? "OK" : reason);
}

void listener_answer_decide(struct receipt *r, const struct listener_answer *a)
{
    decide(r, a);
    tell_late(r, a);
}

void listener_answer_relay(struct receipt *r, const struct listener_answer *a)
{
    struct forwarded *f = &r->forward;

    if (a->reply != LISTENER_AUTO) {
        decide(r, a);
    } else if (f->err.status) {
        listener_answer_refuse(r, "应用没有应答");
    } else if (f->taken && r->notice.trust != NOTICE_GENUINE) {
        listener_answer_refuse(r, notice_reason(&r->notice));
    } else {
        buf_clear(&r->answer);
        buf_init(&r->answer, LISTENER_ANSWER_MAX);
        buf_add(&r->answer, buf_str(&f->body),
                f->body.len < LISTENER_ANSWER_MAX ? f->body.len : LISTENER_ANSWER_MAX);
        f->relayed = true;
        r->answered = true;
        r->acknowledged = f->taken;
        r->status = (unsigned)f->status;
    }
    tell_late(r, a);
}

void listener_answer_send(const struct receipt *r, const struct listener_answer *a,
                          struct httpd_reply *out)
{
    *out = (struct httpd_reply){.status = r->status, .delay_ms = a->delay_ms};
    if (!r->answered) {
        out->hang = true;
        return;
    }
    out->content_type = r->notice.gateway ? "text/plain" : "text/xml";
    if (r->forward.relayed) {
        out->content_type = "";
        memcpy(out->type, r->forward.content_type, sizeof out->type);
        memcpy(out->encoding, r->forward.encoding, sizeof out->encoding);
    }
    buf_init(&out->body, LISTENER_ANSWER_MAX);
    buf_add(&out->body, buf_str(&r->answer), r->answer.len);
}
