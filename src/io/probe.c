/* SPDX-License-Identifier: MIT */
/*
 * One check after the other: build, post, wait for the answers, judge. Each step begins in a
 * turn of its own, so that nothing is started from within a delivery.
 */
#include "io/probe.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/text.h"
#include "core/xml.h"
#include "io/address.h"
#include "io/bait.h"
#include "io/keyless.h"
#include "io/posted.h"

#define CONNECT_MS 5000
#define MARGIN_MS 1000 /* past the platform's patience, to see by how much it is late */
#define FETCH_MS 2000  /* for a fetch that comes after the answer */
#define ANSWER_MAX (256u << 10)
#define FINDINGS_ROOM 32

struct post {
    struct probe *probe;
    unsigned id;
    bool done;
    bool keyed; /* a key of ours stood in the answer */
    int64_t at_ms;
    struct http_result result;
};

struct probe {
    struct loop *loop;
    char *url;
    char *shown;                    /* the URL without our keys: what is told and recorded */
    char address[INET6_ADDRSTRLEN]; /* that is called; "": as libcurl resolves it */
    bool local;                     /* it is an address of this machine */
    const struct event *event;
    const struct profile *profile;
    const struct params *given;
    struct secret key;
    enum sign_kind kind;
    int patience_ms, fetch_ms;
    struct template_seed seed;
    void (*random)(void *out, size_t size);

    struct httpd *port; /* ours, for external entities */
    char token[33];
    char base[128];
    char order[65];   /* that the check under way is about */
    char fetched[32]; /* path that was asked of it; "" */

    size_t at;        /* index of the check under way */
    struct buf body;  /* of it */
    struct buf valid; /* of the valid one */
    struct bait bait; /* our file, while it is needed */
    struct post posts[PROBE_POSTS_MAX];
    size_t sent;
    unsigned timer;
    bool baseline; /* the valid one was acknowledged */
    bool forged;   /* one with a wrong signature was */
    bool mute;     /* the valid one got no answer: what is asked of the others has none either */
    struct probe_finding findings[FINDINGS_ROOM];
    struct probe_request requests[FINDINGS_ROOM]; /* of them; the last one of what is under way */
    size_t count;
    struct journal *journal;
    int64_t at_ms;     /* Unix time at the start */
    long long started; /* loop clock then */
    bool key_hidden;   /* one of our keys stood in the body under way */
    struct err unrecorded;
    const struct profile *const *keys;
    size_t key_count;
    struct err err;
    loop_fn done;
    void *ctx;
};

static void step(void *ctx);

static const struct probe_check *current(const struct probe *p)
{
    size_t count;
    return &probe_checks(&count)[p->at];
}

/* ---- Our port ---- */

static void serve(void *ctx, const struct httpd_request *q, struct httpd_reply *out)
{
    struct probe *p = ctx;
    size_t skip = strlen(p->token) + 1;
    const char *text = NULL;
    if (q->path[0] == '/' && strncmp(q->path + 1, p->token, skip - 1) == 0)
        text = probe_served(q->path + skip);
    if (!text) {
        out->status = 404;
        return;
    }
    snprintf(p->fetched, sizeof p->fetched, "%s", q->path + skip);
    out->content_type = "application/xml";
    buf_init(&out->body, 1024);
    buf_adds(&out->body, text);
}

/* The address by which the endpoint's machine sees this one. */
static void own_address(const struct sockaddr *to, socklen_t len, char *out, size_t size)
{
    union address own = {.any.sa_family = AF_UNSPEC};
    socklen_t own_len = sizeof own;
    int fd = socket(to->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && connect(fd, to, len) == 0 && /* of a datagram socket: sends nothing */
                getsockname(fd, &own.any, &own_len) == 0;
    if (fd >= 0)
        close(fd);
    snprintf(out, size, "127.0.0.1");
    if (good && own.any.sa_family == AF_INET)
        inet_ntop(AF_INET, &own.four.sin_addr, out, (socklen_t)size);
    else if (good && own.any.sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&own.six.sin6_addr))
        inet_ntop(AF_INET6, &own.six.sin6_addr, out, (socklen_t)size);
}

static enum status open_port(struct probe *p, const char *address, struct err *err)
{
    unsigned char token[16];
    enum status st = httpd_open(address, 0, NULL, serve, p, &p->port, err);
    if (st)
        return st;
    p->random(token, sizeof token);
    digest_hex(token, sizeof token, p->token);
    snprintf(p->base, sizeof p->base, "%s/%s", httpd_url(p->port), p->token);
    loop_serve(p->loop, p->port);
    return ST_OK;
}

/* ---- Where it goes ---- */

static enum status say_foreign(const char *host, struct err *err)
{
    return err_set(err, ST_REFUSED,
                   SAY("不检查 %s", "它不是本机的回环地址，而检查会发送伪造和恶意的通知",
                       "确是自己的地址时，加上 --i-own-this-endpoint"),
                   SAY("%s is not probed",
                       "it is no loopback address, and a probe sends forged and hostile "
                       "notifications",
                       "if the endpoint is yours, add --i-own-this-endpoint"),
                   host);
}

static enum status resolve(const char *host, struct addrinfo **out, struct err *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    int code = getaddrinfo(host, "80", &hints, out);
    if (code != 0 && strcasecmp(host, "localhost") == 0) /* without /etc/hosts: RFC 6761, 6.3 */
        code = getaddrinfo("127.0.0.1", "80", &hints, out);
    if (code == 0)
        return ST_OK;
    return err_set(err, ST_NETWORK, SAY("主机名 %s 无法解析", "%s", "检查地址的写法与网络"),
                   SAY("the host %s does not resolve", "%s", "check the URL and the network"), host,
                   gai_strerror(code));
}

/* Resolves the host once. Unless the user owns it, all its addresses must be loopback ones, and the
   first is called, so that a name which changes in between leads nowhere else. */
static enum status choose_address(struct probe *p, bool owned, char *ours, size_t size,
                                  struct err *err)
{
    char host[256];
    struct addrinfo *all = NULL;
    bool loopback;
    enum status st = http_host(p->url, host, sizeof host, err);
    if (!st && (st = resolve(host, &all, err)) != ST_OK && !owned)
        st = say_foreign(host, err); /* whatever it is, it is not this machine */
    if (st)
        return st;
    p->local = loopback = all != NULL;
    for (const struct addrinfo *a = all; a; a = a->ai_next) {
        loopback = loopback && address_leads_here(a->ai_addr);
        p->local = p->local && address_is_ours(a->ai_addr);
    }
    if (all && loopback)
        getnameinfo(all->ai_addr, all->ai_addrlen, p->address, sizeof p->address, NULL, 0,
                    NI_NUMERICHOST);
    snprintf(ours, size, "127.0.0.1");
    if (all && !loopback)
        own_address(all->ai_addr, all->ai_addrlen, ours, size);
    freeaddrinfo(all);
    return loopback || owned ? ST_OK : say_foreign(host, err);
}

/* ---- One check ---- */

static void random_digits(struct probe *p)
{
    unsigned char random[24], nonce[16];
    p->random(random, sizeof random);
    p->random(nonce, sizeof nonce);
    for (size_t i = 0; i < sizeof random; i++)
        p->seed.digits[i] = (char)('0' + random[i] % 10);
    p->seed.digits[sizeof random] = '\0';
    digest_hex(nonce, sizeof nonce, p->seed.nonce);
}

/* What the user set, and an order number of its own unless one was given: then all checks are about
   one payment, with one transaction number. */
static void choose_order(struct probe *p, struct params *given)
{
    char number[33], now[TEXT_TIME_SIZE];
    if (p->given)
        params_copy(given, p->given);
    if (params_has(given, "out_trade_no"))
        return;
    random_digits(p);
    text_time_write(p->seed.now, now);
    snprintf(number, sizeof number, "PROBE%s%.8s", now, p->seed.digits);
    params_set(given, "out_trade_no", number, NULL);
}

static enum status build(struct probe *p, const struct probe_check *c, struct err *err)
{
    struct params given = {0};
    struct template_source template = {.event = p->event, .given = &given, .profile = p->profile};
    struct probe_source s = {.template = &template,
                             .key = &p->key,
                             .kind = p->kind,
                             .base = p->base,
                             .file = p->bait.path,
                             .content = p->bait.token};
    enum status st = ST_OK;

    buf_reset(&p->body);
    if (c->repeats) {
        buf_add(&p->body, buf_str(&p->valid), p->valid.len);
        return ST_OK;
    }
    choose_order(p, &given);
    snprintf(p->order, sizeof p->order, "%s", params_get(&given, "out_trade_no"));
    template.seed = p->seed;
    st = probe_build(c, &s, &p->body, err);
    if (!st && c->valid)
        buf_add(&p->valid, buf_str(&p->body), p->body.len);
    params_clear(&given);
    return st;
}

static void next(struct probe *p)
{
    p->timer = loop_timer(p->loop, 0, step, p);
}

/* Is the endpoint out of reach? No connection (of https: none that is safe) has been made, so
   nothing can be judged. */
static bool is_out_of_reach(const struct probe *p)
{
    bool tls = strncasecmp(p->url, "https:", 6) == 0;
    for (size_t i = 0; i < p->sent; i++) {
        const struct http_result *r = &p->posts[i].result;
        if (!r->err.status || (r->peer[0] && !(tls && r->times.tls < 0)))
            return false;
    }
    return true;
}

/* What a finding says for those behind it. */
static void learn(struct probe *p, const struct probe_check *c, const struct probe_finding *f)
{
    p->forged = p->forged || (c->forged && f->acknowledged > 0);
    if (c->valid) { /* not the pair: who locks up over it may still answer one */
        p->baseline = f->acknowledged > 0;
        p->mute = f->ms < 0;
    }
    if (p->at == 0 && is_out_of_reach(p))
        p->err = p->posts[0].result.err;
}

static struct answer_seen seen_of(const struct http_result *r)
{
    return (struct answer_seen){.err = &r->err,
                                .status = r->status,
                                .content_type = r->content_type,
                                .body = buf_str(&r->body),
                                .len = r->body.len,
                                .ms = r->times.total};
}

static void say_keyed(const struct probe *p, struct probe_finding *f)
{
    struct findings said = {0};
    for (size_t i = 0; i < p->sent && said.count == 0; i++) {
        if (p->posts[i].keyed)
            keyless_say(&said);
    }
    if (said.count)
        probe_remark(&said.items[0], f);
    findings_clear(&said);
}

static void judge(void *ctx)
{
    struct probe *p = ctx;
    struct probe_seen seen = {.count = p->sent,
                              .gateway = p->event->dialect == DIALECT_GATEWAY,
                              .local = p->local,
                              .baseline = p->baseline,
                              .forged = p->forged,
                              .fetched = p->fetched[0] ? p->fetched : NULL};
    struct probe_finding *f = &p->findings[p->count];

    p->timer = 0;
    for (size_t i = 0; i < p->sent; i++)
        seen.answers[i] = seen_of(&p->posts[i].result);
    p->requests[p->count].count = p->sent;
    probe_judge(current(p), &seen, f);
    say_keyed(p, f);
    p->count++;
    bait_remove(&p->bait);
    learn(p, current(p), f);
    for (size_t i = 0; i < p->sent; i++) {
        http_result_clear(&p->posts[i].result);
        p->posts[i] = (struct post){0};
    }
    p->sent = 0;
    p->at++;
    next(p);
}

/* An array of characters. */
static void hide_keys_in(const struct probe *p, char *text)
{
    const struct profile own = {.key = {.value = p->key}};
    profile_redact_text(p->profile, text);
    profile_redact_text(&own, text);
    for (size_t i = 0; i < p->key_count; i++)
        profile_redact_text(p->keys[i], text);
}

/* What is shown and recorded from here on; what is posted stays as it is. */
static void keep_request(struct probe *p)
{
    const struct profile own = {.key = {.value = p->key}};
    struct probe_request *r = &p->requests[p->count];
    r->method = current(p)->shape == PROBE_GET ? "GET" : "POST";
    buf_init(&r->body, 2 * PROBE_BODY_MAX);
    buf_add(&r->body, buf_str(&p->body), p->body.len);
    p->key_hidden = profile_redact(p->profile, &r->body);
    p->key_hidden = profile_redact(&own, &r->body) || p->key_hidden;
    for (size_t i = 0; i < p->key_count; i++)
        p->key_hidden = profile_redact(p->keys[i], &r->body) || p->key_hidden;
}

static bool hide_keys(const struct probe *p, struct http_result *r)
{
    bool found = keyless_answer(r, p->profile);
    found = keyless_answer_of(r, &p->key) || found;
    for (size_t i = 0; i < p->key_count; i++)
        found = keyless_answer(r, p->keys[i]) || found;
    return found;
}

static const char *number_of(const struct probe *p, const struct params *sent, const char *name)
{
    return params_has(sent, name)                  ? params_get(sent, name)
           : params_has(&p->profile->fields, name) ? params_get(&p->profile->fields, name)
                                                   : NULL;
}

/* Adds the row of a post, or completes it when there is an answer. */
static void record(struct probe *p, struct post *post)
{
    struct probe_request *r = &p->requests[p->count];
    struct params sent = {0};
    struct findings ignored = {0};
    char order[sizeof p->order];
    struct posted row = {.event = p->event,
                         .method = r->method,
                         .check = current(p)->id,
                         .url = p->shown,
                         .data = buf_str(&r->body),
                         .len = r->body.len,
                         .key_hidden = p->key_hidden,
                         .order = order,
                         .profile = p->profile->name,
                         .at_ms = post->at_ms,
                         .answer = post->done ? &post->result : NULL};
    struct answer_seen seen = seen_of(&post->result);
    if (!p->journal)
        return;
    snprintf(order, sizeof order, "%s", p->order);
    hide_keys_in(p, order);
    xml_read(row.data, row.len, &sent, NULL, NULL); /* what is no document is about our order */
    row.mch_id = number_of(p, &sent, "mch_id");
    row.verdict = post->done ? answer_judge(p->event->dialect == DIALECT_GATEWAY, &seen, &ignored)
                             : ANSWER_INVALID;
    posted_record(p->journal, &row, &r->rows[post - p->posts], &p->unrecorded);
    findings_clear(&ignored);
    params_clear(&sent);
}

static void send_one(struct probe *p);

static void on_answer(void *ctx, unsigned id, struct http_result *r)
{
    struct post *post = ctx;
    struct probe *p = post->probe;
    const struct probe_check *c = current(p);
    bool all = true;

    (void)id;
    post->keyed = hide_keys(p, r);
    post->done = true;
    post->id = 0;
    post->result = *r;
    *r = (struct http_result){0};
    record(p, post);
    for (size_t i = 0; i < p->sent; i++)
        all = all && p->posts[i].done;
    if (!all)
        return;
    if (p->sent < c->posts)
        send_one(p);
    else
        p->timer = loop_timer(p->loop, c->shape == PROBE_EXTERNAL ? p->fetch_ms : 0, judge, p);
}

static void send_one(struct probe *p)
{
    struct post *post = &p->posts[p->sent++];
    bool get = current(p)->shape == PROBE_GET;
    struct http_request r = {.method = get ? "GET" : "POST",
                             .url = p->url,
                             .content_type = get ? NULL : TEMPLATE_CONTENT_TYPE,
                             .headers = template_headers(),
                             .body = buf_str(&p->body),
                             .len = p->body.len,
                             .connect_ms = CONNECT_MS,
                             .total_ms = p->patience_ms,
                             .body_max = ANSWER_MAX,
                             .address = p->address[0] ? p->address : NULL};
    post->probe = p;
    post->at_ms = p->at_ms + (loop_now(p->loop) - p->started);
    record(p, post);
    if (http_start(loop_http(p->loop), &r, on_answer, post, &post->id, &post->result.err)) {
        post->done = true;
        p->timer = loop_timer(p->loop, 0, judge, p);
    }
}

static void finish(struct probe *p)
{
    p->done(p->ctx);
}

/* Passes over a check that the merchant has no use for, or from which nothing could be told. */
static bool skip(struct probe *p, const struct probe_check *c)
{
    bool file = c->shape == PROBE_FILE;
    enum probe_skip why = PROBE_MUTE;
    if (c->official && p->event->dialect == DIALECT_GATEWAY)
        return true;
    if (p->mute)
        why = PROBE_MUTE;
    else if (file && !p->local)
        why = PROBE_ELSEWHERE;
    else if (file && bait_lay(&p->bait, p->random, NULL))
        why = PROBE_NO_FILE;
    else
        return false;
    probe_skip(c, why, &p->findings[p->count++]);
    return true;
}

static void step(void *ctx)
{
    struct probe *p = ctx;
    size_t count;
    const struct probe_check *checks = probe_checks(&count);

    p->timer = 0;
    while (!p->err.status && p->at < count && p->count < FINDINGS_ROOM && skip(p, &checks[p->at]))
        p->at++;
    if (p->at == count || p->count == FINDINGS_ROOM || p->err.status) {
        finish(p);
        return;
    }
    if (build(p, &checks[p->at], &p->err)) {
        finish(p);
        return;
    }
    keep_request(p);
    send_one(p);
    if (checks[p->at].at_once)
        send_one(p);
}

/* ---- Life ---- */

enum status probe_start(struct loop *loop, const struct probe_options *o, struct probe **out,
                        struct err *err)
{
    struct probe *p = mem_alloc(sizeof *p);
    char ours[INET6_ADDRSTRLEN];
    p->loop = loop;
    p->url = mem_strdup(o->url);
    p->event = o->event;
    p->profile = o->profile;
    p->given = o->given;
    p->kind = o->kind;
    p->patience_ms = o->patience_ms ? o->patience_ms : ANSWER_PATIENCE_MS + MARGIN_MS;
    p->fetch_ms = o->fetch_ms ? o->fetch_ms : FETCH_MS;
    p->seed.now = o->now;
    p->random = o->random;
    p->journal = o->journal;
    p->at_ms = o->at_ms;
    p->started = loop_now(loop);
    p->keys = o->keys;
    p->key_count = o->key_count;
    p->done = o->done;
    p->ctx = o->ctx;
    secret_copy(&p->key, o->key);
    p->shown = mem_strdup(o->url);
    hide_keys_in(p, p->shown);
    buf_init(&p->body, PROBE_BODY_MAX);
    buf_init(&p->valid, PROBE_BODY_MAX);
    random_digits(p);
    enum status st = choose_address(p, o->owned, ours, sizeof ours, err);
    if (!st)
        st = open_port(p, ours, err);
    if (!st) /* what cannot be built is said before anything is sent */
        st = build(p, current(p), err);
    if (st) {
        probe_free(p);
        return st;
    }
    next(p);
    *out = p;
    return ST_OK;
}

void probe_free(struct probe *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->sent; i++) {
        if (p->posts[i].id)
            http_forget(loop_http(p->loop), p->posts[i].id);
        http_result_clear(&p->posts[i].result);
    }
    if (p->timer)
        loop_cancel(p->loop, p->timer);
    if (p->port)
        loop_drop(p->loop, p->port);
    for (size_t i = 0; i < FINDINGS_ROOM; i++)
        buf_clear(&p->requests[i].body);
    bait_remove(&p->bait);
    secret_clear(&p->key);
    buf_clear(&p->body);
    buf_clear(&p->valid);
    free(p->url);
    free(p->shown);
    free(p);
}

const struct err *probe_unrecorded(const struct probe *p)
{
    return &p->unrecorded;
}

const char *probe_url(const struct probe *p)
{
    return p->shown;
}

const struct probe_finding *probe_findings(const struct probe *p, size_t *count)
{
    *count = p->count;
    return p->findings;
}

const struct probe_request *probe_request(const struct probe *p, size_t index)
{
    return &p->requests[index];
}

const struct err *probe_error(const struct probe *p)
{
    return &p->err;
}
