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
    REFUSE_CERTIFICATE,
    REFUSE_APPID,
    REFUSE_BINDING,
    REFUSE_SUB,
    REFUSE_PERMISSION,
    REFUSE_LACKING,
    REFUSE_VALUE,
    REFUSE_USED,
    REFUSE_PAID,
    REFUSE_CLOSED,
    REFUSE_FAILED, /* the order is in PAYERROR */
    REFUSE_FULL,
    REFUSE_BOOKS,
    REFUSE_PLAN,
    REFUSE_CONTRACT_CODE,
    REFUSE_CONTRACT_VALUE,
    REFUSE_NO_PAYMENT,
    REFUSE_NO_ORDER,
    REFUSE_NO_TRANSACTION,
    REFUSE_STATE,
    REFUSE_EARLY,
    REFUSE_REVERSE_LATE,
    REFUSE_NOT_SCANNED,
    REFUSE_REFUNDED,
    REFUSE_CONSUMED,
    REFUSE_NOT_CONSUMED,
    REFUSE_NO_DEPOSIT,
    REFUSE_NOT_PAID,
    REFUSE_GIVEN_BACK,
    REFUSE_TOTAL,
    REFUSE_REFUND_DIFFERS,
    REFUSE_REFUND_SUM,
    REFUSE_REFUND_MANY,
    REFUSE_REFUND_LATE,
    REFUSE_NO_REFUND,
    REFUSE_OFFSET,
    REFUSE_CONSUME_SUM,
    REFUSE_REVERSED,
    REFUSE_PAYING,
    REFUSE_CODE_USED,
    REFUSE_NO_CONTRACT,
    REFUSE_CONTRACT_ENDED,
    REFUSE_CONTRACT_USED,
    REFUSE_ACCEPTED,
    REFUSE_NO_BILL,
    REFUSE_BILL_TYPE,
    REFUSE_DATE,
    REFUSAL_COUNT
};

struct refusal {
    enum error_layer layer;
    enum error_layer gateway_layer; /* the same fault in the gateway's dialect */
    const char *code;
    const char *gateway_code; /* NULL: the same */
    /* Tried in turn where the API does not list `code`: one fault has other names elsewhere. */
    const char *also[4];
    const char *text; /* as an endpoint words it, hence Chinese; under 128 bytes */
    struct bi why;    /* for the log */
    bool detailed;    /* the text is followed by what exactly is wrong */
};

const struct refusal *refusal_row(enum refusal_id id);

/*
 * How an API says it: the first of its codes that the API lists, that one's layer and text. `spec`
 * NULL: as the row has it.
 */
enum error_layer refusal_layer(const struct refusal *r, const struct spec *spec);
const char *refusal_code(const struct refusal *r, const struct spec *spec);
const char *refusal_text(const struct refusal *r, const struct spec *spec);

#endif
