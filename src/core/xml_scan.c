/* SPDX-License-Identifier: MIT */
/*
 * Tags, comments and sections are only skipped: what is in them is the parser's to judge.
 */
#include "core/xml_scan.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "core/span.h"
#include "core/text.h"

/* Comments and processing instructions of one document: the parser takes microseconds for each. */
#define ASIDES_MAX 4096

static bool has_at(const char *s, size_t len, size_t at, const char *word)
{
    size_t n = strlen(word);
    return len - at >= n && memcmp(s + at, word, n) == 0;
}

static bool has_at_nocase(const char *s, size_t len, size_t at, const char *word)
{
    size_t n = strlen(word);
    return len - at >= n && strncasecmp(s + at, word, n) == 0;
}

/* Does the name at `at` read "html", in any case, and end there? */
static bool is_html(const char *s, size_t len, size_t at)
{
    if (!has_at_nocase(s, len, at, "html"))
        return false;
    at += 4;
    return at == len || span_is_blank(s[at]) || s[at] == '>' || s[at] == '[';
}

static enum xml_flaw scan_declared(const char *s, size_t len, size_t at)
{
    if (!has_at_nocase(s, len, at, "<!DOCTYPE"))
        return XML_FLAW_NONE;
    for (at += 9; at < len && span_is_blank(s[at]); at++)
        ;
    return is_html(s, len, at) ? XML_FLAW_HTML : XML_FLAW_DOCTYPE;
}

static bool begins_tag(char c)
{
    return c == '/' || c == '_' || c == ':' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* Bytes of the tag at `s`, or what shows that it is too long. A '<' ends it: XML allows none
   inside, so the parser will fail there. */
static size_t tag_length(const char *s, size_t len)
{
    char quote = 0;
    for (size_t i = 1; i < len; i++) {
        if (s[i] == '<' || i > XML_TAG_MAX)
            return i;
        if (quote) {
            quote = s[i] == quote ? 0 : quote;
        } else if (s[i] == '"' || s[i] == '\'') {
            quote = s[i];
        } else if (s[i] == '>') {
            return i + 1;
        }
    }
    return len;
}

/* Offset behind the comment, CDATA section or processing instruction at `at`; `at` if there is
   none, SIZE_MAX if it has no end. */
static size_t skip_section(const char *s, size_t len, size_t at)
{
    static const struct {
        char begin[10], end[4];
    } pairs[] = {{"<![CDATA[", "]]>"}, {"<!--", "-->"}, {"<?", "?>"}};
    if (at + 1 < len && s[at + 1] != '!' && s[at + 1] != '?')
        return at; /* most are tags */
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        if (!has_at(s, len, at, pairs[i].begin))
            continue;
        size_t from = at + strlen(pairs[i].begin), n = strlen(pairs[i].end);
        const char *end = s + from;
        while ((end = memchr(end, '>', (size_t)(s + len - end))) != NULL) {
            end++; /* values rarely hold one: quicker than memmem() */
            size_t behind = (size_t)(end - s);
            if (behind >= from + n && memcmp(end - n, pairs[i].end, n) == 0)
                return behind;
        }
        return SIZE_MAX;
    }
    return at;
}

/* Looks at the tag at `*at` and moves `*at` behind it; to `len` where it is broken, for the parser
   will stop there too. */
static enum xml_flaw scan_tag(const char *s, size_t len, size_t *at, bool first)
{
    size_t i = *at;
    *at = len;
    if (has_at(s, len, i, "<!"))
        return scan_declared(s, len, i);
    if (i + 1 == len || !begins_tag(s[i + 1]))
        return XML_FLAW_NONE;
    if (first && is_html(s, len, i + 1))
        return XML_FLAW_HTML;
    *at = i + tag_length(s + i, len - i);
    return *at - i > XML_TAG_MAX ? XML_FLAW_TAG : XML_FLAW_NONE;
}

/* Looks for what must not reach the parser: a DOCTYPE, tags over the limit (attributes cost it
   quadratic time), thousands of comments. */
static enum xml_flaw scan_markup(const char *s, size_t len, size_t *at)
{
    size_t asides = 0;
    bool first = true;
    const char *p;
    for (size_t i = 0; i < len && (p = memchr(s + i, '<', len - i)) != NULL;) {
        *at = i = (size_t)(p - s);
        size_t next = skip_section(s, len, i);
        enum xml_flaw flaw = XML_FLAW_NONE;
        if (next == SIZE_MAX) {
            *at = len;
            flaw = XML_FLAW_CUT;
        } else if (next == i) {
            flaw = scan_tag(s, len, &next, first);
            first = false;
        } else if (!has_at(s, len, i, "<![") && ++asides > ASIDES_MAX) {
            flaw = XML_FLAW_ASIDES;
        }
        if (flaw)
            return flaw;
        i = next;
    }
    return XML_FLAW_NONE;
}

static bool has_nul(const char *s, size_t len, size_t *at)
{
    const char *nul = memchr(s, '\0', len);
    if (nul)
        *at = (size_t)(nul - s);
    return nul;
}

/* Copies the encoding that the XML declaration names to `out`; "" if it names none. */
static void declared_encoding(const char *s, size_t len, char *out, size_t size)
{
    out[0] = '\0';
    const char *end = has_at(s, len, 0, "<?xml") ? memmem(s, len, "?>", 2) : NULL;
    const char *p = end ? memmem(s, (size_t)(end - s), "encoding", 8) : NULL;
    if (!p)
        return;
    for (p += 8; p < end && (span_is_blank(*p) || *p == '='); p++)
        ;
    if (p == end || (*p != '"' && *p != '\''))
        return;
    char quote = *p++;
    for (; p < end && *p != quote && size > 1; p++, size--)
        *out++ = *p > ' ' && *p < 0x7f ? *p : '?';
    *out = '\0';
}

static bool encoding_is_utf8(const char *name)
{
    static const char *const good[] = {"", "UTF-8", "UTF8", "US-ASCII", "ASCII"};
    for (size_t i = 0; i < ARRAY_COUNT(good); i++)
        if (strcasecmp(name, good[i]) == 0)
            return true;
    return false;
}

void xml_scan(const char *s, size_t len, struct xml_scan *out)
{
    size_t at = 0;
    *out = (struct xml_scan){.line = 1};
    if (len == 0) {
        *out = (struct xml_scan){.flaw = XML_FLAW_EMPTY};
        return;
    }
    if (s[0] != '<') {
        out->flaw = s[0] == '{' || s[0] == '[' ? XML_FLAW_JSON : XML_FLAW_NOT_XML;
        return;
    }
    out->flaw = scan_markup(s, len, &at);
    if (!out->flaw) {
        at = 0;
        out->declaration = len > 5 && has_at(s, len, 0, "<?xml") && span_is_blank(s[5]);
        if (out->declaration)
            declared_encoding(s, len, out->encoding, sizeof(out->encoding));
        if (!encoding_is_utf8(out->encoding))
            out->flaw = XML_FLAW_ENCODING;
        else if (!text_valid(s, len, &at))
            out->flaw = XML_FLAW_BYTES;
        else if (has_nul(s, len, &at))
            out->flaw = XML_FLAW_CHAR;
    }
    if (out->flaw)
        out->line += span_lines((struct span){s, at});
}

bool xml_scan_is_utf16(const char *s, size_t len)
{
    return len >= 2 && (memcmp(s, "\xfe\xff", 2) == 0 || memcmp(s, "\xff\xfe", 2) == 0 ||
                        memcmp(s, "<\0", 2) == 0 || memcmp(s, "\0<", 2) == 0);
}
