/* SPDX-License-Identifier: MIT */
/*
 * The times of a call: told stage by stage, and as JSON for the journal and for those who export.
 *
 * {"ms":12,"times":{"name":0.1,"connect":0.3,"tls":4.1,"wait":11.2,"total":11.6}}: `ms` is the
 * whole, rounded; `times` holds, in milliseconds from the start, when each stage was done, to the
 * microsecond. A stage that was not reached is absent.
 */
#ifndef IO_HTTP_TIMES_H
#define IO_HTTP_TIMES_H

#include <stddef.h>

#include "core/base.h"
#include "core/json.h"
#include "io/http.h"

/* Adds the two members to `to`. */
void http_times_write(const struct http_times *t, struct json *to);

/* Reads them back; negative where nothing is said. A document of older days has `ms` alone. */
void http_times_read(const struct json *from, struct http_times *out);

/* What one stage took. */
struct http_stage {
    struct bi name;
    double ms;
};
#define HTTP_STAGES 4

/* Name, connect, TLS and wait, as far as they are known; returns how many. */
size_t http_stages(const struct http_times *t, struct http_stage out[HTTP_STAGES]);

#endif
