/* SPDX-License-Identifier: MIT */
/* A new name each time, so that O_EXCL fails only for those who try to foresee it. */
#include "io/bait.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.h"

static void random_hex(void (*random)(void *out, size_t size), char out[33])
{
    unsigned char bytes[16];
    random(bytes, sizeof bytes);
    digest_hex(bytes, sizeof bytes, out);
}

enum status bait_lay(struct bait *b, void (*random)(void *out, size_t size), struct err *err)
{
    char name[33];
    bait_remove(b);
    random_hex(random, name);
    random_hex(random, b->token);
    snprintf(b->path, sizeof b->path, "/tmp/wxpc-probe-%s", name);
    int fd = open(b->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    size_t len = strlen(b->token);
    bool good = fd >= 0 && write(fd, b->token, len) == (ssize_t)len && fchmod(fd, 0644) == 0;
    int code = errno;
    if (fd >= 0)
        close(fd);
    if (good)
        return ST_OK;
    enum status st =
        err_set(err, ST_IO, SAY("文件 %s 不能创建", "%s", "检查 /tmp 的权限与剩余空间"),
                SAY("the file %s cannot be made", "%s", "check permissions and free space of /tmp"),
                b->path, strerror(code));
    if (fd >= 0)
        unlink(b->path);
    *b = (struct bait){0};
    return st;
}

void bait_remove(struct bait *b)
{
    if (b->path[0])
        unlink(b->path);
    *b = (struct bait){0};
}
