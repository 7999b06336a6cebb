/* SPDX-License-Identifier: MIT */
/*
 * What the sandbox refuses a call with: one table says for each fault its layer, code,
 * text and whether the answer is signed.
 *
 * Communication faults are return_code FAIL (the third-party gateway: a status that is not
 * 0) and unsigned; business faults are signed; a contract fault refuses the contract half
 * of an order that is placed.
 */
#ifndef IO_REFUSAL_H
#define IO_REFUSAL_H

#include <stdbool.h>

#include "core/lang.h"
#include "core/spec.h"

enum refusal_id {
    REFUSE_METHOD,
    REFUSE_EMPTY,
    REFUSE_XML,
    REFUSE_ENCODING,
    REFUSE_SERVICE,
    REFUSE_MERCHANT,
    REFUSE_SIGN_TYPE,
    REFUSE_SIGN,
    REFUSE_APPID,
    REFUSE_BINDING,
    REFUSE_SUB,
    REFUSE_PERMISSION,
    REFUSE_LACKING,
    REFUSE_VALUE,
    REFUSE_USED,
    REFUSE_PAID,
    REFUSE_CLOSED,
    REFUSE_FULL,
    REFUSE_BOOKS,
    REFUSE_PLAN,
    REFUSE_CONTRACT_CODE,
    REFUSE_CONTRACT_VALUE,
    REFUSE_NO_PAYMENT,
    REFUSAL_COUNT
};

struct refusal {
    enum error_layer layer;
    enum error_layer gateway_layer; /* the same fault in the gateway's dialect */
    const char *code;
    const char *gateway_code; /* NULL: the same */
    const char *text;         /* as an endpoint words it, hence Chinese; under 128 bytes */
    struct bi why;            /* for the log */
    bool detailed;            /* the text is followed by what exactly is wrong */
};

const struct refusal *refusal_row(enum refusal_id id);

/* Layer and code in a dialect. */
enum error_layer refusal_layer(const struct refusal *r, bool gateway);
const char *refusal_code(const struct refusal *r, bool gateway);

#endif
