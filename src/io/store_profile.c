/* SPDX-License-Identifier: MIT */
/*
 * Profiles on disk, and fetching the keys they name.
 *
 * A key is only ever in secret buffers, which are wiped, and in the profile. What a key
 * command writes to its standard error may be quoted; its standard output never is.
 */
#include "io/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMAND_MS 10000
#define TICK_MS 20        /* how often a command's end is looked for */
#define COMPLAINT_MAX 200 /* bytes quoted of its standard error */

/* ---- Keys ---- */

static enum status say_no_key(enum status st, const char *where, struct bi why, struct err *err)
{
    return err_set(err, st, SAY("%s 里没有可用的密钥", "%s%.0s", "给出一个 API 密钥（32 个字节）"),
                   SAY("%s holds no usable key", "%.0s%s", "give an API key (32 bytes)"), where,
                   why.zh, why.en);
}

/* Takes the key out of what was read: without trailing newlines, refused if it cannot be one. */
static enum status take_key(const char *text, size_t len, const char *where, struct secret *out,
                            struct err *err)
{
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r')) {
        len--;
    }
    if (len == 0) {
        return say_no_key(ST_ARGUMENT, where, (struct bi){"内容是空的", "it is empty"}, err);
    }
    if (memchr(text, '\0', len)) {
        return say_no_key(ST_ARGUMENT, where,
                          (struct bi){"其中有 NUL 字节", "there is a NUL byte in it"}, err);
    }
    if (len > SECRET_MAX || !secret_set(out, text, len)) {
        return say_no_key(ST_LIMIT, where, (struct bi){"超过 4096 字节", "it is over 4096 bytes"},
                          err);
    }
    return ST_OK;
}

enum status store_key_file(const char *path, struct secret *out, struct err *err)
{
    struct buf text;
    buf_init_secret(&text, STORE_FILE_MAX);
    enum status st = store_read(path, &text, err);
    if (!st) {
        st = take_key(buf_str(&text), text.len, path, out, err);
    }
    buf_clear(&text);
    return st;
}

static enum status key_variable(const char *name, struct secret *out, struct err *err)
{
    char where[160];
    const char *value = getenv(name);
    if (!value) {
        return err_set(
            err, ST_NOT_FOUND,
            SAY("没有取到密钥", "环境变量 %s 没有设置", "先执行 export %s=…，不要写在命令行里"),
            SAY("the key was not fetched", "the environment variable %s is not set",
                "export %s first; do not write it on a command line"),
            name, name);
    }
    snprintf(where, sizeof where, "$%.150s", name);
    return take_key(value, strlen(value), where, out, err);
}

/* ---- Key commands ---- */

/* A command under way, with what it wrote. */
struct command {
    const char *program;
    pid_t pid;
    int fds[2]; /* its standard output and error; -1 once closed */
    struct buf texts[2];
    int status; /* of waitpid */
};

/* Starts it; returns 0 or errno. */
static int start_command(struct command *c, char *const *argv)
{
    int out[2], complaint[2];
    if (pipe2(out, O_CLOEXEC) != 0) {
        return errno;
    }
    if (pipe2(complaint, O_CLOEXEC) != 0) {
        int number = errno;
        close(out[0]);
        close(out[1]);
        return number;
    }
    struct store_child child = {argv, -1, out[1], complaint[1]};
    int number = store_child_start(&child, &c->pid);
    close(out[1]);
    close(complaint[1]);
    c->fds[0] = out[0];
    c->fds[1] = complaint[0];
    return number;
}

/* Reads what is there from one of its pipes; closes it at the end. */
static void read_pipe(struct command *c, int i)
{
    char chunk[1024];
    ssize_t n = read(c->fds[i], chunk, sizeof chunk);
    if (n > 0) {
        size_t room = c->texts[i].max - c->texts[i].len;
        buf_add(&c->texts[i], chunk, (size_t)n < room ? (size_t)n : room);
    } else if (n == 0 || errno != EINTR) {
        close(c->fds[i]);
        c->fds[i] = -1;
    }
    mem_wipe(chunk, sizeof chunk);
}

static void read_pipes(struct command *c, int wait_ms)
{
    struct pollfd p[2] = {{.fd = c->fds[0], .events = POLLIN}, {.fd = c->fds[1], .events = POLLIN}};
    if (poll(p, 2, wait_ms) > 0) {
        for (int i = 0; i < 2; i++) {
            if (p[i].revents) {
                read_pipe(c, i);
            }
        }
    }
}

static long long clock_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for its end, reading along; false if it had to be killed. A child of its own that keeps the
   pipes open is not waited for. */
static bool finish_command(struct command *c)
{
    long long end = clock_ms() + COMMAND_MS;
    for (;;) {
        bool open = c->fds[0] >= 0 || c->fds[1] >= 0;
        read_pipes(c, open ? TICK_MS : 1);
        if (waitpid(c->pid, &c->status, WNOHANG) == c->pid) {
            break;
        }
        if (clock_ms() >= end) {
            kill(c->pid, SIGKILL);
            waitpid(c->pid, &c->status, 0);
            return false;
        }
    }
    for (int left = 64; left > 0 && (c->fds[0] >= 0 || c->fds[1] >= 0); left--) {
        read_pipes(c, 0);
    }
    return true;
}

/* Ends the text at its first newline. */
static void cut_line(struct buf *text)
{
    const char *end = text->len > 0 ? memchr(text->data, '\n', text->len) : NULL;
    if (end) {
        buf_cut(text, (size_t)(end - text->data));
    }
}

static enum status judge_command(struct command *c, bool ended, struct secret *out, struct err *err)
{
    cut_line(&c->texts[0]);
    cut_line(&c->texts[1]);
    const char *complaint = buf_str(&c->texts[1]);
    const char *en_colon = complaint[0] ? ": " : "", *zh_colon = complaint[0] ? "：" : "";
    if (!ended) {
        return err_set(err, ST_TIMEOUT,
                       SAY("取密钥的命令 %s 没有结束", "10 秒内没有完成，已终止%.0s%s%s",
                           "在终端里单独运行它看看"),
                       SAY("the key command %s did not end",
                           "it took over 10 s and was killed%s%.0s%s",
                           "try it alone in a terminal"),
                       c->program, en_colon, zh_colon, complaint);
    }
    if (!WIFEXITED(c->status) || WEXITSTATUS(c->status) != 0) {
        int number = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : 128 + WTERMSIG(c->status);
        return err_set(err, ST_IO,
                       SAY("取密钥的命令 %s 失败", "退出状态 %d%.0s%s%s", "在终端里单独运行它看看"),
                       SAY("the key command %s failed", "exit status %d%s%.0s%s",
                           "try it alone in a terminal"),
                       c->program, number, en_colon, zh_colon, complaint);
    }
    return take_key(buf_str(&c->texts[0]), c->texts[0].len, c->program, out, err);
}

static enum status key_command(char *const *argv, struct secret *out, struct err *err)
{
    struct command c = {.program = argv[0], .fds = {-1, -1}};
    buf_init_secret(&c.texts[0], SECRET_MAX + 1024);
    buf_init(&c.texts[1], COMPLAINT_MAX);
    int number = start_command(&c, argv);
    enum status st;
    if (number) {
        const char *reason = strerror(number);
        st = err_set(err, number == ENOENT ? ST_NOT_FOUND : ST_IO,
                     SAY("取密钥的命令 %s 无法启动", "%s",
                         "检查程序名；命令不经过 shell，每个词写成一个数组元素"),
                     SAY("the key command %s cannot be started", "%s",
                         "check the program's name; there is no shell, each word is an element of "
                         "the array"),
                     argv[0], reason);
    } else {
        bool ended = finish_command(&c);
        st = judge_command(&c, ended, out, err);
    }
    for (int i = 0; i < 2; i++) {
        if (c.fds[i] >= 0) {
            close(c.fds[i]);
        }
        buf_clear(&c.texts[i]);
    }
    return st;
}

char *store_profile_path(const struct profile *p, const char *path)
{
    const char *slash = p->path ? strrchr(p->path, '/') : NULL;
    struct buf out;
    buf_init(&out, PATH_MAX);
    if (!path) {
        return NULL;
    }
    if (path[0] == '~' && path[1] == '/') {
        const char *home = getenv("HOME");
        const struct passwd *user = home ? NULL : getpwuid(getuid());
        buf_addf(&out, "%s%s", home ? home : user ? user->pw_dir : "", path + 1);
    } else if (path[0] == '/' || !slash) {
        buf_adds(&out, path);
    } else {
        buf_addf(&out, "%.*s/%s", (int)(slash - p->path), p->path, path);
    }
    return buf_take(&out);
}

void store_profile_resolve(struct profile *p)
{
    char **const paths[] = {&p->client_cert, &p->client_key, &p->ca_file};
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
        char *path = store_profile_path(p, *paths[i]);
        free(*paths[i]);
        *paths[i] = path;
    }
}

enum status store_key(const struct profile *p, struct key_ref *key, struct err *err)
{
    if (secret_is_set(&key->value)) {
        return ST_OK;
    }
    switch (key->source) {
    case KEY_ENV:
        return key_variable(key->name, &key->value, err);
    case KEY_COMMAND:
        return key_command(key->argv, &key->value, err);
    case KEY_FILE: {
        char *path = store_profile_path(p, key->name);
        enum status st = store_key_file(path, &key->value, err);
        free(path);
        return st;
    }
    default:
        return ST_OK;
    }
}

/* ---- Profiles ---- */

static struct err *add_warning(struct profile *p)
{
    return p->warning_count < PROFILE_WARNINGS_MAX ? &p->warnings[p->warning_count++] : NULL;
}

static void warn_mode(struct profile *p, const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077)) {
        err_set(add_warning(p), ST_REFUSED, "%s 的权限是 %03o，别的用户可以读到，请执行 chmod 600",
                "%s has mode %03o, so others may read it; run chmod 600 on it", path,
                (unsigned)st.st_mode & 0777);
    }
}

static void warn_key(struct profile *p, const struct key_ref *key)
{
    if (key->source == KEY_FILE) {
        char *path = store_profile_path(p, key->name);
        warn_mode(p, path);
        free(path);
    }
}

/* What only the disk can tell. Installed profiles are public, a user's are not. */
static void add_warnings(const struct store *s, struct profile *p, const char *name)
{
    size_t len = s->config_dir ? strlen(s->config_dir) : 0;
    if (p->path && len > 0 && strncmp(p->path, s->config_dir, len) == 0) {
        warn_mode(p, p->path);
    }
    warn_key(p, &p->key);
    for (size_t i = 0; i < p->other_key_count; i++) {
        warn_key(p, &p->other_keys[i].key);
    }
    if (strcmp(p->name, name) != 0) {
        err_set(add_warning(p), ST_CONFLICT, "文件名是 %s，其中的 name 却是 %s，以文件名为准",
                "the file is called %s but its name is %s; the file's counts", name, p->name);
        free(p->name);
        p->name = mem_strdup(name);
    }
}

static enum status fetch_keys(struct profile *p, struct err *err)
{
    enum status st = store_key(p, &p->key, err);
    for (size_t i = 0; !st && i < p->other_key_count; i++) {
        struct err why = {0};
        if (store_key(p, &p->other_keys[i].key, &why)) {
            struct err *warning = add_warning(p);
            err_wrap(&why, "%s", "%s", p->other_keys[i].label);
            if (warning) {
                *warning = why;
            }
        }
    }
    return st;
}

enum status store_profile(const struct store *s, const char *name, bool lazy, struct profile *out,
                          struct err *err)
{
    struct buf text;
    char *origin = NULL;
    buf_init_secret(&text, STORE_FILE_MAX);
    enum status st = store_load(s, "profiles", name, &text, &origin, err);
    if (!st) {
        st = profile_from_json(buf_str(&text), text.len, origin, out, err);
    }
    buf_clear(&text);
    if (st) {
        free(origin);
        return st;
    }
    if (strcmp(origin, "built-in") != 0) {
        out->path = origin;
    } else {
        free(origin);
    }
    add_warnings(s, out, name);
    st = lazy ? ST_OK : fetch_keys(out, err);
    if (st) {
        err_wrap(err, "商户配置 %s", "profile %s", name);
        profile_clear(out);
    }
    return st;
}

/* The file of profile `name` in the user's folder. */
static enum status profile_file(const struct store *s, const char *name, char **out,
                                struct err *err)
{
    if (!profile_name_valid(name)) {
        return err_set(err, ST_ARGUMENT,
                       SAY("“%s” 不能作商户配置的名称", "名称由 1 到 64 个字母、数字、- _ . 组成",
                           "换一个名称"),
                       SAY("\"%s\" cannot be a profile's name",
                           "it takes 1 to 64 letters, digits, '-', '_' or '.'", "choose another"),
                       name ? name : "");
    }
    if (!s->config_dir) {
        return err_set(err, ST_IO,
                       SAY("无法保存", "不知道主目录在哪里", "设置 HOME 或 XDG_CONFIG_HOME"),
                       SAY("nothing can be saved", "the home folder is unknown",
                           "set HOME or XDG_CONFIG_HOME"));
    }
    struct buf path;
    buf_init(&path, PATH_MAX);
    buf_addf(&path, "%s/profiles/%s.json", s->config_dir, name);
    *out = buf_take(&path);
    return ST_OK;
}

enum status store_profile_save(const struct store *s, const struct profile *p, struct err *err)
{
    char *path = NULL;
    enum status st = profile_file(s, p->name, &path, err);
    if (st) {
        return st;
    }
    struct buf text;
    buf_init_secret(&text, STORE_FILE_MAX);
    profile_to_json(p, &text);
    st = buf_status(&text) ? err_set(err, ST_LIMIT, SAY("商户配置 %s 过大", "", "删去多余的成员"),
                                     SAY("profile %s is too large", "", "remove members"), p->name)
                           : store_write(path, buf_str(&text), text.len, 0600, err);
    buf_clear(&text);
    free(path);
    return st;
}

/* Remembers whether `name` is among the names. */
struct search {
    const char *name;
    bool built_in;
};

static void see_name(void *ctx, const char *name, const char *origin)
{
    struct search *search = ctx;
    (void)origin;
    search->built_in = search->built_in || strcmp(search->name, name) == 0;
}

enum status store_profile_remove(const struct store *s, const char *name, struct err *err)
{
    char *path = NULL;
    enum status st = profile_file(s, name, &path, err);
    if (st) {
        return st;
    }
    struct search search = {.name = name};
    if (unlink(path) != 0) {
        int number = errno;
        store_list(s, "profiles", see_name, &search);
        if (number == ENOENT && search.built_in) {
            st = err_set(err, ST_REFUSED,
                         SAY("商户配置 %s 不能删除", "它是内置的", "用自己的同名文件可以盖过它"),
                         SAY("profile %s cannot be removed", "it is built in",
                             "a file of your own with its name hides it"),
                         name);
        } else if (number == ENOENT) {
            struct buf none;
            buf_init(&none, 0);
            st = store_load(s, "profiles", name, &none, NULL, err);
            buf_clear(&none);
        } else {
            const char *reason = strerror(number);
            st = err_set(err, ST_IO, SAY("无法删除 %s", "%s", "检查文件夹的权限"),
                         SAY("cannot remove %s", "%s", "check the folder's permissions"), path,
                         reason);
        }
    }
    free(path);
    return st;
}
