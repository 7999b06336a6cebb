/* SPDX-License-Identifier: MIT */
/*
 * A file that cannot be read is a row too: its sentence says what to mend.
 */
#include "tui/profile_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/merchant.h"
#include "core/text.h"
#include "tui/list.h"
#include "tui/pane.h"

void profile_list_clear(struct profile_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        profile_clear(&l->all[i].p);
        free(l->all[i].name);
    }
    free(l->all);
    free(l->shown);
    l->all = NULL;
    l->shown = NULL;
    l->count = l->shown_count = 0;
}

void profile_list_filter(struct profile_list *l, const char *word)
{
    char text[512];

    if (word != l->word)
        snprintf(l->word, sizeof(l->word), "%s", word);
    l->shown_count = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct profile *p = &l->all[i].p;
        snprintf(text, sizeof(text), "%s %s %s", l->all[i].name,
                 p->title[LANG_ZH] ? p->title[LANG_ZH] : "",
                 p->title[LANG_EN] ? p->title[LANG_EN] : "");
        if (list_match(l->word, text))
            l->shown[l->shown_count++] = i;
    }
}

void profile_list_load(struct profile_list *l, const struct workspace *w)
{
    profile_list_clear(l);
    l->count = w->profile_count;
    l->all = mem_alloc((l->count + 1) * sizeof(*l->all));
    l->shown = mem_alloc((l->count + 1) * sizeof(*l->shown));
    for (size_t i = 0; i < l->count; i++) {
        l->all[i].name = mem_strdup(w->profile_names[i]);
        merchant_read(w, w->profile_names[i], &l->all[i].p, &l->all[i].err);
    }
    profile_list_filter(l, l->word);
}

size_t profile_list_find(const struct profile_list *l, const char *name)
{
    size_t i = 0;
    while (i < l->shown_count && strcmp(l->all[l->shown[i]].name, name) != 0)
        i++;
    return i;
}

bool profile_list_has(const struct profile_list *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->all[i].name, name) == 0)
            return true;
    }
    return false;
}

bool profile_entry_is_current(const struct view *v, const struct profile_entry *e)
{
    return v->w->profile.name && strcmp(v->w->profile.name, e->name) == 0;
}

/* ---- Drawing ---- */

/* "key ok 32 bytes", "! no key", "environment variable SHOP_KEY". */
static void key_state(const struct view *v, const struct profile_entry *e, char *out, size_t size,
                      unsigned *style)
{
    enum lang lang = view_lang(v);
    bool current = profile_entry_is_current(v, e);
    const struct key_ref *k = current ? &v->w->profile.key : &e->p.key;
    bool fine = secret_is_set(&k->value) && profile_key_plausible(&k->value, NULL);

    *style = THEME_DIM;
    if (secret_is_set(&k->value)) {
        snprintf(out, size, L(lang, "密钥 %s %zu 字节%.0s", "key %s %zu byte%s"),
                 fine ? L(lang, "正常", "ok") : "!", k->value.len, text_s(k->value.len));
        *style = fine ? THEME_OK : THEME_WARN;
    } else if (k->source == KEY_NONE || current) {
        snprintf(out, size, "%s", L(lang, "! 无密钥", "! no key"));
        *style = THEME_WARN;
    } else {
        pane_key_source(k, lang, out, size);
    }
}

#define NAME_CELLS 18
#define TITLE_CELLS 20
#define STATE_CELLS 52 /* "test  official  environment variable SHOP_KEY" and a little room */

void profile_entry_draw(const struct view *v, const struct profile_entry *e, struct surface *s)
{
    enum lang lang = view_lang(v);
    bool production = e->p.environment == ENVIRONMENT_PRODUCTION;
    int col = NAME_CELLS + 4;
    char text[2 * ERR_TEXT_MAX];
    unsigned style;

    surface_put(s, 0, 0, THEME_ACCENT, profile_entry_is_current(v, e) ? "*" : " ");
    struct surface part = surface_row(s, 0, 2, NAME_CELLS);
    surface_put_cut(&part, 0, 0, THEME_TEXT | SURFACE_BOLD, e->name);
    if (e->err.status) {
        err_line(&e->err, lang, text, sizeof(text));
        surface_put_cut(s, 0, col, THEME_ERROR, text);
        return;
    }
    if (s->cols >= 70) {
        int title = s->cols - col - STATE_CELLS;
        if (title < TITLE_CELLS)
            title = TITLE_CELLS;
        part = surface_row(s, 0, col, title);
        surface_put_cut(&part, 0, 0, THEME_TEXT, profile_title(&e->p, lang));
        col += title + 2;
    }
    surface_put(s, 0, col, production ? THEME_PRODUCTION : THEME_DIM,
                production ? L(lang, "生产", "PROD") : L(lang, "测试", "test"));
    surface_put(s, 0, col + 6, THEME_DIM, e->p.dialect == DIALECT_GATEWAY ? "gateway" : "official");
    key_state(v, e, text, sizeof(text), &style);
    surface_put_cut(s, 0, col + 16, style, text);
}
