/* SPDX-License-Identifier: MIT */
/* Text in pages, addresses and forms. */
#include "spec_file.h"

#include <locale.h>
#include <string.h>

#include "core/web.h"

static void html_is_text_whatever_it_is(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"会员月卡", "会员月卡"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onload='x' &amp;", "&quot; onload=&#39;x&#39; &amp;amp;"},
        {"a\nb\x01", "a␊b␁"},
        {"\xe2\x80\xae"
         "evil",
         "&lt;U+202E&gt;evil"},
        {"\xff", "\\xFF"},
        {"", ""},
    };
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        buf_reset(&out);
        web_html(&out, rows[i][0]);
        assert_string_equal(buf_str(&out), rows[i][1]);
    }
    buf_reset(&out);
    web_html(&out, NULL);
    assert_int_equal(out.len, 0);
    buf_clear(&out);
}

static void encoding_leaves_only_the_unreserved(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    web_encode(&out, "https://a.cn/x?y=1&z=支+ ~-_.", strlen("https://a.cn/x?y=1&z=支+ ~-_."));
    assert_string_equal(buf_str(&out), "https%3A%2F%2Fa.cn%2Fx%3Fy%3D1%26z%3D%E6%94%AF%2B%20~-_.");
    buf_clear(&out);
}

static void forms_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *form, *name, *value; /* NULL: absent or damaged */
    } rows[] = {
        {"act=pay&code=", "act", "pay"},
        {"act=pay&code=", "code", ""},
        {"act=pay", "code", NULL},
        {"act", "act", ""},
        {"a+b=c%20d+e", "a b", "c d e"},
        {"x=%E6%94%AF", "x", "支"},
        {"x=1&x=2", "x", "1"},
        {"xx=1&x=2", "x", "2"},
        {"&&x=2&", "x", "2"},
        {"x=a=b", "x", "a=b"},
        {"x=%4", "x", NULL},
        {"x=%zz", "x", NULL},
        {"x=%00", "x", NULL},
        {"x=%ff", "x", NULL},
        {"", "x", NULL},
    };
    struct buf out;
    buf_init(&out, 4096);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        bool found = web_form_get(rows[i].form, strlen(rows[i].form), rows[i].name, &out);
        assert_int_equal(found, rows[i].value != NULL);
        assert_string_equal(buf_str(&out), rows[i].value ? rows[i].value : "");
    }
    buf_clear(&out);
}

static void a_value_over_the_ceiling_is_damaged(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 4);
    assert_true(web_form_get("x=1234", 6, "x", &out));
    buf_reset(&out);
    assert_false(web_form_get("x=12345", 7, "x", &out));
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_is_text_whatever_it_is),
        cmocka_unit_test(encoding_leaves_only_the_unreserved),
        cmocka_unit_test(forms_are_decoded),
        cmocka_unit_test(a_value_over_the_ceiling_is_damaged),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
