/* SPDX-License-Identifier: MIT */
/*
 * diagnose: the signature does not hold, or holds and is refused: say why.
 *
 * Whatever is pasted is repaired first and each repair is told. The search runs to its end
 * or until it is interrupted; what was found by then stays.
 */
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/diagnose_batch.h"
#include "cli/diagnose_job.h"

#define REPORT_BYTES (64u << 20)

static volatile sig_atomic_t interrupted;

static void on_signal(int signo)
{
    (void)signo;
    interrupted = 1;
}

/* ---- --list ---- */

static void add_mode(struct buf *out, unsigned modes, unsigned mode, const char *letter)
{
    if (modes & mode)
        buf_addf(out, "%s%s", out->len ? "," : "", letter);
}

static int list_causes(const struct cli *c)
{
    size_t count;
    const struct cause *all = cause_all(&count);
    struct json *list = c->json ? json_new_array() : NULL;
    struct cli_table t = {.columns = 3};

    for (size_t i = 0; i < count; i++) {
        struct buf modes;
        buf_init(&modes, 16);
        add_mode(&modes, all[i].modes, CAUSE_SEARCH, "A");
        add_mode(&modes, all[i].modes, CAUSE_REQUEST, "B");
        add_mode(&modes, all[i].modes, CAUSE_KEY, "K");
        add_mode(&modes, all[i].modes, CAUSE_EVIDENCE, "E");
        if (list) {
            struct json *j = json_new_object();
            json_add_string(j, "id", all[i].id);
            json_add_string(j, "modes", buf_str(&modes));
            json_add_string(j, "zh", all[i].text.zh);
            json_add_string(j, "en", all[i].text.en);
            json_add_bi(j, "fix", all[i].fix);
            json_push(list, j);
        } else {
            cli_cell(&t, all[i].id);
            cli_cell(&t, buf_str(&modes));
            cli_cell(&t, bi_get(all[i].text, c->lang));
        }
        buf_clear(&modes);
    }
    if (list)
        cli_json(list);
    else
        cli_table(stdout, &t, "");
    return EXIT_YES;
}

/* ---- The search ---- */

static void show_progress(const struct diagnose_job *j, bool end)
{
    struct diagnose_progress p;
    if (j->c->json || !isatty(STDERR_FILENO))
        return;
    diagnose_progress(j->diagnosis, &p);
    if (end)
        fputs("\r\033[K", stderr);
    else if (!p.at_once)
        fprintf(stderr, "\r\033[K%s  %llu", bi_get(p.stage, j->c->lang),
                (unsigned long long)p.tried);
}

static enum status search(struct diagnose_job *j, struct err *err)
{
    enum status st = diagnose_job_start(j, err);
    if (st)
        return st;
    if (j->c->thorough)
        diagnose_be_thorough(j->diagnosis);
    signal(SIGINT, on_signal);
    while (diagnose_step(j->diagnosis, DIAGNOSE_SLICE)) {
        if (interrupted)
            diagnose_cancel(j->diagnosis);
        show_progress(j, false);
    }
    show_progress(j, true);
    signal(SIGINT, SIG_DFL);
    return ST_OK;
}

/* ---- Telling ---- */

static void write_page(const struct diagnose_job *j, enum page_form form, struct buf *out)
{
    struct page p = {.out = out,
                     .form = form,
                     .lang = j->c->lang,
                     .masked = form != PAGE_TEXT, /* what is handed on */
                     .known = &j->in.params};
    struct diagnosis_told told = {.diagnosis = j->diagnosis,
                                  .advice = j->judgement.advice,
                                  .advice_count = j->judgement.count,
                                  .repairs = &j->repairs,
                                  .api = j->in.spec ? j->in.spec->id : NULL,
                                  .key = &j->judgement.key,
                                  .signed_text = {buf_str(&j->signed_text), j->signed_text.len}};
    diagnosis_page(&told, DIAGNOSIS_ALL, &p);
    secret_redact(&j->key, out);
    for (size_t i = 0; i < j->key_count; i++)
        secret_redact(&j->keys[i].key, out);
}

static enum status write_report(const struct diagnose_job *j, struct err *err)
{
    const char *path = j->c->report, *dot = path ? strrchr(path, '.') : NULL;
    bool html = dot && (strcasecmp(dot, ".html") == 0 || strcasecmp(dot, ".htm") == 0);
    struct buf out;
    if (!path)
        return ST_OK;
    if (!html && !(dot && strcasecmp(dot, ".md") == 0))
        return err_set(
            err, ST_ARGUMENT, SAY("--report 的文件 %s 的种类未知", "", "以 .md 或 .html 结尾"),
            SAY("the file %s of --report is of no known kind", "", "end it in .md or .html"), path);
    buf_init(&out, REPORT_BYTES);
    write_page(j, html ? PAGE_HTML : PAGE_MARKDOWN, &out);
    enum status st = store_write(path, buf_str(&out), out.len, 0600, err);
    buf_clear(&out);
    return st;
}

static void print_json(const struct diagnose_job *j)
{
    struct json *out = json_new_object(), *repairs = json_new_array();
    diagnose_json(j->diagnosis, out);
    if (diagnose_state(j->diagnosis) == DIAGNOSE_VALID || j->judgement.count)
        json_add(out, "advice", advice_json(j->judgement.advice, j->judgement.count));
    if (j->in.spec)
        json_add_string(out, "api", j->in.spec->id);
    json_add(out, "key", diagnosis_key_json(&j->judgement.key));
    for (size_t i = 0; i < REPAIR_COUNT; i++) {
        if (!j->repairs.done[i])
            continue;
        struct json *one = json_new_object();
        json_add_string(one, "id", repair_name(NULL, i));
        json_add_string(one, "zh", repair_text((enum repair_id)i).zh);
        json_add_string(one, "en", repair_text((enum repair_id)i).en);
        json_push(repairs, one);
    }
    if (json_count(repairs))
        json_add(out, "repairs", repairs);
    else
        json_free(repairs);
    if (j->repairs.documents > 1)
        json_add_int(out, "documents", (int64_t)j->repairs.documents);
    cli_json(out);
}

static int tell(const struct diagnose_job *j)
{
    enum diagnose_state state = diagnose_state(j->diagnosis);
    if (j->c->json) {
        print_json(j);
    } else {
        struct buf out;
        buf_init(&out, REPORT_BYTES);
        write_page(j, PAGE_TEXT, &out);
        cli_bytes(buf_str(&out), out.len);
        buf_clear(&out);
    }
    if (state == DIAGNOSE_CANCELLED)
        return EXIT_INTERRUPTED;
    return state == DIAGNOSE_VALID && j->judgement.count == 0 ? EXIT_YES : EXIT_NO;
}

static enum status no_sign(struct err *err)
{
    return err_set(
        err, ST_ARGUMENT, SAY("报文里没有签名", "", "把收到的签名用 --expect 给出"),
        SAY("the message has no signature", "", "give the one that was received with --expect"));
}

static int run(struct cli *c)
{
    struct diagnose_job j = {.c = c};
    struct err err = {0};
    enum status st = diagnose_job_read(c, &j, &err);
    int status;

    if (!st)
        st = search(&j, &err);
    if (!st)
        diagnose_job_judge(&j);
    if (!st && diagnose_state(j.diagnosis) == DIAGNOSE_NO_SIGN && j.judgement.count == 0)
        st = no_sign(&err);
    if (!st)
        st = write_report(&j, &err);
    status = st ? cli_fail(c, &err) : tell(&j);
    diagnose_job_clear(&j);
    return status;
}

int cmd_diagnose(struct cli *c)
{
    if (c->list)
        return list_causes(c);
    if (c->batch)
        return diagnose_batch(c);
    return run(c);
}
