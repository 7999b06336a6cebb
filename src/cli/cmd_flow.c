/* SPDX-License-Identifier: MIT */
/*
 * flow: demonstration flows, listed, run without a screen, checked, written down.
 *
 * A run is on the embedded sandbox unless a profile is given; every step is told, and one
 * that does not come out as the flow expects ends it with status 1.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/flow_page.h"
#include "app/flow_run.h"
#include "core/text.h"

#define PROBLEMS_MAX 64
#define FILE_BYTES (1u << 20)

struct job {
    struct cli *c;
    struct workspace w;
    struct flow_run run;
    bool stop;
};

/* ---- list ---- */

struct listing {
    struct job *job;
    struct json *list;
    struct cli_table table;
};

static void add_flow(void *ctx, const char *name, const char *origin)
{
    struct listing *l = ctx;
    struct flow flow = {0};
    struct err err = {0};
    enum status st = flow_load(&l->job->w.store, &l->job->w.catalog, name, &flow, &err);
    if (st) {
        cli_warn(l->job->c, NULL, &err);
        return;
    }
    if (l->list) {
        struct json *j = json_new_object();
        json_add_string(j, "name", name);
        json_add_bi(j, "title", flow.title);
        json_add_bi(j, "summary", flow.summary);
        json_add_int(j, "steps", (int64_t)flow.count);
        json_add_string(j, "origin", origin);
        json_push(l->list, j);
    } else {
        cli_cell(&l->table, name);
        cli_cell(&l->table, bi_get(flow.title, l->job->c->lang));
        cli_cell(&l->table, bi_get(flow.summary, l->job->c->lang));
    }
    flow_clear(&flow);
}

static enum status list_flows(struct job *j, struct err *err)
{
    struct listing l = {.job = j, .table = {.columns = 3}};
    enum status st = cli_open(j->c, MERCHANT_NONE, &j->w, err);
    if (st)
        return st;
    if (j->c->json)
        l.list = json_new_array();
    store_list(&j->w.store, "flows", add_flow, &l);
    if (l.list)
        cli_json(l.list);
    else
        cli_table(stdout, &l.table, "");
    return ST_OK;
}

/* ---- check ---- */

static struct json *problems_json(const struct flow_problems *p)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < p->count && i < p->room; i++) {
        struct json *j = json_new_object();
        char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
        err_line(&p->items[i].err, LANG_ZH, zh, sizeof(zh));
        err_line(&p->items[i].err, LANG_EN, en, sizeof(en));
        json_add_int(j, "line", (int64_t)p->items[i].line);
        json_add_string(j, "path", p->items[i].path);
        json_add_string(j, "zh", zh);
        json_add_string(j, "en", en);
        json_push(list, j);
    }
    return list;
}

static int check_flow(struct job *j, const char *path, enum status *st, struct err *err)
{
    struct spec_problem items[PROBLEMS_MAX];
    struct flow_problems problems = {.items = items, .room = PROBLEMS_MAX};
    struct flow flow = {0};
    struct buf text;
    char line[ERR_TEXT_MAX];

    buf_init(&text, FILE_BYTES);
    *st = cli_open(j->c, MERCHANT_NONE, &j->w, err);
    if (!*st)
        *st = cli_read_file(path, &text, err);
    enum status read =
        *st ? ST_OK
            : flow_read(buf_str(&text), text.len, path, &j->w.catalog, &flow, &problems, err);
    flow_clear(&flow);
    buf_clear(&text);
    if (*st)
        return EXIT_IO;
    if (j->c->json) {
        struct json *out = json_new_object();
        json_add_bool(out, "valid", !read);
        json_add(out, "problems", problems_json(&problems));
        cli_json(out);
        return read ? EXIT_NO : EXIT_YES;
    }
    for (size_t i = 0; i < problems.count && i < problems.room; i++) {
        err_line(&items[i].err, j->c->lang, line, sizeof(line));
        cli_printf(stdout, "%s:%zu: %s: %s\n", path, items[i].line, items[i].path, line);
    }
    if (read && problems.count == 0) { /* no JSON at all */
        err_line(err, j->c->lang, line, sizeof(line));
        cli_printf(stdout, "%s\n", line);
    } else if (!read) {
        cli_printf(stdout, "%s\n", L(j->c->lang, "没有发现问题", "nothing found"));
    }
    return read ? EXIT_NO : EXIT_YES;
}

/* ---- run ---- */

static void on_signal(void *ctx, int signo)
{
    (void)signo;
    ((struct job *)ctx)->stop = true;
}

static void tell_step(const struct job *j, size_t at)
{
    const struct flow_step *s = &j->run.flow.steps[at];
    if (!j->c->json)
        cli_printf(stdout, "%zu/%zu  %-8s  %s\n", at + 1, j->run.flow.count, flow_do_name(s->what),
                   bi_get(s->say, j->c->lang));
    fflush(stdout);
}

static enum status start(struct job *j, const char *name, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, 0};
    if (!j->c->profile)
        j->c->demo = true; /* a flow plays on the embedded sandbox */
    enum status st = cli_open(j->c, MERCHANT_NEEDED, &j->w, err);
    if (!st)
        st = flow_load(&j->w.store, &j->w.catalog, name, &j->run.flow, err);
    if (!st)
        st = loop_signals(j->w.loop, signals, on_signal, j, err);
    if (!st)
        st = workspace_start(&j->w, err);
    if (!st)
        st = workspace_listen(&j->w, err);
    while (!st && !j->stop && inbox_state(j->w.inbox) == INBOX_BINDING)
        loop_turn(j->w.loop, 100);
    if (!st && inbox_state(j->w.inbox) == INBOX_FAILED) {
        *err = *inbox_error(j->w.inbox);
        st = err->status = ST_IO;
    }
    return st;
}

static int run_flow(struct job *j)
{
    struct flow_run *r = &j->run;
    r->w = &j->w;
    while (!j->stop && (r->state == FLOW_RUN_READY || r->state == FLOW_RUN_BUSY)) {
        size_t at = r->at;
        if (r->state == FLOW_RUN_READY) {
            flow_run_next(r);
        } else {
            loop_turn(j->w.loop, 50);
            flow_run_poll(r);
        }
        if (r->at != at)
            tell_step(j, at);
    }
    if (j->c->json) {
        struct json *out = json_new_object();
        json_add_string(out, "name", r->flow.name);
        json_add_int(out, "steps", (int64_t)r->flow.count);
        json_add_int(out, "done", (int64_t)r->at);
        json_add_bool(out, "passed", r->state == FLOW_RUN_DONE);
        if (r->state == FLOW_RUN_FAILED)
            json_add(out, "error", cli_err_json(j->c, &r->err));
        cli_json(out);
    } else if (r->state == FLOW_RUN_FAILED) {
        cli_warn(j->c, NULL, &r->err);
    }
    return r->state == FLOW_RUN_DONE ? EXIT_YES : j->stop ? EXIT_INTERRUPTED : EXIT_NO;
}

/* ---- export ---- */

/* The flow as its file has it: to be changed and played. */
static enum status export_json(struct job *j, const char *name, struct err *err)
{
    struct json *document = NULL;
    char *origin = NULL;
    struct buf text;
    buf_init(&text, FILE_BYTES);
    enum status st = store_load(&j->w.store, "flows", name, &text, &origin, err);
    if (!st)
        st = json_parse(buf_str(&text), text.len, &document, err);
    if (!st)
        cli_json(document);
    free(origin);
    buf_clear(&text);
    return st;
}

static enum status export_flow(struct job *j, const char *name, struct err *err)
{
    struct report_how how = {.lang = j->c->lang, .personal = j->c->personal};
    enum page_form form;
    struct flow flow = {0};
    struct buf out;

    enum status st = report_page_form("flow export", j->c->format, PAGE_MARKDOWN, &form, err);
    if (!st)
        st = cli_open(j->c, MERCHANT_NONE, &j->w, err);
    if (!st)
        st = flow_load(&j->w.store, &j->w.catalog, name, &flow, err);
    if (!st && j->c->json)
        st = export_json(j, name, err);
    buf_init(&out, REPORT_MAX);
    if (!st && !j->c->json)
        flow_page(&flow, form, &how, &out);
    cli_bytes(buf_str(&out), out.len);
    buf_clear(&out);
    flow_clear(&flow);
    return st;
}

/* ---- The command ---- */

static enum status need_name(const struct cli *c, const char *what, struct err *err)
{
    if (c->word_count == 2)
        return ST_OK;
    return err_set(err, ST_ARGUMENT, SAY("flow %s 需要一个名称", "", "wxpc flow list 列出流程"),
                   SAY("flow %s takes one name", "", "wxpc flow list shows the flows"), what);
}

static const char *verb_name(const void *ctx, size_t index)
{
    static const char *const verbs[] = {"list", "run", "check", "export"};
    (void)ctx;
    return index < ARRAY_COUNT(verbs) ? verbs[index] : NULL;
}

static enum status unknown_verb(const char *verb, struct err *err)
{
    const char *near = text_nearest(verb, verb_name, NULL);
    return err_set(err, ST_ARGUMENT,
                   SAY("flow 没有 %s", "可用 list run check export", "是否想写 %s？"),
                   SAY("flow has no %s", "it has list, run, check and export", "did you mean %s?"),
                   verb, near ? near : "list");
}

int cmd_flow(struct cli *c)
{
    struct job j = {.c = c};
    struct err err = {0};
    const char *verb = c->word_count ? c->words[0] : "list";
    enum status st = ST_OK;
    int status = EXIT_YES;

    if (strcmp(verb, "list") == 0) {
        st = list_flows(&j, &err);
    } else if (strcmp(verb, "run") == 0 || strcmp(verb, "check") == 0) {
        st = need_name(c, verb, &err);
        if (!st && verb[0] == 'c')
            status = check_flow(&j, c->words[1], &st, &err);
        if (!st && verb[0] == 'r')
            st = start(&j, c->words[1], &err);
        if (!st && verb[0] == 'r')
            status = run_flow(&j);
    } else if (strcmp(verb, "export") == 0) {
        st = need_name(c, verb, &err);
        if (!st)
            st = export_flow(&j, c->words[1], &err);
    } else {
        st = unknown_verb(verb, &err);
    }
    if (st)
        status = cli_fail(c, &err);
    flow_run_clear(&j.run);
    if (j.w.loop)
        workspace_close(&j.w);
    return status;
}
