/* SPDX-License-Identifier: MIT */
/*
 * Our keys, taken out of what somebody answered.
 *
 * Whoever answers may send a merchant's key back, by mistake or to have it shown. It is done
 * where the answer arrives, before it is judged: no sentence can quote a part of it then.
 */
#ifndef IO_KEYLESS_H
#define IO_KEYLESS_H

#include "core/findings.h"
#include "core/profile.h"
#include "io/http.h"

/* Replaces every occurrence of one of the profile's keys in body, headers and sentences by "****".
   True if there was one. */
bool keyless_answer(struct http_result *r, const struct profile *p);

/* Same for a key alone. */
bool keyless_answer_of(struct http_result *r, const struct secret *key);

/* The finding that says so. */
void keyless_say(struct findings *f);

#endif
