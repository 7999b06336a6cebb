/* SPDX-License-Identifier: MIT */
/*
 * A bill as a table: the names of its columns, which stay where they are while the rows scroll,
 * the rows, and the totals with what the rows give for them.
 *
 * Columns are as wide as what they hold, in cells of the terminal, and no wider than
 * BILL_CELLS_MAX; amounts stand to the right.
 */
#ifndef TUI_BILL_LINES_H
#define TUI_BILL_LINES_H

#include "core/bill.h"
#include "tui/lines.h"

#define BILL_CELLS_MAX 32    /* cells of a column; what is longer ends in ".." */
#define BILL_ROWS_SHOWN 5000 /* rows in the table; the pager has the text */

/* The widths of a table, for its names and its rows alike. */
struct bill_table {
    int width[BILL_COLUMNS_MAX]; /* cells */
    int total;                   /* of a row */
};

/* Measures the names in `lang` and the rows that are shown. */
void bill_measure(const struct bill *b, enum lang lang, struct bill_table *out);

/* The names, one line. */
void bill_heads(struct lines *l, const struct bill *b, enum lang lang, const struct bill_table *t);

/* The rows, then the totals; `full_key` shows what is left out. */
void bill_rows(struct lines *l, const struct bill *b, enum lang lang, const struct bill_table *t,
               const char *full_key);

#endif
