/* SPDX-License-Identifier: MIT */
/*
 * Each function looks for its own damage alone and copies what it does not know.
 */
#include "core/mend.h"

#include <string.h>

#include "core/charset.h"
#include "core/text.h"
#include "core/unescape.h"

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

static bool is_xml(const struct buf *in)
{
    const char *s = buf_str(in);
    return s[strspn(s, " \t\r\n")] == '<';
}

static struct span span_of(const struct buf *in)
{
    return (struct span){buf_str(in), in->len};
}

#define MOJIBAKE_GBK_MIN 6 /* characters beyond ASCII */

/* ---- Bytes ---- */

bool mend_bom(const struct buf *in, struct buf *out)
{
    if (in->len < 3 || memcmp(buf_str(in), "\xef\xbb\xbf", 3) != 0)
        return false;
    buf_add(out, buf_str(in) + 3, in->len - 3);
    return true;
}

bool mend_gbk(const struct buf *in, struct buf *out)
{
    if (text_valid(buf_str(in), in->len, NULL))
        return false;
    return charset_from_gb18030(span_of(in), out);
}

/*
 * UTF-8 read as Latin-1 or Windows-1252 shows letters with accents for every Chinese character.
 * Read as GBK it shows Chinese again, and two characters of good Chinese can look so by chance: it
 * takes several to tell.
 */
bool mend_mojibake(const struct buf *in, struct buf *out)
{
    size_t marks = 0;
    for (size_t i = 0; i < in->len; i++)
        marks += (unsigned char)in->data[i] >= 0xc0;
    if (marks == 0)
        return false;
    if (rendering_write(RENDER_UNDO_LATIN1, span_of(in), out))
        return true;
    buf_reset(out);
    if (rendering_write(RENDER_UNDO_CP1252, span_of(in), out))
        return true;
    buf_reset(out);
    return marks >= MOJIBAKE_GBK_MIN && rendering_write(RENDER_UNDO_GBK, span_of(in), out) &&
           text_valid(buf_str(out), out->len, NULL) && !strstr(buf_str(out), "\xef\xbf\xbd");
}

/* ---- Line numbers ---- */

/* "12: text", "12| text", "12 text": digits that grow by one, and a mark; 0 if it is none. */
static size_t number_of(const char *line, size_t len, size_t *mark)
{
    size_t at = 0, n = 0;
    while (at < len && line[at] == ' ')
        at++;
    while (at < len && line[at] >= '0' && line[at] <= '9' && n < 1000000)
        n = n * 10 + (size_t)(line[at++] - '0');
    if (n == 0 || at == len || !strchr(":|.\t ", line[at]))
        return 0;
    *mark = at + 1 + (at + 1 < len && line[at + 1] == ' ');
    return n;
}

bool mend_line_numbers(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in);
    size_t before = 0, lines = 0;
    while (*s) {
        size_t len = strcspn(s, "\n"), mark = 0, n = number_of(s, len, &mark);
        if (len > 0) {
            if (n == 0 || (before && n != before + 1))
                return false;
            buf_add(out, s + mark, len - mark);
            before = n;
            lines++;
        }
        s += len;
        if (*s == '\n') {
            buf_addc(out, '\n');
            s++;
        }
    }
    return lines > 1;
}

/* ---- Escapes ---- */

bool mend_log_escapes(const struct buf *in, struct buf *out)
{
    return unescape_log(span_of(in), out);
}

/* Percent signs over the whole text: its own '=' or '<' among them. */
bool mend_url_encoded(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in);
    bool any = false;
    bool blanks = strpbrk(s, " \t") != NULL;
    if (strpbrk(s, "<{"))
        return false;
    for (const char *end = s + in->len; s < end; s++) {
        int high = *s == '%' && end - s > 2 ? unescape_digit(s[1]) : -1;
        int low = high >= 0 ? unescape_digit(s[2]) : -1;
        if (low >= 0 && high + low > 0) {
            buf_addc(out, (char)(high * 16 + low));
            any |= strchr("=<{", high * 16 + low) != NULL;
            s += 2;
        } else {
            buf_addc(out, *s == '+' && !blanks ? ' ' : *s);
        }
    }
    return any && text_valid(buf_str(out), out->len, NULL);
}

/* A terminal or mail broke the lines of XML or JSON inside names and values. */
bool mend_line_breaks(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in);
    char first = s[strspn(s, " \t\r\n")];
    if ((first != '<' && first != '{') || !strchr(s, '\n'))
        return false;
    span_unwrap(out, span_of(in));
    return true;
}

/* ---- HTML ---- */

/* The entity at `s` (an '&') as its text; bytes taken, 0: none that is known. */
static size_t entity(const char *s, const char *end, struct buf *out)
{
    static const char *const named[][2] = {{"&lt;", "<"},   {"&gt;", ">"},   {"&quot;", "\""},
                                           {"&apos;", "'"}, {"&nbsp;", " "}, {"&amp;", "&"}};
    for (size_t i = 0; i < ARRAY_COUNT(named); i++) {
        size_t len = strlen(named[i][0]);
        if ((size_t)(end - s) >= len && memcmp(s, named[i][0], len) == 0) {
            buf_adds(out, named[i][1]);
            return len;
        }
    }
    if (end - s < 4 || s[1] != '#')
        return 0;
    bool hex = (s[2] | 32) == 'x';
    const char *at = s + 2 + hex;
    uint32_t code = 0;
    for (int digit; at < end && code < 0x110000; at++) {
        digit = unescape_digit(*at);
        if (digit < 0 || (!hex && digit > 9))
            break;
        code = code * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (at == end || *at != ';' || code == 0 || code >= 0x110000)
        return 0;
    char utf8[4];
    buf_add(out, utf8, text_put(code, utf8));
    return (size_t)(at + 1 - s);
}

/* In XML the entities belong there; a whole document that is escaped begins with one. */
bool mend_html(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in), *end = s + in->len;
    bool any = false;
    if (is_xml(in))
        return false;
    while (s < end) {
        size_t used = *s == '&' ? entity(s, end, out) : 0;
        any |= used > 0;
        if (used == 0)
            buf_addc(out, *s);
        s += used ? used : 1;
    }
    return any;
}

/* What a browser makes of "&not" and the like without a semicolon. */
static const struct {
    const char *eaten, *was;
} eaten[] = {{"\xc2\xac", "&not"},    {"\xc3\x97", "&times"},   {"\xc2\xae", "&reg"},
             {"\xc2\xa4", "&curren"}, {"\xc2\xb6", "&para"},    {"\xc2\xa9", "&copy"},
             {"\xc2\xa7", "&sect"},   {"\xe2\x8a\x82", "&sub"}, {"\xe2\x88\x82", "&part"},
             {"\xc2\xb1", "&plusmn"}, {"\xc3\xb0", "&eth"}};

bool mend_html_eaten(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in), *end = s + in->len;
    char first = s[strspn(s, " \t\r\n")];
    bool query = first != '<' && first != '{'; /* a whole name may be eaten: ¶=2 */
    bool any = false;
    while (s < end) {
        size_t i = 0, len = 0;
        for (; i < ARRAY_COUNT(eaten); i++) {
            len = strlen(eaten[i].eaten);
            if (strncmp(s, eaten[i].eaten, len) == 0 &&
                (is_name(s[len]) || (query && s[len] == '=')))
                break;
        }
        if (i < ARRAY_COUNT(eaten)) {
            buf_adds(out, eaten[i].was);
            s += len;
            any = true;
        } else {
            buf_addc(out, *s++);
        }
    }
    return any;
}

/* ---- Punctuation ---- */

struct swap {
    const char *from, *to;
    bool beside; /* only behind a quote or bracket: elsewhere it is a value's own */
};

static bool ends_token(const struct buf *out)
{
    static const char curled[] = "”";
    size_t len = sizeof(curled) - 1;
    return out->len > 0 && (strchr("\"}]", out->data[out->len - 1]) ||
                            (out->len >= len && strcmp(out->data + out->len - len, curled) == 0));
}

static bool replace(const struct buf *in, const struct swap *swaps, size_t count, struct buf *out)
{
    const char *s = buf_str(in), *end = s + in->len;
    bool any = false;
    while (s < end) {
        size_t i = (unsigned char)*s < 0x80 ? count : 0;
        while (i < count && strncmp(s, swaps[i].from, strlen(swaps[i].from)) != 0)
            i++;
        if (i < count && (!swaps[i].beside || ends_token(out))) {
            buf_adds(out, swaps[i].to);
            s += strlen(swaps[i].from);
            any = true;
        } else {
            buf_addc(out, *s++);
        }
    }
    return any;
}

bool mend_full_width(const struct buf *in, struct buf *out)
{
    static const struct swap swaps[] = {
        {"＝", "=", false}, {"＆", "&", false}, {"＜", "<", false}, {"＞", ">", false},
        {"｛", "{", false}, {"｝", "}", false}, {"／", "/", false}, {"＂", "\"", false},
        {"：", ":", true},  {"，", ",", true},
    };
    return replace(in, swaps, ARRAY_COUNT(swaps), out);
}

bool mend_quotes(const struct buf *in, struct buf *out)
{
    static const struct swap swaps[] = {
        {"“", "\"", false}, {"”", "\"", false}, {"‘", "'", false}, {"’", "'", false}};
    return replace(in, swaps, ARRAY_COUNT(swaps), out);
}
