/* SPDX-License-Identifier: MIT */
/*
 * Lines are spans of one buffer, segments are styled spans of a line. A line's rows follow from
 * text_wrap(); they are laid out where the window is, so that a long answer costs what is seen of
 * it, and kept until text or width change, because drawing, scrolling and the foot all ask for
 * them.
 */
#include "tui/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

struct lines_item {
    size_t from, len; /* in the text */
    size_t seg;       /* its first segment */
    int hang;
    enum { BREAK_PROSE, BREAK_HARD, BREAK_PAIRS, BREAK_NEVER } how;
    unsigned laid;         /* the layout that has its rows; 0: none */
    size_t row, row_count; /* there */
};

struct lines_seg {
    size_t from, len; /* in the text */
    unsigned style;
};

/* One row on the screen: bytes of the text. */
struct row {
    size_t from, to;
    int indent;
};

/* Rows at one width, in the order in which their lines were asked for. */
struct lines_layout {
    struct row *rows;
    size_t count, cap;
    unsigned number; /* moves with text and width: older rows are void */
    int cols;
};

void lines_clear(struct lines *l)
{
    if (l->layout)
        free(l->layout->rows);
    free(l->layout);
    buf_clear(&l->text);
    free(l->items);
    free(l->segs);
    memset(l, 0, sizeof(*l));
}

/* ---- Building ---- */

void lines_reset(struct lines *l)
{
    if (!l->text.max)
        buf_init(&l->text, LINES_TEXT_MAX);
    buf_reset(&l->text);
    l->count = l->seg_count = 0;
    l->open = false;
    l->has_hit = false;
}

static struct lines_item *line_open(struct lines *l)
{
    if (l->open)
        return &l->items[l->count - 1];
    if (!l->text.max)
        buf_init(&l->text, LINES_TEXT_MAX);
    if (l->count == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 64;
        l->items = mem_grow(l->items, l->cap, sizeof(*l->items));
    }
    struct lines_item *item = &l->items[l->count++];
    *item = (struct lines_item){.from = l->text.len, .seg = l->seg_count};
    l->open = true;
    if (!l->layout)
        l->layout = mem_alloc(sizeof(*l->layout));
    l->layout->cols = -1;
    return item;
}

void lines_put_n(struct lines *l, unsigned style, const char *text, size_t len)
{
    struct lines_item *item = line_open(l);
    size_t from = l->text.len;

    text_visible(&l->text, text, len, 0);
    if (l->text.len == from)
        return;
    item->len = l->text.len - item->from;
    if (l->seg_count == l->seg_cap) {
        l->seg_cap = l->seg_cap ? 2 * l->seg_cap : 128;
        l->segs = mem_grow(l->segs, l->seg_cap, sizeof(*l->segs));
    }
    l->segs[l->seg_count++] = (struct lines_seg){from, l->text.len - from, style};
}

void lines_put(struct lines *l, unsigned style, const char *text)
{
    lines_put_n(l, style, text, strlen(text));
}

void lines_putf(struct lines *l, unsigned style, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    lines_put(l, style, text);
}

void lines_pad(struct lines *l, int col)
{
    struct lines_item *item = line_open(l);
    int used = text_width(buf_str(&l->text) + item->from, item->len);
    int count = col > used ? col - used : used > 0;
    for (int i = 0; i < count; i++)
        lines_put_n(l, THEME_TEXT, " ", 1);
}

void lines_hang(struct lines *l, int col)
{
    line_open(l)->hang = col;
}

void lines_hard(struct lines *l)
{
    line_open(l)->how = BREAK_HARD;
}

void lines_whole(struct lines *l)
{
    line_open(l)->how = BREAK_NEVER;
}

void lines_pairs(struct lines *l)
{
    line_open(l)->how = BREAK_PAIRS;
}

void lines_end(struct lines *l)
{
    line_open(l);
    l->open = false;
}

void lines_add(struct lines *l, unsigned style, const char *text)
{
    lines_put(l, style, text);
    lines_end(l);
}

void lines_text(struct lines *l, unsigned style, const char *text, size_t len)
{
    while (len) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) : len;
        lines_put_n(l, style, text, n);
        lines_hard(l);
        lines_end(l);
        n += end != NULL;
        text += n;
        len -= n;
    }
}

void lines_dump(const struct lines *l, struct buf *out)
{
    for (size_t i = 0; i < l->count; i++) {
        buf_add(out, buf_str(&l->text) + l->items[i].from, l->items[i].len);
        buf_addc(out, '\n');
    }
}

/* ---- Rows ---- */

#define TEXT_CELLS_MIN 12 /* what a narrow pane leaves to the text beside a hang */

/* Where the further rows of a line begin in the window at hand. */
static int hang_of(const struct lines *l, const struct lines_item *item)
{
    if (item->hang + TEXT_CELLS_MIN <= l->cols)
        return item->hang;
    return l->cols > TEXT_CELLS_MIN ? 2 : 0;
}

static size_t break_at(const char *text, size_t len, int cells, const struct lines_item *item)
{
    if (item->how == BREAK_PROSE)
        return text_wrap(text, len, cells);
    size_t n = text_clip(text, len, cells, NULL);
    /* Before a pair, if one begins on this row: then typing moves no other row. */
    for (size_t i = n; item->how == BREAK_PAIRS && n < len && i > 0; i--) {
        if (text[i] == '&')
            return i;
    }
    return n || !len ? n : text_cluster(text, len, NULL);
}

/* The row of `line` that begins at byte `from`; false behind the last. */
static bool row_from(const struct lines *l, size_t line, size_t from, struct row *out)
{
    const struct lines_item *item = &l->items[line];
    const char *text = buf_str(&l->text) + from;
    size_t end = item->from + item->len, label = 0;
    int hang = hang_of(l, item);
    bool first = from == item->from;

    if (from >= end && !first)
        return false;
    *out = (struct row){from, end, first ? 0 : hang};
    if (!l->wrap || l->cols <= 0 || item->how == BREAK_NEVER)
        return true;
    /* What stands before the hang is a label: a long word behind it begins beside it. */
    int used = hang;
    if (first && hang > 0 && hang == item->hang)
        label = text_clip(text, end - from, hang, &used);
    if (used < hang)
        label = 0;
    out->to = from + label;
    if (out->to < end)
        out->to +=
            break_at(text + label, end - out->to, l->cols - (first && !label ? 0 : hang), item);
    return true;
}

static void lay_out(const struct lines *l, size_t line)
{
    struct lines_layout *y = l->layout;
    struct lines_item *item = &l->items[line];
    struct row row;

    item->laid = y->number;
    item->row = y->count;
    for (size_t from = item->from; row_from(l, line, from, &row); from = row.to) {
        if (y->count == y->cap) {
            y->cap = y->cap ? 2 * y->cap : 64;
            y->rows = mem_grow(y->rows, y->cap, sizeof(*y->rows));
        }
        y->rows[y->count++] = row;
        if (row.to == row.from) /* an empty line */
            break;
    }
    item->row_count = y->count - item->row;
}

/* The rows of a line at the width at hand, at least one. */
static size_t row_count(const struct lines *l, size_t line)
{
    struct lines_layout *y = l->layout;
    if (!l->wrap)
        return 1;
    if (y->cols != l->cols) {
        y->cols = l->cols;
        y->count = 0;
        y->number++;
    }
    if (l->items[line].laid != y->number)
        lay_out(l, line);
    return l->items[line].row_count;
}

/* The n-th of them; the last one if there are fewer. */
static struct row row_nth(const struct lines *l, size_t line, size_t n)
{
    struct row row = {0};
    if (!l->wrap) {
        row_from(l, line, l->items[line].from, &row);
        return row;
    }
    size_t count = row_count(l, line);
    return l->layout->rows[l->items[line].row + (n < count ? n : count - 1)];
}

/* ---- Scrolling ---- */

static void scroll_up(struct lines *l, size_t rows)
{
    while (rows > 0) {
        if (l->row >= rows) {
            l->row -= rows;
            return;
        }
        rows -= l->row;
        l->row = 0;
        if (l->top == 0)
            return;
        l->row = row_count(l, --l->top) - 1;
        rows--;
    }
}

/* Keeps the window filled: the last row stands at its bottom at the highest. */
static void clamp(struct lines *l)
{
    if (l->count == 0) {
        l->top = l->row = 0;
        return;
    }
    size_t top = l->top, row = l->row;
    l->top = l->count - 1;
    l->row = row_count(l, l->top) - 1;
    scroll_up(l, l->rows > 0 ? (size_t)l->rows - 1 : 0);
    if (top < l->top) {
        size_t last = row_count(l, top) - 1;
        l->row = row < last ? row : last;
        l->top = top;
    } else if (top == l->top && row < l->row) {
        l->row = row;
    }
}

static void scroll_down(struct lines *l, size_t rows)
{
    while (rows > 0 && l->top < l->count) {
        size_t left = row_count(l, l->top) - l->row - 1;
        if (left >= rows) {
            l->row += rows;
            break;
        }
        rows -= left + 1;
        l->top++;
        l->row = 0;
    }
    clamp(l);
}

void lines_home(struct lines *l)
{
    l->top = l->row = 0;
    l->left = 0;
}

bool lines_action(struct lines *l, enum action a)
{
    size_t page = l->rows > 1 ? (size_t)l->rows - 1 : 1;
    switch (a) {
    case ACTION_UP:
        scroll_up(l, 1);
        return true;
    case ACTION_DOWN:
        scroll_down(l, 1);
        return true;
    case ACTION_PAGE_UP:
        scroll_up(l, page);
        return true;
    case ACTION_PAGE_DOWN:
        scroll_down(l, page);
        return true;
    case ACTION_TOP:
        lines_home(l);
        return true;
    case ACTION_BOTTOM:
        l->top = l->count;
        clamp(l);
        return true;
    case ACTION_LEFT:
        l->left = l->left > 8 ? l->left - 8 : 0;
        return !l->wrap;
    case ACTION_RIGHT:
        l->left += l->wrap ? 0 : 8;
        return !l->wrap;
    default:
        return false;
    }
}

/* ---- Searching ---- */

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The first place of the word in `text` from byte `at` on, or `len`. */
static size_t find(const struct lines *l, const char *text, size_t len, size_t at)
{
    size_t n = strlen(l->word);
    for (; n && at + n <= len; at++) {
        size_t i = 0;
        while (i < n && fold(text[at + i]) == fold(l->word[i]))
            i++;
        if (i == n)
            return at;
    }
    return len;
}

/* The first match in a line from `at` on. */
static bool match_from(const struct lines *l, size_t line, size_t at, size_t *out)
{
    const struct lines_item *item = &l->items[line];
    *out = find(l, buf_str(&l->text) + item->from, item->len, l->invert ? 0 : at);
    if (!l->invert)
        return *out < item->len;
    bool without = *out == item->len;
    *out = 0;
    return without && at == 0;
}

/* The last match in a line before `limit`. */
static bool match_before(const struct lines *l, size_t line, size_t limit, size_t *out)
{
    size_t at = 0, hit;
    bool found = false;
    while (match_from(l, line, at, &hit) && hit < limit) {
        *out = hit;
        found = true;
        at = hit + 1;
    }
    return found;
}

static bool match_next(struct lines *l)
{
    size_t at = l->has_hit ? l->hit_at + 1 : 0, line = l->has_hit ? l->hit : l->top, hit;
    for (size_t i = 0; i <= l->count; i++, at = 0) {
        size_t n = (line + i) % l->count;
        if (match_from(l, n, at, &hit)) {
            l->hit = n;
            l->hit_at = hit;
            return true;
        }
    }
    return false;
}

static bool match_previous(struct lines *l)
{
    size_t limit = l->has_hit ? l->hit_at : 0, line = l->has_hit ? l->hit : l->top, hit;
    for (size_t i = 0; i <= l->count; i++, limit = (size_t)-1) {
        size_t n = (line + l->count - i % l->count) % l->count;
        if (match_before(l, n, limit, &hit)) {
            l->hit = n;
            l->hit_at = hit;
            return true;
        }
    }
    return false;
}

/* Is the match inside the window? */
static bool hit_visible(const struct lines *l, size_t row)
{
    size_t line = l->top, n = l->row;
    for (int i = 0; i < l->rows && line < l->count; i++) {
        if (line == l->hit && n == row)
            return true;
        if (++n >= row_count(l, line)) {
            line++;
            n = 0;
        }
    }
    return false;
}

static void show_hit(struct lines *l)
{
    size_t row = 0, at = l->items[l->hit].from + l->hit_at;
    while (row + 1 < row_count(l, l->hit) && row_nth(l, l->hit, row).to <= at)
        row++;
    if (!hit_visible(l, row)) {
        l->top = l->hit;
        l->row = row;
        scroll_up(l, (size_t)l->rows / 3);
        clamp(l);
    }
    if (!l->wrap) {
        int col = text_width(buf_str(&l->text) + l->items[l->hit].from, l->hit_at);
        if (col < l->left || col >= l->left + l->cols)
            l->left = col > 8 ? col - 8 : 0;
    }
}

bool lines_search(struct lines *l, const char *word, int step)
{
    struct buf visible;
    l->invert = word[0] == '!' && word[1];
    word += l->invert;
    buf_init(&visible, (size_t)4 * LINES_WORD_MAX);
    text_visible(&visible, word, strlen(word), 0);
    if (strcmp(buf_str(&visible), l->word) != 0 || step == 0)
        l->has_hit = false;
    snprintf(l->word, sizeof(l->word), "%s", buf_str(&visible));
    buf_clear(&visible);
    if (!l->word[0] || l->count == 0) {
        l->has_hit = false;
        return !l->word[0];
    }
    l->has_hit = step < 0 ? match_previous(l) : match_next(l);
    if (l->has_hit)
        show_hit(l);
    return l->has_hit;
}

/* ---- Drawing ---- */

static void draw_segments(const struct lines *l, size_t line, const struct row *r,
                          struct surface *s, int y)
{
    const char *text = buf_str(&l->text);
    size_t end = line + 1 < l->count ? l->items[line + 1].seg : l->seg_count;
    int x = r->indent - (l->wrap ? 0 : l->left);

    for (size_t i = l->items[line].seg; i < end && x < s->cols; i++) {
        const struct lines_seg *g = &l->segs[i];
        size_t from = g->from > r->from ? g->from : r->from;
        size_t to = g->from + g->len < r->to ? g->from + g->len : r->to;
        if (from >= to)
            continue;
        int used;
        struct surface_text part = {text + from,
                                    text_clip(text + from, to - from, s->cols - x, &used)};
        if (part.len < to - from) /* a blank for the half of a wide character that is left over */
            used = s->cols - x;
        surface_put_n(s, y, x, g->style, part);
        x += used;
    }
}

static void draw_matches(const struct lines *l, size_t line, const struct row *r, struct surface *s,
                         int y)
{
    const struct lines_item *item = &l->items[line];
    const char *text = buf_str(&l->text);
    size_t n = strlen(l->word), end = r->to - item->from;
    size_t from = r->from - item->from, at = from > n ? from - n + 1 : 0;

    if (!n || l->invert) {
        if (n && l->has_hit && line == l->hit)
            surface_restyle(s, y, 0, s->cols, THEME_MATCH);
        return;
    }
    for (; (at = find(l, text + item->from, item->len, at)) < end; at++) {
        size_t a = at > from ? at : from, b = at + n < end ? at + n : end;
        int x = r->indent + text_width(text + r->from, a - from) - (l->wrap ? 0 : l->left);
        if (x >= s->cols)
            break;
        bool here = l->has_hit && line == l->hit && at == l->hit_at;
        if (b > a)
            surface_restyle(s, y, x, text_width(text + item->from + a, b - a),
                            THEME_MATCH | (here ? SURFACE_UNDERLINE : 0));
    }
}

void lines_draw(struct lines *l, struct surface *s, bool wrap)
{
    if (l->wrap != wrap)
        l->row = 0;
    l->wrap = wrap;
    l->rows = s->rows;
    l->cols = s->cols;
    if (wrap)
        l->left = 0;
    if (l->top >= l->count)
        l->top = l->count ? l->count - 1 : 0;
    clamp(l);
    size_t line = l->top, n = l->row;
    for (int y = 0; y < s->rows && line < l->count; y++) {
        struct row row = row_nth(l, line, n);
        draw_segments(l, line, &row, s, y);
        draw_matches(l, line, &row, s, y);
        if (++n >= row_count(l, line)) {
            line++;
            n = 0;
        }
    }
}

/* The line behind the window; true when the last row is inside. */
static bool window_end(const struct lines *l, size_t *line)
{
    size_t rows = 0, skipped = l->row;
    for (*line = l->top; *line < l->count && rows < (size_t)l->rows; ++*line) {
        rows += row_count(l, *line) - skipped;
        skipped = 0;
    }
    return *line == l->count && rows <= (size_t)l->rows;
}

bool lines_at_end(const struct lines *l)
{
    size_t line;
    return window_end(l, &line);
}

bool lines_shows(const struct lines *l, size_t n)
{
    size_t rows = 0;
    if (n >= l->count || n < l->top || (n == l->top && l->row))
        return false;
    for (size_t line = l->top; line <= n && rows <= (size_t)l->rows; line++)
        rows += row_count(l, line) - (line == l->top ? l->row : 0);
    return rows <= (size_t)l->rows;
}

void lines_foot(const struct lines *l, char *out, size_t size)
{
    size_t line;
    bool end = window_end(l, &line);
    out[0] = '\0';
    if (l->rows > 0 && (l->top || l->row || !end))
        snprintf(out, size, "%zu/%zu", line, l->count);
}
