/* SPDX-License-Identifier: MIT */
/*
 * The journal with a million rows: the newest page, the first hits of a search, a whole
 * search over the short texts (Chinese of two characters). Limits as ratios to one plain
 * pass of memmem over as many texts of the same length in memory, and in milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/history.h"

#define ROWS 1000000
#define PAGE_MS 20.0    /* newest page; hits among the newest 50,000 */
#define WHOLE_MS 300.0  /* the whole search, warm */
#define SHOWN_MS 1500.0 /* the whole of one that the window makes */
#define WORD "深圳"

/* Of the processor: a busy machine only adds. All is warm, so nothing waits for the disk. */
static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void stop(const struct err *err)
{
    char line[ERR_TEXT_MAX];
    err_line(err, LANG_EN, line, sizeof(line));
    fprintf(stderr, "bench_history: %s\n", line);
    exit(2);
}

/* One row in 50,000 holds the word; in batches of what a burst would be. */
static void fill(struct journal *j)
{
    char order[32], text[128];
    struct err err;
    for (int i = 0; i < ROWS; i++) {
        snprintf(order, sizeof(order), "2026%018d", i);
        snprintf(text, sizeof(text), "%s旗舰店-会员月卡 number %d",
                 i % 50000 == 40000 ? WORD : "北京", i);
        struct journal_row row = {.at_ms = i,
                                  .kind = JOURNAL_NOTICE,
                                  .name = "payment",
                                  .order_no = order,
                                  .mch_id = "10000100",
                                  .text = text,
                                  .outcome = "genuine",
                                  .good = true,
                                  .amount = i};
        struct journal_body body = {.request = {text, strlen(text)}};
        if (journal_add(j, &row, &body, NULL, &err))
            stop(&err);
    }
}

static bool count_row(void *ctx, const struct journal_row *row)
{
    (void)row;
    ++*(size_t *)ctx;
    return true;
}

/* What no program could beat: the same bytes, already in memory. */
static double floor_ms(void)
{
    static char text[128];
    size_t hits = 0;
    double from = now_ms();
    snprintf(text, sizeof(text), "北京旗舰店-会员月卡 number %d", 123456);
    for (int i = 0; i < ROWS; i++) {
        text[100] = (char)i;
        hits += memmem(text, 60, WORD, sizeof(WORD) - 1) != NULL;
    }
    return now_ms() - from + (hits ? 1 : 0);
}

static int failed;

static void report(const char *what, double ms, double limit)
{
    printf("%-52s %8.2f ms, limit %.0f\n", what, ms, limit);
    failed |= ms > limit;
}

static void measure(struct journal *j)
{
    struct loop *loop = loop_new();
    struct history h = {0};
    double from = now_ms();
    history_open(&h, j, loop, JOURNAL_ANY);
    report("open, newest page", now_ms() - from, PAGE_MS);
    from = now_ms();
    for (int i = 0; i < 10; i++)
        history_need(&h, h.count + 1);
    report("ten more pages, each", (now_ms() - from) / 10, PAGE_MS);

    size_t hits = 0;
    struct journal_search s = {.text = WORD, .kind = JOURNAL_ANY};
    from = now_ms();
    while (s.before == 0 || s.before > ROWS - 50000)
        journal_search(j, &s, HISTORY_SLICE, count_row, &hits, NULL);
    report("hits among the newest 50,000", now_ms() - from, PAGE_MS);
    from = now_ms();
    journal_search(j, &s, HISTORY_SLICE, count_row, &hits, NULL);
    report("one slice: how long a key may wait", now_ms() - from, 16);

    s = (struct journal_search){.text = WORD, .kind = JOURNAL_ANY};
    hits = 0;
    from = now_ms();
    while (!s.done)
        journal_search(j, &s, HISTORY_SLICE, count_row, &hits, NULL);
    double whole = now_ms() - from, least = floor_ms();
    report("whole search over the short texts", whole, WHOLE_MS);
    printf("%-52s %8.1f\n", "  as a ratio of memmem over as many texts", whole / least);
    printf("%-52s %8zu\n", "  hits", hits);
    failed |= hits != ROWS / 50000;

    /* What stands in a column and not in the texts: the window looks at every row. */
    from = now_ms();
    history_filter(&h, "0.01");
    report("one slice for a word that a column shows", now_ms() - from, 16);
    while (h.state == HISTORY_TEXTS)
        loop_turn(loop, 0);
    report("  all of them", now_ms() - from, SHOWN_MS);
    failed |= h.count != 1;
    history_close(&h);
    loop_free(loop);
}

int main(void)
{
    char dir[] = "/tmp/wxpc-bench-XXXXXX", path[64];
    struct journal *j = NULL;
    struct err err;
    if (!mkdtemp(dir))
        return 2;
    snprintf(path, sizeof(path), "%s/journal.db", dir);
    if (journal_open(path, &j, &err))
        stop(&err);
    fill(j);
    journal_idle(j);
    measure(j);
    journal_close(j);
    unlink(path);
    rmdir(dir);
    return failed;
}
