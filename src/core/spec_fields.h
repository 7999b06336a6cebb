/* SPDX-License-Identifier: MIT */
/*
 * Reading the fields of a catalogue file: requests, responses and the insides of JSON.
 *
 * A field is read and judged by itself at once: limits, pattern, and whether its own
 * example passes. What names other fields is spec_names.c's work.
 */
#ifndef CORE_SPEC_FIELDS_H
#define CORE_SPEC_FIELDS_H

#include "core/spec_reader.h"

/* member_fn; `into` is a struct field. The spec's unit has been read before. */
void read_request_field(struct reader *r, struct place at, void *into);
void read_response_field(struct reader *r, struct place at, void *into);

#endif
