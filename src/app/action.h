/* SPDX-License-Identifier: MIT */
/*
 * Every action a key can call: one table that feeds key map, help, hints, palette and manual.
 *
 * A row says what it is, not how it is done: the verbs of the workspace are called by the
 * screen, which knows panes and focus. INTERFACE.md, "Keys of the console", is the list of
 * defaults; a test compares.
 */
#ifndef APP_ACTION_H
#define APP_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

enum action {
    ACTION_NONE,
    ACTION_SEND,
    ACTION_BACK, /* Esc: leave EDIT, close, cancel */
    ACTION_OPEN, /* Enter, e */
    ACTION_NEXT, /* Tab */
    ACTION_PREVIOUS,
    ACTION_PANE_1,
    ACTION_PANE_2,
    ACTION_PANE_3,
    ACTION_PANE_4,
    ACTION_PANE_5,
    ACTION_PANE_6,
    ACTION_TAB_LEFT,
    ACTION_TAB_RIGHT, /* [ ] */
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_TOP,
    ACTION_BOTTOM,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_PALETTE,
    ACTION_HELP_FIELD, /* F1 */
    ACTION_HELP_KEYS,  /* ? */
    ACTION_SEARCH,
    ACTION_SEARCH_NEXT,
    ACTION_SEARCH_PREVIOUS,
    ACTION_COPY,
    ACTION_PAGER,  /* v, F3 */
    ACTION_EDITOR, /* F4 */
    ACTION_SAVE,   /* Ctrl-S */
    ACTION_IMPORT,
    ACTION_PROFILE, /* p */
    ACTION_REDRAW,
    ACTION_LANG,
    ACTION_GENERATE,
    ACTION_CLEAR_FIELD,
    ACTION_UNDO,
    ACTION_REDO,
    ACTION_TOGGLE,       /* Space */
    ACTION_COMPARE,      /* = */
    ACTION_AGAINST,      /* V: the other side's signature beside ours */
    ACTION_ALL_FIELDS,   /* a: show optional fields too */
    ACTION_ADD_FIELD,    /* +: a field the catalogue does not know */
    ACTION_NEXT_PROBLEM, /* !: to the next finding */
    ACTION_LISTEN,
    ACTION_TRIGGER,
    ACTION_PAY,
    ACTION_REPLAY,
    ACTION_HISTORY,
    ACTION_PRIVATE,   /* keep no history */
    ACTION_RETENTION, /* how much of it is kept */
    ACTION_CALLS,
    ACTION_LIFE, /* L: an order's states */
    ACTION_DIAGNOSE,
    ACTION_THOROUGH, /* D: on with a diagnosis that left something out */
    ACTION_ZOOM,
    ACTION_NARROWER,
    ACTION_WIDER,
    ACTION_WRAP,
    ACTION_REMOVE,
    ACTION_TOUR, /* the demonstration flows */
    ACTION_THEME,
    ACTION_MOUSE,
    ACTION_SUSPEND,
    ACTION_CLOSE,
    ACTION_QUIT,
    ACTION_COUNT
};

enum action_mode {
    ACTION_IN_NAV = 1,  /* letters are commands */
    ACTION_IN_EDIT = 2, /* letters are text; only Ctrl, F keys, Tab, Esc */
    ACTION_IN_BOTH = 3
};

struct action_row {
    enum action action;
    const char *id;   /* "send": in keys.json, palette and manual */
    const char *keys; /* default keys by name, blank-separated: "Ctrl-R F5". A single printable
                         character acts in NAV only. "edit:KEY" acts in EDIT only, "6:KEY" in pane 6
                         only and there before the same key of another row */
    enum action_mode modes;
    struct bi title;   /* short: "发送" / "Send" */
    struct bi help;    /* a sentence */
    struct bi missing; /* why it does nothing yet; NULL texts for those that work */
    bool hint;         /* worth a place in the hint line */
};

/* All rows in table order; `*count` of them. */
const struct action_row *action_rows(size_t *count);
const struct action_row *action_row(enum action a);

/* By id; ACTION_NONE if unknown. */
enum action action_find(const char *id);

#endif
