/* SPDX-License-Identifier: MIT */
/*
 * What the sequences of terminals mean, once keys.c has found where they end.
 *
 * Pure functions of the sequence's bytes. What is a reply or a report, or known to nobody, is
 * KEYS_SEQ_NOTHING.
 */
#ifndef TUI_KEYS_SEQ_H
#define TUI_KEYS_SEQ_H

#include "tui/keys.h"

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
