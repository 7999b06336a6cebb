/* SPDX-License-Identifier: MIT */
/*
 * A notification to be made: its fields as a form, the body that goes out, the answer judged.
 */
#ifndef TUI_TRIGGER_VIEW_H
#define TUI_TRIGGER_VIEW_H

#include "core/event.h"
#include "tui/view.h"

/* The overlay for an event (borrowed), filled from the last call if that was an order of the kind.
   NULL, with the reason, if no merchant at hand can sign it. */
struct view *trigger_view_new(struct workspace *w, const struct view_host *host,
                              const struct event *e, struct err *err);

#endif
