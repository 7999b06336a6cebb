/* SPDX-License-Identifier: MIT */
/* The head of an HTTP message as it came: a request or status line and headers. */
#ifndef CORE_HEAD_H
#define CORE_HEAD_H

#include <stddef.h>

#include "core/buf.h"

/* Value of a header, whatever the case of its name, cut to `size` bytes with the NUL; "" if it is
   not there. Of several heads (100 Continue, then the answer) that of the last. */
void head_value(const struct buf *head, const char *name, char *out, size_t size);

#endif
