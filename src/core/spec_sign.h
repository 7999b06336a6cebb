/* SPDX-License-Identifier: MIT */
/*
 * Reading how an API is signed: the types it takes, the one that is chosen, the one that it
 * demands.
 */
#ifndef CORE_SPEC_SIGN_H
#define CORE_SPEC_SIGN_H

#include "core/spec_reader.h"

/* member_fn; `into` is a struct spec. */
void read_sign(struct reader *r, struct place at, void *into);

#endif
