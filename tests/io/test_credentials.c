/* SPDX-License-Identifier: MIT */
/* The sandbox's credentials as files: made, used again, renewed, and what is wrong with them. */
#include "io/net.h"

#include <sys/stat.h>

#include "core/buf.h"
#include "io/credentials.h"
#include "io/store.h"

#define NOW 1767225600 /* 2026-01-01 */
#define YEAR (365 * 86400)

struct place {
    char dir[64];
    char folder[96]; /* in it, absent at first */
};

static int start(void **state)
{
    struct place *p = mem_alloc(sizeof *p);
    snprintf(p->dir, sizeof p->dir, "/tmp/wxpc-credentials-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->folder, sizeof p->folder, "%s/data/sandbox-tls", p->dir);
    *state = p;
    return 0;
}

static int stop(void **state)
{
    struct place *p = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", p->dir);
    assert_int_equal(system(command), 0);
    free(p);
    return 0;
}

static const char *path_of(const struct place *p, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", p->folder, name);
    return path;
}

static void read_into(const struct place *p, const char *name, struct buf *out)
{
    buf_init(out, AUTHORITY_PEM_MAX);
    assert_int_equal(store_read(path_of(p, name), out, NULL), ST_OK);
    assert_true(out->len > 0);
}

/* Opens at `now` and gives a merchant a certificate, which must then be good. */
static void open_at(const struct place *p, time_t now, struct credentials **out)
{
    struct err err = {0};
    struct buf pem;
    char name[AUTHORITY_NAME_MAX];
    if (credentials_open(p->folder, "127.0.0.1", now, out, &err) ||
        credentials_merchant(*out, "10000100", now, &err))
        fail_msg("%s", err.text[LANG_EN]);
    read_into(p, "10000100/apiclient_cert.pem", &pem);
    assert_int_equal(authority_check_pem(credentials_authority(*out), &pem, now, name),
                     CERTIFICATE_GOOD);
    assert_string_equal(name, "10000100");
    buf_clear(&pem);
}

static void files_are_made_with_their_modes(void **state)
{
    static const struct {
        const char *name;
        unsigned mode;
    } rows[] = {{"ca.pem", 0644},
                {"ca_key.pem", 0600},
                {"10000100/apiclient_cert.pem", 0600},
                {"10000100/apiclient_key.pem", 0600},
                {"10000100/apiclient_cert.p12", 0600}};
    struct place *p = *state;
    struct credentials *c = NULL;
    struct stat st;
    open_at(p, NOW, &c);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(stat(path_of(p, rows[i].name), &st), 0);
        assert_int_equal(st.st_mode & 0777, rows[i].mode);
    }
    assert_int_equal(stat(p->folder, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    const struct httpd_tls *tls = credentials_tls(c);
    assert_non_null(strstr(tls->cert, "BEGIN CERTIFICATE"));
    assert_non_null(strstr(tls->key, "PRIVATE KEY"));
    struct buf ca;
    read_into(p, "ca.pem", &ca);
    assert_string_equal(tls->ca, buf_str(&ca));
    assert_string_equal(credentials_ca_file(c), path_of(p, "ca.pem"));
    buf_clear(&ca);
    credentials_close(c);
}

/* What stands in a file after opening at `now`, in comparison to before. */
static bool changes(const struct place *p, const char *name, time_t now)
{
    struct credentials *c = NULL;
    struct buf before, after;
    read_into(p, name, &before);
    open_at(p, now, &c);
    credentials_close(c);
    read_into(p, name, &after);
    bool differs = strcmp(buf_str(&before), buf_str(&after)) != 0;
    buf_clear(&before);
    buf_clear(&after);
    return differs;
}

static void what_holds_is_used_again_what_expired_is_renewed(void **state)
{
    struct place *p = *state;
    struct credentials *c = NULL;
    open_at(p, NOW, &c);
    credentials_close(c);
    assert_false(changes(p, "ca.pem", NOW + YEAR));
    assert_false(changes(p, "10000100/apiclient_cert.pem", NOW + YEAR));
    assert_true(changes(p, "10000100/apiclient_cert.pem", NOW + 6 * YEAR));
    assert_false(changes(p, "ca.pem", NOW + 6 * YEAR));
    assert_true(changes(p, "ca.pem", NOW + 11 * YEAR));
    /* What is no certificate, or lacks its key, is of no use to anybody. */
    assert_int_equal(store_write(path_of(p, "10000100/apiclient_cert.pem"), "x", 1, 0600, NULL),
                     ST_OK);
    assert_true(changes(p, "10000100/apiclient_cert.pem", NOW + 11 * YEAR));
    assert_int_equal(unlink(path_of(p, "10000100/apiclient_key.pem")), 0);
    assert_true(changes(p, "10000100/apiclient_cert.pem", NOW + 11 * YEAR));
    /* A start that was cut short before the CA's certificate. */
    assert_int_equal(unlink(path_of(p, "ca.pem")), 0);
    open_at(p, NOW + 11 * YEAR, &c);
    credentials_close(c);
}

static void what_is_wrong_is_said(void **state)
{
    struct place *p = *state;
    struct credentials *c = NULL;
    struct err err = {0};
    open_at(p, NOW, &c);
    assert_int_equal(credentials_merchant(c, "../x", NOW, &err), ST_ARGUMENT);
    net_assert_says(&err, "商户号 ../x 不能有客户端证书", "merchant ../x can have no");
    credentials_close(c);
    assert_int_equal(store_write(path_of(p, "ca_key.pem"), "x", 1, 0600, NULL), ST_OK);
    assert_int_equal(credentials_open(p->folder, NULL, NOW, &c, &err), ST_SYNTAX);
    net_assert_says(&err, path_of(p, "ca.pem"), path_of(p, "ca.pem"));
    net_assert_says(&err, "两者不成对", "remove both files");
    assert_int_equal(unlink(path_of(p, "ca_key.pem")), 0);
    assert_int_equal(credentials_open(p->folder, NULL, NOW, &c, &err), ST_SYNTAX);
    assert_int_equal(unlink(path_of(p, "ca.pem")), 0);
    assert_int_equal(mkdir(path_of(p, "ca.pem"), 0700), 0);
    assert_int_equal(credentials_open(p->folder, NULL, NOW, &c, &err), ST_IO);
    net_assert_says(&err, "这是一个文件夹", "it is a folder");

    char inside[160];
    snprintf(inside, sizeof inside, "%s/file", p->dir);
    assert_int_equal(store_write(inside, "x", 1, 0600, NULL), ST_OK);
    snprintf(inside, sizeof inside, "%s/file/sandbox-tls", p->dir);
    assert_int_equal(credentials_open(inside, NULL, NOW, &c, &err), ST_IO);
    net_assert_says(&err, "无法使用证书文件夹", "or choose another with --data");
    net_assert_says(&err, inside, inside);
    assert_int_equal(credentials_open("/proc/self/sandbox-tls", NULL, NOW, &c, &err), ST_IO);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(files_are_made_with_their_modes),
        TEST(what_holds_is_used_again_what_expired_is_renewed),
        TEST(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
