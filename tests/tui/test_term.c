/* SPDX-License-Identifier: MIT */
/*
 * The terminal's life and what reaches it, in a pseudo-terminal read by an emulator. The program
 * in there is this one: main() with an argument is the child, which obeys single keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/json.h"
#include "pty/pty.h"
#include "tui/grid.h"
#include "tui/surface.h"
#include "tui/term.h"
#include "tui/theme.h"

/* ---- The child ---- */

/* Draws at random, the same for the same `steps`; `flush` may be NULL. */
static void scribble(struct grid *g, int steps, void (*flush)(void *ctx), void *ctx)
{
    static const char *const samples[] = {
        "深圳分店旗舰", "abcdef", "e\xcc\x81xe\xcc\x81", "￥1.00 元", "\x1b[2J", "═══", "x深x圳x"};
    struct surface root = surface_root(g);
    unsigned seed = 11;
    surface_begin(g);
    for (int i = 0; i < steps; i++) {
        int n[5];
        for (int k = 0; k < 5; k++) {
            seed = seed * 1103515245u + 12345u;
            n[k] = (int)(seed >> 16 & 0x7fff);
        }
        struct rect r = {n[0] % 24 - 1, n[1] % 80 - 3, 1 + n[2] % 9, 2 + n[3] % 40};
        struct surface s = surface_sub(&root, r);
        switch (n[4] % 6) {
        case 0:
            surface_fill(&s, n[3] % THEME_ROLES);
            break;
        case 1:
            surface_frame(&s,
                          &(struct surface_frame){.title = "标题", .state = "状", .focus = i % 2});
            break;
        default:
            surface_put(&s, n[2] % 4, n[4] % 9 - 2, n[0] % THEME_ROLES,
                        samples[n[3] % (int)ARRAY_COUNT(samples)]);
        }
        if (flush) {
            flush(ctx);
        }
    }
}

struct child {
    struct term *term;
    struct grid *grid;
    struct theme theme;
    int typed;
};

static void flush(void *ctx)
{
    struct child *c = ctx;
    surface_flush(c->grid, c->term, &c->theme);
}

static void draw(struct child *c, const char *word)
{
    struct surface s = surface_root(c->grid);
    surface_begin(c->grid);
    surface_put(&s, 0, 0, THEME_TEXT, "深圳 ready");
    surface_put(&s, 1, 0, THEME_ERROR, "bad");
    surface_putf(&s, 2, 0, THEME_TEXT, "%dx%d %d", s.cols, s.rows, term_colors(c->term));
    surface_put(&s, 3, 0, THEME_TEXT, word);
    for (int i = 0; i < c->typed; i++) {
        surface_put(&s, 4, i, THEME_VALUE, "k");
    }
    surface_cursor(&s, 4, c->typed);
    flush(c);
}

static void after_a_program(struct child *c, enum status st, const struct err *err)
{
    char line[ERR_TEXT_MAX] = "edited";
    if (st) {
        err_line(err, LANG_EN, line, sizeof line);
    }
    surface_redraw(c->grid);
    draw(c, line);
}

/* Starts a program on the terminal, waits for it and comes back. */
static enum status run_program(struct term *t, const char *command, struct err *err)
{
    pid_t pid;
    int how = 0;
    enum status st = term_spawn(t, command, "a file", &pid, err);
    if (st) {
        return st;
    }
    waitpid(pid, &how, 0);
    term_resume(t);
    return how == 0 ? ST_OK
                    : err_set(err, ST_IO, SAY("%s 没有正常结束", "状态 %d", ""),
                              SAY("%s did not end well", "status %d", ""), command, how);
}

/* Obeys one key; false: end. */
static bool obey(struct child *c, char key)
{
    struct err err = {0};
    const char *tool;
    switch (key) {
    case 'k':
        c->typed++;
        draw(c, "typed");
        return true;
    case 'r':
        scribble(c->grid, 400, flush, c);
        return true;
    case 'm':
        term_mouse(c->term, true);
        term_bar(c->term, true);
        draw(c, "mouse");
        return true;
    case 'Z':
        term_stop(c->term);
        surface_redraw(c->grid);
        draw(c, "back");
        return true;
    case 'e':
        after_a_program(c, run_program(c->term, term_editor(), &err), &err);
        return true;
    case 'c':
        draw(c, term_copy(c->term, "hello", 5, &tool, &err) ? "failed" : tool ? tool : "sent");
        return true;
    case 'C': {
        static char big[TERM_COPY_MAX + 1];
        memset(big, 'x', sizeof big);
        draw(c, term_copy(c->term, big, sizeof big, &tool, &err) == ST_LIMIT ? "refused" : "sent");
        return true;
    }
    case 'S':
        raise(SIGSEGV);
        return true;
    case 'A':
        abort();
    case 'D':
        die("the end");
    default:
        return false;
    }
}

static void load_theme(struct theme *t, const char *name)
{
    char path[300], text[16384];
    struct json *j = NULL;
    snprintf(path, sizeof path, SOURCE_DIR "/themes/%s.json", name);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text, f) : 0;
    if (f) {
        fclose(f);
    }
    json_parse(text, n, &j, NULL);
    theme_read(j, t, NULL, NULL);
    json_free(j);
}

static int child(const char *theme)
{
    struct child c = {0};
    struct err err = {0};
    struct term_options o = {.in = 0, .out = 1};
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGWINCH);
    sigprocmask(SIG_BLOCK, &blocked, NULL); /* as the loop does */
    if (term_open(&o, &c.term, &err)) {
        char line[ERR_TEXT_MAX];
        err_line(&err, LANG_EN, line, sizeof line);
        printf("%s\n", line);
        return 2;
    }
    int cols, rows;
    term_size(c.term, &cols, &rows);
    load_theme(&c.theme, theme);
    c.grid = grid_new(cols, rows, false);
    draw(&c, "");
    for (bool go = true; go;) {
        char key;
        struct pollfd p = {.fd = term_fd(c.term), .events = POLLIN};
        poll(&p, 1, 10);
        ssize_t n = term_read(c.term, &key, 1);
        if (term_resize(c.term)) {
            term_size(c.term, &cols, &rows);
            grid_resize(c.grid, cols, rows);
            draw(&c, "resized");
        }
        go = n == 0 || (n > 0 && obey(&c, key));
    }
    grid_free(c.grid);
    term_close(c.term);
    return 0;
}

/* ---- The tests ---- */

static struct pty *start(const char *const *env, const char *home, const char *theme)
{
    const char *argv[] = {"/proc/self/exe", theme, NULL};
    char self[300];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = '\0';
    argv[0] = self;
    return pty_start(&(struct pty_options){.argv = argv, .env = env, .home = home});
}

static struct pty *start_plain(void)
{
    struct pty *p = start(NULL, NULL, "dark");
    pty_expect_text(p, "深圳 ready");
    return p;
}

static void it_opens_draws_and_gives_the_terminal_back(void **state)
{
    (void)state;
    struct pty *p = start_plain();
    pty_expect_text(p, "80x24 256");
    assert_true(pty_mode(p, 2004) && pty_mode(p, 1049));
    assert_false(pty_mode(p, 1000) || pty_mode(p, 1006));
    assert_string_equal(pty_cell(p, 0, 0).text, "深");
    int row, col;
    pty_cursor(p, &row, &col);
    assert_int_equal(row * 100 + col, 400);
    assert_true(pty_cursor_visible(p));
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void terminals_that_cannot_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *env, *says;
    } rows[] = {
        {"TERM=dumb", "TERM=dumb cannot move its cursor"},
        {"TERM=nonsense-9", "TERM=nonsense-9 is unknown"},
        {"TERM=", "TERM is not set"},
        {"TERM", "TERM is not set"},
        {"LC_ALL=zh_CN.GBK", "the terminal uses GBK"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const char *env[] = {rows[i].env, NULL};
        struct pty *p = start(env, NULL, "dark");
        pty_expect_text(p, rows[i].says);
        pty_expect_exit(p, 2);
        pty_free(p);
    }
}

static void a_locale_without_utf8_is_mended(void **state)
{
    (void)state;
    static const char *const locales[] = {"LC_ALL=C", "LC_ALL=zh_XX", "LC_ALL=en_US.utf8"};
    for (size_t i = 0; i < ARRAY_COUNT(locales); i++) {
        const char *env[] = {locales[i], NULL};
        struct pty *p = start(env, NULL, "dark");
        pty_expect_text(p, "深圳 ready");
        pty_send(p, "q");
        pty_expect_exit(p, 0);
        pty_free(p);
    }
}

static void a_state_is_told_in_what_the_terminal_has(void **state)
{
    (void)state;
    static const struct {
        const char *env[3];
        const char *theme, *colors;
        int fg;
        bool bold;
    } rows[] = {
        {{"TERM=xterm-256color"}, "dark", "80x24 256", 203, true},
        {{"TERM=xterm"}, "dark", "80x24 8", 1, true},
        {{"TERM=vt100"}, "dark", "80x24 0", PTY_DEFAULT, true},
        {{"TERM=xterm-256color", "NO_COLOR=1"}, "dark", "80x24 0", PTY_DEFAULT, true},
        {{"TERM=xterm-256color"}, "mono", "80x24 256", PTY_DEFAULT, true},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct pty *p = start(rows[i].env, NULL, rows[i].theme);
        pty_expect_text(p, rows[i].colors);
        struct pty_cell cell = pty_cell(p, 1, 0);
        bool bright = cell.fg == rows[i].fg + 8 && rows[i].fg == 1; /* bold may be shown so */
        if ((cell.fg != rows[i].fg && !bright) || cell.bold != rows[i].bold) {
            fail_msg("row %zu: colour %d, bold %d", i, cell.fg, cell.bold);
        }
        size_t len;
        assert_null(strstr(pty_output(p, &len), "\x1b]4;")); /* the palette is the user's */
        pty_send(p, "q");
        pty_expect_exit(p, 0);
        pty_free(p);
    }
}

static void the_terminal_shows_what_the_grid_holds(void **state)
{
    (void)state;
    struct pty *p = start_plain();
    struct grid *g = grid_new(80, 24, false);
    struct buf expected;
    buf_init(&expected, 100000);
    scribble(g, 400, NULL, NULL);
    surface_dump(g, &expected);
    pty_send(p, "r");
    pty_wait_quiet(p);
    assert_string_equal(pty_screen(p), buf_str(&expected));
    buf_clear(&expected);
    grid_free(g);
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void a_typed_letter_costs_few_bytes(void **state)
{
    (void)state;
    struct pty *p = start_plain();
    size_t before, after;
    pty_send(p, "k");
    pty_expect_text(p, "typed\nk\n");
    pty_output(p, &before);
    pty_send(p, "k");
    pty_expect_text(p, "typed\nkk\n");
    pty_output(p, &after);
    assert_in_range(after - before, 1, 60);
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void every_way_out_gives_the_terminal_back(void **state)
{
    (void)state;
    static const char *const ways[] = {"S", "A", "D", "mS", "mD", "mq"};
    for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
        struct pty *p = start_plain();
        int status;
        if (ways[i][0] == 'm') {
            pty_send(p, "m");
            pty_expect_text(p, "mouse");
            pty_expect(p, pty_mode(p, 1000) && pty_mode(p, 1006));
        }
        pty_send(p, &ways[i][strlen(ways[i]) - 1]);
        assert_true(pty_wait_exit(p, &status));
        pty_expect_restored(p);
        pty_free(p);
    }
}

static void ctrl_z_stops_and_comes_back(void **state)
{
    (void)state;
    struct pty *p = start_plain();
    pty_send(p, "Z");
    assert_true(pty_wait_stop(p));
    pty_expect_restored(p);
    pty_continue(p);
    pty_expect_text(p, "back");
    pty_expect_text(p, "深圳 ready");
    assert_true(pty_mode(p, 2004) && pty_mode(p, 1049));
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void a_new_size_is_drawn(void **state)
{
    (void)state;
    struct pty *p = start_plain();
    pty_resize(p, 100, 30);
    pty_expect_text(p, "100x30");
    pty_resize(p, 20, 5);
    pty_expect_text(p, "20x5");
    pty_expect_text(p, "resized");
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void write_program(const char *home, const char *name, const char *text)
{
    char path[400];
    pty_home_write(home, name, text);
    snprintf(path, sizeof path, "%s/%s", home, name);
    assert_int_equal(chmod(path, 0700), 0);
}

static void an_editor_runs_with_words_clean_signals_and_no_key(void **state)
{
    (void)state;
    char editor[400];
    char *home = pty_home_new();
    write_program(home, "editor",
                  "#!/bin/sh\necho \"[$1][$2][$#]\"; grep SigBlk /proc/self/status;"
                  "echo \"key=$WXPC_KEY.\"; read line; exit 0\n");
    snprintf(editor, sizeof editor, "EDITOR=%s/editor --wait", home);
    const char *env[] = {editor, "WXPC_KEY=hidden", "VISUAL", NULL};
    struct pty *p = start(env, home, "dark");
    pty_expect_text(p, "深圳 ready");
    pty_send(p, "e");
    pty_expect_text(p, "[--wait][a file][2]");
    pty_expect_text(p, "0000000000000000");
    pty_expect_text(p, "key=.");
    assert_false(pty_mode(p, 1049));
    pty_send(p, "\n");
    pty_expect_text(p, "edited");
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
    pty_home_free(home);
}

static void an_editor_that_is_missing_is_named(void **state)
{
    (void)state;
    const char *env[] = {"EDITOR=no-such-editor-9 -x", "VISUAL", NULL};
    struct pty *p = start(env, NULL, "dark");
    pty_expect_text(p, "深圳 ready");
    pty_send(p, "e");
    pty_expect_text(p, "cannot run no-such-editor-9");
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
}

static void copy_goes_to_the_terminal_where_there_is_no_display(void **state)
{
    (void)state;
    static const struct {
        const char *env[4];
        const char *sent, *not_sent;
    } rows[] = {
        {{"DISPLAY", "WAYLAND_DISPLAY", "TMUX"}, "\x1b]52;c;aGVsbG8=\a", "Ptmux"},
        {{"DISPLAY", "WAYLAND_DISPLAY", "TMUX=/tmp/x,1,0"},
         "\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\a\x1b\\",
         "\x1b[38;5;999m"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        size_t len;
        struct pty *p = start(rows[i].env, NULL, "dark");
        pty_expect_text(p, "深圳 ready");
        pty_send(p, "c");
        pty_expect_text(p, "sent");
        assert_non_null(strstr(pty_output(p, &len), rows[i].sent));
        assert_null(strstr(pty_output(p, &len), rows[i].not_sent));
        pty_send(p, "C");
        pty_expect_text(p, "refused");
        pty_send(p, "q");
        pty_expect_exit(p, 0);
        pty_free(p);
    }
}

static void copy_uses_a_tool_that_works(void **state)
{
    (void)state;
    char path[500], file[400], text[16] = "";
    char *home = pty_home_new();
    write_program(home, "bin/wl-copy", "#!/bin/sh\nexit 1\n");
    write_program(home, "bin/xclip", "#!/bin/sh\ncat >\"$HOME/copied\"\n");
    snprintf(path, sizeof path, "PATH=%s/bin:/usr/bin:/bin", home);
    const char *env[] = {path, "DISPLAY=:0", "WAYLAND_DISPLAY=wayland-0", NULL};
    struct pty *p = start(env, home, "dark");
    pty_expect_text(p, "深圳 ready");
    pty_send(p, "c");
    pty_expect_text(p, "xclip");
    snprintf(file, sizeof file, "%s/copied", home);
    FILE *f = fopen(file, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, sizeof text - 1, f), 5);
    fclose(f);
    assert_string_equal(text, "hello");
    pty_send(p, "q");
    pty_expect_exit(p, 0);
    pty_free(p);
    pty_home_free(home);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return child(argv[1]);
    }
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_opens_draws_and_gives_the_terminal_back),
        cmocka_unit_test(terminals_that_cannot_are_refused_by_name),
        cmocka_unit_test(a_locale_without_utf8_is_mended),
        cmocka_unit_test(a_state_is_told_in_what_the_terminal_has),
        cmocka_unit_test(the_terminal_shows_what_the_grid_holds),
        cmocka_unit_test(a_typed_letter_costs_few_bytes),
        cmocka_unit_test(every_way_out_gives_the_terminal_back),
        cmocka_unit_test(ctrl_z_stops_and_comes_back),
        cmocka_unit_test(a_new_size_is_drawn),
        cmocka_unit_test(an_editor_runs_with_words_clean_signals_and_no_key),
        cmocka_unit_test(an_editor_that_is_missing_is_named),
        cmocka_unit_test(copy_goes_to_the_terminal_where_there_is_no_display),
        cmocka_unit_test(copy_uses_a_tool_that_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
