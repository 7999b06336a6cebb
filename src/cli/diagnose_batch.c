/* SPDX-License-Identifier: MIT */
#include "cli/diagnose_batch.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/diagnose_job.h"
#include "core/batch.h"
#include "core/paste.h"

#define BATCH_BYTES (256u << 20) /* of one file */
#define BATCH_UNITS 2000000      /* of the search for one message: a second or two */

static volatile sig_atomic_t interrupted;

static void on_signal(int signo)
{
    (void)signo;
    interrupted = 1;
}

static void name_causes(const struct diagnosis *d, char *out, size_t size)
{
    struct diagnose_answer answer;
    size_t at = 0;
    out[0] = '\0';
    if (diagnose_answers(d) == 0)
        return;
    diagnose_answer(d, 0, &answer);
    for (size_t i = 0; i < answer.count && at + 40 < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? " + " : "",
                               answer.causes[i].cause->id);
}

static enum batch_outcome diagnose_one(struct diagnose_job *j, const struct params *p,
                                       const struct params *twice, char *ids, size_t size)
{
    struct subject_input in = {.params = p,
                               .twice = twice,
                               .key = &j->key,
                               .keys = j->keys,
                               .key_count = j->key_count,
                               .spec = j->in.spec};
    struct diagnosis *d = NULL;
    enum batch_outcome outcome = BATCH_UNREADABLE;
    if (!diagnose_start(&in, &d, NULL)) {
        for (size_t spent = 0; spent < BATCH_UNITS && !interrupted; spent += DIAGNOSE_SLICE) {
            if (!diagnose_step(d, DIAGNOSE_SLICE))
                break;
        }
        diagnose_cancel(d);
        enum diagnose_state state = diagnose_state(d);
        name_causes(d, ids, size);
        outcome = state == DIAGNOSE_VALID       ? BATCH_VALID
                  : state == DIAGNOSE_EXPLAINED ? BATCH_EXPLAINED
                  : state == DIAGNOSE_NO_SIGN   ? BATCH_UNREADABLE
                                                : BATCH_UNEXPLAINED;
    }
    diagnose_free(d);
    return outcome;
}

static void batch_message(struct diagnose_job *j, struct batch *b, const char *data, size_t len)
{
    struct repair_log log = j->repairs;
    struct paste paste = {0};
    char ids[BATCH_IDS_MAX] = "";
    enum batch_outcome outcome = BATCH_UNREADABLE;
    if (!repair_read(data, len, &log, NULL, &paste, NULL))
        outcome = diagnose_one(j, &paste.params, &paste.twice, ids, sizeof(ids));
    batch_add(b, &paste.params, outcome, ids);
    paste_clear(&paste);
}

static void batch_lines(struct diagnose_job *j, struct batch *b, const struct buf *text)
{
    const char *s = buf_str(text), *end = s + text->len;
    while (s < end && !interrupted) {
        const char *newline = memchr(s, '\n', (size_t)(end - s));
        size_t len = newline ? (size_t)(newline - s) : (size_t)(end - s);
        if (len > strspn(s, " \t\r"))
            batch_message(j, b, s, len);
        s += len + 1;
    }
}

static enum status batch_folder(struct diagnose_job *j, struct batch *b, const char *path,
                                struct err *err)
{
    struct dirent **names = NULL;
    int count = scandir(path, &names, NULL, alphasort);
    enum status st = ST_OK;
    for (int i = 0; i < count; i++) {
        char file[4096];
        struct stat about;
        struct buf text;
        snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
        buf_init_secret(&text, PASTE_SIZE_MAX);
        if (!st && !interrupted && stat(file, &about) == 0 && S_ISREG(about.st_mode)) {
            st = cli_read_file(file, &text, err);
            if (!st)
                batch_message(j, b, buf_str(&text), text.len);
        }
        buf_clear(&text);
        free(names[i]);
    }
    free(names);
    return st;
}

static enum status run_batch(struct diagnose_job *j, struct batch *b, struct err *err)
{
    const char *path = j->c->batch;
    struct stat about;
    struct buf text;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return batch_folder(j, b, path, err);
    buf_init_secret(&text, BATCH_BYTES);
    enum status st = cli_read_file(path, &text, err);
    if (!st)
        batch_lines(j, b, &text);
    buf_clear(&text);
    return st;
}

static void print_rate(const char *what, size_t count, size_t total)
{
    cli_printf(stdout, "  %5zu  %5.1f%%  %s\n", count,
               total ? 100.0 * (double)count / (double)total : 0.0, what);
}

static void print_batch(const struct cli *c, const struct batch *b)
{
    static const struct bi names[BATCH_OUTCOMES] = {
        [BATCH_VALID] = {"签名成立", "hold"},
        [BATCH_EXPLAINED] = {"不成立，已知原因", "do not hold, explained"},
        [BATCH_UNEXPLAINED] = {"不成立，原因不明", "do not hold, unexplained"},
        [BATCH_UNREADABLE] = {"读不出报文或没有签名", "no message, or no signature"},
    };
    size_t total = batch_total(b);
    for (int i = 0; i < BATCH_OUTCOMES; i++)
        print_rate(bi_get(names[i], c->lang), b->outcomes[i], total);
    for (size_t i = 0; i < b->group_count; i++)
        print_rate(b->groups[i].ids, b->groups[i].count, total);
    for (int f = 0; f < BATCH_FEATURES; f++) {
        if (batch_separates(b, (enum batch_feature)f))
            cli_printf(
                stdout,
                L(c->lang, "失败与成功以此区分：%s\n", "what tells failures from passes: %s\n"),
                bi_get(batch_feature_text((enum batch_feature)f), c->lang));
    }
    for (size_t i = 0; b->merchant_count > 1 && i < b->merchant_count; i++)
        cli_printf(
            stdout, L(c->lang, "商户 %s：%zu 个中 %zu 个失败\n", "merchant %s: of %zu, %zu fail\n"),
            b->merchants[i].mch_id, b->merchants[i].count.seen, b->merchants[i].count.failed);
    if (batch_merchant(b)[0])
        cli_printf(stdout,
                   L(c->lang, "失败集中在商户 %s\n", "the failures are those of merchant %s\n"),
                   batch_merchant(b));
    if (batch_since(b)[0])
        cli_printf(stdout, L(c->lang, "失败都在 %s 之后\n", "all failures are from %s on\n"),
                   batch_since(b));
}

int diagnose_batch(struct cli *c)
{
    struct diagnose_job j = {.c = c};
    struct batch b = {0};
    struct cli_input words = {0};
    struct err err = {0};
    enum status st = cli_open(c, MERCHANT_ASKED, &j.w, &err);

    if (!st)
        st = cli_input(c, &j.w.catalog, false, &words, &err);
    j.in.spec = words.spec;
    if (!st)
        st = diagnose_job_repairs(&j, &err);
    if (!st)
        st = cli_key(c, &j.in, &j.w, &j.key, &err);
    if (!st)
        st = diagnose_job_keys(&j, &err);
    signal(SIGINT, on_signal);
    if (!st)
        st = run_batch(&j, &b, &err);
    signal(SIGINT, SIG_DFL);
    cli_input_clear(&words);
    diagnose_job_clear(&j);
    if (st)
        return cli_fail(c, &err);
    if (c->json)
        cli_json(batch_json(&b));
    else
        print_batch(c, &b);
    if (interrupted)
        return EXIT_INTERRUPTED;
    return b.outcomes[BATCH_VALID] == batch_total(&b) ? EXIT_YES : EXIT_NO;
}
