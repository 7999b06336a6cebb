/* SPDX-License-Identifier: MIT */
/*
 * The rows stand in the order in which damage is undone: the outermost first. A row that sees
 * nothing of its own leaves the text alone; most look at all only when the text does not read
 * as it is.
 *
 * Messages inside other text are taken out before escapes and the like are undone: what a log did
 * to one line it did not do to all.
 */
#include "core/repair.h"

#include <string.h>

#include "core/import.h"
#include "core/mend.h"

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
    [REPAIR_COLLECTION] = {"collection",
                           NULL,
                           true,
                           {"从 HAR 或 Postman 文件中取出了请求",
                            "a request was taken out of a HAR or Postman file"}},
    [REPAIR_CURL] = {"curl",
                     NULL,
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
    [REPAIR_URL_ENCODED] = {"url-encoded",
                            mend_url_encoded,
                            false,
                            {"百分号编码已解码", "percent-encoding was undone"}},
    [REPAIR_LINE_BREAKS] = {"line-breaks",
                            mend_line_breaks,
                            false,
                            {"去掉了折行", "line breaks in the middle were removed"}},
    [REPAIR_MOJIBAKE] = {"mojibake",
                         mend_mojibake,
                         true,
                         {"文字曾按别的字符集读取成乱码，已还原",
                          "the text had been read in another charset, which was undone"}},
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

/* ---- Mending ---- */

struct reading {
    struct repair_log *log;
    struct found *found;
    struct buf text;
    struct paste *out;
};

static unsigned paste_flags(const struct repair_log *log)
{
    return (log->off[REPAIR_URL_ENCODED] ? PASTE_ENCODED : 0u) |
           (log->off[REPAIR_LINE_BREAKS] ? PASTE_BROKEN : 0u) | (log->twice ? PASTE_TWICE : 0u);
}

static bool reads(const struct reading *r)
{
    struct paste paste = {0};
    bool good = !paste_read_with(buf_str(&r->text), r->text.len, paste_flags(r->log), &paste, NULL);
    good = good && paste.params.count > 1;
    paste_clear(&paste);
    return good;
}

/* Does the text hold nothing that looks like a message but would read, as a line of a log does
   that is one JSON object? */
static bool is_wrapping(const struct reading *r)
{
    const char *s = buf_str(&r->text);
    return s[strspn(s, " \t\r\n")] == '{' && !paste_is_document(s, r->text.len);
}

static void start(struct buf *b, size_t len)
{
    buf_init_secret(b, 4 * len + 64);
}

/* Mends the text in place, row by row. A row that is not `always` must make it readable or be
   followed by one that does; line breaks are removed only if that alone helps. */
static void mend(struct reading *r, enum repair_id from, enum repair_id to)
{
    struct repair_log *log = r->log;
    for (enum repair_id i = from; i <= to; i++) {
        struct buf out, before = r->text;
        if (!rows[i].mend || log->off[i] || (!rows[i].always && reads(r)))
            continue;
        start(&out, before.len);
        bool good = rows[i].mend(&before, &out) && !buf_status(&out);
        r->text = good ? out : before;
        if (good && i == REPAIR_LINE_BREAKS && !reads(r)) {
            good = false;
            r->text = before;
        }
        log->done[i] |= good;
        buf_clear(good ? &before : &out);
    }
}

/* ---- Finding ---- */

static struct span text_span(const struct reading *r)
{
    return (struct span){buf_str(&r->text), r->text.len};
}

/* Are there documents, other than the text being one? */
static bool look(struct reading *r, unsigned flags)
{
    flags |= IMPORT_WHOLE | (r->log->off[REPAIR_LOG_ESCAPES] ? IMPORT_ESCAPED : 0u);
    if (r->log->off[REPAIR_DOCUMENT] || import_find(text_span(r), flags, r->found, NULL))
        return false;
    struct span whole = span_trim(text_span(r));
    const struct found_doc *first = r->found->docs;
    bool same = r->found->count == 1 && !first->unescaped && first->len == whole.len;
    if (r->found->count == 0 || same)
        found_clear(r->found);
    return r->found->count > 0;
}

static enum status read_text(struct reading *r, struct err *err)
{
    enum status st =
        paste_read_with(buf_str(&r->text), r->text.len, paste_flags(r->log), r->out, err);
    r->log->done[REPAIR_URL_ENCODED] |= !st && r->out->decoded;
    r->log->done[REPAIR_LINE_BREAKS] |= !st && r->out->joined;
    return st;
}

/* Takes the wanted document, mends it for itself and reads it. */
static enum status read_found(struct reading *r, struct err *err)
{
    struct repair_log *log = r->log;
    size_t index = log->wanted ? log->wanted - 1 : import_first(r->found);
    log->documents = r->found->count;
    if (index >= r->found->count)
        return import_beyond(log->wanted, r->found->count, err);
    const struct found_doc *doc = &r->found->docs[index];
    log->number = index + 1;
    log->done[REPAIR_LOG_ESCAPES] |= doc->unescaped;
    buf_clear(&r->text);
    start(&r->text, doc->len);
    buf_add(&r->text, doc->text, doc->len);
    mend(r, REPAIR_LOG_ESCAPES, REPAIR_MOJIBAKE);
    return read_text(r, err);
}

static enum status read_container(struct reading *r, bool curl, struct err *err)
{
    enum status st = import_find(text_span(r), 0, r->found, err);
    if (st)
        return st;
    if (r->found->count == 0)
        return import_nothing(r->found, err);
    r->log->done[curl ? REPAIR_CURL : REPAIR_COLLECTION] = true;
    return read_found(r, err);
}

static enum status read_any(struct reading *r, struct err *err)
{
    struct repair_log *log = r->log;
    mend(r, 0, REPAIR_GBK);
    bool curl;
    if (import_is_container(text_span(r), &curl) &&
        !log->off[curl ? REPAIR_CURL : REPAIR_COLLECTION])
        return read_container(r, curl, err);
    mend(r, REPAIR_LINE_NUMBERS, REPAIR_LINE_NUMBERS);
    bool found = (!reads(r) || is_wrapping(r)) && look(r, IMPORT_MESSAGES);
    if (!found) {
        mend(r, REPAIR_LOG_ESCAPES, REPAIR_MOJIBAKE);
        found = !reads(r) && look(r, 0);
    }
    if (found) {
        log->done[REPAIR_DOCUMENT] = true;
        return read_found(r, err);
    }
    return log->wanted > 1 ? import_beyond(log->wanted, 1, err) : read_text(r, err);
}

enum status repair_read(const char *data, size_t len, struct repair_log *log, struct found *found,
                        struct paste *out, struct err *err)
{
    struct found own = {0};
    struct reading r = {.log = log, .found = found ? found : &own, .out = out};
    memset(log->done, 0, sizeof(log->done));
    log->documents = log->number = 1;
    if (len > PASTE_SIZE_MAX) /* says so */
        return paste_read(data, len, out, err);
    start(&r.text, len);
    buf_add(&r.text, data, len);
    enum status st = read_any(&r, err);
    found_clear(&own);
    buf_clear(&r.text);
    return st;
}
