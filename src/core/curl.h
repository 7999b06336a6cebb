/* SPDX-License-Identifier: MIT */
/*
 * curl commands as people copy them: from a shell, a manual, the network panel of a browser.
 *
 * Reads the words as a POSIX shell would ('…', "…", $'…', backslashes, lines continued with a
 * backslash) and of curl's options those that make the request: -d, --data, --data-raw,
 * --data-binary, --data-ascii, --data-urlencode, --json, -F, --form, -G, -X, --url, -H. Nothing is
 * executed, no file is read, no variable is filled in.
 */
#ifndef CORE_CURL_H
#define CORE_CURL_H

#include <stdbool.h>

#include "core/found.h"

/* Does the text begin with a curl command, a shell's prompt ($, #, >) aside? */
bool curl_is(struct span text);

/*
 * Appends the body of each command in the text, or the query of its URL if it has none. A command
 * without either, and what stands in a file (@FILE) or a variable, is noted.
 */
void curl_find(struct span text, struct found *out);

#endif
