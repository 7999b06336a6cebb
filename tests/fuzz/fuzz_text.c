/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes what stands between hostile bytes and the terminal.
 *
 * The first byte of the input chooses flags and a width, the rest is the text. Holds:
 * what text_visible() made is UTF-8 without control, bidi control or joiner and needs
 * no second pass; clusters forwards and backwards are the same; a clip fits and ends
 * between clusters; wrapping goes on and is no wider than allowed.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool is_forbidden(uint32_t cp, unsigned flags)
{
    if ((cp == '\n' && (flags & TEXT_KEEP_NEWLINE)) || (cp == '\t' && (flags & TEXT_KEEP_TAB))) {
        return false;
    }
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x61c ||
           (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp == 0xfeff ||
           (cp >= 0x1f3fb && cp <= 0x1f3ff);
}

static void check_visible(const char *s, size_t len, unsigned flags)
{
    must(text_valid(s, len, NULL));
    must(text_is_plain(s, len, flags));
    uint32_t cp;
    for (size_t at = 0; at < len;) {
        at += text_next(s + at, len - at, &cp, NULL);
        must(!is_forbidden(cp, flags));
    }
}

/* Also for raw text: an editor steps through it. Returns the width. */
static int check_clusters(const char *s, size_t len, bool raw)
{
    int width = 0;
    for (size_t at = 0; at < len;) {
        int cells = -1;
        size_t n = text_cluster(s + at, len - at, &cells);
        must(n > 0 && n <= len - at && cells >= 0 && cells <= 2);
        must(raw || cells > 0 || s[at] == '\n');
        must(raw || text_chars(s + at, n) <= 1 + TEXT_MARKS_MAX);
        must(text_cluster_before(s, at + n) == at);
        at += n;
        width += cells;
    }
    must(text_width(s, len) == width);
    return width;
}

static bool is_boundary(const char *s, size_t len, size_t wanted)
{
    size_t at = 0;
    while (at < wanted) {
        at += text_cluster(s + at, len - at, NULL);
    }
    return at == wanted;
}

static void check_clip(const char *s, size_t len, int cells)
{
    int used = -1;
    size_t n = text_clip(s, len, cells, &used);
    must(n <= len && used >= 0 && used <= cells && used == text_width(s, n));
    must(is_boundary(s, len, n));
    if (n < len) {
        int next;
        text_cluster(s + n, len - n, &next);
        must(used + next > cells);
    }
}

static void check_wrap(const char *s, size_t len, int cells)
{
    for (size_t at = 0; at < len;) {
        size_t n = text_wrap(s + at, len - at, cells);
        must(n > 0 && n <= len - at);
        must(is_boundary(s + at, len - at, n));
        const char *newline = memchr(s + at, '\n', n);
        must(!newline || newline == s + at + n - 1);
        size_t body = n - (newline != NULL);
        size_t last = text_cluster_before(s + at, body);
        body = s[at + last] == ' ' ? last : body;
        must(body == 0 || text_width(s + at, body) <= cells ||
             text_cluster(s + at, body, NULL) == body);
        at += n;
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    must(setlocale(LC_CTYPE, "C.UTF-8"));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 4096) {
        return 0;
    }
    unsigned flags = data[0] & 3;
    int cells = data[0] >> 2;
    const char *raw = (const char *)data + 1;
    size_t len = size - 1;
    check_clusters(raw, len, true);

    struct buf out;
    buf_init(&out, 4 * len);
    text_visible(&out, raw, len, flags);
    must(buf_status(&out) == ST_OK);
    const char *s = buf_str(&out);
    must(text_is_plain(raw, len, flags) == (out.len == len && memcmp(s, raw, len) == 0));
    check_visible(s, out.len, flags);
    check_clusters(s, out.len, false);
    check_clip(s, out.len, cells);
    check_wrap(s, out.len, cells);
    buf_clear(&out);
    return 0;
}
