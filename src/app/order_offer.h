/* SPDX-License-Identifier: MIT */
/*
 * Which commands of an order's life can be offered here and now.
 *
 * order_life_settle() writes a command for each step from what the journal holds; whether it
 * can still reach anything depends on what runs on this machine: a sandbox may have ended, or
 * keep its books in a console's memory.
 */
#ifndef APP_ORDER_OFFER_H
#define APP_ORDER_OFFER_H

#include "app/order_life.h"

struct order_place {
    const char *data;   /* folder given by --data, which the commands need too; NULL: the default */
    const char *inside; /* address of a sandbox whose books are in this program's memory; NULL */
};

/*
 * Looks at the commands of a settled life. One that plays the payer in a sandbox that has ended is
 * dropped; so is a call whose sandbox is `inside`: a command would start another, which knows
 * nothing of it. Calls get `--data`. May be called again.
 */
void order_offer(struct order_life *o, const struct order_place *place);

#endif
