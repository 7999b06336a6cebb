/* SPDX-License-Identifier: MIT */
/*
 * What several panes say in the same way: tabs, errors, signatures, sizes, keys of merchants.
 *
 * A pane of lines keeps a struct pane_lines: the lines, the tab in force and the stamp of
 * what they were built from, so that they are built again only when something moved.
 */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/digest.h"
#include "core/profile.h"
#include "core/sign.h"
#include "tui/lines.h"
#include "tui/view.h"

/* ---- Panes of lines with tabs ---- */

/* Writes the lines of a tab; they are empty when it is called. */
typedef void (*pane_build_fn)(struct view *v, struct lines *l);

struct pane_tab {
    struct bi name;
    pane_build_fn build;
};

#define PANE_TABS_MAX 6

struct pane_lines {
    struct lines tab[PANE_TABS_MAX];
    uint64_t stamp[PANE_TABS_MAX];
    size_t at; /* the tab in force */
};

void pane_clear(struct pane_lines *p);

/* Builds the tab in force if `stamp` (never 0) is another one than the last time. */
void pane_build(struct view *v, struct pane_lines *p, const struct pane_tab *tabs, uint64_t stamp);

/* Moves, changes tabs (`count` of them) and switches wrapping. */
enum view_answer pane_action(struct view *v, struct pane_lines *p, size_t count, enum action a);

bool pane_search(struct pane_lines *p, const char *word, int step);

/* "Name [tab] tab tab" as a title, with as many tabs as the frame has room for beside the state,
   which is set before; and how far it is scrolled as a foot. Unfocused, only the tab in force. */
void pane_frame(const struct view *v, const struct pane_lines *p, struct bi name,
                const struct pane_tab *tabs, size_t count, struct view_frame *out);

/* Begins a text for the pager. */
#define PANE_FULL_MAX (24u << 20) /* bytes */
void pane_pager(struct pager_text *out, struct bi title);

/* Mixes a value into a stamp; begin with PANE_STAMP. */
#define PANE_STAMP 0xcbf29ce484222325u
uint64_t pane_stamp(uint64_t stamp, uint64_t value);

/* ---- Pieces of text ---- */

/* A label in column 1 and the blanks up to `col`, where its value and further rows stand. */
void pane_label(struct lines *l, const char *label, int col);

/* Same in bold: a heading of its own. */
void pane_heading(struct lines *l, const char *text);

/* The cells of the widest of `count` labels. */
int pane_width(const struct bi *labels, size_t count, enum lang lang);

/* At most `max` bytes of a value, whole characters, and how many more there are. */
void pane_value(struct lines *l, enum lang lang, unsigned style, const char *text, size_t len,
                size_t max);

/* What a value means when its text does not say it: " = " and the enumeration's meaning, the amount
   in yuan, or the time. Nothing for other values. */
void pane_meaning(struct lines *l, enum lang lang, const struct field *f, const char *value);

/* The parts of an error as lines: what, why, what to do. */
void pane_err(struct lines *l, enum lang lang, unsigned style, const struct err *err);

/* A signature in groups of eight. */
void pane_sign(struct lines *l, unsigned style, const char *hex);

/* The joined text of a trace with its names styled and the key as ****; `mark` (may be NULL) says
   which pairs stand out. At most `max` bytes of it. */
typedef bool (*pane_mark_fn)(const void *ctx, const struct param *param);
struct pane_joined {
    const struct sign_trace *trace;
    size_t max;
    pane_mark_fn mark;
    const void *ctx;
};
void pane_joined(struct lines *l, enum lang lang, const struct pane_joined *j);

/* The first key of an action: "Ctrl-R"; "" when it has none. */
void pane_key_name(const struct view *v, enum action a, char out[KEYS_NAME_MAX]);

/* "412 B", "10.0 MiB". */
void pane_size(size_t bytes, char *out, size_t size);

/* "00:45:09" in UTC+8. */
void pane_time(time_t t, char out[9]);

/* Where a key comes from, in words: "environment variable SHOP_KEY". Never the key. */
void pane_key_source(const struct key_ref *key, enum lang lang, char *out, size_t size);

/* "32 bytes, ends in 6a6d"; "none". At most the last four. */
void pane_key_shape(const struct secret *key, enum lang lang, char *out, size_t size);

/* How a received signature was checked, a line a step: what took part, joined text, digest,
   expected, received. Says so when nothing was computed. */
#define PANE_JOINED_MAX 16384 /* bytes of joined text in a pane; the pager has all */
void pane_steps(struct lines *l, enum lang lang, const struct sign_trace *t,
                const struct sign_check *check);

#endif
