/* SPDX-License-Identifier: MIT */
/*
 * What the sequences of terminals mean: tables after xterm, vt220, the Linux console, rxvt
 * and kitty, where they agree with each other or at least do not contradict.
 */
#include "tui/keys_seq.h"

#include "core/base.h"

#define PARAMS_MAX 6

/* Final bytes of CSI and SS3 that are keys. */
/* clang-format off */
static const struct {
    char final;
    uint32_t code;
} finals[] = {
    {'A', KEYS_UP},     {'B', KEYS_DOWN},   {'C', KEYS_RIGHT},  {'D', KEYS_LEFT},
    {'F', KEYS_END},    {'H', KEYS_HOME},   {'P', KEYS_F1},     {'Q', KEYS_F1 + 1},
    {'R', KEYS_F1 + 2}, {'S', KEYS_F1 + 3},
};
/* clang-format on */

/* Numbers before '~' (xterm, vt220, linux), and before '^' '$' '@' (rxvt). */
/* clang-format off */
static const uint32_t numbers[] = {
    [1] = KEYS_HOME,     [2] = KEYS_INS,      [3] = KEYS_DEL,      [4] = KEYS_END,
    [5] = KEYS_PGUP,     [6] = KEYS_PGDN,     [7] = KEYS_HOME,     [8] = KEYS_END,
    [11] = KEYS_F1,      [12] = KEYS_F1 + 1,  [13] = KEYS_F1 + 2,  [14] = KEYS_F1 + 3,
    [15] = KEYS_F1 + 4,  [17] = KEYS_F1 + 5,  [18] = KEYS_F1 + 6,  [19] = KEYS_F1 + 7,
    [20] = KEYS_F1 + 8,  [21] = KEYS_F1 + 9,  [23] = KEYS_F1 + 10, [24] = KEYS_F1 + 11,
    [25] = KEYS_F1 + 12, [26] = KEYS_F1 + 13, [28] = KEYS_F1 + 14, [29] = KEYS_F1 + 15,
    [31] = KEYS_F1 + 16, [32] = KEYS_F1 + 17, [33] = KEYS_F1 + 18, [34] = KEYS_F1 + 19,
};
/* clang-format on */

/* Numbers before 'u' from 57399 on (kitty): the keypad. */
#define KITTY_KEYPAD 57399
/* clang-format off */
static const uint32_t kitty_keypad[] = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '/', '*', '-', '+', KEYS_ENTER, '=', ',',
    KEYS_LEFT, KEYS_RIGHT, KEYS_UP, KEYS_DOWN, KEYS_PGUP, KEYS_PGDN, KEYS_HOME, KEYS_END, KEYS_INS,
    KEYS_DEL,
};
/* clang-format on */

static bool has_between(const char *s, size_t len, char low, char high)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] >= low && s[i] <= high) {
            return true;
        }
    }
    return false;
}

struct params {
    int n[PARAMS_MAX];   /* -1: left out */
    int sub[PARAMS_MAX]; /* first sub-parameter behind ':', or -1 */
    size_t count;
};

static void read_params(const char *s, size_t len, struct params *out)
{
    *out = (struct params){.count = 1};
    for (size_t i = 0; i < PARAMS_MAX; i++) {
        out->n[i] = out->sub[i] = -1;
    }
    int colons = 0;
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        if (c == ';') {
            colons = 0;
            if (out->count++ == PARAMS_MAX) {
                out->count = PARAMS_MAX;
                return;
            }
        } else if (c == ':') {
            colons++;
        } else if (c >= '0' && c <= '9' && colons < 2) {
            int *n = colons == 0 ? &out->n[out->count - 1] : &out->sub[out->count - 1];
            *n = *n < 0 ? c - '0' : *n < 1000000 ? *n * 10 + (c - '0') : *n;
        }
    }
}

/* Modifiers as xterm and kitty number them. False: a key that is not for us (Super, a release). */
static bool read_mods(const struct params *p, size_t index, unsigned *mods)
{
    enum { SHIFT = 1, ALT = 2, CTRL = 4, SUPER = 8, HYPER = 16, META = 32, RELEASED = 3 };
    int bits = index < p->count && p->n[index] > 0 ? p->n[index] - 1 : 0;
    *mods = (bits & SHIFT ? KEYS_SHIFT : 0) | (bits & (ALT | META) ? KEYS_ALT : 0) |
            (bits & CTRL ? KEYS_CTRL : 0);
    bool released = index < p->count && p->sub[index] == RELEASED;
    return !(bits & (SUPER | HYPER)) && !released;
}

static enum keys_seq_kind mouse(struct keys_event *out, int code, int row, int col, bool released)
{
    enum { SHIFT = 4, ALT = 8, CTRL = 16, MOTION = 32, WHEEL = 64, EXTRA = 128 };
    struct keys_mouse m = {
        .button = (code & 3) + 1,
        .row = row - 1,
        .col = col - 1,
        .mods = (code & SHIFT ? KEYS_SHIFT : 0) | (code & ALT ? KEYS_ALT : 0) |
                (code & CTRL ? KEYS_CTRL : 0),
    };
    if (code & EXTRA || row < 1 || col < 1 || (code & WHEEL && m.button > 2)) {
        return KEYS_SEQ_NOTHING;
    }
    if (code & WHEEL) {
        m.kind = m.button == 1 ? KEYS_WHEEL_UP : KEYS_WHEEL_DOWN;
        m.button = 0;
    } else if (m.button == 4) { /* old reports do not say which button was released */
        m.kind = code & MOTION ? KEYS_DRAG : KEYS_RELEASE;
        m.button = 0;
    } else {
        m.kind = released ? KEYS_RELEASE : code & MOTION ? KEYS_DRAG : KEYS_PRESS;
    }
    *out = (struct keys_event){.kind = KEYS_EVENT_MOUSE, .mouse = m};
    return KEYS_SEQ_EVENT;
}

static enum keys_seq_kind key(struct keys_event *out, uint32_t code, unsigned mods)
{
    *out = (struct keys_event){.kind = KEYS_EVENT_KEY, .key = keys_make(code, mods)};
    return KEYS_SEQ_EVENT;
}

/* A key by its number, as kitty and xterm's modifyOtherKeys send it. */
static enum keys_seq_kind numbered(struct keys_event *out, int number, unsigned mods)
{
    int keypad = number - KITTY_KEYPAD;
    bool private = number >= 0xd800 && number <= 0xf8ff; /* and surrogates: no name for these */
    if (number == 13 || number == 27 || number == 9) {
        return key(out, number == 13 ? KEYS_ENTER : number == 27 ? KEYS_ESC : KEYS_TAB, mods);
    }
    if (keypad >= 0 && keypad < (int)ARRAY_COUNT(kitty_keypad)) {
        return key(out, kitty_keypad[keypad], mods);
    }
    return number > 0 && number < 0x110000 && !private ? key(out, (uint32_t)number, mods)
                                                       : KEYS_SEQ_NOTHING;
}

/* A final byte that names a key. */
static enum keys_seq_kind final_key(struct keys_event *out, char final, unsigned mods)
{
    for (size_t i = 0; i < ARRAY_COUNT(finals); i++) {
        if (finals[i].final == final) {
            return key(out, finals[i].code, mods);
        }
    }
    return KEYS_SEQ_NOTHING;
}

static enum keys_seq_kind tilde(struct keys_event *out, const struct params *p, unsigned extra)
{
    unsigned mods;
    int number = p->n[0];
    if (number == 200) {
        return KEYS_SEQ_PASTE;
    }
    if (!read_mods(p, 1, &mods)) {
        return KEYS_SEQ_NOTHING;
    }
    if (number == 27 && p->count == 3) {
        return numbered(out, p->n[2], mods);
    }
    bool known = number > 0 && number < (int)ARRAY_COUNT(numbers) && numbers[number];
    return known ? key(out, numbers[number], mods | extra) : KEYS_SEQ_NOTHING;
}

/* CSI without prefix and intermediate bytes. */
static enum keys_seq_kind plain(struct keys_event *out, const struct params *p, char final)
{
    unsigned mods;
    bool shifted = p->sub[0] > 0; /* kitty tells the shifted character too */
    switch (final) {
    case '~':
        return tilde(out, p, 0);
    case '^':
        return tilde(out, p, KEYS_CTRL);
    case '$':
        return tilde(out, p, KEYS_SHIFT);
    case '@':
        return tilde(out, p, KEYS_CTRL | KEYS_SHIFT);
    case 'Z':
        return key(out, KEYS_TAB, KEYS_SHIFT);
    case 'a':
    case 'b':
    case 'c':
    case 'd': /* rxvt: arrows with Shift; with a number: a reply */
        return p->n[0] < 0 ? final_key(out, (char)(final - ('a' - 'A')), KEYS_SHIFT)
                           : KEYS_SEQ_NOTHING;
    case 'u':
        if (!read_mods(p, 1, &mods)) {
            return KEYS_SEQ_NOTHING;
        }
        shifted = shifted && mods & KEYS_SHIFT && !(mods & KEYS_CTRL);
        return numbered(out, shifted ? p->sub[0] : p->n[0], mods);
    default: /* CSI 5;7R says where the cursor is: F3 has no number but 1 */
        return p->n[0] <= 1 && read_mods(p, 1, &mods) ? final_key(out, final, mods)
                                                      : KEYS_SEQ_NOTHING;
    }
}

/* ---- Public ---- */

enum keys_seq_kind keys_seq_csi(const char *params, size_t len, char final, struct keys_event *out)
{
    struct params p;
    *out = (struct keys_event){0};
    bool is_mouse = len > 0 && params[0] == '<' && (final == 'M' || final == 'm');
    read_params(params, len, &p);
    if (is_mouse) {
        return p.count == 3 && p.n[0] >= 0 ? mouse(out, p.n[0], p.n[2], p.n[1], final == 'm')
                                           : KEYS_SEQ_NOTHING;
    }
    bool reply = has_between(params, len, '<', '?') || has_between(params, len, ' ', '/');
    return reply ? KEYS_SEQ_NOTHING : plain(out, &p, final);
}

enum keys_seq_kind keys_seq_ss3(const char *params, size_t len, char final, struct keys_event *out)
{
    struct params p;
    unsigned mods;
    *out = (struct keys_event){0};
    read_params(params, len, &p);
    if (!read_mods(&p, 0, &mods)) {
        return KEYS_SEQ_NOTHING;
    }
    if (final == 'M') {
        return key(out, KEYS_ENTER, mods);
    }
    if (final == 'X' || (final >= 'j' && final <= 'y')) { /* the keypad in application mode */
        return key(out, final == 'X' ? '=' : (uint32_t)(final - 'j' + '*'), mods);
    }
    bool rxvt = final >= 'a' && final <= 'd'; /* arrows with Ctrl */
    return rxvt ? final_key(out, (char)(final - ('a' - 'A')), KEYS_CTRL)
                : final_key(out, final, mods);
}

enum keys_seq_kind keys_seq_linux(char final, struct keys_event *out)
{
    *out = (struct keys_event){0};
    return final >= 'A' && final <= 'E' ? key(out, KEYS_F1 + (uint32_t)(final - 'A'), 0)
                                        : KEYS_SEQ_NOTHING;
}

enum keys_seq_kind keys_seq_x10(const char bytes[3], struct keys_event *out)
{
    int n[3];
    *out = (struct keys_event){0};
    for (int i = 0; i < 3; i++) {
        n[i] = (unsigned char)bytes[i] - ' ';
    }
    return n[0] >= 0 ? mouse(out, n[0], n[2], n[1], false) : KEYS_SEQ_NOTHING;
}
