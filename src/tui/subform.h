/* SPDX-License-Identifier: MIT */
/*
 * The form inside a JSON field (detail, scene_info): an overlay over the request form.
 *
 * Two tabs, form and text; what is changed in one goes at once through the draft, so the
 * signature behind it, its findings and the other tab follow. A text that is no JSON can
 * be edited as text only.
 */
#ifndef TUI_SUBFORM_H
#define TUI_SUBFORM_H

#include "tui/view.h"

/* The overlay for `field` (of type json, borrowed) of the current draft. */
struct view *subform_new(struct workspace *w, const struct view_host *host,
                         const struct field *field);

#endif
