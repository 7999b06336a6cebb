/* SPDX-License-Identifier: MIT */
/*
 * Exporting the QR code of the last reply as an SVG file: asks for the name, and before it writes
 * over a file that is there.
 */
#ifndef TUI_CODE_SAVE_H
#define TUI_CODE_SAVE_H

#include "tui/view.h"

/* Opens the question; what became of it is said in the status line. */
void code_save(struct workspace *w, const struct view_host *host);

#endif
