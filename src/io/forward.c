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
#include "core/head.h"
#include "io/keyless.h"
#include "io/listener_answer.h"

#define FORWARD_MS 30000 /* patience with the user's application */

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
                                        "Upgrade"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strcasecmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool came_with(const struct httpd_request *q, const char *name)
{
    for (size_t i = 0; i < q->header_count; i++) {
        if (strcasecmp(q->headers[i].name, name) == 0)
            return true;
    }
    return false;
}

/* A line for io/http, which sends an empty header when told "Name;". */
static char *header_line(const struct httpd_header *h)
{
    size_t size = strlen(h->name) + strlen(h->value) + 3;
    char *line = mem_alloc(size);
    if (h->value[0])
        snprintf(line, size, "%s: %s", h->name, h->value);
    else
        snprintf(line, size, "%s;", h->name);
    return line;
}

enum status forward_start(const struct forward *f, const struct httpd_request *q, void *ctx,
                          unsigned *id, struct err *err)
{
    char **owned = mem_grow(NULL, q->header_count + 1, sizeof *owned);
    const char **lines = mem_grow(NULL, q->header_count + 3, sizeof *lines);
    size_t count = 0, all;
    for (size_t i = 0; i < q->header_count; i++) {
        if (is_hop_header(q->headers[i].name))
            continue;
        owned[count] = header_line(&q->headers[i]);
        lines[count] = owned[count];
        count++;
    }
    all = count; /* what the library would add of its own */
    if (!came_with(q, "User-Agent"))
        lines[all++] = "User-Agent:";
    if (!came_with(q, "Accept"))
        lines[all++] = "Accept:";
    lines[all] = NULL;
    struct http_request r = {.method = "POST",
                             .url = f->url,
                             .headers = lines, /* the types of the content too, each in its place */
                             .body = q->body,
                             .len = q->len,
                             .total_ms = FORWARD_MS,
                             .body_max = LISTENER_ANSWER_MAX};
    enum status st = http_start(f->http, &r, f->done, ctx, id, err);
    for (size_t i = 0; i < count; i++)
        free(owned[i]);
    free(owned);
    free(lines);
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
    if (f->encoding[0] && strcasecmp(f->encoding, "identity") != 0)
        findings_add(
            &f->findings, (struct finding_head){"", "encoded", SEVERITY_WARNING, false},
            "应答经过编码（Content-Encoding: %s），平台要的是 XML 原文：关闭对通知地址的压缩",
            "the answer is encoded (Content-Encoding: %s), and plain XML is wanted: switch "
            "compression off for the notify URL",
            f->encoding);
    f->verdict = answer_judge(r->notice.gateway, &seen, &f->findings);
    f->taken = answer_says_success(r->notice.gateway, &seen);
    if (f->taken && r->notice.trust != NOTICE_GENUINE)
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
    head_value(&result->headers, "Content-Encoding", f->encoding, sizeof f->encoding);
    buf_init(&f->head, FORWARD_HEAD_MAX + 1);
    buf_add(&f->head, buf_str(&result->headers),
            result->headers.len < FORWARD_HEAD_MAX ? result->headers.len : FORWARD_HEAD_MAX);
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
