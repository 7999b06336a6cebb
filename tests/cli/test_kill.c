/* SPDX-License-Identifier: MIT */
/*
 * SIGKILL while notifications arrive: the real `wxpc listen` and the console's own listener.
 *
 * Clients post notifications of different orders, each waiting for its answer. After a number of
 * acknowledgements the program is killed; every notification that was acknowledged then stands in
 * the journal with its exact bytes, and what was not answered is no more than was under way. Each
 * round goes on with the journal that the killed program left behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/event.h"
#include "core/template.h"
#include "io/journal.h"
#include "pty/pty.h"

#define DEMO_KEY "192006250b4c09247ec02edce69f6a2d" /* the documentation's example */
#define CLIENTS 8
#define ROUNDS 4
#define NOTICES 8000 /* more than a round can send before it is killed */

static struct events events;
static struct secret key;

/* ---- What is sent ---- */

struct notice {
    char order[33];
    struct buf body;
    bool acknowledged;
};

/* One program under test, all rounds. */
struct victim {
    struct notice *notices;
    atomic_uint next, acknowledged, refused;
    unsigned port;
};

static void build(struct notice *n, unsigned number)
{
    struct params given = {0};
    struct template t = {0};
    struct template_source s = {.event = &events.items[EVENT_PAYMENT],
                                .given = &given,
                                .seed = {1735660800, "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", ""}};
    struct template_sign how = {.kind = SIGN_MD5, .key = &key};

    snprintf(n->order, sizeof n->order, "KILL%010u", number);
    snprintf(s.seed.digits, sizeof s.seed.digits, "%016u", number);
    params_set(&given, "appid", "wxd930ea5d5a258f4f", NULL);
    params_set(&given, "mch_id", "10000100", NULL);
    params_set(&given, "out_trade_no", n->order, NULL);
    buf_init(&n->body, 65536);
    assert_int_equal(template_fill(&s, &t, NULL), ST_OK);
    assert_int_equal(template_write(&t, &how, NULL, &n->body, NULL), ST_OK);
    template_clear(&t);
    params_clear(&given);
}

/* ---- The clients: no assertion in these, which are threads ---- */

static int connected(unsigned port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Posts one and reads its answer to the end; false: the connection ended before. */
static bool post(int fd, struct notice *n, bool *good)
{
    char head[160], got[4096];
    size_t len = 0;
    ssize_t more;
    int size = snprintf(head, sizeof head,
                        "POST /notify HTTP/1.1\r\nHost: h\r\nContent-Type: text/xml\r\n"
                        "Content-Length: %zu\r\n\r\n",
                        n->body.len);
    if (send(fd, head, (size_t)size, MSG_NOSIGNAL | MSG_MORE) != size ||
        send(fd, n->body.data, n->body.len, MSG_NOSIGNAL) != (ssize_t)n->body.len)
        return false;
    while ((more = read(fd, got + len, sizeof got - 1 - len)) > 0) {
        len += (size_t)more;
        got[len] = '\0';
        if (strstr(got, "</xml>")) {
            *good = strstr(got, "<return_code><![CDATA[SUCCESS]]>") != NULL;
            return true;
        }
    }
    return false;
}

static void *client(void *ctx)
{
    struct victim *v = ctx;
    int fd = connected(v->port);
    unsigned i;
    bool good = false;
    while (fd >= 0 && (i = atomic_fetch_add(&v->next, 1)) < NOTICES &&
           post(fd, &v->notices[i], &good)) {
        v->notices[i].acknowledged = good;
        atomic_fetch_add(good ? &v->acknowledged : &v->refused, 1);
    }
    if (fd >= 0)
        close(fd);
    return NULL;
}

/* ---- The program ---- */

/* What is started, and the words on its screen behind which its port stands. */
static const struct row {
    const char *command, *shown;
} rows[] = {{"listen", "listening http://127.0.0.1:"}, {NULL, "listener up 127.0.0.1:"}};

static struct pty *launch(const struct row *row, const char *home, unsigned *port)
{
    char data[256];
    snprintf(data, sizeof data, "%s/data", home);
    const char *listen[] = {PROGRAM,  "listen", "--demo", "--port", "0",
                            "--data", data,     "--lang", "en",     NULL};
    const char *console[] = {PROGRAM, "--demo", "--data", data, "--lang", "en", NULL};
    struct pty *p = pty_start(&(struct pty_options){
        .argv = row->command ? listen : console, .cols = 120, .rows = 36, .home = home});
    pty_expect_text(p, row->shown);
    *port = (unsigned)strtoul(strstr(pty_screen(p), row->shown) + strlen(row->shown), NULL, 10);
    return p;
}

struct enough {
    struct victim *victim;
    unsigned count;
};

static bool has_enough(struct pty *p, void *ctx)
{
    const struct enough *e = ctx;
    (void)p;
    return atomic_load(&e->victim->acknowledged) >= e->count;
}

/* Kills the program after `count` more acknowledgements; all clients have ended then. */
static void kill_after(const struct row *row, struct victim *v, const char *home, unsigned count)
{
    pthread_t threads[CLIENTS];
    struct enough e = {v, atomic_load(&v->acknowledged) + count};
    struct pty *p = launch(row, home, &v->port);
    int status = 0;

    for (size_t i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, client, v), 0);
    bool came = pty_wait(p, has_enough, &e);
    pty_signal(p, SIGKILL);
    bool ended = pty_wait_exit(p, &status);
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    pty_free(p);
    assert_true(came);
    assert_true(ended);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 128 + SIGKILL);
}

/* ---- The journal ---- */

static bool keep_id(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->id;
    return false;
}

static void same_bytes(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    const struct notice *n = ctx;
    assert_true(row->good);
    assert_int_equal(row->status, 200);
    assert_int_equal(body->request.len, n->body.len);
    assert_memory_equal(body->request.data, n->body.data, n->body.len);
}

/* Everything acknowledged is there. More may be: up to one for each client and round. */
static void check_journal(const struct row *row, struct victim *v, const char *home, unsigned round)
{
    char path[256];
    struct journal *j = NULL;
    int64_t kept, acknowledged = atomic_load(&v->acknowledged);
    snprintf(path, sizeof path, "%s/data/journal.db", home);
    assert_int_equal(journal_open(path, &j, NULL), ST_OK);
    for (size_t i = 0; i < NOTICES; i++) {
        struct notice *n = &v->notices[i];
        struct journal_key k = {.kind = JOURNAL_NOTICE, .order_no = n->order};
        int64_t id = 0;
        if (!n->acknowledged)
            continue;
        if (!journal_find(j, &k, keep_id, &id))
            fail_msg("%s: %s was acknowledged and is lost", row->shown, n->order);
        assert_int_equal(journal_get(j, id, same_bytes, n, NULL), ST_OK);
    }
    kept = journal_count(j, JOURNAL_NOTICE);
    journal_close(j);
    assert_true(kept >= acknowledged);
    assert_true(kept <= acknowledged + (int64_t)CLIENTS * round);
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    static const unsigned counts[ROUNDS] = {1, 9, 70, 400};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct victim v = {.notices = mem_alloc(NOTICES * sizeof *v.notices)};
        char *home = pty_home_new();
        for (unsigned k = 0; k < NOTICES; k++)
            build(&v.notices[k], k + 1);
        for (unsigned round = 0; round < ROUNDS; round++) {
            kill_after(&rows[i], &v, home, counts[round]);
            check_journal(&rows[i], &v, home, round + 1);
        }
        assert_int_equal(atomic_load(&v.refused), 0);
        for (unsigned k = 0; k < NOTICES; k++)
            buf_clear(&v.notices[k].body);
        free(v.notices);
        pty_home_free(home);
    }
}

static int set_up(void **state)
{
    (void)state;
    secret_set(&key, DEMO_KEY, strlen(DEMO_KEY));
    return events_load(&events, NULL) == ST_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    secret_clear(&key);
    events_clear(&events);
    digest_forget_keys();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_survives_a_kill),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
