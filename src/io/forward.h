/* SPDX-License-Identifier: MIT */
/*
 * A notification passed on to the user's own application: the same bytes and headers, and
 * its answer judged as the platform would.
 *
 * What becomes of that answer is decided by listener_answer.
 */
#ifndef IO_FORWARD_H
#define IO_FORWARD_H

#include <stddef.h>

#include "core/base.h"
#include "core/profile.h"
#include "io/http.h"
#include "io/httpd.h"
#include "io/receipt.h"

/* To whom. All borrowed. */
struct forward {
    struct http *http;
    const char *url;
    http_done_fn done;
};

/* Posts `q`; the headers that belong to one connection stay behind. As http_start(): `f->done` is
   called with `ctx`, `*id` names the call. */
enum status forward_start(const struct forward *f, const struct httpd_request *q, void *ctx,
                          unsigned *id, struct err *err);

/* The application's answer (its body is moved), without the keys of `profiles`, and judged: fills
   r->forward but for its URL. */
void forward_take(struct receipt *r, struct http_result *result,
                  const struct profile *const *profiles, size_t count);

/* The same for a call that could not even begin. */
void forward_fail(struct receipt *r, const struct err *err);

#endif
