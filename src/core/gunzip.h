/* SPDX-License-Identifier: MIT */
/*
 * The door to zlib: a gzip file (RFC 1952), unpacked.
 *
 * Bills come packed when tar_type=GZIP asks for it. How large the content is says nobody
 * beforehand: the ceiling of the buffer is what keeps a small file from filling the memory.
 */
#ifndef CORE_GUNZIP_H
#define CORE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/buf.h"

/* Do the bytes begin as a gzip file does? */
bool gunzip_is(const char *data, size_t len);

/*
 * Appends what the `len` bytes hold, of several files behind one another all, to `out`. Checksum
 * and length are verified. ST_SYNTAX when they do not fit, the file is cut off or none; ST_LIMIT
 * when the content passes the ceiling of `out`. What was appended by then stays.
 */
enum status gunzip(const char *data, size_t len, struct buf *out, struct err *err);

#endif
