/* SPDX-License-Identifier: MIT */
#include "app/report_har.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/digest.h"
#include "core/head.h"
#include "core/json.h"
#include "core/text.h"
#include "io/http_times.h"

static struct json *har_headers(const struct buf *head)
{
    struct json *list = json_new_array();
    const char *line = strchr(buf_str(head), '\n');
    for (; line && line[1]; line = strchr(line + 1, '\n')) {
        size_t len = strcspn(line + 1, "\r\n");
        const char *colon = memchr(line + 1, ':', len);
        if (!colon)
            continue;
        size_t skip = 1 + strspn(colon + 1, " \t");
        struct json *h = json_new_object();
        json_add(h, "name", json_new_string_n(line + 1, (size_t)(colon - line - 1)));
        json_add(h, "value",
                 json_new_string_n(colon + skip, len - (size_t)(colon + skip - line - 1)));
        json_push(list, h);
    }
    return list;
}

static struct json *har_message(const struct buf *head)
{
    struct json *j = json_new_object();
    json_add_string(j, "httpVersion", "HTTP/1.1");
    json_add(j, "cookies", json_new_array());
    json_add(j, "headers", har_headers(head));
    json_add_int(j, "headersSize", -1);
    return j;
}

/* What is no text goes in base64. */
static struct json *har_body(const struct buf *head, const struct buf *body, bool size)
{
    struct json *j = json_new_object();
    char type[160];
    size_t at = 0;
    head_value(head, "Content-Type", type, sizeof(type));
    if (size)
        json_add_int(j, "size", (int64_t)body->len);
    json_add_string(j, "mimeType", type);
    if (text_valid(buf_str(body), body->len, &at) && !memchr(buf_str(body), '\0', body->len)) {
        json_add(j, "text", json_new_string_n(buf_str(body), body->len));
        return j;
    }
    struct buf base64;
    buf_init(&base64, 2 * body->len + 8);
    base64_write(&base64, buf_str(body), body->len);
    json_add_string(j, "text", buf_str(&base64));
    json_add_string(j, "encoding", "base64");
    buf_clear(&base64);
    return j;
}

/* What a stage took until `until`; -1 if it was not reached. `*at` moves on to its end. */
static double took(double until, double *at)
{
    double ms = until < 0 ? -1 : until > *at ? until - *at : 0;
    *at += ms > 0 ? ms : 0;
    return ms;
}

/* To the microsecond, as they were measured: a difference of two has more digits. */
static void har_time(struct json *to, const char *name, double ms)
{
    json_add(to, name, json_new_number(round(ms * 1000) / 1000));
}

/*
 * HAR's stages are durations. -1 is none, which send, wait and receive may not say; "connect" has
 * TLS in it. Where an exchange ended early, its last stage is the one that it ended in: the sum is
 * the whole.
 */
static void har_times(const struct record *r, struct json *entry)
{
    struct json *timings = json_new_object();
    struct http_times t;
    double at = 0;

    record_times(r, &t);
    double dns = took(t.name, &at), connect = took(t.connect, &at), ssl = took(t.tls, &at);
    double wait = took(t.wait, &at), receive = took(t.total, &at);
    if (ssl >= 0)
        connect = ssl + (connect > 0 ? connect : 0);
    if (wait < 0 && connect < 0 && dns >= 0) {
        connect = receive;
        receive = 0;
    } else if (wait < 0) {
        wait = receive;
        receive = 0;
    }
    har_time(entry, "time", at);
    har_time(timings, "blocked", -1);
    har_time(timings, "dns", dns);
    har_time(timings, "connect", connect);
    har_time(timings, "send", 0);
    har_time(timings, "wait", wait > 0 ? wait : 0);
    har_time(timings, "receive", receive > 0 ? receive : 0);
    har_time(timings, "ssl", ssl);
    json_add(entry, "timings", timings);
}

static struct json *har_entry(const struct record *r)
{
    struct json *e = json_new_object(), *request = har_message(&r->request_head);
    struct json *response = har_message(&r->response_head);
    char at[RECORD_TIME_SIZE], stamp[48];

    record_time(r->row.at_ms, at);
    snprintf(stamp, sizeof(stamp), "%.10sT%.8s.%03d+08:00", at, at[0] ? at + 11 : "",
             (int)(r->row.at_ms % 1000));
    json_add_string(request, "method",
                    r->request.len || strncmp(buf_str(&r->request_head), "POST ", 5) == 0 ? "POST"
                                                                                          : "GET");
    json_add_string(request, "url", r->url);
    json_add(request, "queryString", json_new_array());
    json_add_int(request, "bodySize", (int64_t)r->request.len);
    if (r->request.len)
        json_add(request, "postData", har_body(&r->request_head, &r->request, false));
    json_add_int(response, "status", r->row.status);
    json_add_string(response, "statusText", "");
    json_add(response, "content", har_body(&r->response_head, &r->response, true));
    json_add_string(response, "redirectURL", "");
    json_add_int(response, "bodySize", (int64_t)r->response.len);
    json_add_string(e, "startedDateTime", stamp);
    har_times(r, e);
    json_add(e, "request", request);
    json_add(e, "response", response);
    json_add(e, "cache", json_new_object());
    return e;
}

void report_har(const struct record *r, struct buf *out)
{
    struct json *root = json_new_object(), *log = json_new_object(), *creator = json_new_object();
    struct json *entries = json_new_array();
    json_add_string(creator, "name", "wxpc");
    json_add_string(creator, "version", WXPC_VERSION);
    json_push(entries, har_entry(r));
    json_add_string(log, "version", "1.2");
    json_add(log, "creator", creator);
    json_add(log, "entries", entries);
    json_add(root, "log", log);
    json_write(root, true, out);
    buf_addc(out, '\n');
    json_free(root);
}
