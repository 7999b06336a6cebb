/* SPDX-License-Identifier: MIT */
/* The lines of the inbox: what is fetched, what arrives, and what a filter does with both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "app/inbox_list.h"

struct stage {
    struct loop *loop;
    struct journal *journal;
    struct inbox_list list;
};

static void changed(void *ctx)
{
    (void)ctx;
}

static int start(void **state)
{
    struct stage *s = mem_alloc(sizeof *s);
    s->loop = loop_new();
    assert_int_equal(journal_open(NULL, &s->journal, NULL), ST_OK);
    s->list.loop = s->loop;
    s->list.changed = changed;
    *state = s;
    return 0;
}

static int stop(void **state)
{
    struct stage *s = *state;
    inbox_list_clear(&s->list);
    journal_close(s->journal);
    loop_free(s->loop);
    free(s);
    return 0;
}

static void write_row(struct stage *s, int64_t *id, const char *text)
{
    struct journal_row row = {
        .id = *id, .kind = JOURNAL_NOTICE, .name = "payment", .outcome = "genuine", .text = text};
    struct journal_body body = {0};
    assert_int_equal(*id ? journal_update(s->journal, &row, &body, NULL)
                         : journal_add(s->journal, &row, &body, id, NULL),
                     ST_OK);
}

/* The numbers, newest first: "3 1". */
static const char *numbers(const struct stage *s)
{
    static char text[64];
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < inbox_list_count(&s->list) && at + 8 < sizeof text; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, i ? " %lld" : "%lld",
                               (long long)inbox_list_at(&s->list, i));
    return text;
}

static void arrive(struct stage *s, int64_t *id, const char *text)
{
    *id = 0;
    write_row(s, id, text);
    inbox_list_add(&s->list, *id);
}

static void settle(struct stage *s, int64_t id, const char *text)
{
    write_row(s, &id, text);
    inbox_list_update(&s->list, id);
}

static void what_arrives_stands_before_what_was_there(void **state)
{
    struct stage *s = *state;
    int64_t id = 0, more;
    write_row(s, &id, "old");
    inbox_list_journal(&s->list, s->journal);
    inbox_list_want(&s->list, 10);
    arrive(s, &more, "new");
    inbox_list_add(&s->list, -1); /* in no journal */
    assert_string_equal(numbers(s), "-1 2 1");
    assert_true(inbox_list_is_complete(&s->list));
    assert_int_equal(inbox_list_at(&s->list, 3), 0);
}

/* One that waited says more when it is answered: the filter is asked again. */
static void what_changes_is_filtered_anew(void **state)
{
    struct stage *s = *state;
    int64_t one, two, three;
    inbox_list_journal(&s->list, s->journal);
    inbox_list_filter(&s->list, "slow");
    arrive(s, &one, "");
    arrive(s, &two, "slow ");
    arrive(s, &three, "slow ");
    assert_string_equal(numbers(s), "3 2");
    settle(s, one, "slow ");
    assert_string_equal(numbers(s), "3 2 1");
    settle(s, two, "");
    assert_string_equal(numbers(s), "3 1");
    settle(s, three, "slow ");
    assert_string_equal(numbers(s), "3 1");
}

static void a_row_that_changes_is_read_again(void **state)
{
    struct stage *s = *state;
    int64_t id = 0;
    inbox_list_journal(&s->list, s->journal);
    arrive(s, &id, "");
    assert_int_equal(inbox_list_row(&s->list, id)->status, 0);
    struct journal_row row = {
        .id = id, .kind = JOURNAL_NOTICE, .name = "payment", .outcome = "genuine", .status = 200};
    assert_int_equal(journal_update(s->journal, &row, &(struct journal_body){0}, NULL), ST_OK);
    inbox_list_update(&s->list, id);
    assert_int_equal(inbox_list_row(&s->list, id)->status, 200);
    assert_null(inbox_list_row(&s->list, 99));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_arrives_stands_before_what_was_there),
        TEST(what_changes_is_filtered_anew),
        TEST(a_row_that_changes_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
