/* SPDX-License-Identifier: MIT */
/* The sandbox under TLS: who may make the calls that need a certificate, and who disturbs. */
#include "gateway_stage.h"

#include "core/authority.h"

#define OTHER "transaction_id=;out_trade_no=T20250101" /* an order that is not there */

static char dir[64];

static time_t real_clock(void)
{
    return time(NULL);
}

/* With the real time: libcurl judges the server's certificate by it. */
static void open_tls(struct stage *s)
{
    static char ca[128];
    open_stage(s, &(struct gateway_options){.tls_dir = dir, .clock = real_clock});
    test_time = time(NULL);
    snprintf(ca, sizeof ca, "%s/ca.pem", dir);
    s->ca_file = ca;
}

/* Shows FOLDER's certificate in further calls. */
static void show(struct stage *s, const char *folder, const char *form)
{
    static char cert[160], key[160];
    bool p12 = strcmp(form, "p12") == 0;
    snprintf(cert, sizeof cert, "%s/apiclient_cert.%s", folder, form);
    snprintf(key, sizeof key, "%s/apiclient_key.pem", folder);
    s->client_cert = cert;
    s->client_key = p12 ? NULL : key;
}

static void put(const char *folder, const char *name, const struct buf *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(store_write(path, text->data, text->len, 0600, NULL), ST_OK);
}

/* The same merchant's certificate by a CA of that time. */
static void forge(const char *folder, struct authority *a, time_t now)
{
    struct issued i = {0};
    authority_issue_merchant(a, "10000100", now, &i);
    put(folder, "apiclient_cert.pem", &i.cert);
    put(folder, "apiclient_key.pem", &i.key);
    issued_clear(&i);
}

static struct authority *read_authority(void)
{
    struct buf cert, key;
    struct authority *a = NULL;
    char path[128];
    buf_init(&cert, AUTHORITY_PEM_MAX);
    buf_init_secret(&key, AUTHORITY_PEM_MAX);
    snprintf(path, sizeof path, "%s/ca.pem", dir);
    assert_int_equal(store_read(path, &cert, NULL), ST_OK);
    snprintf(path, sizeof path, "%s/ca_key.pem", dir);
    assert_int_equal(store_read(path, &key, NULL), ST_OK);
    assert_int_equal(authority_read(&cert, &key, time(NULL), &a, NULL), ST_OK);
    buf_clear(&cert);
    buf_clear(&key);
    return a;
}

static void calls_that_move_money_want_the_merchants_certificate(void **state)
{
    (void)state;
    struct stage s;
    char foreign[96], expired[96], own[96], partner[96];
    snprintf(foreign, sizeof foreign, "%s/foreign", dir);
    snprintf(expired, sizeof expired, "%s/expired", dir);
    snprintf(own, sizeof own, "%s/10000100", dir);
    snprintf(partner, sizeof partner, "%s/1900000109", dir);
    open_tls(&s);
    struct authority *other = authority_new(time(NULL)), *ours = read_authority();
    forge(foreign, other, time(NULL));
    forge(expired, ours, time(NULL) - 6 * 365 * 86400);
    const struct {
        const char *folder, *form, *id, *changes, *code, *why;
    } rows[] = {
        {NULL, "", "refund", OTHER, "CERT_ERROR", "no client certificate was shown"},
        {foreign, "pem", "refund", OTHER, "CERT_ERROR", "was not issued by this sandbox"},
        {expired, "pem", "refund", OTHER, "CERT_ERROR", "is not valid today"},
        {partner, "pem", "refund", OTHER, "CERT_ERROR", "is that of merchant 1900000109"},
        {own, "pem", "refund", OTHER, "ORDERNOTEXIST", "no such order"},
        {own, "p12", "refund", OTHER, "ORDERNOTEXIST", "no such order"},
        {NULL, "", "reverse", OTHER, "CERT_ERROR", "no client certificate was shown"},
        {own, "pem", "reverse", OTHER, "INVALID_TRANSACTIONID", "no such order"},
        {own, "pem", "deposit_refund", "", "CERT_ERROR", "is that of merchant 10000100"},
        {partner, "pem", "deposit_refund", "", "INVALID_TRANSACTIONID", "no such transaction_id"},
        {NULL, "", "deposit_consume", OTHER, "CERT_ERROR", "no client certificate was shown"},
        {NULL, "", "deposit_reverse", OTHER, "CERT_ERROR", "no client certificate was shown"},
        {NULL, "", "orderquery", OTHER, "ORDERNOTEXIST", "no such order"},
        {foreign, "pem", "orderquery", OTHER, "ORDERNOTEXIST", "no such order"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply r = {0};
        s.client_cert = s.client_key = NULL;
        if (rows[i].folder)
            show(&s, rows[i].folder, rows[i].form);
        call_api(&s, rows[i].id, rows[i].changes, SIGNED, &r);
        if (strcmp(got(&r, "err_code"), rows[i].code) != 0 || !strstr(s.why, rows[i].why))
            fail_msg("row %zu, %s: %s, %s", i, rows[i].id, got(&r, "err_code"), s.why);
        assert_int_equal(r.sign.state, SIGN_VALID);
        assert_true(r.error && strcmp(r.error->code, rows[i].code) == 0);
        reply_clear(&r);
    }
    /* Whoever signs wrongly hears that first. */
    struct reply r = {0};
    s.client_cert = s.client_key = NULL;
    call_api(&s, "refund", "", WRONG, &r);
    assert_string_equal(got(&r, "return_code"), "FAIL");
    assert_non_null(strstr(got(&r, "return_msg"), "签名错误"));
    reply_clear(&r);
    authority_free(other);
    authority_free(ours);
    close_stage(&s);
}

static void links_lead_to_the_secure_port(void **state)
{
    (void)state;
    struct stage s;
    struct reply r = {0};
    open_tls(&s);
    assert_memory_equal(gateway_url(s.gateway), "https://127.0.0.1:", 18);
    call_api(&s, "unifiedorder", "trade_type=MWEB", SIGNED, &r);
    assert_int_equal(
        strncmp(got(&r, "mweb_url"), gateway_url(s.gateway), strlen(gateway_url(s.gateway))), 0);
    reply_clear(&r);
    close_stage(&s);
}

static void who_does_not_speak_tls_disturbs_nobody(void **state)
{
    (void)state;
    static struct net_client rude[4];
    static const struct {
        const char *text;
        size_t len;
    } texts[] = {
        {"\x16\x03\x01\x02\x00\x01\x00", 7}, /* half a greeting */
        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27},
        {"\xff\x00\x01garbage\r\n\r\n", 14},
        {"", 0},
    };
    struct stage s;
    open_tls(&s);
    unsigned port = (unsigned)strtoul(gateway_url(s.gateway) + 18, NULL, 10);
    for (size_t i = 0; i < ARRAY_COUNT(rude); i++) {
        net_connect(&rude[i], s.loop, port);
        net_send(&rude[i], texts[i].text, texts[i].len);
    }
    long long before = net_clock();
    for (int i = 0; i < 3; i++) {
        struct reply r = {0};
        call_api(&s, "orderquery", OTHER, SIGNED, &r);
        assert_string_equal(got(&r, "err_code"), "ORDERNOTEXIST");
        reply_clear(&r);
    }
    assert_true(net_clock() - before < 8000); /* not by the deadline of the silent ones */
    net_until(s.loop, &rude[1].closed);
    net_until(s.loop, &rude[2].closed);
    assert_non_null(strstr(rude[1].got, "use https://")); /* a hint, and a line in the log */
    assert_non_null(strstr(buf_str(&s.log), "\n/\n"));
    assert_non_null(strstr(buf_str(&s.log), "NOT_TLS"));
    for (size_t i = 0; i < ARRAY_COUNT(rude); i++)
        net_close(&rude[i]);
    assert_int_equal(s.events, 4);
    close_stage(&s);
}

static int start(void **state)
{
    snprintf(dir, sizeof dir, "/tmp/wxpc-tls-XXXXXX");
    assert_non_null(mkdtemp(dir));
    return open_catalog(state);
}

static int stop(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
    return close_catalog(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_that_move_money_want_the_merchants_certificate),
        cmocka_unit_test(links_lead_to_the_secure_port),
        cmocka_unit_test(who_does_not_speak_tls_disturbs_nobody),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
