/* SPDX-License-Identifier: MIT */
/*
 * The screen's own verbs: what an action means when no view takes it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/paste.h"
#include "core/text.h"
#include "core/validate.h"
#include "tui/diagnosis.h"
#include "tui/fill.h"
#include "tui/life_view.h"
#include "tui/notify_menu.h"
#include "tui/palette.h"
#include "tui/screen.h"

/* ---- Sending ---- */

/* Goes to the error that is being told, wherever the cursor stands. */
static void show_problem(struct screen *s)
{
    const struct finding *f = validate_first(&workspace_draft(&s->w)->findings, NULL);

    if (f && s->focus == PLAN_FORM && !s->over_count)
        view_request_show(&s->pane[PLAN_FORM], f->field);
}

static void send_now(void *ctx)
{
    struct screen *s = ctx;
    struct err err;

    if (workspace_send(&s->w, false, &err)) {
        workspace_complain(&s->w, &err);
        show_problem(s);
    }
}

static void send_anyway(void *ctx)
{
    struct screen *s = ctx;
    struct err err;

    if (workspace_send(&s->w, true, &err))
        workspace_complain(&s->w, &err);
}

static void ask_production(struct screen *s, enum ask ask)
{
    const struct draft *d = workspace_draft(&s->w);
    const char *amount = params_get(&d->params, "refund_fee");
    struct question q = {
        .title = {"生产环境", "Production"}, .danger = true, .yes = send_now, .ctx = s};

    if (!amount)
        amount = params_get(&d->params, "total_fee");
    if (ask == ASK_AMOUNT) {
        err_set(&q.text, ST_OK,
                SAY("向生产环境发送 %s？此调用会动用资金", "商户 %s，%s", "输入金额（分）确认"),
                SAY("send %s to production? It moves money", "merchant %s, %s",
                    "type the amount in fen to confirm"),
                d->spec->id, s->w.profile.name ? s->w.profile.name : "", d->request.url);
        q.type_this = amount ? amount : d->spec->id;
    } else {
        err_set(&q.text, ST_OK, SAY("向生产环境发送 %s？", "商户 %s，%s", ""),
                SAY("send %s to production?", "merchant %s, %s", ""), d->spec->id,
                s->w.profile.name ? s->w.profile.name : "", d->request.url);
    }
    s->host.ask(s, &q);
}

/* An error can be sent on purpose, to see how a sandbox or test gateway refuses it. */
static void ask_invalid(struct screen *s, const struct findings *f)
{
    struct question q = {.title = {"表单有错误", "The form has errors"},
                         .danger = true,
                         .yes = send_anyway,
                         .ctx = s};
    const struct finding *first = validate_first(f, NULL);

    show_problem(s);
    err_set(
        &q.text, ST_OK,
        SAY("表单有 %1$zu 处错误%4$.0s，仍然发送？", "%2$s%3$.0s",
            "网关多半会拒绝。选“否”回到表单改正；! 转到下一处"),
        SAY("the form has %1$zu error%4$s: send it all the same?", "%2$.0s%3$s",
            "the gateway will probably refuse it. No: back to the form; ! goes to the next one"),
        f->errors, first->text[LANG_ZH], first->text[LANG_EN], text_s(f->errors));
    s->host.ask(s, &q);
}

static void send(struct screen *s)
{
    const struct draft *d = workspace_draft(&s->w);
    enum ask ask = workspace_ask(&s->w);
    bool can = s->w.exchange.state != EXCHANGE_RUNNING && !d->build_err.status;

    if (can && d->findings.errors && ask == ASK_NOTHING)
        ask_invalid(s, &d->findings);
    else if (can && !d->findings.errors && ask != ASK_NOTHING)
        ask_production(s, ask);
    else
        send_now(s); /* it says what is wrong */
}

/* ---- Back ---- */

static void back(struct screen *s)
{
    if (s->w.exchange.state == EXCHANGE_RUNNING) {
        workspace_cancel(&s->w);
        workspace_say(&s->w, "正在取消", "cancelling");
    } else if (s->edit) {
        s->host.edit(s, false);
    } else if (s->zoom) {
        s->zoom = false;
    } else if (s->word.len) {
        edit_set(&s->word, "", 0);
        screen_search_step(s, 0);
    } else {
        workspace_say(&s->w, "已在主屏幕；q 退出", "this is the main screen; q quits");
    }
}

static void close_or_quit(struct screen *s)
{
    if (s->zoom)
        s->zoom = false;
    else
        screen_quit(s);
}

/* ---- Panes ---- */

static void next_pane(struct screen *s, int step)
{
    screen_focus(s, (enum plan_pane)(((int)s->focus + step + PLAN_PANES) % PLAN_PANES));
}

static void next(struct screen *s)
{
    next_pane(s, 1);
}

static void previous(struct screen *s)
{
    next_pane(s, -1);
}

/* [ and ] where the panes themselves are the tabs. */
static void step_tab(struct screen *s, int step)
{
    if (s->plan.kind == PLAN_PAGES || !s->plan.tabs)
        next_pane(s, step);
    else
        screen_focus(s, (enum plan_pane)(PLAN_SIGN + ((int)s->tab - PLAN_SIGN + step + 3) % 3));
}

static void tab_left(struct screen *s)
{
    step_tab(s, -1);
}

static void tab_right(struct screen *s)
{
    step_tab(s, 1);
}

static void zoom(struct screen *s)
{
    s->zoom = !s->zoom;
}

static void resize_pane(struct screen *s, int by)
{
    s->wider[s->focus] += by;
    if (s->zoom || s->plan.kind == PLAN_PAGES)
        workspace_say(&s->w, "此时窗格占满屏幕", "the pane fills the screen now");
}

static void narrower(struct screen *s)
{
    resize_pane(s, -1);
}

static void wider(struct screen *s)
{
    resize_pane(s, 1);
}

static void wrap(struct screen *s)
{
    struct view *v = screen_view(s);
    v->wrap = !v->wrap;
    if (v->wrap)
        workspace_say(&s->w, "长行折行", "long lines are wrapped");
    else
        workspace_say(&s->w, "长行不折行，左右键滚动",
                      "long lines are not wrapped; left and right scroll");
}

/* ---- Language, terminal ---- */

static void lang(struct screen *s)
{
    workspace_lang(&s->w, s->w.settings.lang == LANG_ZH ? LANG_EN : LANG_ZH);
}

static void mouse(struct screen *s)
{
    s->w.settings.mouse = !s->w.settings.mouse;
    if (s->term)
        term_mouse(s->term, s->w.settings.mouse);
    if (s->w.settings.mouse)
        workspace_say(&s->w, "鼠标已启用；按住 Shift 可选择文字",
                      "mouse on; hold Shift to select text");
    else
        workspace_say(&s->w, "鼠标已停用", "mouse off");
}

static void redraw(struct screen *s)
{
    surface_redraw(s->grid);
}

static void suspend(struct screen *s)
{
    if (s->term)
        term_stop(s->term); /* SIGCONT does the rest */
}

/* ---- Long texts ---- */

static void pager(struct screen *s)
{
    struct view *v = screen_view(s);
    struct pager_text t = {0};

    if (!v->ops->full) {
        workspace_say(&s->w, "这个窗格没有更长的内容", "this pane has no longer text");
        return;
    }
    buf_init(&t.text, 64u << 20);
    v->ops->full(v, &t);
    s->host.pager(s, &t);
}

static void help_keys(struct screen *s)
{
    screen_push(s, view_new(&view_help, &s->w, &s->host));
}

static void help_field(struct screen *s)
{
    struct view *v = screen_view(s);
    struct pager_text t = {0};

    bool is_error = false;
    if (!v->ops->explain && !(s->over_count && v->ops->help)) {
        help_keys(s);
        return;
    }
    buf_init(&t.text, 1u << 20);
    t.title = (struct bi){"说明", "Help"};
    if (v->ops->explain)
        v->ops->explain(v, &t);
    else /* its line, whole: where it is narrow it was cut */
        v->ops->help(v, &t.text, &is_error);
    s->host.pager(s, &t);
}

static void profile(struct screen *s)
{
    screen_push(s, view_new(&view_profiles, &s->w, &s->host));
}

/* ---- Notifications ---- */

/* What pane 6 does wherever the focus is. */
static void listen(struct screen *s)
{
    notify_toggle(&s->pane[PLAN_NOTIFY]);
}

static void pay(struct screen *s)
{
    notify_pay(&s->pane[PLAN_NOTIFY], NULL);
}

static void trigger(struct screen *s)
{
    notify_trigger_menu(&s->pane[PLAN_NOTIFY]);
}

static void history(struct screen *s)
{
    struct err err;
    if (workspace_journal_to_read(&s->w, &err))
        workspace_complain(&s->w, &err);
    screen_push(s, view_new(&view_history, &s->w, &s->host));
}

static void private_mode(struct screen *s)
{
    bool on = !s->w.settings.private_mode;
    struct err err = {0};
    if (workspace_private(&s->w, on, &err))
        workspace_complain(&s->w, &err);
    else if (on)
        workspace_say(&s->w, "不留记录：之后的请求与通知只在内存里，再按恢复",
                      "private: calls and notices are kept in memory only; again ends it");
    else if (workspace_is_kept(&s->w))
        workspace_say(&s->w, "恢复记录；刚才的内容没有留下",
                      "recording again; of the meantime nothing was kept");
    else
        workspace_say(&s->w, "已恢复；演示的记录始终只在内存里",
                      "private no more; a demonstration is kept in memory only anyway");
}

/* ---- Limits of the history: two questions, each in the bounds of its setting ---- */

static const struct {
    const char *setting;
    struct bi title;
} limits[SCREEN_LIMITS] = {{"history_max_rows", {"历史上限 1/2：条数", "History limits 1/2: rows"}},
                           {"history_max_mb", {"历史上限 2/2：大小", "History limits 2/2: size"}}};

static const struct setting_row *limit_row(size_t at)
{
    size_t count;
    const struct setting_row *rows = settings_rows(&count);
    while (strcmp(rows->name, limits[at].setting) != 0)
        rows++;
    return rows;
}

static bool is_limit(void *ctx, const char *text, struct err *err)
{
    struct screen *s = ctx;
    const struct setting_row *row = limit_row(s->limit_at);
    char *end = NULL;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    s->limit[s->limit_at] = n;
    if (end != text && !end[strspn(end, " ")] && !errno && n >= row->low && n <= row->high)
        return true;
    err_set(err, ST_ARGUMENT, SAY("“%s”不可用", "应为 %lld 到 %lld 的整数", ""),
            SAY("\"%s\" is not possible", "a whole number from %lld to %lld is wanted", ""), text,
            (long long)row->low, (long long)row->high);
    return false;
}

static void ask_limit(struct screen *s);

static void limit_typed(void *ctx, const char *text)
{
    struct screen *s = ctx;
    struct err err = {0};
    (void)text;
    if (++s->limit_at < SCREEN_LIMITS)
        ask_limit(s);
    else if (workspace_set_retention(&s->w, s->limit[0], s->limit[1], &err))
        workspace_complain(&s->w, &err);
    else
        workspace_say(&s->w, "历史上限：%lld 条，%lld MiB（0 为不限），已保存",
                      "history limits: %lld rows, %lld MiB (0: none), saved",
                      (long long)s->limit[0], (long long)s->limit[1]);
}

static void ask_limit(struct screen *s)
{
    char now[32];
    struct prompt p = {.title = limits[s->limit_at].title,
                       .label = limit_row(s->limit_at)->text,
                       .help = {"超出的从最旧的开始删除；设置保存在 settings.json",
                                "what is over goes, oldest first; kept in settings.json"},
                       .initial = now,
                       .max = sizeof(now) - 1,
                       .check = is_limit,
                       .done = limit_typed,
                       .ctx = s};
    snprintf(now, sizeof(now), "%lld", (long long)s->limit[s->limit_at]);
    s->host.prompt(s, &p);
}

static void retention(struct screen *s)
{
    s->limit[0] = s->w.settings.history_rows;
    s->limit[1] = s->w.settings.history_mb;
    s->limit_at = 0;
    ask_limit(s);
}

static void life(struct screen *s)
{
    const char *number = life_view_number(&s->w);
    struct err err = {0};
    struct view *v = NULL;
    if (!number) {
        workspace_say(&s->w, "表单与应答里都没有单号", "neither form nor reply has a number");
        return;
    }
    workspace_journal_to_read(&s->w, NULL);
    v = life_view_new(&s->w, &s->host, number, &err);
    if (v)
        screen_push(s, v);
    else
        workspace_complain(&s->w, &err);
}

static void diagnose(struct screen *s)
{
    s->asker.w = &s->w;
    s->asker.host = &s->host;
    diagnosis_ask(&s->asker, s->focus);
}

/* From anywhere: the compare line of the signature pane. */
static void against(struct screen *s)
{
    if (s->over_count) {
        workspace_say(&s->w, "先按 Esc 关闭这里", "close this with Esc first");
        return;
    }
    screen_focus(s, PLAN_SIGN);
    s->pane[PLAN_SIGN].ops->action(&s->pane[PLAN_SIGN], ACTION_AGAINST);
}

/* ---- Palette ---- */

static bool is_disabled(void *ctx, enum action a, char *why, size_t size)
{
    return screen_is_disabled(ctx, a, why, size);
}

static void palette_chosen(void *ctx, size_t index)
{
    struct screen *s = ctx;
    size_t apis = s->w.catalog.count;
    if (index < s->palette_count) {
        screen_act(s, s->palette[index]);
    } else if (index - s->palette_count < apis) {
        s->host.edit(s, false);
        workspace_choose(&s->w, index - s->palette_count);
        screen_focus(s, PLAN_FORM);
    } else {
        screen_tour_ask(s, s->flow_names[index - s->palette_count - apis], 0);
    }
}

static void palette(struct screen *s)
{
    struct menu m = {.title = {"命令", "Commands"},
                     .filter = true,
                     .chosen = palette_chosen,
                     .typed = screen_tour_command,
                     .ctx = s};
    struct palette p = {
        .keymap = &s->keymap, .lang = s->w.settings.lang, .disabled = is_disabled, .ctx = s};

    free(s->palette);
    palette_fill(&p, &m, &s->palette);
    s->palette_count = m.count;
    palette_add_apis(
        &p, &s->w.catalog,
        s->over_count ? L(p.lang, "先按 Esc 关闭这里", "close this with Esc first") : "", &m);
    if (!s->over_count)
        screen_tour_list(s, "flow ", &m.items, &m.count);
    s->host.menu(s, &m);
}

/* ---- Importing ---- */

/* As if the file had been pasted on the form. */
static void import_from(void *ctx, const char *path)
{
    struct screen *s = ctx;
    struct view *form = &s->pane[PLAN_FORM];
    struct buf text;
    struct err err;

    buf_init_secret(&text, PASTE_SIZE_MAX);
    if (store_read(path, &text, &err)) {
        workspace_complain(&s->w, &err);
    } else {
        struct keys_event e = {.kind = KEYS_EVENT_PASTE, .text = buf_str(&text), .len = text.len};
        screen_focus(s, PLAN_FORM);
        if (form->ops->input(form, &e) == VIEW_IGNORED)
            workspace_say(&s->w, "%s 里没有报文：不是 XML、JSON、日志、curl、HAR 或 Postman",
                          "%s holds no message: neither XML, JSON, log, curl, HAR nor Postman",
                          path);
    }
    buf_clear(&text);
}

static void import(struct screen *s)
{
    struct prompt p = {
        .title = {"导入", "Import"},
        .label = {"文件", "file"},
        .help =
            {"XML、JSON、name=value 行、查询串、日志、curl、HAR、Postman；其中有几个报文时可以选择",
             "XML, JSON, name=value lines, a query, a log, curl, HAR, Postman; of several "
             "messages one is chosen"},
        .max = 4095,
        .done = import_from,
        .ctx = s};
    s->host.prompt(s, &p);
}

/* ---- Searching ---- */

static void search_again(struct screen *s, int step)
{
    struct view *v = screen_view(s);
    const char *word = s->word.text ? s->word.text : "";
    if (!v->ops->search || !word[0])
        workspace_say(&s->w, "先用 / 查找", "search with / first");
    else if (!v->ops->search(v, word, step))
        workspace_say(&s->w, "没有找到 %s", "%s not found", word);
}

void screen_search_step(struct screen *s, int step)
{
    struct view *v = screen_view(s);
    if (step)
        search_again(s, step);
    else if (v->ops->search)
        v->ops->search(v, s->word.text ? s->word.text : "", 0);
}

void screen_search_start(struct screen *s)
{
    const struct view *v = screen_view(s);
    if (!v->ops->search) {
        workspace_say(&s->w, "这里不能查找", "there is nothing to search here");
        return;
    }
    s->searching = true;
    edit_set(&s->word, "", 0);
    screen_search_step(s, 0);
}

static void tell_cut(struct screen *s, unsigned result)
{
    if (result & EDIT_CUT)
        workspace_say(&s->w, "查找词最多 %d 字节", "a search word has at most %d bytes",
                      SCREEN_WORD_MAX - 1);
}

/* Ctrl and F keys act here as they do in a field. What opens or leaves something ends the search
   first, as Enter would; clearing and undoing are the line's own. */
static void act_in_search(struct screen *s, enum action a)
{
    if (!a || a == ACTION_CLEAR_FIELD || a == ACTION_UNDO)
        return;
    if (a != ACTION_LANG && a != ACTION_REDRAW)
        s->searching = false;
    screen_act(s, a);
}

void screen_search_key(struct screen *s, struct key key)
{
    const char *word;

    if (key.code == KEYS_ENTER || key.code == KEYS_ESC) {
        s->searching = false;
        if (key.code == KEYS_ESC)
            edit_set(&s->word, "", 0);
        word = s->word.text ? s->word.text : "";
        if (word[0])
            search_again(s, 0);
        else
            screen_search_step(s, 0);
        return;
    }
    unsigned result = edit_key(&s->word, key);
    if (result & EDIT_CHANGED)
        screen_search_step(s, 0);
    tell_cut(s, result);
    if (!result)
        act_in_search(s, keymap_find(&s->keymap, key, ACTION_IN_EDIT, 0));
}

void screen_search_paste(struct screen *s, const struct keys_event *e)
{
    size_t had = s->word.len, all = e->len + e->dropped;
    unsigned result = edit_paste(&s->word, e->text, e->len);
    size_t taken = s->word.len - had;

    screen_search_step(s, 0);
    if (result & EDIT_CUT)
        workspace_say(&s->w, "查找词最多 %d 字节：粘贴的 %zu 字节只放入了 %zu 字节",
                      "a search word has at most %d bytes: of the %zu pasted %zu were taken",
                      SCREEN_WORD_MAX - 1, all, taken);
    else
        fill_tell(&s->w, result & EDIT_DROPPED);
}

static void search_next(struct screen *s)
{
    search_again(s, 1);
}

static void search_previous(struct screen *s)
{
    search_again(s, -1);
}

/* ---- The table ---- */

static const struct {
    enum action action;
    void (*fn)(struct screen *s);
} verbs[] = {
    {ACTION_SEND, send},
    {ACTION_BACK, back},
    {ACTION_NEXT, next},
    {ACTION_PREVIOUS, previous},
    {ACTION_TAB_LEFT, tab_left},
    {ACTION_TAB_RIGHT, tab_right},
    {ACTION_PALETTE, palette},
    {ACTION_HELP_FIELD, help_field},
    {ACTION_HELP_KEYS, help_keys},
    {ACTION_SEARCH, screen_search_start},
    {ACTION_SEARCH_NEXT, search_next},
    {ACTION_SEARCH_PREVIOUS, search_previous},
    {ACTION_COPY, screen_copy_menu},
    {ACTION_CALLS, screen_calls_menu},
    {ACTION_PAGER, pager},
    {ACTION_SAVE, screen_save},
    {ACTION_IMPORT, import},
    {ACTION_PROFILE, profile},
    {ACTION_TOUR, screen_tour_menu},
    {ACTION_HISTORY, history},
    {ACTION_PRIVATE, private_mode},
    {ACTION_RETENTION, retention},
    {ACTION_LIFE, life},
    {ACTION_DIAGNOSE, diagnose},
    {ACTION_AGAINST, against},
    {ACTION_REDRAW, redraw},
    {ACTION_LANG, lang},
    {ACTION_LISTEN, listen},
    {ACTION_PAY, pay},
    {ACTION_TRIGGER, trigger},
    {ACTION_ZOOM, zoom},
    {ACTION_NARROWER, narrower},
    {ACTION_WIDER, wider},
    {ACTION_WRAP, wrap},
    {ACTION_THEME, screen_theme_menu},
    {ACTION_MOUSE, mouse},
    {ACTION_SUSPEND, suspend},
    {ACTION_CLOSE, close_or_quit},
    {ACTION_QUIT, screen_quit},
};

/* Field actions from another pane go to the form: the palette offers them everywhere. */
static bool is_of_form(enum action a)
{
    return a == ACTION_GENERATE || a == ACTION_ALL_FIELDS || a == ACTION_ADD_FIELD ||
           a == ACTION_NEXT_PROBLEM || a == ACTION_UNDO || a == ACTION_REDO ||
           a == ACTION_CLEAR_FIELD;
}

bool screen_verb(struct screen *s, enum action a)
{
    if (a >= ACTION_PANE_1 && a <= ACTION_PANE_6) {
        if (s->focus == (enum plan_pane)(a - ACTION_PANE_1) && !s->edit)
            workspace_say(&s->w, "已在窗格 %d", "this is pane %d", (int)s->focus + 1);
        screen_focus(s, (enum plan_pane)(a - ACTION_PANE_1));
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
        if (verbs[i].action == a) {
            verbs[i].fn(s);
            return true;
        }
    }
    if (!is_of_form(a) || s->focus == PLAN_FORM)
        return false;
    screen_focus(s, PLAN_FORM);
    return s->pane[PLAN_FORM].ops->action(&s->pane[PLAN_FORM], a) != VIEW_IGNORED;
}
