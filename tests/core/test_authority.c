/* SPDX-License-Identifier: MIT */
/* The throw-away CA: what it issues, read back with OpenSSL itself, and whom it takes for whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "core/authority.h"

#define NOW ((time_t)1767225600) /* 2026-01-01T00:00:00Z */
#define DAY 86400
#define YEAR (366 * DAY)

static X509 *cert_of(const struct buf *pem)
{
    BIO *bio = BIO_new_mem_buf(buf_str(pem), (int)pem->len);
    X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(x);
    return x;
}

static EVP_PKEY *key_of(const struct buf *pem)
{
    BIO *bio = BIO_new_mem_buf(buf_str(pem), (int)pem->len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(key);
    return key;
}

static void der_of(const struct buf *pem, struct buf *out)
{
    unsigned char *der = NULL;
    X509 *x = cert_of(pem);
    int len = i2d_X509(x, &der);
    assert_true(len > 0);
    buf_init(out, AUTHORITY_PEM_MAX);
    buf_add(out, (char *)der, (size_t)len);
    OPENSSL_free(der);
    X509_free(x);
}

static int start(void **state)
{
    *state = authority_new(NOW);
    return 0;
}

static int stop(void **state)
{
    authority_free(*state);
    return 0;
}

static void a_server_certificate_names_this_machine(void **state)
{
    struct issued server = {0};
    authority_issue_server(*state, "192.0.2.7", NOW, &server);
    X509 *x = cert_of(&server.cert);
    EVP_PKEY *key = key_of(&server.key);
    assert_int_equal(X509_check_private_key(x, key), 1);
    assert_int_equal(X509_check_host(x, "localhost", 0, 0, NULL), 1);
    assert_int_equal(X509_check_host(x, "example.com", 0, 0, NULL), 0);
    const char *const addresses[] = {"127.0.0.1", "::1", "192.0.2.7"};
    for (size_t i = 0; i < ARRAY_COUNT(addresses); i++)
        assert_int_equal(X509_check_ip_asc(x, addresses[i], 0), 1);
    assert_int_equal(X509_check_ip_asc(x, "192.0.2.8", 0), 0);
    assert_int_equal(X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0), 1);
    assert_int_equal(X509_check_purpose(x, X509_PURPOSE_SSL_CLIENT, 0), 0);
    assert_int_equal(server.p12.len, 0);
    X509_free(x);
    EVP_PKEY_free(key);
    issued_clear(&server);
}

static void a_merchant_gets_what_the_platform_hands_out(void **state)
{
    struct issued m = {0};
    char name[64];
    authority_issue_merchant(*state, "1900000109", NOW, &m);
    X509 *x = cert_of(&m.cert), *inside = NULL;
    EVP_PKEY *key = key_of(&m.key), *p12_key = NULL;
    STACK_OF(X509) *chain = NULL;
    X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, name, sizeof name);
    assert_string_equal(name, "1900000109");
    assert_memory_equal(buf_str(&m.key), "-----BEGIN PRIVATE KEY-----\n", 28);
    assert_int_equal(EVP_PKEY_get_base_id(key), EVP_PKEY_RSA);
    assert_int_equal(EVP_PKEY_get_bits(key), 2048);
    assert_int_equal(X509_check_purpose(x, X509_PURPOSE_SSL_CLIENT, 0), 1);
    assert_int_equal(X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0), 0);

    const unsigned char *at = (const unsigned char *)buf_str(&m.p12);
    PKCS12 *p12 = d2i_PKCS12(NULL, &at, (long)m.p12.len);
    assert_non_null(p12);
    assert_int_equal(PKCS12_verify_mac(p12, "1900000108", -1), 0);
    assert_int_equal(PKCS12_parse(p12, "1900000109", &p12_key, &inside, &chain), 1);
    assert_int_equal(X509_cmp(x, inside), 0);
    assert_int_equal(EVP_PKEY_eq(key, p12_key), 1);
    assert_int_equal(sk_X509_num(chain), 1); /* the CA */
    assert_string_equal((const char *)X509_alias_get0(inside, NULL), "Tenpay Certificate");
    sk_X509_pop_free(chain, X509_free);
    PKCS12_free(p12);
    X509_free(x);
    X509_free(inside);
    EVP_PKEY_free(key);
    EVP_PKEY_free(p12_key);
    issued_clear(&m);
}

static void whom_a_certificate_is_of(void **state)
{
    struct authority *other = authority_new(NOW); /* of the same name */
    struct issued ours = {0}, later = {0}, theirs = {0}, server = {0};
    authority_issue_merchant(*state, "10000100", NOW, &ours);
    authority_issue_merchant(*state, "10000100", NOW + 9 * DAY, &later);
    authority_issue_merchant(other, "10000100", NOW, &theirs);
    authority_issue_server(*state, NULL, NOW, &server);
    struct buf damaged = {0};
    buf_init(&damaged, AUTHORITY_PEM_MAX);
    buf_adds(&damaged, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
    const struct {
        const struct buf *pem;
        time_t now;
        enum authority_verdict verdict;
        const char *name, *why;
    } rows[] = {
        {&ours.cert, NOW, CERTIFICATE_GOOD, "10000100", "issued by this CA"},
        {&ours.cert, NOW + 4 * YEAR, CERTIFICATE_GOOD, "10000100", "within five years"},
        {&ours.cert, NOW + 6 * YEAR, CERTIFICATE_EXPIRED, "10000100", "after them"},
        {&later.cert, NOW, CERTIFICATE_EXPIRED, "10000100", "before its time"},
        {&ours.cert, NOW + 20 * YEAR, CERTIFICATE_FOREIGN, "", "the CA itself has expired"},
        {&theirs.cert, NOW, CERTIFICATE_FOREIGN, "", "the same names from another CA"},
        {&server.cert, NOW, CERTIFICATE_FOREIGN, "", "ours, but a server's"},
        {&damaged, NOW, CERTIFICATE_FOREIGN, "", "no certificate inside"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char name[AUTHORITY_NAME_MAX] = "before";
        enum authority_verdict v = authority_check_pem(*state, rows[i].pem, rows[i].now, name);
        if (v != rows[i].verdict || strcmp(name, rows[i].name) != 0)
            fail_msg("%s: verdict %d, name \"%s\"", rows[i].why, (int)v, name);
        struct buf der = {0};
        if (rows[i].pem == &damaged)
            continue;
        der_of(rows[i].pem, &der);
        v = authority_check(*state, buf_str(&der), der.len, rows[i].now, name);
        if (v != rows[i].verdict || strcmp(name, rows[i].name) != 0)
            fail_msg("%s, as DER: verdict %d, name \"%s\"", rows[i].why, (int)v, name);
        buf_clear(&der);
    }
    char name[AUTHORITY_NAME_MAX];
    assert_int_equal(authority_check(*state, NULL, 0, NOW, name), CERTIFICATE_NONE);
    assert_int_equal(authority_check(*state, "0\x82 junk", 7, NOW, name), CERTIFICATE_FOREIGN);
    assert_int_equal(ERR_peek_error(), 0); /* nothing left for libcurl to stumble over */
    buf_clear(&damaged);
    issued_clear(&ours);
    issued_clear(&later);
    issued_clear(&theirs);
    issued_clear(&server);
    authority_free(other);
}

static void it_is_read_back_or_refused(void **state)
{
    struct authority *other = authority_new(NOW), *back = NULL;
    struct buf cert, key, cert2, key2;
    struct issued m = {0};
    char name[AUTHORITY_NAME_MAX];
    buf_init(&cert, AUTHORITY_PEM_MAX), buf_init_secret(&key, AUTHORITY_PEM_MAX);
    buf_init(&cert2, AUTHORITY_PEM_MAX), buf_init_secret(&key2, AUTHORITY_PEM_MAX);
    authority_write(*state, &cert, &key);
    authority_write(other, &cert2, &key2);
    authority_issue_merchant(*state, "10000100", NOW, &m);
    assert_int_equal(authority_read(&cert, &key, NOW, &back, NULL), ST_OK);
    assert_int_equal(authority_check_pem(back, &m.cert, NOW, name), CERTIFICATE_GOOD);
    authority_free(back);

    const struct {
        const struct buf *cert, *key;
        time_t now;
        enum status st;
        const char *why;
    } rows[] = {
        {&cert, &key2, NOW, ST_SYNTAX, "another CA's key"},
        {&key, &cert, NOW, ST_SYNTAX, "the files swapped"},
        {&m.cert, &m.key, NOW, ST_SYNTAX, "a merchant's certificate"},
        {&cert, &key, NOW + 11 * YEAR, ST_REFUSED, "expired"},
        {&cert, &key, NOW - 2 * DAY, ST_REFUSED, "not yet valid"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct err err = {0};
        enum status st = authority_read(rows[i].cert, rows[i].key, rows[i].now, &back, &err);
        if (st != rows[i].st || err.status != st)
            fail_msg("%s: %s", rows[i].why, status_name(st));
    }
    buf_clear(&cert), buf_clear(&key), buf_clear(&cert2), buf_clear(&key2);
    issued_clear(&m);
    authority_free(other);
}

static void a_number_is_no_path(void **state)
{
    (void)state;
    assert_true(authority_name_valid("1900000109"));
    assert_true(authority_name_valid("12345678901234567890123456789012"));
    const char *const bad[] = {"",    "..", "a/b", "1,CN", "123456789012345678901234567890123",
                               "商户"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
        assert_false(authority_name_valid(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_server_certificate_names_this_machine, start, stop),
        cmocka_unit_test_setup_teardown(a_merchant_gets_what_the_platform_hands_out, start, stop),
        cmocka_unit_test_setup_teardown(whom_a_certificate_is_of, start, stop),
        cmocka_unit_test_setup_teardown(it_is_read_back_or_refused, start, stop),
        cmocka_unit_test(a_number_is_no_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
