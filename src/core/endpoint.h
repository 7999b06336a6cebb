/* SPDX-License-Identifier: MIT */
/*
 * Which API a request is for that does not say so: by the URL it went to, or because it has what a
 * likely one requires.
 */
#ifndef CORE_ENDPOINT_H
#define CORE_ENDPOINT_H

#include "core/catalog.h"
#include "core/params.h"
#include "core/span.h"
#include "core/spec.h"

/* The API whose path the URL (or a request line's target) ends in; NULL: none, or several. */
const struct spec *endpoint_of_url(const struct catalog *c, struct span url);

/* Does a message have what the API always requires, but for one field? */
bool endpoint_fits(const struct spec *s, const struct params *message);

#endif
