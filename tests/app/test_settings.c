/* SPDX-License-Identifier: MIT */
/* Settings: what a file says is taken within its limits, what is odd is told and kept, and nothing
   is written that nobody chose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/settings.h"

struct stage {
    char folder[64], path[128];
    struct store store;
    struct settings settings;
    struct err warnings[SETTINGS_WARNINGS_MAX];
    size_t count;
};

static void open_stage(struct stage *s)
{
    memset(s, 0, sizeof(*s));
    snprintf(s->folder, sizeof(s->folder), "/tmp/wxpc-settings-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof(s->path), "%s/settings.json", s->folder);
    s->store.config_dir = s->folder;
    settings_init(&s->settings, LANG_EN);
}

static void close_stage(struct stage *s)
{
    settings_clear(&s->settings);
    unlink(s->path);
    assert_int_equal(rmdir(s->folder), 0);
}

static void load(struct stage *s, const char *text)
{
    settings_clear(&s->settings);
    settings_init(&s->settings, LANG_EN);
    if (text)
        assert_int_equal(store_write(s->path, text, strlen(text), 0644, NULL), ST_OK);
    settings_load(&s->settings, &s->store, s->warnings, &s->count);
}

static char *file_text(const struct stage *s)
{
    struct buf text;
    buf_init(&text, 1u << 16);
    assert_int_equal(store_read(s->path, &text, NULL), ST_OK);
    return buf_take(&text);
}

static void a_missing_file_is_fine(void **state)
{
    (void)state;
    struct stage s;
    struct stat st;
    open_stage(&s);
    load(&s, NULL);
    assert_int_equal(s.count, 0);
    assert_int_equal(s.settings.lang, LANG_EN);
    assert_string_equal(s.settings.theme, "auto");
    assert_string_equal(s.settings.profile, "demo");
    assert_false(s.settings.mouse || s.settings.ascii);
    assert_true(s.settings.connect_ms == 10000 && s.settings.total_ms == 30000);
    assert_int_equal(stat(s.path, &st), -1); /* and none is made */
    struct store none = {0};
    settings_load(&s.settings, &none, s.warnings, &s.count);
    assert_int_equal(s.count, 0);
    close_stage(&s);
}

static void every_row_is_read(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s);
    load(&s, "{\"lang\":\"zh\",\"theme\":\"light\",\"profile\":\"shop\",\"ascii\":true,"
             "\"mouse\":true,\"connect_timeout_ms\":100,\"total_timeout_ms\":600000}");
    assert_int_equal(s.count, 0);
    assert_int_equal(s.settings.lang, LANG_ZH);
    assert_string_equal(s.settings.theme, "light");
    assert_string_equal(s.settings.profile, "shop");
    assert_true(s.settings.mouse && s.settings.ascii);
    assert_true(s.settings.connect_ms == 100 && s.settings.total_ms == 600000);
    close_stage(&s);
}

static void what_is_odd_is_told_and_the_default_stays(void **state)
{
    (void)state;
    static const struct {
        const char *text, *en;
    } rows[] = {
        {"{\"lang\":\"fr\"}", "the value of lang is malformed"},
        {"{\"lang\":5}", "the value of lang is malformed"},
        {"{\"theme\":5}", "the value of theme is malformed"},
        {"{\"theme\":\"0123456789012345678901234567890123456789012345678901234567890123\"}",
         "the value of theme is malformed"},
        {"{\"ascii\":1}", "the value of ascii is malformed"},
        {"{\"connect_timeout_ms\":99}", "from 100 to 600000"},
        {"{\"connect_timeout_ms\":600001}", "from 100 to 600000"},
        {"{\"total_timeout_ms\":1.5}", "from 100 to 600000"},
        {"{\"total_timeout_ms\":\"100\"}", "from 100 to 600000"},
        {"{\"colour\":1}", "unknown member colour is kept"},
        {"{\"moose\":true}", "unknown member moose is kept; did you mean mouse?"},
        {"[1]", "must be a JSON object"},
        {"{", "settings.json"},
        {"", "settings.json"},
    };
    struct stage s;
    open_stage(&s);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        load(&s, rows[i].text);
        if (s.count != 1 || !strstr(s.warnings[0].text[LANG_EN], rows[i].en) ||
            !s.warnings[0].text[LANG_ZH][0]) {
            fail_msg("%s: %zu, %s", rows[i].text, s.count, s.warnings[0].text[LANG_EN]);
        }
        assert_int_equal(s.settings.lang, LANG_EN);
        assert_string_equal(s.settings.theme, "auto");
        assert_false(s.settings.ascii);
        assert_true(s.settings.connect_ms == 10000 && s.settings.total_ms == 30000);
    }
    load(&s, "{\"lang\":null,\"mouse\":null}"); /* as good as absent */
    assert_int_equal(s.count, 0);
    load(&s, "{\"q1\":1,\"q2\":1,\"q3\":1,\"q4\":1,\"q5\":1,\"q6\":1,\"q7\":1,\"q8\":1,\"q9\":1}");
    assert_int_equal(s.count, SETTINGS_WARNINGS_MAX);
    close_stage(&s);
}

static void saving_writes_what_was_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *before; /* NULL: no file */
        const char *theme;  /* NULL: untouched */
        int lang;           /* -1: untouched */
        const char *after;
    } rows[] = {
        {NULL, "light", -1, "{\n  \"theme\": \"light\"\n}\n"},
        {NULL, NULL, LANG_ZH, "{\n  \"lang\": \"zh\"\n}\n"},
        {NULL, NULL, -1, "{}\n"}, /* the locale's language is nobody's choice */
        {"{\"lang\":\"zh\",\"more\":[1]}", "dark", -1,
         "{\n  \"lang\": \"zh\",\n  \"more\": [1],\n  \"theme\": \"dark\"\n}\n"},
        {"{\"theme\":\"dark\"}", "auto", -1, "{\n  \"theme\": \"auto\"\n}\n"},
        {"{\"lang\":\"zh\"}", NULL, LANG_ZH, "{\n  \"lang\": \"zh\"\n}\n"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct stage s;
        struct err err = {0};
        open_stage(&s);
        load(&s, rows[i].before);
        if (rows[i].theme)
            snprintf(s.settings.theme, sizeof(s.settings.theme), "%s", rows[i].theme);
        if (rows[i].lang >= 0)
            s.settings.lang = (enum lang)rows[i].lang;
        assert_int_equal(settings_save(&s.settings, &s.store, &err), ST_OK);
        char *text = file_text(&s);
        struct json *got = NULL, *want = NULL;
        assert_int_equal(json_parse(text, strlen(text), &got, NULL), ST_OK);
        assert_int_equal(json_parse(rows[i].after, strlen(rows[i].after), &want, NULL), ST_OK);
        struct buf a, b;
        buf_init(&a, 4096);
        buf_init(&b, 4096);
        json_write(got, false, &a);
        json_write(want, false, &b);
        assert_string_equal(buf_str(&a), buf_str(&b));
        buf_clear(&a);
        buf_clear(&b);
        json_free(got);
        json_free(want);
        free(text);
        close_stage(&s);
    }
}

static void the_option_lang_is_not_kept(void **state)
{
    (void)state;
    struct stage s;
    open_stage(&s);
    load(&s, "{\"lang\":\"en\"}");
    s.settings.lang = s.settings.lang_start = LANG_ZH; /* --lang zh */
    assert_int_equal(settings_save(&s.settings, &s.store, NULL), ST_OK);
    char *text = file_text(&s);
    assert_non_null(strstr(text, "\"en\""));
    free(text);
    close_stage(&s);
}

static void a_broken_file_is_not_overwritten(void **state)
{
    (void)state;
    static const char *const broken[] = {"{\"theme\": \"dark\",", "[1]"};
    struct stage s;
    open_stage(&s);
    for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
        struct err err = {0};
        load(&s, broken[i]);
        assert_int_equal(settings_save(&s.settings, &s.store, &err), ST_CONFLICT);
        assert_non_null(strstr(err.text[LANG_EN], s.path));
        char *text = file_text(&s);
        assert_string_equal(text, broken[i]);
        free(text);
    }
    close_stage(&s);
}

static void without_a_folder_nothing_is_saved(void **state)
{
    (void)state;
    struct settings settings;
    struct store none = {0};
    struct err err = {0};
    settings_init(&settings, LANG_EN);
    assert_int_equal(settings_save(&settings, &none, &err), ST_IO);
    assert_non_null(strstr(err.text[LANG_EN], "the home folder is unknown"));
}

static void rows_explain_themselves(void **state)
{
    (void)state;
    size_t count;
    const struct setting_row *rows = settings_rows(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].name && rows[i].text.zh && rows[i].text.en);
        for (size_t n = 0; n < i; n++)
            assert_string_not_equal(rows[i].name, rows[n].name);
        assert_true(rows[i].type != SETTING_INT || rows[i].low < rows[i].high);
        assert_true(rows[i].type != SETTING_TEXT || rows[i].size > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_file_is_fine),
        cmocka_unit_test(every_row_is_read),
        cmocka_unit_test(what_is_odd_is_told_and_the_default_stays),
        cmocka_unit_test(saving_writes_what_was_chosen),
        cmocka_unit_test(the_option_lang_is_not_kept),
        cmocka_unit_test(a_broken_file_is_not_overwritten),
        cmocka_unit_test(without_a_folder_nothing_is_saved),
        cmocka_unit_test(rows_explain_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
