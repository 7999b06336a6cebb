/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a catalogue file, and as values of a request.
 *
 * Text that begins with '{' is read as a catalogue file: it is either a spec that validates and can
 * be looked into, or refused with problems whose lines lie in the text. Anything else is lines of
 * name=value, checked against every built-in API: each finding must be fit for a terminal.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/catalog.h"
#include "core/text.h"
#include "core/validate.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_findings(const struct spec *s, const struct params *p)
{
    struct findings f = {0};
    for (int env = ENVIRONMENT_TEST; env <= (int)ENVIRONMENT_PRODUCTION; env++) {
        size_t errors = 0;
        validate(s, p, (enum environment)env, s->sign_default, &f);
        check(f.count <= FINDINGS_MAX);
        for (size_t i = 0; i < f.count; i++) {
            errors += f.items[i].severity == SEVERITY_ERROR;
            check(text_valid(f.items[i].field, strlen(f.items[i].field), NULL));
            for (int lang = 0; lang < LANG_COUNT; lang++)
                check(text_valid(f.items[i].text[lang], strlen(f.items[i].text[lang]), NULL));
        }
        check(errors == f.errors);
        check((validate_first(&f, NULL) != NULL) == (errors > 0));
        json_free(findings_json(&f));
    }
    findings_clear(&f);
}

static void read_file(const char *text, size_t len)
{
    static struct spec_problem problems[SPEC_PROBLEMS_MAX];
    struct spec *s = NULL;
    struct err err = {0};
    size_t count = 0, lines = 1;
    enum status st = spec_read(text, len, "fuzz", &s, problems, &count, &err);
    check((st == ST_OK) == (s != NULL) && (st == ST_OK) == (count == 0));
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    for (size_t i = 0; i < count; i++) {
        check(problems[i].line <= lines && problems[i].err.status != ST_OK);
        check(problems[i].err.text[LANG_ZH][0] && problems[i].err.text[LANG_EN][0]);
    }
    if (s) {
        struct params p = {0};
        for (size_t i = 0; i < s->request_count; i++)
            params_set(&p, s->request[i].name, s->request[i].example, NULL);
        check_findings(s, &p);
        params_clear(&p);
    }
    spec_free(s);
}

static void read_values(const char *text, size_t len)
{
    static struct catalog catalog;
    struct params p = {0};
    if (catalog.count == 0)
        check(catalog_load_embedded(&catalog, NULL) == ST_OK);
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\0', len - at);
        size_t n = end ? (size_t)(end - text) - at : len - at;
        const char *equals = memchr(text + at, '=', n);
        if (equals) {
            size_t name = (size_t)(equals - text) - at;
            params_set_n(&p, text + at, name, equals + 1, n - name - 1, PARAM_USER, NULL);
        }
        at += n + 1;
    }
    for (size_t i = 0; i < catalog.count; i++)
        check_findings(catalog_at(&catalog, i), &p);
    params_clear(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static bool ready;
    if (!ready) {
        setlocale(LC_ALL, "C.UTF-8");
        ready = true;
    }
    char *text = mem_alloc(len + 1);
    memcpy(text, data, len);
    if (len > 0 && text[0] == '{')
        read_file(text, len);
    else
        read_values(text, len);
    free(text);
    return 0;
}
