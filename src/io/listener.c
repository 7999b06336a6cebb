/* SPDX-License-Identifier: MIT */
/*
 * A notification lives in a `struct receipt` until its answer is decided: at once, or when
 * the user's application has answered. Its row stands in the journal before that.
 */
#include "io/listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "core/text.h"
#include "io/forward.h"
#include "io/precedent.h"

#define HEAD_MAX (64u << 10) /* bytes */
#define CHECK_QUERY "wxpc-check="
#define BUSY "系统繁忙" /* what is not recorded is refused with this: the platform comes again */

/* A notification whose answer is not given yet: it is being judged, its application has not
   answered, or the transaction that holds its row has not ended. */
struct pending {
    struct listener *listener;
    struct receipt received;
    struct listener_answer answer;
    unsigned http_id, later; /* of the call, of the open request */
    bool came_back;          /* the forward address is our own, by another name */
    struct pending *next;
};

struct listener {
    struct loop *loop;
    struct httpd *httpd;
    struct notice_context context;
    struct precedent precedent; /* and with it the journal */
    struct err unrecorded;
    struct listener_answer answers[EVENT_COUNT + 1];
    char *forward, *path, *url, *check_url;
    char token[33];
    enum listener_state state;
    struct err err;
    unsigned check_id;
    int64_t seq;
    unsigned last_later;
    struct pending *pending; /* at the application */
    struct pending *batch;   /* recorded in one transaction, in order of arrival */
    struct pending **batch_end;
    bool batch_open; /* the transaction */
    listener_sink_fn sink;
    listener_waiting_fn waiting;
    loop_fn changed;
    listener_refused_fn refused;
    void *ctx;
    int64_t (*clock_ms)(void);
};

static const struct bi state_texts[] = {
    [LISTENER_OFF] = {"未监听", "off"},
    [LISTENER_BINDING] = {"正在启动", "starting"},
    [LISTENER_UP] = {"监听中", "up"},
    [LISTENER_FAILED] = {"失败", "failed"},
};

struct bi listener_state_text(enum listener_state s)
{
    return state_texts[s];
}

/* ---- Recording ---- */

/* Records at once. False: it could not be written, which is told. */
static bool record(struct listener *l, struct receipt *r)
{
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    struct err err = {0};
    if (!l->precedent.journal)
        err = l->unrecorded;
    else
        receipt_record(r, l->precedent.journal, &err);
    if (!err.status)
        return true;
    err_line(&err, LANG_ZH, zh, sizeof zh);
    err_line(&err, LANG_EN, en, sizeof en);
    findings_add(&r->notice.findings,
                 (struct finding_head){"", "not-recorded", SEVERITY_ERROR, false},
                 "没有记录下来，因此没有确认：%.250s%.0s",
                 "it was not recorded, and therefore not acknowledged: %.0s%.250s", zh, en);
    return false;
}

/* ---- Answering ---- */

static const struct listener_answer *answer_for(const struct listener *l, const struct notice *n)
{
    return &l->answers[n->kind];
}

/* Records what was decided; what cannot be recorded is not acknowledged. */
static void settle(struct listener *l, struct receipt *r)
{
    if (!record(l, r) && r->answered)
        listener_answer_refuse(r, BUSY);
}

static void pending_free(struct pending *p)
{
    receipt_clear(&p->received);
    free(p);
}

/* Gives the answer of this request, hands the receipt to its keeper and ends `p`, which stands in
   no list. */
static void answer_now(struct pending *p, struct httpd_reply *out)
{
    struct listener *l = p->listener;
    listener_answer_send(&p->received, &p->answer, out);
    if (l->sink)
        l->sink(l->ctx, &p->received);
    pending_free(p);
}

/* The same for one whose request was told to wait. */
static void answer_later(struct pending *p)
{
    const struct listener *l = p->listener;
    unsigned later = p->later;
    struct httpd_reply reply;
    answer_now(p, &reply);
    httpd_answer(l->httpd, loop_now(l->loop), later, &reply);
}

/* The request waits until the answer is given under this number. */
static void wait_for_answer(struct pending *p, struct httpd_reply *out)
{
    struct listener *l = p->listener;
    p->later = ++l->last_later ? l->last_later : ++l->last_later;
    out->later = p->later;
}

/* An array of characters, which is shown and kept. */
static void hide_keys_in(const struct notice_context *c, char *text)
{
    for (size_t i = 0; i < c->profile_count; i++)
        profile_redact_text(c->profiles[i], text);
}

/* ---- Forwarding ---- */

static void unlink_pending(struct pending *p)
{
    struct pending **at = &p->listener->pending;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
}

static enum status own_address(const char *url, struct err *err)
{
    return err_set(err, ST_ARGUMENT, SAY("转发地址就是监听地址本身", "%s", "填应用自己的地址"),
                   SAY("the forward address is the listener itself", "%s",
                       "give the application's own address"),
                   url);
}

/* Is it a request of our own? The notification that it carries has come already. */
static bool is_forwarded_here(struct listener *l, const struct httpd_request *q)
{
    for (struct pending *p = l->pending; p; p = p->next) {
        if (http_is_from(loop_http(l->loop), p->http_id, httpd_port(l->httpd), q->peer))
            return p->came_back = true;
    }
    return false;
}

static void on_forwarded(void *ctx, unsigned id, struct http_result *result)
{
    struct pending *p = ctx;
    struct listener *l = p->listener;

    struct err err = {0};

    (void)id;
    if (p->came_back) {
        own_address(p->received.forward.url, &err);
        forward_fail(&p->received, &err);
    } else {
        forward_take(&p->received, result, l->context.profiles, l->context.profile_count);
    }
    listener_answer_relay(&p->received, &p->answer);
    settle(l, &p->received);
    unlink_pending(p);
    answer_later(p);
}

/* Hands the notification to the application; the answer waits. */
static void forward(struct pending *p, const struct httpd_request *q, struct httpd_reply *out)
{
    struct listener *l = p->listener;
    struct receipt *r = &p->received;
    struct forward to = {loop_http(l->loop), l->forward, on_forwarded};
    struct err err = {0};

    if (!record(l, r)) { /* it was not kept, so the application does not get it either */
        listener_answer_refuse(r, BUSY);
        answer_now(p, out);
        return;
    }
    snprintf(r->forward.url, sizeof r->forward.url, "%s", l->forward);
    hide_keys_in(&l->context, r->forward.url);
    p->next = l->pending;
    l->pending = p;
    if (forward_start(&to, q, p, &p->http_id, &err)) {
        unlink_pending(p);
        forward_fail(r, &err);
        listener_answer_relay(r, &p->answer);
        settle(l, r);
        answer_now(p, out);
        return;
    }
    wait_for_answer(p, out);
    if (l->waiting)
        l->waiting(l->ctx, r);
}

/* The listener goes before the application has answered, which the row says from now on. `p` stands
   in no list. */
static void give_up(struct pending *p)
{
    struct listener *l = p->listener;
    struct err err;
    http_forget(loop_http(l->loop), p->http_id);
    err_set(&err, ST_CANCELLED, SAY("监听停止时应用还没有应答", "", ""),
            SAY("the listener stopped before the application had answered", "", ""));
    forward_fail(&p->received, &err);
    settle(l, &p->received);
    if (l->sink)
        l->sink(l->ctx, &p->received);
    pending_free(p);
}

/* ---- Many at once ---- */

/* Puts a notification into the transaction of this turn; its answer waits for the end of it. */
static void add_to_batch(struct pending *p, struct httpd_reply *out)
{
    struct listener *l = p->listener;
    if (!l->batch) {
        l->batch_end = &l->batch;
        l->batch_open = !journal_begin(l->precedent.journal, NULL);
    }
    *l->batch_end = p;
    l->batch_end = &p->next;
    if (l->batch_open && receipt_record(&p->received, l->precedent.journal, NULL))
        l->batch_open = false; /* all of them are recorded again, one by one */
    wait_for_answer(p, out);
}

/* Ends the transaction and gives the answers: nothing is acknowledged that could still be lost. */
static void flush(void *ctx)
{
    struct listener *l = ctx;
    struct pending *p = l->batch, *next;
    bool kept = l->batch_open && !journal_commit(l->precedent.journal, NULL);

    l->batch = NULL;
    l->batch_open = false;
    for (; p; p = next) {
        next = p->next;
        if (!kept) {
            p->received.journal_id = 0;
            settle(l, &p->received);
        }
        answer_later(p);
    }
}

/* ---- Receiving ---- */

static int64_t real_clock_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void keep_request(struct receipt *r, const struct httpd_request *q)
{
    buf_init(&r->head, HEAD_MAX);
    buf_addf(&r->head, "%s %s%s%s %s\r\n", q->method, q->path, q->query[0] ? "?" : "", q->query,
             q->version);
    for (size_t i = 0; i < q->header_count; i++) { /* without printf: each notification has some */
        const char *const parts[] = {q->headers[i].name, ": ", q->headers[i].value, "\r\n"};
        for (size_t k = 0; k < ARRAY_COUNT(parts); k++)
            buf_adds(&r->head, parts[k]);
    }
    buf_init(&r->body, q->len + 1);
    buf_add(&r->body, q->body, q->len);
    snprintf(r->peer, sizeof r->peer, "%s", q->peer);
}

/* What is kept and shown of the bytes; the application still gets those received. */
static void hide_keys(const struct notice_context *c, struct receipt *r)
{
    bool found = notice_redact(c, &r->head);
    found = notice_redact_body(c, &r->notice, &r->body) || found;
    if (found)
        notice_say_key(&r->notice);
}

static void receive(struct listener *l, const struct httpd_request *q, struct httpd_reply *out)
{
    struct pending *p = mem_alloc(sizeof *p);
    struct receipt *r = &p->received;
    struct notice *n = &r->notice;

    p->listener = l;
    r->seq = ++l->seq;
    r->at_ms = l->clock_ms();
    keep_request(r, q);
    notice_read(&l->context, q->body, q->len, n);
    sign_trace_clear(&n->trace); /* there is a key in it */
    hide_keys(&l->context, r);
    if (n->profile && n->profile->name)
        snprintf(r->profile, sizeof r->profile, "%s", n->profile->name);
    n->profile = NULL;
    struct notice_known *k = &n->known; /* borrows from this notification's order */
    k->appid = k->mch_id = k->sub_mch_id = k->other = k->paid_by = NULL;
    p->answer = *answer_for(l, n);
    hide_keys_in(&l->context, p->answer.message); /* a key is sent to nobody */
    if (l->forward) {
        forward(p, q, out);
        return;
    }
    listener_answer_decide(r, &p->answer);
    if (l->precedent.journal) {
        add_to_batch(p, out);
        return;
    }
    settle(l, r);
    answer_now(p, out);
}

static void say_text(struct httpd_reply *out, unsigned status, const char *text)
{
    out->status = status;
    out->content_type = "text/plain; charset=utf-8";
    buf_init(&out->body, 1024);
    buf_adds(&out->body, text);
}

/* What never becomes a line of the list: without this, a tunnel that sends it looks silent. */
static void on_refused(void *ctx, const char *peer, const char *target, unsigned status,
                       struct bi why)
{
    struct listener *l = ctx;
    struct buf path;
    struct err err;
    if (!l->refused)
        return;
    buf_init(&path, HEAD_MAX);
    if (target)
        buf_add(&path, target, strcspn(target, "?"));
    notice_redact(&l->context, &path);
    if (!target)
        err_set(&err, ST_ARGUMENT, SAY("%1$s 发来的不是可读的请求", "%2$s%3$.0s", ""),
                SAY("no request that can be read came from %1$s", "%2$.0s%3$s", ""), peer, why.zh,
                why.en);
    else if (!status)
        err_set(&err, ST_ARGUMENT, SAY("%1$s 对 %2$.80s 的请求没有发完", "%3$s%4$.0s", ""),
                SAY("a request of %1$s for %2$.80s broke off", "%3$.0s%4$s", ""), peer,
                buf_str(&path), why.zh, why.en);
    else
        err_set(&err, ST_ARGUMENT,
                SAY("拒绝了 %1$s 对 %2$.80s 的请求", "HTTP %3$u：%4$s%5$.0s", ""),
                SAY("a request of %1$s for %2$.80s was refused", "HTTP %3$u: %4$.0s%5$s", ""), peer,
                buf_str(&path), status, why.zh, why.en);
    buf_clear(&path);
    l->refused(l->ctx, &err);
}

static void handle(void *ctx, const struct httpd_request *q, struct httpd_reply *out)
{
    struct listener *l = ctx;
    size_t skip = sizeof CHECK_QUERY - 1;
    if (strncmp(q->query, CHECK_QUERY, skip) == 0 && strcmp(q->query + skip, l->token) == 0) {
        say_text(out, 200, l->token);
    } else if (strcmp(q->method, "POST") != 0) {
        say_text(out, 405, "wxpc listens here for notifications: POST XML\n");
        on_refused(l, q->peer, q->path, 405,
                   (struct bi){"通知要用 POST", "notifications come by POST"});
    } else if (is_forwarded_here(l, q)) {
        say_text(out, 508, "the forward address is this listener itself\n");
    } else {
        receive(l, q, out);
    }
}

/* ---- State ---- */

static void set_state(struct listener *l, enum listener_state state)
{
    l->state = state;
    if (l->changed)
        l->changed(l->ctx);
}

static void on_checked(void *ctx, unsigned id, struct http_result *r)
{
    struct listener *l = ctx;
    (void)id;
    l->check_id = 0;
    if (r->err.status == ST_CANCELLED)
        return;
    bool ours = r->status == 200 && strcmp(buf_str(&r->body), l->token) == 0;
    l->err = r->err;
    if (!r->err.status && !ours)
        err_set(&l->err, ST_CONFLICT,
                SAY("%s 应答的不是本程序", "别的程序或代理占着这个地址", "换一个端口"),
                SAY("it is not this program that answers at %s",
                    "another program or a proxy holds the address", "choose another port"),
                l->url);
    set_state(l, ours ? LISTENER_UP : LISTENER_FAILED);
}

void listener_check(struct listener *l)
{
    struct http_request r = {.method = "GET",
                             .url = l->check_url,
                             .connect_ms = 2000,
                             .total_ms = 5000,
                             .body_max = 4096};
    if (l->check_id)
        return;
    set_state(l, LISTENER_BINDING);
    if (http_start(loop_http(l->loop), &r, on_checked, l, &l->check_id, &l->err))
        set_state(l, LISTENER_FAILED);
}

/* Where this machine reaches the socket: a wildcard is no address to call. */
static void set_urls(struct listener *l, const char *address)
{
    char url[512];
    bool four = strcmp(address, "0.0.0.0") == 0, six = strcmp(address, "::") == 0;
    snprintf(url, sizeof url, "%s%s", httpd_url(l->httpd), l->path);
    l->url = mem_strdup(url);
    if (four || six)
        snprintf(url, sizeof url, "http://%s:%u%s?%s%s", four ? "127.0.0.1" : "[::1]",
                 httpd_port(l->httpd), l->path, CHECK_QUERY, l->token);
    else
        snprintf(url, sizeof url, "%s?%s%s", l->url, CHECK_QUERY, l->token);
    l->check_url = mem_strdup(url);
}

static enum status check_options(const struct listener_options *o, struct err *err)
{
    const char *path = o->path;
    if (path && (path[0] != '/' || strpbrk(path, "?# \t\r\n") || strlen(path) > 200 ||
                 !text_is_plain(path, strlen(path), 0)))
        return err_set(err, ST_ARGUMENT,
                       SAY("路径 %.80s 不可用", "它要以 / 开头，没有 ? 和空白", "例如 /notify"),
                       SAY("the path %.80s cannot be used",
                           "it begins with / and has no ? and no blank", "for example /notify"),
                       path);
    return listener_forward(NULL, o->forward, err);
}

/* Is it at `own`, "http://127.0.0.1:8765"? */
static bool is_at(const char *url, const char *own)
{
    size_t len = strlen(own);
    return strncmp(url, own, len) == 0 && !(url[len] >= '0' && url[len] <= '9');
}

/* Is it one that the library can call, and that names a host? */
static enum status check_forward(const char *url, struct err *err)
{
    char host[254]; /* the longest of DNS */
    size_t scheme = strncmp(url, "http://", 7) == 0 ? 7 : strncmp(url, "https://", 8) == 0 ? 8 : 0;
    /* The library reads "http:///x" as the host x. */
    if (!scheme || url[scheme] == '/' || strlen(url) >= FORWARD_URL_SIZE)
        return err_set(err, ST_ARGUMENT,
                       SAY("转发地址 %.80s 不可用", "",
                           "要写完整的 URL：http://主机/路径 或 https://主机/路径"),
                       SAY("the forward address %.80s cannot be used", "",
                           "give a whole URL, http://host/path or https://host/path"),
                       url);
    return http_host(url, host, sizeof host, err);
}

enum status listener_forward(struct listener *l, const char *url, struct err *err)
{
    enum status st = url ? check_forward(url, err) : ST_OK;
    if (st || !l)
        return st;
    if (url && is_at(url, httpd_url(l->httpd)))
        return own_address(url, err);
    free(l->forward);
    l->forward = mem_strdup(url);
    return ST_OK;
}

enum status listener_open(struct loop *loop, const struct listener_options *o,
                          struct listener **out, struct err *err)
{
    const char *address = o->address ? o->address : "127.0.0.1";
    unsigned char random[16];
    enum status st = check_options(o, err);
    if (st)
        return st;
    struct listener *l = mem_alloc(sizeof *l);
    l->loop = loop;
    l->context =
        (struct notice_context){.events = o->events, .known = precedent_know, .ctx = &l->precedent};
    listener_journal(l, o->journal, o->unrecorded);
    l->precedent.catalog = o->catalog;
    l->precedent.context = &l->context;
    l->path = mem_strdup(o->path ? o->path : "/notify");
    l->sink = o->sink;
    l->waiting = o->waiting;
    l->changed = o->changed;
    l->refused = o->refused;
    l->ctx = o->ctx;
    l->clock_ms = o->clock_ms ? o->clock_ms : real_clock_ms;
    listener_answer(l, EVENT_UNKNOWN, &o->answer);
    st = httpd_open(address, o->port, NULL, handle, l, &l->httpd, err);
    if (!st && (st = listener_forward(l, o->forward, err))) {
        httpd_close(l->httpd); /* which the loop does not serve yet */
        l->httpd = NULL;
    }
    if (st) {
        listener_close(l);
        return st;
    }
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        die("getrandom failed");
    digest_hex(random, sizeof random, l->token);
    set_urls(l, address);
    httpd_on_flush(l->httpd, flush);
    httpd_on_refused(l->httpd, on_refused);
    loop_serve(loop, l->httpd);
    listener_check(l);
    *out = l;
    return ST_OK;
}

void listener_close(struct listener *l)
{
    if (!l)
        return;
    while (l->pending) {
        struct pending *p = l->pending;
        l->pending = p->next;
        give_up(p);
    }
    if (l->check_id)
        http_forget(loop_http(l->loop), l->check_id);
    if (l->httpd)
        loop_drop(l->loop, l->httpd);
    precedent_clear(&l->precedent);
    free(l->forward);
    free(l->path);
    free(l->url);
    free(l->check_url);
    free(l);
}

void listener_profiles(struct listener *l, const struct profile *const *profiles, size_t count)
{
    l->context.profiles = profiles;
    l->context.profile_count = count;
}

void listener_journal(struct listener *l, struct journal *journal, const struct err *unrecorded)
{
    l->precedent.journal = journal;
    l->unrecorded = unrecorded ? *unrecorded : (struct err){0};
}

void listener_answer(struct listener *l, enum event_kind kind, const struct listener_answer *a)
{
    for (size_t i = 0; i <= EVENT_COUNT; i++) {
        if (kind == EVENT_UNKNOWN || kind == (enum event_kind)i)
            l->answers[i] = *a;
    }
}

bool listener_idle(const struct listener *l)
{
    return !l->pending && !l->batch && httpd_idle(l->httpd);
}

bool listener_is_waiting(const struct listener *l, int64_t journal_id)
{
    for (const struct pending *p = l->pending; p; p = p->next) {
        if (p->received.journal_id == journal_id)
            return true;
    }
    return false;
}

enum listener_state listener_state(const struct listener *l)
{
    return l ? l->state : LISTENER_OFF;
}

const struct err *listener_error(const struct listener *l)
{
    return &l->err;
}

const char *listener_url(const struct listener *l)
{
    return l->url;
}
