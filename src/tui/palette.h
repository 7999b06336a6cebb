/* SPDX-License-Identifier: MIT */
/*
 * The command palette: every action and every API in one list, found by its Chinese or English
 * name, with its key, the command that does the same, and why it does nothing now.
 */
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include "app/action.h"
#include "core/catalog.h"
#include "tui/keymap.h"
#include "tui/view.h"

/* Says why an action does nothing now; false when it does something. */
typedef bool (*palette_disabled_fn)(void *ctx, enum action a, char *why, size_t size);

struct palette {
    const struct keymap *keymap;
    enum lang lang;
    palette_disabled_fn disabled;
    void *ctx;
};

/* Fills items and count of `*m` (allocated: the menu owns them). `*actions` receives the action of
   each item; the caller frees it. */
void palette_fill(const struct palette *p, struct menu *m, enum action **actions);

/* Appends the APIs, in the catalogue's order. `why` they cannot be chosen now, "": they can. */
void palette_add_apis(const struct palette *p, const struct catalog *c, const char *why,
                      struct menu *m);

#endif
