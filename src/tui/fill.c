/* SPDX-License-Identifier: MIT */
/*
 * Small things that both forms do in the same way.
 */
#include "tui/fill.h"

#include <stdio.h>
#include <string.h>

#include "core/paste.h"
#include "core/text.h"
#include "tui/edit.h"

void fill_menu(const struct field *field, const char *value, enum lang lang, struct menu *m)
{
    size_t count = field->value_count;

    m->title = field->label;
    m->items = mem_alloc((count + 1) * sizeof(*m->items));
    m->count = count + 1;
    m->filter = true;
    for (size_t i = 0; i < count; i++) {
        struct menu_item *item = &m->items[i];
        snprintf(item->label, sizeof(item->label), "%s", field->values[i].value);
        snprintf(item->note, sizeof(item->note), "%s", bi_get(field->values[i].text, lang));
        if (value && strcmp(field->values[i].value, value) == 0)
            m->selected = i;
    }
    snprintf(m->items[count].label, sizeof(m->items->label), "%s",
             L(lang, "输入其他值…", "another value…"));
}

void fill_tell(struct workspace *w, unsigned result)
{
    if (result & EDIT_CUT)
        workspace_say(w, "内容过长，只放入了前一部分", "too long: only the first part fits");
    else if (result & EDIT_DROPPED)
        workspace_say(w, "不是 UTF-8 的字节没有放入", "bytes that are not UTF-8 were left out");
    else if (result & EDIT_JOINED)
        workspace_say(w, "换行已变为空格", "line ends became blanks");
}

char *fill_edited(const char *text, size_t len, unsigned *result)
{
    struct edit e;

    edit_init(&e, PARAM_VALUE_MAX, EDIT_LINES);
    if (len && text[len - 1] == '\n') /* editors end the last line */
        len--;
    *result = edit_paste(&e, text, len);
    char *value = mem_strdup(e.text ? e.text : "");
    edit_clear(&e);
    return value;
}

/* ---- Documents ---- */

static void add_names(struct buf *out, const struct params *p)
{
    for (size_t i = 0; i < p->count && i < 6; i++)
        buf_addf(out, "%s%s", i ? ", " : "", p->items[i].name);
    if (p->count > 6)
        buf_addf(out, " … (%zu)", p->count);
}

/* The parts of the sentence are chosen by the language in force: it is gone with the next key. */
static void tell_document(struct workspace *w, const struct paste *paste,
                          const struct draft_fill *fill)
{
    enum lang lang = w->settings.lang;
    struct buf lost, cleared;
    char note[ERR_TEXT_MAX] = "";

    buf_init(&lost, 600);
    buf_init(&cleared, 600);
    add_names(&lost, &fill->unplaced);
    add_names(&cleared, &fill->cleared);
    if (paste->note_count)
        err_part(&paste->notes[0], lang, ERR_WHAT, note, sizeof(note));
    workspace_say(
        w, "已从 %s 填入 %zu 个字段%.0s%s%s%s%s%s%s%s%s%s",
        "%s: %zu field%s filled in%s%s%s%s%s%s%s%s%s", bi_get(paste_kind_text(paste->kind), lang),
        fill->placed, text_s(fill->placed),
        lost.len ? L(lang, "；目录中没有，未放入：", "; unknown, left out: ") : "", buf_str(&lost),
        cleared.len ? L(lang, "；清除了报文中没有的 ", "; cleared, not in it: ") : "",
        buf_str(&cleared), cleared.len ? L(lang, "（撤销可恢复）", " (undo brings them back)") : "",
        fill->sign_dropped ? L(lang, "；sign 由表单重新计算", "; sign is computed anew") : "",
        fill->key_dropped ? L(lang, "；其中的密钥已丢弃", "; the key in it was thrown away") : "",
        note[0] ? L(lang, "；", "; ") : "", note);
    buf_clear(&lost);
    buf_clear(&cleared);
}

bool fill_document(struct workspace *w, const char *text, size_t len, struct err *err)
{
    struct paste paste = {0};
    struct draft_fill out = {0};
    bool ok = paste_read(text, len, &paste, err) == ST_OK &&
              draft_paste(workspace_draft(w), &paste, &out, err) == ST_OK;

    if (ok) {
        tell_document(w, &paste, &out);
        w->rev_draft++;
    }
    params_clear(&out.unplaced);
    params_clear(&out.cleared);
    paste_clear(&paste);
    return ok;
}
