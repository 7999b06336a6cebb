/* SPDX-License-Identifier: MIT */
/*
 * The parts of a diagnosis that show how a signature is made: joined texts side by side, each
 * parameter, order, bytes and digest. The key is in none of them.
 */
#ifndef APP_DIAGNOSIS_TEXTS_H
#define APP_DIAGNOSIS_TEXTS_H

#include "app/page.h"
#include "core/diagnose.h"

/* What should be joined, what the other side joined, aligned, and both signatures. */
void diagnosis_texts(struct page *p, const struct diagnosis *d);

/* Each parameter, signed or not and why; then how the rest is done, so that it can be repeated. */
void diagnosis_steps(struct page *p, const struct diagnosis *d);

/* The string that the other side says it joined, beside ours. */
void diagnosis_given(struct page *p, const struct diagnosis *d, struct span given);

#endif
