/* SPDX-License-Identifier: MIT */
/* What is masked, what is not. Numbers are made up; those with a check digit pass it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/personal.h"

static const struct {
    const char *text, *masked;
} rows[] = {
    {"", ""},
    {"openid=oUpF8uMuAJO_M2pxb1Q9zNjWeS6o&x=1", "openid=oUp****eS6o&x=1"},
    {"<openid><![CDATA[oUpF8uMuAJO_M2pxb1Q9zNjWeS6o]]></openid>",
     "<openid><![CDATA[oUp****eS6o]]></openid>"},
    /* A nonce has 32 characters, a prepay_id 36, a transaction_id 28 digits. */
    {"oUpF8uMuAJO_M2pxb1Q9zNjWeS6o1234", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o1234"},
    {"transaction_id=4200000000202601021234567890", "transaction_id=4200000000202601021234567890"},
    {"call 13812345678.", "call 138****5678."},
    {"order 138123456789", "order 138123456789"},
    {"call +8613812345678, 86 138 1234 5678", "call +86****5678, 86 ****5678"},
    {"call +86 138-1234-5678 or 0086-13812345678", "call +86****5678 or 008****5678"},
    {"138 1234 5678<", "138****5678<"},
    {"8613812345678", "861****5678"},
    {"138-1234-56789", "138-1234-56789"},
    {"138 1234-5678", "138 1234-5678"},
    {"paid 138 of 1234 5678", "paid 138 of 1234 5678"},
    {"time 2026-01-02 03:04:05", "time 2026-01-02 03:04:05"},
    {"card 4111 1111 1111 1111.", "card 411****1111."},
    {"card 4111-1111-1111-1111", "card 411****1111"},
    {"card 4111 1111 1111 1112", "card 4111 1111 1111 1112"}, /* wrong check digit */
    {"card 6222020000000000001", "card 6222020000000000001"}, /* wrong check digit */
    {"card 4111111111111111", "card 411****1111"},
    {"id 11010519491231002X", "id 110****002X"},
    {"id 110105194912310021", "id 110105194912310021"}, /* wrong check digit */
};

static void shapes_are_masked(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct buf b;
        buf_init(&b, 1000);
        buf_adds(&b, rows[i].text);
        personal_mask(NULL, &b);
        assert_string_equal(buf_str(&b), rows[i].masked);
        personal_mask(NULL, &b); /* once masked, nothing more happens */
        assert_string_equal(buf_str(&b), rows[i].masked);
        buf_clear(&b);
    }
}

static void known_fields_are_masked_by_value(void **state)
{
    struct params p = {0};
    struct buf b;
    (void)state;
    params_set(&p, "contract_display_account", "张三的微信号码", NULL);
    params_set(&p, "auth_code", "12", NULL); /* too short to be looked for */
    params_set(&p, "body", "张三的微信号码旁", NULL);
    buf_init(&b, 1000);
    buf_adds(&b, "张三的微信号码, 12, 张三的微信号码");
    personal_mask(&p, &b);
    assert_string_equal(buf_str(&b), "张****码, 12, 张****码");
    buf_clear(&b);
    params_clear(&p);
}

static void a_text_at_its_ceiling_stays_whole(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 11);
    buf_adds(&b, "13812345678");
    personal_mask(NULL, &b);
    assert_string_equal(buf_str(&b), "138****5678");
    assert_int_equal(buf_status(&b), ST_OK);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_are_masked),
        cmocka_unit_test(known_fields_are_masked_by_value),
        cmocka_unit_test(a_text_at_its_ceiling_stays_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
