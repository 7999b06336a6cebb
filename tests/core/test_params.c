/* SPDX-License-Identifier: MIT */
/*
 * The ordered map: order, replacing, switches, limits, aliases, equality.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/params.h"

static void set(struct params *p, const char *name, const char *value)
{
    assert_int_equal(params_set(p, name, value, NULL), ST_OK);
}

static void order_is_that_of_arrival(void **state)
{
    (void)state;
    struct params p = {0};
    set(&p, "b", "1");
    set(&p, "a", "2");
    set(&p, "B", "3");
    set(&p, "b", "4");
    assert_int_equal(p.count, 3);
    assert_string_equal(p.items[0].name, "b");
    assert_string_equal(p.items[0].value, "4");
    assert_string_equal(p.items[1].name, "a");
    assert_string_equal(p.items[2].name, "B");
    params_remove(&p, "a");
    params_remove(&p, "absent");
    assert_int_equal(p.count, 2);
    assert_string_equal(p.items[1].name, "B");
    params_clear(&p);
    params_clear(&p);
    assert_null(p.items);
}

static void switched_off_entries_keep_their_value(void **state)
{
    (void)state;
    struct params p = {0};
    set(&p, "attach", "x");
    set(&p, "empty", "");
    params_find(&p, "attach")->off = true;
    assert_null(params_get(&p, "attach"));
    assert_false(params_has(&p, "attach"));
    assert_string_equal(params_find(&p, "attach")->value, "x");
    assert_string_equal(params_get(&p, "empty"), "");
    assert_false(params_has(&p, "empty"));
    assert_null(params_get(&p, "absent"));
    set(&p, "attach", "y");
    assert_string_equal(params_get(&p, "attach"), "y");
    params_clear(&p);
}

static void values_are_kept_to_the_byte(void **state)
{
    (void)state;
    struct params p = {0};
    assert_int_equal(params_set_n(&p, "bodyX", 4, " 测试\r\n ]]>tail", 13, PARAM_DEFAULT, NULL),
                     ST_OK);
    struct param *body = params_find(&p, "body");
    assert_non_null(body);
    assert_int_equal(body->value_len, 13);
    assert_string_equal(body->value, " 测试\r\n ]]>");
    assert_int_equal(body->source, PARAM_DEFAULT);
    set(&p, "body", "z");
    assert_int_equal(body->source, PARAM_USER);
    params_clear(&p);
}

static void a_value_may_be_set_from_itself(void **state)
{
    (void)state;
    struct params p = {0};
    set(&p, "body", "abcdef");
    const char *own = params_get(&p, "body");
    assert_int_equal(params_set(&p, "body", own + 2, NULL), ST_OK);
    assert_string_equal(params_get(&p, "body"), "cdef");
    struct param *body = params_find(&p, "body");
    assert_int_equal(params_set(&p, body->name, "n", NULL), ST_OK);
    assert_int_equal(p.count, 1);
    params_clear(&p);
}

static void bad_names_and_values_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t name_len;
        const char *value;
        size_t value_len;
        enum status want;
        const char *says; /* part of the English sentence */
    } rows[] = {
        {"", 0, "x", 1, ST_ARGUMENT, "no name"},
        {"a\nb", 3, "x", 1, ST_ARGUMENT, "control character"},
        {"a\x7f", 2, "x", 1, ST_ARGUMENT, "control character"},
        {"a\xc2\x9bm", 4, "x", 1, ST_ARGUMENT, "control character"},
        {"a\0b", 3, "x", 1, ST_ARGUMENT, "control character"},
        {"body", 4, "x\0y", 3, ST_ARGUMENT, "the value of body holds a NUL byte"},
        {"0123456789012345678901234567890123456789012345678901234567890123", 64, "x", 1, ST_OK, ""},
        {"01234567890123456789012345678901234567890123456789012345678901234", 65, "x", 1, ST_LIMIT,
         "it has 65 bytes, the limit is 64"},
        {"名称", 6, "x", 1, ST_OK, ""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params p = {0};
        struct err err = {0};
        char line[ERR_TEXT_MAX];
        enum status st = params_set_n(&p, rows[i].name, rows[i].name_len, rows[i].value,
                                      rows[i].value_len, PARAM_USER, &err);
        assert_int_equal(st, rows[i].want);
        err_line(&err, LANG_EN, line, sizeof line);
        if (strstr(line, rows[i].says) == NULL)
            fail_msg("row %zu says: %s", i, line);
        assert_int_equal(p.count, st == ST_OK ? 1 : 0);
        params_clear(&p);
    }
}

static void a_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    char name[PARAM_NAME_MAX + 8] = "x";
    for (size_t len = 1; len <= PARAM_NAME_MAX; len += strlen("名"))
        memcpy(name + len, "名", sizeof "名");
    struct params p = {0};
    struct err err = {0};
    char line[ERR_TEXT_MAX];
    assert_int_equal(params_set(&p, name, "v", &err), ST_LIMIT);
    err_line(&err, LANG_ZH, line, sizeof line);
    assert_non_null(strstr(line, "x名名名名名名名名名名… 太长"));
}

static void sizes_have_limits(void **state)
{
    (void)state;
    struct params p = {0};
    size_t size = PARAM_VALUE_MAX;
    char *big = malloc(size + 2);
    assert_non_null(big);
    memset(big, 'v', size + 1);
    big[size + 1] = '\0';
    assert_int_equal(params_set_n(&p, "a", 1, big, size, PARAM_USER, NULL), ST_OK);
    assert_int_equal(params_set(&p, "a", big, NULL), ST_LIMIT);
    assert_int_equal(params_find(&p, "a")->value_len, size); /* the old value stays */
    free(big);

    char name[16];
    for (int i = 1; i < PARAMS_MAX; i++) {
        snprintf(name, sizeof name, "n%d", i);
        set(&p, name, "");
    }
    assert_int_equal(p.count, PARAMS_MAX);
    assert_int_equal(params_set(&p, "one_more", "", NULL), ST_LIMIT);
    assert_int_equal(params_set(&p, "n7", "replacing still works", NULL), ST_OK);
    params_clear(&p);
}

static void copies_are_exact_and_independent(void **state)
{
    (void)state;
    struct params a = {0}, b = {0};
    set(&a, "x", "1");
    set(&a, "y", "2");
    params_find(&a, "y")->off = true;
    a.items[0].source = PARAM_GENERATED;
    set(&b, "old", "gone");
    params_copy(&b, &a);
    params_copy(&b, &b);
    assert_true(params_equal(&a, &b));
    assert_null(params_find(&b, "old"));
    assert_true(b.items[1].off);
    assert_int_equal(b.items[0].source, PARAM_GENERATED);
    set(&b, "x", "changed");
    set(&b, "z", "3");
    assert_string_equal(params_get(&a, "x"), "1");
    params_clear(&a);
    params_copy(&b, &a);
    assert_int_equal(b.count, 0);
    params_clear(&b);
}

static void equality_ignores_order_and_source(void **state)
{
    (void)state;
    struct params a = {0}, b = {0};
    set(&a, "x", "1");
    set(&a, "y", "2");
    set(&b, "y", "2");
    set(&b, "x", "1");
    b.items[0].source = PARAM_PROFILE;
    assert_true(params_equal(&a, &b));
    b.items[0].off = true;
    assert_false(params_equal(&a, &b));
    b.items[0].off = false;
    set(&b, "x", "10");
    assert_false(params_equal(&a, &b));
    params_remove(&b, "x");
    assert_false(params_equal(&a, &b));
    set(&b, "X", "1");
    assert_false(params_equal(&a, &b));
    params_clear(&a);
    params_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_that_of_arrival),
        cmocka_unit_test(switched_off_entries_keep_their_value),
        cmocka_unit_test(values_are_kept_to_the_byte),
        cmocka_unit_test(a_value_may_be_set_from_itself),
        cmocka_unit_test(bad_names_and_values_are_refused),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
        cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(copies_are_exact_and_independent),
        cmocka_unit_test(equality_ignores_order_and_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
