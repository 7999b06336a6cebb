/* SPDX-License-Identifier: MIT */
/*
 * Two looks into /proc, bounded: this runs only when binding has failed, or for one screen.
 */
#include "io/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LISTENING 0x0a /* state of a socket in /proc/net/tcp */
#define INODES_MAX 16

/* Inodes of the sockets that listen on `port`, of one table. */
static size_t read_table(const char *path, unsigned port, unsigned long *inodes, size_t count)
{
    char line[512];
    FILE *f = fopen(path, "re");
    while (f && count < INODES_MAX && fgets(line, sizeof line, f)) {
        unsigned local, state;
        unsigned long inode;
        /* sl local:port remote:port st queues timer retransmit uid timeout inode */
        if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*d %*d %lu",
                   &local, &state, &inode) == 3 &&
            local == port && state == LISTENING && inode)
            inodes[count++] = inode;
    }
    if (f)
        fclose(f);
    return count;
}

/* Is one of its descriptors one of the sockets? */
static bool has_socket(const char *pid, const unsigned long *inodes, size_t count)
{
    char path[300], link[64];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
    DIR *d = opendir(path);
    for (struct dirent *e; d && !found && (e = readdir(d));) {
        snprintf(path, sizeof path, "/proc/%.20s/fd/%.20s", pid, e->d_name);
        ssize_t len = readlink(path, link, sizeof link - 1);
        unsigned long inode = 0;
        link[len > 0 ? len : 0] = '\0';
        if (sscanf(link, "socket:[%lu]", &inode) != 1)
            continue;
        for (size_t i = 0; i < count; i++)
            found = found || inodes[i] == inode;
    }
    if (d)
        closedir(d);
    return found;
}

static void write_name(const char *pid, char *out, size_t size)
{
    char path[64], name[64] = "";
    snprintf(path, sizeof path, "/proc/%.20s/comm", pid);
    FILE *f = fopen(path, "re");
    if (f) {
        if (!fgets(name, sizeof name, f))
            name[0] = '\0';
        fclose(f);
    }
    name[strcspn(name, "\n")] = '\0';
    for (char *c = name; *c; c++) {
        if (iscntrl((unsigned char)*c))
            *c = '?';
    }
    snprintf(out, size, "%s (%.20s)", name[0] ? name : "?", pid);
}

bool holder_listens(unsigned port)
{
    unsigned long inodes[INODES_MAX];
    if (access("/proc/net/tcp", R_OK) != 0)
        return true;
    return read_table("/proc/net/tcp6", port, inodes,
                      read_table("/proc/net/tcp", port, inodes, 0)) > 0;
}

bool holder_find(unsigned port, char *out, size_t size)
{
    unsigned long inodes[INODES_MAX];
    size_t count = read_table("/proc/net/tcp", port, inodes, 0);
    bool found = false;

    out[0] = '\0';
    count = read_table("/proc/net/tcp6", port, inodes, count);
    DIR *d = count ? opendir("/proc") : NULL;
    for (struct dirent *e; d && !found && (e = readdir(d));) {
        found = isdigit((unsigned char)e->d_name[0]) && has_socket(e->d_name, inodes, count);
        if (found)
            write_name(e->d_name, out, size);
    }
    if (d)
        closedir(d);
    return found;
}
