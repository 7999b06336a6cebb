/* SPDX-License-Identifier: MIT */
/*
 * What the platform then tells the merchant: an order's payment, a contract signed or
 * terminated, a refund settled. Built from the ledger and handed to io/deliver, signed with
 * the algorithm of the request it speaks of.
 */
#ifndef IO_ANNOUNCE_H
#define IO_ANNOUNCE_H

#include <time.h>

#include "core/catalog.h"
#include "core/event.h"
#include "core/ledger.h"
#include "io/deliver.h"
#include "io/merchants.h"

/* Everything borrowed. */
struct announcer {
    const struct catalog *catalog;
    const struct events *events;
    const struct merchants *merchants;
    struct deliver *deliver;
    time_t now;
};

#define ANNOUNCED_MAX 4

/* What was queued. Zeroed is valid and empty. */
struct announced {
    struct {
        const struct event *event;
        const char *url; /* borrowed from the ledger or the merchant */
        unsigned delivery;
    } items[ANNOUNCED_MAX];
    size_t count;
};

/* 24 random digits and a NUL. */
#define ANNOUNCE_DIGITS 24
void announce_digits(char out[ANNOUNCE_DIGITS + 1]);

/*
 * The payment of an order that was paid or (state PAYERROR) failed: each notification that its API
 * names, apart from those of a contract. A failure is told by the third-party gateway and of a
 * deduction alone (facts/apis.md 4.1).
 */
void announce_order(const struct announcer *a, const struct order *o, struct announced *out);

/* contract-add for a contract that is signed, contract-delete for one that ended. */
void announce_contract(const struct announcer *a, const struct contract *c, struct announced *out);

/* A refund that was settled, to its request's notify_url, else the merchant's. */
void announce_refund(const struct announcer *a, const struct order *o, const struct refund *r,
                     struct announced *out);

#endif
