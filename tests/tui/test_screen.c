/* SPDX-License-Identifier: MIT */
/*
 * Keys in, screen out. The screens of tests/screens are compared cell by cell; with
 * UPDATE_SCREENS=1 in the environment they are rewritten instead: look at the difference
 * before committing it.
 */
#include "screen_fixture.h"

#include "core/text.h"

/* ---- Screens ---- */

static const char production[] =
    "{\"name\": \"shop\", \"title\": {\"zh\": \"某商户\", \"en\": \"Some shop\"},"
    " \"environment\": \"production\", \"base_url\": \"https://api.mch.weixin.qq.com\","
    " \"api_key\": \"192006250b4c09247ec02edce69f6a2d\","
    " \"fields\": {\"appid\": \"wxd930ea5d5a258f4f\", \"mch_id\": \"10000100\","
    " \"notify_url\": \"https://example.com/notify\"}}";

/* Name, size, keys, and what to look at in it. */
static const struct {
    const char *name;
    struct desk_options o;
    const char *keys;
} screens[] = {
    {"open", {.lang = LANG_ZH}, ""},
    {"stack", {.cols = 80, .rows = 50, .lang = LANG_ZH}, ""},
    {"side", {.cols = 100, .rows = 30, .lang = LANG_EN}, "Esc 4"},
    {"menu", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Esc y"},
    {"palette", {.cols = 80, .rows = 24, .lang = LANG_EN}, "Ctrl-P"},
    {"values", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Esc G k Enter"},
    {"help", {.cols = 80, .rows = 24, .lang = LANG_EN}, "F1"},
    {"question", {.cols = 80, .rows = 24, .lang = LANG_EN}, "x Esc q"},
    {"prompt", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Esc +"},
    {"search", {.cols = 80, .rows = 24, .lang = LANG_EN}, "Esc / f e e"},
    {"problem", {.cols = 80, .rows = 24, .lang = LANG_ZH}, "Ctrl-U"},
    {"production",
     {.cols = 80, .rows = 24, .lang = LANG_ZH, .profile = "shop", .profile_json = production},
     ""},
    {"production", {.lang = LANG_EN, .profile = "shop", .profile_json = production}, "Ctrl-R"},
    {"small", {.cols = 39, .rows = 11, .lang = LANG_ZH}, ""},
};

static void save_screen(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void compare_screen(struct desk *d, const char *name, const struct desk_options *o)
{
    char path[512];
    static char want[1 << 20];
    struct buf got;

    snprintf(path, sizeof(path), "%s/tests/screens/%s_%dx%d_%s.txt", SOURCE_DIR, name,
             o->cols ? o->cols : 120, o->rows ? o->rows : 36, lang_name(o->lang));
    buf_init(&got, sizeof(want) - 1);
    screen_draw(d->s);
    surface_dump(d->s->grid, &got);
    int row, col;
    if (surface_get_cursor(d->s->grid, &row, &col))
        buf_addf(&got, "cursor %d %d\n", row, col);
    if (getenv("UPDATE_SCREENS")) {
        save_screen(path, buf_str(&got));
    } else {
        FILE *f = fopen(path, "r");
        size_t n = f ? fread(want, 1, sizeof(want) - 1, f) : 0;
        if (f)
            fclose(f);
        want[n] = '\0';
        if (strcmp(want, buf_str(&got)) != 0)
            fail_msg("%s differs; it is now:\n%s", path, buf_str(&got));
    }
    buf_clear(&got);
}

static void take_screen(const char *name, const struct desk_options *o, const char *keys)
{
    struct desk *d = desk_open(o);
    screen_draw(d->s);
    press(d, keys);
    compare_screen(d, name, o);
    desk_close(d);
}

static void screens_look_as_recorded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
        take_screen(screens[i].name, &screens[i].o, screens[i].keys);
}

/* The opening screen at each size of the brief, in both languages. */
static void opening_screens_look_as_recorded(void **state)
{
    static const int sizes[][2] = {{120, 36}, {80, 24}, {40, 12}};
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (int lang = LANG_ZH; lang < LANG_COUNT; lang++) {
            struct desk_options o = {
                .cols = sizes[i][0], .rows = sizes[i][1], .lang = (enum lang)lang};
            take_screen("open", &o, "");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_screens_look_as_recorded),
        cmocka_unit_test(screens_look_as_recorded),
    };
    if (!term_set_locale())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
