/* SPDX-License-Identifier: MIT */
/*
 * The built-in catalogue, read once for a group of tests: its set-up and its tear-down.
 */
#ifndef TESTS_CORE_BUILT_IN_H
#define TESTS_CORE_BUILT_IN_H

#include <locale.h>

#include "core/catalog.h"
#include "core/digest.h"

static struct catalog catalog;

static inline int open_catalog(void **state)
{
    *state = &catalog;
    setlocale(LC_CTYPE, "C.UTF-8");
    return catalog_load_embedded(&catalog, NULL) ? -1 : 0;
}

static inline int close_catalog(void **state)
{
    (void)state;
    catalog_clear(&catalog);
    digest_forget_keys();
    return 0;
}

#endif
