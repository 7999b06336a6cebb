/* SPDX-License-Identifier: MIT */
/* Growable bytes: the ceiling holds, an append is whole or nothing, secrets are wiped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"

static void an_empty_buffer_is_an_empty_string(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    assert_string_equal(buf_str(&b), "");
    assert_null(b.data);
    buf_add(&b, NULL, 0);
    assert_string_equal(buf_str(&b), "");
    assert_int_equal(buf_status(&b), ST_OK);
    buf_clear(&b);
    buf_clear(&b);
}

static void appends_follow_each_other(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    buf_adds(&b, "a=");
    buf_addf(&b, "%d%s", 42, "&");
    buf_addc(&b, 'b');
    buf_add(&b, "\0x", 2);
    assert_int_equal(b.len, 8);
    assert_memory_equal(b.data, "a=42&b\0x", 9);
    buf_clear(&b);
}

static void the_ceiling_refuses_whole_appends(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4);
    buf_adds(&b, "abcd");
    assert_int_equal(buf_status(&b), ST_OK);
    buf_addc(&b, 'e');
    assert_string_equal(buf_str(&b), "abcd");
    assert_int_equal(buf_status(&b), ST_LIMIT);
    buf_reset(&b);
    assert_int_equal(buf_status(&b), ST_OK);
    buf_adds(&b, "ab");
    buf_adds(&b, "cde");
    buf_addc(&b, 'c'); /* would fit, but the text would have a hole */
    buf_addf(&b, "%c", 'c');
    assert_string_equal(buf_str(&b), "ab");
    assert_int_equal(buf_status(&b), ST_LIMIT);
    buf_clear(&b);
    assert_int_equal(buf_status(&b), ST_OK);
    assert_int_equal(b.max, 4);
}

static void room_is_appended_whole_or_not_at_all(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 5);
    buf_adds(&b, "ab");
    char *room = buf_room(&b, 3);
    assert_non_null(room);
    memcpy(room, "cde", 3);
    assert_string_equal(buf_str(&b), "abcde");
    assert_non_null(buf_room(&b, 0));
    assert_null(buf_room(&b, 1));
    assert_string_equal(buf_str(&b), "abcde");
    assert_int_equal(buf_status(&b), ST_LIMIT);
    buf_clear(&b);
}

static void a_refused_format_leaves_no_trace(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 6);
    buf_adds(&b, "abcd");
    buf_addf(&b, "%s", "efg");
    assert_string_equal(buf_str(&b), "abcd");
    assert_int_equal(buf_status(&b), ST_LIMIT);
    buf_clear(&b);
    buf_init(&b, 6);
    buf_addf(&b, "%s", "abcdefg");
    assert_string_equal(buf_str(&b), "");
    assert_int_equal(buf_status(&b), ST_LIMIT);
    buf_clear(&b);
}

static void a_format_may_reach_the_ceiling_exactly(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 200);
    for (int i = 0; i < 20; i++) {
        buf_addf(&b, "%010d", i);
    }
    assert_int_equal(b.len, 200);
    assert_int_equal(buf_status(&b), ST_OK);
    assert_int_equal(b.cap, 201);
    assert_string_equal(b.data + 190, "0000000019");
    buf_clear(&b);
}

static void a_huge_ceiling_does_not_overflow(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, SIZE_MAX);
    buf_adds(&b, "x");
    buf_add(&b, "y", SIZE_MAX - 1);
    assert_int_equal(buf_status(&b), ST_LIMIT);
    assert_string_equal(buf_str(&b), "x");
    buf_clear(&b);
}

static void cut_shortens_and_never_lengthens(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    buf_cut(&b, 0);
    buf_cut(&b, 3);
    assert_string_equal(buf_str(&b), "");
    buf_adds(&b, "abcdef");
    buf_cut(&b, 9);
    assert_string_equal(buf_str(&b), "abcdef");
    buf_cut(&b, 2);
    assert_string_equal(buf_str(&b), "ab");
    buf_adds(&b, "x");
    assert_string_equal(buf_str(&b), "abx");
    buf_clear(&b);
}

static void take_hands_over_and_empties(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    char *text = buf_take(&b);
    assert_string_equal(text, "");
    free(text);
    buf_adds(&b, "abc");
    text = buf_take(&b);
    assert_string_equal(text, "abc");
    free(text);
    assert_string_equal(buf_str(&b), "");
    buf_adds(&b, "next");
    assert_string_equal(buf_str(&b), "next");
    buf_clear(&b);
}

static void a_secret_is_wiped_when_it_is_cut(void **state)
{
    (void)state;
    static const char zero[16];
    struct buf b;
    buf_init_secret(&b, 1000);
    buf_adds(&b, "0123456789abcdef");
    buf_cut(&b, 4);
    assert_memory_equal(b.data + 4, zero, 12);
    buf_reset(&b);
    assert_memory_equal(b.data, zero, 16);
    for (int i = 0; i < 100; i++) {
        buf_adds(&b, "0123456789");
    }
    assert_int_equal(b.len, 1000);
    assert_string_equal(b.data + 990, "0123456789");
    buf_clear(&b);
    assert_true(b.secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_string),
        cmocka_unit_test(appends_follow_each_other),
        cmocka_unit_test(the_ceiling_refuses_whole_appends),
        cmocka_unit_test(room_is_appended_whole_or_not_at_all),
        cmocka_unit_test(a_refused_format_leaves_no_trace),
        cmocka_unit_test(a_format_may_reach_the_ceiling_exactly),
        cmocka_unit_test(a_huge_ceiling_does_not_overflow),
        cmocka_unit_test(cut_shortens_and_never_lengthens),
        cmocka_unit_test(take_hands_over_and_empties),
        cmocka_unit_test(a_secret_is_wiped_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
