/* SPDX-License-Identifier: MIT */
/*
 * What went before a notification, as the journal has it: the order that it is about, and
 * what has come about this order already.
 *
 * It only looks up; core/notice draws the conclusions.
 */
#ifndef IO_PRECEDENT_H
#define IO_PRECEDENT_H

#include "core/catalog.h"
#include "core/notice.h"
#include "core/params.h"
#include "io/journal.h"

/* Zeroed knows nothing. */
struct precedent {
    struct journal *journal; /* borrowed; NULL: there are no records */
    /* Whose APIs that lead to notifications are those that place orders; borrowed. NULL: any call
       in the journal does. */
    const struct catalog *catalog;
    /* With whose keys the notifications before are read again; borrowed. NULL: none is read. */
    const struct notice_context *context;
    struct params order;  /* private: as it was placed, that of the last one asked about */
    char order_name[64];  /* private: the API that placed it */
    char other[129];      /* private: the other order of a transaction */
    char paid_by[129];    /* private: the other transaction of an order */
    struct notice before; /* private: the last one of a transaction that was read again */
};
void precedent_clear(struct precedent *p);

/* A notice_known_fn; `ctx` is the struct precedent. The strings in `k` are valid until the next
   call. */
void precedent_know(void *ctx, const struct notice *n, struct notice_known *k);

#endif
