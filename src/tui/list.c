/* SPDX-License-Identifier: MIT */
/*
 * The selection never stands on a heading, and the heading above the first selectable row
 * is scrolled into view with it.
 */
#include "tui/list.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

static bool selectable(const struct list *l, size_t row)
{
    return row < l->count && !(l->skip && l->skip(l->ctx, row));
}

bool list_has(const struct list *l)
{
    return selectable(l, l->at);
}

/* The nearest row that can be selected, downwards first; count if there is none. */
static size_t nearest(const struct list *l, size_t row)
{
    for (size_t i = row; i < l->count; i++) {
        if (selectable(l, i))
            return i;
    }
    for (size_t i = row < l->count ? row : l->count; i-- > 0;) {
        if (selectable(l, i))
            return i;
    }
    return l->count;
}

void list_go(struct list *l, size_t row)
{
    l->at = nearest(l, row);
}

void list_set(struct list *l, size_t count)
{
    l->count = count;
    list_go(l, l->at);
}

static void move(struct list *l, size_t steps, bool down)
{
    for (size_t row = l->at; steps > 0;) {
        if (down ? row + 1 >= l->count : row == 0)
            break;
        row += down ? 1 : (size_t)-1;
        if (selectable(l, row)) {
            l->at = row;
            steps--;
        }
    }
}

bool list_action(struct list *l, enum action a)
{
    size_t page = l->rows > 1 ? (size_t)l->rows - 1 : 1;
    switch (a) {
    case ACTION_UP:
    case ACTION_DOWN:
        move(l, 1, a == ACTION_DOWN);
        return true;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        move(l, page, a == ACTION_PAGE_DOWN);
        return true;
    case ACTION_TOP:
        list_go(l, 0);
        l->top = 0;
        return true;
    case ACTION_BOTTOM:
        list_go(l, l->count ? l->count - 1 : 0);
        return true;
    default:
        return false;
    }
}

static void follow(struct list *l)
{
    size_t rows = l->rows > 0 ? (size_t)l->rows : 1, first = l->at;
    if (l->at < l->count) {
        while (first > 0 && !selectable(l, first - 1))
            first--; /* its heading */
        if (l->at - first >= rows)
            first = l->at;
        if (first < l->top)
            l->top = first;
        if (l->at >= l->top + rows)
            l->top = l->at - rows + 1;
    }
    if (l->top + rows > l->count)
        l->top = l->count > rows ? l->count - rows : 0;
}

void list_draw(struct list *l, struct surface *s, bool focus, list_row_fn draw, void *ctx)
{
    l->rows = s->rows;
    follow(l);
    for (int y = 0; y < s->rows && l->top + (size_t)y < l->count; y++) {
        size_t row = l->top + (size_t)y;
        bool selected = row == l->at && selectable(l, row);
        struct surface line = surface_row(s, y, 0, -1);
        draw(ctx, row, selected, &line);
        if (selected)
            surface_restyle(s, y, 0, s->cols,
                            focus ? THEME_SELECTION : THEME_TEXT | SURFACE_UNDERLINE);
    }
}

void list_foot(const struct list *l, char *out, size_t size)
{
    size_t at = 0, all = 0;
    out[0] = '\0';
    if (l->count <= (size_t)(l->rows > 0 ? l->rows : 0))
        return;
    for (size_t i = 0; i < l->count; i++) {
        all += selectable(l, i);
        at += i <= l->at && selectable(l, i);
    }
    snprintf(out, size, "%zu/%zu", at, all);
}

bool list_match(const char *filter, const char *text)
{
    char word[128];
    bool invert = filter[0] == '!' && filter[1];

    for (filter += invert; *filter;) {
        size_t n = strcspn(filter, " ");
        if (n > 0 && n < sizeof(word)) {
            memcpy(word, filter, n);
            word[n] = '\0';
            if (!text_has_nocase(text, word))
                return invert;
        }
        filter += n + strspn(filter + n, " ");
    }
    return !invert;
}
