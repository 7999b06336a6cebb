/* SPDX-License-Identifier: MIT */
/*
 * All APIs: the built-in ones and those of the user's files, later wins by id.
 *
 * A file that cannot be read as a spec is listed with its problem, and the rest still
 * loads. Pure: io/store hands the texts in.
 */
#ifndef CORE_CATALOG_H
#define CORE_CATALOG_H

#include <stddef.h>

#include "core/base.h"
#include "core/spec.h"

struct catalog_failure {
    char *origin;
    struct err err;
};

/* Zeroed is valid and empty. */
struct catalog {
    struct spec **rows; /* in order of first appearance; owned: catalog_head(), catalog_at() */
    size_t count;
    struct catalog_failure *failures; /* files that did not load */
    size_t failure_count;
};

/* Reads the heads of the embedded files (folder "apis" of core/embed.h), the rest of each when it
   is first asked for: unifiedorder, contractorder, deposit_unifiedorder, wap, then what follows an
   order, and files not listed by name. A failure there is our bug. */
enum status catalog_load_embedded(struct catalog *c, struct err *err);

/* Adds or replaces by the spec in `text`. On failure it is recorded in `failures` and returned. */
enum status catalog_add(struct catalog *c, const char *text, size_t len, const char *origin,
                        struct err *err);

/* Records a file that could not even be read. */
void catalog_reject(struct catalog *c, const char *origin, const struct err *err);
void catalog_clear(struct catalog *c);

/* The API of row `i` < count; catalog_head() promises only what stands before its fields (id,
   texts, dialect, path, service, sign types …: spec_read_head), catalog_at() all of it. */
const struct spec *catalog_head(const struct catalog *c, size_t i);
const struct spec *catalog_at(const struct catalog *c, size_t i);

/* The row of an id; `count` if unknown. */
size_t catalog_index(const struct catalog *c, const char *id);

/* The API with this id; NULL if unknown. */
const struct spec *catalog_find(const struct catalog *c, const char *id);

/* Same, with the nearest id in the error: ST_NOT_FOUND. */
enum status catalog_get(const struct catalog *c, const char *id, const struct spec **out,
                        struct err *err);

/* The API that a path serves ("/pay/unifiedorder"); where several share one path (the gateway),
   `service` decides and may be NULL to get the first. NULL if none. */
const struct spec *catalog_by_path(const struct catalog *c, const char *path, const char *service);

/* The id of the first API whose orders lead to a notification ("payment", …): it decides the
   demonstration merchant. "unifiedorder" if none does. */
const char *catalog_event_api(const struct catalog *c, const char *event);

/* The index-th error code of `only`, or of all APIs one after another (NULL); NULL behind the last.
   For text_nearest(). */
const char *catalog_error_code(const struct catalog *c, const struct spec *only, size_t index);

#endif
