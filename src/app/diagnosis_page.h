/* SPDX-License-Identifier: MIT */
/*
 * A diagnosis told to people: what holds, why not, what to change; the texts side by side;
 * what was tried, what cannot be, what would help.
 *
 * The same text stands on the console, on the command line and in a report for support. The
 * key is never in it: who has it can repeat every step.
 */
#ifndef APP_DIAGNOSIS_PAGE_H
#define APP_DIAGNOSIS_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/page.h"
#include "core/advice.h"
#include "core/diagnose.h"
#include "core/repair.h"

struct diagnosis_told {
    const struct diagnosis *diagnosis;
    const struct advice *advice; /* of a signature that holds */
    size_t advice_count;
    const struct repair_log *repairs; /* NULL: nothing was repaired */
};

/* The whole page, begin and end included. */
void diagnosis_page(const struct diagnosis_told *t, struct page *p);

/* One sentence: "differs: the other side signed `body` as GBK". */
void diagnosis_headline(const struct diagnosis *d, enum lang lang, char *out, size_t size);

/* {"id","zh","en","fix","field"} each: INTERFACE.md's `advice`. The caller frees. */
struct json *advice_json(const struct advice *advice, size_t count);

#endif
