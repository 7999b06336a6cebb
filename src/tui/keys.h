/* SPDX-License-Identifier: MIT */
/*
 * What the keyboard sends: bytes of the terminal become keys, pastes and mouse events.
 *
 * Pure: no file descriptor, no clock; the caller feeds what it read and says when. It
 * stands in for ncurses' own input, which loses a character that is split over two reads,
 * blocks after ESC and lets unknown sequences fall into the field (facts/technology.md 4.2).
 *
 * Nothing that is text is lost: valid UTF-8 outside a sequence arrives as it was typed, a
 * byte that is not UTF-8 as U+FFFD. Replies and reports of the terminal (focus, cursor
 * position, OSC, DCS) and sequences nobody knows are swallowed whole. A pasted text is one
 * event, never keys: no line of it can run as a command.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

#define KEYS_PASTE_MAX (1u << 20) /* bytes of one paste */
#define KEYS_NAME_MAX 40          /* bytes of a key's name with its NUL */

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

enum keys_mouse_kind { KEYS_PRESS, KEYS_RELEASE, KEYS_DRAG, KEYS_WHEEL_UP, KEYS_WHEEL_DOWN };

struct keys_mouse {
    enum keys_mouse_kind kind;
    int button;    /* 1 left, 2 middle, 3 right; 0 for the wheel and an unknown one */
    int row, col;  /* from 0 */
    unsigned mods; /* enum keys_mods */
};

enum keys_event_kind { KEYS_EVENT_KEY, KEYS_EVENT_PASTE, KEYS_EVENT_MOUSE };

struct keys_event {
    enum keys_event_kind kind;
    struct key key;          /* KEYS_EVENT_KEY */
    struct keys_mouse mouse; /* KEYS_EVENT_MOUSE */
    const char *text;        /* KEYS_EVENT_PASTE: bytes as they came, CR and CRLF as LF; may hold
                                any byte, also NUL and invalid UTF-8; NUL-terminated; borrowed
                                for the call */
    size_t len;
    bool truncated; /* more than KEYS_PASTE_MAX came, the rest was dropped */
    bool guessed;   /* not bracketed: a burst with a line end in it, taken for a paste */
};

/* Receives the events in order. Must not feed or clear the decoder that calls it. */
typedef void (*keys_fn)(void *ctx, const struct keys_event *event);

/* The decoder. Fields are its own. */
struct keys {
    keys_fn fn;
    void *ctx;
    int state;      /* enum keys_state of keys.c */
    bool alt;       /* an ESC stands before what is being read */
    char seq[64];   /* parameters of the sequence being read, or a part of a character */
    size_t seq_len; /* bytes in seq; of a string: bytes seen */
    size_t end_len; /* bytes of the paste's end mark seen */
    bool last_cr;   /* the paste's last byte was CR */
    bool truncated;
    int64_t since;    /* ms: when the last byte of an unfinished thing came */
    struct buf paste; /* wiped after delivery: people paste keys */
};

void keys_init(struct keys *k, keys_fn fn, void *ctx);

/* Drops what is unfinished and frees. */
void keys_clear(struct keys *k);

/*
 * Decodes what one read() brought, at `now` (ms of any clock that does not go back), and calls
 * the receiver for each event. More than 20 printable bytes with a line end among them, or
 * KEYS_BURST_MAX bytes of text at once, are taken for a paste whose end is a short silence.
 */
void keys_feed(struct keys *k, const char *bytes, size_t len, int64_t now);
#define KEYS_BURST_MAX 512

/* Milliseconds until keys_tick() has something to decide (0: now), or -1: nothing unfinished.
   25 after a lone ESC, 2000 in a paste. */
int keys_pending(const struct keys *k, int64_t now);

/* Decides what time decides: a lone ESC is the key, a paste whose end never came is delivered.
   Does nothing before its time. Read what is there first: a sequence may be waiting. */
void keys_tick(struct keys *k, int64_t now);

/* ---- One key (keys_name.c) ---- */

/* The key in the form that keys_feed() delivers: keys_make('I', KEYS_CTRL) is Tab. */
struct key keys_make(uint32_t code, unsigned mods);

/* ---- Names: what keymaps, hints, help and `wxpc keys` write ---- */

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
