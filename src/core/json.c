/* SPDX-License-Identifier: MIT */
/*
 * The door to cJSON.
 *
 * cJSON takes more than JSON (control characters as blanks and inside strings, 01, \u0000
 * as the end of a string, names twice) and tells no line. So the text is scanned first,
 * for what a scan can see (json_scan.h); then cJSON parses; then the tree is walked for
 * names that stand twice. A line is found by counting newlines in the text.
 *
 * Writing is ours: cJSON indents by tabs, keeps arrays on one line and leaves DEL, C1 and
 * direction marks raw, which a terminal would obey.
 *
 * cJSON's memory comes from hooks, so that it never runs out and whatever it frees, also
 * half a document that it gave up on, is wiped: profiles hold keys.
 */
#include "core/json.h"

#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/json_scan.h"
#include "core/text.h"

#define INT_LIMIT (INT64_C(1) << 53) /* whole numbers up to here are exact in a double */
#define BOM "\xef\xbb\xbf"
#define INDENT 2 /* blanks */

/* `struct json` is cJSON's node under another name; only this file knows. */
static cJSON *node(const struct json *j)
{
    return (cJSON *)j;
}

static struct json *opaque(cJSON *n)
{
    return (struct json *)n;
}

static void free_wiped(void *ptr)
{
    if (ptr != NULL)
        mem_wipe(ptr, malloc_usable_size(ptr));
    free(ptr);
}

/* Before anything that makes cJSON allocate. Setting the same hooks again changes nothing. */
static void use_hooks(void)
{
    cJSON_Hooks hooks = {.malloc_fn = mem_alloc, .free_fn = free_wiped};
    cJSON_InitHooks(&hooks);
}

/* ---- Parsing ---- */

/* The document without byte order mark, and the brackets that it leaves open. */
struct source {
    const char *text;
    size_t len;
    size_t open;
};

/*
 * Where cJSON stopped. Where it wants a member's name and meets no quote, as after the comma in
 * {"a":1,}, it says one character too far: then the one before it follows '{' or ',' and is nothing
 * that it could have taken there.
 */
static size_t place_of_error(const struct source *s, size_t at)
{
    if (at < 2 || (at < s->len && s->text[at] == '\\'))
        return at;
    size_t before = at - 1;
    while (before > 0 && json_is_blank(s->text[before - 1]))
        before--;
    char met = s->text[at - 1], behind = before > 0 ? s->text[before - 1] : '\0';
    bool wrong = behind == '{'   ? strchr(" \t\r\n\"}", met) == NULL
                 : behind == ',' ? strchr(" \t\r\n\"[{0123456789", met) == NULL
                                 : false;
    return wrong ? at - 1 : at;
}

/* Names one character only: around it there may be a key. */
static enum status fail_at(const struct source *s, size_t at, struct err *err)
{
    at = place_of_error(s, at);
    while (at < s->len && json_is_blank(s->text[at]))
        at++;
    /* At the end cJSON points to the last character instead of behind it. */
    if (at == s->len || (s->open > 0 && at + 1 == s->len))
        return err_set(
            err, ST_SYNTAX,
            SAY("JSON 在第 %zu 行中断", "还有 %zu 个括号没有关闭%.0s", "检查文本是否完整"),
            SAY("JSON breaks off in line %zu", "%zu bracket%s still open",
                "check that the text is complete"),
            json_scan_line(s->text, s->len), s->open, text_s(s->open));
    uint32_t cp = 0;
    size_t size = text_next(s->text + at, s->len - at, &cp, NULL);
    return err_set(
        err, ST_SYNTAX,
        SAY("JSON 第 %zu 行有错", "这里不应出现 %.*s", "检查附近的逗号、冒号、引号和括号"),
        SAY("JSON has an error in line %zu", "%.*s is not expected there",
            "check commas, colons, quotes and brackets near it"),
        json_scan_line(s->text, at), (int)size, s->text + at);
}

/* A member and its place among its siblings. */
struct member {
    const cJSON *node;
    size_t index;
};

static int by_name(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = strcmp(x->node->string, y->node->string);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* The first repetition in this object alone, or NULL. Sorted, as a hostile one is large. */
static const cJSON *repeated_here(const cJSON *object)
{
    size_t count = (size_t)cJSON_GetArraySize(object);
    if (!cJSON_IsObject(object) || count < 2)
        return NULL;
    struct member *members = mem_grow(NULL, count, sizeof(*members));
    size_t n = 0;
    for (const cJSON *c = object->child; c != NULL; c = c->next, n++)
        members[n] = (struct member){c, n};
    qsort(members, n, sizeof(*members), by_name);
    struct member found = {NULL, n};
    for (size_t i = 1; i < n; i++) {
        bool same = strcmp(members[i].node->string, members[i - 1].node->string) == 0;
        if (same && members[i].index < found.index)
            found = members[i];
    }
    free(members);
    return found.node;
}

static const cJSON *find_repeated(const cJSON *parent)
{
    const cJSON *found = repeated_here(parent);
    for (const cJSON *c = parent->child; c != NULL && found == NULL; c = c->next)
        found = find_repeated(c);
    return found;
}

/* Counts the names in document order up to that of `target`; true when it was met. */
static bool count_names(const cJSON *parent, const cJSON *target, size_t *count)
{
    for (const cJSON *c = parent->child; c != NULL; c = c->next) {
        *count += c->string != NULL;
        if (c == target || count_names(c, target, count))
            return true;
    }
    return false;
}

static enum status refuse_repeated(struct source *s, const cJSON *root, struct err *err)
{
    const cJSON *twice = find_repeated(root);
    if (twice == NULL)
        return ST_OK;
    size_t count = 0;
    count_names(root, twice, &count);
    return err_set(err, ST_SYNTAX,
                   SAY("JSON 第 %zu 行有错", "名称 %.64s 在同一对象里出现了两次", "只留一个"),
                   SAY("JSON has an error in line %zu", "the name %.64s stands twice in one object",
                       "keep one of them"),
                   json_scan_name(s->text, s->len, count), twice->string);
}

static enum status parse(struct source *s, cJSON **root, struct err *err)
{
    struct json_shape shape = {.depth_max = JSON_DEPTH_MAX, .nodes_max = JSON_NODES_MAX};
    enum status st = json_scan(s->text, s->len, &shape, err);
    s->open = shape.open;
    if (st != ST_OK)
        return st;
    const char *end = s->text;
    *root = cJSON_ParseWithLengthOpts(s->text, s->len, &end, 0);
    size_t at = (size_t)(end - s->text);
    if (*root == NULL)
        return fail_at(s, at, err);
    while (at < s->len && json_is_blank(s->text[at]))
        at++;
    if (at < s->len)
        return fail_at(s, at, err);
    return refuse_repeated(s, *root, err);
}

enum status json_parse(const char *text, size_t len, struct json **out, struct err *err)
{
    *out = NULL;
    if (len > JSON_SIZE_MAX)
        return err_set(
            err, ST_LIMIT, SAY("JSON 太大", "共 %zu 字节，上限是 %zu 字节", "缩小文件"),
            SAY("JSON is too large", "it has %zu bytes, the limit is %zu", "make the file smaller"),
            len, (size_t)JSON_SIZE_MAX);
    size_t bom = len >= 3 && memcmp(text, BOM, 3) == 0 ? 3 : 0;
    struct source s = {.text = text + bom, .len = len - bom};
    size_t blank = 0;
    while (blank < s.len && json_is_blank(s.text[blank]))
        blank++;
    if (blank == s.len)
        return err_set(
            err, ST_SYNTAX, SAY("没有 JSON", "内容为空", "写入一个 JSON 值，例如 {}"),
            SAY("there is no JSON", "the text is empty", "write a JSON value, for example {}"));
    use_hooks();
    cJSON *root = NULL;
    enum status st = parse(&s, &root, err);
    if (st == ST_OK)
        *out = opaque(root);
    else
        cJSON_Delete(root);
    return st;
}

size_t json_error_line(const struct err *err)
{
    /* Every sentence of ours says it in the same words, and no file's text stands before them. */
    static const char words[] = " in line ";
    const char *at = strstr(err->text[LANG_EN], words);
    return at ? strtoul(at + sizeof words - 1, NULL, 10) : 0;
}

void json_free(struct json *j)
{
    cJSON_Delete(node(j));
}

struct json *json_copy(const struct json *j)
{
    use_hooks();
    return j != NULL ? opaque(cJSON_Duplicate(node(j), 1)) : NULL;
}

void json_wipe(struct json *j)
{
    const cJSON *n = node(j);
    if (n == NULL)
        return;
    if (cJSON_IsString(n) && n->valuestring != NULL)
        mem_wipe(n->valuestring, strlen(n->valuestring));
    for (cJSON *c = n->child; c != NULL; c = c->next)
        json_wipe(opaque(c));
}

/* ---- Reading ---- */

enum json_type json_type(const struct json *j)
{
    const cJSON *n = node(j);
    if (cJSON_IsBool(n))
        return JSON_BOOL;
    if (cJSON_IsNumber(n))
        return JSON_NUMBER;
    if (cJSON_IsString(n))
        return JSON_STRING;
    if (cJSON_IsArray(n))
        return JSON_ARRAY;
    return cJSON_IsObject(n) ? JSON_OBJECT : JSON_NULL;
}

const char *json_name(const struct json *j)
{
    return j != NULL ? node(j)->string : NULL;
}

size_t json_count(const struct json *j)
{
    return j != NULL ? (size_t)cJSON_GetArraySize(node(j)) : 0;
}

struct json *json_get(const struct json *j, const char *name)
{
    if (json_type(j) != JSON_OBJECT)
        return NULL;
    return opaque(cJSON_GetObjectItemCaseSensitive(node(j), name));
}

struct json *json_first(const struct json *j)
{
    return j != NULL ? opaque(node(j)->child) : NULL;
}

struct json *json_next(const struct json *j)
{
    return j != NULL ? opaque(node(j)->next) : NULL;
}

const char *json_string(const struct json *j)
{
    return json_type(j) == JSON_STRING ? node(j)->valuestring : NULL;
}

bool json_bool(const struct json *j, bool fallback)
{
    return json_type(j) == JSON_BOOL ? cJSON_IsTrue(node(j)) : fallback;
}

int64_t json_int(const struct json *j, int64_t fallback)
{
    return json_is_int(j) ? (int64_t)node(j)->valuedouble : fallback;
}

bool json_is_int(const struct json *j)
{
    if (json_type(j) != JSON_NUMBER)
        return false;
    double d = node(j)->valuedouble;
    return d >= (double)-INT_LIMIT && d <= (double)INT_LIMIT && d == trunc(d);
}

double json_number(const struct json *j, double fallback)
{
    return json_type(j) == JSON_NUMBER ? node(j)->valuedouble : fallback;
}

bool json_is_null(const struct json *j)
{
    return json_type(j) == JSON_NULL;
}

/* A member of another type than the reader wants; the types have the names that JSON gives them. */
static enum status wrong_type(const char *path, const char *name, const char *want,
                              const struct json *got, struct err *err)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",     [JSON_BOOL] = "boolean", [JSON_NUMBER] = "number",
        [JSON_STRING] = "string", [JSON_ARRAY] = "array",  [JSON_OBJECT] = "object",
    };
    bool nested = path != NULL && path[0] != '\0';
    return err_set(err, ST_SYNTAX,
                   SAY("%s%s%s: 类型不对", "应为 %s，写的是 %s", "改成这种类型，或删去这一项"),
                   SAY("%s%s%s: wrong type", "%s is expected, this is %s",
                       "write that type or leave the member out"),
                   nested ? path : "", nested ? "." : "", name, want, names[json_type(got)]);
}

enum status json_read_string(const struct json *j, const char *path, const char *name,
                             const char **out, struct err *err)
{
    const struct json *got = json_get(j, name);
    if (json_is_null(got))
        return ST_OK;
    if (json_type(got) != JSON_STRING)
        return wrong_type(path, name, "string", got, err);
    *out = json_string(got);
    return ST_OK;
}

enum status json_read_bool(const struct json *j, const char *path, const char *name, bool *out,
                           struct err *err)
{
    const struct json *got = json_get(j, name);
    if (json_is_null(got))
        return ST_OK;
    if (json_type(got) != JSON_BOOL)
        return wrong_type(path, name, "boolean", got, err);
    *out = json_bool(got, false);
    return ST_OK;
}

enum status json_read_int(const struct json *j, const char *path, const char *name, int64_t *out,
                          struct err *err)
{
    const struct json *got = json_get(j, name);
    if (json_is_null(got))
        return ST_OK;
    if (!json_is_int(got))
        return wrong_type(path, name, "integer", got, err);
    *out = json_int(got, 0);
    return ST_OK;
}

/* ---- Building ---- */

/* Text that JSON can hold, when `s` is not: U+FFFD for what is no UTF-8 and for NUL. */
static char *repaired(const char *s, size_t len)
{
    struct buf b;
    buf_init_secret(&b, 3 * len); /* U+FFFD takes three bytes */
    for (size_t i = 0; i < len;) {
        uint32_t cp = 0;
        char utf8[4];
        i += text_next(s + i, len - i, &cp, NULL);
        buf_add(&b, utf8, text_put(cp != 0 ? cp : 0xfffd, utf8));
    }
    return buf_take(&b);
}

struct json *json_new_object(void)
{
    use_hooks();
    return opaque(cJSON_CreateObject());
}

struct json *json_new_array(void)
{
    use_hooks();
    return opaque(cJSON_CreateArray());
}

struct json *json_new_string(const char *s)
{
    return json_new_string_n(s, strlen(s));
}

struct json *json_new_string_n(const char *s, size_t len)
{
    use_hooks();
    char *text = len > 0 && memchr(s, '\0', len) == NULL && text_valid(s, len, NULL)
                     ? mem_strndup(s, len)
                     : repaired(s, len);
    cJSON *n = cJSON_CreateString(text);
    mem_free_secret(text);
    return opaque(n);
}

struct json *json_new_int(int64_t n)
{
    use_hooks();
    return opaque(cJSON_CreateNumber((double)n));
}

struct json *json_new_number(double d)
{
    use_hooks();
    return opaque(cJSON_CreateNumber(d));
}

struct json *json_new_bool(bool b)
{
    use_hooks();
    return opaque(cJSON_CreateBool(b));
}

struct json *json_new_null(void)
{
    use_hooks();
    return opaque(cJSON_CreateNull());
}

void json_add(struct json *object, const char *name, struct json *child)
{
    if (text_valid(name, strlen(name), NULL)) {
        cJSON_AddItemToObject(node(object), name, node(child));
        return;
    }
    char *text = repaired(name, strlen(name));
    cJSON_AddItemToObject(node(object), text, node(child));
    free(text);
}

void json_add_string(struct json *object, const char *name, const char *s)
{
    if (s != NULL)
        json_add(object, name, json_new_string(s));
}

void json_add_int(struct json *object, const char *name, int64_t n)
{
    json_add(object, name, json_new_int(n));
}

void json_add_bool(struct json *object, const char *name, bool b)
{
    json_add(object, name, json_new_bool(b));
}

void json_add_bi(struct json *object, const char *name, struct bi b)
{
    struct json *both = json_new_object();
    json_add_string(both, "zh", b.zh);
    json_add_string(both, "en", b.en);
    json_add(object, name, both);
}

void json_add_params(struct json *object, const char *name, const struct params *p)
{
    struct json *fields = json_new_object();
    for (size_t i = 0; i < p->count; i++)
        json_add_string(fields, p->items[i].name, p->items[i].value);
    json_add(object, name, fields);
}

bool json_take_params(const struct json *object, struct params *out)
{
    if (json_type(object) != JSON_OBJECT) /* the members of an array have no names */
        return false;
    for (const struct json *f = json_first(object); f; f = json_next(f)) {
        if (!json_string(f) || params_set(out, json_name(f), json_string(f), NULL))
            return false;
    }
    return true;
}

void json_push(struct json *array, struct json *child)
{
    cJSON_AddItemToArray(node(array), node(child));
}

void json_set(struct json *object, const char *name, struct json *child)
{
    if (json_get(object, name) != NULL)
        cJSON_ReplaceItemInObjectCaseSensitive(node(object), name, node(child));
    else
        json_add(object, name, child);
}

void json_remove(struct json *object, const char *name)
{
    cJSON_DeleteItemFromObjectCaseSensitive(node(object), name);
}

/* ---- Writing ---- */

/* What a terminal may obey or hide: DEL and C1, zero-width and direction marks, BOM. */
static bool is_unsafe(uint32_t cp)
{
    return (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff;
}

static void write_escaped(struct buf *out, uint32_t cp)
{
    static const char letters[0x20] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    char letter = cp < 0x20 ? letters[cp] : cp == '"' || cp == '\\' ? (char)cp : '\0';
    if (letter != '\0')
        buf_addf(out, "\\%c", letter);
    else
        buf_addf(out, "\\u%04x", cp);
}

static void write_string(struct buf *out, const char *s)
{
    size_t len = strlen(s), from = 0, at = 0;
    buf_addc(out, '"');
    while (at < len) {
        uint32_t cp = 0;
        size_t size = text_next(s + at, len - at, &cp, NULL);
        if (cp < 0x20 || cp == '"' || cp == '\\' || is_unsafe(cp)) {
            buf_add(out, s + from, at - from);
            write_escaped(out, cp);
            from = at + size;
        }
        at += size;
    }
    buf_add(out, s + from, len - from);
    buf_addc(out, '"');
}

static void write_number(struct buf *out, const struct json *j)
{
    if (json_is_int(j)) { /* cJSON writes 1e+15 */
        buf_addf(out, "%" PRId64, json_int(j, 0));
        return;
    }
    /* The shortest that is read as the same number; cJSON takes 999999999999999.9 for 1e+15. */
    double d = node(j)->valuedouble;
    char text[32];
    int digits = 15;
    do {
        snprintf(text, sizeof text, "%.*g", digits, d);
    } while (strtod(text, NULL) != d && ++digits <= 17);
    buf_adds(out, isfinite(d) ? text : "null");
}

static void write_break(struct buf *out, bool pretty, size_t depth)
{
    if (pretty)
        buf_addf(out, "\n%*s", (int)(INDENT * depth), "");
}

static void write_node(const struct json *j, bool pretty, size_t depth, struct buf *out);

static void write_children(const struct json *j, bool pretty, size_t depth, struct buf *out)
{
    bool object = json_type(j) == JSON_OBJECT;
    const struct json *first = json_first(j);
    buf_addc(out, object ? '{' : '[');
    for (const struct json *c = first; c != NULL; c = json_next(c)) {
        if (c != first)
            buf_addc(out, ',');
        write_break(out, pretty, depth + 1);
        if (object) {
            write_string(out, json_name(c));
            buf_adds(out, pretty ? ": " : ":");
        }
        write_node(c, pretty, depth + 1, out);
    }
    if (first != NULL)
        write_break(out, pretty, depth);
    buf_addc(out, object ? '}' : ']');
}

static void write_node(const struct json *j, bool pretty, size_t depth, struct buf *out)
{
    switch (json_type(j)) {
    case JSON_BOOL:
        buf_adds(out, json_bool(j, false) ? "true" : "false");
        break;
    case JSON_NUMBER:
        write_number(out, j);
        break;
    case JSON_STRING:
        write_string(out, json_string(j));
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        write_children(j, pretty, depth, out);
        break;
    case JSON_NULL:
        buf_adds(out, "null");
        break;
    }
}

void json_write(const struct json *j, bool pretty, struct buf *out)
{
    write_node(j, pretty, 0, out);
}
