/* SPDX-License-Identifier: MIT */
/*
 * A record handed to the command that sends such things, `send` or `trigger`, with the words behind
 * its number on top.
 *
 * --exact sends the bytes as they were; else it is signed anew with a fresh nonce, and a call with
 * --new-order under a new number. What has no effect on such a record is refused.
 */
#ifndef CLI_HISTORY_RESEND_H
#define CLI_HISTORY_RESEND_H

#include "app/record.h"
#include "cli/cli.h"

/* ST_ARGUMENT: an option without effect; ST_NOT_FOUND: its API is gone; ST_UNSUPPORTED: what is
   kept is not what was sent, and it is to go byte for byte or cannot be signed. */
enum status resend_check(const struct cli *c, const struct record *r, struct err *err);

/* The merchant it was for, as long as `r` lives. NULL: unknown, or gone where the bytes need none.
 */
const char *resend_profile(const struct cli *c, const struct store *store, const struct record *r);

/* Runs the command on what was checked, and returns its exit status. `c` is changed. */
int resend_run(struct cli *c, const struct record *r);

#endif
