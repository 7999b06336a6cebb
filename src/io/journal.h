/* SPDX-License-Identifier: MIT */
/*
 * The journal: calls, notifications and deliveries, as they went over the wire.
 *
 * The door to SQLite. A narrow table that is listed and searched, and the bytes beside it;
 * no full text index: searching scans the short texts in slices, newest first, so that the
 * loop never waits (facts/technology.md 3). WAL with synchronous NORMAL: what was added is
 * kept when the program is killed at any moment; a power cut may take the last moments.
 *
 * The file has mode 0600. A file of a newer version, of another program or a damaged one is
 * refused with a sentence, never changed. What callers add holds no key: exchanges never do.
 */
#ifndef IO_JOURNAL_H
#define IO_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"

struct journal;

enum journal_kind {
    JOURNAL_CALL,     /* a request of ours and its reply */
    JOURNAL_NOTICE,   /* a notification that arrived, and what was answered */
    JOURNAL_DELIVERY, /* a notification that we sent: sandbox, trigger, resend */
    JOURNAL_KIND_COUNT
};

/* One row. Texts are borrowed; NULL is "" on the way in, and never comes out. */
struct journal_row {
    int64_t id;    /* its number, given by journal_add(); grows */
    int64_t at_ms; /* Unix time in milliseconds */
    enum journal_kind kind;
    const char *name; /* id of the API, or the event */
    const char *profile;
    const char *mch_id, *order_no, *transaction_id;
    int64_t amount; /* fen; negative: none */
    int status;     /* HTTP status of the answer; 0: none yet, or none came */
    bool good;      /* success, or acknowledged */
    const char *outcome;
    const char *text; /* one line for people; what is searched, with the numbers above */
};

/* The bytes of one row. NULL is none. */
struct journal_bytes {
    const char *data;
    size_t len;
};
struct journal_body {
    struct journal_bytes request_head; /* request line and headers, CR LF */
    struct journal_bytes request;
    struct journal_bytes response_head;
    struct journal_bytes response;
    struct journal_bytes detail; /* JSON: whatever else the row's kind keeps */
};

/*
 * Opens `path` (made with its folder if absent), or a journal in memory for NULL.
 * ST_UNSUPPORTED a newer version, ST_CONFLICT another program's file, ST_SYNTAX damaged, ST_IO
 * read-only, full or not to be opened.
 */
enum status journal_open(const char *path, struct journal **out, struct err *err);

/*
 * A journal that is there, for reading alone: on a read-only disk, or where the user may not write.
 * Nothing is made beside it. What writes to it says ST_IO. Errors as above, and ST_IO for one whose
 * newest rows cannot be reached without writing.
 */
enum status journal_open_to_read(const char *path, struct journal **out, struct err *err);
bool journal_is_read_only(const struct journal *j);

void journal_close(struct journal *j);

/* The path, or NULL in memory. */
const char *journal_path(const struct journal *j);

/* Appends a row with its bytes in one transaction: after ST_OK it outlives the program. `*id` (may
   be NULL) is its number. ST_IO: the disk is full or read-only; nothing was added. */
enum status journal_add(struct journal *j, const struct journal_row *row,
                        const struct journal_body *body, int64_t *id, struct err *err);

/*
 * Many rows in one transaction: after journal_begin() nothing that is added outlives the program
 * until journal_commit() says ST_OK. When adding or committing fails, all since the beginning is
 * taken back and the batch is over. Between the two only journal_add() and reading may happen.
 */
enum status journal_begin(struct journal *j, struct err *err);
enum status journal_commit(struct journal *j, struct err *err);

/* Completes a row once its answer is known: status, good, outcome, text; those parts of `body` that
   are not NULL replace what is there. */
enum status journal_update(struct journal *j, const struct journal_row *row,
                           const struct journal_body *body, struct err *err);

/* Called for each row; borrowed for the call. False ends the walk. */
typedef bool (*journal_row_fn)(void *ctx, const struct journal_row *row);
typedef void (*journal_body_fn)(void *ctx, const struct journal_row *row,
                                const struct journal_body *body);

#define JOURNAL_ANY (-1)

/* Up to `limit` rows with a number below `before` (0: from the newest), newest first; of one kind
   or JOURNAL_ANY. */
enum status journal_page(struct journal *j, int kind, int64_t before, size_t limit,
                         journal_row_fn fn, void *ctx, struct err *err);

/* The numbers alone of one kind, newest first, below `before`; up to `limit` go to `out`, and how
   many to `*count`. An index answers: 0.1 microseconds each. */
enum status journal_numbers(struct journal *j, enum journal_kind kind, int64_t before, size_t limit,
                            int64_t *out, size_t *count, struct err *err);

/* One row with its bytes. ST_NOT_FOUND. */
enum status journal_get(struct journal *j, int64_t id, journal_body_fn fn, void *ctx,
                        struct err *err);

enum journal_which {
    JOURNAL_GOOD,
    JOURNAL_UNANSWERED, /* to which no answer came */
    JOURNAL_NOT_GOOD,   /* with an answer or without */
};

/* What to look for by order number. */
struct journal_key {
    enum journal_kind kind;
    const char *order_no;
    const char *name;           /* NULL: any */
    const char *transaction_id; /* NULL: any; needs `name` to be quick */
    const char *mch_id;         /* NULL: any */
    enum journal_which which;
    int64_t before; /* a number below which to look; 0: all */
};

/* Is there such a row? The newest goes to `fn` (may be NULL). An index answers. */
bool journal_find(struct journal *j, const struct journal_key *key, journal_row_fn fn, void *ctx);

/* Is there a row of that kind about an order, whatever it says? Half the cost of finding it. */
bool journal_knows(struct journal *j, enum journal_kind kind, const char *order_no);

/* As journal_find() by transaction_id among the orders that are not key->order_no, any of them;
   `name` and `which` are not asked: good ones. */
bool journal_find_elsewhere(struct journal *j, const struct journal_key *key, journal_row_fn fn,
                            void *ctx);

/* A search that goes on slice by slice. Zeroed but for `text` is its start. */
struct journal_search {
    const char *text; /* ASCII letters of either case; Chinese by its bytes */
    bool invert;      /* rows that do not hold it */
    int kind;         /* or JOURNAL_ANY */
    int64_t before;   /* where to go on; moved by each call */
    bool done;        /* out: nothing is left */
};

/* Looks at the next `slice` numbers; rows that match go to `fn`. */
enum status journal_search(struct journal *j, struct journal_search *s, size_t slice,
                           journal_row_fn fn, void *ctx, struct err *err);

/* Same in the bytes of requests and responses; `invert` is not asked. Slower by far:
   give it small slices. */
enum status journal_search_bodies(struct journal *j, struct journal_search *s, size_t slice,
                                  journal_row_fn fn, void *ctx, struct err *err);

/* Removes one row with its bytes; absent is fine. */
enum status journal_remove(struct journal *j, int64_t id, struct err *err);

/* Rows of a kind or JOURNAL_ANY. Counted once and kept, until journal_is_changed(). */
int64_t journal_count(struct journal *j, int kind);

/* Has another program written to it since the last call? Cheap. */
bool journal_is_changed(struct journal *j);

/* Removes rows older than `before_ms`, oldest first, at most `limit` (so that the loop goes on);
   `*removed` says how many. */
enum status journal_prune(struct journal *j, int64_t before_ms, size_t limit, size_t *removed,
                          struct err *err);

/*
 * Removes what is over `rows` or `bytes` (0: no limit), oldest first, at most `limit` rows. Looks
 * at what is there in the same transaction: two instances do not both remove the same surplus.
 * Costs little when nothing is over.
 */
enum status journal_retain(struct journal *j, int64_t rows, int64_t bytes, size_t limit,
                           size_t *removed, struct err *err);

/* Begins to move what was appended into the main file, beside the loop; for a moment when nothing
   else is to do. */
void journal_idle(struct journal *j);

/* Bytes that the rows take, room left behind by removed ones not counted. */
int64_t journal_size(struct journal *j);

/* Gives the room of removed rows back to the disk; takes as long as copying the rest. */
enum status journal_compact(struct journal *j, struct err *err);

/* The library's version, for `--version`. */
const char *journal_library(void);

#endif
