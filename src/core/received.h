/* SPDX-License-Identifier: MIT */
/*
 * What a signature that somebody sent looks like.
 *
 * Reads its shape without any digest: which algorithms can have made it, whether it is in
 * lower case, cut off, short of a leading zero, in base64, or the RSA signature of APIv3.
 * Each possible reading is a target for the search.
 */
#ifndef CORE_RECEIVED_H
#define CORE_RECEIVED_H

#include <stdbool.h>
#include <stddef.h>

#include "core/digest.h"
#include "core/lang.h"

enum received_shape {
    RECEIVED_NONE,   /* no signature */
    RECEIVED_DIGEST, /* can be a digest: there are targets */
    RECEIVED_RSA,    /* long base64: APIv3 */
    RECEIVED_OTHER,  /* nothing that a digest can look like */
};

/* One reading: a digest of `size` bytes of which `nibbles` half-bytes from `from` on are known. */
struct target {
    size_t size;
    size_t from, nibbles;
    unsigned char want[DIGEST_SIZE_MAX]; /* the known half-bytes, from the first on */
    const char *cause;                   /* what this reading means by itself; NULL: nothing */
    struct bi how;
};

#define RECEIVED_TARGETS_MAX 6
#define RECEIVED_TEXT_MAX 1024 /* bytes kept for showing */

struct received {
    enum received_shape shape;
    char text[RECEIVED_TEXT_MAX + 1];            /* as received, cut; may hold anything */
    struct target targets[RECEIVED_TARGETS_MAX]; /* the likeliest first */
    size_t count;
    bool lower;   /* hexadecimal in lower (or mixed) case */
    bool wrapped; /* blanks or quotes around it */
};

void received_read(const char *text, size_t len, struct received *out);

/* Is a digest the one that a target means? */
bool target_is(const struct target *t, const unsigned char *digest, size_t size);

/* A sentence on the shape, for people: "32 hexadecimal digits: MD5", "looks like …". */
struct bi received_text(const struct received *r);

#endif
