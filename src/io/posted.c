/* SPDX-License-Identifier: MIT */
/* The same form whoever posted it, so that the journal shows and sends again what probe sent. */
#include "io/posted.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/template.h"
#include "io/http_times.h"

#define HEAD_MAX 4096
#define TEXT_MAX 1024

static const char *outcome_of(const struct posted *p)
{
    if (!p->answer)
        return "unanswered";
    return p->answer->err.status ? status_name(p->answer->err.status)
                                 : answer_verdict_name(p->verdict);
}

/* What neither row nor bytes say. */
static void write_detail(const struct posted *p, struct buf *out)
{
    struct json *j = json_new_object();
    if (p->key_hidden)
        json_add_bool(j, "key_hidden", true);
    if (p->answer)
        http_times_write(&p->answer->times, j);
    json_write(j, false, out);
    json_free(j);
}

static void write_head(const struct posted *p, struct buf *out)
{
    buf_addf(out, "%s %s HTTP/1.1\r\n", p->method ? p->method : "POST", p->url);
    const char *type = p->content_type ? p->content_type : TEMPLATE_CONTENT_TYPE;
    if (type[0] && (!p->method || strcmp(p->method, "GET") != 0))
        buf_addf(out, "Content-Type: %s\r\n", type);
    for (const char *const *h = template_headers(); *h; h++)
        buf_addf(out, "%s\r\n", *h);
}

static struct journal_bytes bytes_of(const struct buf *b)
{
    return (struct journal_bytes){buf_str(b), b->len};
}

void posted_record(struct journal *j, const struct posted *p, int64_t *id, struct err *unrecorded)
{
    const struct http_result *answer = p->answer;
    char text[TEXT_MAX];
    struct journal_row row = {.id = *id,
                              .at_ms = p->at_ms,
                              .kind = JOURNAL_DELIVERY,
                              .name = p->event ? p->event->name : event_name(EVENT_UNKNOWN),
                              .profile = p->profile,
                              .mch_id = p->mch_id,
                              .order_no = p->order,
                              .amount = -1,
                              .status = answer ? (int)answer->status : 0,
                              .good = answer && !answer->err.status &&
                                      p->verdict == ANSWER_ACKNOWLEDGED,
                              .outcome = outcome_of(p),
                              .text = text};
    struct journal_body body = {.request = {p->data, p->len}};
    struct buf head, detail;

    if (!j)
        return;
    snprintf(text, sizeof text, "%s%s%s%.900s", p->check ? "probe " : "", p->check ? p->check : "",
             p->check ? "  " : "", p->url);
    buf_init(&detail, HEAD_MAX);
    write_detail(p, &detail);
    body.detail = bytes_of(&detail);
    buf_init(&head, HEAD_MAX);
    write_head(p, &head);
    body.request_head = bytes_of(&head);
    if (answer) {
        body.response_head = bytes_of(&answer->headers);
        body.response = bytes_of(&answer->body);
    }
    struct err err = {0};
    if (*id)
        journal_update(j, &row, &body, &err);
    else
        journal_add(j, &row, &body, id, &err);
    if (!unrecorded->status)
        *unrecorded = err;
    buf_clear(&head);
    buf_clear(&detail);
}
