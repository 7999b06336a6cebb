/* SPDX-License-Identifier: MIT */
/* A line a document: where it stands, and greyed what it is. */
#include "tui/import_menu.h"

#include <stdio.h>
#include <string.h>

#include "core/import.h"
#include "core/text.h"

/* As much of `from` as an item takes, whole characters. */
static void put(char *to, size_t size, const char *from)
{
    size_t len = strlen(from);
    while (len >= size)
        len = text_cluster_before(from, len);
    snprintf(to, size, "%.*s", (int)len, from);
}

static void chosen(void *ctx, size_t index)
{
    struct import_menu *m = ctx;
    m->chosen(m->ctx, index);
}

void import_menu_open(struct import_menu *m, const struct view_host *host, enum lang lang,
                      size_t selected)
{
    struct menu menu = {
        .title = {"其中有几个报文：取哪一个？", "It holds several messages: which one?"},
        .count = m->found.count,
        .selected = selected,
        .filter = true,
        .chosen = chosen,
        .ctx = m};
    char place[FOUND_PART_MAX], content[FOUND_PART_MAX], numbered[FOUND_PART_MAX + 24];
    menu.items = mem_alloc((m->found.count + 1) * sizeof(*menu.items));
    for (size_t i = 0; i < m->found.count; i++) {
        found_place(&m->found.docs[i], lang, place);
        found_content(&m->found.docs[i], lang, content);
        snprintf(numbered, sizeof(numbered), "%zu  %s", i + 1, place);
        put(menu.items[i].label, sizeof(menu.items[i].label), numbered);
        put(menu.items[i].note, sizeof(menu.items[i].note), content);
    }
    host->menu(host->ctx, &menu);
}

void import_menu_tell(const struct import_menu *m, struct workspace *w)
{
    const struct found *f = &m->found;
    char zh[ERR_TEXT_MAX], en[ERR_TEXT_MAX];
    if (f->noted == 0)
        return;
    err_line(&f->notes[0], LANG_ZH, zh, sizeof(zh));
    err_line(&f->notes[0], LANG_EN, en, sizeof(en));
    if (f->noted == 1)
        workspace_say(w, "%1$s%2$.0s", "%1$.0s%2$s", zh, en);
    else
        workspace_say(w, "没有读取 %3$zu 处：%1$s%2$.0s", "%3$zu parts were not read: %1$.0s%2$s",
                      zh, en, f->noted);
}

bool import_menu_take(struct import_menu *m, struct workspace *w, const struct view_host *host,
                      struct span text, bool container)
{
    bool is = import_is_container(text, NULL);
    struct err err;
    if (container && !is)
        return false;
    import_menu_clear(m);
    if (import_find(text, is ? 0 : IMPORT_MESSAGES, &m->found, &err) ||
        (m->found.count == 0 && is && import_nothing(&m->found, &err))) {
        workspace_complain(w, &err);
        return true;
    }
    if (m->found.count == 1)
        chosen(m, 0);
    else if (m->found.count > 1)
        import_menu_open(m, host, w->settings.lang, import_first(&m->found));
    if (m->found.count > 0)
        import_menu_tell(m, w);
    return m->found.count > 0;
}

void import_menu_clear(struct import_menu *m)
{
    found_clear(&m->found);
}
