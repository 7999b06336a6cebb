/* SPDX-License-Identifier: MIT */
/*
 * HTTP calls through libcurl's multi interface.
 *
 * A transfer lives in one of three lists: under way, finished, being delivered. Finishing
 * (also by cancelling) takes the easy handle out and turns what libcurl knows into a
 * result; delivering happens only in http_run(), from a list that nothing else touches,
 * so a callback may start and cancel as it likes.
 */
#include "io/http.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CURL_DISABLE_TYPECHECK /* its macros know the functions by name alone */
#include <curl/curl.h>

#include "core/library.h"
#include "io/address.h"
#include "io/failure.h"

#define CONNECT_MS 10000
#define TOTAL_MS 30000
#define HOST_MAX 280        /* name, colon, port */
#define STOP_FACTOR 4       /* a reply of so many times the cap is not read to its end */
#define HOST_CONNECTIONS 16 /* below httpd's limit: who calls itself must not wait for itself */
#define BROKEN_POLL_MS 20   /* step when libcurl cannot poll */

/* clang-format off */
#define CURL_FUNCTIONS(X) X(curl_easy_cleanup) X(curl_easy_getinfo) X(curl_easy_init) \
    X(curl_easy_setopt) X(curl_easy_strerror) X(curl_free) X(curl_global_cleanup) \
    X(curl_global_init) X(curl_multi_add_handle) X(curl_multi_cleanup) \
    X(curl_multi_info_read) X(curl_multi_init) X(curl_multi_perform) X(curl_multi_poll) \
    X(curl_multi_remove_handle) X(curl_multi_setopt) X(curl_slist_append) \
    X(curl_slist_free_all) X(curl_url) X(curl_url_cleanup) X(curl_url_get) X(curl_url_set) \
    X(curl_url_strerror) X(curl_version_info)
/* clang-format on */

/* libcurl's functions: empty until the first call is started. */
static struct {
    CURL_FUNCTIONS(LIBRARY_POINTER)
} curl;

static enum status load_curl(struct err *err)
{
    static const char *const names[] = {CURL_FUNCTIONS(LIBRARY_NAME)};
    return curl.curl_free ? ST_OK
                          : library_load(CURL_SONAME, names, ARRAY_COUNT(names), &curl, err);
}

struct transfer {
    struct transfer *next;
    struct http *http;
    unsigned id;
    CURL *easy; /* NULL once finished */
    struct curl_slist *headers, *address;
    char host[HOST_MAX];
    char detail[CURL_ERROR_SIZE]; /* libcurl's own words */
    char *client_cert, *client_key, *ca_file;
    long connect_ms, total_ms;
    http_done_fn done;
    void *ctx;
    enum http_break broken;
    char *half; /* of the body, if it breaks off behind it */
    size_t half_len, half_sent;
    bool tls;         /* an https URL */
    bool status_seen; /* a status line arrived */
    bool head_ended;  /* and the empty line behind the headers */
    bool not_http;    /* bytes came without one */
    bool head_too_big;
    struct http_result result;
};

struct http {
    CURLM *multi; /* NULL until the first start */
    struct transfer *active;
    struct transfer *finished;
    struct transfer *batch; /* being delivered */
    size_t count;           /* not delivered yet */
    unsigned last_id;
    struct curl_waitfd *waits; /* scratch of http_wait() */
    struct pollfd *polls;
    size_t room;
};

/* ---- What went wrong ---- */

static const struct {
    CURLcode code;
    enum failure_kind kind;
} kinds[] = {
    {CURLE_COULDNT_RESOLVE_HOST, FAILURE_NAME},
    {CURLE_COULDNT_RESOLVE_PROXY, FAILURE_PROXY_NAME},
    {CURLE_PROXY, FAILURE_PROXY},
    {CURLE_COULDNT_CONNECT, FAILURE_UNREACHABLE},
    {CURLE_SSL_CONNECT_ERROR, FAILURE_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, FAILURE_CERTIFICATE},
    {CURLE_SSL_CERTPROBLEM, FAILURE_CLIENT_FILE},
    {CURLE_SSL_CACERT_BADFILE, FAILURE_CA_FILE},
    {CURLE_SEND_ERROR, FAILURE_SEND},
    {CURLE_GOT_NOTHING, FAILURE_NOTHING},
    {CURLE_RECV_ERROR, FAILURE_RESET},
    {CURLE_PARTIAL_FILE, FAILURE_CUT},
    {CURLE_UNSUPPORTED_PROTOCOL, FAILURE_NOT_HTTP},
    {CURLE_WEIRD_SERVER_REPLY, FAILURE_NOT_HTTP},
    {CURLE_OPERATION_TIMEDOUT, FAILURE_TIME},
    {CURLE_ABORTED_BY_CALLBACK, FAILURE_CANCELLED}, /* on_half() */
};

static enum failure_kind kind_of(const struct transfer *t, CURLcode code)
{
    bool long_line = code == CURLE_OUT_OF_MEMORY && t->status_seen && !t->head_ended;
    if (t->head_too_big || long_line) { /* libcurl has its own limit for one line */
        return FAILURE_HEAD_SIZE;
    }
    if (t->not_http) {
        return FAILURE_NOT_HTTP;
    }
    if (t->result.dropped > 0) {
        return FAILURE_BODY_SIZE;
    }
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if (kinds[i].code == code) {
            return kinds[i].kind;
        }
    }
    return FAILURE_OTHER;
}

/* Which stage a call did not get beyond. */
static enum failure_stage stage_of(const struct transfer *t)
{
    const struct http_times *s = &t->result.times;
    if (s->name < 0) {
        return STAGE_NAME;
    }
    if (t->result.peer[0] == '\0') {
        return STAGE_CONNECT;
    }
    if (t->tls && s->tls < 0) {
        return STAGE_TLS;
    }
    return t->status_seen ? STAGE_BODY : STAGE_WAIT;
}

/* Do OpenSSL's or GnuTLS's words say that the other side answered in something else? */
static bool is_plain(const char *detail)
{
    return strstr(detail, "wrong version number") || strstr(detail, "unexpected TLS packet") ||
           strstr(detail, "packet length too long");
}

/* The first two bytes of a TLS alert: RFC 8446 5.1. */
static bool is_alert(const struct buf *body)
{
    return body->len >= 2 && memcmp(body->data, "\x15\x03", 2) == 0;
}

/* Completes what the kind alone does not tell. */
static void look_closer(struct transfer *t, struct failure *f)
{
    long number = 0;
    switch (f->kind) {
    case FAILURE_UNREACHABLE:
        curl.curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
        f->kind = number == ECONNREFUSED ? FAILURE_REFUSED : f->kind;
        f->detail = number > 0 ? strerror((int)number) : f->detail;
        break;
    case FAILURE_TLS:
        f->kind = is_plain(f->detail) ? FAILURE_PLAIN : f->kind;
        break;
    case FAILURE_NOT_HTTP:
        f->kind = !t->tls && is_alert(&t->result.body) ? FAILURE_TLS_ONLY : f->kind;
        break;
    case FAILURE_CERTIFICATE:
        curl.curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &f->verdict);
        if (strstr(f->detail, "host name") || strstr(f->detail, "common name")) {
            f->kind = FAILURE_WRONG_HOST;
        }
        break;
    case FAILURE_CLIENT_FILE:
    case FAILURE_CA_FILE:
        f->path = f->kind == FAILURE_CA_FILE ? t->ca_file : t->client_cert;
        if (f->kind == FAILURE_CLIENT_FILE && t->client_key && access(t->client_key, R_OK) != 0) {
            f->path = t->client_key;
        }
        f->detail = f->path && access(f->path, R_OK) != 0 ? strerror(errno) : f->detail;
        break;
    case FAILURE_RESET:
        f->kind = t->status_seen ? FAILURE_CUT : f->kind;
        break;
    case FAILURE_TIME:
        f->stage = stage_of(t);
        f->limit_ms =
            f->stage <= STAGE_TLS && t->connect_ms < t->total_ms ? t->connect_ms : t->total_ms;
        break;
    default:
        break;
    }
}

/* The sentence for libcurl's verdict `code`. */
static void explain(struct transfer *t, CURLcode code)
{
    if (code == CURLE_OK && t->status_seen && !t->head_ended) {
        code = CURLE_PARTIAL_FILE; /* libcurl is content with headers that break off */
    }
    if (code == CURLE_OK && t->result.dropped == 0) {
        return;
    }
    struct failure f = {
        .kind = kind_of(t, code),
        .host = t->host,
        .detail = t->detail[0] ? t->detail : curl.curl_easy_strerror(code),
        .kept = t->result.body.len,
        .dropped = t->result.dropped,
        .head_max = HTTP_HEADERS_MAX,
    };
    look_closer(t, &f);
    failure_say(&f, &t->result.err);
}

/* ---- Finishing ---- */

static double milliseconds(CURL *easy, CURLINFO what)
{
    curl_off_t us = 0;
    curl.curl_easy_getinfo(easy, what, &us);
    return us > 0 ? (double)us / 1000.0 : -1;
}

/* "127.0.0.1:51234", also of an address that IPv6 maps to it; `out` stays as it is while the call
   is not connected. */
static void read_address(CURL *easy, CURLINFO ip, long port, char *out, size_t size)
{
    static const char mapped[] = "::ffff:";
    char *text = NULL;
    if (curl.curl_easy_getinfo(easy, ip, &text) == CURLE_OK && text && text[0]) {
        if (strncmp(text, mapped, sizeof mapped - 1) == 0 && strchr(text, '.')) {
            text += sizeof mapped - 1;
        }
        snprintf(out, size, strchr(text, ':') ? "[%s]:%ld" : "%s:%ld", text, port);
    }
}

static void read_info(struct transfer *t)
{
    struct http_result *r = &t->result;
    char *text = NULL;
    long port = 0;
    r->times = (struct http_times){
        .name = milliseconds(t->easy, CURLINFO_NAMELOOKUP_TIME_T),
        .connect = milliseconds(t->easy, CURLINFO_CONNECT_TIME_T), /* unknown if TLS failed */
        .tls = milliseconds(t->easy, CURLINFO_APPCONNECT_TIME_T),
        .wait = milliseconds(t->easy, CURLINFO_STARTTRANSFER_TIME_T),
        .total = milliseconds(t->easy, CURLINFO_TOTAL_TIME_T),
    };
    curl.curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &r->status);
    if (curl.curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &text) == CURLE_OK && text) {
        snprintf(r->content_type, sizeof r->content_type, "%s", text);
    }
    text = NULL;
    if (curl.curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &text) == CURLE_OK && text) {
        snprintf(r->location, sizeof r->location, "%s", text);
    }
    curl.curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_PORT, &port);
    read_address(t->easy, CURLINFO_PRIMARY_IP, port, r->peer, sizeof r->peer);
}

static void transfer_free(struct transfer *t)
{
    if (t->easy) {
        curl.curl_multi_remove_handle(t->http->multi, t->easy);
        curl.curl_easy_cleanup(t->easy);
    }
    curl.curl_slist_free_all(t->headers);
    curl.curl_slist_free_all(t->address);
    free(t->client_cert);
    free(t->client_key);
    free(t->ca_file);
    free(t->half);
    http_result_clear(&t->result);
    free(t);
}

/* Takes a transfer out of the list under way and queues it for delivery. */
static void finish(struct transfer *t)
{
    struct http *h = t->http;
    struct transfer **at = &h->active;
    while (*at != t) {
        at = &(*at)->next;
    }
    *at = t->next;
    curl.curl_multi_remove_handle(h->multi, t->easy);
    curl.curl_easy_cleanup(t->easy);
    t->easy = NULL;
    t->next = NULL;
    for (at = &h->finished; *at; at = &(*at)->next) {
    }
    *at = t;
}

void http_result_clear(struct http_result *r)
{
    buf_clear(&r->headers);
    buf_clear(&r->body);
    *r = (struct http_result){0};
}

/* ---- What libcurl calls ---- */

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    struct buf *body = &t->result.body;
    size_t len = size * count;
    size_t room = body->max - body->len;
    size_t keep = len < room ? len : room;
    buf_add(body, data, keep);
    t->result.dropped += len - keep;
    t->not_http = !t->status_seen;
    bool stop = t->not_http || t->result.dropped / (STOP_FACTOR - 1) >= body->max;
    return stop ? 0 : len;
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    struct buf *head = &t->result.headers;
    size_t len = size * count;
    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0 && t->result.body.len == 0) {
        t->status_seen = true;
        t->head_ended = false;
        buf_reset(head); /* a 1xx answer stood before the real one */
    }
    t->head_ended = t->head_ended || data[0] == '\r' || data[0] == '\n';
    buf_add(head, data, len);
    t->head_too_big = buf_status(head) != ST_OK;
    return t->head_too_big ? 0 : len;
}

/* Gives half of the body, and then what the call is to do behind it. */
static size_t on_half(char *to, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t left = t->half_len - t->half_sent, room = size * count;
    size_t len = left < room ? left : room;
    if (len == 0) {
        return t->broken == HTTP_CLOSE ? CURL_READFUNC_ABORT : CURL_READFUNC_PAUSE;
    }
    memcpy(to, t->half + t->half_sent, len);
    t->half_sent += len;
    return len;
}

/* ---- Starting ---- */

/* Reads the parts of the URL that sentences and proxies need. */
static enum status read_url(struct transfer *t, const char *url, bool *loopback, struct err *err)
{
    CURLU *parts = curl.curl_url();
    char *scheme = NULL, *host = NULL, *port = NULL;
    CURLUcode code = parts ? curl.curl_url_set(parts, CURLUPART_URL, url, 0) : CURLUE_OUT_OF_MEMORY;
    enum status st = ST_OK;
    if (code == CURLUE_OK)
        code = curl.curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0);
    bool other = scheme && strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0;
    if (code == CURLUE_OK && !other) /* file: has none, and is refused for what it is */
        code = curl.curl_url_get(parts, CURLUPART_HOST, &host, 0);
    if (!other && (code != CURLUE_OK || !scheme || !host)) {
        st = err_set(err, ST_ARGUMENT, SAY("“%s” 不是 URL", "%s", "写成 https://主机/路径"),
                     SAY("\"%s\" is no URL", "%s", "write https://host/path"), url,
                     curl.curl_url_strerror(code));
    } else if (other) {
        st = err_set(err, ST_ARGUMENT,
                     SAY("“%s” 不是可以调用的 URL", "协议是 %s", "写成 https://主机/路径"),
                     SAY("\"%s\" is no URL to call", "its scheme is %s", "write https://host/path"),
                     url, scheme);
    } else {
        t->tls = strcmp(scheme, "https") == 0;
        bool named = curl.curl_url_get(parts, CURLUPART_PORT, &port, 0) == CURLUE_OK;
        snprintf(t->host, sizeof t->host, named ? "%.255s:%s" : "%.255s", host, port);
        size_t len = strlen(host);
        if (host[0] == '[' && host[len - 1] == ']') {
            host[len - 1] = '\0';
        }
        *loopback = address_is_loopback(host[0] == '[' ? host + 1 : host);
    }
    curl.curl_free(scheme);
    curl.curl_free(host);
    curl.curl_free(port);
    curl.curl_url_cleanup(parts);
    return st;
}

static enum status add_header(struct transfer *t, const char *line, struct err *err)
{
    for (const char *s = line; *s; s++) {
        if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f) {
            return err_set(err, ST_ARGUMENT,
                           SAY("请求头不能发送", "“%.60s” 里有控制字符", "删去换行等控制字符"),
                           SAY("a header cannot be sent", "\"%.60s\" holds a control character",
                               "remove newlines and other control characters"),
                           line);
        }
    }
    t->headers = curl.curl_slist_append(t->headers, line);
    if (!t->headers) {
        die("内存不足 / out of memory");
    }
    return ST_OK;
}

static enum status add_headers(struct transfer *t, const struct http_request *r, struct err *err)
{
    char type[160] = "Content-Type:"; /* alone it takes libcurl's own away */
    if (r->content_type) {
        snprintf(type, sizeof type, r->content_type[0] ? "Content-Type: %s" : "Content-Type;%s",
                 r->content_type);
    }
    enum status st = add_header(t, type, err);
    if (!st) {
        st = add_header(t, "Expect:", err); /* would cost a round trip, or a second of silence */
    }
    for (size_t i = 0; !st && r->headers && r->headers[i]; i++) {
        st = add_header(t, r->headers[i], err);
    }
    return st;
}

static bool is_p12(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (strcasecmp(dot, ".p12") == 0 || strcasecmp(dot, ".pfx") == 0);
}

static void set_tls(struct transfer *t, const struct http_request *r)
{
    CURL *easy = t->easy;
    curl.curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl.curl_easy_setopt(easy, CURLOPT_CAPATH,
                          NULL); /* else libcurl reads the CAs anew each time */
    if (r->ca_file) {
        curl.curl_easy_setopt(easy, CURLOPT_CAINFO, r->ca_file);
    }
    if (!r->client_cert) {
        return;
    }
    bool p12 = is_p12(r->client_cert);
    curl.curl_easy_setopt(easy, CURLOPT_SSLCERT, r->client_cert);
    curl.curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, p12 ? "P12" : "PEM");
    if (r->client_cert_password) {
        curl.curl_easy_setopt(easy, CURLOPT_KEYPASSWD, r->client_cert_password);
    }
    if (r->client_key && !p12) {
        curl.curl_easy_setopt(easy, CURLOPT_SSLKEY, r->client_key);
    }
}

static void set_method(struct transfer *t, const struct http_request *r)
{
    CURL *easy = t->easy;
    bool post = strcmp(r->method, "POST") == 0;
    if (post || r->len > 0) {
        curl.curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl.curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->len);
    }
    if (r->broken) {
        t->broken = r->broken;
        t->half_len = r->len / 2;
        t->half = mem_alloc(t->half_len + 1);
        memcpy(t->half, r->body, t->half_len);
        curl.curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_half);
        curl.curl_easy_setopt(easy, CURLOPT_READDATA, t);
    } else if (post || r->len > 0) {
        curl.curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, r->body ? r->body : "");
    }
    if (!post) {
        curl.curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
    }
}

static void set_options(struct transfer *t, const struct http_request *r, bool loopback)
{
    CURL *easy = t->easy;
    curl.curl_easy_setopt(easy, CURLOPT_URL, r->url);
    curl.curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl.curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->detail);
    curl.curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl.curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a cancel must not wait for a resolver */
    curl.curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl.curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl.curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 1L); /* so that such bytes can be kept */
    curl.curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl.curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl.curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl.curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl.curl_easy_setopt(easy, CURLOPT_USERAGENT, "wxpc/" WXPC_VERSION);
    curl.curl_easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
    curl.curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, t->connect_ms);
    curl.curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, t->total_ms);
    curl.curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl.curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl.curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl.curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    if (loopback || r->address) {
        curl.curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    }
    if (r->address) {
        char to[80];
        snprintf(to, sizeof to, strchr(r->address, ':') ? "::[%s]:" : "::%s:", r->address);
        t->address = curl.curl_slist_append(NULL, to);
        if (!t->address) {
            die("内存不足 / out of memory");
        }
        curl.curl_easy_setopt(easy, CURLOPT_CONNECT_TO, t->address);
    }
    set_method(t, r);
    set_tls(t, r);
}

static enum status set_up(struct http *h, struct err *err)
{
    enum status st = load_curl(err);
    if (st || h->multi) {
        return st;
    }
    signal(SIGPIPE, SIG_IGN); /* TLS writes without MSG_NOSIGNAL; a closed peer is an error */
    if (curl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        !(h->multi = curl.curl_multi_init())) {
        die("libcurl 无法初始化 / libcurl cannot be set up");
    }
    curl.curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS);
    return ST_OK;
}

struct http *http_new(void)
{
    return mem_alloc(sizeof(struct http));
}

static void free_list(struct transfer *t)
{
    while (t) {
        struct transfer *next = t->next;
        transfer_free(t);
        t = next;
    }
}

void http_free(struct http *h)
{
    if (!h) {
        return;
    }
    free_list(h->active);
    free_list(h->finished);
    if (h->multi) {
        curl.curl_multi_cleanup(h->multi);
        curl.curl_global_cleanup();
    }
    free(h->waits);
    free(h->polls);
    free(h);
}

enum status http_start(struct http *h, const struct http_request *r, http_done_fn done, void *ctx,
                       unsigned *id, struct err *err)
{
    enum status st = set_up(h, err);
    if (st) {
        return st;
    }
    struct transfer *t = mem_alloc(sizeof *t);
    *t = (struct transfer){
        .http = h,
        .done = done,
        .ctx = ctx,
        .connect_ms = r->connect_ms > 0 ? r->connect_ms : CONNECT_MS,
        .total_ms = r->total_ms > 0 ? r->total_ms : TOTAL_MS,
    };
    buf_init(&t->result.headers, HTTP_HEADERS_MAX);
    buf_init(&t->result.body, r->body_max ? r->body_max : HTTP_BODY_MAX);
    bool loopback = false;
    st = read_url(t, r->url, &loopback, err);
    if (!st) {
        st = add_headers(t, r, err);
    }
    if (st) {
        transfer_free(t);
        return st;
    }
    t->easy = curl.curl_easy_init();
    if (!t->easy) {
        die("内存不足 / out of memory");
    }
    t->client_cert = mem_strdup(r->client_cert);
    t->client_key = mem_strdup(r->client_key);
    t->ca_file = mem_strdup(r->ca_file);
    set_options(t, r, loopback);
    curl.curl_multi_add_handle(h->multi, t->easy);
    t->id = ++h->last_id ? h->last_id : ++h->last_id;
    t->next = h->active;
    h->active = t;
    h->count++;
    if (id) {
        *id = t->id;
    }
    return ST_OK;
}

enum status http_host(const char *url, char *out, size_t size, struct err *err)
{
    struct transfer t = {0};
    bool loopback;
    enum status st = load_curl(err);
    if (!st) {
        st = read_url(&t, url, &loopback, err);
    }
    if (st) {
        return st;
    }
    const char *host = t.host[0] == '[' ? t.host + 1 : t.host;
    size_t len = strcspn(host, host == t.host ? ":" : "]");
    if (len == 0 || len >= size) {
        return err_set(err, ST_ARGUMENT, SAY("“%.80s” 的主机名不可用", "", "写成 http://主机/路径"),
                       SAY("the host of \"%.80s\" cannot be used", "", "write http://host/path"),
                       url);
    }
    snprintf(out, size, "%.*s", (int)len, host);
    return ST_OK;
}

bool http_is_local(const char *url)
{
    char host[256];
    return http_host(url, host, sizeof host, NULL) == ST_OK && address_is_loopback(host);
}

bool http_is_from(const struct http *h, unsigned id, unsigned port, const char *peer)
{
    const struct transfer *t = h->active;
    char own[sizeof t->result.peer] = "";
    long here = 0, there = 0;
    while (t && t->id != id) {
        t = t->next;
    }
    if (!t) {
        return false;
    }
    curl.curl_easy_getinfo(t->easy, CURLINFO_LOCAL_PORT, &here);
    curl.curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_PORT, &there);
    read_address(t->easy, CURLINFO_LOCAL_IP, here, own, sizeof own);
    return there == (long)port && strcmp(own, peer) == 0;
}

void http_cancel(struct http *h, unsigned id)
{
    for (struct transfer *t = h->active; t; t = t->next) {
        if (t->id == id) {
            read_info(t);
            failure_say(&(struct failure){.kind = FAILURE_CANCELLED, .host = t->host},
                        &t->result.err);
            finish(t);
            return;
        }
    }
}

static void ignore(void *ctx, unsigned id, struct http_result *result)
{
    (void)ctx;
    (void)id;
    (void)result;
}

void http_forget(struct http *h, unsigned id)
{
    http_cancel(h, id);
    struct transfer *lists[] = {h->finished, h->batch};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        for (struct transfer *t = lists[i]; t; t = t->next) {
            if (t->id == id) {
                t->done = ignore;
            }
        }
    }
}

size_t http_active(const struct http *h)
{
    return h->count;
}

/* ---- Turns ---- */

/* poll(2) over `fds`; also tells of hang-ups, which libcurl leaves out. */
static void poll_fds(struct http *h, struct http_fd *fds, size_t count, int timeout_ms)
{
    for (size_t i = 0; i < count; i++) {
        h->polls[i] = (struct pollfd){.fd = fds[i].fd, .events = fds[i].events};
    }
    int ready = poll(h->polls, (nfds_t)count, timeout_ms);
    for (size_t i = 0; i < count; i++) {
        fds[i].revents = ready > 0 ? h->polls[i].revents : 0;
    }
}

void http_wait(struct http *h, struct http_fd *fds, size_t count, int timeout_ms)
{
    if (count > h->room) {
        h->waits = mem_grow(h->waits, count, sizeof *h->waits);
        h->polls = mem_grow(h->polls, count, sizeof *h->polls);
        h->room = count;
    }
    if (h->finished) {
        timeout_ms = 0;
    }
    if (!h->active) {
        poll_fds(h, fds, count, timeout_ms);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        bool in = fds[i].events & POLLIN, out = fds[i].events & POLLOUT;
        h->waits[i] = (struct curl_waitfd){
            .fd = fds[i].fd,
            .events = (short)((in ? CURL_WAIT_POLLIN : 0) | (out ? CURL_WAIT_POLLOUT : 0)),
        };
    }
    CURLMcode code = curl.curl_multi_poll(h->multi, h->waits, (unsigned)count,
                                          timeout_ms < 0 ? INT_MAX : timeout_ms, NULL);
    bool broken = code != CURLM_OK; /* CURLM_UNRECOVERABLE_POLL after a signal, for one */
    int step = timeout_ms >= 0 && timeout_ms < BROKEN_POLL_MS ? timeout_ms : BROKEN_POLL_MS;
    poll_fds(h, fds, count, broken ? step : 0);
}

static void collect(struct http *h)
{
    CURLMsg *msg = NULL;
    int left = 0;
    while ((msg = curl.curl_multi_info_read(h->multi, &left))) {
        if (msg->msg != CURLMSG_DONE) {
            continue;
        }
        CURLcode code = msg->data.result; /* gone once the handle is removed */
        char *owner = NULL;
        curl.curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &owner);
        struct transfer *t = (struct transfer *)(void *)owner;
        read_info(t);
        explain(t, code);
        finish(t);
    }
}

size_t http_run(struct http *h)
{
    if (h->active) {
        int running = 0;
        curl.curl_multi_perform(h->multi, &running);
        collect(h);
    }
    h->batch = h->finished;
    h->finished = NULL;
    size_t delivered = 0;
    while (h->batch) {
        struct transfer *t = h->batch;
        h->batch = t->next;
        h->count--;
        delivered++;
        t->done(t->ctx, t->id, &t->result);
        transfer_free(t);
    }
    return delivered;
}

const char *http_library(void)
{
    return load_curl(NULL) ? "?" : curl.curl_version_info(CURLVERSION_NOW)->version;
}
