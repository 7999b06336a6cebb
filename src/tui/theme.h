/* SPDX-License-Identifier: MIT */
/*
 * Themes: a JSON file gives each role of the screen its looks.
 *
 * Pure; knows nothing of ncurses. A role has three forms: true colour (from which the nearest of
 * the 256 follows), one of the 16 named colours, and attributes for a terminal without colour.
 * A theme may not rely on colour alone: theme_check() compares the colourless forms as well.
 *
 * What a file does not say is taken from the built-in look, which uses the terminal's own
 * foreground and background with bold, dim, underline and reverse only. Unknown names are
 * warnings with the nearest known name, never a reason to refuse the file.
 *
 * {"name":"dark", "title":{"zh":"…","en":"…"}, "background":"#101418", "background16":"black",
 *  "roles":{"error":{"fg":"#ff8a80", "fg16":"bright-red", "attr":["bold"], "mono":["reverse"]}}}
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"

struct json;

enum theme_role {
    THEME_TEXT,        /* what has no role of its own */
    THEME_DIM,         /* less important: times, units, empty values, comments */
    THEME_FRAME,       /* frames and rules */
    THEME_FRAME_FOCUS, /* frame of the focused pane */
    THEME_TITLE,       /* pane titles, the header line */
    THEME_ACCENT,      /* what the eye should find: tabs in force, numbers that matter */
    THEME_KEY,         /* names of keys in hints and help */
    THEME_LABEL,       /* names of fields */
    THEME_VALUE,       /* values of fields */
    THEME_SIGN,        /* signatures, digests, the joined string */
    THEME_EDIT,        /* the field being edited */
    THEME_SELECTION,   /* the selected row */
    THEME_MATCH,       /* what a search found */
    THEME_STATUS,      /* the status line */
    THEME_OK,
    THEME_WARN,
    THEME_ERROR,
    THEME_PRODUCTION, /* marks a production profile */
    THEME_ROLES
};

enum theme_attr {
    THEME_BOLD = 1,
    THEME_UNDERLINE = 2,
    THEME_REVERSE = 4,
    THEME_FAINT = 8,
};

#define THEME_DEFAULT (-1) /* the terminal's own colour */

struct theme_style {
    int32_t fg, bg;       /* 0xRRGGBB or THEME_DEFAULT */
    int16_t fg256, bg256; /* 16 to 255 or THEME_DEFAULT */
    int16_t fg16, bg16;   /* 0 to 15 or THEME_DEFAULT */
    uint8_t attr;         /* enum theme_attr, with colours */
    uint8_t mono;         /* enum theme_attr, without */
};

#define THEME_NAME_MAX 32
#define THEME_TITLE_MAX 64

/* A value; copy it freely. */
struct theme {
    char name[THEME_NAME_MAX];
    char title[LANG_COUNT][THEME_TITLE_MAX];
    int32_t background; /* 0xRRGGBB; THEME_DEFAULT: the terminal's */
    struct theme_style role[THEME_ROLES];
};

#define THEME_WARNINGS_MAX 12

struct theme_report {
    size_t count; /* sentences in items */
    size_t left;  /* further ones that did not fit */
    struct err items[THEME_WARNINGS_MAX];
};

/* The built-in look, named "auto". */
void theme_init(struct theme *t);

/*
 * Reads a theme. `*report` (may be NULL) receives the warnings. On failure `*t` is the built-in
 * look, so that a broken file never leaves the screen without one.
 *
 * ST_SYNTAX  no JSON object, a colour or attribute of the wrong form
 */
enum status theme_read(const struct json *j, struct theme *t, struct theme_report *report,
                       struct err *err);

/* The name of a role as files write it: "frame-focus". */
const char *theme_role_name(enum theme_role role);

/* What a role is for, for help and `theme check`. */
struct bi theme_role_text(enum theme_role role);

/* ---- Judging a theme ---- */

#define THEME_CONTRAST_TEXT 4.5  /* WCAG 2 level AA, text */
#define THEME_CONTRAST_FRAME 3.0 /* frames and other signs */
#define THEME_DISTANCE_MIN 12.0  /* CIE76 between ok, warn and error */

enum theme_vision { THEME_NORMAL, THEME_PROTAN, THEME_DEUTAN, THEME_TRITAN, THEME_VISIONS };

/* WCAG contrast of two colours 0xRRGGBB, 1 to 21. */
double theme_contrast(int32_t a, int32_t b);

/* The colour as an eye of that kind sees it. */
int32_t theme_seen(int32_t rgb, enum theme_vision vision);

/* CIE76 distance of two colours as an eye of that kind sees them. */
double theme_distance(int32_t a, int32_t b, enum theme_vision vision);

/* Contrast of a role's foreground on its background in `t`; 0 when a colour is the terminal's. */
double theme_role_contrast(const struct theme *t, enum theme_role role);

/* Finds what is hard to read or told by colour alone; true when there is nothing. */
bool theme_check(const struct theme *t, struct theme_report *report);

#endif
