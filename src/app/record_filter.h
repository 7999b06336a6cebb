/* SPDX-License-Identifier: MIT */
/*
 * Which rows of the journal are wanted: NAME=VALUE terms that all have to hold, and a text.
 *
 * The names are kind, api, event, profile, outcome, mch_id, order, transaction_id (the beginning of
 * these last two is enough), amount (in yuan), and time, since, until (2026-01-02, 01-02, 10:30,
 * 2026-01-02T10:30 in UTC+8; 30m, 2h, 7d: so long ago). A leading '!' turns a term, or the text,
 * around.
 */
#ifndef APP_RECORD_FILTER_H
#define APP_RECORD_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/event.h"
#include "io/journal.h"

#define RECORD_FILTER_MAX 160 /* bytes of a text, NUL included */
#define RECORD_TERMS_MAX 8
#define RECORD_WORDS_MAX 4 /* of a text of which one is shown; in a longer one none is */

struct record_term {
    int name; /* of record_filter.c */
    bool invert;
    char value[72];
    int64_t from_ms, to_ms; /* of a time */
    int64_t fen;            /* of an amount */
};

struct record_word {
    char text[RECORD_FILTER_MAX];
    int64_t fen;            /* the amount it is; negative: none */
    int64_t from_ms, to_ms; /* the time it is; to_ms 0: none */
};

/* Zeroed is valid: all rows. */
struct record_filter {
    struct record_term terms[RECORD_TERMS_MAX];
    size_t count;
    bool invert; /* the text's */
    char text[RECORD_FILTER_MAX];
    /* The text, or a word of it, may be what the columns of a row show: a kind, outcome or event in
       words, an amount, a time. Then record_filter_finds() looks, not the journal. */
    bool shown;
    struct record_word words[RECORD_WORDS_MAX]; /* each has to be found */
    size_t word_count;
    const struct events *events;
};

/* What can be asked for, row by row, for those who tell it; a NULL name ends it. */
struct record_filter_row {
    const char *name;
    struct bi text;
};
const struct record_filter_row *record_filter_rows(void);

/* Takes one term. ST_NOT_FOUND: it is none of these names; ST_ARGUMENT: there is no such kind, its
   time cannot be read, or there are too many. */
enum status record_filter_add(struct record_filter *f, const char *word, int64_t now_ms,
                              struct err *err);

/* The words of a line: what is no term is the text. `events` (borrowed; may be NULL) have titles.
 */
void record_filter_read(struct record_filter *f, const char *line, int64_t now_ms,
                        const struct events *events);

/* Do the terms hold? The text is the journal's to look for. */
bool record_filter_passes(const struct record_filter *f, const struct journal_row *row);

/* If `shown`: does the row hold the text, or show it? `invert` is minded; bodies are not looked
   into. */
bool record_filter_finds(const struct record_filter *f, const struct journal_row *row);

#endif
