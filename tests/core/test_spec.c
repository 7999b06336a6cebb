/* SPDX-License-Identifier: MIT */
/* A catalogue file is read whole; each fault in it is told with line, path and sentence. */
#include "spec_file.h"

#include <locale.h>
#include <string.h>

#include "core/buf.h"
#include "core/spec.h"

#define GOOD TEST_DATA "/catalog/good.json"
#define FAULTS TEST_DATA "/catalog/faults.txt"

static void a_good_file_is_read_whole(void **state)
{
    (void)state;
    struct spec *s = file_spec(GOOD);
    assert_string_equal(s->id, "order");
    assert_string_equal(s->origin, GOOD);
    assert_string_equal(s->title.zh, "下单");
    assert_string_equal(s->title.en, "Order");
    assert_int_equal(s->dialect, DIALECT_OFFICIAL);
    assert_false(s->get);
    assert_false(s->cert);
    assert_true(s->moves_money);
    assert_true(s->sign_types[SIGN_MD5]);
    assert_true(s->sign_types[SIGN_HMAC_SHA256]);
    assert_int_equal(s->sign_default, SIGN_MD5);
    assert_false(s->sign_is_demanded);
    assert_string_equal(s->sign_note.en, "MD5 by default.");
    assert_int_equal(s->request_count, 23);
    assert_int_equal(s->response_count, 2);
    assert_int_equal(s->rule_count, 7);
    assert_int_equal(s->error_count, 3);
    assert_int_equal(s->notification_count, 1);
    assert_string_equal(s->notifications[0].to, "notify_url");
    assert_int_equal(s->next_count, 1);
    assert_int_equal(s->note_count, 1);
    spec_free(s);
}

static void fields_carry_what_the_file_says(void **state)
{
    (void)state;
    struct spec *s = file_spec(GOOD);
    const struct field *f = spec_field(s, "body");
    assert_non_null(f);
    assert_int_equal(f->max, 128);
    assert_int_equal(f->min, 2);
    assert_int_equal(f->warn_max, 127);
    assert_int_equal(f->unit, UNIT_BYTES);
    assert_true(f->required);
    assert_true(f->no_astral);
    assert_string_equal(f->document, "String(128)");
    f = spec_field(s, "total_fee");
    assert_true(f->has_range);
    assert_true(f->low == 1 && f->high == INT64_MAX);
    assert_int_equal(spec_field(s, "used_fee")->source, SOURCE_USER); /* said of none */
    f = spec_field(s, "contract_appid");
    assert_int_equal(f->source, SOURCE_COPY);
    assert_string_equal(f->copy_of, "appid");
    f = spec_field(s, "out_trade_no");
    assert_int_equal(regexec(f->regex, "abc-12", 0, NULL, 0), 0);
    assert_int_not_equal(regexec(f->regex, "abc-12!", 0, NULL, 0), 0); /* the whole value */
    f = spec_field(s, "scene_info");
    assert_string_equal(f->fields[0].fields[1].name, "wap_url");
    assert_int_equal(f->fields[0].type, FIELD_OBJECT);
    assert_string_equal(field_value_text(spec_field(s, "trade_type"), "MWEB").en, "H5");
    assert_null(field_value_text(spec_field(s, "trade_type"), "APP").zh);
    assert_null(spec_field(s, "sign"));
    const struct field *reply = spec_reply_field(s, "code_url");
    assert_int_equal(reply->layer, LAYER_BUSINESS_OK);
    assert_int_equal(reply->presence, PRESENCE_WHEN);
    assert_non_null(reply->presence_if);
    spec_free(s);
}

static void an_error_is_found_by_code_or_by_its_text(void **state)
{
    (void)state;
    static const struct {
        const char *code, *text;
        int layer;
        const char *meaning; /* NULL: unknown */
    } rows[] = {
        {"ORDERPAID", NULL, ERROR_LAYER_ANY, "paid already"},
        {"ORDERPAID", NULL, ERROR_CONTRACT, NULL},
        {"SYSTEMERROR", NULL, ERROR_BUSINESS, "system error"},
        {"SYSTEMERROR", NULL, ERROR_CONTRACT, "system error of the contract"},
        {"NOSUCHCODE", "该订单已支付", ERROR_LAYER_ANY, "paid already"},
        {NULL, "System Error", ERROR_CONTRACT, "system error of the contract"},
        {NULL, "nothing known", ERROR_LAYER_ANY, NULL},
        {NULL, NULL, ERROR_LAYER_ANY, NULL},
    };
    struct spec *s = file_spec(GOOD);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct error_code *e = spec_error(s, rows[i].code, rows[i].text, rows[i].layer);
        if (!rows[i].meaning) {
            assert_null(e);
        } else {
            assert_non_null(e);
            assert_string_equal(e->meaning.en, rows[i].meaning);
        }
    }
    spec_free(s);
}

/* One text holds the other: whichever stands first in the file, each is found by its own. */
static void an_error_whose_text_is_part_of_another_is_not_taken_for_it(void **state)
{
    (void)state;
    static const char *const texts[] = {"CompressGZip Error", "UnCompressGZip Error"};
    struct spec *s = file_spec(SOURCE_DIR "/src/apis/downloadbill.json");
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        const struct error_code *e = spec_error(s, "20003", texts[i], ERROR_COMMUNICATION);
        assert_non_null(e);
        assert_string_equal(e->code, texts[i]);
    }
    spec_free(s);
}

static void conditions_hold_when_all_members_do(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        bool holds;
    } rows[] = {
        {"{\"trade_type\":\"NATIVE\"}", true},
        {"{\"trade_type\":\"APP\"}", false},
        {"{\"trade_type\":[\"APP\",\"NATIVE\"]}", true},
        {"{\"trade_type\":[]}", false},
        {"{\"openid\":true}", true},
        {"{\"openid\":false}", false},
        {"{\"absent\":false}", true},
        {"{\"empty\":true}", false},
        {"{\"off\":true}", false},
        {"{\"trade_type\":\"NATIVE\",\"absent\":true}", false},
        {"{\"/out\":\"1\"}", true},
        {"{\"/trade_type\":\"NATIVE\"}", false},
        {"{}", true},
    };
    struct params here = {0}, outer = {0};
    params_set(&here, "trade_type", "NATIVE", NULL);
    params_set(&here, "openid", "o1", NULL);
    params_set(&here, "empty", "", NULL);
    params_set(&here, "off", "x", NULL);
    params_find(&here, "off")->off = true;
    params_set(&outer, "out", "1", NULL);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct json *condition = NULL;
        const char *text = rows[i].condition;
        assert_int_equal(json_parse(text, strlen(text), &condition, NULL), ST_OK);
        if (spec_condition(condition, &here, &outer) != rows[i].holds) {
            fail_msg("%s", text);
        }
        json_free(condition);
    }
    assert_true(spec_condition(NULL, &here, NULL));
    params_clear(&here);
    params_clear(&outer);
}

/* ---- faults.txt: blocks of "- what good.json says", "+ what the faulty file says instead", and
   "= line: path: Chinese | English" for each problem ---- */

struct fault {
    struct buf old, new, problems;
};

/* Reads the next block; false at the end. */
static bool next_fault(char **at, struct fault *f)
{
    struct buf *parts[] = {&f->old, &f->new, &f->problems};
    bool begun[] = {false, false, false};
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        buf_reset(parts[i]);
    }
    while (**at == '\n') {
        (*at)++;
    }
    while (**at && **at != '\n') {
        size_t len = strcspn(*at, "\n");
        const char *marks = "-+=", *mark = strchr(marks, **at);
        assert_non_null(mark);
        struct buf *part = parts[mark - marks];
        if (begun[mark - marks]) {
            buf_addc(part, '\n');
        }
        begun[mark - marks] = true;
        buf_add(part, *at + 2, len - 2);
        *at += len + ((*at)[len] == '\n');
    }
    return f->old.len > 0;
}

static void render(const struct spec_problem *p, struct buf *out)
{
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    err_line(&p->err, LANG_ZH, zh, sizeof zh);
    err_line(&p->err, LANG_EN, en, sizeof en);
    buf_addf(out, "%s%zu: %s: %s | %s", out->len ? "\n" : "", p->line, p->path, zh, en);
}

/* Reads good.json with the fault in it and compares all that is said. */
static void check_fault(const char *good, const struct fault *f)
{
    static struct spec_problem problems[SPEC_PROBLEMS_MAX];
    const char *at = strstr(good, buf_str(&f->old));
    struct buf text, said;
    struct spec *spec = NULL;
    struct err err = {0};
    size_t count = 0;
    if (!at || strstr(at + 1, buf_str(&f->old))) {
        fail_msg("not once in good.json: %s", buf_str(&f->old));
    }
    buf_init(&text, 1u << 20);
    buf_init(&said, 1u << 16);
    buf_add(&text, good, (size_t)(at - good));
    buf_adds(&text, buf_str(&f->new));
    buf_adds(&text, at + f->old.len);
    enum status st = spec_read(text.data, text.len, "f.json", &spec, problems, &count, &err);
    assert_null(spec);
    for (size_t i = 0; i < count; i++) {
        render(&problems[i], &said);
    }
    assert_string_equal(buf_str(&said), buf_str(&f->problems));
    assert_int_equal(st, problems[0].err.status);
    assert_int_not_equal(st, ST_OK);
    assert_memory_equal(err.text[LANG_EN], "f.json:", 7);
    assert_memory_equal(err.text[LANG_ZH], "f.json:", 7);
    buf_clear(&text);
    buf_clear(&said);
}

static void each_fault_is_told_with_line_path_and_sentence(void **state)
{
    (void)state;
    size_t len = 0, rows = 0;
    char *good = file_text(GOOD, &len), *faults = file_text(FAULTS, &len), *at = faults;
    struct fault f;
    buf_init(&f.old, 4096);
    buf_init(&f.new, 4096);
    buf_init(&f.problems, 16384);
    for (; next_fault(&at, &f); rows++) {
        check_fault(good, &f);
    }
    assert_true(rows > 80);
    buf_clear(&f.old);
    buf_clear(&f.new);
    buf_clear(&f.problems);
    free(good);
    free(faults);
}

static void more_problems_than_room_is_no_harm(void **state)
{
    (void)state;
    struct buf text;
    struct spec *spec = NULL;
    struct err err = {0};
    size_t count = 0;
    static struct spec_problem problems[SPEC_PROBLEMS_MAX];
    buf_init(&text, 1u << 20);
    buf_adds(&text, "{\"request\":[");
    for (int i = 0; i < 200; i++) {
        buf_addf(&text, "%s{\"name\":\"a%d\",\"values\":[{}],\"range\":[1],\"required_when\":[{}]}",
                 i ? "," : "", i);
    }
    buf_adds(&text, "],\"rules\":[{}],\"errors\":[{}],\"notifications\":[{}]}");
    assert_int_equal(spec_read(text.data, text.len, "f", &spec, problems, &count, &err), ST_SYNTAX);
    assert_int_equal(count, SPEC_PROBLEMS_MAX);
    assert_int_equal(spec_read(text.data, text.len, "f", &spec, NULL, NULL, NULL), ST_SYNTAX);
    buf_clear(&text);
}

static void sizes_from_outside_are_capped(void **state)
{
    (void)state;
    struct buf text;
    struct spec *spec = NULL;
    struct err err = {0};
    buf_init(&text, 2u << 20);
    buf_adds(&text, "{\"notes\":[0");
    for (int i = 0; i < 512; i++) {
        buf_adds(&text, ",0");
    }
    buf_adds(&text, "]}");
    spec_read(text.data, text.len, "f", &spec, NULL, NULL, &err);
    assert_null(spec);
    while (text.len < 600000) {
        buf_adds(&text, "                                        ");
    }
    assert_int_equal(spec_read(text.data, text.len, "f", &spec, NULL, NULL, &err), ST_LIMIT);
    assert_null(spec);
    buf_clear(&text);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_is_read_whole),
        cmocka_unit_test(fields_carry_what_the_file_says),
        cmocka_unit_test(an_error_is_found_by_code_or_by_its_text),
        cmocka_unit_test(an_error_whose_text_is_part_of_another_is_not_taken_for_it),
        cmocka_unit_test(conditions_hold_when_all_members_do),
        cmocka_unit_test(each_fault_is_told_with_line_path_and_sentence),
        cmocka_unit_test(more_problems_than_room_is_no_harm),
        cmocka_unit_test(sizes_from_outside_are_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
