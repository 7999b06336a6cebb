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

#endif
