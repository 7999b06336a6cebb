/* SPDX-License-Identifier: MIT */
/*
 * Text as people see it: UTF-8, terminal cells, clusters. Amounts and times are
 * text_values.c, words text_words.c.
 *
 * Owns the one decision about what may reach a terminal: a character is shown as it is
 * when every terminal agrees with wcwidth() about its cells and nobody fails to see it
 * (facts/technology.md 4.3). The rest is `hidden`. Variation selectors are hidden too:
 * newer terminals widen the character before U+FE0F, and in a value that is signed an
 * invisible character is what people hunt for.
 *
 * Most text is ASCII and drawn cell by cell, so each loop has a path for it that decodes
 * nothing.
 */
#include "core/text.h"

#include <string.h>
#include <wchar.h>

struct range {
    uint32_t first;
    uint32_t last;
};

/* Neither control nor unknown to wcwidth, and yet not to be drawn as they are. Sorted. */
static const struct range hidden_ranges[] = {
    {0x00ad, 0x00ad},   /* soft hyphen: one cell or none */
    {0x034f, 0x034f},   /* combining grapheme joiner */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x17b4, 0x17b5},   /* Khmer inherent vowels */
    {0x180b, 0x180f},   /* Mongolian variation selectors and vowel separator */
    {0x200b, 0x200f},   /* zero-width space, joiners, direction marks */
    {0x2028, 0x202e},   /* line and paragraph separator, embeddings, overrides */
    {0x2060, 0x206f},   /* word joiner, invisible operators, isolates */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xffa0, 0xffa0},   /* half-width Hangul filler */
    {0xfff0, 0xfffb},   /* interlinear annotation */
    {0x13430, 0x1345f}, /* Egyptian format controls */
    {0x1bca0, 0x1bca3}, /* shorthand format controls */
    {0x1d173, 0x1d17a}, /* musical format controls */
    {0x1f3fb, 0x1f3ff}, /* skin tones: two cells alone, none behind a person */
    {0xe0000, 0xe0fff}, /* tags, more variation selectors */
};

/* Wide punctuation that does not begin, or end, a line. Sorted by use, searched in full. */
static const uint32_t closing[] = {
    0xff0c, 0x3002, 0x3001, 0xff1a, 0xff1b, 0xff09, 0xff01, 0xff1f, 0x300d, 0x300f,
    0x300b, 0x3009, 0x3011, 0x3015, 0x3017, 0xff3d, 0xff5d, 0xff0e, 0xff05,
};
static const uint32_t opening[] = {
    0xff08, 0x300c, 0x300e, 0x300a, 0x3008, 0x3010, 0x3014, 0x3016, 0xff3b, 0xff5b, 0xffe5,
};

/* ---- UTF-8 ---- */

static bool is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

static bool is_printable_ascii(char c)
{
    return (unsigned char)(c - 0x20) < 0x5f;
}

/* Bytes of ASCII at the beginning of `s`, a word at a time. */
static size_t ascii_run(const char *s, size_t len)
{
    size_t at = 0;
    uint64_t word;
    while (len - at >= sizeof word) {
        memcpy(&word, s + at, sizeof word);
        if (word & 0x8080808080808080u) {
            break;
        }
        at += sizeof word;
    }
    while (at < len && is_ascii(s[at])) {
        at++;
    }
    return at;
}

/* The value of the well-formed sequence at `s` of `n` bytes, or -1. */
static int32_t decode(const unsigned char *s, size_t n)
{
    static const int32_t least[] = {[2] = 0x80, [3] = 0x800, [4] = 0x10000};
    int32_t cp = s[0] & (0x7f >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return -1;
        }
        cp = (cp << 6) | (s[i] & 0x3f);
    }
    bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
    return cp < least[n] || cp > 0x10ffff || surrogate ? -1 : cp;
}

size_t text_next(const char *s, size_t len, uint32_t *cp, bool *valid)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    int32_t value = n == 1 ? p[0] : n == 0 || n > len || p[0] > 0xf4 ? -1 : decode(p, n);
    if (valid) {
        *valid = value >= 0;
    }
    *cp = value >= 0 ? (uint32_t)value : 0xfffd;
    return value >= 0 ? n : 1;
}

size_t text_put(uint32_t cp, char out[4])
{
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
        cp = 0xfffd;
    }
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3f));
        cp >>= 6;
    }
    out[0] = (char)((0xf00 >> n) | cp);
    return n;
}

bool text_valid(const char *s, size_t len, size_t *at)
{
    size_t pos = 0;
    bool valid = true;
    while (pos < len) {
        pos += ascii_run(s + pos, len - pos);
        if (pos == len) {
            break;
        }
        uint32_t cp;
        size_t n = text_next(s + pos, len - pos, &cp, &valid);
        if (!valid) {
            break;
        }
        pos += n;
    }
    if (!valid && at) {
        *at = pos;
    }
    return valid;
}

const char *text_s(uint64_t n)
{
    return n == 1 ? "" : "s";
}

size_t text_chars(const char *s, size_t len)
{
    size_t count = 0;
    uint32_t cp;
    for (size_t at = 0; at < len; count++) {
        at += is_ascii(s[at]) ? 1 : text_next(s + at, len - at, &cp, NULL);
    }
    return count;
}

bool text_has_astral(const char *s, size_t len)
{
    uint32_t cp;
    for (size_t at = ascii_run(s, len); at < len; at += ascii_run(s + at, len - at)) {
        at += text_next(s + at, len - at, &cp, NULL);
        if (cp > 0xffff) {
            return true;
        }
    }
    return false;
}

/* ---- Cells ---- */

static bool is_hidden(uint32_t cp)
{
    if (cp > 0x3164 && cp < 0xd800) {
        return false; /* Chinese: most of what is not ASCII */
    }
    size_t low = 0;
    size_t high = ARRAY_COUNT(hidden_ranges);
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (cp > hidden_ranges[mid].last) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low < ARRAY_COUNT(hidden_ranges) && cp >= hidden_ranges[low].first;
}

/* Cells of a character that may be drawn as it is, 0 for a mark; -1 for one that may not. */
static int drawn_width(uint32_t cp)
{
    if (cp < 0x80) {
        return cp >= 0x20 && cp != 0x7f ? 1 : -1;
    }
    return is_hidden(cp) ? -1 : wcwidth((wchar_t)cp);
}

/* One character of raw text: its bytes, and drawn_width() or -1 when it is not UTF-8. */
static size_t measure(const char *s, size_t len, int *width)
{
    uint32_t cp;
    bool valid;
    size_t n = text_next(s, len, &cp, &valid);
    *width = valid ? drawn_width(cp) : -1;
    return n;
}

size_t text_cluster(const char *s, size_t len, int *cells)
{
    int width = 1;
    size_t at = 1;
    if (!is_printable_ascii(s[0])) {
        at = measure(s, len, &width);
    }
    if (cells) {
        *cells = width >= 0 ? width : s[0] != '\n';
    }
    while (width >= 0 && at < len && !is_ascii(s[at])) {
        int next;
        size_t n = measure(s + at, len - at, &next);
        if (next != 0) {
            break;
        }
        at += n;
    }
    return at;
}

/* text_cluster() with its commonest case at hand: a letter that no mark follows. */
static inline size_t next_cluster(const char *s, size_t len, int *cells)
{
    if (is_printable_ascii(s[0]) && (len == 1 || is_ascii(s[1]))) {
        *cells = 1;
        return 1;
    }
    return text_cluster(s, len, cells);
}

/* Offset of the character that ends at `at` > 0. */
static size_t char_before(const char *s, size_t at)
{
    uint32_t cp;
    bool valid;
    for (size_t n = 1; n <= 4 && n <= at; n++) {
        if (text_next(s + at - n, n, &cp, &valid) == n && valid) {
            return at - n;
        }
    }
    return at - 1;
}

size_t text_cluster_before(const char *s, size_t at)
{
    size_t start = at;
    while (start > 0) {
        int width;
        size_t prev = char_before(s, start);
        measure(s + prev, start - prev, &width);
        if (width < 0 && start < at) {
            break; /* marks that follow what takes none stand for themselves */
        }
        start = prev;
        if (width != 0) {
            break;
        }
    }
    return start;
}

int text_width(const char *s, size_t len)
{
    int width = 0;
    int cells;
    for (size_t at = 0; at < len; width += cells) {
        at += next_cluster(s + at, len - at, &cells);
    }
    return width;
}

size_t text_clip(const char *s, size_t len, int cells, int *used)
{
    size_t at = 0;
    int width = 0;
    while (at < len) {
        int w;
        size_t n = next_cluster(s + at, len - at, &w);
        if (width + w > cells) {
            break;
        }
        width += w;
        at += n;
    }
    if (used) {
        *used = width;
    }
    return at;
}

static bool is_among(const char *s, size_t len, const uint32_t *set, size_t count)
{
    uint32_t cp;
    text_next(s, len, &cp, NULL);
    for (size_t i = 0; i < count; i++) {
        if (set[i] == cp) {
            return true;
        }
    }
    return false;
}

struct piece {
    const char *s;
    size_t len;
    int cells;
};

/* May a line end between these two clusters? Chinese breaks anywhere but around punctuation. */
static bool can_break(const struct piece *a, const struct piece *b)
{
    if (a->s[0] == ' ' && b->s[0] != ' ') {
        return true;
    }
    bool wide = a->cells == 2 || b->cells == 2;
    return wide && b->s[0] != ' ' && !is_among(a->s, a->len, opening, ARRAY_COUNT(opening)) &&
           !is_among(b->s, b->len, closing, ARRAY_COUNT(closing));
}

size_t text_wrap(const char *s, size_t len, int cells)
{
    struct piece last = {0};
    size_t chance = 0;
    int width = 0;
    for (size_t at = 0; at < len; at += last.len) {
        struct piece next = {.s = s + at};
        next.len = text_cluster(next.s, len - at, &next.cells);
        if (s[at] == '\n') {
            return at + 1;
        }
        if (at > 0 && can_break(&last, &next)) {
            chance = at;
        }
        if (at > 0 && width + next.cells > cells) {
            if (s[at] != ' ') {
                return chance ? chance : at;
            }
            at += next.len;
            return at < len && s[at] == '\n' ? at + 1 : at;
        }
        width += next.cells;
        last = next;
    }
    return len;
}

int text_wrap_rows(const char *s, int cells)
{
    size_t len = strlen(s);
    int rows = 0;
    while (len > 0) {
        size_t n = text_wrap(s, len, cells);
        s += n;
        len -= n;
        rows++;
    }
    return rows;
}

/* ---- Hostile text ---- */

static bool is_kept(char c, unsigned flags)
{
    return (c == '\n' && (flags & TEXT_KEEP_NEWLINE)) || (c == '\t' && (flags & TEXT_KEEP_TAB));
}

/* Bytes at the beginning of `s` that may stay as they are. A mark at offset 0 may not: nothing, or
   a character that was rewritten, stands before it. */
static size_t plain_run(const char *s, size_t len, unsigned flags)
{
    int room = 0; /* marks that may still follow */
    size_t at = 0;
    while (at < len) {
        size_t n = 1;
        int width = 1;
        if (is_kept(s[at], flags)) {
            room = 0;
            at++;
            continue;
        }
        if (!is_printable_ascii(s[at])) {
            n = measure(s + at, len - at, &width);
        }
        if (width < 0 || (width == 0 && room == 0)) {
            break;
        }
        room = width == 0 ? room - 1 : TEXT_MARKS_MAX;
        at += n;
    }
    return at;
}

/* Shows the one character at `s` that may not stay; returns its bytes. */
static size_t show(struct buf *out, const char *s, size_t len, unsigned flags)
{
    uint32_t cp;
    bool valid;
    char picture[4];
    size_t n = text_next(s, len, &cp, &valid);
    if (!valid) {
        buf_addf(out, "\\x%02X", (unsigned char)s[0]);
    } else if (cp == '\r' && (flags & TEXT_KEEP_NEWLINE) && len > 1 && s[1] == '\n') {
        return n;
    } else if (cp < 0x20 || cp == 0x7f) {
        buf_add(out, picture, text_put(cp < 0x20 ? 0x2400 + cp : 0x2421, picture));
    } else {
        buf_addf(out, "<U+%04X>", (unsigned)cp);
    }
    return n;
}

void text_visible(struct buf *out, const char *s, size_t len, unsigned flags)
{
    size_t at = 0;
    while (at < len) {
        size_t n = plain_run(s + at, len - at, flags);
        buf_add(out, s + at, n);
        at += n;
        if (at < len) {
            at += show(out, s + at, len - at, flags);
        }
    }
}

bool text_is_plain(const char *s, size_t len, unsigned flags)
{
    return plain_run(s, len, flags) == len;
}
