/* SPDX-License-Identifier: MIT */
/* Calls: what goes out, what is kept of the answer, and the sentence for each way to fail. */
#include "io/net.h"

#include <fcntl.h>
#include <microhttpd.h>

#define OK_REPLY "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\nhello"

static int start(void **state)
{
    *state = loop_new();
    return 0;
}

static int stop(void **state)
{
    loop_free(*state);
    return 0;
}

/* ---- What goes out ---- */

static void a_post_goes_out_as_it_was_given(void **state)
{
    struct net_server s;
    net_serve(&s, *state, OK_REPLY);
    static const char *const more[] = {"X-One: 1", "X-Two: 2", NULL};
    char body[2000];
    memset(body, 'x', sizeof body); /* curl asks "Expect: 100-continue" from 1 MiB on */
    struct net_call call;
    net_start(&call, *state,
              &(struct http_request){.method = "POST",
                                     .url = s.url,
                                     .content_type = "text/xml",
                                     .headers = more,
                                     .body = body,
                                     .len = sizeof body});
    memset(body, 'y', sizeof body); /* copied */
    net_until(*state, &call.done);
    assert_int_equal(call.r.err.status, ST_OK);
    assert_memory_equal(s.got, "POST /path HTTP/1.1\r\n", 21);
    assert_non_null(strstr(s.got, "\r\nContent-Type: text/xml\r\n"));
    assert_non_null(strstr(s.got, "\r\nContent-Length: 2000\r\n"));
    assert_non_null(strstr(s.got, "\r\nX-One: 1\r\nX-Two: 2\r\n"));
    assert_non_null(strstr(s.got, "\r\nUser-Agent: wxpc/"));
    assert_null(strstr(s.got, "Expect"));
    assert_null(strstr(s.got, "Accept-Encoding"));
    assert_non_null(strstr(s.got, "\r\n\r\nxxxx"));
    assert_null(strstr(s.got, "yy"));
    http_result_clear(&call.r);
    net_stop(&s);
}

static void methods_and_bodies_are_kept_apart(void **state)
{
    static const struct {
        const char *method, *body, *line, *length;
        bool typed;
    } rows[] = {
        {"GET", "", "GET /path HTTP/1.1", NULL, false},
        {"POST", "", "POST /path HTTP/1.1", "Content-Length: 0\r\n", false},
        {"PUT", "ab", "PUT /path HTTP/1.1", "Content-Length: 2\r\n", true},
        {"GET", "ab", "GET /path HTTP/1.1", "Content-Length: 2\r\n", true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct net_server s;
        struct net_call call;
        net_serve(&s, *state, OK_REPLY);
        net_start(&call, *state,
                  &(struct http_request){.method = rows[i].method,
                                         .url = s.url,
                                         .content_type = rows[i].typed ? "a/b" : NULL,
                                         .body = rows[i].body,
                                         .len = strlen(rows[i].body)});
        net_until(*state, &call.done);
        assert_memory_equal(s.got, rows[i].line, strlen(rows[i].line));
        assert_int_equal(strstr(s.got, "Content-Type: a/b") != NULL, rows[i].typed);
        assert_int_equal(strstr(s.got, "Content-Type") != NULL, rows[i].typed);
        assert_true(rows[i].length ? strstr(s.got, rows[i].length) != NULL
                                   : strstr(s.got, "Content-Length") == NULL);
        http_result_clear(&call.r);
        net_stop(&s);
    }
}

static void proxies_are_not_asked_for_loopback(void **state)
{
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, OK_REPLY);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    setenv("no_proxy", "example.com", 1);
    net_post(&call, *state, s.url, "x");
    assert_int_equal(call.r.err.status, ST_OK);
    http_result_clear(&call.r);
    net_post(&call, *state, "http://example.org/", "x");
    net_assert_says(&call.r.err, "example.org", "example.org"); /* the proxy refuses */
    assert_int_equal(call.r.err.status, ST_NETWORK);
    http_result_clear(&call.r);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    unsetenv("no_proxy");
    net_stop(&s);
}

static void what_cannot_be_sent_is_refused_at_once(void **state)
{
    static const char *const split[] = {"X: a\r\nY: b", NULL}, *const none[] = {NULL};
    static const struct {
        const char *url;
        const char *const *headers;
        const char *en;
    } rows[] = {
        {"", none, "is no URL"},
        {"example.com/pay", none, "is no URL"},
        {"https://", none, "is no URL"},
        {"https://a b/", none, "is no URL"},
        {"https://h:99999/", none, "is no URL"},
        {"http://h/\x01", none, "is no URL"},
        {"ftp://h/", none, "its scheme is ftp"},
        {"file:///etc/passwd", none, "its scheme is file"},
        {"http://127.0.0.1:1/", split, "control character"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        struct http_request q = {.method = "POST", .url = rows[i].url, .headers = rows[i].headers};
        unsigned id = 77;
        assert_int_equal(http_start(loop_http(*state), &q, net_keep, NULL, &id, &err), ST_ARGUMENT);
        net_assert_says(&err, "", rows[i].en);
        assert_int_equal(http_active(loop_http(*state)), 0);
        assert_int_equal(http_run(loop_http(*state)), 0);
    }
}

/* ---- What comes back ---- */

static void an_answer_is_kept_to_the_byte(void **state)
{
    static const char reply[] = "HTTP/1.1 404 Not \xff\r\nContent-Type: text/html; charset=gbk\r\n"
                                "X-Odd: \x1b[31m\r\nContent-Length: 6\r\n\r\na\0b\xff\r\n";
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, reply);
    s.len = sizeof reply - 1;
    net_post(&call, *state, s.url, "x");
    assert_int_equal(call.r.err.status, ST_OK);
    assert_int_equal(call.r.status, 404);
    assert_string_equal(call.r.content_type, "text/html; charset=gbk");
    assert_int_equal(call.r.body.len, 6);
    assert_memory_equal(call.r.body.data, "a\0b\xff\r\n", 6);
    assert_int_equal(call.r.headers.len, sizeof reply - 1 - 6);
    assert_memory_equal(call.r.headers.data, reply, call.r.headers.len);
    assert_memory_equal(call.r.peer, "127.0.0.1:", 10);
    assert_int_equal(strtoul(call.r.peer + 10, NULL, 10), s.port);
    assert_string_equal(call.r.location, "");
    assert_int_equal(call.r.dropped, 0);
    http_result_clear(&call.r);
    assert_null(call.r.body.data);
    net_stop(&s);
}

static void a_redirect_is_told_and_not_followed(void **state)
{
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state,
              "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/x\r\n"
              "Content-Length: 0\r\n\r\n");
    net_post(&call, *state, s.url, "x");
    assert_int_equal(call.r.err.status, ST_OK);
    assert_int_equal(call.r.status, 302);
    assert_string_equal(call.r.location, "https://elsewhere.example/x");
    assert_int_equal(s.requests, 1);
    http_result_clear(&call.r);
    net_stop(&s);
}

static void an_interim_answer_is_not_the_answer(void **state)
{
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n" OK_REPLY);
    net_post(&call, *state, s.url, "x");
    assert_int_equal(call.r.status, 200);
    assert_null(strstr(buf_str(&call.r.headers), "Interim"));
    assert_string_equal(buf_str(&call.r.body), "hello");
    http_result_clear(&call.r);
    net_stop(&s);
}

static void times_tell_each_stage(void **state)
{
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, OK_REPLY);
    net_post(&call, *state, s.url, "x");
    const struct http_times *t = &call.r.times;
    assert_true(t->name >= 0 && t->connect >= t->name);
    assert_true(t->tls < 0); /* not reached */
    assert_true(t->wait >= t->connect && t->total >= t->wait);
    http_result_clear(&call.r);
    net_stop(&s);
}

static void each_call_is_one_connection(void **state)
{
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, OK_REPLY);
    s.open = true; /* the server would keep it */
    for (unsigned i = 1; i <= 3; i++) {
        net_post(&call, *state, s.url, "x");
        assert_int_equal(s.requests, i);
        assert_true(call.r.times.connect > 0);
        http_result_clear(&call.r);
        close(s.peer);
        s.peer = -1;
    }
    net_stop(&s);
}

/* ---- Failing ---- */

static void broken_answers_say_what_is_wrong(void **state)
{
    static const struct {
        const char *reply, *body;
        bool reset;
        enum status st;
        long status;
        const char *zh, *en;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<xml>", "<xml>", false, ST_NETWORK, 200,
         "应答不完整", "kept of its body: 5 bytes"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<xml>\r\n", "<xml>", false,
         ST_NETWORK, 200, "应答不完整", "sent half an answer"},
        {"HTTP/1.1 200 OK\r\nContent-", "", false, ST_NETWORK, 200, "应答不完整",
         "the connection ended before the answer was complete"}, /* libcurl takes it for whole */
        {"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n", "", false, ST_NETWORK, 200, "应答不完整",
         "sent half an answer"},
        {"", "", false, ST_NETWORK, 0, "未作应答就关闭了连接",
         "closed the connection without an answer"},
        {"", "", true, ST_NETWORK, 0, "断开了连接", "broke the connection"},
        {"220 smtp.example.com ESMTP\r\n", "220 smtp.example.com ESMTP\r\n", false, ST_NETWORK, 0,
         "不是 HTTP", "did not answer in HTTP"},
        {"\x15\x03\x01\x00\x02\x02\x50", "\x15\x03\x01", false, ST_NETWORK, 0, "要求 TLS",
         "make the URL https://"},
        {"\x15\x04", "\x15\x04", false, ST_NETWORK, 0, "不是 HTTP",
         "check the port, and whether it is http or https"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct net_server s;
        struct net_call call;
        net_serve(&s, *state, rows[i].reply);
        s.reset = rows[i].reset;
        net_post(&call, *state, s.url, "x");
        assert_int_equal(call.r.status, rows[i].status);
        assert_string_equal(buf_str(&call.r.body), rows[i].body);
        if (rows[i].zh[0]) {
            char host[40];
            assert_int_equal(call.r.err.status, rows[i].st);
            net_assert_says(&call.r.err, rows[i].zh, rows[i].en);
            snprintf(host, sizeof host, "127.0.0.1:%u ", s.port);
            net_assert_says(&call.r.err, host, host);
        }
        http_result_clear(&call.r);
        net_stop(&s);
    }
}

static void a_port_without_a_listener_refuses(void **state)
{
    struct net_call call;
    unsigned port = 0;
    char url[64];
    int fd = net_listen(&port, false); /* bound, so that nobody else takes it */
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    net_post(&call, *state, url, "x");
    assert_int_equal(call.r.err.status, ST_NETWORK);
    net_assert_says(&call.r.err, "该端口上没有程序在监听", "refused the connection");
    assert_int_equal(call.r.status, 0);
    assert_true(call.r.times.connect < 0 && call.r.times.total > 0);
    http_result_clear(&call.r);
    close(fd);
}

static void a_name_that_does_not_exist_says_so(void **state)
{
    struct net_call call;
    /* A label of 64 bytes is none: the resolver knows without asking. */
    char url[128] = "http://";
    memset(url + 7, 'a', 64);
    strcpy(url + 71, ".example/");
    net_post(&call, *state, url, "x");
    assert_int_equal(call.r.err.status, ST_NETWORK);
    net_assert_says(&call.r.err, "无法解析", "does not resolve");
    assert_true(call.r.times.name < 0);
    http_result_clear(&call.r);
}

static void a_silent_server_runs_into_the_limit(void **state)
{
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, "");
    s.open = true;
    net_start(&call, *state, &(struct http_request){.method = "GET", .url = s.url, .total_ms = 60});
    net_until(*state, &call.done);
    assert_int_equal(call.r.err.status, ST_TIMEOUT);
    net_assert_says(&call.r.err, "正在等待应答，超过了 60 毫秒",
                    "waiting for the answer the limit of 60 ms");
    http_result_clear(&call.r);
    close(s.peer);
    s.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    s.len = strlen(s.bytes);
    net_start(&call, *state, &(struct http_request){.method = "GET", .url = s.url, .total_ms = 60});
    net_until(*state, &call.done);
    assert_int_equal(call.r.err.status, ST_TIMEOUT);
    net_assert_says(&call.r.err, "正在接收应答", "4 bytes of the body arrived");
    assert_string_equal(buf_str(&call.r.body), "half");
    http_result_clear(&call.r);
    net_stop(&s);
}

static void a_connection_that_does_not_come_runs_into_its_limit(void **state)
{
    /* A listener whose queue is full drops further attempts. */
    unsigned port = 0;
    int fd = net_listen(&port, false), waiting[8];
    char url[64];
    struct net_call call;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(listen(fd, 0), 0);
    for (size_t i = 0; i < ARRAY_COUNT(waiting); i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(waiting[i], (struct sockaddr *)&a, sizeof a);
    }
    for (int tls = 0; tls < 2; tls++) {
        snprintf(url, sizeof url, tls ? "https://127.0.0.1:%u/" : "http://127.0.0.1:%u/", port);
        net_start(&call, *state,
                  &(struct http_request){.method = "GET", .url = url, .connect_ms = 60});
        net_until(*state, &call.done);
        assert_int_equal(call.r.err.status, ST_TIMEOUT);
        net_assert_says(&call.r.err, "正在建立连接，超过了 60 毫秒",
                        "while connecting the limit of 60 ms");
        assert_string_equal(call.r.peer, "");
        http_result_clear(&call.r);
    }
    for (size_t i = 0; i < ARRAY_COUNT(waiting); i++) {
        close(waiting[i]);
    }
    close(fd);
}

/* Serves as many bytes as the path says. */
static void serve_bytes(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    (void)ctx;
    size_t n = strtoul(q->path + 1, NULL, 10);
    buf_init(&a->body, n);
    memset(buf_room(&a->body, n), 'z', n);
}

static void answers_are_kept_up_to_the_cap(void **state)
{
    static const struct {
        size_t size, cap, kept;
        enum status st;
        bool stopped;
    } rows[] = {
        {10u << 20, 0, 10u << 20, ST_OK, false}, {HTTP_BODY_MAX, 0, HTTP_BODY_MAX, ST_OK, false},
        {1000, 1000, 1000, ST_OK, false},        {1001, 1000, 1000, ST_LIMIT, false},
        {3000, 1000, 1000, ST_LIMIT, false},     {8u << 20, 1000, 1000, ST_LIMIT, true},
    };
    struct httpd *d = NULL;
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, serve_bytes, NULL, &d, NULL), ST_OK);
    loop_serve(*state, d);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char url[80];
        struct net_call call;
        snprintf(url, sizeof url, "%s/%zu", httpd_url(d), rows[i].size);
        net_start(&call, *state,
                  &(struct http_request){.method = "GET", .url = url, .body_max = rows[i].cap});
        net_until(*state, &call.done);
        assert_int_equal(call.r.err.status, rows[i].st);
        assert_int_equal(call.r.status, 200);
        assert_int_equal(call.r.body.len, rows[i].kept);
        size_t rest = rows[i].size - rows[i].kept;
        assert_true(rows[i].stopped ? call.r.dropped > 0 && call.r.dropped < rest
                                    : call.r.dropped == rest);
        if (rows[i].st) {
            net_assert_says(&call.r.err, "保留了前 1000 字节", "the first 1000 bytes are kept");
        }
        http_result_clear(&call.r);
    }
}

/* libcurl has a limit of its own for one line and calls it a lack of memory. */
static void an_endless_header_line_is_named(void **state)
{
    static char reply[200000];
    size_t len = (size_t)sprintf(reply, "HTTP/1.1 200 OK\r\nX-Filler: ");
    memset(reply + len, 'a', sizeof reply - 1 - len);
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, reply);
    net_post(&call, *state, s.url, "x");
    assert_int_equal(call.r.err.status, ST_LIMIT);
    net_assert_says(&call.r.err, "应答头过大", "headers that are too large");
    http_result_clear(&call.r);
    net_stop(&s);
}

static void endless_headers_end_the_call(void **state)
{
    static char reply[200000];
    size_t len = (size_t)sprintf(reply, "HTTP/1.1 200 OK\r\n");
    while (len < 90000) {
        len += (size_t)sprintf(reply + len, "X-Filler: %0900d\r\n", 7);
    }
    strcpy(reply + len, "Content-Length: 0\r\n\r\n");
    struct net_server s;
    struct net_call call;
    net_serve(&s, *state, reply);
    net_post(&call, *state, s.url, "x");
    assert_int_equal(call.r.err.status, ST_LIMIT);
    net_assert_says(&call.r.err, "应答头过大", "headers that are too large");
    assert_true(call.r.headers.len <= HTTP_HEADERS_MAX);
    http_result_clear(&call.r);
    net_stop(&s);
}

/* ---- Cancelling, counting, callbacks ---- */

static void a_cancelled_call_is_delivered_once(void **state)
{
    struct loop *l = *state;
    struct http *h = loop_http(l);
    struct net_server s;
    struct net_call call;
    net_serve(&s, l, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    s.open = true;
    net_start(&call, l, &(struct http_request){.method = "GET", .url = s.url});
    assert_int_equal(http_active(h), 1);
    while (s.requests == 0) {
        loop_turn(l, NET_TURN_MS);
    }
    http_cancel(h, call.id);
    assert_false(call.done); /* not from within the cancel */
    http_cancel(h, call.id);
    http_cancel(h, 999);
    assert_int_equal(http_active(h), 1);
    loop_turn(l, -1); /* does not wait */
    assert_true(call.done);
    assert_int_equal(http_active(h), 0);
    assert_int_equal(call.r.err.status, ST_CANCELLED);
    net_assert_says(&call.r.err, "已取消", "query the order");
    http_result_clear(&call.r);
    assert_int_equal(http_run(h), 0);
    http_cancel(h, call.id);
    net_stop(&s);
}

static void a_call_can_break_off_in_the_middle_of_its_body(void **state)
{
    static const struct {
        enum http_break broken;
        enum status status;
    } rows[] = {{HTTP_CLOSE, ST_CANCELLED}, {HTTP_STALL, ST_TIMEOUT}};
    struct loop *l = *state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct net_server s;
        struct net_call c;
        net_serve(&s, l, "");
        long long began = net_clock();
        net_start(&c, l,
                  &(struct http_request){.method = "POST",
                                         .url = s.url,
                                         .body = "<xml><a>1</a></xml>",
                                         .len = 19,
                                         .broken = rows[i].broken,
                                         .total_ms = 300});
        net_until(l, &c.done);
        assert_int_equal(c.r.err.status, rows[i].status);
        assert_int_equal(net_clock() - began >= 290, rows[i].broken == HTTP_STALL);
        while (!s.requests) /* it sees the end of the connection */
            loop_turn(l, 100);
        assert_non_null(strstr(s.got, "Content-Length: 19\r\n"));
        assert_string_equal(strstr(s.got, "\r\n\r\n") + 4, "<xml><a>1");
        http_result_clear(&c.r);
        net_stop(&s);
    }
}

static void a_call_cancelled_before_its_first_turn_is_delivered(void **state)
{
    struct net_call call;
    net_start(&call, *state, &(struct http_request){.method = "GET", .url = "http://a.invalid/"});
    http_cancel(loop_http(*state), call.id);
    assert_int_equal(http_run(loop_http(*state)), 1);
    assert_int_equal(call.r.err.status, ST_CANCELLED);
    http_result_clear(&call.r);
}

static void calls_under_way_end_with_the_loop(void **state)
{
    (void)state;
    struct loop *l = loop_new();
    struct net_server s;
    struct net_call calls[3];
    net_serve(&s, l, "");
    s.open = true;
    for (int i = 0; i < 3; i++) {
        net_start(&calls[i], l, &(struct http_request){.method = "GET", .url = s.url});
    }
    loop_turn(l, NET_TURN_MS);
    http_cancel(loop_http(l), calls[1].id);
    net_stop(&s);
    loop_free(l);
    for (int i = 0; i < 3; i++) {
        assert_false(calls[i].done);
    }
}

struct chain {
    struct loop *loop;
    const char *url;
    int left;
    bool done;
    unsigned other;
};

static void next_in_chain(void *ctx, unsigned id, struct http_result *r)
{
    struct chain *c = ctx;
    (void)id;
    assert_int_equal(r->err.status, ST_OK); /* not kept: cleared after the call */
    http_cancel(loop_http(c->loop), c->other);
    if (--c->left == 0) {
        c->done = true;
        return;
    }
    struct http_request q = {.method = "GET", .url = c->url};
    assert_int_equal(http_start(loop_http(c->loop), &q, next_in_chain, c, NULL, NULL), ST_OK);
}

static void a_delivery_may_start_and_cancel(void **state)
{
    struct net_server s, silent;
    struct net_call other;
    net_serve(&s, *state, OK_REPLY);
    net_serve(&silent, *state, "");
    silent.open = true;
    net_start(&other, *state, &(struct http_request){.method = "GET", .url = silent.url});
    struct chain c = {*state, s.url, 20, false, other.id};
    struct http_request q = {.method = "GET", .url = s.url};
    long long before = net_clock();
    assert_int_equal(http_start(loop_http(*state), &q, next_in_chain, &c, NULL, NULL), ST_OK);
    net_until(*state, &c.done);
    net_until(*state, &other.done);
    assert_true(net_clock() - before < NET_TURN_MS); /* no turn slept over new work */
    assert_int_equal(s.requests, 20);
    assert_int_equal(other.r.err.status, ST_CANCELLED);
    http_result_clear(&other.r);
    net_stop(&s);
    net_stop(&silent);
}

/* ---- TLS ---- */

static enum MHD_Result tls_answer(void *ctx, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **state)
{
    static char ok[] = "ok";
    (void)ctx, (void)url, (void)method, (void)version, (void)data, (void)len, (void)state;
    struct MHD_Response *r = MHD_create_response_from_buffer(2, ok, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result done = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return done;
}

/* A TLS server with the certificate and key in tests/data/tls/NAME.pem. */
static struct MHD_Daemon *tls_serve(const char *name, char *url, size_t size)
{
    char path[512], pem[4096];
    snprintf(path, sizeof path, TEST_DATA "/tls/%s.pem", name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    pem[fread(pem, 1, sizeof pem - 1, f)] = '\0';
    fclose(f);
    unsigned port = 0;
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TLS, 0, NULL, NULL, tls_answer,
                                            NULL, MHD_OPTION_LISTEN_SOCKET, net_listen(&port, true),
                                            MHD_OPTION_HTTPS_MEM_KEY, pem,
                                            MHD_OPTION_HTTPS_MEM_CERT, pem, MHD_OPTION_END);
    assert_non_null(d);
    snprintf(url, size, "https://127.0.0.1:%u/", port);
    return d;
}

static void certificates_are_verified(void **state)
{
    static const struct {
        const char *server, *ca, *cert;
        enum status st;
        const char *zh, *en;
    } rows[] = {
        {"server", "server", NULL, ST_OK, "", ""},
        {"server", NULL, NULL, ST_NETWORK, "自签名", "it is self-signed"},
        {"server", "other", NULL, ST_NETWORK, "自签名", "it is self-signed"},
        {"other", "other", NULL, ST_NETWORK, "不是发给这个主机名", "issued for another host name"},
        {"expired", "expired", NULL, ST_NETWORK, "证书已过期", "it has expired"},
        {"server", "missing", NULL, ST_ARGUMENT, "无法使用 CA 证书文件",
         "the file of CA certificates " TEST_DATA
         "/tls/missing.pem cannot be used\x1fNo such file"},
        {"server", "server", "missing", ST_ARGUMENT, "无法使用客户端证书",
         "the client certificate " TEST_DATA "/tls/missing.pem cannot be used\x1fNo such file"},
        {"server", "server", "server", ST_OK, "", ""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char url[64], ca[256], cert[256];
        struct net_call call;
        struct MHD_Daemon *d = tls_serve(rows[i].server, url, sizeof url);
        snprintf(ca, sizeof ca, TEST_DATA "/tls/%s.pem", rows[i].ca ? rows[i].ca : "");
        snprintf(cert, sizeof cert, TEST_DATA "/tls/%s.pem", rows[i].cert ? rows[i].cert : "");
        net_start(&call, *state,
                  &(struct http_request){.method = "GET",
                                         .url = url,
                                         .ca_file = rows[i].ca ? ca : NULL,
                                         .client_cert = rows[i].cert ? cert : NULL});
        long long end = net_clock() + 20000;
        while (!call.done && net_clock() < end) {
            loop_turn(*state, 1);
            MHD_run(d);
        }
        assert_true(call.done);
        net_assert_says(&call.r.err, rows[i].zh, rows[i].en);
        assert_int_equal(call.r.err.status, rows[i].st);
        assert_int_equal(call.r.status, rows[i].st == ST_OK ? 200 : 0);
        assert_int_equal(call.r.times.tls > 0, rows[i].st == ST_OK);
        http_result_clear(&call.r);
        MHD_stop_daemon(d);
    }
}

static void a_handshake_that_hangs_is_named(void **state)
{
    struct net_server s; /* waits for a head that does not come */
    struct net_call call;
    char url[64];
    net_serve(&s, *state, OK_REPLY);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", s.port);
    net_start(&call, *state,
              &(struct http_request){.method = "GET", .url = url, .connect_ms = 100});
    net_until(*state, &call.done);
    assert_int_equal(call.r.err.status, ST_TIMEOUT);
    net_assert_says(&call.r.err, "正在进行 TLS 握手", "in the TLS handshake");
    http_result_clear(&call.r);
    net_stop(&s);
}

/* Says `ctx`, without reading what comes. */
static void accept_and_talk(void *ctx, int fd)
{
    const char *text = ctx;
    int peer = accept(fd, NULL, NULL);
    (void)!send(peer, text, strlen(text), MSG_NOSIGNAL);
    shutdown(peer, SHUT_WR);
    close(peer);
}

static void https_to_a_plain_port_fails_in_the_handshake(void **state)
{
    static const char *const rows[][3] = {
        {"220 hello\r\n", "没有使用 TLS", "does not speak TLS"},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "没有使用 TLS", "make the URL http://"},
        {"", "TLS 握手失败", "did not complete the TLS handshake"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        unsigned port = 0;
        int fd = net_listen(&port, true);
        struct net_call call;
        char url[64];
        loop_watch(*state, fd, accept_and_talk, (void *)rows[i][0]);
        snprintf(url, sizeof url, "https://127.0.0.1:%u/", port);
        net_post(&call, *state, url, "x");
        assert_int_equal(call.r.err.status, ST_NETWORK);
        net_assert_says(&call.r.err, rows[i][1], rows[i][2]);
        http_result_clear(&call.r);
        loop_unwatch(*state, fd);
        close(fd);
    }
}

/* ---- Waiting ---- */

static void waiting_without_calls_is_poll(void **state)
{
    struct http *h = loop_http(*state);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct http_fd fd = {.fd = ends[0], .events = 1 /* POLLIN */};
    http_wait(h, &fd, 1, 0);
    assert_int_equal(fd.revents, 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    http_wait(h, &fd, 1, -1);
    assert_int_not_equal(fd.revents, 0);
    assert_int_equal(http_run(h), 0);
    close(ends[0]);
    close(ends[1]);
}

static void the_library_is_named(void **state)
{
    (void)state;
    assert_true(http_library()[0] >= '7' && strchr(http_library(), '.'));
    http_free(NULL);
}

int main(void)
{
#define HTTP_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        HTTP_TEST(a_post_goes_out_as_it_was_given),
        HTTP_TEST(methods_and_bodies_are_kept_apart),
        HTTP_TEST(proxies_are_not_asked_for_loopback),
        HTTP_TEST(what_cannot_be_sent_is_refused_at_once),
        HTTP_TEST(an_answer_is_kept_to_the_byte),
        HTTP_TEST(a_redirect_is_told_and_not_followed),
        HTTP_TEST(an_interim_answer_is_not_the_answer),
        HTTP_TEST(times_tell_each_stage),
        HTTP_TEST(each_call_is_one_connection),
        HTTP_TEST(broken_answers_say_what_is_wrong),
        HTTP_TEST(a_port_without_a_listener_refuses),
        HTTP_TEST(a_name_that_does_not_exist_says_so),
        HTTP_TEST(a_silent_server_runs_into_the_limit),
        HTTP_TEST(a_connection_that_does_not_come_runs_into_its_limit),
        HTTP_TEST(answers_are_kept_up_to_the_cap),
        HTTP_TEST(endless_headers_end_the_call),
        HTTP_TEST(an_endless_header_line_is_named),
        HTTP_TEST(a_cancelled_call_is_delivered_once),
        HTTP_TEST(a_call_can_break_off_in_the_middle_of_its_body),
        HTTP_TEST(a_call_cancelled_before_its_first_turn_is_delivered),
        HTTP_TEST(calls_under_way_end_with_the_loop),
        HTTP_TEST(a_delivery_may_start_and_cancel),
        HTTP_TEST(certificates_are_verified),
        HTTP_TEST(a_handshake_that_hangs_is_named),
        HTTP_TEST(https_to_a_plain_port_fails_in_the_handshake),
        HTTP_TEST(waiting_without_calls_is_poll),
        HTTP_TEST(the_library_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
