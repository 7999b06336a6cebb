/* SPDX-License-Identifier: MIT */
/*
 * Reading the error codes of a catalogue file, and checking them against its request.
 */
#ifndef CORE_SPEC_ERRORS_H
#define CORE_SPEC_ERRORS_H

#include "core/spec_reader.h"

/* member_fn; `into` is a struct error_code. */
void read_error(struct reader *r, struct place at, void *into);

/* The code `index` of r->spec, once all are read: fields that exist, one meaning in its layer. */
void check_error(struct reader *r, struct place at, size_t index);

#endif
