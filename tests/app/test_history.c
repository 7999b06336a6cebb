/* SPDX-License-Identifier: MIT */
/* The window on the journal: pages, filters in slices, what comes while it is open. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/history.h"

struct stage {
    struct journal *journal;
    struct loop *loop;
    struct history h;
};

static void add(struct stage *s, enum journal_kind kind, const char *order, const char *text,
                const char *request)
{
    struct journal_row row = {.at_ms = 1,
                              .kind = kind,
                              .name = "unifiedorder",
                              .order_no = order,
                              .text = text,
                              .amount = -1};
    struct journal_body body = {.request = {request, request ? strlen(request) : 0}};
    assert_int_equal(journal_add(s->journal, &row, &body, NULL, NULL), ST_OK);
}

static void open_stage(struct stage *s, size_t rows)
{
    char order[32];
    *s = (struct stage){.loop = loop_new()};
    assert_int_equal(journal_open(NULL, &s->journal, NULL), ST_OK);
    for (size_t i = 1; i <= rows; i++) {
        snprintf(order, sizeof(order), "T%zu", i);
        add(s, i % 2 ? JOURNAL_CALL : JOURNAL_NOTICE, order, i == 3 ? "深圳店" : "x", "<xml/>");
    }
}

static void close_stage(struct stage *s)
{
    history_close(&s->h);
    loop_free(s->loop);
    journal_close(s->journal);
}

static void settle(struct stage *s)
{
    for (int i = 0; s->h.state != HISTORY_READY; i++) {
        assert_true(i < 1000);
        loop_turn(s->loop, 0);
    }
}

static void it_reads_as_far_as_it_is_looked_at(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 1203);
    history_open(&s.h, s.journal, s.loop, JOURNAL_ANY);
    assert_int_equal(s.h.count, HISTORY_PAGE);
    assert_string_equal(s.h.rows[0].order_no, "T1203");
    assert_true(s.h.more);
    history_need(&s.h, HISTORY_PAGE + 1);
    assert_int_equal(s.h.count, 2 * HISTORY_PAGE);
    history_need(&s.h, 5000);
    assert_int_equal(s.h.count, 1203);
    assert_false(s.h.more);
    assert_string_equal(s.h.rows[1202].order_no, "T1");
    close_stage(&s);
}

static void one_kind_alone(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 11);
    history_open(&s.h, s.journal, s.loop, JOURNAL_NOTICE);
    assert_int_equal(s.h.count, 5);
    assert_string_equal(s.h.rows[0].order_no, "T10");
    close_stage(&s);
}

static void what_comes_stands_on_top(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 3);
    history_open(&s.h, s.journal, s.loop, JOURNAL_ANY);
    add(&s, JOURNAL_CALL, "T4", "深圳", NULL);
    add(&s, JOURNAL_CALL, "T5", "y", NULL);
    history_refresh(&s.h);
    assert_int_equal(s.h.count, 5);
    assert_string_equal(s.h.rows[0].order_no, "T5");
    assert_string_equal(s.h.rows[1].order_no, "T4");
    history_filter(&s.h, "深圳");
    settle(&s);
    assert_int_equal(s.h.count, 2);
    add(&s, JOURNAL_CALL, "T6", "深圳", NULL);
    history_refresh(&s.h);
    settle(&s);
    assert_int_equal(s.h.count, 3);
    assert_string_equal(s.h.rows[0].order_no, "T6");
    close_stage(&s);
}

static void a_filter_takes_two_characters_of_chinese(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 10);
    history_open(&s.h, s.journal, s.loop, JOURNAL_ANY);
    history_filter(&s.h, "深圳");
    assert_int_equal(s.h.count, 1); /* the first slice is searched at once */
    settle(&s);
    assert_int_equal(s.h.count, 1);
    assert_string_equal(s.h.rows[0].order_no, "T3");
    history_filter(&s.h, "!深圳");
    settle(&s);
    assert_int_equal(s.h.count, 9);
    history_filter(&s.h, "nowhere");
    settle(&s);
    assert_int_equal(s.h.count, 0);
    history_filter(&s.h, "");
    assert_int_equal(s.h.count, 10);
    close_stage(&s);
}

static void bodies_are_searched_behind_the_texts(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 500);
    add(&s, JOURNAL_CALL, "B", "x", "<xml><attach>罕见词</attach></xml>");
    for (int i = 0; i < 300; i++)
        add(&s, JOURNAL_CALL, "later", "x", "<xml/>");
    history_open(&s.h, s.journal, s.loop, JOURNAL_ANY);
    history_filter(&s.h, "罕见词");
    assert_int_equal(s.h.count, 0);
    assert_int_not_equal(s.h.state, HISTORY_READY);
    settle(&s);
    assert_int_equal(s.h.count, 1);
    assert_string_equal(s.h.rows[0].order_no, "B");
    close_stage(&s);
}

static void closing_while_it_searches(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 500);
    history_open(&s.h, s.journal, s.loop, JOURNAL_ANY);
    history_filter(&s.h, "T");
    assert_int_not_equal(s.h.state, HISTORY_READY);
    history_close(&s.h);
    for (int i = 0; i < 5; i++)
        loop_turn(s.loop, 0);
    close_stage(&s);
}

static void without_a_journal_it_is_empty(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 0);
    history_open(&s.h, NULL, s.loop, JOURNAL_ANY);
    history_need(&s.h, 100);
    history_filter(&s.h, "x");
    history_refresh(&s.h);
    assert_int_equal(s.h.count, 0);
    close_stage(&s);
}

/* A row is there before its answer: the list must not go on saying that none came. */
static void an_answer_that_came_since_is_shown(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 3);
    history_open(&s.h, s.journal, s.loop, JOURNAL_ANY);
    struct journal_row row = s.h.rows[1];
    row.outcome = "success";
    row.good = true;
    assert_int_equal(journal_update(s.journal, &row, NULL, NULL), ST_OK);
    add(&s, JOURNAL_CALL, "T4", "x", NULL);
    history_refresh(&s.h);
    assert_int_equal(s.h.count, 4);
    assert_string_equal(s.h.rows[2].outcome, "success");
    assert_true(s.h.rows[2].good);
    assert_string_equal(s.h.rows[0].order_no, "T4");
    close_stage(&s);
}

/* Terms and a text together; what a row lacks is looked for in its bytes. */
static void terms_filter_with_and_without_a_text(void **state)
{
    struct stage s;
    (void)state;
    open_stage(&s, 12);
    add(&s, JOURNAL_NOTICE, "T3", "y", "<xml><attach>abc</attach></xml>");
    history_open(&s.h, s.journal, s.loop, JOURNAL_ANY);
    history_filter(&s.h, "order=T1");
    settle(&s);
    assert_int_equal(s.h.count, 4); /* T1, T10, T11, T12 */
    history_filter(&s.h, "order=T3");
    settle(&s);
    assert_int_equal(s.h.count, 2);
    history_filter(&s.h, "order=T3 深圳");
    settle(&s);
    assert_int_equal(s.h.count, 1);
    history_filter(&s.h, "kind=call <attach>");
    settle(&s);
    assert_int_equal(s.h.count, 0);
    history_filter(&s.h, "kind=notice <attach>");
    settle(&s);
    assert_int_equal(s.h.count, 1);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_reads_as_far_as_it_is_looked_at),
        cmocka_unit_test(one_kind_alone),
        cmocka_unit_test(what_comes_stands_on_top),
        cmocka_unit_test(a_filter_takes_two_characters_of_chinese),
        cmocka_unit_test(bodies_are_searched_behind_the_texts),
        cmocka_unit_test(closing_while_it_searches),
        cmocka_unit_test(an_answer_that_came_since_is_shown),
        cmocka_unit_test(terms_filter_with_and_without_a_text),
        cmocka_unit_test(without_a_journal_it_is_empty),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
