/* SPDX-License-Identifier: MIT */
/*
 * The menu: a list that scrolls and, if it is asked to, narrows while one types. What is
 * disabled stays in its place, greyed, with the reason: hands remember places.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "tui/edit.h"
#include "tui/fill.h"
#include "tui/popup.h"

/* Widths of the columns; 0: there is none. */
struct columns {
    int label, other, note, key;
};

struct menu_box {
    struct menu m;
    struct edit word;
    size_t *shown; /* indexes of the items that the filter leaves */
    size_t count;
    size_t selected, top; /* in shown */
    size_t page;
    int cols;                 /* as drawn last */
    struct columns columns;   /* as wide as the widest */
    int help_rows, help_cols; /* most rows of help at that width; 0: not known */
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
    const char *const texts[] = {item->label, item->other, item->note,
                                 item->key,   item->why,   item->also};
    bool has = false;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        has = has || text_has_nocase(texts[i], word);
    return !word[0] || has != invert;
}

static bool is_called(const struct menu_item *item, const char *word)
{
    return strcasecmp(item->label, word) == 0;
}

/* What is called just so comes before what merely holds the word. */
static void filter(struct menu_box *b, size_t keep)
{
    const char *word = word_of(b);
    b->count = 0;
    b->selected = 0;
    b->top = 0;
    for (size_t i = 0; i < b->m.count; i++) {
        if (is_called(&b->m.items[i], word))
            b->shown[b->count++] = i;
    }
    size_t called = b->count;
    for (size_t i = 0; i < b->m.count; i++) {
        if (!matches(&b->m.items[i], word) || is_called(&b->m.items[i], word))
            continue;
        if (i == keep && !called)
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

/* ---- Columns ---- */

#define MARGIN 3 /* before the label: the mark of the selected one */
#define GAP 2    /* between columns */
#define WIDE 60  /* from here on other and note stand below each other */
#define OTHER_COLUMN 16
#define OTHER_MIN 6 /* cells that are worth a cut name or note */

static int cells(const char *text)
{
    return text_width(text, strlen(text));
}

static int behind(int width)
{
    return width ? GAP + width : 0;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static struct columns columns_of(const struct menu_box *b)
{
    struct columns c = {.label = 8};
    for (size_t i = 0; i < b->m.count; i++) {
        const struct menu_item *item = &b->m.items[i];
        c.label = most(c.label, cells(item->label));
        c.other = most(c.other, cells(item->other));
        c.note = most(c.note, cells(item->note));
        c.key = most(c.key, cells(item->key));
    }
    return c;
}

static int columns_width(const struct columns *c)
{
    return MARGIN + c->label + behind(c->other) + behind(c->note) + behind(c->key) + 1;
}

/* One row at a width: where each part begins and what it may take; 0 cells: it is not shown. */
struct place {
    int label, other_at, other, note_at, note, why_at, why, key;
    bool cut; /* something is not whole */
};

static void take(int *at, int *room, int *cells_out, int need, int column)
{
    *cells_out = need < *room ? need : *room >= OTHER_MIN ? *room : 0;
    int used = need ? most(*cells_out, column) + GAP : behind(column);
    *at += used;
    *room -= used;
}

/* Parts in columns, as far as they fit: a long label pushes what is behind it to the right. */
static void place_item(const struct menu_box *b, const struct menu_item *item, int cols,
                       struct place *p)
{
    struct columns c = b->columns;
    bool wide = columns_width(&c) <= cols;
    int own = cells(item->label), key = cells(item->key), why = cells(item->why), at, room;

    if (!wide) {
        c.label = c.label < cols / 2 ? c.label : cols / 2;
        c.other = cols < WIDE ? 0 : c.other < OTHER_COLUMN ? c.other : OTHER_COLUMN;
        c.note = 0;
    }
    *p = (struct place){.key = key};
    p->label = own < cols - MARGIN - 1 - behind(key) ? own : cols - MARGIN - 1 - behind(key);
    at = MARGIN + most(c.label, own) + GAP;
    room = cols - 1 - behind(wide ? key : c.key) - at;
    /* Where there is no room for all, why it is disabled is what matters. */
    int all = cells(item->other) + behind(cells(item->note)) + GAP + why;
    bool why_only = why > 0 && all > room;
    if (why > 0 && all + c.other - cells(item->other) > room)
        c.other = 0;
    if (why_only && room < OTHER_MIN) {
        p->key = 0;
        room = cols - 1 - at;
    }
    p->other_at = at;
    if (!why_only) {
        take(&at, &room, &p->other, cells(item->other), c.other);
        p->note_at = at;
        take(&at, &room, &p->note, cells(item->note), why ? 0 : c.note);
    }
    p->why_at = at;
    take(&at, &room, &p->why, why, 0);
    p->cut = p->label < own || p->other < cells(item->other) || p->note < cells(item->note) ||
             p->why < why || p->key < key;
}

/* What of it is not seen in its row; why it is disabled in any case. */
static void add_unseen(struct view *v, const struct menu_item *item, int cols, struct buf *out)
{
    const struct menu_box *b = v->data;
    struct place p;
    place_item(b, item, cols, &p);
    if (item->why[0])
        buf_addf(out, L(view_lang(v), "现在不可用：%s", "not available now: %s"), item->why);
    const struct {
        const char *text;
        int shown;
    } parts[] = {
        {item->label, p.label}, {item->other, p.other}, {item->note, p.note}, {item->key, p.key}};
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        if (parts[i].shown < cells(parts[i].text))
            buf_addf(out, "%s%s", out->len ? "  " : "", parts[i].text);
    }
}

static int menu_cols(const struct menu_box *b, int cols)
{
    struct columns c = b->columns;
    int wide = columns_width(&c);
    for (size_t i = 0; i < b->m.count; i++) {
        const struct menu_item *item = &b->m.items[i];
        int middle = behind(c.other) + behind(cells(item->note)) + behind(cells(item->why));
        if (item->why[0])
            wide = most(wide, MARGIN + c.label + middle + behind(c.key) + 1);
    }
    wide = most(wide, 36);
    return cols < wide ? cols : wide;
}

static void menu_size(struct view *v, int *rows, int *cols)
{
    const struct menu_box *b = v->data;
    int tall = (int)b->m.count + (b->m.filter ? 1 : 0);

    *cols = menu_cols(b, *cols);
    *rows = *rows < tall ? *rows : tall;
}

#define HELP_ROWS_MAX 2

static int menu_help_rows(struct view *v, int cols)
{
    struct menu_box *b = v->data;
    int rows = 1;
    struct buf text;

    if (b->help_cols == cols)
        return b->help_rows;
    buf_init(&text, 4096);
    for (size_t i = 0; i < b->m.count && rows < HELP_ROWS_MAX; i++) {
        buf_reset(&text);
        add_unseen(v, &b->m.items[i], menu_cols(b, cols - 2), &text);
        rows = most(rows, text_wrap_rows(buf_str(&text), cols - 2));
    }
    buf_clear(&text);
    b->help_cols = cols;
    b->help_rows = rows < HELP_ROWS_MAX ? rows : HELP_ROWS_MAX;
    return b->help_rows;
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

static void put_part(struct surface *line, int at, int width, unsigned style, const char *text)
{
    struct surface part = surface_row(line, 0, at, width);
    if (width > 0)
        surface_put_cut(&part, 0, 0, style, text);
}

static void draw_item(struct view *v, struct surface *s, int row, size_t at)
{
    struct menu_box *b = v->data;
    const struct menu_item *item = &b->m.items[b->shown[at]];
    struct surface line = surface_row(s, row, 0, -1);
    bool selected = at == b->selected;
    struct place p;

    place_item(b, item, line.cols, &p);
    surface_put(&line, 0, 1, selected ? THEME_ACCENT : THEME_DIM,
                selected         ? ">"
                : item->disabled ? "-"
                                 : " ");
    put_part(&line, MARGIN, p.label, item->disabled ? THEME_DIM : THEME_VALUE, item->label);
    put_part(&line, p.other_at, p.other, item->disabled ? THEME_DIM : THEME_TEXT, item->other);
    put_part(&line, p.note_at, p.note, THEME_DIM, item->note);
    put_part(&line, p.why_at, p.why, THEME_WARN, item->why);
    put_part(&line, line.cols - 1 - p.key, p.key, item->disabled ? THEME_DIM : THEME_KEY,
             item->key);
    if (selected)
        surface_restyle(&line, 0, 0, line.cols, THEME_SELECTION);
}

static void menu_draw(struct view *v, struct surface *s)
{
    struct menu_box *b = v->data;
    int first = b->m.filter ? 1 : 0;
    size_t page = s->rows > first ? (size_t)(s->rows - first) : 1;

    b->page = page;
    b->cols = s->cols;
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
        fill_tell(v->w, result & ~EDIT_JOINED);
    }
    if (result & EDIT_CHANGED)
        filter(b, keep);
    return result ? VIEW_HANDLED : VIEW_IGNORED;
}

static void menu_help(struct view *v, struct buf *out, bool *is_error)
{
    struct menu_box *b = v->data;
    *is_error = false;
    if (b->count)
        add_unseen(v, &b->m.items[b->shown[b->selected]], b->cols, out);
    if (!out->len)
        buf_adds(out, b->m.filter ? L(view_lang(v), "输入以筛选，上下键选择",
                                      "type to filter, Up and Down select")
                                  : L(view_lang(v), "上下键选择", "Up and Down select"));
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
    .help = menu_help, .help_rows = menu_help_rows, .popup = true

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
    b->columns = columns_of(b);
    edit_init(&b->word, 128, 0);
    filter(b, b->m.selected);
    v->data = b;
    return v;
}
