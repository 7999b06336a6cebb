/* SPDX-License-Identifier: MIT */
/*
 * How much a search may take: a very long message ends too, and what was left out is told.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/diagnose.h"

#define SLICES_MAX 1200 /* of DIAGNOSE_SLICE: 18 million units */

static struct diagnosis *begin(size_t fields)
{
    struct params p = {0};
    struct secret key = {0};
    struct diagnosis *d = NULL;
    char name[32], value[64];
    for (size_t i = 1; i <= fields; i++) {
        snprintf(name, sizeof(name), "p%zu", i);
        snprintf(value, sizeof(value), "v%zu", i);
        assert_int_equal(params_set(&p, name, value, NULL), ST_OK);
    }
    params_set(&p, "sign", "0123456789ABCDEF0123456789ABCDEF", NULL);
    secret_set(&key, "192006250b4c09247ec02edce69f6a2d", 32);
    struct subject_input in = {.params = &p, .key = &key};
    assert_int_equal(diagnose_start(&in, &d, NULL), ST_OK);
    params_clear(&p);
    secret_clear(&key);
    return d;
}

static const struct diagnose_left *left_named(const struct diagnose_left *left, size_t count,
                                              const char *what)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(left[i].what.en, what) == 0)
            return &left[i];
    }
    return NULL;
}

/* Only what was left out is tried, with more work; and again, when that was cancelled. */
static void goes_on(struct diagnosis *d)
{
    struct diagnose_left left[DIAGNOSE_LEFT_MAX];
    struct diagnose_progress p;
    diagnose_progress(d, &p);
    uint64_t tried = p.tried;
    assert_false(diagnose_is_thorough(d));
    assert_true(diagnose_go_on(d));
    assert_true(diagnose_is_thorough(d));
    assert_false(diagnose_go_on(d)); /* it is under way */
    assert_true(diagnose_step(d, DIAGNOSE_SLICE));
    diagnose_progress(d, &p);
    assert_string_not_equal(p.stage.en, "single causes");
    assert_string_not_equal(p.stage.en, "pairs of causes");
    diagnose_cancel(d);
    assert_int_equal(diagnose_state(d), DIAGNOSE_CANCELLED);
    size_t count = diagnose_left_out(d, left);
    assert_null(left_named(left, count, "pairs of causes"));
    assert_non_null(left_named(left, count, "triples of causes"));
    assert_true(diagnose_go_on(d));
    assert_true(diagnose_step(d, DIAGNOSE_SLICE));
    diagnose_progress(d, &p);
    assert_true(p.tried > tried);
}

static void a_very_long_message_ends(void **state)
{
    struct diagnose_left left[DIAGNOSE_LEFT_MAX];
    struct diagnosis *d = begin(200);
    struct json *j = json_new_object();
    size_t slices = 1;
    (void)state;
    assert_false(diagnose_go_on(d));
    while (diagnose_step(d, DIAGNOSE_SLICE) && slices < SLICES_MAX)
        slices++;
    assert_int_equal(diagnose_state(d), DIAGNOSE_UNEXPLAINED);

    size_t count = diagnose_left_out(d, left);
    assert_null(left_named(left, count, "single causes"));
    assert_null(left_named(left, count, "pairs of causes"));
    assert_null(left_named(left, count, "every set of client-side members")); /* not of an order */
    const struct diagnose_left *triples = left_named(left, count, "triples of causes");
    assert_non_null(triples);
    assert_true(triples->percent < 100);
    const struct diagnose_left *fields =
        left_named(left, count, "fields that no subset left out (20 of them were varied)");
    assert_non_null(fields);
    assert_int_equal(fields->count, 180);

    diagnose_json(d, j);
    assert_false(json_bool(json_get(j, "complete"), true));
    assert_int_equal(json_count(json_get(j, "left_out")), count);
    json_free(j);
    goes_on(d);
    diagnose_free(d);
}

static void a_short_one_is_tried_to_the_end(void **state)
{
    struct diagnose_left left[DIAGNOSE_LEFT_MAX];
    struct diagnosis *d = begin(6);
    (void)state;
    while (diagnose_step(d, DIAGNOSE_SLICE))
        ;
    assert_int_equal(diagnose_state(d), DIAGNOSE_UNEXPLAINED);
    assert_int_equal(diagnose_left_out(d, left), 0);
    diagnose_free(d);
}

static void what_was_not_reached_before_it_was_cancelled_is_told(void **state)
{
    struct diagnose_left left[DIAGNOSE_LEFT_MAX];
    struct diagnosis *d = begin(200);
    (void)state;
    assert_true(diagnose_step(d, DIAGNOSE_SLICE));
    diagnose_cancel(d);
    size_t count = diagnose_left_out(d, left);
    const struct diagnose_left *triples = left_named(left, count, "triples of causes");
    assert_non_null(triples);
    assert_int_equal(triples->percent, 0);
    assert_non_null(left_named(left, count, "pairs of causes"));
    diagnose_free(d);
}

/* The stage that is reached after a quarter of the usual work. */
static void stage_after(bool thorough, char *out, size_t size)
{
    struct diagnose_progress p;
    struct diagnosis *d = begin(200);
    if (thorough)
        diagnose_be_thorough(d);
    for (int i = 0; i < 290; i++)
        diagnose_step(d, DIAGNOSE_SLICE);
    diagnose_progress(d, &p);
    snprintf(out, size, "%s", p.stage.en);
    diagnose_free(d);
}

static void thorough_does_not_cut_a_stage_short(void **state)
{
    char usual[64], thorough[64];
    (void)state;
    stage_after(false, usual, sizeof(usual));
    stage_after(true, thorough, sizeof(thorough));
    assert_string_equal(usual, "pairs of causes");
    assert_string_equal(thorough, "usual combinations");
}

static void what_was_tried_to_its_end_is_not_tried_again(void **state)
{
    struct diagnosis *d = begin(6);
    (void)state;
    while (diagnose_step(d, DIAGNOSE_SLICE))
        ;
    assert_false(diagnose_go_on(d));
    assert_int_equal(diagnose_state(d), DIAGNOSE_UNEXPLAINED);
    diagnose_free(d);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_very_long_message_ends),
        cmocka_unit_test(a_short_one_is_tried_to_the_end),
        cmocka_unit_test(what_was_not_reached_before_it_was_cancelled_is_told),
        cmocka_unit_test(thorough_does_not_cut_a_stage_short),
        cmocka_unit_test(what_was_tried_to_its_end_is_not_tried_again),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
