/* SPDX-License-Identifier: MIT */
/*
 * A notification lives in a `struct receipt` until its answer is decided: at once, or when
 * the user's application has answered. Its row stands in the journal before that.
 */
#include "io/listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

#include "core/notice_word.h"
#include "core/text.h"
#include "core/xml.h"
#include "io/keyless.h"

#define FORWARD_MS 30000      /* patience with the user's application */
#define HEAD_MAX (64u << 10)  /* bytes */
#define ANSWER_MAX (1u << 20) /* bytes of an answer, ours or relayed */
#define OUTCOME_MAX 48        /* bytes of a row's outcome */
#define CHECK_QUERY "wxpc-check="

/* A notification whose answer is not given yet: its application has not answered, or the
   transaction that holds its row has not ended. */
struct pending {
    struct listener *listener;
    struct receipt received;
    struct listener_answer answer;
    unsigned http_id, later; /* of the call, of the open request */
    struct pending *next;
};

struct listener {
    struct loop *loop;
    struct httpd *httpd;
    struct notice_context context;
    struct journal *journal;
    struct err unrecorded;
    const struct catalog *catalog;
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
    bool batch_open;     /* the transaction */
    struct params order; /* of the notification being judged: what `known` borrows from */
    char order_name[64];
    listener_sink_fn sink;
    loop_fn changed;
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

bool listener_reply_read(const char *word, enum listener_reply *out)
{
    static const char *const words[] = {[LISTENER_AUTO] = "auto",
                                        [LISTENER_SUCCESS] = "success",
                                        [LISTENER_FAIL] = "fail",
                                        [LISTENER_NONE] = "none"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (enum listener_reply)i;
            return true;
        }
    }
    return false;
}

void receipt_clear(struct receipt *r)
{
    notice_clear(&r->notice);
    buf_clear(&r->head);
    buf_clear(&r->body);
    buf_clear(&r->answer);
    buf_clear(&r->forward.body);
    findings_clear(&r->forward.findings);
    *r = (struct receipt){0};
}

/* ---- What our records say ---- */

static void keep_call(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    struct listener *l = ctx;
    snprintf(l->order_name, sizeof l->order_name, "%s", row->name);
    xml_read(body->request.data ? body->request.data : "", body->request.len, &l->order, NULL,
             NULL);
}

static bool keep_id(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->id;
    return false;
}

/* Does a notification other than a refund's follow? */
static bool places_order(const struct spec *s)
{
    for (size_t i = 0; i < s->notification_count; i++) {
        if (strcmp(s->notifications[i].event, event_name(EVENT_REFUND)) != 0)
            return true;
    }
    return false;
}

/* The call that placed an order: one that was answered well, else one that may have been. */
static int64_t find_call(struct listener *l, const char *order)
{
    struct journal_key call = {.kind = JOURNAL_CALL, .order_no = order};
    int64_t id = 0;
    for (int k = 0; k < 2 && !id; k++) {
        call.unanswered = k == 1;
        for (size_t i = 0; l->catalog && i < l->catalog->count && !id; i++) {
            if (!places_order(catalog_at(l->catalog, i)))
                continue;
            call.name = catalog_at(l->catalog, i)->id;
            journal_find(l->journal, &call, keep_id, &id);
        }
        if (!l->catalog)
            journal_find(l->journal, &call, keep_id, &id);
    }
    return id;
}

static void know_order(struct listener *l, const char *order, struct notice_known *k)
{
    int64_t id = find_call(l, order);
    params_clear(&l->order);
    if (!id || journal_get(l->journal, id, keep_call, l, NULL) || !l->order.count)
        return;
    const char *sign = params_get(&l->order, "sign"), *fee = params_get(&l->order, "total_fee");
    k->order = true;
    k->deposit = strncmp(l->order_name, "deposit_", 8) == 0;
    k->appid = params_get(&l->order, "appid");
    k->mch_id = params_get(&l->order, "mch_id");
    k->sub_mch_id = params_get(&l->order, "sub_mch_id");
    k->has_kind = sign && sign_kind_from_length(strlen(sign), &k->kind);
    if (fee)
        text_read_fen(fee, &k->total_fee);
}

/* The number under which an event is kept, and the one by which a repeat is known. */
static const char *order_of(const struct notice *n)
{
    const char *order = notice_get(n, "out_trade_no");
    return order ? order : notice_get(n, "contract_code");
}

static const char *transaction_of(const struct notice *n)
{
    static const char *const names[] = {"refund_id", "transaction_id", "contract_id"};
    const char *v = NULL;
    for (size_t i = n->kind == EVENT_REFUND ? 0 : 1; !v && i < ARRAY_COUNT(names); i++)
        v = notice_get(n, names[i]);
    return v;
}

static bool was_here(struct listener *l, const struct notice *n, enum event_kind kind, bool same)
{
    struct journal_key key = {.kind = JOURNAL_NOTICE,
                              .order_no = order_of(n),
                              .name = event_name(kind),
                              .transaction_id = same ? transaction_of(n) : NULL,
                              .mch_id = notice_get(n, "mch_id")};
    return journal_find(l->journal, &key, NULL, NULL);
}

static void know(void *ctx, const struct notice *n, struct notice_known *k)
{
    struct listener *l = ctx;
    const char *order = order_of(n);
    if (!l->journal || !order)
        return;
    k->asked = journal_count(l->journal, JOURNAL_CALL) > 0;
    if (k->asked)
        know_order(l, order, k);
    if (n->trust != NOTICE_GENUINE)
        return;
    enum event_kind kind = n->kind == EVENT_PAYMENT && k->deposit ? EVENT_DEPOSIT : n->kind;
    k->seen = was_here(l, n, kind, true);
    if (kind == EVENT_REFUND)
        k->earlier_missing = k->order && !was_here(l, n, EVENT_PAYMENT, false) &&
                             !was_here(l, n, EVENT_DEPOSIT, false);
    if (!k->seen && (kind == EVENT_PAYMENT || kind == EVENT_DEPOSIT))
        k->later_seen = was_here(l, n, EVENT_REFUND, false);
    if (!k->seen && kind == EVENT_CONTRACT_ADD)
        k->later_seen = was_here(l, n, EVENT_CONTRACT_DELETE, false);
}

/* ---- Recording ---- */

static void fill_row(const struct receipt *r, struct journal_row *row, char *text, size_t size,
                     char outcome[OUTCOME_MAX])
{
    const struct notice *n = &r->notice;
    const char *fee = notice_get(n, "total_fee"), *attach = notice_get(n, "attach");
    int64_t fen = -1;
    size_t at = 0;

    if (fee && !text_read_fen(fee, &fen))
        fen = -1;
    text[0] = '\0';
    for (size_t i = 0; i < n->findings.count && at + 40 < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s ", n->findings.items[i].rule);
    if (attach && at + 8 < size)
        snprintf(text + at, size - at, "%.100s", attach);
    *row = (struct journal_row){
        .id = r->journal_id,
        .at_ms = r->at_ms,
        .kind = JOURNAL_NOTICE,
        .name = event_name(n->kind),
        .profile = r->profile,
        .mch_id = notice_get(n, "mch_id"),
        .order_no = order_of(n),
        .transaction_id = transaction_of(n),
        .amount = fen,
        .status = r->answered ? (int)r->status : 0,
        .good = r->acknowledged && n->trust == NOTICE_GENUINE,
        .outcome = notice_word_of(n)->id,
        .text = text,
    };
    if (r->acknowledged && !row->good) { /* because the user chose so */
        snprintf(outcome, OUTCOME_MAX, "%s acknowledged", row->outcome);
        row->outcome = outcome;
    }
}

/* The row in the journal, new or completed. */
static enum status write_row(struct listener *l, struct receipt *r, struct err *err)
{
    char text[512], outcome[OUTCOME_MAX];
    struct journal_row row;
    struct journal_body body = {.request_head = {buf_str(&r->head), r->head.len},
                                .request = {buf_str(&r->body), r->body.len}};
    struct buf detail;
    enum status st;

    fill_row(r, &row, text, sizeof text, outcome);
    if (r->answered)
        body.response = (struct journal_bytes){buf_str(&r->answer), r->answer.len};
    buf_init(&detail, 8u << 20);
    if (r->notice.findings.count || r->forward.done) { /* else all of it follows from the bytes */
        struct json *j = receipt_json(r);
        json_remove(j, "fields");
        if (r->notice.key_inside)
            json_add_bool(j, "key_hidden", true);
        json_write(j, false, &detail);
        json_free(j);
        body.detail = (struct journal_bytes){buf_str(&detail), detail.len};
    }
    st = r->journal_id ? journal_update(l->journal, &row, &body, err)
                       : journal_add(l->journal, &row, &body, &r->journal_id, err);
    buf_clear(&detail);
    return st;
}

/* Records at once. False: it could not be written, which is told. */
static bool record(struct listener *l, struct receipt *r)
{
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    struct err err = {0};
    if (!l->journal)
        err = l->unrecorded;
    else
        write_row(l, r, &err);
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

static void write_answer(struct receipt *r, bool good, const char *reason)
{
    buf_clear(&r->answer);
    buf_init(&r->answer, ANSWER_MAX);
    answer_write(r->notice.gateway, good, reason, &r->answer);
    r->answered = true;
    r->acknowledged = good;
    r->status = 200;
}

/* Our own answer, as the mode says. */
static void decide(struct receipt *r, const struct listener_answer *a)
{
    bool good =
        a->reply == LISTENER_SUCCESS || (a->reply == LISTENER_AUTO && notice_is_good(&r->notice));
    const char *reason = notice_reason(&r->notice);
    if (a->reply == LISTENER_NONE)
        return;
    if (a->message[0])
        reason = a->message;
    else if (a->reply == LISTENER_FAIL)
        reason = "按设置回答失败";
    write_answer(r, good, good ? "OK" : reason);
}

/* What was decided becomes an httpd answer, or silence. */
static void send_answer(const struct receipt *r, const struct listener_answer *a,
                        struct httpd_reply *out)
{
    *out = (struct httpd_reply){.status = r->status, .delay_ms = a->delay_ms};
    if (!r->answered) {
        out->hang = true;
        return;
    }
    if (r->forward.done && r->forward.content_type[0] && r->status == (unsigned)r->forward.status)
        snprintf(out->type, sizeof out->type, "%s", r->forward.content_type);
    else
        out->content_type = r->notice.gateway ? "text/plain" : "text/xml";
    buf_init(&out->body, ANSWER_MAX);
    buf_add(&out->body, buf_str(&r->answer), r->answer.len);
}

/* Records what was decided; what cannot be recorded is not acknowledged. */
static void settle(struct listener *l, struct receipt *r)
{
    if (!record(l, r) && r->answered)
        write_answer(r, false, "系统繁忙");
}

static void hand_over(struct listener *l, struct receipt *r)
{
    if (l->sink)
        l->sink(l->ctx, r);
    receipt_clear(r);
}

/* ---- Forwarding ---- */

static void judge_forward(struct receipt *r)
{
    struct forwarded *f = &r->forward;
    struct answer_seen seen = {.err = &f->err,
                               .status = f->status,
                               .content_type = f->content_type,
                               .body = buf_str(&f->body),
                               .len = f->body.len,
                               .ms = f->ms};
    f->verdict = answer_judge(r->notice.gateway, &seen, &f->findings);
    if (f->verdict == ANSWER_ACKNOWLEDGED && r->notice.trust != NOTICE_GENUINE)
        findings_add(&f->findings,
                     (struct finding_head){"", "forged-accepted", SEVERITY_ERROR, false},
                     "应用确认了一个不可信的通知：它没有验签，攻击者可以不付款就发货",
                     "the application acknowledged one that cannot be trusted: it does not verify, "
                     "and delivers what nobody paid for");
}

/* The application's answer is relayed; only a forged notification that it took is refused, unless
   the user chose otherwise. */
static void decide_forward(struct receipt *r, const struct listener_answer *a)
{
    struct forwarded *f = &r->forward;
    bool taken = f->verdict == ANSWER_ACKNOWLEDGED;

    if (a->reply != LISTENER_AUTO) {
        decide(r, a);
    } else if (f->err.status) {
        write_answer(r, false, "应用没有应答");
    } else if (taken && r->notice.trust != NOTICE_GENUINE) {
        write_answer(r, false, notice_reason(&r->notice));
    } else {
        buf_clear(&r->answer);
        buf_init(&r->answer, ANSWER_MAX);
        buf_add(&r->answer, buf_str(&f->body), f->body.len < ANSWER_MAX ? f->body.len : ANSWER_MAX);
        r->answered = true;
        r->acknowledged = taken;
        r->status = (unsigned)f->status;
    }
}

static void unlink_pending(struct pending *p)
{
    struct pending **at = &p->listener->pending;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
}

static void on_forwarded(void *ctx, unsigned id, struct http_result *result)
{
    struct pending *p = ctx;
    struct listener *l = p->listener;
    struct forwarded *f = &p->received.forward;
    struct httpd_reply reply;

    (void)id;
    bool keyed = false;
    for (size_t i = 0; i < l->context.profile_count; i++)
        keyed = keyless_answer(result, l->context.profiles[i]) || keyed;
    f->done = true;
    f->err = result->err;
    f->status = result->status;
    f->ms = result->times.total;
    snprintf(f->content_type, sizeof f->content_type, "%s", result->content_type);
    f->body = result->body;
    buf_init(&result->body, 0);
    judge_forward(&p->received);
    if (keyed)
        keyless_say(&f->findings);
    decide_forward(&p->received, &p->answer);
    settle(l, &p->received);
    send_answer(&p->received, &p->answer, &reply);
    unlink_pending(p);
    httpd_answer(l->httpd, p->later, &reply);
    hand_over(l, &p->received);
    free(p);
}

/* Headers that belong to one connection, not to the message. */
static bool is_hop_header(const char *name)
{
    static const char *const names[] = {"Host",
                                        "Content-Length",
                                        "Transfer-Encoding",
                                        "Connection",
                                        "Keep-Alive",
                                        "Proxy-Connection",
                                        "Expect",
                                        "TE",
                                        "Trailer",
                                        "Upgrade",
                                        "Content-Type"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strcasecmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static enum status start_forward(struct listener *l, const struct httpd_request *q,
                                 struct pending *p, struct err *err)
{
    const char *lines[101] = {NULL};
    char *owned[100];
    size_t count = 0;
    for (size_t i = 0; i < q->header_count && count < ARRAY_COUNT(owned); i++) {
        const struct httpd_header *h = &q->headers[i];
        size_t size = strlen(h->name) + strlen(h->value) + 3;
        if (is_hop_header(h->name) || !h->value[0])
            continue;
        owned[count] = mem_alloc(size);
        snprintf(owned[count], size, "%s: %s", h->name, h->value);
        lines[count] = owned[count];
        count++;
    }
    struct http_request r = {.method = "POST",
                             .url = l->forward,
                             .content_type = q->content_type,
                             .headers = lines,
                             .body = q->body,
                             .len = q->len,
                             .total_ms = FORWARD_MS,
                             .body_max = ANSWER_MAX};
    enum status st = http_start(loop_http(l->loop), &r, on_forwarded, p, &p->http_id, err);
    for (size_t i = 0; i < count; i++)
        free(owned[i]);
    return st;
}

/* Hands the notification to the application; the answer waits. */
static void forward(struct listener *l, const struct httpd_request *q, struct receipt *r,
                    const struct listener_answer *a, struct httpd_reply *out)
{
    struct pending *p = mem_alloc(sizeof *p);
    struct err err = {0};

    if (!record(l, r)) { /* it was not kept, so the application does not get it either */
        free(p);
        write_answer(r, false, "系统繁忙");
        send_answer(r, a, out);
        hand_over(l, r);
        return;
    }
    p->listener = l;
    p->received = *r;
    *r = (struct receipt){0};
    p->answer = *a;
    p->later = ++l->last_later ? l->last_later : ++l->last_later;
    snprintf(p->received.forward.url, sizeof p->received.forward.url, "%s", l->forward);
    p->next = l->pending;
    l->pending = p;
    if (start_forward(l, q, p, &err)) {
        unlink_pending(p);
        p->received.forward.err = err;
        p->received.forward.done = true;
        judge_forward(&p->received);
        decide_forward(&p->received, a);
        settle(l, &p->received);
        send_answer(&p->received, a, out);
        hand_over(l, &p->received);
        free(p);
        return;
    }
    out->later = p->later;
}

/* ---- Many at once ---- */

/* Puts a notification into the transaction of this turn; its answer waits for the end of it. */
static void add_to_batch(struct listener *l, struct receipt *r, const struct listener_answer *a,
                         struct httpd_reply *out)
{
    struct pending *p = mem_alloc(sizeof *p);
    p->listener = l;
    p->received = *r;
    *r = (struct receipt){0};
    p->answer = *a;
    p->later = ++l->last_later ? l->last_later : ++l->last_later;
    if (!l->batch) {
        l->batch_end = &l->batch;
        l->batch_open = !journal_begin(l->journal, NULL);
    }
    *l->batch_end = p;
    l->batch_end = &p->next;
    if (l->batch_open && write_row(l, &p->received, NULL))
        l->batch_open = false; /* all of them are recorded again, one by one */
    out->later = p->later;
}

/* Ends the transaction and gives the answers: nothing is acknowledged that could still be lost. */
static void flush(void *ctx)
{
    struct listener *l = ctx;
    struct pending *p = l->batch, *next;
    bool kept = l->batch_open && !journal_commit(l->journal, NULL);

    l->batch = NULL;
    l->batch_open = false;
    for (; p; p = next) {
        struct httpd_reply reply;
        next = p->next;
        if (!kept) {
            p->received.journal_id = 0;
            settle(l, &p->received);
        }
        send_answer(&p->received, &p->answer, &reply);
        httpd_answer(l->httpd, p->later, &reply);
        hand_over(l, &p->received);
        free(p);
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
    for (size_t i = 0; i < q->header_count; i++)
        buf_addf(&r->head, "%s: %s\r\n", q->headers[i].name, q->headers[i].value);
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
    struct receipt r = {.seq = ++l->seq, .at_ms = l->clock_ms()};

    keep_request(&r, q);
    notice_read(&l->context, q->body, q->len, &r.notice);
    hide_keys(&l->context, &r);
    if (r.notice.profile && r.notice.profile->name)
        snprintf(r.profile, sizeof r.profile, "%s", r.notice.profile->name);
    r.notice.profile = NULL;
    struct notice_known *k = &r.notice.known; /* borrows from this notification's order */
    k->appid = k->mch_id = k->sub_mch_id = NULL;
    struct listener_answer a = *answer_for(l, &r.notice);
    if (l->forward) {
        forward(l, q, &r, &a, out);
        return;
    }
    decide(&r, &a);
    if (l->journal) {
        add_to_batch(l, &r, &a, out);
        return;
    }
    settle(l, &r);
    send_answer(&r, &a, out);
    hand_over(l, &r);
}

static void say_text(struct httpd_reply *out, unsigned status, const char *text)
{
    out->status = status;
    out->content_type = "text/plain; charset=utf-8";
    buf_init(&out->body, 1024);
    buf_adds(&out->body, text);
}

static void handle(void *ctx, const struct httpd_request *q, struct httpd_reply *out)
{
    struct listener *l = ctx;
    size_t skip = sizeof CHECK_QUERY - 1;
    if (strncmp(q->query, CHECK_QUERY, skip) == 0 && strcmp(q->query + skip, l->token) == 0)
        say_text(out, 200, l->token);
    else if (strcmp(q->method, "POST") != 0)
        say_text(out, 405, "wxpc listens here for notifications: POST XML\n");
    else
        receive(l, q, out);
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
    const char *f = o->forward;
    if (path && (path[0] != '/' || strpbrk(path, "?# \t\r\n") || strlen(path) > 200 ||
                 !text_is_plain(path, strlen(path), 0)))
        return err_set(err, ST_ARGUMENT,
                       SAY("路径 %.80s 不可用", "它要以 / 开头，没有 ? 和空白", "例如 /notify"),
                       SAY("the path %.80s cannot be used",
                           "it begins with / and has no ? and no blank", "for example /notify"),
                       path);
    if (f && ((strncmp(f, "http://", 7) != 0 && strncmp(f, "https://", 8) != 0) || strlen(f) > 500))
        return err_set(err, ST_ARGUMENT,
                       SAY("转发地址 %.80s 不可用", "", "要写 http:// 或 https:// 开头的完整地址"),
                       SAY("the forward address %.80s cannot be used", "",
                           "give a whole URL that begins with http:// or https://"),
                       f);
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
    l->context = (struct notice_context){.events = o->events, .known = know, .ctx = l};
    listener_journal(l, o->journal, o->unrecorded);
    l->catalog = o->catalog;
    l->path = mem_strdup(o->path ? o->path : "/notify");
    l->forward = mem_strdup(o->forward);
    l->sink = o->sink;
    l->changed = o->changed;
    l->ctx = o->ctx;
    l->clock_ms = o->clock_ms ? o->clock_ms : real_clock_ms;
    listener_answer(l, EVENT_UNKNOWN, &o->answer);
    st = httpd_open(address, o->port, NULL, handle, l, &l->httpd, err);
    if (st) {
        listener_close(l);
        return st;
    }
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        die("getrandom failed");
    digest_hex(random, sizeof random, l->token);
    set_urls(l, address);
    if (l->forward && strncmp(l->forward, httpd_url(l->httpd), strlen(httpd_url(l->httpd))) == 0) {
        st = err_set(err, ST_ARGUMENT, SAY("转发地址就是监听地址本身", "%s", "填应用自己的地址"),
                     SAY("the forward address is the listener itself", "%s",
                         "give the application's own address"),
                     l->forward);
        httpd_close(l->httpd);
        l->httpd = NULL;
        listener_close(l);
        return st;
    }
    httpd_on_flush(l->httpd, flush);
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
        http_forget(loop_http(l->loop), p->http_id);
        receipt_clear(&p->received);
        free(p);
    }
    if (l->check_id)
        http_forget(loop_http(l->loop), l->check_id);
    if (l->httpd)
        loop_drop(l->loop, l->httpd);
    params_clear(&l->order);
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
    l->journal = journal;
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

/* ---- JSON ---- */

static void add_time(struct json *j, int64_t at_ms)
{
    time_t t = (time_t)(at_ms / 1000);
    char digits[TEXT_TIME_SIZE], text[64];
    text_time_write(t, digits);
    snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%03d+08:00", digits, digits + 4,
             digits + 6, digits + 8, digits + 10, digits + 12, (int)(at_ms % 1000));
    json_add_string(j, "received_at", text);
}

static struct json *forward_json(const struct forwarded *f)
{
    struct json *j = json_new_object();
    json_add_string(j, "url", f->url);
    if (f->err.status) {
        struct json *e = json_new_object();
        char line[ERR_TEXT_MAX];
        err_line(&f->err, LANG_ZH, line, sizeof line);
        json_add_string(e, "zh", line);
        err_line(&f->err, LANG_EN, line, sizeof line);
        json_add_string(e, "en", line);
        json_add(j, "error", e);
    } else {
        json_add_int(j, "status", f->status);
        json_add(j, "body", json_new_string_n(buf_str(&f->body), f->body.len));
    }
    json_add_int(j, "ms", (int64_t)(f->ms > 0 ? f->ms : 0));
    json_add_string(j, "verdict", answer_verdict_name(f->verdict));
    json_add(j, "findings", findings_json(&f->findings));
    return j;
}

struct json *receipt_json(const struct receipt *r)
{
    struct json *j = json_new_object();
    json_add_int(j, "seq", r->seq);
    add_time(j, r->at_ms);
    notice_json(&r->notice, j);
    if (r->answered) {
        struct json *reply = json_new_object();
        json_add_int(reply, "status", r->status);
        json_add(reply, "body", json_new_string_n(buf_str(&r->answer), r->answer.len));
        json_add(j, "reply", reply);
    }
    if (r->forward.done)
        json_add(j, "forward", forward_json(&r->forward));
    return j;
}
