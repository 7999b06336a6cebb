/* SPDX-License-Identifier: MIT */
/*
 * An exchange as lines: the sentences of pane 5, without the pane.
 *
 * Nothing here scrolls or takes keys; whoever shows an exchange shows it with these.
 */
#ifndef TUI_REPLY_LINES_H
#define TUI_REPLY_LINES_H

#include "app/workspace.h"
#include "tui/lines.h"
#include "tui/view.h"

/* "HTTP 200  143 ms (dns 4 connect 1 tls 61 wait 78)  412 B", and the verdict. */
void reply_summary(struct lines *l, enum lang lang, const struct exchange *e);

/* What each stage took, as far as it came. */
void reply_times(struct lines *l, enum lang lang, const struct http_result *h);

/* Does the signature hold, by which algorithm. */
void reply_sign(struct lines *l, enum lang lang, const struct reply *r);

/* The error code explained, the contract's own result, the notes. */
void reply_error(struct lines *l, enum lang lang, const struct exchange *e);

/* What is taken out of an answer first: prepay_id and the URLs, with the key that copies. */
void reply_wanted(struct lines *l, enum lang lang, const struct exchange *e, const char *copy_key);

/* Each field with label, value and meaning, then those that did not come; at most `max` bytes of a
   value. */
void reply_fields(struct lines *l, enum lang lang, const struct exchange *e, size_t max);

/* Is there an error that reply_error_told() can tell more of? */
bool reply_has_error(const struct exchange *e);

/* The error of an answer as a text of its own: what it means here, which fields to look at, whether
   sending again helps, and what the same code or text means at other APIs of `catalog`. */
void reply_error_told(const struct exchange *e, const struct catalog *catalog, enum lang lang,
                      struct buf *out);

/* State word and its style for the frame. */
void reply_state(const struct exchange *e, enum lang lang, struct view_frame *out);

/* The long help: error, and all response fields of the API with their help. */
void reply_explanation(const struct exchange *e, const struct spec *fallback, enum lang lang,
                       struct buf *out);

#endif
