/* SPDX-License-Identifier: MIT */
#include "cli/history_resend.h"

#include <string.h>

/* ---- What has no effect ---- */

/* Its bytes held a key, which was taken out of what is kept: they are not what was sent. */
static bool held_key(const struct record *r)
{
    struct json *detail = NULL;
    bool masked = r->request.len && strstr(buf_str(&r->request), "****"); /* or the reply was */
    bool hidden = masked && !json_parse(buf_str(&r->detail), r->detail.len, &detail, NULL) &&
                  json_bool(json_get(detail, "key_hidden"), false);
    json_free(detail);
    return hidden;
}

static enum status check_bytes(const struct cli *c, const struct record *r, struct err *err)
{
    enum event_kind kind;
    bool signable = r->row.kind == JOURNAL_CALL || event_read(r->row.name, &kind);
    if ((signable && !c->exact) || !held_key(r))
        return ST_OK;
    if (!signable)
        return workspace_say_lost(err);
    return err_set(
        err, ST_UNSUPPORTED,
        SAY("不能按原字节重发", "里面有密钥，记录时已换成 ****", "去掉 --exact，重新签名后发送"),
        SAY("it cannot be sent byte for byte", "it held a key, which was recorded as ****",
            "drop --exact to send it newly signed"));
}

static bool has_word(const struct cli *c, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < c->word_count; i++) {
        if (strncmp(c->words[i], name, len) == 0 && c->words[i][len] == '=')
            return true;
    }
    return false;
}

enum status resend_check(const struct cli *c, const struct record *r, struct err *err)
{
    bool call = r->row.kind == JOURNAL_CALL;
    const struct {
        bool given;
        const char *option;
        struct bi why;
    } rows[] = {
        {c->new_order && c->exact,
         "--new-order",
         {"--exact 按原字节发送", "--exact sends the bytes as they were"}},
        {c->new_order && !call,
         "--new-order",
         {"它是通知，只有调用才换新订单号；可写 out_trade_no=…",
          "this is a notification, and only calls get a new number; out_trade_no=… sets one"}},
        {c->new_order && has_word(c, "out_trade_no"),
         "--new-order",
         {"out_trade_no 已经给出", "out_trade_no is given"}},
        {c->to && call,
         "--to",
         {"它是调用，发往商户配置的地址", "this is a call, which goes where its profile says"}},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (rows[i].given)
            return cli_unused(rows[i].option, rows[i].why, err);
    }
    if (call && !r->spec)
        return err_set(err, ST_NOT_FOUND,
                       SAY("不能重发", "目录里已没有接口 %s", "把它的目录文件放回 apis/"),
                       SAY("cannot send again", "the catalogue no longer has API %s",
                           "put its file back into apis/"),
                       r->row.name);
    return check_bytes(c, r, err);
}

/* ---- Handing on ---- */

const char *resend_profile(const struct cli *c, const struct store *store, const struct record *r)
{
    struct profile p = {0};
    bool there = r->row.profile[0] && (!c->exact || r->row.kind == JOURNAL_CALL ||
                                       !store_profile(store, r->row.profile, true, &p, NULL));
    profile_clear(&p);
    return there ? r->row.profile : NULL;
}

/* The words behind the number, with what they are about in front of them. */
static void put_words(struct cli *c, const char *name)
{
    size_t drop = name ? 1 : 2;
    c->word_count -= drop;
    memmove(c->words + 2 - drop, c->words + 2, (c->word_count + drop - 2) * sizeof(c->words[0]));
    if (name)
        c->words[0] = name;
}

static int resend_call(struct cli *c, const struct record *r)
{
    static const char *const fresh[] = {"sign", "nonce_str"};
    struct params base = {0};
    params_copy(&base, &r->sent);
    for (size_t i = 0; i < ARRAY_COUNT(fresh); i++)
        params_remove(&base, fresh[i]);
    if (c->new_order)
        params_remove(&base, "out_trade_no");
    put_words(c, r->row.name);
    if (c->exact)
        c->bytes = &r->request;
    else
        c->base = &base;
    int status = cmd_send(c);
    params_clear(&base);
    return status;
}

static int resend_notification(struct cli *c, const struct record *r)
{
    put_words(c, NULL);
    c->again = r;
    return cmd_trigger(c);
}

int resend_run(struct cli *c, const struct record *r)
{
    return r->row.kind == JOURNAL_CALL ? resend_call(c, r) : resend_notification(c, r);
}
