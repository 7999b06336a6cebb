/* SPDX-License-Identifier: MIT */
/*
 * Reading themes, and the shipped ones against the rules: contrast, colour-blind eyes, nothing
 * by colour alone.
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

#include "core/json.h"
#include "tui/theme.h"

static const char *const shipped[] = {
    "auto",         "dark", "light",        "high-contrast-dark", "high-contrast-light",
    "colour-blind", "mono", "wechat-green",
};

static enum status read_text(const char *text, struct theme *t, struct theme_report *report,
                             struct err *err)
{
    struct json *j = NULL;
    assert_int_equal(json_parse(text, strlen(text), &j, NULL), ST_OK);
    enum status st = theme_read(j, t, report, err);
    json_free(j);
    return st;
}

static void load(const char *name, struct theme *t)
{
    char path[300], text[16384];
    struct theme_report report;
    struct err err = {0};
    snprintf(path, sizeof path, SOURCE_DIR "/themes/%s.json", name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    if (read_text(text, t, &report, &err) || report.count > 0) {
        char line[ERR_TEXT_MAX];
        err_line(report.count > 0 ? &report.items[0] : &err, LANG_EN, line, sizeof line);
        fail_msg("%s: %s", name, line);
    }
}

static void shipped_themes_keep_the_rules(void **state)
{
    (void)state;
    bool good = true;
    for (size_t i = 0; i < ARRAY_COUNT(shipped); i++) {
        struct theme t;
        struct theme_report report;
        load(shipped[i], &t);
        assert_string_equal(t.name, shipped[i]);
        assert_true(t.title[LANG_ZH][0] && t.title[LANG_EN][0]);
        good &= theme_check(&t, &report);
        for (size_t n = 0; n < report.count; n++) {
            char line[ERR_TEXT_MAX];
            err_line(&report.items[n], LANG_EN, line, sizeof line);
            print_error("%s: %s\n", shipped[i], line);
        }
    }
    assert_true(good);
}

/* What the 256 colours make of a theme must still be readable. */
static void the_nearest_of_256_keep_the_contrast(void **state)
{
    (void)state;
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    for (size_t i = 0; i < ARRAY_COUNT(shipped); i++) {
        struct theme t;
        load(shipped[i], &t);
        for (int role = 0; role < THEME_ROLES; role++) {
            int32_t rgb[2];
            int index[2] = {t.role[role].fg256, t.role[role].bg256};
            if (index[0] < 0 || index[1] < 0) {
                continue;
            }
            for (int n = 0; n < 2; n++) {
                int c = index[n] - 16;
                int gray = 8 + 10 * (index[n] - 232);
                rgb[n] = index[n] >= 232
                             ? gray << 16 | gray << 8 | gray
                             : levels[c / 36] << 16 | levels[c / 6 % 6] << 8 | levels[c % 6];
            }
            bool frame = role == THEME_FRAME || role == THEME_FRAME_FOCUS;
            if (theme_contrast(rgb[0], rgb[1]) < (frame ? 2.7 : 4.2)) {
                fail_msg("%s: %s has contrast %.2f", shipped[i], theme_role_name(role),
                         theme_contrast(rgb[0], rgb[1]));
            }
        }
    }
}

/* Nobody knows the ground of "auto"; its colours must do on black and on white. */
static void auto_is_readable_on_both_grounds(void **state)
{
    (void)state;
    struct theme t;
    load("auto", &t);
    for (int role = 0; role < THEME_ROLES; role++) {
        const struct theme_style *s = &t.role[role];
        assert_int_equal(s->bg, THEME_DEFAULT);
        assert_int_equal(s->bg16, THEME_DEFAULT);
        if (s->fg != THEME_DEFAULT) {
            assert_true(theme_contrast(s->fg, 0x000000) >= 4.0);
            assert_true(theme_contrast(s->fg, 0xffffff) >= 4.0);
        }
    }
}

static void colour_blind_tells_states_far_apart(void **state)
{
    (void)state;
    struct theme t;
    load("colour-blind", &t);
    for (int vision = 0; vision < THEME_VISIONS; vision++) {
        assert_true(theme_distance(t.role[THEME_OK].fg, t.role[THEME_ERROR].fg, vision) >= 30);
        assert_true(theme_distance(t.role[THEME_OK].fg, t.role[THEME_WARN].fg, vision) >= 20);
        assert_true(theme_distance(t.role[THEME_WARN].fg, t.role[THEME_ERROR].fg, vision) >= 25);
    }
}

static void mono_names_no_colour(void **state)
{
    (void)state;
    struct theme t;
    load("mono", &t);
    for (int role = 0; role < THEME_ROLES; role++) {
        const struct theme_style *s = &t.role[role];
        assert_true(s->fg == THEME_DEFAULT && s->bg == THEME_DEFAULT && s->fg16 == THEME_DEFAULT &&
                    s->bg16 == THEME_DEFAULT && s->fg256 == THEME_DEFAULT);
        assert_int_equal(s->attr, s->mono);
    }
}

static void contrast_is_wcag(void **state)
{
    (void)state;
    static const struct {
        int32_t a, b;
        double ratio;
    } rows[] = {
        {0x000000, 0xffffff, 21.0}, {0xffffff, 0x000000, 21.0}, {0x777777, 0xffffff, 4.48},
        {0x767676, 0xffffff, 4.54}, {0x123456, 0x123456, 1.0},  {0xff0000, 0xffffff, 4.0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        double got = theme_contrast(rows[i].a, rows[i].b);
        if (got < rows[i].ratio - 0.01 || got > rows[i].ratio + 0.01) {
            fail_msg("%06x on %06x: %.3f", (unsigned)rows[i].a, (unsigned)rows[i].b, got);
        }
    }
}

static void eyes_differ(void **state)
{
    (void)state;
    assert_int_equal(theme_seen(0x123456, THEME_NORMAL), 0x123456);
    assert_int_equal(theme_seen(0x808080, THEME_DEUTAN), 0x808080);
    /* A red and a green that most people tell apart and many men do not. */
    assert_true(theme_distance(0xc06020, 0x70901a, THEME_NORMAL) > 40);
    assert_true(theme_distance(0xc06020, 0x70901a, THEME_DEUTAN) < 15);
}

static void a_file_changes_what_it_names(void **state)
{
    (void)state;
    struct theme t;
    struct theme_report report;
    enum status st = read_text("{\"name\":\"x\",\"title\":{\"zh\":\"题\",\"en\":\"T\"},"
                               "\"background\":\"#000000\",\"foreground\":\"#FFffff\","
                               "\"roles\":{\"error\":{\"fg\":\"#ff0000\",\"fg16\":\"bright-red\","
                               "\"attr\":[\"bold\",\"reverse\"],\"mono\":[\"dim\"]},"
                               "\"ok\":{\"bg\":\"default\"}}}",
                               &t, &report, NULL);
    assert_int_equal(st, ST_OK);
    assert_int_equal(report.count, 0);
    assert_string_equal(t.title[LANG_ZH], "题");
    const struct theme_style *s = &t.role[THEME_ERROR];
    assert_int_equal(s->fg, 0xff0000);
    assert_int_equal(s->bg, 0);
    assert_int_equal(s->fg256, 196);
    assert_int_equal(s->bg256, 16);
    assert_int_equal(s->fg16, 9);
    assert_int_equal(s->attr, THEME_BOLD | THEME_REVERSE);
    assert_int_equal(s->mono, THEME_FAINT);
    assert_int_equal(t.role[THEME_OK].bg, THEME_DEFAULT);
    assert_int_equal(t.role[THEME_OK].attr, THEME_BOLD); /* the built-in look's */
    assert_int_equal(t.role[THEME_TEXT].fg, 0xffffff);
}

static void unknown_names_are_warnings_with_the_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word, *near;
    } rows[] = {
        {"{\"roles\":{\"eror\":{}}}", "eror", "\"error\""},
        {"{\"roles\":{\"error\":{\"fgg\":\"#000000\"}}}", "fgg", "\"fg\""},
        {"{\"roles\":{\"error\":{\"fg16\":\"gren\"}}}", "gren", "\"green\""},
        {"{\"roles\":{\"error\":{\"attr\":[\"blod\"]}}}", "blod", "\"bold\""},
        {"{\"rolse\":{}}", "rolse", "\"roles\""},
        {"{\"xyzzy\":1}", "xyzzy", "left out"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct theme t;
        struct theme_report report;
        char line[ERR_TEXT_MAX];
        assert_int_equal(read_text(rows[i].text, &t, &report, NULL), ST_OK);
        assert_int_equal(report.count, 1);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            err_line(&report.items[0], lang, line, sizeof line);
            assert_non_null(strstr(line, rows[i].word));
        }
        assert_non_null(strstr(line, rows[i].near));
    }
}

static void wrong_forms_refuse_the_file_and_leave_the_built_in_look(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[]",
        "{\"roles\":[]}",
        "{\"roles\":{\"error\":3}}",
        "{\"roles\":{\"error\":{\"fg\":\"red\"}}}",
        "{\"roles\":{\"error\":{\"fg\":\"#12345\"}}}",
        "{\"roles\":{\"error\":{\"fg\":\"#12345g\"}}}",
        "{\"roles\":{\"error\":{\"attr\":\"bold\"}}}",
        "{\"background\":5}",
    };
    struct theme builtin;
    theme_init(&builtin);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        struct theme t;
        struct err err = {0};
        assert_int_equal(read_text(texts[i], &t, NULL, &err), ST_SYNTAX);
        assert_int_equal(err.status, ST_SYNTAX);
        assert_string_equal(t.name, "auto");
        assert_memory_equal(&t.role, &builtin.role, sizeof t.role);
    }
}

static void the_check_finds_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *found;
    } rows[] = {
        {"{\"background\":\"#000000\",\"foreground\":\"#ffffff\",\"roles\":{\"dim\":{\"fg\":\"#444444\"}}}",
         "dim: contrast"},
        {"{\"roles\":{\"ok\":{\"fg\":\"#70901a\"},\"error\":{\"fg\":\"#c06020\"}}}",
         "deuteranopia: error and ok look alike"},
        {"{\"roles\":{\"frame-focus\":{\"mono\":[]}}}",
         "frame and frame-focus differ by colour alone"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct theme t;
        struct theme_report report;
        bool found = false;
        assert_int_equal(read_text(rows[i].text, &t, NULL, NULL), ST_OK);
        assert_false(theme_check(&t, &report));
        for (size_t n = 0; n < report.count; n++) {
            char line[ERR_TEXT_MAX];
            err_line(&report.items[n], LANG_EN, line, sizeof line);
            found |= strstr(line, rows[i].found) != NULL;
        }
        if (!found) {
            fail_msg("nothing says: %s", rows[i].found);
        }
    }
}

static void many_warnings_are_counted(void **state)
{
    (void)state;
    char text[2000] = "{";
    struct theme t;
    struct theme_report report;
    for (int i = 0; i < 20; i++) {
        snprintf(text + strlen(text), 40, "%s\"zzzz%d\":1", i ? "," : "", i);
    }
    strcat(text, "}");
    assert_int_equal(read_text(text, &t, &report, NULL), ST_OK);
    assert_int_equal(report.count, THEME_WARNINGS_MAX);
    assert_int_equal(report.left, 20 - THEME_WARNINGS_MAX);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_themes_keep_the_rules),
        cmocka_unit_test(the_nearest_of_256_keep_the_contrast),
        cmocka_unit_test(auto_is_readable_on_both_grounds),
        cmocka_unit_test(colour_blind_tells_states_far_apart),
        cmocka_unit_test(mono_names_no_colour),
        cmocka_unit_test(contrast_is_wcag),
        cmocka_unit_test(eyes_differ),
        cmocka_unit_test(a_file_changes_what_it_names),
        cmocka_unit_test(unknown_names_are_warnings_with_the_nearest),
        cmocka_unit_test(wrong_forms_refuse_the_file_and_leave_the_built_in_look),
        cmocka_unit_test(the_check_finds_faults),
        cmocka_unit_test(many_warnings_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
