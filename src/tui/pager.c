/* SPDX-License-Identifier: MIT */
/*
 * The text is cut into pieces: a line, or PAGER_PIECE bytes of a long one, beginning at offsets
 * that depend on the line's beginning alone, so that walking back finds the same pieces. Rows
 * are a piece's visible text wrapped at the width; the rows of one piece are laid out anew
 * whenever another piece is looked at, which is cheap because it is bounded.
 */
#include "tui/pager.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define HEX_BYTES 16
#define BOX_MAX 4096 /* bytes of a text that gets a box of its own size */
#define SHIFT 8      /* cells that left and right scroll */

/* A place in the text: a piece, and a row of it. In the hexadecimal form row is 0. */
struct place {
    size_t piece; /* offset of its first byte */
    size_t row;
};

struct pager {
    struct pager_text t;
    struct place top;
    bool hex;
    int shift;          /* first column shown when lines are not wrapped */
    int cols, rows;     /* of the last draw */
    struct buf visible; /* of the piece laid out */
    size_t laid;        /* which piece that is; SIZE_MAX: none */
    int laid_cols;
    size_t *row_at; /* offsets of its rows in `visible` */
    size_t row_count, row_room;
    char word[64];
    size_t line, line_upto; /* no newline from the line's start to there */
    size_t origin;          /* where the search began */
    size_t match;           /* offset of the match in force; SIZE_MAX: none */
};

static size_t length(const struct pager *p)
{
    return p->t.text.len;
}

static const char *bytes(const struct pager *p)
{
    return buf_str(&p->t.text);
}

/* ---- Pieces ---- */

/* Remembers how far the line at hand is known to reach: a line may be 10 MiB long. */
static size_t line_start(struct pager *p, size_t at)
{
    size_t known = at >= p->line && at >= p->line_upto ? p->line_upto : at >= p->line ? at : 0;
    const char *nl = at > known ? memrchr(bytes(p) + known, '\n', at - known) : NULL;

    if (nl)
        p->line = (size_t)(nl - bytes(p)) + 1;
    else if (known == 0)
        p->line = 0;
    if (nl || known == 0 || at > p->line_upto)
        p->line_upto = at;
    return p->line;
}

/* A piece never begins inside a character. */
static size_t align(struct pager *p, size_t at)
{
    for (int i = 0; i < 3 && at < length(p) && ((unsigned char)bytes(p)[at] & 0xC0) == 0x80; i++)
        at++;
    return at;
}

static size_t piece_of(struct pager *p, size_t at)
{
    size_t line = line_start(p, at);
    size_t n = (at - line) / PAGER_PIECE;
    size_t start = n ? align(p, line + n * PAGER_PIECE) : line;
    if (start > at) /* in the character that the boundary falls into */
        start = n > 1 ? align(p, line + (n - 1) * PAGER_PIECE) : line;
    return start;
}

/* The end of a piece, its newline not included. */
static size_t piece_end(struct pager *p, size_t piece)
{
    size_t line = line_start(p, piece);
    size_t n = (piece - line) / PAGER_PIECE + 1;
    size_t left = length(p) - piece;
    size_t look = left < PAGER_PIECE + 4 ? left : PAGER_PIECE + 4;
    const char *nl = memchr(bytes(p) + piece, '\n', look);
    size_t cut = align(p, line + n * PAGER_PIECE);

    if (cut > length(p))
        cut = length(p);
    if (nl && (size_t)(nl - bytes(p)) <= cut)
        return (size_t)(nl - bytes(p));
    return cut;
}

static bool next_piece(struct pager *p, size_t *piece)
{
    size_t end = piece_end(p, *piece);
    if (end < length(p) && bytes(p)[end] == '\n')
        end++;
    if (end >= length(p))
        return false;
    *piece = end;
    return true;
}

static bool previous_piece(struct pager *p, size_t *piece)
{
    if (*piece == 0)
        return false;
    *piece = piece_of(p, *piece - 1);
    return true;
}

/* ---- Rows of a piece ---- */

static void add_row(struct pager *p, size_t at)
{
    if (p->row_count == p->row_room) {
        p->row_room = p->row_room ? 2 * p->row_room : 64;
        p->row_at = mem_grow(p->row_at, p->row_room, sizeof(*p->row_at));
    }
    p->row_at[p->row_count++] = at;
}

static void lay_out(struct view *v, size_t piece)
{
    struct pager *p = v->data;
    int cols = v->wrap ? p->cols : 0;

    if (p->laid == piece && p->laid_cols == cols)
        return;
    size_t end = piece_end(p, piece);
    p->laid = piece;
    p->laid_cols = cols;
    p->row_count = 0;
    buf_reset(&p->visible);
    if (end > piece && bytes(p)[end - 1] == '\r' && end < length(p) && bytes(p)[end] == '\n')
        end--; /* CR LF is a line end, not a character to be shown */
    text_visible(&p->visible, bytes(p) + piece, end - piece, 0);
    const char *s = buf_str(&p->visible);
    size_t at = 0;
    do {
        add_row(p, at);
        at += cols > 0 ? text_wrap(s + at, p->visible.len - at, cols) : p->visible.len;
    } while (at < p->visible.len);
}

static size_t hex_last(struct pager *p)
{
    return length(p) ? (length(p) - 1) / HEX_BYTES * HEX_BYTES : 0;
}

static bool row_down(struct view *v, struct place *at)
{
    struct pager *p = v->data;
    if (p->hex) {
        if (at->piece >= hex_last(p))
            return false;
        at->piece += HEX_BYTES;
        return true;
    }
    lay_out(v, at->piece);
    if (at->row + 1 < p->row_count) {
        at->row++;
        return true;
    }
    if (!next_piece(p, &at->piece))
        return false;
    at->row = 0;
    return true;
}

static bool row_up(struct view *v, struct place *at)
{
    struct pager *p = v->data;
    if (p->hex) {
        if (at->piece == 0)
            return false;
        at->piece -= at->piece < HEX_BYTES ? at->piece : HEX_BYTES;
        return true;
    }
    if (at->row > 0) {
        at->row--;
        return true;
    }
    if (!previous_piece(p, &at->piece))
        return false;
    lay_out(v, at->piece);
    at->row = p->row_count - 1;
    return true;
}

/* The last place from which the end is still at the bottom. */
static struct place bottom(struct view *v)
{
    struct pager *p = v->data;
    struct place at = {0};

    if (p->hex) {
        at.piece = hex_last(p);
    } else {
        at.piece = length(p) ? piece_of(p, length(p) - 1) : 0;
        lay_out(v, at.piece);
        at.row = p->row_count - 1;
    }
    for (int i = 1; i < p->rows && row_up(v, &at); i++)
        ;
    return at;
}

static bool is_before(struct place a, struct place b)
{
    return a.piece != b.piece ? a.piece < b.piece : a.row < b.row;
}

static void scroll(struct view *v, int by)
{
    struct pager *p = v->data;
    struct place last = bottom(v);

    for (; by < 0 && row_up(v, &p->top); by++)
        ;
    for (; by > 0 && is_before(p->top, last) && row_down(v, &p->top); by--)
        ;
}

/* ---- Searching: bytes, ASCII letters in either case ---- */

static bool same_at(const char *s, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (tolower((unsigned char)s[i]) != tolower((unsigned char)word[i]))
            return false;
    }
    return true;
}

static size_t find_forward(struct pager *p, size_t from)
{
    size_t len = strlen(p->word);
    const char *s = bytes(p);
    char low = (char)tolower((unsigned char)p->word[0]), up = (char)toupper((unsigned char)low);

    for (size_t i = from; i + len <= length(p); i++) {
        if ((s[i] == low || s[i] == up) && same_at(s + i, p->word, len))
            return i;
    }
    return SIZE_MAX;
}

static size_t find_backward(struct pager *p, size_t before)
{
    size_t len = strlen(p->word);
    const char *s = bytes(p);

    if (before + len > length(p))
        before = length(p) >= len ? length(p) - len + 1 : 0;
    for (size_t i = before; i-- > 0;) {
        if (same_at(s + i, p->word, len))
            return i;
    }
    return SIZE_MAX;
}

/* The row of a piece that shows the byte at `at`. */
static size_t row_of(struct view *v, size_t piece, size_t at)
{
    struct pager *p = v->data;
    struct buf before;
    size_t row = 0;

    lay_out(v, piece);
    buf_init(&before, 4 * PAGER_PIECE + 64);
    text_visible(&before, bytes(p) + piece, at - piece, 0);
    while (row + 1 < p->row_count && p->row_at[row + 1] <= before.len)
        row++;
    buf_clear(&before);
    return row;
}

static void go_to(struct view *v, size_t at)
{
    struct pager *p = v->data;
    struct place last;

    if (p->hex) {
        p->top = (struct place){at / HEX_BYTES * HEX_BYTES, 0};
    } else {
        p->top.piece = piece_of(p, at);
        p->top.row = row_of(v, p->top.piece, at);
    }
    for (int i = 0; i < p->rows / 3 && row_up(v, &p->top); i++)
        ;
    last = bottom(v);
    if (is_before(last, p->top))
        p->top = last;
}

static bool search(struct view *v, const char *word, int step)
{
    struct pager *p = v->data;
    size_t from = step && p->match != SIZE_MAX ? p->match : p->origin;

    snprintf(p->word, sizeof(p->word), "%s", word);
    if (!word[0]) { /* a new search begins at what is seen */
        p->match = SIZE_MAX;
        p->origin = p->top.piece;
        return false;
    }
    size_t found = step < 0 ? find_backward(p, from) : find_forward(p, from + (step > 0 ? 1 : 0));
    if (found == SIZE_MAX) /* around */
        found = step < 0 ? find_backward(p, length(p)) : find_forward(p, 0);
    p->match = found;
    if (found != SIZE_MAX)
        go_to(v, found);
    return found != SIZE_MAX;
}

/* ---- Drawing ---- */

static void mark_matches(struct surface *line, const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; n && i + n <= len; i++) {
        if (same_at(text + i, word, n)) {
            surface_restyle(line, 0, text_width(text, i), text_width(text + i, n), THEME_MATCH);
            i += n - 1;
        }
    }
}

/* The first bytes that are scrolled out on the left, by cells. */
static size_t skip_cells(const char *s, size_t len, int cells)
{
    return cells > 0 ? text_clip(s, len, cells, NULL) : 0;
}

static void draw_text_row(struct view *v, struct surface *line, struct place at)
{
    struct pager *p = v->data;

    lay_out(v, at.piece);
    size_t from = p->row_at[at.row];
    size_t to = at.row + 1 < p->row_count ? p->row_at[at.row + 1] : p->visible.len;
    const char *s = buf_str(&p->visible) + from;
    size_t len = to - from;
    if (!v->wrap) {
        size_t skip = skip_cells(s, len, p->shift);
        s += skip;
        len -= skip;
    }
    len = text_clip(s, len, line->cols, NULL);
    surface_put_n(line, 0, 0, THEME_TEXT, (struct surface_text){s, len});
    mark_matches(line, s, len, p->word);
}

static void draw_hex_row(struct view *v, struct surface *line, struct place at)
{
    struct pager *p = v->data;
    const unsigned char *s = (const unsigned char *)bytes(p) + at.piece;
    size_t left = length(p) - at.piece, n = left < HEX_BYTES ? left : HEX_BYTES;
    int col = surface_putf(line, 0, 0, THEME_DIM, "%08zx", at.piece) + 2;
    char text[HEX_BYTES + 1] = "";

    for (size_t i = 0; i < n; i++) {
        surface_putf(line, 0, col + 3 * (int)i + (i >= 8), THEME_TEXT, "%02x", s[i]);
        text[i] = s[i] >= 0x20 && s[i] < 0x7F ? (char)s[i] : '.';
        if (p->match != SIZE_MAX && at.piece + i >= p->match &&
            at.piece + i < p->match + strlen(p->word))
            surface_restyle(line, 0, col + 3 * (int)i + (i >= 8), 2, THEME_MATCH);
    }
    surface_put(line, 0, col + 3 * HEX_BYTES + 2, THEME_VALUE, text);
}

/* Another width moves the rows: the place stays in the same piece. */
static void set_size(struct view *v, int rows, int cols)
{
    struct pager *p = v->data;

    p->rows = rows;
    if (p->cols == cols)
        return;
    p->cols = cols;
    if (p->hex)
        return;
    lay_out(v, p->top.piece);
    if (p->top.row >= p->row_count)
        p->top.row = p->row_count - 1;
}

static void draw(struct view *v, struct surface *s)
{
    struct pager *p = v->data;

    set_size(v, s->rows, s->cols);
    struct place at = p->top;
    if (!length(p)) {
        surface_put_cut(s, 0, 1, THEME_DIM, L(view_lang(v), "（空）", "(empty)"));
        return;
    }
    for (int row = 0; row < s->rows; row++) {
        struct surface line = surface_row(s, row, 0, -1);
        if (p->hex)
            draw_hex_row(v, &line, at);
        else
            draw_text_row(v, &line, at);
        if (!row_down(v, &at))
            return;
    }
}

static void frame(struct view *v, struct view_frame *out)
{
    struct pager *p = v->data;

    snprintf(out->title, sizeof(out->title), "%s", bi_get(p->t.title, view_lang(v)));
    snprintf(out->state, sizeof(out->state), L(view_lang(v), "%s%zu 字节%.0s", "%s%zu byte%s"),
             p->hex ? "HEX  " : "", length(p), text_s(length(p)));
    struct place last = bottom(v);
    if (!is_before(p->top, last)) /* the end is visible */
        snprintf(out->foot, sizeof(out->foot), "%s", p->top.piece || p->top.row ? "100%" : "");
    else
        snprintf(out->foot, sizeof(out->foot), "%d%%",
                 (int)((double)p->top.piece / (double)length(p) * 100));
}

/* A short text gets a box of its size, a long one the screen. */
static void size(struct view *v, int *rows, int *cols)
{
    struct pager *p = v->data;
    struct place at = {0};

    if (length(p) <= BOX_MAX && *cols > PAGER_COLS)
        *cols = PAGER_COLS;
    set_size(v, *rows, *cols);
    if (length(p) <= BOX_MAX && !p->hex) {
        int count = 1;
        while (count < *rows && row_down(v, &at))
            count++;
        *rows = count;
    }
    p->rows = *rows;
}

/* ---- The view ---- */

static void set_hex(struct view *v)
{
    struct pager *p = v->data;
    p->hex = !p->hex;
    if (p->hex)
        p->top = (struct place){p->top.piece / HEX_BYTES * HEX_BYTES, 0};
    else
        p->top = (struct place){piece_of(p, p->top.piece), 0};
    p->laid = SIZE_MAX;
}

static void toggle_wrap(struct view *v)
{
    struct pager *p = v->data;
    v->wrap = !v->wrap;
    p->top.row = 0;
    p->shift = 0;
}

static enum view_answer action(struct view *v, enum action a)
{
    struct pager *p = v->data;
    int page = p->rows > 1 ? p->rows - 1 : 1;

    if (a == ACTION_UP || a == ACTION_DOWN)
        scroll(v, a == ACTION_UP ? -1 : 1);
    else if (a == ACTION_PAGE_UP || a == ACTION_PAGE_DOWN)
        scroll(v, a == ACTION_PAGE_UP ? -page : page);
    else if (a == ACTION_TOGGLE) /* Space, as every pager has it */
        scroll(v, page);
    else if (a == ACTION_TOP)
        p->top = (struct place){0};
    else if (a == ACTION_BOTTOM)
        p->top = bottom(v);
    else if (a == ACTION_LEFT && !v->wrap)
        p->shift -= p->shift < SHIFT ? p->shift : SHIFT;
    else if (a == ACTION_RIGHT && !v->wrap)
        p->shift += SHIFT;
    else if (a == ACTION_WRAP)
        toggle_wrap(v);
    else if ((a == ACTION_TAB_LEFT || a == ACTION_TAB_RIGHT) && p->t.raw)
        set_hex(v);
    else if (a == ACTION_COPY)
        v->host->copy(v->host->ctx, p->t.title, bytes(p), length(p));
    else if (a == ACTION_PAGER)
        return VIEW_CLOSE;
    else
        return VIEW_IGNORED;
    return VIEW_HANDLED;
}

static void close_pager(struct view *v)
{
    struct pager *p = v->data;
    buf_clear(&p->t.text);
    buf_clear(&p->visible);
    free(p->row_at);
    free(p);
}

static void help(struct view *v, struct buf *out, bool *is_error)
{
    struct pager *p = v->data;
    *is_error = false;
    if (p->t.raw)
        buf_adds(out,
                 L(view_lang(v), "] 切换文本与十六进制；不可见字符显示为记号",
                   "] switches between text and hexadecimal; unprintable characters are marks"));
}

static const enum action raw_hints[] = {ACTION_SEARCH,    ACTION_SEARCH_NEXT, ACTION_WRAP,
                                        ACTION_TAB_RIGHT, ACTION_COPY,        ACTION_BACK,
                                        ACTION_NONE};

static const enum action text_hints[] = {ACTION_SEARCH, ACTION_SEARCH_NEXT, ACTION_WRAP,
                                         ACTION_COPY,   ACTION_BACK,        ACTION_NONE};

#define PAGER_OPS                                                                                  \
    .name = "pager", .close = close_pager, .frame = frame, .draw = draw, .action = action,         \
    .search = search, .size = size, .help = help

static const struct view_ops raw_ops = {PAGER_OPS, .hints = raw_hints};
static const struct view_ops text_ops = {PAGER_OPS, .hints = text_hints};

struct view *pager_new(struct workspace *w, const struct view_host *host, struct pager_text *t)
{
    struct view *v = view_new(t->raw ? &raw_ops : &text_ops, w, host);
    struct pager *p = mem_alloc(sizeof(*p));

    p->t = *t;
    memset(&t->text, 0, sizeof(t->text));
    buf_init(&p->visible, 8 * PAGER_PIECE);
    p->laid = SIZE_MAX;
    p->match = SIZE_MAX;
    p->rows = 24;
    p->cols = 80;
    v->data = p;
    return v;
}
