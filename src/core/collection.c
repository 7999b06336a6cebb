/* SPDX-License-Identifier: MIT */
/*
 * Pairs that a file gives as name and value become a JSON object, which keeps each value to the
 * byte; a query would have to be encoded and decoded again.
 */
#include "core/collection.h"

#include <stdio.h>
#include <string.h>

#include "core/digest.h"
#include "core/json.h"
#include "core/paste.h"
#include "core/variables.h"

#define FOLDERS_MAX 16 /* deep */
#define PARTS_MAX 16   /* files one after the other in a text */

/* Which variable counts, where several have one name. */
enum rank { RANK_GLOBAL, RANK_COLLECTION, RANK_ENVIRONMENT };

struct reader {
    struct found *out;
    size_t number;
    struct variables variables;
};

/* ---- Both ---- */

static struct span text_of(const struct json *j)
{
    const char *s = json_string(j);
    return (struct span){s ? s : "", s ? strlen(s) : 0};
}

/* "POST https://host/path" */
static void write_title(struct buf *out, const char *name, const char *method, struct span url)
{
    if (name)
        buf_adds(out, name);
    else
        buf_addf(out, "%.12s %.*s", method ? method : "GET",
                 (int)(url.len < FOUND_TITLE_MAX ? strcspn(url.s, "?#") : FOUND_TITLE_MAX), url.s);
}

/* The members `key` and "value" of each element, as a JSON object. False if there is none. */
static bool write_pairs(struct reader *r, const struct json *list, const char *key, struct buf *out)
{
    struct json *object = json_new_object();
    struct buf filled;
    buf_init_secret(&filled, PASTE_SIZE_MAX);
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        const char *name = json_string(json_get(j, key));
        const struct json *value = json_get(j, "value");
        bool off = json_bool(json_get(j, "disabled"), false);
        if (!name || !json_string(value) || off)
            continue;
        buf_reset(&filled);
        variables_fill(&r->variables, text_of(value), &filled);
        json_add_string(object, name, buf_str(&filled));
    }
    buf_clear(&filled);
    bool any = json_count(object) > 0;
    if (any)
        json_write(object, false, out);
    json_wipe(object);
    json_free(object);
    return any;
}

/* What follows '?'; empty if nothing does. */
static struct span query_of(struct span url)
{
    const char *mark = url.len ? memchr(url.s, '?', url.len) : NULL;
    if (!mark)
        return (struct span){"", 0};
    return (struct span){mark + 1, strcspn(mark + 1, "#")};
}

static void add_text(struct reader *r, enum found_in in, struct span title, struct span text)
{
    struct found_doc about = {.in = in, .where = r->number};
    found_add(r->out, &about, title, text);
}

/* ---- HAR ---- */

static void har_reply(struct reader *r, const struct json *content, struct span title)
{
    struct span text = text_of(json_get(content, "text"));
    const char *encoding = json_string(json_get(content, "encoding"));
    struct buf plain;
    buf_init_secret(&plain, PASTE_SIZE_MAX);
    if (encoding && strcmp(encoding, "base64") == 0) {
        if (base64_read(&plain, text.s, text.len, NULL))
            buf_reset(&plain);
        text = (struct span){buf_str(&plain), plain.len};
    }
    if (text.len > 0 && paste_is_document(text.s, text.len))
        add_text(r, FOUND_HAR_REPLY, title, text);
    buf_clear(&plain);
}

static bool har_request(struct reader *r, const struct json *request, struct span title)
{
    const struct json *post = json_get(request, "postData");
    struct span text = text_of(json_get(post, "text"));
    struct buf pairs;
    buf_init_secret(&pairs, PASTE_SIZE_MAX);
    if (span_trim(text).len == 0 && write_pairs(r, json_get(post, "params"), "name", &pairs))
        text = (struct span){buf_str(&pairs), pairs.len};
    if (span_trim(text).len == 0)
        text = query_of(text_of(json_get(request, "url")));
    if (text.len > 0)
        add_text(r, FOUND_HAR, title, text);
    buf_clear(&pairs);
    return text.len > 0;
}

static void har_entry(struct reader *r, const struct json *entry)
{
    const struct json *request = json_get(entry, "request");
    struct buf title;
    size_t before = r->out->total;
    r->number++;
    buf_init(&title, 4 * FOUND_TITLE_MAX);
    write_title(&title, NULL, json_string(json_get(request, "method")),
                text_of(json_get(request, "url")));
    struct span name = {buf_str(&title), title.len};
    bool asked = har_request(r, request, name);
    har_reply(r, json_get(json_get(entry, "response"), "content"), name);
    if (!asked && r->out->total == before)
        (void)err_set(found_note(r->out), ST_OK,
                      SAY("HAR 第 %zu 条没有参数（%s）", "没有请求体，也没有查询串", ""),
                      SAY("HAR entry %zu has no parameters (%s)", "neither a body nor a query", ""),
                      r->number, buf_str(&title));
    buf_clear(&title);
}

static enum status read_har(struct reader *r, const struct json *root, struct err *err)
{
    const struct json *entries = json_get(json_get(root, "log"), "entries");
    if (json_type(entries) != JSON_ARRAY)
        return err_set(err, ST_SYNTAX, SAY("HAR 不完整", "log.entries 不是数组", "重新导出"),
                       SAY("the HAR is not whole", "log.entries is no array", "export it again"));
    for (const struct json *j = json_first(entries); j; j = json_next(j))
        har_entry(r, j);
    return ST_OK;
}

/* ---- Postman ---- */

/* The body of a request as text; what cannot be taken is noted. */
static bool postman_body(struct reader *r, const struct json *body, const char *name,
                         struct buf *out)
{
    const char *mode = json_string(json_get(body, "mode"));
    if (!mode || json_bool(json_get(body, "disabled"), false))
        return false;
    if (strcmp(mode, "raw") == 0) {
        variables_fill(&r->variables, span_trim(text_of(json_get(body, "raw"))), out);
        return out->len > 0;
    }
    bool form = strcmp(mode, "urlencoded") == 0 || strcmp(mode, "formdata") == 0;
    if (form)
        return write_pairs(r, json_get(body, mode), "key", out);
    (void)err_set(
        found_note(r->out), ST_OK,
        SAY("Postman 第 %zu 个请求（%.80s）的请求体没有读取", "它的种类是 %.20s", ""),
        SAY("the body of Postman request %zu (%.80s) was not read", "it is of mode %.20s", ""),
        r->number, name, mode);
    return false;
}

static struct span postman_url(const struct json *request)
{
    const struct json *url = json_get(request, "url");
    struct span text = json_string(request) ? text_of(request) : text_of(url);
    return text.len ? text : text_of(json_get(url, "raw"));
}

/* "folder / request" */
static void postman_title(const struct json *item, const char *folder, struct buf *out)
{
    const struct json *request = json_get(item, "request");
    if (folder)
        buf_addf(out, "%.60s / ", folder);
    write_title(out, json_string(json_get(item, "name")), json_string(json_get(request, "method")),
                postman_url(request));
}

static void postman_request(struct reader *r, const struct json *item, const char *folder)
{
    const struct json *request = json_get(item, "request");
    size_t noted = r->out->noted;
    struct buf body, title;
    r->number++;
    buf_init_secret(&body, PASTE_SIZE_MAX);
    buf_init(&title, 8 * FOUND_TITLE_MAX);
    postman_title(item, folder, &title);
    if (!postman_body(r, json_get(request, "body"), buf_str(&title), &body))
        variables_fill(&r->variables, query_of(postman_url(request)), &body);
    if (buf_status(&body)) {
        (void)err_set(found_note(r->out), ST_OK,
                      SAY("Postman 第 %zu 个请求（%.80s）没有读取", "填入变量后超过 %u MiB", ""),
                      SAY("Postman request %zu (%.80s) was not read",
                          "with its variables filled in it is over %u MiB", ""),
                      r->number, buf_str(&title), PASTE_SIZE_MAX >> 20);
    } else if (body.len > 0) {
        add_text(r, FOUND_POSTMAN, (struct span){buf_str(&title), title.len},
                 (struct span){buf_str(&body), body.len});
    } else if (r->out->noted == noted) {
        (void)err_set(
            found_note(r->out), ST_OK,
            SAY("Postman 第 %zu 个请求（%.80s）没有参数", "没有请求体，也没有查询串", ""),
            SAY("Postman request %zu (%.80s) has no parameters", "neither a body nor a query", ""),
            r->number, buf_str(&title));
    }
    buf_clear(&body);
    buf_clear(&title);
}

/* Items are requests or folders of items: walked with the parents kept, not by recursion. */
static enum status read_postman(struct reader *r, const struct json *root)
{
    const struct json *at[FOLDERS_MAX];
    const char *names[FOLDERS_MAX] = {NULL};
    size_t depth = 1;
    at[0] = json_first(json_get(root, "item"));
    while (depth > 0) {
        const struct json *item = at[depth - 1];
        if (!item) {
            depth--;
            continue;
        }
        at[depth - 1] = json_next(item);
        const struct json *inner = json_get(item, "item");
        if (json_type(inner) == JSON_ARRAY && depth == FOLDERS_MAX) {
            (void)err_set(
                found_note(r->out), ST_OK, SAY("超过 %d 层的 Postman 文件夹没有读取", "", ""),
                SAY("Postman folders more than %d deep were not read", "", ""), FOLDERS_MAX);
        } else if (json_type(inner) == JSON_ARRAY) {
            names[depth] = json_string(json_get(item, "name"));
            at[depth++] = json_first(inner);
        } else {
            postman_request(r, item, names[depth - 1]);
        }
    }
    if (r->variables.left.len > 0)
        (void)err_set(
            found_note(r->out), ST_OK,
            SAY("没有替换 Postman 变量 %s", "集合和随附的环境文件里都没有它们的值，{{…}} 原样保留",
                ""),
            SAY("the Postman variables %s were not filled in",
                "neither the collection nor an environment given with it has a value for them; they stand as {{…}}",
                ""),
            buf_str(&r->variables.left));
    return ST_OK;
}

/* Numbers and truth values as Postman writes them. */
static void add_variable(struct reader *r, const struct json *j, enum rank rank)
{
    const struct json *value = json_get(j, "value");
    const char *name = json_string(json_get(j, "key"));
    char number[32];
    snprintf(number, sizeof(number), "%lld", (long long)json_int(value, 0));
    if (json_bool(json_get(j, "disabled"), false) || !json_bool(json_get(j, "enabled"), true))
        return;
    variables_add(&r->variables, name ? name : json_string(json_get(j, "id")),
                  json_type(value) == JSON_BOOL ? (json_bool(value, false) ? "true" : "false")
                  : json_is_int(value)          ? number
                                                : json_string(value),
                  rank);
}

static void add_variables(struct reader *r, const struct json *list, enum rank rank)
{
    for (const struct json *j = json_first(list); j; j = json_next(j))
        add_variable(r, j, rank);
}

/* ---- The file ---- */

/* What one object is by its outermost names; `*end` is the offset behind it, 0 if that is not to be
   known. Only as much is looked at as is needed, unless `end` is given. */
static enum collection detect_one(struct span doc, size_t *end)
{
    struct pair member;
    bool info = false, item = false, values = false, scope = false, log = false, more = true;
    size_t at = 0, before;
    if (end)
        *end = 0;
    for (int n = 0; (n < 12 || (end && n < 1000)) && more; n++) {
        before = at;
        more = span_next_member(doc, &at, &member);
        if (at == before)
            break; /* a member that is cut off counts: the error is to name the kind of file */
        char first = member.value.len > 0 ? member.value.s[0] : '\0';
        if (n == 0 && first == '{' && span_is(member.name, "log"))
            log = memmem(member.value.s, member.value.len, "\"entries\"", 9) != NULL;
        info |= first == '{' && span_is(member.name, "info");
        item |= first == '[' && span_is(member.name, "item");
        values |= first == '[' && span_is(member.name, "values");
        scope |= first == '"' && span_is(member.name, "_postman_variable_scope");
    }
    if (end && at > 0 && at < doc.len && doc.s[at] == '}')
        *end = at + 1;
    return log               ? COLLECTION_HAR
           : info && item    ? COLLECTION_POSTMAN
           : values && scope ? COLLECTION_VARIABLES
                             : COLLECTION_NONE;
}

enum collection collection_detect(struct span text)
{
    struct span doc = span_trim(span_skip_mark(text.s, text.len));
    enum collection kind = COLLECTION_VARIABLES;
    for (int n = 0; n < PARTS_MAX && kind == COLLECTION_VARIABLES; n++) {
        size_t end = 0;
        if (doc.len == 0 || doc.s[0] != '{')
            return COLLECTION_NONE;
        kind = detect_one(doc, NULL);
        if (kind == COLLECTION_VARIABLES)
            detect_one(doc, &end);
        doc = span_trim((struct span){doc.s + end, end ? doc.len - end : 0});
    }
    return kind == COLLECTION_VARIABLES ? COLLECTION_NONE : kind;
}

/* The files in a text, one after the other. What cannot be told apart is one. */
static size_t split(struct span text, struct span parts[PARTS_MAX])
{
    struct span doc = span_trim(span_skip_mark(text.s, text.len));
    size_t count = 0;
    while (doc.len > 0) {
        size_t end = 0;
        if (count == PARTS_MAX || doc.s[0] != '{' || (detect_one(doc, &end), !end)) {
            parts[0] = text;
            return 1;
        }
        parts[count++] = (struct span){doc.s, end};
        doc = span_trim((struct span){doc.s + end, doc.len - end});
    }
    return count;
}

static enum status read_all(struct reader *r, struct json *const *roots, size_t count, bool har,
                            struct err *err)
{
    enum status st = ST_OK;
    for (size_t i = 0; i < count && !st; i++) {
        const struct json *root = roots[i];
        if (json_get(root, "values") && json_get(root, "_postman_variable_scope"))
            continue;
        variables_clear(&r->variables);
        for (size_t k = 0; k < count; k++) {
            const char *scope = json_string(json_get(roots[k], "_postman_variable_scope"));
            if (scope)
                add_variables(r, json_get(roots[k], "values"),
                              strcmp(scope, "globals") == 0 ? RANK_GLOBAL : RANK_ENVIRONMENT);
        }
        add_variables(r, json_get(root, "variable"), RANK_COLLECTION);
        st = har ? read_har(r, root, err) : read_postman(r, root);
    }
    return st;
}

enum status collection_find(struct span text, struct found *out, struct err *err)
{
    bool har = collection_detect(text) == COLLECTION_HAR;
    struct reader r = {.out = out};
    struct json *roots[PARTS_MAX] = {NULL};
    struct span parts[PARTS_MAX] = {text};
    size_t count = har ? 1 : split(text, parts);
    enum status st = ST_OK;
    for (size_t i = 0; i < count && !st; i++)
        st = json_parse(parts[i].s, parts[i].len, &roots[i], err);
    if (st)
        err_wrap(err, "%s", "%s", har ? "HAR" : "Postman");
    else
        st = read_all(&r, roots, count, har, err);
    variables_clear(&r.variables);
    for (size_t i = 0; i < count; i++) {
        json_wipe(roots[i]);
        json_free(roots[i]);
    }
    return st;
}
