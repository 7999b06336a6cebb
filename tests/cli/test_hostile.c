/* SPDX-License-Identifier: MIT */
/*
 * What hostile or broken clients send to the listener and to the sandbox gateway, the real
 * programs: each row's bytes, what it is answered, and that a good client is served after it.
 *
 * Slow clients hang on all the while. In the end both programs leave by SIGINT with status 0,
 * their memory has not grown with what was sent, every line they wrote is JSON, and no control
 * byte reached it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/digest.h"
#include "core/event.h"
#include "core/json.h"
#include "core/params.h"
#include "core/sign.h"
#include "core/template.h"
#include "core/xml.h"

#define DEMO_KEY "192006250b4c09247ec02edce69f6a2d" /* the documentation's example */
#define WAIT_MS 20000
#define HUNDRED_MB 100000000L
#define GROWTH_KB 90000 /* of the resident memory: most of it freed, and kept by the sanitizer */

/* ---- The programs ---- */

enum server { LISTENER, GATEWAY, SERVERS };

static const char *const commands[SERVERS] = {"listen", "sandbox"};
static const char *const paths[SERVERS] = {"/notify", "/pay/unifiedorder"};

static struct {
    int pid;
    unsigned port;
    FILE *out; /* what it writes, for reading */
    long kb;   /* resident at the start */
} servers[SERVERS];

static char home[] = "/tmp/wxpc-hostile-XXXXXX"; /* mkdtemp fills it in */
static struct events events;
static struct secret key;

static long resident_kb(int pid)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &kb);
    if (f)
        fclose(f);
    return kb;
}

static void start_server(enum server s)
{
    char out[128], line[256] = "";
    snprintf(out, sizeof out, "%s/%s.out", home, commands[s]);
    fclose(fopen(out, "w"));
    servers[s].pid = fork();
    assert_true(servers[s].pid >= 0);
    if (servers[s].pid == 0) {
        setenv("XDG_CONFIG_HOME", home, 1);
        setenv("XDG_DATA_HOME", home, 1);
        unsetenv("WXPC_KEY");
        if (!freopen("/dev/null", "r", stdin) || !freopen(out, "w", stdout) ||
            !freopen("/dev/null", "w", stderr))
            _exit(99);
        execl(PROGRAM, "wxpc", commands[s], "--port", "0", "--json", NULL);
        _exit(98);
    }
    servers[s].out = fopen(out, "r");
    assert_non_null(servers[s].out);
    for (int i = 0; i < WAIT_MS / 10 && !strchr(line, '\n'); i++) {
        rewind(servers[s].out);
        if (!fgets(line, sizeof line, servers[s].out))
            usleep(10000);
    }
    const char *at = strstr(line, "http://127.0.0.1:");
    assert_non_null(at);
    servers[s].port = (unsigned)strtoul(at + 17, NULL, 10);
    servers[s].kb = resident_kb(servers[s].pid);
}

/* ---- A client ---- */

static int connected(enum server s)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)servers[s].port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, (struct sockaddr *)&a, sizeof a))
        fail_msg("%s is not to be reached", commands[s]);
    return fd;
}

static long now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* All that comes until the other side closes; "" and a note when it does not. */
static const char *answer_of(int fd)
{
    static char got[200000];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    size_t len = 0;
    ssize_t n = 1;
    long end = now_ms() + WAIT_MS;
    while (n > 0 && len < sizeof got - 1) {
        if (poll(&p, 1, (int)(end - now_ms())) <= 0)
            fail_msg("the connection stays open: %.200s", got);
        n = read(fd, got + len, sizeof got - 1 - len);
        len += n > 0 ? (size_t)n : 0;
        got[len] = '\0';
    }
    close(fd);
    return got;
}

/* A server that has closed already is not a failure. */
static void put(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

/* For a client that closes its own side at once and then waits. */
static const char *ask(enum server s, const char *bytes, size_t len)
{
    int fd = connected(s);
    put(fd, bytes, len);
    shutdown(fd, SHUT_WR);
    return answer_of(fd);
}

static void wrap(struct buf *out, enum server s, const char *headers, const struct buf *body)
{
    buf_addf(out,
             "POST %s HTTP/1.1\r\nHost: h\r\n%sConnection: close\r\nContent-Length: %zu\r\n\r\n",
             paths[s], headers, body->len);
    buf_add(out, buf_str(body), body->len);
}

static const char *post(enum server s, const char *headers, const struct buf *body)
{
    struct buf request;
    buf_init(&request, 64u << 20);
    wrap(&request, s, headers, body);
    const char *got = ask(s, buf_str(&request), request.len);
    buf_clear(&request);
    return got;
}

/* ---- What is good ---- */

/* A payment notification; for the gateway an order. Unsigned. */
static void good_params(enum server s, struct params *p)
{
    static unsigned number = 10000;
    char order[33];
    snprintf(order, sizeof order, "H%u", ++number);
    if (s == GATEWAY) {
        static const char *const fields[][2] = {{"body", "x"},
                                                {"total_fee", "7"},
                                                {"spbill_create_ip", "127.0.0.1"},
                                                {"notify_url", "http://127.0.0.1/n"},
                                                {"trade_type", "NATIVE"},
                                                {"product_id", "1"},
                                                {"nonce_str", "ibuaiVcKdpRxkhJA"},
                                                {"attach", "a"},
                                                {"appid", "wxd930ea5d5a258f4f"},
                                                {"mch_id", "10000100"}};
        for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
            params_set(p, fields[i][0], fields[i][1], NULL);
    } else {
        struct params given = {0};
        struct template t = {0};
        struct template_source source = {.event = &events.items[EVENT_PAYMENT],
                                         .given = &given,
                                         .seed = {1735660800, "5K8264ILTKCH16CQ2502SI8ZN", ""}};
        snprintf(source.seed.digits, sizeof source.seed.digits, "%016u", number);
        params_set(&given, "appid", "wxd930ea5d5a258f4f", NULL);
        params_set(&given, "mch_id", "10000100", NULL);
        params_set(&given, "attach", "a", NULL);
        assert_int_equal(template_fill(&source, &t, NULL), ST_OK);
        params_copy(p, &t.params);
        template_clear(&t);
        params_clear(&given);
    }
    params_set(p, "out_trade_no", order, NULL);
}

static void sign(struct params *p)
{
    struct sign_trace trace = {0};
    assert_int_equal(sign_compute(p, SIGN_MD5, &key, &trace, NULL), ST_OK);
    params_set(p, "sign", trace.hex, NULL);
    sign_trace_clear(&trace);
}

/* Writes it by hand: what no writer of ours would write is what is wanted here. */
static void write_xml(const struct params *p, struct buf *out)
{
    buf_adds(out, "<xml>");
    for (size_t i = 0; i < p->count; i++)
        buf_addf(out, "<%s><![CDATA[%s]]></%s>", p->items[i].name, p->items[i].value,
                 p->items[i].name);
    buf_adds(out, "</xml>");
}

static void build(enum server s, struct buf *out)
{
    struct params p = {0};
    good_params(s, &p);
    sign(&p);
    buf_init(out, 1u << 20);
    write_xml(&p, out);
    params_clear(&p);
}

static bool says(const char *got, const char *word)
{
    return strncmp(got, "HTTP/1.1 200 ", 13) == 0 && strstr(got, word);
}

#define IS_SUCCESS "<return_code><![CDATA[SUCCESS]]>"
#define IS_FAIL "<return_code><![CDATA[FAIL]]>"

/* Both serve a good client, quickly. */
static void still_serve(const char *after)
{
    for (enum server s = 0; s < SERVERS; s++) {
        struct buf body;
        long start = now_ms();
        build(s, &body);
        const char *got = post(s, "", &body);
        if (!says(got, IS_SUCCESS) || now_ms() - start > 5000)
            fail_msg("%s after %s, %ld ms: %s", commands[s], after, now_ms() - start, got);
        buf_clear(&body);
    }
}

/* ---- The wire ---- */

#define POST "POST / HTTP/1.1\r\nHost: h\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
/* clang-format off */
#define BYTES(s) s, sizeof(s) - 1

/* The answer's beginning; "" is none or 400: closed in the end. */
static const struct wire {
    const char *name, *bytes;
    size_t len;
    const char *answer;
} wires[] = {
    {"a chunk without a length", BYTES(CHUNKED "zz\r\n"), "HTTP/1.1 400 "},
    {"a negative chunk", BYTES(CHUNKED "-5\r\nabcde\r\n0\r\n\r\n"), "HTTP/1.1 400 "},
    {"a chunk that overflows", BYTES(CHUNKED "FFFFFFFFFFFFFFFFFF\r\nabc\r\n"), "HTTP/1.1 4"},
    {"a chunk longer than said", BYTES(CHUNKED "2\r\nabcdef\r\n0\r\n\r\n"), "HTTP/1.1 400 "},
    {"a chunk that breaks off", BYTES(CHUNKED "50\r\n<xml>"), ""},
    {"chunks without an end", BYTES(CHUNKED "5\r\n<xml>\r\n"), ""},
    {"chunked under another name", BYTES(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), "HTTP/1.1 501 "},
    {"chunked and a length", BYTES(POST "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n"), "HTTP/1.1 400 "},
    {"two lengths", BYTES(POST "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"), "HTTP/1.1 400 "},
    {"100 MB announced", BYTES(POST "Content-Length: 100000000\r\n\r\n<xml>"), "HTTP/1.1 413 "},
    {"a negative length", BYTES(POST "Content-Length: -1\r\n\r\n"), "HTTP/1.1 4"},
    {"a length that is no number", BYTES(POST "Content-Length: many\r\n\r\n"), "HTTP/1.1 4"},
    {"a length that overflows", BYTES(POST "Content-Length: 99999999999999999999999\r\n\r\n"), "HTTP/1.1 4"},
    {"half a body", BYTES(POST "Content-Length: 99\r\n\r\n<xml>"), ""},
    {"half a head", BYTES("POST /notify HTTP/1.1\r\nHo"), ""},
    {"nothing", BYTES(""), ""},
    {"no HTTP", BYTES("\0\1\2\3\033[31m\r\n\r\n"), ""},
    {"TLS", BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), ""},
    {"no Host", BYTES("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), "HTTP/1.1 400 "},
};
/* clang-format on */

static void framing_is_answered_or_cut(void **state)
{
    (void)state;
    int cut[SERVERS][ARRAY_COUNT(wires)];
    for (size_t i = 0; i < ARRAY_COUNT(wires); i++) {
        for (enum server s = 0; s < SERVERS; s++) {
            const struct wire *w = &wires[i];
            cut[s][i] = connected(s);
            put(cut[s][i], w->bytes, w->len);
            if (!w->answer[0])
                continue; /* it may last until the time-out */
            const char *got = answer_of(cut[s][i]);
            if (strncmp(got, w->answer, strlen(w->answer)) != 0)
                fail_msg("%s: %s: %.300s", commands[s], w->name, got);
        }
        still_serve(wires[i].name);
    }
    for (size_t i = 0; i < ARRAY_COUNT(wires); i++) {
        for (enum server s = 0; s < SERVERS && !wires[i].answer[0]; s++) {
            const char *got = answer_of(cut[s][i]);
            if (got[0] && strncmp(got, "HTTP/1.1 400 ", 13) != 0)
                fail_msg("%s: %s: %.300s", commands[s], wires[i].name, got);
        }
    }
}

/* 100 MB that are really sent, with a length and chunked. */
static void a_hundred_megabytes_are_refused(void **state)
{
    static const char *const heads[] = {POST "Content-Length: 100000000\r\n\r\n", CHUNKED};
    static char piece[65536];
    (void)state;
    memset(piece, 'x', sizeof piece);
    memcpy(piece, "fff8\r\n", 6); /* one chunk, and a part of any body */
    memcpy(piece + sizeof piece - 2, "\r\n", 2);
    for (size_t i = 0; i < ARRAY_COUNT(heads); i++) {
        for (enum server s = 0; s < SERVERS; s++) {
            int fd = connected(s);
            put(fd, heads[i], strlen(heads[i]));
            for (long sent = 0; sent < HUNDRED_MB; sent += (long)sizeof piece)
                put(fd, piece, sizeof piece);
            put(fd, "0\r\n\r\n", 5);
            close(fd);
            still_serve("100 MB");
        }
    }
}

static void pipelined_ones_are_answered_in_order(void **state)
{
    (void)state;
    for (enum server s = 0; s < SERVERS; s++) {
        struct buf request;
        buf_init(&request, 1u << 20);
        for (int i = 0; i < 20; i++) { /* every second one is broken */
            struct buf body;
            build(s, &body);
            buf_addf(&request, "POST %s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %zu\r\n\r\n",
                     paths[s], i == 19 ? "Connection: close\r\n" : "", body.len);
            buf_addf(&request, i % 2 ? "%.*s</bad>" : "%.*s</xml>", (int)body.len - 6,
                     buf_str(&body));
            buf_clear(&body);
        }
        int fd = connected(s);
        put(fd, buf_str(&request), request.len);
        const char *got = answer_of(fd);
        for (int i = 0; i < 20; i++) {
            const char *fail = strstr(got, IS_FAIL), *good = strstr(got, IS_SUCCESS);
            const char *at = i % 2 ? fail : good, *other = i % 2 ? good : fail;
            if (!at || (other && other < at))
                fail_msg("%s: answer %d: %.300s", commands[s], i, got);
            got = at + 1;
        }
        assert_null(strstr(got, "<return_code>")); /* no more than twenty */
        buf_clear(&request);
    }
}

/* ---- Documents ---- */

static void nest(struct buf *out, int depth)
{
    buf_adds(out, "<xml>");
    for (int i = 0; i < depth; i++)
        buf_adds(out, "<a>");
    for (int i = 0; i < depth; i++)
        buf_adds(out, "</a>");
    buf_adds(out, "</xml>");
}

static void many(struct buf *out, int fields)
{
    buf_adds(out, "<xml>");
    for (int i = 0; i < fields; i++)
        buf_addf(out, "<a%d>1</a%d>", i, i);
    buf_adds(out, "</xml>");
}

static void attributes(struct buf *out, int count)
{
    buf_adds(out, "<xml");
    for (int i = 0; i < count; i++)
        buf_addf(out, " a%d=\"1\"", i);
    buf_adds(out, "></xml>");
}

static void fill(struct buf *out, int count)
{
    buf_adds(out, "<xml><attach>");
    for (int i = 0; i < count; i++)
        buf_adds(out, "x");
    buf_adds(out, "</attach></xml>");
}

/* A document: written by `make`, else `text`. All are refused. */
static const struct {
    const char *name, *text;
    void (*make)(struct buf *out, int count);
    int count;
} documents[] = {
    {"an empty body", "", NULL, 0},
    {"JSON", "{\"return_code\":\"SUCCESS\"}", NULL, 0},
    {"a DOCTYPE", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><a>&e;</a></xml>",
     NULL, 0},
    {"entities that grow",
     "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">"
     "<!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]><xml><a>&c;&c;&c;</a></xml>",
     NULL, 0},
    {"an entity without a DOCTYPE", "<xml><a>&e;</a></xml>", NULL, 0},
    {"a NUL by number", "<xml><a>&#0;</a></xml>", NULL, 0},
    {"two roots", "<xml><a>1</a></xml><xml><a>2</a></xml>", NULL, 0},
    {"a document cut off", "<xml><a>1</a>", NULL, 0},
    {"three levels", NULL, nest, 3},
    {"100,000 levels", NULL, nest, 100000},
    {"50,000 fields", NULL, many, 50000},
    {"20,000 attributes", NULL, attributes, 20000},
    {"a value of 900 KB", NULL, fill, 900000},
    {"escape sequences", "\033]0;title\007\033[2J\302\2335n\342\200\256", NULL, 0},
};

static void documents_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(documents); i++) {
        for (enum server s = 0; s < SERVERS; s++) {
            struct buf body;
            buf_init(&body, 64u << 20);
            if (documents[i].make)
                documents[i].make(&body, documents[i].count);
            else
                buf_adds(&body, documents[i].text);
            const char *got = post(s, "", &body);
            bool refused = strncmp(got, "HTTP/1.1 413 ", 13) == 0 || says(got, IS_FAIL);
            if (!refused)
                fail_msg("%s: %s: %.300s", commands[s], documents[i].name, got);
            buf_clear(&body);
        }
        still_serve(documents[i].name);
    }
}

/* Bytes in a value, the document signed over them. */
static const struct {
    const char *name, *bytes;
    bool allowed; /* by XML: the signature decides */
} values[] = {
    {"GBK", "\xc9\xee\xdb\xda", false},          {"a control character", "a\001b", false},
    {"an escape sequence", "\033[31m", false},   {"half a character", "\xe4\xb8", false},
    {"a surrogate", "\xed\xa0\x80", false},      {"a C1 control", "\302\2335n", true},
    {"a direction mark", "\342\200\256x", true}, {"a line break", "a\nb", true},
};

/* In every field of a notification, and of an order. */
static void strange_bytes_in_each_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
        for (enum server s = 0; s < SERVERS; s++) {
            struct params first = {0};
            good_params(s, &first);
            for (size_t k = 0; k < first.count; k++) {
                struct params p = {0};
                struct buf body;
                good_params(s, &p);
                params_set(&p, first.items[k].name, values[i].bytes, NULL);
                sign(&p);
                buf_init(&body, 1u << 20);
                write_xml(&p, &body);
                const char *got = post(s, "", &body);
                bool good = says(got, IS_SUCCESS), wrong = !good && !says(got, IS_FAIL);
                if (s == LISTENER && strcmp(first.items[k].name, "attach") == 0)
                    wrong = wrong || good != values[i].allowed;
                if (wrong || (good && !values[i].allowed))
                    fail_msg("%s: %s in %s: %.400s", commands[s], values[i].name,
                             first.items[k].name, got);
                buf_clear(&body);
                params_clear(&p);
            }
            params_clear(&first);
        }
    }
    still_serve("strange bytes");
}

/* What does not stand in the document does not count. */
static void the_content_type_is_not_trusted(void **state)
{
    static const char *const types[] = {
        "Content-Type: application/json\r\n", "Content-Type: text/xml; charset=GBK\r\n",
        "Content-Type: multipart/form-data\r\n", "Content-Type: \x01\xff\r\n", ""};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        for (enum server s = 0; s < SERVERS; s++) {
            struct buf body;
            build(s, &body);
            const char *got = post(s, types[i], &body);
            if (!says(got, IS_SUCCESS))
                fail_msg("%s: %s: %.300s", commands[s], types[i], got);
            buf_clear(&body);
        }
    }
}

/* ---- Slowness ---- */

#define SLOW 40 /* connections a server */

/* Some send a byte now and then, some have stopped half-way, some say nothing: they end by their
   time-out, and others are served meanwhile. */
static void slow_clients_end_and_hurt_nobody(void **state)
{
    static const char head[] = "POST /notify HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n";
    int fds[SERVERS][SLOW];
    (void)state;
    for (enum server s = 0; s < SERVERS; s++) {
        for (int i = 0; i < SLOW; i++) {
            fds[s][i] = connected(s);
            if (i % 4 == 1)
                put(fds[s][i], head, sizeof head - 10);
            if (i % 4 >= 2)
                put(fds[s][i], head, sizeof head - 1);
        }
    }
    int open = SERVERS * SLOW;
    for (long end = now_ms() + 2 * WAIT_MS; open > 0; usleep(200000)) {
        open = 0;
        for (int i = 0; i < SERVERS * SLOW; i++) {
            int *fd = &fds[i / SLOW][i % SLOW];
            char byte;
            if (*fd < 0)
                continue;
            if (i % 4 == 3)
                put(*fd, "x", 1);
            ssize_t n = recv(*fd, &byte, 1, MSG_DONTWAIT);
            if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
                close(*fd);
                *fd = -1;
            } else {
                open++;
            }
        }
        still_serve("slow clients");
        if (now_ms() > end)
            fail_msg("%d slow clients are still connected", open);
    }
}

/* ---- The end ---- */

/* Control characters (also those of two and three bytes) act on a terminal. */
static bool acts_on_a_terminal(const unsigned char *s)
{
    return (*s < 0x20 && *s != '\n') || *s == 0x7f || (s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0);
}

static void they_leave_in_order(void **state)
{
    static char line[4 << 20];
    (void)state;
    for (enum server s = 0; s < SERVERS; s++) {
        int status = 0;
        long lines = 0, kb = resident_kb(servers[s].pid);
        kill(servers[s].pid, SIGINT);
        assert_int_equal(waitpid(servers[s].pid, &status, 0), servers[s].pid);
        servers[s].pid = 0;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            fail_msg("%s: status %x", commands[s], (unsigned)status);
        rewind(servers[s].out);
        for (; fgets(line, sizeof line, servers[s].out); lines++) {
            struct json *j = NULL;
            if (json_parse(line, strlen(line) - 1, &j, NULL))
                fail_msg("%s: no JSON: %.300s", commands[s], line);
            json_free(j);
            for (const unsigned char *c = (const unsigned char *)line; *c; c++) {
                if (acts_on_a_terminal(c))
                    fail_msg("%s: byte %02x: %.300s", commands[s], *c, line);
            }
            assert_null(strstr(line, DEMO_KEY));
        }
        assert_true(lines > 100);
        if (kb > servers[s].kb + GROWTH_KB)
            fail_msg("%s: %ld kB, %ld at the start", commands[s], kb, servers[s].kb);
    }
}

static int set_up(void **state)
{
    (void)state;
    secret_set(&key, DEMO_KEY, strlen(DEMO_KEY));
    if (!mkdtemp(home) || events_load(&events, NULL))
        return -1;
    for (enum server s = 0; s < SERVERS; s++)
        start_server(s);
    return 0;
}

static int tear_down(void **state)
{
    char command[64];
    (void)state;
    for (enum server s = 0; s < SERVERS; s++) {
        if (servers[s].pid > 0)
            kill(servers[s].pid, SIGKILL);
        if (servers[s].out)
            fclose(servers[s].out);
    }
    snprintf(command, sizeof command, "rm -rf %s", home);
    secret_clear(&key);
    events_clear(&events);
    digest_forget_keys();
    return system(command);
}

/* ---- What an endpoint answers ---- */

/* `trigger` with its output in a file; returns when it has ended. `answer` is what it gets. */
static void trigger(const char *answer, size_t len, struct buf *out)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t size = sizeof a;
    char url[64], path[128], request[65536];
    int status = 0, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 1), 0);
    getsockname(fd, (struct sockaddr *)&a, &size);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", ntohs(a.sin_port));
    snprintf(path, sizeof path, "%s/trigger.out", home);
    int pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        unsetenv("WXPC_KEY");
        if (!freopen(path, "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(99);
        execl(PROGRAM, "wxpc", "trigger", "payment", "--demo", "--to", url, NULL);
        _exit(98);
    }
    struct pollfd p = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    int client = accept(fd, NULL, NULL);
    size_t got = 0;
    ssize_t n = 1;
    while (n > 0 && !(got > 6 && memcmp(request + got - 6, "</xml>", 6) == 0)) {
        n = read(client, request + got, sizeof request - got);
        got += n > 0 ? (size_t)n : 0;
    }
    put(client, answer, len);
    close(client);
    close(fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while ((n = (ssize_t)fread(request, 1, sizeof request, f)) > 0)
        buf_add(out, request, (size_t)n);
    fclose(f);
}

/* Also where it is no terminal that reads it: behind the pipe there may be one. */
static void a_strange_answer_is_made_visible(void **state)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                                 "a\033]0;title\007b\033[31m\302\2335nc";
    struct buf out;
    (void)state;
    buf_init(&out, 1u << 20);
    trigger(answer, sizeof answer - 1, &out);
    assert_non_null(strstr(buf_str(&out), "]0;title"));
    for (size_t i = 0; i < out.len; i++) {
        unsigned char c = (unsigned char)out.data[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f)
            fail_msg("byte %02x at %zu", c, i);
    }
    assert_null(strstr(buf_str(&out), "\302\233"));
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(framing_is_answered_or_cut),
        cmocka_unit_test(a_hundred_megabytes_are_refused),
        cmocka_unit_test(pipelined_ones_are_answered_in_order),
        cmocka_unit_test(documents_are_refused),
        cmocka_unit_test(strange_bytes_in_each_field),
        cmocka_unit_test(a_strange_answer_is_made_visible),
        cmocka_unit_test(the_content_type_is_not_trusted),
        cmocka_unit_test(slow_clients_end_and_hurt_nobody),
        cmocka_unit_test(they_leave_in_order),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
