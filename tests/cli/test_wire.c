/* SPDX-License-Identifier: MIT */
/*
 * What a hostile or broken gateway sends, told by `wxpc send`, the real program.
 *
 * A child process answers one call with the bytes of a row. Every row runs twice, for people and
 * with --json: the exit status and the sentence are the row's, the JSON is one document, no
 * control byte reaches an output, and the merchant's key stands in none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/json.h"

#define KEY "b64d9f0c7a2e4815936f0d1c8e7a5b23"
#define OUTPUT_MAX (64 << 20)

/* ---- The gateway ---- */

struct gateway {
    int pid;
    unsigned port;
};

static void answer(int fd, const char *bytes, size_t len)
{
    char got[8192];
    size_t n = 0;
    got[0] = '\0';
    while (!strstr(got, "</xml>") && n < sizeof got - 1) {
        ssize_t more = read(fd, got + n, sizeof got - 1 - n);
        if (more <= 0)
            break;
        n += (size_t)more;
        got[n] = '\0';
    }
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        bytes += sent;
        len -= (size_t)sent;
    }
    close(fd);
}

static struct gateway gateway_start(const char *bytes, size_t len)
{
    struct gateway g = {0};
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 8), 0);
    getsockname(fd, (struct sockaddr *)&a, &size);
    g.port = ntohs(a.sin_port);
    g.pid = fork();
    assert_true(g.pid >= 0);
    if (g.pid == 0) {
        for (;;)
            answer(accept(fd, NULL, NULL), bytes, len);
    }
    close(fd);
    return g;
}

static void gateway_stop(const struct gateway *g)
{
    kill(g->pid, SIGKILL);
    waitpid(g->pid, NULL, 0);
}

/* ---- The program ---- */

struct run {
    int status;
    char *out, *err; /* NUL-terminated */
    size_t out_len, err_len;
};

static char *slurp(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = malloc(OUTPUT_MAX);
    assert_non_null(text);
    *len = fread(text, 1, OUTPUT_MAX - 1, f);
    text[*len] = '\0';
    fclose(f);
    return text;
}

static char home[] = "/tmp/wxpc-wire-XXXXXX"; /* mkdtemp fills it in */

static const char *in_home(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", home, name);
    return path;
}

static void write_profile(const char *name, unsigned port)
{
    FILE *f = fopen(in_home(name), "w");
    assert_non_null(f);
    fchmod(fileno(f), 0600);
    fprintf(f,
            "{\"name\":\"wire\",\"environment\":\"test\",\"base_url\":\"http://127.0.0.1:%u\","
            "\"api_key\":\"" KEY "\",\"fields\":{\"appid\":\"wxd930ea5d5a258f4f\","
            "\"mch_id\":\"10000100\",\"notify_url\":\"http://127.0.0.1/n\","
            "\"spbill_create_ip\":\"127.0.0.1\"}}",
            port);
    fclose(f);
}

static struct run wxpc_send(bool json)
{
    struct run r = {0};
    int pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        setenv("XDG_CONFIG_HOME", home, 1);
        setenv("XDG_DATA_HOME", home, 1);
        unsetenv("WXPC_KEY");
        if (!freopen("/dev/null", "r", stdin) || !freopen(in_home("out"), "w", stdout) ||
            !freopen(in_home("err"), "w", stderr))
            _exit(99);
        execl(PROGRAM, "wxpc", "send", "unifiedorder", "-p", "wire", "body=x",
              "out_trade_no=A12345678", "total_fee=1", "trade_type=NATIVE", "product_id=1",
              "--no-history", "--timeout=10", "--lang=en", json ? "--json" : NULL, NULL);
        _exit(98);
    }
    assert_int_equal(waitpid(pid, &r.status, 0), pid);
    r.status = WIFEXITED(r.status) ? WEXITSTATUS(r.status) : 1000 + WTERMSIG(r.status);
    r.out = slurp(in_home("out"), &r.out_len);
    r.err = slurp(in_home("err"), &r.err_len);
    return r;
}

static void run_clear(struct run *r)
{
    free(r->out);
    free(r->err);
}

/* Control characters (also those of two and three bytes) act on a terminal. */
static const char *raw_byte(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const unsigned char *s = (const unsigned char *)text + i;
        if ((*s < 0x20 && *s != '\n' && *s != '\t') || *s == 0x7f)
            return "a control character";
        if (i + 1 < len && s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0)
            return "a C1 character";
        if (i + 2 < len && s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae)
            return "a bidi mark";
    }
    return NULL;
}

static void check_output(const char *row, const char *which, const char *text, size_t len)
{
    const char *bad = raw_byte(text, len);
    if (bad || strstr(text, KEY) || strstr(text, "Sanitizer"))
        fail_msg("%s: %s %s: %.2000s", row, which, bad ? bad : "shows what it must not", text);
}

/* ---- What gateways send ---- */

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n"
#define ESCAPES "\033[31m \033]0;t\007 \033P1$q\033\\ \302\233m \342\200\256 \177 \xff\xfe \303"
/* clang-format off */
#define BYTES(s) s, sizeof(s) - 1

static const struct row {
    const char *name, *bytes;
    size_t len;
    int status;
    const char *says; /* on standard output or error */
} rows[] = {
    {"nothing", BYTES(""), 3, "closed the connection without an answer"},
    {"headers that break off", BYTES("HTTP/1.1 200 OK\r\nContent-Le"), 3, "sent half an answer"},
    {"half a body", BYTES("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<xml>"), 3, "sent half an answer"},
    {"no HTTP", BYTES("\0\1\2\3"), 3, "did not answer in HTTP"},
    {"an empty body", BYTES(OK_HEAD), 1, "there is no XML"},
    {"NULs", BYTES(OK_HEAD "<xml>\0\0\0</xml>"), 1, "␀␀␀"},
    {"only NULs", BYTES(OK_HEAD "\0\0\0"), 1, "␀␀␀"},
    {"escapes in a body", BYTES(OK_HEAD ESCAPES), 1, "the content is not XML"},
    {"escapes in a value", BYTES(OK_HEAD "<xml><return_code>FAIL</return_code><return_msg>\302\233m \342\200\256 \177</return_msg></xml>"), 1, "communication failure"},
    {"escapes in headers", BYTES("HTTP/1.1 502 " ESCAPES "\r\nContent-Type: text/" ESCAPES "\r\nX-" ESCAPES ": " ESCAPES "\r\n\r\n<html>"), 1, "the HTTP status is 502"},
    {"a redirect", BYTES("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/" ESCAPES "\r\nContent-Length: 0\r\n\r\n"), 1, "HTTP 302: the server asks for a redirect"},
    {"a redirect elsewhere", BYTES("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"), 1, "Location: file:///etc/passwd"},
    {"GBK", BYTES(OK_HEAD "<xml><return_code>FAIL</return_code><return_msg>\xc7\xa9\xc3\xfb</return_msg></xml>"), 1, "not UTF-8"},
    {"a DOCTYPE", BYTES(OK_HEAD "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><return_code>&e;</return_code></xml>"), 1, "the XML has a DOCTYPE"},
    {"another type", BYTES("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<xml><return_code>FAIL</return_code></xml>"), 1, "the content type is image/png"},
};
/* clang-format on */

static void check_row(const struct row *row, bool json)
{
    struct gateway g = gateway_start(row->bytes, row->len);
    write_profile("wxpc/profiles/wire.json", g.port);
    struct run r = wxpc_send(json);
    gateway_stop(&g);
    check_output(row->name, "standard output", r.out, r.out_len);
    check_output(row->name, "standard error", r.err, r.err_len);
    if (r.status != row->status)
        fail_msg("%s: status %d, not %d: %s%s", row->name, r.status, row->status, r.out, r.err);
    if (json) {
        struct err err = {0};
        struct json *j = NULL;
        if (json_parse(r.out, r.out_len, &j, &err))
            fail_msg("%s: %s: %s", row->name, err.text[LANG_EN], r.out);
        json_free(j);
    } else if (!strstr(r.out, row->says) && !strstr(r.err, row->says)) {
        fail_msg("%s: \"%s\" is not said: %s%s", row->name, row->says, r.out, r.err);
    }
    run_clear(&r);
}

static void what_gateways_send_is_told_and_shown_safely(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        check_row(&rows[i], false);
        check_row(&rows[i], true);
    }
}

static int set_up(void **state)
{
    (void)state;
    bool made = mkdtemp(home) && mkdir(in_home("wxpc"), 0700) == 0 &&
                mkdir(in_home("wxpc/profiles"), 0700) == 0;
    return made ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"wxpc/profiles/wire.json", "out", "err"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        unlink(in_home(names[i]));
    rmdir(in_home("wxpc/profiles"));
    rmdir(in_home("wxpc"));
    return rmdir(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_gateways_send_is_told_and_shown_safely),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
