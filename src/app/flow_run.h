/* SPDX-License-Identifier: MIT */
/*
 * A demonstration flow under way: one step after another over the verbs of the workspace.
 *
 * The same steps run headless (`wxpc flow run`) and in the console, where somebody reads what
 * each says before the next. Nothing here waits: a step that needs an answer or a
 * notification is asked again by flow_run_poll() until it has it or its time is over.
 */
#ifndef APP_FLOW_RUN_H
#define APP_FLOW_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "app/workspace.h"
#include "core/base.h"
#include "core/flow.h"

#define FLOW_WAIT_MS 10000 /* for a reply or a notification */

enum flow_run_state {
    FLOW_RUN_READY,  /* the step `at` is the next to do */
    FLOW_RUN_BUSY,   /* the step `at` waits for something */
    FLOW_RUN_FAILED, /* err says why; the step is `at` */
    FLOW_RUN_DONE,
};

/* Zeroed but for the first two members. */
struct flow_run {
    struct workspace *w;
    struct flow flow; /* owned */
    size_t at;        /* index of the step */
    enum flow_run_state state;
    struct err err;
    struct params seen;  /* values of requests and replies, for "$name" */
    size_t arrived;      /* notifications that earlier steps have used */
    long long deadline;  /* loop clock, while busy */
    int64_t calls[2];    /* journal numbers of the last two calls, older first */
    int64_t last_notice; /* number in the inbox; 0: none */
};
void flow_run_clear(struct flow_run *r);

/* Begins the step `at`; READY or DONE or FAILED afterwards if nothing is to wait for, else BUSY. */
void flow_run_next(struct flow_run *r);

/* Looks whether what a step waits for has come. */
void flow_run_poll(struct flow_run *r);

/* Reads the flow `name` of the user's or the built-in ones. ST_NOT_FOUND with the nearest name;
   ST_SYNTAX with file, line and path. */
enum status flow_load(const struct store *store, const struct catalog *catalog, const char *name,
                      struct flow *out, struct err *err);

#endif
