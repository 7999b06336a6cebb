/* SPDX-License-Identifier: MIT */
/*
 * A demonstration flow told on a page: what it is about, then each step with its narration and
 * what it sets and expects.
 */
#ifndef APP_FLOW_PAGE_H
#define APP_FLOW_PAGE_H

#include "app/page.h"
#include "app/report.h"
#include "core/flow.h"

/* Writes the page into an empty `out`; `how->form` is not asked. Keys and, unless asked otherwise,
   payers are taken out of it as of any report. */
void flow_page(const struct flow *f, enum page_form form, const struct report_how *how,
               struct buf *out);

#endif
