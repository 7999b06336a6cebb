/* SPDX-License-Identifier: MIT */
/*
 * The repairs of core/repair.h, one function each.
 *
 * Each appends the mended text to `out`, which takes at least as much as `in` has, and returns
 * whether it met its damage; if it did not, what it wrote is thrown away.
 */
#ifndef CORE_MEND_H
#define CORE_MEND_H

#include <stdbool.h>

#include "core/buf.h"

bool mend_bom(const struct buf *in, struct buf *out);
bool mend_gbk(const struct buf *in, struct buf *out);
bool mend_mojibake(const struct buf *in, struct buf *out);
bool mend_line_numbers(const struct buf *in, struct buf *out);
bool mend_log_escapes(const struct buf *in, struct buf *out);
bool mend_url_encoded(const struct buf *in, struct buf *out);
bool mend_line_breaks(const struct buf *in, struct buf *out);
bool mend_html(const struct buf *in, struct buf *out);
bool mend_html_eaten(const struct buf *in, struct buf *out);
bool mend_full_width(const struct buf *in, struct buf *out);
bool mend_quotes(const struct buf *in, struct buf *out);

#endif
