/* SPDX-License-Identifier: MIT */
/*
 * Styled lines that scroll: what a pane shows that is not a list.
 *
 * A builder fills them once (lines_put(), lines_end()), then they are drawn, scrolled and
 * searched as often as needed; only the rows that are visible are laid out. All text passes
 * text_visible() on its way in, so that what is measured is what is drawn.
 *
 * Long lines are wrapped, their further rows indented to the line's `hang`; or cut at the
 * right edge, and LEFT and RIGHT scroll sideways.
 */
#ifndef TUI_LINES_H
#define TUI_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "app/action.h"
#include "core/buf.h"
#include "tui/surface.h"

#define LINES_TEXT_MAX (8u << 20) /* bytes of all lines together, made visible */
#define LINES_WORD_MAX 128        /* bytes of a search word */

struct lines_item;
struct lines_seg;
struct lines_layout;

/* Zeroed is valid and empty. Read `count` and `open`; the rest is lines.c's. */
struct lines {
    struct buf text; /* of all lines, without line ends */
    struct lines_item *items;
    size_t count, cap; /* lines */
    struct lines_seg *segs;
    size_t seg_count, seg_cap;
    struct lines_layout *layout; /* rows, as far as they were asked for */
    bool open;                   /* the last line is still being written */
    size_t top, row;             /* first visible line, and row of it */
    int left;                    /* first visible column, when not wrapped */
    int rows, cols;              /* as drawn last */
    bool wrap;                   /* as drawn last */
    char word[LINES_WORD_MAX];
    bool invert; /* lines without the word are wanted */
    bool has_hit;
    size_t hit, hit_at; /* line and byte of the match in force */
};

void lines_clear(struct lines *l);

/* ---- Building ---- */

/* Empties the lines; scrolling and the search word stay. */
void lines_reset(struct lines *l);

/* Appends to the line being written; a line end is shown as a mark. `style` as in surface.h. */
void lines_put(struct lines *l, unsigned style, const char *text);
void lines_put_n(struct lines *l, unsigned style, const char *text, size_t len);
void lines_putf(struct lines *l, unsigned style, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* at most 1 KiB */

/* Blanks up to column `col`; at least one when the line is not empty. */
void lines_pad(struct lines *l, int col);

/* Where the further rows of the line being written begin. */
void lines_hang(struct lines *l, int col);

/* Breaks the line being written between any two characters, as suits bytes that are no prose. */
void lines_hard(struct lines *l);

/* Leaves it whole: it is cut where it does not fit, as a picture is. */
void lines_whole(struct lines *l);

/* Breaks it before an '&' where one fits, else as lines_hard(): for name=value&name=value. */
void lines_pairs(struct lines *l);

/* Ends the line; without one being written: an empty line. */
void lines_end(struct lines *l);

/* A line in one call. */
void lines_add(struct lines *l, unsigned style, const char *text);

/* Text of many lines, broken hard: a newline ends a line. The last one is ended too. */
void lines_text(struct lines *l, unsigned style, const char *text, size_t len);

/* ---- Showing ---- */

/* Draws from the top of `s` to its bottom and remembers the size for scrolling. */
void lines_draw(struct lines *l, struct surface *s, bool wrap);

/* Moves as an action says (UP DOWN LEFT RIGHT TOP BOTTOM PAGE_*); false: not such an action. */
bool lines_action(struct lines *l, enum action a);

/* Back to the first line: other content has come. */
void lines_home(struct lines *l);

/* "12/80": the last visible line of all; "" when all of them are visible. */
void lines_foot(const struct lines *l, char *out, size_t size);

/* Is the last row visible? As drawn last. */
bool lines_at_end(const struct lines *l);

/* Is line `n` visible as a whole? As drawn last. */
bool lines_shows(const struct lines *l, size_t n);

/*
 * Sets the word to find ("" ends the search; a leading '!' finds lines without it; ASCII letters in
 * either case) and scrolls to the first match from the top of the window on (step 0), to the next
 * (1) or the previous (-1), around the ends. False: there is none.
 */
bool lines_search(struct lines *l, const char *word, int step);

/* All of it as plain text, a newline after each line. */
void lines_dump(const struct lines *l, struct buf *out);

#endif
