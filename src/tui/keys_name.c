/* SPDX-License-Identifier: MIT */
/*
 * One key as a value: its form and its name.
 */
#include "tui/keys_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base.h"
#include "core/text.h"

struct name_row {
    uint32_t code;
    const char *name;
};

/* The first name of a code is the one written; the others are understood. */
/* clang-format off */
static const struct name_row names[] = {
    {KEYS_ENTER, "Enter"},   {KEYS_TAB, "Tab"},     {KEYS_ESC, "Esc"},
    {KEYS_UP, "Up"},         {KEYS_DOWN, "Down"},   {KEYS_LEFT, "Left"},
    {KEYS_RIGHT, "Right"},   {KEYS_HOME, "Home"},   {KEYS_END, "End"},
    {KEYS_PGUP, "PgUp"},     {KEYS_PGDN, "PgDn"},   {KEYS_INS, "Ins"},
    {KEYS_DEL, "Del"},       {' ', "Space"},        {KEYS_BACKSPACE, "Backspace"},
    {KEYS_ENTER, "Return"},  {KEYS_ESC, "Escape"},  {KEYS_PGUP, "PageUp"},
    {KEYS_PGDN, "PageDown"}, {KEYS_INS, "Insert"},  {KEYS_DEL, "Delete"},
};
/* clang-format on */

static const struct {
    const char *prefix;
    unsigned mod;
} prefixes[] = {{"Ctrl-", KEYS_CTRL}, {"Alt-", KEYS_ALT}, {"Shift-", KEYS_SHIFT}};

/* With Ctrl: keys that terminals do not tell apart from another key. */
static const struct {
    char from;
    uint32_t to;
} same[] = {{'i', KEYS_TAB},       {'j', KEYS_ENTER}, {'m', KEYS_ENTER},
            {'h', KEYS_BACKSPACE}, {'[', KEYS_ESC},   {'?', KEYS_BACKSPACE}};

struct key keys_make(uint32_t code, unsigned mods)
{
    if (code == 0x7f) {
        code = KEYS_BACKSPACE;
    } else if (code < 0x20) {
        code += code == 0 ? ' ' : code <= 26 ? 'a' - 1 : '@';
        mods |= KEYS_CTRL;
    }
    if (code < 0x80 && (mods & KEYS_CTRL)) {
        code = code == '@' ? ' ' : code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
        for (size_t i = 0; i < ARRAY_COUNT(same); i++) {
            if (code == (uint32_t)same[i].from) {
                return (struct key){.code = same[i].to, .mods = mods & ~(unsigned)KEYS_CTRL};
            }
        }
    }
    if (code < KEYS_ENTER && (mods & KEYS_SHIFT) && !(mods & KEYS_CTRL)) {
        code = code >= 'a' && code <= 'z' ? code - ('a' - 'A') : code;
        mods &= ~(unsigned)KEYS_SHIFT;
    }
    return (struct key){.code = code, .mods = mods};
}

void keys_name(struct key key, char out[KEYS_NAME_MAX])
{
    char base[16] = "";
    for (size_t i = 0; i < ARRAY_COUNT(names) && !base[0]; i++) {
        if (names[i].code == key.code) {
            snprintf(base, sizeof base, "%s", names[i].name);
        }
    }
    if (key.code >= KEYS_F1 && key.code <= KEYS_F20) {
        snprintf(base, sizeof base, "F%u", (unsigned)(key.code - KEYS_F1 + 1));
    } else if (!base[0] && (key.code < 0x20 || (key.code >= 0x7f && key.code < 0xa0))) {
        snprintf(base, sizeof base, "U+%04X", (unsigned)key.code);
    } else if (!base[0]) {
        bool upper = key.mods & KEYS_CTRL && key.code >= 'a' && key.code <= 'z';
        base[text_put(upper ? key.code - ('a' - 'A') : key.code, base)] = '\0';
    }
    snprintf(out, KEYS_NAME_MAX, "%s%s%s%s", key.mods & KEYS_CTRL ? "Ctrl-" : "",
             key.mods & KEYS_ALT ? "Alt-" : "", key.mods & KEYS_SHIFT ? "Shift-" : "", base);
}

/* A name without modifiers. */
static bool read_base(const char *name, uint32_t *code)
{
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strcasecmp(name, names[i].name) == 0) {
            *code = names[i].code;
            return true;
        }
    }
    size_t len = strlen(name);
    char *end = NULL;
    if ((name[0] == 'F' || name[0] == 'f') && name[1] >= '1' && name[1] <= '9') {
        long n = strtol(name + 1, &end, 10);
        *code = KEYS_F1 + (uint32_t)(n - 1);
        return *end == '\0' && n <= 20;
    }
    if ((name[0] == 'U' || name[0] == 'u') && name[1] == '+' && len >= 6 && len <= 8) {
        *code = (uint32_t)strtoul(name + 2, &end, 16);
        return *end == '\0' && *code < KEYS_ENTER;
    }
    bool valid;
    return len > 0 && text_next(name, len, code, &valid) == len && valid && *code >= 0x20 &&
           *code != 0x7f;
}

bool keys_read(const char *name, struct key *out)
{
    unsigned mods = 0;
    uint32_t code;
    for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++) {
        size_t len = strlen(prefixes[i].prefix);
        if (strncasecmp(name, prefixes[i].prefix, len) == 0 && name[len]) {
            mods |= prefixes[i].mod;
            name += len;
            i = (size_t)-1; /* modifiers stand in any order */
        }
    }
    if (!read_base(name, &code)) {
        return false;
    }
    *out = keys_make(code, mods);
    return true;
}

bool keys_same(struct key a, struct key b)
{
    return a.code == b.code && a.mods == b.mods;
}

bool keys_is_text(struct key key, char out[4], size_t *len)
{
    if (key.mods || key.code < 0x20 || key.code >= KEYS_ENTER ||
        (key.code >= 0x7f && key.code < 0xa0)) {
        return false;
    }
    if (out) {
        *len = text_put(key.code, out);
    }
    return true;
}
