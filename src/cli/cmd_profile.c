/* SPDX-License-Identifier: MIT */
/*
 * profile: list, show, add, edit, remove merchant profiles. profile_check.c checks one.
 *
 * A key comes from a file, from the terminal without echo, or stays where the profile says
 * it is; it is no word of the command line and no view shows it.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/profile_check.h"
#include "core/text.h"

/* ---- Members as words ---- */

static char **text_member(struct profile *p, const char *name)
{
    const struct {
        const char *name;
        char **slot;
    } members[] = {
        {"base_url", &p->base_url},       {"gateway_url", &p->gateway_url},
        {"client_cert", &p->client_cert}, {"client_key", &p->client_key},
        {"ca_file", &p->ca_file},         {"theme", &p->theme},
        {"title.zh", &p->title[LANG_ZH]}, {"title.en", &p->title[LANG_EN]},
    };
    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        if (strcmp(members[i].name, name) == 0)
            return members[i].slot;
    }
    return NULL;
}

static void set_text(char **slot, const char *value)
{
    free(*slot);
    *slot = value[0] ? mem_strdup(value) : NULL;
}

static enum status bad_choice(const char *member, const char *value, const char *choices,
                              struct err *err)
{
    return err_set(
        err, ST_ARGUMENT, SAY("成员 %1$s 的值 %2$s 无效", "应为 %3$s", "改用其中之一"),
        SAY("the value %2$s of member %1$s is not valid", "it takes %3$s", "use one of them"),
        member, value, choices);
}

static enum status refuse_key(const char *member, struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("成员 %s 不能在命令行上给出", "命令行上的密钥会出现在进程列表与历史记录中",
                       "用 --key-file FILE、api_key_env=NAME 或 api_key_file=PATH，或在终端输入"),
                   SAY("member %s cannot be given on the command line",
                       "a key on the command line shows in process lists and shell history",
                       "use --key-file FILE, api_key_env=NAME or api_key_file=PATH, or type it"),
                   member);
}

static void set_key_ref(struct profile *p, enum key_source source, const char *name)
{
    key_ref_clear(&p->key);
    p->key.source = source;
    p->key.name = mem_strdup(name);
}

/* Sets the member `name`; an empty value removes it. What is no member is a field. */
static enum status set_member(struct profile *p, const char *name, const char *value,
                              struct err *err)
{
    char **text = text_member(p, name);

    if (strcmp(name, "api_key") == 0 || strcmp(name, "key") == 0 ||
        strcmp(name, "other_keys") == 0 || strstr(value, "&key="))
        return refuse_key(name, err);
    if (text) {
        set_text(text, value);
        if (strcmp(name, "gateway_url") == 0 && value[0])
            p->dialect = DIALECT_GATEWAY;
    } else if (strcmp(name, "title") == 0) {
        set_text(&p->title[LANG_ZH], value);
        set_text(&p->title[LANG_EN], value);
    } else if (strcmp(name, "environment") == 0) {
        if (strcmp(value, "production") != 0 && strcmp(value, "test") != 0)
            return bad_choice(name, value, "production, test", err);
        p->environment = value[0] == 'p' ? ENVIRONMENT_PRODUCTION : ENVIRONMENT_TEST;
    } else if (strcmp(name, "dialect") == 0) {
        if (strcmp(value, "official") != 0 && strcmp(value, "gateway") != 0)
            return bad_choice(name, value, "official, gateway", err);
        p->dialect = value[0] == 'g' ? DIALECT_GATEWAY : DIALECT_OFFICIAL;
    } else if (strcmp(name, "sign_type") == 0) {
        p->has_sign_type = value[0] != '\0';
        if (value[0] && !sign_kind_read(value, &p->sign_type))
            return bad_choice(name, value, "MD5, HMAC-SHA256", err);
    } else if (strcmp(name, "api_key_env") == 0) {
        set_key_ref(p, KEY_ENV, value);
    } else if (strcmp(name, "api_key_file") == 0) {
        set_key_ref(p, KEY_FILE, value);
    } else if (!value[0]) {
        params_remove(&p->fields, name);
    } else {
        return params_set(&p->fields, name, value, err);
    }
    return ST_OK;
}

static void warn_unknown(const struct cli *c, const struct catalog *catalog, const char *name)
{
    const char *near;
    struct err err;
    if (text_member(&(struct profile){0}, name) || profile_knows(catalog, name, &near))
        return;
    if (near)
        err_set(&err, ST_OK, SAY("没有接口使用字段 %s", "已按原样保存", "是否想写 %s？"),
                SAY("no API uses the field %s", "it is kept as it is", "did you mean %s?"), name,
                near);
    else
        err_set(&err, ST_OK, SAY("没有接口使用字段 %s", "已按原样保存", ""),
                SAY("no API uses the field %s", "it is kept as it is", ""), name);
    cli_warn(c, NULL, &err);
}

/* The words behind NAME: MEMBER=VALUE. */
static enum status set_members(const struct cli *c, const struct catalog *catalog,
                               struct profile *p, struct err *err)
{
    for (size_t i = 2; i < c->word_count; i++) {
        const char *equals = strchr(c->words[i], '=');
        char name[PARAM_NAME_MAX + 1];
        size_t len = equals ? (size_t)(equals - c->words[i]) : 0;
        if (len == 0 || len >= sizeof(name))
            return err_set(err, ST_ARGUMENT, SAY("第 %zu 个词不合格式", "", "应为 MEMBER=VALUE"),
                           SAY("word %zu is malformed", "", "the form is MEMBER=VALUE"), i + 1);
        memcpy(name, c->words[i], len);
        name[len] = '\0';
        enum status st = set_member(p, name, equals + 1, err);
        if (st)
            return st;
        if (equals[1])
            warn_unknown(c, catalog, name);
    }
    return ST_OK;
}

/* ---- Keys ---- */

/* One line without echo from the terminal, whatever standard input is. */
static enum status ask_key(const struct cli *c, const char *name, struct secret *out,
                           struct err *err)
{
    struct termios old, silent;
    char line[SECRET_MAX];
    size_t len = 0;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 || tcgetattr(fd, &old)) {
        if (fd >= 0)
            close(fd);
        return err_set(err, ST_ARGUMENT,
                       SAY("没有密钥", "没有给出，也没有终端可以输入它",
                           "用 --key-file FILE、api_key_env=NAME 或 api_key_file=PATH"),
                       SAY("there is no key",
                           "none was given and there is no terminal to type it on",
                           "use --key-file FILE, api_key_env=NAME or api_key_file=PATH"));
    }
    silent = old;
    silent.c_lflag &= (tcflag_t)~ECHO;
    silent.c_lflag |= ICANON | ISIG;
    tcsetattr(fd, TCSAFLUSH, &silent);
    dprintf(fd, L(c->lang, "%s 的 API 密钥（不回显）：", "API key of %s (not shown): "), name);
    for (;;) {
        ssize_t n = read(fd, line + len, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || line[len] == '\n' || len + 1 == sizeof(line))
            break;
        len++;
    }
    tcsetattr(fd, TCSAFLUSH, &old);
    dprintf(fd, "\n");
    close(fd);
    bool good = secret_set(out, line, len);
    mem_wipe(line, sizeof(line));
    if (good && len)
        return ST_OK;
    return err_set(err, ST_ARGUMENT, SAY("没有输入密钥", "", "重试，或用 --key-file FILE"),
                   SAY("no key was typed", "", "try again, or use --key-file FILE"));
}

/* The key of --key-file, or the one typed; odd ones are kept and told. */
static enum status take_key(const struct cli *c, struct profile *p, struct err *err)
{
    struct secret key = {0};
    struct err why;
    enum status st =
        c->key_file ? cli_key_file(c->key_file, &key, err) : ask_key(c, p->name, &key, err);
    if (!st) {
        key_ref_clear(&p->key);
        p->key.source = KEY_LITERAL;
        secret_copy(&p->key.value, &key);
        if (!profile_key_plausible(&key, &why))
            cli_warn(c, p->name, &why);
    }
    secret_clear(&key);
    return st;
}

/* ---- Views ---- */

struct listing {
    const struct cli *c;
    const struct workspace *w;
    struct json *json;
    struct cli_table table;
};

static void list_one(void *ctx, const char *name, const char *origin)
{
    struct listing *l = ctx;
    const struct cli *c = l->c;
    struct profile p = {0};
    struct err err = {0};
    bool current = strcmp(l->w->settings.profile, name) == 0;
    enum status st = store_profile(&l->w->store, name, true, &p, &err);
    const char *mch_id = params_get(&p.fields, "mch_id");
    bool production = p.environment == ENVIRONMENT_PRODUCTION;
    bool gateway = p.dialect == DIALECT_GATEWAY;

    if (c->json) {
        struct json *j = json_new_object();
        json_add_string(j, "name", name);
        if (st) {
            json_add(j, "error", cli_err_json(c, &err));
        } else {
            json_add_bi(j, "title",
                        (struct bi){profile_title(&p, LANG_ZH), profile_title(&p, LANG_EN)});
            json_add_string(j, "environment", production ? "production" : "test");
            json_add_string(j, "dialect", gateway ? "gateway" : "official");
            json_add_string(j, "mch_id", mch_id);
        }
        json_add_string(j, "origin", origin);
        json_add_bool(j, "current", current);
        json_push(l->json, j);
    } else {
        char line[ERR_TEXT_MAX];
        cli_cellf(&l->table, "%s%s", current ? "* " : "  ", name);
        err_part(&err, c->lang, ERR_WHY, line, sizeof(line));
        cli_cell(&l->table, st           ? L(c->lang, "读不了", "broken")
                            : production ? L(c->lang, "生产", "production")
                                         : L(c->lang, "测试", "test"));
        cli_cell(&l->table, st        ? ""
                            : gateway ? L(c->lang, "网关", "gateway")
                                      : L(c->lang, "官方", "official"));
        cli_cell(&l->table, mch_id);
        cli_cell(&l->table, st ? line : profile_title(&p, c->lang));
        cli_cell(&l->table,
                 strcmp(origin, "built-in") == 0 ? L(c->lang, "内置", "built-in") : origin);
    }
    profile_clear(&p);
}

static enum status list(const struct cli *c, struct workspace *w, struct err *err)
{
    struct listing l = {.c = c, .w = w, .table = {.columns = 6}};
    (void)err;
    if (c->json)
        l.json = json_new_array();
    store_list(&w->store, "profiles", list_one, &l);
    if (c->json)
        cli_json(l.json);
    else
        cli_table(stdout, &l.table, "");
    return ST_OK;
}

/* What is not set is left out. */
static struct json *view(const struct profile *p)
{
    struct json *j = profile_view(p), *next;
    for (struct json *m = json_first(j); m; m = next) {
        next = json_next(m);
        bool container = json_type(m) == JSON_OBJECT || json_type(m) == JSON_ARRAY;
        if (json_is_null(m) ||
            (container && json_count(m) == 0 && strcmp(json_name(m), "fields") != 0))
            json_remove(j, json_name(m));
    }
    return j;
}

static void print_view(const struct json *j, const char *prefix, struct cli_table *t)
{
    char name[160];
    for (const struct json *m = json_first(j); m; m = json_next(m)) {
        snprintf(name, sizeof(name), "%s%s%s", prefix, prefix[0] && json_name(m) ? "." : "",
                 json_name(m) ? json_name(m) : "[]");
        if (json_type(m) == JSON_OBJECT || json_type(m) == JSON_ARRAY) {
            print_view(m, name, t);
            continue;
        }
        cli_cell(t, name);
        if (json_type(m) == JSON_NUMBER)
            cli_cellf(t, "%lld", (long long)json_int(m, 0));
        else
            cli_cell(t, json_string(m));
    }
}

static void tell_warnings(const struct cli *c, const struct profile *p)
{
    for (size_t i = 0; i < p->warning_count; i++)
        cli_warn(c, p->name, &p->warnings[i]);
}

static enum status show(const struct cli *c, struct workspace *w, struct err *err)
{
    struct profile p = {0};
    struct err why = {0};
    enum status st = store_profile(&w->store, c->words[1], true, &p, err);
    if (st)
        return st;
    if (!secret_is_set(&p.key.value) && p.key.source != KEY_NONE)
        store_key(&p, &p.key, &why);
    for (size_t i = 0; i < p.other_key_count; i++)
        store_key(&p, &p.other_keys[i].key, NULL);
    struct json *j = view(&p);
    if (c->json) {
        if (why.status)
            json_add(j, "key_error", cli_err_json(c, &why));
        cli_json(j);
    } else {
        struct cli_table t = {.columns = 2};
        print_view(j, "", &t);
        cli_table(stdout, &t, "");
        json_free(j);
        if (why.status)
            cli_warn(c, p.name, &why);
    }
    tell_warnings(c, &p);
    profile_clear(&p);
    return ST_OK;
}

/* ---- Changes ---- */

static void done(const struct cli *c, const struct profile *p, const char *zh, const char *en)
{
    if (c->json) {
        cli_json(view(p));
        return;
    }
    cli_printf(stdout, "%s %s\n", L(c->lang, zh, en), p->name);
}

/* Is the profile there? A built-in one does not count: a file of the user may hide it. */
static bool exists(const struct workspace *w, const char *name)
{
    struct profile p = {0};
    enum status st = store_profile(&w->store, name, true, &p, NULL);
    bool there = (st && st != ST_NOT_FOUND) || (!st && p.path); /* a broken file is there, too */
    profile_clear(&p);
    return there;
}

static enum status add(const struct cli *c, struct workspace *w, struct err *err)
{
    struct profile p = {.name = mem_strdup(c->words[1])};
    enum status st = ST_OK;

    if (!profile_name_valid(p.name))
        st = err_set(err, ST_ARGUMENT,
                     SAY("名称 %s 不可用", "它也是文件名", "用字母、数字、- _ .，至多 %d 个"),
                     SAY("the name %s cannot be used", "it is a file name as well",
                         "use letters, digits, - _ and ., %d at most"),
                     p.name, PROFILE_NAME_MAX);
    else if (exists(w, p.name))
        st = err_set(
            err, ST_CONFLICT, SAY("商户配置 %1$s 已存在", "", "用 wxpc profile edit %1$s 修改它"),
            SAY("profile %1$s exists already", "", "change it with wxpc profile edit %1$s"),
            p.name);
    if (!st)
        st = set_members(c, &w->catalog, &p, err);
    if (!st && (c->key_file || p.key.source == KEY_NONE))
        st = take_key(c, &p, err);
    if (!st)
        st = store_profile_save(&w->store, &p, err);
    if (!st)
        done(c, &p, "已添加", "added");
    profile_clear(&p);
    return st;
}

static enum status edit(const struct cli *c, struct workspace *w, struct err *err)
{
    struct profile p = {0};
    enum status st = store_profile(&w->store, c->words[1], true, &p, err);

    if (!st)
        st = set_members(c, &w->catalog, &p, err);
    /* Without anything to change it is the key that is changed. */
    if (!st && (c->key_file || c->word_count == 2))
        st = take_key(c, &p, err);
    if (!st)
        st = store_profile_save(&w->store, &p, err);
    if (!st)
        done(c, &p, "已保存", "saved");
    profile_clear(&p);
    if (!st && !store_profile(&w->store, c->words[1], true, &p, NULL))
        tell_warnings(c, &p); /* of what stands there now */
    profile_clear(&p);
    return st;
}

/* A yes on the terminal; without one, --yes. */
static bool confirmed(const struct cli *c, const char *name)
{
    char answer[16] = "";
    if (c->yes)
        return true;
    if (!isatty(STDIN_FILENO))
        return false;
    cli_printf(stderr, L(c->lang, "删除商户配置 %s？[y/N] ", "remove profile %s? [y/N] "), name);
    if (!fgets(answer, sizeof(answer), stdin))
        return false;
    return answer[0] == 'y' || answer[0] == 'Y';
}

static enum status remove_one(const struct cli *c, struct workspace *w, struct err *err)
{
    const char *name = c->words[1];
    struct profile p = {0};
    struct err why = {0};
    enum status st = store_profile(&w->store, name, true, &p, &why);

    if (st == ST_NOT_FOUND) {
        *err = why;
        return st;
    }
    if (!st && !p.path)
        st = err_set(
            err, ST_ARGUMENT, SAY("商户配置 %s 是内置的", "它不是文件", "同名的用户文件可以盖住它"),
            SAY("profile %s is built in", "it is no file", "a file of the same name can hide it"),
            name);
    else if (!confirmed(c, name))
        st = err_set(err, ST_ARGUMENT, SAY("未删除 %s", "没有得到确认", "加 --yes 确认"),
                     SAY("%s was not removed", "nobody confirmed it", "add --yes to do so"), name);
    else
        st = store_profile_remove(&w->store, name, err); /* a broken file may go, too */
    if (!st && c->json) {
        struct json *j = json_new_object();
        json_add_string(j, "removed", name);
        cli_json(j);
    } else if (!st) {
        cli_printf(stdout, "%s %s\n", L(c->lang, "已删除", "removed"), name);
    }
    profile_clear(&p);
    return st;
}

/* ---- The command ---- */

static const struct verb {
    const char *name;
    bool named;   /* takes NAME */
    bool members; /* takes MEMBER=VALUE */
    enum status (*run)(const struct cli *c, struct workspace *w, struct err *err);
} verbs[] = {
    {"list", false, false, list},
    {"show", true, false, show},
    {"add", true, true, add},
    {"edit", true, true, edit},
    {"check", true, false, profile_check},
    {"remove", true, false, remove_one},
};

static const char *verb_name(const void *ctx, size_t index)
{
    (void)ctx;
    return index < ARRAY_COUNT(verbs) ? verbs[index].name : NULL;
}

static enum status find_verb(const struct cli *c, const struct verb **out, struct err *err)
{
    const char *word = c->word_count ? c->words[0] : "list";

    for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
        if (strcmp(verbs[i].name, word) == 0)
            *out = &verbs[i];
    }
    if (!*out) {
        const char *near = text_nearest(word, verb_name, NULL);
        return err_set(
            err, ST_ARGUMENT,
            SAY("没有 wxpc profile %s", "有 list、show、add、edit、check、remove", "是否想写 %s？"),
            SAY("there is no wxpc profile %s", "there are list, show, add, edit, check and remove",
                "did you mean %s?"),
            word, near ? near : "list");
    }
    if ((*out)->named && c->word_count < 2)
        return err_set(
            err, ST_ARGUMENT, SAY("缺少商户配置的名称", "", "wxpc profile %s NAME；list 列出全部"),
            SAY("no profile is named", "", "wxpc profile %s NAME; list shows them"), word);
    if (c->word_count > ((*out)->named ? 2u : 1u) && !(*out)->members)
        return err_set(err, ST_ARGUMENT, SAY("多余的词", "", "wxpc profile %s 不需要更多"),
                       SAY("there are words too many", "", "wxpc profile %s takes no more"), word);
    return ST_OK;
}

int cmd_profile(struct cli *c)
{
    const struct verb *verb = NULL;
    struct workspace w = {0};
    struct err err = {0};
    int status = EXIT_YES;
    enum status st = find_verb(c, &verb, &err);

    if (!st)
        st = cli_open(c, MERCHANT_NONE, &w, &err);
    if (!st)
        st = verb->run(c, &w, &err);
    /* What was answered with "no" has been told already. */
    if (st)
        status = err.status ? cli_fail(c, &err) : EXIT_NO;
    if (w.loop)
        workspace_close(&w);
    return status;
}
