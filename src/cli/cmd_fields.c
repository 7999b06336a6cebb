/* SPDX-License-Identifier: MIT */
/*
 * fields: all that the catalogue knows about one API. As JSON it is the catalogue's own
 * record; for people it is a set of tables.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

static void print_head(const struct cli *c, const char *zh, const char *en)
{
    printf("\n%s%s%s\n", cli_style(c, "bold"), L(c->lang, zh, en), cli_style(c, ""));
}

/* ---- Request fields ---- */

static const char *need_text(const struct field *f, enum lang lang)
{
    if (f->required)
        return L(lang, "必填", "required");
    return f->when_count ? L(lang, "条件", "depends") : L(lang, "可选", "optional");
}

static void limit_text(const struct field *f, enum lang lang, char *out, size_t size)
{
    const char *unit = f->unit == UNIT_BYTES ? L(lang, "字节", "bytes") : L(lang, "字符", "chars");
    if (f->max && f->min && f->max != f->min)
        snprintf(out, size, "%" PRId64 "-%" PRId64 " %s", f->min, f->max, unit);
    else if (f->max)
        snprintf(out, size, "%s%" PRId64 " %s", f->max == f->min ? "" : "≤ ", f->max, unit);
    else if (f->has_range && f->high == INT64_MAX)
        snprintf(out, size, "≥ %" PRId64, f->low);
    else if (f->has_range)
        snprintf(out, size, "%" PRId64 "..%" PRId64, f->low, f->high);
    else
        out[0] = '\0';
}

static void add_fields(struct cli_table *t, const struct field *fields, size_t count, int depth,
                       enum lang lang)
{
    char limit[64];
    for (size_t i = 0; i < count; i++) {
        const struct field *f = &fields[i];
        limit_text(f, lang, limit, sizeof(limit));
        cli_cellf(t, "%*s%s", depth * 2, "", f->name);
        cli_cell(t, need_text(f, lang));
        cli_cell(t, field_type_name(f->type));
        cli_cell(t, limit);
        cli_cell(t, bi_get(f->label, lang));
        add_fields(t, f->fields, f->field_count, depth + 1, lang);
    }
}

static void print_conditions(const struct spec *s, enum lang lang)
{
    struct cli_table t = {.columns = 2};
    for (size_t i = 0; i < s->request_count; i++) {
        const struct field *f = &s->request[i];
        for (size_t k = 0; k < f->when_count; k++) {
            cli_cell(&t, f->name);
            cli_cell(&t, bi_get(f->when[k].text, lang));
        }
    }
    for (size_t i = 0; i < s->rule_count; i++) {
        cli_cell(&t, s->rules[i].field ? s->rules[i].field : s->rules[i].id);
        cli_cell(&t, bi_get(s->rules[i].text, lang));
    }
    cli_table(stdout, &t, "  ");
}

static void print_values(const struct spec *s, enum lang lang)
{
    struct cli_table t = {.columns = 3};
    for (size_t i = 0; i < s->request_count; i++) {
        const struct field *f = &s->request[i];
        for (size_t k = 0; k < f->value_count; k++) {
            cli_cell(&t, k ? "" : f->name);
            cli_cell(&t, f->values[k].value);
            cli_cell(&t, bi_get(f->values[k].text, lang));
        }
    }
    cli_table(stdout, &t, "  ");
}

/* ---- Response, errors ---- */

static void print_response(const struct spec *s, enum lang lang)
{
    static const struct bi layers[] = {[LAYER_ALWAYS] = {"总是", "always"},
                                       [LAYER_COMMUNICATION_OK] = {"通信成功", "communication ok"},
                                       [LAYER_BUSINESS_OK] = {"业务成功", "business ok"}};
    struct cli_table t = {.columns = 4};
    for (size_t i = 0; i < s->response_count; i++) {
        const struct field *f = &s->response[i];
        cli_cell(&t, f->name);
        cli_cell(&t, bi_get(layers[f->layer], lang));
        cli_cell(&t, f->presence == PRESENCE_WHEN        ? bi_get(f->presence_text, lang)
                     : f->presence == PRESENCE_SOMETIMES ? L(lang, "可能有", "sometimes")
                                                         : "");
        cli_cell(&t, bi_get(f->label, lang));
    }
    cli_table(stdout, &t, "  ");
}

static void print_errors(const struct spec *s, enum lang lang)
{
    struct cli_table t = {.columns = 2};
    for (size_t i = 0; i < s->error_count; i++) {
        cli_cell(&t, s->errors[i].code);
        cli_cell(&t, bi_get(s->errors[i].meaning, lang));
    }
    cli_table(stdout, &t, "  ");
}

static void print_spec(const struct cli *c, const struct spec *s)
{
    enum lang lang = c->lang;
    struct cli_table t = {.columns = 5};

    printf("%s", cli_style(c, "bold"));
    cli_printf(stdout, "%s  %s", s->id, bi_get(s->title, lang));
    printf("%s\n", cli_style(c, ""));
    cli_printf(stdout, "%s %s  %s\n%s\n", s->get ? "GET" : "POST", s->path, s->doc,
               bi_get(s->summary, lang));
    if (s->cert)
        cli_printf(stdout, "%s\n", L(lang, "需要客户端证书", "needs a client certificate"));
    if (s->moves_money)
        cli_printf(stdout, "%s\n", L(lang, "会动用资金", "moves money"));
    print_head(c, "签名", "Signature");
    cli_printf(stdout, "  %s%s%s  %s\n", s->sign_types[SIGN_MD5] ? "MD5" : "",
               s->sign_types[SIGN_MD5] && s->sign_types[SIGN_HMAC_SHA256] ? ", " : "",
               s->sign_types[SIGN_HMAC_SHA256] ? "HMAC-SHA256" : "", bi_get(s->sign_note, lang));
    print_head(c, "请求字段", "Request fields");
    struct field sign = spec_sign_field(s);
    add_fields(&t, s->request, s->request_count, 0, lang);
    add_fields(&t, &sign, 1, 0, lang);
    cli_table(stdout, &t, "  ");
    cli_printf(stdout, "  sign: %s\n", bi_get(sign.help, lang));
    print_head(c, "条件与规则", "Conditions and rules");
    print_conditions(s, lang);
    print_head(c, "取值", "Values");
    print_values(s, lang);
    print_head(c, "应答字段", "Response fields");
    print_response(s, lang);
    print_head(c, "错误码（wxpc error CODE 给出原因与处理）",
               "Error codes (wxpc error CODE tells cause and remedy)");
    print_errors(s, lang);
    if (s->note_count)
        print_head(c, "说明", "Notes");
    for (size_t i = 0; i < s->note_count; i++)
        cli_printf(stdout, "  %s\n", bi_get(s->notes[i], lang));
}

/* Among the request's fields, though no file of the catalogue has it: it is computed. */
static struct json *sign_json(const struct spec *s)
{
    const struct field f = spec_sign_field(s);
    struct json *j = json_new_object();
    json_add_string(j, "name", f.name);
    json_add_bi(j, "label", f.label);
    json_add_string(j, "type", field_type_name(f.type));
    json_add_int(j, "min", f.min);
    json_add_int(j, "max", f.max);
    json_add_bool(j, "required", f.required);
    json_add_string(j, "source", "computed");
    json_add_bi(j, "help", f.help);
    return j;
}

int cmd_fields(struct cli *c)
{
    struct workspace w = {0};
    const struct spec *spec = NULL;
    struct err err = {0};
    int status = EXIT_YES;
    enum status st = cli_open(c, MERCHANT_NONE, &w, &err);

    if (!st && c->word_count != 1)
        st = err_set(
            &err, ST_ARGUMENT, SAY("应给出一个接口", "给出了 %zu 个词", "wxpc apis 列出全部接口"),
            SAY("give one API", "%zu words were given", "wxpc apis lists them"), c->word_count);
    if (!st)
        st = catalog_get(&w.catalog, c->words[0], &spec, &err);
    if (st) {
        status = cli_fail(c, &err);
    } else if (c->json) {
        struct json *j = json_copy(spec->document);
        json_set(j, "origin", json_new_string(spec->origin));
        json_push(json_get(j, "request"), sign_json(spec));
        cli_json(j);
    } else {
        print_spec(c, spec);
    }
    if (w.loop)
        workspace_close(&w);
    return status;
}
