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

/* Adds one embedded file; remembers the first failure. */
static void load(struct catalog *c, const struct embed_file *file, enum status *st, struct err *err)
{
    struct err ignored = {0};
    enum status one =
        catalog_add(c, file->text, file->len, "built-in", *st == ST_OK ? err : &ignored);
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

void catalog_reject(struct catalog *c, const char *origin, const struct err *err)
{
    c->failures = mem_grow(c->failures, c->failure_count + 1, sizeof *c->failures);
    c->failures[c->failure_count++] =
        (struct catalog_failure){.origin = mem_strdup(origin), .err = *err};
}

enum status catalog_add(struct catalog *c, const char *text, size_t len, const char *origin,
                        struct err *err)
{
    struct spec *spec = NULL;
    struct err why = {0};
    enum status st = spec_read(text, len, origin, &spec, NULL, NULL, &why);
    if (st != ST_OK) {
        catalog_reject(c, origin, &why);
        if (err) {
            *err = why;
        }
        return st;
    }
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->specs[i]->id, spec->id) == 0) {
            spec_free(c->specs[i]);
            c->specs[i] = spec;
            return ST_OK;
        }
    }
    c->specs = mem_grow(c->specs, c->count + 1, sizeof(struct spec *));
    c->specs[c->count++] = spec;
    return ST_OK;
}

void catalog_clear(struct catalog *c)
{
    for (size_t i = 0; i < c->count; i++) {
        spec_free(c->specs[i]);
    }
    for (size_t i = 0; i < c->failure_count; i++) {
        free(c->failures[i].origin);
    }
    free(c->specs);
    free(c->failures);
    *c = (struct catalog){0};
}

const struct spec *catalog_find(const struct catalog *c, const char *id)
{
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->specs[i]->id, id) == 0) {
            return c->specs[i];
        }
    }
    return NULL;
}

static const char *id_at(const void *ctx, size_t index)
{
    const struct catalog *c = ctx;
    return index < c->count ? c->specs[index]->id : NULL;
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
        const struct spec *s = c->specs[i];
        if (strcmp(s->path, path) != 0) {
            continue;
        }
        if (!service || !s->service || strcmp(s->service, service) == 0) {
            return s;
        }
    }
    return NULL;
}
