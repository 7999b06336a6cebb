/* SPDX-License-Identifier: MIT */
/* Both names stand in each row, so that the filter finds either. */
#include "tui/palette.h"

#include <stdio.h>

#include "core/base.h"

/* What the command line says for the same thing. Movements inside the console have none. */
static const struct {
    enum action action;
    const char *command;
} commands[] = {
    {ACTION_SEND, "wxpc send"},
    {ACTION_PANE_1, "wxpc apis"},
    {ACTION_PANE_3, "wxpc sign --steps"},
    {ACTION_PANE_4, "wxpc sign --xml"},
    {ACTION_NEXT_PROBLEM, "wxpc validate"},
    {ACTION_HELP_FIELD, "wxpc fields"},
    {ACTION_PROFILE, "wxpc profile"},
    {ACTION_LANG, "--lang zh|en"},
    {ACTION_LISTEN, "wxpc listen"},
    {ACTION_TRIGGER, "wxpc trigger"},
    {ACTION_PAY, "wxpc sandbox pay"},
    {ACTION_HISTORY, "wxpc history"},
    {ACTION_PRIVATE, "wxpc --no-history"},
    {ACTION_RETENTION, "wxpc history prune"},
    {ACTION_CALLS, "wxpc order"},
    {ACTION_TOUR, "wxpc flow"},
    {ACTION_COPY, "wxpc history export"},
    {ACTION_ALL_FIELDS, "wxpc fields"},
    {ACTION_PANE_6, "wxpc listen"},
    {ACTION_PANE_5, "wxpc history show"},
    {ACTION_LIFE, "wxpc order"},
    {ACTION_REPLAY, "wxpc history resend"},
    {ACTION_COMPARE, "wxpc history compare"},
    {ACTION_DIAGNOSE, "wxpc diagnose"},
    {ACTION_THOROUGH, "wxpc diagnose --thorough"},
    {ACTION_AGAINST, "wxpc diagnose --expect"},
    {ACTION_HELP_KEYS, "wxpc keys"},
};

static const char *command_of(enum action a)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
        if (commands[i].action == a)
            return commands[i].command;
    }
    return "";
}

static void fill_item(const struct palette *p, const struct action_row *row, struct menu_item *item)
{
    bool zh = p->lang == LANG_ZH;
    keymap_names(p->keymap, row->action, ACTION_IN_BOTH, item->key, sizeof(item->key));
    item->disabled = p->disabled && p->disabled(p->ctx, row->action, item->why, sizeof(item->why));
    snprintf(item->label, sizeof(item->label), "%s", zh ? row->title.zh : row->title.en);
    snprintf(item->other, sizeof(item->other), "%s", zh ? row->title.en : row->title.zh);
    snprintf(item->note, sizeof(item->note), "%s", command_of(row->action));
}

void palette_add_apis(const struct palette *p, const struct catalog *c, const char *why,
                      struct menu *m)
{
    bool zh = p->lang == LANG_ZH;
    m->items = mem_grow(m->items, m->count + c->count, sizeof(*m->items));
    for (size_t i = 0; i < c->count; i++) {
        const struct spec *spec = catalog_head(c, i);
        struct menu_item *item = &m->items[m->count++];
        *item = (struct menu_item){.disabled = why[0] != '\0'};
        snprintf(item->label, sizeof(item->label), "%s", spec->id);
        snprintf(item->other, sizeof(item->other), "%s", zh ? spec->title.zh : spec->title.en);
        snprintf(item->also, sizeof(item->also), "%s", zh ? spec->title.en : spec->title.zh);
        snprintf(item->note, sizeof(item->note), "wxpc send %s", spec->id);
        snprintf(item->why, sizeof(item->why), "%s", why);
    }
}

void palette_fill(const struct palette *p, struct menu *m, enum action **actions)
{
    size_t count;
    const struct action_row *rows = action_rows(&count);

    m->items = mem_alloc(count * sizeof(*m->items));
    m->count = count;
    *actions = mem_alloc(count * sizeof(**actions));
    for (size_t i = 0; i < count; i++) {
        (*actions)[i] = rows[i].action;
        fill_item(p, &rows[i], &m->items[i]);
    }
}
