/* SPDX-License-Identifier: MIT */
/*
 * The notify URL: what is judged, recorded and answered, in which order; what the application
 * behind it gets and what becomes of its answer; and what hostile or broken senders get.
 */
#include "io/net.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/template.h"
#include "io/listener.h"

#define DOC_KEY "192006250b4c09247ec02edce69f6a2d"
#define OTHER_KEY "7Kq2mZx9Lw4Rt6Yb1Nc8Vd3Fg5Hj0PsA"
#define V3_KEY "Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0Pp"

static struct events events;
static struct profile shop;
static const struct profile *const shops[] = {&shop};
static struct profile other; /* of another merchant */

struct fixture {
    struct loop *loop;
    struct journal *journal;
    struct listener *listener;
    struct receipt got[8];
    size_t count;
    bool arrived, moved;
    struct net_client client;
    struct net_server app;
    int64_t journal_at_answer; /* rows when the sink was called */
};

static void sink(void *ctx, struct receipt *r)
{
    struct fixture *f = ctx;
    f->journal_at_answer = f->journal ? journal_count(f->journal, JOURNAL_NOTICE) : 0;
    if (f->count < ARRAY_COUNT(f->got)) {
        f->got[f->count++] = *r;
        *r = (struct receipt){0};
    }
    f->arrived = true;
}

static void changed(void *ctx)
{
    struct fixture *f = ctx;
    f->moved = listener_state(f->listener) == LISTENER_UP ||
               listener_state(f->listener) == LISTENER_FAILED;
}

static int load(void **state)
{
    (void)state;
    events_load(&events, NULL);
    shop.name = mem_strdup("shop");
    params_set(&shop.fields, "mch_id", "10000100", NULL);
    params_set(&shop.fields, "appid", "wxd930ea5d5a258f4f", NULL);
    secret_set(&shop.key.value, DOC_KEY, 32);
    params_set(&other.fields, "mch_id", "1900000109", NULL);
    secret_set(&other.key.value, OTHER_KEY, 32);
    other.other_key_count = 1;
    other.other_keys[0].label = mem_strdup("v3");
    secret_set(&other.other_keys[0].key.value, V3_KEY, 32);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    events_clear(&events);
    profile_clear(&shop);
    profile_clear(&other);
    digest_forget_keys();
    return 0;
}

static int start(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->loop = loop_new();
    *state = f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->count; i++)
        receipt_clear(&f->got[i]);
    listener_close(f->listener);
    loop_free(f->loop);
    journal_close(f->journal);
    free(f);
    return 0;
}

static void listen_with(struct fixture *f, struct listener_options o)
{
    struct err err = {0};
    if (!f->journal)
        journal_open(NULL, &f->journal, NULL);
    o.events = &events;
    o.journal = f->journal;
    o.sink = sink;
    o.changed = changed;
    o.ctx = f;
    if (listener_open(f->loop, &o, &f->listener, &err))
        fail_msg("%s", err.text[LANG_EN]);
    listener_profiles(f->listener, shops, 1);
    net_until(f->loop, &f->moved);
    assert_int_equal(listener_state(f->listener), LISTENER_UP);
}

static unsigned port_of(const struct fixture *f)
{
    return (unsigned)strtoul(strrchr(listener_url(f->listener), ':') + 1, NULL, 10);
}

static void build(enum event_kind kind, const char *field, const char *value, bool forged,
                  struct buf *body)
{
    struct params given = {0};
    struct template t = {0};
    struct template_source s = {.event = &events.items[kind],
                                .profile = &shop,
                                .given = &given,
                                .seed = {1735660800, "nonce", "123456789012345678901234"}};
    struct template_sign how = {.key = &shop.key.value, .forged = forged};
    if (field)
        params_set(&given, field, value, NULL);
    buf_init(body, 1 << 20);
    template_fill(&s, &t, NULL);
    template_write(&t, &how, NULL, body, NULL);
    template_clear(&t);
    params_clear(&given);
}

static void send_body(struct fixture *f, const char *body, size_t len)
{
    char head[256];
    int n = snprintf(head, sizeof head,
                     "POST /notify HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nX-Odd: a b\r\n"
                     "Connection: close\r\nContent-Length: %zu\r\n\r\n",
                     len);
    net_connect(&f->client, f->loop, port_of(f));
    net_send(&f->client, head, (size_t)n);
    net_send(&f->client, body, len);
}

/* Posts and waits for the answer, which is returned. */
static const char *post(struct fixture *f, const char *body, size_t len)
{
    f->arrived = false;
    send_body(f, body, len);
    net_until(f->loop, &f->client.closed);
    net_close(&f->client);
    const char *text = strstr(f->client.got, "\r\n\r\n");
    return text ? text + 4 : "";
}

static const char *shoot(struct fixture *f, enum event_kind kind, const char *field,
                         const char *value, bool forged)
{
    struct buf body;
    build(kind, field, value, forged, &body);
    const char *answer = post(f, buf_str(&body), body.len);
    buf_clear(&body);
    return answer;
}

#define IS_SUCCESS "<xml><return_code><![CDATA[SUCCESS]]></return_code>"
#define IS_FAIL "<xml><return_code><![CDATA[FAIL]]></return_code>"

static void assert_begins(const char *text, const char *with)
{
    if (strncmp(text, with, strlen(with)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", text, with);
}

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

static void a_repeat_is_acknowledged_again_and_said(void **state)
{
    struct fixture *f = *state;
    listen_with(f, (struct listener_options){0});
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_SUCCESS);
    assert_true(f->got[1].notice.duplicate);
    assert_false(f->got[0].notice.duplicate);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, true), IS_FAIL); /* forged: no repeat */
    assert_false(f->got[2].notice.duplicate);
    assert_begins(shoot(f, EVENT_REFUND, NULL, NULL, false), IS_SUCCESS);
    assert_false(f->got[3].notice.duplicate);
}

static bool found(const struct receipt *r, const char *rule)
{
    for (size_t i = 0; i < r->notice.findings.count; i++) {
        if (strcmp(r->notice.findings.items[i].rule, rule) == 0)
            return true;
    }
    return false;
}

static void the_order_sent_is_compared(void **state)
{
    struct fixture *f = *state;
    const char *order = "<xml><out_trade_no>T20250101000001</out_trade_no><total_fee>5</total_fee>"
                        "<appid>wxd930ea5d5a258f4f</appid><mch_id>10000100</mch_id></xml>";
    struct journal_row row = {
        .kind = JOURNAL_CALL, .name = "unifiedorder", .order_no = "T20250101000001", .good = true};
    struct journal_body body = {.request = {order, strlen(order)}};
    listen_with(f, (struct listener_options){0});
    journal_add(f->journal, &row, &body, NULL, NULL);
    assert_begins(shoot(f, EVENT_PAYMENT, NULL, NULL, false), IS_FAIL);
    assert_true(found(&f->got[0], "amount"));
    assert_begins(shoot(f, EVENT_PAYMENT, "total_fee", "5", false), IS_SUCCESS);
    assert_begins(shoot(f, EVENT_PAYMENT, "out_trade_no", "T9", false), IS_SUCCESS);
    assert_true(found(&f->got[2], "unknown-order"));
}

static void a_refund_before_its_payment_is_out_of_order(void **state)
{
    struct fixture *f = *state;
    const char *order =
        "<xml><out_trade_no>T20250101000001</out_trade_no><total_fee>1</total_fee></xml>";
    struct journal_row row = {
        .kind = JOURNAL_CALL, .name = "unifiedorder", .order_no = "T20250101000001", .good = true};
    struct journal_body body = {.request = {order, strlen(order)}};
    listen_with(f, (struct listener_options){0});
    journal_add(f->journal, &row, &body, NULL, NULL);
    shoot(f, EVENT_REFUND, NULL, NULL, false);
    assert_true(found(&f->got[0], "out-of-order"));
    shoot(f, EVENT_PAYMENT, NULL, NULL, false);
    assert_true(found(&f->got[1], "out-of-order"));
    shoot(f, EVENT_REFUND, "refund_id", "2", false);
    assert_false(found(&f->got[2], "out-of-order"));
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
    char folder[] = "/tmp/wxpc-listener-XXXXXX", path[64], command[64], head[200];
    int pipe_fds[2], fds[CLIENTS], acknowledged = 0;
    unsigned port = 0;
    struct buf body;
    struct journal *j = NULL;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/j.db", folder);
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    if (child == 0)
        listen_for_ever(path, pipe_fds[1]);
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
    assert_int_equal(journal_open(path, &j, NULL), ST_OK);
    int64_t rows = journal_count(j, JOURNAL_NOTICE);
    if (acknowledged < CLIENTS * (ROUNDS - 1) || rows < acknowledged || rows > CLIENTS * ROUNDS)
        fail_msg("acknowledged %d, in the journal %d", acknowledged, (int)rows);
    journal_close(j);
    for (int i = 0; i < CLIENTS; i++)
        close(fds[i]);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    buf_clear(&body);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
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
    char folder[] = "/tmp/wxpc-listener-XXXXXX", path[64], command[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/j.db", folder);
    assert_int_equal(journal_open(path, &f->journal, NULL), ST_OK);
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
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* Those of one turn stand in one transaction: its failure acknowledges none of them. */
static void many_at_once_are_kept_or_refused_together(void **state)
{
    enum { MANY = 6 };
    struct fixture *f = *state;
    char folder[] = "/tmp/wxpc-listener-XXXXXX", path[64], command[64], head[200];
    struct net_client clients[MANY];
    struct buf body;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/j.db", folder);
    assert_int_equal(journal_open(path, &f->journal, NULL), ST_OK);
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
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* ---- Our keys on the wire ---- */

static const char *const secrets[] = {DOC_KEY, OTHER_KEY, V3_KEY};

static void assert_keyless(const char *where, const char *data, size_t len)
{
    for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
        if (memmem(data, len, secrets[i], strlen(secrets[i])))
            fail_msg("%s holds a key: %.*s", where, (int)len, data);
    }
}

static void assert_file_keyless(const char *path)
{
    struct buf text;
    char block[4096];
    size_t n;
    FILE *f = fopen(path, "r");
    buf_init(&text, 64u << 20);
    while (f && (n = fread(block, 1, sizeof block, f)) > 0)
        buf_add(&text, block, n);
    if (f)
        fclose(f);
    if (strstr(path, ".db") && !strstr(path, "-wal"))
        assert_true(text.len > 0);
    for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
        if (memmem(buf_str(&text), text.len, secrets[i], strlen(secrets[i])))
            fail_msg("%s holds a key", path);
    }
    buf_clear(&text);
}

static void assert_receipt_keyless(const struct receipt *r)
{
    struct json *j = receipt_json(r);
    struct buf text;
    buf_init(&text, 8u << 20);
    json_write(j, false, &text);
    json_free(j);
    assert_keyless("the line", buf_str(&text), text.len);
    assert_keyless("the head", buf_str(&r->head), r->head.len);
    assert_keyless("the body", buf_str(&r->body), r->body.len);
    assert_keyless("the answer", buf_str(&r->answer), r->answer.len);
    buf_reset(&text);
    sign_trace_masked(&r->notice.trace, &text);
    assert_keyless("the joined string", buf_str(&text), text.len);
    if (!r->notice.key_inside || !found(r, "key-inside"))
        fail_msg("it is not said: %s", buf_str(&r->head));
    buf_clear(&text);
}

/* A document signed over what it says, in which some text then takes another form. */
static void build_with(const char *field, const char *value, const char *from, const char *to,
                       struct buf *out)
{
    struct buf plain;
    const char *at;
    build(EVENT_PAYMENT, field, value, false, &plain);
    at = strstr(buf_str(&plain), from);
    assert_non_null(at);
    buf_init(out, 1 << 20);
    buf_add(out, buf_str(&plain), (size_t)(at - buf_str(&plain)));
    buf_adds(out, to);
    buf_adds(out, at + strlen(from));
    buf_clear(&plain);
}

#define LONG_80 "12345678901234567890123456789012345678901234567890123456789012345678901234567890"

static void no_key_of_ours_is_shown_or_kept(void **state)
{
    static const struct {
        const char *line, *header; /* request line, a header more */
        const char *field, *value;
        const char *from, *to; /* in the document, after signing */
        bool good;
    } rows[] = {
        {"/notify", "", "attach", "a" DOC_KEY "b", "<xml>", "<xml>", true},
        {"/notify", "", "attach", OTHER_KEY, "<xml>", "<xml>", true},
        {"/notify", "", "attach", V3_KEY, "<xml>", "<xml>", true},
        {"/notify", "", "attach", DOC_KEY, "![CDATA[" DOC_KEY "]]",
         "![CDATA[19200625]]><![CDATA["
         "0b4c09247ec02edce69f6a2d]]",
         true},
        {"/notify", "", "attach", DOC_KEY, "<![CDATA[" DOC_KEY "]]>",
         "&#49;92006250b4c09247ec02edce69f6a2&#x64;", true},
        {"/notify", "", "out_trade_no", LONG_80 DOC_KEY, "<xml>", "<xml>", true},
        {"/notify?key=" DOC_KEY, "", "attach", "a", "<xml>", "<xml>", true},
        {"/" OTHER_KEY, "", "attach", "a", "<xml>", "<xml>", true},
        {"/notify", "X-Key: " DOC_KEY "\r\n", "attach", "a", "<xml>", "<xml>", true},
        {"/notify", "", "attach", "a", "<xml>", "<xml><key>" DOC_KEY "</key>", false},
        {"/notify", "", "attach", "a", "<xml>", "<xml><k" DOC_KEY ">1</k" DOC_KEY ">", false},
        {"/notify", "", "sign", DOC_KEY, "<xml>", "<xml>", false},
        {"/notify", "", "appid", LONG_80 OTHER_KEY, "<xml>", "<xml>", false},
        {"/notify", "", "attach", "a", "<xml>", "<" DOC_KEY ">", false},
        {"/notify", "", "attach", "a", "<xml>", "key=" DOC_KEY "&<xml>", false},
    };
    static const struct profile *const both[] = {&shop, &other};
    struct fixture *f = *state;
    char folder[] = "/tmp/wxpc-listener-XXXXXX", path[80], command[64], head[512];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/j.db", folder);
    assert_int_equal(journal_open(path, &f->journal, NULL), ST_OK);
    listen_with(f, (struct listener_options){0});
    listener_profiles(f->listener, both, 2);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf body;
        build_with(rows[i].field, rows[i].value, rows[i].from, rows[i].to, &body);
        snprintf(head, sizeof head,
                 "POST %s HTTP/1.1\r\nHost: h\r\n%sConnection: close\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 rows[i].line, rows[i].header, body.len);
        net_connect(&f->client, f->loop, port_of(f));
        net_sends(&f->client, head);
        net_send(&f->client, buf_str(&body), body.len);
        net_until(f->loop, &f->client.closed);
        net_close(&f->client);
        buf_clear(&body);
        assert_keyless("the answer", f->client.got, f->client.len);
        assert_int_equal(f->count, 1);
        assert_receipt_keyless(&f->got[0]);
        if (!strstr(f->client.got, rows[i].good ? IS_SUCCESS : IS_FAIL))
            fail_msg("row %zu: %s", i, f->client.got);
        receipt_clear(&f->got[0]);
        f->count = 0;
    }
    assert_int_equal(journal_count(f->journal, JOURNAL_NOTICE), ARRAY_COUNT(rows));
    assert_file_keyless(path);
    snprintf(path, sizeof path, "%s/j.db-wal", folder);
    assert_file_keyless(path);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* ---- Forwarding ---- */

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

static void options_that_cannot_be_are_refused(void **state)
{
    static const struct listener_options rows[] = {
        {.path = "notify"},          {.path = "/a?b"},        {.path = "/a b"},
        {.forward = "example.com"},  {.forward = "ftp://x/"}, {.address = "localhost"},
        {.address = "203.0.113.77"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct listener_options o = rows[i];
        struct err err = {0};
        o.events = &events;
        assert_int_equal(listener_open(f->loop, &o, &f->listener, &err), ST_ARGUMENT);
        assert_null(f->listener);
    }
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_one_is_recorded_and_acknowledged),
        TEST(a_repeat_is_acknowledged_again_and_said),
        TEST(the_order_sent_is_compared),
        TEST(a_refund_before_its_payment_is_out_of_order),
        TEST(modes_answer_as_told),
        TEST(none_leaves_the_sender_waiting),
        TEST(what_is_no_notification_is_refused_and_recorded),
        TEST(odd_forms_are_judged_by_their_content),
        TEST(pipelined_ones_are_answered_in_order),
        TEST(what_was_acknowledged_survives_a_kill),
        TEST(what_cannot_be_recorded_is_not_acknowledged),
        TEST(many_at_once_are_kept_or_refused_together),
        TEST(no_key_of_ours_is_shown_or_kept),
        TEST(an_application_that_answers_with_the_key_gives_nothing_away),
        TEST(the_application_gets_the_same_bytes_and_its_answer_is_relayed),
        TEST(an_answer_cut_within_the_key_gives_nothing_away),
        TEST(what_the_application_answers_is_judged),
        TEST(a_forged_one_that_the_application_takes_is_refused),
        TEST(without_an_application_the_platform_is_told_to_repeat),
        TEST(closing_lets_go_of_what_is_forwarded),
        TEST(options_that_cannot_be_are_refused),
        TEST(a_port_in_use_is_said),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
