/* SPDX-License-Identifier: MIT */
/*
 * JSON files that hold many requests: HAR (a browser's or proxy's recording) and Postman
 * collections of version 2.
 *
 * Of a HAR each entry gives the body of its request, or else the query of its URL, and the body of
 * its reply if that is a document. Of a collection each request gives its raw or urlencoded body,
 * or else its query, folders passed through. What gives nothing is noted with its number and why.
 * Variables of Postman ({{name}}) are filled in from the collection, and from files of an
 * environment or of globals that stand in the same text before or behind it; those without a value
 * stay as they are and are named.
 */
#ifndef CORE_COLLECTION_H
#define CORE_COLLECTION_H

#include "core/found.h"

enum collection {
    COLLECTION_NONE,
    COLLECTION_HAR,
    COLLECTION_POSTMAN,
    COLLECTION_VARIABLES, /* of Postman: an environment; never what a text is as a whole */
};

/* Looks only, at the outermost names; cheap. The text may be broken all the same. */
enum collection collection_detect(struct span text);

/* ST_SYNTAX, ST_LIMIT: of json_parse(), with the kind of file in front. */
enum status collection_find(struct span text, struct found *out, struct err *err);

#endif
