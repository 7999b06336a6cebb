/* SPDX-License-Identifier: MIT */
/*
 * What the words of a command mean, and where its key comes from (INTERFACE.md, "Words",
 * "Documents", "Keys").
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/event.h"
#include "core/import.h"
#include "core/paste.h"
#include "core/text.h"

/* ---- Files ---- */

/* A file that was named and is not there is a failure of input, not a wrong word. */
static enum status missing_is_io(enum status st, struct err *err)
{
    if (st != ST_NOT_FOUND)
        return st;
    if (err)
        err->status = ST_IO;
    return ST_IO;
}

enum status cli_read_file(const char *path, struct buf *out, struct err *err)
{
    return missing_is_io(store_read(path, out, err), err);
}

enum status cli_key_file(const char *path, struct secret *out, struct err *err)
{
    return missing_is_io(store_key_file(path, out, err), err);
}

/* ---- Words ---- */

void cli_input_clear(struct cli_input *in)
{
    params_clear(&in->params);
    secret_clear(&in->key);
    memset(in, 0, sizeof(*in));
}

static enum status key_refused(const char *name, struct err *err)
{
    return err_set(err, ST_ARGUMENT,
                   SAY("参数 %s 带有密钥", "命令行上的密钥会出现在进程列表与历史记录中",
                       "把它写入文档文件，或用 --key-file、$WXPC_KEY、商户配置"),
                   SAY("the word %s carries a key",
                       "a key on the command line shows in process lists and shell history",
                       "put it into a document file, or use --key-file, $WXPC_KEY or a profile"),
                   name);
}

static bool carries_key(const char *text)
{
    return strstr(text, "&key=") != NULL || strncmp(text, "key=", 4) == 0;
}

/* NAME=@FILE takes the file without its final newline, NAME=@@FILE as it is. */
static enum status read_value_file(const char *name, const char *path, bool keep_newline,
                                   struct params *out, struct err *err)
{
    struct buf text;
    buf_init(&text, PARAM_VALUE_MAX);
    enum status st = cli_read_file(path, &text, err);
    if (!st && memchr(buf_str(&text), '\0', text.len))
        st = err_set(err, ST_ARGUMENT,
                     SAY("字段 %s 的文件 %s 不是文本", "含有 NUL 字节", "换一个文件"),
                     SAY("the file %2$s for field %1$s is not text", "it holds a NUL byte",
                         "give another file"),
                     name, path);
    if (!st && !keep_newline && text.len && text.data[text.len - 1] == '\n') {
        buf_cut(&text, text.len - 1);
        if (text.len && text.data[text.len - 1] == '\r')
            buf_cut(&text, text.len - 1);
    }
    if (!st)
        st = params_set_n(out, name, strlen(name), buf_str(&text), text.len, PARAM_USER, err);
    if (st && err)
        err_wrap(err, "字段 %s", "field %s", name);
    buf_clear(&text);
    return st;
}

static enum status read_pair(const char *word, struct params *out, struct err *err)
{
    const char *equals = strchr(word, '=');
    char name[PARAM_NAME_MAX + 1];
    size_t len = (size_t)(equals - word);

    if (len == 0 || len > PARAM_NAME_MAX)
        return err_set(err, ST_ARGUMENT,
                       SAY("= 前的名称无效", "名称应为 1 至 %d 个字节", "格式：NAME=VALUE"),
                       SAY("the name before the = is not valid", "a name has 1 to %d bytes",
                           "the form is NAME=VALUE"),
                       PARAM_NAME_MAX);
    memcpy(name, word, len);
    name[len] = '\0';
    if (strcmp(name, "key") == 0)
        return key_refused(name, err);
    if (params_find(out, name))
        return err_set(err, ST_CONFLICT, SAY("字段 %s 给出了两次", "", "只留一个"),
                       SAY("field %s is given twice", "", "keep one of them"), name);
    const char *value = equals + 1;
    if (value[0] == '@')
        return read_value_file(name, value + (value[1] == '@' ? 2 : 1), value[1] == '@', out, err);
    if (value[0] == '=')
        value++;
    if (carries_key(value))
        return key_refused(name, err);
    return params_set(out, name, value, err);
}

static const char *spec_id(const void *ctx, size_t index)
{
    const struct catalog *catalog = ctx;
    return index < catalog->count ? catalog_head(catalog, index)->id : NULL;
}

/* A word of the shape of a key is not repeated: somebody forgot --key-file. */
static bool looks_like_key(const char *word)
{
    return strlen(word) == 32 &&
           strspn(word, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == 32;
}

static enum status no_such_word(const struct catalog *catalog, const char *word, struct err *err)
{
    const char *near = text_nearest(word, spec_id, catalog);
    if (looks_like_key(word))
        return key_refused("****", err);
    if (near)
        return err_set(
            err, ST_NOT_FOUND,
            SAY("%s 既不是接口，也不是文件", "", "是否想写 %s？wxpc apis 列出全部接口"),
            SAY("%s is neither an API nor a file", "", "did you mean %s? wxpc apis lists them"),
            word, near);
    return err_set(err, ST_NOT_FOUND,
                   SAY("%s 既不是接口，也不是文件", "", "wxpc apis 列出全部接口"),
                   SAY("%s is neither an API nor a file", "", "wxpc apis lists the APIs"), word);
}

enum status cli_read_word(const struct catalog *catalog, const char *word, struct buf *out,
                          struct err *err)
{
    enum status st = store_read(word, out, err);
    if (st == ST_NOT_FOUND && !strchr(word, '/') && strcmp(word, "-") != 0)
        return no_such_word(catalog, word, err);
    return missing_is_io(st, err);
}

static enum status read_document(const struct cli *c, const struct catalog *catalog,
                                 const char *path, struct cli_input *out, struct err *err)
{
    struct paste paste = {0};
    struct found found = {0};
    struct buf text;
    char line[ERR_TEXT_MAX];
    size_t number = 1;

    buf_init_secret(&text, PASTE_SIZE_MAX); /* it may carry a key */
    enum status st = cli_read_word(catalog, path, &text, err);
    if (st == ST_NOT_FOUND && c->command->options & (OPTIONS_TRIGGER | OPTIONS_PROBE))
        err_set(err, st, SAY("没有文件 %s", "这个词应是文档，%s 不取接口", "检查路径"),
                SAY("there is no file %s", "%s takes no API, so that it should be a document",
                    "check its path"),
                path, c->command->name);
    if (!st) {
        st = import_read((struct span){buf_str(&text), text.len}, (size_t)c->document, &found,
                         &number, &paste, err);
        if (st == ST_NOT_FOUND) /* the document, not the file */
            st = ST_ARGUMENT;
        if (st && err) {
            err_wrap(err, "%s", "%s", strcmp(path, "-") == 0 ? "(stdin)" : path);
            err->status = st;
        }
        cli_tell_found(c, &found, number);
    }
    for (size_t i = 0; !st && i < paste.note_count; i++) {
        err_line(&paste.notes[i], c->lang, line, sizeof(line));
        cli_printf(stderr, "wxpc: %s\n", line);
    }
    if (!st) {
        params_copy(&out->params, &paste.params);
        if (secret_is_set(&paste.key))
            secret_copy(&out->key, &paste.key);
        out->has_document = true;
    }
    found_clear(&found);
    paste_clear(&paste);
    buf_clear(&text);
    return st;
}

/* "name=value" is a parameter; "./a=b" and "/a=b" are files. */
static bool is_pair(const char *word)
{
    return strchr(word, '=') && word[0] != '.' && word[0] != '/';
}

enum status cli_no_such_event(const char *word, struct err *err)
{
    const char *near = text_nearest(word, event_name_at, NULL);
    if (near)
        return err_set(err, ST_ARGUMENT, SAY("没有通知 %s", "", "是否想写 %s？"),
                       SAY("there is no event %s", "", "did you mean %s?"), word, near);
    return err_set(err, ST_ARGUMENT, SAY("没有通知 %s", "", "可用 " CLI_EVENTS_ZH),
                   SAY("there is no event %s", "", "there are " CLI_EVENTS_EN), word);
}

/* `history resend`: the record is the document. */
static bool is_resent(const struct cli *c)
{
    return c->base || c->bytes || c->again;
}

enum status cli_unused(const char *word, struct bi why, struct err *err)
{
    return err_set(err, ST_ARGUMENT, SAY("%1$s 不会用到", "%2$s%3$.0s", "去掉它"),
                   SAY("%1$s would not be used", "%2$.0s%3$s", "drop it"), word, why.zh, why.en);
}

enum status cli_bytes_alone(const struct cli_input *in, const char *option, struct err *err)
{
    if (!in->params.count && !in->has_document)
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("%s 不能与参数同用", "字节原样发送，不填也不改", "去掉文档与 NAME=VALUE"),
                   SAY("%s excludes parameters",
                       "the bytes are sent as they are, nothing is filled or changed",
                       "drop the document and NAME=VALUE"),
                   option);
}

enum status cli_input(const struct cli *c, const struct catalog *catalog, bool need_api,
                      struct cli_input *out, struct err *err)
{
    struct params words = {0};
    enum status st = ST_OK;

    if (c->base)
        params_copy(&out->params, c->base);
    for (size_t i = 0; i < c->word_count && !st; i++) {
        const char *word = c->words[i];
        const struct spec *spec = catalog_find(catalog, word);
        if (is_pair(word)) {
            st = read_pair(word, &words, err);
        } else if (spec && !out->spec) {
            out->spec = spec;
        } else if (out->has_document || spec || is_resent(c)) {
            st = err_set(err, ST_ARGUMENT, SAY("多余的词 %s", "已经给出了一个%s%.0s", "去掉它"),
                         SAY("the word %s is one too many", "%.0s%s was given already", "drop it"),
                         looks_like_key(word) ? "****" : word,
                         spec           ? "接口"
                         : is_resent(c) ? "记录"
                                        : "文档",
                         spec           ? "an API"
                         : is_resent(c) ? "a record"
                                        : "a document");
        } else {
            st = read_document(c, catalog, word, out, err);
        }
    }
    if (!st && need_api && !out->spec)
        st = err_set(err, ST_ARGUMENT,
                     SAY("缺少接口", "命令 %s 需要一个接口", "wxpc apis 列出全部接口"),
                     SAY("no API is given", "command %s needs one", "wxpc apis lists the APIs"),
                     c->command->name);
    /* Words override the document. */
    for (size_t i = 0; i < words.count && !st; i++)
        st = params_set(&out->params, words.items[i].name, words.items[i].value, err);
    params_clear(&words);
    if (st)
        cli_input_clear(out);
    return st;
}

enum status cli_tls_folder(const struct store *s, char out[PATH_MAX], struct err *err)
{
    int len = s->data_dir ? snprintf(out, PATH_MAX, "%s/sandbox-tls", s->data_dir) : -1;
    if (len >= 0 && len < PATH_MAX)
        return ST_OK;
    return err_set(err, ST_IO,
                   SAY("没有存放证书的文件夹", "不知道主目录在哪里，或路径过长", "用 --data 给出"),
                   SAY("there is no folder for certificates",
                       "the home folder is unknown, or its path too long", "give one with --data"));
}

bool cli_wants_profile(const struct cli *c)
{
    return c->demo || c->profile;
}

/* --demo and -p go together only for the built-in demonstration merchants. */
static enum status check_demo(const struct cli *c, const struct workspace *w, struct err *err)
{
    if (!c->demo || !c->profile || (!w->profile.path && strncmp(c->profile, "demo", 4) == 0))
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("--demo 不能与商户配置 %s 同用", "--demo 使用内置的演示商户",
                       "去掉其中一个；演示商户为 demo、demo-partner、demo-gateway"),
                   SAY("--demo cannot be used with profile %s", "--demo brings its own merchants",
                       "drop one of them; they are demo, demo-partner and demo-gateway"),
                   c->profile);
}

/* Is the key in use the one that the profile itself holds? */
static bool is_own_key(const struct workspace *w)
{
    struct profile own = {0};
    bool same = store_profile(&w->store, w->profile.name, true, &own, NULL) == ST_OK &&
                secret_same(&own.key.value, &w->profile.key.value);

    profile_clear(&own);
    return same;
}

enum status cli_open(const struct cli *c, enum cli_merchant need, struct workspace *w,
                     struct err *err)
{
    bool wanted = need == MERCHANT_NEEDED || (need == MERCHANT_ASKED && cli_wants_profile(c));
    struct workspace_options o = {.demo = c->demo,
                                  .lookup = !wanted,
                                  .has_lang = c->has_lang,
                                  .lang = c->lang,
                                  .profile = c->profile,
                                  .data_dir = c->data,
                                  .no_history = c->no_history,
                                  .key_file = c->key_file,
                                  .faults = c->faults};
    enum status st = workspace_open(w, &o, err);

    if (!st && (st = check_demo(c, w, err)))
        workspace_close(w);
    if (st)
        return st;
    /* A command has no status line: what opening complained of goes to standard error. */
    for (size_t i = 0; i < w->catalog.failure_count; i++)
        cli_warn(c, NULL, &w->catalog.failures[i].err); /* which names the file */
    if (w->message.error && !w->catalog.failure_count)
        cli_warn(c, NULL, &w->message.text);
    for (size_t i = 0; i < w->profile.warning_count; i++)
        cli_warn(c, w->profile.name, &w->profile.warnings[i]);
    if (c->demo && w->profile.key.source == KEY_ENV && !is_own_key(w))
        cli_printf(stderr, "wxpc: %s\n",
                   L(c->lang, "$WXPC_KEY 代替了演示商户的密钥，内置沙箱会拒绝这样的签名",
                     "$WXPC_KEY stands in for the demo merchant's key, and the sandbox will refuse "
                     "what it signs"));
    return ST_OK;
}

enum status cli_open_journal(const struct cli *c, struct workspace *w, bool *empty, struct err *err)
{
    char path[4096];
    enum status st = cli_open(c, MERCHANT_NONE, w, err);
    if (st)
        return st;
    snprintf(path, sizeof(path), "%s/journal.db", w->store.data_dir ? w->store.data_dir : "");
    *empty = access(path, F_OK) != 0 && errno == ENOENT;
    bool private_mode = w->settings.private_mode;
    w->settings.private_mode = w->no_history = false; /* which keep from writing */
    st = *empty ? ST_OK : workspace_journal_to_read(w, err);
    w->settings.private_mode = private_mode;
    w->no_history = c->no_history;
    return st ? (err->status = ST_IO) : ST_OK;
}

enum status cli_journal_failed(enum status st, struct err *err)
{
    return st == ST_SYNTAX ? (err->status = ST_IO) : st;
}

/* Only one thing can come from standard input. */
static enum status check_stdin(const struct cli *c, struct err *err)
{
    size_t uses = 0;
    const char *const options[] = {c->key_file, c->raw, c->check};

    for (size_t i = 0; i < ARRAY_COUNT(options); i++)
        uses += options[i] && strcmp(options[i], "-") == 0;
    for (size_t i = 0; c->try_keys[i]; i++)
        uses += strcmp(c->try_keys[i], "-") == 0;
    for (size_t i = 0; i < c->word_count; i++) {
        const char *equals = strchr(c->words[i], '=');
        uses += strcmp(c->words[i], "-") == 0 ||
                (equals && (strcmp(equals, "=@-") == 0 || strcmp(equals, "=@@-") == 0));
    }
    if (uses < 2)
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("标准输入被要求读 %zu 次", "它只能读一次", "其余的用文件给出"),
                   SAY("standard input is asked for %zu times", "it can be read once",
                       "give the others as files"),
                   uses);
}

/* The API decides which demonstration merchant is chosen, unless -p named one. */
static enum status choose_api(const struct cli *c, struct workspace *w, const struct spec *spec,
                              struct err *err)
{
    if (!spec || !w->profile.name)
        return ST_OK;
    enum status st = workspace_choose_id(w, spec->id, err);
    if (!st && c->profile && strcmp(c->profile, w->profile.name) != 0)
        st = workspace_profile(w, c->profile, err);
    return st;
}

enum status cli_begin(const struct cli *c, bool need_api, enum cli_merchant need,
                      struct workspace *w, struct cli_input *in, struct err *err)
{
    enum status st = check_stdin(c, err);

    if (!st)
        st = cli_open(c, need, w, err);
    if (!st)
        st = cli_input(c, &w->catalog, need_api, in, err);
    if (!st && c->document && !in->has_document)
        st = cli_unused("--document", (struct bi){"没有给出文档", "no document is given"}, err);
    if (!st)
        st = choose_api(c, w, in->spec, err);
    return st;
}

enum status cli_sign_kind(const struct cli *c, enum sign_kind *kind, bool *given, struct err *err)
{
    *given = c->sign_type != NULL;
    if (!c->sign_type || sign_kind_read(c->sign_type, kind))
        return ST_OK;
    return err_set(err, ST_ARGUMENT,
                   SAY("签名类型 %s 不存在", "只有 MD5 与 HMAC-SHA256，区分大小写", "改用其中之一"),
                   SAY("there is no signature type %s",
                       "there are MD5 and HMAC-SHA256, spelt exactly so", "use one of them"),
                   c->sign_type);
}

enum status cli_event_kind(const struct cli *c, const struct template_source *s,
                           enum sign_kind *kind, struct err *err)
{
    enum sign_kind chosen;
    bool given = false;
    enum status st = cli_sign_kind(c, &chosen, &given, err);
    return st ? st : template_kind(s, given ? &chosen : NULL, kind, err);
}

static enum status find_key(const struct cli *c, const struct cli_input *in,
                            const struct workspace *w, struct secret *out, struct err *err)
{
    const char *env = getenv("WXPC_KEY");
    bool merchant = w->profile.name != NULL; /* its key is already the option's or the variable's */

    if (c->key_file && !merchant)
        return cli_key_file(c->key_file, out, err);
    if (!c->key_file && secret_is_set(&in->key))
        secret_copy(out, &in->key);
    else if (merchant && secret_is_set(&w->profile.key.value))
        secret_copy(out, &w->profile.key.value);
    else if (merchant && w->profile_err.status) {
        *err = w->profile_err;
        return err->status;
    } else if (!merchant && env && env[0])
        secret_set(out, env, strlen(env));
    if (secret_is_set(out))
        return ST_OK;
    return err_set(
        err, ST_ARGUMENT,
        SAY("没有密钥", "没有给出 --key-file、$WXPC_KEY，文档与商户配置中也没有",
            "给出其中之一；试用可加 --demo"),
        SAY("there is no key",
            "neither --key-file nor $WXPC_KEY is given, nor a document or profile with one",
            "give one of them; to try things out add --demo"));
}

/* A signature by a key that cannot be one is computed, but not without a word. The profile's own is
   judged where the profile is read. */
void cli_warn_key(const struct cli *c, const struct cli_input *in, const struct secret *key)
{
    const char *env = getenv("WXPC_KEY");
    bool document = !c->key_file && secret_is_set(&in->key);
    const char *from = c->key_file       ? c->key_file
                       : document        ? L(c->lang, "文档", "the document")
                       : (env && env[0]) ? "WXPC_KEY"
                                         : NULL;
    struct err why;
    if (from && !profile_key_plausible(key, &why))
        cli_warn(c, from, &why);
}

enum status cli_key(const struct cli *c, const struct cli_input *in, const struct workspace *w,
                    struct secret *out, struct err *err)
{
    enum status st = find_key(c, in, w, out, err);
    if (!st)
        cli_warn_key(c, in, out);
    return st;
}
