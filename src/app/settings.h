/* SPDX-License-Identifier: MIT */
/*
 * What a user may set: one table of option rows, read from settings.json and saved there.
 *
 * A row has name, type, default, limits and a text in both languages; reading, writing,
 * the settings menu and the manual come from it. Unknown names in the file are kept and
 * reported with the nearest known one; a value out of its limits is reported and the
 * default stays.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/json.h"
#include "io/store.h"

struct settings {
    enum lang lang;        /* "lang": zh, en; default from the locale */
    enum lang lang_start;  /* the locale's or --lang's, which is not the user's choice to keep */
    char theme[64];        /* "theme": default "auto" */
    char profile[65];      /* "profile": the one opened at start; default "demo" */
    bool ascii;            /* "ascii": frames of ASCII characters */
    bool mouse;            /* "mouse": off until asked */
    int64_t connect_ms;    /* "connect_timeout_ms": 10000 */
    int64_t total_ms;      /* "total_timeout_ms": 30000 */
    bool private_mode;     /* "private": the journal is kept in memory only */
    int64_t history_rows;  /* "history_max_rows": 0: no limit */
    int64_t history_mb;    /* "history_max_mb": MiB; 0: no limit */
    struct json *document; /* as read, for unknown members */
    bool broken;           /* the file could not be read: it is not overwritten */
};

enum setting_type { SETTING_BOOL, SETTING_INT, SETTING_TEXT, SETTING_LANG };

struct setting_row {
    const char *name;
    enum setting_type type;
    size_t offset;     /* into struct settings */
    size_t size;       /* SETTING_TEXT: room, NUL included */
    int64_t low, high; /* SETTING_INT */
    struct bi text;
};

/* All rows; `*count` of them. */
const struct setting_row *settings_rows(size_t *count);

void settings_init(struct settings *s, enum lang lang);
void settings_clear(struct settings *s);

#define SETTINGS_WARNINGS_MAX 8

/* Reads settings.json of `store`; a missing file is fine. What is odd is in `warnings` (room for
   SETTINGS_WARNINGS_MAX), `*count` of them; a broken file leaves the defaults and is one warning.
 */
void settings_load(struct settings *s, const struct store *store, struct err *warnings,
                   size_t *count);

/* Writes what the file has and what is not the default. A file that could not be read is
   ST_CONFLICT: what somebody typed there is not lost. */
enum status settings_save(const struct settings *s, const struct store *store, struct err *err);

#endif
