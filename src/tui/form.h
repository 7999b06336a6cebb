/* SPDX-License-Identifier: MIT */
/*
 * A list of named values, one of which may be under edit: the look of the request form and
 * of the form inside a JSON field.
 *
 * Owns selection, scrolling and drawing of rows. The rows belong to who asks: they are
 * fetched one by one while drawing, so that a form of any length costs what is visible.
 * Keys are not its business, only the selection's movements are.
 */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "app/action.h"
#include "core/spec.h"
#include "tui/edit.h"
#include "tui/surface.h"

struct form_row {
    const char *name;
    const char *value; /* NULL: not there */
    size_t len;
    int indent;     /* cells before the name */
    char mark;      /* '*' required, '!' a problem, '?' a warning, ' ' */
    char source;    /* 'P' profile, 'G' generated, 'D' default, ' ' */
    bool off;       /* takes no part: dimmed, marked "(off)" */
    bool choice;    /* shown as [VALUE v] */
    bool header;    /* a heading: an object or array, its value is a remark */
    char note[32];  /* at the right edge: the length */
    char after[48]; /* dim, behind the value: "= CNY 0.01" */
};

struct form {
    size_t selected, top;
    size_t count; /* of rows; set before each use */
};

typedef void (*form_row_fn)(void *ctx, size_t index, struct form_row *out);

struct form_look {
    enum lang lang;
    bool sources;            /* the heading explains the letters of sources */
    bool focus;              /* the selection is drawn as such */
    const struct edit *edit; /* of the selected row; NULL: none is edited */
    const char *match;       /* search word marked in names; NULL or "": none */
    form_row_fn row;
    void *ctx;
};

/* Draws the rows, scrolled so that the selected one is visible. A heading line stands above them
   if there is room. */
void form_draw(struct form *f, struct surface *s, const struct form_look *look);

/* Moves the selection; `page` is a page's rows. False when the action is no movement. */
bool form_move(struct form *f, enum action a, size_t page);

/* Rows of values that a surface of `rows` shows. */
size_t form_page(int rows);

/*
 * Fills note, after and choice of a row from what the catalogue knows about a field: "7c 19B/128",
 * the amount in yuan, the time in a readable form.
 */
void form_describe(const struct field *field, const char *value, size_t len, enum lang lang,
                   struct form_row *out);

/* "P", "G", "D" or blank for a source. */
char form_source(enum param_source source);

#endif
