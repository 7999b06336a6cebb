/* SPDX-License-Identifier: MIT */
/*
 * The second signature: the parameters with which a client calls up the payment.
 *
 * Knows the set that each kind of client signs (facts/signature-failures.md 2.4) and the
 * sets that are signed by mistake: other spellings, a member left out or added, the other
 * client's set. A member is a role; names are how a set spells it.
 */
#ifndef CORE_CALLUP_H
#define CORE_CALLUP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/params.h"
#include "core/recipe.h"
#include "core/span.h"

enum callup_role {
    ROLE_APPID,
    ROLE_TIME,
    ROLE_NONCE,
    ROLE_PACKAGE,
    ROLE_SIGN_TYPE,
    ROLE_PARTNER,
    ROLE_PREPAY,
    ROLE_COUNT
};

struct callup {
    bool app;                       /* the set of an APP; else that of JSAPI and mini programs */
    struct span given[ROLE_COUNT];  /* names in the document; NULL: absent */
    struct span values[ROLE_COUNT]; /* of the document or derived from it; NULL: unknown */
    struct span package_of_prepay;  /* "prepay_id=…"; NULL without a prepay_id */
};

/* Do these parameters call up a payment (rather than order one)? */
bool callup_is_one(const struct params *p);

/* Reads the members; `context` (may be NULL) supplies an appid, a partner number and a prepay_id
   that the document lacks. `store` keeps the derived texts and must outlive the result. */
void callup_read(const struct params *p, const struct params *context, struct buf *store,
                 struct callup *out);

/* The name that the client's set has for a role; NULL if it is no member. */
const char *callup_name(bool app, enum callup_role role);

/* Adds the pieces of the right set to `r`; a piece's origin is its role. */
void callup_right(const struct callup *c, struct recipe *r);

#define CALLUP_CAUSES_MAX 3

/* A set that somebody may have signed. */
struct callup_set {
    struct piece pieces[ROLE_COUNT];
    size_t count;
    const char *causes[CALLUP_CAUSES_MAX]; /* ids of what is wrong with it */
    size_t cause_count;
    struct bi how;
};

/* Called for each set that differs from the right one; false ends the enumeration. */
typedef bool (*callup_set_fn)(const struct callup_set *set, void *ctx);

/* The common sets, for combining with other causes. */
void callup_common_sets(const struct callup *c, callup_set_fn fn, void *ctx);

/* All of them: some ten thousand. Calls from the set number `from` on; returns the number of the
   next one, or 0 at the end. */
size_t callup_all_sets(const struct callup *c, size_t from, callup_set_fn fn, void *ctx);

#endif
