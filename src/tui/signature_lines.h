/* SPDX-License-Identifier: MIT */
/*
 * A signature as lines: the six steps that people compare with their own code (take, order,
 * join, key, digest, sign), the joined text, the table of parameters.
 */
#ifndef TUI_SIGNATURE_LINES_H
#define TUI_SIGNATURE_LINES_H

#include "core/profile.h"
#include "core/sign.h"
#include "tui/lines.h"
#include "tui/pane.h"

/* What is told; borrowed for the call. `changed` says which parameters stand out. */
struct signature_told {
    enum lang lang;
    const struct profile *profile;
    const struct sign_trace *trace;
    pane_mark_fn changed;
    const void *ctx;
};

void signature_steps(struct lines *l, const struct signature_told *t);
void signature_joined(struct lines *l, const struct signature_told *t);
void signature_table(struct lines *l, const struct signature_told *t);

/* "6 sign": the label of step 0 to 5; and the column behind the labels. */
const char *signature_step_name(size_t n, enum lang lang);
int signature_step_col(enum lang lang);

#endif
