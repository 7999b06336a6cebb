/* SPDX-License-Identifier: MIT */
/*
 * What stands in a paste: curl commands, recordings, logs, several documents. Each row is a text
 * as somebody would paste it and the documents found in it, one a line.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/import.h"

#define XML1 "<xml><appid>wx1</appid><body>茶</body></xml>"
#define XML2 "<xml><appid>wx2</appid><body>b</body></xml>"
#define QUERY "appid=wx1&mch_id=2&body=b"

struct row {
    const char *what;
    const char *text;
    const char *found; /* "WHERE TITLE|TEXT" a document */
    const char *notes; /* English, "; " between */
};

/* clang-format off */
static const struct row rows[] = {
    /* curl */
    { "-d in single quotes", "curl -X POST https://api.x/pay -d '" XML1 "'",
      "1 POST https://api.x/pay|" XML1 "\n", "" },
    { "continued lines, headers, --data-raw",
      "$ curl 'https://api.x/pay?x=1' \\\n  -H 'Content-Type: text/xml' \\\n  --data-raw '" XML1 "' --compressed",
      "1 POST https://api.x/pay|" XML1 "\n", "" },
    { "$'…' of a browser", "curl https://api.x -d $'{\"appid\":\"wx1\",\"body\":\"it\\'s \\u8336\\x21\\n\"}'",
      "1 POST https://api.x|{\"appid\":\"wx1\",\"body\":\"it's 茶!\n\"}\n", "" },
    { "double quotes and backslashes", "curl https://api.x -d \"a=\\\"1\\\"&b=2\"",
      "1 POST https://api.x|a=\"1\"&b=2\n", "" },
    { "several -d are joined", "curl https://api.x -d appid=wx1 -d body=b",
      "1 POST https://api.x|appid=wx1&body=b\n", "" },
    { "a value in the same word", "curl --request=PUT --data=appid=wx1 -dbody=b --url https://api.x",
      "1 PUT https://api.x|appid=wx1&body=b\n", "" },
    { "--data-urlencode", "curl https://api.x --data-urlencode 'body=a&b 茶'",
      "1 POST https://api.x|body=a%26b%20%E8%8C%B6\n", "" },
    { "the query if there is no body", "curl 'https://api.x/notify?" QUERY "#top'",
      "1 GET https://api.x/notify|" QUERY "\n", "" },
    { "two commands", "curl https://a.x -d a=1\ncurl https://b.x -d b=2 | jq .",
      "1 POST https://a.x|a=1\n2 POST https://b.x|b=2\n", "" },
    { "a body in a file", "curl https://a.x -d @order.xml", "",
      "curl command 1: its content is in the file order.xml: which is not in the paste; give that file itself" },
    { "--data-raw takes @ as it is", "curl https://a.x --data-raw @a=1", "1 POST https://a.x|@a=1\n", "" },
    { "neither body nor query", "curl https://a.x", "",
      "curl command 1 has no parameters: it has no body, and its URL no query" },
    { "a shell variable", "curl https://a.x -d \"a=${A}&b=2\"", "1 POST https://a.x|a=${A}&b=2\n",
      "curl command 1 holds a shell variable: it was not filled in: its value is not in the paste" },
    /* Recordings */
    { "HAR: body, params, query, reply",
      "{\"log\":{\"version\":\"1.2\",\"entries\":["
      "{\"request\":{\"method\":\"POST\",\"url\":\"https://a.x/pay?debug=1\",\"postData\":{\"text\":\"" XML1 "\"}},"
      "\"response\":{\"content\":{\"text\":\"" XML2 "\"}}},"
      "{\"request\":{\"method\":\"POST\",\"url\":\"https://a.x/form\",\"postData\":{\"params\":[{\"name\":\"a\",\"value\":\"1&2\"}]}}},"
      "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.x/n?" QUERY "\"}},"
      "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.x/style.css\"},\"response\":{\"content\":{\"text\":\"a{}\"}}}]}}",
      "1 POST https://a.x/pay|" XML1 "\n1 POST https://a.x/pay|" XML2 "\n"
      "2 POST https://a.x/form|{\"a\":\"1&2\"}\n3 GET https://a.x/n|" QUERY "\n",
      "HAR entry 4 has no parameters (GET https://a.x/style.css): neither a body nor a query" },
    { "HAR: a reply in base64",
      "{\"log\":{\"entries\":[{\"request\":{\"url\":\"https://a.x\"},\"response\":{\"content\":{\"encoding\":\"base64\","
      "\"text\":\"PHhtbD48YXBwaWQ+d3gyPC9hcHBpZD48Ym9keT5iPC9ib2R5PjwveG1sPg==\"}}}]}}",
      "1 GET https://a.x|" XML2 "\n", "" },
    { "Postman: folders, raw, urlencoded, disabled, variables",
      "{\"info\":{\"name\":\"shop\",\"schema\":\"https://schema.getpostman.com/json/collection/v2.1.0/collection.json\"},"
      "\"item\":[{\"name\":\"orders\",\"item\":[{\"name\":\"pay\",\"request\":{\"method\":\"POST\",\"url\":{\"raw\":\"{{host}}/pay\"},"
      "\"body\":{\"mode\":\"raw\",\"raw\":\"<xml><appid>{{appid}}</appid></xml>\"}}}]},"
      "{\"name\":\"form\",\"request\":{\"url\":\"https://a.x\",\"body\":{\"mode\":\"urlencoded\",\"urlencoded\":["
      "{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"b\",\"value\":\"2\",\"disabled\":true}]}}},"
      "{\"name\":\"image\",\"request\":{\"method\":\"POST\",\"url\":\"https://a.x\",\"body\":{\"mode\":\"file\"}}},"
      "{\"name\":\"ping\",\"request\":\"https://a.x\"}]}",
      "1 orders / pay|<xml><appid>{{appid}}</appid></xml>\n2 form|{\"a\":\"1\"}\n",
      "the body of Postman request 3 (image) was not read: it is of mode file; "
      "Postman request 4 (ping) has no parameters: neither a body nor a query; "
      "the Postman variables appid were not filled in: neither the collection nor an environment given with it has a value for them; they stand as {{…}}" },
    { "Postman: variables of the collection, in a body, a form and a query, one within another",
      "{\"info\":{\"name\":\"s\"},\"item\":["
      "{\"name\":\"a\",\"request\":{\"url\":\"https://a.x\",\"body\":{\"mode\":\"raw\",\"raw\":\"<xml><appid>{{app}}</appid><body>{{ shop }}</body></xml>\"}}},"
      "{\"name\":\"b\",\"request\":{\"url\":\"https://a.x\",\"body\":{\"mode\":\"urlencoded\",\"urlencoded\":[{\"key\":\"fee\",\"value\":\"{{fee}}\"}]}}},"
      "{\"name\":\"c\",\"request\":{\"url\":{\"raw\":\"{{host}}/x?appid={{app}}&n={{$guid}}&id={{app_id}}&self={{loop}}\"}}}],"
      "\"variable\":[{\"key\":\"app\",\"value\":\"wx1\"},{\"key\":\"shop\",\"value\":\"店{{app}}\"},{\"key\":\"fee\",\"value\":12},"
      "{\"key\":\"loop\",\"value\":\"{{loop}}\"},{\"key\":\"app_id\",\"value\":\"\"},{\"key\":\"fee\",\"value\":\"9\",\"disabled\":true}]}",
      "1 a|<xml><appid>wx1</appid><body>店wx1</body></xml>\n2 b|{\"fee\":\"12\"}\n3 c|appid=wx1&n={{$guid}}&id={{app_id}}&self={{loop}}\n",
      "the Postman variables $guid, app_id, loop were not filled in: neither the collection nor an environment given with it has a value for them; they stand as {{…}}" },
    { "Postman: an environment before the collection outranks it, globals behind it do not",
      "{\"id\":\"1\",\"name\":\"dev\",\"values\":[{\"key\":\"app\",\"value\":\"wx-env\",\"enabled\":true},{\"key\":\"fee\",\"value\":\"7\",\"enabled\":false}],\"_postman_variable_scope\":\"environment\"}\n"
      "{\"info\":{\"name\":\"s\"},\"item\":[{\"name\":\"a\",\"request\":{\"url\":\"https://a.x?appid={{app}}&fee={{fee}}&mch={{mch}}&x={{x}}\"}}],"
      "\"variable\":[{\"key\":\"app\",\"value\":\"wx-col\"},{\"key\":\"fee\",\"value\":\"1\"},{\"key\":\"mch\",\"value\":\"100\"}]}"
      "{\"name\":\"g\",\"values\":[{\"key\":\"mch\",\"value\":\"999\"},{\"key\":\"x\",\"value\":\"y\"}],\"_postman_variable_scope\":\"globals\"}",
      "1 a|appid=wx-env&fee=1&mch=100&x=y\n", "" },
    /* Access logs */
    { "nginx: the query of the request, not the referer's",
      "1.2.3.4 - - [10/Oct/2026:13:55:36 +0800] \"GET /n?appid=wx1&mch_id=2&body=%E8%8C%B6 HTTP/1.1\" 200 7 \"https://a.x/?x=1&y=2\" \"UA\"",
      "1 |appid=wx1&mch_id=2&body=%E8%8C%B6\n", "" },
    { "nginx: an escaped body",
      "1.2.3.4 - - \"POST /n HTTP/1.1\" 200 \"<xml>\\x0A<appid>wx1</appid><body>\\xE8\\x8C\\xB6</body>\\x0A</xml>\"\n"
      "1.2.3.4 - - \"POST /n HTTP/1.1\" 200 \"{\\x22appid\\x22:\\x22wx1\\x22,\\x22body\\x22:\\x22b\\x22}\"",
      "1 |<xml>\n<appid>wx1</appid><body>茶</body>\n</xml>\n2 |{\"appid\":\"wx1\",\"body\":\"b\"}\n", "" },
    /* Logs of applications */
    { "timestamps and levels", "2026-11-29 10:00:01.123 INFO  [pay] request: " XML1 " (3 ms)\n"
      "2026-11-29 10:00:02.456 DEBUG [pay] nothing here\n2026-11-29 10:00:03 INFO reply={\"appid\":\"wx1\",\"sign\":\"S\"}",
      "1 |" XML1 "\n3 |{\"appid\":\"wx1\",\"sign\":\"S\"}\n", "" },
    { "over several lines", "10:00 INFO\n<xml>\n<appid>wx1</appid>\n</xml>\n10:01 INFO " XML2,
      "2 |<xml>\n<appid>wx1</appid>\n</xml>\n5 |" XML2 "\n", "" },
    { "a structured log", "{\"level\":\"info\",\"msg\":\"sent <xml><appid>wx1<\\/appid><body>\\u8336</body></xml>\"}\n"
      "{\"level\":\"info\",\"req\":{\"appid\":\"wx1\",\"body\":\"b\"}}",
      "1 |" XML1 "\n2 |{\"appid\":\"wx1\",\"body\":\"b\"}\n", "" },
    { "JSON in a string in JSON", "{\"l\":1,\"m\":\"got {\\\"appid\\\":\\\"wx1\\\",\\\"body\\\":\\\"\\u8336\\\"}\"}",
      "1 |{\"appid\":\"wx1\",\"body\":\"茶\"}\n", "" },
    { "a joined string", "10:00 stringA=[" QUERY "] took=3", "1 |" QUERY "\n", "" },
    { "logfmt", "level=info ts=1 msg=\"" QUERY "\" took=3", "1 |" QUERY "\n", "" },
    { "a message that is cut off", "10:00 <xml><appid>wx1</ap\n10:01 " XML2, "2 |" XML2 "\n",
      "line 1: an XML message is cut off: <xml> has no </xml>" },
    { "JSON inside a value keeps its own escapes",
      "x <xml><appid>1</appid><detail>{\"a\":\"\\u8336\\\"\"}</detail></xml> y",
      "1 |<xml><appid>1</appid><detail>{\"a\":\"\\u8336\\\"\"}</detail></xml>\n", "" },
    /* Several documents */
    { "XML after XML", XML1 "\n" XML2, "1 |" XML1 "\n2 |" XML2 "\n", "" },
    { "a joined string a line", QUERY "&sign=A\n" QUERY "&sign=B\n",
      "1 |" QUERY "&sign=A\n2 |" QUERY "&sign=B\n", "" },
    { "blocks of lines", "appid=wx1\nbody=a\n\n\nappid=wx1\nbody=b\n", "1 |appid=wx1\nbody=a\n5 |appid=wx1\nbody=b\n", "" },
    { "messages go before other pairs", "x {\"a\":\"1\"} y=1&z=2\n" QUERY, "2 |" QUERY "\n", "" },
    { "other pairs if there is no message", "x {\"a\":\"1\"}\ny=1&z=2", "1 |{\"a\":\"1\"}\n2 |y=1&z=2\n", "" },
    { "nothing", "10:00 INFO started\n", "", "" },
};
/* clang-format on */

static void list(const struct found *f, struct buf *docs, struct buf *notes)
{
    char line[ERR_TEXT_MAX];
    buf_init(docs, 1 << 20);
    buf_init(notes, 1 << 16);
    for (size_t i = 0; i < f->count; i++)
        buf_addf(docs, "%zu %s|%s\n", f->docs[i].where, f->docs[i].title, f->docs[i].text);
    for (size_t i = 0; i < f->note_count; i++) {
        err_line(&f->notes[i], LANG_EN, line, sizeof(line));
        buf_addf(notes, "%s%s", i ? "; " : "", line);
    }
}

static void each_document_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct row *r = &rows[i];
        struct found f = {0};
        struct err err = {0};
        struct buf docs, notes;
        if (import_find((struct span){r->text, strlen(r->text)}, 0, &f, &err))
            fail_msg("%s: %s", r->what, err.text[LANG_EN]);
        list(&f, &docs, &notes);
        if (strcmp(buf_str(&docs), r->found) != 0)
            fail_msg("%s: found\n%sinstead of\n%s", r->what, buf_str(&docs), r->found);
        if (strcmp(buf_str(&notes), r->notes) != 0)
            fail_msg("%s: says\n%s\ninstead of\n%s", r->what, buf_str(&notes), r->notes);
        buf_clear(&docs);
        buf_clear(&notes);
        found_clear(&f);
    }
}

static void a_document_is_read_as_it_is(void **state)
{
    static const char *const texts[] = {XML1, QUERY, "a=1\nb=2",
                                        "{\"level\":\"i\",\"m\":\"" XML2 "\"}",
                                        "<xml><a><![CDATA[" QUERY "]]></a></xml>"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct found f = {0};
        struct paste p = {0};
        size_t number = 0;
        struct span text = {texts[i], strlen(texts[i])};
        assert_int_equal(import_read(text, 0, &f, &number, &p, NULL), ST_OK);
        assert_int_equal(f.count, 0);
        assert_true(p.params.count > 0);
        paste_clear(&p);
    }
}

static void a_broken_document_keeps_its_own_error(void **state)
{
    static const char *const texts[] = {("<xml><a>1</a><b>" QUERY),
                                        "{\"a\":{\"appid\":\"1\",\"body\":\"b\"},}", "hello"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct found f = {0};
        struct paste p = {0};
        struct err said, own;
        size_t number;
        struct span text = {texts[i], strlen(texts[i])};
        assert_int_equal(import_read(text, 0, &f, &number, &p, &said), ST_SYNTAX);
        assert_int_equal(paste_read(text.s, text.len, &p, &own), ST_SYNTAX);
        assert_string_equal(said.text[LANG_ZH], own.text[LANG_ZH]);
        assert_int_equal(f.count, 0);
    }
}

static void one_of_several_is_chosen(void **state)
{
    static const char text[] =
        "{\"log\":{\"entries\":[{\"request\":{\"url\":\"https://a.x/?x=1&y=2\"}},"
        "{\"request\":{\"url\":\"https://a.x/?" QUERY "\"}}]}}";
    static const struct {
        size_t wanted;
        enum status status;
        size_t number;
        const char *name;
    } asked[] = {{0, ST_OK, 2, "appid"},
                 {1, ST_OK, 1, "x"},
                 {2, ST_OK, 2, "appid"},
                 {3, ST_NOT_FOUND, 0, NULL}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(asked); i++) {
        struct found f = {0};
        struct paste p = {0};
        struct err err = {0};
        size_t number = 0;
        enum status st = import_read((struct span){text, sizeof(text) - 1}, asked[i].wanted, &f,
                                     &number, &p, &err);
        assert_int_equal(st, asked[i].status);
        assert_int_equal(f.count, 2);
        if (!st) {
            assert_int_equal(number, asked[i].number);
            assert_true(params_has(&p.params, asked[i].name));
        }
        paste_clear(&p);
        found_clear(&f);
    }
}

static void a_label_tells_a_document_without_its_values(void **state)
{
    static const char text[] =
        "curl https://api.x/pay?key=secret -d 'appid=wx1&openid=oABC&out_trade_no=T1\x1b&key=secret'";
    struct found f = {0};
    char zh[FOUND_LABEL_MAX], en[FOUND_LABEL_MAX];
    (void)state;
    assert_int_equal(import_find((struct span){text, sizeof(text) - 1}, 0, &f, NULL), ST_OK);
    found_label(&f.docs[0], LANG_EN, en);
    found_label(&f.docs[0], LANG_ZH, zh);
    assert_string_equal(
        en, "curl command 1 POST https://api.x/pay: out_trade_no T1␛, query string, 3 fields");
    assert_string_equal(zh,
                        "第 1 条 curl POST https://api.x/pay：out_trade_no T1␛，查询串，3 个字段");
    found_clear(&f);
}

static void broken_and_deep_collections_are_errors(void **state)
{
    struct found f = {0};
    struct err err;
    struct buf deep;
    static const char cut[] = "{\"log\":{\"entries\":[{}";
    static const char none[] = "{\"log\":{\"entries\":3}}";
    (void)state;
    assert_int_equal(import_find((struct span){cut, sizeof(cut) - 1}, 0, &f, &err), ST_SYNTAX);
    assert_int_equal(strncmp(err.text[LANG_EN], "HAR: ", 5), 0);
    assert_int_equal(import_find((struct span){none, sizeof(none) - 1}, 0, &f, &err), ST_SYNTAX);
    buf_init(&deep, 1 << 20);
    buf_adds(&deep, "{\"info\":{},\"item\":[");
    for (int i = 0; i < 2000; i++)
        buf_adds(&deep, "{\"item\":[");
    assert_int_equal(import_find((struct span){buf_str(&deep), deep.len}, 0, &f, &err), ST_LIMIT);
    buf_reset(&deep);
    buf_adds(&deep, "{\"info\":{},\"item\":[");
    for (int i = 0; i < 20; i++)
        buf_adds(&deep, "{\"item\":[");
    for (int i = 0; i < 20; i++)
        buf_adds(&deep, "]}");
    buf_adds(&deep, "]}");
    assert_int_equal(import_find((struct span){buf_str(&deep), deep.len}, 0, &f, &err), ST_OK);
    assert_int_equal(f.note_count, 1);
    buf_clear(&deep);
    found_clear(&f);
}

/* Each would take for ever if anything were quadratic. */
static void hostile_texts_end(void **state)
{
    static const char *const pieces[] = {"{",
                                         "{\"",
                                         "<xml>",
                                         "\n",
                                         "&",
                                         "=&",
                                         "\\x22",
                                         "{\"a\":\"",
                                         "curl -d ",
                                         "a=1&b=2\n",
                                         "{\"a\":\"\\\\\\\"}\"}",
                                         "#\n",
                                         "<xml></xml>"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(pieces); i++) {
        struct found f = {0};
        struct buf text;
        buf_init(&text, 1 << 20);
        while (buf_status(&text) == ST_OK)
            buf_adds(&text, pieces[i]);
        (void)import_find((struct span){buf_str(&text), text.len}, 0, &f, NULL);
        assert_true(f.count <= FOUND_DOCS_MAX);
        assert_true(f.note_count <= FOUND_NOTES_MAX);
        found_clear(&f);
        buf_clear(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_document_is_found),
        cmocka_unit_test(a_document_is_read_as_it_is),
        cmocka_unit_test(a_broken_document_keeps_its_own_error),
        cmocka_unit_test(one_of_several_is_chosen),
        cmocka_unit_test(a_label_tells_a_document_without_its_values),
        cmocka_unit_test(broken_and_deep_collections_are_errors),
        cmocka_unit_test(hostile_texts_end),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
