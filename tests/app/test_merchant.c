/* SPDX-License-Identifier: MIT */
/* What is wrong with a profile: one row a mistake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/merchant.h"

#define KEY "192006250b4c09247ec02edce69f6a2d"
#define FIELDS                                                                                     \
    "\"fields\": {\"appid\": \"wxd930ea5d5a258f4f\", \"mch_id\": \"10000100\", "                   \
    "\"notify_url\": \"https://example.com/notify\"}"

struct desk {
    struct workspace w;
    char dir[40];
};

static int open_desk(void **state)
{
    struct desk *d = mem_alloc(sizeof(*d));
    struct workspace_options o = {.demo = true, .has_lang = true, .lang = LANG_EN};
    struct err err;

    setlocale(LC_CTYPE, "C.UTF-8");
    strcpy(d->dir, "/tmp/wxpc-merchant-XXXXXX");
    if (!mkdtemp(d->dir))
        return -1;
    setenv("XDG_CONFIG_HOME", d->dir, 1);
    setenv("XDG_DATA_HOME", d->dir, 1);
    unsetenv("WXPC_KEY");
    unsetenv("WXPC_TEST_NO_SUCH_KEY");
    *state = d;
    return workspace_open(&d->w, &o, &err);
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    workspace_close(&d->w);
    rmdir(d->dir);
    free(d);
    return 0;
}

static void each_mistake_is_told_with_its_weight(void **state)
{
    static const struct {
        const char *json;
        enum merchant_mark mark;
        const char *says; /* in one finding of that mark */
    } rows[] = {
        {"{\"name\":\"a\",\"api_key\":\"" KEY "\"," FIELDS "}", MERCHANT_OK, "32 printable"},
        {"{\"name\":\"a\",\"api_key\":\"" KEY "\"," FIELDS "}", MERCHANT_OK, "embedded sandbox"},
        {"{\"name\":\"a\"," FIELDS "}", MERCHANT_ERROR, "there is no key"},
        {"{\"name\":\"a\",\"api_key\":\"short\"," FIELDS "}", MERCHANT_ERROR, "5 bytes"},
        {"{\"name\":\"a\",\"api_key\":{\"env\":\"WXPC_TEST_NO_SUCH_KEY\"}," FIELDS "}",
         MERCHANT_ERROR, "WXPC_TEST_NO_SUCH_KEY"},
        {"{\"name\":\"a\",\"api_key\":{\"file\":\"/nonexistent/key\"}," FIELDS "}", MERCHANT_ERROR,
         "/nonexistent/key"},
        {"{\"name\":\"a\",\"api_key\":\"" KEY "\",\"fields\":{\"appid\":\"wx1\"}}", MERCHANT_ERROR,
         "there is no mch_id"},
        {"{\"name\":\"a\",\"api_key\":\"" KEY "\",\"fields\":{\"mch_id\":\"1\"}}", MERCHANT_WARNING,
         "there is no notify_url"},
        {"{\"name\":\"a\",\"api_key\":\"" KEY "\",\"fields\":{\"mchid\":\"1\"}}", MERCHANT_WARNING,
         "mchid"},
        {"{\"name\":\"a\",\"environment\":\"production\",\"api_key\":\"" KEY "\"," FIELDS "}",
         MERCHANT_OK, "no base_url: calls go to https://api.mch.weixin.qq.com"},
        {"{\"name\":\"a\",\"environment\":\"production\",\"dialect\":\"gateway\",\"api_key\":\"" KEY
         "\"," FIELDS "}",
         MERCHANT_ERROR, "without gateway_url"},
        {"{\"name\":\"a\",\"base_url\":\"api.mch.weixin.qq.com\",\"api_key\":\"" KEY "\"," FIELDS
         "}",
         MERCHANT_ERROR, "base_url is no address"},
        {"{\"name\":\"a\",\"environment\":\"production\",\"base_url\":\"http://x.example\","
         "\"api_key\":\"" KEY "\"," FIELDS "}",
         MERCHANT_ERROR, "not https"},
        {"{\"name\":\"a\",\"base_url\":\"https://api.mch.weixin.qq.com\",\"api_key\":\"" KEY
         "\"," FIELDS "}",
         MERCHANT_WARNING, "is the real gateway"},
        {"{\"name\":\"a\",\"client_cert\":\"/nonexistent/c.pem\",\"api_key\":\"" KEY "\"," FIELDS
         "}",
         MERCHANT_ERROR, "client_cert cannot be read"},
        {"{\"name\":\"a\",\"enviroment\":\"test\",\"api_key\":\"" KEY "\"," FIELDS "}",
         MERCHANT_WARNING, "environment"},
        {"{\"name\":\"a\",\"environment\":\"production\",\"base_url\":\"https://x.example\","
         "\"api_key\":\"" KEY "\",\"fields\":{\"appid\":\"wx1\",\"mch_id\":\"1\","
         "\"notify_url\":\"http://127.0.0.1/n\"}}",
         MERCHANT_ERROR, "notify_url"},
    };
    struct desk *d = *state;
    struct merchant_report *r = mem_alloc(sizeof(*r));

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct profile p = {0};
        struct err err = {0};
        bool found = false;
        if (profile_from_json(rows[i].json, strlen(rows[i].json), "test", &p, &err))
            fail_msg("%s: %s", rows[i].json, err.text[LANG_EN]);
        merchant_check(&d->w, &p, r);
        for (size_t k = 0; k < r->count; k++) {
            char line[2 * ERR_TEXT_MAX];
            err_line(&r->items[k].text, LANG_EN, line, sizeof(line));
            found = found || (r->items[k].mark == rows[i].mark && strstr(line, rows[i].says));
            assert_null(strstr(line, KEY));
        }
        if (!found)
            fail_msg("%s: no finding says \"%s\"", rows[i].json, rows[i].says);
        profile_clear(&p);
    }
    free(r);
}

static void a_good_profile_has_no_finding_but_ok(void **state)
{
    static const char json[] = "{\"name\":\"a\",\"environment\":\"production\","
                               "\"base_url\":\"https://api.mch.weixin.qq.com\","
                               "\"api_key\":\"" KEY "\"," FIELDS "}";
    struct desk *d = *state;
    struct merchant_report *r = mem_alloc(sizeof(*r));
    struct profile p = {0};

    assert_int_equal(profile_from_json(json, sizeof(json) - 1, "test", &p, NULL), ST_OK);
    merchant_check(&d->w, &p, r);
    assert_int_equal(r->errors, 0);
    assert_int_equal(r->warnings, 0);
    assert_true(r->count >= 5);
    profile_clear(&p);
    free(r);
}

static void the_catalogue_says_what_a_profile_fills(void **state)
{
    struct desk *d = *state;
    const struct field *fields[32];
    size_t count = merchant_fields(&d->w, DIALECT_OFFICIAL, fields, ARRAY_COUNT(fields));

    assert_true(count >= 3);
    assert_string_equal(fields[0]->name, "appid");
    assert_string_equal(fields[1]->name, "mch_id");
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++)
            assert_string_not_equal(fields[i]->name, fields[k]->name);
    }
    assert_int_equal(merchant_fields(&d->w, DIALECT_OFFICIAL, fields, 2), 2);
    assert_non_null(merchant_field(&d->w, DIALECT_GATEWAY, "mch_id"));
    assert_null(merchant_field(&d->w, DIALECT_OFFICIAL, "no_such_field"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_is_told_with_its_weight),
        cmocka_unit_test(a_good_profile_has_no_finding_but_ok),
        cmocka_unit_test(the_catalogue_says_what_a_profile_fills),
    };
    return cmocka_run_group_tests(tests, open_desk, close_desk);
}
