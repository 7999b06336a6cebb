/* SPDX-License-Identifier: MIT */
/*
 * Moves that sign more, or other values, than the message has. Used by moves_make() alone.
 */
#ifndef CORE_MOVES_ADD_H
#define CORE_MOVES_ADD_H

#include "core/moves.h"

/* AXIS_MEMBERS: empties kept, sign or key kept, what requests often have besides. */
void moves_make_added(struct moves *m);

/* AXIS_VALUE with a value from elsewhere: the other messages at hand, another sign_type. */
void moves_make_constants(struct moves *m);

#endif
