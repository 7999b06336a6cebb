/* SPDX-License-Identifier: MIT */
/* A head is looked for at the beginning of the paste, and before the document in it. */
#include "core/wire.h"

#include <string.h>
#include <strings.h>

#include "core/text.h"

static bool begins(struct span t, const char *with)
{
    size_t len = strlen(with);
    return t.len >= len && strncasecmp(t.s, with, len) == 0;
}

/* "POST /pay/unifiedorder HTTP/1.1", "HTTP/1.1 200 OK"; of "GET" the parameters are in the URL. */
static bool is_start_line(struct span line)
{
    static const char *const methods[] = {"POST ", "PUT ", "GET ", "HTTP/1", "HTTP/2"};
    for (size_t i = 0; i < ARRAY_COUNT(methods); i++) {
        if (begins(line, methods[i]))
            return i >= 3 || memmem(line.s, line.len, " HTTP/", 6) != NULL;
    }
    return false;
}

static struct span span_between(const char *from, const char *to)
{
    return (struct span){from, (size_t)(to - from)};
}

/* Where the line that ends at `end` (behind its line end) begins. */
static const char *line_before(const char *start, const char *end)
{
    const char *at = end - 1;
    while (at > start && at[-1] != '\n')
        at--;
    return at;
}

/* What a request line asks for: the word behind the method; empty in a reply. */
static struct span target_of(struct span line)
{
    const char *from = memchr(line.s, ' ', line.len), *end = line.s + line.len;
    if (!from || begins(line, "HTTP/"))
        return (struct span){0};
    const char *to = memchr(from + 1, ' ', (size_t)(end - from - 1));
    return span_between(from + 1, to ? to : end);
}

/* The head whose blank line ends at `body`; empty if there is none. */
static struct span head_before(struct span text, const char *body, struct span *url)
{
    const char *end = body;
    bool blank = false;
    while (end > text.s) { /* blank lines between */
        const char *line = line_before(text.s, end);
        if (span_trim(span_between(line, end)).len > 0)
            break;
        blank = true;
        end = line;
    }
    for (const char *at = end; blank && at > text.s;) {
        const char *line = line_before(text.s, at);
        struct span one = span_trim(span_between(line, at));
        if (is_start_line(one)) {
            *url = target_of(one);
            return span_between(at, end);
        }
        if (one.len == 0 || !memchr(one.s, ':', one.len))
            break;
        at = line;
    }
    return (struct span){0};
}

/* A paste that begins with a head; the body is all that follows. */
static bool begins_with_head(struct span text, struct wire *out)
{
    struct span rest = text, line;
    if (!span_next_part(&rest, '\n', &line) || !is_start_line(span_trim(line)))
        return false;
    const char *head = rest.s;
    out->url = target_of(span_trim(line));
    bool query = begins(line, "GET ");
    while (rest.len > 0 && span_next_part(&rest, '\n', &line)) {
        if (span_trim(line).len > 0)
            continue;
        out->head = span_between(head, line.s);
        out->body = rest.s ? rest : (struct span){0};
        out->query = query;
        return true;
    }
    return false;
}

/* Where the document stands, from its line on, as it is; NULL if it was mended. */
static const char *place_of(struct span text, const struct found_doc *doc)
{
    struct span rest = text, line;
    for (size_t i = 1; i < doc->where && rest.len > 0; i++)
        span_next_part(&rest, '\n', &line);
    return rest.len == 0 || doc->len == 0 ? NULL : memmem(rest.s, rest.len, doc->text, doc->len);
}

/* Was anything changed but the charset? Then the bytes are not those that were sent. */
static bool was_mended(const struct repair_log *log)
{
    for (int i = 0; i < REPAIR_COUNT; i++) {
        if (log->done[i] && i != REPAIR_BOM && i != REPAIR_GBK)
            return true;
    }
    return false;
}

void wire_find(struct span text, const struct found *found, const struct repair_log *log,
               struct wire *out)
{
    struct span whole = span_skip_mark(text.s, text.len);
    bool has_doc = log->number > 0 && log->number <= found->count;
    const struct found_doc *doc = has_doc ? &found->docs[log->number - 1] : NULL;
    *out = (struct wire){0};
    if (!doc) {
        struct span trimmed = span_trim(whole); /* anything but XML was written down, not sent */
        bool xml = trimmed.len > 0 && trimmed.s[0] == '<';
        if (!begins_with_head(whole, out) && xml && !was_mended(log))
            out->body = text;
        return;
    }
    if (doc->in == FOUND_CURL) {
        const char *url = strchr(doc->title, ' '); /* "POST https://host/path" */
        out->url = url ? (struct span){url + 1, strlen(url + 1)} : (struct span){0};
        out->query = doc->query;
        out->head = (struct span){doc->head, strlen(doc->head)};
        if (!doc->query)
            out->body = (struct span){doc->text, doc->len};
        return;
    }
    const char *at = doc->unescaped ? NULL : place_of(text, doc);
    struct span head = at ? head_before(text, at, &out->url) : (struct span){0};
    if (head.len > 0) {
        const char *end = at + doc->len;
        while (end < text.s + text.len && span_is_blank(*end) && end - at - (long)doc->len < 2)
            end++;
        out->head = head;
        out->body = span_between(at, end);
    } else if (!at) {
        begins_with_head(whole, out);
    }
}

struct span wire_header(struct span head, const char *name)
{
    struct span line;
    while (head.len > 0 && span_next_part(&head, '\n', &line)) {
        const char *colon = line.len > 0 ? memchr(line.s, ':', line.len) : NULL;
        if (!colon)
            continue;
        struct span key = span_trim(span_between(line.s, colon));
        if (key.len == strlen(name) && strncasecmp(key.s, name, key.len) == 0)
            return span_trim(span_between(colon + 1, line.s + line.len));
    }
    return (struct span){0};
}

bool wire_length_fits(struct span body, size_t declared, size_t *bytes, size_t *characters)
{
    size_t all = body.len, lines = 0;
    while (body.len > 0 && span_is_blank(body.s[body.len - 1]))
        body.len--;
    *bytes = body.len;
    *characters = 0;
    for (size_t i = 0; i < body.len; i++) {
        lines += body.s[i] == '\n' && (i == 0 || body.s[i - 1] != '\r');
        *characters += ((unsigned char)body.s[i] & 0xc0) != 0x80;
    }
    bool converted = lines > 0 && declared > all && declared <= all + lines + 2;
    return (declared >= body.len && declared <= all) || converted;
}
