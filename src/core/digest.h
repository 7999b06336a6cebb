/* SPDX-License-Identifier: MIT */
/*
 * Digests, secrets, hexadecimal and base64.
 *
 * The door to OpenSSL's libcrypto. Algorithms are fetched once and contexts reused:
 * fetching per call makes a signature three times slower. The caches are this file's
 * only state; they hold algorithms, and the last HMAC key only until
 * digest_forget_keys().
 *
 * A `struct secret` is the only type that holds a merchant's key; secret_clear() wipes it.
 */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA512, DIGEST_COUNT };

#define DIGEST_SIZE_MAX 64                       /* raw bytes */
#define DIGEST_HEX_MAX (2 * DIGEST_SIZE_MAX + 1) /* hexadecimal and NUL */

/* Raw digest of `len` bytes; returns its size in bytes. */
size_t digest_bytes(enum digest_kind kind, const void *data, size_t len,
                    unsigned char out[DIGEST_SIZE_MAX]);
size_t digest_hmac(enum digest_kind kind, const void *key, size_t key_len, const void *data,
                   size_t len, unsigned char out[DIGEST_SIZE_MAX]);

/* Upper-case hexadecimal with NUL; `out` takes 2 * len + 1 bytes. */
void digest_hex(const unsigned char *bytes, size_t len, char *out);

/* Equal without telling by time where they differ. */
bool digest_same(const void *a, const void *b, size_t len);

/* Standard base64, appended to `out`, padding demanded. Reading skips white space; ST_SYNTAX for
   anything else, ST_LIMIT when `out` is full; on failure `out` is as before. */
void base64_write(struct buf *out, const void *data, size_t len);
enum status base64_read(struct buf *out, const char *text, size_t len, struct err *err);

/* Wipes the cached HMAC key and frees all contexts, which come back on demand; called at the end
   and when a profile is dropped. */
void digest_forget_keys(void);

/* The OpenSSL version in use, for `--version`: "3.0.17". */
const char *digest_library(void);

/* ---- Secrets ---- */

#define SECRET_MAX 4096 /* bytes */

/* A key or password. Zeroed is "none". Text is NUL-terminated; it never contains NUL. */
struct secret {
    char *text;
    size_t len;
};

/* Replaces the secret by a copy, wiping the old one; `text` may point into it. False, and then the
   secret is none, when `text` is over SECRET_MAX or holds a NUL byte. */
bool secret_set(struct secret *s, const char *text, size_t len);
void secret_copy(struct secret *to, const struct secret *from);
void secret_clear(struct secret *s);
bool secret_is_set(const struct secret *s);
bool secret_same(const struct secret *a, const struct secret *b);

/* How a profile view may show it: "32 characters, ends …2d9a" (at most the last 4, none if shorter
   than 12). */
void secret_masked(const struct secret *s, enum lang lang, struct buf *out);

/* Replaces every occurrence of the secret in `text` by "****", in place of what would leak. Secrets
   under 6 bytes are not searched for. */
void secret_redact(const struct secret *s, struct buf *text);

#endif
