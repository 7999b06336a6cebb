/* SPDX-License-Identifier: MIT */
/*
 * Saving the form, and leaving: what would be lost is named before it is.
 */
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "tui/popup.h"
#include "tui/screen.h"

#define NAMED_MAX 3 /* forms that the question names */

/* ---- Saving ---- */

static void save_as(void *ctx, const char *path)
{
    struct screen *s = ctx;
    struct draft *d = &s->w.drafts[s->saving];
    struct json *j = json_new_object();
    struct buf text;
    struct err err;

    for (size_t i = 0; i < d->params.count; i++) {
        const struct param *p = &d->params.items[i];
        if (!p->off && strcmp(p->name, "key") != 0)
            json_add_string(j, p->name, p->value);
    }
    buf_init(&text, JSON_SIZE_MAX);
    json_write(j, true, &text);
    buf_addc(&text, '\n');
    if (store_write(path, buf_str(&text), text.len, 0600, &err)) {
        workspace_complain(&s->w, &err);
    } else {
        draft_keep(d);
        workspace_say(&s->w, "已保存到 %1$s；wxpc send %2$s %1$s 可发送",
                      "saved to %1$s; wxpc send %2$s %1$s sends it", path, d->spec->id);
    }
    buf_clear(&text);
    json_free(j);
}

static void ask_file(struct screen *s, const struct draft *d)
{
    char path[4096];
    struct prompt p = {
        .title = {"保存表单", "Save the form"},
        .label = {"文件（JSON，仅本人可读；不含密钥）", "file (JSON, mode 0600; without the key)"},
        .initial = path,
        .max = sizeof(path) - 1,
        .done = save_as,
        .ctx = s};

    s->saving = (size_t)(d - s->w.drafts);
    if (s->w.store.data_dir)
        snprintf(path, sizeof(path), "%s/drafts/%s.json", s->w.store.data_dir, d->spec->id);
    else
        snprintf(path, sizeof(path), "%s.json", d->spec->id);
    s->host.prompt(s, &p);
}

void screen_save(struct screen *s)
{
    ask_file(s, workspace_draft(&s->w));
}

/* ---- What would be lost ---- */

static bool is_changed(const struct draft *d)
{
    return d->spec && d->dirty;
}

/* The form on the screen, else the first one that is changed; NULL: none is. */
static const struct draft *changed_form(const struct screen *s)
{
    if (is_changed(&s->w.drafts[s->w.api]))
        return &s->w.drafts[s->w.api];
    for (size_t i = 0; i < s->w.catalog.count; i++) {
        if (is_changed(&s->w.drafts[i]))
            return &s->w.drafts[i];
    }
    return NULL;
}

static void add_lost(struct buf lost[LANG_COUNT], const struct err *what)
{
    for (int lang = LANG_ZH; lang < LANG_COUNT; lang++) {
        char text[ERR_TEXT_MAX];
        err_part(what, (enum lang)lang, ERR_WHAT, text, sizeof(text));
        buf_addf(&lost[lang], "%s%s", lost[lang].len ? L((enum lang)lang, "；", "; ") : "", text);
    }
}

static void add_forms(const struct screen *s, struct buf lost[LANG_COUNT])
{
    struct buf names;
    struct err what;
    size_t count = 0;

    buf_init(&names, 1024);
    for (size_t i = 0; i < s->w.catalog.count; i++) {
        const struct draft *d = &s->w.drafts[i];
        if (is_changed(d) && count++ < NAMED_MAX)
            buf_addf(&names, "%s%s", names.len ? ", " : "", d->spec->id);
    }
    if (count > NAMED_MAX)
        buf_addf(&names, " … (%zu)", count);
    err_set(&what, ST_OK, SAY("表单 %s 的修改既未发送也未保存", "", ""),
            SAY("the form of %s holds changes neither sent nor saved", "", ""), buf_str(&names));
    if (count)
        add_lost(lost, &what);
    buf_clear(&names);
}

static void add_windows(const struct screen *s, struct buf lost[LANG_COUNT])
{
    struct err what = {0};
    for (size_t i = s->over_count; i-- > 0;) {
        struct view *v = s->over[i];
        if (v->ops->unsaved && v->ops->unsaved(v, &what))
            add_lost(lost, &what);
    }
}

static void add_call(const struct screen *s, struct buf lost[LANG_COUNT])
{
    struct err what;
    err_set(&what, ST_OK, SAY("还有请求在进行", "", ""), SAY("a request is under way", "", ""));
    if (s->w.exchange.state == EXCHANGE_RUNNING)
        add_lost(lost, &what);
}

/* Who sent it waits for it; and what an application says afterwards is not heard. */
static void add_answers(const struct screen *s, struct buf lost[LANG_COUNT])
{
    struct err what;
    err_set(&what, ST_OK, SAY("有通知还没有应答", "", ""),
            SAY("a notification is not answered yet", "", ""));
    if (!inbox_is_idle(s->w.inbox))
        add_lost(lost, &what);
}

/* ---- Leaving ---- */

/* Can what is open be saved where it stands? Then FIX says so. */
static bool saves_itself(struct screen *s, struct err *what)
{
    struct view *v = screen_view(s);
    char fix[ERR_TEXT_MAX];

    if (!s->over_count || !v->ops->unsaved || !v->ops->unsaved(v, what))
        return false;
    err_part(what, LANG_ZH, ERR_FIX, fix, sizeof(fix));
    return fix[0] != '\0';
}

static void save_first(void *ctx)
{
    struct screen *s = ctx;
    struct err what = {0};
    const struct draft *d = changed_form(s);

    if (saves_itself(s, &what))
        screen_act(s, ACTION_SAVE);
    else if (d)
        ask_file(s, d);
}

static void quit_now(void *ctx)
{
    struct screen *s = ctx;
    s->quit = true;
}

/* What Ctrl-S in the question does; false: nothing, as where a menu or prompt waits below. */
static bool offer_saving(struct screen *s, struct err *fix)
{
    const struct draft *d = changed_form(s);
    if (saves_itself(s, fix))
        return true;
    *fix = (struct err){0};
    if (!d || (s->over_count && screen_view(s)->ops->popup))
        return false;
    err_set(fix, ST_OK, SAY("", "", "Ctrl-S 先把 %s 存为文件"),
            SAY("", "", "Ctrl-S saves %s to a file first"), d->spec->id);
    return true;
}

void screen_quit(struct screen *s)
{
    struct question q = {.title = {"退出", "Quit"}, .yes = quit_now, .ctx = s};
    struct buf lost[LANG_COUNT];
    char fix[LANG_COUNT][ERR_TEXT_MAX];
    struct err how = {0};

    if (s->over_count && popup_asks(screen_view(s), quit_now)) {
        workspace_say(&s->w, "y 退出，n 留下", "y quits, n stays");
        return;
    }
    for (int lang = LANG_ZH; lang < LANG_COUNT; lang++)
        buf_init(&lost[lang], 2048);
    add_windows(s, lost);
    q.danger = lost[LANG_ZH].len > 0; /* as where Esc asks: "no" is preselected */
    add_call(s, lost);
    add_answers(s, lost);
    add_forms(s, lost);
    if (offer_saving(s, &how))
        q.save = save_first;
    for (int lang = LANG_ZH; lang < LANG_COUNT; lang++)
        err_part(&how, (enum lang)lang, ERR_FIX, fix[lang], sizeof(fix[lang]));
    if (lost[LANG_ZH].len) {
        err_set(&q.text, ST_OK, SAY("退出 wxpc？", "%1$s%3$.0s", "%2$s%4$.0s"),
                SAY("quit wxpc?", "%1$.0s%3$s", "%2$.0s%4$s"), buf_str(&lost[LANG_ZH]),
                fix[LANG_ZH], buf_str(&lost[LANG_EN]), fix[LANG_EN]);
        s->host.ask(s, &q);
    } else {
        s->quit = true;
    }
    for (int lang = LANG_ZH; lang < LANG_COUNT; lang++)
        buf_clear(&lost[lang]);
}
