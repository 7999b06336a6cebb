/* SPDX-License-Identifier: MIT */
/*
 * One merchant: ids, key, certificate paths, gateway, signature type (INTERFACE.md,
 * "Profile file").
 *
 * A value: reading a file and fetching a key from the environment, a file or a command is
 * io/store's work. The document it was read from is kept, so that unknown members survive
 * a rewrite. The key is never shown; profile_to_json() writes a literal key, and what it
 * writes goes to a file of mode 0600 only.
 */
#ifndef CORE_PROFILE_H
#define CORE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/digest.h"
#include "core/json.h"
#include "core/params.h"
#include "core/sign.h"

#define PROFILE_NAME_MAX 64 /* bytes: letters, digits, '-', '_', '.' */
#define PROFILE_KEYS_MAX 16 /* other_keys */
#define PROFILE_WARNINGS_MAX 8

enum dialect { DIALECT_OFFICIAL, DIALECT_GATEWAY };
enum environment { ENVIRONMENT_TEST, ENVIRONMENT_PRODUCTION };

/* How the file names a key. */
enum key_source { KEY_NONE, KEY_LITERAL, KEY_ENV, KEY_FILE, KEY_COMMAND };

#define KEY_COMMAND_MAX 16 /* words of a command */

struct key_ref {
    enum key_source source;
    char *name;                      /* variable or path */
    char *argv[KEY_COMMAND_MAX + 1]; /* command words, NULL-terminated */
    struct secret value;             /* the key itself once fetched (at once if literal) */
};

struct other_key {
    char *label;
    struct key_ref key;
};

/* Zeroed is valid: no name, no key, official, test. */
struct profile {
    char *name;
    char *title[LANG_COUNT]; /* NULL: use the name */
    enum environment environment;
    enum dialect dialect;
    char *base_url;    /* official: scheme and host, optional prefix; NULL: see profile_address() */
    char *gateway_url; /* gateway: the complete URL; NULL: the same */
    struct key_ref key;
    bool has_sign_type;
    enum sign_kind sign_type;
    struct other_key other_keys[PROFILE_KEYS_MAX];
    size_t other_key_count;
    char *client_cert; /* paths, NULL if none */
    char *client_key;
    char *ca_file;
    struct params fields; /* appid, mch_id, notify_url …: supplied to forms */
    char *theme;
    char *path;            /* file it came from; NULL for built-in ones */
    struct json *document; /* as read, unknown members included; key texts wiped out of it */
    struct err warnings[PROFILE_WARNINGS_MAX]; /* unknown members, odd key length, mode … */
    size_t warning_count;
};

void profile_clear(struct profile *p);
void profile_copy(struct profile *to, const struct profile *from);

#define PROFILE_OFFICIAL "https://api.mch.weixin.qq.com" /* the host of the official APIs */

/* Where its requests go: the base_url or gateway_url that it has; without one PROFILE_OFFICIAL for
   a production merchant of the official APIs. NULL: a test merchant's go to the embedded sandbox,
   those of a production merchant of a gateway nowhere. */
const char *profile_address(const struct profile *p);
bool profile_uses_sandbox(const struct profile *p);

/*
 * Reads a profile from JSON text. `origin` (a path or "built-in") is for sentences only.
 * Unknown members become warnings with the nearest known name; a wrong type is ST_SYNTAX with its
 * path. A literal key that is not 32 bytes is a warning.
 */
enum status profile_from_json(const char *text, size_t len, const char *origin, struct profile *out,
                              struct err *err);

/* The file's text, known members replaced, unknown ones kept. `out` is a secret buffer. */
void profile_to_json(const struct profile *p, struct buf *out);

/* The title in `lang`, or the name. */
const char *profile_title(const struct profile *p, enum lang lang);

/* For `profile show` and screens: members as JSON, the key as {"source", "length", "last4"}. */
struct json *profile_view(const struct profile *p);

/* Replaces every occurrence of one of the profile's keys by "****": secret_redact(). True if there
   was one. */
bool profile_redact(const struct profile *p, struct buf *text);

/* Same for a text that was cut, whose end may be the beginning of a key: secret_redact_end(). */
bool profile_redact_end(const struct profile *p, struct buf *text);

/* Same in an array of characters, which is NUL-terminated. */
bool profile_redact_text(const struct profile *p, char *text);

/* Same in names and values, in place: what points at an entry stays valid. */
bool profile_redact_params(const struct profile *p, struct params *params);

/* Is `name` usable as a profile's name and file name? */
bool profile_name_valid(const char *name);

void key_ref_clear(struct key_ref *k);
void key_ref_copy(struct key_ref *to, const struct key_ref *from);

/* Has the key the shape of an API key: 32 printable ASCII bytes? Otherwise says what is odd (WHAT
   only; `why` may be NULL). */
bool profile_key_plausible(const struct secret *key, struct err *why);

#endif
