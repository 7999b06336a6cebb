/* SPDX-License-Identifier: MIT */
/* Profiles: each member is read, a fault names its path, and the key leaves by no other way than
   the file's own text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/profile.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"
#define OTHER "other-secret-0123456789abcdefghi"

static const char full[] =
    "{\"name\":\"shop-a\",\"title\":{\"zh\":\"示例商户\",\"en\":\"Example shop\"},"
    "\"environment\":\"production\",\"base_url\":\"https://api.example.com/v2\","
    "\"gateway_url\":null,\"api_key\":\"" KEY "\",\"sign_type\":\"HMAC-SHA256\","
    "\"other_keys\":[{\"label\":\"APIv3\",\"key\":{\"file\":\"v3.key\"}},"
    "{\"label\":\"old\",\"key\":\"" OTHER "\",\"note\":\"kept\"}],"
    "\"client_cert\":\"c.pem\",\"client_key\":\"k.pem\",\"ca_file\":\"ca.pem\","
    "\"fields\":{\"appid\":\"wx1\",\"mch_id\":\"1900000109\",\"device_info\":null},"
    "\"theme\":\"light\",\"colour\":{\"a\":[1,2]}}";

static enum status read_text(const char *text, struct profile *p, struct err *err)
{
    return profile_from_json(text, strlen(text), "t.json", p, err);
}

static void read_good(const char *text, struct profile *p)
{
    struct err err = {0};
    if (read_text(text, p, &err)) {
        fail_msg("%s", err.text[LANG_EN]);
    }
}

static char *written(const struct profile *p)
{
    struct buf out;
    buf_init_secret(&out, 1u << 20);
    profile_to_json(p, &out);
    return buf_take(&out);
}

static char *viewed(const struct profile *p)
{
    struct buf out;
    struct json *view = profile_view(p);
    buf_init(&out, 1u << 20);
    json_write(view, true, &out);
    json_free(view);
    return buf_take(&out);
}

static void every_member_is_read(void **state)
{
    (void)state;
    struct profile p = {0};
    read_good(full, &p);
    assert_string_equal(p.name, "shop-a");
    assert_string_equal(profile_title(&p, LANG_ZH), "示例商户");
    assert_string_equal(profile_title(&p, LANG_EN), "Example shop");
    assert_int_equal(p.environment, ENVIRONMENT_PRODUCTION);
    assert_int_equal(p.dialect, DIALECT_OFFICIAL);
    assert_string_equal(p.base_url, "https://api.example.com/v2");
    assert_null(p.gateway_url);
    assert_int_equal(p.key.source, KEY_LITERAL);
    assert_string_equal(p.key.value.text, KEY);
    assert_true(p.has_sign_type);
    assert_int_equal(p.sign_type, SIGN_HMAC_SHA256);
    assert_int_equal(p.other_key_count, 2);
    assert_string_equal(p.other_keys[0].label, "APIv3");
    assert_int_equal(p.other_keys[0].key.source, KEY_FILE);
    assert_string_equal(p.other_keys[0].key.name, "v3.key");
    assert_string_equal(p.other_keys[1].key.value.text, OTHER);
    assert_string_equal(p.client_cert, "c.pem");
    assert_string_equal(p.client_key, "k.pem");
    assert_string_equal(p.ca_file, "ca.pem");
    assert_string_equal(p.theme, "light");
    assert_int_equal(p.fields.count, 2); /* null is absent */
    assert_string_equal(params_get(&p.fields, "mch_id"), "1900000109");
    assert_int_equal(p.fields.items[0].source, PARAM_PROFILE);
    profile_clear(&p);
}

static void what_is_absent_has_its_default(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum dialect dialect;
    } rows[] = {
        {"{\"name\":\"a\"}", DIALECT_OFFICIAL},
        {"{\"name\":\"a\",\"gateway_url\":\"http://g/pay\"}", DIALECT_GATEWAY},
        {"{\"name\":\"a\",\"gateway_url\":\"http://g/pay\",\"dialect\":\"official\"}",
         DIALECT_OFFICIAL},
        {"{\"name\":\"a\",\"dialect\":\"gateway\",\"gateway_url\":null}", DIALECT_GATEWAY},
        {"{\"name\":\"a\",\"title\":null,\"environment\":null,\"dialect\":null,\"api_key\":null,"
         "\"sign_type\":null,\"other_keys\":null,\"fields\":null}",
         DIALECT_OFFICIAL},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile p = {0};
        read_good(rows[i].text, &p);
        assert_int_equal(p.dialect, rows[i].dialect);
        assert_int_equal(p.environment, ENVIRONMENT_TEST);
        assert_int_equal(p.key.source, KEY_NONE);
        assert_false(p.has_sign_type);
        assert_string_equal(profile_title(&p, LANG_ZH), "a");
        assert_int_equal(p.warning_count, 0);
        profile_clear(&p);
    }
}

static void a_key_has_four_forms(void **state)
{
    (void)state;
    struct profile p = {0};
    read_good("{\"name\":\"a\",\"api_key\":{\"env\":\"SHOP_KEY\"}}", &p);
    assert_int_equal(p.key.source, KEY_ENV);
    assert_string_equal(p.key.name, "SHOP_KEY");
    assert_false(secret_is_set(&p.key.value));
    read_good("{\"name\":\"a\",\"api_key\":{\"file\":\"k\"}}", &p);
    assert_int_equal(p.key.source, KEY_FILE);
    read_good("{\"name\":\"a\",\"api_key\":{\"command\":[\"pass\",\"show\",\"x\"]}}", &p);
    assert_int_equal(p.key.source, KEY_COMMAND);
    assert_string_equal(p.key.argv[2], "x");
    assert_null(p.key.argv[3]);
    profile_clear(&p);
}

static void a_fault_names_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *text, *names;
    } rows[] = {
        {"[]", "(root)"},
        {"{}", "name"},
        {"{\"name\":\"a b\"}", "name"},
        {"{\"name\":\"../x\"}", "name"},
        {"{\"name\":5}", "name"},
        {"{\"name\":\"a\",\"base_url\":5}", "base_url"},
        {"{\"name\":\"a\",\"title\":\"x\"}", "title"},
        {"{\"name\":\"a\",\"title\":{\"zh\":5}}", "title.zh"},
        {"{\"name\":\"a\",\"environment\":\"live\"}", "environment"},
        {"{\"name\":\"a\",\"environment\":true}", "environment"},
        {"{\"name\":\"a\",\"dialect\":\"v3\"}", "dialect"},
        {"{\"name\":\"a\",\"sign_type\":\"md5\"}", "sign_type"},
        {"{\"name\":\"a\",\"api_key\":5}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{}}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{\"env\":5}}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{\"env\":\"\"}}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{\"env\":\"A\",\"file\":\"b\"}}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{\"command\":\"pass x\"}}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{\"command\":[]}}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{\"command\":[\"\"]}}", "api_key"},
        {"{\"name\":\"a\",\"api_key\":{\"command\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\","
         "\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]}}",
         "api_key"},
        {"{\"name\":\"a\",\"other_keys\":{}}", "other_keys"},
        {"{\"name\":\"a\",\"other_keys\":[{\"label\":\"x\",\"key\":\"k\"},5]}", "other_keys[1]"},
        {"{\"name\":\"a\",\"other_keys\":[{\"label\":5,\"key\":\"k\"}]}", "other_keys[0].label"},
        {"{\"name\":\"a\",\"other_keys\":[{\"label\":\"x\"}]}", "other_keys[0]"},
        {"{\"name\":\"a\",\"fields\":[]}", "fields"},
        {"{\"name\":\"a\",\"fields\":{\"mch_id\":1900000109}}", "fields.mch_id"},
        {"{\"name\":\"a\",\"fields\":{\"key\":\"x\"}}", "fields.key"},
        {"{\"name\":\"a\",\"fields\":{\"sign\":\"x\"}}", "fields.sign"},
        {"{\"name\":\"a\",\"name\":\"b\"}", "t.json"},
        {"{\"name\":", "t.json"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile p = {0};
        struct err err = {0};
        read_good("{\"name\":\"before\"}", &p);
        assert_int_equal(read_text(rows[i].text, &p, &err), ST_SYNTAX);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            if (!strstr(err.text[lang], rows[i].names) || !strstr(err.text[lang], "t.json")) {
                fail_msg("%s: %s", rows[i].text, err.text[lang]);
            }
        }
        assert_null(p.name); /* left cleared */
        assert_int_equal(read_text(rows[i].text, &p, NULL), ST_SYNTAX);
    }
}

static void odd_things_are_warnings(void **state)
{
    (void)state;
    static const struct {
        const char *text, *en;
    } rows[] = {
        {"{\"name\":\"a\",\"colour\":1}", "unknown member colour is kept"},
        {"{\"name\":\"a\",\"base-url\":\"x\"}",
         "unknown member base-url is kept; did you mean base_url?"},
        {"{\"name\":\"a\",\"title\":{\"fr\":\"x\"}}", "unknown member title.fr is kept"},
        {"{\"name\":\"a\",\"other_keys\":[{\"lable\":\"x\",\"key\":\"k\"}]}",
         "unknown member other_keys[].lable is kept; did you mean label?"},
        {"{\"name\":\"a\",\"api_key\":\"short\"}", "the key has 5 bytes, an API key has 32"},
        {"{\"name\":\"a\",\"api_key\":\"\"}", "the key has 0 bytes, an API key has 32"},
        {"{\"name\":\"a\",\"api_key\":\"" KEY "\\n\"}",
         "byte 33 of the key is not a printable ASCII character (a blank, a newline?)"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile p = {0};
        read_good(rows[i].text, &p);
        assert_int_equal(p.warning_count, 1);
        assert_string_equal(p.warnings[0].text[LANG_EN], rows[i].en);
        assert_true(p.warnings[0].text[LANG_ZH][0] != '\0');
        profile_clear(&p);
    }
}

static void more_warnings_than_fit_do_no_harm(void **state)
{
    (void)state;
    struct profile p = {0};
    read_good("{\"name\":\"a\",\"q1\":1,\"q2\":1,\"q3\":1,\"q4\":1,\"q5\":1,\"q6\":1,\"q7\":1,"
              "\"q8\":1,\"q9\":1,\"api_key\":\"x\"}",
              &p);
    assert_int_equal(p.warning_count, PROFILE_WARNINGS_MAX);
    profile_clear(&p);
}

static void writing_keeps_what_it_does_not_know(void **state)
{
    (void)state;
    struct profile p = {0}, again = {0};
    read_good(full, &p);
    char *first = written(&p);
    assert_non_null(strstr(first, "\"colour\""));
    assert_non_null(strstr(first, "\"note\""));
    assert_non_null(strstr(first, KEY)); /* a literal key goes back into its file */
    assert_non_null(strstr(first, OTHER));
    read_good(first, &again);
    char *second = written(&again);
    assert_string_equal(first, second);
    assert_string_equal(again.key.value.text, KEY);
    assert_true(params_equal(&p.fields, &again.fields));
    mem_free_secret(first);
    mem_free_secret(second);
    profile_clear(&p);
    profile_clear(&again);
}

static void writing_adds_no_empty_members(void **state)
{
    (void)state;
    struct profile p = {0};
    read_good("{\"name\":\"a\",\"ca_file\":null}", &p);
    char *text = written(&p);
    assert_non_null(strstr(text, "\"ca_file\": null"));
    assert_null(strstr(text, "client_cert"));
    assert_null(strstr(text, "api_key"));
    assert_null(strstr(text, "title"));
    mem_free_secret(text);
    profile_clear(&p);
    p.name = mem_strdup("new"); /* one made in the console has no document */
    p.key.source = KEY_ENV;
    p.key.name = mem_strdup("K");
    text = written(&p);
    assert_non_null(strstr(text, "\"env\": \"K\""));
    mem_free_secret(text);
    profile_clear(&p);
}

static void no_key_in_view_document_or_errors(void **state)
{
    (void)state;
    struct profile p = {0}, copy = {0};
    struct buf out;
    read_good(full, &p);
    profile_copy(&copy, &p);
    char *view = viewed(&copy);
    assert_null(strstr(view, KEY));
    assert_null(strstr(view, OTHER));
    assert_non_null(strstr(view, "\"length\": 32"));
    assert_non_null(strstr(view, "\"last4\": \"6a2d\""));
    assert_non_null(strstr(view, "\"source\": \"profile\""));
    assert_non_null(strstr(view, "\"path\": \"built-in\""));
    free(view);
    const struct json *documents[] = {p.document, copy.document};
    for (size_t i = 0; i < 2; i++) {
        buf_init(&out, 1u << 20);
        json_write(documents[i], false, &out);
        assert_null(strstr(buf_str(&out), KEY));
        assert_null(strstr(buf_str(&out), OTHER));
        buf_clear(&out);
    }
    profile_clear(&p);
    profile_clear(&copy);
    static const char *const faulty[] = {
        "{\"name\":\"a\",\"api_key\":\"" KEY "\",\"fields\":5}",
        "{\"name\":\"a\",\"api_key\":{\"file\":\"" KEY "\",\"x\":1}}",
        "{\"name\":\"a\",\"fields\":{\"key\":\"" KEY "\"}}",
        "{\"name\":\"a\",\"api_key\":\"" KEY "\"",
        "{\"name\":\"a\",\"sign_type\":\"" KEY "\"}",
    };
    for (size_t i = 0; i < ARRAY_COUNT(faulty); i++) {
        struct err err = {0};
        assert_int_equal(read_text(faulty[i], &p, &err), ST_SYNTAX);
        assert_null(strstr(err.text[LANG_ZH], KEY));
        assert_null(strstr(err.text[LANG_EN], KEY));
    }
}

static void a_short_key_shows_no_end(void **state)
{
    (void)state;
    struct profile p = {0};
    read_good("{\"name\":\"a\",\"api_key\":\"elevenchars\"}", &p);
    char *view = viewed(&p);
    assert_null(strstr(view, "last4"));
    assert_null(strstr(view, "hars"));
    free(view);
    profile_clear(&p);
}

static void a_command_shows_its_program_only(void **state)
{
    (void)state;
    struct profile p = {0};
    read_good("{\"name\":\"a\",\"api_key\":{\"command\":[\"pass\",\"--token=abc\"]}}", &p);
    char *view = viewed(&p);
    assert_non_null(strstr(view, "\"pass\""));
    assert_null(strstr(view, "token"));
    free(view);
    profile_clear(&p);
}

static void an_over_long_key_is_refused(void **state)
{
    (void)state;
    struct profile p = {0};
    struct err err = {0};
    struct buf text;
    buf_init(&text, 1u << 16);
    buf_adds(&text, "{\"name\":\"a\",\"api_key\":\"");
    for (size_t i = 0; i <= SECRET_MAX; i++)
        buf_addc(&text, 'k');
    buf_adds(&text, "\"}");
    assert_int_equal(read_text(buf_str(&text), &p, &err), ST_SYNTAX);
    assert_non_null(strstr(err.text[LANG_EN], "api_key"));
    assert_null(strstr(err.text[LANG_EN], "kkk"));
    buf_clear(&text);
}

static void a_copy_stands_alone(void **state)
{
    (void)state;
    struct profile p = {0}, copy = {0};
    read_good(full, &p);
    p.path = mem_strdup("/x/shop-a.json");
    profile_copy(&copy, &p);
    profile_copy(&copy, &p); /* over a valid one */
    profile_clear(&p);
    assert_string_equal(copy.path, "/x/shop-a.json");
    assert_string_equal(copy.key.value.text, KEY);
    assert_string_equal(copy.other_keys[1].key.value.text, OTHER);
    assert_int_equal(copy.warning_count, 2);
    profile_clear(&copy);
    profile_clear(&copy);
}

static void names_are_file_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool valid;
    } rows[] = {
        {"shop-a", true},
        {"A.b_9", true},
        {"", false},
        {NULL, false},
        {".hidden", false},
        {"-p", false},
        {"a/b", false},
        {"店", false},
        {"a b", false},
        {"a\n", false},
        {"0123456789012345678901234567890123456789012345678901234567890123", true},
        {"01234567890123456789012345678901234567890123456789012345678901234", false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_int_equal(profile_name_valid(rows[i].name), rows[i].valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_read),
        cmocka_unit_test(what_is_absent_has_its_default),
        cmocka_unit_test(a_key_has_four_forms),
        cmocka_unit_test(a_fault_names_its_path),
        cmocka_unit_test(odd_things_are_warnings),
        cmocka_unit_test(more_warnings_than_fit_do_no_harm),
        cmocka_unit_test(writing_keeps_what_it_does_not_know),
        cmocka_unit_test(writing_adds_no_empty_members),
        cmocka_unit_test(no_key_in_view_document_or_errors),
        cmocka_unit_test(a_short_key_shows_no_end),
        cmocka_unit_test(a_command_shows_its_program_only),
        cmocka_unit_test(an_over_long_key_is_refused),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(names_are_file_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
