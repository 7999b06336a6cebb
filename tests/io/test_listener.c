/* SPDX-License-Identifier: MIT */
/*
 * The notify URL: what is judged, recorded and answered, in which order, and what hostile or
 * broken senders get.
 */
#include "listener_stage.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void a_good_one_is_recorded_and_acknowledged(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
    assert_int_equal(f->count, 1);
    assert_int_equal(f->journal_at_answer, 1);
    assert_string_equal(f->got[0].profile, "shop");
    assert_int_equal(f->got[0].notice.kind, EVENT_PAYMENT);
    assert_true(f->got[0].acknowledged);
    assert_non_null(strstr(buf_str(&f->got[0].head), "X-Odd: a b\r\n"));
    struct json *j = receipt_json(&f->got[0]);
    assert_string_equal(json_string(json_get(j, "event")), "payment");
    assert_true(json_bool(json_get(j, "sign_valid"), false));
    assert_int_equal(json_int(json_get(json_get(j, "reply"), "status"), 0), 200);
    json_free(j);
}

static void modes_answer_as_told(void **state)
{
    struct fixture *f = *state;
    struct listener_answer fail = {LISTENER_FAIL, "稍后再试", 0}, good = {LISTENER_SUCCESS, "", 0};
    listen_with(f, (struct listener_options){.answer = {LISTENER_SUCCESS, "", 0}});
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, true), IS_SUCCESS); /* the user chose so */
    listener_answer(f->listener, EVENT_PAYMENT, &fail);
    const char *answer = shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_begins(answer, IS_FAIL);
    assert_non_null(strstr(answer, "稍后再试"));
    assert_begins(shoot(f, EVENT_CONTRACT_ADD, NULL, NULL, false), IS_SUCCESS);
    listener_answer(f->listener, EVENT_UNKNOWN, &good);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
}

static void none_leaves_the_sender_waiting(void **state)
{
    struct fixture *f = *state;
    struct buf body;
    listen_with(f, (struct listener_options){.answer = {LISTENER_NONE, "", 0}});
    build(EVENT_PAYMENT, NULL, NULL, false, &body);
    send_body(f, buf_str(&body), body.len);
    net_until(f->loop, &f->arrived);
    for (int i = 0; i < 5; i++)
        loop_turn(f->loop, 0);
    assert_int_equal(f->client.len, 0);
    assert_false(f->got[0].answered);
    net_close(&f->client);
    buf_clear(&body);
}

/* Puts the signature that belongs to the attach of these bytes into a document. */
static void resign(char *text, const int *len, const char *attach)
{
    struct params p = {0}, given = {0};
    struct sign_trace trace = {0};
    struct template t = {0};
    struct template_source s = {.event = &events.items[EVENT_PAYMENT],
                                .profile = &shop,
                                .given = &given,
                                .seed = {1735660800, "nonce", "123456789012345678901234"}};
    char *sign = strstr(text, "<sign><![CDATA[");
    assert_non_null(sign);
    assert_true(*len > 0);
    template_fill(&s, &t, NULL);
    params_copy(&p, &t.params);
    params_set(&p, "attach", "@", NULL);
    free(params_find(&p, "attach")->value); /* bytes that params would not take */
    params_find(&p, "attach")->value = mem_strdup(attach);
    params_find(&p, "attach")->value_len = strlen(attach);
    assert_int_equal(sign_compute(&p, SIGN_MD5, &shop.key.value, &trace, NULL), ST_OK);
    memcpy(sign + 15, trace.hex, 32);
    sign_trace_clear(&trace);
    template_clear(&t);
    params_clear(&p);
}

static void what_is_no_notification_is_refused_and_recorded(void **state)
{
    static const char *const bodies[] = {"",
                                         "{}",
                                         "<xml><a>1</a>",
                                         "<!DOCTYPE x SYSTEM \"http://127.0.0.1/\"><xml/>",
                                         "<xml><a>\xc4\xe3</a></xml>",
                                         "<xml><a>1</a></xml>"};
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(bodies); i++)
        assert_begins(post(f, bodies[i], strlen(bodies[i])), IS_FAIL);
    assert_int_equal(f->count, ARRAY_COUNT(bodies));
    assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), ARRAY_COUNT(bodies));
    net_connect(&f->client, f->loop, port_of(f));
    net_sends(&f->client, "GET /notify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    net_until(f->loop, &f->client.closed);
    assert_begins(f->client.got, "HTTP/1.1 405");
    net_close(&f->client);
    assert_int_equal(f->count, ARRAY_COUNT(bodies)); /* no notification */
}

/* What reaches the wire in odd forms, signed as it is: what is judged and what is answered. */
static void odd_forms_are_judged_by_their_content(void **state)
{
    static const struct {
        const char *type; /* header lines */
        const char *declaration;
        const char *attach;
        const char *answer;
        const char *why;
    } rows[] = {
        {"Content-Type: application/json\r\n", "", "a", IS_SUCCESS, "a wrong content type"},
        {"", "", "a", IS_SUCCESS, "no content type"},
        {"Content-Type: text/xml; charset=GBK\r\n", "", "a", IS_SUCCESS, "a charset that lies"},
        {"", "<?xml version=\"1.0\" encoding=\"GBK\"?>", "a", IS_FAIL, "a GBK declaration"},
        {"", "", "\xc9\xee\xdb\xda", IS_FAIL, "GBK bytes"},
        {"", "", "\x01", IS_FAIL, "a control character"},
        {"", "", "\x1b[31m", IS_FAIL, "an escape sequence"},
        {"", "", "\xe2\x80\xae", IS_SUCCESS, "a direction mark, which XML allows"},
        {"", "\xef\xbb\xbf", "a", IS_SUCCESS, "a byte order mark"},
        {"", "\n\n", "a", IS_SUCCESS, "empty lines in front"},
    };
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char text[8192], head[256];
        struct buf body;
        build(EVENT_PAYMENT, "attach", "@", false, &body);
        char *at = strstr(body.data, "CDATA[@]");
        assert_non_null(at);
        int len = snprintf(text, sizeof text, "%s%.*s%s%s", rows[i].declaration,
                           (int)(at + 6 - body.data), body.data, rows[i].attach, at + 7);
        buf_clear(&body);
        resign(text, &len, rows[i].attach);
        snprintf(head, sizeof head,
                 "POST /notify HTTP/1.1\r\nHost: h\r\n%sConnection: close\r\n"
                 "Content-Length: %d\r\n\r\n",
                 rows[i].type, len);
        net_connect(&f->client, f->loop, port_of(f));
        net_sends(&f->client, head);
        net_send(&f->client, text, (size_t)len);
        net_until(f->loop, &f->client.closed);
        net_close(&f->client);
        if (!strstr(f->client.got, rows[i].answer))
            fail_msg("%s: %s", rows[i].why, f->client.got);
    }
}

/* Two notifications in one go on one connection: both are recorded, and answered in order. */
static void pipelined_ones_are_answered_in_order(void **state)
{
    struct fixture *f = *state;
    char head[200];
    struct buf good, forged;
    listen_with(f, (struct listener_options){0});
    build(EVENT_PAYMENT, NULL, NULL, false, &good);
    build(EVENT_PAYMENT, NULL, NULL, true, &forged);
    net_connect(&f->client, f->loop, port_of(f));
    for (int i = 0; i < 3; i++) {
        const struct buf *b = i == 1 ? &forged : &good;
        snprintf(head, sizeof head, "POST /n HTTP/1.1\r\nHost: h\r\n%sContent-Length: %zu\r\n\r\n",
                 i == 2 ? "Connection: close\r\n" : "", b->len);
        net_sends(&f->client, head);
        net_send(&f->client, b->data, b->len);
    }
    net_until(f->loop, &f->client.closed);
    const char *first = strstr(f->client.got, IS_SUCCESS);
    const char *second = first ? strstr(first, IS_FAIL) : NULL;
    assert_non_null(second);
    assert_non_null(strstr(second, IS_SUCCESS));
    assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), 3);
    net_close(&f->client);
    buf_clear(&good);
    buf_clear(&forged);
}

/* ---- Being killed ---- */

/* A listener with a journal at `path`, until it is killed; tells its port. */
static void listen_for_ever(const char *path, int port_fd)
{
    struct loop *loop = loop_new();
    struct journal *j = NULL;
    struct listener *l = NULL;
    if (journal_open(path, &j, NULL))
        _exit(1);
    struct listener_options o = {.events = &events, .journal = j};
    if (listener_open(loop, &o, &l, NULL))
        _exit(1);
    listener_profiles(l, shops, 1);
    unsigned port = (unsigned)strtoul(strrchr(listener_url(l), ':') + 1, NULL, 10);
    if (write(port_fd, &port, sizeof port) != sizeof port)
        _exit(1);
    for (;;)
        loop_turn(loop, -1);
}

/* Reads one answer of a kept connection; true if it acknowledges. */
static bool read_answer(int fd)
{
    char got[4096];
    size_t len = 0;
    ssize_t n;
    while ((n = read(fd, got + len, sizeof got - 1 - len)) > 0) {
        len += (size_t)n;
        got[len] = '\0';
        if (strstr(got, "</xml>"))
            return strstr(got, IS_SUCCESS) != NULL;
    }
    return false;
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    enum { CLIENTS = 8, ROUNDS = 20 };
    struct fixture *f = *state;
    char head[200];
    int pipe_fds[2], fds[CLIENTS], acknowledged = 0;
    unsigned port = 0;
    struct buf body;
    struct journal *j = NULL;
    make_folder(f);
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    if (child == 0)
        listen_for_ever(f->path, pipe_fds[1]);
    assert_int_equal(read(pipe_fds[0], &port, sizeof port), sizeof port);
    build(EVENT_PAYMENT, NULL, NULL, false, &body);
    snprintf(head, sizeof head, "POST /n HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n",
             body.len);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fds[i], (struct sockaddr *)&a, sizeof a), 0);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
            (void)!send(fds[i], head, strlen(head), MSG_NOSIGNAL);
            (void)!send(fds[i], body.data, body.len, MSG_NOSIGNAL);
        }
        for (int i = 0; i < CLIENTS; i++) {
            if (round == ROUNDS - 1 && i == CLIENTS / 2)
                kill(child, SIGKILL); /* in the middle of the last round */
            acknowledged += read_answer(fds[i]);
        }
    }
    waitpid(child, NULL, 0);
    assert_int_equal(journal_open(f->path, &j, NULL), ST_OK);
    int64_t rows = journal_count(j, JOURNAL_NOTICE);
    if (acknowledged < CLIENTS * (ROUNDS - 1) || rows < acknowledged || rows > CLIENTS * ROUNDS)
        fail_msg("acknowledged %d, in the journal %d", acknowledged, (int)rows);
    journal_close(j);
    for (int i = 0; i < CLIENTS; i++)
        close(fds[i]);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    buf_clear(&body);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void what_cannot_be_recorded_is_not_acknowledged(void **state)
{
    struct fixture *f = *state;
    make_folder(f);
    assert_int_equal(journal_open(f->path, &f->journal, NULL), ST_OK);
    listen_with(f, (struct listener_options){.answer = {LISTENER_SUCCESS, "", 0}});
    limit_files(1); /* the disk is full */
    const char *answer = shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    limit_files(RLIM_INFINITY);
    assert_begins(answer, IS_FAIL);
    assert_int_equal(f->count, 1); /* and shown */
    assert_true(found(&f->got[0], "not-recorded"));
    assert_int_equal(f->got[0].journal_id, 0);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
    assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), 1);
}

/* Those of one turn stand in one transaction: its failure acknowledges none of them. */
static void many_at_once_are_kept_or_refused_together(void **state)
{
    enum { MANY = 6 };
    struct fixture *f = *state;
    char head[200];
    struct net_client clients[MANY];
    struct buf body;
    make_folder(f);
    assert_int_equal(journal_open(f->path, &f->journal, NULL), ST_OK);
    listen_with(f, (struct listener_options){0});
    buf_init(&body, 1 << 20);
    build(EVENT_PAYMENT, NULL, NULL, false, &body);
    snprintf(head, sizeof head,
             "POST /notify HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: "
             "%zu\r\n\r\n",
             body.len);
    for (int full = 1; full >= 0; full--) {
        size_t before = f->count;
        for (size_t i = 0; i < MANY; i++) {
            net_connect(&clients[i], f->loop, port_of(f));
            net_sends(&clients[i], head);
            net_send(&clients[i], buf_str(&body), body.len);
        }
        limit_files(full ? 1 : RLIM_INFINITY);
        for (size_t i = 0; i < MANY; i++)
            net_until(f->loop, &clients[i].closed);
        limit_files(RLIM_INFINITY);
        for (size_t i = 0; i < MANY; i++) {
            assert_non_null(strstr(clients[i].got, full ? IS_FAIL : IS_SUCCESS));
            net_close(&clients[i]);
        }
        assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), full ? 0 : MANY);
        for (size_t i = before; i < f->count; i++)
            assert_int_equal(found(&f->got[i], "not-recorded"), full);
    }
    buf_clear(&body);
}

static void options_that_cannot_be_are_refused(void **state)
{
    static const struct listener_options rows[] = {
        {.path = "notify"},          {.path = "/a?b"},           {.path = "/a b"},
        {.forward = "example.com"},  {.forward = "ftp://x/"},    {.address = "localhost"},
        {.address = "203.0.113.77"}, {.forward = "http://"},     {.forward = "http://a b/"},
        {.forward = "http:///x"},    {.forward = "https://:8/"}, {.forward = "http://h:99999/"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct listener_options o = rows[i];
        struct err err = {0};
        o.events = &events;
        assert_int_equal(listener_open(f->loop, &o, &f->listener, &err), ST_ARGUMENT);
        assert_null(f->listener);
        assert_true(err.text[LANG_ZH][0] && err.text[LANG_EN][0]);
    }
}

/* The own address is told from one whose port begins with the same digits. */
static void a_longer_port_is_another_address(void **state)
{
    struct fixture *f = *state;
    struct listener_options o = {.events = &events, .port = 1100};
    struct err err = {0};
    char url[64];
    while (listener_open(f->loop, &o, &f->listener, &err) && o.port < 6000)
        o.port++;
    snprintf(url, sizeof url, "http://127.0.0.1:%u", o.port);
    assert_int_equal(listener_forward(f->listener, url, &err), ST_ARGUMENT);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/notify", o.port);
    assert_int_equal(listener_forward(f->listener, url, &err), ST_ARGUMENT);
    snprintf(url, sizeof url, "http://127.0.0.1:%u0/notify", o.port);
    assert_int_equal(listener_forward(f->listener, url, &err), ST_OK);
}

static void a_port_in_use_is_said(void **state)
{
    struct fixture *f = *state;
    struct listener *second = NULL;
    struct err err = {0};
    listen_with(f, (struct listener_options){0});
    struct listener_options o = {.events = &events, .port = port_of(f)};
    assert_int_equal(listener_open(f->loop, &o, &second, &err), ST_CONFLICT);
    assert_null(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_one_is_recorded_and_acknowledged),
        TEST(modes_answer_as_told),
        TEST(none_leaves_the_sender_waiting),
        TEST(what_is_no_notification_is_refused_and_recorded),
        TEST(odd_forms_are_judged_by_their_content),
        TEST(pipelined_ones_are_answered_in_order),
        TEST(what_was_acknowledged_survives_a_kill),
        TEST(what_cannot_be_recorded_is_not_acknowledged),
        TEST(many_at_once_are_kept_or_refused_together),
        TEST(options_that_cannot_be_are_refused),
        TEST(a_longer_port_is_another_address),
        TEST(a_port_in_use_is_said),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
