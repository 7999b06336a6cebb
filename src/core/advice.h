/* SPDX-License-Identifier: MIT */
/*
 * What could still make the gateway refuse a request whose signature holds.
 *
 * Reads the request as the gateway would (facts/signature-failures.md 1.1, mode B): the
 * algorithms of the endpoint, parameters it does not know or knows under another spelling,
 * the bytes on the wire, the form of the document, the shape of the key. Rows of core/cause.h;
 * nothing is guessed: each advice names what it saw.
 */
#ifndef CORE_ADVICE_H
#define CORE_ADVICE_H

#include <stddef.h>

#include "core/base.h"
#include "core/cause.h"
#include "core/digest.h"
#include "core/params.h"
#include "core/sign.h"
#include "core/span.h"
#include "core/spec.h"

#define ADVICE_MAX 24

struct advice {
    const struct cause *cause;
    char seen[LANG_COUNT]
             [256]; /* what was met: "trade_typ is not of unifiedorder; trade_type is" */
    char field[PARAM_NAME_MAX + 1]; /* the parameter concerned; "" */
};

/* What is looked at; all borrowed for the call. */
struct advice_input {
    const struct params *params; /* as sent, `sign` included */
    const struct spec *spec;     /* the endpoint; NULL: unknown, and not judged */
    const struct secret *key;    /* NULL: not looked at */
    struct span wire;            /* the body as sent; empty: unknown */
    bool request;                /* a request of ours: only these are judged by an endpoint */
};

/* Fills at most ADVICE_MAX; returns how many. */
size_t advise(const struct advice_input *in, struct advice out[ADVICE_MAX]);

#endif
