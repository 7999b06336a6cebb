/* SPDX-License-Identifier: MIT */
/*
 * The journal: what was added is there after the program was killed, is found by order, in pages
 * and by searching in slices; and every file that cannot serve gets its sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "io/journal.h"
#include "io/journal_db.h"

static char folder[64];
static char path[128];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/wxpc-journal-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/deep/er/journal.db", folder);
    return 0;
}

static int drop_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static struct journal_row row(const char *order, const char *name, bool good)
{
    struct journal_row r = {.at_ms = 1735660800123,
                            .kind = JOURNAL_NOTICE,
                            .name = name,
                            .profile = "demo",
                            .mch_id = "10000100",
                            .order_no = order,
                            .transaction_id = "4200",
                            .amount = 1,
                            .status = 200,
                            .good = good,
                            .outcome = "genuine",
                            .text = "深圳分店"};
    return r;
}

static int64_t add(struct journal *j, const char *order, const char *name, bool good)
{
    struct journal_row r = row(order, name, good);
    struct journal_body b = {.request = {"<xml>\0</xml>", 12}, .request_head = {"POST", 4}};
    int64_t id = 0;
    struct err err = {0};
    if (journal_add(j, &r, &b, &id, &err))
        fail_msg("%s", err.text[LANG_EN]);
    return id;
}

static struct journal *must_open(const char *where)
{
    struct journal *j = NULL;
    struct err err = {0};
    if (journal_open(where, &j, &err))
        fail_msg("%s", err.text[LANG_EN]);
    return j;
}

struct list {
    int64_t ids[64];
    size_t count, stop_at;
};

static bool collect(void *ctx, const struct journal_row *r)
{
    struct list *l = ctx;
    l->ids[l->count++] = r->id;
    return l->count != l->stop_at;
}

static void check_body(void *ctx, const struct journal_row *r, const struct journal_body *b)
{
    (void)ctx;
    assert_string_equal(r->order_no, "T1");
    assert_string_equal(r->text, "深圳分店");
    assert_int_equal(r->at_ms, 1735660800123);
    assert_int_equal(b->request.len, 12);
    assert_memory_equal(b->request.data, "<xml>\0</xml>", 12);
    assert_int_equal(b->response.len, 0);
}

static void a_row_comes_back_to_the_byte(void **state)
{
    struct journal *j = must_open(path);
    struct stat s;
    struct err err = {0};
    (void)state;
    int64_t id = add(j, "T1", "payment", true);
    assert_int_equal(journal_get(j, id, check_body, NULL, &err), ST_OK);
    assert_int_equal(journal_get(j, id + 1, check_body, NULL, &err), ST_NOT_FOUND);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    journal_close(j);
    j = must_open(path); /* and again from the file */
    assert_int_equal(journal_get(j, id, check_body, NULL, &err), ST_OK);
    assert_int_equal(journal_count(j, JOURNAL_ANY), 1);
    journal_close(j);
}

static void check_answer(void *ctx, const struct journal_row *r, const struct journal_body *b)
{
    (void)ctx;
    assert_int_equal(r->status, 500);
    assert_false(r->good);
    assert_memory_equal(b->response.data, "no", 2);
    assert_int_equal(b->request.len, 12); /* kept */
}

static void an_answer_completes_its_row(void **state)
{
    struct journal *j = must_open(NULL);
    struct journal_row r = row("T1", "payment", false);
    struct journal_body b = {.response = {"no", 2}};
    (void)state;
    r.id = add(j, "T1", "payment", true);
    r.status = 500;
    assert_int_equal(journal_update(j, &r, &b, NULL), ST_OK);
    assert_int_equal(journal_get(j, r.id, check_answer, NULL, NULL), ST_OK);
    journal_close(j);
}

static void what_was_added_survives_a_kill(void **state)
{
    int pipe_fds[2];
    int64_t last = 0, id;
    (void)state;
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    if (child == 0) {
        struct journal *j = must_open(path);
        for (;;) { /* tells a number only once it is added */
            id = add(j, "T1", "payment", true);
            if (write(pipe_fds[1], &id, sizeof id) != sizeof id)
                _exit(0);
        }
    }
    close(pipe_fds[1]);
    for (int i = 0; i < 50; i++)
        assert_int_equal(read(pipe_fds[0], &last, sizeof last), sizeof last);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    while (read(pipe_fds[0], &id, sizeof id) == sizeof id)
        last = id;
    close(pipe_fds[0]);
    struct journal *j = must_open(path);
    assert_int_equal(journal_get(j, last, check_body, NULL, NULL), ST_OK);
    assert_true(journal_count(j, JOURNAL_ANY) >= last);
    journal_close(j);
}

static void pages_run_from_the_newest(void **state)
{
    struct journal *j = must_open(NULL);
    struct list l = {0};
    (void)state;
    for (int i = 0; i < 10; i++)
        add(j, "T1", "payment", true);
    assert_int_equal(journal_page(j, JOURNAL_ANY, 0, 3, collect, &l, NULL), ST_OK);
    assert_int_equal(l.count, 3);
    assert_int_equal(l.ids[0], 10);
    assert_int_equal(l.ids[2], 8);
    assert_int_equal(journal_page(j, JOURNAL_NOTICE, 8, 3, collect, &l, NULL), ST_OK);
    assert_int_equal(l.ids[3], 7);
    l = (struct list){0};
    assert_int_equal(journal_page(j, JOURNAL_CALL, 0, 3, collect, &l, NULL), ST_OK);
    assert_int_equal(l.count, 0);
    assert_int_equal(journal_count(j, JOURNAL_NOTICE), 10);
    assert_int_equal(journal_count(j, JOURNAL_CALL), 0);
    journal_close(j);
}

/* Rows added to a file without a name would be gone with the program. */
static void a_file_that_was_moved_takes_nothing(void **state)
{
    struct journal *j = must_open(path);
    struct journal_row r = row("T1", "payment", true);
    struct err err = {0};
    char away[sizeof path + 8];
    (void)state;
    add(j, "T1", "payment", true);
    snprintf(away, sizeof away, "%s-away", path);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(journal_add(j, &r, NULL, NULL, &err), ST_IO);
    assert_non_null(strstr(err.text[LANG_EN], "moved"));
    assert_int_equal(journal_begin(j, &err), ST_IO);
    assert_int_equal(rename(away, path), 0);
    assert_int_equal(journal_begin(j, NULL), ST_OK);
    add(j, "T1", "payment", true);
    assert_int_equal(journal_commit(j, NULL), ST_OK);
    assert_int_equal(journal_count(j, JOURNAL_NOTICE), 2);
    snprintf(away, sizeof away, "%s-wal", path); /* the log alone, which holds both rows */
    assert_int_equal(unlink(away), 0);
    assert_int_equal(journal_add(j, &r, NULL, NULL, &err), ST_IO);
    journal_close(j);
}

static void numbers_are_read_alone(void **state)
{
    struct journal *j = must_open(NULL);
    int64_t ids[4] = {0};
    size_t count = 9;
    (void)state;
    for (int i = 0; i < 6; i++)
        add(j, "T1", "payment", true);
    assert_int_equal(journal_numbers(j, JOURNAL_NOTICE, 7, 4, ids, &count, NULL), ST_OK);
    assert_int_equal(count, 4);
    assert_int_equal(ids[0], 6);
    assert_int_equal(ids[3], 3);
    assert_int_equal(journal_numbers(j, JOURNAL_NOTICE, 3, 4, ids, &count, NULL), ST_OK);
    assert_int_equal(count, 2);
    assert_int_equal(ids[0], 2);
    assert_int_equal(journal_numbers(j, JOURNAL_CALL, 7, 4, ids, &count, NULL), ST_OK);
    assert_int_equal(count, 0);
    journal_close(j);
}

static long size_of(const char *name)
{
    struct stat s;
    return stat(name, &s) == 0 ? (long)s.st_size : 0;
}

/* The log goes into the main file while rows are added, and does not grow with them for ever. */
static void the_log_is_moved_while_rows_are_added(void **state)
{
    struct journal *j = must_open(path);
    char log[sizeof path + 8], *mebibyte = calloc(1, 1 << 20);
    struct journal_row r = row("T1", "payment", true);
    struct journal_body b = {.request = {mebibyte, 1 << 20}};
    long largest = 0;
    int rows = 0;
    (void)state;
    snprintf(log, sizeof log, "%s-wal", path);
    for (time_t end = time(NULL) + 20; size_of(path) < 60 << 20 && time(NULL) < end; rows++) {
        assert_int_equal(journal_add(j, &r, &b, NULL, NULL), ST_OK);
        largest = size_of(log) > largest ? size_of(log) : largest;
        if (largest > 40 << 20)
            usleep(20000); /* slower than the disk */
    }
    assert_true(size_of(path) >= 60 << 20);
    assert_true(largest > 32 << 20 && largest < 100 << 20);
    assert_int_equal(journal_count(j, JOURNAL_NOTICE), rows);
    journal_idle(j);
    add(j, "T1", "payment", true);
    journal_close(j); /* waits */
    assert_int_equal(size_of(log), 0);
    free(mebibyte);
}

static void rows_are_found_by_order(void **state)
{
    static const struct {
        struct journal_key key;
        bool found;
    } rows[] = {
        {{JOURNAL_NOTICE, "T1", NULL, NULL, NULL}, true},
        {{JOURNAL_NOTICE, "T1", "payment", "4200", "10000100"}, true},
        {{JOURNAL_NOTICE, "T1", "refund", NULL, NULL}, false},
        {{JOURNAL_NOTICE, "T1", "payment", "4201", NULL}, false},
        {{JOURNAL_NOTICE, "T1", "payment", NULL, "1"}, false},
        {{JOURNAL_CALL, "T1", NULL, NULL, NULL}, false},
        {{JOURNAL_NOTICE, "T2", NULL, NULL, NULL}, false}, /* not good */
        {{JOURNAL_NOTICE, "", NULL, NULL, NULL}, false},
        {{JOURNAL_NOTICE, NULL, NULL, NULL, NULL}, false},
    };
    struct journal *j = must_open(NULL);
    (void)state;
    add(j, "T1", "payment", true);
    add(j, "T2", "payment", false);
    add(j, "", "payment", true);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (journal_find(j, &rows[i].key, NULL, NULL) != rows[i].found)
            fail_msg("row %zu", i);
    }
    struct list l = {0}; /* the newest is told, whatever it is called */
    add(j, "T1", "deposit", true);
    add(j, "T1", "payment", true);
    add(j, "T1", "contract-add", true);
    journal_find(j, &rows[0].key, collect, &l);
    journal_find(j, &rows[1].key, collect, &l);
    assert_int_equal(l.ids[0], 6);
    assert_int_equal(l.ids[1], 5);
    journal_close(j);
}

/* Each notification asks for its order: by an index, however many rows there are. */
static void a_row_is_found_without_a_walk(void **state)
{
    static const enum statement both[] = {FIND, FIND_NAME};
    struct journal_key key = {JOURNAL_NOTICE, "T1", NULL, NULL, NULL};
    struct journal *j = must_open(NULL);
    (void)state;
    add(j, "T1", "payment", true);
    for (int i = 0; i < 200; i++)
        add(j, "T2", "payment", true);
    assert_true(journal_find(j, &key, NULL, NULL));
    key.name = "payment";
    assert_true(journal_find(j, &key, NULL, NULL));
    for (size_t i = 0; i < ARRAY_COUNT(both); i++) { /* steps of SQLite's machine, some per row */
        int steps = sqlite3_stmt_status(journal_prepare(j, both[i]), SQLITE_STMTSTATUS_VM_STEP, 0);
        assert_in_range(steps, 1, 200);
    }
    journal_close(j);
}

static void searching_goes_on_where_it_stopped(void **state)
{
    struct journal *j = must_open(NULL);
    struct journal_search s = {.text = "t2", .kind = JOURNAL_ANY};
    struct list l = {0};
    size_t slices = 0;
    (void)state;
    for (int i = 0; i < 20; i++)
        add(j, i % 5 == 0 ? "T2" : "T1", "payment", true);
    for (; !s.done; slices++)
        assert_int_equal(journal_search(j, &s, 7, collect, &l, NULL), ST_OK);
    assert_int_equal(slices, 3);
    assert_int_equal(l.count, 4);
    assert_int_equal(l.ids[0], 16);
    assert_int_equal(l.ids[3], 1);
    l = (struct list){.stop_at = 1}; /* the reader has enough */
    s = (struct journal_search){.text = "深圳", .kind = JOURNAL_NOTICE};
    journal_search(j, &s, 7, collect, &l, NULL);
    assert_int_equal(l.count, 1);
    assert_false(s.done);
    l = (struct list){0};
    s = (struct journal_search){.text = "T1", .kind = JOURNAL_ANY, .invert = true};
    journal_search(j, &s, 100, collect, &l, NULL);
    assert_int_equal(l.count, 4);
    assert_true(s.done);
    journal_close(j);
}

static void pruning_takes_the_oldest_in_slices(void **state)
{
    struct journal *j = must_open(path);
    size_t removed = 0;
    (void)state;
    for (int i = 0; i < 10; i++)
        add(j, "T1", "payment", true);
    assert_int_equal(journal_prune(j, 1735660800123, 4, &removed, NULL), ST_OK);
    assert_int_equal(removed, 0); /* none is older */
    assert_int_equal(journal_prune(j, INT64_MAX, 4, &removed, NULL), ST_OK);
    assert_int_equal(removed, 4);
    assert_int_equal(journal_count(j, JOURNAL_ANY), 6);
    assert_int_equal(journal_get(j, 4, check_body, NULL, NULL), ST_NOT_FOUND);
    assert_int_equal(journal_get(j, 5, check_body, NULL, NULL), ST_OK);
    journal_idle(j);
    journal_close(j);
}

/* The limits take the oldest and no more than is over. */
static void limits_take_what_is_over_and_no_more(void **state)
{
    struct journal *j = must_open(path);
    size_t removed = 9;
    (void)state;
    for (int i = 0; i < 10; i++)
        add(j, "T1", "payment", true);
    assert_int_equal(journal_retain(j, 0, 0, 100, &removed, NULL), ST_OK);
    assert_int_equal(removed, 0); /* no limit */
    assert_int_equal(journal_retain(j, 10, 0, 100, &removed, NULL), ST_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(journal_retain(j, 6, 0, 3, &removed, NULL), ST_OK);
    assert_int_equal(removed, 3); /* a slice */
    assert_int_equal(journal_retain(j, 6, 0, 3, &removed, NULL), ST_OK);
    assert_int_equal(removed, 1);
    assert_int_equal(journal_count(j, JOURNAL_ANY), 6);
    assert_int_equal(journal_get(j, 5, check_body, NULL, NULL), ST_OK);
    assert_int_equal(journal_get(j, 4, check_body, NULL, NULL), ST_NOT_FOUND);
    journal_close(j);
}

static void a_limit_of_size_spares_large_rows_that_fit(void **state)
{
    static char large[200 << 10];
    struct journal *j = must_open(path);
    struct journal_row r = row("T1", "payment", true);
    struct journal_body b = {.request = {large, sizeof large}};
    size_t removed = 0;
    (void)state;
    memset(large, 'x', sizeof large);
    for (int i = 0; i < 10; i++)
        assert_int_equal(journal_add(j, &r, &b, NULL, NULL), ST_OK);
    assert_int_equal(journal_retain(j, 0, 1 << 20, 500, &removed, NULL), ST_OK);
    assert_true(journal_size(j) <= 1 << 20);
    assert_int_equal(journal_count(j, JOURNAL_ANY), 4); /* 2 MB: 4 or 5 fit into one MiB */
    assert_int_equal(removed, 6);
    journal_close(j);
}

/* Each counted before the other removed: neither takes the other's rows for surplus. */
static void two_that_keep_to_a_limit_remove_it_once(void **state)
{
    struct journal *a = must_open(path), *b = must_open(path);
    size_t removed = 0;
    (void)state;
    for (int i = 0; i < 12; i++)
        add(a, "T1", "payment", true);
    assert_int_equal(journal_count(a, JOURNAL_ANY), 12);
    assert_int_equal(journal_count(b, JOURNAL_ANY), 12);
    assert_int_equal(journal_retain(a, 10, 0, 100, &removed, NULL), ST_OK);
    assert_int_equal(removed, 2);
    assert_int_equal(journal_retain(b, 10, 0, 100, &removed, NULL), ST_OK);
    assert_int_equal(removed, 0);
    add(b, "T1", "payment", true);
    assert_int_equal(journal_retain(a, 10, 0, 100, &removed, NULL), ST_OK); /* the other's row */
    assert_int_equal(removed, 1);
    journal_close(a);
    journal_close(b);
}

static void write_text(const char *text, size_t len)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(text, 1, len, f);
    fclose(f);
}

static void assert_refused(enum status st, const char *part)
{
    struct journal *j = NULL;
    struct err err = {0};
    char line[ERR_TEXT_MAX];
    assert_int_equal(journal_open(path, &j, &err), st);
    assert_null(j);
    err_line(&err, LANG_EN, line, sizeof line);
    if (!strstr(line, part) || !strstr(line, path))
        fail_msg("%s", line);
    err_line(&err, LANG_ZH, line, sizeof line);
    assert_non_null(strstr(line, "记录"));
}

/* What the first version wrote, to the letter. It stays as it is however the journal changes: users
   have such files. */
static const char first_version[] =
    "PRAGMA journal_mode=WAL;"
    "CREATE TABLE row(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " name TEXT NOT NULL, profile TEXT NOT NULL, mch_id TEXT NOT NULL, order_no TEXT NOT NULL,"
    " transaction_id TEXT NOT NULL, amount INTEGER NOT NULL, status INTEGER NOT NULL,"
    " good INTEGER NOT NULL, outcome TEXT NOT NULL, text TEXT NOT NULL);"
    "CREATE TABLE body(id INTEGER PRIMARY KEY, request_head BLOB, request BLOB,"
    " response_head BLOB, response BLOB, detail BLOB);"
    "CREATE INDEX row_order ON row(order_no, kind, good, name, transaction_id)"
    " WHERE order_no <> '';"
    "CREATE INDEX row_kind ON row(kind);"
    "INSERT INTO row VALUES(1, 1735660800123, 1, 'payment', 'shop', '100', 'T1', '4200', 101, 200,"
    " 1, 'genuine', '深圳分店');"
    "INSERT INTO body VALUES(1, x'504f5354', x'3c786d6c3e003c2f786d6c3e', NULL, NULL, NULL);"
    "INSERT INTO row VALUES(2, 1735660800124, 0, 'unifiedorder', 'shop', '100', 'T2', '', -1, 0,"
    " 0, 'unanswered', '');"
    "PRAGMA application_id=2004381795; PRAGMA user_version=1;";

static void a_journal_of_the_first_version_goes_on(void **state)
{
    sqlite3 *db = NULL;
    struct list l = {0};
    size_t removed = 0;
    (void)state;
    journal_close(must_open(path)); /* makes the folders */
    unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, first_version, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct journal *j = must_open(path);
    assert_int_equal(journal_count(j, JOURNAL_ANY), 2);
    assert_int_equal(journal_get(j, 1, check_body, NULL, NULL), ST_OK);
    struct journal_search s = {.text = "深圳", .kind = JOURNAL_ANY};
    assert_int_equal(journal_search(j, &s, 100, collect, &l, NULL), ST_OK);
    assert_int_equal(l.count, 1);
    assert_int_equal(add(j, "T3", "payment", true), 3);
    assert_int_equal(journal_retain(j, 2, 0, 10, &removed, NULL), ST_OK);
    assert_int_equal(removed, 1);
    assert_int_equal(journal_get(j, 1, check_body, NULL, NULL), ST_NOT_FOUND);
    journal_close(j);
    journal_close(must_open(path));
}

struct dump {
    char text[4096];
    size_t len;
};

static int add_to_dump(void *ctx, int count, char **values, char **names)
{
    struct dump *d = ctx;
    (void)names;
    for (int i = 0; i < count; i++)
        d->len += (size_t)snprintf(d->text + d->len, sizeof d->text - d->len, "%s|",
                                   values[i] ? values[i] : "");
    return 0;
}

static void dump(const char *setup, struct dump *d)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, setup, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA application_id; PRAGMA user_version", add_to_dump, d, NULL);
    sqlite3_exec(db,
                 "SELECT name, sql FROM sqlite_master WHERE name <> 'row_elsewhere' ORDER BY name",
                 add_to_dump, d, NULL);
    sqlite3_close(db);
}

/* … and a program of the first version goes on with ours: what came later stands in a row's detail,
   of which it reads what it knows, or is an index, which SQLite keeps for it. A new column would
   need a new version, which it refuses. */
static void a_program_of_the_first_version_goes_on(void **state)
{
    struct dump ours = {.len = 0}, first = {.len = 0};
    (void)state;
    journal_close(must_open(path));
    dump("", &ours);
    unlink(path);
    dump(first_version, &first);
    assert_string_equal(ours.text, first.text);
    assert_non_null(strstr(ours.text, "2004381795|1|"));
}

/* Changes bytes of the file's head: offsets of SQLite's file format. */
static void patch(long at, const unsigned char *bytes, size_t len)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, at, SEEK_SET);
    fwrite(bytes, 1, len, f);
    fclose(f);
}

static void files_that_cannot_serve_are_refused(void **state)
{
    static const unsigned char newer[] = {0, 0, 0, 9}, other[] = {1, 2, 3, 4};
    char text[8192];
    (void)state;
    journal_close(must_open(path));
    patch(60, newer, 4);
    assert_refused(ST_UNSUPPORTED, "newer");
    patch(68, other, 4);
    assert_refused(ST_CONFLICT, "another program");
    memset(text, 'x', sizeof text);
    write_text(text, sizeof text);
    assert_refused(ST_SYNTAX, "damaged");
    unlink(path);
    journal_close(must_open(path));
    patch(100, (const unsigned char *)text, 3000); /* its table of tables */
    assert_refused(ST_SYNTAX, "damaged");
    unlink(path);
    mkdir(path, 0700);
    assert_refused(ST_IO, "cannot open");
    rmdir(path);
}

/* A file of zero bytes is what a first start leaves that was killed at once. */
static void an_empty_file_is_a_new_journal(void **state)
{
    (void)state;
    journal_close(must_open(path));
    write_text("", 0);
    struct journal *j = must_open(path);
    add(j, "T1", "payment", true);
    journal_close(j);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_said_and_nothing_is_added(void **state)
{
    struct journal *j = must_open(path);
    struct journal_row r = row("T1", "payment", true);
    char *large = calloc(1, 1 << 20);
    struct journal_body b = {.request = {large, 1 << 20}};
    struct err err = {0};
    enum status st = ST_OK;
    int64_t before;
    (void)state;
    /* The kernel refuses to let files grow: what a full disk does, for this process only. */
    signal(SIGXFSZ, SIG_IGN);
    before = journal_count(j, JOURNAL_ANY);
    limit_files(2u << 20);
    for (int i = 0; i < 8 && !st; i++) {
        st = journal_add(j, &r, &b, NULL, &err);
        before += !st;
    }
    limit_files(RLIM_INFINITY);
    assert_int_equal(st, ST_IO);
    assert_int_equal(journal_count(j, JOURNAL_ANY), before);
    r.text = "afterwards";
    assert_int_equal(journal_add(j, &r, NULL, NULL, NULL), ST_OK); /* it recovers */
    journal_close(j);
    free(large);
}

/* What a batch adds is there after the commit, and only then. */
static void a_batch_is_kept_as_a_whole_or_not_at_all(void **state)
{
    struct journal *j = must_open(path), *other = must_open(path);
    struct journal_row r = row("T1", "payment", true);
    char *large = calloc(1, 1 << 20);
    struct journal_body b = {.request = {large, 1 << 20}};
    enum status st = ST_OK;
    (void)state;
    assert_int_equal(journal_begin(j, NULL), ST_OK);
    add(j, "T1", "payment", true);
    add(j, "T2", "payment", true);
    assert_int_equal(journal_count(other, JOURNAL_ANY), 0);
    journal_close(other);
    assert_int_equal(journal_commit(j, NULL), ST_OK);
    other = must_open(path);
    assert_int_equal(journal_count(other, JOURNAL_ANY), 2);
    journal_close(other);

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(journal_begin(j, NULL), ST_OK);
    add(j, "T3", "payment", true);
    limit_files(1);
    for (int i = 0; i < 8 && !st; i++) /* until it does not fit into the cache */
        st = journal_add(j, &r, &b, NULL, NULL);
    if (!st)
        st = journal_commit(j, NULL);
    limit_files(RLIM_INFINITY);
    assert_int_equal(st, ST_IO);
    assert_int_equal(journal_count(j, JOURNAL_ANY), 2);
    add(j, "T4", "payment", true); /* by itself again */
    other = must_open(path);
    assert_int_equal(journal_count(other, JOURNAL_ANY), 3);
    journal_close(other);
    journal_close(j);
    free(large);
}

static void two_instances_share_a_file(void **state)
{
    struct journal *a = must_open(path), *b = must_open(path);
    struct list l = {0};
    (void)state;
    add(a, "T1", "payment", true);
    add(b, "T2", "payment", true);
    journal_page(a, JOURNAL_ANY, 0, 10, collect, &l, NULL);
    assert_int_equal(l.count, 2);
    journal_close(a);
    journal_close(b);
}

/* ---- Read-only ---- */

static void nothing_to_check(void *ctx, const struct journal_row *r, const struct journal_body *b)
{
    (void)ctx;
    (void)r;
    (void)b;
}

/* As somebody who owns neither file nor folder: root would not be refused. 0: all is as it should.
 */
static int look_as_a_stranger(const char *at)
{
    pid_t child = fork();
    int status = -1;
    if (child == 0) {
        struct journal *j = NULL;
        struct journal_row r = row("T9", "payment", true);
        struct err err = {0};
        char line[ERR_TEXT_MAX];
        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(1);
        if (journal_open(at, &j, &err) != ST_IO)
            _exit(2);
        err_line(&err, LANG_EN, line, sizeof line);
        if (!strstr(line, "cannot write to the journal") || !strstr(line, "is read-only"))
            _exit(3);
        if (journal_open_to_read(at, &j, &err)) {
            err_line(&err, LANG_EN, line, sizeof line);
            _exit(strstr(line, "-wal") ? 5 : 4);
        }
        if (!journal_is_read_only(j) || journal_count(j, JOURNAL_ANY) != 2 ||
            journal_get(j, 2, nothing_to_check, NULL, &err))
            _exit(6);
        if (journal_add(j, &r, NULL, NULL, &err) != ST_IO || journal_remove(j, 1, &err) != ST_IO)
            _exit(7);
        err_line(&err, LANG_EN, line, sizeof line);
        if (!strstr(line, "is read-only"))
            _exit(8);
        if (journal_count(j, JOURNAL_ANY) != 2 || journal_is_changed(j))
            _exit(9);
        journal_close(j);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static __attribute__((format(printf, 1, 2))) void run(const char *format, ...)
{
    char command[512];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    assert_int_equal(system(command), 0);
}

/* The folder's name is one that a URI would have to escape. */
static void a_journal_that_cannot_be_written_can_be_read(void **state)
{
    struct journal *j;
    (void)state;
    run("mkdir -p '%s/a%%20b?c#d'", folder);
    snprintf(path, sizeof path, "%s/a%%20b?c#d/journal.db", folder);
    j = must_open(path);
    add(j, "T1", "payment", true);
    add(j, "T2", "payment", true);
    run("mkdir '%1$s/killed' '%1$s/log'; cp '%2$s' '%2$s-wal' '%2$s-shm' '%1$s/killed';"
        "cp '%2$s' '%2$s-wal' '%1$s/log'",
        folder, path);
    journal_close(j);
    run("chmod -R a=rX '%s'", folder);
    assert_int_equal(look_as_a_stranger(path), 0);
    snprintf(path, sizeof path, "%s/killed/journal.db", folder);
    assert_int_equal(look_as_a_stranger(path), 0);
    snprintf(path, sizeof path, "%s/log/journal.db", folder);
    assert_int_equal(look_as_a_stranger(path), 5);
    run("chmod -R u+w '%s'", folder);
}

static void reading_alone_makes_nothing(void **state)
{
    struct journal *j = NULL;
    (void)state;
    assert_int_equal(journal_open_to_read(path, &j, NULL), ST_IO);
    assert_null(j);
    assert_int_not_equal(access(path, F_OK), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, drop_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_row_comes_back_to_the_byte),
        TEST(an_answer_completes_its_row),
        TEST(what_was_added_survives_a_kill),
        TEST(a_row_is_found_without_a_walk),
        TEST(pages_run_from_the_newest),
        TEST(a_file_that_was_moved_takes_nothing),
        TEST(numbers_are_read_alone),
        TEST(the_log_is_moved_while_rows_are_added),
        TEST(rows_are_found_by_order),
        TEST(searching_goes_on_where_it_stopped),
        TEST(pruning_takes_the_oldest_in_slices),
        TEST(limits_take_what_is_over_and_no_more),
        TEST(a_limit_of_size_spares_large_rows_that_fit),
        TEST(two_that_keep_to_a_limit_remove_it_once),
        TEST(files_that_cannot_serve_are_refused),
        TEST(a_journal_of_the_first_version_goes_on),
        TEST(a_program_of_the_first_version_goes_on),
        TEST(an_empty_file_is_a_new_journal),
        TEST(a_full_disk_is_said_and_nothing_is_added),
        TEST(a_batch_is_kept_as_a_whole_or_not_at_all),
        TEST(two_instances_share_a_file),
        TEST(a_journal_that_cannot_be_written_can_be_read),
        TEST(reading_alone_makes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
