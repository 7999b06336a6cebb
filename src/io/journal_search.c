/* SPDX-License-Identifier: MIT */
/*
 * Looking through the journal. The comparing is done inside the statement, by a function of
 * ours: a row that does not match is never handed out. A slice is a range of numbers.
 */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "io/journal.h"
#include "io/journal_db.h"

#define WORD_MAX 1024 /* bytes; of a longer word its beginning is looked for */

struct journal_scan {
    sqlite3_stmt *texts, *bodies;
    unsigned char lower[256]; /* ASCII letters in lower case */
    unsigned char word[WORD_MAX];
    size_t len;
    bool letters; /* has ASCII letters: either case will do */
};

static const char texts_sql[] =
    "SELECT " COLUMNS " FROM row r WHERE r.id < ?1 AND r.id >= ?2 AND (?3 < 0 OR r.kind = ?3)"
    " AND holds(r.text, r.order_no, r.transaction_id, r.name, r.mch_id, r.outcome) <> ?4"
    " ORDER BY r.id DESC";
static const char bodies_sql[] =
    "SELECT " COLUMNS " FROM row r JOIN body b ON b.id = r.id WHERE r.id < ?1 AND r.id >= ?2"
    " AND (?3 < 0 OR r.kind = ?3) AND holds(b.request, b.response) ORDER BY r.id DESC";

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- Comparing ---- */

static bool same(const struct journal_scan *c, const unsigned char *at)
{
    for (size_t i = 1; i < c->len; i++) {
        if (c->lower[at[i]] != c->word[i])
            return false;
    }
    return true;
}

static bool has(const struct journal_scan *c, const unsigned char *s, size_t len)
{
    if (!c->letters)
        return memmem(s, len, c->word, c->len) != NULL;
    for (size_t i = 0; i + c->len <= len; i++) {
        if (c->lower[s[i]] == c->word[0] && same(c, s + i))
            return true;
    }
    return false;
}

/* holds(a, b, …): does any of them hold the word? */
static void holds(sqlite3_context *ctx, int count, sqlite3_value **values)
{
    const struct journal_scan *c = sqlite3_user_data(ctx);
    bool found = c->len == 0;
    for (int i = 0; i < count && !found; i++) {
        const unsigned char *s = sqlite3_value_blob(values[i]);
        found = s && has(c, s, (size_t)sqlite3_value_bytes(values[i]));
    }
    sqlite3_result_int(ctx, found);
}

static void set_word(struct journal_scan *c, const char *text)
{
    size_t len = strlen(text);
    c->len = len < WORD_MAX ? len : WORD_MAX;
    c->letters = false;
    for (size_t i = 0; i < c->len; i++) {
        unsigned char byte = (unsigned char)text[i];
        c->word[i] = c->lower[byte];
        c->letters |= is_letter(byte);
    }
}

/* ---- Life ---- */

void journal_search_init(struct journal *j)
{
    struct journal_scan *c = mem_alloc(sizeof(*c));
    for (size_t i = 0; i < sizeof(c->lower); i++)
        c->lower[i] = (unsigned char)(i >= 'A' && i <= 'Z' ? i - 'A' + 'a' : i);
    j->scan = c;
    sqlite3_create_function(j->db, "holds", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, c, holds, NULL,
                            NULL);
}

void journal_search_end(struct journal *j)
{
    if (j->scan) {
        sqlite3_finalize(j->scan->texts);
        sqlite3_finalize(j->scan->bodies);
    }
    free(j->scan);
    j->scan = NULL;
}

/* ---- Slices ---- */

static sqlite3_stmt *ready(struct journal *j, sqlite3_stmt **s, const char *sql)
{
    if (!*s)
        sqlite3_prepare_v3(j->db, sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL);
    if (*s)
        sqlite3_reset(*s);
    return *s;
}

/* The highest number there is, and 0 for an empty journal. */
static int64_t newest(struct journal *j)
{
    sqlite3_stmt *s = NULL;
    int64_t id = 0;
    sqlite3_prepare_v2(j->db, "SELECT max(id) FROM row", -1, &s, NULL);
    if (s && sqlite3_step(s) == SQLITE_ROW)
        id = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return id;
}

static enum status scan(struct journal *j, sqlite3_stmt *q, struct journal_search *s, size_t slice,
                        journal_row_fn fn, void *ctx, struct err *err)
{
    int64_t below = s->before > 0 ? s->before : newest(j) + 1;
    int64_t from = below > (int64_t)slice ? below - (int64_t)slice : 0;
    int rc = q ? SQLITE_ROW : sqlite3_errcode(j->db);
    bool more = true;

    set_word(j->scan, s->text);
    if (q) {
        sqlite3_bind_int64(q, 1, below);
        sqlite3_bind_int64(q, 2, from);
        sqlite3_bind_int(q, 3, s->kind);
    }
    while (q && more && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        struct journal_row row;
        journal_read_row(q, &row);
        more = fn(ctx, &row);
        if (!more)
            from = row.id;
    }
    enum status st = rc == SQLITE_DONE || rc == SQLITE_ROW ? ST_OK : journal_say(j, rc, err);
    sqlite3_reset(q);
    s->before = from;
    s->done = st != ST_OK || from <= 1;
    return st;
}

enum status journal_search(struct journal *j, struct journal_search *s, size_t slice,
                           journal_row_fn fn, void *ctx, struct err *err)
{
    sqlite3_stmt *q = ready(j, &j->scan->texts, texts_sql);
    if (q)
        sqlite3_bind_int(q, 4, s->invert);
    return scan(j, q, s, slice, fn, ctx, err);
}

enum status journal_search_bodies(struct journal *j, struct journal_search *s, size_t slice,
                                  journal_row_fn fn, void *ctx, struct err *err)
{
    sqlite3_stmt *q = ready(j, &j->scan->bodies, bodies_sql);
    return scan(j, q, s, slice, fn, ctx, err);
}
