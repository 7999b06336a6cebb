/* SPDX-License-Identifier: MIT */
/*
 * The judgement is app/merchant's, as in the console; here stand which key is judged, the
 * candidates, and the telling.
 */
#include "cli/profile_check.h"

#include <stdlib.h>
#include <string.h>

#include "app/merchant.h"
#include "core/text.h"

/* ---- Names ---- */

/* Members, then the request fields of all APIs. */
static const char *known_name(const void *ctx, size_t index)
{
    static const char *const members[] = {
        "environment", "dialect", "base_url", "gateway_url", "sign_type",   "title",
        "client_cert", "ca_file", "theme",    "client_key",  "api_key_env", "api_key_file",
    };
    const struct catalog *c = ctx;
    if (index < ARRAY_COUNT(members))
        return members[index];
    index -= ARRAY_COUNT(members);
    for (size_t i = 0; i < c->count; i++) {
        if (index < catalog_at(c, i)->request_count)
            return catalog_at(c, i)->request[index].name;
        index -= catalog_at(c, i)->request_count;
    }
    return NULL;
}

bool profile_knows(const struct catalog *catalog, const char *name, const char **near)
{
    const char *known;
    for (size_t i = 0; (known = known_name(catalog, i)); i++) {
        if (strcmp(known, name) == 0)
            return true;
    }
    *near = text_nearest(name, known_name, catalog);
    return false;
}

/* ---- The check ---- */

struct check {
    const struct cli *c;
    struct profile p;
    const char *from; /* which source of keys won: "option", "variable", "profile"; NULL: none */
    struct merchant_report report;
};

static void set_key(struct profile *p, enum key_source source, const char *name)
{
    key_ref_clear(&p->key);
    p->key.source = source;
    p->key.name = mem_strdup(name);
}

/* Which source wins is INTERFACE.md's: option, variable, profile. */
static enum status choose_key(struct check *k, struct err *err)
{
    const char *env = getenv("WXPC_KEY");

    if (k->c->key_file) {
        k->from = "option";
        set_key(&k->p, KEY_FILE, k->c->key_file);
        return cli_key_file(k->c->key_file, &k->p.key.value, err);
    }
    if (env && env[0]) {
        k->from = "variable";
        set_key(&k->p, KEY_ENV, "WXPC_KEY");
        secret_set(&k->p.key.value, env, strlen(env));
    } else if (k->p.key.source != KEY_NONE) {
        k->from = "profile";
    }
    return ST_OK;
}

/* --try-key-file: is it the profile's key, and has it the shape of one? */
static enum status check_candidates(const struct check *k, struct json *list, struct err *err)
{
    for (size_t i = 0; k->c->try_keys[i]; i++) {
        struct secret key = {0};
        enum status st = cli_key_file(k->c->try_keys[i], &key, err);
        if (st)
            return st;
        struct json *j = json_new_object();
        json_add_string(j, "file", k->c->try_keys[i]);
        json_add_int(j, "length", (int64_t)key.len);
        json_add_bool(j, "plausible", profile_key_plausible(&key, NULL));
        json_add_bool(j, "same", secret_same(&key, &k->p.key.value));
        json_push(list, j);
        secret_clear(&key);
    }
    return ST_OK;
}

/* ---- Telling ---- */

static const char *mark_name(enum merchant_mark mark)
{
    return mark == MERCHANT_ERROR ? "error" : mark == MERCHANT_WARNING ? "warning" : "ok";
}

static struct json *finding_json(const struct merchant_finding *f)
{
    struct json *j = json_new_object();
    char line[ERR_TEXT_MAX * 2];
    json_add_string(j, "severity", mark_name(f->mark));
    for (int i = 0; i < LANG_COUNT; i++) {
        err_line(&f->text, (enum lang)i, line, sizeof(line));
        json_add_string(j, lang_name((enum lang)i), line);
    }
    return j;
}

static void tell_json(const struct check *k, struct json *candidates)
{
    struct json *j = json_new_object(), *key = json_new_object(), *list = json_new_array();
    struct json *view = profile_view(&k->p);
    const struct json *api_key = json_get(view, "api_key");

    json_add_string(j, "name", k->p.name);
    json_add_bool(j, "valid", k->report.errors == 0);
    json_add_string(key, "from", k->from);
    if (json_get(api_key, "length"))
        json_add_int(key, "length", json_int(json_get(api_key, "length"), 0));
    json_add_string(key, "last4", json_string(json_get(api_key, "last4")));
    json_add(j, "key", key);
    for (size_t i = 0; i < k->report.count; i++) {
        if (k->report.items[i].mark != MERCHANT_OK)
            json_push(list, finding_json(&k->report.items[i]));
    }
    json_add(j, "findings", list);
    if (json_count(candidates))
        json_add(j, "candidates", json_copy(candidates));
    json_free(view);
    cli_json(j);
}

static void print_key(const struct check *k)
{
    const struct cli *c = k->c;
    struct buf shown;

    if (!k->from)
        return;
    const struct bi from = strcmp(k->from, "option") == 0 ? (struct bi){"--key-file", "--key-file"}
                           : strcmp(k->from, "variable") == 0
                               ? (struct bi){"环境变量 WXPC_KEY", "the variable WXPC_KEY"}
                               : (struct bi){"商户配置", "the profile"};
    buf_init(&shown, 256);
    if (secret_is_set(&k->p.key.value))
        secret_masked(&k->p.key.value, c->lang, &shown);
    cli_printf(stdout, "%s %s%s%s\n", L(c->lang, "密钥来自", "key from"), bi_get(from, c->lang),
               shown.len ? L(c->lang, "：", ": ") : "", buf_str(&shown));
    buf_clear(&shown);
}

static void tell(const struct check *k, const struct json *candidates)
{
    static const struct bi words[] = {[MERCHANT_OK] = {"合格", "ok"},
                                      [MERCHANT_WARNING] = {"警告", "warning"},
                                      [MERCHANT_ERROR] = {"错误", "error"}};
    static const char *const styles[] = {
        [MERCHANT_OK] = "ok", [MERCHANT_WARNING] = "warn", [MERCHANT_ERROR] = "bad"};
    const struct cli *c = k->c;
    char line[ERR_TEXT_MAX * 2];

    print_key(k);
    for (const struct json *j = json_first(candidates); j; j = json_next(j))
        cli_printf(stdout, "%s: %s\n", json_string(json_get(j, "file")),
                   json_bool(json_get(j, "same"), false)
                       ? L(c->lang, "与当前密钥相同", "the same as the key in use")
                       : L(c->lang, "是另一个密钥", "another key"));
    for (size_t i = 0; i < k->report.count; i++) {
        const struct merchant_finding *f = &k->report.items[i];
        err_line(&f->text, c->lang, line, sizeof(line));
        printf("%s%s%s ", cli_style(c, styles[f->mark]), bi_get(words[f->mark], c->lang),
               cli_style(c, ""));
        cli_printf(stdout, "%s\n", line);
    }
}

enum status profile_check(const struct cli *c, struct workspace *w, struct err *err)
{
    struct check *k = mem_alloc(sizeof(*k));
    struct json *candidates = json_new_array();

    k->c = c;
    enum status st = merchant_read(w, c->words[1], &k->p, err);
    if (!st)
        st = choose_key(k, err);
    if (!st)
        st = check_candidates(k, candidates, err);
    if (!st) {
        merchant_check(w, &k->p, &k->report);
        if (c->json)
            tell_json(k, candidates);
        else
            tell(k, candidates);
        st = k->report.errors ? ST_REFUSED : ST_OK;
    }
    json_free(candidates);
    profile_clear(&k->p);
    free(k);
    return st;
}
