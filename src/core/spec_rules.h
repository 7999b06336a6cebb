/* SPDX-License-Identifier: MIT */
/*
 * Reading the rules of a catalogue file, and checking them against its request.
 */
#ifndef CORE_SPEC_RULES_H
#define CORE_SPEC_RULES_H

#include "core/spec_reader.h"

/* member_fn; `into` is a struct rule. */
void read_rule(struct reader *r, struct place at, void *into);

/* The rule `index` of r->spec, once all are read: fields that exist and that its check can take,
   an id of its own. */
void check_rule(struct reader *r, struct place at, size_t index);

#endif
