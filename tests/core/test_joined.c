/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base.h"
#include "core/joined.h"

static struct span text(const char *s)
{
    return (struct span){s, strlen(s)};
}

static void assert_written(const char *a, const char *b, const char *wanted)
{
    struct joined j;
    struct buf out;
    buf_init(&out, 1u << 16);
    joined_align(text(a), text(b), &j);
    joined_write(&j, &out);
    assert_string_equal(buf_str(&out), wanted);
    buf_clear(&out);
    joined_clear(&j);
}

static void rows_pair_up_by_name(void **state)
{
    (void)state;
    assert_written("a=1&body=会员&c=3", "a=1&body=\xbb\xe1\xd4\xb1&d=4",
                   "  a=1\n"
                   "- body=会员\n"
                   "+ body=\\xBB\\xE1\\xD4\\xB1\n"
                   "       ^\n"
                   "+ d=4\n"
                   "- c=3\n");
    assert_written("b=x&c=1", "a=0&b=x&c=1", "+ a=0\n  b=x\n  c=1\n");
}

static void an_ampersand_in_a_value_is_no_cut(void **state)
{
    (void)state;
    assert_written("attach=a&b&c=1", "attach=a&b&c=2", "  attach=a&b\n- c=1\n+ c=2\n    ^\n");
}

static void another_order_is_marked(void **state)
{
    struct joined j;
    (void)state;
    joined_align(text("a=1&b=2&c=3"), text("b=2&a=1&c=3"), &j);
    assert_int_equal(j.count, 3);
    assert_int_equal(j.differing, 1);
    assert_true(j.rows[1].moved);
    joined_clear(&j);
    assert_written("a=1&b=2", "b=2&a=1", "  a=1\n~ b=2\n");
}

static void names_that_repeat_pair_up_one_by_one(void **state)
{
    (void)state;
    assert_written("a=1&a=2", "a=1&a=3", "  a=1\n- a=2\n+ a=3\n    ^\n");
    assert_written("a=1", "a=1&a=2", "  a=1\n+ a=2\n");
}

static void a_text_of_another_form_is_one_piece(void **state)
{
    struct joined j;
    (void)state;
    joined_align(text("a=1&b=2"), text("{\"a\":\"1\"}"), &j);
    assert_int_equal(j.count, 1);
    assert_int_equal(j.rows[0].name.len, 0);
    assert_int_equal(j.rows[0].change, COMPARE_CHANGED);
    joined_clear(&j);
    joined_align(text(""), text(""), &j);
    assert_int_equal(j.differing, 0);
    joined_clear(&j);
}

static void a_long_value_is_cut_around_the_difference(void **state)
{
    char a[400], b[400];
    struct joined j;
    struct buf out;
    (void)state;
    memset(a, 'x', sizeof a);
    memcpy(a, "v=", 2);
    a[399] = '\0';
    memcpy(b, a, sizeof b);
    b[300] = 'y';
    joined_align(text(a), text(b), &j);
    buf_init(&out, 4096);
    joined_write(&j, &out);
    assert_true(out.len < 300);
    assert_non_null(strstr(buf_str(&out), "xy"));
    buf_clear(&out);
    joined_clear(&j);
}

static void the_key_comes_off_the_end(void **state)
{
    struct span key, rest = joined_without_key(text("a=1&key=2&b=3&key=secret"), &key);
    (void)state;
    assert_true(span_is(rest, "a=1&key=2&b=3"));
    assert_true(span_is(key, "secret"));
    rest = joined_without_key(text("a=1"), &key);
    assert_true(span_is(rest, "a=1"));
    assert_int_equal(key.len, 0);
    joined_without_key(text(""), &key);
}

static void as_many_parameters_as_one_likes(void **state)
{
    struct buf many;
    struct joined j;
    (void)state;
    buf_init(&many, 1u << 20);
    for (int i = 0; i < 2000; i++)
        buf_addf(&many, "%sp%d=%d", i ? "&" : "", i, i);
    struct span s = {buf_str(&many), many.len};
    joined_align(s, s, &j);
    assert_int_equal(j.differing, 0);
    assert_int_equal(j.count, JOINED_ROWS_MAX);
    joined_clear(&j);
    buf_clear(&many);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_pair_up_by_name),
        cmocka_unit_test(an_ampersand_in_a_value_is_no_cut),
        cmocka_unit_test(another_order_is_marked),
        cmocka_unit_test(names_that_repeat_pair_up_one_by_one),
        cmocka_unit_test(a_text_of_another_form_is_one_piece),
        cmocka_unit_test(a_long_value_is_cut_around_the_difference),
        cmocka_unit_test(the_key_comes_off_the_end),
        cmocka_unit_test(as_many_parameters_as_one_likes),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
