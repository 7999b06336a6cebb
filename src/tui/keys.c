/* SPDX-License-Identifier: MIT */
/*
 * What the keyboard sends: bytes of the terminal become keys, pastes and mouse events.
 *
 * A small machine after ECMA-48: ground, ESC, CSI, SS3, control strings, pastes; it finds
 * where a sequence ends, keys_seq.c knows what it means. Time only decides what no byte can:
 * whether an ESC was a key, and when a paste without an end is over.
 */
#include "tui/keys.h"

#include <string.h>

#include "core/text.h"
#include "tui/keys_seq.h"

enum keys_state {
    GROUND,
    ESCAPE, /* ESC came; `alt`: two of them */
    CSI,    /* ESC [ */
    LINUX,  /* ESC [ [: function keys of the Linux console */
    SS3,    /* ESC O */
    STRING, /* ESC ] P _ ^ X: a reply we did not ask for, up to ST or BEL */
    STRING_ESCAPE,
    X10, /* ESC [ M: three bytes of an old mouse report follow */
    PASTE,
    BURST, /* text that came too fast to be typed */
};

/* Milliseconds without a byte after which an unfinished thing is decided; 0: never. */
/* clang-format off */
static const int patience[] = {
    [GROUND] = 0,    [ESCAPE] = 25,  [CSI] = 250,            [LINUX] = 250,  [SS3] = 250,
    [STRING] = 1000, [X10] = 250,    [STRING_ESCAPE] = 1000, [PASTE] = 2000, [BURST] = 20,
};
/* clang-format on */

#define BURST_MIN 20    /* printable bytes above which a line end makes a burst a paste */
#define STRING_MAX 4096 /* bytes of a reply that are swallowed */

static const char paste_end[] = "\x1b[201~";

/* ---- Keys ---- */

static void emit_key(struct keys *k, uint32_t code, unsigned mods)
{
    struct keys_event event = {
        .kind = KEYS_EVENT_KEY,
        .key = keys_make(code, mods | (k->alt ? KEYS_ALT : 0)),
    };
    k->alt = false;
    k->fn(k->ctx, &event);
}

static void enter(struct keys *k, enum keys_state state)
{
    k->state = state;
    k->seq_len = 0;
    if (state == GROUND) {
        k->alt = false;
    }
}

/* ---- Pastes ---- */

static void paste_start(struct keys *k, enum keys_state state)
{
    enter(k, state);
    k->alt = false;
    k->dropped = 0;
    k->last_cr = false;
    k->end_len = 0;
}

static void paste_put(struct keys *k, const char *data, size_t len)
{
    size_t room = k->paste.max - k->paste.len;
    if (len > room) {
        k->dropped += len - room;
        len = room;
    }
    buf_add(&k->paste, data, len);
}

/* Appends, with CR and CRLF as LF. */
static void paste_add(struct keys *k, const char *data, size_t len)
{
    while (len > 0) {
        if (k->last_cr && data[0] == '\n') {
            data++;
            len--;
        }
        const char *cr = memchr(data, '\r', len);
        size_t run = cr ? (size_t)(cr - data) : len;
        paste_put(k, data, run);
        k->last_cr = cr != NULL;
        if (cr) {
            paste_put(k, "\n", 1);
            run++;
        }
        data += run;
        len -= run;
    }
}

static void paste_deliver(struct keys *k)
{
    bool guessed = k->state == BURST;
    if (!guessed) {
        paste_add(k, paste_end, k->end_len); /* the end mark began and was not finished */
    }
    enter(k, GROUND);
    struct keys_event event = {
        .kind = KEYS_EVENT_PASTE,
        .text = buf_str(&k->paste),
        .len = k->paste.len,
        .dropped = k->dropped,
        .guessed = guessed,
    };
    k->fn(k->ctx, &event);
    buf_clear(&k->paste);
}

/* Takes bytes up to the end mark; returns how many. The mark has one ESC, at its beginning, so a
   mismatch can only start it anew. */
static size_t paste_feed(struct keys *k, const char *p, size_t len)
{
    size_t at = 0;
    while (at < len) {
        if (k->end_len > 0 && p[at] != paste_end[k->end_len]) {
            paste_add(k, paste_end, k->end_len);
            k->end_len = 0;
        }
        if (k->end_len > 0 || p[at] == '\x1b') {
            at++;
            k->end_len++;
            if (k->end_len == sizeof paste_end - 1) {
                k->end_len = 0;
                paste_deliver(k);
                return at;
            }
            continue;
        }
        const char *escape = memchr(p + at, '\x1b', len - at);
        size_t run = escape ? (size_t)(escape - p) - at : len - at;
        paste_add(k, p + at, run);
        at += run;
    }
    return at;
}

/* Bytes up to the next ESC. */
static size_t text_run(const char *p, size_t len)
{
    const char *escape = memchr(p, '\x1b', len);
    return escape ? (size_t)(escape - p) : len;
}

/* Did this text come too fast to be typed, and would it do harm as keys? */
static bool is_burst(const char *p, size_t len)
{
    size_t printable = 0;
    bool line_end = false;
    for (size_t i = 0; i < len && i < KEYS_BURST_MAX; i++) {
        line_end |= p[i] == '\r' || p[i] == '\n';
        printable += (unsigned char)p[i] >= 0x20 && p[i] != 0x7f;
    }
    return (line_end && printable > BURST_MIN) || len >= KEYS_BURST_MAX;
}

/* ---- Characters ---- */

/* Bytes that a character needs by its first byte; 0: none begins so. */
static size_t char_need(unsigned char lead)
{
    return lead < 0x80   ? 1
           : lead < 0xc2 ? 0
           : lead < 0xe0 ? 2
           : lead < 0xf0 ? 3
           : lead < 0xf5 ? 4
                         : 0;
}

/* Could more bytes make a character of what is in seq? */
static bool is_part(const struct keys *k)
{
    if (k->seq_len >= char_need((unsigned char)k->seq[0])) {
        return false;
    }
    for (size_t i = 1; i < k->seq_len; i++) {
        if ((k->seq[i] & 0xc0) != 0x80) {
            return false;
        }
    }
    return true;
}

static void escape_start(struct keys *k)
{
    enter(k, ESCAPE);
}

/* A byte of text or a control character. */
static void ground_byte(struct keys *k, char c)
{
    if (c == '\x1b' && k->seq_len == 0) {
        escape_start(k);
        return;
    }
    k->seq[k->seq_len++] = c;
    while (k->seq_len > 0 && k->state == GROUND && !is_part(k)) {
        uint32_t cp;
        size_t n = text_next(k->seq, k->seq_len, &cp, NULL);
        k->seq_len -= n;
        memmove(k->seq, k->seq + n, k->seq_len);
        if (cp == 0x1b) {
            escape_start(k);
        } else {
            emit_key(k, cp, 0);
        }
    }
}

/* ---- Sequences ---- */

static bool has_between(const struct keys *k, char low, char high)
{
    for (size_t i = 0; i < k->seq_len; i++) {
        if (k->seq[i] >= low && k->seq[i] <= high) {
            return true;
        }
    }
    return false;
}

/* Hands on what a sequence meant. */
static void emit(struct keys *k, enum keys_seq_kind kind, const struct keys_event *event)
{
    struct keys_event e = *event;
    bool alt = k->alt;
    enter(k, GROUND);
    if (kind == KEYS_SEQ_PASTE) {
        paste_start(k, PASTE);
    } else if (kind == KEYS_SEQ_EVENT) {
        if (e.kind == KEYS_EVENT_KEY && alt) {
            e.key.mods |= KEYS_ALT;
        }
        k->fn(k->ctx, &e);
    }
}

static void csi_byte(struct keys *k, char c)
{
    bool digits_only = k->seq_len > 0 && !has_between(k, ':', '?') && !has_between(k, ' ', '/');
    if (c == '[' && k->seq_len == 0) {
        enter(k, LINUX);
    } else if (c == 'M' && k->seq_len == 0) {
        enter(k, X10);
    } else if (c >= '@' || (c == '$' && digits_only)) {
        struct keys_event event;
        emit(k, keys_seq_csi(k->seq, k->seq_len, c, &event), &event);
    } else if (k->seq_len < sizeof k->seq) {
        k->seq[k->seq_len++] = c;
    }
}

/* ESC O: an old xterm puts the modifiers between. */
static void ss3_byte(struct keys *k, char c)
{
    if (c >= '0' && c <= '9' && k->seq_len < sizeof k->seq) {
        k->seq[k->seq_len++] = c;
        return;
    }
    struct keys_event event;
    emit(k, keys_seq_ss3(k->seq, k->seq_len, c, &event), &event);
}

static void string_byte(struct keys *k, char c)
{
    if (c == '\x1b') {
        k->state = STRING_ESCAPE;
    } else if (c == '\a' || ++k->seq_len > STRING_MAX) {
        enter(k, GROUND);
    }
}

static void x10_byte(struct keys *k, char c)
{
    k->seq[k->seq_len++] = c;
    if (k->seq_len == 3) {
        struct keys_event event;
        emit(k, keys_seq_x10(k->seq, &event), &event);
    }
}

/* Two ESC may be Alt with a key's sequence, or the key twice: the next byte tells. */
static void escape_byte(struct keys *k, char c)
{
    if (c == '\x1b') {
        if (k->alt) {
            k->alt = false;
            emit_key(k, KEYS_ESC, 0);
        }
        k->alt = true;
        return;
    }
    if (c == '[' || c == 'O') {
        enter(k, c == '[' ? CSI : SS3);
        return;
    }
    if (k->alt) {
        k->alt = false;
        emit_key(k, KEYS_ESC, 0);
    }
    if (strchr("]P_^X", c) && c) {
        enter(k, STRING);
        k->seq[0] = c;
        return;
    }
    enter(k, GROUND);
    k->alt = true;
    ground_byte(k, c);
}

/* The sequence stops in the middle. What could be Alt with a character is that; the rest of a
   sequence is no text and is dropped. */
static void give_up(struct keys *k)
{
    int state = k->state;
    bool empty = k->seq_len == 0;
    bool twice = k->alt;
    char kind = k->seq[0];
    enter(k, GROUND);
    if (state == ESCAPE) {
        emit_key(k, KEYS_ESC, 0);
        if (twice) {
            emit_key(k, KEYS_ESC, 0);
        }
    } else if (empty && (state == CSI || state == SS3 || state == STRING)) {
        if (twice) {
            emit_key(k, KEYS_ESC, 0);
        }
        emit_key(k, state == CSI ? '[' : state == SS3 ? 'O' : (uint32_t)kind, KEYS_ALT);
    }
}

/* A byte that cannot belong to the sequence: control characters, and what is not ASCII. */
static bool breaks(int state, char c)
{
    unsigned char u = (unsigned char)c;
    switch (state) {
    case CSI:
    case SS3:
    case LINUX:
        return u < 0x20 || u >= 0x7f;
    case STRING:
        return u < 0x20 && c != '\x1b' && c != '\a';
    case STRING_ESCAPE:
        return c != '\\';
    default:
        return false;
    }
}

static void feed_byte(struct keys *k, char c)
{
    if (breaks(k->state, c)) {
        if (k->state == STRING_ESCAPE) { /* the string ended without its mark; ESC starts anew */
            enter(k, ESCAPE);
        } else {
            give_up(k);
        }
    }
    switch (k->state) {
    case ESCAPE:
        escape_byte(k, c);
        break;
    case CSI:
        csi_byte(k, c);
        break;
    case LINUX: {
        struct keys_event event;
        emit(k, keys_seq_linux(c, &event), &event);
        break;
    }
    case SS3:
        ss3_byte(k, c);
        break;
    case STRING:
        string_byte(k, c);
        break;
    case STRING_ESCAPE: /* the backslash of ST */
        enter(k, GROUND);
        break;
    case X10:
        x10_byte(k, c);
        break;
    default:
        ground_byte(k, c);
    }
}

/* ---- Public: decoding ---- */

void keys_init(struct keys *k, keys_fn fn, void *ctx)
{
    *k = (struct keys){.fn = fn, .ctx = ctx};
    buf_init_secret(&k->paste, KEYS_PASTE_MAX);
}

void keys_clear(struct keys *k)
{
    buf_clear(&k->paste);
    mem_wipe(k->seq, sizeof k->seq);
    enter(k, GROUND);
}

void keys_feed(struct keys *k, const char *bytes, size_t len, int64_t now)
{
    size_t judged = 0; /* text before this offset was found to be typed */
    size_t at = 0;
    while (at < len) {
        if (k->state == GROUND && at >= judged && bytes[at] != '\x1b') {
            size_t run = text_run(bytes + at, len - at);
            judged = at + run;
            if (is_burst(bytes + at, run)) {
                size_t part = k->seq_len;
                paste_start(k, BURST);
                paste_add(k, k->seq, part);
            }
        }
        if (k->state == PASTE) {
            at += paste_feed(k, bytes + at, len - at);
        } else if (k->state == BURST) {
            size_t run = text_run(bytes + at, len - at);
            paste_add(k, bytes + at, run);
            at += run;
            if (at < len) {
                paste_deliver(k);
            }
        } else {
            feed_byte(k, bytes[at++]);
        }
    }
    if (len > 0) {
        k->since = now;
    }
}

int keys_pending(const struct keys *k, int64_t now)
{
    int wait = patience[k->state];
    if (wait == 0) {
        return -1;
    }
    int64_t left = k->since + wait - now;
    return left <= 0 ? 0 : left > wait ? wait : (int)left;
}

void keys_tick(struct keys *k, int64_t now)
{
    if (keys_pending(k, now) != 0) {
        return;
    }
    if (k->state == PASTE || k->state == BURST) {
        paste_deliver(k);
    } else {
        give_up(k);
    }
}
