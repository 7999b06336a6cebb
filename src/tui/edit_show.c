/* SPDX-License-Identifier: MIT */
/*
 * How a text being edited is shown: cells of its clusters, rows, columns of the cursor.
 *
 * What is measured is the visible form of each cluster, so that the cursor's column is right
 * beside a control character's mark too. text_visible() of a value is the visible forms of its
 * clusters one after the other, which is why they can be measured alone.
 */
#include "core/text.h"
#include "tui/edit.h"

static size_t cluster_at(const struct edit *e, size_t at)
{
    return text_cluster(e->text + at, e->len - at, NULL);
}

/* Is the value read as lines at all? A newline in a one-line value is a character like others. */
static bool ends_line(const struct edit *e, size_t at)
{
    return at == e->len || (e->flags & EDIT_LINES && e->text[at] == '\n');
}

/* Cells of the cluster as it is shown; appends that to `out` unless NULL. */
static int show_cluster(const struct edit *e, size_t at, size_t len, struct buf *out)
{
    if (e->flags & EDIT_SECRET) {
        if (out) {
            buf_addc(out, '*');
        }
        return 1;
    }
    int cells;
    const char *s = e->text + at;
    if (text_is_plain(s, len, 0)) {
        text_cluster(s, len, &cells);
        if (out) {
            buf_add(out, s, len);
        }
        return cells;
    }
    struct buf shown;
    buf_init(&shown, 64 + 16 * len);
    text_visible(&shown, s, len, 0);
    cells = text_width(buf_str(&shown), shown.len);
    if (out) {
        buf_add(out, buf_str(&shown), shown.len);
    }
    buf_clear(&shown);
    return cells;
}

/* ---- Rows ---- */

void edit_row_at(const struct edit *e, size_t from, struct edit_row *row)
{
    int width = 0;
    size_t at = from;
    *row = (struct edit_row){.from = from};
    for (;;) {
        /* A line's end needs a cell too: the cursor may stand on it. */
        size_t n = ends_line(e, at) ? 0 : cluster_at(e, at);
        int cells = n ? show_cluster(e, at, n, NULL) : 1;
        if (e->wrap > 0 && width + cells > e->wrap && at > from) {
            row->to = row->next = at;
            return;
        }
        if (n == 0) {
            row->to = at;
            row->last = at == e->len;
            row->next = row->last ? at : at + 1;
            return;
        }
        width += cells;
        at += n;
    }
}

void edit_show_row(const struct edit *e, const struct edit_row *row, struct buf *out)
{
    for (size_t at = row->from; at < row->to;) {
        size_t n = cluster_at(e, at);
        show_cluster(e, at, n, out);
        at += n;
    }
}

/* Does the cursor offset belong to this row? At a soft break it belongs to the next one. */
static bool row_has(const struct edit_row *row, size_t at)
{
    return at >= row->from && (at < row->to || (at == row->to && (row->last || row->next > at)));
}

static int column_in(const struct edit *e, size_t from, size_t at)
{
    int col = 0;
    while (from < at) {
        size_t n = cluster_at(e, from);
        col += show_cluster(e, from, n, NULL);
        from += n;
    }
    return col;
}

/* Offset of the cluster at a column of a row; behind the row's end: its end. */
static size_t offset_in(const struct edit *e, const struct edit_row *row, int col)
{
    size_t at = row->from;
    size_t last = at;
    while (at < row->to) {
        size_t n = cluster_at(e, at);
        col -= show_cluster(e, at, n, NULL);
        if (col < 0) {
            return at;
        }
        last = at;
        at += n;
    }
    return row_has(row, at) ? at : last; /* a soft break's end is the next row's beginning */
}

void edit_cursor(const struct edit *e, int *row, int *col)
{
    struct edit_row r;
    *row = 0;
    edit_row_at(e, 0, &r);
    while (!row_has(&r, e->at) && !r.last) {
        edit_row_at(e, r.next, &r);
        ++*row;
    }
    *col = column_in(e, r.from, e->at);
    if (e->wrap > 0 && *col >= e->wrap) {
        *col = e->wrap - 1; /* a mark wider than the row */
    }
}

int edit_rows(const struct edit *e)
{
    struct edit_row r = {0};
    int count = 0;
    do {
        edit_row_at(e, r.next, &r);
        count++;
    } while (!r.last);
    return count;
}

void edit_go(struct edit *e, int row, int col)
{
    struct edit_row r;
    edit_row_at(e, 0, &r);
    while (row-- > 0 && !r.last) {
        edit_row_at(e, r.next, &r);
    }
    e->at = offset_in(e, &r, col);
    e->goal = -1;
    e->typing = false;
}

/* ---- One line ---- */

/* The first cell that is shown: 0 while everything up to the cursor fits, then so that the cursor
   stands in the right half, moving by half a width. */
static int scroll_for(int cursor, int cursor_cells, int cols)
{
    int need = cursor + cursor_cells - cols; /* the first cell may not be less than this */
    int step = cols / 2 > 0 ? cols / 2 : 1;
    return need <= 0 ? 0 : (need + step - 1) / step * step;
}

void edit_show_line(const struct edit *e, int cols, struct buf *out, struct edit_line *line)
{
    int cursor = column_in(e, 0, e->at);
    int under = e->at < e->len ? show_cluster(e, e->at, cluster_at(e, e->at), NULL) : 1;
    int left = scroll_for(cursor, under > cols ? cols : under, cols);
    left = left > cursor ? cursor : left;
    *line = (struct edit_line){.cursor = cursor - left};
    int col = 0;
    size_t at = 0;
    while (at < e->len) {
        size_t n = cluster_at(e, at);
        int cells = show_cluster(e, at, n, NULL);
        if (col + cells > left + cols) {
            line->more_right = true;
            break;
        }
        if (col < left) {
            line->more_left = true;
            line->from = at + n;
            line->indent = col + cells > left ? col + cells - left : 0;
        } else {
            show_cluster(e, at, n, out);
        }
        col += cells;
        at += n;
    }
    line->to = at > line->from ? at : line->from;
}
