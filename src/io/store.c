/* SPDX-License-Identifier: MIT */
/*
 * Files: the folders, reading, replacing, and looking for a name.
 *
 * A name is looked for in the user's folder, the installed one and the program itself. The
 * first place that has it decides: a user's file that cannot be read is an error, not a
 * reason to take another one.
 */
#include "io/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/embed.h"
#include "core/text.h"

#define NAMES_MAX 4096   /* files of one folder */
#define NAME_MAX_LEN 200 /* bytes of a name without ".json" */
#define CHUNK 16384
#define SILENCE_MS 30000 /* how long a pipe may give nothing */
#define WRITER_MS 2000   /* and be without anybody who writes */

/* ---- Folders ---- */

static char *join(const char *folder, const char *rest)
{
    struct buf path;
    buf_init(&path, PATH_MAX);
    buf_addf(&path, "%s/%s", folder, rest);
    return buf_take(&path); /* "" when too long, which no file has */
}

/* The user's home, or NULL: HOME may be missing under cron and in containers. */
static const char *home_dir(void)
{
    const char *home = getenv("HOME");
    if (home && home[0] == '/') {
        return home;
    }
    const struct passwd *user = getpwuid(getuid());
    return user && user->pw_dir && user->pw_dir[0] == '/' ? user->pw_dir : NULL;
}

/* $VARIABLE/wxpc, else ~/FALLBACK/wxpc; NULL if there is neither. XDG ignores relative values. */
static char *xdg_dir(const char *variable, const char *fallback)
{
    const char *value = getenv(variable);
    if (value && value[0] == '/') {
        return join(value, "wxpc");
    }
    const char *home = home_dir();
    return home ? join(home, fallback) : NULL;
}

enum status store_open(struct store *s, const char *data, struct err *err)
{
    *s = (struct store){0};
    if (data && !data[0]) {
        return err_set(err, ST_ARGUMENT,
                       SAY("--data 是空的", "需要一个文件夹", "例如 --data ./data"),
                       SAY("--data is empty", "it takes a folder", "for example --data ./data"));
    }
    struct stat st;
    if (data && (stat(data, &st) == 0 ? !S_ISDIR(st.st_mode) : errno == ENOTDIR)) {
        return err_set(
            err, ST_ARGUMENT, SAY("--data 的 %s 不是文件夹", "", "给出一个文件夹；没有时会建立"),
            SAY("%s of --data is no folder", "", "give a folder; one that is not there is made"),
            data);
    }
    s->config_dir = xdg_dir("XDG_CONFIG_HOME", ".config/wxpc");
    s->data_dir = data ? mem_strdup(data) : xdg_dir("XDG_DATA_HOME", ".local/share/wxpc");
    if (stat(WXPC_DATADIR, &st) == 0 && S_ISDIR(st.st_mode)) {
        s->share_dir = mem_strdup(WXPC_DATADIR);
    }
    return ST_OK;
}

void store_close(struct store *s)
{
    free(s->config_dir);
    free(s->data_dir);
    free(s->share_dir);
    *s = (struct store){0};
}

/* ---- Reading ---- */

static enum status say_read(const char *path, int number, struct err *err)
{
    bool missing = number == ENOENT || number == ENOTDIR;
    const char *zh = "检查路径和权限", *en = "check the path and its permissions";
    if (missing) {
        zh = "检查路径的拼写";
        en = "check the spelling of the path";
    }
    const char *reason = strerror(number);
    return err_set(err, missing ? ST_NOT_FOUND : ST_IO, SAY("无法读取 %s", "%s", "%s%.0s"),
                   SAY("cannot read %s", "%s", "%.0s%s"), path, reason, zh, en);
}

static enum status say_large(const char *path, size_t max, struct err *err)
{
    return err_set(err, ST_LIMIT, SAY("%s 过大", "超过了 %zu 字节的上限", "确认这就是要读的文件"),
                   SAY("%s is too large", "it is over the limit of %zu bytes",
                       "make sure that this is the file to read"),
                   path, max);
}

/* Refuses what cannot be read as a file, before a byte is read. */
static enum status check_kind(const char *path, int fd, size_t max, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return say_read(path, errno, err);
    }
    if (S_ISDIR(st.st_mode)) {
        return err_set(err, ST_IO, SAY("无法读取 %s", "这是一个文件夹", "给出其中的文件"),
                       SAY("cannot read %s", "it is a folder", "name a file in it"), path);
    }
    if (S_ISREG(st.st_mode) && (unsigned long long)st.st_size > max) {
        return say_large(path, max, err);
    }
    return ST_OK;
}

/* Reads up to CHUNK bytes; waits where a pipe has nothing yet. */
static ssize_t read_some(int fd, char *chunk, bool wait)
{
    for (;;) {
        ssize_t n = read(fd, chunk, CHUNK);
        if (n >= 0 || (errno != EINTR && errno != EAGAIN)) {
            return n;
        }
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (errno == EAGAIN && poll(&p, 1, wait ? -1 : SILENCE_MS) == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
    }
}

/* Before its writer has come, a named pipe reads like an empty file. */
static enum status wait_for_writer(const char *path, int fd, struct err *err)
{
    struct stat st;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (fstat(fd, &st) != 0 || !S_ISFIFO(st.st_mode) || poll(&p, 1, 0) != 0) {
        return ST_OK; /* one who has come and gone is told by POLLHUP */
    }
    if (poll(&p, 1, WRITER_MS) != 0) {
        return ST_OK;
    }
    return err_set(
        err, ST_IO, SAY("无法读取 %s", "没有程序向这个管道写入", "先启动写入的程序"),
        SAY("cannot read %s", "nobody writes to this pipe", "start the program that does, first"),
        path);
}

static enum status read_all(const char *path, int fd, struct buf *out, struct err *err)
{
    char chunk[CHUNK];
    enum status st = check_kind(path, fd, out->max, err);
    bool waited = fd == STDIN_FILENO;
    while (!st) {
        ssize_t n = read_some(fd, chunk, fd == STDIN_FILENO);
        if (n == 0 && out->len == 0 && !waited) {
            waited = true;
            st = wait_for_writer(path, fd, err);
            continue;
        }
        if (n <= 0) {
            st = n < 0 ? say_read(path, errno, err) : ST_OK;
            break;
        }
        buf_add(out, chunk, (size_t)n);
        if (buf_status(out)) {
            st = say_large(path, out->max, err);
        }
    }
    if (out->secret) {
        mem_wipe(chunk, sizeof chunk);
    }
    if (st) {
        buf_clear(out);
    }
    return st;
}

enum status store_read(const char *path, struct buf *out, struct err *err)
{
    if (strcmp(path, "-") == 0) {
        return read_all("(stdin)", STDIN_FILENO, out, err);
    }
    /* Non-blocking: opening a named pipe that nobody writes must not wait for ever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return say_read(path, errno, err);
    }
    enum status st = read_all(path, fd, out, err);
    close(fd);
    return st;
}

/* ---- Replacing ---- */

static enum status say_write(const char *path, int number, struct err *err)
{
    const char *reason = strerror(number);
    return err_set(
        err, ST_IO, SAY("无法写入 %s", "%s", "检查文件夹的权限和磁盘空间"),
        SAY("cannot write %s", "%s", "check the folder's permissions and the space left"), path,
        reason);
}

int store_make_folders(const char *path)
{
    char *copy = mem_strdup(path);
    int wrong = 0;
    for (char *slash = strchr(copy + 1, '/'); slash && !wrong; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int number = mkdir(copy, 0700) < 0 ? errno : 0;
        if (number && access(copy, F_OK) < 0)
            wrong = number;
        *slash = '/';
    }
    free(copy);
    return wrong;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* A rename is lasting only once its folder is. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == path ? mem_strdup("/")
                   : slash       ? mem_strndup(path, (size_t)(slash - path))
                                 : mem_strdup(".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

static enum status replace(const char *path, const char *data, size_t len, unsigned mode,
                           struct err *err)
{
    struct buf temp;
    int wrong = store_make_folders(path);
    if (wrong)
        return say_write(path, wrong, err);
    buf_init(&temp, PATH_MAX);
    buf_addf(&temp, "%s.XXXXXX", path);
    int fd = buf_status(&temp) ? (errno = ENAMETOOLONG, -1) : mkostemp(temp.data, O_CLOEXEC);
    if (fd < 0) {
        enum status st = say_write(path, errno, err);
        buf_clear(&temp);
        return st;
    }
    bool good = fchmod(fd, mode) == 0 && write_all(fd, data, len) && fsync(fd) == 0;
    int number = errno;
    close(fd);
    if (good && rename(temp.data, path) != 0) {
        good = false;
        number = errno;
    }
    if (!good) {
        unlink(temp.data);
    }
    buf_clear(&temp);
    if (!good) {
        return say_write(path, number, err);
    }
    sync_folder(path);
    return ST_OK;
}

enum status store_write(const char *path, const char *data, size_t len, unsigned mode,
                        struct err *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return err_set(err, ST_REFUSED, SAY("不写入 %s", "它不是普通文件", "换一个路径"),
                       SAY("%s is not written", "it is no regular file", "choose another path"),
                       path);
    }
    /* Behind a symbolic link (a folder of dot files, say) the file is replaced, not the link. */
    char *real = realpath(path, NULL);
    enum status result = replace(real ? real : path, data, len, mode, err);
    free(real);
    return result;
}

bool store_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* ---- Names ---- */

struct name {
    char *text;
    char *origin;
};

struct name_list {
    struct name *items;
    size_t count;
};

static void names_clear(struct name_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].text);
        free(list->items[i].origin);
    }
    free(list->items);
    *list = (struct name_list){0};
}

/* Adds `file` without ".json" unless it is known, hidden, a schema or no JSON. `origin` is moved.
 */
static void names_add(struct name_list *list, const char *file, char *origin)
{
    size_t len = strlen(file);
    bool fits = len > 5 && len - 5 <= NAME_MAX_LEN && strcmp(file + len - 5, ".json") == 0 &&
                file[0] != '.' && !(len > 12 && strcmp(file + len - 12, ".schema.json") == 0);
    for (size_t i = 0; fits && i < list->count; i++) {
        fits = strncmp(list->items[i].text, file, len - 5) != 0 || list->items[i].text[len - 5];
    }
    if (!fits || list->count >= NAMES_MAX) {
        free(origin);
        return;
    }
    list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct name){mem_strndup(file, len - 5), origin};
}

static void names_add_folder(struct name_list *list, const char *base, const char *folder)
{
    if (!base) {
        return;
    }
    char *path = join(base, folder);
    DIR *dir = opendir(path);
    const struct dirent *entry = NULL;
    while (dir && (entry = readdir(dir))) {
        char *file = join(path, entry->d_name);
        struct stat st;
        if (stat(file, &st) != 0 || S_ISREG(st.st_mode)) { /* a link to nowhere is told */
            names_add(list, entry->d_name, file);
        } else {
            free(file);
        }
    }
    if (dir) {
        closedir(dir);
    }
    free(path);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

static void names_read(const struct store *s, const char *folder, struct name_list *list)
{
    size_t count = 0;
    const struct embed_file *files = embed_files(&count);
    names_add_folder(list, s->config_dir, folder);
    names_add_folder(list, s->share_dir, folder);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(files[i].folder, folder) == 0) {
            names_add(list, files[i].name, mem_strdup("built-in"));
        }
    }
    if (list->count > 0) {
        qsort(list->items, list->count, sizeof *list->items, by_text);
    }
}

void store_list(const struct store *s, const char *folder, store_name_fn fn, void *ctx)
{
    struct name_list list = {0};
    names_read(s, folder, &list);
    for (size_t i = 0; i < list.count; i++) {
        fn(ctx, list.items[i].text, list.items[i].origin);
    }
    names_clear(&list);
}

static const char *name_at(const void *ctx, size_t index)
{
    const struct name_list *list = ctx;
    return index < list->count ? list->items[index].text : NULL;
}

/* The first name that holds `part`; NULL if there is none. */
static const char *name_with(const struct name_list *list, const char *part)
{
    for (size_t i = 0; part[0] && i < list->count; i++) {
        if (text_has_nocase(list->items[i].text, part))
            return list->items[i].text;
    }
    return NULL;
}

/* "not found", with the nearest name or where files of this kind are looked for. */
static enum status say_unknown(const struct store *s, const char *folder, const char *name,
                               struct err *err)
{
    struct name_list list = {0};
    names_read(s, folder, &list);
    const char *near = text_nearest(name, name_at, &list);
    if (!near)
        near = name_with(&list, name);
    if (near) {
        err_set(err, ST_NOT_FOUND, SAY("%s/ 里没有 “%s”", "", "是否想写 “%s”？"),
                SAY("there is no \"%2$s\" in %1$s/", "", "did you mean \"%3$s\"?"), folder, name,
                near);
    } else {
        err_set(err, ST_NOT_FOUND, SAY("%1$s/ 里没有 “%2$s”", "", "文件应放在 %3$s/%1$s/%2$s.json"),
                SAY("there is no \"%2$s\" in %1$s/", "", "its file would be %3$s/%1$s/%2$s.json"),
                folder, name, s->config_dir ? s->config_dir : "$XDG_CONFIG_HOME/wxpc");
    }
    names_clear(&list);
    return ST_NOT_FOUND;
}

/* Reads base/folder/name.json; ST_NOT_FOUND lets the search go on. */
static enum status load_from(const char *base, const char *folder, const char *name,
                             struct buf *out, char **origin, struct err *err)
{
    char rest[NAME_MAX_LEN + 64];
    snprintf(rest, sizeof rest, "%.32s/%.*s.json", folder, NAME_MAX_LEN, name);
    char *path = base ? join(base, rest) : NULL;
    if (!path) {
        return ST_NOT_FOUND;
    }
    enum status st = store_read(path, out, err);
    if (!st && origin) {
        *origin = path;
        return ST_OK;
    }
    free(path);
    return st;
}

static enum status load_embedded(const char *folder, const char *name, struct buf *out,
                                 char **origin)
{
    size_t count = 0, len = strlen(name);
    const struct embed_file *files = embed_files(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(files[i].folder, folder) == 0 && strncmp(files[i].name, name, len) == 0 &&
            strcmp(files[i].name + len, ".json") == 0) {
            buf_add(out, files[i].text, files[i].len);
            if (origin) {
                *origin = mem_strdup("built-in");
            }
            return buf_status(out);
        }
    }
    return ST_NOT_FOUND;
}

enum status store_load(const struct store *s, const char *folder, const char *name, struct buf *out,
                       char **origin, struct err *err)
{
    if (!name[0] || name[0] == '.' || strchr(name, '/') || strlen(name) > NAME_MAX_LEN) {
        return err_set(err, ST_ARGUMENT,
                       SAY("“%s” 不是名称", "名称里没有 / 且不以 . 开头", "只写名称"),
                       SAY("\"%s\" is no name", "a name has no / and does not begin with a dot",
                           "write the name alone"),
                       name);
    }
    struct err why = {0};
    enum status st = load_from(s->config_dir, folder, name, out, origin, &why);
    if (st == ST_NOT_FOUND) {
        st = load_from(s->share_dir, folder, name, out, origin, &why);
    }
    if (st == ST_NOT_FOUND) {
        st = load_embedded(folder, name, out, origin);
    }
    if (st == ST_NOT_FOUND) {
        return say_unknown(s, folder, name, err);
    }
    if (st && err) {
        *err = why;
    }
    return st;
}

/* ---- Catalogue ---- */

static void add_overlays(struct catalog *c, const char *base)
{
    struct name_list list = {0};
    names_add_folder(&list, base, "apis");
    if (list.count > 0) {
        qsort(list.items, list.count, sizeof *list.items, by_text);
    }
    for (size_t i = 0; i < list.count; i++) {
        struct buf text;
        struct err why = {0};
        buf_init(&text, STORE_FILE_MAX);
        if (store_read(list.items[i].origin, &text, &why)) {
            catalog_reject(c, list.items[i].origin, &why);
        } else {
            catalog_add(c, buf_str(&text), text.len, list.items[i].origin, NULL);
        }
        buf_clear(&text);
    }
    names_clear(&list);
}

enum status store_catalog(const struct store *s, struct catalog *c, struct err *err)
{
    enum status st = catalog_load_embedded(c, err);
    if (st) {
        return st;
    }
    add_overlays(c, s->share_dir);
    add_overlays(c, s->config_dir);
    return ST_OK;
}
