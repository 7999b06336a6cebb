/* SPDX-License-Identifier: MIT */
/*
 * A list with a selected row that scrolls: position only, the rows belong to the view.
 *
 * Rows that cannot be selected (headings) are passed over. What is filtered is not here:
 * the view counts the rows that list_match() lets through and calls list_set().
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "app/action.h"
#include "tui/surface.h"

/* Can the row not be selected? */
typedef bool (*list_skip_fn)(const void *ctx, size_t row);

/* Draws one row; `s` is one line high. The list restyles it afterwards if it is selected. */
typedef void (*list_row_fn)(void *ctx, size_t row, bool selected, struct surface *s);

/* Zeroed is valid and empty. */
struct list {
    size_t count;      /* rows */
    size_t at;         /* the selected one; count when none can be */
    size_t top;        /* first visible */
    int rows;          /* as drawn last */
    list_skip_fn skip; /* NULL: all can be selected */
    const void *ctx;   /* of `skip` */
};

/* Sets the number of rows; the selection stays if it can, else moves to the nearest row. */
void list_set(struct list *l, size_t count);

/* Selects a row, or the nearest that can be. */
void list_go(struct list *l, size_t row);

/* Is a row selected? */
bool list_has(const struct list *l);

/* Moves by UP DOWN TOP BOTTOM PAGE_*; false: not such an action. */
bool list_action(struct list *l, enum action a);

/* Draws the visible rows; the selected one in THEME_SELECTION when `focus`, else underlined. */
void list_draw(struct list *l, struct surface *s, bool focus, list_row_fn draw, void *ctx);

/* "3/18": the selected row of all that can be; "" when all are visible. */
void list_foot(const struct list *l, char *out, size_t size);

/* Does `text` hold each blank-separated word of `filter` (ASCII letters in either case)? A leading
   '!' inverts; an empty filter lets everything through. */
bool list_match(const char *filter, const char *text);

#endif
