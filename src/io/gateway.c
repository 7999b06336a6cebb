/* SPDX-License-Identifier: MIT */
/*
 * Serving: each call goes through the steps of io/call; what a fault rule demands is done
 * to the answer here. Recorded before answered: an order that cannot be written into the
 * books is refused.
 */
#include "io/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/fault.h"
#include "core/text.h"
#include "io/books.h"
#include "io/call.h"
#include "io/call_follow.h"
#include "io/cashier.h"
#include "io/control.h"
#include "io/misfit.h"
#include "io/settle.h"

struct gateway {
    struct loop *loop;
    struct httpd *httpd;
    const struct catalog *catalog;
    struct merchants merchants;
    struct credentials *credentials; /* NULL: plain HTTP */
    struct ledger *ledger;
    struct fault_rule faults[FAULT_RULES_MAX];
    size_t fault_count;
    struct books *books; /* NULL: in memory */
    unsigned resume;     /* timer: when all merchants are there */
    struct events events;
    struct deliver *deliver;
    struct settle *settle;
    struct gateway_log log;
    time_t (*clock)(void);
    time_t epoch; /* where scaled time began */
    double scale;
    unsigned char secret[CASHIER_SECRET]; /* of the cashier's forms */
};

/* One request being served. */
struct serving {
    struct gateway *g;
    struct call call;
    const struct fault_rule *fault; /* that fired; NULL */
};

static void report(const struct serving *s, const char *code, struct bi text, bool ok)
{
    gateway_log_call(&s->g->log, &(struct gateway_served){&s->call, s->fault}, code, text, ok);
}

/* The sandbox's time: an hour passes in a minute with a scale of 60. */
static time_t now(const struct gateway *g)
{
    return g->epoch + (time_t)((double)(g->clock() - g->epoch) * g->scale);
}

static bool has_fault(const struct serving *s, enum fault_kind kind)
{
    return s->fault && s->fault->kind == kind;
}

static struct payer payer_of(struct gateway *g)
{
    return (struct payer){.announcer = {.catalog = g->catalog,
                                        .events = &g->events,
                                        .merchants = &g->merchants,
                                        .deliver = g->deliver,
                                        .now = now(g)},
                          .ledger = g->ledger,
                          .books = g->books};
}

/* ---- Faults on demand ---- */

/* What a rule demands, if it demands a code; NULL. */
static const struct refusal *demand(struct serving *s)
{
    static const struct bi why = {"故障规则要求如此", "a fault rule demands it"};
    return has_fault(s, FAULT_CODE) ? call_code(&s->call, s->fault->code, why) : NULL;
}

/* Never answers; true if the rule wants that. */
static bool mute(const struct serving *s, struct httpd_reply *a)
{
    static const struct bi text = {"故障规则要求如此", "a fault rule demands it"};

    a->hang = has_fault(s, FAULT_HANG);
    a->drop = has_fault(s, FAULT_CLOSE);
    if (!a->hang && !a->drop)
        return false;
    report(s, a->hang ? "HANG" : "CLOSE", text, false);
    return true;
}

/* A proxy's or a broken server's page; below 300 the status alone differs. */
static void set_status(const struct serving *s, struct httpd_reply *a)
{
    a->status = s->fault->status;
    if (a->status < 300)
        return;
    buf_reset(&a->body);
    buf_addf(&a->body, "<html><body><h1>%u</h1></body></html>\n", a->status);
    a->content_type = "text/html; charset=utf-8";
}

/* ---- Serving ---- */

static struct cashier cashier_of(const struct gateway *g)
{
    struct cashier c = {.ledger = g->ledger, .now = now(g)};
    memcpy(c.secret, g->secret, sizeof c.secret);
    return c;
}

/* What a link opens: a page on which the payer signs, or that says why not. */
static void write_page(const struct serving *s, const struct refusal *refused,
                       struct httpd_reply *a)
{
    const struct call *c = &s->call;
    struct cashier cashier = cashier_of(s->g);
    struct err err = {0};
    if (refused) {
        struct bi why = call_why(c, refused);
        err_set(&err, ST_REFUSED, "%1$s：%2$s%3$.0s", "%1$s: %2$.0s%3$s",
                refusal_code(refused, c->spec), why.zh, why.en);
    }
    cashier_link(&cashier, c->q, refused ? NULL : c->covenant, &err, a);
    merchants_redact(&s->g->merchants, &a->body);
}

/* A bill is text; what spoils it is what can happen to text. */
static void write_bill(struct serving *s, struct httpd_reply *a)
{
    a->body = s->call.bill;
    s->call.bill = (struct buf){0};
    a->content_type = s->call.zipped ? "application/x-gzip" : "text/plain; charset=utf-8";
}

/* Is it one that is signed? */
static bool write_document(const struct serving *s, const struct refusal *refused,
                           struct httpd_reply *a)
{
    struct params answer = {0};
    enum call_spoil spoil = has_fault(s, FAULT_BAD_SIGN)   ? SPOIL_SIGN
                            : has_fault(s, FAULT_UNSIGNED) ? SPOIL_UNSIGNED
                                                           : SPOIL_NOTHING;

    bool is_signed = call_answer(&s->call, refused, spoil, &answer);
    buf_init(&a->body, XML_SIZE_MAX);
    xml_write(&answer, &a->body, NULL);
    params_clear(&answer);
    a->content_type = "text/xml; charset=utf-8";
    return is_signed;
}

static void write_answer(struct serving *s, const struct refusal *refused, struct httpd_reply *a)
{
    bool is_signed = false;
    if (!refused && s->call.bill.len)
        write_bill(s, a);
    else if (s->call.spec->reply == REPLY_NONE)
        write_page(s, refused, a);
    else
        is_signed = write_document(s, refused, a);
    if (!is_signed && (has_fault(s, FAULT_BAD_SIGN) || has_fault(s, FAULT_UNSIGNED)))
        s->fault = NULL; /* there was no signature to spoil */
    if (has_fault(s, FAULT_BAD_XML))
        buf_cut(&a->body, a->body.len / 2);
    if (has_fault(s, FAULT_HTTP))
        set_status(s, a);
    if (has_fault(s, FAULT_DELAY))
        a->delay_ms = (int)(s->fault->seconds * 1000);
}

/* What the call changed, into the books. */
static const struct refusal *record(struct serving *s)
{
    struct call *c = &s->call;
    bool order = c->order && (c->changed || !c->follows);
    if (!s->g->books ||
        ((!order || !books_put(s->g->books, c->order, NULL)) &&
         (!c->covenant_changed || !books_put_contract(s->g->books, c->covenant, NULL))))
        return NULL;
    return refusal_row(REFUSE_BOOKS);
}

/* Places the order, or does what follows one. A micropay that fails is an order all the same. */
static const struct refusal *perform(struct serving *s, const struct refusal *demanded)
{
    struct call *c = &s->call;
    const struct refusal *refused;

    if (call_follow(c, &refused)) {
        const struct refusal *unwritten = record(s);
        return unwritten ? unwritten : refused;
    }
    refused = call_place(c);
    if (!refused && demanded && c->order) {
        c->contract = demanded;
        c->order->contract_refused = true;
    }
    return refused ? refused : record(s);
}

/* A demanded code replaces a good answer; what is wrong with the request itself comes first. */
static const struct refusal *judge(struct serving *s, const struct refusal *refused)
{
    struct call *c = &s->call;

    if (!refused)
        refused = call_check(c);
    if (refused) {
        if (has_fault(s, FAULT_CODE))
            s->fault = NULL; /* it did not come to that */
        return refused;
    }
    const struct refusal *demanded = demand(s);
    bool half = demanded && demanded->layer == ERROR_CONTRACT &&
                spec_reply_field(c->spec, "contract_result_code");
    if (demanded && demanded->layer == ERROR_BUSINESS && spec_field(c->spec, "auth_code"))
        c->wanted = demanded->code; /* the payment's outcome, not the call's */
    else if (demanded && !half)
        return demanded;
    return perform(s, half ? demanded : NULL);
}

/* What a call leads to. */
static void follow_up(struct serving *s)
{
    struct call *c = &s->call;
    struct gateway *g = s->g;
    struct payer p = payer_of(g);
    struct announced told = {0};

    if (c->refund)
        settle_add(g->settle, c->order, c->refund);
    if (c->follows && c->changed && c->order->state == ORDER_ACCEPT)
        settle_add(g->settle, c->order, NULL);
    if (c->ended)
        announce_contract(&p.announcer, c->covenant, &told);
}

static void serve_call(struct serving *s, struct httpd_reply *a)
{
    struct call *c = &s->call;
    const struct refusal *refused = call_read(c);

    s->fault = fault_pick(s->g->faults, s->g->fault_count, c->spec->id, false, call_number(c));
    if (mute(s, a))
        return;
    refused = judge(s, refused);
    if (!refused)
        follow_up(s);
    write_answer(s, refused, a);
    gateway_log_answer(&s->g->log, &(struct gateway_served){&s->call, s->fault}, refused);
}

static void serve_unknown(const struct serving *s, struct httpd_reply *a)
{
    static const struct bi text = {"沙箱不提供这个路径", "the sandbox does not serve this path"};
    static const struct bi list = {"列出沙箱的路径", "listed the sandbox's paths"};
    const struct catalog *catalog = s->g->catalog;
    bool root = strcmp(s->call.q->path, "/") == 0;

    buf_init(&a->body, 1u << 16);
    buf_adds(&a->body, "wxpc sandbox gateway\n\nPOST XML to:\n");
    for (size_t i = 0; i < catalog->count; i++)
        buf_addf(&a->body, "  %s  (%s)\n", catalog_head(catalog, i)->path,
                 catalog_head(catalog, i)->id);
    a->content_type = "text/plain; charset=utf-8";
    a->status = root ? 200 : 404;
    report(s, root ? "OK" : "404", root ? list : text, root);
}

/* ---- The paying user ---- */

enum status gateway_play(struct gateway *g, const struct payer_word *word, struct payer_result *out,
                         struct err *err)
{
    struct payer p = payer_of(g);
    return payer_play(&p, word, out, err);
}

const char *gateway_order_state(struct gateway *g, const char *mch_id, const char *out_trade_no)
{
    const struct order *o = ledger_find(g->ledger, mch_id, out_trade_no);
    return o ? order_state_name(o->state) : NULL;
}

const char *gateway_contract_state(struct gateway *g, const char *mch_id, const char *code)
{
    static const char *const names[] = {
        [CONTRACT_SIGNED] = "0", [CONTRACT_NONE] = "1", [CONTRACT_SIGNING] = "9"};
    const struct contract *c = contracts_find(ledger_contracts(g->ledger), mch_id, NULL, code);
    return c ? names[c->state] : NULL;
}

const struct deliver *gateway_deliveries(const struct gateway *g)
{
    return g->deliver;
}

/* The control path; false if the request is for something else. */
static bool serve_control(struct gateway *g, const struct httpd_request *q, struct httpd_reply *a)
{
    struct payer p = payer_of(g);
    struct payer_result result = {0};
    struct err err = {0};
    if (!control_serve(&p, q, a, &result, &err))
        return false;
    gateway_log_play(&g->log, q, &result, &err);
    return true;
}

/* The cashier's pages; false if the request is for something else. */
static bool serve_cashier(struct gateway *g, const struct httpd_request *q, struct httpd_reply *a)
{
    struct cashier c = cashier_of(g);
    struct payer_result result = {0};
    struct cashier_visit visit;
    struct err err = {0};

    if (!cashier_read(&c, q, &visit))
        return false;
    if (visit.plays) {
        gateway_play(g, &visit.word, &result, &err);
        gateway_log_play(&g->log, q, &result, &err);
    } else {
        gateway_log_visit(&g->log, q, &visit);
    }
    cashier_answer(&c, q, &visit, visit.plays ? &err : NULL, a);
    return true;
}

static void handle(void *ctx, const struct httpd_request *q, struct httpd_reply *a)
{
    struct gateway *g = ctx;
    if (serve_control(g, q, a) || serve_cashier(g, q, a))
        return;
    struct serving *s = mem_alloc(sizeof(*s));

    s->g = g;
    s->call = (struct call){.q = q,
                            .catalog = g->catalog,
                            .merchants = &g->merchants,
                            .ledger = g->ledger,
                            .base_url = gateway_url(g),
                            .now = now(g),
                            .today = g->clock()};
    if (g->credentials)
        s->call.authority = credentials_authority(g->credentials);
    if (call_find(&s->call))
        serve_call(s, a);
    else
        serve_unknown(s, a);
    call_clear(&s->call);
    free(s);
}

static void on_delivery(void *ctx, const struct delivery *v)
{
    const struct gateway *g = ctx;
    if (g->books) /* where it cannot be written, it goes out all the same */
        books_put_delivery(g->books, v, g->clock(), NULL);
    gateway_log_delivery(&g->log, v);
}

/* Something happened by itself: settle's callback. */
static void on_settle(void *ctx, const char *mch_id, const char *out_trade_no,
                      const char *out_refund_no)
{
    struct gateway *g = ctx;
    struct payer p = payer_of(g);
    struct payer_result r;
    if (out_refund_no)
        payer_settle_refund(&p, mch_id, out_refund_no, &r);
    else
        payer_settle_order(&p, mch_id, out_trade_no, &r);
}

/* ---- Opening ---- */

enum status gateway_merchant(struct gateway *g, const struct profile *p, struct err *err)
{
    enum status st = merchants_add(&g->merchants, p, err);
    return !st && g->credentials && p->dialect == DIALECT_OFFICIAL
               ? credentials_merchant(g->credentials, params_get(&p->fields, "mch_id"), g->clock(),
                                      err)
               : st;
}

void gateway_point(struct gateway *g, const char *url)
{
    free(g->merchants.notify_url);
    g->merchants.notify_url = mem_strdup(url);
}

/* The credentials, with a certificate for each merchant that is there. */
static enum status open_credentials(struct gateway *g, const struct gateway_options *o,
                                    struct err *err)
{
    enum status st = credentials_open(o->tls_dir, o->address, g->clock(), &g->credentials, err);
    for (size_t i = 0; !st && i < g->merchants.count; i++) {
        const struct merchant *m = &g->merchants.items[i];
        if (m->dialect == DIALECT_OFFICIAL)
            st = credentials_merchant(g->credentials, m->mch_id, g->clock(), err);
    }
    return st;
}

/* Somebody took the wrong scheme: told here, because the library would close without a word. */
static void on_misfit(void *ctx, const char *line, struct buf *answer)
{
    const struct gateway *g = ctx;
    if (line)
        answer_write(false, false, MISFIT_SAYS_TLS "  这个端口使用 TLS：请改用 https://", answer);
    gateway_log_misfit(&g->log, line);
}

static enum status open_port(struct gateway *g, const struct gateway_options *o, struct err *err)
{
    struct httpd_limits limits = {.tls = g->credentials ? credentials_tls(g->credentials) : NULL};
    enum status st = httpd_open(o->address ? o->address : "127.0.0.1", o->port, &limits, handle, g,
                                &g->httpd, err);
    if (!st)
        httpd_on_misfit(g->httpd, on_misfit);
    return st;
}

static enum status read_faults(struct gateway *g, const char *const *rules, struct err *err)
{
    for (size_t i = 0; rules && rules[i]; i++) {
        if (g->fault_count == FAULT_RULES_MAX)
            return err_set(err, ST_LIMIT, SAY("故障规则过多", "最多 %d 条", "减少 --fault"),
                           SAY("too many fault rules", "%d at most", "give fewer --fault"),
                           FAULT_RULES_MAX);
        enum status st = fault_read(g->catalog, rules[i], &g->faults[g->fault_count], err);
        if (st)
            return st;
        g->fault_count++;
    }
    return ST_OK;
}

/* Goes on with the notifications of an earlier run. */
static void resume_deliveries(void *ctx)
{
    struct gateway *g = ctx;
    size_t count;
    const struct delivery_kept *kept = books_deliveries(g->books, &count);
    for (size_t i = 0; i < count; i++) {
        const char *mch_id = json_string(json_get(kept[i].whole, "mch_id")),
                   *event = json_string(json_get(kept[i].whole, "event"));
        enum event_kind kind;
        const struct merchant *m =
            event && event_read(event, &kind)
                ? merchants_find(&g->merchants, g->events.items[kind].dialect, mch_id)
                : NULL;
        if (m) /* else it waits in the books for a run with that merchant */
            delivery_resume(g->deliver, &g->events, &kept[i], &m->key, g->clock());
    }
    books_forget_deliveries(g->books);
    g->resume = 0;
}

static time_t real_clock(void)
{
    return time(NULL);
}

enum status gateway_open(struct loop *loop, const struct catalog *catalog,
                         const struct gateway_options *o, struct gateway **out, struct err *err)
{
    struct gateway *g = mem_alloc(sizeof(*g));

    g->loop = loop;
    g->catalog = catalog;
    g->log = (struct gateway_log){o->sink, o->ctx, &g->merchants};
    g->clock = o->clock ? o->clock : real_clock;
    g->epoch = g->clock();
    g->scale = o->time_scale > 0 ? o->time_scale : 1;
    g->ledger = ledger_new();
    if (getrandom(g->secret, sizeof g->secret, 0) != (ssize_t)sizeof g->secret)
        die("getrandom failed");
    merchants_add_built_in(&g->merchants);
    enum status st = events_load(&g->events, err);
    if (!st)
        st = read_faults(g, o->faults, err);
    g->deliver = deliver_new(loop, &(struct deliver_options){.time_scale = g->scale,
                                                             .faults = g->faults,
                                                             .fault_count = g->fault_count,
                                                             .clock = g->clock,
                                                             .sink = on_delivery,
                                                             .ctx = g});
    g->settle = settle_new(loop, g->scale, on_settle, g);
    if (!st && o->data_dir)
        st = books_open(o->data_dir, g->ledger, &g->books, err);
    if (!st && o->tls_dir)
        st = open_credentials(g, o, err);
    if (!st)
        st = open_port(g, o, err);
    if (st) {
        gateway_close(g);
        return st;
    }
    settle_add_all(g->settle, g->ledger);
    if (g->books)
        g->resume = loop_timer(loop, 0, resume_deliveries, g);
    loop_serve(loop, g->httpd);
    *out = g;
    return ST_OK;
}

void gateway_close(struct gateway *g)
{
    if (!g)
        return;
    if (g->httpd)
        loop_drop(g->loop, g->httpd);
    if (g->resume)
        loop_cancel(g->loop, g->resume);
    settle_free(g->settle);
    deliver_free(g->deliver);
    events_clear(&g->events);
    merchants_clear(&g->merchants);
    ledger_free(g->ledger);
    books_close(g->books);
    credentials_close(g->credentials);
    free(g);
}

const char *gateway_url(const struct gateway *g)
{
    return httpd_url(g->httpd);
}

const struct credentials *gateway_credentials(const struct gateway *g)
{
    return g->credentials;
}
