/* SPDX-License-Identifier: MIT */
/*
 * One key as a value: its form and its name in keymaps, hints, help and `wxpc keys`.
 *
 * Terminals send the same key in several ways, and people write it in several ways; both
 * are brought to one form here, so that comparing two keys is comparing two numbers.
 */
#ifndef TUI_KEYS_NAME_H
#define TUI_KEYS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYS_NAME_MAX 40 /* bytes of a key's name with its NUL */

enum keys_mods { KEYS_CTRL = 1, KEYS_ALT = 2, KEYS_SHIFT = 4 };

/* Keys without a character; above every code point. F1 to F20 follow each other. */
enum keys_code {
    KEYS_ENTER = 0x110000,
    KEYS_TAB,
    KEYS_ESC,
    KEYS_BACKSPACE,
    KEYS_UP,
    KEYS_DOWN,
    KEYS_LEFT,
    KEYS_RIGHT,
    KEYS_HOME,
    KEYS_END,
    KEYS_PGUP,
    KEYS_PGDN,
    KEYS_INS,
    KEYS_DEL,
    KEYS_F1,
    KEYS_F20 = KEYS_F1 + 19,
    KEYS_CODE_END
};

/*
 * One key. A letter with Ctrl is lower case; Shift stands only with named keys and with Ctrl,
 * because a shifted character is another character. What terminals cannot tell apart is one
 * key: Ctrl-I is Tab, Ctrl-J and Ctrl-M are Enter, Ctrl-H is Backspace, Ctrl-[ is Esc.
 */
struct key {
    uint32_t code; /* a code point, or an enum keys_code */
    unsigned mods; /* enum keys_mods */
};

/* The key in the form that keys_feed() delivers: keys_make('I', KEYS_CTRL) is Tab. */
struct key keys_make(uint32_t code, unsigned mods);

/* "Ctrl-R", "F5", "Shift-Tab", "Space", "PgUp", "g", "Alt-x", "U+009B". */
void keys_name(struct key key, char out[KEYS_NAME_MAX]);

/* Reads such a name; names and modifiers in any case, a single character as it is; brings it to
   the form that keys_feed() delivers. False: no key has this name. */
bool keys_read(const char *name, struct key *out);

bool keys_same(struct key a, struct key b);

/* Is the key a character to insert? Then `out` (may be NULL) receives its UTF-8, `*len` its
   length. */
bool keys_is_text(struct key key, char out[4], size_t *len);

#endif
