/* SPDX-License-Identifier: MIT */
/*
 * An exchange or a notification for somebody else: to read, to repeat, to file.
 *
 * A report never holds a key, and masks the payer unless asked. Both happen at its end, by
 * value, over the finished text: no writer can forget it.
 */
#ifndef APP_REPORT_H
#define APP_REPORT_H

#include <stdbool.h>

#include "app/page.h"
#include "app/record.h"
#include "core/base.h"
#include "core/buf.h"
#include "core/compare.h"
#include "core/profile.h"

#define REPORT_MAX (256u << 20) /* bytes */

enum report_form {
    REPORT_TEXT,     /* what `history show` prints */
    REPORT_MARKDOWN, /* "md" */
    REPORT_HTML,     /* self-contained, no script */
    REPORT_CURL,     /* a curl command that sends the same bytes */
    REPORT_HTTP,     /* request and response as on the wire */
    REPORT_HAR,      /* HTTP Archive 1.2 */
    REPORT_COMMAND,  /* the wxpc command that repeats it */
    REPORT_FORM_COUNT
};

/* "text", "md", "html", "curl", "http", "har", "command"; NULL past the end (for text_nearest). */
const char *report_form_name(const void *unused, size_t index);
/* ST_ARGUMENT with the nearest one. */
enum status report_form_read(const char *word, enum report_form *out, struct err *err);

/* The form of a page for `command`: text, md or html; NULL: `otherwise`. ST_ARGUMENT. */
enum status report_page_form(const char *command, const char *word, enum page_form otherwise,
                             enum page_form *out, struct err *err);

struct report_how {
    enum report_form form;
    enum lang lang;
    bool personal;                        /* leave the payer's data as it is */
    const struct profile *const *secrets; /* whose keys must not appear; may be NULL */
    size_t secret_count;
    int width; /* of a comparison as text, in cells; 0: REPORT_WIDTH */
};

#define REPORT_WIDTH 100

/* Appends the report of `r`; `out` has the ceiling REPORT_MAX. ST_UNSUPPORTED for a form that this
   record cannot take, ST_LIMIT for one that `out` has no room for. */
enum status report_write(const struct record *r, const struct report_how *how, struct buf *out,
                         struct err *err);

/* Two records of the same kind side by side: fields, joined strings aligned, XML documents line by
   line. Only the forms text, md and html. */
enum status report_compare(const struct record *a, const struct record *b,
                           const struct report_how *how, struct buf *out, struct err *err);

/* Of one row of the journal, or of two compared if `ids[1]` is not 0. */
enum status report_rows(const struct record_source *s, const int64_t ids[2],
                        const struct report_how *how, struct buf *out, struct err *err);

/* A copy of `from` as it may be shown. Zeroed or valid `to`. */
void report_params(const struct params *from, bool personal, struct params *to);

/* Takes keys and, unless asked otherwise, personal data out of a finished text. */
void report_clean(const struct report_how *how, const struct params *known, struct buf *text);

#endif
