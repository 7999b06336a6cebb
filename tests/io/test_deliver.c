/* SPDX-License-Identifier: MIT */
/*
 * Deliveries: repeated until acknowledged, on the documented schedule made short; and what each
 * fault rule does to them, as a listener sees it.
 */
#include "io/net.h"

#include "core/notice.h"
#include "io/deliver.h"

#define DOC_KEY "192006250b4c09247ec02edce69f6a2d"

static struct events events;
static struct catalog catalog;
static struct profile shop, wap = {.dialect = DIALECT_GATEWAY};
static const struct profile *const shops[] = {&shop, &wap};

struct fixture {
    struct loop *loop;
    struct deliver *deliver;
    struct httpd *httpd;
    struct fault_rule faults[4];
    size_t fault_count;
    unsigned fail_first; /* answers refused */
    const char *reason;  /* of a refusal; NULL: "no" */
    bool deduction;
    double scale; /* 0: a million */
    unsigned served;
    struct notice got[32];
    char url[64];
    char user_agent[64];
    char done[160]; /* the rule that was told of with a try; "": none */
};

static int load(void **state)
{
    (void)state;
    events_load(&events, NULL);
    catalog_load_embedded(&catalog, NULL);
    params_set(&shop.fields, "mch_id", "10000100", NULL);
    params_set(&shop.fields, "appid", "wxd930ea5d5a258f4f", NULL);
    secret_set(&shop.key.value, DOC_KEY, 32);
    params_set(&wap.fields, "mch_id", "10000100", NULL);
    secret_set(&wap.key.value, DOC_KEY, 32);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    events_clear(&events);
    catalog_clear(&catalog);
    profile_clear(&shop);
    profile_clear(&wap);
    digest_forget_keys();
    return 0;
}

static void receive(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    struct fixture *f = ctx;
    struct notice_context c = {&events, shops, 2, NULL, NULL};
    assert_string_equal(q->content_type, "text/xml");
    for (size_t i = 0; i < q->header_count; i++) {
        if (strcmp(q->headers[i].name, "User-Agent") == 0)
            snprintf(f->user_agent, sizeof f->user_agent, "%s", q->headers[i].value);
    }
    assert_true(f->served < ARRAY_COUNT(f->got));
    notice_read(&c, q->body, q->len, &f->got[f->served]);
    buf_init(&a->body, 1000);
    answer_write(false, f->served >= f->fail_first, f->reason ? f->reason : "no", &a->body);
    f->served++;
}

static int start(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->loop = loop_new();
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, receive, f, &f->httpd, NULL), ST_OK);
    loop_serve(f->loop, f->httpd);
    snprintf(f->url, sizeof f->url, "%s/notify", httpd_url(f->httpd));
    *state = f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    deliver_free(f->deliver);
    loop_free(f->loop);
    for (size_t i = 0; i < ARRAY_COUNT(f->got); i++)
        notice_clear(&f->got[i]);
    free(f);
    return 0;
}

static void look(void *ctx, const struct delivery *d)
{
    struct fixture *f = ctx;
    if (d->fault && d->tries)
        snprintf(f->done, sizeof f->done, "%s", d->fault->text);
}

static void with_rule(struct fixture *f, const char *rule)
{
    struct err err = {0};
    if (rule && fault_read(&catalog, rule, &f->faults[f->fault_count++], &err))
        fail_msg("%s", err.text[LANG_EN]);
    if (!f->deliver)
        f->deliver = deliver_new(
            f->loop, &(struct deliver_options){.time_scale = f->scale > 0 ? f->scale : 1e6,
                                               .patience_ms = 400,
                                               .faults = f->faults,
                                               .fault_count = 1,
                                               .sink = look,
                                               .ctx = f});
}

static void post(struct fixture *f, enum event_kind event, const char *order, const char *url,
                 enum sign_kind kind)
{
    struct params given = {0}, sent = {0};
    struct template t = {0};
    struct template_source s = {.event = &events.items[event],
                                .order = &sent,
                                .profile = &shop,
                                .given = &given,
                                .seed = {1735660800, "nonce", "123456789012345678901234"}};
    if (event == EVENT_PAYMENT) {
        params_set(&given, "out_trade_no", order, NULL);
        params_set(&given, "total_fee", "100", NULL);
        if (f->deduction)
            params_set(&given, "contract_id", "C1", NULL);
    }
    if (kind == SIGN_HMAC_SHA256)
        params_set(&sent, "sign_type", "HMAC-SHA256", NULL);
    assert_int_equal(template_fill(&s, &t, NULL), ST_OK);
    deliver_post(f->deliver, &(struct deliver_job){.template = &t,
                                                   .order = order,
                                                   .url = url ? url : f->url,
                                                   .kind = kind,
                                                   .key = &shop.key.value});
    template_clear(&t);
    params_clear(&given);
    params_clear(&sent);
}

/* Turns until every delivery is finished. */
static void finish(struct fixture *f)
{
    long long end = net_clock() + 20000;
    for (bool busy = true; busy;) {
        assert_true(net_clock() < end);
        loop_turn(f->loop, 100);
        busy = false;
        for (size_t i = 0; i < deliver_count(f->deliver); i++) {
            enum delivery_state s = deliver_at(f->deliver, i)->state;
            busy = busy || (s != DELIVERY_DONE && s != DELIVERY_GIVEN_UP);
        }
    }
}

static void it_is_tried_until_acknowledged(void **state)
{
    struct fixture *f = *state;
    with_rule(f, NULL);
    f->fail_first = 3;
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    finish(f);
    assert_int_equal(f->served, 4);
    assert_int_equal(deliver_at(f->deliver, 0)->state, DELIVERY_DONE);
    assert_int_equal(deliver_at(f->deliver, 0)->tries, 4);
    assert_string_equal(f->user_agent, "Mozilla/4.0");
    for (size_t i = 0; i < 4; i++)
        assert_true(notice_is_good(&f->got[i]));
}

static void the_schedule_ends(void **state)
{
    struct fixture *f = *state;
    with_rule(f, NULL);
    f->fail_first = 100;
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    finish(f);
    assert_int_equal(deliver_at(f->deliver, 0)->state, DELIVERY_GIVEN_UP);
    assert_int_equal(f->served, 15); /* in all: facts/apis.md 4.5 */
    assert_int_equal(deliver_at(f->deliver, 0)->verdict, ANSWER_REFUSED);
}

static void a_deduction_has_its_own_schedule(void **state)
{
    struct fixture *f = *state;
    with_rule(f, NULL);
    f->fail_first = 100;
    f->deduction = true;
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    finish(f);
    assert_int_equal(f->served, 10);
}

static void nobody_listening_is_repeated_too(void **state)
{
    struct fixture *f = *state;
    with_rule(f, NULL);
    post(f, EVENT_GATEWAY_PAYMENT, "T1", "http://127.0.0.1:1/notify", SIGN_MD5);
    finish(f);
    assert_int_equal(deliver_at(f->deliver, 0)->tries, 10);
    assert_int_equal(deliver_at(f->deliver, 0)->err.status, ST_NETWORK);
}

static void an_address_that_is_none_is_given_up_at_once(void **state)
{
    struct fixture *f = *state;
    with_rule(f, NULL);
    post(f, EVENT_PAYMENT, "T1", "nonsense", SIGN_MD5);
    finish(f);
    assert_int_equal(deliver_at(f->deliver, 0)->tries, 1);
    assert_int_equal(deliver_at(f->deliver, 0)->state, DELIVERY_GIVEN_UP);
}

static void rules_spoil_what_they_say(void **state)
{
    static const struct {
        const char *rule;
        enum sign_kind kind;
        enum notice_trust trust;
        const char *field, *value; /* in what arrived first; NULL value: absent */
        bool idle;                 /* the rule changes nothing, and is not told of */
        enum event_kind event;
    } rows[] = {
        {"payment:first=1=NOTENOUGH", SIGN_MD5, NOTICE_GENUINE, "err_code", "NOTENOUGH"},
        {"payment:first=1=NOTENOUGH", SIGN_MD5, NOTICE_GENUINE, "result_code", "FAIL"},
        {"deposit=SYSTEMERROR", SIGN_HMAC_SHA256, NOTICE_GENUINE, "err_code_des", "SYSTEMERROR",
         .event = EVENT_DEPOSIT},
        {"gateway-payment=NOTENOUGH", SIGN_MD5, NOTICE_GENUINE, "pay_result", "1",
         .event = EVENT_GATEWAY_PAYMENT},
        {"gateway-payment=coupons", SIGN_MD5, NOTICE_GENUINE, "coupon_count", NULL,
         .event = EVENT_GATEWAY_PAYMENT},
        {"gateway-payment=no-sign-type", SIGN_MD5, NOTICE_GENUINE, "sign_type", NULL,
         .event = EVENT_GATEWAY_PAYMENT},
        {"*=NOTENOUGH", SIGN_MD5, NOTICE_GENUINE, "result_code", "SUCCESS", .idle = true},
        {"*=http=500", SIGN_MD5, NOTICE_GENUINE, "result_code", "SUCCESS", .idle = true},
        {"payment=no-sign-type", SIGN_MD5, NOTICE_GENUINE, "sign_type", NULL, .idle = true},
        {"payment=delay=0.01", SIGN_MD5, NOTICE_GENUINE, "total_fee", "100"},
        {"payment:first=1=forged", SIGN_MD5, NOTICE_FORGED, "total_fee", "100"},
        {"payment:first=1=bad-sign", SIGN_MD5, NOTICE_FORGED, "total_fee", "100"},
        {"payment:first=1=unsigned", SIGN_MD5, NOTICE_UNSIGNED, "sign", NULL},
        {"payment:first=1=bad-xml", SIGN_MD5, NOTICE_UNREADABLE, "sign", NULL},
        {"payment:first=1=amount", SIGN_MD5, NOTICE_GENUINE, "total_fee", "101"},
        {"payment:first=1=coupons", SIGN_MD5, NOTICE_GENUINE, "coupon_count", "2"},
        {"payment:first=1=no-sign-type", SIGN_HMAC_SHA256, NOTICE_GENUINE, "sign_type", NULL},
        {"*:order=T:first=1=forged", SIGN_MD5, NOTICE_FORGED, "total_fee", "100"},
        {"payment:order=X=forged", SIGN_MD5, NOTICE_GENUINE, "total_fee", "100", .idle = true},
        {"payment:first=2=hang", SIGN_MD5, NOTICE_GENUINE, "total_fee", "100"}, /* lost twice */
        {"payment:first=2=close", SIGN_MD5, NOTICE_GENUINE, "total_fee", "100"},
        {"contract-add=forged", SIGN_HMAC_SHA256, NOTICE_GENUINE, "sign_type", "HMAC-SHA256",
         .idle = true},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        f->fault_count = 0;
        f->served = 0;
        f->done[0] = '\0';
        f->fail_first = rows[i].trust == NOTICE_GENUINE ? 0 : 1;
        deliver_free(f->deliver);
        f->deliver = NULL;
        with_rule(f, rows[i].rule);
        post(f, rows[i].event, "T1", NULL, rows[i].kind);
        finish(f);
        assert_string_equal(f->done, rows[i].idle ? "" : rows[i].rule);
        const char *v = notice_get(&f->got[0], rows[i].field);
        if (f->got[0].trust != rows[i].trust || (v == NULL) != (rows[i].value == NULL) ||
            (v && strcmp(v, rows[i].value) != 0))
            fail_msg("%s: %d %s", rows[i].rule, (int)f->got[0].trust, v ? v : "-");
        if (f->fail_first) { /* and the repeat is good */
            assert_int_equal(f->served, 2);
            assert_true(notice_is_good(&f->got[1]));
        }
    }
}

/* Half a request, and then the end of the connection, or silence until the time-out. */
static void a_request_can_break_off(void **state)
{
    static const struct {
        const char *rule;
        enum status status;
        const char *zh, *en;
    } rows[] = {
        {"payment=close", ST_NETWORK, "请求中途关闭", "in the middle of the request"},
        {"payment=hang", ST_TIMEOUT, "只发出一半", "sent half of it"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct net_server s;
        net_serve(&s, f->loop, "");
        f->scale = 1;
        f->fault_count = 0;
        deliver_free(f->deliver);
        f->deliver = NULL;
        with_rule(f, rows[i].rule);
        post(f, EVENT_PAYMENT, "T1", s.url, SIGN_MD5);
        const struct delivery *d = deliver_at(f->deliver, 0);
        for (int n = 0; !s.requests; n++) {
            assert_true(n < 200); /* and it does not spin while it waits */
            loop_turn(f->loop, 100);
        }
        const char *body = strstr(s.got, "\r\n\r\n") + 4;
        assert_int_equal(strlen(body),
                         strtoul(strstr(s.got, "Content-Length:") + 15, NULL, 10) / 2);
        assert_string_equal(body, buf_str(&d->body));
        assert_int_equal(d->err.status, rows[i].status);
        net_assert_says(&d->err, rows[i].zh, rows[i].en);
        net_assert_says(&d->err, rows[i].rule, rows[i].rule);
        net_stop(&s);
    }
}

/* What is looked at afterwards; on the wire it is what was signed. */
static void a_key_in_body_or_answer_is_not_kept(void **state)
{
    struct fixture *f = *state;
    with_rule(f, NULL);
    f->reason = DOC_KEY;
    post(f, EVENT_PAYMENT, DOC_KEY, NULL, SIGN_MD5);
    finish(f);
    const struct delivery *d = deliver_at(f->deliver, 0);
    assert_int_equal(f->got[0].trust, NOTICE_GENUINE);
    assert_true(f->got[0].key_inside);
    assert_string_equal(notice_get(&f->got[0], "out_trade_no"), "****");
    assert_null(strstr(buf_str(&d->body), DOC_KEY));
    assert_non_null(strstr(buf_str(&d->body), "****"));
    assert_null(strstr(buf_str(&d->answer), DOC_KEY));
    assert_non_null(strstr(buf_str(&d->answer), "****"));
    assert_string_equal(d->findings.items[0].rule, "key-inside");
    assert_null(strstr(d->order, DOC_KEY));
}

static void duplicate_sends_two(void **state)
{
    struct fixture *f = *state;
    with_rule(f, "payment=duplicate");
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    finish(f);
    assert_int_equal(f->served, 2);
    assert_int_equal(deliver_count(f->deliver), 2);
    assert_string_equal(notice_get(&f->got[0], "transaction_id"),
                        notice_get(&f->got[1], "transaction_id"));
}

static void reorder_lets_the_next_one_pass(void **state)
{
    struct fixture *f = *state;
    with_rule(f, "payment:order=T1=reorder");
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    post(f, EVENT_PAYMENT, "T2", NULL, SIGN_MD5);
    finish(f);
    assert_int_equal(f->served, 2);
    assert_string_equal(notice_get(&f->got[0], "out_trade_no"), "T2");
    assert_string_equal(notice_get(&f->got[1], "out_trade_no"), "T1");
}

/* What came before it anyway is no reason to let it go. */
static void reorder_waits_for_one_behind_it(void **state)
{
    struct fixture *f = *state;
    with_rule(f, "contract-add=reorder");
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    post(f, EVENT_CONTRACT_ADD, "C1", NULL, SIGN_MD5);
    while (f->served < 1 || deliver_at(f->deliver, 0)->state != DELIVERY_DONE)
        loop_turn(f->loop, 100);
    assert_int_equal(deliver_at(f->deliver, 1)->state, DELIVERY_HELD);
    post(f, EVENT_PAYMENT, "T2", NULL, SIGN_MD5);
    finish(f);
    assert_int_equal(f->served, 3);
    assert_string_equal(notice_get(&f->got[1], "out_trade_no"), "T2");
    assert_int_equal(f->got[2].kind, EVENT_CONTRACT_ADD);
    assert_non_null(deliver_at(f->deliver, 1)->fault);
}

static void what_nothing_passes_is_not_reordered(void **state)
{
    struct fixture *f = *state;
    with_rule(f, "payment=reorder");
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    finish(f);
    assert_int_equal(f->served, 1);
    assert_null(deliver_at(f->deliver, 0)->fault);
}

static time_t noon(void)
{
    return 1767326400;
}

/* The moment of the next try is said once and does not move while it waits. */
static void the_next_try_has_its_moment(void **state)
{
    struct fixture *f = *state;
    f->fail_first = 1;
    f->deliver = deliver_new(f->loop, &(struct deliver_options){.clock = noon});
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    const struct delivery *v = deliver_at(f->deliver, 0);
    while (v->tries < 1 || v->state != DELIVERY_WAITING)
        loop_turn(f->loop, 100);
    assert_int_equal(v->due_at, noon() + 15);
}

static void delay_waits_before_it_is_sent(void **state)
{
    struct fixture *f = *state;
    with_rule(f, "payment=delay=0.2");
    long long began = net_clock();
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    finish(f);
    assert_true(net_clock() - began >= 190);
    assert_int_equal(f->served, 1);
}

static void freeing_lets_go_of_what_is_under_way(void **state)
{
    struct fixture *f = *state;
    with_rule(f, "payment:order=T2=delay=1000");
    post(f, EVENT_PAYMENT, "T1", NULL, SIGN_MD5);
    post(f, EVENT_PAYMENT, "T2", NULL, SIGN_MD5);
    while (deliver_at(f->deliver, 0)->state != DELIVERY_SENDING)
        loop_turn(f->loop, 100);
    deliver_free(f->deliver);
    f->deliver = NULL;
    for (int i = 0; i < 5; i++)
        loop_turn(f->loop, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_tried_until_acknowledged),
        TEST(the_schedule_ends),
        TEST(a_deduction_has_its_own_schedule),
        TEST(nobody_listening_is_repeated_too),
        TEST(an_address_that_is_none_is_given_up_at_once),
        TEST(rules_spoil_what_they_say),
        TEST(a_request_can_break_off),
        TEST(the_next_try_has_its_moment),
        TEST(a_key_in_body_or_answer_is_not_kept),
        TEST(duplicate_sends_two),
        TEST(reorder_lets_the_next_one_pass),
        TEST(reorder_waits_for_one_behind_it),
        TEST(what_nothing_passes_is_not_reordered),
        TEST(delay_waits_before_it_is_sent),
        TEST(freeing_lets_go_of_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
