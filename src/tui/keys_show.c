/* SPDX-License-Identifier: MIT */
/* Raw input, one line a key; every way out gives the terminal back. */
#include "tui/keys_show.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/json.h"
#include "core/text.h"
#include "io/loop.h"
#include "tui/keymap.h"
#include "tui/keys.h"

/* Application cursor keys and bracketed paste, as the console has them. */
#define MODES_ON "\033[?1h\033=\033[?2004h"
#define MODES_OFF "\033[?2004l\033[?1l\033>"

/* Reads as long as this are fed byte by byte, so that each key is told its own bytes; more may be a
   paste, which only a whole read shows. */
#define SINGLE_MAX 20

enum { NAME_CELLS = 14, HEX_CELLS = 22 };
enum { HEX_MAX = 64 }; /* bytes shown of one key */

struct key_viewer {
    struct workspace w;
    struct keymap map;
    struct keys keys;
    bool json;
    bool quit;
    int status;
    unsigned timer;
    bool had_ctrl_c;
    bool was_told; /* something was printed for the bytes in `raw` */
    unsigned char raw[HEX_MAX];
    size_t raw_len; /* may exceed HEX_MAX: the rest was not kept */
};

static void write_text(const char *text)
{
    size_t len = strlen(text);
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, text, len);
        if (n < 0 && errno != EINTR)
            return;
        text += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

static void write_json(struct json *j)
{
    struct buf out;
    buf_init(&out, 4096);
    json_write(j, false, &out);
    buf_adds(&out, "\n");
    write_text(buf_str(&out));
    buf_clear(&out);
    json_free(j);
}

static void hex(const struct key_viewer *v, const char *gap, struct buf *out)
{
    size_t shown = v->raw_len < HEX_MAX ? v->raw_len : HEX_MAX;
    for (size_t i = 0; i < shown; i++)
        buf_addf(out, "%s%02x", i ? gap : "", v->raw[i]);
    if (shown < v->raw_len)
        buf_adds(out, "…");
}

static const char *action_id(const struct key_viewer *v, struct key key, enum action_mode mode)
{
    enum action a = keymap_find(&v->map, key, mode, 0);
    return a == ACTION_NONE ? "" : action_row(a)->id;
}

/* What a mode makes of the key, for people. */
static const char *meaning(const struct key_viewer *v, struct key key, enum action_mode mode)
{
    enum action a = keymap_find(&v->map, key, mode, 0);
    enum lang lang = v->w.settings.lang;
    if (a != ACTION_NONE)
        return bi_get(action_row(a)->title, lang);
    if (mode == ACTION_IN_EDIT && keys_is_text(key, NULL, &(size_t){0}))
        return L(lang, "输入", "text");
    if (mode == ACTION_IN_EDIT && key.code >= KEYS_ENTER && !key.mods)
        return L(lang, "由字段处理", "the field's");
    return "-";
}

/* Blanks from the end of `text` to a column of `cells`; at least one. */
static void pad(struct buf *line, const char *text, int cells)
{
    int used = text_width(text, strlen(text));
    do
        buf_adds(line, " ");
    while (++used < cells);
}

static void tell(struct key_viewer *v, const char *name, const char *nav, const char *edit)
{
    struct buf line;
    buf_init(&line, 1024);
    if (v->json) {
        struct json *j = json_new_object();
        hex(v, "", &line);
        json_add_string(j, "bytes", buf_str(&line));
        if (name)
            json_add_string(j, "key", name);
        if (nav && *nav)
            json_add_string(j, "nav", nav);
        if (edit && *edit)
            json_add_string(j, "edit", edit);
        write_json(j);
    } else {
        if (!name)
            name = L(v->w.settings.lang, "（不是按键）", "(no key)");
        buf_adds(&line, name);
        pad(&line, name, NAME_CELLS);
        size_t from = line.len;
        hex(v, " ", &line);
        pad(&line, buf_str(&line) + from, HEX_CELLS);
        if (nav)
            buf_addf(&line, "NAV: %s   EDIT: %s", nav, edit);
        buf_adds(&line, "\r\n");
        write_text(buf_str(&line));
    }
    buf_clear(&line);
    v->was_told = true;
}

static void tell_other(struct key_viewer *v, const struct keys_event *e)
{
    char name[96];
    if (e->kind == KEYS_EVENT_PASTE)
        snprintf(name, sizeof name,
                 L(v->w.settings.lang, "粘贴（%zu 字节%.0s）", "paste (%zu byte%s)"), e->len,
                 text_s(e->len));
    else
        snprintf(name, sizeof name,
                 L(v->w.settings.lang, "鼠标（%d 行 %d 列）", "mouse (row %d, column %d)"),
                 e->mouse.row + 1, e->mouse.col + 1);
    v->raw_len = 0; /* a paste may be a key of a merchant */
    tell(v, name, NULL, NULL);
}

static void on_event(void *ctx, const struct keys_event *e)
{
    struct key_viewer *v = ctx;
    char name[KEYS_NAME_MAX];

    if (e->kind != KEYS_EVENT_KEY) {
        tell_other(v, e);
        v->had_ctrl_c = false;
    } else {
        bool ctrl_c = keys_same(e->key, keys_make('c', KEYS_CTRL));
        keys_name(e->key, name);
        if (v->json)
            tell(v, name, action_id(v, e->key, ACTION_IN_NAV),
                 action_id(v, e->key, ACTION_IN_EDIT));
        else
            tell(v, name, meaning(v, e->key, ACTION_IN_NAV), meaning(v, e->key, ACTION_IN_EDIT));
        v->quit = v->quit || (ctrl_c && v->had_ctrl_c);
        v->had_ctrl_c = ctrl_c;
    }
    v->raw_len = 0;
}

static void keep_raw(struct key_viewer *v, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++, v->raw_len++) {
        if (v->raw_len < HEX_MAX)
            v->raw[v->raw_len] = (unsigned char)bytes[i];
    }
}

/* Bytes that the console swallows (reports, unknown sequences) are told as well. */
static void tell_swallowed(struct key_viewer *v)
{
    if (v->raw_len > 0 && keys_pending(&v->keys, loop_now(v->w.loop)) < 0) {
        tell(v, NULL, NULL, NULL);
        v->raw_len = 0;
    }
}

static void watch_time(struct key_viewer *v);

static void on_time(void *ctx)
{
    struct key_viewer *v = ctx;
    v->timer = 0;
    keys_tick(&v->keys, loop_now(v->w.loop));
    tell_swallowed(v);
    watch_time(v);
}

static void watch_time(struct key_viewer *v)
{
    int ms = keys_pending(&v->keys, loop_now(v->w.loop));
    if (v->timer)
        loop_cancel(v->w.loop, v->timer);
    v->timer = ms < 0 ? 0 : loop_timer(v->w.loop, ms, on_time, v);
}

static void on_input(void *ctx, int fd)
{
    struct key_viewer *v = ctx;
    char bytes[4096];
    ssize_t n = read(fd, bytes, sizeof bytes);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        v->quit = true;
        v->status = n < 0 ? 3 : 0;
        return;
    }
    size_t step = n <= SINGLE_MAX ? 1 : (size_t)n;
    for (size_t at = 0; at < (size_t)n && !v->quit; at += step) {
        keep_raw(v, bytes + at, step);
        keys_feed(&v->keys, bytes + at, step, loop_now(v->w.loop));
    }
    explicit_bzero(bytes, sizeof bytes);
    tell_swallowed(v);
    watch_time(v);
}

static void on_signal(void *ctx, int signo)
{
    struct key_viewer *v = ctx;
    (void)signo;
    v->quit = true;
    v->status = 130;
}

static void complain(const struct key_viewer *v, const struct err *err)
{
    char line[ERR_TEXT_MAX];
    err_line(err, v->w.settings.lang, line, sizeof line);
    fprintf(stderr, "wxpc: %s\n", line);
}

static void load_keys(struct key_viewer *v)
{
    struct keymap_report report = {0};
    struct err err = {0};
    if (keymap_load(&v->map, v->w.store.config_dir, &report, &err))
        complain(v, &err);
    for (size_t i = 0; i < report.count; i++)
        complain(v, &report.items[i]);
}

/* From the first byte to the last with the terminal in our hands. */
static enum status watch(struct key_viewer *v, struct err *err)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, 0};
    struct termios saved, raw;

    if (tcgetattr(STDIN_FILENO, &saved))
        return err_set(err, ST_ARGUMENT, SAY("标准输入不是终端", "", "在终端里运行 wxpc keys"),
                       SAY("standard input is no terminal", "", "run wxpc keys in a terminal"));
    enum status st = loop_signals(v->w.loop, signals, on_signal, v, err);
    if (st)
        return st;
    raw = saved;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    if (!v->json) {
        write_text(MODES_ON);
        write_text(L(v->w.settings.lang,
                     "按任意键查看它送来的字节和作用；连按两次 Ctrl-C 结束。\r\n",
                     "Press keys to see what arrives and what it does; Ctrl-C twice ends.\r\n"));
    }
    loop_watch(v->w.loop, STDIN_FILENO, on_input, v);
    while (!v->quit)
        loop_turn(v->w.loop, -1);
    loop_unwatch(v->w.loop, STDIN_FILENO);
    if (!v->json)
        write_text(MODES_OFF);
    tcsetattr(STDIN_FILENO, TCSANOW, &saved);
    return ST_OK;
}

int keys_show_run(const struct workspace_options *o, bool json, struct err *err)
{
    struct workspace_options lookup = *o;
    struct key_viewer *v = mem_alloc(sizeof *v);
    int status = 2;

    lookup.lookup = true;
    v->json = json;
    if (workspace_open(&v->w, &lookup, err)) {
        free(v);
        return status;
    }
    keymap_init(&v->map);
    load_keys(v);
    keys_init(&v->keys, on_event, v);
    status = watch(v, err) ? 2 : v->status;
    keys_clear(&v->keys);
    workspace_close(&v->w);
    free(v);
    return status;
}
