/* SPDX-License-Identifier: MIT */
/*
 * What the journal does about its size: rows removed in slices, oldest first, and the room that
 * they leave. A removal that fails removes nothing.
 */
#include "io/journal.h"

#include <string.h>

#include <sqlite3.h>

#include "io/journal_db.h"

static int remove_row(struct journal *j, int64_t id)
{
    static const enum statement both[] = {PRUNE_ROW, PRUNE_BODY};
    int rc = SQLITE_OK;
    for (size_t i = 0; i < ARRAY_COUNT(both) && rc == SQLITE_OK; i++) {
        sqlite3_stmt *s = journal_prepare(j, both[i]);
        sqlite3_bind_int64(s, 1, id);
        rc = journal_run(j, s);
    }
    return rc;
}

enum status journal_remove(struct journal *j, int64_t id, struct err *err)
{
    int rc = journal_run_one(j, BEGIN);
    if (rc == SQLITE_OK)
        rc = remove_row(j, id);
    if (rc == SQLITE_OK)
        rc = journal_run_one(j, COMMIT);
    j->counted = false;
    return rc == SQLITE_OK ? ST_OK : journal_roll_back(j, rc, err);
}

/* What one transaction removes. */
struct sweep {
    int64_t before_ms;                /* only rows older than that */
    size_t limit;                     /* so many at most */
    int64_t rows, bytes;              /* until no more than those are left; negative: all that go */
    int64_t gone[JOURNAL_KIND_COUNT]; /* removed by now */
    size_t count;
};

static bool is_enough(struct journal *j, const struct sweep *w)
{
    if (w->rows < 0 || (w->rows > 0 && journal_count(j, JOURNAL_ANY) - (int64_t)w->count > w->rows))
        return false;
    return w->bytes <= 0 || journal_size(j) <= w->bytes;
}

static int remove_listed(struct journal *j, struct sweep *w)
{
    sqlite3_stmt *s = journal_prepare(j, PRUNE_LIST);
    int rc = SQLITE_OK, step = SQLITE_DONE;
    if (!s)
        return sqlite3_errcode(j->db);
    sqlite3_bind_int64(s, 1, w->before_ms);
    sqlite3_bind_int64(s, 2, (int64_t)w->limit);
    while (!rc && !is_enough(j, w) && (step = sqlite3_step(s)) == SQLITE_ROW) {
        int kind = sqlite3_column_int(s, 1);
        rc = remove_row(j, sqlite3_column_int64(s, 0));
        if (kind >= 0 && kind < JOURNAL_KIND_COUNT)
            w->gone[kind]++;
        w->count++;
    }
    sqlite3_reset(s);
    return rc || step == SQLITE_DONE || step == SQLITE_ROW ? rc : step;
}

/* Ends the transaction that somebody began with `rc`. */
static enum status finish(struct journal *j, int rc, const struct sweep *w, size_t *removed,
                          struct err *err)
{
    if (rc == SQLITE_OK)
        rc = journal_run_one(j, COMMIT);
    *removed = rc == SQLITE_OK ? w->count : 0;
    for (size_t k = 0; k < JOURNAL_KIND_COUNT && rc == SQLITE_OK; k++)
        j->counts[k] -= w->gone[k];
    return rc == SQLITE_OK ? ST_OK : journal_roll_back(j, rc, err);
}

enum status journal_prune(struct journal *j, int64_t before_ms, size_t limit, size_t *removed,
                          struct err *err)
{
    struct sweep w = {.before_ms = before_ms, .limit = limit, .rows = -1};
    int rc = journal_run_one(j, BEGIN);
    if (rc == SQLITE_OK)
        rc = remove_listed(j, &w);
    return finish(j, rc, &w, removed, err);
}

bool journal_is_changed(struct journal *j)
{
    int rc, version = journal_ask_number(j, "PRAGMA data_version", &rc);
    bool changed = !rc && version != j->version && j->version;
    if (rc || version != j->version)
        j->counted = false;
    j->version = version;
    return changed;
}

enum status journal_retain(struct journal *j, int64_t rows, int64_t bytes, size_t limit,
                           size_t *removed, struct err *err)
{
    struct sweep w = {.before_ms = INT64_MAX, .limit = limit, .rows = rows, .bytes = bytes};
    *removed = 0;
    journal_is_changed(j);
    if (is_enough(j, &w))
        return ST_OK;
    int rc = journal_run_one(j, BEGIN);
    if (rc == SQLITE_OK) {
        journal_is_changed(j); /* somebody may have been quicker */
        rc = remove_listed(j, &w);
    }
    return finish(j, rc, &w, removed, err);
}

int64_t journal_size(struct journal *j)
{
    int rc;
    int64_t pages = journal_ask_number(j, "PRAGMA page_count", &rc);
    pages -= journal_ask_number(j, "PRAGMA freelist_count", &rc);
    return pages * journal_ask_number(j, "PRAGMA page_size", &rc);
}

enum status journal_compact(struct journal *j, struct err *err)
{
    journal_log_wait(j);
    int rc = journal_execute(j, "VACUUM");
    if (rc == SQLITE_OK && j->path)
        rc = sqlite3_wal_checkpoint_v2(j->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK || rc == SQLITE_BUSY ? ST_OK : journal_say(j, rc, err);
}
