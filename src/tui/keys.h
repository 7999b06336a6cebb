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
#include "core/paste.h"
#include "tui/keys_name.h"
#include "tui/keys_seq.h"

#define KEYS_PASTE_MAX PASTE_SIZE_MAX /* bytes of one paste: what can be pasted can be read */

/* Receives the events in order. Must not feed or clear the decoder that calls it. */
typedef void (*keys_fn)(void *ctx, const struct keys_event *event);

/* The decoder. Fields are its own. */
struct keys {
    keys_fn fn;
    void *ctx;
    int state;        /* enum keys_state of keys.c */
    bool alt;         /* an ESC stands before what is being read */
    char seq[64];     /* parameters of the sequence being read, or a part of a character */
    size_t seq_len;   /* bytes in seq; of a string: bytes seen */
    size_t end_len;   /* bytes of the paste's end mark seen */
    bool last_cr;     /* the paste's last byte was CR */
    size_t dropped;   /* bytes of the paste beyond KEYS_PASTE_MAX */
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

#endif
