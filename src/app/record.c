/* SPDX-License-Identifier: MIT */
/*
 * Bytes of the journal are what somebody sent: they are parsed as anything from outside is,
 * and what cannot be parsed still stands there as bytes.
 */
#include "app/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/head.h"
#include "core/notice_word.h"
#include "core/paste.h"
#include "core/text.h"
#include "core/xml.h"
#include "io/http_times.h"

#define RECORD_BODY_MAX (64u << 20) /* bytes; what was kept was capped before */

static const struct {
    const char *name;
    struct bi text;
} kinds[JOURNAL_KIND_COUNT] = {
    [JOURNAL_CALL] = {"call", {"调用", "call"}},
    [JOURNAL_NOTICE] = {"notice", {"通知", "notice"}},
    [JOURNAL_DELIVERY] = {"delivery", {"投递", "delivery"}},
};

const char *record_kind_name(enum journal_kind kind)
{
    return kinds[kind].name;
}

struct bi record_kind_text(enum journal_kind kind)
{
    return kinds[kind].text;
}

/* Outcomes of calls and deliveries; those of notices are words of core/notice_word. */
static const struct {
    const char *id;
    struct bi text;
} outcomes[] = {
    {"success", {"成功", "success"}},
    {"business-fail", {"业务失败", "business failure"}},
    {"communication-fail", {"通信失败", "comm. failure"}},
    {"untrusted", {"不可信", "untrusted"}},
    {"unanswered", {"无应答", "no answer"}},
    {"acknowledged", {"已确认", "acknowledged"}},
    {"refused", {"被拒绝", "refused"}},
    {"invalid", {"应答无效", "invalid answer"}},
    {"network", {"网络错误", "network error"}},
    {"timeout", {"超时", "timed out"}},
    {"cancelled", {"已取消", "cancelled"}},
    {"limit", {"超出限度", "over a limit"}},
    {"io", {"读写错误", "I/O error"}},
    {"syntax", {"格式有误", "bad syntax"}},
    {"argument", {"参数有误", "bad argument"}},
    {"unsupported", {"不支持", "unsupported"}},
};

struct bi record_outcome_text(const struct journal_row *row)
{
    if (row->kind == JOURNAL_NOTICE)
        return notice_word_find(row->outcome)->word;
    for (size_t i = 0; i < ARRAY_COUNT(outcomes); i++) {
        if (strcmp(outcomes[i].id, row->outcome) == 0)
            return outcomes[i].text;
    }
    return (struct bi){row->outcome, row->outcome};
}

/* No answer came to be understood: the text ends with why, in both languages. */
static bool is_unheard(const struct journal_row *row)
{
    if (row->kind != JOURNAL_CALL || strcmp(row->outcome, "unanswered") == 0)
        return false;
    for (enum outcome o = OUTCOME_SUCCESS; o <= OUTCOME_UNTRUSTED; o++) {
        if (strcmp(outcome_name(o), row->outcome) == 0)
            return false;
    }
    return true;
}

static bool is_ascii(const char *s, const char *end)
{
    while (s < end && (unsigned char)*s < 0x80)
        s++;
    return s == end;
}

/* Behind the last two blanks before `end`; `text` itself if there are none. */
static const char *last_part(const char *text, const char *end)
{
    while (end > text && !(end >= text + 2 && end[-1] == ' ' && end[-2] == ' '))
        end--;
    return end;
}

void record_text(const struct journal_row *row, enum lang lang, struct buf *out)
{
    const char *text = row->text, *end = text + strlen(text);
    const char *en = last_part(text, end);
    const char *zh = en > text ? last_part(text, en - 2) : en;
    if (zh == en || !is_unheard(row) || is_ascii(zh, en)) {
        buf_adds(out, text);
        return;
    }
    buf_add(out, text, (size_t)(zh - text));
    if (lang == LANG_ZH)
        buf_add(out, zh, (size_t)(en - 2 - zh));
    else
        buf_adds(out, en);
}

/* ---- Words that rows show ---- */

/* A short word is all of the label, a longer one may be a part. */
static bool label_has(const char *label, const char *word)
{
    return strlen(word) < RECORD_WORD_MIN ? text_same_nocase(label, word)
                                          : text_has_nocase(label, word);
}

static bool either_has(struct bi label, const char *word)
{
    return label_has(label.zh, word) || label_has(label.en, word);
}

bool record_is_word(const char *word, const struct events *events)
{
    const struct notice_word *w;
    bool has = false;
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        has = has || label_has(kinds[i].name, word) || either_has(kinds[i].text, word);
    for (size_t i = 0; i < ARRAY_COUNT(outcomes); i++)
        has = has || either_has(outcomes[i].text, word);
    for (size_t i = 0; (w = notice_word_at(i)) != NULL; i++)
        has = has || either_has(w->word, word);
    for (size_t i = 0; events && i < EVENT_COUNT; i++)
        has = has || either_has(events->items[i].title, word);
    return has;
}

bool record_shows(const struct journal_row *row, const char *word, const struct events *events)
{
    enum event_kind event;
    if (label_has(record_kind_name(row->kind), word) ||
        either_has(record_kind_text(row->kind), word) || either_has(record_outcome_text(row), word))
        return true;
    return row->kind != JOURNAL_CALL && events && event_read(row->name, &event) &&
           event < EVENT_COUNT && either_has(events->items[event].title, word);
}

bool record_holds(const struct journal_row *row, const char *word)
{
    const char *const texts[] = {row->text, row->order_no, row->transaction_id,
                                 row->name, row->mch_id,   row->outcome};
    bool has = false;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        has = has || text_has_nocase(texts[i], word);
    return has;
}

void record_time(int64_t at_ms, char out[RECORD_TIME_SIZE])
{
    char t[TEXT_TIME_SIZE];
    text_time_write((time_t)(at_ms / 1000), t);
    if (t[0])
        snprintf(out, RECORD_TIME_SIZE, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", t, t + 4, t + 6, t + 8,
                 t + 10, t + 12);
    else
        out[0] = '\0';
}

/* ---- Copying ---- */

#define ROW_TEXTS(row)                                                                             \
    {                                                                                              \
        &(row)->name, &(row)->profile, &(row)->mch_id, &(row)->order_no, &(row)->transaction_id,   \
            &(row)->outcome, &(row)->text                                                          \
    }

void record_row_copy(struct journal_row *to, const struct journal_row *from)
{
    *to = *from;
    const char **texts[] = ROW_TEXTS(to);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        *texts[i] = mem_strdup(*texts[i]);
}

void record_row_clear(struct journal_row *row)
{
    const char **texts[] = ROW_TEXTS(row);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        free((char *)*texts[i]);
    *row = (struct journal_row){0};
}

static void copy_bytes(struct buf *to, const struct journal_bytes *from)
{
    buf_init(to, RECORD_BODY_MAX);
    if (from->data)
        buf_add(to, from->data, from->len);
}

static void keep(void *ctx, const struct journal_row *row, const struct journal_body *body)
{
    struct record *r = ctx;
    record_row_copy(&r->row, row);
    copy_bytes(&r->request_head, &body->request_head);
    copy_bytes(&r->request, &body->request);
    copy_bytes(&r->response_head, &body->response_head);
    copy_bytes(&r->response, &body->response);
    copy_bytes(&r->detail, &body->detail);
}

void record_clear(struct record *r)
{
    struct buf *bytes[] = {&r->request_head, &r->request, &r->response_head, &r->response,
                           &r->detail};
    record_row_clear(&r->row);
    for (size_t i = 0; i < ARRAY_COUNT(bytes); i++)
        buf_clear(bytes[i]);
    params_clear(&r->sent);
    params_clear(&r->received);
    reply_clear(&r->reply);
    *r = (struct record){0};
}

/* ---- Understanding ---- */

/* The second word of "POST https://host/path HTTP/1.1". */
/* Flat XML, or whatever else a person may have sent by --raw, or the query of a link. */
static void read_params(const char *data, size_t len, struct params *out)
{
    struct paste paste = {0};
    if (len == 0 || !xml_read(data, len, out, NULL, NULL))
        return;
    if (!paste_read(data, len, &paste, NULL))
        params_copy(out, &paste.params);
    paste_clear(&paste);
}

/* A notification's line has a path alone; where it went stands in the header Host. */
static void read_url(struct record *r)
{
    const char *head = buf_str(&r->request_head), *at = strchr(head, ' ');
    size_t len = at ? strcspn(at + 1, " \r\n") : 0;
    char host[256] = "";
    if (len == 0 || len >= sizeof(r->url) - sizeof(host) - sizeof("http://"))
        return;
    if (at[1] == '/')
        head_value(&r->request_head, "Host", host, sizeof(host));
    snprintf(r->url, sizeof(r->url), "%s%s%.*s", host[0] ? "http://" : "", host, (int)len, at + 1);
}

static void judge(struct record *r, const struct profile *profile)
{
    char type[128];
    if (!profile || r->row.kind != JOURNAL_CALL || r->row.status == 0)
        return;
    head_value(&r->response_head, "content-type", type, sizeof(type));
    reply_read(r->spec, profile, &r->sent, r->row.status, type[0] ? type : NULL,
               buf_str(&r->response), r->response.len, &r->reply);
    r->judged = true;
}

enum status record_read(const struct record_source *s, int64_t id, struct record *out,
                        struct err *err)
{
    record_clear(out);
    enum status st = journal_get(s->journal, id, keep, out, err);
    if (st)
        return st;
    if (out->row.kind == JOURNAL_CALL)
        out->spec = catalog_find(s->catalog, out->row.name);
    read_url(out);
    if (out->request.len)
        read_params(buf_str(&out->request), out->request.len, &out->sent);
    else
        read_params(out->url, strlen(out->url), &out->sent);
    read_params(buf_str(&out->response), out->response.len, &out->received);
    judge(out, s->profile);
    return ST_OK;
}

bool record_times(const struct record *r, struct http_times *out)
{
    struct json *j = NULL;
    if (r->row.kind != JOURNAL_NOTICE && r->detail.len)
        json_parse(buf_str(&r->detail), r->detail.len, &j, NULL);
    http_times_read(j, out);
    json_free(j);
    return out->total >= 0;
}

/* ---- JSON ---- */

static void add_text(struct json *j, const char *name, const char *text)
{
    json_add_string(j, name, text && text[0] ? text : NULL);
}

struct json *record_row_json(const struct journal_row *row)
{
    struct json *j = json_new_object();
    char at[RECORD_TIME_SIZE];
    char stamp[48];

    record_time(row->at_ms, at);
    snprintf(stamp, sizeof(stamp), "%.10sT%.8s.%03d+08:00", at, at[0] ? at + 11 : "",
             (int)(row->at_ms % 1000));
    json_add_int(j, "id", row->id);
    json_add_string(j, "at", stamp);
    json_add_string(j, "kind", record_kind_name(row->kind));
    json_add_string(j, row->kind == JOURNAL_CALL ? "api" : "event", row->name);
    add_text(j, "profile", row->profile);
    add_text(j, "mch_id", row->mch_id);
    add_text(j, "order", row->order_no);
    add_text(j, "transaction_id", row->transaction_id);
    if (row->amount >= 0)
        json_add_int(j, "amount", row->amount);
    if (row->status)
        json_add_int(j, "http_status", row->status);
    json_add_bool(j, "good", row->good);
    add_text(j, "outcome", row->outcome);
    add_text(j, "text", row->text);
    return j;
}
