/* SPDX-License-Identifier: MIT */
/*
 * What happened to a message on its way into a paste, undone: web pages that ate entities,
 * logs that escaped, chats that curled quotes, terminals that numbered lines.
 *
 * Each repair is a row with an id: it says whether it sees its damage and mends it. What was
 * done is told, and any of it can be left off. The text goes on to paste_read(); a text that
 * needs nothing is not touched.
 */
#ifndef CORE_REPAIR_H
#define CORE_REPAIR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/found.h"
#include "core/paste.h"

enum repair_id {
    REPAIR_BOM,        /* "bom" */
    REPAIR_GBK,        /* "gbk": the bytes are GB18030 */
    REPAIR_COLLECTION, /* "collection": a request of a HAR or Postman file */
    REPAIR_CURL,       /* "curl": the body of a curl command */
    REPAIR_LINE_NUMBERS,
    REPAIR_LOG_ESCAPES, /* \x22 \u4e2d \" \n of logs and of JSON in a string */
    REPAIR_HTML,        /* &lt; &quot; &amp; */
    REPAIR_HTML_EATEN,  /* ¬ify_url for &notify_url */
    REPAIR_FULL_WIDTH,  /* ＝ ＆ ＜ ＞ */
    REPAIR_QUOTES,      /* “ ” ‘ ’ */
    REPAIR_URL_ENCODED, /* %3Cxml%3E, or each value of a query */
    REPAIR_LINE_BREAKS, /* a terminal or a mail broke the lines */
    REPAIR_MOJIBAKE,    /* UTF-8 read as Latin-1, Windows-1252 or GBK */
    REPAIR_DOCUMENT,    /* the document inside a log line */
    REPAIR_COUNT
};

/* "bom", … as the command line names it; NULL past the end (for text_nearest). */
const char *repair_name(const void *unused, size_t index);
bool repair_find(const char *name, enum repair_id *id);
/* What it undoes, one sentence. */
struct bi repair_text(enum repair_id id);

/* What was done to a paste. Zeroed is valid. */
struct repair_log {
    bool off[REPAIR_COUNT];  /* in: leave these off */
    bool done[REPAIR_COUNT]; /* out */
    size_t documents;        /* out: how many the text holds; at least 1 once read */
    size_t number;           /* out: which of them was read, from 1 */
    bool twice;              /* in: names with several values are read, as PASTE_TWICE */
    size_t wanted;           /* in: which of them, from 1; 0: import_first() */
};

/*
 * Reads whatever was pasted, repaired where it must be. `out` as of paste_read(), whose errors
 * these are; the error is that of the repaired text. ST_NOT_FOUND: `wanted` is beyond the last.
 * `found` (zeroed, cleared by the caller; NULL: not asked for) gets the documents of the text and
 * what could not be understood; it is empty if the text is the document.
 */
enum status repair_read(const char *data, size_t len, struct repair_log *log, struct found *found,
                        struct paste *out, struct err *err);

#endif
