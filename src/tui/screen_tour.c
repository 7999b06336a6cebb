/* SPDX-License-Identifier: MIT */
/*
 * A demonstration flow in the console: a step a key, told in a strip of its own below the panes.
 *
 * The steps are those of app/flow_run, the same that run without a screen; here somebody reads
 * what each says, looks at the pane that it is about, and goes on. The strip takes its rows from
 * the panes, so that it hides nothing; where it is too small for the text, a key turns its page
 * before it takes the next step. The user's forms are put aside meanwhile (app/flow_stage).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/flow_page.h"
#include "app/report.h"
#include "core/text.h"
#include "tui/diagnosis.h"
#include "tui/screen.h"

#define POLL_MS 50 /* between two looks whether what a step waits for has come */
#define PACE_MS 4000
#define PACE_MAX_S 3600
#define STRIP_TEXT_MAX 8 /* rows */

static const struct flow_step *told_step(const struct tour *t)
{
    return t->told ? &t->run.flow.steps[t->told - 1] : NULL;
}

/* The end of what was done, and it is told. */
static bool is_over(const struct tour *t)
{
    return t->run.state == FLOW_RUN_DONE && t->told == t->run.flow.count;
}

/* ---- Looking ---- */

static void stop_search(struct screen *s)
{
    const struct view *v = &s->pane[s->focus];
    if (s->tour.has_searched && v->ops->search)
        v->ops->search(&s->pane[s->focus], "", 0);
    s->tour.has_searched = false;
}

static void close_overlays(struct screen *s)
{
    while (s->over_count)
        screen_close(s, s->over[s->over_count - 1]);
}

static void look(struct screen *s, const struct flow_step *step)
{
    static const enum plan_pane panes[FLOW_LOOK_COUNT] = {
        [FLOW_LOOK_APIS] = PLAN_APIS,   [FLOW_LOOK_FORM] = PLAN_FORM,
        [FLOW_LOOK_SIGN] = PLAN_SIGN,   [FLOW_LOOK_XML] = PLAN_XML,
        [FLOW_LOOK_REPLY] = PLAN_REPLY, [FLOW_LOOK_NOTIFY] = PLAN_NOTIFY,
        [FLOW_LOOK_QR] = PLAN_REPLY};
    const char *field = step ? flow_step_field(step) : NULL;
    struct tour *t = &s->tour;

    stop_search(s);
    t->looks = step && step->look != FLOW_LOOK_NONE;
    if (!t->looks)
        return;
    enum plan_pane pane = panes[step->look];
    screen_focus(s, pane);
    if (step->look == FLOW_LOOK_QR) {
        screen_push(s, view_new(&view_qr, &s->w, &s->host));
    } else if (pane == PLAN_NOTIFY) {
        bool last = t->told == t->run.at && step->what == FLOW_WAIT;
        view_notify_show(&s->pane[pane], last ? t->run.last_notice : 0);
    } else if (field && pane != PLAN_APIS) {
        s->pane[pane].ops->search(&s->pane[pane], field, 0);
        t->has_searched = true;
    }
}

/* What a comparison or diagnosis came to, as the keys = and d show it. */
static void open_result(struct screen *s, const struct flow_step *step)
{
    struct workspace *w = &s->w;
    if (step->what == FLOW_DIAGNOSE) {
        s->asker.w = w;
        s->asker.host = &s->host;
        diagnosis_of_text(&s->asker, step->document);
    } else if (step->what == FLOW_COMPARE) {
        const struct profile *secrets[] = {&w->profile};
        struct report_how how = {.lang = w->settings.lang, .secrets = secrets, .secret_count = 1};
        struct pager_text text = {.title = {"比较", "Comparison"}};
        struct record_source source = {
            .journal = w->journal, .catalog = &w->catalog, .profile = &w->profile};
        struct err err;
        buf_init(&text.text, REPORT_MAX);
        if (report_rows(&source, s->tour.run.calls, &how, &text.text, &err))
            workspace_complain(w, &err);
        s->host.pager(s, &text);
    }
}

/* Tells the step `told`; a result is shown while it is the last one. */
static void tell(struct screen *s, size_t told)
{
    struct tour *t = &s->tour;
    t->told = told;
    t->top = 0;
    s->stale = true;
    close_overlays(s);
    look(s, told_step(t));
    if (told && told == t->run.at)
        open_result(s, told_step(t));
    t->overlays = s->over_count;
}

/* ---- Going on ---- */

static void watch(struct screen *s);

static void step_on(struct screen *s)
{
    struct tour *t = &s->tour;
    size_t at = t->run.at;
    if (t->run.state == FLOW_RUN_FAILED) { /* once more */
        t->run.err = (struct err){0};
        t->run.state = FLOW_RUN_READY;
    }
    flow_run_next(&t->run);
    tell(s, at + 1);
}

static void turn(struct screen *s)
{
    struct tour *t = &s->tour;
    bool was_busy = t->run.state == FLOW_RUN_BUSY;
    if (was_busy) /* it may have come since the last look */
        flow_run_poll(&t->run);
    if (was_busy && t->run.state == FLOW_RUN_FAILED)
        tell(s, t->run.at + 1);
    else if (t->top + t->rows < t->all)
        t->top += t->rows;
    else if (t->told < t->run.at) /* was looked back */
        tell(s, t->told + 1);
    else if (t->run.state == FLOW_RUN_BUSY)
        workspace_say(&s->w, "这一步还在等待", "this step still waits");
    else if (is_over(t)) /* a key too many must not do something to the form */
        workspace_say(&s->w, "流程到此结束；Esc 回到自己的表单",
                      "this is the end of the flow; Esc goes back to your own form");
    else
        step_on(s);
}

static void on_time(void *ctx)
{
    struct screen *s = ctx;
    struct tour *t = &s->tour;
    t->timer = 0;
    if (t->run.state == FLOW_RUN_BUSY) {
        flow_run_poll(&t->run);
        if (t->run.state != FLOW_RUN_BUSY)
            tell(s, t->told);
    } else if (t->pace_ms) {
        turn(s);
        s->stale = true;
    }
    watch(s);
}

static void watch(struct screen *s)
{
    struct tour *t = &s->tour;
    int ms = t->run.state == FLOW_RUN_BUSY ? POLL_MS : t->pace_ms;
    bool rests = (is_over(t) && t->top + t->rows >= t->all) || t->run.state == FLOW_RUN_FAILED;
    if (t->timer)
        loop_cancel(s->w.loop, t->timer);
    t->timer = t->on && ms && !rests ? loop_timer(s->w.loop, ms, on_time, s) : 0;
}

static void back(struct screen *s)
{
    struct tour *t = &s->tour;
    if (t->run.state == FLOW_RUN_BUSY)
        workspace_say(&s->w, "这一步还在等待", "this step still waits");
    else if (t->told)
        tell(s, t->told - 1);
}

static void pace(struct screen *s)
{
    struct tour *t = &s->tour;
    t->pace_ms = t->pace_ms ? 0 : PACE_MS;
    if (t->pace_ms)
        workspace_say(&s->w, "每 %d 秒一步；再按 p 停下", "a step every %d s; p again stops",
                      t->pace_ms / 1000);
    else
        workspace_say(&s->w, "已停下；Space 下一步", "stopped; Space goes on");
}

/* The flow as it can be handed on. */
static void copy(struct screen *s)
{
    const struct profile *secrets[] = {&s->w.profile};
    struct report_how how = {.lang = s->w.settings.lang, .secrets = secrets, .secret_count = 1};
    struct buf text;
    buf_init(&text, REPORT_MAX);
    flow_page(&s->tour.run.flow, PAGE_MARKDOWN, &how, &text);
    s->host.copy(s, (struct bi){"流程（Markdown）", "the flow (Markdown)"}, buf_str(&text),
                 text.len);
    buf_clear(&text);
}

/* ---- Beginning and leaving ---- */

void screen_tour_start(struct screen *s, const char *name, int pace_ms)
{
    struct tour *t = &s->tour;
    struct err err = {0};
    struct flow flow = {0};
    enum status st = flow_load(&s->w.store, &s->w.catalog, name, &flow, &err);

    if (!st)
        st = flow_stage_open(&s->w, &t->stage, &err);
    if (st) {
        flow_clear(&flow);
        workspace_complain(&s->w, &err);
        return;
    }
    t->run = (struct flow_run){.w = &s->w, .flow = flow, .arrived = inbox_arrived(s->w.inbox)};
    t->on = true;
    t->pace_ms = pace_ms;
    s->host.edit(s, false);
    s->zoom = false;
    tell(s, 0);
    watch(s);
}

static void start_asked(void *ctx)
{
    struct screen *s = ctx;
    screen_tour_start(s, s->flow_asked, s->flow_asked_pace_ms);
}

void screen_tour_ask(struct screen *s, const char *name, int pace_ms)
{
    struct question q = {
        .title = {"生产环境", "Production"}, .danger = true, .yes = start_asked, .ctx = s};
    struct flow flow = {0};
    bool is_there = flow_load(&s->w.store, &s->w.catalog, name, &flow, NULL) == ST_OK;
    flow_clear(&flow);
    if (!is_there || !screen_is_production(s)) { /* what is wrong is said there */
        screen_tour_start(s, name, pace_ms);
        return;
    }
    snprintf(s->flow_asked, sizeof(s->flow_asked), "%s", name);
    s->flow_asked_pace_ms = pace_ms;
    err_set(&q.text, ST_OK,
            SAY("离开生产环境，开始流程 %1$s？", "流程在沙箱里以 demo 商户进行",
                "Esc 离开流程时回到商户 %2$s"),
            SAY("leave production for the flow %1$s?",
                "it plays in the sandbox, as the merchant demo",
                "Esc leaves the flow and comes back to %2$s"),
            name, s->w.profile.name ? s->w.profile.name : "");
    s->host.ask(s, &q);
}

static void end(struct screen *s)
{
    struct tour *t = &s->tour;
    if (t->timer)
        loop_cancel(s->w.loop, t->timer);
    flow_run_clear(&t->run);
    *t = (struct tour){0};
}

void screen_tour_leave(struct screen *s)
{
    struct tour *t = &s->tour;
    if (s->w.exchange.state == EXCHANGE_RUNNING) {
        workspace_cancel(&s->w);
        workspace_say(&s->w, "正在取消；再按 Esc 离开流程",
                      "cancelling; Esc again leaves the flow");
        return;
    }
    close_overlays(s);
    stop_search(s);
    workspace_say(&s->w, "流程 %s 已离开，表单是原来的；发送过的在历史 H 中",
                  "flow %s is left, the forms are as they were; what it sent is in the history (H)",
                  t->run.flow.name);
    flow_stage_close(&s->w, &t->stage);
    end(s);
    screen_focus(s, PLAN_FORM);
}

void screen_tour_drop(struct screen *s)
{
    flow_stage_drop(&s->w, &s->tour.stage);
    end(s);
    for (size_t i = 0; i < s->flow_count; i++)
        free(s->flow_names[i]);
    free(s->flow_names);
}

/* ---- Keys ---- */

static const struct {
    uint32_t code;
    void (*fn)(struct screen *s);
} keys[] = {
    {' ', turn},
    {KEYS_ENTER, turn},
    {'n', turn},
    {'b', back},
    {KEYS_BACKSPACE, back},
    {'p', pace},
    {'y', copy},
    {KEYS_ESC, screen_tour_leave},
    {'q', screen_tour_leave},
};

/* What changes nothing but what one sees. */
static bool is_looking(enum action a)
{
    return (a >= ACTION_NEXT && a <= ACTION_PAGE_DOWN) || a == ACTION_ZOOM || a == ACTION_WRAP ||
           a == ACTION_LANG || a == ACTION_REDRAW || a == ACTION_SUSPEND || a == ACTION_MOUSE;
}

bool screen_tour_key(struct screen *s, struct key key)
{
    enum action a = keymap_find(&s->keymap, key, ACTION_IN_NAV, 0);
    if (s->over_count > s->tour.overlays) /* a question about a copy */
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (key.code == keys[i].code && !key.mods) {
            keys[i].fn(s);
            watch(s);
            return true;
        }
    }
    if (a == ACTION_QUIT && s->w.exchange.state != EXCHANGE_RUNNING) {
        screen_tour_leave(s);
        return false;
    }
    if (a == ACTION_QUIT || is_looking(a))
        return false;
    workspace_say(&s->w, "流程进行中：Space 下一步，b 上一步，Esc 离开",
                  "a flow is under way: Space goes on, b goes back, Esc leaves");
    return true;
}

const struct view_hint *screen_tour_hints(const struct screen *s)
{
    static const struct view_hint under_way[] = {
        {.key = "Space", .title = {"下一步", "Next"}}, {.key = "Esc", .title = {"离开", "Leave"}},
        {.key = "b", .title = {"上一步", "Back"}},     {.key = "p", .title = {"自动", "By itself"}},
        {.key = "1-6", .title = {"窗格", "Pane"}},     {.key = "f", .title = {"放大", "Zoom"}},
        {.key = "F2", .title = {"English", "中文"}},   {0}};
    static const struct view_hint over[] = {{.key = "Esc", .title = {"离开", "Leave"}},
                                            {.key = "b", .title = {"上一步", "Back"}},
                                            {.key = "1-6", .title = {"窗格", "Pane"}},
                                            {0}};
    return is_over(&s->tour) ? over : under_way;
}

/* ---- The strip ---- */

static void strip_text(const struct screen *s, char *out, size_t size)
{
    const struct tour *t = &s->tour;
    enum lang lang = s->w.settings.lang;
    const struct flow_step *step = told_step(t);
    if (t->run.state == FLOW_RUN_FAILED && t->told == t->run.at + 1)
        err_line(&t->run.err, lang, out, size);
    else
        snprintf(out, size, "%s", bi_get(step ? step->say : t->run.flow.summary, lang));
}

/* Two columns are left at either side. */
static int text_cols(const struct screen *s)
{
    return s->cols > 4 ? s->cols - 4 : 1;
}

/* As many as the longest text of the flow needs: the panes keep their places from step to step. */
int screen_tour_rows(const struct screen *s)
{
    const struct flow *f = &s->tour.run.flow;
    char text[FLOW_SAY_MAX];
    if (!s->tour.on)
        return 0;
    strip_text(s, text, sizeof(text));
    int rows = text_wrap_rows(text, text_cols(s));
    for (size_t i = 0; i < f->count && rows < STRIP_TEXT_MAX; i++) {
        int n = text_wrap_rows(bi_get(f->steps[i].say, s->w.settings.lang), text_cols(s));
        rows = n > rows ? n : rows;
    }
    return 1 + (rows < STRIP_TEXT_MAX ? rows : STRIP_TEXT_MAX);
}

static void put_state(const struct screen *s, char *out, size_t size)
{
    const struct tour *t = &s->tour;
    enum lang lang = s->w.settings.lang;
    bool now = t->told == t->run.at + 1;
    out[0] = '\0';
    if (t->top + t->rows < t->all)
        snprintf(out, size, "%s", L(lang, " Space 读下去 ", " Space reads on "));
    else if (t->run.state == FLOW_RUN_BUSY && now)
        snprintf(out, size, "%s", L(lang, " 等待中 ", " waiting "));
    else if (t->run.state == FLOW_RUN_FAILED && now)
        snprintf(out, size, "%s", L(lang, " 未成功，Space 重试 ", " failed, Space tries again "));
    else if (is_over(t))
        snprintf(out, size, "%s", L(lang, " 完 ", " the end "));
    else if (t->pace_ms)
        snprintf(out, size, L(lang, " 每 %d 秒一步 ", " every %d s "), t->pace_ms / 1000);
}

void screen_tour_draw(struct screen *s, struct surface *strip)
{
    struct tour *t = &s->tour;
    enum lang lang = s->w.settings.lang;
    const struct flow_step *step = told_step(t);
    char text[FLOW_SAY_MAX], state[64], title[160];

    strip_text(s, text, sizeof(text));
    t->rows = strip->rows - 1;
    t->all = text_wrap_rows(text, text_cols(s));
    surface_rule(strip, 0, THEME_FRAME_FOCUS);
    snprintf(title, sizeof(title), " %.100s %zu/%zu%s%s ", bi_get(t->run.flow.title, lang), t->told,
             t->run.flow.count, step ? " " : "",
             step ? bi_get(flow_do_title(step->what), lang) : "");
    surface_put_cut(strip, 0, 2, THEME_TITLE | SURFACE_BOLD, title);
    put_state(s, state, sizeof(state));
    surface_put_right(strip, 0, t->run.state == FLOW_RUN_FAILED ? THEME_ERROR : THEME_ACCENT,
                      state);
    struct surface in = surface_sub(strip, (struct rect){1, 2, t->rows, text_cols(s)});
    surface_put_wrapped(&in, -t->top,
                        t->run.state == FLOW_RUN_FAILED && t->told == t->run.at + 1 ? THEME_ERROR
                                                                                    : THEME_TEXT,
                        text);
}

/* ---- Choosing ---- */

static void add_name(void *ctx, const char *name, const char *origin)
{
    struct screen *s = ctx;
    (void)origin;
    s->flow_names = mem_grow(s->flow_names, s->flow_count + 1, sizeof(char *));
    s->flow_names[s->flow_count++] = mem_strdup(name);
}

void screen_tour_list(struct screen *s, const char *before, struct menu_item **items, size_t *count)
{
    enum lang lang = s->w.settings.lang;
    for (size_t i = 0; i < s->flow_count; i++)
        free(s->flow_names[i]);
    s->flow_count = 0;
    store_list(&s->w.store, "flows", add_name, s);
    *items = mem_grow(*items, *count + s->flow_count, sizeof(**items));
    for (size_t i = 0; i < s->flow_count; i++) {
        struct menu_item *item = &(*items)[(*count)++];
        struct flow flow = {0};
        struct err err = {0};
        *item = (struct menu_item){0};
        if (flow_load(&s->w.store, &s->w.catalog, s->flow_names[i], &flow, &err)) {
            item->disabled = true;
            err_part(&err, lang, ERR_WHAT, item->note, sizeof(item->note));
        }
        snprintf(item->label, sizeof(item->label), "%s%.64s", before, s->flow_names[i]);
        if (!item->disabled) {
            snprintf(item->other, sizeof(item->other), "%.120s", bi_get(flow.title, lang));
            snprintf(item->note, sizeof(item->note), "wxpc flow run %.64s", s->flow_names[i]);
            snprintf(item->also, sizeof(item->also), "%.120s",
                     bi_get(flow.title, lang == LANG_ZH ? LANG_EN : LANG_ZH));
        }
        flow_clear(&flow);
    }
}

static void chosen(void *ctx, size_t index)
{
    struct screen *s = ctx;
    screen_tour_ask(s, s->flow_names[index], 0);
}

void screen_tour_menu(struct screen *s)
{
    struct menu m = {.title = {"演示流程", "Demonstration flows"},
                     .filter = true,
                     .chosen = chosen,
                     .typed = screen_tour_command,
                     .ctx = s};
    screen_tour_list(s, "", &m.items, &m.count);
    for (size_t i = 0; i < s->flow_count; i++) {
        if (strcmp(s->flow_names[i], "native-payment") == 0) /* the usual way of an order */
            m.selected = i;
    }
    s->host.menu(s, &m);
}

void screen_tour_command(void *ctx, const char *text)
{
    struct screen *s = ctx;
    char name[65] = "", *end = NULL;
    int used = 0;
    long seconds = 0;

    if (sscanf(text, " flow %64s%n", name, &used) == 1) {
        const char *rest = text + used + strspn(text + used, " ");
        seconds = strtol(rest, &end, 10);
        end += *end == 's' && end != rest;
        if ((*rest == '\0' || end != rest) && end[strspn(end, " ")] == '\0' && seconds >= 0 &&
            seconds <= PACE_MAX_S) {
            screen_tour_ask(s, name, (int)seconds * 1000);
            return;
        }
    }
    workspace_say(
        &s->w, "没有命令 %.60s；可以输入 flow 名称 [秒数]，例如 flow refund 3s",
        "there is no command %.60s; what can be typed is flow NAME [SECONDS], such as flow "
        "refund 3s",
        text);
}
