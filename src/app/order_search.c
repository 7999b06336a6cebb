/* SPDX-License-Identifier: MIT */
/* A slice's rows are noted first and read afterwards: the journal is not asked while it answers. */
#include "app/order_search.h"

#include <stdlib.h>
#include <string.h>

#include "app/record.h"

static bool is_number(const char *s)
{
    if (!s[0] || strlen(s) >= ORDER_NUMBER_MAX)
        return false;
    for (; *s; s++) {
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            return false;
    }
    return true;
}

void order_search_clear(struct order_search *s)
{
    order_life_clear(&s->life);
    for (size_t i = 0; i < s->number_count; i++)
        free(s->numbers[i]);
    free(s->found);
    *s = (struct order_search){0};
}

enum status order_search_start(struct order_search *s, struct journal *journal,
                               const struct catalog *catalog, const char *number,
                               const char *merchant, struct err *err)
{
    order_search_clear(s);
    if (!is_number(number))
        return err_set(err, ST_ARGUMENT,
                       SAY("这不是单号", "单号没有空白，最多 %d 字节",
                           "给出 out_trade_no、transaction_id、contract_code 或 out_refund_no"),
                       SAY("this is no number", "it holds no blanks and has %d bytes at most",
                           "give an out_trade_no, transaction_id, contract_code or out_refund_no"),
                       ORDER_NUMBER_MAX - 1);
    s->journal = journal;
    s->catalog = catalog;
    s->done = !journal;
    s->numbers[s->number_count++] = mem_strdup(number);
    order_life_begin(&s->life, number, merchant);
    return ST_OK;
}

static bool note(void *ctx, const struct journal_row *row)
{
    struct order_search *s = ctx;
    if (s->found_count == s->found_cap) {
        s->found_cap = s->found_cap ? 2 * s->found_cap : 64;
        s->found = mem_grow(s->found, s->found_cap, sizeof(*s->found));
    }
    s->found[s->found_count++] = row->id;
    return true;
}

/* The next number, or the end. */
static void go_on(struct order_search *s)
{
    const char *alias;
    s->in_bodies = !s->in_bodies;
    s->before = 0;
    if (s->in_bodies)
        return;
    order_life_settle(&s->life, s->catalog);
    s->at++;
    while (s->number_count < ARRAY_COUNT(s->numbers) &&
           (alias = order_life_alias(&s->life, (const char *const *)s->numbers, s->number_count)))
        s->numbers[s->number_count++] = mem_strdup(alias);
    s->done = s->at == s->number_count;
}

enum status order_search_step(struct order_search *s, struct err *err)
{
    struct record_source source = {.journal = s->journal, .catalog = s->catalog};
    struct record r = {0};
    if (s->done)
        return ST_OK;
    struct journal_search j = {.text = s->numbers[s->at], .kind = JOURNAL_ANY, .before = s->before};
    s->found_count = 0;
    enum status st = s->in_bodies
                         ? journal_search_bodies(s->journal, &j, ORDER_BODIES, note, s, err)
                         : journal_search(s->journal, &j, ORDER_SLICE, note, s, err);
    for (size_t i = 0; !st && i < s->found_count; i++) {
        if (record_read(&source, s->found[i], &r, NULL) == ST_OK)
            order_life_add(&s->life, &r);
    }
    record_clear(&r);
    s->before = j.before;
    if (st)
        s->done = true;
    else if (j.done)
        go_on(s);
    return st;
}
