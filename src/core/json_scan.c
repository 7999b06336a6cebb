/* SPDX-License-Identifier: MIT */
/*
 * The scan: tokens without a grammar.
 *
 * It looks at strings, numbers and single characters as they come; whether they stand in an
 * order that makes sense is cJSON's work.
 */
#include "core/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define NUMBER_MAX 60 /* characters of a number; cJSON reads 63 */

/* Text being scanned, and where. */
struct scan {
    const char *text;
    size_t len;
    size_t at;
    size_t depth;
    size_t nodes; /* upper bound of what cJSON will allocate */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum status fail_control(const struct scan *s, struct err *err)
{
    return err_set(
        err, ST_SYNTAX,
        SAY("JSON 第 %zu 行有错", "字符 U+%04X 不能直接出现在这里", "用 \\uXXXX 转义，或删去它"),
        SAY("JSON has an error in line %zu", "the character U+%04X cannot stand here raw",
            "escape it as \\uXXXX, or remove it"),
        json_scan_line(s->text, s->at), (unsigned)(unsigned char)s->text[s->at]);
}

/* From the opening quote to behind the closing one. */
static enum status scan_string(struct scan *s, struct err *err)
{
    size_t start = s->at++;
    for (; s->at < s->len; s->at++) {
        char c = s->text[s->at];
        if (c == '"') {
            s->at++;
            return ST_OK;
        }
        if ((unsigned char)c < 0x20)
            return fail_control(s, err);
        if (c != '\\')
            continue;
        s->at++;
        if (s->len - s->at >= 5 && memcmp(s->text + s->at, "u0000", 5) == 0)
            return err_set(
                err, ST_SYNTAX,
                SAY("JSON 第 %zu 行有错", "字符串里有 \\u0000", "文本里不能有 NUL，删去它"),
                SAY("JSON has an error in line %zu", "a string holds \\u0000",
                    "text cannot hold NUL, remove it"),
                json_scan_line(s->text, s->at));
    }
    return err_set(err, ST_SYNTAX,
                   SAY("JSON 第 %zu 行有错", "从这一行开始的字符串没有结束", "补上结尾的引号 \""),
                   SAY("JSON has an error in line %zu", "the string that begins there does not end",
                       "add the closing quote \""),
                   json_scan_line(s->text, start));
}

/* Length of what JSON calls a number at `s`, or 0. */
static size_t number_length(const char *s, size_t len)
{
    size_t n = len > 0 && s[0] == '-';
    size_t whole = n;
    while (n < len && is_digit(s[n]))
        n++;
    if (n == whole || (s[whole] == '0' && n > whole + 1))
        return 0;
    if (n < len && s[n] == '.') {
        size_t part = ++n;
        while (n < len && is_digit(s[n]))
            n++;
        if (n == part)
            return 0;
    }
    if (n < len && (s[n] == 'e' || s[n] == 'E')) {
        n++;
        n += n < len && (s[n] == '+' || s[n] == '-');
        size_t part = n;
        while (n < len && is_digit(s[n]))
            n++;
        if (n == part)
            return 0;
    }
    return n;
}

static enum status scan_number(struct scan *s, struct err *err)
{
    char copy[NUMBER_MAX + 1] = "";
    size_t n = number_length(s->text + s->at, s->len - s->at);
    if (n > 0 && n <= NUMBER_MAX)
        memcpy(copy, s->text + s->at, n);
    if (n == 0 || n > NUMBER_MAX || !isfinite(strtod(copy, NULL)))
        return err_set(err, ST_SYNTAX,
                       SAY("JSON 第 %zu 行有错", "这不是有效的数字，或数字太大",
                           "改成普通数字，或加引号写成字符串"),
                       SAY("JSON has an error in line %zu",
                           "this is not a number, or it is too large",
                           "write a plain number, or a string in quotes"),
                       json_scan_line(s->text, s->at));
    s->at += n;
    return ST_OK;
}

/* One token that is neither string nor number. */
static enum status scan_other(struct scan *s, const struct json_shape *shape, struct err *err)
{
    char c = s->text[s->at];
    if ((unsigned char)c < 0x20 && !json_is_blank(c))
        return fail_control(s, err);
    s->nodes += c == ',' || c == '{' || c == '[';
    s->depth += c == '{' || c == '[';
    if ((c == '}' || c == ']') && s->depth > 0)
        s->depth--; /* one too many is cJSON's to report */
    if (s->depth > shape->depth_max)
        return err_set(
            err, ST_LIMIT, SAY("JSON 第 %zu 行嵌套太深", "最多 %zu 层", "减少嵌套"),
            SAY("JSON is nested too deep in line %zu", "the limit is %zu levels", "nest less"),
            json_scan_line(s->text, s->at), shape->depth_max);
    if (s->nodes >= shape->nodes_max)
        return err_set(err, ST_LIMIT, SAY("JSON 的成员太多", "最多 %zu 个", "把文件分成几份"),
                       SAY("JSON has too many members", "the limit is %zu", "split the file"),
                       shape->nodes_max);
    s->at++;
    return ST_OK;
}

bool json_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t json_scan_line(const char *text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

enum status json_scan(const char *text, size_t len, struct json_shape *shape, struct err *err)
{
    struct scan s = {.text = text, .len = len};
    size_t bad = 0;
    if (!text_valid(text, len, &bad))
        return err_set(err, ST_SYNTAX,
                       SAY("JSON 第 %zu 行有错", "有不是 UTF-8 的字节", "把文件另存为 UTF-8 编码"),
                       SAY("JSON has an error in line %zu", "it holds a byte that is not UTF-8",
                           "save the file as UTF-8"),
                       json_scan_line(text, bad));
    enum status st = ST_OK;
    while (s.at < len && st == ST_OK) {
        if (text[s.at] == '"')
            st = scan_string(&s, err);
        else if (text[s.at] == '-' || is_digit(text[s.at]))
            st = scan_number(&s, err);
        else
            st = scan_other(&s, shape, err);
    }
    shape->open = s.depth;
    return st;
}

size_t json_scan_name(const char *text, size_t len, size_t count)
{
    struct scan s = {.text = text, .len = len};
    while (s.at < len) {
        size_t start = s.at;
        if (text[start] != '"') {
            s.at++;
            continue;
        }
        scan_string(&s, NULL);
        while (s.at < len && json_is_blank(text[s.at]))
            s.at++;
        if (s.at < len && text[s.at] == ':' && --count == 0)
            return json_scan_line(text, start);
    }
    return 0;
}
