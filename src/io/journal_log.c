/* SPDX-License-Identifier: MIT */
/*
 * The log (WAL) and its checkpoints, which move what was appended into the main file.
 *
 * A checkpoint waits for the disk, 10 to 40 ms after a burst, and a key that is typed meanwhile
 * must not: it is made by a thread with a connection of its own. The loop looks at one flag and
 * waits for the thread only when the journal is closed or made compact. Losing a checkpoint loses
 * nothing: the rows stand in the log.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "core/buf.h"

#include "io/journal.h"
#include "io/journal_db.h"

#define PAGES_MAX 8192 /* of 4 KiB in the log: then a checkpoint is made whatever goes on */
#define WRITER_MS 200  /* how long it waits for a writer to end */

struct journal_checkpoint {
    pthread_t thread;
    bool running;
    atomic_bool over; /* the thread's last word */
    char *path, *log;
    ino_t inode; /* of the log, which stays as long as somebody has it open; 0: not known yet */
    int due;     /* pages */
};

/* The bulk while others write; what came meanwhile; the rest with writers waiting some
   milliseconds, so that the log begins anew. */
static void move_log(sqlite3 *db)
{
    static const int modes[] = {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_PASSIVE,
                                SQLITE_CHECKPOINT_RESTART};
    sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL); /* finds that there is a log */
    for (size_t i = 0; i < ARRAY_COUNT(modes); i++)
        sqlite3_wal_checkpoint_v2(db, NULL, modes[i], NULL, NULL);
}

static void *run(void *ctx)
{
    struct journal_checkpoint *c = ctx;
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(c->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
        SQLITE_OK) {
        sqlite3_busy_timeout(db, WRITER_MS);
        move_log(db);
    }
    sqlite3_close(db);
    atomic_store(&c->over, true);
    return NULL;
}

/* Signals are the loop's. */
static bool start(struct journal_checkpoint *c)
{
    sigset_t all, before;
    sigfillset(&all);
    atomic_store(&c->over, false);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    c->running = sqlite3_threadsafe() && pthread_create(&c->thread, NULL, run, c) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return c->running;
}

void journal_log_wait(struct journal *j)
{
    struct journal_checkpoint *c = j->checkpoint;
    if (c && c->running)
        pthread_join(c->thread, NULL);
    if (c)
        c->running = false;
}

static void checkpoint(struct journal *j)
{
    struct journal_checkpoint *c = j->checkpoint;
    if (c->running && !atomic_load(&c->over))
        return;
    journal_log_wait(j);
    c->due = j->log_pages + PAGES_MAX; /* if somebody reads and it cannot begin anew */
    if (!start(c))
        sqlite3_wal_checkpoint_v2(j->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static int on_commit(void *ctx, sqlite3 *db, const char *name, int pages)
{
    struct journal *j = ctx;
    (void)db;
    (void)name;
    struct journal_checkpoint *c = j->checkpoint;
    struct stat s;
    if (pages < j->log_pages)
        c->due = PAGES_MAX;
    if (!c->inode && stat(c->log, &s) == 0)
        c->inode = s.st_ino;
    j->log_pages = pages;
    return SQLITE_OK;
}

static char *name_log(const char *path)
{
    struct buf b;
    buf_init(&b, 8192);
    buf_addf(&b, "%s-wal", path ? path : "");
    return buf_take(&b);
}

void journal_log_open(struct journal *j)
{
    j->checkpoint = mem_alloc(sizeof *j->checkpoint);
    j->checkpoint->path = mem_strdup(j->path);
    j->checkpoint->log = name_log(j->path);
    j->checkpoint->due = PAGES_MAX;
    sqlite3_wal_hook(j->db, on_commit, j);
}

void journal_log_close(struct journal *j)
{
    if (!j->checkpoint)
        return;
    journal_log_wait(j);
    free(j->checkpoint->path);
    free(j->checkpoint->log);
    free(j->checkpoint);
    j->checkpoint = NULL;
}

bool journal_log_is_there(const struct journal *j)
{
    const struct journal_checkpoint *c = j->checkpoint;
    struct stat s;
    return !c->inode || (stat(c->log, &s) == 0 && s.st_ino == c->inode);
}

void journal_log_committed(struct journal *j)
{
    if (j->path && j->log_pages > j->checkpoint->due)
        checkpoint(j);
}

void journal_idle(struct journal *j)
{
    if (!j->path || j->log_pages == 0)
        return;
    checkpoint(j);
    j->log_pages = 0;
}
