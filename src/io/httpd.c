/* SPDX-License-Identifier: MIT */
/*
 * An HTTP server without a thread, over libmicrohttpd in external epoll mode.
 *
 * The library limits silence, not slowness, and accepts framing that two servers can read
 * differently; both are refused here. Each connection is a `struct client` with one
 * deadline; what passes it is shut down from httpd_run(), never from inside a callback.
 * An answer that is due later is a suspended connection.
 *
 * Of GnuTLS, which libmicrohttpd serves TLS with, one function is called: the one that gives the
 * certificate of the client.
 */
#include "io/httpd.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include "core/library.h"
#include "io/address.h"
#include "io/misfit.h"
#include "io/port.h"

#define BODY_MAX (1u << 20)
#define HEADERS_MAX (16u << 10)
#define CONNECTIONS_MAX 128
#define REQUEST_MS 10000
#define CROWDED_MS 500  /* what is left of it while every place is taken */
#define MISFIT_LINE 501 /* bytes of a request line that are told, NUL included */
#define MISFIT_ANSWER 2048
#define LATER LLONG_MAX /* a moment that never comes */

/* clang-format off */
#define MHD_FUNCTIONS(X) X(MHD_add_response_header) X(MHD_create_response_from_buffer) \
    X(MHD_destroy_response) X(MHD_get_connection_info) X(MHD_get_connection_values) \
    X(MHD_get_daemon_info) X(MHD_get_timeout) X(MHD_is_feature_supported) \
    X(MHD_lookup_connection_value) \
    X(MHD_queue_response) X(MHD_resume_connection) X(MHD_run) X(MHD_start_daemon) \
    X(MHD_stop_daemon) X(MHD_suspend_connection)
/* clang-format on */

#define GNUTLS_FUNCTIONS(X) X(gnutls_certificate_get_peers)

/* What the client and we may speak; GnuTLS's own choice of ciphers. */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3"

/* libmicrohttpd's functions: empty until the first server is opened. */
static struct {
    MHD_FUNCTIONS(LIBRARY_POINTER)
} mhd;

static enum status load_mhd(struct err *err)
{
    static const char *const names[] = {MHD_FUNCTIONS(LIBRARY_NAME)};
    return mhd.MHD_run ? ST_OK
                       : library_load(MICROHTTPD_SONAME, names, ARRAY_COUNT(names), &mhd, err);
}

/* GnuTLS's: empty until the first server with TLS is opened. */
static struct {
    GNUTLS_FUNCTIONS(LIBRARY_POINTER)
} tls;

static enum status load_tls(struct err *err)
{
    static const char *const names[] = {GNUTLS_FUNCTIONS(LIBRARY_NAME)};
    if (mhd.MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
        return err_set(err, ST_UNSUPPORTED,
                       SAY("不能以 TLS 提供服务", "本机的 libmicrohttpd 不含 TLS",
                           "安装带 GnuTLS 的 libmicrohttpd，或不用 --tls"),
                       SAY("TLS cannot be served", "this libmicrohttpd was built without it",
                           "install one with GnuTLS, or do without --tls"));
    }
    return tls.gnutls_certificate_get_peers
               ? ST_OK
               : library_load(GNUTLS_SONAME, names, ARRAY_COUNT(names), &tls, err);
}

/* How far a request has come. */
enum phase {
    PHASE_HEAD,     /* nothing of a request, or a part of its head */
    PHASE_BODY,     /* the handler callback has been called */
    PHASE_HELD,     /* waits until `due` */
    PHASE_DUE,      /* has waited */
    PHASE_ANSWERED, /* an answer was queued */
};

/* One connection and the request on it. */
struct client {
    struct client *prev, *next;
    struct httpd *server;
    struct MHD_Connection *connection;
    int fd;
    char peer[ADDRESS_MAX];
    long long deadline;  /* of the loop's clock */
    long long due;       /* when a held answer is sent */
    bool cut;            /* shut down; the library will notice */
    bool closed;         /* by its peer, before that: the library may not have noticed */
    enum misfit opening; /* what its first bytes are */
    bool asked;          /* a request line was read */
    bool suspended;      /* in the library's sense, while held */
    enum phase phase;
    char *target; /* as in the request line */
    struct buf body;
    struct httpd_reply reply;
};

struct httpd {
    struct MHD_Daemon *daemon;
    struct httpd_limits limits;
    httpd_handler_fn handler;
    httpd_flush_fn flush;
    httpd_misfit_fn misfit;
    httpd_refused_fn refused;
    bool left_for_later; /* by the handler, since the last flush */
    bool tls;
    void *ctx;
    struct client *clients;
    unsigned count; /* of them */
    bool closed;    /* a connection, in this run */
    long long now;
    int fd;
    unsigned port;
    char url[INET6_ADDRSTRLEN + 24];
};

/* ---- Clients ---- */

static struct client *client_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        mhd.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* Forgets the request; the connection waits for the next one. */
static void client_reset(struct client *c)
{
    free(c->target);
    c->target = NULL;
    buf_clear(&c->body);
    buf_clear(&c->reply.body);
    c->reply = (struct httpd_reply){0};
    c->phase = PHASE_HEAD;
    c->due = LATER;
    c->deadline = c->server->now + c->server->limits.request_ms;
}

static void client_open(struct httpd *d, struct MHD_Connection *connection, void **context)
{
    struct client *c = mem_alloc(sizeof *c);
    c->server = d;
    c->connection = connection;
    c->fd = mhd.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    address_text(
        mhd.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
        c->peer, sizeof c->peer);
    buf_init(&c->body, d->limits.body);
    client_reset(c);
    c->next = d->clients;
    if (c->next) {
        c->next->prev = c;
    }
    d->clients = c;
    d->count++;
    *context = c;
}

static void client_close(struct httpd *d, struct client *c)
{
    if (c->prev) {
        c->prev->next = c->next;
    } else {
        d->clients = c->next;
    }
    if (c->next) {
        c->next->prev = c->prev;
    }
    d->count--;
    client_reset(c);
    free(c);
}

/* ---- What is refused ---- */

static void tell(const struct client *c, unsigned status, struct bi why)
{
    const struct httpd *d = c->server;
    if (d->refused) {
        d->refused(d->ctx, c->peer, c->target, status, why);
    }
}

/* Of a client from which no request line came that could be read. */
static void tell_opening(const struct client *c)
{
    static const struct bi whys[] = {
        [MISFIT_NONE] = {"没有可读的完整 HTTP/1.1 请求行",
                         "no whole request line of HTTP/1.1 could be read"},
        [MISFIT_PLAIN] = {"来的是明文 HTTP，这个端口用 TLS：地址改为 https://",
                          "plain HTTP came, and this port speaks TLS: make the address https://"},
        [MISFIT_TLS] = {"来的是 TLS，这个端口是明文 HTTP：地址改为 http://",
                        "TLS came, and this port speaks plain HTTP: make the address http://"},
        [MISFIT_HTTP2] = {"来的是 HTTP/2，这个端口用 HTTP/1.1：让隧道改用它",
                          "HTTP/2 came, and this port speaks HTTP/1.1: let the tunnel use that"},
        [MISFIT_PROXY] = {"先来的是 PROXY 协议：在隧道里关闭它",
                          "the PROXY protocol came first: switch it off in the tunnel"},
    };
    if (c->opening != MISFIT_SILENT) {
        tell(c, 0, whys[c->opening]);
    }
}

/* Of a request that ended by itself before the handler or refuse() had it; `status`: what the
   library answered, 0 if it did not. */
static void tell_end(const struct client *c, unsigned status)
{
    static const struct bi late = {"其余部分没有按时到达", "its rest did not come in time"};
    static const struct bi gone = {"连接中途断开了", "the connection ended before the request did"};
    static const struct bi large = {"正文太大", "the body is too large"};
    static const struct bi long_head = {"请求头太大", "the headers are too large"};
    static const struct bi chunks = {"正文的分块格式错误", "its chunks are malformed"};
    static const struct bi head = {
        "请求头不是合法的 HTTP/1.1（某个头部、Content-Length，或缺少 Host）",
        "its head is no valid HTTP/1.1 (a header, the Content-Length, or no Host)"};
    static const struct bi other = {"无法读取", "it could not be read"};
    tell(c, status,
         status == 0                                          ? c->cut && !c->closed ? late : gone
         : status == MHD_HTTP_CONTENT_TOO_LARGE               ? large
         : status == MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE ? long_head
         : status != MHD_HTTP_BAD_REQUEST                     ? other
         : c->phase == PHASE_BODY                             ? chunks
                                                              : head);
}

/* Does a new client speak what the server does? The library would only close the connection. */
static void look_at(struct client *c)
{
    struct httpd *d = c->server;
    char line[MISFIT_LINE];
    struct buf answer;
    if (!d->misfit && !d->refused) {
        return;
    }
    c->opening = misfit_look(c->fd, d->tls);
    if (c->opening != MISFIT_PLAIN && c->opening != MISFIT_TLS) {
        return;
    }
    bool plain = c->opening == MISFIT_PLAIN;
    misfit_read(c->fd, line, sizeof line);
    buf_init(&answer, MISFIT_ANSWER);
    if (d->misfit) {
        d->misfit(d->ctx, plain ? line : NULL, &answer);
    }
    /* Who speaks TLS cannot read it, but concludes what speaks here. */
    misfit_answer(c->fd, "text/xml; charset=utf-8", buf_str(&answer), answer.len);
    buf_clear(&answer);
    c->deadline = d->now; /* httpd_run() shuts it down */
}

/* At those that were silent until now. */
static void look_at_new(struct httpd *d)
{
    for (struct client *c = d->clients; c; c = c->next) {
        if (c->opening == MISFIT_SILENT && !c->cut) {
            look_at(c);
        }
    }
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct httpd *d = ctx;
    struct client *c = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        client_open(d, connection, context);
        look_at(*context);
    } else if (c) {
        if (!c->asked) {
            tell_opening(c);
        }
        client_close(d, c);
        d->closed = true;
        *context = NULL;
    }
}

/* A request line was read: its time starts. */
static void *on_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    (void)ctx;
    struct client *c = client_of(connection);
    client_reset(c);
    c->target = mem_strdup(target);
    c->asked = true;
    return NULL;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode code)
{
    (void)ctx;
    (void)request;
    (void)code;
    struct client *c = client_of(connection);
    const union MHD_ConnectionInfo *queued =
        mhd.MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
    if (c->phase <= PHASE_BODY && !c->reply.drop) {
        tell_end(c, queued ? queued->http_status : 0);
    }
    client_reset(c);
}

/* ---- Answers ---- */

/* Queues `status` with `body` (moved; NULL is none). */
static enum MHD_Result queue(struct client *c, unsigned status, const char *type, struct buf *body)
{
    size_t len = body ? body->len : 0;
    char *text = body ? buf_take(body) : mem_strdup("");
    struct MHD_Response *response =
        mhd.MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(text);
        return MHD_NO;
    }
    if (type[0])
        mhd.MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (c->reply.encoding[0])
        mhd.MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, c->reply.encoding);
    for (size_t i = 0; i < c->reply.header_count; i++) {
        mhd.MHD_add_response_header(response, c->reply.headers[i].name, c->reply.headers[i].value);
    }
    enum MHD_Result done = mhd.MHD_queue_response(c->connection, status, response);
    mhd.MHD_destroy_response(response);
    c->phase = PHASE_ANSWERED;
    return done;
}

static enum MHD_Result refuse(struct client *c, unsigned status, const char *zh, const char *en)
{
    struct buf body;
    buf_init(&body, 256);
    buf_addf(&body, "%s\n", en);
    tell(c, status, (struct bi){zh, en});
    return queue(c, status, "text/plain", &body);
}

static enum MHD_Result answer(struct client *c)
{
    struct httpd_reply *a = &c->reply;
    if (a->drop || a->hang || a->later) {
        return MHD_NO; /* closes the connection */
    }
    c->deadline = c->server->now + c->server->limits.request_ms;
    return queue(c, a->status ? a->status : MHD_HTTP_OK,
                 a->type[0]        ? a->type
                 : a->content_type ? a->content_type
                                   : "text/xml",
                 &a->body);
}

static void suspend(struct client *c)
{
    c->suspended = true;
    mhd.MHD_suspend_connection(c->connection);
}

static void release(struct client *c)
{
    c->phase = PHASE_DUE;
    c->due = LATER;
    c->deadline = c->server->now + c->server->limits.request_ms;
    if (c->suspended)
        mhd.MHD_resume_connection(c->connection);
    c->suspended = false;
}

/* What a flush is going to answer is not suspended at once: the library reads a resumed connection
   before it asks for the answer, and closes it unanswered when the client has closed its side. */
static void hold(struct client *c)
{
    bool flushed = c->reply.later && c->server->flush;
    c->phase = PHASE_HELD;
    bool open = c->reply.hang || c->reply.later;
    c->server->left_for_later = c->server->left_for_later || c->reply.later;
    c->due = c->server->now + (open ? HTTPD_HANG_MS : c->reply.delay_ms);
    c->deadline = LATER;
    if (!flushed)
        suspend(c);
}

/* ---- Requests ---- */

/* What the head says about the body's framing. */
struct framing {
    unsigned lengths; /* Content-Length headers */
    unsigned codings; /* Transfer-Encoding headers */
    bool chunked;
    bool large; /* a declared length over the limit */
    size_t limit;
};

static enum MHD_Result see_framing(void *ctx, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    (void)kind;
    struct framing *f = ctx;
    if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        f->lengths++;
        f->large = value && strtoull(value, NULL, 10) > f->limit;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        f->codings++;
        f->chunked = value && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* The first call of a request: its head is there. Answers at once what will not be read. */
static enum MHD_Result begin(struct client *c)
{
    const struct httpd_limits *limits = &c->server->limits;
    struct framing f = {.limit = limits->body};
    const union MHD_ConnectionInfo *head =
        mhd.MHD_get_connection_info(c->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    c->phase = PHASE_BODY;
    mhd.MHD_get_connection_values(c->connection, MHD_HEADER_KIND, see_framing, &f);
    if (f.lengths > 1 || f.codings > 1 || (f.lengths && f.codings)) {
        return refuse(c, MHD_HTTP_BAD_REQUEST, "正文长度给了不止一次：只发一个 Content-Length",
                      "the length of the body is given more than once: send one Content-Length");
    }
    if (f.codings && !f.chunked) {
        return refuse(c, MHD_HTTP_NOT_IMPLEMENTED, "传输编码只支持 chunked",
                      "the only transfer coding is \"chunked\"");
    }
    if (head && head->header_size > limits->headers) {
        return refuse(c, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "请求头太大",
                      "the headers are too large");
    }
    if (f.large) {
        return refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, "正文太大", "the body is too large");
    }
    return MHD_YES;
}

struct header_list {
    struct httpd_header *items;
    size_t count, cap;
};

static enum MHD_Result add_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    struct header_list *list = ctx;
    if (list->count == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 16;
        list->items = mem_grow(list->items, list->cap, sizeof *list->items);
    }
    list->items[list->count++] = (struct httpd_header){name, value ? value : ""};
    return MHD_YES;
}

/* The certificate that the client showed in the handshake. */
static void add_certificate(const struct client *c, struct httpd_request *q)
{
    const union MHD_ConnectionInfo *info =
        mhd.MHD_get_connection_info(c->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    unsigned count = 0;
    const gnutls_datum_t *chain =
        info ? tls.gnutls_certificate_get_peers(info->tls_session, &count) : NULL;
    if (chain && count) {
        q->certificate = chain[0].data;
        q->certificate_len = chain[0].size;
    }
}

/* The whole request is there: asks the handler. */
static enum MHD_Result handle(struct client *c, const char *method, const char *version)
{
    struct header_list list = {0};
    mhd.MHD_get_connection_values(c->connection, MHD_HEADER_KIND, add_header, &list);
    char *query = strchr(c->target, '?');
    if (query) {
        *query++ = '\0';
    }
    struct httpd_request q = {
        .method = method,
        .path = c->target,
        .query = query ? query : "",
        .version = version,
        .content_type = mhd.MHD_lookup_connection_value(c->connection, MHD_HEADER_KIND,
                                                        MHD_HTTP_HEADER_CONTENT_TYPE),
        .headers = list.items,
        .header_count = list.count,
        .body = buf_str(&c->body),
        .len = c->body.len,
        .peer = c->peer,
        .tls = c->server->tls,
    };
    if (q.tls) {
        add_certificate(c, &q);
    }
    c->server->handler(c->server->ctx, &q, &c->reply);
    free(list.items);
    if (!c->reply.drop && (c->reply.hang || c->reply.later || c->reply.delay_ms > 0)) {
        hold(c);
        return MHD_YES;
    }
    return answer(c);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **request)
{
    (void)ctx;
    (void)url;
    struct client *c = client_of(connection);
    *request = c; /* marks the request as begun for the library's completion call */
    if (c->phase == PHASE_HEAD) {
        return begin(c);
    }
    if (*len > 0) {
        buf_add(&c->body, data, *len); /* once refused, the rest is read and dropped */
        *len = 0;
        return MHD_YES;
    }
    if (c->phase == PHASE_DUE) {
        return answer(c);
    }
    if (c->phase == PHASE_HELD && !c->suspended) { /* the flush has not answered it */
        suspend(c);
    }
    if (c->phase != PHASE_BODY) {
        return MHD_YES;
    }
    if (buf_status(&c->body) != ST_OK) {
        return refuse(c, MHD_HTTP_CONTENT_TOO_LARGE, "正文太大", "the body is too large");
    }
    return handle(c, method, version);
}

/* ---- Opening ---- */

static void name_url(struct httpd *d, const char *address)
{
    snprintf(d->url, sizeof d->url, strchr(address, ':') ? "http%s://[%s]:%u" : "http%s://%s:%u",
             d->tls ? "s" : "", address, d->port);
}

static void set_limits(struct httpd *d, const struct httpd_limits *limits)
{
    d->limits = limits ? *limits : (struct httpd_limits){0};
    d->limits.tls = NULL; /* was borrowed */
    struct httpd_limits *l = &d->limits;
    l->body = l->body ? l->body : BODY_MAX;
    l->headers = l->headers ? l->headers : HEADERS_MAX;
    l->connections = l->connections ? l->connections : CONNECTIONS_MAX;
    l->request_ms = l->request_ms > 0 ? l->request_ms : REQUEST_MS;
}

static void start_daemon(struct httpd *d, int fd, const struct httpd_tls *t)
{
    /* The pool holds the head, its index and what is read ahead. */
    size_t pool = 2 * d->limits.headers + (8u << 10);
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, t ? (void *)t->cert : NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, t ? (void *)t->key : NULL},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_PRIORITIES},
        {t && t->ca ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, t ? (void *)t->ca : NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    d->daemon = mhd.MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (t ? MHD_USE_TLS : 0u), (uint16_t)d->port, NULL,
        NULL, on_request, d, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool, MHD_OPTION_CONNECTION_LIMIT,
        d->limits.connections, MHD_OPTION_NOTIFY_CONNECTION, on_connection, d,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, d, MHD_OPTION_NOTIFY_COMPLETED, on_completed, d,
        t ? MHD_OPTION_ARRAY : MHD_OPTION_END, secure, MHD_OPTION_END);
}

enum status httpd_open(const char *address, unsigned port, const struct httpd_limits *limits,
                       httpd_handler_fn handler, void *ctx, struct httpd **out, struct err *err)
{
    int fd = -1;
    enum status st = load_mhd(err);
    if (!st && limits && limits->tls) {
        st = load_tls(err);
    }
    if (!st) {
        st = port_open(address, port, &fd, err);
    }
    if (st) {
        return st;
    }
    struct httpd *d = mem_alloc(sizeof *d);
    d->tls = limits && limits->tls;
    d->handler = handler;
    d->ctx = ctx;
    set_limits(d, limits);
    d->port = port_number(fd);
    name_url(d, address);
    start_daemon(d, fd, limits ? limits->tls : NULL);
    if (!d->daemon) {
        close(fd);
        free(d);
        return port_say(address, port, errno, err);
    }
    d->fd = mhd.MHD_get_daemon_info(d->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    *out = d;
    return ST_OK;
}

void httpd_close(struct httpd *d)
{
    if (!d) {
        return;
    }
    d->refused = NULL; /* what ends now was not refused */
    for (struct client *c = d->clients; c; c = c->next) {
        if (c->phase == PHASE_HELD) { /* the library stops only when none is suspended */
            c->reply.drop = true;
            release(c);
        }
    }
    mhd.MHD_stop_daemon(d->daemon);
    free(d);
}

void httpd_on_flush(struct httpd *d, httpd_flush_fn flush)
{
    d->flush = flush;
}

void httpd_on_refused(struct httpd *d, httpd_refused_fn refused)
{
    d->refused = refused;
}

void httpd_on_misfit(struct httpd *d, httpd_misfit_fn misfit)
{
    d->misfit = misfit;
}

const char *httpd_url(const struct httpd *d)
{
    return d->url;
}

unsigned httpd_port(const struct httpd *d)
{
    return d->port;
}

/* ---- Turns ---- */

int httpd_fd(const struct httpd *d)
{
    return d->fd;
}

/* When a client is shut down. While others may be waiting for a place, who is slow has less time: a
   thousand half-sent requests are over before a gateway gives a notification up (5 s). */
static long long ends(const struct httpd *d, const struct client *c)
{
    int less = d->limits.request_ms - CROWDED_MS;
    bool crowded = d->count >= d->limits.connections && less > 0 && c->deadline != LATER;
    return crowded ? c->deadline - less : c->deadline;
}

int httpd_timeout(struct httpd *d, long long now_ms)
{
    unsigned long long library = 0;
    long long wait = mhd.MHD_get_timeout(d->daemon, &library) == MHD_YES
                         ? (long long)(library < INT_MAX ? library : INT_MAX)
                         : LATER;
    for (const struct client *c = d->clients; c; c = c->next) {
        long long end = ends(d, c), moment = c->due < end ? c->due : end;
        if (!c->cut && moment != LATER && moment - now_ms < wait) {
            wait = moment - now_ms;
        }
    }
    if (wait == LATER) {
        return -1;
    }
    return wait < 0 ? 0 : wait > INT_MAX ? INT_MAX : (int)wait;
}

/* Has the client of a hanging answer left? The library does not watch suspended connections. Who
   waits for a delayed one may have closed its own side only. */
static bool has_closed(const struct client *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLRDHUP};
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLRDHUP));
}

static bool has_left(const struct client *c)
{
    return (c->reply.hang || c->reply.later) && has_closed(c);
}

void httpd_answer(struct httpd *d, long long now_ms, unsigned later, struct httpd_reply *a)
{
    struct client *c = d->clients;
    d->now = now_ms; /* the last run may be long ago */
    while (c && !(c->phase == PHASE_HELD && c->reply.later == later)) {
        c = c->next;
    }
    if (!c) {
        buf_clear(&a->body);
        return;
    }
    buf_clear(&c->reply.body);
    c->reply = *a;
    c->reply.later = 0;
    if (a->hang || a->delay_ms > 0) {
        c->due = d->now + (a->hang ? HTTPD_HANG_MS : a->delay_ms);
    } else {
        release(c);
    }
}

bool httpd_idle(const struct httpd *d)
{
    for (const struct client *c = d->clients; c; c = c->next) {
        bool hangs = c->phase == PHASE_HELD && c->reply.hang;
        if (c->phase != PHASE_HEAD && !hangs) {
            return false;
        }
    }
    return true;
}

/* The library stops listening when all places are taken, and begins again in the run after the one
   in which some became free: nothing would wake us for that. */
static void run(struct httpd *d)
{
    do {
        d->closed = false;
        look_at_new(d);
        mhd.MHD_run(d->daemon);
    } while (d->closed);
}

void httpd_run(struct httpd *d, long long now_ms)
{
    d->now = now_ms;
    for (struct client *c = d->clients; c; c = c->next) {
        if (c->phase == PHASE_HELD) {
            bool left = has_left(c);
            c->reply.drop = c->reply.drop || left;
            if (left || now_ms >= c->due) {
                release(c);
            }
        } else if (!c->cut && now_ms >= ends(d, c)) {
            c->closed = has_closed(c);
            shutdown(c->fd, SHUT_RDWR);
            c->cut = true;
        }
    }
    run(d);
    while (d->flush && d->left_for_later) {
        d->left_for_later = false;
        d->flush(d->ctx);
        run(d); /* sends, and may read the next requests at once */
    }
}
