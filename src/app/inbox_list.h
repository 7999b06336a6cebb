/* SPDX-License-Identifier: MIT */
/*
 * The lines of the inbox: numbers fetched backwards from the journal as they are wanted, and those
 * of what arrives; rows are read when they are looked at.
 *
 * A journal of any size costs what is visible. Numbers that are none of the journal's (negative)
 * stand in the list, and their rows elsewhere.
 */
#ifndef APP_INBOX_LIST_H
#define APP_INBOX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/notice_word.h"
#include "io/journal.h"
#include "io/loop.h"

#define INBOX_FILTER_MAX 128 /* bytes, NUL included */
#define INBOX_CACHE_ROWS 256

/* One line. */
struct inbox_row {
    int64_t id; /* number in the journal; negative: it could not be recorded */
    int64_t at_ms;
    char event[24];   /* "payment", …, "unknown" */
    char profile[65]; /* whose key was used; "" */
    char order[65];
    int64_t amount; /* fen; negative: none */
    int status;     /* HTTP status of our answer; 0: none was given */
    bool waiting;   /* none yet: the application behind the listener has not answered */
    bool acknowledged;
    bool invalid; /* the application's answer, which we relayed, is neither success nor refusal */
    const struct notice_word *word;
};

/* As a row of the journal has it; whether it waits is not in there. */
void inbox_row_read(const struct journal_row *row, struct inbox_row *out);

struct inbox_numbers {
    int64_t *items;
    size_t count, cap;
};

/* Up to a million; what is more is dropped. */
void inbox_numbers_add(struct inbox_numbers *n, int64_t id);

/* Private but for what the options are. */
struct inbox_list {
    struct loop *loop;
    loop_fn changed; /* more was fetched; called in a turn of the loop */
    void *ctx;
    struct journal *journal;
    struct inbox_numbers fresh, old; /* arrived, the newest last; fetched, the newest first */
    int64_t top;                     /* the newest number when fetching began */
    struct journal_search search;
    char filter[INBOX_FILTER_MAX];
    size_t wanted;
    unsigned timer; /* of the loop; 0: none */
    struct inbox_row cache[INBOX_CACHE_ROWS];
};

void inbox_list_clear(struct inbox_list *l);

/* Starts anew over this journal (borrowed), or NULL. */
void inbox_list_journal(struct inbox_list *l, struct journal *journal);

/* Only what holds `word`, as inbox_filter(). False: it is the filter already. */
bool inbox_list_filter(struct inbox_list *l, const char *word);

/* Fetches until `count` lines are there: what 12 ms can, at once, and the rest in the loop. True:
   some were fetched. */
bool inbox_list_want(struct inbox_list *l, size_t count);

size_t inbox_list_count(const struct inbox_list *l);
bool inbox_list_is_complete(const struct inbox_list *l);

/* Puts what arrived on top, unless the filter keeps it out or fetching has it already. */
void inbox_list_add(struct inbox_list *l, int64_t id);

/* The number of the index-th line, newest first; 0 behind the last. */
int64_t inbox_list_at(const struct inbox_list *l, size_t index);

/* The row of a number of the journal; NULL if it is gone. The list's, valid until the next call. */
struct inbox_row *inbox_list_row(struct inbox_list *l, int64_t id);

/* The row of what arrived has changed: read again, and kept or left out as the filter says. */
void inbox_list_update(struct inbox_list *l, int64_t id);

#endif
