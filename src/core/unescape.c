/* SPDX-License-Identifier: MIT */
/*
 * nginx writes \xHH for quotes, controls and what is not ASCII; JSON libraries write \uHHHH; most
 * others the letters of C.
 */
#include "core/unescape.h"

#include <string.h>

#include "core/text.h"

int unescape_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool digits(struct span t, size_t at, size_t count, uint32_t *out)
{
    *out = 0;
    if (at + count > t.len)
        return false;
    for (size_t i = at; i < at + count; i++) {
        int digit = unescape_digit(t.s[i]);
        if (digit < 0)
            return false;
        *out = *out * 16 + (uint32_t)digit;
    }
    return true;
}

/* \uHHHH or a pair of them, at the start of `t`; bytes taken. */
static size_t code_point(struct span t, struct buf *out)
{
    char utf8[4];
    uint32_t a, b;
    size_t used = 6;
    if (!digits(t, 2, 4, &a) || a == 0)
        return 0;
    bool high = a >= 0xd800 && a < 0xdc00 && t.len > 7 && t.s[6] == '\\' && t.s[7] == 'u';
    if (high && digits(t, 8, 4, &b) && b >= 0xdc00 && b < 0xe000) {
        a = 0x10000 + ((a - 0xd800) << 10) + (b - 0xdc00);
        used = 12;
    }
    buf_add(out, utf8, text_put(a, utf8));
    return used;
}

/* The escape at the start of `t` (a backslash): appends what it stands for; bytes taken, 0: none.
 */
static size_t escape(struct span t, struct buf *out)
{
    static const char letters[] = "n\nr\rt\t\"\"\\\\''//";
    uint32_t byte;
    if (t.len < 2)
        return 0;
    if (t.s[1] == 'x' && digits(t, 2, 2, &byte) && byte) {
        buf_addc(out, (char)byte);
        return 4;
    }
    if (t.s[1] == 'u')
        return code_point(t, out);
    for (size_t i = 0; i + 1 < sizeof(letters); i += 2) {
        if (t.s[1] == letters[i]) {
            buf_addc(out, letters[i + 1]);
            return 2;
        }
    }
    return 0;
}

bool unescape_log(struct span in, struct buf *out)
{
    bool any = false;
    while (in.len > 0) {
        const char *mark = memchr(in.s, '\\', in.len);
        size_t plain = mark ? (size_t)(mark - in.s) : in.len;
        buf_add(out, in.s, plain);
        in = (struct span){in.s + plain, in.len - plain};
        size_t used = in.len > 0 ? escape(in, out) : 0;
        any |= used > 0;
        if (used == 0 && in.len > 0)
            buf_addc(out, in.s[0]), used = 1;
        in = (struct span){in.s + used, in.len - used};
    }
    return any;
}
