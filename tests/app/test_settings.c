/* SPDX-License-Identifier: MIT */
/*
 * settings.json: what is odd is told, and a file that could not be read is never written over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/settings.h"
#include "io/store.h"

static char folder[] = "/tmp/wxpc-settings-XXXXXX"; /* mkdtemp fills it in */
static char path[64];

static void write_file(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void read_file(char *out, size_t size)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    out[fread(out, 1, size - 1, f)] = '\0';
    fclose(f);
}

static void broken_files_are_told_and_kept(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "there is no JSON"},           {"{\"theme\": \"dark\",", "breaks off"},
        {"[]", "it must be a JSON object"}, {"\"theme\"", "it must be a JSON object"},
        {"\xff\xfe", "not UTF-8"},
    };
    struct store store = {.config_dir = folder};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct settings s;
        struct err warnings[SETTINGS_WARNINGS_MAX], err = {0};
        size_t count;
        char after[64];
        write_file(rows[i].text);
        settings_init(&s, LANG_EN);
        settings_load(&s, &store, warnings, &count);
        assert_int_equal(count, 1);
        assert_non_null(strstr(warnings[0].text[LANG_EN], rows[i].says));
        assert_string_equal(s.theme, "auto");
        assert_int_equal(settings_save(&s, &store, &err), ST_CONFLICT);
        read_file(after, sizeof after);
        assert_string_equal(after, rows[i].text);
        settings_clear(&s);
    }
}

static void odd_members_are_told_and_unknown_ones_kept(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"{\"theme\": 5}", "the value of theme is malformed"},
        {"{\"lang\": \"xx\"}", "the value of lang is malformed"},
        {"{\"total_timeout_ms\": -1}", "a whole number from 100 to 600000"},
        {"{\"teme\": \"dark\"}", "did you mean theme?"},
    };
    struct store store = {.config_dir = folder};
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct settings s;
        struct err warnings[SETTINGS_WARNINGS_MAX], err = {0};
        size_t count;
        write_file(rows[i].text);
        settings_init(&s, LANG_EN);
        settings_load(&s, &store, warnings, &count);
        assert_int_equal(count, 1);
        assert_non_null(strstr(warnings[0].text[LANG_EN], rows[i].says));
        assert_int_equal(settings_save(&s, &store, &err), ST_OK);
        settings_clear(&s);
    }
    char after[512];
    read_file(after, sizeof after);
    assert_non_null(strstr(after, "\"teme\""));
}

static void without_a_home_nothing_is_written(void **state)
{
    (void)state;
    struct store store = {0};
    struct settings s;
    struct err err = {0};
    settings_init(&s, LANG_EN);
    assert_int_equal(settings_save(&s, &store, &err), ST_IO);
    assert_non_null(strstr(err.text[LANG_EN], "the home folder is unknown"));
    assert_int_not_equal(access("settings.json", F_OK), 0);
    settings_clear(&s);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/settings.json", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_files_are_told_and_kept),
        cmocka_unit_test(odd_members_are_told_and_unknown_ones_kept),
        cmocka_unit_test(without_a_home_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
