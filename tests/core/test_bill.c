/* SPDX-License-Identifier: MIT */
/* Bills: the form of facts/apis.md 6.5, written here by hand and by the sandbox's own writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bill.h"
#include "core/gunzip.h"

static const char good[] =
    "\xef\xbb\xbf交易时间,商户订单号,应结订单金额,退款金额,商品名称,手续费\r\n"
    "`2025-01-01 10:00:00,`T1,`12.30,`0.00,`示例,会员`月卡,`0.07380\r\n"
    "`2025-01-01 11:00:00,`T2,`0.01,`0.00,`b,`0.00006\r\n"
    "`2025-01-01 12:00:00,`T1,`0.00,`2.30,`,`-0.01380\r\n"
    "总交易单数,应结订单总金额,退款总金额,手续费总金额,没人知道的合计\r\n"
    "`3,`12.31,`2.30,`0.06006,`9\r\n";

static struct bill read_bill(const char *text)
{
    struct bill b = {0};
    struct err err;
    assert_int_equal(bill_read(text, strlen(text), &b, &err), ST_OK);
    return b;
}

static void assert_span(struct span s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.s, text, s.len);
}

static void columns_rows_and_totals_are_read(void **state)
{
    (void)state;
    struct bill b = read_bill(good);
    struct span cells[BILL_COLUMNS_MAX];
    assert_int_equal(b.columns, 6);
    assert_span(b.heads[0], "交易时间");
    assert_span(b.heads[5], "手续费");
    assert_int_equal(b.rows, 3);
    assert_int_equal(b.odd, 0);
    bill_cells(&b, 0, cells);
    assert_span(cells[1], "T1");
    assert_span(cells[4], "示例,会员`月卡"); /* a comma and a back-quote inside part nothing */
    bill_cells(&b, 2, cells);
    assert_span(cells[4], "");
    assert_span(cells[5], "-0.01380");
    assert_int_equal(b.total_count, 5);
    bill_clear(&b);
}

static void totals_are_added_up_to_the_last_decimal(void **state)
{
    (void)state;
    static const enum bill_verdict verdicts[] = {BILL_AGREES, BILL_AGREES, BILL_AGREES, BILL_AGREES,
                                                 BILL_UNCHECKED};
    static const char *const counted[] = {"3", "12.31", "2.30", "0.06006", "0.00"};
    struct bill b = read_bill(good);
    struct err err;
    for (size_t i = 0; i < b.total_count; i++) {
        char out[BILL_AMOUNT_SIZE];
        assert_int_equal(b.totals[i].verdict, verdicts[i]);
        bill_counted_write(&b.totals[i], out);
        assert_string_equal(out, counted[i]);
    }
    assert_int_equal(bill_differing(&b), 0);
    bill_sentence(&b, &err);
    assert_int_equal(err.status, ST_OK);
    assert_string_equal(err.text[LANG_ZH], "3 笔；合计与各行之和一致");
    bill_clear(&b);
}

/* A bill as good but for one replacement, its status, and the sentence about it. */
static void what_is_wrong_with_a_bill_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t odd;
        enum bill_verdict verdict; /* of the amount's total */
        const char *en;
    } rows[] = {
        {"a,应结订单金额\n`1,`0.10\n`2,`0.20\n总交易单数,应结订单总金额\n`2,`0.31\n", 0,
         BILL_DIFFERS, "rows: 2; totals that differ from the sum of the rows: 1"},
        {"a,应结订单金额\n`1,`0.10\n总交易单数,应结订单总金额\n`2,`0.10\n", 0, BILL_AGREES,
         "rows: 1; totals that differ from the sum of the rows: 1"},
        {"a,应结订单金额\n`1,`x\n总交易单数,应结订单总金额\n`1,`0.10\n", 0, BILL_UNCHECKED,
         "rows: 1; the totals agree with them"},
        {"a,应结订单金额\n`1,`92233720368547.00000\n`1,`92233720368547.00000\n"
         "总交易单数,应结订单总金额\n`2,`0.10\n",
         0, BILL_UNCHECKED, "rows: 2; the totals agree with them"},
        {"a,应结订单金额\n`1\nb\n`2,`0.20,`3\n总交易单数,应结订单总金额\n`2,`0.20\n", 3,
         BILL_AGREES,
         "rows: 2; lines of another form: 3 (the first is line 2); totals that differ: 0"},
        {"a,应结订单金额\n`1,`0.10\n`2,`0.2", 0, BILL_UNCHECKED,
         "rows: 2; there are no totals, the bill may be cut off"},
        {"a,b\n总交易单数,应结订单总金额\n`0,`0.00\n", 0, BILL_UNCHECKED,
         "rows: 0; the totals agree with them"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct bill b = read_bill(rows[i].text);
        struct err err;
        assert_int_equal(b.odd, rows[i].odd);
        if (b.total_count)
            assert_int_equal(b.totals[1].verdict, rows[i].verdict);
        bill_sentence(&b, &err);
        assert_string_equal(err.text[LANG_EN], rows[i].en);
        bill_clear(&b);
    }
}

static void what_is_no_bill_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",        "\r\n\r\n", "abc",
                                        "`1,`2\n", "\x1f\x8b", "\x1f\x8b\x08\0"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct bill b = {0};
        struct err err;
        assert_int_equal(bill_read(texts[i], strlen(texts[i]), &b, &err), ST_SYNTAX);
        assert_null(b.text.data);
        assert_int_equal(b.columns, 0);
    }
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    struct buf text;
    struct bill b = {0};
    struct err err;
    buf_init(&text, 16u << 20);
    for (int i = 0; i <= BILL_COLUMNS_MAX; i++)
        buf_adds(&text, i ? ",a" : "a");
    assert_int_equal(bill_read(text.data, text.len, &b, &err), ST_LIMIT);
    buf_reset(&text);
    buf_adds(&text, "a,b\n");
    for (size_t i = 0; i <= BILL_ROWS_MAX; i++)
        buf_adds(&text, "`\n");
    assert_int_equal(bill_read(text.data, text.len, &b, &err), ST_LIMIT);
    assert_null(b.lines);
    buf_clear(&text);
}

static void amounts_are_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t amount;
        const char *again;
    } rows[] = {
        {"0.00", true, 0, "0.00"},
        {"12", true, 1200000, "12.00"},
        {"0.00060", true, 60, "0.0006"},
        {"-0.01", true, -1000, "-0.01"},
        {"92233720368547.75807", true, INT64_MAX, "92233720368547.75807"},
        {"92233720368547.75808", false, 0, NULL},
        {"999999999999999999999", false, 0, NULL},
        {"0.000001", false, 0, NULL},
        {"", false, 0, NULL},
        {"-", false, 0, NULL},
        {".5", false, 0, NULL},
        {"5.", false, 0, NULL},
        {"1.2.3", false, 0, NULL},
        {"1e3", false, 0, NULL},
        {"0.60%", false, 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char out[BILL_AMOUNT_SIZE];
        int64_t amount = 0;
        struct span s = {rows[i].text, strlen(rows[i].text)};
        assert_int_equal(bill_amount_read(s, &amount), rows[i].good);
        if (!rows[i].good)
            continue;
        assert_true(amount == rows[i].amount);
        bill_amount_write(amount, out);
        assert_string_equal(out, rows[i].again);
    }
}

static void a_known_name_has_words_in_english(void **state)
{
    (void)state;
    static const char name[] = "应结订单总金额", other[] = "新的列";
    assert_span(bill_name((struct span){name, strlen(name)}, LANG_EN), "settled amount");
    assert_span(bill_name((struct span){name, strlen(name)}, LANG_ZH), name);
    assert_span(bill_name((struct span){other, strlen(other)}, LANG_EN), other);
}

static void json_has_columns_rows_and_totals(void **state)
{
    (void)state;
    struct bill b = read_bill("a,应结订单金额\n`1,`0.10\n总交易单数,应结订单总金额\n`1,`0.20\n");
    struct json *j = bill_json(&b);
    struct buf out;
    buf_init(&out, 4096);
    json_write(j, false, &out);
    assert_string_equal(
        buf_str(&out),
        "{\"columns\":[\"a\",\"应结订单金额\"],\"rows\":[[\"1\",\"0.10\"]],\"totals\":[{\"name\":"
        "\"总交易单数\",\"stated\":\"1\",\"counted\":\"1\",\"agrees\":true},{\"name\":"
        "\"应结订单总金额\",\"stated\":\"0.20\",\"counted\":\"0.10\",\"agrees\":false}]}");
    buf_clear(&out);
    json_free(j);
    bill_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_rows_and_totals_are_read),
        cmocka_unit_test(totals_are_added_up_to_the_last_decimal),
        cmocka_unit_test(what_is_wrong_with_a_bill_is_said),
        cmocka_unit_test(what_is_no_bill_is_refused),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(amounts_are_whole_numbers),
        cmocka_unit_test(a_known_name_has_words_in_english),
        cmocka_unit_test(json_has_columns_rows_and_totals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
