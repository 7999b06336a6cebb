/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a bill: what is read lies inside the text, every row has the columns, and a total
 * that agrees is written as it is counted.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/bill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_cell(const struct bill *b, struct span s)
{
    const char *text = buf_str(&b->text);
    check(s.len == 0 || (s.s >= text && s.s + s.len <= text + b->text.len));
}

static void check_total(const struct bill_total *t)
{
    char out[BILL_AMOUNT_SIZE];
    int64_t stated, counted;
    if (t->verdict != BILL_AGREES)
        return;
    bill_counted_write(t, out);
    check(bill_amount_read(t->stated, &stated));
    check(bill_amount_read((struct span){out, strlen(out)}, &counted) && counted == stated);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bill b = {0};
    struct span cells[BILL_COLUMNS_MAX];
    struct err err;
    setlocale(LC_CTYPE, "C.UTF-8");
    if (size > 65536 || bill_read((const char *)data, size, &b, &err))
        return 0;
    check(b.columns >= 2 && b.columns <= BILL_COLUMNS_MAX && b.total_count <= BILL_TOTALS_MAX);
    for (size_t i = 0; i < b.rows && i < 1000; i++) {
        bill_cells(&b, i, cells);
        for (size_t k = 0; k < b.columns; k++)
            check_cell(&b, cells[k]);
    }
    for (size_t i = 0; i < b.total_count; i++)
        check_total(&b.totals[i]);
    bill_sentence(&b, &err);
    json_free(bill_json(&b));
    bill_clear(&b);
    return 0;
}
