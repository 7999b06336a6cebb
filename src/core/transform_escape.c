/* SPDX-License-Identifier: MIT */
/*
 * URL encoding, and replacing words by others: XML and log escapes, white space, widths.
 */
#include "core/transform_fn.h"

#include <stdint.h>
#include <string.h>

#include "core/base.h"
#include "core/charset.h"
#include "core/text.h"

/*
 * These run for every candidate of a search, mostly on texts that they leave alone: each looks
 * for something to change before it copies anything.
 */

/* ---- URL encoding ---- */

/* What a byte is to the flavours of encoding. */
enum class {
    CLASS_PLAIN = 1, /* never encoded */
    CLASS_TILDE = 2,
    CLASS_STAR = 4,
    CLASS_MARK = 8, /* !'() */
    CLASS_SLASH = 16,
    CLASS_URL = 32, /* the other signs of a URL */
};

static const unsigned char classes[256] = {
    ['0' ... '9'] = CLASS_PLAIN, ['a' ... 'z'] = CLASS_PLAIN, ['A' ... 'Z'] = CLASS_PLAIN,
    ['-'] = CLASS_PLAIN,         ['_'] = CLASS_PLAIN,         ['.'] = CLASS_PLAIN,
    ['~'] = CLASS_TILDE,         ['*'] = CLASS_STAR,          ['!'] = CLASS_MARK,
    ['\''] = CLASS_MARK,         ['('] = CLASS_MARK,          [')'] = CLASS_MARK,
    ['/'] = CLASS_SLASH,         [';'] = CLASS_URL,           ['?'] = CLASS_URL,
    [':'] = CLASS_URL,           ['@'] = CLASS_URL,           ['&'] = CLASS_URL,
    ['='] = CLASS_URL,           ['+'] = CLASS_URL,           ['$'] = CLASS_URL,
    [','] = CLASS_URL,           ['#'] = CLASS_URL,
};

static unsigned kept_classes(int arg)
{
    unsigned kept = CLASS_PLAIN;
    if ((arg & PERCENT_JAVA) == 0)
        kept |= CLASS_TILDE;
    if ((arg & (PERCENT_JAVA | PERCENT_JS | PERCENT_URI)) != 0)
        kept |= CLASS_STAR;
    if ((arg & (PERCENT_JS | PERCENT_URI)) != 0)
        kept |= CLASS_MARK;
    if ((arg & (PERCENT_SLASH | PERCENT_URI)) != 0)
        kept |= CLASS_SLASH;
    if ((arg & PERCENT_URI) != 0)
        kept |= CLASS_URL;
    return kept;
}

/* False, and nothing appended, if there is nothing to encode. */
static bool percent_once(struct span in, int arg, struct buf *out)
{
    static const char upper[] = "0123456789ABCDEF", small[] = "0123456789abcdef";
    const char *digits = arg & PERCENT_LOWER ? small : upper;
    unsigned kept = kept_classes(arg);
    bool high = (arg & PERCENT_HIGH) != 0;
    size_t from = 0;
    for (size_t i = 0; i < in.len; i++) {
        unsigned char c = (unsigned char)in.s[i];
        if ((classes[c] & kept) != 0 || (high && c < 0x80))
            continue;
        buf_add(out, in.s + from, i - from);
        from = i + 1;
        if (c == ' ' && (arg & PERCENT_PLUS)) {
            buf_addc(out, '+');
        } else {
            const char code[] = {'%', digits[c >> 4], digits[c & 15]};
            buf_add(out, code, sizeof code);
        }
    }
    if (from == 0)
        return false;
    buf_add(out, in.s + from, in.len - from);
    return true;
}

bool transform_percent_encode(struct span in, int arg, struct buf *out)
{
    struct buf middle;
    if ((arg & (PERCENT_TWICE | PERCENT_GBK)) == 0)
        return percent_once(in, arg, out);
    buf_init(&middle, 6 * in.len + 64);
    bool good = arg & PERCENT_GBK ? rendering_write(RENDER_GB18030, in, &middle)
                                  : percent_once(in, arg, &middle);
    good = good && percent_once((struct span){buf_str(&middle), middle.len}, arg, out);
    buf_clear(&middle);
    return good;
}

static bool has(struct span in, char c)
{
    return in.len > 0 && memchr(in.s, c, in.len) != NULL;
}

/* arg: '+' is a blank */
bool transform_percent_decode(struct span in, int arg, struct buf *out)
{
    size_t before = out->len;
    if (!has(in, '%') && !(arg && has(in, '+')))
        return false;
    for (size_t i = 0; i < in.len; i++) {
        int high = i + 2 < in.len && in.s[i] == '%' ? span_hex(in.s[i + 1]) : -1;
        int low = high >= 0 ? span_hex(in.s[i + 2]) : -1;
        if (low >= 0) {
            buf_addc(out, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_addc(out, arg && in.s[i] == '+' ? ' ' : in.s[i]);
        }
    }
    return transform_changed(in, before, out);
}

bool transform_replace_char(struct span in, int arg, struct buf *out)
{
    size_t before = out->len;
    char from = (char)(arg >> 8), to = (char)(arg & 0xff);
    if (!has(in, from))
        return false;
    for (size_t i = 0; i < in.len; i++)
        buf_addc(out, in.s[i] == from ? to : in.s[i]);
    return transform_changed(in, before, out);
}

/* ---- Replacing words ---- */

struct word {
    const char *from, *to;
};

static const struct word word_sets[WORDS_COUNT][16] = {
    [WORDS_XML] = {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}},
    [WORDS_XML_QUOT] = {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}},
    [WORDS_XML_ALL] =
        {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}},
    [WORDS_XML_APOS] =
        {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&apos;"}},
    [WORDS_XML_NUMERIC] =
        {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&#34;"}, {"'", "&#39;"}},
    [WORDS_AMP] = {{"&", "&amp;"}},
    [WORDS_UNXML] = {{"&amp;", "&"},
                     {"&lt;", "<"},
                     {"&gt;", ">"},
                     {"&quot;", "\""},
                     {"&#39;", "'"},
                     {"&apos;", "'"},
                     {"&#34;", "\""}},
    [WORDS_JSON] = {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"}},
    [WORDS_JSON_SLASH] =
        {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"}, {"/", "\\/"}},
    [WORDS_QUOTES] = {{"\\", "\\\\"}, {"\"", "\\\""}, {"'", "\\'"}},
    [WORDS_UNESCAPE] = {{"\\\\", "\\"},
                        {"\\\"", "\""},
                        {"\\'", "'"},
                        {"\\/", "/"},
                        {"\\n", "\n"},
                        {"\\r", "\r"},
                        {"\\t", "\t"},
                        {"\\x22", "\""},
                        {"\\x5C", "\\"},
                        {"\\x5c", "\\"},
                        {"\\u0026", "&"},
                        {"\\u003c", "<"},
                        {"\\u003e", ">"},
                        {"\\u003d", "="},
                        {"\\u0027", "'"}},
    [WORDS_LF_LITERAL] = {{"\r", "\\r"}, {"\n", "\\n"}},
    [WORDS_CRLF] = {{"\r\n", "\r\n"}, {"\n", "\r\n"}},
    [WORDS_LF] = {{"\r\n", "\n"}, {"\r", "\n"}},
    [WORDS_NO_LF] = {{"\r", ""}, {"\n", ""}},
    [WORDS_LF_BLANK] = {{"\r\n", " "}, {"\n", " "}},
    [WORDS_NBSP] = {{"\xC2\xA0", " "}},
    [WORDS_WIDE_BLANK] = {{"\xE3\x80\x80", " "}},
    [WORDS_NO_BLANK] = {{" ", ""}},
    [WORDS_ONE_BLANK] = {{"     ", " "}, {"    ", " "}, {"   ", " "}, {"  ", " "}},
    [WORDS_UNDERSCORE] = {{"__", "_"}},
    [WORDS_UNDERSCORES] = {{"_", "__"}},
    [WORDS_HALF_WIDTH] = {{"，", ","},
                          {"：", ":"},
                          {"（", "("},
                          {"）", ")"},
                          {"；", ";"},
                          {"！", "!"},
                          {"？", "?"},
                          {"＆", "&"},
                          {"＝", "="},
                          {"－", "-"},
                          {"　", " "},
                          {"。", "."}},
    [WORDS_FULL_WIDTH] =
        {{",", "，"}, {":", "："}, {"(", "（"}, {")", "）"}, {";", "；"}, {"!", "！"}, {"?", "？"}},
    [WORDS_STRAIGHT_QUOTES] = {{"“", "\""}, {"”", "\""}, {"‘", "'"}, {"’", "'"}},
    [WORDS_GO_JSON] = {{"&", "\\u0026"}, {"<", "\\u003c"}, {">", "\\u003e"}},
    [WORDS_NO_CDATA] = {{"<![CDATA[", ""}, {"]]>", ""}},
};

static size_t match(const struct word *set, const char *at, size_t left, const struct word **hit)
{
    for (const struct word *w = set; w < set + 16 && w->from != NULL; w++) {
        size_t len = strlen(w->from);
        if (len <= left && memcmp(at, w->from, len) == 0) {
            *hit = w;
            return len;
        }
    }
    return 0;
}

bool transform_replace_words(struct span in, int arg, struct buf *out)
{
    const struct word *set = word_sets[arg], *hit = NULL;
    size_t before = out->len, from = 0;
    uint64_t first[4] = {0}; /* the bytes that a word begins with */
    for (const struct word *w = set; w < set + 16 && w->from != NULL; w++) {
        unsigned char c = (unsigned char)w->from[0];
        first[c >> 6] |= (uint64_t)1 << (c & 63);
    }
    for (size_t i = 0; i < in.len;) {
        unsigned char c = (unsigned char)in.s[i];
        size_t n =
            (first[c >> 6] >> (c & 63) & 1) != 0 ? match(set, in.s + i, in.len - i, &hit) : 0;
        if (n == 0) {
            i++;
            continue;
        }
        buf_add(out, in.s + from, i - from);
        buf_adds(out, hit->to);
        i += n;
        from = i;
    }
    if (from == 0)
        return false;
    buf_add(out, in.s + from, in.len - from);
    return transform_changed(in, before, out);
}

bool transform_escape_twice(struct span in, int arg, struct buf *out)
{
    struct buf once;
    buf_init(&once, 8 * in.len + 64);
    bool good = transform_replace_words(in, arg, &once) &&
                transform_replace_words((struct span){buf_str(&once), once.len}, arg, out);
    buf_clear(&once);
    return good;
}

/* A log line as nginx escapes it: quotes, backslashes and controls, and with `arg` all beyond
   ASCII, as \xHH. */
bool transform_nginx_escape(struct span in, int arg, struct buf *out)
{
    size_t from = 0;
    for (size_t i = 0; i < in.len; i++) {
        unsigned char c = (unsigned char)in.s[i];
        if (c != '"' && c != '\\' && c >= 0x20 && (!arg || c <= 0x7e))
            continue;
        buf_add(out, in.s + from, i - from);
        buf_addf(out, "\\x%02X", (unsigned)c);
        from = i + 1;
    }
    if (from == 0)
        return false;
    buf_add(out, in.s + from, in.len - from);
    return true;
}

/* \xHH and \uXXXX resolved. */
bool transform_unescape_codes(struct span in, int arg, struct buf *out)
{
    (void)arg;
    size_t before = out->len;
    if (!has(in, '\\'))
        return false;
    for (size_t i = 0; i < in.len;) {
        bool x = i + 3 < in.len && in.s[i] == '\\' && in.s[i + 1] == 'x';
        bool u = i + 5 < in.len && in.s[i] == '\\' && in.s[i + 1] == 'u';
        int digits = x ? 2 : u ? 4 : 0;
        uint32_t code = 0;
        for (int n = 0; n < digits; n++) {
            int digit = span_hex(in.s[i + 2 + (size_t)n]);
            if (digit < 0) {
                digits = 0;
                break;
            }
            code = code << 4 | (uint32_t)digit;
        }
        char utf8[4];
        if (digits == 2)
            buf_addc(out, (char)code);
        else if (digits == 4)
            buf_add(out, utf8, text_put(code, utf8));
        else
            buf_addc(out, in.s[i]);
        i += digits > 0 ? (size_t)digits + 2 : 1;
    }
    return transform_changed(in, before, out);
}
