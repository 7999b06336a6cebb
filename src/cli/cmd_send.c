/* SPDX-License-Identifier: MIT */
/*
 * send: fill, validate, sign, send, verify the reply, explain it.
 *
 * The workspace does all of it, as for the console; here stand the words that go in, the
 * permission to send, and how the outcome is told.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/bill.h"
#include "core/paste.h"
#include "core/request.h"
#include "core/text.h"

struct job {
    struct workspace w;
    struct cli_input in;
    struct buf raw; /* --raw */
};

static void job_clear(struct job *j)
{
    cli_input_clear(&j->in);
    buf_clear(&j->raw);
    workspace_close(&j->w);
}

/* ---- Preparing ---- */

static bool is_raw(const struct cli *c)
{
    return c->raw || c->bytes;
}

static bool only_shows(const struct cli *c)
{
    return c->dry_run || c->curl;
}

static enum status check_permission(const struct cli *c, struct workspace *w, struct err *err)
{
    enum ask ask = workspace_ask(w);
    if (only_shows(c) || c->yes || ask == ASK_NOTHING)
        return ST_OK;
    return err_set(
        err, ST_ARGUMENT,
        SAY("未发送", "商户配置 %1$s 是生产环境%2$s%3$.0s", "确认后加 --yes；加 --dry-run 只查看"),
        SAY("not sent", "profile %1$s is a production one%2$.0s%3$s",
            "add --yes if you mean it, or --dry-run to look only"),
        w->profile.name, ask == ASK_AMOUNT ? "，该接口会动用资金" : "",
        ask == ASK_AMOUNT ? " and this API moves money" : "");
}

/* Opens the sandbox if this merchant needs it; a rule for one that is not there is a mistake. */
static enum status start_services(const struct cli *c, struct workspace *w, struct err *err)
{
    enum status st = workspace_start(w, err);
    if (!st && c->faults[0] && !w->gateway)
        return err_set(err, ST_ARGUMENT,
                       SAY("--fault 不起作用", "商户配置 %s 有自己的地址，不经过内置沙箱",
                           "去掉 --fault，或用 --demo"),
                       SAY("--fault has no effect",
                           "profile %s has an address of its own and does not use the sandbox",
                           "drop --fault, or use --demo"),
                       w->profile.name);
    return st;
}

/* Bytes that go out untouched would take the key along, to the gateway and into what is shown. */
static enum status refuse_key(const struct buf *raw, struct err *err)
{
    struct paste paste = {0};
    bool keyed = !paste_read(buf_str(raw), raw->len, &paste, NULL) && secret_is_set(&paste.key);
    paste_clear(&paste);
    if (!keyed)
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("未发送", "文件带有密钥，原样发送会把它交给网关", "从文件中删去密钥"),
                   SAY("not sent", "the file carries a key, which would go to the gateway with it",
                       "remove the key from the file"));
}

static enum status read_raw(const struct cli *c, struct job *j, struct err *err)
{
    enum status st = cli_bytes_alone(&j->in, c->bytes ? "--exact" : "--raw", err);
    buf_init_secret(&j->raw, REQUEST_BODY_MAX);
    if (st)
        return st;
    if (c->bytes) {
        buf_add(&j->raw, buf_str(c->bytes), c->bytes->len);
        return refuse_key(&j->raw, err);
    }
    st = cli_read_file(c->raw, &j->raw, err);
    return st ? st : refuse_key(&j->raw, err);
}

/* Puts document and words into the form, as if they had been typed there. */
static enum status load_draft(const struct cli *c, struct job *j, struct err *err)
{
    struct request_seed seed;
    enum sign_kind kind = SIGN_MD5;
    bool given;
    enum status st = cli_sign_kind(c, &kind, &given, err);
    struct draft_values values = {&j->in.params, given ? &kind : NULL, c->demo};

    if (st)
        return st;
    if (!c->key_file && secret_is_set(&j->in.key))
        workspace_key(&j->w, &j->in.key);
    if (secret_is_set(&j->w.profile.key.value))
        cli_warn_key(c, &j->in, &j->w.profile.key.value);
    if (j->w.profile_err.status && !params_has(&j->in.params, "sign")) {
        *err = j->w.profile_err;
        return err->status;
    }
    workspace_seed(&j->w, &seed);
    st = draft_load(workspace_draft(&j->w), &values, &seed, NULL, err);
    if (!st && c->new_order && !params_has(&j->in.params, "out_trade_no"))
        st = draft_generate(workspace_draft(&j->w), "out_trade_no", &seed, err);
    return st;
}

static enum status prepare(const struct cli *c, struct job *j, struct err *err)
{
    enum status st = cli_begin(c, true, MERCHANT_NEEDED, &j->w, &j->in, err);

    if (!st)
        st = check_permission(c, &j->w, err);
    if (!st)
        st = start_services(c, &j->w, err);
    if (!st && c->timeout_s > 0) {
        j->w.settings.total_ms = (int64_t)(c->timeout_s * 1000) + (c->timeout_s < 0.001);
        if (j->w.settings.connect_ms > j->w.settings.total_ms)
            j->w.settings.connect_ms = j->w.settings.total_ms;
    }
    if (!st)
        st = is_raw(c) ? read_raw(c, j, err) : load_draft(c, j, err);
    return st;
}

/* ---- Validation ---- */

/* Errors stop the call: the findings are the answer. */
static int refuse_findings(const struct cli *c, const struct draft *d)
{
    struct err err;
    err_set(&err, ST_REFUSED, SAY("未发送", "校验发现 %zu 处错误", "改正后重试；--force 强制发送"),
            SAY("not sent", "errors found by validation: %zu",
                "correct them; --force sends in spite of them"),
            d->findings.errors);
    if (!c->json) {
        cli_findings(c, stderr, &d->findings);
        return cli_fail(c, &err);
    }
    struct json *j = json_new_object();
    json_add(j, "error", cli_err_json(c, &err));
    json_add(j, "findings", findings_json(&d->findings));
    cli_json(j);
    return EXIT_NO;
}

/* ---- Showing without sending ---- */

static enum status build_raw(const struct cli *c, struct job *j, struct request *r, struct err *err)
{
    const struct draft *d = workspace_draft(&j->w);
    struct request_bytes bytes = {j->raw.data, j->raw.len};
    char at[4096];

    if (c->curl && c->raw) { /* its bytes may be anything: the command reads the file itself */
        snprintf(at, sizeof(at), "@%s", c->raw);
        bytes = (struct request_bytes){at, strlen(at)};
    }
    return request_raw(d->spec, &j->w.profile, &bytes, d->base, r, err);
}

static int show_request(const struct cli *c, const struct workspace *w, const struct request *r)
{
    bool shows = c->dry_run || !c->curl; /* a link is shown without being asked for */
    struct buf curl;
    buf_init(&curl, 4 * REQUEST_BODY_MAX);
    if (c->curl)
        workspace_curl(w, r, &curl);
    if (c->json) {
        struct json *j = json_new_object();
        if (shows)
            json_add(j, "request", request_json(r));
        if (c->curl)
            json_add_string(j, "curl", buf_str(&curl));
        cli_json(j);
    } else {
        if (shows && r->get) {
            cli_printf(stdout, "%s%s\n", c->dry_run ? "GET " : "", r->url);
        } else if (shows) {
            cli_printf(stdout, "POST %s\n\n", r->url);
            cli_bytes(buf_str(&r->body), r->body.len);
            printf("\n");
        }
        if (c->curl) {
            cli_bytes(buf_str(&curl), curl.len);
            printf("\n");
        }
    }
    buf_clear(&curl);
    return EXIT_YES;
}

static int show(const struct cli *c, struct job *j)
{
    const struct draft *d = workspace_draft(&j->w);
    struct request raw = {0};
    struct err err = d->build_err;
    int status;

    if (is_raw(c) ? build_raw(c, j, &raw, &err) : err.status)
        status = cli_fail(c, &err);
    else
        status = show_request(c, &j->w, is_raw(c) ? &raw : &d->request);
    request_clear(&raw);
    return status;
}

/* ---- The reply for people ---- */

static void print_line(const struct cli *c, FILE *f, const struct err *err)
{
    char line[ERR_TEXT_MAX];
    err_line(err, c->lang, line, sizeof(line));
    cli_line(f, "  %s\n", line);
}

static void print_notes(const struct cli *c, FILE *f, const struct reply *r)
{
    if (r->parse_error.status)
        print_line(c, f, &r->parse_error);
    for (size_t i = 0; i < r->note_count; i++)
        print_line(c, f, &r->notes[i]);
}

static void print_code(const struct cli *c, const struct error_code *e, const char *text)
{
    cli_line(stdout, "  %s%s%s\n", e->code, text[0] ? "  " : "", text);
    cli_printf(stdout, "    %s\n    %s %s\n    %s %s\n", bi_get(e->meaning, c->lang),
               L(c->lang, "原因：", "cause:"), bi_get(e->cause, c->lang),
               L(c->lang, "处理：", "do:   "), bi_get(e->solution, c->lang));
}

static void print_fields(const struct cli *c, const struct exchange *e)
{
    struct cli_table t = {.columns = 3};
    for (size_t i = 0; i < e->reply.params.count; i++) {
        const struct param *p = &e->reply.params.items[i];
        const struct field *f = spec_reply_field(e->spec, p->name);
        cli_cell(&t, p->name);
        cli_cell(&t, p->value);
        cli_cell(&t, f ? bi_get(f->label, c->lang) : "");
    }
    cli_table(stdout, &t, "  ");
}

#define BODY_SHOWN 2000 /* bytes of a reply that is none */

static void print_body(const struct cli *c, const struct http_result *h)
{
    const char *data = buf_str(&h->body);
    size_t shown = h->body.len;
    if (shown > BODY_SHOWN)
        for (shown = BODY_SHOWN; shown > 0 && (data[shown] & 0xc0) == 0x80; shown--)
            ;
    printf("\n");
    cli_visible(stdout, data, shown);
    printf("\n");
    if (shown < h->body.len)
        cli_printf(stderr,
                   L(c->lang, "wxpc: 还有 %zu 字节%.0s；--json 给出全部\n",
                     "wxpc: %zu more byte%s; --json gives all of them\n"),
                   h->body.len - shown, text_s(h->body.len - shown));
}

static const char *sign_words(const struct cli *c, const struct reply *r)
{
    if (r->sign.state == SIGN_VALID)
        return L(c->lang, "签名成立", "the signature holds");
    if (r->sign.state == SIGN_ABSENT)
        return L(c->lang, "没有签名", "unsigned");
    return L(c->lang, "签名不成立", "the signature does not hold");
}

static void print_total(const struct cli *c, const struct bill_total *t)
{
    struct span name = bill_name(t->name, c->lang);
    char counted[BILL_AMOUNT_SIZE];
    if (t->verdict != BILL_DIFFERS)
        return;
    bill_counted_write(t, counted);
    cli_printf(stderr,
               L(c->lang, "    %.*s：写的是 %.*s，各行之和为 %s\n",
                 "    %.*s: stated as %.*s, the rows give %s\n"),
               (int)name.len, name.s, (int)t->stated.len, t->stated.s, counted);
}

/* A bill is the answer, and the whole of standard output; what is to be said of it is not. */
static void print_bill(const struct cli *c, const struct exchange *e)
{
    const struct buf *body = &e->http.body;
    struct bill b = {0};
    struct err said;

    if (bill_read(buf_str(body), body->len, &b, &said) == ST_OK) {
        body = &b.text;
        bill_sentence(&b, &said);
    }
    print_line(c, stderr, &said);
    for (size_t i = 0; i < b.total_count; i++)
        print_total(c, &b.totals[i]);
    cli_bytes(buf_str(body), body->len);
    bill_clear(&b);
}

static void print_reply(const struct cli *c, const struct exchange *e)
{
    const struct reply *r = &e->reply;
    bool good = r->outcome == OUTCOME_SUCCESS;
    FILE *f = r->text_body ? stderr : stdout;

    cli_printf(f, "%s  HTTP %ld  %.0f ms\n", e->request.url, e->http.status, e->http.times.total);
    fprintf(f, "%s%s%s  %s\n", cli_style(c, good ? "ok" : "bad"),
            bi_get(outcome_text(r->outcome), c->lang), cli_style(c, ""),
            r->parse_error.status ? L(c->lang, "未作判断", "not judged") : sign_words(c, r));
    if (r->error)
        print_code(c, r->error, r->text);
    else if (r->code[0] || (!good && r->text[0]))
        cli_line(stdout, "  %s%s%s\n", r->code, r->code[0] ? "  " : "", r->text);
    if (r->contract_error)
        print_code(c, r->contract_error, "");
    print_notes(c, f, r);
    if (e->http.location[0])
        cli_line(f, "  Location: %s\n", e->http.location);
    print_fields(c, e);
    if (r->text_body)
        print_bill(c, e);
    else if (r->parse_error.status && e->http.body.len)
        print_body(c, &e->http);
}

/* What the embedded sandbox says about a call that it refused: standard error, for its log is no
   part of the answer. */
static void print_sandbox(const struct cli *c, const struct workspace *w)
{
    const struct sandbox_line *line =
        &w->log[(w->log_next + WORKSPACE_LOG_MAX - 1) % WORKSPACE_LOG_MAX];
    if (w->log_count == 0 || line->ok)
        return;
    cli_line(stderr, "%s: %s  %s\n", L(c->lang, "沙箱", "sandbox"), line->what, line->why[c->lang]);
    if (line->joined)
        cli_line(stderr, "  %s\n", line->joined);
}

/* ---- The exchange as JSON ---- */

static struct json *http_json(const struct exchange *e, const struct bill *b)
{
    struct json *j = json_new_object();
    const struct http_result *h = &e->http;
    const struct buf *body = b->columns ? &b->text : &h->body;

    if (h->status)
        json_add_int(j, "status", h->status);
    json_add_int(j, "ms", (int64_t)(h->times.total + 0.5));
    json_add_string(j, "content_type", h->content_type[0] ? h->content_type : NULL);
    json_add_string(j, "location", h->location[0] ? h->location : NULL);
    if (h->dropped)
        json_add_int(j, "dropped", (int64_t)h->dropped);
    /* What was not understood is shown as it came. */
    if (h->body.len &&
        (e->state == EXCHANGE_FAILED || e->reply.parse_error.status || e->reply.text_body))
        json_add(j, "body", json_new_string_n(buf_str(body), body->len));
    return j;
}

static void print_json(const struct cli *c, const struct exchange *e, const struct findings *f)
{
    struct json *j = json_new_object();
    struct bill b = {0};
    if (e->state == EXCHANGE_DONE && e->reply.text_body)
        bill_read(buf_str(&e->http.body), e->http.body.len, &b, NULL);
    json_add(j, "request", request_json(&e->request));
    json_add(j, "http", http_json(e, &b));
    if (e->state == EXCHANGE_DONE)
        reply_json(&e->reply, j);
    if (b.columns)
        json_add(j, "bill", bill_json(&b));
    bill_clear(&b);
    if (e->state != EXCHANGE_DONE)
        json_add(j, "error", cli_err_json(c, &e->http.err));
    if (f->count)
        json_add(j, "findings", findings_json(f));
    cli_json(j);
}

/* ---- Sending ---- */

static void on_signal(void *ctx, int signo)
{
    (void)signo;
    workspace_cancel(ctx);
}

static enum status exchange_run(const struct cli *c, struct job *j, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, 0};
    struct workspace *w = &j->w;
    enum status st = loop_signals(w->loop, signals, on_signal, w, err);

    if (!st)
        st = is_raw(c) ? workspace_send_raw(w, buf_str(&j->raw), j->raw.len, err)
                       : workspace_send(w, true, err); /* findings were judged already */
    while (!st && w->exchange.state == EXCHANGE_RUNNING)
        loop_turn(w->loop, -1);
    return st;
}

static int tell(const struct cli *c, const struct workspace *w, const struct findings *f)
{
    const struct exchange *e = &w->exchange;
    bool done = e->state == EXCHANGE_DONE;

    if (c->json)
        print_json(c, e, f);
    else if (done)
        print_reply(c, e);
    else
        cli_warn(c, NULL, &e->http.err);
    if (!c->json)
        print_sandbox(c, w);
    if (w->journal_err.status) /* the call went out all the same */
        cli_warn(c, NULL, &w->journal_err);
    if (done)
        return e->reply.outcome == OUTCOME_SUCCESS ? EXIT_YES : EXIT_NO;
    return e->http.err.status == ST_CANCELLED ? EXIT_INTERRUPTED : EXIT_IO;
}

int cmd_send(struct cli *c)
{
    struct job j = {0};
    struct err err = {0};
    enum status st = prepare(c, &j, &err);
    int status;

    if (st) {
        status = cli_fail(c, &err);
        job_clear(&j);
        return status;
    }
    static const struct findings none;
    const struct draft *d = workspace_draft(&j.w);
    const struct findings *f = is_raw(c) ? &none : &d->findings;
    if (f->errors && !c->force) {
        status = refuse_findings(c, d);
    } else if (only_shows(c) || d->spec->reply == REPLY_NONE) {
        status = show(c, &j);
    } else {
        if (!c->json)
            cli_findings(c, stderr, f);
        st = exchange_run(c, &j, &err);
        status = st ? cli_fail(c, &err) : tell(c, &j.w, f);
    }
    job_clear(&j);
    return status;
}
