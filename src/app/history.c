/* SPDX-License-Identifier: MIT */
/* Rows are copied out of the journal; a scan goes on by a timer of the loop that waits for nothing.
 */
#include "app/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/record.h"

/* ---- Rows ---- */

static void clear_rows(struct history *h)
{
    for (size_t i = 0; i < h->count; i++)
        record_row_clear(&h->rows[i]);
    h->count = 0;
}

static void insert_row(struct history *h, size_t at, const struct journal_row *row)
{
    if (h->count == h->cap) {
        h->cap = h->cap ? 2 * h->cap : HISTORY_PAGE;
        h->rows = mem_grow(h->rows, h->cap, sizeof(*h->rows));
    }
    memmove(h->rows + at + 1, h->rows + at, (h->count - at) * sizeof(*h->rows));
    record_row_copy(&h->rows[at], row);
    h->count++;
}

static bool append(void *ctx, const struct journal_row *row)
{
    struct history *h = ctx;
    insert_row(h, h->count, row);
    return true;
}

static void read_page(struct history *h)
{
    int64_t before = h->count ? h->rows[h->count - 1].id : 0;
    size_t had = h->count;
    h->err = (struct err){0};
    journal_page(h->journal, h->kind, before, HISTORY_PAGE, append, h, &h->err);
    h->more = h->count - had == HISTORY_PAGE;
    h->rev++;
}

void history_need(struct history *h, size_t rows)
{
    while (h->journal && !h->word[0] && h->more && h->count < rows)
        read_page(h);
}

/* ---- Searching ---- */

/* By number, newest first: a hit in a body belongs between those that are there. */
static bool insert_in_order(void *ctx, const struct journal_row *row)
{
    struct history *h = ctx;
    if (!record_filter_passes(&h->filter, row))
        return true;
    if (h->filter.shown && h->state == HISTORY_TEXTS && !record_filter_finds(&h->filter, row))
        return true;
    size_t low = 0, high = h->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (h->rows[middle].id > row->id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == h->count || h->rows[low].id != row->id)
        insert_row(h, low, row);
    return true;
}

static void on_turn(void *ctx);

static void go_on(struct history *h)
{
    h->timer = h->state == HISTORY_READY ? 0 : loop_timer(h->loop, 0, on_turn, h);
    h->rev++;
    if (h->moved)
        ++*h->moved;
}

static void search_texts(struct history *h)
{
    const struct record_filter *f = &h->filter;
    /* without a text every row comes up and is looked at here, which takes longer */
    bool here = f->shown || !f->text[0];
    struct journal_search s = {.text = here ? "" : f->text,
                               .invert = f->invert && !here,
                               .kind = h->kind,
                               .before = h->at};
    size_t slice = here ? HISTORY_SLICE / 4 : HISTORY_SLICE;
    journal_search(h->journal, &s, slice, insert_in_order, h, &h->err);
    h->at = s.before;
    if (!s.done)
        return;
    h->state = f->invert || !f->text[0] ? HISTORY_READY : HISTORY_IN_BODIES;
    h->at = 0;
}

static void search_bodies(struct history *h)
{
    struct journal_search s = {.text = h->filter.text, .kind = h->kind, .before = h->at};
    journal_search_bodies(h->journal, &s, HISTORY_BODIES, insert_in_order, h, &h->err);
    h->at = s.before;
    if (s.done)
        h->state = HISTORY_READY;
}

static void on_turn(void *ctx)
{
    struct history *h = ctx;
    if (h->state == HISTORY_TEXTS)
        search_texts(h);
    else
        search_bodies(h);
    go_on(h);
}

static void stop(struct history *h)
{
    if (h->timer)
        loop_cancel(h->loop, h->timer);
    h->timer = 0;
    h->state = HISTORY_READY;
}

void history_filter(struct history *h, const char *word)
{
    stop(h);
    clear_rows(h);
    h->err = (struct err){0};
    h->at = 0;
    h->rev++;
    snprintf(h->word, sizeof(h->word), "%s", word);
    record_filter_read(&h->filter, h->word, h->now_ms, h->events);
    if (!h->journal)
        return;
    if (!h->filter.text[0] && !h->filter.count) {
        h->word[0] = '\0';
        read_page(h);
        return;
    }
    h->state = HISTORY_TEXTS;
    search_texts(h); /* the newest hits show at once */
    go_on(h);
}

/* ---- Life ---- */

void history_open(struct history *h, struct journal *journal, struct loop *loop, int kind)
{
    h->journal = journal;
    h->loop = loop;
    h->kind = kind;
    history_filter(h, "");
}

void history_close(struct history *h)
{
    stop(h);
    clear_rows(h);
    free(h->rows);
    *h = (struct history){0};
}

bool history_is_stale(struct history *h)
{
    return h->journal && journal_is_changed(h->journal);
}

struct newer {
    struct history *h;
    int64_t than;
    size_t known; /* rows seen that were there before */
};

/* A call that was under way may have its answer now. */
static void replace_row(struct history *h, const struct journal_row *row)
{
    size_t i = 0;
    while (i < h->count && h->rows[i].id > row->id)
        i++;
    if (i == h->count || h->rows[i].id != row->id)
        return;
    record_row_clear(&h->rows[i]);
    record_row_copy(&h->rows[i], row);
}

static bool take_newer(void *ctx, const struct journal_row *row)
{
    struct newer *n = ctx;
    if (row->id > n->than)
        return insert_in_order(n->h, row);
    replace_row(n->h, row);
    return ++n->known < HISTORY_RECENT;
}

void history_refresh(struct history *h)
{
    if (!h->journal)
        return;
    if (h->word[0]) { /* found again from the start: the first slice has what is new */
        char word[HISTORY_WORD_MAX];
        if (h->state != HISTORY_READY)
            return;
        memcpy(word, h->word, sizeof(word));
        history_filter(h, word);
        return;
    }
    struct newer n = {h, h->count ? h->rows[0].id : 0, 0};
    journal_page(h->journal, h->kind, 0, SIZE_MAX >> 1, take_newer, &n, &h->err);
    h->rev++;
}
