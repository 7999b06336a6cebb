/* SPDX-License-Identifier: MIT */
/* A row when it goes out, completed by the answer: as a call is. */
#include "app/posting.h"

#include <stdio.h>
#include <string.h>

#include "core/template.h"
#include "io/keyless.h"
#include "io/posted.h"

#define ANSWER_MAX (1u << 20) /* bytes kept of an answer */

void posting_clear(struct posting *p)
{
    if (p->http_id)
        http_forget(loop_http(p->loop), p->http_id);
    buf_clear(&p->body);
    http_result_clear(&p->http);
    findings_clear(&p->findings);
    keyring_clear(&p->keys);
    *p = (struct posting){0};
}

static void record(struct posting *p)
{
    struct posted row = {.event = p->event,
                         .method = p->get ? "GET" : NULL,
                         .url = p->url,
                         .content_type = p->content_type,
                         .data = buf_str(&p->body),
                         .len = p->body.len,
                         .key_hidden = p->key_hidden,
                         .order = p->order,
                         .mch_id = p->mch_id,
                         .profile = p->profile,
                         .at_ms = p->at_ms,
                         .answer = p->state == POSTING_DONE ? &p->http : NULL,
                         .verdict = p->verdict};
    posted_record(p->journal, &row, &p->journal_id, &p->unrecorded);
}

static void on_answer(void *ctx, unsigned id, struct http_result *r)
{
    struct posting *p = ctx;
    bool keyed = false;
    (void)id;
    p->http_id = 0;
    for (size_t i = 0; i < p->keys.count; i++)
        keyed = keyless_answer(r, p->keys.items[i]) || keyed;
    p->http = *r;
    *r = (struct http_result){0};
    p->state = POSTING_DONE;
    struct answer_seen seen = {.err = &p->http.err,
                               .status = p->http.status,
                               .content_type = p->http.content_type,
                               .body = buf_str(&p->http.body),
                               .len = p->http.body.len,
                               .ms = p->http.times.total};
    p->verdict = answer_judge(p->gateway, &seen, &p->findings);
    if (keyed)
        keyless_say(&p->findings);
    record(p);
    if (p->done)
        p->done(p->ctx);
}

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static enum status refuse(const struct posting *p, const struct posting_job *job, struct err *err)
{
    if (p->state == POSTING_RUNNING)
        return err_set(err, ST_CONFLICT, SAY("未发送", "上一条通知还在等应答", "等它结束"),
                       SAY("not sent", "the notification before it is still unanswered",
                           "wait for its answer"));
    if (strlen(job->url) >= POSTING_URL_MAX)
        return err_set(err, ST_ARGUMENT, SAY("地址太长", "最多 %d 字节", ""),
                       SAY("the URL is too long", "%d bytes at most", ""), POSTING_URL_MAX - 1);
    return ST_OK;
}

static void hide_keys(struct posting *p)
{
    for (size_t i = 0; i < p->keys.count; i++)
        p->key_hidden = profile_redact(p->keys.items[i], &p->body) || p->key_hidden;
    keyring_redact_text(&p->keys, p->url);
    keyring_redact_text(&p->keys, p->order);
}

enum status posting_start(struct posting *p, const struct posting_job *job, struct err *err)
{
    enum status st = refuse(p, job, err);
    if (st)
        return st;
    posting_clear(p);
    if (job->keys) {
        p->keys = *job->keys;
        *job->keys = (struct keyring){0};
    }
    p->loop = job->loop;
    p->journal = job->journal;
    p->event = job->event;
    p->gateway = job->gateway;
    p->get = job->get;
    p->at_ms = job->at_ms;
    p->done = job->done;
    p->ctx = job->ctx;
    copy(p->url, sizeof p->url, job->url);
    copy(p->content_type, sizeof p->content_type,
         job->content_type ? job->content_type : TEMPLATE_CONTENT_TYPE);
    copy(p->order, sizeof p->order, job->order);
    copy(p->mch_id, sizeof p->mch_id, job->mch_id);
    copy(p->profile, sizeof p->profile, job->profile);
    buf_init(&p->body, job->len + 1);
    buf_add(&p->body, job->data, job->len);
    struct http_request r = {.method = p->get ? "GET" : "POST",
                             .url = p->url,
                             .content_type = p->content_type[0] ? p->content_type : NULL,
                             .headers = template_headers(),
                             .body = buf_str(&p->body),
                             .len = p->body.len,
                             .body_max = ANSWER_MAX};
    st = http_start(loop_http(p->loop), &r, on_answer, p, &p->http_id, err);
    if (st) {
        keyring_redact_err(&p->keys, err); /* it quotes the URL */
        posting_clear(p);
        return st;
    }
    hide_keys(p);
    p->state = POSTING_RUNNING;
    record(p);
    return ST_OK;
}
