/* SPDX-License-Identifier: MIT */
/*
 * JSON: what is refused and on which line, typed reading, writing that a terminal survives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/json.h"

static struct json *parsed(const char *text)
{
    struct json *j = NULL;
    struct err err = {0};
    char line[ERR_TEXT_MAX];
    if (json_parse(text, strlen(text), &j, &err) != ST_OK) {
        err_line(&err, LANG_EN, line, sizeof line);
        fail_msg("%s: %s", text, line);
    }
    return j;
}

static void check_written(const struct json *j, bool pretty, const char *want)
{
    struct buf b;
    buf_init(&b, JSON_SIZE_MAX);
    json_write(j, pretty, &b);
    assert_string_equal(buf_str(&b), want);
    buf_clear(&b);
}

static void documents_return_as_they_were(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want; /* NULL: the same */
    } rows[] = {
        {"{}", NULL},
        {"[]", NULL},
        {"\"\"", NULL},
        {"null", NULL},
        {" \t\r\n true \n", "true"},
        {"\xef\xbb\xbf{\"a\":1}", "{\"a\":1}"},
        {"{ \"b\" : [1, -2.5, {\"c\":null}], \"a\":false, \"B\":\"\" }",
         "{\"b\":[1,-2.5,{\"c\":null}],\"a\":false,\"B\":\"\"}"},
        {"\"测试 😀 \\u6d4b \\ud83d\\ude00 \\/\"", "\"测试 😀 测 😀 /\""},
        {"\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\\"", NULL},
        {"0", NULL},
        {"-0", "0"},
        {"1.50", "1.5"},
        {"1e3", "1000"},
        {"9007199254740992", NULL},
        {"-9007199254740991", NULL},
        {"1000000000000000", NULL},
        {"0.1", NULL},
        {"1e300", "1e+300"},
        {"999999999999999.9", "999999999999999.9"},          /* not 1e+15 */
        {"{\"a\":{\"x\":1},\"b\":{\"x\":1},\"A\":2}", NULL}, /* the same name elsewhere is fine */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct json *j = parsed(rows[i].text);
        check_written(j, false, rows[i].want != NULL ? rows[i].want : rows[i].text);
        json_free(j);
    }
}

static void broken_documents_name_line_and_cause(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum status st;
        const char *says;
    } rows[] = {
        {"", ST_SYNTAX, "the text is empty"},
        {" \n\t", ST_SYNTAX, "the text is empty"},
        {"\xef\xbb\xbf", ST_SYNTAX, "the text is empty"},
        {"{\n\"a\":1,\n\"a\":2}", ST_SYNTAX, "line 3: the name a stands twice"},
        {"{\"x\":\"a\",\n\"o\":[{\"a\":1},\n{\"b\":\"\\\"a\\\":\",\n\"a\":1,\n\"\\u0061\" :2}],\n\"a\":3}",
         ST_SYNTAX, "line 5: the name a stands twice"},
        {"{\"b\":1,\"a\":1,\n\"b\":2,\n\"a\":2}", ST_SYNTAX, "line 2: the name b stands twice"},
        {"{\"a\":1,\n\"b\":\"x\\u0000y\"}", ST_SYNTAX, "line 2: a string holds \\u0000"},
        {"{\"a\":\"x\\\\u0000\"}", ST_OK, ""}, /* an escaped backslash, then plain text */
        {"{\"a\":\"x\ny\"}", ST_SYNTAX, "line 1: the character U+000A cannot stand here raw"},
        {"[1,\n\x01 2]", ST_SYNTAX, "line 2: the character U+0001"},
        {"[\n\"\xff\"]", ST_SYNTAX, "line 2: it holds a byte that is not UTF-8"},
        {"\"\xed\xa0\x80\"", ST_SYNTAX, "not UTF-8"},
        {"[\n\n\"\\ud800\"]", ST_SYNTAX, "line 3"},
        {"[1,\n\"abc\n", ST_SYNTAX, "line 2: the character U+000A"},
        {"[1,\n\"abc", ST_SYNTAX, "line 2: the string that begins there does not end"},
        {"\"abc\\", ST_SYNTAX, "does not end"},
        {"{\"a\":1}\n{", ST_SYNTAX, "line 2"},
        {"{\"a\":1}\n x", ST_SYNTAX, "line 2: x is not expected there"},
        {"{\"a\":1}}", ST_SYNTAX, "line 1: } is not expected there"},
        {"{\"a\":1\n,}", ST_SYNTAX, "line 2"},
        {"[1,]", ST_SYNTAX, "] is not expected there"},
        {"{\n\"a\" 1}", ST_SYNTAX, "line 2: 1 is not expected there"},
        {"{\"a\":1", ST_SYNTAX, "breaks off in line 1: 1 bracket still open"},
        {"{\"a\":[\n\n", ST_SYNTAX, "breaks off in line 3: 2 brackets"},
        {"nul", ST_SYNTAX, "n is not expected there"},
        {"<xml></xml>", ST_SYNTAX, "< is not expected there"},
        {"{\"a\":1,\n}\n\n", ST_SYNTAX, "line 2: } is not expected there"},
        {"[{},\n{\"a\":1,\n,\"b\":2}]", ST_SYNTAX, "line 3: , is not expected there"},
        {"[1,\n]\n", ST_SYNTAX, "line 2: ] is not expected there"},
        {"[{}\n{}]", ST_SYNTAX, "line 2: { is not expected there"},
        {"[1,[x]]", ST_SYNTAX, "x is not expected there"},
        {"[1,2x]", ST_SYNTAX, "x is not expected there"},
        {"{ a:1}", ST_SYNTAX, "a is not expected there"},
        {"{\"a\":1,\n// remark\n\"b\":2}", ST_SYNTAX, "line 2: / is not expected there"},
        {"[\"{a\\q\"]", ST_SYNTAX, "\\ is not expected there"},
        {"{'a':1}", ST_SYNTAX, "' is not expected there"},
        {"名", ST_SYNTAX, "名 is not expected there"},
        {"01", ST_SYNTAX, "this is not a number"},
        {"-", ST_SYNTAX, "this is not a number"},
        {"1.", ST_SYNTAX, "this is not a number"},
        {"1e", ST_SYNTAX, "this is not a number"},
        {"[1,\n1e999]", ST_SYNTAX, "line 2: this is not a number, or it is too large"},
        {"1234567890123456789012345678901234567890123456789012345678901", ST_SYNTAX, "too large"},
        {"123456789012345678901234567890123456789012345678901234567890", ST_OK, ""},
        {".5", ST_SYNTAX, ". is not expected"},
        {"+5", ST_SYNTAX, "+ is not expected"},
        {"NaN", ST_SYNTAX, "N is not expected"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct json *j = NULL;
        struct err err = {0};
        char line[ERR_TEXT_MAX];
        enum status st = json_parse(rows[i].text, strlen(rows[i].text), &j, &err);
        err_line(&err, LANG_EN, line, sizeof line);
        if (st != rows[i].st || strstr(line, rows[i].says) == NULL)
            fail_msg("%s: %s: %s", rows[i].text, status_name(st), line);
        assert_int_equal(j != NULL, st == ST_OK);
        json_free(j);
    }
}

static void a_nul_byte_is_refused_anywhere(void **state)
{
    (void)state;
    struct json *j = NULL;
    assert_int_equal(json_parse("\"a\0b\"", 5, &j, NULL), ST_SYNTAX);
    assert_int_equal(json_parse("[1]\0", 4, &j, NULL), ST_SYNTAX);
    assert_int_equal(json_parse("[1]x", 3, &j, NULL), ST_OK); /* len ends the text, not NUL */
    json_free(j);
}

static void an_error_repeats_no_value(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"api_key\" \"192006250b4c09247ec02edce69f6a2d\"}",
        "{\"api_key\":192006250b4c09247ec02edce69f6a2d}",
        "{\"api_key\":\"192006250b4c09247ec02edce69f6a2d}",
        "{\"api_key\":\"192006250b4c09247ec02edce69f6a2d\" \"x\"}",
    };
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct json *j = NULL;
        struct err err = {0};
        assert_int_equal(json_parse(texts[i], strlen(texts[i]), &j, &err), ST_SYNTAX);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            assert_null(strstr(err.text[lang], "1920"));
            assert_null(strstr(err.text[lang], "6a2d"));
        }
    }
}

/* `count` times `piece` between `open` and `close`. */
static enum status parse_repeated(const char *open, const char *piece, size_t count,
                                  const char *close)
{
    struct buf b;
    struct json *j = NULL;
    buf_init(&b, 2 * JSON_SIZE_MAX);
    buf_adds(&b, open);
    for (size_t i = 0; i < count; i++)
        buf_adds(&b, piece);
    buf_adds(&b, close);
    enum status st = json_parse(buf_str(&b), b.len, &j, NULL);
    json_free(j);
    buf_clear(&b);
    return st;
}

static void sizes_have_limits(void **state)
{
    (void)state;
    assert_int_equal(parse_repeated("", "[", JSON_DEPTH_MAX + 1, "1]"), ST_LIMIT);
    assert_int_equal(parse_repeated("", "[", 1000000, ""), ST_LIMIT);
    assert_int_equal(parse_repeated("\"", "[", 1000, "\""), ST_OK); /* inside a string */
    assert_int_equal(parse_repeated("[0", ",0", JSON_NODES_MAX - 2, "]"), ST_OK);
    assert_int_equal(parse_repeated("[0", ",0", JSON_NODES_MAX - 1, "]"), ST_LIMIT);
    assert_int_equal(parse_repeated("\"", "a", JSON_SIZE_MAX - 2, "\""), ST_OK);
    assert_int_equal(parse_repeated("\"", "a", JSON_SIZE_MAX - 1, "\""), ST_LIMIT);
    struct buf b;
    struct json *j = NULL;
    buf_init(&b, 1000);
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_addc(&b, '[');
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buf_addc(&b, ']');
    assert_int_equal(json_parse(buf_str(&b), b.len, &j, NULL), ST_OK);
    check_written(j, false, buf_str(&b));
    json_free(j);
    buf_clear(&b);
}

static void a_repeated_name_among_many_is_found_quickly(void **state)
{
    (void)state;
    struct buf b;
    struct json *j = NULL;
    struct err err = {0};
    char line[ERR_TEXT_MAX];
    buf_init(&b, JSON_SIZE_MAX);
    buf_addc(&b, '{');
    for (int i = 0; i < 200000; i++)
        buf_addf(&b, "\"n%d\":0,\n", i);
    buf_adds(&b, "\"n777\":1}");
    assert_int_equal(json_parse(buf_str(&b), b.len, &j, &err), ST_SYNTAX);
    err_line(&err, LANG_EN, line, sizeof line);
    assert_non_null(strstr(line, "line 200001: the name n777 stands twice"));
    buf_clear(&b);
}

static void absent_nodes_read_as_absent(void **state)
{
    (void)state;
    assert_int_equal(json_type(NULL), JSON_NULL);
    assert_null(json_name(NULL));
    assert_int_equal(json_count(NULL), 0);
    assert_null(json_get(NULL, "a"));
    assert_null(json_first(NULL));
    assert_null(json_next(NULL));
    assert_null(json_string(NULL));
    assert_true(json_bool(NULL, true));
    assert_int_equal(json_int(NULL, 7), 7);
    assert_false(json_is_int(NULL));
    assert_true(json_is_null(NULL));
    assert_null(json_copy(NULL));
    json_wipe(NULL);
    json_free(NULL);
    check_written(NULL, true, "null");
}

static void nodes_are_read_by_type(void **state)
{
    (void)state;
    struct json *j = parsed("{\"s\":\"x\",\"i\":-3,\"f\":1.5,\"b\":true,\"n\":null,\"a\":[1,\"2\"],"
                            "\"big\":9007199254740994,\"S\":\"y\"}");
    assert_int_equal(json_type(j), JSON_OBJECT);
    assert_int_equal(json_count(j), 8);
    assert_string_equal(json_string(json_get(j, "s")), "x");
    assert_string_equal(json_string(json_get(j, "S")), "y");
    assert_null(json_get(j, "absent"));
    assert_int_equal(json_int(json_get(j, "i"), 0), -3);
    assert_int_equal(json_int(json_get(j, "f"), 9), 9);
    assert_int_equal(json_int(json_get(j, "s"), 9), 9);
    assert_int_equal(json_int(json_get(j, "big"), 9), 9); /* a double is not exact there */
    assert_false(json_is_int(json_get(j, "big")));
    assert_int_equal(json_type(json_get(j, "f")), JSON_NUMBER);
    assert_true(json_bool(json_get(j, "b"), false));
    assert_false(json_bool(json_get(j, "s"), false));
    assert_true(json_is_null(json_get(j, "n")));
    struct json *a = json_get(j, "a");
    assert_string_equal(json_name(a), "a");
    assert_null(json_get(a, "a"));
    assert_string_equal(json_string(json_next(json_first(a))), "2");
    assert_null(json_next(json_next(json_first(a))));
    assert_null(json_name(json_first(a)));
    assert_null(json_next(j));
    json_free(j);
}

static void typed_members_name_the_path_of_a_wrong_one(void **state)
{
    (void)state;
    struct json *j = parsed("{\"s\":\"x\",\"i\":3,\"f\":1.5,\"b\":true,\"n\":null}");
    const char *s = "before";
    int64_t i = 1;
    bool b = false;
    struct err err = {0};
    char line[ERR_TEXT_MAX];
    assert_int_equal(json_read_string(j, "p", "absent", &s, &err), ST_OK);
    assert_int_equal(json_read_string(j, "p", "n", &s, &err), ST_OK);
    assert_int_equal(json_read_string(NULL, "p", "n", &s, &err), ST_OK);
    assert_string_equal(s, "before");
    assert_int_equal(json_read_string(j, "p", "s", &s, &err), ST_OK);
    assert_string_equal(s, "x");
    assert_int_equal(json_read_int(j, "p", "i", &i, &err), ST_OK);
    assert_int_equal(i, 3);
    assert_int_equal(json_read_bool(j, "p", "b", &b, &err), ST_OK);
    assert_true(b);

    assert_int_equal(json_read_string(j, "request[3]", "i", &s, &err), ST_SYNTAX);
    err_line(&err, LANG_EN, line, sizeof line);
    assert_non_null(strstr(line, "request[3].i: wrong type: string is expected, this is number"));
    assert_int_equal(json_read_int(j, "", "f", &i, &err), ST_SYNTAX);
    err_line(&err, LANG_ZH, line, sizeof line);
    assert_non_null(strstr(line, "f: 类型不对：应为 integer，写的是 number"));
    assert_int_equal(json_read_bool(j, NULL, "s", &b, &err), ST_SYNTAX);
    err_line(&err, LANG_EN, line, sizeof line);
    assert_true(strncmp(line, "s: wrong type", 13) == 0);
    assert_int_equal(i, 3);
    json_free(j);
}

static void documents_are_built_in_order(void **state)
{
    (void)state;
    struct json *j = json_new_object();
    json_add_string(j, "sign", "9A0A");
    json_add_string(j, "left_out", NULL);
    json_add_int(j, "fen", INT64_C(1000000000000000));
    json_add_bool(j, "valid", false);
    json_add_bi(j, "title", (struct bi){"统一下单", "Unified order"});
    struct json *a = json_new_array();
    json_push(a, json_new_int(-1));
    json_push(a, json_new_null());
    json_push(a, json_new_bool(true));
    json_push(a, json_new_array());
    json_add(j, "list", a);
    json_add(j, "none", json_new_object());
    check_written(j, false,
                  "{\"sign\":\"9A0A\",\"fen\":1000000000000000,\"valid\":false,\"title\":{\"zh\":"
                  "\"统一下单\",\"en\":\"Unified order\"},\"list\":[-1,null,true,[]],\"none\":{}}");
    json_set(j, "fen", json_new_string("1"));
    json_set(j, "new", json_new_int(2));
    json_remove(j, "title");
    json_remove(j, "absent");
    struct json *copy = json_copy(j);
    json_remove(j, "sign");
    check_written(copy, true,
                  "{\n  \"sign\": \"9A0A\",\n  \"fen\": \"1\",\n  \"valid\": false,\n"
                  "  \"list\": [\n    -1,\n    null,\n    true,\n    []\n  ],\n"
                  "  \"none\": {},\n  \"new\": 2\n}");
    json_free(copy);
    json_free(j);
}

static void what_a_terminal_could_obey_is_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        size_t len;
        const char *want;
    } rows[] = {
        {"\x1b[2J", 4, "\"\\u001b[2J\""},
        {"\x7f\xc2\x9b\xc2\xa0", 5, "\"\\u007f\\u009b\xc2\xa0\""},
        {"a\xe2\x80\xaez\xe2\x80\x8b\xe2\x81\xa6", 11, "\"a\\u202ez\\u200b\\u2066\""},
        {"a\xff\xe6\xb5", 4, "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"a\0b", 3,
         "\"a\xef\xbf\xbd"
         "b\""},
        {"中文 é 😀", 14, "\"中文 é 😀\""},
        {"", 0, "\"\""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct json *j = json_new_string_n(rows[i].s, rows[i].len);
        check_written(j, false, rows[i].want);
        json_free(j);
    }
    struct json *j = json_new_object();
    json_add_string(j, "\x1b\xff", "v");
    check_written(j, false, "{\"\\u001b\xef\xbf\xbd\":\"v\"}");
    json_free(j);
}

static void wiping_overwrites_every_string(void **state)
{
    (void)state;
    struct json *j = parsed("{\"api_key\":\"192006250b4c09247ec02edce69f6a2d\",\"n\":1,"
                            "\"other\":[{\"key\":\"0123456789\"}]}");
    const char *key = json_string(json_get(j, "api_key"));
    const char *other = json_string(json_get(json_first(json_get(j, "other")), "key"));
    json_wipe(j);
    for (size_t i = 0; i < 32; i++)
        assert_int_equal(key[i], 0);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(other[i], 0);
    json_free(j);
}

static void params_are_written_and_taken_back(void **state)
{
    static const char *const none[] = {"[\"a\"]", "{\"a\":1}", "\"a\"", "null"};
    struct params p = {0}, back = {0};
    struct json *j = json_new_object();
    (void)state;
    params_set(&p, "body", "示例商城", NULL);
    params_set(&p, "total_fee", "1", NULL);
    json_add_params(j, "request", &p);
    assert_true(json_take_params(json_get(j, "request"), &back));
    assert_true(params_equal(&p, &back));
    json_free(j);
    for (size_t i = 0; i < ARRAY_COUNT(none); i++) {
        j = NULL;
        assert_int_equal(json_parse(none[i], strlen(none[i]), &j, NULL), ST_OK);
        assert_false(json_take_params(j, &back));
        json_free(j);
    }
    assert_false(json_take_params(NULL, &back));
    params_clear(&p);
    params_clear(&back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_return_as_they_were),
        cmocka_unit_test(broken_documents_name_line_and_cause),
        cmocka_unit_test(a_nul_byte_is_refused_anywhere),
        cmocka_unit_test(an_error_repeats_no_value),
        cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(a_repeated_name_among_many_is_found_quickly),
        cmocka_unit_test(absent_nodes_read_as_absent),
        cmocka_unit_test(nodes_are_read_by_type),
        cmocka_unit_test(typed_members_name_the_path_of_a_wrong_one),
        cmocka_unit_test(documents_are_built_in_order),
        cmocka_unit_test(what_a_terminal_could_obey_is_escaped),
        cmocka_unit_test(wiping_overwrites_every_string),
        cmocka_unit_test(params_are_written_and_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
