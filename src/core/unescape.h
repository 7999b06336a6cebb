/* SPDX-License-Identifier: MIT */
/*
 * The escapes that logs and strings of source code put into a text, undone.
 */
#ifndef CORE_UNESCAPE_H
#define CORE_UNESCAPE_H

#include "core/span.h"

/* The value of a hexadecimal digit; -1 for another character. */
int unescape_digit(char c);

/*
 * Appends `in` with \xHH, \uHHHH (pairs of surrogates too), \n \r \t \" \' \\ \/ replaced by what
 * they stand for; \x00 and \u0000 and everything else stay. Returns whether there was any. `out`
 * never gets more bytes than `in` has.
 */
bool unescape_log(struct span in, struct buf *out);

#endif
