/* SPDX-License-Identifier: MIT */
/*
 * A field's text in the user's editor.
 *
 * The editor gets a file of its own (mode 0600, in a folder of the user's), which is wiped
 * and removed as soon as it has been read back, or the console ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tui/screen.h"

#define END_WAIT 1000 /* ms that an editor has to put its work away when the console is ended */

/* A new file for the editor, in the runtime folder or the temporary one. */
static int make_file(const char *suffix, char *path, size_t size)
{
    const char *dir = getenv("XDG_RUNTIME_DIR");
    if (!dir || dir[0] != '/' || access(dir, W_OK | X_OK))
        dir = getenv("TMPDIR");
    if (!dir || dir[0] != '/')
        dir = "/tmp";
    if (snprintf(path, size, "%s/wxpc-XXXXXX%s", dir, suffix) >= (int)size) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return mkostemps(path, (int)strlen(suffix), O_CLOEXEC);
}

static void wipe_file(const char *path)
{
    static const char zeros[4096];
    /* Whatever the editor put there: not through a link, not waiting for a pipe's reader. */
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        for (off_t done = 0; done < st.st_size; done += (off_t)sizeof(zeros)) {
            if (pwrite(fd, zeros, sizeof(zeros), done) < 0)
                break;
        }
    }
    if (fd >= 0)
        close(fd);
    unlink(path);
}

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

static void forget_editor(struct screen *s)
{
    wipe_file(s->editor.path);
    free(s->editor.path);
    memset(&s->editor, 0, sizeof(s->editor));
}

void screen_editor_open(void *ctx, const char *text, size_t len, const char *suffix,
                        void (*done)(void *done_ctx, const char *text, size_t len), void *done_ctx)
{
    struct screen *s = ctx;
    struct err err = {0};
    char path[4096];

    if (!s->term || s->editor.pid) {
        workspace_say(&s->w, "这里不能打开编辑器", "no editor can be opened here");
        return;
    }
    int fd = make_file(suffix, path, sizeof(path));
    bool ok = fd >= 0 && write_all(fd, text, len);
    if (fd >= 0)
        close(fd);
    if (fd >= 0)
        s->editor = (struct screen_editor){.path = mem_strdup(path), .done = done, .ctx = done_ctx};
    if (!ok) {
        err_set(&err, ST_IO, SAY("编辑器没有打开", "临时文件 %s：%s", "检查磁盘空间和权限"),
                SAY("the editor was not opened", "temporary file %s: %s",
                    "check disk space and permissions"),
                path, strerror(errno));
    } else {
        term_spawn(s->term, term_editor(), path, &s->editor.pid, &err);
    }
    if (err.status) {
        workspace_complain(&s->w, &err);
        if (fd >= 0)
            forget_editor(s);
        surface_redraw(s->grid);
    }
}

/* An editor that failed took its user's word for "no": vi's :cq, a crash, a signal. */
static enum status tell_failed(int how, struct err *err)
{
    if (WIFSIGNALED(how))
        return err_set(
            err, ST_IO,
            SAY("编辑器 %s 被信号 %d 终止", "它写下的内容没有采用", "字段保持原样；可再按 F4"),
            SAY("the editor %s was ended by signal %d", "what it wrote was not taken",
                "the field is as it was; F4 tries again"),
            term_editor(), WTERMSIG(how));
    return err_set(err, ST_IO,
                   SAY("编辑器 %s 以状态 %d 结束", "表示放弃修改或出错", "字段保持原样；可再按 F4"),
                   SAY("the editor %s ended with status %d", "which means given up, or an error",
                       "the field is as it was; F4 tries again"),
                   term_editor(), WEXITSTATUS(how));
}

void screen_editor_done(struct screen *s, int how)
{
    struct screen_editor e = s->editor;
    struct buf text;
    struct err err;

    buf_init(&text, 1u << 20);
    bool well = WIFEXITED(how) && WEXITSTATUS(how) == 0;
    enum status st = well ? store_read(e.path, &text, &err) : tell_failed(how, &err);
    if (st && well)
        err_wrap(&err, "编辑器的内容没有采用", "the editor's text was not taken");
    forget_editor(s);
    s->stale = true;
    if (st)
        workspace_complain(&s->w, &err);
    else
        e.done(e.ctx, buf_str(&text), text.len);
    buf_clear(&text);
}

void screen_editor_end(struct screen *s)
{
    if (!s->editor.pid)
        return;
    kill(s->editor.pid, SIGHUP);
    for (int ms = 0; ms < END_WAIT && waitpid(s->editor.pid, NULL, WNOHANG) == 0; ms += 10)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    forget_editor(s);
}
