/* SPDX-License-Identifier: MIT */
/*
 * Who holds a port of this machine: for the sentence "port in use".
 *
 * Read from /proc: the listening socket's inode, and the process that has it open. Of another
 * user's process only root sees that; then it is simply not known.
 */
#ifndef IO_HOLDER_H
#define IO_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* "nginx (1234)": name and number of a process that listens on TCP `port`, control characters as
   '?'. False, and `out` is "": none is found. */
bool holder_find(unsigned port, char *out, size_t size);

/* Does anybody, of whatever user, listen on TCP `port`? True too where that cannot be told. */
bool holder_listens(unsigned port);

#endif
