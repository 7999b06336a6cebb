/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's cashier: what mweb_url, code_url and the link of a contract lead to, for a browser.
 *
 *   GET  /cgi-bin/mmpayweb-bin/checkmweb?prepay_id=…[&redirect_url=…]   an mweb_url
 *   GET  /wxpay/bizpayurl?pr=…     a code_url, whose weixin:// stands for the sandbox
 *   POST the same                  pay, cancel, fail: with the page's token, or not at all
 *   POST …/papay/entrustweb?…      sign or refuse, likewise; the GET is a signed call and the
 *                                  gateway's, which has its page written here
 *   GET  /sandbox/cashier.css
 *
 * The token is an HMAC of the order's prepay_id, or the contract's names, under a secret of the
 * run: a page of somebody else's cannot know it. Playing is the payer's work (io/payer); here
 * stands who may ask.
 */
#ifndef IO_CASHIER_H
#define IO_CASHIER_H

#include <stdbool.h>
#include <time.h>

#include "core/base.h"
#include "core/ledger.h"
#include "io/httpd.h"
#include "io/payer.h"

#define CASHIER_SECRET 32 /* bytes */
#define CASHIER_URL_MAX 2048

struct cashier {
    struct ledger *ledger;
    time_t now;
    unsigned char secret[CASHIER_SECRET];
};

/* One request to it. */
struct cashier_visit {
    const struct order *order; /* NULL: none of that number */
    struct contract *contract; /* instead of an order; NULL */
    enum lang lang;            /* what the browser asks for */
    bool style;                /* the style sheet is wanted */
    bool plays;                /* `word` is to be played */
    struct payer_word word;
    char code[32];
    char redirect[CASHIER_URL_MAX]; /* "" none */
    bool by_mweb;
    unsigned status; /* of the answer so far; 200 */
    struct err err;  /* why it is not shown or played */
};

/* Reads a request; false if it is for something else. */
bool cashier_read(const struct cashier *c, const struct httpd_request *q, struct cashier_visit *v);

/* Writes the page; `played` (its status ST_OK: done) is what playing came to, NULL if nothing was
   played. */
void cashier_answer(const struct cashier *c, const struct httpd_request *q,
                    const struct cashier_visit *v, const struct err *played, struct httpd_reply *a);

/* Writes the page of a contract's link that a call has opened, or (`refused` has a status) has not:
   then `contract` may be NULL. */
void cashier_link(const struct cashier *c, const struct httpd_request *q, struct contract *contract,
                  const struct err *refused, struct httpd_reply *a);

#endif
