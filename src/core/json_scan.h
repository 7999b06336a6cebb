/* SPDX-License-Identifier: MIT */
/*
 * What json.c looks at before and beside cJSON: the text itself.
 *
 * The scan refuses what cJSON would let pass (json.h lists it), and answers on which line
 * something stands, as cJSON's nodes do not know. For json.c only.
 */
#ifndef CORE_JSON_SCAN_H
#define CORE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

/* Is it one of the four blanks that JSON knows? */
bool json_is_blank(char c);

/* Line of the byte at offset `at`, from 1. */
size_t json_scan_line(const char *text, size_t at);

/* How large a document may be, and what it leaves open. */
struct json_shape {
    size_t depth_max;
    size_t nodes_max;
    size_t open; /* out: brackets that are not closed */
};

/* Checks the tokens against the rules and `shape`. ST_SYNTAX, ST_LIMIT. */
enum status json_scan(const char *text, size_t len, struct json_shape *shape, struct err *err);

/* Line of the `count`th member name (from 1) of a text that is good JSON; 0 if there is none. */
size_t json_scan_name(const char *text, size_t len, size_t count);

#endif
