/* SPDX-License-Identifier: MIT */
/* The texts are cut at each '&' that a name and '=' follow, so that an '&' in a value stays there.
 */
#include "core/joined.h"

#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/text.h"

#define WINDOW 56 /* bytes of a value that are shown */
#define BEFORE 24 /* of these, in front of the first difference */

/* ---- Cutting ---- */

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_$[].-", c) != NULL);
}

/* The length of the name at the beginning of `t`, which '=' follows; 0: none. */
static size_t name_at(struct span t)
{
    size_t n = 0;
    while (n < t.len && is_name_byte(t.s[n]))
        n++;
    return n < t.len && t.s[n] == '=' ? n : 0;
}

/* Takes the next parameter off `rest`. */
static struct pair next_piece(struct span *rest, bool last)
{
    size_t name = name_at(*rest), end = name;
    while (end < rest->len) {
        struct span behind = {rest->s + end + 1, rest->len - end - 1};
        if (!last && rest->s[end] == '&' && name_at(behind) > 0)
            break;
        end++;
    }
    size_t value = name > 0 ? name + 1 : 0;
    struct pair p = {{rest->s, name}, {rest->s + value, end - value}};
    size_t used = end < rest->len ? end + 1 : end;
    rest->s += used;
    rest->len -= used;
    return p;
}

static size_t cut(struct span text, struct pair *out)
{
    size_t count = 0;
    while (text.len > 0 && count < JOINED_ROWS_MAX) {
        out[count] = next_piece(&text, count + 1 == JOINED_ROWS_MAX);
        count++;
    }
    return count;
}

struct span joined_without_key(struct span text, struct span *key)
{
    static const char mark[] = "&key=";
    size_t len = sizeof mark - 1;
    *key = (struct span){0};
    for (size_t at = text.len >= len ? text.len - len + 1 : 0; at-- > 0;) {
        if (memcmp(text.s + at, mark, len) == 0) {
            *key = (struct span){text.s + at + len, text.len - at - len};
            return (struct span){text.s, at};
        }
    }
    return text;
}

/* ---- Aligning ---- */

static size_t first_difference(struct span a, struct span b)
{
    size_t at = 0;
    while (at < a.len && at < b.len && a.s[at] == b.s[at])
        at++;
    while (at > 0 && at < a.len && ((unsigned char)a.s[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static void add_row(struct joined *j, struct span name, struct span a, struct span b)
{
    struct joined_row *r = &j->rows[j->count++];
    *r = (struct joined_row){.name = name, .a = a, .b = b};
    if (a.s == NULL)
        r->change = COMPARE_ADDED;
    else if (b.s == NULL)
        r->change = COMPARE_REMOVED;
    else if (!span_same(a, b)) {
        r->change = COMPARE_CHANGED;
        r->at = first_difference(a, b);
    }
}

/* Where each piece of `a` stands in `b`: its index, or `nb`. Each of `b` is used once. */
static size_t match(const struct pair *a, size_t na, const struct pair *b, size_t nb, size_t *where,
                    bool *used)
{
    size_t matched = 0;
    for (size_t i = 0; i < na; i++) {
        size_t k = 0;
        while (k < nb && (used[k] || !span_same(a[i].name, b[k].name)))
            k++;
        where[i] = k;
        if (k < nb) {
            used[k] = true;
            matched++;
        }
    }
    return matched;
}

/* Those of `b` that stand behind its piece `at` and that `a` lacks. */
static void add_behind(struct joined *j, const struct pair *b, size_t nb, size_t at, bool *used)
{
    for (size_t k = at; k < nb && !used[k]; k++) {
        add_row(j, b[k].name, (struct span){0}, b[k].value);
        used[k] = true;
    }
}

struct pieces {
    struct pair a[JOINED_ROWS_MAX], b[JOINED_ROWS_MAX];
    size_t where[JOINED_ROWS_MAX];
    bool used[JOINED_ROWS_MAX];
};

void joined_align(struct span a, struct span b, struct joined *out)
{
    struct pieces *p = mem_alloc(sizeof *p);
    size_t na = cut(a, p->a), nb = cut(b, p->b), furthest = 0;
    *out = (struct joined){0};
    out->rows = mem_alloc((na + nb + 1) * sizeof *out->rows);
    if (match(p->a, na, p->b, nb, p->where, p->used) == 0) {
        add_row(out, (struct span){0}, a, b);
        na = nb = 0;
    } else {
        add_behind(out, p->b, nb, 0, p->used);
    }
    for (size_t i = 0; i < na; i++) {
        size_t at = p->where[i];
        add_row(out, p->a[i].name, p->a[i].value, at < nb ? p->b[at].value : (struct span){0});
        if (at == nb)
            continue;
        out->rows[out->count - 1].moved = at < furthest;
        furthest = at > furthest ? at : furthest;
        add_behind(out, p->b, nb, at + 1, p->used);
    }
    for (size_t i = 0; i < out->count; i++)
        out->differing += out->rows[i].change != COMPARE_SAME || out->rows[i].moved;
    mem_wipe(p, sizeof *p);
    free(p);
}

void joined_clear(struct joined *j)
{
    free(j->rows);
    *j = (struct joined){0};
}

/* ---- Writing ---- */

void joined_visible(struct buf *out, struct span value, bool utf8)
{
    size_t done = 0;
    for (size_t i = 0; !utf8 && i < value.len; i++) {
        unsigned char c = (unsigned char)value.s[i];
        if (c < 0x80)
            continue;
        text_visible(out, value.s + done, i - done, 0);
        buf_addf(out, "\\x%02X", c);
        done = i + 1;
    }
    text_visible(out, value.s ? value.s + done : "", value.len - done, 0);
}

/* A line of a row; returns the column of the first difference. */
static int put_line(struct buf *out, char mark, const struct joined_row *r, struct span value)
{
    struct span name = r->name;
    bool utf8 = text_valid(value.s, value.len, NULL);
    size_t at = r->at;
    size_t from = at > BEFORE && value.len > WINDOW ? at - BEFORE : 0;
    while (from > 0 && ((unsigned char)value.s[from] & 0xc0) == 0x80)
        from--;
    size_t end = value.len - from > WINDOW ? from + WINDOW : value.len;
    while (end < value.len && ((unsigned char)value.s[end] & 0xc0) == 0x80)
        end++;
    at = at < end ? at : end;

    struct buf line;
    buf_init(&line, 8192);
    buf_addf(&line, "%c ", mark);
    text_visible(&line, name.s ? name.s : "", name.len < WINDOW ? name.len : WINDOW, 0);
    buf_adds(&line, name.len ? "=" : "");
    buf_adds(&line, from > 0 ? ".." : "");
    joined_visible(&line, (struct span){value.s + from, at - from}, utf8);
    int column = text_width(buf_str(&line), line.len);
    joined_visible(&line, (struct span){value.s + at, end - at}, utf8);
    buf_addf(out, "%s%s\n", buf_str(&line), end < value.len ? ".." : "");
    buf_clear(&line);
    return column;
}

void joined_write(const struct joined *j, struct buf *out)
{
    for (size_t i = 0; i < j->count; i++) {
        const struct joined_row *r = &j->rows[i];
        int column;
        if (r->change == COMPARE_SAME) {
            put_line(out, r->moved ? '~' : ' ', r, r->a);
            continue;
        }
        column = r->a.s ? put_line(out, '-', r, r->a) : 0;
        column = r->b.s ? put_line(out, '+', r, r->b) : column;
        if (r->change == COMPARE_CHANGED)
            buf_addf(out, "%*s^\n", column, "");
    }
}
