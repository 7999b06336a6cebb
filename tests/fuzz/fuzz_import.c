/* SPDX-License-Identifier: MIT */
/* Any bytes as an import: never a crash, counts and sizes stay sane, labels can be made, and no
   `key` among the fields of what is read. */
#include <stdint.h>
#include <stdlib.h>

#include "core/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {size > 0 ? (const char *)data + 1 : "", size > 0 ? size - 1 : 0};
    struct found f = {0}, read = {0};
    struct paste p = {0};
    char label[FOUND_LABEL_MAX];
    size_t number = 0;

    (void)import_find(text, size > 0 ? data[0] & 7u : 0, &f, NULL);
    check(f.count <= FOUND_DOCS_MAX && f.count <= f.total && f.note_count <= f.noted);
    for (size_t i = 0; i < f.count; i++) {
        check(f.docs[i].where > 0 && f.docs[i].len <= 6 * size);
        found_label(&f.docs[i], (enum lang)(i % LANG_COUNT), label);
    }
    if (!import_read(text, 0, &read, &number, &p, NULL))
        check(number > 0 && !params_find(&p.params, "key"));
    paste_clear(&p);
    found_clear(&read);
    found_clear(&f);
    return 0;
}
