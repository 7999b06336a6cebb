/* SPDX-License-Identifier: MIT */
/*
 * Opening the journal: whose file is it, of which version, and may it be written?
 *
 * For reading alone a file on a read-only disk will do, or one in a folder that is not ours.
 * SQLite reads it with the log that lies beside it; where it cannot set up the log's index and
 * there is no log, nobody has the file open, and it is read as one that does not change.
 */
#include "io/journal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/buf.h"
#include "core/text.h"
#include "io/journal_db.h"
#include "io/store.h"

#define APPLICATION_ID 0x77787063 /* "wxpc" */
#define SCHEMA_VERSION 1
#define BUSY_MS 1000

/* The newest row of an order is what is asked for; `good` before the transaction, because rows that
   are not good are never looked for. */
static const char schema[] =
    "CREATE TABLE row(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " name TEXT NOT NULL, profile TEXT NOT NULL, mch_id TEXT NOT NULL, order_no TEXT NOT NULL,"
    " transaction_id TEXT NOT NULL, amount INTEGER NOT NULL, status INTEGER NOT NULL,"
    " good INTEGER NOT NULL, outcome TEXT NOT NULL, text TEXT NOT NULL);"
    "CREATE TABLE body(id INTEGER PRIMARY KEY, request_head BLOB, request BLOB,"
    " response_head BLOB, response BLOB, detail BLOB);"
    "CREATE INDEX row_order ON row(order_no, kind, good, name, transaction_id)"
    " WHERE order_no <> '';"
    "CREATE INDEX row_kind ON row(kind);";

/* Came later, and is made when it is missing: a program of the first version keeps it as well. */
static const char later[] = "CREATE INDEX IF NOT EXISTS row_elsewhere"
                            " ON row(transaction_id, kind, good, order_no)"
                            " WHERE transaction_id <> ''";

/* Creates the file with its mode before SQLite does, which would ask the umask only. */
static enum status make_file(const char *path, struct err *err)
{
    int wrong = store_make_folders(path);
    int fd = wrong ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd >= 0) {
        close(fd);
        return ST_OK;
    }
    wrong = wrong ? wrong : errno;
    struct journal none = {.path = (char *)path};
    int code = journal_code_of(wrong, 0);
    if (code || (wrong == EACCES && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0))
        return journal_say(&none, code ? code : SQLITE_READONLY, err);
    return err_set(
        err, ST_IO, SAY("不能打开记录 %s", "%s", "检查权限，或用 --data 另选目录"),
        SAY("cannot open the journal %s", "%s", "check the permissions, or choose another --data"),
        path, strerror(wrong));
}

static int create(struct journal *j)
{
    char sql[128];
    int rc = journal_execute(j, "BEGIN IMMEDIATE");
    if (rc == SQLITE_OK)
        rc = journal_execute(j, schema);
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID,
             SCHEMA_VERSION);
    if (rc == SQLITE_OK)
        rc = journal_execute(j, sql);
    if (rc == SQLITE_OK)
        rc = journal_execute(j, "COMMIT");
    if (rc != SQLITE_OK)
        journal_execute(j, "ROLLBACK");
    return rc;
}

/* Whose file is it, and of which version? Nothing is written before that is known. */
static enum status check_schema(struct journal *j, struct err *err)
{
    int rc;
    int id = journal_ask_number(j, "PRAGMA application_id", &rc);
    int version = rc ? 0 : journal_ask_number(j, "PRAGMA user_version", &rc);
    int tables = rc ? 0 : journal_ask_number(j, "SELECT count(*) FROM sqlite_master", &rc);
    if (rc)
        return journal_say(j, rc, err);
    if (id == 0 && version == 0 && tables == 0) {
        rc = create(j);
        /* Another instance may have been quicker. */
        if (rc && journal_ask_number(j, "PRAGMA user_version", &(int){0}) != SCHEMA_VERSION)
            return journal_say(j, rc, err);
        return ST_OK;
    }
    if (id != APPLICATION_ID)
        return err_set(err, ST_CONFLICT,
                       SAY("%s 不是 wxpc 的记录", "它是另一个程序的数据库", "用 --data 另选目录"),
                       SAY("%s is no journal of wxpc", "it is another program's database",
                           "choose another --data"),
                       j->path);
    if (version > SCHEMA_VERSION)
        return err_set(err, ST_UNSUPPORTED,
                       SAY("记录 %s 来自更新的 wxpc", "它的版本是 %d，本程序只懂 %d",
                           "升级 wxpc，或用 --data 另选目录"),
                       SAY("the journal %s is of a newer wxpc",
                           "its version is %d, this one knows "
                           "%d",
                           "upgrade wxpc, or choose another --data"),
                       j->path, version, SCHEMA_VERSION);
    return ST_OK;
}

static enum status set_up(struct journal *j, struct err *err)
{
    sqlite3_busy_timeout(j->db, BUSY_MS);
    enum status st = check_schema(j, err);
    if (st)
        return st;
    int rc = j->read_only ? SQLITE_OK
                          : journal_execute(j, j->path ? "PRAGMA journal_mode=WAL;"
                                                         "PRAGMA synchronous=NORMAL;"
                                                         "PRAGMA wal_autocheckpoint=0"
                                                       : "PRAGMA journal_mode=MEMORY");
    if (rc)
        return journal_say(j, rc, err);
    if (!j->read_only)
        journal_execute(j, later); /* where that fails, what it serves is slow */
    journal_log_open(j);
    journal_search_init(j);
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        if (!journal_prepare(j, (enum statement)i)) /* a table that is not as it was made */
            return journal_say(j, SQLITE_CORRUPT, err);
    }
    return ST_OK;
}

/* `name` is the path as SQLite takes it. */
static enum status open_as(const char *path, const char *name, int flags, struct journal **out,
                           struct err *err)
{
    struct journal *j = mem_alloc(sizeof *j);
    j->path = mem_strdup(path);
    j->read_only = flags & SQLITE_OPEN_READONLY;
    int rc = sqlite3_open_v2(name, &j->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    struct stat s;
    if (path && stat(path, &s) == 0)
        j->inode = s.st_ino;
    enum status st = rc ? journal_say(j, rc, err) : set_up(j, err);
    if (st)
        journal_close(j);
    else
        *out = j;
    return st;
}

enum status journal_open(const char *path, struct journal **out, struct err *err)
{
    signal(SIGXFSZ, SIG_IGN); /* a limit on files is a full disk, and no end of the program */
    enum status st = path ? make_file(path, err) : ST_OK;
    return st ? st
              : open_as(path, path ? path : ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        out, err);
}

/* ---- For reading alone ---- */

/* Does a log lie beside the file, with rows that are not in it yet? */
static bool has_log(const char *path)
{
    char log[4096];
    struct stat s;
    snprintf(log, sizeof log, "%s-wal", path);
    return stat(log, &s) == 0 && s.st_size > 0;
}

/* The URI of a file that does not change while it is open. */
static void write_uri(const char *path, struct buf *out)
{
    buf_adds(out, path[0] == '/' ? "file://" : "file:");
    for (const char *p = path; *p; p++) {
        if (isalnum((unsigned char)*p) || strchr("/-._~", *p))
            buf_addc(out, *p);
        else
            buf_addf(out, "%%%02X", (unsigned char)*p);
    }
    buf_adds(out, "?immutable=1");
}

enum status journal_open_to_read(const char *path, struct journal **out, struct err *err)
{
    struct buf uri;
    enum status st = open_as(path, path, SQLITE_OPEN_READONLY, out, err);
    if (st != ST_IO || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
        return st;
    if (has_log(path))
        return err_set(err, ST_IO,
                       SAY("不能读取记录 %1$s", "最新的内容还在 %1$s-wal 里，而目录是只读的",
                           "把这两个文件一起复制到可写的目录，再用 --data 指定它"),
                       SAY("cannot read the journal %1$s",
                           "its newest rows still stand in %1$s-wal, and the folder is read-only",
                           "copy both files to a folder that can be written, and name it with "
                           "--data"),
                       path);
    buf_init(&uri, 3 * strlen(path) + 32);
    write_uri(path, &uri);
    st = open_as(path, buf_str(&uri), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, out, err);
    buf_clear(&uri);
    return st;
}

bool journal_is_read_only(const struct journal *j)
{
    return j->read_only;
}
