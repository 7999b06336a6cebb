/* SPDX-License-Identifier: MIT */
/*
 * A label reads its document anew: it is asked for when a list is shown, and the list is short.
 */
#include "core/found.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/paste.h"
#include "core/text.h"

#define PART_CELLS 100

void found_add(struct found *f, const struct found_doc *about, struct span title, struct span text)
{
    f->total++;
    if (f->count == FOUND_DOCS_MAX)
        return;
    if (f->count == f->cap) {
        f->cap = f->cap ? 2 * f->cap : 16;
        f->docs = mem_grow(f->docs, f->cap, sizeof(*f->docs));
    }
    char *copy = mem_grow(NULL, text.len + 1, 1); /* NUL bytes may be in it */
    memcpy(copy, text.len ? text.s : "", text.len);
    copy[text.len] = '\0';
    f->docs[f->count++] = (struct found_doc){
        .in = about->in,
        .where = about->where,
        .unescaped = about->unescaped,
        .query = about->query,
        .head = mem_strdup(about->head ? about->head : ""),
        .title = mem_strndup(title.len ? title.s : "",
                             title.len < FOUND_TITLE_MAX ? title.len : FOUND_TITLE_MAX),
        .text = copy,
        .len = text.len};
}

struct err *found_note(struct found *f)
{
    f->noted++;
    if (f->note_count == FOUND_NOTES_MAX)
        return NULL;
    struct err *note = &f->notes[f->note_count++];
    *note = (struct err){0};
    return note;
}

/* ---- Labels ---- */

static void add_place(const struct found_doc *doc, enum lang lang, struct buf *out)
{
    switch (doc->in) {
    case FOUND_CURL:
        buf_addf(out, L(lang, "第 %zu 条 curl", "curl command %zu"), doc->where);
        break;
    case FOUND_HAR:
        buf_addf(out, L(lang, "HAR 第 %zu 条请求", "HAR entry %zu, request"), doc->where);
        break;
    case FOUND_HAR_REPLY:
        buf_addf(out, L(lang, "HAR 第 %zu 条应答", "HAR entry %zu, reply"), doc->where);
        break;
    case FOUND_POSTMAN:
        buf_addf(out, L(lang, "Postman 第 %zu 个请求", "Postman request %zu"), doc->where);
        break;
    case FOUND_LOG:
        buf_addf(out, L(lang, "第 %zu 行", "line %zu"), doc->where);
        break;
    case FOUND_TEXT:
    case FOUND_IN_COUNT:
        buf_adds(out, L(lang, "全文", "the text"));
        break;
    }
}

/* What tells one message from the next, most telling first. */
static const struct param *telling_field(const struct params *p)
{
    static const char *const names[] = {"out_refund_no", "out_trade_no", "transaction_id",
                                        "contract_code", "contract_id",  "prepay_id",
                                        "nonce_str",     "package",      "err_code"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const struct param *found = params_find(p, names[i]);
        if (found && found->value_len > 0)
            return found;
    }
    return NULL;
}

/* Nothing in it acts on a terminal, and it is no wider than half of a narrow one twice over. */
static void put(const struct buf *raw, char out[FOUND_PART_MAX])
{
    struct buf plain;
    buf_init(&plain, 16 * FOUND_PART_MAX);
    text_visible(&plain, buf_str(raw), raw->len, 0);
    size_t len = text_clip(buf_str(&plain), plain.len, PART_CELLS, NULL);
    while (len >= FOUND_PART_MAX)
        len = text_cluster_before(buf_str(&plain), len);
    snprintf(out, FOUND_PART_MAX, "%.*s", (int)len, buf_str(&plain));
    buf_clear(&plain);
}

void found_place(const struct found_doc *doc, enum lang lang, char out[FOUND_PART_MAX])
{
    struct buf raw;
    buf_init(&raw, 2 * FOUND_PART_MAX);
    add_place(doc, lang, &raw);
    if (doc->title[0])
        buf_addf(&raw, " %s", doc->title);
    put(&raw, out);
    buf_clear(&raw);
}

void found_content(const struct found_doc *doc, enum lang lang, char out[FOUND_PART_MAX])
{
    struct paste paste = {0};
    struct buf raw;
    buf_init(&raw, 2 * FOUND_PART_MAX);
    if (paste_read(doc->text, doc->len, &paste, NULL)) {
        buf_addf(&raw, L(lang, "%zu 字节%.0s", "%zu byte%s"), doc->len, text_s(doc->len));
    } else {
        const struct param *telling = telling_field(&paste.params);
        if (telling)
            buf_addf(&raw, L(lang, "%s %.40s，", "%s %.40s, "), telling->name, telling->value);
        buf_addf(&raw, L(lang, "%s，%zu 个字段%.0s", "%s, %zu field%s"),
                 bi_get(paste_kind_text(paste.kind), lang), paste.params.count,
                 text_s(paste.params.count));
    }
    put(&raw, out);
    paste_clear(&paste);
    buf_clear(&raw);
}

void found_label(const struct found_doc *doc, enum lang lang, char out[FOUND_LABEL_MAX])
{
    char place[FOUND_PART_MAX], content[FOUND_PART_MAX];
    found_place(doc, lang, place);
    found_content(doc, lang, content);
    snprintf(out, FOUND_LABEL_MAX, "%s%s%s", place, L(lang, "：", ": "), content);
}

void found_clear(struct found *f)
{
    for (size_t i = 0; i < f->count; i++) {
        mem_wipe(f->docs[i].text, f->docs[i].len);
        free(f->docs[i].text);
        free(f->docs[i].title);
        free(f->docs[i].head);
    }
    free(f->docs);
    *f = (struct found){0};
}
