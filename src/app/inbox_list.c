/* SPDX-License-Identifier: MIT */
/*
 * Two arrays of numbers: `fresh` grows at its end with what arrives, `old` with what is fetched
 * backwards; the list is the first reversed, then the second. What arrives moves nothing. Rows are
 * cached by number.
 */
#include "app/inbox_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLICE 8192        /* numbers fetched between two looks at the clock */
#define SEARCH_SLICE 2500 /* rows looked at */
#define WANT_MS 12        /* of fetching at once, for the frame that shows it */
#define TURN_MS 3         /* and in one turn of the loop: a key waits no longer */
#define AROUND 64         /* rows read together, from one that is shown on */
#define LIST_MAX (1u << 20)

static void numbers_reserve(struct inbox_numbers *n, size_t more)
{
    size_t cap = n->cap ? n->cap : 256;
    while (cap < n->count + more)
        cap *= 2;
    if (cap != n->cap)
        n->items = mem_grow(n->items, cap, sizeof(*n->items));
    n->cap = cap;
}

void inbox_numbers_add(struct inbox_numbers *n, int64_t id)
{
    if (n->count >= LIST_MAX)
        return;
    numbers_reserve(n, 1);
    n->items[n->count++] = id;
}

/* ---- Rows ---- */

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

void inbox_row_read(const struct journal_row *row, struct inbox_row *out)
{
    *out = (struct inbox_row){.id = row->id,
                              .at_ms = row->at_ms,
                              .amount = row->amount,
                              .status = row->status,
                              .acknowledged = row->good || strstr(row->outcome, " acknowledged"),
                              .invalid = strstr(row->outcome, " invalid") != NULL,
                              .word = notice_word_find(row->outcome)};
    copy(out->event, sizeof out->event, row->name);
    copy(out->profile, sizeof out->profile, row->profile);
    copy(out->order, sizeof out->order, row->order_no);
}

static struct inbox_row *slot(struct inbox_list *l, int64_t id)
{
    return &l->cache[(size_t)id % INBOX_CACHE_ROWS];
}

struct around {
    struct inbox_list *l;
    int64_t id; /* the first of the rows, which no other may displace */
};

static bool on_row(void *ctx, const struct journal_row *row)
{
    struct around *a = ctx;
    if (row->id <= a->id - INBOX_CACHE_ROWS)
        return false;
    inbox_row_read(row, slot(a->l, row->id));
    return true;
}

static bool on_hit(void *ctx, const struct journal_row *row)
{
    struct inbox_list *l = ctx;
    inbox_numbers_add(&l->old, row->id);
    inbox_row_read(row, slot(l, row->id));
    return true;
}

struct inbox_row *inbox_list_row(struct inbox_list *l, int64_t id)
{
    struct inbox_row *row = slot(l, id);
    struct around a = {l, id};
    if (row->id != id)
        journal_page(l->journal, JOURNAL_NOTICE, id + 1, l->filter[0] ? 1 : AROUND, on_row, &a,
                     NULL);
    return row->id == id ? row : NULL;
}

/* ---- Fetching ---- */

static void fetch_numbers(struct inbox_list *l)
{
    struct inbox_numbers *n = &l->old;
    size_t count = 0;
    numbers_reserve(n, SLICE);
    enum status st = journal_numbers(l->journal, JOURNAL_NOTICE, l->search.before, SLICE,
                                     n->items + n->count, &count, NULL);
    n->count += count;
    l->search.done = st || count < SLICE;
    if (count)
        l->search.before = n->items[n->count - 1];
}

static void use_filter(const struct inbox_list *l, struct journal_search *s)
{
    s->invert = l->filter[0] == '!';
    s->text = l->filter + s->invert;
}

static void fetch_hits(struct inbox_list *l)
{
    use_filter(l, &l->search);
    journal_search(l->journal, &l->search, SEARCH_SLICE, on_hit, l, NULL);
}

static bool has_enough(const struct inbox_list *l)
{
    return inbox_list_is_complete(l) || inbox_list_count(l) >= l->wanted;
}

static long long clock_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

/* Slice by slice, until there is enough or the time is over. */
static void fetch(struct inbox_list *l, int ms)
{
    long long end = clock_us() + ms * 1000LL;
    while (!has_enough(l) && clock_us() < end) {
        if (l->filter[0])
            fetch_hits(l);
        else
            fetch_numbers(l);
        if (l->old.count >= LIST_MAX)
            l->search.done = true;
    }
}

static void on_slice(void *ctx)
{
    struct inbox_list *l = ctx;
    l->timer = 0;
    fetch(l, TURN_MS);
    if (!has_enough(l))
        l->timer = loop_timer(l->loop, 1, on_slice, l);
    l->changed(l->ctx);
}

bool inbox_list_want(struct inbox_list *l, size_t count)
{
    if (count <= l->wanted)
        return false;
    l->wanted = count;
    if (has_enough(l))
        return false;
    fetch(l, WANT_MS);
    if (!has_enough(l) && !l->timer)
        l->timer = loop_timer(l->loop, 1, on_slice, l);
    return true;
}

/* ---- The list ---- */

static void stop(struct inbox_list *l)
{
    if (l->timer)
        loop_cancel(l->loop, l->timer);
    l->timer = 0;
}

static bool on_top(void *ctx, const struct journal_row *row)
{
    *(int64_t *)ctx = row->id;
    return false;
}

static void restart(struct inbox_list *l)
{
    stop(l);
    l->fresh.count = l->old.count = 0;
    l->wanted = 0;
    l->search = (struct journal_search){.kind = JOURNAL_NOTICE};
    l->top = 0;
    memset(l->cache, 0, sizeof l->cache);
    if (l->journal)
        journal_page(l->journal, JOURNAL_NOTICE, 0, 1, on_top, &l->top, NULL);
    l->search.before = l->top + 1; /* what arrives from now on is not fetched, but added */
    l->search.done = l->top == 0;
}

void inbox_list_journal(struct inbox_list *l, struct journal *journal)
{
    l->journal = journal;
    restart(l);
}

bool inbox_list_filter(struct inbox_list *l, const char *word)
{
    if (strcmp(l->filter, word) == 0)
        return false;
    snprintf(l->filter, sizeof l->filter, "%s", word);
    if (l->filter[0] == '!' && !l->filter[1])
        l->filter[0] = '\0';
    restart(l);
    return true;
}

size_t inbox_list_count(const struct inbox_list *l)
{
    return l->fresh.count + l->old.count;
}

bool inbox_list_is_complete(const struct inbox_list *l)
{
    return !l->journal || l->search.done;
}

int64_t inbox_list_at(const struct inbox_list *l, size_t index)
{
    if (index >= inbox_list_count(l))
        return 0;
    return index < l->fresh.count ? l->fresh.items[l->fresh.count - 1 - index]
                                  : l->old.items[index - l->fresh.count];
}

static bool on_match(void *ctx, const struct journal_row *row)
{
    (void)row;
    *(bool *)ctx = true;
    return false;
}

/* Does the filter let this row, the newest, through? */
static bool passes(struct inbox_list *l, int64_t id)
{
    bool hit = false;
    struct journal_search s = {.kind = JOURNAL_NOTICE, .before = id + 1};
    if (!l->filter[0])
        return true;
    use_filter(l, &s);
    journal_search(l->journal, &s, 1, on_match, &hit, NULL);
    return hit;
}

void inbox_list_add(struct inbox_list *l, int64_t id)
{
    if (id < 0 || (id > l->top && passes(l, id)))
        inbox_numbers_add(&l->fresh, id);
}

/* Where it stands among what arrived, or would stand. */
static size_t place_of(const struct inbox_numbers *n, int64_t id)
{
    size_t at = n->count;
    while (at && n->items[at - 1] > id)
        at--;
    return at;
}

void inbox_list_update(struct inbox_list *l, int64_t id)
{
    struct inbox_numbers *n = &l->fresh;
    if (id <= 0)
        return;
    slot(l, id)->id = slot(l, id)->id == id ? 0 : slot(l, id)->id;
    if (!l->filter[0] || id <= l->top)
        return;
    size_t at = place_of(n, id);
    bool in = at && n->items[at - 1] == id, wanted = passes(l, id);
    if (in && !wanted) {
        memmove(n->items + at - 1, n->items + at, (n->count - at) * sizeof(*n->items));
        n->count--;
    } else if (!in && wanted && n->count < LIST_MAX) {
        numbers_reserve(n, 1);
        memmove(n->items + at + 1, n->items + at, (n->count - at) * sizeof(*n->items));
        n->items[at] = id;
        n->count++;
    }
}

void inbox_list_clear(struct inbox_list *l)
{
    stop(l);
    free(l->fresh.items);
    free(l->old.items);
    *l = (struct inbox_list){0};
}
