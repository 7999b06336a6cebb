/* SPDX-License-Identifier: MIT */
/*
 * The pager: a text of any size over the whole screen.
 *
 * Lays out what is visible and nothing else: the place is an offset into the bytes, so a reply
 * of 10 MiB opens and scrolls as a short one does, whether it is one line or a million. A very
 * long line is laid out in pieces of PAGER_PIECE bytes. Bytes are made visible, never obeyed;
 * the second form is hexadecimal.
 */
#ifndef TUI_PAGER_H
#define TUI_PAGER_H

#include "tui/view.h"

#define PAGER_PIECE (16u << 10) /* bytes laid out at once */
#define PAGER_COLS 88           /* of the text of a box that need not fill the screen */

/* The text of `t` is moved. */
struct view *pager_new(struct workspace *w, const struct view_host *host, struct pager_text *t);

#endif
