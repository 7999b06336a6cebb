/* SPDX-License-Identifier: MIT */
/*
 * Reading catalogue JSON by tables, and the line of a node.
 *
 * The parser keeps no positions. As the document is well-formed once it is parsed, text and
 * tree are walked side by side until the node is reached: slow, simple, and done for
 * problems only.
 */
#include "core/spec_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/findings.h"
#include "core/text.h"

#define MEMBERS_MAX 32 /* of one table */

/* ---- Lines ---- */

struct walk {
    const char *at;
    const char *end;
    size_t line;
    const struct json *wanted;
};

/* Moves past blanks and the given mark characters. */
static void skip(struct walk *w, const char *marks)
{
    while (w->at < w->end && (strchr(" \t\r\n", *w->at) || strchr(marks, *w->at))) {
        w->line += *w->at == '\n';
        w->at++;
    }
}

static void skip_string(struct walk *w)
{
    for (w->at++; w->at < w->end && *w->at != '"'; w->at++) {
        w->at += *w->at == '\\';
    }
    w->at++;
}

/* Moves past the value of `node`; true, without moving on, when the wanted node is met. */
static bool walk_value(struct walk *w, const struct json *node)
{
    skip(w, ",:");
    if (node == w->wanted) {
        return true;
    }
    enum json_type type = json_type(node);
    if (type == JSON_STRING) {
        skip_string(w);
    } else if (type != JSON_ARRAY && type != JSON_OBJECT) {
        w->at += strcspn(w->at, ",]} \t\r\n");
    } else {
        w->at++;
        for (const struct json *j = json_first(node); j; j = json_next(j)) {
            if (type == JSON_OBJECT) {
                skip(w, ",");
                if (j == w->wanted) {
                    return true;
                }
                skip_string(w);
            }
            if (walk_value(w, j)) {
                return true;
            }
        }
        skip(w, ",");
        w->at++;
    }
    return false;
}

size_t reader_line(const struct reader *r, const struct json *node)
{
    struct walk w = {.at = r->text, .end = r->text + r->len, .line = 1, .wanted = node};
    if (r->len >= 3 && memcmp(r->text, "\xef\xbb\xbf", 3) == 0) {
        w.at += 3;
    }
    return node && r->document && walk_value(&w, r->document) ? w.line : 0;
}

/* ---- Problems ---- */

const char *path_below(char out[], const char *base, const char *format, ...)
{
    va_list args;
    size_t len = strnlen(base, SPEC_PATH_MAX - 1);
    memcpy(out, base, len);
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is initialized two lines above */
    vsnprintf(out + len, SPEC_PATH_MAX - len, format, args);
    va_end(args);
    return out;
}

/* Writes the path of a member, for every member of every object: hence not by format. */
static const char *path_member(char out[], const char *base, const char *name)
{
    size_t len = strnlen(base, SPEC_PATH_MAX - 2);
    memcpy(out, base, len);
    if (len > 0) {
        out[len++] = '.';
    }
    size_t more = strnlen(name, SPEC_PATH_MAX - 1 - len);
    memcpy(out + len, name, more);
    out[len + more] = '\0';
    return out;
}

struct err *problem_at(struct reader *r, struct place at)
{
    size_t index = r->count++;
    if (index >= r->room) {
        return NULL;
    }
    struct spec_problem *p = &r->problems[index];
    *p = (struct spec_problem){.line = reader_line(r, at.node)};
    snprintf(p->path, sizeof p->path, "%s", at.path);
    return &p->err;
}

struct err *problem_in(struct reader *r, struct place at, const char *member)
{
    char path[SPEC_PATH_MAX];
    path_member(path, at.path, member);
    const struct json *node = json_get(at.node, member);
    return problem_at(r, (struct place){.node = node ? node : at.node, .path = path});
}

static const char *const kinds_zh[] = {
    [JSON_NULL] = "null",     [JSON_BOOL] = "布尔值", [JSON_NUMBER] = "数字",
    [JSON_STRING] = "字符串", [JSON_ARRAY] = "数组",  [JSON_OBJECT] = "对象",
};
static const char *const kinds_en[] = {
    [JSON_NULL] = "null",       [JSON_BOOL] = "a boolean", [JSON_NUMBER] = "a number",
    [JSON_STRING] = "a string", [JSON_ARRAY] = "an array", [JSON_OBJECT] = "an object",
};

/* Notes a wrong type; true if it is right. */
static bool is_type(struct reader *r, struct place at, enum json_type wanted)
{
    enum json_type got = json_type(at.node);
    if (got == wanted) {
        return true;
    }
    err_set(problem_at(r, at), ST_SYNTAX, SAY("要写%s%.0s", "现在是%s%.0s", ""),
            SAY("%.0s%s is expected", "it is %.0s%s", ""), kinds_zh[wanted], kinds_en[wanted],
            kinds_zh[got], kinds_en[got]);
    return false;
}

/* ---- Objects and lists ---- */

struct names {
    const struct member *members;
    size_t count;
};

static const char *member_name_at(const void *ctx, size_t index)
{
    const struct names *names = ctx;
    return index < names->count ? names->members[index].name : NULL;
}

/* The member's index, looked for from `hint` on, as files follow the table's order; `count` if it
   is unknown. */
static size_t member_find(const struct names *names, const char *name, size_t hint)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t at = hint + i < names->count ? hint + i : hint + i - names->count;
        if (strcmp(names->members[at].name, name) == 0) {
            return at;
        }
    }
    return names->count;
}

static void say_unknown(struct reader *r, struct place at, const struct names *names)
{
    const char *name = json_name(at.node);
    const char *near = text_nearest(name, member_name_at, names);
    if (near) {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("没有名为 %s 的成员", "", "是否想写 %s？"),
                SAY("there is no member named %s", "", "did you mean %s?"), name, near);
    } else {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("没有名为 %s 的成员", "", "请删去"),
                SAY("there is no member named %s", "", "remove it"), name);
    }
}

/* Puts the members of an object where the table has them; true if one is unknown. */
static bool sort_members(const struct json *object, const struct names *names,
                         const struct json *found[MEMBERS_MAX])
{
    bool unknown = false;
    size_t hint = 0;
    for (const struct json *j = json_first(object); j; j = json_next(j)) {
        size_t index = member_find(names, json_name(j), hint);
        if (index == names->count) {
            unknown = true;
        } else {
            found[index] = j;
            hint = index + 1;
        }
    }
    return unknown;
}

void read_object(struct reader *r, struct place at, const struct member *members, size_t count,
                 void *into)
{
    struct names names = {.members = members, .count = count};
    const struct json *found[MEMBERS_MAX] = {NULL};
    char path[SPEC_PATH_MAX];
    if (!is_type(r, at, JSON_OBJECT)) {
        return;
    }
    bool unknown = sort_members(at.node, &names, found);
    for (size_t i = 0; i < count; i++) {
        if (found[i]) {
            path_member(path, at.path, members[i].name);
            members[i].read(r, (struct place){.node = found[i], .path = path},
                            (char *)into + members[i].offset);
        } else if (members[i].needed) {
            err_set(problem_in(r, at, members[i].name), ST_SYNTAX, SAY("缺少成员 %s", "", "请补上"),
                    SAY("the member %s is missing", "", "add it"), members[i].name);
        }
    }
    for (const struct json *j = unknown ? json_first(at.node) : NULL; j; j = json_next(j)) {
        if (member_find(&names, json_name(j), 0) == count) {
            char name[FINDING_SHOWN_MAX];
            finding_shown(json_name(j), strlen(json_name(j)), false, name);
            path_member(path, at.path, name);
            say_unknown(r, (struct place){.node = j, .path = path}, &names);
        }
    }
}

size_t read_list(struct reader *r, struct place at, member_fn read, void *items, size_t size)
{
    size_t count = json_count(at.node);
    if (!is_type(r, at, JSON_ARRAY)) {
        return 0;
    }
    if (count > SPEC_LIST_MAX) {
        err_set(problem_at(r, at), ST_LIMIT, SAY("有 %zu 项", "最多 %d 项", ""),
                SAY("%zu elements", "at most %d are allowed", ""), count, SPEC_LIST_MAX);
        return 0;
    }
    char *list = mem_alloc(count * size);
    memcpy(items, &list, sizeof list); /* `items` is a pointer to a pointer of any type */
    size_t index = 0;
    for (const struct json *j = json_first(at.node); j; j = json_next(j)) {
        char path[SPEC_PATH_MAX];
        path_below(path, at.path, "[%zu]", index);
        read(r, (struct place){.node = j, .path = path}, list + index * size);
        index++;
    }
    return count;
}

/* ---- Simple members ---- */

void read_string(struct reader *r, struct place at, void *into)
{
    if (!is_type(r, at, JSON_STRING)) {
        return;
    }
    if (!*json_string(at.node)) {
        err_set(problem_at(r, at), ST_SYNTAX, SAY("不能为空", "", "写上内容或删去这个成员"),
                SAY("must not be empty", "", "fill it in or remove the member"));
        return;
    }
    *(const char **)into = json_string(at.node);
}

void read_text(struct reader *r, struct place at, void *into)
{
    static const struct member members[] = {
        {"zh", read_string, offsetof(struct bi, zh), true},
        {"en", read_string, offsetof(struct bi, en), true},
    };
    read_object(r, at, members, ARRAY_COUNT(members), into);
}

void read_bool(struct reader *r, struct place at, void *into)
{
    if (is_type(r, at, JSON_BOOL)) {
        *(bool *)into = json_bool(at.node, false);
    }
}

void read_length(struct reader *r, struct place at, void *into)
{
    if (!is_type(r, at, JSON_NUMBER)) {
        return;
    }
    if (!json_is_int(at.node) || json_int(at.node, 0) < 1) {
        err_set(problem_at(r, at), ST_SYNTAX,
                SAY("要写 1 或更大的整数", "", "没有限制时删去这个成员"),
                SAY("must be a whole number, 1 or more", "", "without a limit, remove the member"));
        return;
    }
    *(int64_t *)into = json_int(at.node, 0);
}

void read_any(struct reader *r, struct place at, void *into)
{
    (void)r;
    *(const struct json **)into = at.node;
}

struct words {
    const char *const *words;
    size_t count;
};

static const char *word_at(const void *ctx, size_t index)
{
    const struct words *list = ctx;
    return index < list->count ? list->words[index] : NULL;
}

int read_word(struct reader *r, struct place at, const char *const *words, size_t count)
{
    const char *word = NULL;
    read_string(r, at, &word);
    if (!word) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return (int)i;
        }
    }
    char list[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used < sizeof list; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", words[i]);
    }
    struct words all = {.words = words, .count = count};
    const char *near = text_nearest(word, word_at, &all);
    struct err *err = problem_at(r, at);
    if (near) {
        err_set(err, ST_SYNTAX, SAY("不认识 “%s”", "可以写 %s", "是否想写 %s？"),
                SAY("“%s” is not known", "allowed are %s", "did you mean %s?"), word, list, near);
    } else {
        err_set(err, ST_SYNTAX, SAY("不认识 “%s”", "可以写 %s", ""),
                SAY("“%s” is not known", "allowed are %s", ""), word, list);
    }
    return -1;
}
