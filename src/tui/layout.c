/* SPDX-License-Identifier: MIT */
/*
 * Rectangles: arithmetic only, no drawing, no state.
 *
 * The plans are the tables of layout_split() and nothing else, so that "covers the screen,
 * overlaps nowhere" is proved once, in the split.
 */
#include "tui/layout.h"

#include <string.h>

#define HEADER_ROWS 1
#define HELP_ROWS 1
#define STATUS_ROWS 1
#define HINTS_ROWS 1
#define LINES_ROWS (HEADER_ROWS + STATUS_ROWS + HINTS_ROWS) /* that are always there */
#define STORY_PANE_ROWS 4                                   /* of panes beside a story */
#define COLS_MIN 40
#define ROWS_MIN 12

#define ADJUST_MAX 60 /* steps that `<` and `>` may add up to */

static int max_of(int a, int b)
{
    return a > b ? a : b;
}

static int min_of(int a, int b)
{
    return a < b ? a : b;
}

static int clamp(int value, int low, int high)
{
    return max_of(low, min_of(value, high));
}

/* ---- Rectangles ---- */

bool rect_is_empty(struct rect r)
{
    return r.rows <= 0 || r.cols <= 0;
}

bool rect_has(struct rect r, int row, int col)
{
    return row >= r.row && row < r.row + r.rows && col >= r.col && col < r.col + r.cols;
}

struct rect rect_meet(struct rect a, struct rect b)
{
    struct rect r = {.row = max_of(a.row, b.row), .col = max_of(a.col, b.col)};
    r.rows = max_of(0, min_of(a.row + a.rows, b.row + b.rows) - r.row);
    r.cols = max_of(0, min_of(a.col + a.cols, b.col + b.cols) - r.col);
    return r;
}

struct rect rect_inner(struct rect r)
{
    return (struct rect){
        .row = r.row + 1,
        .col = r.col + 1,
        .rows = max_of(0, r.rows - 2),
        .cols = max_of(0, r.cols - 2),
    };
}

struct rect rect_center(struct rect r, int rows, int cols)
{
    rows = clamp(rows, 0, r.rows);
    cols = clamp(cols, 0, r.cols);
    return (struct rect){
        .row = r.row + (r.rows - rows) / 2,
        .col = r.col + (r.cols - cols) / 2,
        .rows = rows,
        .cols = cols,
    };
}

/* ---- Dividing ---- */

static int least(const struct layout_item *item)
{
    int n = item->kind == LAYOUT_FIXED ? item->size : item->min;
    return max_of(n, 0);
}

/* Hides items until the least sizes of the others fit. */
static void hide(const struct layout_item *items, size_t count, int room, bool *shown)
{
    int need = 0;
    for (size_t i = 0; i < count; i++) {
        shown[i] = least(&items[i]) > 0 || items[i].kind != LAYOUT_FIXED;
        need += least(&items[i]);
    }
    while (need > room) {
        size_t victim = count;
        for (size_t i = 0; i < count; i++) {
            bool worse = victim == count || items[i].priority >= items[victim].priority;
            if (shown[i] && items[i].priority > 0 && worse) {
                victim = i;
            }
        }
        if (victim == count) {
            return;
        }
        shown[victim] = false;
        need -= least(&items[victim]);
    }
}

/* Everybody's least, as far as it goes; returns what is left. */
static int give_least(const struct layout_item *items, size_t count, int room, const bool *shown,
                      int *sizes)
{
    for (size_t i = 0; i < count; i++) {
        sizes[i] = shown[i] ? min_of(least(&items[i]), room) : 0;
        room -= sizes[i];
    }
    return room;
}

/* What LAYOUT_FIT items want beyond their least, in order; returns what is left. */
static int give_wanted(const struct layout_item *items, size_t count, int room, const bool *shown,
                       int *sizes)
{
    for (size_t i = 0; i < count; i++) {
        if (shown[i] && items[i].kind == LAYOUT_FIT) {
            int more = clamp(items[i].size - sizes[i], 0, room);
            sizes[i] += more;
            room -= more;
        }
    }
    return room;
}

/*
 * Divides what is left among the shares, so that their whole sizes stand in the proportion of
 * their weights. A share whose least is more than its part keeps its least and leaves the game.
 */
static int give_shares(const struct layout_item *items, size_t count, int room, const bool *shown,
                       int *sizes)
{
    bool in[LAYOUT_ITEMS_MAX];
    int weights = 0;
    int pool = room;
    for (size_t i = 0; i < count; i++) {
        in[i] = shown[i] && items[i].kind == LAYOUT_SHARE && items[i].size > 0;
        weights += in[i] ? items[i].size : 0;
        pool += in[i] ? sizes[i] : 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (in[i] && sizes[i] > pool * items[i].size / weights) {
            in[i] = false;
            weights -= items[i].size;
            pool -= sizes[i];
            i = (size_t)-1; /* the parts of the others changed */
        }
        if (weights == 0) {
            return room;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (in[i]) {
            int part = pool * items[i].size / weights; /* the last one takes the rest */
            weights -= items[i].size;
            pool -= part;
            room -= part - sizes[i];
            sizes[i] = part;
        }
    }
    return room;
}

void layout_split(struct rect area, enum layout_way way, const struct layout_item *items,
                  size_t count, struct rect *out)
{
    bool shown[LAYOUT_ITEMS_MAX];
    int sizes[LAYOUT_ITEMS_MAX];
    bool rows = way == LAYOUT_ROWS;
    count = count > LAYOUT_ITEMS_MAX ? LAYOUT_ITEMS_MAX : count;
    int room = max_of(0, rows ? area.rows : area.cols);
    hide(items, count, room, shown);
    room = give_least(items, count, room, shown, sizes);
    room = give_wanted(items, count, room, shown, sizes);
    room = give_shares(items, count, room, shown, sizes);
    for (size_t i = count; i-- > 0 && room > 0;) {
        if (shown[i]) {
            sizes[i] += room;
            break;
        }
    }
    int at = rows ? area.row : area.col;
    for (size_t i = 0; i < count; i++) {
        out[i] = area;
        *(rows ? &out[i].row : &out[i].col) = at;
        *(rows ? &out[i].rows : &out[i].cols) = sizes[i];
        at += sizes[i];
    }
}

/* ---- The console's screen ---- */

static bool is_exchange(enum plan_pane pane)
{
    return pane == PLAN_SIGN || pane == PLAN_XML || pane == PLAN_REPLY;
}

static enum plan_kind kind_for(int cols, int rows)
{
    if (cols >= 110 && rows >= 30) {
        return PLAN_A;
    }
    if (cols <= 84 && rows >= 46) {
        return PLAN_STACK;
    }
    return cols >= 90 && rows >= 24 ? PLAN_B : PLAN_PAGES;
}

/* A weight with what the user added. */
static int adjusted(const struct plan_input *in, enum plan_pane pane, int weight)
{
    return max_of(1, weight + 2 * clamp(in->wider[pane], -ADJUST_MAX, ADJUST_MAX));
}

/* Three panes side by side. */
static void split_row(const struct plan_input *in, struct rect area, enum plan_pane first,
                      const struct layout_item items[3], struct plan *out)
{
    struct layout_item own[3];
    memcpy(own, items, sizeof own);
    for (int i = 0; i < 3; i++) {
        own[i].size = adjusted(in, first + i, own[i].size);
    }
    layout_split(area, LAYOUT_COLS, own, 3, &out->pane[first]);
}

static void plan_a(const struct plan_input *in, struct rect area, struct plan *out)
{
    static const struct layout_item rows[] = {{LAYOUT_SHARE, 8, 14, 0}, {LAYOUT_SHARE, 5, 9, 0}};
    const struct layout_item top[] = {
        {LAYOUT_FIT, clamp(in->cols * 19 / 100, 22, 32), 20, 0},
        {LAYOUT_SHARE, 49, 44, 0},
        {LAYOUT_SHARE, 48, 36, 0},
    };
    static const struct layout_item bottom[] = {
        {LAYOUT_SHARE, 39, 28, 0},
        {LAYOUT_SHARE, 50, 40, 0},
        {LAYOUT_SHARE, 31, 30, 0},
    };
    struct rect half[2];
    layout_split(area, LAYOUT_ROWS, rows, 2, half);
    split_row(in, half[0], PLAN_APIS, top, out);
    split_row(in, half[1], PLAN_XML, bottom, out);
}

/* One above the other; a focused pane that has no place here takes that of its neighbour. */
static void plan_stack(const struct plan_input *in, struct rect area, struct plan *out)
{
    const enum plan_pane panes[] = {
        in->focus == PLAN_APIS ? PLAN_APIS : PLAN_FORM,
        in->focus == PLAN_XML ? PLAN_XML : PLAN_SIGN,
        PLAN_REPLY,
        PLAN_NOTIFY,
    };
    struct layout_item items[] = {
        {LAYOUT_SHARE, 36, 12, 0},
        {LAYOUT_SHARE, 24, 8, 0},
        {LAYOUT_SHARE, 26, 8, 0},
        {LAYOUT_SHARE, 16, 6, 0},
    };
    struct rect rects[4];
    for (int i = 0; i < 4; i++) {
        items[i].size = adjusted(in, panes[i], items[i].size);
    }
    layout_split(area, LAYOUT_ROWS, items, 4, rects);
    for (int i = 0; i < 4; i++) {
        out->pane[panes[i]] = rects[i];
    }
}

static void plan_b(const struct plan_input *in, struct rect area, enum plan_pane tab,
                   struct plan *out)
{
    const struct layout_item cols[] = {
        {LAYOUT_FIT, clamp(in->cols * 28 / 100, 24, 36), 24, 0},
        {LAYOUT_SHARE, 1, 50, 0},
    };
    /* At the side the focused pane is the larger one. */
    const struct layout_item side[] = {
        {LAYOUT_SHARE, adjusted(in, PLAN_APIS, in->focus == PLAN_NOTIFY ? 40 : 60), 6, 0},
        {LAYOUT_SHARE, adjusted(in, PLAN_NOTIFY, in->focus == PLAN_NOTIFY ? 60 : 40), 6, 0},
    };
    const struct layout_item body[] = {
        {LAYOUT_SHARE, adjusted(in, PLAN_FORM, 52), 8, 0},
        {LAYOUT_SHARE, adjusted(in, tab, 48), 7, 0},
    };
    struct rect half[2], rects[2];
    layout_split(area, LAYOUT_COLS, cols, 2, half);
    layout_split(half[0], LAYOUT_ROWS, side, 2, rects);
    out->pane[PLAN_APIS] = rects[0];
    out->pane[PLAN_NOTIFY] = rects[1];
    layout_split(half[1], LAYOUT_ROWS, body, 2, rects);
    out->pane[PLAN_FORM] = rects[0];
    out->pane[tab] = rects[1];
    out->tabs = true;
}

/* The lines around the panes; returns what is left for these. */
static struct rect plan_lines(const struct plan_input *in, int strip, struct plan *out)
{
    bool told = strip > 0 && out->kind == PLAN_PAGES;
    int live = told ? 0 : out->kind != PLAN_PAGES ? 1 : in->rows < 24 ? 2 : 3;
    const struct layout_item items[] = {
        {LAYOUT_FIXED, HEADER_ROWS, 0, 0},
        {LAYOUT_SHARE, 1, 1, 0},
        {LAYOUT_FIXED, strip, 0, 0},
        {LAYOUT_FIXED, live, 0, 0},
        {LAYOUT_FIXED, told ? 0 : HELP_ROWS, 0, 0},
        {LAYOUT_FIXED, STATUS_ROWS, 0, 0},
        {LAYOUT_FIXED, HINTS_ROWS, 0, 0},
    };
    struct rect rects[7];
    layout_split(out->screen, LAYOUT_ROWS, items, 7, rects);
    out->header = rects[0];
    out->strip = rects[2];
    out->live = rects[3];
    out->help = rects[4];
    out->status = rects[5];
    out->hints = rects[6];
    return rects[1];
}

void layout_plan(const struct plan_input *in, struct plan *out)
{
    enum plan_pane focus = in->focus < PLAN_PANES ? in->focus : PLAN_FORM;
    enum plan_pane tab = is_exchange(focus) ? focus : is_exchange(in->tab) ? in->tab : PLAN_SIGN;
    int strip = clamp(in->strip, 0, max_of(0, in->rows - LINES_ROWS - STORY_PANE_ROWS));
    bool small = in->cols < COLS_MIN || in->rows < ROWS_MIN;
    *out = (struct plan){
        .kind = small ? PLAN_SMALL : kind_for(in->cols, max_of(ROWS_MIN, in->rows - strip)),
        .screen = {.rows = max_of(0, in->rows), .cols = max_of(0, in->cols)},
    };
    if (out->kind == PLAN_SMALL) {
        return;
    }
    struct rect area = plan_lines(in, strip, out);
    if (out->kind == PLAN_PAGES || in->zoom) {
        out->pane[focus] = area;
        out->tabs = out->kind != PLAN_PAGES && is_exchange(focus);
    } else if (out->kind == PLAN_A) {
        plan_a(in, area, out);
    } else if (out->kind == PLAN_STACK) {
        plan_stack(in, area, out);
    } else {
        plan_b(in, area, tab, out);
    }
}

enum plan_pane layout_pane_at(const struct plan *plan, int row, int col)
{
    enum plan_pane pane = PLAN_APIS;
    while (pane < PLAN_PANES && !rect_has(plan->pane[pane], row, col)) {
        pane++;
    }
    return pane;
}
