/* SPDX-License-Identifier: MIT */
/*
 * The overlay of a diagnosis: why a signature does not hold, live while the search goes on.
 *
 * A pasted message says what was repaired in it; u takes a repair back, and the diagnosis is made
 * anew. Esc while it searches cancels the search and keeps what was found; again it closes. D tries
 * what was left out.
 */
#ifndef TUI_DIAGNOSIS_H
#define TUI_DIAGNOSIS_H

#include "app/inquiry.h"
#include "tui/pasted.h"
#include "tui/view.h"

/* `i` is moved. */
struct view *diagnosis_new(struct workspace *w, const struct view_host *host, struct inquiry *i);

/* Is it this overlay, and would it go on with what it left out? */
bool diagnosis_can_go_on(const struct view *v);

/* Opens the overlay on a signature of the other side over the form as it stands. */
void diagnosis_signature(struct workspace *w, const struct view_host *host, const char *sign);

/*
 * Asks about what a pane shows: a reply or notification whose signature does not hold, a call that
 * the gateway refused; else for the other side's signature or a message, and then about that.
 */
struct diagnosis_asker { /* outlives the prompt that it may open */
    struct workspace *w;
    const struct view_host *host;
    struct pasted pasted; /* the message asked about */
    struct view *view;    /* the overlay that shows it; NULL: none */
};
void diagnosis_ask(struct diagnosis_asker *a, enum plan_pane pane);
void diagnosis_asker_clear(struct diagnosis_asker *a);

/* Same about a notification of the inbox, by its row's number. */
void diagnosis_of_notice(struct workspace *w, const struct view_host *host, int64_t id);

/* Same about a row of the history: a reply whose signature does not hold, else the request; a
   notification. */
void diagnosis_of_row(struct workspace *w, const struct view_host *host, int64_t id);

/* Same about a text: a signature in hexadecimal over the form, or a whole message. */
void diagnosis_of_text(struct diagnosis_asker *a, const char *text);

#endif
