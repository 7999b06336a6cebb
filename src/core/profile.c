/* SPDX-License-Identifier: MIT */
/*
 * Profiles: one table of members drives reading, writing and the view.
 *
 * The JSON document is kept for its unknown members. Key texts are taken out of it as soon
 * as they have been read, so that the document may be copied and freed like any other.
 */
#include "core/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* A member that is plain text. */
struct text_member {
    const char *name;
    size_t offset;
};

static const struct text_member text_members[] = {
    {"name", offsetof(struct profile, name)},
    {"base_url", offsetof(struct profile, base_url)},
    {"gateway_url", offsetof(struct profile, gateway_url)},
    {"client_cert", offsetof(struct profile, client_cert)},
    {"client_key", offsetof(struct profile, client_key)},
    {"ca_file", offsetof(struct profile, ca_file)},
    {"theme", offsetof(struct profile, theme)},
};

static const char *const member_names[] = {
    "name",        "title",   "environment", "dialect",    "base_url",
    "gateway_url", "api_key", "sign_type",   "other_keys", "client_cert",
    "client_key",  "ca_file", "fields",      "theme",      NULL,
};

static const char *name_at(const void *ctx, size_t index)
{
    return ((const char *const *)ctx)[index];
}

static char **text_slot(const struct profile *p, const struct text_member *m)
{
    return (char **)((char *)p + m->offset);
}

void key_ref_clear(struct key_ref *k)
{
    free(k->name);
    for (size_t i = 0; k->argv[i]; i++)
        free(k->argv[i]);
    secret_clear(&k->value);
    memset(k, 0, sizeof(*k));
}

void key_ref_copy(struct key_ref *to, const struct key_ref *from)
{
    key_ref_clear(to);
    to->source = from->source;
    to->name = mem_strdup(from->name);
    for (size_t i = 0; from->argv[i]; i++)
        to->argv[i] = mem_strdup(from->argv[i]);
    if (secret_is_set(&from->value))
        secret_copy(&to->value, &from->value);
}

void profile_clear(struct profile *p)
{
    for (size_t i = 0; i < ARRAY_COUNT(text_members); i++)
        free(*text_slot(p, &text_members[i]));
    for (size_t i = 0; i < LANG_COUNT; i++)
        free(p->title[i]);
    key_ref_clear(&p->key);
    for (size_t i = 0; i < p->other_key_count; i++) {
        free(p->other_keys[i].label);
        key_ref_clear(&p->other_keys[i].key);
    }
    params_clear(&p->fields);
    free(p->path);
    json_free(p->document);
    memset(p, 0, sizeof(*p));
}

void profile_copy(struct profile *to, const struct profile *from)
{
    struct profile copy = {0};
    for (size_t i = 0; i < ARRAY_COUNT(text_members); i++)
        *text_slot(&copy, &text_members[i]) = mem_strdup(*text_slot(from, &text_members[i]));
    for (size_t i = 0; i < LANG_COUNT; i++)
        copy.title[i] = mem_strdup(from->title[i]);
    copy.environment = from->environment;
    copy.dialect = from->dialect;
    copy.has_sign_type = from->has_sign_type;
    copy.sign_type = from->sign_type;
    key_ref_copy(&copy.key, &from->key);
    copy.other_key_count = from->other_key_count;
    for (size_t i = 0; i < from->other_key_count; i++) {
        copy.other_keys[i].label = mem_strdup(from->other_keys[i].label);
        key_ref_copy(&copy.other_keys[i].key, &from->other_keys[i].key);
    }
    params_copy(&copy.fields, &from->fields);
    copy.path = mem_strdup(from->path);
    copy.document = from->document ? json_copy(from->document) : NULL;
    memcpy(copy.warnings, from->warnings, sizeof(copy.warnings));
    copy.warning_count = from->warning_count;
    profile_clear(to);
    *to = copy;
}

const char *profile_address(const struct profile *p)
{
    if (p->dialect == DIALECT_GATEWAY)
        return p->gateway_url;
    if (p->base_url || p->environment != ENVIRONMENT_PRODUCTION)
        return p->base_url;
    return PROFILE_OFFICIAL;
}

bool profile_uses_sandbox(const struct profile *p)
{
    return p->environment != ENVIRONMENT_PRODUCTION && !profile_address(p);
}

bool profile_name_valid(const char *name)
{
    size_t len = name ? strlen(name) : 0;
    if (len == 0 || len > PROFILE_NAME_MAX || name[0] == '.' || name[0] == '-')
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == len;
}

bool profile_key_plausible(const struct secret *key, struct err *why)
{
    for (size_t i = 0; i < key->len; i++) {
        unsigned char c = (unsigned char)key->text[i];
        if (c <= ' ' || c >= 0x7f) {
            err_set(why, ST_ARGUMENT,
                    "密钥第 %zu 个字节不是可见的 ASCII 字符（空格、换行或引号？）",
                    "byte %zu of the key is not a printable ASCII character (a blank, a newline?)",
                    i + 1);
            return false;
        }
    }
    if (key->len != 32) {
        err_set(why, ST_ARGUMENT, "密钥有 %zu 个字节%.0s，API 密钥应为 32 个",
                "the key has %zu byte%s, an API key has 32", key->len, text_s(key->len));
        return false;
    }
    return true;
}

/* ---- Reading ---- */

static struct err *next_warning(struct profile *p)
{
    if (p->warning_count == PROFILE_WARNINGS_MAX)
        return NULL;
    return &p->warnings[p->warning_count++];
}

static enum status wrong(const char *member, const char *zh_wants, const char *en_wants,
                         struct err *err)
{
    return err_set(
        err, ST_SYNTAX, SAY("成员 %1$s 不合格式", "应为%2$s%3$.0s", "改正后再读"),
        SAY("member %1$s is malformed", "it must be %2$.0s%3$s", "mend it and read again"), member,
        zh_wants, en_wants);
}

static bool has_text(const struct json *j)
{
    return json_string(j) && json_string(j)[0];
}

static enum status read_title(struct profile *p, const struct json *j, struct err *err)
{
    if (json_is_null(j))
        return ST_OK;
    if (json_type(j) != JSON_OBJECT)
        return wrong("title", "含 zh 与 en 的对象", "an object with zh and en", err);
    for (size_t i = 0; i < LANG_COUNT; i++) {
        const char *text = NULL;
        enum status st = json_read_string(j, "title", lang_name((enum lang)i), &text, err);
        if (st)
            return st;
        p->title[i] = mem_strdup(text);
    }
    return ST_OK;
}

static enum status read_words(const struct json *command, struct key_ref *k, const char *member,
                              struct err *err)
{
    size_t n = 0;
    if (json_count(command) == 0 || json_count(command) > KEY_COMMAND_MAX)
        return wrong(member, "由 1 至 16 个词组成的数组", "an array of 1 to 16 words", err);
    for (const struct json *w = json_first(command); w; w = json_next(w)) {
        if (!has_text(w))
            return wrong(member, "非空字符串的数组", "an array of strings that are not empty", err);
        k->argv[n++] = mem_strdup(json_string(w));
    }
    return ST_OK;
}

static enum status read_literal(struct json *j, const char *member, struct key_ref *k,
                                struct err *err)
{
    const char *text = json_string(j);
    bool fits = secret_set(&k->value, text, strlen(text));
    k->source = KEY_LITERAL;
    json_wipe(j);
    return fits ? ST_OK
                : wrong(member, "不超过 4096 字节的密钥", "a key of at most 4096 bytes", err);
}

/* A key is a string, {"env":…}, {"file":…} or {"command":[…]}. A literal is wiped in the document.
 */
static enum status read_key(struct json *j, const char *member, struct key_ref *k, struct err *err)
{
    const struct json *only = json_type(j) == JSON_OBJECT ? json_first(j) : NULL;
    const char *how = only && json_count(j) == 1 ? json_name(only) : "";

    if (json_is_null(j))
        return ST_OK;
    if (json_string(j))
        return read_literal(j, member, k, err);
    if (strcmp(how, "command") == 0 && json_type(only) == JSON_ARRAY) {
        k->source = KEY_COMMAND;
        return read_words(only, k, member, err);
    }
    bool env = strcmp(how, "env") == 0;
    if ((env || strcmp(how, "file") == 0) && has_text(only)) {
        k->source = env ? KEY_ENV : KEY_FILE;
        k->name = mem_strdup(json_string(only));
        return ST_OK;
    }
    return wrong(member, "字符串、{\"env\":名称}、{\"file\":路径} 或 {\"command\":[…]}",
                 "a string, {\"env\":NAME}, {\"file\":PATH} or {\"command\":[…]}", err);
}

static enum status read_other_keys(struct profile *p, const struct json *j, struct err *err)
{
    if (json_is_null(j))
        return ST_OK;
    if (json_type(j) != JSON_ARRAY || json_count(j) > PROFILE_KEYS_MAX)
        return wrong("other_keys", "最多 16 项的数组", "an array of at most 16 entries", err);
    for (struct json *o = json_first(j); o; o = json_next(o)) {
        char member[32];
        snprintf(member, sizeof(member), "other_keys[%zu]", p->other_key_count);
        struct other_key *k = &p->other_keys[p->other_key_count++];
        const char *label = NULL;
        enum status st = json_read_string(o, member, "label", &label, err);
        if (!st)
            st = read_key(json_get(o, "key"), member, &k->key, err);
        if (!st && k->key.source == KEY_NONE)
            st = wrong(member, "含 label 与 key 的对象", "an object with label and key", err);
        if (st)
            return st;
        k->label = mem_strdup(label ? label : member);
    }
    return ST_OK;
}

static enum status read_field(struct profile *p, const struct json *f, struct err *err)
{
    const char *name = json_name(f), *value = json_string(f);
    char member[16 + PARAM_NAME_MAX];

    snprintf(member, sizeof(member), "fields.%s", name);
    if (json_is_null(f))
        return ST_OK;
    if (!value)
        return wrong(member, "字符串（数字也写成字符串）",
                     "a string (write numbers as strings too)", err);
    /* Fields are shown; a key or a signature among them would be, too. */
    if (strcmp(name, "key") == 0 || strcmp(name, "sign") == 0)
        return wrong(member, "别的字段：密钥写在 api_key，签名由程序计算",
                     "another field: a key belongs into api_key, a signature is computed", err);
    return params_set_n(&p->fields, name, strlen(name), value, strlen(value), PARAM_PROFILE, err);
}

static enum status read_fields(struct profile *p, const struct json *j, struct err *err)
{
    enum status st = ST_OK;
    if (json_is_null(j))
        return ST_OK;
    if (json_type(j) != JSON_OBJECT)
        return wrong("fields", "名称到字符串的对象", "an object of strings", err);
    for (const struct json *f = json_first(j); f && !st; f = json_next(f))
        st = read_field(p, f, err);
    return st;
}

static enum status read_choice(const struct json *j, const char *member, const char *first,
                               const char *second, int *out, struct err *err)
{
    const char *word = json_string(j);
    char zh[96];
    if (json_is_null(j))
        return ST_OK;
    if (word && (strcmp(word, first) == 0 || strcmp(word, second) == 0)) {
        *out = strcmp(word, second) == 0;
        return ST_OK;
    }
    snprintf(zh, sizeof(zh), "\"%s\" / \"%s\"", first, second);
    return wrong(member, zh, zh, err);
}

/* Members of `j` that are none of `names` (NULL-terminated). `path` is "" at the root. */
static void warn_unknown(struct profile *p, const struct json *j, const char *path,
                         const char *const *names)
{
    for (const struct json *m = json_first(j); m; m = json_next(m)) {
        const char *name = json_name(m);
        bool known = false;
        for (size_t i = 0; names[i] && !known; i++)
            known = strcmp(names[i], name) == 0;
        if (known)
            continue;
        const char *near = text_nearest(name, name_at, names);
        if (near)
            err_set(next_warning(p), ST_ARGUMENT, "未知成员 %s%s，已保留；是否想写 %s？",
                    "unknown member %s%s is kept; did you mean %s?", path, name, near);
        else
            err_set(next_warning(p), ST_ARGUMENT, "未知成员 %s%s，已保留",
                    "unknown member %s%s is kept", path, name);
    }
}

static void warn(struct profile *p)
{
    static const char *const title[] = {"zh", "en", NULL}, *const other[] = {"label", "key", NULL};
    struct err why;

    warn_unknown(p, p->document, "", member_names);
    warn_unknown(p, json_get(p->document, "title"), "title.", title);
    for (const struct json *o = json_first(json_get(p->document, "other_keys")); o;
         o = json_next(o))
        warn_unknown(p, o, "other_keys[].", other);
    if (p->key.source == KEY_LITERAL && !profile_key_plausible(&p->key.value, &why)) {
        struct err *w = next_warning(p);
        if (w)
            *w = why;
    }
}

static enum status read_members(struct profile *p, struct err *err)
{
    const struct json *d = p->document;
    int environment = 0, dialect = 0, hmac = 0;
    enum status st = ST_OK;

    for (size_t i = 0; i < ARRAY_COUNT(text_members) && !st; i++) {
        const char *text = NULL;
        st = json_read_string(d, "", text_members[i].name, &text, err);
        if (!st)
            *text_slot(p, &text_members[i]) = mem_strdup(text);
    }
    if (!st)
        st = read_title(p, json_get(d, "title"), err);
    if (!st)
        st = read_choice(json_get(d, "environment"), "environment", "test", "production",
                         &environment, err);
    dialect = p->gateway_url != NULL;
    if (!st)
        st = read_choice(json_get(d, "dialect"), "dialect", "official", "gateway", &dialect, err);
    if (!st)
        st = read_choice(json_get(d, "sign_type"), "sign_type", "MD5", "HMAC-SHA256", &hmac, err);
    if (!st)
        st = read_key(json_get(p->document, "api_key"), "api_key", &p->key, err);
    if (!st)
        st = read_other_keys(p, json_get(d, "other_keys"), err);
    if (!st)
        st = read_fields(p, json_get(d, "fields"), err);
    p->environment = environment ? ENVIRONMENT_PRODUCTION : ENVIRONMENT_TEST;
    p->dialect = dialect ? DIALECT_GATEWAY : DIALECT_OFFICIAL;
    p->has_sign_type = !json_is_null(json_get(d, "sign_type"));
    p->sign_type = hmac ? SIGN_HMAC_SHA256 : SIGN_MD5;
    return st;
}

enum status profile_from_json(const char *text, size_t len, const char *origin, struct profile *out,
                              struct err *err)
{
    struct profile p = {0};

    profile_clear(out);
    enum status st = json_parse(text, len, &p.document, err);
    if (!st && json_type(p.document) != JSON_OBJECT)
        st = wrong("(root)", "一个 JSON 对象", "a JSON object", err);
    if (!st)
        st = read_members(&p, err);
    if (!st && !profile_name_valid(p.name))
        st = wrong("name", "字母、数字、- _ . 组成的名称", "a name of letters, digits, - _ .", err);
    if (st) {
        json_wipe(p.document);
        profile_clear(&p);
        err_wrap(err, "商户配置 %s", "profile %s", origin);
        return st;
    }
    warn(&p);
    *out = p;
    return ST_OK;
}

/* ---- Writing ---- */

static struct json *key_json(const struct key_ref *k)
{
    struct json *j, *words;

    if (k->source == KEY_NONE)
        return json_new_null();
    if (k->source == KEY_LITERAL)
        return json_new_string(k->value.text ? k->value.text : "");
    j = json_new_object();
    if (k->source == KEY_COMMAND) {
        words = json_new_array();
        for (size_t i = 0; k->argv[i]; i++)
            json_push(words, json_new_string(k->argv[i]));
        json_add(j, "command", words);
    } else {
        json_add_string(j, k->source == KEY_ENV ? "env" : "file", k->name);
    }
    return j;
}

/* What is not set is left out, or null where the file has the member. */
static void set_text(struct json *j, const char *name, const char *text)
{
    if (text)
        json_set(j, name, json_new_string(text));
    else if (json_get(j, name))
        json_set(j, name, json_new_null());
}

static struct json *fields_json(const struct profile *p)
{
    struct json *fields = json_new_object();
    for (size_t i = 0; i < p->fields.count; i++)
        json_add_string(fields, p->fields.items[i].name, p->fields.items[i].value);
    return fields;
}

static void set_title(const struct profile *p, struct json *j)
{
    const struct json *old = json_get(j, "title");
    struct json *title = old && !json_is_null(old) ? json_copy(old) : json_new_object();
    for (size_t i = 0; i < LANG_COUNT; i++)
        set_text(title, lang_name((enum lang)i), p->title[i]);
    if (json_count(title) || old)
        json_set(j, "title", title);
    else
        json_free(title);
}

/* The members that are no secret, in the file's order. */
static void set_plain(const struct profile *p, struct json *j)
{
    set_text(j, "name", p->name);
    set_title(p, j);
    set_text(j, "environment", p->environment == ENVIRONMENT_PRODUCTION ? "production" : "test");
    set_text(j, "dialect", p->dialect == DIALECT_GATEWAY ? "gateway" : "official");
    set_text(j, "base_url", p->base_url);
    set_text(j, "gateway_url", p->gateway_url);
    set_text(j, "sign_type", p->has_sign_type ? sign_kind_name(p->sign_type) : NULL);
    set_text(j, "client_cert", p->client_cert);
    set_text(j, "client_key", p->client_key);
    set_text(j, "ca_file", p->ca_file);
    json_set(j, "fields", fields_json(p));
    set_text(j, "theme", p->theme);
}

/* The entry of the document that `k` was read from, for its unknown members. */
static const struct json *old_entry(const struct json *list, const struct other_key *k)
{
    for (const struct json *o = json_first(list); o; o = json_next(o)) {
        const char *label = json_string(json_get(o, "label"));
        if (label && strcmp(label, k->label) == 0)
            return o;
    }
    return NULL;
}

static void set_keys(const struct profile *p, struct json *j)
{
    const struct json *old = json_get(p->document, "other_keys");
    struct json *others = json_new_array();

    if (p->key.source != KEY_NONE || json_get(j, "api_key"))
        json_set(j, "api_key", key_json(&p->key));
    for (size_t i = 0; i < p->other_key_count; i++) {
        const struct json *before = old_entry(old, &p->other_keys[i]);
        struct json *o = before ? json_copy(before) : json_new_object();
        json_set(o, "label", json_new_string(p->other_keys[i].label));
        json_set(o, "key", key_json(&p->other_keys[i].key));
        json_push(others, o);
    }
    if (json_count(others) || json_get(j, "other_keys"))
        json_set(j, "other_keys", others);
    else
        json_free(others);
}

void profile_to_json(const struct profile *p, struct buf *out)
{
    struct json *j = p->document ? json_copy(p->document) : json_new_object();
    set_plain(p, j);
    set_keys(p, j);
    json_write(j, true, out);
    buf_addc(out, '\n');
    json_wipe(j);
    json_free(j);
}

const char *profile_title(const struct profile *p, enum lang lang)
{
    if (p->title[lang] && p->title[lang][0])
        return p->title[lang];
    return p->name ? p->name : "";
}

static struct json *key_view(const struct key_ref *k)
{
    static const char *const names[] = {[KEY_NONE] = "none",
                                        [KEY_LITERAL] = "profile",
                                        [KEY_ENV] = "env",
                                        [KEY_FILE] = "file",
                                        [KEY_COMMAND] = "command"};
    struct json *j = json_new_object();
    json_add_string(j, "source", names[k->source]);
    json_add_string(j, "name", k->source == KEY_COMMAND ? k->argv[0] : k->name);
    if (secret_is_set(&k->value)) {
        json_add_int(j, "length", (int64_t)k->value.len);
        if (k->value.len >= 12) /* as secret_masked(): four of fewer would tell too much */
            json_add_string(j, "last4", k->value.text + k->value.len - 4);
    }
    return j;
}

struct json *profile_view(const struct profile *p)
{
    struct json *j = json_new_object(), *others = json_new_array();
    set_plain(p, j);
    json_set(j, "api_key", key_view(&p->key));
    for (size_t i = 0; i < p->other_key_count; i++) {
        struct json *o = json_new_object();
        json_add_string(o, "label", p->other_keys[i].label);
        json_add(o, "key", key_view(&p->other_keys[i].key));
        json_push(others, o);
    }
    json_set(j, "other_keys", others);
    json_add_string(j, "path", p->path ? p->path : "built-in");
    return j;
}

bool profile_redact(const struct profile *p, struct buf *text)
{
    size_t before = text->len; /* a mask is shorter than any key that is searched for */
    secret_redact(&p->key.value, text);
    for (size_t i = 0; i < p->other_key_count; i++)
        secret_redact(&p->other_keys[i].key.value, text);
    return text->len != before;
}

bool profile_redact_end(const struct profile *p, struct buf *text)
{
    bool found = secret_redact_end(&p->key.value, text);
    for (size_t i = 0; i < p->other_key_count && !found; i++)
        found = secret_redact_end(&p->other_keys[i].key.value, text);
    return found;
}

static bool holds_key(const struct profile *p, const char *text, size_t len)
{
    bool found = secret_is_in(&p->key.value, text, len);
    for (size_t i = 0; i < p->other_key_count && !found; i++)
        found = secret_is_in(&p->other_keys[i].key.value, text, len);
    return found;
}

/* Text of `*len` bytes, which becomes shorter. */
static bool redact_n(const struct profile *p, char *text, size_t *len)
{
    if (!holds_key(p, text, *len))
        return false;
    struct buf b;
    buf_init_secret(&b, *len + 1);
    buf_add(&b, text, *len);
    profile_redact(p, &b);
    memcpy(text, buf_str(&b), b.len + 1);
    mem_wipe(text + b.len, *len - b.len);
    *len = b.len;
    buf_clear(&b);
    return true;
}

bool profile_redact_text(const struct profile *p, char *text)
{
    size_t len = strlen(text);
    return redact_n(p, text, &len);
}

/* Bytes below which no text holds one of its keys. */
static size_t shortest_key(const struct profile *p)
{
    size_t least = secret_is_set(&p->key.value) ? p->key.value.len : SIZE_MAX;
    for (size_t i = 0; i < p->other_key_count; i++) {
        const struct secret *s = &p->other_keys[i].key.value;
        if (secret_is_set(s) && s->len < least)
            least = s->len;
    }
    return least;
}

bool profile_redact_params(const struct profile *p, struct params *params)
{
    size_t least = shortest_key(p);
    bool found = false;
    for (size_t i = 0; i < params->count; i++) {
        struct param *one = &params->items[i];
        bool name = one->name_len >= least && redact_n(p, one->name, &one->name_len);
        bool value = one->value_len >= least && redact_n(p, one->value, &one->value_len);
        found = found || name || value;
    }
    return found;
}
