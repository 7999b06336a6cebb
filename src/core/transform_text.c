/* SPDX-License-Identifier: MIT */
/*
 * What happens at the ends of a text, to its letter case and to its length.
 */
#include "core/transform_fn.h"

#include <string.h>

#include "core/charset.h"
#include "core/text.h"

/* Did what was appended behind `before` change `in`? Takes it back if not. */
bool transform_changed(struct span in, size_t before, struct buf *out)
{
    bool same = out->len - before == in.len &&
                (in.len == 0 || memcmp(out->data + before, in.s, in.len) == 0);
    if (same)
        buf_cut(out, before);
    return !same;
}

/* ---- Ends ---- */

static const char *const ends[][2] = {
    {"", " "},    {" ", ""},    {"", "\n"},           {"", "\r\n"},     {"", "\t"},
    {"\"", "\""}, {"'", "'"},   {"<![CDATA[", "]]>"}, {"", "\xC2\xA0"}, {"\xEF\xBB\xBF", ""},
    {" ", " "},   {"\n", "\n"},
};
bool transform_wrap_ends(struct span in, int arg, struct buf *out)
{
    buf_adds(out, ends[arg][0]);
    buf_add(out, in.s, in.len);
    buf_adds(out, ends[arg][1]);
    return true;
}

bool transform_strip_quotes(struct span in, int arg, struct buf *out)
{
    if (in.len < 2 || in.s[0] != (char)arg || in.s[in.len - 1] != (char)arg)
        return false;
    buf_add(out, in.s + 1, in.len - 2);
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool transform_trim(struct span in, int arg, struct buf *out)
{
    size_t start = 0, end = in.len;
    while (arg != TRIM_RIGHT && arg != TRIM_LINES && start < end && is_space(in.s[start]))
        start++;
    while (arg != TRIM_LEFT && end > start &&
           (arg == TRIM_LINES ? in.s[end - 1] == '\n' || in.s[end - 1] == '\r'
                              : is_space(in.s[end - 1])))
        end--;
    if (end - start == in.len)
        return false;
    buf_add(out, in.s + start, end - start);
    return true;
}

bool transform_blank(struct span in, int arg, struct buf *out)
{
    (void)arg, (void)out;
    return in.len > 0;
}

/* ---- Letter case, cutting ---- */

bool transform_change_case(struct span in, int upper, struct buf *out)
{
    const char low = upper ? 'a' : 'A', high = upper ? 'z' : 'Z';
    size_t at = 0;
    while (at < in.len && (in.s[at] < low || in.s[at] > high))
        at++;
    char *to = at < in.len ? buf_room(out, in.len) : NULL;
    if (to == NULL)
        return false;
    memcpy(to, in.s, in.len);
    for (; at < in.len; at++) {
        if (to[at] >= low && to[at] <= high)
            to[at] = (char)(to[at] ^ 0x20);
    }
    return true;
}

/* arg > 0: bytes (at a character's end); < 0: characters */
bool transform_truncate_to(struct span in, int arg, struct buf *out)
{
    size_t at = 0, chars = 0;
    if (in.len <= (size_t)(arg > 0 ? arg : -arg))
        return false;
    while (at < in.len) {
        uint32_t cp = 0;
        size_t n = text_next(in.s + at, in.len - at, &cp, NULL);
        if (arg > 0 ? at + n > (size_t)arg : chars + 1 > (size_t)-arg)
            break;
        at += n;
        chars++;
    }
    if (at == in.len)
        return false;
    buf_add(out, in.s, at);
    return true;
}

bool transform_cut_at(struct span in, int arg, struct buf *out)
{
    const char *at = in.len > 0 ? memchr(in.s, arg, in.len) : NULL;
    if (at == NULL)
        return false;
    buf_add(out, in.s, (size_t)(at - in.s));
    return true;
}

/* ---- Characters of four bytes ---- */

bool transform_replace_astral(struct span in, int arg, struct buf *out)
{
    static const char *const marks[] = {"", "?", "\?\?", "\?\?\?\?", "\xEF\xBF\xBD"};
    size_t before = out->len;
    if (in.len < 4 || !charset_has_high(in) || !text_has_astral(in.s, in.len))
        return false;
    for (size_t i = 0; i < in.len;) {
        uint32_t cp = 0;
        size_t n = text_next(in.s + i, in.len - i, &cp, NULL);
        if (n < 4) {
            buf_add(out, in.s + i, n);
        } else if (arg == ASTRAL_CESU) { /* each surrogate by itself, as modified UTF-8 does */
            uint32_t unit[2] = {0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + ((cp - 0x10000) & 0x3ff)};
            for (int k = 0; k < 2; k++) {
                const char bytes[] = {(char)(0xe0 | unit[k] >> 12),
                                      (char)(0x80 | (unit[k] >> 6 & 0x3f)),
                                      (char)(0x80 | (unit[k] & 0x3f))};
                buf_add(out, bytes, sizeof bytes);
            }
        } else {
            buf_adds(out, marks[arg]);
        }
        i += n;
    }
    return transform_changed(in, before, out);
}
