/* SPDX-License-Identifier: MIT */
/*
 * One notification over the whole screen: fields, signature, bytes, answer.
 */
#ifndef TUI_NOTICE_VIEW_H
#define TUI_NOTICE_VIEW_H

#include "app/inbox.h"
#include "tui/view.h"

/* The overlay for a notification, which is moved. */
struct view *notice_view_new(struct workspace *w, const struct view_host *host,
                             struct inbox_notice *n);

/* Puts that of number `id` of the inbox over the screen; what keeps it from being read is said. */
void notice_view_open(struct workspace *w, const struct view_host *host, int64_t id);

/* The texts of a notification that can be copied, as rows of a menu; and one of them copied. */
void notice_copy_rows(struct menu *m, enum lang lang);
void notice_copy(struct view *v, const struct inbox_notice *n, size_t index);

#endif
