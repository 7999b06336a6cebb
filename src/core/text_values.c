/* SPDX-License-Identifier: MIT */
/*
 * Amounts and times as the API writes them: whole fen, fourteen digits in UTC+8.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define UTC8 (8 * 3600) /* seconds */

/* ---- Amounts ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool text_read_fen(const char *s, int64_t *fen)
{
    if (!s || !is_digit(s[0]) || (s[0] == '0' && s[1] != '\0')) {
        return false;
    }
    int64_t value = 0;
    for (; is_digit(*s); s++) {
        if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
            __builtin_add_overflow(value, (int64_t)(*s - '0'), &value)) {
            return false;
        }
    }
    if (*s != '\0') {
        return false;
    }
    *fen = value;
    return true;
}

void text_yuan(int64_t fen, char *out, size_t size)
{
    uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    snprintf(out, size, "%s%llu.%02llu", fen < 0 ? "-" : "", (unsigned long long)(n / 100),
             (unsigned long long)(n % 100));
}

/* ---- Times ---- */

void text_time_write(time_t t, char out[TEXT_TIME_SIZE])
{
    struct tm tm;
    time_t local;
    out[0] = '\0';
    if (__builtin_add_overflow(t, (time_t)UTC8, &local) || !gmtime_r(&local, &tm) ||
        tm.tm_year < -1899 || tm.tm_year > 8099) {
        return;
    }
    char digits[32];
    snprintf(digits, sizeof digits, "%04d%02d%02d%02d%02d%02d", tm.tm_year + 1900, tm.tm_mon + 1,
             tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    memcpy(out, digits, TEXT_TIME_SIZE);
}

static int number(const char *s, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

bool text_time_read(const char *s, time_t *t)
{
    if (!s || strspn(s, "0123456789") != 14 || s[14] != '\0' || number(s, 4) == 0) {
        return false;
    }
    struct tm given = {
        .tm_year = number(s, 4) - 1900,
        .tm_mon = number(s + 4, 2) - 1,
        .tm_mday = number(s + 6, 2),
        .tm_hour = number(s + 8, 2),
        .tm_min = number(s + 10, 2),
        .tm_sec = number(s + 12, 2),
    };
    struct tm tm = given;
    time_t utc = timegm(&tm); /* puts what does not exist right, which shows that it did not */
    if (tm.tm_mon != given.tm_mon || tm.tm_mday != given.tm_mday || tm.tm_hour != given.tm_hour ||
        tm.tm_min != given.tm_min || tm.tm_sec != given.tm_sec) {
        return false;
    }
    *t = utc - UTC8;
    return true;
}
