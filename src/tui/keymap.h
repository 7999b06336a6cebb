/* SPDX-License-Identifier: MIT */
/*
 * Which key calls which action, in which mode and pane.
 *
 * Starts from the keys of the action table; keys.json of the configuration replaces them
 * action by action: {"send": ["Ctrl-R", "F5"], "quit": null}. A key that prints a character
 * acts in NAV only, whatever a file says. Names nobody knows and keys taken twice are
 * reported with the nearest name; the rest of the file still counts.
 */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "app/action.h"
#include "core/base.h"
#include "tui/keys.h"

struct json;

#define KEYMAP_MAX 320
#define KEYMAP_WARNINGS_MAX 12

struct keymap_row {
    struct key key;
    enum action action;
    unsigned modes; /* enum action_mode */
    int pane;       /* 1 to 6: there only, and there first; 0: everywhere */
    bool user;      /* from keys.json */
};

/* A value. */
struct keymap {
    struct keymap_row rows[KEYMAP_MAX];
    size_t count;
};

struct keymap_report {
    size_t count; /* sentences in items */
    size_t left;  /* further ones that did not fit */
    struct err items[KEYMAP_WARNINGS_MAX];
};

/* The default keys. */
void keymap_init(struct keymap *m);

/* Applies a keys.json document. What is odd goes to `*report`. ST_SYNTAX when it is no object;
   `*m` is unchanged then. */
enum status keymap_read(struct keymap *m, const struct json *j, struct keymap_report *report,
                        struct err *err);

/*
 * The default keys with keys.json of the folder `config_dir` (NULL: none) applied. A missing file
 * is ST_OK; else as keymap_read(), store_read() and json_parse(). Whatever it returns, `*m` holds a
 * usable map.
 */
enum status keymap_load(struct keymap *m, const char *config_dir, struct keymap_report *report,
                        struct err *err);

/* The action of a key in a mode (one of NAV and EDIT) and pane (1 to 6, 0: none); ACTION_NONE. */
enum action keymap_find(const struct keymap *m, struct key key, enum action_mode mode, int pane);

/* The action of a key in the pane that has it for itself: what the key does in the other panes when
   its own action has nothing to do there; ACTION_NONE. */
enum action keymap_elsewhere(const struct keymap *m, struct key key, enum action_mode mode);

/* The names of an action's keys in any of `modes`, blank-separated: "Ctrl-R F5"; "" when it has
   none. Cut at `size`. */
void keymap_names(const struct keymap *m, enum action a, unsigned modes, char *out, size_t size);

/* The first of them, as hints write it ("^R" for Ctrl-R); false and "" when there is none. */
bool keymap_hint(const struct keymap *m, enum action a, enum action_mode mode,
                 char out[KEYS_NAME_MAX]);

#endif
