/* SPDX-License-Identifier: MIT */
/*
 * Words that differ in case, by an edit, or by more than a slip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

static void letter_case_is_that_of_ascii(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same, has;
    } rows[] = {
        {"", "", true, true},
        {"abc", "ABC", true, true},
        {"abc", "ab", false, true},
        {"ab", "abc", false, false},
        {"Out_Trade_No", "trade_NO", false, true},
        {"aab", "AB", false, true},
        {"abc", "", false, true},
        {"", "a", false, false},
        {"订单查询", "单查", false, true},
        {"订单查询", "退款", false, false},
        {"[", "{", false, false}, /* 0x20 apart and no letters */
        {"@", "`", false, false},
        {"Ä", "ä", false, false}, /* only ASCII */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(text_same_nocase(rows[i].a, rows[i].b), rows[i].same);
        assert_int_equal(text_has_nocase(rows[i].a, rows[i].b), rows[i].has);
    }
}

static void distance_counts_edits(void **state)
{
    (void)state;
    char longest[65];
    char longer[66];
    memset(longest, 'x', sizeof longest - 1);
    longest[64] = '\0';
    memset(longer, 'x', sizeof longer - 1);
    longer[65] = '\0';
    const struct {
        const char *a, *b;
        int limit, distance;
    } rows[] = {
        {"", "", 3, 0},
        {"abc", "abc", 0, 0},
        {"abc", "", 3, 3},
        {"sign", "sing", 3, 1}, /* neighbours swapped */
        {"refund", "refnud", 1, 1},
        {"refund", "refunds", 3, 1}, /* inserted */
        {"refund", "efund", 3, 1},   /* deleted */
        {"refund", "refand", 3, 1},  /* replaced */
        {"kitten", "sitting", 5, 3},
        {"ca", "abc", 5, 3},         /* no part is edited twice */
        {"kitten", "sitting", 2, 3}, /* gives up */
        {"a", "abcdef", 2, 3},       /* by length alone */
        {longest, longest, 0, 0},
        {longer, longer, 5, 6}, /* too long to measure */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(text_distance(rows[i].a, rows[i].b, rows[i].limit), rows[i].distance);
        assert_int_equal(text_distance(rows[i].b, rows[i].a, rows[i].limit), rows[i].distance);
    }
}

static const char *name_at(const void *ctx, size_t index)
{
    return ((const char *const *)ctx)[index];
}

static void the_nearest_name_is_offered(void **state)
{
    (void)state;
    static const char *const names[] = {"appid",        "mch_id",        "nonce_str",
                                        "out_trade_no", "out_refund_no", "total_fee",
                                        "sign",         "sign_type",     NULL};
    static const struct {
        const char *word;
        const char *nearest;
    } rows[] = {
        {"apid", "appid"},
        {"APPID", "appid"},
        {"mchid", "mch_id"},
        {"totalfee", "total_fee"},
        {"out_tarde_no", "out_trade_no"},
        {"out_rufund_no", "out_refund_no"},
        {"sing", "sign"},
        {"sign", "sign"},
        {"signtype", "sign_type"},
        {"body", NULL},
        {"", NULL},
        {"xyz", NULL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *nearest = text_nearest(rows[i].word, name_at, names);
        if (rows[i].nearest) {
            assert_non_null(nearest);
            assert_string_equal(nearest, rows[i].nearest);
        } else {
            assert_null(nearest);
        }
    }
    static const char *const none[] = {NULL};
    assert_null(text_nearest("sign", name_at, none));
    static const char *const twins[] = {"abcx", "abcy", NULL};
    assert_string_equal(text_nearest("abcz", name_at, twins), "abcx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter_case_is_that_of_ascii),
        cmocka_unit_test(distance_counts_edits),
        cmocka_unit_test(the_nearest_name_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
