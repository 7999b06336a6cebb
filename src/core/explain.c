/* SPDX-License-Identifier: MIT */
/*
 * Which APIs come into question is decided first; then the fields of a reply are asked, and only
 * if they tell nothing is the text searched.
 */
#include "core/explain.h"

#include <stdlib.h>
#include <string.h>

#include "core/explain_more.h"
#include "core/paste.h"
#include "core/span.h"
#include "core/text.h"

#define CODE_MIN 6 /* bytes of a code that is looked for in prose: "ERROR" is a word of its own */
#define HITS_MAX 1024 /* places in a text */

/* ---- The answer ---- */

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

static void add_spec(struct explain_entry *x, const struct spec *s)
{
    if (x->specs[x->spec_count - 1] != s && x->spec_count < EXPLAIN_SPECS_MAX)
        x->specs[x->spec_count++] = s;
}

static void add(struct explanation *out, const struct spec *s, const struct error_code *e)
{
    for (size_t i = 0; i < out->count; i++) {
        if (same_error(out->entries[i].error, e)) {
            add_spec(&out->entries[i], s);
            return;
        }
    }
    if (out->count < EXPLAIN_MAX)
        out->entries[out->count++] =
            (struct explain_entry){.error = e, .specs = {s}, .spec_count = 1};
}

/* ---- One word ---- */

static bool is_word(const struct error_code *e, const char *word)
{
    return text_same_nocase(e->code, word) || strcmp(e->meaning.zh, word) == 0 ||
           text_same_nocase(e->meaning.en, word);
}

/* For each error beside the catalogue, once for each API behind which it is met; false ends it. */
struct more {
    const struct catalog *catalog;
    size_t row, api;
};

static bool next_more(struct more *m, const struct spec **s, const struct error_code **e)
{
    size_t count;
    const struct explain_more *rows = explain_more(&count);
    for (; m->row < count; m->row++, m->api = 0) {
        while (m->api < EXPLAIN_MORE_APIS && rows[m->row].apis[m->api]) {
            *e = &rows[m->row].error;
            *s = catalog_find(m->catalog, rows[m->row].apis[m->api++]);
            if (*s)
                return true;
        }
    }
    return false;
}

void explain_word(const struct catalog *c, const struct spec *only, const char *word,
                  struct explanation *out)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *s = catalog_at(c, i);
        for (size_t k = 0; (!only || s == only) && k < s->error_count; k++) {
            if (is_word(&s->errors[k], word))
                add(out, s, &s->errors[k]);
        }
    }
    const struct spec *s;
    const struct error_code *e;
    for (struct more m = {c, 0, 0}; next_more(&m, &s, &e);) {
        if ((!only || s == only) && is_word(e, word))
            add(out, s, e);
    }
}

/* ---- Words of their own ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Is the piece not cut out of a longer word? Chinese has no such ends. */
static bool stands_alone(struct span text, size_t at, size_t len)
{
    bool before = at > 0 && is_letter(text.s[at - 1]) && is_letter(text.s[at]);
    bool after =
        at + len < text.len && is_letter(text.s[at + len]) && is_letter(text.s[at + len - 1]);
    return !before && !after;
}

static bool same_bytes(const char *a, const char *b, size_t len, bool nocase)
{
    for (size_t i = 0; i < len; i++) {
        char x = a[i], y = b[i];
        if (nocase && x >= 'A' && x <= 'Z')
            x = (char)(x + 32);
        if (nocase && y >= 'A' && y <= 'Z')
            y = (char)(y + 32);
        if (x != y)
            return false;
    }
    return true;
}

/* The first place of `word` in the text as a word of its own; text.len if there is none. */
static size_t find_word(struct span text, const char *word, bool nocase)
{
    size_t len = strlen(word);
    for (size_t at = 0; len && at + len <= text.len; at++) {
        if (same_bytes(text.s + at, word, len, nocase) && stands_alone(text, at, len))
            return at;
    }
    return text.len;
}

/* ---- Which APIs ---- */

struct scope {
    const struct catalog *catalog;
    const struct spec *only;     /* NULL: those that answer with these fields */
    const struct params *fields; /* of the text; NULL: all APIs */
};

static bool answers_with(const struct spec *s, const struct params *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const char *name = fields->items[i].name;
        if (strcmp(name, "sign") != 0 && !spec_reply_field(s, name))
            return false;
    }
    return true;
}

static bool in_scope(const struct scope *scope, const struct spec *s)
{
    if (scope->only)
        return s == scope->only;
    return !scope->fields || answers_with(s, scope->fields);
}

/* The API whose path stands in the text, the longest of several. */
static const struct spec *spec_of_path(const struct catalog *c, struct span text)
{
    const struct spec *found = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *s = catalog_head(c, i);
        if (found && strlen(s->path) <= strlen(found->path))
            continue;
        if (find_word(text, s->path, false) < text.len)
            found = s;
    }
    return found;
}

static struct scope scope_of(const struct catalog *c, const struct spec *only, struct span text,
                             const struct params *fields)
{
    struct scope scope = {c, only ? only : spec_of_path(c, text), fields};
    bool any = false;
    for (size_t i = 0; !any && i < c->count; i++)
        any = answers_with(catalog_at(c, i), fields);
    if (!any)
        scope.fields = NULL;
    return scope;
}

/* ---- The fields of a reply ---- */

static const struct {
    const char *code, *text;
    enum error_layer layer;
} claims[] = {
    {"error_code", "return_msg", ERROR_COMMUNICATION}, /* the code: downloadbill */
    {NULL, "message", ERROR_COMMUNICATION},            /* the third-party gateway */
    {"err_code", "err_code_des", ERROR_BUSINESS},
    {"err_code", "err_msg", ERROR_BUSINESS},
    {"contract_err_code", "contract_err_code_des", ERROR_CONTRACT},
};

static const char *value_of(const struct params *p, const char *name)
{
    return name && params_has(p, name) ? params_get(p, name) : NULL;
}

/* In the layer where it stands, else in any. */
static void look_up(struct explanation *out, const struct spec *s, const char *code,
                    const char *text, enum error_layer layer)
{
    const struct error_code *e = spec_error(s, code, text, (int)layer);
    if (!e)
        e = spec_error(s, code, text, ERROR_LAYER_ANY);
    if (e)
        add(out, s, e);
}

static void ask_fields(const struct scope *scope, const struct params *p, struct explanation *out)
{
    for (size_t i = 0; i < scope->catalog->count; i++) {
        const struct spec *s = catalog_at(scope->catalog, i);
        if (!in_scope(scope, s))
            continue;
        for (size_t k = 0; k < ARRAY_COUNT(claims); k++) {
            const char *code = value_of(p, claims[k].code), *text = value_of(p, claims[k].text);
            look_up(out, s, code, NULL, claims[k].layer);
            look_up(out, s, NULL, text, claims[k].layer); /* it may say more than the code */
        }
    }
}

/* ---- Any text ---- */

struct hit {
    const struct spec *spec;
    const struct error_code *error;
    size_t from, to; /* where, in bytes */
};

struct hits {
    struct hit *items;
    size_t count;
};

static void note_hit(struct hits *h, struct hit hit, struct span text, const char *word,
                     bool nocase)
{
    hit.from = find_word(text, word, nocase);
    hit.to = hit.from + strlen(word);
    if (hit.from < text.len && h->count < HITS_MAX)
        h->items[h->count++] = hit;
}

/* Where its code stands in the text, and each text that betrays it. */
static void note_error(struct hits *h, const struct spec *s, const struct error_code *e,
                       struct span text)
{
    struct hit hit = {.spec = s, .error = e};
    if (strlen(e->code) >= CODE_MIN)
        note_hit(h, hit, text, e->code, false);
    for (size_t m = 0; m < e->match_count; m++)
        note_hit(h, hit, text, e->match[m], true);
}

/* Does another hit of the same API hold this one? */
static bool is_inside(const struct hits *h, size_t i)
{
    const struct hit *a = &h->items[i];
    for (size_t k = 0; k < h->count; k++) {
        const struct hit *b = &h->items[k];
        if (b->spec == a->spec && b->from <= a->from && b->to >= a->to &&
            b->to - b->from > a->to - a->from)
            return true;
    }
    return false;
}

static void search(const struct scope *scope, struct span text, struct explanation *out)
{
    struct hits h = {mem_grow(NULL, HITS_MAX, sizeof(*h.items)), 0};
    for (size_t i = 0; i < scope->catalog->count; i++) {
        const struct spec *s = catalog_at(scope->catalog, i);
        for (size_t k = 0; in_scope(scope, s) && k < s->error_count; k++)
            note_error(&h, s, &s->errors[k], text);
    }
    const struct spec *s;
    const struct error_code *e;
    for (struct more m = {scope->catalog, 0, 0}; next_more(&m, &s, &e);) {
        if (!scope->only || s == scope->only)
            note_error(&h, s, e, text);
    }
    for (size_t i = 0; i < h.count; i++) {
        if (!is_inside(&h, i))
            add(out, h.items[i].spec, h.items[i].error);
    }
    free(h.items);
}

void explain_paste(const struct catalog *c, const struct spec *only, const char *text, size_t len,
                   struct explanation *out)
{
    struct paste paste = {0};
    struct span all = {text, len};
    size_t before = out->count;

    paste_read(text, len, &paste, NULL); /* if it is no document it has no fields */
    struct scope scope = scope_of(c, only, all, &paste.params);
    ask_fields(&scope, &paste.params, out);
    if (out->count == before)
        search(&scope, all, out);
    paste_clear(&paste);
}

/* ---- Told ---- */

static const struct {
    const char *name;
    struct bi text;
} layers[] = {
    [ERROR_COMMUNICATION] = {"communication",
                             {"通信层（return_code、status）",
                              "communication (return_code, status)"}},
    [ERROR_BUSINESS] = {"business", {"业务层（result_code）", "business (result_code)"}},
    [ERROR_CONTRACT] = {"contract",
                        {"签约结果（contract_result_code）",
                         "the contract's result (contract_result_code)"}},
    [ERROR_NOTICE] = {"notification", {"通知（result_code）", "in a notification (result_code)"}},
    [ERROR_CLIENT] = {"client", {"付款人一侧，不在应答里", "on the payer's side, in no reply"}},
};

const char *explain_layer(enum error_layer layer)
{
    return layers[layer].name;
}

struct bi explain_layer_text(enum error_layer layer)
{
    return layers[layer].text;
}

struct bi explain_retry_text(const struct error_code *e)
{
    static const struct bi same = {"可用相同参数重试", "the same parameters may be sent again"};
    static const struct bi useless = {"原样重试无用", "sending the same again does not help"};
    return e->retry_same ? same : useless;
}

struct json *explain_json(const struct explain_entry *x)
{
    const struct error_code *e = x->error;
    struct json *j = json_new_object(), *apis = json_new_array(), *fields = json_new_array();

    json_add_string(j, "code", e->code);
    for (size_t i = 0; i < x->spec_count; i++)
        json_push(apis, json_new_string(x->specs[i]->id));
    json_add(j, "apis", apis);
    json_add_string(j, "layer", explain_layer(e->layer));
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
