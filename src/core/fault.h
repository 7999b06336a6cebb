/* SPDX-License-Identifier: MIT */
/*
 * Fault rules of the sandbox (INTERFACE.md, "Fault rules"):
 * API|EVENT|*[:every=N|:first=N|:order=TEXT]=FAULT. `refund` is an API and an event; a rule for
 * `refund-notice` is about the event alone.
 *
 * A rule counts the calls it was asked about, so `every=3` fires on the third, sixth …
 * Pure: who serves the call, or sends the notification, does what the fault says. What cannot be
 * done to a target (a notification has no status, a contract no amount) is refused when it is read,
 * and a `*` rule passes by.
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/catalog.h"

enum fault_kind {
    FAULT_CODE,     /* answer this error code; a payment's notification tells that it failed so */
    FAULT_DELAY,    /* delay=S: answer, or send, S seconds later */
    FAULT_HANG,     /* never answer; send half a notification and wait */
    FAULT_CLOSE,    /* close the connection, a notification's in the middle of the request */
    FAULT_BAD_XML,  /* cut off */
    FAULT_BAD_SIGN, /* a signature that does not hold */
    FAULT_UNSIGNED,
    FAULT_HTTP,   /* http=STATUS, of answers only */
    FAULT_EVENTS, /* from here on of events only */
    FAULT_DUPLICATE = FAULT_EVENTS,
    FAULT_REORDER,
    FAULT_AMOUNT,
    FAULT_FORGED,
    FAULT_NO_SIGN_TYPE,
    FAULT_COUPONS,
    FAULT_KIND_COUNT
};

struct fault_rule {
    char text[160];  /* as given */
    char target[32]; /* API id, event, "refund-notice" or "*" */
    unsigned every;  /* 0: not given */
    unsigned first;  /* 0: not given */
    char order[33];  /* "": any order number; else those that contain it */
    enum fault_kind kind;
    char code[48];   /* FAULT_CODE */
    double seconds;  /* FAULT_DELAY */
    unsigned status; /* FAULT_HTTP */
    unsigned on;     /* private: what it concerns */
    unsigned seen;   /* calls that matched target and order so far */
};

#define FAULT_RULES_MAX 32

/* Reads a rule; the catalogue tells APIs and their codes. ST_ARGUMENT quotes the rule and says what
   part is wrong, with the nearest name or with what can be done to its target. */
enum status fault_read(const struct catalog *catalog, const char *text, struct fault_rule *out,
                       struct err *err);

/* Is this an error code of some API, or one that a payment's notification tells of? ST_ARGUMENT if
   not, with the nearest. */
enum status fault_code(const struct catalog *catalog, const char *code, struct err *err);

/* The first of `count` rules that fires for this API or event (`refund` is both) and order number
   (may be NULL);
   counts the call in every rule that matches. A code for `*` is the answers' alone: the
   notifications of a payment tell of a failure only if they are named. NULL: none. */
const struct fault_rule *fault_pick(struct fault_rule *rules, size_t count, const char *target,
                                    bool event, const char *order);

#endif
