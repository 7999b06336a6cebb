/* SPDX-License-Identifier: MIT */
/*
 * Flat XML both ways. data/xml/index.json says for each document what must come of it;
 * here are the documents too large or too binary for a file, the writer, and the round trip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/xml.h"

/* clang-format off */
static const struct {
    const char *name;
    enum status status;
} faults[] = {
    [XML_FINE]      = { "fine",      ST_OK },
    [XML_EMPTY]     = { "empty",     ST_SYNTAX },
    [XML_NOT_XML]   = { "not-xml",   ST_SYNTAX },
    [XML_BROKEN]    = { "broken",    ST_SYNTAX },
    [XML_DOCTYPE]   = { "doctype",   ST_SYNTAX },
    [XML_ENTITY]    = { "entity",    ST_SYNTAX },
    [XML_NESTED]    = { "nested",    ST_SYNTAX },
    [XML_NOT_UTF8]  = { "not-utf8",  ST_SYNTAX },
    [XML_TRAILING]  = { "trailing",  ST_SYNTAX },
    [XML_AMBIGUOUS] = { "ambiguous", ST_CONFLICT },
    [XML_TOO_LARGE] = { "too-large", ST_LIMIT },
};
/* clang-format on */

static char *load(const char *name, size_t *len)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/xml/%s", TEST_DATA, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s cannot be opened", path);
    char *data = malloc(XML_SIZE_MAX + 1);
    *len = fread(data, 1, XML_SIZE_MAX, f);
    data[*len] = '\0';
    fclose(f);
    return data;
}

static const char *member(const struct json *row, const char *name)
{
    const char *s = json_string(json_get(row, name));
    if (!s)
        fail_msg("a row has no member %s", name);
    return s;
}

static void check_fields(const struct json *row, const struct params *got)
{
    const struct json *fields = json_get(row, "fields");
    assert_int_equal(got->count, json_count(fields));
    size_t i = 0;
    for (struct json *f = json_first(fields); f; f = json_next(f), i++) {
        assert_string_equal(got->items[i].name, json_name(f));
        assert_string_equal(got->items[i].value, json_string(f));
    }
}

/* Three parts in each language, and what the row wants to find in them. */
static void check_sentence(const struct json *row, const struct err *err)
{
    const struct json *word = json_first(json_get(row, "says"));
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        char part[ERR_TEXT_MAX];
        for (int which = ERR_WHAT; which <= ERR_FIX; which++) {
            err_part(err, lang, which, part, sizeof(part));
            assert_true(part[0] != '\0');
        }
        err_line(err, lang, part, sizeof(part));
        if (word && !strstr(part, json_string(word)))
            fail_msg("'%s' does not say '%s'", part, json_string(word));
        word = json_next(word);
    }
}

/* Is the verdict the row's? Says so, and how it differs, for all rows before the test fails. */
static bool has_verdict(const struct json *row, enum status st, const struct xml_info *info)
{
    const char *want = member(row, "fault");
    size_t line = (size_t)json_int(json_get(row, "line"), 0);
    size_t repeated = (size_t)json_int(json_get(row, "repeated"), 0);
    if (strcmp(want, faults[info->fault].name) == 0 && st == faults[info->fault].status &&
        line == info->line && repeated == info->repeated)
        return true;
    print_error("%s (%s): %s line %zu, not %s line %zu\n", member(row, "file"), member(row, "why"),
                faults[info->fault].name, info->line, want, line);
    return false;
}

static bool check_document(const struct json *row)
{
    size_t len;
    char *data = load(member(row, "file"), &len);
    struct params got = {0};
    struct xml_info info;
    struct err err = {0};
    enum status st = xml_read(data, len, &got, &info, &err);
    bool good = has_verdict(row, st, &info);
    if (good && json_get(row, "root"))
        assert_string_equal(info.root, member(row, "root"));
    if (good && st == ST_OK)
        check_fields(row, &got);
    else if (good)
        check_sentence(row, &err);
    if (st != ST_OK)
        assert_int_equal(got.count, 0);
    params_clear(&got);
    free(data);
    return good;
}

static void read_before(const char *document)
{
    struct params p = {0};
    if (document)
        xml_read(document, strlen(document), &p, NULL, NULL);
    params_clear(&p);
}

/* Whatever was read before it: a parser may be used again. */
static void every_document_gets_its_verdict(void **state)
{
    static const char *const before[] = {NULL, "<xml><a>1</a>\n\n<b>2</b></xml>", "<xml><a>",
                                         "<xml><a>1</a></xml>trailing"};
    (void)state;
    size_t len;
    size_t wrong = 0;
    char *text = load("index.json", &len);
    struct json *index = NULL;
    struct err err = {0};
    if (json_parse(text, len, &index, &err) != ST_OK)
        fail_msg("index.json: %s", err.text[LANG_EN]);
    assert_true(json_count(index) > 90);
    for (struct json *row = json_first(index); row; row = json_next(row)) {
        for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
            read_before(before[i]);
            wrong += !check_document(row);
        }
    }
    json_free(index);
    free(text);
    assert_int_equal(wrong, 0);
}

static void many_documents_are_read_alike(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        char text[128], name[16], value[16];
        struct params p = {0};
        struct xml_info info;
        snprintf(name, sizeof(name), "name%d", i);
        snprintf(value, sizeof(value), "%d", i);
        snprintf(text, sizeof(text), "<xml>\n<%s><![CDATA[%s]]></%s></xml>%s", name, value, name,
                 i % 7 == 6 ? "\n<" : "");
        enum status st = xml_read(text, strlen(text), &p, &info, NULL);
        assert_int_equal(st, i % 7 == 6 ? ST_SYNTAX : ST_OK);
        assert_int_equal(info.line, i % 7 == 6 ? 3 : 0);
        if (!st)
            assert_string_equal(params_get(&p, name), value);
        params_clear(&p);
    }
}

static void nothing_is_printed(void **state)
{
    (void)state;
    FILE *catch = tmpfile();
    assert_non_null(catch);
    fflush(stderr);
    int old = dup(STDERR_FILENO);
    dup2(fileno(catch), STDERR_FILENO);
    static const char *const bad[] = {"<a>&x;</a>", "<a><b></a>", "<a",
                                      "<a b=1/>",   "<p:a/>",     "<a xmlns=''xmlns:b=''/>"};
    struct params got = {0};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
        xml_read(bad[i], strlen(bad[i]), &got, NULL, NULL);
    fflush(stderr);
    dup2(old, STDERR_FILENO);
    close(old);
    assert_int_equal(lseek(fileno(catch), 0, SEEK_END), 0);
    fclose(catch);
    params_clear(&got);
}

/* ---- Sizes ---- */

/* A document of `size` bytes: open, unit repeated as often as it fits, padding, close. */
static char *fill(const char *open, const char *unit, const char *close, size_t size)
{
    char *data = malloc(size + 1);
    size_t at = (size_t)sprintf(data, "%s", open);
    size_t unit_len = strlen(unit);
    for (; at + unit_len + strlen(close) <= size; at += unit_len)
        memcpy(data + at, unit, unit_len);
    for (; at + strlen(close) < size; at++)
        data[at] = ' ';
    memcpy(data + at, close, strlen(close));
    data[size] = '\0';
    return data;
}

/* Each costs the parser, or us, more than linear time if nobody looks after it. */
static void a_mebibyte_of_anything_is_judged(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *open, *unit, *close;
        enum xml_fault fault;
    } rows[] = {
        { "<a><b>",          "x",                  "</b></a>",    XML_FINE },
        { "<a><b><![CDATA[", "x]",                 "]]></b></a>", XML_FINE },
        { "<a><b>",          "&amp;",              "</b></a>",    XML_FINE },
        { "<a><b>",          "<![CDATA[]]>",       "</b></a>",    XML_FINE },
        { "<a><b>",          "<!---->",            "</b></a>",    XML_TOO_LARGE },
        { "<a><b>",          "<?x?>",              "</b></a>",    XML_TOO_LARGE },
        { "<a><b>",          "\r",                 "</b></a>",    XML_FINE },
        { "<a>",             "\n",                 "</a>",        XML_FINE },
        { "<a><b>",          "x\xe6\x94\xaf",      "</b></a>",    XML_FINE },
        { "<a>",             "<b/>",               "</a>",        XML_TOO_LARGE },
        { "<a>",             "<b>1</b><c>2</c>",   "</a>",        XML_TOO_LARGE },
        { "<a>",             "<b>",                "</a>",        XML_NESTED },
        { "<a>",             "<",                  "</a>",        XML_BROKEN },
        { "<a><b>",          "&",                  "</b></a>",    XML_BROKEN },
        { "<a><b>",          "]]>",                "</b></a>",    XML_BROKEN },
        { "<a><b>",          "<![CDATA[",          "</b></a>",    XML_BROKEN },
        { "<a><b>",          "<!--",               "</b></a>",    XML_BROKEN },
        { "<a ",             "b='' ",              "/>",          XML_TOO_LARGE },
        { "<a ",             "b='>' ",             "/>",          XML_TOO_LARGE },
        { "<",               "a",                  "/>",          XML_TOO_LARGE },
        { "<a/>",            "<a/>",               "",            XML_TRAILING },
        { "<a/>",            "<!-- -->",           "",            XML_TOO_LARGE },
        { "<!DOCTYPE ",      "x ",                 "",            XML_DOCTYPE },
        { "<?xml encoding=", "=",                  "?><a/>",      XML_BROKEN },
        { "",                "\n",                 "",            XML_EMPTY },
        { "",                "x",                  "",            XML_NOT_XML },
        { "<a><b>",          "\xff",               "</b></a>",    XML_NOT_UTF8 },
    };
    /* clang-format on */
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *data = fill(rows[i].open, rows[i].unit, rows[i].close, XML_SIZE_MAX);
        struct params got = {0};
        struct xml_info info;
        enum status st = xml_read(data, XML_SIZE_MAX, &got, &info, NULL);
        if (info.fault != rows[i].fault || st != faults[rows[i].fault].status) {
            print_error("%s%s…%s: %s\n", rows[i].open, rows[i].unit, rows[i].close,
                        faults[info.fault].name);
            wrong++;
        }
        params_clear(&got);
        free(data);
    }
    assert_int_equal(wrong, 0);
}

static void one_byte_over_the_limit_is_refused(void **state)
{
    (void)state;
    char *data = fill("<a><b>", "x", "</b></a>", XML_SIZE_MAX + 1);
    struct params got = {0};
    struct xml_info info;
    struct err err = {0};
    assert_int_equal(xml_read(data, XML_SIZE_MAX + 1, &got, &info, &err), ST_LIMIT);
    assert_int_equal(info.fault, XML_TOO_LARGE);
    assert_non_null(strstr(err.text[LANG_EN], "1 MiB"));
    free(data);
}

static void what_was_there_is_emptied_first(void **state)
{
    (void)state;
    struct params got = {0};
    assert_int_equal(params_set(&got, "old", "1", NULL), ST_OK);
    assert_int_equal(xml_read("<a><b>2</b></a>", 15, &got, NULL, NULL), ST_OK);
    assert_int_equal(got.count, 1);
    assert_string_equal(params_get(&got, "b"), "2");
    assert_int_equal(xml_read(NULL, 0, &got, NULL, NULL), ST_SYNTAX);
    assert_int_equal(got.count, 0);
    params_clear(&got);
}

static void the_signs_in_front_are_told(void **state)
{
    (void)state;
    struct params got = {0};
    struct xml_info info;
    assert_int_equal(xml_read("\xef\xbb\xbf<?xml version='1.0'?><a/>", 28, &got, &info, NULL), 0);
    assert_true(info.bom);
    assert_true(info.declaration);
    assert_int_equal(xml_read("<?xml-stylesheet x?><a/>", 24, &got, &info, NULL), 0);
    assert_false(info.bom);
    assert_false(info.declaration);
}

static void hostile_names_are_not_repeated_raw(void **state)
{
    (void)state;
    static const char doc[] = "<?xml version='1.0' encoding='\x1b[31mGBK\xff'?><a/>";
    struct params got = {0};
    struct err err = {0};
    assert_int_equal(xml_read(doc, sizeof(doc) - 1, &got, NULL, &err), ST_SYNTAX);
    assert_null(strchr(err.text[LANG_EN], 0x1b));
    assert_null(strchr(err.text[LANG_ZH], 0x1b));
    assert_non_null(strstr(err.text[LANG_EN], "GBK"));
}

/* ---- Writing ---- */

static void values_are_written_as_sdks_read_them(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *value, *written;
    } rows[] = {
        { "1",                "1" },
        { "007",              "007" },
        { "20091227091010",   "20091227091010" },
        { "-1",               "<![CDATA[-1]]>" },
        { "0.01",             "<![CDATA[0.01]]>" },
        { "支付测试",         "<![CDATA[支付测试]]>" },
        { "a&b <c>",          "<![CDATA[a&b <c>]]>" },
        { " ",                "<![CDATA[ ]]>" },
        { "a]]>b",            "<![CDATA[a]]]]><![CDATA[>b]]>" },
        { "]]>]]>",           "<![CDATA[]]]]><![CDATA[>]]]]><![CDATA[>]]>" },
        { "]]",               "<![CDATA[]]]]>" },
        { "x\ny\t",           "<![CDATA[x\ny\t]]>" },
        { "x\r\n<&>]]>",      "x&#13;\n&lt;&amp;&gt;]]&gt;" },
        { "😀",               "<![CDATA[😀]]>" },
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params p = {0};
        struct params back = {0};
        struct buf out;
        char want[256];
        buf_init(&out, XML_SIZE_MAX);
        assert_int_equal(params_set(&p, "f", rows[i].value, NULL), ST_OK);
        assert_int_equal(xml_write(&p, &out, NULL), ST_OK);
        snprintf(want, sizeof(want), "<xml>\n<f>%s</f>\n</xml>", rows[i].written);
        assert_string_equal(buf_str(&out), want);
        assert_int_equal(xml_read(buf_str(&out), out.len, &back, NULL, NULL), ST_OK);
        assert_true(params_equal(&p, &back));
        params_clear(&p);
        params_clear(&back);
        buf_clear(&out);
    }
}

static void the_order_stays_and_what_is_off_or_empty_is_left_out(void **state)
{
    (void)state;
    struct params p = {0};
    struct buf out;
    buf_init(&out, 1000);
    buf_adds(&out, "kept:");
    assert_int_equal(params_set(&p, "z", "1", NULL), ST_OK);
    assert_int_equal(params_set(&p, "empty", "", NULL), ST_OK);
    assert_int_equal(params_set(&p, "off", "2", NULL), ST_OK);
    assert_int_equal(params_set(&p, "a", "0", NULL), ST_OK);
    params_find(&p, "off")->off = true;
    assert_int_equal(xml_write_root("root", &p, &out, NULL), ST_OK);
    assert_string_equal(buf_str(&out), "kept:<root>\n<z>1</z>\n<a>0</a>\n</root>");
    params_clear(&p);
    buf_reset(&out);
    assert_int_equal(xml_write(&p, &out, NULL), ST_OK);
    assert_string_equal(buf_str(&out), "<xml>\n</xml>");
    buf_clear(&out);
}

static void what_xml_cannot_hold_is_named(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *name, *value, *says;
    } rows[] = {
        { "attach",   "ab\x01",         "U+0001" },
        { "attach",   "\x1b[31m",       "U+001B" },
        { "attach",   "x\xef\xbf\xbe",  "U+FFFE" },
        { "attach",   "x\xef\xbf\xbf",  "U+FFFF" },
        { "attach",   "\xd6\xa7\xb8",   "0xB8" },
        { "attach",   "\xff",           "0xFF" },
        { "1st",      "x",              "1st" },
        { "a b",      "x",              "a b" },
        { "a>b",      "x",              "a>b" },
        { "-a",       "x",              "-a" },
        { "a\xff",    "x",              "a" },
    };
    /* clang-format on */
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct params p = {0};
        struct buf out;
        struct err err = {0};
        buf_init(&out, 1000);
        buf_adds(&out, "kept");
        assert_int_equal(params_set(&p, "good", "1", NULL), ST_OK);
        assert_int_equal(params_set(&p, rows[i].name, rows[i].value, NULL), ST_OK);
        assert_int_equal(xml_write(&p, &out, &err), ST_ARGUMENT);
        assert_non_null(strstr(err.text[LANG_ZH], rows[i].says));
        assert_non_null(strstr(err.text[LANG_EN], rows[i].says));
        if (rows[i].name[0] == 'a' && rows[i].name[1] == 't')
            assert_non_null(strstr(err.text[LANG_EN], rows[i].name));
        assert_string_equal(buf_str(&out), "kept");
        params_clear(&p);
        buf_clear(&out);
    }
}

static void a_full_buffer_is_a_limit(void **state)
{
    (void)state;
    struct params p = {0};
    struct buf out;
    struct err err = {0};
    buf_init(&out, 20);
    assert_int_equal(params_set(&p, "body", "more than twenty bytes", NULL), ST_OK);
    assert_int_equal(xml_write(&p, &out, &err), ST_LIMIT);
    assert_int_equal(out.len, 0);
    assert_int_equal(xml_write_root("no name", &p, &out, &err), ST_ARGUMENT);
    params_clear(&p);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_document_gets_its_verdict),
        cmocka_unit_test(many_documents_are_read_alike),
        cmocka_unit_test(nothing_is_printed),
        cmocka_unit_test(a_mebibyte_of_anything_is_judged),
        cmocka_unit_test(one_byte_over_the_limit_is_refused),
        cmocka_unit_test(what_was_there_is_emptied_first),
        cmocka_unit_test(the_signs_in_front_are_told),
        cmocka_unit_test(hostile_names_are_not_repeated_raw),
        cmocka_unit_test(values_are_written_as_sdks_read_them),
        cmocka_unit_test(the_order_stays_and_what_is_off_or_empty_is_left_out),
        cmocka_unit_test(what_xml_cannot_hold_is_named),
        cmocka_unit_test(a_full_buffer_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
