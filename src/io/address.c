/* SPDX-License-Identifier: MIT */
/*
 * A loopback address is one that no proxy could know the way to.
 */
#include "io/address.h"

#include <ifaddrs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool address_read(const char *text, unsigned port, union address *out, socklen_t *len)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &out->four.sin_addr) == 1) {
        out->four.sin_family = AF_INET;
        out->four.sin_port = htons((uint16_t)port);
        *len = sizeof out->four;
        return true;
    }
    if (inet_pton(AF_INET6, text, &out->six.sin6_addr) == 1) {
        out->six.sin6_family = AF_INET6;
        out->six.sin6_port = htons((uint16_t)port);
        *len = sizeof out->six;
        return true;
    }
    return false;
}

unsigned address_port(const union address *a)
{
    return ntohs(a->any.sa_family == AF_INET6 ? a->six.sin6_port : a->four.sin_port);
}

void address_text(const struct sockaddr *sa, char *out, size_t size)
{
    char host[INET6_ADDRSTRLEN] = "?";
    out[0] = '\0';
    if (sa && sa->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)sa;
        inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
        snprintf(out, size, "%s:%u", host, ntohs(four->sin_port));
    } else if (sa && sa->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)sa;
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        snprintf(out, size, "[%s]:%u", host, ntohs(six->sin6_port));
    }
}

/* 127.0.0.0/8, ::1, and the former as IPv6 writes it: ::ffff:127.0.0.1. */
static bool is_loopback_four(const unsigned char *bytes)
{
    return bytes[0] == 127;
}

static bool is_loopback_six(const struct in6_addr *six)
{
    return IN6_IS_ADDR_LOOPBACK(six) ||
           (IN6_IS_ADDR_V4MAPPED(six) && is_loopback_four(six->s6_addr + 12));
}

bool address_leads_here(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET6)
        return is_loopback_six(&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr);
    return sa->sa_family == AF_INET &&
           is_loopback_four(
               (const void *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr);
}

static bool is_same(const struct sockaddr *a, const struct sockaddr *b)
{
    if (a->sa_family != b->sa_family)
        return false;
    if (a->sa_family == AF_INET6)
        return IN6_ARE_ADDR_EQUAL(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
                                  &((const struct sockaddr_in6 *)(const void *)b)->sin6_addr);
    return a->sa_family == AF_INET &&
           ((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr ==
               ((const struct sockaddr_in *)(const void *)b)->sin_addr.s_addr;
}

bool address_is_ours(const struct sockaddr *sa)
{
    struct ifaddrs *all = NULL;
    bool ours = address_leads_here(sa);
    if (!ours && getifaddrs(&all) == 0) {
        for (const struct ifaddrs *one = all; one && !ours; one = one->ifa_next)
            ours = one->ifa_addr && is_same(one->ifa_addr, sa);
        freeifaddrs(all);
    }
    return ours;
}

bool address_is_loopback(const char *host)
{
    union address a;
    socklen_t any;
    size_t len = strlen(host);
    if (address_read(host, 0, &a, &any))
        return address_leads_here(&a.any);
    return strcasecmp(host, "localhost") == 0 ||
           (len > 10 && strcasecmp(host + len - 10, ".localhost") == 0);
}
