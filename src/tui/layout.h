/* SPDX-License-Identifier: MIT */
/*
 * Rectangles: arithmetic only, no drawing, no state.
 *
 * layout_split() divides a rectangle; layout_plan() is the screen of the console for a size.
 * What does not fit is hidden whole, never squeezed to nothing. The visible rectangles of a
 * plan cover the screen exactly and do not overlap.
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

struct rect {
    int row, col;   /* of its first cell */
    int rows, cols; /* 0: hidden */
};

bool rect_is_empty(struct rect r);
bool rect_has(struct rect r, int row, int col);
struct rect rect_meet(struct rect a, struct rect b); /* what both cover */
struct rect rect_inner(struct rect r);               /* without a frame of one cell */
/* A rectangle of that size (or less) in the middle of `r`. */
struct rect rect_center(struct rect r, int rows, int cols);

/* ---- Dividing ---- */

enum layout_kind {
    LAYOUT_FIXED, /* `size` cells, or hidden */
    LAYOUT_FIT,   /* `size` cells, less if it must, at least `min` */
    LAYOUT_SHARE, /* at least `min`, and of what remains as much as its weight `size` */
};

struct layout_item {
    enum layout_kind kind;
    int size;     /* cells or weight */
    int min;      /* cells; LAYOUT_FIXED: ignored */
    int priority; /* 0: never hidden; the highest is hidden first, equal ones from the end */
};

enum layout_way { LAYOUT_ROWS, LAYOUT_COLS }; /* from top to bottom, from left to right */

#define LAYOUT_ITEMS_MAX 16

/* Divides `area` among `count` (1 to LAYOUT_ITEMS_MAX) items into out[count]; hidden ones are empty
   rectangles. The visible ones cover `area`: what nobody asked for goes to the last. */
void layout_split(struct rect area, enum layout_way way, const struct layout_item *items,
                  size_t count, struct rect *out);

/* ---- The console's screen ---- */

enum plan_pane { /* numbered 1 to 6 on the screen */
                 PLAN_APIS,
                 PLAN_FORM,
                 PLAN_SIGN,
                 PLAN_XML,
                 PLAN_REPLY,
                 PLAN_NOTIFY,
                 PLAN_PANES
};

enum plan_kind {
    PLAN_SMALL, /* under 40x12: one sentence in `screen` */
    PLAN_A,     /* 110x30 and more: all six panes */
    PLAN_STACK, /* at most 84 columns, 46 rows and more: form, signature, response, notify */
    PLAN_B,     /* 90x24 and more: APIs and notify at the side, form above one of the three */
    PLAN_PAGES, /* the rest: one pane at a time */
    PLAN_KINDS
};

struct plan_input {
    int cols, rows;
    enum plan_pane focus;
    enum plan_pane tab;    /* signature, XML or response: the one B shows below the form while
                              another pane has the focus */
    bool zoom;             /* the focused pane alone */
    int strip;             /* rows wanted below the panes for a story; 0: none is told */
    int wider[PLAN_PANES]; /* what `<` and `>` added, in steps of about two cells (B and stack:
                              rows); limits are kept here */
};

struct plan {
    enum plan_kind kind;
    bool tabs; /* signature, XML and response share one place: their titles are shown as tabs */
    struct rect screen;
    struct rect header;           /* one line; for pages: the tabs of all panes */
    struct rect pane[PLAN_PANES]; /* frame included; empty: not on this screen */
    struct rect strip;  /* as many rows as leave the panes 4; pages: in place of live, help */
    struct rect live;   /* 1 line; pages: 3, or 2 below 24 rows */
    struct rect help;   /* field help or error */
    struct rect status; /* mode and state */
    struct rect hints;  /* keys */
};

/* The plan for a size; the focused pane is always visible (except PLAN_SMALL). */
void layout_plan(const struct plan_input *in, struct plan *out);

/* The pane at a cell, or PLAN_PANES. */
enum plan_pane layout_pane_at(const struct plan *plan, int row, int col);

#endif
