/* SPDX-License-Identifier: MIT */
/*
 * diagnose: the signature does not hold, or holds and is refused: say why.
 *
 * Whatever is pasted is repaired first and each repair is told. The search runs to its end
 * or until it is interrupted; what was found by then stays.
 */
#include "cli/cli.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/diagnosis_page.h"
#include "app/keyring.h"
#include "core/batch.h"
#include "core/paste.h"
#include "core/repair.h"
#include "core/text.h"

#define BATCH_BYTES (256u << 20) /* of one file */
#define BATCH_UNITS 2000000      /* of the search for one message: a second or two */
#define REPORT_BYTES (64u << 20)

struct job {
    const struct cli *c;
    struct workspace w;
    struct cli_input in;
    struct buf wire; /* the document as it was given */
    struct repair_log repairs;
    struct secret key;
    struct key_candidate keys[SUBJECT_KEYS_MAX];
    size_t key_count;
    struct keyring ring;
    struct buf signed_text;
    struct diagnosis *diagnosis;
    struct advice advice[ADVICE_MAX];
    size_t advice_count;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signo)
{
    (void)signo;
    interrupted = 1;
}

static void job_clear(struct job *j)
{
    diagnose_free(j->diagnosis);
    for (size_t i = 0; i < j->key_count; i++)
        secret_clear(&j->keys[i].key);
    keyring_clear(&j->ring);
    secret_clear(&j->key);
    buf_clear(&j->wire);
    buf_clear(&j->signed_text);
    cli_input_clear(&j->in);
    if (j->w.loop)
        workspace_close(&j->w);
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

/* ---- Reading ---- */

static enum status read_repairs(const struct cli *c, struct repair_log *log, struct err *err)
{
    for (size_t i = 0; c->no_repair[i]; i++) {
        enum repair_id id;
        if (strcmp(c->no_repair[i], "all") == 0) {
            memset(log->off, 1, sizeof(log->off));
        } else if (repair_find(c->no_repair[i], &id)) {
            log->off[id] = true;
        } else {
            const char *near = text_nearest(c->no_repair[i], repair_name, NULL);
            return err_set(
                err, ST_ARGUMENT, SAY("没有修复 %s", "", "是否想写 %s？all 关闭全部"),
                SAY("there is no repair %s", "", "did you mean %s? all switches every one off"),
                c->no_repair[i], near ? near : "html");
        }
    }
    log->wanted = (size_t)c->document;
    return ST_OK;
}

static void tell_repairs(const struct cli *c, const struct repair_log *log,
                         const struct paste *paste)
{
    char line[ERR_TEXT_MAX];
    for (size_t i = 0; i < REPAIR_COUNT; i++) {
        if (log->done[i])
            cli_printf(stderr, "wxpc: %s: %s\n", repair_name(NULL, i),
                       bi_get(repair_text((enum repair_id)i), c->lang));
    }
    for (size_t i = 0; i < paste->note_count; i++) {
        err_line(&paste->notes[i], c->lang, line, sizeof(line));
        cli_printf(stderr, "wxpc: %s\n", line);
    }
}

/* A document word is read here and not by cli_input(): it may be damaged. */
static enum status take_document(struct cli *c, struct job *j, const char *path, struct err *err)
{
    struct paste paste = {0};
    struct found found = {0};
    buf_init_secret(&j->wire, PASTE_SIZE_MAX + 1);
    enum status st = cli_read_file(path, &j->wire, err);
    if (!st)
        st = read_repairs(c, &j->repairs, err);
    if (!st) {
        st = repair_read(buf_str(&j->wire), j->wire.len, &j->repairs, &found, &paste, err);
        if (st)
            err_wrap(err, "%s", "%s", strcmp(path, "-") == 0 ? "(stdin)" : path);
        cli_tell_found(c, &found, j->repairs.number);
    }
    if (!st) {
        tell_repairs(c, &j->repairs, &paste);
        params_copy(&j->in.params, &paste.params);
        if (secret_is_set(&paste.key))
            secret_copy(&j->in.key, &paste.key);
        j->in.has_document = true;
    }
    found_clear(&found);
    paste_clear(&paste);
    return st;
}

/* The word that is neither an API nor a pair. */
static enum status split_words(struct cli *c, struct job *j, struct err *err)
{
    size_t kept = 0;
    const char *path = NULL;
    for (size_t i = 0; i < c->word_count; i++) {
        const char *w = c->words[i];
        bool pair = strchr(w, '=') && w[0] != '.' && w[0] != '/';
        if (pair || catalog_find(&j->w.catalog, w) || (path && strcmp(path, w) != 0))
            c->words[kept++] = w;
        else
            path = w;
    }
    c->word_count = kept;
    return path ? take_document(c, j, path, err) : ST_OK;
}

static enum status read_words(struct cli *c, struct job *j, struct err *err)
{
    struct cli_input words = {0};
    enum status st = split_words(c, j, err);
    if (!st)
        st = cli_input(c, &j->w.catalog, false, &words, err);
    j->in.spec = words.spec;
    for (size_t i = 0; !st && i < words.params.count; i++)
        st =
            params_set(&j->in.params, words.params.items[i].name, words.params.items[i].value, err);
    cli_input_clear(&words);
    if (!st && j->in.params.count == 0)
        st = err_set(
            err, ST_ARGUMENT, SAY("没有可诊断的内容", "", "给出文件，或 - 从标准输入读取"),
            SAY("there is nothing to diagnose", "", "give a file, or - for standard input"));
    return st;
}

/* ---- Keys ---- */

static void add_key(struct job *j, const char *label, const struct secret *key)
{
    if (j->key_count == SUBJECT_KEYS_MAX || !secret_is_set(key) || secret_same(key, &j->key))
        return;
    j->keys[j->key_count].label = label;
    secret_copy(&j->keys[j->key_count++].key, key);
}

/* Other keys of the profile, those of files, and those of the other merchants. */
static enum status add_candidates(struct job *j, struct err *err)
{
    const struct cli *c = j->c;
    for (size_t i = 0; c->try_keys[i]; i++) {
        struct secret key = {0};
        enum status st = cli_key_file(c->try_keys[i], &key, err);
        if (st)
            return st;
        add_key(j, c->try_keys[i], &key);
        secret_clear(&key);
    }
    for (size_t i = 0; i < j->w.profile.other_key_count; i++)
        add_key(j, j->w.profile.other_keys[i].label, &j->w.profile.other_keys[i].key.value);
    keyring_fill(&j->ring, &j->w.store, j->w.profile.name ? &j->w.profile : NULL);
    for (size_t i = 0; i < j->ring.count; i++)
        add_key(j, j->ring.items[i]->name, &j->ring.items[i]->key.value);
    return ST_OK;
}

/* "@FILE", "FILE" or "-". */
static enum status read_signed_text(struct job *j, struct err *err)
{
    const char *path = j->c->signed_string;
    buf_init_secret(&j->signed_text, PASTE_SIZE_MAX);
    if (!path)
        return ST_OK;
    enum status st = cli_read_file(path[0] == '@' ? path + 1 : path, &j->signed_text, err);
    while (!st && j->signed_text.len && strchr("\r\n", j->signed_text.data[j->signed_text.len - 1]))
        buf_cut(&j->signed_text, j->signed_text.len - 1);
    return st;
}

static enum status prepare(struct cli *c, struct job *j, struct err *err)
{
    enum status st = cli_open(c, MERCHANT_ASKED, &j->w, err);
    if (!st)
        st = read_words(c, j, err);
    if (!st && c->expect)
        st = params_set(&j->in.params, "sign", c->expect, err);
    if (!st)
        st = cli_key(c, &j->in, &j->w, &j->key, err);
    if (!st)
        st = add_candidates(j, err);
    return st ? st : read_signed_text(j, err);
}

/* ---- The search ---- */

static void show_progress(const struct job *j, bool end)
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

static enum status search(struct job *j, struct err *err)
{
    const struct params *context[] = {&j->w.profile.fields};
    bool document = j->in.has_document && !j->repairs.done[REPAIR_DOCUMENT];
    struct subject_input in = {
        .params = &j->in.params,
        .key = &j->key,
        .keys = j->keys,
        .key_count = j->key_count,
        .context = context,
        .context_count = j->w.profile.name ? 1 : 0,
        .spec = j->in.spec,
        .wire = {buf_str(&j->wire), document ? j->wire.len : 0},
        .signed_text = {buf_str(&j->signed_text), j->signed_text.len},
    };
    enum status st = diagnose_start(&in, &j->diagnosis, err);
    if (st)
        return st;
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

static void judge(struct job *j)
{
    const struct subject *s = diagnose_subject(j->diagnosis);
    bool xml = j->wire.len && buf_str(&j->wire)[strspn(buf_str(&j->wire), " \t\r\n")] == '<';
    struct advice_input in = {.params = &s->params,
                              .spec = j->in.spec,
                              .key = &j->key,
                              .wire = {buf_str(&j->wire), xml ? j->wire.len : 0},
                              .request = s->kind == MESSAGE_ORDER && j->in.spec};
    if (diagnose_state(j->diagnosis) == DIAGNOSE_VALID)
        j->advice_count = advise(&in, j->advice);
}

/* ---- Telling ---- */

static void write_page(const struct job *j, enum page_form form, struct buf *out)
{
    struct page p = {.out = out,
                     .form = form,
                     .lang = j->c->lang,
                     .masked = form != PAGE_TEXT, /* what is handed on */
                     .known = &j->in.params};
    struct diagnosis_told told = {j->diagnosis, j->advice, j->advice_count, &j->repairs};
    diagnosis_page(&told, &p);
    secret_redact(&j->key, out);
    for (size_t i = 0; i < j->key_count; i++)
        secret_redact(&j->keys[i].key, out);
}

static enum status write_report(const struct job *j, struct err *err)
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

static void print_json(const struct job *j)
{
    struct json *out = json_new_object(), *repairs = json_new_array();
    diagnose_json(j->diagnosis, out);
    if (diagnose_state(j->diagnosis) == DIAGNOSE_VALID)
        json_add(out, "advice", advice_json(j->advice, j->advice_count));
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

static int tell(const struct job *j)
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
    return state == DIAGNOSE_VALID && j->advice_count == 0 ? EXIT_YES : EXIT_NO;
}

static enum status no_sign(struct err *err)
{
    return err_set(
        err, ST_ARGUMENT, SAY("报文里没有签名", "", "把收到的签名用 --expect 给出"),
        SAY("the message has no signature", "", "give the one that was received with --expect"));
}

static int run(struct cli *c)
{
    struct job j = {.c = c};
    struct err err = {0};
    enum status st = prepare(c, &j, &err);
    int status;

    if (!st)
        st = search(&j, &err);
    if (!st && diagnose_state(j.diagnosis) == DIAGNOSE_NO_SIGN)
        st = no_sign(&err);
    if (!st)
        judge(&j);
    if (!st)
        st = write_report(&j, &err);
    status = st ? cli_fail(c, &err) : tell(&j);
    job_clear(&j);
    return status;
}

/* ---- --batch ---- */

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

static enum batch_outcome diagnose_one(struct job *j, const struct params *p, char *ids,
                                       size_t size)
{
    struct subject_input in = {.params = p,
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

static void batch_message(struct job *j, struct batch *b, const char *data, size_t len)
{
    struct repair_log log = j->repairs;
    struct paste paste = {0};
    char ids[BATCH_IDS_MAX] = "";
    enum batch_outcome outcome = BATCH_UNREADABLE;
    if (!repair_read(data, len, &log, NULL, &paste, NULL))
        outcome = diagnose_one(j, &paste.params, ids, sizeof(ids));
    batch_add(b, &paste.params, outcome, ids);
    paste_clear(&paste);
}

static void batch_lines(struct job *j, struct batch *b, const struct buf *text)
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

static enum status batch_folder(struct job *j, struct batch *b, const char *path, struct err *err)
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

static enum status run_batch(struct job *j, struct batch *b, struct err *err)
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
    if (batch_since(b)[0])
        cli_printf(stdout, L(c->lang, "失败都在 %s 之后\n", "all failures are from %s on\n"),
                   batch_since(b));
}

static int run_many(struct cli *c)
{
    struct job j = {.c = c};
    struct batch b = {0};
    struct cli_input words = {0};
    struct err err = {0};
    enum status st = cli_open(c, MERCHANT_ASKED, &j.w, &err);

    if (!st)
        st = cli_input(c, &j.w.catalog, false, &words, &err);
    j.in.spec = words.spec;
    if (!st)
        st = read_repairs(c, &j.repairs, &err);
    if (!st)
        st = cli_key(c, &j.in, &j.w, &j.key, &err);
    if (!st)
        st = add_candidates(&j, &err);
    signal(SIGINT, on_signal);
    if (!st)
        st = run_batch(&j, &b, &err);
    signal(SIGINT, SIG_DFL);
    cli_input_clear(&words);
    job_clear(&j);
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

int cmd_diagnose(struct cli *c)
{
    if (c->list)
        return list_causes(c);
    if (c->batch)
        return run_many(c);
    return run(c);
}
