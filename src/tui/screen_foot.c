/* SPDX-License-Identifier: MIT */
/*
 * What stands below the panes: the live lines (last call, sandbox, notification, signature), the
 * help line, the status line and the hints.
 *
 * Lines of items are shortened whole item by item, never through the middle of a word.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/items.h"
#include "tui/notify_lines.h"
#include "tui/screen.h"

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

void screen_draw_live(struct screen *s, struct surface *area)
{
    struct items items = {0};
    struct surface line = surface_row(area, 0, 0, -1);

    if (area->rows == 1) {
        add_label(s, &items, "最近", "LAST");
        add_last(s, &items);
        if (!add_note(s, &items, L(s->w.settings.lang, "| 通知 ", "| NOTE "), 3) &&
            (screen_is_sandbox(s) || s->w.log_count))
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
    if (!s->word.len && screen_view(s)->ops->search_terms.zh)
        surface_put_cut(&field, 0, 0, THEME_DIM, bi_get(screen_view(s)->ops->search_terms, l));
    surface_cursor(&field, 0, el.cursor);
    buf_clear(&shown);
    surface_put_right(line, 0, THEME_DIM, L(l, "Enter 确定  Esc 清除 ", "Enter keep  Esc clear "));
}

/* Wrapped; what does not fit in the last row is cut there. */
static void put_rows(struct surface *s, unsigned style, const struct buf *text)
{
    const char *rest = buf_str(text);
    for (int row = 0; row + 1 < s->rows && *rest; row++) {
        struct surface line = surface_row(s, row, 0, -1);
        size_t n = text_wrap(rest, strlen(rest), s->cols);
        surface_put_n(&line, 0, 0, style, (struct surface_text){rest, n});
        rest += n;
        rest += strspn(rest, " ");
    }
    surface_put_cut(s, s->rows - 1, 0, style, rest);
}

void screen_draw_help(struct screen *s, struct surface *area)
{
    struct surface in = surface_sub(area, (struct rect){0, 1, area->rows, area->cols - 1});
    struct view *v = screen_view(s);
    bool is_error = false;
    struct buf text, shown;

    if (s->searching) {
        draw_search(s, area);
        return;
    }
    if (!v->ops->help)
        return;
    buf_init(&text, 16u << 10);
    buf_init(&shown, 256u << 10);
    v->ops->help(v, &text, &is_error);
    text_visible(&shown, buf_str(&text), text.len, 0);
    surface_fill(area, THEME_TEXT);
    put_rows(&in, is_error ? THEME_ERROR : THEME_TEXT, &shown);
    buf_clear(&shown);
    buf_clear(&text);
}

static void add_place(struct screen *s, struct items *items)
{
    struct view *v = screen_view(s);
    struct view_frame f;
    struct item *i = items_add(items, THEME_STATUS, 1);

    screen_view_frame(v, &f);
    if (s->over_count)
        snprintf(i->text, sizeof(i->text), "%.120s %s", f.title, f.foot);
    else
        snprintf(i->text, sizeof(i->text), "%d %s %s", s->focus + 1, screen_pane_name(s, s->focus),
                 f.foot);
}

void screen_draw_status(struct screen *s, struct surface *line)
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
    if (screen_is_production(s))
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
void screen_draw_hints(struct screen *s, struct surface *line)
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
