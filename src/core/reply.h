/* SPDX-License-Identifier: MIT */
/*
 * A reply: bytes -> verdict.
 *
 * Judges in the order of facts/apis.md ("Common to all") and wap-gateway.md 5: HTTP, flat
 * XML, communication, signature over all fields received, business. A communication
 * failure needs no signature; any other answer does. What cannot be parsed is untrusted
 * and says that it was not judged; its bytes stay with the caller.
 *
 * A key of the merchant that comes back in an answer stands in no text here: "****".
 */
#ifndef CORE_REPLY_H
#define CORE_REPLY_H

#include <stdbool.h>

#include "core/base.h"
#include "core/json.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/sign.h"
#include "core/spec.h"
#include "core/xml.h"

enum outcome {
    OUTCOME_SUCCESS,
    OUTCOME_BUSINESS_FAIL,
    OUTCOME_COMMUNICATION_FAIL,
    OUTCOME_UNTRUSTED, /* not parsed, unsigned, wrongly signed, of another merchant, or with an HTTP
                          status that the API never gives */
};

/* "success", "business-fail", "communication-fail", "untrusted". */
const char *outcome_name(enum outcome o);
struct bi outcome_text(enum outcome o);

#define REPLY_NOTES_MAX 12

/* Zeroed is valid. */
struct reply {
    enum outcome outcome;
    struct params params; /* all fields in received order; empty when not parsed */
    struct xml_info xml;
    struct err parse_error; /* status ST_OK when parsed, or when it is text */
    bool text_body;         /* a good answer in text (REPLY_TEXT): unsigned, no params */
    struct sign_check sign;
    bool sign_demanded;
    struct sign_trace trace;                 /* steps of the check, over `params` */
    const struct error_code *error;          /* explanation, borrowed from the spec; NULL if none */
    const struct error_code *contract_error; /* of contractorder's second result */
    bool contract_failed;                    /* contract_result_code present and not SUCCESS */
    char code[64];                           /* error code as received, "" if none */
    char text[256]; /* its text as received: err_code_des, err_msg, return_msg, message */
    struct err
        notes[REPLY_NOTES_MAX]; /* WHAT sentences: other mch_id, field missing, HTTP status … */
    size_t note_count;
};

/*
 * Judges `len` bytes received with HTTP `status` and content type (may be NULL) as the answer to
 * `sent` (may be NULL) under `profile`. `spec` may be NULL for an unknown API; it must outlive
 * `out`. `out` (zeroed or valid) is reused.
 */
void reply_read(const struct spec *spec, const struct profile *profile, const struct params *sent,
                long status, const char *content_type, const char *data, size_t len,
                struct reply *r);
void reply_clear(struct reply *r);

/* Does the spec promise this response field for the reply at hand? */
bool reply_expects(const struct field *field, const struct reply *r, const struct params *sent);

/* Adds the members "response", "sign_valid", "outcome", "error" of INTERFACE.md's `send`, and
   "contract_error" and "notes" where there are any. */
void reply_json(const struct reply *r, struct json *object);

#endif
