/* SPDX-License-Identifier: MIT */
/*
 * A paste that may be damaged and may hold several messages: which one is meant, and which repairs
 * are wanted.
 */
#ifndef TUI_PASTED_H
#define TUI_PASTED_H

#include "core/repair.h"
#include "tui/import_menu.h"

/* Outlives the menus it opens. Zeroed is valid. */
struct pasted {
    struct workspace *w;
    const struct view_host *host;
    struct buf text; /* as it was pasted; secret */
    struct repair_log log;
    struct import_menu menu;
    enum repair_id offered[REPAIR_COUNT]; /* of the open menu of repairs */
    /* The message, read; called once it is known which, and again when its repairs change. */
    void (*read)(void *ctx, const struct paste *paste, const struct repair_log *log);
    void *ctx;
};

/* Reads the text; of several messages one is chosen from a menu first. What cannot be read is
   complained of. `w`, `host`, `read` and `ctx` are set. */
void pasted_start(struct pasted *p, const char *text, size_t len);

/* Opens the menu of what was repaired: each can be taken back and done again. Says so if there is
   nothing. */
void pasted_repairs(struct pasted *p);

bool pasted_is_repaired(const struct pasted *p);

void pasted_clear(struct pasted *p);

#endif
