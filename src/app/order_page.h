/* SPDX-License-Identifier: MIT */
/*
 * An order's life told to people (as a page in the forms of app/page) and to programs.
 *
 * Texts of rows may hold personal data and are masked unless asked; a key is in no row.
 */
#ifndef APP_ORDER_PAGE_H
#define APP_ORDER_PAGE_H

#include <stdbool.h>

#include "app/order_life.h"
#include "app/page.h"
#include "core/json.h"

struct order_page_how {
    enum page_form form;
    enum lang lang;
    bool ascii;    /* the picture without box characters */
    bool personal; /* leave personal data as it is */
};

/* Writes the page; `o` is settled and has a life. */
void order_page_write(const struct order_life *o, const struct order_page_how *how,
                      struct buf *out);

/* {"number","lives":[{"subject","kind","number",…,"state","steps","events","next"}],"others"}. The
   caller frees. */
struct json *order_page_json(const struct order_life *o, bool personal);

/* "order T1  SUCCESS paid": subject, number and state in a few words, appended. */
void order_page_title(const struct order_life_one *life, enum lang lang, struct buf *out);

/* What an event says in a few words: its outcome, its error code, its text; masked unless
   `personal`; appended. */
void order_page_event(const struct order_event *e, enum lang lang, bool personal, struct buf *out);

/* What may come next, in a few words: "refund → REFUND". Appended. */
void order_page_next(const struct order_next *n, enum lang lang, struct buf *out);

#endif
