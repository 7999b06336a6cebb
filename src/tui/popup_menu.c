/* SPDX-License-Identifier: MIT */
/*
 * The menu: a list that scrolls and, if it is asked to, narrows while one types. What is
 * disabled stays in its place, greyed, with the reason: hands remember places.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/edit.h"
#include "tui/popup.h"

struct menu_box {
    struct menu m;
    struct edit word;
    size_t *shown; /* indexes of the items that the filter leaves */
    size_t count;
    size_t selected, top; /* in shown */
    size_t page;
    bool accepted;
};

static const char *word_of(const struct menu_box *b)
{
    return b->word.text ? b->word.text : "";
}

static bool matches(const struct menu_item *item, const char *word)
{
    bool invert = word[0] == '!';
    if (invert)
        word++;
    bool has = text_has_nocase(item->label, word) || text_has_nocase(item->note, word) ||
               text_has_nocase(item->why, word) || text_has_nocase(item->also, word);
    return !word[0] || has != invert;
}

static void filter(struct menu_box *b, size_t keep)
{
    b->count = 0;
    b->selected = 0;
    b->top = 0;
    for (size_t i = 0; i < b->m.count; i++) {
        if (!matches(&b->m.items[i], word_of(b)))
            continue;
        if (i == keep)
            b->selected = b->count;
        b->shown[b->count++] = i;
    }
}

static void tell_moved(struct menu_box *b)
{
    if (b->m.moved && b->count)
        b->m.moved(b->m.ctx, b->shown[b->selected]);
}

static void menu_close(struct view *v)
{
    struct menu_box *b = v->data;
    edit_clear(&b->word);
    free(b->m.items);
    free(b->shown);
    free(b);
}

static void menu_finish(struct view *v)
{
    struct menu_box *b = v->data;
    if (b->accepted && !b->count)
        b->m.typed(b->m.ctx, word_of(b));
    else if (b->accepted)
        b->m.chosen(b->m.ctx, b->shown[b->selected]);
    else if (b->m.left)
        b->m.left(b->m.ctx);
}

static void menu_frame(struct view *v, struct view_frame *out)
{
    struct menu_box *b = v->data;
    snprintf(out->title, sizeof(out->title), "%s", bi_get(b->m.title, view_lang(v)));
    if (b->count > b->page || b->count < b->m.count)
        snprintf(out->foot, sizeof(out->foot), "%zu/%zu", b->count ? b->selected + 1 : 0, b->count);
}

static int label_width(const struct menu_box *b)
{
    int width = 8;
    for (size_t i = 0; i < b->m.count; i++) {
        int n = text_width(b->m.items[i].label, strlen(b->m.items[i].label));
        width = n > width ? n : width;
    }
    return width;
}

static int note_gap(const struct menu_item *item)
{
    return item->note[0] && item->why[0] ? 2 : 0;
}

static int note_cells(const struct menu_item *item)
{
    return text_width(item->note, strlen(item->note)) + note_gap(item) +
           text_width(item->why, strlen(item->why));
}

static int note_width(const struct menu_box *b)
{
    int width = 0;
    for (size_t i = 0; i < b->m.count; i++) {
        int n = note_cells(&b->m.items[i]);
        width = n > width ? n : width;
    }
    return width;
}

static void menu_size(struct view *v, int *rows, int *cols)
{
    struct menu_box *b = v->data;
    int note = note_width(b);
    int wide = 4 + label_width(b) + (note ? note + 3 : 0);
    int tall = (int)b->m.count + (b->m.filter ? 1 : 0);

    wide = wide < 36 ? 36 : wide;
    *cols = *cols < wide ? *cols : wide;
    *rows = *rows < tall ? *rows : tall;
}

static void draw_filter(struct view *v, struct surface *s)
{
    struct menu_box *b = v->data;
    struct edit_line line;
    struct buf shown;
    struct surface field = surface_row(s, 0, 3, s->cols - 4);

    if (field.cols < 1)
        return;
    buf_init(&shown, 4096);
    surface_put(s, 0, 1, THEME_ACCENT, "/");
    edit_show_line(&b->word, field.cols, &shown, &line);
    if (b->word.len)
        surface_put(&field, 0, line.indent, THEME_VALUE, buf_str(&shown));
    else
        surface_put_cut(&field, 0, 0, THEME_DIM, L(view_lang(v), "输入以筛选", "type to filter"));
    surface_cursor(&field, 0, line.cursor);
    buf_clear(&shown);
}

/* Where there is no room for both, why it is disabled is what matters. */
static void put_note(struct surface *s, const struct menu_item *item)
{
    int col = 0;
    if (!item->why[0] || note_cells(item) <= s->cols)
        col = surface_put_cut(s, 0, 0, THEME_DIM, item->note) + note_gap(item);
    surface_put_cut(s, 0, col, THEME_WARN, item->why);
}

/* Cells of the labels: what they need, as long as that leaves the notes whole; else two thirds. */
static int label_cells(const struct menu_box *b, int cols)
{
    int need = label_width(b), note = note_width(b);
    int most = note ? cols - note - 6 : cols - 4;
    most = most < cols * 2 / 3 ? cols * 2 / 3 : most;
    return need < most ? need : most;
}

static void draw_item(struct view *v, struct surface *s, int row, size_t at)
{
    struct menu_box *b = v->data;
    const struct menu_item *item = &b->m.items[b->shown[at]];
    int wide = label_cells(b, s->cols);
    bool selected = at == b->selected;
    struct surface line = surface_row(s, row, 0, -1);

    struct surface label = surface_row(&line, 0, 3, wide);
    struct surface note = surface_row(&line, 0, 3 + wide + 2, s->cols - wide - 6);
    if (selected)
        surface_put(&line, 0, 1, THEME_ACCENT, ">");
    surface_put_cut(&label, 0, 0, item->disabled ? THEME_DIM : THEME_VALUE, item->label);
    if (note.cols > 3)
        put_note(&note, item);
    if (selected)
        surface_restyle(&line, 0, 0, line.cols, THEME_SELECTION);
}

static void menu_draw(struct view *v, struct surface *s)
{
    struct menu_box *b = v->data;
    int first = b->m.filter ? 1 : 0;
    size_t page = s->rows > first ? (size_t)(s->rows - first) : 1;

    b->page = page;
    if (b->selected < b->top)
        b->top = b->selected;
    if (b->selected >= b->top + page)
        b->top = b->selected - page + 1;
    if (first)
        draw_filter(v, s);
    if (!b->count)
        surface_put_cut(s, first, 3, THEME_DIM,
                        b->m.typed
                            ? L(view_lang(v), "Enter 作为命令执行", "Enter runs it as a command")
                            : L(view_lang(v), "没有匹配的条目", "nothing matches"));
    for (size_t i = b->top; i < b->count && i < b->top + page; i++)
        draw_item(v, s, first + (int)(i - b->top), i);
}

/* A disabled item says why instead of closing the menu. */
static enum view_answer choose(struct view *v)
{
    struct menu_box *b = v->data;
    if (!b->count) {
        b->accepted = b->m.typed != NULL;
        return b->accepted ? VIEW_CLOSE : VIEW_HANDLED;
    }
    const struct menu_item *item = &b->m.items[b->shown[b->selected]];
    if (item->disabled) {
        const char *why = item->why[0] ? item->why : item->note;
        workspace_say(v->w, "现在不可用：%s", "not available now: %s", why);
        return VIEW_HANDLED;
    }
    b->accepted = true;
    return VIEW_CLOSE;
}

static bool move(struct menu_box *b, enum action a)
{
    size_t last = b->count ? b->count - 1 : 0;
    size_t old = b->selected;

    if (a == ACTION_UP)
        b->selected = b->selected ? b->selected - 1 : last;
    else if (a == ACTION_DOWN)
        b->selected = b->selected < last ? b->selected + 1 : 0;
    else if (a == ACTION_TOP)
        b->selected = 0;
    else if (a == ACTION_BOTTOM)
        b->selected = last;
    else if (a == ACTION_PAGE_UP)
        b->selected -= b->selected < b->page ? b->selected : b->page;
    else if (a == ACTION_PAGE_DOWN)
        b->selected = b->selected + b->page > last ? last : b->selected + b->page;
    else
        return false;
    if (b->selected != old)
        tell_moved(b);
    return true;
}

static enum view_answer menu_action(struct view *v, enum action a)
{
    struct menu_box *b = v->data;

    if (a == ACTION_BACK || a == ACTION_CLOSE)
        return VIEW_CLOSE;
    if (a == ACTION_OPEN)
        return choose(v);
    if (a == ACTION_NEXT || a == ACTION_PREVIOUS)
        a = a == ACTION_NEXT ? ACTION_DOWN : ACTION_UP;
    if (a == ACTION_CLEAR_FIELD && b->m.filter) {
        edit_kill_all(&b->word);
        filter(b, 0);
        return VIEW_HANDLED;
    }
    return move(b, a) ? VIEW_HANDLED : VIEW_IGNORED;
}

/* Keys that move while letters filter. */
static const struct {
    uint32_t code;
    enum action action;
} moves[] = {{KEYS_UP, ACTION_UP},
             {KEYS_DOWN, ACTION_DOWN},
             {KEYS_PGUP, ACTION_PAGE_UP},
             {KEYS_PGDN, ACTION_PAGE_DOWN},
             {KEYS_ENTER, ACTION_OPEN}};

static enum view_answer menu_input(struct view *v, const struct keys_event *e)
{
    struct menu_box *b = v->data;
    size_t keep = b->count ? b->shown[b->selected] : 0;
    unsigned result = 0;

    if (e->kind == KEYS_EVENT_KEY) {
        for (size_t i = 0; i < ARRAY_COUNT(moves); i++) {
            if (e->key.code == moves[i].code && !e->key.mods)
                return menu_action(v, moves[i].action);
        }
        result = edit_key(&b->word, e->key);
    } else if (e->kind == KEYS_EVENT_PASTE) {
        result = edit_paste(&b->word, e->text, e->len);
    }
    if (result & EDIT_CHANGED)
        filter(b, keep);
    return result ? VIEW_HANDLED : VIEW_IGNORED;
}

static void menu_help(struct view *v, struct buf *out, bool *is_error)
{
    struct menu_box *b = v->data;
    const struct menu_item *item = b->count ? &b->m.items[b->shown[b->selected]] : NULL;
    *is_error = false;
    if (item && item->why[0])
        buf_addf(out, L(view_lang(v), "现在不可用：%s", "not available now: %s"), item->why);
    else
        buf_adds(out, b->m.filter
                          ? L(view_lang(v), "输入以筛选，上下键选择，Enter 确定，Esc 关闭",
                              "type to filter, Up and Down select, Enter chooses, Esc closes")
                          : L(view_lang(v), "上下键选择，Enter 确定，Esc 关闭",
                              "Up and Down select, Enter chooses, Esc closes"));
}

static const struct view_hint *menu_hint(struct view *v)
{
    static const struct view_hint list[] = {{.action = ACTION_OPEN, .title = {"选择", "Choose"}},
                                            {.action = ACTION_BACK, .title = {"关闭", "Close"}},
                                            {0}};
    static const struct view_hint filter[] = {{.key = "Enter", .title = {"选择", "Choose"}},
                                              {.action = ACTION_CLEAR_FIELD},
                                              {.action = ACTION_BACK, .title = {"关闭", "Close"}},
                                              {0}};
    const struct menu_box *b = v->data;
    return b->m.filter ? filter : list;
}

#define MENU_OPS                                                                                   \
    .name = "menu", .close = menu_close, .frame = menu_frame, .draw = menu_draw,                   \
    .action = menu_action, .hint = menu_hint, .size = menu_size, .finish = menu_finish,            \
    .help = menu_help, .popup = true

static const struct view_ops list_ops = {MENU_OPS};
static const struct view_ops filter_ops = {MENU_OPS, .input = menu_input, .wants_text = true};

struct view *popup_menu(struct workspace *w, const struct view_host *host, struct menu *m)
{
    struct view *v = view_new(m->filter ? &filter_ops : &list_ops, w, host);
    struct menu_box *b = mem_alloc(sizeof(*b));

    b->m = *m;
    m->items = NULL;
    m->count = 0;
    b->shown = mem_alloc((b->m.count + 1) * sizeof(*b->shown));
    b->page = 10;
    edit_init(&b->word, 128, 0);
    filter(b, b->m.selected);
    v->data = b;
    return v;
}
