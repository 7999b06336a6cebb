/* SPDX-License-Identifier: MIT */
/*
 * Makes the moves that a message allows.
 */
#ifndef CORE_MOVES_MAKE_H
#define CORE_MOVES_MAKE_H

#include "core/moves.h"

/* All single moves for a subject, which outlives them. moves_clear() ends them. */
void moves_make(const struct subject *s, struct moves *out);

/* The cause that a key of this label stands for when it was used: "key-v3", "key-sandbox",
   "key-sp", else "key-other". NULL label is fine. */
const char *moves_label_cause(const char *label);

#endif
