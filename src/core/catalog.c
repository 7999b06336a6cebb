/* SPDX-License-Identifier: MIT */
/*
 * All APIs: a list of specs, the later of one id in the place of the earlier.
 *
 * Nothing is hidden: what could not be read stays in `failures`, so that the list of
 * APIs can say which file is at fault while the rest works.
 */
#include "core/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/embed.h"
#include "core/text.h"

/* Orders come first, then what follows an order, nearest first; any other by name. */
static const char *const first_files[] = {
    "unifiedorder.json",
    "contractorder.json",
    "deposit_unifiedorder.json",
    "wap.json",
    "orderquery.json",
    "closeorder.json",
    "refund.json",
    "refundquery.json",
    "downloadbill.json",
    "micropay.json",
    "reverse.json",
    "entrustweb.json",
    "querycontract.json",
    "pappayapply.json",
    "deletecontract.json",
    "deposit_orderquery.json",
    "deposit_consume.json",
    "deposit_refund.json",
    "deposit_refundquery.json",
    "deposit_reverse.json",
    "deposit_micropay.json",
};

static bool is_first(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(first_files); i++) {
        if (strcmp(first_files[i], name) == 0) {
            return true;
        }
    }
    return false;
}

void catalog_reject(struct catalog *c, const char *origin, const struct err *err)
{
    c->failures = mem_grow(c->failures, c->failure_count + 1, sizeof *c->failures);
    c->failures[c->failure_count++] =
        (struct catalog_failure){.origin = mem_strdup(origin), .err = *err};
}

typedef enum status (*read_fn)(const char *text, size_t len, const char *origin, struct spec **out,
                               struct err *err);

static enum status read_whole(const char *text, size_t len, const char *origin, struct spec **out,
                              struct err *err)
{
    return spec_read(text, len, origin, out, NULL, NULL, err);
}

static enum status add(struct catalog *c, read_fn read, const char *text, size_t len,
                       const char *origin, struct err *err)
{
    struct spec *spec = NULL;
    struct err why = {0};
    enum status st = read(text, len, origin, &spec, &why);
    if (st != ST_OK) {
        catalog_reject(c, origin, &why);
        if (err) {
            *err = why;
        }
        return st;
    }
    size_t i = catalog_index(c, spec->id);
    if (i < c->count) {
        spec_free(c->rows[i]);
        c->rows[i] = spec;
        return ST_OK;
    }
    c->rows = mem_grow(c->rows, c->count + 1, sizeof(struct spec *));
    c->rows[c->count++] = spec;
    return ST_OK;
}

enum status catalog_add(struct catalog *c, const char *text, size_t len, const char *origin,
                        struct err *err)
{
    return add(c, read_whole, text, len, origin, err);
}

/* Adds one embedded file; remembers the first failure. */
static void load(struct catalog *c, const struct embed_file *file, enum status *st, struct err *err)
{
    struct err ignored = {0};
    enum status one =
        add(c, spec_read_head, file->text, file->len, "built-in", *st == ST_OK ? err : &ignored);
    if (*st == ST_OK && one != ST_OK) {
        *st = one;
        err_wrap(err, "%s", "%s", file->name);
    }
}

enum status catalog_load_embedded(struct catalog *c, struct err *err)
{
    size_t count = 0;
    const struct embed_file *files = embed_files(&count);
    enum status st = ST_OK;
    for (size_t i = 0; i < ARRAY_COUNT(first_files); i++) {
        for (size_t k = 0; k < count; k++) {
            if (strcmp(files[k].folder, "apis") == 0 &&
                strcmp(files[k].name, first_files[i]) == 0) {
                load(c, &files[k], &st, err);
            }
        }
    }
    for (size_t k = 0; k < count; k++) { /* the table is ordered by name */
        if (strcmp(files[k].folder, "apis") == 0 && !is_first(files[k].name)) {
            load(c, &files[k], &st, err);
        }
    }
    return st;
}

void catalog_clear(struct catalog *c)
{
    for (size_t i = 0; i < c->count; i++) {
        spec_free(c->rows[i]);
    }
    for (size_t i = 0; i < c->failure_count; i++) {
        free(c->failures[i].origin);
    }
    free(c->rows);
    free(c->failures);
    *c = (struct catalog){0};
}

const struct spec *catalog_head(const struct catalog *c, size_t i)
{
    return c->rows[i];
}

const struct spec *catalog_at(const struct catalog *c, size_t i)
{
    spec_complete(c->rows[i]);
    return c->rows[i];
}

size_t catalog_index(const struct catalog *c, const char *id)
{
    size_t i = 0;
    while (i < c->count && strcmp(c->rows[i]->id, id) != 0) {
        i++;
    }
    return i;
}

const struct spec *catalog_find(const struct catalog *c, const char *id)
{
    size_t i = catalog_index(c, id);
    return i < c->count ? catalog_at(c, i) : NULL;
}

static const char *id_at(const void *ctx, size_t index)
{
    const struct catalog *c = ctx;
    return index < c->count ? c->rows[index]->id : NULL;
}

enum status catalog_get(const struct catalog *c, const char *id, const struct spec **out,
                        struct err *err)
{
    *out = catalog_find(c, id);
    if (*out) {
        return ST_OK;
    }
    const char *near = text_nearest(id, id_at, c);
    if (near) {
        return err_set(
            err, ST_NOT_FOUND, SAY("没有名为 %.64s 的接口", "", "是否想写 %s？wxpc apis 列出全部"),
            SAY("there is no API named %.64s", "", "did you mean %s? wxpc apis lists them all"), id,
            near);
    }
    return err_set(err, ST_NOT_FOUND, SAY("没有名为 %.64s 的接口", "", "wxpc apis 列出全部"),
                   SAY("there is no API named %.64s", "", "wxpc apis lists them all"), id);
}

const struct spec *catalog_by_path(const struct catalog *c, const char *path, const char *service)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *s = c->rows[i];
        if (strcmp(s->path, path) != 0) {
            continue;
        }
        if (!service || !s->service || strcmp(s->service, service) == 0) {
            return catalog_at(c, i);
        }
    }
    return NULL;
}

const char *catalog_event_api(const struct catalog *c, const char *event)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *s = catalog_at(c, i);
        for (size_t k = 0; k < s->notification_count; k++) {
            if (strcmp(s->notifications[k].event, event) == 0) {
                return s->id;
            }
        }
    }
    return "unifiedorder";
}

const char *catalog_error_code(const struct catalog *c, const struct spec *only, size_t index)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *s = only ? only : catalog_at(c, i);
        if (index < s->error_count) {
            return s->errors[index].code;
        }
        if (only) {
            return NULL;
        }
        index -= s->error_count;
    }
    return NULL;
}
