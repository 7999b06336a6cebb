/* SPDX-License-Identifier: MIT */
/*
 * A run is what stands between characters that no number or openid has. Numbers that people write
 * in groups are looked for where a run begins. Card and identity numbers must pass their check
 * digit, or every order number would be a suspect.
 */
#include "core/personal.h"

#include <string.h>

/* facts/apis.md: the fields that name a payer. */
static const char *const names[] = {
    "openid",     "sub_openid", "contract_display_account", "re_user_name", "user_name", "mobile",
    "phone",      "id_card_no", "identity_number",          "bank_card_no", "card_no",   "cert_no",
    "payer_name", "auth_code",
};

bool personal_is_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

#define HEAD_BYTES 3
#define TAIL_BYTES 4

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

void personal_mask_value(const char *value, size_t len, struct buf *out)
{
    size_t head = HEAD_BYTES, tail = TAIL_BYTES;

    if (len == 0)
        return;
    if (len < HEAD_BYTES + TAIL_BYTES + 2) {
        buf_adds(out, "****");
        return;
    }
    while (head > 0 && !starts_character(value[head]))
        head--;
    while (tail > 0 && !starts_character(value[len - tail]))
        tail--;
    buf_add(out, value, head);
    buf_adds(out, "****");
    buf_add(out, value + len - tail, tail);
}

/* ---- Shapes ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_run(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

static size_t digits(const char *s, size_t len)
{
    size_t n = 0;
    while (n < len && is_digit(s[n]))
        n++;
    return n;
}

/* "o" and 27 characters: facts/apis.md, openid. One of digits alone would be a number. */
static bool is_openid(const char *s, size_t len)
{
    return len == 28 && s[0] == 'o' && digits(s + 1, len - 1) < len - 1;
}

static bool is_mobile(const char *s, size_t len)
{
    return len == 11 && digits(s, len) == 11 && s[0] == '1' && s[1] >= '3';
}

/* The check digit of payment cards (Luhn). */
static bool is_card(const char *s, size_t len)
{
    int sum = 0;
    if (len < 16 || len > 19 || digits(s, len) != len || s[0] < '3' || s[0] > '6')
        return false;
    for (size_t i = 0; i < len; i++) {
        int d = s[len - 1 - i] - '0';
        if (i % 2 == 1)
            d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    return sum % 10 == 0;
}

/* Resident identity number, GB 11643: 17 digits and a check character. */
static bool is_identity(const char *s, size_t len)
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    if (len != 18 || digits(s, 17) != 17 || (s[6] != '1' && s[6] != '2'))
        return false;
    for (int i = 0; i < 17; i++)
        sum += (s[i] - '0') * weights[i];
    char last = s[17] == 'x' ? 'X' : s[17];
    return last == "10X98765432"[sum % 11];
}

static bool is_personal(const char *s, size_t len)
{
    return is_openid(s, len) || is_mobile(s, len) || is_card(s, len) || is_identity(s, len);
}

/* ---- Numbers in groups: 138 1234 5678, 6222-0200-0000-0001 ---- */

#define NUMBER_MAX 19

/* Reads digits in groups of these sizes (0 ends them; the last may be shorter, but not empty) with
   the same separator, or none, between all of them. Returns the bytes read; 0: there are none. */
static size_t read_groups(const char *s, size_t len, const size_t *groups, char number[NUMBER_MAX],
                          size_t *count)
{
    size_t at = digits(s, len) == groups[0] ? groups[0] : 0;
    char gap = at && at < len && (s[at] == ' ' || s[at] == '-') ? s[at] : '\0';
    if (!gap)
        return 0;
    memcpy(number, s, at);
    *count = at;
    for (size_t i = 1; groups[i] && at < len && s[at] == gap; i++) {
        size_t n = digits(s + at + 1, len - at - 1);
        if (n == 0 || n > groups[i] || (n < groups[i] && groups[i + 1]))
            break;
        memcpy(number + *count, s + at + 1, n);
        *count += n;
        at += n + 1;
    }
    return at;
}

/* +86, 0086 or 86 and what may stand behind it. */
static size_t country(const char *s, size_t len)
{
    size_t at = len > 0 && s[0] == '+';
    if (!at && len > 2 && s[0] == '0' && s[1] == '0')
        at = 2;
    if (len < at + 3 || s[at] != '8' || s[at + 1] != '6')
        return 0;
    at += 2;
    return at + (s[at] == ' ' || s[at] == '-');
}

/* Bytes of a mobile number with a country code, in groups, or both; 0: there is none here. */
static size_t mobile_here(const char *s, size_t len)
{
    static const size_t groups[] = {3, 4, 4, 0};
    size_t code = country(s, len), count = 0;
    char number[NUMBER_MAX];
    size_t n = read_groups(s + code, len - code, groups, number, &count);
    if (n)
        return is_mobile(number, count) ? code + n : 0;
    n = digits(s + code, len - code);
    return code && is_mobile(s + code, n) ? code + n : 0;
}

static size_t card_here(const char *s, size_t len)
{
    static const size_t groups[] = {4, 4, 4, 4, 3, 0};
    size_t count = 0;
    char number[NUMBER_MAX];
    size_t n = read_groups(s, len, groups, number, &count);
    return n && is_card(number, count) ? n : 0;
}

static size_t grouped(const char *s, size_t len)
{
    size_t n = mobile_here(s, len);
    n = n ? n : card_here(s, len);
    return n < len && is_run(s[n]) && s[n] != '-' ? 0 : n;
}

static void mask_shapes(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in);
    for (size_t i = 0; i < in->len;) {
        size_t end = i, number = i && is_run(s[i - 1]) ? 0 : grouped(s + i, in->len - i);
        while (end < in->len && is_run(s[end]))
            end++;
        if (number) {
            personal_mask_value(s + i, number, out);
            end = i + number;
        } else if (end == i)
            buf_addc(out, s[i++]);
        else if (is_personal(s + i, end - i))
            personal_mask_value(s + i, end - i, out);
        else
            buf_add(out, s + i, end - i);
        i = end > i ? end : i;
    }
}

/* ---- Values of known fields ---- */

#define KNOWN_BYTES_MIN 3 /* a shorter value would be found everywhere */

static void mask_known(const struct buf *in, const struct param *p, struct buf *out)
{
    const char *at = buf_str(in), *end = at + in->len;
    while (at < end) {
        const char *hit = memmem(at, (size_t)(end - at), p->value, p->value_len);
        buf_add(out, at, hit ? (size_t)(hit - at) : (size_t)(end - at));
        if (!hit)
            break;
        personal_mask_value(p->value, p->value_len, out);
        at = hit + p->value_len;
    }
}

/* A masked value is at most four bytes longer than it was, and it has at least KNOWN_BYTES_MIN. */
static void start_copy(const struct buf *text, struct buf *out)
{
    buf_init(out, 4 * text->len + 64);
}

static void replace(struct buf *text, struct buf *by)
{
    size_t max = text->max > by->len ? text->max : by->len;
    buf_clear(text);
    *text = *by;
    text->max = max;
}

void personal_mask(const struct params *known, struct buf *text)
{
    struct buf masked;
    for (size_t i = 0; known && i < known->count; i++) {
        const struct param *p = &known->items[i];
        if (p->value_len < KNOWN_BYTES_MIN || !personal_is_name(p->name) ||
            !memmem(buf_str(text), text->len, p->value, p->value_len))
            continue;
        start_copy(text, &masked);
        mask_known(text, p, &masked);
        replace(text, &masked);
    }
    start_copy(text, &masked);
    mask_shapes(text, &masked);
    replace(text, &masked);
}
