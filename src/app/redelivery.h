/* SPDX-License-Identifier: MIT */
/*
 * Whether a notification that arrived will come again, and when: counted among those of the
 * platform that the journal has, or, of the console's own sandbox, as its delivery stands.
 */
#ifndef APP_REDELIVERY_H
#define APP_REDELIVERY_H

#include "app/workspace.h"

#define REDELIVERY_LATE "too-slow" /* rule of what is found against an answer given too late */
#define REDELIVERY_ROWS 10000      /* numbers of the journal looked at before it, and after it */

struct redelivery {
    const struct schedule *schedule; /* of the event; NULL: no event, nothing is known */
    bool foreign;                    /* forged or unsigned: nothing follows; the rest is zero */
    size_t nth;                      /* which it was of those that arrived; 0: not known */
    size_t later;                    /* how many arrived after it */
    bool late;                       /* it was acknowledged after the platform had given up */
    bool done;                       /* it, or a later one, was acknowledged in time */
    const struct delivery *sandbox;  /* our own sandbox sends it; borrowed until the next turn */
};

void redelivery_find(const struct workspace *w, const struct inbox_notice *n,
                     struct redelivery *out);

/* More arrived than the platform sends: what follows cannot be told by counting. */
bool redelivery_is_over(const struct redelivery *r);

/* Seconds until the next one, as documented; false if none follows, or it cannot be told. */
bool redelivery_gap(const struct redelivery *r, int *seconds);

#endif
