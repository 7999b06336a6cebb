/* SPDX-License-Identifier: MIT */
/*
 * Amounts are whole fen, times fourteen digits of an existing moment in UTC+8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

/* ---- Amounts ---- */

static void fen_are_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        bool good;
        int64_t fen;
        const char *why;
    } rows[] = {
        {"0", true, 0, "nothing"},
        {"1", true, 1, "one fen"},
        {"100000000", true, 100000000, "a million yuan"},
        {"9223372036854775807", true, INT64_MAX, "the limit"},
        {"9223372036854775808", false, 0, "one above"},
        {"92233720368547758070", false, 0, "ten times"},
        {"", false, 0, "empty"},
        {NULL, false, 0, "none"},
        {"00", false, 0, "two zeros"},
        {"01", false, 0, "leading zero"},
        {"-1", false, 0, "sign"},
        {"+1", false, 0, "sign"},
        {"1.00", false, 0, "yuan, not fen"},
        {" 1", false, 0, "blank before"},
        {"1 ", false, 0, "blank behind"},
        {"1e3", false, 0, "exponent"},
        {"0x1", false, 0, "hexadecimal"},
        {"１", false, 0, "full-width digit"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int64_t fen = -7;
        assert_int_equal(text_read_fen(rows[i].s, &fen), rows[i].good);
        assert_true(fen == (rows[i].good ? rows[i].fen : -7));
    }
}

static void yuan_have_two_decimals(void **state)
{
    (void)state;
    static const struct {
        int64_t fen;
        const char *yuan;
    } rows[] = {
        {0, "0.00"},
        {1, "0.01"},
        {99, "0.99"},
        {100, "1.00"},
        {1230, "12.30"},
        {-5, "-0.05"},
        {INT64_MAX, "92233720368547758.07"},
        {INT64_MIN, "-92233720368547758.08"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char out[32];
        text_yuan(rows[i].fen, out, sizeof out);
        assert_string_equal(out, rows[i].yuan);
    }
}

/* ---- Times ---- */

static void times_are_beijing_times(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        time_t t;
    } rows[] = {
        {"19700101080000", 0},
        {"19700101000000", -8 * 3600},
        {"20091225091010", 1261703410},
        {"20240229235959", 1709222399},
        {"20380119111408", 2147483648},
        {"00010101000000", -62135625600},
        {"99991231235959", 253402271999},
    };
    /* Whatever time zone the machine is in. */
    static const char *const zones[] = {"UTC", "America/New_York", "XYZ-5:45", "Asia/Shanghai"};
    for (size_t z = 0; z < ARRAY_COUNT(zones); z++) {
        setenv("TZ", zones[z], 1);
        tzset();
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
            char out[TEXT_TIME_SIZE];
            time_t t = 1;
            text_time_write(rows[i].t, out);
            assert_string_equal(out, rows[i].s);
            assert_true(text_time_read(rows[i].s, &t));
            assert_true(t == rows[i].t);
        }
    }
    setenv("TZ", "UTC", 1);
    tzset();
}

static void dates_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        bool good;
        const char *why;
    } rows[] = {
        {"20240229000000", true, "leap year"},
        {"20000229000000", true, "leap century"},
        {"20230229000000", false, "no leap year"},
        {"19000229000000", false, "no leap century"},
        {"20240230000000", false, "February"},
        {"20240431000000", false, "April"},
        {"20240132000000", false, "day 32"},
        {"20240100000000", false, "day 0"},
        {"20240001000000", false, "month 0"},
        {"20241301000000", false, "month 13"},
        {"20240101235959", true, "last second"},
        {"20240101240000", false, "hour 24"},
        {"20240101006000", false, "minute 60"},
        {"20240101000060", false, "second 60"},
        {"00000101000000", false, "no year 0"},
        {"2024010100000", false, "13 digits"},
        {"202401010000000", false, "15 digits"},
        {"2024-01-01 00:00", false, "other form"},
        {"2024010100000a", false, "no digit"},
        {" 2024010100000", false, "blank"},
        {"", false, "empty"},
        {NULL, false, "none"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        time_t t = 7;
        assert_int_equal(text_time_read(rows[i].s, &t), rows[i].good);
        assert_int_equal(t != 7, rows[i].good);
    }
}

static void times_outside_four_digit_years_are_empty(void **state)
{
    (void)state;
    static const time_t rows[] = {253402272000, -62135625601, INT64_MAX, INT64_MIN,
                                  (time_t)1 << 60};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char out[TEXT_TIME_SIZE] = "#";
        text_time_write(rows[i], out);
        assert_string_equal(out, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fen_are_whole_numbers),
        cmocka_unit_test(yuan_have_two_decimals),
        cmocka_unit_test(times_are_beijing_times),
        cmocka_unit_test(dates_that_do_not_exist_are_refused),
        cmocka_unit_test(times_outside_four_digit_years_are_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
