/* SPDX-License-Identifier: MIT */
/*
 * invoke: what a client needs to call the payment up, from the reply of an order.
 *
 * The reply comes as a document or words; with --demo and none, an order is placed in the
 * embedded sandbox first, with the words as its fields.
 */
#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

#include "core/invoke.h"
#include "core/qr.h"
#include "core/text.h"

#define SVG_MAX (1u << 20)

struct job {
    struct workspace w;
    struct cli_input in;
    struct params pins;
    struct secret key;
    struct request_seed seed;
    bool placed; /* the order was placed here: w.exchange is it */
    struct invoke v;
    struct qr qr;
};

static void job_clear(struct job *j)
{
    cli_input_clear(&j->in);
    params_clear(&j->pins);
    secret_clear(&j->key);
    invoke_clear(&j->v);
    qr_clear(&j->qr);
    workspace_close(&j->w);
}

/* ---- The order ---- */

/* Moves the pinned values out of what was given; trade_type stays as well: it is a field. */
static enum status split_pins(struct job *j, struct err *err)
{
    enum status st = ST_OK;
    for (size_t i = 0; i < j->in.params.count && !st;) {
        const struct param *p = &j->in.params.items[i];
        if (!invoke_is_pin(p->name)) {
            i++;
            continue;
        }
        bool field = strcmp(p->name, "trade_type") == 0;
        st = params_set(&j->pins, p->name, p->value, err);
        if (field)
            i++;
        else
            params_remove(&j->in.params, p->name);
    }
    return st;
}

static enum status say_not_placed(const struct workspace *w, struct err *err)
{
    const struct exchange *e = &w->exchange;
    if (e->state == EXCHANGE_FAILED) {
        *err = e->http.err;
        return err->status;
    }
    return err_set(err, ST_REFUSED,
                   SAY("没有可调起的订单", "沙箱没有接受它：%s %s", "wxpc send %s --demo 看详情"),
                   SAY("there is no order to call up", "the sandbox did not take it: %s %s",
                       "wxpc send %s --demo shows why"),
                   e->reply.code, e->reply.text, e->spec->id);
}

/* Places the order of the words in the embedded sandbox. */
static enum status place(const struct cli *c, struct job *j, struct err *err)
{
    enum sign_kind kind = SIGN_MD5;
    bool given;
    struct workspace *w = &j->w;
    enum status st = cli_sign_kind(c, &kind, &given, err);
    struct draft_values values = {&j->in.params, given ? &kind : NULL, true};

    if (!st)
        st = workspace_start(w, err);
    if (!st)
        st = draft_load(workspace_draft(w), &values, &j->seed, NULL, err);
    if (!st && !c->json)
        cli_findings(c, stderr, &workspace_draft(w)->findings);
    if (!st)
        st = workspace_send(w, false, err);
    while (!st && w->exchange.state == EXCHANGE_RUNNING)
        loop_turn(w->loop, -1);
    j->placed = true;
    if (!st && (w->exchange.state != EXCHANGE_DONE || w->exchange.reply.outcome != OUTCOME_SUCCESS))
        st = say_not_placed(w, err);
    return st;
}

static bool is_reply(const struct params *p)
{
    return invoke_has_start(p) || params_has(p, "return_code") || params_has(p, "result_code") ||
           params_has(p, "status");
}

static enum status no_reply(const struct job *j, struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("没有下单的应答", "没有 prepay_id、code_url 或 mweb_url",
                       "给出应答文档或 prepay_id=…；wxpc invoke %s --demo 先在沙箱下单"),
                   SAY("there is no reply of an order", "no prepay_id, code_url or mweb_url",
                       "give the reply as a document, or prepay_id=…; wxpc invoke %s --demo places "
                       "an order in the sandbox first"),
                   j->in.spec->id);
}

/* A reply that is not WeChat's is called up all the same; but not without a word. */
static void warn_sign(const struct cli *c, const struct job *j)
{
    struct sign_check check;
    struct err why;
    if (!params_has(&j->in.params, "sign") || !secret_is_set(&j->key))
        return;
    sign_verify(&j->in.params, &j->key, j->in.spec->dialect == DIALECT_GATEWAY, NULL, &check);
    if (check.state == SIGN_VALID)
        return;
    err_set(&why, ST_REFUSED,
            SAY("应答的签名不成立", "密钥不对，或应答被改过", "wxpc verify 看详情"),
            SAY("the reply's signature does not hold",
                "the key is another, or the reply was changed", "wxpc verify shows more"));
    cli_warn(c, NULL, &why);
}

/* The names that a call-up uses or its order's reply has. */
static const char *known_name(const void *ctx, size_t index)
{
    const struct spec *spec = ctx;
    if (index < spec->response_count)
        return spec->response[index].name;
    return invoke_pin(index - spec->response_count);
}

/* A name that is not used and nearly one that would be. Others a reply may well hold. */
static void warn_names(const struct cli *c, const struct job *j)
{
    const struct spec *spec = j->in.spec;
    for (size_t i = 0; i < j->in.params.count; i++) {
        const char *name = j->in.params.items[i].name;
        const char *near = text_nearest(name, known_name, spec);
        struct err why;
        if (!near || spec_reply_field(spec, name) || spec_field(spec, name))
            continue;
        err_set(
            &why, ST_NOT_FOUND, SAY("%1$s 没有用到", "%2$s 的应答没有这个字段", "是否想写 %3$s？"),
            SAY("%1$s is not used", "the reply of %2$s has no such field", "did you mean %3$s?"),
            name, spec->id, near);
        cli_warn(c, NULL, &why);
    }
}

/* ---- Making ---- */

static enum status make(const struct cli *c, struct job *j, struct err *err)
{
    const struct exchange *e = &j->w.exchange;
    enum sign_kind kind = SIGN_MD5;
    bool given;
    struct invoke_source s = {.spec = j->in.spec,
                              .profile = cli_wants_profile(c) ? &j->w.profile : NULL,
                              .reply = j->placed ? &e->reply.params : &j->in.params,
                              .request = j->placed ? &e->request.params : NULL,
                              .pinned = &j->pins,
                              .now = j->seed.now,
                              .nonce = j->seed.nonce,
                              .ordered_at = j->placed ? e->sent_at : 0};
    enum status st = cli_sign_kind(c, &kind, &given, err);
    if (!st)
        st = invoke_sign_kind(&s, given ? &kind : NULL, &s.kind, err);
    /* An address needs no key, so a missing one is invoke_make()'s to complain of. */
    struct err no_key;
    enum status keyed = st ? st : cli_key(c, &j->in, &j->w, &j->key, &no_key);
    s.key = &j->key;
    if (!st && !j->placed) {
        warn_names(c, j);
        warn_sign(c, j);
    }
    if (!st)
        st = invoke_make(&s, &j->v, err);
    if (st == ST_NOT_FOUND && keyed) { /* says where keys may come from */
        *err = no_key;
        st = err->status;
    }
    if (!st && j->v.kind == INVOKE_NATIVE)
        st = qr_encode(j->v.url, &j->qr, err);
    return st;
}

static enum status prepare(const struct cli *c, struct job *j, struct err *err)
{
    bool drawn = c->svg && strcmp(c->svg, "-") == 0;
    if (drawn && c->json)
        return err_set(err, ST_ARGUMENT,
                       SAY("--json 不能与 --svg - 同用", "两者都写到标准输出", "把 SVG 写成文件"),
                       SAY("--json excludes --svg -", "both go to standard output",
                           "write the SVG to a file"));
    enum status st = cli_begin(c, true, MERCHANT_ASKED, &j->w, &j->in, err);
    if (st)
        return st;
    workspace_seed(&j->w, &j->seed);
    st = split_pins(j, err);
    if (!st && !is_reply(&j->in.params))
        st = c->demo ? place(c, j, err) : no_reply(j, err);
    return st ? st : make(c, j, err);
}

/* ---- Telling ---- */

static void add_params(const struct invoke *v, struct json *out)
{
    struct json *pairs = json_new_array();
    struct buf masked;
    for (size_t i = 0; i < v->trace.used; i++) {
        struct json *pair = json_new_array();
        json_push(pair, json_new_string(v->trace.pairs[i].param->name));
        json_push(pair, json_new_string(v->trace.pairs[i].param->value));
        json_push(pairs, pair);
    }
    json_add_string(out, "sign_type", sign_kind_name(v->trace.kind));
    json_add(out, "params", invoke_json(v));
    json_add(out, "signed", pairs);
    buf_init(&masked, SIGN_JOINED_MAX + 16);
    sign_trace_masked(&v->trace, &masked);
    json_add_string(out, "string", buf_str(&masked));
    json_add_string(out, "sign", v->trace.hex);
    buf_clear(&masked);
}

static void add_snippets(const struct invoke *v, struct json *out)
{
    struct json *snippets = json_new_object();
    struct buf text;
    const char *id;
    struct bi title;
    buf_init(&text, 2 * INVOKE_URL_MAX + PARAM_VALUE_MAX);
    for (size_t i = 0; invoke_snippet(v, i, &id, &title, &text); i++) {
        json_add_string(snippets, id, buf_str(&text));
        buf_reset(&text);
    }
    buf_clear(&text);
    json_add(out, "snippets", snippets);
}

static void tell_json(struct job *j)
{
    const struct invoke *v = &j->v;
    struct json *out = json_new_object(), *notes = json_new_array();
    json_add_string(out, "api", j->in.spec->id);
    json_add_string(out, "trade_type", invoke_kind_name(v->kind));
    if (v->params.count)
        add_params(v, out);
    if (v->url)
        json_add_string(out, v->kind == INVOKE_NATIVE ? "code_url" : "url", v->url);
    json_add_int(out, "valid_s", v->valid_s);
    if (v->expires_at)
        json_add_int(out, "expires_at", (int64_t)v->expires_at);
    add_snippets(v, out);
    for (size_t i = 0; i < v->note_count; i++) {
        struct json *note = json_new_object();
        json_add_string(note, "zh", v->notes[i].zh);
        json_add_string(note, "en", v->notes[i].en);
        json_push(notes, note);
    }
    json_add(out, "notes", notes);
    if (j->placed && workspace_draft(&j->w)->findings.count)
        json_add(out, "findings", findings_json(&workspace_draft(&j->w)->findings));
    cli_json(out);
}

/* Black on white whatever the terminal's colours are, unless colours were forbidden or the text
   goes to a file. */
static void print_qr(const struct cli *c, const struct qr *q)
{
    bool never = c->color_word && strcmp(c->color_word, "never") == 0;
    bool paint = !never && (c->color || isatty(STDOUT_FILENO));
    struct buf line;
    buf_init(&line, 4096);
    for (int row = 0; row < qr_rows(q, QR_QUIET); row++) {
        buf_reset(&line);
        qr_row(q, QR_QUIET, row, &line);
        printf("%s%s%s\n", paint ? "\033[38;5;16;48;5;231m" : "", buf_str(&line),
               paint ? "\033[0m" : "");
    }
    buf_clear(&line);
}

static void print_expiry(const struct cli *c, const struct job *j)
{
    const struct invoke *v = &j->v;
    char until[TEXT_TIME_SIZE];
    long minutes = v->valid_s / 60;
    if (!v->expires_at) {
        cli_printf(stderr,
                   L(c->lang, "wxpc: 下单后 %ld 分钟内有效\n",
                     "wxpc: valid for %ld minutes from the order on\n"),
                   minutes);
        return;
    }
    long left = (long)(v->expires_at - j->seed.now);
    text_time_write(v->expires_at, until);
    if (left > 0)
        cli_printf(stderr,
                   L(c->lang, "wxpc: 有效至 %s（北京时间），还有 %ld 分 %ld 秒\n",
                     "wxpc: valid until %s (UTC+8), %ld min %ld s left\n"),
                   until, left / 60, left % 60);
    else
        cli_printf(stderr,
                   L(c->lang, "wxpc: 已于 %s（北京时间）失效；重新下单\n",
                     "wxpc: expired at %s (UTC+8); place the order anew\n"),
                   until);
}

static void tell(const struct cli *c, const struct job *j)
{
    const struct invoke *v = &j->v;
    const char *id;
    struct bi title;
    struct buf text;
    if (c->steps && v->params.count)
        cli_steps(c, NULL, &v->trace);
    for (size_t i = 0; i < v->params.count; i++)
        cli_line(stdout, "%s=%s\n", v->params.items[i].name, v->params.items[i].value);
    if (v->params.count)
        printf("%s=%s\n", invoke_sign_name(v->kind), v->trace.hex);
    if (v->url)
        cli_line(stdout, "%s\n", v->url);
    if (v->kind == INVOKE_NATIVE)
        print_qr(c, &j->qr);
    buf_init(&text, 2 * INVOKE_URL_MAX + PARAM_VALUE_MAX);
    for (size_t i = 0; invoke_snippet(v, i, &id, &title, &text); i++) {
        printf("\n%s%s%s\n", cli_style(c, "bold"), bi_get(title, c->lang), cli_style(c, ""));
        cli_text(stdout, buf_str(&text));
        buf_reset(&text);
    }
    buf_clear(&text);
    fflush(stdout);
    print_expiry(c, j);
    for (size_t i = 0; i < v->note_count; i++)
        cli_printf(stderr, "wxpc: %s\n", bi_get(v->notes[i], c->lang));
}

static enum status write_svg(const struct cli *c, const struct job *j, struct err *err)
{
    struct buf svg;
    enum status st = ST_OK;
    if (!j->qr.size)
        return err_set(err, ST_ARGUMENT,
                       SAY("没有二维码可写", "只有 NATIVE 的 code_url 是二维码", "去掉 --svg"),
                       SAY("there is no QR code to write", "only the code_url of NATIVE is one",
                           "drop --svg"));
    buf_init(&svg, SVG_MAX);
    qr_svg(&j->qr, &svg);
    if (strcmp(c->svg, "-") == 0)
        fwrite(buf_str(&svg), 1, svg.len, stdout);
    else
        st = store_write(c->svg, buf_str(&svg), svg.len, 0644, err);
    buf_clear(&svg);
    return st;
}

int cmd_invoke(struct cli *c)
{
    struct job j = {0};
    struct err err = {0};
    enum status st = prepare(c, &j, &err);
    bool to_stdout = c->svg && strcmp(c->svg, "-") == 0;
    int status = EXIT_YES;

    if (!st && c->svg)
        st = write_svg(c, &j, &err);
    if (st)
        status = cli_fail(c, &err);
    else if (c->json)
        tell_json(&j);
    else if (!to_stdout)
        tell(c, &j);
    job_clear(&j);
    return status;
}
