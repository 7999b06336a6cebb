/* SPDX-License-Identifier: MIT */
/*
 * Pasted documents.
 *
 * Detection looks at the first byte, then at the shape of the lines; it is cheap,
 * because the form asks for each paste. The readers find spans in the text and hand
 * them to add_field(), which owns the rules that all forms share: names are trimmed,
 * `key` is a secret, a name twice must agree with itself.
 *
 * A note or an error names fields, never values: a value may be the key.
 */
#include "core/paste.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/shape.h"
#include "core/span.h"
#include "core/text.h"
#include "core/xml.h"

struct bi paste_kind_text(enum paste_kind kind)
{
    static const struct bi texts[PASTE_KIND_COUNT] = {
        [PASTE_XML] = {"XML", "XML"},
        [PASTE_JSON] = {"JSON", "JSON"},
        [PASTE_LINES] = {"name=value 行", "name=value lines"},
        [PASTE_QUERY] = {"查询串", "query string"},
    };
    return texts[kind];
}

/* ---- Fields ---- */

/* Room for one more note; NULL when there are enough, which err_set() takes. */
static struct err *next_note(struct paste *p)
{
    if (p->note_count == PASTE_NOTES_MAX)
        return NULL;
    struct err *note = &p->notes[p->note_count++];
    *note = (struct err){0};
    return note;
}

#define NOTE(p, ...) ((void)err_set(next_note(p), ST_OK, __VA_ARGS__))

/* "%.*s" of a span, names being cut at their limit. */
#define NAME_ARG(span) (int)((span).len < PARAM_NAME_MAX ? (span).len : PARAM_NAME_MAX), (span).s

static enum status add_key(struct paste *p, struct span value, struct err *err)
{
    struct span bare = span_trim(value);
    if (bare.len < value.len)
        NOTE(p, "去掉了 key 两端的空白", "blanks around the key were removed");
    value = bare;
    if (value.len == 0)
        return ST_OK;
    if (value.len > SECRET_MAX)
        return err_set(err, ST_LIMIT, SAY("key 太长", "密钥最多 %d 字节", "商户密钥为 32 个字符"),
                       SAY("key is too long", "a key takes at most %d bytes",
                           "a merchant's key has 32 characters"),
                       SECRET_MAX);
    struct secret key = {0};
    enum status st = ST_OK;
    secret_set(&key, value.s, value.len);
    if (!secret_is_set(&p->key)) {
        secret_copy(&p->key, &key);
        NOTE(p, "取出了其中的 key，只用于签名，不会显示",
             "the key inside was taken out; it is used for signing and never shown");
    } else if (!secret_same(&p->key, &key)) {
        st =
            err_set(err, ST_CONFLICT, SAY("key 出现两次且不同", "无法知道哪个有效", "请只保留一个"),
                    SAY("key comes twice with different values", "which one counts is unknown",
                        "keep one of them"));
    }
    secret_clear(&key);
    return st;
}

static void note_twice(struct paste *p, struct span name)
{
    NOTE(p, "%.*s 出现两次且值不同：两个值都会考虑",
         "%.*s comes twice with different values: both are considered", NAME_ARG(name));
}

/* A name with another value: it takes the place of the one before. */
static enum status add_again(struct paste *p, const struct param *old, struct span value,
                             struct err *err)
{
    struct span name = {old->name, old->name_len};
    note_twice(p, name);
    params_set_n(&p->twice, name.s, name.len, old->value, old->value_len, PARAM_USER, NULL);
    return params_set_n(&p->params, name.s, name.len, value.s, value.len, PARAM_USER, err);
}

/* The rules that every kind of document shares. `seen` counts the fields. */
static enum status add_field(struct paste *p, struct pair pair, size_t *seen, struct err *err)
{
    struct span name = span_trim(pair.name);
    if (++*seen > SHAPE_FIELDS_MAX)
        return err_set(err, ST_LIMIT,
                       SAY("字段太多", "一份内容最多 %d 个字段", "请确认内容是否取错"),
                       SAY("there are too many fields", "a document has at most %d",
                           "check where this comes from"),
                       PARAMS_MAX);
    if (name.len < pair.name.len && name.len > 0)
        NOTE(p, "%.*s：去掉了字段名两端的空白", "%.*s: blanks around the name were removed",
             NAME_ARG(name));
    if (span_is(name, "key"))
        return add_key(p, pair.value, err);
    for (size_t i = 0; i < p->params.count; i++) {
        const struct param *old = &p->params.items[i];
        if (!span_same(name, (struct span){old->name, old->name_len}))
            continue;
        bool same = span_same(pair.value, (struct span){old->value, old->value_len});
        if (!same && p->take_last)
            return add_again(p, old, pair.value, err);
        if (!same)
            return err_set(err, ST_CONFLICT,
                           SAY("字段 %.*s 出现两次且值不同", "无法知道哪个值有效", "请只保留一个"),
                           SAY("field %.*s comes twice with different values",
                               "which one counts is unknown", "keep one of them"),
                           NAME_ARG(name));
        NOTE(p, "%.*s 出现多次且值相同，只算一次",
             "%.*s comes more than once with the same value and counts once", NAME_ARG(name));
        return ST_OK;
    }
    bool typed = p->kind == PASTE_LINES || p->kind == PASTE_QUERY;
    if (typed && span_trim(pair.value).len < pair.value.len)
        NOTE(p, "%.*s 的值两端有空白，已原样保留",
             "the value of %.*s has outer blanks, which were kept", NAME_ARG(name));
    return params_set_n(&p->params, name.s, name.len, pair.value.s, pair.value.len, PARAM_USER,
                        err);
}

/* ---- XML ---- */

static enum status read_xml(struct paste *p, struct span doc, struct err *err)
{
    struct xml_info info;
    struct params fields = {0};
    size_t seen = 0;
    p->kind = PASTE_XML;
    enum status st =
        xml_read_twice(doc.s, doc.len, &fields, p->take_last ? &p->twice : NULL, &info, err);
    for (size_t i = 0; i < p->twice.count; i++)
        note_twice(p, (struct span){p->twice.items[i].name, p->twice.items[i].name_len});
    for (size_t i = 0; i < fields.count && st == ST_OK; i++) {
        const struct param *f = &fields.items[i];
        struct pair pair = {{f->name, f->name_len}, {f->value, f->value_len}};
        st = add_field(p, pair, &seen, err);
    }
    if (st == ST_OK && info.repeated > 0)
        NOTE(p, "值相同的重复字段只算一次（共 %zu 个）",
             "a field that comes again with the same value counts once (found: %zu)",
             info.repeated);
    params_clear(&fields);
    return st;
}

/* ---- JSON ---- */

/* Blanks out bytes, but not line ends: line numbers in errors stay right. */
static void blank_out(char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] != '\n')
            s[i] = ' ';
}

/* The value of a member whose name was there before with another. */
static void keep_other(struct paste *p, struct pair m)
{
    struct json *value = NULL;
    note_twice(p, m.name);
    if (json_parse(m.value.s, m.value.len, &value, NULL) == ST_OK && json_string(value))
        params_set_n(&p->twice, m.name.s, m.name.len, json_string(value),
                     strlen(json_string(value)), PARAM_USER, NULL);
    else
        params_set_n(&p->twice, m.name.s, m.name.len, m.value.s, m.value.len, PARAM_USER, NULL);
    if (value)
        json_wipe(value);
    json_free(value);
}

/*
 * Removes members that repeat an earlier one, from the ',' before them to their end: the parser
 * takes each name once. Text that is no object is left to the parser's own error.
 */
static enum status drop_repeated(struct paste *p, struct span doc, char *text, struct err *err)
{
    struct pair *found = mem_grow(NULL, PARAMS_MAX, sizeof(*found));
    size_t count = 0;
    size_t at = 0;
    enum status st = ST_OK;
    size_t before = 0;
    struct pair m;
    for (size_t n = 0; st == ST_OK && n < SHAPE_FIELDS_MAX && span_next_member(doc, &at, &m); n++) {
        size_t i = 0;
        while (i < count && !span_same(found[i].name, m.name))
            i++;
        if (i == PARAMS_MAX)
            break;
        if (i == count) {
            found[count++] = m;
        } else if (span_same(found[i].value, m.value)) {
            blank_out(text + before, at - before);
            NOTE(p, "%.*s 出现多次且值相同，只算一次",
                 "%.*s comes more than once with the same value and counts once", NAME_ARG(m.name));
        } else if (p->take_last) {
            keep_other(p, m);
            blank_out(text + before, at - before);
        } else {
            st = err_set(err, ST_CONFLICT,
                         SAY("字段 %.*s 出现两次且值不同", "无法知道哪个值有效", "请只保留一个"),
                         SAY("field %.*s comes twice with different values",
                             "which one counts is unknown", "keep one of them"),
                         NAME_ARG(m.name));
        }
        before = at;
    }
    free(found);
    return st;
}

/* One member: `raw` is its text, `value` what the parser made of it. */
static enum status add_member(struct paste *p, const struct json *value, struct span raw,
                              size_t *seen, struct err *err)
{
    const char *name = json_name(value);
    struct pair pair = {{name, strlen(name)}, raw};
    const char *text = json_string(value);
    switch (json_type(value)) {
    case JSON_NULL:
        NOTE(p, "%.*s 为 null，视为没有给出", "%.*s is null and counts as absent",
             NAME_ARG(pair.name));
        return ST_OK;
    case JSON_STRING:
        pair.value = (struct span){text, strlen(text)};
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        NOTE(p, "%.*s 是嵌套的 JSON，按原文作为文本",
             "%.*s is nested JSON; its text was taken as it stands", NAME_ARG(pair.name));
        break;
    case JSON_BOOL:
    case JSON_NUMBER:
        break;
    }
    return add_field(p, pair, seen, err);
}

static enum status read_members(struct paste *p, const struct json *object, struct span doc,
                                struct err *err)
{
    struct pair member;
    size_t at = 0;
    size_t seen = 0;
    enum status st = ST_OK;
    for (struct json *j = json_first(object); j && st == ST_OK; j = json_next(j)) {
        if (!span_next_member(doc, &at, &member))
            return err_set(err, ST_SYNTAX,
                           SAY("JSON 无法读取", "成员的文本与解析结果对不上", "请检查 JSON 的写法"),
                           SAY("the JSON cannot be read", "its text and its members do not agree",
                               "check how it is written"));
        st = add_member(p, j, member.value, &seen, err);
    }
    return st;
}

static enum status read_json(struct paste *p, struct span all, struct err *err)
{
    struct span doc = span_trim(all);
    size_t offset = (size_t)(doc.s - all.s);
    p->kind = PASTE_JSON;
    if (doc.s[0] == '[')
        return err_set(
            err, ST_SYNTAX,
            SAY("这是 JSON 数组", "参数须为一个 JSON 对象", "请给出 {\"字段\": \"值\", …}"),
            SAY("this is a JSON array", "parameters are one JSON object",
                "give {\"name\": \"value\", …}"));
    size_t len = offset + doc.len;
    char *text = mem_grow(NULL, len, 1);
    memcpy(text, all.s, len);
    struct json *root = NULL;
    enum status st = drop_repeated(p, doc, text + offset, err);
    if (st == ST_OK)
        st = json_parse(text, len, &root, err);
    if (st == ST_OK)
        st = read_members(p, root, (struct span){text + offset, doc.len}, err);
    if (root)
        json_wipe(root);
    json_free(root);
    mem_wipe(text, len);
    free(text);
    return st;
}

/* ---- name=value lines ---- */

static enum status read_lines(struct paste *p, struct span doc, struct err *err)
{
    struct span line;
    struct pair pair;
    size_t number = 0;
    size_t seen = 0;
    enum status st = ST_OK;
    p->kind = PASTE_LINES;
    while (st == ST_OK && span_next_line(&doc, &line, &number)) {
        if (!span_split_pair(line, &pair))
            return err_set(err, ST_SYNTAX,
                           SAY("第 %zu 行不是 name=value", "缺少 =，或 = 之前不是字段名",
                               "请改正这一行；注释以 # 开头"),
                           SAY("line %zu is not name=value",
                               "it has no =, or what stands before it is no field name",
                               "correct the line; a comment begins with #"),
                           number);
        st = add_field(p, pair, &seen, err);
    }
    return st;
}

/* ---- Query and canonical strings ---- */

static void decode(struct buf *out, struct span t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.s[i] == '%') {
            buf_addc(out, (char)(span_hex(t.s[i + 1]) * 16 + span_hex(t.s[i + 2])));
            i += 2;
        } else {
            buf_addc(out, t.s[i] == '+' ? ' ' : t.s[i]);
        }
    }
}

/* Has an encoder been over this value: escapes are whole, and what it would escape is absent? */
static bool value_is_encoded(struct span t, bool *escaped)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.s[i];
        bool letter = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (c == '%') {
            if (t.len - i < 3 || span_hex(t.s[i + 1]) < 0 || span_hex(t.s[i + 2]) < 0)
                return false;
            *escaped = true;
            i += 2;
        } else if (!letter && (c == 0 || !strchr("-_.~!*'()+", c))) {
            return false;
        }
    }
    return true;
}

static bool query_is_encoded(struct span query)
{
    struct pair pair;
    bool merged;
    bool escaped = false;
    bool good = true;
    struct buf plain;
    buf_init_secret(&plain, PASTE_SIZE_MAX);
    while (good && span_next_pair(&query, &pair, &merged)) {
        good = value_is_encoded(pair.value, &escaped);
        buf_reset(&plain);
        if (good)
            decode(&plain, pair.value);
        good = good && text_valid(buf_str(&plain), plain.len, NULL) &&
               !memchr(buf_str(&plain), '\0', plain.len);
    }
    buf_clear(&plain);
    return good && escaped;
}

/* ---- What a log puts around a joined string ---- */

#define KEY_LENGTH 32

/* What people call the string in front of it; the first is the documentation's own word. */
static const char *const labels[] = {"stringSignTemp", "stringA",      "string1", "signStr",
                                     "sign_str",       "stringToSign", "signTemp"};

static bool is_label(struct span name)
{
    for (size_t i = 0; i < ARRAY_COUNT(labels); i++) {
        if (span_is(name, labels[i]))
            return true;
    }
    return false;
}

/* "stringSignTemp=appid=1&…" and "待签名字符串：appid=1&…" from `appid` on. */
static struct span without_label(struct paste *p, struct span query)
{
    static const char wide_colon[] = "：";
    struct pair pair, inner;
    struct span rest = query;
    bool merged;
    size_t cut = 0;
    if (!span_next_pair(&rest, &pair, &merged))
        return query;
    if (is_label(span_trim(pair.name)) && span_split_pair(pair.value, &inner))
        cut = (size_t)(pair.value.s - query.s);
    for (size_t i = 0; !cut && i + 1 < pair.name.len; i++) {
        const char *at = pair.name.s + pair.name.len - 1 - i;
        if (*at == ':' || (i >= 2 && memcmp(at, wide_colon, 3) == 0))
            cut = (size_t)(at - query.s) + (*at == ':' ? 1 : 3);
    }
    if (!cut || cut >= query.len)
        return query;
    NOTE(p, "去掉了待签串前面的文字", "what stands before the joined string was left out");
    return span_trim((struct span){query.s + cut, query.len - cut});
}

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The first run of exactly 32 or 64 hexadecimal digits; of length 0 if there is none. */
static struct span find_sign(struct span t)
{
    for (size_t i = 0; i < t.len;) {
        size_t n = 0;
        while (i + n < t.len && span_hex(t.s[i + n]) >= 0)
            n++;
        bool ends = i + n == t.len || !is_letter_or_digit(t.s[i + n]);
        if ((n == 32 || n == 64) && ends && (i == 0 || !is_letter_or_digit(t.s[i - 1])))
            return (struct span){t.s + i, n};
        i += n ? n : 1;
    }
    return (struct span){t.s, 0};
}

/* "&key=KEY sign=…", "&key=KEY, 签名：…": the key ends where its letters and digits do, and the
   signature that the log told behind it is `*sign`. A key of another form stays as it is. */
static void end_key(struct paste *p, struct span *key, struct span *sign)
{
    struct span bare = span_trim(*key);
    size_t n = 0;
    while (n < bare.len && is_letter_or_digit(bare.s[n]))
        n++;
    if (n == 0 || n == bare.len)
        return;
    *sign = find_sign((struct span){bare.s + n, bare.len - n});
    if (sign->len)
        NOTE(p, "key 后面的签名作为 sign", "the signature behind the key was taken as sign");
    else if (n == KEY_LENGTH && span_is_blank(bare.s[n]))
        NOTE(p, "去掉了 key 后面的文字", "what stands behind the key was left out");
    else
        return;
    *key = (struct span){bare.s, n};
}

/* ---- Pairs ---- */

static enum status read_pairs(struct paste *p, struct span query, unsigned flags, struct err *err)
{
    struct pair pair;
    struct buf plain;
    size_t seen = 0;
    enum status st = ST_OK;
    bool encoded = !(flags & PASTE_ENCODED) && query_is_encoded(query);
    p->decoded = encoded;
    if (encoded)
        NOTE(p, "值已做百分号解码", "the values were percent-decoded");
    buf_init_secret(&plain, PASTE_SIZE_MAX);
    for (bool merged = false; st == ST_OK && span_next_pair(&query, &pair, &merged);
         merged = false) {
        buf_reset(&plain);
        if (encoded) {
            decode(&plain, pair.value);
            pair.value = (struct span){buf_str(&plain), plain.len};
        }
        if (merged)
            NOTE(p, "%.*s 的值里含有 &", "the value of %.*s holds an &", NAME_ARG(pair.name));
        struct pair sign = {{"sign", 4}, {"", 0}};
        if (span_is(span_trim(pair.name), "key"))
            end_key(p, &pair.value, &sign.value);
        st = add_field(p, pair, &seen, err);
        if (st == ST_OK && sign.value.len)
            st = add_field(p, sign, &seen, err);
    }
    buf_clear(&plain);
    return st;
}

static enum status read_query(struct paste *p, struct span query, unsigned flags, struct err *err)
{
    p->kind = PASTE_QUERY;
    if (query.len > 0 && query.s[query.len - 1] == '&') {
        query.len--;
        NOTE(p, "去掉了末尾的 &", "an & at the end was removed");
    }
    query = without_label(p, query);
    struct pair pair;
    bool merged;
    struct span rest = query;
    if (!span_next_pair(&rest, &pair, &merged))
        return err_set(
            err, ST_SYNTAX,
            SAY("查询串没有以 name=value 开头", "第一个 & 之前不是字段", "请从第一个字段开始粘贴"),
            SAY("the query string does not begin with name=value",
                "what stands before the first & is no field", "paste it from its first field on"));
    return read_pairs(p, query, flags, err);
}

static enum status read_wrapped(struct paste *p, struct span doc, unsigned flags, struct err *err)
{
    struct buf line;
    if (flags & PASTE_BROKEN)
        return read_query(p, span_trim(doc), flags, err);
    buf_init_secret(&line, PASTE_SIZE_MAX);
    span_unwrap(&line, doc);
    p->joined = true;
    NOTE(p, "去掉了换行", "line breaks were removed");
    enum status st = read_query(
        p, shape_query((struct span){buf_str(&line), line.len}, SHAPE_QUERY), flags, err);
    buf_clear(&line);
    return st;
}

/* ---- Any of them ---- */

static enum status check_text(struct span doc, struct err *err)
{
    size_t at = 0;
    if (!text_valid(doc.s, doc.len, &at))
        return err_set(err, ST_SYNTAX,
                       SAY("内容不是 UTF-8", "第 %zu 个字节不合 UTF-8，可能是 GBK 或 UTF-16",
                           "请转换为 UTF-8"),
                       SAY("the content is not UTF-8",
                           "byte %zu is not, perhaps it is GBK or UTF-16", "convert it to UTF-8"),
                       at + 1);
    const char *nul = memchr(doc.s, '\0', doc.len);
    if (nul)
        return err_set(err, ST_SYNTAX,
                       SAY("内容不是文本", "第 %zu 个字节是 NUL", "请确认文件是否取错"),
                       SAY("the content is not text", "byte %zu is NUL",
                           "check whether this is the right file"),
                       (size_t)(nul - doc.s) + 1);
    return ST_OK;
}

static enum status read_text(struct paste *p, struct span doc, enum shape shape, unsigned flags,
                             struct err *err)
{
    enum status st = check_text(doc, err);
    if (st != ST_OK)
        return st;
    switch (shape) {
    case SHAPE_LINES:
        return read_lines(p, doc, err);
    case SHAPE_QUERY:
        return read_query(p, shape_query(doc, shape), flags, err);
    case SHAPE_WRAPPED:
        return read_wrapped(p, doc, flags, err);
    case SHAPE_URL:
        NOTE(p, "取了 URL 中 ? 之后的查询串", "the query of the URL was taken");
        return read_query(p, shape_query(doc, shape), flags, err);
    default:
        return err_set(
            err, ST_SYNTAX,
            SAY("看不懂这份内容", "它不是 XML、JSON、name=value 行或查询串", "请给出其中一种"),
            SAY("this is no document of parameters",
                "it is neither XML, nor JSON, nor name=value lines, nor a query string",
                "give one of these"));
    }
}

enum status paste_read(const char *data, size_t len, struct paste *out, struct err *err)
{
    return paste_read_with(data, len, 0, out, err);
}

enum status paste_read_with(const char *data, size_t len, unsigned flags, struct paste *out,
                            struct err *err)
{
    paste_clear(out);
    out->take_last = (flags & PASTE_TWICE) != 0;
    if (len > PASTE_SIZE_MAX)
        return err_set(
            err, ST_LIMIT, SAY("内容太大", "最多 %u MiB", "请确认内容是否取错"),
            SAY("the content is too large", "%u MiB are the limit", "check where this comes from"),
            PASTE_SIZE_MAX >> 20);
    struct span doc = span_skip_mark(data, len);
    if (span_trim(doc).len == 0)
        return err_set(
            err, ST_ARGUMENT,
            SAY("没有内容", "内容为空，或只有空白", "请给出 XML、JSON、name=value 行或查询串"),
            SAY("there is nothing to read", "it is empty or only blanks",
                "give XML, JSON, name=value lines or a query string"));
    enum shape shape = shape_detect(doc);
    enum status st;
    if (shape == SHAPE_XML)
        st = read_xml(out, doc, err);
    else if (shape == SHAPE_JSON)
        st = read_json(out, doc, err);
    else
        st = read_text(out, doc, shape, flags, err);
    if (st != ST_OK)
        paste_clear(out);
    return st;
}

void paste_clear(struct paste *p)
{
    params_clear(&p->params);
    params_clear(&p->twice);
    secret_clear(&p->key);
    *p = (struct paste){0};
}

bool paste_is_document(const char *text, size_t len)
{
    return len <= PASTE_SIZE_MAX && shape_is_document(span_skip_mark(text, len));
}
