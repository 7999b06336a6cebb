/* SPDX-License-Identifier: MIT */
/*
 * The stage that a flow plays on in a console where somebody works: his forms are put aside as
 * they are, undo and all, and come back when the flow is over.
 */
#ifndef APP_FLOW_STAGE_H
#define APP_FLOW_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/workspace.h"
#include "core/base.h"

/* What was put aside. Zeroed: nothing. */
struct flow_stage {
    struct draft *drafts; /* one for each API, as in the workspace */
    size_t api;
    char *profile; /* name of the merchant in use */
};

/*
 * Puts the forms aside, chooses a built-in demonstration merchant unless one is in use or the
 * console was opened for demonstration, and opens the listener. ST_CONFLICT while a call is under
 * way. A listener that cannot be opened is told, and the flow goes on.
 */
enum status flow_stage_open(struct workspace *w, struct flow_stage *s, struct err *err);

/* Brings everything back. No call may be under way: its end would count for the forms that come
   back. */
void flow_stage_close(struct workspace *w, struct flow_stage *s);

/* Ends what was put aside without bringing it back: the program ends. The catalogue must still be
   there. */
void flow_stage_drop(const struct workspace *w, struct flow_stage *s);

#endif
