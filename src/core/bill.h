/* SPDX-License-Identifier: MIT */
/*
 * A downloaded bill, read: columns, rows, totals, and whether the totals fit the rows.
 *
 * The form is facts/apis.md 6.5: a line of column names, a line for each payment and refund
 * with a back-quote before every cell, a line of names of totals and one of totals, amounts in
 * yuan. A comma inside a cell parts nothing, for a cell begins with ",`". A packed bill
 * (tar_type=GZIP) is unpacked first.
 *
 * Amounts are whole numbers of 1/100000 yuan: a fee has five decimals, so fen are too coarse.
 */
#ifndef CORE_BILL_H
#define CORE_BILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/json.h"
#include "core/span.h"

#define BILL_TEXT_MAX (24u << 20) /* bytes, unpacked */
#define BILL_COLUMNS_MAX 64
#define BILL_ROWS_MAX (1u << 20)
#define BILL_TOTALS_MAX 16
#define BILL_YUAN 100000    /* one yuan as an amount */
#define BILL_AMOUNT_SIZE 32 /* bytes of an amount written, NUL included */

enum bill_verdict {
    BILL_AGREES,
    BILL_DIFFERS,
    BILL_UNCHECKED, /* the rows have no such column, or a cell that is no amount */
};

struct bill_total {
    struct span name;
    struct span stated;
    enum bill_verdict verdict;
    bool is_count;   /* of rows; else an amount */
    int64_t counted; /* by us, over the rows; 0 when unchecked */
};

/* Zeroed is valid and empty. The spans point into `text`. */
struct bill {
    struct buf text; /* unpacked, without a byte order mark at its front */
    bool packed;     /* it came as gzip */
    struct span heads[BILL_COLUMNS_MAX];
    size_t columns;
    struct span *lines; /* one a row; bill_cells() cuts it */
    size_t rows, cap;
    size_t odd; /* lines whose number of cells is not that of the columns, or of no known form */
    size_t odd_line; /* the first of them, counted from 1 */
    struct bill_total totals[BILL_TOTALS_MAX];
    size_t total_count; /* 0: the bill has no totals, so it is cut off */
};

/* Reads `len` bytes of an answer. ST_SYNTAX when it is no bill or damaged gzip, ST_LIMIT for one
   above the limits; `out` (zeroed or valid) is empty then. */
enum status bill_read(const char *data, size_t len, struct bill *out, struct err *err);
void bill_clear(struct bill *b);

/* The cells of row `row` (< rows), blanks at their ends cut; those that lack are empty, those too
   many are left out. */
void bill_cells(const struct bill *b, size_t row, struct span cells[BILL_COLUMNS_MAX]);

/* The name of a column or a total in words of `lang`; as it came when it is not a known one. */
struct span bill_name(struct span name, enum lang lang);

/* Is it a column of amounts, to be set right-aligned? */
bool bill_is_amount(struct span name);

/* Reads yuan ("-12.30", "0.00060": at most five decimals); false when it is no amount or too
   large. */
bool bill_amount_read(struct span text, int64_t *out);

/* Writes it back: two decimals, more where they are not zero. */
void bill_amount_write(int64_t amount, char out[BILL_AMOUNT_SIZE]);

/* Writes what the rows give for a total: a number of rows, or an amount. */
void bill_counted_write(const struct bill_total *t, char out[BILL_AMOUNT_SIZE]);

/* How many totals differ from the rows. */
size_t bill_differing(const struct bill *b);

/* One sentence: how many rows, and whether the totals agree. */
void bill_sentence(const struct bill *b, struct err *out);

/* {"columns":[…],"rows":[[…]],"totals":[{"name","stated","counted","agrees"}]}; of very many rows
   the first, with "rows_left_out". An unchecked total has neither "counted" nor "agrees". */
struct json *bill_json(const struct bill *b);

#endif
