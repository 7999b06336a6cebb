/* SPDX-License-Identifier: MIT */
/*
 * The state of a text being edited: value, cursor, undo. Draws nothing.
 *
 * Every change is one splice: bytes taken out at an offset, others put in. Undo keeps splices;
 * redo is the splice again. The cursor is brought back between two clusters after each splice,
 * because what was inserted may join with what follows. Values are short: positions are
 * computed from the value when asked for, nothing is cached.
 */
#include "tui/edit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define STEPS_MAX 500          /* undoable changes */
#define STEPS_BYTES (1u << 20) /* of text kept in them, beyond one that is larger */

struct edit_step {
    size_t at; /* offset */
    char *out; /* bytes removed */
    char *in;  /* bytes inserted */
    size_t out_len;
    size_t in_len;
    size_t before; /* cursor before the change */
};

/* ---- Memory ---- */

static void bytes_free(const struct edit *e, char *bytes, size_t len)
{
    if (bytes && e->flags & EDIT_SECRET) {
        mem_wipe(bytes, len);
    }
    free(bytes);
}

static char *bytes_copy(const char *bytes, size_t len)
{
    char *copy = len ? mem_alloc(len) : NULL;
    return len ? memcpy(copy, bytes, len) : NULL;
}

static void step_free(const struct edit *e, struct edit_step *s)
{
    bytes_free(e, s->out, s->out_len);
    bytes_free(e, s->in, s->in_len);
}

/* Drops the steps from..to, closing the gap. */
static void steps_drop(struct edit *e, size_t from, size_t to)
{
    if (from >= to) {
        return;
    }
    for (size_t i = from; i < to; i++) {
        step_free(e, &e->steps[i]);
    }
    memmove(&e->steps[from], &e->steps[to], (e->step_count - to) * sizeof e->steps[0]);
    e->step_count -= to - from;
}

/* Room for `len` bytes and NUL; a secret moves by copy, so that no old bytes stay behind. */
static void reserve(struct edit *e, size_t len)
{
    if (len < e->room) {
        return;
    }
    size_t room = len < 32 ? 64 : len * 2;
    char *fresh = mem_alloc(room);
    if (e->text) {
        memcpy(fresh, e->text, e->len);
    }
    bytes_free(e, e->text, e->room);
    e->text = fresh;
    e->room = room;
}

/* ---- Clusters ---- */

/* The first cluster boundary at or behind `at`. A printable ASCII byte always begins a cluster. */
static size_t boundary(const struct edit *e, size_t at)
{
    size_t pos = at;
    while (pos > 0 && !isprint((unsigned char)e->text[pos - 1])) {
        pos--;
    }
    pos -= pos > 0;
    while (pos < at) {
        pos += text_cluster(e->text + pos, e->len - pos, NULL);
    }
    return pos;
}

static size_t cluster_at(const struct edit *e, size_t at)
{
    return text_cluster(e->text + at, e->len - at, NULL);
}

/* The offset of the cluster before `at`, which is a boundary. */
static size_t before(const struct edit *e, size_t at)
{
    size_t pos = at;
    while (pos > 0 && !isprint((unsigned char)e->text[pos - 1])) {
        pos--;
    }
    pos -= pos > 0;
    size_t prev = pos;
    while (pos < at) {
        prev = pos;
        pos += cluster_at(e, pos);
    }
    return prev;
}

/* ---- Changes ---- */

static void splice(struct edit *e, size_t at, size_t out_len, const char *in, size_t in_len)
{
    size_t tail = e->len - at - out_len;
    reserve(e, e->len - out_len + in_len);
    memmove(e->text + at + in_len, e->text + at + out_len, tail);
    if (in_len > 0) {
        memcpy(e->text + at, in, in_len);
    }
    size_t len = at + in_len + tail;
    if (len < e->len && e->flags & EDIT_SECRET) {
        mem_wipe(e->text + len, e->len - len);
    }
    e->len = len;
    e->text[len] = '\0';
    e->rev++;
    e->goal = -1;
}

/* Keeps a change for undo; what could be redone is forgotten, and the oldest when it is too much.
 */
static void remember(struct edit *e, const struct edit_step *s)
{
    steps_drop(e, e->step_done, e->step_count);
    size_t bytes = s->in_len + s->out_len;
    size_t keep = e->step_count;
    while (keep > 0 && e->step_count - keep < STEPS_MAX - 1) {
        bytes += e->steps[keep - 1].in_len + e->steps[keep - 1].out_len;
        if (bytes > STEPS_BYTES) {
            break;
        }
        keep--;
    }
    steps_drop(e, 0, keep);
    e->steps = mem_grow(e->steps, e->step_count + 1, sizeof e->steps[0]);
    e->steps[e->step_count++] = *s;
    e->step_done = e->step_count;
}

/* Makes a change that can be undone. The cursor ends behind what was inserted. */
static unsigned change(struct edit *e, size_t at, size_t out_len, const char *in, size_t in_len)
{
    if (out_len == 0 && in_len == 0) {
        return 0;
    }
    struct edit_step s = {.at = at, .out_len = out_len, .in_len = in_len, .before = e->at};
    s.out = bytes_copy(e->text + at, out_len);
    s.in = bytes_copy(in, in_len);
    splice(e, at, out_len, in, in_len);
    e->at = boundary(e, at + in_len);
    remember(e, &s);
    e->typing = false;
    return EDIT_CHANGED;
}

/* The typed text joins the last step if it continues it within a word. */
static bool join_typing(struct edit *e, const char *in, size_t in_len)
{
    if (!e->typing || e->step_done == 0 || e->step_done != e->step_count) {
        return false;
    }
    struct edit_step *s = &e->steps[e->step_done - 1];
    bool word_starts = in[0] != ' ' && s->in_len > 0 && s->in[s->in_len - 1] == ' ';
    if (s->at + s->in_len != e->at || word_starts || in[0] == '\n') {
        return false;
    }
    char *joined = mem_alloc(s->in_len + in_len + 1);
    memcpy(joined, s->in, s->in_len);
    memcpy(joined + s->in_len, in, in_len);
    bytes_free(e, s->in, s->in_len);
    s->in = joined;
    s->in_len += in_len;
    splice(e, e->at, 0, in, in_len);
    e->at = boundary(e, e->at + in_len);
    return true;
}

/* What may be inserted of `text`: valid UTF-8 without NUL, line ends as the value has them. */
static unsigned clean(const struct edit *e, const char *text, size_t len, struct buf *out)
{
    unsigned result = 0;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        bool valid;
        size_t n = text_next(text + at, len - at, &cp, &valid);
        bool line_end = cp == '\n' || cp == '\r';
        if (!valid || cp == 0) {
            result |= EDIT_DROPPED;
        } else if (line_end) {
            bool crlf = cp == '\r' && at + 1 < len && text[at + 1] == '\n';
            n += crlf;
            buf_addc(out, e->flags & EDIT_LINES ? '\n' : ' ');
            result |= e->flags & EDIT_LINES ? 0 : EDIT_JOINED;
        } else {
            buf_add(out, text + at, n);
        }
        at += n;
    }
    return result;
}

/* Bytes of `s` that fit into `room`, whole clusters. */
static size_t fit(const char *s, size_t len, size_t room)
{
    size_t at = 0;
    while (at < len) {
        size_t n = text_cluster(s + at, len - at, NULL);
        if (at + n > room) {
            break;
        }
        at += n;
    }
    return at;
}

static unsigned insert(struct edit *e, const char *text, size_t len, bool typed)
{
    struct buf in;
    buf_init(&in, len);
    in.secret = e->flags & EDIT_SECRET;
    unsigned result = clean(e, text, len, &in);
    size_t n = in.len;
    if (n > e->max - e->len) {
        n = fit(in.data, in.len, e->max - e->len);
        result |= EDIT_CUT;
    }
    if (n > 0) {
        result |= EDIT_CHANGED;
        if (!typed || !join_typing(e, in.data, n)) {
            change(e, e->at, 0, in.data, n);
        }
        e->typing = typed;
    }
    buf_clear(&in);
    return result;
}

/* ---- Public: value ---- */

void edit_init(struct edit *e, size_t max, unsigned flags)
{
    *e = (struct edit){.max = max, .flags = flags, .goal = -1};
    reserve(e, 0);
}

void edit_clear(struct edit *e)
{
    steps_drop(e, 0, e->step_count);
    free(e->steps);
    bytes_free(e, e->text, e->room);
    *e = (struct edit){.max = e->max, .flags = e->flags, .goal = -1};
}

void edit_set(struct edit *e, const char *text, size_t len)
{
    steps_drop(e, 0, e->step_count);
    e->step_done = 0;
    e->typing = false;
    if (len > e->max) {
        len = fit(text, len, e->max);
    }
    splice(e, 0, e->len, text, len);
    e->at = len;
}

unsigned edit_replace(struct edit *e, const char *text, size_t len)
{
    struct buf in;
    buf_init(&in, len);
    in.secret = e->flags & EDIT_SECRET;
    unsigned result = clean(e, text, len, &in);
    size_t n = in.len > e->max ? fit(in.data, in.len, e->max) : in.len;
    result |= n < in.len ? EDIT_CUT : 0;
    if (n != e->len || (n > 0 && memcmp(in.data, e->text, n) != 0)) {
        result |= change(e, 0, e->len, in.data, n);
    }
    buf_clear(&in);
    return result;
}

unsigned edit_type(struct edit *e, const char *text, size_t len)
{
    return insert(e, text, len, true);
}

unsigned edit_paste(struct edit *e, const char *text, size_t len)
{
    return insert(e, text, len, false);
}

/* ---- Public: removing ---- */

unsigned edit_backspace(struct edit *e)
{
    size_t from = before(e, e->at);
    return change(e, from, e->at - from, NULL, 0);
}

unsigned edit_delete(struct edit *e)
{
    return e->at < e->len ? change(e, e->at, cluster_at(e, e->at), NULL, 0) : 0;
}

unsigned edit_kill_all(struct edit *e)
{
    return change(e, 0, e->len, NULL, 0);
}

/* Is the value read as lines at all? A newline in a one-line value is a character like others. */
static bool ends_line(const struct edit *e, size_t at)
{
    return at == e->len || (e->flags & EDIT_LINES && e->text[at] == '\n');
}

static size_t line_start(const struct edit *e, size_t at)
{
    while (at > 0 && !(e->flags & EDIT_LINES && e->text[at - 1] == '\n')) {
        at--;
    }
    return at;
}

static size_t line_end(const struct edit *e, size_t at)
{
    while (!ends_line(e, at)) {
        at++;
    }
    return at;
}

unsigned edit_kill_end(struct edit *e)
{
    size_t end = line_end(e, e->at);
    end += end == e->at && end < e->len;
    return change(e, e->at, end - e->at, NULL, 0);
}

/* Letters, digits and everything beyond ASCII make words. */
static bool in_word(const struct edit *e, size_t at)
{
    unsigned char c = (unsigned char)e->text[at];
    return c >= 0x80 || isalnum(c) || c == '_';
}

static size_t word_left(const struct edit *e)
{
    size_t at = e->at;
    bool word = false;
    while (at > 0) {
        size_t prev = before(e, at);
        if (word && !in_word(e, prev)) {
            break;
        }
        word = in_word(e, prev);
        at = prev;
    }
    return at;
}

static size_t word_right(const struct edit *e)
{
    size_t at = e->at;
    bool word = false;
    while (at < e->len && (in_word(e, at) || !word)) {
        word = in_word(e, at);
        at += cluster_at(e, at);
    }
    return at;
}

unsigned edit_kill_word(struct edit *e)
{
    size_t from = word_left(e);
    return change(e, from, e->at - from, NULL, 0);
}

/* ---- Public: undo ---- */

unsigned edit_undo(struct edit *e)
{
    e->typing = false;
    if (e->step_done == 0) {
        return 0;
    }
    const struct edit_step *s = &e->steps[--e->step_done];
    splice(e, s->at, s->in_len, s->out, s->out_len);
    e->at = boundary(e, s->before);
    return EDIT_CHANGED;
}

unsigned edit_redo(struct edit *e)
{
    e->typing = false;
    if (e->step_done == e->step_count) {
        return 0;
    }
    const struct edit_step *s = &e->steps[e->step_done++];
    splice(e, s->at, s->out_len, s->in, s->in_len);
    e->at = boundary(e, s->at + s->in_len);
    return EDIT_CHANGED;
}

/* ---- Public: moving ---- */

/* A row up or down, in the column where the movement began. */
static void up_or_down(struct edit *e, int step)
{
    int row, col;
    edit_cursor(e, &row, &col);
    int goal = e->goal < 0 ? col : e->goal;
    if (row + step >= 0 && row + step < edit_rows(e)) {
        edit_go(e, row + step, goal);
    }
    e->goal = goal;
}

unsigned edit_move(struct edit *e, enum edit_move move)
{
    size_t was = e->at;
    e->typing = false;
    if (move == EDIT_UP || move == EDIT_DOWN) {
        up_or_down(e, move == EDIT_UP ? -1 : 1);
        return e->at != was ? EDIT_MOVED : 0;
    }
    switch (move) {
    case EDIT_LEFT:
        e->at = before(e, e->at);
        break;
    case EDIT_RIGHT:
        e->at += e->at < e->len ? cluster_at(e, e->at) : 0;
        break;
    case EDIT_WORD_LEFT:
        e->at = word_left(e);
        break;
    case EDIT_WORD_RIGHT:
        e->at = word_right(e);
        break;
    case EDIT_HOME:
        e->at = line_start(e, e->at);
        break;
    case EDIT_END:
        e->at = line_end(e, e->at);
        break;
    case EDIT_TOP:
        e->at = 0;
        break;
    default: /* EDIT_BOTTOM */
        e->at = e->len;
    }
    e->goal = -1;
    return e->at != was ? EDIT_MOVED : 0;
}

/* ---- Public: keys ---- */

static unsigned no_argument(unsigned result)
{
    return result ? result : EDIT_KNOWN;
}

static const struct {
    struct key key;
    enum edit_move move;
    bool lines; /* only where the value has many */
} moves[] = {
    {{KEYS_LEFT, 0}, EDIT_LEFT, false},
    {{KEYS_RIGHT, 0}, EDIT_RIGHT, false},
    {{KEYS_LEFT, KEYS_CTRL}, EDIT_WORD_LEFT, false},
    {{KEYS_RIGHT, KEYS_CTRL}, EDIT_WORD_RIGHT, false},
    {{KEYS_HOME, 0}, EDIT_HOME, false},
    {{KEYS_END, 0}, EDIT_END, false},
    {{'a', KEYS_CTRL}, EDIT_HOME, false},
    {{'e', KEYS_CTRL}, EDIT_END, false},
    {{KEYS_UP, 0}, EDIT_UP, true},
    {{KEYS_DOWN, 0}, EDIT_DOWN, true},
    {{KEYS_HOME, KEYS_CTRL}, EDIT_TOP, true},
    {{KEYS_END, KEYS_CTRL}, EDIT_BOTTOM, true},
};

static const struct {
    struct key key;
    unsigned (*fn)(struct edit *e);
} changes[] = {
    {{KEYS_BACKSPACE, 0}, edit_backspace}, {{KEYS_DEL, 0}, edit_delete},
    {{'u', KEYS_CTRL}, edit_kill_all},     {{'k', KEYS_CTRL}, edit_kill_end},
    {{'w', KEYS_CTRL}, edit_kill_word},    {{KEYS_BACKSPACE, KEYS_ALT}, edit_kill_word},
    {{'z', KEYS_CTRL}, edit_undo},         {{'z', KEYS_CTRL | KEYS_SHIFT}, edit_redo},
};

unsigned edit_key(struct edit *e, struct key key)
{
    char text[4];
    size_t len;
    bool lines = e->flags & EDIT_LINES;
    if (keys_is_text(key, text, &len)) {
        return no_argument(edit_type(e, text, len));
    }
    if (lines && keys_same(key, (struct key){.code = KEYS_ENTER})) {
        return no_argument(edit_type(e, "\n", 1));
    }
    for (size_t i = 0; i < ARRAY_COUNT(moves); i++) {
        if (keys_same(key, moves[i].key) && (lines || !moves[i].lines)) {
            return no_argument(edit_move(e, moves[i].move));
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
        if (keys_same(key, changes[i].key)) {
            return no_argument(changes[i].fn(e));
        }
    }
    return 0;
}
