/* SPDX-License-Identifier: MIT */
/*
 * What could still be wrong with a message whose signature holds, or that has none.
 *
 * Reads a request as the gateway would (facts/signature-failures.md 1.1, mode B): the
 * algorithms of the endpoint, parameters it does not know or knows under another spelling,
 * the bytes on the wire, the form of the document, the shape and origin of the key. Reads the
 * parameters of a client as the client would. Rows of core/cause.h; nothing is guessed: each
 * advice names what it saw.
 */
#ifndef CORE_ADVICE_H
#define CORE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/cause.h"
#include "core/digest.h"
#include "core/oracle.h"
#include "core/params.h"
#include "core/sign.h"
#include "core/span.h"
#include "core/spec.h"
#include "core/subject.h"

#define ADVICE_MAX 24

struct advice {
    const struct cause *cause;
    char seen[LANG_COUNT]
             [256]; /* what was met: "trade_typ is not of unifiedorder; trade_type is" */
    char field[PARAM_NAME_MAX + 1]; /* the parameter concerned; "" */
};

/* What is looked at; all borrowed for the call. */
struct advice_input {
    enum message_kind kind;        /* of `params`: requests are judged by their endpoint */
    const struct params *params;   /* as sent, `sign` included */
    const struct params *twice;    /* other values that names of it have too; NULL: none */
    const struct spec *spec;       /* the endpoint; NULL: unknown, and not judged */
    const struct secret *key;      /* NULL: not looked at */
    const char *key_label;         /* what another list of keys calls the same key; NULL: nothing */
    const struct params *merchant; /* ids of whom the key is said to be; NULL: unknown */
    const char *base_url;          /* where requests go; NULL: unknown */
    struct span wire;              /* the body as sent; empty: unknown */
    struct span head;              /* the headers as sent; empty: unknown */
    bool query;                    /* the parameters were sent in the URL */
};

/* Fills at most ADVICE_MAX; returns how many. */
size_t advise(const struct advice_input *in, struct advice out[ADVICE_MAX]);

/* What follows from ORACLE_OTHER_KEY: fills `out` and returns true; false for any other verdict. */
bool oracle_advice(const struct oracle_verdict *v, struct advice *out);

#endif
