/* SPDX-License-Identifier: MIT */
/*
 * The bytes that went over the wire, as far as a paste shows them: a raw HTTP message, a curl
 * command, or a body alone. What was repaired on its way into the paste is not what was sent, and
 * is left unknown.
 */
#ifndef CORE_WIRE_H
#define CORE_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/found.h"
#include "core/repair.h"
#include "core/span.h"

/* Points into the paste and into the document found in it. */
struct wire {
    struct span body; /* empty: unknown */
    struct span head; /* header lines; empty: unknown */
    struct span url;  /* or the target of a request line; empty: unknown */
    bool query;       /* the parameters stand in the URL */
};

/* `text` is the whole paste as it was given, `found` and `log` what repair_read() said of it. */
void wire_find(struct span text, const struct found *found, const struct repair_log *log,
               struct wire *out);

/* The value of a header, blanks trimmed; `s` NULL if it is not there. */
struct span wire_header(struct span head, const char *name);

/* Is `declared` (a Content-Length) what the body has? Line ends that a paste converted or added at
   the end are allowed for. `bytes` and `characters` are what it has, blanks at the end aside. */
bool wire_length_fits(struct span body, size_t declared, size_t *bytes, size_t *characters);

#endif
