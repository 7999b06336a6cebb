/* SPDX-License-Identifier: MIT */
/*
 * The rows of the request form and the place in them, kept for each API by the field's name,
 * because rows come and go while one types.
 */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include "app/workspace.h"
#include "tui/form.h"

struct rows_place; /* what is remembered of the form of one API */

struct rows {
    struct draft_row row[PARAMS_MAX]; /* of the current API, as of rows_sync() */
    struct form form;                 /* count, selection, scrolling */
    struct rows_place *places;        /* of the user's forms, then of those of a flow */
    size_t apis, place;
};

void rows_init(struct rows *r, size_t apis);
void rows_clear(struct rows *r);

/* Fetches the rows of the current draft and finds the selected one again; in a form that is new,
   the first one a person should fill. */
void rows_sync(struct rows *r, struct workspace *w);

/* NULL when there is no row. */
struct draft_row *rows_selected(struct rows *r);

/* "" for a value that is not there. */
const char *rows_value(const struct draft_row *row);

void rows_select(struct rows *r, size_t index);
bool rows_select_name(struct rows *r, const char *name); /* false: no such row */
void rows_step(struct rows *r, int step);                /* around at the ends */

/* Are the optional fields shown that are not on? */
bool rows_all(const struct rows *r);
void rows_show_all(struct rows *r, bool all);

/* Remembers how far the form was scrolled when it was drawn. */
void rows_drawn(struct rows *r);

#endif
