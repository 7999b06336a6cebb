/* SPDX-License-Identifier: MIT */
/*
 * The option rows, and one reader and writer for all of them.
 */
#include "app/settings.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define AT(member) offsetof(struct settings, member)

/* clang-format off */
static const struct setting_row rows[] = {
    {"lang", SETTING_LANG, AT(lang), 0, 0, 0,
     {"界面语言：zh 或 en", "language of the interface: zh or en"}},
    {"theme", SETTING_TEXT, AT(theme), sizeof(((struct settings *)0)->theme), 0, 0,
     {"主题名称", "name of the theme"}},
    {"profile", SETTING_TEXT, AT(profile), sizeof(((struct settings *)0)->profile), 0, 0,
     {"启动时打开的商户配置", "the merchant profile opened at start"}},
    {"ascii", SETTING_BOOL, AT(ascii), 0, 0, 0,
     {"只用 ASCII 字符画边框", "frames of ASCII characters only"}},
    {"mouse", SETTING_BOOL, AT(mouse), 0, 0, 0,
     {"启用鼠标（停用时终端可选择文字）", "use the mouse (off: the terminal selects text)"}},
    {"connect_timeout_ms", SETTING_INT, AT(connect_ms), 0, 100, 600000,
     {"建立连接的时限（毫秒）", "time to connect, in milliseconds"}},
    {"total_timeout_ms", SETTING_INT, AT(total_ms), 0, 100, 600000,
     {"一次调用的总时限（毫秒）", "time for a whole call, in milliseconds"}},
    {"private", SETTING_BOOL, AT(private_mode), 0, 0, 0,
     {"历史只放在内存里，不写入磁盘", "the history is kept in memory, nothing on the disk"}},
    {"history_max_rows", SETTING_INT, AT(history_rows), 0, 0, 1000000000,
     {"历史最多保留的条数，0 不限", "rows that the history keeps, 0: no limit"}},
    {"history_max_mb", SETTING_INT, AT(history_mb), 0, 0, 1000000,
     {"历史最多占用的兆字节，0 不限", "MiB that the history takes, 0: no limit"}},
};
/* clang-format on */

const struct setting_row *settings_rows(size_t *count)
{
    *count = ARRAY_COUNT(rows);
    return rows;
}

static const char *row_name(const void *ctx, size_t index)
{
    (void)ctx;
    return index < ARRAY_COUNT(rows) ? rows[index].name : NULL;
}

static void *slot(const struct settings *s, const struct setting_row *row)
{
    return (char *)s + row->offset;
}

void settings_init(struct settings *s, enum lang lang)
{
    memset(s, 0, sizeof(*s));
    s->lang = lang;
    s->lang_start = lang;
    strcpy(s->theme, "auto");
    strcpy(s->profile, "demo");
    s->connect_ms = 10000;
    s->total_ms = 30000;
}

void settings_clear(struct settings *s)
{
    json_free(s->document);
    memset(s, 0, sizeof(*s));
}

/* Takes one member over if it fits its row; false leaves the default. */
static bool take(struct settings *s, const struct setting_row *row, const struct json *j)
{
    const char *text = json_string(j);
    switch (row->type) {
    case SETTING_BOOL:
        if (json_type(j) != JSON_BOOL)
            return false;
        *(bool *)slot(s, row) = json_bool(j, false);
        return true;
    case SETTING_INT:
        if (!json_is_int(j) || json_int(j, 0) < row->low || json_int(j, 0) > row->high)
            return false;
        *(int64_t *)slot(s, row) = json_int(j, 0);
        return true;
    case SETTING_TEXT:
        if (!text || strlen(text) >= row->size)
            return false;
        memcpy(slot(s, row), text, strlen(text) + 1);
        return true;
    case SETTING_LANG:
        return text && lang_read(text, slot(s, row));
    }
    return false;
}

static const struct setting_row *find_row(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

static void warn(const struct json *j, const struct setting_row *row, struct err *w)
{
    const char *near = row ? NULL : text_nearest(json_name(j), row_name, NULL);
    if (row && row->type == SETTING_INT)
        err_set(w, ST_ARGUMENT, "settings.json：%s 应为 %lld 至 %lld 的整数，已用默认值",
                "settings.json: %s must be a whole number from %lld to %lld; the default stays",
                row->name, (long long)row->low, (long long)row->high);
    else if (row)
        err_set(w, ST_ARGUMENT, "settings.json：%s 的值不合格式，已用默认值",
                "settings.json: the value of %s is malformed; the default stays", row->name);
    else if (near)
        err_set(w, ST_ARGUMENT, "settings.json：未知成员 %s，已保留；是否想写 %s？",
                "settings.json: unknown member %s is kept; did you mean %s?", json_name(j), near);
    else
        err_set(w, ST_ARGUMENT, "settings.json：未知成员 %s，已保留",
                "settings.json: unknown member %s is kept", json_name(j));
}

static enum status read_document(struct settings *s, const char *path, struct err *err)
{
    struct buf text;
    buf_init(&text, STORE_FILE_MAX);
    enum status st = store_read(path, &text, err);
    bool is_read = st == ST_OK; /* what store_read() says names the file */
    if (is_read)
        st = json_parse(buf_str(&text), text.len, &s->document, err);
    buf_clear(&text);
    if (st == ST_OK && json_type(s->document) != JSON_OBJECT)
        st = err_set(
            err, ST_SYNTAX, SAY("不是设置文件", "应为一个 JSON 对象", "改正后再启动"),
            SAY("this is no settings file", "it must be a JSON object", "mend it and start again"));
    return st && is_read ? err_wrap(err, "%s", "%s", path) : st;
}

static char *settings_path(const struct store *store)
{
    struct buf path;
    buf_init(&path, 1u << 16);
    buf_addf(&path, "%s/settings.json", store->config_dir);
    return buf_take(&path);
}

void settings_load(struct settings *s, const struct store *store, struct err *warnings,
                   size_t *count)
{
    struct err err = {0};

    *count = 0;
    if (!store->config_dir)
        return;
    char *path = settings_path(store);
    enum status st = read_document(s, path, &err);
    if (st && st != ST_NOT_FOUND) {
        s->broken = true;
        json_free(s->document);
        s->document = NULL;
        warnings[(*count)++] = err;
    }
    free(path);
    for (const struct json *j = json_first(s->document); j; j = json_next(j)) {
        const struct setting_row *row = find_row(json_name(j));
        bool fine = row && (json_is_null(j) || take(s, row, j));
        if (!fine && *count < SETTINGS_WARNINGS_MAX)
            warn(j, row, &warnings[(*count)++]);
    }
}

static struct json *value_json(const struct settings *s, const struct setting_row *row)
{
    const void *v = slot(s, row);
    switch (row->type) {
    case SETTING_BOOL:
        return json_new_bool(*(const bool *)v);
    case SETTING_INT:
        return json_new_int(*(const int64_t *)v);
    case SETTING_LANG:
        return json_new_string(lang_name(*(const enum lang *)v));
    case SETTING_TEXT:
        break;
    }
    return json_new_string(v);
}

static bool is_same(const struct settings *a, const struct settings *b,
                    const struct setting_row *row)
{
    switch (row->type) {
    case SETTING_BOOL:
        return *(const bool *)slot(a, row) == *(const bool *)slot(b, row);
    case SETTING_INT:
        return *(const int64_t *)slot(a, row) == *(const int64_t *)slot(b, row);
    case SETTING_LANG:
        return *(const enum lang *)slot(a, row) == *(const enum lang *)slot(b, row);
    case SETTING_TEXT:
        break;
    }
    return strcmp(slot(a, row), slot(b, row)) == 0;
}

/* The file's text with the values of now. */
static void write_document(const struct settings *s, struct buf *out)
{
    struct json *j = s->document ? json_copy(s->document) : json_new_object();
    struct settings defaults;

    settings_init(&defaults, s->lang_start);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct setting_row *row = &rows[i];
        bool same = is_same(s, &defaults, row);
        if (!same || (row->type != SETTING_LANG && json_get(j, row->name)))
            json_set(j, row->name, value_json(s, row));
    }
    json_write(j, true, out);
    buf_addc(out, '\n');
    json_free(j);
}

enum status settings_save(const struct settings *s, const struct store *store, struct err *err)
{
    struct buf text;

    if (!store->config_dir)
        return err_set(
            err, ST_IO, SAY("没有保存", "不知道主目录在哪里", "设置 HOME 或 XDG_CONFIG_HOME"),
            SAY("not saved", "the home folder is unknown", "set HOME or XDG_CONFIG_HOME"));
    char *path = settings_path(store);
    buf_init(&text, STORE_FILE_MAX);
    write_document(s, &text);
    enum status st =
        s->broken
            ? err_set(
                  err, ST_CONFLICT, SAY("没有保存", "%s 有错误，写入会丢失它", "先改正它"),
                  SAY("not saved", "%s has an error, and writing would lose it", "mend it first"),
                  path)
            : store_write(path, buf_str(&text), text.len, 0644, err);
    buf_clear(&text);
    free(path);
    return st;
}
