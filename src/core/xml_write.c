/* SPDX-License-Identifier: MIT */
/*
 * Writing XML, the other half of core/xml.h; needs no library.
 *
 * CDATA is what the API's own samples use and every SDK reads, so a value goes there
 * unless it is a plain number or has a carriage return, which CDATA cannot keep.
 */
#include <stdint.h>
#include <string.h>

#include "core/text.h"
#include "core/xml.h"

/* XML 1.0 (5th edition), productions 4 and 4a. */
static bool is_name_char(uint32_t c, bool first)
{
    static const struct {
        uint32_t from, to;
        bool first;
    } ranges[] = {
        {'a', 'z', true},       {'A', 'Z', true},       {'_', '_', true},
        {':', ':', true},       {'0', '9', false},      {'-', '.', false},
        {0xB7, 0xB7, false},    {0xC0, 0xD6, true},     {0xD8, 0xF6, true},
        {0xF8, 0x2FF, true},    {0x300, 0x36F, false},  {0x370, 0x37D, true},
        {0x37F, 0x1FFF, true},  {0x200C, 0x200D, true}, {0x203F, 0x2040, false},
        {0x2070, 0x218F, true}, {0x2C00, 0x2FEF, true}, {0x3001, 0xD7FF, true},
        {0xF900, 0xFDCF, true}, {0xFDF0, 0xFFFD, true}, {0x10000, 0xEFFFF, true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(ranges); i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return ranges[i].first || !first;
    return false;
}

static bool is_xml_name(const char *s)
{
    size_t len = strlen(s);
    bool valid = len > 0;
    for (size_t i = 0; i < len && valid;) {
        uint32_t c;
        size_t n = text_next(s + i, len - i, &c, &valid);
        valid = valid && is_name_char(c, i == 0);
        i += n;
    }
    return valid;
}

static enum status check_name(const char *name, struct err *err)
{
    if (is_xml_name(name))
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("字段名“%.80s”不能作 XML 元素名", "元素名以字母或 _ 开头，不含空格和标点",
                       "请改正字段名"),
                   SAY("field name '%.80s' cannot name an XML element",
                       "a name begins with a letter or _ and holds no blanks or punctuation",
                       "correct the name"),
                   name);
}

/* Finds the first character that XML 1.0 cannot hold. */
static enum status check_value(const struct param *p, struct err *err)
{
    for (size_t i = 0; i < p->value_len;) {
        uint32_t c;
        bool valid = true;
        size_t n = text_next(p->value + i, p->value_len - i, &c, &valid);
        if (!valid)
            return err_set(
                err, ST_ARGUMENT,
                SAY("字段 %s 不能写成 XML", "第 %zu 个字节 0x%02X 不是 UTF-8", "请改用 UTF-8"),
                SAY("field %s cannot be written as XML", "byte %zu, 0x%02X, is not UTF-8",
                    "give it as UTF-8"),
                p->name, i + 1, (unsigned)(unsigned char)p->value[i]);
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF)
            return err_set(err, ST_ARGUMENT,
                           SAY("字段 %s 不能写成 XML",
                               "第 %zu 个字节处的字符 U+%04X 不允许出现在 XML 里", "请删除该字符"),
                           SAY("field %s cannot be written as XML",
                               "at byte %zu stands U+%04X, which XML forbids",
                               "remove the character"),
                           p->name, i + 1, (unsigned)c);
        i += n;
    }
    return ST_OK;
}

static bool is_digits(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return true;
}

static void write_escaped(struct buf *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (s[i]) {
        case '<':
            buf_adds(out, "&lt;");
            break;
        case '>':
            buf_adds(out, "&gt;");
            break;
        case '&':
            buf_adds(out, "&amp;");
            break;
        case '\r':
            buf_adds(out, "&#13;");
            break;
        default:
            buf_addc(out, s[i]);
        }
    }
}

static void write_cdata(struct buf *out, const char *s, size_t len)
{
    const char *end = s + len;
    const char *cut;
    buf_adds(out, "<![CDATA[");
    while ((cut = memmem(s, (size_t)(end - s), "]]>", 3)) != NULL) {
        buf_add(out, s, (size_t)(cut + 2 - s));
        buf_adds(out, "]]><![CDATA[");
        s = cut + 2;
    }
    buf_add(out, s, (size_t)(end - s));
    buf_adds(out, "]]>");
}

static void write_field(struct buf *out, const struct param *p, bool plain_numbers)
{
    buf_addf(out, "<%s>", p->name);
    if (plain_numbers && is_digits(p->value, p->value_len))
        buf_add(out, p->value, p->value_len);
    else if (memchr(p->value, '\r', p->value_len))
        write_escaped(out, p->value, p->value_len);
    else
        write_cdata(out, p->value, p->value_len);
    buf_addf(out, "</%s>\n", p->name);
}

static enum status write_document(const char *root, const struct params *p, bool plain_numbers,
                                  struct buf *out, struct err *err)
{
    size_t start = out->len;
    enum status st = check_name(root, err);
    buf_addf(out, "<%s>\n", root);
    for (size_t i = 0; i < p->count && st == ST_OK; i++) {
        const struct param *item = &p->items[i];
        if (item->off || item->value_len == 0)
            continue;
        st = check_name(item->name, err);
        if (st == ST_OK)
            st = check_value(item, err);
        if (st == ST_OK)
            write_field(out, item, plain_numbers);
    }
    buf_addf(out, "</%s>", root);
    if (st == ST_OK && buf_status(out) != ST_OK)
        st = err_set(
            err, ST_LIMIT, SAY("XML 太大", "超过了 %zu 字节的上限", "请缩短字段值"),
            SAY("the XML is too large", "it passes the limit of %zu bytes", "shorten the values"),
            out->max);
    if (st != ST_OK)
        buf_cut(out, start);
    return st;
}

enum status xml_write_root(const char *root, const struct params *p, struct buf *out,
                           struct err *err)
{
    return write_document(root, p, true, out, err);
}

enum status xml_write_cdata(const struct params *p, struct buf *out, struct err *err)
{
    return write_document("xml", p, false, out, err);
}

enum status xml_write(const struct params *p, struct buf *out, struct err *err)
{
    return xml_write_root("xml", p, out, err);
}
