/* SPDX-License-Identifier: MIT */
/*
 * One call of the sandbox: from the bytes received to the answer.
 *
 * call_check.c takes it through the checks in the order of the real gateway: body,
 * merchant, signature, ids, fields; then the order is placed, or (io/call_follow) what
 * follows an order is done. call_answer.c builds the answer from the spec's list of
 * response fields. None of them knows sockets or files.
 */
#ifndef IO_CALL_H
#define IO_CALL_H

#include <stdbool.h>
#include <time.h>

#include "core/authority.h"
#include "core/base.h"
#include "core/catalog.h"
#include "core/findings.h"
#include "core/ledger.h"
#include "core/sign.h"
#include "core/spec.h"
#include "core/xml.h"
#include "io/httpd.h"
#include "io/merchants.h"
#include "io/refusal.h"

#define CALL_UNIQUE 20 /* letters that make a prepay_id unique */

/* The first members are given; the others are found on the way. */
struct call {
    const struct httpd_request *q;
    const struct catalog *catalog;
    const struct merchants *merchants;
    struct ledger *ledger;
    const char *base_url; /* links in answers lead to the sandbox itself */
    time_t now;
    const struct authority *authority; /* of the clients' certificates; NULL: none is asked for */
    time_t today;                      /* they are judged at; not scaled */

    const struct spec *spec; /* NULL: nothing is served at this path */
    bool gateway;            /* the dialect of the answer */
    struct params params;    /* as received */
    const struct merchant *merchant;
    enum sign_kind kind;
    struct sign_trace trace; /* what the sandbox joined; secret inside */
    bool wrong_sign;
    char received[SIGN_HEX_MAX]; /* the signature that came, cut to size */
    struct order *order;         /* borrowed from the ledger */
    enum place_result placed;
    const struct refusal *contract; /* the contract half's refusal; NULL */
    struct findings findings;

    /* Of the calls behind an order: */
    bool follows;              /* it is one of them: the answer's business fields are `result` */
    struct params result;      /* in order; only what the spec lists */
    bool changed;              /* `order` is to be written into the books */
    struct contract *covenant; /* that was asked for, borrowed from the ledger; NULL */
    bool covenant_changed;
    bool ended;            /* it was terminated by this call */
    const char *wanted;    /* error code that a fault rule demands of a micropay; NULL */
    struct refund *refund; /* new: to be settled later; borrowed */
    struct buf bill;       /* text that is answered instead of XML; empty: none */
    bool zipped;           /* as gzip */
    struct refusal made;   /* of a code that is no row of the table */
    struct bi said;        /* what was done, for the log; NULL */

    struct bi detail; /* what exactly is wrong; texts in detail_text; NULL: nothing to add */
    char detail_text[LANG_COUNT][ERR_TEXT_MAX];
};

/* The end of the path is the catalogue's: SDKs put it below any prefix. False if nothing fits. */
bool call_find(struct call *c);

/* The number that a fault rule's order=TEXT is held against: of the order, the contract or the
   refund; NULL. */
const char *call_number(const struct call *c);

/* The steps. Each returns what the call is refused with, or NULL. */
const struct refusal *call_read(struct call *c);  /* method, body, service */
const struct refusal *call_check(struct call *c); /* merchant, signature, ids, fields */
const struct refusal *call_place(struct call *c); /* the order and its contract half */

/* A refusal with a code of the spec, worded as the catalogue has it. */
const struct refusal *call_code(struct call *c, const char *code, struct bi why);

/* Says what exactly is wrong; both formats take the same arguments. */
void call_detail(struct call *c, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* How an answer is spoilt on demand. */
enum call_spoil { SPOIL_NOTHING, SPOIL_SIGN, SPOIL_UNSIGNED };

/* The answer as params: a refusal, or (NULL) the order placed. Is it one that is signed? */
bool call_answer(const struct call *c, const struct refusal *refusal, enum call_spoil spoil,
                 struct params *out);

/* The refusal's reason for the log, with what exactly is wrong if a check found that. */
struct bi call_why(const struct call *c, const struct refusal *refusal);

/* `len` (at most 64) random letters and digits and a NUL. */
void call_letters(char *out, size_t len);

void call_clear(struct call *c);

#endif
