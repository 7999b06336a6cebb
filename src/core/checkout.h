/* SPDX-License-Identifier: MIT */
/*
 * The pages of the sandbox's cashier: an order, what it comes to, and pay, cancel or fail; or a
 * contract by itself, its terms, and sign or refuse.
 *
 * HTML without script, in one language; everything that an order or contract says is escaped
 * (core/web), because its texts come from whoever placed it. Pure.
 */
#ifndef CORE_CHECKOUT_H
#define CORE_CHECKOUT_H

#include <stdbool.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/ledger.h"

#define CHECKOUT_PAGE_MAX (1u << 20) /* bytes */

/* What the page shows; all borrowed, NULL: not there. */
struct checkout {
    enum lang lang;
    const struct order *order;
    const struct contract *contract; /* a page of its own, without an order; neither: only the
                                        message */
    const char *message[LANG_COUNT];
    bool bad;             /* the message is of something that went wrong */
    bool open;            /* it can be paid or signed now: the buttons are there */
    const char *target;   /* where the form goes: path and query */
    const char *token;    /* proves that the form is ours */
    const char *redirect; /* http or https address to go back to, after some seconds */
};

/* Appends the page. */
void checkout_page(const struct checkout *c, struct buf *out);

/* The page's style sheet. */
const char *checkout_style(void);

/* Codes that a payment can be made to fail with, by index; NULL past the end. */
const char *checkout_failure(size_t index);

#endif
