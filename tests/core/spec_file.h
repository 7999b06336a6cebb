/* SPDX-License-Identifier: MIT */
/* Reading the files of tests/data and src/apis, for tests of catalogue and validation. */
#ifndef TESTS_CORE_SPEC_FILE_H
#define TESTS_CORE_SPEC_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base.h"
#include "core/spec.h"

/* The whole file as a string; the caller frees. A file that cannot be read fails the test. */
static inline char *file_text(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        fail_msg("cannot open %s", path);
    }
    size_t cap = 1u << 20;
    char *text = mem_alloc(cap);
    *len = fread(text, 1, cap - 1, f);
    fclose(f);
    return text;
}

/* The spec in a file that must be good. */
static inline struct spec *file_spec(const char *path)
{
    size_t len = 0;
    char *text = file_text(path, &len);
    struct spec *spec = NULL;
    struct err err = {0};
    if (spec_read(text, len, path, &spec, NULL, NULL, &err) != ST_OK) {
        fail_msg("%s", err.text[LANG_EN]);
    }
    free(text);
    return spec;
}

#endif
