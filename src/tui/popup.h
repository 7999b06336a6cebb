/* SPDX-License-Identifier: MIT */
/*
 * The small overlays: a menu, a prompt for a line, a question, a box of text.
 *
 * Each is a view that the screen pushes on its stack. What was chosen, typed or confirmed is
 * delivered after the popup has left the screen, so that the answer may open the next one.
 * Letters never run commands here: they filter, are typed, or answer yes and no.
 */
#ifndef TUI_POPUP_H
#define TUI_POPUP_H

#include "tui/view.h"

/* The items of `m` are moved. */
struct view *popup_menu(struct workspace *w, const struct view_host *host, struct menu *m);

/* Strings of `p` are copied, its texts in two languages borrowed. What is typed in a secret prompt
   is wiped after `done`. */
struct view *popup_prompt(struct workspace *w, const struct view_host *host,
                          const struct prompt *p);

struct view *popup_question(struct workspace *w, const struct view_host *host,
                            const struct question *q);

/* Is the view the question whose yes calls this? */
bool popup_asks(const struct view *v, void (*yes)(void *ctx));

#endif
