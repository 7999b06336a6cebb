/* SPDX-License-Identifier: MIT */
/*
 * Programs that a terminal's user has: editor, pager, clipboard tools.
 *
 * No shell is ever started: a command is words between blanks, a file name is one argument
 * whatever it holds.
 */
#include "tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/digest.h"
#include "io/store.h"

#define WORDS_MAX 32
#define TOOL_WAIT 300 /* milliseconds that a clipboard tool may take before we believe it */

/* ---- Children ---- */

/* Cuts `words` at blanks into argv, which is closed by `last` (may be NULL) and NULL. False: no
   word, or too many. */
static bool split(char *words, const char *last, char *argv[WORDS_MAX + 2])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *w = strtok_r(words, " \t", &rest); w; w = strtok_r(NULL, " \t", &rest)) {
        if (count == WORDS_MAX) {
            return false;
        }
        argv[count++] = w;
    }
    bool any = count > 0;
    if (last) {
        argv[count++] = (char *)last;
    }
    argv[count] = NULL;
    return any;
}

enum status term_spawn(struct term *t, const char *command, const char *file, pid_t *pid,
                       struct err *err)
{
    char *argv[WORDS_MAX + 2];
    char *words = mem_strdup(command);
    enum status st = ST_OK;
    if (!split(words, file, argv)) {
        st = err_set(err, ST_ARGUMENT,
                     SAY("无法运行 \"%s\"", "命令是空的或词太多", "检查 EDITOR 或 PAGER"),
                     SAY("cannot run \"%s\"", "the command is empty or has too many words",
                         "look at EDITOR or PAGER"),
                     command);
        free(words);
        return st;
    }
    term_suspend(t);
    int out = term_out(t);
    int error = store_child_start(&(struct store_child){argv, term_fd(t), out, out}, pid);
    if (error) {
        term_resume(t);
        st = err_set(err, error == ENOENT ? ST_NOT_FOUND : ST_IO,
                     SAY("无法运行 %s", "%s", "检查 EDITOR 或 PAGER"),
                     SAY("cannot run %s", "%s", "look at EDITOR or PAGER"), argv[0],
                     strerror(error));
    }
    free(words);
    return st;
}

static const char *first_set(const char *a, const char *b, const char *fallback)
{
    const char *value = getenv(a);
    if (!value || !*value) {
        value = b ? getenv(b) : NULL;
    }
    return value && *value ? value : fallback;
}

const char *term_editor(void)
{
    return first_set("VISUAL", "EDITOR", "vi");
}

const char *term_pager(void)
{
    return first_set("PAGER", NULL, "less");
}

/* ---- Clipboard ---- */

static const struct {
    const char *display; /* the variable that says there is one to copy to; NULL: always */
    const char *argv[4];
} tools[] = {
    {"WAYLAND_DISPLAY", {"wl-copy"}},
    {"DISPLAY", {"xclip", "-selection", "clipboard"}},
    {"DISPLAY", {"xsel", "--clipboard", "--input"}},
#ifdef __APPLE__
    {NULL, {"pbcopy"}},
#endif
};

/* A descriptor to read the text from: a file in memory, so that a tool that hangs cannot make us
   wait. */
static int text_file(const char *text, size_t len)
{
    int fd = memfd_create("clipboard", MFD_CLOEXEC);
    if (fd >= 0 && (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Did the tool take it? Some stay to serve the clipboard; these we believe after a while. */
static bool tool_took_it(pid_t pid)
{
    for (int ms = 0; ms < TOOL_WAIT; ms += 2) {
        int how;
        pid_t ended = waitpid(pid, &how, WNOHANG);
        if (ended != 0) {
            return ended == pid && WIFEXITED(how) && WEXITSTATUS(how) == 0;
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return true;
}

static const char *copy_by_tool(const char *text, size_t len)
{
    const char *tool = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(tools) && !tool; i++) {
        const char *display = tools[i].display ? getenv(tools[i].display) : "";
        if (!display || (tools[i].display && !*display)) {
            continue;
        }
        char *argv[5] = {0};
        memcpy(argv, tools[i].argv, sizeof tools[i].argv);
        pid_t pid;
        int in = text_file(text, len);
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        struct store_child child = {argv, in, null, null};
        if (in >= 0 && null >= 0 && store_child_start(&child, &pid) == 0 && tool_took_it(pid)) {
            tool = argv[0];
        }
        close(in);
        close(null);
    }
    return tool;
}

/* OSC 52. tmux takes it as its own or, if it may pass on what programs send, wrapped. */
static void copy_by_terminal(struct term *t, const char *text, size_t len)
{
    struct buf code, out;
    const char *tmux = getenv("TMUX");
    buf_init_secret(&code, 2 * (size_t)TERM_COPY_MAX);
    buf_init_secret(&out, 5 * (size_t)TERM_COPY_MAX);
    base64_write(&code, text, len);
    buf_addf(&out, "\x1b]52;c;%s\a", buf_str(&code));
    if (tmux && *tmux) {
        buf_addf(&out, "\x1bPtmux;\x1b\x1b]52;c;%s\a\x1b\\", buf_str(&code));
    }
    term_write(t, buf_str(&out), out.len);
    buf_clear(&code);
    buf_clear(&out);
}

enum status term_copy(struct term *t, const char *text, size_t len, const char **tool,
                      struct err *err)
{
    *tool = copy_by_tool(text, len);
    if (*tool) {
        return ST_OK;
    }
    if (len > TERM_COPY_MAX) {
        return err_set(err, ST_LIMIT,
                       SAY("没有复制", "%zu 字节，经终端最多复制 %u 字节", "改为保存到文件"),
                       SAY("not copied", "%zu bytes, the terminal takes at most %u",
                           "save it to a file instead"),
                       len, TERM_COPY_MAX);
    }
    copy_by_terminal(t, text, len);
    return ST_OK;
}
