/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with a merchant profile: its key, its file, its addresses, its fields.
 */
#ifndef CLI_PROFILE_CHECK_H
#define CLI_PROFILE_CHECK_H

#include "cli/cli.h"

/* Checks the profile of the second word and prints what was found. ST_REFUSED, with no sentence
   in `err`, if there is an error among it. */
enum status profile_check(const struct cli *c, struct workspace *w, struct err *err);

/* Is `name` a member that words may set, or a field that some API has? If not, `*near` is the
   nearest one, or NULL. */
bool profile_knows(const struct catalog *catalog, const char *name, const char **near);

#endif
