/* SPDX-License-Identifier: MIT */
/*
 * Cutting text into names and values.
 *
 * Each cut looks at what it takes and at nothing before it, so that a whole document
 * costs linear time; a query's value grows while the pieces behind it are no pairs.
 */
#include "core/span.h"

#include <string.h>

#include "core/params.h"

bool span_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int span_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct span span_trim(struct span t)
{
    while (t.len > 0 && span_is_blank(t.s[0]))
        t.s++, t.len--;
    while (t.len > 0 && span_is_blank(t.s[t.len - 1]))
        t.len--;
    return t;
}

size_t span_lines(struct span t)
{
    size_t n = 0;
    for (const char *s = t.s, *end = s + t.len;
         s < end && (s = memchr(s, '\n', (size_t)(end - s))) != NULL; s++)
        n++;
    return n;
}

struct span span_skip_mark(const char *data, size_t len)
{
    if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
        return (struct span){data + 3, len - 3};
    return (struct span){len > 0 ? data : "", len};
}

bool span_is(struct span a, const char *word)
{
    return a.len == strlen(word) && memcmp(a.s, word, a.len) == 0;
}

bool span_same(struct span a, struct span b)
{
    return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

bool span_next_part(struct span *rest, char c, struct span *part)
{
    if (!rest->s)
        return false;
    const char *end = memchr(rest->s, c, rest->len);
    *part = (struct span){rest->s, end ? (size_t)(end - rest->s) : rest->len};
    if (end)
        *rest = (struct span){end + 1, rest->len - part->len - 1};
    else
        *rest = (struct span){0};
    return true;
}

bool span_next_line(struct span *rest, struct span *line, size_t *number)
{
    while (span_next_part(rest, '\n', line)) {
        ++*number;
        if (line->len > 0 && line->s[line->len - 1] == '\r')
            line->len--;
        struct span content = span_trim(*line);
        if (content.len > 0 && content.s[0] != '#')
            return true;
    }
    return false;
}

void span_unwrap(struct buf *out, struct span doc)
{
    struct span line;
    while (span_next_part(&doc, '\n', &line)) {
        if (line.len > 0 && line.s[line.len - 1] == '\r')
            line.len--;
        buf_add(out, line.s, line.len);
    }
}

/* Can this be the name of a field: a word without the punctuation of URLs and markup? */
static bool is_field_name(struct span name)
{
    name = span_trim(name);
    if (name.len == 0 || name.len > PARAM_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.s[i];
        if (c <= ' ' || c == 0x7f || strchr("\"'<>{}/\\?:;,&%#()*", c))
            return false;
    }
    return true;
}

bool span_split_pair(struct span text, struct pair *out)
{
    const char *eq = memchr(text.s, '=', text.len);
    if (!eq)
        return false;
    size_t at = (size_t)(eq - text.s);
    *out = (struct pair){{text.s, at}, {eq + 1, text.len - at - 1}};
    return is_field_name(out->name);
}

bool span_next_pair(struct span *rest, struct pair *out, bool *merged)
{
    struct span part;
    struct span ahead = *rest;
    struct pair following;
    if (!span_next_part(&ahead, '&', &part) || !span_split_pair(part, out))
        return false;
    *rest = ahead;
    while (span_next_part(&ahead, '&', &part) && !span_split_pair(part, &following)) {
        out->value.len = (size_t)(part.s + part.len - out->value.s);
        *rest = ahead;
        *merged = true;
    }
    return true;
}

/* ---- JSON ---- */

/* Offset behind the string that begins at `at`; `len` if it does not end. */
static size_t skip_string(struct span t, size_t at)
{
    for (at++; at < t.len && t.s[at] != '"'; at++)
        if (t.s[at] == '\\')
            at++;
    return at < t.len ? at + 1 : t.len;
}

/* Offset of the ',' or '}' that ends the value at `at`. */
static size_t skip_value(struct span t, size_t at)
{
    size_t depth = 0;
    while (at < t.len) {
        char c = t.s[at];
        if (c == '"') {
            at = skip_string(t, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}'))
            break;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && depth > 0)
            depth--;
        at++;
    }
    return at;
}

bool span_next_member(struct span t, size_t *at, struct pair *out)
{
    if (*at > 0 && t.s[*at] != ',')
        return false;
    size_t i = *at + 1; /* behind '{' or ',' */
    while (i < t.len && span_is_blank(t.s[i]))
        i++;
    if (i >= t.len || t.s[i] != '"')
        return false;
    size_t end = skip_string(t, i);
    out->name = (struct span){t.s + i + 1, end - i >= 2 ? end - i - 2 : 0};
    for (i = end; i < t.len && span_is_blank(t.s[i]); i++)
        ;
    if (i >= t.len || t.s[i] != ':')
        return false;
    end = skip_value(t, i + 1);
    out->value = span_trim((struct span){t.s + i + 1, end - i - 1});
    *at = end;
    return end < t.len;
}
