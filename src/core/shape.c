/* SPDX-License-Identifier: MIT */
/*
 * Telling documents apart.
 *
 * The hard cases are values that look like documents: a URL with a query, JSON in
 * `detail`, a=1&b=2 in `attach`. They are told by names that only messages have.
 */
#include "core/shape.h"

#include <string.h>

static bool is_url(struct span doc)
{
    doc = span_trim(doc);
    return (doc.len > 7 && memcmp(doc.s, "http://", 7) == 0) ||
           (doc.len > 8 && memcmp(doc.s, "https://", 8) == 0);
}

/* Pairs of a query string that begins at once; 0 if the first piece is none. */
static size_t count_pairs(struct span text)
{
    struct pair pair;
    bool merged;
    size_t n = 0;
    while (n < SHAPE_FIELDS_MAX && span_next_pair(&text, &pair, &merged))
        n++;
    return n;
}

/* What the lines of a text tell together. */
struct lines {
    size_t count;  /* lines that say something */
    size_t pairs;  /* of these, name=value */
    size_t joints; /* ends of lines where the next one goes on with '&' */
    struct span first;
};

static struct lines look_at_lines(struct span doc)
{
    struct lines l = {0};
    struct span line;
    struct pair pair;
    size_t number = 0;
    bool open = false;
    while (span_next_line(&doc, &line, &number)) {
        struct span content = span_trim(line);
        if (l.count == 0)
            l.first = line;
        else if (open || content.s[0] == '&')
            l.joints++;
        l.count++;
        l.pairs += span_split_pair(line, &pair);
        open = content.s[content.len - 1] == '&';
    }
    return l;
}

/* Without blanks, '?' and '&' in front. */
static struct span skip_front(struct span t)
{
    while (t.len > 0 && (span_is_blank(t.s[0]) || t.s[0] == '?' || t.s[0] == '&'))
        t.s++, t.len--;
    return t;
}

enum shape shape_detect(struct span doc)
{
    doc = span_trim(doc);
    if (doc.len == 0)
        return SHAPE_NONE;
    if (doc.s[0] == '<')
        return SHAPE_XML;
    if (doc.s[0] == '{' || doc.s[0] == '[')
        return SHAPE_JSON;
    struct lines l = look_at_lines(doc);
    size_t pairs = l.count > 0 ? count_pairs(skip_front(l.first)) : 0;
    if (l.count == 1 && is_url(l.first))
        return memchr(l.first.s, '?', l.first.len) ? SHAPE_URL : SHAPE_NONE;
    if (l.count == 1 && pairs > 1)
        return SHAPE_QUERY;
    if (l.count > 1 && pairs > 0 && l.joints == l.count - 1)
        return SHAPE_WRAPPED;
    if (l.count > 0 && l.pairs == l.count)
        return SHAPE_LINES;
    if (l.count > 1 && pairs > 1)
        return SHAPE_WRAPPED;
    return l.pairs > 0 ? SHAPE_LINES : SHAPE_NONE;
}

struct span shape_query(struct span text, enum shape shape)
{
    struct span line = look_at_lines(text).first;
    if (shape != SHAPE_URL)
        return skip_front(line);
    const char *mark = memchr(line.s, '?', line.len);
    struct span query = {mark + 1, (size_t)(line.s + line.len - mark - 1)};
    const char *end = memchr(query.s, '#', query.len);
    if (end)
        query.len = (size_t)(end - query.s);
    return query;
}

static bool is_in(struct span name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(span_trim(name), words[i]))
            return true;
    return false;
}

/* Two members or more, and one that only a message of the API has: `detail` has none of them. */
static bool json_is_document(struct span doc)
{
    static const char *const marks[] = {
        "appid",     "mch_id", "out_trade_no", "nonce_str",
        "total_fee", "sign",   "service",      "return_code",
    };
    struct pair member;
    size_t members = 0;
    bool marked = false;
    if (doc.s[0] != '{' || doc.s[doc.len - 1] != '}')
        return false;
    for (size_t at = 0; members < SHAPE_FIELDS_MAX && span_next_member(doc, &at, &member);) {
        members++;
        marked = marked || is_in(member.name, marks, ARRAY_COUNT(marks));
    }
    return marked && members > 1;
}

/* `attach` may hold a query of its own: two names that messages have, or four pairs. */
static bool query_is_document(struct span query)
{
    /* clang-format off */
    static const char *const names[] = {
        "appid", "mch_id", "sub_appid", "sub_mch_id", "device_info", "nonce_str", "sign",
        "sign_type", "body", "detail", "attach", "out_trade_no", "fee_type", "total_fee",
        "spbill_create_ip", "mch_create_ip", "time_start", "time_expire", "notify_url",
        "trade_type", "product_id", "openid", "scene_info", "plan_id", "contract_code",
        "return_code", "result_code", "prepay_id", "code_url", "transaction_id",
        "out_refund_no", "refund_fee", "service", "status", "key",
    };
    /* clang-format on */
    struct pair pair;
    bool merged;
    size_t pairs = 0;
    size_t known = 0;
    while (pairs < SHAPE_FIELDS_MAX && span_next_pair(&query, &pair, &merged)) {
        pairs++;
        known += is_in(pair.name, names, ARRAY_COUNT(names));
    }
    return known > 1 || pairs > 3;
}

bool shape_is_document(struct span text)
{
    struct span doc = span_trim(text);
    enum shape shape = shape_detect(doc);
    struct lines l;
    struct buf line;
    bool is = false;
    switch (shape) {
    case SHAPE_XML:
        return doc.s[doc.len - 1] == '>' && memmem(doc.s, doc.len, "</", 2) != NULL;
    case SHAPE_JSON:
        return json_is_document(doc);
    case SHAPE_LINES:
        l = look_at_lines(doc);
        return l.count > 1 && l.pairs == l.count;
    case SHAPE_QUERY:
        return query_is_document(shape_query(doc, shape));
    case SHAPE_WRAPPED:
        buf_init_secret(&line, doc.len);
        span_unwrap(&line, doc);
        is = query_is_document(skip_front((struct span){buf_str(&line), line.len}));
        buf_clear(&line);
        break;
    case SHAPE_NONE:
    case SHAPE_URL:
        break;
    }
    return is;
}
