/* SPDX-License-Identifier: MIT */
/*
 * The leader process tells what happens to the program in the terminal's own stream, as
 * APC strings (ESC _ pty:KIND:NUMBER ESC \) that are cut out before anything else looks.
 * So events stand exactly where they belong among the output, and one descriptor is
 * waited for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "pty/pty.h"

#define MARK "\x1b_pty:"
#define MARK_END "\x1b\\"
#define MODES_MAX 64
#define OUTPUT_MAX (256u << 20)

struct mode {
    int number;
    bool on;
};

struct pty {
    int master;
    int control; /* closing it ends the leader; a byte continues the program */
    pid_t leader;
    pid_t pid;
    bool stopped;
    bool exited;
    bool closed; /* nothing will come any more */
    int status;

    VTerm *vt;
    VTermScreen *screen;
    int rows;
    int cols;

    char *out; /* what the program wrote, events cut out */
    size_t out_len;
    size_t out_cap;
    char held[64]; /* the beginning of what may become an event */
    size_t held_len;

    struct mode modes[MODES_MAX];
    size_t mode_count;
    bool keypad;
    int esc;         /* mode scanner: 0 text, 1 ESC, 2 CSI, 3 CSI ? */
    char params[64]; /* of the CSI ? being read */
    size_t params_len;

    struct termios found; /* before the program started */
    char *home;           /* ours to remove */
    char *text;           /* what pty_screen(), pty_row() gave last */
    char left[256];
};

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

_Noreturn static void broken(const char *what)
{
    fail_msg("pty: %s: %s", what, strerror(errno));
    abort(); /* not reached: a failed test jumps out */
}

/* --- home ----------------------------------------------------------------------------------- */

char *pty_home_new(void)
{
    const char *base = getenv("TMPDIR");
    char *home = NULL;
    if (asprintf(&home, "%s/wxpc-pty-XXXXXX", base ? base : "/tmp") < 0 || !mkdtemp(home))
        broken("mkdtemp");
    return home;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void pty_home_free(char *home)
{
    if (home)
        nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(home);
}

void pty_home_write(const char *home, const char *path, const char *text)
{
    char full[4096];
    snprintf(full, sizeof full, "%s/%s", home, path);
    for (char *slash = full + strlen(home) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        if (mkdir(full, 0700) != 0 && errno != EEXIST)
            broken(full);
        *slash = '/';
    }
    int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        broken(full);
    close(fd);
}

/* --- the leader ----------------------------------------------------------------------------- */

static void tell(char kind, int number)
{
    char mark[64];
    int n = snprintf(mark, sizeof mark, MARK "%c:%d" MARK_END, kind, number);
    if (write(STDOUT_FILENO, mark, (size_t)n) != n)
        _exit(127);
}

static void lead_program(const struct pty_options *o, char **env, const char *home)
{
    setpgid(0, 0);
    tcsetpgrp(STDIN_FILENO, getpid());
    for (int sig = 1; sig < NSIG; sig++)
        signal(sig, SIG_DFL);
    tell('p', getpid()); /* in the foreground now: Ctrl-C reaches it */
    if (chdir(home) == 0)
        execve(o->argv[0], (char *const *)o->argv, env);
    dprintf(STDOUT_FILENO, "%s: %s\n", o->argv[0], strerror(errno));
    _exit(127);
}

/* What a shell does for its foreground job, and nothing else. Never returns. */
static void lead(const struct pty_options *o, char **env, const char *home, int control)
{
    signal(SIGTTOU, SIG_IGN); /* else asking for the terminal back would stop us */
    signal(SIGHUP, SIG_IGN);  /* the test has closed its side: end through `control` */
    pid_t pid = fork();
    if (pid == 0)
        lead_program(o, env, home);
    setpgid(pid, pid);
    struct termios own;
    tcgetattr(STDIN_FILENO, &own);
    char byte;
    int status = 0;
    while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
        tcsetpgrp(STDIN_FILENO, getpgrp());
        if (WSTOPSIG(status) == SIGSTOP) { /* which gave the program no time to do so itself */
            tcsetattr(STDIN_FILENO, TCSADRAIN, &own);
            dprintf(STDOUT_FILENO, "\r\n[1]+  Stopped\r\n");
        }
        tell('s', WSTOPSIG(status));
        if (read(control, &byte, 1) != 1)
            break;
        tcsetpgrp(STDIN_FILENO, pid);
        kill(-pid, SIGCONT);
    }
    tell('x', status);
    while (read(control, &byte, 1) == 1)
        ;
    kill(-pid, SIGKILL);
    _exit(0);
}

/* --- starting ------------------------------------------------------------------------------- */

struct env {
    char *rows[128];
    size_t count;
};

/* Sets "NAME=VALUE", or removes NAME when there is no '='. */
static void env_set(struct env *e, const char *row)
{
    size_t name = strcspn(row, "=");
    size_t at = 0;
    while (at < e->count && (strncmp(e->rows[at], row, name) != 0 || e->rows[at][name] != '='))
        at++;
    if (at < e->count) {
        free(e->rows[at]);
        e->rows[at] = e->rows[--e->count];
        e->rows[e->count] = NULL;
    }
    if (row[name] && e->count + 1 < sizeof e->rows / sizeof *e->rows)
        e->rows[e->count++] = strdup(row);
}

static void env_setf(struct env *e, const char *name, const char *value, const char *rest)
{
    char row[4096];
    snprintf(row, sizeof row, "%s=%s%s", name, value, rest);
    env_set(e, row);
}

static void env_build(struct env *e, const struct pty_options *o, const char *home)
{
    static const char *const kept[] = {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (getenv(kept[i]))
            env_setf(e, kept[i], getenv(kept[i]), "");
    env_set(e, "TERM=xterm-256color");
    env_set(e, "LC_ALL=C.UTF-8");
    env_set(e, "TZ=UTC");
    env_setf(e, "HOME", home, "");
    env_setf(e, "XDG_CONFIG_HOME", home, "/.config");
    env_setf(e, "XDG_DATA_HOME", home, "/.local/share");
    env_setf(e, "XDG_STATE_HOME", home, "/.local/state");
    env_setf(e, "XDG_CACHE_HOME", home, "/.cache");
    for (size_t i = 0; o->env && o->env[i]; i++)
        env_set(e, o->env[i]);
}

/* What the emulator sends: keys, and answers to the program's queries. Called while output is
   being taken in, so it never reads itself. */
static void answer(const char *s, size_t len, void *user)
{
    struct pty *p = user;
    struct pollfd fd = {.fd = p->master, .events = POLLOUT};
    if (poll(&fd, 1, PTY_DEADLINE_MS) != 1 || write(p->master, s, len) != (ssize_t)len)
        broken("answer");
}

static void start_emulator(struct pty *p)
{
    p->vt = vterm_new(p->rows, p->cols);
    vterm_set_utf8(p->vt, 1);
    vterm_output_set_callback(p->vt, answer, p);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
}

static bool has_started(struct pty *p, void *ctx)
{
    (void)ctx;
    return p->pid > 0;
}

struct pty *pty_start(const struct pty_options *o)
{
    struct pty *p = calloc(1, sizeof *p);
    p->rows = o->rows ? o->rows : 24;
    p->cols = o->cols ? o->cols : 80;
    if (!o->home)
        p->home = pty_home_new();
    const char *home = o->home ? o->home : p->home;
    struct env env = {0};
    env_build(&env, o, home);

    int slave;
    int control[2];
    struct winsize size = {.ws_row = (unsigned short)p->rows, .ws_col = (unsigned short)p->cols};
    if (pipe2(control, O_CLOEXEC) != 0 || openpty(&p->master, &slave, NULL, NULL, &size) != 0)
        broken("openpty");
    fcntl(p->master, F_SETFD, FD_CLOEXEC);
    tcgetattr(slave, &p->found);
    p->found.c_iflag |= IUTF8;
    tcsetattr(slave, TCSANOW, &p->found);
    p->control = control[1];

    p->leader = fork();
    if (p->leader == 0) {
        close(control[1]);
        close(p->master); /* so that a test that dies takes the terminal with it */
        if (login_tty(slave) != 0)
            _exit(127);
        lead(o, env.rows, home, control[0]);
    }
    close(slave);
    close(control[0]);
    fcntl(p->master, F_SETFL, O_NONBLOCK);
    for (size_t i = 0; i < env.count; i++)
        free(env.rows[i]);
    start_emulator(p);
    if (p->leader < 0 || !pty_wait(p, has_started, NULL))
        broken("start");
    return p;
}

void pty_free(struct pty *p)
{
    if (!p)
        return;
    kill(p->pid > 0 ? -p->pid : p->leader, SIGKILL);
    close(p->control);
    close(p->master);
    waitpid(p->leader, NULL, 0);
    vterm_free(p->vt);
    pty_home_free(p->home);
    free(p->out);
    free(p->text);
    free(p);
}

/* --- output --------------------------------------------------------------------------------- */

static void set_mode(struct pty *p, int number, bool on)
{
    size_t i = 0;
    while (i < p->mode_count && p->modes[i].number != number)
        i++;
    if (i == MODES_MAX)
        fail_msg("pty: more than %d private modes", MODES_MAX);
    if (i == p->mode_count)
        p->mode_count++;
    p->modes[i] = (struct mode){number, on};
}

static void end_of_modes(struct pty *p, char final)
{
    p->params[p->params_len] = '\0';
    char *save = NULL;
    if (final != 'h' && final != 'l')
        return;
    for (char *s = strtok_r(p->params, ";", &save); s; s = strtok_r(NULL, ";", &save))
        set_mode(p, atoi(s), final == 'h');
}

/* Follows private modes in the stream: the emulator does not tell all of them. */
static void scan_modes(struct pty *p, char c)
{
    switch (p->esc) {
    case 0:
        p->esc = c == '\x1b';
        return;
    case 1:
        p->esc = c == '[' ? 2 : c == '\x1b';
        if (c == '=' || c == '>')
            p->keypad = c == '=';
        return;
    case 2:
        p->esc = c == '?' ? 3 : c == '\x1b';
        p->params_len = 0;
        return;
    default:
        if ((isdigit((unsigned char)c) || c == ';') && p->params_len + 1 < sizeof p->params) {
            p->params[p->params_len++] = c;
            return;
        }
        end_of_modes(p, c);
        p->esc = c == '\x1b';
    }
}

static void feed(struct pty *p, const char *bytes, size_t len)
{
    if (p->out_len + len + 1 > p->out_cap) {
        p->out_cap = (p->out_len + len + 1) * 2;
        if (p->out_cap > OUTPUT_MAX)
            fail_msg("pty: the program writes without end");
        p->out = realloc(p->out, p->out_cap);
    }
    memcpy(p->out + p->out_len, bytes, len);
    p->out_len += len;
    p->out[p->out_len] = '\0';
    for (size_t i = 0; i < len; i++)
        scan_modes(p, bytes[i]);
    vterm_input_write(p->vt, bytes, len);
}

static void take_event(struct pty *p)
{
    int number = atoi(p->held + strlen(MARK) + 2);
    switch (p->held[strlen(MARK)]) {
    case 'p':
        p->pid = number;
        break;
    case 's':
        p->stopped = true;
        break;
    case 'x':
        p->exited = true;
        p->status = number;
        break;
    default:
        fail_msg("pty: the leader said something unknown");
    }
}

/* Passes output on and cuts events out; an event may arrive in pieces. */
static void receive(struct pty *p, const char *bytes, size_t len)
{
    size_t mark = strlen(MARK);
    for (size_t i = 0; i < len; i++) {
        if (p->held_len < mark && bytes[i] != MARK[p->held_len]) {
            feed(p, p->held, p->held_len);
            p->held_len = 0;
        }
        if (p->held_len == 0) {
            const char *esc = memchr(bytes + i, MARK[0], len - i);
            size_t plain = esc ? (size_t)(esc - bytes) - i : len - i;
            feed(p, bytes + i, plain);
            i += plain;
            if (i == len)
                return;
        }
        p->held[p->held_len++] = bytes[i];
        if (p->held_len + 1 >= sizeof p->held)
            fail_msg("pty: an event without end");
        p->held[p->held_len] = '\0';
        if (p->held_len > mark && strcmp(p->held + p->held_len - 2, MARK_END) == 0) {
            take_event(p);
            p->held_len = 0;
        }
    }
}

/* Waits up to `ms` for output and takes it in; false when there was none. */
static bool turn(struct pty *p, long ms)
{
    struct pollfd fd = {.fd = p->master, .events = POLLIN};
    if (p->closed || poll(&fd, 1, ms > 0 ? (int)ms : 0) <= 0)
        return false;
    char bytes[65536];
    ssize_t n = read(p->master, bytes, sizeof bytes);
    if (n > 0)
        receive(p, bytes, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        p->closed = true;
    return n > 0;
}

/* --- typing --------------------------------------------------------------------------------- */

void pty_send_bytes(struct pty *p, const char *bytes, size_t len)
{
    long end = now_ms() + PTY_DEADLINE_MS;
    while (len > 0) {
        ssize_t n = write(p->master, bytes, len);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            broken("write");
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
            continue;
        }
        if (now_ms() > end)
            fail_msg("pty: the program does not read");
        /* It may be waiting for us to take its output. */
        struct pollfd fd = {.fd = p->master, .events = POLLIN | POLLOUT};
        poll(&fd, 1, 100);
        if (fd.revents & POLLIN)
            turn(p, 0);
    }
}

void pty_send(struct pty *p, const char *text)
{
    pty_send_bytes(p, text, strlen(text));
}

void pty_paste(struct pty *p, const char *text)
{
    pty_send(p, "\x1b[200~");
    pty_send(p, text);
    pty_send(p, "\x1b[201~");
}

static const struct {
    const char *name;
    VTermKey key;
} key_names[] = {
    {"Enter", VTERM_KEY_ENTER}, {"Tab", VTERM_KEY_TAB},       {"Backspace", VTERM_KEY_BACKSPACE},
    {"Esc", VTERM_KEY_ESCAPE},  {"Up", VTERM_KEY_UP},         {"Down", VTERM_KEY_DOWN},
    {"Left", VTERM_KEY_LEFT},   {"Right", VTERM_KEY_RIGHT},   {"Ins", VTERM_KEY_INS},
    {"Del", VTERM_KEY_DEL},     {"Home", VTERM_KEY_HOME},     {"End", VTERM_KEY_END},
    {"PgUp", VTERM_KEY_PAGEUP}, {"PgDn", VTERM_KEY_PAGEDOWN},
};

/* Cuts modifier names off the front of `*name`. */
static VTermModifier read_modifiers(const char **name)
{
    static const struct {
        const char *name;
        VTermModifier mod;
    } mods[] = {{"Ctrl-", VTERM_MOD_CTRL}, {"Shift-", VTERM_MOD_SHIFT}, {"Alt-", VTERM_MOD_ALT}};
    int all = VTERM_MOD_NONE;
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(mods[i].name);
        if (strncmp(*name, mods[i].name, n) != 0 || !(*name)[n])
            continue;
        all |= mods[i].mod;
        *name += n;
        i = (size_t)-1; /* modifiers come in any order */
    }
    return (VTermModifier)all;
}

static void press(struct pty *p, const char *name)
{
    const char *full = name;
    VTermModifier mod = read_modifiers(&name);
    for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++) {
        if (strcmp(name, key_names[i].name) == 0) {
            vterm_keyboard_key(p->vt, key_names[i].key, mod);
            return;
        }
    }
    if (name[0] == 'F' && isdigit((unsigned char)name[1])) {
        vterm_keyboard_key(p->vt, (VTermKey)VTERM_KEY_FUNCTION(atoi(name + 1)), mod);
    } else if (strcmp(name, "Space") == 0) {
        vterm_keyboard_unichar(p->vt, ' ', mod);
    } else if (mod & VTERM_MOD_CTRL && name[0] && !name[1]) {
        char c =
            (char)(name[0] & 0x1f); /* as every terminal does; the emulator has a way of its own */
        if (mod & VTERM_MOD_ALT)
            pty_send(p, "\x1b");
        pty_send_bytes(p, &c, 1);
    } else if (strlen(name) == 1 || (name[0] & 0x80)) {
        if (mod & VTERM_MOD_ALT)
            pty_send(p, "\x1b");
        pty_send(p, name);
    } else {
        fail_msg("pty: no key is called '%s'", full);
    }
}

void pty_keys(struct pty *p, const char *names)
{
    char *copy = strdup(names);
    char *save = NULL;
    for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save))
        press(p, name);
    free(copy);
}

/* --- the screen ----------------------------------------------------------------------------- */

static size_t put_char(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00u >> n & 0xff) | c);
    return n;
}

struct pty_cell pty_cell(struct pty *p, int row, int col)
{
    struct pty_cell out = {.width = 1, .fg = PTY_DEFAULT, .bg = PTY_DEFAULT};
    VTermScreenCell cell = {0};
    if (!vterm_screen_get_cell(p->screen, (VTermPos){row, col}, &cell))
        return out;
    size_t len = 0;
    for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
        if (cell.chars[i] != (uint32_t)-1)
            len += put_char(out.text + len, cell.chars[i]);
    const VTermColor *colours[] = {&cell.fg, &cell.bg};
    int *into[] = {&out.fg, &out.bg};
    for (size_t i = 0; i < 2; i++) {
        const VTermColor *c = colours[i];
        if (c->type & VTERM_COLOR_DEFAULT_MASK)
            continue;
        *into[i] = VTERM_COLOR_IS_INDEXED(c)
                       ? c->indexed.idx
                       : PTY_RGB | c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue;
    }
    out.width = cell.width;
    out.bold = cell.attrs.bold;
    out.underline = cell.attrs.underline;
    out.italic = cell.attrs.italic;
    out.blink = cell.attrs.blink;
    out.reverse = cell.attrs.reverse;
    return out;
}

/* Writes one row and returns its length, blanks at the end cut. */
static size_t put_row(struct pty *p, int row, char *out)
{
    size_t len = 0;
    size_t end = 0;
    for (int col = 0; col < p->cols;) {
        struct pty_cell cell = pty_cell(p, row, col);
        const char *text = cell.text[0] ? cell.text : " ";
        memcpy(out + len, text, strlen(text));
        len += strlen(text);
        if (strcmp(text, " ") != 0)
            end = len;
        col += cell.width > 1 ? cell.width : 1;
    }
    out[end] = '\0';
    return end;
}

static char *text_room(struct pty *p)
{
    free(p->text);
    p->text = malloc((size_t)p->rows * ((size_t)p->cols * sizeof((struct pty_cell *)0)->text + 2));
    return p->text;
}

const char *pty_row(struct pty *p, int row)
{
    char *text = text_room(p);
    text[0] = '\0';
    if (row >= 0 && row < p->rows)
        put_row(p, row, text);
    return text;
}

const char *pty_screen(struct pty *p)
{
    char *to = text_room(p);
    for (int row = 0; row < p->rows; row++) {
        to += put_row(p, row, to);
        *to++ = '\n';
    }
    *to = '\0';
    return p->text;
}

bool pty_find(struct pty *p, const char *text, int *row, int *col)
{
    for (int r = 0; r < p->rows; r++) {
        const char *line = pty_row(p, r);
        const char *at = strstr(line, text);
        if (!at)
            continue;
        size_t before = (size_t)(at - line);
        int c = 0;
        for (size_t len = 0; len < before;) {
            struct pty_cell cell = pty_cell(p, r, c);
            len += cell.text[0] ? strlen(cell.text) : 1;
            c += cell.width > 1 ? cell.width : 1;
        }
        *row = r;
        *col = c;
        return true;
    }
    return false;
}

void pty_cursor(struct pty *p, int *row, int *col)
{
    VTermPos pos;
    vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

bool pty_mode(struct pty *p, int mode)
{
    for (size_t i = 0; i < p->mode_count; i++)
        if (p->modes[i].number == mode)
            return p->modes[i].on;
    return mode == 25 || mode == 7; /* cursor shown, lines wrap: on from the start */
}

bool pty_cursor_visible(struct pty *p)
{
    return pty_mode(p, 25);
}

const char *pty_output(struct pty *p, size_t *len)
{
    *len = p->out_len;
    return p->out ? p->out : "";
}

void pty_resize(struct pty *p, int cols, int rows)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    p->rows = rows;
    p->cols = cols;
    vterm_set_size(p->vt, rows, cols);
    if (ioctl(p->master, TIOCSWINSZ, &size) != 0)
        broken("TIOCSWINSZ");
}

/* --- waiting -------------------------------------------------------------------------------- */

bool pty_wait(struct pty *p, bool (*holds)(struct pty *p, void *ctx), void *ctx)
{
    long end = now_ms() + PTY_DEADLINE_MS;
    for (;;) {
        while (turn(p, 0)) /* what is there belongs to one look */
            ;
        if (holds(p, ctx))
            return true;
        long left = end - now_ms();
        if (left <= 0 || p->exited || p->closed)
            return false;
        turn(p, left);
    }
}

static bool has_text(struct pty *p, void *ctx)
{
    return strstr(pty_screen(p), ctx) != NULL;
}

static bool lacks_text(struct pty *p, void *ctx)
{
    return !has_text(p, ctx);
}

static bool has_exited(struct pty *p, void *ctx)
{
    (void)ctx;
    return p->exited;
}

static bool has_stopped(struct pty *p, void *ctx)
{
    (void)ctx;
    return p->stopped;
}

bool pty_wait_text(struct pty *p, const char *text)
{
    return pty_wait(p, has_text, (void *)text);
}

bool pty_wait_gone(struct pty *p, const char *text)
{
    return pty_wait(p, lacks_text, (void *)text);
}

void pty_wait_quiet(struct pty *p)
{
    long end = now_ms() + PTY_DEADLINE_MS;
    while (turn(p, PTY_QUIET_MS) && now_ms() < end)
        ;
}

bool pty_wait_exit(struct pty *p, int *status)
{
    bool ended = pty_wait(p, has_exited, NULL);
    *status = p->status;
    return ended;
}

bool pty_wait_stop(struct pty *p)
{
    return pty_wait(p, has_stopped, NULL);
}

void pty_continue(struct pty *p)
{
    p->stopped = false;
    if (write(p->control, "", 1) != 1)
        broken("continue");
}

void pty_signal(struct pty *p, int sig)
{
    if (!p->exited && kill(p->pid, sig) != 0)
        broken("kill");
}

int pty_pid(struct pty *p)
{
    return p->pid;
}

/* --- what is left behind --------------------------------------------------------------------- */

static const char *left(struct pty *p, const char *what, int number)
{
    snprintf(p->left, sizeof p->left, "%s %d", what, number);
    return p->left;
}

static const char *left_in_line_settings(struct pty *p)
{
    struct termios now;
    if (tcgetattr(p->master, &now) != 0)
        broken("tcgetattr");
    if (now.c_iflag != p->found.c_iflag)
        return left(p, "termios: input flags are", (int)now.c_iflag);
    if (now.c_oflag != p->found.c_oflag)
        return left(p, "termios: output flags are", (int)now.c_oflag);
    if (now.c_cflag != p->found.c_cflag)
        return left(p, "termios: control flags are", (int)now.c_cflag);
    if (now.c_lflag != p->found.c_lflag)
        return left(p, "termios: local flags are", (int)now.c_lflag);
    for (int i = 0; i < NCCS; i++)
        if (now.c_cc[i] != p->found.c_cc[i])
            return left(p, "termios: another control character at index", i);
    return NULL;
}

static const char *left_in_pen(struct pty *p)
{
    static const VTermAttr attrs[] = {VTERM_ATTR_BOLD, VTERM_ATTR_UNDERLINE, VTERM_ATTR_ITALIC,
                                      VTERM_ATTR_BLINK, VTERM_ATTR_REVERSE};
    const VTermState *state = vterm_obtain_state(p->vt);
    VTermValue value;
    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++) {
        memset(&value, 0, sizeof value);
        vterm_state_get_penattr(state, attrs[i], &value);
        if (value.number)
            return left(p, "an attribute of text is still on:", (int)attrs[i]);
    }
    for (VTermAttr a = VTERM_ATTR_FOREGROUND; a <= VTERM_ATTR_BACKGROUND; a++) {
        vterm_state_get_penattr(state, a, &value);
        if (!(value.color.type & VTERM_COLOR_DEFAULT_MASK))
            return left(p, "a colour is still set:", (int)a);
    }
    return NULL;
}

const char *pty_left_behind(struct pty *p)
{
    const char *what = left_in_line_settings(p);
    if (what)
        return what;
    for (size_t i = 0; i < p->mode_count; i++) {
        const struct mode *m = &p->modes[i];
        bool usual = m->number == 25 || m->number == 7;
        if (m->on != usual)
            return left(p, "private mode changed:", m->number);
    }
    if (p->keypad)
        return "the keypad is still in application mode";
    return left_in_pen(p);
}

/* --- for cmocka ----------------------------------------------------------------------------- */

void pty_check(struct pty *p, bool ok, const char *what, const char *file, int line)
{
    if (ok)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    fprintf(stderr, "--- screen %dx%d%s ---\n%s---\n", p->cols, p->rows,
            p->exited    ? ", program ended"
            : p->stopped ? ", program stopped"
                         : "",
            pty_screen(p));
    _fail(file, line);
}

void pty_check_restored(struct pty *p, const char *file, int line)
{
    const char *what = pty_left_behind(p);
    pty_check(p, what == NULL, what ? what : "", file, line);
}

void pty_check_exit(struct pty *p, int status, const char *file, int line)
{
    int got = 0;
    char what[128];
    pty_check(p, pty_wait_exit(p, &got), "the program has not ended", file, line);
    snprintf(what, sizeof what, "ended by %s %d, expected exit status %d",
             WIFSIGNALED(got) ? "signal" : "exit status",
             WIFSIGNALED(got) ? WTERMSIG(got) : WEXITSTATUS(got), status);
    pty_check(p, WIFEXITED(got) && WEXITSTATUS(got) == status, what, file, line);
    pty_check_restored(p, file, line);
}
