/* SPDX-License-Identifier: MIT */
/*
 * An HTTP server without a thread.
 *
 * The door to libmicrohttpd (epoll, driven from the loop): the sandbox gateway and the
 * notify listener are two handlers over it. Limits are kept here: body and header bytes,
 * connections, a deadline for the whole request (a client that sends a byte a second ends
 * by it, and sooner when it keeps others out), and framing (two Content-Length, or one together
 * with chunked, are refused).
 *
 * Binds to the one address given, loopback unless the user said otherwise. With a certificate
 * it serves TLS (1.2 or newer) alone; clients are asked for a certificate and may have none.
 */
#ifndef IO_HTTPD_H
#define IO_HTTPD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"

#define HTTPD_HANG_MS 120000 /* longer than clients wait */

struct httpd;

/* Serving TLS. Borrowed for httpd_open(). */
struct httpd_tls {
    const char *cert, *key; /* PEM, the server's */
    const char *ca; /* PEM: clients are asked for a certificate of this CA; NULL: for none */
};

/* Zeroed gives the defaults. */
struct httpd_limits {
    const struct httpd_tls *tls; /* NULL: plain HTTP */
    size_t body;                 /* bytes; 0: 1 MiB */
    size_t headers;              /* bytes of the request's head; 0: 16 KiB */
    unsigned connections;        /* 0: 128 */
    int request_ms; /* deadline of one request from its first line to the last byte of its
                       answer, and of a connection without one; 0: 10 s. At most 500 ms of it
                       while every place is taken. */
};

/* One header as received. */
struct httpd_header {
    const char *name, *value;
};

/* A whole request; borrowed for the call. */
struct httpd_request {
    const char *method;
    const char *path;  /* undecoded, without the query */
    const char *query; /* "" if none */
    const char *version;
    const char *content_type;           /* NULL if none */
    const struct httpd_header *headers; /* in received order */
    size_t header_count;
    const char *body;
    size_t len;
    const char *peer; /* "127.0.0.1:51234" */
    bool tls;
    const void *certificate; /* DER, the client's own; it has the key, and nothing else was checked
                                (core/authority judges it); NULL if it showed none */
    size_t certificate_len;
};

/* What to answer. Zeroed means 200 with an empty body. */
struct httpd_reply {
    unsigned status;          /* 0: 200 */
    const char *content_type; /* static; NULL: text/xml; "": none is said */
    char type[128];           /* the content type when it is not static; "": the one above */
    char encoding[32];        /* Content-Encoding; "": none is said */
    const struct httpd_header *headers; /* more of them; static; NULL: none */
    size_t header_count;
    struct buf body; /* moved */
    int delay_ms;    /* answer later; the request's deadline starts anew then */
    bool hang;       /* never answer: until the client leaves, or HTTPD_HANG_MS */
    bool drop;       /* close without an answer */
    unsigned later;  /* not 0: httpd_answer() gives the answer under this number, which
                        the handler chose; after HTTPD_HANG_MS the connection is closed */
};

/* Called for each request that keeps the limits; the others are answered here (400, 413, 431). It
   must not close its own server. */
typedef void (*httpd_handler_fn)(void *ctx, const struct httpd_request *q, struct httpd_reply *a);

/*
 * Binds `address` (IPv4 or IPv6 literal) and `port` (0: a free one) and accepts. Port in use is
 * ST_CONFLICT naming it, an address that is none of this machine's ST_ARGUMENT, TLS with a
 * libmicrohttpd that has none ST_UNSUPPORTED. Nothing is served until httpd_run().
 */
enum status httpd_open(const char *address, unsigned port, const struct httpd_limits *limits,
                       httpd_handler_fn handler, void *ctx, struct httpd **out, struct err *err);
void httpd_close(struct httpd *d);

/* Called in httpd_run() when a handler has left answers for later: to give those of several
   requests together. NULL: never. */
typedef void (*httpd_flush_fn)(void *ctx);
void httpd_on_flush(struct httpd *d, httpd_flush_fn flush);

/*
 * Told of each request that did not come to the handler, of which nobody would know else. `target`
 * is that of the request line, hostile; NULL: none came that could be read, which is told of the
 * first one on a connection only. `status` is the answer; 0: none, or one that the sender cannot
 * read, or not known. All borrowed. NULL: nobody is told. Who leaves without having sent a byte is
 * not told of.
 */
typedef void (*httpd_refused_fn)(void *ctx, const char *peer, const char *target, unsigned status,
                                 struct bi why);
void httpd_on_refused(struct httpd *d, httpd_refused_fn refused);

/*
 * Called for a client that speaks plain HTTP to a server with TLS (`line` is its request line, cut
 * to 500 bytes and hostile) or TLS to one without (`line` is NULL). What is appended to `answer`,
 * in XML, becomes the body of a 400 in plain HTTP, and the connection is closed. No callback, also
 * none that is told of what is refused: it is closed without a word.
 */
typedef void (*httpd_misfit_fn)(void *ctx, const char *line, struct buf *answer);
void httpd_on_misfit(struct httpd *d, httpd_misfit_fn misfit);

/* "http://127.0.0.1:41234", or https; IPv6 in brackets. */
const char *httpd_url(const struct httpd *d);
unsigned httpd_port(const struct httpd *d);

/* Gives the answer that a handler left for later, at `now_ms` of the loop's clock, from which its
   time counts; its body is moved. A client that has left, or a number unknown, is fine. */
void httpd_answer(struct httpd *d, long long now_ms, unsigned later, struct httpd_reply *a);

/* Is no request under way whose answer is still to be sent? Those that hang do not count. */
bool httpd_idle(const struct httpd *d);

/* For the loop: the descriptor to watch, how long it may sleep (ms; -1: as long as it likes), and
   one step. `now_ms` is the loop's monotonic clock. */
int httpd_fd(const struct httpd *d);
int httpd_timeout(struct httpd *d, long long now_ms);
void httpd_run(struct httpd *d, long long now_ms);

#endif
