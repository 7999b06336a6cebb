/* SPDX-License-Identifier: MIT */
/*
 * What runs beside the console, each in a line: the listener and the sandbox, where they are
 * reached, or why not.
 */
#ifndef TUI_SERVICE_LINES_H
#define TUI_SERVICE_LINES_H

#include "app/workspace.h"
#include "tui/surface.h"
#include "tui/view.h"

/* The listener: its state, its address, where it forwards to. */
void service_listener_row(const struct workspace *w, enum lang lang, struct surface *s);

/* The sandbox: its state and its address, or why there is none. */
void service_sandbox_row(const struct workspace *w, enum lang lang, struct surface *s);

/* ":8765 up": the listener in the frame of a pane. */
void service_listener_state(const struct workspace *w, enum lang lang, struct view_frame *out);

#endif
