/* SPDX-License-Identifier: MIT */
/*
 * Text that goes into a web page or an address, or comes from a form.
 *
 * Pure. Escaping is total: whatever the bytes, the result is text in HTML, and one value
 * in a query. Reading takes application/x-www-form-urlencoded, which is also how a query is
 * written.
 */
#ifndef CORE_WEB_H
#define CORE_WEB_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

/* Appends `s` as text of HTML, also inside an attribute in quotes: & < > " ' are escaped, what a
   page could obey or hide (controls, direction marks) is made visible as on the terminal
   (text_visible), bytes that are no UTF-8 as \xHH. NULL is "". */
void web_html(struct buf *out, const char *s);

/* Appends `len` bytes as one value of a query: all but letters, digits and -._~ as %XX. */
void web_encode(struct buf *out, const char *s, size_t len);

/*
 * The value of `name` in a form of `len` bytes, percent-decoded ('+' is a blank), in `out` (emptied
 * first, NUL-terminated). The first of several counts. False, and `out` empty, if it is absent,
 * damaged (a '%' without two digits), holds a NUL byte, or is no UTF-8.
 */
bool web_form_get(const char *form, size_t len, const char *name, struct buf *out);

#endif
