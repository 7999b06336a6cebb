/* SPDX-License-Identifier: MIT */
/* The server: what a handler sees, what hostile clients get, delayed answers, calls to itself. */
#include "httpd_stage.h"

#include <poll.h>

static void note(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    int n =
        snprintf(seen, sizeof seen, "%s %s ?%s %s type=%s body=%zu:%.40s\n", q->method, q->path,
                 q->query, q->version, q->content_type ? q->content_type : "-", q->len, q->body);
    for (size_t i = 0; i < q->header_count; i++) {
        n += snprintf(seen + n, sizeof seen - (size_t)n, "%s=%s\n", q->headers[i].name,
                      q->headers[i].value);
    }
    assert_memory_equal(q->peer, "127.0.0.1:", 10);
    served++;
    if (ctx) {
        *a = *(struct httpd_reply *)ctx;
        buf_init(&a->body, 100);
    } else {
        buf_init(&a->body, 100);
    }
    buf_addf(&a->body, "<n>%u</n>", served);
}

static void serve(struct fixture *f, const struct httpd_limits *limits)
{
    struct err err = {0};
    if (httpd_open("127.0.0.1", 0, limits, note, &f->reply, &f->httpd, &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
    loop_serve(f->loop, f->httpd);
}

static unsigned count(const char *text, const char *word)
{
    unsigned n = 0;
    while ((text = strstr(text, word))) {
        text += strlen(word);
        n++;
    }
    return n;
}

static void a_handler_sees_the_request_as_it_came(void **state)
{
    struct fixture *f = *state;
    serve(f, NULL);
    const char *got = ask(f, "POST /pay/a%20b%zz?x=1&y=%2F?z HTTP/1.1\r\nHost: h\r\nX-B: 2\r\n"
                             "Content-Type: text/xml; charset=utf-8\r\nX-A:  1\r\n"
                             "Content-Length: 6\r\nConnection: close\r\n\r\n<xml/>");
    assert_memory_equal(got, "HTTP/1.1 200 OK\r\n", 17);
    assert_non_null(strstr(got, "\r\nContent-Type: text/xml\r\n"));
    assert_non_null(strstr(got, "\r\nContent-Length: 8\r\n"));
    assert_non_null(strstr(got, "\r\n\r\n<n>1</n>"));
    assert_string_equal(seen,
                        "POST /pay/a%20b%zz ?x=1&y=%2F?z HTTP/1.1 type=text/xml; charset=utf-8 "
                        "body=6:<xml/>\nHost=h\nX-B=2\nContent-Type=text/xml; charset=utf-8\n"
                        "X-A=1\nContent-Length=6\nConnection=close\n");
}

static void a_reply_carries_status_and_type(void **state)
{
    struct fixture *f = *state;
    f->reply = (struct httpd_reply){.status = 502, .content_type = "text/html"};
    serve(f, NULL);
    const char *got = ask(f, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_memory_equal(got, "HTTP/1.1 502 ", 13);
    assert_non_null(strstr(got, "\r\nContent-Type: text/html\r\n"));
    assert_string_equal(seen, "GET / ? HTTP/1.1 type=- body=0:\nHost=h\nConnection=close\n");
}

/* What each kind of client gets. Limits: body 1000, headers 2048. */
static void hostile_requests_are_answered_or_cut(void **state)
{
    static char long_header[41000] = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    static char some_header[4000] = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    static char big_body[2200] = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n";
    static char exact_body[1200] =
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n";
    static char chunked[4000] =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    memset(long_header + strlen(long_header), 'x', 40000);
    strcat(long_header, "\r\n\r\n");
    memset(some_header + strlen(some_header), 'x', 3000);
    strcat(some_header, "\r\n\r\n");
    memset(big_body + strlen(big_body), 'x', 2000);
    memset(exact_body + strlen(exact_body), 'x', 1000);
    for (int i = 0; i < 30; i++) {
        strcat(chunked,
               "40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n");
    }
    strcat(chunked, "0\r\n\r\n");
    const struct {
        const char *text, *answer;
        unsigned served;
        const char *why;
    } rows[] = {
        {long_header, "HTTP/1.1 431 ", 0, "a head of 40 KB"},
        {some_header, "HTTP/1.1 431 ", 0, "a head over the limit that fits into memory"},
        {big_body, "HTTP/1.1 413 ", 0, "a declared body over the limit"},
        {exact_body, "HTTP/1.1 200 ", 1, "a body as large as the limit"},
        {chunked, "HTTP/1.1 413 ", 0, "a chunked body over the limit"},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
         "HTTP/1.1 4", 0, "a length that overflows"},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 4", 0,
         "a negative length"},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
         "HTTP/1.1 400 ", 0, "two lengths"},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
         "HTTP/1.1 400 ", 0, "the same length twice"},
        {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
         "0\r\n\r\n",
         "HTTP/1.1 400 ", 0, "a length beside chunked"},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501 ", 0,
         "an unknown coding"},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 ",
         0, "a chunk without a length"},
        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", 0, "no Host"},
        {"GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ", 1, "no Host in HTTP/1.0"},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "", 0, "TLS"},
        {"\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 ",
         1, "empty lines in front"},
    };
    struct fixture *f = *state;
    serve(f, &(struct httpd_limits){.body = 1000, .headers = 2048, .request_ms = 150});
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        served = 0;
        const char *got = ask(f, rows[i].text);
        if (strncmp(got, rows[i].answer, strlen(rows[i].answer)) != 0 || served != rows[i].served) {
            fail_msg("%s: served %u, got %.60s", rows[i].why, served, got);
        }
    }
}

/* ---- What is told of those that were refused ---- */

static char told[1000];

static void on_refused(void *ctx, const char *peer, const char *target, unsigned status,
                       struct bi why)
{
    size_t len = strlen(told);
    (void)ctx;
    assert_memory_equal(peer, "127.0.0.1:", 10);
    assert_true(why.zh[0] && why.en[0]);
    snprintf(told + len, sizeof told - len, "[%.20s %u %s]", target ? target : "-", status, why.en);
}

static void serve_telling(struct fixture *f, int request_ms)
{
    serve(f, &(struct httpd_limits){.body = 1000, .headers = 2048, .request_ms = request_ms});
    httpd_on_refused(f->httpd, on_refused);
    told[0] = '\0';
}

#define POST_HEAD "POST /n HTTP/1.1\r\nHost: h\r\n"

/* Also of those that the library answers by itself, and once each. */
static void what_is_refused_is_told(void **state)
{
    static char long_header[41000] = POST_HEAD "X: ", long_line[41000] = "POST /";
    memset(long_header + strlen(long_header), 'x', 40000);
    strcat(long_header, "\r\n\r\n");
    memset(long_line + strlen(long_line), 'x', 40000);
    strcat(long_line, " HTTP/1.1\r\n\r\n");
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"GET / HTTP/1.0\r\n\r\n", ""},
        {POST_HEAD "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
         "[/n 400 the length of the body is given more than once: send one Content-Length]"},
        {POST_HEAD "Content-Length: -1\r\n\r\n",
         "[/n 400 its head is no valid HTTP/1.1 (a header, the Content-Length, or no Host)]"},
        {POST_HEAD "no colon\r\n\r\n",
         "[/n 400 its head is no valid HTTP/1.1 (a header, the Content-Length, or no Host)]"},
        {"POST /n HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
         "[/n 400 its head is no valid HTTP/1.1 (a header, the Content-Length, or no Host)]"},
        {POST_HEAD "Content-Length: 99999999999999999999999\r\n\r\n",
         "[/n 413 the body is too large]"},
        {POST_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n",
         "[/n 400 its chunks are malformed]"},
        {long_header, "[/n 431 the headers are too large]"},
        {long_line, "[- 0 no whole request line of HTTP/1.1 could be read]"},
        {"POST /n HTTP/9\r\n\r\n", "[- 0 no whole request line of HTTP/1.1 could be read]"},
        {"\x16\x03\x01\x02",
         "[- 0 TLS came, and this port speaks plain HTTP: make the address http://]"},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
         "[- 0 HTTP/2 came, and this port speaks HTTP/1.1: let the tunnel use that]"},
        {"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n" POST_HEAD "\r\n",
         "[- 0 the PROXY protocol came first: switch it off in the tunnel]"},
        {"", ""},
        {"POS", "[- 0 no whole request line of HTTP/1.1 could be read]"},
        {POST_HEAD, "[/n 0 its rest did not come in time]"},
        {POST_HEAD "Content-Length: 5\r\n\r\nab", "[/n 0 its rest did not come in time]"},
        {"GET /idle HTTP/1.1\r\nHost: h\r\n\r\n", ""},
        {"GET /one HTTP/1.1\r\nHost: h\r\n\r\n" POST_HEAD, "[/n 0 its rest did not come in time]"},
    };
    struct fixture *f = *state;
    serve_telling(f, 150);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        told[0] = '\0';
        ask(f, rows[i].text);
        loop_turn(f->loop, 0);
        if (strcmp(told, rows[i].told) != 0)
            fail_msg("%.40s: told \"%s\" and not \"%s\"", rows[i].text, told, rows[i].told);
    }
}

/* Who leaves without a byte is a health check or a port scan. */
static void who_leaves_early_is_told(void **state)
{
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"", ""},
        {"PO", "[- 0 no whole request line of HTTP/1.1 could be read]"},
        {POST_HEAD, "[/n 0 the connection ended before the request did]"},
        {POST_HEAD "Content-Length: 5\r\n\r\nab",
         "[/n 0 the connection ended before the request did]"},
    };
    struct fixture *f = *state;
    serve_telling(f, 60000);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        told[0] = '\0';
        net_connect(&f->client, f->loop, httpd_port(f->httpd));
        net_sends(&f->client, rows[i].text);
        for (int k = 0; k < 3; k++)
            loop_turn(f->loop, 5);
        net_close(&f->client);
        for (int k = 0; k < 3; k++)
            loop_turn(f->loop, 5);
        assert_string_equal(told, rows[i].told);
    }
}

/* What a handler drops or leaves hanging is its own affair, and so is who is there at the end. */
static void what_is_not_refused_is_not_told(void **state)
{
    struct fixture *f = *state;
    struct net_client half;
    serve_telling(f, 60000);
    f->reply.drop = true;
    ask(f, POST_HEAD "Content-Length: 2\r\n\r\nab");
    f->reply = (struct httpd_reply){.hang = true};
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, POST_HEAD "Content-Length: 2\r\n\r\nab");
    net_connect(&half, f->loop, httpd_port(f->httpd));
    net_sends(&half, POST_HEAD);
    while (served < 2)
        loop_turn(f->loop, 5);
    net_close(&f->client);
    loop_turn(f->loop, 5);
    loop_drop(f->loop, f->httpd);
    loop_turn(f->loop, 0);
    net_close(&half);
    assert_string_equal(told, "");
}

/* Just under the 16 KiB that a head may have, in many headers: proxies add theirs. */
static void three_hundred_headers_are_read(void **state)
{
    struct fixture *f = *state;
    static char text[17000] = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
    size_t len = strlen(text);
    for (int i = 0; i < 300; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "X-%03d: %040d\r\n", i, i);
    snprintf(text + len, sizeof text - len, "\r\n");
    assert_true(len > 14500);
    serve(f, NULL);
    assert_memory_equal(ask(f, text), "HTTP/1.1 200 ", 13);
    assert_int_equal(count(seen, "\nX-"), 300);
}

static void a_client_on_one_connection_is_served_again(void **state)
{
    struct fixture *f = *state;
    serve(f, NULL);
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    for (unsigned i = 1; i <= 5; i++) {
        f->client.answered = false;
        net_sends(&f->client, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
        net_until(f->loop, &f->client.answered);
        assert_int_equal(served, i);
    }
    assert_int_equal(count(f->client.got, "HTTP/1.1 200 OK"), 5);
    net_close(&f->client);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct fixture *f = *state;
    serve(f, NULL);
    const char *got = ask(f, "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
                             "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
                             "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_int_equal(served, 3);
    const char *one = strstr(got, "<n>1</n>"), *two = strstr(got, "<n>2</n>");
    assert_true(one && two && one < two && two < strstr(got, "<n>3</n>"));
}

static void a_body_may_come_in_pieces(void **state)
{
    struct fixture *f = *state;
    serve(f, NULL);
    static const char *const pieces[] = {
        "PO", "ST / HTTP/1.1\r\nHost: h\r", "\nContent-Length: 10\r\n", "\r\n<x", "ml></x", "ml"};
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    for (size_t i = 0; i < ARRAY_COUNT(pieces); i++) {
        net_sends(&f->client, pieces[i]);
        loop_turn(f->loop, 0);
        loop_turn(f->loop, 0);
    }
    net_until(f->loop, &f->client.answered);
    assert_non_null(strstr(seen, "body=10:<xml></xml"));
    net_close(&f->client);
}

/* ---- Deadlines ---- */

static void drip(void *ctx)
{
    struct fixture *f = ctx;
    if (!f->client.closed) {
        net_sends(&f->client, "x");
        loop_timer(f->loop, 10, drip, f);
    }
}

static void a_slow_sender_ends_by_its_deadline(void **state)
{
    static const char *const heads[] = {
        "", /* silent */
        "GET / HTTP/1.1\r\nX-Slow: ",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n",
    };
    struct fixture *f = *state;
    serve(f, &(struct httpd_limits){.connections = 1, .request_ms = 80});
    for (size_t i = 0; i < ARRAY_COUNT(heads); i++) {
        long long before = net_clock();
        net_connect(&f->client, f->loop, httpd_port(f->httpd));
        net_sends(&f->client, heads[i]);
        if (i > 0) {
            drip(f);
        }
        net_until(f->loop, &f->client.closed);
        net_close(&f->client);
        assert_true(net_clock() - before >= 79);
        assert_int_equal(served, 0);
    }
    loop_turn(f->loop, 20);           /* the last drip's timer */
    ask(f, "GET / HTTP/1.0\r\n\r\n"); /* the one place is free again */
    assert_int_equal(served, 1);
}

static void slow_senders_do_not_hold_up_others(void **state)
{
    struct fixture *f = *state;
    static struct net_client slow[4];
    serve(f, &(struct httpd_limits){.connections = 4, .request_ms = 80});
    for (size_t i = 0; i < ARRAY_COUNT(slow); i++) {
        net_connect(&slow[i], f->loop, httpd_port(f->httpd));
        net_sends(&slow[i], "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
    }
    loop_turn(f->loop, 0);
    ask(f, "GET / HTTP/1.0\r\n\r\n"); /* waits for a place, then is served */
    assert_int_equal(served, 1);
    for (size_t i = 0; i < ARRAY_COUNT(slow); i++) {
        net_until(f->loop, &slow[i].closed);
        net_close(&slow[i]);
    }
}

/* Resident memory of this process in bytes. */
static size_t resident(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%*u %lu", &pages), 1);
    fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Sends `piece` until `total` bytes went or the server closed; turns whenever the socket is full.
 */
static void flood(struct fixture *f, const char *piece, size_t len, size_t total)
{
    struct net_client other;
    bool asked = false;
    long long end = net_clock() + 20000;
    for (size_t sent = 0; sent < total && !f->client.closed;) {
        size_t at = sent % len; /* each piece whole, whatever the socket takes at a time */
        ssize_t n = send(f->client.fd, piece + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        if (n < 0)
            loop_turn(f->loop, 0);
        assert_true(net_clock() < end);
        if (!asked && sent > total / 2) { /* others are served in the middle of it */
            net_connect(&other, f->loop, httpd_port(f->httpd));
            net_sends(&other, "GET /other HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            net_until(f->loop, &other.closed);
            assert_memory_equal(other.got, "HTTP/1.1 200 ", 13);
            net_close(&other);
            asked = true;
        }
    }
}

static void a_hundred_megabytes_cost_no_memory(void **state)
{
    enum { PIECE = 65536, TOTAL = 100 << 20 };
    static char piece[PIECE + 16];
    struct fixture *f = *state;
    serve(f, NULL);
    size_t before = resident();

    /* With a length: refused before the body. */
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 104857600\r\n\r\n");
    net_until(f->loop, &f->client.answered);
    assert_memory_equal(f->client.got, "HTTP/1.1 413 ", 13);
    net_close(&f->client);

    /* Without: read and dropped, and refused at the end. */
    int head = snprintf(piece, sizeof piece, "%x\r\n", PIECE);
    memset(piece + head, 'x', PIECE);
    memcpy(piece + head + PIECE, "\r\n", 2);
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                          "Connection: close\r\n\r\n");
    size_t whole = (size_t)head + PIECE + 2;
    flood(f, piece, whole, TOTAL / PIECE * whole);
    net_sends(&f->client, "0\r\n\r\n");
    net_until(f->loop, &f->client.closed);
    assert_memory_equal(f->client.got, "HTTP/1.1 413 ", 13);
    net_close(&f->client);
    assert_int_equal(served, 1); /* the other one */
    assert_true(resident() < before + (16u << 20));
}

/* As many silent connections as there may be: the next client waits for their deadline, no longer.
 */
static void silent_connections_give_way(void **state)
{
    enum { SILENT = 4 };
    struct fixture *f = *state;
    struct net_client silent[SILENT];
    serve(f, &(struct httpd_limits){.connections = SILENT, .request_ms = 200});
    for (size_t i = 0; i < SILENT; i++) {
        net_connect(&silent[i], f->loop, httpd_port(f->httpd));
        loop_turn(f->loop, 10);
    }
    const char *got = ask(f, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_memory_equal(got, "HTTP/1.1 200 ", 13);
    for (size_t i = 0; i < SILENT; i++)
        net_close(&silent[i]);
}

/* Far more half-sent requests than places: who asks properly is served before a gateway would give
   up (5 s), though each of them had 10 s. */
static void a_crowd_of_slow_senders_is_over_soon(void **state)
{
    enum { PLACES = 8, SLOW = 32 };
    struct fixture *f = *state;
    struct net_client slow[SLOW];
    serve(f, &(struct httpd_limits){.connections = PLACES});
    for (size_t i = 0; i < SLOW; i++) {
        net_connect(&slow[i], f->loop, httpd_port(f->httpd));
        net_sends(&slow[i], "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n<xml>");
        loop_turn(f->loop, 0);
    }
    long long before = net_clock();
    ask(f, "GET / HTTP/1.0\r\n\r\n");
    assert_int_equal(served, 1);
    assert_true(net_clock() - before < 5000);
    for (size_t i = 0; i < SLOW; i++)
        net_close(&slow[i]);
}

/* One that is slow and keeps nobody out has its whole time. */
static void a_slow_sender_alone_has_its_time(void **state)
{
    struct fixture *f = *state;
    serve(f, &(struct httpd_limits){.connections = 2, .request_ms = 900});
    long long before = net_clock();
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, "GET / HTTP/1.1\r\nX-Slow: ");
    net_until(f->loop, &f->client.closed);
    assert_true(net_clock() - before >= 899);
    net_close(&f->client);
}

/* All places taken, others waiting, and all leave at once: the server must not stay deaf. */
static void it_serves_again_after_a_crowd(void **state)
{
    enum { PLACES = 3, CROWD = 8 };
    struct fixture *f = *state;
    struct net_client crowd[CROWD];
    serve(f, &(struct httpd_limits){.connections = PLACES, .request_ms = 60000});
    for (size_t i = 0; i < CROWD; i++) {
        net_connect(&crowd[i], f->loop, httpd_port(f->httpd));
        loop_turn(f->loop, 10);
    }
    for (size_t i = 0; i < CROWD; i++)
        net_close(&crowd[i]);
    struct pollfd p = {.fd = httpd_fd(f->httpd), .events = POLLIN};
    while (poll(&p, 1, 50) > 0) /* what has left is seen: as often as it wakes us, no more */
        httpd_run(f->httpd, net_clock());
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    assert_int_equal(poll(&p, 1, 5000), 1);
    net_close(&f->client);
}

static void a_client_that_does_not_read_ends_by_the_deadline(void **state)
{
    struct fixture *f = *state;
    serve(f, &(struct httpd_limits){.request_ms = 80});
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    loop_unwatch(f->loop, f->client.fd);
    static char many[200000]; /* pipelined, so that the answers fill the socket */
    size_t len = 0;
    while (len < sizeof many - 100) {
        len += (size_t)sprintf(many + len, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    net_send(&f->client, many, len);
    long long end = net_clock() + 20000;
    do {
        loop_turn(f->loop, NET_TURN_MS);
        assert_true(net_clock() < end);
    } while (httpd_timeout(f->httpd, net_clock()) >= 0); /* until no connection is left */
    close(f->client.fd);
}

static void an_idle_server_asks_for_no_turn(void **state)
{
    struct fixture *f = *state;
    serve(f, NULL);
    assert_int_equal(httpd_timeout(f->httpd, net_clock()), -1);
    ask(f, "GET / HTTP/1.0\r\n\r\n");
    loop_turn(f->loop, 0);
    assert_int_equal(httpd_timeout(f->httpd, net_clock()), -1);
}

/* ---- Delay, hang, drop ---- */

static void a_delayed_answer_comes_later_and_holds_up_nobody(void **state)
{
    struct fixture *f = *state;
    struct net_client quick;
    serve(f, &(struct httpd_limits){.request_ms = 5000});
    f->reply.delay_ms = 120;
    long long before = net_clock();
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    while (served == 0) {
        loop_turn(f->loop, NET_TURN_MS);
    }
    f->reply.delay_ms = 0;
    net_connect(&quick, f->loop, httpd_port(f->httpd));
    net_sends(&quick, "GET /quick HTTP/1.0\r\n\r\n");
    net_until(f->loop, &quick.closed);
    assert_non_null(strstr(quick.got, "<n>2</n>"));
    assert_false(f->client.answered);
    net_until(f->loop, &f->client.answered);
    assert_true(net_clock() - before >= 120);
    assert_int_equal(served, 2); /* the handler is asked once */
    assert_non_null(strstr(f->client.got, "<n>1</n>"));
    f->client.answered = false; /* and the connection goes on */
    net_sends(&f->client, "GET /again HTTP/1.1\r\nHost: h\r\n\r\n");
    net_until(f->loop, &f->client.answered);
    assert_int_equal(served, 3);
    net_close(&quick);
    net_close(&f->client);
}

static void a_delay_longer_than_the_deadline_is_kept(void **state)
{
    struct fixture *f = *state;
    serve(f, &(struct httpd_limits){.request_ms = 50});
    f->reply.delay_ms = 150;
    assert_non_null(strstr(ask(f, "GET / HTTP/1.0\r\n\r\n"), "<n>1</n>"));
}

static void answer_late(void *ctx)
{
    struct fixture *f = ctx;
    struct httpd_reply a = {0};
    buf_init(&a.body, 64);
    buf_adds(&a.body, "<late/>");
    httpd_answer(f->httpd, loop_now(f->loop), 7, &a);
}

/* Nothing else happens meanwhile: the server has not looked at the clock since the request. */
static void an_answer_left_for_later_than_the_deadline_is_sent(void **state)
{
    struct fixture *f = *state;
    serve(f, &(struct httpd_limits){.request_ms = 50});
    f->reply.later = 7;
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, "GET / HTTP/1.0\r\n\r\n");
    while (served == 0) {
        loop_turn(f->loop, NET_TURN_MS);
    }
    loop_timer(f->loop, 200, answer_late, f);
    net_until(f->loop, &f->client.closed);
    net_close(&f->client);
    assert_non_null(strstr(f->client.got, "<late/>"));
}

static void a_dropped_request_gets_no_byte(void **state)
{
    struct fixture *f = *state;
    serve(f, NULL);
    f->reply.drop = true;
    f->reply.delay_ms = 1000000; /* at once all the same */
    assert_string_equal(ask(f, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"), "");
    struct net_call call;
    net_post(&call, f->loop, httpd_url(f->httpd), "<xml/>");
    assert_int_equal(call.r.err.status, ST_NETWORK);
    net_assert_says(&call.r.err, "未作应答就关闭了连接", "without an answer");
    assert_int_equal(served, 2); /* and was not sent again behind our back */
    http_result_clear(&call.r);
}

static void a_hanging_request_stays_until_the_client_leaves(void **state)
{
    struct fixture *f = *state;
    struct net_call call;
    serve(f, &(struct httpd_limits){.request_ms = 20});
    f->reply.hang = true;
    net_start(&call, f->loop,
              &(struct http_request){.method = "GET", .url = httpd_url(f->httpd), .total_ms = 100});
    net_until(f->loop, &call.done);
    assert_int_equal(call.r.err.status, ST_TIMEOUT);
    http_result_clear(&call.r);
    f->reply.hang = false;
    ask(f, "GET / HTTP/1.0\r\n\r\n");
    loop_turn(f->loop, 0);
    assert_int_equal(httpd_timeout(f->httpd, net_clock()), -1); /* nothing of it is left */
}

static void closing_ends_held_requests(void **state)
{
    struct fixture *f = *state;
    struct net_client other;
    serve(f, NULL);
    f->reply.hang = true;
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    net_connect(&other, f->loop, httpd_port(f->httpd));
    net_sends(&other, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
    while (served == 0) {
        loop_turn(f->loop, NET_TURN_MS);
    }
    unsigned port = httpd_port(f->httpd);
    loop_drop(f->loop, f->httpd);
    net_until(f->loop, &f->client.closed);
    net_until(f->loop, &other.closed);
    assert_string_equal(f->client.got, "");
    net_close(&f->client);
    net_close(&other);
    struct httpd *again = NULL; /* the port is free at once */
    assert_int_equal(httpd_open("127.0.0.1", port, NULL, note, NULL, &again, NULL), ST_OK);
    httpd_close(again);
}

/* ---- The program calls itself ---- */

struct batch {
    struct fixture *f;
    int left, done;
    bool all;
};

static void next_call(void *ctx, unsigned id, struct http_result *r);

static void start_call(struct batch *b)
{
    struct http_request q = {
        .method = "POST", .url = httpd_url(b->f->httpd), .body = "<xml/>", .len = 6};
    b->left--;
    assert_int_equal(http_start(loop_http(b->f->loop), &q, next_call, b, NULL, NULL), ST_OK);
}

static void next_call(void *ctx, unsigned id, struct http_result *r)
{
    struct batch *b = ctx;
    (void)id;
    assert_int_equal(r->err.status, ST_OK);
    assert_int_equal(r->status, 200);
    b->all = ++b->done == 50;
    if (b->left > 0) {
        start_call(b);
    }
}

static void a_program_may_call_itself(void **state)
{
    static const struct {
        int at_once;
        unsigned connections;
    } rows[] = {{1, 0}, {8, 0}, {50, 0}, {50, 20}};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        serve(f, &(struct httpd_limits){.connections = rows[i].connections});
        struct batch b = {.f = f, .left = 50};
        long long before = net_clock();
        for (int k = 0; k < rows[i].at_once; k++) {
            start_call(&b);
        }
        served = 0;
        net_until(f->loop, &b.all);
        assert_int_equal(served, 50);
        assert_true(net_clock() - before < NET_TURN_MS); /* nobody waited for a time-out */
        loop_drop(f->loop, f->httpd);
        loop_turn(f->loop, 0);
    }
}

/* ---- Opening ---- */

static void addresses_that_cannot_be_served_say_why(void **state)
{
    (void)state;
    unsigned taken = 0;
    int fd = net_listen(&taken, true);
    const struct {
        const char *address;
        unsigned port;
        enum status st;
        const char *zh, *en;
    } rows[] = {
        {"127.0.0.1", taken, ST_CONFLICT, "已被占用\x1fio_test_httpd (",
         "is in use\x1fio_test_httpd ("},
        {"localhost", 0, ST_ARGUMENT, "需要 IP 地址", "an IP address"},
        {"", 0, ST_ARGUMENT, "需要 IP 地址", "an IP address"},
        {"127.0.0.1", 65536, ST_ARGUMENT, "65536", "65536"},
        {"192.0.2.1", 0, ST_ARGUMENT, "不是本机的地址", "has no such address"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct httpd *d = NULL;
        struct err err = {0};
        assert_int_equal(httpd_open(rows[i].address, rows[i].port, NULL, note, NULL, &d, &err),
                         rows[i].st);
        net_assert_says(&err, rows[i].zh, rows[i].en);
        assert_null(d);
    }
    char port[8];
    struct err err = {0};
    struct httpd *d = NULL;
    snprintf(port, sizeof port, "%u", taken);
    httpd_open("127.0.0.1", taken, NULL, note, NULL, &d, &err);
    net_assert_says(&err, port, port);
    close(fd);
    httpd_close(NULL);
}

static void the_url_names_what_was_bound(void **state)
{
    (void)state;
    struct httpd *d = NULL;
    char url[64];
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, note, NULL, &d, NULL), ST_OK);
    assert_int_not_equal(httpd_port(d), 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", httpd_port(d));
    assert_string_equal(httpd_url(d), url);
    httpd_close(d);
    d = NULL;
    if (httpd_open("::1", 0, NULL, note, NULL, &d, NULL) == ST_OK) { /* where there is IPv6 */
        snprintf(url, sizeof url, "http://[::1]:%u", httpd_port(d));
        assert_string_equal(httpd_url(d), url);
        httpd_close(d);
    }
}

int main(void)
{
#define HTTPD_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        HTTPD_TEST(a_handler_sees_the_request_as_it_came),
        HTTPD_TEST(a_reply_carries_status_and_type),
        HTTPD_TEST(hostile_requests_are_answered_or_cut),
        HTTPD_TEST(what_is_refused_is_told),
        HTTPD_TEST(who_leaves_early_is_told),
        HTTPD_TEST(what_is_not_refused_is_not_told),
        HTTPD_TEST(three_hundred_headers_are_read),
        HTTPD_TEST(a_client_on_one_connection_is_served_again),
        HTTPD_TEST(pipelined_requests_are_answered_in_order),
        HTTPD_TEST(a_body_may_come_in_pieces),
        HTTPD_TEST(a_slow_sender_ends_by_its_deadline),
        HTTPD_TEST(slow_senders_do_not_hold_up_others),
        HTTPD_TEST(a_hundred_megabytes_cost_no_memory),
        HTTPD_TEST(silent_connections_give_way),
        HTTPD_TEST(a_crowd_of_slow_senders_is_over_soon),
        HTTPD_TEST(a_slow_sender_alone_has_its_time),
        HTTPD_TEST(it_serves_again_after_a_crowd),
        HTTPD_TEST(a_client_that_does_not_read_ends_by_the_deadline),
        HTTPD_TEST(an_idle_server_asks_for_no_turn),
        HTTPD_TEST(a_delayed_answer_comes_later_and_holds_up_nobody),
        HTTPD_TEST(an_answer_left_for_later_than_the_deadline_is_sent),
        HTTPD_TEST(a_delay_longer_than_the_deadline_is_kept),
        HTTPD_TEST(a_dropped_request_gets_no_byte),
        HTTPD_TEST(a_hanging_request_stays_until_the_client_leaves),
        HTTPD_TEST(closing_ends_held_requests),
        HTTPD_TEST(a_program_may_call_itself),
        HTTPD_TEST(addresses_that_cannot_be_served_say_why),
        HTTPD_TEST(the_url_names_what_was_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
