/* SPDX-License-Identifier: MIT */
/*
 * The message whose signature is in question, and how it should have been signed.
 *
 * Tells what kind of message it is, which signature it carries, which algorithm it declares,
 * and makes the right recipe for it: the place that every explanation starts from. Copies
 * what it is given, because a search goes on while the form is edited.
 */
#ifndef CORE_SUBJECT_H
#define CORE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/base.h"
#include "core/callup.h"
#include "core/digest.h"
#include "core/params.h"
#include "core/profile.h"
#include "core/received.h"
#include "core/recipe.h"
#include "core/spec.h"

enum message_kind {
    MESSAGE_ORDER,  /* a request of ours */
    MESSAGE_ANSWER, /* an answer of the gateway */
    MESSAGE_NOTIFY, /* a notification */
    MESSAGE_CALL,   /* the parameters of a client: second signature */
    MESSAGE_KIND_COUNT
};

/* "order", …, for JSON; and for people. */
const char *message_kind_name(enum message_kind kind);
struct bi message_kind_text(enum message_kind kind);

/* A key that might have been used instead. */
struct key_candidate {
    const char *label; /* as the profile names it, or a file name; NULL: none */
    struct secret key;
};

#define SUBJECT_KEYS_MAX 48
#define SUBJECT_CONTEXT_MAX 64

/* What a diagnosis is given. Borrowed for the call that takes it, except `spec`, which outlives
   the diagnosis. */
struct subject_input {
    const struct params *params; /* the message, its signature included */
    const struct params *twice;  /* other values that names of it have too; NULL: none */
    const char *expect;          /* the signature in question if it is not in the message */
    const struct secret *key;
    const struct key_candidate *keys; /* others to try */
    size_t key_count;
    const struct params *const *context; /* other messages and values at hand: profile, log */
    size_t context_count;
    const struct spec *spec; /* NULL: unknown */
    bool has_dialect;        /* else guessed from the message and the spec */
    enum dialect dialect;
    bool has_kind;
    enum message_kind kind;
    bool has_sign_type;
    enum sign_kind sign_type; /* what the message should be signed with, if it does not say */
    struct span wire;         /* the bytes sent or received; empty: unknown */
};

struct subject {
    struct arena arena; /* secrets too: wiped */
    enum message_kind kind;
    bool gateway;       /* dialect: lower-case signatures are fine */
    bool contract_link; /* the GET of a papay contract */
    struct params params;
    struct params twice;    /* other values of its names */
    struct params *context; /* copies */
    size_t context_count;
    struct secret key;
    struct key_candidate *keys; /* labels in the arena */
    size_t key_count;
    const struct spec *spec;
    struct received received;
    struct span wire; /* in the arena */

    struct callup call;
    struct buf call_store;

    struct recipe right; /* how the message should have been signed */
    struct piece *base;  /* by origin: every piece as the message has it, empty ones too */
    size_t base_count;
    enum sign_kind declared; /* the algorithm that the message asks for */
    bool declared_given;     /* … because it says so, not by default */
    bool odd_sign_type;      /* sign_type has a text that is neither */
};

#define SUBJECT_ARENA_MAX ((size_t)48 << 20)

/* ST_ARGUMENT: no parameter, no key; ST_LIMIT. `out` is zeroed before, cleared after. */
enum status subject_read(const struct subject_input *in, struct subject *s, struct err *err);
void subject_clear(struct subject *s);

/* The algorithm of the base of a search: what the received signature looks like, else declared. */
enum recipe_algorithm subject_algorithm(const struct subject *s);
enum recipe_algorithm subject_declared(const struct subject *s);

/* The field that a signature stands in: "sign" or "paySign". */
const char *subject_sign_field(const struct params *p, enum message_kind kind);

#endif
