/* SPDX-License-Identifier: MIT */
/*
 * The door to OpenSSL's X.509.
 *
 * The CA and the server have keys on P-256, which are made in no time; a merchant has RSA of
 * 2048 bits like the platform's. The PKCS#12 file is encrypted with 3DES and SHA-1 as the
 * platform's is: what reads that (old Java, .NET, OpenSSL 3 without its legacy provider)
 * shall read ours. A call that fails for lack of memory or randomness ends the program.
 *
 * The library's queue of errors is emptied after what may fail: libcurl shares it and would
 * take our errors for its own.
 */
#include "core/authority.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define ORGANIZATION "wxpc sandbox"
#define SERIAL_SIZE 16 /* bytes */
#define AUTHORITY_DAYS 3653
#define SERVER_DAYS 397
#define MERCHANT_DAYS 1826
#define RSA_BITS 2048
#define EXTENSIONS_MAX 6
#define P12_ROUNDS 2048
#define P12_NAME "Tenpay Certificate" /* the platform's; Java programs ask for it by this name */

struct authority {
    X509 *cert;
    EVP_PKEY *key;
    X509_STORE *store; /* holds `cert` alone */
};

static void must(bool ok)
{
    if (!ok)
        die("OpenSSL 无法生成证书 / OpenSSL cannot make a certificate");
}

/* ---- Certificates ---- */

/* What a certificate is to say. */
struct blank {
    const char *common_name;
    EVP_PKEY *key;
    long days;
    struct {
        int id;
        const char *value;
    } extensions[EXTENSIONS_MAX];
};

static void set_serial(X509 *x)
{
    unsigned char bytes[SERIAL_SIZE];
    must(RAND_bytes(bytes, sizeof bytes) == 1);
    bytes[0] = (bytes[0] & 0x7f) | 0x40; /* positive, and always of the same length */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    must(number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)));
    BN_free(number);
}

static void set_name(X509 *x, const char *common_name)
{
    const char *const parts[][2] = {{"C", "CN"}, {"O", ORGANIZATION}, {"CN", common_name}};
    X509_NAME *name = X509_get_subject_name(x);
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
        must(X509_NAME_add_entry_by_txt(name, parts[i][0], MBSTRING_UTF8,
                                        (const unsigned char *)parts[i][1], -1, -1, 0) == 1);
}

static void add_extension(X509 *x, X509 *issuer, int id, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&ctx);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, id, value);
    must(e && X509_add_ext(x, e, -1) == 1);
    X509_EXTENSION_free(e);
}

/* Signed by `a`; by itself when that is NULL. */
static X509 *make(const struct authority *a, const struct blank *b, time_t now)
{
    X509 *x = X509_new();
    must(x && X509_set_version(x, X509_VERSION_3) == 1);
    set_serial(x);
    set_name(x, b->common_name);
    must(X509_set_issuer_name(x, X509_get_subject_name(a ? a->cert : x)) == 1);
    must(X509_time_adj_ex(X509_getm_notBefore(x), -1, 0, &now) &&
         X509_time_adj_ex(X509_getm_notAfter(x), (int)b->days, 0, &now));
    must(X509_set_pubkey(x, b->key) == 1);
    for (size_t i = 0; i < EXTENSIONS_MAX && b->extensions[i].value; i++)
        add_extension(x, a ? a->cert : x, b->extensions[i].id, b->extensions[i].value);
    must(X509_sign(x, a ? a->key : b->key, EVP_sha256()) > 0);
    return x;
}

/* ---- PEM ---- */

static void take_bio(BIO *bio, struct buf *out)
{
    char *data = NULL;
    long len = BIO_get_mem_data(bio, &data);
    buf_add(out, data, len > 0 ? (size_t)len : 0);
    BIO_free(bio); /* wipes */
}

static void write_cert(X509 *x, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    must(bio && PEM_write_bio_X509(bio, x) == 1);
    take_bio(bio, out);
}

static void write_key(EVP_PKEY *key, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    must(bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
    take_bio(bio, out);
}

/* Instead of OpenSSL's own, which would ask at the terminal. */
static int no_password(char *out, int size, int writes, void *ctx)
{
    (void)out, (void)size, (void)writes, (void)ctx;
    return -1;
}

static BIO *bio_of(const struct buf *b)
{
    BIO *bio = BIO_new_mem_buf(buf_str(b), b->len < INT_MAX ? (int)b->len : INT_MAX);
    must(bio != NULL);
    return bio;
}

static X509 *read_cert(const struct buf *pem)
{
    BIO *bio = bio_of(pem);
    X509 *x = PEM_read_bio_X509(bio, NULL, no_password, NULL);
    BIO_free(bio);
    ERR_clear_error();
    return x;
}

static EVP_PKEY *read_key(const struct buf *pem)
{
    BIO *bio = bio_of(pem);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    ERR_clear_error();
    return key;
}

/* ---- The authority ---- */

static struct authority *authority_of(X509 *cert, EVP_PKEY *key)
{
    struct authority *a = mem_alloc(sizeof *a);
    a->cert = cert;
    a->key = key;
    a->store = X509_STORE_new();
    must(a->store && X509_STORE_add_cert(a->store, cert) == 1);
    return a;
}

struct authority *authority_new(time_t now)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    must(key != NULL);
    X509 *cert =
        make(NULL,
             &(struct blank){.common_name = ORGANIZATION " throw-away CA",
                             .key = key,
                             .days = AUTHORITY_DAYS,
                             .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                            {NID_key_usage, "critical,keyCertSign"},
                                            {NID_subject_key_identifier, "hash"}}},
             now);
    return authority_of(cert, key);
}

/* Is it valid at `now`? */
static bool is_current(const X509 *x, time_t now)
{
    return X509_cmp_time(X509_get0_notBefore(x), &now) < 0 &&
           X509_cmp_time(X509_get0_notAfter(x), &now) > 0;
}

enum status authority_read(const struct buf *cert, const struct buf *key, time_t now,
                           struct authority **out, struct err *err)
{
    X509 *x = read_cert(cert);
    EVP_PKEY *k = read_key(key);
    enum status st = ST_OK;
    if (!x || !k || X509_check_private_key(x, k) != 1)
        st = err_set(err, ST_SYNTAX,
                     SAY("CA 的证书与私钥不能用", "读不出，或两者不成对",
                         "删除两个文件会重新生成，或另选一个文件夹"),
                     SAY("the CA's certificate and key cannot be used",
                         "they cannot be read, or are no pair",
                         "remove both files for new ones, or choose another folder"));
    else if (X509_check_ca(x) < 1)
        st = err_set(
            err, ST_SYNTAX, SAY("CA 的证书不能用", "它不是 CA 证书", "另选一个文件夹"),
            SAY("the CA's certificate cannot be used", "it is no CA's", "choose another folder"));
    else if (!is_current(x, now))
        st = err_set(err, ST_REFUSED, SAY("CA 的证书不能用", "它不在有效期内", "重新生成"),
                     SAY("the CA's certificate cannot be used",
                         "it has expired, or is not yet valid", "make a new one"));
    ERR_clear_error();
    if (!st) {
        *out = authority_of(x, k);
        return ST_OK;
    }
    X509_free(x);
    EVP_PKEY_free(k);
    return st;
}

void authority_free(struct authority *a)
{
    if (!a)
        return;
    X509_STORE_free(a->store);
    X509_free(a->cert);
    EVP_PKEY_free(a->key); /* wipes */
    free(a);
}

void authority_write(const struct authority *a, struct buf *cert, struct buf *key)
{
    write_cert(a->cert, cert);
    write_key(a->key, key);
}

/* ---- Issuing ---- */

void issued_clear(struct issued *i)
{
    buf_clear(&i->cert);
    buf_clear(&i->key);
    buf_clear(&i->p12);
}

static void issue(const struct authority *a, const struct blank *b, time_t now, struct issued *out,
                  X509 **cert)
{
    buf_init(&out->cert, AUTHORITY_PEM_MAX);
    buf_init_secret(&out->key, AUTHORITY_PEM_MAX);
    buf_init_secret(&out->p12, AUTHORITY_PEM_MAX);
    *cert = make(a, b, now);
    write_cert(*cert, &out->cert);
    write_key(b->key, &out->key);
}

void authority_issue_server(const struct authority *a, const char *address, time_t now,
                            struct issued *out)
{
    char names[256];
    X509 *cert;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    must(key != NULL);
    snprintf(names, sizeof names, "DNS:localhost,IP:127.0.0.1,IP:::1%s%s", address ? ",IP:" : "",
             address ? address : "");
    struct blank b = {.common_name = "localhost",
                      .key = key,
                      .days = SERVER_DAYS,
                      .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                     {NID_key_usage, "critical,digitalSignature"},
                                     {NID_ext_key_usage, "serverAuth"},
                                     {NID_subject_alt_name, names},
                                     {NID_subject_key_identifier, "hash"},
                                     {NID_authority_key_identifier, "keyid"}}};
    issue(a, &b, now, out, &cert);
    X509_free(cert);
    EVP_PKEY_free(key);
}

bool authority_name_valid(const char *mch_id)
{
    size_t len = strlen(mch_id);
    return len > 0 && len < AUTHORITY_NAME_MAX &&
           strspn(mch_id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_") ==
               len;
}

static void write_p12(const struct authority *a, const char *password, X509 *cert, EVP_PKEY *key,
                      struct buf *out)
{
    const int cipher = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
    unsigned char *der = NULL;
    STACK_OF(X509) *chain = sk_X509_new_null();
    must(chain && sk_X509_push(chain, a->cert) > 0);
    PKCS12 *p12 =
        PKCS12_create(password, P12_NAME, key, cert, chain, cipher, cipher, P12_ROUNDS, -1, 0);
    must(p12 && PKCS12_set_mac(p12, password, -1, NULL, 0, P12_ROUNDS, EVP_sha1()) == 1);
    int len = i2d_PKCS12(p12, &der);
    must(len > 0);
    buf_add(out, (const char *)der, (size_t)len);
    OPENSSL_clear_free(der, (size_t)len);
    PKCS12_free(p12);
    sk_X509_free(chain);
}

void authority_issue_merchant(const struct authority *a, const char *mch_id, time_t now,
                              struct issued *out)
{
    X509 *cert;
    EVP_PKEY *key = EVP_RSA_gen(RSA_BITS);
    must(key != NULL);
    struct blank b = {.common_name = mch_id,
                      .key = key,
                      .days = MERCHANT_DAYS,
                      .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                     {NID_key_usage, "critical,digitalSignature"},
                                     {NID_ext_key_usage, "clientAuth"},
                                     {NID_subject_key_identifier, "hash"},
                                     {NID_authority_key_identifier, "keyid"}}};
    issue(a, &b, now, out, &cert);
    write_p12(a, mch_id, cert, key, &out->p12);
    X509_free(cert);
    EVP_PKEY_free(key);
}

/* ---- Judging ---- */

static enum authority_verdict judge(const struct authority *a, X509 *x, time_t now)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    must(ctx && X509_STORE_CTX_init(ctx, a->store, x, NULL) == 1);
    X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), now);
    bool holds = X509_verify_cert(ctx) == 1;
    int fault = X509_STORE_CTX_get_error(ctx), depth = X509_STORE_CTX_get_error_depth(ctx);
    X509_STORE_CTX_free(ctx);
    if (holds)
        return CERTIFICATE_GOOD;
    bool dated = fault == X509_V_ERR_CERT_HAS_EXPIRED || fault == X509_V_ERR_CERT_NOT_YET_VALID;
    return dated && depth == 0 ? CERTIFICATE_EXPIRED : CERTIFICATE_FOREIGN;
}

/* Frees `x`. */
static enum authority_verdict check(const struct authority *a, X509 *x, time_t now,
                                    char name[AUTHORITY_NAME_MAX])
{
    enum authority_verdict v = x ? judge(a, x, now) : CERTIFICATE_FOREIGN;
    name[0] = '\0';
    if (v != CERTIFICATE_FOREIGN)
        X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, name,
                                  AUTHORITY_NAME_MAX);
    X509_free(x);
    ERR_clear_error();
    return v;
}

enum authority_verdict authority_check(const struct authority *a, const void *der, size_t len,
                                       time_t now, char name[AUTHORITY_NAME_MAX])
{
    const unsigned char *at = der;
    name[0] = '\0';
    if (len == 0)
        return CERTIFICATE_NONE;
    return check(a, len < AUTHORITY_PEM_MAX ? d2i_X509(NULL, &at, (long)len) : NULL, now, name);
}

enum authority_verdict authority_check_pem(const struct authority *a, const struct buf *pem,
                                           time_t now, char name[AUTHORITY_NAME_MAX])
{
    name[0] = '\0';
    return pem->len == 0 ? CERTIFICATE_NONE : check(a, read_cert(pem), now, name);
}
