/* SPDX-License-Identifier: MIT */
/*
 * A call-up as lines: the set with its second signature step by step, code to copy, the address
 * or its QR code, and how long it can be used.
 */
#ifndef TUI_INVOKE_LINES_H
#define TUI_INVOKE_LINES_H

#include <time.h>

#include "core/invoke.h"
#include "tui/lines.h"
#include "tui/view.h"

/* What the lines say beside the call-up itself. */
struct invoke_look {
    enum lang lang;
    time_t now;
    const char *full_key; /* the key that shows the QR code over the whole screen */
    const char *new_key;  /* the key that makes time and nonce anew */
    const char *sandbox;  /* its URL if the order stands there: its cashier is named; NULL */
    int rows, cols;       /* of the place; 0: unknown */
};

/* Appends everything. */
void invoke_lines(struct lines *l, const struct invoke *v, const struct invoke_look *look);

/* "1:59:58 left", "expired", "valid 5 min from the order on": for a line or a frame. */
void invoke_left(const struct invoke *v, enum lang lang, time_t now, char *out, size_t size);

/* Does what is shown change with time? */
bool invoke_counts(const struct invoke *v, time_t now);

#endif
