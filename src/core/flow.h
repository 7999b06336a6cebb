/* SPDX-License-Identifier: MIT */
/*
 * A demonstration flow: steps over the console's verbs, narrated in both languages.
 *
 * One JSON file a flow (src/flows/README.md is the format). This file reads and checks; who
 * runs one is app/flow_run.h. Whatever is wrong is told with path and line, all faults at once.
 */
#ifndef CORE_FLOW_H
#define CORE_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/catalog.h"
#include "core/event.h"
#include "core/json.h"

#define FLOW_STEPS_MAX 100
#define FLOW_SAY_MAX 4096 /* bytes of a narration that are shown */

/* What a step does. */
enum flow_do {
    FLOW_SAY,      /* narration alone */
    FLOW_CHOOSE,   /* chooses an API and fills its form anew; "set" sets fields */
    FLOW_SET,      /* sets fields of the form that is there */
    FLOW_SEND,     /* sends the form; "expect" judges the reply */
    FLOW_PAY,      /* the paying user pays, cancels ("act") or fails ("code") */
    FLOW_WAIT,     /* waits for a notification ("event"); "expect" judges it */
    FLOW_REPEAT,   /* the last notification arrives once more, to the byte */
    FLOW_COMPARE,  /* the last two calls side by side; "expect" names the fields that differ */
    FLOW_DIAGNOSE, /* why the signature of "document" does not hold; "expect" names causes */
    FLOW_DO_COUNT
};
const char *flow_do_name(enum flow_do what); /* "say", "choose", … */
struct bi flow_do_title(enum flow_do what);  /* the same for people */

/* The pane to look at while a step is told. */
enum flow_look {
    FLOW_LOOK_NONE,
    FLOW_LOOK_APIS,
    FLOW_LOOK_FORM,
    FLOW_LOOK_SIGN,
    FLOW_LOOK_XML,
    FLOW_LOOK_REPLY,
    FLOW_LOOK_NOTIFY,
    FLOW_LOOK_QR, /* the code of the last reply, over all panes */
    FLOW_LOOK_COUNT
};

struct flow_step {
    enum flow_do what;
    enum flow_look look;
    struct bi say;
    const char *field; /* what to look at in the pane; NULL: flow_step_field() knows */
    const char *api;
    const struct json *set;    /* name to text; "$name" takes a value seen before; NULL: none */
    const char *event;         /* FLOW_WAIT */
    const char *act, *code;    /* FLOW_PAY */
    const char *document;      /* FLOW_DIAGNOSE: anything that paste.h reads */
    const struct json *expect; /* name to text; NULL: nothing is expected */
};

/* Zeroed is valid. */
struct flow {
    const char *name; /* the file's stem */
    struct bi title, summary;
    struct flow_step *steps;
    size_t count;
    struct json *document; /* owned; what the rest points into */
    char *origin;          /* path or "built-in"; owned */
};
void flow_clear(struct flow *f);

/* The field to look at while a step is told: its own word for it, else the first that it sets, else
   the first that it expects; NULL: none. */
const char *flow_step_field(const struct flow_step *s);

/*
 * Reads `text`. `origin` is for sentences. On failure `problems` has up to `room` faults and
 * `*count` says how many there are, `err` holds the first. API ids, events and fields are checked
 * against the catalogue if it is given.
 */
struct flow_problems {
    struct spec_problem *items;
    size_t room;
    size_t count; /* out */
};
enum status flow_read(const char *text, size_t len, const char *origin,
                      const struct catalog *catalog, struct flow *out,
                      struct flow_problems *problems, struct err *err);

#endif
