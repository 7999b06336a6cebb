/* SPDX-License-Identifier: MIT */
/*
 * The request being edited.
 *
 * Owns the values of the form, keeps findings, signature trace and body fresh: each change
 * validates, builds and signs anew (7 us for 40 fields: no cache, nothing incremental) and
 * moves `rev`. Nothing typed is lost: every change can be undone, a field switched off
 * keeps its value, and a change of profile keeps what the user typed.
 */
#ifndef APP_DRAFT_H
#define APP_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/paste.h"
#include "core/profile.h"
#include "core/request.h"
#include "core/spec.h"
#include "core/validate.h"

#define DRAFT_UNDO_MAX 200          /* steps kept */
#define DRAFT_UNDO_BYTES (8u << 20) /* and the bytes of their values; the last step always fits */

struct draft {
    const struct spec *spec;       /* borrowed */
    const struct profile *profile; /* borrowed; replaced by draft_profile() */
    const char *base; /* the sandbox's URL, "" before it is up; NULL: the profile's own; borrowed */
    struct params params;    /* values of the form; on and off */
    struct params suggested; /* values that fields would get when switched on: examples */
    enum sign_kind kind;
    bool kind_given; /* the algorithm was chosen by hand (--sign-type): */
    enum sign_kind given;
    struct findings findings;
    struct request request;  /* built from params: body, trace, sign */
    struct err build_err;    /* why there is no request; ST_OK */
    bool placed;             /* the order number is used up: the next send takes a fresh one */
    struct params kept;      /* the values when draft_keep() was called: filled, sent, saved … */
    bool dirty;              /* the user's values differ from these */
    unsigned rev;            /* moves with every change */
    struct draft_step *undo; /* snapshots */
    size_t undo_count, undo_at;
    unsigned merchant;        /* counts changes of profile */
    struct request_seed seed; /* the last one: what is suggested is made of it */
};

/* Opens a form for `spec`: filled from profile and catalogue, and with the examples under `demo`.
   Zeroed `d`. */
void draft_open(struct draft *d, const struct spec *spec, const struct profile *profile,
                const char *base, const struct request_seed *seed, bool demo);
void draft_close(struct draft *d);

/* Sets a field's text; "" keeps the field with an empty value. Typing in one field is one undo step
   (`merge`: continue the last step if it was the same field's). ST_LIMIT leaves it unchanged. */
enum status draft_set(struct draft *d, const char *name, const char *value, bool merge,
                      struct err *err);

/* Switches a field on or off; a field not yet there comes with its suggested value. */
void draft_toggle(struct draft *d, const char *name);

/* Generates a value by the field's source (Ctrl-G). ST_UNSUPPORTED, naming what the field is, if it
   has no generator. */
enum status draft_generate(struct draft *d, const char *name, const struct request_seed *seed,
                           struct err *err);

/* Adds a field that the spec does not know (explorers do). ST_CONFLICT if it is there; a field
   named `key` is ST_REFUSED: a key is never a field. */
enum status draft_add(struct draft *d, const char *name, const char *value, struct err *err);
void draft_remove(struct draft *d, const char *name);

bool draft_undo(struct draft *d);
bool draft_redo(struct draft *d);

/* What a pasted document came to. */
struct draft_fill {
    size_t placed;
    struct params unplaced; /* fields the spec does not know; they are kept out of the form */
    struct params cleared;  /* what the form had and a whole document has not */
    bool sign_dropped;      /* a `sign` came along: the form computes its own */
    bool key_dropped;       /* a key came along and was thrown away */
};
/*
 * Fills the form from a document in one undo step; the caller clears `out->unplaced` and
 * `out->cleared`. A whole request (it has a merchant, a nonce or a signature) replaces the form: of
 * what was there only the merchant's values and generated ones stay. Less only sets its fields.
 */
enum status draft_paste(struct draft *d, const struct paste *paste, struct draft_fill *out,
                        struct err *err);

/* New profile: values the user set stay, those of the old profile are replaced, also when an older
   state is undone to. sign_type follows the new profile unless somebody typed it. */
void draft_profile(struct draft *d, const struct profile *profile, const char *base);

/* The sandbox came up: another address, nothing else. */
void draft_base(struct draft *d, const char *base);

/* Fresh nonce_str and times before a send, and with `order_no` fresh numbers; only of values that
   were generated. */
void draft_renew(struct draft *d, const struct request_seed *seed, bool order_no);

/* A form whose values come from elsewhere: words and documents of the command line. */
struct draft_values {
    const struct params *params;
    const enum sign_kind *kind; /* the algorithm chosen beside them; NULL: none */
    bool demo;                  /* fill with examples too */
};

/* Replaces all values by these, then fills what they lack as draft_open() does; one undo step.
   Names of what was filled go to `added` (may be NULL). */
enum status draft_load(struct draft *d, const struct draft_values *values,
                       const struct request_seed *seed, struct params *added, struct err *err);

/* What the form holds now stands elsewhere too (it was sent or saved, or comes from the journal):
   from here on `dirty` says whether it was changed since. */
void draft_keep(struct draft *d);

/* Recomputes findings and request; called by all of the above. */
void draft_refresh(struct draft *d);

/* The rows of the form in order: fields that are on or required, then (with `all`) the rest, then
   fields unknown to the spec. Returns the count; fills at most `max` names. */
struct draft_row {
    const struct field *field; /* NULL: unknown to the spec */
    const char *name;
    const struct param *param; /* NULL: not there */
    bool required;
    const struct finding *finding; /* the worst, or NULL */
};
size_t draft_rows(const struct draft *d, bool all, struct draft_row *rows, size_t max);

/* The first row a person should fill: `body` if it is there, else the first required empty one,
   else the first of source "user". Index into draft_rows(). */
size_t draft_first_row(const struct draft *d, bool all);

#endif
