/* SPDX-License-Identifier: MIT */
/*
 * The documents that stand in a paste, in the order of the text, and what was left out of it.
 *
 * A list only: core/import.h fills it. Its texts may hold a key and are wiped.
 */
#ifndef CORE_FOUND_H
#define CORE_FOUND_H

#include "core/base.h"
#include "core/span.h"

#define FOUND_DOCS_MAX 5000 /* kept; `total` counts on */
#define FOUND_NOTES_MAX 16
#define FOUND_TITLE_MAX 160 /* bytes kept of a title */
#define FOUND_PART_MAX 256  /* bytes of one half of a label, terminating NUL included */
#define FOUND_LABEL_MAX (2 * FOUND_PART_MAX + 4)

/* What a document was found in. */
enum found_in {
    FOUND_TEXT, /* the paste is the document */
    FOUND_CURL, /* `where`: which curl command */
    FOUND_HAR,  /* `where`: which entry; the request */
    FOUND_HAR_REPLY,
    FOUND_POSTMAN, /* `where`: which request, folders passed through */
    FOUND_LOG,     /* `where`: line of the text */
    FOUND_IN_COUNT
};

struct found_doc {
    enum found_in in;
    size_t where;   /* from 1 */
    bool unescaped; /* a log had escaped it (\x22, \u4e2d) */
    bool query;     /* of a curl command: the URL's query, as it has no body */
    char *head;     /* of a curl command: its header lines; or "" */
    char *title;    /* "POST https://host/path", without a query; a request's name; or "" */
    char *text;
    size_t len;
};

/* Zeroed is empty. */
struct found {
    struct found_doc *docs;
    size_t count;
    size_t total;                      /* those beyond FOUND_DOCS_MAX included */
    struct err notes[FOUND_NOTES_MAX]; /* what could not be understood (WHAT, WHY); status ST_OK */
    size_t note_count;                 /* kept */
    size_t noted;                      /* all */
    size_t cap;
};

/* Appends a copy of `text`; of `about` in, where, unescaped, query and head (may be NULL) are
   taken, and `title`, cut. */
void found_add(struct found *f, const struct found_doc *about, struct span title, struct span text);

/* Room for one more note; NULL when there are enough, which err_set() takes. */
struct err *found_note(struct found *f);

/* "HAR entry 2, request POST https://host/path" */
void found_place(const struct found_doc *doc, enum lang lang, char out[FOUND_PART_MAX]);

/* "out_trade_no 2026…, XML, 12 fields"; no other value is in it. */
void found_content(const struct found_doc *doc, enum lang lang, char out[FOUND_PART_MAX]);

/* Both, ": " between. */
void found_label(const struct found_doc *doc, enum lang lang, char out[FOUND_LABEL_MAX]);

void found_clear(struct found *f);

#endif
