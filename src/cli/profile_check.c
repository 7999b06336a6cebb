/* SPDX-License-Identifier: MIT */
/*
 * One finding after the other; nothing is sent, and the key is only measured.
 */
#include "cli/profile_check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "core/validate.h"

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
        if (index < c->specs[i]->request_count)
            return c->specs[i]->request[index].name;
        index -= c->specs[i]->request_count;
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
    struct workspace *w;
    struct profile p;
    const char *won; /* where the key came from: "option", "variable", "profile"; NULL: none */
    struct findings findings;
};

static void found(struct check *k, const char *member, const char *rule, enum severity severity,
                  struct bi text)
{
    findings_add(&k->findings, (struct finding_head){member, rule, severity, false}, "%s%.0s",
                 "%.0s%s", text.zh, text.en);
}

static void found_err(struct check *k, const char *member, const char *rule, enum severity severity,
                      const struct err *err)
{
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    err_line(err, LANG_ZH, zh, sizeof(zh));
    err_line(err, LANG_EN, en, sizeof(en));
    found(k, member, rule, severity, (struct bi){zh, en});
}

/* ---- The key ---- */

/* Which source wins is INTERFACE.md's: option, variable, profile. */
static void check_key(struct check *k)
{
    const char *env = getenv("WXPC_KEY");
    struct err err = {0};
    enum status st = ST_OK;

    if (k->c->key_file) {
        key_ref_clear(&k->p.key);
        st = cli_key_file(k->c->key_file, &k->p.key.value, &err);
        k->won = "option";
    } else if (env && env[0]) {
        key_ref_clear(&k->p.key);
        secret_set(&k->p.key.value, env, strlen(env));
        k->won = "variable";
    } else if (k->p.key.source == KEY_NONE) {
        found(k, "api_key", "required", SEVERITY_ERROR,
              (struct bi){"没有密钥，无法签名", "there is no key to sign with"});
        return;
    } else {
        if (!secret_is_set(&k->p.key.value))
            st = store_key(&k->p, &k->p.key, &err);
        k->won = "profile";
    }
    if (st)
        found_err(k, "api_key", "unavailable", SEVERITY_ERROR, &err);
    else if (!profile_key_plausible(&k->p.key.value, &err))
        /* A gateway may give keys of another length. */
        found_err(k, "api_key", "shape",
                  k->p.dialect == DIALECT_GATEWAY ? SEVERITY_WARNING : SEVERITY_ERROR, &err);
}

static void check_other_keys(struct check *k)
{
    for (size_t i = 0; i < k->p.other_key_count; i++) {
        struct other_key *o = &k->p.other_keys[i];
        struct err err = {0};
        if (!secret_is_set(&o->key.value) && store_key(&k->p, &o->key, &err))
            found_err(k, "other_keys", "unavailable", SEVERITY_WARNING, &err);
        else if (secret_same(&o->key.value, &k->p.key.value))
            findings_add(&k->findings,
                         (struct finding_head){"other_keys", "same", SEVERITY_WARNING, false},
                         "候选密钥 %s 与 api_key 相同",
                         "the candidate %s is the same key as api_key", o->label);
    }
}

/* ---- The file ---- */

static void check_mode(struct check *k)
{
    struct stat info;
    if (!k->p.path || stat(k->p.path, &info) || !(info.st_mode & 077))
        return;
    findings_add(&k->findings,
                 (struct finding_head){
                     "(file)", "mode",
                     k->p.key.source == KEY_LITERAL ? SEVERITY_ERROR : SEVERITY_WARNING, false},
                 "文件 %s 的权限是 %03o，其他用户可以读取；执行 chmod 600",
                 "file %s has mode %03o and others may read it; chmod 600 it", k->p.path,
                 (unsigned)(info.st_mode & 0777));
}

static void check_path(struct check *k, const char *member, const char *path)
{
    if (!path || access(path, R_OK) == 0)
        return;
    findings_add(&k->findings, (struct finding_head){member, "file", SEVERITY_ERROR, false},
                 "文件 %s 不存在或读不了", "file %s does not exist or cannot be read", path);
}

/* ---- Addresses ---- */

static void check_url(struct check *k, const char *member, const char *url)
{
    bool https = url && strncmp(url, "https://", 8) == 0;
    bool http = url && strncmp(url, "http://", 7) == 0;
    const char *host = https ? url + 8 : http ? url + 7 : "";

    if (!url)
        return;
    if (!*host || *host == '/' || strpbrk(url, " \t\"<>#"))
        findings_add(&k->findings, (struct finding_head){member, "url", SEVERITY_ERROR, false},
                     "%s 不是以 http:// 或 https:// 开头的地址",
                     "%s is no URL that begins with http:// or https://", url);
    else if (http && k->p.environment == ENVIRONMENT_PRODUCTION)
        findings_add(&k->findings, (struct finding_head){member, "https", SEVERITY_ERROR, false},
                     "生产环境须用 https：%s", "production needs https: %s", url);
}

static void check_address(struct check *k)
{
    bool gateway = k->p.dialect == DIALECT_GATEWAY;
    const char *own = gateway ? k->p.gateway_url : k->p.base_url;
    const char *other = gateway ? k->p.base_url : k->p.gateway_url;
    const char *member = gateway ? "gateway_url" : "base_url";

    check_url(k, "base_url", k->p.base_url);
    check_url(k, "gateway_url", k->p.gateway_url);
    if (!own && k->p.environment == ENVIRONMENT_PRODUCTION)
        found(k, member, "required", SEVERITY_ERROR,
              (struct bi){"生产配置没有地址，请求会去内置沙箱",
                          "a production profile without an address calls the embedded sandbox"});
    if (other)
        found(k, gateway ? "base_url" : "gateway_url", "unused", SEVERITY_WARNING,
              (struct bi){"此方言不使用该地址；网关商户应是单独的配置",
                          "this dialect does not use the address; a gateway merchant is a profile "
                          "of its own"});
}

/* ---- Fields ---- */

static const struct spec *spec_of(const struct check *k, const char *name)
{
    for (size_t i = 0; i < k->w->catalog.count; i++) {
        const struct spec *s = k->w->catalog.specs[i];
        if (s->dialect == k->p.dialect && spec_field(s, name))
            return s;
    }
    return NULL;
}

/* A field is judged as the first API judges it that knows it, and for itself alone. */
static void check_field(struct check *k, const struct param *f)
{
    const struct spec *spec = spec_of(k, f->name);
    struct params one = {0};
    struct findings all = {0};

    if (!spec) {
        struct finding_head head = {f->name, "unknown-field", SEVERITY_WARNING, false};
        const char *near = NULL;
        struct finding *x = findings_add(&k->findings, head, "此方言没有接口使用字段 %s",
                                         "no API of this dialect uses the field %s", f->name);
        if (!profile_knows(&k->w->catalog, f->name, &near) && near)
            finding_more(x, "；是否想写 %s？", "; did you mean %s?", near);
        return;
    }
    params_set(&one, f->name, f->value, NULL);
    validate(spec, &one, k->p.environment, spec->sign_default, &all);
    for (size_t i = 0; i < all.count; i++) {
        const struct finding *x = &all.items[i];
        if (strcmp(x->field, f->name) == 0 && !x->lacking)
            found(k, f->name, x->rule, x->severity,
                  (struct bi){x->text[LANG_ZH], x->text[LANG_EN]});
    }
    findings_clear(&all);
    params_clear(&one);
}

static void check_fields(struct check *k)
{
    static const char *const needed[] = {"mch_id", "appid"};
    for (size_t i = 0; i < (k->p.dialect == DIALECT_GATEWAY ? 1u : 2u); i++) {
        if (!params_has(&k->p.fields, needed[i]))
            findings_add(&k->findings,
                         (struct finding_head){needed[i], "required",
                                               i ? SEVERITY_WARNING : SEVERITY_ERROR, true},
                         "fields 中没有 %s", "there is no %s in fields", needed[i]);
    }
    for (size_t i = 0; i < k->p.fields.count; i++)
        check_field(k, &k->p.fields.items[i]);
}

/* ---- Candidates ---- */

/* --try-key-file: is it the profile's key, and has it the shape of one? */
static struct json *check_candidates(struct check *k, struct err *err)
{
    struct json *list = json_new_array();
    for (size_t i = 0; k->c->try_keys[i]; i++) {
        struct secret key = {0};
        struct json *j = json_new_object();
        if (cli_key_file(k->c->try_keys[i], &key, err)) {
            json_free(j);
            json_free(list);
            return NULL;
        }
        json_add_string(j, "file", k->c->try_keys[i]);
        json_add_int(j, "length", (int64_t)key.len);
        json_add_bool(j, "plausible", profile_key_plausible(&key, NULL));
        json_add_bool(j, "same", secret_same(&key, &k->p.key.value));
        json_push(list, j);
        secret_clear(&key);
    }
    return list;
}

/* ---- Telling ---- */

static void print_key(const struct check *k)
{
    const struct cli *c = k->c;
    const struct bi won = !k->won                         ? (struct bi){"无", "none"}
                          : strcmp(k->won, "option") == 0 ? (struct bi){"--key-file", "--key-file"}
                          : strcmp(k->won, "variable") == 0
                              ? (struct bi){"环境变量 WXPC_KEY", "the variable WXPC_KEY"}
                              : (struct bi){"商户配置", "the profile"};
    struct buf shown;

    buf_init(&shown, 256);
    if (secret_is_set(&k->p.key.value))
        secret_masked(&k->p.key.value, c->lang, &shown);
    cli_printf(stdout, "%s: %s%s%s\n", L(c->lang, "密钥来自", "key from"), bi_get(won, c->lang),
               shown.len ? L(c->lang, "，", ", ") : "", buf_str(&shown));
    buf_clear(&shown);
}

static void print_candidates(const struct cli *c, const struct json *list)
{
    for (const struct json *j = json_first(list); j; j = json_next(j))
        cli_printf(stdout, "%s: %s\n", json_string(json_get(j, "file")),
                   json_bool(json_get(j, "same"), false)
                       ? L(c->lang, "与当前密钥相同", "the same as the key in use")
                       : L(c->lang, "是另一个密钥", "another key"));
}

static void tell(const struct check *k, struct json *candidates)
{
    const struct cli *c = k->c;
    if (c->json) {
        struct json *j = json_new_object(), *key = json_new_object();
        const struct secret *s = &k->p.key.value;
        json_add_string(j, "name", k->p.name);
        json_add_bool(j, "valid", k->findings.errors == 0);
        json_add_string(key, "from", k->won);
        if (secret_is_set(s)) {
            json_add_int(key, "length", (int64_t)s->len);
            if (s->len >= 12)
                json_add_string(key, "last4", s->text + s->len - 4);
        }
        json_add(j, "key", key);
        json_add(j, "findings", findings_json(&k->findings));
        if (json_count(candidates))
            json_add(j, "candidates", candidates);
        else
            json_free(candidates);
        cli_json(j);
        return;
    }
    print_key(k);
    print_candidates(c, candidates);
    json_free(candidates);
    cli_findings(c, stdout, &k->findings);
    if (k->findings.count == 0)
        printf("%s%s%s\n", cli_style(c, "ok"), L(c->lang, "没有发现问题", "nothing found"),
               cli_style(c, ""));
}

enum status profile_check(const struct cli *c, struct workspace *w, struct err *err)
{
    struct check k = {.c = c, .w = w};
    enum status st = store_profile(&w->store, c->words[1], true, &k.p, err);

    if (st)
        return st;
    for (size_t i = 0; i < k.p.warning_count; i++) {
        const struct err *warning = &k.p.warnings[i];
        /* Mode and shape of the key are judged here, with their severity. */
        if (strstr(warning->text[LANG_EN], "unknown member"))
            found_err(&k, "(file)", "unknown-member", SEVERITY_WARNING, warning);
    }
    check_mode(&k);
    check_key(&k);
    check_other_keys(&k);
    check_path(&k, "client_cert", k.p.client_cert);
    check_path(&k, "client_key", k.p.client_key);
    check_path(&k, "ca_file", k.p.ca_file);
    check_address(&k);
    check_fields(&k);
    struct json *candidates = check_candidates(&k, err);
    if (candidates)
        tell(&k, candidates);
    st = !candidates ? ST_IO : k.findings.errors ? ST_REFUSED : ST_OK;
    findings_clear(&k.findings);
    profile_clear(&k.p);
    return st;
}
