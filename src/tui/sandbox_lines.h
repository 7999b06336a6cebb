/* SPDX-License-Identifier: MIT */
/*
 * A line of the sandbox's log: as a row of the list, and in full.
 */
#ifndef TUI_SANDBOX_LINES_H
#define TUI_SANDBOX_LINES_H

#include <stdbool.h>

#include "app/workspace.h"
#include "core/buf.h"
#include "tui/surface.h"

/* Does a filter let it through? As list_match(). */
bool sandbox_line_matches(const struct sandbox_line *line, const char *filter);

/* Verdict, time, and of what went wrong the code first. */
void sandbox_line_row(const struct sandbox_line *line, struct surface *s);

/* What was asked, why it was answered so, and the text that was joined to check the signature. */
void sandbox_line_page(const struct sandbox_line *line, enum lang lang, struct buf *out);

#endif
