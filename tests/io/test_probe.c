/* SPDX-License-Identifier: MIT */
/*
 * The examination of notify endpoints, against endpoints of every kind: one that does all
 * right, and those with one fault each. Each fault must be found, and no other.
 */
#include "io/net.h"

#include "core/notice.h"
#include "io/listener.h"
#include "io/probe.h"

#define DOC_KEY "192006250b4c09247ec02edce69f6a2d"
#define PATIENCE_MS 300

static struct events events;
static struct profile shop, gateway;

/* What is wrong with an endpoint. */
enum fault {
    GOOD = 0,
    TAKES_ALL = 1,    /* verifies nothing, parses nothing */
    TAKES_NONE = 2,   /* refuses whatever comes */
    RESOLVES = 4,     /* fetches what an entity names, then refuses */
    EXPANDS = 8,      /* acknowledges the nested entities */
    NOT_AGAIN = 16,   /* refuses what it has seen */
    NOT_AT_ONCE = 32, /* refuses while another is under way */
    ANY_MERCHANT = 64,
    DIES = 128, /* of an empty body: closes without an answer */
    SLOW = 256,
    ERROR_500 = 512, /* for what it cannot parse */
    GETS = 1024,     /* acknowledges a GET */
    STRICT = 2048,   /* knows no fields but the documented */
    LEAKS = 4096,    /* answers with the merchant's key */
    TYPELESS = 8192, /* refuses what has no sign_type */
};

struct endpoint {
    struct loop *loop;
    struct httpd *httpd;
    char url[128];
    unsigned fault;
    const struct profile *merchant;
    char last[16384]; /* the last body, for NOT_AGAIN */
    long long busy;   /* clock of the last valid, for NOT_AT_ONCE */
    struct net_call fetch;
    unsigned requests;
};

static void reply(struct httpd_reply *out, bool gateway_dialect, bool good)
{
    buf_init(&out->body, 1024);
    answer_write(gateway_dialect, good, good ? "OK" : "失败", &out->body);
}

/* Does what a parser does that resolves: asks for the entity's address. */
static void fetch(struct endpoint *e, const char *body)
{
    char url[256];
    const char *at = strstr(body, "<!ENTITY probe SYSTEM \"");
    if (!at || e->fetch.id)
        return;
    at += 23;
    snprintf(url, sizeof url, "%.*s", (int)strcspn(at, "\""), at);
    net_start(&e->fetch, e->loop, &(struct http_request){.method = "GET", .url = url});
}

static bool judge(struct endpoint *e, const struct httpd_request *q)
{
    const struct profile *all[] = {e->merchant};
    struct notice_context c = {.events = &events, .profiles = all, .profile_count = 1};
    struct notice n = {0};
    notice_read(&c, q->body, q->len, &n);
    bool good = n.trust == NOTICE_GENUINE && (n.findings.errors == 0 || e->fault & ANY_MERCHANT);
    if (e->fault & STRICT && params_find(&n.params, "a_probe"))
        good = false;
    if (e->fault & TYPELESS && !params_find(&n.params, "sign_type"))
        good = false;
    notice_clear(&n);
    return good;
}

static void handle(void *ctx, const struct httpd_request *q, struct httpd_reply *out)
{
    struct endpoint *e = ctx;
    bool dialect = e->merchant->dialect == DIALECT_GATEWAY;
    bool good = strcmp(q->method, "POST") == 0 ? judge(e, q) : (e->fault & GETS) != 0;
    bool doctype = strstr(q->body, "<!DOCTYPE") != NULL;
    e->requests++;
    if (e->fault & TAKES_ALL)
        good = true;
    if (e->fault & TAKES_NONE)
        good = false;
    if (e->fault & RESOLVES)
        fetch(e, q->body);
    if (e->fault & EXPANDS && doctype && !strstr(q->body, "SYSTEM"))
        good = true;
    if (good && e->fault & NOT_AGAIN && strcmp(e->last, q->body) == 0)
        good = false;
    if (good && e->fault & NOT_AT_ONCE && strcmp(e->last, q->body) == 0 && net_clock() < e->busy)
        good = false;
    if (good) {
        snprintf(e->last, sizeof e->last, "%s", q->body);
        e->busy = net_clock() + 200;
        out->delay_ms = e->fault & NOT_AT_ONCE ? 210 : 0;
    }
    if (e->fault & LEAKS) {
        buf_init(&out->body, 1024);
        buf_adds(&out->body,
                 "<xml><return_code>x23456789012345678901234567890" DOC_KEY "</return_code></xml>");
        out->content_type = "text/" DOC_KEY;
        return;
    }
    if (e->fault & SLOW)
        out->delay_ms = 3 * PATIENCE_MS;
    if (e->fault & DIES && q->len == 0 && strcmp(q->method, "POST") == 0)
        out->drop = true;
    if (e->fault & ERROR_500 && (q->len == 0 || doctype))
        out->status = 500;
    reply(out, dialect, good);
}

static void make_profile(struct profile *p, const char *name, enum dialect dialect,
                         const char *mch_id)
{
    p->name = mem_strdup(name);
    p->dialect = dialect;
    params_set(&p->fields, "mch_id", mch_id, NULL);
    params_set(&p->fields, "appid", "wxd930ea5d5a258f4f", NULL);
    secret_set(&p->key.value, DOC_KEY, 32);
}

static int load(void **state)
{
    (void)state;
    events_load(&events, NULL);
    make_profile(&shop, "shop", DIALECT_OFFICIAL, "10000100");
    make_profile(&gateway, "gateway", DIALECT_GATEWAY, "10000200");
    return 0;
}

static int unload(void **state)
{
    (void)state;
    events_clear(&events);
    profile_clear(&shop);
    profile_clear(&gateway);
    digest_forget_keys();
    return 0;
}

struct fixture {
    struct loop *loop;
    struct endpoint endpoint;
    struct probe *probe;
    bool done;
};

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
    probe_free(f->probe);
    http_result_clear(&f->endpoint.fetch.r);
    if (f->endpoint.httpd)
        loop_drop(f->loop, f->endpoint.httpd);
    loop_free(f->loop);
    free(f);
    return 0;
}

static void on_done(void *ctx)
{
    ((struct fixture *)ctx)->done = true;
}

static void some_bytes(void *out, size_t size)
{
    static unsigned char next;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)out)[i] = ++next;
}

static struct probe_options options(struct fixture *f, const char *url, const struct profile *p)
{
    bool other = p->dialect == DIALECT_GATEWAY;
    return (struct probe_options){.url = url,
                                  .event =
                                      &events.items[other ? EVENT_GATEWAY_PAYMENT : EVENT_PAYMENT],
                                  .profile = p,
                                  .key = &p->key.value,
                                  .patience_ms = f->endpoint.fault & SLOW ? PATIENCE_MS : 4000,
                                  .now = 1735660800,
                                  .random = some_bytes,
                                  .done = on_done,
                                  .ctx = f};
}

static void run(struct fixture *f, const struct probe_options *o)
{
    struct err err = {0};
    if (probe_start(f->loop, o, &f->probe, &err))
        fail_msg("%s", err.text[LANG_EN]);
    net_until(f->loop, &f->done);
}

static void examine(struct fixture *f, unsigned fault, const struct profile *p)
{
    struct endpoint *e = &f->endpoint;
    e->loop = f->loop;
    e->fault = fault;
    e->merchant = p;
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    snprintf(e->url, sizeof e->url, "%s/pay/notify", httpd_url(e->httpd));
    struct probe_options o = options(f, e->url, p);
    run(f, &o);
}

/* The ids with a result, parted by blanks, in order. */
static const char *ids(const struct fixture *f, enum probe_result result)
{
    static char text[1024];
    size_t count, at = 0;
    const struct probe_finding *all = probe_findings(f->probe, &count);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (all[i].result == result)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? " " : "",
                                   all[i].check->id);
    }
    return text;
}

static const struct probe_finding *found(const struct fixture *f, const char *id)
{
    size_t count;
    const struct probe_finding *all = probe_findings(f->probe, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].check->id, id) == 0)
            return &all[i];
    }
    fail_msg("there is no check %s", id);
    return NULL;
}

/* One fault each, and what is found of it. */
static const struct {
    unsigned fault;
    const char *failed, *unknown;
} endpoints[] = {
    {GOOD, "", ""},
    {TAKES_ALL,
     "unsigned wrong-key amount other-merchant other-algorithm lower-case broken-xml empty method "
     "external-entity entity-expansion",
     ""},
    {TAKES_NONE, "valid again at-once unknown-fields coupons characters hmac-no-type",
     "unsigned wrong-key amount other-merchant other-algorithm lower-case broken-xml empty method "
     "external-entity entity-expansion"},
    {RESOLVES, "external-entity", ""},
    {EXPANDS, "entity-expansion", ""},
    {NOT_AGAIN, "again at-once", ""},
    {NOT_AT_ONCE, "at-once", ""},
    {ANY_MERCHANT, "other-merchant", ""},
    {DIES, "empty", ""},
    {ERROR_500, "", ""},
    {GETS, "method", ""},
    {STRICT, "unknown-fields", ""},
};

static void each_fault_is_found_and_no_other(void **state)
{
    for (size_t i = 0; i < ARRAY_COUNT(endpoints); i++) {
        struct fixture *f = *state;
        examine(f, endpoints[i].fault, &shop);
        if (strcmp(ids(f, PROBE_FAILED), endpoints[i].failed) != 0)
            fail_msg("fault %u: failed is \"%s\", expected \"%s\"", endpoints[i].fault,
                     ids(f, PROBE_FAILED), endpoints[i].failed);
        if (strcmp(ids(f, PROBE_UNKNOWN), endpoints[i].unknown) != 0)
            fail_msg("fault %u: unknown is \"%s\", expected \"%s\"", endpoints[i].fault,
                     ids(f, PROBE_UNKNOWN), endpoints[i].unknown);
        stop(state);
        start(state);
    }
}

static void a_fetch_is_told_with_its_path(void **state)
{
    struct fixture *f = *state;
    examine(f, RESOLVES, &shop);
    assert_string_equal(found(f, "external-entity")->got, "fetched");
    assert_non_null(strstr(found(f, "external-entity")->text[LANG_EN], "/entity"));
    net_until(f->loop, &f->endpoint.fetch.done);
    assert_string_equal(buf_str(&f->endpoint.fetch.r.body), PROBE_FETCHED);
}

static void an_unhandled_error_is_remarked_on(void **state)
{
    struct fixture *f = *state;
    examine(f, ERROR_500, &shop);
    assert_int_equal(found(f, "empty")->result, PROBE_PASSED);
    assert_non_null(strstr(found(f, "empty")->text[LANG_EN], "HTTP status"));
}

/* Also where a sentence has no room for all of it. */
static void an_answer_with_the_key_is_not_quoted(void **state)
{
    struct fixture *f = *state;
    size_t count;
    examine(f, LEAKS, &shop);
    const struct probe_finding *all = probe_findings(f->probe, &count);
    assert_int_equal(count, 18);
    for (size_t i = 0; i < count; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_null(strstr(all[i].text[lang], "1920062"));
        assert_null(strstr(all[i].got, "1920062"));
    }
    if (!strstr(found(f, "valid")->text[LANG_EN], "****"))
        fail_msg("%s", found(f, "valid")->text[LANG_EN]);
}

static void a_slow_endpoint_is_not_asked_further(void **state)
{
    struct fixture *f = *state;
    size_t count;
    examine(f, SLOW, &shop);
    assert_string_equal(ids(f, PROBE_FAILED), "valid");
    assert_string_equal(found(f, "valid")->got, "no-answer");
    assert_string_equal(found(f, "again")->got, "not-sent");
    assert_int_equal(f->endpoint.requests, 1);
    assert_int_equal(probe_error(f->probe)->status, ST_OK);
    probe_findings(f->probe, &count);
    assert_int_equal(count, 18);
}

static void the_gateway_has_one_algorithm(void **state)
{
    struct fixture *f = *state;
    examine(f, GOOD, &gateway);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_string_equal(ids(f, PROBE_UNKNOWN), "");
    size_t count, all;
    probe_findings(f->probe, &count);
    probe_checks(&all);
    assert_int_equal(count, all - 3);
}

static void our_own_listener_stands_it(void **state)
{
    struct fixture *f = *state;
    const struct profile *const shops[] = {&shop};
    struct listener *l = NULL;
    struct journal *j = NULL;
    journal_open(NULL, &j, NULL);
    struct listener_options lo = {.events = &events, .journal = j};
    assert_int_equal(listener_open(f->loop, &lo, &l, NULL), ST_OK);
    listener_profiles(l, shops, 1);
    struct probe_options o = options(f, listener_url(l), &shop);
    run(f, &o);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_string_equal(ids(f, PROBE_UNKNOWN), "");
    listener_close(l);
    loop_turn(f->loop, 0);
    journal_close(j);
}

static void all_checks_are_about_the_order_given(void **state)
{
    struct fixture *f = *state;
    struct params given = {0};
    struct endpoint *e = &f->endpoint;
    e->loop = f->loop;
    e->merchant = &shop;
    params_set(&given, "out_trade_no", "T20260102", NULL);
    params_set(&given, "total_fee", "888", NULL);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    struct probe_options o = options(f, httpd_url(e->httpd), &shop);
    o.given = &given;
    run(f, &o);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_non_null(strstr(e->last, "<out_trade_no><![CDATA[T20260102]]>"));
    assert_non_null(strstr(e->last, "<total_fee><![CDATA[888]]>"));
    params_clear(&given);
}

/* The documents say the type that was given, but for the one that has to lack it. */
static void a_sign_type_given_does_not_change_what_is_checked(void **state)
{
    struct fixture *f = *state;
    struct params given = {0};
    struct endpoint *e = &f->endpoint;
    e->loop = f->loop;
    e->merchant = &shop;
    e->fault = TYPELESS;
    params_set(&given, "sign_type", "HMAC-SHA256", NULL);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    struct probe_options o = options(f, httpd_url(e->httpd), &shop);
    o.given = &given;
    o.kind = SIGN_HMAC_SHA256;
    run(f, &o);
    assert_string_equal(ids(f, PROBE_FAILED), "hmac-no-type");
    params_clear(&given);
}

static void an_unknown_field_is_refused_before_anything_is_sent(void **state)
{
    struct fixture *f = *state;
    struct params given = {0};
    struct err err = {0};
    params_set(&given, "total_fees", "888", NULL);
    struct probe_options o = options(f, "http://127.0.0.1:9/", &shop);
    o.given = &given;
    assert_int_equal(probe_start(f->loop, &o, &f->probe, &err), ST_ARGUMENT);
    net_assert_says(&err, "total_fee", "did you mean total_fee?");
    params_clear(&given);
}

static void who_does_not_listen_is_unreachable(void **state)
{
    struct fixture *f = *state;
    char url[64];
    unsigned port;
    int fd = net_listen(&port, false);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    struct probe_options o = options(f, url, &shop);
    run(f, &o);
    assert_int_equal(probe_error(f->probe)->status, ST_NETWORK);
    close(fd);
}

/* Addresses that are not this machine's, in all spellings, and those that are. */
static const struct {
    const char *url;
    enum status st;
} places[] = {
    {"http://10.0.0.1/n", ST_REFUSED},
    {"http://0.0.0.0/n", ST_REFUSED},
    {"http://[2001:db8::1]/n", ST_REFUSED},
    {"http://[::ffff:10.0.0.1]/n", ST_REFUSED},
    {"http://127.0.0.1@10.0.0.1/n", ST_REFUSED},
    {"http://167772161/n", ST_REFUSED}, /* 10.0.0.1 */
    {"http://no-such-host.invalid/n", ST_REFUSED},
    {"ftp://127.0.0.1/n", ST_ARGUMENT},
    {"127.0.0.1 /n", ST_ARGUMENT},
    {"http://127.8.9.1:9/n", ST_OK},
    {"http://localhost:9/n", ST_OK},
    {"http://[::1]:9/n", ST_OK},
    {"http://[::ffff:127.0.0.1]:9/n", ST_OK},
};

static void it_goes_to_loopback_addresses_only(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        struct err err = {0};
        struct probe *p = NULL;
        struct probe_options o = options(f, places[i].url, &shop);
        enum status st = probe_start(f->loop, &o, &p, &err);
        if (st != places[i].st)
            fail_msg("%s: %s (%s)", places[i].url, status_name(st), err.text[LANG_EN]);
        if (st == ST_REFUSED)
            net_assert_says(&err, "--i-own-this-endpoint", "--i-own-this-endpoint");
        probe_free(p);
        loop_turn(f->loop, 0);
    }
}

static void an_endpoint_of_ones_own_may_be_anywhere(void **state)
{
    struct fixture *f = *state;
    struct probe_options o = options(f, "http://192.0.2.1/n", &shop);
    o.owned = true;
    assert_int_equal(probe_start(f->loop, &o, &f->probe, NULL), ST_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_fault_is_found_and_no_other, start, stop),
        cmocka_unit_test_setup_teardown(a_fetch_is_told_with_its_path, start, stop),
        cmocka_unit_test_setup_teardown(an_unhandled_error_is_remarked_on, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_with_the_key_is_not_quoted, start, stop),
        cmocka_unit_test_setup_teardown(a_slow_endpoint_is_not_asked_further, start, stop),
        cmocka_unit_test_setup_teardown(the_gateway_has_one_algorithm, start, stop),
        cmocka_unit_test_setup_teardown(our_own_listener_stands_it, start, stop),
        cmocka_unit_test_setup_teardown(all_checks_are_about_the_order_given, start, stop),
        cmocka_unit_test_setup_teardown(a_sign_type_given_does_not_change_what_is_checked, start,
                                        stop),
        cmocka_unit_test_setup_teardown(an_unknown_field_is_refused_before_anything_is_sent, start,
                                        stop),
        cmocka_unit_test_setup_teardown(who_does_not_listen_is_unreachable, start, stop),
        cmocka_unit_test_setup_teardown(it_goes_to_loopback_addresses_only, start, stop),
        cmocka_unit_test_setup_teardown(an_endpoint_of_ones_own_may_be_anywhere, start, stop),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
