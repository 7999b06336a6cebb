/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compare.h"

static void fill(struct params *p, const char *const *pairs)
{
    for (; pairs[0]; pairs += 2)
        params_set(p, pairs[0], pairs[1], NULL);
}

static void rows_stand_in_signing_order(void **state)
{
    static const char *const left[] = {"trade_type", "NATIVE", "body", "深圳店", "attach",
                                       "x",          "Zone",   "1",    NULL};
    static const char *const right[] = {"body",      "深圳市", "trade_type", "NATIVE",
                                        "total_fee", "1",      "attach",     "", /* as absent */
                                        "Zone",      "1",      NULL};
    static const struct {
        const char *name;
        enum compare_change change;
        size_t at;
    } expected[] = {
        {"Zone", COMPARE_SAME, 0},       {"attach", COMPARE_REMOVED, 0},
        {"body", COMPARE_CHANGED, 6},    {"total_fee", COMPARE_ADDED, 0},
        {"trade_type", COMPARE_SAME, 0},
    };
    struct params a = {0}, b = {0};
    struct compare c = {0};
    (void)state;
    fill(&a, left);
    fill(&b, right);
    compare_params(&a, &b, &c);
    assert_int_equal(c.count, ARRAY_COUNT(expected));
    assert_int_equal(c.differing, 3);
    for (size_t i = 0; i < c.count; i++) {
        assert_string_equal(c.rows[i].name, expected[i].name);
        assert_int_equal(c.rows[i].change, expected[i].change);
        assert_int_equal(c.rows[i].at, expected[i].at);
    }
    compare_clear(&c);
    params_clear(&a);
    params_clear(&b);
}

static void json_masks_personal_values(void **state)
{
    static const char *const left[] = {"openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", NULL};
    struct params a = {0}, b = {0};
    struct compare c = {0};
    struct buf text;
    (void)state;
    fill(&a, left);
    compare_params(&a, &b, &c);
    buf_init(&text, 1000);
    struct json *j = compare_json(&c, true);
    json_write(j, false, &text);
    assert_string_equal(buf_str(&text),
                        "[{\"field\":\"openid\",\"change\":\"removed\",\"from\":\"oUp****eS6o\"}]");
    json_free(j);
    buf_clear(&text);
    compare_clear(&c);
    params_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stand_in_signing_order),
        cmocka_unit_test(json_masks_personal_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
