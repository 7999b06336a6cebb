/* SPDX-License-Identifier: MIT */
/*
 * How much the journal keeps, and whether it keeps at all.
 *
 * The limits are the user's settings and off until he sets them: nothing is removed behind his
 * back. What is over is removed in slices, each a turn of the loop of its own, oldest first. In
 * private mode the journal is one in memory: everything works, and nothing reaches the disk.
 * What ends before its loop comes to it (a command that sends one call) removes a slice as it
 * closes: each command one, so that it stays quick however much is over.
 */
#include "app/workspace.h"

#include <string.h>

#define RETAIN_MS 1000   /* after a row: a burst is tidied once */
#define RETAIN_SLICE 500 /* rows removed in one turn */
#define MIB (1024 * 1024)

enum status workspace_retain_now(struct workspace *w, size_t *removed, struct err *err)
{
    const struct settings *s = &w->settings;
    *removed = 0;
    w->retain_due = false;
    if (!w->journal || journal_is_read_only(w->journal) ||
        (s->history_rows <= 0 && s->history_mb <= 0))
        return ST_OK;
    enum status st = journal_retain(w->journal, s->history_rows, s->history_mb * MIB, RETAIN_SLICE,
                                    removed, err);
    if (*removed)
        w->rev_journal++;
    return st;
}

static void on_time(void *ctx)
{
    struct workspace *w = ctx;
    struct err err = {0};
    size_t removed = 0;
    w->retain_timer = 0;
    if (workspace_retain_now(w, &removed, &err))
        workspace_complain(w, &err);
    else if (removed)
        w->retain_timer = loop_timer(w->loop, 1, on_time, w);
}

void workspace_retain_soon(struct workspace *w)
{
    bool limited = w->settings.history_rows > 0 || w->settings.history_mb > 0;
    if (limited && w->journal && !w->retain_timer)
        w->retain_timer = loop_timer(w->loop, RETAIN_MS, on_time, w);
}

void workspace_retain(struct workspace *w)
{
    w->retain_due = true;
    workspace_retain_soon(w);
}

void workspace_retain_end(struct workspace *w)
{
    size_t removed = 0;
    if (w->retain_due)
        workspace_retain_now(w, &removed, NULL);
}

enum status workspace_set_retention(struct workspace *w, int64_t rows, int64_t mb, struct err *err)
{
    struct settings file;
    struct err warnings[SETTINGS_WARNINGS_MAX];
    size_t count;
    w->settings.history_rows = rows;
    w->settings.history_mb = mb;
    settings_init(&file, w->settings.lang_start);
    settings_load(&file, &w->store, warnings, &count);
    file.history_rows = rows;
    file.history_mb = mb;
    enum status st = settings_save(&file, &w->store, err);
    settings_clear(&file);
    workspace_retain_soon(w);
    return st;
}

/* ---- Private mode ---- */

bool workspace_is_private(const struct workspace *w)
{
    return w->no_history || w->settings.private_mode;
}

/* At the end of the turn: until then the port is held by the listener that was. */
static void listen_again(void *ctx)
{
    struct workspace *w = ctx;
    struct err err;
    if (!w->relisten)
        return;
    w->relisten = false;
    if (workspace_listen(w, &err))
        workspace_complain(w, &err);
    w->rev_inbox++;
}

enum status workspace_private(struct workspace *w, bool on, struct err *err)
{
    enum inbox_state listener = inbox_state(w->inbox);
    bool listens = listener == INBOX_UP || listener == INBOX_BINDING || w->relisten;
    enum status st = ST_OK;
    if (w->no_history)
        return err_set(err, ST_REFUSED, SAY("这次运行什么都不保存", "启动时给了 --no-history", ""),
                       SAY("nothing is kept in this run", "it was started with --no-history", ""));
    if (w->exchange.state == EXCHANGE_RUNNING || w->posting.state == POSTING_RUNNING)
        return err_set(
            err, ST_CONFLICT,
            SAY("还不能切换", "一次调用还在进行，它的记录只完成了一半", "等它结束"),
            SAY("not now", "a call is under way and its record half written", "wait for its end"));
    bool was_kept = workspace_is_kept(w);
    w->settings.private_mode = on;
    w->rev_journal++;
    if (!was_kept && !workspace_is_kept(w))
        return ST_OK;
    if (listens) /* the listener holds on to the journal that it began with */
        workspace_unlisten(w);
    if (w->inbox)
        inbox_journal(w->inbox, NULL, NULL);
    w->inbox_journal = NULL;
    journal_close(w->journal);
    w->journal = NULL;
    w->journal_err = (struct err){0};
    w->exchange.journal_id = 0;
    if (on)
        st = workspace_journal(w, err);
    else
        workspace_journal_start(w);
    if (listens) {
        w->relisten = true;
        loop_defer(w->loop, listen_again, w);
    }
    w->rev_inbox++;
    return st;
}
