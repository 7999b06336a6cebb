/* SPDX-License-Identifier: MIT */
/*
 * Numbers and times as other languages print them.
 */
#include "core/transform_fn.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define DIGITS_MAX 15 /* numbers that a double holds exactly */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- Numbers ---- */

static bool read_digits(struct span in, size_t max, int64_t *n)
{
    if (in.len == 0 || in.len > max)
        return false;
    *n = 0;
    for (size_t i = 0; i < in.len; i++) {
        if (!is_digit(in.s[i]))
            return false;
        *n = *n * 10 + (in.s[i] - '0');
    }
    return true;
}

/* The shortest text that reads back as `d`. */
static void print_double(char *out, size_t size, double d)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, size, "%.*g", digits, d);
        if (strtod(out, NULL) == d)
            return;
    }
}

static void print_thousands(char *out, size_t size, int64_t n)
{
    char plain[32];
    int len = snprintf(plain, sizeof plain, "%lld", (long long)n);
    size_t at = 0;
    for (int i = 0; i < len && at + 2 < size; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = plain[i];
    }
    out[at] = '\0';
}

bool transform_write_number(struct span in, int arg, struct buf *out)
{
    int64_t n = 0;
    char text[64] = "";
    if (!read_digits(in, 10, &n))
        return false;
    double back = (double)n / 100.0 * 100.0;
    long long whole = n;
    switch ((enum number)arg) {
    case NUMBER_DOT0:
        snprintf(text, sizeof text, "%lld.0", whole);
        break;
    case NUMBER_DOT00:
        snprintf(text, sizeof text, "%lld.00", whole);
        break;
    case NUMBER_YUAN2:
        snprintf(text, sizeof text, "%lld.%02d", whole / 100, (int)(n % 100));
        break;
    case NUMBER_YUAN:
        print_double(text, sizeof text, (double)n / 100.0);
        break;
    case NUMBER_YUAN_DOT0:
        if (n % 100 == 0)
            snprintf(text, sizeof text, "%lld.0", whole / 100);
        break;
    case NUMBER_FEN:
        snprintf(text, sizeof text, "%lld", whole * 100);
        break;
    case NUMBER_G:
        snprintf(text, sizeof text, "%g", (double)n);
        break;
    case NUMBER_E:
        snprintf(text, sizeof text, "%e", (double)n);
        break;
    case NUMBER_JAVA_E: {
        int power = 0;
        double d = (double)n;
        while (d >= 10) {
            d /= 10;
            power++;
        }
        snprintf(text, sizeof text, "%.15g", d);
        snprintf(text, sizeof text, strchr(text, '.') != NULL ? "%.15gE%d" : "%.1fE%d", d, power);
        break;
    }
    case NUMBER_FLOAT:
        print_double(text, sizeof text, back);
        break;
    case NUMBER_FLOAT_CUT:
        snprintf(text, sizeof text, "%lld", (long long)back);
        break;
    case NUMBER_LEADING0:
        snprintf(text, sizeof text, "0%.*s", (int)in.len, in.s);
        break;
    case NUMBER_THOUSANDS:
        print_thousands(text, sizeof text, n);
        break;
    case NUMBER_QUOTED:
        snprintf(text, sizeof text, "\"%lld\"", whole);
        break;
    case NUMBER_MINUS1:
        snprintf(text, sizeof text, "%lld", whole - 1);
        break;
    case NUMBER_PLUS1:
        snprintf(text, sizeof text, "%lld", whole + 1);
        break;
    }
    size_t before = out->len;
    buf_adds(out, text);
    return text[0] != '\0' && transform_changed(in, before, out);
}

/* Undoes what was written as a decimal number: "1.00", "8.88", "007". */
bool transform_undo_decimal(struct span in, int arg, struct buf *out)
{
    size_t before = out->len, zeros = 0;
    if (arg == DECIMAL_NO_ZEROS) {
        int64_t n = 0;
        while (zeros + 1 < in.len && in.s[zeros] == '0')
            zeros++;
        if (zeros == 0 || !read_digits(in, DIGITS_MAX, &n))
            return false;
        buf_add(out, in.s + zeros, in.len - zeros);
        return true;
    }
    const char *dot = in.len > 0 && in.len < 20 ? memchr(in.s, '.', in.len) : NULL;
    int64_t whole = 0, cents = 0;
    struct span left = {in.s, dot != NULL ? (size_t)(dot - in.s) : 0};
    struct span right = {dot != NULL ? dot + 1 : NULL, dot != NULL ? in.len - left.len - 1 : 0};
    if (dot == NULL || !read_digits(left, DIGITS_MAX - 2, &whole) || !read_digits(right, 2, &cents))
        return false;
    if (arg == DECIMAL_FEN)
        whole = whole * 100 + (right.len == 1 ? cents * 10 : cents);
    buf_addf(out, "%lld", (long long)whole);
    return transform_changed(in, before, out);
}

/* ---- Times ---- */

/* Seconds since 1970 from a timestamp of ten digits or a time yyyyMMddHHmmss. */
static bool read_time(struct span in, time_t *t, bool *stamp)
{
    int64_t n = 0;
    char text[TEXT_TIME_SIZE];
    *stamp = in.len == 10 && read_digits(in, 10, &n) && n >= 1000000000;
    if (*stamp) {
        *t = (time_t)n;
        return true;
    }
    if (in.len != 14)
        return false;
    memcpy(text, in.s, 14);
    text[14] = '\0';
    return text_time_read(text, t);
}

bool transform_write_time(struct span in, int arg, struct buf *out)
{
    time_t t = 0;
    bool stamp = false;
    char text[TEXT_TIME_SIZE] = "";
    int64_t ms = 0;
    if (arg == TIME_TO_S) {
        if (in.len != 13 || !read_digits(in, 13, &ms))
            return false;
        buf_add(out, in.s, 10);
        return true;
    }
    if (!read_time(in, &t, &stamp))
        return false;
    if (arg >= TIME_HOURS) {
        t += (arg - TIME_HOURS - 24) * 3600;
        text_time_write(t, text);
        if (stamp)
            buf_addf(out, "%lld", (long long)t);
        else
            buf_adds(out, text);
        return true;
    }
    if (stamp != (arg == TIME_TO_MS || arg == TIME_TEXT || arg == TIME_TEXT_UTC))
        return false;
    text_time_write(arg == TIME_TEXT_UTC ? t - 8 * 3600 : t, text);
    if (arg == TIME_TO_MS)
        buf_addf(out, "%lld000", (long long)t);
    else if (arg == TIME_TEXT || arg == TIME_TEXT_UTC)
        buf_adds(out, text);
    else if (arg == TIME_SECONDS)
        buf_addf(out, "%lld", (long long)t);
    else if (arg == TIME_DATE)
        buf_add(out, text, 8);
    else
        buf_addf(out,
                 arg == TIME_ISO ? "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s+08:00"
                                 : "%.4s-%.2s-%.2s %.2s:%.2s:%.2s",
                 text, text + 4, text + 6, text + 8, text + 10, text + 12);
    return true;
}
