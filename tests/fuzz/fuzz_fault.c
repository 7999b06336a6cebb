/* SPDX-License-Identifier: MIT */
/*
 * Any text as a fault rule: one that is read keeps to its limits and can be asked; one that is
 * refused says why, in words that a terminal may see.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "core/text.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static struct catalog catalog;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    check(catalog_load_embedded(&catalog, NULL) == ST_OK);
    return 0;
}

static void check_rule(struct fault_rule *r, const char *text)
{
    check(strcmp(r->text, text) == 0);
    check(r->kind < FAULT_KIND_COUNT && r->every <= 1000000 && r->first <= 1000000);
    check((r->kind == FAULT_CODE) == (r->code[0] != '\0'));
    check(r->seconds >= 0 && r->seconds <= 3600);
    check(r->kind != FAULT_HTTP || (r->status >= 200 && r->status <= 599));
    for (int i = 0; i < 3; i++)
        fault_pick(r, 1, i == 2 ? "payment" : "unifiedorder", i == 2, i ? "T1" : NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fault_rule r;
    struct err err = {0};
    char *text = mem_strndup((const char *)data, size);
    if (fault_read(&catalog, text, &r, &err) == ST_OK) {
        check_rule(&r, text);
    } else {
        check(err.status == ST_ARGUMENT);
        for (int lang = 0; lang < LANG_COUNT; lang++)
            check(err.text[lang][0] && text_valid(err.text[lang], strlen(err.text[lang]), NULL));
    }
    free(text);
    return 0;
}
