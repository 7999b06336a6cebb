/* SPDX-License-Identifier: MIT */
/*
 * A day of the ledger as downloadbill's text (facts/apis.md 6.5): a header line, a row for
 * each payment and each refund with a back-quote before every cell, amounts in yuan, then
 * the totals' header and row.
 */
#ifndef CORE_LEDGER_BILL_H
#define CORE_LEDGER_BILL_H

#include "core/buf.h"
#include "core/ledger.h"

enum bill_type {
    BILL_ALL,
    BILL_SUCCESS,         /* payments of the day */
    BILL_REFUND,          /* refunds of the day */
    BILL_RECHARGE_REFUND, /* the sandbox has none */
    BILL_TYPE_COUNT
};
/* "ALL", "SUCCESS", …; false for anything else. */
bool bill_type_read(const char *word, enum bill_type *out);

struct bill_options {
    const char *mch_id;
    const char *sub_mch_id; /* NULL: all */
    const char *day;        /* yyyyMMdd, UTC+8 */
    enum bill_type type;
};

/* Appends the bill; returns the number of rows: 0 (nothing appended) is "No Bill Exist". */
size_t ledger_bill(struct ledger *l, const struct bill_options *b, struct buf *out);

#endif
