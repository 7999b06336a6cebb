/* SPDX-License-Identifier: MIT */
/*
 * The overlay of merchants: choose, add, edit, check, remove.
 *
 * Three pages in one overlay: the list, the form of one merchant, the findings of a check.
 * Esc goes back a page. A key is never shown: its source, length and last four are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/merchant.h"
#include "core/json.h"
#include "core/text.h"
#include "tui/list.h"
#include "tui/pane.h"
#include "tui/profile_form.h"
#include "tui/profile_list.h"

enum page { PAGE_LIST, PAGE_FORM, PAGE_CHECK };

struct profiles {
    enum page page;
    struct list list;
    struct profile_list rows;
    unsigned rev;
    bool loaded;
    struct profile_form *form;
    struct lines findings;
    size_t errors, warnings;
    struct view *v;
};

/* ---- Entries ---- */

static struct profile_entry *selected(const struct profiles *d)
{
    return list_has(&d->list) ? &d->rows.all[d->rows.shown[d->list.at]] : NULL;
}

static bool is_current(const struct view *v, const char *name)
{
    return v->w->profile.name && strcmp(v->w->profile.name, name) == 0;
}

static void select_name(struct profiles *d, const char *name)
{
    list_set(&d->list, d->rows.shown_count);
    if (profile_list_find(&d->rows, name) < d->rows.shown_count)
        list_go(&d->list, profile_list_find(&d->rows, name));
}

/* Reads all anew; the selection stays on its merchant, and begins on the one in force. */
static void load(struct view *v)
{
    struct profiles *d = v->data;
    const struct profile_entry *e = d->loaded ? selected(d) : NULL;
    char *name = mem_strdup(e ? e->name : v->w->profile.name ? v->w->profile.name : "");

    profile_list_load(&d->rows, v->w);
    select_name(d, name);
    free(name);
    d->rev = v->w->rev_profile;
    d->loaded = true;
}

static void refresh(struct view *v)
{
    struct profiles *d = v->data;
    d->v = v;
    if (!d->loaded || d->rev != v->w->rev_profile)
        load(v);
}

static void profiles_open(struct view *v)
{
    v->data = mem_alloc(sizeof(struct profiles));
    v->wrap = true;
    workspace_profiles(v->w);
    refresh(v);
}

static void profiles_close(struct view *v)
{
    struct profiles *d = v->data;
    if (d) {
        profile_list_clear(&d->rows);
        profile_form_free(d->form);
        lines_clear(&d->findings);
    }
    free(d);
    v->data = NULL;
}

/* ---- Drawing ---- */

static void draw_row(void *ctx, size_t row, bool is_selected, struct surface *s)
{
    struct view *v = ctx;
    const struct profiles *d = v->data;
    (void)is_selected;
    profile_entry_draw(v, &d->rows.all[d->rows.shown[row]], s);
}

static void draw_list(struct view *v, struct surface *s)
{
    struct profiles *d = v->data;
    enum lang lang = view_lang(v);
    int foot = s->rows > 6 ? 2 : 0, head = d->rows.word[0] != '\0';
    struct surface rows = surface_sub(s, (struct rect){head, 0, s->rows - foot - head, s->cols});

    if (head) {
        int col = surface_put(s, 0, 0, THEME_KEY, "/");
        surface_put_cut(s, 0, col, THEME_MATCH, d->rows.word);
    }
    if (d->rows.shown_count == 0)
        surface_put_cut(&rows, 0, 0, THEME_DIM, L(lang, "没有匹配的商户", "no merchant matches"));
    list_draw(&d->list, &rows, true, draw_row, v);
    if (foot)
        surface_put_cut(s, s->rows - 1, 0, THEME_DIM,
                        L(lang, "Enter 选用  Space 菜单  + 添加  Del 删除  v 查看  * 当前",
                          "Enter use  Space menu  + add  Del remove  v view  * current"));
}

static void profiles_draw(struct view *v, struct surface *s)
{
    struct profiles *d = v->data;
    refresh(v);
    if (d->page == PAGE_FORM)
        profile_form_draw(d->form, s);
    else if (d->page == PAGE_CHECK)
        lines_draw(&d->findings, s, v->wrap);
    else
        draw_list(v, s);
}

static void profiles_frame(struct view *v, struct view_frame *out)
{
    struct profiles *d = v->data;
    enum lang lang = view_lang(v);

    refresh(v);
    const struct profile_entry *e = selected(d);
    if (d->page == PAGE_FORM) {
        snprintf(out->title, sizeof(out->title), L(lang, "商户 %s", "Merchant %s"),
                 profile_form_profile(d->form)->name);
        if (profile_form_is_dirty(d->form))
            snprintf(out->state, sizeof(out->state), "%s", L(lang, "未保存", "unsaved"));
        out->state_style = THEME_WARN;
        profile_form_foot(d->form, out->foot, sizeof(out->foot));
    } else if (d->page == PAGE_CHECK) {
        snprintf(out->title, sizeof(out->title), L(lang, "检查 %s", "Check of %s"),
                 e ? e->name : "");
        snprintf(out->state, sizeof(out->state),
                 L(lang, "错误 %zu 警告 %zu", "errors %zu warnings %zu"), d->errors, d->warnings);
        out->state_style = d->errors ? THEME_ERROR : d->warnings ? THEME_WARN : THEME_OK;
        lines_foot(&d->findings, out->foot, sizeof(out->foot));
    } else {
        snprintf(out->title, sizeof(out->title), "%s", L(lang, "商户", "Merchants"));
        snprintf(out->state, sizeof(out->state), "%zu", d->rows.count);
        list_foot(&d->list, out->foot, sizeof(out->foot));
    }
}

static void profiles_size(struct view *v, int *rows, int *cols)
{
    struct profiles *d = v->data;
    int wanted = d->page == PAGE_LIST ? (int)d->rows.count + 3 : 26;
    *cols = *cols < 100 ? *cols : 100;
    if (wanted < 10)
        wanted = 10;
    *rows = *rows < wanted ? *rows : wanted;
}

/* ---- Choosing, adding, editing ---- */

static enum view_answer choose(struct view *v, const char *name)
{
    struct err err;
    if (workspace_profile(v->w, name, &err)) {
        workspace_complain(v->w, &err);
        return VIEW_HANDLED;
    }
    if (v->w->profile_err.status)
        workspace_complain(v->w, &v->w->profile_err);
    else
        workspace_say(v->w, "已选用商户 %s", "now with merchant %s", name);
    return VIEW_CLOSE;
}

static void open_form(struct profiles *d, const struct profile *p, bool is_new)
{
    profile_form_free(d->form);
    d->form = profile_form_new(d->v, p, is_new);
    d->page = PAGE_FORM;
    if (is_new)
        profile_form_guide(d->form);
}

static void ask_name(struct profiles *d, const char *initial);

/* A name that cannot be taken is asked for again, as it was typed. */
static void on_name(void *ctx, const char *name)
{
    struct profiles *d = ctx;
    struct workspace *w = d->v->w;
    struct profile p = {0};
    struct err err;

    if (!profile_name_valid(name)) {
        err_set(&err, ST_ARGUMENT,
                SAY("名称 %s 不能用", "名称也是文件名，只能用字母、数字、- _ .，且不以 - . 开头",
                    "换一个名称"),
                SAY("the name %s cannot be used",
                    "it names the file too: letters, digits, - _ ., not starting with - or .",
                    "take another one"),
                name);
        workspace_complain(w, &err);
        ask_name(d, name);
        return;
    }
    if (profile_list_has(&d->rows, name)) {
        err_set(&err, ST_CONFLICT, SAY("已有商户 %s", "", "换一个名称，或编辑它"),
                SAY("there is a merchant %s", "", "take another name, or edit it"), name);
        workspace_complain(w, &err);
        ask_name(d, name);
        return;
    }
    p.name = mem_strdup(name);
    open_form(d, &p, true);
    profile_clear(&p);
}

static void ask_name(struct profiles *d, const char *initial)
{
    struct prompt p = {
        .title = {"添加商户", "Add a merchant"},
        .label = {"名称，如 shop-a", "name, such as shop-a"},
        .help =
            {"也是配置文件的名称，命令行用 -p 名称 选用。接着逐项询问：环境、密钥、appid、商户号等；"
             "Enter 跳过一项，Esc 结束询问，Ctrl-S 保存。",
             "It names the file too, and -p NAME takes it on the command line. Environment, key, "
             "appid, merchant id and so on are asked next: Enter skips one, Esc ends the "
             "questions, Ctrl-S saves."},
        .initial = initial,
        .max = PROFILE_NAME_MAX,
        .done = on_name,
        .ctx = d};
    d->v->host->prompt(d->v->host->ctx, &p);
}

static void add(struct profiles *d)
{
    ask_name(d, NULL);
}

static void edit(struct profiles *d)
{
    struct profile_entry *e = selected(d);
    if (!e)
        return;
    if (e->err.status)
        workspace_complain(d->v->w, &e->err);
    else
        open_form(d, &e->p, false);
}

/* The overlay has done its work then. */
static void use_saved(void *ctx)
{
    struct profiles *d = ctx;
    struct profile_entry *e = selected(d);
    if (e && choose(d->v, e->name) == VIEW_CLOSE)
        d->v->host->act(d->v->host->ctx, ACTION_BACK);
}

static void save(struct profiles *d)
{
    struct workspace *w = d->v->w;
    struct err err;
    char *name = mem_strdup(profile_form_profile(d->form)->name);

    if (profile_form_save(d->form, &err)) {
        workspace_complain(w, &err);
        free(name);
        return;
    }
    workspace_say(w, "已保存商户 %s（文件权限 0600）", "merchant %s is saved (file mode 0600)",
                  name);
    d->page = PAGE_LIST;
    load(d->v);
    select_name(d, name);
    if (!is_current(d->v, name)) {
        struct question q = {.title = {"选用商户", "Use the merchant"}, .yes = use_saved, .ctx = d};
        err_set(&q.text, ST_OK, SAY("现在就选用 %s？", "", ""), SAY("use %s now?", "", ""), name);
        d->v->host->ask(d->v->host->ctx, &q);
    }
    free(name);
}

/* ---- Checking ---- */

static void add_finding(struct lines *l, enum lang lang, const struct merchant_finding *f)
{
    static const struct {
        const char *mark;
        unsigned style;
    } looks[] = {[MERCHANT_OK] = {"ok", THEME_OK},
                 [MERCHANT_WARNING] = {"!", THEME_WARN},
                 [MERCHANT_ERROR] = {"x", THEME_ERROR}};
    char line[2 * ERR_TEXT_MAX];

    err_line(&f->text, lang, line, sizeof(line));
    lines_pad(l, 1);
    lines_put(l, looks[f->mark].style, looks[f->mark].mark);
    lines_pad(l, 5);
    lines_hang(l, 5);
    lines_add(l, THEME_TEXT, line);
}

static void check(struct profiles *d)
{
    struct profile_entry *e = selected(d);
    struct merchant_report *r;
    enum lang lang = view_lang(d->v);
    struct profile p = {0};

    if (!e)
        return;
    if (e->err.status) {
        workspace_complain(d->v->w, &e->err);
        return;
    }
    r = mem_alloc(sizeof(*r));
    profile_copy(&p, &e->p);
    merchant_check(d->v->w, &p, r);
    lines_reset(&d->findings);
    lines_home(&d->findings);
    for (enum merchant_mark mark = MERCHANT_ERROR + 1; mark-- > MERCHANT_OK;) {
        for (size_t i = 0; i < r->count; i++) {
            if (r->items[i].mark == mark)
                add_finding(&d->findings, lang, &r->items[i]);
        }
    }
    d->errors = r->errors;
    d->warnings = r->warnings;
    d->page = PAGE_CHECK;
    profile_clear(&p);
    free(r);
}

/* ---- Removing ---- */

static void on_remove(void *ctx)
{
    struct profiles *d = ctx;
    struct profile_entry *e = selected(d);
    struct err err;

    if (!e)
        return;
    if (workspace_profile_remove(d->v->w, e->name, &err))
        workspace_complain(d->v->w, &err);
    else
        workspace_say(d->v->w, "已删除商户 %s", "merchant %s is removed", e->name);
}

static void ask_remove(struct profiles *d)
{
    struct profile_entry *e = selected(d);
    struct question q = {
        .title = {"删除商户", "Remove a merchant"}, .danger = true, .yes = on_remove, .ctx = d};

    if (!e)
        return;
    if (!e->err.status && !e->p.path) {
        workspace_say(d->v->w, "%s 是内置商户，不能删除", "%s is built in and cannot be removed",
                      e->name);
        return;
    }
    err_set(&q.text, ST_OK,
            SAY("删除商户 %s？", "文件 %s 将被删除，其中的密钥无法找回", "按 y 删除"),
            SAY("remove merchant %s?", "the file %s is deleted, its key cannot be brought back",
                "y removes it"),
            e->name, e->p.path ? e->p.path : e->name);
    d->v->host->ask(d->v->host->ctx, &q);
}

/* ---- The menu of the selected merchant ---- */

enum item { ITEM_USE, ITEM_EDIT, ITEM_CHECK, ITEM_REMOVE, ITEM_ADD, ITEM_COUNT };

static void on_menu(void *ctx, size_t index)
{
    struct profiles *d = ctx;
    const struct profile_entry *e = selected(d);
    switch ((enum item)index) {
    case ITEM_USE:
        if (e)
            choose(d->v, e->name);
        break;
    case ITEM_EDIT:
        edit(d);
        break;
    case ITEM_CHECK:
        check(d);
        break;
    case ITEM_REMOVE:
        ask_remove(d);
        break;
    case ITEM_ADD:
        add(d);
        break;
    case ITEM_COUNT:
        break;
    }
}

static void open_menu(struct profiles *d)
{
    static const struct {
        struct bi label, note;
    } items[] = {
        [ITEM_USE] = {{"选用", "Use"}, {"Enter", "Enter"}},
        [ITEM_EDIT] = {{"编辑", "Edit"}, {"F4", "F4"}},
        [ITEM_CHECK] = {{"检查", "Check"}, {"!", "!"}},
        [ITEM_REMOVE] = {{"删除", "Remove"}, {"Del，先询问", "Del, asks first"}},
        [ITEM_ADD] = {{"添加新商户", "Add a merchant"}, {"+", "+"}},
    };
    const struct profile_entry *e = selected(d);
    enum lang lang = view_lang(d->v);
    struct menu m = {.title = {"商户", "Merchant"},
                     .items = mem_alloc(ITEM_COUNT * sizeof(*m.items)),
                     .count = ITEM_COUNT,
                     .selected = ITEM_EDIT,
                     .chosen = on_menu,
                     .ctx = d};

    for (size_t i = 0; i < ITEM_COUNT; i++) {
        snprintf(m.items[i].label, sizeof(m.items[i].label), "%s", bi_get(items[i].label, lang));
        snprintf(m.items[i].note, sizeof(m.items[i].note), "%s", bi_get(items[i].note, lang));
        m.items[i].disabled = !e && i != ITEM_ADD;
    }
    if (e && !e->err.status && !e->p.path) {
        m.items[ITEM_REMOVE].disabled = true;
        snprintf(m.items[ITEM_REMOVE].note, sizeof(m.items[ITEM_REMOVE].note), "%s",
                 L(lang, "内置商户", "built in"));
    }
    d->v->host->menu(d->v->host->ctx, &m);
}

/* ---- Actions ---- */

static void leave_form(void *ctx)
{
    struct profiles *d = ctx;
    profile_form_free(d->form);
    d->form = NULL;
    d->page = PAGE_LIST;
}

static void save_first(void *ctx)
{
    save(ctx);
}

static enum view_answer back(struct profiles *d)
{
    if (d->page == PAGE_LIST)
        return VIEW_CLOSE;
    if (d->page == PAGE_FORM && profile_form_is_dirty(d->form)) {
        struct question q = {.title = {"未保存", "Unsaved"},
                             .danger = true,
                             .yes = leave_form,
                             .save = save_first,
                             .ctx = d};
        err_set(&q.text, ST_OK, SAY("放弃对商户 %s 的修改？", "", "Ctrl-S 保存"),
                SAY("drop the changes of merchant %s?", "", "Ctrl-S saves them"),
                profile_form_profile(d->form)->name);
        d->v->host->ask(d->v->host->ctx, &q);
        return VIEW_HANDLED;
    }
    leave_form(d);
    return VIEW_HANDLED;
}

static enum view_answer list_page(struct profiles *d, enum action a)
{
    struct profile_entry *e = selected(d);
    switch (a) {
    case ACTION_OPEN:
        return e ? choose(d->v, e->name) : VIEW_HANDLED;
    case ACTION_TOGGLE:
    case ACTION_RIGHT:
        open_menu(d);
        return VIEW_HANDLED;
    case ACTION_ADD_FIELD:
        add(d);
        return VIEW_HANDLED;
    case ACTION_EDITOR:
        edit(d);
        return VIEW_HANDLED;
    case ACTION_NEXT_PROBLEM:
        check(d);
        return VIEW_HANDLED;
    case ACTION_REMOVE:
        ask_remove(d);
        return VIEW_HANDLED;
    default:
        return list_action(&d->list, a) ? VIEW_HANDLED : VIEW_IGNORED;
    }
}

static enum view_answer profiles_action(struct view *v, enum action a)
{
    struct profiles *d = v->data;
    refresh(v);
    if (a == ACTION_BACK || a == ACTION_CLOSE)
        return back(d);
    if (d->page == PAGE_LIST)
        return list_page(d, a);
    if (d->page == PAGE_CHECK)
        return lines_action(&d->findings, a) ? VIEW_HANDLED : VIEW_IGNORED;
    if (a == ACTION_SAVE) {
        save(d);
        return VIEW_HANDLED;
    }
    return profile_form_action(d->form, a);
}

static bool profiles_search(struct view *v, const char *word, int step)
{
    struct profiles *d = v->data;
    if (d->page == PAGE_CHECK)
        return lines_search(&d->findings, word, step);
    if (d->page == PAGE_FORM)
        return false;
    if (step) {
        list_action(&d->list, step > 0 ? ACTION_DOWN : ACTION_UP);
    } else {
        profile_list_filter(&d->rows, word);
        list_set(&d->list, d->rows.shown_count);
    }
    return d->rows.shown_count > 0;
}

static void profiles_full(struct view *v, struct pager_text *out)
{
    struct profiles *d = v->data;
    const struct profile_entry *e = selected(d);

    pane_pager(out, (struct bi){"商户配置（密钥不显示）", "Merchant (the key is not shown)"});
    if (d->page == PAGE_CHECK) {
        lines_dump(&d->findings, &out->text);
    } else if (e && !e->err.status) {
        struct json *j = profile_view(d->form ? profile_form_profile(d->form) : &e->p);
        json_write(j, true, &out->text);
        json_free(j);
        buf_addf(&out->text, "\n%s\n", e->p.path ? e->p.path : "built-in");
    }
}

static void profiles_help(struct view *v, struct buf *out, bool *is_error)
{
    struct profiles *d = v->data;
    const struct profile_entry *e = selected(d);
    enum lang lang = view_lang(v);
    char line[2 * ERR_TEXT_MAX];

    *is_error = false;
    if (d->page == PAGE_FORM) {
        profile_form_help(d->form, out, is_error);
    } else if (e && (e->err.status || (is_current(v, e->name) && v->w->profile_err.status))) {
        *is_error = true;
        err_line(e->err.status ? &e->err : &v->w->profile_err, lang, line, sizeof(line));
        buf_adds(out, line);
    } else if (e) {
        buf_adds(out, e->p.path
                          ? e->p.path
                          : L(lang, "内置商户，只用于沙箱", "built in, for the sandbox only"));
    }
}

static void profiles_explain(struct view *v, struct pager_text *out)
{
    struct profiles *d = v->data;
    bool is_error = false;
    out->title = (struct bi){"说明", "Help"};
    if (d->page == PAGE_FORM)
        profile_form_explain(d->form, &out->text);
    else
        profiles_help(v, &out->text, &is_error);
}

static bool profiles_unsaved(struct view *v, struct err *what)
{
    const struct profiles *d = v->data;
    if (d->page != PAGE_FORM || !profile_form_is_dirty(d->form))
        return false;
    err_set(what, ST_OK, SAY("商户 %s 的修改尚未保存", "", "Ctrl-S 先保存商户"),
            SAY("the changes of merchant %s are not saved", "", "Ctrl-S saves the merchant first"),
            profile_form_profile(d->form)->name);
    return true;
}

/* The actions' own titles speak of the request's form. */
static const struct view_hint *profiles_hint(struct view *v)
{
    static const struct view_hint list[] = {
        {.action = ACTION_OPEN, .title = {"选用", "Use"}},
        {.action = ACTION_ADD_FIELD, .title = {"添加", "Add"}},
        {.action = ACTION_EDITOR, .title = {"编辑", "Edit"}},
        {.action = ACTION_NEXT_PROBLEM, .title = {"检查", "Check"}},
        {.action = ACTION_REMOVE},
        {.action = ACTION_PAGER, .title = {"查看", "View"}},
        {.action = ACTION_TOGGLE, .title = {"菜单", "Menu"}},
        {.action = ACTION_BACK, .title = {"关闭", "Close"}},
        {0}};
    static const struct view_hint form[] = {
        {.action = ACTION_OPEN, .title = {"编辑", "Edit"}},    {.action = ACTION_SAVE},
        {.action = ACTION_REMOVE, .title = {"清空", "Empty"}}, {.action = ACTION_ADD_FIELD},
        {.action = ACTION_PAGER, .title = {"查看", "View"}},   {0}};
    static const struct view_hint check[] = {
        {.action = ACTION_SEARCH}, {.action = ACTION_PAGER}, {.action = ACTION_WRAP}, {0}};
    const struct profiles *d = v->data;
    return d->page == PAGE_LIST ? list : d->page == PAGE_FORM ? form : check;
}

const struct view_ops view_profiles = {
    .name = "profiles",
    .open = profiles_open,
    .close = profiles_close,
    .frame = profiles_frame,
    .draw = profiles_draw,
    .action = profiles_action,
    .help = profiles_help,
    .explain = profiles_explain,
    .full = profiles_full,
    .search = profiles_search,
    .hint = profiles_hint,
    .size = profiles_size,
    .unsaved = profiles_unsaved,
};
