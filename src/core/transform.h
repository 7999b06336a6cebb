/* SPDX-License-Identifier: MIT */
/*
 * What programs do to values, names, joined texts and keys before they sign: rows of a
 * table, each with the id of the cause that it is.
 *
 * A row changes bytes and knows nothing else; which parameter it is tried on stands in
 * core/moves.h. A transform that would leave its input as it is says so, so that no
 * candidate is tried twice.
 */
#ifndef CORE_TRANSFORM_H
#define CORE_TRANSFORM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/lang.h"
#include "core/recipe.h"
#include "core/span.h"

enum transform_reach {
    REACH_EACH = 1, /* tried on each parameter */
    REACH_ALL = 2,  /* tried on all at once */
    REACH_BOTH = 3,
};

struct transform {
    const char *cause; /* id in core/cause.h */
    text_fn apply;
    int arg;
    struct bi how;  /* which form of the cause this is */
    unsigned reach; /* enum transform_reach */
    bool common;    /* among those whose triples are tried at once */
    bool whole;     /* texts only: the key is rewritten too */
};

/* On the values of parameters. */
const struct transform *transform_values(size_t *count);

/* On the names. */
const struct transform *transform_names(size_t *count);

/* On the joined text. */
const struct transform *transform_texts(size_t *count);

/* On the key. */
const struct transform *transform_keys(size_t *count);

/* Ways to join and to close the text. */
struct joint_row {
    const char *cause;
    struct joint joint;
    struct bi how;
};
struct suffix_row {
    const char *cause;
    struct suffix suffix;
    struct bi how;
};
const struct joint_row *transform_joints(size_t *count);
const struct suffix_row *transform_suffixes(size_t *count);

/* What the orders of core/recipe.h are called. */
struct bi transform_order_text(enum recipe_order order);

/* JSON text rewritten in one of TRANSFORM_JSON_STYLES styles (transform_json.c). */
enum json_style {
    JSON_STYLE_COMPACT,
    JSON_STYLE_PYTHON,      /* ", " and ": ", \u escapes */
    JSON_STYLE_PYTHON_UTF8, /* ", " and ": " */
    JSON_STYLE_PHP,         /* \/ and \u escapes */
    JSON_STYLE_PHP_UTF8,    /* \/ */
    JSON_STYLE_ASCII,       /* \u escapes */
    JSON_STYLE_GO,          /* & < > as \u0026 … */
    JSON_STYLE_GSON,        /* & < > = ' as \u0026 … */
    JSON_STYLE_SORTED,      /* members by name */
    JSON_STYLE_PRETTY2,
    JSON_STYLE_PRETTY4,
    JSON_STYLE_REPR, /* Python's repr: single quotes */
    JSON_STYLE_COUNT
};
bool transform_json(struct span in, int style, struct buf *out);
struct bi transform_json_text(enum json_style style);

#endif
