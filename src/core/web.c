/* SPDX-License-Identifier: MIT */
/* Escaping and form decoding, a byte at a time. */
#include "core/web.h"

#include <string.h>

#include "core/span.h"
#include "core/text.h"

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void web_html(struct buf *out, const char *s)
{
    struct buf shown;
    buf_init(&shown, out->max);
    if (s)
        text_visible(&shown, s, strlen(s), 0);
    const char *text = buf_str(&shown);
    for (size_t i = 0; i < shown.len; i++) {
        const char *escaped = entity(text[i]);
        if (escaped)
            buf_adds(out, escaped);
        else
            buf_addc(out, text[i]);
    }
    buf_clear(&shown);
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void web_encode(struct buf *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (is_unreserved(s[i]))
            buf_addc(out, s[i]);
        else
            buf_addf(out, "%%%02X", (unsigned char)s[i]);
    }
}

/* Decodes one name or value; false if it is damaged. */
static bool decode(const char *s, size_t len, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < len; i++) {
        char c = s[i] == '+' ? ' ' : s[i];
        if (c == '%') {
            int high = i + 2 < len ? span_hex(s[i + 1]) : -1;
            int low = high >= 0 ? span_hex(s[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return false;
        buf_addc(out, c);
    }
    return buf_status(out) == ST_OK && text_valid(buf_str(out), out->len, NULL);
}

bool web_form_get(const char *form, size_t len, const char *name, struct buf *out)
{
    size_t at = 0;
    while (at < len) {
        const char *end = memchr(form + at, '&', len - at);
        size_t stop = end ? (size_t)(end - form) : len;
        const char *equals = memchr(form + at, '=', stop - at);
        size_t name_end = equals ? (size_t)(equals - form) : stop;
        bool wanted = decode(form + at, name_end - at, out) && strcmp(buf_str(out), name) == 0;
        if (wanted) {
            size_t value = equals ? name_end + 1 : stop;
            if (decode(form + value, stop - value, out))
                return true;
            break;
        }
        at = stop + 1;
    }
    buf_reset(out);
    return false;
}
