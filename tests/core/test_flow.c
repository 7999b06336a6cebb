/* SPDX-License-Identifier: MIT */
/* A flow file is read whole; each fault in it is told with line, path and sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "built_in.h"
#include "core/buf.h"
#include "core/embed.h"
#include "core/flow.h"
#include "core/text.h"

#define HEAD                                                                                       \
    "{\"name\": \"x\", \"title\": {\"zh\": \"甲\", \"en\": \"A\"},\n"                             \
    "\"summary\": {\"zh\": \"乙\", \"en\": \"B\"}, \"steps\": [\n"
#define TAIL "\n]}\n"
#define SAY_IT "\"say\": {\"zh\": \"说\", \"en\": \"say\"}"

static enum status read_it(const char *text, struct flow *f, struct flow_problems *p)
{
    struct err err = {0};
    enum status st = flow_read(text, strlen(text), "x.json", &catalog, f, p, &err);
    assert_int_equal(st != ST_OK, err.status != ST_OK);
    return st;
}

static void every_shipped_flow_is_valid(void **state)
{
    (void)state;
    size_t count = 0, seen = 0;
    const struct embed_file *files = embed_files(&count);
    for (size_t i = 0; i < count; i++) {
        struct flow f = {0};
        struct err err = {0};
        if (strcmp(files[i].folder, "flows") != 0)
            continue;
        enum status st =
            flow_read(files[i].text, files[i].len, files[i].name, &catalog, &f, NULL, &err);
        if (st)
            print_error("%s\n", err.text[LANG_EN]);
        assert_int_equal(st, ST_OK);
        assert_memory_equal(f.name, files[i].name, strlen(f.name));
        assert_string_equal(files[i].name + strlen(f.name), ".json");
        for (size_t k = 0; k < f.count; k++)
            assert_true(text_valid(f.steps[k].say.zh, strlen(f.steps[k].say.zh), NULL));
        flow_clear(&f);
        seen++;
    }
    assert_true(seen >= 10);
}

static void each_step_has_a_field_to_look_at(void **state)
{
    static const struct {
        const char *step, *field;
    } rows[] = {
        {"{\"do\": \"say\", " SAY_IT "}", NULL},
        {"{\"do\": \"say\", \"look\": \"sign\", \"field\": \"appid\", " SAY_IT "}", "appid"},
        {"{\"do\": \"set\", \"set\": {\"body\": \"b\", \"attach\": \"a\"}, " SAY_IT "}", "body"},
        {"{\"do\": \"send\", \"expect\": {\"outcome\": \"success\", \"trade_state\": \"X\"}, " SAY_IT
         "}",
         "trade_state"},
        {"{\"do\": \"send\", \"expect\": {\"outcome\": \"success\"}, " SAY_IT "}", NULL},
        {"{\"do\": \"send\", \"field\": \"code_url\", \"expect\": {\"a\": \"b\"}, " SAY_IT "}",
         "code_url"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct flow f = {0};
        char text[1024];
        snprintf(text, sizeof text, HEAD "%s" TAIL, rows[i].step);
        assert_int_equal(read_it(text, &f, NULL), ST_OK);
        const char *got = flow_step_field(&f.steps[0]);
        if (!got || !rows[i].field)
            assert_true(got == rows[i].field);
        else
            assert_string_equal(got, rows[i].field);
        flow_clear(&f);
    }
}

static void steps_carry_what_the_file_says(void **state)
{
    (void)state;
    struct flow f = {0};
    assert_int_equal(read_it(HEAD
                             "{\"do\": \"choose\", \"api\": \"unifiedorder\", \"look\": \"form\",\n"
                             " \"set\": {\"body\": \"b\", \"sign\": \"0\"}, " SAY_IT "},\n"
                             "{\"do\": \"pay\", \"act\": \"fail\", \"code\": \"C\", " SAY_IT "},\n"
                             "{\"do\": \"wait\", \"event\": \"payment\",\n"
                             " \"expect\": {\"trust\": \"genuine\"}, " SAY_IT "}" TAIL,
                             &f, NULL),
                     ST_OK);
    assert_string_equal(f.name, "x");
    assert_string_equal(f.title.zh, "甲");
    assert_string_equal(f.summary.en, "B");
    assert_string_equal(f.origin, "x.json");
    assert_int_equal(f.count, 3);
    assert_int_equal(f.steps[0].what, FLOW_CHOOSE);
    assert_int_equal(f.steps[0].look, FLOW_LOOK_FORM);
    assert_string_equal(f.steps[0].api, "unifiedorder");
    assert_string_equal(json_string(json_get(f.steps[0].set, "body")), "b");
    assert_int_equal(f.steps[1].what, FLOW_PAY);
    assert_int_equal(f.steps[1].look, FLOW_LOOK_NONE);
    assert_string_equal(f.steps[1].act, "fail");
    assert_string_equal(f.steps[1].code, "C");
    assert_string_equal(f.steps[2].event, "payment");
    assert_string_equal(json_string(json_get(f.steps[2].expect, "trust")), "genuine");
    flow_clear(&f);
    assert_null(f.document);
}

static const struct {
    const char *step; /* stands in line 3 */
    size_t line;
    const char *path, *en;
} faults[] = {
    {"{\"do\": \"dance\", " SAY_IT "}", 3, "steps[0].do", "dance"},
    {"{\"do\": \"say\"}", 3, "steps[0].say", "missing"},
    {"{\"do\": \"say\", \"say\": {\"zh\": \"说\"}}", 3, "steps[0].say.en", "missing"},
    {"{\"do\": \"say\", \"look\": \"sky\",\n " SAY_IT "}", 3, "steps[0].look", "sky"},
    {"{\"do\": \"say\",\n\"api\": \"wap\", " SAY_IT "}", 4, "steps[0].api", "does not take"},
    {"{\"do\": \"wait\", " SAY_IT "}", 3, "steps[0].event", "needs event"},
    {"{\"do\": \"wait\", \"event\": \"paymnt\", " SAY_IT "}", 3, "steps[0].event", "payment"},
    {"{\"do\": \"pay\", \"act\": \"run\", " SAY_IT "}", 3, "steps[0].act", "cancel"},
    {"{\"do\": \"choose\", \"api\": \"unifiedordr\", " SAY_IT "}", 3, "steps[0].api",
     "did you mean unifiedorder"},
    {"{\"do\": \"choose\", \"api\": \"unifiedorder\",\n\"set\": {\n\"trade_typ\": \"A\"}, " SAY_IT
     "}",
     5, "steps[0].set.trade_typ", "did you mean trade_type"},
    {"{\"do\": \"set\", \"set\": {\"body\": 1}, " SAY_IT "}", 3, "steps[0].set.body",
     "must be a text"},
    {"{\"do\": \"set\", \"set\": [], " SAY_IT "}", 3, "steps[0].set", "must be an object"},
    {"{\"do\": \"say\", \"dew\": 1, " SAY_IT "}", 3, "steps[0].dew", "no member"},
    {"", 2, "steps", "1 to 100"},
};

static void each_fault_is_told_with_line_path_and_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(faults); i++) {
        struct spec_problem items[4];
        struct flow_problems p = {.items = items, .room = ARRAY_COUNT(items)};
        struct flow f = {0};
        char text[2048];
        snprintf(text, sizeof(text), HEAD "%s" TAIL, faults[i].step);
        assert_int_equal(read_it(text, &f, &p), ST_SYNTAX);
        assert_null(f.document);
        assert_int_equal(p.count, 1);
        char en[ERR_TEXT_MAX], zh[ERR_TEXT_MAX];
        err_line(&items[0].err, LANG_EN, en, sizeof(en));
        err_line(&items[0].err, LANG_ZH, zh, sizeof(zh));
        if (!strstr(en, faults[i].en))
            print_error("%zu: %s\n", i, en);
        assert_non_null(strstr(en, faults[i].en));
        assert_string_not_equal(en, zh);
        assert_string_equal(items[0].path, faults[i].path);
        assert_int_equal(items[0].line, faults[i].line);
    }
}

static void more_faults_than_room_are_counted(void **state)
{
    (void)state;
    struct flow f = {0};
    struct spec_problem one;
    struct flow_problems p = {.items = &one, .room = 1};
    const char *text = HEAD "{\"do\": \"say\"}, {\"do\": \"wait\"}, {}" TAIL;
    assert_int_equal(read_it(text, &f, &p), ST_SYNTAX);
    assert_true(p.count > 3);
    assert_string_equal(one.path, "steps[0].say");
    assert_int_equal(read_it(text, &f, NULL), ST_SYNTAX);
}

static void what_is_no_json_or_too_long_is_refused(void **state)
{
    (void)state;
    struct flow f = {0};
    struct flow_problems p = {0};
    assert_int_not_equal(read_it("{\"name\":\n}", &f, &p), ST_OK);
    assert_int_equal(p.count, 0);
    assert_int_not_equal(read_it("[]", &f, &p), ST_OK);
    struct buf text;
    buf_init(&text, 1u << 20);
    buf_adds(&text, HEAD);
    for (int i = 0; i <= FLOW_STEPS_MAX; i++)
        buf_addf(&text, "%s{\"do\": \"say\", " SAY_IT "}", i ? "," : "");
    buf_adds(&text, TAIL);
    assert_int_equal(read_it(buf_str(&text), &f, &p), ST_SYNTAX);
    assert_int_equal(p.count, 1);
    buf_clear(&text);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_flow_is_valid),
        cmocka_unit_test(each_step_has_a_field_to_look_at),
        cmocka_unit_test(steps_carry_what_the_file_says),
        cmocka_unit_test(each_fault_is_told_with_line_path_and_sentence),
        cmocka_unit_test(more_faults_than_room_are_counted),
        cmocka_unit_test(what_is_no_json_or_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
