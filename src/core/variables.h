/* SPDX-License-Identifier: MIT */
/*
 * Named values that a text refers to as {{name}}, as Postman fills them in.
 *
 * The value of the widest rank wins, and may refer to others. What is not defined, has an empty
 * value (a secret that the export left out) or refers to itself stays as it stands and is named.
 * Time and size are bounded whatever refers to what. Values may be keys: they are wiped.
 */
#ifndef CORE_VARIABLES_H
#define CORE_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/span.h"

#define VARIABLES_MAX 5000           /* kept */
#define VARIABLES_NAMES_MAX 400      /* bytes of the names that are told */
#define VARIABLES_FILL_MAX (4 << 20) /* bytes that all texts get filled in */

struct variable {
    char *name;
    char *value;
    int rank;
    size_t number; /* in the order of adding */
};

/* Zeroed is empty. */
struct variables {
    struct variable *items;
    size_t count, cap;
    bool sorted;
    size_t filled;   /* bytes filled in by now */
    struct buf left; /* "a, b": names that could not be filled in, each once */
};

/* Of two with one name the higher rank counts, of equal ones the first. Copies. */
void variables_add(struct variables *v, const char *name, const char *value, int rank);

/* Appends `text` with its variables filled in. */
void variables_fill(struct variables *v, struct span text, struct buf *out);

void variables_clear(struct variables *v);

#endif
