/* SPDX-License-Identifier: MIT */
/*
 * A socket of IPv6 takes IPv6 alone: what was asked for is what is open.
 */
#include "io/port.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "io/address.h"
#include "io/holder.h"

#define BACKLOG 128

enum status port_say(const char *address, unsigned port, int number, struct err *err)
{
    const char *reason = strerror(number);
    char holder[96];
    switch (number) {
    case EADDRINUSE:
        if (holder_find(port, holder, sizeof holder))
            return err_set(
                err, ST_CONFLICT,
                SAY("端口 %u（%s）已被占用", "%s 在监听", "换一个端口，或用 --port 0 取空闲端口"),
                SAY("port %u of %s is in use", "%s listens there",
                    "choose another port, or --port 0 for a free one"),
                port, address, holder);
        return err_set(err, ST_CONFLICT,
                       SAY("端口 %u（%s）已被占用", "有别的程序在监听",
                           "换一个端口，或用 --port 0 取空闲端口"),
                       SAY("port %u of %s is in use", "another program listens there",
                           "choose another port, or --port 0 for a free one"),
                       port, address);
    case EACCES:
        return err_set(err, ST_REFUSED, SAY("不能监听端口 %u（%s）", "%s", "使用 1024 以上的端口"),
                       SAY("cannot listen on port %u of %s", "%s", "use a port above 1023"), port,
                       address, reason);
    case EADDRNOTAVAIL:
        return err_set(err, ST_ARGUMENT,
                       SAY("不能监听端口 %u（%s）", "这不是本机的地址", "用 127.0.0.1 或 0.0.0.0"),
                       SAY("cannot listen on port %u of %s", "this machine has no such address",
                           "use 127.0.0.1 or 0.0.0.0"),
                       port, address);
    default:
        return err_set(err, ST_IO, SAY("不能监听端口 %u（%s）", "%s", "检查系统的网络设置"),
                       SAY("cannot listen on port %u of %s", "%s", "check the system's network"),
                       port, address, reason);
    }
}

enum status port_open(const char *address, unsigned port, int *out, struct err *err)
{
    union address a;
    socklen_t len = 0;
    if (port > 65535 || !address_read(address, port, &a, &len)) {
        return err_set(
            err, ST_ARGUMENT,
            SAY("不能监听 %s 的端口 %u", "需要 IP 地址和 0 到 65535 的端口", "例如 127.0.0.1"),
            SAY("cannot listen on %s, port %u",
                "an IP address and a port from 0 to 65535 "
                "are needed",
                "for example 127.0.0.1"),
            address, port);
    }
    int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;
    bool good = fd >= 0;
    if (good) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes); /* restart without a wait */
        if (a.any.sa_family == AF_INET6) {
            setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
        }
        good = bind(fd, &a.any, len) == 0 && listen(fd, BACKLOG) == 0;
    }
    if (!good) {
        int number = errno;
        if (fd >= 0) {
            close(fd);
        }
        return port_say(address, port, number, err);
    }
    *out = fd;
    return ST_OK;
}

unsigned port_number(int fd)
{
    union address a;
    socklen_t len = sizeof a;
    memset(&a, 0, sizeof a);
    getsockname(fd, &a.any, &len);
    return address_port(&a);
}
