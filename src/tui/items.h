/* SPDX-License-Identifier: MIT */
/*
 * A line of items, such as header, status and hints: where it gets narrow whole items go, the
 * least important first, never a part of a word.
 */
#ifndef TUI_ITEMS_H
#define TUI_ITEMS_H

#include "tui/keys.h"
#include "tui/surface.h"

#define ITEMS_MAX 24

struct item {
    char key[KEYS_NAME_MAX]; /* drawn as a key in front; "" none */
    char text[192];
    unsigned style;
    int keep; /* 0: last to go; higher goes first, equal ones from the right */
};

/* Zeroed is valid and empty. */
struct items {
    struct item item[ITEMS_MAX];
    size_t count;
};

/* Appends an empty item; valid until the next one. */
struct item *items_add(struct items *l, unsigned style, int keep);

/* Draws what fits into one row from column 1 on, `gap` cells between two items; what does not is
   dropped from the list. */
void items_draw(struct surface *s, struct items *l, int gap);

#endif
