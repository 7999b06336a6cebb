/* SPDX-License-Identifier: MIT */
/*
 * trigger: one notification built from its event's template, signed, shown, posted; and the
 * answer judged as the platform would.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/keyring.h"
#include "app/posting.h"
#include "app/record.h"
#include "core/answer.h"
#include "core/head.h"
#include "core/sealed.h"
#include "core/template.h"
#include "core/text.h"
#include "core/xml.h"

#define BODY_MAX (1u << 20)

struct job {
    struct cli *c;
    struct workspace w;
    struct cli_input in;
    struct events events;
    const struct event *event; /* NULL: of none is what is sent again */
    struct template template;  /* of bytes that are sent as they are: what they say */
    struct buf body;
    struct buf shown;    /* the body without our keys */
    struct buf to;       /* the address without them; empty: none */
    struct secret key;   /* that signs; the profile's or another */
    struct keyring keys; /* neither shown nor recorded */
    bool done;
};

/* ---- Building ---- */

static bool is_exact(const struct job *j)
{
    return j->c->again && j->c->exact;
}

/* What is sent again knows its event; else the first word names it, and the others are read as
   anywhere. */
static enum status take_event(struct cli *c, enum event_kind *kind, struct err *err)
{
    const char *word = c->word_count ? c->words[0] : NULL;
    if (c->again) {
        *kind = EVENT_UNKNOWN;
        return event_read(c->again->row.name, kind) || c->exact
                   ? ST_OK
                   : err_set(err, ST_UNSUPPORTED,
                             SAY("不能重新签名", "它不是已知的通知，或无法解析",
                                 "加 --exact 按原字节重发"),
                             SAY("it cannot be signed anew", "it is no event known, or unreadable",
                                 "send it byte for byte with --exact"));
    }
    if (word && event_read(word, kind)) {
        c->word_count--;
        memmove(c->words, c->words + 1, c->word_count * sizeof(c->words[0]));
        return ST_OK;
    }
    if (!word)
        return err_set(err, ST_ARGUMENT, SAY("缺少通知的名称", "", "给出 " CLI_EVENTS_ZH),
                       SAY("no event is given", "", "give " CLI_EVENTS_EN));
    return cli_no_such_event(word, err);
}

static enum status choose_merchant(struct job *j, struct err *err)
{
    const char *asked = j->c->profile;
    enum status st =
        workspace_choose_id(&j->w, catalog_event_api(&j->w.catalog, j->event->name), err);
    if (!st && asked && strcmp(asked, j->w.profile.name) != 0)
        st = workspace_profile(&j->w, asked, err);
    if (st || j->w.profile.dialect == j->event->dialect)
        return st;
    return err_set(
        err, ST_ARGUMENT,
        SAY("商户配置 %s 不能签通知 %s", "它属于另一种网关，密钥不通用", "用 -p 选另一个商户配置"),
        SAY("profile %s cannot sign event %s",
            "it belongs to the other kind of gateway, whose keys differ",
            "choose another profile with -p"),
        j->w.profile.name, j->event->name);
}

/* A key for nothing. */
static enum status check_key_file(const struct job *j, struct err *err)
{
    static const struct bi exact = {"--exact 不重新签名", "--exact signs nothing"};
    static const struct bi sign = {"sign 已经给出", "sign is given"};
    static const struct bi sealed = {"req_info 已经给出", "req_info is given"};
    return !j->c->key_file ? ST_OK
                           : cli_unused("--key-file",
                                        is_exact(j)        ? exact
                                        : j->event->sealed ? sealed
                                                           : sign,
                                        err);
}

/* The recorded bytes; what they say is read as far as it can be. */
static enum status build_exact(struct job *j, struct err *err)
{
    const struct record *r = j->c->again;
    enum status st = cli_bytes_alone(&j->in, "--exact", err);
    buf_init(&j->body, r->request.len + 1);
    buf_add(&j->body, buf_str(&r->request), r->request.len);
    if (!st)
        st = check_key_file(j, err);
    if (xml_read(buf_str(&r->request), r->request.len, &j->template.params, NULL, NULL))
        params_clear(&j->template.params);
    else if (j->event && j->event->sealed)
        workspace_unseal(&j->w, &j->template.params, r->row.profile, NULL, &j->template.inner,
                         NULL);
    return st;
}

static enum status sign_and_write(struct job *j, const struct template_source *s, struct err *err)
{
    struct template_sign how = {.key = &j->key};
    how.with_type = !s->received || params_has(s->received, "sign_type");
    enum status st = cli_event_kind(j->c, s, &how.kind, err);
    if (!st)
        st = template_fill(s, &j->template, err);
    if (!st && template_is_signed(s))
        st = check_key_file(j, err);
    if (!st)
        st = template_write(&j->template, &how, NULL, &j->body, err);
    return st;
}

static enum status build(struct job *j, struct err *err)
{
    struct params received = {0}, inner = {0};
    struct template_source s = {
        .event = j->event, .given = &j->in.params, .profile = &j->w.profile};
    const struct record *r = j->c->again;
    enum status st = ST_OK;

    if (is_exact(j))
        return build_exact(j, err);
    buf_init(&j->body, BODY_MAX);
    workspace_template_seed(&j->w, &s.seed);
    if (!template_is_signed(&s))
        st = cli_key(j->c, &j->in, &j->w, &j->key, err);
    if (!st && r) {
        s.received = &received;
        s.received_inner = &inner;
        st = xml_read(buf_str(&r->request), r->request.len, &received, NULL, err);
    }
    if (!st && r && j->event->sealed && !template_is_signed(&s))
        st = workspace_unseal(&j->w, &received, r->row.profile, &j->key, &inner, err);
    if (!st)
        st = sign_and_write(j, &s, err);
    params_clear(&received);
    params_clear(&inner);
    return st;
}

/* Bytes that are sent as they are stay those of the merchant they were made for, whoever sends
   them; "": not known, or newly signed. */
static const char *made_for(const struct job *j)
{
    return is_exact(j) ? j->c->again->row.profile : "";
}

/* The production merchant that the other side would take it from; NULL: none. */
static const char *production_merchant(const struct job *j)
{
    if (made_for(j)[0] && workspace_is_production(&j->w, made_for(j)))
        return made_for(j);
    return workspace_is_production(&j->w, NULL) ? j->w.profile.name : NULL;
}

static enum status check_permission(const struct job *j, struct err *err)
{
    const struct cli *c = j->c;
    const char *merchant = production_merchant(j);
    if (c->dry_run || c->yes || http_is_local(c->to) || !merchant)
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("未发送", "商户配置 %s 是生产环境，%s 不是本机的地址",
                       "确认后加 --yes；加 --dry-run 只查看"),
                   SAY("not sent", "profile %s is a production one, and %s is not on this machine",
                       "add --yes if you mean it, or --dry-run to look only"),
                   merchant, buf_str(&j->to));
}

/* Where it goes, as it is told. The key that signs may be asked for later only. */
static void show_address(struct job *j)
{
    keyring_fill(&j->keys, &j->w.store, &j->w.profile);
    buf_init(&j->to, BODY_MAX);
    buf_adds(&j->to, j->c->to ? j->c->to : "");
    keyring_redact(&j->keys, &j->to);
}

/* What is shown from here on; what is posted stays as it was given. */
static void hide_keys(struct job *j)
{
    secret_copy(&keyring_add(&j->keys)->key.value, &j->key);
    buf_init(&j->shown, BODY_MAX);
    buf_add(&j->shown, buf_str(&j->body), j->body.len);
    keyring_redact(&j->keys, &j->shown);
    keyring_redact(&j->keys, &j->to);
    keyring_redact_params(&j->keys, &j->template.params);
    keyring_redact_params(&j->keys, &j->template.inner);
}

static enum status prepare(struct job *j, struct err *err)
{
    enum event_kind kind = EVENT_PAYMENT;
    enum status st = take_event(j->c, &kind, err);

    if (!st && !j->c->to && !j->c->dry_run)
        st = err_set(err, ST_ARGUMENT,
                     SAY("缺少 --to", "不知道发往哪里", "给出通知地址，或用 --dry-run 只看内容"),
                     SAY("--to is missing", "there is no address to post to",
                         "give the notify URL, or --dry-run to look only"));
    if (!st)
        st = events_load(&j->events, err);
    j->event = kind < EVENT_COUNT ? &j->events.items[kind] : NULL;
    if (!st)
        st = cli_begin(j->c, false, MERCHANT_NEEDED, &j->w, &j->in, err);
    if (!st && j->in.spec)
        st = err_set(err, ST_ARGUMENT,
                     SAY("多余的词 %s", "trigger 发的是通知，不是接口调用", "去掉它"),
                     SAY("the word %s is one too many", "trigger posts an event, not an API call",
                         "drop it"),
                     j->in.spec->id);
    if (!st && !is_exact(j))
        st = choose_merchant(j, err);
    if (!st)
        show_address(j);
    if (!st)
        st = check_permission(j, err);
    if (!st)
        st = build(j, err);
    if (!st)
        hide_keys(j);
    return st;
}

/* ---- Posting ---- */

static void on_signal(void *ctx, int signo)
{
    struct job *j = ctx;
    (void)signo;
    http_cancel(loop_http(j->w.loop), j->w.posting.http_id);
}

static const char *profile_of(const struct job *j)
{
    if (made_for(j)[0])
        return made_for(j);
    return is_exact(j) && !j->c->profile ? "" : j->w.profile.name;
}

static bool is_get(const struct job *j)
{
    return is_exact(j) && strncmp(buf_str(&j->c->again->request_head), "GET ", 4) == 0;
}

static enum status post(struct job *j, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, 0};
    struct posting *p = &j->w.posting;
    char type[POSTING_TYPE_MAX];
    workspace_journal(&j->w, NULL);
    struct posting_job job = {.loop = j->w.loop,
                              .journal = j->w.journal,
                              .keys = &j->keys,
                              .event = j->event,
                              .gateway = (j->event ? j->event->dialect : j->w.profile.dialect) ==
                                         DIALECT_GATEWAY,
                              .get = is_get(j),
                              .url = j->c->to,
                              .data = buf_str(&j->body),
                              .len = j->body.len,
                              .order = template_order(&j->template),
                              .mch_id = params_get(&j->template.params, "mch_id"),
                              .profile = profile_of(j),
                              .at_ms = workspace_now_ms(&j->w)};
    if (is_exact(j)) {
        head_value(&j->c->again->request_head, "Content-Type", type, sizeof type);
        job.content_type = type;
    }
    enum status st = loop_signals(j->w.loop, signals, on_signal, j, err);
    if (!st)
        st = posting_start(p, &job, err);
    while (!st && p->state == POSTING_RUNNING)
        loop_turn(j->w.loop, -1);
    workspace_retain(&j->w);
    j->done = !st;
    return st;
}

/* ---- Telling ---- */

static struct json *request_part(const struct job *j)
{
    struct json *r = json_new_object(), *fields = json_new_object();
    const struct params *both[] = {&j->template.params, &j->template.inner};
    json_add_string(r, "url", j->to.len ? buf_str(&j->to) : NULL);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < both[k]->count; i++) {
            const struct param *p = &both[k]->items[i];
            if (p->value_len)
                json_set(fields, p->name, json_new_string_n(p->value, p->value_len));
        }
    }
    json_add(r, "fields", fields);
    json_add(r, "xml", json_new_string_n(buf_str(&j->shown), j->shown.len));
    if (j->template.inner.count) {
        struct buf plain;
        sealed_plain(&j->template.inner, &plain, NULL);
        json_add(r, "decrypted", json_new_string_n(buf_str(&plain), plain.len));
        buf_clear(&plain);
    }
    return r;
}

static void print_json(const struct job *j)
{
    struct json *out = json_new_object();
    json_add_string(out, "event", j->event ? j->event->name : event_name(EVENT_UNKNOWN));
    json_add(out, "request", request_part(j));
    if (j->done) {
        struct json *http = json_new_object();
        if (j->w.posting.http.status)
            json_add_int(http, "status", j->w.posting.http.status);
        json_add_int(http, "ms", (int64_t)(j->w.posting.http.times.total + 0.5));
        json_add(out, "http", http);
        if (j->w.posting.http.err.status)
            json_add(out, "error", cli_err_json(j->c, &j->w.posting.http.err));
        else
            json_add(
                out, "answer",
                json_new_string_n(buf_str(&j->w.posting.http.body), j->w.posting.http.body.len));
        json_add_bool(out, "acknowledged", j->w.posting.verdict == ANSWER_ACKNOWLEDGED);
        json_add_string(out, "verdict", answer_verdict_name(j->w.posting.verdict));
        json_add(out, "findings", findings_json(&j->w.posting.findings));
    }
    cli_json(out);
}

/* What the other side will read out of req_info. */
static void print_inside(const struct job *j)
{
    const struct cli *c = j->c;
    struct buf plain;
    sealed_plain(&j->template.inner, &plain, NULL);
    printf("\n%s%s%s\n", cli_style(c, "dim"),
           L(c->lang, "req_info 解密后（仅供查看，不在发送的字节里）：",
             "req_info, decrypted (to read here; not part of the bytes sent):"),
           cli_style(c, ""));
    cli_visible(stdout, buf_str(&plain), plain.len);
    printf("\n");
    buf_clear(&plain);
}

/* Made visible in a pipe too: values come from documents and from the journal. */
static void print_request(const struct job *j)
{
    if (j->to.len)
        cli_printf(stdout, "%s %s\n\n", is_get(j) ? "GET" : "POST", buf_str(&j->to));
    cli_visible(stdout, buf_str(&j->shown), j->shown.len);
    printf("\n");
    if (j->template.inner.count)
        print_inside(j);
    fflush(stdout);
}

static void print_answer(const struct job *j)
{
    const struct cli *c = j->c;
    bool good = j->w.posting.verdict == ANSWER_ACKNOWLEDGED;
    if (!j->w.posting.http.err.status) {
        cli_printf(stdout, "\nHTTP %ld  %.0f ms\n", j->w.posting.http.status,
                   j->w.posting.http.times.total);
        cli_visible(stdout, buf_str(&j->w.posting.http.body), j->w.posting.http.body.len);
        printf("\n");
    }
    printf("\n%s", cli_style(c, good ? "ok" : "bad"));
    cli_printf(stdout, "%s", bi_get(answer_verdict_text(j->w.posting.verdict), c->lang));
    printf("%s\n", cli_style(c, ""));
    cli_findings(c, stdout, &j->w.posting.findings);
}

static int tell(const struct job *j)
{
    if (j->c->json)
        print_json(j);
    else if (j->done)
        print_answer(j);
    const struct err *kept = j->w.journal_err.status ? &j->w.journal_err : &j->w.posting.unrecorded;
    if (j->done && kept->status) /* it went out all the same */
        cli_warn(j->c, NULL, kept);
    if (!j->done || j->w.posting.verdict == ANSWER_ACKNOWLEDGED)
        return EXIT_YES;
    if (j->w.posting.http.err.status == ST_CANCELLED)
        return EXIT_INTERRUPTED;
    return j->w.posting.http.err.status ? EXIT_IO : EXIT_NO;
}

int cmd_trigger(struct cli *c)
{
    struct job j = {.c = c};
    struct err err = {0};
    enum status st = prepare(&j, &err);
    if (!st && !c->json)
        print_request(&j);
    if (!st && !c->dry_run)
        st = post(&j, &err);
    int status = st ? cli_fail(c, &err) : tell(&j);
    template_clear(&j.template);
    buf_clear(&j.body);
    buf_clear(&j.shown);
    buf_clear(&j.to);
    keyring_clear(&j.keys);
    secret_clear(&j.key);
    cli_input_clear(&j.in);
    if (j.w.loop)
        workspace_close(&j.w);
    events_clear(&j.events);
    return status;
}
