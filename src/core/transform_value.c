/* SPDX-License-Identifier: MIT */
/*
 * What becomes of values: the rows. The likelier form of a cause stands first.
 *
 * Charsets stand in core/charset.h, JSON styles in transform_json.c, the other functions in
 * core/transform_fn.h.
 */
#include "core/transform.h"

#include "core/base.h"
#include "core/charset.h"
#include "core/transform_fn.h"

static bool render(struct span in, int arg, struct buf *out)
{
    return rendering_write((enum rendering)arg, in, out);
}

/* ---- The rows ---- */

#define ROW(id, fn, a, zh, en, r, ...)                                                             \
    {                                                                                              \
        id, fn, a, {zh, en}, r, __VA_ARGS__                                                        \
    }

/* clang-format off */
static const struct transform values[] = {
    ROW("cs-digest", render, RENDER_GB18030, "按 GB18030（GBK）", "as GB18030 (GBK)", REACH_BOTH, true),
    ROW("cs-digest", render, RENDER_QUESTION, "每个字变成 ?", "'?' for each character", REACH_BOTH, true),
    ROW("cs-digest", render, RENDER_LATIN1, "按 Latin-1，缺的变成 ?", "as Latin-1, '?' for what it lacks", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_QUESTION_BYTE, "每个字节变成 ?", "'?' for each byte", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_QUESTION_UNIT, "每个 UTF-16 单元变成 ?", "'?' for each unit of UTF-16", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_BIG5, "按 Big5", "as Big5", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_TWICE_LATIN1, "UTF-8 当作 Latin-1 又编码一次", "UTF-8 taken for Latin-1 and encoded again", REACH_BOTH, true),
    ROW("cs-digest", render, RENDER_TWICE_CP1252, "UTF-8 当作 Windows-1252 又编码一次", "UTF-8 taken for Windows-1252 and encoded again", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_UTF8_AS_GBK, "UTF-8 字节当作 GBK 读", "UTF-8 bytes read as GBK", REACH_BOTH, true),
    ROW("cs-digest", render, RENDER_GBK_AS_UTF8, "GBK 字节当作 UTF-8 读", "GBK bytes read as UTF-8", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_U_LOWER, "写成 \\u4e2d 形式", "written as \\u4e2d", REACH_BOTH, true),
    ROW("cs-digest", render, RENDER_U_UPPER, "写成 \\u4E2D 形式", "written as \\u4E2D", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_NUMERIC, "写成 &#20013; 形式", "written as &#20013;", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_NUMERIC_HEX, "写成 &#x4e2d; 形式", "written as &#x4e2d;", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_DROPPED, "非 ASCII 字符被丢掉", "characters beyond ASCII dropped", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_REPLACEMENT, "每个字变成 U+FFFD", "U+FFFD for each character", REACH_BOTH, false),
    ROW("cs-digest", render, RENDER_LOW_BYTE, "只取每个字符的低字节", "the low byte of each character", REACH_BOTH, false),
    ROW("log-escape", render, RENDER_X_LOWER, "写成 \\xe4 形式", "written as \\xe4", REACH_BOTH, false),
    ROW("log-escape", render, RENDER_X_UPPER, "写成 \\xE4 形式", "written as \\xE4", REACH_BOTH, false),
    ROW("log-escape", render, RENDER_OCTAL, "写成 \\344 形式", "written as \\344", REACH_BOTH, false),
    ROW("notify-charset", render, RENDER_UNDO_LATIN1, "手头的文本是把 UTF-8 误读为 Latin-1 的结果", "the text at hand is UTF-8 that was read as Latin-1", REACH_BOTH, false),
    ROW("notify-charset", render, RENDER_UNDO_CP1252, "手头的文本是把 UTF-8 误读为 Windows-1252 的结果", "the text at hand is UTF-8 that was read as Windows-1252", REACH_BOTH, false),
    ROW("notify-charset", render, RENDER_UNDO_GBK, "手头的文本是把 UTF-8 误读为 GBK 的结果", "the text at hand is UTF-8 that was read as GBK", REACH_BOTH, false),

    ROW("val-urlencoded", transform_percent_encode, 0, "URL 编码（%XX 大写）", "URL-encoded (%XX in upper case)", REACH_BOTH, true),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_LOWER, "URL 编码（%xx 小写）", "URL-encoded (%xx in lower case)", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_PLUS, "表单编码（空格为 +）", "form-encoded (a transform_blank as +)", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_PLUS | PERCENT_JAVA, "Java URLEncoder 的形式", "as Java's URLEncoder writes it", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_PLUS | PERCENT_JAVA | PERCENT_LOWER, "表单编码，%xx 小写", "form-encoded, %xx in lower case", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_SLASH, "URL 编码，保留 /", "URL-encoded, '/' kept", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_JS, "encodeURIComponent 的形式", "as encodeURIComponent writes it", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_URI, "encodeURI 的形式", "as encodeURI writes it", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_HIGH, "只编码了中文", "only characters beyond ASCII encoded", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_TWICE, "URL 编码两次", "URL-encoded twice", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_TWICE | PERCENT_LOWER, "URL 编码两次（小写）", "URL-encoded twice (lower case)", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_GBK, "按 GBK 做 URL 编码", "URL-encoded from GBK", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_GBK | PERCENT_LOWER, "按 GBK 做 URL 编码（小写）", "URL-encoded from GBK (lower case)", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_decode, 0, "URL 解码", "URL-decoded", REACH_BOTH, true),
    ROW("val-urlencoded", transform_percent_decode, 1, "URL 解码，+ 变成空格", "URL-decoded, + became a blank", REACH_BOTH, false),
    ROW("val-urlencoded", transform_replace_char, SWAP('+', ' '), "+ 变成了空格", "+ became a blank", REACH_BOTH, false),
    ROW("val-urlencoded", transform_replace_char, SWAP(' ', '+'), "空格变成了 +", "a transform_blank became +", REACH_BOTH, false),

    ROW("cdata-in-value", transform_wrap_ends, END_CDATA, "带着 <![CDATA[…]]>", "with <![CDATA[…]]>", REACH_BOTH, false),
    ROW("cdata-in-value", transform_replace_words, WORDS_NO_CDATA, "CDATA 标记被去掉", "the CDATA mark was removed", REACH_BOTH, false),
    ROW("cdata-in-value", transform_replace_words, WORDS_XML, "XML 转义 & < >", "XML-escaped & < >", REACH_BOTH, false),
    ROW("cdata-in-value", transform_replace_words, WORDS_XML_QUOT, "XML 转义 & < > \"", "XML-escaped & < > \"", REACH_BOTH, true),
    ROW("cdata-in-value", transform_replace_words, WORDS_XML_ALL, "HTML 转义，含 &#39;", "HTML-escaped with &#39;", REACH_BOTH, false),
    ROW("cdata-in-value", transform_replace_words, WORDS_XML_APOS, "XML 转义，含 &apos;", "XML-escaped with &apos;", REACH_BOTH, false),
    ROW("cdata-in-value", transform_replace_words, WORDS_XML_NUMERIC, "转义，引号为 &#34;", "escaped with &#34; for quotes", REACH_BOTH, false),
    ROW("cdata-in-value", transform_replace_words, WORDS_AMP, "只转义了 &", "only & escaped", REACH_BOTH, false),
    ROW("cdata-in-value", transform_escape_twice, WORDS_XML_QUOT, "XML 转义两次", "XML-escaped twice", REACH_BOTH, false),
    ROW("cdata-in-value", transform_replace_words, WORDS_UNXML, "还原了 XML 转义", "XML escapes resolved", REACH_BOTH, true),

    ROW("log-escape", transform_nginx_escape, 0, "\\x22 形式的日志转义", "escaped as \\x22 in a log", REACH_BOTH, true),
    ROW("log-escape", transform_nginx_escape, 1, "\\xE4 形式的日志转义", "escaped as \\xE4 in a log", REACH_BOTH, false),
    ROW("log-escape", transform_replace_words, WORDS_JSON, "JSON 字符串的转义（\\\"）", "escaped as in a JSON string (\\\")", REACH_BOTH, false),
    ROW("log-escape", transform_replace_words, WORDS_JSON_SLASH, "JSON 字符串的转义，含 \\/", "escaped as in a JSON string, \\/ too", REACH_BOTH, false),
    ROW("log-escape", transform_replace_words, WORDS_QUOTES, "引号前加反斜杠", "quotes with a backslash in front", REACH_BOTH, false),
    ROW("log-escape", transform_replace_words, WORDS_LF_LITERAL, "换行写成 \\n 两个字符", "a newline as the two characters \\n", REACH_BOTH, false),
    ROW("log-escape", transform_replace_words, WORDS_GO_JSON, "& < > 写成 \\u0026 形式", "& < > as \\u0026", REACH_BOTH, false),
    ROW("log-escape", transform_replace_words, WORDS_UNESCAPE, "还原了反斜杠转义", "backslash escapes resolved", REACH_BOTH, true),
    ROW("log-escape", transform_unescape_codes, 0, "还原了 \\xHH、\\uXXXX", "\\xHH and \\uXXXX resolved", REACH_BOTH, false),

    ROW("json-reserialised", transform_json, JSON_STYLE_COMPACT, "JSON 去掉空白", "JSON without white space", REACH_BOTH, true),
    ROW("json-reserialised", transform_json, JSON_STYLE_PYTHON, "Python json.dumps 的默认形式", "as Python's json.dumps writes it", REACH_BOTH, true),
    ROW("json-reserialised", transform_json, JSON_STYLE_PYTHON_UTF8, "逗号、冒号后带空格", "with blanks behind commas and colons", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_PHP, "PHP json_encode 的默认形式", "as PHP's json_encode writes it", REACH_BOTH, true),
    ROW("json-reserialised", transform_json, JSON_STYLE_PHP_UTF8, "斜杠写成 \\/", "slashes as \\/", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_ASCII, "中文写成 \\u4e2d 形式", "characters beyond ASCII as \\u4e2d", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_GO, "Go 的形式（\\u0026）", "as Go writes it (\\u0026)", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_GSON, "Gson 的形式（\\u003d）", "as Gson writes it (\\u003d)", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_SORTED, "成员按名称排序", "members ordered by name", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_PRETTY2, "缩进 2 格", "indented by 2", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_PRETTY4, "缩进 4 格", "indented by 4", REACH_BOTH, false),
    ROW("json-reserialised", transform_json, JSON_STYLE_REPR, "Python 字典的写法", "a Python dict as text", REACH_BOTH, false),

    ROW("ws-trim", transform_trim, TRIM_BOTH, "去掉首尾空白", "trimmed", REACH_BOTH, true),
    ROW("ws-trim", transform_trim, TRIM_RIGHT, "去掉末尾空白", "trimmed at the end", REACH_BOTH, false),
    ROW("ws-trim", transform_trim, TRIM_LEFT, "去掉开头空白", "trimmed at the beginning", REACH_BOTH, false),
    ROW("ws-trim", transform_trim, TRIM_LINES, "去掉末尾换行", "without the newline at the end", REACH_BOTH, false),
    ROW("ws-trim", transform_wrap_ends, END_BLANK, "末尾多一个空格", "with a transform_blank at the end", REACH_EACH, true),
    ROW("ws-trim", transform_wrap_ends, END_BLANK_BEFORE, "开头多一个空格", "with a transform_blank in front", REACH_EACH, false),
    ROW("ws-trim", transform_wrap_ends, END_LF, "末尾多一个换行", "with a newline at the end", REACH_EACH, true),
    ROW("ws-trim", transform_wrap_ends, END_CRLF, "末尾多一个 CRLF", "with CR LF at the end", REACH_EACH, false),
    ROW("ws-trim", transform_wrap_ends, END_TAB, "末尾多一个制表符", "with a tab at the end", REACH_EACH, false),
    ROW("ws-trim", transform_wrap_ends, END_NBSP, "末尾多一个不换行空格", "with a no-break space at the end", REACH_EACH, false),
    ROW("ws-trim", transform_wrap_ends, END_BOM, "开头多一个 BOM", "with a byte order mark in front", REACH_EACH, false),
    ROW("ws-trim", transform_wrap_ends, END_BLANKS, "两端各多一个空格", "with a transform_blank at both ends", REACH_BOTH, false),
    ROW("ws-trim", transform_wrap_ends, END_LINES, "两端各多一个换行", "with a newline at both ends", REACH_EACH, false),
    ROW("ws-trim", transform_replace_words, WORDS_LF, "CRLF 变成 LF", "CR LF became LF", REACH_BOTH, true),
    ROW("ws-trim", transform_replace_words, WORDS_CRLF, "LF 变成 CRLF", "LF became CR LF", REACH_BOTH, true),
    ROW("ws-trim", transform_replace_words, WORDS_NO_LF, "去掉换行", "without newlines", REACH_BOTH, false),
    ROW("ws-trim", transform_replace_words, WORDS_LF_BLANK, "换行变成空格", "newlines became blanks", REACH_BOTH, false),
    ROW("ws-trim", transform_replace_words, WORDS_NBSP, "不换行空格变成空格", "no-break spaces became blanks", REACH_BOTH, false),
    ROW("ws-trim", transform_replace_words, WORDS_WIDE_BLANK, "全角空格变成空格", "wide blanks became blanks", REACH_BOTH, false),
    ROW("ws-trim", transform_replace_words, WORDS_NO_BLANK, "去掉全部空格", "without any blanks", REACH_BOTH, true),
    ROW("ws-trim", transform_replace_words, WORDS_ONE_BLANK, "连续空格合并为一个", "runs of blanks became one", REACH_BOTH, false),

    ROW("num-format", transform_write_number, NUMBER_DOT0, "写成 1.0 形式", "written as 1.0", REACH_BOTH, true),
    ROW("num-format", transform_write_number, NUMBER_DOT00, "写成 1.00 形式", "written as 1.00", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_YUAN2, "以元为单位（两位小数）", "in yuan (two decimals)", REACH_EACH, true),
    ROW("num-format", transform_write_number, NUMBER_YUAN, "以元为单位", "in yuan", REACH_EACH, true),
    ROW("num-format", transform_write_number, NUMBER_YUAN_DOT0, "以元为单位（一位小数）", "in yuan (one decimal)", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_FEN, "多乘了 100", "times 100", REACH_EACH, true),
    ROW("num-format", transform_write_number, NUMBER_G, "科学计数（1e+06）", "with an exponent (1e+06)", REACH_BOTH, false),
    ROW("num-format", transform_write_number, NUMBER_E, "科学计数（8.880000e+02）", "with an exponent (8.880000e+02)", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_JAVA_E, "科学计数（1.0E7）", "with an exponent (1.0E7)", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_FLOAT, "浮点误差（980.0000000000001）", "a rounding error (980.0000000000001)", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_FLOAT_CUT, "浮点误差后取整，少了 1 分", "a rounding error cut to one fen less", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_LEADING0, "多一个前导零", "with a leading zero", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_THOUSANDS, "带千位分隔符", "with thousands separators", REACH_EACH, false),
    ROW("num-format", transform_undo_decimal, DECIMAL_WHOLE, "去掉了小数部分", "without the decimals", REACH_EACH, false),
    ROW("num-format", transform_undo_decimal, DECIMAL_FEN, "以分为单位", "in fen", REACH_EACH, true),
    ROW("num-format", transform_undo_decimal, DECIMAL_NO_ZEROS, "去掉了前导零", "without leading zeros", REACH_EACH, false),

    ROW("2nd-ms-time", transform_write_time, TIME_TO_MS, "以毫秒为单位", "in milliseconds", REACH_EACH, true),
    ROW("2nd-ms-time", transform_write_time, TIME_TO_S, "以秒为单位", "in seconds", REACH_EACH, true),
    ROW("2nd-ms-time", transform_write_time, TIME_TEXT, "写成日期时间（北京时间）", "as date and time (UTC+8)", REACH_EACH, false),
    ROW("2nd-ms-time", transform_write_time, TIME_TEXT_UTC, "写成日期时间（UTC）", "as date and time (UTC)", REACH_EACH, false),
    ROW("time-format", transform_write_time, TIME_SECONDS, "写成秒数", "as seconds", REACH_EACH, false),
    ROW("time-format", transform_write_time, TIME_DASHES, "写成 2006-01-02 15:04:05", "as 2006-01-02 15:04:05", REACH_EACH, false),
    ROW("time-format", transform_write_time, TIME_ISO, "写成 ISO 8601", "as ISO 8601", REACH_EACH, false),
    ROW("time-format", transform_write_time, TIME_DATE, "只有日期", "the date only", REACH_EACH, false),
    ROW("time-zone", transform_write_time, HOURS(-8), "少 8 小时", "8 hours less", REACH_BOTH, true),
    ROW("time-zone", transform_write_time, HOURS(8), "多 8 小时", "8 hours more", REACH_BOTH, true),

    ROW("val-case", transform_change_case, 0, "转成小写", "in lower case", REACH_BOTH, false),
    ROW("val-case", transform_change_case, 1, "转成大写", "in upper case", REACH_BOTH, false),
    ROW("val-quoted", transform_wrap_ends, END_DOUBLE, "加了双引号", "in double quotes", REACH_BOTH, false),
    ROW("val-quoted", transform_wrap_ends, END_SINGLE, "加了单引号", "in single quotes", REACH_BOTH, false),
    ROW("val-quoted", transform_strip_quotes, '"', "去掉了双引号", "without the double quotes", REACH_BOTH, false),
    ROW("val-quoted", transform_strip_quotes, '\'', "去掉了单引号", "without the single quotes", REACH_BOTH, false),
    ROW("underscore-collapse", transform_replace_words, WORDS_UNDERSCORE, "__ 变成 _", "__ became _", REACH_BOTH, true),
    ROW("underscore-collapse", transform_replace_words, WORDS_UNDERSCORES, "_ 变成 __", "_ became __", REACH_BOTH, false),
    ROW("val-truncated", transform_truncate_to, 128, "截到 128 字节", "cut to 128 bytes", REACH_BOTH, false),
    ROW("val-truncated", transform_truncate_to, -128, "截到 128 个字", "cut to 128 characters", REACH_EACH, false),
    ROW("val-truncated", transform_truncate_to, 127, "截到 127 字节", "cut to 127 bytes", REACH_EACH, false),
    ROW("val-truncated", transform_truncate_to, 64, "截到 64 字节", "cut to 64 bytes", REACH_EACH, false),
    ROW("val-truncated", transform_truncate_to, 32, "截到 32 字节", "cut to 32 bytes", REACH_EACH, false),
    ROW("val-truncated", transform_truncate_to, -32, "截到 32 个字", "cut to 32 characters", REACH_EACH, false),
    ROW("val-truncated", transform_truncate_to, 255, "截到 255 字节", "cut to 255 bytes", REACH_EACH, false),
    ROW("val-cut", transform_cut_at, '&', "在 & 处断开", "cut at &", REACH_BOTH, false),
    ROW("val-cut", transform_cut_at, '=', "在 = 处断开", "cut at =", REACH_BOTH, false),
    ROW("val-cut", transform_cut_at, '#', "在 # 处断开", "cut at #", REACH_BOTH, false),
    ROW("val-cut", transform_cut_at, '?', "在 ? 处断开", "cut at ?", REACH_BOTH, false),
    ROW("val-cut", transform_cut_at, '\n', "在换行处断开", "cut at a newline", REACH_BOTH, false),
    ROW("val-cut", transform_cut_at, ' ', "在空格处断开", "cut at a blank", REACH_EACH, false),
    ROW("emoji", transform_replace_astral, ASTRAL_DROP, "表情被丢掉", "emoji dropped", REACH_BOTH, true),
    ROW("emoji", transform_replace_astral, ASTRAL_1, "表情变成 ?", "'?' for each emoji", REACH_BOTH, true),
    ROW("emoji", transform_replace_astral, ASTRAL_2, "表情变成 \?\?", "'\?\?' for each emoji", REACH_BOTH, false),
    ROW("emoji", transform_replace_astral, ASTRAL_4, "表情变成 \?\?\?\?", "'\?\?\?\?' for each emoji", REACH_BOTH, false),
    ROW("emoji", transform_replace_astral, ASTRAL_FFFD, "表情变成 U+FFFD", "U+FFFD for each emoji", REACH_BOTH, false),
    ROW("emoji", transform_replace_astral, ASTRAL_CESU, "表情写成两个三字节（modified UTF-8）", "emoji as two times three bytes (modified UTF-8)", REACH_BOTH, false),
    ROW("full-width", transform_replace_words, WORDS_HALF_WIDTH, "全角标点变成半角", "full-width punctuation became half-width", REACH_BOTH, false),
    ROW("full-width", transform_replace_words, WORDS_FULL_WIDTH, "半角标点变成全角", "half-width punctuation became full-width", REACH_EACH, false),
    ROW("full-width", transform_replace_words, WORDS_STRAIGHT_QUOTES, "弯引号变成直引号", "curly quotes became straight", REACH_BOTH, false),
    ROW("param-drift", transform_blank, 0, "签名时该值为空", "empty when it was signed", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_MINUS1, "少 1", "one less", REACH_EACH, false),
    ROW("num-format", transform_write_number, NUMBER_PLUS1, "多 1", "one more", REACH_EACH, false),
};
/* clang-format on */

const struct transform *transform_values(size_t *count)
{
    *count = ARRAY_COUNT(values);
    return values;
}
