/* SPDX-License-Identifier: MIT */
/*
 * The state of a text being edited: value, cursor, undo. Draws nothing.
 *
 * The value is bytes. edit_set() takes them as they are; what is typed or pasted is inserted
 * only as valid UTF-8, by whole clusters, and never beyond `max` bytes. The cursor always
 * stands between two clusters.
 *
 * What is shown is text_visible() of the value, so a newline in a one-line value, a control
 * character or a byte that is not UTF-8 takes the cells of its mark; the functions under "For
 * drawing" keep the cursor's column right all the same. libform is not used because it
 * breaks on Chinese text (facts/technology.md 4.1).
 */
#ifndef TUI_EDIT_H
#define TUI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "tui/keys.h"

enum edit_flags {
    EDIT_LINES = 1,  /* many lines: Enter inserts a newline */
    EDIT_SECRET = 2, /* shown as one '*' a cluster; memory is wiped */
};

/* What happened to the inserted text; bits. 0: nothing was inserted, nothing to tell. */
enum edit_result {
    EDIT_CHANGED = 1, /* the value is another one */
    EDIT_MOVED = 2,   /* only the cursor moved */
    EDIT_KNOWN = 4,   /* the key is an editing key, with nothing to do here */
    EDIT_JOINED = 8,  /* line ends became blanks, because the value has one line */
    EDIT_CUT = 16,    /* what passed `max` was left out */
    EDIT_DROPPED = 32 /* NUL or bytes that are not UTF-8 were left out */
};

enum edit_move {
    EDIT_LEFT,
    EDIT_RIGHT,
    EDIT_WORD_LEFT,
    EDIT_WORD_RIGHT,
    EDIT_HOME, /* of the line */
    EDIT_END,
    EDIT_UP, /* a row as drawn at `wrap`; keeps the column */
    EDIT_DOWN,
    EDIT_TOP, /* of the value */
    EDIT_BOTTOM
};

struct edit_step; /* one undoable change */

/* Read `text`, `len`, `at`, `rev`; write `wrap`; the rest is edit.c's. */
struct edit {
    char *text;     /* NUL-terminated; NULL only before edit_init() */
    size_t len;     /* bytes */
    size_t max;     /* largest len */
    size_t at;      /* cursor: byte offset of a cluster, or len */
    unsigned flags; /* enum edit_flags */
    unsigned rev;   /* moves with each change of the value */
    int wrap;       /* cells of a row for EDIT_LINES; 0: rows are lines */
    size_t room;    /* bytes allocated */
    int goal;       /* column that up and down aim at, -1: none */
    struct edit_step *steps;
    size_t step_count, step_done; /* done: how many are in force; the rest can be redone */
    bool typing;                  /* the next typed character joins the last step */
};

void edit_init(struct edit *e, size_t max, unsigned flags);
void edit_clear(struct edit *e);

/* The value becomes `text` as it is (cut at `max`), the cursor stands at its end, undo is
   forgotten. */
void edit_set(struct edit *e, const char *text, size_t len);

/* Replaces the whole value as one undoable change. Returns edit_result bits. */
unsigned edit_replace(struct edit *e, const char *text, size_t len);

/* Inserts at the cursor: what is typed joins into runs for undo; a paste is one change, and its
   line ends become blanks in a one-line value. Both return edit_result bits. */
unsigned edit_type(struct edit *e, const char *text, size_t len);
unsigned edit_paste(struct edit *e, const char *text, size_t len);

/* Each returns EDIT_CHANGED, or 0 when there is nothing to remove. */
unsigned edit_backspace(struct edit *e);
unsigned edit_delete(struct edit *e);
unsigned edit_kill_all(struct edit *e);  /* Ctrl-U */
unsigned edit_kill_end(struct edit *e);  /* Ctrl-K: to the line's end, or the line end itself */
unsigned edit_kill_word(struct edit *e); /* Ctrl-W: the word before the cursor */

/* EDIT_MOVED, or 0. */
unsigned edit_move(struct edit *e, enum edit_move move);

/* EDIT_CHANGED, or 0 when there is nothing more. */
unsigned edit_undo(struct edit *e);
unsigned edit_redo(struct edit *e);

/*
 * Does what a key means in a text field and returns edit_result bits; 0 for a key that is not its
 * business (Enter, Tab, Up and Down in a one-line value, F keys, Ctrl letters other than
 * A E K U W Z). Ctrl-Z undoes, Ctrl-Left and Ctrl-Right move by words.
 */
unsigned edit_key(struct edit *e, struct key key);

/* ---- For drawing ---- */

/* The part of a one-line value that `cols` cells show. */
struct edit_line {
    size_t from, to; /* bytes of the value that are shown, whole clusters */
    int indent;      /* blank cells before them: half a wide character would start there */
    int cursor;      /* column of the cursor, 0 to cols - 1 */
    bool more_left, more_right;
};

/* Computes the part and appends its visible text (indent not included) to `out`, which may be
   NULL. `cols` > 0. The part depends on value and cursor alone; it scrolls by half widths. */
void edit_show_line(const struct edit *e, int cols, struct buf *out, struct edit_line *line);

/* A row of a many-line value: bytes from..to without the line end; `next` starts the next row. */
struct edit_row {
    size_t from, to, next;
    bool last;
};

/* The row that starts at `from` (0, or a former row's `next`), broken at `wrap`. */
void edit_row_at(const struct edit *e, size_t from, struct edit_row *row);

/* Appends the visible text of a row. */
void edit_show_row(const struct edit *e, const struct edit_row *row, struct buf *out);

/* Row and column of the cursor; with `wrap` set the column is less than `wrap`. */
void edit_cursor(const struct edit *e, int *row, int *col);

/* Number of rows. */
int edit_rows(const struct edit *e);

/* Puts the cursor at the cluster drawn at (row, col), as a mouse press asks. */
void edit_go(struct edit *e, int row, int col);

#endif
