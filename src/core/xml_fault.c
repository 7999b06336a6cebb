/* SPDX-License-Identifier: MIT */
/*
 * Every flaw is a row of one table: its fault, its status, its sentence.
 */
#include "core/xml_fault.h"

#include <stdio.h>

struct wording {
    enum xml_fault fault;
    enum status status;
    struct bi what, why, fix;
};

/* clang-format off */
static const struct wording wordings[XML_FLAW_COUNT] = {
    [XML_FLAW_EMPTY] = { XML_EMPTY, ST_SYNTAX,
        { "没有 XML 内容", "there is no XML" },
        { "内容为空，或只有空白", "the content is empty or only blanks" },
        { "请提供一份完整的 XML 报文", "give a complete XML document" } },
    [XML_FLAW_SIZE] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 太大", "the XML is too large" },
        { "超过 1 MiB 的报文不会被解析", "a document over 1 MiB is not parsed" },
        { "接口报文只有几 KB，请确认内容是否取错", "messages of the API take a few KB; check where this comes from" } },
    [XML_FLAW_JSON] = { XML_NOT_XML, ST_SYNTAX,
        { "内容不是 XML", "the content is not XML" },
        { "它以 { 或 [ 开头，是 JSON", "it begins with { or [, so it is JSON" },
        { "请确认地址与接口版本：V2 接口只使用 XML", "check the URL and the API version: V2 speaks XML only" } },
    [XML_FLAW_HTML] = { XML_NOT_XML, ST_SYNTAX,
        { "内容不是 XML", "the content is not XML" },
        { "这是一个 HTML 网页", "this is an HTML page" },
        { "请确认 URL，以及中间的代理或登录页", "check the URL, and any proxy or login page in between" } },
    [XML_FLAW_NOT_XML] = { XML_NOT_XML, ST_SYNTAX,
        { "内容不是 XML", "the content is not XML" },
        { "XML 必须以 < 开头", "XML begins with <" },
        { "请提供以 <xml> 开头的报文", "give a document that begins with <xml>" } },
    [XML_FLAW_UTF16] = { XML_NOT_UTF8, ST_SYNTAX,
        { "XML 不是 UTF-8 编码", "the XML is not UTF-8" },
        { "它是 UTF-16", "it is UTF-16" },
        { "请另存为 UTF-8", "save it as UTF-8" } },
    [XML_FLAW_ENCODING] = { XML_NOT_UTF8, ST_SYNTAX,
        { "XML 声明了其他编码", "the XML declares another encoding" },
        { "只接受 UTF-8", "only UTF-8 is accepted" },
        { "请转换为 UTF-8 并改正声明", "convert it to UTF-8 and correct the declaration" } },
    [XML_FLAW_BYTES] = { XML_NOT_UTF8, ST_SYNTAX,
        { "XML 不是 UTF-8 编码", "the XML is not UTF-8" },
        { "含有不合 UTF-8 的字节，可能是 GBK", "it holds bytes that are not UTF-8, perhaps GBK" },
        { "请转换为 UTF-8", "convert it to UTF-8" } },
    [XML_FLAW_DOCTYPE] = { XML_DOCTYPE, ST_SYNTAX,
        { "XML 含有 DOCTYPE", "the XML has a DOCTYPE" },
        { "DOCTYPE 可以定义实体、读取文件（XXE），一律拒绝", "a DOCTYPE can define entities and read files (XXE), so it is refused" },
        { "请删除 DOCTYPE", "remove the DOCTYPE" } },
    [XML_FLAW_TAG] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 标签太长", "a tag of the XML is too long" },
        { "标签连同属性超过 1024 字节，或值里有未转义的 <", "with its attributes it passes 1024 bytes, or a value holds a bare <" },
        { "请删除属性；值里的 < 写作 &lt; 或放进 CDATA", "remove the attributes; write < as &lt; or put the value into CDATA" } },
    [XML_FLAW_NAME] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 元素名太长", "an element name is too long" },
        { "元素名最多 64 字节", "a name takes at most 64 bytes" },
        { "请使用接口定义的字段名", "use the field names of the API" } },
    [XML_FLAW_VALUE] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 字段值太长", "a value is too long" },
        { "字段值最多 1 MiB", "a value takes at most 1 MiB" },
        { "请缩短字段值", "shorten the value" } },
    [XML_FLAW_FIELDS] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 字段太多", "the XML has too many fields" },
        { "最多 512 个字段", "512 fields are the limit" },
        { "请确认内容是否取错", "check where this comes from" } },
    [XML_FLAW_ASIDES] = { XML_TOO_LARGE, ST_LIMIT,
        { "XML 注释太多", "the XML has too many comments" },
        { "注释与处理指令合计最多 4096 个", "4096 comments and processing instructions are the limit" },
        { "请删除注释", "remove them" } },
    [XML_FLAW_NESTED] = { XML_NESTED, ST_SYNTAX,
        { "XML 字段里又有元素", "a field holds another element" },
        { "报文只有一层字段", "messages have one level of fields" },
        { "请把嵌套内容作为文本放进 CDATA", "put nested content into CDATA as text" } },
    [XML_FLAW_TEXT] = { XML_BROKEN, ST_SYNTAX,
        { "XML 根元素里有散落的文字", "text stands directly in the root element" },
        { "文字只能在字段之内", "text belongs inside a field" },
        { "请把它放进字段，或检查前面的字段是否写错", "put it into a field, or check the field before it" } },
    [XML_FLAW_TWICE] = { XML_AMBIGUOUS, ST_CONFLICT,
        { "XML 字段重复且值不同", "a field comes twice with different values" },
        { "无法知道哪个值有效，签名也不确定", "which one counts is unknown, and so is the signature" },
        { "请只保留一个", "keep one of them" } },
    [XML_FLAW_TRAILING] = { XML_TRAILING, ST_SYNTAX,
        { "XML 结束之后还有内容", "something follows the end of the XML" },
        { "根元素之后只允许空白", "only blanks may follow the root element" },
        { "请删除多余内容（常见：两份报文相连，或程序的警告输出）", "remove it (often a second document, or a warning that a program printed)" } },
    [XML_FLAW_CUT] = { XML_BROKEN, ST_SYNTAX,
        { "XML 不完整", "the XML is cut off" },
        { "内容在根元素关闭之前就结束了", "it ends before the root element is closed" },
        { "请取得完整的报文", "get the whole document" } },
    [XML_FLAW_ENTITY] = { XML_ENTITY, ST_SYNTAX,
        { "XML 使用了未定义的实体", "the XML uses an entity that is not defined" },
        { "只有 &lt; &gt; &amp; &quot; &apos; 和数字引用可用", "only &lt; &gt; &amp; &quot; &apos; and numeric references exist" },
        { "请直接写出该字符；单独的 & 写作 &amp; 或放进 CDATA", "write the character itself; write a bare & as &amp; or use CDATA" } },
    [XML_FLAW_MISMATCH] = { XML_BROKEN, ST_SYNTAX,
        { "XML 标签不配对", "the tags of the XML do not match" },
        { "结束标签与开始标签不同名", "an end tag has another name than its start tag" },
        { "请检查这一行的标签", "check the tags of this line" } },
    [XML_FLAW_MARKUP] = { XML_BROKEN, ST_SYNTAX,
        { "XML 标签写法有误", "the XML has a broken tag or reference" },
        { "可能是值里有未转义的 < 或 &", "perhaps a value holds a bare < or &" },
        { "请写作 &lt; 或 &amp;，或把值放进 CDATA", "write &lt; or &amp;, or put the value into CDATA" } },
    [XML_FLAW_AMPERSAND] = { XML_BROKEN, ST_SYNTAX,
        { "XML 里有未转义的 &", "the XML holds a bare &" },
        { "& 开始一个引用，必须以 ; 结束", "& begins a reference, which must end with ;" },
        { "请写作 &amp;，或把值放进 CDATA", "write &amp;, or put the value into CDATA" } },
    [XML_FLAW_CHAR] = { XML_BROKEN, ST_SYNTAX,
        { "XML 含有不允许的字符", "the XML holds a character that XML forbids" },
        { "除 Tab、回车、换行外，控制字符不能出现", "no control character but tab, CR and LF may stand in it" },
        { "请删除该字符", "remove the character" } },
    [XML_FLAW_CDATA_END] = { XML_BROKEN, ST_SYNTAX,
        { "XML 文本里有 ]]>", "the text of the XML holds ]]>" },
        { "它只能用来结束 CDATA", "it may only end a CDATA section" },
        { "请把其中的 > 写作 &gt;", "write its > as &gt;" } },
    [XML_FLAW_ATTRIBUTE] = { XML_BROKEN, ST_SYNTAX,
        { "XML 属性写法有误", "an attribute of the XML is broken" },
        { "属性须为 名=\"值\"，且不能重复", "it must be name=\"value\", each name once" },
        { "请删除属性，报文不使用属性", "remove it: messages use no attributes" } },
    [XML_FLAW_DECLARATION] = { XML_BROKEN, ST_SYNTAX,
        { "XML 声明有误", "the XML declaration is broken" },
        { "<?xml …?> 只能位于开头，版本为 1.0", "<?xml …?> stands only at the very beginning, with version 1.0" },
        { "请改正或删除声明", "correct or remove it" } },
    [XML_FLAW_COMMENT] = { XML_BROKEN, ST_SYNTAX,
        { "XML 注释有误", "a comment of the XML is broken" },
        { "注释里不能有 --", "a comment cannot hold --" },
        { "请删除注释", "remove the comment" } },
    [XML_FLAW_OTHER] = { XML_BROKEN, ST_SYNTAX,
        { "XML 不合语法", "the XML is not well-formed" },
        { "解析在这里中止", "the parser stopped here" },
        { "请检查这一行", "check this line" } },
};
/* clang-format on */

enum xml_fault xml_fault_of(enum xml_flaw flaw)
{
    return wordings[flaw].fault;
}

enum status xml_fault_say(enum xml_flaw flaw, size_t line, const char *detail, struct err *err)
{
    const struct wording *w = &wordings[flaw];
    char zh[128] = "";
    char en[128] = "";
    if (line > 0) {
        snprintf(zh, sizeof(zh), "（第 %zu 行%s%s）", line, detail ? "，" : "",
                 detail ? detail : "");
        snprintf(en, sizeof(en), " (line %zu%s%s)", line, detail ? ", " : "", detail ? detail : "");
    }
    return err_set(err, w->status, SAY("%s%.0s%s%.0s", "%s%.0s", "%s%.0s"),
                   SAY("%.0s%s%.0s%s", "%.0s%s", "%.0s%s"), w->what.zh, w->what.en, zh, en,
                   w->why.zh, w->why.en, w->fix.zh, w->fix.en);
}
