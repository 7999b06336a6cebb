/* SPDX-License-Identifier: MIT */
/*
 * The overlay of one order's life: the picture of its states, what led there, what may come
 * next. The journal is searched slice by slice while it is on the screen.
 */
#ifndef TUI_LIFE_VIEW_H
#define TUI_LIFE_VIEW_H

#include "tui/view.h"

/* The overlay for a number (copied). NULL, with the reason, for what is no number. */
struct view *life_view_new(struct workspace *w, const struct view_host *host, const char *number,
                           struct err *err);

/* The number that the last exchange is about, or the form if nothing was sent; NULL if neither has
   one. Borrowed until the next change. */
const char *life_view_number(struct workspace *w);

#endif
