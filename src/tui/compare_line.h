/* SPDX-License-Identifier: MIT */
/*
 * The compare line of pane 3: a field for the other side's signature or joined string, the
 * verdict below it, and a tab with both strings side by side.
 */
#ifndef TUI_COMPARE_LINE_H
#define TUI_COMPARE_LINE_H

#include "app/comparison.h"
#include "tui/edit.h"
#include "tui/lines.h"
#include "tui/view.h"

struct compare_line {
    struct edit edit;
    struct comparison *comparison;
};

void compare_line_open(struct compare_line *c, struct view *v);
void compare_line_close(struct compare_line *c);

/* Draws field and verdict at the bottom; returns the surface above them. */
struct surface compare_line_draw(struct compare_line *c, struct view *v, struct surface *s);

/* Both joined strings, row by row. */
void compare_line_build(struct compare_line *c, struct view *v, struct lines *l);

/* Keys and pastes while the line is edited; a paste replaces what stands there. */
enum view_answer compare_line_input(struct compare_line *c, struct view *v,
                                    const struct keys_event *e);

/* Clearing, undoing, stopping the search, the diagnosis of what stands there. */
enum view_answer compare_line_action(struct compare_line *c, struct view *v, enum action a);

#endif
