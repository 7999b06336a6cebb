/* SPDX-License-Identifier: MIT */
/*
 * Names inside a catalogue file that mean a field: conditions, copies, and names that
 * occur twice.
 *
 * Done when all fields are read, because a condition may look ahead. Lists of the document
 * and of the spec run side by side: element i of one is element i of the other.
 */
#include "core/spec_names.h"

#include <stdio.h>
#include <string.h>

#include "core/findings.h"
#include "core/text.h"

struct level_names {
    const struct field *fields;
    size_t count;
};

static const char *field_name_at(const void *ctx, size_t index)
{
    const struct level_names *l = ctx;
    if (index >= l->count) {
        return NULL;
    }
    return l->fields[index].name ? l->fields[index].name : "";
}

bool check_field_name(struct reader *r, struct place at, const char *name,
                      const struct known_fields *known)
{
    bool outer = name[0] == '/' && known->outer;
    struct level_names l = {.fields = outer ? known->outer : known->fields,
                            .count = outer ? known->outer_count : known->count};
    if (field_find(l.fields, l.count, name + outer)) {
        return true;
    }
    const char *near = text_nearest(name + outer, field_name_at, &l);
    if (near && *near) {
        err_set(problem_at(r, at), ST_NOT_FOUND, SAY("没有名为 %s 的字段", "", "是否想写 %s？"),
                SAY("there is no field named %s", "", "did you mean %s?"), name + outer, near);
    } else {
        err_set(problem_at(r, at), ST_NOT_FOUND, SAY("没有名为 %s 的字段", "", ""),
                SAY("there is no field named %s", "", ""), name + outer);
    }
    return false;
}

/* A value that a condition compares an enumeration with must be one of its values. */
static void check_condition_value(struct reader *r, struct place at, const struct field *f,
                                  const char *value)
{
    if (f->type != FIELD_ENUM || f->value_count == 0 || field_value_text(f, value).zh) {
        return;
    }
    err_set(problem_at(r, at), ST_NOT_FOUND, SAY("%s 没有 %s 这个值", "", ""),
            SAY("%s has no value %s", "", ""), f->name, value);
}

static void check_condition_member(struct reader *r, struct place at,
                                   const struct known_fields *known)
{
    const char *name = json_name(at.node);
    if (!check_field_name(r, at, name, known)) {
        return;
    }
    bool outer = name[0] == '/' && known->outer;
    const struct field *f = outer ? field_find(known->outer, known->outer_count, name + 1)
                                  : field_find(known->fields, known->count, name);
    bool right = json_type(at.node) == JSON_BOOL || json_type(at.node) == JSON_STRING;
    bool check_value = !known->any_value;
    if (check_value && json_type(at.node) == JSON_STRING) {
        check_condition_value(r, at, f, json_string(at.node));
    }
    if (json_type(at.node) == JSON_ARRAY) {
        right = json_count(at.node) > 0;
        for (const struct json *j = json_first(at.node); j; j = json_next(j)) {
            right = right && json_string(j);
            if (check_value && json_string(j)) {
                check_condition_value(r, at, f, json_string(j));
            }
        }
    }
    if (!right) {
        err_set(problem_at(r, at), ST_SYNTAX,
                SAY("条件的值要写字符串、字符串数组、true 或 false", "", ""),
                SAY("a condition's value is a string, an array of strings, true or false", "", ""));
    }
}

void check_condition(struct reader *r, struct place at, const struct known_fields *known)
{
    if (json_type(at.node) != JSON_OBJECT || json_count(at.node) == 0) {
        err_set(problem_at(r, at), ST_SYNTAX,
                SAY("条件要写成非空的对象", "", "例如 {\"trade_type\": \"NATIVE\"}"),
                SAY("a condition is an object that is not empty", "",
                    "for example {\"trade_type\": \"NATIVE\"}"));
        return;
    }
    for (const struct json *j = json_first(at.node); j; j = json_next(j)) {
        char path[SPEC_PATH_MAX], name[FINDING_SHOWN_MAX];
        finding_shown(json_name(j), strlen(json_name(j)), false, name);
        path_below(path, at.path, ".%s", name);
        check_condition_member(r, (struct place){.node = j, .path = path}, known);
    }
}

static void check_twice(struct reader *r, struct place at, const struct field *fields, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (fields[k].name && strcmp(fields[i].name, fields[k].name) == 0) {
            err_set(problem_in(r, at, "name"), ST_CONFLICT,
                    SAY("字段 %s 出现两次", "第一次是第 %zu 个", "请删去一个"),
                    SAY("the field %s occurs twice", "the first is number %zu", "remove one"),
                    fields[i].name, k + 1);
            return;
        }
    }
}

static void check_request_level(struct reader *r, struct place list,
                                const struct known_fields *known);

static void check_request_one(struct reader *r, struct place at, const struct field *f,
                              const struct known_fields *known)
{
    char path[SPEC_PATH_MAX];
    const struct json *when = json_first(json_get(at.node, "required_when"));
    for (size_t i = 0; when && i < f->when_count; i++, when = json_next(when)) {
        if (f->when[i].condition) {
            path_below(path, at.path, ".required_when[%zu].if", i);
            check_condition(r, (struct place){.node = f->when[i].condition, .path = path}, known);
        }
    }
    if (f->source == SOURCE_COPY) {
        path_below(path, at.path, ".source");
        struct place source = {.node = json_get(at.node, "source"), .path = path};
        if (check_field_name(r, source, f->copy_of, known) && f->name &&
            strcmp(f->copy_of, f->name) == 0) {
            err_set(problem_at(r, source), ST_CONFLICT, SAY("字段不能抄自己", "", ""),
                    SAY("a field cannot copy itself", "", ""));
        }
    }
    if (f->field_count > 0) {
        struct known_fields inner = {.fields = f->fields,
                                     .count = f->field_count,
                                     .outer = r->spec->request,
                                     .outer_count = r->spec->request_count};
        path_below(path, at.path, ".fields");
        struct place fields = {.node = json_get(at.node, "fields"), .path = path};
        check_request_level(r, fields, &inner);
    }
}

static void check_request_level(struct reader *r, struct place list,
                                const struct known_fields *known)
{
    const struct json *j = json_first(list.node);
    for (size_t i = 0; j && i < known->count; i++, j = json_next(j)) {
        char path[SPEC_PATH_MAX];
        path_below(path, list.path, "[%zu]", i);
        struct place at = {.node = j, .path = path};
        if (known->fields[i].name) {
            check_twice(r, at, known->fields, i);
        }
        check_request_one(r, at, &known->fields[i], known);
    }
}

void check_request_fields(struct reader *r, struct place at)
{
    struct known_fields known = {.fields = r->spec->request, .count = r->spec->request_count};
    check_request_level(r, at, &known);
    const struct json *j = json_first(at.node);
    for (size_t i = 0; j && i < known.count; i++, j = json_next(j)) {
        const char *name = known.fields[i].name;
        if (name && strcmp(name, "sign") == 0) {
            char path[SPEC_PATH_MAX];
            path_below(path, at.path, "[%zu]", i);
            err_set(problem_at(r, (struct place){.node = j, .path = path}), ST_CONFLICT,
                    SAY("sign 不列入请求字段", "它总是有的", "请删去"),
                    SAY("sign is no request field", "it is implied", "remove it"));
        }
    }
}

void check_response_fields(struct reader *r, struct place at)
{
    struct known_fields known = {.fields = r->spec->response,
                                 .count = r->spec->response_count,
                                 .outer = r->spec->request,
                                 .outer_count = r->spec->request_count,
                                 .any_value = true};
    const struct json *j = json_first(at.node);
    for (size_t i = 0; j && i < known.count; i++, j = json_next(j)) {
        char path[SPEC_PATH_MAX];
        path_below(path, at.path, "[%zu]", i);
        if (known.fields[i].name) {
            check_twice(r, (struct place){.node = j, .path = path}, known.fields, i);
        }
        if (known.fields[i].presence_if) {
            path_below(path, at.path, "[%zu].if", i);
            struct place condition = {.node = known.fields[i].presence_if, .path = path};
            check_condition(r, condition, &known);
        }
    }
}

struct known_fields known_request(const struct spec *s)
{
    return (struct known_fields){.fields = s->request, .count = s->request_count};
}

void check_member_name(struct reader *r, struct place at, const char *member, const char *name)
{
    struct known_fields known = known_request(r->spec);
    if (name) {
        char path[SPEC_PATH_MAX];
        path_below(path, at.path, ".%s", member);
        const struct json *node = json_get(at.node, member);
        check_field_name(r, (struct place){.node = node, .path = path}, name, &known);
    }
}

void check_member_names(struct reader *r, struct place at, const struct member_names *list)
{
    char path[SPEC_PATH_MAX];
    struct known_fields known = known_request(r->spec);
    const struct json *node = json_first(json_get(at.node, list->member));
    for (size_t i = 0; node && i < list->count; i++, node = json_next(node)) {
        const char *name = list->names[i];
        path_below(path, at.path, ".%s[%zu]", list->member, i);
        if (name && !(list->sign && strcmp(name, "sign") == 0)) {
            check_field_name(r, (struct place){.node = node, .path = path}, name, &known);
        }
    }
}
