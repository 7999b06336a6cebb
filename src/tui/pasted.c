/* SPDX-License-Identifier: MIT */
/* The text is kept and read anew with every choice: reading takes no time a person would notice. */
#include "tui/pasted.h"

#include <stdio.h>
#include <string.h>

#include "core/import.h"

/* False: the text cannot be read so, which was said. */
static bool read_as(struct pasted *p, struct repair_log *log)
{
    struct paste paste = {0};
    struct err err;
    import_menu_clear(&p->menu);
    bool good = !repair_read(buf_str(&p->text), p->text.len, log, &p->menu.found, &paste, &err);
    if (!good) {
        workspace_complain(p->w, &err);
    } else {
        p->log = *log;
        if (log->wanted > 0 || p->menu.found.count < 2)
            p->read(p->ctx, &paste, &p->log);
    }
    paste_clear(&paste);
    return good;
}

static void document_chosen(void *ctx, size_t index)
{
    struct pasted *p = ctx;
    struct repair_log log = p->log;
    log.wanted = index + 1;
    read_as(p, &log);
}

void pasted_start(struct pasted *p, const char *text, size_t len)
{
    struct repair_log log = {.twice = true};
    buf_clear(&p->text);
    buf_init_secret(&p->text, PASTE_SIZE_MAX + 1);
    buf_add(&p->text, text, len);
    p->menu.chosen = document_chosen;
    p->menu.ctx = p;
    if (!read_as(p, &log))
        return;
    if (p->menu.found.count > 1)
        import_menu_open(&p->menu, p->host, p->w->settings.lang, log.number - 1);
    import_menu_tell(&p->menu, p->w);
}

/* ---- Repairs ---- */

bool pasted_is_repaired(const struct pasted *p)
{
    for (size_t i = 0; i < REPAIR_COUNT; i++) {
        if (p->log.done[i] || p->log.off[i])
            return true;
    }
    return false;
}

static void repair_chosen(void *ctx, size_t index)
{
    struct pasted *p = ctx;
    struct repair_log log = p->log;
    log.off[p->offered[index]] = !log.off[p->offered[index]];
    read_as(p, &log);
}

void pasted_repairs(struct pasted *p)
{
    enum lang lang = p->w->settings.lang;
    struct menu m = {
        .title = {"粘贴修复：取消或恢复一项", "Repairs of the paste: take one back, or do it"},
        .chosen = repair_chosen,
        .ctx = p};
    if (!pasted_is_repaired(p)) {
        workspace_say(p->w, "粘贴没有需要修复的地方", "the paste needed no repair");
        return;
    }
    m.items = mem_alloc(REPAIR_COUNT * sizeof(*m.items));
    for (size_t i = 0; i < REPAIR_COUNT; i++) {
        if (!p->log.done[i] && !p->log.off[i])
            continue;
        struct menu_item *item = &m.items[m.count];
        p->offered[m.count++] = (enum repair_id)i;
        snprintf(item->label, sizeof(item->label), "%s", repair_name(NULL, i));
        snprintf(item->note, sizeof(item->note), "%s%s",
                 p->log.off[i] ? L(lang, "已取消：", "taken back: ") : "",
                 bi_get(repair_text((enum repair_id)i), lang));
    }
    p->host->menu(p->host->ctx, &m);
}

void pasted_clear(struct pasted *p)
{
    buf_clear(&p->text);
    import_menu_clear(&p->menu);
}
