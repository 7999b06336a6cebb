/* SPDX-License-Identifier: MIT */
/*
 * What can be called next: from a reply to the calls that make sense, filled in.
 *
 * The catalogue names the candidates ("next" of an API); core/life takes away those that
 * the state told by the reply, or by a notification since, does not allow. What a call needs
 * is carried over from reply and request by name, some of it under another name.
 */
#ifndef CORE_NEXT_H
#define CORE_NEXT_H

#include <stddef.h>

#include "core/catalog.h"
#include "core/life.h"
#include "core/params.h"
#include "core/spec.h"

#define NEXT_MAX 16

/* Zeroed is valid. */
struct next_call {
    const struct spec *spec; /* borrowed from the catalogue */
    struct params fields; /* to be set in its request; an empty value: it is for the user to say */
    bool fits;            /* false: allowed by no step of the state, but a user may want to see
                             what is refused (it comes behind those that fit) */
};

struct next_calls {
    struct next_call items[NEXT_MAX];
    size_t count;
    struct life_point point; /* what the reply told; state NULL if nothing */
};

/* What is known of a call; all borrowed. */
struct next_source {
    const struct spec *from;
    const struct params *request; /* as sent; NULL */
    const struct params *reply;   /* its business fields as received; NULL */
    const char *code;             /* its error code; "" or NULL: success */
    const struct params *paid;    /* fields of a verified notification that came since and says that
                                     it is paid; NULL: none */
};

/* The calls behind a reply. Ids that the catalogue lacks are passed over. `out` (zeroed or valid)
   is reused. */
void next_read(const struct catalog *catalog, const struct next_source *source,
               struct next_calls *out);
void next_clear(struct next_calls *calls);

/* Fills `out` (zeroed or valid; what it has stays) with what one call to `to` takes over from a
   request and a reply; both may be NULL. */
void next_fill(const struct spec *to, const struct params *request, const struct params *reply,
               struct params *out);

#endif
