/* SPDX-License-Identifier: MIT */
/*
 * The selection is an index while drawing and a name in between.
 */
#include "tui/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rows_place {
    char selected[PARAM_NAME_MAX + 1];
    size_t top;
    bool all;
    bool seen; /* opened before */
};

void rows_init(struct rows *r, size_t apis)
{
    r->places = mem_alloc(2 * apis * sizeof(*r->places));
    r->apis = apis;
}

void rows_clear(struct rows *r)
{
    free(r->places);
    r->places = NULL;
}

static struct rows_place *place_of(const struct rows *r)
{
    return &r->places[r->place];
}

static void remember(struct rows *r)
{
    struct rows_place *p = place_of(r);
    const struct draft_row *row = rows_selected(r);

    if (row && strlen(row->name) <= PARAM_NAME_MAX)
        snprintf(p->selected, sizeof(p->selected), "%s", row->name);
}

static bool find(struct rows *r, const char *name)
{
    for (size_t i = 0; i < r->form.count; i++) {
        if (strcmp(r->row[i].name, name) == 0) {
            r->form.selected = i;
            return true;
        }
    }
    return false;
}

void rows_sync(struct rows *r, struct workspace *w)
{
    struct draft *d = workspace_draft(w);

    r->place = w->api + (w->staged ? r->apis : 0);
    struct rows_place *p = place_of(r);
    r->form.top = p->top;
    r->form.count = draft_rows(d, p->all, r->row, ARRAY_COUNT(r->row));
    if (!p->seen) {
        p->seen = true;
        r->form.selected = draft_first_row(d, p->all);
    } else if (!find(r, p->selected) && r->form.selected >= r->form.count) {
        r->form.selected = r->form.count ? r->form.count - 1 : 0;
    }
    remember(r);
}

struct draft_row *rows_selected(struct rows *r)
{
    return r->form.count ? &r->row[r->form.selected] : NULL;
}

const char *rows_value(const struct draft_row *row)
{
    return row->param ? row->param->value : "";
}

void rows_select(struct rows *r, size_t index)
{
    if (index < r->form.count)
        r->form.selected = index;
    remember(r);
}

bool rows_select_name(struct rows *r, const char *name)
{
    bool found = find(r, name);
    remember(r);
    return found;
}

void rows_step(struct rows *r, int step)
{
    size_t n = r->form.count;
    if (n)
        rows_select(r, (r->form.selected + (step > 0 ? 1 : n - 1)) % n);
}

bool rows_all(const struct rows *r)
{
    return place_of(r)->all;
}

void rows_show_all(struct rows *r, bool all)
{
    place_of(r)->all = all;
}

void rows_drawn(struct rows *r)
{
    place_of(r)->top = r->form.top;
}
