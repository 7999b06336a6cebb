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
 * stands for (a few bytes, or what a file of ours holds), so whoever acknowledges has put it
 * there, unless he verifies no signature, which the forged ones before have told; and an external
 * one leads to a port of ours, so whoever resolves it is seen there. A file says something of
 * endpoints on this machine alone.
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
    PROBE_FILE,     /* a DOCTYPE whose entity names a file of ours */
    PROBE_NESTED,   /* entities inside entities: "billion laughs" that come to 16 bytes, which
                       every limit on attach lets through */
};

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
    bool valid;     /* what the others stand against */
    bool repeats;   /* the bytes of the valid one, not new ones */
    bool official;  /* of the official API only: the gateway has one algorithm */
    bool coupons;
    bool unknown;  /* fields that no document names */
    bool attach;   /* PROBE_ATTACH */
    bool merchant; /* another merchant's number, signed with our key */
    bool altered;  /* the amount is one fen more than what was signed */
    bool forged;   /* who acknowledges it verifies no signature */
    enum probe_sign sign;
    enum probe_shape shape;
};

/* In the order in which they are sent. The pair goes first: a race is lost only about an order that
   is not settled yet. */
const struct probe_check *probe_checks(size_t *count);

struct probe_source {
    const struct template_source *template; /* event, merchant, seed, what the user set */
    const struct secret *key;
    enum sign_kind kind; /* of the merchant's orders */
    const char *base;    /* URL of our port, for PROBE_EXTERNAL */
    const char *file;    /* absolute path of our file, for PROBE_FILE */
    const char *content; /* what it holds */
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
    bool baseline;       /* the valid notification was acknowledged */
    bool forged;         /* so was one with a wrong signature */
    const char *fetched; /* path that was asked of our port; NULL: none was */
};

struct probe_finding {
    const struct probe_check *check;
    enum probe_result result;
    const char *got;                         /* "acknowledged", "refused", "invalid", "no-answer",
                                                "fetched", "read", "expanded"; "not-sent" */
    char text[LANG_COUNT][FINDING_TEXT_MAX]; /* what was found in a sentence; "": as expected, and
                                                nothing odd about it */
    double ms;                               /* of the slowest answer; negative: none came */
    size_t acknowledged;                     /* how many of the answers did */
    long status;                             /* HTTP status, of the last answer; 0: none came */
};

void probe_judge(const struct probe_check *check, const struct probe_seen *seen,
                 struct probe_finding *out);

/* Adds a sentence to what was found; one that is there already, or has no room, is left out. */
void probe_remark(const struct finding *f, struct probe_finding *out);

/* Why a check is not made: nothing could be told from it. */
enum probe_skip {
    PROBE_MUTE,      /* the valid one got no answer */
    PROBE_ELSEWHERE, /* the endpoint is on another machine, the file on this one */
    PROBE_NO_FILE,   /* it cannot be made */
};
void probe_skip(const struct probe_check *check, enum probe_skip why, struct probe_finding *out);

#endif
