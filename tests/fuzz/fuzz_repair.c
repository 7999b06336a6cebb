/* SPDX-License-Identifier: MIT */
/* Any bytes as a damaged paste: never a crash, counts stay sane, and no `key` among the fields. */
#include <stdint.h>
#include <stdlib.h>

#include "core/repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct repair_log log = {.wanted = size > 0 ? data[0] % 3 : 0};
    struct paste p = {0};
    enum status st = repair_read((const char *)data, size, &log, NULL, &p, NULL);
    if (!st && (log.documents == 0 || log.documents > size || params_find(&p.params, "key")))
        abort();
    paste_clear(&p);
    return 0;
}
