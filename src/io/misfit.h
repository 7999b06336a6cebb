/* SPDX-License-Identifier: MIT */
/*
 * Who speaks to a port what it does not, plain HTTP to TLS or TLS to plain HTTP: told by the first
 * bytes, before a library reads them and can only close the connection.
 */
#ifndef IO_MISFIT_H
#define IO_MISFIT_H

#include <stdbool.h>
#include <stddef.h>

/* What the sandbox says to plain HTTP at a port with TLS, among other things. */
#define MISFIT_SAYS_TLS "This port speaks TLS: use https://"

enum misfit {
    MISFIT_SILENT, /* nothing has come yet */
    MISFIT_NONE,   /* what the port speaks, or nothing that anybody does */
    MISFIT_PLAIN,  /* a request in plain HTTP, to TLS */
    MISFIT_TLS,    /* a TLS greeting, to plain HTTP */
    MISFIT_HTTP2,  /* its preface, to plain HTTP; as the next one it is the library's to refuse */
    MISFIT_PROXY,  /* the PROXY protocol of load balancers, of either version */
};

/* Looks at what a connected socket has to read, and leaves it there. */
enum misfit misfit_look(int fd, bool tls);

/* Reads what has come of a plain request: its first line goes to `line`, as much as fits. */
void misfit_read(int fd, char *line, size_t size);

/* Sends a complete answer, status 400, as far as the socket takes it at once. */
void misfit_answer(int fd, const char *type, const char *body, size_t len);

#endif
