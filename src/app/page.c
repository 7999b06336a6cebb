/* SPDX-License-Identifier: MIT */
/*
 * Each part has three short writers, side by side. Markdown escapes what would mark up;
 * a fence is longer than any run of backticks in the code.
 */
#include "app/page.h"

#include <stdlib.h>
#include <string.h>

#include "core/personal.h"
#include "core/text.h"

#define PAD_MAX 64 /* cells: one longer value does not push the next column out of sight */

/* ---- Escaping ---- */

static void escape_html(struct buf *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const char *as = s[i] == '&'    ? "&amp;"
                         : s[i] == '<'  ? "&lt;"
                         : s[i] == '>'  ? "&gt;"
                         : s[i] == '"'  ? "&quot;"
                         : s[i] == '\'' ? "&#39;"
                                        : NULL;
        if (as)
            buf_adds(out, as);
        else
            buf_addc(out, s[i]);
    }
}

static void escape_markdown(struct buf *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '\n') { /* a cell or a paragraph is one line */
            buf_addc(out, ' ');
            continue;
        }
        if (strchr("\\`*_{}[]<>#|~&", s[i]))
            buf_addc(out, '\\');
        buf_addc(out, s[i]);
    }
}

/* A text as it may be seen. */
static void see(const struct page *p, const char *text, size_t len, unsigned keep, struct buf *out)
{
    buf_init(out, 4 * len);
    text_visible(out, text, len, keep);
    if (p->masked)
        personal_mask(p->known, out);
}

static void add(struct page *p, const char *text)
{
    struct buf seen;
    see(p, text, strlen(text), p->form == PAGE_MARKDOWN ? 0 : TEXT_KEEP_NEWLINE, &seen);
    if (p->form == PAGE_HTML)
        escape_html(p->out, buf_str(&seen), seen.len);
    else if (p->form == PAGE_MARKDOWN)
        escape_markdown(p->out, buf_str(&seen), seen.len);
    else
        buf_add(p->out, buf_str(&seen), seen.len);
    buf_clear(&seen);
}

static void add_between(struct page *p, const char *const before[3], const char *text,
                        const char *const after[3])
{
    buf_adds(p->out, before[p->form]);
    add(p, text);
    buf_adds(p->out, after[p->form]);
}

/* ---- Parts ---- */

static const char html_head[] =
    "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'\">\n<style>"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;"
    "color:#111;background:#fff}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .6em;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "pre{background:#f4f4f4;border:1px solid #ccc;padding:.6em;white-space:pre-wrap;"
    "overflow-wrap:anywhere}"
    "@media print{body{margin:0;max-width:none}pre,tr{break-inside:avoid}}"
    "</style>\n<title>";

void page_begin(struct page *p, const char *title)
{
    static const char *const before[] = {"", "# ", "<h1>"};
    static const char *const after[] = {"\n", "\n\n", "</h1>\n"};
    if (p->form == PAGE_HTML) {
        buf_addf(p->out, html_head, L(p->lang, "zh", "en"));
        add(p, title);
        buf_adds(p->out, "</title></head><body>\n");
    }
    add_between(p, before, title, after);
}

void page_end(struct page *p)
{
    if (p->form == PAGE_HTML)
        buf_adds(p->out, "</body></html>\n");
}

void page_heading(struct page *p, const char *text)
{
    static const char *const before[] = {"\n", "## ", "<h2>"};
    static const char *const after[] = {"\n", "\n\n", "</h2>\n"};
    add_between(p, before, text, after);
}

void page_text(struct page *p, const char *text)
{
    static const char *const before[] = {"", "", "<p>"};
    static const char *const after[] = {"\n", "\n\n", "</p>\n"};
    add_between(p, before, text, after);
}

/* ---- Tables ---- */

void page_table(struct page *p, size_t columns)
{
    p->columns = columns < PAGE_COLUMNS_MAX ? columns : PAGE_COLUMNS_MAX;
    p->cell_count = 0;
    p->commands = false;
}

void page_table_commands(struct page *p, size_t columns)
{
    page_table(p, columns);
    p->commands = true;
}

void page_cell(struct page *p, const char *text)
{
    struct buf seen;
    see(p, text ? text : "", text ? strlen(text) : 0, 0, &seen);
    p->cells = mem_grow(p->cells, p->cell_count + 1, sizeof(*p->cells));
    p->cells[p->cell_count++] = mem_strdup(buf_str(&seen));
    buf_clear(&seen);
}

static void measure(const struct page *p, int width[PAGE_COLUMNS_MAX])
{
    memset(width, 0, PAGE_COLUMNS_MAX * sizeof(*width));
    for (size_t i = 0; i < p->cell_count; i++) {
        int w = text_width(p->cells[i], strlen(p->cells[i]));
        size_t column = i % p->columns;
        if (w > width[column])
            width[column] = w;
    }
}

static void add_text_row(struct page *p, size_t row, const int *width)
{
    buf_adds(p->out, "  ");
    for (size_t k = 0; k < p->columns; k++) {
        const char *cell = p->cells[row * p->columns + k];
        buf_adds(p->out, cell);
        if (k + 1 == p->columns)
            continue;
        int to = width[k] < PAD_MAX ? width[k] : PAD_MAX, own = text_width(cell, strlen(cell));
        buf_addf(p->out, "%*s", own < to ? to - own + 2 : 2, "");
    }
    buf_addc(p->out, '\n');
}

void page_wrapped(struct page *p, const char *text, int indent, int width)
{
    size_t len = strlen(text), at = 0;
    int room = width - indent > 8 ? width - indent : 8;
    do {
        size_t n = text_wrap(text + at, len - at, room);
        if (at > 0)
            buf_addf(p->out, "%*s", indent, "");
        buf_add(p->out, text + at, n);
        buf_addc(p->out, '\n');
        at += n;
    } while (at < len);
}

static void add_padded(struct page *p, const char *cell, int width)
{
    int used = text_width(cell, strlen(cell));
    buf_addf(p->out, "%s%*s", cell, (used < width ? width - used : 0) + 2, "");
}

/* Does the row fit into one line, its empty cells left out and the first two in line? */
static bool fits(const struct page *p, char *const *cells, const int *width)
{
    int used = 2 + width[0] + 2 + width[1];
    for (size_t k = 2; k < p->columns; k++)
        used += cells[k][0] ? 2 + text_width(cells[k], strlen(cells[k])) : 0;
    return used <= p->width;
}

/* One row of a table that is too wide: in a line if it fits, else its further cells below, each
   with its column's heading. */
static void add_told_row(struct page *p, size_t row, const int *width)
{
    char **cells = p->cells + row * p->columns;
    bool line = fits(p, cells, width);
    int label = 0;
    for (size_t k = 2; k < p->columns; k++) {
        int w = text_width(p->cells[k], strlen(p->cells[k]));
        label = w > label ? w : label;
    }
    buf_adds(p->out, "  ");
    add_padded(p, cells[0], width[0]);
    if (line)
        add_padded(p, cells[1], width[1]);
    else
        buf_addf(p->out, "%s\n", cells[1]);
    for (size_t k = 2; k < p->columns; k++) {
        if (line && cells[k][0])
            buf_addf(p->out, "%s  ", cells[k]);
        if (line || !cells[k][0])
            continue;
        buf_adds(p->out, "    ");
        add_padded(p, p->cells[k], label);
        page_wrapped(p, cells[k], 4 + label + 2, p->width);
    }
    if (!line)
        return;
    while (p->out->len > 0 && p->out->data[p->out->len - 1] == ' ')
        buf_cut(p->out, p->out->len - 1);
    buf_addc(p->out, '\n');
}

static bool is_too_wide(const struct page *p, const int *width)
{
    int all = 0;
    if (p->width <= 0 || p->columns < 3)
        return false;
    for (size_t k = 0; k < p->columns; k++)
        all += width[k] + 2;
    return all > p->width;
}

static void add_markdown_row(struct page *p, size_t row)
{
    for (size_t k = 0; k < p->columns; k++) {
        buf_adds(p->out, k ? " | " : "| ");
        add(p, p->cells[row * p->columns + k]);
    }
    buf_adds(p->out, " |\n");
    for (size_t k = 0; row == 0 && k < p->columns; k++)
        buf_adds(p->out, k + 1 < p->columns ? "|---" : "|---|\n");
}

static void add_markdown_command(struct page *p, size_t row)
{
    char **cells = p->cells + row * p->columns;
    for (size_t k = 0; k + 1 < p->columns; k++) {
        buf_adds(p->out, k ? L(p->lang, "，", ", ") : "");
        add(p, cells[k]);
    }
    buf_adds(p->out, "\n\n");
    const char *command = cells[p->columns - 1];
    if (command[0])
        page_code(p, command, strlen(command));
}

static void add_html_row(struct page *p, size_t row)
{
    buf_adds(p->out, "<tr>");
    for (size_t k = 0; k < p->columns; k++) {
        buf_adds(p->out, row ? "<td>" : "<th>");
        add(p, p->cells[row * p->columns + k]);
        buf_adds(p->out, row ? "</td>" : "</th>");
    }
    buf_adds(p->out, "</tr>\n");
}

void page_table_end(struct page *p)
{
    int width[PAGE_COLUMNS_MAX];
    measure(p, width);
    bool told = p->form == PAGE_TEXT && is_too_wide(p, width);
    if (p->form == PAGE_HTML)
        buf_adds(p->out, "<table>\n");
    for (size_t row = 0; (row + 1) * p->columns <= p->cell_count; row++) {
        if (p->form == PAGE_HTML)
            add_html_row(p, row);
        else if (p->form == PAGE_MARKDOWN && !p->commands)
            add_markdown_row(p, row);
        else if (p->form == PAGE_MARKDOWN && row > 0)
            add_markdown_command(p, row);
        else if (p->form == PAGE_MARKDOWN)
            continue;
        else if (!told)
            add_text_row(p, row, width);
        else if (row > 0) /* the headings stand beside the cells */
            add_told_row(p, row, width);
    }
    buf_adds(p->out, p->form == PAGE_HTML ? "</table>\n" : p->form == PAGE_MARKDOWN ? "\n" : "");
    for (size_t i = 0; i < p->cell_count; i++)
        free(p->cells[i]);
    free(p->cells);
    p->cells = NULL;
    p->cell_count = 0;
}

/* ---- Code ---- */

static size_t longest_fence(const char *s)
{
    size_t longest = 2, run = 0;
    for (; *s; s++) {
        run = *s == '`' ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest + 1;
}

static void add_fence(struct buf *out, size_t len)
{
    while (len-- > 0)
        buf_addc(out, '`');
}

void page_code(struct page *p, const char *data, size_t len)
{
    struct buf seen;
    see(p, data, len, TEXT_KEEP_NEWLINE | TEXT_KEEP_TAB, &seen);
    const char *text = buf_str(&seen);
    const char *last = seen.len && text[seen.len - 1] == '\n' ? "" : "\n";
    if (p->form == PAGE_HTML) {
        buf_adds(p->out, "<pre>");
        escape_html(p->out, text, seen.len);
        buf_adds(p->out, "</pre>\n");
    } else if (p->form == PAGE_MARKDOWN) {
        size_t fence = longest_fence(text);
        add_fence(p->out, fence);
        buf_addf(p->out, "\n%s%s", text, last);
        add_fence(p->out, fence);
        buf_adds(p->out, "\n\n");
    } else {
        buf_addf(p->out, "%s%s", text, last);
    }
    buf_clear(&seen);
}
