/* SPDX-License-Identifier: MIT */
/*
 * The frame of the console: header, panes, live lines, help, status, hints, overlays, messages.
 *
 * Everything is drawn from state after each event; the grid finds what changed. Lines of
 * items are shortened whole item by item, never through the middle of a word.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/items.h"
#include "tui/notify_lines.h"
#include "tui/screen.h"

#define MESSAGE_ROWS 5

/* ---- Header ---- */

static bool is_production(const struct screen *s)
{
    return s->w.profile.environment == ENVIRONMENT_PRODUCTION;
}

static bool is_sandbox(const struct screen *s)
{
    const struct profile *p = &s->w.profile;
    return p->dialect == DIALECT_GATEWAY ? !p->gateway_url : !p->base_url;
}

/* "示例商户 [沙箱]": who is sent for, and what it costs to be wrong. */
static void put_profile(struct screen *s, struct item *i)
{
    enum lang l = s->w.settings.lang;
    const char *word = is_production(s) ? L(l, "生产 LIVE", "LIVE production")
                       : is_sandbox(s)  ? L(l, "沙箱", "SANDBOX")
                                        : L(l, "测试", "TEST");
    snprintf(i->text, sizeof(i->text), "%.120s [%s]",
             s->plan.kind == PLAN_PAGES ? s->w.profile.name : profile_title(&s->w.profile, l),
             word);
}

static void put_address(struct screen *s, struct item *i)
{
    enum lang l = s->w.settings.lang;
    const struct profile *p = &s->w.profile;
    const char *url = p->dialect == DIALECT_GATEWAY ? p->gateway_url : p->base_url;

    if (url)
        snprintf(i->text, sizeof(i->text), "%.180s", url);
    else if (s->w.gateway)
        snprintf(i->text, sizeof(i->text), "%s %s", strstr(gateway_url(s->w.gateway), "//") + 2,
                 L(l, "内置沙箱", "built-in sandbox"));
    else if (s->w.gateway_err.status)
        snprintf(i->text, sizeof(i->text), "%s", L(l, "沙箱未启动！", "sandbox not up!"));
    else
        snprintf(i->text, sizeof(i->text), "%s", L(l, "内置沙箱", "built-in sandbox"));
}

static void put_key(struct screen *s, struct item *i)
{
    enum lang l = s->w.settings.lang;
    const struct secret *key = &s->w.profile.key.value;

    if (!secret_is_set(key))
        snprintf(i->text, sizeof(i->text), "%s", L(l, "无密钥！", "no key!"));
    else if (!profile_key_plausible(key, NULL))
        snprintf(i->text, sizeof(i->text), "%s", L(l, "密钥可疑", "key odd"));
    else
        snprintf(i->text, sizeof(i->text), "%s", L(l, "密钥正常", "key ok"));
}

/* The names of the panes, short enough for tabs. */
static const struct bi pane_names[PLAN_PANES] = {
    [PLAN_APIS] = {"接口", "APIs"},   [PLAN_FORM] = {"表单", "Form"},
    [PLAN_SIGN] = {"签名", "Sign"},   [PLAN_XML] = {"XML", "XML"},
    [PLAN_REPLY] = {"应答", "Reply"}, [PLAN_NOTIFY] = {"通知", "Notify"},
};

/* All panes as pages; where it is narrow the others are numbers only. */
static void add_tabs(struct screen *s, struct items *items)
{
    for (enum plan_pane p = PLAN_APIS; p < PLAN_PANES; p++) {
        bool on = p == s->focus;
        const char *name = on || s->cols >= 72 ? bi_get(pane_names[p], s->w.settings.lang) : "";
        struct item *i = items_add(items, on ? THEME_ACCENT : THEME_DIM, on ? 0 : 3);
        snprintf(i->text, sizeof(i->text), "%s%d%s%s%s", on ? "[" : "", p + 1, name[0] ? " " : "",
                 name, on ? "]" : "");
    }
}

static void draw_header(struct screen *s, struct surface *line)
{
    struct items items = {0};
    enum lang l = s->w.settings.lang;
    unsigned style = is_production(s) ? THEME_PRODUCTION : THEME_TITLE;
    bool pages = s->plan.kind == PLAN_PAGES;

    surface_fill(line, style);
    if (!pages)
        snprintf(items_add(&items, style, 6)->text, sizeof(items.item->text), "%s",
                 L(l, "wxpc 微信支付 V2", "wxpc WeChat Pay V2"));
    put_profile(s, items_add(&items, style, 0));
    if (pages) {
        add_tabs(s, &items);
        items_draw(line, &items, line->cols < 72 ? 1 : 2);
        return;
    }
    put_address(s, items_add(&items, style, 2));
    put_key(s, items_add(&items, style, 1));
    if (s->w.profile.client_cert)
        snprintf(items_add(&items, style, 5)->text, sizeof(items.item->text), "%s",
                 L(l, "有证书", "cert set"));
    snprintf(items_add(&items, style, 4)->text, sizeof(items.item->text), "%s",
             L(l, "中文 F2 English", "English F2 中文"));
    snprintf(items_add(&items, style, 3)->text, sizeof(items.item->text), "%s",
             screen_takes_text(s) ? L(l, "F1 说明", "F1 help") : L(l, "? 帮助", "? help"));
    items_draw(line, &items, 3);
}

/* ---- Panes ---- */

static void get_frame(struct view *v, struct view_frame *out)
{
    memset(out, 0, sizeof(*out));
    if (v->ops->frame)
        v->ops->frame(v, out);
}

/* Draws the view, then asks for its frame: how far it is scrolled shows only afterwards. `before`
   cells of the title are somebody else's. */
static void draw_view(struct view *v, const struct surface *area, int before,
                      struct view_frame *out)
{
    struct surface in =
        surface_sub(area, rect_inner((struct rect){.rows = area->rows, .cols = area->cols}));
    v->ops->draw(v, &in);
    v->head = area->cols - 6 - before;
    get_frame(v, out);
}

/* What stands before a pane's own title: its number; where three panes share one place the others
   too, by name unless the pane in front has the keys and needs the room for its tabs. */
static void put_number(struct screen *s, enum plan_pane pane, char *out, size_t size)
{
    size_t len = 0;
    if (!s->plan.tabs || pane < PLAN_SIGN || pane > PLAN_REPLY) {
        snprintf(out, size, "%d ", pane + 1);
        return;
    }
    for (enum plan_pane p = PLAN_SIGN; p <= pane && len < size; p++) {
        const char *name = bi_get(pane_names[p], s->w.settings.lang);
        int n = p == pane          ? snprintf(out + len, size - len, ">%d ", p + 1)
                : s->focus == pane ? snprintf(out + len, size - len, "%d ", p + 1)
                                   : snprintf(out + len, size - len, "%d %s | ", p + 1, name);
        len += n > 0 ? (size_t)n : 0;
    }
}

/* And behind it: those that follow. */
static void put_others(struct screen *s, enum plan_pane pane, char *out, size_t size)
{
    size_t len = strlen(out);
    for (enum plan_pane p = pane + 1; s->plan.tabs && pane >= PLAN_SIGN && p <= PLAN_REPLY; p++) {
        const char *name = bi_get(pane_names[p], s->w.settings.lang);
        if (len < size)
            len += (size_t)snprintf(out + len, size - len,
                                    s->focus == pane ? " %d%.0s" : " | %d %s", p + 1, name);
    }
}

static void draw_pane(struct screen *s, struct surface *root, enum plan_pane pane)
{
    struct view *v = &s->pane[pane];
    struct view_frame f;
    char title[256];
    struct surface area = surface_sub(root, s->plan.pane[pane]);

    v->focus = pane == s->focus && !s->over_count;
    v->edit = v->focus ? s->edit : v->edit;
    put_number(s, pane, title, sizeof(title));
    draw_view(v, &area, text_width(title, strlen(title)) + (s->plan.tabs ? 4 : 0), &f);
    snprintf(title + strlen(title), sizeof(title) - strlen(title), "%s", f.title);
    put_others(s, pane, title, sizeof(title));
    surface_frame(&area, &(struct surface_frame){.title = title,
                                                 .state = f.state,
                                                 .foot = f.foot,
                                                 .state_style = f.state_style,
                                                 .focus = pane == s->focus,
                                                 .production = is_production(s)});
    if (s->tour.on && s->tour.looks && pane == s->focus && !s->over_count)
        surface_restyle(&area, 0, 0, area.cols, THEME_MATCH);
}

static void draw_panes(struct screen *s, struct surface *root)
{
    for (enum plan_pane p = PLAN_APIS; p < PLAN_PANES; p++) {
        if (!rect_is_empty(s->plan.pane[p]) && p != s->focus)
            draw_pane(s, root, p);
    }
    if (!rect_is_empty(s->plan.pane[s->focus])) /* last: it owns the cursor */
        draw_pane(s, root, s->focus);
}

/* ---- Live lines ---- */

static void clock_text(time_t t, char out[9])
{
    char text[TEXT_TIME_SIZE];
    text_time_write(t, text);
    snprintf(out, 9, "%.2s:%.2s:%.2s", text + 8, text + 10, text + 12);
}

static unsigned outcome_style(const struct exchange *e)
{
    if (e->state == EXCHANGE_FAILED)
        return THEME_ERROR;
    return e->reply.outcome == OUTCOME_SUCCESS ? THEME_OK : THEME_ERROR;
}

static void add_last(struct screen *s, struct items *items)
{
    const struct exchange *e = &s->w.exchange;
    enum lang l = s->w.settings.lang;
    char at[9], what[ERR_TEXT_MAX];
    struct item *i = items_add(items, THEME_TEXT, 0);

    if (e->state == EXCHANGE_NONE) {
        i->style = THEME_DIM;
        snprintf(i->text, sizeof(i->text), "%s", L(l, "尚未发送", "nothing sent yet"));
        return;
    }
    clock_text(e->sent_at, at);
    if (e->state == EXCHANGE_RUNNING) {
        snprintf(i->text, sizeof(i->text), L(l, "%s %s 发送中 %lld 秒", "%s %s under way, %lld s"),
                 at, e->spec->id, (loop_now(s->w.loop) - e->started_ms) / 1000);
        i->style = THEME_ACCENT;
        return;
    }
    snprintf(i->text, sizeof(i->text), "%s %s", at, e->spec->id);
    i = items_add(items, outcome_style(e), 0);
    if (e->state == EXCHANGE_FAILED) {
        err_part(&e->http.err, l, ERR_WHAT, what, sizeof(what));
        snprintf(i->text, sizeof(i->text), "%.180s", what);
        return;
    }
    snprintf(i->text, sizeof(i->text), "%s%s%s", bi_get(outcome_text(e->reply.outcome), l),
             e->reply.code[0] ? " " : "", e->reply.code);
    snprintf(items_add(items, THEME_DIM, 2)->text, sizeof(i->text), "%.0f ms", e->http.times.total);
}

/* `label` stands in front, so that both go where there is no room. */
static void add_log(struct screen *s, struct items *items, const char *label, int keep)
{
    const struct workspace *w = &s->w;
    enum lang l = w->settings.lang;
    char at[9];
    struct item *i = items_add(items, THEME_DIM, keep);

    if (!w->log_count) {
        snprintf(i->text, sizeof(i->text), "%s%s", label,
                 w->gateway ? L(l, "已就绪", "up") : L(l, "未启动", "not up"));
        return;
    }
    const struct sandbox_line *line =
        &w->log[(w->log_next + WORKSPACE_LOG_MAX - 1) % WORKSPACE_LOG_MAX];
    clock_text(line->at, at);
    i->style = line->ok ? THEME_TEXT : THEME_WARN;
    snprintf(i->text, sizeof(i->text), "%s%s %.160s", label, at, line->what);
}

/* The newest notification; false while there is none to speak of. */
static bool add_note(struct screen *s, struct items *items, const char *label, int keep)
{
    struct inbox *b = s->w.inbox;
    const struct inbox_row *row = inbox_arrived(b) ? inbox_newest(b) : NULL;
    char text[192];

    if (!row)
        return false;
    struct item *i = items_add(items, notify_style(row->word), keep);
    notify_line(b, row, s->w.settings.lang, text, sizeof(text));
    snprintf(i->text, sizeof(i->text), "%s%.160s", label, text);
    return true;
}

static void add_sign(struct screen *s, struct items *items)
{
    const struct draft *d = workspace_draft(&s->w);
    const char *sign = params_get(&d->request.params, "sign");
    enum lang l = s->w.settings.lang;
    char what[ERR_TEXT_MAX];
    struct item *i = items_add(items, THEME_SIGN, 0);

    if (d->build_err.status || !sign) {
        err_part(&d->build_err, l, ERR_WHAT, what, sizeof(what));
        i->style = THEME_ERROR;
        snprintf(i->text, sizeof(i->text), "%.180s", what);
        return;
    }
    snprintf(i->text, sizeof(i->text), "%s", sign);
    snprintf(items_add(items, THEME_DIM, 2)->text, sizeof(i->text), "%s", sign_kind_name(d->kind));
}

static void add_label(struct screen *s, struct items *items, const char *zh, const char *en)
{
    struct item *i = items_add(items, THEME_LABEL, 1);
    snprintf(i->text, sizeof(i->text), "%s", L(s->w.settings.lang, zh, en));
}

static bool note_is_last(struct screen *s)
{
    const struct inbox_row *row = inbox_arrived(s->w.inbox) ? inbox_newest(s->w.inbox) : NULL;
    const struct exchange *e = &s->w.exchange;
    return row && e->state != EXCHANGE_RUNNING && row->at_ms >= e->sent_ms;
}

/* The verdict goes last where it is narrow. */
static void draw_note(struct screen *s, struct surface *line)
{
    struct inbox *b = s->w.inbox;
    const struct inbox_row *row = inbox_newest(b);
    enum lang l = s->w.settings.lang;
    struct items items = {0};
    char at[9];

    if (!row)
        return;
    clock_text((time_t)(row->at_ms / 1000), at);
    add_label(s, &items, "通知", "NOTE");
    snprintf(items_add(&items, THEME_TEXT, 2)->text, sizeof(items.item->text), "%s", at);
    snprintf(items_add(&items, THEME_TEXT, 0)->text, sizeof(items.item->text), "%s",
             notify_event(b, row->event, l));
    snprintf(items_add(&items, notify_style(row->word), 0)->text, sizeof(items.item->text), "%s%s",
             row->word->level == NOTICE_IS_GOOD ? "" : notify_mark(row->word),
             bi_get(row->word->word, l));
    snprintf(items_add(&items, row->acknowledged ? THEME_TEXT : THEME_WARN, 1)->text,
             sizeof(items.item->text), "%s", notify_answer(row, l));
    snprintf(items_add(&items, THEME_DIM, 3)->text, sizeof(items.item->text), "%s", row->order);
    items_draw(line, &items, 2);
}

static void draw_live(struct screen *s, struct surface *area)
{
    struct items items = {0};
    struct surface line = surface_row(area, 0, 0, -1);

    if (area->rows == 1) {
        add_label(s, &items, "最近", "LAST");
        add_last(s, &items);
        if (!add_note(s, &items, L(s->w.settings.lang, "| 通知 ", "| NOTE "), 3) &&
            (is_sandbox(s) || s->w.log_count))
            add_log(s, &items, L(s->w.settings.lang, "| 沙箱 ", "| SANDBOX "), 3);
        items_draw(&line, &items, 1);
        return;
    }
    add_label(s, &items, "签名", "SIGN");
    add_sign(s, &items);
    items_draw(&line, &items, 2);
    items.count = 0;
    line = surface_row(area, 1, 0, -1);
    /* Of two lines the second has what came last. */
    if (area->rows < 3 && note_is_last(s)) {
        draw_note(s, &line);
        return;
    }
    add_label(s, &items, "最近", "LAST");
    add_last(s, &items);
    items_draw(&line, &items, 2);
    if (area->rows < 3)
        return;
    line = surface_row(area, 2, 0, -1);
    if (inbox_arrived(s->w.inbox)) {
        draw_note(s, &line);
        return;
    }
    items.count = 0;
    add_label(s, &items, "沙箱", "BOX ");
    add_log(s, &items, "", 0);
    items_draw(&line, &items, 2);
}

/* ---- Help, status, hints ---- */

static void draw_search(struct screen *s, struct surface *line)
{
    struct edit_line el;
    struct buf shown;
    enum lang l = s->w.settings.lang;
    int col = surface_put(line, 0, 1, THEME_ACCENT, "/");
    struct surface field = surface_row(line, 0, col, line->cols - col - 28);

    if (field.cols < 4)
        field = surface_row(line, 0, col, -1);
    buf_init(&shown, 4096);
    edit_show_line(&s->word, field.cols, &shown, &el);
    surface_put(&field, 0, el.indent, THEME_VALUE, buf_str(&shown));
    surface_cursor(&field, 0, el.cursor);
    buf_clear(&shown);
    surface_put_right(line, 0, THEME_DIM, L(l, "Enter 确定  Esc 清除 ", "Enter keep  Esc clear "));
}

static void draw_help(struct screen *s, struct surface *line)
{
    struct view *v = screen_view(s);
    bool is_error = false;
    struct buf text;

    if (s->searching) {
        draw_search(s, line);
        return;
    }
    if (!v->ops->help)
        return;
    buf_init(&text, 16u << 10);
    v->ops->help(v, &text, &is_error);
    surface_put_cut(line, 0, 1, is_error ? THEME_ERROR : THEME_TEXT, buf_str(&text));
    buf_clear(&text);
}

static void add_place(struct screen *s, struct items *items)
{
    struct view *v = screen_view(s);
    struct view_frame f;
    struct item *i = items_add(items, THEME_STATUS, 1);

    get_frame(v, &f);
    if (s->over_count)
        snprintf(i->text, sizeof(i->text), "%.120s %s", f.title, f.foot);
    else
        snprintf(i->text, sizeof(i->text), "%d %s %s", s->focus + 1,
                 bi_get(pane_names[s->focus], s->w.settings.lang), f.foot);
}

static void draw_status(struct screen *s, struct surface *line)
{
    struct items items = {0};
    enum lang l = s->w.settings.lang;
    const struct exchange *e = &s->w.exchange;
    const struct draft *d = workspace_draft(&s->w);
    bool text = screen_takes_text(s);

    surface_fill(line, THEME_STATUS);
    snprintf(items_add(&items, THEME_STATUS | SURFACE_BOLD, 0)->text, sizeof(items.item->text),
             "%s",
             s->tour.on                               ? L(l, "流程", "FLOW")
             : text && !screen_view(s)->ops->own_keys ? "EDIT"
                                                      : "NAV ");
    if (is_production(s))
        snprintf(items_add(&items, THEME_PRODUCTION, 0)->text, sizeof(items.item->text), "%s",
                 L(l, "生产", "LIVE"));
    if (workspace_is_private(&s->w))
        snprintf(items_add(&items, THEME_STATUS | SURFACE_BOLD, 0)->text, sizeof(items.item->text),
                 "%s", L(l, "不留记录", "PRIVATE"));
    add_place(s, &items);
    if (d->dirty)
        snprintf(items_add(&items, THEME_STATUS, 2)->text, sizeof(items.item->text), "%s",
                 L(l, "有修改", "changed"));
    if (e->state == EXCHANGE_RUNNING)
        snprintf(items_add(&items, THEME_STATUS | SURFACE_BOLD, 0)->text, sizeof(items.item->text),
                 L(l, "发送中 %lld 秒，Esc 取消", "sending %lld s, Esc cancels"),
                 (loop_now(s->w.loop) - e->started_ms) / 1000);
    if (s->zoom)
        snprintf(items_add(&items, THEME_STATUS, 3)->text, sizeof(items.item->text), "%s",
                 L(l, "放大", "zoom"));
    if (s->word.len && !s->searching)
        snprintf(items_add(&items, THEME_STATUS, 3)->text, sizeof(items.item->text), "/%s",
                 s->word.text);
    snprintf(items_add(&items, THEME_STATUS, 5)->text, sizeof(items.item->text), "%s",
             L(l, "密钥已遮盖", "key masked"));
    items_draw(line, &items, 3);
}

static bool has_hint(const enum action *list, size_t count, enum action a)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == a)
            return true;
    }
    return false;
}

static void put_hint(struct screen *s, struct items *items, const struct view_hint *h, int keep)
{
    struct item *i;
    const struct action_row *row = action_row(h->action);
    enum action_mode mode = screen_takes_text(s) ? ACTION_IN_EDIT : ACTION_IN_NAV;
    char key[KEYS_NAME_MAX];

    if (h->key)
        snprintf(key, sizeof(key), "%s", h->key);
    else if (row->missing.zh || !keymap_hint(&s->keymap, h->action, mode, key))
        return;
    i = items_add(items, THEME_DIM, keep);
    memcpy(i->key, key, sizeof(key));
    snprintf(i->text, sizeof(i->text), "%s",
             bi_get(h->title.zh ? h->title : row->title, s->w.settings.lang));
}

static void add_hint(struct screen *s, struct items *items, enum action a, int keep)
{
    put_hint(s, items, &(struct view_hint){.action = a}, keep);
}

/* What the focused view offers; its word for the way out goes to `out`. */
static size_t add_own_hints(struct screen *s, struct items *items, enum action *done, size_t n,
                            struct view_hint *out)
{
    struct view *v = screen_view(s);
    const struct view_hint *h = v->ops->hint ? v->ops->hint(v) : NULL;
    const enum action *own = screen_takes_text(s) ? v->ops->edit_hints : v->ops->hints;

    for (; h && (h->action || h->key) && n < ITEMS_MAX / 2; h++) {
        if (h->action == ACTION_BACK) {
            *out = *h;
            continue;
        }
        put_hint(s, items, h, 2 + (int)n / 3);
        done[n++] = h->action;
    }
    for (; !v->ops->hint && own && *own && n < ITEMS_MAX / 2; own++) {
        if (has_hint(done, n, *own) || *own == ACTION_BACK)
            continue;
        add_hint(s, items, *own, 2 + (int)n / 3);
        done[n++] = *own;
    }
    return n;
}

/* Send first, then what the focused view offers, then what is offered everywhere; help and the way
   out are the last to go. */
static void draw_hints(struct screen *s, struct surface *line)
{
    static const enum action anywhere[] = {ACTION_PALETTE, ACTION_COPY, ACTION_SEARCH,
                                           ACTION_PROFILE, ACTION_ZOOM, ACTION_HELP_FIELD};
    bool text = screen_takes_text(s);
    struct view_hint way_out = {.action = ACTION_CLOSE, .title = {"退出", "Quit"}};
    enum action done[ITEMS_MAX];
    size_t n = 0;
    struct items items = {0};

    if (s->tour.on) {
        for (const struct view_hint *h = screen_tour_hints(s); h->key; h++)
            put_hint(s, &items, h, (int)n++);
        items_draw(line, &items, line->cols < 60 ? 1 : 2);
        return;
    }
    if (text || s->over_count)
        way_out = (struct view_hint){.action = ACTION_BACK};
    else if (s->zoom)
        way_out.title = (struct bi){"还原", "Restore"};
    if (!s->over_count) {
        add_hint(s, &items, ACTION_SEND, 1);
        done[n++] = ACTION_SEND;
    }
    n = add_own_hints(s, &items, done, n, &way_out);
    for (size_t i = 0; !s->over_count && i < ARRAY_COUNT(anywhere); i++) {
        if (!has_hint(done, n, anywhere[i]))
            add_hint(s, &items, anywhere[i], 8 + (int)i);
    }
    if (!s->over_count && !text)
        add_hint(s, &items, ACTION_HELP_KEYS, 0);
    put_hint(s, &items, &way_out, 0);
    items_draw(line, &items, line->cols < 60 ? 1 : 2);
}

/* ---- Overlays ---- */

static void draw_overlay(struct screen *s, struct surface *root, struct view *v, bool top)
{
    struct rect room = {s->plan.header.rows, 0, 0, s->cols};
    struct view_frame f;

    room.rows = (s->tour.on ? s->plan.strip.row : s->plan.help.row) - room.row;
    int rows = room.rows - 2, cols = room.cols - 2;
    if (v->ops->size)
        v->ops->size(v, &rows, &cols);
    struct surface area = surface_sub(root, rect_center(room, rows + 2, cols + 2));
    v->focus = top;
    surface_fill(&area, THEME_TEXT);
    draw_view(v, &area, 0, &f);
    surface_frame(&area, &(struct surface_frame){.title = f.title,
                                                 .state = f.state,
                                                 .foot = f.foot,
                                                 .state_style = f.state_style,
                                                 .focus = top,
                                                 .production = is_production(s)});
}

/* ---- Messages ---- */

/* Stands over the help line, and as much above it as it needs, until the next key. */
static void draw_message(struct screen *s, struct surface *root)
{
    const struct message *m = &s->w.message;
    char text[ERR_TEXT_MAX];

    if (s->w.rev_message == s->seen_message)
        return;
    err_line(&m->text, s->w.settings.lang, text, sizeof(text));
    int rows = text_wrap_rows(text, s->cols - 2);
    rows = rows > MESSAGE_ROWS ? MESSAGE_ROWS : rows;
    int last = s->plan.help.row + s->plan.help.rows;
    struct surface area = surface_sub(root, (struct rect){last - rows, 0, rows, s->cols});
    struct surface in = surface_sub(&area, (struct rect){0, 1, rows, s->cols - 2});
    surface_fill(&area, THEME_TEXT);
    surface_put_wrapped(&in, 0, m->error ? THEME_ERROR : THEME_OK, text);
}

/* ---- All ---- */

static void draw_small(struct screen *s, struct surface *root)
{
    enum lang l = s->w.settings.lang;
    char text[160];

    snprintf(text, sizeof(text),
             L(l, "窗口太小（%dx%d）：wxpc 至少需要 40x12，请放大窗口",
               "window too small (%dx%d): wxpc needs 40x12, make it larger"),
             s->cols, s->rows);
    surface_put_wrapped(root, 0, THEME_TEXT, text);
}

/* Where signature, XML and reply share one place it shows what just moved: the answer to a call,
   and the signature again as soon as the form is typed in. */
static void follow(struct screen *s)
{
    unsigned now[SCREEN_REVS];
    screen_revs(s, now);
    if (now[SCREEN_REV_EXCHANGE] != s->drawn[SCREEN_REV_EXCHANGE])
        s->tab = PLAN_REPLY;
    else if (now[SCREEN_REV_FORM] != s->drawn[SCREEN_REV_FORM] && s->edit)
        s->tab = PLAN_SIGN;
}

static void plan(struct screen *s)
{
    struct plan_input in = {.cols = s->cols,
                            .rows = s->rows,
                            .focus = s->focus,
                            .tab = s->tab,
                            .zoom = s->zoom,
                            .strip = screen_tour_rows(s)};
    memcpy(in.wider, s->wider, sizeof(in.wider));
    layout_plan(&in, &s->plan);
}

void screen_draw(struct screen *s)
{
    struct surface root = surface_root(s->grid);

    surface_begin(s->grid);
    follow(s);
    plan(s);
    screen_revs(s, s->drawn);
    s->stale = false;
    if (s->plan.kind == PLAN_SMALL) {
        draw_small(s, &root);
        return;
    }
    struct surface header = surface_sub(&root, s->plan.header);
    struct surface strip = surface_sub(&root, s->plan.strip);
    struct surface live = surface_sub(&root, s->plan.live);
    struct surface help = surface_sub(&root, s->plan.help);
    struct surface status = surface_sub(&root, s->plan.status);
    struct surface hints = surface_sub(&root, s->plan.hints);
    draw_header(s, &header);
    draw_panes(s, &root);
    if (s->tour.on)
        screen_tour_draw(s, &strip);
    if (s->plan.live.rows)
        draw_live(s, &live);
    draw_help(s, &help);
    draw_status(s, &status);
    draw_hints(s, &hints);
    for (size_t i = 0; i < s->over_count; i++)
        draw_overlay(s, &root, s->over[i], i + 1 == s->over_count);
    if (s->searching)
        draw_help(s, &help); /* its cursor is the one that counts */
    draw_message(s, &root);
    screen_revs(s, s->drawn); /* the first look at a draft opens it */
}
