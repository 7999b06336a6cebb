/* SPDX-License-Identifier: MIT */
/*
 * A receipt as a line of JSON and as a row of the journal. The row's detail is that JSON without
 * the fields: what can be read again from the bytes is not kept twice.
 */
#include "io/receipt.h"

#include <stdio.h>
#include <time.h>

#include "core/notice_word.h"
#include "core/text.h"

#define OUTCOME_MAX 48 /* bytes of a row's outcome */

void receipt_clear(struct receipt *r)
{
    notice_clear(&r->notice);
    buf_clear(&r->head);
    buf_clear(&r->body);
    buf_clear(&r->answer);
    buf_clear(&r->forward.head);
    buf_clear(&r->forward.body);
    findings_clear(&r->forward.findings);
    *r = (struct receipt){0};
}

/* ---- JSON ---- */

static void add_time(struct json *j, int64_t at_ms)
{
    time_t t = (time_t)(at_ms / 1000);
    char digits[TEXT_TIME_SIZE], text[64];
    text_time_write(t, digits);
    snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%03d+08:00", digits, digits + 4,
             digits + 6, digits + 8, digits + 10, digits + 12, (int)(at_ms % 1000));
    json_add_string(j, "received_at", text);
}

static struct json *forward_json(const struct forwarded *f)
{
    struct json *j = json_new_object();
    json_add_string(j, "url", f->url);
    if (f->err.status) {
        struct json *e = json_new_object();
        char line[ERR_TEXT_MAX];
        err_line(&f->err, LANG_ZH, line, sizeof line);
        json_add_string(e, "zh", line);
        err_line(&f->err, LANG_EN, line, sizeof line);
        json_add_string(e, "en", line);
        json_add(j, "error", e);
    } else {
        json_add_int(j, "status", f->status);
        if (f->head.len)
            json_add(j, "head", json_new_string_n(buf_str(&f->head), f->head.len));
        json_add(j, "body", json_new_string_n(buf_str(&f->body), f->body.len));
    }
    json_add_int(j, "ms", (int64_t)(f->ms > 0 ? f->ms : 0));
    json_add_string(j, "verdict", answer_verdict_name(f->verdict));
    json_add(j, "findings", findings_json(&f->findings));
    return j;
}

struct json *receipt_json(const struct receipt *r)
{
    struct json *j = json_new_object();
    json_add_int(j, "seq", r->seq);
    add_time(j, r->at_ms);
    notice_json(&r->notice, j);
    if (r->answered) {
        struct json *reply = json_new_object();
        json_add_int(reply, "status", r->status);
        json_add(reply, "body", json_new_string_n(buf_str(&r->answer), r->answer.len));
        json_add(j, "reply", reply);
    }
    if (r->forward.done)
        json_add(j, "forward", forward_json(&r->forward));
    return j;
}

/* ---- The journal ---- */

static void fill_row(const struct receipt *r, struct journal_row *row, char *text, size_t size,
                     char outcome[OUTCOME_MAX])
{
    const struct notice *n = &r->notice;
    const char *fee = notice_get(n, notice_fee_name(n)), *attach = notice_get(n, "attach");
    int64_t fen = -1;
    size_t at = 0;

    if (fee && !text_read_fen(fee, &fen))
        fen = -1;
    text[0] = '\0';
    for (size_t i = 0; i < n->findings.count && at + 40 < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s ", n->findings.items[i].rule);
    if (attach && at + 8 < size)
        snprintf(text + at, size - at, "%.100s", attach);
    *row = (struct journal_row){
        .id = r->journal_id,
        .at_ms = r->at_ms,
        .kind = JOURNAL_NOTICE,
        .name = event_name(n->kind),
        .profile = r->profile,
        .mch_id = notice_get(n, "mch_id"),
        .order_no = notice_order(n),
        .transaction_id = notice_transaction(n),
        .amount = fen,
        .status = r->answered ? (int)r->status : 0,
        .good = r->acknowledged && !r->late && n->trust == NOTICE_GENUINE,
        .outcome = notice_word_of(n)->id,
        .text = text,
    };
    const struct forwarded *f = &r->forward;
    bool odd = r->acknowledged && !row->good; /* because the user chose so, or in vain */
    bool invalid = r->answered && f->relayed && !f->taken && !r->late &&
                   f->verdict == ANSWER_INVALID; /* a late refusal is one */
    if (odd || invalid) {
        snprintf(outcome, OUTCOME_MAX, "%s %s", row->outcome, odd ? "acknowledged" : "invalid");
        row->outcome = outcome;
    }
}

enum status receipt_record(struct receipt *r, struct journal *journal, struct err *err)
{
    char text[512], outcome[OUTCOME_MAX];
    struct journal_row row;
    struct journal_body body = {.request_head = {buf_str(&r->head), r->head.len},
                                .request = {buf_str(&r->body), r->body.len}};
    struct buf detail;
    enum status st;

    fill_row(r, &row, text, sizeof text, outcome);
    if (r->answered)
        body.response = (struct journal_bytes){buf_str(&r->answer), r->answer.len};
    buf_init(&detail, JSON_SIZE_MAX);
    if (r->notice.findings.count || r->forward.done) { /* else all of it follows from the bytes */
        struct json *j = receipt_json(r);
        json_remove(j, "fields");
        json_remove(j, "reply"); /* stands beside it */
        if (r->notice.key_inside)
            json_add_bool(j, "key_hidden", true);
        json_write(j, false, &detail);
        json_free(j);
        if (!buf_status(&detail))
            body.detail = (struct journal_bytes){buf_str(&detail), detail.len};
    }
    st = r->journal_id ? journal_update(journal, &row, &body, err)
                       : journal_add(journal, &row, &body, &r->journal_id, err);
    buf_clear(&detail);
    return st;
}
