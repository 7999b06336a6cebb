/* SPDX-License-Identifier: MIT */
/*
 * The QR code as a phone would see it: read by zbar, which is not ours, from the exported SVG and
 * from the cells and colours of the screen, under dark and light themes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pty/pty.h"

#define COLS 120
#define ROWS 36
#define SCALE 6 /* pixels of half a cell */

static char folder[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/wxpc-code-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

/* Removes what the test wrote, and nothing else. */
static int tear_down(void **state)
{
    static const char *const names[] = {"code.svg", "code.png", "screen.pgm"};
    char path[128];
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

/* What a shell command prints first, without its line end. */
static void first_line(const char *command, char *out, int size)
{
    FILE *f = popen(command, "r");
    assert_non_null(f);
    out[0] = '\0';
    if (fgets(out, size, f))
        out[strcspn(out, "\n")] = '\0';
    pclose(f);
}

static bool has(const char *program)
{
    char command[128], out[256];
    snprintf(command, sizeof(command), "command -v %s", program);
    first_line(command, out, sizeof(out));
    return out[0] != '\0';
}

/* ---- The screen as a picture ---- */

/* The brightness of a colour that a cell has: of xterm's 256, or what the terminal would have. */
static int grey(int colour, bool paper)
{
    if (colour == PTY_DEFAULT)
        return paper ? 0 : 255; /* a dark terminal */
    if (colour & PTY_RGB)       /* true colour */
        return ((colour >> 16 & 255) + (colour >> 8 & 255) + (colour & 255)) / 3;
    if (colour >= 232)
        return 8 + 10 * (colour - 232);
    if (colour >= 16) {
        int c = colour - 16;
        return (c / 36 + c / 6 % 6 + c % 6) * 255 / 15;
    }
    return colour == 0 ? 0 : colour == 15 || colour == 7 ? 255 : 128;
}

static void write_screen(struct pty *p, const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "P2\n%d %d\n255\n", COLS * SCALE, ROWS * 2 * SCALE);
    for (int row = 0; row < 2 * ROWS * SCALE; row++) {
        for (int col = 0; col < COLS; col++) {
            struct pty_cell c = pty_cell(p, row / SCALE / 2, col);
            bool lower = row / SCALE % 2;
            bool ink = strcmp(c.text, "█") == 0 || strcmp(c.text, lower ? "▄" : "▀") == 0;
            int shade = ink != c.reverse ? grey(c.fg, false) : grey(c.bg, true);
            for (int i = 0; i < SCALE; i++)
                fprintf(f, "%d ", shade);
        }
        fprintf(f, "\n");
    }
    assert_int_equal(fclose(f), 0);
}

/* ---- The console with an order placed and its code over the whole screen ---- */

static struct pty *open_code(const char *theme, char **home)
{
    char setting[96];
    const char *argv[] = {PROGRAM, "--demo", "--lang", "en", NULL};
    snprintf(setting, sizeof(setting), "{\"theme\": \"%s\"}", theme);
    *home = pty_home_new();
    pty_home_write(*home, ".config/wxpc/settings.json", setting);
    struct pty *p =
        pty_start(&(struct pty_options){.argv = argv, .cols = COLS, .rows = ROWS, .home = *home});
    pty_expect_text(p, "listener up");
    pty_keys(p, "Ctrl-R");
    pty_expect_text(p, "unifiedorder success");
    pty_keys(p, "Esc");
    pty_expect_text(p, "NAV ");
    pty_send(p, "5[");
    pty_expect_text(p, "[call-up]");
    pty_keys(p, "Enter");
    pty_expect_gone(p, "[call-up]");
    pty_wait_quiet(p);
    return p;
}

static void read_code(const char *file, char *out, int size)
{
    char command[256];
    snprintf(command, sizeof(command), "zbarimg -q --raw %s/%s 2>/dev/null", folder, file);
    first_line(command, out, size);
}

static void the_code_on_the_screen_is_read_under_every_theme(void **state)
{
    static const char *const themes[] = {"dark", "light", "high-contrast-dark", "wechat-green"};
    char path[128], out[256];
    (void)state;
    if (!has("zbarimg"))
        skip();
    snprintf(path, sizeof(path), "%s/screen.pgm", folder);
    for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++) {
        char *home;
        struct pty *p = open_code(themes[i], &home);
        write_screen(p, path);
        read_code("screen.pgm", out, sizeof(out));
        pty_check(p, strncmp(out, "weixin://wxpay/bizpayurl", 24) == 0, themes[i], __FILE__,
                  __LINE__);
        pty_free(p);
        pty_home_free(home);
    }
}

/* Each step is waited for: keys in a burst are a paste. */
static void export_to(struct pty *p, const char *path)
{
    pty_keys(p, "Ctrl-S");
    pty_expect_text(p, "Export the QR code");
    pty_expect_text(p, "code-2"); /* the order's number is offered as a name */
    pty_keys(p, "Ctrl-U");
    pty_expect_gone(p, "code-2");
    pty_send(p, path);
    pty_expect_text(p, "code.svg");
    pty_keys(p, "Enter");
}

static void the_exported_file_is_read_and_never_overwritten_unasked(void **state)
{
    char path[128], command[256], out[256], again[64];
    (void)state;
    if (!has("zbarimg") || !has("rsvg-convert"))
        skip();
    char *home;
    struct pty *p = open_code("dark", &home);
    snprintf(path, sizeof(path), "%s/code.svg", folder);
    export_to(p, path);
    pty_expect_text(p, "is written to");
    snprintf(command, sizeof(command), "rsvg-convert %s -o %s/code.png", path, folder);
    first_line(command, out, sizeof(out));
    read_code("code.png", out, sizeof(out));
    pty_check(p, strncmp(out, "weixin://wxpay/bizpayurl", 24) == 0, out, __FILE__, __LINE__);

    FILE *f = fopen(path, "w"); /* something else stands there now */
    assert_non_null(f);
    fputs("mine", f);
    fclose(f);
    export_to(p, path);
    pty_expect_text(p, "write over");
    pty_keys(p, "Esc");
    pty_expect_gone(p, "write over");
    snprintf(command, sizeof(command), "cat %s", path);
    first_line(command, again, sizeof(again));
    assert_string_equal(again, "mine");
    pty_free(p);
    pty_home_free(home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_code_on_the_screen_is_read_under_every_theme),
        cmocka_unit_test(the_exported_file_is_read_and_never_overwritten_unasked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
