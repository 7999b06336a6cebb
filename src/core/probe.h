/* SPDX-License-Identifier: MIT */
/*
 * The checks that a notify endpoint has to stand: what is sent, what must come back, why.
 *
 * One table; a row says in data how its document differs from a valid notification: fields
 * more, another signature, another shape of the bytes. Built on core/template, so a valid one
 * looks as the platform's; judged with core/answer, so "acknowledged" means what the platform
 * takes it to mean. Pure: times, numbers and addresses come in.
 *
 * Entities are judged without guessing: the signature is made over the text that an entity
 * stands for, so whoever acknowledges has expanded it; and an external one leads to a port of
 * ours, so whoever resolves it is seen there.
 */
#ifndef CORE_PROBE_H
#define CORE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/answer.h"
#include "core/base.h"
#include "core/buf.h"
#include "core/findings.h"
#include "core/template.h"

/* What has to come of a check. */
enum probe_expect {
    PROBE_ACKNOWLEDGED, /* every one is acknowledged */
    PROBE_REFUSED,      /* there is an answer, and it does not acknowledge */
    PROBE_NOT_FETCHED,  /* and besides nothing was fetched from our port */
};
const char *probe_expect_name(enum probe_expect e); /* "acknowledged", "refused", "not-fetched" */

enum probe_sign {
    PROBE_SIGN_RIGHT,
    PROBE_SIGN_BARE, /* HMAC-SHA256, and no sign_type */
    PROBE_SIGN_NONE,
    PROBE_SIGN_KEY,   /* with a key that is not the merchant's */
    PROBE_SIGN_OTHER, /* sign_type says one algorithm, the signature is by the other */
    PROBE_SIGN_LOWER,
};

enum probe_shape {
    PROBE_PLAIN,
    PROBE_CUT,      /* the document ends in the middle */
    PROBE_EMPTY,    /* no body */
    PROBE_GET,      /* no body, and method GET */
    PROBE_EXTERNAL, /* a DOCTYPE whose entities lead to our port */
    PROBE_NESTED,   /* entities inside entities, PROBE_NESTED_SIZE bytes in the end */
};

#define PROBE_NESTED_SIZE 32768        /* bytes; "billion laughs" of a size that harms nobody */
#define PROBE_FETCHED "wxpc-probe"     /* what our port gives for the external entity */
#define PROBE_BODY_MAX (64u << 10)     /* bytes of a document */
#define PROBE_POSTS_MAX 2              /* how often one is sent at most */
#define PROBE_ATTACH "深圳分店&<x>\"'" /* what `attach` must survive as */

struct probe_check {
    const char *id;
    struct bi title; /* what is sent */
    struct bi why;   /* why it matters */
    enum probe_expect expect;
    unsigned posts; /* how often it is sent; 0: once */
    bool at_once;   /* together instead of one after the other */
    bool repeats;   /* the bytes of the first check, not new ones */
    bool official;  /* of the official API only: the gateway has one algorithm */
    bool coupons;
    bool unknown;  /* fields that no document names */
    bool attach;   /* PROBE_ATTACH */
    bool merchant; /* another merchant's number, signed with our key */
    bool altered;  /* the amount is one fen more than what was signed */
    enum probe_sign sign;
    enum probe_shape shape;
};

/* In the order in which they are sent; the first is the valid one that the others stand against. */
const struct probe_check *probe_checks(size_t *count);

struct probe_source {
    const struct template_source *template; /* event, merchant, seed, what the user set */
    const struct secret *key;
    enum sign_kind kind; /* of the merchant's orders */
    const char *base;    /* URL of our port, for PROBE_EXTERNAL */
};

/* Appends the body of a check (nothing for PROBE_EMPTY and PROBE_GET). Errors as template_fill()
   and template_write(). */
enum status probe_build(const struct probe_check *check, const struct probe_source *s,
                        struct buf *body, struct err *err);

/* What our port gives at a path below the base: "/entity", "/parameter", "/dtd"; NULL: nothing. */
const char *probe_served(const char *path);

/* ---- Judging ---- */

enum probe_result { PROBE_PASSED, PROBE_FAILED, PROBE_UNKNOWN };

struct probe_seen {
    struct answer_seen answers[PROBE_POSTS_MAX];
    size_t count;
    bool gateway;        /* dialect of the event */
    bool local;          /* the endpoint is on this machine: it can reach our port */
    bool baseline;       /* the valid notification was acknowledged; true while it is judged */
    const char *fetched; /* path that was asked of our port; NULL: none was */
};

struct probe_finding {
    const struct probe_check *check;
    enum probe_result result;
    const char *got;                         /* "acknowledged", "refused", "invalid", "no-answer",
                                                "fetched", "expanded"; "not-sent" */
    char text[LANG_COUNT][FINDING_TEXT_MAX]; /* what was found in a sentence; "": as expected */
    double ms;                               /* of the slowest answer; negative: none came */
};

void probe_judge(const struct probe_check *check, const struct probe_seen *seen,
                 struct probe_finding *out);

/* Of a check that was not made, because nothing can be told from it. */
void probe_skip(const struct probe_check *check, struct probe_finding *out);

#endif
