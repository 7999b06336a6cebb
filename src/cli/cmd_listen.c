/* SPDX-License-Identifier: MIT */
/*
 * listen: notifications as a stream, one line each, judged, recorded and answered.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/keyring.h"
#include "core/text.h"
#include "io/listener.h"

#define PORT_DEFAULT 8765
#define IDLE_MS 1000
#define DELAY_MAX_S 3600
#define DRAIN_MS 10000 /* for answers that are still to go out at the end */

struct job {
    const struct cli *c;
    struct workspace w;
    struct events events;
    struct listener *listener;
    struct keyring keyring;
    struct listener_answer answers[EVENT_COUNT + 1]; /* the last: of what is no known event */
    long seen;
    long long last; /* loop clock of the last notification */
    bool untidy;    /* the journal has not been tidied since */
    bool serving;   /* the listener has been up */
    bool stop;
};

/* ---- Telling ---- */

static void print_findings(const struct cli *c, const struct findings *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *one = &f->items[i];
        printf("    %s%s%s ", cli_style(c, one->severity == SEVERITY_ERROR ? "bad" : "warn"),
               one->severity == SEVERITY_ERROR ? "✗" : "!", cli_style(c, ""));
        cli_line(stdout, "%s\n", one->text[c->lang]);
    }
}

static const char *answer_word(const struct cli *c, const struct receipt *r)
{
    if (!r->answered)
        return L(c->lang, "不应答", "no answer");
    if (r->acknowledged && r->late)
        return L(c->lang, "确认太晚", "acknowledged too late");
    return r->acknowledged ? L(c->lang, "已确认", "acknowledged") : L(c->lang, "已拒绝", "refused");
}

static void print_received(const struct cli *c, const struct receipt *r)
{
    const struct notice *n = &r->notice;
    const char *order = notice_order(n), *fee = notice_get(n, notice_fee_name(n));
    char clock[TEXT_TIME_SIZE], yuan[32] = "";
    int64_t fen;
    bool genuine = n->trust == NOTICE_GENUINE;
    struct buf shown;

    buf_init(&shown, CLI_CELLS_MAX * 16);
    cli_cut(&shown, order ? order : "-", CLI_CELLS_MAX);
    text_time_write((time_t)(r->at_ms / 1000), clock);
    if (fee && text_read_fen(fee, &fen))
        text_yuan(fen, yuan, sizeof yuan);
    cli_line(stdout, "%.2s:%.2s:%.2s  %s  %s  %s%s", clock + 8, clock + 10, clock + 12,
             n->event ? bi_get(n->event->title, c->lang) : L(c->lang, "未知通知", "unknown"),
             buf_str(&shown), yuan, yuan[0] ? L(c->lang, " 元  ", " yuan  ") : "");
    buf_clear(&shown);
    printf("%s", cli_style(c, genuine ? "ok" : "bad"));
    printf("%s", genuine && n->kind == EVENT_REFUND ? L(c->lang, "解密成功", "decrypted")
                                                    : bi_get(notice_trust_text(n->trust), c->lang));
    printf("%s  %s\n", cli_style(c, ""), answer_word(c, r));
    print_findings(c, &n->findings);
    if (r->forward.done) {
        cli_line(stdout, "    → %s  HTTP %ld  %.0f ms  %s\n", r->forward.url, r->forward.status,
                 r->forward.ms > 0 ? r->forward.ms : 0,
                 bi_get(answer_verdict_text(r->forward.verdict), c->lang));
        print_findings(c, &r->forward.findings);
    }
}

static void on_received(void *ctx, struct receipt *r)
{
    struct job *j = ctx;
    if (j->c->json)
        cli_json(receipt_json(r));
    else
        print_received(j->c, r);
    j->seen++;
    workspace_retain(&j->w);
    if ((j->c->count && j->seen >= j->c->count) || ferror(stdout))
        j->stop = true;
}

static void on_refused(void *ctx, const struct err *err)
{
    cli_warn(((struct job *)ctx)->c, NULL, err);
}

static void on_signal(void *ctx, int signo)
{
    struct job *j = ctx;
    if (signo != SIGCONT)
        j->stop = true;
    else if (j->listener) /* meanwhile anything may have happened to its socket */
        listener_check(j->listener);
}

/* Beginning, start() says it. */
static void on_state(void *ctx)
{
    struct job *j = ctx;
    if (j->serving && listener_state(j->listener) == LISTENER_FAILED)
        cli_warn(j->c, NULL, listener_error(j->listener));
}

/* ---- Merchants ---- */

/* A key without a merchant is tried for any. */
static void add_bare_key(struct job *j, const struct secret *key)
{
    static const enum dialect dialects[] = {DIALECT_OFFICIAL, DIALECT_GATEWAY};
    for (size_t i = 0; i < ARRAY_COUNT(dialects); i++) {
        struct profile *p = keyring_add(&j->keyring);
        p->dialect = dialects[i];
        secret_copy(&p->key.value, key);
    }
}

static enum status add_profiles(struct job *j, struct err *err)
{
    const char *env = getenv("WXPC_KEY");
    struct secret key = {0};
    enum status st = ST_OK;

    if (j->w.profile.name) {
        if (j->w.profile_err.status) {
            *err = j->w.profile_err;
            return err->status;
        }
    } else if (j->c->key_file) {
        st = cli_key_file(j->c->key_file, &key, err);
    } else if (env && env[0]) {
        secret_set(&key, env, strlen(env));
    }
    if (secret_is_set(&key))
        add_bare_key(j, &key);
    secret_clear(&key);
    keyring_fill(&j->keyring, &j->w.store, &j->w.profile);
    return st;
}

/* ---- How to answer ---- */

static enum status bad_reply(const char *rule, struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("--reply 的值 %.80s 无效",
                       "应为 auto、success、fail、fail:说明、none 或 delay:秒，前面可加通知名和 =",
                       "例如 --reply contract-add=fail"),
                   SAY("the value of --reply, %.80s, is not valid",
                       "it takes auto, success, fail, fail:MESSAGE, none or delay:S, with an event "
                       "and = before it or without",
                       "for example --reply contract-add=fail"),
                   rule);
}

static enum status bad_message(struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("--reply 的说明不可用", "最多 128 字节，没有控制字符和 ]]>", "改短或改写"),
                   SAY("the message of --reply cannot be used",
                       "128 bytes at most, no control characters and no ]]>", "change it"));
}

/* "auto", "fail:MESSAGE", "delay:S"; `rule` is the whole word, for sentences. */
static enum status read_mode(const char *mode, const char *rule, struct listener_answer *a,
                             struct err *err)
{
    const char *colon = strchr(mode, ':');
    if (strncmp(mode, "fail:", 5) == 0) {
        size_t len = strlen(colon + 1);
        if (len >= sizeof a->message || !text_is_plain(colon + 1, len, 0) ||
            strstr(colon + 1, "]]>"))
            return bad_message(err);
        a->reply = LISTENER_FAIL;
        memcpy(a->message, colon + 1, len + 1);
        return ST_OK;
    }
    if (strncmp(mode, "delay:", 6) == 0) {
        char *end = NULL;
        double s = strtod(colon + 1, &end);
        if (end == colon + 1 || *end || !(s >= 0 && s <= DELAY_MAX_S))
            return bad_reply(rule, err);
        a->delay_ms = (int)(s * 1000);
        return ST_OK;
    }
    return listener_reply_read(mode, &a->reply) ? ST_OK : bad_reply(rule, err);
}

/* A word is the event of that name, or those that begin with it and a hyphen: "contract". */
static bool is_meant(const char *word, size_t len, enum event_kind kind)
{
    const char *name = event_name(kind);
    return strncmp(name, word, len) == 0 && (name[len] == '\0' || name[len] == '-');
}

static enum status read_reply(struct job *j, const char *rule, struct err *err)
{
    const char *equals = strchr(rule, '='), *colon = strchr(rule, ':');
    bool named = equals && (!colon || equals < colon); /* a message may hold one */
    struct listener_answer a = {.delay_ms = (int)(j->c->delay_s * 1000)};
    enum status st = read_mode(named ? equals + 1 : rule, rule, &a, err);
    size_t meant = 0;

    for (int kind = 0; !st && kind <= EVENT_COUNT; kind++) {
        if (named && (kind == EVENT_COUNT || !is_meant(rule, (size_t)(equals - rule), kind)))
            continue;
        j->answers[kind] = a;
        meant++;
    }
    if (st || meant)
        return st;
    char word[65];
    snprintf(word, sizeof word, "%.*s", (int)(equals - rule), rule);
    return cli_no_such_event(word, err);
}

/* Rules in order: a later one wins. */
static enum status read_answers(struct job *j, struct err *err)
{
    const struct cli *c = j->c;
    enum status st = ST_OK;
    if (c->delay_s > DELAY_MAX_S)
        return err_set(err, ST_ARGUMENT, SAY("--delay 太长", "最多 3600 秒", "改小"),
                       SAY("--delay is too long", "3600 seconds at most", "make it less"));
    for (int kind = 0; kind <= EVENT_COUNT; kind++)
        j->answers[kind].delay_ms = (int)(c->delay_s * 1000);
    for (size_t i = 0; c->replies[i] && !st; i++)
        st = read_reply(j, c->replies[i], err);
    return st;
}

static void give_answers(const struct job *j)
{
    for (int kind = 0; kind < EVENT_COUNT; kind++)
        listener_answer(j->listener, (enum event_kind)kind, &j->answers[kind]);
}

/* ---- Listening ---- */

/* Without it notifications are shown all the same, and none is acknowledged. */
static void open_journal(struct job *j)
{
    struct err err = {0};
    if (!workspace_journal(&j->w, &err))
        return;
    cli_warn(j->c, NULL, &err);
    err_set(&err, ST_IO,
            SAY("收到的通知会显示，但都回答失败", "没有记录可写", "不需要记录时加 --no-history"),
            SAY("notifications will be shown, and all answered FAIL",
                "there is no journal to record them in", "add --no-history if you need none"));
    cli_warn(j->c, NULL, &err);
}

static enum status check_words(const struct cli *c, struct err *err)
{
    if (c->word_count == 0)
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("多余的词 %s", "listen 只有选项", "wxpc listen --help 列出它们"),
                   SAY("the word %s is one too many", "listen takes options only",
                       "wxpc listen --help lists them"),
                   c->words[0]);
}

static enum status start(struct job *j, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGCONT, 0};
    const struct cli *c = j->c;
    struct listener_options o = {.address = c->bind,
                                 .port = c->port < 0 ? PORT_DEFAULT : (unsigned)c->port,
                                 .path = c->path,
                                 .forward = c->forward,
                                 .events = &j->events,
                                 .catalog = &j->w.catalog,
                                 .sink = on_received,
                                 .changed = on_state,
                                 .refused = on_refused,
                                 .ctx = j};
    enum status st = read_answers(j, err);

    o.answer = j->answers[EVENT_COUNT];
    if (!st)
        st = add_profiles(j, err);
    if (!st)
        st = events_load(&j->events, err);
    if (!st)
        open_journal(j);
    if (!st)
        st = loop_signals(j->w.loop, signals, on_signal, j, err);
    o.journal = j->w.journal;
    o.unrecorded = &j->w.journal_err;
    if (!st)
        st = listener_open(j->w.loop, &o, &j->listener, err);
    if (st == ST_CONFLICT) /* the line is fine, the port is not to be had */
        err->status = ST_IO;
    if (st)
        return st;
    give_answers(j);
    listener_profiles(j->listener, (const struct profile *const *)j->keyring.items,
                      j->keyring.count);
    while (!j->stop && listener_state(j->listener) == LISTENER_BINDING)
        loop_turn(j->w.loop, -1);
    if (listener_state(j->listener) == LISTENER_FAILED) {
        *err = *listener_error(j->listener);
        return err->status = ST_IO;
    }
    j->serving = true;
    return ST_OK;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static void announce(const struct cli *c, const char *url)
{
    if (c->json) {
        struct json *j = json_new_object();
        json_add_string(j, "listening", url);
        cli_json(j);
    } else {
        cli_printf(stdout, "%s %s\n", L(c->lang, "监听", "listening"), url);
        fflush(stdout);
    }
    if (c->bind && !is_loopback(c->bind))
        cli_printf(stderr,
                   L(c->lang, "wxpc: 警告：%s 可被其他机器访问；任何人都能向它发送通知\n",
                     "wxpc: warning: other machines can reach %s; anybody can send notifications "
                     "to it\n"),
                   url);
}

/* The journal is tidied when nothing came for a second: in a burst that would cost its time. */
static void serve(struct job *j)
{
    while (!j->stop) {
        long before = j->seen;
        loop_turn(j->w.loop, j->untidy ? IDLE_MS : -1);
        if (j->seen != before) {
            fflush(stdout); /* once for all that came together */
            j->stop = j->stop || ferror(stdout);
            j->untidy = true;
            j->last = loop_now(j->w.loop);
        } else if (j->untidy && loop_now(j->w.loop) - j->last >= IDLE_MS) {
            j->untidy = false;
            if (j->w.journal)
                journal_idle(j->w.journal);
        }
    }
}

/* Answers that are under way still go out. */
static void drain(struct job *j)
{
    int longest = 0;
    for (int kind = 0; kind <= EVENT_COUNT; kind++)
        longest = j->answers[kind].delay_ms > longest ? j->answers[kind].delay_ms : longest;
    long long end = loop_now(j->w.loop) + DRAIN_MS + longest;
    while (!listener_idle(j->listener) && loop_now(j->w.loop) < end && !ferror(stdout))
        loop_turn(j->w.loop, 100);
    fflush(stdout);
}

static void finish(struct job *j)
{
    listener_close(j->listener);
    keyring_clear(&j->keyring);
    if (j->w.loop)
        workspace_close(&j->w);
    events_clear(&j->events);
}

int cmd_listen(struct cli *c)
{
    struct job j = {.c = c};
    struct err err = {0};
    int status = EXIT_YES;
    enum status st = check_words(c, &err);

    if (!st)
        st = cli_open(c, MERCHANT_ASKED, &j.w, &err);
    if (!st)
        st = start(&j, &err);
    if (st) {
        status = cli_fail(c, &err);
    } else if (!j.stop) {
        announce(c, listener_url(j.listener));
        serve(&j);
        drain(&j);
    }
    finish(&j);
    return status;
}
