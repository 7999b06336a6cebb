/* SPDX-License-Identifier: MIT */
/*
 * Words: equal but for the case of letters, near to each other, nearest to what was mistyped.
 */
#include <string.h>

#include "core/text.h"

#define WORD_MAX 64 /* bytes of a word that text_distance() measures */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_same_nocase(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool text_has_nocase(const char *haystack, const char *needle)
{
    for (;; haystack++) {
        size_t i = 0;
        while (needle[i] && lower(haystack[i]) == lower(needle[i])) {
            i++;
        }
        if (!needle[i]) {
            return true;
        }
        if (!*haystack) {
            return false;
        }
    }
}

static int min3(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

int text_distance(const char *a, const char *b, int limit)
{
    int la = (int)strnlen(a, WORD_MAX + 1);
    int lb = (int)strnlen(b, WORD_MAX + 1);
    if (la > WORD_MAX || lb > WORD_MAX || la - lb > limit || lb - la > limit) {
        return limit + 1;
    }
    int rows[3][WORD_MAX + 1]; /* of the last two characters of `a` and this one, in turn */
    for (int j = 0; j <= lb; j++) {
        rows[0][j] = j;
    }
    for (int i = 1; i <= la; i++) {
        int *row = rows[i % 3];
        const int *up = rows[(i + 2) % 3];
        const int *up2 = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= lb; j++) {
            row[j] = min3(up[j] + 1, row[j - 1] + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && up2[j - 2] + 1 < row[j]) {
                row[j] = up2[j - 2] + 1;
            }
        }
    }
    int distance = rows[la % 3][lb];
    return distance <= limit ? distance : limit + 1;
}

const char *text_nearest(const char *word, text_name_fn names, const void *ctx)
{
    int limit = 1 + (int)(strnlen(word, WORD_MAX) / 4);
    const char *nearest = NULL;
    const char *name = *word ? names(ctx, 0) : NULL;
    for (size_t i = 1; name; name = names(ctx, i++)) {
        int distance = text_same_nocase(word, name) ? 0 : text_distance(word, name, limit);
        if (distance <= limit) {
            nearest = name;
            limit = distance - 1; /* from now on only better ones */
        }
        if (limit < 0) {
            break;
        }
    }
    return nearest;
}
