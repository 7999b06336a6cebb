/* SPDX-License-Identifier: MIT */
/*
 * What the copy menu offers. A text that holds the key is never given: what is joined masks
 * it, and whatever else came to hold it (a field somebody pasted it into) loses it here.
 */
#include "app/workspace.h"

#include <string.h>

static const struct {
    struct bi title;
    const char *field; /* of the reply, if that is all */
} copies[COPY_COUNT] = {
    [COPY_SIGN] = {{"签名", "signature"}, NULL},
    [COPY_JOINED] = {{"待签串（密钥已遮盖）", "joined text (key masked)"}, NULL},
    [COPY_XML] = {{"请求 XML", "request XML"}, NULL},
    [COPY_CURL] = {{"curl 命令", "curl command"}, NULL},
    [COPY_COMMAND] = {{"wxpc 命令", "wxpc command"}, NULL},
    [COPY_REPLY] = {{"应答原文", "reply as received"}, NULL},
    [COPY_PREPAY_ID] = {{"prepay_id", "prepay_id"}, "prepay_id"},
    [COPY_CODE_URL] = {{"code_url", "code_url"}, "code_url"},
    [COPY_MWEB_URL] = {{"mweb_url", "mweb_url"}, "mweb_url"},
    [COPY_INVOKE] = {{"调起参数", "call-up parameters"}, NULL},
    [COPY_SNIPPET] = {{"调起代码", "call-up code"}, NULL},
};

struct bi copy_title(enum copy_what what)
{
    return copies[what].title;
}

/* NAME=VALUE; a value that begins with '@' or '=' takes "==" (INTERFACE.md, "Words"). */
static void add_word(struct buf *out, const char *name, const char *value)
{
    struct buf word;
    buf_init(&word, PARAM_NAME_MAX + 2 + PARAM_VALUE_MAX);
    buf_addf(&word, "%s%s", name, value[0] == '@' || value[0] == '=' ? "==" : "=");
    buf_adds(&word, value);
    buf_addc(out, ' ');
    request_quote(out, buf_str(&word));
    buf_clear(&word);
}

static bool is_sent(const struct param *p)
{
    return p && !p->off && p->value_len > 0;
}

/* What the command has with the user's own values alone. */
static void fill_like_command(const struct draft *d, bool demo, struct params *out)
{
    enum sign_kind kind = d->kind;
    for (size_t i = 0; i < d->params.count; i++) {
        const struct param *p = &d->params.items[i];
        if (is_sent(p) && p->source == PARAM_USER)
            params_set(out, p->name, p->value, NULL);
    }
    request_sign_kind(d->spec, d->profile, out, NULL, &kind, NULL);
    request_fill(d->spec, d->profile, &d->seed, demo, kind, out, NULL, NULL);
}

/* The command that does the same; what it would fill by itself is left out, and what it would fill
   but is not in the form is given empty, which sends nothing. */
static void add_command(const struct workspace *w, const struct draft *d, struct buf *out)
{
    bool built_in = workspace_is_demo(w), demo = w->demo || built_in;
    struct params filled = {0};

    buf_addf(out, "wxpc send %s%s", d->spec->id, demo ? " --demo" : "");
    if (!built_in)
        buf_addf(out, " -p %s", w->profile.name);
    fill_like_command(d, demo, &filled);
    for (size_t i = 0; i < d->params.count; i++) {
        const struct param *p = &d->params.items[i];
        const struct param *f = params_find(&filled, p->name);
        bool by_itself = f && p->source != PARAM_USER &&
                         (p->source == PARAM_GENERATED || strcmp(f->value, p->value) == 0);
        if (is_sent(p) && !by_itself)
            add_word(out, p->name, p->value);
    }
    for (size_t i = 0; i < filled.count; i++) {
        if (!is_sent(params_find(&d->params, filled.items[i].name)))
            add_word(out, filled.items[i].name, "");
    }
    params_clear(&filled);
}

static void add_invoke(struct workspace *w, bool snippet, struct buf *out)
{
    const struct invoke *v = workspace_invoke(w, false, NULL);
    const char *id;
    struct bi title;
    if (v && snippet) {
        for (size_t i = 0; invoke_snippet(v, i, &id, &title, out); i++)
            ;
    } else if (v && v->url) {
        buf_adds(out, v->url);
    } else if (v) {
        struct json *j = invoke_json(v);
        json_write(j, true, out);
        json_free(j);
    }
}

void workspace_curl(const struct workspace *w, const struct request *r, struct buf *out)
{
    const struct profile *p = &w->profile;
    struct profile paths = {.client_cert = store_profile_path(p, p->client_cert),
                            .client_key = store_profile_path(p, p->client_key),
                            .ca_file = store_profile_path(p, p->ca_file)};
    request_curl(r, &paths, out);
    profile_clear(&paths);
}

static void add_text(struct workspace *w, const struct draft *d, enum copy_what what,
                     struct buf *out)
{
    const struct exchange *e = &w->exchange;
    const char *field = copies[what].field;

    if (what == COPY_SIGN)
        buf_adds(out, params_get(&d->request.params, "sign"));
    else if (what == COPY_JOINED)
        sign_trace_masked(&d->request.trace, out);
    else if (what == COPY_XML)
        buf_add(out, buf_str(&d->request.body), d->request.body.len);
    else if (what == COPY_CURL && request_has_address(&d->request))
        workspace_curl(w, &d->request, out);
    else if (what == COPY_COMMAND)
        add_command(w, d, out);
    else if (what == COPY_REPLY)
        buf_add(out, buf_str(&e->http.body), e->http.body.len);
    else if (what == COPY_INVOKE || what == COPY_SNIPPET)
        add_invoke(w, what == COPY_SNIPPET, out);
    else if (field && params_get(&e->reply.params, field))
        buf_adds(out, params_get(&e->reply.params, field));
}

enum status workspace_copy(struct workspace *w, enum copy_what what, struct buf *out,
                           struct err *err)
{
    struct draft *d = workspace_draft(w);
    bool of_reply = what >= COPY_REPLY;

    if (!of_reply && d->build_err.status) {
        if (err)
            *err = d->build_err;
        return ST_NOT_FOUND;
    }
    add_text(w, d, what, out);
    secret_redact(&w->profile.key.value, out);
    secret_redact(&w->exchange.profile.key.value, out);
    if (out->len)
        return buf_status(out);
    if (!of_reply)
        return err_set(
            err, ST_NOT_FOUND, SAY("没有可复制的%s%.0s", "当前请求没有它", "换一项"),
            SAY("there is no %.0s%s to copy", "the request at hand has none", "choose another"),
            copies[what].title.zh, copies[what].title.en);
    return err_set(err, ST_NOT_FOUND,
                   SAY("没有可复制的%s%.0s", "还没有收到含它的应答", "先发送一次（Ctrl-R）"),
                   SAY("there is no %.0s%s to copy", "no reply with it has arrived",
                       "send a request first (Ctrl-R)"),
                   copies[what].title.zh, copies[what].title.en);
}
