/* SPDX-License-Identifier: MIT */
/*
 * The events that the keyboard makes, and which of them the sequences of terminals mean, once
 * keys.c has found where they end.
 *
 * Pure functions of the sequence's bytes. What is a reply or a report, or known to nobody, is
 * KEYS_SEQ_NOTHING.
 */
#ifndef TUI_KEYS_SEQ_H
#define TUI_KEYS_SEQ_H

#include "tui/keys_name.h"

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
    size_t dropped; /* bytes beyond KEYS_PASTE_MAX, which are lost */
    bool guessed;   /* not bracketed: a burst with a line end in it, taken for a paste */
};

enum keys_seq_kind {
    KEYS_SEQ_NOTHING,
    KEYS_SEQ_EVENT, /* a key or the mouse, in `*out` */
    KEYS_SEQ_PASTE, /* a bracketed paste begins */
};

/* ESC [ params final */
enum keys_seq_kind keys_seq_csi(const char *params, size_t len, char final, struct keys_event *out);

/* ESC O params final */
enum keys_seq_kind keys_seq_ss3(const char *params, size_t len, char final, struct keys_event *out);

/* ESC [ [ final */
enum keys_seq_kind keys_seq_linux(char final, struct keys_event *out);

/* ESC [ M and these three bytes */
enum keys_seq_kind keys_seq_x10(const char bytes[3], struct keys_event *out);

#endif
