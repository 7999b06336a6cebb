/* SPDX-License-Identifier: MIT */
/*
 * What views ask of the screen: popups, pager, clipboard, focus, themes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "tui/pager.h"
#include "tui/popup.h"
#include "tui/screen.h"

/* ---- Popups ---- */

static void host_menu(void *ctx, struct menu *m)
{
    struct screen *s = ctx;
    screen_push(s, popup_menu(&s->w, &s->host, m));
}

static void host_prompt(void *ctx, const struct prompt *p)
{
    struct screen *s = ctx;
    screen_push(s, popup_prompt(&s->w, &s->host, p));
}

static void host_ask(void *ctx, const struct question *q)
{
    struct screen *s = ctx;
    screen_push(s, popup_question(&s->w, &s->host, q));
}

static void host_pager(void *ctx, struct pager_text *t)
{
    struct screen *s = ctx;
    screen_push(s, pager_new(&s->w, &s->host, t));
}

static void host_overlay(void *ctx, struct view *v)
{
    screen_push(ctx, v);
}

static void host_focus(void *ctx, enum plan_pane pane)
{
    screen_focus(ctx, pane);
}

static void host_edit(void *ctx, bool on)
{
    struct screen *s = ctx;
    screen_view(s)->edit = on;
    if (!s->over_count)
        s->edit = on;
    s->stale = true;
}

static void host_act(void *ctx, enum action a)
{
    screen_act(ctx, a);
}

/* ---- Copying ---- */

static void add_spill_path(const struct screen *s, struct buf *path)
{
    buf_addf(path, "%s/copy.txt", s->w.store.data_dir ? s->w.store.data_dir : ".");
}

static void write_spill(void *ctx)
{
    struct screen *s = ctx;
    struct buf path;
    struct err err;

    buf_init(&path, 4096);
    add_spill_path(s, &path);
    if (store_write(buf_str(&path), buf_str(&s->spill), s->spill.len, 0600, &err))
        workspace_complain(&s->w, &err);
    else
        workspace_say(&s->w, "已写入 %s（%zu 字节%.0s）", "written to %s (%zu byte%s)",
                      buf_str(&path), s->spill.len, text_s(s->spill.len));
    buf_clear(&path);
}

/* Neither program nor terminal took it: a file can. */
static void offer_file(struct screen *s, const struct err *why)
{
    struct question q = {.title = {"复制", "Copy"}, .yes = write_spill, .ctx = s};
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    struct buf path;

    err_part(why, LANG_ZH, ERR_WHAT, zh, sizeof(zh));
    err_part(why, LANG_EN, ERR_WHAT, en, sizeof(en));
    buf_init(&path, 4096);
    add_spill_path(s, &path);
    err_set(&q.text, ST_OK, SAY("写入文件 %3$s？", "%1$s%2$.0s", ""),
            SAY("write it to %3$s?", "%1$.0s%2$s", ""), zh, en, buf_str(&path));
    buf_clear(&path);
    host_ask(s, &q);
}

/* Between Chinese and a word whose outer byte is this one. */
static const char *gap(char c)
{
    return (unsigned char)c < 0x80 ? " " : "";
}

static void host_copy(void *ctx, struct bi what, const char *text, size_t len)
{
    struct screen *s = ctx;
    struct err err = {0};
    const char *tool = NULL;

    buf_clear(&s->spill);
    buf_init(&s->spill, len + 1);
    buf_add(&s->spill, text, len);
    if (!s->term)
        err_set(&err, ST_UNSUPPORTED, SAY("没有剪贴板", "", ""),
                SAY("there is no clipboard", "", ""));
    else
        term_copy(s->term, text, len, &tool, &err);
    if (err.status)
        offer_file(s, &err);
    else if (tool)
        workspace_say(&s->w, "已复制%6$s%1$s%2$.0s（%3$zu 字节%5$.0s，经 %4$s）",
                      "copied %1$.0s%2$s (%3$zu byte%5$s, by %4$s)%6$.0s", what.zh, what.en, len,
                      tool ? tool : "", text_s(len), gap(what.zh[0]));
    else
        workspace_say(
            &s->w,
            "已把%5$s%1$s%2$.0s%6$s交给终端复制（%3$zu 字节%4$.0s，OSC 52）；终端若不支持，y 的末项写入文件",
            "%1$.0s%2$s sent to the terminal's clipboard (%3$zu byte%4$s, OSC 52); if it has none: y, "
            "last item, writes a file%5$.0s%6$.0s",
            what.zh, what.en, len, text_s(len), gap(what.zh[0]), gap(what.zh[strlen(what.zh) - 1]));
}

static void copy_chosen(void *ctx, size_t index)
{
    struct screen *s = ctx;
    struct buf text;
    struct err err;

    if (index == COPY_COUNT) {
        write_spill(s);
        return;
    }
    buf_init(&text, 64u << 20);
    if (workspace_copy(&s->w, (enum copy_what)index, &text, &err))
        workspace_complain(&s->w, &err);
    else
        host_copy(s, copy_title((enum copy_what)index), buf_str(&text), text.len);
    buf_clear(&text);
}

void screen_copy_menu(struct screen *s)
{
    enum lang lang = s->w.settings.lang;
    struct menu m = {.title = {"复制", "Copy"},
                     .items = mem_alloc((COPY_COUNT + 1) * sizeof(*m.items)),
                     .count = COPY_COUNT + 1,
                     .chosen = copy_chosen,
                     .ctx = s};

    for (size_t i = 0; i < COPY_COUNT; i++) {
        struct buf text;
        struct err err;
        struct menu_item *item = &m.items[i];
        snprintf(item->label, sizeof(item->label), "%s",
                 bi_get(copy_title((enum copy_what)i), lang));
        buf_init(&text, 64u << 20);
        if (workspace_copy(&s->w, (enum copy_what)i, &text, &err)) {
            item->disabled = true;
            err_part(&err, lang, ERR_WHY, item->note, sizeof(item->note));
        } else if (text.len <= 64) {
            snprintf(item->note, sizeof(item->note), "%s", buf_str(&text));
        } else {
            snprintf(item->note, sizeof(item->note), L(lang, "%zu 字节", "%zu bytes"), text.len);
        }
        buf_clear(&text);
    }
    /* A terminal never says whether it took what it was sent (OSC 52): a file always can. */
    struct menu_item *file = &m.items[COPY_COUNT];
    snprintf(file->label, sizeof(file->label), "%s",
             L(lang, "上次复制的内容写入文件", "what was copied last, to a file"));
    file->disabled = s->spill.len == 0;
    snprintf(file->note, sizeof(file->note), "%s",
             file->disabled ? L(lang, "还没有复制过", "nothing was copied yet") : "copy.txt");
    s->host.menu(s, &m);
}

/* ---- Themes ---- */

static enum status read_theme(struct screen *s, const char *name, struct theme *out,
                              struct err *err)
{
    struct buf text;
    struct json *j = NULL;
    struct theme_report report = {0};
    char *origin = NULL;

    theme_init(out);
    if (strcmp(name, "auto") == 0)
        return ST_OK;
    buf_init(&text, STORE_FILE_MAX);
    enum status st = store_load(&s->w.store, "themes", name, &text, &origin, err);
    bool is_read = st == ST_OK; /* what store_load() says names the file */
    if (is_read)
        st = json_parse(buf_str(&text), text.len, &j, err);
    if (!st)
        st = theme_read(j, out, &report, err);
    if (st && is_read && err)
        err_wrap(err, "%s", "%s", origin);
    if (!st && report.count) {
        err_wrap(&report.items[0], "%s", "%s", origin);
        workspace_complain(&s->w, &report.items[0]);
    }
    free(origin);
    json_free(j);
    buf_clear(&text);
    return st;
}

static void use_theme(struct screen *s, const struct theme *theme)
{
    s->theme = *theme;
    if (s->term)
        term_forget_colors(s->term);
    surface_redraw(s->grid);
    s->stale = true;
}

void screen_load_theme(struct screen *s)
{
    struct theme theme;
    struct err err = {0};
    const char *name = s->w.profile.theme ? s->w.profile.theme : s->w.settings.theme;

    if (read_theme(s, name, &theme, &err)) {
        theme_init(&theme);
        workspace_complain(&s->w, &err);
    }
    use_theme(s, &theme);
}

static void add_theme(void *ctx, const char *name, const char *origin)
{
    struct screen *s = ctx;
    (void)origin;
    if (strcmp(name, "auto") == 0 && s->theme_count)
        return;
    s->theme_names = mem_grow(s->theme_names, s->theme_count + 1, sizeof(char *));
    s->theme_names[s->theme_count++] = mem_strdup(name);
}

static void theme_moved(void *ctx, size_t index)
{
    struct screen *s = ctx;
    struct theme theme;
    struct err err = {0};
    if (read_theme(s, s->theme_names[index], &theme, &err))
        workspace_complain(&s->w, &err);
    else
        use_theme(s, &theme);
}

static void theme_left(void *ctx)
{
    struct screen *s = ctx;
    struct theme before = s->theme_before;
    use_theme(s, &before);
}

/* Into the file as it is now: what the command line said for this run is not saved with it. */
static enum status save_theme(const struct screen *s, struct err *err)
{
    struct settings file;
    struct err warnings[SETTINGS_WARNINGS_MAX];
    size_t count;

    settings_init(&file, s->w.settings.lang);
    settings_load(&file, &s->w.store, warnings, &count);
    snprintf(file.theme, sizeof(file.theme), "%s", s->w.settings.theme);
    enum status st = settings_save(&file, &s->w.store, err);
    settings_clear(&file);
    return st;
}

/* Why its colours are not seen, as the end of a sentence; none if they are. */
static struct bi unseen_colors(const struct screen *s)
{
    if (s->term && term_colors(s->term))
        return (struct bi){"", ""};
    if (term_no_color())
        return (struct bi){"；但设置了 NO_COLOR，颜色不显示",
                           "; but NO_COLOR is set: its colours are not shown"};
    if (s->term)
        return (struct bi){"；但这个终端没有颜色", "; but this terminal has no colours"};
    return (struct bi){"", ""};
}

static void theme_chosen(void *ctx, size_t index)
{
    struct screen *s = ctx;
    struct theme theme;
    struct err err = {0};
    unsigned told = s->w.rev_message;

    if (read_theme(s, s->theme_names[index], &theme, &err)) {
        theme_left(s);
        workspace_complain(&s->w, &err);
        return;
    }
    use_theme(s, &theme);
    snprintf(s->w.settings.theme, sizeof(s->w.settings.theme), "%s", s->theme_names[index]);
    if (save_theme(s, &err))
        workspace_complain(&s->w, &err);
    else if (s->w.rev_message == told) /* else what is wrong in its file stands there */
        workspace_say(&s->w, "主题 %1$s 已保存%2$s%3$.0s", "theme %1$s is saved%2$.0s%3$s",
                      s->theme_names[index], unseen_colors(s).zh, unseen_colors(s).en);
}

void screen_theme_menu(struct screen *s)
{
    struct menu m = {.title = {"主题", "Theme"},
                     .chosen = theme_chosen,
                     .moved = theme_moved,
                     .left = theme_left,
                     .ctx = s};

    for (size_t i = 0; i < s->theme_count; i++)
        free(s->theme_names[i]);
    free(s->theme_names);
    s->theme_names = NULL;
    s->theme_count = 0;
    add_theme(s, "auto", NULL);
    store_list(&s->w.store, "themes", add_theme, s);
    m.items = mem_alloc(s->theme_count * sizeof(*m.items));
    m.count = s->theme_count;
    for (size_t i = 0; i < s->theme_count; i++) {
        struct theme theme;
        if (read_theme(s, s->theme_names[i], &theme, NULL) == ST_OK)
            snprintf(m.items[i].note, sizeof(m.items[i].note), "%s",
                     theme.title[s->w.settings.lang]);
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", s->theme_names[i]);
        if (strcmp(s->theme_names[i], s->theme.name) == 0)
            m.selected = i;
    }
    s->theme_before = s->theme;
    s->host.menu(s, &m);
}

void screen_host(struct screen *s)
{
    s->host = (struct view_host){.ctx = s,
                                 .keymap = &s->keymap,
                                 .menu = host_menu,
                                 .prompt = host_prompt,
                                 .ask = host_ask,
                                 .pager = host_pager,
                                 .overlay = host_overlay,
                                 .editor = screen_editor_open,
                                 .copy = host_copy,
                                 .focus = host_focus,
                                 .edit = host_edit,
                                 .act = host_act};
}
