/* SPDX-License-Identifier: MIT */
/* The two languages: what a locale asks for, and that a missing text is an empty one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base.h"
#include "core/lang.h"

static void only_a_chinese_locale_asks_for_chinese(void **state)
{
    (void)state;
    static const struct {
        const char *locale;
        enum lang lang;
    } rows[] = {
        {"zh_CN.UTF-8", LANG_ZH},
        {"zh", LANG_ZH},
        {"zh_TW.Big5", LANG_ZH},
        {"zh-Hans", LANG_ZH},
        {"ZH_cn", LANG_ZH},
        {"C", LANG_EN},
        {"C.UTF-8", LANG_EN},
        {"en_US.UTF-8", LANG_EN},
        {"de_DE", LANG_EN},
        {"z", LANG_EN},
        {"", LANG_EN},
        {NULL, LANG_EN},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_int_equal(lang_from_locale(rows[i].locale), rows[i].lang);
    }
}

static void names_read_back_exactly(void **state)
{
    (void)state;
    enum lang lang = LANG_EN;
    assert_true(lang_read(lang_name(LANG_ZH), &lang));
    assert_int_equal(lang, LANG_ZH);
    assert_true(lang_read(lang_name(LANG_EN), &lang));
    assert_int_equal(lang, LANG_EN);
    static const char *const wrong[] = {"", "z", "zh_CN", "EN", " en", NULL};
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        lang = LANG_ZH;
        assert_false(lang_read(wrong[i], &lang));
        assert_int_equal(lang, LANG_ZH);
    }
}

static void a_missing_text_is_empty(void **state)
{
    (void)state;
    struct bi both = {"签名", "signature"};
    assert_string_equal(bi_get(both, LANG_ZH), "签名");
    assert_string_equal(bi_get(both, LANG_EN), "signature");
    assert_string_equal(bi_get((struct bi){0}, LANG_ZH), "");
    assert_string_equal(bi_get((struct bi){0}, LANG_EN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_chinese_locale_asks_for_chinese),
        cmocka_unit_test(names_read_back_exactly),
        cmocka_unit_test(a_missing_text_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
