/* SPDX-License-Identifier: MIT */
/*
 * What the tests of this floor share: a raw client, a raw server with a canned answer, and
 * calls whose result is kept. Everything runs in the test's one thread through its loop.
 */
#ifndef TESTS_IO_NET_H
#define TESTS_IO_NET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/loop.h"

#define NET_TURN_MS 2000 /* a turn that sleeps so long has met nothing to do */

static inline long long net_clock(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Turns until `*done`; fails the test after 20 seconds. */
static inline void net_until(struct loop *l, const bool *done)
{
    long long end = net_clock() + 20000;
    while (!*done) {
        assert_true(net_clock() < end);
        loop_turn(l, NET_TURN_MS);
    }
}

/* ---- Raw client ---- */

struct net_client {
    struct loop *loop;
    int fd;
    bool closed;   /* the other side closed */
    bool answered; /* something came */
    char got[70000];
    size_t len;
};

static inline void net_client_read(void *ctx, int fd)
{
    struct net_client *c = ctx;
    ssize_t n = read(fd, c->got + c->len, sizeof c->got - 1 - c->len);
    c->len += n > 0 ? (size_t)n : 0;
    c->got[c->len] = '\0';
    c->answered = c->answered || n > 0;
    if (n <= 0) {
        c->closed = true;
        loop_unwatch(c->loop, fd);
    }
}

static inline void net_connect(struct net_client *c, struct loop *l, unsigned port)
{
    *c = (struct net_client){.loop = l, .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&a, sizeof a), 0);
    loop_watch(l, c->fd, net_client_read, c);
}

/* Sends what fits into the socket's buffer; a server that closed is not a failure. */
static inline void net_send(struct net_client *c, const char *data, size_t len)
{
    (void)!send(c->fd, data, len, MSG_NOSIGNAL);
}

static inline void net_sends(struct net_client *c, const char *text)
{
    net_send(c, text, strlen(text));
}

static inline void net_close(struct net_client *c)
{
    loop_unwatch(c->loop, c->fd);
    close(c->fd);
}

/* ---- Raw server ---- */

/* Answers each connection with `bytes` once a whole request has come. */
struct net_server {
    struct loop *loop;
    int fd;
    unsigned port;
    char url[64];
    const char *bytes;
    size_t len;
    bool reset; /* ends with RST instead of FIN */
    bool open;  /* does not close behind the answer */
    int peer;   /* the last connection, kept for `open` */
    char got[8192];
    size_t got_len;
    unsigned requests;
};

/* Is the request complete? What is left unread would turn the close into a reset. */
static inline bool net_complete(const struct net_server *s)
{
    const char *end = strstr(s->got, "\r\n\r\n");
    const char *length = strstr(s->got, "Content-Length:");
    return end && strlen(end + 4) >= (length ? strtoul(length + 15, NULL, 10) : 0);
}

static inline void net_server_read(void *ctx, int fd)
{
    struct net_server *s = ctx;
    ssize_t n = read(fd, s->got + s->got_len, sizeof s->got - 1 - s->got_len);
    s->got_len += n > 0 ? (size_t)n : 0;
    s->got[s->got_len] = '\0';
    if (n > 0 && !net_complete(s)) {
        return;
    }
    s->requests++;
    (void)!send(fd, s->bytes, s->len, MSG_NOSIGNAL);
    loop_unwatch(s->loop, fd);
    if (s->open) {
        s->peer = fd;
        return;
    }
    struct linger now = {.l_onoff = 1};
    if (s->reset) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    close(fd);
}

static inline void net_server_accept(void *ctx, int fd)
{
    struct net_server *s = ctx;
    int peer = accept(fd, NULL, NULL);
    assert_true(peer >= 0);
    s->got_len = 0;
    loop_watch(s->loop, peer, net_server_read, s);
}

/* A free port of 127.0.0.1 with a socket bound to it. */
static inline int net_listen(unsigned *port, bool listening)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t len = sizeof a;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    if (listening) {
        assert_int_equal(listen(fd, 16), 0);
    }
    getsockname(fd, (struct sockaddr *)&a, &len);
    *port = ntohs(a.sin_port);
    return fd;
}

static inline void net_serve(struct net_server *s, struct loop *l, const char *bytes)
{
    *s = (struct net_server){.loop = l, .bytes = bytes, .len = strlen(bytes), .peer = -1};
    s->fd = net_listen(&s->port, true);
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u/path", s->port);
    loop_watch(l, s->fd, net_server_accept, s);
}

static inline void net_stop(struct net_server *s)
{
    loop_unwatch(s->loop, s->fd);
    close(s->fd);
    if (s->peer >= 0) {
        close(s->peer);
    }
}

/* ---- Calls ---- */

struct net_call {
    bool done;
    unsigned id;
    struct http_result r;
};

static inline void net_keep(void *ctx, unsigned id, struct http_result *r)
{
    struct net_call *c = ctx;
    assert_false(c->done);
    assert_int_equal(id, c->id);
    c->done = true;
    c->r = *r;
    *r = (struct http_result){0};
}

static inline void net_start(struct net_call *c, struct loop *l, const struct http_request *q)
{
    struct err err = {0};
    *c = (struct net_call){0};
    enum status st = http_start(loop_http(l), q, net_keep, c, &c->id, &err);
    if (st) {
        fail_msg("%s", err.text[LANG_EN]);
    }
}

/* One POST of `body` to `url`, waited for. */
static inline void net_post(struct net_call *c, struct loop *l, const char *url, const char *body)
{
    net_start(c, l,
              &(struct http_request){.method = "POST",
                                     .url = url,
                                     .body = body,
                                     .len = strlen(body),
                                     .content_type = "text/xml"});
    net_until(l, &c->done);
}

static inline void net_assert_says(const struct err *err, const char *zh, const char *en)
{
    if (!strstr(err->text[LANG_ZH], zh) || !strstr(err->text[LANG_EN], en)) {
        fail_msg("\"%s\" / \"%s\" lack \"%s\" / \"%s\"", err->text[LANG_ZH], err->text[LANG_EN], zh,
                 en);
    }
}

#endif
