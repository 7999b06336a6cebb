/* SPDX-License-Identifier: MIT */
/*
 * apis and error: what the catalogue knows about calls and about failures.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

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

#define ENTRIES_MAX 256

/* One explanation and the APIs that share it. */
struct entry {
    const struct error_code *error;
    const struct spec *specs[64];
    size_t spec_count;
};

struct answer {
    struct entry entries[ENTRIES_MAX];
    size_t count;
};

static bool same_text(struct bi a, struct bi b)
{
    return strcmp(a.en, b.en) == 0 && strcmp(a.zh, b.zh) == 0;
}

static bool same_error(const struct error_code *a, const struct error_code *b)
{
    return strcmp(a->code, b->code) == 0 && a->layer == b->layer &&
           same_text(a->meaning, b->meaning) && same_text(a->cause, b->cause) &&
           same_text(a->solution, b->solution);
}

static void add_entry(struct answer *a, const struct spec *s, const struct error_code *e)
{
    for (size_t i = 0; i < a->count; i++) {
        struct entry *old = &a->entries[i];
        if (same_error(old->error, e)) {
            if (old->spec_count < ARRAY_COUNT(old->specs))
                old->specs[old->spec_count++] = s;
            return;
        }
    }
    if (a->count < ENTRIES_MAX) {
        struct entry *new = &a->entries[a->count++];
        *new = (struct entry){.error = e, .specs = {s}, .spec_count = 1};
    }
}

/* Is the error betrayed by this text: one of its matches in it, or its meaning? */
static bool is_betrayed(const struct error_code *e, const char *text)
{
    for (size_t i = 0; i < e->match_count; i++) {
        if (strstr(text, e->match[i]))
            return true;
    }
    return strcmp(e->meaning.zh, text) == 0 || text_same_nocase(e->meaning.en, text);
}

/* By code first; a text is searched only if it is no code. */
static void find_errors(const struct catalog *catalog, const struct spec *only, const char *word,
                        struct answer *a)
{
    for (int by_text = 0; by_text < 2 && a->count == 0; by_text++) {
        for (size_t i = 0; i < catalog->count; i++) {
            const struct spec *s = catalog_at(catalog, i);
            for (size_t k = 0; (!only || s == only) && k < s->error_count; k++) {
                const struct error_code *e = &s->errors[k];
                if (by_text ? is_betrayed(e, word) : text_same_nocase(e->code, word))
                    add_entry(a, s, e);
            }
        }
    }
}

static const char *layer_name(enum error_layer layer)
{
    static const char *const names[] = {[ERROR_COMMUNICATION] = "communication",
                                        [ERROR_BUSINESS] = "business",
                                        [ERROR_CONTRACT] = "contract"};
    return names[layer];
}

static struct bi layer_text(enum error_layer layer)
{
    static const struct bi texts[] = {
        [ERROR_COMMUNICATION] = {"通信层（return_code、status）",
                                 "communication (return_code, status)"},
        [ERROR_BUSINESS] = {"业务层（result_code）", "business (result_code)"},
        [ERROR_CONTRACT] = {"签约结果（contract_result_code）",
                            "the contract's result (contract_result_code)"}};
    return texts[layer];
}

static struct json *entry_json(const struct entry *x)
{
    const struct error_code *e = x->error;
    struct json *j = json_new_object(), *apis = json_new_array(), *fields = json_new_array();

    json_add_string(j, "code", e->code);
    for (size_t i = 0; i < x->spec_count; i++)
        json_push(apis, json_new_string(x->specs[i]->id));
    json_add(j, "apis", apis);
    json_add_string(j, "layer", layer_name(e->layer));
    json_add_string(j, "class", e->kind);
    json_add_bi(j, "meaning", e->meaning);
    json_add_bi(j, "cause", e->cause);
    json_add_bi(j, "solution", e->solution);
    json_add_string(j, "retry", e->retry_same ? "same" : "no");
    for (size_t i = 0; i < e->field_count; i++)
        json_push(fields, json_new_string(e->fields[i]));
    json_add(j, "fields", fields);
    return j;
}

static void print_entry(const struct cli *c, const struct entry *x)
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
    cli_cell(&t, bi_get(layer_text(e->layer), lang));
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
    cli_cell(&t, L(lang, "重试", "retry"));
    cli_cell(&t, e->retry_same
                     ? L(lang, "可用相同参数重试", "the same parameters may be sent again")
                     : L(lang, "原样重试无用", "sending the same again does not help"));
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

/* "CODE [API]": a code may hold blanks, so words that are no API belong to it. */
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
    return err_set(err, ST_ARGUMENT, SAY("缺少错误码", "", "例如 wxpc error ORDERPAID"),
                   SAY("no error code is given", "", "for example: wxpc error ORDERPAID"));
}

int cmd_error(struct cli *c)
{
    struct workspace w = {0};
    struct answer *a = mem_alloc(sizeof(*a));
    const struct spec *only = NULL;
    struct err err = {0};
    struct buf code;
    int status = EXIT_YES;

    buf_init(&code, 4096);
    enum status st = cli_open(c, MERCHANT_NONE, &w, &err);
    if (!st)
        st = read_code_words(c, &w.catalog, &code, &only, &err);
    if (!st)
        find_errors(&w.catalog, only, buf_str(&code), a);
    if (!st && a->count == 0)
        st = no_such_code(&w.catalog, only, buf_str(&code), &err);
    if (st) {
        status = cli_fail(c, &err);
    } else if (c->json) {
        struct json *j = json_new_object(), *list = json_new_array();
        json_add_string(j, "query", buf_str(&code));
        for (size_t i = 0; i < a->count; i++)
            json_push(list, entry_json(&a->entries[i]));
        json_add(j, "errors", list);
        cli_json(j);
    }
    for (size_t i = 0; !st && !c->json && i < a->count; i++)
        print_entry(c, &a->entries[i]);
    buf_clear(&code);
    if (w.loop)
        workspace_close(&w);
    free(a);
    return status;
}
