/* SPDX-License-Identifier: MIT */
/*
 * Opening, choosing, sending. What comes back arrives in the loop as a value, is judged
 * here and moves a revision counter; nothing is drawn from here.
 */
#include "app/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/text.h"

static time_t real_clock(void)
{
    return time(NULL);
}

static void real_random(void *out, size_t size)
{
    char *p = out;
    while (size > 0) {
        ssize_t n = getrandom(p, size > 256 ? 256 : size, 0);
        if (n < 0) /* EINTR before the pool is ready: only in the first moments of a machine */
            continue;
        p += n;
        size -= (size_t)n;
    }
}

/* ---- Messages ---- */

void workspace_say(struct workspace *w, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    err_vset(&w->message.text, ST_OK, zh, en, args);
    va_end(args);
    w->message.error = false;
    w->message.at_ms = loop_now(w->loop);
    w->rev_message++;
}

void workspace_complain(struct workspace *w, const struct err *err)
{
    w->message.text = *err;
    w->message.error = true;
    w->message.at_ms = loop_now(w->loop);
    w->rev_message++;
}

/* ---- Seeds ---- */

static void random_text(const struct workspace *w, const char *alphabet, char *out, size_t len)
{
    size_t n = strlen(alphabet), at = 0;
    unsigned limit = (unsigned)(256 - 256 % n); /* above it the first letters would be likelier */
    while (at < len) {
        unsigned char byte;
        w->random(&byte, 1);
        if (byte < limit)
            out[at++] = alphabet[byte % n];
    }
    out[len] = '\0';
}

void workspace_seed(const struct workspace *w, struct request_seed *seed)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const char digits[] = "0123456789";

    memset(seed, 0, sizeof(*seed));
    seed->now = w->clock();
    random_text(w, letters, seed->nonce, 32);
    text_time_write(seed->now, seed->order_no);
    random_text(w, digits, seed->order_no + TEXT_TIME_SIZE - 1, 8);
    /* Twelve digits: facts/apis.md 10, conflict 14. */
    snprintf(seed->serial, sizeof(seed->serial), "%lld", (long long)(seed->now % 10000000000));
    random_text(w, digits, seed->serial + strlen(seed->serial), 2);
}

/* ---- Profile ---- */

static bool needs_sandbox(const struct profile *p)
{
    return p->dialect == DIALECT_GATEWAY ? !p->gateway_url : !p->base_url;
}

/* Before the sockets are opened the sandbox's port is not known; the signature does not need it,
   and the console's first frame shows one. */
static const char *sandbox_url(const struct workspace *w)
{
    if (!needs_sandbox(&w->profile))
        return NULL;
    if (!w->started)
        return "http://127.0.0.1";
    return w->gateway ? gateway_url(w->gateway) : NULL;
}

static void add_name(void *ctx, const char *name, const char *origin)
{
    struct workspace *w = ctx;
    (void)origin;
    w->profile_names = mem_grow(w->profile_names, w->profile_count + 1, sizeof(char *));
    w->profile_names[w->profile_count++] = mem_strdup(name);
}

static void forget_profiles(struct workspace *w)
{
    for (size_t i = 0; i < w->profile_count; i++)
        free(w->profile_names[i]);
    free(w->profile_names);
    w->profile_names = NULL;
    w->profile_count = 0;
}

void workspace_profiles(struct workspace *w)
{
    forget_profiles(w);
    store_list(&w->store, "profiles", add_name, w);
    w->rev_profile++;
}

/* The key that outranks the profile's: --key-file, then $WXPC_KEY. Neither leaves it as it is. */
static enum status override_key(const struct workspace *w, struct profile *p, struct err *err)
{
    const char *env = getenv("WXPC_KEY");
    struct secret key = {0};

    if (w->key_file) {
        enum status st = store_key_file(w->key_file, &key, err);
        if (st && err)
            err->status = ST_IO; /* not-found would be the profile's */
        if (st)
            return ST_IO;
    } else if (env && env[0]) {
        secret_set(&key, env, strlen(env));
    } else {
        return ST_OK;
    }
    key_ref_clear(&p->key);
    p->key.source = w->key_file ? KEY_FILE : KEY_ENV;
    p->key.name = mem_strdup(w->key_file ? w->key_file : "WXPC_KEY");
    p->key.value = key;
    return ST_OK;
}

/* Reads a profile with its key. A key that cannot be fetched leaves the profile usable for looking.
 */
static enum status load_profile(struct workspace *w, const char *name, struct profile *out,
                                struct err *key_err, struct err *err)
{
    enum status st = store_profile(&w->store, name, true, out, err);
    if (st)
        return st;
    *key_err = (struct err){0};
    st = override_key(w, out, err);
    if (st) {
        profile_clear(out);
        return st;
    }
    if (!secret_is_set(&out->key.value))
        store_key(out, &out->key, key_err);
    for (size_t i = 0; i < out->other_key_count; i++)
        store_key(out, &out->other_keys[i].key, NULL);
    return ST_OK;
}

static void refresh_drafts(struct workspace *w)
{
    for (size_t i = 0; i < w->catalog.count; i++) {
        if (w->drafts[i].spec)
            draft_profile(&w->drafts[i], &w->profile, sandbox_url(w));
    }
    w->rev_draft++;
}

enum status workspace_profile(struct workspace *w, const char *name, struct err *err)
{
    struct profile next = {0};
    enum status st = load_profile(w, name, &next, &w->profile_err, err);

    if (st)
        return st;
    profile_clear(&w->profile);
    digest_forget_keys();
    w->profile = next;
    w->rev_profile++;
    if (w->gateway || w->started)
        workspace_start(w, NULL);
    refresh_drafts(w);
    return ST_OK;
}

void workspace_key(struct workspace *w, const struct secret *key)
{
    secret_copy(&w->profile.key.value, key);
    w->profile_err = (struct err){0};
    refresh_drafts(w);
}

enum status workspace_profile_save(struct workspace *w, const struct profile *p, struct err *err)
{
    enum status st = store_profile_save(&w->store, p, err);
    if (st)
        return st;
    workspace_profiles(w);
    if (w->profile.name && strcmp(w->profile.name, p->name) == 0)
        return workspace_profile(w, p->name, err);
    return ST_OK;
}

enum status workspace_profile_remove(struct workspace *w, const char *name, struct err *err)
{
    enum status st = store_profile_remove(&w->store, name, err);
    if (st)
        return st;
    workspace_profiles(w);
    if (w->profile.name && strcmp(w->profile.name, name) == 0)
        return workspace_profile(w, "demo", err);
    return ST_OK;
}

/* ---- Sandbox ---- */

static void on_sandbox(void *ctx, const struct gateway_event *e)
{
    struct workspace *w = ctx;
    struct sandbox_line *line = &w->log[w->log_next];

    free(line->joined);
    memset(line, 0, sizeof(*line));
    line->at = w->clock();
    line->ok = e->ok;
    snprintf(line->what, sizeof(line->what), "%s %s%s%s  %s", e->method, e->path,
             e->order ? " " : "", e->order ? e->order : "", e->code ? e->code : "");
    for (size_t i = 0; i < LANG_COUNT; i++)
        snprintf(line->why[i], sizeof(line->why[i]), "%s", bi_get(e->text, (enum lang)i));
    line->joined = mem_strdup(e->joined);
    w->log_next = (w->log_next + 1) % WORKSPACE_LOG_MAX;
    if (w->log_count < WORKSPACE_LOG_MAX)
        w->log_count++;
    w->rev_log++;
}

/* A demonstration profile of the user's own is a merchant of the sandbox too. */
static void introduce(struct workspace *w)
{
    if (w->gateway && needs_sandbox(&w->profile) && w->profile.path &&
        secret_is_set(&w->profile.key.value))
        gateway_merchant(w->gateway, &w->profile, &w->gateway_err);
}

enum status workspace_start(struct workspace *w, struct err *err)
{
    enum status st = ST_OK;

    w->started = true;
    if (!w->gateway && (w->demo || needs_sandbox(&w->profile))) {
        struct gateway_options o = {.data_dir =
                                        w->demo && !w->data_given ? NULL : w->store.data_dir,
                                    .faults = w->faults,
                                    .sink = on_sandbox,
                                    .ctx = w,
                                    .clock = w->clock};
        w->gateway_err = (struct err){0};
        st = gateway_open(w->loop, &w->catalog, &o, &w->gateway, &w->gateway_err);
        if (st && err)
            *err = w->gateway_err;
        w->rev_profile++;
    }
    introduce(w);
    refresh_drafts(w);
    return st;
}

/* ---- APIs ---- */

const struct spec *workspace_spec(const struct workspace *w)
{
    return w->catalog.specs[w->api];
}

/* Among the built-in demonstration merchants, the one that an API is for. */
static const char *demo_merchant(const struct spec *spec)
{
    const struct field *sub = spec_field(spec, "sub_mch_id");
    if (spec->dialect == DIALECT_GATEWAY)
        return "demo-gateway";
    return sub && sub->required ? "demo-partner" : "demo";
}

static bool is_demo_profile(const struct profile *p)
{
    return !p->path && p->name && strncmp(p->name, "demo", 4) == 0;
}

struct draft *workspace_draft(struct workspace *w)
{
    struct draft *d = &w->drafts[w->api];
    if (!d->spec) {
        struct request_seed seed;
        workspace_seed(w, &seed);
        draft_open(d, workspace_spec(w), &w->profile, sandbox_url(w), &seed,
                   w->demo || is_demo_profile(&w->profile));
    }
    return d;
}

void workspace_choose(struct workspace *w, size_t api)
{
    struct err err;
    if (api >= w->catalog.count)
        return;
    w->api = api;
    const char *merchant = demo_merchant(workspace_spec(w));
    if (is_demo_profile(&w->profile) && strcmp(w->profile.name, merchant) != 0) {
        if (workspace_profile(w, merchant, &err))
            workspace_complain(w, &err);
        else
            workspace_say(w, "已换用演示商户 %s", "now with the demonstration merchant %s",
                          merchant);
    }
    workspace_draft(w);
    w->rev_draft++;
}

/* ---- Opening and closing ---- */

static enum lang choose_lang(const struct workspace_options *o)
{
    if (o->has_lang)
        return o->lang;
    const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const char *v = getenv(names[i]);
        if (v && v[0])
            return lang_from_locale(v);
    }
    return LANG_EN;
}

static enum status find_api(const struct workspace *w, const char *id, size_t *out, struct err *err)
{
    const struct spec *spec;
    enum status st = catalog_get(&w->catalog, id, &spec, err);
    for (size_t i = 0; !st && i < w->catalog.count; i++) {
        if (w->catalog.specs[i] == spec)
            *out = i;
    }
    return st;
}

enum status workspace_choose_id(struct workspace *w, const char *id, struct err *err)
{
    size_t api = 0;
    enum status st = find_api(w, id, &api, err);
    if (!st)
        workspace_choose(w, api);
    return st;
}

static enum status open_profile(struct workspace *w, const struct workspace_options *o,
                                struct err *err)
{
    const char *name = o->profile;
    if (!name && o->demo)
        name = demo_merchant(workspace_spec(w));
    if (!name)
        name = w->settings.profile;
    enum status st = load_profile(w, name, &w->profile, &w->profile_err, err);
    if (st && !o->profile && !o->key_file && !o->demo) {
        /* A settings file that names a profile that is gone must not lock the user out. */
        workspace_complain(w, err);
        st = load_profile(w, "demo", &w->profile, &w->profile_err, err);
    }
    return st;
}

enum status workspace_open(struct workspace *w, const struct workspace_options *o, struct err *err)
{
    struct err warnings[SETTINGS_WARNINGS_MAX];
    size_t count = 0;

    memset(w, 0, sizeof(*w));
    w->clock = o->clock ? o->clock : real_clock;
    w->random = o->random ? o->random : real_random;
    w->demo = o->demo;
    w->data_given = o->data_dir != NULL;
    w->key_file = o->key_file;
    w->faults = o->faults;
    w->loop = loop_new();
    enum lang lang = choose_lang(o);
    settings_init(&w->settings, lang);
    enum status st = store_open(&w->store, o->data_dir, err);
    if (!st) {
        settings_load(&w->settings, &w->store, warnings, &count);
        if (o->has_lang)
            w->settings.lang = w->settings.lang_start = o->lang;
        if (count)
            workspace_complain(w, &warnings[0]);
        st = store_catalog(&w->store, &w->catalog, err);
    }
    if (!st && w->catalog.failure_count)
        workspace_complain(w, &w->catalog.failures[0].err);
    if (!st && o->api)
        st = find_api(w, o->api, &w->api, err);
    if (!st && !o->lookup)
        st = open_profile(w, o, err);
    if (!st) {
        w->drafts = mem_alloc(w->catalog.count * sizeof(*w->drafts));
        workspace_profiles(w);
    } else {
        workspace_close(w);
    }
    return st;
}

static void exchange_clear(struct exchange *e)
{
    request_clear(&e->request);
    profile_clear(&e->profile);
    http_result_clear(&e->http);
    reply_clear(&e->reply);
    memset(e, 0, sizeof(*e));
}

void workspace_close(struct workspace *w)
{
    if (w->gateway)
        gateway_close(w->gateway);
    if (w->loop)
        loop_free(w->loop);
    exchange_clear(&w->exchange);
    for (size_t i = 0; w->drafts && i < w->catalog.count; i++)
        draft_close(&w->drafts[i]);
    free(w->drafts);
    for (size_t i = 0; i < WORKSPACE_LOG_MAX; i++)
        free(w->log[i].joined);
    forget_profiles(w);
    profile_clear(&w->profile);
    catalog_clear(&w->catalog);
    settings_clear(&w->settings);
    store_close(&w->store);
    digest_forget_keys();
    memset(w, 0, sizeof(*w));
}

void workspace_lang(struct workspace *w, enum lang lang)
{
    w->settings.lang = lang;
    w->rev_lang++;
}

/* ---- Sending ---- */

enum ask workspace_ask(struct workspace *w)
{
    if (w->profile.environment != ENVIRONMENT_PRODUCTION)
        return ASK_NOTHING;
    return workspace_spec(w)->moves_money ? ASK_AMOUNT : ASK_PRODUCTION;
}

static void on_reply(void *ctx, unsigned id, struct http_result *result)
{
    struct workspace *w = ctx;
    struct exchange *e = &w->exchange;

    if (id != e->http_id || e->state != EXCHANGE_RUNNING)
        return;
    e->http = *result;
    memset(result, 0, sizeof(*result));
    if (e->http.status)
        reply_read(e->spec, &e->profile, &e->request.params, e->http.status, e->http.content_type,
                   buf_str(&e->http.body), e->http.body.len, &e->reply);
    e->state = e->http.err.status ? EXCHANGE_FAILED : EXCHANGE_DONE;
    w->rev_exchange++;
}

static enum status refuse_invalid(const struct draft *d, struct err *err)
{
    const struct finding *f = validate_first(&d->findings, NULL);
    if (!f)
        return ST_OK;
    return err_set(
        err, ST_REFUSED, SAY("未发送：%1$s%2$.0s", "表单有 %3$zu 处错误", "改正后再发送"),
        SAY("not sent: %1$.0s%2$s", "the form has %3$zu errors", "mend them and send again"),
        f->text[LANG_ZH], f->text[LANG_EN], d->findings.errors);
}

static enum status start_call(struct workspace *w, struct exchange *e, struct err *err)
{
    struct http_request r = {.method = e->request.get ? "GET" : "POST",
                             .url = e->request.url,
                             .content_type = e->request.get ? NULL : "text/xml; charset=utf-8",
                             .body = buf_str(&e->request.body),
                             .len = e->request.body.len,
                             .ca_file = e->profile.ca_file,
                             .connect_ms = (long)w->settings.connect_ms,
                             .total_ms = (long)w->settings.total_ms};
    if (e->request.needs_cert) {
        r.client_cert = e->profile.client_cert;
        r.client_key = e->profile.client_key;
    }
    return http_start(loop_http(w->loop), &r, on_reply, w, &e->http_id, err);
}

static enum status refuse_second(const struct workspace *w, struct err *err)
{
    if (w->exchange.state != EXCHANGE_RUNNING)
        return ST_OK;
    return err_set(err, ST_CONFLICT, SAY("未发送", "上一次调用还在进行", "等它结束，或按 Esc 取消"),
                   SAY("not sent", "the previous call is still under way",
                       "wait for it or cancel it with Esc"));
}

/* A fresh exchange for the current API and merchant. */
static struct exchange *begin_exchange(struct workspace *w)
{
    struct exchange *e = &w->exchange;
    exchange_clear(e);
    e->spec = workspace_spec(w);
    e->sent_at = w->clock();
    e->started_ms = loop_now(w->loop);
    profile_copy(&e->profile, &w->profile);
    return e;
}

/* Starts what was built; a failure to build or to start leaves no exchange. */
static enum status launch(struct workspace *w, struct exchange *e, enum status built,
                          struct err *err)
{
    enum status st = built ? built : start_call(w, e, err);
    w->rev_exchange++;
    if (st)
        exchange_clear(e);
    else
        e->state = EXCHANGE_RUNNING;
    return st;
}

enum status workspace_send(struct workspace *w, bool force, struct err *err)
{
    struct draft *d = workspace_draft(w);
    struct request_seed seed;
    enum status st = refuse_second(w, err);

    if (st)
        return st;
    workspace_start(w, NULL);
    workspace_seed(w, &seed);
    draft_renew(d, &seed, d->placed);
    w->rev_draft++;
    if (!force && (st = refuse_invalid(d, err)))
        return st;
    if (d->build_err.status) {
        if (err)
            *err = w->gateway_err.status && !d->base ? w->gateway_err : d->build_err;
        return d->build_err.status;
    }
    struct exchange *e = begin_exchange(w);
    st = request_build(d->spec, &e->profile, &d->params, d->kind, d->base, &e->request, err);
    st = launch(w, e, st, err);
    d->placed = d->placed || !st;
    return st;
}

enum status workspace_send_raw(struct workspace *w, const char *data, size_t len, struct err *err)
{
    enum status st = refuse_second(w, err);

    if (st)
        return st;
    workspace_start(w, NULL);
    struct exchange *e = begin_exchange(w);
    const struct request_bytes bytes = {data, len};
    st = request_raw(e->spec, &e->profile, &bytes, sandbox_url(w), &e->request, err);
    return launch(w, e, st, err);
}

void workspace_cancel(struct workspace *w)
{
    if (w->exchange.state == EXCHANGE_RUNNING)
        http_cancel(loop_http(w->loop), w->exchange.http_id);
}

/* ---- Copying ---- */

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
};

struct bi copy_title(enum copy_what what)
{
    return copies[what].title;
}

static void add_word(struct buf *out, const char *name, const char *value)
{
    buf_adds(out, " '");
    buf_adds(out, name);
    buf_adds(out, value[0] == '@' ? "==" : "=");
    for (; *value; value++) {
        if (*value == '\'')
            buf_adds(out, "'\\''");
        else
            buf_addc(out, *value);
    }
    buf_addc(out, '\'');
}

/* The command that does the same; what it would fill by itself is left out. */
static void add_command(const struct workspace *w, const struct draft *d, struct buf *out)
{
    buf_addf(out, "wxpc send %s", d->spec->id);
    if (w->demo && is_demo_profile(&w->profile))
        buf_adds(out, " --demo");
    else
        buf_addf(out, " -p %s", w->profile.name);
    for (size_t i = 0; i < d->params.count; i++) {
        const struct param *p = &d->params.items[i];
        if (!p->off && p->value_len && p->source != PARAM_GENERATED && p->source != PARAM_PROFILE)
            add_word(out, p->name, p->value);
    }
}

enum status workspace_copy(struct workspace *w, enum copy_what what, struct buf *out,
                           struct err *err)
{
    struct draft *d = workspace_draft(w);
    const struct exchange *e = &w->exchange;
    const char *value =
        copies[what].field ? params_get(&e->reply.params, copies[what].field) : NULL;
    bool of_reply = what == COPY_REPLY || copies[what].field;

    if (!of_reply && d->build_err.status) {
        if (err)
            *err = d->build_err;
        return ST_NOT_FOUND;
    }
    if (what == COPY_SIGN)
        buf_adds(out, params_get(&d->request.params, "sign"));
    else if (what == COPY_JOINED)
        sign_trace_masked(&d->request.trace, out);
    else if (what == COPY_XML)
        buf_add(out, buf_str(&d->request.body), d->request.body.len);
    else if (what == COPY_CURL)
        request_curl(&d->request, &w->profile, out);
    else if (what == COPY_COMMAND)
        add_command(w, d, out);
    else if (what == COPY_REPLY && e->http.body.len)
        buf_add(out, buf_str(&e->http.body), e->http.body.len);
    else if (value)
        buf_adds(out, value);
    if (out->len)
        return buf_status(out);
    return err_set(err, ST_NOT_FOUND,
                   SAY("没有可复制的%1$s%2$.0s", "还没有收到含它的应答", "先发送一次（Ctrl-R）"),
                   SAY("there is no %1$.0s%2$s to copy", "no reply with it has arrived",
                       "send a request first (Ctrl-R)"),
                   copies[what].title.zh, copies[what].title.en);
}
