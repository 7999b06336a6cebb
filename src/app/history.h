/* SPDX-License-Identifier: MIT */
/*
 * A window on the journal for a screen: newest first, filtered, read as far as it is looked at.
 *
 * A page is read when somebody comes near the end of what is there. A filter scans the short
 * texts in slices, one a turn of the loop, so that no key waits; when they are through, the
 * bodies are searched in the same way. What was written since stands on top after
 * history_refresh().
 */
#ifndef APP_HISTORY_H
#define APP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/record_filter.h"
#include "core/base.h"
#include "io/journal.h"
#include "io/loop.h"

#define HISTORY_PAGE 500    /* rows read at once */
#define HISTORY_SLICE 20000 /* rows looked at in one turn: about 4 ms (facts/technology.md 3) */
#define HISTORY_BODIES 200  /* rows whose bodies are looked at in one turn */
#define HISTORY_RECENT 64   /* rows whose answer may have come since they were read */
#define HISTORY_WORD_MAX RECORD_FILTER_MAX

enum history_state {
    HISTORY_READY,     /* all there is was read, or more on demand */
    HISTORY_TEXTS,     /* the short texts are being searched */
    HISTORY_IN_BODIES, /* then the bodies */
};

/* Fields are for reading. */
struct history {
    struct journal *journal; /* borrowed; NULL: nothing is recorded */
    struct loop *loop;
    int kind;                 /* enum journal_kind or JOURNAL_ANY */
    struct journal_row *rows; /* newest first; their texts belong to the window */
    size_t count, cap;
    bool more; /* older ones can be read */
    char word[HISTORY_WORD_MAX];
    struct record_filter filter; /* as it was read */
    int64_t now_ms;              /* set by the owner: what "today" and "2h" mean */
    const struct events *events; /* set by the owner: their titles are found; may be NULL */
    enum history_state state;
    int64_t at;     /* where the scan is */
    struct err err; /* what the journal said last */
    unsigned timer;
    unsigned rev;    /* moves with every change */
    unsigned *moved; /* moves with it; NULL: nobody looks */
};

/* Opens the window and reads the first page. Zeroed `h`. */
void history_open(struct history *h, struct journal *journal, struct loop *loop, int kind);
void history_close(struct history *h); /* the loop must still be there */

/* Reads on if fewer than `rows` are there and more can be read. Not while a filter is in force. */
void history_need(struct history *h, size_t rows);

/* Has another program written to the journal since the last call? */
bool history_is_stale(struct history *h);

/* Rows added since stand on top; with a filter only those that pass. */
void history_refresh(struct history *h);

/* Only rows that pass `word`: terms and a text as record_filter.h has them (an inverted text is not
   looked for in bodies); "" ends it. */
void history_filter(struct history *h, const char *word);

#endif
