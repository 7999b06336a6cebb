/* SPDX-License-Identifier: MIT */
/*
 * Pasted documents: what is detected, what is read, what is said about it, and that a key
 * stands in no sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/paste.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"

/* The fields as "name=value|name=value", CR and LF as ~ and ^. */
static void list_fields(const struct params *p, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < p->count; i++)
        buf_addf(out, "%s%s=%s", i ? "|" : "", p->items[i].name, p->items[i].value);
    for (size_t i = 0; i < out->len; i++) {
        if (out->data[i] == '\r')
            out->data[i] = '~';
        else if (out->data[i] == '\n')
            out->data[i] = '^';
    }
}

/* All notes of one language, separated by "; ". */
static void list_notes(const struct paste *p, enum lang lang, struct buf *out)
{
    buf_reset(out);
    for (size_t i = 0; i < p->note_count; i++) {
        char what[ERR_TEXT_MAX];
        assert_int_equal(p->notes[i].status, ST_OK);
        err_part(&p->notes[i], lang, ERR_WHAT, what, sizeof(what));
        assert_true(what[0] != '\0');
        buf_addf(out, "%s%s", i ? "; " : "", what);
    }
}

struct reading {
    const char *text;
    enum paste_kind kind;
    const char *fields;
    const char *notes; /* in English; NULL for none */
    bool key;          /* KEY was in it */
};

/* clang-format off */
static const struct reading readings[] = {
    /* What a log puts around a joined string */
#define TAKEN "the key inside was taken out; it is used for signing and never shown"
#define SIGN "9A0A8659F005D6984697E2CA0A9CF3B7"
#define BEHIND "the signature behind the key was taken as sign; "
#define BEFORE "what stands before the joined string was left out; "
    { "appid=wx1&body=a&key=" KEY " sign=" SIGN, PASTE_QUERY, "appid=wx1|body=a|sign=" SIGN,
      BEHIND TAKEN, true },
    { "appid=wx1&body=a&key=" KEY ", sign=" SIGN, PASTE_QUERY, "appid=wx1|body=a|sign=" SIGN,
      BEHIND TAKEN, true },
    { "appid=wx1&body=a&key=" KEY " -> " SIGN "\n", PASTE_QUERY, "appid=wx1|body=a|sign=" SIGN,
      BEHIND TAKEN, true },
    { "待签名字符串：appid=wx1&body=a&key=" KEY " 签名：" SIGN, PASTE_QUERY,
      "appid=wx1|body=a|sign=" SIGN, BEFORE BEHIND TAKEN, true },
    { "stringSignTemp=appid=wx1&body=a&key=" KEY, PASTE_QUERY, "appid=wx1|body=a", BEFORE TAKEN, true },
    { "appid=wx1&body=a&key=" KEY " (test)", PASTE_QUERY, "appid=wx1|body=a",
      "what stands behind the key was left out; " TAKEN, true },
    { "appid=wx1&attach=stringA=1&body=x:y", PASTE_QUERY, "appid=wx1|attach=stringA=1|body=x:y", NULL, false },
    /* XML */
    { "<xml><appid>wx1</appid><body><![CDATA[a&b]]></body></xml>", PASTE_XML,
      "appid=wx1|body=a&b", NULL, false },
    { "\xef\xbb\xbf \n<xml><a> 1 </a></xml>\n", PASTE_XML, "a= 1 ", NULL, false },
    { "<xml><a>1</a><key>" KEY "</key></xml>", PASTE_XML, "a=1",
      "the key inside was taken out; it is used for signing and never shown", true },
    { "<xml><a>1</a><a>1</a></xml>", PASTE_XML, "a=1",
      "a field that comes again with the same value counts once (found: 1)", false },
    /* JSON */
    { "{\"appid\":\"wx1\",\"total_fee\":1,\"ok\":true,\"no\":false}", PASTE_JSON,
      "appid=wx1|total_fee=1|ok=true|no=false", NULL, false },
    { "\xef\xbb\xbf{ \"a\" : \"\\u652f\\u4ed8\\n\\\"x\\\"\" }\n", PASTE_JSON, "a=支付^\"x\"", NULL, false },
    { "{\"n\":12345678901234567890,\"m\":9007199254740993,\"d\":1.50,\"e\":1e3,\"z\":-0}", PASTE_JSON,
      "n=12345678901234567890|m=9007199254740993|d=1.50|e=1e3|z=-0", NULL, false },
    { "{\"a\":null,\"b\":\"\"}", PASTE_JSON, "b=", "a is null and counts as absent", false },
    { "{\"detail\":{\"x\": [1, \"}\"]},\"l\":[ ],\"b\":\"{\"}", PASTE_JSON,
      "detail={\"x\": [1, \"}\"]}|l=[ ]|b={",
      "detail is nested JSON; its text was taken as it stands; "
      "l is nested JSON; its text was taken as it stands", false },
    { "{\" a \":\" 1 \"}", PASTE_JSON, "a= 1 ", "a: blanks around the name were removed", false },
    { "{\"a\":\"1\",\"key\":\"" KEY "\",\"b\":\"2\"}", PASTE_JSON, "a=1|b=2",
      "the key inside was taken out; it is used for signing and never shown", true },
    { "{\"a\":\"1\", \"b\":\"2\",\"a\":\"1\" }", PASTE_JSON, "a=1|b=2",
      "a comes more than once with the same value and counts once", false },
    { "{}", PASTE_JSON, "", NULL, false },
    /* Lines */
    { "body=test", PASTE_LINES, "body=test", NULL, false },
    { "body=A&B", PASTE_LINES, "body=A&B", NULL, false },
    { "body=100%20", PASTE_LINES, "body=100%20", NULL, false },
    { "body=", PASTE_LINES, "body=", NULL, false },
    { "# an order\n\nappid=wx1\r\n  \n#x=1\nbody=a=b&c\r\n", PASTE_LINES, "appid=wx1|body=a=b&c", NULL, false },
    { "notify_url=https://a.b/c?x=1&y=2\nbody=x", PASTE_LINES,
      "notify_url=https://a.b/c?x=1&y=2|body=x", NULL, false },
    { "a = 1\nb=2 ", PASTE_LINES, "a= 1|b=2 ",
      "a: blanks around the name were removed; the value of a has outer blanks, which were kept; "
      "the value of b has outer blanks, which were kept", false },
    { "detail={\"a\":\"b=c\"}\nattach=<x>", PASTE_LINES, "detail={\"a\":\"b=c\"}|attach=<x>", NULL, false },
    { "a=1\nkey=" KEY "\nb=2\na=1", PASTE_LINES, "a=1|b=2",
      "the key inside was taken out; it is used for signing and never shown; "
      "a comes more than once with the same value and counts once", true },
    { "a=1\nkey=\n", PASTE_LINES, "a=1", NULL, false },
    { "商品=茶", PASTE_LINES, "商品=茶", NULL, false },
    /* Query and canonical strings */
    { "appid=wx1&body=支付测试&total_fee=1", PASTE_QUERY, "appid=wx1|body=支付测试|total_fee=1", NULL, false },
    { "appid=wx1&body=a b&key=" KEY "\n", PASTE_QUERY, "appid=wx1|body=a b",
      "the key inside was taken out; it is used for signing and never shown", true },
    { "appid=wx1&key= " KEY " ", PASTE_QUERY, "appid=wx1",
      "blanks around the key were removed; "
      "the key inside was taken out; it is used for signing and never shown", true },
    { "?a=1&b=2", PASTE_QUERY, "a=1|b=2", NULL, false },
    { "&a=1&b=2&", PASTE_QUERY, "a=1|b=2", "an & at the end was removed", false },
    { "a=x&y&b=2", PASTE_QUERY, "a=x&y|b=2", "the value of a holds an &", false },
    { "a=x&&b=2&c", PASTE_QUERY, "a=x&|b=2&c", "the value of a holds an &; the value of b holds an &", false },
    { "a=x&<y>=1&b=2", PASTE_QUERY, "a=x&<y>=1|b=2", "the value of a holds an &", false },
    { "body=%E6%94%AF+%26&total_fee=1", PASTE_QUERY, "body=支 &|total_fee=1",
      "the values were percent-decoded", false },
    { "body=a+b&total_fee=1", PASTE_QUERY, "body=a+b|total_fee=1", NULL, false },
    { "body=100%&total_fee=1", PASTE_QUERY, "body=100%|total_fee=1", NULL, false },
    { "notify_url=https://a.b/%E6&total_fee=1", PASTE_QUERY,
      "notify_url=https://a.b/%E6|total_fee=1", NULL, false }, /* an encoder leaves no : and / */
    { "body=%D6%A7%B8%B6&total_fee=1", PASTE_QUERY, "body=%D6%A7%B8%B6|total_fee=1", NULL, false }, /* GBK */
    { "body=%00&total_fee=1", PASTE_QUERY, "body=%00|total_fee=1", NULL, false },
    { "detail={\"a\":\"b\"}&total_fee=1", PASTE_QUERY, "detail={\"a\":\"b\"}|total_fee=1", NULL, false },
    { "https://api.mch.weixin.qq.com/papay/entrustweb?appid=wx1&mch_id=2#top", PASTE_QUERY,
      "appid=wx1|mch_id=2", "the query of the URL was taken", false },
    { "appid=wx1&body=te\nst&mch_\r\nid=3", PASTE_QUERY, "appid=wx1|body=test|mch_id=3",
      "line breaks were removed", false },
    { "appid=wx1&\nbody=x&\nmch_id=3", PASTE_QUERY, "appid=wx1|body=x|mch_id=3",
      "line breaks were removed", false },
    { "appid=wx1\n&body=x\n&mch_id=3", PASTE_QUERY, "appid=wx1|body=x|mch_id=3",
      "line breaks were removed", false },
};
/* clang-format on */

static void documents_are_detected_and_read(void **state)
{
    (void)state;
    struct buf list;
    buf_init(&list, 1 << 16);
    for (size_t i = 0; i < ARRAY_COUNT(readings); i++) {
        const struct reading *r = &readings[i];
        struct paste *p = mem_alloc(sizeof(*p));
        struct err err = {0};
        if (paste_read(r->text, strlen(r->text), p, &err) != ST_OK)
            fail_msg("%s: %s", r->text, err.text[LANG_EN]);
        list_fields(&p->params, &list);
        assert_string_equal(buf_str(&list), r->fields);
        if (p->kind != r->kind)
            fail_msg("%s: is %s", r->text, paste_kind_text(p->kind).en);
        list_notes(p, LANG_EN, &list);
        assert_string_equal(buf_str(&list), r->notes ? r->notes : "");
        list_notes(p, LANG_ZH, &list);
        assert_null(strstr(buf_str(&list), KEY));
        assert_int_equal(secret_is_set(&p->key), r->key);
        if (r->key)
            assert_string_equal(p->key.text, KEY);
        paste_clear(p);
        paste_clear(p);
        free(p);
    }
    buf_clear(&list);
}

static void bad_documents_are_refused_with_a_reason(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        enum status status;
        const char *says; /* in both languages */
    } rows[] = {
        { "",                                       ST_ARGUMENT, "name=value" },
        { "\xef\xbb\xbf \r\n\t",                    ST_ARGUMENT, "name=value" },
        { "hello",                                  ST_SYNTAX,   "name=value" },
        { "# a=1",                                  ST_SYNTAX,   "name=value" },
        { "https://a.b/c",                          ST_SYNTAX,   "name=value" },
        { "https://a.b/c?d",                        ST_SYNTAX,   "name=value" },
        { "=1",                                     ST_SYNTAX,   "name=value" },
        { "a=1\n\nhello\n",                         ST_SYNTAX,   "3" },
        { "a=1\nb c=2",                             ST_SYNTAX,   "2" },
        { "a=1\nb=2\na=3",                          ST_CONFLICT, "a" },
        { "sign=1&b=2&sign=3",                      ST_CONFLICT, "sign" },
        { "{\"fee\":1,\"b\":2,\"fee\":\"1\"}",      ST_CONFLICT, "fee" },
        { "{\"a\":\"1\",\" a\":\"2\"}",             ST_CONFLICT, "a" },
        { "<xml><fee>1</fee><fee>2</fee></xml>",    ST_CONFLICT, "fee" },
        { "a=1&key=" KEY "&key=x",                  ST_CONFLICT, "key" },
        { "a=\xff\n",                               ST_SYNTAX,   "GBK" },
        { "\xff\xfe" "a",                           ST_SYNTAX,   "UTF-16" },
        { "[{\"a\":1}]",                            ST_SYNTAX,   "JSON" },
        { "{\"a\":1",                               ST_SYNTAX,   "JSON" },
        { "\n\n{\"a\" 1}",                          ST_SYNTAX,   "3" },
        { "{\"\":\"1\"}",                           ST_ARGUMENT, "" },
        { "<xml><a>1</a>",                          ST_SYNTAX,   "XML" },
        { "<!DOCTYPE html><html></html>",           ST_SYNTAX,   "HTML" },
        { "\n\n<xml><a><b/></a></xml>",             ST_SYNTAX,   "3" },
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct paste *p = mem_alloc(sizeof(*p));
        struct err err = {0};
        enum status st = paste_read(rows[i].text, strlen(rows[i].text), p, &err);
        if (st != rows[i].status)
            fail_msg("%s: %s", rows[i].text, status_name(st));
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            if (!strstr(err.text[lang], rows[i].says))
                fail_msg("%s: '%s' does not say %s", rows[i].text, err.text[lang], rows[i].says);
            assert_null(strstr(err.text[lang], KEY));
        }
        assert_int_equal(p->params.count, 0);
        assert_int_equal(p->note_count, 0);
        assert_false(secret_is_set(&p->key));
        free(p);
    }
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"a=1\0b", "a=\0&b=1", "{\"a\":\0}", "<a><b>\0</b></a>"};
    static const size_t sizes[] = {5, 8, 7, 16};
    struct paste *p = mem_alloc(sizeof(*p));
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        assert_int_equal(paste_read(texts[i], sizes[i], p, NULL), ST_SYNTAX);
    free(p);
}

static void sizes_are_limited(void **state)
{
    (void)state;
    size_t size = PASTE_SIZE_MAX + 1;
    char *text = malloc(size);
    struct paste *p = mem_alloc(sizeof(*p));
    memset(text, 'x', size);
    memcpy(text, "a=", 2);
    assert_int_equal(paste_read(text, size, p, NULL), ST_LIMIT);
    assert_false(paste_is_document(text, size));
    assert_int_equal(paste_read(text, PARAM_VALUE_MAX + 2, p, NULL), ST_OK);
    assert_int_equal(paste_read(text, PARAM_VALUE_MAX + 3, p, NULL), ST_LIMIT);
    free(text);
    free(p);
}

/* Text of one repeated piece, as long as a paste may be. */
static char *repeat(const char *start, const char *unit, const char *end)
{
    char *text = malloc(PASTE_SIZE_MAX + 1);
    size_t len = strlen(unit);
    size_t at = (size_t)sprintf(text, "%s", start);
    for (; at + len + strlen(end) <= PASTE_SIZE_MAX; at += len)
        memcpy(text + at, unit, len);
    sprintf(text + at, "%s", end);
    return text;
}

/* Any of these would take minutes if a step were quadratic. */
static void huge_documents_end_at_once(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const rows[][3] = {
        { "",          "a=1\n",           "" },
        { "",          "a=1&",            "b=2" },
        { "a=1",       "&",               "" },
        { "a=1",       "&<=",             "" },
        { "a=1&b=1",   "%41",             "" },
        { "a=1&\n",    "\n",              "" },
        { "{\"a\":1",  ",\"a\":1",        "}" },
        { "{",         "\"",              "" },
        { "",          "{",               "" },
        { "{\"a\":",   "[",               "" },
        { "",          "{\"a\":",         "" },
        { "<",         "<a>",             "" },
        { "",          "=",               "" },
        { "",          "#\n",             "" },
        { "",          "?",               "" },
        { "https://",  "?",               "" },
    };
    /* clang-format on */
    struct paste *p = mem_alloc(sizeof(*p));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *text = repeat(rows[i][0], rows[i][1], rows[i][2]);
        paste_is_document(text, strlen(text));
        paste_read(text, strlen(text), p, NULL);
        paste_clear(p);
        free(text);
    }
    free(p);
}

static void many_fields_are_a_limit(void **state)
{
    (void)state;
    struct paste *p = mem_alloc(sizeof(*p));
    struct buf lines;
    buf_init(&lines, PASTE_SIZE_MAX);
    for (int i = 0; i < PARAMS_MAX; i++)
        buf_addf(&lines, "f%d =1\n", i);
    assert_int_equal(paste_read(buf_str(&lines), lines.len, p, NULL), ST_OK);
    assert_int_equal(p->params.count, PARAMS_MAX);
    assert_int_equal(p->note_count, PASTE_NOTES_MAX);
    buf_adds(&lines, "one=more\n");
    assert_int_equal(paste_read(buf_str(&lines), lines.len, p, NULL), ST_LIMIT);
    buf_clear(&lines);
    free(p);
}

static void a_document_is_told_from_a_value(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        bool is;
    } rows[] = {
        { "<xml><a>1</a></xml>",                                              true },
        { "\n<?xml version=\"1.0\"?>\n<root><a>1</a></root>\n",               true },
        { "<xml><a>broken</b></xml>",                                         true }, /* gets its error */
        { "<b>",                                                              false },
        { "<3",                                                               false },
        { "{\"appid\":\"wx1\",\"body\":\"x\"}",                               true },
        { "{\"out_trade_no\":\"1\",\n \"detail\":{\"cost_price\":1}}",        true },
        { "{\"appid\":\"wx1\"}",                                              false }, /* one member */
        { "{\"h5_info\":{\"type\":\"Wap\",\"wap_url\":\"https://a.b\",\"wap_name\":\"x\"}}", false },
        { "{\"cost_price\":608800,\"receipt_id\":\"wx123\",\"goods_detail\":[{\"goods_id\":\"1\"}]}", false },
        { "{\"store_info\":{\"id\":\"SZTX001\",\"appid\":\"x\"},\"a\":1}",    false }, /* not at the top */
        { "{\"appid\":\"wx1\",\"body\":\"x\"",                                false }, /* cut off */
        { "{\"a\"",                                                           false },
        { "a=1\nb=2",                                                         true },
        { "a=1",                                                              false },
        { "a=1\nhello",                                                       false },
        { "# x\na=1",                                                         false },
        { "appid=wx1&mch_id=2",                                               true },
        { "?appid=wx1&mch_id=2\n",                                            true },
        { "w=1&x=2&y=3&z=4",                                                  true },
        { "uid=5&type=2",                                                     false }, /* attach */
        { "appid=wx1&\nmch_id=2",                                             true },
        { "https://a.b/c?x=1&y=2",                                            false },
        { "https://a.b/c?appid=1&mch_id=2&body=3&sign=4",                     false },
        { "weixin://wxpay/bizpayurl?pr=a&appid=1&mch_id=2",                   false },
        { "notify_url=https://a.b/c?x=1&y=2",                                 false },
        { "two words & more\nof = them",                                      false },
        { "支付测试",                                                         false },
        { "1&2=3",                                                            false },
        { "=",                                                                false },
        { "",                                                                 false },
        { "\xef\xbb\xbf",                                                     false },
        { KEY,                                                                false },
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (paste_is_document(rows[i].text, strlen(rows[i].text)) != rows[i].is)
            fail_msg("%s: is %s document", rows[i].text, rows[i].is ? "no" : "a");
    assert_false(paste_is_document(NULL, 0));
}

static void kinds_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < PASTE_KIND_COUNT; i++) {
        assert_non_null(paste_kind_text(i).zh);
        assert_non_null(paste_kind_text(i).en);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_detected_and_read),
        cmocka_unit_test(bad_documents_are_refused_with_a_reason),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(sizes_are_limited),
        cmocka_unit_test(huge_documents_end_at_once),
        cmocka_unit_test(many_fields_are_a_limit),
        cmocka_unit_test(a_document_is_told_from_a_value),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
