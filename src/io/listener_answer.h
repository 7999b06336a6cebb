/* SPDX-License-Identifier: MIT */
/*
 * How a notification is answered: the mode that the user chose, what follows from it for a
 * receipt, and that as the server's answer.
 *
 * Decides only; what is decided stands in the receipt, and the listener records and sends it.
 */
#ifndef IO_LISTENER_ANSWER_H
#define IO_LISTENER_ANSWER_H

#include <stdbool.h>

#include "io/httpd.h"
#include "io/receipt.h"

#define LISTENER_ANSWER_MAX (1u << 20) /* bytes of an answer, ours or relayed */

enum listener_reply {
    LISTENER_AUTO,    /* what verifies is acknowledged, the rest refused; with forward: relayed */
    LISTENER_SUCCESS, /* acknowledge whatever comes */
    LISTENER_FAIL,
    LISTENER_NONE, /* never answer */
};
/* "auto", "success", "fail", "none"; false for anything else. */
bool listener_reply_read(const char *word, enum listener_reply *out);

struct listener_answer {
    enum listener_reply reply;
    char message[129]; /* return_msg of a refusal; "": our own reason */
    int delay_ms;
};

/* Our own answer, as the mode says. Here and below: one that goes out when the platform has given
   up is said to be, and is `late`. */
void listener_answer_decide(struct receipt *r, const struct listener_answer *a);

/* A refusal, whatever the mode. */
void listener_answer_refuse(struct receipt *r, const char *reason);

/* The application's answer is relayed; only a forged notification that it took is refused, unless
   the mode says otherwise. */
void listener_answer_relay(struct receipt *r, const struct listener_answer *a);

/* What was decided as the server's answer, or as silence. `out` is overwritten; its body goes to
   the server. */
void listener_answer_send(const struct receipt *r, const struct listener_answer *a,
                          struct httpd_reply *out);

#endif
