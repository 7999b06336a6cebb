/* SPDX-License-Identifier: MIT */
/*
 * The application's answer passes keyless before anything is judged or said of it.
 */
#include "io/forward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/answer.h"
#include "io/keyless.h"
#include "io/listener_answer.h"

#define FORWARD_MS 30000 /* patience with the user's application */
#define HEADERS 100      /* that are passed on at the most */

/* Headers that belong to one connection, not to the message. */
static bool is_hop_header(const char *name)
{
    static const char *const names[] = {"Host",
                                        "Content-Length",
                                        "Transfer-Encoding",
                                        "Connection",
                                        "Keep-Alive",
                                        "Proxy-Connection",
                                        "Expect",
                                        "TE",
                                        "Trailer",
                                        "Upgrade",
                                        "Content-Type"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strcasecmp(names[i], name) == 0)
            return true;
    }
    return false;
}

enum status forward_start(const struct forward *f, const struct httpd_request *q, void *ctx,
                          unsigned *id, struct err *err)
{
    const char *lines[HEADERS + 1] = {NULL};
    char *owned[HEADERS];
    size_t count = 0;
    for (size_t i = 0; i < q->header_count && count < ARRAY_COUNT(owned); i++) {
        const struct httpd_header *h = &q->headers[i];
        size_t size = strlen(h->name) + strlen(h->value) + 3;
        if (is_hop_header(h->name) || !h->value[0])
            continue;
        owned[count] = mem_alloc(size);
        snprintf(owned[count], size, "%s: %s", h->name, h->value);
        lines[count] = owned[count];
        count++;
    }
    struct http_request r = {.method = "POST",
                             .url = f->url,
                             .content_type = q->content_type,
                             .headers = lines,
                             .body = q->body,
                             .len = q->len,
                             .total_ms = FORWARD_MS,
                             .body_max = LISTENER_ANSWER_MAX};
    enum status st = http_start(f->http, &r, f->done, ctx, id, err);
    for (size_t i = 0; i < count; i++)
        free(owned[i]);
    return st;
}

static void judge(struct receipt *r)
{
    struct forwarded *f = &r->forward;
    struct answer_seen seen = {.err = &f->err,
                               .status = f->status,
                               .content_type = f->content_type,
                               .body = buf_str(&f->body),
                               .len = f->body.len,
                               .ms = f->ms};
    f->verdict = answer_judge(r->notice.gateway, &seen, &f->findings);
    if (f->verdict == ANSWER_ACKNOWLEDGED && r->notice.trust != NOTICE_GENUINE)
        findings_add(&f->findings,
                     (struct finding_head){"", "forged-accepted", SEVERITY_ERROR, false},
                     "应用确认了一个不可信的通知：它没有验签，攻击者可以不付款就发货",
                     "the application acknowledged one that cannot be trusted: it does not verify, "
                     "and delivers what nobody paid for");
}

void forward_take(struct receipt *r, struct http_result *result,
                  const struct profile *const *profiles, size_t count)
{
    struct forwarded *f = &r->forward;
    bool keyed = false;
    for (size_t i = 0; i < count; i++)
        keyed = keyless_answer(result, profiles[i]) || keyed;
    f->done = true;
    f->err = result->err;
    f->status = result->status;
    f->ms = result->times.total;
    snprintf(f->content_type, sizeof f->content_type, "%s", result->content_type);
    f->body = result->body;
    buf_init(&result->body, 0);
    judge(r);
    if (keyed)
        keyless_say(&f->findings);
}

void forward_fail(struct receipt *r, const struct err *err)
{
    r->forward.done = true;
    r->forward.err = *err;
    judge(r);
}
