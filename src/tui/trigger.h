/* SPDX-License-Identifier: MIT */
/*
 * A notification to be made: whose, about which order, what was typed, the body that follows.
 *
 * The rows are those of a form: address, algorithm where there is a choice, then the fields, first
 * those that take part. Nothing is drawn here.
 */
#ifndef TUI_TRIGGER_H
#define TUI_TRIGGER_H

#include <stdbool.h>
#include <stddef.h>

#include "app/workspace.h"
#include "core/event.h"
#include "core/template.h"

#define TRIGGER_ROWS_MAX 256

struct trigger_row {
    const char *name;
    const struct field *field; /* NULL: the address, the algorithm */
    const struct param *param; /* NULL: it takes no part */
};

struct trigger {
    const struct event *event; /* borrowed */
    struct profile profile;    /* whose key signs */
    struct params order;       /* it is about; empty: none */
    struct params given;       /* typed */
    struct template_seed seed;
    enum sign_kind kind;
    char url[POSTING_URL_MAX];
    struct template filled;
    struct buf body;  /* for showing: without the key */
    struct buf plain; /* likewise, what is encrypted in it; empty: nothing is */
    struct err err;   /* why there is no body */
    struct trigger_row rows[TRIGGER_ROWS_MAX];
    size_t count, head; /* rows, and of them those before the fields */
};

/* Filled from the last call if that was an order of the kind. Errors as workspace_event_profile()
   and template_fill(); it is to be cleared then as well. */
enum status trigger_open(struct trigger *t, struct workspace *w, const struct event *e,
                         struct err *err);
void trigger_clear(struct trigger *t);

/* The row of a field; NULL if there is none. Rows are valid until the next change. */
const struct trigger_row *trigger_find(const struct trigger *t, const char *name);

/* Takes a value, or with NULL takes it back; one that the template refuses leaves everything as it
   was. */
enum status trigger_set(struct trigger *t, const char *name, const char *value, struct err *err);

/* Was a value typed? */
bool trigger_has(const struct trigger *t, const char *name);

/* The other algorithm; new numbers and the time of now. */
void trigger_turn_kind(struct trigger *t);
void trigger_renew(struct trigger *t, struct workspace *w);

/* Posts it. ST_ARGUMENT without an address, else what kept it from being filled, or as
   workspace_post_template(). */
enum status trigger_send(const struct trigger *t, struct workspace *w, struct err *err);

#endif
