/* SPDX-License-Identifier: MIT */
/*
 * A console on a grid, for tests: no terminal, no network, a clock that stands still and a
 * random source that counts. Keys by name, text as typed, screens as text.
 */
#ifndef TUI_SCREEN_FIXTURE_H
#define TUI_SCREEN_FIXTURE_H

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

#include "core/buf.h"
#include "tui/screen.h"

struct desk {
    struct screen *s;
    char home[64];
    struct buf shot;
};

struct desk_options {
    int cols, rows; /* 0: 120x36 */
    enum lang lang;
    const char *api;
    const char *profile;      /* name; NULL: the demo's */
    const char *profile_json; /* written as profiles/NAME.json first */
    const char *keys_json;
};

/* 2026-01-02 03:04:05 in UTC+8 */
static inline time_t desk_clock(void)
{
    return 1767294245;
}

static unsigned char desk_next; /* of the random source */

static inline void desk_random(void *out, size_t size)
{
    unsigned char *p = out;
    for (size_t i = 0; i < size; i++)
        p[i] = (unsigned char)(desk_next++ * 7 % 200);
}

static inline void desk_write(struct desk *d, const char *folder, const char *name,
                              const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/wxpc", d->home);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/wxpc/%s", d->home, folder);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/wxpc/%s%s%s", d->home, folder, folder[0] ? "/" : "", name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fchmod(fileno(f), 0600);
    fputs(text, f);
    fclose(f);
}

static inline struct desk *desk_open(const struct desk_options *o)
{
    struct desk *d = calloc(1, sizeof(*d));
    struct err err = {0};
    struct workspace_options w = {.demo = o->profile == NULL,
                                  .has_lang = true,
                                  .lang = o->lang,
                                  .profile = o->profile,
                                  .api = o->api,
                                  .clock = desk_clock,
                                  .random = desk_random};
    char name[96];

    snprintf(d->home, sizeof(d->home), "/tmp/wxpc-desk-XXXXXX");
    assert_non_null(mkdtemp(d->home));
    setenv("XDG_CONFIG_HOME", d->home, 1);
    setenv("XDG_DATA_HOME", d->home, 1);
    unsetenv("WXPC_KEY");
    if (o->profile_json) {
        snprintf(name, sizeof(name), "%s.json", o->profile);
        desk_write(d, "profiles", name, o->profile_json);
    }
    if (o->keys_json)
        desk_write(d, "", "keys.json", o->keys_json);
    buf_init(&d->shot, 1u << 20);
    desk_next = 0;
    if (screen_new(&w, o->cols ? o->cols : 120, o->rows ? o->rows : 36, &d->s, &err))
        fail_msg("%s", err.text[LANG_EN]);
    return d;
}

static inline void desk_close(struct desk *d)
{
    char command[128];
    screen_free(d->s);
    buf_clear(&d->shot);
    snprintf(command, sizeof(command), "rm -rf '%s'", d->home);
    if (system(command) != 0)
        print_message("%s is left\n", d->home);
    free(d);
}

/* Keys by name, separated by blanks. */
static inline void press(struct desk *d, const char *names)
{
    char words[256], *rest = words;
    snprintf(words, sizeof(words), "%s", names);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        struct keys_event e = {.kind = KEYS_EVENT_KEY};
        if (!keys_read(word, &e.key))
            fail_msg("no key is called %s", word);
        screen_event(d->s, &e);
        screen_draw(d->s);
    }
}

static inline void type(struct desk *d, const char *text)
{
    screen_feed(d->s, text, strlen(text), 0);
    screen_draw(d->s);
}

static inline void paste(struct desk *d, const char *text)
{
    struct keys_event e = {.kind = KEYS_EVENT_PASTE, .text = text, .len = strlen(text)};
    screen_event(d->s, &e);
    screen_draw(d->s);
}

/* The screen as text. */
static inline const char *shot(struct desk *d)
{
    screen_draw(d->s);
    buf_reset(&d->shot);
    surface_dump(d->s->grid, &d->shot);
    return buf_str(&d->shot);
}

static inline void shows(struct desk *d, const char *text)
{
    if (!strstr(shot(d), text))
        fail_msg("not on the screen: %s\n%s", text, shot(d));
}

static inline void lacks(struct desk *d, const char *text)
{
    if (strstr(shot(d), text))
        fail_msg("on the screen: %s\n%s", text, shot(d));
}

static inline void save_screen(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* Compares the screen with the recorded one, or records it (UPDATE_SCREENS). */
static inline void compare_screen(struct desk *d, const char *name, const struct desk_options *o)
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

/* Shows `take` a console at each size of the brief and in both languages, freshly drawn. */
static inline void desk_each(void (*take)(struct desk *d, const struct desk_options *o))
{
    static const int sizes[][2] = {{120, 36}, {80, 24}, {40, 12}};
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        for (int lang = LANG_ZH; lang < LANG_COUNT; lang++) {
            struct desk_options o = {
                .cols = sizes[i][0], .rows = sizes[i][1], .lang = (enum lang)lang};
            struct desk *d = desk_open(&o);
            screen_draw(d->s);
            take(d, &o);
            desk_close(d);
        }
    }
}

static inline const char *field(struct desk *d, const char *name)
{
    const char *v = params_get(&workspace_draft(&d->s->w)->params, name);
    return v ? v : "(none)";
}

#endif
