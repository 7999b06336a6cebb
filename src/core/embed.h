/* SPDX-License-Identifier: MIT */
/*
 * The data files that the program carries inside itself.
 *
 * The build turns them into one table (src/embed.cmake writes the definition into the
 * build tree), so that the console starts with no file beside it. This is only
 * the last place that is searched: files of the user and of the installation win, and
 * io/store decides that.
 */
#ifndef CORE_EMBED_H
#define CORE_EMBED_H

#include <stddef.h>

/* One file, byte for byte. Everything is static and never freed. */
struct embed_file {
    const char
        *folder; /* "apis", "events", "flows", "themes", "profiles", or "schema" (JSON Schemas) */
    const char *name; /* file name with its ending: "unifiedorder.json" */
    const char *text; /* a NUL stands behind `len`, which does not count it */
    size_t len;       /* bytes */
};

/* The table, ordered by folder as above and by name; `*count` gets its length, which may be 0. */
const struct embed_file *embed_files(size_t *count);

#endif
