/* SPDX-License-Identifier: MIT */
/*
 * How a call over HTTP can fail, in sentences for people.
 *
 * io/http finds out which kind it is; here stands what that means and what to do about it.
 * Whether the request may have been processed matters most in payments, so each sentence
 * behind that point says to query the order first. Knows no library.
 */
#ifndef IO_FAILURE_H
#define IO_FAILURE_H

#include <stddef.h>

#include "core/base.h"

enum failure_kind {
    FAILURE_OTHER,
    FAILURE_NAME, /* the host does not resolve */
    FAILURE_PROXY_NAME,
    FAILURE_PROXY,
    FAILURE_REFUSED, /* nobody listens */
    FAILURE_UNREACHABLE,
    FAILURE_TLS,         /* no handshake */
    FAILURE_PLAIN,       /* https, but the port speaks plain HTTP */
    FAILURE_TLS_ONLY,    /* http, but the port speaks TLS */
    FAILURE_CERTIFICATE, /* the server's does not verify */
    FAILURE_WRONG_HOST,  /* the server's is for another name */
    FAILURE_CLIENT_FILE, /* our certificate or key cannot be used */
    FAILURE_CA_FILE,
    FAILURE_SEND,
    FAILURE_NOTHING, /* closed without an answer */
    FAILURE_RESET,   /* broken before the answer */
    FAILURE_CUT,     /* half an answer */
    FAILURE_NOT_HTTP,
    FAILURE_HEAD_SIZE,
    FAILURE_BODY_SIZE,
    FAILURE_TIME,
    FAILURE_CANCELLED,
    FAILURE_COUNT
};

/* Where the time went when it ran out. */
enum failure_stage { STAGE_NAME, STAGE_CONNECT, STAGE_TLS, STAGE_WAIT, STAGE_BODY, STAGE_COUNT };

struct failure {
    enum failure_kind kind;
    const char *host;         /* with its port, as in the URL */
    const char *detail;       /* the library's or the system's words; NULL: none */
    const char *path;         /* of the file that cannot be used; NULL: the system's */
    long verdict;             /* FAILURE_CERTIFICATE: the X.509 verification result, 0 unknown */
    enum failure_stage stage; /* FAILURE_TIME */
    long limit_ms;            /* FAILURE_TIME */
    size_t kept, dropped;     /* bytes of the body */
    size_t head_max;          /* FAILURE_HEAD_SIZE */
};

/* Says it in `err` and returns its status: ST_NETWORK, ST_TIMEOUT, ST_LIMIT, ST_CANCELLED, or
   ST_ARGUMENT for a file of ours. */
enum status failure_say(const struct failure *f, struct err *err);

#endif
