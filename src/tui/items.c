/* SPDX-License-Identifier: MIT */
/*
 * Widths are those of the visible text; a single item that is too wide alone is cut.
 */
#include "tui/items.h"

#include <string.h>

#include "core/text.h"

struct item *items_add(struct items *l, unsigned style, int keep)
{
    struct item *i = &l->item[l->count < ITEMS_MAX ? l->count++ : ITEMS_MAX - 1];
    memset(i, 0, sizeof(*i));
    i->style = style;
    i->keep = keep;
    return i;
}

/* What comes from outside (a title, an order number) is measured as it is drawn. */
static void make_visible(struct item *i)
{
    struct buf shown;
    if (text_is_plain(i->text, strlen(i->text), 0))
        return;
    buf_init(&shown, 8 * sizeof(i->text));
    text_visible(&shown, i->text, strlen(i->text), 0);
    size_t len = shown.len < sizeof(i->text) ? shown.len : sizeof(i->text) - 1, at;
    if (!text_valid(buf_str(&shown), len, &at))
        len = at;
    memcpy(i->text, buf_str(&shown), len);
    i->text[len] = '\0';
    buf_clear(&shown);
}

static int item_width(const struct item *i)
{
    int key = i->key[0] ? text_width(i->key, strlen(i->key)) + 1 : 0;
    return key + text_width(i->text, strlen(i->text));
}

static void drop_item(struct items *l)
{
    size_t worst = l->count - 1;
    for (size_t i = l->count; i-- > 0;) {
        if (l->item[i].keep > l->item[worst].keep)
            worst = i;
    }
    memmove(l->item + worst, l->item + worst + 1, (l->count - worst - 1) * sizeof(l->item[0]));
    l->count--;
}

static int items_width(const struct items *l, int gap)
{
    int width = 0;
    for (size_t i = 0; i < l->count; i++)
        width += item_width(&l->item[i]) + (i ? gap : 0);
    return width;
}

void items_draw(struct surface *s, struct items *l, int gap)
{
    int col = 1;

    for (size_t i = 0; i < l->count; i++)
        make_visible(&l->item[i]);
    while (l->count > 1 && items_width(l, gap) > s->cols - 2)
        drop_item(l);
    for (size_t i = 0; i < l->count; i++) {
        const struct item *item = &l->item[i];
        if (item->key[0])
            col = surface_put(s, 0, col, THEME_KEY, item->key) + 1;
        if (item_width(item) > s->cols - 2)
            surface_put_cut(s, 0, col, item->style, item->text);
        else
            col = surface_put(s, 0, col, item->style, item->text);
        col += gap;
    }
}
