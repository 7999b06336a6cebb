/* SPDX-License-Identifier: MIT */
/*
 * The examination of notify endpoints, against endpoints of every kind: one that does all
 * right, and those with one fault each. Each fault must be found, and no other.
 */
#include "io/net.h"

#include <glob.h>
#include <ifaddrs.h>
#include <locale.h>
#include <net/if.h>
#include <sys/stat.h>

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
    EXPANDS = 8,      /* puts their text into the place of entities inside the document */
    NOT_AGAIN = 16,   /* refuses what it has seen */
    NOT_AT_ONCE = 32, /* refuses while another is under way */
    ANY_MERCHANT = 64,
    DIES = 128, /* of an empty body: closes without an answer */
    SLOW = 256,
    ERROR_500 = 512,  /* for what it cannot parse */
    GETS = 1024,      /* acknowledges a GET */
    STRICT = 2048,    /* knows no fields but the documented */
    LEAKS = 4096,     /* answers with the merchant's key */
    TYPELESS = 8192,  /* refuses what has no sign_type */
    READS = 1 << 14,  /* puts the content of a named file into the place of the entity */
    RACES = 1 << 15,  /* refuses the second of a pair, unless the first is settled */
    BLANKS = 1 << 16, /* blank lines around its answers, which are HTML by their type */
    LINGERS = 1 << 17 /* over a file that an entity names */
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
    bool lingers;
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

/* The text of the file that an entity names: what a parser without network still reads. */
static bool read_entity(const char *body, char *out, size_t size)
{
    char path[256];
    const char *at = strstr(body, "<!ENTITY probe SYSTEM \"file://");
    if (!at)
        return false;
    at += 30;
    snprintf(path, sizeof path, "%.*s", (int)strcspn(at, "\""), at);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    struct stat st;
    assert_int_equal(fstat(fileno(f), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644); /* the endpoint may be another user's */
    out[fread(out, 1, size - 1, f)] = '\0';
    fclose(f);
    return true;
}

/* p2 is p1 twice, p1 is p0 twice: of whatever depth, each level doubles. */
static bool expand_entity(const char *body, char *out, size_t size)
{
    const char *at = strstr(body, "<!ENTITY p0 \"");
    if (!at)
        return false;
    at += 13;
    size_t len = strcspn(at, "\""), used = 0, times = 1;
    for (const char *e = strstr(at, "<!ENTITY"); e; e = strstr(e + 1, "<!ENTITY"))
        times *= 2;
    while (times-- && used + len < size) {
        memcpy(out + used, at, len);
        used += len;
    }
    out[used] = '\0';
    return true;
}

/* The document as a parser that resolves sees it: without DOCTYPE, the text in its place. */
static bool resolve(const struct endpoint *e, const char *body, struct buf *out)
{
    char text[256];
    const char *document = strstr(body, "]>"), *place = strstr(body, "&probe;");
    bool known = (e->fault & READS && read_entity(body, text, sizeof text)) ||
                 (e->fault & EXPANDS && expand_entity(body, text, sizeof text));
    if (!known || !document || !place)
        return false;
    buf_add(out, document + 2, (size_t)(place - document - 2));
    buf_adds(out, text);
    buf_adds(out, place + 7);
    return true;
}

static bool judge(struct endpoint *e, const struct httpd_request *q)
{
    struct buf resolved;
    const struct profile *all[] = {e->merchant};
    struct notice_context c = {.events = &events, .profiles = all, .profile_count = 1};
    struct notice n = {0};
    buf_init(&resolved, 65536);
    if (resolve(e, q->body, &resolved))
        notice_read(&c, buf_str(&resolved), resolved.len, &n);
    else
        notice_read(&c, q->body, q->len, &n);
    buf_clear(&resolved);
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
    if (good && e->fault & NOT_AGAIN && strcmp(e->last, q->body) == 0)
        good = false;
    if (good && e->fault & RACES && strcmp(e->last, q->body) == 0) {
        good = net_clock() >= e->busy; /* settled: it knows it */
        reply(out, dialect, good);
        return;
    }
    if (good && e->fault & NOT_AT_ONCE && strcmp(e->last, q->body) == 0 && net_clock() < e->busy)
        good = false;
    if (good) {
        snprintf(e->last, sizeof e->last, "%s", q->body);
        e->busy = net_clock() + 200;
        out->delay_ms = e->fault & (NOT_AT_ONCE | RACES) ? 210 : 0;
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
    if (e->fault & LINGERS && strstr(q->body, "file://")) {
        e->lingers = true;
        out->delay_ms = 10000;
    }
    if (e->fault & BLANKS) {
        buf_init(&out->body, 1024);
        buf_adds(&out->body, "\n\n");
        answer_write(dialect, good, NULL, &out->body);
        out->content_type = "text/html";
        return;
    }
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
     "external-entity",
     "file-entity entity-expansion"},
    {TAKES_NONE, "at-once valid again unknown-fields coupons characters hmac-no-type",
     "unsigned wrong-key amount other-merchant other-algorithm lower-case broken-xml empty method "
     "external-entity file-entity entity-expansion"},
    {READS, "file-entity", ""},
    {RESOLVES, "external-entity", ""},
    {EXPANDS, "entity-expansion", ""},
    {NOT_AGAIN, "at-once again", ""},
    {NOT_AT_ONCE, "at-once", ""},
    {RACES, "at-once", ""},
    {BLANKS, "", ""},
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

struct rows {
    size_t count, at_once;
    int64_t last; /* its number */
};

static bool on_row(void *ctx, const struct journal_row *row)
{
    struct rows *r = ctx;
    r->count++;
    r->at_once += strncmp(row->text, "probe at-once  http://", 22) == 0;
    assert_int_equal(row->kind, JOURNAL_DELIVERY);
    assert_string_equal(row->name, "payment");
    assert_memory_equal(row->order_no, "PROBE", 5);
    assert_true(row->at_ms >= 1735660800123 && row->at_ms < 1735660800123 + 60000);
    r->last = row->id > r->last ? row->id : r->last;
    return true;
}

/* Where they have the key, they say "****". */
static void on_body(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    const struct probe_request *r = ctx;
    assert_memory_equal(body->request.data, buf_str(&r->body), r->body.len);
    assert_int_equal(body->request.len, r->body.len);
    assert_null(memmem(body->request.data, body->request.len, DOC_KEY, 32));
    assert_non_null(memmem(body->request.data, body->request.len, "<![CDATA[****]]>", 16));
    assert_non_null(memmem(body->detail.data, body->detail.len, "key_hidden", 10));
    assert_int_equal(row->status, 200);
    assert_string_equal(row->outcome, "acknowledged");
}

static void what_was_sent_is_told_and_recorded_without_keys(void **state)
{
    struct fixture *f = *state;
    struct endpoint *e = &f->endpoint;
    struct params given = {0};
    struct journal *j = NULL;
    struct rows rows = {0};
    size_t count, posts = 0;
    journal_open(NULL, &j, NULL);
    e->loop = f->loop;
    e->merchant = &shop;
    params_set(&given, "device_info", DOC_KEY, NULL);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    struct probe_options o = options(f, httpd_url(e->httpd), &shop);
    o.journal = j;
    o.at_ms = 1735660800123;
    o.given = &given;
    run(f, &o);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    probe_findings(f->probe, &count);
    for (size_t i = 0; i < count; i++)
        posts += probe_request(f->probe, i)->count;
    assert_int_equal(posts, e->requests);
    assert_int_equal(journal_page(j, JOURNAL_ANY, 0, 100, on_row, &rows, NULL), ST_OK);
    assert_int_equal(rows.count, posts);
    assert_int_equal(rows.at_once, 2);
    const struct probe_request *first = probe_request(f->probe, 0);
    assert_string_equal(first->method, "POST");
    assert_int_equal(first->count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(journal_get(j, first->rows[i], on_body, (void *)first, NULL), ST_OK);
    assert_int_equal(probe_request(f->probe, count - 1)->rows[0], rows.last);
    params_clear(&given);
    probe_free(f->probe);
    f->probe = NULL;
    journal_close(j);
}

static void what_is_not_sent_has_no_request(void **state)
{
    struct fixture *f = *state;
    examine(f, SLOW, &shop);
    assert_non_null(probe_request(f->probe, 0)->method);
    assert_null(probe_request(f->probe, 2)->method);
}

/* Also where a sentence has no room for all of it. */
static void an_answer_with_the_key_is_not_quoted(void **state)
{
    struct fixture *f = *state;
    size_t count;
    examine(f, LEAKS, &shop);
    const struct probe_finding *all = probe_findings(f->probe, &count);
    assert_int_equal(count, 19);
    for (size_t i = 0; i < count; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++)
            assert_null(strstr(all[i].text[lang], "1920062"));
        assert_null(strstr(all[i].got, "1920062"));
    }
    const char *said = found(f, "valid")->text[LANG_EN];
    if (!strstr(said, "return_code is x") || !strstr(said, "****, not SUCCESS") ||
        !strstr(said, "a key is sent to nobody"))
        fail_msg("%s", said);
}

static void what_is_odd_about_an_acknowledgement_is_remarked_on(void **state)
{
    struct fixture *f = *state;
    examine(f, BLANKS, &shop);
    assert_int_equal(found(f, "valid")->result, PROBE_PASSED);
    assert_non_null(strstr(found(f, "valid")->text[LANG_EN], "empty lines around"));
    assert_non_null(strstr(found(f, "valid")->text[LANG_EN], "text/html"));
    assert_non_null(strstr(found(f, "again")->text[LANG_ZH], "空行"));
    assert_string_equal(found(f, "unsigned")->text[LANG_EN], "");
}

static void a_refusal_is_told_with_its_reason(void **state)
{
    struct fixture *f = *state;
    examine(f, TAKES_NONE, &shop);
    assert_string_equal(found(f, "valid")->text[LANG_EN], "it refuses: 失败");
}

/* By a signature nothing can be told of who verifies none. */
static void who_takes_forged_ones_is_not_accused_of_entities(void **state)
{
    struct fixture *f = *state;
    examine(f, TAKES_ALL, &shop);
    assert_string_equal(found(f, "file-entity")->text[LANG_EN],
                        "cannot be told: it acknowledges forged ones too");
    assert_string_equal(found(f, "entity-expansion")->got, "acknowledged");
}

/* Files of ours below /tmp. */
static size_t baits(void)
{
    glob_t found;
    size_t count = glob("/tmp/wxpc-probe-*", 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    globfree(&found);
    return count;
}

static void the_file_is_gone_afterwards(void **state)
{
    struct fixture *f = *state;
    size_t before = baits();
    examine(f, READS, &shop);
    assert_string_equal(found(f, "file-entity")->got, "read");
    assert_int_equal(baits(), before);
}

/* As on SIGINT. */
static void who_ends_it_early_leaves_no_file(void **state)
{
    struct fixture *f = *state;
    struct endpoint *e = &f->endpoint;
    size_t before = baits();
    e->loop = f->loop;
    e->merchant = &shop;
    e->fault = LINGERS;
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    struct probe_options o = options(f, httpd_url(e->httpd), &shop);
    assert_int_equal(probe_start(f->loop, &o, &f->probe, NULL), ST_OK);
    net_until(f->loop, &e->lingers);
    assert_int_equal(baits(), before + 1);
    probe_free(f->probe);
    f->probe = NULL;
    assert_int_equal(baits(), before);
}

/* An address of this machine that is no loopback. */
static bool own_address(char *out, socklen_t size)
{
    struct ifaddrs *all = NULL;
    bool found = false;
    if (getifaddrs(&all))
        return false;
    for (const struct ifaddrs *i = all; i && !found; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP))
            continue;
        const struct sockaddr_in *four = (const void *)i->ifa_addr;
        found = ntohl(four->sin_addr.s_addr) >> 24 != 127 &&
                inet_ntop(AF_INET, &four->sin_addr, out, size);
    }
    freeifaddrs(all);
    return found;
}

static void of_another_machine_files_tell_nothing(void **state)
{
    struct fixture *f = *state;
    struct endpoint *e = &f->endpoint;
    char address[INET_ADDRSTRLEN], url[64];
    if (!own_address(address, sizeof address))
        skip(); /* a machine without a network */
    e->loop = f->loop;
    e->merchant = &shop;
    assert_int_equal(httpd_open(address, 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    snprintf(url, sizeof url, "%s/notify", httpd_url(e->httpd));
    struct probe_options o = options(f, url, &shop);
    o.owned = true;
    run(f, &o);
    assert_string_equal(ids(f, PROBE_UNKNOWN), "external-entity file-entity");
    assert_string_equal(found(f, "file-entity")->got, "not-sent");
    assert_null(strstr(e->last, "file://"));
}

static void a_slow_endpoint_is_not_asked_further(void **state)
{
    struct fixture *f = *state;
    size_t count;
    examine(f, SLOW, &shop);
    assert_string_equal(ids(f, PROBE_FAILED), "at-once valid");
    assert_string_equal(found(f, "valid")->got, "no-answer");
    assert_string_equal(found(f, "again")->got, "not-sent");
    assert_int_equal(f->endpoint.requests, 3);
    assert_int_equal(probe_error(f->probe)->status, ST_OK);
    probe_findings(f->probe, &count);
    assert_int_equal(count, 19);
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

static void examine_order(struct fixture *f, unsigned fault)
{
    struct params given = {0};
    struct endpoint *e = &f->endpoint;
    e->loop = f->loop;
    e->merchant = &shop;
    e->fault = fault;
    params_set(&given, "out_trade_no", "T20260102", NULL);
    params_set(&given, "total_fee", "888", NULL);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, handle, e, &e->httpd, NULL), ST_OK);
    loop_serve(f->loop, e->httpd);
    struct probe_options o = options(f, httpd_url(e->httpd), &shop);
    o.given = &given;
    run(f, &o);
    params_clear(&given);
}

/* The pair comes before the order is settled by anything else. */
static void a_race_is_found_in_the_only_order_too(void **state)
{
    examine_order(*state, RACES);
    assert_string_equal(ids(*state, PROBE_FAILED), "at-once");
}

/* What it refuses from then on may be refused as a repeat, whatever else is wrong with it. */
static void of_who_takes_an_order_once_refusals_tell_nothing(void **state)
{
    examine_order(*state, NOT_AGAIN);
    assert_string_equal(ids(*state, PROBE_FAILED), "at-once valid again");
    assert_string_equal(ids(*state, PROBE_UNKNOWN),
                        "unsigned wrong-key amount other-merchant other-algorithm lower-case "
                        "broken-xml empty method external-entity file-entity entity-expansion");
}

static void all_checks_are_about_the_order_given(void **state)
{
    struct fixture *f = *state;
    struct endpoint *e = &f->endpoint;
    examine_order(f, GOOD);
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_non_null(strstr(e->last, "<out_trade_no><![CDATA[T20260102]]>"));
    assert_non_null(strstr(e->last, "<total_fee><![CDATA[888]]>"));
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
        cmocka_unit_test_setup_teardown(what_is_odd_about_an_acknowledgement_is_remarked_on, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_refusal_is_told_with_its_reason, start, stop),
        cmocka_unit_test_setup_teardown(who_takes_forged_ones_is_not_accused_of_entities, start,
                                        stop),
        cmocka_unit_test_setup_teardown(the_file_is_gone_afterwards, start, stop),
        cmocka_unit_test_setup_teardown(who_ends_it_early_leaves_no_file, start, stop),
        cmocka_unit_test_setup_teardown(of_another_machine_files_tell_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_race_is_found_in_the_only_order_too, start, stop),
        cmocka_unit_test_setup_teardown(of_who_takes_an_order_once_refusals_tell_nothing, start,
                                        stop),
        cmocka_unit_test_setup_teardown(what_was_sent_is_told_and_recorded_without_keys, start,
                                        stop),
        cmocka_unit_test_setup_teardown(what_is_not_sent_has_no_request, start, stop),
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
    setlocale(LC_ALL, "C.UTF-8"); /* for what answers say */
    return cmocka_run_group_tests(tests, load, unload);
}
