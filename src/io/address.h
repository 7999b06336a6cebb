/* SPDX-License-Identifier: MIT */
/*
 * IP addresses as the system has them, and as text: literals only, no name is resolved.
 */
#ifndef IO_ADDRESS_H
#define IO_ADDRESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define ADDRESS_MAX (INET6_ADDRSTRLEN + 8) /* bytes of a literal with brackets and port */

/* Of either family. */
union address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

/* Reads an IPv4 or IPv6 literal; false if it is none. `*len` is what bind() wants. */
bool address_read(const char *text, unsigned port, union address *out, socklen_t *len);

unsigned address_port(const union address *a);

/* "127.0.0.1:51234", "[::1]:51234"; "" for another family. */
void address_text(const struct sockaddr *sa, char *out, size_t size);

/* Is it a loopback address, also an IPv4 one in IPv6's form? */
bool address_leads_here(const struct sockaddr *sa);

/* The same, or the address of one of this machine's interfaces? */
bool address_is_ours(const struct sockaddr *sa);

/* Is `host` (a literal without brackets, or a name) this machine itself? */
bool address_is_loopback(const char *host);

#endif
