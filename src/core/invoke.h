/* SPDX-License-Identifier: MIT */
/*
 * Calling up the payment: from an order's reply to what the client needs
 * (facts/apis.md 5, facts/signature-failures.md 2.4).
 *
 * JSAPI, mini programs and APPs get a set of parameters with a second signature, by the
 * algorithm of the order; NATIVE and MWEB (also of the third-party gateway) get an address
 * and no signature. Time and nonce are values of the caller, or pinned. Pure.
 */
#ifndef CORE_INVOKE_H
#define CORE_INVOKE_H

#include <stdbool.h>
#include <time.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/sign.h"
#include "core/spec.h"

enum invoke_kind { INVOKE_JSAPI, INVOKE_APP, INVOKE_NATIVE, INVOKE_MWEB, INVOKE_KIND_COUNT };

/* "JSAPI", "APP", "NATIVE", "MWEB". */
const char *invoke_kind_name(enum invoke_kind kind);
struct bi invoke_kind_text(enum invoke_kind kind);

/* What a call-up is made from; all borrowed. */
struct invoke_source {
    const struct spec *spec;       /* NULL: unknown */
    const struct profile *profile; /* supplies ids that the others lack; NULL */
    const struct params *request;  /* the order as sent; NULL: unknown */
    const struct params *reply;    /* the reply, or the one field that a person has */
    const struct params *pinned;   /* invoke_is_pin(); NULL: none */
    const struct secret *key;      /* NULL: none; needed by JSAPI and APP alone */
    enum sign_kind kind;           /* of the order */
    time_t now;
    const char *nonce; /* a fresh one */
    bool untrusted;    /* the reply's signature does not hold: said in a note */
    time_t ordered_at; /* 0: unknown; then read from the prepay_id, if it tells */
};

#define INVOKE_NOTES_MAX 8
#define INVOKE_URL_MAX 8192 /* bytes; longer than any mweb_url with a redirect_url */

/* Zeroed is valid. */
struct invoke {
    enum invoke_kind kind;
    struct params params;    /* the signed set in the order of the documentation; empty for an
                                address */
    struct sign_trace trace; /* over params; trace.hex is the second signature */
    char *url;               /* code_url, or mweb_url with redirect_url; NULL for a set */
    char *prepay_id;         /* NULL: unknown */
    long valid_s;            /* how long it can be used from the order on */
    time_t expires_at;       /* 0: unknown */
    struct bi notes[INVOKE_NOTES_MAX];
    size_t note_count;
};

/*
 * Makes the call-up. `v` (zeroed or valid) is reused.
 *
 * ST_REFUSED   the reply says that there is no order
 * ST_ARGUMENT  the API calls nothing up, a field is missing, a pinned value is wrong
 * ST_NOT_FOUND the second signature needs a key and there is none
 */
enum status invoke_make(const struct invoke_source *s, struct invoke *v, struct err *err);
void invoke_clear(struct invoke *v);

/* The algorithm of the order that `reply` answers: the option (`chosen`, NULL) > the length of the
   reply's sign > request_sign_kind(). */
enum status invoke_sign_kind(const struct invoke_source *s, const enum sign_kind *chosen,
                             enum sign_kind *out, struct err *err);

/* The member that holds the signature: "paySign", "sign"; NULL for an address. */
const char *invoke_sign_name(enum invoke_kind kind);

/* Is `name` a value that can be pinned: timeStamp, nonceStr (or as an APP spells them), appId,
   partnerid, redirect_url, trade_type? */
bool invoke_is_pin(const char *name);
const char *invoke_pin(size_t index); /* the names, one after the other; NULL behind the last */

/* Does `p` hold what a call-up starts from: prepay_id, code_url or mweb_url? */
bool invoke_has_start(const struct params *p);

/* The set with its signature as a JSON object; the caller frees. */
struct json *invoke_json(const struct invoke *v);

/* Code that is ready to copy, by index; false past the end. `text` is appended. */
bool invoke_snippet(const struct invoke *v, size_t index, const char **id, struct bi *title,
                    struct buf *text);

#endif
