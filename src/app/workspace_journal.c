/* SPDX-License-Identifier: MIT */
/*
 * What goes out and what comes back, into the journal: a row when a call starts, so that a
 * notification about it finds its order however quick it is, completed by the answer.
 *
 * A journal that cannot be opened or written is told and nothing else: the call goes on. One that
 * can only be read is looked through all the same.
 * Nobody's first look at the program makes a file: that is left to the first row.
 */
#include "app/workspace.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/json.h"
#include "core/text.h"
#include "io/http_times.h"

#define TEXT_MAX 512        /* bytes of a row's text */
#define HEAD_MAX (8u << 10) /* bytes of a request line and its headers */

int64_t workspace_now_ms(const struct workspace *w)
{
    struct timespec ts;
    time_t now = w->clock();
    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)now * 1000 + (ts.tv_sec == now ? ts.tv_nsec / 1000000 : 0);
}

/* ---- Opening ---- */

bool workspace_is_kept(const struct workspace *w)
{
    return !workspace_is_private(w) && w->store.data_dir && (!w->demo || w->data_given);
}

static void make_path(const struct workspace *w, char *path, size_t size)
{
    snprintf(path, size, "%s/journal.db", w->store.data_dir);
}

/* journal_err says why it cannot be written, or not even be read. */
static void open_journal(struct workspace *w, bool to_read)
{
    char path[4096];
    bool kept = workspace_is_kept(w);

    if (kept)
        make_path(w, path, sizeof path);
    w->journal_err = (struct err){0};
    enum status st = journal_open(kept ? path : NULL, &w->journal, &w->journal_err);
    struct err why = w->journal_err;
    if (st == ST_IO && to_read && kept && access(path, R_OK) == 0 &&
        journal_open_to_read(path, &w->journal, &why))
        w->journal_err = why;
    if (w->journal && w->inbox)
        workspace_inbox(w);
    if (w->journal)
        workspace_retain_soon(w);
    w->rev_journal++;
}

bool workspace_journal_is_read_only(const struct workspace *w)
{
    return w->journal && journal_is_read_only(w->journal);
}

enum status workspace_journal(struct workspace *w, struct err *err)
{
    if (!w->journal)
        open_journal(w, false);
    if (w->journal && !workspace_journal_is_read_only(w))
        return ST_OK;
    if (err)
        *err = w->journal_err;
    return w->journal_err.status;
}

enum status workspace_journal_to_read(struct workspace *w, struct err *err)
{
    if (!w->journal)
        open_journal(w, true);
    if (w->journal)
        return ST_OK;
    if (err)
        *err = w->journal_err;
    return w->journal_err.status;
}

void workspace_journal_start(struct workspace *w)
{
    char path[4096];
    if (w->journal || w->journal_err.status)
        return;
    if (workspace_is_kept(w)) {
        make_path(w, path, sizeof path);
        if (access(path, F_OK) != 0)
            return;
    }
    workspace_journal_to_read(w, NULL);
    if (w->journal_err.status)
        workspace_complain(w, &w->journal_err);
}

/* ---- No key in it ---- */

/* `from` as it may be kept: the bytes themselves, unless somebody put a key among them; then a copy
   in `copy` with "****" in its place. */
static struct journal_bytes keyless(const struct profile *p, const struct buf *from,
                                    struct buf *copy, bool *hidden)
{
    buf_init_secret(copy, 2 * from->len + 16);
    buf_add(copy, buf_str(from), from->len);
    secret_redact(&p->key.value, copy);
    for (size_t i = 0; i < p->other_key_count; i++)
        secret_redact(&p->other_keys[i].key.value, copy);
    if (copy->len == from->len && memcmp(buf_str(copy), buf_str(from), from->len) == 0)
        return (struct journal_bytes){buf_str(from), from->len};
    *hidden = true;
    return (struct journal_bytes){buf_str(copy), copy->len};
}

/* ---- The row ---- */

static const char *first_of(const struct params *p, const char *const *names)
{
    const char *v = NULL;
    for (; *names && !(v && v[0]); names++)
        v = params_get(p, *names);
    return v && v[0] ? v : NULL;
}

static void add_words(struct buf *out, const char *word)
{
    if (word && word[0])
        buf_addf(out, "%s%.200s", out->len ? "  " : "", word);
}

static void fill_text(const struct exchange *e, struct buf *out)
{
    char line[ERR_TEXT_MAX];
    add_words(out, params_get(&e->request.params, "body"));
    if (e->state == EXCHANGE_DONE) {
        add_words(out, e->reply.code);
        add_words(out, e->reply.text);
    } else if (e->state == EXCHANGE_FAILED) {
        err_part(&e->http.err, LANG_ZH, ERR_WHAT, line, sizeof line);
        add_words(out, line);
        err_part(&e->http.err, LANG_EN, ERR_WHAT, line, sizeof line);
        add_words(out, line);
    }
}

/* "unanswered", the outcome's name, or why there is no answer. */
static const char *outcome_of(const struct exchange *e)
{
    if (e->state == EXCHANGE_DONE)
        return outcome_name(e->reply.outcome);
    return e->state == EXCHANGE_FAILED ? status_name(e->http.err.status) : "unanswered";
}

static void fill_row(const struct exchange *e, struct journal_row *row)
{
    static const char *const orders[] = {"out_trade_no", "contract_code", "out_refund_no", NULL};
    static const char *const amounts[] = {"refund_fee", "consume_fee", "total_fee", NULL};
    static const char *const numbers[] = {"transaction_id", "contract_id", "refund_id", NULL};
    const struct params *sent = &e->request.params;
    const char *fee = first_of(sent, amounts);
    int64_t fen = -1;

    if (fee && !text_read_fen(fee, &fen))
        fen = -1;
    *row = (struct journal_row){.id = e->journal_id,
                                .at_ms = e->sent_ms,
                                .kind = JOURNAL_CALL,
                                .name = e->spec->id,
                                .profile = e->profile.name,
                                .mch_id = params_get(sent, "mch_id"),
                                .order_no = first_of(sent, orders),
                                .transaction_id = first_of(sent, numbers),
                                .amount = fen,
                                .status = (int)e->http.status,
                                .good = e->state == EXCHANGE_DONE &&
                                        e->reply.outcome == OUTCOME_SUCCESS,
                                .outcome = outcome_of(e)};
}

/* What neither row nor bytes say. */
static struct json *detail_of(const struct exchange *e, bool hidden)
{
    const struct http_result *h = &e->http;
    struct json *j = json_new_object();
    json_add_string(j, "url", e->request.url);
    if (e->request.trace.hex[0])
        json_add_string(j, "sign_type", sign_kind_name(e->request.kind));
    if (hidden)
        json_add_bool(j, "key_hidden", true);
    if (e->state == EXCHANGE_RUNNING)
        return j;
    http_times_write(&h->times, j);
    json_add_string(j, "content_type", h->content_type[0] ? h->content_type : NULL);
    json_add_string(j, "peer", h->peer[0] ? h->peer : NULL);
    if (h->dropped)
        json_add_int(j, "dropped", (int64_t)h->dropped);
    if (h->err.status) {
        char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
        err_line(&h->err, LANG_ZH, zh, sizeof zh);
        err_line(&h->err, LANG_EN, en, sizeof en);
        json_add_bi(j, "error", (struct bi){zh, en});
    }
    return j;
}

/* The address stands in the request line: it is what a resend needs. */
static void write_head(const struct exchange *e, struct buf *out)
{
    buf_init(out, HEAD_MAX);
    buf_addf(out, "%s %s HTTP/1.1\r\n", e->request.get ? "GET" : "POST", e->request.url);
    if (!e->request.get)
        buf_adds(out, "Content-Type: " WORKSPACE_CONTENT_TYPE "\r\n");
}

/* ---- Writing ---- */

/* Told once a failure, not once a call. */
static void complain(struct workspace *w, const struct err *err)
{
    bool again = w->journal_err.status == err->status;
    w->journal_err = *err;
    if (!again)
        workspace_complain(w, err);
}

static void write_row(struct workspace *w, struct exchange *e)
{
    struct buf text, head, detail, copies[5];
    struct journal_row row;
    struct journal_body body = {0};
    struct err err = {0};
    bool hidden = false, done = e->state != EXCHANGE_RUNNING;

    buf_init(&text, TEXT_MAX + 1);
    buf_init(&detail, 1u << 20);
    memset(copies, 0, sizeof copies);
    write_head(e, &head);
    fill_row(e, &row);
    fill_text(e, &text);
    if (done) {
        body.response_head = keyless(&e->profile, &e->http.headers, &copies[2], &hidden);
        body.response = keyless(&e->profile, &e->http.body, &copies[3], &hidden);
    }
    body.request_head = keyless(&e->profile, &head, &copies[0], &hidden);
    body.request = keyless(&e->profile, &e->request.body, &copies[1], &hidden);
    struct json *j = detail_of(e, hidden);
    json_write(j, false, &detail);
    json_free(j);
    secret_redact(&e->profile.key.value, &text);
    body.detail = keyless(&e->profile, &detail, &copies[4], &hidden);
    row.text = buf_str(&text);
    enum status st = e->journal_id ? journal_update(w->journal, &row, &body, &err)
                                   : journal_add(w->journal, &row, &body, &e->journal_id, &err);
    if (st)
        complain(w, &err);
    else
        w->journal_err = (struct err){0};
    w->rev_journal++;
    for (size_t i = 0; i < ARRAY_COUNT(copies); i++)
        buf_clear(&copies[i]);
    buf_clear(&text);
    buf_clear(&head);
    buf_clear(&detail);
}

void workspace_record(struct workspace *w)
{
    struct exchange *e = &w->exchange;
    bool on_disk = w->journal && journal_path(w->journal);
    if (e->state == EXCHANGE_NONE || (on_disk && workspace_is_private(w)))
        return; /* `wxpc history` reads the file in private mode too */
    if (w->journal ? journal_is_read_only(w->journal) : w->journal_err.status != ST_OK)
        return; /* it was told when it was opened */
    if (!w->journal && workspace_journal(w, NULL)) {
        workspace_complain(w, &w->journal_err);
        return;
    }
    if (e->journal_id || e->state == EXCHANGE_RUNNING)
        write_row(w, e);
    workspace_retain(w);
}
