/* SPDX-License-Identifier: MIT */
/*
 * JSON text inside a value (`detail`, `scene_info`): its members against the inner fields.
 *
 * Walks text and fields side by side and names members by path,
 * "detail.goods_detail[0].quantity". Depth is bounded twice: by the parser and by the
 * nesting of the fields.
 */
#include "core/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* One object of the text, the fields it should have, and where it stands. */
struct level {
    const struct json *object;
    const struct field *fields;
    size_t count;
    const char *path;
    const struct value_place *place; /* of the whole value */
    struct findings *out;
};

/* An object as conditions see it: the values of its members. */
struct members {
    const struct json *object;
    char *number; /* room for one number as text */
};

#define NUMBER_MAX 24 /* bytes of an int64 and NUL */

static const char *const type_zh[] = {
    [JSON_NULL] = "null",     [JSON_BOOL] = "布尔值", [JSON_NUMBER] = "数字",
    [JSON_STRING] = "字符串", [JSON_ARRAY] = "数组",  [JSON_OBJECT] = "对象",
};
static const char *const type_en[] = {
    [JSON_NULL] = "null",       [JSON_BOOL] = "a boolean", [JSON_NUMBER] = "a number",
    [JSON_STRING] = "a string", [JSON_ARRAY] = "an array", [JSON_OBJECT] = "an object",
};

static struct finding_head head_of(const char *path, const char *rule, enum severity severity)
{
    return (struct finding_head){.field = path, .rule = rule, .severity = severity};
}

static const char *member_value(const void *ctx, const char *name)
{
    const struct members *m = ctx;
    const struct json *j = json_get(m->object, name);
    switch (json_type(j)) {
    case JSON_STRING:
        return *json_string(j) ? json_string(j) : NULL;
    case JSON_NUMBER:
        snprintf(m->number, NUMBER_MAX, "%" PRId64, json_int(j, 0));
        return m->number;
    case JSON_BOOL:
        return json_bool(j, false) ? "true" : "false";
    case JSON_ARRAY:
    case JSON_OBJECT:
        return json_count(j) > 0 ? "" : NULL;
    case JSON_NULL:
        break;
    }
    return NULL;
}

static void say_lacking(const struct level *l, const char *path, struct bi when)
{
    struct finding_head head =
        head_of(path, when.zh ? "required-when" : "required", SEVERITY_ERROR);
    head.lacking = true;
    struct finding *one = findings_add(l->out, head, "缺少 %s", "%s is missing", path);
    if (when.zh) {
        finding_more(one, "：%s%.0s", ": %.0s%s", when.zh, when.en);
    }
}

static void say_type(const struct level *l, const char *path, enum json_type wanted,
                     enum json_type got)
{
    findings_add(l->out, head_of(path, "json-type", SEVERITY_ERROR),
                 "%s 要写成 JSON %s%.0s，现在是%s%.0s", "%s must be %.0s%s in JSON; it is %.0s%s",
                 path, type_zh[wanted], type_en[wanted], type_zh[got], type_en[got]);
}

static void check_level(const struct level *l);

static void check_object(const struct level *l, const struct field *f, const struct json *j,
                         const char *path)
{
    if (json_type(j) != JSON_OBJECT) {
        say_type(l, path, JSON_OBJECT, json_type(j));
        return;
    }
    struct level inner = *l;
    inner.object = j;
    inner.fields = f->fields;
    inner.count = f->field_count;
    inner.path = path;
    check_level(&inner);
}

static void check_array(const struct level *l, const struct field *f, const struct json *j,
                        const char *path)
{
    if (json_type(j) != JSON_ARRAY) {
        say_type(l, path, JSON_ARRAY, json_type(j));
        return;
    }
    size_t index = 0;
    for (const struct json *e = json_first(j); e && f->field_count > 0; e = json_next(e)) {
        char at[2 * FINDING_FIELD_MAX]; /* cut where it is copied into a finding */
        snprintf(at, sizeof at, "%s[%zu]", path, index++);
        check_object(l, f, e, at);
    }
}

static void check_number(const struct level *l, const struct field *f, const struct json *j,
                         const struct value_place *place)
{
    char number[NUMBER_MAX];
    if (json_type(j) == JSON_STRING) {
        const char *s = json_string(j);
        findings_add(l->out, head_of(place->path, "json-type", SEVERITY_WARNING),
                     "%s 宜写成 JSON 数字，现在是字符串，可能不被接受",
                     "%s had better be a number in JSON; it is a string, which may be refused",
                     place->path);
        value_check(f, s, strlen(s), place, l->out);
    } else if (json_is_int(j)) {
        int n = snprintf(number, sizeof number, "%" PRId64, json_int(j, 0));
        value_check(f, number, (size_t)n, place, l->out);
    } else if (json_type(j) == JSON_NUMBER) {
        findings_add(l->out, head_of(place->path, "type", SEVERITY_ERROR),
                     f->type == FIELD_FEN ? "%s 的单位是分，要写整数，不带小数点"
                                          : "%s 要写整数，不带小数点",
                     f->type == FIELD_FEN ? "%s counts fen: a whole number without a point"
                                          : "%s must be a whole number without a point",
                     place->path);
    } else {
        say_type(l, place->path, JSON_NUMBER, json_type(j));
    }
}

static void check_member(const struct level *l, const struct field *f, const struct json *j,
                         const char *path)
{
    struct value_place place = {.path = path,
                                .environment = l->place->environment,
                                .inner = true,
                                .outer = l->place->outer};
    if (f->type == FIELD_OBJECT) {
        check_object(l, f, j, path);
    } else if (f->type == FIELD_ARRAY) {
        check_array(l, f, j, path);
    } else if (f->type == FIELD_INT || f->type == FIELD_FEN) {
        check_number(l, f, j, &place);
    } else if (json_type(j) != JSON_STRING) {
        say_type(l, path, JSON_STRING, json_type(j));
    } else {
        const char *s = json_string(j);
        value_check(f, s, strlen(s), &place, l->out);
    }
}

static const char *field_name_at(const void *ctx, size_t index)
{
    const struct level *l = ctx;
    return index < l->count ? l->fields[index].name : NULL;
}

static void check_unknown(const struct level *l)
{
    for (const struct json *j = json_first(l->object); j; j = json_next(j)) {
        const char *name = json_name(j);
        if (field_find(l->fields, l->count, name)) {
            continue;
        }
        char path[FINDING_FIELD_MAX], text[FINDING_SHOWN_MAX];
        snprintf(path, sizeof path, "%s.%s", l->path,
                 finding_shown(name, strlen(name), false, text));
        struct finding *one =
            findings_add(l->out, head_of(path, "unknown-field", SEVERITY_WARNING),
                         "%s 里没有名为 %s 的成员", "%s has no member named %s", l->path, text);
        const char *near = text_nearest(name, field_name_at, l);
        if (near) {
            finding_more(one, "；是否想写 %s？", "; did you mean %s?", near);
        }
    }
}

/* Is a member there, and not empty? */
static bool is_present(const struct json *j)
{
    return !json_is_null(j) && !(json_type(j) == JSON_STRING && !*json_string(j));
}

static void check_level(const struct level *l)
{
    char number[NUMBER_MAX];
    struct members members = {.object = l->object, .number = number};
    for (size_t i = 0; i < l->count; i++) {
        const struct field *f = &l->fields[i];
        const struct json *j = json_get(l->object, f->name);
        char path[FINDING_FIELD_MAX];
        snprintf(path, sizeof path, "%s.%s", l->path, f->name);
        struct bi when;
        if (is_present(j)) {
            check_member(l, f, j, path);
        } else if (field_required(f, member_value, &members, l->place->outer, &when)) {
            say_lacking(l, path, when);
        }
    }
    if (l->count > 0) {
        check_unknown(l);
    }
}

void value_check_json(const struct field *f, const char *value, size_t len,
                      const struct value_place *place, struct findings *out)
{
    struct json *document = NULL;
    struct err err = {0};
    size_t blanks = strspn(value, " \t\r\n");
    if (f->plain_text && value[blanks] != '{') {
        if (f->plain_note.zh) {
            findings_add(out, head_of(place->path, "json-plain", SEVERITY_WARNING),
                         "%s 不是 JSON：%s%.0s", "%s is no JSON: %.0s%s", place->path,
                         f->plain_note.zh, f->plain_note.en);
        }
        return;
    }
    if (json_parse(value, len, &document, &err) != ST_OK) {
        char line[LANG_COUNT][FINDING_TEXT_MAX];
        err_line(&err, LANG_ZH, line[LANG_ZH], sizeof line[LANG_ZH]);
        err_line(&err, LANG_EN, line[LANG_EN], sizeof line[LANG_EN]);
        enum severity severity = f->plain_text ? SEVERITY_WARNING : SEVERITY_ERROR;
        struct finding *one =
            findings_add(out, head_of(place->path, "json-syntax", severity), "%s 不是完整的 JSON",
                         "%s is no well-formed JSON", place->path);
        if (!f->sensitive) { /* the parser quotes what it met */
            finding_more(one, "：%s%.0s", ": %.0s%s", line[LANG_ZH], line[LANG_EN]);
        }
        return;
    }
    struct level level = {.object = document,
                          .fields = f->fields,
                          .count = f->field_count,
                          .path = place->path,
                          .place = place,
                          .out = out};
    if (json_type(document) == JSON_OBJECT) {
        check_level(&level);
    } else if (!f->plain_text) {
        say_type(&level, place->path, JSON_OBJECT, json_type(document));
    }
    json_free(document);
}
