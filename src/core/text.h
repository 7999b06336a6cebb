/* SPDX-License-Identifier: MIT */
/*
 * Text as people see it: UTF-8, terminal cells, clusters, amounts, times.
 *
 * Width is wcwidth's, so that we agree with ncurses: the program (and each test)
 * calls setlocale with a UTF-8 LC_CTYPE first. Everything that comes from outside
 * passes text_visible() before it is measured or drawn: after that it holds no
 * control character, no bidi control, no joiner, nothing that moves the cursor.
 *
 * Pure: no clock, no files. A time is a parameter; the API's clock is UTC+8.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/base.h"
#include "core/buf.h"

/* ---- UTF-8 ---- */

/*
 * Decodes one code point at `s` (`len` > 0 bytes left) into `*cp`; returns the bytes it takes.
 * An invalid byte gives U+FFFD, takes 1 byte and makes `*valid` false (`valid` may be NULL).
 * Over-long forms, surrogates and values above U+10FFFF are invalid.
 */
size_t text_next(const char *s, size_t len, uint32_t *cp, bool *valid);

/* Writes `cp` as UTF-8 to `out` (4 bytes of room); returns the bytes written. What is no character
   (a surrogate, above U+10FFFF) becomes U+FFFD. */
size_t text_put(uint32_t cp, char out[4]);

/* Is every byte part of well-formed UTF-8? On false `*at` (may be NULL) is the offset of the
   first byte that is not. */
bool text_valid(const char *s, size_t len, size_t *at);

/* What an English noun ends in behind the number `n`: "s", or "" for one. Chinese takes the same
   argument as %.0s. */
const char *text_s(uint64_t n);

/* Number of code points; an invalid byte counts as one. */
size_t text_chars(const char *s, size_t len);

/* Is there a code point above U+FFFF (four bytes of UTF-8: emoji and the like)? */
bool text_has_astral(const char *s, size_t len);

/* ---- Cells ---- */

/*
 * Length in bytes of the cluster at `s` (`len` > 0): one character and the combining marks (width
 * 0) that follow. `*cells` (may be NULL) is its width on the terminal.
 *
 * Raw text may be stepped through as well (an editor does): a byte that is not UTF-8, a control
 * and whatever else text_visible() would rewrite is a cluster of its own and counts one cell, '\n'
 * none; so a hidden character can be met and deleted alone.
 */
size_t text_cluster(const char *s, size_t len, int *cells);

/* Offset of the cluster that ends at `at` (0 stays 0). The exact reverse of text_cluster(). */
size_t text_cluster_before(const char *s, size_t at);

/* Cells that `len` bytes take. The text has passed text_visible(). */
int text_width(const char *s, size_t len);

/* The longest prefix in bytes that fits into `cells`; `*used` (may be NULL) is its width. Never
   cuts a cluster. */
size_t text_clip(const char *s, size_t len, int cells, int *used);

/*
 * Bytes of the next line when `s` is wrapped at `cells`. It ends behind a newline, else behind a
 * blank or beside a wide character (not before closing or behind opening punctuation) if there is
 * one, else between clusters. At least one cluster, 0 only for `len` 0. The line is at most `cells`
 * wide, but for a blank that hangs over the edge and is not worth drawing, or a first cluster that
 * is wider than the line.
 */
size_t text_wrap(const char *s, size_t len, int cells);
int text_wrap_rows(const char *s, int cells); /* lines that `s` is wrapped to */

/* ---- Hostile text ---- */

/* Marks that may stand on one character, so that a cluster fits into a cchar_t; more are shown as
   <U+XXXX>. */
#define TEXT_MARKS_MAX 4

enum text_visible_flags {
    TEXT_KEEP_NEWLINE = 1, /* '\n' stays ('\r\n' becomes '\n') */
    TEXT_KEEP_TAB = 2,     /* '\t' becomes blanks up to a column of eight is the drawer's work */
};

/*
 * Appends `s` with everything that must not reach a terminal made visible: C0 and DEL as their
 * control picture (U+2400...), C1, bidi controls, zero-width and joining characters, variation
 * selectors, skin tones, the soft hyphen, marks without a character to stand on and characters
 * unknown to wcwidth as <U+XXXX>, a byte that is not UTF-8 as \xHH.
 *
 * At most four times as long as `s`. Applying it twice changes nothing. Do not append behind text
 * that `s` continues: a mark at the beginning of `s` counts as standing alone.
 */
void text_visible(struct buf *out, const char *s, size_t len, unsigned flags);

/* Would text_visible() change anything? */
bool text_is_plain(const char *s, size_t len, unsigned flags);

/* ---- Amounts (integer fen, 1/100 yuan) ---- */

/* Reads a whole number of fen: digits only, no sign, no leading zero except "0" itself, at most
   int64. False if it is none. */
bool text_read_fen(const char *s, int64_t *fen);

/* "0.01", "12.30", "-0.05": fen as yuan. `out` takes at least 32 bytes. */
void text_yuan(int64_t fen, char *out, size_t size);

/* ---- Times (the API's: UTC+8) ---- */

#define TEXT_TIME_SIZE 15 /* yyyyMMddHHmmss and NUL */

/* Writes `t` as yyyyMMddHHmmss in UTC+8; "" outside the years 1 to 9999. */
void text_time_write(time_t t, char out[TEXT_TIME_SIZE]);

/* Reads yyyyMMddHHmmss in UTC+8; false if it is not 14 digits of an existing date and time. */
bool text_time_read(const char *s, time_t *t);

/* ---- Words ---- */

/* ASCII case-insensitive equality and substring search over bytes (Chinese by its bytes). */
bool text_same_nocase(const char *a, const char *b);
bool text_has_nocase(const char *haystack, const char *needle);

/* Edits (insert, delete, replace, swap of neighbours; of bytes) between two short words; gives up
   above `limit`, or above 64 bytes, and returns limit + 1. */
int text_distance(const char *a, const char *b, int limit);

/* Offers names to text_nearest; returns NULL past the end. */
typedef const char *(*text_name_fn)(const void *ctx, size_t index);

/* The name nearest to a mistyped `word` (distance at most 1 + length/4; letter case alone counts
   nothing), the first of several, or NULL. */
const char *text_nearest(const char *word, text_name_fn names, const void *ctx);

#endif
