/* SPDX-License-Identifier: MIT */
/*
 * One value against one field: characters, length, type, pattern.
 *
 * Runs for every field on every key, so the good road allocates nothing and decodes
 * nothing that is ASCII. A value that is not of its type is told so once; its pattern is
 * then not tried, because both would say the same.
 */
#include "core/value.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define TIMESTAMP_DIGITS 10

struct check {
    const struct field *field;
    const char *value;
    size_t len;
    const struct value_place *place;
    struct findings *out;
};

static struct finding_head error_of(const struct check *c, const char *rule)
{
    return (struct finding_head){.field = c->place->path, .rule = rule, .severity = SEVERITY_ERROR};
}

static struct finding_head warning_of(const struct check *c, const char *rule)
{
    return (struct finding_head){
        .field = c->place->path, .rule = rule, .severity = SEVERITY_WARNING};
}

/* The value for a sentence. */
static const char *shown(const struct check *c, char out[FINDING_SHOWN_MAX])
{
    return finding_shown(c->value, c->len, c->field->sensitive, out);
}

size_t value_length(const struct field *field, const char *value, size_t len)
{
    return field->unit == UNIT_CHARS ? text_chars(value, len) : len;
}

/* ---- Characters ---- */

static bool is_printable_ascii(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] < 0x20 || s[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

static bool is_control(uint32_t cp, bool json)
{
    if (json && (cp == '\t' || cp == '\n' || cp == '\r')) {
        return false;
    }
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xfffe || cp == 0xffff;
}

/* Takes part in the signature, and nobody sees it. */
static bool is_invisible(uint32_t cp)
{
    return cp == 0xad || (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x2069) || cp == 0xfeff;
}

static bool is_blank(uint32_t cp)
{
    return cp == ' ' || cp == 0xa0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200a);
}

/* What one character is blamed for; true ends the search. */
static bool check_char(const struct check *c, uint32_t cp, size_t index, bool *warned)
{
    const char *path = c->place->path;
    if (is_control(cp, c->field->type == FIELD_JSON)) {
        findings_add(c->out, error_of(c, "characters"), "%s 第 %zu 个字符是控制字符 U+%04X，请删去",
                     "%s: character %zu is the control character U+%04X; remove it", path, index,
                     (unsigned)cp);
        return true;
    }
    if (cp > 0xffff && c->field->no_astral) {
        findings_add(c->out, error_of(c, "characters"),
                     "%s 第 %zu 个字符 U+%04X 占 4 字节（表情等），接口不接受",
                     "%s: character %zu, U+%04X, takes 4 bytes (emoji and the like), which the "
                     "API refuses",
                     path, index, (unsigned)cp);
        return true;
    }
    if (is_invisible(cp) && !*warned) {
        *warned = true;
        findings_add(
            c->out, warning_of(c, "characters"), "%s 第 %zu 个字符 U+%04X 看不见，却参与签名",
            "%s: character %zu, U+%04X, is invisible and yet signed", path, index, (unsigned)cp);
    }
    return false;
}

static void check_blanks(const struct check *c)
{
    uint32_t first = ' ', last = ' ';
    text_next(c->value, c->len, &first, NULL);
    size_t at = c->len - 1;
    while (at > 0 && ((unsigned char)c->value[at] & 0xc0) == 0x80) {
        at--;
    }
    text_next(c->value + at, c->len - at, &last, NULL);
    if (!is_blank(first) && !is_blank(last)) {
        return;
    }
    char text[FINDING_SHOWN_MAX];
    findings_add(c->out, warning_of(c, "characters"),
                 is_blank(first) ? "%s 开头有空白，空白也参与签名：“%s”"
                                 : "%s 末尾有空白，空白也参与签名：“%s”",
                 is_blank(first) ? "%s begins with a blank, which is signed too: “%s”"
                                 : "%s ends with a blank, which is signed too: “%s”",
                 c->place->path, shown(c, text));
}

/* False when the rest of the checks would only repeat it. */
static bool check_characters(const struct check *c)
{
    bool warned = false;
    if (!is_printable_ascii(c->value, c->len)) {
        size_t index = 1;
        for (size_t at = 0; at < c->len; index++) {
            uint32_t cp = 0;
            bool valid = true;
            size_t n = text_next(c->value + at, c->len - at, &cp, &valid);
            if (!valid) {
                findings_add(c->out, error_of(c, "characters"),
                             "%s 从第 %zu 字节起不是 UTF-8（字节 0x%02X）",
                             "%s is not UTF-8 from byte %zu on (byte 0x%02X)", c->place->path,
                             at + 1, (unsigned)(unsigned char)c->value[at]);
                return false;
            }
            if (check_char(c, cp, index, &warned)) {
                return false;
            }
            at += n;
        }
    }
    if (c->field->type != FIELD_JSON) {
        check_blanks(c);
    }
    return true;
}

/* ---- Length ---- */

static void say_too_long(const struct check *c, int64_t n, int64_t limit, enum severity severity)
{
    bool bytes = c->field->unit == UNIT_BYTES;
    struct finding_head head = {
        .field = c->place->path, .rule = bytes ? "max-bytes" : "max-chars", .severity = severity};
    bool error = severity == SEVERITY_ERROR;
    struct finding *one = NULL;
    if (bytes) {
        one = findings_add(c->out, head,
                           error ? "%s 有 %" PRId64 " 字节，最多 %" PRId64 " 字节"
                                 : "%s 有 %" PRId64 " 字节，建议不超过 %" PRId64 " 字节",
                           error ? "%s has %" PRId64 " bytes, at most %" PRId64
                                 : "%s has %" PRId64 " bytes, better not over %" PRId64,
                           c->place->path, n, limit);
        if (limit >= 3 && !is_printable_ascii(c->value, c->len)) {
            finding_more(one, "（%" PRId64 " 个汉字约 %" PRId64 " 字节）",
                         " (%" PRId64 " Chinese characters take about %" PRId64 " bytes)",
                         limit / 3, limit / 3 * 3);
        }
    } else {
        one = findings_add(c->out, head,
                           error ? "%s 有 %" PRId64 " 个字符，最多 %" PRId64 " 个"
                                 : "%s 有 %" PRId64 " 个字符，建议不超过 %" PRId64 " 个",
                           error ? "%s has %" PRId64 " characters, at most %" PRId64
                                 : "%s has %" PRId64 " characters, better not over %" PRId64,
                           c->place->path, n, limit);
    }
    if (!error && c->field->warn_note.zh) {
        finding_more(one, "：%s%.0s", ": %.0s%s", c->field->warn_note.zh, c->field->warn_note.en);
    }
}

static void say_too_short(const struct check *c, int64_t n, int64_t limit, enum severity severity)
{
    bool bytes = c->field->unit == UNIT_BYTES;
    bool error = severity == SEVERITY_ERROR;
    struct finding_head head = {
        .field = c->place->path, .rule = bytes ? "min-bytes" : "min-chars", .severity = severity};
    struct finding *one = NULL;
    if (bytes) {
        one = findings_add(c->out, head,
                           error ? "%s 有 %" PRId64 " 字节%.0s，至少 %" PRId64 " 字节"
                                 : "%s 有 %" PRId64 " 字节%.0s，建议至少 %" PRId64 " 字节",
                           error ? "%s has %" PRId64 " byte%s, at least %" PRId64
                                 : "%s has %" PRId64 " byte%s, better at least %" PRId64,
                           c->place->path, n, text_s(n), limit);
    } else {
        one = findings_add(c->out, head,
                           error ? "%s 有 %" PRId64 " 个字符%.0s，至少 %" PRId64 " 个"
                                 : "%s 有 %" PRId64 " 个字符%.0s，建议至少 %" PRId64 " 个",
                           error ? "%s has %" PRId64 " character%s, at least %" PRId64
                                 : "%s has %" PRId64 " character%s, better at least %" PRId64,
                           c->place->path, n, text_s(n), limit);
    }
    if (!error && c->field->warn_note.zh) {
        finding_more(one, "：%s%.0s", ": %.0s%s", c->field->warn_note.zh, c->field->warn_note.en);
    }
}

/* False on an error. */
static bool check_length(const struct check *c)
{
    const struct field *f = c->field;
    int64_t n = (int64_t)value_length(f, c->value, c->len);
    if (f->max && n > f->max) {
        say_too_long(c, n, f->max, SEVERITY_ERROR);
        return false;
    }
    if (f->min && n < f->min) {
        say_too_short(c, n, f->min, SEVERITY_ERROR);
        return false;
    }
    if (f->warn_max && n > f->warn_max) {
        say_too_long(c, n, f->warn_max, SEVERITY_WARNING);
    } else if (f->warn_min && n < f->warn_min) {
        say_too_short(c, n, f->warn_min, SEVERITY_WARNING);
    }
    if (f->warn_bytes && (int64_t)c->len > f->warn_bytes) {
        struct finding *one = findings_add(c->out, warning_of(c, "max-bytes"),
                                           "%s 有 %zu 字节，超过 %" PRId64 " 字节可能被拒绝",
                                           "%s has %zu bytes; over %" PRId64 " it may be refused",
                                           c->place->path, c->len, f->warn_bytes);
        if (f->warn_note.zh) {
            finding_more(one, "：%s%.0s", ": %.0s%s", f->warn_note.zh, f->warn_note.en);
        }
    }
    return true;
}

/* ---- Types: each returns false after an error ---- */

static bool is_digits(const char *s, size_t len)
{
    return strspn(s, "0123456789") == len;
}

static void say_range(const struct check *c, bool low)
{
    char text[FINDING_SHOWN_MAX];
    int64_t limit = c->field->has_range ? (low ? c->field->low : c->field->high) : INT64_MAX;
    findings_add(c->out, error_of(c, "range"),
                 low ? "%s 至少为 %" PRId64 "，现在是 %s" : "%s 最多为 %" PRId64 "，现在是 %s",
                 low ? "%s must be at least %" PRId64 "; it is %s"
                     : "%s must be at most %" PRId64 "; it is %s",
                 c->place->path, limit, shown(c, text));
}

/* "12.5" yuan as fen, for the hint; false if it is no amount of yuan. */
static bool yuan_to_fen(const char *s, int64_t *fen)
{
    size_t whole = strspn(s, "0123456789");
    if (whole == 0 || whole > 15 || s[whole] != '.') {
        return false;
    }
    const char *cents = s + whole + 1;
    size_t n = strspn(cents, "0123456789");
    if (n == 0 || n > 2 || cents[n]) {
        return false;
    }
    int64_t value = strtoll(s, NULL, 10) * 100 + (cents[0] - '0') * 10;
    *fen = value + (n == 2 ? cents[1] - '0' : 0);
    return true;
}

static void say_no_number(const struct check *c)
{
    int64_t fen = 0;
    char text[FINDING_SHOWN_MAX];
    if (c->field->type != FIELD_FEN) {
        findings_add(c->out, error_of(c, "type"),
                     "%s 要写整数，不带符号、小数点和前导零，现在是 “%s”",
                     "%s must be a whole number without sign, point or leading zero; it is “%s”",
                     c->place->path, shown(c, text));
    } else if (yuan_to_fen(c->value, &fen)) {
        findings_add(c->out, error_of(c, "type"),
                     "%s 的单位是分，不能带小数点：%s 元要写成 %" PRId64,
                     "%s counts fen and takes no decimal point: %s yuan is written %" PRId64,
                     c->place->path, shown(c, text), fen);
    } else {
        findings_add(c->out, error_of(c, "type"),
                     "%s 的单位是分，要写整数，不带符号、小数点和前导零，现在是 “%s”",
                     "%s counts fen: a whole number without sign, point or leading zero; it is "
                     "“%s”",
                     c->place->path, shown(c, text));
    }
}

static bool check_number(const struct check *c)
{
    int64_t n = 0;
    if (!is_digits(c->value, c->len) || (c->value[0] == '0' && c->len > 1)) {
        say_no_number(c);
        return false;
    }
    bool read = text_read_fen(c->value, &n); /* false: more than 64 bits */
    bool low = read && c->field->has_range && n < c->field->low;
    if (!read || low || (c->field->has_range && n > c->field->high)) {
        say_range(c, low);
        return false;
    }
    return true;
}

static bool check_time(const struct check *c)
{
    bool date = c->field->type == FIELD_DATE;
    size_t digits = date ? 8 : 14;
    char whole[TEXT_TIME_SIZE] = "", text[FINDING_SHOWN_MAX];
    time_t t = 0;
    if (c->len != digits || !is_digits(c->value, c->len)) {
        findings_add(c->out, error_of(c, "time"),
                     date ? "%s 要写 8 位数字 yyyyMMdd，现在是 “%s”"
                          : "%s 要写 14 位数字 yyyyMMddHHmmss（北京时间），现在是 “%s”",
                     date ? "%s must be 8 digits yyyyMMdd; it is “%s”"
                          : "%s must be 14 digits yyyyMMddHHmmss (UTC+8); it is “%s”",
                     c->place->path, shown(c, text));
        return false;
    }
    snprintf(whole, sizeof whole, "%s%s", c->value, date ? "000000" : "");
    if (!text_time_read(whole, &t)) {
        findings_add(c->out, error_of(c, "time"), "%s 不是存在的日期或时刻：%s",
                     "%s is no existing date or time: %s", c->place->path, shown(c, text));
        return false;
    }
    return true;
}

static bool check_timestamp(const struct check *c)
{
    char text[FINDING_SHOWN_MAX];
    if (c->len == TIMESTAMP_DIGITS && is_digits(c->value, c->len) && c->value[0] != '0') {
        return true;
    }
    findings_add(c->out, error_of(c, "time"),
                 "%s 要写 10 位数字的时间戳（秒），现在是 “%s”（%zu 位）",
                 "%s must be a timestamp of 10 digits (seconds); it is “%s” (%zu long)",
                 c->place->path, shown(c, text), c->len);
    return false;
}

static const char *value_name_at(const void *ctx, size_t index)
{
    const struct field *f = ctx;
    return index < f->value_count ? f->values[index].value : NULL;
}

static bool check_enum(const struct check *c)
{
    const struct field *f = c->field;
    char list[200] = "", text[FINDING_SHOWN_MAX];
    size_t used = 0;
    for (size_t i = 0; i < f->value_count; i++) {
        if (strcmp(f->values[i].value, c->value) == 0) {
            return true;
        }
        if (used < sizeof list) {
            const char *joint = i ? " / " : "";
            size_t need = strlen(joint) + strlen(f->values[i].value);
            bool fits = used + need < sizeof list - sizeof " / …";
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", joint,
                                     fits ? f->values[i].value : "…");
            used = fits ? used : sizeof list;
        }
    }
    struct finding *one =
        findings_add(c->out, error_of(c, "enum"), "%s 只能是 %s，现在是 “%s”",
                     "%s must be %s; it is “%s”", c->place->path, list, shown(c, text));
    const char *near = text_nearest(c->value, value_name_at, f);
    if (near && f->value_count > 1) {
        finding_more(one, "；是否想写 %s？", "; did you mean %s?", near);
    }
    return false;
}

static bool check_url(const struct check *c)
{
    size_t before = c->out->errors;
    value_check_url(c->field, c->value, c->len, c->place, c->out);
    return c->out->errors == before;
}

static bool check_ip(const struct check *c)
{
    unsigned char address[16];
    bool only4 = c->field->type == FIELD_IP4;
    if (inet_pton(AF_INET, c->value, address) == 1 ||
        (!only4 && inet_pton(AF_INET6, c->value, address) == 1)) {
        return true;
    }
    char text[FINDING_SHOWN_MAX];
    findings_add(c->out, error_of(c, "ip"),
                 only4 ? "%s 要写 IPv4 地址（如 123.12.12.123），现在是 “%s”"
                       : "%s 要写 IPv4 或 IPv6 地址（如 123.12.12.123），现在是 “%s”",
                 only4 ? "%s must be an IPv4 address (like 123.12.12.123); it is “%s”"
                       : "%s must be an IPv4 or IPv6 address (like 123.12.12.123); it is “%s”",
                 c->place->path, shown(c, text));
    return false;
}

static bool check_json(const struct check *c)
{
    size_t before = c->out->errors;
    value_check_json(c->field, c->value, c->len, c->place, c->out);
    return c->out->errors == before;
}

static bool check_nonce(const struct check *c)
{
    if (is_printable_ascii(c->value, c->len) && !memchr(c->value, ' ', c->len)) {
        return true;
    }
    char text[FINDING_SHOWN_MAX];
    findings_add(c->out, warning_of(c, "type"), "%s 宜只用英文字母和数字，现在是 “%s”",
                 "%s had better be ASCII letters and digits; it is “%s”", c->place->path,
                 shown(c, text));
    return true;
}

static bool check_id(const struct check *c)
{
    for (size_t i = 0; i < c->len; i++) {
        char ch = c->value[i];
        if ((ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z')) {
            continue;
        }
        char text[FINDING_SHOWN_MAX];
        findings_add(c->out, error_of(c, "type"), "%s 只能含英文字母和数字，现在是 “%s”",
                     "%s takes ASCII letters and digits only; it is “%s”", c->place->path,
                     shown(c, text));
        return false;
    }
    return true;
}

static bool (*const type_checks[FIELD_TYPE_COUNT])(const struct check *c) = {
    [FIELD_INT] = check_number,
    [FIELD_FEN] = check_number,
    [FIELD_TIME] = check_time,
    [FIELD_DATE] = check_time,
    [FIELD_TIMESTAMP] = check_timestamp,
    [FIELD_ENUM] = check_enum,
    [FIELD_URL] = check_url,
    [FIELD_IP] = check_ip,
    [FIELD_IP4] = check_ip,
    [FIELD_JSON] = check_json,
    [FIELD_NONCE] = check_nonce,
    [FIELD_ID] = check_id,
};

static void check_pattern(const struct check *c)
{
    const struct field *f = c->field;
    if (!f->regex || regexec(f->regex, c->value, 0, NULL, 0) == 0) {
        return;
    }
    char text[FINDING_SHOWN_MAX];
    struct finding *one = findings_add(c->out, error_of(c, "pattern"), "%s 格式不对",
                                       "%s has the wrong form", c->place->path);
    finding_more(one, "：%s%.0s", ": %.0s%s", bi_get(f->pattern_text, LANG_ZH),
                 bi_get(f->pattern_text, LANG_EN));
    finding_more(one, "；现在是 “%s”", "; it is “%s”", shown(c, text));
}

void value_check(const struct field *f, const char *value, size_t len,
                 const struct value_place *place, struct findings *out)
{
    struct check c = {.field = f, .value = value, .len = len, .place = place, .out = out};
    if (!check_characters(&c)) {
        return;
    }
    bool fits = check_length(&c);
    bool typed = !type_checks[f->type] || type_checks[f->type](&c);
    if (fits && typed) {
        check_pattern(&c);
    }
}
