/* SPDX-License-Identifier: MIT */
/*
 * Between the files of the journal: journal_open.c opens it, journal.c keeps the rows,
 * journal_log.c moves them into the main file, journal_search.c looks through them,
 * journal_upkeep.c removes them. Nobody else includes this.
 */
#ifndef IO_JOURNAL_DB_H
#define IO_JOURNAL_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base.h"

struct sqlite3;
struct sqlite3_stmt;
struct journal_scan;
struct journal_checkpoint;
struct journal_row;

#define JOURNAL_DB_KINDS 3 /* enum journal_kind */

#define COLUMNS                                                                                    \
    "r.id, r.at, r.kind, r.name, r.profile, r.mch_id, r.order_no, r.transaction_id, r.amount,"     \
    " r.status, r.good, r.outcome, r.text"

enum statement {
    BEGIN,
    COMMIT,
    ROLLBACK,
    ADD_ROW,
    ADD_BODY,
    UPDATE_ROW,
    UPDATE_BODY,
    PAGE,
    PAGE_KIND,
    NUMBERS,
    GET,
    FIND,
    FIND_NAME, /* the index serves it however many rows an order has */
    FIND_ELSEWHERE,
    KNOWS,
    COUNT,
    PRUNE_LIST,
    PRUNE_ROW,
    PRUNE_BODY,
    STATEMENT_COUNT
};

struct journal {
    struct sqlite3 *db;
    char *path;     /* NULL: memory */
    ino_t inode;    /* of the file that was opened */
    bool read_only; /* opened for reading alone */
    struct sqlite3_stmt *statements[STATEMENT_COUNT];
    int64_t counts[JOURNAL_DB_KINDS];
    bool counted;
    int version;               /* SQLite's, which moves when another connection has written */
    struct journal_scan *scan; /* of journal_search.c */
    int log_pages;             /* not yet in the main file */
    struct journal_checkpoint *checkpoint; /* of journal_log.c */
    bool batch;                            /* between journal_begin() and journal_commit() */
};

/* SQLite's code that an error number of the system comes to; `other` for most. */
int journal_code_of(int number, int other);

/* What SQLite's codes mean to a person. */
enum status journal_say(const struct journal *j, int rc, struct err *err);

/* The columns of COLUMNS as a row; its texts are borrowed from the statement. */
void journal_read_row(struct sqlite3_stmt *s, struct journal_row *r);

/* The statement, reset and without bindings; NULL when it cannot be prepared. */
struct sqlite3_stmt *journal_prepare(struct journal *j, enum statement which);

/* Runs one that gives no rows; SQLITE_OK or what went wrong. NULL: what went wrong before. */
int journal_run(struct journal *j, struct sqlite3_stmt *s);
int journal_run_one(struct journal *j, enum statement which);
int journal_execute(struct journal *j, const char *sql);

/* Takes the transaction back and says why. */
enum status journal_roll_back(struct journal *j, int rc, struct err *err);

/* The one number that `sql` gives. */
int journal_ask_number(struct journal *j, const char *sql, int *rc);

void journal_search_init(struct journal *j);
void journal_search_end(struct journal *j);

void journal_log_open(struct journal *j);
void journal_log_close(struct journal *j);

/* After each commit: begins a checkpoint when the log has grown large. */
void journal_log_committed(struct journal *j);

/* Is the log still the file that was written to? */
bool journal_log_is_there(const struct journal *j);

/* Until a checkpoint that is under way has ended. */
void journal_log_wait(struct journal *j);

#endif
