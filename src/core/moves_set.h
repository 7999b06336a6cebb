/* SPDX-License-Identifier: MIT */
/*
 * Moves that sign another set of parameters, or fewer. Used by moves_make() alone.
 */
#ifndef CORE_MOVES_SET_H
#define CORE_MOVES_SET_H

#include "core/moves.h"

/* AXIS_SET, and AXIS_MEMBERS that leave out. */
void moves_make_sets(struct moves *m);

#endif
