/* SPDX-License-Identifier: MIT */
/* diagnose --batch: many logged messages, rates a cause, and what tells failures from passes. */
#ifndef CLI_DIAGNOSE_BATCH_H
#define CLI_DIAGNOSE_BATCH_H

#include "cli/cli.h"

/* Runs `c`->batch, a file of one message a line or a folder of one a file. Returns the status to
   end with. */
int diagnose_batch(struct cli *c);

#endif
