/* SPDX-License-Identifier: MIT */
/* A record as HAR 1.2, the archive that browsers and proxies read. */
#ifndef APP_REPORT_HAR_H
#define APP_REPORT_HAR_H

#include "app/record.h"
#include "core/buf.h"

/* Appends a whole archive with the one exchange, keys hidden as in the record. A body that is no
   UTF-8 stands in base64. */
void report_har(const struct record *r, struct buf *out);

#endif
