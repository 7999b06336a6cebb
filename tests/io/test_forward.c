/* SPDX-License-Identifier: MIT */
/*
 * The application behind the listener: what it gets, what becomes of its answer, and that no key
 * comes back through it.
 */
#include "listener_stage.h"

#include "io/forward.h"

#define APP_ANSWER(status, type, text)                                                             \
    "HTTP/1.1 " status "\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" text

static void forward_to(struct fixture *f, const char *answer)
{
    net_serve(&f->app, f->loop, answer);
    listen_with(f, (struct listener_options){.forward = f->app.url});
}

static void the_application_gets_the_same_bytes_and_its_answer_is_relayed(void **state)
{
    struct fixture *f = *state;
    struct buf body;
    forward_to(f, APP_ANSWER("201 Created", "text/xml; charset=x", IS_SUCCESS "</xml>"));
    build(EVENT_PAYMENT, NULL, NULL, false, &body);
    assert_string_equal(post(f, buf_str(&body), body.len), IS_SUCCESS "</xml>");
    assert_begins(f->client.got, "HTTP/1.1 201");
    assert_non_null(strstr(f->client.got, "text/xml; charset=x"));
    assert_non_null(strstr(f->app.got, "X-Odd: a b\r\n"));
    assert_string_equal(strstr(f->app.got, "\r\n\r\n") + 4, buf_str(&body));
    assert_true(f->got[0].acknowledged);
    assert_int_equal(f->got[0].forward.verdict, ANSWER_ACKNOWLEDGED);
    assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), 1);
    net_stop(&f->app);
    buf_clear(&body);
}

/* Posts a genuine one with these header lines, whole; waits for the answer. */
static void post_with(struct fixture *f, const char *headers)
{
    struct buf body;
    char head[8000];
    build(EVENT_PAYMENT, NULL, NULL, false, &body);
    snprintf(
        head, sizeof head,
        "POST /notify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Length: %zu\r\n\r\n",
        headers, body.len);
    net_connect(&f->client, f->loop, port_of(f));
    net_send(&f->client, head, strlen(head));
    net_send(&f->client, buf_str(&body), body.len);
    net_until(f->loop, &f->client.closed);
    net_close(&f->client);
    buf_clear(&body);
}

/* The headers are the sender's: none is added, and an empty one is one. */
static void the_headers_are_passed_on_as_they_came(void **state)
{
    struct fixture *f = *state;
    forward_to(f, APP_ANSWER("200 OK", "text/xml", IS_SUCCESS "</xml>"));
    post_with(f, "X-Empty:\r\nX-Odd: a b\r\n");
    assert_non_null(strstr(f->app.got, "X-Odd: a b\r\n"));
    assert_non_null(strstr(f->app.got, "X-Empty:\r\n"));
    assert_null(strcasestr(f->app.got, "User-Agent:"));
    assert_null(strcasestr(f->app.got, "Accept:"));
    assert_null(strcasestr(f->app.got, "Content-Type:"));
    net_stop(&f->app);
}

static void those_of_its_own_stay(void **state)
{
    struct fixture *f = *state;
    forward_to(f, APP_ANSWER("200 OK", "text/xml", IS_SUCCESS "</xml>"));
    post_with(f, "User-Agent: Mozilla/4.0\r\nAccept: text/xml\r\nContent-Type:\r\n");
    assert_non_null(strstr(f->app.got, "User-Agent: Mozilla/4.0\r\n"));
    assert_non_null(strstr(f->app.got, "Accept: text/xml\r\n"));
    assert_non_null(strstr(f->app.got, "Content-Type:\r\n"));
    net_stop(&f->app);
}

/* What the application got between its address and the length of the body. */
static const char *passed_on(struct fixture *f)
{
    char *begin = strstr(f->app.got, "Host: "), *end = strstr(f->app.got, "Content-Length: ");
    assert_true(begin && end && begin < end);
    *end = '\0';
    return strstr(begin, "\r\n") + 2;
}

/* Also more of them than anybody would send, twice the same, long, and nothing else. */
static void every_header_is_passed_on_in_order(void **state)
{
    struct fixture *f = *state;
    char headers[7000];
    int len = snprintf(headers, sizeof headers,
                       "X-Tab: a\tb\r\nContent-Type: text/xml; note=%0200d\r\nX-Odd: a b\r\n"
                       "content-type: text/plain\r\n",
                       7);
    for (int i = 0; i < 250; i++)
        len += snprintf(headers + len, sizeof headers - (size_t)len, "X-%03d: %d\r\n", i, i);
    forward_to(f, APP_ANSWER("200 OK", "text/xml", IS_SUCCESS "</xml>"));
    post_with(f, headers);
    assert_string_equal(passed_on(f), headers);
    post_with(f, "");
    assert_string_equal(passed_on(f), "");
    net_stop(&f->app);
}

/* Without a type it is relayed without one, and an encoding stays with what it encodes; our own
   refusal has neither. */
static void the_answer_keeps_type_and_encoding(void **state)
{
    struct fixture *f = *state;
    forward_to(f, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX-App: one\r\n"
                  "Connection: close\r\n\r\n" IS_SUCCESS "</xml>");
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_null(strcasestr(f->client.got, "Content-Type:"));
    assert_non_null(strstr(f->client.got, "Content-Encoding: gzip\r\n"));
    assert_string_equal(f->got[0].forward.findings.items[0].rule, "encoded");
    assert_begins(buf_str(&f->got[0].forward.head),
                  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n");
    shoot(f, EVENT_PAYMENT, NULL, NULL, true); /* forged, and the application takes it */
    assert_null(strstr(f->client.got, "Content-Encoding"));
    assert_non_null(strstr(f->client.got, "Content-Type: text/xml\r\n"));
    net_stop(&f->app);
}

/* Its head is kept in the journal, without a key and up to a limit. */
static void the_head_of_the_answer_is_kept(void **state)
{
    struct fixture *f = *state;
    struct buf answer;
    buf_init(&answer, 1u << 16);
    buf_adds(&answer, "HTTP/1.1 200 OK\r\nX-App: " DOC_KEY "\r\nX-Long: ");
    for (int i = 0; i < 3000; i++)
        buf_adds(&answer, "0123456789");
    buf_adds(&answer, "\r\nConnection: close\r\n\r\n" IS_SUCCESS "</xml>");
    forward_to(f, buf_str(&answer));
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    struct json *j = receipt_json(&f->got[0]);
    const char *head = json_string(json_get(json_get(j, "forward"), "head"));
    assert_begins(head, "HTTP/1.1 200 OK\r\nX-App: ****\r\nX-Long: 0123456789");
    assert_in_range(strlen(head), FORWARD_HEAD_MAX - 100, FORWARD_HEAD_MAX);
    json_free(j);
    buf_clear(&answer);
    net_stop(&f->app);
}

/* It gets the bytes that came; what it answers with a key in it is shown, kept and relayed without.
 */
static void an_application_that_answers_with_the_key_gives_nothing_away(void **state)
{
    struct fixture *f = *state;
    struct buf body;
    forward_to(f, APP_ANSWER("200 OK", "text/xml; key=" DOC_KEY,
                             IS_SUCCESS "<return_msg>" DOC_KEY "</return_msg></xml>"));
    build(EVENT_PAYMENT, "attach", DOC_KEY, false, &body);
    assert_begins(post(f, buf_str(&body), body.len), IS_SUCCESS);
    assert_keyless("what was relayed", f->client.got, f->client.len);
    assert_string_equal(strstr(f->app.got, "\r\n\r\n") + 4, buf_str(&body));
    assert_receipt_keyless(&f->got[0]);
    assert_int_equal(f->got[0].forward.verdict, ANSWER_ACKNOWLEDGED);
    assert_string_equal(f->got[0].forward.findings.items[0].rule, "key-inside");
    net_stop(&f->app);
    buf_clear(&body);
}

/* A key in the address goes to the application alone, one in our own answer to nobody. */
static void a_key_in_the_address_or_answer_is_not_kept(void **state)
{
    struct fixture *f = *state;
    char url[160];
    net_serve(&f->app, f->loop, APP_ANSWER("200 OK", "text/xml", IS_FAIL "</xml>"));
    snprintf(url, sizeof url, "%s?k=" DOC_KEY, f->app.url);
    struct listener_answer answer = {.reply = LISTENER_FAIL, .message = DOC_KEY};
    listen_with(f, (struct listener_options){.forward = url, .answer = answer});
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_non_null(strstr(f->app.got, "?k=" DOC_KEY));
    assert_keyless("the answer", f->client.got, f->client.len);
    assert_keyless("it as kept", buf_str(&f->got[0].answer), f->got[0].answer.len);
    assert_non_null(strstr(f->got[0].forward.url, "?k=****"));
    net_stop(&f->app);
}

/* What ends within the key: an answer that breaks off, and a header longer than what is kept. */
static void an_answer_cut_within_the_key_gives_nothing_away(void **state)
{
    static const char half[] = "192006250b4c0924";
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<xml><return_msg>192006250b4c0924",
        APP_ANSWER("200 OK",
                   "text/xml; x=0123456789012345678901234567890123456789012345678901234567890123456"
                   "789012345678901234567890123456789" DOC_KEY,
                   IS_SUCCESS "</xml>")};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
        forward_to(f, answers[i]);
        shoot(f, EVENT_PAYMENT, NULL, NULL, false);
        const struct receipt *r = &f->got[i];
        struct json *j = receipt_json(r);
        struct buf text;
        buf_init(&text, 1u << 20);
        json_write(j, false, &text);
        json_free(j);
        assert_true(r->forward.done);
        assert_null(strstr(f->client.got, half));
        assert_null(strstr(buf_str(&text), half));
        assert_null(strstr(buf_str(&r->forward.body), half));
        assert_null(strstr(r->forward.content_type, half));
        assert_string_equal(r->forward.findings.items[i ? 0 : r->forward.findings.count - 1].rule,
                            "key-inside");
        buf_clear(&text);
        net_stop(&f->app);
        listener_close(f->listener);
        f->listener = NULL;
    }
}

static void what_the_application_answers_is_judged(void **state)
{
    struct fixture *f = *state;
    forward_to(f, APP_ANSWER("200 OK", "application/json", "{\"code\":\"SUCCESS\"}"));
    assert_string_equal(shoot(f, EVENT_PAYMENT, NULL, NULL, false), "{\"code\":\"SUCCESS\"}");
    assert_false(f->got[0].acknowledged);
    assert_int_equal(f->got[0].forward.verdict, ANSWER_INVALID);
    assert_string_equal(f->got[0].forward.findings.items[0].rule, "json");
    net_stop(&f->app);
}

static void a_forged_one_that_the_application_takes_is_refused(void **state)
{
    struct fixture *f = *state;
    forward_to(f, APP_ANSWER("200 OK", "text/xml", IS_SUCCESS "</xml>"));
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, true), IS_FAIL);
    assert_false(f->got[0].acknowledged);
    assert_string_equal(f->got[0].forward.findings.items[0].rule, "forged-accepted");
    net_stop(&f->app);
}

static void without_an_application_the_platform_is_told_to_repeat(void **state)
{
    struct fixture *f = *state;
    char url[64];
    net_serve(&f->app, f->loop, "");
    snprintf(url, sizeof url, "%s", f->app.url);
    net_stop(&f->app); /* nobody listens there now */
    listen_with(f, (struct listener_options){.forward = url});
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_FAIL);
    assert_int_equal(f->got[0].forward.err.status, ST_NETWORK);
    assert_false(f->got[0].acknowledged);
}

/* By its own name it is refused at the start; other names are noticed when one comes back. */
static void the_listener_by_another_name_is_no_application(void **state)
{
    static const char *const names[] = {"localhost", "127.1", "[::ffff:127.0.0.1]"};
    struct fixture *f = *state;
    int six = socket(AF_INET6, SOCK_STREAM, 0);
    size_t count = ARRAY_COUNT(names) - (six < 0); /* a kernel without IPv6 has no such name */
    close(six);
    for (size_t i = 0; i < count; i++) {
        char url[64];
        unsigned port;
        close(net_listen(&port, false));
        snprintf(url, sizeof url, "http://%s:%u/x", names[i], port);
        listen_with(f, (struct listener_options){.forward = url, .port = port});
        assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_FAIL);
        assert_int_equal(f->count, i + 1);
        assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), i + 1);
        assert_int_equal(f->got[i].forward.err.status, ST_ARGUMENT);
        net_assert_says(&f->got[i].forward.err, "转发地址就是监听地址本身", "the listener itself");
        listener_close(f->listener);
        f->listener = NULL;
        loop_turn(f->loop, 0);
    }
}

static void keep_outcome(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    (void)body;
    snprintf(ctx, 40, "%d %s", row->good, row->outcome);
}

/* As with a delay of our own: the notification says it, and its row is no precedent. */
static void an_application_that_takes_it_too_late_is_told(void **state)
{
    static const struct {
        double ms;
        const char *body;
        enum notice_trust trust;
        bool acknowledged;
        const char *outcome;
    } rows[] = {
        {4900, IS_SUCCESS "</xml>", NOTICE_GENUINE, true, "1 genuine"},
        {5600, IS_SUCCESS "</xml>", NOTICE_GENUINE, true, "0 too-slow acknowledged"},
        {5600, IS_FAIL "</xml>", NOTICE_GENUINE, false, "0 genuine"},
        {5600, IS_SUCCESS "</xml>", NOTICE_FORGED, false, "0 forged"},
        {10, "<html>login</html>", NOTICE_GENUINE, false, "0 genuine invalid"},
    };
    struct fixture *f = *state;
    journal_open(NULL, &f->journal, NULL);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct receipt r = {.notice.trust = rows[i].trust};
        struct http_result result = {.status = 200, .times.total = rows[i].ms};
        char outcome[40];
        buf_init(&result.body, 256);
        buf_adds(&result.body, rows[i].body);
        forward_take(&r, &result, shops, 1);
        listener_answer_relay(&r, &(struct listener_answer){0});
        assert_int_equal(r.acknowledged, rows[i].acknowledged);
        assert_int_equal(r.notice.findings.count, rows[i].ms > 5000 && rows[i].acknowledged);
        if (rows[i].ms > 5000)
            assert_string_equal(r.forward.findings.items[0].rule, "slow");
        if (rows[i].trust == NOTICE_FORGED)
            assert_string_equal(r.forward.findings.items[1].rule, "forged-accepted");
        assert_int_equal(receipt_record(&r, f->journal, NULL), ST_OK);
        assert_int_equal(journal_get(f->journal, r.journal_id, keep_outcome, outcome, NULL), ST_OK);
        assert_string_equal(outcome, rows[i].outcome);
        receipt_clear(&r);
    }
}

static void closing_lets_go_of_what_is_forwarded(void **state)
{
    struct fixture *f = *state;
    struct buf body;
    net_serve(&f->app, f->loop, "");
    f->app.open = true; /* never answers */
    listen_with(f, (struct listener_options){.forward = f->app.url});
    build(EVENT_PAYMENT, NULL, NULL, false, &body);
    send_body(f, buf_str(&body), body.len);
    while (!f->app.requests)
        loop_turn(f->loop, 100);
    assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), 1); /* recorded before */
    listener_close(f->listener);
    f->listener = NULL;
    loop_turn(f->loop, 0);
    net_close(&f->client);
    net_stop(&f->app);
    buf_clear(&body);
}

static void fill(struct buf *out, char c)
{
    buf_init(out, LISTENER_ANSWER_MAX);
    memset(buf_room(out, LISTENER_ANSWER_MAX), c, LISTENER_ANSWER_MAX);
}

static void check_detail(void *ctx, const struct journal_row *row, const struct journal_body *b)
{
    struct json *j = NULL;
    struct err err = {0};
    (void)row;
    (void)ctx;
    if (json_parse(b->detail.data, b->detail.len, &j, &err))
        fail_msg("%s", err.text[LANG_EN]);
    const char *body = json_string(json_get(json_get(j, "forward"), "body"));
    assert_true(strlen(body) >= LISTENER_ANSWER_MAX); /* U+FFFD is longer than what it stands for */
    assert_int_equal(json_count(json_get(j, "findings")), 1);
    assert_int_equal(b->response.len, LISTENER_ANSWER_MAX);
    json_free(j);
}

/* The largest answer, of bytes that JSON writes the longest. */
static void an_answer_of_any_bytes_can_be_read_again(void **state)
{
    static const char bytes[] = {1, (char)0x90, '"'};
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        struct journal *j = NULL;
        struct receipt r = {.answered = true, .forward.done = true, .forward.url = "http://x/"};
        fill(&r.answer, bytes[i]);
        fill(&r.forward.body, bytes[i]);
        findings_add(&r.notice.findings, (struct finding_head){"", "x", SEVERITY_ERROR, false}, "x",
                     "x");
        assert_int_equal(journal_open(NULL, &j, NULL), ST_OK);
        assert_int_equal(receipt_record(&r, j, NULL), ST_OK);
        assert_int_equal(journal_get(j, r.journal_id, check_detail, NULL, NULL), ST_OK);
        journal_close(j);
        receipt_clear(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_application_that_answers_with_the_key_gives_nothing_away),
        TEST(a_key_in_the_address_or_answer_is_not_kept),
        TEST(the_application_gets_the_same_bytes_and_its_answer_is_relayed),
        TEST(the_headers_are_passed_on_as_they_came),
        TEST(those_of_its_own_stay),
        TEST(every_header_is_passed_on_in_order),
        TEST(the_answer_keeps_type_and_encoding),
        TEST(the_head_of_the_answer_is_kept),
        TEST(an_answer_cut_within_the_key_gives_nothing_away),
        TEST(what_the_application_answers_is_judged),
        TEST(a_forged_one_that_the_application_takes_is_refused),
        TEST(without_an_application_the_platform_is_told_to_repeat),
        TEST(the_listener_by_another_name_is_no_application),
        TEST(an_application_that_takes_it_too_late_is_told),
        TEST(closing_lets_go_of_what_is_forwarded),
        cmocka_unit_test(an_answer_of_any_bytes_can_be_read_again),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
