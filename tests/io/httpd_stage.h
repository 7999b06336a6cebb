/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the server share: a loop, a server, a client, what the handler saw.
 */
#ifndef TESTS_IO_HTTPD_STAGE_H
#define TESTS_IO_HTTPD_STAGE_H

#include "net.h"

static char seen[32768]; /* what the handler saw last */
static unsigned served;

struct fixture {
    struct loop *loop;
    struct httpd *httpd;
    struct httpd_reply reply;
    struct net_client client;
};

static inline int start(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->loop = loop_new();
    served = 0;
    seen[0] = '\0';
    *state = f;
    return 0;
}

static inline int stop(void **state)
{
    struct fixture *f = *state;
    loop_free(f->loop);
    free(f);
    return 0;
}

/* Sends `text` on a new connection and waits until the server closed it. */
static inline const char *ask(struct fixture *f, const char *text)
{
    net_connect(&f->client, f->loop, httpd_port(f->httpd));
    net_sends(&f->client, text);
    net_until(f->loop, &f->client.closed);
    net_close(&f->client);
    return f->client.got;
}

#endif
