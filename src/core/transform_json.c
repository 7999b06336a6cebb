/* SPDX-License-Identifier: MIT */
/*
 * JSON text in the styles of other languages' serialisers.
 *
 * Works on the text, not on a parsed document: numbers stay digit by digit and repeated
 * names stay, as a re-serialisation that loses more would not be the same document. The
 * text is read tolerantly (single quotes, as Python's repr writes them).
 */
#include "core/transform.h"

#include <string.h>

#include "core/base.h"
#include "core/text.h"

#define DEPTH_MAX 32
#define MEMBERS_MAX 64 /* of one object, when they are sorted */

struct style {
    struct bi how;
    const char *comma, *colon; /* between members, behind names */
    const char *escaped;       /* ASCII characters written as \u00XX */
    int indent;
    char quote;
    bool slash, ascii, sorted;
};

static const struct style styles[JSON_STYLE_COUNT] = {
    [JSON_STYLE_COMPACT] = {{"JSON 去掉空白", "JSON without white space"}, ",", ":", "", 0, '"'},
    [JSON_STYLE_PYTHON] = {{"Python json.dumps 的默认形式", "as Python's json.dumps writes it"},
                           ", ",
                           ": ",
                           "",
                           0,
                           '"',
                           false,
                           true},
    [JSON_STYLE_PYTHON_UTF8] =
        {{"逗号、冒号后带空格", "with blanks behind commas and colons"}, ", ", ": ", "", 0, '"'},
    [JSON_STYLE_PHP] = {{"PHP json_encode 的默认形式（\\/ 与 \\u）",
                         "as PHP's json_encode writes it (\\/ and \\u)"},
                        ",",
                        ":",
                        "",
                        0,
                        '"',
                        true,
                        true},
    [JSON_STYLE_PHP_UTF8] = {{"斜杠写成 \\/", "slashes as \\/"}, ",", ":", "", 0, '"', true},
    [JSON_STYLE_ASCII] = {{"中文写成 \\u4e2d 形式", "characters beyond ASCII as \\u4e2d"},
                          ",",
                          ":",
                          "",
                          0,
                          '"',
                          false,
                          true},
    [JSON_STYLE_GO] = {{"Go 的形式（& < > 写成 \\u0026 等）",
                        "as Go writes it (& < > as \\u0026 …)"},
                       ",",
                       ":",
                       "&<>",
                       0,
                       '"'},
    [JSON_STYLE_GSON] = {{"Gson 的形式（& < > = ' 写成 \\u0026 等）",
                          "as Gson writes it (& < > = ' as \\u0026 …)"},
                         ",",
                         ":",
                         "&<>='",
                         0,
                         '"'},
    [JSON_STYLE_SORTED] =
        {{"成员按名称排序", "members ordered by name"}, ",", ":", "", 0, '"', false, false, true},
    [JSON_STYLE_PRETTY2] = {{"缩进 2 格", "indented by 2"}, ",", ": ", "", 2, '"'},
    [JSON_STYLE_PRETTY4] = {{"缩进 4 格", "indented by 4"}, ",", ": ", "", 4, '"'},
    [JSON_STYLE_REPR] = {{"Python 字典的写法（单引号）", "a Python dict as text (single quotes)"},
                         ", ",
                         ": ",
                         "",
                         0,
                         '\''},
};

struct bi transform_json_text(enum json_style style)
{
    return styles[style].how;
}

struct reader {
    const char *at, *end;
    const struct style *style;
    int depth;
};

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && span_is_blank(*r->at))
        r->at++;
}

static bool read_unit(struct reader *r, uint32_t *unit)
{
    if (r->end - r->at < 4)
        return false;
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = span_hex(*r->at++);
        if (digit < 0)
            return false;
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return true;
}

/* One character of a string, its escape resolved. */
static bool read_char(struct reader *r, uint32_t *cp)
{
    static const char names[] = "bfnrt", codes[] = "\b\f\n\r\t";
    bool valid = true;
    if (*r->at != '\\') {
        r->at += text_next(r->at, (size_t)(r->end - r->at), cp, &valid);
        return valid;
    }
    if (r->end - r->at < 2)
        return false;
    char c = r->at[1];
    r->at += 2;
    const char *name = c != '\0' ? strchr(names, c) : NULL;
    if (name != NULL) {
        *cp = (uint32_t)codes[name - names];
        return true;
    }
    if (c != 'u') {
        *cp = (unsigned char)c;
        return true;
    }
    if (!read_unit(r, cp))
        return false;
    uint32_t low = 0;
    if (*cp >= 0xd800 && *cp < 0xdc00 && r->end - r->at >= 6 && r->at[0] == '\\' &&
        r->at[1] == 'u') {
        r->at += 2;
        if (!read_unit(r, &low))
            return false;
        *cp = 0x10000 + ((*cp - 0xd800) << 10) + ((low - 0xdc00) & 0x3ff);
    }
    return true;
}

static void write_unit(struct buf *out, uint32_t unit)
{
    buf_addf(out, "\\u%04x", (unsigned)unit);
}

static void write_char(const struct style *s, uint32_t cp, struct buf *out)
{
    static const char names[] = "bfnrt", codes[] = "\b\f\n\r\t";
    char utf8[4];
    if (cp < 0x80 && cp != 0 && strchr(s->escaped, (int)cp) != NULL) {
        write_unit(out, cp);
    } else if (cp == (uint32_t)s->quote || cp == '\\' || (cp == '/' && s->slash)) {
        buf_addc(out, '\\');
        buf_addc(out, (char)cp);
    } else if (cp < 0x20) {
        const char *code = cp != 0 ? strchr(codes, (int)cp) : NULL;
        if (code != NULL)
            buf_addf(out, "\\%c", names[code - codes]);
        else
            write_unit(out, cp);
    } else if (cp > 0x7f && s->ascii) {
        if (cp > 0xffff)
            write_unit(out, 0xd800 + ((cp - 0x10000) >> 10));
        write_unit(out, cp > 0xffff ? 0xdc00 + ((cp - 0x10000) & 0x3ff) : cp);
    } else {
        buf_add(out, utf8, text_put(cp, utf8));
    }
}

static bool rewrite_string(struct reader *r, struct buf *out)
{
    char quote = *r->at++;
    buf_addc(out, r->style->quote);
    while (r->at < r->end && *r->at != quote) {
        uint32_t cp = 0;
        if (!read_char(r, &cp))
            return false;
        write_char(r->style, cp, out);
    }
    if (r->at == r->end)
        return false;
    r->at++;
    buf_addc(out, r->style->quote);
    return true;
}

static void new_line(const struct reader *r, struct buf *out)
{
    if (r->style->indent == 0)
        return;
    buf_addc(out, '\n');
    for (int i = 0; i < r->depth * r->style->indent; i++)
        buf_addc(out, ' ');
}

static bool rewrite_value(struct reader *r, struct buf *out);

/* Orders the members written at `starts` (the last is the end) by their text. */
static void sort_members(struct buf *out, size_t *starts, size_t count)
{
    struct buf copy;
    struct span members[MEMBERS_MAX];
    buf_init(&copy, out->max);
    buf_add(&copy, out->data + starts[0], starts[count] - starts[0]);
    for (size_t i = 0; i < count; i++) {
        struct span one = {copy.data + (starts[i] - starts[0]), starts[i + 1] - starts[i]};
        size_t at = i;
        for (; at > 0 && memcmp(one.s, members[at - 1].s,
                                one.len < members[at - 1].len ? one.len : members[at - 1].len) < 0;
             at--)
            members[at] = members[at - 1];
        members[at] = one;
    }
    buf_cut(out, starts[0]);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_addc(out, ',');
        buf_add(out, members[i].s, members[i].len);
    }
    buf_clear(&copy);
}

static bool rewrite_member(struct reader *r, bool named, struct buf *out)
{
    skip_blanks(r);
    if (named) {
        if (r->at == r->end || (*r->at != '"' && *r->at != '\'') || !rewrite_string(r, out))
            return false;
        skip_blanks(r);
        if (r->at == r->end || *r->at++ != ':')
            return false;
        buf_adds(out, r->style->colon);
    }
    return rewrite_value(r, out);
}

static bool rewrite_list(struct reader *r, char close, struct buf *out)
{
    size_t starts[MEMBERS_MAX + 1], count = 0;
    bool named = close == '}', sorted = named && r->style->sorted;
    buf_addc(out, *r->at++);
    if (++r->depth > DEPTH_MAX)
        return false;
    skip_blanks(r);
    bool empty = r->at < r->end && *r->at == close;
    while (!empty) {
        if (count > 0 && !sorted)
            buf_adds(out, r->style->indent > 0 ? "," : r->style->comma);
        new_line(r, out);
        if (sorted && count == MEMBERS_MAX)
            return false;
        if (sorted)
            starts[count] = out->len;
        if (!rewrite_member(r, named, out))
            return false;
        count++;
        skip_blanks(r);
        if (r->at == r->end || (*r->at != ',' && *r->at != close))
            return false;
        if (*r->at == close)
            break;
        r->at++;
    }
    if (sorted && count > 0 && out->len > 0 && buf_status(out) == ST_OK) {
        starts[count] = out->len;
        sort_members(out, starts, count);
    }
    r->depth--;
    if (!empty)
        new_line(r, out);
    buf_addc(out, *r->at++);
    return true;
}

static bool rewrite_value(struct reader *r, struct buf *out)
{
    static const struct {
        const char *json, *repr;
    } words[] = {{"true", "True"}, {"false", "False"}, {"null", "None"}};
    skip_blanks(r);
    if (r->at == r->end)
        return false;
    if (*r->at == '{' || *r->at == '[')
        return rewrite_list(r, *r->at == '{' ? '}' : ']', out);
    if (*r->at == '"' || *r->at == '\'')
        return rewrite_string(r, out);
    const char *start = r->at;
    while (r->at < r->end && strchr(",]} \t\r\n:", *r->at) == NULL)
        r->at++;
    struct span word = {start, (size_t)(r->at - start)};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (span_is(word, words[i].json) || span_is(word, words[i].repr)) {
            buf_adds(out, r->style->quote == '\'' ? words[i].repr : words[i].json);
            return true;
        }
    }
    buf_add(out, word.s, word.len);
    return word.len > 0;
}

bool transform_json(struct span in, int style, struct buf *out)
{
    struct span text = span_trim(in);
    size_t before = out->len;
    if (text.len < 2 || (text.s[0] != '{' && text.s[0] != '['))
        return false;
    struct reader r = {text.s, text.s + text.len, &styles[style], 0};
    bool good = rewrite_value(&r, out);
    skip_blanks(&r);
    good = good && r.at == r.end && buf_status(out) == ST_OK &&
           !span_same((struct span){out->data + before, out->len - before}, in);
    if (!good)
        buf_cut(out, before);
    return good;
}
