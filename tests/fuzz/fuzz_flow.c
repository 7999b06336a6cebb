/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a flow file: one that is read has steps that can be told and run as their kind
 * demands, against the catalogue's names; one that is refused says where and why, and leaves
 * nothing.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/flow.h"
#include "core/text.h"

#define PROBLEMS 8 /* fewer than a file can have: the rest is only counted */

static struct catalog catalog;

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    setlocale(LC_ALL, "C.UTF-8");
    check(catalog_load_embedded(&catalog, NULL) == ST_OK);
    return 0;
}

static void check_step(const struct flow_step *s)
{
    const char *field = flow_step_field(s);
    check(s->what < FLOW_DO_COUNT && s->look < FLOW_LOOK_COUNT);
    check(flow_do_name(s->what)[0] && flow_do_title(s->what).zh[0]);
    check(s->say.zh && s->say.en);
    check(!field || strlen(field) > 0 || s->field || s->set || s->expect);
    check(s->what != FLOW_CHOOSE || catalog_find(&catalog, s->api));
    check(s->what != FLOW_SET || s->set);
    check(s->what != FLOW_WAIT || s->event);
    check(s->what != FLOW_DIAGNOSE || s->document);
    for (const struct json *m = json_first(s->set); m; m = json_next(m))
        check(json_name(m) && json_string(m));
}

static void check_problems(const struct flow_problems *p, const char *text, size_t len)
{
    size_t lines = 1;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    for (size_t i = 0; i < p->count && i < p->room; i++) {
        const struct err *e = &p->items[i].err;
        check(e->status != ST_OK && p->items[i].line <= lines);
        for (int lang = 0; lang < LANG_COUNT; lang++)
            check(e->text[lang][0] && text_valid(e->text[lang], strlen(e->text[lang]), NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct spec_problem items[PROBLEMS];
    struct flow_problems problems = {.items = items, .room = PROBLEMS};
    struct flow f = {0};
    struct err err = {0};
    char *text = mem_alloc(len + 1);

    memcpy(text, data, len);
    if (flow_read(text, len, "fuzz", &catalog, &f, &problems, &err) == ST_OK) {
        check(problems.count == 0 && f.count > 0 && f.count <= FLOW_STEPS_MAX);
        for (size_t i = 0; i < f.count; i++)
            check_step(&f.steps[i]);
    } else {
        check(err.status != ST_OK && err.text[LANG_ZH][0] && err.text[LANG_EN][0]);
        check(!f.document && f.count == 0);
        check_problems(&problems, text, len);
    }
    flow_clear(&f);
    free(text);
    return 0;
}
