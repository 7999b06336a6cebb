/* SPDX-License-Identifier: MIT */
/*
 * Pairs that a file gives as name and value become a JSON object, which keeps each value to the
 * byte; a query would have to be encoded and decoded again.
 */
#include "core/collection.h"

#include <string.h>

#include "core/digest.h"
#include "core/json.h"
#include "core/paste.h"

#define FOLDERS_MAX 16    /* deep */
#define VARIABLES_MAX 400 /* bytes of their names that are told */

struct reader {
    struct found *out;
    size_t number;
    struct buf variables; /* names of those not filled in, "a, b" */
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
static bool write_pairs(const struct json *list, const char *key, struct buf *out)
{
    struct json *object = json_new_object();
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        const char *name = json_string(json_get(j, key));
        const struct json *value = json_get(j, "value");
        bool off = json_bool(json_get(j, "disabled"), false);
        if (name && json_string(value) && !off)
            json_add_string(object, name, json_string(value));
    }
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
    if (span_trim(text).len == 0 && write_pairs(json_get(post, "params"), "name", &pairs))
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

/* Names each {{variable}} of the text once. */
static void name_variables(struct reader *r, struct span text)
{
    const char *end = text.s + text.len;
    for (const char *s = text.s; (s = memmem(s, (size_t)(end - s), "{{", 2)); s += 2) {
        const char *close = memmem(s, (size_t)(end - s), "}}", 2);
        size_t len = close ? (size_t)(close - s) - 2 : 0;
        char name[64];
        if (!close)
            return;
        if (len == 0 || len >= sizeof(name) || memchr(s + 2, '\n', len) || memchr(s + 2, '"', len))
            continue;
        memcpy(name, s + 2, len);
        name[len] = '\0';
        if (strstr(buf_str(&r->variables), name))
            continue;
        buf_addf(&r->variables, "%s%s", r->variables.len ? ", " : "", name);
    }
}

/* The body of a request as text; what cannot be taken is noted. */
static struct span postman_body(struct reader *r, const struct json *body, const char *name,
                                struct buf *pairs)
{
    const char *mode = json_string(json_get(body, "mode"));
    if (!mode || json_bool(json_get(body, "disabled"), false))
        return (struct span){"", 0};
    if (strcmp(mode, "raw") == 0)
        return span_trim(text_of(json_get(body, "raw")));
    bool form = strcmp(mode, "urlencoded") == 0 || strcmp(mode, "formdata") == 0;
    if (form && write_pairs(json_get(body, mode), "key", pairs))
        return (struct span){buf_str(pairs), pairs->len};
    if (!form)
        (void)err_set(
            found_note(r->out), ST_OK,
            SAY("Postman 第 %zu 个请求（%.80s）的请求体没有读取", "它的种类是 %.20s", ""),
            SAY("the body of Postman request %zu (%.80s) was not read", "it is of mode %.20s", ""),
            r->number, name, mode);
    return (struct span){"", 0};
}

static struct span postman_url(const struct json *request)
{
    const struct json *url = json_get(request, "url");
    struct span text = text_of(url);
    return text.len ? text : text_of(json_get(url, "raw"));
}

static void postman_request(struct reader *r, const struct json *item, const char *folder)
{
    const struct json *request = json_get(item, "request");
    const char *name = json_string(json_get(item, "name"));
    size_t noted = r->out->noted;
    struct buf pairs, title;
    r->number++;
    buf_init_secret(&pairs, PASTE_SIZE_MAX);
    buf_init(&title, 8 * FOUND_TITLE_MAX);
    if (folder)
        buf_addf(&title, "%.60s / ", folder);
    write_title(&title, name, json_string(json_get(request, "method")), postman_url(request));
    struct span text = postman_body(r, json_get(request, "body"), buf_str(&title), &pairs);
    if (text.len == 0)
        text = query_of(json_string(request) ? text_of(request) : postman_url(request));
    if (text.len > 0) {
        name_variables(r, text);
        add_text(r, FOUND_POSTMAN, (struct span){buf_str(&title), title.len}, text);
    } else if (r->out->noted == noted) {
        (void)err_set(
            found_note(r->out), ST_OK,
            SAY("Postman 第 %zu 个请求（%.80s）没有参数", "没有请求体，也没有查询串", ""),
            SAY("Postman request %zu (%.80s) has no parameters", "neither a body nor a query", ""),
            r->number, buf_str(&title));
    }
    buf_clear(&pairs);
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
    if (r->variables.len > 0)
        (void)err_set(found_note(r->out), ST_OK,
                      SAY("没有替换 Postman 变量 %s", "它们按 {{…}} 原样保留", ""),
                      SAY("the Postman variables %s were not filled in", "they stand as {{…}}", ""),
                      buf_str(&r->variables));
    return ST_OK;
}

/* ---- The file ---- */

enum collection collection_detect(struct span text)
{
    struct pair member;
    struct span doc = span_trim(span_skip_mark(text.s, text.len));
    bool info = false, item = false;
    if (doc.len == 0 || doc.s[0] != '{')
        return COLLECTION_NONE;
    size_t at = 0;
    bool more = true;
    for (int n = 0; n < 12 && more; n++) {
        size_t before = at;
        more = span_next_member(doc, &at, &member);
        if (at == before)
            break; /* a member that is cut off counts: the error is to name the kind of file */
        bool object = member.value.len > 0 && member.value.s[0] == '{';
        if (n == 0 && object && span_is(member.name, "log"))
            return memmem(member.value.s, member.value.len, "\"entries\"", 9) ? COLLECTION_HAR
                                                                              : COLLECTION_NONE;
        info |= object && span_is(member.name, "info");
        item |= member.value.len > 0 && member.value.s[0] == '[' && span_is(member.name, "item");
    }
    return info && item ? COLLECTION_POSTMAN : COLLECTION_NONE;
}

enum status collection_find(struct span text, struct found *out, struct err *err)
{
    bool har = collection_detect(text) == COLLECTION_HAR;
    struct reader r = {.out = out};
    struct json *root = NULL;
    enum status st = json_parse(text.s, text.len, &root, err);
    if (st) {
        err_wrap(err, "%s", "%s", har ? "HAR" : "Postman");
        return st;
    }
    buf_init(&r.variables, VARIABLES_MAX);
    st = har ? read_har(&r, root, err) : read_postman(&r, root);
    buf_clear(&r.variables);
    json_wipe(root);
    json_free(root);
    return st;
}
