/* SPDX-License-Identifier: MIT */
/* The workspace: opened without a file, each API sent through the embedded sandbox and back, and
   what happens when something is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <locale.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/workspace.h"
#include "core/embed.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"
#define SHOP_KEY "0123456789abcdef0123456789abcdef"
#define START 1735689600 /* 2025-01-01 08:00 in UTC+8 */

static time_t test_clock(void)
{
    return START;
}

/* Deterministic, and every call differs. */
static void test_random(void *out, size_t size)
{
    static uint32_t x = 1;
    for (size_t i = 0; i < size; i++) {
        x = x * 1664525u + 1013904223u;
        ((unsigned char *)out)[i] = (unsigned char)(x >> 24);
    }
}

/* ---- The stage: a home that is empty ---- */

struct stage {
    char home[64];
    struct workspace w;
};

static void make_home(struct stage *s)
{
    memset(s, 0, sizeof(*s));
    snprintf(s->home, sizeof(s->home), "/tmp/wxpc-workspace-XXXXXX");
    assert_non_null(mkdtemp(s->home));
    setenv("XDG_CONFIG_HOME", s->home, 1);
    setenv("XDG_DATA_HOME", s->home, 1);
    unsetenv("WXPC_KEY");
    unsetenv("SHOP_KEY");
}

static void put_file(const struct stage *s, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/wxpc/%s", s->home, name);
    assert_int_equal(store_write(path, text, strlen(text), 0600, NULL), ST_OK);
}

static void remove_home(const struct stage *s)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -r '%s'", s->home);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
}

static void open_workspace(struct stage *s, struct workspace_options o)
{
    struct err err = {0};
    o.clock = test_clock;
    o.random = test_random;
    o.has_lang = true;
    o.lang = LANG_EN;
    if (workspace_open(&s->w, &o, &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
}

static void open_demo(struct stage *s, const char *api)
{
    make_home(s);
    open_workspace(s, (struct workspace_options){.demo = true, .api = api});
}

static void close_stage(struct stage *s)
{
    workspace_close(&s->w);
    remove_home(s);
}

static long long now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void wait_for_reply(struct workspace *w)
{
    long long end = now_ms() + 20000;
    while (w->exchange.state == EXCHANGE_RUNNING) {
        assert_true(now_ms() < end);
        loop_turn(w->loop, 1000);
    }
}

static void send_and_wait(struct workspace *w)
{
    struct err err = {0};
    if (workspace_send(w, false, &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
    wait_for_reply(w);
}

static const char *got(const struct workspace *w, const char *name)
{
    const char *v = params_get(&w->exchange.reply.params, name);
    return v ? v : "";
}

/* ---- Opening ---- */

static size_t built_in_apis(void)
{
    size_t count, found = 0;
    const struct embed_file *files = embed_files(&count);
    for (size_t i = 0; i < count; i++)
        found += strcmp(files[i].folder, "apis") == 0;
    return found;
}

static void a_demonstration_needs_no_file(void **state)
{
    (void)state;
    struct stage s;
    char path[128];
    struct stat st;
    make_home(&s);
    unsetenv("HOME");
    open_workspace(&s, (struct workspace_options){.demo = true});
    assert_string_equal(workspace_spec(&s.w)->id, "unifiedorder");
    assert_string_equal(s.w.profile.name, "demo");
    assert_true(workspace_is_demo(&s.w));
    assert_int_equal(s.w.catalog.count, built_in_apis());
    assert_true(s.w.profile_count >= 3);
    assert_null(s.w.gateway); /* no socket yet … */
    struct draft *d = workspace_draft(&s.w);
    assert_int_equal(d->build_err.status, ST_OK);
    assert_true(d->request.trace.hex[0]); /* … and the signature is there already */
    assert_false(request_has_address(&d->request));
    assert_int_equal(workspace_start(&s.w, NULL), ST_OK);
    assert_true(request_has_address(&d->request));
    snprintf(path, sizeof(path), "%s/wxpc", s.home);
    assert_int_equal(stat(path, &st), -1); /* nothing was written */
    close_stage(&s);
}

static void the_language_comes_from_option_file_or_locale(void **state)
{
    (void)state;
    static const struct {
        const char *file, *lc_all, *lang_var;
        bool option;
        enum lang lang;
    } rows[] = {
        {NULL, "", "", false, LANG_EN},
        {NULL, "zh_CN.UTF-8", "", false, LANG_ZH},
        {NULL, "", "zh_CN.UTF-8", false, LANG_ZH},
        {NULL, "C.UTF-8", "zh_CN.UTF-8", false, LANG_EN},
        {"{\"lang\":\"zh\"}", "C.UTF-8", "", false, LANG_ZH},
        {"{\"lang\":\"zh\"}", "zh_CN.UTF-8", "", true, LANG_EN},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct stage s;
        make_home(&s);
        if (rows[i].file)
            put_file(&s, "settings.json", rows[i].file);
        setenv("LC_ALL", rows[i].lc_all, 1);
        setenv("LANG", rows[i].lang_var, 1);
        unsetenv("LC_MESSAGES");
        struct workspace_options o = {.demo = true, .has_lang = rows[i].option, .lang = LANG_EN};
        assert_int_equal(workspace_open(&s.w, &o, NULL), ST_OK);
        assert_int_equal(s.w.settings.lang, rows[i].lang);
        unsigned rev = s.w.rev_lang;
        workspace_lang(&s.w, LANG_ZH);
        assert_int_equal(s.w.settings.lang, LANG_ZH);
        assert_true(s.w.rev_lang != rev);
        workspace_close(&s.w);
        if (rows[i].file)
            remove_home(&s);
        else
            rmdir(s.home);
    }
    setenv("LC_ALL", "C.UTF-8", 1);
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    static const struct {
        struct workspace_options o;
        enum status st;
        const char *en;
    } rows[] = {
        {{.demo = true, .api = "unifedorder"}, ST_NOT_FOUND, "unifiedorder"},
        {{.profile = "nobody"}, ST_NOT_FOUND, "nobody"},
        {{.profile = "broken"}, ST_SYNTAX, "sign_type"},
        {{.demo = true, .key_file = "/nonexistent/key"}, ST_IO, "/nonexistent/key"},
    };
    struct stage s;
    make_home(&s);
    put_file(&s, "profiles/broken.json", "{\"name\":\"broken\",\"sign_type\":\"md5\"}");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        assert_int_equal(workspace_open(&s.w, &rows[i].o, &err), rows[i].st);
        if (!strstr(err.text[LANG_EN], rows[i].en)) {
            fail_msg("%s", err.text[LANG_EN]);
        }
        assert_null(s.w.loop); /* left closed */
    }
    remove_home(&s);
}

static void a_profile_that_is_gone_does_not_lock_anybody_out(void **state)
{
    (void)state;
    struct stage s;
    make_home(&s);
    put_file(&s, "settings.json", "{\"profile\":\"gone\",\"moose\":1}");
    put_file(&s, "apis/bad.json", "{");
    open_workspace(&s, (struct workspace_options){0});
    assert_string_equal(s.w.profile.name, "demo");
    assert_true(s.w.message.error);
    assert_non_null(strstr(s.w.message.text.text[LANG_EN], "gone"));
    assert_int_equal(s.w.catalog.failure_count, 1);
    close_stage(&s);
}

static void a_lookup_reads_no_merchant(void **state)
{
    (void)state;
    struct stage s;
    make_home(&s);
    open_workspace(&s, (struct workspace_options){.lookup = true, .profile = "nobody"});
    assert_null(s.w.profile.name);
    assert_int_equal(s.w.catalog.count, built_in_apis());
    workspace_close(&s.w);
    rmdir(s.home);
}

/* ---- Sending ---- */

static void each_api_goes_through_the_sandbox(void **state)
{
    (void)state;
    static const struct {
        const char *api, *merchant, *field;
    } rows[] = {
        {"unifiedorder", "demo", "code_url"},
        {"contractorder", "demo", "contract_code"},
        {"deposit_unifiedorder", "demo-partner", "sub_mch_id"},
        {"wap", "demo-gateway", "mweb_url"},
    };
    struct stage s;
    open_demo(&s, NULL);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        assert_int_equal(workspace_choose_id(&s.w, rows[i].api, &err), ST_OK);
        assert_string_equal(s.w.profile.name, rows[i].merchant); /* the one that it is for */
        send_and_wait(&s.w);
        const struct exchange *e = &s.w.exchange;
        if (e->state != EXCHANGE_DONE || e->reply.outcome != OUTCOME_SUCCESS) {
            fail_msg("%s: %s", rows[i].api,
                     e->reply.note_count ? e->reply.notes[0].text[LANG_EN]
                                         : e->http.err.text[LANG_EN]);
        }
        assert_string_equal(e->spec->id, rows[i].api);
        assert_true(got(&s.w, rows[i].field)[0]);
        assert_true(e->sent_at == START && e->http.status == 200 && e->http.times.total >= 0);
        assert_int_equal(s.w.log_count, i + 1);
        assert_true(s.w.log[i].ok);
        assert_non_null(strstr(s.w.log[i].what, "SUCCESS"));
        assert_null(strstr(s.w.log[i].joined, KEY));
    }
    assert_int_equal(workspace_choose_id(&s.w, "wop", NULL), ST_NOT_FOUND);
    close_stage(&s);
}

static void each_api_keeps_its_draft(void **state)
{
    (void)state;
    struct stage s;
    open_demo(&s, NULL);
    draft_set(workspace_draft(&s.w), "body", "first", true, NULL);
    workspace_choose(&s.w, 3);
    draft_set(workspace_draft(&s.w), "body", "second", true, NULL);
    workspace_choose(&s.w, 0);
    assert_string_equal(params_get(&workspace_draft(&s.w)->params, "body"), "first");
    assert_string_equal(params_get(&workspace_draft(&s.w)->params, "mch_id"), "10000100");
    workspace_choose(&s.w, 99); /* there is none */
    assert_int_equal(s.w.api, 0);
    close_stage(&s);
}

static void an_answer_spends_the_order_number(void **state)
{
    (void)state;
    struct stage s;
    char first[64], nonce[64];
    open_demo(&s, NULL);
    struct draft *d = workspace_draft(&s.w);
    snprintf(first, sizeof(first), "%s", params_get(&d->params, "out_trade_no"));
    snprintf(nonce, sizeof(nonce), "%s", params_get(&d->params, "nonce_str"));
    send_and_wait(&s.w);
    assert_string_not_equal(params_get(&s.w.exchange.request.params, "nonce_str"), nonce);
    assert_string_equal(params_get(&s.w.exchange.request.params, "out_trade_no"), first);
    send_and_wait(&s.w);
    assert_string_not_equal(params_get(&s.w.exchange.request.params, "out_trade_no"), first);
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_SUCCESS);
    draft_set(d, "out_trade_no", "MY-ORDER-1", true, NULL); /* typed: stays, and can be repeated */
    send_and_wait(&s.w);
    char prepay_id[128];
    snprintf(prepay_id, sizeof(prepay_id), "%s", got(&s.w, "prepay_id"));
    send_and_wait(&s.w);
    assert_string_equal(got(&s.w, "prepay_id"), prepay_id);
    close_stage(&s);
}

static void a_failed_call_keeps_the_order_number(void **state)
{
    (void)state;
    const char *faults[] = {"*:first=1=close", NULL};
    struct stage s;
    char first[64];
    make_home(&s);
    open_workspace(&s, (struct workspace_options){.demo = true, .faults = faults});
    send_and_wait(&s.w);
    assert_int_equal(s.w.exchange.state, EXCHANGE_FAILED);
    assert_int_equal(s.w.exchange.http.err.status, ST_NETWORK);
    snprintf(first, sizeof(first), "%s", params_get(&s.w.exchange.request.params, "out_trade_no"));
    send_and_wait(&s.w); /* the same order again, as it must be */
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_SUCCESS);
    assert_string_equal(params_get(&s.w.exchange.request.params, "out_trade_no"), first);
    close_stage(&s);
}

static void errors_of_the_form_stop_it(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    open_demo(&s, NULL);
    send_and_wait(&s.w);
    unsigned rev = s.w.rev_exchange;
    draft_set(workspace_draft(&s.w), "body", "", true, NULL);
    assert_int_equal(workspace_send(&s.w, false, &err), ST_REFUSED);
    assert_non_null(strstr(err.text[LANG_EN], "body"));
    assert_non_null(strstr(err.text[LANG_ZH], "body"));
    assert_int_equal(s.w.rev_exchange, rev);
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_SUCCESS); /* the last one stays */
    assert_int_equal(workspace_send(&s.w, true, &err), ST_OK);     /* forced */
    wait_for_reply(&s.w);
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_BUSINESS_FAIL);
    assert_string_equal(got(&s.w, "err_code"), "LACK_PARAMS");
    close_stage(&s);
}

static void one_call_at_a_time_and_it_can_be_cancelled(void **state)
{
    (void)state;
    const char *faults[] = {"*=hang", NULL};
    struct stage s;
    struct err err = {0};
    make_home(&s);
    open_workspace(&s, (struct workspace_options){.demo = true, .faults = faults});
    workspace_cancel(&s.w); /* nothing to cancel */
    assert_int_equal(workspace_send(&s.w, false, &err), ST_OK);
    assert_int_equal(workspace_send(&s.w, false, &err), ST_CONFLICT);
    assert_int_equal(workspace_send_raw(&s.w, "x", 1, &err), ST_CONFLICT);
    workspace_cancel(&s.w);
    wait_for_reply(&s.w);
    assert_int_equal(s.w.exchange.state, EXCHANGE_FAILED);
    assert_int_equal(s.w.exchange.http.err.status, ST_CANCELLED);
    close_stage(&s);
}

static void it_closes_with_a_call_under_way(void **state)
{
    (void)state;
    const char *faults[] = {"*=hang", NULL};
    struct stage s;
    make_home(&s);
    open_workspace(&s, (struct workspace_options){.demo = true, .faults = faults});
    assert_int_equal(workspace_send(&s.w, false, NULL), ST_OK);
    for (size_t i = 0; i < 200 && s.w.log_count == 0; i++)
        loop_turn(s.w.loop, 100);
    assert_int_equal(s.w.log_count, 1); /* it has arrived and hangs */
    close_stage(&s);
    assert_null(s.w.loop);
}

static void bytes_go_out_as_they_are(void **state)
{
    (void)state;
    static const char bytes[] = "<xml>broken";
    struct stage s;
    struct err err = {0};
    open_demo(&s, NULL);
    assert_int_equal(workspace_send_raw(&s.w, bytes, strlen(bytes), &err), ST_OK);
    wait_for_reply(&s.w);
    assert_string_equal(buf_str(&s.w.exchange.request.body), bytes);
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_COMMUNICATION_FAIL);
    assert_string_equal(s.w.exchange.reply.error->code, "XML_FORMAT_ERROR");
    close_stage(&s);
}

static void the_log_holds_nothing_that_moves_a_cursor(void **state)
{
    (void)state;
    static const char bytes[] =
        "<xml><mch_id>1</mch_id><out_trade_no>\xe2\x80\xae&#x9b;x</out_trade_no></xml>";
    struct stage s;
    open_demo(&s, NULL);
    for (size_t i = 0; i < WORKSPACE_LOG_MAX + 3; i++) {
        assert_int_equal(workspace_send_raw(&s.w, bytes, strlen(bytes), NULL), ST_OK);
        wait_for_reply(&s.w);
    }
    assert_int_equal(s.w.log_count, WORKSPACE_LOG_MAX); /* the oldest go */
    assert_int_equal(s.w.log_next, 3);
    assert_non_null(strstr(s.w.log[0].what, "<U+202E>"));
    assert_null(strstr(s.w.log[0].what, "\xe2\x80\xae"));
    close_stage(&s);
}

/* ---- Merchants ---- */

static const char shop[] =
    "{\"name\":\"shop\",\"environment\":\"production\",\"base_url\":\"http://127.0.0.1:%u\","
    "\"api_key\":{\"env\":\"SHOP_KEY\"},\"fields\":{\"appid\":\"wx1111111111111111\",\"mch_id\":"
    "\"10000100\",\"notify_url\":\"https://example.com/notify\"}}";

/* A port of 127.0.0.1 that nobody listens at, and a socket that keeps it. */
static int closed_port(unsigned *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof(a);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    getsockname(fd, (struct sockaddr *)&a, &len);
    *port = ntohs(a.sin_port);
    return fd;
}

static void put_shop(struct stage *s, unsigned port)
{
    char text[512];
    snprintf(text, sizeof(text), shop, port);
    put_file(s, "profiles/shop.json", text);
}

static void fill_order(struct draft *d)
{
    static const char *const values[][2] = {{"body", "x"},
                                            {"out_trade_no", "ORDER-1"},
                                            {"total_fee", "1"},
                                            {"spbill_create_ip", "127.0.0.1"},
                                            {"trade_type", "APP"}};
    for (size_t i = 0; i < ARRAY_COUNT(values); i++)
        draft_set(d, values[i][0], values[i][1], false, NULL);
}

static void a_key_that_cannot_be_fetched_says_what_to_do(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    make_home(&s);
    put_shop(&s, 9);
    open_workspace(&s, (struct workspace_options){.profile = "shop"});
    assert_int_equal(s.w.profile_err.status != ST_OK, true);
    fill_order(workspace_draft(&s.w));
    assert_int_equal(workspace_draft(&s.w)->build_err.status, ST_ARGUMENT);
    assert_int_not_equal(workspace_send(&s.w, false, &err), ST_OK);
    assert_non_null(strstr(err.text[LANG_EN], "SHOP_KEY")); /* the reason, not its consequence */
    assert_int_equal(s.w.exchange.state, EXCHANGE_NONE);
    setenv("SHOP_KEY", SHOP_KEY, 1);
    assert_int_equal(workspace_profile(&s.w, "shop", &err), ST_OK);
    assert_int_equal(s.w.profile_err.status, ST_OK);
    assert_int_equal(workspace_draft(&s.w)->build_err.status, ST_OK);
    assert_string_equal(params_get(&workspace_draft(&s.w)->params, "body"), "x");
    assert_int_equal(workspace_profile(&s.w, "nobody", &err), ST_NOT_FOUND);
    assert_string_equal(s.w.profile.name, "shop"); /* the old one stays */
    assert_int_equal(s.w.profile_err.status, ST_OK);
    close_stage(&s);
}

static void keys_come_by_rank(void **state)
{
    (void)state;
    struct stage s;
    char path[128];
    make_home(&s);
    put_shop(&s, 9);
    put_file(&s, "key", "from-a-file\n");
    snprintf(path, sizeof(path), "%s/wxpc/key", s.home);
    setenv("SHOP_KEY", "from-the-profile", 1);
    open_workspace(&s, (struct workspace_options){.profile = "shop"});
    assert_string_equal(s.w.profile.key.value.text, "from-the-profile");
    struct secret given = {0};
    secret_set(&given, "from-a-document", 15);
    workspace_key(&s.w, &given);
    assert_string_equal(s.w.profile.key.value.text, "from-a-document");
    secret_clear(&given);
    workspace_close(&s.w);
    setenv("WXPC_KEY", "from-the-variable", 1);
    open_workspace(&s, (struct workspace_options){.profile = "shop"});
    assert_string_equal(s.w.profile.key.value.text, "from-the-variable");
    workspace_close(&s.w);
    open_workspace(&s, (struct workspace_options){.profile = "shop", .key_file = path});
    assert_string_equal(s.w.profile.key.value.text, "from-a-file");
    unsetenv("WXPC_KEY");
    close_stage(&s);
}

static void production_asks_and_a_demonstration_never_leaves(void **state)
{
    (void)state;
    struct stage s;
    unsigned port;
    int fd = closed_port(&port);
    make_home(&s);
    put_shop(&s, port);
    setenv("SHOP_KEY", SHOP_KEY, 1);
    open_workspace(&s, (struct workspace_options){.profile = "shop"});
    assert_int_equal(workspace_ask(&s.w), ASK_PRODUCTION);
    fill_order(workspace_draft(&s.w));
    send_and_wait(&s.w); /* to the address of the profile, where nobody listens */
    assert_int_equal(s.w.exchange.state, EXCHANGE_FAILED);
    assert_int_equal(s.w.exchange.http.err.status, ST_NETWORK);
    assert_null(s.w.gateway);
    workspace_close(&s.w);
    open_workspace(&s, (struct workspace_options){.demo = true, .profile = "shop"});
    assert_int_equal(workspace_ask(&s.w), ASK_NOTHING);
    assert_string_equal(workspace_draft(&s.w)->request.url, "/pay/unifiedorder");
    send_and_wait(&s.w); /* its merchant is the sandbox's now */
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_SUCCESS);
    assert_int_equal(workspace_profile(&s.w, "demo", NULL), ST_OK);
    send_and_wait(&s.w); /* the built-in merchant has the same number, and its own key again */
    assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_SUCCESS);
    close(fd);
    close_stage(&s);
}

static void moving_money_asks_for_the_amount(void **state)
{
    (void)state;
    struct stage s;
    make_home(&s);
    put_shop(&s, 9);
    setenv("SHOP_KEY", SHOP_KEY, 1);
    open_workspace(&s, (struct workspace_options){.profile = "shop"});
    catalog_at(&s.w.catalog, 0);
    s.w.catalog.rows[0]->moves_money = true;
    assert_int_equal(workspace_ask(&s.w), ASK_AMOUNT);
    s.w.profile.environment = ENVIRONMENT_TEST;
    assert_int_equal(workspace_ask(&s.w), ASK_NOTHING);
    close_stage(&s);
}

static void a_sandbox_that_cannot_open_is_said_at_once_and_when_sending(void **state)
{
    (void)state;
    const char *faults[] = {"nonsense", NULL};
    struct stage s;
    struct err err = {0};
    make_home(&s);
    open_workspace(&s, (struct workspace_options){.demo = true, .faults = faults});
    assert_int_equal(workspace_start(&s.w, &err), ST_ARGUMENT);
    assert_non_null(strstr(err.text[LANG_EN], "nonsense"));
    assert_int_equal(s.w.gateway_err.status, ST_ARGUMENT);
    struct err again = {0};
    assert_int_equal(workspace_send(&s.w, false, &again), ST_ARGUMENT);
    assert_non_null(strstr(again.text[LANG_EN], "nonsense"));
    assert_int_equal(workspace_send_raw(&s.w, "x", 1, &again), ST_ARGUMENT);
    assert_int_equal(s.w.exchange.state, EXCHANGE_NONE);
    assert_true(workspace_draft(&s.w)->request.trace.hex[0]); /* the preview goes on */
    close_stage(&s);
}

static void a_certificate_is_demanded_before_sending(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    make_home(&s);
    char text[512];
    snprintf(text, sizeof(text), shop, 9);
    char *http = strstr(text, "\"http://");
    assert_non_null(http);
    memmove(http + 6, http + 5, strlen(http + 5) + 1); /* plain HTTP shows no certificate */
    http[5] = 's';
    put_file(&s, "profiles/shop.json", text);
    setenv("SHOP_KEY", SHOP_KEY, 1);
    open_workspace(&s, (struct workspace_options){.profile = "shop"});
    catalog_at(&s.w.catalog, 0);
    s.w.catalog.rows[0]->cert = true;
    fill_order(workspace_draft(&s.w));
    assert_int_equal(workspace_send(&s.w, false, &err), ST_ARGUMENT);
    assert_non_null(strstr(err.text[LANG_EN], "client_cert"));
    close_stage(&s);
}

static void profiles_are_saved_listed_and_removed(void **state)
{
    (void)state;
    struct stage s;
    struct profile p = {0};
    struct err err = {0};
    char path[128];
    struct stat st;
    make_home(&s);
    open_workspace(&s, (struct workspace_options){0});
    size_t before = s.w.profile_count;
    p.name = mem_strdup("mine");
    p.key.source = KEY_LITERAL;
    secret_set(&p.key.value, SHOP_KEY, 32);
    params_set(&p.fields, "mch_id", "1230000109", NULL);
    assert_int_equal(workspace_profile_save(&s.w, &p, &err), ST_OK);
    assert_int_equal(s.w.profile_count, before + 1);
    snprintf(path, sizeof(path), "%s/wxpc/profiles/mine.json", s.home);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(workspace_profile(&s.w, "mine", &err), ST_OK);
    assert_false(workspace_is_demo(&s.w));
    params_set(&p.fields, "mch_id", "1230000110", NULL);
    assert_int_equal(workspace_profile_save(&s.w, &p, &err), ST_OK); /* in use: read again */
    assert_string_equal(params_get(&s.w.profile.fields, "mch_id"), "1230000110");
    assert_int_equal(workspace_profile_remove(&s.w, "mine", &err), ST_OK);
    assert_string_equal(s.w.profile.name, "demo");
    assert_int_equal(s.w.profile_count, before);
    assert_int_not_equal(workspace_profile_remove(&s.w, "mine", &err), ST_OK);
    profile_clear(&p);
    close_stage(&s);
}

static void orders_are_kept_only_where_asked(void **state)
{
    (void)state;
    static const struct {
        bool demo, data;
        bool kept;
    } rows[] = {{true, false, false}, {true, true, true}, {false, false, true}};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct stage s;
        char data[128], path[160];
        struct stat st;
        make_home(&s);
        snprintf(data, sizeof(data), "%s/data", s.home);
        snprintf(path, sizeof(path), "%s/sandbox.jsonl", rows[i].data ? data : s.home);
        if (!rows[i].data)
            snprintf(path, sizeof(path), "%s/wxpc/sandbox.jsonl", s.home);
        open_workspace(&s, (struct workspace_options){.demo = rows[i].demo,
                                                      .data_dir = rows[i].data ? data : NULL});
        send_and_wait(&s.w);
        assert_int_equal(s.w.exchange.reply.outcome, OUTCOME_SUCCESS);
        assert_int_equal(stat(path, &st) == 0, rows[i].kept);
        close_stage(&s);
    }
}

/* ---- Messages and copies ---- */

static void messages_move_their_counter(void **state)
{
    (void)state;
    struct stage s;
    struct err err = {0};
    open_demo(&s, NULL);
    unsigned rev = s.w.rev_message;
    workspace_say(&s.w, "%d 个", "%d of them", 3);
    assert_false(s.w.message.error);
    assert_string_equal(s.w.message.text.text[LANG_ZH], "3 个");
    assert_string_equal(s.w.message.text.text[LANG_EN], "3 of them");
    err_set(&err, ST_IO, "坏", "bad");
    workspace_complain(&s.w, &err);
    assert_true(s.w.message.error);
    assert_int_equal(s.w.rev_message, rev + 2);
    workspace_close(&s.w);
    rmdir(s.home);
}

static void copies_are_texts_without_the_key(void **state)
{
    (void)state;
    static const struct {
        enum copy_what what;
        const char *has; /* after a good unifiedorder */
        bool needs_reply;
    } rows[] = {
        {COPY_SIGN, "", false},
        {COPY_JOINED, "&key=****", false},
        {COPY_XML, "<xml>", false},
        {COPY_CURL, "curl -sS 'http://127.0.0.1:", false},
        {COPY_COMMAND, "wxpc send unifiedorder --demo", false},
        {COPY_REPLY, "<return_code><![CDATA[SUCCESS]]>", true},
        {COPY_PREPAY_ID, "wx20250101080000", true},
        {COPY_CODE_URL, "weixin://", true},
        {COPY_MWEB_URL, NULL, true}, /* not for NATIVE */
        {COPY_INVOKE, "weixin://", true},
        {COPY_SNIPPET, NULL, true}, /* nor this */
    };
    struct stage s;
    open_demo(&s, NULL);
    assert_int_equal(ARRAY_COUNT(rows), COPY_COUNT);
    draft_set(workspace_draft(&s.w), "attach", KEY, false, NULL); /* the worst paste */
    for (int sent = 0; sent < 2; sent++) {
        for (size_t i = 0; i < COPY_COUNT; i++) {
            struct buf out;
            struct err err = {0};
            buf_init(&out, 1u << 20);
            enum status st = workspace_copy(&s.w, rows[i].what, &out, &err);
            bool there =
                rows[i].has && (sent || (!rows[i].needs_reply && rows[i].what != COPY_CURL));
            assert_int_equal(st, there ? ST_OK : ST_NOT_FOUND);
            assert_int_equal(out.len > 0, there);
            if (there)
                assert_non_null(strstr(buf_str(&out), rows[i].has));
            else
                assert_true(err.text[LANG_ZH][0] && err.text[LANG_EN][0]);
            assert_null(strstr(buf_str(&out), KEY));
            assert_true(copy_title(rows[i].what).zh && copy_title(rows[i].what).en);
            buf_clear(&out);
        }
        if (!sent)
            send_and_wait(&s.w);
    }
    close_stage(&s);
}

static void the_command_says_what_it_would_not_fill(void **state)
{
    (void)state;
    struct stage s;
    struct buf out;
    make_home(&s);
    put_shop(&s, 9);
    setenv("SHOP_KEY", SHOP_KEY, 1);
    open_workspace(&s, (struct workspace_options){.demo = true});
    struct draft *d = workspace_draft(&s.w);
    buf_init(&out, 1u << 16);
    workspace_copy(&s.w, COPY_COMMAND, &out, NULL);
    assert_string_equal(buf_str(&out), "wxpc send unifiedorder --demo");
    draft_set(d, "body", "it's", false, NULL);
    draft_set(d, "attach", "@x", false, NULL);
    draft_toggle(d, "product_id");
    draft_toggle(d, "goods_tag");
    draft_add(d, "foreign", "=1", NULL);
    buf_reset(&out);
    workspace_copy(&s.w, COPY_COMMAND, &out, NULL);
    assert_string_equal(
        buf_str(&out), "wxpc send unifiedorder --demo 'body=it'\\''s' 'attach==@x' 'goods_tag=WXG' "
                       "'foreign===1' 'product_id='");
    workspace_close(&s.w);
    open_workspace(&s, (struct workspace_options){.profile = "shop"});
    d = workspace_draft(&s.w);
    fill_order(d);
    struct request_seed seed;
    workspace_seed(&s.w, &seed);
    draft_generate(d, "out_trade_no", &seed, NULL);
    buf_reset(&out);
    workspace_copy(&s.w, COPY_COMMAND, &out, NULL);
    assert_non_null(strstr(buf_str(&out), "wxpc send unifiedorder -p shop 'body=x'"));
    assert_non_null(strstr(buf_str(&out), "'out_trade_no=20250101")); /* send makes none */
    assert_null(strstr(buf_str(&out), "nonce_str"));
    assert_null(strstr(buf_str(&out), "mch_id"));
    buf_clear(&out);
    close_stage(&s);
}

static void seeds_are_fresh(void **state)
{
    (void)state;
    struct stage s;
    struct request_seed a, b;
    open_demo(&s, NULL);
    workspace_seed(&s.w, &a);
    workspace_seed(&s.w, &b);
    assert_true(a.now == START);
    assert_int_equal(strlen(a.nonce), 32);
    assert_int_equal(
        strspn(a.nonce, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), 32);
    assert_int_equal(strlen(a.order_no), 22);
    assert_memory_equal(a.order_no, "20250101080000", 14);
    assert_int_equal(strlen(a.serial), 12);
    assert_true(a.serial[0] != '0');
    assert_string_not_equal(a.nonce, b.nonce);
    assert_string_not_equal(a.order_no, b.order_no);
    workspace_close(&s.w);
    rmdir(s.home);
}

static int set_locale(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_demonstration_needs_no_file),
        cmocka_unit_test(the_language_comes_from_option_file_or_locale),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(a_profile_that_is_gone_does_not_lock_anybody_out),
        cmocka_unit_test(a_lookup_reads_no_merchant),
        cmocka_unit_test(each_api_goes_through_the_sandbox),
        cmocka_unit_test(each_api_keeps_its_draft),
        cmocka_unit_test(an_answer_spends_the_order_number),
        cmocka_unit_test(a_failed_call_keeps_the_order_number),
        cmocka_unit_test(errors_of_the_form_stop_it),
        cmocka_unit_test(one_call_at_a_time_and_it_can_be_cancelled),
        cmocka_unit_test(it_closes_with_a_call_under_way),
        cmocka_unit_test(bytes_go_out_as_they_are),
        cmocka_unit_test(the_log_holds_nothing_that_moves_a_cursor),
        cmocka_unit_test(a_key_that_cannot_be_fetched_says_what_to_do),
        cmocka_unit_test(keys_come_by_rank),
        cmocka_unit_test(production_asks_and_a_demonstration_never_leaves),
        cmocka_unit_test(moving_money_asks_for_the_amount),
        cmocka_unit_test(a_sandbox_that_cannot_open_is_said_at_once_and_when_sending),
        cmocka_unit_test(a_certificate_is_demanded_before_sending),
        cmocka_unit_test(profiles_are_saved_listed_and_removed),
        cmocka_unit_test(orders_are_kept_only_where_asked),
        cmocka_unit_test(messages_move_their_counter),
        cmocka_unit_test(copies_are_texts_without_the_key),
        cmocka_unit_test(the_command_says_what_it_would_not_fill),
        cmocka_unit_test(seeds_are_fresh),
    };
    return cmocka_run_group_tests(tests, set_locale, NULL);
}
