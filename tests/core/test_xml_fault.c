/* SPDX-License-Identifier: MIT */
/*
 * Every flaw of an XML document is told in both languages, with its line and what it concerns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/xml_fault.h"

static void every_flaw_is_a_fault_and_has_its_sentence(void **state)
{
    (void)state;
    for (int i = XML_FLAW_NONE + 1; i < XML_FLAW_COUNT; i++) {
        struct err err = {0};
        char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
        enum status st = xml_fault_say((enum xml_flaw)i, 7, "<total_fee>", &err);
        assert_int_not_equal(xml_fault_of((enum xml_flaw)i), XML_FINE);
        assert_true(st == ST_SYNTAX || st == ST_LIMIT || st == ST_CONFLICT);
        err_line(&err, LANG_ZH, zh, sizeof zh);
        err_line(&err, LANG_EN, en, sizeof en);
        if (!strstr(zh, "（第 7 行，<total_fee>）") || !strstr(en, " (line 7, <total_fee>)"))
            fail_msg("flaw %d: %s / %s", i, zh, en);
    }
}

static void where_it_is_need_not_be_known(void **state)
{
    struct err err = {0};
    char en[ERR_TEXT_MAX];
    (void)state;
    xml_fault_say(XML_FLAW_CUT, 0, NULL, &err);
    err_line(&err, LANG_EN, en, sizeof en);
    assert_null(strchr(en, '('));
    xml_fault_say(XML_FLAW_CUT, 3, NULL, &err);
    err_line(&err, LANG_EN, en, sizeof en);
    assert_non_null(strstr(en, "(line 3)"));
    assert_int_equal(xml_fault_of(XML_FLAW_NONE), XML_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flaw_is_a_fault_and_has_its_sentence),
        cmocka_unit_test(where_it_is_need_not_be_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
