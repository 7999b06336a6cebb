/* SPDX-License-Identifier: MIT */
/*
 * The text of a JSON field as rows: the catalogue's inner fields, there or not, and what else
 * the text holds. Changes go into the text again.
 *
 * No drawing and no draft: text in, text out.
 */
#ifndef TUI_TREE_H
#define TUI_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/spec.h"
#include "core/validate.h"

#define TREE_ROWS_MAX 512

enum tree_kind {
    TREE_VALUE,
    TREE_OBJECT,
    TREE_ARRAY,
    TREE_ELEMENT, /* of an array */
    TREE_ADD,     /* "one more" at an array's end */
};

struct tree_row {
    enum tree_kind kind;
    const struct field *field; /* NULL: unknown to the catalogue */
    struct json *parent;       /* object or array that holds it; an array for TREE_ADD */
    struct json *node;         /* NULL: not there */
    struct json *owner;        /* element, add: the object that holds the array */
    size_t index;              /* element */
    int depth;
    char name[PARAM_NAME_MAX + 8];
    char path[FINDING_FIELD_MAX]; /* as findings name it */
    char *text;                   /* of a value; NULL: not there, or no value */
};

struct tree {
    const struct field *field; /* of type json; borrowed */
    struct json *root;         /* NULL: the text is no JSON object */
    struct err err;            /* why */
    struct tree_row *rows;     /* valid until the next call */
    size_t count;
};

void tree_init(struct tree *t, const struct field *field);
void tree_clear(struct tree *t);

/* Reads a text; an empty one is an empty object. On failure `root` is NULL and there are no rows.
 */
void tree_read(struct tree *t, const char *text);

/* The text, on one line. */
void tree_write(const struct tree *t, struct buf *out);

/* Can the row's value be typed? */
bool tree_is_value(const struct tree_row *row);

/* Sets a value from its text: a number where the catalogue has one and the text is one. */
void tree_set(struct tree *t, size_t row, const char *text);

/* Adds what is not there, with what it needs, or takes out what is; one more element for TREE_ADD.
 */
void tree_toggle(struct tree *t, size_t row);

#endif
