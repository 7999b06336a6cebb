/* SPDX-License-Identifier: MIT */
/*
 * What gives a field its value other than typing: the menu of an enumeration, the text that an
 * editor left, a pasted document.
 */
#ifndef TUI_FILL_H
#define TUI_FILL_H

#include "core/buf.h"
#include "tui/view.h"

/* Fills title, items, count and selection of `*m` with a field's values and their meanings; the
   last item, index value_count, stands for any other value. */
void fill_menu(const struct field *field, const char *value, enum lang lang, struct menu *m);

/* Says what became of an inserted text, by the bits of edit.h; 0 says nothing. */
void fill_tell(struct workspace *w, unsigned result);

/* What an editor left, as a value: without the last line's end, checked as typing is. The caller
   frees; bits of edit.h in `*result`. */
char *fill_edited(const char *text, size_t len, unsigned *result);

/* A document fills the form of the current draft in one undo step; what came of it is said. False,
   with the reason, if it is none that can be read. */
bool fill_document(struct workspace *w, const char *text, size_t len, struct err *err);

#endif
