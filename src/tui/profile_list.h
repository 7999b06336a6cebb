/* SPDX-License-Identifier: MIT */
/*
 * All merchants as rows: read once, filtered, drawn. Holds no selection.
 *
 * Keys are not fetched for a list: of a key that is named by variable, file or command the
 * source is shown, of one that stands in the file its length.
 */
#ifndef TUI_PROFILE_LIST_H
#define TUI_PROFILE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/profile.h"
#include "tui/lines.h"
#include "tui/view.h"

struct profile_entry {
    struct profile p; /* as the file has it: no key fetched, no option in force */
    char *name;
    struct err err; /* why it cannot be read */
};

/* Zeroed is valid and empty. */
struct profile_list {
    struct profile_entry *all;
    size_t count;
    size_t *shown; /* indices into all */
    size_t shown_count;
    char word[LINES_WORD_MAX];
};

/* Reads the profiles of the workspace anew; the filter stays. */
void profile_list_load(struct profile_list *l, const struct workspace *w);
void profile_list_clear(struct profile_list *l);

/* Shows those whose name or title match; "" all. */
void profile_list_filter(struct profile_list *l, const char *word);

/* The row of a name; shown_count if it is not shown. */
size_t profile_list_find(const struct profile_list *l, const char *name);

/* Is there a profile of this name, shown or not? */
bool profile_list_has(const struct profile_list *l, const char *name);

/* Is the entry the merchant in force? */
bool profile_entry_is_current(const struct view *v, const struct profile_entry *e);

/* Draws one row. */
void profile_entry_draw(const struct view *v, const struct profile_entry *e, struct surface *s);

#endif
