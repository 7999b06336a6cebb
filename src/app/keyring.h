/* SPDX-License-Identifier: MIT */
/*
 * The merchants whose keys are tried on what arrives: the current one first, then all others
 * whose key is to be had without running a command.
 */
#ifndef APP_KEYRING_H
#define APP_KEYRING_H

#include <stddef.h>

#include "core/profile.h"
#include "io/store.h"

/* Zeroed is valid and empty. */
struct keyring {
    struct profile **items; /* owned, keys included */
    size_t count;
};

/* Wipes and frees all of them. */
void keyring_clear(struct keyring *k);

/* Appends a profile without anything in it. */
struct profile *keyring_add(struct keyring *k);

/* Replaces every key of theirs by "****": profile_redact(). */
void keyring_redact(const struct keyring *k, struct buf *text);
void keyring_redact_text(const struct keyring *k, char *text); /* an array, NUL-terminated */
void keyring_redact_params(const struct keyring *k, struct params *params);
void keyring_redact_err(const struct keyring *k, struct err *err); /* NULL is fine */

/* Appends a copy of `current` (NULL or nameless: none) and the stored ones of other names. */
void keyring_fill(struct keyring *k, const struct store *store, const struct profile *current);

#endif
