/* SPDX-License-Identifier: MIT */
#include "core/endpoint.h"

#include <string.h>

/* Scheme, host, query and fragment off; "" if nothing is left. */
static struct span path_of(struct span url)
{
    const char *host = memmem(url.s, url.len, "://", 3);
    struct span path = url;
    if (host) {
        const char *end = url.s + url.len;
        const char *at = memchr(host + 3, '/', (size_t)(end - host - 3));
        path = at ? (struct span){at, (size_t)(end - at)} : (struct span){"", 0};
    }
    for (size_t i = 0; i < path.len; i++) {
        if (path.s[i] == '?' || path.s[i] == '#' || span_is_blank(path.s[i]))
            path.len = i;
    }
    return path;
}

const struct spec *endpoint_of_url(const struct catalog *c, struct span url)
{
    struct span path = url.len > 0 ? path_of(url) : url;
    const struct spec *found = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *head = catalog_head(c, i);
        size_t len = strlen(head->path);
        bool same =
            len > 1 && path.len >= len && memcmp(path.s + path.len - len, head->path, len) == 0;
        if (same && found)
            return NULL;
        if (same)
            found = catalog_at(c, i);
    }
    return found;
}

bool endpoint_fits(const struct spec *s, const struct params *message)
{
    size_t required = 0, missing = 0;
    for (size_t i = 0; i < s->request_count; i++) {
        const struct field *f = &s->request[i];
        if (!f->required || strcmp(f->name, "sign") == 0)
            continue;
        required++;
        missing += !params_has(message, f->name);
    }
    return required > 2 && missing <= 1;
}
