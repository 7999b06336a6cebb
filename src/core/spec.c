/* SPDX-License-Identifier: MIT */
/*
 * One API of the catalogue: looking things up in it, conditions, and its end.
 *
 * Reading a file is spec_read.c's work. Nothing here allocates: a spec is immutable,
 * and lists are short enough to be searched from the front.
 */
#include "core/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

static const char *const type_names[FIELD_TYPE_COUNT] = {
    [FIELD_STRING] = "string", [FIELD_INT] = "int",       [FIELD_FEN] = "fen",
    [FIELD_TIME] = "time",     [FIELD_DATE] = "date",     [FIELD_TIMESTAMP] = "timestamp",
    [FIELD_ENUM] = "enum",     [FIELD_URL] = "url",       [FIELD_IP] = "ip",
    [FIELD_IP4] = "ip4",       [FIELD_JSON] = "json",     [FIELD_NONCE] = "nonce",
    [FIELD_ID] = "id",         [FIELD_OBJECT] = "object", [FIELD_ARRAY] = "array",
};

const char *field_type_name(enum field_type type)
{
    return type_names[type];
}

void fields_free(struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct field *f = &fields[i];
        fields_free(f->fields, f->field_count);
        if (f->regex) {
            regfree(f->regex);
            free(f->regex);
        }
        free(f->when);
        free(f->values);
    }
    free(fields);
}

void spec_free(struct spec *s)
{
    if (!s) {
        return;
    }
    fields_free(s->request, s->request_count);
    fields_free(s->response, s->response_count);
    for (size_t i = 0; i < s->rule_count; i++) {
        free(s->rules[i].fields);
    }
    for (size_t i = 0; i < s->error_count; i++) {
        free(s->errors[i].fields);
        free(s->errors[i].match);
    }
    free(s->rules);
    free(s->errors);
    free(s->notifications);
    free(s->next);
    free(s->notes);
    free(s->origin);
    json_free(s->document);
    json_free(s->head);
    free(s);
}

const struct field *field_find(const struct field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].name && strcmp(fields[i].name, name) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

struct field spec_sign_field(const struct spec *s)
{
    enum { MD5_HEX = 32, SHA256_HEX = 64 };
    bool md5 = s->sign_types[SIGN_MD5], sha256 = s->sign_types[SIGN_HMAC_SHA256];
    return (struct field){
        .name = "sign",
        .label = {"签名", "Signature"},
        .type = FIELD_STRING,
        .unit = UNIT_BYTES,
        .min = md5 ? MD5_HEX : SHA256_HEX,
        .max = sha256 ? SHA256_HEX : MD5_HEX,
        .required = true,
        .help =
            {"由其他字段和密钥算出，不用填写；MD5 是 32 个大写十六进制字符，HMAC-SHA256 是 64 个",
             "computed from the other fields and the key, not typed: capital hexadecimal, 32 for "
             "MD5, 64 for HMAC-SHA256"},
    };
}

const struct field *spec_field(const struct spec *s, const char *name)
{
    return field_find(s->request, s->request_count, name);
}

bool field_names(const struct field *f, const char *name)
{
    const char *own = f->name;
    while (*own && *name) {
        if (*own == '$' && own[1]) {
            size_t digits = strspn(name, "0123456789");
            if (digits == 0) {
                return false;
            }
            own += 2;
            name += digits;
        } else if (*own++ != *name++) {
            return false;
        }
    }
    return !*own && !*name;
}

const char *field_indexed(const struct field *f, unsigned index, char *out, size_t size)
{
    size_t len = 0;
    for (const char *own = f->name; *own && len + 1 < size; own++) {
        if (*own == '$' && own[1]) {
            len += (size_t)snprintf(out + len, size - len, "%u", own[1] == 'n' ? index : 0);
            own++;
        } else {
            out[len++] = *own;
        }
    }
    out[len < size ? len : size - 1] = '\0';
    return out;
}

bool field_present(const struct field *f, const struct params *p)
{
    if (!strchr(f->name, '$')) {
        return params_has(p, f->name);
    }
    for (size_t i = 0; i < p->count; i++) {
        if (!p->items[i].off && p->items[i].value_len && field_names(f, p->items[i].name)) {
            return true;
        }
    }
    return false;
}

const struct field *spec_reply_field(const struct spec *s, const char *name)
{
    const struct field *found = field_find(s->response, s->response_count, name);
    for (size_t i = 0; !found && i < s->response_count; i++) {
        if (field_names(&s->response[i], name)) {
            found = &s->response[i];
        }
    }
    return found;
}

/* The longest `match` text of the error that occurs in `text`; NULL: none does. */
static const char *error_match(const struct error_code *e, const char *text)
{
    const char *longest = NULL;
    for (size_t i = 0; i < e->match_count; i++) {
        if (text_has_nocase(text, e->match[i]) &&
            (!longest || strlen(e->match[i]) > strlen(longest)))
            longest = e->match[i];
    }
    return longest;
}

static bool of_layer(const struct error_code *e, int layer)
{
    return layer == ERROR_LAYER_ANY || layer == (int)e->layer;
}

/* The first of several, but for one whose text holds that of the first: "UnCompressGZip Error" is
   no "CompressGZip Error". */
static const struct error_code *error_by_text(const struct spec *s, const char *text, int layer)
{
    const struct error_code *found = NULL;
    const char *known = NULL;
    for (size_t i = 0; text && i < s->error_count; i++) {
        const struct error_code *e = &s->errors[i];
        const char *match = of_layer(e, layer) ? error_match(e, text) : NULL;
        if (match && (!known || (strlen(match) > strlen(known) && text_has_nocase(match, known)))) {
            known = match;
            found = e;
        }
    }
    return found;
}

const struct error_code *spec_error(const struct spec *s, const char *code, const char *text,
                                    int layer)
{
    for (size_t i = 0; code && i < s->error_count; i++) {
        const struct error_code *e = &s->errors[i];
        if (of_layer(e, layer) && strcmp(e->code, code) == 0)
            return e;
    }
    return error_by_text(s, text, layer);
}

struct bi field_value_text(const struct field *f, const char *value)
{
    for (size_t i = 0; value && i < f->value_count; i++) {
        if (strcmp(f->values[i].value, value) == 0) {
            return f->values[i].text;
        }
    }
    return (struct bi){NULL, NULL};
}

static const char *value_in_params(const void *ctx, const char *name)
{
    const struct params *p = ctx;
    return p && params_has(p, name) ? params_get(p, name) : NULL;
}

/* Does `value` (NULL: absent) satisfy what a condition says of one name? */
static bool value_satisfies(const char *value, const struct json *wanted)
{
    if (json_type(wanted) == JSON_BOOL) {
        return json_bool(wanted, false) == (value != NULL);
    }
    if (json_type(wanted) == JSON_STRING) {
        return value && strcmp(value, json_string(wanted)) == 0;
    }
    for (const struct json *j = json_first(wanted); j; j = json_next(j)) {
        const char *one = json_string(j);
        if (value && one && strcmp(value, one) == 0) {
            return true;
        }
    }
    return false;
}

bool spec_condition_in(const struct json *condition, spec_value_fn here, const void *ctx,
                       const struct params *outer)
{
    for (const struct json *j = json_first(condition); j; j = json_next(j)) {
        const char *name = json_name(j);
        const char *value = name[0] == '/' ? value_in_params(outer, name + 1) : here(ctx, name);
        if (!value_satisfies(value, j)) {
            return false;
        }
    }
    return true;
}

bool spec_condition(const struct json *condition, const struct params *here,
                    const struct params *outer)
{
    return spec_condition_in(condition, value_in_params, here, outer);
}

bool field_required(const struct field *f, spec_value_fn here, const void *ctx,
                    const struct params *outer, struct bi *text)
{
    struct bi found = {NULL, NULL};
    bool required = f->required;
    for (size_t i = 0; !required && i < f->when_count; i++) {
        if (spec_condition_in(f->when[i].condition, here, ctx, outer)) {
            required = true;
            found = f->when[i].text;
        }
    }
    if (text) {
        *text = found;
    }
    return required;
}
