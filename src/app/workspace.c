/* SPDX-License-Identifier: MIT */
/*
 * Opening, choosing, closing. What changes moves a revision counter; nothing is drawn from
 * here.
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

bool workspace_uses_sandbox(const struct workspace *w)
{
    return w->demo || profile_uses_sandbox(&w->profile);
}

/* Under --demo nothing goes anywhere else, whatever address a profile has. "" before the sandbox is
   up: the signature does not need its port, and the console's first frame shows one. */
const char *workspace_base(const struct workspace *w)
{
    if (!workspace_uses_sandbox(w))
        return NULL;
    return w->gateway ? gateway_url(w->gateway) : "";
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

enum status workspace_profile(struct workspace *w, const char *name, struct err *err)
{
    struct profile next = {0};
    struct err key_err = {0};
    enum status st = load_profile(w, name, &next, &key_err, err);

    if (st)
        return st;
    profile_clear(&w->profile);
    digest_forget_keys();
    w->profile = next;
    w->profile_err = key_err;
    w->rev_profile++;
    workspace_point(w);
    if (w->inbox)
        inbox_profile(w->inbox, &w->profile);
    if (w->started)
        workspace_start(w, NULL);
    for (size_t i = 0; i < w->catalog.count; i++) {
        if (w->drafts[i].spec)
            draft_profile(&w->drafts[i], &w->profile, workspace_base(w));
    }
    w->rev_draft++;
    return ST_OK;
}

void workspace_key(struct workspace *w, const struct secret *key)
{
    secret_copy(&w->profile.key.value, key);
    w->profile_err = (struct err){0};
    for (size_t i = 0; i < w->catalog.count; i++) {
        if (w->drafts[i].spec)
            draft_refresh(&w->drafts[i]);
    }
    w->rev_draft++;
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

/* Puts `text` into `out`, visible and cut at a character. */
static void put_visible(const char *text, char *out, size_t size)
{
    struct buf b;
    buf_init(&b, 4 * (size + 4));
    text_visible(&b, text, strnlen(text, size), 0);
    size_t len = b.len < size ? b.len : size - 1;
    while (len > 0 && len < b.len && ((unsigned char)b.data[len] & 0xc0) == 0x80)
        len--;
    memcpy(out, buf_str(&b), len);
    out[len] = '\0';
    buf_clear(&b);
}

static void on_sandbox(void *ctx, const struct gateway_event *e)
{
    struct workspace *w = ctx;
    struct sandbox_line *line = &w->log[w->log_next];
    char what[sizeof(line->what)];

    free(line->joined);
    memset(line, 0, sizeof(*line));
    line->at = w->clock();
    line->ok = e->ok;
    snprintf(what, sizeof(what), "%s %s%s%s  %s", e->method, e->path, e->order ? " " : "",
             e->order ? e->order : "", e->code ? e->code : "");
    put_visible(what, line->what, sizeof(line->what));
    for (size_t i = 0; i < LANG_COUNT; i++)
        put_visible(bi_get(e->text, (enum lang)i), line->why[i], sizeof(line->why[i]));
    line->joined = mem_strdup(e->joined);
    w->log_next = (w->log_next + 1) % WORKSPACE_LOG_MAX;
    if (w->log_count < WORKSPACE_LOG_MAX)
        w->log_count++;
    w->rev_log++;
}

/* The sandbox serves the merchant in use: a profile of the user's own, or again the built-in one,
   whose number such a profile may have taken. One that is not complete is no merchant yet. */
static void introduce(struct workspace *w)
{
    struct profile built_in = {0};

    if (!w->gateway)
        return;
    if (w->profile.path)
        gateway_merchant(w->gateway, &w->profile, NULL);
    else if (w->profile.name && !store_profile(&w->store, w->profile.name, false, &built_in, NULL))
        gateway_merchant(w->gateway, &built_in, NULL);
    profile_clear(&built_in);
}

static enum status open_sandbox(struct workspace *w)
{
    bool keep = !w->demo || w->data_given;
    struct gateway_options o = {.data_dir = keep ? w->store.data_dir : NULL,
                                .faults = w->faults,
                                .sink = on_sandbox,
                                .ctx = w,
                                .clock = w->clock};
    w->gateway_err = (struct err){0};
    w->rev_profile++;
    return gateway_open(w->loop, &w->catalog, &o, &w->gateway, &w->gateway_err);
}

enum status workspace_start(struct workspace *w, struct err *err)
{
    enum status st = ST_OK;

    w->started = true;
    if (!w->gateway && workspace_uses_sandbox(w))
        st = open_sandbox(w);
    if (st && err)
        *err = w->gateway_err;
    introduce(w);
    workspace_journal_start(w);
    workspace_inbox(w);
    for (size_t i = 0; i < w->catalog.count; i++) {
        if (w->drafts[i].spec)
            draft_base(&w->drafts[i], workspace_base(w));
    }
    w->rev_draft++;
    return st;
}

/* ---- APIs ---- */

const struct spec *workspace_spec(const struct workspace *w)
{
    return catalog_at(&w->catalog, w->api);
}

const char *workspace_demo_merchant(const struct spec *spec)
{
    const struct field *sub = spec_field(spec, "sub_mch_id");
    if (spec->dialect == DIALECT_GATEWAY)
        return "demo-gateway";
    return sub && sub->required ? "demo-partner" : "demo";
}

bool workspace_is_demo(const struct workspace *w)
{
    return !w->profile.path && w->profile.name && strncmp(w->profile.name, "demo", 4) == 0;
}

struct draft *workspace_draft(struct workspace *w)
{
    struct draft *d = &w->drafts[w->api];
    if (!d->spec) {
        struct request_seed seed;
        workspace_seed(w, &seed);
        draft_open(d, workspace_spec(w), &w->profile, workspace_base(w), &seed,
                   w->demo || workspace_is_demo(w));
    }
    return d;
}

void workspace_choose(struct workspace *w, size_t api)
{
    struct err err = {0};
    if (api >= w->catalog.count)
        return;
    w->api = api;
    const char *merchant = workspace_demo_merchant(workspace_spec(w));
    if (workspace_is_demo(w) && strcmp(w->profile.name, merchant) != 0) {
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
    if (!st)
        *out = catalog_index(&w->catalog, id);
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
        name = workspace_demo_merchant(workspace_spec(w));
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
    w->no_history = o->no_history;
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

void exchange_clear(struct exchange *e)
{
    request_clear(&e->request);
    profile_clear(&e->profile);
    http_result_clear(&e->http);
    reply_clear(&e->reply);
    memset(e, 0, sizeof(*e));
}

void workspace_close(struct workspace *w)
{
    inbox_free(w->inbox);
    posting_clear(&w->posting);
    if (w->gateway)
        gateway_close(w->gateway);
    if (w->loop)
        loop_free(w->loop);
    exchange_clear(&w->exchange);
    workspace_retain_end(w);
    journal_close(w->journal);
    invoke_clear(&w->invoke);
    params_clear(&w->pins);
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
