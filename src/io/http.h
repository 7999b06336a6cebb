/* SPDX-License-Identifier: MIT */
/*
 * HTTP calls that run beside everything else.
 *
 * The door to libcurl (multi). Owns the program's only blocking wait: http_wait() waits
 * for transfers and for the descriptors of the others in one poll. libcurl is set up by
 * the first http_start(), so a start that sends nothing does not pay for it.
 *
 * TLS is always verified (1.2 or newer); there is no switch. Redirects are not followed:
 * a payment API does not redirect, and the result says where it pointed. The exact bytes
 * are kept up to a cap; what is beyond is counted, and the result says so. One call is one
 * request on a connection of its own: on a reused connection libcurl would send again by
 * itself what the server dropped, and the times would lack name, connect and TLS.
 */
#ifndef IO_HTTP_H
#define IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"

#define HTTP_BODY_MAX (16u << 20) /* bytes kept of a reply */
#define HTTP_HEADERS_MAX (64u << 10)

struct http;

/* What a call does behind half of its body: an endpoint must live with clients that break off. */
enum http_break {
    HTTP_WHOLE, /* nothing of the kind */
    HTTP_CLOSE, /* closes the connection: ST_CANCELLED */
    HTTP_STALL, /* says nothing more, until the time-out */
};

/* A proxy named by the environment is used as curl uses it, but never for a loopback address. */
struct http_request {
    const char *method; /* "POST", "GET" */
    const char *url;
    const char *content_type;   /* NULL: none */
    const char *const *headers; /* further "Name: value" lines, NULL-terminated; NULL: none. "Name;"
                                   sends it empty, "Name:" takes away what is sent by itself */
    const char *body;
    size_t len;
    enum http_break broken;  /* of a POST */
    const char *client_cert; /* path of a PEM, or of a P12 by its ending (.p12, .pfx); NULL: none */
    const char *client_key;  /* path of the PEM's key; NULL: in the same file */
    const char *client_cert_password; /* WeChat Pay's P12 files take the mch_id; NULL: none */
    const char *ca_file;              /* NULL: the system's */
    long connect_ms;                  /* time-outs; 0: 10 s and 30 s */
    long total_ms;
    size_t body_max;     /* 0: HTTP_BODY_MAX */
    const char *address; /* IP literal to connect to, through no proxy, whatever the URL's name
                            resolves to; NULL: ask the resolver */
};

/* Milliseconds from the start until each stage was done; negative if it was not reached. */
struct http_times {
    double name, connect, tls, wait, total;
};

/* Zeroed is valid. */
struct http_result {
    struct err err; /* ST_OK, ST_NETWORK, ST_TIMEOUT, ST_CANCELLED, ST_LIMIT; ST_ARGUMENT
                       for a certificate or CA file that cannot be used */
    long status;    /* 0 if no status line arrived */
    char content_type[128];
    char peer[64];      /* address and port */
    char location[512]; /* where a redirect pointed, else "" */
    struct buf headers; /* raw header block */
    struct buf body;    /* exact bytes, also of half an answer */
    size_t dropped;     /* bytes received beyond the cap; ends the call at three times the cap */
    struct http_times times;
};
void http_result_clear(struct http_result *r);

/* Delivers a result, from within http_run(). The callee keeps it by copying the struct and zeroing
   the original; otherwise it is cleared after the call. */
typedef void (*http_done_fn)(void *ctx, unsigned id, struct http_result *result);

struct http *http_new(void);
void http_free(struct http *h); /* transfers under way end without delivery */

/* Starts a call; strings and body are copied. `*id` names it (never 0; may be NULL). ST_ARGUMENT
   for a URL that is none or not http(s), or a header with a control character other than a tab. */
enum status http_start(struct http *h, const struct http_request *r, http_done_fn done, void *ctx,
                       unsigned *id, struct err *err);

/* The host of a URL that can be called, without brackets. ST_ARGUMENT as http_start(), or for a
   host that does not fit. */
enum status http_host(const char *url, char *out, size_t size, struct err *err);

/* Does the URL name this machine: a loopback address, or localhost? False for one that is none. */
bool http_is_local(const char *url);

/* Is it the call `id`, under way, that a server here at `port` sees as coming from `peer`
   ("127.0.0.1:51234")? */
bool http_is_from(const struct http *h, unsigned id, unsigned port, const char *peer);

/* Cancels; the result (ST_CANCELLED) is delivered in the next http_run(). Unknown ids are fine. */
void http_cancel(struct http *h, unsigned id);

/* Ends a call without a delivery, whatever its state; for owners that go. Unknown ids are fine. */
void http_forget(struct http *h, unsigned id);

size_t http_active(const struct http *h);

/* A descriptor that somebody else waits for. */
struct http_fd {
    int fd;
    short events;  /* POLLIN, POLLOUT */
    short revents; /* out; 0 unless it is ready, closed or broken */
};

/* Waits until a transfer, one of `fds` or the time-out (ms; -1: none) needs attention. Without a
   transfer under way it is poll(2). */
void http_wait(struct http *h, struct http_fd *fds, size_t count, int timeout_ms);

/* Moves transfers on and delivers results. Returns how many were delivered. */
size_t http_run(struct http *h);

/* The library's version, for `--version`. */
const char *http_library(void);

#endif
