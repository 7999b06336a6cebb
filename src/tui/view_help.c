/* SPDX-License-Identifier: MIT */
/*
 * The overlay of all keys: every row of the action table with the keys in force, by what
 * it is about. The search word filters by name, key and sentence in both languages; Enter
 * does what is selected.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/keymap.h"
#include "tui/list.h"
#include "tui/pane.h"

struct group {
    struct bi title;
    const enum action *actions; /* ACTION_NONE-terminated */
};

#define ACTIONS(...)                                                                               \
    (const enum action[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, ACTION_NONE                                                                   \
    }

static const struct group groups[] = {
    {{"从这里开始", "Start here"}, ACTIONS(ACTION_TOUR)},
    {{"发送与编辑", "Send and edit"},
     ACTIONS(ACTION_SEND, ACTION_OPEN, ACTION_BACK, ACTION_GENERATE, ACTION_TOGGLE,
             ACTION_ALL_FIELDS, ACTION_ADD_FIELD, ACTION_NEXT_PROBLEM, ACTION_CLEAR_FIELD,
             ACTION_UNDO, ACTION_REDO, ACTION_EDITOR, ACTION_REMOVE, ACTION_SAVE, ACTION_IMPORT)},
    {{"查看", "Look"},
     ACTIONS(ACTION_PAGER, ACTION_COPY, ACTION_SEARCH, ACTION_SEARCH_NEXT, ACTION_SEARCH_PREVIOUS,
             ACTION_TAB_LEFT, ACTION_TAB_RIGHT, ACTION_WRAP, ACTION_ZOOM, ACTION_NARROWER,
             ACTION_WIDER)},
    {{"移动", "Move"},
     ACTIONS(ACTION_NEXT, ACTION_PREVIOUS, ACTION_PANE_1, ACTION_PANE_2, ACTION_PANE_3,
             ACTION_PANE_4, ACTION_PANE_5, ACTION_PANE_6, ACTION_UP, ACTION_DOWN, ACTION_LEFT,
             ACTION_RIGHT, ACTION_TOP, ACTION_BOTTOM, ACTION_PAGE_UP, ACTION_PAGE_DOWN)},
    {{"程序", "Program"},
     ACTIONS(ACTION_PALETTE, ACTION_HELP_FIELD, ACTION_HELP_KEYS, ACTION_PROFILE, ACTION_LANG,
             ACTION_THEME, ACTION_MOUSE, ACTION_REDRAW, ACTION_SUSPEND, ACTION_CLOSE, ACTION_QUIT)},
    {{"通知、历史、诊断", "Notices, history, diagnosis"},
     ACTIONS(ACTION_LISTEN, ACTION_TRIGGER, ACTION_PAY, ACTION_REPLAY, ACTION_HISTORY,
             ACTION_PRIVATE, ACTION_RETENTION, ACTION_CALLS, ACTION_LIFE, ACTION_DIAGNOSE,
             ACTION_THOROUGH, ACTION_AGAINST, ACTION_COMPARE)},
};

struct row {
    const struct group *group;       /* a heading, if `action` is NULL */
    const struct action_row *action; /* NULL: a heading */
    char keys[96];
};

struct help {
    struct list list;
    struct row rows[ACTION_COUNT + ARRAY_COUNT(groups)];
    size_t count;
    char filter[LINES_WORD_MAX];
    struct keymap keymap;
    enum action chosen; /* done once the overlay is gone */
};

static bool is_heading(const void *ctx, size_t row)
{
    const struct help *h = ctx;
    return !h->rows[row].action;
}

static bool matches(const struct help *h, const struct action_row *a, const char *keys)
{
    char text[1200];
    snprintf(text, sizeof(text), "%s %s %s %s %s %s", a->title.zh, a->title.en, keys, a->help.zh,
             a->help.en, a->id);
    return list_match(h->filter, text);
}

static void add_group(struct help *h, const struct group *g)
{
    bool heading = false;
    for (const enum action *a = g->actions; *a != ACTION_NONE; a++) {
        const struct action_row *row = action_row(*a);
        char keys[sizeof(h->rows[0].keys)];
        if (!row)
            continue;
        keymap_names(&h->keymap, *a, ACTION_IN_BOTH, keys, sizeof(keys));
        if (!matches(h, row, keys))
            continue;
        if (!heading)
            h->rows[h->count++] = (struct row){.group = g};
        heading = true;
        struct row *r = &h->rows[h->count++];
        *r = (struct row){.group = g, .action = row};
        memcpy(r->keys, keys, sizeof(keys));
    }
}

static void build(struct help *h)
{
    h->count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(groups); i++)
        add_group(h, &groups[i]);
    h->list.skip = is_heading;
    h->list.ctx = h;
    list_set(&h->list, h->count);
}

static void help_open(struct view *v)
{
    struct help *h = mem_alloc(sizeof(*h));
    if (v->host->keymap)
        h->keymap = *v->host->keymap;
    else
        keymap_init(&h->keymap);
    build(h);
    v->data = h;
}

static void help_close(struct view *v)
{
    free(v->data);
    v->data = NULL;
}

/* ---- Drawing ---- */

#define NARROW 60

static void draw_row(void *ctx, size_t row, bool selected, struct surface *s)
{
    struct view *v = ctx;
    const struct help *h = v->data;
    const struct row *r = &h->rows[row];
    enum lang lang = view_lang(v);
    bool narrow = s->cols < NARROW; /* then the sentence stands in the help line only */
    int keys = narrow ? 14 : 20, title = narrow ? s->cols - keys - 3 : 18;
    (void)selected;

    if (!r->action) {
        surface_put_cut(s, 0, 0, THEME_TITLE, bi_get(r->group->title, lang));
        return;
    }
    bool missing = r->action->missing.zh != NULL;
    struct surface part = surface_row(s, 0, 2, keys);
    surface_put_cut(&part, 0, 0, THEME_KEY, r->keys[0] ? r->keys : L(lang, "(无)", "(none)"));
    part = surface_row(s, 0, keys + 3, title);
    surface_put_cut(&part, 0, 0, missing ? THEME_DIM : THEME_TEXT | SURFACE_BOLD,
                    bi_get(r->action->title, lang));
    if (!narrow)
        surface_put_cut(s, 0, keys + title + 4, THEME_DIM,
                        bi_get(missing ? r->action->missing : r->action->help, lang));
}

static void help_draw(struct view *v, struct surface *s)
{
    struct help *h = v->data;
    enum lang lang = view_lang(v);
    struct surface rows = *s;

    if (h->filter[0]) {
        int col = surface_put(s, 0, 0, THEME_KEY, "/");
        surface_put_cut(s, 0, col, THEME_MATCH, h->filter);
        rows = surface_sub(s, (struct rect){1, 0, s->rows - 1, s->cols});
    }
    if (h->count == 0)
        surface_put_cut(&rows, 0, 0, THEME_DIM, L(lang, "没有匹配的操作", "no action matches"));
    list_draw(&h->list, &rows, true, draw_row, v);
}

static void help_frame(struct view *v, struct view_frame *out)
{
    struct help *h = v->data;
    enum lang lang = view_lang(v);
    snprintf(out->title, sizeof(out->title), "%s", L(lang, "全部按键", "All keys"));
    snprintf(out->state, sizeof(out->state), "%s",
             L(lang, "/ 筛选  Enter 执行", "/ filter  Enter do"));
    list_foot(&h->list, out->foot, sizeof(out->foot));
}

/* Sentences that were cut in their rows are whole below. */
static int help_help_rows(struct view *v, int cols)
{
    (void)v;
    return cols < NARROW + 2 ? 2 : 1;
}

static void help_size(struct view *v, int *rows, int *cols)
{
    const struct help *h = v->data;
    *cols = *cols < 110 ? *cols : 110;
    if ((size_t)*rows > h->count + 1 && !h->filter[0])
        *rows = (int)h->count + 1;
}

/* ---- Actions ---- */

static enum view_answer help_action(struct view *v, enum action a)
{
    struct help *h = v->data;
    if (a == ACTION_BACK || a == ACTION_CLOSE || a == ACTION_HELP_KEYS)
        return VIEW_CLOSE;
    if (a == ACTION_OPEN) {
        h->chosen = list_has(&h->list) ? h->rows[h->list.at].action->action : ACTION_NONE;
        return h->chosen ? VIEW_CLOSE : VIEW_HANDLED;
    }
    return list_action(&h->list, a) ? VIEW_HANDLED : VIEW_IGNORED;
}

static void help_finish(struct view *v)
{
    const struct help *h = v->data;
    if (h->chosen)
        v->host->act(v->host->ctx, h->chosen);
}

static bool help_search(struct view *v, const char *word, int step)
{
    struct help *h = v->data;
    if (step) {
        list_action(&h->list, step > 0 ? ACTION_DOWN : ACTION_UP);
    } else {
        snprintf(h->filter, sizeof(h->filter), "%s", word);
        h->list.at = 0;
        build(h);
    }
    return h->count > 0;
}

static void help_full(struct view *v, struct pager_text *out)
{
    const struct help *h = v->data;
    enum lang lang = view_lang(v);
    pane_pager(out, (struct bi){"全部按键", "All keys"});
    for (size_t i = 0; i < h->count; i++) {
        const struct row *r = &h->rows[i];
        if (!r->action)
            buf_addf(&out->text, "%s%s\n", i ? "\n" : "", bi_get(r->group->title, lang));
        else
            buf_addf(&out->text, "  %-20s %s: %s\n", r->keys, bi_get(r->action->title, lang),
                     bi_get(r->action->missing.zh ? r->action->missing : r->action->help, lang));
    }
}

static void help_help(struct view *v, struct buf *out, bool *is_error)
{
    const struct help *h = v->data;
    *is_error = false;
    if (list_has(&h->list)) {
        const struct action_row *a = h->rows[h->list.at].action;
        buf_adds(out, bi_get(a->missing.zh ? a->missing : a->help, view_lang(v)));
    }
}

static const struct view_hint *help_hint(struct view *v)
{
    static const struct view_hint hints[] = {{.action = ACTION_OPEN, .title = {"执行", "Run"}},
                                             {.action = ACTION_SEARCH, .title = {"筛选", "Filter"}},
                                             {.action = ACTION_PAGER},
                                             {.action = ACTION_BACK, .title = {"关闭", "Close"}},
                                             {0}};
    (void)v;
    return hints;
}

const struct view_ops view_help = {
    .name = "help",
    .open = help_open,
    .close = help_close,
    .frame = help_frame,
    .draw = help_draw,
    .action = help_action,
    .help = help_help,
    .full = help_full,
    .search = help_search,
    .hint = help_hint,
    .help_rows = help_help_rows,
    .size = help_size,
    .finish = help_finish,
};
