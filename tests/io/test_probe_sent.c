/* SPDX-License-Identifier: MIT */
/* What a probe sends, where to, and what it leaves behind: rows in the journal, and no file. */
#include "probe_stage.h"

#include <glob.h>
#include <ifaddrs.h>
#include <net/if.h>

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

#define REFUSED "<xml><return_code>FAIL</return_code></xml>"

/* It is this machine by any of its addresses. */
static void files_and_entities_are_told_for_certain_on_this_machine(void **state)
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
    assert_string_equal(ids(f, PROBE_UNKNOWN), "");
    assert_string_equal(ids(f, PROBE_FAILED), "");
    assert_string_equal(found(f, "file-entity")->got, "refused");
}

/* Whether another one resolves is known only if it comes to our port. */
static void of_another_machine_a_refusal_tells_nothing(void **state)
{
    size_t count;
    const struct probe_check *checks = probe_checks(&count);
    struct probe_finding finding;
    struct probe_seen seen = {.answers = {{.status = 200,
                                           .content_type = "text/xml",
                                           .body = REFUSED,
                                           .len = sizeof REFUSED - 1}},
                              .count = 1,
                              .baseline = true};
    (void)state;
    while (checks->shape != PROBE_EXTERNAL)
        checks++;
    probe_judge(checks, &seen, &finding);
    assert_int_equal(finding.result, PROBE_UNKNOWN);
    seen.fetched = "/entity";
    probe_judge(checks, &seen, &finding);
    assert_int_equal(finding.result, PROBE_FAILED);
    seen.fetched = NULL;
    seen.local = true;
    probe_judge(checks, &seen, &finding);
    assert_int_equal(finding.result, PROBE_PASSED);
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
        cmocka_unit_test_setup_teardown(the_file_is_gone_afterwards, start, stop),
        cmocka_unit_test_setup_teardown(who_ends_it_early_leaves_no_file, start, stop),
        cmocka_unit_test_setup_teardown(files_and_entities_are_told_for_certain_on_this_machine,
                                        start, stop),
        cmocka_unit_test_setup_teardown(of_another_machine_a_refusal_tells_nothing, start, stop),
        cmocka_unit_test_setup_teardown(what_was_sent_is_told_and_recorded_without_keys, start,
                                        stop),
        cmocka_unit_test_setup_teardown(what_is_not_sent_has_no_request, start, stop),
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
