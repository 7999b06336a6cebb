/* SPDX-License-Identifier: MIT */
/*
 * A request: spec + params + profile -> URL and signed body.
 *
 * The console's send and the command line's go through here, so both produce the same
 * bytes. Pure: nonce, order number and time are values that the caller supplies.
 */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

#include <stdbool.h>
#include <time.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/sign.h"
#include "core/spec.h"

#define REQUEST_BODY_MAX (4u << 20) /* bytes */
#define REQUEST_URL_MAX 2048        /* bytes, NUL included */

/* What generated fields are made of. */
struct request_seed {
    time_t now;
    char nonce[33];    /* 32 letters and digits */
    char order_no[33]; /* a fresh order number */
    char serial[20];   /* digits, no leading zero */
};

/*
 * Fills what `p` lacks from profile and catalogue, sources marked: profile fields, nonce_str,
 * constants, copies, send_defaults, and sign_type where it must be sent; with `demo` also order
 * number, ip, serial and the examples of required and default-on fields. Fields that are present,
 * also empty or off, are left alone. Names of added fields go to `added` (may be NULL).
 */
enum status request_fill(const struct spec *spec, const struct profile *profile,
                         const struct request_seed *seed, bool demo, enum sign_kind kind,
                         struct params *p, struct params *added, struct err *err);

/*
 * The algorithm to sign with (INTERFACE.md): `sign_type` in `p` > the option (`chosen`, NULL if
 * none) > what the API demands (or the only one it takes) > the profile's > the API's default. An
 * unknown sign_type is ST_ARGUMENT naming it and the two that exist. `spec` may be NULL (plain
 * `sign`).
 */
enum status request_sign_kind(const struct spec *spec, const struct profile *profile,
                              const struct params *p, const enum sign_kind *chosen,
                              enum sign_kind *out, struct err *err);

/* The sign_type that a request signed with `kind` must carry; NULL if it may be left out. */
const char *request_sign_type(const struct spec *spec, enum sign_kind kind);

/* A value for a field (Ctrl-G): nonce, order number, time …; false if its source generates none. */
bool request_generate(const struct field *field, const struct request_seed *seed,
                      const struct params *p, const struct profile *profile, char *out,
                      size_t size);

/* How a value that request_generate() gave is marked. */
enum param_source request_source(const struct field *field);

/* Zeroed is valid. */
struct request {
    const struct spec *spec; /* borrowed */
    enum sign_kind kind;
    bool get;
    char url[REQUEST_URL_MAX];
    struct params params; /* in the spec's order, unknown fields behind, `sign` last; entries that
                             are off or empty are there for the trace and not sent */
    struct sign_trace trace; /* over params; empty if the sign was given by hand */
    bool sign_by_hand;
    struct buf body; /* the exact bytes; empty for GET */
    bool needs_cert;
};

/*
 * Builds and signs. The address is `sandbox` (a base URL, NULL if none) plus the spec's path;
 * without it the profile's address, plus the path unless it is a gateway's. "" for `sandbox`
 * means that it is not up yet: the URL is the path alone, which cannot be sent to. No address, a
 * missing key (unless `p` holds a `sign`, which is sent as it is) and a profile of the other
 * dialect are ST_ARGUMENT: a gateway's key is never tried on the official API. `out` (zeroed or
 * valid) is reused.
 */
enum status request_build(const struct spec *spec, const struct profile *profile,
                          const struct params *p, enum sign_kind kind, const char *sandbox,
                          struct request *out, struct err *err);
void request_clear(struct request *r);

/* Bytes that are somebody else's work. */
struct request_bytes {
    const char *data;
    size_t len;
};

/* The same address with a body given to the byte: nothing is signed or put right. `out->params` are
   those of the body if it can be read. ST_UNSUPPORTED for an API that has no body. */
enum status request_raw(const struct spec *spec, const struct profile *profile,
                        const struct request_bytes *bytes, const char *sandbox, struct request *out,
                        struct err *err);

/* Does the URL name a host? */
bool request_has_address(const struct request *r);

/* Appends `s` as one word of a POSIX shell. */
void request_quote(struct buf *out, const char *s);

/* As a curl command line for a POSIX shell. Never holds the key. */
void request_curl(const struct request *r, const struct profile *profile, struct buf *out);

/* {"fields":{…},"xml":…,"url":…}: the caller frees. */
struct json *request_json(const struct request *r);

#endif
