/* SPDX-License-Identifier: MIT */
/*
 * A foreign library that its door loads when it first needs it.
 *
 * libcurl, libmicrohttpd and libxml2 bring over thirty further libraries (TLS, Kerberos, LDAP,
 * ICU), whose loading takes longer than drawing the first screen and which a command that only
 * computes never uses. The door lists the functions it calls; each becomes a pointer in a table
 * of the function's own type, so that a wrong argument still is an error of the compiler.
 */
#ifndef CORE_LIBRARY_H
#define CORE_LIBRARY_H

#include <stddef.h>

#include "core/base.h"

/* A member of the door's table of functions, and its place in the list of names. */
#define LIBRARY_POINTER(function) __typeof__(function) *(function);
#define LIBRARY_NAME(function) #function,

/*
 * Loads the shared library `soname` and writes the addresses of the `count` functions `names` to
 * `table`, an array of as many pointers (a struct of LIBRARY_POINTER members). Loaded once it stays
 * until the program ends. ST_UNSUPPORTED, with nothing written, when the library or one of the
 * functions is not there.
 */
enum status library_load(const char *soname, const char *const *names, size_t count, void *table,
                         struct err *err);

#endif
