/* SPDX-License-Identifier: MIT */
/*
 * The key is written before its certificate: a certificate that is there has its key, also after a
 * start that was cut short.
 */
#include "io/credentials.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "io/store.h"

#define CA_CERT "ca.pem"
#define CA_KEY "ca_key.pem"

struct credentials {
    char *folder, *ca_file;
    struct authority *authority;
    struct issued server;
    struct buf ca;        /* its certificate as PEM */
    struct httpd_tls tls; /* borrows from the two above */
};

static char *join(const char *folder, const char *name)
{
    struct buf path;
    buf_init(&path, PATH_MAX);
    buf_addf(&path, "%s/%s", folder, name);
    return buf_take(&path); /* "" when too long, which no file has */
}

/* Makes a folder and locks out other sandboxes: -1 (and errno) if it cannot be had. Closing the
   descriptor unlocks. */
static int lock_folder(const char *folder)
{
    char *inside = join(folder, "");
    errno = store_make_folders(inside);
    free(inside);
    int fd = errno ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        flock(fd, LOCK_EX); /* where there are no locks there are hardly two sandboxes */
    return fd;
}

static enum status say_folder(const char *folder, struct err *err)
{
    return err_set(err, ST_IO,
                   SAY("无法使用证书文件夹 %s", "%s", "检查路径和权限，或用 --data 另选"),
                   SAY("the folder of certificates %s cannot be used", "%s",
                       "check its path and permissions, or choose another with --data"),
                   folder, strerror(errno));
}

/* ---- Files ---- */

/* Into `out`, which stays empty if there is no such file. */
static enum status read_file(const char *folder, const char *name, struct buf *out, struct err *err)
{
    char *path = join(folder, name);
    enum status st = store_read(path, out, err);
    free(path);
    if (st != ST_NOT_FOUND)
        return st;
    if (err)
        *err = (struct err){0};
    return ST_OK;
}

static enum status write_file(const char *folder, const char *name, const struct buf *text,
                              struct err *err)
{
    char *path = join(folder, name);
    bool open = strcmp(name, CA_CERT) == 0; /* is for others to trust */
    enum status st = store_write(path, text->data, text->len, open ? 0644 : 0600, err);
    free(path);
    return st;
}

/* ---- The CA ---- */

static enum status make_authority(struct credentials *c, time_t now, struct err *err)
{
    struct buf key;
    buf_init_secret(&key, AUTHORITY_PEM_MAX);
    buf_reset(&c->ca);
    c->authority = authority_new(now);
    authority_write(c->authority, &c->ca, &key);
    enum status st = write_file(c->folder, CA_KEY, &key, err);
    if (!st)
        st = write_file(c->folder, CA_CERT, &c->ca, err);
    buf_clear(&key);
    return st;
}

static enum status open_authority(struct credentials *c, time_t now, struct err *err)
{
    struct buf key;
    buf_init_secret(&key, AUTHORITY_PEM_MAX);
    enum status st = read_file(c->folder, CA_CERT, &c->ca, err);
    if (!st)
        st = read_file(c->folder, CA_KEY, &key, err);
    if (!st && c->ca.len == 0) {
        st = make_authority(c, now, err);
    } else if (!st) {
        struct err why = {0};
        st = authority_read(&c->ca, &key, now, &c->authority, &why);
        if (st == ST_REFUSED) { /* expired */
            st = make_authority(c, now, err);
        } else if (st && err) {
            *err = why;
            err_wrap(err, "%s", "%s", c->ca_file);
        }
    }
    buf_clear(&key);
    return st;
}

enum status credentials_open(const char *folder, const char *address, time_t now,
                             struct credentials **out, struct err *err)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    bool literal = address && (inet_pton(AF_INET, address, bytes) == 1 ||
                               inet_pton(AF_INET6, address, bytes) == 1);
    int lock = lock_folder(folder);
    if (lock < 0)
        return say_folder(folder, err);
    struct credentials *c = mem_alloc(sizeof *c);
    c->folder = mem_strdup(folder);
    c->ca_file = join(folder, CA_CERT);
    buf_init(&c->ca, AUTHORITY_PEM_MAX);
    enum status st = open_authority(c, now, err);
    close(lock);
    if (st) {
        credentials_close(c);
        return st;
    }
    authority_issue_server(c->authority, literal ? address : NULL, now, &c->server);
    c->tls = (struct httpd_tls){
        .cert = buf_str(&c->server.cert), .key = buf_str(&c->server.key), .ca = buf_str(&c->ca)};
    *out = c;
    return ST_OK;
}

void credentials_close(struct credentials *c)
{
    if (!c)
        return;
    authority_free(c->authority);
    issued_clear(&c->server);
    buf_clear(&c->ca);
    free(c->folder);
    free(c->ca_file);
    free(c);
}

/* ---- Merchants ---- */

/* Is everything there, and good? A file that cannot be read is replaced. */
static bool is_good(const struct credentials *c, const char *folder, const char *mch_id, time_t now)
{
    static const char *const with_key[] = {"apiclient_key.pem", "apiclient_cert.p12"};
    char name[AUTHORITY_NAME_MAX];
    struct buf text;
    bool good = true;
    buf_init_secret(&text, AUTHORITY_PEM_MAX);
    for (size_t i = 0; good && i < ARRAY_COUNT(with_key); i++) {
        buf_reset(&text);
        good = !read_file(folder, with_key[i], &text, NULL) && text.len > 0;
    }
    buf_reset(&text);
    good = good && !read_file(folder, "apiclient_cert.pem", &text, NULL) &&
           authority_check_pem(c->authority, &text, now, name) == CERTIFICATE_GOOD &&
           strcmp(name, mch_id) == 0;
    buf_clear(&text);
    return good;
}

static enum status issue(const struct credentials *c, const char *folder, const char *mch_id,
                         time_t now, struct err *err)
{
    struct issued m = {0};
    authority_issue_merchant(c->authority, mch_id, now, &m);
    enum status st = write_file(folder, "apiclient_key.pem", &m.key, err);
    if (!st)
        st = write_file(folder, "apiclient_cert.p12", &m.p12, err);
    if (!st)
        st = write_file(folder, "apiclient_cert.pem", &m.cert, err);
    issued_clear(&m);
    return st;
}

enum status credentials_merchant(const struct credentials *c, const char *mch_id, time_t now,
                                 struct err *err)
{
    if (!authority_name_valid(mch_id))
        return err_set(err, ST_ARGUMENT,
                       SAY("商户号 %.64s 不能有客户端证书", "它不是 1 到 32 个字母、数字、- 或 _",
                           "改正 mch_id"),
                       SAY("merchant %.64s can have no client certificate",
                           "its number is not 1 to 32 letters, digits, '-' or '_'", "mend mch_id"),
                       mch_id);
    char *folder = join(c->folder, mch_id);
    int lock = lock_folder(folder);
    enum status st = lock < 0 ? say_folder(folder, err) : ST_OK;
    if (!st && !is_good(c, folder, mch_id, now))
        st = issue(c, folder, mch_id, now, err);
    if (lock >= 0)
        close(lock);
    free(folder);
    return st;
}

/* ---- What it holds ---- */

const struct httpd_tls *credentials_tls(const struct credentials *c)
{
    return &c->tls;
}

const struct authority *credentials_authority(const struct credentials *c)
{
    return c->authority;
}

const char *credentials_folder(const struct credentials *c)
{
    return c->folder;
}

const char *credentials_ca_file(const struct credentials *c)
{
    return c->ca_file;
}
