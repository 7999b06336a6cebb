/* SPDX-License-Identifier: MIT */
/*
 * Conversions, one function for each way of damage.
 *
 * A converter is opened for each call, so this file needs no state. While glibc has the
 * module in memory that costs less than the conversion; it unloads one that nobody uses, so
 * a search holds them.
 */
#include "core/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/text.h"

#define REPLACEMENT "\xEF\xBF\xBD"

bool charset_has_high(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.s[i] > 0x7f)
            return true;
    }
    return false;
}

/*
 * Converts between two charsets of iconv. What cannot be converted becomes `substitute`, a byte
 * of the source each time; with NULL it ends the conversion and nothing is appended.
 */
static bool convert(const char *to, const char *from, struct span text, const char *substitute,
                    struct buf *out)
{
    size_t before = out->len;
    iconv_t cd = iconv_open(to, from);
    if (cd == (iconv_t)-1)
        return false;
    char *in = (char *)(uintptr_t)text.s; /* iconv's type; it does not write there */
    size_t left = text.len;
    bool good = true;
    while (left > 0 && good) {
        char room[512];
        char *at = room;
        size_t free_room = sizeof room;
        size_t r = iconv(cd, &in, &left, &at, &free_room);
        int reason = errno;
        buf_add(out, room, (size_t)(at - room));
        if (r != (size_t)-1 || reason == E2BIG)
            continue;
        good = substitute != NULL;
        if (good) {
            buf_adds(out, substitute);
            in++;
            left--;
            iconv(cd, NULL, NULL, NULL, NULL);
        }
    }
    iconv_close(cd);
    good = good && buf_status(out) == ST_OK;
    if (!good)
        buf_cut(out, before);
    return good;
}

/* The unit or the pair of units of UTF-16 that a character takes; returns their number. */
static int units(uint32_t cp, unsigned out[2])
{
    out[0] = cp;
    if (cp <= 0xffff)
        return 1;
    out[0] = 0xd800 + ((cp - 0x10000) >> 10);
    out[1] = 0xdc00 + ((cp - 0x10000) & 0x3ff);
    return 2;
}

bool charset_utf16(struct span text, bool big_endian, bool mark, struct buf *out)
{
    size_t before = out->len, size = 0;
    char *to = buf_room(out, 2 * text.len + 2);
    if (to == NULL)
        return false;
    if (mark) {
        to[size++] = big_endian ? '\xFE' : '\xFF';
        to[size++] = big_endian ? '\xFF' : '\xFE';
    }
    for (size_t at = 0; at < text.len;) {
        uint32_t cp = (unsigned char)text.s[at];
        bool valid = true;
        at += cp < 0x80 ? 1 : text_next(text.s + at, text.len - at, &cp, &valid);
        unsigned unit[2];
        for (int i = 0, n = units(cp, unit); i < n && valid; i++) {
            to[size + big_endian] = (char)(unit[i] & 0xff);
            to[size + !big_endian] = (char)(unit[i] >> 8);
            size += 2;
        }
        if (!valid)
            size = 0, at = text.len;
    }
    buf_cut(out, before + size);
    return size > 0 || text.len == 0;
}

/* ---- Modules in memory ---- */

static const char *const held[] = {"GB18030", "BIG5", "LATIN1", "CP1252"};

struct charset_hold {
    iconv_t open[ARRAY_COUNT(held)];
};

struct charset_hold *charset_hold(void)
{
    struct charset_hold *h = mem_alloc(sizeof *h);
    for (size_t i = 0; i < ARRAY_COUNT(held); i++)
        h->open[i] = iconv_open(held[i], "UTF-8");
    return h;
}

void charset_release(struct charset_hold *h)
{
    for (size_t i = 0; h != NULL && i < ARRAY_COUNT(held); i++) {
        if (h->open[i] != (iconv_t)-1)
            iconv_close(h->open[i]);
    }
    free(h);
}

bool charset_from_gb18030(struct span bytes, struct buf *out)
{
    return convert("UTF-8", "GB18030", bytes, NULL, out);
}

/* ---- Renderings character by character ---- */

typedef void (*put_fn)(struct buf *out, uint32_t cp, struct span bytes);

static void put_question(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)cp, (void)bytes;
    buf_addc(out, '?');
}

static void put_question_bytes(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)cp;
    for (size_t i = 0; i < bytes.len; i++)
        buf_addc(out, '?');
}

static void put_question_units(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)bytes;
    buf_adds(out, cp > 0xffff ? "\?\?" : "?");
}

static void put_nothing(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)out, (void)cp, (void)bytes;
}

static void put_replacement(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)cp, (void)bytes;
    buf_adds(out, REPLACEMENT);
}

static void put_low_byte(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)bytes;
    unsigned unit[2];
    for (int i = 0, n = units(cp, unit); i < n; i++)
        buf_addc(out, (char)(unit[i] & 0xff));
}

static void put_latin1(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)bytes;
    buf_addc(out, cp <= 0xff ? (char)cp : '?');
}

static void put_u_lower(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)bytes;
    unsigned unit[2];
    for (int i = 0, n = units(cp, unit); i < n; i++)
        buf_addf(out, "\\u%04x", unit[i]);
}

static void put_u_upper(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)bytes;
    unsigned unit[2];
    for (int i = 0, n = units(cp, unit); i < n; i++)
        buf_addf(out, "\\u%04X", unit[i]);
}

static void put_numeric(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)bytes;
    buf_addf(out, "&#%u;", (unsigned)cp);
}

static void put_numeric_hex(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)bytes;
    buf_addf(out, "&#x%x;", (unsigned)cp);
}

static void put_bytes(struct buf *out, struct span bytes, const char *format)
{
    for (size_t i = 0; i < bytes.len; i++) {
        char one[8];
        unsigned byte = (unsigned char)bytes.s[i];
        if (format[0] == 'x')
            snprintf(one, sizeof one, "\\x%02x", byte);
        else if (format[0] == 'X')
            snprintf(one, sizeof one, "\\x%02X", byte);
        else
            snprintf(one, sizeof one, "\\%03o", byte);
        buf_adds(out, one);
    }
}

static void put_x_lower(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)cp;
    put_bytes(out, bytes, "x");
}

static void put_x_upper(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)cp;
    put_bytes(out, bytes, "X");
}

static void put_octal(struct buf *out, uint32_t cp, struct span bytes)
{
    (void)cp;
    put_bytes(out, bytes, "o");
}

static bool by_character(struct span text, put_fn put, struct buf *out)
{
    for (size_t at = 0; at < text.len;) {
        uint32_t cp = 0;
        bool valid = true;
        size_t n = text_next(text.s + at, text.len - at, &cp, &valid);
        if (!valid)
            return false;
        if (cp < 0x80)
            buf_addc(out, (char)cp);
        else
            put(out, cp, (struct span){text.s + at, n});
        at += n;
    }
    return true;
}

/* ---- The rows ---- */

struct row {
    struct bi text;
    put_fn put;           /* character by character, or: */
    const char *via_to;   /* written in this charset … */
    const char *via_from; /* … and the bytes read in that one (NULL: kept as bytes) */
    bool lossy;           /* U+FFFD for what cannot be read */
};

static const struct row rows[RENDER_COUNT] = {
    [RENDER_GB18030] = {{"按 GB18030（GBK）", "as GB18030 (GBK)"}, NULL, "GB18030", NULL, false},
    [RENDER_BIG5] = {{"按 Big5", "as Big5"}, NULL, "BIG5", NULL, false},
    [RENDER_QUESTION] = {{"每个字变成 ?", "'?' for each character"}, put_question},
    [RENDER_QUESTION_BYTE] = {{"每个字节变成 ?", "'?' for each byte"}, put_question_bytes},
    [RENDER_QUESTION_UNIT] = {{"每个 UTF-16 单元变成 ?", "'?' for each unit of UTF-16"},
                              put_question_units},
    [RENDER_DROPPED] = {{"非 ASCII 字符被丢掉", "characters beyond ASCII dropped"}, put_nothing},
    [RENDER_REPLACEMENT] = {{"每个字变成 U+FFFD", "U+FFFD for each character"}, put_replacement},
    [RENDER_LOW_BYTE] = {{"只取每个字符的低字节", "the low byte of each character"}, put_low_byte},
    [RENDER_LATIN1] = {{"按 Latin-1，缺的变成 ?", "as Latin-1, '?' for what it lacks"}, put_latin1},
    [RENDER_TWICE_LATIN1] = {{"UTF-8 当作 Latin-1 又编码一次",
                              "UTF-8 taken for Latin-1 and encoded again"},
                             NULL,
                             "UTF-8",
                             "LATIN1",
                             false},
    [RENDER_TWICE_CP1252] = {{"UTF-8 当作 Windows-1252 又编码一次",
                              "UTF-8 taken for Windows-1252 and encoded again"},
                             NULL,
                             "UTF-8",
                             "CP1252",
                             true},
    [RENDER_GBK_AS_UTF8] =
        {{"GBK 字节当作 UTF-8 读", "GBK bytes read as UTF-8"}, NULL, "GB18030", "UTF-8", true},
    [RENDER_UTF8_AS_GBK] =
        {{"UTF-8 字节当作 GBK 读", "UTF-8 bytes read as GBK"}, NULL, "UTF-8", "GB18030", true},
    [RENDER_UNDO_LATIN1] = {{"文本是误读为 Latin-1 的 UTF-8，还原后",
                             "undoing UTF-8 that was read as Latin-1"},
                            NULL,
                            "LATIN1",
                            "UTF-8",
                            false},
    [RENDER_UNDO_CP1252] = {{"文本是误读为 Windows-1252 的 UTF-8，还原后",
                             "undoing UTF-8 that was read as Windows-1252"},
                            NULL,
                            "CP1252",
                            "UTF-8",
                            false},
    [RENDER_UNDO_GBK] = {{"文本是误读为 GBK 的 UTF-8，还原后",
                          "undoing UTF-8 that was read as GBK"},
                         NULL,
                         "GB18030",
                         "UTF-8",
                         false},
    [RENDER_U_LOWER] = {{"写成 \\u4e2d 形式", "written as \\u4e2d"}, put_u_lower},
    [RENDER_U_UPPER] = {{"写成 \\u4E2D 形式", "written as \\u4E2D"}, put_u_upper},
    [RENDER_NUMERIC] = {{"写成 &#20013; 形式", "written as &#20013;"}, put_numeric},
    [RENDER_NUMERIC_HEX] = {{"写成 &#x4e2d; 形式", "written as &#x4e2d;"}, put_numeric_hex},
    [RENDER_X_LOWER] = {{"写成 \\xe4 形式", "written as \\xe4"}, put_x_lower},
    [RENDER_X_UPPER] = {{"写成 \\xE4 形式", "written as \\xE4"}, put_x_upper},
    [RENDER_OCTAL] = {{"写成 \\344 形式", "written as \\344"}, put_octal},
};

struct bi rendering_text(enum rendering r)
{
    return rows[r].text;
}

/* Through the bytes of one charset, and perhaps read again in another. */
static bool by_bytes(const struct row *row, struct span text, struct buf *out)
{
    if (row->via_from == NULL)
        return convert(row->via_to, "UTF-8", text, NULL, out);
    struct buf bytes;
    struct span middle = text;
    buf_init(&bytes, 4 * text.len + 16);
    bool good = true;
    if (strcmp(row->via_to, "UTF-8") != 0) {
        good = convert(row->via_to, "UTF-8", text, NULL, &bytes);
        middle = (struct span){buf_str(&bytes), bytes.len};
    }
    good = good && convert("UTF-8", row->via_from, middle, row->lossy ? REPLACEMENT : NULL, out);
    buf_clear(&bytes);
    return good;
}

bool rendering_write(enum rendering r, struct span text, struct buf *out)
{
    size_t before = out->len;
    if (!charset_has_high(text) || !text_valid(text.s, text.len, NULL))
        return false;
    bool good =
        rows[r].put != NULL ? by_character(text, rows[r].put, out) : by_bytes(&rows[r], text, out);
    good = good && buf_status(out) == ST_OK &&
           !span_same((struct span){out->data + before, out->len - before}, text);
    if (!good)
        buf_cut(out, before);
    return good;
}
