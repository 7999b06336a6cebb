/* SPDX-License-Identifier: MIT */
/*
 * The door to SQLite. Statements are prepared once; a row and its bytes are two inserts in
 * one transaction. Checkpoints are ours to place (journal_log.c).
 */
#include "io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/text.h"
#include "io/journal_db.h"

_Static_assert(JOURNAL_DB_KINDS == JOURNAL_KIND_COUNT, "one count a kind");

#define FIND_FROM " FROM row r WHERE r.order_no = ?1 AND r.order_no <> '' AND r.kind = ?2"
/* "+": the rows come by row_order and are sorted; else all of the kind would be walked by id. */
#define FIND_REST                                                                                  \
    " AND r.good = ?6 AND (?4 IS NULL OR r.transaction_id = ?4) AND (?5 IS NULL OR r.mch_id = ?5)" \
    " AND (?8 = 0 OR r.status = 0) AND (?7 = 0 OR r.id < ?7) ORDER BY +r.id DESC LIMIT 1"

static const char *const texts[STATEMENT_COUNT] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [ADD_ROW] = "INSERT INTO row VALUES(NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    [ADD_BODY] = "INSERT INTO body VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [UPDATE_ROW] =
        "UPDATE row SET status = ?10, good = ?11, outcome = ?12, text = ?13 WHERE id = ?1",
    [UPDATE_BODY] = "UPDATE body SET request_head = ifnull(?2, request_head),"
                    " request = ifnull(?3, request), response_head = ifnull(?4, response_head),"
                    " response = ifnull(?5, response), detail = ifnull(?6, detail) WHERE id = ?1",
    [PAGE] = "SELECT " COLUMNS " FROM row r WHERE r.id < ?1 ORDER BY r.id DESC LIMIT ?2",
    [PAGE_KIND] =
        "SELECT " COLUMNS " FROM row r WHERE r.kind = ?3 AND r.id < ?1 ORDER BY r.id DESC LIMIT ?2",
    [NUMBERS] = "SELECT id FROM row WHERE kind = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2",
    [GET] = "SELECT " COLUMNS ", b.request_head, b.request, b.response_head, b.response, b.detail"
            " FROM row r LEFT JOIN body b ON b.id = r.id WHERE r.id = ?1",
    [FIND] = "SELECT " COLUMNS FIND_FROM FIND_REST,
    [FIND_NAME] = "SELECT " COLUMNS FIND_FROM " AND r.name = ?3" FIND_REST,
    /* IS NOT: of <>, SQLite asks with each value anew whether it implies the partial index. */
    [FIND_ELSEWHERE] =
        "SELECT " COLUMNS " FROM row r WHERE r.transaction_id = ?4 AND r.transaction_id <> ''"
        " AND r.kind = ?2 AND r.good = 1 AND r.order_no IS NOT ?1 AND r.order_no <> ''"
        " AND (?5 IS NULL OR r.mch_id = ?5) LIMIT 1",
    [KNOWS] = "SELECT 1" FIND_FROM " LIMIT 1",
    [COUNT] = "SELECT kind, count(*) FROM row GROUP BY kind",
    [PRUNE_LIST] = "SELECT id, kind FROM row WHERE at < ?1 ORDER BY id LIMIT ?2",
    [PRUNE_ROW] = "DELETE FROM row WHERE id = ?1",
    [PRUNE_BODY] = "DELETE FROM body WHERE id = ?1",
};

/* ---- Sentences ---- */

static const char *shown_path(const struct journal *j)
{
    return j->path ? j->path : ":memory:";
}

/* A file that is there, but not for writing: it is read-only, or a log beside it cannot be made. */
static bool cannot_write(const char *path)
{
    char folder[4096];
    if (!path || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
        return false;
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0 ||
           faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) != 0;
}

int journal_code_of(int number, int other)
{
    bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    return full ? SQLITE_FULL : number == EROFS ? SQLITE_READONLY : other;
}

/* An I/O error may come of a full or a read-only disk as well: the system's number tells. */
static int true_code(const struct journal *j, int rc)
{
    int code = rc & 0xff;
    if (code == SQLITE_CANTOPEN && cannot_write(j->path))
        return SQLITE_READONLY;
    return j->db && code == SQLITE_IOERR ? journal_code_of(sqlite3_system_errno(j->db), code)
                                         : code;
}

/* What SQLite's codes mean to a person. */
enum status journal_say(const struct journal *j, int rc, struct err *err)
{
    const char *path = shown_path(j);
    switch (true_code(j, rc)) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_set(
            err, ST_SYNTAX,
            SAY("记录文件 %s 已损坏", "它不是完好的 SQLite 数据库",
                "把它移走（可先备份，再用 sqlite3 的 .recover 恢复），或用 --data 另选目录"),
            SAY("the journal %s is damaged", "it is no intact SQLite database",
                "move it away (.recover of sqlite3 may rescue a copy), or choose another "
                "--data"),
            path);
    case SQLITE_FULL:
        return err_set(err, ST_IO,
                       SAY("不能写入记录 %s", "磁盘已满", "腾出空间，或用 --data 另选目录"),
                       SAY("cannot write to the journal %s", "the disk is full",
                           "make room on it, or choose another --data"),
                       path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return err_set(
            err, ST_IO,
            SAY("不能写入记录 %s", "文件或所在目录是只读的", "改变权限，或用 --data 另选目录"),
            SAY("cannot write to the journal %s", "the file or its folder is read-only",
                "change the permissions, or choose another --data"),
            path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ST_IO,
                       SAY("不能写入记录 %s", "另一个程序正占用它", "稍后再试，或关闭那个程序"),
                       SAY("cannot write to the journal %s", "another program holds it",
                           "try again, or end that program"),
                       path);
    default:
        return err_set(err, ST_IO,
                       SAY("不能读写记录 %s", "%s", "检查文件和目录的权限，或用 --data 另选目录"),
                       SAY("cannot read or write the journal %s", "%s",
                           "check the permissions of file and folder, or choose another --data"),
                       path, j->db ? sqlite3_errmsg(j->db) : sqlite3_errstr(rc));
    }
}

/* ---- Statements ---- */

sqlite3_stmt *journal_prepare(struct journal *j, enum statement which)
{
    sqlite3_stmt **s = &j->statements[which];
    if (!*s)
        sqlite3_prepare_v3(j->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, s, NULL);
    if (*s) {
        sqlite3_reset(*s);
        sqlite3_clear_bindings(*s);
    }
    return *s;
}

/* Runs one that gives no rows; SQLITE_OK or what went wrong. */
int journal_run(struct journal *j, sqlite3_stmt *s)
{
    if (!s)
        return sqlite3_errcode(j->db);
    int rc = sqlite3_step(s);
    sqlite3_reset(s);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

int journal_run_one(struct journal *j, enum statement which)
{
    return journal_run(j, journal_prepare(j, which));
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
    sqlite3_bind_text(s, at, text ? text : "", -1, SQLITE_STATIC);
}

static void bind_row(sqlite3_stmt *s, const struct journal_row *r)
{
    if (!s)
        return;
    sqlite3_bind_int64(s, 1, r->id);
    sqlite3_bind_int64(s, 2, r->at_ms);
    sqlite3_bind_int(s, 3, (int)r->kind);
    bind_text(s, 4, r->name);
    bind_text(s, 5, r->profile);
    bind_text(s, 6, r->mch_id);
    bind_text(s, 7, r->order_no);
    bind_text(s, 8, r->transaction_id);
    sqlite3_bind_int64(s, 9, r->amount);
    sqlite3_bind_int(s, 10, r->status);
    sqlite3_bind_int(s, 11, r->good);
    bind_text(s, 12, r->outcome);
    bind_text(s, 13, r->text);
}

static void bind_bytes(sqlite3_stmt *s, int at, const struct journal_bytes *b)
{
    if (b->data)
        sqlite3_bind_blob64(s, at, b->data, b->len, SQLITE_STATIC);
}

static void bind_body(sqlite3_stmt *s, int64_t id, const struct journal_body *b)
{
    if (!s)
        return;
    sqlite3_bind_int64(s, 1, id);
    bind_bytes(s, 2, &b->request_head);
    bind_bytes(s, 3, &b->request);
    bind_bytes(s, 4, &b->response_head);
    bind_bytes(s, 5, &b->response);
    bind_bytes(s, 6, &b->detail);
}

static const char *column(sqlite3_stmt *s, int at)
{
    const char *text = (const char *)sqlite3_column_text(s, at);
    return text ? text : "";
}

void journal_read_row(sqlite3_stmt *s, struct journal_row *r)
{
    int kind = sqlite3_column_int(s, 2);
    *r = (struct journal_row){
        .id = sqlite3_column_int64(s, 0),
        .at_ms = sqlite3_column_int64(s, 1),
        .kind = kind >= 0 && kind < JOURNAL_KIND_COUNT ? (enum journal_kind)kind : JOURNAL_CALL,
        .name = column(s, 3),
        .profile = column(s, 4),
        .mch_id = column(s, 5),
        .order_no = column(s, 6),
        .transaction_id = column(s, 7),
        .amount = sqlite3_column_int64(s, 8),
        .status = sqlite3_column_int(s, 9),
        .good = sqlite3_column_int(s, 10) != 0,
        .outcome = column(s, 11),
        .text = column(s, 12),
    };
}

int journal_ask_number(struct journal *j, const char *sql, int *rc)
{
    sqlite3_stmt *s = NULL;
    int n = 0;
    *rc = sqlite3_prepare_v2(j->db, sql, -1, &s, NULL);
    if (*rc == SQLITE_OK) {
        *rc = sqlite3_step(s);
        if (*rc == SQLITE_ROW) {
            n = sqlite3_column_int(s, 0);
            *rc = SQLITE_OK;
        }
    }
    sqlite3_finalize(s);
    return n;
}

int journal_execute(struct journal *j, const char *sql)
{
    return sqlite3_exec(j->db, sql, NULL, NULL, NULL);
}

/* ---- Closing ---- */

void journal_close(struct journal *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(j->statements[i]);
    journal_search_end(j);
    journal_log_close(j);
    sqlite3_close(j->db); /* the last one checkpoints */
    free(j->path);
    free(j);
}

const char *journal_path(const struct journal *j)
{
    return j->path;
}

/* ---- Writing ---- */

enum status journal_roll_back(struct journal *j, int rc, struct err *err)
{
    enum status st = journal_say(j, rc, err); /* before the message is replaced */
    if (!sqlite3_get_autocommit(j->db))
        journal_run_one(j, ROLLBACK);
    if (j->batch)
        j->counted = false; /* more than one row may have gone */
    j->batch = false;
    return st;
}

/* Who removes or moves the file, or the log beside it, would lose what is added: SQLite goes on
   with what has no name any more. */
static enum status check_place(const struct journal *j, struct err *err)
{
    struct stat s;
    if (!j->path || (stat(j->path, &s) == 0 && s.st_ino == j->inode && journal_log_is_there(j)))
        return ST_OK;
    return err_set(err, ST_IO,
                   SAY("不能写入记录 %s", "它或旁边的 -wal 文件被删除、移走或换成了另一个",
                       "放回去，或重新启动 wxpc"),
                   SAY("cannot write to the journal %s",
                       "it, or the -wal file beside it, was removed, moved or replaced by another",
                       "put it back, or start wxpc again"),
                   j->path);
}

enum status journal_begin(struct journal *j, struct err *err)
{
    enum status st = check_place(j, err);
    if (st)
        return st;
    int rc = journal_run_one(j, BEGIN);
    if (rc != SQLITE_OK)
        return journal_roll_back(j, rc, err);
    j->batch = true;
    return ST_OK;
}

/* Makes what was written last, also when the program is killed now. */
static int commit(struct journal *j)
{
    int rc = journal_run_one(j, COMMIT);
    if (rc == SQLITE_OK)
        journal_log_committed(j);
    return rc;
}

enum status journal_commit(struct journal *j, struct err *err)
{
    int rc = commit(j);
    if (rc != SQLITE_OK)
        return journal_roll_back(j, rc, err);
    j->batch = false;
    return ST_OK;
}

enum status journal_add(struct journal *j, const struct journal_row *row,
                        const struct journal_body *body, int64_t *id, struct err *err)
{
    static const struct journal_body none;
    int64_t number = 0;
    enum status st = j->batch ? ST_OK : check_place(j, err);
    if (st)
        return st;
    int rc = j->batch ? SQLITE_OK : journal_run_one(j, BEGIN);
    if (rc == SQLITE_OK) {
        sqlite3_stmt *s = journal_prepare(j, ADD_ROW);
        bind_row(s, row);
        rc = journal_run(j, s);
    }
    if (rc == SQLITE_OK) {
        number = sqlite3_last_insert_rowid(j->db);
        sqlite3_stmt *s = journal_prepare(j, ADD_BODY);
        bind_body(s, number, body ? body : &none);
        rc = journal_run(j, s);
    }
    if (rc == SQLITE_OK && !j->batch)
        rc = commit(j);
    if (rc != SQLITE_OK)
        return journal_roll_back(j, rc, err);
    j->counts[row->kind]++;
    if (id)
        *id = number;
    return ST_OK;
}

enum status journal_update(struct journal *j, const struct journal_row *row,
                           const struct journal_body *body, struct err *err)
{
    enum status st = check_place(j, err);
    if (st)
        return st;
    int rc = journal_run_one(j, BEGIN);
    if (rc == SQLITE_OK) {
        sqlite3_stmt *s = journal_prepare(j, UPDATE_ROW);
        bind_row(s, row);
        rc = journal_run(j, s);
    }
    if (rc == SQLITE_OK && body) {
        sqlite3_stmt *s = journal_prepare(j, UPDATE_BODY);
        bind_body(s, row->id, body);
        rc = journal_run(j, s);
    }
    if (rc == SQLITE_OK)
        rc = commit(j);
    return rc == SQLITE_OK ? ST_OK : journal_roll_back(j, rc, err);
}

/* ---- Reading ---- */

/* Steps through; the number of rows seen goes to `*seen`. */
static enum status walk(struct journal *j, sqlite3_stmt *s, journal_row_fn fn, void *ctx,
                        struct err *err)
{
    int rc = s ? SQLITE_ROW : sqlite3_errcode(j->db);
    bool more = true;
    while (s && more && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        struct journal_row row;
        journal_read_row(s, &row);
        more = fn(ctx, &row);
    }
    enum status st = rc == SQLITE_DONE || rc == SQLITE_ROW ? ST_OK : journal_say(j, rc, err);
    sqlite3_reset(s);
    return st;
}

enum status journal_page(struct journal *j, int kind, int64_t before, size_t limit,
                         journal_row_fn fn, void *ctx, struct err *err)
{
    sqlite3_stmt *s = journal_prepare(j, kind == JOURNAL_ANY ? PAGE : PAGE_KIND);
    sqlite3_bind_int64(s, 1, before > 0 ? before : INT64_MAX);
    sqlite3_bind_int64(s, 2, (int64_t)limit);
    if (kind != JOURNAL_ANY)
        sqlite3_bind_int(s, 3, kind);
    return walk(j, s, fn, ctx, err);
}

enum status journal_numbers(struct journal *j, enum journal_kind kind, int64_t before, size_t limit,
                            int64_t *out, size_t *count, struct err *err)
{
    sqlite3_stmt *s = journal_prepare(j, NUMBERS);
    int rc = s ? SQLITE_DONE : sqlite3_errcode(j->db);
    *count = 0;
    if (s) {
        sqlite3_bind_int64(s, 1, before);
        sqlite3_bind_int64(s, 2, (int64_t)limit);
        sqlite3_bind_int(s, 3, (int)kind);
        while ((rc = sqlite3_step(s)) == SQLITE_ROW && *count < limit)
            out[(*count)++] = sqlite3_column_int64(s, 0);
    }
    enum status st = rc == SQLITE_DONE ? ST_OK : journal_say(j, rc, err);
    sqlite3_reset(s);
    return st;
}

static struct journal_bytes blob(sqlite3_stmt *s, int at)
{
    struct journal_bytes b = {sqlite3_column_blob(s, at), (size_t)sqlite3_column_bytes(s, at)};
    return b;
}

enum status journal_get(struct journal *j, int64_t id, journal_body_fn fn, void *ctx,
                        struct err *err)
{
    sqlite3_stmt *s = journal_prepare(j, GET);
    sqlite3_bind_int64(s, 1, id);
    int rc = s ? sqlite3_step(s) : sqlite3_errcode(j->db);
    enum status st = ST_OK;
    if (rc == SQLITE_ROW) {
        struct journal_row row;
        journal_read_row(s, &row);
        struct journal_body body = {blob(s, 13), blob(s, 14), blob(s, 15), blob(s, 16),
                                    blob(s, 17)};
        fn(ctx, &row, &body);
    } else if (rc == SQLITE_DONE) {
        st = err_set(err, ST_NOT_FOUND, SAY("记录里没有 %lld 号", "", "wxpc history list 列出全部"),
                     SAY("the journal has no number %lld", "", "wxpc history list shows them all"),
                     (long long)id);
    } else {
        st = journal_say(j, rc, err);
    }
    sqlite3_reset(s);
    return st;
}

static bool step_to_row(sqlite3_stmt *s, journal_row_fn fn, void *ctx)
{
    bool found = sqlite3_step(s) == SQLITE_ROW;
    if (found && fn) {
        struct journal_row row;
        journal_read_row(s, &row);
        fn(ctx, &row);
    }
    sqlite3_reset(s);
    return found;
}

bool journal_find(struct journal *j, const struct journal_key *key, journal_row_fn fn, void *ctx)
{
    sqlite3_stmt *s = journal_prepare(j, key->name ? FIND_NAME : FIND);
    if (!s || !key->order_no || !key->order_no[0])
        return false;
    bind_text(s, 1, key->order_no);
    sqlite3_bind_int(s, 2, (int)key->kind);
    if (key->name)
        bind_text(s, 3, key->name);
    if (key->transaction_id)
        bind_text(s, 4, key->transaction_id);
    if (key->mch_id)
        bind_text(s, 5, key->mch_id);
    sqlite3_bind_int(s, 6, key->which == JOURNAL_GOOD);
    sqlite3_bind_int64(s, 7, key->before);
    sqlite3_bind_int(s, 8, key->which == JOURNAL_UNANSWERED);
    return step_to_row(s, fn, ctx);
}

bool journal_knows(struct journal *j, enum journal_kind kind, const char *order_no)
{
    sqlite3_stmt *s = journal_prepare(j, KNOWS);
    if (!s)
        return false;
    bind_text(s, 1, order_no);
    sqlite3_bind_int(s, 2, (int)kind);
    return step_to_row(s, NULL, NULL);
}

bool journal_find_elsewhere(struct journal *j, const struct journal_key *key, journal_row_fn fn,
                            void *ctx)
{
    sqlite3_stmt *s = journal_prepare(j, FIND_ELSEWHERE);
    if (!s || !key->transaction_id || !key->order_no)
        return false;
    bind_text(s, 1, key->order_no);
    sqlite3_bind_int(s, 2, (int)key->kind);
    bind_text(s, 4, key->transaction_id);
    if (key->mch_id)
        bind_text(s, 5, key->mch_id);
    return step_to_row(s, fn, ctx);
}

int64_t journal_count(struct journal *j, int kind)
{
    int64_t all = 0;
    if (!j->counted) {
        sqlite3_stmt *s = journal_prepare(j, COUNT);
        memset(j->counts, 0, sizeof j->counts);
        while (s && sqlite3_step(s) == SQLITE_ROW) {
            int k = sqlite3_column_int(s, 0);
            if (k >= 0 && k < JOURNAL_KIND_COUNT)
                j->counts[k] = sqlite3_column_int64(s, 1);
        }
        sqlite3_reset(s);
        j->counted = true;
    }
    for (int k = 0; k < JOURNAL_KIND_COUNT; k++) {
        if (kind == JOURNAL_ANY || kind == k)
            all += j->counts[k];
    }
    return all;
}

const char *journal_library(void)
{
    return sqlite3_libversion();
}
