/* SPDX-License-Identifier: MIT */
/*
 * Notifications of our own: one that was recorded sent again, or one made from its event's
 * template, to the listener or to an endpoint of the user's.
 */
#include "app/workspace.h"

#include <stdio.h>
#include <string.h>

#include "app/keyring.h"
#include "app/record.h"
#include "core/head.h"
#include "core/sealed.h"

#define BODY_MAX (1u << 20)

/* ---- Whose key ---- */

static enum status fetch_profile(struct workspace *w, const char *name, struct profile *out,
                                 struct err *err)
{
    if (w->profile.name && strcmp(w->profile.name, name) == 0) {
        profile_copy(out, &w->profile);
        return ST_OK;
    }
    enum status st = store_profile(&w->store, name, true, out, err);
    if (!st && !secret_is_set(&out->key.value))
        st = store_key(out, &out->key, err);
    return st;
}

enum status workspace_event_profile(struct workspace *w, const struct event *e, struct profile *out,
                                    struct err *err)
{
    const char *name = w->profile.name ? w->profile.name : "demo";
    if (workspace_is_demo(w))
        name = workspace_demo_merchant(
            catalog_find(&w->catalog, catalog_event_api(&w->catalog, e->name)));
    else if (w->profile.dialect != e->dialect)
        return err_set(
            err, ST_ARGUMENT,
            SAY("商户配置 %s 不能签通知 %s", "它属于另一种网关，密钥不通用", "按 p 换一个商户"),
            SAY("profile %s cannot sign event %s",
                "it belongs to the other kind of gateway, whose keys differ",
                "choose another with p"),
            name, e->name);
    return fetch_profile(w, name, out, err);
}

/* ---- The target ---- */

const char *workspace_notify_url(const struct workspace *w)
{
    const char *own = params_get(&w->profile.fields, "notify_url");
    const char *url = inbox_url(w->inbox);
    return url[0] ? url : own ? own : "";
}

bool workspace_is_production(const struct workspace *w, const char *name)
{
    struct profile p = {0};
    if (!name || !name[0] || (w->profile.name && strcmp(w->profile.name, name) == 0))
        return w->profile.environment == ENVIRONMENT_PRODUCTION;
    bool production =
        !store_profile(&w->store, name, true, &p, NULL) && p.environment == ENVIRONMENT_PRODUCTION;
    profile_clear(&p);
    return production;
}

bool workspace_ask_post(const struct workspace *w, const char *profile, const char *url,
                        struct err *text)
{
    char host[256];
    bool named = workspace_is_production(w, profile);
    if ((!named && !workspace_is_production(w, NULL)) || http_host(url, host, sizeof host, NULL) ||
        http_is_local(url))
        return false;
    err_set(text, ST_OK,
            SAY("以生产商户 %s 的名义把通知发往 %s？", "对方会把它当作真的",
                "只发往自己的地址；测试时发往本机则不询问"),
            SAY("post the notification of production merchant %s to %s?",
                "the other side will take it for a real one",
                "only to an address of your own; one on this machine is not asked about"),
            named && profile && profile[0] ? profile
            : w->profile.name              ? w->profile.name
                                           : "",
            url);
    return true;
}

/* ---- Posting ---- */

static void say_posted(struct workspace *w)
{
    const struct posting *p = &w->posting;
    struct bi verdict = answer_verdict_text(p->verdict);
    char url[160];

    snprintf(url, sizeof url, "%.150s", p->url);
    workspace_say(w, "%4$s 应答 HTTP %1$ld：%2$s%3$.0s%5$s%6$.0s",
                  "%4$s answered HTTP %1$ld: %2$.0s%3$s%5$.0s%6$s", p->http.status, verdict.zh,
                  verdict.en, url, p->findings.count ? "；详情见 t 的应答页" : "",
                  p->findings.count ? "; more on the answer page of t" : "");
}

static void on_posted(void *ctx)
{
    struct workspace *w = ctx;
    const struct posting *p = &w->posting;

    w->rev_inbox++;
    w->rev_journal++;
    if (p->unrecorded.status) /* the answer stands on its page */
        w->journal_err = p->unrecorded;
    if (p->unrecorded.status || p->http.err.status)
        workspace_complain(w, p->unrecorded.status ? &p->unrecorded : &p->http.err);
    else
        say_posted(w);
}

/* `signer` (NULL: as it came) may be none of the stored profiles. */
static enum status post(struct workspace *w, struct posting_job *job, const struct profile *signer,
                        struct err *err)
{
    struct keyring keys = {0};
    keyring_fill(&keys, &w->store, &w->profile);
    if (signer)
        profile_copy(keyring_add(&keys), signer);
    job->keys = &keys;
    workspace_journal(w, NULL);
    job->loop = w->loop;
    job->journal = w->journal;
    job->at_ms = workspace_now_ms(w);
    job->done = on_posted;
    job->ctx = w;
    w->rev_inbox++;
    w->rev_journal++;
    enum status st = posting_start(&w->posting, job, err);
    if (!st)
        workspace_retain(w);
    keyring_clear(&keys);
    return st;
}

enum status workspace_say_lost(struct err *err)
{
    return err_set(
        err, ST_UNSUPPORTED,
        SAY("不能重发",
            "里面有密钥，记录时已换成 ****，原字节已不在；它又不是已知的通知，不能重新签名",
            "让对方再发一次"),
        SAY("it cannot be sent again",
            "it held a key, which was recorded as ****, so its bytes are gone; and it "
            "is no event known, so it cannot be signed anew",
            "have its sender post it once more"));
}

enum status workspace_resend(struct workspace *w, const struct inbox_notice *n, const char *url,
                             struct err *err)
{
    char type[POSTING_TYPE_MAX];
    struct posting_job job = {.event = n->notice.event,
                              .gateway = n->notice.gateway,
                              .get = strncmp(buf_str(&n->head), "GET ", 4) == 0,
                              .url = url,
                              .content_type = type,
                              .data = buf_str(&n->body),
                              .len = n->body.len,
                              .order = n->row.order,
                              .mch_id = notice_get(&n->notice, "mch_id"),
                              .profile = n->row.profile};
    if (n->notice.key_inside && !n->notice.event)
        return workspace_say_lost(err);
    if (n->notice.key_inside)
        return err_set(
            err, ST_UNSUPPORTED,
            SAY("不能按原字节重发", "通知里有密钥，记录时已换成 ****", "可以重新签名后发送"),
            SAY("it cannot be sent byte for byte", "it held a key, which was recorded as ****",
                "send it newly signed"));
    head_value(&n->head, "Content-Type", type, sizeof type);
    return post(w, &job, NULL, err);
}

enum status workspace_post_template(struct workspace *w, struct template *t,
                                    const struct profile *p, const struct template_sign *sign,
                                    const char *url, struct err *err)
{
    struct template_sign how = *sign;
    struct buf body;
    how.key = &p->key.value;
    buf_init(&body, BODY_MAX);
    enum status st = template_write(t, &how, NULL, &body, err);
    struct posting_job job = {.event = t->event,
                              .gateway = t->event->dialect == DIALECT_GATEWAY,
                              .url = url,
                              .data = buf_str(&body),
                              .len = body.len,
                              .order = template_order(t),
                              .mch_id = params_get(&t->params, "mch_id"),
                              .profile = p->name};
    if (!st)
        st = post(w, &job, p, err);
    buf_clear(&body);
    return st;
}

void workspace_template_seed(const struct workspace *w, struct template_seed *seed)
{
    struct request_seed r;
    unsigned char random[24];
    workspace_seed(w, &r);
    w->random(random, sizeof random);
    seed->now = r.now;
    memcpy(seed->nonce, r.nonce, sizeof seed->nonce);
    for (size_t i = 0; i < sizeof random; i++)
        seed->digits[i] = (char)('0' + random[i] % 10);
    seed->digits[sizeof random] = '\0';
}

/* ---- Newly signed ---- */

static bool opens(const char *sealed, const struct secret *key, struct params *inner)
{
    return secret_is_set(key) && sealed_read(sealed, key, inner, NULL) == ST_OK;
}

/* Its keys of today, the one in use first. That may be one that took the place of the profile's own
   (--key-file, $WXPC_KEY), which is tried last. */
static bool opens_with_profile(struct workspace *w, const char *name, const char *sealed,
                               struct params *inner)
{
    struct profile p = {0}, stored = {0};
    bool open = !fetch_profile(w, name, &p, NULL) && opens(sealed, &p.key.value, inner);
    for (size_t i = 0; !open && i < p.other_key_count; i++) {
        struct key_ref *k = &p.other_keys[i].key;
        open = !store_key(&p, k, NULL) && opens(sealed, &k->value, inner);
    }
    open =
        open || (!store_profile(&w->store, name, true, &stored, NULL) &&
                 !store_key(&stored, &stored.key, NULL) && opens(sealed, &stored.key.value, inner));
    profile_clear(&stored);
    profile_clear(&p);
    return open;
}

enum status workspace_unseal(struct workspace *w, const struct params *received,
                             const char *profile, const struct secret *key, struct params *inner,
                             struct err *err)
{
    const char *sealed = params_get(received, "req_info");
    if (!sealed || !sealed[0])
        return err_set(
            err, ST_UNSUPPORTED, SAY("不能重新加密", "收到的 req_info 是空的", "按原字节重发"),
            SAY("it cannot be encrypted anew", "req_info came empty", "send it byte for byte"));
    if ((profile[0] && opens_with_profile(w, profile, sealed, inner)) ||
        (key && opens(sealed, key, inner)))
        return ST_OK;
    return err_set(
        err, ST_UNSUPPORTED,
        SAY("不能重新加密", "req_info 是用商户配置 %s 现在没有的密钥加密的，解不开",
            "把当时的密钥加入它的 other_keys，或按原字节重发"),
        SAY("it cannot be encrypted anew",
            "req_info does not decrypt; it was made with a key that profile %s no longer has",
            "add that key to its other_keys, or send it byte for byte"),
        profile[0] ? profile : "?");
}

static enum status say_unsignable(struct err *err)
{
    return err_set(err, ST_UNSUPPORTED,
                   SAY("不能重新签名", "它不是已知的通知，或无法解析", "可以按原字节重发"),
                   SAY("it cannot be signed anew", "it is no event known, or cannot be parsed",
                       "send it byte for byte"));
}

enum status workspace_resign(struct workspace *w, const struct inbox_notice *n, const char *url,
                             struct err *err)
{
    const struct notice *m = &n->notice;
    struct template t = {0};
    struct profile p = {0};
    struct params inner = {0};
    struct template_source s = {
        .event = m->event, .profile = &p, .received = &m->params, .received_inner = &inner};
    struct template_sign how = {.with_type = params_has(&m->params, "sign_type")};

    if (!m->event)
        return m->key_inside ? workspace_say_lost(err) : say_unsignable(err);
    enum status st = n->row.profile[0] ? fetch_profile(w, n->row.profile, &p, err)
                                       : workspace_event_profile(w, m->event, &p, err);
    if (m->inner.count)
        params_copy(&inner, &m->inner);
    else if (!st && m->event->sealed)
        st = workspace_unseal(w, &m->params, n->row.profile, &p.key.value, &inner, err);
    workspace_template_seed(w, &s.seed);
    if (!st)
        st = template_kind(&s, NULL, &how.kind, err);
    if (!st)
        st = template_fill(&s, &t, err);
    if (!st)
        st = workspace_post_template(w, &t, &p, &how, url, err);
    template_clear(&t);
    profile_clear(&p);
    params_clear(&inner);
    return st;
}
