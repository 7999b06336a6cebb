/* SPDX-License-Identifier: MIT */
/*
 * probe: a notify endpoint is sent good, repeated, forged and hostile notifications; a table
 * says what came of each and why it matters.
 */
#include "cli/cli.h"

#include <signal.h>
#include <string.h>

#include "core/text.h"
#include "io/probe.h"

struct job {
    struct cli *c;
    const char *url;
    struct workspace w;
    struct cli_input in;
    struct events events;
    struct keyring keys; /* neither shown nor recorded */
    struct probe *probe;
    bool done, interrupted;
};

/* ---- Reading ---- */

static enum status take_url(struct job *j, struct err *err)
{
    struct cli *c = j->c;
    if (c->word_count == 0)
        return err_set(err, ST_ARGUMENT,
                       SAY("缺少通知地址", "", "例如 wxpc probe http://127.0.0.1:8080/notify"),
                       SAY("there is no URL to probe", "",
                           "for example wxpc probe http://127.0.0.1:8080/notify"));
    j->url = c->words[0];
    c->word_count--;
    memmove(c->words, c->words + 1, c->word_count * sizeof(c->words[0]));
    return ST_OK;
}

static enum status read_order(struct job *j, struct err *err)
{
    const char *word = params_get(&j->in.params, "out_trade_no");
    if (!j->c->order)
        return ST_OK;
    if (word && strcmp(word, j->c->order) != 0)
        return err_set(err, ST_ARGUMENT,
                       SAY("--order %s 与 out_trade_no=%s 矛盾", "它们说的是同一件事", "只给一个"),
                       SAY("--order %s contradicts out_trade_no=%s", "both name the order",
                           "give one of them"),
                       j->c->order, word);
    return params_set(&j->in.params, "out_trade_no", j->c->order, err);
}

/* An order without a number is none; an amount has to be one that can be altered. */
static enum status check_values(const struct job *j, struct err *err)
{
    const struct param *order = params_find(&j->in.params, "out_trade_no");
    const char *fee = params_get(&j->in.params, "total_fee");
    int64_t fen = 0;
    if (order && !order->value_len)
        return err_set(
            err, ST_ARGUMENT, SAY("商户订单号是空的", "", "给出 --order 的值，或不写它"),
            SAY("the order number is empty", "", "give --order its value, or leave it out"));
    if (fee && (!text_read_fen(fee, &fen) || fen < 1 || fen == INT64_MAX))
        return err_set(err, ST_ARGUMENT,
                       SAY("total_fee=%s 不是正整数的分", "检查要改动金额", "例如 total_fee=100"),
                       SAY("total_fee=%s is no whole number of fen above 0",
                           "a check alters the amount", "for example total_fee=100"),
                       fee);
    return ST_OK;
}

/* What the words may not say. */
static enum status check_words(const struct job *j, struct err *err)
{
    if (j->in.spec)
        return err_set(
            err, ST_ARGUMENT, SAY("多余的词 %s", "probe 发的是通知，不是接口调用", "去掉它"),
            SAY("the word %s is one too many", "probe posts events, not API calls", "drop it"),
            j->in.spec->id);
    if (params_find(&j->in.params, "sign"))
        return err_set(
            err, ST_ARGUMENT,
            SAY("sign 不能给出", "每项检查都自己签名", "去掉它；要发送给定的签名，用 wxpc trigger"),
            SAY("sign cannot be given", "each check signs by itself",
                "drop it; wxpc trigger posts a signature as it is given"));
    return ST_OK;
}

static void on_done(void *ctx)
{
    ((struct job *)ctx)->done = true;
}

static void on_signal(void *ctx, int signo)
{
    (void)signo;
    ((struct job *)ctx)->interrupted = true;
}

static enum status start(struct job *j, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};
    struct secret key = {0};
    enum status st = take_url(j, err);

    if (!st)
        st = events_load(&j->events, err);
    if (!st)
        st = cli_begin(j->c, false, MERCHANT_NEEDED, &j->w, &j->in, err);
    if (!st)
        st = check_words(j, err);
    if (!st)
        st = read_order(j, err);
    if (!st)
        st = check_values(j, err);
    if (!st)
        st = cli_key(j->c, &j->in, &j->w, &key, err);
    bool gateway = !st && j->w.profile.dialect == DIALECT_GATEWAY;
    struct probe_options o = {.url = j->url,
                              .owned = j->c->owned,
                              .event =
                                  &j->events.items[gateway ? EVENT_GATEWAY_PAYMENT : EVENT_PAYMENT],
                              .profile = &j->w.profile,
                              .key = &key,
                              .given = &j->in.params,
                              .done = on_done,
                              .ctx = j};
    if (!st)
        st = cli_event_kind(
            j->c,
            &(struct template_source){.event = o.event, .given = o.given, .profile = o.profile},
            &o.kind, err);
    if (!st) {
        keyring_fill(&j->keys, &j->w.store, &j->w.profile);
        secret_copy(&keyring_add(&j->keys)->key.value, &key);
        o.keys = (const struct profile *const *)j->keys.items;
        o.key_count = j->keys.count;
        workspace_journal(&j->w, NULL);
        o.journal = j->w.journal;
        o.at_ms = workspace_now_ms(&j->w);
        o.now = j->w.clock();
        o.random = j->w.random;
        st = loop_signals(j->w.loop, signals, on_signal, j, err);
    }
    if (!st)
        st = probe_start(j->w.loop, &o, &j->probe, err);
    if (st)
        keyring_redact_err(&j->keys, err); /* it may quote the URL */
    if (st == ST_REFUSED)                  /* of the address given: the line is to be changed */
        err->status = ST_ARGUMENT;
    secret_clear(&key);
    return st;
}

/* ---- Telling ---- */

/* Will `wxpc history` know of it afterwards? */
static bool is_kept(const struct job *j)
{
    return j->w.journal && journal_path(j->w.journal);
}

static void add_request(const struct job *j, size_t index, struct json *to)
{
    const struct probe_request *r = probe_request(j->probe, index);
    struct json *one = json_new_object(), *rows = json_new_array();
    if (r->method) {
        json_add_string(one, "method", r->method);
        json_add(one, "body", json_new_string_n(buf_str(&r->body), r->body.len));
        json_add(to, "request", one);
    } else {
        json_free(one);
    }
    for (size_t i = 0; is_kept(j) && i < r->count; i++) {
        if (r->rows[i])
            json_push(rows, json_new_int(r->rows[i]));
    }
    if (json_first(rows))
        json_add(to, "history", rows);
    else
        json_free(rows);
}

static void print_json(const struct job *j)
{
    struct json *out = json_new_object(), *list = json_new_array();
    size_t count;
    const struct probe_finding *all = probe_findings(j->probe, &count);

    json_add_string(out, "url", probe_url(j->probe));
    for (size_t i = 0; i < count; i++) {
        const struct probe_finding *f = &all[i];
        struct json *one = json_new_object();
        json_add_string(one, "id", f->check->id);
        if (f->result != PROBE_UNKNOWN)
            json_add_bool(one, "passed", f->result == PROBE_PASSED);
        json_add_string(one, "expected", probe_expect_name(f->check->expect));
        json_add_string(one, "got", f->got);
        if (f->ms >= 0)
            json_add_int(one, "ms", (int64_t)(f->ms + 0.5));
        if (f->text[LANG_ZH][0])
            json_add_bi(one, "found", (struct bi){f->text[LANG_ZH], f->text[LANG_EN]});
        json_add_bi(one, "why", f->check->why);
        add_request(j, i, one);
        json_push(list, one);
    }
    json_add(out, "checks", list);
    cli_json(out);
}

/* Words of expectation and finding. */
static struct bi word_text(const char *word)
{
    static const struct {
        const char *word;
        struct bi text;
    } all[] = {
        {"acknowledged", {"确认", "acknowledged"}},
        {"refused", {"拒绝", "refused"}},
        {"invalid", {"不算应答", "no valid answer"}},
        {"no-answer", {"没有应答", "no answer"}},
        {"not-fetched", {"不来取", "not fetched"}},
        {"fetched", {"来取了", "fetched"}},
        {"expanded", {"展开了", "expanded"}},
        {"not-sent", {"没有发送", "not sent"}},
        {"read", {"读了文件", "read"}},
    };
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        if (strcmp(all[i].word, word) == 0)
            return all[i].text;
    }
    return (struct bi){word, word};
}

static const struct {
    const char *mark, *style;
} marks[] = {
    [PROBE_PASSED] = {"✓", "ok"}, [PROBE_FAILED] = {"✗", "bad"}, [PROBE_UNKNOWN] = {"?", "warn"}};

/* Where to see the bytes of a check that failed. */
static void print_rows(const struct job *j, const struct probe_request *r)
{
    const struct cli *c = j->c;
    for (size_t i = 0; is_kept(j) && i < r->count; i++) {
        if (!r->rows[i])
            continue;
        printf("    wxpc history show %lld", (long long)r->rows[i]);
        if (c->data)
            cli_printf(stdout, " --data %s", c->data);
        printf("\n");
    }
}

static void print_one(const struct job *j, size_t index)
{
    const struct cli *c = j->c;
    size_t count;
    const struct probe_finding *f = &probe_findings(j->probe, &count)[index];
    printf("%s%s%s ", cli_style(c, marks[f->result].style), marks[f->result].mark,
           cli_style(c, ""));
    cli_printf(stdout, "%-17s %s\n", f->check->id, bi_get(f->check->title, c->lang));
    cli_printf(stdout, L(c->lang, "    应为 %s，得到 %s", "    expected %s, got %s"),
               bi_get(word_text(probe_expect_name(f->check->expect)), c->lang),
               bi_get(word_text(f->got), c->lang));
    if (f->ms >= 0)
        printf("  %.0f ms", f->ms);
    printf("\n");
    if (f->text[c->lang][0]) {
        printf("    %s", cli_style(c, f->result == PROBE_PASSED ? "warn" : marks[f->result].style));
        cli_printf(stdout, "%s", f->text[c->lang]);
        printf("%s\n", cli_style(c, ""));
    }
    printf("    %s", cli_style(c, "dim"));
    cli_printf(stdout, "%s", bi_get(f->check->why, c->lang));
    printf("%s\n", cli_style(c, ""));
    if (f->result == PROBE_FAILED)
        print_rows(j, probe_request(j->probe, index));
}

static void print_table(const struct job *j)
{
    size_t count, sums[3] = {0};
    const struct probe_finding *all = probe_findings(j->probe, &count);
    for (size_t i = 0; i < count; i++) {
        print_one(j, i);
        sums[all[i].result]++;
    }
    printf(L(j->c->lang, "\n共 %zu 项：通过 %zu，未通过 %zu，无法判断 %zu\n",
             "\n%zu checks: %zu passed, %zu failed, %zu cannot be told\n"),
           count, sums[PROBE_PASSED], sums[PROBE_FAILED], sums[PROBE_UNKNOWN]);
    if (sums[PROBE_FAILED] && !is_kept(j))
        printf("%s",
               L(j->c->lang,
                 "发送的原文不在历史里：--json 的 request 就是它，或用 --data 目录保留\n",
                 "the bytes sent are not in the journal: --json has them as request, --data DIR "
                 "keeps them\n"));
}

/* Where no check got an HTTP answer, nothing was judged: that is a failure of the network. */
static int tell(const struct job *j)
{
    size_t count, failed = 0, heard = 0;
    const struct probe_finding *all = probe_findings(j->probe, &count);
    if (j->c->json)
        print_json(j);
    else
        print_table(j);
    for (size_t i = 0; i < count; i++) {
        failed += all[i].result == PROBE_FAILED;
        heard += all[i].status != 0;
    }
    return heard == 0 ? EXIT_IO : failed ? EXIT_NO : EXIT_YES;
}

int cmd_probe(struct cli *c)
{
    struct job j = {.c = c};
    struct err err = {0};
    enum status st = start(&j, &err);
    int status;

    while (!st && !j.done && !j.interrupted)
        loop_turn(j.w.loop, -1);
    if (!st && !j.interrupted && probe_error(j.probe)->status) {
        err = *probe_error(j.probe);
        st = err.status;
    }
    if (!st)
        workspace_retain(&j.w);
    if (j.probe && !j.w.journal_err.status)
        j.w.journal_err = *probe_unrecorded(j.probe);
    if (j.w.journal_err.status) /* it went out all the same */
        cli_warn(c, NULL, &j.w.journal_err);
    if (j.interrupted)
        status = EXIT_INTERRUPTED;
    else
        status = st ? cli_fail(c, &err) : tell(&j);
    probe_free(j.probe);
    keyring_clear(&j.keys);
    cli_input_clear(&j.in);
    if (j.w.loop)
        workspace_close(&j.w);
    events_clear(&j.events);
    return status;
}
