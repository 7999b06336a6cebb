/* SPDX-License-Identifier: MIT */
/*
 * Building is cheap and drawing is cheaper, but a key press must not pay for a large answer
 * that stands still: hence the stamps.
 */
#include "tui/pane.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tui/keymap.h"

/* ---- Panes of lines with tabs ---- */

void pane_clear(struct pane_lines *p)
{
    for (size_t i = 0; i < PANE_TABS_MAX; i++)
        lines_clear(&p->tab[i]);
    memset(p, 0, sizeof(*p));
}

uint64_t pane_stamp(uint64_t stamp, uint64_t value)
{
    stamp = (stamp ^ value) * 0x100000001b3u;
    return stamp ? stamp : 1;
}

void pane_build(struct view *v, struct pane_lines *p, const struct pane_tab *tabs, uint64_t stamp)
{
    if (p->stamp[p->at] == stamp)
        return;
    lines_reset(&p->tab[p->at]);
    tabs[p->at].build(v, &p->tab[p->at]);
    p->stamp[p->at] = stamp;
}

enum view_answer pane_action(struct view *v, struct pane_lines *p, size_t count, enum action a)
{
    switch (a) {
    case ACTION_TAB_LEFT:
        p->at = (p->at + count - 1) % count;
        return VIEW_HANDLED;
    case ACTION_TAB_RIGHT:
        p->at = (p->at + 1) % count;
        return VIEW_HANDLED;
    case ACTION_WRAP:
        v->wrap = !v->wrap;
        return VIEW_HANDLED;
    default:
        return lines_action(&p->tab[p->at], a) ? VIEW_HANDLED : VIEW_IGNORED;
    }
}

bool pane_search(struct pane_lines *p, const char *word, int step)
{
    return lines_search(&p->tab[p->at], word, step);
}

static int cells_of(const char *text)
{
    return text_width(text, strlen(text));
}

/* Cells of a title that names the tabs from `low` to `high`, the one in force in brackets, and
   says with dots where further ones were left out. */
static int title_cells(const char *name, const struct pane_tab *tabs, size_t count, enum lang lang,
                       size_t low, size_t high)
{
    int cells = cells_of(name) + 2;
    for (size_t i = low; i <= high; i++)
        cells += 1 + cells_of(bi_get(tabs[i].name, lang));
    return cells + (low > 0 ? 3 : 0) + (high + 1 < count ? 3 : 0);
}

void pane_frame(const struct view *v, const struct pane_lines *p, struct bi name,
                const struct pane_tab *tabs, size_t count, struct view_frame *out)
{
    enum lang lang = view_lang(v);
    const char *text = bi_get(name, lang);
    size_t low = p->at, high = p->at;
    int room = v->head ? v->head : (int)sizeof(out->title);
    room -= out->state[0] ? cells_of(out->state) + 2 : 0;
    while (v->focus) {
        if (high + 1 < count && title_cells(text, tabs, count, lang, low, high + 1) <= room)
            high++;
        else if (low > 0 && title_cells(text, tabs, count, lang, low - 1, high) <= room)
            low--;
        else
            break;
    }
    size_t len = (size_t)snprintf(out->title, sizeof(out->title), "%s%s", text,
                                  v->focus && low > 0 ? " .." : "");
    for (size_t i = low; i <= high && len < sizeof(out->title); i++)
        len += (size_t)snprintf(out->title + len, sizeof(out->title) - len,
                                i == p->at ? " [%s]" : " %s", bi_get(tabs[i].name, lang));
    if (v->focus && high + 1 < count && len < sizeof(out->title))
        snprintf(out->title + len, sizeof(out->title) - len, " ..");
    lines_foot(&p->tab[p->at], out->foot, sizeof(out->foot));
}

void pane_pager(struct pager_text *out, struct bi title)
{
    out->title = title;
    if (!out->text.max)
        buf_init(&out->text, PANE_FULL_MAX);
}

/* ---- Pieces of text ---- */

void pane_label(struct lines *l, const char *label, int col)
{
    lines_pad(l, 1);
    lines_put(l, THEME_LABEL, label);
    lines_pad(l, col);
    lines_hang(l, col);
}

void pane_heading(struct lines *l, const char *text)
{
    lines_pad(l, 1);
    lines_add(l, THEME_TITLE | SURFACE_BOLD, text);
}

int pane_width(const struct bi *labels, size_t count, enum lang lang)
{
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        const char *text = bi_get(labels[i], lang);
        int w = text_width(text, strlen(text));
        width = w > width ? w : width;
    }
    return width;
}

/* The largest whole number of characters in at most `max` bytes. */
static size_t cut(const char *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)text[max] & 0xC0) == 0x80)
        max--;
    return max;
}

void pane_value(struct lines *l, enum lang lang, unsigned style, const char *text, size_t len,
                size_t max)
{
    size_t n = cut(text, len, max);
    lines_put_n(l, style, text, n);
    if (n < len)
        lines_putf(l, THEME_DIM,
                   L(lang, " (另有 %zu 字节%.0s，按 v 看全文)", " (%zu byte%s more: v)"), len - n,
                   text_s(len - n));
}

void pane_err(struct lines *l, enum lang lang, unsigned style, const struct err *err)
{
    static const struct bi names[] = {
        [ERR_WHY] = {"原因", "why"},
        [ERR_FIX] = {"办法", "do"},
    };
    char text[ERR_TEXT_MAX];
    int col = 2 + pane_width(names, ARRAY_COUNT(names), lang);

    for (enum err_part part = ERR_WHAT; part <= ERR_FIX; part++) {
        err_part(err, lang, part, text, sizeof(text));
        if (!text[0])
            continue;
        if (part == ERR_WHAT) {
            lines_pad(l, 1);
            lines_hang(l, 1);
        } else {
            pane_label(l, bi_get(names[part], lang), col);
        }
        lines_add(l, part == ERR_WHAT ? style : THEME_TEXT, text);
    }
}

void pane_sign(struct lines *l, unsigned style, const char *hex)
{
    char groups[SIGN_HEX_MAX + SIGN_HEX_MAX / 8 + 1];
    size_t n = 0;
    for (size_t i = 0; hex[i] && i + 1 < SIGN_HEX_MAX; i++) {
        if (i && i % 8 == 0)
            groups[n++] = ' ';
        groups[n++] = hex[i];
    }
    groups[n] = '\0';
    lines_put(l, style, groups);
}

void pane_joined(struct lines *l, enum lang lang, const struct pane_joined *j)
{
    size_t left = j->max, shown = 0;
    lines_pairs(l);
    for (size_t i = 0; i < j->trace->used && left; i++) {
        const struct param *p = j->trace->pairs[i].param;
        bool marked = j->mark && j->mark(j->ctx, p);
        size_t n = cut(p->value, p->value_len, left);

        lines_put(l, THEME_LABEL, i ? "&" : "");
        lines_put_n(l, THEME_LABEL, p->name, p->name_len);
        lines_put(l, THEME_LABEL, "=");
        lines_put_n(l, marked ? THEME_ACCENT | SURFACE_UNDERLINE : THEME_SIGN, p->value, n);
        left = n < p->value_len || p->name_len + n + 2 > left ? 0 : left - n - p->name_len - 2;
        shown += (i > 0) + p->name_len + 1 + n;
    }
    if (shown < j->trace->joined_plain)
        lines_putf(l, THEME_DIM,
                   L(lang, " (另有 %zu 字节%.0s，按 v 看全文) ", " (%zu byte%s more: v) "),
                   j->trace->joined_plain - shown, text_s(j->trace->joined_plain - shown));
    lines_put(l, THEME_LABEL, j->trace->used ? "&" : "");
    lines_put(l, THEME_LABEL, "key");
    lines_put(l, THEME_LABEL, "=");
    lines_put(l, THEME_SIGN | SURFACE_BOLD, "****");
}

void pane_key_name(const struct view *v, enum action a, char out[KEYS_NAME_MAX])
{
    static const unsigned modes = ACTION_IN_BOTH;
    char names[256];
    struct keymap defaults;
    const struct keymap *m = v->host->keymap;

    if (!m) {
        keymap_init(&defaults);
        m = &defaults;
    }
    keymap_names(m, a, modes, names, sizeof(names));
    snprintf(out, KEYS_NAME_MAX, "%.*s", (int)strcspn(names, " "), names);
}

void pane_size(size_t bytes, char *out, size_t size)
{
    if (bytes < 10240)
        snprintf(out, size, "%zu B", bytes);
    else if (bytes < 1048576)
        snprintf(out, size, "%.1f KiB", (double)bytes / 1024);
    else
        snprintf(out, size, "%.1f MiB", (double)bytes / 1048576);
}

void pane_time(time_t t, char out[9])
{
    char text[TEXT_TIME_SIZE];
    text_time_write(t, text);
    out[0] = '\0';
    if (text[0])
        snprintf(out, 9, "%.2s:%.2s:%.2s", text + 8, text + 10, text + 12);
}

void pane_key_source(const struct key_ref *key, enum lang lang, char *out, size_t size)
{
    switch (key->source) {
    case KEY_NONE:
        snprintf(out, size, "%s", L(lang, "未配置", "not configured"));
        break;
    case KEY_LITERAL:
        snprintf(out, size, "%s", L(lang, "写在商户配置中", "stands in the profile"));
        break;
    case KEY_ENV:
        snprintf(out, size, L(lang, "环境变量 %s", "environment variable %s"), key->name);
        break;
    case KEY_FILE:
        snprintf(out, size, L(lang, "文件 %s", "file %s"), key->name);
        break;
    case KEY_COMMAND:
        snprintf(out, size, L(lang, "命令 %s", "command %s"), key->argv[0]);
        break;
    }
}

void pane_key_shape(const struct secret *key, enum lang lang, char *out, size_t size)
{
    if (!secret_is_set(key))
        snprintf(out, size, "%s", L(lang, "无", "none"));
    else if (key->len < 12) /* four of so few would tell too much */
        snprintf(out, size, L(lang, "%zu 字节%.0s", "%zu byte%s"), key->len, text_s(key->len));
    else
        snprintf(out, size, L(lang, "%zu 字节，末四位 %s", "%zu bytes, ends in %s"), key->len,
                 key->text + key->len - 4);
}

/* What a value means, when its text does not say it. */
void pane_meaning(struct lines *l, enum lang lang, const struct field *f, const char *value)
{
    struct bi text = field_value_text(f, value);
    int64_t fen;
    time_t t;
    char yuan[32];

    if (text.zh) {
        lines_putf(l, THEME_TEXT, " = %s", bi_get(text, lang));
    } else if (f->type == FIELD_FEN && text_read_fen(value, &fen)) {
        text_yuan(fen, yuan, sizeof yuan);
        lines_putf(l, THEME_TEXT, L(lang, " = %s 元", " = CNY %s"), yuan);
    } else if (f->type == FIELD_TIME && text_time_read(value, &t)) {
        lines_putf(l, THEME_TEXT, " = %.4s-%.2s-%.2s %.2s:%.2s:%.2s", value, value + 4, value + 6,
                   value + 8, value + 10, value + 12);
    }
}

void pane_steps(struct lines *l, enum lang lang, const struct sign_trace *t,
                const struct sign_check *check)
{
    int col = lang == LANG_ZH ? 8 : 11;

    if (!t->count || !check->expected[0]) {
        lines_pad(l, 1);
        lines_add(l, THEME_DIM, L(lang, "没有可显示的步骤", "there are no steps to show"));
        return;
    }
    pane_label(l, L(lang, "取用", "take"), col);
    lines_putf(l, THEME_TEXT, "%zu / %zu", t->used, t->count);
    for (size_t i = t->used; i < t->count; i++)
        lines_putf(l, THEME_DIM, "%s%s (%s)",
                   i == t->used ? L(lang, "；不参与：", "; left out: ") : ", ",
                   t->pairs[i].param->name, bi_get(sign_left_text(t->pairs[i].left), lang));
    lines_end(l);
    pane_label(l, L(lang, "拼接", "joined"), col);
    pane_joined(l, lang, &(struct pane_joined){.trace = t, .max = PANE_JOINED_MAX});
    lines_end(l);
    pane_label(l, L(lang, "摘要", "hash"), col);
    lines_putf(l, THEME_TEXT, L(lang, "%s，%zu 字节", "%s over %zu bytes"),
               sign_kind_name(check->kind), t->joined.len);
    lines_end(l);
    pane_label(l, L(lang, "应为", "expected"), col);
    pane_sign(l, THEME_SIGN, check->expected);
    lines_end(l);
    pane_label(l, L(lang, "收到", "received"), col);
    pane_sign(l, check->state == SIGN_VALID ? THEME_SIGN : THEME_ERROR, check->received);
    lines_end(l);
}
