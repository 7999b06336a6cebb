/* SPDX-License-Identifier: MIT */
/* A document word is read here and not by cli_input(), because it may be damaged. */
#include "cli/diagnose_job.h"

#include <string.h>

#include "core/endpoint.h"
#include "core/paste.h"
#include "core/text.h"

void diagnose_job_clear(struct diagnose_job *j)
{
    diagnose_free(j->diagnosis);
    for (size_t i = 0; i < j->key_count; i++)
        secret_clear(&j->keys[i].key);
    for (size_t i = 0; i < j->evidence_count; i++)
        params_clear(&j->evidence[i]);
    evidence_clear(&j->history);
    keyring_clear(&j->ring);
    secret_clear(&j->key);
    params_clear(&j->twice);
    found_clear(&j->found);
    buf_clear(&j->text);
    buf_clear(&j->signed_text);
    cli_input_clear(&j->in);
    if (j->w.loop)
        workspace_close(&j->w);
}

/* ---- Reading ---- */

enum status diagnose_job_repairs(struct diagnose_job *j, struct err *err)
{
    const struct cli *c = j->c;
    struct repair_log *log = &j->repairs;
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
    log->twice = true;
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
static enum status take_document(struct cli *c, struct diagnose_job *j, const char *path,
                                 struct err *err)
{
    struct paste paste = {0};
    buf_init_secret(&j->text, PASTE_SIZE_MAX + 1);
    enum status st = cli_read_word(&j->w.catalog, path, &j->text, err);
    if (!st)
        st = diagnose_job_repairs(j, err);
    if (!st) {
        st = repair_read(buf_str(&j->text), j->text.len, &j->repairs, &j->found, &paste, err);
        if (st)
            err_wrap(err, "%s", "%s", strcmp(path, "-") == 0 ? "(stdin)" : path);
        cli_tell_found(c, &j->found, j->repairs.number);
    }
    if (!st) {
        tell_repairs(c, &j->repairs, &paste);
        params_copy(&j->in.params, &paste.params);
        params_copy(&j->twice, &paste.twice);
        if (secret_is_set(&paste.key))
            secret_copy(&j->in.key, &paste.key);
        j->in.has_document = true;
    }
    if (!st)
        wire_find((struct span){buf_str(&j->text), j->text.len}, &j->found, &j->repairs, &j->wire);
    paste_clear(&paste);
    return st;
}

/* The word that is neither an API nor a pair. */
static enum status split_words(struct cli *c, struct diagnose_job *j, struct err *err)
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

static enum status read_words(struct cli *c, struct diagnose_job *j, struct err *err)
{
    struct cli_input words = {0};
    enum status st = split_words(c, j, err);
    if (!st)
        st = cli_input(c, &j->w.catalog, false, &words, err);
    j->in.spec = words.spec ? words.spec : endpoint_of_url(&j->w.catalog, j->wire.url);
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

static void add_key(struct diagnose_job *j, const char *label, const struct secret *key)
{
    if (secret_is_set(key) && secret_same(key, &j->key) && !j->key_label)
        j->key_label = label;
    if (j->key_count == SUBJECT_KEYS_MAX || !secret_is_set(key) || secret_same(key, &j->key))
        return;
    j->keys[j->key_count].label = label;
    secret_copy(&j->keys[j->key_count++].key, key);
}

enum status diagnose_job_keys(struct diagnose_job *j, struct err *err)
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
    const char *label = j->key_label; /* merchants' names are no labels */
    keyring_fill(&j->ring, &j->w.store, j->w.profile.name ? &j->w.profile : NULL);
    for (size_t i = 0; i < j->ring.count; i++)
        add_key(j, j->ring.items[i]->name, &j->ring.items[i]->key.value);
    j->key_label = label;
    return ST_OK;
}

/* "@FILE", "FILE" or "-". */
static enum status read_signed_text(struct diagnose_job *j, struct err *err)
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

/* ---- Evidence ---- */

/* Every document of a text, as far as there is room. */
static void add_evidence(struct diagnose_job *j, const struct buf *text, const char *from)
{
    struct repair_log log = {0};
    do {
        struct paste paste = {0};
        log.wanted++;
        if (!repair_read(buf_str(text), text->len, &log, NULL, &paste, NULL) &&
            j->evidence_count < DIAGNOSE_EVIDENCE_MAX) {
            params_copy(&j->evidence[j->evidence_count], &paste.params);
            j->witnesses[j->evidence_count] =
                (struct judgement_witness){.params = &j->evidence[j->evidence_count], .file = from};
            j->evidence_count++;
        }
        paste_clear(&paste);
    } while (log.wanted < log.documents && j->evidence_count < DIAGNOSE_EVIDENCE_MAX);
}

/* What the gateway signed for the merchant, if there is a history. */
static void read_history(struct diagnose_job *j)
{
    const char *mch_id = params_get(&j->in.params, "mch_id");
    workspace_journal_start(&j->w);
    evidence_gather(&j->history, j->w.journal, mch_id, &j->w.profile);
    for (size_t i = 0; i < j->history.count; i++)
        j->witnesses[j->evidence_count + i] = j->history.items[i];
}

static enum status read_evidence(struct diagnose_job *j, struct err *err)
{
    enum status st = ST_OK;
    for (size_t i = 0; !st && j->c->evidence[i]; i++) {
        struct buf text;
        buf_init_secret(&text, PASTE_SIZE_MAX + 1);
        st = cli_read_file(j->c->evidence[i], &text, err);
        if (!st)
            add_evidence(j, &text, j->c->evidence[i]);
        buf_clear(&text);
    }
    if (!st)
        read_history(j);
    return st;
}

enum status diagnose_job_read(struct cli *c, struct diagnose_job *j, struct err *err)
{
    enum status st = cli_open(c, MERCHANT_ASKED, &j->w, err);
    if (!st)
        st = read_words(c, j, err);
    if (!st && c->expect)
        st = params_set(&j->in.params, "sign", c->expect, err);
    if (!st)
        st = cli_key(c, &j->in, &j->w, &j->key, err);
    if (!st)
        st = diagnose_job_keys(j, err);
    if (!st)
        st = read_evidence(j, err);
    return st ? st : read_signed_text(j, err);
}

/* ---- The search ---- */

enum status diagnose_job_start(struct diagnose_job *j, struct err *err)
{
    const struct params *context[DIAGNOSE_EVIDENCE_MAX + EVIDENCE_MAX + 1];
    size_t count = 0;
    if (j->w.profile.name)
        context[count++] = &j->w.profile.fields;
    for (size_t i = 0; i < j->evidence_count + j->history.count; i++)
        context[count++] = j->witnesses[i].params;
    struct subject_input in = {
        .params = &j->in.params,
        .twice = &j->twice,
        .key = &j->key,
        .keys = j->keys,
        .key_count = j->key_count,
        .context = context,
        .context_count = count,
        .spec = j->in.spec,
        .wire = j->wire.body,
    };
    return diagnose_start(&in, &j->diagnosis, err);
}

void diagnose_job_judge(struct diagnose_job *j)
{
    struct judgement_input in = {.diagnosis = j->diagnosis,
                                 .spec = j->in.spec,
                                 .key = &j->key,
                                 .keys = j->keys,
                                 .key_count = j->key_count,
                                 .key_label = j->key_label,
                                 .profile = j->w.profile.name ? &j->w.profile : NULL,
                                 .wire = j->wire,
                                 .witnesses = j->witnesses,
                                 .witness_count = j->evidence_count + j->history.count};
    judge(&in, &j->judgement);
}
