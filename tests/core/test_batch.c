/* SPDX-License-Identifier: MIT */
/* Which feature, merchant or time tells failures from passes; and none where none does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/batch.h"

#define MD5_SIGN "1123456789ABCDEF0123456789ABCDEF"

static void add(struct batch *b, const char *name, const char *value, const char *mch_id,
                const char *time, bool good)
{
    struct params p = {0};
    params_set(&p, "sign", MD5_SIGN, NULL);
    params_set(&p, "mch_id", mch_id, NULL);
    params_set(&p, "time_end", time, NULL);
    params_set(&p, name, value, NULL);
    batch_add(b, &p, good ? BATCH_VALID : BATCH_EXPLAINED, good ? "" : "cs-digest");
    params_clear(&p);
}

static void each_feature_separates(void **state)
{
    static const struct {
        enum batch_feature feature;
        const char *name, *bad, *good;
    } rows[] = {
        {BATCH_NON_ASCII, "attach", "会员", "member"},
        {BATCH_COUPON, "coupon_fee_0", "1", NULL},
        {BATCH_SUB_MCH, "sub_mch_id", "1900000110", NULL},
        {BATCH_HMAC, "sign", MD5_SIGN MD5_SIGN, MD5_SIGN},
        {BATCH_MARKUP, "attach", "a&b", "ab"},
        {BATCH_UNDERSCORES, "openid", "o__x", "o_x"},
        {BATCH_ZERO_DIGIT, "sign", "0123456789ABCDEF0123456789ABCDEF", MD5_SIGN},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct batch b = {0};
        for (int k = 0; k < 4; k++) {
            add(&b, rows[i].name, rows[i].bad, "1", "20260101000000", false);
            add(&b, rows[i].good ? rows[i].name : "x", rows[i].good ? rows[i].good : "1", "1",
                "20260101000000", true);
        }
        for (int f = 0; f < BATCH_FEATURES; f++)
            assert_int_equal(batch_separates(&b, (enum batch_feature)f), f == (int)rows[i].feature);
        assert_string_equal(batch_merchant(&b), "");
        assert_string_equal(batch_since(&b), "");
    }
    assert_int_equal(ARRAY_COUNT(rows), BATCH_FEATURES);
}

static void a_merchant_and_a_time_separate(void **state)
{
    struct batch b = {0};
    (void)state;
    for (int k = 0; k < 3; k++) {
        add(&b, "x", "1", "10000100", "20260101000000", true);
        add(&b, "x", "1", "10000200", "20260102000000", false);
    }
    assert_string_equal(batch_merchant(&b), "10000200");
    assert_string_equal(batch_since(&b), "20260102000000");
    assert_int_equal(b.group_count, 1);
    assert_int_equal(b.groups[0].count, 3);
    add(&b, "x", "1", "10000200", "20260103000000", true);
    add(&b, "x", "1", "10000200", "20260103000000", true);
    assert_string_equal(batch_merchant(&b), "");
    assert_string_equal(batch_since(&b), "");
}

static void one_failure_tells_nothing(void **state)
{
    struct batch b = {0};
    (void)state;
    add(&b, "attach", "会员", "1", "20260101000000", false);
    for (int k = 0; k < 5; k++)
        add(&b, "attach", "x", "1", "20250101000000", true);
    assert_false(batch_separates(&b, BATCH_NON_ASCII));
    batch_add(&b, NULL, BATCH_UNREADABLE, NULL);
    assert_int_equal(batch_total(&b), 7);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_feature_separates),
        cmocka_unit_test(a_merchant_and_a_time_separate),
        cmocka_unit_test(one_failure_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
