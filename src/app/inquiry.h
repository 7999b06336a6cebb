/* SPDX-License-Identifier: MIT */
/*
 * A diagnosis that runs beside everything else: its first part at once (or not), the rest in
 * slices of the loop's turns, so that no key waits for longer than a slice (DIAGNOSE_SLICE).
 */
#ifndef APP_INQUIRY_H
#define APP_INQUIRY_H

#include <stdbool.h>
#include <stddef.h>

#include "app/diagnosis_page.h"
#include "app/judgement.h"
#include "app/keyring.h"
#include "app/page.h"
#include "core/advice.h"
#include "core/base.h"
#include "core/diagnose.h"
#include "core/repair.h"
#include "core/wire.h"
#include "io/journal.h"
#include "io/loop.h"

/* What is asked. Borrowed for the call, but `loop` and `spec`. */
struct inquiry_question {
    struct loop *loop;
    const struct store *store; /* other merchants' keys are tried too; NULL: not */
    const struct profile *profile;
    const struct spec *spec;     /* the endpoint; NULL: unknown */
    const struct params *params; /* the message */
    const struct params *twice;  /* other values that names of it have too; NULL: none */
    const char *expect;          /* the signature in question; NULL: the message's own */
    bool request;                /* a request of ours: advice is given when the signature holds */
    bool beside;                 /* all of it in slices: somebody is typing */
    struct wire wire;            /* the request as it was sent; zeroed: unknown */
    struct journal *journal;     /* what the gateway signed proves the key; NULL: not looked at */
    const struct repair_log *repairs; /* NULL: none */
    unsigned *rev;                    /* moved with every slice; NULL: nobody looks */
};

struct inquiry;

/* ST_ARGUMENT: no key, no parameter, no signature; errors as diagnose_start(). */
enum status inquiry_start(const struct inquiry_question *q, struct inquiry **out, struct err *err);
void inquiry_free(struct inquiry *i); /* NULL is fine; the loop must still be there */
void inquiry_cancel(struct inquiry *i);

/* Goes on with what was left out, as diagnose_go_on(); false: there is nothing of that. */
bool inquiry_go_on(struct inquiry *i);

bool inquiry_is_running(const struct inquiry *i);
unsigned inquiry_rev(const struct inquiry *i); /* moves with every slice */
const struct diagnosis *inquiry_diagnosis(const struct inquiry *i);
void inquiry_progress(const struct inquiry *i, struct diagnose_progress *out);
void inquiry_headline(const struct inquiry *i, enum lang lang, char *out, size_t size);

/* Appends a page of that part, form, language and `out` in `p`; no key is in it. */
void inquiry_page(const struct inquiry *i, enum diagnosis_part part, struct page *p);

#endif
