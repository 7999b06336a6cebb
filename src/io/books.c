/* SPDX-License-Identifier: MIT */
/*
 * The first line says the version. Each line is one write() to a descriptor opened for
 * appending, so two sandboxes on one folder do not tear each other's lines.
 */
#include "io/books.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/json.h"
#include "core/ledger_json.h"
#include "io/store.h"

#define BOOKS_MAX (256u << 20) /* bytes */
#define FIRST_LINE "{\"wxpc_sandbox\":1}\n"

struct books {
    char *path;
    int fd; /* -1 before the first order */
    struct delivery_kept *kept;
    size_t kept_count, kept_cap;
};

static enum status not_ours(struct err *err)
{
    return err_set(err, ST_UNSUPPORTED,
                   SAY("不是本程序能读的沙箱账本", "第一行应为 {\"wxpc_sandbox\":1}",
                       "用写出它的程序打开，或移走它后重新开始"),
                   SAY("these are no sandbox books that this program reads",
                       "the first line must be {\"wxpc_sandbox\":1}",
                       "open them with the program that wrote them, or move them away"));
}

/* ---- Deliveries ---- */

static struct delivery_kept *find_kept(struct books *b, const char *serial)
{
    for (size_t i = b->kept_count; i-- > 0;) { /* what moves is mostly new */
        if (strcmp(json_string(json_get(b->kept[i].whole, "delivery")), serial) == 0)
            return &b->kept[i];
    }
    return NULL;
}

static void drop_kept(struct books *b, struct delivery_kept *k)
{
    json_free(k->whole);
    memmove(k, k + 1, (size_t)(b->kept + --b->kept_count - k) * sizeof(*k));
}

static enum status take_delivery(struct books *b, const struct json *j, struct err *err)
{
    const char *serial = json_string(json_get(j, "delivery"));
    unsigned tries;
    time_t due_at;
    if (!serial || !delivery_read(j, &tries, &due_at))
        return err_set(err, ST_SYNTAX,
                       SAY("沙箱账本已损坏", "通知的 delivery、tries 或 due_at 缺失或不合格式",
                           "改正它，或删除该文件后重新开始"),
                       SAY("the sandbox's books are damaged",
                           "delivery, tries or due_at of a notification is missing or malformed",
                           "mend it, or remove the file to start afresh"));
    struct delivery_kept *k = find_kept(b, serial);
    if (k && !due_at) {
        drop_kept(b, k);
    } else if (k) {
        k->tries = tries;
        k->due_at = due_at;
    } else if (due_at) {
        if (b->kept_count == b->kept_cap) {
            b->kept_cap = b->kept_cap ? 2 * b->kept_cap : 16;
            b->kept = mem_grow(b->kept, b->kept_cap, sizeof(*b->kept));
        }
        b->kept[b->kept_count++] = (struct delivery_kept){json_copy(j), tries, due_at};
    }
    return ST_OK;
}

const struct delivery_kept *books_deliveries(const struct books *b, size_t *count)
{
    *count = b->kept_count;
    return b->kept;
}

void books_forget_deliveries(struct books *b)
{
    while (b->kept_count)
        drop_kept(b, &b->kept[b->kept_count - 1]);
}

/* ---- Reading ---- */

static enum status read_line(struct books *b, struct ledger *ledger, const char *line, size_t len,
                             size_t number, struct err *err)
{
    struct json *j = NULL;
    enum status st = json_parse(line, len, &j, err);

    if (number == 1 && (st || json_int(json_get(j, "wxpc_sandbox"), 0) != 1))
        st = not_ours(err);
    else if (!st && number > 1 && json_get(j, "delivery"))
        st = take_delivery(b, j, err);
    else if (!st && number > 1)
        st = ledger_take(ledger, j, err);
    json_free(j);
    return st;
}

/* Reads all whole lines; `*whole` is where the last one ends. */
static enum status read_lines(struct books *b, struct ledger *ledger, const struct buf *text,
                              size_t *whole, struct err *err)
{
    size_t number = 0;
    for (*whole = 0; *whole < text->len; number++) {
        const char *line = text->data + *whole;
        const char *end = memchr(line, '\n', text->len - *whole);
        if (!end)
            break;
        enum status st = read_line(b, ledger, line, (size_t)(end - line), number + 1, err);
        if (st) {
            err_wrap(err, "%s:%zu", "%s:%zu", b->path, number + 1);
            return st;
        }
        *whole += (size_t)(end - line) + 1;
    }
    return ST_OK;
}

static enum status say_write(const struct books *b, int number, struct err *err)
{
    return err_set(err, ST_IO, SAY("无法写入沙箱账本 %s", "%s", "检查目录的权限和剩余空间"),
                   SAY("cannot write the sandbox's books %s", "%s",
                       "check the folder's permissions and free space"),
                   b->path, strerror(number));
}

/* Opens for appending behind `whole` bytes of good lines, the rest is cut off. */
static enum status append_from(struct books *b, size_t whole, struct err *err)
{
    b->fd = open(b->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (b->fd < 0 || ftruncate(b->fd, (off_t)whole) < 0)
        return say_write(b, errno, err);
    return ST_OK;
}

/* Makes the file, unless another sandbox on this folder just did. */
static enum status create(struct books *b, struct err *err)
{
    const int how = O_WRONLY | O_APPEND | O_CLOEXEC;
    int wrong = store_make_folders(b->path);
    if (wrong)
        return say_write(b, wrong, err);
    b->fd = open(b->path, how | O_CREAT | O_EXCL, 0600);
    bool ours = b->fd >= 0;
    if (!ours && errno == EEXIST)
        b->fd = open(b->path, how);
    if (b->fd < 0 || (ours && write(b->fd, FIRST_LINE, strlen(FIRST_LINE)) < 0))
        return say_write(b, errno, err);
    return ST_OK;
}

/* Whether there will be room for the file, told at the start: its folder, or the first above it
   that is there, can be written. */
static enum status check_folder(const struct books *b, struct err *err)
{
    char *folder = mem_strdup(b->path);
    struct stat st;
    char *slash;
    while ((slash = strrchr(folder, '/')) && slash != folder) {
        *slash = '\0';
        if (stat(folder, &st) == 0)
            break;
    }
    int wrong = 0;
    if (slash && slash != folder && !S_ISDIR(st.st_mode))
        wrong = ENOTDIR;
    else if (slash && access(slash == folder ? "/" : folder, W_OK | X_OK) < 0)
        wrong = errno;
    free(folder);
    return wrong ? say_write(b, wrong, err) : ST_OK;
}

enum status books_open(const char *dir, struct ledger *ledger, struct books **out, struct err *err)
{
    struct books *b = mem_alloc(sizeof(*b));
    struct buf path, text;
    size_t whole = 0;

    buf_init(&path, 1u << 16);
    buf_addf(&path, "%s/sandbox.jsonl", dir);
    b->path = buf_take(&path);
    b->fd = -1;
    buf_init(&text, BOOKS_MAX);
    enum status st = store_read(b->path, &text, err);
    if (!st)
        st = read_lines(b, ledger, &text, &whole, err);
    if (!st && whole == 0 && text.len > 0) {
        st = not_ours(err);
        err_wrap(err, "%s", "%s", b->path);
    }
    if (!st && whole > 0)
        st = append_from(b, whole, err);
    buf_clear(&text);
    if (st == ST_NOT_FOUND)
        st = check_folder(b, err);
    if (st) {
        books_close(b);
        return st;
    }
    if (err)
        *err = (struct err){0};
    *out = b;
    return ST_OK;
}

void books_close(struct books *b)
{
    if (!b)
        return;
    if (b->fd >= 0)
        close(b->fd);
    books_forget_deliveries(b);
    free(b->kept);
    free(b->path);
    free(b);
}

/* All of the line or nothing: half of one would spoil the next. */
static enum status add_line(struct books *b, const struct buf *line, struct err *err)
{
    off_t end = lseek(b->fd, 0, SEEK_END);
    if (end >= 0 && write(b->fd, line->data, line->len) == (ssize_t)line->len)
        return ST_OK;
    enum status st = say_write(b, errno, err);
    if (end >= 0 && ftruncate(b->fd, end) < 0)
        errno = 0; /* nothing is left to be tried; the next open drops the half line */
    return st;
}

static enum status put(struct books *b, struct json *j, struct err *err)
{
    struct buf line;
    enum status st = ST_OK;

    if (b->fd < 0)
        st = create(b, err);
    buf_init(&line, JSON_SIZE_MAX);
    json_write(j, false, &line);
    buf_addc(&line, '\n');
    if (!st && buf_status(&line))
        st = err_set(err, ST_LIMIT, SAY("订单过大，记不进沙箱账本", "超过 %u 字节", "缩短字段的值"),
                     SAY("the order is too large for the sandbox's books", "over %u bytes",
                         "shorten the fields' values"),
                     JSON_SIZE_MAX);
    if (!st)
        st = add_line(b, &line, err);
    buf_clear(&line);
    json_free(j);
    return st;
}

enum status books_put(struct books *b, const struct order *o, struct err *err)
{
    return put(b, order_json(o), err);
}

enum status books_put_contract(struct books *b, const struct contract *c, struct err *err)
{
    return put(b, contract_json(c), err);
}

enum status books_put_delivery(struct books *b, const struct delivery *v, time_t now,
                               struct err *err)
{
    struct json *j = delivery_json(v, now);
    return j ? put(b, j, err) : ST_OK;
}
