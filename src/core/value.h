/* SPDX-License-Identifier: MIT */
/*
 * One value against one field of the catalogue: characters, length, type, pattern,
 * enumeration, and for JSON text its inner fields.
 *
 * Knows nothing of the other fields of a request, except through the conditions of
 * inner fields. The catalogue's reader uses it to try examples and defaults.
 */
#ifndef CORE_VALUE_H
#define CORE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/findings.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/spec.h"

struct value_place {
    const char *path; /* the field as findings name it: "scene_info.h5_info.wap_url" */
    enum environment environment;
    bool inner;                 /* inside JSON: a url is no address that the platform calls */
    const struct params *outer; /* the request, for conditions with a leading '/'; may be NULL */
};

/* Adds what is wrong with a value that is present and not empty. */
void value_check(const struct field *f, const char *value, size_t len,
                 const struct value_place *place, struct findings *out);

/* The part of value_check() that looks inside JSON text (value_json.c). */
void value_check_json(const struct field *f, const char *value, size_t len,
                      const struct value_place *place, struct findings *out);

/* The part for addresses (value_url.c). */
void value_check_url(const struct field *f, const char *value, size_t len,
                     const struct value_place *place, struct findings *out);

/* Length of a value in the field's unit. */
size_t value_length(const struct field *field, const char *value, size_t len);

#endif
