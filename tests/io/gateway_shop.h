/* SPDX-License-Identifier: MIT */
/* What the tests of the calls behind an order share: a shop that takes notifications, the payer,
   and calls with the code they must give. */
#ifndef TESTS_IO_GATEWAY_SHOP_H
#define TESTS_IO_GATEWAY_SHOP_H

#include "gateway_stage.h"

#include "core/event.h"
#include "core/notice.h"

#define SHOP_NOTICES 64

/* A shop that takes notifications and judges them. */
struct shop {
    struct httpd *httpd;
    struct events events;
    struct profile direct, partner, third;
    struct notice all[SHOP_NOTICES], last; /* `last` is all[count - 1], borrowed */
    size_t count;
    char url[128];
};

static inline void receive(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    struct shop *shop = ctx;
    const struct profile *profiles[] = {&shop->direct, &shop->partner, &shop->third};
    struct notice_context c = {&shop->events, profiles, ARRAY_COUNT(profiles), NULL, NULL};
    assert_true(shop->count < SHOP_NOTICES);
    struct notice *n = &shop->all[shop->count++];
    notice_read(&c, q->body, q->len, n);
    shop->last = *n;
    buf_init(&a->body, 1000);
    answer_write(n->gateway, true, NULL, &a->body);
}

static inline void open_shop(struct shop *shop, struct stage *s)
{
    struct store none = {0};
    *shop = (struct shop){0};
    assert_int_equal(events_load(&shop->events, NULL), ST_OK);
    assert_int_equal(store_profile(&none, "demo", false, &shop->direct, NULL), ST_OK);
    assert_int_equal(store_profile(&none, "demo-partner", false, &shop->partner, NULL), ST_OK);
    assert_int_equal(store_profile(&none, "demo-gateway", false, &shop->third, NULL), ST_OK);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, receive, shop, &shop->httpd, NULL), ST_OK);
    loop_serve(s->loop, shop->httpd);
    snprintf(shop->url, sizeof shop->url, "%s/notify", httpd_url(shop->httpd));
}

static inline void close_shop(struct shop *shop, struct stage *s)
{
    loop_drop(s->loop, shop->httpd);
    while (shop->count)
        notice_clear(&shop->all[--shop->count]);
    events_clear(&shop->events);
    profile_clear(&shop->direct);
    profile_clear(&shop->partner);
    profile_clear(&shop->third);
}

static inline void wait_notices(struct shop *shop, struct stage *s, size_t count)
{
    long long end = net_clock() + 20000;
    while (shop->count < count) {
        assert_true(net_clock() < end);
        loop_turn(s->loop, 50);
    }
}

static inline void play(struct stage *s, enum payer_act act, const char *order, const char *code)
{
    struct payer_word word = {.act = act, .order = order, .code = code};
    struct payer_result r;
    struct err err = {0};
    if (gateway_play(s->gateway, &word, &r, &err))
        fail_msg("%s", err.text[LANG_EN]);
}

/* Places an order whose notifications go to the shop. */
static inline void place(struct stage *s, const struct shop *shop, const char *id,
                         const char *number, const char *more)
{
    char changes[512];
    struct reply r = {0};
    snprintf(changes, sizeof changes, "out_trade_no=%s;notify_url=%s;total_fee=100;%s", number,
             shop->url, more);
    call_api(s, id, changes, SIGNED, &r);
    if (r.outcome != OUTCOME_SUCCESS)
        fail_msg("%s: %s", changes, s->why);
    reply_clear(&r);
}

/* Calls and demands a code ("" for success); no note may be found against the answer. */
static inline void expect(struct stage *s, const char *id, const char *changes, const char *code,
                          struct reply *r)
{
    call_api(s, id, changes, SIGNED, r);
    if (strcmp(got(r, "err_code"), code) != 0 || r->note_count || (code[0] && !r->error))
        fail_msg("%s %s: %s (%s), %s", id, changes, got(r, "err_code"), s->why,
                 r->note_count ? r->notes[0].text[LANG_EN] : "no note");
    assert_int_equal(r->outcome, code[0] ? OUTCOME_BUSINESS_FAIL : OUTCOME_SUCCESS);
    assert_int_equal(r->sign.state, SIGN_VALID);
    for (size_t i = 0; i < r->params.count; i++) { /* nothing that the catalogue does not know */
        if (!spec_reply_field(api(id), r->params.items[i].name) &&
            strcmp(r->params.items[i].name, "sign_type") != 0)
            fail_msg("%s answers with %s", id, r->params.items[i].name);
    }
}

/* GETs the link that an API makes, with some changes; the answer's body. */
static inline void open_link(struct stage *s, const char *id, const char *changes,
                             struct net_call *call)
{
    const struct spec *spec = api(id);
    struct profile m = merchant_of(spec);
    struct params p = {0};
    char url[4096];
    make_request(id, changes, SIGNED, &p);
    snprintf(url, sizeof url, "%s%s?", gateway_url(s->gateway), spec->path);
    for (size_t i = 0; i < p.count; i++) {
        size_t len = strlen(url);
        snprintf(url + len, sizeof url - len, "%s%s=", i ? "&" : "", p.items[i].name);
        for (const char *c = p.items[i].value; *c; c++) {
            len = strlen(url);
            snprintf(url + len, sizeof url - len, "%%%02X", (unsigned char)*c);
        }
    }
    net_start(call, s->loop, &(struct http_request){.method = "GET", .url = url});
    net_until(s->loop, &call->done);
    params_clear(&p);
    profile_clear(&m);
}

#endif
