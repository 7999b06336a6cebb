/* SPDX-License-Identifier: MIT */
/* The server under TLS: the client's certificate, large and delayed traffic, who does not speak it.
 */
#include "httpd_stage.h"

static void note(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    assert_true(q->tls);
    snprintf(seen, sizeof seen, "certificate=%zu body=%zu:%.10s\n", q->certificate_len, q->len,
             q->body);
    served++;
    *a = *(struct httpd_reply *)ctx;
    buf_init(&a->body, 100);
    buf_addf(&a->body, "<n>%u</n>", served);
}

#define SERVER_PEM TEST_DATA "/tls/server.pem" /* certificate and key, its own CA */
#define OTHER_PEM TEST_DATA "/tls/other.pem"

static void serve_tls(struct fixture *f, char *pem, size_t size, int request_ms)
{
    FILE *file = fopen(SERVER_PEM, "r");
    assert_non_null(file);
    pem[fread(pem, 1, size - 1, file)] = '\0';
    fclose(file);
    struct httpd_tls tls = {.cert = pem, .key = pem, .ca = pem};
    struct err err = {0};
    if (httpd_open("127.0.0.1", 0, &(struct httpd_limits){.tls = &tls, .request_ms = request_ms},
                   note, &f->reply, &f->httpd, &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
    loop_serve(f->loop, f->httpd);
    memset(pem, 0, size); /* was borrowed for the opening alone */
}

/* A call that must succeed. */
static void call_tls(struct fixture *f, struct http_request q)
{
    struct net_call call;
    q.url = httpd_url(f->httpd);
    q.ca_file = SERVER_PEM;
    net_start(&call, f->loop, &q);
    net_until(f->loop, &call.done);
    if (call.r.err.status) {
        fail_msg("%s", call.r.err.text[LANG_EN]);
    }
    assert_int_equal(call.r.status, 200);
    assert_true(call.r.times.tls > 0);
    http_result_clear(&call.r);
}

static void the_clients_certificate_is_shown(void **state)
{
    static char pem[8192], body[300000];
    struct fixture *f = *state;
    memset(body, 'x', sizeof body - 1);
    serve_tls(f, pem, sizeof pem, 0);
    assert_memory_equal(httpd_url(f->httpd), "https://127.0.0.1:", 18);
    static const struct {
        const char *file;
        bool shown;
    } rows[] = {{NULL, false}, {SERVER_PEM, true}, {OTHER_PEM, true}, {NULL, false}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        call_tls(f, (struct http_request){.method = "GET", .client_cert = rows[i].file});
        assert_int_equal(strstr(seen, "certificate=0 ") == NULL, rows[i].shown);
    }
    call_tls(f, (struct http_request){.method = "POST", .body = body, .len = sizeof body - 1});
    assert_non_null(strstr(seen, "body=299999:xxx"));
    f->reply.delay_ms = 50; /* suspended and resumed */
    call_tls(f, (struct http_request){.method = "POST", .body = "a", .len = 1});
    assert_non_null(strstr(seen, "body=1:a"));
}

static void it_ends_for_who_does_not_speak_it(void **state)
{
    static char pem[8192];
    struct fixture *f = *state;
    serve_tls(f, pem, sizeof pem, 200);
    const char *got = ask(f, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_null(strstr(got, "HTTP/")); /* an alert at most */
    long long before = net_clock();
    ask(f, ""); /* silent */
    assert_true(net_clock() - before < NET_TURN_MS);
    ask(f, "\x16\x03\x01\x02"); /* the beginning of a greeting */
    assert_true(net_clock() - before < 2 * NET_TURN_MS);
    assert_int_equal(served, 0);
    call_tls(f, (struct http_request){.method = "GET"});
}

/* What was told of clients that speak the other protocol. */
static char misfits[1024];

static void on_misfit(void *ctx, const char *line, struct buf *answer)
{
    size_t len = strlen(misfits);
    (void)ctx;
    snprintf(misfits + len, sizeof misfits - len, "[%.40s]", line ? line : "TLS");
    buf_adds(answer, "<told/>");
}

static void who_takes_the_wrong_scheme_is_told(void **state)
{
    static char pem[8192], large[300000];
    struct fixture *f = *state;
    struct net_call call;
    char url[64];
    serve_tls(f, pem, sizeof pem, 2000);
    httpd_on_misfit(f->httpd, on_misfit);
    misfits[0] = '\0';
    const char *got = ask(f, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_memory_equal(got, "HTTP/1.1 400 Bad Request\r\n", 26);
    assert_non_null(strstr(got, "\r\n\r\n<told/>"));
    memset(large, 'L', sizeof large - 1); /* a line without an end */
    ask(f, large);
    assert_int_equal(served, 0);
    ask(f, "\x16\x03\x01\x02"); /* TLS, in part: nothing is told */
    ask(f, "\x01");
    call_tls(f, (struct http_request){.method = "GET"});
    assert_string_equal(misfits, "[GET /a HTTP/1.1][LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL]");
    snprintf(url, sizeof url, "http%s", httpd_url(f->httpd) + 5);
    net_post(&call, f->loop, url, large);
    assert_int_equal(call.r.status, 400);
    assert_string_equal(buf_str(&call.r.body), "<told/>");
    http_result_clear(&call.r);
}

static void tls_on_a_plain_port_is_told(void **state)
{
    struct fixture *f = *state;
    struct net_call call;
    char url[64];
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, note, &f->reply, &f->httpd, NULL), ST_OK);
    loop_serve(f->loop, f->httpd);
    misfits[0] = '\0';
    for (int told = 0; told < 2; told++) { /* the client concludes it either way */
        httpd_on_misfit(f->httpd, told ? on_misfit : NULL);
        snprintf(url, sizeof url, "https%s", httpd_url(f->httpd) + 4);
        net_post(&call, f->loop, url, "x");
        assert_int_equal(call.r.err.status, ST_NETWORK);
        char line[ERR_TEXT_MAX]; /* a reset may overtake the answer that is no TLS */
        err_line(&call.r.err, LANG_EN, line, sizeof line);
        if (!strstr(line, "does not speak TLS") && !strstr(line, "(not plain HTTP)"))
            fail_msg("%s", line);
        http_result_clear(&call.r);
        assert_string_equal(misfits, told ? "[TLS]" : "");
    }
    assert_int_equal(served, 0);
}

int main(void)
{
#define TLS_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        TLS_TEST(the_clients_certificate_is_shown),
        TLS_TEST(it_ends_for_who_does_not_speak_it),
        TLS_TEST(who_takes_the_wrong_scheme_is_told),
        TLS_TEST(tls_on_a_plain_port_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
