/* SPDX-License-Identifier: MIT */
/*
 * Looks an order's calls and notifications up in the journal, slice by slice, so that a
 * console's loop goes on meanwhile: first the short texts, which hold the numbers, then the
 * bodies, and the same again for each number that turns out to mean the same.
 */
#ifndef APP_ORDER_SEARCH_H
#define APP_ORDER_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/order_life.h"
#include "core/base.h"
#include "core/catalog.h"
#include "io/journal.h"

#define ORDER_SLICE 20000 /* rows whose short texts one step looks at: about 4 ms */
#define ORDER_BODIES 200  /* rows whose bodies it looks at */

/* Fields are for reading. */
struct order_search {
    struct order_life life; /* settled after each number is through */
    bool done;
    /* Private. */
    struct journal *journal; /* borrowed, as the next */
    const struct catalog *catalog;
    char *numbers[ORDER_IDS_MAX + 1];
    size_t number_count, at;
    bool in_bodies;
    int64_t before;
    int64_t *found; /* rows of the slice under way */
    size_t found_count, found_cap;
};

/* Starts looking for `number`; `merchant` (an mch_id) may be NULL; without a journal (NULL) nothing
   is found. Zeroed or valid `s`; ended by order_search_clear(). ST_ARGUMENT for what can be no
   number: empty, too long, or with characters that no number has. */
enum status order_search_start(struct order_search *s, struct journal *journal,
                               const struct catalog *catalog, const char *number,
                               const char *merchant, struct err *err);
void order_search_clear(struct order_search *s);

/* Looks at the next slice. ST_OK, also when nothing is left (`done`), or what the journal says;
   then it is over as well. */
enum status order_search_step(struct order_search *s, struct err *err);

#endif
