/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's control path: POST /sandbox/pay, /sandbox/cancel, /sandbox/fail.
 *
 * The body is JSON: {"order": NUMBER, "mch_id": …, "code": …}, the last two optional; so is
 * the answer (payer_json(), or {"error": {"zh": …, "en": …}}). Only application/json is
 * taken: a page in somebody's browser cannot send that to another host unasked.
 */
#ifndef IO_CONTROL_H
#define IO_CONTROL_H

#include <stdbool.h>

#include "core/base.h"
#include "io/httpd.h"
#include "io/payer.h"

/* Serves a request if its path is one of these; false leaves `a` alone. What became of it is in
   `result` and `err` for the log. */
bool control_serve(const struct payer *p, const struct httpd_request *q, struct httpd_reply *a,
                   struct payer_result *result, struct err *err);

#endif
