/* SPDX-License-Identifier: MIT */
/*
 * Each source has a prompt of its own; what is left empty changes nothing.
 */
#include "tui/profile_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/pane.h"

void profile_ask(const struct view *v, struct bi title, const struct profile_choices *choices,
                 void *ctx)
{
    enum lang lang = view_lang(v);
    struct menu m = {.title = title,
                     .items = mem_alloc(choices->count * sizeof(*m.items)),
                     .count = choices->count,
                     .selected = choices->at,
                     .chosen = choices->chosen,
                     .ctx = ctx};
    for (size_t i = 0; i < choices->count; i++) {
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s",
                 bi_get(choices->items[i].label, lang));
        snprintf(m.items[i].note, sizeof(m.items[i].note), "%s",
                 bi_get(choices->items[i].note, lang));
    }
    v->host->menu(v->host->ctx, &m);
}

void profile_key_clear(struct profile_key *k)
{
    secret_clear(&k->next);
}

static void use_typed_key(void *ctx)
{
    struct profile_key *k = ctx;
    key_ref_clear(k->key);
    k->key->source = KEY_LITERAL;
    k->key->value = k->next;
    k->next = (struct secret){0};
    k->changed(k->ctx);
}

/* Old and new side by side, before the old one is gone. */
static void compare_keys(struct profile_key *k)
{
    struct question q = {.title = {"更换密钥", "Change the key"}, .yes = use_typed_key, .ctx = k};
    char was[LANG_COUNT][80], is[LANG_COUNT][80];

    for (enum lang i = LANG_ZH; i < LANG_COUNT; i++) {
        pane_key_shape(&k->key->value, i, was[i], sizeof(was[i]));
        pane_key_shape(&k->next, i, is[i], sizeof(is[i]));
    }
    if (secret_same(&k->key->value, &k->next))
        err_set(&q.text, ST_OK,
                SAY("输入的密钥与原密钥相同：%1$s%2$.0s", "", "Enter 仍写入配置文件"),
                SAY("the typed key is the old one: %1$.0s%2$s", "", "Enter writes it all the same"),
                is[LANG_ZH], is[LANG_EN]);
    else
        err_set(&q.text, ST_OK,
                SAY("原密钥  %1$s%3$.0s", "新密钥  %2$s%4$.0s", "更换？保存前不会写入文件"),
                SAY("old key  %1$.0s%3$s", "new key  %2$.0s%4$s",
                    "change it? nothing is written before you save"),
                was[LANG_ZH], is[LANG_ZH], was[LANG_EN], is[LANG_EN]);
    k->v->host->ask(k->v->host->ctx, &q);
}

static void on_key(void *ctx, const char *text)
{
    struct profile_key *k = ctx;
    struct err why;

    if (!text[0]) {
        k->changed(k->ctx);
        return;
    }
    secret_set(&k->next, text, strlen(text));
    if (!profile_key_plausible(&k->next, &why))
        workspace_complain(k->v->w, &why);
    if (secret_is_set(&k->key->value))
        compare_keys(k);
    else
        use_typed_key(k);
}

static void name_key(struct profile_key *k, enum key_source source, const char *text)
{
    char words[512], *rest = words;
    size_t n = 0;

    if (text[0]) {
        key_ref_clear(k->key);
        k->key->source = source;
        if (source != KEY_COMMAND)
            k->key->name = mem_strdup(text);
        snprintf(words, sizeof(words), "%s", text);
        for (char *word;
             source == KEY_COMMAND && n < KEY_COMMAND_MAX && (word = strsep(&rest, " "));) {
            if (word[0])
                k->key->argv[n++] = mem_strdup(word);
        }
        if (source == KEY_COMMAND && n == 0)
            k->key->source = KEY_NONE;
    }
    k->changed(k->ctx);
}

static void on_key_env(void *ctx, const char *text)
{
    name_key(ctx, KEY_ENV, text);
}

static void on_key_file(void *ctx, const char *text)
{
    name_key(ctx, KEY_FILE, text);
}

static void on_key_command(void *ctx, const char *text)
{
    name_key(ctx, KEY_COMMAND, text);
}

static const struct profile_choice key_sources[] = {
    {{"输入密钥", "type the key"},
     {"不回显，保存到权限 0600 的文件", "no echo; kept in a file of mode 0600"}},
    {{"环境变量", "environment variable"}, {"配置中只写变量名", "the profile names the variable"}},
    {{"文件", "file"}, {"配置中只写路径", "the profile names the path"}},
    {{"命令", "command"}, {"其输出的第一行为密钥", "its first line is the key"}},
};

static void on_key_source(void *ctx, size_t index)
{
    static const struct {
        struct bi label, help;
        void (*done)(void *, const char *);
    } asks[] = {
        {{"API 密钥（32 字节）", "API key (32 bytes)"},
         {"商户平台“API 安全”中设置的 APIv2 密钥，不是 APIv3 密钥。",
          "The APIv2 key set under API security on the merchant platform, not the APIv3 key."},
         on_key},
        {{"环境变量名", "name of the variable"},
         {"如 SHOP_A_KEY；每次使用时读取它的值。", "Such as SHOP_A_KEY; it is read at each use."},
         on_key_env},
        {{"密钥文件的路径", "path of the key file"},
         {"文件第一行为密钥；相对路径从商户配置所在的目录算起。",
          "Its first line is the key; a relative path starts at the profile's own folder."},
         on_key_file},
        {{"命令（以空格分词，不经 shell）", "command (split at blanks, no shell)"},
         {"如 pass show shop-a；输出的第一行为密钥。",
          "Such as: pass show shop-a. The first line it prints is the key."},
         on_key_command},
    };
    struct profile_key *k = ctx;
    struct prompt p = {.title = {"密钥", "Key"},
                       .label = asks[index].label,
                       .help = asks[index].help,
                       .initial = index == 0 ? NULL : k->key->name,
                       .max = index == 0 ? 256 : 480,
                       .secret = index == 0,
                       .done = asks[index].done,
                       .ctx = k};
    k->v->host->prompt(k->v->host->ctx, &p);
}

void profile_key_ask(struct profile_key *k)
{
    struct profile_choices choices = {key_sources, ARRAY_COUNT(key_sources),
                                      k->key->source > KEY_LITERAL ? (size_t)k->key->source - 1 : 0,
                                      on_key_source};
    profile_ask(k->v, (struct bi){"密钥", "Key"}, &choices, k);
}
