/* SPDX-License-Identifier: MIT */
#include "app/flow_page.h"

#include <stdio.h>
#include <string.h>

static void put_pairs(struct page *p, const struct json *object, struct bi name, struct bi value)
{
    if (!json_first(object))
        return;
    page_table(p, 2);
    page_cell(p, bi_get(name, p->lang));
    page_cell(p, bi_get(value, p->lang));
    for (const struct json *m = json_first(object); m; m = json_next(m)) {
        page_cell(p, json_name(m));
        page_cell(p, json_string(m));
    }
    page_table_end(p);
}

static void put_step(struct page *p, const struct flow_step *s, size_t number)
{
    char heading[256];
    const char *what = s->api ? s->api : s->event ? s->event : s->act;
    snprintf(heading, sizeof(heading), "%zu. %s%s%.150s", number,
             bi_get(flow_do_title(s->what), p->lang), what ? ": " : "", what ? what : "");
    page_heading(p, heading);
    page_text(p, bi_get(s->say, p->lang));
    put_pairs(p, s->set, (struct bi){"字段", "field"}, (struct bi){"填入", "set to"});
    if (s->document)
        page_code(p, s->document, strlen(s->document));
    put_pairs(p, s->expect, (struct bi){"结果", "result"}, (struct bi){"应为", "expected"});
}

/* A value that two steps set under one name is masked by its shape alone the first time. */
static void know(struct params *known, const struct json *object)
{
    for (const struct json *m = json_first(object); m; m = json_next(m))
        params_set(known, json_name(m), json_string(m), NULL);
}

void flow_page(const struct flow *f, enum page_form form, const struct report_how *how,
               struct buf *out)
{
    struct params known = {0};
    struct page p = {
        .out = out, .form = form, .lang = how->lang, .masked = !how->personal, .known = &known};
    char command[160];

    for (size_t i = 0; i < f->count; i++) {
        know(&known, f->steps[i].set);
        know(&known, f->steps[i].expect);
    }
    snprintf(command, sizeof(command), "wxpc flow run %.100s", f->name);
    page_begin(&p, bi_get(f->title, how->lang));
    page_text(&p, bi_get(f->summary, how->lang));
    page_code(&p, command, strlen(command));
    for (size_t i = 0; i < f->count; i++)
        put_step(&p, &f->steps[i], i + 1);
    page_end(&p);
    report_clean(how, &known, out);
    params_clear(&known);
}
