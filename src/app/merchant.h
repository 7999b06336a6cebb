/* SPDX-License-Identifier: MIT */
/*
 * Looking at a merchant's profile without choosing it: what the catalogue fills from it,
 * and what is wrong with it.
 *
 * Checking reads files and fetches the key as a send would; it sends nothing.
 */
#ifndef APP_MERCHANT_H
#define APP_MERCHANT_H

#include <stddef.h>

#include "app/workspace.h"

enum merchant_mark { MERCHANT_OK, MERCHANT_WARNING, MERCHANT_ERROR };

struct merchant_finding {
    enum merchant_mark mark;
    struct err text; /* WHAT / WHY / FIX; the status says nothing */
};

#define MERCHANT_FINDINGS_MAX 48

struct merchant_report {
    struct merchant_finding items[MERCHANT_FINDINGS_MAX];
    size_t count;
    size_t errors, warnings;
};

/* Reads profile `name` as its file has it, keys not fetched. Errors as store_profile(). */
enum status merchant_read(const struct workspace *w, const char *name, struct profile *out,
                          struct err *err);

/* Judges a profile; its key is fetched if it is not yet there. */
void merchant_check(const struct workspace *w, struct profile *p, struct merchant_report *out);

/* The field of the catalogue that a profile's field `name` fills in the profile's dialect; NULL if
   none does. */
const struct field *merchant_field(const struct workspace *w, enum dialect dialect,
                                   const char *name);

/* The names that APIs of a dialect take from the profile, each once, in the order of the catalogue;
   returns the count, fills at most `max`. */
size_t merchant_fields(const struct workspace *w, enum dialect dialect, const struct field **out,
                       size_t max);

#endif
