/* SPDX-License-Identifier: MIT */
/*
 * The round trip of every API, with every trade type and every algorithm that it takes: sent, the
 * reply verified, and what it leads to notified, delivered and verified. The trips are a table of
 * stories; what a story has walked through is ticked off against the catalogue, so that an API, a
 * trade type or a notification that is added there and stands in no story fails the test.
 */
#include "gateway_shop.h"

enum act { END, CALL, PAY, CANCEL, FAIL, WAIT };

/* <name> in a text is a value of the story: no, url, type, and what replies told. */
struct step {
    enum act act;
    const char *what;    /* CALL: the API; WAIT: seconds; else the number that the payer acts on */
    const char *changes; /* CALL: to the demonstration request; FAIL: the code */
    const char *told;    /* what is notified because of it, each as "event " */
    const char *shows;   /* "name=value;…" of the reply, or of the notification */
};

#define STEPS_MAX 12
#define BY_NO "out_trade_no=<no>;transaction_id="
#define BY_CODE "contract_id=;plan_id=123;contract_code=<no>"
#define ORDER "out_trade_no=<no>;notify_url=<url>;total_fee=100;trade_type=<type>"
#define CONTRACT ORDER ";plan_id=123;contract_code=<no>;contract_notify_url=<url>"
#define SCAN "out_trade_no=<no>;total_fee=100;auth_code=12006109882800"
#define REFUND "out_refund_no=R<no>;total_fee=100;refund_fee=40"
#define BY_REFUND "out_refund_no=R<no>;refund_id=;transaction_id=;out_trade_no="
#define REFUNDED "refund_status=SUCCESS;refund_fee=40;out_trade_no=<no>;out_refund_no=R<no>"

/* A story is told for each trade type of its first call. */
static const struct step stories[][STEPS_MAX] = {
    /* An order is paid, queried and refunded. */
    {{CALL, "unifiedorder", ORDER, "", "trade_type=<type>"},
     {CALL, "orderquery", BY_NO, "", "trade_state=NOTPAY"},
     {PAY, "<no>", NULL, "payment ", "out_trade_no=<no>;total_fee=100;trade_type=<type>"},
     {CALL, "orderquery", BY_NO, "", "trade_state=SUCCESS;trade_type=<type>"},
     {CALL, "refund", "<order>;" REFUND ";notify_url=<url>", "refund ", REFUNDED},
     {CALL, "refundquery", BY_REFUND, "", "refund_status_0=SUCCESS;refund_fee_0=40"},
     {CALL, "orderquery", BY_NO, "", "trade_state=REFUND"},
     {CALL, "downloadbill", "bill_date=20250101;bill_type=ALL;tar_type=", "", ""}},
    /* Nobody pays: it is closed. */
    {{CALL, "unifiedorder", ORDER, "", "trade_type=<type>"},
     {WAIT, "300"},
     {CALL, "closeorder", "out_trade_no=<no>", "", "result_msg=OK"},
     {CALL, "orderquery", BY_NO, "", "trade_state=CLOSED"}},
    /* The order signs a contract, of which a deduction is made; then it ends. */
    {{CALL, "contractorder", CONTRACT, "", "contract_result_code=SUCCESS;trade_type=<type>"},
     {PAY, "<no>", NULL, "payment contract-add ", ""},
     {CALL, "querycontract", BY_CODE, "", "contract_state=0;contract_code=<no>"},
     {CALL, "pappayapply",
      "out_trade_no=D<no>;notify_url=<url>;total_fee=100;contract_id=<contract_id>", "payment ",
      "out_trade_no=D<no>;trade_type=PAP;contract_id=<contract_id>;trade_state=SUCCESS"},
     {CALL, "orderquery", "out_trade_no=D<no>;transaction_id=", "",
      "trade_state=SUCCESS;trade_type=PAP"},
     {CALL, "refund", "out_trade_no=D<no>;transaction_id=;" REFUND ";notify_url=<url>", "refund ",
      "refund_status=SUCCESS;out_trade_no=D<no>"},
     {CALL, "deletecontract", BY_CODE, "contract-delete ",
      "contract_code=<no>;change_type=DELETE;contract_termination_mode=3"},
     {CALL, "querycontract", BY_CODE, "", "contract_state=1;contract_termination_mode=3"}},
    /* A link opens a contract; the payer signs and later terminates it. */
    {{CALL, "entrustweb", "plan_id=123;contract_code=<no>;notify_url=<url>", "", ""},
     {PAY, "<no>", NULL, "contract-add ", "contract_code=<no>;change_type=ADD"},
     {CALL, "querycontract", BY_CODE, "", "contract_state=0"},
     {CANCEL, "<no>", NULL, "contract-delete ",
      "contract_code=<no>;change_type=DELETE;contract_termination_mode=2"},
     {CALL, "querycontract", BY_CODE, "", "contract_state=1;contract_termination_mode=2"}},
    /* The payer's code is scanned: the answer is the result, nothing is notified of it. */
    {{CALL, "micropay", SCAN "9406", "", "trade_type=MICROPAY;total_fee=100"},
     {CALL, "orderquery", BY_NO, "", "trade_state=SUCCESS;trade_type=MICROPAY"},
     {CALL, "refund", "<order>;" REFUND ";notify_url=<url>", "refund ", REFUNDED}},
    {{CALL, "micropay", SCAN "1111", "", "trade_type=MICROPAY"},
     {CALL, "reverse", BY_NO, "", "recall=N"},
     {CALL, "orderquery", BY_NO, "", "trade_state=REVOKED"}},
    /* A deposit is paid, consumed and refunded. */
    {{CALL, "deposit_unifiedorder", ORDER, "", "trade_type=<type>"},
     {CALL, "deposit_orderquery", BY_NO, "", "trade_state=NOTPAY"},
     {PAY, "<no>", NULL, "deposit ", "out_trade_no=<no>;total_fee=100;trade_type=<type>"},
     {CALL, "deposit_orderquery", BY_NO, "", "trade_state=SUCCESS;trade_type=<type>"},
     {CALL, "deposit_consume", BY_NO ";total_fee=100;consume_fee=60", "", "consume_fee=60"},
     {CALL, "deposit_orderquery", BY_NO, "", "trade_state=SUCCESS;consume_fee=60"},
     {CALL, "deposit_refund", "<order>;out_trade_no=<no>;" REFUND, "refund ", REFUNDED},
     {CALL, "deposit_refundquery", BY_REFUND, "", "refund_status_0=SUCCESS;refund_fee_0=40"}},
    {{CALL, "deposit_unifiedorder", ORDER, "", "trade_type=<type>"},
     {PAY, "<no>", NULL, "deposit ", "out_trade_no=<no>"},
     {CALL, "deposit_reverse", BY_NO, "", "recall=N"},
     {CALL, "deposit_orderquery", BY_NO, "", "trade_state=REVOKED"}},
    {{CALL, "deposit_micropay", SCAN "9406", "", "trade_type=MICROPAY"},
     {CALL, "deposit_orderquery", BY_NO, "", "trade_state=SUCCESS;trade_type=MICROPAY"},
     {CALL, "deposit_consume", BY_NO ";total_fee=100;consume_fee=60", "", "consume_fee=60"},
     {CALL, "deposit_refund", "<order>;out_trade_no=<no>;" REFUND, "refund ", REFUNDED}},
    /* The third-party gateway tells success and failure. */
    {{CALL, "wap", ORDER, "", ""},
     {PAY, "<no>", NULL, "gateway-payment ", "out_trade_no=<no>;total_fee=100;pay_result=0"}},
    {{CALL, "wap", ORDER, "", ""},
     {FAIL, "<no>", "NOTENOUGH", "gateway-payment ", "out_trade_no=<no>;pay_result=1"}},
};

/* ---- What was walked through ---- */

#define TICKS_MAX 256

static char ticks[TICKS_MAX][64];
static size_t tick_count;

static bool ticked(const char *what)
{
    for (size_t i = 0; i < tick_count; i++) {
        if (strcmp(ticks[i], what) == 0)
            return true;
    }
    return false;
}

/* "api", "api type", "api sign_type", "api>event" */
static void tick(const char *a, const char *mark, const char *b)
{
    char what[64];
    snprintf(what, sizeof what, "%s%s%s", a, mark, b);
    if (ticked(what))
        return;
    assert_true(tick_count < TICKS_MAX);
    memcpy(ticks[tick_count++], what, sizeof what);
}

/* ---- One story ---- */

struct trip {
    struct stage s;
    struct shop shop;
    struct params known; /* what <name> stands for */
    enum sign_kind kind; /* of every call that may choose */
    const char *placed;  /* the API that the next notification is because of */
    size_t told;         /* notifications so far */
    char where[128];     /* for a failure */
};

/* Puts the values of the story for each <name>. */
static void put_values(const struct trip *t, const char *text, char *out, size_t size)
{
    size_t n = 0;
    while (text && *text && n + 1 < size) {
        const char *end = *text == '<' ? strchr(text, '>') : NULL;
        char name[64];
        if (!end) {
            out[n++] = *text++;
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)(end - text - 1), text + 1);
        const char *value = params_get(&t->known, name);
        if (!value)
            fail_msg("%s: there is no <%s> yet", t->where, name);
        n += (size_t)snprintf(out + n, size - n, "%s", value ? value : "");
        text = end + 1;
    }
    assert_true(n + 1 < size);
    out[n] = '\0';
}

/* Does `p` (or `inner`) have each "name=value" of the text? */
static void must_show(const struct trip *t, const char *shows, const struct params *p,
                      const struct params *inner)
{
    char text[512], *rest = text, *one;
    put_values(t, shows, text, sizeof text);
    while ((one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        if (!value)
            continue;
        *value++ = '\0';
        const char *is =
            inner && params_has(inner, one) ? params_get(inner, one) : params_get(p, one);
        if (!is || strcmp(is, value) != 0)
            fail_msg("%s: %s is %s, not %s", t->where, one, is ? is : "absent", value);
    }
}

static void keep(struct trip *t, const struct params *p)
{
    static const char *const names[] = {"transaction_id", "contract_id"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (params_has(p, names[i]))
            params_set(&t->known, names[i], params_get(p, names[i]), NULL);
    }
    if (params_has(p, "transaction_id")) {
        char order[96];
        snprintf(order, sizeof order, "out_trade_no=;transaction_id=%s",
                 params_get(p, "transaction_id"));
        params_set(&t->known, "order", order, NULL);
    }
}

/* A good answer in the form of the API, signed as the request was. */
static void judge(const struct trip *t, const struct spec *spec, const struct reply *r,
                  enum sign_kind kind)
{
    bool text = spec->reply == REPLY_TEXT; /* a bill is unsigned, and says so */
    if (r->outcome != OUTCOME_SUCCESS || r->note_count != text)
        fail_msg("%s: %s %s %s, %s; %s", t->where, outcome_name(r->outcome), r->code, r->text,
                 r->note_count ? r->notes[0].text[LANG_EN] : "no note", t->s.why);
    assert_true(r->text_body == text);
    if (text)
        return;
    assert_int_equal(r->sign.state, SIGN_VALID);
    assert_int_equal(r->sign.kind, kind);
    for (size_t i = 0; i < spec->response_count; i++) { /* all that is promised came */
        const struct field *f = &spec->response[i];
        if (f->presence == PRESENCE_ALWAYS && !field_present(f, &r->params))
            fail_msg("%s: no %s", t->where, f->name);
    }
}

static void call_step(struct trip *t, const struct step *step)
{
    const struct spec *spec = api(step->what);
    bool chooses = spec->sign_types[t->kind] && spec_field(spec, "sign_type") != NULL;
    enum sign_kind kind = chooses ? t->kind : spec->sign_default;
    char changes[1024];
    struct reply r = {0};
    put_values(t, step->changes, changes, sizeof changes);
    if (chooses) {
        size_t len = strlen(changes);
        snprintf(changes + len, sizeof changes - len, ";sign_type=%s", sign_kind_name(kind));
    }
    if (spec->get) {
        struct net_call call;
        open_link(&t->s, spec->id, changes, &call);
        if (strcmp(t->s.code, "SUCCESS") != 0 || call.r.status != 200)
            fail_msg("%s: HTTP %ld %s %s", t->where, call.r.status, t->s.code, t->s.why);
        http_result_clear(&call.r);
    } else {
        call_api(&t->s, spec->id, changes, SIGNED, &r);
        judge(t, spec, &r, kind);
        if (!step->told[0])
            must_show(t, step->shows, &r.params, NULL);
        keep(t, &r.params);
    }
    const char *type = params_get(&t->known, "type");
    tick(spec->id, " ", sign_kind_name(kind));
    if (spec_field(spec, "trade_type"))
        tick(spec->id, " ", strcmp(spec->id, "pappayapply") == 0 ? "PAP" : type);
    if (places(spec) || spec->notification_count || step->told[0])
        t->placed = spec->id;
    reply_clear(&r);
}

/* Everything that the step leads to has come, once, and holds. */
static void notices(struct trip *t, const struct step *step)
{
    size_t wanted = 0, at = t->told;
    for (const char *c = step->told; c && *c; c++)
        wanted += *c == ' ';
    wait_notices(&t->shop, &t->s, at + wanted);
    assert_int_equal(t->shop.count, at + wanted);
    for (t->told = at + wanted; at < t->told; at++) {
        const struct notice *n = &t->shop.all[at];
        char word[64];
        snprintf(word, sizeof word, "%s ", event_name(n->kind));
        if (!strstr(step->told, word))
            fail_msg("%s: a %s came", t->where, word);
        /* The third-party gateway tells a failure, too: genuine, but no payment. */
        bool good = notice_is_good(n) || (step->act == FAIL && n->trust == NOTICE_GENUINE);
        if (!good || n->duplicate)
            fail_msg("%s: %s: %s", t->where, word, notice_reason(n));
        if (!n->event->sealed) {
            assert_int_equal(n->sign.state, SIGN_VALID);
            assert_int_equal(n->sign.kind, n->event->has_sign ? n->event->sign
                                           : n->gateway       ? SIGN_MD5
                                                              : t->kind);
        }
        if (wanted == 1)
            must_show(t, step->shows, &n->params, &n->inner);
        tick(t->placed, ">", event_name(n->kind));
    }
}

static void take(struct trip *t, const struct step *step)
{
    char what[128];
    put_values(t, step->what, what, sizeof what);
    switch (step->act) {
    case CALL:
        call_step(t, step);
        break;
    case PAY:
        play(&t->s, PAYER_PAY, what, NULL);
        break;
    case CANCEL:
        play(&t->s, PAYER_CANCEL, what, NULL);
        break;
    case FAIL:
        play(&t->s, PAYER_FAIL, what, step->changes);
        break;
    case WAIT:
        test_time += atoi(what);
        break;
    case END:
        break;
    }
    notices(t, step);
}

static void tell(size_t story, const char *type, enum sign_kind kind)
{
    static unsigned number;
    struct trip t = {.kind = kind};
    char no[24];
    open_stage(&t.s, &(struct gateway_options){.time_scale = 1e6});
    open_shop(&t.shop, &t.s);
    /* A deposit's refund has no notify_url of its own: it goes to the merchant's. */
    params_set(&t.shop.partner.fields, "notify_url", t.shop.url, NULL);
    assert_int_equal(gateway_merchant(t.s.gateway, &t.shop.partner, NULL), ST_OK);
    snprintf(no, sizeof no, "TRIP%06u", ++number);
    params_set(&t.known, "no", no, NULL);
    params_set(&t.known, "url", t.shop.url, NULL);
    params_set(&t.known, "type", type, NULL);
    for (size_t i = 0; i < STEPS_MAX && stories[story][i].act != END; i++) {
        const struct step *step = &stories[story][i];
        snprintf(t.where, sizeof t.where, "story %zu %s %s, step %zu %s", story, type,
                 sign_kind_name(kind), i, step->what);
        take(&t, step);
    }
    const struct deliver *d = gateway_deliveries(t.s.gateway);
    for (long long end = net_clock() + 20000; net_clock() < end; loop_turn(t.s.loop, 10)) {
        bool busy = false;
        for (size_t i = 0; i < deliver_count(d); i++)
            busy = busy || deliver_at(d, i)->state == DELIVERY_SENDING;
        if (!busy)
            break;
    }
    assert_int_equal(deliver_count(d), t.told); /* nothing more, and each at the first try */
    for (size_t i = 0; i < deliver_count(d); i++) {
        assert_int_equal(deliver_at(d, i)->state, DELIVERY_DONE);
        assert_int_equal(deliver_at(d, i)->tries, 1);
    }
    params_clear(&t.known);
    close_shop(&t.shop, &t.s);
    close_stage(&t.s);
}

static void every_story_comes_to_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(stories); i++) {
        const struct spec *first = api(stories[i][0].what);
        const struct field *type = spec_field(first, "trade_type");
        size_t types = type ? type->value_count : 1;
        for (size_t k = 0; k < types; k++) {
            for (int kind = 0; kind < SIGN_KIND_COUNT; kind++) {
                if (first->sign_types[kind])
                    tell(i, type ? type->values[k].value : "", (enum sign_kind)kind);
            }
        }
    }
}

/* Runs behind the stories. */
static void the_stories_walk_through_the_whole_catalogue(void **state)
{
    (void)state;
    bool events[EVENT_COUNT] = {false};
    for (size_t i = 0; i < catalog.count; i++) {
        const struct spec *spec = catalog_at(&catalog, i);
        const struct field *type = spec_field(spec, "trade_type");
        char what[64];
        for (size_t k = 0; type && k < type->value_count; k++) {
            snprintf(what, sizeof what, "%s %s", spec->id, type->values[k].value);
            if (!ticked(what))
                fail_msg("no story has %s", what);
        }
        for (int kind = 0; kind < SIGN_KIND_COUNT; kind++) {
            snprintf(what, sizeof what, "%s %s", spec->id, sign_kind_name((enum sign_kind)kind));
            if (spec->sign_types[kind] && !ticked(what))
                fail_msg("no story has %s", what);
        }
        for (size_t k = 0; k < spec->notification_count; k++) {
            snprintf(what, sizeof what, "%s>%s", spec->id, spec->notifications[k].event);
            if (!ticked(what))
                fail_msg("no story has %s", what);
        }
    }
    for (size_t i = 0; i < tick_count; i++) {
        const char *event = strchr(ticks[i], '>');
        enum event_kind kind;
        if (event && event_read(event + 1, &kind))
            events[kind] = true;
    }
    for (int kind = 0; kind < EVENT_COUNT; kind++) {
        if (!events[kind])
            fail_msg("no story is told by %s", event_name((enum event_kind)kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_comes_to_its_end),
        cmocka_unit_test(the_stories_walk_through_the_whole_catalogue),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
