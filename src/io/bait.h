/* SPDX-License-Identifier: MIT */
/*
 * A small file of ours that somebody must not be able to read out: it holds a random token, and
 * whoever knows the token has read it.
 *
 * It lies in /tmp, readable for all, because who is tried may run as another user; nobody can
 * have laid it there before us, and it is nobody's link.
 */
#ifndef IO_BAIT_H
#define IO_BAIT_H

#include <stddef.h>

#include "core/base.h"

/* Zeroed is valid: there is none. */
struct bait {
    char path[64]; /* absolute; "": there is none */
    char token[33];
};

/* Makes it; one that is there is removed before. ST_IO, and there is none. */
enum status bait_lay(struct bait *b, void (*random)(void *out, size_t size), struct err *err);

void bait_remove(struct bait *b); /* twice is fine */

#endif
