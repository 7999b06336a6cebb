/* SPDX-License-Identifier: MIT */
/* Each damage a paste can have: what it looks like, what is read, which repair is named. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/repair.h"

static const struct {
    const char *text;
    int repair; /* enum repair_id; -1: none is needed */
    const char *name, *value;
} rows[] = {
    {"<xml><a>1</a><b>2</b></xml>", -1, "a", "1"},
    {"\xef\xbb\xbf<xml><a>1</a><b>2</b></xml>", REPAIR_BOM, "a", "1"},
    {"<xml><body>\xd6\xd0</body><b>2</b></xml>", REPAIR_GBK, "body", "中"},
    {"curl -X POST https://api.example/pay -d '<xml><a>1</a><b>2</b></xml>'", REPAIR_CURL, "b",
     "2"},
    {"1: <xml>\n2: <a>1</a>\n3: <b>2</b>\n4: </xml>", REPAIR_LINE_NUMBERS, "b", "2"},
    {"INFO sent \\x3cxml\\x3e\\x3ca\\x3e1\\x3c/a\\x3e\\x3cb\\x3e2\\x3c/b\\x3e\\x3c/xml\\x3e",
     REPAIR_LOG_ESCAPES, "b", "2"},
    {"{\\\"a\\\":\\\"\\u4e2d\\\",\\\"b\\\":\\\"2\\\"}", REPAIR_LOG_ESCAPES, "a", "中"},
    {"&lt;xml&gt;&lt;a&gt;1&lt;/a&gt;&lt;b&gt;2&lt;/b&gt;&lt;/xml&gt;", REPAIR_HTML, "b", "2"},
    {"appid=wx1&amp;body=b&amp;sign=S", REPAIR_HTML, "body", "b"},
    {"appid=wx1¬ify_url=http://x/&sign=S", REPAIR_HTML_EATEN, "notify_url", "http://x/"},
    {"appId=wx1×tamp=1767294245&sign=S", REPAIR_HTML_EATEN, "timestamp", "1767294245"},
    {"appid＝wx1＆body＝b", REPAIR_FULL_WIDTH, "body", "b"},
    {"{“a”:“1”,“b”:“2”}", REPAIR_QUOTES, "b", "2"},
    {"<xml><a>1</a><body>ä¸­</body></xml>", REPAIR_MOJIBAKE, "body", "中"},
    {"10:00 INFO req=<xml><a>1</a><b>2</b></xml> took 3 ms", REPAIR_DOCUMENT, "b", "2"},
    {"10:00 INFO [appid=wx1&body=b&sign=S]", REPAIR_DOCUMENT, "sign", "S"},
    /* Every name that HTML eats the start of. */
    {"appid=wx1®ion=cn&sign=S", REPAIR_HTML_EATEN, "region", "cn"},
    {"appid=wx1¤cy=CNY&sign=S", REPAIR_HTML_EATEN, "currency", "CNY"},
    {"appid=wx1¶meter=1&sign=S", REPAIR_HTML_EATEN, "parameter", "1"},
    {"appid=wx1¶=2&sign=S", REPAIR_HTML_EATEN, "para", "2"}, /* a whole one */
    {"appid=wx1©right=1&sign=S", REPAIR_HTML_EATEN, "copyright", "1"},
    {"appid=wx1§ion=1&sign=S", REPAIR_HTML_EATEN, "section", "1"},
    {"appid=wx1⊂_mch_id=9&sign=S", REPAIR_HTML_EATEN, "sub_mch_id", "9"},
    {"&#60;xml&#62;&#x3c;a>1</a><b>2</b></xml>", REPAIR_HTML, "b", "2"},
    {"\"{\\\"appid\\\":\\\"wx1\\\",\\\"body\\\":\\\"茶\\\"}\"", REPAIR_LOG_ESCAPES, "body", "茶"},
    {"appid=wx1&body=%E8%8C%B6", REPAIR_URL_ENCODED, "body", "茶"},
    {"%3Cxml%3E%3Ca%3E1%3C%2Fa%3E%3Cb%3Ex+y%3C%2Fb%3E%3C%2Fxml%3E", REPAIR_URL_ENCODED, "b", "x y"},
    {"data=%3Cxml%3E%3Ca%3E1%3C%2Fa%3E%3Cb%3E2%3C%2Fb%3E%3C%2Fxml%3E", REPAIR_URL_ENCODED, "b",
     "2"},
    {"appid=wx1&body=te\nst&sign=S", REPAIR_LINE_BREAKS, "body", "test"},
    {"<xml><appid>wx1</app\nid><body>b</body></xml>", REPAIR_LINE_BREAKS, "appid", "wx1"},
    {"{\"appid\":\"wx1\",\"bo\ndy\":\"b\"}", REPAIR_LINE_BREAKS, "body", "b"},
    {"12 appid=wx1\n13 body=b\n14 sign=S", REPAIR_LINE_NUMBERS, "body", "b"},
    {"{“appid”：“wx1”，“body”：“茶，二两”}", REPAIR_FULL_WIDTH, "body", "茶，二两"},
    {"<xml><a>1</a><body>æ”¯ä»˜</body></xml>", REPAIR_MOJIBAKE, "body", "支付"},
    {"<xml><a>1</a><body>娴嬭瘯鍟嗗搧</body></xml>", REPAIR_MOJIBAKE, "body", "测试商品"},
    {"<xml><a>1</a><body>联通</body></xml>", -1, "body", "联通"},
    {"{\"log\":{\"entries\":[{\"request\":{\"url\":\"https://a.x/?a=1&b=2\"}}]}}",
     REPAIR_COLLECTION, "b", "2"},
};

static void each_damage_is_mended_and_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct repair_log log = {0};
        struct paste p = {0};
        struct err err = {0};
        enum status st = repair_read(rows[i].text, strlen(rows[i].text), &log, NULL, &p, &err);
        const char *value = params_get(&p.params, rows[i].name);
        if (st || !value || strcmp(value, rows[i].value) != 0)
            fail_msg("row %zu %s: %s = %s (%s)", i, rows[i].text, rows[i].name,
                     value ? value : "none", err.text[LANG_EN]);
        for (int r = 0; r < REPAIR_COUNT; r++) {
            if (r == rows[i].repair && !log.done[r])
                fail_msg("row %zu: %s was not named", i, repair_name(NULL, (size_t)r));
            if (rows[i].repair == -1 && log.done[r])
                fail_msg("row %zu: %s was done for nothing", i, repair_name(NULL, (size_t)r));
        }
        paste_clear(&p);
    }
}

/* Left off, a repair is not done, and the text does not read as it did with it. */
static void each_repair_can_be_taken_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct repair_log log = {0};
        struct paste p = {0};
        if (rows[i].repair < 0 || rows[i].repair == REPAIR_BOM) /* which no reader needs gone */
            continue;
        log.off[REPAIR_DOCUMENT] = true; /* which would find the message another way */
        log.off[rows[i].repair] = true;
        enum status st = repair_read(rows[i].text, strlen(rows[i].text), &log, NULL, &p, NULL);
        const char *value = params_get(&p.params, rows[i].name);
        if (log.done[rows[i].repair] || (!st && value && strcmp(value, rows[i].value) == 0))
            fail_msg("row %zu %s: is repaired all the same", i, rows[i].text);
        paste_clear(&p);
    }
}

static void a_repair_can_be_taken_back(void **state)
{
    static const char text[] = "appid=wx1&body=a&amp;b&sign=S";
    struct repair_log log = {.off = {[REPAIR_HTML] = true}};
    struct paste p = {0};
    (void)state;
    assert_int_equal(repair_read(text, strlen(text), &log, NULL, &p, NULL), ST_OK);
    assert_string_equal(params_get(&p.params, "body"), "a&amp;b");
    assert_false(log.done[REPAIR_HTML]);
    paste_clear(&p);
}

static void values_that_look_damaged_in_xml_stay(void **state)
{
    static const char text[] = "<xml><attach>a &amp; b&lt;</attach><b>“x”＝</b></xml>";
    struct repair_log log = {0};
    struct paste p = {0};
    (void)state;
    assert_int_equal(repair_read(text, strlen(text), &log, NULL, &p, NULL), ST_OK);
    assert_string_equal(params_get(&p.params, "attach"), "a & b<");
    assert_string_equal(params_get(&p.params, "b"), "“x”＝");
    paste_clear(&p);
}

static void several_documents_are_counted_and_chosen(void **state)
{
    static const char text[] = "a <xml><mch_id>1</mch_id><body>x</body></xml>\n"
                               "b {\"mch_id\":\"2\",\"body\":\"x\"}\nc mch_id=3&body=x\n";
    struct paste p = {0};
    (void)state;
    for (size_t i = 1; i <= 3; i++) {
        struct repair_log log = {.wanted = i};
        char expected[2] = {(char)('0' + i), '\0'};
        assert_int_equal(repair_read(text, strlen(text), &log, NULL, &p, NULL), ST_OK);
        assert_int_equal(log.documents, 3);
        assert_string_equal(params_get(&p.params, "mch_id"), expected);
    }
    struct repair_log beyond = {.wanted = 4};
    assert_int_equal(repair_read(text, strlen(text), &beyond, NULL, &p, NULL), ST_NOT_FOUND);
    paste_clear(&p);
}

static void text_without_a_document_in_it_is_one_document(void **state)
{
    (void)state;
    struct repair_log log = {0}, second = {.wanted = 2};
    struct paste p = {0};
    assert_int_equal(repair_read("V=", 2, &log, NULL, &p, NULL), ST_OK);
    assert_int_equal(log.documents, 1);
    paste_clear(&p);
    assert_int_equal(repair_read("V=", 2, &second, NULL, &p, NULL), ST_NOT_FOUND);
    paste_clear(&p);
}

static void bad_pastes_are_errors(void **state)
{
    static const char nul[] = "a\0b\xff\xfe\x00\x01";
    struct repair_log log = {0};
    struct paste p = {0};
    (void)state;
    assert_int_not_equal(repair_read("", 0, &log, NULL, &p, NULL), ST_OK);
    assert_int_not_equal(repair_read(nul, sizeof(nul), &log, NULL, &p, NULL), ST_OK);
    assert_int_not_equal(repair_read("hello", 5, &log, NULL, &p, NULL), ST_OK);
    paste_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_damage_is_mended_and_named),
        cmocka_unit_test(each_repair_can_be_taken_back),
        cmocka_unit_test(a_repair_can_be_taken_back),
        cmocka_unit_test(values_that_look_damaged_in_xml_stay),
        cmocka_unit_test(several_documents_are_counted_and_chosen),
        cmocka_unit_test(text_without_a_document_in_it_is_one_document),
        cmocka_unit_test(bad_pastes_are_errors),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
