/* SPDX-License-Identifier: MIT */
/*
 * How a text looks after it went through a charset that was not UTF-8.
 *
 * Owns the conversions (glibc's iconv: pure, no files at run time but its own tables) and
 * the damaged forms that programs produce: '?' for each character, the low byte, UTF-8 read
 * as Latin-1, \uXXXX, &#N; and the like. ASCII text is the same in all of them, so a text
 * without other bytes is never changed.
 */
#ifndef CORE_CHARSET_H
#define CORE_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/lang.h"
#include "core/span.h"

enum rendering {
    RENDER_GB18030,
    RENDER_BIG5,
    RENDER_QUESTION,      /* '?' for each character */
    RENDER_QUESTION_BYTE, /* '?' for each byte */
    RENDER_QUESTION_UNIT, /* '?' for each unit of UTF-16 */
    RENDER_DROPPED,       /* nothing */
    RENDER_REPLACEMENT,   /* U+FFFD for each character */
    RENDER_LOW_BYTE,      /* the low byte of each unit of UTF-16 */
    RENDER_LATIN1,        /* Latin-1, '?' for what it lacks */
    RENDER_TWICE_LATIN1,  /* UTF-8 bytes read as Latin-1, written as UTF-8 */
    RENDER_TWICE_CP1252,  /* the same with Windows-1252 */
    RENDER_GBK_AS_UTF8,   /* GBK bytes read as UTF-8: U+FFFD for what is none */
    RENDER_UTF8_AS_GBK,   /* UTF-8 bytes read as GBK, written as UTF-8 */
    RENDER_UNDO_LATIN1,   /* the text was UTF-8 read as Latin-1: what it was before */
    RENDER_UNDO_CP1252,
    RENDER_UNDO_GBK,
    RENDER_U_LOWER,     /* \u4e2d */
    RENDER_U_UPPER,     /* \u4E2D */
    RENDER_NUMERIC,     /* &#20013; */
    RENDER_NUMERIC_HEX, /* &#x4e2d; */
    RENDER_X_LOWER,     /* \xe4\xb8\xad */
    RENDER_X_UPPER,     /* \xE4\xB8\xAD */
    RENDER_OCTAL,       /* \344\270\255 */
    RENDER_COUNT
};

/* "GB18030", "'?' for each character", … */
struct bi rendering_text(enum rendering r);

/* Appends `text` (UTF-8) in the rendering; false, and nothing appended, when it would stay as it is
   or cannot be written so. */
bool rendering_write(enum rendering r, struct span text, struct buf *out);

/* Appends `text` as UTF-16 with the given byte order. False if it is not UTF-8. */
bool charset_utf16(struct span text, bool big_endian, bool mark, struct buf *out);

/* Reads GB18030 bytes as UTF-8; false, and nothing appended, if they are none. */
bool charset_from_gb18030(struct span bytes, struct buf *out);

/* Keeps the tables of conversions in memory while many are made; a call without it is right too,
   but a thousand times slower. */
struct charset_hold;
struct charset_hold *charset_hold(void);
void charset_release(struct charset_hold *h); /* NULL is fine */

/* Has the text a byte above 0x7f? */
bool charset_has_high(struct span text);

#endif
