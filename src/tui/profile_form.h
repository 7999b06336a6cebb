/* SPDX-License-Identifier: MIT */
/*
 * The members of one merchant as rows to fill: a page of the profiles overlay.
 *
 * Works on a copy; nothing is written before profile_form_save(). Which fields there are
 * comes from the catalogue: what APIs of the dialect take from a profile. A key is typed
 * without echo; old and new are shown side by side by length and last four before the
 * new one takes the place.
 */
#ifndef TUI_PROFILE_FORM_H
#define TUI_PROFILE_FORM_H

#include <stdbool.h>

#include "core/profile.h"
#include "tui/view.h"

struct profile_form;

/* A form over a copy of `p`; `is_new`: nothing of that name is stored yet. `v` is the overlay,
   which outlives the form. */
struct profile_form *profile_form_new(struct view *v, const struct profile *p, bool is_new);
void profile_form_free(struct profile_form *f);

void profile_form_draw(struct profile_form *f, struct surface *s);
void profile_form_foot(const struct profile_form *f, char *out, size_t size);

/* Moves; OPEN edits the row, CLEAR_FIELD and REMOVE empty it, ADD_FIELD asks for a field's name. */
enum view_answer profile_form_action(struct profile_form *f, enum action a);

/* The sentence about the selected row: its finding, or its help. */
void profile_form_help(const struct profile_form *f, struct buf *out, bool *is_error);

/* All about the selected row, for F1. */
void profile_form_explain(const struct profile_form *f, struct buf *out);

/* Asks for the rows one after another, as adding a merchant does; Esc ends the series. */
void profile_form_guide(struct profile_form *f);

bool profile_form_is_dirty(const struct profile_form *f);
const struct profile *profile_form_profile(const struct profile_form *f);

/* Writes the profile (mode 0600). */
enum status profile_form_save(struct profile_form *f, struct err *err);

#endif
