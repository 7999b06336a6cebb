/* SPDX-License-Identifier: MIT */
/*
 * The rows stand in the order in which damage is undone: the outermost first. A row that sees
 * nothing of its own leaves the text alone; most look at all only when the text does not read
 * as it is.
 */
#include "core/repair.h"

#include <stdlib.h>
#include <string.h>

#include "core/charset.h"
#include "core/text.h"

struct span_of {
    const char *s;
    size_t len;
};

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

static bool is_xml(const struct buf *in)
{
    const char *s = buf_str(in);
    return s[strspn(s, " \t\r\n")] == '<';
}

/* ---- Bytes ---- */

static bool mend_bom(const struct buf *in, struct buf *out)
{
    if (in->len < 3 || memcmp(buf_str(in), "\xef\xbb\xbf", 3) != 0)
        return false;
    buf_add(out, buf_str(in) + 3, in->len - 3);
    return true;
}

static bool mend_gbk(const struct buf *in, struct buf *out)
{
    if (text_valid(buf_str(in), in->len, NULL))
        return false;
    return charset_from_gb18030((struct span){buf_str(in), in->len}, out);
}

static bool mend_mojibake(const struct buf *in, struct buf *out)
{
    return rendering_write(RENDER_UNDO_LATIN1, (struct span){buf_str(in), in->len}, out);
}

/* ---- curl ---- */

/* Takes one word of a shell at `*at`: quotes of either kind, backslashes. */
static bool take_word(const char **at, struct buf *word)
{
    const char *s = *at + strspn(*at, " \t\r\n");
    char quote = 0;
    buf_reset(word);
    if (!*s)
        return false;
    for (; *s && (quote || !strchr(" \t\r\n", *s)); s++) {
        if (quote ? *s == quote : *s == '\'' || *s == '"')
            quote = quote ? 0 : *s;
        else if (*s == '\\' && quote != '\'' && s[1])
            buf_addc(word, *++s);
        else
            buf_addc(word, *s);
    }
    *at = s;
    return true;
}

static bool mend_curl(const struct buf *in, struct buf *out)
{
    static const char *const options[] = {"-d", "--data", "--data-raw", "--data-binary",
                                          "--data-ascii"};
    const char *at = buf_str(in);
    struct buf word;
    bool next = false, found = false;

    at += strspn(at, " \t\r\n$");
    if (strncmp(at, "curl ", 5) != 0)
        return false;
    buf_init_secret(&word, in->len + 1);
    while (!found && take_word(&at, &word)) {
        if (next) {
            buf_add(out, buf_str(&word), word.len);
            found = true;
        }
        for (size_t i = 0; i < ARRAY_COUNT(options); i++)
            next |= strcmp(buf_str(&word), options[i]) == 0;
    }
    buf_clear(&word);
    return found;
}

/* ---- Line numbers ---- */

/* "12: text", "12| text", "12 text": digits that grow by one, and a mark; 0 if it is none. */
static size_t number_of(const char *line, size_t len, size_t *mark)
{
    size_t at = 0, n = 0;
    while (at < len && line[at] == ' ')
        at++;
    while (at < len && line[at] >= '0' && line[at] <= '9' && n < 1000000)
        n = n * 10 + (size_t)(line[at++] - '0');
    if (n == 0 || at == len || !strchr(":|.\t ", line[at]))
        return 0;
    *mark = at + 1 + (at + 1 < len && line[at + 1] == ' ');
    return n;
}

static bool mend_line_numbers(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in);
    size_t before = 0, lines = 0;
    while (*s) {
        size_t len = strcspn(s, "\n"), mark = 0, n = number_of(s, len, &mark);
        if (len > 0) {
            if (n == 0 || (before && n != before + 1))
                return false;
            buf_add(out, s + mark, len - mark);
            before = n;
            lines++;
        }
        s += len;
        if (*s == '\n') {
            buf_addc(out, '\n');
            s++;
        }
    }
    return lines > 1;
}

/* ---- Escapes ---- */

static int hex_at(const char *s, size_t digits, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < digits; i++) {
        char c = s[i];
        int v = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (v < 0)
            return 0;
        *out = *out * 16 + (uint32_t)v;
    }
    return 1;
}

/* The escape at `s` (a backslash): appends what it stands for, returns its length; 0: none. */
static size_t unescape(const char *s, struct buf *out)
{
    static const char letters[] = "n\nr\rt\t\"\"\\\\''";
    char utf8[4];
    uint32_t a, b;

    if (s[1] == 'x' && hex_at(s + 2, 2, &a) && a) {
        buf_addc(out, (char)a);
        return 4;
    }
    if (s[1] == 'u' && hex_at(s + 2, 4, &a) && a) {
        size_t used = 6;
        if (a >= 0xd800 && a < 0xdc00 && s[6] == '\\' && s[7] == 'u' && hex_at(s + 8, 4, &b)) {
            a = 0x10000 + ((a - 0xd800) << 10) + (b - 0xdc00);
            used = 12;
        }
        buf_add(out, utf8, text_put(a, utf8));
        return used;
    }
    if (s[1] == '/') {
        buf_addc(out, '/');
        return 2;
    }
    for (size_t i = 0; i + 1 < sizeof(letters); i += 2) {
        if (s[1] == letters[i]) {
            buf_addc(out, letters[i + 1]);
            return 2;
        }
    }
    return 0;
}

static bool mend_log_escapes(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in), *end = s + in->len;
    bool any = false;
    while (s < end) {
        size_t used = *s == '\\' ? unescape(s, out) : 0;
        if (used == 0)
            buf_addc(out, *s);
        any |= used > 0;
        s += used ? used : 1;
    }
    return any;
}

/* ---- HTML ---- */

static const struct {
    const char *name, *text;
} entities[] = {{"&lt;", "<"},   {"&gt;", ">"},  {"&quot;", "\""}, {"&#34;", "\""},
                {"&apos;", "'"}, {"&#39;", "'"}, {"&nbsp;", " "},  {"&amp;", "&"}};

/* In XML the entities belong there; a whole document that is escaped begins with one. */
static bool mend_html(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in), *end = s + in->len;
    bool any = false;
    if (is_xml(in))
        return false;
    while (s < end) {
        size_t i = 0, len = 0;
        while (i < ARRAY_COUNT(entities) && *s == '&') {
            len = strlen(entities[i].name);
            if (strncmp(s, entities[i].name, len) == 0)
                break;
            i++;
        }
        if (*s == '&' && i < ARRAY_COUNT(entities)) {
            buf_adds(out, entities[i].text);
            s += len;
            any = true;
        } else {
            buf_addc(out, *s++);
        }
    }
    return any;
}

/* What a browser makes of "&not" and the like without a semicolon. */
static const struct {
    const char *eaten, *was;
} eaten[] = {{"\xc2\xac", "&not"},    {"\xc3\x97", "&times"},   {"\xc2\xae", "&reg"},
             {"\xc2\xa4", "&curren"}, {"\xc2\xb6", "&para"},    {"\xc2\xa9", "&copy"},
             {"\xc2\xa7", "&sect"},   {"\xe2\x8a\x82", "&sub"}, {"\xe2\x88\x82", "&part"},
             {"\xc2\xb1", "&plusmn"}, {"\xc3\xb0", "&eth"}};

static bool mend_html_eaten(const struct buf *in, struct buf *out)
{
    const char *s = buf_str(in), *end = s + in->len;
    bool any = false;
    while (s < end) {
        size_t i = 0, len = 0;
        for (; i < ARRAY_COUNT(eaten); i++) {
            len = strlen(eaten[i].eaten);
            if (strncmp(s, eaten[i].eaten, len) == 0 && is_name(s[len]))
                break;
        }
        if (i < ARRAY_COUNT(eaten)) {
            buf_adds(out, eaten[i].was);
            s += len;
            any = true;
        } else {
            buf_addc(out, *s++);
        }
    }
    return any;
}

/* ---- Punctuation ---- */

static bool replace(const struct buf *in, const char *const (*pairs)[2], size_t count,
                    struct buf *out)
{
    const char *s = buf_str(in), *end = s + in->len;
    bool any = false;
    while (s < end) {
        size_t i = 0;
        while (i < count && strncmp(s, pairs[i][0], strlen(pairs[i][0])) != 0)
            i++;
        if (i < count) {
            buf_adds(out, pairs[i][1]);
            s += strlen(pairs[i][0]);
            any = true;
        } else {
            buf_addc(out, *s++);
        }
    }
    return any;
}

static bool mend_full_width(const struct buf *in, struct buf *out)
{
    static const char *const pairs[][2] = {{"＝", "="}, {"＆", "&"}, {"＜", "<"}, {"＞", ">"},
                                           {"｛", "{"}, {"｝", "}"}, {"＂", "\""}};
    return replace(in, pairs, ARRAY_COUNT(pairs), out);
}

static bool mend_quotes(const struct buf *in, struct buf *out)
{
    static const char *const pairs[][2] = {{"“", "\""}, {"”", "\""}, {"‘", "'"}, {"’", "'"}};
    return replace(in, pairs, ARRAY_COUNT(pairs), out);
}

/* ---- Documents inside other text ---- */

/* The end of the JSON object at `s`, strings respected; NULL if it does not close. */
static const char *json_end(const char *s, const char *end)
{
    int depth = 0;
    bool in_string = false;
    for (; s < end; s++) {
        if (in_string && *s == '\\')
            s++;
        else if (*s == '"')
            in_string = !in_string;
        else if (!in_string && *s == '{')
            depth++;
        else if (!in_string && *s == '}' && --depth == 0)
            return s + 1;
    }
    return NULL;
}

static const char *xml_end(const char *s, const char *end)
{
    static const char close[] = "</xml>";
    const char *at = memmem(s, (size_t)(end - s), close, sizeof(close) - 1);
    return at ? at + sizeof(close) - 1 : NULL;
}

/* A line that is a query string, or ends in one: from the first name behind a blank. */
static bool query_in(const char *line, const char *end, struct span_of *out)
{
    const char *amp = memchr(line, '&', (size_t)(end - line));
    const char *equals = memchr(line, '=', (size_t)(end - line));
    if (!amp || !equals || equals > amp)
        return false;
    while (equals > line && is_name(equals[-1]))
        equals--;
    const char *stop = end;
    for (const char *s = equals; s < end; s++) {
        if (*s == '"' || *s == '\'' || *s == ']' || *s == '\r') {
            stop = s;
            break;
        }
    }
    *out = (struct span_of){equals, (size_t)(stop - equals)};
    return true;
}

/* The next document from `*at` on. */
static bool next_document(const char **at, const char *end, struct span_of *out)
{
    for (const char *s = *at; s < end; s++) {
        const char *stop = NULL;
        bool starts_line = s == *at || s[-1] == '\n';
        if (*s == '<' && (strncmp(s, "<xml>", 5) == 0 || strncmp(s, "<xml ", 5) == 0))
            stop = xml_end(s, end);
        else if (*s == '{' && memchr(s, '"', (size_t)(end - s)))
            stop = json_end(s, end);
        if (stop) {
            *out = (struct span_of){s, (size_t)(stop - s)};
            *at = stop;
            return true;
        }
        if (starts_line) {
            const char *newline = memchr(s, '\n', (size_t)(end - s));
            const char *line_end = newline ? newline : end;
            bool other =
                memchr(s, '<', (size_t)(line_end - s)) || memchr(s, '{', (size_t)(line_end - s));
            if (!other && query_in(s, line_end, out)) {
                *at = line_end;
                return true;
            }
        }
    }
    return false;
}

/* Finds all documents of the text; the wanted one goes to `out`. */
static bool pick_document(const struct buf *in, struct repair_log *log, struct buf *out)
{
    const char *at = buf_str(in), *end = at + in->len;
    size_t wanted = log->wanted ? log->wanted : 1;
    struct span_of doc;
    size_t found = 0;
    while (next_document(&at, end, &doc)) {
        if (++found == wanted)
            buf_add(out, doc.s, doc.len);
    }
    if (found > 0)
        log->documents = found;
    return found > 0;
}

/* ---- The rows ---- */

static const struct {
    const char *name;
    bool (*mend)(const struct buf *in, struct buf *out);
    bool always; /* looked for in a text that reads as it is, too */
    struct bi text;
} rows[REPAIR_COUNT] = {
    [REPAIR_BOM] = {"bom", mend_bom, true, {"去掉了开头的 BOM", "a byte order mark was removed"}},
    [REPAIR_GBK] = {"gbk",
                    mend_gbk,
                    true,
                    {"字节是 GBK，已转换为 UTF-8", "the bytes are GBK and were read as such"}},
    [REPAIR_CURL] = {"curl",
                     mend_curl,
                     true,
                     {"取出了 curl 命令的请求体", "the body of the curl command was taken out"}},
    [REPAIR_LINE_NUMBERS] = {"line-numbers",
                             mend_line_numbers,
                             false,
                             {"去掉了行号", "line numbers were removed"}},
    [REPAIR_LOG_ESCAPES] = {"log-escapes",
                            mend_log_escapes,
                            false,
                            {"还原了日志的转义（\\x22、\\u4e2d、\\\"）",
                             "escapes of a log were undone (\\x22, \\u4e2d, \\\")"}},
    [REPAIR_HTML] = {"html",
                     mend_html,
                     true,
                     {"还原了 HTML 实体（&amp; &lt; &quot;）",
                      "HTML entities were undone (&amp; &lt; &quot;)"}},
    [REPAIR_HTML_EATEN] = {"html-eaten",
                           mend_html_eaten,
                           true,
                           {"还原了被网页吃掉的参数名（¬ify_url 是 &notify_url）",
                            "names eaten by a web page were put back (¬ify_url is &notify_url)"}},
    [REPAIR_FULL_WIDTH] = {"full-width",
                           mend_full_width,
                           false,
                           {"全角标点改回了半角", "full-width punctuation was made plain"}},
    [REPAIR_QUOTES] = {"quotes",
                       mend_quotes,
                       false,
                       {"弯引号改回了直引号", "curled quotes were made straight"}},
    [REPAIR_MOJIBAKE] = {"mojibake",
                         mend_mojibake,
                         true,
                         {"文字曾被当作 Latin-1 读取，已还原",
                          "the text had been read as Latin-1, which was undone"}},
    [REPAIR_DOCUMENT] = {"document",
                         NULL,
                         false,
                         {"从其他文字中取出了报文", "the message was taken out of other text"}},
};

const char *repair_name(const void *unused, size_t index)
{
    (void)unused;
    return index < REPAIR_COUNT ? rows[index].name : NULL;
}

bool repair_find(const char *name, enum repair_id *id)
{
    for (size_t i = 0; i < REPAIR_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *id = (enum repair_id)i;
            return true;
        }
    }
    return false;
}

struct bi repair_text(enum repair_id id)
{
    return rows[id].text;
}

static bool reads(const struct buf *text)
{
    struct paste paste = {0};
    bool good = !paste_read(buf_str(text), text->len, &paste, NULL) && paste.params.count > 1;
    paste_clear(&paste);
    return good;
}

static void start(struct buf *b, size_t len)
{
    buf_init_secret(b, 4 * len + 64);
}

/* Mends `text` in place, row by row. */
static void mend(struct buf *text, struct repair_log *log)
{
    for (size_t i = 0; i < REPAIR_COUNT; i++) {
        struct buf out;
        if (!rows[i].mend || log->off[i] || (!rows[i].always && reads(text)))
            continue;
        start(&out, text->len);
        if (rows[i].mend(text, &out) && !buf_status(&out)) {
            buf_clear(text);
            *text = out;
            log->done[i] = true;
        } else {
            buf_clear(&out);
        }
    }
}

static enum status no_document(const struct repair_log *log, struct err *err)
{
    return err_set(err, ST_NOT_FOUND, SAY("没有第 %zu 个报文", "其中共有 %zu 个", "改小编号"),
                   SAY("there is no message number %zu", "the text holds %zu", "give a lower one"),
                   log->wanted, log->documents);
}

enum status repair_read(const char *data, size_t len, struct repair_log *log, struct paste *out,
                        struct err *err)
{
    struct buf text, one;
    enum status st;

    if (len > PASTE_SIZE_MAX) /* says so */
        return paste_read(data, len, out, err);
    start(&text, len);
    buf_add(&text, data, len);
    mend(&text, log);
    log->documents = 1;
    start(&one, text.len);
    bool whole = reads(&text) && log->wanted <= 1;
    if (!whole && !log->off[REPAIR_DOCUMENT] && pick_document(&text, log, &one)) {
        log->done[REPAIR_DOCUMENT] = true;
        st = one.len ? paste_read(buf_str(&one), one.len, out, err) : no_document(log, err);
    } else if (log->wanted > log->documents) {
        st = no_document(log, err);
    } else {
        st = paste_read(buf_str(&text), text.len, out, err);
    }
    buf_clear(&one);
    buf_clear(&text);
    return st;
}
