/* SPDX-License-Identifier: MIT */
/*
 * What the tests of probe share: an endpoint with one fault or another, a merchant of either
 * kind, and a probe run against it.
 */
#ifndef TESTS_IO_PROBE_STAGE_H
#define TESTS_IO_PROBE_STAGE_H

#include "net.h"

#include <locale.h>
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

static inline void reply(struct httpd_reply *out, bool gateway_dialect, bool good)
{
    buf_init(&out->body, 1024);
    answer_write(gateway_dialect, good, good ? "OK" : "失败", &out->body);
}

/* Does what a parser does that resolves: asks for the entity's address. */
static inline void fetch(struct endpoint *e, const char *body)
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
static inline bool read_entity(const char *body, char *out, size_t size)
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
static inline bool expand_entity(const char *body, char *out, size_t size)
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
static inline bool resolve(const struct endpoint *e, const char *body, struct buf *out)
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

static inline bool judge(struct endpoint *e, const struct httpd_request *q)
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

static inline void handle(void *ctx, const struct httpd_request *q, struct httpd_reply *out)
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

static inline void make_profile(struct profile *p, const char *name, enum dialect dialect,
                                const char *mch_id)
{
    p->name = mem_strdup(name);
    p->dialect = dialect;
    params_set(&p->fields, "mch_id", mch_id, NULL);
    params_set(&p->fields, "appid", "wxd930ea5d5a258f4f", NULL);
    secret_set(&p->key.value, DOC_KEY, 32);
}

static inline int load(void **state)
{
    (void)state;
    events_load(&events, NULL);
    make_profile(&shop, "shop", DIALECT_OFFICIAL, "10000100");
    make_profile(&gateway, "gateway", DIALECT_GATEWAY, "10000200");
    return 0;
}

static inline int unload(void **state)
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
    probe_free(f->probe);
    http_result_clear(&f->endpoint.fetch.r);
    if (f->endpoint.httpd)
        loop_drop(f->loop, f->endpoint.httpd);
    loop_free(f->loop);
    free(f);
    return 0;
}

static inline void on_done(void *ctx)
{
    ((struct fixture *)ctx)->done = true;
}

static inline void some_bytes(void *out, size_t size)
{
    static unsigned char next;
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)out)[i] = ++next;
}

static inline struct probe_options options(struct fixture *f, const char *url,
                                           const struct profile *p)
{
    bool other = p->dialect == DIALECT_GATEWAY;
    return (struct probe_options){.url = url,
                                  .event =
                                      &events.items[other ? EVENT_GATEWAY_PAYMENT : EVENT_PAYMENT],
                                  .profile = p,
                                  .key = &p->key.value,
                                  .patience_ms = f->endpoint.fault & SLOW ? PATIENCE_MS : 4000,
                                  .fetch_ms = 500,
                                  .now = 1735660800,
                                  .random = some_bytes,
                                  .done = on_done,
                                  .ctx = f};
}

static inline void run(struct fixture *f, const struct probe_options *o)
{
    struct err err = {0};
    if (probe_start(f->loop, o, &f->probe, &err))
        fail_msg("%s", err.text[LANG_EN]);
    net_until(f->loop, &f->done);
}

static inline void examine(struct fixture *f, unsigned fault, const struct profile *p)
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
static inline const char *ids(const struct fixture *f, enum probe_result result)
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

static inline const struct probe_finding *found(const struct fixture *f, const char *id)
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

#endif
