/* SPDX-License-Identifier: MIT */
/*
 * What kind of document a text looks like, told by its first byte and its lines.
 *
 * Looks only; a text of a shape may still be broken in it. Linear and without memory
 * of its own, because the form asks for every paste.
 */
#ifndef CORE_SHAPE_H
#define CORE_SHAPE_H

#include "core/params.h"
#include "core/span.h"

/* Fields that are looked at in one document, repeated names included. */
#define SHAPE_FIELDS_MAX (4u * PARAMS_MAX)

enum shape {
    SHAPE_NONE,
    SHAPE_XML,
    SHAPE_JSON,
    SHAPE_LINES,   /* name=value, one a line; also a single one */
    SHAPE_QUERY,   /* two pairs or more on the only line */
    SHAPE_WRAPPED, /* a query string broken into lines */
    SHAPE_URL,     /* a URL with a query, on the only line */
};

/* The shape of a text without byte order mark. */
enum shape shape_detect(struct span doc);

/* The query string in a text of shape QUERY or URL: its line without '?' or '&' in front, or what
   stands between '?' and '#'. */
struct span shape_query(struct span text, enum shape shape);

/* Is it a document of several parameters, rather than one value that happens to have a shape? */
bool shape_is_document(struct span text);

#endif
