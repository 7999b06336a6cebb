/* SPDX-License-Identifier: MIT */
/*
 * What becomes of names, of the joined text and of the key, and the other ways to join and
 * to close: the rows, and the functions that only they use.
 */
#include "core/transform.h"

#include <string.h>

#include "core/base.h"
#include "core/charset.h"
#include "core/digest.h"
#include "core/transform_fn.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- Names ---- */

enum { CAMEL, PASCAL, SNAKE, NO_UNDERSCORE };

static bool restyle(struct span in, int arg, struct buf *out)
{
    size_t before = out->len;
    bool lift = arg == PASCAL;
    for (size_t i = 0; i < in.len; i++) {
        char c = in.s[i];
        if (arg == SNAKE && is_upper(c)) {
            if (i > 0)
                buf_addc(out, '_');
            buf_addc(out, (char)(c - 'A' + 'a'));
        } else if (arg != SNAKE && c == '_') {
            lift = arg != NO_UNDERSCORE;
        } else {
            buf_addc(out, lift && is_lower(c) ? (char)(c - 'a' + 'A') : c);
            lift = false;
        }
    }
    return transform_changed(in, before, out);
}

/* Other spellings that are met in the wild. */
static const char *const aliases[][6] = {
    {"appid", "appId", "app_id", "wxappid", "mch_appid", "AppId"},
    {"mch_id", "mchid", "mchId", "partner", "partnerid", "merchant_id"},
    {"sub_mch_id", "sub_mchid", "subMchId", "submchid"},
    {"nonce_str", "noncestr", "nonceStr", "nonce"},
    {"timestamp", "timeStamp", "time_stamp", "timeStamp"},
    {"sign_type", "signType", "signtype", "SignType"},
    {"openid", "openId", "open_id"},
    {"out_trade_no", "out_trade_on", "outTradeNo", "trade_no", "out_order_no"},
    {"total_fee", "totle_fee", "totalFee", "total_amount", "amount", "total"},
    {"spbill_create_ip", "spbill_creat_ip", "create_ip", "client_ip"},
    {"prepay_id", "prepayid", "prepayId"},
    {"package", "packageValue", "package_value", "payPackage"},
    {"notify_url", "notifyurl", "notify", "notifyUrl"},
    {"trade_type", "tradetype", "tradeType", "type"},
    {"body", "Body", "subject", "desc"},
    {"transaction_id", "transactionId", "transation_id"},
    {"partnerid", "partnerId", "mch_id"},
    {"device_info", "deviceInfo", "devide_info"},
};

/* arg: which other spelling */
static bool alias(struct span in, int arg, struct buf *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(aliases); i++) {
        bool known = false;
        for (size_t k = 0; k < ARRAY_COUNT(aliases[i]) && aliases[i][k] != NULL; k++)
            known = known || span_is(in, aliases[i][k]);
        if (!known)
            continue;
        const char *other = arg < (int)ARRAY_COUNT(aliases[i]) ? aliases[i][arg] : NULL;
        if (other == NULL || span_is(in, other))
            return false;
        buf_adds(out, other);
        return true;
    }
    return false;
}

static const char *const frames[][2] = {
    {"", " "}, {" ", ""}, {"xml.", ""}, {"xml[", "]"}, {"", "\n"}};

static bool frame(struct span in, int arg, struct buf *out)
{
    buf_adds(out, frames[arg][0]);
    buf_add(out, in.s, in.len);
    buf_adds(out, frames[arg][1]);
    return true;
}

/* What stands between a name and its index. */
static const char *const index_marks[] = {"", "_", NULL, "_$", "["};

/* arg: into index_marks; NULL drops the index */
static bool reindex(struct span in, int arg, struct buf *out)
{
    size_t before = out->len, stem = in.len;
    while (stem > 0 && is_digit(in.s[stem - 1]))
        stem--;
    struct span digits = {in.s + stem, in.len - stem};
    if (digits.len == 0 || stem == 0)
        return false;
    while (stem > 0 && (in.s[stem - 1] == '_' || in.s[stem - 1] == '$'))
        stem--;
    const char *mark = index_marks[arg];
    buf_add(out, in.s, stem);
    if (mark != NULL) {
        buf_adds(out, mark);
        buf_add(out, digits.s, digits.len);
        if (*mark == '[')
            buf_addc(out, ']');
    }
    return transform_changed(in, before, out);
}

#define ROW(id, fn, a, zh, en, r, ...)                                                             \
    {                                                                                              \
        id, fn, a, {zh, en}, r, __VA_ARGS__                                                        \
    }

/* clang-format off */
static const struct transform names[] = {
    ROW("name-case", restyle, CAMEL, "驼峰形式（mchId）", "in camel case (mchId)", REACH_BOTH, true),
    ROW("name-case", transform_change_case, 0, "全小写", "in lower case", REACH_BOTH, false),
    ROW("name-case", restyle, NO_UNDERSCORE, "去掉下划线", "without underscores", REACH_BOTH, false),
    ROW("name-case", restyle, SNAKE, "下划线形式（time_stamp）", "with underscores (time_stamp)", REACH_BOTH, false),
    ROW("name-case", restyle, PASCAL, "首字母大写（MchId）", "in Pascal case (MchId)", REACH_BOTH, false),
    ROW("name-case", transform_change_case, 1, "全大写", "in upper case", REACH_BOTH, false),
    ROW("name-typo", alias, 0, "用了另一个名称", "under another name", REACH_EACH, true),
    ROW("name-typo", alias, 1, "用了另一个名称", "under another name", REACH_EACH, false),
    ROW("name-typo", alias, 2, "用了另一个名称", "under another name", REACH_EACH, false),
    ROW("name-typo", alias, 3, "用了另一个名称", "under another name", REACH_EACH, false),
    ROW("name-typo", alias, 4, "用了另一个名称", "under another name", REACH_EACH, false),
    ROW("name-typo", alias, 5, "用了另一个名称", "under another name", REACH_EACH, false),
    ROW("ws-trim", frame, 0, "名称末尾多一个空格", "the name has a blank at its end", REACH_BOTH, false),
    ROW("ws-trim", frame, 1, "名称开头多一个空格", "the name has a blank in front", REACH_BOTH, false),
    ROW("ws-trim", frame, 4, "名称末尾多一个换行", "the name has a newline at its end", REACH_EACH, false),
    ROW("ws-trim", transform_trim, TRIM_BOTH, "名称去掉了首尾空白", "the name was trimmed", REACH_BOTH, false),
    ROW("name-case", frame, 2, "名称带 xml. 前缀", "names with xml. in front", REACH_ALL, false),
    ROW("name-case", frame, 3, "名称写成 xml[…]", "names as xml[…]", REACH_ALL, false),
    ROW("coupon-index", reindex, 0, "序号直接跟在名称后", "the index directly behind the name", REACH_BOTH, false),
    ROW("coupon-index", reindex, 1, "名称与序号之间有下划线", "an underscore between name and index", REACH_BOTH, false),
    ROW("coupon-index", reindex, 2, "名称没有序号", "names without index", REACH_BOTH, false),
    ROW("coupon-index", reindex, 3, "名称写成 …_$0", "names as …_$0", REACH_BOTH, false),
    ROW("coupon-index", reindex, 4, "名称写成 …[0]", "names as …[0]", REACH_BOTH, false),
    ROW("underscore-collapse", transform_replace_words, WORDS_UNDERSCORES, "名称里的 _ 变成 __", "_ became __ in names", REACH_BOTH, false),
    ROW("underscore-collapse", transform_replace_words, WORDS_UNDERSCORE, "名称里的 __ 变成 _", "__ became _ in names", REACH_BOTH, false),
    ROW("val-urlencoded", transform_percent_encode, 0, "名称被 URL 编码", "names URL-encoded", REACH_BOTH, false),
};
/* clang-format on */

/* ---- The joined text ---- */

/* The character references that HTML reads without a ';', and &sub. */
static const struct {
    const char *name, *text;
} entities[] = {
    {"&notin", "∉"},  {"&not", "¬"},        {"&times", "×"}, {"&reg", "®"},   {"&curren", "¤"},
    {"&para", "¶"},   {"&copy", "©"},       {"&sect", "§"},  {"&deg", "°"},   {"&micro", "µ"},
    {"&cent", "¢"},   {"&pound", "£"},      {"&yen", "¥"},   {"&ordf", "ª"},  {"&ordm", "º"},
    {"&uml", "¨"},    {"&shy", "\xC2\xAD"}, {"&macr", "¯"},  {"&acute", "´"}, {"&cedil", "¸"},
    {"&divide", "÷"}, {"&amp;", "&"},       {"&amp", "&"},   {"&lt", "<"},    {"&gt", ">"},
    {"&quot", "\""},  {"&sub", "⊂"},
};

/* arg: how many rows of the table count */
static bool eat_entities(struct span in, int arg, struct buf *out)
{
    size_t from = 0;
    for (size_t i = 0; i < in.len;) {
        const char *and = memchr(in.s + i, '&', in.len - i);
        if (and == NULL)
            break;
        i = (size_t)(and-in.s);
        size_t n = 0;
        for (int k = 0; k < arg && n == 0; k++) {
            size_t len = strlen(entities[k].name);
            if (len > in.len - i || memcmp(in.s + i, entities[k].name, len) != 0)
                continue;
            buf_add(out, in.s + from, i - from);
            buf_adds(out, entities[k].text);
            n = len;
            from = i + n;
        }
        i += n > 0 ? n : 1;
    }
    if (from == 0)
        return false;
    buf_add(out, in.s + from, in.len - from);
    return true;
}

/* arg: 1 big-endian, 2 with a mark */
static bool to_utf16(struct span in, int arg, struct buf *out)
{
    return charset_utf16(in, (arg & 1) != 0, (arg & 2) != 0, out);
}

static bool to_base64(struct span in, int arg, struct buf *out)
{
    (void)arg;
    base64_write(out, in.s, in.len);
    return true;
}

/* clang-format off */
static const struct transform texts[] = {
    ROW("html-entity-eaten", eat_entities, (int)ARRAY_COUNT(entities) - 1, "&not、&times 等变成了字符", "&not, &times … became characters", REACH_ALL, true),
    ROW("html-entity-eaten", eat_entities, (int)ARRAY_COUNT(entities), "&not、&sub 等变成了字符", "&not, &sub … became characters", REACH_ALL, false),
    ROW("cs-digest", to_utf16, 0, "按 UTF-16（小端）", "as UTF-16 (little-endian)", REACH_ALL, true, true),
    ROW("cs-digest", to_utf16, 1, "按 UTF-16（大端）", "as UTF-16 (big-endian)", REACH_ALL, false, true),
    ROW("cs-digest", to_utf16, 2, "按 UTF-16（小端，带 BOM）", "as UTF-16 (little-endian, with a mark)", REACH_ALL, false, true),
    ROW("cs-digest", to_utf16, 3, "按 UTF-16（大端，带 BOM）", "as UTF-16 (big-endian, with a mark)", REACH_ALL, false, true),
    ROW("cs-digest", transform_wrap_ends, END_BOM, "开头多一个 BOM", "with a byte order mark in front", REACH_ALL, false, true),
    ROW("text-altered", transform_change_case, 0, "整串转成小写", "the whole text in lower case", REACH_ALL, true, true),
    ROW("text-altered", transform_change_case, 1, "整串转成大写", "the whole text in upper case", REACH_ALL, true, true),
    ROW("text-altered", transform_change_case, 0, "密钥之前的部分转成小写", "what stands before the key in lower case", REACH_ALL, false, false),
    ROW("text-altered", transform_change_case, 1, "密钥之前的部分转成大写", "what stands before the key in upper case", REACH_ALL, false, false),
    ROW("text-altered", transform_replace_words, WORDS_NO_BLANK, "整串去掉空格", "without any blanks", REACH_ALL, false, false),
    ROW("text-altered", transform_wrap_ends, END_LF, "末尾多一个换行", "with a newline at the end", REACH_ALL, false, true),
    ROW("text-altered", to_base64, 0, "整串做了 base64", "the whole text as base64", REACH_ALL, false, true),
    ROW("text-altered", transform_wrap_ends, END_DOUBLE, "整串加了引号", "the whole text in quotes", REACH_ALL, false, true),
    ROW("val-urlencoded", transform_percent_encode, 0, "整串 URL 编码（大写）", "the whole text URL-encoded (upper case)", REACH_ALL, true, true),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_LOWER, "整串 URL 编码（小写）", "the whole text URL-encoded (lower case)", REACH_ALL, false, true),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_PLUS | PERCENT_JAVA, "整串 URL 编码（Java）", "the whole text URL-encoded (Java)", REACH_ALL, false, true),
    ROW("val-urlencoded", transform_percent_encode, PERCENT_PLUS | PERCENT_JAVA | PERCENT_LOWER, "整串表单编码，%xx 小写", "the whole text form-encoded, %xx in lower case", REACH_ALL, false, true),
    ROW("val-urlencoded", transform_percent_encode, 0, "密钥之前的部分 URL 编码", "what stands before the key URL-encoded", REACH_ALL, false, false),
    ROW("val-urlencoded", transform_percent_decode, 1, "整串 URL 解码", "the whole text URL-decoded", REACH_ALL, false, true),
};

/* ---- The key ---- */

static const char *const constants[] = {"", "null", "undefined", "None", "192006250b4c09247ec02edce69f6a2d",
                                        "NULL", "key", "YOUR_API_KEY", "****"};
/* clang-format on */

static bool constant(struct span in, int arg, struct buf *out)
{
    buf_adds(out, constants[arg]);
    return !span_is(in, constants[arg]);
}

/* arg > 0: the first bytes, < 0: the last */
static bool part(struct span in, int arg, struct buf *out)
{
    size_t n = (size_t)(arg > 0 ? arg : -arg);
    if (in.len <= n)
        return false;
    buf_add(out, arg > 0 ? in.s : in.s + in.len - n, n);
    return true;
}

/* arg: upper case */
static bool md5_of(struct span in, int arg, struct buf *out)
{
    unsigned char raw[DIGEST_SIZE_MAX];
    char hex[DIGEST_HEX_MAX];
    size_t size = digest_bytes(DIGEST_MD5, in.s, in.len, raw);
    digest_hex(raw, size, hex);
    if (arg)
        buf_adds(out, hex);
    else
        transform_change_case((struct span){hex, 2 * size}, 0, out);
    return true;
}

static bool from_base64(struct span in, int arg, struct buf *out)
{
    (void)arg;
    size_t before = out->len;
    return base64_read(out, in.s, in.len, NULL) == ST_OK && out->len > before;
}

static bool from_hex(struct span in, int arg, struct buf *out)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    (void)arg;
    if (in.len == 0 || in.len % 2 != 0)
        return false;
    for (size_t i = 0; i < in.len; i++) {
        if (in.s[i] == '\0' || strchr(digits, in.s[i]) == NULL)
            return false;
    }
    for (size_t i = 0; i < in.len; i += 2) {
        int byte = 0;
        for (size_t k = i; k < i + 2; k++) {
            int at = (int)(strchr(digits, in.s[k]) - digits);
            byte = byte << 4 | (at > 15 ? at - 6 : at);
        }
        buf_addc(out, (char)byte);
    }
    return true;
}

/* clang-format off */
static const struct transform keys[] = {
    ROW("key-blank", transform_wrap_ends, END_LF, "密钥末尾多一个换行", "with a newline at the end", REACH_ALL, true),
    ROW("key-blank", transform_wrap_ends, END_CRLF, "密钥末尾多一个 CRLF", "with CR LF at the end", REACH_ALL, true),
    ROW("key-blank", transform_wrap_ends, END_BLANK, "密钥末尾多一个空格", "with a blank at the end", REACH_ALL, true),
    ROW("key-blank", transform_wrap_ends, END_BLANK_BEFORE, "密钥开头多一个空格", "with a blank in front", REACH_ALL, true),
    ROW("key-blank", transform_wrap_ends, END_TAB, "密钥末尾多一个制表符", "with a tab at the end", REACH_ALL, false),
    ROW("key-blank", transform_wrap_ends, END_NBSP, "密钥末尾多一个不换行空格", "with a no-break space at the end", REACH_ALL, false),
    ROW("key-blank", transform_wrap_ends, END_BOM, "密钥开头多一个 BOM", "with a byte order mark in front", REACH_ALL, false),
    ROW("key-blank", transform_wrap_ends, END_BLANKS, "密钥两端各多一个空格", "with a blank at both ends", REACH_ALL, false),
    ROW("key-blank", transform_wrap_ends, END_DOUBLE, "密钥带着双引号", "in double quotes", REACH_ALL, true),
    ROW("key-blank", transform_wrap_ends, END_SINGLE, "密钥带着单引号", "in single quotes", REACH_ALL, false),
    ROW("key-blank", transform_trim, TRIM_BOTH, "去掉密钥首尾的空白", "trimmed", REACH_ALL, true),
    ROW("key-blank", transform_trim, TRIM_LINES, "去掉密钥末尾的换行", "without the newline at the end", REACH_ALL, false),
    ROW("key-blank", transform_strip_quotes, '"', "去掉密钥的双引号", "without the double quotes", REACH_ALL, false),
    ROW("key-blank", transform_strip_quotes, '\'', "去掉密钥的单引号", "without the single quotes", REACH_ALL, false),
    ROW("key-blank", transform_replace_words, WORDS_NO_BLANK, "去掉密钥中的空格", "without any blanks", REACH_ALL, false),
    ROW("key-length", part, 32, "只用前 32 位", "its first 32 characters", REACH_ALL, true),
    ROW("key-length", part, -32, "只用后 32 位", "its last 32 characters", REACH_ALL, true),
    ROW("key-length", part, 31, "只用前 31 位", "its first 31 characters", REACH_ALL, false),
    ROW("key-length", part, -31, "只用后 31 位", "its last 31 characters", REACH_ALL, false),
    ROW("key-length", part, 30, "只用前 30 位", "its first 30 characters", REACH_ALL, false),
    ROW("key-length", part, 16, "只用前 16 位", "its first 16 characters", REACH_ALL, false),
    ROW("key-case", transform_change_case, 1, "密钥转成大写", "in upper case", REACH_ALL, true),
    ROW("key-case", transform_change_case, 0, "密钥转成小写", "in lower case", REACH_ALL, true),
    ROW("key-hashed", md5_of, 0, "密钥的 MD5（小写）", "its MD5 in lower case", REACH_ALL, true),
    ROW("key-hashed", md5_of, 1, "密钥的 MD5（大写）", "its MD5 in upper case", REACH_ALL, false),
    ROW("key-hashed", to_base64, 0, "密钥的 base64", "as base64", REACH_ALL, false),
    ROW("key-hashed", from_base64, 0, "密钥按 base64 解码", "decoded from base64", REACH_ALL, false),
    ROW("key-hashed", from_hex, 0, "密钥按十六进制解码", "decoded from hexadecimal", REACH_ALL, false),
    ROW("key-hashed", transform_percent_encode, 0, "密钥被 URL 编码", "URL-encoded", REACH_ALL, false),
    ROW("key-other", constant, 0, "密钥为空（没有配置）", "an empty key (not configured)", REACH_ALL, true),
    ROW("key-other", constant, 1, "密钥是文字 null", "the word null", REACH_ALL, true),
    ROW("key-other", constant, 2, "密钥是文字 undefined", "the word undefined", REACH_ALL, false),
    ROW("key-other", constant, 3, "密钥是文字 None", "the word None", REACH_ALL, false),
    ROW("key-other", constant, 4, "文档中的示例密钥", "the example key of the documentation", REACH_ALL, true),
    ROW("key-other", constant, 5, "密钥是文字 NULL", "the word NULL", REACH_ALL, false),
    ROW("key-other", constant, 6, "密钥是文字 key", "the word key", REACH_ALL, false),
    ROW("key-other", constant, 7, "密钥是占位文字", "a placeholder", REACH_ALL, false),
    ROW("key-other", constant, 8, "密钥是掩码 ****", "the mask ****", REACH_ALL, false),
};

/* ---- Joining, closing, order ---- */

#define JOINT(id, zh, en, ...) {id, {__VA_ARGS__}, {zh, en}}
static const struct joint_row joints[] = {
    JOINT("html-entity-eaten", "用 &amp; 连接", "joined with &amp;", "", "", "=", "", "&amp;", "", false, false),
    JOINT("sep-other", "名称与值之间没有 =", "no '=' between name and value", "", "", "", "", "&", "", false, false),
    JOINT("sep-other", "各对之间没有 &", "no '&' between pairs", "", "", "=", "", "", "", false, false),
    JOINT("sep-other", "没有 = 与 &", "neither '=' nor '&'", "", "", "", "", "", "", false, false),
    JOINT("sep-other", "名称与值之间是冒号", "':' between name and value", "", "", ":", "", "&", "", false, false),
    JOINT("sep-other", "各对之间是逗号", "',' between pairs", "", "", "=", "", ",", "", false, false),
    JOINT("sep-other", "各对之间是竖线", "'|' between pairs", "", "", "=", "", "|", "", false, false),
    JOINT("sep-other", "各对之间是换行", "a newline between pairs", "", "", "=", "", "\n", "", false, false),
    JOINT("sep-other", "各对之间是分号", "';' between pairs", "", "", "=", "", ";", "", false, false),
    JOINT("sep-other", "各对之间是逗号加空格", "', ' between pairs", "", "", "=", "", ", ", "", false, false),
    JOINT("sep-other", "& 两侧有空格", "blanks around '&'", "", "", "=", "", " & ", "", false, false),
    JOINT("sep-other", "= 两侧有空格", "blanks around '='", "", "", " = ", "", "&", "", false, false),
    JOINT("sep-other", "值带双引号", "values in double quotes", "", "", "=\"", "\"", "&", "", false, false),
    JOINT("sep-other", "末尾多一个 &", "'&' at the end", "", "", "=", "", "&", "&", false, false),
    JOINT("sep-other", "开头多一个 &", "'&' in front", "&", "", "=", "", "&", "", false, false),
    JOINT("sep-other", "开头多一个 ?", "'?' in front", "?", "", "=", "", "&", "", false, false),
    JOINT("sep-other", "只有值", "values only", "", "", "", "", "", "", true, false),
    JOINT("sep-other", "只有值，用 & 连接", "values only, joined with '&'", "", "", "", "", "&", "", true, false),
    JOINT("sep-other", "只有名称", "names only", "", "", "", "", "&", "", false, true),
    JOINT("text-body", "签的是 JSON 文本", "JSON was signed", "{", "\"", "\":\"", "\"", ",", "}", false, false),
    JOINT("text-body", "签的是 Java Map 的文本", "the text of a Java map was signed", "{", "", "=", "", ", ", "}", false, false),
};

#define SUFFIX(zh, en, h, t) {"alg-suffix", {h, t}, {zh, en}}
static const struct suffix_row suffixes[] = {
    SUFFIX("没有加密钥", "no key at the end", "", ""),
    SUFFIX("直接接密钥", "the key alone at the end", "", "%"),
    SUFFIX("写成 &密钥", "'&' and the key", "", "&%"),
    SUFFIX("缺 &，写成 key=密钥", "key=KEY without '&'", "", "key=%"),
    SUFFIX("写成 &KEY=密钥", "&KEY=", "", "&KEY=%"),
    SUFFIX("写成 &Key=密钥", "&Key=", "", "&Key=%"),
    SUFFIX("写成 &secret=密钥", "&secret=", "", "&secret=%"),
    SUFFIX("写成 &appkey=密钥", "&appkey=", "", "&appkey=%"),
    SUFFIX("写成 &api_key=密钥", "&api_key=", "", "&api_key=%"),
    SUFFIX("写成 &amp;key=密钥", "&amp;key=", "", "&amp;key=%"),
    SUFFIX("&key= 后没有密钥", "&key= without the key", "", "&key="),
    SUFFIX("写成 & key=密钥", "'& key='", "", "& key=%"),
    SUFFIX("写成 &key:密钥", "'&key:'", "", "&key:%"),
    SUFFIX("末尾多一个 &", "'&' behind the key", "", "&key=%&"),
    SUFFIX("末尾多一个换行", "a newline behind the key", "", "&key=%\n"),
    SUFFIX("写成 &&key=密钥", "two '&' before key=", "", "&&key=%"),
    SUFFIX("密钥加了两次", "the key twice", "", "&key=%&key=%"),
    SUFFIX("密钥加在开头（key=密钥&）", "the key in front (key=KEY&)", "key=%&", ""),
    SUFFIX("密钥直接加在开头", "the key alone in front", "%", ""),
    SUFFIX("首尾都加了密钥", "the key at both ends", "%", "%"),
};
/* clang-format on */

static const struct bi orders[ORDER_COUNT] = {
    [ORDER_BYTES] = {"按名称的字节序", "by byte value of the names"},
    [ORDER_GIVEN] = {"没有排序（按原有顺序）", "not ordered (as given)"},
    [ORDER_NOCASE] = {"忽略大小写排序", "ordered ignoring letter case"},
    [ORDER_CULTURE] = {"按语言习惯排序（忽略大小写与下划线）",
                       "ordered by locale (ignoring case and underscores)"},
    [ORDER_NATURAL] = {"数字按大小排序", "ordered by the value of digits"},
    [ORDER_UNDERSCORE_LAST] = {"下划线排在字母之后", "underscores behind letters"},
    [ORDER_DESCENDING] = {"倒序", "in descending order"},
    [ORDER_VALUE] = {"按值排序", "ordered by value"},
    [ORDER_PAIR] = {"按“名称=值”排序", "ordered by the text name=value"},
    [ORDER_LENGTH] = {"按名称长度排序", "ordered by length of the names"},
};

struct bi transform_order_text(enum recipe_order order)
{
    return orders[order];
}

const struct transform *transform_names(size_t *count)
{
    *count = ARRAY_COUNT(names);
    return names;
}

const struct transform *transform_texts(size_t *count)
{
    *count = ARRAY_COUNT(texts);
    return texts;
}

const struct transform *transform_keys(size_t *count)
{
    *count = ARRAY_COUNT(keys);
    return keys;
}

const struct joint_row *transform_joints(size_t *count)
{
    *count = ARRAY_COUNT(joints);
    return joints;
}

const struct suffix_row *transform_suffixes(size_t *count)
{
    *count = ARRAY_COUNT(suffixes);
    return suffixes;
}
