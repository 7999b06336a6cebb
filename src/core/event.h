/* SPDX-License-Identifier: MIT */
/*
 * The notifications that the platform sends: one record an event, read from the embedded
 * files of src/events (src/events/README.md is the format).
 *
 * The same record explains what arrives (core/notice), builds what the sandbox and
 * `trigger` send (core/template) and says when a delivery is repeated.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/spec.h"

enum event_kind {
    EVENT_PAYMENT,
    EVENT_CONTRACT_ADD,
    EVENT_CONTRACT_DELETE,
    EVENT_DEPOSIT,
    EVENT_REFUND,
    EVENT_GATEWAY_PAYMENT,
    EVENT_UNKNOWN, /* no event of the catalogue; also their count */
};
#define EVENT_COUNT EVENT_UNKNOWN

/* "payment", … as INTERFACE.md's `trigger` and `listen` name it; "unknown". */
const char *event_name(enum event_kind kind);
bool event_read(const char *name, enum event_kind *kind);

/* For text_nearest(): the index-th name, NULL behind the last; `ctx` is not looked at. */
const char *event_name_at(const void *ctx, size_t index);

#define EVENT_TRIES_MAX 40

/* Seconds to wait before each try, until acknowledged. */
struct schedule {
    int wait[EVENT_TRIES_MAX];
    size_t tries;
};

struct event {
    enum event_kind kind;
    const char *name;
    struct bi title, summary;
    enum dialect dialect;
    bool sealed;    /* not signed: the content is encrypted in req_info */
    const char *to; /* the order's field that holds the address */
    bool has_sign;  /* only `sign` can sign it, whatever the order used */
    enum sign_kind sign;
    const char *doc;
    struct schedule schedule;
    struct schedule deduction; /* of an order deducted under a contract; no tries: the same */
    struct field *fields;      /* as on the wire; sealed: of the outer document */
    size_t field_count;
    struct field *inner; /* sealed: of the document inside req_info */
    size_t inner_count;
    struct bi *notes;
    size_t note_count;
    const struct json *build; /* where values come from: README "build" */
    struct json *document;    /* owned; what the rest points into */
};

struct events {
    struct event items[EVENT_COUNT]; /* by kind */
};

/* Reads all events; a failure is our bug, named with file and line. */
enum status events_load(struct events *all, struct err *err);
void events_clear(struct events *all);

/* The schedule of one of its notifications: is it of a deduction? That has a contract_id. */
const struct schedule *event_schedule(const struct event *e, bool deduction);

/* The field that `name` is: "coupon_fee_0" is "coupon_fee_$n". Inner ones of a sealed event come
   first if `inside`. NULL if the event has none of that name. */
const struct field *event_field(const struct event *e, const char *name, bool inside);

#endif
