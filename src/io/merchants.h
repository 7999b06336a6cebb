/* SPDX-License-Identifier: MIT */
/*
 * Whom the sandbox knows: the built-in merchants and those of the profiles it is given.
 *
 * A merchant of the official API and one of the third-party gateway are apart even if their
 * numbers are the same. Holds keys; wipes them.
 */
#ifndef IO_MERCHANTS_H
#define IO_MERCHANTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"
#include "core/digest.h"
#include "core/profile.h"

#define MERCHANTS_MAX 64

struct merchant {
    enum dialect dialect;
    char *mch_id;
    char *appid;                  /* NULL: any */
    char *sub_mch_id, *sub_appid; /* NULL: none, any */
    char *notify_url;             /* refunds without one of their own go there; NULL */
    struct secret key;
};

/* Zeroed is valid and empty. */
struct merchants {
    struct merchant items[MERCHANTS_MAX];
    size_t count;
    char *notify_url; /* owned; instead of what any of them has; NULL: as they have it */
};

void merchants_clear(struct merchants *all);

/* Takes in the profiles that the program carries (INTERFACE.md, the sandbox gateway). */
void merchants_add_built_in(struct merchants *all);

/* Takes in a profile's merchant; one of the same dialect and number is replaced. A profile without
   mch_id or key is ST_ARGUMENT, one too many ST_LIMIT. */
enum status merchants_add(struct merchants *all, const struct profile *p, struct err *err);

/* By dialect and number; NULL if unknown. `mch_id` may be NULL. */
const struct merchant *merchants_find(const struct merchants *all, enum dialect dialect,
                                      const char *mch_id);

/* Does any merchant have this appid? */
bool merchants_know_appid(const struct merchants *all, const char *appid);

/* Is this a contract template that merchants have? The sandbox gives all of them the same. */
bool merchants_have_plan(const char *plan_id);

/* Takes the keys of all of them out of a text. */
void merchants_redact(const struct merchants *all, struct buf *text);

#endif
