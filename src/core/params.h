/* SPDX-License-Identifier: MIT */
/*
 * An ordered map of name to value: the central noun. A request, a reply, a
 * notification and a form are all one of these.
 *
 * Order is that of arrival; the signature sorts for itself. A value is bytes of UTF-8
 * without NUL, kept exactly. An entry can be switched off: it stays, with its value,
 * and takes part in nothing.
 *
 * Refuses: a name twice (params_set replaces), names over PARAM_NAME_MAX, values over
 * PARAM_VALUE_MAX, more than PARAMS_MAX entries.
 */
#ifndef CORE_PARAMS_H
#define CORE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

#define PARAMS_MAX 512
#define PARAM_NAME_MAX 64          /* bytes */
#define PARAM_VALUE_MAX (1u << 20) /* bytes */

/* Where a value came from, for display: the form shows it beside the value. */
enum param_source {
    PARAM_USER,      /* typed, pasted, given on the command line or received */
    PARAM_PROFILE,   /* the merchant profile */
    PARAM_DEFAULT,   /* the catalogue's default or example */
    PARAM_GENERATED, /* made by us: nonce_str, order number, time */
};

struct param {
    char *name;
    char *value; /* never NULL */
    size_t name_len;
    size_t value_len;
    bool off; /* switched off: kept, but not signed and not sent */
    enum param_source source;
};

/* Zeroed is a valid empty map. */
struct params {
    struct param *items;
    size_t count;
    size_t cap;
};

/* Frees everything, wiping values (a value may be personal or, pasted by mistake, a key). */
void params_clear(struct params *p);

/* Replaces the value of `name` or appends it. Sets source PARAM_USER and switches it on.
   ST_LIMIT, ST_ARGUMENT (empty name, or a name with a control character). */
enum status params_set(struct params *p, const char *name, const char *value, struct err *err);

/* Same with lengths and a source; `value` need not be NUL-terminated but holds no NUL byte. */
enum status params_set_n(struct params *p, const char *name, size_t name_len, const char *value,
                         size_t value_len, enum param_source source, struct err *err);

/* The value of `name` if it is there and on, else NULL. Borrowed until the next change. */
const char *params_get(const struct params *p, const char *name);

/* Is `name` there, on, and not empty? What signing and "required" mean by present. */
bool params_has(const struct params *p, const char *name);

/* The entry, on or off; NULL if absent. */
struct param *params_find(const struct params *p, const char *name);

/* Removes an entry; absent is fine. */
void params_remove(struct params *p, const char *name);

/* Makes `to` (zeroed or valid) an exact copy of `from`. */
void params_copy(struct params *to, const struct params *from);

/* Same names, values and switches, in any order? */
bool params_equal(const struct params *a, const struct params *b);

#endif
