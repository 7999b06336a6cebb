/* SPDX-License-Identifier: MIT */
#include "core/head.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void head_value(const struct buf *head, const char *name, char *out, size_t size)
{
    size_t len = strlen(name);
    out[0] = '\0';
    for (const char *line = buf_str(head); line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, "HTTP/", 5) == 0)
            out[0] = '\0';
        if (out[0] || strncasecmp(line, name, len) != 0 || line[len] != ':')
            continue;
        const char *v = line + len + 1 + strspn(line + len + 1, " \t");
        snprintf(out, size, "%.*s", (int)strcspn(v, "\r\n"), v);
    }
}
