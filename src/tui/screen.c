/* SPDX-License-Identifier: MIT */
/*
 * Life, focus, overlays and the way of a key.
 */
#include "tui/screen.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "tui/grid.h"

static const struct view_ops *const pane_ops[PLAN_PANES] = {
    [PLAN_APIS] = &view_apis, [PLAN_FORM] = &view_request, [PLAN_SIGN] = &view_signature,
    [PLAN_XML] = &view_xml,   [PLAN_REPLY] = &view_reply,  [PLAN_NOTIFY] = &view_notify,
};

/* ---- Overlays ---- */

struct view *screen_view(struct screen *s)
{
    return s->over_count ? s->over[s->over_count - 1] : &s->pane[s->focus];
}

void screen_push(struct screen *s, struct view *v)
{
    if (!v)
        return;
    if (s->over_count == SCREEN_OVERLAYS_MAX) { /* nobody stacks that deep by hand */
        if (v->ops->open && !v->data)
            v->ops->open(v);
        if (v->ops->close)
            v->ops->close(v);
        free(v);
        return;
    }
    s->searching = false;
    s->over[s->over_count++] = v;
    if (v->ops->open && !v->data)
        v->ops->open(v);
    s->stale = true;
}

void screen_close(struct screen *s, struct view *v)
{
    for (size_t i = 0; i < s->over_count; i++) {
        if (s->over[i] != v)
            continue;
        memmove(s->over + i, s->over + i + 1, (s->over_count - i - 1) * sizeof(struct view *));
        s->over_count--;
        s->stale = true;
        if (v->ops->finish)
            v->ops->finish(v);
        if (v->ops->close)
            v->ops->close(v);
        free(v);
        return;
    }
}

/* ---- Focus ---- */

static bool is_exchange(enum plan_pane pane)
{
    return pane == PLAN_SIGN || pane == PLAN_XML || pane == PLAN_REPLY;
}

void screen_focus(struct screen *s, enum plan_pane pane)
{
    if (pane >= PLAN_PANES)
        return;
    if (pane != s->focus) {
        s->edit = false;
        s->pane[s->focus].edit = false;
    }
    s->focus = pane;
    if (is_exchange(pane))
        s->tab = pane;
    s->stale = true;
}

bool screen_takes_text(struct screen *s)
{
    const struct view *v = screen_view(s);
    return v->edit || (s->over_count && v->ops->wants_text);
}

/* ---- Actions ---- */

static void tell_nothing(struct screen *s, enum action a)
{
    const struct action_row *row = action_row(a);
    bool moves = a == ACTION_LEFT || a == ACTION_RIGHT;
    if (s->over_count && !moves)
        workspace_say(&s->w, "先关闭这个窗口（Esc），再用“%1$s%2$.0s”",
                      "close this window first (Esc): %1$.0s%2$s", row->title.zh, row->title.en);
    else
        workspace_say(&s->w, "“%1$s%2$.0s”在此处没有可做的", "%1$.0s%2$s: nothing to do here",
                      row->title.zh, row->title.en);
}

static void take_answer(struct screen *s, struct view *v, enum view_answer answer)
{
    if (answer == VIEW_CLOSE)
        screen_close(s, v);
}

/* What acts whatever is open. */
static bool is_global(enum action a)
{
    return a == ACTION_LANG || a == ACTION_REDRAW || a == ACTION_SUSPEND || a == ACTION_QUIT ||
           a == ACTION_MOUSE;
}

/* What the screen does for an overlay that has the operation for it. */
static bool acts_on_overlay(const struct view *v, enum action a)
{
    return (a == ACTION_WRAP && !v->ops->wants_text) || (a == ACTION_PALETTE && !v->ops->popup) ||
           (v->ops->search &&
            (a == ACTION_SEARCH || a == ACTION_SEARCH_NEXT || a == ACTION_SEARCH_PREVIOUS)) ||
           (v->ops->full && a == ACTION_PAGER) ||
           ((v->ops->explain || v->ops->help) && a == ACTION_HELP_FIELD);
}

static void act_on_overlay(struct screen *s, struct view *v, enum action a)
{
    enum view_answer answer = v->ops->action ? v->ops->action(v, a) : VIEW_IGNORED;

    if (answer == VIEW_IGNORED && (a == ACTION_BACK || a == ACTION_CLOSE))
        answer = VIEW_CLOSE;
    if (answer == VIEW_IGNORED && acts_on_overlay(v, a) && screen_verb(s, a))
        answer = VIEW_HANDLED;
    if (answer == VIEW_IGNORED)
        tell_nothing(s, a);
    else
        take_answer(s, v, answer);
    if (answer == VIEW_CLOSE &&
        a == ACTION_CALLS) /* it has put its call back: the menu is of that */
        screen_verb(s, a);
}

/* False: it has nothing to do where the focus is, and nothing was said. */
static bool act(struct screen *s, enum action a)
{
    const struct action_row *row = action_row(a);
    struct view *v = screen_view(s);
    char why[512];

    if (!row)
        return true;
    s->stale = true;
    if (row->missing.zh) {
        workspace_say(&s->w, "%1$s%2$.0s", "%1$.0s%2$s", row->missing.zh, row->missing.en);
    } else if (is_global(a)) {
        screen_verb(s, a);
    } else if (s->over_count) {
        act_on_overlay(s, v, a);
    } else if (a == ACTION_BACK && s->w.exchange.state == EXCHANGE_RUNNING) {
        screen_verb(s, a);
    } else if (!(v->ops->action && v->ops->action(v, a) != VIEW_IGNORED) && !screen_verb(s, a)) {
        if (a == ACTION_OPEN && v->ops->full)
            screen_verb(s, ACTION_PAGER); /* of a pane of text, all there is to open */
        else if (screen_is_disabled(s, a, why, sizeof(why)) && why[0])
            workspace_say(&s->w, "%s", "%s", why);
        else
            return false;
    }
    return true;
}

void screen_act(struct screen *s, enum action a)
{
    if (!act(s, a))
        tell_nothing(s, a);
}

/* ---- Keys ---- */

static void tell_unbound(struct screen *s, struct key key)
{
    char name[KEYS_NAME_MAX];
    keys_name(key, name);
    if (s->over_count)
        workspace_say(&s->w, "这里不用 %s 键；Esc 关闭", "%s does nothing here; Esc closes", name);
    else if (screen_takes_text(s))
        workspace_say(&s->w, "编辑时 %s 键没有作用；Esc 离开编辑",
                      "%s does nothing in EDIT; Esc leaves EDIT", name);
    else
        workspace_say(&s->w, "%s 键未绑定：? 查看全部按键", "%s is not bound: ? shows all keys",
                      name);
}

static void on_key(struct screen *s, struct key key)
{
    if (s->tour.on && screen_tour_key(s, key))
        return;
    struct view *v = screen_view(s);
    bool text = screen_takes_text(s);
    enum action_mode mode = text ? ACTION_IN_EDIT : ACTION_IN_NAV;
    enum action a = keymap_find(&s->keymap, key, mode, s->over_count ? 0 : (int)s->focus + 1);

    if (!a && key.code == KEYS_ESC && !key.mods)
        a = ACTION_BACK; /* whatever keys.json says, Esc leaves what is open */
    if (a) {
        if (act(s, a))
            return;
        /* `l` moves to the right where there is a right, and is the listener's elsewhere. */
        enum action other = keymap_elsewhere(&s->keymap, key, mode);
        if (!other || !act(s, other))
            tell_nothing(s, a);
        return;
    }
    struct keys_event e = {.kind = KEYS_EVENT_KEY, .key = key};
    enum view_answer answer = text && v->ops->input ? v->ops->input(v, &e) : VIEW_IGNORED;
    if (answer == VIEW_IGNORED)
        tell_unbound(s, key);
    else
        take_answer(s, v, answer);
}

static void say_cut(struct workspace *w, const struct keys_event *e)
{
    struct err err;
    err_set(&err, ST_LIMIT,
            SAY("粘贴不完整", "超过 %u MiB，后面的 %zu 字节没有读取%.0s",
                "分几次粘贴，或只粘贴要紧的部分"),
            SAY("the paste is not whole", "it is over %u MiB, and %zu byte%s at its end not read",
                "paste it in parts, or only what matters"),
            KEYS_PASTE_MAX >> 20, e->dropped, text_s(e->dropped));
    workspace_complain(w, &err);
}

/* A paste is never keys. Where nothing is edited, the focused pane may take it; else a document
   fills the form. */
static void on_paste(struct screen *s, const struct keys_event *e)
{
    struct view *v = screen_view(s);
    struct view *form = &s->pane[PLAN_FORM];
    struct workspace *w = &s->w;
    enum view_answer answer = VIEW_IGNORED;

    if (s->searching) {
        screen_search_paste(s, e);
        return;
    }
    if (s->tour.on) {
        workspace_say(&s->w, "流程进行中，粘贴的内容没有用；Esc 离开",
                      "a flow is under way: the paste was not used; Esc leaves");
        return;
    }
    if (screen_takes_text(s) && v->ops->input) {
        answer = v->ops->input(v, e);
        take_answer(s, v, answer);
    } else if (!s->over_count) {
        if (v->ops->input)
            answer = v->ops->input(v, e);
        if (answer == VIEW_IGNORED && v != form) {
            answer = form->ops->input(form, e);
            if (answer != VIEW_IGNORED)
                screen_focus(s, PLAN_FORM);
        }
    }
    if (answer == VIEW_IGNORED)
        workspace_say(
            &s->w,
            "粘贴的 %zu 字节没有用%.0s：不是 XML、JSON 或 name=value 文档；编辑字段时粘贴会放入字段",
            "the paste of %zu byte%s was not used: no XML, JSON or name=value document; in EDIT a "
            "paste goes into the field",
            e->len, text_s(e->len));
    if (e->dropped)
        say_cut(w, e);
}

static void on_mouse(struct screen *s, const struct keys_mouse *m)
{
    enum plan_pane pane = layout_pane_at(&s->plan, m->row, m->col);

    if (m->kind == KEYS_WHEEL_UP || m->kind == KEYS_WHEEL_DOWN)
        screen_act(s, m->kind == KEYS_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
    else if (m->kind == KEYS_PRESS && m->button == 1 && !s->over_count && pane < PLAN_PANES)
        screen_focus(s, pane);
}

void screen_event(struct screen *s, const struct keys_event *e)
{
    s->stale = true;
    s->seen_message = s->w.rev_message;
    if (e->kind == KEYS_EVENT_PASTE)
        on_paste(s, e);
    else if (e->kind == KEYS_EVENT_MOUSE)
        on_mouse(s, &e->mouse);
    else if (s->searching)
        screen_search_key(s, e->key);
    else
        on_key(s, e->key);
}

static void deliver(void *ctx, const struct keys_event *e)
{
    struct screen *s = ctx;
    if (!s->quit)
        screen_event(s, e);
}

void screen_feed(struct screen *s, const char *bytes, size_t len, long long now)
{
    keys_feed(&s->keys, bytes, len, now);
}

/* ---- Life ---- */

/* keys.json of the configuration; what is odd in it is said, and the screen opens all the same. */
static void load_keys(struct screen *s)
{
    struct keymap_report report = {0};
    struct err err = {0};
    if (keymap_load(&s->keymap, s->w.store.config_dir, &report, &err))
        workspace_complain(&s->w, &err);
    else if (report.count)
        workspace_complain(&s->w, &report.items[0]);
}

static void open_panes(struct screen *s)
{
    for (size_t i = 0; i < PLAN_PANES; i++) {
        struct view *v = &s->pane[i];
        v->ops = pane_ops[i];
        v->w = &s->w;
        v->host = &s->host;
        v->wrap = true;
        if (v->ops->open)
            v->ops->open(v);
    }
}

enum status screen_new(const struct workspace_options *o, int cols, int rows, struct screen **out,
                       struct err *err)
{
    struct screen *s = mem_alloc(sizeof(*s));
    enum status st = workspace_open(&s->w, o, err);

    if (st) {
        free(s);
        return st;
    }
    s->cols = cols;
    s->rows = rows;
    s->grid = grid_new(cols, rows, s->w.settings.ascii);
    s->focus = PLAN_FORM;
    s->tab = PLAN_SIGN;
    s->edit = true;
    s->stale = true;
    keys_init(&s->keys, deliver, s);
    edit_init(&s->word, SCREEN_WORD_MAX - 1, 0);
    screen_host(s);
    load_keys(s);
    screen_load_theme(s);
    open_panes(s);
    s->pane[PLAN_FORM].edit = true;
    *out = s;
    return ST_OK;
}

void screen_free(struct screen *s)
{
    if (!s)
        return;
    screen_tour_drop(s);
    while (s->over_count) {
        struct view *v = s->over[--s->over_count];
        if (v->ops->close)
            v->ops->close(v);
        free(v);
    }
    for (size_t i = 0; i < PLAN_PANES; i++) {
        if (s->pane[i].ops->close)
            s->pane[i].ops->close(&s->pane[i]);
    }
    for (size_t i = 0; i < s->theme_count; i++)
        free(s->theme_names[i]);
    free(s->theme_names);
    free(s->palette);
    diagnosis_asker_clear(&s->asker);
    next_clear(&s->calls);
    buf_clear(&s->spill);
    edit_clear(&s->word);
    keys_clear(&s->keys);
    grid_free(s->grid);
    workspace_close(&s->w);
    free(s);
}

void screen_resize(struct screen *s, int cols, int rows)
{
    s->cols = cols;
    s->rows = rows;
    grid_resize(s->grid, cols, rows);
    s->stale = true;
}

void screen_revs(const struct screen *s, unsigned out[SCREEN_REVS])
{
    const struct workspace *w = &s->w;
    const unsigned now[SCREEN_REVS] = {w->rev_draft,
                                       w->rev_profile,
                                       w->rev_log + w->rev_background,
                                       w->rev_message,
                                       w->rev_lang,
                                       [SCREEN_REV_EXCHANGE] = w->rev_exchange,
                                       [SCREEN_REV_FORM] = w->drafts[w->api].rev,
                                       [SCREEN_REV_INBOX] = w->rev_inbox + inbox_rev(w->inbox)};
    memcpy(out, now, sizeof(now));
}

bool screen_is_stale(const struct screen *s)
{
    unsigned now[SCREEN_REVS];
    screen_revs(s, now);
    return s->stale || memcmp(now, s->drawn, sizeof(now)) != 0;
}

bool screen_can_wait(const struct screen *s)
{
    unsigned now[SCREEN_REVS];
    screen_revs(s, now);
    now[SCREEN_REV_LOG] = s->drawn[SCREEN_REV_LOG];
    now[SCREEN_REV_INBOX] = s->drawn[SCREEN_REV_INBOX];
    return !s->stale && memcmp(now, s->drawn, sizeof(now)) == 0;
}
