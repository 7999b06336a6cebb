/* SPDX-License-Identifier: MIT */
/*
 * One message on its way to a diagnosis: what was given on the command line, read, repaired,
 * searched and judged. Between cmd_diagnose.c and diagnose_batch.c.
 */
#ifndef CLI_DIAGNOSE_JOB_H
#define CLI_DIAGNOSE_JOB_H

#include "app/evidence.h"
#include "app/judgement.h"
#include "app/keyring.h"
#include "cli/cli.h"
#include "core/advice.h"
#include "core/diagnose.h"
#include "core/oracle.h"
#include "core/repair.h"

#define DIAGNOSE_EVIDENCE_MAX 16 /* messages that stand by */

/* Zeroed but for `c`; end it with diagnose_job_clear(). */
struct diagnose_job {
    const struct cli *c;
    struct workspace w;
    struct cli_input in;
    struct params twice; /* other values of names that come twice */
    struct buf text;     /* the document as it was given */
    struct found found;  /* what stands in it */
    struct wire wire;    /* what was sent of it */
    struct repair_log repairs;
    struct secret key;
    struct key_candidate keys[SUBJECT_KEYS_MAX];
    size_t key_count;
    const char *key_label; /* what other_keys call the same key; NULL: nothing */
    struct keyring ring;
    struct buf signed_text;
    struct params evidence[DIAGNOSE_EVIDENCE_MAX]; /* other messages at hand */
    struct judgement_witness witnesses[DIAGNOSE_EVIDENCE_MAX + EVIDENCE_MAX];
    size_t evidence_count; /* of files; the history's follow in `witnesses` */
    struct evidence history;
    struct diagnosis *diagnosis;
    struct judgement judgement;
};

void diagnose_job_clear(struct diagnose_job *j);

/* The repairs that are left off, and the document that is wanted. ST_ARGUMENT names the nearest. */
enum status diagnose_job_repairs(struct diagnose_job *j, struct err *err);

/* Reads message, keys, evidence and the other side's text; `c` is consumed as by cli_input(). */
enum status diagnose_job_read(struct cli *c, struct diagnose_job *j, struct err *err);

/* The other keys of the profile, those of files, and those of the other merchants. */
enum status diagnose_job_keys(struct diagnose_job *j, struct err *err);

/* Begins the diagnosis. */
enum status diagnose_job_start(struct diagnose_job *j, struct err *err);

/* What is to be said when the search is over: advice, and whether the key is proven. */
void diagnose_job_judge(struct diagnose_job *j);

#endif
