/* SPDX-License-Identifier: MIT */
/*
 * Digests, secrets, hexadecimal and base64.
 *
 * The door to OpenSSL's libcrypto. Its only state is the last HMAC key, made ready for the next
 * signature, until digest_forget_keys().
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

/* ---- Saved states: many digests that share a beginning (the signature debugger's search) ---- */

#define DIGEST_STATE_ROOM 216 /* bytes of the largest state */

/* What a digest knows after some bytes. A value: copying it saves the state. Holds traces of what
   was digested, so a state that saw a secret is wiped (mem_wipe). */
struct digest_state {
    enum digest_kind kind;
    _Alignas(8) unsigned char room[DIGEST_STATE_ROOM];
};

/* A key made ready for HMAC: the states after its inner and outer padding. */
struct digest_hmac_key {
    struct digest_state inner, outer;
};

void digest_start(struct digest_state *s, enum digest_kind kind);
void digest_add(struct digest_state *s, const void *data, size_t len);

/* Copies a state; only the bytes that its kind uses. */
void digest_fork(struct digest_state *to, const struct digest_state *from);

/* The digest of what was added; the state is used up. Returns its size in bytes. */
size_t digest_end(struct digest_state *s, unsigned char out[DIGEST_SIZE_MAX]);

/* HMAC: prepare a key once, then start by a fork of key->inner, add, and end with the same key. */
void digest_hmac_key(struct digest_hmac_key *k, enum digest_kind kind, const void *key, size_t len);
size_t digest_hmac_end(const struct digest_hmac_key *k, struct digest_state *s,
                       unsigned char out[DIGEST_SIZE_MAX]);

/* Decrypts AES-256-ECB with PKCS#7 padding (`req_info` of the refund notice) and appends the plain
   text. ST_SYNTAX when the length is no multiple of 16 or the padding does not hold, which is what
   a wrong key gives; ST_LIMIT. On failure `out` is as before. Encrypting is its reverse. */
#define DIGEST_AES_KEY 32 /* bytes */
enum status digest_aes_decrypt(const unsigned char key[DIGEST_AES_KEY], const void *data,
                               size_t len, struct buf *out, struct err *err);
void digest_aes_encrypt(const unsigned char key[DIGEST_AES_KEY], const void *data, size_t len,
                        struct buf *out);

/* Upper-case hexadecimal with NUL; `out` takes 2 * len + 1 bytes. */
void digest_hex(const unsigned char *bytes, size_t len, char *out);

/* Equal without telling by time where they differ. */
bool digest_same(const void *a, const void *b, size_t len);

/* Standard base64, appended to `out`, padding demanded. Reading skips white space; ST_SYNTAX for
   anything else, ST_LIMIT when `out` is full; on failure `out` is as before. */
void base64_write(struct buf *out, const void *data, size_t len);
enum status base64_read(struct buf *out, const char *text, size_t len, struct err *err);

/* Wipes the kept HMAC key; called at the end and when a profile is dropped. */
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

/* Does the text hold the secret? Secrets under 6 bytes are not searched for. */
bool secret_is_in(const struct secret *s, const char *text, size_t len);

/* The first six hexadecimal digits of its SHA-256: tells keys apart in a report. Twenty-four bits
   fit one in sixteen million keys, too few to confirm a guess of a key of 32 characters. "" for
   none. */
#define SECRET_FINGERPRINT 7
void secret_fingerprint(const struct secret *s, char out[SECRET_FINGERPRINT]);

/* Replaces every occurrence of the secret in `text` by "****", in place of what would leak. Secrets
   under 6 bytes are not searched for. */
void secret_redact(const struct secret *s, struct buf *text);

/* Same for the end of a text that was cut: when it is the beginning of the secret, four bytes or
   more, it is replaced. True if it was. */
bool secret_redact_end(const struct secret *s, struct buf *text);

#endif
