/* SPDX-License-Identifier: MIT */
/*
 * The terminal: its life, its modes, its colours.
 *
 * The one mutable file-scope variable is the terminal that is open, because a crash must find
 * it. What a crash writes is prepared in advance each time a mode changes: two buffers in turn,
 * so that a signal in the middle finds a whole one.
 */
#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
/* Its struct term is not ours. */
#define term ncurses_term
#include <term.h>
#undef term

#include "tui/theme.h"

#define PAIRS_MAX 255    /* more would need another way to draw, and no theme needs them */
#define UNDO_MAX 512     /* bytes that give the terminal back */
#define DIRECT (1 << 24) /* colours of a terminal that takes RGB */

enum mode { MODE_PASTE, MODE_MOUSE, MODE_BAR, MODES };

/* What switches a mode on and off. The bar's come from terminfo. */
static const struct {
    const char *on;
    const char *off;
} modes[MODES] = {
    [MODE_PASTE] = {"\x1b[?2004h", "\x1b[?2004l"},
    [MODE_MOUSE] = {"\x1b[?1000h\x1b[?1002h\x1b[?1006h", "\x1b[?1006l\x1b[?1002l\x1b[?1000l"},
    [MODE_BAR] = {"Ss", "Se"},
};

/* What ncurses switched on, by terminfo names, in the order of undoing. */
static const char *const undo_caps[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

/* Signals for which ncurses installs handlers of its own if they have none. */
static const int curses_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

struct pair {
    int fg, bg;
};

struct term {
    int in, out;
    FILE *in_file, *out_file;
    SCREEN *screen;
    bool on[MODES];
    bool suspended;
    bool own_ground; /* the terminal can go back to its own colours */
    int colors;
    struct pair pairs[PAIRS_MAX + 1]; /* from 1 */
    int pair_count, pair_max;
    struct termios saved;
    char undo[2][UNDO_MAX];
    size_t undo_len[2];
    volatile sig_atomic_t undo_now; /* which of the two is whole */
    volatile sig_atomic_t given_back;
    struct sigaction crash_old[ARRAY_COUNT(crashes)];
    stack_t stack_old;
    char *stack;
};

static struct term *open_term;

/* ---- Writing ---- */

/* Safe in a signal handler. */
static void write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};
            if (poll(&p, 1, 1000) <= 0) {
                return;
            }
        } else if (n == 0 || errno != EINTR) {
            return; /* the terminal is gone; who reads from it will see that */
        }
    }
}

static void write_str(const struct term *t, const char *s)
{
    write_all(t->out, s, strlen(s));
}

/* A capability of the terminal without its padding; "" when it has none. */
static void capability(const char *name, char *out, size_t size)
{
    const char *s = tigetstr(name);
    size_t len = 0;
    if (s == (char *)-1 || !s) {
        s = "";
    }
    while (*s && len + 1 < size) {
        if (s[0] == '$' && s[1] == '<' && strchr(s, '>')) {
            s = strchr(s, '>') + 1;
        } else {
            out[len++] = *s++;
        }
    }
    out[len] = '\0';
}

/* The text that switches a mode on or off. */
static void mode_text(enum mode mode, bool on, char *out, size_t size)
{
    const char *text = on ? modes[mode].on : modes[mode].off;
    if (mode != MODE_BAR) {
        snprintf(out, size, "%s", text);
        return;
    }
    capability(text, out, size);
    if (on && out[0]) {
        char form[64];
        snprintf(form, sizeof form, "%s", out);
        const char *made = tparm(form, 6, 0, 0, 0, 0, 0, 0, 0, 0);
        snprintf(out, size, "%s", made ? made : "");
    }
}

/* Prepares what gives the terminal back in the modes now in force. */
static void prepare_undo(struct term *t)
{
    int next = !t->undo_now;
    size_t len = 0;
    char part[128];
    for (int i = 0; i < MODES + (int)ARRAY_COUNT(undo_caps); i++) {
        part[0] = '\0';
        if (i >= MODES) {
            capability(undo_caps[i - MODES], part, sizeof part);
        } else if (t->on[i]) {
            mode_text(i, false, part, sizeof part);
        }
        size_t n = strlen(part);
        if (len + n < UNDO_MAX) {
            memcpy(t->undo[next] + len, part, n);
            len += n;
        }
    }
    t->undo_len[next] = len;
    t->undo_now = next;
}

static void set_mode(struct term *t, enum mode mode, bool on)
{
    char text[128];
    if (t->on[mode] == on) {
        return;
    }
    t->on[mode] = on;
    prepare_undo(t); /* first, so that a crash in between undoes too much rather than too little */
    if (!t->suspended) {
        mode_text(mode, on, text, sizeof text);
        write_str(t, text);
    }
}

/* Switches the modes that are in force, on or off, without forgetting them. */
static void write_modes(const struct term *t, bool on)
{
    char text[128];
    for (int i = 0; i < MODES; i++) {
        if (t->on[i]) {
            mode_text(i, on, text, sizeof text);
            write_str(t, text);
        }
    }
}

/* ---- Crashes ---- */

void term_restore_now(void)
{
    struct term *t = open_term;
    if (!t || t->suspended || t->given_back) {
        return;
    }
    t->given_back = 1;
    write_all(t->out, t->undo[t->undo_now], t->undo_len[t->undo_now]);
    tcsetattr(t->in, TCSANOW, &t->saved);
}

/* Gives the terminal back, then lets happen what would have happened without us. */
static void crashed(int sig)
{
    term_restore_now();
    for (size_t i = 0; i < ARRAY_COUNT(crashes); i++) {
        if (crashes[i] == sig) {
            sigaction(sig, &open_term->crash_old[i], NULL);
        }
    }
    raise(sig); /* stays blocked until this handler returns */
}

static void catch_crashes(struct term *t)
{
    struct sigaction act = {.sa_handler = crashed, .sa_flags = SA_ONSTACK};
    sigemptyset(&act.sa_mask);
    if (sigaltstack(NULL, &t->stack_old) == 0 && t->stack_old.ss_flags & SS_DISABLE) {
        size_t size = 64u << 10; /* an overflown stack has no room for a handler */
        t->stack = mem_alloc(size);
        sigaltstack(&(stack_t){.ss_sp = t->stack, .ss_size = size}, NULL);
    }
    for (size_t i = 0; i < ARRAY_COUNT(crashes); i++) {
        sigaction(crashes[i], &act, &t->crash_old[i]);
    }
    die_hook(term_restore_now);
}

static void release_crashes(struct term *t)
{
    for (size_t i = 0; i < ARRAY_COUNT(crashes); i++) {
        sigaction(crashes[i], &t->crash_old[i], NULL);
    }
    if (t->stack) {
        sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
        free(t->stack);
    }
    die_hook(NULL);
}

/* ---- Opening ---- */

bool term_set_locale(void)
{
    static const char *const tries[] = {"", "C.UTF-8", "C.utf8", "en_US.UTF-8"};
    for (size_t i = 0; i < ARRAY_COUNT(tries); i++) {
        if (setlocale(LC_CTYPE, tries[i]) && MB_CUR_MAX > 1 &&
            strcmp(nl_langinfo(CODESET), "UTF-8") == 0) {
            return true;
        }
    }
    return false;
}

/* The character set that the locale in force names, when it is not UTF-8; else NULL. "C" and
   "zh_CN" name none, and most terminals where they are set show UTF-8. */
static const char *foreign_charset(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *name = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(names) && (!name || !*name); i++) {
        name = getenv(names[i]);
    }
    const char *dot = name ? strchr(name, '.') : NULL;
    if (!dot || strncasecmp(dot, ".utf-8", 6) == 0 || strncasecmp(dot, ".utf8", 5) == 0) {
        return NULL;
    }
    return dot + 1;
}

/* Is this a terminal type that can be drawn on? newterm() would end the program, or draw garbage.
 */
static enum status check_type(const char *type, int fd, struct err *err)
{
    int found = 0;
    if (!type || !*type) {
        return err_set(
            err, ST_UNSUPPORTED,
            SAY("无法打开控制台", "没有设置 TERM", "例如 TERM=xterm-256color，或使用子命令"),
            SAY("cannot open the console", "TERM is not set",
                "set it, for example TERM=xterm-256color, or use a subcommand"));
    }
    if (setupterm(type, fd, &found) != OK) {
        return err_set(
            err, ST_UNSUPPORTED,
            SAY("无法打开控制台", "系统不认识终端类型 TERM=%s",
                "安装它的 terminfo，或试试 TERM=xterm-256color，或使用子命令"),
            SAY("cannot open the console", "the terminal type TERM=%s is unknown here",
                "install its terminfo entry, try TERM=xterm-256color, or use a subcommand"),
            type);
    }
    const char *cup = tigetstr("cup");
    bool can = cup && cup != (char *)-1;
    del_curterm(cur_term);
    return can ? ST_OK
               : err_set(
                     err, ST_UNSUPPORTED,
                     SAY("无法打开控制台", "终端 TERM=%s 不能定位光标", "换一个终端，或使用子命令"),
                     SAY("cannot open the console", "the terminal TERM=%s cannot move its cursor",
                         "use another terminal, or a subcommand"),
                     type);
}

static enum status check_options(const struct term_options *o, struct err *err)
{
    if (!isatty(o->in) || !isatty(o->out)) {
        return err_set(
            err, ST_IO,
            SAY("无法打开控制台", "输入或输出不是终端", "使用子命令；wxpc --help 列出全部"),
            SAY("cannot open the console", "input or output is not a terminal",
                "use a subcommand; wxpc --help lists them"));
    }
    const char *charset = foreign_charset();
    if (charset) {
        return err_set(
            err, ST_UNSUPPORTED,
            SAY("无法打开控制台", "区域设置说终端用 %.40s，而控制台只画 UTF-8",
                "把终端改为 UTF-8，再用 LC_ALL=C.UTF-8 启动，或使用子命令"),
            SAY("cannot open the console",
                "the locale says that the terminal uses %.40s, and the console draws UTF-8",
                "set the terminal to UTF-8 and start with LC_ALL=C.UTF-8, or use a "
                "subcommand"),
            charset);
    }
    if (!term_set_locale()) {
        return err_set(
            err, ST_UNSUPPORTED,
            SAY("无法打开控制台", "系统没有任何 UTF-8 区域设置", "安装一个，例如 C.UTF-8"),
            SAY("cannot open the console", "the system has no UTF-8 locale",
                "install one, for example C.UTF-8"));
    }
    return ST_OK;
}

/* newterm() without its signal handlers: it leaves signals alone that are not at their default. */
static SCREEN *new_screen(const char *type, FILE *out, FILE *in)
{
    struct sigaction old[ARRAY_COUNT(curses_signals)];
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (size_t i = 0; i < ARRAY_COUNT(curses_signals); i++) {
        sigaction(curses_signals[i], &ignore, &old[i]);
    }
    use_env(FALSE); /* LINES and COLUMNS of a shell are often stale */
    use_tioctl(TRUE);
    SCREEN *screen = newterm(type, out, in);
    for (size_t i = 0; i < ARRAY_COUNT(curses_signals); i++) {
        sigaction(curses_signals[i], &old[i], NULL);
    }
    return screen;
}

bool term_no_color(void)
{
    const char *no_color = getenv("NO_COLOR");
    return no_color && *no_color;
}

static void start_colors(struct term *t, enum term_color wish)
{
    bool off = wish == TERM_COLOR_NEVER || (wish == TERM_COLOR_AUTO && term_no_color());
    if (off || !has_colors() || start_color() != OK) {
        return;
    }
    t->own_ground = use_default_colors() == OK;
    t->colors = tigetflag("RGB") > 0 || COLORS >= DIRECT ? DIRECT
                : COLORS >= 256                          ? 256
                : COLORS >= 16                           ? 16
                                                         : 8;
    t->pair_max = COLOR_PAIRS - 1 < PAIRS_MAX ? COLOR_PAIRS - 1 : PAIRS_MAX;
}

/* Until endwin() was called once, ncurses writes out after every movement of the cursor: a hundred
   writes for one screen. So it is called here, with the output going nowhere; the first doupdate()
   then comes back from it. */
static void leave_once(FILE *out)
{
    int fd = fileno(out);
    int terminal = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (terminal >= 0 && nowhere >= 0 && dup3(nowhere, fd, O_CLOEXEC) == fd) {
        endwin();
        dup3(terminal, fd, O_CLOEXEC);
    }
    if (nowhere >= 0) {
        close(nowhere);
    }
    if (terminal >= 0) {
        close(terminal);
    }
}

static void start_screen(struct term *t, const struct term_options *o)
{
    raw();
    noecho();
    nonl(); /* Enter is CR, not Ctrl-J */
    keypad(stdscr, TRUE);
    typeahead(-1);
    intrflush(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    start_colors(t, o->color);
    leave_once(t->out_file);
}

enum status term_open(const struct term_options *o, struct term **out, struct err *err)
{
    const char *type = o->type ? o->type : getenv("TERM");
    *out = NULL;
    enum status st = check_options(o, err);
    st = st ? st : check_type(type, o->out, err);
    if (st) {
        return st;
    }
    struct term *t = mem_alloc(sizeof *t);
    t->in = o->in;
    t->out = o->out;
    tcgetattr(t->in, &t->saved);
    t->in_file = fdopen(fcntl(t->in, F_DUPFD_CLOEXEC, 3), "r");
    t->out_file = fdopen(fcntl(t->out, F_DUPFD_CLOEXEC, 3), "w");
    t->screen = t->in_file && t->out_file ? new_screen(type, t->out_file, t->in_file) : NULL;
    if (!t->screen) {
        if (t->in_file) {
            fclose(t->in_file);
        }
        if (t->out_file) {
            fclose(t->out_file);
        }
        free(t);
        return err_set(err, ST_IO, SAY("无法打开终端 TERM=%s", "", "使用子命令"),
                       SAY("cannot open the terminal TERM=%s", "", "use a subcommand"), type);
    }
    start_screen(t, o);
    prepare_undo(t);
    open_term = t;
    catch_crashes(t);
    set_mode(t, MODE_PASTE, true);
    *out = t;
    return ST_OK;
}

/* Without another screen to go back from (linux, vt100) ours stays: the shell goes below it, not
   over its last line. */
static void leave(struct term *t)
{
    char back[64];

    write_modes(t, false);
    endwin();
    capability("rmcup", back, sizeof back);
    if (!back[0]) {
        write_str(t, "\r\n");
    }
}

void term_close(struct term *t)
{
    if (!t) {
        return;
    }
    if (!t->suspended && !t->given_back) {
        term_watch(t);
        leave(t);
        term_unwatch();
    }
    tcsetattr(t->in, TCSANOW, &t->saved);
    release_crashes(t);
    open_term = NULL;
    delscreen(t->screen);
    fclose(t->in_file);
    fclose(t->out_file);
    free(t);
}

/* ---- Size and input ---- */

int term_fd(const struct term *t)
{
    return t->in;
}

int term_out(const struct term *t)
{
    return t->out;
}

ssize_t term_read(struct term *t, char *out, size_t size)
{
    for (;;) {
        struct pollfd p = {.fd = t->in, .events = POLLIN};
        int ready = poll(&p, 1, 0);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (ready <= 0) {
            return ready;
        }
        ssize_t n = read(t->in, out, size);
        if (n > 0) {
            return n;
        }
        if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
            return -1;
        }
        if (errno == EAGAIN) {
            return 0;
        }
    }
}

void term_size(const struct term *t, int *cols, int *rows)
{
    (void)t;
    *cols = COLS;
    *rows = LINES;
}

bool term_resize(struct term *t)
{
    struct winsize size;
    if (ioctl(t->out, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0 ||
        (size.ws_row == LINES && size.ws_col == COLS)) {
        return false;
    }
    resize_term(size.ws_row, size.ws_col); /* resizeterm() would also queue a KEY_RESIZE */
    return true;
}

/* ---- Leaving for a while ---- */

bool term_is_suspended(const struct term *t)
{
    return t->suspended;
}

void term_suspend(struct term *t)
{
    if (!t->suspended) {
        leave(t);
        tcsetattr(t->in, TCSANOW, &t->saved);
        t->suspended = true;
    }
}

void term_resume(struct term *t)
{
    if (!t->suspended) {
        return;
    }
    t->suspended = false;
    reset_prog_mode();
    term_resize(t);
    clearok(curscr, TRUE);
    doupdate();
    write_modes(t, true);
}

void term_continued(struct term *t)
{
    /* Touching it in the background would stop the program again. */
    if (t->suspended || tcgetpgrp(t->in) != getpgrp())
        return;
    t->suspended = true;
    term_resume(t);
}

void term_stop(struct term *t)
{
    struct sigaction old;
    struct sigaction act = {.sa_handler = SIG_DFL};
    sigset_t stop, mask;
    bool mine = !t->suspended; /* else it is a program's that stops with us */
    term_suspend(t);
    sigaction(SIGTSTP, &act, &old);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, &mask);
    /* The whole group, so that a script that started us stops too; the kernel ignores it where no
       shell could continue us. */
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &old, NULL);
    if (mine)
        term_resume(t);
}

/* ---- Modes ---- */

void term_mouse(struct term *t, bool on)
{
    set_mode(t, MODE_MOUSE, on);
}

bool term_has_mouse(const struct term *t)
{
    return t->on[MODE_MOUSE];
}

void term_bar(struct term *t, bool on)
{
    set_mode(t, MODE_BAR, on);
}

void term_bell(struct term *t)
{
    write_str(t, "\a");
}

void term_write(struct term *t, const char *data, size_t len)
{
    if (!t->suspended) {
        write_all(t->out, data, len);
    }
}

/* ---- Colours ---- */

int term_colors(const struct term *t)
{
    return t->colors;
}

static unsigned curses_attr(unsigned attr)
{
    return (attr & THEME_BOLD ? A_BOLD : 0) | (attr & THEME_UNDERLINE ? A_UNDERLINE : 0) |
           (attr & THEME_REVERSE ? A_REVERSE : 0) | (attr & THEME_FAINT ? A_DIM : 0);
}

/* The number of a colour for ncurses; `fallback` where the terminal's own cannot be had. */
static int color_number(const struct term *t, const struct theme_style *s, bool ground)
{
    int n = t->colors == 256  ? (ground ? s->bg256 : s->fg256)
            : t->colors < 256 ? (ground ? s->bg16 : s->fg16)
                              : (ground ? s->bg : s->fg);
    if (t->colors == DIRECT && n > 0 && n < 8) {
        n = 0; /* numbers below 8 are the old colours */
    }
    if (t->colors == 8 && n >= 8) {
        n -= 8;
    }
    return n >= 0 || t->own_ground ? n : ground ? COLOR_BLACK : COLOR_WHITE;
}

static int pair_find(struct term *t, int fg, int bg)
{
    bool plain = fg == -1 && bg == -1;
    if (plain) {
        return 0;
    }
    for (int i = 1; i <= t->pair_count; i++) {
        if (t->pairs[i].fg == fg && t->pairs[i].bg == bg) {
            return i;
        }
    }
    if (t->pair_count == t->pair_max || init_extended_pair(t->pair_count + 1, fg, bg) != OK) {
        return 0;
    }
    t->pairs[++t->pair_count] = (struct pair){.fg = fg, .bg = bg};
    return t->pair_count;
}

void term_paint(struct term *t, const struct theme_style *style, unsigned *attr, int *pair)
{
    *pair = 0;
    if (t->colors == 0) {
        *attr = curses_attr(style->mono);
        return;
    }
    /* Of 8 colours the bright ones are the bold ones. */
    *attr = curses_attr(style->attr) | (t->colors == 8 && style->fg16 >= 8 ? A_BOLD : 0);
    *pair = pair_find(t, color_number(t, style, false), color_number(t, style, true));
}

void term_forget_colors(struct term *t)
{
    t->pair_count = 0;
}
