/* SPDX-License-Identifier: MIT */
/*
 * Reading XML: the door to libxml2.
 *
 * A document is looked over as bytes before the library sees it: what is refused by
 * its looks (size, DOCTYPE, a giant tag, another encoding, a web page) never gets
 * that far, and line ends are made one as XML 1.0 2.11 demands, because the push
 * parser leaves them alone inside CDATA. Then SAX2 handlers of our own fill the
 * params. Every flaw is a row of one table: its fault, and its sentence.
 */
#include "core/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/library.h"
#include "core/span.h"
#include "core/text.h"

/* Elements of one document, repeated names included: bounds the search for repeated names. */
#define FIELDS_MAX (2u * PARAMS_MAX)

/* Comments and processing instructions of one document: the parser takes microseconds for each. */
#define ASIDES_MAX 4096

/* clang-format off */
#define XML_FUNCTIONS(X) X(xmlCreatePushParserCtxt) X(xmlCtxtUseOptions) \
    X(xmlFreeParserCtxt) X(xmlInitParser) X(xmlParseChunk) X(xmlStopParser)
/* clang-format on */

/* libxml2's functions: empty until the first document is read. */
static struct {
    XML_FUNCTIONS(LIBRARY_POINTER)
} lib;

static void load_library(void)
{
    static const char *const names[] = {XML_FUNCTIONS(LIBRARY_NAME)};
    struct err err;
    if (lib.xmlInitParser)
        return;
    if (library_load(XML_SONAME, names, ARRAY_COUNT(names), &lib, &err)) {
        char line[ERR_TEXT_MAX];
        err_line(&err, LANG_EN, line, sizeof(line));
        die(line);
    }
    lib.xmlInitParser();
}

/* ---- Flaws and their sentences ---- */

enum flaw {
    FLAW_NONE,
    FLAW_EMPTY,
    FLAW_SIZE,
    FLAW_JSON,
    FLAW_HTML,
    FLAW_NOT_XML,
    FLAW_UTF16,
    FLAW_ENCODING,
    FLAW_BYTES,
    FLAW_DOCTYPE,
    FLAW_TAG,
    FLAW_NAME,
    FLAW_VALUE,
    FLAW_FIELDS,
    FLAW_ASIDES,
    FLAW_NESTED,
    FLAW_TEXT,
    FLAW_TWICE,
    FLAW_TRAILING,
    FLAW_CUT,
    FLAW_ENTITY,
    FLAW_MISMATCH,
    FLAW_MARKUP,
    FLAW_AMPERSAND,
    FLAW_CHAR,
    FLAW_CDATA_END,
    FLAW_ATTRIBUTE,
    FLAW_DECLARATION,
    FLAW_COMMENT,
    FLAW_OTHER,
    FLAW_COUNT
};

struct wording {
    enum xml_fault fault;
    enum status status;
    struct bi what, why, fix;
};

/* clang-format off */
static const struct wording wordings[FLAW_COUNT] = {
    [FLAW_EMPTY] = { XML_EMPTY, ST_SYNTAX,
        { "没有 XML 内容", "there is no XML" },
        { "内容为空，或只有空白", "the content is empty or only blanks" },
        { "请提供一份完整的 XML 报文", "give a complete XML document" } },
    [FLAW_SIZE] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 太大", "the XML is too large" },
        { "超过 1 MiB 的报文不会被解析", "a document over 1 MiB is not parsed" },
        { "接口报文只有几 KB，请确认内容是否取错", "messages of the API take a few KB; check where this comes from" } },
    [FLAW_JSON] = { XML_NOT_XML, ST_SYNTAX,
        { "内容不是 XML", "the content is not XML" },
        { "它以 { 或 [ 开头，是 JSON", "it begins with { or [, so it is JSON" },
        { "请确认地址与接口版本：V2 接口只使用 XML", "check the URL and the API version: V2 speaks XML only" } },
    [FLAW_HTML] = { XML_NOT_XML, ST_SYNTAX,
        { "内容不是 XML", "the content is not XML" },
        { "这是一个 HTML 网页", "this is an HTML page" },
        { "请确认 URL，以及中间的代理或登录页", "check the URL, and any proxy or login page in between" } },
    [FLAW_NOT_XML] = { XML_NOT_XML, ST_SYNTAX,
        { "内容不是 XML", "the content is not XML" },
        { "XML 必须以 < 开头", "XML begins with <" },
        { "请提供以 <xml> 开头的报文", "give a document that begins with <xml>" } },
    [FLAW_UTF16] = { XML_NOT_UTF8, ST_SYNTAX,
        { "XML 不是 UTF-8 编码", "the XML is not UTF-8" },
        { "它是 UTF-16", "it is UTF-16" },
        { "请另存为 UTF-8", "save it as UTF-8" } },
    [FLAW_ENCODING] = { XML_NOT_UTF8, ST_SYNTAX,
        { "XML 声明了其他编码", "the XML declares another encoding" },
        { "只接受 UTF-8", "only UTF-8 is accepted" },
        { "请转换为 UTF-8 并改正声明", "convert it to UTF-8 and correct the declaration" } },
    [FLAW_BYTES] = { XML_NOT_UTF8, ST_SYNTAX,
        { "XML 不是 UTF-8 编码", "the XML is not UTF-8" },
        { "含有不合 UTF-8 的字节，可能是 GBK", "it holds bytes that are not UTF-8, perhaps GBK" },
        { "请转换为 UTF-8", "convert it to UTF-8" } },
    [FLAW_DOCTYPE] = { XML_DOCTYPE, ST_SYNTAX,
        { "XML 含有 DOCTYPE", "the XML has a DOCTYPE" },
        { "DOCTYPE 可以定义实体、读取文件（XXE），一律拒绝", "a DOCTYPE can define entities and read files (XXE), so it is refused" },
        { "请删除 DOCTYPE", "remove the DOCTYPE" } },
    [FLAW_TAG] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 标签太长", "a tag of the XML is too long" },
        { "标签连同属性超过 1024 字节，或值里有未转义的 <", "with its attributes it passes 1024 bytes, or a value holds a bare <" },
        { "请删除属性；值里的 < 写作 &lt; 或放进 CDATA", "remove the attributes; write < as &lt; or put the value into CDATA" } },
    [FLAW_NAME] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 元素名太长", "an element name is too long" },
        { "元素名最多 64 字节", "a name takes at most 64 bytes" },
        { "请使用接口定义的字段名", "use the field names of the API" } },
    [FLAW_VALUE] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 字段值太长", "a value is too long" },
        { "字段值最多 1 MiB", "a value takes at most 1 MiB" },
        { "请缩短字段值", "shorten the value" } },
    [FLAW_FIELDS] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 字段太多", "the XML has too many fields" },
        { "最多 512 个字段", "512 fields are the limit" },
        { "请确认内容是否取错", "check where this comes from" } },
    [FLAW_ASIDES] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 注释太多", "the XML has too many comments" },
        { "注释与处理指令合计最多 4096 个", "4096 comments and processing instructions are the limit" },
        { "请删除注释", "remove them" } },
    [FLAW_NESTED] = { XML_NESTED, ST_SYNTAX,
        { "XML 字段里又有元素", "a field holds another element" },
        { "报文只有一层字段", "messages have one level of fields" },
        { "请把嵌套内容作为文本放进 CDATA", "put nested content into CDATA as text" } },
    [FLAW_TEXT] = { XML_BROKEN, ST_SYNTAX,
        { "XML 根元素里有散落的文字", "text stands directly in the root element" },
        { "文字只能在字段之内", "text belongs inside a field" },
        { "请把它放进字段，或检查前面的字段是否写错", "put it into a field, or check the field before it" } },
    [FLAW_TWICE] = { XML_AMBIGUOUS, ST_CONFLICT,
        { "XML 字段重复且值不同", "a field comes twice with different values" },
        { "无法知道哪个值有效，签名也不确定", "which one counts is unknown, and so is the signature" },
        { "请只保留一个", "keep one of them" } },
    [FLAW_TRAILING] = { XML_TRAILING, ST_SYNTAX,
        { "XML 结束之后还有内容", "something follows the end of the XML" },
        { "根元素之后只允许空白", "only blanks may follow the root element" },
        { "请删除多余内容（常见：两份报文相连，或程序的警告输出）", "remove it (often a second document, or a warning that a program printed)" } },
    [FLAW_CUT] = { XML_BROKEN, ST_SYNTAX,
        { "XML 不完整", "the XML is cut off" },
        { "内容在根元素关闭之前就结束了", "it ends before the root element is closed" },
        { "请取得完整的报文", "get the whole document" } },
    [FLAW_ENTITY] = { XML_ENTITY, ST_SYNTAX,
        { "XML 使用了未定义的实体", "the XML uses an entity that is not defined" },
        { "只有 &lt; &gt; &amp; &quot; &apos; 和数字引用可用", "only &lt; &gt; &amp; &quot; &apos; and numeric references exist" },
        { "请直接写出该字符；单独的 & 写作 &amp; 或放进 CDATA", "write the character itself; write a bare & as &amp; or use CDATA" } },
    [FLAW_MISMATCH] = { XML_BROKEN, ST_SYNTAX,
        { "XML 标签不配对", "the tags of the XML do not match" },
        { "结束标签与开始标签不同名", "an end tag has another name than its start tag" },
        { "请检查这一行的标签", "check the tags of this line" } },
    [FLAW_MARKUP] = { XML_BROKEN, ST_SYNTAX,
        { "XML 标签写法有误", "the XML has a broken tag or reference" },
        { "可能是值里有未转义的 < 或 &", "perhaps a value holds a bare < or &" },
        { "请写作 &lt; 或 &amp;，或把值放进 CDATA", "write &lt; or &amp;, or put the value into CDATA" } },
    [FLAW_AMPERSAND] = { XML_BROKEN, ST_SYNTAX,
        { "XML 里有未转义的 &", "the XML holds a bare &" },
        { "& 开始一个引用，必须以 ; 结束", "& begins a reference, which must end with ;" },
        { "请写作 &amp;，或把值放进 CDATA", "write &amp;, or put the value into CDATA" } },
    [FLAW_CHAR] = { XML_BROKEN, ST_SYNTAX,
        { "XML 含有不允许的字符", "the XML holds a character that XML forbids" },
        { "除 Tab、回车、换行外，控制字符不能出现", "no control character but tab, CR and LF may stand in it" },
        { "请删除该字符", "remove the character" } },
    [FLAW_CDATA_END] = { XML_BROKEN, ST_SYNTAX,
        { "XML 文本里有 ]]>", "the text of the XML holds ]]>" },
        { "它只能用来结束 CDATA", "it may only end a CDATA section" },
        { "请把其中的 > 写作 &gt;", "write its > as &gt;" } },
    [FLAW_ATTRIBUTE] = { XML_BROKEN, ST_SYNTAX,
        { "XML 属性写法有误", "an attribute of the XML is broken" },
        { "属性须为 名=\"值\"，且不能重复", "it must be name=\"value\", each name once" },
        { "请删除属性，报文不使用属性", "remove it: messages use no attributes" } },
    [FLAW_DECLARATION] = { XML_BROKEN, ST_SYNTAX,
        { "XML 声明有误", "the XML declaration is broken" },
        { "<?xml …?> 只能位于开头，版本为 1.0", "<?xml …?> stands only at the very beginning, with version 1.0" },
        { "请改正或删除声明", "correct or remove it" } },
    [FLAW_COMMENT] = { XML_BROKEN, ST_SYNTAX,
        { "XML 注释有误", "a comment of the XML is broken" },
        { "注释里不能有 --", "a comment cannot hold --" },
        { "请删除注释", "remove the comment" } },
    [FLAW_OTHER] = { XML_BROKEN, ST_SYNTAX,
        { "XML 不合语法", "the XML is not well-formed" },
        { "解析在这里中止", "the parser stopped here" },
        { "请检查这一行", "check this line" } },
};

/* What libxml2 calls it. */
static const struct {
    int code;
    enum flaw flaw;
} codes[] = {
    { XML_ERR_UNDECLARED_ENTITY,        FLAW_ENTITY },
    { XML_WAR_UNDECLARED_ENTITY,        FLAW_ENTITY },
    { XML_ERR_TAG_NAME_MISMATCH,        FLAW_MISMATCH },
    { XML_ERR_NAME_REQUIRED,            FLAW_MARKUP },
    { XML_ERR_GT_REQUIRED,              FLAW_MARKUP },
    { XML_ERR_LT_REQUIRED,              FLAW_MARKUP },
    { XML_ERR_LTSLASH_REQUIRED,         FLAW_MARKUP },
    { XML_ERR_DOCUMENT_EMPTY,           FLAW_MARKUP },
    { XML_ERR_LT_IN_ATTRIBUTE,          FLAW_MARKUP },
    { XML_ERR_ENTITYREF_SEMICOL_MISSING, FLAW_AMPERSAND },
    { XML_ERR_INVALID_CHAR,             FLAW_CHAR },
    { XML_ERR_INVALID_CHARREF,          FLAW_CHAR },
    { XML_ERR_INVALID_HEX_CHARREF,      FLAW_CHAR },
    { XML_ERR_INVALID_DEC_CHARREF,      FLAW_CHAR },
    { XML_ERR_MISPLACED_CDATA_END,      FLAW_CDATA_END },
    { XML_ERR_ATTRIBUTE_NOT_STARTED,    FLAW_ATTRIBUTE },
    { XML_ERR_ATTRIBUTE_NOT_FINISHED,   FLAW_ATTRIBUTE },
    { XML_ERR_ATTRIBUTE_WITHOUT_VALUE,  FLAW_ATTRIBUTE },
    { XML_ERR_ATTRIBUTE_REDEFINED,      FLAW_ATTRIBUTE },
    { XML_ERR_SPACE_REQUIRED,           FLAW_ATTRIBUTE },
    { XML_ERR_RESERVED_XML_NAME,        FLAW_DECLARATION },
    { XML_ERR_XMLDECL_NOT_STARTED,      FLAW_DECLARATION },
    { XML_ERR_XMLDECL_NOT_FINISHED,     FLAW_DECLARATION },
    { XML_ERR_VERSION_MISSING,          FLAW_DECLARATION },
    { XML_ERR_UNKNOWN_VERSION,          FLAW_DECLARATION },
    { XML_ERR_HYPHEN_IN_COMMENT,        FLAW_COMMENT },
};
/* clang-format on */

/* One reading. */
struct reader {
    struct params *out;
    struct params *others; /* earlier values of names that come again; NULL: that is an error */
    struct xml_info *info;
    struct err *err;
    xmlParserCtxtPtr parser;
    enum status st;
    size_t skipped;                /* line ends before the part that the parser sees */
    int depth;                     /* 1 inside the root, 2 inside a field */
    bool closed;                   /* the root has ended */
    size_t fields;                 /* seen so far */
    char name[PARAM_NAME_MAX + 1]; /* of the field that is open */
    struct buf value;
    int code; /* libxml2's first fatal error, 0 for none */
    size_t code_line;
    bool code_at_end; /* it came where the document ends */
};

/* Records the flaw; `detail` (may be NULL) is what it concerns. */
static enum status fail(struct reader *r, enum flaw flaw, size_t line, const char *detail)
{
    const struct wording *w = &wordings[flaw];
    char zh[PARAM_NAME_MAX + 64] = "";
    char en[PARAM_NAME_MAX + 64] = "";
    if (line > 0) {
        snprintf(zh, sizeof(zh), "（第 %zu 行%s%s）", line, detail ? "，" : "",
                 detail ? detail : "");
        snprintf(en, sizeof(en), " (line %zu%s%s)", line, detail ? ", " : "", detail ? detail : "");
    }
    r->info->fault = w->fault;
    r->info->line = line;
    r->st = err_set(r->err, w->status, SAY("%s%.0s%s%.0s", "%s%.0s", "%s%.0s"),
                    SAY("%.0s%s%.0s%s", "%.0s%s", "%.0s%s"), w->what.zh, w->what.en, zh, en,
                    w->why.zh, w->why.en, w->fix.zh, w->fix.en);
    return w->status;
}

static size_t count_lines(const char *s, size_t len)
{
    size_t n = 0;
    for (const char *end = s + len; (s = memchr(s, '\n', (size_t)(end - s))) != NULL; s++)
        n++;
    return n;
}

/* ---- Looking over the bytes ---- */

static bool has_at(const char *s, size_t len, size_t at, const char *word)
{
    size_t n = strlen(word);
    return len - at >= n && memcmp(s + at, word, n) == 0;
}

static bool has_at_nocase(const char *s, size_t len, size_t at, const char *word)
{
    size_t n = strlen(word);
    return len - at >= n && strncasecmp(s + at, word, n) == 0;
}

/* Does the name at `at` read "html", in any case, and end there? */
static bool is_html(const char *s, size_t len, size_t at)
{
    if (!has_at_nocase(s, len, at, "html"))
        return false;
    at += 4;
    return at == len || span_is_blank(s[at]) || s[at] == '>' || s[at] == '[';
}

static enum flaw scan_declared(const char *s, size_t len, size_t at)
{
    if (!has_at_nocase(s, len, at, "<!DOCTYPE"))
        return FLAW_NONE;
    for (at += 9; at < len && span_is_blank(s[at]); at++)
        ;
    return is_html(s, len, at) ? FLAW_HTML : FLAW_DOCTYPE;
}

static bool begins_tag(char c)
{
    return c == '/' || c == '_' || c == ':' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* Bytes of the tag at `s`, or what shows that it is too long. A '<' ends it: XML allows none
   inside, so the parser will fail there. */
static size_t tag_length(const char *s, size_t len)
{
    char quote = 0;
    for (size_t i = 1; i < len; i++) {
        if (s[i] == '<' || i > XML_TAG_MAX)
            return i;
        if (quote) {
            quote = s[i] == quote ? 0 : quote;
        } else if (s[i] == '"' || s[i] == '\'') {
            quote = s[i];
        } else if (s[i] == '>') {
            return i + 1;
        }
    }
    return len;
}

/* Offset behind the comment, CDATA section or processing instruction at `at`; `at` if there is
   none, 0 if it has no end. */
static size_t skip_section(const char *s, size_t len, size_t at)
{
    static const char *const pairs[][2] = {
        {"<!--", "-->"},
        {"<![CDATA[", "]]>"},
        {"<?", "?>"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        if (!has_at(s, len, at, pairs[i][0]))
            continue;
        const char *from = s + at + strlen(pairs[i][0]);
        const char *end = memmem(from, (size_t)(s + len - from), pairs[i][1], strlen(pairs[i][1]));
        return end ? (size_t)(end - s) + strlen(pairs[i][1]) : SIZE_MAX;
    }
    return at;
}

/* Looks at the tag at `*at` and moves `*at` behind it; to `len` where it is broken, for the parser
   will stop there too. */
static enum flaw scan_tag(const char *s, size_t len, size_t *at, bool first)
{
    size_t i = *at;
    *at = len;
    if (has_at(s, len, i, "<!"))
        return scan_declared(s, len, i);
    if (i + 1 == len || !begins_tag(s[i + 1]))
        return FLAW_NONE;
    if (first && is_html(s, len, i + 1))
        return FLAW_HTML;
    *at = i + tag_length(s + i, len - i);
    return *at - i > XML_TAG_MAX ? FLAW_TAG : FLAW_NONE;
}

/* Looks for what must not reach the parser: a DOCTYPE, tags over the limit (attributes cost it
   quadratic time), thousands of comments. */
static enum flaw scan_markup(const char *s, size_t len, size_t *at)
{
    size_t asides = 0;
    bool first = true;
    const char *p;
    for (size_t i = 0; i < len && (p = memchr(s + i, '<', len - i)) != NULL;) {
        *at = i = (size_t)(p - s);
        size_t next = skip_section(s, len, i);
        enum flaw flaw = FLAW_NONE;
        if (next == SIZE_MAX) {
            *at = len;
            flaw = FLAW_CUT;
        } else if (next == i) {
            flaw = scan_tag(s, len, &next, first);
            first = false;
        } else if (!has_at(s, len, i, "<![") && ++asides > ASIDES_MAX) {
            flaw = FLAW_ASIDES;
        }
        if (flaw)
            return flaw;
        i = next;
    }
    return FLAW_NONE;
}

/* Copies the encoding that the XML declaration names to `out`; "" if it names none. */
static void declared_encoding(const char *s, size_t len, char *out, size_t size)
{
    out[0] = '\0';
    const char *end = memmem(s, len, "?>", 2);
    const char *p = end ? memmem(s, (size_t)(end - s), "encoding", 8) : NULL;
    if (!p)
        return;
    for (p += 8; p < end && (span_is_blank(*p) || *p == '='); p++)
        ;
    if (p == end || (*p != '"' && *p != '\''))
        return;
    char quote = *p++;
    for (; p < end && *p != quote && size > 1; p++, size--)
        *out++ = *p > ' ' && *p < 0x7f ? *p : '?';
    *out = '\0';
}

static bool encoding_is_utf8(const char *name)
{
    static const char *const good[] = {"", "UTF-8", "UTF8", "US-ASCII", "ASCII"};
    for (size_t i = 0; i < ARRAY_COUNT(good); i++)
        if (strcasecmp(name, good[i]) == 0)
            return true;
    return false;
}

static bool is_utf16(const char *s, size_t len)
{
    return len >= 2 && (memcmp(s, "\xfe\xff", 2) == 0 || memcmp(s, "\xff\xfe", 2) == 0 ||
                        memcmp(s, "<\0", 2) == 0 || memcmp(s, "\0<", 2) == 0);
}

/* Everything that bytes alone tell. */
static enum status look_over(struct reader *r, const char *s, size_t len)
{
    size_t at = 0;
    if (len == 0)
        return fail(r, FLAW_EMPTY, 0, NULL);
    if (s[0] != '<')
        return fail(r, s[0] == '{' || s[0] == '[' ? FLAW_JSON : FLAW_NOT_XML, r->skipped + 1, NULL);
    enum flaw flaw = scan_markup(s, len, &at);
    if (flaw)
        return fail(r, flaw, r->skipped + 1 + count_lines(s, at), NULL);
    char encoding[32] = "";
    r->info->declaration = len > 5 && has_at(s, len, 0, "<?xml") && span_is_blank(s[5]);
    if (r->info->declaration)
        declared_encoding(s, len, encoding, sizeof(encoding));
    if (!encoding_is_utf8(encoding))
        return fail(r, FLAW_ENCODING, r->skipped + 1, encoding);
    if (!text_valid(s, len, &at))
        return fail(r, FLAW_BYTES, r->skipped + 1 + count_lines(s, at), NULL);
    const char *nul = memchr(s, '\0', len);
    if (nul)
        return fail(r, FLAW_CHAR, r->skipped + 1 + count_lines(s, (size_t)(nul - s)), NULL);
    return ST_OK;
}

/* ---- Handlers ---- */

/* The line that the parser has reached, from 1. */
static size_t parser_line(const struct reader *r)
{
    const xmlParserInput *input = r->parser->input;
    return r->skipped + (input && input->line > 0 ? (size_t)input->line : 1);
}

/* A flaw met by a handler: no handler is called after it. */
static void stop(struct reader *r, enum flaw flaw, const char *name)
{
    char shown[PARAM_NAME_MAX + 3];
    if (name)
        snprintf(shown, sizeof(shown), "<%s>", name);
    fail(r, flaw, parser_line(r), name ? shown : NULL);
    lib.xmlStopParser(r->parser);
}

static bool join_name(char out[PARAM_NAME_MAX + 1], const xmlChar *prefix, const xmlChar *local)
{
    size_t before = prefix ? strlen((const char *)prefix) + 1 : 0;
    size_t len = strlen((const char *)local);
    if (before > PARAM_NAME_MAX || len > PARAM_NAME_MAX - before)
        return false;
    if (before) {
        memcpy(out, prefix, before - 1);
        out[before - 1] = ':';
    }
    memcpy(out + before, local, len + 1);
    return true;
}

static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int namespaces, const xmlChar **namespace, int attributes, int defaulted,
                     const xmlChar **attribute)
{
    (void)uri, (void)namespaces, (void)namespace;
    (void)attributes, (void)defaulted, (void)attribute;
    struct reader *r = ctx;
    if (r->st != ST_OK)
        return;
    r->depth++;
    if (r->depth > 2) {
        stop(r, FLAW_NESTED, r->name);
    } else if (!join_name(r->depth == 1 ? r->info->root : r->name, prefix, local)) {
        stop(r, FLAW_NAME, NULL);
    } else if (r->depth == 2) {
        buf_reset(&r->value);
        if (++r->fields > FIELDS_MAX)
            stop(r, FLAW_FIELDS, NULL);
    }
}

static void field_end(struct reader *r)
{
    const struct buf *value = &r->value;
    const struct param *old = params_find(r->out, r->name);
    if (buf_status(value) != ST_OK || value->len > PARAM_VALUE_MAX) {
        stop(r, FLAW_VALUE, r->name);
    } else if (old && old->value_len == value->len &&
               memcmp(old->value, buf_str(value), value->len) == 0) {
        r->info->repeated++;
    } else if (old && !r->others) {
        stop(r, FLAW_TWICE, r->name);
    } else if (!old && r->out->count == PARAMS_MAX) {
        stop(r, FLAW_FIELDS, NULL);
    } else {
        if (old)
            params_set_n(r->others, r->name, strlen(r->name), old->value, old->value_len,
                         PARAM_USER, NULL);
        r->st = params_set_n(r->out, r->name, strlen(r->name), buf_str(value), value->len,
                             PARAM_USER, r->err);
        if (r->st != ST_OK) {
            r->info->fault = XML_BROKEN;
            lib.xmlStopParser(r->parser);
        }
    }
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    (void)local, (void)prefix, (void)uri;
    struct reader *r = ctx;
    if (r->st != ST_OK)
        return;
    if (r->depth == 2)
        field_end(r);
    r->depth--;
    r->closed = r->depth == 0;
}

static void add_text(struct reader *r, const char *s, size_t len, size_t line)
{
    if (r->st != ST_OK)
        return;
    if (r->depth == 2) {
        buf_add(&r->value, s, len);
        return;
    }
    size_t i = 0;
    while (i < len && span_is_blank(s[i]))
        i++;
    if (i == len)
        return;
    fail(r, FLAW_TEXT, line + count_lines(s, i), NULL);
    lib.xmlStopParser(r->parser);
}

/* Text and references: the parser counts their lines before the call, ... */
static void on_text(void *ctx, const xmlChar *text, int len)
{
    size_t lines = count_lines((const char *)text, (size_t)len);
    size_t line = parser_line(ctx);
    add_text(ctx, (const char *)text, (size_t)len, line > lines ? line - lines : 1);
}

/* ... those of CDATA after it. */
static void on_cdata(void *ctx, const xmlChar *text, int len)
{
    add_text(ctx, (const char *)text, (size_t)len, parser_line(ctx));
}

/* The bytes were searched for it: this is the second lock of the same door. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
    (void)name, (void)public, (void)system;
    struct reader *r = ctx;
    if (r->st == ST_OK)
        stop(r, FLAW_DOCTYPE, NULL);
}

/* Having it keeps libxml2 from printing. */
static void on_error(void *ctx, xmlErrorPtr error)
{
    struct reader *r = ctx;
    if (r->code || error->level < XML_ERR_FATAL)
        return;
    r->code = error->code;
    r->code_line = error->line > 0 ? (size_t)error->line : 1;
    const xmlParserInput *input = r->parser->input;
    r->code_at_end = !input || input->cur >= input->end;
}

/* ---- Reading ---- */

static enum flaw code_flaw(int code)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++)
        if (codes[i].code == code)
            return codes[i].flaw;
    return FLAW_OTHER;
}

static bool is_cut(const struct reader *r)
{
    switch (r->code) {
    case XML_ERR_OK:
    case XML_ERR_DOCUMENT_END:
    case XML_ERR_TAG_NOT_FINISHED:
    case XML_ERR_ATTRIBUTE_NOT_FINISHED:
        return true;
    default:
        return r->code_at_end;
    }
}

/* The parser has seen everything and no handler objected: did it? */
static void judge(struct reader *r, const char *s, size_t len)
{
    if (r->parser->wellFormed && !r->code && r->closed)
        return;
    if (r->code == XML_ERR_NO_MEMORY)
        die("out of memory");
    char shown[PARAM_NAME_MAX + 3];
    snprintf(shown, sizeof(shown), "<%s>", r->depth == 2 ? r->name : r->info->root);
    const char *where = r->depth > 0 ? shown : NULL;
    size_t line = r->skipped + r->code_line;
    if (r->closed)
        fail(r, FLAW_TRAILING, line, NULL);
    else if (is_cut(r))
        fail(r, FLAW_CUT, r->skipped + 1 + count_lines(s, len), where);
    else
        fail(r, code_flaw(r->code), line, where);
}

static void parse(struct reader *r, const char *s, size_t len)
{
    xmlSAXHandler handlers = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_cdata,
        .internalSubset = on_doctype,
        .serror = on_error,
    };
    load_library();
    r->parser = lib.xmlCreatePushParserCtxt(&handlers, r, NULL, 0, NULL);
    if (!r->parser)
        die("out of memory");
    /* IGNORE_ENC: the bytes were checked, whatever the declaration calls them. */
    lib.xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                         XML_PARSE_IGNORE_ENC);
    buf_init_secret(&r->value, PARAM_VALUE_MAX);
    lib.xmlParseChunk(r->parser, s, (int)len, 0);
    if (r->st == ST_OK)
        lib.xmlParseChunk(r->parser, NULL, 0, 1);
    if (r->st == ST_OK)
        judge(r, s, len);
    buf_clear(&r->value);
    lib.xmlFreeParserCtxt(r->parser);
}

/* Writes `s` to `out` with each CR LF and each CR alone as LF. */
static void unify_line_ends(struct buf *out, const char *s, size_t len)
{
    const char *end = s + len;
    const char *cr;
    while ((cr = memchr(s, '\r', (size_t)(end - s))) != NULL) {
        buf_add(out, s, (size_t)(cr - s));
        buf_addc(out, '\n');
        s = cr + 1;
        if (s < end && *s == '\n')
            s++;
    }
    buf_add(out, s, (size_t)(end - s));
}

/* Reads the bytes without byte order mark, line ends unified. */
static enum status read_clean(struct reader *r, const char *s, size_t len)
{
    const char *start = s;
    while (len > 0 && span_is_blank(s[0]))
        s++, len--;
    while (len > 0 && span_is_blank(s[len - 1]))
        len--;
    r->skipped = count_lines(start, (size_t)(s - start));
    if (look_over(r, s, len) == ST_OK)
        parse(r, s, len);
    return r->st;
}

enum status xml_read(const char *data, size_t len, struct params *out, struct xml_info *info,
                     struct err *err)
{
    return xml_read_twice(data, len, out, NULL, info, err);
}

enum status xml_read_twice(const char *data, size_t len, struct params *out, struct params *others,
                           struct xml_info *info, struct err *err)
{
    struct xml_info unwanted;
    struct reader r = {.out = out, .others = others, .info = info ? info : &unwanted, .err = err};
    *r.info = (struct xml_info){0};
    params_clear(out);
    if (others)
        params_clear(others);
    if (len == 0)
        return fail(&r, FLAW_EMPTY, 0, NULL); /* `data` may be NULL */
    if (len > XML_SIZE_MAX)
        return fail(&r, FLAW_SIZE, 0, NULL);
    if (is_utf16(data, len))
        return fail(&r, FLAW_UTF16, 1, NULL);
    if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        r.info->bom = true;
        data += 3;
        len -= 3;
    }
    struct buf clean;
    buf_init_secret(&clean, XML_SIZE_MAX);
    if (len > 0 && memchr(data, '\r', len)) {
        unify_line_ends(&clean, data, len);
        data = buf_str(&clean);
        len = clean.len;
    }
    enum status st = read_clean(&r, data, len);
    if (st != ST_OK)
        params_clear(out);
    buf_clear(&clean);
    return st;
}
