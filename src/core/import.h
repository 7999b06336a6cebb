/* SPDX-License-Identifier: MIT */
/*
 * Finds the documents in whatever was pasted or handed over: a document, several of them, curl
 * commands, a HAR, a Postman collection, lines of an access log or of an application's log.
 *
 * Time is linear in the text, which paste.h limits; nesting is followed a few levels deep. Nothing
 * is repaired here but the escapes that a log put over a document found in it (core/repair.h mends
 * the rest, when it is asked to).
 */
#ifndef CORE_IMPORT_H
#define CORE_IMPORT_H

#include "core/found.h"
#include "core/paste.h"

enum import_flag {
    IMPORT_WHOLE = 1,    /* curl commands and collections are not looked into */
    IMPORT_ESCAPED = 2,  /* escapes of a log stay */
    IMPORT_MESSAGES = 4, /* only what has the names of messages, not any pairs */
};

/* Is it a curl command (`*curl`, may be NULL), a HAR or a Postman collection, which is looked into,
   not read? */
bool import_is_container(struct span text, bool *curl);

/*
 * Appends what stands in the text; none is ST_OK too. Documents with names of messages of the API
 * go before all others: only if there are none, any XML, JSON object and query is taken. The
 * errors are those of a collection's JSON.
 */
enum status import_find(struct span text, unsigned flags, struct found *out, struct err *err);

/* The first that is a message, or else the first that can be read, or else 0. */
size_t import_first(const struct found *f);

/* ST_SYNTAX: a container holds no document; the first note says why, if there is one. */
enum status import_nothing(const struct found *f, struct err *err);

/* ST_NOT_FOUND: there is no document number `wanted` among `total`. */
enum status import_beyond(size_t wanted, size_t total, struct err *err);

/*
 * Reads document number `wanted` of what was given (from 1; 0: import_first()). A text that
 * paste_read() takes whole is its only document, and its errors are paste_read()'s. `*number` is
 * the document taken. What stands around it is in `found`, which the caller clears; one that is
 * empty means that the text was the document.
 */
enum status import_read(struct span text, size_t wanted, struct found *found, size_t *number,
                        struct paste *out, struct err *err);

#endif
