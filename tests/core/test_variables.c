/* SPDX-License-Identifier: MIT */
/* References to named values: which are filled in, by which value, and that it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/variables.h"

static void assert_filled(struct variables *v, const char *text, const char *filled)
{
    struct buf out;
    buf_init(&out, 1u << 20);
    variables_fill(v, (struct span){text, strlen(text)}, &out);
    assert_string_equal(buf_str(&out), filled);
    buf_clear(&out);
}

static void only_whole_references_are_filled(void **state)
{
    struct variables v = {0};
    (void)state;
    assert_filled(&v, "{{a}}", "{{a}}"); /* none is defined */
    variables_add(&v, "a", "1", 0);
    variables_add(&v, "中文", "二", 0);
    assert_filled(&v, "", "");
    assert_filled(&v, "{{a}}{{ a }}-{{中文}}", "11-二");
    assert_filled(&v, "{{{a}}}", "{1}");
    assert_filled(&v, "{{}} {{a {{ a}} {a}} {{b}} {{", "{{}} {{a 1 {a}} {{b}} {{");
    assert_filled(&v, "{\"x\":{\"y\":{}}}", "{\"x\":{\"y\":{}}}");
    assert_string_equal(buf_str(&v.left), "a, b");
    variables_clear(&v);
}

static void the_higher_rank_wins_then_the_first(void **state)
{
    struct variables v = {0};
    (void)state;
    variables_add(&v, "a", "low", 0);
    variables_add(&v, "a", "first", 1);
    variables_add(&v, "a", "second", 1);
    variables_add(&v, "b", "", 2); /* has no value */
    variables_add(&v, "b", "b", 0);
    assert_filled(&v, "{{a}}{{b}}", "firstb");
    assert_int_equal(v.left.len, 0);
    variables_clear(&v);
}

static void what_refers_to_itself_or_multiplies_ends(void **state)
{
    struct variables v = {0};
    struct buf out;
    char name[2] = "a";
    (void)state;
    for (; name[0] < 'h'; name[0]++) {
        char value[200] = "";
        for (int i = 0; i < 30; i++)
            snprintf(value + strlen(value), sizeof(value) - strlen(value), "{{%c}}", name[0] + 1);
        variables_add(&v, name, value, 0);
    }
    variables_add(&v, "h", "{{h}}", 0);
    buf_init(&out, 16u << 20);
    variables_fill(&v, (struct span){"{{a}}", 5}, &out);
    assert_int_equal(buf_status(&out), ST_OK);
    assert_true(out.len < VARIABLES_FILL_MAX + 1024);
    assert_non_null(strstr(buf_str(&v.left), "h"));
    buf_clear(&out);
    variables_clear(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_references_are_filled),
        cmocka_unit_test(the_higher_rank_wins_then_the_first),
        cmocka_unit_test(what_refers_to_itself_or_multiplies_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
