/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the listener share: a stage (loop, journal, listener, what its sink was
 * handed), signed notifications, posts and their answers, and that nothing holds a key.
 */
#ifndef TESTS_IO_LISTENER_STAGE_H
#define TESTS_IO_LISTENER_STAGE_H

#include "net.h"

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
    char folder[40], path[64]; /* of a journal on the disk; "" */
};

/* A folder of its own, and in it the path of a journal. */
static inline void make_folder(struct fixture *f)
{
    snprintf(f->folder, sizeof f->folder, "/tmp/wxpc-listener-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/j.db", f->folder);
}

static inline void remove_folder(const struct fixture *f)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    assert_int_equal(system(command), 0);
}

static inline void sink(void *ctx, struct receipt *r)
{
    struct fixture *f = ctx;
    f->journal_at_answer = f->journal ? journal_count(f->journal, JOURNAL_NOTICE) : 0;
    if (f->count < ARRAY_COUNT(f->got)) {
        f->got[f->count++] = *r;
        *r = (struct receipt){0};
    }
    f->arrived = true;
}

static inline void changed(void *ctx)
{
    struct fixture *f = ctx;
    f->moved = listener_state(f->listener) == LISTENER_UP ||
               listener_state(f->listener) == LISTENER_FAILED;
}

static inline int load(void **state)
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

static inline int unload(void **state)
{
    (void)state;
    events_clear(&events);
    profile_clear(&shop);
    profile_clear(&other);
    digest_forget_keys();
    return 0;
}

static inline int start(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->loop = loop_new();
    *state = f;
    return 0;
}

static inline int stop(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->count; i++)
        receipt_clear(&f->got[i]);
    listener_close(f->listener);
    loop_free(f->loop);
    journal_close(f->journal);
    if (f->folder[0])
        remove_folder(f);
    free(f);
    return 0;
}

static inline void listen_with(struct fixture *f, struct listener_options o)
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

static inline unsigned port_of(const struct fixture *f)
{
    return (unsigned)strtoul(strrchr(listener_url(f->listener), ':') + 1, NULL, 10);
}

static inline void build(enum event_kind kind, const char *field, const char *value, bool forged,
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

static inline void send_body(struct fixture *f, const char *body, size_t len)
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
static inline const char *post(struct fixture *f, const char *body, size_t len)
{
    f->arrived = false;
    send_body(f, body, len);
    net_until(f->loop, &f->client.closed);
    net_close(&f->client);
    const char *text = strstr(f->client.got, "\r\n\r\n");
    return text ? text + 4 : "";
}

static inline const char *shoot(struct fixture *f, enum event_kind kind, const char *field,
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

static inline void assert_begins(const char *text, const char *with)
{
    if (strncmp(text, with, strlen(with)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", text, with);
}

static inline bool found(const struct receipt *r, const char *rule)
{
    for (size_t i = 0; i < r->notice.findings.count; i++) {
        if (strcmp(r->notice.findings.items[i].rule, rule) == 0)
            return true;
    }
    return false;
}

/* ---- Our keys ---- */

static const char *const secrets[] = {DOC_KEY, OTHER_KEY, V3_KEY};

static inline void assert_keyless(const char *where, const char *data, size_t len)
{
    for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
        if (memmem(data, len, secrets[i], strlen(secrets[i])))
            fail_msg("%s holds a key: %.*s", where, (int)len, data);
    }
}

static inline void assert_receipt_keyless(const struct receipt *r)
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

#endif
