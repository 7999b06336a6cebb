/* SPDX-License-Identifier: MIT */
/*
 * Why a signature does not hold.
 *
 * Searches the mistakes that programs make (core/cause.h) for those that reproduce the
 * signature that was received. The answer is proof, never a guess: what is shown gives that
 * signature bit for bit. Where several explanations give it, all are told, the simplest
 * first, and which causes nobody can tell apart by computing.
 *
 * Works in steps of a stated size and keeps no thread: whoever draws a screen calls
 * diagnose_step() between two turns, shows the progress and may cancel at any time.
 * A diagnosis is a value of its own: it copies what it is given, keys are wiped at its end.
 */
#ifndef CORE_DIAGNOSE_H
#define CORE_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/cause.h"
#include "core/folklore.h"
#include "core/json.h"
#include "core/moves.h"
#include "core/subject.h"

/* Units of work: one is about one digest of an order, a microsecond or less. */
#define DIAGNOSE_FIRST 150000 /* all single causes and all pairs of an order: under 0.1 s */
#define DIAGNOSE_SLICE 15000  /* between two turns of a screen: under 20 ms */

enum diagnose_state {
    DIAGNOSE_SEARCHING,
    DIAGNOSE_VALID,       /* the signature holds */
    DIAGNOSE_EXPLAINED,   /* it does not, and why is known */
    DIAGNOSE_UNEXPLAINED, /* it does not, and nothing that was tried gives it */
    DIAGNOSE_NO_SIGN,     /* there is no signature */
    DIAGNOSE_BAD_SHAPE,   /* no digest looks like it */
    DIAGNOSE_CANCELLED,
};

struct diagnosis;

/* Begins; nothing is tried yet but the shape of the signature. `*out` is the caller's
   (diagnose_free). Errors as subject_read(). */
enum status diagnose_start(const struct subject_input *in, struct diagnosis **out, struct err *err);
void diagnose_free(struct diagnosis *d); /* NULL is fine */

/* Works for `budget` units. True while there is more to do. */
bool diagnose_step(struct diagnosis *d, size_t budget);

/* Asks, before the first step, for many times the work that a search usually may take. */
void diagnose_be_thorough(struct diagnosis *d);

bool diagnose_is_thorough(const struct diagnosis *d);

/* After an end without an explanation: goes on, thoroughly, with what was left out; what was tried
   to its end is not tried again. False: there is nothing that more work would try. */
bool diagnose_go_on(struct diagnosis *d);

/* Would it go on? */
bool diagnose_can_go_on(const struct diagnosis *d);

/* Stops at once; what was found stays. */
void diagnose_cancel(struct diagnosis *d);

enum diagnose_state diagnose_state(const struct diagnosis *d);

struct diagnose_progress {
    struct bi stage;      /* what is being tried */
    uint64_t done, total; /* candidates of this stage; total is an estimate, at least `done` */
    uint64_t tried;       /* digests so far */
    unsigned percent;     /* of the whole search, 0 to 100; never goes back */
    bool at_once;         /* still in the part that is quick enough for a key press */
};
void diagnose_progress(const struct diagnosis *d, struct diagnose_progress *out);

/* ---- The answer ---- */

#define DIAGNOSE_CAUSES_MAX 12
#define DIAGNOSE_SAME_MAX 6

/* A cause with what it concerns. Borrowed from the diagnosis until its next step. */
struct diagnose_cause {
    const struct cause *cause;
    struct bi how;             /* which form of it; NULL texts: no more to say */
    const struct span *fields; /* names concerned */
    size_t field_count;
    const char *same_as[DIAGNOSE_SAME_MAX]; /* ids that cannot be told apart from it */
    size_t same_count;
};

struct diagnose_answer {
    struct diagnose_cause causes[DIAGNOSE_CAUSES_MAX];
    size_t count;
};

/* How many explanations there are, the simplest first; after DIAGNOSE_EXPLAINED at least one. */
size_t diagnose_answers(const struct diagnosis *d);

/* The explanation number `index`. Number 0 knows what cannot be told apart. */
void diagnose_answer(const struct diagnosis *d, size_t index, struct diagnose_answer *out);

/* Appends the text that should have been signed, and the one that gives the received signature
   (nothing without an explanation); the key as "****". */
void diagnose_right_text(const struct diagnosis *d, struct buf *out);
void diagnose_found_text(const struct diagnosis *d, size_t index, struct buf *out);

/* The signature that the message should carry: upper-case hexadecimal. */
void diagnose_right_sign(const struct diagnosis *d, char out[DIGEST_HEX_MAX]);

const struct subject *diagnose_subject(const struct diagnosis *d);

/* The sentence on a cause: what went wrong, and in which form. `out` is cut to `size`. */
void diagnose_sentence(const struct diagnose_cause *c, enum lang lang, char *out, size_t size);

/* ---- Without an answer ---- */

/* What was tried, by kind of cause: how many single forms, and whether their pairs too. */
struct diagnose_excluded {
    enum move_axis axis;
    size_t forms;
};
size_t diagnose_excluded(const struct diagnosis *d, struct diagnose_excluded out[AXIS_COUNT]);

/* Beliefs that the message brings up (core/folklore.h); none if its signature holds. */
size_t diagnose_folklore(const struct diagnosis *d, const struct folklore *out[FOLKLORE_MAX]);

/* What could have been tried and was not: the search was cancelled, or took too long. */
struct diagnose_left {
    struct bi what;
    unsigned percent; /* of it was tried, about */
    size_t count;     /* … or so many were not; 0: see `percent` */
};
#define DIAGNOSE_LEFT_MAX 16
size_t diagnose_left_out(const struct diagnosis *d, struct diagnose_left out[DIAGNOSE_LEFT_MAX]);

/* What remains possible and cannot be tested; and which evidence would help, the best first. */
size_t diagnose_open(struct bi *out, size_t room);
size_t diagnose_next(const struct diagnosis *d, struct bi *out, size_t room);

/* One line that prints the joined text, for the other side's program. */
struct diagnose_snippet {
    const char *language, *code;
};
const struct diagnose_snippet *diagnose_snippets(size_t *count);

/* The members "valid", "explained", "causes", "alternatives", "tried", "string" … of INTERFACE.md's
   `diagnose`, added to `object`. */
void diagnose_json(const struct diagnosis *d, struct json *object);

#endif
