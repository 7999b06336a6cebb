/* SPDX-License-Identifier: MIT */
/* Any bytes as a paste: what is found is of the catalogue, each explanation once. */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct catalog catalog;
    static struct explanation found;
    if (!catalog.count) {
        setlocale(LC_CTYPE, "C.UTF-8");
        check(catalog_load_embedded(&catalog, NULL) == ST_OK);
    }
    if (size > 4096)
        return 0;
    found.count = 0;
    explain_paste(&catalog, NULL, (const char *)data, size, &found);
    check(found.count <= EXPLAIN_MAX);
    for (size_t i = 0; i < found.count; i++) {
        check(found.entries[i].spec_count > 0 && found.entries[i].spec_count <= catalog.count);
        for (size_t k = 0; k < i; k++)
            check(found.entries[i].error != found.entries[k].error);
        json_free(explain_json(&found.entries[i]));
    }
    return 0;
}
