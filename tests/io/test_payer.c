/* SPDX-License-Identifier: MIT */
/*
 * The paying user: what each act does to the order and which notifications follow, through the
 * sandbox's control path as a command uses it.
 */
#include "io/net.h"

#include "core/notice.h"
#include "core/xml.h"
#include "io/gateway.h"
#include "io/store.h"

#define DOC_KEY "192006250b4c09247ec02edce69f6a2d"

static struct catalog catalog;
static struct events events;
static struct profile direct, third;
static const struct profile *const profiles[] = {&direct, &third};

struct fixture {
    struct loop *loop;
    struct gateway *gateway;
    struct httpd *shop; /* the merchant's notify URL */
    char notify[64];
    struct notice got[8];
    size_t count;
    bool refuses;
    const char *const *faults; /* of open_with() */
    double time_scale;
    unsigned told; /* tries that the sandbox's log tells of */
};

static int load(void **state)
{
    (void)state;
    events_load(&events, NULL);
    catalog_load_embedded(&catalog, NULL);
    params_set(&direct.fields, "mch_id", "10000100", NULL);
    params_set(&direct.fields, "appid", "wxd930ea5d5a258f4f", NULL);
    secret_set(&direct.key.value, DOC_KEY, 32);
    third.dialect = DIALECT_GATEWAY;
    params_set(&third.fields, "mch_id", "10000200", NULL);
    secret_set(&third.key.value, DOC_KEY, 32);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    events_clear(&events);
    catalog_clear(&catalog);
    profile_clear(&direct);
    profile_clear(&third);
    digest_forget_keys();
    return 0;
}

static void receive(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    struct fixture *f = ctx;
    struct notice_context c = {&events, profiles, 2, NULL, NULL};
    assert_true(f->count < ARRAY_COUNT(f->got));
    notice_read(&c, q->body, q->len, &f->got[f->count]);
    buf_init(&a->body, 1000);
    answer_write(f->got[f->count].gateway, !f->refuses, "busy", &a->body);
    f->count++;
}

static int start(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    struct gateway_options o = {.time_scale = 1e6};
    struct err err = {0};
    f->loop = loop_new();
    if (gateway_open(f->loop, &catalog, &o, &f->gateway, &err))
        fail_msg("%s", err.text[LANG_EN]);
    assert_int_equal(httpd_open("127.0.0.1", 0, NULL, receive, f, &f->shop, NULL), ST_OK);
    loop_serve(f->loop, f->shop);
    snprintf(f->notify, sizeof f->notify, "%s/notify", httpd_url(f->shop));
    *state = f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->count; i++)
        notice_clear(&f->got[i]);
    gateway_close(f->gateway);
    loop_free(f->loop);
    free(f);
    return 0;
}

/* Places the example order of an API under a number; more fields win. */
static void place(struct fixture *f, const char *api, const char *number, const char *name,
                  const char *value)
{
    const struct spec *spec = catalog_find(&catalog, api);
    bool gateway = spec->dialect == DIALECT_GATEWAY;
    struct params p = {0};
    struct sign_trace t = {0};
    struct net_call call;
    struct buf body;
    char url[256];
    for (size_t i = 0; i < spec->request_count; i++) {
        const struct field *field = &spec->request[i];
        if (field->required || field->on)
            params_set(&p, field->name, field->example, NULL);
    }
    params_set(&p, "mch_id", gateway ? "10000200" : "10000100", NULL);
    if (!gateway)
        params_set(&p, "appid", "wxd930ea5d5a258f4f", NULL);
    if (params_find(&p, "contract_mchid")) {
        params_set(&p, "contract_mchid", "10000100", NULL);
        params_set(&p, "contract_appid", "wxd930ea5d5a258f4f", NULL);
        params_set(&p, "contract_notify_url", f->notify, NULL);
    }
    params_set(&p, "out_trade_no", number, NULL);
    params_set(&p, "notify_url", f->notify, NULL);
    if (name)
        params_set(&p, name, value, NULL);
    sign_compute(&p, SIGN_MD5, &direct.key.value, &t, NULL);
    params_set(&p, "sign", t.hex, NULL);
    buf_init(&body, 1 << 20);
    xml_write(&p, &body, NULL);
    snprintf(url, sizeof url, "%s%s", gateway_url(f->gateway), spec->path);
    net_post(&call, f->loop, url, buf_str(&body));
    if (!strstr(buf_str(&call.r.body), "prepay_id") && !strstr(buf_str(&call.r.body), "pay_info"))
        fail_msg("%s: %s", api, buf_str(&call.r.body));
    http_result_clear(&call.r);
    buf_clear(&body);
    params_clear(&p);
    sign_trace_clear(&t);
}

/* POSTs to the control path; the answer's body is in `out`. */
static long control(struct fixture *f, const char *act, const char *type, const char *body,
                    char *out, size_t size)
{
    struct net_call call;
    char url[256];
    snprintf(url, sizeof url, "%s/sandbox/%s", gateway_url(f->gateway), act);
    net_start(
        &call, f->loop,
        &(struct http_request){
            .method = "POST", .url = url, .content_type = type, .body = body, .len = strlen(body)});
    net_until(f->loop, &call.done);
    snprintf(out, size, "%s", buf_str(&call.r.body));
    long status = call.r.status;
    http_result_clear(&call.r);
    return status;
}

static long act(struct fixture *f, const char *verb, const char *number, char *out)
{
    char body[256];
    snprintf(body, sizeof body, "{\"order\":\"%s\"}", number);
    return control(f, verb, "application/json", body, out, 2000);
}

/* Turns until every delivery is done. */
static void deliver_all(struct fixture *f)
{
    const struct deliver *d = gateway_deliveries(f->gateway);
    long long end = net_clock() + 20000;
    for (bool busy = true; busy;) {
        assert_true(net_clock() < end);
        loop_turn(f->loop, 50);
        busy = false;
        for (size_t i = 0; i < deliver_count(d); i++)
            busy = busy || deliver_at(d, i)->state != DELIVERY_DONE;
    }
}

static const struct notice *find(const struct fixture *f, enum event_kind kind)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->got[i].kind == kind)
            return &f->got[i];
    }
    return NULL;
}

static void what_is_paid_is_notified(void **state)
{
    static const struct {
        const char *api;
        enum event_kind kind;
    } rows[] = {{"unifiedorder", EVENT_PAYMENT}, {"wap", EVENT_GATEWAY_PAYMENT}};
    struct fixture *f = *state;
    char out[2000];
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        place(f, rows[i].api, "T20250101", NULL, NULL);
        snprintf(out, sizeof out, "{\"order\":\"T20250101\",\"mch_id\":\"%s\"}",
                 i ? "10000200" : "10000100");
        assert_int_equal(control(f, "pay", "application/json", out, out, sizeof out), 200);
        assert_non_null(strstr(out, "\"state\":\"SUCCESS\""));
        deliver_all(f);
        const struct notice *n = find(f, rows[i].kind);
        assert_non_null(n);
        assert_true(notice_is_good(n));
        assert_int_equal(n->findings.count, 0);
        assert_string_equal(notice_get(n, "out_trade_no"), "T20250101");
    }
    assert_int_equal(f->count, 2);
}

static void the_same_number_of_two_merchants_must_be_told_apart(void **state)
{
    struct fixture *f = *state;
    char out[2000];
    place(f, "unifiedorder", "T20250101", NULL, NULL);
    place(f, "wap", "T20250101", NULL, NULL);
    assert_int_equal(act(f, "pay", "T20250101", out), 409);
    assert_non_null(strstr(out, "not unique"));
}

static void a_contract_is_notified_beside_its_payment(void **state)
{
    struct fixture *f = *state;
    char out[2000];
    place(f, "contractorder", "T20250101", NULL, NULL);
    assert_int_equal(act(f, "pay", "T20250101", out), 200);
    deliver_all(f);
    const struct notice *n = find(f, EVENT_CONTRACT_ADD);
    assert_non_null(n);
    assert_true(notice_is_good(n));
    assert_null(notice_get(n, "nonce_str"));
    assert_non_null(find(f, EVENT_PAYMENT));
}

static void a_refused_contract_is_not_notified(void **state)
{
    struct fixture *f = *state;
    char out[2000];
    place(f, "contractorder", "T20250101", "plan_id", "999");
    assert_int_equal(act(f, "pay", "T20250101", out), 200);
    deliver_all(f);
    assert_null(find(f, EVENT_CONTRACT_ADD));
    assert_non_null(find(f, EVENT_PAYMENT));
}

static void who_goes_away_leaves_the_order_open(void **state)
{
    struct fixture *f = *state;
    char out[2000];
    place(f, "unifiedorder", "T20250101", NULL, NULL);
    assert_int_equal(act(f, "cancel", "T20250101", out), 200);
    assert_non_null(strstr(out, "\"state\":\"NOTPAY\""));
    assert_int_equal(act(f, "pay", "T20250101", out), 200);
    assert_int_equal(act(f, "pay", "T20250101", out), 409);
    assert_non_null(strstr(out, "ORDERPAID"));
    assert_int_equal(act(f, "cancel", "T20250101", out), 409);
    assert_non_null(strstr(out, "\"what\":{\"zh\":\"订单 T20250101 没有可取消的支付\","
                                "\"en\":\"order T20250101 has no payment to cancel\"}"));
    assert_non_null(strstr(out, "\"why\":{\"zh\":\"它的状态是 SUCCESS\","));
    assert_non_null(strstr(out, "\"fix\":{"));
    assert_int_equal(act(f, "fail", "T20250101", out), 409);
    assert_non_null(strstr(out, "has no payment that could fail"));
}

static void a_failure_is_told_by_the_third_party_gateway_alone(void **state)
{
    struct fixture *f = *state;
    char out[2000];
    place(f, "unifiedorder", "T20250101", NULL, NULL);
    assert_int_equal(act(f, "fail", "T20250101", out), 200);
    assert_non_null(strstr(out, "\"state\":\"PAYERROR\""));
    assert_non_null(strstr(out, "\"notifications\":[]"));
    place(f, "wap", "T20250102", NULL, NULL);
    assert_int_equal(act(f, "fail", "T20250102", out), 200);
    deliver_all(f);
    assert_int_equal(f->count, 1);
    assert_string_equal(notice_get(&f->got[0], "pay_result"), "1");
    assert_int_equal(f->got[0].trust, NOTICE_GENUINE);
    assert_false(f->got[0].paid);
}

static void bad_requests_are_refused(void **state)
{
    static const struct {
        const char *act, *type, *body;
        long status;
    } rows[] = {
        {"pay", "application/json", "{\"order\":\"T404040\"}", 404},
        {"pay", "application/json", "{}", 400},
        {"pay", "application/json", "{\"order\":7}", 400},
        {"pay", "application/json", "[", 400},
        {"pay", "application/json", "", 400},
        {"pay", "text/plain", "{\"order\":\"T404040\"}", 400}, /* what any page can send */
        {"pay", NULL, "{\"order\":\"T404040\"}", 400},
        {"steal", "application/json", "{}", 404},
    };
    struct fixture *f = *state;
    char out[20000];
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        long status = control(f, rows[i].act, rows[i].type, rows[i].body, out, sizeof out);
        if (status != rows[i].status)
            fail_msg("row %zu: %ld %s", i, status, out);
        if (i + 1 < ARRAY_COUNT(rows) && !strstr(out, "\"why\":{\"zh\""))
            fail_msg("row %zu lacks a part: %s", i, out);
    }
}

static time_t moment = 1767294245;

static time_t at_moment(void)
{
    return moment;
}

static void on_log(void *ctx, const struct gateway_event *e)
{
    struct fixture *f = ctx;
    if (strncmp(e->text.en, "try ", 4) == 0)
        f->told++;
}

static void open_with(struct fixture *f, const char *folder)
{
    struct err err = {0};
    struct gateway_options o = {.data_dir = folder,
                                .clock = at_moment,
                                .faults = f->faults,
                                .time_scale = f->time_scale,
                                .sink = on_log,
                                .ctx = f};
    gateway_close(f->gateway);
    if (gateway_open(f->loop, &catalog, &o, &f->gateway, &err))
        fail_msg("%s", err.text[LANG_EN]);
}

/* A notification that was refused is repeated by the sandbox that is started next with the same
   data, and by no later one. */
static void a_restart_goes_on_with_what_is_not_acknowledged(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/wxpc-payer-XXXXXX", file[64], out[2000];
    assert_non_null(mkdtemp(folder));
    open_with(f, folder);
    place(f, "unifiedorder", "T20260102", NULL, NULL);
    f->refuses = true;
    assert_int_equal(act(f, "pay", "T20260102", out), 200);
    const struct delivery *v = deliver_at(gateway_deliveries(f->gateway), 0);
    while (v->tries < 1 || v->state != DELIVERY_WAITING)
        loop_turn(f->loop, NET_TURN_MS);
    assert_int_equal(f->count, 1);
    assert_int_equal(f->told, 1);

    open_with(f, folder); /* the next try is due in 15 seconds */
    loop_turn(f->loop, 10);
    v = deliver_at(gateway_deliveries(f->gateway), 0);
    assert_int_equal(v->state, DELIVERY_WAITING);
    assert_int_equal(v->tries, 1);
    assert_in_range(deliver_wait_ms(v), 10000, 15000);
    assert_int_equal(f->told, 1); /* nothing was sent */

    f->refuses = false;
    moment += 20;
    open_with(f, folder);
    loop_turn(f->loop, 10);
    deliver_all(f);
    assert_int_equal(f->count, 2);
    assert_int_equal(f->told, 2);
    assert_int_equal(f->got[1].sign.state, SIGN_VALID);
    assert_string_equal(notice_get(&f->got[1], "transaction_id"),
                        notice_get(&f->got[0], "transaction_id"));

    moment += 20;
    open_with(f, folder);
    loop_turn(f->loop, 10);
    assert_int_equal(deliver_count(gateway_deliveries(f->gateway)), 0);

    struct buf text;
    buf_init(&text, 1u << 20);
    snprintf(file, sizeof file, "%s/sandbox.jsonl", folder);
    assert_int_equal(store_read(file, &text, NULL), ST_OK);
    assert_non_null(strstr(buf_str(&text), "\"delivery\""));
    assert_null(strstr(buf_str(&text), DOC_KEY));
    buf_clear(&text);
    unlink(file);
    assert_int_equal(rmdir(folder), 0);
}

/* A rule that makes each try wait makes no try of the wait. */
static void the_log_tells_of_each_try_once(void **state)
{
    static const char *const rules[] = {"payment=delay=0.01", NULL};
    struct fixture *f = *state;
    char out[2000];
    f->faults = rules;
    f->time_scale = 1e6;
    f->refuses = true;
    open_with(f, NULL);
    place(f, "unifiedorder", "T20260103", NULL, NULL);
    assert_int_equal(act(f, "pay", "T20260103", out), 200);
    while (f->count < 3)
        loop_turn(f->loop, NET_TURN_MS);
    f->refuses = false;
    deliver_all(f);
    assert_int_equal(f->told, f->count);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_restart_goes_on_with_what_is_not_acknowledged),
        TEST(the_log_tells_of_each_try_once),
        TEST(what_is_paid_is_notified),
        TEST(the_same_number_of_two_merchants_must_be_told_apart),
        TEST(a_contract_is_notified_beside_its_payment),
        TEST(a_refused_contract_is_not_notified),
        TEST(who_goes_away_leaves_the_order_open),
        TEST(a_failure_is_told_by_the_third_party_gateway_alone),
        TEST(bad_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
