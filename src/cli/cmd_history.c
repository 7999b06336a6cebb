/* SPDX-License-Identifier: MIT */
/*
 * history: the journal on the command line.
 *
 * list, show, search, compare and export read; resend hands on what it finds; prune removes. A
 * journal that is not there is an empty one, and none is made.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/record.h"
#include "app/record_filter.h"
#include "app/report.h"
#include "cli/history_resend.h"
#include "core/personal.h"
#include "core/text.h"
#include "io/http_times.h"

#define LIST_DEFAULT 50
#define LIST_BYTES (64u << 20) /* of a list as one JSON document */
#define TABLE_ROWS 1000        /* that are aligned with one another */
#define SLICE 20000            /* rows looked at in one go */
#define DAY_MS (24LL * 3600 * 1000)

struct job {
    struct cli *c;
    struct workspace w;
    bool empty; /* no journal is there */
    struct profile profile;
    struct record records[2];
};

static void finish(struct job *j)
{
    record_clear(&j->records[0]);
    record_clear(&j->records[1]);
    profile_clear(&j->profile);
    if (j->w.loop)
        workspace_close(&j->w);
}

/* ---- Words ---- */

static enum status read_number(const char *word, int64_t *id, struct err *err)
{
    char *end = NULL;
    errno = 0;
    long long n = word ? strtoll(word, &end, 10) : 0;
    if (!word)
        return err_set(err, ST_ARGUMENT, SAY("缺少编号", "", "wxpc history list 列出全部编号"),
                       SAY("a number is missing", "", "wxpc history list shows them"));
    if (*end || n <= 0 || errno == ERANGE)
        return err_set(err, ST_ARGUMENT,
                       SAY("%s 不是编号", "编号是正整数", "wxpc history list 列出全部编号"),
                       SAY("%s is no number of the journal", "it takes a whole number above 0",
                           "wxpc history list shows them"),
                       word);
    *id = n;
    return ST_OK;
}

static const char *word(const struct job *j, size_t at)
{
    return at < j->c->word_count ? j->c->words[at] : NULL;
}

static enum status no_more(const struct job *j, size_t count, struct err *err)
{
    if (j->c->word_count <= count)
        return ST_OK;
    return err_set(err, ST_ARGUMENT, SAY("多余的词 %s", "", "wxpc history --help 显示用法"),
                   SAY("the word %s is one too many", "", "wxpc history --help shows the usage"),
                   j->c->words[count]);
}

/* ---- Filters ---- */

/* NAME=VALUE words become `filter`. */
static enum status read_filter(const struct job *j, size_t from, struct record_filter *filter,
                               struct err *err)
{
    enum status st = ST_OK;
    for (size_t i = from; i < j->c->word_count && !st; i++)
        st = record_filter_add(filter, j->c->words[i], workspace_now_ms(&j->w), err);
    if (st)
        err->status = ST_ARGUMENT;
    return st;
}

/* ---- list, search ---- */

struct listing {
    const struct job *job;
    struct record_filter filter;
    struct cli_table table;
    struct buf list; /* --json: it comes whole or not at all */
    size_t shown, limit;
};

static void mask(const struct cli *c, struct buf *text)
{
    if (!c->personal)
        personal_mask(NULL, text);
}

static void add_row_cells(struct listing *l, const struct journal_row *r)
{
    const struct cli *c = l->job->c;
    char at[RECORD_TIME_SIZE], yuan[32] = "";
    struct buf text;

    record_time(r->at_ms, at);
    if (r->amount >= 0)
        text_yuan(r->amount, yuan, sizeof(yuan));
    buf_init(&text, 1u << 20);
    record_text(r, c->lang, &text);
    mask(c, &text);
    cli_cellf(&l->table, "%lld", (long long)r->id);
    cli_cell(&l->table, at);
    cli_cell(&l->table, bi_get(record_kind_text(r->kind), c->lang));
    cli_cell(&l->table, r->name);
    cli_cell(&l->table, r->order_no);
    cli_cell(&l->table, yuan);
    cli_cell(&l->table, r->outcome);
    cli_cell(&l->table, buf_str(&text));
    buf_clear(&text);
}

static void add_row_json(struct listing *l, const struct journal_row *r)
{
    struct journal_row copy = *r;
    struct buf text;
    buf_init(&text, 1u << 20);
    buf_adds(&text, r->text);
    mask(l->job->c, &text);
    copy.text = buf_str(&text);
    struct json *j = record_row_json(&copy);
    buf_adds(&l->list, l->shown ? "," : "");
    json_write(j, false, &l->list);
    json_free(j);
    buf_clear(&text);
}

static bool add_row(void *ctx, const struct journal_row *row)
{
    struct listing *l = ctx;
    if (!record_filter_passes(&l->filter, row))
        return true;
    if (l->job->c->json)
        add_row_json(l, row);
    else
        add_row_cells(l, row);
    if (++l->shown % TABLE_ROWS == 0)
        cli_table(stdout, &l->table, "");
    return l->shown < l->limit && !buf_status(&l->list);
}

static enum status walk(struct job *j, const char *text, struct listing *l, struct err *err)
{
    struct journal_search s = {.text = text, .kind = JOURNAL_ANY};
    enum status st = ST_OK;
    if (text && text[0] == '!') {
        s.text = text + 1;
        s.invert = true;
    }
    while (!st && !j->empty && !s.done && l->shown < l->limit)
        st = buf_status(&l->list) ? ST_LIMIT
                                  : journal_search(j->w.journal, &s, SLICE, add_row, l, err);
    return st;
}

static enum status say_large(const struct listing *l, struct err *err)
{
    return err_set(err, ST_LIMIT,
                   SAY("列表过大", "到第 %zu 条已超过 %u 兆字节",
                       "用 --limit 减少，或不用 --json：表格不受此限"),
                   SAY("the list is too large", "row %zu takes it over %u MB",
                       "ask for fewer with --limit, or drop --json: a table may be of any size"),
                   l->shown, LIST_BYTES >> 20);
}

static enum status show_rows(struct job *j, const char *text, size_t from, struct err *err)
{
    struct cli *c = j->c;
    struct listing l = {
        .job = j, .table = {.columns = 8, .most = CLI_CELLS_MAX}, .limit = LIST_DEFAULT};
    enum status st = read_filter(j, from, &l.filter, err);

    if (c->limit > 0)
        l.limit = (size_t)c->limit;
    buf_init(&l.list, LIST_BYTES);
    buf_addc(&l.list, '[');
    if (!st)
        st = walk(j, text, &l, err);
    buf_adds(&l.list, "]\n");
    if (buf_status(&l.list))
        st = say_large(&l, err);
    if (!st && c->json)
        fwrite(buf_str(&l.list), 1, l.list.len, stdout);
    buf_clear(&l.list);
    if (!st && !c->json && l.shown == 0)
        cli_printf(
            stderr, "%s",
            text[0] || l.filter.count
                ? L(c->lang, "wxpc: 没有匹配的记录\n", "wxpc: nothing in the journal matches\n")
                : L(c->lang, "wxpc: 还没有记录\n", "wxpc: the journal is empty\n"));
    cli_table(stdout, &l.table, "");
    return st;
}

static enum status run_list(struct job *j, struct err *err)
{
    return show_rows(j, "", 1, err);
}

static enum status run_search(struct job *j, struct err *err)
{
    if (!word(j, 1))
        return err_set(err, ST_ARGUMENT, SAY("缺少要找的文字", "", "wxpc history search 文字"),
                       SAY("no text is given", "", "wxpc history search TEXT"));
    return show_rows(j, word(j, 1), 2, err);
}

/* ---- Reading records ---- */

/* The merchant of a row, if its profile is still there and asks no command for its key. */
static const struct profile *merchant_of(struct job *j, const char *name)
{
    profile_clear(&j->profile);
    if (!name[0] || store_profile(&j->w.store, name, true, &j->profile, NULL) ||
        j->profile.key.source == KEY_COMMAND)
        return NULL;
    if (!secret_is_set(&j->profile.key.value) && store_key(&j->profile, &j->profile.key, NULL))
        return NULL;
    return &j->profile;
}

static enum status read_record(struct job *j, size_t at, struct record *out, struct err *err)
{
    struct record_source s = {.journal = j->w.journal, .catalog = &j->w.catalog};
    int64_t id = 0;
    enum status st = read_number(word(j, at), &id, err);
    if (st)
        return st;
    if (j->empty)
        return err_set(err, ST_NOT_FOUND,
                       SAY("没有 %lld 号记录", "还没有记录", "先用 wxpc send 或 wxpc listen"),
                       SAY("there is no number %lld", "the journal is empty",
                           "wxpc send and wxpc listen fill it"),
                       (long long)id);
    st = record_read(&s, id, out, err);
    if (st)
        return st;
    s.profile = merchant_of(j, out->row.profile);
    return s.profile ? record_read(&s, id, out, err) : ST_OK;
}

/* ---- show, export, compare ---- */

static void add_masked(const struct job *j, const struct params *known, struct json *to,
                       const char *name, const struct buf *bytes)
{
    struct buf text;
    if (!bytes->len)
        return;
    buf_init(&text, 2 * bytes->len + 64);
    buf_add(&text, buf_str(bytes), bytes->len);
    if (!j->c->personal)
        personal_mask(known, &text);
    json_add(to, name, json_new_string_n(buf_str(&text), text.len));
    buf_clear(&text);
}

static struct json *message_json(const struct job *j, const struct params *p,
                                 const struct buf *head, const struct buf *body)
{
    struct json *m = json_new_object(), *fields = json_new_object();
    for (size_t i = 0; i < p->count; i++) {
        struct buf value = {.data = p->items[i].value, .len = p->items[i].value_len};
        if (value.len)
            add_masked(j, p, fields, p->items[i].name, &value);
        else
            json_add_string(fields, p->items[i].name, "");
    }
    add_masked(j, p, m, "head", head);
    json_add(m, "fields", fields);
    add_masked(j, p, m, "body", body);
    return m;
}

/* What was found of a notification, and what the user's application said to it. */
static void add_judged(const struct job *j, const struct record *r, struct json *out)
{
    struct json *detail = NULL;
    if (r->row.kind != JOURNAL_NOTICE || !r->detail.len ||
        json_parse(buf_str(&r->detail), r->detail.len, &detail, NULL))
        return;
    if (json_get(detail, "findings"))
        json_add(out, "findings", json_copy(json_get(detail, "findings")));
    if (json_get(detail, "forward")) {
        struct json *forward = json_copy(json_get(detail, "forward"));
        static const char *const said[] = {"head", "body"};
        for (size_t i = 0; i < ARRAY_COUNT(said); i++) {
            const char *text = json_string(json_get(json_get(detail, "forward"), said[i]));
            struct buf part = {.data = (char *)text, .len = text ? strlen(text) : 0};
            json_remove(forward, said[i]);
            add_masked(j, &r->sent, forward, said[i], &part);
        }
        json_add(out, "forward", forward);
    }
    json_free(detail);
}

static void print_json(const struct job *j, const struct record *r)
{
    struct json *out = record_row_json(&r->row);
    struct http_times times;
    if (r->url[0])
        json_add_string(out, "url", r->url);
    if (record_times(r, &times))
        http_times_write(&times, out);
    json_add(out, "request", message_json(j, &r->sent, &r->request_head, &r->request));
    if (r->response.len || r->response_head.len)
        json_add(out, "response", message_json(j, &r->received, &r->response_head, &r->response));
    if (r->judged && r->reply.sign_demanded)
        json_add_bool(out, "sign_valid", r->reply.sign.state == SIGN_VALID);
    add_judged(j, r, out);
    cli_json(out);
}

/* Cells of the terminal; 0: it is none, or does not say. */
static int terminal_width(void)
{
    struct winsize size = {0};
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static enum status print_report(struct job *j, enum report_form form, bool both, struct err *err)
{
    const struct profile *secrets[] = {&j->profile};
    struct report_how how = {.form = form,
                             .lang = j->c->lang,
                             .personal = j->c->personal,
                             .secrets = secrets,
                             .secret_count = 1,
                             .width = terminal_width()};
    struct buf out;
    buf_init(&out, REPORT_MAX);
    enum status st = both ? report_compare(&j->records[0], &j->records[1], &how, &out, err)
                          : report_write(&j->records[0], &how, &out, err);
    if (!st)
        cli_bytes(buf_str(&out), out.len);
    buf_clear(&out);
    return st;
}

static enum status form_of(const struct job *j, enum report_form otherwise, enum report_form *form,
                           struct err *err)
{
    *form = otherwise;
    return j->c->format ? report_form_read(j->c->format, form, err) : ST_OK;
}

/* The exchange of a number; `otherwise`: the form of one that was not asked for another. */
static enum status show_one(struct job *j, enum report_form otherwise, struct err *err)
{
    enum report_form form;
    enum status st = no_more(j, 2, err);
    if (!st)
        st = form_of(j, otherwise, &form, err);
    if (!st)
        st = read_record(j, 1, &j->records[0], err);
    if (!st && j->c->json)
        print_json(j, &j->records[0]);
    else if (!st)
        st = print_report(j, form, false, err);
    return st;
}

static enum status run_show(struct job *j, struct err *err)
{
    return show_one(j, REPORT_TEXT, err);
}

static enum status run_export(struct job *j, struct err *err)
{
    return show_one(j, REPORT_MARKDOWN, err);
}

static void print_comparison(const struct job *j)
{
    const struct record *a = &j->records[0], *b = &j->records[1];
    struct compare c = {0};
    struct json *out = json_new_object();
    json_add_int(out, "from", a->row.id);
    json_add_int(out, "to", b->row.id);
    compare_params(&a->sent, &b->sent, &c);
    json_add(out, "request", compare_json(&c, !j->c->personal));
    compare_params(&a->received, &b->received, &c);
    json_add(out, "response", compare_json(&c, !j->c->personal));
    compare_clear(&c);
    cli_json(out);
}

static enum status run_compare(struct job *j, struct err *err)
{
    enum report_form form;
    enum status st = no_more(j, 3, err);
    if (!st)
        st = form_of(j, REPORT_TEXT, &form, err);
    if (!st)
        st = read_record(j, 1, &j->records[0], err);
    if (!st)
        st = read_record(j, 2, &j->records[1], err);
    if (!st && j->c->json)
        print_comparison(j);
    else if (!st)
        st = print_report(j, form, true, err);
    return st;
}

/* ---- prune ---- */

struct newest {
    size_t left;
    int64_t at_ms;
};

static bool count_down(void *ctx, const struct journal_row *row)
{
    struct newest *n = ctx;
    n->at_ms = row->at_ms;
    return --n->left > 0;
}

/* The time before which rows go: --older-than days, or all but the --keep newest. */
static enum status prune_before(struct job *j, int64_t *before, struct err *err)
{
    struct newest n = {.left = j->c->keep > 0 ? (size_t)j->c->keep : 0};
    *before = 0;
    if (j->c->older_than > 0)
        *before = workspace_now_ms(&j->w) - (int64_t)(j->c->older_than * DAY_MS);
    if (!n.left)
        return ST_OK;
    enum status st = journal_page(j->w.journal, JOURNAL_ANY, 0, n.left, count_down, &n, err);
    if (!st && n.left == 0 && n.at_ms > *before)
        *before = n.at_ms;
    return st;
}

static enum status remove_older(struct job *j, int64_t before, int64_t *removed, struct err *err)
{
    enum status st = ST_OK;
    size_t some = 1;
    while (!st && some > 0) {
        st = journal_prune(j->w.journal, before, 1000, &some, err);
        *removed += (int64_t)some;
    }
    return st;
}

static enum status remove_to_size(struct job *j, int64_t *removed, struct err *err)
{
    int64_t max = (int64_t)(j->c->max_size * 1024 * 1024);
    enum status st = ST_OK;
    size_t some = 1;
    while (!st && some > 0 && journal_size(j->w.journal) > max) {
        st = journal_prune(j->w.journal, INT64_MAX, 100, &some, err);
        *removed += (int64_t)some;
    }
    return st;
}

/* What the limits of settings.json leave no room for. */
static enum status remove_over(struct job *j, int64_t *removed, struct err *err)
{
    enum status st = ST_OK;
    size_t some = 1;
    while (!st && some > 0) {
        st = workspace_retain_now(&j->w, &some, err);
        *removed += (int64_t)some;
    }
    return st;
}

static enum status run_prune(struct job *j, struct err *err)
{
    const struct cli *c = j->c;
    int64_t before = 0, removed = 0;
    enum status st = no_more(j, 1, err);

    const struct settings *set = &j->w.settings;
    bool by_settings = c->older_than <= 0 && c->keep <= 0 && c->max_size <= 0;
    if (!st && by_settings && !set->history_rows && !set->history_mb)
        st = err_set(err, ST_ARGUMENT,
                     SAY("没有说明删除什么", "settings.json 里也没有上限",
                         "给出 --older-than 天数、--keep 条数或 --max-size 兆字节"),
                     SAY("nothing says what to remove", "settings.json has no limit either",
                         "give --older-than DAYS, --keep N or --max-size MB"));
    if (!st && !j->empty)
        st = workspace_journal(&j->w, err); /* it may be one that can only be read */
    if (!st && by_settings && !j->empty)
        st = remove_over(j, &removed, err);
    if (!st && !j->empty)
        st = prune_before(j, &before, err);
    if (!st && before > 0)
        st = remove_older(j, before, &removed, err);
    if (!st && !j->empty && c->max_size > 0)
        st = remove_to_size(j, &removed, err);
    if (!st && removed > 0)
        st = journal_compact(j->w.journal, err);
    if (st)
        return st;
    int64_t left = j->empty ? 0 : journal_count(j->w.journal, JOURNAL_ANY);
    if (c->json) {
        struct json *out = json_new_object();
        json_add_int(out, "removed", removed);
        json_add_int(out, "left", left);
        cli_json(out);
    } else {
        cli_printf(stdout, L(c->lang, "删除 %lld 条，剩 %lld 条\n", "%lld removed, %lld left\n"),
                   (long long)removed, (long long)left);
    }
    return ST_OK;
}

/* ---- The command ---- */

static const struct {
    const char *name;
    enum status (*run)(struct job *j, struct err *err);
} verbs[] = {{"list", run_list},       {"show", run_show},     {"search", run_search},
             {"compare", run_compare}, {"export", run_export}, {"prune", run_prune},
             {"resend", NULL}};

static const char *verb_name(const void *ctx, size_t index)
{
    (void)ctx;
    return index < ARRAY_COUNT(verbs) ? verbs[index].name : NULL;
}

static enum status unknown_verb(const char *given, struct err *err)
{
    const char *near = text_nearest(given, verb_name, NULL);
    return err_set(err, ST_ARGUMENT,
                   SAY("history 没有 %1$s", "可用 list show search resend compare export prune",
                       "是否想写 %2$s？"),
                   SAY("history has no %1$s",
                       "it has list, show, search, resend, compare, export and prune",
                       "did you mean %2$s?"),
                   given, near ? near : "list");
}

/* The record in hand goes to the command that sends such things, which opens the journal again. */
static int resend(struct cli *c)
{
    struct job j = {.c = c};
    struct record *r = &j.records[0], own = {0};
    struct err err = {0};
    enum status st = cli_open_journal(c, &j.w, &j.empty, &err);
    if (!st)
        st = cli_journal_failed(read_record(&j, 1, r, &err), &err);
    if (!st)
        st = resend_check(c, r, &err);
    if (!st) {
        own = *r;
        *r = (struct record){0};
        if (!c->profile)
            c->profile = resend_profile(c, &j.w.store, &own);
    }
    int status = st ? cli_fail(c, &err) : EXIT_YES;
    finish(&j);
    if (!st)
        status = resend_run(c, &own);
    record_clear(&own);
    return status;
}

/* Options that some verbs have. */
static enum status check_options(const struct cli *c, const char *verb, struct err *err)
{
    const struct {
        bool given;
        const char *option, *verbs;
    } rows[] = {
        {c->dry_run, "--dry-run", "resend"},
        {c->exact, "--exact", "resend"},
        {c->new_order, "--new-order", "resend"},
        {c->to, "--to", "resend"},
        {c->limit > 0, "--limit", "list, search"},
        {c->format, "--format", "show, compare, export"},
        {c->personal, "--personal", "list, show, search, compare, export"},
        {c->older_than > 0, "--older-than", "prune"},
        {c->keep > 0, "--keep", "prune"},
        {c->max_size > 0, "--max-size", "prune"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (rows[i].given && !strstr(rows[i].verbs, verb))
            return err_set(err, ST_ARGUMENT, SAY("history %s 没有选项 %s", "", "它用于 %s"),
                           SAY("history %s has no option %s", "", "it is for %s"), verb,
                           rows[i].option, rows[i].verbs);
    }
    return ST_OK;
}

int cmd_history(struct cli *c)
{
    struct job j = {.c = c};
    struct err err = {0};
    const char *verb = c->word_count ? c->words[0] : "list";
    enum status st = ST_OK;

    size_t i = 0;
    while (i < ARRAY_COUNT(verbs) && strcmp(verbs[i].name, verb) != 0)
        i++;
    if (i == ARRAY_COUNT(verbs))
        st = unknown_verb(verb, &err);
    if (!st)
        st = check_options(c, verb, &err);
    if (!st && !verbs[i].run)
        return resend(c);
    if (!st)
        st = cli_open_journal(c, &j.w, &j.empty, &err);
    if (!st)
        st = cli_journal_failed(verbs[i].run(&j, &err), &err);
    int status = st ? cli_fail(c, &err) : EXIT_YES;
    finish(&j);
    return status;
}
