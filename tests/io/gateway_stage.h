/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the sandbox share: a stage (loop, sandbox, what its sink was told), filled and
 * signed requests of any API, calls and their judged answers.
 */
#ifndef TESTS_IO_GATEWAY_STAGE_H
#define TESTS_IO_GATEWAY_STAGE_H

#include "net.h"

#include "core/built_in.h"
#include "core/reply.h"
#include "core/request.h"
#include "core/xml.h"
#include "io/gateway.h"
#include "io/store.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"
#define START 1735689600 /* 2025-01-01 08:00 in UTC+8 */

static time_t test_time = START;

static inline time_t test_clock(void)
{
    return test_time;
}

/* ---- The stage: a loop, a sandbox, what its sink was told ---- */

struct stage {
    struct loop *loop;
    struct gateway *gateway;
    struct buf log; /* everything that the sink was told */
    size_t events;
    const char *ca_file, *client_cert, *client_key; /* of calls under TLS; NULL */
    bool ok;
    char code[64], api[32], fault[64], why[512], joined[4096], expected[65], received[65];
};

static inline void copy(char *out, size_t size, const char *s)
{
    snprintf(out, size, "%s", s ? s : "-");
}

static inline void on_event(void *ctx, const struct gateway_event *e)
{
    struct stage *s = ctx;
    s->events++;
    s->ok = e->ok;
    copy(s->code, sizeof(s->code), e->code);
    copy(s->api, sizeof(s->api), e->api);
    copy(s->fault, sizeof(s->fault), e->fault);
    copy(s->why, sizeof(s->why), e->text.en);
    copy(s->joined, sizeof(s->joined), e->joined);
    copy(s->expected, sizeof(s->expected), e->expected);
    copy(s->received, sizeof(s->received), e->received);
    const char *all[] = {e->method,  e->path,   e->api,      e->order,    e->code, e->text.zh,
                         e->text.en, e->joined, e->expected, e->received, e->fault};
    for (size_t i = 0; i < ARRAY_COUNT(all); i++)
        buf_addf(&s->log, "%s\n", all[i] ? all[i] : "");
}

static inline void open_stage(struct stage *s, const struct gateway_options *more)
{
    struct gateway_options o = *more;
    struct err err = {0};
    memset(s, 0, sizeof(*s));
    buf_init(&s->log, 8u << 20);
    test_time = START;
    o.sink = on_event;
    o.ctx = s;
    o.clock = o.clock ? o.clock : test_clock;
    s->loop = loop_new();
    if (gateway_open(s->loop, &catalog, &o, &s->gateway, &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
}

static inline void close_stage(struct stage *s)
{
    assert_null(strstr(buf_str(&s->log), KEY));
    buf_clear(&s->log);
    gateway_close(s->gateway);
    loop_free(s->loop);
}

/* ---- Calls ---- */

static const struct spec *api(const char *id)
{
    const struct spec *s = catalog_find(&catalog, id);
    assert_non_null(s);
    return s;
}

/* Does an API place orders (rather than follow one)? */
static inline bool places(const struct spec *spec)
{
    return spec_reply_field(spec, "prepay_id") != NULL;
}

/* The built-in merchant that an API is for. */
static inline struct profile merchant_of(const struct spec *spec)
{
    const struct field *sub = spec_field(spec, "sub_mch_id");
    const char *name = spec->dialect == DIALECT_GATEWAY ? "demo-gateway"
                       : sub && sub->required           ? "demo-partner"
                                                        : "demo";
    struct store none = {0};
    struct profile p = {0};
    assert_int_equal(store_profile(&none, name, false, &p, NULL), ST_OK);
    return p;
}

/* Changes to a request: "name=value;…"; an empty value removes the field. */
static inline void apply(struct params *p, const char *changes)
{
    char *copied = mem_strdup(changes), *rest = copied, *one;
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        if (!value)
            continue;
        *value++ = '\0';
        if (*value)
            assert_int_equal(params_set(p, one, value, NULL), ST_OK);
        else
            params_remove(p, one);
    }
    free(copied);
}

enum how {
    SIGNED,   /* with the algorithm of sign_type or the API */
    AS_HMAC,  /* HMAC-SHA256 whatever sign_type says */
    LOWER,    /* right, in lower case */
    WRONG,    /* one digit is another */
    UNSIGNED, /* no sign at all */
};

/* A filled demonstration request of an API with changes, signed in some way. */
static inline void make_request(const char *id, const char *changes, enum how how, struct params *p)
{
    static unsigned number;
    const struct spec *spec = api(id);
    struct profile m = merchant_of(spec);
    struct request_seed seed = {.now = test_time, .nonce = "ibuaiVcKdpRxkhJAibuaiVcKdpRxkhJA"};
    struct sign_trace trace = {0};
    enum sign_kind kind = spec->sign_default;

    number++;
    snprintf(seed.order_no, sizeof(seed.order_no), "T202501010800%05u", number);
    snprintf(seed.serial, sizeof(seed.serial), "1735689%05u", number);
    apply(p, changes);
    request_sign_kind(spec, &m, p, NULL, &kind, NULL);
    assert_int_equal(request_fill(spec, &m, &seed, true, kind, p, NULL, NULL), ST_OK);
    apply(p, changes); /* removals again */
    if (how == AS_HMAC)
        kind = SIGN_HMAC_SHA256;
    assert_int_equal(sign_compute(p, kind, &m.key.value, &trace, NULL), ST_OK);
    for (char *c = trace.hex; how == LOWER && *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'F' ? *c + 32 : *c);
    if (how == WRONG)
        trace.hex[0] = trace.hex[0] == '0' ? '1' : '0';
    if (how != UNSIGNED)
        params_set(p, "sign", trace.hex, NULL);
    sign_trace_clear(&trace);
    profile_clear(&m);
}

static inline void send_body(struct stage *s, const char *method, const char *path,
                             const char *type, const char *body, struct net_call *call)
{
    char url[512];
    snprintf(url, sizeof(url), "%s%s", gateway_url(s->gateway), path);
    net_start(call, s->loop,
              &(struct http_request){.method = method,
                                     .url = url,
                                     .body = body,
                                     .len = body ? strlen(body) : 0,
                                     .content_type = type,
                                     .ca_file = s->ca_file,
                                     .client_cert = s->client_cert,
                                     .client_key = s->client_key,
                                     .client_cert_password = s->client_cert ? "10000100" : NULL});
    net_until(s->loop, &call->done);
}

/* Sends params to their API and judges the answer. */
static inline void send_params(struct stage *s, const char *id, const struct params *p,
                               struct reply *r, struct net_call *call)
{
    const struct spec *spec = api(id);
    struct profile m = merchant_of(spec);
    struct buf body;

    buf_init(&body, 1u << 20);
    assert_int_equal(xml_write(p, &body, NULL), ST_OK);
    send_body(s, "POST", spec->path, "text/xml", buf_str(&body), call);
    reply_read(spec, &m, p, call->r.status, call->r.content_type, buf_str(&call->r.body),
               call->r.body.len, r);
    buf_clear(&body);
    profile_clear(&m);
}

static inline void call_api(struct stage *s, const char *id, const char *changes, enum how how,
                            struct reply *r)
{
    struct params p = {0};
    struct net_call call;
    make_request(id, changes, how, &p);
    send_params(s, id, &p, r, &call);
    http_result_clear(&call.r);
    params_clear(&p);
}

static inline const char *got(const struct reply *r, const char *name)
{
    const char *v = params_get(&r->params, name);
    return v ? v : "";
}

#endif
