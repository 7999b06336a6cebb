/* SPDX-License-Identifier: MIT */
/*
 * The menu of the documents found in a paste or file.
 */
#ifndef TUI_IMPORT_MENU_H
#define TUI_IMPORT_MENU_H

#include "core/found.h"
#include "tui/view.h"

/* Outlives the menu. Zeroed is valid. */
struct import_menu {
    struct found found;                      /* owned */
    void (*chosen)(void *ctx, size_t index); /* of found.docs */
    void *ctx;
};

/* Opens the menu over the screen, the cursor on `selected`. */
void import_menu_open(struct import_menu *m, const struct view_host *host, enum lang lang,
                      size_t selected);

/*
 * Finds the documents of a text: one is chosen at once, several are offered, and what was not
 * understood is said in the status line. `container`: only curl commands and collections are looked
 * into. False: there is none, and nothing was said.
 */
bool import_menu_take(struct import_menu *m, struct workspace *w, const struct view_host *host,
                      struct span text, bool container);

/* What of the text was not understood, in the status line; nothing, if all was. */
void import_menu_tell(const struct import_menu *m, struct workspace *w);

void import_menu_clear(struct import_menu *m);

#endif
