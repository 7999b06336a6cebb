/* SPDX-License-Identifier: MIT */
/*
 * apis and error: what the catalogue knows about calls and about failures.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "core/explain.h"
#include "core/text.h"

/* ---- apis ---- */

static struct json *apis_json(const struct catalog *catalog)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < catalog->count; i++) {
        const struct spec *s = catalog_head(catalog, i);
        struct json *j = json_new_object();
        json_add_string(j, "id", s->id);
        json_add_bi(j, "title", s->title);
        json_add_string(j, "path", s->path);
        json_add_bool(j, "cert", s->cert);
        json_add_bool(j, "moves_money", s->moves_money);
        json_add_string(j, "origin", s->origin);
        json_push(list, j);
    }
    return list;
}

static void print_apis(const struct cli *c, const struct catalog *catalog)
{
    struct cli_table t = {.columns = 5};
    for (size_t i = 0; i < catalog->count; i++) {
        const struct spec *s = catalog_head(catalog, i);
        bool built_in = strcmp(s->origin, "built-in") == 0;
        cli_cell(&t, s->id);
        cli_cell(&t, bi_get(s->title, c->lang));
        cli_cellf(&t, "%s%s%s", s->path, s->service ? " " : "", s->service ? s->service : "");
        cli_cellf(&t, "%s%s%s", s->cert ? L(c->lang, "需证书", "certificate") : "",
                  s->cert && s->moves_money ? L(c->lang, "，", ", ") : "",
                  s->moves_money ? L(c->lang, "动用资金", "moves money") : "");
        cli_cell(&t, built_in ? "" : s->origin);
    }
    cli_table(stdout, &t, "");
}

static int list_apis(const struct cli *c)
{
    struct workspace w = {0};
    struct err err = {0};

    if (c->word_count) {
        err_set(&err, ST_ARGUMENT,
                SAY("多余的词 %1$s", "apis 列出全部接口", "wxpc fields %1$s 显示一个接口"),
                SAY("the word %1$s is one too many", "apis lists all APIs",
                    "wxpc fields %1$s shows one"),
                c->words[0]);
        return cli_fail(c, &err);
    }
    if (cli_open(c, MERCHANT_NONE, &w, &err))
        return cli_fail(c, &err);
    if (c->json)
        cli_json(apis_json(&w.catalog));
    else
        print_apis(c, &w.catalog);
    workspace_close(&w);
    return EXIT_YES;
}

/* ---- apis --check ---- */

static const char *checked_name(const struct cli *c)
{
    return strcmp(c->check, "-") == 0 ? "(stdin)" : c->check;
}

static struct json *problem_json(const struct spec_problem *p)
{
    static const char *const names[LANG_COUNT] = {[LANG_ZH] = "zh", [LANG_EN] = "en"};
    struct json *j = json_new_object();
    char line[ERR_TEXT_MAX * 2];

    if (p->line)
        json_add_int(j, "line", (int64_t)p->line);
    json_add_string(j, "path", p->path[0] ? p->path : NULL);
    for (int i = 0; i < LANG_COUNT; i++) {
        err_line(&p->err, (enum lang)i, line, sizeof(line));
        json_add_string(j, names[i], line);
    }
    return j;
}

static void print_problem(const struct cli *c, const struct spec_problem *p)
{
    char line[ERR_TEXT_MAX * 2], number[24] = "";
    err_line(&p->err, c->lang, line, sizeof(line));
    if (p->line)
        snprintf(number, sizeof(number), ":%zu", p->line);
    cli_printf(stdout, "%s%s: %s%s%s\n", checked_name(c), number, p->path, p->path[0] ? ": " : "",
               line);
}

static int tell_check(const struct cli *c, const struct spec *spec,
                      const struct spec_problem *problems, size_t count)
{
    if (c->json) {
        struct json *j = json_new_object(), *list = json_new_array();
        json_add_bool(j, "valid", spec != NULL);
        if (spec)
            json_add_string(j, "id", spec->id);
        for (size_t i = 0; i < count; i++)
            json_push(list, problem_json(&problems[i]));
        json_add(j, "problems", list);
        cli_json(j);
    } else if (spec) {
        cli_printf(stdout, L(c->lang, "%s：没有问题（接口 %s）\n", "%s: no problem (API %s)\n"),
                   checked_name(c), spec->id);
    }
    for (size_t i = 0; i < count && !c->json; i++)
        print_problem(c, &problems[i]);
    return spec ? EXIT_YES : EXIT_NO;
}

static int check_file(const struct cli *c)
{
    struct spec_problem *problems = mem_alloc(SPEC_PROBLEMS_MAX * sizeof(*problems));
    struct spec *spec = NULL;
    struct err err = {0};
    struct buf text;
    size_t count = 0;
    int status;

    buf_init(&text, STORE_FILE_MAX);
    enum status st = cli_read_file(c->check, &text, &err);
    if (st) {
        status = cli_fail(c, &err);
    } else {
        spec_read(buf_str(&text), text.len, c->check, &spec, problems, &count, &err);
        status = tell_check(c, spec, problems, count);
    }
    spec_free(spec);
    buf_clear(&text);
    free(problems);
    return st ? EXIT_IO : status;
}

int cmd_apis(struct cli *c)
{
    return c->check ? check_file(c) : list_apis(c);
}

/* ---- error ---- */

#define PASTE_MAX (1u << 20) /* bytes of a paste */

static void print_entry(const struct cli *c, const struct explain_entry *x)
{
    const struct error_code *e = x->error;
    enum lang lang = c->lang;
    struct cli_table t = {.columns = 2};
    struct buf names;

    printf("%s", cli_style(c, "bold"));
    cli_printf(stdout, "%s", e->code);
    printf("%s", cli_style(c, ""));
    cli_printf(stdout, "  %s\n", bi_get(e->meaning, lang));
    buf_init(&names, 1u << 16);
    for (size_t i = 0; i < x->spec_count; i++)
        buf_addf(&names, "%s%s", i ? " " : "", x->specs[i]->id);
    cli_cell(&t, L(lang, "接口", "APIs"));
    cli_cell(&t, buf_str(&names));
    cli_cell(&t, L(lang, "所在层", "layer"));
    cli_cell(&t, bi_get(explain_layer_text(e->layer), lang));
    cli_cell(&t, L(lang, "原因", "cause"));
    cli_cell(&t, bi_get(e->cause, lang));
    cli_cell(&t, L(lang, "处理", "to do"));
    cli_cell(&t, bi_get(e->solution, lang));
    buf_reset(&names);
    for (size_t i = 0; i < e->field_count; i++)
        buf_addf(&names, "%s%s", i ? " " : "", e->fields[i]);
    if (names.len) {
        cli_cell(&t, L(lang, "查看字段", "look at"));
        cli_cell(&t, buf_str(&names));
    }
    if (e->layer != ERROR_CLIENT) { /* nothing is sent there */
        cli_cell(&t, L(lang, "重试", "retry"));
        cli_cell(&t, bi_get(explain_retry_text(e), lang));
    }
    cli_table(stdout, &t, "  ");
    buf_clear(&names);
}

struct code_names {
    const struct catalog *catalog;
    const struct spec *only;
};

static const char *code_name(const void *ctx, size_t index)
{
    const struct code_names *n = ctx;
    return catalog_error_code(n->catalog, n->only, index);
}

static enum status no_such_code(const struct catalog *catalog, const struct spec *only,
                                const char *word, struct err *err)
{
    struct code_names names = {catalog, only};
    const char *near = text_nearest(word, code_name, &names);
    if (near)
        return err_set(err, ST_NOT_FOUND, SAY("没有错误码或错误文字 %1$s", "", "是否想写 %2$s？"),
                       SAY("there is no error code or text %1$s", "", "did you mean %2$s?"), word,
                       near);
    return err_set(err, ST_NOT_FOUND,
                   SAY("没有错误码或错误文字 %1$s", "",
                       "wxpc fields %2$s 列出一个接口的错误码；含空格的码加引号"),
                   SAY("there is no error code or text %1$s", "",
                       "wxpc fields %2$s lists an API's codes; quote a code that holds blanks"),
                   word, only ? only->id : "API");
}

/* "CODE [API]" or "- [API]": a code may hold blanks, so words that are no API belong to it. */
static enum status read_code_words(const struct cli *c, const struct catalog *catalog,
                                   struct buf *code, const struct spec **only, struct err *err)
{
    size_t count = c->word_count;
    if (count > 1 && (*only = catalog_find(catalog, c->words[count - 1])))
        count--;
    for (size_t i = 0; i < count; i++) {
        buf_adds(code, i ? " " : "");
        buf_adds(code, c->words[i]);
    }
    if (code->len && !buf_status(code))
        return ST_OK;
    return err_set(
        err, ST_ARGUMENT,
        SAY("缺少错误码", "", "例如 wxpc error ORDERPAID；wxpc error - 读标准输入里的应答或日志"),
        SAY("no error code is given", "",
            "for example: wxpc error ORDERPAID; wxpc error - reads a reply or a log from standard "
            "input"));
}

/* A code, or "-", and a word in the shape of an API that is none: ST_NOT_FOUND with the nearest. */
static enum status check_last_word(const struct catalog *catalog, const char *query,
                                   struct err *err)
{
    static const char id[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const char *last = strrchr(query, ' ');
    struct explanation *rest;
    const struct spec *spec;
    struct buf code;
    if (!last || strspn(last + 1, id) != strlen(last + 1))
        return ST_OK;
    rest = mem_alloc(sizeof(*rest));
    buf_init(&code, 4096);
    buf_add(&code, query, (size_t)(last - query));
    explain_word(catalog, NULL, buf_str(&code), rest);
    bool known = rest->count || strcmp(buf_str(&code), "-") == 0;
    buf_clear(&code);
    free(rest);
    return known ? catalog_get(catalog, last + 1, &spec, err) : ST_OK;
}

static enum status nothing_pasted(struct err *err)
{
    return err_set(
        err, ST_NOT_FOUND,
        SAY("没有找到错误", "输入里没有目录认识的错误码或错误文字", "签名问题用 wxpc diagnose -"),
        SAY("no error is found", "the input holds no error code or text that the catalogue knows",
            "for a signature use wxpc diagnose -"));
}

/* Looks up what was asked for; on success `query` is the code or text, empty for a paste. */
static enum status find_errors(const struct cli *c, const struct catalog *catalog,
                               struct buf *query, struct explanation *found, struct err *err)
{
    const struct spec *only = NULL;
    struct buf text;
    enum status st = read_code_words(c, catalog, query, &only, err);
    if (st)
        return st;
    if (strcmp(buf_str(query), "-") != 0) {
        explain_word(catalog, only, buf_str(query), found);
        if (!found->count && !only)
            st = check_last_word(catalog, buf_str(query), err);
        if (st)
            return st;
        if (!found->count)
            explain_paste(catalog, only, buf_str(query), query->len, found);
        return found->count ? ST_OK : no_such_code(catalog, only, buf_str(query), err);
    }
    buf_init_secret(&text, PASTE_MAX);
    buf_reset(query);
    st = cli_read_file("-", &text, err);
    if (!st)
        explain_paste(catalog, only, buf_str(&text), text.len, found);
    buf_clear(&text);
    return st || found->count ? st : nothing_pasted(err);
}

int cmd_error(struct cli *c)
{
    struct workspace w = {0};
    struct explanation *found = mem_alloc(sizeof(*found));
    struct err err = {0};
    struct buf query;
    int status = EXIT_YES;

    buf_init(&query, 4096);
    enum status st = cli_open(c, MERCHANT_NONE, &w, &err);
    if (!st)
        st = find_errors(c, &w.catalog, &query, found, &err);
    if (st) {
        status = cli_fail(c, &err);
    } else if (c->json) {
        struct json *j = json_new_object(), *list = json_new_array();
        json_add_string(j, "query", query.len ? buf_str(&query) : NULL);
        for (size_t i = 0; i < found->count; i++)
            json_push(list, explain_json(&found->entries[i]));
        json_add(j, "errors", list);
        cli_json(j);
    }
    for (size_t i = 0; !st && !c->json && i < found->count; i++)
        print_entry(c, &found->entries[i]);
    buf_clear(&query);
    if (w.loop)
        workspace_close(&w);
    free(found);
    return status;
}
