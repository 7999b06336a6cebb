/* SPDX-License-Identifier: MIT */
/*
 * A port that listens, on one address of this machine, or the sentence why it cannot: a library's
 * own socket would hide the reason.
 */
#ifndef IO_PORT_H
#define IO_PORT_H

#include "core/base.h"

/* Binds an IP literal and a port (0: a free one); `*out` is a socket that does not block. Who holds
   the port is named, ST_CONFLICT; an address that is none of this machine's is ST_ARGUMENT. */
enum status port_open(const char *address, unsigned port, int *out, struct err *err);

/* The port that a socket has. */
unsigned port_number(int fd);

/* Why `address` and `port` cannot be listened on; `number` is an errno. Returns the status. */
enum status port_say(const char *address, unsigned port, int number, struct err *err);

#endif
