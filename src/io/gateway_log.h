/* SPDX-License-Identifier: MIT */
/*
 * What the sandbox tells of everything it serves: calls, payments, visits to the cashier,
 * notifications delivered, clients that speak the wrong protocol.
 *
 * No key of a merchant leaves through here, in whatever place a client has sent one.
 */
#ifndef IO_GATEWAY_LOG_H
#define IO_GATEWAY_LOG_H

#include <stdbool.h>

#include "core/base.h"

struct call;
struct cashier_visit;
struct delivery;
struct fault_rule;
struct httpd_request;
struct merchants;
struct payer_result;
struct refusal;

/* One call served, for log and console; borrowed for the call of the sink. */
struct gateway_event {
    const char *method, *path;
    const char *api;    /* id, or NULL for an unknown path */
    const char *order;  /* out_trade_no as received, or NULL */
    const char *code;   /* "SUCCESS" or the error code */
    struct bi text;     /* what was answered and why, key masked */
    const char *joined; /* masked text that was signed for comparison; NULL if none was */
    const char *expected, *received; /* signatures when they differ; else NULL */
    const char *fault;               /* the --fault rule that fired; NULL */
    bool ok;
};
typedef void (*gateway_sink_fn)(void *ctx, const struct gateway_event *event);

/* To whom, and whose keys are taken out; borrowed. */
struct gateway_log {
    gateway_sink_fn sink; /* NULL: nobody listens */
    void *ctx;
    const struct merchants *merchants;
};

/* What was served, and what made it so. */
struct gateway_served {
    const struct call *call;
    const struct fault_rule *fault; /* that fired; NULL */
};

/* A call and its outcome: code, sentence, whether it went well. */
void gateway_log_call(const struct gateway_log *l, const struct gateway_served *s, const char *code,
                      struct bi text, bool ok);

/* The same in the words of a refusal; NULL: it was answered well, but for a contract's part. */
void gateway_log_answer(const struct gateway_log *l, const struct gateway_served *s,
                        const struct refusal *refused);

/* What became of a try to deliver a notification; other moves of a delivery are no news. */
void gateway_log_delivery(const struct gateway_log *l, const struct delivery *v);

/* Somebody played the paying user. */
void gateway_log_play(const struct gateway_log *l, const struct httpd_request *q,
                      const struct payer_result *r, const struct err *err);

/* Somebody looked at a page of the cashier. */
void gateway_log_visit(const struct gateway_log *l, const struct httpd_request *q,
                       const struct cashier_visit *v);

/* Somebody took the wrong scheme; `line` as for httpd_misfit_fn. */
void gateway_log_misfit(const struct gateway_log *l, const char *line);

#endif
