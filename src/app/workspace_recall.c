/* SPDX-License-Identifier: MIT */
/*
 * A call out of the journal, back into the form and the last exchange.
 *
 * The reply is judged anew by the catalogue and the key of today; the bytes are those of then.
 */
#include "app/workspace.h"

#include <stdio.h>
#include <string.h>

#include "app/record.h"
#include "core/json.h"
#include "io/http_times.h"

static enum status find(struct workspace *w, int64_t id, struct record *r, struct err *err)
{
    struct record_source s = {.journal = w->journal, .catalog = &w->catalog};
    if (!w->journal)
        return err_set(err, ST_NOT_FOUND, SAY("没有记录", "", "先发送一次"),
                       SAY("nothing is recorded", "", "send something first"));
    enum status st = record_read(&s, id, r, err);
    if (st)
        return st;
    if (r->row.kind != JOURNAL_CALL)
        return err_set(err, ST_UNSUPPORTED, SAY("第 %lld 号不是调用", "", "v 查看全文"),
                       SAY("number %lld is no call", "", "v shows all of it"), (long long)id);
    if (!r->spec)
        return err_set(
            err, ST_NOT_FOUND, SAY("目录里已没有接口 %s", "", "把它的目录文件放回 apis/"),
            SAY("the catalogue no longer has API %s", "", "put its file back into apis/"),
            r->row.name);
    return ST_OK;
}

/* The nonce stays until the next send, so that the signature shown is the one that was sent. */
static enum status fill_form(struct workspace *w, const struct record *r, struct err *err)
{
    struct draft *d = workspace_draft(w);
    struct request_seed seed;
    struct params values = {0};

    params_copy(&values, &r->sent);
    params_remove(&values, "sign");
    workspace_seed(w, &seed);
    struct draft_values v = {&values, NULL, false};
    enum status st = draft_load(d, &v, &seed, NULL, err);
    params_clear(&values);
    struct param *nonce = params_find(&d->params, "nonce_str");
    if (nonce)
        nonce->source = PARAM_GENERATED;
    draft_keep(d); /* it stands in the journal */
    return st;
}

static void read_detail(const struct record *r, struct http_result *h)
{
    struct json *j = NULL;
    if (json_parse(buf_str(&r->detail), r->detail.len, &j, NULL))
        return;
    const char *type = json_string(json_get(j, "content_type"));
    const char *peer = json_string(json_get(j, "peer"));
    http_times_read(j, &h->times);
    snprintf(h->content_type, sizeof(h->content_type), "%s", type ? type : "");
    snprintf(h->peer, sizeof(h->peer), "%s", peer ? peer : "");
    json_free(j);
}

static void copy_text(struct buf *to, const struct buf *from)
{
    buf_clear(to);
    buf_init(to, from->len + 1);
    buf_add(to, buf_str(from), from->len);
}

static void fill_exchange(struct workspace *w, const struct record *r)
{
    struct exchange *e = &w->exchange;

    exchange_clear(e);
    e->spec = r->spec;
    profile_copy(&e->profile, &w->profile);
    e->sent_ms = r->row.at_ms;
    e->sent_at = (time_t)(r->row.at_ms / 1000);
    e->journal_id = r->row.id;
    params_copy(&e->request.params, &r->sent);
    copy_text(&e->request.body, &r->request);
    snprintf(e->request.url, sizeof(e->request.url), "%s", r->url);
    e->request.get = r->spec->get;
    copy_text(&e->http.headers, &r->response_head);
    copy_text(&e->http.body, &r->response);
    e->http.status = r->row.status;
    read_detail(r, &e->http);
    if (e->http.status) {
        e->state = EXCHANGE_DONE;
        reply_read(e->spec, &e->profile, &e->request.params, e->http.status, e->http.content_type,
                   buf_str(&e->http.body), e->http.body.len, &e->reply);
    } else {
        e->state = EXCHANGE_FAILED;
        err_set(&e->http.err, ST_NETWORK, SAY("没有收到应答（%s）", "", "r 重发"),
                SAY("no answer came (%s)", "", "r sends it again"), r->row.outcome);
    }
    w->rev_exchange++;
}

enum status workspace_recall(struct workspace *w, int64_t id, struct err *err)
{
    struct record r = {0};
    enum status st;

    if (w->exchange.state == EXCHANGE_RUNNING)
        return err_set(
            err, ST_CONFLICT, SAY("上一次调用还在进行", "", "等它结束，或按 Esc 取消"),
            SAY("the previous call is still under way", "", "wait for it or cancel it with Esc"));
    st = find(w, id, &r, err);
    if (!st && r.row.profile[0] &&
        (!w->profile.name || strcmp(w->profile.name, r.row.profile) != 0))
        workspace_profile(w, r.row.profile, NULL); /* if it is gone, the present one serves */
    if (!st)
        st = workspace_choose_id(w, r.row.name, err);
    if (!st)
        st = fill_form(w, &r, err);
    if (!st)
        fill_exchange(w, &r);
    record_clear(&r);
    return st;
}

enum status workspace_resend_exact(struct workspace *w, int64_t id, struct err *err)
{
    struct record r = {0};
    enum status st = find(w, id, &r, err);
    if (!st)
        st = workspace_choose_id(w, r.row.name, err);
    if (!st)
        st = workspace_send_raw(w, buf_str(&r.request), r.request.len, err);
    record_clear(&r);
    return st;
}
