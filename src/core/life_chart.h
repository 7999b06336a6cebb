/* SPDX-License-Identifier: MIT */
/*
 * A machine of core/life as a picture of lines: the way of success in boxes from top to
 * bottom, what leads aside as branches, the present state in a double box.
 *
 * Columns are counted in terminal cells, so that boxes close around Chinese text. What has
 * been is marked with the caller's note (a time), and nothing is told by colour alone.
 */
#ifndef CORE_LIFE_CHART_H
#define CORE_LIFE_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "core/lang.h"
#include "core/life.h"

/* One state that was entered. Texts are borrowed for the call. */
struct life_been {
    const char *state;
    const char *from; /* the state before it; NULL: the beginning */
    const char *by;   /* API whose call led there; NULL: no call; "": not known how */
    const char *note; /* when: "23:04:05 #3"; plain text (core/text) */
};

struct life_path {
    const struct life_been *items; /* oldest first; a state may come several times */
    size_t count;
    const char *present; /* NULL: the beginning, or not known */
    int cols; /* cells there are; boxes too wide for them hold the names alone. 0: many */
};

enum life_line_kind {
    LIFE_LINE_PLAIN,
    LIFE_LINE_PAST, /* it was there, or went that way */
    LIFE_LINE_NOW,  /* the present state */
};

struct life_line {
    char *text;
    enum life_line_kind kind;
};

/* Zeroed is valid. */
struct life_lines {
    struct life_line *items;
    size_t count;
};
void life_lines_clear(struct life_lines *l);

/* Draws the machine; `ascii`: without box characters and arrows. `out` (zeroed or valid) is reused.
   No line is wider than 90 cells and a note. */
void life_chart(enum life_kind kind, const struct life_path *path, enum lang lang, bool ascii,
                struct life_lines *out);

#endif
