/* SPDX-License-Identifier: MIT */
/*
 * A text is scanned once for XML and JSON; what lies between is taken line by line, for escaped
 * documents and for query strings. What is found in escaped text or in the strings of a JSON
 * object is scanned in turn.
 */
#include "core/import.h"

#include <string.h>

#include "core/collection.h"
#include "core/curl.h"
#include "core/shape.h"
#include "core/unescape.h"

#define DEPTH_MAX 4 /* texts within texts */

struct scan {
    struct found *out;
    unsigned flags;
    size_t line;    /* of the outermost text */
    size_t work;    /* bytes that may yet be looked at for the end of a JSON object */
    int depth;      /* of the text at hand */
    bool unescaped; /* it was */
    bool any;       /* documents without names of messages are taken too */
};

static void scan_text(struct scan *s, struct span text);

/* ---- Documents ---- */

/* Did a log escape this XML or query? JSON inside a value has its own \" and \u, so that these say
   nothing there. */
static bool looks_escaped(struct span doc)
{
    bool json = memchr(doc.s, '{', doc.len) != NULL;
    const char *end = doc.s + doc.len;
    for (const char *at = doc.s; (at = memchr(at, '\\', (size_t)(end - at))); at++) {
        size_t left = (size_t)(end - at);
        if (left > 3 && at[1] == 'x' && unescape_digit(at[2]) >= 0 && unescape_digit(at[3]) >= 0)
            return true;
        if (left > 5 && at[1] == 'u' && !json && unescape_digit(at[2]) >= 0 &&
            unescape_digit(at[5]) >= 0)
            return true;
        if (left > 1 && at > doc.s && at[-1] == '>' && (at[1] == 'n' || at[1] == 'r'))
            return true;
    }
    return false;
}

static void add(struct scan *s, struct span doc)
{
    struct found_doc about = {.in = FOUND_LOG, .where = s->line, .unescaped = s->unescaped};
    struct buf plain;
    buf_init_secret(&plain, doc.len + 1);
    if (!(s->flags & IMPORT_ESCAPED) && doc.s[0] != '{' && looks_escaped(doc)) {
        about.unescaped |= unescape_log(doc, &plain);
        doc = (struct span){buf_str(&plain), plain.len};
    }
    found_add(s->out, &about, (struct span){"", 0}, doc);
    buf_clear(&plain);
}

/* Scans a text that was made of another. */
static void scan_inner(struct scan *s, struct span text, bool unescape)
{
    struct scan inner = *s;
    struct buf plain;
    if (++inner.depth > DEPTH_MAX)
        return;
    buf_init_secret(&plain, text.len + 1);
    if (unescape && unescape_log(text, &plain)) {
        text = (struct span){buf_str(&plain), plain.len};
        inner.unescaped = true;
    }
    scan_text(&inner, text);
    s->work = inner.work;
    buf_clear(&plain);
}

/* ---- JSON ---- */

/* The end of the JSON object at `at`, strings respected; NULL if it does not close. */
static const char *json_end(struct scan *s, const char *at, const char *end)
{
    size_t depth = 0;
    bool in_string = false;
    const char *name = at + 1;
    while (name < end && span_is_blank(*name))
        name++;
    if (name == end || *name != '"')
        return NULL;
    for (; at < end && s->work > 0; at++, s->work--) {
        if (in_string && *at == '\\')
            at++;
        else if (*at == '"')
            in_string = !in_string;
        else if (!in_string && *at == '{')
            depth++;
        else if (!in_string && *at == '}' && --depth == 0)
            return at + 1;
    }
    return NULL;
}

/* An object that is no message may hold one: the strings and objects of a structured log. */
static void add_json(struct scan *s, struct span doc)
{
    struct pair member;
    size_t at = 0, before = s->out->total;
    bool message = shape_is_document(doc);
    for (size_t n = 0; !message && n < SHAPE_FIELDS_MAX && span_next_member(doc, &at, &member);
         n++) {
        struct span value = member.value;
        if (value.len > 2 && value.s[0] == '"')
            scan_inner(s, (struct span){value.s + 1, value.len - 2}, !(s->flags & IMPORT_ESCAPED));
        else if (value.len > 2 && strchr("{[", value.s[0]))
            scan_inner(s, value, false);
    }
    if (message || (s->any && s->out->total == before))
        add(s, doc);
}

/* ---- Queries ---- */

static bool is_name_char(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '.';
}

/* The first byte of the name before the last '=' in front of `amp`; NULL if there is none. */
static const char *name_before(const char *start, const char *amp)
{
    for (const char *equals = amp; (equals = memrchr(start, '=', (size_t)(equals - start)));) {
        const char *name = equals;
        while (name > start && is_name_char(name[-1]))
            name--;
        if (name < equals && (name == start || name[-1] != '='))
            return name;
    }
    return NULL;
}

/* Where the query that begins at `name` ends: at the mark that matches the one before it. */
static const char *query_end(const char *start, const char *name, const char *end)
{
    const char *stops = "\"\r";
    switch (name > start ? name[-1] : '\0') {
    case '?':
        stops = " \t\"'<>#\r";
        break;
    case '\'':
        stops = "'\r";
        break;
    case '[':
        stops = "]\r";
        break;
    case '(':
        stops = ")\r";
        break;
    default:
        break;
    }
    while (name < end && !(*name && strchr(stops, *name)))
        name++;
    return name;
}

static void scan_queries(struct scan *s, struct span line)
{
    const char *at = line.s, *end = line.s + line.len;
    for (const char *amp; (amp = memchr(at, '&', (size_t)(end - at)));) {
        const char *name = name_before(at, amp);
        if (!name) {
            at = amp + 1;
            continue;
        }
        const char *stop = query_end(line.s, name, end);
        struct span query = {name, (size_t)(stop - name)};
        if (shape_is_document(query) || (s->any && shape_detect(query) == SHAPE_QUERY))
            add(s, query);
        at = stop > amp ? stop : amp + 1;
    }
}

/* ---- What lies between ---- */

static void scan_between(struct scan *s, struct span text)
{
    struct span line;
    bool first = true;
    while (text.len > 0 && span_next_part(&text, '\n', &line)) {
        size_t before = s->out->total;
        s->line += !first && s->depth == 0;
        first = false;
        bool escaped = line.len && memchr(line.s, '\\', line.len) && !(s->flags & IMPORT_ESCAPED);
        if (escaped && s->depth < DEPTH_MAX)
            scan_inner(s, line, true);
        if (line.len && s->out->total == before)
            scan_queries(s, line);
    }
}

/* ---- XML ---- */

static bool xml_opens(const char *at, const char *end)
{
    return end - at > 5 && memcmp(at, "<xml", 4) == 0 && (at[4] == '>' || at[4] == ' ');
}

/* The end of the message at `at`; NULL if another opens first, or none closes. `*close` is the last
   one looked up: each is searched once. */
static const char *xml_end(const char *at, const char *end, const char **close)
{
    static const char mark[] = "</xml>";
    if (!*close || *close < at)
        *close = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1);
    if (!*close) {
        *close = end;
        return NULL;
    }
    if (*close == end)
        return NULL;
    const char *other = memmem(at + 4, (size_t)(*close - at) - 4, "<xml", 4);
    while (other && !xml_opens(other, end))
        other = memmem(other + 4, (size_t)(*close - other) - 4, "<xml", 4);
    return other ? NULL : *close + sizeof(mark) - 1;
}

static void note_cut(struct scan *s)
{
    (void)err_set(found_note(s->out), ST_OK,
                  SAY("第 %zu 行：XML 报文不完整", "<xml> 没有对应的 </xml>", ""),
                  SAY("line %zu: an XML message is cut off", "<xml> has no </xml>", ""), s->line);
}

/* ---- A text ---- */

static void scan_text(struct scan *s, struct span text)
{
    const char *end = text.s + text.len, *done = text.s, *close = NULL;
    size_t line = s->line;
    for (const char *at = text.s; at < end && s->depth <= DEPTH_MAX;) {
        const char *stop = NULL;
        bool xml = *at == '<' && xml_opens(at, end);
        if (xml)
            stop = xml_end(at, end, &close);
        else if (*at == '{')
            stop = json_end(s, at, end);
        if (!stop && !xml) {
            at++;
            continue;
        }
        size_t lines = s->depth == 0 ? span_lines((struct span){done, (size_t)(at - done)}) : 0;
        scan_between(s, (struct span){done, (size_t)(at - done)});
        s->line = line += lines;
        if (!stop) {
            note_cut(s);
            stop = at + 4;
        } else if (xml) {
            add(s, (struct span){at, (size_t)(stop - at)});
        } else {
            add_json(s, (struct span){at, (size_t)(stop - at)});
        }
        s->line = line += s->depth == 0 ? span_lines((struct span){at, (size_t)(stop - at)}) : 0;
        done = at = stop;
    }
    scan_between(s, (struct span){done, (size_t)(end - done)});
    s->line = line;
}

/* Blocks of name=value lines, parted by blank lines. */
static void scan_blocks(struct found *out, struct span text)
{
    struct found_doc about = {.in = FOUND_LOG, .where = 1};
    struct span line, rest = text, block = {text.s, 0};
    struct found all = {0};
    size_t number = 0;
    bool good = true;
    while (rest.s && good) {
        bool more = span_next_part(&rest, '\n', &line);
        bool blank = span_trim(line).len == 0;
        number++;
        if (more && !blank) {
            if (block.len == 0)
                block.s = line.s, about.where = number;
            block.len = (size_t)(line.s + line.len - block.s);
        }
        if (block.len > 0 && (blank || !rest.s)) {
            good = shape_detect(block) == SHAPE_LINES && shape_is_document(block);
            found_add(&all, &about, (struct span){"", 0}, block);
            block.len = 0;
        }
    }
    for (size_t i = 0; good && all.count > 1 && i < all.count; i++)
        found_add(out, &all.docs[i], (struct span){"", 0},
                  (struct span){all.docs[i].text, all.docs[i].len});
    found_clear(&all);
}

/* ---- Whatever it is ---- */

bool import_is_container(struct span text, bool *curl)
{
    bool is_curl = curl_is(text);
    if (curl)
        *curl = is_curl;
    return is_curl || collection_detect(text) != COLLECTION_NONE;
}

enum status import_find(struct span text, unsigned flags, struct found *out, struct err *err)
{
    bool look = !(flags & IMPORT_WHOLE);
    if (look && collection_detect(text) != COLLECTION_NONE)
        return collection_find(text, out, err);
    if (look && curl_is(text)) {
        curl_find(text, out);
        return ST_OK;
    }
    struct scan s = {.out = out, .flags = flags, .line = 1, .work = 16 * text.len};
    scan_text(&s, text);
    if (out->total == 0)
        scan_blocks(out, text);
    if (out->total == 0 && !(flags & IMPORT_MESSAGES)) {
        found_clear(out); /* its notes come again */
        s = (struct scan){
            .out = out, .flags = flags, .line = 1, .work = 16 * text.len, .any = true};
        scan_text(&s, text);
    }
    return ST_OK;
}

size_t import_first(const struct found *f)
{
    size_t readable = f->count;
    for (size_t i = 0; i < f->count; i++) {
        struct paste paste = {0};
        if (paste_is_document(f->docs[i].text, f->docs[i].len))
            return i;
        if (readable == f->count && i < 100 &&
            !paste_read(f->docs[i].text, f->docs[i].len, &paste, NULL))
            readable = i;
        paste_clear(&paste);
    }
    return readable < f->count ? readable : 0;
}

enum status import_nothing(const struct found *f, struct err *err)
{
    if (f->note_count == 0)
        return err_set(err, ST_SYNTAX,
                       SAY("里面没有报文", "没有一个请求带有请求体或查询串", "确认内容是否取错"),
                       SAY("there is no message in it", "no request has a body or a query",
                           "check where this comes from"));
    if (err) {
        *err = f->notes[0];
        err->status = ST_SYNTAX;
    }
    return ST_SYNTAX;
}

enum status import_beyond(size_t wanted, size_t total, struct err *err)
{
    return err_set(err, ST_NOT_FOUND, SAY("没有第 %zu 个报文", "其中共有 %zu 个", "改小编号"),
                   SAY("there is no message number %zu", "the text holds %zu", "give a lower one"),
                   wanted, total);
}

/* Is what was found another document than the text itself, which begins as one and is broken? */
static bool is_other(struct span text, const struct found *found)
{
    struct span doc = span_trim(span_skip_mark(text.s, text.len));
    if (found->count == 0)
        return false;
    struct span first = {found->docs[0].text, found->docs[0].len};
    if (doc.s[0] != '<' && doc.s[0] != '{')
        return true;
    return doc.len > first.len && memcmp(doc.s, first.s, first.len) == 0;
}

enum status import_read(struct span text, size_t wanted, struct found *found, size_t *number,
                        struct paste *out, struct err *err)
{
    bool container = text.len <= PASTE_SIZE_MAX && import_is_container(text, NULL);
    *number = 1;
    enum status st = ST_OK;
    if (!container) {
        st = paste_read(text.s, text.len, out, err);
        if (st == ST_LIMIT || st == ST_ARGUMENT)
            return st;
        if (!st)
            return wanted > 1 ? import_beyond(wanted, 1, err) : ST_OK;
        if (import_find(text, IMPORT_MESSAGES, found, NULL) || !is_other(text, found)) {
            found_clear(found);
            return st;
        }
    } else {
        st = import_find(text, 0, found, err);
        if (!st && found->count == 0)
            st = import_nothing(found, err);
        if (st)
            return st;
    }
    size_t index = wanted ? wanted - 1 : import_first(found);
    *number = index + 1;
    if (index >= found->count)
        return import_beyond(wanted, found->count, err);
    return paste_read(found->docs[index].text, found->docs[index].len, out, err);
}
