/* SPDX-License-Identifier: MIT */
/*
 * Status names, errors in two languages, allocation that does not fail, the end by die().
 *
 * An error sentence is cleaned where it is made: whatever the arguments brought along,
 * the text is well-formed UTF-8 without control characters and has at most two
 * separators, so that every reader can split, print and send it as it is.
 */
#include "core/base.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIE_STATUS 3

static const char *const status_names[ST_COUNT] = {
    [ST_OK] = "ok",           [ST_ARGUMENT] = "argument",       [ST_SYNTAX] = "syntax",
    [ST_LIMIT] = "limit",     [ST_NOT_FOUND] = "not-found",     [ST_CONFLICT] = "conflict",
    [ST_REFUSED] = "refused", [ST_UNSUPPORTED] = "unsupported", [ST_IO] = "io",
    [ST_NETWORK] = "network", [ST_TIMEOUT] = "timeout",         [ST_CANCELLED] = "cancelled",
};

/* What stands between the parts of a sentence that is printed on one line. */
static const char *const joints[LANG_COUNT][2] = {
    [LANG_ZH] = {"：", "；"},
    [LANG_EN] = {": ", "; "},
};

/* The one state here: who restores the terminal, as die() takes no context. */
static void (*hook_before_end)(void);

const char *status_name(enum status st)
{
    return (unsigned)st < ST_COUNT ? status_names[st] : "unknown";
}

/* ---- Errors ---- */

/* Bytes of the well-formed UTF-8 character at `s`; 0 if there is none, 1 for a control. */
static size_t char_bytes(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (p[0] > 0xf4) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool outside = (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f);
    return overlong || outside ? 0 : n;
}

static bool is_control(const char *s, size_t n)
{
    unsigned char c = (unsigned char)s[0];
    return n == 1 ? c < 0x20 || c == 0x7f : n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0;
}

/* Drops a character that was cut in the middle at the end of the text. */
static void trim_cut(char *s)
{
    size_t len = strlen(s);
    size_t at = len;
    while (at > 0 && len - at < 3 && ((unsigned char)s[at - 1] & 0xc0) == 0x80) {
        at--;
    }
    if (at > 0 && (unsigned char)s[at - 1] >= 0xc0 && char_bytes(s + at - 1) != len - at + 1) {
        s[at - 1] = '\0';
    }
}

/* Rewrites `s` in place: '?' for what is no UTF-8, for controls and for a third separator. */
static void clean(char *s)
{
    int seps = 0;
    char *to = s;
    for (const char *from = s; *from;) {
        size_t n = char_bytes(from);
        bool sep = *from == ERR_SEP[0] && seps++ < 2;
        if (n == 0 || (is_control(from, n) && !sep)) {
            *to++ = '?';
            from += n ? n : 1;
            continue;
        }
        memmove(to, from, n);
        to += n;
        from += n;
    }
    *to = '\0';
}

__attribute__((format(printf, 2, 0))) static void render(char out[ERR_TEXT_MAX], const char *format,
                                                         va_list args)
{
    int n = vsnprintf(out, ERR_TEXT_MAX, format, args);
    if (n < 0) {
        out[0] = '\0';
    } else if (n >= ERR_TEXT_MAX) {
        trim_cut(out);
    }
    clean(out);
}

enum status err_vset(struct err *err, enum status status, const char *zh, const char *en,
                     va_list args)
{
    if (!err) {
        return status;
    }
    /* Arguments may point into *err, so it is written last. */
    struct err made = {.status = status};
    va_list again;
    va_copy(again, args);
    render(made.text[LANG_ZH], zh, args);
    render(made.text[LANG_EN], en, again);
    va_end(again);
    *err = made;
    return status;
}

enum status(err_set)(struct err *err, enum status status, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    err_vset(err, status, zh, en, args);
    va_end(args);
    return status;
}

/* Copies what fits, cut at a character; the sources are clean. */
static void put(char *out, size_t size, const char *text, size_t len)
{
    if (size == 0) {
        return;
    }
    bool cut = len >= size;
    size_t n = cut ? size - 1 : len;
    memmove(out, text, n);
    out[n] = '\0';
    if (cut) {
        trim_cut(out);
    }
}

enum status err_wrap(struct err *err, const char *zh, const char *en, ...)
{
    if (!err) {
        return ST_ARGUMENT;
    }
    char prefix[LANG_COUNT][ERR_TEXT_MAX];
    va_list args, again;
    va_start(args, en);
    va_copy(again, args);
    render(prefix[LANG_ZH], zh, args);
    render(prefix[LANG_EN], en, again);
    va_end(again);
    va_end(args);
    for (int i = 0; i < LANG_COUNT; i++) {
        char whole[2 * ERR_TEXT_MAX + 4];
        bool bare = err->text[i][0] == '\0' || err->text[i][0] == ERR_SEP[0];
        int n = snprintf(whole, sizeof whole, "%s%s%s", prefix[i], bare ? "" : joints[i][0],
                         err->text[i]);
        put(err->text[i], ERR_TEXT_MAX, whole, (size_t)n);
    }
    return err->status;
}

/* Finds a part inside the sentence; returns its bytes. */
static size_t find_part(const struct err *err, enum lang lang, enum err_part part, const char **at)
{
    const char *s = err->text[lang];
    for (int i = 0; i < (int)part; i++) {
        s += strcspn(s, ERR_SEP);
        s += *s != '\0';
    }
    *at = s;
    return strcspn(s, ERR_SEP);
}

void err_part(const struct err *err, enum lang lang, enum err_part part, char *out, size_t size)
{
    const char *at = NULL;
    size_t len = find_part(err, lang, part, &at);
    put(out, size, at, len);
}

void err_line(const struct err *err, enum lang lang, char *out, size_t size)
{
    char line[ERR_TEXT_MAX + 16] = "";
    size_t len = 0;
    for (int part = ERR_WHAT; part <= (int)ERR_FIX; part++) {
        const char *at = NULL;
        size_t n = find_part(err, lang, (enum err_part)part, &at);
        if (n == 0) {
            continue;
        }
        const char *joint = len == 0 ? "" : joints[lang][part == ERR_FIX];
        len += (size_t)snprintf(line + len, sizeof line - len, "%s%.*s", joint, (int)n, at);
    }
    put(out, size, line, len);
}

/* ---- Memory ---- */

static void *must(void *ptr)
{
    if (!ptr) {
        die("内存不足 / out of memory");
    }
    return ptr;
}

void *mem_alloc(size_t size)
{
    return must(calloc(1, size ? size : 1));
}

void *mem_grow(void *ptr, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        must(NULL);
    }
    return must(realloc(ptr, bytes ? bytes : 1));
}

char *mem_strdup(const char *s)
{
    return s ? mem_strndup(s, strlen(s)) : NULL;
}

char *mem_strndup(const char *s, size_t len)
{
    if (!s) {
        return NULL;
    }
    size_t n = strnlen(s, len);
    char *copy = must(malloc(n + 1));
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

void mem_wipe(void *ptr, size_t size)
{
    if (ptr && size > 0) {
        explicit_bzero(ptr, size);
    }
}

void mem_free_secret(char *s)
{
    if (s) {
        mem_wipe(s, strlen(s));
        free(s);
    }
}

/* ---- The end ---- */

void die_hook(void (*hook)(void))
{
    hook_before_end = hook;
}

void die(const char *reason)
{
    void (*hook)(void) = hook_before_end;
    hook_before_end = NULL; /* a hook that dies itself must not come back here */
    if (hook) {
        hook();
    }
    /* No stdio buffer of a program in this state is worth flushing, and no atexit handler safe. */
    dprintf(STDERR_FILENO, "wxpc: %s\n", reason);
    _exit(DIE_STATUS);
}
