/* SPDX-License-Identifier: MIT */
/*
 * Cells are made visible before they are measured, so that what is measured is what is drawn.
 */
#include "tui/bill_lines.h"

#include <string.h>

#include "core/text.h"
#include "tui/pane.h"

#define GAP 2
#define VISIBLE_MAX 512       /* bytes of a cell that are looked at */
#define TEXT_SHOWN (6u << 20) /* bytes of the table; lines hold no more than LINES_TEXT_MAX */

/* The cell as it is drawn, cut to its column, in `out`; returns its width. */
static int show(struct span s, struct buf *out)
{
    int used;
    buf_reset(out);
    text_visible(out, s.s, s.len < VISIBLE_MAX ? s.len : VISIBLE_MAX, 0);
    size_t len = text_clip(buf_str(out), out->len, BILL_CELLS_MAX, &used);
    if (len == out->len && s.len <= VISIBLE_MAX)
        return used;
    len = text_clip(buf_str(out), out->len, BILL_CELLS_MAX - 2, &used);
    buf_cut(out, len);
    buf_adds(out, "..");
    return used + 2;
}

static size_t shown_rows(const struct bill *b)
{
    return b->rows < BILL_ROWS_SHOWN ? b->rows : BILL_ROWS_SHOWN;
}

static void widen(struct bill_table *t, size_t column, struct span s, struct buf *out)
{
    int cells = show(s, out);
    if (cells > t->width[column])
        t->width[column] = cells;
}

void bill_measure(const struct bill *b, enum lang lang, struct bill_table *t)
{
    struct span cells[BILL_COLUMNS_MAX];
    struct buf out;
    *t = (struct bill_table){0};
    buf_init(&out, 4 * VISIBLE_MAX + 8);
    for (size_t k = 0; k < b->columns; k++)
        widen(t, k, bill_name(b->heads[k], lang), &out);
    for (size_t i = 0; i < shown_rows(b); i++) {
        bill_cells(b, i, cells);
        for (size_t k = 0; k < b->columns; k++)
            widen(t, k, cells[k], &out);
    }
    for (size_t k = 0; k < b->columns; k++)
        t->total += t->width[k] + GAP;
    buf_clear(&out);
}

static void put_blanks(struct lines *l, int count)
{
    static const char blanks[] = "                                        ";
    lines_put_n(l, THEME_TEXT, blanks, count > 0 ? (size_t)count : 0);
}

/* A cell in its column, and the gap before the next. */
static void put_cell(struct lines *l, unsigned style, const struct buf *text, int pad, bool right)
{
    if (right)
        put_blanks(l, pad);
    lines_put_n(l, style, buf_str(text), text->len);
    put_blanks(l, right ? GAP : pad + GAP);
}

void bill_heads(struct lines *l, const struct bill *b, enum lang lang, const struct bill_table *t)
{
    struct buf out;
    buf_init(&out, 4 * VISIBLE_MAX + 8);
    for (size_t k = 0; k < b->columns; k++) {
        int cells = show(bill_name(b->heads[k], lang), &out);
        put_cell(l, THEME_LABEL | SURFACE_BOLD, &out, t->width[k] - cells,
                 bill_is_amount(b->heads[k]));
    }
    lines_end(l);
    buf_clear(&out);
}

static void put_total(struct lines *l, const struct bill_total *t, enum lang lang, struct buf *out)
{
    static const unsigned styles[] = {THEME_OK, THEME_ERROR, THEME_DIM};
    static const char *const marks[] = {"ok ", "x  ", "-  "};
    char counted[BILL_AMOUNT_SIZE];
    int cells = show(bill_name(t->name, lang), out);
    lines_put(l, styles[t->verdict], marks[t->verdict]);
    put_cell(l, THEME_LABEL, out, 20 - cells, false);
    show(t->stated, out);
    lines_put_n(l, THEME_VALUE, buf_str(out), out->len);
    bill_counted_write(t, counted);
    if (t->verdict == BILL_DIFFERS)
        lines_putf(l, THEME_ERROR, L(lang, "  各行之和为 %s", "  the rows give %s"), counted);
    else if (t->verdict == BILL_UNCHECKED)
        lines_put(l, THEME_DIM,
                  L(lang, "  未核对：账单没有这一列", "  not checked: no such column"));
    lines_end(l);
}

static void put_row(struct lines *l, const struct bill *b, const struct bill_table *t, size_t row,
                    struct buf *out)
{
    struct span cells[BILL_COLUMNS_MAX];
    bill_cells(b, row, cells);
    for (size_t k = 0; k < b->columns; k++) {
        bool amount = bill_is_amount(b->heads[k]);
        int used = show(cells[k], out);
        put_cell(l, amount ? THEME_ACCENT : THEME_VALUE, out, t->width[k] - used, amount);
    }
    lines_end(l);
}

void bill_rows(struct lines *l, const struct bill *b, enum lang lang, const struct bill_table *t,
               const char *full_key)
{
    struct buf out;
    size_t row = 0;
    buf_init(&out, 4 * VISIBLE_MAX + 8);
    for (; row < shown_rows(b) && l->text.len < TEXT_SHOWN; row++)
        put_row(l, b, t, row, &out);
    if (row < b->rows) {
        lines_putf(l, THEME_WARN,
                   L(lang, "(另有 %zu 行%.0s，按 %s 看全文)", "(%zu row%s more: %s)"),
                   b->rows - row, text_s(b->rows - row), full_key);
        lines_end(l);
    }
    lines_end(l);
    for (size_t i = 0; i < b->total_count; i++)
        put_total(l, &b->totals[i], lang, &out);
    buf_clear(&out);
}
